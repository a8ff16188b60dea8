# What the coordinator is sent, and what it says to that.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('mocks', join '', map { "$_ pass\n" } 'a' .. 'f')
        if !defined $block->mocks;

    if (defined $block->ask) {
        $block->set_value('request', "POST /mpic\n" . $block->ask);
        $block->set_value('more_headers', "Content-Type: application/json");
        $block->set_value('error_code', 400) if !defined $block->error_code;
    }
});

run_tests();

__DATA__

=== TEST 1: not a POST
--- request
GET /mpic
--- error_code: 405
--- response_headers
Allow: POST
Content-Type: application/json
--- json
error exists
message exists



=== TEST 2: a content type that is not JSON
--- request
POST /mpic
a=b
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 415
--- json
error exists



=== TEST 3: no content type is no reason to refuse
--- request
POST /mpic
{"check_type": "caa", "domain_or_ip_target": "example.com"}
--- json
is_valid = true



=== TEST 4: a body larger than nginx's limit
--- location
client_max_body_size 100;
--- request eval
"POST /mpic\n" . 'x' x 200
--- error_code: 413



=== TEST 5: a body larger than nginx's buffer
--- location
client_body_buffer_size 1k;
--- request eval
"POST /mpic\n" . 'x' x 3000
--- error_code: 413
--- json
error = "request-too-large"



=== TEST 6: no body
--- ask
--- json
error = "request-validation-failed"
validation_issues.0.issue_type = "malformed-json"



=== TEST 7: half a body
--- ask
{"check_type":
--- json
error = "request-validation-failed"
validation_issues.0.issue_type = "malformed-json"



=== TEST 8: not an object, and not a list of them
--- ask
"check_type"
--- json
error = "request-validation-failed"
validation_issues #= 1



=== TEST 9: nesting without end
--- ask eval
'{"check_type":' . '[' x 5000
--- json
error = "request-validation-failed"



=== TEST 10: all that is wrong, not only the first
--- ask
{"check_type": "caa", "domain_or_ip_target": 7, "caa_check_parameters": {"certificate_type": "ssh", "caa_domains": "ca.example"}, "orchestration_parameters": {"perspective_count": "6"}}
--- json
error = "request-validation-failed"
validation_issues[domain_or_ip_target].issue_type = "invalid-type"
validation_issues[caa_check_parameters.certificate_type].issue_type = "invalid-certificate-type"
validation_issues[caa_check_parameters.caa_domains].issue_type = "invalid-type"
validation_issues[orchestration_parameters.perspective_count].issue_type = "invalid-type"



=== TEST 11: neither of the checks
--- ask
{"domain_or_ip_target": "example.com"}
--- json
error = "request-validation-failed"
validation_issues #= 1



=== TEST 12: a check that is none
--- ask
{"check_type": "spf", "domain_or_ip_target": "example.com"}
--- json
validation_issues[check_type].issue_type = "unknown-check-type"



=== TEST 13: a method that is none
--- ask
{"check_type": "dcv", "domain_or_ip_target": "example.com", "dcv_check_parameters": {"validation_method": "carrier-pigeon"}}
--- json
validation_issues[dcv_check_parameters.validation_method].issue_type = "unknown-validation-method"



=== TEST 14: what is missing of a method
--- ask
{"check_type": "dcv", "domain_or_ip_target": "example.com", "dcv_check_parameters": {"validation_method": "website-change", "challenge_value": "x"}}
--- json
validation_issues[dcv_check_parameters.http_token_path].issue_type = "missing-field"



=== TEST 15: a client that believes that a DCV is being done
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "validation_method": "acme-http-01", "token": "x"}
--- json
validation_issues[validation_method] exists
validation_issues[token] exists



=== TEST 16: a private target
--- ask
{"check_type": "dcv", "domain_or_ip_target": "192.168.1.1", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "tok", "key_authorization": "tok.x"}}
--- json
validation_issues[domain_or_ip_target].issue_type = "invalid-target"
validation_issues[domain_or_ip_target].message =~ Private-Use



=== TEST 17: a CAA check of an address
--- ask
{"check_type": "caa", "domain_or_ip_target": "8.8.8.8"}
--- json
validation_issues[domain_or_ip_target] exists



=== TEST 18: a token with a slash
--- ask
{"check_type": "dcv", "domain_or_ip_target": "example.com", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "../x", "key_authorization": "../x.y"}}
--- json
validation_issues[dcv_check_parameters.token] exists



=== TEST 19: too many perspectives
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 7}}
--- json
validation_issues.0.issue_type = "invalid-perspective-count"
validation_issues.0.field = "orchestration_parameters.perspective_count"



=== TEST 20: a quorum below what the count allows
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 6, "quorum_count": 3}}
--- json
validation_issues.0.issue_type = "invalid-quorum-count"



=== TEST 21: a quorum of nothing
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"quorum_count": 0}}
--- json
validation_issues.0.issue_type = "invalid-quorum-count"
validation_issues.0.message =~ monitoring



=== TEST 22: the next request of the connection is not part of the refused one
--- pipelined_requests eval
["GET /mpic", "POST /mpic\n{\"check_type\": \"caa\", \"domain_or_ip_target\": \"example.com\"}"]
--- error_code eval
[405, 200]
--- response_body_like eval
["error", "\"is_valid\":true"]



=== TEST 23: any location
--- config
location /v1/ { location ~ /mpic$ { mpic_validate world; } }
--- request
POST /v1/mpic
{"check_type": "caa", "domain_or_ip_target": "example.com"}
--- json
is_valid = true
