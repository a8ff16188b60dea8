# website-change: a page below /.well-known/pki-validation/ that contains a
# value.  What it shares with acme-http-01 is in that method's tests.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use_config(<<'CONF');
mpic_redirect_ports 80 443 22;

server {
    listen 127.0.0.10:80;
    listen [fd00:6d70::1]:80;
    listen [fd00:6d70::1]:443;
    listen 45.0.0.10:80;
    listen [2a10:6d70::10]:80;

    location /.well-known/pki-validation/ {
        location /.well-known/pki-validation/ok.txt {
            return 200 "<html>v4lue-9jg46WB3rR</html>\n";
        }
        location "/.well-known/pki-validation/sub/dir/~a!$&'()*+,;=:@b" {
            return 200 "v4lue-9jg46WB3rR";
        }
        location /.well-known/pki-validation/plain.txt {
            return 200 "v4lue-9jg46WB3rR\n";
        }
        location /.well-known/pki-validation/upper.txt {
            return 200 "V4LUE-9JG46WB3RR";
        }
        location /.well-known/pki-validation/white.txt {
            return 200 " \n\tv4lue-9jg46WB3rR";
        }
        location /.well-known/pki-validation/other.txt {
            return 200 "v4lue-9jg46WB3r";
        }
        location /.well-known/pki-validation/missing.txt {
            return 404 "v4lue-9jg46WB3rR";
        }
        location /.well-known/pki-validation/echo.txt {
            return 200 "v4lue-9jg46WB3rR|$http_host|$http_x_a|$http_user_agent";
        }
        location /.well-known/pki-validation/to-tls.txt {
            return 308 https://hop1.signed.example/.well-known/pki-validation/tls.txt;
        }
        location /.well-known/pki-validation/to-22.txt {
            return 302 http://hop1.signed.example:22/page;
        }
        location /.well-known/pki-validation/to-25.txt {
            return 302 http://hop1.signed.example:25/page;
        }
        location /.well-known/pki-validation/to-value.txt {
            return 302 /echo/V4lue-9jg46WB3rR;
        }
        location /.well-known/pki-validation/to-encoded.txt {
            return 302 /echo?v4lue%2D9jg46WB3rR;
        }
        location /.well-known/pki-validation/to-303.txt {
            return 303 /.well-known/pki-validation/ok.txt;
        }
        location /.well-known/pki-validation/to-many.txt {
            return 302 http://many.signed.example/.well-known/pki-validation/ok.txt;
        }
        location /.well-known/pki-validation/to-nobody.txt {
            return 302 http://nobody.signed.example/;
        }
    }
    location /echo {
        return 200 "v4lue-9jg46WB3rR";
    }
}

server {
    listen 127.0.0.11:443 ssl;
    listen 127.0.0.10:443 ssl;
    listen 45.0.0.10:443 ssl;
    listen [2a10:6d70::10]:443 ssl;
    ssl_certificate      $TEST_NGINX_CERTS/stranger.pem;
    ssl_certificate_key  $TEST_NGINX_CERTS/stranger.key;

    location = /.well-known/pki-validation/tls.txt {
        return 200 "v4lue-9jg46WB3rR|$ssl_server_name|$http_host|$ssl_protocol|$ssl_alpn_protocol|$http_accept_encoding$http_cookie$http_authorization|";
    }
}

# pages in files
server {
    listen 127.0.0.12:80;
    root html;
}

server {
    listen 127.0.0.11:22;
    listen 127.0.0.11:25;
    return 200 "v4lue-9jg46WB3rR $http_host";
}
CONF

# pages of a length, filled up with letters

my @pages = (
    page('octets.txt', 30, "\0\xff\xfe", "v4lue-9jg46WB3rR\xc3\0"),
    page('end.txt', 65536, '', 'v4lue-9jg46WB3rR'),
    page('beyond.txt', 65537, '', 'v4lue-9jg46WB3rR'),
    page('cut.txt', 200, 'v4lue-9jg46WB3rR', ''),
    page('slow.txt', 65536, 'v4lue-9jg46WB3rR', ''),
);

