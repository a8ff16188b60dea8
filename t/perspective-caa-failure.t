# CAA: a lookup that fails is permission to issue only where that is asked for,
# allowed, tried again, and the zone is proven to be unsigned (BR 3.2.2.8).

use lib 't/lib';
use MPIC;
use MPIC::DNSServer;
use MPIC::Perspective;

use_config(<<'CONF');
mpic_dnssec                    on;
mpic_dnssec_probe              signed.example www.bogus.example;
mpic_allow_caa_lookup_failure  on;
CONF

add_block_preprocessor(sub { dns_control('reset') });

sub allowed {
    my ($target, %more) = @_;

    return caa($target, allow_lookup_failure => \1, %more);
}

run_tests();

__DATA__

=== TEST 1: SERVFAIL in a zone proven insecure
--- request eval: ::allowed('x.lame.plain.example')
--- json
check_completed = true
check_passed = true
errors = null
dnssec_status = "indeterminate"
details.caa_record_present = null
details.found_at = null
details.records_seen = null
details.ttl = null
details.lookup_failure.is_permission = true
details.lookup_failure.reason = "authenticated NSEC record of a delegation without DS"
details.lookup_failure.insecure_delegation = "plain.example"
details.lookup_failure.lookups #= 2
details.lookup_failure.lookups.0.name = "x.lame.plain.example"
details.lookup_failure.lookups.0.error =~ ^SERVFAIL from the resolver
details.lookup_failure.lookups.0.attempts = 2
details.lookup_failure.lookups.0.dnssec_status = "indeterminate"
details.lookup_failure.lookups.1.name = "lame.plain.example"



=== TEST 2: the failing zone itself is the one that is not signed
--- request eval: ::allowed('x.lame.example')
--- json
check_passed = true
details.lookup_failure.is_permission = true
details.lookup_failure.insecure_delegation = "lame.example"



=== TEST 3: the proof by NSEC3
--- request eval: ::allowed('x.lame.nsec3.example')
--- json
check_passed = true
details.lookup_failure.is_permission = true
details.lookup_failure.reason = "authenticated NSEC3 record of a delegation without DS"
details.lookup_failure.insecure_delegation = "lame.nsec3.example"



=== TEST 4: a top-level domain that is not signed, and fails
--- request eval: ::allowed('www.lametld')
--- json
check_passed = true
details.lookup_failure.is_permission = true
details.lookup_failure.insecure_delegation = "lametld"
details.lookup_failure.lookups #= 2



=== TEST 5: CAA alone fails
--- request eval: ::allowed('a.servfail-caa.hostile.example')
--- json
check_passed = true
details.lookup_failure.is_permission = true
details.lookup_failure.insecure_delegation = "hostile.example"



=== TEST 6: no answer in time
--- config
location = /quick {
    mpic_check             caa;
    mpic_check_timeout     3s;
    mpic_resolver_timeout  500ms;
    mpic_resolver          127.0.0.67;
}
--- request eval
(my $r = ::allowed('a.plain.example')) =~ s{/caa}{/quick}; $r
--- json
check_completed = true
check_passed = true
details.lookup_failure.is_permission = true
details.lookup_failure.insecure_delegation = "plain.example"
details.lookup_failure.lookups.0.attempts = 2
details.lookup_failure.lookups.0.error = "no answer within the time allowed"



=== TEST 7: the time of the check ends it, and the proof is there by then
--- config
location = /quick {
    mpic_check             caa;
    mpic_check_timeout     900ms;
    mpic_resolver_timeout  500ms;
    mpic_resolver          127.0.0.67;
}
--- request eval
(my $r = ::allowed('a.plain.example')) =~ s{/caa}{/quick}; $r
--- json
check_completed = true
check_passed = true
details.lookup_failure.is_permission = true
details.lookup_failure.lookups.0.attempts = 2
duration_ms =~ ^(9\d\d|1\d\d\d)$



=== TEST 8: no time for a second try
--- config
location = /quick {
    mpic_check             caa;
    mpic_check_timeout     400ms;
    mpic_resolver_timeout  1s;
    mpic_resolver          127.0.0.67;
}
--- request eval
(my $r = ::allowed('a.plain.example')) =~ s{/caa}{/quick}; $r
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ no answer within 400 ms; this is not permission to issue: it was not tried again$
details.lookup_failure.is_permission = false
details.lookup_failure.lookups.0.attempts = 1



