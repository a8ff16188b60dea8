# The numbers of the coordinator: they add up over workers, outlast reloads and
# workers that are killed, and are shown as JSON and as metrics.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use IO::Socket::INET;
use JSON::PP ();
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my %zone = (
    http => 'mpic_zone mpic:256k;',
    server => 'location = /status { mpic_status; }
               location = /metrics { mpic_status format=prometheus; }',
    workers => 2,
);

my $fail = $MPIC::Process::pass;
$fail =~ s/"check_passed":true,"errors":null/"check_passed":false,"errors":
    [{"error_type":"mpic_error:caa_checker:forbidden","error_message":"No."},
     {"error_type":"mpic_error:of_a_stranger\\"}","error_message":"No."}]/;


sub http {
    my ($path, $method) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1:8090')
        or die "connect: $!";

    $method //= 'GET';
    print $socket "$method $path HTTP/1.1\r\nHost: x\r\n"
                  . "Connection: close\r\n\r\n";

    return response($socket);
}


sub status {
    my ($body) = http('/status') =~ /\r\n\r\n(.*)/s;

    return JSON::PP->new->decode($body);
}


# what is counted when a request has ended, which its client cannot see

sub counted {
    my ($condition) = @_;
    my $status;

    wait_until(sub { $status = status(); $condition->($status) });

    return $status;
}


# one request, answered by all

sub play {
    my ($nginx, @answers) = @_;
    my $client = $nginx->ask;

    answer($_, shift @answers // $MPIC::Process::pass) for $nginx->asked;

    return response($client);
}


sub replaced {
    my ($nginx, @old) = @_;
    my %old = map { $_ => 1 } @old;

    return wait_until(sub {
        my @now = $nginx->workers;
        @now == 2 && !grep { $old{$_} } @now
    });
}


sub promtool {
    my ($text) = @_;
    my $file = ($ENV{TEST_NGINX_SERVROOT} // '/tmp/mpic') . '-metrics';

    open my $fh, '>', $file or die "$file: $!";
    print $fh $text;
    close $fh;

    my $said = `promtool check metrics < $file 2>&1`;

    is($?, 0, 'promtool finds nothing wrong') or diag $said;
}


subtest 'the counters of two workers' => sub {
    my $nginx = MPIC::Process->start(%zone);
    my $status = status();

    is($status->{role}, 'coordinator', 'role');
    is($status->{requests}{$_}, 0, "no $_") for qw(valid invalid refused);
    is($status->{sets}[0]{perspectives}[0]{health}, 'unknown', 'unknown');
    is_deeply($status->{locations}, [{
        name => '/mpic', server => '', set => 'world', dialect => 'open-mpic',
        policy => 'private', perspective_count => 4, quorum_count => 3,
        max_attempts => 1, timeout_ms => 100000 }], 'the location');
    is($status->{policy}{name}, 'private', 'its policy');
    is($status->{policy}{in_force}{remotes}, 2, 'and what that asks for');
    like($status->{policy}{next}{from} // '2026-12-15', qr/^\d{4}-\d\d-\d\d$/,
         'the next date');

    like(play($nginx), qr/"is_valid":true/, 'valid') for 1 .. 6;
    like(play($nginx, ($fail) x 4), qr/"is_valid":false/, 'invalid');
    like(play($nginx, $fail), qr/"is_valid":true/, 'valid');
    like(play($nginx, ('{}') x 2), qr/"is_valid":false/, 'incomplete');
    like(http('/mpic'), qr/^HTTP\/1.1 405 /, 'not a request');
    like(response($nginx->ask('{}')), qr/^HTTP\/1.1 400 /, 'not a good one');

    my $left = $nginx->ask;
    my @asked = $nginx->asked;
    is(status()->{requests}{running}, 1, 'one is in work');
    close $left;
    ok(closed($_), 'given up') for @asked;

    $status = counted(sub { $_[0]{requests}{unanswered} == 1 });
    my $requests = $status->{requests};
    is($requests->{running}, 0, 'none is');

    is_deeply({ map { $_ => $requests->{$_} }
                qw(valid invalid incomplete monitoring refused unavailable
                   unanswered failed batches record_failures
                   records_failing record_refusals) },
              { valid => 7, invalid => 1, incomplete => 1, monitoring => 0,
                refused => 2, unavailable => 0, unanswered => 1, failed => 0,
                batches => 0, record_failures => 0, records_failing => 0,
                record_refusals => 0 }, 'what became of them');
    is_deeply($requests->{by_check},
              { dcv => { valid => 0, invalid => 0, incomplete => 0 },
                caa => { valid => 7, invalid => 1, incomplete => 1 },
                dcv_with_caa => { valid => 0, invalid => 0,
                                  incomplete => 0 } }, 'by check');
    is_deeply($requests->{by_method}, {}, 'by method');

    my $sum = 0;
    $sum += $_ for @{$requests->{duration_ms}{counts}};
    is($sum, 9, 'as many durations as answers');
    is(scalar @{$requests->{duration_ms}{counts}},
       1 + @{$requests->{duration_ms}{le}}, 'one more than bounds');
    ok(defined $requests->{duration_ms}{p50}, 'a median');

    my %points = (valid => 0, invalid => 0, incomplete => 0);
    for my $point (@{$status->{history}{points}}) {
        $points{$_} += $point->{$_} for keys %points;
        is($point->{t} % 60, 0, 'a minute');
    }
    is_deeply(\%points, { valid => 7, invalid => 1, incomplete => 1 },
              'the history');

    my @p = @{$status->{sets}[0]{perspectives}};
    is(scalar @p, 4, 'four perspectives');
    is_deeply($p[0]{caa}, { passed => 6, failed => 2, no_vote => 1, late => 0,
                            late_passed => 0, not_awaited => 1 }, 'the first');
    is_deeply($p[3]{caa}, { passed => 8, failed => 1, no_vote => 0, late => 0,
                            late_passed => 0, not_awaited => 1 }, 'the last');
    is_deeply($p[0]{errors}, { 'mpic_error:caa_checker:forbidden' => 2,
                               'other' => 2,
                               'mpic_error:coordinator:communication' => 1 },
              'no error type of a stranger');
    is($p[3]{health}, 'up', 'up');
    ok($p[3]{last_answer_at} > time - 100, 'since now');
    is($p[3]{last_error}, undef, 'no error');
    is($p[0]{last_error}, 'its answer (status 200) cannot be used',
       'nothing that was sent');
    is_deeply([map { $p[0]{$_} } qw(code rir network primary latitude
                                    longitude failing_since)],
              ['p1', 'ARIN', undef, JSON::PP::false, undef, undef, undef],
              'who it is');

    my $metrics = http('/metrics');
    like($metrics, qr/^HTTP\/1.1 200 /, 'metrics');
    like($metrics, qr/^Content-Type: text\/plain; version=0\.0\.4; charset=utf-8\r$/m,
         'of their type');
    like($metrics, qr/^Cache-Control: no-store\r$/m, 'not kept');
    $metrics =~ s/.*?\r\n\r\n//s;
    promtool($metrics);
    like($metrics, qr/^\Q$_\E$/m, $_) for
        'mpic_requests_total{check_type="caa",result="valid"} 7',
        'mpic_requests_refused_total{status="405"} 1',
        'mpic_perspective_checks_total{set="world",perspective="p1",check="caa",result="failed"} 2',
        'mpic_perspective_errors_total{set="world",perspective="p1",error_type="other"} 2',
        'mpic_perspective_up{set="world",perspective="p1"} 1',
        'mpic_request_duration_seconds_count 9',
        'mpic_request_duration_seconds_bucket{le="+Inf"} 9';

    my $head = http('/status', 'HEAD');
    like($head, qr/^Content-Length: \d{3,}\r$/m, 'HEAD');
    like($head, qr/\r\n\r\n$/, 'without a body');
    like(http('/status', $_), qr/^HTTP\/1.1 405 .*^Allow: GET, HEAD\r$/ms, $_)
        for qw(POST DELETE);
    like(http('/status?format=prometheus'), qr/^# TYPE mpic_info gauge$/m,
         'the argument goes before');
    like(http('/metrics?format=json'), qr/"role":"coordinator"/, 'both ways');
    like(http('/status?format=html'),
         qr/^HTTP\/1.1 200 .*^Content-Type: text\/html.*<html/msi, 'the page');
    like(http('/status?format=xml'), qr/^HTTP\/1.1 400 /, 'no such format');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'reloads, another set, a worker that is killed' => sub {
    my $nginx = MPIC::Process->start(%zone, set => 'probe_interval 0;');
    my $since = status()->{since};
    my @workers = $nginx->workers;

    play($nginx, $fail) for 1 .. 3;

    # a request is out while its worker is killed
    my $client = $nginx->ask;
    my @asked = $nginx->asked;
    kill 'KILL', @workers;
    ok(replaced($nginx, @workers), 'others take their place');
    close $_ for @asked, $client;

    is(status()->{requests}{valid}, 3, 'nothing is lost');
    is(status()->{requests}{running}, 0, 'what it had in work is gone');
    play($nginx);
    is(status()->{requests}{valid}, 4, 'others count on');

    @workers = $nginx->workers;
    $nginx->signal('HUP');
    ok(replaced($nginx, @workers), 'reloaded');
    play($nginx);
    my $status = status();
    is($status->{requests}{valid}, 5, 'a reload keeps them');
    is($status->{since}, $since, 'since then');
    is($status->{sets}[0]{perspectives}[0]{caa}{passed}, 2, 'p1 passed');
    is($status->{sets}[0]{perspectives}[1]{caa}{passed}, 5, 'p2 passed');

    # p1 goes, p5 comes and takes its place in the order
    my $conf = "$nginx->{dir}/conf/nginx.conf";
    open my $fh, '<', $conf or die "$conf: $!";
    my $text = do { local $/; <$fh> };
    (my $changed = $text) =~ s/perspective p1 /perspective p5 /;
    $nginx->write($conf, $changed);
    @workers = $nginx->workers;
    $nginx->signal('HUP');
    ok(replaced($nginx, @workers), 'with another set');

    my %by_code = map { $_->{code} => $_ }
                  @{status()->{sets}[0]{perspectives}};
    is_deeply([sort keys %by_code], ['p2', 'p3', 'p4', 'p5'], 'those that are');
    is($by_code{p5}{caa}{passed}, 0, 'the new one begins anew');
    is($by_code{p2}{caa}{passed}, 5, 'the old ones keep theirs');

    play($nginx);
    $nginx->write($conf, $text);
    @workers = $nginx->workers;
    $nginx->signal('HUP');
    ok(replaced($nginx, @workers), 'and back');
    is(status()->{sets}[0]{perspectives}[0]{caa}{passed}, 2,
       'p1 has its own, and not those of p5');

    # who keeps failing is known to all workers, and to those that come
    close $_ for @{$nginx->{listeners}};
    response($nginx->ask) for 1 .. 3;
    $status = counted(sub {
        !grep { $_->{health} ne 'failing' } @{$_[0]{sets}[0]{perspectives}}
    });
    my $p = $status->{sets}[0]{perspectives}[0];
    is($p->{health}, 'failing', 'failing, whichever worker was asked');
    ok($p->{failing_since} > time - 100, 'since now');
    like($p->{last_error}, qr/^it cannot be reached: /, 'and why');
    like(http('/metrics'), qr/^mpic_perspective_up\{set="world",perspective="p1"\} 0$/m,
         'down');

    @workers = $nginx->workers;
    $nginx->signal('HUP');
    ok(replaced($nginx, @workers), 'reloaded');
    is(status()->{sets}[0]{perspectives}[0]{health}, 'failing', 'still');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([grep { !/exited on signal 9/ } $nginx->complaints], [],
              'no complaints');
};


subtest 'what nginx -t says' => sub {
    my $nginx = MPIC::Process->start;
    my $conf = "$nginx->{dir}/conf/nginx.conf";

    for my $case (
        [ { server => 'location /s { mpic_status; }' },
          qr/"mpic_status" needs "mpic_zone", such as .* in .*nginx\.conf:\d+/ ],
        [ { http => 'mpic_zone mpic;' },
          qr/invalid zone "mpic" in "mpic_zone": expected a name and a size/ ],
        [ { http => 'mpic_zone mpic:1k;' }, qr/zone "mpic:1k" of "mpic_zone" is too small/ ],
        [ { http => 'mpic_zone a:1m; mpic_zone b:1m;' }, qr/"mpic_zone" directive is duplicate/ ],
        [ { http => 'mpic_zone a:1m;',
            server => 'location /s { mpic_status format=xml; }' },
          qr/invalid parameter "format=xml" in "mpic_status"/ ],
        [ { http => 'mpic_zone a:1m;',
            server => 'location /s { mpic_status; mpic_validate world; }' },
          qr/"mpic_validate" directive cannot be where "mpic_status" is/ ],
        [ { http => 'mpic_zone a:1m;', server => 'location /s { mpic_status;
                     limit_except GET { deny all; } }' }, qr/test is successful/ ],
    ) {
        my ($args, $expected) = @$case;

        $nginx->write($conf, $nginx->conf(%$args));
        like(scalar `$ENV{TEST_NGINX_BINARY} -t -p $nginx->{dir}/ -c $conf 2>&1`,
             $expected, $expected);
    }

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


done_testing();
