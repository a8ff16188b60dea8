# The methods that look into the DNS, and at TLS servers, through a coordinator
# and three perspectives: what a client asks for arrives as it was asked.

use lib 't/lib';
use MPIC;
use MPIC::Certificate;
use MPIC::Coordinator;
use MPIC::Perspective ();
use MPIC::TLSServer;

use File::Temp qw(tempdir);
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


sub alpn {
    my ($target, %parameters) = @_;

    return ask($target, 'acme-tls-alpn-01', key_authorization =>
               MPIC::Perspective::key_authorization('alpn'), %parameters);
}


# 45.0.0.10 by both of its names, 45.0.0.11 with the certificate of the other

my $dir = tempdir(CLEANUP => 1);
my $key = key($dir, 'P-256');

sub tls_server {
    my ($label, @san) = @_;

    open my $fh, '>', "$dir/$label.pem" or die "$label.pem: $!";
    print $fh certificate(key => $key, extensions => [
        san(@san), acme_identifier(MPIC::Perspective::alpn_digest())]);
    close $fh;

    return $label => { cert => "$dir/$label.pem", key => $key };
}

our $server = MPIC::TLSServer->start(
    listen => ['45.0.0.10', '45.0.0.11'],
    servers => { tls_server('public4', dns => 'public4.signed.example'),
                 tls_server('public-other', dns => 'public4.signed.example'),
                 tls_server('10', ip => pack 'C4', 45, 0, 0, 10) });


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



=== TEST 10: acme-tls-alpn-01
--- ask eval: ::alpn('public4.signed.example')
--- json
is_valid = true
perspectives #= 3
perspectives[a].check_response.check_passed = true
perspectives[b].check_response.details.common_name = "ACME challenge"
perspectives[c].check_response.details.validation_method = "acme-tls-alpn-01"



=== TEST 11: of an address
--- ask eval: ::alpn('45.0.0.10')
--- json
is_valid = true
perspectives[c].check_response.details.resolved_ip = "45.0.0.10"



=== TEST 12: the certificate of another name
--- ask eval: ::alpn('public-other.signed.example')
--- json
is_valid = false
mpic_completed = true
perspectives[a].check_response.errors.0.error_type = "mpic_error:dcv_checker:tls_alpn:certificate:san_not_hostname"



=== TEST 13: not for a wildcard
--- ask eval: ::alpn('*.signed.example')
--- error_code: 400
--- json
validation_issues.0.field = "domain_or_ip_target"
