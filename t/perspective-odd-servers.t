# acme-http-01 and web servers that nobody wants to meet: what they send is
# bounded in octets and in time, and the check has its answer.

use lib 't/lib';
use MPIC;
use MPIC::OddPages;
use MPIC::Perspective;
use MPIC::WebServer;

use_config(<<'CONF');
mpic_check_timeout 1500ms;

server {
    listen 127.0.0.10:80;
    location / {
        return 302 http://odd.signed.example$uri;
    }
}
CONF


# Pages by what becomes of them.  What is only libcurl's matter, and another one's
# with its next version, is in none of the lists.

our @pass = qw(
    altsvc chunks early early-100 eight-bit good gzip hsts http10 identity
    keepalive length lengths-same location no-reason pieces refresh
    unknown-coding upgrade white-after);

our @mismatch = qw(
    bom bom-after capitals-page chunk-end gzipped html leading-newline
    leading-space length-less length-zero lines nbsp-after nul-after nul-before
    quoted twice two-responses utf16 status-204);

our @fail = qw(
    bad-chunk chunk-huge chunk-negative coding-unknown endless-trailer h2c
    half-header header-only http09 http12 http2 http7-line icy
    length-negative length-text nothing nul nul-location reset reset-first
    reset-header reset-page short short-chunk short-chunks status-000 status-099
    status-20);

our @fail_late = qw(drip-header endless-chunk-size mute-continue);

our @statuses = qw(400 401 403 404 407 408 417 421 429 451 500 503 599 600 999);

our @whatever = qw(
    bare-lf blank-first chunk-and-length chunk-twice folded gzip-chunked
    http2-line http3-line length-huge lengths lengths-list no-colon status-2000
    status-line);


# one request after the other, and one pattern for all of the answers

sub pages {
    return [map { http01('odd.signed.example', token => $_) } @_];
}


sub each_like {
    my ($pattern, @pages) = @_;

    return [map { $pattern } @pages];
}


# what the libcurl at hand makes of them

sub two_locations {
    my ($major, $minor) = `curl-config --version` =~ /^libcurl (\d+)\.(\d+)/
        or die 'curl-config does not know its version';

    return <<'JSON' if $major > 8 || $major == 8 && $minor >= 17;
check_completed = false
check_passed = false
errors.0.error_message =~ Multiple Location headers
JSON

    return <<'JSON';
check_passed = true
details.response_history #= 1
details.response_history.0.url =~ page\?t=two-locations$
JSON
}


my $server = MPIC::WebServer->start(listen => ['127.0.0.20:80'],
                                    pages => odd_pages());

run_tests();

undef $server;

__DATA__

=== TEST 1: a server that is as it should be
--- request eval: ::http01('odd.signed.example', token => 'good')
--- json
check_passed = true



=== TEST 2: white space without end behind the key authorization
--- request eval: ::http01('odd.signed.example', token => 'endless')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:mismatch"
details.response_status_code = 200
details.response_page exists
duration_ms =~ ^\d{1,3}$



=== TEST 3: 404 without end
--- request eval: ::http01('odd.signed.example', token => 'endless-404')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:http"
details.response_status_code = 404
details.response_page = "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA=="
duration_ms =~ ^\d{1,3}$



=== TEST 4: a redirect with a page without end
--- request eval: ::http01('odd.signed.example', token => 'endless-redirect')
--- json
check_completed = true
details.response_history #= 1
details.response_url = "http://odd.signed.example/.well-known/acme-challenge/good"
details.response_status_code = 200
duration_ms =~ ^\d{1,3}$



=== TEST 5: chunks without end
--- request eval: ::http01('odd.signed.example', token => 'endless-chunks')
--- json
check_completed = true
check_passed = false
duration_ms =~ ^\d{1,3}$



=== TEST 6: headers without end
--- request eval: ::http01('odd.signed.example', token => 'endless-headers')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.20 port 80: the response header is too large
details.response_status_code = null
duration_ms =~ ^\d{1,3}$



=== TEST 7: one header without end
--- request eval: ::http01('odd.signed.example', token => 'endless-header')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
duration_ms =~ ^\d{1,3}$



=== TEST 8: early hints without end
--- request eval: ::http01('odd.signed.example', token => 'endless-1xx')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ the response header is too large
duration_ms =~ ^\d{1,3}$



=== TEST 9: a status line without end
--- request eval: ::http01('odd.signed.example', token => 'endless-line')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"



