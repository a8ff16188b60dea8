# Perspectives and clients of the Open MPIC reference implementation, which
# speak as open-mpic-core 6.5.0 does.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

# what it answers, pretty-printed as its services do not, nulls and all

our %answers = (
    caa => <<'JSON',
{"check_completed": true, "check_passed": true, "errors": null,
 "timestamp_ns": 1795446413561123440, "check_type": "caa",
 "details": {"caa_record_present": true, "found_at": "example-mpic.test",
             "records_seen": ["0 issue \"ca.example\""],
             "permissible_under_account_uri": null}}
JSON
    http => <<'JSON',
{"check_completed": true, "check_passed": true, "errors": null,
 "timestamp_ns": 1795446413566311471, "check_type": "dcv",
 "details": {"validation_method": "acme-http-01", "response_history": null,
             "response_url": "http://example-mpic.test/.well-known/acme-challenge/tok",
             "response_status_code": 200,
             "response_page": "dG9rLjlqZzQ2V0IzclJfQUhELUVCWGRON2NCa0gxV091MHRBM005Zm0yMW1xVEk="}}
JSON
    gone => <<'JSON',
{"check_completed": true, "check_passed": false,
 "errors": [{"error_type": "mpic_error:http", "error_message": "Not Found"}],
 "timestamp_ns": 1795446413566311472, "check_type": "dcv",
 "details": {"validation_method": "acme-http-01", "response_history": null,
             "response_url": null, "response_status_code": 404, "response_page": null}}
JSON
);

sub server {
    my ($port, $status, $kind, $condition) = @_;
    my $body = $answers{$kind};
    $body =~ s/\\/\\\\/g;

    return "server { listen 127.0.0.1:$port; location / {\n"
           . "default_type application/json;\n"
           . ($condition // '') . "return $status '$body'; } }\n";
}

# p3 and p4 have services for each kind of check, under URLs of their own

our $known = 'if ($http_x_api_key != "key 1") { return 403 "{\"message\":\"Forbidden\"}"; }' . "\n";
our $stage = 'if ($request_uri != "/prod/check?stage=1") { return 404; }' . "\n";

add_block_preprocessor(sub {
    my ($block) = @_;
    my $dcv = $block->dcv // 'http';

    $block->set_value('set', <<'CONF');
perspective p1 http://127.0.0.1:8201 rir=ARIN header="x-api-key: key 1";
perspective p2 http://127.0.0.1:8202 rir="RIPE NCC";
perspective p3 dcv=http://127.0.0.1:8203/prod/check?stage=1 caa=http://127.0.0.1:8213/prod/check?stage=1 rir=APNIC;
perspective p4 caa=http://127.0.0.1:8214/prod/check?stage=1 dcv=http://127.0.0.1:8204/prod/check?stage=1 rir=LACNIC;
CONF

    $block->set_value('http_config', join '',
        server(8201, 200, $block->kind, $known),
        server(8202, 500, $block->kind),
        server(8203, 404, 'gone', $stage), server(8213, 200, 'caa', $stage),
        server(8204, 200, 'http', $stage), server(8214, 200, 'caa', $stage),
        'server { listen 127.0.0.1:8220; return 200 "the old one"; }',
        'server { listen 127.0.0.1:8221; location / { mpic_validate world; } }');

    $block->set_value('config', 'location = /v1/mpic { mpic_validate world; }')
        if !defined $block->config;
    $block->set_value('request', "POST /v1/mpic\n" . $block->ask);
    $block->set_value('more_headers', "Content-Type: application/json\n"
                                      . "x-api-key: of-the-client");
});

run_tests();

__DATA__

=== TEST 1: DCV
--- kind: http
--- ask
{"check_type": "dcv", "domain_or_ip_target": "example-mpic.test", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "tok", "key_authorization": "tok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"}, "orchestration_parameters": {"perspective_count": 4, "quorum_count": null, "max_attempts": null, "cohort_for_single_attempt": null}, "trace_identifier": null, "caa_check_parameters": null}
--- json
mpic_completed = true
request_orchestration_parameters = {"perspective_count": 4, "quorum_count": null, "max_attempts": null, "cohort_for_single_attempt": null}
actual_orchestration_parameters = {"perspective_count": 4, "quorum_count": 3, "attempt_count": 1}
check_type = "dcv"
domain_or_ip_target = "example-mpic.test"
is_valid = true
trace_identifier = null
perspectives #= 4
perspectives[p1].check_response.check_passed = true
perspectives[p2].check_response.check_passed = true
perspectives[p2].check_response.timestamp_ns =~ ^1795446413566311471$
perspectives[p3].check_response.check_completed = true
perspectives[p3].check_response.check_passed = false
perspectives[p3].check_response.errors.0.error_type = "mpic_error:http"
perspectives[p4].check_response.check_passed = true
perspectives[p4].check_response.details.response_status_code = 200
dcv_check_parameters.validation_method = "acme-http-01"
previous_attempt_results = null
api_version exists



=== TEST 2: CAA
--- kind: caa
--- ask
{"check_type": "caa", "domain_or_ip_target": "example-mpic.test", "caa_check_parameters": {"certificate_type": "tls-server", "caa_domains": ["ca.example"]}}
--- json
mpic_completed = true
request_orchestration_parameters = null
check_type = "caa"
is_valid = true
perspectives #= 4
perspectives[p3].check_response.check_passed = true
perspectives[p4].check_response.details.records_seen = ["0 issue \"ca.example\""]
caa_check_parameters.certificate_type = "tls-server"
caa_check_parameters.caa_domains = ["ca.example"]
caa_check_parameters.allow_lookup_failure = false
previous_attempt_results = null
--- no_error_log
[error]



=== TEST 3: a count that it would refuse
--- kind: caa
--- ask
{"check_type": "caa", "domain_or_ip_target": "example-mpic.test", "caa_check_parameters": {"certificate_type": "tls-server", "caa_domains": ["ca.example"]}, "orchestration_parameters": {"perspective_count": 7}}
--- error_code: 400
--- json
error = "request-validation-failed"
validation_issues.0.issue_type = "invalid-perspective-count"
validation_issues.0.message =~ ^Invalid perspective count: 7



=== TEST 4: a copy of each request, while another coordinator decides
--- kind: caa
--- config
location = /v1/mpic {
    mirror /looking-on;
    proxy_pass http://127.0.0.1:8220;
}
location = /looking-on {
    internal;
    proxy_pass http://127.0.0.1:8221/mpic;
}
--- ask
{"check_type": "caa", "domain_or_ip_target": "example-mpic.test", "trace_identifier": "order 7"}
--- response_body chop
the old one
--- wait: 0.3
--- error_log eval
qr/is_valid=true.*, [34]\/4 passed .*trace "order 7"/
--- no_error_log
[error]
