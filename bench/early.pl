#!/usr/bin/env perl
#
# How long a client waits, beside how long the perspectives take that it waits
# for: started by bench/early.  Perspectives answer after times that are drawn
# for each call, so that the fastest, the last one of the quorum and the slowest
# of each request are known; one hangs.

use strict;
use warnings;

use lib 't/lib';
use MPIC::LoadLoop;
use MPIC::LoadMocks;
use MPIC::LoadNginx;
use MPIC::Process;

use IO::Select;
use Time::HiRes qw(time);

my ($rounds) = @ARGV;
my $perspectives = 6;
my $quorum = 4;
my $timeout = 1;


# seconds: 20 ms and what an exponential distribution adds, 20 ms in the mean

sub delay { return 0.02 - 0.02 * log(1 - rand 0.999) }


# In a process of its own: mocks on ports that it writes to the pipe, and then
# the delay of each call; the last perspective hangs

sub mocks {
    my ($out) = @_;
    my $loop = MPIC::LoadLoop->new;
    my @listeners;

    for my $n (1 .. $perspectives) {
        push @listeners, MPIC::LoadMocks::perspective($loop, '127.0.0.1', 0,
            sub {
                return (0, 'silent') if $n == $perspectives;
                my $delay = delay();
                syswrite $out, "$delay\n";
                return ($delay, 'good');
            });
    }

    syswrite $out, join(' ', map { $_->sockport } @listeners) . "\n";
    $loop->run_until(sub { 0 }, 3600);
    exit;
}


sub coordinator {
    my ($ports, $location) = @_;
    my @rirs = ('ARIN', 'RIPE', 'APNIC', 'LACNIC', 'AFRINIC');
    my $n = 0;
    my $lines = join '', map {
        my $rir = $rirs[$n++ % @rirs];
        "perspective p$n http://127.0.0.1:$_ rir=$rir;\n"
    } split ' ', $ports;

    return MPIC::LoadNginx->start('early', '127.0.0.1:8090', <<"CONF");
events { worker_connections 512; }
http {
    access_log off;
    keepalive_requests 100000;
    mpic_policy private;
    mpic_perspectives world { secret_file secret; $lines }
    server {
        listen 127.0.0.1:8090;
        location = /mpic { mpic_validate world; $location }
    }
}
CONF
}


sub percentile {
    my ($share, @values) = @_;
    @values = sort { $a <=> $b } @values;

    return 1000 * $values[$share * $#values];
}


sub measure {
    my ($name, $location, $requests) = @_;

    pipe my $in, my $out or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    mocks($out) if $pid == 0;

    my $nginx = coordinator(scalar readline $in, $location);
    my (%seen, $json);
    $json = '{"check_type":"caa","domain_or_ip_target":"example.com"}';

    for (1 .. $requests) {
        my $start = time;
        my $response = response($nginx->ask($json));
        push @{$seen{answer}}, time - $start;

        die "$name: $response" if $response !~ /"is_valid":true/;

        my @delays = sort { $a <=> $b }
                          map { scalar readline $in } 2 .. $perspectives;
        push @{$seen{fastest}}, $delays[0];
        push @{$seen{quorum}}, $delays[$quorum - 1];
        push @{$seen{slowest}}, $delays[-1];
    }

    kill 'KILL', $pid;
    waitpid $pid, 0;
    $nginx->signal('TERM');
    $nginx->ended;

    printf "%-28s %8d", $name, $requests;

    for my $what (qw(answer fastest quorum slowest)) {
        printf "  %6.1f %6.1f", percentile(0.5, @{$seen{$what}}),
               percentile(0.99, @{$seen{$what}});
    }

    my @over = map { $seen{answer}[$_] - $seen{quorum}[$_] } 0 .. $requests - 1;
    printf "  %6.1f %6.1f\n", percentile(0.5, @over), percentile(0.99, @over);
}


printf "%-28s %8s  %13s  %13s  %13s  %13s  %13s\n", 'milliseconds: p50 p99',
       'requests', 'answer', 'fastest', 'quorum-th', 'slowest*',
       'over quorum';

measure('as soon as it is certain', "mpic_timeout ${timeout}s;", $rounds);
measure('mpic_grace 50ms', "mpic_timeout ${timeout}s; mpic_grace 50ms;",
        $rounds);
measure('waiting for all', "mpic_timeout ${timeout}s; mpic_grace 100s;",
        int($rounds / 10) || 1);

print "* of those that answer: one of $perspectives hangs, mpic_timeout is "
      . "$timeout s\n";