=== TEST 10: as much white space as is read
--- request eval: ::http01('odd.signed.example', token => 'slack')
--- json
check_passed = true



=== TEST 11: one octet more
--- request eval: ::http01('odd.signed.example', token => 'slack1')
--- json
check_completed = true
check_passed = false



=== TEST 12: a server that accepts and says nothing
--- request eval: ::http01('odd.signed.example', token => 'mute')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ within 1500 ms: the time was over while waiting for the response, address 127\.0\.0\.20\.$
details.response_url = "http://odd.signed.example/.well-known/acme-challenge/mute"
details.response_status_code = null
details.resolved_ip = "127.0.0.20"
duration_ms =~ ^(1[5-9]|[2-9]\d)\d\d$



=== TEST 13: half of a header, then silence
--- request eval: ::http01('odd.signed.example', token => 'mute-header')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ waiting for the response
duration_ms =~ ^(1[5-9]|[2-9]\d)\d\d$



=== TEST 14: a page that never ends, though it is the right one so far
--- request eval: ::http01('odd.signed.example', token => 'mute-body')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ reading the response
details.response_status_code = 200
details.response_page =~ ^bXV0ZS1ib2R5
duration_ms =~ ^(1[5-9]|[2-9]\d)\d\d$



=== TEST 15: a 404 that never ends
--- request eval: ::http01('odd.signed.example', token => 'mute-404')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:http"
details.response_status_code = 404
details.response_page = "bm90"
duration_ms =~ ^(1[5-9]|[2-9]\d)\d\d$



=== TEST 16: an octet now and then
--- request eval: ::http01('odd.signed.example', token => 'drip')
--- json
check_completed = false
check_passed = false
duration_ms =~ ^(1[5-9]|[2-9]\d)\d\d$



=== TEST 17: a connection that is closed without a word
--- request eval: ::http01('odd.signed.example', token => 'nothing')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.20 port 80: Empty reply



=== TEST 18: a connection that is reset
--- request eval: ::http01('odd.signed.example', token => 'reset')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.20 port 80:



=== TEST 19: a header that ends early
--- request eval: ::http01('odd.signed.example', token => 'half-header')
--- json
check_completed = false
check_passed = false



=== TEST 20: a page shorter than it says
--- request eval: ::http01('odd.signed.example', token => 'short')
--- json
check_completed = false
check_passed = false
details.response_status_code = 200



=== TEST 21: a chunk shorter than it says
--- request eval: ::http01('odd.signed.example', token => 'short-chunk')
--- json
check_completed = false
check_passed = false



=== TEST 22: a chunk that is none
--- request eval: ::http01('odd.signed.example', token => 'bad-chunk')
--- json
check_completed = false
check_passed = false



=== TEST 23: HTTP/0.9
--- request eval: ::http01('odd.signed.example', token => 'http09')
--- json
check_completed = false
check_passed = false



=== TEST 24: a protocol that only looks like HTTP
--- request eval: ::http01('odd.signed.example', token => 'icy')
--- json
check_passed = false



=== TEST 25: a status that is none
--- request eval: ::http01('odd.signed.example', token => 'status-line')
--- json
check_passed = false



=== TEST 26: another protocol
--- request eval: ::http01('odd.signed.example', token => 'h2c')
--- json
check_passed = false



=== TEST 27: a zero octet in a header
--- request eval: ::http01('odd.signed.example', token => 'nul')
--- json
check_passed = false



=== TEST 28: early hints are not the response
--- request eval: ::http01('odd.signed.example', token => 'early')
--- json
check_passed = true
details.response_status_code = 200
details.response_history = null



=== TEST 29: a page in chunks
--- request eval: ::http01('odd.signed.example', token => 'chunks')
--- json
check_passed = true



=== TEST 30: a compressed page is taken as it is
--- request eval: ::http01('odd.signed.example', token => 'gzip')
--- json
check_passed = true



=== TEST 31: cookies are not kept
--- request eval: ::http01('odd.signed.example', token => 'cookie')
--- json
check_passed = true
details.response_history #= 1



=== TEST 32: of two Location headers the last counts, for libcurl 8.17 none
--- request eval: ::http01('odd.signed.example', token => 'two-locations')
--- json eval: ::two_locations()



=== TEST 33: a redirect to nowhere
--- request eval: ::http01('odd.signed.example', token => 'no-location')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history #= 1
details.response_history.0.status_code = 302
details.response_history.0.url = null



