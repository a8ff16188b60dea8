# mpic_read_early: what limits and decides before access does so by the request.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $nginx = MPIC::Process->start(
    http => 'limit_req_zone $mpic_target zone=once:1m rate=1r/m;'
            . ' limit_req_zone $mpic_target zone=slow:1m rate=2r/s;'
            . ' log_format vars "$uri $status $mpic_check_type $mpic_target'
            . ' $mpic_is_valid";'
            . ' log_format seen "$http_x_target $http_x_type";',
    location => 'mpic_grace 0; mpic_read_early on; limit_req zone=once;'
                . ' limit_req_status 429;',
    server => 'listen 127.0.0.1:8091 http2; access_log logs/vars.log vars;'
              . ' client_body_buffer_size 1k; mpic_read_early on; mpic_grace 0;'
              . ' location = /slow { mpic_validate world;'
              . ' limit_req zone=slow burst=5; }'
              . ' location = /closed { mpic_validate world; auth_basic ca;'
              . ' auth_basic_user_file users; }'
              . ' location = /asks { mpic_validate world; auth_request /auth; }'
              . ' location = /auth { proxy_pass http://127.0.0.1:8090/seen;'
              . ' proxy_pass_request_body off; proxy_set_header Content-Length "";'
              . ' proxy_set_header X-Target $mpic_target;'
              . ' proxy_set_header X-Type $mpic_check_type; }'
              . ' location = /seen { access_log logs/seen.log seen;'
              . ' return 204; }');

my $seen = 0;


sub logged {
    my ($expected) = @_;

    wait_until(sub { $nginx->lines('vars.log') > $seen });
    is(($nginx->lines('vars.log'))[$seen++], $expected, $expected);
}


sub caa {
    my ($name) = @_;

    return qq({"check_type":"caa","domain_or_ip_target":"$name"});
}


sub agreed {
    my ($client) = @_;
    my @asked = $nginx->asked;

    answer($_) for @asked;
    my $response = response($client);

    close $_ for @asked;
    return $response;
}


sub sent {
    my (@parts) = @_;
    my $socket = $nginx->connect;

    $socket->autoflush(1);
    print $socket @parts;

    return $socket;
}


sub head {
    my ($length, $path) = @_;

    return "POST $path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
           . "Content-Type: application/json\r\n$length\r\n\r\n";
}


# the same target is limited in whatever spelling, another one is not

like(agreed($nginx->ask(caa('example.com'))), qr/"is_valid":true/, 'the first');
logged('/mpic 200 caa example.com 1');
like(response($nginx->ask(caa('EXAMPLE.com.'))), qr/^HTTP\/1\.1 429/, 'again');
logged('/mpic 429 caa example.com -');
like(agreed($nginx->ask(caa('example.org'))), qr/"is_valid":true/, 'another');
logged('/mpic 200 caa example.org 1');

# without a target there is no limit, and the answer is as ever
for (1, 2) {
    like(response($nginx->ask('{"check_type":')), qr/400 .*malformed-json/s,
         'what is no JSON');
    logged('/mpic 400 - - -');
}

like(response($nginx->ask('[' . caa('a..b') . ']')),
     qr/^HTTP\/1\.1 200 .*validation-failed/s, 'a batch');
logged('/mpic 200 batch - 0');

# the body comes in pieces, or not at all

{
    my $text = caa('pieces.example');
    my $client = sent(head('Content-Length: ' . length $text, '/mpic'),
                      substr $text, 0, 20);
    print $client substr $text, 20;
    like(agreed($client), qr/"is_valid":true/, 'in pieces');
    logged('/mpic 200 caa pieces.example 1');

    $client = sent(head('Transfer-Encoding: chunked', '/mpic'));
    printf $client "%x\r\n%s\r\n", 20, substr $text, 0, 20;
    printf $client "%x\r\n%s\r\n0\r\n\r\n", length($text) - 20, substr $text, 20;
    like(response($client), qr/^HTTP\/1\.1 429/, 'in chunks');
    logged('/mpic 429 caa pieces.example -');

    $client = sent(head('Content-Length: 100', '/mpic'), '{');
    close $client;
    logged('/mpic 400 - - -');

    like(response(sent(head('Content-Length: 1025', '/mpic'), ' ' x 1025)),
         qr/413 .*request-too-large/s, 'too large');
    logged('/mpic 413 - - -');

    $client = sent(head('Transfer-Encoding: chunked', '/mpic'),
                   "1000\r\n", ' ' x 4096, "\r\n0\r\n\r\n");
    like(response($client), qr/413 .*request-too-large/s, 'too many chunks');
    logged('/mpic 413 - - -');

    like(response(sent("GET /mpic HTTP/1.0\r\n\r\n")), qr/405 .*"error"/s,
         'nothing to read');
    logged('/mpic 405 - - -');
}

# access decides as ever, and may do so by the request

like(response($nginx->ask(caa('closed.example'), undef, '/closed')),
     qr/^HTTP\/1\.1 401/, 'nobody');
logged('/closed 401 caa closed.example -');

like(agreed($nginx->ask(caa('asks.example'), undef, '/asks')),
     qr/"is_valid":true/, 'auth_request');
logged('/asks 200 caa asks.example 1');
is_deeply([$nginx->lines('seen.log')], ['asks.example caa'], 'what it was told');

# limit_req that delays, and the client that does not wait

like(agreed($nginx->ask(caa('slow.example'), undef, '/slow')),
     qr/"is_valid":true/, 'at once');
logged('/slow 200 caa slow.example 1');
like(agreed($nginx->ask(caa('slow.example'), undef, '/slow')),
     qr/"is_valid":true/, 'delayed');
logged('/slow 200 caa slow.example 1');

close $nginx->ask(caa('slow.example'), undef, '/slow');
logged('/slow 499 caa slow.example -');

# HTTP/2

for my $expected (200, 429) {
    my $pid = open my $curl, '-|', 'curl', '-s', '--http2-prior-knowledge',
                   '-o', '/dev/null', '-w', '%{http_version} %{http_code}',
                   '-H', 'Content-Type: application/json', '-d',
                   caa('h2.example'), 'http://127.0.0.1:8091/mpic'
        or die "curl: $!";
    my @asked = $expected == 200 ? $nginx->asked : ();

    answer($_) for @asked;
    is(join('', <$curl>), "2 $expected", "HTTP/2, $expected");
    close $_ for @asked;
    close $curl;
}

$nginx->signal('QUIT');
ok($nginx->ended, 'ended');
is_deeply([$nginx->complaints], [], 'no complaints');

done_testing();
