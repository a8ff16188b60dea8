# Checks in flight while clients, workers and masters come and go.  The test is
# the web server that is looked at, 127.0.0.30, and so decides what happens when.

use strict;
use warnings;

use lib 't/lib';
use MPIC::LivePerspective;
use MPIC::Process;

use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $page = 'ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI';

my $http01 = qq({"domain_or_ip_target": "held.signed.example",)
    . q("dcv_check_parameters": {"validation_method": "acme-http-01",)
    . qq("token": "ok", "key_authorization": "$page"}});

my $dns01 = qq({"domain_or_ip_target": "www.signed.example",)
    . q("dcv_check_parameters": {"validation_method": "acme-dns-01",)
    . q("key_authorization_hash": "lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM"}});


package Perspective {

    our @ISA = ('MPIC::LivePerspective');


    sub target { '127.0.0.30:80' }


    # the connection of a check that now waits for the page

    sub held {
        my ($self) = @_;
        my $socket = $self->connection;
        my $request = '';

        while ($request !~ /\r\n\r\n/) {
            sysread $socket, $request, 4096, length $request
                or die "a request ended early: $request";
        }

        return $socket;
    }


    # a check whose resolver is silent

    sub ask_in_vain {
        my ($self) = @_;

        return $self->ask($dns01, undef, '/silent');
    }


    sub asks_dns {
        my ($self) = @_;

        MPIC::Process::wait_until(sub {
            $self->error_log =~ /mpic resolver query: .* to 127\.0\.0\.54:53/
        }) or die 'the resolver was not asked';
    }
}


sub serve {
    my ($socket) = @_;

    print $socket "HTTP/1.1 200 OK\r\nContent-Length: " . length($page)
                  . "\r\n\r\n$page";
    $socket->flush;
}


subtest 'a reload answers what is in flight' => sub {
    my $nginx = Perspective->start;
    my ($old) = $nginx->workers;
    my $client = $nginx->ask($http01);
    my $held = $nginx->held;

    $nginx->signal('HUP');
    ok(wait_until(sub { 2 == (my @now = $nginx->workers) }),
       'a new worker has come');

    serve($held);
    like(response($client), qr/"check_passed":true/, 'answered');
    ok(wait_until(sub { !grep { $_ == $old } $nginx->workers }),
       'the old worker has ended');

    my $next = $nginx->ask($http01);
    serve($nginx->held);
    like(response($next), qr/"check_passed":true/, 'the new worker answers');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'a graceful quit waits no longer than the check may take' => sub {
    my $nginx = Perspective->start(location => 'mpic_check_timeout 700ms;');
    my @clients = ($nginx->ask($http01), $nginx->ask_in_vain);
    my $held = $nginx->held;
    $nginx->asks_dns;

    $nginx->signal('QUIT');

    like(response($_), qr/"check_completed":false.* within 700 ms/, 'answered')
        for @clients;
    ok(closed($held), 'the web server is left');
    is_quiet($nginx);
};


subtest 'a fast exit leaves nothing' => sub {
    my $nginx = Perspective->start;
    my @clients = ($nginx->ask($http01), $nginx->ask_in_vain);
    my $held = $nginx->held;
    $nginx->asks_dns;

    $nginx->signal('TERM');

    ok(closed($_), 'a client is left') for @clients;
    ok(closed($held), 'so is the web server');
    is_quiet($nginx);
};


subtest 'worker_shutdown_timeout ends what is in flight' => sub {
    my $nginx = Perspective->start(main => 'worker_shutdown_timeout 200ms;');
    my @clients = ($nginx->ask($http01), $nginx->ask_in_vain);
    my $held = $nginx->held;
    $nginx->asks_dns;

    $nginx->signal('QUIT');

    ok(closed($_), 'a client is left') for @clients;
    ok(closed($held), 'so is the web server');
    is_quiet($nginx);
};


subtest 'a client that hangs up ends its check' => sub {
    my $nginx = Perspective->start;

    for my $how ('close', 'reset') {
        my $client = $nginx->ask($http01);
        my $held = $nginx->held;

        setsockopt($client, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0))
            if $how eq 'reset';
        close $client;

        ok(closed($held), "$how: the web server is left");
    }

    my $client = $nginx->ask_in_vain;
    $nginx->asks_dns;
    close $client;

    ok(wait_until(sub {
        3 == (() = $nginx->error_log =~ /mpic check ended without an answer/g)
    }), 'all three have ended');

    my $next = $nginx->ask($http01);
    serve($nginx->held);
    like(response($next), qr/"check_passed":true/, 'the worker answers on');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'no more checks than mpic_max_checks' => sub {
    my $nginx = Perspective->start(location => 'mpic_max_checks 2;');
    my @clients = map { $nginx->ask($http01) } 1 .. 2;
    my @held = map { $nginx->held } 1 .. 2;

    my $third = response($nginx->ask($http01));
    like($third, qr/^HTTP\/1\.1 503 /, 'the third is refused');
    like($third, qr/^Retry-After: 1\r$/m, 'and told when to come again');
    like($third, qr/"error":"too-many-checks"/, 'in JSON');

    serve($_) for @held;
    like(response($_), qr/"check_passed":true/, 'answered') for @clients;

    my $next = $nginx->ask($http01);
    serve($nginx->held);
    like(response($next), qr/"check_passed":true/, 'there is room again');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'a client that speaks HTTP/2' => sub {
    my $nginx = Perspective->start(listen => 'http2',
                                   location => 'mpic_check_timeout 1s;');
    my @curl = ('curl', '-s', '--http2-prior-knowledge', '-w', '%{http_code}',
                '-H', 'Content-Type: application/json',
                'http://127.0.0.1:8090/mpic', '--data-binary');

    open my $curl, '-|', @curl, $http01 or die "curl: $!";
    serve($nginx->held);
    like(join('', <$curl>), qr/"check_passed":true.*\}200$/, 'answered');

    open $curl, '-|', @curl, '{' or die "curl: $!";
    like(join('', <$curl>), qr/malformed-json.*400$/, 'refused');

    # without a length: nobody is told before all of it has come
    open $curl, '-|', @curl, ' ' x 20_000, '-H', 'Content-Length:'
        or die "curl: $!";
    like(join('', <$curl>), qr/request-too-large.*413$/, 'too large');

    # one that goes away while its stream is open
    my $pid = open $curl, '-|', @curl, $http01 or die "curl: $!";
    my $held = $nginx->held;
    kill 'KILL', $pid;
    ok(closed($held), 'the web server is left');
    close $curl;

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'a hundred checks at once' => sub {
    my $nginx = Perspective->start(main => 'worker_rlimit_nofile 1024;');
    my @clients = map { $nginx->ask($http01) } 1 .. 100;

    serve($nginx->held) for 1 .. 100;

    is(scalar(grep { response($_) =~ /"check_passed":true/ } @clients), 100,
       'all are answered');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


done_testing();
