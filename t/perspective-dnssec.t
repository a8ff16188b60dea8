# mpic_dnssec: no check passes by a resolver that has not proven to validate.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('config', ($block->config // '') . <<'CONF');
location = /dcv { mpic_check dcv; }
location = /caa { mpic_check caa; }
CONF
});

run_tests();

__DATA__

=== TEST 1: a resolver that validates: what is signed
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example;
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = true
check_passed = true
dnssec_status = "secure"
details.ad_flag = true
--- error_log
mpic: resolver "127.0.0.53:53" validates DNSSEC: signed.example is authenticated, and what does not validate is refused



=== TEST 2: what is not signed
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example;
--- request eval: ::dns01('www.plain.example')
--- json
check_completed = true
check_passed = true
dnssec_status = "insecure"



=== TEST 3: what is bogus
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example;
--- request eval: ::dns01('www.bogus.example')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ SERVFAIL from the resolver, which answers if it need not validate: the data is bogus \(DNSSEC\) \(EDE \d+
dnssec_status = "bogus"
extended_dns_error.code =~ ^(6|7|8|9|10|11|12)$



=== TEST 4: the root, and one of the bad names out of reach
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  . x.lame.example expired.example;
--- request eval: ::caa('permit.caa.signed.example')
--- json
check_completed = true
check_passed = true



=== TEST 5: a silent resolver proves nothing
--- config
mpic_resolver          $TEST_NGINX_SILENT_RESOLVER;
mpic_resolver_timeout  200ms;
mpic_dnssec            on;
mpic_dnssec_probe      signed.example www.bogus.example;
--- request eval
[::dns01('www.signed.example'), ::caa('permit.caa.signed.example'),
 ::http01('www.signed.example')]
--- response_body_like eval
my $no = 'no resolver of this perspective proves to validate DNSSEC:'
         . ' signed\.example, which is signed, cannot be looked up:'
         . ' no answer within the time allowed';
[qr/"check_completed":false,"check_passed":false.*$no/,
 qr/"check_completed":false,"check_passed":false.*caa_checker:lookup.*$no/,
 qr/"check_completed":false,"check_passed":false.*$no/]



=== TEST 6: nor does one that refuses
--- config
mpic_resolver      127.0.0.57;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example;
--- request eval: ::caa('permit.caa.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:caa_checker:lookup"
errors.0.error_message =~ ^the CAA lookup of permit\.caa\.signed\.example failed: no resolver .* REFUSED
--- error_log eval
qr/\[error\] .*mpic: resolver "127\.0\.0\.57:53" is not asked while it does not prove to validate DNSSEC: signed\.example, which is signed, cannot be looked up: REFUSED/



=== TEST 7: a name that is not signed is no proof
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  plain.example www.bogus.example;
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ the answer for plain\.example, which is signed, is not authenticated



=== TEST 8: a name that validates is no proof to the contrary
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example www.signed.example;
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ it answers for www\.signed\.example, which does not validate, and says that it does



=== TEST 9: a name that nobody answers for is no proof either
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example x.lame.example;
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ no name that does not validate can be had; x\.lame\.example: SERVFAIL



=== TEST 10: of two resolvers the one that proves it is asked
--- config
mpic_resolver          $TEST_NGINX_SILENT_RESOLVER $TEST_NGINX_RESOLVER;
mpic_resolver_timeout  1s;
mpic_dnssec            on;
mpic_dnssec_probe      signed.example www.bogus.example;
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = true
check_passed = true
duration_ms =~ ^\d{1,3}$



=== TEST 11: a check does not wait longer for the proof than it has time
--- config
mpic_resolver       $TEST_NGINX_SILENT_RESOLVER;
mpic_check_timeout  300ms;
mpic_dnssec         on;
mpic_dnssec_probe   signed.example www.bogus.example;
--- request eval: ::caa('permit.caa.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ no answer within 300 ms
duration_ms =~ ^[3-9]\d\d$|^\d{4}$



=== TEST 12: a client that goes away while its check waits
--- config
mpic_resolver       $TEST_NGINX_SILENT_RESOLVER;
mpic_dnssec         on;
mpic_dnssec_probe   signed.example www.bogus.example;
--- request eval: ::caa('permit.caa.signed.example')
--- timeout: 0.3
--- abort
--- ignore_response
--- wait: 0.2
--- log_level: info
--- error_log
mpic check ended without an answer



=== TEST 13: a location without mpic_dnssec is not concerned
--- config
mpic_resolver          $TEST_NGINX_RESOLVER;
location = /validating {
    mpic_check             dcv;
    mpic_dnssec            on;
    mpic_dnssec_probe      plain.example www.bogus.example;
}
--- request eval
my $validating = ::dns01('www.signed.example');
$validating =~ s{/dcv}{/validating};
[::dns01('www.signed.example'), $validating]
--- response_body_like eval
['"check_passed":true', '"check_completed":false']



=== TEST 14: mpic_dnssec_probe needs a name that does not validate
--- config
mpic_dnssec_probe  signed.example interval=1m;
--- must_die
--- error_log
"mpic_dnssec_probe" needs a name that does not validate, after the one that does in



=== TEST 15: an interval of zero
--- config
mpic_dnssec_probe  signed.example www.bogus.example interval=0;
--- must_die
--- error_log
invalid interval "0": it must be a time such as 60s, and not 0 in



=== TEST 16: an interval that is none
--- config
mpic_dnssec_probe  signed.example www.bogus.example interval=soon;
--- must_die
--- error_log
invalid interval "soon": it must be a time such as 60s, and not 0 in



=== TEST 17: a name that is none
--- config
mpic_dnssec_probe  signed.example www..example;
--- must_die
--- error_log
invalid name "www..example": 



=== TEST 18: too many names
--- config
mpic_dnssec_probe  signed.example a b c d e f g h i;
--- must_die
--- error_log
too many names that do not validate: there may be 8 of them in



=== TEST 19: too many resolvers
--- config
mpic_resolver  127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6
               127.0.0.7 127.0.0.8 127.0.0.9 127.0.0.10 127.0.0.11 127.0.0.12
               127.0.0.13 127.0.0.14 127.0.0.15 127.0.0.16 127.0.0.17;
--- must_die
--- error_log
too many resolvers: there may be 16 of them in



=== TEST 20: mpic_allow_caa_lookup_failure needs mpic_dnssec
--- config
mpic_resolver                  $TEST_NGINX_RESOLVER;
mpic_allow_caa_lookup_failure  on;
--- must_die
--- error_log eval
qr/\[emerg\] .*"mpic_allow_caa_lookup_failure on" needs "mpic_dnssec on": a lookup that fails is permission only where a validating resolver proves that the zone is not signed, in \S+nginx\.conf:\d+/



=== TEST 21: ... for CAA alone
--- config
mpic_resolver  $TEST_NGINX_RESOLVER;
location = /other {
    mpic_check                     dcv;
    mpic_allow_caa_lookup_failure  on;
}
--- request eval: ::dns01('www.signed.example') =~ s{/dcv}{/other}r
--- json
check_passed = true



=== TEST 22: without mpic_dnssec an unsigned answer may be any
--- config
mpic_resolver  $TEST_NGINX_RESOLVER;
--- request eval
[::dns01('www.signed.example'), ::dns01('www.plain.example'),
 ::dns01('www.bogus.example'), ::dns01('x.lame.example')]
--- response_body_like eval
['"dnssec_status":"secure"', '"dnssec_status":"indeterminate"',
 '"dnssec_status":"bogus"', '"dnssec_status":"indeterminate"']



=== TEST 23: every kind of zone
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example;
--- request eval
[map { ::dns01($_) } qw(_x.nsec3.example nothing.nsec3.example
                        nothing.optout.example www.child.optout.example
                        www.unknown-algorithm.example www.expired.example
                        www.early.example www.stripped.example x.lame.example
                        x.lame.plain.example x.lame-secure.example)]
--- response_body_like eval
[map { qq("dnssec_status":"$_") } qw(secure secure insecure insecure insecure
                                     bogus bogus bogus indeterminate
                                     indeterminate indeterminate)]



=== TEST 24: the end of an alias counts
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example;
--- request eval: ::dns01('away.signed.example')
--- json
check_passed = true
dnssec_status = "insecure"
details.ad_flag = false



=== TEST 25: CAA: as far up as it had to look
--- config
mpic_resolver      $TEST_NGINX_RESOLVER;
mpic_dnssec        on;
mpic_dnssec_probe  signed.example www.bogus.example;
--- request eval
[map { ::caa($_) } qw(permit.caa.signed.example permit.caa.plain.example
                      a.caatld www.nothing.plain.example www.bogus.example
                      x.lame.example)]
--- response_body_like eval
[map { qq("dnssec_status":"$_") } qw(secure insecure secure insecure bogus
                                     indeterminate)]



=== TEST 26: web servers: where the address comes from
--- http_config
server {
    listen 127.0.0.10:80;
    return 200 "ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
}
--- config
mpic_resolver       $TEST_NGINX_RESOLVER;
mpic_allow_address  127.0.0.0/8;
mpic_dnssec         on;
mpic_dnssec_probe   signed.example www.bogus.example;
--- request eval
[map { ::http01($_) } qw(www.signed.example www.plain.example
                         www.bogus.example out.signed.example 8.8.8.8)]
--- response_body_like eval
['"check_passed":true.*"dnssec_status":"secure"',
 '"check_passed":true.*"dnssec_status":"insecure"',
 '"check_completed":false.*"dnssec_status":"bogus"',
 '"check_passed":true.*"dnssec_status":"insecure"',
 '"dnssec_status":null']



=== TEST 27: web servers: the worst hop
--- http_config
server {
    listen 127.0.0.10:80;
    location / {
        if ($host = www.signed.example) {
            return 301 http://www.plain.example/;
        }
        return 200 "ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
    }
}
--- config
mpic_resolver       $TEST_NGINX_RESOLVER;
mpic_allow_address  127.0.0.0/8;
mpic_dnssec         on;
mpic_dnssec_probe   signed.example www.bogus.example;
--- request eval: ::http01('www.signed.example')
--- json
check_passed = true
dnssec_status = "insecure"
