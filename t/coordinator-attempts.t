# One attempt after the other, a primary, both checks at once, and answers that
# nobody waits for.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('request', "POST /mpic\n"
                      . ($block->ask // '{"check_type": "caa", '
                                        . '"domain_or_ip_target": "example.com"}'));
    $block->set_value('more_headers', "Content-Type: application/json");
});

# a DCV's answer, a CAA check's, and a silent server for either

our %said = (
    dcv => '{"check_completed":true,"check_passed":%s,"errors":null,'
        . '"timestamp_ns":1795446413425060669,"check_type":"dcv","details":'
        . '{"validation_method":"acme-dns-01","records_seen":[],'
        . '"response_code":0,"ad_flag":true,"found_at":"x",'
        . '"cname_chain":[]}%s}',
    caa => '{"check_completed":true,"check_passed":%s,"errors":null,'
        . '"timestamp_ns":1795446413425060669,"check_type":"caa","details":'
        . '{"caa_record_present":false,"found_at":null,"records_seen":null}%s}',
);


sub says {
    my ($port, $dcv, $caa, $more) = @_;
    my $conf = "server {\n    listen 127.0.0.1:$port;\n";

    for (['dcv', $dcv], ['caa', $caa]) {
        my ($kind, $what) = @$_;

        $conf .= "    location = /$kind { "
                 . ($what eq 'silent'
                    ? "limit_rate 1; return 200 '{\"check_completed\": true}'; "
                    : $what eq 'refuse'
                    ? "return 400 '{\"error\":\"request-validation-failed\","
                      . "\"validation_issues\":[]}'; "
                    : "return 200 '" . sprintf($said{$kind}, $what, $more // '')
                      . "'; ")
                 . "}\n";
    }

    return "$conf}\n";
}


our $both = '{"check_type": "dcv_with_caa", "domain_or_ip_target": "%s", '
    . '"dcv_check_parameters": {"validation_method": "acme-dns-01", '
    . '"key_authorization_hash": "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"}}';

our $three = <<'SET';
perspective a http://127.0.0.1:8201 rir=ARIN;
perspective b http://127.0.0.1:8202 rir=APNIC;
perspective c http://127.0.0.1:8203 rir=RIPE;
SET

run_tests();

__DATA__

=== TEST 1: no more attempts than the operator allows
--- mocks
a fail
b fail
c incomplete
d fail
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "max_attempts": 7}}
--- json
is_valid = false
actual_orchestration_parameters = {"perspective_count": 2, "quorum_count": 1, "attempt_count": 2}
request_orchestration_parameters.max_attempts = 7
perspectives #= 2
previous_attempt_results #= 1
previous_attempt_results.0 #= 2
previous_attempt_results.0.0.check_response.check_passed = false
previous_attempt_results.0.0.perspective_code =~ ^[a-d]$
--- error_log
attempt 2



=== TEST 2: one attempt where nobody asks for more
--- mocks
a fail
b fail
c fail
d fail
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2}}
--- json
is_valid = false
actual_orchestration_parameters.attempt_count = 1
previous_attempt_results = null



=== TEST 3: a valid one has no successor
--- mocks
a pass
b pass
c pass
d pass
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "max_attempts": 2}}
--- json
is_valid = true
actual_orchestration_parameters.attempt_count = 1
previous_attempt_results = null



=== TEST 4: the first cohort fails, the second one passes
--- mocks
a pass
b fail
c pass
d fail
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "quorum_count": 2, "max_attempts": 2}}
--- json
is_valid = true
actual_orchestration_parameters.attempt_count = 2
perspectives[a].check_response.check_passed = true
perspectives[c].check_response.check_passed = true
previous_attempt_results #= 1
previous_attempt_results.0[b].check_response.check_passed = false
previous_attempt_results.0[d].check_response.check_passed = false



=== TEST 5: a silent cohort leaves time for the next
--- set eval
"perspective a http://127.0.0.1:8201 rir=ARIN;
perspective b http://127.0.0.1:8202 rir=RIPE;
perspective c http://127.0.0.1:8203 rir=APNIC;
perspective d http://127.0.0.1:8204 rir=LACNIC;
"
--- http_config eval
main::says(8201, 'true', 'true') . main::says(8202, 'silent', 'silent') . main::says(8203, 'true', 'true') . main::says(8204, 'silent', 'silent')
--- location
mpic_max_attempts 2;
mpic_timeout 1s;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "quorum_count": 2, "max_attempts": 2}}
--- json
is_valid = true
actual_orchestration_parameters.attempt_count = 2
previous_attempt_results.0[b].check_response.errors.0.error_message =~ no answer within 500 ms



