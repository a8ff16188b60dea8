# What a caller can ask for, and what the operator lets him have.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

add_block_preprocessor(sub {
    my ($block) = @_;

    my $wanted = $block->wanted // '{}';
    my $type = $block->type // '"caa"';

    $block->set_value('request', "POST /mpic\n"
                      . '{"check_type": ' . $type
                      . ', "domain_or_ip_target": '
                      . '"example.com", "orchestration_parameters": '
                      . "$wanted}");
    $block->set_value('more_headers', "Content-Type: application/json");
});

run_tests();

__DATA__

=== TEST 1: the operator's number is not lowered, as the floors are not
--- br
--- mocks
a pass
b pass
c pass
d pass
e pass
f pass
--- location
mpic_perspective_count 6;
--- wanted: {"perspective_count": 2, "quorum_count": 1}
--- json
is_valid = true
monitoring absent
request_orchestration_parameters.perspective_count = 2
request_orchestration_parameters.quorum_count = 1
actual_orchestration_parameters = {"perspective_count": 6, "quorum_count": 4, "attempt_count": 1}



=== TEST 2: it is under the private policy
--- mocks
a pass
b fail
c pass
d pass
--- location
mpic_perspective_count 4;
--- wanted: {"perspective_count": 2, "quorum_count": 1}
--- json
actual_orchestration_parameters = {"perspective_count": 2, "quorum_count": 1, "attempt_count": 1}



=== TEST 3: or the request is refused, with all that is below
--- br
--- mocks
a pass
b pass
c pass
d pass
e pass
f pass
--- location
mpic_reject_below_floor on;
--- wanted: {"perspective_count": 2, "quorum_count": 1}
--- error_code: 400
--- json
error = "request-validation-failed"
validation_issues #= 2
validation_issues[invalid-perspective-count].field = "orchestration_parameters.perspective_count"
validation_issues[invalid-perspective-count].message =~ ^Invalid perspective count: 2 is below the floor of [45] of the policy in force$
validation_issues[invalid-quorum-count].field = "orchestration_parameters.quorum_count"
validation_issues[invalid-quorum-count].message =~ ^Invalid quorum count: 1 is below the floor of [34] \(of [45] perspectives\) of the policy in force$



=== TEST 4: none may disagree
--- mocks
a pass
b pass
c pass
d pass
e pass
f fail
--- location
mpic_policy br non_corroborations=0;
--- wanted: {"perspective_count": 6, "quorum_count": 4}
--- json
is_valid = false
actual_orchestration_parameters.quorum_count = 6



=== TEST 5: who looks on is told so, and so is the log
--- br
--- mocks
a fail
b fail
c fail
d fail
e incomplete
f dead
--- location
mpic_allow_monitoring on;
--- wanted: {"quorum_count": 0}
--- json
is_valid = true
monitoring = true
mpic_completed = true
actual_orchestration_parameters.quorum_count = 0
perspectives #= 6
perspectives[a].check_response.check_passed = false
--- error_log
mpic: monitoring, no verdict, 0/6 passed
--- no_error_log
is_valid=true



=== TEST 6: looking on is an exception: others have a verdict
--- br
--- mocks
a fail
b fail
c fail
d fail
e fail
f fail
--- location
mpic_allow_monitoring on;
--- json
is_valid = false
monitoring absent



=== TEST 7: looking on is not allowed by default
--- br
--- mocks
a pass
b pass
c pass
d pass
e pass
--- wanted: {"quorum_count": 0}
--- error_code: 400
--- json
validation_issues #= 1
validation_issues[invalid-quorum-count].message =~ the monitoring mode, 0, is not allowed here



=== TEST 8: looking on at both checks says the same of both
--- br
--- mocks
a fail
b fail
c fail
d fail
e fail
f dead
--- location
mpic_allow_monitoring on;
--- type: "dcv_with_caa", "dcv_check_parameters": {"validation_method": "acme-dns-01", "key_authorization_hash": "lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM"}
--- wanted: {"quorum_count": 0}
--- json
is_valid = true
dcv_is_valid = true
caa_is_valid = true
monitoring = true
