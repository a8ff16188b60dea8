# Batches in flight while clients, workers and masters come and go.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use IO::Select;
use JSON::PP ();
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $location = 'mpic_timeout 100s; mpic_batch_parallel ';


# CAA checks of n1.example …

sub batch {
    my ($n) = @_;

    return '[' . join(',', map {
        '{"check_type":"caa","domain_or_ip_target":"n' . $_ . '.example"}'
    } 1 .. $n) . ']';
}


# the answers, or undef

sub answers {
    my ($client) = @_;
    my $response = response($client);

    return $response =~ /\r\n\r\n(.*)/s
           ? eval { JSON::PP->new->utf8->decode($1) } : undef;
}


sub all_valid {
    my ($answers, $n) = @_;

    is_deeply([map { $_->{domain_or_ip_target} } @$answers],
              [map { "n$_.example" } 1 .. $n], 'all in their order');
    is((grep { $_->{is_valid} } @$answers), $n, 'all valid');
}


sub answer_and_close {
    for (@_) {
        answer($_);
        close $_;
    }
}


# whether no perspective is being called, after the worker had many turns

sub nobody_asked {
    my ($nginx) = @_;

    for (1 .. 20) {
        my $socket = $nginx->connect or return;
        print $socket "GET /ping HTTP/1.0\r\n\r\n";
        response($socket);
    }

    return !IO::Select->new(@{$nginx->{listeners}})->can_read(0);
}


sub no_complaints {
    my ($nginx) = @_;

    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
}


subtest 'so many at a time, and others between them' => sub {
    my $nginx = MPIC::Process->start(location => $location . '2;');
    my $client = $nginx->ask(batch(3));
    my @first = $nginx->asked;
    my @second = $nginx->asked;

    ok(nobody_asked($nginx), 'two and no more');

    my $single = $nginx->ask;
    answer_and_close($nginx->asked);
    like(response($single), qr/"domain_or_ip_target":"example.com"/,
         'another request is answered meanwhile');

    answer_and_close(@second);
    answer_and_close($nginx->asked);
    answer_and_close(@first);

    all_valid(answers($client), 3);

    $nginx->signal('QUIT');
    no_complaints($nginx);
};


subtest 'what a batch does not wait for takes no room' => sub {
    my $nginx = MPIC::Process->start(
        location => $location . '1; mpic_grace 0; mpic_max_requests 2;');
    my $client = $nginx->ask(batch(3));
    my @late;

    for (1 .. 3) {
        my @asked = $nginx->asked;

        push @late, pop @asked;
        answer_and_close(@asked);
    }

    all_valid(answers($client), 3);
    ok(closed($late[2]), 'more than that are not waited for');

    my $single = $nginx->ask;
    answer_and_close($nginx->asked);
    like(response($single), qr/"is_valid":true/, 'a request is not refused');

    $nginx->signal('QUIT');
    answer_and_close(@late[0, 1]);
    no_complaints($nginx);
};


subtest 'a reload in the middle' => sub {
    my $nginx = MPIC::Process->start(location => $location . '1;');
    my ($old) = $nginx->workers;
    my $client = $nginx->ask(batch(3));
    my @asked = $nginx->asked;

    $nginx->signal('HUP');
    ok(wait_until(sub { (() = $nginx->workers) == 2 }),
       'a new worker has come');

    answer_and_close(@asked);
    answer_and_close($nginx->asked) for 1 .. 2;

    all_valid(answers($client), 3);

    ok(wait_until(sub { !grep { $_ eq $old } $nginx->workers }),
       'the old worker has ended');

    $nginx->signal('QUIT');
    no_complaints($nginx);
};


subtest 'the time is over' => sub {
    my $nginx = MPIC::Process->start(location => 'mpic_timeout 3s; '
                                                 . 'mpic_batch_parallel 2;');
    my $client = $nginx->ask(batch(4));
    my @first = $nginx->asked;
    my @second = $nginx->asked;

    answer_and_close(@first);
    my @third = $nginx->asked;
    answer_and_close(@second[0 .. 2]);

    my $answers = answers($client);

    is(@$answers, 4, 'four answers');
    ok($answers->[0]{is_valid}, 'one that had all');
    ok($answers->[1]{is_valid}, 'one that had enough');
    my ($late) = grep { $_->{perspective_code} eq 'p4' }
                      @{$answers->[1]{perspectives}};
    like($late->{check_response}{errors}[0]{error_message},
         qr/no answer within/, 'and a vote less');
    is($answers->[2]{domain_or_ip_target}, 'n3.example', 'one without any');
    ok(!$answers->[2]{is_valid}, 'is not valid');
    is($answers->[3]{status}, 503, 'one that was not begun');
    is($answers->[3]{error}, 'not-checked', 'is told so');
    ok(!exists $answers->[3]{is_valid}, 'and has no verdict');

    $nginx->signal('QUIT');
    no_complaints($nginx);
};


subtest 'a client that hangs up ends all' => sub {
    my $nginx = MPIC::Process->start(location => $location . '2;');
    my $client = $nginx->ask(batch(5));
    my @first = $nginx->asked;
    my @second = $nginx->asked;

    answer_and_close(@first);
    my @third = $nginx->asked;

    close $client;

    ok(closed($_), 'a perspective is left') for @second, @third;
    ok(nobody_asked($nginx), 'and none is called any more');

    my $next = $nginx->ask(batch(1));
    answer_and_close($nginx->asked);
    all_valid(answers($next), 1);

    $nginx->signal('QUIT');
    no_complaints($nginx);
};


subtest 'a graceful quit answers all' => sub {
    my $nginx = MPIC::Process->start(location => $location . '1;');
    my $client = $nginx->ask(batch(2));
    my @asked = $nginx->asked;

    $nginx->signal('QUIT');
    ok(wait_until(sub { $nginx->error_log =~ /gracefully shutting down/ }),
       'the worker has heard of it');

    answer_and_close(@asked);
    answer_and_close($nginx->asked);

    all_valid(answers($client), 2);
    no_complaints($nginx);
};


for my $end (['TERM', ''], ['QUIT', 'worker_shutdown_timeout 200ms;']) {
    my ($signal, $main) = @$end;

    subtest "$signal $main" => sub {
        my $nginx = MPIC::Process->start(main => $main,
                                         location => $location . '2;');
        my $client = $nginx->ask(batch(3));
        my @asked = map { $nginx->asked } 1 .. 2;

        $nginx->signal($signal);

        ok($nginx->ended, 'ended');
        ok(closed($client), 'the client is left');
        ok(closed($_), 'so is a perspective') for @asked;
        is_deeply([$nginx->complaints], [], 'no complaints');
    };
}


# the answer does not wait for what is certain without it, which ends by itself

subtest 'a batch is answered, and calls are still out' => sub {
    my $nginx = MPIC::Process->start(location => $location
                                                 . '2; mpic_grace 0;');

    for my $end ('answer', 'QUIT') {
        my $client = $nginx->ask(batch(2));
        my @first = $nginx->asked;
        my @second = $nginx->asked;

        answer_and_close(splice @first, 0, 3);
        answer_and_close(splice @second, 0, 3);

        all_valid(answers($client), 2);

        $nginx->signal('QUIT') if $end eq 'QUIT';
        answer_and_close(@first, @second);
    }

    no_complaints($nginx);
    is(() = $nginx->error_log =~ /in the end 4\/4/g, 4,
       'what came late is in the records');
};


done_testing();
