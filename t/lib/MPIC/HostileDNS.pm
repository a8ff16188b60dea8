package MPIC::HostileDNS;

# How a DNS server answers that nobody wants to meet.  The question's name says
# it: the last label below hostile.example (hostile-secure.example, hostiletld)
# is one of those in %behaviours, or one with the type it is for: "servfail",
# "servfail-caa", "held-txt".  Other types, and names whose first label is
# "good", are answered well: A 127.0.0.10, AAAA fd00:6d70::1, TXT
# $TEST_NGINX_DIGEST, CAA 0 issue "ca.example", PTR host.signed.example.
#
# Before a behaviour may stand "once": so is the first of these questions
# answered, and all others well ("oncesilent", "onceservfail-caa").
#
# t/network/README.md lists them.
#
#     my @answers = MPIC::HostileDNS::answers($query, $times);
#
# $query is read_query()'s, $times how often it was asked, now included.  What
# is to be sent, one by one: octets of a message (TCP's length is put before
# them), or [raw => octets], ['close'], ['reset'], ['hold'] (what follows waits
# until it is told to), [from => address, octets].  Nothing: silence.

use strict;
use warnings;

use MPIC::DNSMessage;

our $digest = 'lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM';

my @zones = ('hostile.example', 'hostile-secure.example', 'hostiletld');

my $a = "\x7f\0\0\x0a";
my $aaaa = "\xfd\0\x6d\x70" . "\0" x 11 . "\1";
my $soa = name('ns.hostile.example') . name('hostmaster.hostile.example')
          . pack 'N5', 1, 3600, 600, 86400, 30;

my %good = (A => $a, AAAA => $aaaa, TXT => txt($digest),
            CAA => caa(0, 'issue', 'ca.example'),
            PTR => name('host.signed.example'));

