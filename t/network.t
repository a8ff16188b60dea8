# The test network tells the truth: what the other tests lean on.

use strict;
use warnings;

use Errno;
use IO::Socket::INET;
use Test::More;

my $resolver = '127.0.0.53';


sub ask {
    my ($name, $type, @options) = @_;

    my $text = `kdig +timeout=5 +retry=0 \@$resolver $name $type @options 2>&1`;
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
     ['nothing', 'A', 'NXDOMAIN', 1])
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

like(`kdig +timeout=1 +retry=0 \@127.0.0.54 signed.example A 2>&1`,
     qr/response timeout/, 'the silent resolver is silent');
like(`kdig +timeout=1 +retry=0 \@127.0.0.57 a.lame.example A 2>&1`,
     qr/REFUSED/, 'the lame server refuses');

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


sub connecting {
    my ($address, $port) = @_;

    return 'connected' if IO::Socket::INET->new(PeerAddr => $address,
                                                PeerPort => $port,
                                                Timeout => 1);
    return $!{ETIMEDOUT} ? 'timeout' : $!{ECONNREFUSED} ? 'refused' : "$!";
}
