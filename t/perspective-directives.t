# The perspective's directives: what stops "nginx -t", and inheritance.

use lib 't/lib';
use MPIC;

run_tests();

__DATA__

=== TEST 1: mpic_check without a resolver
--- config
location = /dcv {
    mpic_check dcv;
}
--- must_die
--- error_log eval
qr/\[emerg\] .*"mpic_check" needs "mpic_resolver", the address of a validating resolver, in \S+nginx\.conf:\d+/



=== TEST 2: mpic_check of another kind
--- config
mpic_resolver 127.0.0.53;
location = /dcv {
    mpic_check ptr;
}
--- must_die
--- error_log
"mpic_check" must be "dcv" or "caa", not "ptr" in



=== TEST 3: mpic_check twice
--- config
mpic_resolver 127.0.0.53;
location = /dcv {
    mpic_check dcv;
    mpic_check caa;
}
--- must_die
--- error_log
"mpic_check" directive is duplicate



=== TEST 4: mpic_check outside of a location
--- config
mpic_resolver 127.0.0.53;
mpic_check dcv;
--- must_die
--- error_log
"mpic_check" directive is not allowed here



=== TEST 5: a resolver is an address, not a name
--- config
mpic_resolver resolver.example;
--- must_die
--- error_log
invalid resolver "resolver.example": it must be an address with an optional port, such as 127.0.0.1:53 or [::1]:53 in



=== TEST 6: a name that the hosts file knows is no address either
--- config
mpic_resolver localhost:53;
--- must_die
--- error_log
invalid resolver "localhost:53"



=== TEST 7: a resolver's port
--- config
mpic_resolver 127.0.0.53:99999;
--- must_die
--- error_log
invalid resolver "127.0.0.53:99999"



=== TEST 8: an IPv6 resolver without brackets
--- config
mpic_resolver fd00:6d70::1;
--- must_die
--- error_log
invalid resolver "fd00:6d70::1"



=== TEST 9: a resolver on a unix socket
--- config
mpic_resolver unix:/tmp/dns.sock;
--- must_die
--- error_log
invalid resolver "unix:/tmp/dns.sock"



=== TEST 10: resolvers are given at once
--- config
mpic_resolver 127.0.0.53;
mpic_resolver 127.0.0.54;
--- must_die
--- error_log
"mpic_resolver" directive is duplicate



=== TEST 11: a time-out of zero
--- config
mpic_resolver_timeout 0;
--- must_die
--- error_log
"mpic_resolver_timeout" directive must not be zero



=== TEST 12: a check's time-out of zero
--- config
mpic_check_timeout 0s;
--- must_die
--- error_log
"mpic_check_timeout" directive must not be zero



=== TEST 13: a time-out that is none
--- config
mpic_connect_timeout soon;
--- must_die
--- error_log
"mpic_connect_timeout" directive invalid value



=== TEST 14: tries have bounds
--- config
mpic_resolver_tries 0;
--- must_die
--- error_log
value must be between 1 and 10 in



=== TEST 15: ports have bounds
--- config
mpic_http_port 65536;
--- must_die
--- error_log
value must be between 1 and 65535 in



=== TEST 16: the port of https too
--- config
mpic_https_port 0;
--- must_die
--- error_log
value must be between 1 and 65535 in



=== TEST 17: redirects have bounds
--- config
mpic_max_redirects 101;
--- must_die
--- error_log
value must be between 0 and 100 in



=== TEST 18: ports of redirects are Authorized Ports (BR 1.6.1)
--- config
mpic_redirect_ports 80 8080;
--- must_die
--- error_log
invalid value "8080" in



=== TEST 19: what is read of a page has bounds
--- config
mpic_body_max 127;
--- must_die
--- error_log
"mpic_body_max" directive must be from 128 to 1m in



=== TEST 20: what is read of a header too
--- config
mpic_header_max 1048577;
--- must_die
--- error_log
"mpic_header_max" directive must be from 128 to 1m in



=== TEST 21: time for a regular expression
--- config
mpic_regex_timeout 0;
--- must_die
--- error_log
"mpic_regex_timeout" directive must not be zero in



=== TEST 22: what resolvers may say has bounds, too
--- config
mpic_max_cnames 65;
--- must_die
--- error_log
value must be between 0 and 64 in



=== TEST 23: checks have bounds
--- config
mpic_max_checks 0;
--- must_die
--- error_log
value must be between 1 and 1000000 in



=== TEST 24: a perspective's code
--- config
mpic_perspective_code "us west";
--- must_die
--- error_log
invalid perspective code "us west": it must be 1 to 64 letters, digits, "-", "_" or "." in



=== TEST 25: an empty code
--- config
mpic_perspective_code "";
--- must_die
--- error_log
invalid perspective code ""



=== TEST 26: a code too long
--- config eval
'mpic_perspective_code ' . 'a' x 65 . ';'
--- must_die
--- error_log
it must be 1 to 64 letters



=== TEST 27: a region that is no RIR
--- config
mpic_perspective_rir EUROPE;
--- must_die
--- error_log
invalid RIR "EUROPE": it must be AFRINIC, APNIC, ARIN, LACNIC or "RIPE NCC" in



=== TEST 28: an issuer domain name that is none
--- config
mpic_caa_domains ca.example "ca example";
--- must_die
--- error_log
invalid issuer domain name "ca example":



=== TEST 29: an address block with bits below the prefix
--- config
mpic_allow_address 127.0.0.1/8;
--- must_die
--- error_log
invalid address block "127.0.0.1/8": it must be like 192.0.2.0/24 or 2001:db8::/32, with no bit set below the prefix in



