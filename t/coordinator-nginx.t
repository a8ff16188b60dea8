# nginx's own modules around mpic_validate: they work unchanged.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

our $ask = '{"check_type": "caa", "domain_or_ip_target": "example.com"}';

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('mocks', "a pass\nb pass\nc pass\n");
    $block->set_value('request', "POST /mpic\n$ask")
        if !defined $block->request;
});

run_tests();

__DATA__

=== TEST 1: auth_basic, nobody
--- location
auth_basic ca;
auth_basic_user_file ../html/users;
--- user_files
>>> users
ca:{PLAIN}secret
--- error_code: 401



=== TEST 2: auth_basic, somebody
--- location
auth_basic ca;
auth_basic_user_file ../html/users;
--- user_files
>>> users
ca:{PLAIN}secret
--- more_headers
Authorization: Basic Y2E6c2VjcmV0
--- json
is_valid = true



=== TEST 3: auth_request, refused
--- location
auth_request /auth;
--- http_config
server { listen 127.0.0.1:8190; location / { return 403; } }
--- config
location = /mpic { auth_request /auth; mpic_validate world; }
location = /auth { proxy_pass http://127.0.0.1:8190; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
--- error_code: 403



=== TEST 4: auth_request, allowed
--- http_config
server { listen 127.0.0.1:8190; location / { return 204; } }
--- config
location = /mpic { auth_request /auth; mpic_validate world; }
location = /auth { proxy_pass http://127.0.0.1:8190; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
--- json
is_valid = true



=== TEST 5: limit_req
--- http_config
limit_req_zone $server_name zone=ca:1m rate=1r/m;
--- location
limit_req zone=ca;
limit_req_status 429;
--- request eval
["POST /mpic\n$::ask", "POST /mpic\n$::ask"]
--- error_code eval
[200, 429]



=== TEST 6: limit_req that delays
--- http_config
limit_req_zone $server_name zone=ca:1m rate=5r/s;
--- location
limit_req zone=ca burst=2;
--- request eval
["POST /mpic\n$::ask", "POST /mpic\n$::ask", "POST /mpic\n$::ask"]
--- error_code eval
[200, 200, 200]



=== TEST 7: access_log
--- http_config
log_format ca "ca $status $request_length $body_bytes_sent $request_time";
--- location
access_log logs/error.log ca;
--- json
is_valid = true
--- error_log eval
qr/ca 200 \d+ [1-9]\d+ \d/



=== TEST 8: deny
--- location
deny all;
--- error_code: 403



=== TEST 9: a key in a header, by map
--- http_config
map $http_x_api_key $known { default 0; "k-1" 1; }
--- location
if ($known = 0) { return 401; }
--- more_headers
x-api-key: k-1
--- json
is_valid = true



=== TEST 10: not as a subrequest
--- config
location = /mpic { mpic_validate world; }
location = /outer { auth_request /mpic; proxy_pass http://127.0.0.1:8101; }
--- request
GET /outer
--- error_code: 500
--- error_log
this location does not serve subrequests



=== TEST 11: a chunked body
--- raw_request eval
"POST /mpic HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
. "10\r\n" . substr($::ask, 0, 16) . "\r\n"
. sprintf("%x\r\n", length($::ask) - 16) . substr($::ask, 16) . "\r\n0\r\n\r\n"
--- json
is_valid = true



=== TEST 12: gzip of the answer
--- http_config
gzip_types application/json;
gzip_min_length 100;
--- location
gzip on;
--- more_headers
Accept-Encoding: gzip
--- response_headers
Content-Encoding: gzip
--- ignore_response_body



=== TEST 13: error_page
--- location
error_page 400 = /other;
--- request
POST /mpic
{
--- error_code: 400
--- json
error = "request-validation-failed"



=== TEST 14: an "if" that holds
--- location
set $seen "";
if ($request_method = POST) { set $seen yes; }
add_header X-Seen $seen;
--- json
is_valid = true
perspectives #= 3
--- response_headers
X-Seen: yes



=== TEST 15: limit_except
--- location
limit_except GET { allow 127.0.0.1; deny all; }
--- json
is_valid = true
perspectives #= 3
