# The numbers of a perspective.

use lib 't/lib';
use MPIC;

our $good = 'mpic_perspective_zone mpic:64k; mpic_perspective_code nl;
             mpic_perspective_rir RIPE; mpic_dnssec_probe good.example
             bad.example;';

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('http_config', $main::good)
        if !defined $block->http_config;
});

run_tests();

__DATA__

=== TEST 1: what was checked, by whom, by which resolver
--- config
    location = /caa { mpic_check caa; mpic_resolver $TEST_NGINX_RESOLVER; }
    location = /slow { mpic_check caa; mpic_resolver_timeout 50ms;
        mpic_check_timeout 2s; mpic_resolver_tries 1;
        mpic_resolver $TEST_NGINX_SILENT_RESOLVER $TEST_NGINX_RESOLVER; }
    location = /status { mpic_perspective_status; }
    location = /metrics { mpic_perspective_status format=prometheus; }
--- request eval
[
    "POST /caa\n" . '{"check_type":"caa","domain_or_ip_target":"nocaa.example","caa_check_parameters":{"caa_domains":["ca.example"]}}',
    "POST /caa\n" . '{"check_type":"caa"}',
    "GET /caa",
    "POST /slow\n" . '{"check_type":"caa","domain_or_ip_target":"nocaa.example","caa_check_parameters":{"caa_domains":["ca.example"]}}',
    "GET /status",
    "GET /metrics",
    "HEAD /status",
    "POST /status\n",
    "GET /status?format=prometheus",
    "GET /status?format=html"
]
--- error_code eval
[200, 400, 405, 200, 200, 200, 200, 405, 200, 200]
--- response_body_like eval
[
    qr/"check_completed":true/, qr/./, qr/./, qr/"check_completed":true/,
    qr/^\{"role":"perspective",.*"code":"nl","rir":"RIPE NCC","checks":\{"running":0,"max":4096,"refused":2,"unavailable":0,"unanswered":0,.*"by_method":\{"caa":\{"passed":2,"failed":0,"incomplete":0\}\},"errors":\{\},"duration_ms":\{.*\},.*"resolver":\{"addresses":\["[0-9.:]+","[0-9.:]+"\],"questions":\d+,"timeouts":[1-9]\d*,"failures":0,"failovers":[1-9]\d*,"servers":.*"dnssec":\{"required":false,"state":"unknown","checked_at":null,"reason":null\}\}$/,
    qr/^mpic_checks_total\{method="caa",result="passed"\} 2$/m,
    qr/^$/, qr/method-not-allowed/, qr/^# TYPE mpic_check_info gauge$/m,
    qr/<html/i
]



=== TEST 2: what the self-test finds
--- http_config
    mpic_perspective_zone mpic:64k;
--- config
    location = /caa { mpic_check caa; mpic_resolver $TEST_NGINX_SILENT_RESOLVER;
        mpic_dnssec on; mpic_resolver_timeout 50ms; mpic_resolver_tries 1; }
    location = /status { mpic_perspective_status; }
--- request eval
[
    "POST /caa\n" . '{"check_type":"caa","domain_or_ip_target":"nocaa.example","caa_check_parameters":{"caa_domains":["ca.example"]}}',
    "GET /status"
]
--- response_body_like eval
[
    qr/"check_completed":false/,
    qr/"incomplete":1\}\},"errors":\{"mpic_error:caa_checker:lookup":1\}.*"dnssec":\{"required":true,"state":"does not","checked_at":\d+,"reason":".+"\}\}$/
]



=== TEST 3: without a zone
--- http_config
--- config
    location = /status { mpic_perspective_status; }
--- must_die
--- error_log
"mpic_perspective_status" needs "mpic_perspective_zone"
