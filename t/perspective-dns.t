# The methods that look at a TXT record: acme-dns-01 and dns-change.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use_config();

run_tests();

__DATA__

=== TEST 1: acme-dns-01
--- request eval: ::dns01('www.signed.example')
--- json
check_type = "dcv"
check_completed = true
check_passed = true
errors = null
timestamp_ns =~ ^\d{19}$
details.validation_method = "acme-dns-01"
details.records_seen = ["lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM"]
details.response_code = 0
details.ad_flag = true
details.found_at = "_acme-challenge.www.signed.example"
details.cname_chain = []



=== TEST 2: an unsigned zone
--- request eval: ::dns01('www.plain.example')
--- json
check_passed = true
details.ad_flag = false



=== TEST 3: a wildcard
--- request eval: ::dns01('*.www.signed.example')
--- json
check_passed = true
details.found_at = "_acme-challenge.www.signed.example"



=== TEST 4: one of two records
--- request eval: ::dns01('two.signed.example')
--- json
check_passed = true
details.records_seen #= 2



=== TEST 5: a record of two strings
--- request eval: ::dns01('split.signed.example')
--- json
check_passed = true
details.records_seen = ["lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM"]



=== TEST 6: white space is not trimmed
--- request eval: ::dns01('padded.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:mismatch"



=== TEST 7: case matters
--- request eval: ::dns01('case.signed.example')
--- json
check_completed = true
check_passed = false



=== TEST 8: another value
--- request eval: ::dns01('wrong.signed.example')
--- json
check_completed = true
check_passed = false
details.records_seen = ["b3RoZXI"]



=== TEST 9: an alias
--- request eval: ::dns01('alias.signed.example')
--- json
check_passed = true
details.cname_chain = ["_acme-challenge.www.signed.example."]
details.found_at = "_acme-challenge.www.signed.example"



=== TEST 10: an alias into another zone
--- request eval: ::dns01('away.signed.example')
--- json
check_passed = true
details.found_at = "_acme-challenge.plain.example"



=== TEST 11: a loop of aliases
--- request eval: ::dns01('loop.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"



=== TEST 12: no such name
--- request eval: ::dns01('nothing.signed.example')
--- json
check_passed = false
details.response_code = 3
details.ad_flag = true



=== TEST 13: no such record
--- request eval: ::dns_change('noaddress.signed.example', challenge_value => 'x')
--- json
check_completed = true
check_passed = false
details.response_code = 0



=== TEST 14: a bogus zone
--- request eval: ::dns01('www.bogus.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ SERVFAIL
details.response_code = 2



=== TEST 15: octets that are no text
--- request eval: ::dns01('octets.signed.example')
--- json
check_completed = true
check_passed = false
details.records_seen #= 1



=== TEST 16: a name so long that no challenge can be below it
--- request eval
::dns01(CORE::join('.', ('a' x 60) x 4) . '.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:parameter"



=== TEST 17: dns-change, a part of a record
--- request eval
::dns_change('change.signed.example', challenge_value => 'random-value-1234')
--- json
check_passed = true
details.validation_method = "dns-change"
details.records_seen #= 2



=== TEST 18: dns-change, a whole record
--- request eval
::dns_change('change.signed.example', challenge_value => 'random-value-1234',
             require_exact_match => \1)
--- json
check_completed = true
check_passed = false



=== TEST 19: dns-change, below a prefix
--- request eval
::dns_change('signed.example', challenge_value => 'random-value-1234',
             dns_name_prefix => '_dnsauth', require_exact_match => \1)
--- json
check_passed = true
details.found_at = "_dnsauth.signed.example"



=== TEST 20: dns-change, case matters
--- request eval
::dns_change('change.signed.example', challenge_value => 'random-value-5678')
--- json
check_passed = false



=== TEST 21: dns-change, case does not matter
--- request eval
::dns_change('change.signed.example', challenge_value => 'random-value-5678',
             require_exact_case => \0)
--- json
check_passed = true



=== TEST 22: an answer too large for UDP
--- request eval
::dns_change('large.signed.example', challenge_value => 'the last one')
--- json
check_passed = true
details.records_seen #= 7



=== TEST 23: no value of a challenge is logged
--- request eval
::dns_change('change.signed.example', challenge_value => 's3cret-value')
--- log_level: info
--- json
check_passed = false
--- error_log eval
qr/mpic check: completed, not passed, errors: \S+, \d+ ms, .*"dns-change change\.signed\.example"/
--- no_error_log
s3cret