# nginx is not started for each block, and files are written when it is
add_block_preprocessor(sub {
    $_[0]->set_value('user_files', join "\n", @pages);
});

sub page {
    my ($name, $length, $head, $tail) = @_;

    return ">>> .well-known/pki-validation/$name\n"
           . $head . 'a' x ($length - length $head . $tail) . $tail;
}

run_tests();

__DATA__

=== TEST 1: the value is in the page
--- request eval: ::website('www.signed.example')
--- json
check_type = "dcv"
check_completed = true
check_passed = true
errors = null
details.validation_method = "website-change"
details.response_history = null
details.response_url = "http://www.signed.example/.well-known/pki-validation/ok.txt"
details.response_status_code = 200
details.response_page = "PGh0bWw+djRsdWUtOWpnNDZXQjNyUjwvaHRtbD4K"
details.resolved_ip = "127.0.0.10"
details.tried_ips = ["127.0.0.10"]



=== TEST 2: a path with all that it may have
--- request eval
::website('www.signed.example', http_token_path => q{sub/dir/~a!$&'()*+,;=:@b})
--- json
check_passed = true
details.response_url = "http://www.signed.example/.well-known/pki-validation/sub/dir/~a!$&'()*+,;=:@b"



=== TEST 3: white space before it does no harm
--- request eval: ::website('www.signed.example', http_token_path => 'white.txt')
--- json
check_passed = true



=== TEST 4: a page is octets
--- request eval
::website('hop2.signed.example', http_token_path => 'octets.txt',
          match_regex => '^\x00\xff.*\xc3\x00$')
--- json
check_passed = true
details.response_page =~ ^AP\/\+



=== TEST 5: another case
--- request eval: ::website('www.signed.example', http_token_path => 'upper.txt')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:mismatch"
errors.0.error_message = "expected the page to contain \"v4lue-9jg46WB3rR\", got \"V4LUE-9JG46WB3RR\""
details.response_status_code = 200
details.response_page = "VjRMVUUtOUpHNDZXQjNSUg=="
details.resolved_ip = "127.0.0.10"



=== TEST 6: another case, where case does not count
--- request eval
::website('www.signed.example', http_token_path => 'upper.txt',
          require_exact_case => JSON::PP::false)
--- json
check_passed = true



=== TEST 7: an octet less
--- request eval: ::website('www.signed.example', http_token_path => 'other.txt')
--- json
check_completed = true
check_passed = false



=== TEST 8: 404, though the value is there
--- request eval: ::website('www.signed.example', http_token_path => 'missing.txt')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:http"
errors.0.error_message =~ 404
details.response_status_code = 404



=== TEST 9: Host and headers
--- request eval
::website('www.signed.example', http_token_path => 'echo.txt',
          http_headers => {'X-A' => 'one', 'User-Agent' => 'caller'},
          match_regex => '\|www\.signed\.example\|one\|caller$')
--- json
check_passed = true



=== TEST 10: https, whatever the certificate; port 443, SNI, no HTTP/2, nothing asked for
--- request eval
::website('hop1.signed.example', url_scheme => 'https', http_token_path => 'tls.txt',
          match_regex => '^v4lue-\w+\|hop1\.signed\.example\|hop1\.signed\.example\|TLSv1\.[23]\|http/1\.1\|\|$')
--- json
check_passed = true
details.response_url = "https://hop1.signed.example/.well-known/pki-validation/tls.txt"
details.resolved_ip = "127.0.0.11"



=== TEST 11: IPv6 does not speak TLS, so IPv4
--- request eval
::website('dual.signed.example', url_scheme => 'https', http_token_path => 'tls.txt')
--- json
check_passed = true
errors = null
details.resolved_ip = "127.0.0.10"
details.tried_ips = ["fd00:6d70::1", "127.0.0.10"]



=== TEST 12: an IPv4 address
--- request eval
::website('45.0.0.10', http_token_path => 'echo.txt',
          match_regex => '\|45\.0\.0\.10\|')
--- json
check_passed = true
details.response_url = "http://45.0.0.10/.well-known/pki-validation/echo.txt"
details.resolved_ip = "45.0.0.10"
dnssec_status = null



=== TEST 13: an IPv6 address
--- request eval
::website('2a10:6d70:0::10', http_token_path => 'echo.txt',
          match_regex => '\|\[2a10:6d70::10\]\|')
--- json
check_passed = true
details.response_url = "http://[2a10:6d70::10]/.well-known/pki-validation/echo.txt"
details.resolved_ip = "2a10:6d70::10"



=== TEST 14: an IPv6 address by https: no SNI
--- request eval
::website('[2a10:6d70::10]', url_scheme => 'https', http_token_path => 'tls.txt',
          match_regex => '^v4lue-\w+\|\|\[2a10:6d70::10\]\|')
--- json
check_passed = true
details.response_url = "https://[2a10:6d70::10]/.well-known/pki-validation/tls.txt"



=== TEST 15: the addresses of all hops, in their order
--- request eval: ::website('fallback.signed.example', http_token_path => 'to-tls.txt')
--- json
check_passed = true
details.response_history = [{"status_code": 308, "url": "https://hop1.signed.example/.well-known/pki-validation/tls.txt"}]
details.resolved_ip = "127.0.0.11"
details.tried_ips = ["fd00:6d70::2", "127.0.0.10", "127.0.0.11"]



=== TEST 16: of a hop that nobody answers too
--- request eval: ::website('www.signed.example', http_token_path => 'to-nobody.txt')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
details.response_history #= 1
details.response_url = "http://nobody.signed.example/"
details.response_status_code = null
details.resolved_ip = "127.0.0.99"
details.tried_ips = ["127.0.0.10", "127.0.0.99"]



=== TEST 17: 303 is not followed (BR 3.2.2.4.18)
--- request eval: ::website('www.signed.example', http_token_path => 'to-303.txt')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_status_code = 303



=== TEST 18: a port of SSH, as the operator allows
--- request eval
::website('www.signed.example', http_token_path => 'to-22.txt',
          match_regex => ' hop1\.signed\.example:22$')
--- json
check_passed = true
details.response_url = "http://hop1.signed.example:22/page"



=== TEST 19: a port that he does not allow
--- request eval: ::website('www.signed.example', http_token_path => 'to-25.txt')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
errors.0.error_message =~ "25" is a port other than 80, 443, 22
details.response_status_code = 302
details.response_history = [{"status_code": 302, "url": "http://hop1.signed.example:25/page"}]



=== TEST 20: the value must not be in the request: a redirect to it
--- request eval: ::website('www.signed.example', http_token_path => 'to-value.txt')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
errors.0.error_message =~ holds the challenge value



=== TEST 21: in an encoded form
--- request eval: ::website('www.signed.example', http_token_path => 'to-encoded.txt')
--- json
check_passed = false
errors.0.error_message =~ holds the challenge value



=== TEST 22: in the path
--- request eval: ::website('www.signed.example', http_token_path => 'v4lue-9jg46WB3rR')
--- error_code: 400
--- json
error = "request-validation-failed"
validation_issues #= 1
validation_issues.0.field = "dcv_check_parameters.http_token_path"



=== TEST 23: in the name
--- request eval
::website('v4lue-9jg46WB3rR.signed.example')
--- error_code: 400
--- json
validation_issues.0.field = "dcv_check_parameters.challenge_value"
validation_issues.0.message =~ must not appear in the request



=== TEST 24: in this perspective's User-Agent
--- config
location = /agent {
    mpic_check       dcv;
    mpic_user_agent  "a V4LUE-9jg46WB3rR b";
}
--- request eval
(my $r = ::website('www.signed.example')) =~ s{/dcv}{/agent}; $r
--- error_code: 400
--- json
validation_issues.0.issue_type = "invalid-value"
validation_issues.0.field = "dcv_check_parameters.challenge_value"
validation_issues.0.message =~ User-Agent



=== TEST 25: all that is wrong with a request at once
--- request eval
::website('*.signed.example', http_token_path => '../x', url_scheme => 'ftp',
          match_regex => '(a', http_headers => {Host => 'x'},
          require_exact_case => 'yes')
--- error_code: 400
--- json
validation_issues #= 6
validation_issues[dcv_check_parameters.http_token_path].issue_type = "invalid-value"
validation_issues[dcv_check_parameters.url_scheme].issue_type = "invalid-value"
validation_issues[dcv_check_parameters.match_regex].message =~ is no regular expression: missing closing parenthesis, at octet 2
validation_issues[dcv_check_parameters.http_headers].issue_type = "invalid-value"
validation_issues[dcv_check_parameters.require_exact_case].issue_type = "invalid-type"
validation_issues[domain_or_ip_target].issue_type = "invalid-target"



=== TEST 26: a regular expression that matches
--- request eval
::website('www.signed.example', http_token_path => 'plain.txt',
          match_regex => '^v4lue-[[:alnum:]]{10}$')
--- json
check_passed = true



=== TEST 27: one that does not, though the value is there
--- request eval
::website('www.signed.example', match_regex => '^v4lue-[[:alnum:]]{10}$')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:mismatch"
errors.0.error_message =~ the page contains the value and does not match
details.response_page exists



=== TEST 28: one that matches, and no value
--- request eval
::website('www.signed.example', http_token_path => 'other.txt',
          match_regex => '^v4lue')
--- json
check_completed = true
check_passed = false
errors.0.error_message =~ expected the page to contain



=== TEST 29: the value at the end of what is read
--- request eval: ::website('hop2.signed.example', http_token_path => 'end.txt')
--- json
check_passed = true



=== TEST 30: an octet beyond it
--- request eval: ::website('hop2.signed.example', http_token_path => 'beyond.txt')
--- json
check_completed = true
check_passed = false
errors.0.error_message =~ longer than what is read of it



=== TEST 31: within another limit
--- config
location = /large {
    mpic_check     dcv;
    mpic_body_max  65537;
}
--- request eval
(my $r = ::website('hop2.signed.example', http_token_path => 'beyond.txt'))
    =~ s{/dcv}{/large};
$r
--- json
check_passed = true



=== TEST 32: a regular expression does not see an end where the limit is
--- config
location = /small {
    mpic_check     dcv;
    mpic_body_max  199;
}
--- request eval
(my $r = ::website('hop2.signed.example', http_token_path => 'cut.txt',
                   match_regex => 'a$'))
    =~ s{/dcv}{/small};
$r
--- json
check_completed = true
check_passed = false
errors.0.error_message =~ depends on more of it than is read



=== TEST 33: a hostile regular expression comes to an end
--- request eval
::website('hop2.signed.example', http_token_path => 'slow.txt',
          match_regex => '(a|a)*[xz]')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:parameter"
errors.0.error_message =~ takes too long to find out
details.response_status_code = 200



=== TEST 34: one whose steps are few and long, by its time
--- config
location = /time {
    mpic_check          dcv;
    mpic_regex_timeout  1ms;
}
--- request eval
(my $r = ::website('hop2.signed.example', http_token_path => 'slow.txt',
                   match_regex => '[a-z]{30000}[0-9]'))
    =~ s{/dcv}{/time};
$r
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:parameter"



=== TEST 35: neither the value nor the expression is in a log
--- request eval
::website('www.signed.example', challenge_value => 's3cret-value', match_regex => 's3cret')
--- log_level: info
--- error_log
mpic check: completed, not passed, errors: mpic_error:dcv_checker:mismatch
--- no_error_log
s3cret
