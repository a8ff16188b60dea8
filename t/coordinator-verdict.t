# From the answers of perspectives to the verdict.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('request', "POST /mpic\n"
                      . ($block->ask // '{"check_type": "caa", '
                                        . '"domain_or_ip_target": "example.com"}'));
    $block->set_value('more_headers', "Content-Type: application/json")
        if !defined $block->more_headers;
});

run_tests();

__DATA__

=== TEST 1: all pass
--- mocks
a pass
b pass
c pass
d pass
e pass
f pass
--- json
mpic_completed = true
is_valid = true
check_type = "caa"
domain_or_ip_target = "example.com"
request_orchestration_parameters = null
actual_orchestration_parameters = {"perspective_count": 6, "quorum_count": 4, "attempt_count": 1}
trace_identifier = null
caa_check_parameters = null
previous_attempt_results = null
perspectives #= 6
perspectives[a].rir = "ARIN"
perspectives[b].rir = "RIPE NCC"
perspectives[f].check_response.check_passed = true
error absent
--- response_headers
Content-Type: application/json



=== TEST 2: every octet of a perspective's answer reaches the client
--- mocks
a pass
b pass
c pass
d pass
--- response_body_like chomp
"perspective_code":"a"[^{]*"check_response":\{"check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":\{"caa_record_present":false,"found_at":null,"records_seen":null\}\}



=== TEST 3: two may disagree of six
--- mocks
a pass
b pass
c fail
d pass
e fail
f pass
--- json
is_valid = true
mpic_completed = true
perspectives[c].check_response.check_passed = false



=== TEST 4: three may not
--- mocks
a pass
b pass
c fail
d pass
e fail
f fail
--- json
is_valid = false
mpic_completed = true



=== TEST 5: one of four may disagree
--- mocks
a pass
b fail
c pass
d pass
--- json
is_valid = true
actual_orchestration_parameters.quorum_count = 3



=== TEST 6: two of four may not
--- mocks
a pass
b fail
c pass
d fail
--- json
is_valid = false



=== TEST 7: those that pass are of one region
--- set
perspective a http://127.0.0.1:8201 rir=ARIN;
perspective b http://127.0.0.1:8202 rir=ARIN;
perspective c http://127.0.0.1:8203 rir=ARIN;
perspective d http://127.0.0.1:8204 rir=APNIC;
--- http_config eval
CORE::join '', map { MPIC::Coordinator::server($_, 'pass') } 8201 .. 8203
--- json
is_valid = false
mpic_completed = true
perspectives[a].check_response.check_passed = true
perspectives[b].check_response.check_passed = true
perspectives[c].check_response.check_passed = true
perspectives[d].check_response.check_completed = false



=== TEST 8: a dead one costs its vote
--- mocks
a pass
b dead
c pass
d pass
--- json
is_valid = true
mpic_completed = true
perspectives[b].check_response.check_completed = false
perspectives[b].check_response.check_passed = false
perspectives[b].check_response.check_type = "caa"
perspectives[b].check_response.errors.0.error_type = "mpic_error:coordinator:communication"
perspectives[b].check_response.errors.0.error_message =~ ^No usable answer from perspective b: it cannot be reached: .*Could(n't| not) connect
perspectives[b].check_response.details.caa_record_present = null
perspectives[b].check_response.details.found_at = null
perspectives[b].check_response.details.records_seen = null
perspectives[b].check_response.timestamp_ns =~ ^\d{19}$
--- error_log
perspective "b" has no vote: it cannot be reached



=== TEST 9: two dead ones are too many of four
--- mocks
a pass
b dead
c pass
d dead
--- json
is_valid = false
mpic_completed = false



=== TEST 10: checks that did not complete
--- mocks
a pass
b incomplete
c pass
d incomplete
--- json
is_valid = false
mpic_completed = false
perspectives[b].check_response.errors.0.error_message = "SERVFAIL"



=== TEST 11: an answer that is no JSON
--- mocks
a pass
b 200 <html>hello</html>
c pass
d pass
--- json
is_valid = true
perspectives[b].check_response.check_completed = false
perspectives[b].check_response.errors.0.error_type = "mpic_error:coordinator:communication"
perspectives[b].check_response.errors.0.error_message =~ its answer \(status 200\) cannot be used



=== TEST 12: no answer in a 200
--- mocks
a pass
b 204
c pass
d pass
--- json
is_valid = true
perspectives[b].check_response.check_completed = false



=== TEST 13: an answer of another check
--- mocks
a pass
b 200 {"check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"dcv","details":{"validation_method":"acme-dns-01","records_seen":[],"response_code":0,"ad_flag":false,"found_at":"x","cname_chain":[]}}
c pass
d pass
--- json
is_valid = true
perspectives[b].check_response.check_completed = false



=== TEST 14: passed and not completed, at once
--- mocks
a pass
b 200 {"check_completed":false,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}
c pass
d pass
--- json
is_valid = true
perspectives[b].check_response.check_passed = false



=== TEST 15: the same field twice
--- mocks
a pass
b 200 {"check_completed":true,"check_passed":false,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}
c pass
d pass
--- json
is_valid = true
perspectives[b].check_response.check_completed = false



=== TEST 16: something after the answer
--- mocks
a pass
b 200 {"check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}},{"x":1}
c pass
d pass
--- json
is_valid = true
perspectives[b].check_response.check_completed = false



=== TEST 17: lying ones together are below the quorum
--- mocks
a pass
b 200 {"check_passed":true}
c pass
d 200 true
--- json
is_valid = false
mpic_completed = false



=== TEST 18: an answer is an answer under any status
--- mocks
a pass
b 500 {"check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}
c 404 {"check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}
d fail
--- json
is_valid = true
perspectives[b].check_response.check_passed = true
perspectives[c].check_response.check_passed = true



=== TEST 19: they answer as other perspectives than they are
--- mocks
a pass
b 200 {"perspective_code":"z\"","check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}
c pass
d 200 {"perspective_code":"d","rir":"ARIN","check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}
e pass
f pass
g 200 {"perspective_code":"g","rir":"ripe","check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 7}}
--- json
is_valid = true
perspectives[b].check_response.check_completed = false
perspectives[b].check_response.errors.0.error_type = "mpic_error:coordinator:communication"
perspectives[b].check_response.errors.0.error_message =~ perspective "b" of RIPE NCC answers as another perspective .*: as "z\\"" of \(not given\)
perspectives[d].check_response.check_completed = false
perspectives[d].check_response.errors.0.error_message =~ perspective "d" of LACNIC answers .*: as "d" of ARIN
perspectives[g].check_response.check_passed = true
--- allow_log
[crit]
--- error_log
[crit]
mpic: perspective "b" of RIPE NCC answers as another perspective or from another RIR region than configured: as "z\"" of (not given)
mpic: perspective "d" of LACNIC answers as another perspective or from another RIR region than configured: as "d" of ARIN



=== TEST 20: a redirect is not followed
--- mocks
a pass
b 302 http://127.0.0.1:8101/caa
c pass
d pass
--- json
is_valid = true
perspectives[b].check_response.check_completed = false



=== TEST 21: an answer that does not end soon
--- mocks
a pass
b pass
c pass
--- set
perspective z http://127.0.0.1:8300 rir=LACNIC;
--- http_config
server {
    listen 127.0.0.1:8300;
    location / { error_page 404 =200 /endless; }
}
--- user_files eval
">>> endless\n" . ' ' x 600_000 . "\n"
--- json
is_valid = true
perspectives[z].check_response.check_completed = false
perspectives[z].check_response.errors.0.error_message =~ its answer is larger than 65536 octets



=== TEST 22: a slow one costs its vote, and the call ends in time
--- mocks
a pass
b pass
c pass
--- set
perspective z http://127.0.0.1:8300 rir=LACNIC;
--- http_config
server {
    listen 127.0.0.1:8300;
    location / { limit_rate 1; return 200 '{"check_completed": true}'; }
}
--- location
mpic_timeout 400ms;
--- json
is_valid = true
mpic_completed = true
perspectives[z].check_response.check_completed = false
perspectives[z].check_response.errors.0.error_message =~ no answer within 400 ms



=== TEST 23: a silent one costs its vote, and the call ends in time
--- mocks
a pass
b pass
c pass
--- set
perspective z http://127.0.0.1:8300 rir=LACNIC;
--- tcp_listen: 8300
--- tcp_no_close
--- tcp_reply_delay: 10s
--- tcp_reply: x
--- location
mpic_timeout 400ms;
--- json
is_valid = true
perspectives[z].check_response.check_completed = false
perspectives[z].check_response.errors.0.error_message =~ no answer within 400 ms



=== TEST 24: the next endpoint where one cannot be reached
--- mocks
a pass
b pass
c fail
--- set
perspective z http://127.0.0.1:8300 http://127.0.0.1:8301 http://127.0.0.1:8302/base rir=LACNIC;
--- http_config
server {
    listen 127.0.0.1:8302;
    location = /base/caa { return 200 '{"check_completed":true,"check_passed":true,"errors":null,"timestamp_ns":1795446413425060669,"check_type":"caa","details":{"caa_record_present":false,"found_at":null,"records_seen":null}}'; }
}
--- json
is_valid = true
perspectives[z].check_response.check_passed = true
--- error_log
perspective "z": it cannot be reached



=== TEST 25: what a perspective is asked
--- mocks
a pass
b pass
c pass
--- set
perspective z http://127.0.0.1:8300 rir=LACNIC header="x-api-key: two words";
--- http_config
log_format seen escape=none "$request_method $uri [$content_type] [$http_x_api_key] $request_body";
server {
    listen 127.0.0.1:8300;
    location / {
        access_log logs/error.log seen;
        proxy_pass http://127.0.0.1:8101;
    }
}
--- ask
{"check_type": "caa", "domain_or_ip_target": "*.MÜNCHEN.example.", "trace_identifier": "t-1", "caa_check_parameters": {"caa_domains": ["ca.example"]}, "orchestration_parameters": {"quorum_count": 4}}
--- json
is_valid = true
domain_or_ip_target = "*.MÜNCHEN.example."
trace_identifier = "t-1"
caa_check_parameters.caa_domains = ["ca.example"]
caa_check_parameters.certificate_type = "tls-server"
caa_check_parameters.allow_lookup_failure = false
request_orchestration_parameters = {"perspective_count": null, "quorum_count": 4, "max_attempts": null, "cohort_for_single_attempt": null}
actual_orchestration_parameters.quorum_count = 4
--- grep_error_log eval: qr/POST \S+ \[.*/
--- grep_error_log_out eval
qr/^POST \/caa \[application\/json\] \[two words\] \{.*"domain_or_ip_target":"\*\.xn--mnchen-3ya\.example","trace_identifier":"t-1".*"caa_domains":\["ca\.example"\]/



=== TEST 26: what a caller asks for below the floor is raised
--- br
--- mocks
a pass
b pass
c pass
d fail
e pass
f pass
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"perspective_count": 2, "quorum_count": 1}}
--- json
request_orchestration_parameters = {"perspective_count": 2, "quorum_count": 1, "max_attempts": null, "cohort_for_single_attempt": null}
actual_orchestration_parameters.perspective_count =~ ^[45]$
actual_orchestration_parameters.quorum_count =~ ^[34]$



=== TEST 27: the same target, the same cohort
--- mocks
a pass
b pass
c pass
d pass
e pass
f pass
g pass
h pass
--- ask
{"check_type": "caa", "domain_or_ip_target": "WWW.example.com.", "orchestration_parameters": {"perspective_count": 5}}
--- response_body_filters eval
sub { CORE::join ' ', $_[0] =~ /"perspective_code":"(\w)"/g }
--- response_body: e d h g f



=== TEST 28: another spelling, the same cohort
--- mocks
a pass
b pass
c pass
d pass
e pass
f pass
g pass
h pass
--- ask
{"check_type": "caa", "domain_or_ip_target": "*.www.example.com", "orchestration_parameters": {"perspective_count": 5}}
--- response_body_filters eval
sub { CORE::join ' ', $_[0] =~ /"perspective_code":"(\w)"/g }
--- response_body: e d h g f
