package MPIC::DNSMessage;

# DNS messages octet by octet, so that they can be wrong.
#
#     my $query = read_query($octets, $tcp) or …     # a hash, see there
#     my $octets = message($query, answer => [rr($query, TXT => txt('a', 'b'))])
#
# What message() takes beside "answer": "authority", "additional" (lists of
# records), "rcode" (0), "ad", "tc" (flags), "set" and "clear" (bits of the
# flags word), "id", "question" (octets), "counts" (four numbers in place of the
# right ones), "options" (EDNS options, each from option()), "opt" (0: none; or
# the octets of the record).  A UDP message that is larger than the client takes
# is truncated to its question, unless "whole" is set.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(read_query message rr name txt caa option %types %rcodes);

our %types = (A => 1, NS => 2, CNAME => 5, SOA => 6, PTR => 12, TXT => 16,
              AAAA => 28, DNAME => 39, OPT => 41, DS => 43, CAA => 257);

our %rcodes = (noerror => 0, formerr => 1, servfail => 2, nxdomain => 3,
               notimp => 4, refused => 5, yxdomain => 6, badvers => 16);

my %names = reverse %types;


# id, flags, rd, cd; name (lower case, no trailing dot), type (a word of %types,
# or TYPE123); question (octets, the case as asked); edns (whether there is an
# OPT record), size (of the largest answer), do; tcp; octets

sub read_query {
    my ($octets, $tcp) = @_;

    return if length $octets < 12;

    my ($id, $flags, $count) = unpack 'n3', $octets;
    my ($at, @labels) = (12);

    return if $flags & 0x8000 || $count != 1;

    while ($at < length $octets and my $n = ord substr $octets, $at, 1) {
        push @labels, substr $octets, $at + 1, $n;
        $at += 1 + $n;
    }

    return if $at + 5 > length $octets;

    my $type = unpack 'n', substr $octets, $at + 1;
    my ($opt, $size, $ttl) = unpack 'xnnN', substr($octets, $at + 5)
                                              . "\0" x 9;
    my $edns = $opt == $types{OPT};

    return {id => $id, flags => $flags, tcp => $tcp, octets => $octets,
            rd => $flags & 0x100, cd => $flags & 0x10,
            name => lc join('.', @labels), type => $names{$type} // "TYPE$type",
            question => substr($octets, 12, $at + 5 - 12), edns => $edns,
            do => $edns && $ttl & 0x8000,
            size => $tcp ? 65535 : $edns && $size > 512 ? $size : 512};
}


sub message {
    my ($query, %parts) = @_;

    my $rcode = $parts{rcode} // 0;
    my @additional = @{$parts{additional} // []};
    my $opt = $parts{opt}
              // ($query->{edns} || $parts{options} || $rcode > 15
                  ? opt($rcode, @{$parts{options} // []}) : 0);

    push @additional, $opt if $opt;

    # QR, AA, RA; what is copied is the opcode, RD and CD
    my $flags = 0x8480 | ($query->{flags} & 0x7910) | ($rcode & 15)
                | ($parts{ad} ? 0x20 : 0) | ($parts{tc} ? 0x200 : 0);
    $flags = ($flags | ($parts{set} // 0)) & ~($parts{clear} // 0);

    my @sections = ($parts{answer} // [], $parts{authority} // [],
                    \@additional);
    my $question = $parts{question} // $query->{question};
    my @counts = $parts{counts} ? @{$parts{counts}}
                 : ($question eq '' ? 0 : 1, map { scalar @$_ } @sections);
    my $octets = pack('n6', $parts{id} // $query->{id}, $flags, @counts)
                 . $question . join '', map { @$_ } @sections;

    return $octets if $parts{whole} || length $octets <= $query->{size};

    return message($query, %parts, answer => [], authority => [],
                   additional => [], options => [], tc => 1, whole => 1);
}


# a record: the owner is the name asked for, or a name, or octets that begin
# with a pointer

sub rr {
    my ($owner, $type, $rdata, $ttl) = @_;

    $owner = "\xc0\x0c" if ref $owner;
    $owner = name($owner) if $owner !~ /^[\xc0-\xff]/;

    return $owner . pack('nnNn/a*', $types{$type} // $type, 1, $ttl // 60,
                         $rdata);
}


sub name {
    my ($text) = @_;

    return join('', map { pack 'C/a*', $_ } split /\./, $text) . "\0";
}


sub txt {
    return join '', map { pack 'C/a*', $_ } @_;
}


sub caa {
    my ($flags, $tag, $value) = @_;

    return pack 'CC/a*a*', $flags, $tag, $value;
}


sub option {
    my ($code, $octets) = @_;

    return pack 'nn/a*', $code, $octets;
}


sub opt {
    my ($rcode, @options) = @_;

    return pack 'xnnNn/a*', $types{OPT}, 1232, ($rcode >> 4) << 24,
                join '', @options;
}


1;
