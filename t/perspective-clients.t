# The perspective's clients: keepalive, HTTP/2, going away, too many at once.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use_config();

run_tests();

__DATA__

=== TEST 1: several checks on one connection
--- pipelined_requests eval
[map { my $r = $_; $r } ::dns01('www.signed.example'),
 ::caa('deny.caa.signed.example'), ::dns01('wrong.signed.example')]
--- response_body_like eval
['"check_passed":true', '"check_passed":false', '"check_passed":false']



=== TEST 2: a client that goes away while the check runs
--- config
location = /slow {
    mpic_check          dcv;
    mpic_resolver       $TEST_NGINX_SILENT_RESOLVER;
    mpic_check_timeout  10s;
}
--- request eval
(my $r = ::dns01('www.signed.example')) =~ s{/dcv}{/slow}; $r
--- timeout: 0.3
--- abort
--- ignore_response
--- wait: 0.2
--- log_level: info
--- error_log
mpic check ended without an answer



=== TEST 3: a client that goes away while a web server keeps silent
--- config
location = /slow {
    mpic_check          dcv;
    mpic_check_timeout  10s;
}
--- request eval
(my $r = ::http01('mute.signed.example')) =~ s{/dcv}{/slow}; $r
--- timeout: 0.3
--- abort
--- ignore_response
--- wait: 0.2
--- log_level: info
--- error_log
mpic check ended without an answer



=== TEST 4: a trace identifier is logged, fit for a line
--- request
POST /caa
{"domain_or_ip_target": "permit.caa.signed.example", "trace_identifier": "a\u00e4\"c", "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- log_level: info
--- error_log
trace: "a\195\164\"c"
--- json
check_passed = true
