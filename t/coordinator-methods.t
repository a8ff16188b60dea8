# The methods that look into the DNS, through a coordinator and three
# perspectives: what a client asks for arrives as it was asked.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

use JSON::PP ();

my $json = JSON::PP->new->utf8->canonical;


sub ask {
    my ($target, $method, %parameters) = @_;

    return $json->encode({check_type => 'dcv', domain_or_ip_target => $target,
                          include_records => \1,
                          dcv_check_parameters =>
                              {validation_method => $method, %parameters}});
}


sub persistent {
    my ($target, %parameters) = @_;

    return ask($target, 'dns-persistent',
               issuer_domain_names => ['ca.example'],
               expected_account_uri => 'https://ca.example/acct/1',
               %parameters);
}


add_block_preprocessor(sub {
    my ($block) = @_;

    my ($set, $servers) = ('', 'mpic_resolver $TEST_NGINX_RESOLVER;'
                               . 'mpic_allow_ended_methods on;');
    my @rirs = ('ARIN', 'RIPE', 'APNIC');

    for my $code ('a' .. 'c') {
        my $port = 8500 + ord $code;
        my $rir = shift @rirs;

        $set .= "perspective $code http://127.0.0.1:$port rir=$rir;\n";
        $servers .= "server { listen 127.0.0.1:$port;"
                    . "mpic_perspective_code $code;"
                    . "mpic_perspective_rir $rir;"
                    . "location = /dcv { mpic_check dcv; } }\n";
    }

    $block->set_value('set', $set);
    $block->set_value('http_config', $servers . ($block->http_config // ''));
    $block->set_value('request', "POST /mpic\n" . $block->ask);
});

run_tests();

__DATA__

=== TEST 1: dns-change with CNAME
--- ask eval
::ask('target.signed.example', 'dns-change', dns_name_prefix => '_dnsauth',
      dns_record_type => 'CNAME', require_exact_match => \1,
      challenge_value => 'random-value-1234.signed.example')
--- json
is_valid = true
mpic_completed = true
perspectives #= 3
perspectives[a].check_response.check_passed = true
perspectives[a].check_response.details.found_at = "_dnsauth.target.signed.example"
perspectives[b].check_response.details.records #= 1
perspectives[c].check_response.details.records.0.type = "CNAME"



=== TEST 2: dns-account-01
--- ask eval
::ask('*.signed.example', 'dns-account-01',
      key_authorization_hash => $ENV{TEST_NGINX_DIGEST},
      acme_account_url => 'https://example.com/acme/acct/ExampleAccount')
--- json
is_valid = true
perspectives[b].check_response.details.validation_method = "dns-account-01"



=== TEST 3: dns-persistent
--- ask eval: ::persistent('*.policy.signed.example')
--- json
is_valid = true
perspectives[c].check_response.dnssec_status = "secure"



=== TEST 4: the draft's rule
--- ask eval
::persistent('*.policy.signed.example', require_wildcard_policy => \1)
--- json
is_valid = false
mpic_completed = true
perspectives[a].check_response.errors.0.error_message =~ no policy=wildcard



=== TEST 5: of an address
--- ask eval: ::persistent('2a10:6d70::10')
--- json
is_valid = true



=== TEST 6: contact-email-txt
--- ask eval
::ask('signed.example', 'contact-email-txt',
      challenge_value => 'hostmaster@signed.example')
--- json
is_valid = true
perspectives[a].check_response.warnings.0 =~ 2028-03-15



=== TEST 7: contact-phone-caa, up the tree
--- ask eval
::ask('a.b.contact.caa.signed.example', 'contact-phone-caa',
      challenge_value => '+1 555 123 4567')
--- json
is_valid = true
perspectives[a].check_response.details.found_at = "contact.caa.signed.example"



=== TEST 8: ip-address
--- ask eval
::ask('public.signed.example', 'ip-address', dns_record_type => 'AAAA',
      challenge_value => '2a10:6d70:0::10')
--- json
is_valid = true
perspectives[a].check_response.warnings.0 =~ 2026-03-15



=== TEST 9: reverse-address-lookup
--- ask eval
::ask('10.0.0.45.in-addr.arpa', 'reverse-address-lookup',
      challenge_value => 'host.signed.example')
--- json
is_valid = true
perspectives[c].check_response.details.records_seen = ["host.signed.example."]
