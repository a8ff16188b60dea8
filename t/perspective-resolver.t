# The perspective and its resolver: silent, refusing, one of two, half silent.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use IO::Socket::INET;

# A resolver that answers questions for A with 127.0.0.10 and no others, as do
# some name servers that know nothing of AAAA.

my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.58:53',
                                   Proto => 'udp')
    or die "127.0.0.58:53: $!";

my $pid = fork // die "fork: $!";

if ($pid == 0) {
    $SIG{TERM} = 'DEFAULT';

    while (defined $socket->recv(my $query, 4096)) {
        my ($question) = substr($query, 12) =~ /^((?:[^\0].*?)?\0.{4})/s;
        next if unpack('n', substr $question, -4) != 1;

        $socket->send(substr($query, 0, 2) . pack('n5', 0x8180, 1, 1, 0, 0)
                      . $question . pack('n3Nn', 0xc00c, 1, 1, 60, 4)
                      . "\x7f\0\0\x0a");
    }

    exit;
}

run_tests();

END {
    local $?;
    kill 'TERM', $pid if $pid;
}

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
duration_ms =~ ^[89]\d\d$|^\d{4}$



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



=== TEST 9: no answer for AAAA: the address there is is gone on with
--- http_config
server {
    listen 127.0.0.10:80;
    return 200 "ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
}
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          127.0.0.58;
    mpic_resolver_timeout  300ms;
    mpic_allow_address     127.0.0.0/8;
}
--- request eval: ::http01('www.signed.example')
--- json
check_completed = true
check_passed = true
details.resolved_ip = "127.0.0.10"
duration_ms =~ ^\d{3}$



=== TEST 10: no answer for AAAA: at most half of the time
--- http_config
server {
    listen 127.0.0.10:80;
    return 200 "ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
}
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          127.0.0.58;
    mpic_check_timeout     900ms;
    mpic_allow_address     127.0.0.0/8;
}
--- request eval: ::http01('www.signed.example')
--- json
check_completed = true
check_passed = true
duration_ms =~ ^[4-8]\d\d$



=== TEST 11: a client that goes away in that time
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          127.0.0.58;
    mpic_check_timeout     9s;
    mpic_allow_address     127.0.0.0/8;
}
--- request eval: ::http01('www.signed.example')
--- timeout: 0.3
--- abort
--- ignore_response
--- wait: 0.2
--- log_level: info
--- error_log
mpic check ended without an answer



=== TEST 12: the second resolver, as the first one refuses
--- config
location = /dcv {
    mpic_check     dcv;
    mpic_resolver  127.0.0.57 $TEST_NGINX_RESOLVER;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = true
check_passed = true
details.response_code = 0



=== TEST 13: as nobody listens at the first one's address
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          127.0.0.99 $TEST_NGINX_RESOLVER;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = true
check_passed = true



=== TEST 14: all of them fail: what tells most is said
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          $TEST_NGINX_SILENT_RESOLVER 127.0.0.57 127.0.0.99;
    mpic_resolver_timeout  100ms;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ REFUSED
details.response_code = 5



=== TEST 15: each is tried as often as told, for as long as told
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          $TEST_NGINX_SILENT_RESOLVER 127.0.0.54:53;
    mpic_resolver_timeout  100ms;
    mpic_resolver_tries    3;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ no answer within the time allowed
duration_ms =~ ^5[5-9]\d$|^[6-9]\d\d$|^\d{4}$



=== TEST 16: the time of the check ends the tries, and says what was heard
--- config
location = /dcv {
    mpic_check             dcv;
    mpic_resolver          127.0.0.57 $TEST_NGINX_SILENT_RESOLVER;
    mpic_check_timeout     500ms;
}
--- request eval: ::dns01('www.signed.example')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ REFUSED
details.response_code = 5
duration_ms =~ ^[5-9]\d\d$|^\d{4}$



=== TEST 17: a zone that is bogus for the first resolver is so for all
--- config
location = /dcv {
    mpic_check     dcv;
    mpic_resolver  $TEST_NGINX_RESOLVER 127.0.0.2;
}
--- request eval: ::dns01('www.bogus.example')
--- json
check_completed = false
check_passed = false
details.response_code = 2
details.records_seen = []
--- error_log
mpic resolver query: _acme-challenge.www.bogus.example type:16 flags:1 to 127.0.0.53:53
