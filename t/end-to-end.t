# Both modules together: a coordinator, four perspectives, a real resolver.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

# "--- code_of_d": the code that the fourth perspective has in its own
# configuration; "--- rir_of_d": likewise

add_block_preprocessor(sub {
    my ($block) = @_;

    my ($set, $servers) = ('', 'mpic_resolver $TEST_NGINX_RESOLVER;'
                               . 'mpic_allow_address 127.0.0.0/8;');
    my @rirs = ('ARIN', 'RIPE', 'APNIC', 'LACNIC');

    for my $code ('a' .. 'd') {
        my $port = 8500 + ord $code;
        my $rir = shift @rirs;
        my $own = $code eq 'd' && $block->code_of_d || $code;
        my $region = $code eq 'd' && $block->rir_of_d || $rir;

        $set .= "perspective $code http://127.0.0.1:$port rir=$rir;\n";
        $servers .= "server { listen 127.0.0.1:$port;"
                    . "mpic_perspective_code $own;"
                    . "mpic_perspective_rir $region;"
                    . "location = /dcv { mpic_check dcv; }"
                    . "location = /caa { mpic_check caa; } }\n";
    }

    $block->set_value('set', $set);
    $block->set_value('http_config', $servers . ($block->http_config // ''));
    $block->set_value('request', "POST /mpic\n" . $block->ask);
});

run_tests();

__DATA__

=== TEST 1: CAA
--- ask
{"check_type": "caa", "domain_or_ip_target": "permit.caa.signed.example", "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
is_valid = true
mpic_completed = true
perspectives #= 4
perspectives[a].check_response.check_passed = true
perspectives[a].check_response.perspective_code = "a"
perspectives[a].check_response.rir = "ARIN"
perspectives[d].check_response.details.records_seen = ["0 issue \"ca.example\""]
perspectives[d].check_response.timestamp_ns =~ ^\d{19}$
--- no_error_log
[error]



=== TEST 2: CAA that forbids
--- ask
{"check_type": "caa", "domain_or_ip_target": "deny.caa.signed.example", "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
is_valid = false
mpic_completed = true
perspectives[b].check_response.errors.0.error_type = "mpic_error:caa_checker:forbidden"



=== TEST 3: acme-dns-01
--- ask eval
qq({"check_type": "dcv", "domain_or_ip_target": "*.signed.example", "dcv_check_parameters": {"validation_method": "acme-dns-01", "key_authorization_hash": "$ENV{TEST_NGINX_DIGEST}"}})
--- json
is_valid = true
perspectives[c].check_response.details.ad_flag = true
perspectives[c].check_response.details.found_at = "_acme-challenge.signed.example"



=== TEST 4: acme-dns-01 in a zone that is bogus
--- ask eval
qq({"check_type": "dcv", "domain_or_ip_target": "bogus.example", "dcv_check_parameters": {"validation_method": "acme-dns-01", "key_authorization_hash": "$ENV{TEST_NGINX_DIGEST}"}})
--- json
is_valid = false
mpic_completed = false
perspectives[c].check_response.errors.0.error_message =~ SERVFAIL



=== TEST 5: acme-http-01
--- http_config
server {
    listen 127.0.0.10:80;
    location / { return 200 "$TEST_NGINX_KEY_AUTHORIZATION\n"; }
}
--- ask eval
qq({"check_type": "dcv", "domain_or_ip_target": "www.signed.example", "dcv_check_parameters": {"validation_method": "acme-http-01", "token": "$ENV{TEST_NGINX_TOKEN}", "key_authorization": "$ENV{TEST_NGINX_KEY_AUTHORIZATION}"}})
--- json
is_valid = true
perspectives[a].check_response.details.resolved_ip = "127.0.0.10"
perspectives[a].check_response.details.response_status_code = 200



=== TEST 6: a perspective that is another one does not count
--- code_of_d: z
--- ask
{"check_type": "caa", "domain_or_ip_target": "permit.caa.signed.example", "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
is_valid = true
perspectives[c].check_response.check_passed = true
perspectives[d].check_response.check_completed = false
perspectives[d].check_response.errors.0.error_message =~ answers as another perspective
--- error_log
perspective "d" of LACNIC answers as another perspective
--- allow_log
[crit]



=== TEST 7: nor does one of another region
--- rir_of_d: AFRINIC
--- ask
{"check_type": "caa", "domain_or_ip_target": "permit.caa.signed.example", "caa_check_parameters": {"caa_domains": ["ca.example"]}}
--- json
is_valid = true
perspectives[d].check_response.check_completed = false
--- error_log
perspective "d" of LACNIC answers as another perspective
--- allow_log
[crit]



=== TEST 8: what a perspective refuses is said
--- ask
{"check_type": "caa", "domain_or_ip_target": "permit.caa.signed.example"}
--- json
is_valid = false
mpic_completed = false
perspectives[a].check_response.errors.0.error_message =~ "caa_domains\\" is required



=== TEST 9: no challenge value in the log
--- ask eval
qq({"check_type": "dcv", "domain_or_ip_target": "host.signed.example", "dcv_check_parameters": {"validation_method": "acme-dns-01", "key_authorization_hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}})
--- json
is_valid = false
--- no_error_log
AAAAAAAAAAAAAAAA
