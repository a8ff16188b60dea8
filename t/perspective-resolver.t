# The perspective and its resolver: silent, refusing, one of two, none.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

run_tests();

__DATA__

=== TEST 1: a silent resolver: the check's time ends first
--- config
location = /dcv {
    mpic_check              dcv;
    mpic_resolver           $TEST_NGINX_SILENT_RESOLVER;
    mpic_check_timeout      800ms;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ no answer within 800 ms
details.validation_method = "acme-dns-01"
details.records_seen = null
details.response_code = null
duration_ms =~ ^[89]\d\d$



=== TEST 2: a silent resolver: the tries end first
--- config
location = /dcv {
    mpic_check              dcv;
    mpic_resolver           $TEST_NGINX_SILENT_RESOLVER;
    mpic_resolver_timeout   300ms;
    mpic_resolver_tries     1;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ no answer within the time allowed
duration_ms =~ ^\d{3}$



=== TEST 3: a silent resolver and a web server
--- config
location = /dcv {
    mpic_check              dcv;
    mpic_resolver           $TEST_NGINX_SILENT_RESOLVER;
    mpic_check_timeout      600ms;
}
--- request eval: ::http01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ the time was over while looking up the addresses\.$
details.response_url = "http://www.signed.example/.well-known/acme-challenge/ok"
details.response_status_code = null
details.resolved_ip = null



=== TEST 4: a silent resolver and CAA
--- config
location = /caa {
    mpic_check              caa;
    mpic_resolver           $TEST_NGINX_SILENT_RESOLVER;
    mpic_check_timeout      600ms;
}
--- request eval: ::caa('a.b.c.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:caa_checker:lookup"
errors.0.error_message =~ a\.b\.c\.signed\.example .*no answer within 600 ms



=== TEST 5: a resolver that refuses
--- config
location = /dcv {
    mpic_check     dcv;
    mpic_resolver  127.0.0.57:53;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ REFUSED
details.response_code = 5



=== TEST 6: nobody listens at the resolver's address
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          127.0.0.99:53;
    mpic_resolver_timeout  200ms;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"



=== TEST 7: the second resolver, as the first one is silent
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          $TEST_NGINX_SILENT_RESOLVER $TEST_NGINX_RESOLVER;
    mpic_resolver_timeout  300ms;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = true
check_passed = true



=== TEST 8: two locations, two resolvers
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          $TEST_NGINX_RESOLVER;
}
location = /silent {
    mpic_check             dcv;
    mpic_resolver          $TEST_NGINX_SILENT_RESOLVER;
    mpic_check_timeout     300ms;
}
--- request eval
my $silent = ::dns01('www.signed.example');
$silent =~ s{/dcv}{/silent};
[::dns01('www.signed.example'), $silent, ::dns01('www.signed.example')]
--- response_body_like eval
['"check_passed":true', '"check_completed":false', '"check_passed":true']