=== TEST 9: one try is not enough, whatever is configured
--- config
location = /one {
    mpic_check           caa;
    mpic_resolver_tries  1;
}
--- request eval
(my $r = ::allowed('x.lame.plain.example')) =~ s{/caa}{/one}; $r
--- json
check_passed = true
details.lookup_failure.lookups.0.attempts = 2



=== TEST 10: a failure that is over when tried again is none
--- config
location = /once {
    mpic_check     caa;
    mpic_resolver  127.0.0.68;
}
--- request eval: ::allowed('permit.caa.signed.example') =~ s{/caa}{/once}r
--- json
check_completed = true
check_passed = true
details.caa_record_present = true
details.found_at = "permit.caa.signed.example"
details.lookup_failure absent
--- error_log eval
qr/mpic lookup: permit\.caa\.signed\.example type:257 rcode:0 dnssec:secure asked:2/



=== TEST 11: not asked for
--- request eval: ::caa('x.lame.plain.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:caa_checker:lookup"
errors.0.error_message !~ permission
details.lookup_failure.is_permission = false
details.lookup_failure.reason =~ the request does not allow it
details.lookup_failure.insecure_delegation = null



=== TEST 12: not allowed
--- config
location = /no {
    mpic_check                     caa;
    mpic_allow_caa_lookup_failure  off;
}
--- request eval
(my $r = ::allowed('x.lame.plain.example')) =~ s{/caa}{/no}; $r
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ SERVFAIL.*; this is not permission to issue: this perspective does not allow it \(mpic_allow_caa_lookup_failure\)$
details.lookup_failure.is_permission = false



=== TEST 13: a zone that has a DS
--- request eval: ::allowed('x.lame-secure.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ this is not permission to issue: no delegation above the name is proven to be unsigned$
details.lookup_failure.is_permission = false
details.lookup_failure.insecure_delegation = null



=== TEST 14: a top-level domain that has one
--- request eval: ::allowed('www.lamesecuretld')
--- json
check_passed = false
errors.0.error_message =~ no delegation above the name is proven



=== TEST 15: a signed zone that fails for CAA alone
--- request eval: ::allowed('www.nocaa-secure.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ no delegation above the name is proven



=== TEST 16: opt-out: the denial of the DS is not authenticated
--- request eval: ::allowed('x.lame.optout.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ no delegation above the name is proven



=== TEST 17: a resolver that has no proof
--- config
location = /nods {
    mpic_check     caa;
    mpic_resolver  127.0.0.66;
}
--- request eval
(my $r = ::allowed('x.lame.plain.example')) =~ s{/caa}{/nods}; $r
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ no delegation above the name is proven



=== TEST 18: bogus zones
--- request eval
[map { ::allowed($_) } qw(www.bogus.example www.expired.example
                          www.early.example www.stripped.example
                          a.good.hostile-secure.example)]
--- response_body_like eval
[(qr/"check_completed":false,"check_passed":false.*this is not permission to issue: the data is bogus \(DNSSEC\)/) x 5]



=== TEST 19: an alias into a bogus zone
--- request eval: ::allowed('tobogus.caa.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ the data is bogus \(DNSSEC\)$



=== TEST 20: an alias that leads from an unsigned zone into a lame one
--- request eval: ::allowed('tolame.plain.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ this is not permission to issue: the name is an alias, and the zone it leads to is not proven to be unsigned$
details.lookup_failure.is_permission = false



=== TEST 21: what a parent forbids is forbidden
--- request eval: ::allowed('x.lame.forbids.caa.plain.example')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:forbidden"
details.found_at = "forbids.caa.plain.example"
details.caa_record_present = true
details.lookup_failure.is_permission = true
details.lookup_failure.insecure_delegation = "plain.example"



=== TEST 22: servers that refuse, and so a resolver that fails
--- request eval: ::allowed('a.refused-caa.hostile.example')
--- json
check_passed = true
details.lookup_failure.lookups.0.error =~ ^SERVFAIL



=== TEST 23: the top-level domain does not exist
--- request eval: ::allowed('www.nothing')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ NXDOMAIN from the resolver$
details.lookup_failure absent



=== TEST 24: no more questions than CAA needs where nothing fails
--- request eval: ::allowed('a.b.nodata.hostile.example')
--- json
check_passed = true
details.caa_record_present = false
details.lookup_failure absent
--- no_error_log
nodata.hostile.example type:43
nodata.hostile.example type:5 
