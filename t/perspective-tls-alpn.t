# acme-tls-alpn-01: TLS servers on 127.0.0.40, fd00:6d70::1, and on addresses that
# are no special ones, that do with a connection what the name's first label says.

use lib 't/lib';
use MPIC;
use MPIC::Certificate;
use MPIC::Perspective;
use MPIC::TLSServer;

use Cwd qw(getcwd);
use File::Temp qw(tempdir);
use Socket qw(AF_INET AF_INET6 inet_pton);

# no server, nor the resolver, is left for another one because it takes long
use_config(<<'CONF');
mpic_check_timeout     20s;
mpic_connect_timeout   20s;
mpic_resolver_timeout  20s;
CONF

my $dir = tempdir(CLEANUP => 1);
my $digest = alpn_digest();

my %keys = map { $_ => key($dir, $_) } qw(P-256 P-384 RSA explicit);
$keys{CA} = key($dir, 'P-256', 'CA');


# a server whose certificate is as it should be but for what is given

sub server {
    my ($label, %spec) = @_;
    my $key = $keys{$spec{key} // 'P-256'};
    my $file = "$dir/$label.pem";
    my $name = $spec{name} // "$label.alpn.signed.example";

    my $pem = certificate(
        subject => "cn of $label", issuer => "cn of $label",
        %spec, key => $key, extensions => $spec{extensions} // [
            $spec{san} // san(dns => $name),
            $spec{identifier} // acme_identifier($digest)]);

    open my $fh, '>', $file or die "$file: $!";
    print $fh $pem, $spec{more} // '';
    close $fh;

    return (cert => $file, key => $key, map { $_ => $spec{$_} }
            grep { exists $spec{$_} } qw(alpn version));
}


sub ip {
    my ($address) = @_;

    return inet_pton($address =~ /:/ ? AF_INET6 : AF_INET, $address);
}


my %certificates = (
    good => {},
    rsa => { key => 'RSA' },
    p384 => { key => 'P-384' },
    tls12 => { version => 'TLSv1_2' },
    tls13 => { version => 'TLSv1_3' },
    six => {}, dual => {}, fallback => {}, private => {},
    half => {}, slow => {}, wrong => {},
    upper => { name => 'UPPER.alpn.Signed.EXAMPLE' },
    chain => { more => certificate(key => $keys{CA}, extensions => []) },
    extra => { extensions => [
        extension('2.5.29.19', 1, der(0x30)),
        acme_identifier($digest), san(dns => 'extra.alpn.signed.example')] },

    # TLS
    tls11 => { version => 'TLSv1_1' },
    none => { alpn => [] },

    # whose certificate
    signed => { signer => $keys{CA}, issuer => 'A CA' },
    claims => { signer => $keys{CA} },
    issuer => { issuer => 'A CA' },
    v1 => { version => 0 },
    explicit => { key => 'explicit' },

    # extensions
    nothing => { extensions => [] },
    nosan => { extensions => [acme_identifier($digest)] },
    noid => { extensions => [san(dns => 'noid.alpn.signed.example')] },
    twice => { extensions => [
        san(dns => 'twice.alpn.signed.example'), acme_identifier($digest),
        acme_identifier('x' x 32)] },
    twosans => { san => san(dns => 'twosans.alpn.signed.example',
                            dns => 'twosans.alpn.signed.example') },
    address => { san => san(ip => ip('127.0.0.40')) },
    uri => { san => san(uri => 'uri.alpn.signed.example') },
    another => { name => 'another.signed.example' },
    parent => { name => 'alpn.signed.example' },
    wild => { name => '*.alpn.signed.example' },
    nul => { name => "nul.alpn.signed.example\0.example" },
    badsan => { san => extension('2.5.29.17', 0,
        der(0x30, der(0x82, 'badsan.alpn.signed.example')) . der(0x05)) },
    noncritical => { identifier => acme_identifier($digest, 0) },
    digest => { identifier => acme_identifier('x' x 32) },
    short => { identifier => acme_identifier(substr $digest, 0, 31) },
    hex => { identifier => acme_identifier(unpack 'H*', $digest) },
    trailing => { identifier => extension($MPIC::Certificate::ACME_IDENTIFIER,
                      1, der(0x04, $digest) . "\0") },
    large => { extensions => [
        san(dns => 'large.alpn.signed.example'), acme_identifier($digest),
        extension('1.2.3.4', 0, der(0x04, 'x' x 33_000))] },
);

my %servers = map {
    my %spec = %{$certificates{$_}};
    # of the certificate, where it is a number
    my ($version) = delete @spec{grep { /^version$/ && $spec{$_} =~ /^TLS/ }
                                 keys %spec};
    my %server = server($_, %spec);
    $server{version} = $version // undef;
    $_ => \%server;
} keys %certificates;


# those of addresses are asked for by the name of the reverse zone

my %addresses = (
    '45.0.0.10' => { san => san(ip => ip('45.0.0.10')) },
    '2a10:6d70::10' => { san => san(ip => ip('2a10:6d70::10')) },
    '45.0.0.11' => { san => san(dns => '45.0.0.11') },
);

my %by_address = map {
    my %server = server($_, %{$addresses{$_}});
    $_ => \%server;
} keys %addresses;

sub by_address {
    my ($socket, $hello) = @_;

    MPIC::TLSServer::shake($socket, $by_address{$hello->{local}});
}

# the first labels of what is asked for: 45.0.0.10, 45.0.0.11, 2a10:6d70::10
$servers{$_} = \&by_address for qw(10 11 0);


my $drop = sub { sysread $_[0], my $hello, 65_536 };

# records and messages of TLS 1.2
my $record = sub { pack('C n n/a', 22, 0x0303, $_[0]) };
my $message = sub { pack('C x n/a', @_) };
my $server_hello = sub {
    my ($version, $cipher) = @_;
    return $message->(2, pack('n a32 C n C', $version, 'r' x 32, 0, $cipher, 0));
};

# whatever is sent after it, the server has read what it was sent, so that the
# end is no reset
my %raw = (
    'plain' => sub { print {$_[0]} "HTTP/1.1 400 Bad Request\r\n\r\n" },
    'ssh' => sub { print {$_[0]} "SSH-2.0-OpenSSH_9.2\r\n" },
    'closed' => sub { },
    'reset' => sub { reset_connection($_[0]) },
    'mute' => sub { sleep 10 },
    'cut' => sub { print {$_[0]} substr $record->($server_hello->(0x0303, 0xc02b)),
                   0, 20 },
    'drip' => sub { print {$_[0]} pack 'C n n', 22, 0x0303, 16_384;
                    $_[0]->flush;
                    while ($_[0]->syswrite('x')) { select undef, undef, undef, 0.1 } },
    'noprotocol' => sub { print {$_[0]} alert(120) },
    'noversion' => sub { print {$_[0]} alert(70) },
    'noname' => sub { print {$_[0]} alert(112) },
    'failure' => sub { print {$_[0]} alert(40) },
    'old' => sub { print {$_[0]} pack('C n n/a', 22, 0x0302,
                                      $server_hello->(0x0302, 0xc013)) },
    'garbage' => sub { print {$_[0]} $record->($server_hello->(0x0303, 0xc02b)
                           . $message->(11, pack('C n C n/a', 0, 35, 0,
                                                 'x' x 32))) },
    'huge' => sub { print {$_[0]} $record->($server_hello->(0x0303, 0xc02b)
                        . pack('C C n', 11, 0x10, 0) . 'x' x 1000);
                    sleep 10 },
    # messages that mean nothing, without end
    'flood' => sub { my $flood = $record->("\0\0\0\0" x 4000);
                     while (print {$_[0]} $flood) { } },
    'warnings' => sub { my $flood = pack('C n n CC', 21, 0x0303, 2, 1, 90) x 1000;
                        while (print {$_[0]} $flood) { } },
    'empty' => sub { my $flood = pack('C n n', 22, 0x0303, 0) x 1000;
                     while (print {$_[0]} $flood) { } },
);

for my $label (keys %raw) {
    $servers{$label} = sub {
        $drop->(@_);
        $raw{$label}->(@_);
        $_[0]->flush;
    };
}


# one thing by IPv6, another by IPv4

sub by_family {
    my ($label, $six) = @_;
    my $four = $servers{$label};

    $servers{$label} = sub {
        my ($socket, $hello) = @_;

        return $hello->{local} =~ /:/
            ? $six->($socket, $hello) : MPIC::TLSServer::shake($socket, $four);
    };
}

by_family('half', $servers{noprotocol});
by_family('slow', $servers{mute});
by_family('wrong', sub { MPIC::TLSServer::shake($_[0], $servers{digest}) });


our $server = MPIC::TLSServer->start(
    listen => ['127.0.0.40', '[fd00:6d70::1]', '45.0.0.10', '45.0.0.11',
               '[2a10:6d70::10]'],
    servers => \%servers);

run_tests();

# what every one of the clients asked for

my %protocols = map { join(',', @{$_->{alpn}}) => 1 } $server->hellos;
my %names = map { $_->{sni} => $_->{local} } $server->hellos;

is_deeply(\%protocols, { 'acme-tls/1' => 1 },
          'acme-tls/1 alone is offered, always');
is($names{'good.alpn.signed.example'}, '127.0.0.40', 'SNI is the name');
is($names{'10.0.0.45.in-addr.arpa'}, '45.0.0.10', 'SNI is the reverse name');
is($names{'0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.d.6.0.1.a.2'
          . '.ip6.arpa'}, '2a10:6d70::10', '... of IPv6, too');

undef $server;

__DATA__

=== TEST 1: as it should be
--- request eval: ::alpn01('good.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null
check_type = "dcv"
details.validation_method = "acme-tls-alpn-01"
details.common_name = "cn of good"
details.resolved_ip = "127.0.0.40"
details.tried_ips = ["127.0.0.40"]
dnssec_status = "secure"



=== TEST 2: an RSA key
--- request eval: ::alpn01('rsa.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 3: another curve
--- request eval: ::alpn01('p384.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 4: TLS 1.2
--- request eval: ::alpn01('tls12.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 5: TLS 1.3
--- request eval: ::alpn01('tls13.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 6: the case of a name does not matter
--- request eval: ::alpn01('upper.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 7: a chain: only its first certificate is looked at
--- request eval: ::alpn01('chain.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 8: other extensions, another order
--- request eval: ::alpn01('extra.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 9: IPv6
--- request eval: ::alpn01('six.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null
details.resolved_ip = "fd00:6d70::1"



=== TEST 10: IPv6 comes first
--- request eval: ::alpn01('dual.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null
details.resolved_ip = "fd00:6d70::1"



=== TEST 11: nobody listens at the IPv6 address: IPv4
--- request eval: ::alpn01('fallback.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null
details.resolved_ip = "127.0.0.40"
details.tried_ips = ["fd00:6d70::2","127.0.0.40"]



=== TEST 12: the server at the IPv6 address refuses the handshake: IPv4
--- request eval: ::alpn01('half.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null
details.resolved_ip = "127.0.0.40"



=== TEST 13: the server at the IPv6 address says nothing: IPv4
--- config
location = /quick {
    mpic_check            dcv;
    mpic_connect_timeout  2s;
}
--- request eval
(my $r = ::alpn01('slow.alpn.signed.example')) =~ s{/dcv}{/quick}; $r
--- json
check_completed = true
check_passed = true
errors = null
details.resolved_ip = "127.0.0.40"



=== TEST 14: a wrong certificate at the IPv6 address is an answer
--- request eval: ::alpn01('wrong.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_hostname"
details.resolved_ip = "fd00:6d70::1"



=== TEST 15: of two addresses one may not be connected to
--- request eval: ::alpn01('private.alpn.signed.example')
--- json
check_completed = true
check_passed = true
errors = null
details.resolved_ip = "127.0.0.40"



=== TEST 16: TLS 1.1
--- request eval: ::alpn01('tls11.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:version"
errors.0.error_message =~ 127\.0\.0\.40 port 443: the server (refused|chose) .*TLS 1\.2



=== TEST 17: TLS 1.1, chosen though not offered
--- request eval: ::alpn01('old.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:version"
errors.0.error_message =~ before TLS 1\.2$



=== TEST 18: the server knows no protocols
--- request eval: ::alpn01('none.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:protocol_not_selected"
errors.0.error_message =~ selected none$
details.resolved_ip = "127.0.0.40"



=== TEST 19: the server refuses the protocol
--- request eval: ::alpn01('noprotocol.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:protocol_not_selected"
errors.0.error_message =~ alert no_application_protocol



=== TEST 20: the server refuses the version
--- request eval: ::alpn01('noversion.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:version"
errors.0.error_message =~ alert protocol_version



=== TEST 21: the server does not know the name
--- request eval: ::alpn01('noname.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:handshake"
errors.0.error_message =~ alert unrecognized_name



=== TEST 22: the server refuses the handshake
--- request eval: ::alpn01('failure.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:handshake"
errors.0.error_message =~ alert handshake_failure



=== TEST 23: HTTP
--- request eval: ::alpn01('plain.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:handshake"
errors.0.error_message =~ does not speak TLS



=== TEST 24: SSH
--- request eval: ::alpn01('ssh.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:handshake"
errors.0.error_message =~ does not speak TLS



=== TEST 25: a certificate that is none
--- request eval: ::alpn01('garbage.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:malformed"



=== TEST 26: certificates without end
--- request eval: ::alpn01('huge.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:malformed"
errors.0.error_message =~ certificates are too large
duration_ms =~ ^\d{1,4}$



=== TEST 27: a certificate that is too large
--- request eval: ::alpn01('large.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:malformed"
errors.0.error_message =~ certificates are too large



=== TEST 28: messages without end
--- request eval: ::alpn01('flood.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:handshake"
duration_ms =~ ^\d{1,4}$



=== TEST 29: warnings without end
--- request eval: ::alpn01('warnings.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:handshake"
duration_ms =~ ^\d{1,4}$



=== TEST 30: empty records without end
--- request eval: ::alpn01('empty.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:handshake"
duration_ms =~ ^\d{1,4}$



=== TEST 31: a connection that is closed
--- request eval: ::alpn01('closed.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127.0.0.40 port 443: the server closed the connection$



=== TEST 32: a connection that is closed within a message
--- request eval: ::alpn01('cut.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127.0.0.40 port 443: the server closed the connection$



=== TEST 33: a connection that is reset
--- request eval: ::alpn01('reset.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ Connection reset by peer



=== TEST 34: a server that says nothing
--- config
location = /short {
    mpic_check          dcv;
    mpic_check_timeout  1500ms;
}
--- request eval
(my $r = ::alpn01('mute.alpn.signed.example')) =~ s{/dcv}{/short}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ the time of 1500 ms was over while waiting for the TLS handshake, address 127\.0\.0\.56$
duration_ms =~ ^1[5-9]\d\d$|^[2-9]\d\d\d$



=== TEST 35: an octet now and then
--- config
location = /short {
    mpic_check          dcv;
    mpic_check_timeout  1500ms;
}
--- request eval
(my $r = ::alpn01('drip.alpn.signed.example')) =~ s{/dcv}{/short}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ waiting for the TLS handshake, address 127
duration_ms =~ ^1[5-9]\d\d$|^[2-9]\d\d\d$



=== TEST 36: nobody listens
--- request eval: ::alpn01('nobody.alpn.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127.0.0.99 port 443: Connection refused$
details.resolved_ip = "127.0.0.99"
details.common_name = null



=== TEST 37: connections are dropped
--- config
location = /short {
    mpic_check          dcv;
    mpic_check_timeout  1500ms;
}
--- request eval
(my $r = ::alpn01('blackhole.alpn.signed.example')) =~ s{/dcv}{/short}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ while connecting, address 127\.0\.0\.55$
duration_ms =~ ^1[5-9]\d\d$|^[2-9]\d\d\d$



=== TEST 38: signed by another
--- request eval: ::alpn01('signed.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:not_self_signed"
errors.0.error_message =~ subject \"/CN=cn of signed\" and the issuer \"/CN=A CA\"
details.common_name = "cn of signed"



=== TEST 39: signed by another, though it says otherwise
--- request eval: ::alpn01('claims.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:not_self_signed"
errors.0.error_message =~ not by its own key



=== TEST 40: its own signature, another issuer
--- request eval: ::alpn01('issuer.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:not_self_signed"



=== TEST 41: a version 1 certificate
--- request eval: ::alpn01('v1.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:not_version_3"
errors.0.error_message =~ version 1$



=== TEST 42: a curve without a name
--- request eval: ::alpn01('explicit.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:unsupported_key"
errors.0.error_message =~ a curve that has a name



=== TEST 43: no extensions
--- request eval: ::alpn01('nothing.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:extension_missing"
errors.0.error_message =~ subjectAltName



=== TEST 44: no subjectAltName
--- request eval: ::alpn01('nosan.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:extension_missing"
errors.0.error_message =~ subjectAltName



=== TEST 45: no acmeIdentifier
--- request eval: ::alpn01('noid.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:extension_missing"
errors.0.error_message =~ acmeIdentifier



=== TEST 46: two of them
--- request eval: ::alpn01('twice.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:duplicate_extension"
errors.0.error_message =~ 1\.3\.6\.1\.5\.5\.7\.1\.31



=== TEST 47: a name twice
--- request eval: ::alpn01('twosans.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:no_single_san"
errors.0.error_message =~ got 2$



=== TEST 48: an address
--- request eval: ::alpn01('address.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_dnsname"
errors.0.error_message =~ iPAddress



=== TEST 49: a URI
--- request eval: ::alpn01('uri.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_dnsname"



=== TEST 50: another name
--- request eval: ::alpn01('another.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_hostname"
errors.0.error_message =~ expected \"another\.alpn\.signed\.example\" .* got \"another\.signed\.example\"



=== TEST 51: the name above
--- request eval: ::alpn01('parent.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_hostname"



=== TEST 52: a wildcard
--- request eval: ::alpn01('wild.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_hostname"



=== TEST 53: a zero octet in the name
--- request eval: ::alpn01('nul.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_hostname"
errors.0.error_message =~ example\\000\.example



=== TEST 54: a subjectAltName that is none
--- request eval: ::alpn01('badsan.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:malformed_san"



=== TEST 55: not critical
--- request eval: ::alpn01('noncritical.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:noncritical_alpn_extension"



=== TEST 56: another digest
--- request eval: ::alpn01('digest.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:digest_mismatch"
errors.0.error_message =~ expected the digest [0-9A-F]{64} .* got 78787878



=== TEST 57: 31 octets
--- request eval: ::alpn01('short.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:malformed_acme_identifier"
errors.0.error_message =~ got 041F



=== TEST 58: hexadecimal digits
--- request eval: ::alpn01('hex.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:malformed_acme_identifier"



=== TEST 59: an octet behind the digest
--- request eval: ::alpn01('trailing.alpn.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:malformed_acme_identifier"



=== TEST 60: an IPv4 address
--- request eval: ::alpn01('45.0.0.10')
--- json
check_completed = true
check_passed = true
errors = null
details.common_name = "cn of 45.0.0.10"
dnssec_status = null
details.resolved_ip = "45.0.0.10"



=== TEST 61: an IPv6 address
--- request eval: ::alpn01('2a10:6d70::10')
--- json
check_completed = true
check_passed = true
errors = null
details.resolved_ip = "2a10:6d70::10"



=== TEST 62: an IPv6 address in brackets
--- request eval: ::alpn01('[2A10:6D70::10]')
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 63: an address as a dNSName
--- request eval: ::alpn01('45.0.0.11')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_type_not_match"
errors.0.error_message =~ dNSName



=== TEST 64: an address that nobody has
--- config
location = /quick {
    mpic_check            dcv;
    mpic_connect_timeout  100ms;
}
--- request eval
(my $r = ::alpn01('45.0.0.99')) =~ s{/dcv}{/quick}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 45\.0\.0\.99 port 443: 



=== TEST 65: an address that is denied
--- config
location = /denied {
    mpic_check         dcv;
    mpic_deny_address  45.0.0.0/24;
}
--- request eval
(my $r = ::alpn01('45.0.0.10')) =~ s{/dcv}{/denied}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ not one to connect to
details.resolved_ip = null



=== TEST 66: a private address is no target
--- request eval: ::alpn01('10.1.2.3')
--- error_code: 400
--- json
validation_issues #= 1
validation_issues.0.issue_type = "invalid-target"



=== TEST 67: a wildcard is no target
--- request eval: ::alpn01('*.alpn.signed.example')
--- error_code: 400
--- json
validation_issues #= 1
validation_issues.0.field = "domain_or_ip_target"



=== TEST 68: a name with a private address only
--- request eval: ::alpn01('private.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 10\.1\.2\.3 is not one to connect to \(Private-Use\)$



=== TEST 69: a name that does not exist
--- request eval: ::alpn01('nothing.here.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ NXDOMAIN



=== TEST 70: a name whose DNS is bogus
--- request eval: ::alpn01('www.bogus.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ SERVFAIL



=== TEST 71: a name whose DNS says nothing
--- config
location = /short {
    mpic_check          dcv;
    mpic_check_timeout  500ms;
    mpic_resolver       $TEST_NGINX_SILENT_RESOLVER;
}
--- request eval
(my $r = ::alpn01('good.alpn.signed.example')) =~ s{/dcv}{/short}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ while looking up the addresses$



=== TEST 72: another port
--- config
location = /port {
    mpic_check          dcv;
    mpic_tls_alpn_port  4430;
}
--- request eval
(my $r = ::alpn01('good.alpn.signed.example')) =~ s{/dcv}{/port}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.40 port 4430: Connection refused$



=== TEST 73: a time to connect that ends before the handshake
--- config
location = /quick {
    mpic_check            dcv;
    mpic_connect_timeout  200ms;
}
--- request eval
(my $r = ::alpn01('mute.alpn.signed.example')) =~ s{/dcv}{/quick}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.56 port 443: no TLS handshake in time$
duration_ms =~ ^[2-9]\d\d$|^\d{4}$



=== TEST 74: ... before the connection
--- config
location = /quick {
    mpic_check            dcv;
    mpic_connect_timeout  200ms;
}
--- request eval
(my $r = ::alpn01('blackhole.alpn.signed.example')) =~ s{/dcv}{/quick}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.55 port 443: no connection in time$



=== TEST 75: the digest in base64url
--- request eval
use MIME::Base64 qw(encode_base64url);
::alpn01('good.alpn.signed.example',
         key_authorization_hash => encode_base64url(::alpn_digest()))
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 76: the key authorization instead
--- request eval
::alpn01('good.alpn.signed.example', key_authorization_hash => undef,
         key_authorization => ::key_authorization('alpn'))
--- json
check_completed = true
check_passed = true
errors = null



=== TEST 77: a server that fails shakes no log
--- request eval: ::alpn01('garbage.alpn.signed.example')
--- json
check_passed = false
--- error_log
mpic TLS handshake with 127.0.0.40 port 443 failed:
--- no_error_log
[error]
[warn]