=== TEST 30: an address block that is none
--- config
mpic_deny_address example.com;
--- must_die
--- error_log
invalid address block "example.com"



=== TEST 31: a user agent with a line break
--- config
mpic_user_agent "a
b";
--- must_die
--- error_log
it must be printable ASCII in



=== TEST 32: all of them together, on every level
--- http_config
mpic_resolver          127.0.0.53 127.0.0.54:5353 [fd00:6d70::1] [::1]:53;
mpic_resolver_timeout  500ms;
mpic_resolver_tries    3;
mpic_perspective_code  us-west-2;
mpic_perspective_rir   arin;
mpic_caa_domains       ca.example CA.Example.;
mpic_allow_address     127.0.0.0/8 fd00:6d70::/64;
mpic_allow_address     10.0.0.1;
mpic_deny_address      192.0.2.0/24;
mpic_http_port         8080;
mpic_https_port        8443;
mpic_check_timeout     6s;
mpic_connect_timeout   1500ms;
mpic_max_redirects     0;
mpic_max_cnames        0;
mpic_max_records       1;
mpic_dns_max           512;
mpic_redirect_ports    80 443 22 25;
mpic_header_max        16k;
mpic_body_max          1m;
mpic_regex_timeout     50ms;
mpic_max_checks        1;
mpic_user_agent        "check/1.0 (+https://ca.example)";
--- config
mpic_resolver          127.0.0.53;
mpic_resolver_timeout  500ms;
mpic_resolver_tries    3;
mpic_perspective_code  us-west-2;
mpic_perspective_rir   "RIPE NCC";
mpic_caa_domains       ca.example;
mpic_allow_address     127.0.0.0/8;
mpic_deny_address      192.0.2.0/24;
mpic_http_port         8080;
mpic_https_port        8443;
mpic_check_timeout     6s;
mpic_connect_timeout   1500ms;
mpic_max_redirects     100;
mpic_max_cnames        64;
mpic_max_records       65535;
mpic_dns_max           1m;
mpic_redirect_ports    80 443 22 25;
mpic_header_max        16k;
mpic_body_max          1m;
mpic_regex_timeout     50ms;
mpic_max_checks        1000000;
mpic_user_agent        check;

location = /dcv {
    mpic_check             dcv;
    mpic_resolver          127.0.0.53:53;
    mpic_resolver_timeout  500ms;
    mpic_resolver_tries    3;
    mpic_perspective_code  us-west-2;
    mpic_perspective_rir   RIPE;
    mpic_caa_domains       ca.example;
    mpic_allow_address     127.0.0.0/8;
    mpic_deny_address      192.0.2.0/24;
    mpic_http_port         8080;
    mpic_https_port        8443;
    mpic_check_timeout     6s;
    mpic_connect_timeout   1500ms;
    mpic_max_redirects     20;
    mpic_max_cnames        16;
    mpic_max_records       2000;
    mpic_dns_max           1m;
    mpic_redirect_ports    80 443 22 25;
    mpic_header_max        16k;
    mpic_body_max          1m;
    mpic_regex_timeout     50ms;
    mpic_max_checks        10;
    mpic_user_agent        check;
}
--- request
GET /dcv
--- error_code: 405



=== TEST 33: a resolver of the http level, a time-out of the location
--- http_config
mpic_resolver $TEST_NGINX_RESOLVER;
--- config
location = /caa {
    mpic_check             caa;
    mpic_resolver_timeout  1s;
}
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
check_passed = true



=== TEST 34: a prefix
--- http_config
mpic_resolver $TEST_NGINX_RESOLVER;
--- config
location /v1/ {
    mpic_check caa;
}
--- request
POST /v1/any/caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
check_passed = true



=== TEST 35: a regular expression
--- http_config
mpic_resolver $TEST_NGINX_RESOLVER;
--- config
location ~ /caa$ {
    mpic_check caa;
}
--- request
POST /v1/any/caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
check_passed = true



=== TEST 36: a named location
--- http_config
mpic_resolver $TEST_NGINX_RESOLVER;
--- config
location /caa {
    try_files /nothing @caa;
}
location @caa {
    mpic_check caa;
}
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
check_passed = true



=== TEST 37: an "if" of the location keeps the check
--- http_config
mpic_resolver $TEST_NGINX_RESOLVER;
--- config
location = /caa {
    mpic_check caa;

    if ($http_x_header) {
        add_header X-Answer here;
    }
}
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- more_headers
X-Header: there
--- response_headers
X-Answer: here
--- json
check_passed = true



=== TEST 38: "limit_except" of the location keeps the check
--- http_config
mpic_resolver $TEST_NGINX_RESOLVER;
--- config
location = /caa {
    mpic_check caa;

    limit_except GET {
        allow all;
    }
}
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
check_passed = true



=== TEST 39: a location inside of one with a check has none itself
--- http_config
mpic_resolver $TEST_NGINX_RESOLVER;
--- config
location /caa {
    mpic_check caa;

    location /caa/inner {
        return 204;
    }
}
--- request
POST /caa/inner
{}
--- error_code: 204



=== TEST 40: another rule for persistent records
--- config
mpic_dns_persistent_policy draft;
--- must_die
--- error_log
invalid value "draft" in



=== TEST 41: the port of TLS-ALPN too
--- config
mpic_tls_alpn_port 65536;
--- must_die
--- error_log
value must be between 1 and 65535 in