=== TEST 34: a redirect to an empty URL
--- request eval: ::http01('odd.signed.example', token => 'empty-location')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
errors.0.error_message =~ has an empty Location



=== TEST 35: a Location that is too long
--- request eval: ::http01('odd.signed.example', token => 'to-long')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history.0.url =~ ^http://a\.example/a+\.\.\.$



=== TEST 36: a Location that is no text
--- request eval: ::http01('odd.signed.example', token => 'to-octets')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history #= 1



=== TEST 37: a Location with a space in its host
--- request eval: ::http01('odd.signed.example', token => 'to-space')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"



=== TEST 38: evidence of the hop that failed, and of the one before
--- request eval: ::http01('www.signed.example', token => 'mute')
--- json
check_completed = false
check_passed = false
details.response_history #= 1
details.response_history.0.url = "http://odd.signed.example/.well-known/acme-challenge/mute"
details.response_url = "http://odd.signed.example/.well-known/acme-challenge/mute"
details.response_status_code = null



=== TEST 39: a web server that drops connections
--- request eval: ::http01('blackhole.signed.example')
--- json
check_completed = false
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ 127\.0\.0\.55
duration_ms =~ ^(1[5-9]|[2-9]\d)\d\d$



=== TEST 40: a time to connect that is shorter than the check's
--- config
location = /quick {
    mpic_check            dcv;
    mpic_connect_timeout  200ms;
}
--- request eval
(my $r = ::http01('blackhole.signed.example')) =~ s{/dcv}{/quick}; $r
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ 127\.0\.0\.55 port 80: no connection in time\.$
duration_ms =~ ^[2-9]\d\d$



=== TEST 41: a redirect whose page never comes
--- request eval: ::http01('odd.signed.example', token => 'mute-redirect')
--- json
check_passed = true
details.response_history #= 1
duration_ms =~ ^\d{1,3}$



=== TEST 42: the page, whatever is odd about the rest
--- request eval: ::pages(@::pass)
--- response_body_like eval
::each_like('"check_passed":true.*"response_status_code":200', @::pass)



=== TEST 43: a page that is nearly the right one
--- request eval: ::pages(@::mismatch)
--- response_body_like eval
::each_like('"check_completed":true,"check_passed":false.*:mismatch"', @::mismatch)



=== TEST 44: no page at all, or the end of it is missing
--- request eval: ::pages(@::fail)
--- response_body_like eval
::each_like('"check_completed":false,"check_passed":false.*"No response for',
            @::fail)



=== TEST 45: no end in time, whatever comes as fast as it is read
--- request eval: ::pages(@::fail_late)
--- response_body_like eval
::each_like('"check_completed":false,"check_passed":false.* within 1500 ms',
            @::fail_late)



=== TEST 46: the right page under every status that is none of 2xx
--- request eval: ::pages(map { "status-$_" } @::statuses)
--- response_body_like eval
[map { qq("check_passed":false.*expected a status of 2xx, got $_") } @::statuses]



=== TEST 47: a redirect of every status
--- request eval: ::pages(map { "status-$_" } 300 .. 310)
--- response_body_like eval
[map { /30[1278]/ ? qq("check_passed":true.*"response_history":[^]]*$_)
       : qq("check_passed":false.*"mpic_error:redirect:invalid".*$_) } 300 .. 310]



=== TEST 48: an answer that only announces another one
--- request eval: ::pages(map { "status-$_" } 100 .. 103, 199)
--- response_body_like eval
::each_like('"check_completed":false,"check_passed":false', 1 .. 5)



=== TEST 49: nobody logs in
--- request eval: ::http01('odd.signed.example', token => 'login')
--- json
check_passed = false
details.response_status_code = 401



=== TEST 50: what libcurl makes of these is its matter; there is an answer
--- request eval: ::pages(@::whatever)
--- response_body_like eval
::each_like('"check_type":"dcv"', @::whatever)



=== TEST 51: a header that is not complete
--- request eval: ::http01('odd.signed.example', token => 'header-only')
--- json
errors.0.error_message =~ 127\.0\.0\.20 port 80: the response ended within its header



=== TEST 52: a server that goes on in another protocol
--- request eval: ::http01('odd.signed.example', token => 'h2c')
--- json
errors.0.error_message =~ switched to another protocol than HTTP/1\.1