=== TEST 6: the very cohort that is asked for
--- mocks
a pass
b fail
c pass
d fail
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "quorum_count": 2, "max_attempts": 2, "cohort_for_single_attempt": 2}}
--- json
is_valid = true
actual_orchestration_parameters.attempt_count = 1
perspectives[a].check_response.check_passed = true
previous_attempt_results = null



=== TEST 7: the first, alone
--- mocks
a pass
b fail
c pass
d fail
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "quorum_count": 2, "max_attempts": 2, "cohort_for_single_attempt": 1}}
--- json
is_valid = false
actual_orchestration_parameters.attempt_count = 1
perspectives[b].check_response.check_passed = false



=== TEST 8: a cohort that there is not
--- mocks
a pass
b pass
c pass
d pass
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "cohort_for_single_attempt": 3}}
--- error_code: 500
--- json
error = "mpic_error:coordinator:cohort_selection"
message = "There is no cohort 3 of 2 perspectives: they are numbered from 1 to 2."



=== TEST 9: a request that perspectives find wrong is not tried elsewhere
--- mocks
a 400 {"error":"request-validation-failed","validation_issues":[{"message":"no"}]}
b 400 {"error":"request-validation-failed","validation_issues":[]}
c 400 {"error":"request-validation-failed","validation_issues":[]}
d 400 {"error":"request-validation-failed","validation_issues":[]}
--- location
mpic_max_attempts 2;
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "max_attempts": 2}}
--- json
is_valid = false
mpic_completed = false
actual_orchestration_parameters.attempt_count = 1



=== TEST 10: the primary passes, too
--- set eval
$main::three . 'primary hq http://127.0.0.1:8210 rir=ARIN;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201 .. 8203) . main::says(8210, 'true', 'true', ',"dnssec_status":"secure"')
--- json
is_valid = true
mpic_completed = true
perspectives #= 3
actual_orchestration_parameters.perspective_count = 3
primary.perspective_code = "hq"
primary.rir = "ARIN"
primary.check_response.check_passed = true
primary.errors = null



=== TEST 11: nothing outweighs the primary
--- set eval
$main::three . 'primary hq http://127.0.0.1:8210 rir=ARIN;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201 .. 8203) . main::says(8210, 'true', 'false', ',"dnssec_status":"secure"')
--- json
is_valid = false
mpic_completed = true
primary.check_response.check_passed = false



=== TEST 12: a primary that does not show DNSSEC validation does not count
--- set eval
$main::three . 'primary hq http://127.0.0.1:8210 rir=ARIN;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201 .. 8203) . main::says(8210, 'true', 'true', ',"dnssec_status":"indeterminate"')
--- json
is_valid = false
mpic_completed = false
primary.check_response.check_passed = true
primary.errors.0.error_type = "mpic_error:coordinator:primary_dnssec"
primary.errors.0.error_message =~ ^The CAA check of the primary does not count, .* \(BR 3\.2\.2\.8\.1\): "dnssec_status" has to be "secure"
--- error_log
primary "hq" does not show that it validated by DNSSEC



=== TEST 13: nor does one that says nothing of it, or nothing at all
--- set eval
$main::three . 'primary hq http://127.0.0.1:8299 rir=ARIN;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201 .. 8203)
--- json
is_valid = false
mpic_completed = false
primary.check_response.check_completed = false
primary.check_response.errors.0.error_type = "mpic_error:coordinator:communication"
--- error_log
perspective "hq" has no vote



=== TEST 14: one primary is enough
--- set eval
$main::three . 'primary hq http://127.0.0.1:8210 rir=ARIN; primary h2 http://127.0.0.1:8211 rir=ARIN;'
--- must_die
--- error_log
a second "primary" in "mpic_perspectives world"



=== TEST 15: a code of its own
--- set eval
$main::three . 'primary a http://127.0.0.1:8210 rir=ARIN;'
--- must_die
--- error_log
duplicate perspective "a"



=== TEST 16: both checks on every perspective
--- set eval: $main::three
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201 .. 8203)
--- ask eval: sprintf($main::both, 'example.com')
--- json
check_type = "dcv_with_caa"
is_valid = true
dcv_is_valid = true
caa_is_valid = true
mpic_completed = true
perspectives #= 3
perspectives[a].check_response.check_type = "dcv"
perspectives[a].caa_check_response.check_type = "caa"
dcv_check_parameters.validation_method = "acme-dns-01"
caa_check_parameters.expected_validation_methods = ["dns-01"]



