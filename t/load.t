# A steady load of real requests while workers, masters and perspectives come
# and go: nothing but what must be lost is lost.  bench/soak is the long one.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Load;

use Test::More;
use Time::HiRes qw(time);

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

# every time limit is so far off that no slow machine comes near it: what is
# lost is lost by a fault

my $load = MPIC::Load->start(main => 'worker_shutdown_timeout 100s;',
                             location => 'mpic_timeout 50s;',
                             perspective => 'mpic_check_timeout 40s;
                                             mpic_resolver_timeout 30s;');
my $coordinator = $load->{coordinator};

# sanitizers take several times as long
my @clients = $ENV{MPIC_SANITIZED} ? (count => 10, h2 => 2)
                                   : (count => 20, h2 => 3);


sub steady { $load->clients(@clients, hangup => 0.1) }


# all that was sent has its outcome, and it is a good one

sub nothing_lost {
    my ($what) = @_;

    ok($load->drain, "$what: every request has its end")
        or diag("$load->{flying} have not");
    is_deeply($load->{wrong}, [], "$what: nothing is lost, no verdict wrong")
        or diag(join "\n", @{$load->{wrong}});
    is($load->{ok} + $load->{hungup} + $load->{excused} + ($load->{wrongs} // 0),
       $load->{sent}, "$what: the sum is right");

    note("$what: " . join ', ', map { "$_ $load->{$_}" }
                                    qw(sent ok hungup again excused));
    note("votes: " . join ', ', map { "$_: $load->{votes}{$_}" }
                                    sort keys %{$load->{votes}});

    $load->{wrong} = [];
}


# the descriptors of all workers, once they have closed what they have to

sub idle_descriptors {
    my @workers = map { $_->workers } $load->nginxes;
    my @own;

    $load->run_until(sub {
        @own = map { MPIC::LoadNginx::own_descriptors($_) } @workers;
        !grep { $_->{tcp} || $_->{udp} } @own
    }, 20);

    return \@own;
}


# where it was, but for what an allocator keeps; sanitizers keep much more

sub memory_is {
    my ($before, $after, $what) = @_;

    return if $ENV{ASAN_OPTIONS};

    cmp_ok($after, '<', $before + 4096, "$what: $before to $after KiB");
}


my (@memory, $descriptors);

subtest 'warm up, then load' => sub {
    steady();
    ok($load->more(400), 'warm');
    nothing_lost('warm-up');

    $descriptors = idle_descriptors();
    @memory = map { MPIC::LoadNginx::memory($_) }
                  map { $_->workers } $load->nginxes;

    steady();
    ok($load->more(600), 'loaded');
    nothing_lost('load');

    is($load->{votes}{6}, $load->{ok}, 'all perspectives had their votes');

    my $after = idle_descriptors();
    is_deeply($after, $descriptors, 'the same descriptors as before')
        or diag(explain($descriptors, $after));

    for my $worker (map { $_->workers } $load->nginxes) {
        memory_is(shift @memory, MPIC::LoadNginx::memory($worker),
                  "memory of $worker");
    }
};


# the workers are other than those: that they are as many, and no old ones

sub renewed {
    my (@old) = @_;
    my %old = map { $_ => 1 } @old;

    return $load->run_until(sub {
        my @now = $coordinator->workers;
        @now == 2 && !grep { $old{$_} } @now
    });
}


subtest 'twenty reloads' => sub {
    my $first;

    steady();

    for my $n (1 .. 20) {
        my @old = $coordinator->workers;

        $coordinator->signal('HUP');
        ok($load->run_until(sub {
            my %old = map { $_ => 1 } @old;
            2 == grep { !$old{$_} } $coordinator->workers
        }), "reload $n: new workers");
        $load->more(6);

        $first = MPIC::LoadNginx::memory($coordinator->{master}) if $n == 3;
    }

    ok($load->run_until(sub { $coordinator->workers == 2 }),
       'the old workers end under load');
    nothing_lost('reloads');
    is($load->{votes}{6}, $load->{ok}, 'nor a vote');

    memory_is($first, MPIC::LoadNginx::memory($coordinator->{master}),
              'memory of the master');
};


# It was not told that the worker quits, as one with a request would have been:
# its streams held the worker, until worker_shutdown_timeout cut them off.  Since
# 1.27.1 nginx sees to that itself: it tells the client to send its first request
# elsewhere.

my ($version) = `$ENV{TEST_NGINX_BINARY} -v 2>&1` =~ m{nginx/([\d.]+)};
my $taken = version->parse("v$version") < version->parse('v1.27.1') ? 1 : 0;

subtest 'an HTTP/2 connection that was silent at a reload' => sub {
    my $port = '127.0.0.1:8091';
    my $socket = IO::Socket::INET->new(PeerAddr => $port) or die "connect: $!";
    my $mine = "tcp $port 127.0.0.1:" . $socket->sockport;
    my ($old, $text) = (undef, '');

    ok($load->run_until(sub {
        ($old) = grep { MPIC::LoadNginx::descriptors($_)->{$mine} }
                      $coordinator->workers
    }), 'a worker has accepted it');

    $coordinator->signal('HUP');
    ok($load->run_until(sub {
        $coordinator->error_log =~ / $old#\d+: gracefully shutting down/
    }), 'the worker quits');

    syswrite $socket, MPIC::LoadClient::H2->preface
                      . MPIC::LoadClient::H2->request($load->dns01(0, 1), 1);
    $socket->blocking(0);
    $load->{loop}->read($socket, sub {
        sysread $socket, $text, 65536, length $text
            or $load->{loop}->forget($socket);
    });

    # length 8 or more, type 7, and the last stream that is answered
    my $goaway = qr/\0\0[\x08-\xff]\x07\0\0\0\0\0\0\0\0@{[chr $taken]}/s;

    ok($load->run_until(sub { $text =~ $goaway }),
       "told to go away after $taken streams");
    ok($load->run_until(sub { $text =~ /"is_valid":true/ }), 'answered')
        if $taken;

    $load->{loop}->forget($socket);
    close $socket;
    ok($load->run_until(sub { !MPIC::LoadNginx::alive($old) }),
       'the worker ends');
};


subtest 'the log is opened again' => sub {
    my $log = "$coordinator->{dir}/logs/error.log";

    steady();
    $load->more(20);

    rename $log, "$log.1" or die "$log: $!";
    $coordinator->signal('USR1');

    ok($load->run_until(sub { -s $log }), 'a new log, and it is written');
    $load->more(20);
    nothing_lost('log');
};


subtest 'a binary upgrade' => sub {
    my $master = $coordinator->{master};
    my @old = $coordinator->workers;

    steady();
    $load->more(20);

    $coordinator->signal('USR2');
    ok($load->run_until(sub { $coordinator->take_over }), 'a new master');
    ok($load->run_until(sub { $coordinator->workers == 2 }), 'its workers');
    $load->more(20);

    kill 'WINCH', $master;
    ok($load->run_until(sub { !$coordinator->workers($master) }),
       'the old workers end under load');
    $load->more(20);

    kill 'QUIT', $master;
    ok($load->run_until(sub { !MPIC::LoadNginx::alive($master) }),
       'the old master ends');
    $load->more(20);

    nothing_lost('upgrade');
    is($load->{votes}{6}, $load->{ok}, 'nor a vote');
};


subtest 'perspectives are reloaded' => sub {
    steady();

    for my $n (1, 2) {
        for my $perspective (@{$load->{perspectives}}) {
            my @old = $perspective->workers;

            $perspective->signal('HUP');
            ok($load->run_until(sub {
                my @now = $perspective->workers;
                @now == 1 && $now[0] != $old[0]
            }), "$perspective->{name}, reload $n");
            $load->more(10);
        }
    }

    nothing_lost('perspectives reloaded');
    is($load->{votes}{6}, $load->{ok}, 'nor a vote');
};


# Their kept connections end with calls on them, as some do on a reload: such a
# call is made again.

subtest 'calls on a connection that ends' => sub {
    $load->clients(count => 1);
    ok($load->more(3), 'one client, hence one worker and its connections');

    my ($asked, $voted) = @$load{qw(asked ok)};

    $load->{delay} = 5;
    ok($load->run_until(sub { $load->{asked} >= $asked + 4 }), 'calls wait');
    $load->{delay} = 0.5;

    kill 'KILL', map { $_->workers } @{$load->{perspectives}};

    ok($load->more(1), 'answered');
    nothing_lost('connections ended');
    is($load->{votes}{6}, $load->{ok}, 'nor a vote');
};


subtest 'perspectives are killed' => sub {
    my ($worker, $all) = @{$load->{perspectives}}[0, 1];
    my ($pid) = $worker->workers;

    steady();
    $load->more(20);

    kill 'KILL', $pid;
    ok($load->run_until(sub { ($worker->workers)[0] // $pid != $pid }),
       'a new worker');
    $load->more(30);

    kill 'KILL', $all->{master}, $all->workers;
    $load->more(60);
    nothing_lost('perspectives killed');
    cmp_ok($load->{votes}{5} // 0, '>', 0, 'some lack the vote of one');

    $all->again;
    steady();
    $load->more(20);
    nothing_lost('restarted');

    my $all_voted = $load->{votes}{6};
    steady();
    $load->more(50);
    nothing_lost('after it');
    cmp_ok($load->{votes}{6}, '>=', $all_voted + 50, 'with all votes again');
};


subtest 'a worker is killed' => sub {
    steady();
    $load->more(40);

    my ($pid) = $coordinator->workers;

    # it accepts nothing more, so that what it has is known
    kill 'STOP', $pid;
    MPIC::Process::wait_until(sub {
        (MPIC::LoadNginx::stat_fields($pid))[0] eq 'T'
    });

    my @ports = map { /^tcp 127\.0\.0\.1:809[01] \S+:(\d+)/ ? $1 : () }
                    keys %{MPIC::LoadNginx::descriptors($pid)};
    cmp_ok(scalar @ports, '>', 0, 'it has clients');

    $load->excuse(@ports);
    kill 'KILL', $pid;

    ok($load->run_until(sub {
        my @now = $coordinator->workers;
        @now == 2 && !grep { $_ == $pid } @now
    }), 'a new worker');
    $load->more(100);
    nothing_lost('killed');
    cmp_ok($load->{excused}, '>', 0, 'some were lost with it');
};


subtest 'the same descriptors after all that' => sub {
    is_deeply(idle_descriptors(), $descriptors, 'in every worker');
};


subtest 'worker_shutdown_timeout' => sub {
    my $file = "$coordinator->{dir}/conf/nginx.conf";
    my $conf = do { local (@ARGV, $/) = $file; <> };
    my $reload = sub {
        my @old = $coordinator->workers;
        $coordinator->signal('HUP');
        renewed(@old);
    };

    $coordinator->write($file, $conf =~ s/(shutdown_timeout) \d+s/$1 200ms/r);
    ok($reload->(), 'configured');

    steady();
    $load->more(40);

    my $excused = $load->{excused};
    my $start = time;

    # not before its time, and only while there are old workers; what they
    # closed last is read after them
    $load->{excuse} = sub { time > $start + 0.19 };
    ok($reload->(), 'reloaded');
    $load->{loop}->once(0);
    delete $load->{excuse};

    $load->more(40);
    nothing_lost('after the time-out');
    cmp_ok($load->{excused}, '>', $excused, 'some took longer than it');

    $coordinator->write($file, $conf);
    ok($reload->(), 'configured as before');
};


subtest 'quit' => sub {
    steady();
    $load->more(40);

    $load->{stopping} = 1;
    $coordinator->signal('QUIT');
    ok($load->run_until(sub { !MPIC::LoadNginx::alive($coordinator->{master}) }),
       'ended');
    nothing_lost('quit');
    $coordinator->{master} = 0;

    for my $perspective (@{$load->{perspectives}}) {
        $perspective->signal('QUIT');
        ok($perspective->ended, "$perspective->{name} ended");
    }

    is_deeply([$load->log_complaints], [], 'no complaints');
};


done_testing();
