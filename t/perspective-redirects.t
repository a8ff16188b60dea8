# acme-http-01 and redirects: each one is judged before it is followed.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use_config(<<'CONF');
mpic_check_timeout 4s;

server {
    listen 127.0.0.10:80;
    listen [fd00:6d70::1]:80;

    location /.well-known/acme-challenge/ {
        location /.well-known/acme-challenge/ok {
            return 200 "$arg_t.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
        location /.well-known/acme-challenge/r301 {
            return 301 /.well-known/acme-challenge/ok?t=r301;
        }
        location /.well-known/acme-challenge/r302 {
            return 302 http://www.signed.example/.well-known/acme-challenge/ok?t=r302;
        }
        location /.well-known/acme-challenge/r303 {
            return 303 /.well-known/acme-challenge/ok?t=r303;
        }
        location /.well-known/acme-challenge/r307 {
            return 307 /.well-known/acme-challenge/ok?t=r307;
        }
        location /.well-known/acme-challenge/r308 {
            return 308 /.well-known/acme-challenge/ok?t=r308;
        }
        location /.well-known/acme-challenge/r300 {
            add_header Location /.well-known/acme-challenge/ok?t=r300 always;
            return 300;
        }
        location /.well-known/acme-challenge/r304 {
            add_header Location /.well-known/acme-challenge/ok?t=r304 always;
            return 304;
        }
        location /.well-known/acme-challenge/none {
            return 302 "";
        }
        location /.well-known/acme-challenge/self {
            return 302 /.well-known/acme-challenge/self;
        }
        location /.well-known/acme-challenge/ping {
            return 302 /.well-known/acme-challenge/pong;
        }
        location /.well-known/acme-challenge/pong {
            return 302 /.well-known/acme-challenge/ping;
        }
        location ~ /acme-challenge/count(\d*)$ {
            return 302 /.well-known/acme-challenge/count1$1;
        }
        location /.well-known/acme-challenge/port {
            return 302 http://www.signed.example:8080/;
        }
        location /.well-known/acme-challenge/port80 {
            return 302 http://www.signed.example:80/.well-known/acme-challenge/ok?t=port80;
        }
        location /.well-known/acme-challenge/ftp {
            return 302 ftp://www.signed.example/;
        }
        location /.well-known/acme-challenge/file {
            return 302 file:///etc/passwd;
        }
        location /.well-known/acme-challenge/user {
            return 302 http://www.signed.example@hop1.signed.example/;
        }
        location /.well-known/acme-challenge/zone {
            return 302 "http://[fe80::1%25eth0]/";
        }
        location /.well-known/acme-challenge/private {
            return 302 http://10.1.2.3/;
        }
        location /.well-known/acme-challenge/mapped {
            return 302 http://[::ffff:10.1.2.3]/;
        }
        location /.well-known/acme-challenge/decimal {
            return 302 http://167838211/;
        }
        location /.well-known/acme-challenge/inner {
            return 302 http://private.signed.example/;
        }
        location /.well-known/acme-challenge/literal {
            return 302 http://127.0.0.10/.well-known/acme-challenge/ok?t=literal;
        }
        location /.well-known/acme-challenge/literal6 {
            return 302 http://[fd00:6d70::1]/.well-known/acme-challenge/ok?t=literal6;
        }
        location /.well-known/acme-challenge/away {
            return 302 http://fallback.signed.example/.well-known/acme-challenge/ok?t=away;
        }
        location /.well-known/acme-challenge/dead {
            return 302 http://nobody.signed.example/;
        }
        location /.well-known/acme-challenge/tls {
            return 302 https://hop1.signed.example/.well-known/acme-challenge/tls;
        }
        location /.well-known/acme-challenge/tls6 {
            return 302 https://[fd00:6d70::1]/.well-known/acme-challenge/tls6;
        }
        location /.well-known/acme-challenge/tls11 {
            return 302 https://hop2.signed.example/;
        }
        location /.well-known/acme-challenge/plain443 {
            return 302 http://hop1.signed.example:443/;
        }
        location /.well-known/acme-challenge/long {
            return 302 http://www.signed.example/$request_uri$request_uri$request_uri$request_uri;
        }
        location /.well-known/acme-challenge/fragment {
            return 302 /.well-known/acme-challenge/ok?t=fragment#part;
        }
        location /.well-known/acme-challenge/missing {
            return 302 /.well-known/acme-challenge/gone;
        }
        location /.well-known/acme-challenge/gone {
            return 410;
        }
    }
}

server {
    listen 127.0.0.11:443 ssl;
    listen [fd00:6d70::1]:443 ssl;
    ssl_certificate      $TEST_NGINX_CERTS/stranger.pem;
    ssl_certificate_key  $TEST_NGINX_CERTS/stranger.key;

    location = /.well-known/acme-challenge/tls {
        return 200 "tls.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI-$ssl_server_name-$host-$ssl_session_reused-$ssl_alpn_protocol";
    }
    location = /.well-known/acme-challenge/tls6 {
        return 200 "tls6.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI-$ssl_server_name";
    }
}

server {
    listen 127.0.0.12:443 ssl;
    ssl_protocols        TLSv1.1;
    ssl_ciphers          ALL:@SECLEVEL=0;
    ssl_certificate      $TEST_NGINX_CERTS/stranger.pem;
    ssl_certificate_key  $TEST_NGINX_CERTS/stranger.key;
}
CONF

run_tests();

__DATA__

=== TEST 1: 301 with a path
--- request eval: ::http01('www.signed.example', token => 'r301')
--- json
check_completed = true
check_passed = true
errors = null
details.response_history #= 1
details.response_history.0.status_code = 301
details.response_history.0.url =~ /\.well-known/acme-challenge/ok\?t=r301$
details.response_url = "http://www.signed.example/.well-known/acme-challenge/ok?t=r301"
details.response_status_code = 200



=== TEST 2: 302 with a URL
--- request eval: ::http01('www.signed.example', token => 'r302')
--- json
check_passed = true
details.response_history.0.status_code = 302
details.response_history.0.url = "http://www.signed.example/.well-known/acme-challenge/ok?t=r302"



=== TEST 3: 307
--- request eval: ::http01('www.signed.example', token => 'r307')
--- json
check_passed = true
details.response_history.0.status_code = 307



=== TEST 4: 308
--- request eval: ::http01('www.signed.example', token => 'r308')
--- json
check_passed = true
details.response_history.0.status_code = 308



=== TEST 5: 303 is not followed (BR 3.2.2.4.19)
--- request eval: ::http01('www.signed.example', token => 'r303')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:redirect:invalid"
errors.0.error_message =~ 303
details.response_history #= 1
details.response_history.0.status_code = 303
details.response_status_code = 303
details.response_url = "http://www.signed.example/.well-known/acme-challenge/r303"
details.response_page = null



=== TEST 6: 300 is not followed
--- request eval: ::http01('www.signed.example', token => 'r300')
--- json
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"



=== TEST 7: 304 is not followed
--- request eval: ::http01('www.signed.example', token => 'r304')
--- json
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"



=== TEST 8: a URL that redirects to itself
--- request eval: ::http01('www.signed.example', token => 'self')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history #= 1



=== TEST 9: a loop
--- request eval: ::http01('www.signed.example', token => 'ping')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history #= 2



=== TEST 10: twenty redirects and one more
--- request eval: ::http01('www.signed.example', token => 'count')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history #= 21
details.response_history.20.url =~ count1{21}$



=== TEST 11: as many redirects as are configured
--- config
location = /none {
    mpic_check          dcv;
    mpic_max_redirects  0;
}
--- request eval
(my $r = ::http01('www.signed.example', token => 'r301')) =~ s{/dcv}{/none}; $r
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history #= 1



=== TEST 12: another port
--- request eval: ::http01('www.signed.example', token => 'port')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
errors.0.error_message =~ 8080
details.response_history.0.url = "http://www.signed.example:8080/"
details.response_url = "http://www.signed.example/.well-known/acme-challenge/port"



=== TEST 13: the port that it has anyway
--- request eval: ::http01('www.signed.example', token => 'port80')
--- json
check_passed = true



=== TEST 14: another scheme
--- request eval: ::http01('www.signed.example', token => 'ftp')
--- json
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"



=== TEST 15: a file
--- request eval: ::http01('www.signed.example', token => 'file')
--- json
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"



=== TEST 16: user information
--- request eval: ::http01('www.signed.example', token => 'user')
--- json
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"



=== TEST 17: a zone identifier
--- request eval: ::http01('www.signed.example', token => 'zone')
--- json
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"



=== TEST 18: a private address
--- request eval: ::http01('www.signed.example', token => 'private')
--- json
check_passed = false
errors.0.error_message =~ 10\.1\.2\.3 .*Private-Use
details.response_history #= 1



=== TEST 19: a private address within an IPv6 one
--- request eval: ::http01('www.signed.example', token => 'mapped')
--- json
check_passed = false
errors.0.error_message =~ ::ffff:(10\.1\.2\.3|a01:203)



=== TEST 20: a private address as a number
--- request eval: ::http01('www.signed.example', token => 'decimal')
--- json
check_passed = false



=== TEST 21: a name with a private address
--- request eval: ::http01('www.signed.example', token => 'inner')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 10\.1\.2\.3 .*Private-Use
details.response_url = "http://private.signed.example/"
details.response_status_code = null
details.resolved_ip = null



=== TEST 22: an address that may be connected to
--- request eval: ::http01('www.signed.example', token => 'literal')
--- json
check_passed = true
details.response_url =~ ^http://127\.0\.0\.10/
details.resolved_ip = "127.0.0.10"



=== TEST 23: an IPv6 address that may be connected to
--- request eval: ::http01('www.signed.example', token => 'literal6')
--- json
check_passed = true
details.response_url =~ ^http://\[fd00:6d70::1\]/
details.resolved_ip = "fd00:6d70::1"



=== TEST 24: another host, its IPv6 address is dead
--- request eval: ::http01('six.signed.example', token => 'away')
--- json
check_passed = true
details.resolved_ip = "127.0.0.10"



=== TEST 25: another host where nobody listens
--- request eval: ::http01('www.signed.example', token => 'dead')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ ^No response for http://nobody\.signed\.example/: 127\.0\.0\.99 port 80: Connection refused
details.response_history #= 1
details.response_url = "http://nobody.signed.example/"
details.response_status_code = null
details.resolved_ip = "127.0.0.99"



=== TEST 26: https, whatever the certificate; SNI is the host
--- request eval
::http01('www.signed.example', token => 'tls',
         key_authorization => ::key_authorization('tls')
                              . '-hop1.signed.example-hop1.signed.example-.-http/1.1')
--- json
check_passed = true
details.response_url = "https://hop1.signed.example/.well-known/acme-challenge/tls"
details.resolved_ip = "127.0.0.11"



=== TEST 27: a second time: no session is resumed
--- request eval
::http01('www.signed.example', token => 'tls',
         key_authorization => ::key_authorization('tls')
                              . '-hop1.signed.example-hop1.signed.example-.-http/1.1')
--- json
check_passed = true



=== TEST 28: https to an address has no SNI
--- request eval
::http01('www.signed.example', token => 'tls6',
         key_authorization => ::key_authorization('tls6') . '-')
--- json
check_passed = true
details.resolved_ip = "fd00:6d70::1"



=== TEST 29: TLS 1.1
--- request eval: ::http01('www.signed.example', token => 'tls11')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.12 port 443:
details.response_url = "https://hop2.signed.example/"



=== TEST 30: http to the port of https
--- request eval: ::http01('www.signed.example', token => 'plain443')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:http"
details.response_url = "http://hop1.signed.example:443/"
details.response_status_code = 400



=== TEST 31: a fragment is not sent
--- request eval: ::http01('www.signed.example', token => 'fragment')
--- json
check_passed = true
details.response_url =~ ok\?t=fragment$



=== TEST 32: a page that is not there
--- request eval: ::http01('www.signed.example', token => 'missing')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:http"
details.response_history #= 1
details.response_status_code = 410
details.response_url = "http://www.signed.example/.well-known/acme-challenge/gone"
