# What the perspective accepts as a request, and how it refuses the rest.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

keep_nginx();

our $http = <<'CONF';
mpic_resolver       $TEST_NGINX_RESOLVER;
mpic_allow_address  127.0.0.0/8 fd00:6d70::/64;
CONF

our $config = <<'CONF';
location = /dcv {
    mpic_check dcv;
}
location = /caa {
    mpic_check caa;
}
location = /caa/configured {
    mpic_check        caa;
    mpic_caa_domains  ca.example;
}
location = /small {
    mpic_check               dcv;
    client_body_buffer_size  64;
}
location = /file {
    mpic_check               caa;
    client_body_in_file_only clean;
}
CONF

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('http_config', $http);
    $block->set_value('config', $config . ($block->config // ''));
});

run_tests();

__DATA__

=== TEST 1: GET is not allowed
--- request
GET /dcv
--- error_code: 405
--- response_headers
Allow: POST
Content-Type: application/json
--- json
error = "method-not-allowed"
message =~ POST



=== TEST 2: HEAD is not allowed, and has no body
--- request
HEAD /dcv
--- error_code: 405
--- response_headers
Allow: POST
--- response_body:



=== TEST 3: PUT is not allowed, its body is no further request
--- pipelined_requests eval
["PUT /dcv\n" . "GET /inner HTTP/1.1\r\nHost: x\r\n\r\n", "GET /dcv"]
--- error_code eval
[405, 405]



=== TEST 4: a form is not JSON
--- request
POST /dcv
a=b
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 415
--- response_headers
Content-Type: application/json
--- json
error = "unsupported-media-type"
message =~ application/json



=== TEST 5: text is not JSON
--- request
POST /dcv
{}
--- more_headers
Content-Type: text/plain; charset=application/json
--- error_code: 415



=== TEST 6: application/jsonp is not JSON
--- request
POST /dcv
{}
--- more_headers
Content-Type: application/jsonp
--- error_code: 415



=== TEST 7: JSON with a parameter
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- more_headers
Content-Type: Application/JSON ; charset=utf-8
--- json
check_passed = true



=== TEST 8: a type that is made of JSON
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- more_headers
Content-Type: application/vnd.api+json
--- json
check_passed = true



=== TEST 9: a body over client_body_buffer_size
--- request eval
"POST /small\n" . '{"domain_or_ip_target": "' . 'a' x 64 . '"}'
--- error_code: 413
--- response_headers
Content-Type: application/json
--- json
error = "request-too-large"



=== TEST 10: a body without a length over client_body_buffer_size
--- raw_request eval
"POST /small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
. "Transfer-Encoding: chunked\r\n\r\n"
. "1000\r\n" . ' ' x 4096 . "\r\n1000\r\n" . ' ' x 4096 . "\r\n0\r\n\r\n"
--- error_code: 413



=== TEST 11: a body in chunks
--- raw_request eval
my $body = '{"domain_or_ip_target": "permit.caa.signed.example", '
           . '"caa_check_parameters": {"caa_domains": ["ca.example"]}}';
"POST /caa HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
. "Transfer-Encoding: chunked\r\n\r\n"
. CORE::join('', map { sprintf "1\r\n%s\r\n", $_ } split //, $body) . "0\r\n\r\n"
--- json
check_passed = true



=== TEST 12: a body that nginx would put into a file
--- request
POST /file
{"domain_or_ip_target": "permit.caa.signed.example",
 "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
check_passed = true



=== TEST 13: no body
--- request
POST /dcv
--- error_code: 400
--- json
error = "request-validation-failed"
validation_issues #= 1
validation_issues.0.issue_type = "malformed-json"



=== TEST 14: truncated JSON
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {
--- error_code: 400
--- response_headers
Content-Type: application/json
--- json
error = "request-validation-failed"
validation_issues.0.issue_type = "malformed-json"



=== TEST 15: JSON and more
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example", "caa_check_parameters": {"caa_domains": ["ca.example"]}} {}
--- error_code: 400
--- json
validation_issues.0.issue_type = "malformed-json"



=== TEST 16: nested deeply
--- request eval
"POST /dcv\n" . '[' x 4000
--- error_code: 400
--- json
validation_issues.0.issue_type = "malformed-json"



=== TEST 17: nested deeply within a field that nobody reads
--- request eval
"POST /dcv\n" . '{"x": ' . '[' x 3500 . ']' x 3500 . '}'
--- error_code: 400



=== TEST 18: every issue is named
--- request
POST /dcv
{"domain_or_ip_target": 1, "trace_identifier": [], "dcv_check_parameters": {"validation_method": "acme-dns-01"}}
--- error_code: 400
--- json
validation_issues[domain_or_ip_target].issue_type = "invalid-type"
validation_issues[trace_identifier].issue_type = "invalid-type"
validation_issues[dcv_check_parameters.key_authorization_hash].issue_type = "missing-field"



=== TEST 19: a method that nobody knows
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "carrier-pigeon"}}
--- error_code: 400
--- json
validation_issues.0.issue_type = "unknown-validation-method"



=== TEST 20: a method that is not there yet
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-tls-alpn-01", "key_authorization_hash": "x"}}
--- error_code: 400



=== TEST 21: a token with a slash
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "../../secret", "key_authorization": "a.b"}}
--- error_code: 400
--- json
validation_issues #= 1
validation_issues.0.field = "dcv_check_parameters.token"



