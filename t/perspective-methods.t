# The methods that look into the DNS, beside acme-dns-01 and dns-change with TXT
# records (t/perspective-dns.t): records, names, ends.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

my $account = 'https://ca.example/acct/1';


# "include_records" is beside the parameters

sub with_records {
    my ($request) = @_;

    return $request =~ s/\{/{"include_records":true,/r;
}


sub account01 {
    my ($target, %parameters) = @_;

    return dcv($target, validation_method => 'dns-account-01',
               key_authorization_hash => $ENV{TEST_NGINX_DIGEST},
               acme_account_url =>
                   'https://example.com/acme/acct/ExampleAccount',
               %parameters);
}


sub persistent {
    my ($target, %parameters) = @_;

    return dcv($target, validation_method => 'dns-persistent',
               issuer_domain_names => ['CA.example.'],
               expected_account_uri => $account, %parameters);
}


sub contact {
    my ($method, $target, $value, %parameters) = @_;

    return dcv($target, validation_method => "contact-$method",
               challenge_value => $value, %parameters);
}


sub ip {
    my ($target, $type, $value, %parameters) = @_;

    return dcv($target, validation_method => 'ip-address',
               dns_record_type => $type, challenge_value => $value,
               %parameters);
}


sub reverse_lookup {
    my ($target, $value, %parameters) = @_;

    return dcv($target, validation_method => 'reverse-address-lookup',
               challenge_value => $value, %parameters);
}

# some have an end date, and their tests are to outlive it

use_config('mpic_allow_ended_methods on;');

run_tests();

__DATA__

=== TEST 1: dns-change with CNAME: the record itself, not what it leads to
--- request eval
::dns_change('target.signed.example', dns_name_prefix => '_dnsauth',
             dns_record_type => 'CNAME', require_exact_match => \1,
             challenge_value => 'Random-Value-1234.signed.example')
--- json
check_completed = true
check_passed = true
details.validation_method = "dns-change"
details.records_seen = ["random-value-1234.signed.example."]
details.cname_chain = []
details.found_at = "_dnsauth.target.signed.example"
details.ad_flag = true
details.records absent
warnings absent



=== TEST 2: with the trailing dot
--- request eval
::dns_change('target.signed.example', dns_name_prefix => '_dnsauth',
             dns_record_type => 'CNAME', require_exact_match => \1,
             challenge_value => 'random-value-1234.signed.example.')
--- json
check_passed = true



=== TEST 3: a part of the name
--- request eval
::dns_change('target.signed.example', dns_name_prefix => '_dnsauth',
             dns_record_type => 'CNAME',
             challenge_value => 'RANDOM-value-1234')
--- json
check_passed = true



=== TEST 4: another name
--- request eval
::dns_change('target.signed.example', dns_name_prefix => '_dnsauth',
             dns_record_type => 'CNAME', require_exact_match => \1,
             challenge_value => 'random-value-1234')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:mismatch"
errors.0.error_message = "expected a CNAME record at \"_dnsauth.target.signed.example\" equal to \"random-value-1234\", got \"random-value-1234.signed.example.\""



=== TEST 5: no CNAME at the name
--- request eval
::dns_change('www.signed.example', dns_record_type => 'CNAME',
             challenge_value => 'random-value-1234')
--- json
check_completed = true
check_passed = false
errors.0.error_message =~ there is no CNAME record at "www\.signed\.example"
details.records_seen = []



=== TEST 6: dns-change with CAA: the value of a property
--- request eval
::dns_change('caa.signed.example', dns_name_prefix => '_dnsauth',
             dns_record_type => 'CAA', require_exact_match => \1,
             challenge_value => 'Random-Value-1234')
--- json
check_passed = true
details.records_seen = ["0 issue \"random-value-1234\""]



=== TEST 7: not its tag, and not from above
--- request eval
[::dns_change('caa.signed.example', dns_name_prefix => '_dnsauth',
              dns_record_type => 'CAA', challenge_value => 'issue'),
 ::dns_change('b.contact.caa.signed.example', dns_record_type => 'CAA',
              challenge_value => 'hostmaster')]
--- json
check_completed = true
check_passed = false



=== TEST 8: dns-account-01
--- request eval: ::account01('signed.example')
--- json
check_passed = true
details.validation_method = "dns-account-01"
details.found_at = "_ujmmovf2vn55tgye._acme-challenge.signed.example"
dnssec_status = "secure"



=== TEST 9: a wildcard, by the method's other name
--- request eval
::account01('*.signed.example', validation_method => 'acme-dns-account-01')
--- json
check_passed = true
details.validation_method = "dns-account-01"



=== TEST 10: along an alias
--- request eval: ::account01('alias.signed.example')
--- json
check_passed = true
details.cname_chain = ["_acme-challenge.www.signed.example."]



=== TEST 11: another digest there; another account's label
--- request eval
[::account01('www.signed.example'),
 ::account01('signed.example', acme_account_url => 'https://example.com/2')]
--- json
check_completed = true
check_passed = false



=== TEST 12: dns-persistent
--- request eval: ::persistent('signed.example')
--- json
check_completed = true
check_passed = true
errors = null
details.validation_method = "dns-persistent"
details.found_at = "_validation-persist.signed.example"
details.records_seen #= 1



=== TEST 13: good ones, each in its way
--- request eval
[map { ::persistent("$_.signed.example") }
     qw(good until unknown split alias wildcard policy *.policy)]
--- json
check_passed = true



=== TEST 14: bad ones
--- request eval
[map { ::persistent("$_.signed.example") }
     qw(case over badtime negative hugetime emptytime twotimes noaccount
        account accounts issuer malformed nul)]
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:mismatch"



=== TEST 15: why the nearest does not count
--- request eval: ::persistent('over.signed.example')
--- json
errors.0.error_message = "expected a TXT record at \"_validation-persist.over.signed.example\" of issuer ca.example with accounturi \"https://ca.example/acct/1\"; the nearest, \"ca.example; accounturi=https://ca.example/acct/1; persistUntil=1577836800\", has a persistUntil that is over"



=== TEST 16: a wildcard, by the draft's rule when asked for
--- request eval
[map { ::persistent($_, require_wildcard_policy => \1) }
     '*.wildcard.signed.example', 'policy.signed.example']
--- json
check_passed = true



=== TEST 17: without the policy
--- request eval
[map { ::persistent($_, require_wildcard_policy => \1) }
     '*.policy.signed.example', '*.signed.example']
--- json
check_completed = true
check_passed = false
errors.0.error_message =~ has no policy=wildcard, as a wildcard needs$



=== TEST 18: the draft's rule by configuration
--- config
mpic_dns_persistent_policy  ietf;
location = /br {
    mpic_check                  dcv;
    mpic_dns_persistent_policy  br;
}
--- request eval: ::persistent('*.policy.signed.example')
--- json
check_passed = false
errors.0.error_message =~ has no policy=wildcard



=== TEST 19: and taken back further in
--- config
mpic_dns_persistent_policy  ietf;
location = /br {
    mpic_check                  dcv;
    mpic_dns_persistent_policy  br;
}
--- request eval: ::persistent('*.policy.signed.example') =~ s{/dcv}{/br}r
--- json
check_passed = true



=== TEST 20: dns-persistent of an address
--- request eval
[map { ::persistent($_) } qw(45.0.0.10 2a10:6d70::10 [2a10:6d70::10])]
--- json
check_passed = true
details.found_at =~ ^_ip-validation-persist\.0\.1\.0\.0.*ip6\.arpa$|^_ip-validation-persist\.10\.0\.0\.45\.in-addr\.arpa$



=== TEST 21: an alias from the reverse zone
--- request eval: ::persistent('45.0.0.13')
--- json
check_passed = true
details.cname_chain = ["_validation-persist.signed.example."]



=== TEST 22: another issuer; over
--- request eval: [map { ::persistent($_) } qw(45.0.0.11 45.0.0.12)]
--- json
check_completed = true
check_passed = false



=== TEST 23: contact-email-txt
--- request eval
[::contact('email-txt', 'signed.example', 'Hostmaster@signed.example'),
 ::contact('email-txt', '*.two.signed.example', 'second@signed.example'),
 ::contact('email-txt', 'split.signed.example', 'hostmaster@signed.example'),
 ::contact('email-txt', 'utf8.signed.example', "h\x{f6}st\@signed.example")]
--- json
check_passed = true
details.validation_method = "contact-email-txt"
warnings.0 =~ ^"contact-email-txt" may not be used any more (from|since) 2028-03-15.*\(BR 3\.2\.2\.4\.14\)



=== TEST 24: more than the address, or none
--- request eval
[map { ::contact('email-txt', "$_.signed.example",
                 'hostmaster@signed.example') }
     qw(two padded list named mailto invalid nul)]
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:mismatch"
errors.0.error_message =~ that is the email address "hostmaster@signed\.example" and nothing else, got "



=== TEST 25: what is no address is none, though it is there
--- request eval
[::contact('email-txt', 'named.signed.example',
           'Host Master <hostmaster@signed.example>'),
 ::contact('phone-txt', 'local.signed.example', '555 123 4567'),
 ::contact('phone-txt', 'tel.signed.example', 'tel:+15551234567'),
 ::contact('phone-txt', 'letters.signed.example', '+1 555 CALL NOW'),
 ::contact('phone-txt', 'extension.signed.example', '+15551234567;ext=12'),
 ::contact('phone-txt', 'padded.signed.example', '+15551234567')]
--- json
check_completed = true
check_passed = false



=== TEST 26: contact-phone-txt
--- request eval
[::contact('phone-txt', 'signed.example', '+1 555 123 4567'),
 ::contact('phone-txt', 'compact.signed.example', '+15551234567'),
 ::contact('phone-txt', 'dashes.signed.example', '+1-555-(123).4567')]
--- json
check_passed = true
details.validation_method = "contact-phone-txt"
warnings.0 =~ 2027-03-15



=== TEST 27: contact-email-caa, up the tree
--- request eval
[map { ::contact('email-caa', "$_.caa.signed.example",
                 'hostmaster@signed.example') }
     qw(contact *.contact a.b.contact uppercontact critcontact)]
--- json
check_completed = true
check_passed = true
details.validation_method = "contact-email-caa"
dnssec_status = "secure"
details.found_at =~ ^(|upper|crit)contact\.caa\.signed\.example$
details.ad_flag = true



=== TEST 28: contact-phone-caa
--- request eval
[::contact('phone-caa', 'contact.caa.signed.example', '+1 555 123 4567'),
 ::contact('phone-caa', 'x.contacts.caa.signed.example', '+15557654321')]
--- json
check_passed = true
warnings.0 =~ 2027-03-15



=== TEST 29: a prefix: the climb begins there
--- request eval
::contact('email-caa', 'contact.caa.signed.example',
          'hostmaster@signed.example', dns_name_prefix => '_x')
--- json
check_passed = true
details.found_at = "contact.caa.signed.example"



=== TEST 30: the nearest set decides
--- request eval
::contact('email-caa', 'a.nocontact.contact.caa.signed.example',
          'hostmaster@signed.example')
--- json
check_completed = true
check_passed = false
errors.0.error_message =~ "nocontact\.contact\.caa\.signed\.example".* has no contactemail property
details.records_seen = ["0 issue \"ca.example\""]



=== TEST 31: another's contact; one with padding; a number that is none
--- request eval
[::contact('email-caa', 'contacts.caa.signed.example',
           'hostmaster@signed.example'),
 ::contact('email-caa', 'badcontact.caa.signed.example',
           'hostmaster@signed.example'),
 ::contact('phone-caa', 'badcontact.caa.signed.example', '555 123 4567'),
 ::contact('phone-caa', 'contact.caa.signed.example',
           'hostmaster@signed.example')]
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:mismatch"



=== TEST 32: no set at all
--- request eval
::contact('email-caa', 'www.signed.example', 'hostmaster@signed.example')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ no CAA record at "www\.signed\.example" or above it



=== TEST 33: an error below what would decide
--- request eval
::contact('email-caa', 'www.bogus.example', 'hostmaster@signed.example')
--- json
check_completed = false
check_passed = false
dnssec_status = "bogus"
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ the CAA records at "www\.bogus\.example" could not be looked up: SERVFAIL
details.response_code = 2



=== TEST 34: a silent resolver
--- config
location = /silent {
    mpic_check          dcv;
    mpic_resolver       $TEST_NGINX_SILENT_RESOLVER;
    mpic_check_timeout  500ms;
}
--- request eval
::contact('email-caa', 'www.signed.example', 'a@b.example')
    =~ s{/dcv}{/silent}r
--- json
check_completed = false
errors.0.error_message =~ no answer within 500 ms



=== TEST 35: a name that is too long with its prefix
--- request eval
::contact('email-caa', CORE::join('.', ('a' x 60) x 4) . '.signed',
          'a@b.example', dns_name_prefix => '_long')
--- json
check_completed = false
errors.0.error_type = "mpic_error:dcv_checker:parameter"
errors.0.error_message =~ longer than 253 octets



=== TEST 36: ip-address, compared as addresses
--- request eval
[::ip('public.signed.example', 'A', '45.0.0.10'),
 ::ip('public.signed.example', 'AAAA', '2A10:6d70:0:0::0010'),
 ::ip('address.signed.example', 'A', '127.0.0.10',
      dns_name_prefix => '_dnsauth')]
--- json
check_passed = true
warnings.0 = "\"ip-address\" may not be used any more since 2026-03-15 (BR 3.2.2.4.8); this perspective is configured to allow it"



=== TEST 37: one of many
--- request eval: ::ip('many-dead.signed.example', 'A', '45.0.0.98')
--- json
check_passed = true



=== TEST 38: another address
--- request eval: ::ip('public.signed.example', 'A', '45.0.0.11')
--- json
check_completed = true
check_passed = false
errors.0.error_message = "expected an A record at \"public.signed.example\" equal to \"45.0.0.11\", got \"45.0.0.10\""



=== TEST 39: a method that has ended is refused
--- config
location = /ended {
    mpic_check                dcv;
    mpic_allow_ended_methods  off;
}
--- request eval
::ip('public.signed.example', 'A', '45.0.0.10') =~ s{/dcv}{/ended}r
--- error_code: 400
--- json
error = "request-validation-failed"
validation_issues #= 1
validation_issues.0.issue_type = "ended-validation-method"
validation_issues.0.field = "dcv_check_parameters.validation_method"
validation_issues.0.message =~ since 2026-03-15 \(BR 3\.2\.2\.4\.8\)



=== TEST 40: reverse-address-lookup
--- request eval
[::reverse_lookup('45.0.0.10', 'Host.signed.example'),
 ::reverse_lookup('45.0.0.10', 'host.signed.example.'),
 ::reverse_lookup('10.0.0.45.IN-ADDR.arpa', 'host.signed.example'),
 ::reverse_lookup('45.0.0.12', 'host.signed.example'),
 ::reverse_lookup('2a10:6d70::10', 'host.signed.example')]
--- json
check_passed = true
details.validation_method = "reverse-address-lookup"
details.records_seen = ["host.signed.example."]
warnings.0 =~ 2027-03-15.*\(BR 3\.2\.2\.5\.3\)



=== TEST 41: along a classless delegation
--- request eval: ::reverse_lookup('45.0.0.12', 'host.signed.example')
--- json
details.cname_chain = ["12.0-15.0.0.45.in-addr.arpa."]



=== TEST 42: one of two
--- request eval: ::reverse_lookup('45.0.0.11', 'two.signed.example')
--- json
check_passed = true
details.records_seen #= 2



=== TEST 43: a part of the name; another record
--- request eval
[::reverse_lookup('45.0.0.10', 'signed.example'),
 ::reverse_lookup('45.0.0.15', 'no PTR here')]
--- json
check_completed = true
check_passed = false



=== TEST 44: a bogus alias
--- request eval: ::reverse_lookup('45.0.0.14', 'host.signed.example')
--- json
check_completed = false



=== TEST 45: the name of a special-purpose address, of a part of one
--- request eval
[::reverse_lookup('127.0.0.10', 'www.signed.example'),
 ::reverse_lookup('10.0.0.127.in-addr.arpa', 'www.signed.example'),
 ::reverse_lookup('0.0.45.in-addr.arpa', 'www.signed.example')]
--- error_code eval: [400, 400, 400]
--- json
validation_issues #= 1
validation_issues.0.issue_type = "invalid-target"



=== TEST 46: with all that is known of the records
--- request eval: ::with_records(::ip('public.signed.example', 'A', '45.0.0.10'))
--- json
details.records #= 1
details.records.0.owner = "public.signed.example"
details.records.0.type = "A"
details.records.0.ttl =~ ^\d+$
details.records.0.rdata = "2d00000a"



=== TEST 47: of none, an empty list
--- request eval
::with_records(::ip('noaddress.signed.example', 'A', '45.0.0.10'))
--- json
details.records = []



=== TEST 48: of CAA
--- request eval: ::with_records(::caa('a.permit.caa.signed.example'))
--- json
check_passed = true
details.records #= 1
details.records.0.owner = "permit.caa.signed.example"
details.records.0.type = "CAA"
details.records.0.rdata = "0005697373756563612e6578616d706c65"



=== TEST 49: where the records are, at the end of the chain
--- request eval
::with_records(::contact('email-caa', 'contact.caa.signed.example',
                         'hostmaster@signed.example'))
--- json
details.records #= 2



=== TEST 50: no value of a challenge is logged
--- request eval
::contact('email-txt', 'www.signed.example', 's3cret@signed.example')
--- log_level: info
--- json
check_passed = false
--- no_error_log
s3cret
