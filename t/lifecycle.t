# Requests in flight while clients, workers and masters come and go.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';


subtest 'a reload answers what is in flight' => sub {
    my $nginx = MPIC::Process->start(workers => 2);
    my @old = $nginx->workers;
    my $client = $nginx->ask;
    my @asked = $nginx->asked;

    $nginx->signal('HUP');

    # the one without a request in flight has gone, the other waits
    ok(wait_until(sub {
        my @now = $nginx->workers;
        my %old = map { $_ => 1 } @old;
        @now == 3 && 1 == grep { $old{$_} } @now
    }), 'new workers have come, one old one waits');

    answer($_) for @asked;
    like(response($client), qr/"is_valid":true/, 'answered');

    ok(wait_until(sub {
        my %old = map { $_ => 1 } @old;
        !grep { $old{$_} } $nginx->workers
    }), 'the old worker has ended');

    my $next = $nginx->ask;
    answer($_) for $nginx->asked;
    like(response($next), qr/"is_valid":true/, 'the new workers answer');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'a graceful quit answers what is in flight' => sub {
    my $nginx = MPIC::Process->start;
    my @clients = map { $nginx->ask } 1 .. 3;
    my @asked = map { $nginx->asked } 1 .. 3;

    $nginx->signal('QUIT');
    ok(wait_until(sub { $nginx->error_log =~ /gracefully shutting down/ }),
       'the worker has heard of it');

    answer($_) for @asked;
    like(response($_), qr/"is_valid":true/, 'answered') for @clients;

    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'a graceful quit waits no longer than mpic_timeout' => sub {
    my $nginx = MPIC::Process->start(location => 'mpic_timeout 3s;');
    my $client = $nginx->ask;
    my @asked = $nginx->asked;

    $nginx->signal('QUIT');
    answer($_) for @asked[0 .. 2];

    like(response($client), qr/"is_valid":true.*no answer within 3000 ms/s,
         'answered with what there was');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'a fast exit leaves nothing' => sub {
    my $nginx = MPIC::Process->start;
    my $client = $nginx->ask;
    my @asked = $nginx->asked;

    $nginx->signal('TERM');

    ok($nginx->ended, 'ended');
    ok(closed($client), 'the client is left');
    ok(closed($_), 'so is a perspective') for @asked;
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'worker_shutdown_timeout ends what is in flight' => sub {
    my $nginx = MPIC::Process->start(main => 'worker_shutdown_timeout 200ms;');
    my @clients = map { $nginx->ask } 1 .. 3;
    my @asked = map { $nginx->asked } 1 .. 3;

    $nginx->signal('QUIT');

    ok($nginx->ended, 'ended');
    ok(closed($_), 'a client is left') for @clients;
    ok(closed($_), 'so is a perspective') for @asked;
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'a client that hangs up ends its calls' => sub {
    my $nginx = MPIC::Process->start;

    for my $how ('close', 'reset') {
        my $client = $nginx->ask;
        my @asked = $nginx->asked;

        setsockopt($client, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0))
            if $how eq 'reset';
        close $client;

        ok(closed($_), "$how: a perspective is left") for @asked;
    }

    my $next = $nginx->ask;
    answer($_) for $nginx->asked;
    like(response($next), qr/"is_valid":true/, 'the worker answers on');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'a client that hangs up between the answers' => sub {
    my $nginx = MPIC::Process->start;

    for my $n (1 .. 4) {
        my $client = $nginx->ask;
        my @asked = $nginx->asked;

        answer($_) for splice @asked, 0, $n;
        close $client;

        ok(closed($_), "after $n: a perspective is left") for @asked;
    }

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'perspectives that hang up' => sub {
    my $nginx = MPIC::Process->start;
    my $client = $nginx->ask;
    my @asked = $nginx->asked;

    close shift @asked;

    my $half = shift @asked;
    print $half "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"check";
    close $half;

    answer($_) for @asked;

    my $response = response($client);
    like($response, qr/"is_valid":false/, 'two of four are no quorum');
    like($response, qr/p1: it cannot be reached/, 'the first');
    like($response, qr/p2: it cannot be reached/, 'the second');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


# an HTTP/2 client without TLS; the pipe it writes its answer to

sub curl {
    my $pid = open my $pipe, '-|', 'curl', '-sS', '--http2-prior-knowledge',
        '-H', 'Content-Type: application/json',
        '-w', '\nHTTP/%{http_version} %{http_code}', '-d',
        '{"check_type":"caa","domain_or_ip_target":"example.com"}',
        'http://127.0.0.1:8090/mpic'
        or die "curl: $!";

    return ($pid, $pipe);
}


subtest 'HTTP/2 clients' => sub {
    my $nginx = MPIC::Process->start(listen => 'http2');

    my ($pid, $pipe) = curl();
    answer($_) for $nginx->asked;
    like(response($pipe), qr{"is_valid":true.*HTTP/2 200}s, 'answered');

    ($pid, $pipe) = curl();
    my @asked = $nginx->asked;
    kill 'KILL', $pid;
    ok(closed($_), 'hung up: a perspective is left') for @asked;

    ($pid, $pipe) = curl();
    @asked = $nginx->asked;
    $nginx->signal('QUIT');
    answer($_) for @asked;
    like(response($pipe), qr{"is_valid":true.*HTTP/2 200}s,
         'answered on a quit');

    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


done_testing();