=== TEST 22: a token with a percent sign
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "a%2Fb", "key_authorization": "a.b"}}
--- error_code: 400
--- json
validation_issues.0.field = "dcv_check_parameters.token"



=== TEST 23: a token with a line break
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "a\r\nHost: b", "key_authorization": "a.b"}}
--- error_code: 400
--- json
validation_issues.0.field = "dcv_check_parameters.token"



=== TEST 24: a header that would break the request
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "a", "key_authorization": "a.b", "http_headers": {"X-A": "b\r\nX-C: d"}}}
--- error_code: 400



=== TEST 25: a header that is not the caller's
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "a", "key_authorization": "a.b", "http_headers": {"Host": "victim.example"}}}
--- error_code: 400



=== TEST 26: a private address as the target
--- request
POST /dcv
{"domain_or_ip_target": "192.168.1.1", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "a", "key_authorization": "a.b"}}
--- error_code: 400
--- json
validation_issues.0.field = "domain_or_ip_target"



=== TEST 27: a wildcard has no web server
--- request
POST /dcv
{"domain_or_ip_target": "*.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "a", "key_authorization": "a.b"}}
--- error_code: 400



=== TEST 28: a name that is too long
--- request eval
"POST /dcv\n" . '{"domain_or_ip_target": "' . 'a.' x 130 . 'example", '
. '"dcv_check_parameters": {"validation_method": "acme-dns-01", '
. '"key_authorization_hash": "a"}}'
--- error_code: 400
--- json
validation_issues.0.field = "domain_or_ip_target"



=== TEST 29: an address has no CAA
--- request
POST /caa
{"domain_or_ip_target": "8.8.8.8", "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- error_code: 400



=== TEST 30: CAA without an issuer domain name, in the request or here
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example", "caa_check_parameters": null}
--- error_code: 400
--- json
validation_issues #= 1
validation_issues.0.issue_type = "missing-field"
validation_issues.0.field = "caa_check_parameters.caa_domains"



=== TEST 31: ... beside all else that is wrong, once
--- request eval
[map { "POST /caa\n{$_}" }
 '"domain_or_ip_target": 1, "caa_check_parameters": {"caa_domains": [], "certificate_type": "x"}',
 '"domain_or_ip_target": 1, "caa_check_parameters": {"caa_domains": ["a..b"]}',
 '"domain_or_ip_target": 1, "caa_check_parameters": []',
 '"domain_or_ip_target"']
--- error_code eval: [400, 400, 400, 400]
--- response_body_like eval
[qr/"invalid-type.*"invalid-certificate-type.*"missing-field","message":"[^,]*","field":"caa_check_parameters.caa_domains"\}\]\}/,
 qr/"invalid-type.*"field":"caa_check_parameters.caa_domains\[0\]"\}\]\}/,
 qr/"invalid-type.*"field":"caa_check_parameters"\}\]\}/,
 qr/\[\{"issue_type":"malformed-json"[^{]*\]\}/]



=== TEST 32: CAA with the configured issuer domain name
--- request
POST /caa/configured
{"domain_or_ip_target": "permit.caa.signed.example"}
--- json
check_passed = true



=== TEST 33: the other kind of request
--- request
POST /caa/configured
{"domain_or_ip_target": "permit.caa.signed.example", "check_type": "dcv", "dcv_check_parameters": {"validation_method": "acme-dns-01", "key_authorization_hash": "a"}}
--- error_code: 400



=== TEST 34: a subrequest cannot be checked
--- config
location = /sub {
    auth_request /caa;
    mpic_check   caa;
}
--- request
GET /sub
--- error_code: 500
--- error_log
this location does not serve subrequests



=== TEST 35: nothing of a refused request is logged but types and fields
--- request
POST /dcv
{"domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "to/ken", "key_authorization": "s3cret.b"}}
--- error_code: 400
--- log_level: info
--- error_log
mpic request refused: invalid-value "dcv_check_parameters.token"
--- no_error_log
to/ken
s3cret
