# CAA: the tree is climbed on the name asked for, the closest set decides.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use_config();

run_tests();

__DATA__

=== TEST 1: permission
--- request eval: ::caa('permit.caa.signed.example')
--- response_headers
Content-Type: application/json
--- json
check_type = "caa"
check_completed = true
check_passed = true
errors = null
timestamp_ns =~ ^\d{19}$
details.caa_record_present = true
details.found_at = "permit.caa.signed.example"
details.records_seen = ["0 issue \"ca.example\""]
details.ttl =~ ^(\d|[1-9]\d|[12]\d\d|300)$
details.iodef = []



=== TEST 2: nobody may
--- request eval: ::caa('deny.caa.signed.example')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:caa_checker:forbidden"
errors.0.error_message =~ deny\.caa\.signed\.example
details.caa_record_present = true
details.records_seen = ["0 issue \";\""]



=== TEST 3: another may
--- request eval: ::caa('other.caa.signed.example')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:forbidden"



=== TEST 4: one of two, in another case
--- request eval: ::caa('both.caa.signed.example')
--- json
check_passed = true
details.records_seen #= 2



=== TEST 5: any of the issuer's names
--- request eval
::caa('other.caa.signed.example',
      caa_domains => ['ca.example', 'Other-CA.example.'])
--- json
check_passed = true



=== TEST 6: nobody has said anything
--- request eval: ::caa('www.plain.example')
--- json
check_completed = true
check_passed = true
details.caa_record_present = false
details.found_at = null
details.records_seen = null



=== TEST 7: a name that does not exist
--- request eval: ::caa('nothing.plain.example')
--- json
check_completed = true
check_passed = true
details.caa_record_present = false



=== TEST 8: the parent decides
--- request eval: ::caa('sub.deny.caa.signed.example')
--- json
check_completed = true
check_passed = false
details.found_at = "deny.caa.signed.example"



=== TEST 9: a parent three levels up
--- request eval: ::caa('a.b.c.permit.caa.signed.example')
--- json
check_passed = true
details.found_at = "permit.caa.signed.example"



=== TEST 10: the closest one decides
--- request eval: ::caa('inner.deny.caa.signed.example')
--- json
check_passed = true
details.found_at = "inner.deny.caa.signed.example"



=== TEST 11: a wildcard has a property of its own
--- request eval: ::caa('*.wild.caa.signed.example')
--- json
check_passed = true
details.found_at = "wild.caa.signed.example"



=== TEST 12: which is not that of the name
--- request eval: ::caa('wild.caa.signed.example')
--- json
check_passed = false



=== TEST 13: a wildcard that is forbidden
--- request eval: ::caa('*.nowild.caa.signed.example')
--- json
check_passed = false



=== TEST 14: while the name is not
--- request eval: ::caa('nowild.caa.signed.example')
--- json
check_passed = true



=== TEST 15: a critical property that is not known
--- request eval: ::caa('critical.caa.signed.example')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:forbidden"



=== TEST 16: an alias has the records of its target
--- request eval: ::caa('cname-permit.caa.signed.example')
--- json
check_passed = true
details.found_at = "cname-permit.caa.signed.example"



=== TEST 17: but not those above its target
--- request eval: ::caa('cname.caa.signed.example')
--- json
check_passed = true
details.caa_record_present = false



=== TEST 18: and those above itself
--- request eval: ::caa('cname.deny.caa.signed.example')
--- json
check_passed = false
details.found_at = "deny.caa.signed.example"



=== TEST 19: iodef is shown
--- request eval: ::caa('iodef.caa.signed.example')
--- json
check_passed = true
details.iodef #= 2



=== TEST 20: s/mime has a property of its own
--- request eval
::caa('nomail.caa.signed.example', certificate_type => 's-mime')
--- json
check_passed = false



=== TEST 21: which does not matter to others
--- request eval: ::caa('nomail.caa.signed.example')
--- json
check_passed = true



=== TEST 22: an account that is not told
--- request eval: ::caa('account.caa.signed.example')
--- json
check_passed = false



=== TEST 23: an account that is the right one
--- request eval
::caa('account.caa.signed.example',
      expected_account_uris => ['https://ca.example/acct/1'])
--- json
check_passed = true



=== TEST 24: a bogus zone
--- request eval: ::caa('www.bogus.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:caa_checker:lookup"
errors.0.error_message =~ SERVFAIL
details.caa_record_present = null
details.found_at = null



=== TEST 25: an alias of a bogus name
--- request eval: ::caa('tobogus.caa.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:lookup"



=== TEST 26: a loop of aliases
--- request eval: ::caa('loop.caa.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:lookup"



=== TEST 27: a lame zone
--- request eval: ::caa('x.lame.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:lookup"



=== TEST 28: a top-level domain that does not exist
--- request eval: ::caa('www.nothing-here')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:lookup"
errors.0.error_message =~ NXDOMAIN



=== TEST 29: an allowed lookup failure is none yet
--- request eval: ::caa('x.lame.example', allow_lookup_failure => \1)
--- json
check_completed = false
check_passed = false



=== TEST 30: no answer within the time of the check
--- config
location = /quick {
    mpic_check          caa;
    mpic_check_timeout  700ms;
    mpic_resolver       $TEST_NGINX_SILENT_RESOLVER;
}
--- request eval
(my $r = ::caa('a.b.caa.signed.example')) =~ s{/caa}{/quick}; $r
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:caa_checker:lookup"
errors.0.error_message =~ a\.b\.caa\.signed\.example .*no answer within 700 ms
duration_ms =~ ^[7-9]\d\d$|^\d{4}$



=== TEST 31: many levels at once, the first one decides
--- request eval
::caa('a.' x 100 . 'permit.caa.signed.example')
--- json
check_passed = true
details.found_at = "permit.caa.signed.example"