my %behaviours = (
    # response codes: also "rcode" with a number, up to 4095
    (map { my $code = $rcodes{$_}; $_ => sub { rcode($_[0], $code) } }
         qw(formerr servfail notimp refused yxdomain badvers)),
    nxdomain => sub { denial($_[0], rcode => 3) },
    nodata => sub { denial($_[0]) },
    nosoa => sub { message($_[0]) },
    nxnosoa => sub { rcode($_[0], 3) },

    # a right answer under a code that makes it none
    nxrecords => sub { good($_[0], rcode => 3) },
    servfailrecords => sub { good($_[0], rcode => 2) },
    refusedrecords => sub { good($_[0], rcode => 5) },

    # nothing, or nothing that is a message
    silent => sub { },
    udpsilent => sub { $_[0]{tcp} ? good($_[0]) : () },
    empty => sub { '' },
    short => sub { substr good($_[0]), 0, 11 },
    header => sub { message($_[0], question => '') },
    garbage => sub { pack 'na*', $_[0]{id}, "\xa5\xc3\x5a" x 40 },
    noise => sub { substr(good($_[0]), 0, 12) . "\xff" x 200 },

    # too large for UDP, it says; and what TCP then brings
    truncated => sub { truncated($_[0], good($_[0])) },
    tcalways => sub { message($_[0], tc => 1, whole => 1) },
    tcrecords => sub { good($_[0], tc => 1) },
    tcclose => sub { truncated($_[0], ['close']) },
    tcreset => sub { truncated($_[0], ['reset']) },
    tcsilent => sub { truncated($_[0]) },
    tcservfail => sub { truncated($_[0], rcode($_[0], 2)) },
    tcgarbage => sub { truncated($_[0], [raw => "\xff" x 4000], ['close']) },
    tczero => sub { truncated($_[0], [raw => "\0\0"], ['close']) },
    tcotherid => sub { truncated($_[0], good($_[0], id => other_id($_[0]))) },
    tccut => sub { my $m = good($_[0]);
                   truncated($_[0], [raw => pack('n', length $m)
                                            . substr $m, 0, 20], ['close']) },
    tcpieces => sub { my $m = pack 'n/a*', good($_[0]);
                      truncated($_[0], map { [raw => $_] } split //, $m) },

    # an answer to something else
    otherid => sub { good($_[0], id => other_id($_[0])) },
    otheridfirst => sub { (good_but($_[0], other_id($_[0])), good($_[0])) },
    othername => sub { good($_[0], question => question($_[0],
                                                        'www.signed.example')) },
    othertype => sub { my $q = $_[0]{question};
                       substr $q, -4, 2, pack 'n', 99;
                       good($_[0], question => $q) },
    otherclass => sub { my $q = $_[0]{question};
                        substr $q, -2, 2, pack 'n', 3;
                        good($_[0], question => $q) },
    othercase => sub { good($_[0], question => question($_[0],
                                                        uc $_[0]{name})) },
    otheraddress => sub { [from => '127.0.0.69', good($_[0])] },
    noquestion => sub { good($_[0], question => '', answer =>
                             [rr($_[0]{name}, $_[0]{type}, value($_[0]))]) },
    twoquestions => sub { good($_[0], question => $_[0]{question} x 2,
                               counts => [2, 1, 0, 0], opt => 0) },
    query => sub { good($_[0], clear => 0x8000) },
    opcode => sub { good($_[0], set => 0x2000) },
    twice => sub { (good($_[0])) x 2 },
    servfailfirst => sub { (rcode($_[0], 2), good($_[0])) },

    # records that do not answer
    unrelated => sub { good($_[0], answer =>
                            [rr('www.signed.example', $_[0]{type},
                                value($_[0]))]) },
    below => sub { good($_[0], answer => [rr("x.$_[0]{name}", $_[0]{type},
                                             value($_[0]))]) },
    unrelatedfirst => sub { good($_[0], answer =>
                                 [rr('www.signed.example', $_[0]{type},
                                     value($_[0])), record($_[0])]) },
    chaos => sub { my $r = record($_[0]); substr $r, 4, 2, pack 'n', 3;
                   good($_[0], answer => [$r]) },
    types => sub { good($_[0], answer => [map { rr($_[0], $_, $good{$_}) }
                                              grep { $_ ne $_[0]{type} }
                                                   sort keys %good]) },
    authority => sub { good($_[0], answer => [],
                            authority => [record($_[0])]) },
    additional => sub { good($_[0], answer => [],
                             additional => [record($_[0])]) },

    # messages that are wrong inside
    cut => sub { substr good($_[0], opt => 0), 0, -5 },
    countmore => sub { good($_[0], counts => [1, 2, 0, 0], opt => 0) },
    countmost => sub { good($_[0], counts => [1, 65535, 65535, 65535]) },
    countless => sub { good($_[0], counts => [1, 0, 0, 0], opt => 0) },
    trailing => sub { good($_[0]) . "\0\xff" x 20 },
    pointerself => sub { owner($_[0], pack 'n', 0xc000 | 12
                                               + length $_[0]{question}) },
    pointerloop => sub { my $at = 12 + length $_[0]{question};
                         owner($_[0], "\1a" . pack 'n', 0xc000 | $at) },
    pointerend => sub { owner($_[0], "\xff\xff") },
    labelbits => sub { owner($_[0], "\x41a\0") },
    longname => sub { owner($_[0], "\1a" x 200 . "\0") },
    rdlength => sub { rdata($_[0], pack 'na*', 200, value($_[0])) },
    rdempty => sub { rdata($_[0], "\0\0") },
    rdshort => sub { rdata($_[0], pack 'n/a*', substr value($_[0]), 0, -1) },
    rdlong => sub { rdata($_[0], pack 'n/a*', value($_[0]) . "\0") },
    stringlong => sub { rdata($_[0], pack 'n/a*', "\xff$digest") },
    tagempty => sub { rdata($_[0], pack 'n/a*', "\0\0ca.example") },
    taglong => sub { rdata($_[0], pack 'n/a*', "\0\xffissueca.example") },
    tagodd => sub { rdata($_[0], pack 'n/a*', caa(0, "iss\0e", 'ca.example')) },
    onegood => sub { good($_[0], answer => [record($_[0]),
                                            rr($_[0], $_[0]{type}, '')]) },

    # aliases: also "chain" with the number of them
    loop => sub { good($_[0], answer =>
                       [rr($_[0], CNAME => name("a.$_[0]{name}")),
                        rr("a.$_[0]{name}", CNAME => "\xc0\x0c")]) },
    self => sub { good($_[0], answer => [rr($_[0], CNAME => "\xc0\x0c")]) },
    away => sub { good($_[0], answer =>
                       [rr($_[0], CNAME => name('www.signed.example')),
                        rr('www.signed.example', $_[0]{type}, value($_[0]))]) },
    twocnames => sub { good($_[0], answer =>
                            [rr($_[0], CNAME => name('a.example')),
                             rr($_[0], CNAME => name('b.example')),
                             rr('b.example', $_[0]{type}, value($_[0]))]) },
    beside => sub { good($_[0], answer =>
                         [rr($_[0], CNAME => name('a.example')),
                          record($_[0])]) },
    gap => sub { good($_[0], answer =>
                      [rr($_[0], CNAME => name('a.example')),
                       rr('b.example', $_[0]{type}, value($_[0]))]) },
    reverse => sub { my @chain = chain($_[0], 3);
                     good($_[0], answer => [reverse @chain]) },
    cnameonly => sub { good($_[0], answer =>
                            [rr($_[0], CNAME => name('a.example'))]) },
    cnamenx => sub { good($_[0], rcode => 3, answer =>
                          [rr($_[0], CNAME => name('nothing.example'))]) },
    cnameroot => sub { good($_[0], answer => [rr($_[0], CNAME => "\0")]) },
    octets => sub { my $to = "\3a.b\4\0\xff\\\"\0";
                    good($_[0], answer =>
                         [rr($_[0], CNAME => $to),
                          $to . substr record($_[0]), 2]) },

    # many, large, short-lived
    many => sub { my ($q) = @_;
                  good($q, answer => [map { rr($q, $q->{type}, many($q, $_)) }
                                          1 .. 1001]) },
    full => sub { my ($q) = @_; my $r = record($q);
                  good($q, opt => 0, answer => [($r) x ((65535 - 300)
                                                        / length $r)]) },
    ttlzero => sub { good($_[0], answer =>
                          [rr($_[0], $_[0]{type}, value($_[0]), 0)]) },
    ttlmost => sub { good($_[0], answer =>
                          [rr($_[0], $_[0]{type}, value($_[0]), 0xffffffff)]) },

    # addresses: special-purpose ones; another one when asked again
    inside => sub { good($_[0], answer => [inside($_[0])]) },
    rebind => sub { $_[1] == 1 ? good($_[0])
                    : good($_[0], answer => [inside($_[0])]) },

    # Extended DNS Errors: also "ede" with a code
    edeutf8 => sub { rcode($_[0], 2, ede(22, "\xff\xfe \xc0\xaf \xed\xa0\x80")) },
    edecut => sub { rcode($_[0], 2, ede(22, "\xe2\x82")) },
    edenul => sub { rcode($_[0], 2, ede(22, "before\0after\0")) },
    edecontrol => sub { rcode($_[0], 2, ede(22, "\r\n[error] a\t\e[31m\x7f")) },
    edehtml => sub { rcode($_[0], 2, ede(22, '<script>alert("x")</script>')) },
    edelong => sub { message($_[0], rcode => 2, whole => $_[0]{tcp},
                             options => [ede(22, 'x' x 10240)]) },
    edeempty => sub { rcode($_[0], 2, ede(22, '')) },
    edeshort => sub { rcode($_[0], 2, option(15, "\0")) },
    edetwo => sub { rcode($_[0], 2, ede(6, 'the first'), ede(22, 'the second')) },
    edemany => sub { rcode($_[0], 2, map { ede($_, $_) } 0 .. 99) },
    edegood => sub { good($_[0], options => [ede(3, 'stale')]) },
    optlong => sub { message($_[0], rcode => 2,
                             opt => pack 'xnnNn/a*', 41, 1232, 0,
                                    pack 'nna*', 15, 200, "\0\x16cut") },
    opttwo => sub { good($_[0], opt => pack('xnnNn', 41, 1232, 0, 0) x 2,
                         counts => [1, 1, 0, 2]) },
    optversion => sub { good($_[0], opt => pack 'xnnNn', 41, 1232, 1 << 16, 0) },
    noopt => sub { good($_[0], opt => 0) },

    # what a validating resolver says of a bogus zone; AD without a reason
    bogus => sub { $_[0]{cd} ? good($_[0])
                   : rcode($_[0], 2, ede(6, 'no SEP matching the DS found')) },
    ad => sub { good($_[0], ad => 1) },
    adnodata => sub { denial($_[0], ad => 1) },
    adnx => sub { denial($_[0], rcode => 3, ad => 1) },
    cdsilent => sub { $_[0]{cd} ? () : rcode($_[0], 2) },

    # waits until it is told to go on, see MPIC::DNSServer
    held => sub { (['hold'], good($_[0])) },
    heldservfail => sub { (['hold'], rcode($_[0], 2)) },
);


sub answers {
    my ($query, $times) = @_;

    # a top-level domain where all is well but CAA
    if ($query->{name} =~ /(?:^|\.)nocaatld$/ && $query->{type} eq 'CAA') {
        return rcode($query, 2);
    }

    # also what lies above its zones: a name is looked for up to the root
    return denial($query) if is_elsewhere($query->{name});

    return behave(behaviour($query) // 'good', $query, $times);
}


# the label that says how, if it is for this type

sub behaviour {
    my ($query) = @_;

    return if $query->{name} =~ /^good\./;

    for my $zone (@zones) {
        my ($below) = $query->{name} =~ /^(.+)\.\Q$zone\E$/ or next;
        my ($label, $type) = $below =~ /([^.-]+)(?:-([a-z]+))?$/ or next;

        return $label if !$type || uc $type eq $query->{type};
    }

    return;
}


sub is_elsewhere {
    my ($name) = @_;

    return !grep { $name =~ /\.\Q$_\E$/ } @zones, 'nocaatld', 'arpa';
}


sub behave {
    my ($how, $query, $times) = @_;

    if ($how =~ s/^once(?=.)//) {
        return $times == 1 ? behave($how, $query, 1) : good($query);
    }

    return good($query) if $how eq 'good';
    return rcode($query, $1) if $how =~ /^rcode(\d+)$/;
    return rcode($query, 2, ede($1, 'what went wrong')) if $how =~ /^ede(\d+)$/;
    return good($query, answer => [chain($query, $1)]) if $how =~ /^chain(\d+)$/;

    # a label that says nothing has no name, and no test by mistake
    my $code = $behaviours{$how} or return rcode($query, 3);

    return $code->($query, $times);
}


# the names that behave() knows, for the test of this file

sub known {
    return sort keys %behaviours;
}


sub value {
    my ($query) = @_;

    return $good{$query->{type}} // '';
}


sub record {
    my ($query) = @_;

    return rr($query, $query->{type}, value($query));
}


sub good {
    my ($query, @parts) = @_;

    if ($query->{type} eq 'SOA') {
        return message($query, answer => [rr($query, SOA => $soa)], @parts);
    }

    return denial($query) if !exists $good{$query->{type}};

    return message($query, answer => [record($query)], @parts);
}


# a record that is good, but for another query: what it says must not count

sub good_but {
    my ($query, $id) = @_;

    return message($query, id => $id, answer =>
                   [rr($query, $query->{type},
                       $query->{type} eq 'TXT' ? txt('forged')
                       : $query->{type} eq 'CAA' ? caa(0, 'issue', ';')
                       : value($query))]);
}


sub rcode {
    my ($query, $rcode, @options) = @_;

    return message($query, rcode => $rcode,
                   @options ? (options => \@options) : ());
}


sub denial {
    my ($query, @parts) = @_;

    my ($zone) = grep { $query->{name} =~ /(?:^|\.)\Q$_\E$/ } @zones,
                      'nocaatld';
    $zone //= $query->{name} =~ s/.*\.//r;

    return message($query, authority => [rr($zone, SOA => $soa)], @parts);
}


sub truncated {
    my ($query, @by_tcp) = @_;

    return $query->{tcp} ? @by_tcp : message($query, tc => 1);
}


sub other_id {
    return $_[0]{id} ^ 0x5555;
}


sub question {
    my ($query, $name) = @_;

    return name($name) . substr $query->{question}, -4;
}


# the good record below an owner that is wrong

sub owner {
    my ($query, $owner) = @_;

    return message($query, answer => [$owner . substr record($query), 2]);
}


# … and with length and RDATA that are wrong

sub rdata {
    my ($query, $rdata) = @_;

    return message($query, opt => 0,
                   answer => [substr(record($query), 0, 10) . $rdata]);
}


sub chain {
    my ($query, $n) = @_;

    my @names = map { "a$_.chain.example" } 1 .. $n;
    my @owners = ($query, @names);

    return ((map { rr($owners[$_], CNAME => name($names[$_])) } 0 .. $n - 1),
            rr($owners[-1], $query->{type}, value($query)));
}


sub many {
    my ($query, $n) = @_;

    return value($query) if $n == 1001;

    return txt("record $n") if $query->{type} eq 'TXT';
    return caa(0, 'issue', "ca-$n.example") if $query->{type} eq 'CAA';
    return pack 'N', 0x7f020000 + $n if $query->{type} eq 'A';
    return substr($aaaa, 0, 8) . pack 'NN', 1, $n if $query->{type} eq 'AAAA';
    return name("host$n.signed.example");
}


sub inside {
    my ($query) = @_;

    return record($query) if $query->{type} !~ /^A/;

    return rr($query, $query->{type}, $query->{type} eq 'A' ? "\x0a\1\2\3"
                                      : "\0" x 15 . "\1");
}


sub ede {
    my ($code, $text) = @_;

    return option(15, pack 'na*', $code, $text);
}


1;
