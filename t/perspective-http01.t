# acme-http-01: the target's web server on 127.0.0.10 and fd00:6d70::1.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use_config(<<'CONF');
map_hash_bucket_size 256;
map "$request_method|$server_protocol|$http_host|$http_user_agent|$http_accept|$http_x_a|$http_accept_encoding$http_cookie$http_referer$http_range$http_content_type" $seen {
    default  "other";
    "GET|HTTP/1.1|www.signed.example|Mozilla/5.0 (compatible; mpic-nginx; domain control validation)|*/*||"  "plain";
    "GET|HTTP/1.1|www.signed.example|agent/1.0|*/*|one|"  "agent";
    "GET|HTTP/1.1|www.signed.example|caller/2.0|text/plain||"  "caller";
}
server {
    listen 127.0.0.10:80;
    listen [fd00:6d70::1]:80;

    location /.well-known/acme-challenge/ {
        location /.well-known/acme-challenge/ok {
            return 200 "ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
        location /.well-known/acme-challenge/spaces {
            return 200 "spaces.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI \t\r\n\n";
        }
        location /.well-known/acme-challenge/leading {
            return 200 "\nleading.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
        location /.well-known/acme-challenge/inside {
            return 200 "<p>inside.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI</p>";
        }
        location /.well-known/acme-challenge/upper {
            return 200 "UPPER.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
        location /.well-known/acme-challenge/empty {
            return 200;
        }
        location /.well-known/acme-challenge/missing {
            return 404 "missing.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
        location /.well-known/acme-challenge/error {
            return 500 "error.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
        location /.well-known/acme-challenge/created {
            return 203 "created.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
        # only the right request gets the right answer
        location ~ /acme-challenge/(plain|agent|caller)$ {
            return 200 "$seen.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        }
    }
}
CONF

run_tests();

__DATA__

=== TEST 1: the key authorization is there
--- request eval: ::http01('www.signed.example')
--- response_headers
Content-Type: application/json
--- json
check_type = "dcv"
check_completed = true
check_passed = true
errors = null
timestamp_ns =~ ^\d{19}$
duration_ms =~ ^\d+$
details.validation_method = "acme-http-01"
details.response_history = null
details.response_url = "http://www.signed.example/.well-known/acme-challenge/ok"
details.response_status_code = 200
details.response_page = "b2suOWpnNDZXQjNyUl9BSEQtRUJYZE43Y0JrSDFXT3UwdEEzTTlmbTIxbXFUSQ=="
details.resolved_ip = "127.0.0.10"



=== TEST 2: white space at the end does no harm
--- request eval: ::http01('www.signed.example', token => 'spaces')
--- json
check_completed = true
check_passed = true



=== TEST 3: white space before it does
--- request eval: ::http01('www.signed.example', token => 'leading')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:mismatch"



=== TEST 4: the key authorization within a page
--- request eval: ::http01('www.signed.example', token => 'inside')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:mismatch"
details.response_status_code = 200
details.response_page exists



=== TEST 5: another case is another key authorization
--- request eval: ::http01('www.signed.example', token => 'upper')
--- json
check_completed = true
check_passed = false



=== TEST 6: an empty page
--- request eval: ::http01('www.signed.example', token => 'empty')
--- json
check_completed = true
check_passed = false
details.response_status_code = 200
details.response_page = ""



=== TEST 7: 404, though the key authorization is there
--- request eval: ::http01('www.signed.example', token => 'missing')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:http"
errors.0.error_message =~ 404
details.response_status_code = 404
details.response_url =~ /missing$
details.response_page exists
details.resolved_ip = "127.0.0.10"



=== TEST 8: 500, though the key authorization is there
--- request eval: ::http01('www.signed.example', token => 'error')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:http"
details.response_status_code = 500



=== TEST 9: any 2xx is a success
--- request eval: ::http01('www.signed.example', token => 'created')
--- json
check_completed = true
check_passed = true
details.response_status_code = 203



=== TEST 10: what is sent, and what is not
--- request eval: ::http01('www.signed.example', token => 'plain')
--- json
check_passed = true



=== TEST 11: another user agent and the caller's headers
--- config
location = /agent {
    mpic_check       dcv;
    mpic_user_agent  agent/1.0;
}
--- request eval
(my $r = ::http01('www.signed.example', token => 'agent',
                http_headers => {'X-A' => 'one', 'x-b' => ''}))
    =~ s{/dcv}{/agent};
$r
--- json
check_passed = true



=== TEST 12: the caller's own user agent and types
--- request eval
::http01('www.signed.example', token => 'caller',
       http_headers => {'User-Agent' => 'caller/2.0',
                        'Accept' => 'text/plain'})
--- json
check_passed = true



=== TEST 13: IPv6 comes first
--- request eval: ::http01('dual.signed.example')
--- json
check_passed = true
details.resolved_ip = "fd00:6d70::1"



=== TEST 14: IPv6 alone
--- request eval: ::http01('six.signed.example')
--- json
check_passed = true
details.resolved_ip = "fd00:6d70::1"



=== TEST 15: no connection by IPv6, so IPv4
--- request eval: ::http01('fallback.signed.example')
--- json
check_passed = true
errors = null
details.resolved_ip = "127.0.0.10"



=== TEST 16: one address after the other until one answers
--- request eval: ::http01('many.signed.example')
--- json
check_passed = true
details.resolved_ip = "127.0.0.10"



=== TEST 17: nobody listens
--- request eval: ::http01('nobody.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message = "No response for http://nobody.signed.example/.well-known/acme-challenge/ok: 127.0.0.99 port 80: Connection refused."
details.response_url = "http://nobody.signed.example/.well-known/acme-challenge/ok"
details.response_status_code = null
details.response_page = null
details.resolved_ip = "127.0.0.99"



=== TEST 18: a private address is not connected to
--- request eval: ::http01('private.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 10\.1\.2\.3 .*Private-Use
details.resolved_ip = null



=== TEST 19: nor one mapped into IPv6
--- request eval: ::http01('mapped.signed.example')
--- json
check_passed = false
errors.0.error_message =~ ::ffff:10\.1\.2\.3



=== TEST 20: nor that of a cloud's metadata
--- request eval: ::http01('metadata.signed.example')
--- json
check_passed = false
errors.0.error_message =~ 169\.254\.169\.254 .*Link.Local



=== TEST 21: nor the unspecified one
--- request eval: ::http01('unspecified.signed.example')
--- json
check_passed = false
errors.0.error_message =~ 0\.0\.0\.0



=== TEST 22: a good address beside a private one
--- request eval: ::http01('mixed.signed.example')
--- json
check_passed = true
details.resolved_ip = "127.0.0.10"



=== TEST 23: loopback, where it is not allowed
--- config
location = /strict {
    mpic_check          dcv;
    mpic_allow_address  192.0.2.0/24;
}
--- request eval
(my $r = ::http01('www.signed.example')) =~ s{/dcv}{/strict}; $r
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ 127\.0\.0\.10 .*Loopback



=== TEST 24: a name without an address
--- request eval: ::http01('noaddress.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ noaddress\.signed\.example has no address: AAAA: no record; A: no record



=== TEST 25: a name that does not exist
--- request eval: ::http01('nothing.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ NXDOMAIN.*NXDOMAIN



=== TEST 26: an address that is bogus
--- request eval: ::http01('www.bogus.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ SERVFAIL



=== TEST 27: an alias
--- request eval: ::http01('chain1.signed.example')
--- json
check_passed = true
details.response_url =~ ^http://chain1\.signed\.example/
details.resolved_ip = "127.0.0.10"



=== TEST 28: an alias of a bogus name
--- request eval: ::http01('tobogus.signed.example')
--- json
check_passed = false
errors.0.error_message =~ SERVFAIL



=== TEST 29: another port than 80
--- http_config
server {
    listen 127.0.0.10:8080;
    return 200 "ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI-$http_host";
}
--- config
location = /port {
    mpic_check      dcv;
    mpic_http_port  8080;
}
--- request eval
(my $r = ::http01('www.signed.example', key_authorization =>
                ::key_authorization('ok') . '-www.signed.example'))
    =~ s{/dcv}{/port};
$r
--- json
check_passed = true
details.response_url = "http://www.signed.example/.well-known/acme-challenge/ok"



=== TEST 30: what is logged of a check
--- config
mpic_perspective_code  us-west-2;
--- request eval: ::http01('nobody.signed.example', token => 's3cret')
--- log_level: info
--- error_log eval
[qr/mpic check: not completed, not passed, errors: mpic_error:dcv_checker:lookup, \d+ ms, trace: "", perspective: "us-west-2", mpic: "acme-http-01 nobody\.signed\.example"/,
 'mpic connection to 127.0.0.99 port 80 failed: Connection refused']
--- no_error_log
s3cret
