# Clients that have their answer before all perspectives have given theirs,
# while clients, workers and masters come and go.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $early = 'mpic_timeout 100s; mpic_grace 0;';


# an answered request with one call still out: nginx, and that call

sub answered {
    my (%args) = @_;

    my $nginx = MPIC::Process->start(location => $early, %args);
    my $client = $nginx->ask;
    my @asked = $nginx->asked;
    my $late = pop @asked;

    answer($_) for @asked;

    my $response = response($client);
    like($response, qr/"is_valid":true/, 'answered');
    like($response, qr/not_awaited/, 'without the last one');

    return ($nginx, $late);
}


sub recorded {
    my ($nginx, $what) = @_;

    return wait_until(sub { $nginx->error_log =~ $what });
}


sub ends_well {
    my ($nginx, $signal) = @_;

    $nginx->signal($signal) if $signal;
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
    unlike($nginx->error_log, qr/has no vote/, 'and nobody is blamed');
    is(scalar(() = $nginx->error_log =~ /in the end/g), 1, 'one record');
}


subtest 'a late answer reaches the record' => sub {
    my ($nginx, $late) = answered();

    unlike($nginx->error_log, qr/in the end/, 'no record yet');
    answer($late);
    ok(recorded($nginx, qr{3/4 passed .* 1 not awaited, in the end 4/4}),
       'recorded');

    ends_well($nginx, 'QUIT');
};


subtest 'a late one that hangs up' => sub {
    my ($nginx, $late) = answered();

    close $late;
    ok(recorded($nginx, qr{1 not awaited, in the end 3/4}), 'recorded');

    ends_well($nginx, 'QUIT');
};


subtest 'a late one that never answers' => sub {
    my ($nginx, $late) = answered(location => 'mpic_timeout 2s; mpic_grace 0;');

    ok(recorded($nginx, qr{1 not awaited, in the end 3/4}), 'recorded');
    ok(closed($late), 'and left');

    ends_well($nginx, 'QUIT');
};


subtest 'a reload and a quit wait for the record' => sub {
    for my $signal ('HUP', 'QUIT') {
        my ($nginx, $late) = answered();
        my ($old) = $nginx->workers;

        $nginx->signal($signal);
        ok(wait_until(sub {
            $nginx->error_log =~ /gracefully shutting down/
        }), "$signal: the worker has heard of it");
        ok((grep { $_ == $old } $nginx->workers), 'and waits');

        answer($late);
        ok(recorded($nginx, qr{in the end 4/4}), 'recorded');
        ok(wait_until(sub { !grep { $_ == $old } $nginx->workers }),
           'the worker has ended');

        ends_well($nginx, $signal eq 'HUP' ? 'QUIT' : '');
    }
};


subtest 'worker_shutdown_timeout waits no longer' => sub {
    my ($nginx, $late) = answered(main => 'worker_shutdown_timeout 200ms;');

    $nginx->signal('QUIT');
    ok(closed($late), 'the call is left');
    ok(recorded($nginx, qr{1 not awaited, in the end 3/4}), 'recorded');

    ends_well($nginx);
};


subtest 'a fast exit leaves a record' => sub {
    my ($nginx, $late) = answered();

    $nginx->signal('TERM');
    ok(closed($late), 'the call is left');
    ok(recorded($nginx, qr{1 not awaited, in the end 3/4}), 'recorded');

    ends_well($nginx);
};


subtest 'worker_shutdown_timeout and a client that waits' => sub {
    my $nginx = MPIC::Process->start(location => $early,
        main => 'worker_shutdown_timeout 200ms;');

    my $client = $nginx->ask;
    my @asked = $nginx->asked;
    answer(shift @asked);

    $nginx->signal('QUIT');
    ok(closed($client), 'the client is left');
    ok(closed($_), 'so is a perspective') for @asked;
    ok(recorded($nginx, qr{without an answer, .* in the end 1/4}),
       'recorded');

    ends_well($nginx);
};


# the client goes at any moment, and its calls with it until it is answered

subtest 'clients that go' => sub {
    my $nginx = MPIC::Process->start(location => $early);

    for my $n (0 .. 3) {
        my $client = $nginx->ask;
        my @asked = $nginx->asked;

        answer($_) for splice @asked, 0, $n;

        if ($n == 3) {
            like(response($client), qr/"is_valid":true/, 'answered');
            close $client;
            answer($_) for @asked;
            ok(recorded($nginx, qr{in the end 4/4}), 'recorded');
            next;
        }

        close $client;
        ok(closed($_), "after $n: a perspective is left") for @asked;
    }

    ok(wait_until(sub { 4 == (() = $nginx->error_log =~ /in the end/g) }),
       'a record of each');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


# another request while a call of the first one is out

subtest 'the next request meanwhile' => sub {
    my ($nginx, $late) = answered();

    my $client = $nginx->ask;
    my @asked = $nginx->asked;
    answer($_) for @asked;
    like(response($client), qr/"is_valid":true/, 'the next one');

    answer($late);
    ok(wait_until(sub { 2 == (() = $nginx->error_log =~ /in the end/g) }),
       'both are recorded');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'a perspective that hangs takes no room' => sub {
    my $nginx = MPIC::Process->start(location => "$early mpic_max_requests 1;");
    my @hanging;

    # the first one's call may stay out, the second one's may not

    for my $late (1, 0) {
        my $client = $nginx->ask;
        my @asked = $nginx->asked;
        my $hangs = pop @asked;

        answer($_) for @asked;
        like(response($client), qr/"is_valid":true/, 'answered');
        push @hanging, $hangs if $late;
        ok(closed($hangs), 'its call is ended') if !$late;
    }

    ok(recorded($nginx, qr{1 not awaited, in the end 3/4}), 'recorded');

    answer($hanging[0]);
    ok(recorded($nginx, qr{in the end 4/4}), 'and so is the first one');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'an attempt after another, and the first one late' => sub {
    my $nginx = MPIC::Process->start(perspectives => 4,
        location => "$early mpic_max_attempts 2;");
    my $client = $nginx->ask('{"check_type":"caa",'
        . '"domain_or_ip_target":"example.com","orchestration_parameters":'
        . '{"perspective_count":2,"quorum_count":2,"max_attempts":2}}');

    my ($first, $second) = $nginx->asked_of(2);
    answer($first, '{}');
    my ($third, $fourth) = $nginx->asked_of(2);
    answer($_) for $third, $fourth;

    my $response = response($client);
    like($response, qr/"is_valid":true/, 'the second one is valid');
    like($response, qr/"attempt_count":2/, 'the second it is');
    like($response, qr/"previous_attempt_results":\[\[.*not_awaited/,
         'the first one was not awaited');

    answer($second);
    ok(recorded($nginx, qr{attempt 2, 0 not awaited, in the end 2/2}),
       'recorded');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


done_testing();
