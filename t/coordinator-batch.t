# Several requests in one body.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('request', "POST /mpic\n" . $block->ask)
        if defined $block->ask;
    $block->set_value('mocks', join '', map { "$_ pass\n" } 'a' .. 'd');
});


# CAA checks of so many names

sub caa {
    my ($first, $last) = @_;

    return join ',', map {
        '{"check_type": "caa", "domain_or_ip_target": "n' . $_ . '.example"}'
    } $first .. $last;
}


run_tests();

__DATA__

=== TEST 1: a batch of one, and the shape of its answer
--- ask eval: '[' . ::caa(1, 1) . ']'
--- json
. #= 1
0.is_valid = true
0.domain_or_ip_target = "n1.example"
0.perspectives #= 4
0.actual_orchestration_parameters.perspective_count = 4
0.status absent
0.error absent
--- response_headers
Content-Type: application/json



=== TEST 2: each is judged alone, and has its place
--- ask eval
'[' . ::caa(1, 2) . ',{"check_type": "caa", "domain_or_ip_target": "a..b"},'
. '{"check_type": "caa", "domain_or_ip_target": "nul\u0000.example"},'
. '{"check_type": "caa", "domain_or_ip_target": "half\ud800.example"},'
. '[' . ::caa(3, 3) . '],7,{},'
. '{"check_type": "caa", "domain_or_ip_target": "n1.example", '
. '"trace_identifier": "again"},' . ::caa(4, 4) . ']'
--- json
. #= 10
0.domain_or_ip_target = "n1.example"
0.is_valid = true
1.domain_or_ip_target = "n2.example"
1.is_valid = true
2.status = 400
2.error = "request-validation-failed"
2.validation_issues.0.issue_type = "invalid-target"
2.is_valid absent
3.status = 400
3.validation_issues.0.issue_type = "malformed-json"
4.status = 400
4.validation_issues.0.issue_type = "malformed-json"
5.status = 400
5.validation_issues.0.issue_type = "invalid-type"
6.status = 400
6.validation_issues.0.issue_type = "invalid-type"
7.status = 400
7.validation_issues #= 2
8.domain_or_ip_target = "n1.example"
8.trace_identifier = "again"
8.is_valid = true
9.domain_or_ip_target = "n4.example"
9.is_valid = true
--- error_log
mpic: batch of 10 requests, 4 carried out
mpic: "n4.example"
--- no_error_log
[error]



=== TEST 3: a hundred
--- location
client_body_buffer_size 64k;
--- ask eval: '[' . ::caa(1, 100) . ']'
--- json
. #= 100
0.domain_or_ip_target = "n1.example"
0.is_valid = true
15.domain_or_ip_target = "n16.example"
16.domain_or_ip_target = "n17.example"
16.is_valid = true
99.domain_or_ip_target = "n100.example"
99.is_valid = true
--- error_log
mpic: batch of 100 requests, 100 carried out
--- no_shutdown_error_log
open socket



=== TEST 4: one too many
--- location
mpic_batch_max 3;
--- ask eval: '[' . ::caa(1, 4) . ']'
--- error_code: 413
--- json
error = "batch-too-large"
message =~ has 4 requests, and 3 are taken



=== TEST 5: as many as are taken, one at a time
--- location
mpic_batch_max 3;
mpic_batch_parallel 1;
--- ask eval: '[' . ::caa(1, 3) . ']'
--- json
. #= 3
2.domain_or_ip_target = "n3.example"
2.is_valid = true



=== TEST 6: no batches
--- location
mpic_batch_max 0;
--- ask eval: '[' . ::caa(1, 1) . ']'
--- error_code: 400
--- json
validation_issues.0.issue_type = "invalid-type"
validation_issues.0.message =~ must be a JSON object, not a list



=== TEST 7: nothing
--- ask: [ ]
--- error_code: 400
--- json
error = "request-validation-failed"
validation_issues.0.issue_type = "empty-batch"



=== TEST 8: a list that is not JSON is nobody's
--- ask eval: '[' . ::caa(1, 1) . ',{"check_type": "caa"]'
--- error_code: 400
--- json
error = "request-validation-failed"
validation_issues.0.issue_type = "malformed-json"



=== TEST 9: a perspective that is not there costs each the same vote
--- set
perspective z http://127.0.0.1:1 rir=LACNIC;
--- ask eval: '[' . ::caa(1, 3) . ']'
--- json
. #= 3
0.perspectives #= 5
0.is_valid = true
2.is_valid = true
2.perspectives[z].check_response.check_completed = false



=== TEST 10: values that cannot be
--- location
mpic_batch_max 1001;
--- must_die
--- error_log
value must be between 0 and 1000



=== TEST 11: none at a time
--- location
mpic_batch_parallel 0;
--- must_die
--- error_log
value must be between 1 and 1000



=== TEST 12: a worker that may have two requests in flight
--- location
mpic_max_requests 2;
--- ask eval: '[' . ::caa(1, 5) . ']'
--- json
. #= 5
0.is_valid = true
4.domain_or_ip_target = "n5.example"
4.is_valid = true