=== TEST 17: each with its own quorum
--- set eval: $main::three
--- http_config eval
main::says(8201, 'true', 'false') . main::says(8202, 'true', 'true') . main::says(8203, 'true', 'false')
--- ask eval: sprintf($main::both, 'example.com')
--- json
is_valid = false
dcv_is_valid = true
caa_is_valid = false
mpic_completed = true
perspectives[c].check_response.check_passed = true
perspectives[c].caa_check_response.check_passed = false



=== TEST 18: one that completes one of them counts for that one
--- set eval: $main::three
--- http_config eval
main::says(8201, 'refuse', 'true') . main::says(8202, 'true', 'refuse') . main::says(8203, 'true', 'true')
--- ask eval: sprintf($main::both, 'example.com')
--- json
is_valid = true
dcv_is_valid = true
caa_is_valid = true
perspectives[a].check_response.check_completed = false
perspectives[a].check_response.details.validation_method = "acme-dns-01"
perspectives[a].caa_check_response.check_passed = true
perspectives[b].check_response.check_passed = true
perspectives[b].caa_check_response.check_completed = false
perspectives[b].caa_check_response.details.caa_record_present = null



=== TEST 19: of an address the DCV alone
--- set eval: $main::three
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'refuse') } 8201 .. 8203)
--- ask
{"check_type": "dcv_with_caa", "domain_or_ip_target": "8.8.8.8", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "t", "key_authorization": "t.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"}}
--- json
check_type = "dcv_with_caa"
caa_is_valid = null
caa_check_skipped =~ ^No CAA check exists for an IP address
perspectives.0.caa_check_response absent



=== TEST 20: the client does not wait for what cannot change the outcome
--- set eval
$main::three . 'perspective z http://127.0.0.1:8204 rir=LACNIC;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201 .. 8203) . main::says(8204, 'silent', 'silent')
--- location
mpic_grace 0;
mpic_timeout 600ms;
--- json
is_valid = true
mpic_completed = true
perspectives[z].check_response.check_completed = false
perspectives[z].check_response.check_passed = false
perspectives[z].check_response.errors.0.error_type = "mpic_error:coordinator:not_awaited"
perspectives[z].check_response.errors.0.error_message =~ ^The answer of perspective z was not awaited
--- wait: 0.8
--- error_log
1 not awaited, in the end 3/4
--- no_error_log
has no vote



=== TEST 21: what comes within the grace
--- set eval
$main::three . 'perspective z http://127.0.0.1:8204 rir=LACNIC;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201 .. 8203) . main::says(8204, 'silent', 'silent')
--- location
mpic_grace 100ms;
mpic_timeout 30s;
--- json
is_valid = true
perspectives[z].check_response.errors.0.error_type = "mpic_error:coordinator:not_awaited"



=== TEST 22: a slow endpoint is given up for the next
--- set eval
$main::three . 'perspective z http://127.0.0.1:8204 http://127.0.0.1:8205 rir=LACNIC;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201, 8202, 8205) . main::says(8203, 'true', 'false') . main::says(8204, 'silent', 'silent')
--- location
mpic_repeat_after 1%;
mpic_timeout 30s;
--- json
is_valid = true
perspectives[z].check_response.check_passed = true



=== TEST 23: or not, if the operator does not want it
--- set eval
$main::three . 'perspective z http://127.0.0.1:8204 http://127.0.0.1:8205 rir=LACNIC;'
--- http_config eval
CORE::join('', map { main::says($_, 'true', 'true') } 8201, 8202, 8205) . main::says(8203, 'true', 'false') . main::says(8204, 'silent', 'silent')
--- location
mpic_repeat_after off;
mpic_timeout 500ms;
--- json
is_valid = false
perspectives[z].check_response.errors.0.error_message =~ no answer within 500 ms



=== TEST 24: wrong values of the directives
--- mocks
a pass
b pass
--- location
mpic_repeat_after 100%;
--- must_die
--- error_log
invalid value "100%" in "mpic_repeat_after" directive, it must be from "1%" to "99%", or "off"



=== TEST 25: too many attempts
--- mocks
a pass
b pass
--- location
mpic_max_attempts 9;
--- must_die
--- error_log
"mpic_max_attempts" directive must be from 1 to 8
