# Perspectives that keep failing, too much work, and who is asked all the while.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use IO::Select;
use IO::Socket::INET;
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';


subtest 'no more requests than mpic_max_requests' => sub {
    my $nginx = MPIC::Process->start(location => 'mpic_max_requests 2;');
    my @clients = map { $nginx->ask } 1 .. 2;
    my @asked = map { $nginx->asked } 1 .. 2;

    my $third = response($nginx->ask);
    like($third, qr/^HTTP\/1\.1 503 /, 'the third is refused');
    like($third, qr/^Retry-After: 1\r$/m, 'and told when to come again');
    like($third, qr/"error":"too-many-requests"/, 'in JSON');

    answer($_) for @asked;
    like(response($_), qr/"is_valid":true/, 'answered') for @clients;
    close $_ for @asked;

    my $next = $nginx->ask;
    answer($_) for $nginx->asked;
    like(response($next), qr/"is_valid":true/, 'there is room again');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


# one that has too much to do costs its own vote and says so

subtest 'a perspective that is busy' => sub {
    my $nginx = MPIC::Process->start;
    my $client = $nginx->ask;
    my ($busy, @others) = $nginx->asked;
    my $body = '{"error":"too-many-checks","message":"Busy."}';

    print $busy "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: "
                . length($body) . "\r\n\r\n$body";
    answer($_) for @others;

    my $text = response($client);
    like($text, qr/"is_valid":true/, 'the others agree');
    like($text, qr/its answer \(status 503\) cannot be used: [^.]*too-many-checks/,
         'it is told why one has no vote');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


# who refuses a request is well, however often clients send such a one

subtest 'requests that are refused' => sub {
    my $nginx = MPIC::Process->start;
    my $body = '{"error":"request-validation-failed","validation_issues":'
               . '[{"issue_type":"missing-field","message":"No."}]}';

    for (1 .. 4) {
        my $client = $nginx->ask;

        for my $call ($nginx->asked) {
            print $call "HTTP/1.1 400 Bad\r\nConnection: close\r\n"
                        . 'Content-Length: ' . length($body)
                        . "\r\n\r\n$body";
            close $call;
        }

        like(response($client), qr/"is_valid":false/, 'refused');
    }

    unlike($nginx->error_log, qr/keeps failing/, 'nobody is blamed');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


sub codes {
    my ($nginx, $name) = @_;
    my $text = response($nginx->ask(
        qq({"check_type":"caa","domain_or_ip_target":"$name"})));

    return join ' ', $text =~ /"perspective_code":"(\w+)"/g;
}


sub logged {
    my ($nginx, $pattern) = @_;

    return scalar(() = $nginx->error_log =~ /$pattern/g);
}


# nobody listens any more: each call fails at once

sub deaf {
    my ($nginx) = @_;
    my @ports = map { $_->sockport } @{$nginx->{listeners}};

    close $_ for @{$nginx->{listeners}};

    return @ports;
}


sub listener {
    my ($port) = @_;

    return IO::Socket::INET->new(Listen => 8, LocalAddr => '127.0.0.1',
                                 LocalPort => $port, ReuseAddr => 1)
           || die "listen: $!";
}


sub probe {
    my ($listener) = @_;
    my $request = '';

    IO::Select->new($listener)->can_read($MPIC::Process::patience)
        or die 'no probe came';
    my $socket = $listener->accept;

    while ($request !~ /\r\n\r\n\{.*"domain_or_ip_target":.*\}$/) {
        IO::Select->new($socket)->can_read($MPIC::Process::patience)
            or die "a probe has no end: $request";
        sysread($socket, $request, 65536, length $request)
            or die "a probe ended early: $request";
    }

    return ($socket, $request);
}


subtest 'perspectives that keep failing' => sub {
    my $nginx = MPIC::Process->start(set => 'probe_interval 100ms;');
    my @ports = deaf($nginx);
    my $cohort = codes($nginx, 'example.com');

    is(codes($nginx, 'example.com'), $cohort, 'all are asked') for 1 .. 5;

    # what nobody waited for is counted when it has ended, after the answer
    ok(wait_until(sub { logged($nginx, qr/probe of perspective "p2" by a CAA check: /) > 2 }),
       'probed again and again');
    is(logged($nginx, qr/\[error\].* "p2" keeps failing in CAA checks, and is asked all the same: /),
       1, 'reported once');
    is(logged($nginx, qr/"p2" answers again/), 0, 'it does not answer');

    # not yet: what answers is no perspective, none that is well, or another
    my $listener = listener($ports[1]);
    my ($socket, $request) = probe($listener);
    like($request, qr/^POST \/caa HTTP.*"mpic-probe\.invalid"/s,
         'a check of the kind that failed');

    for my $answer ('<html>Bad Gateway</html>', '{}', '{"error":"internal-error"}',
                    $MPIC::Process::pass =~ s/^\{/{"perspective_code":"p3",/r)
    {
        answer($socket, $answer);
        ($socket) = probe($listener);
        is(logged($nginx, qr/"p2" answers again/), 0, "no answer: $answer");
    }

    answer($socket);
    ok(wait_until(sub { logged($nginx, qr/\[error\].* "p2" answers again/) == 1 }),
       'that was one');

    # a probe that hangs keeps nobody from a reload or from quitting
    my $third = listener($ports[2]);
    my ($hanging) = probe($third);
    my @old = $nginx->workers;

    $nginx->signal('HUP');
    ok(wait_until(sub {
        my %old = map { $_ => 1 } @old;
        my @now = $nginx->workers;
        @now == 1 && !grep { $old{$_} } @now
    }), 'reloaded');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is(grep(!/answers as another perspective/, $nginx->complaints), 0,
       'no complaints');
};


# who was cut off before he could answer is not to blame; who had time is

subtest 'calls with too little time' => sub {
    my $nginx = MPIC::Process->start(
        location => 'mpic_timeout 1s; mpic_grace 500ms; mpic_batch_parallel 3;'
                    . ' mpic_perspective_count 4; mpic_batch_max 6;');
    my $one = '{"check_type":"caa","domain_or_ip_target":"example.com"}';

    # three begin after the grace of the first three, and have the rest
    my $client = $nginx->ask('[' . join(',', ($one) x 6) . ']');
    my @asked = map { $nginx->asked } 1 .. 3;
    answer($asked[$_]) for grep { $_ % 4 } 0 .. 11;

    is(() = response($client) =~ /"is_valid":true/g, 3, 'half have an answer');
    ok(wait_until(sub { logged($nginx, qr/ended without|is_valid=/) == 6 }),
       'all have ended');
    is(logged($nginx, qr/keeps failing/), 1, 'who was silent all the time, no other');
    is(logged($nginx, qr/"p1" keeps failing/), 1, 'by name');

    close $_ for @asked;
    my @clients = map { $nginx->ask } 1 .. 3;
    like(response($_), qr/"is_valid":false/, 'none answered') for @clients;
    ok(wait_until(sub { logged($nginx, qr/keeps failing/) == 4 }),
       'the others had all the time there is');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


for my $signal ('QUIT', 'TERM') {
    subtest "$signal while a probe is out" => sub {
        my $nginx = MPIC::Process->start(set => 'probe_interval 10s;'
                                                . ' connect_timeout 5s;');
        my @ports = deaf($nginx);
        codes($nginx, 'example.com') for 1 .. 3;
        ok(wait_until(sub { logged($nginx, qr/keeps failing/) == 4 }),
           'all four are reported');

        $nginx->signal($signal);
        ok($nginx->ended, 'ended without waiting for the next probe');
        is_deeply([$nginx->complaints], [], 'no complaints');
    };
}


subtest 'the same cohort, whoever chooses it' => sub {
    my %args = (perspectives => 8, workers => 4,
                location => 'mpic_perspective_count 4;');
    my $nginx = MPIC::Process->start(%args);
    deaf($nginx);

    my @names = map { "host$_.example" } 1 .. 6;
    my %cohorts = map { $_ => codes($nginx, $_) } @names;
    my %seen = map { $_ => 1 } values %cohorts;

    is(scalar(split ' ', $cohorts{$_}), 4, "$_: four") for @names;
    ok(keys %seen > 1, 'names have cohorts of their own');

    for my $round (1 .. 4) {
        is_deeply({ map { $_ => codes($nginx, $_) } @names }, \%cohorts,
                  "whichever worker, $round");
    }

    my %old = map { $_ => 1 } $nginx->workers;
    $nginx->signal('HUP');
    ok(wait_until(sub {
        my @now = $nginx->workers;
        @now == 4 && !grep { $old{$_} } @now
    }), 'reloaded');
    is_deeply({ map { $_ => codes($nginx, $_) } @names }, \%cohorts,
              'after a reload');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');

    $nginx = MPIC::Process->start(%args);
    deaf($nginx);
    is_deeply({ map { $_ => codes($nginx, $_) } @names }, \%cohorts,
              'after a restart');
    is(codes($nginx, '*.HOST1.example.'), $cohorts{'host1.example'},
       'in another spelling');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


done_testing();
