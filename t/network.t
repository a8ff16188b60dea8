# The test network tells the truth: what the other tests lean on.

use strict;
use warnings;

use Errno;
use IO::Socket::INET;
use POSIX ();
use Socket qw(AF_INET6 inet_pton);
use Test::More;

use lib 't/lib';
use MPIC::DNSServer;
use MPIC::HostileDNS;

my $resolver = '127.0.0.53';
my $hostile = '127.0.0.60';


sub ask {
    my ($name, $type, @options) = @_;

    unshift @options, "\@$resolver" if !grep { /^\@/ } @options;

    my $text = `kdig +timeout=5 +retry=0 $name $type @options 2>&1`;
    my ($status) = $text =~ /status: (\w+)/;
    my ($flags) = $text =~ /Flags: ([\w ]+);/;

    return {status => $status // 'none', text => $text,
            ad => ($flags // '') =~ /\bad\b/ ? 1 : 0};
}


for (['signed.example', 'SOA', 'NOERROR', 1],
     ['www.signed.example', 'A', 'NOERROR', 1],
     ['nothing.signed.example', 'A', 'NXDOMAIN', 1],
     ['noaddress.signed.example', 'A', 'NOERROR', 1],
     ['www.plain.example', 'A', 'NOERROR', 0],
     ['nothing.plain.example', 'A', 'NXDOMAIN', 0],
     ['plain.example', 'DS', 'NOERROR', 1],
     ['lame.example', 'DS', 'NOERROR', 1],
     ['www.bogus.example', 'A', 'SERVFAIL', 0],
     ['tobogus.signed.example', 'A', 'SERVFAIL', 0],
     ['x.lame.example', 'CAA', 'SERVFAIL', 0],
     ['x.lame-secure.example', 'CAA', 'SERVFAIL', 0],
     ['x.lame.plain.example', 'CAA', 'SERVFAIL', 0],
     ['loop1.signed.example', 'A', 'SERVFAIL', 0],
     ['nothing', 'A', 'NXDOMAIN', 1],

     # the other kinds of zones
     ['www.nsec3.example', 'A', 'NOERROR', 1],
     ['nothing.nsec3.example', 'A', 'NXDOMAIN', 1],
     ['noaddress.nsec3.example', 'A', 'NOERROR', 1],
     ['lame.nsec3.example', 'DS', 'NOERROR', 1],
     ['www.optout.example', 'A', 'NOERROR', 1],
     ['child.optout.example', 'DS', 'NOERROR', 0],
     ['www.child.optout.example', 'A', 'NOERROR', 0],
     ['x.lame.optout.example', 'CAA', 'SERVFAIL', 0],
     ['www.expired.example', 'A', 'SERVFAIL', 0],
     ['www.early.example', 'A', 'SERVFAIL', 0],
     ['www.stripped.example', 'A', 'SERVFAIL', 0],
     ['unknown-algorithm.example', 'DS', 'NOERROR', 1],
     ['www.unknown-algorithm.example', 'A', 'NOERROR', 0],

     # top-level domains
     ['caatld', 'CAA', 'NOERROR', 1],
     ['x.caatld', 'CAA', 'NXDOMAIN', 1],
     ['plaintld', 'CAA', 'NOERROR', 0],
     ['lametld', 'DS', 'NOERROR', 1],
     ['x.lametld', 'CAA', 'SERVFAIL', 0],
     ['lamesecuretld', 'CAA', 'SERVFAIL', 0],

     # servers that fail for CAA alone
     ['hostile.example', 'DS', 'NOERROR', 1],
     ['x.servfail-caa.hostile.example', 'CAA', 'SERVFAIL', 0],
     ['x.servfail-caa.hostile.example', 'A', 'NOERROR', 0],
     ['good.servfail-caa.hostile.example', 'CAA', 'NOERROR', 0],
     ['www.nocaa-secure.example', 'CAA', 'SERVFAIL', 0],
     ['www.nocaa-secure.example', 'A', 'NOERROR', 1],
     ['nocaatld', 'CAA', 'SERVFAIL', 0],
     ['nocaatld', 'DS', 'NOERROR', 1],
     ['x.nocaatld', 'A', 'NOERROR', 0],
     ['x.good.hostile-secure.example', 'A', 'SERVFAIL', 0],
     ['x.good.hostiletld', 'A', 'NOERROR', 0],

     # aliases
     ['16.chain.signed.example', 'A', 'NOERROR', 1],
     ['17.chain.signed.example', 'A', 'NOERROR', 1],
     ['host.dname.signed.example', 'A', 'NOERROR', 1],
     ['www.dname-plain.signed.example', 'A', 'NOERROR', 0],
     ['www.dname-bogus.signed.example', 'A', 'SERVFAIL', 0],
     ['x.dname-self.signed.example', 'A', 'SERVFAIL', 0],
     ['toexpired.signed.example', 'A', 'SERVFAIL', 0],
     ['tonotld.signed.example', 'A', 'NXDOMAIN', 1],
     ['x.every.signed.example', 'CAA', 'NOERROR', 1],
     ['ends.every.signed.example', 'CAA', 'NOERROR', 1],

     # reverse names
     ['10.0.0.45.in-addr.arpa', 'PTR', 'NOERROR', 1],
     ['12.0.0.45.in-addr.arpa', 'PTR', 'NOERROR', 1],
     ['14.0.0.45.in-addr.arpa', 'PTR', 'SERVFAIL', 0],
     ['10.0.0.127.in-addr.arpa', 'PTR', 'NOERROR', 0],
     [reverse6('2a10:6d70::10'), 'PTR', 'NOERROR', 1],
     [reverse6('fd00:6d70::1'), 'PTR', 'NOERROR', 0],
     ['_ip-validation-persist.' . reverse6('2a10:6d70::10'), 'TXT', 'NOERROR',
      1],

     # long ones
     [long_name(253), 'CAA', 'NOERROR', 1],
     ['_acme-challenge.' . long_name(237), 'TXT', 'NOERROR', 1])
{
    my ($name, $type, $status, $ad) = @$_;
    my $answer = ask($name, $type);

    is($answer->{status}, $status, "$name $type: $status");
    is($answer->{ad}, $ad, "$name $type: " . ($ad ? 'AD' : 'no AD'))
        or diag($answer->{text});
}

is(ask('www.bogus.example', 'A', '+cd')->{status}, 'NOERROR',
   'a bogus answer is there with CD');
like(ask('chain1.signed.example', 'A')->{text},
     qr/chain2.*chain3.*www.*127\.0\.0\.10/s, 'a chain of aliases');
like(ask('large.signed.example', 'TXT')->{text},
     qr/truncated.*the last one/s, 'too large for UDP, complete by TCP');
like(ask('many.caa.signed.example', 'CAA')->{text}, qr/ANSWER: 9;/,
     'a set of nine CAA records');
like(ask('1001.caa.signed.example', 'CAA')->{text}, qr/truncated.*ANSWER: 1001;/s,
     '1001 CAA records by TCP');
like(ask('nearly64k.plain.example', 'TXT')->{text}, qr/truncated.*ANSWER: 240;/s,
     'an answer as large as TCP can carry');
like(ask('17.chain.signed.example', 'A')->{text}, qr/ANSWER: 18;/,
     'seventeen aliases and the address');
like(ask('nul.txt.signed.example', 'TXT')->{text}, qr/"before\\000after"/,
     'a zero octet in a TXT record');
like(`ip -o address show dev lo`, qr/ 45\.0\.0\.10\/.* 2a10:6d70::10\//s,
     'addresses that are not special-purpose');

like(`kdig +timeout=1 +retry=0 \@127.0.0.54 signed.example A 2>&1`,
     qr/response timeout/, 'the silent resolver is silent');
like(`kdig +timeout=1 +retry=0 \@127.0.0.57 a.lame.example A 2>&1`,
     qr/REFUSED/, 'the lame server refuses');

# the hostile server: by the name, by the type, at the first time

for (['good', 'TXT', qr/NOERROR.*"lCM7cZyQX/s],
     ['servfail', 'TXT', qr/SERVFAIL/],
     ['servfail-txt', 'TXT', qr/SERVFAIL/],
     ['servfail-txt', 'A', qr/NOERROR.*127\.0\.0\.10/s],
     ['good.servfail', 'CAA', qr/NOERROR.*0 issue "ca\.example"/s],
     ['rcode15', 'TXT', qr/RCODE 15/],
     ['badvers', 'TXT', qr/BADVERS/],
     ['nxrecords', 'TXT', qr/NXDOMAIN.*ANSWER: 1;/s],
     ['silent', 'TXT', qr/response timeout/],
     ['udpsilent', 'TXT', qr/response timeout/],
     ['truncated', 'TXT', qr/truncated.*"lCM7cZyQX.*TCP/s],
     ['tcalways', 'TXT', qr/truncated.*Flags: [a-z ]*tc.*TCP/s],
     ['tcclose', 'TXT', qr/truncated.*can't receive/s],
     ['tcpieces', 'TXT', qr/truncated.*"lCM7cZyQX.*TCP/s],
     ['garbage', 'TXT', qr/malformed/],
     ['cut', 'TXT', qr/malformed/],
     ['otherid', 'TXT', qr/reply ID.*response timeout/s],
     ['otheridfirst', 'TXT', qr/reply ID.*"lCM7cZyQX/s],
     ['othername', 'TXT', qr/question sections are different/],
     ['otheraddress', 'TXT', qr/unexpected reply source/],
     ['chain17', 'A', qr/ANSWER: 18;/],
     ['many', 'CAA', qr/ANSWER: 1001;.*"ca\.example"/s],
     ['ede6', 'TXT', qr/SERVFAIL.*EDE: 6/s],
     ['edelong', 'TXT', qr/EDE: 22 [^']*'x{10240}'/],
     ['bogus', 'TXT', qr/SERVFAIL.*EDE: 6/s],
     ['ad', 'TXT', qr/Flags: [a-z ]*\bad\b/],
     ['once.onceservfail', 'TXT', qr/SERVFAIL/],
     ['once.onceservfail', 'TXT', qr/NOERROR.*"lCM7cZyQX/s])
{
    my ($how, $type, $pattern) = @$_;

    like(ask("$how.hostile.example", $type, "\@$hostile", '+edns',
             '+timeout=1')->{text}, $pattern, "hostile: $how $type");
}

like(ask('bogus.hostile.example', 'TXT', "\@$hostile", '+cd')->{text},
     qr/NOERROR.*"lCM7cZyQX/s, 'hostile: bogus, with CD');
is(dns_asked('servfail-txt.hostile.example', 'TXT'), 1,
   'what was asked is counted');

# resolvers that do not what they should: signed, bogus, proof of insecure

for (['127.0.0.62', 'does not validate', 'NOERROR', 0, 'NOERROR', 0,
      'NOERROR'],
     ['127.0.0.63', 'lies', 'NOERROR', 1, 'NOERROR', 1, 'NOERROR'],
     ['127.0.0.64', 'does not say it', 'NOERROR', 0, 'SERVFAIL', 0, 'NOERROR'],
     ['127.0.0.65', 'is honest', 'NOERROR', 1, 'SERVFAIL', 0, 'NOERROR'],
     ['127.0.0.66', 'has no DS', 'NOERROR', 1, 'SERVFAIL', 0, 'SERVFAIL'],
     ['127.0.0.67', 'is honest', 'NOERROR', 1, 'SERVFAIL', 0, 'NOERROR'])
{
    my ($server, $what, @expected) = @$_;
    my ($good, $bogus, $ds) = (ask('www.signed.example', 'A', "\@$server"),
                               ask('www.bogus.example', 'A', "\@$server"),
                               ask('plain.example', 'DS', "\@$server"));

    is_deeply([@$good{qw(status ad)}, @$bogus{qw(status ad)}, $ds->{status}],
              \@expected, "$server $what");
}

like(`kdig +timeout=1 +retry=0 \@127.0.0.67 www.plain.example CAA 2>&1`,
     qr/response timeout/, '… but for CAA of plain.example');

dns_control('switch lazy');
is(ask('www.bogus.example', 'A', '@127.0.0.65')->{status}, 'NOERROR',
   '127.0.0.65 is what it is told to be');
dns_control('reset');
is(ask('www.bogus.example', 'A', '@127.0.0.65')->{status}, 'SERVFAIL',
   '… and honest again');
is(dns_asked('servfail-txt.hostile.example', 'TXT'), 0, 'a reset forgets');

# an answer that waits until it is told to go

my $pid = fork // die "fork: $!";

if ($pid == 0) {
    my $text = ask('x.held.hostile.example', 'TXT', "\@$hostile",
                   '+timeout=20')->{text};
    POSIX::_exit($text =~ /"lCM7cZyQX/ ? 0 : 1);
}

is(dns_held(1), 1, 'an answer is held');
dns_control('release');
waitpid $pid, 0;
is($?, 0, '… and comes when it is released');

# the page says all of it
{
    open my $page, '<', 't/network/README.md' or die "README.md: $!";
    local $/;
    my $text = <$page>;
    my @missing = grep { $text !~ /`$_`/ } MPIC::HostileDNS::known();

    is("@missing", '', 'what the hostile server knows is in README.md');
}

is(connecting('127.0.0.56', 80), 'connected', '127.0.0.56 accepts');
is(connecting('127.0.0.55', 80), 'timeout', '127.0.0.55 drops');
is(connecting('127.0.0.55', 443), 'timeout', '… also at port 443');
is(connecting('127.0.0.10', 80), 'refused',
   'nobody listens at the targets by itself');

my $certs = $ENV{TEST_NGINX_CERTS};

for (qw(client coordinator server p1 p6)) {
    like(`openssl verify -CAfile $certs/ca.pem $certs/$_.pem 2>&1`, qr/: OK/,
         "certificate of $_");
}

unlike(`openssl verify -CAfile $certs/ca.pem $certs/stranger.pem 2>&1`,
       qr/: OK/, 'the stranger is of another CA');

done_testing();


# the name's labels are as long as they may be

sub long_name {
    my ($octets) = @_;

    my $left = $octets - length '.signed.example';

    return join '.', map({ 'a' x 63 } 1 .. $left / 64), 'a' x ($left % 64),
                     'signed.example';
}


sub reverse6 {
    my ($address) = @_;

    my $digits = unpack 'H*', inet_pton(AF_INET6, $address);

    return join '.', reverse(split //, $digits), 'ip6.arpa';
}


sub connecting {
    my ($address, $port) = @_;

    return 'connected' if IO::Socket::INET->new(PeerAddr => $address,
                                                PeerPort => $port,
                                                Timeout => 1);
    return $!{ETIMEDOUT} ? 'timeout' : $!{ECONNREFUSED} ? 'refused' : "$!";
}
