# The channel to the perspectives: mutual TLS, HTTP/2, one connection.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

# "--- coordinator": the certificate that the coordinator shows
# "--- fourth": address, certificate and "listen" parameters of p4
# "--- pins": whose keys p4 may show

sub credentials {
    my ($name) = @_;

    return <<"CONF";
ssl_certificate \$TEST_NGINX_CERTS/$name.pem;
ssl_certificate_key \$TEST_NGINX_CERTS/$name.key;
ssl_trusted_certificate \$TEST_NGINX_CERTS/ca.pem;
CONF
}

sub pin {
    my ($name) = @_;

    my $digest = join ' | ', "openssl x509 -in $ENV{TEST_NGINX_CERTS}/$name.pem"
        . ' -pubkey -noout', 'openssl pkey -pubin -outform DER',
        'openssl dgst -sha256 -binary', 'openssl base64';
    $digest = `$digest`;
    chomp $digest;

    return "pin=sha256:$digest";
}

# the answer tells which request of its connection it answers

our $body = $MPIC::Coordinator::bodies{pass};
$body =~ s/^\{/{"number_on_connection":\$connection_requests,/;

sub tls_server {
    my ($n, $address, $cert, $listen) = @_;

    return <<"CONF";
server {
    listen $address:844$n ssl $listen;
    ssl_certificate \$TEST_NGINX_CERTS/$cert.pem;
    ssl_certificate_key \$TEST_NGINX_CERTS/$cert.key;
    ssl_client_certificate \$TEST_NGINX_CERTS/ca.pem;
    ssl_verify_client on;
    access_log logs/error.log seen;
    location / { return 200 '$body'; }
}
CONF
}

our $log_format = <<'CONF';
log_format seen "seen $server_port $server_protocol [$ssl_client_s_dn]";
CONF

add_block_preprocessor(sub {
    my ($block) = @_;

    my ($set, $servers) = (credentials($block->coordinator // 'coordinator'), '');

    for my $n (1 .. 4) {
        my ($address, $cert, $listen) =
            split ' ', $n == 4 && $block->fourth || "127.0.0.1 p$n http2", 3;

        my @pins = $n == 4 ? map { pin($_) } split ' ', $block->pins // '' : ();

        $set .= "perspective p$n https://$address:844$n "
                . "rir=$MPIC::Coordinator::rirs[$n] @pins;\n";
        $servers .= tls_server($n, $address, $cert, $listen // '');
    }

    $block->set_value('set', $set);
    $block->set_value('http_config', $log_format . $servers);

    my $ask = 'POST /mpic' . "\n"
              . '{"check_type": "caa", "domain_or_ip_target": "example.com"}';

    if (defined $block->twice) {
        $block->set_value('pipelined_requests', [$ask, $ask]);

    } else {
        $block->set_value('request', $ask);
    }
});

run_tests();

__DATA__

=== TEST 1: certificates on both sides, HTTP/2
--- json
is_valid = true
perspectives #= 4
perspectives[p4].check_response.check_passed = true
--- error_log
seen 8441 HTTP/2.0 [CN=coordinator]
seen 8444 HTTP/2.0 [CN=coordinator]
--- no_error_log
[error]



=== TEST 2: the next call goes over the same connection
--- twice
--- response_body_like eval
[qr/("number_on_connection":1,.*){4}/, qr/("number_on_connection":2,.*){4}/]



=== TEST 3: a perspective that speaks HTTP/1.1 alone
--- fourth: 127.0.0.1 p4
--- json
perspectives[p4].check_response.check_passed = true
--- error_log
seen 8444 HTTP/1.1 [CN=coordinator]



=== TEST 4: a perspective with a stranger's certificate
--- fourth: 127.0.0.1 stranger http2
--- allow_log
[crit]
--- error_log
[crit]
mpic: perspective "p4": it cannot be reached
--- json
is_valid = true
perspectives[p4].check_response.check_completed = false
perspectives[p4].check_response.errors.0.error_message =~ cannot be reached: .*certificate



=== TEST 5: a perspective with a certificate for another address
--- fourth: 127.0.0.9 p4 http2
--- allow_log
[crit]
--- error_log
[crit]
mpic: perspective "p4": it cannot be reached
--- json
is_valid = true
perspectives[p4].check_response.check_completed = false
perspectives[p4].check_response.errors.0.error_message =~ cannot be reached: .*127\.0\.0\.9



=== TEST 6: a coordinator with a stranger's certificate
--- coordinator: stranger
--- json
is_valid = false
mpic_completed = false
perspectives[p1].check_response.check_completed = false
perspectives[p1].check_response.errors.0.error_message =~ its answer \(status 400\) cannot be used



=== TEST 7: one of the keys that it may show
--- fourth: 127.0.0.1 p4 http2
--- pins: p5 p4
--- json
perspectives[p4].check_response.check_passed = true



=== TEST 8: a good certificate, and a key that it may not show
--- fourth: 127.0.0.1 p4 http2
--- pins: p5
--- allow_log
[crit]
--- json
is_valid = true
perspectives[p4].check_response.check_completed = false
perspectives[p4].check_response.errors.0.error_message =~ cannot be reached: .*public key
--- error_log
[crit]
mpic: perspective "p4": it cannot be reached
