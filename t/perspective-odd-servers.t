# acme-http-01 and web servers that nobody wants to meet: what they send is
# bounded in octets and in time, and the check has its answer.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use IO::Socket::INET;
use POSIX ();

use_config(<<'CONF');
mpic_check_timeout 1500ms;

server {
    listen 127.0.0.10:80;
    location / {
        return 302 http://odd.signed.example$uri;
    }
}
CONF


my $ok = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
my $redirect = "HTTP/1.1 302 Found\r\nConnection: close\r\n";

my %servers = (
    'good' => sub { $_[0]->(reply('good')) },

    # octets without end
    'endless' => sub { $_[0]->("$ok\r\n" . answer('endless'));
                       1 while $_[0]->(' ' x 65536) },
    'endless-404' => sub { $_[0]->("HTTP/1.1 404 Not Found\r\n\r\n");
                           1 while $_[0]->('x' x 65536) },
    'endless-redirect' => sub { $_[0]->($redirect . location('good') . "\r\n");
                                1 while $_[0]->('x' x 65536) },
    'endless-chunks' => sub { $_[0]->("$ok" . "Transfer-Encoding: chunked\r\n\r\n");
                              1 while $_[0]->("4\r\nabcd\r\n") },
    'endless-headers' => sub { $_[0]->($ok);
                               1 while $_[0]->("X-Header: a\r\n" x 100) },
    'endless-header' => sub { $_[0]->("${ok}X-Header: ");
                              1 while $_[0]->('a' x 65536) },
    'endless-1xx' => sub { 1 while $_[0]->("HTTP/1.1 103 Early Hints\r\n"
                                           . "Link: </a>\r\n\r\n") },
    'endless-line' => sub { 1 while $_[0]->('HTTP/1.1 ' x 1000) },

    # exactly what may stand behind the key authorization, and one more
    'slack' => sub { $_[0]->("$ok\r\n" . answer('slack') . ' ' x 128) },
    'slack1' => sub { $_[0]->("$ok\r\n" . answer('slack1') . ' ' x 129) },

    # time without end
    'mute' => sub { sleep 5 },
    'mute-header' => sub { $_[0]->($ok); sleep 5 },
    'mute-body' => sub { $_[0]->("$ok\r\n" . answer('mute-body')); sleep 5 },
    'mute-404' => sub { $_[0]->("HTTP/1.1 404 Not Found\r\n\r\nnot"); sleep 5 },
    'mute-redirect' => sub { $_[0]->("HTTP/1.1 302 Found\r\n"
                                     . "Content-Length: 10\r\n"
                                     . location('good2?t=m') . "\r\n"); sleep 5 },
    'drip' => sub { $_[0]->("$ok\r\n");
                    $_[0]->('a') && select undef, undef, undef, 0.1
                        for 1 .. 50 },

    # less than was promised
    'nothing' => sub { },
    'reset' => sub { $_[0]->("$ok\r\nabc"); reset_connection($_[1]) },
    'half-header' => sub { $_[0]->("HTTP/1.1 200 O") },
    'short' => sub { $_[0]->($ok . "Content-Length: 1000\r\n\r\n"
                             . answer('short')) },
    'short-chunk' => sub { $_[0]->($ok . "Transfer-Encoding: chunked\r\n\r\n"
                                   . "ff\r\n" . answer('short-chunk')) },
    'bad-chunk' => sub { $_[0]->($ok . "Transfer-Encoding: chunked\r\n\r\n"
                                 . "xyz\r\n" . answer('bad-chunk')) },

    # another protocol
    'http09' => sub { $_[0]->(answer('http09')) },
    'icy' => sub { $_[0]->("ICY 200 OK\r\n\r\n" . answer('icy')) },
    'status' => sub { $_[0]->("HTTP/1.1 99999 OK\r\n\r\n"
                              . answer('status')) },
    'h2c' => sub { $_[0]->("HTTP/1.1 101 Switching Protocols\r\n"
                           . "Upgrade: h2c\r\n\r\n" . answer('h2c')) },
    'nul' => sub { $_[0]->("${ok}X-A: a\0b\r\n\r\n" . answer('nul')) },

    # fine all the same
    'early' => sub { $_[0]->("HTTP/1.1 103 Early Hints\r\n"
                             . "Location: http://private.signed.example/"
                             . "\r\n\r\n" . reply('early')) },
    'chunks' => sub { $_[0]->($ok . "Transfer-Encoding: chunked\r\n\r\n"
                              . join('', map { sprintf "1;x=y\r\n%s\r\n", $_ }
                                             split //, answer('chunks'))
                              . "0\r\nX-Trailer: a\r\n\r\n") },
    'gzip' => sub { $_[0]->($ok . "Content-Encoding: gzip\r\n\r\n"
                            . answer('gzip')) },
    'cookie' => sub { $_[0]->($redirect . "Set-Cookie: a=b; Path=/\r\n"
                              . location('cookie2') . "\r\n") },
    'cookie2' => sub { $_[0]->($_[2] =~ /^Cookie:/mi ? "$ok\r\ncookie"
                               : "$ok\r\n" . answer('cookie')) },

    # redirects
    'two-locations' => sub { $_[0]->($redirect . location('bad')
                                     . location('good2') . "\r\n") },
    'good2' => sub { $_[0]->("$ok\r\n" . answer($_[2] =~ /t=m/ ? 'mute-redirect'
                                                   : 'two-locations')) },
    'no-location' => sub { $_[0]->("$redirect\r\n") },
    'empty-location' => sub { $_[0]->("${redirect}Location:\r\n\r\n") },
    'long-location' => sub { $_[0]->($redirect . 'Location: http://a.example/'
                                     . 'a' x 8192 . "\r\n\r\n") },
    'octets-location' => sub { $_[0]->("${redirect}Location: http://a\xff\xfe"
                                       . ".example/\x01\r\n\r\n") },
    'space-location' => sub { $_[0]->("${redirect}Location: http://odd.signed"
                                      . ".example /x\r\n\r\n") },
);


sub answer {
    my ($token) = @_;

    return ::key_authorization($token);
}


sub reply {
    my ($token) = @_;

    return "$ok\r\n" . answer($token);
}


sub location {
    my ($token) = @_;

    return "Location: http://odd.signed.example/.well-known/acme-challenge/"
           . "$token\r\n";
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
details.response_history.0.url =~ good2$
JSON
}


sub reset_connection {
    my ($socket) = @_;

    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
    close $socket;
}


sub serve {
    my ($socket) = @_;

    my $request = '';

    while ($request !~ /\r\n\r\n/) {
        sysread $socket, $request, 4096, length $request or return;
    }

    my ($token) = $request =~ m{^GET \S*/([^/ ?]+)};
    my $server = $servers{$token // ''} // sub { };
    my $send = sub { defined syswrite $socket, $_[0] };

    $server->($send, $socket, $request);
}


my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.20:80',
                                     Listen => 64, ReuseAddr => 1)
    or die "127.0.0.20:80: $!";

my $pid = fork // die "fork: $!";

if ($pid == 0) {
    $SIG{CHLD} = 'IGNORE';
    $SIG{PIPE} = 'IGNORE';
    $SIG{TERM} = 'DEFAULT';
    setpgrp;

    while (1) {
        my $socket = $listener->accept or next;
        my $child = fork // next;

        if ($child == 0) {
            alarm 20;
            serve($socket);
            close $socket;
            POSIX::_exit(0);
        }

        close $socket;
    }
}

close $listener;

run_tests();

END {
    local $?;
    kill '-TERM', $pid if $pid;
}

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
duration_ms =~ ^1[56]\d\d$



=== TEST 13: half of a header, then silence
--- request eval: ::http01('odd.signed.example', token => 'mute-header')
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ waiting for the response
duration_ms =~ ^1[56]\d\d$



=== TEST 14: a page that never ends, though it is the right one so far
--- request eval: ::http01('odd.signed.example', token => 'mute-body')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ reading the response
details.response_status_code = 200
details.response_page =~ ^bXV0ZS1ib2R5
duration_ms =~ ^1[56]\d\d$



=== TEST 15: a 404 that never ends
--- request eval: ::http01('odd.signed.example', token => 'mute-404')
--- json
check_completed = true
check_passed = false
errors #= 1
errors.0.error_type = "mpic_error:http"
details.response_status_code = 404
details.response_page = "bm90"
duration_ms =~ ^1[56]\d\d$



=== TEST 16: an octet now and then
--- request eval: ::http01('odd.signed.example', token => 'drip')
--- json
check_completed = false
check_passed = false
duration_ms =~ ^1[56]\d\d$



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
--- request eval: ::http01('odd.signed.example', token => 'status')
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



=== TEST 35: a Location that is too long
--- request eval: ::http01('odd.signed.example', token => 'long-location')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history.0.url =~ ^http://a\.example/a+\.\.\.$



=== TEST 36: a Location that is no text
--- request eval: ::http01('odd.signed.example', token => 'octets-location')
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:redirect:invalid"
details.response_history #= 1



=== TEST 37: a Location with a space in its host
--- request eval: ::http01('odd.signed.example', token => 'space-location')
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
duration_ms =~ ^1[56]\d\d$



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
