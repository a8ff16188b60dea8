#!/usr/bin/env perl
#
# Measures, in the network that bench/network.sh has started in --dir, and
# writes the result as JSON.  script/bench calls it and says what the options
# are.

use strict;
use warnings;

use FindBin;
use Getopt::Long;
use JSON::PP;
use List::Util qw(max min sum0);
use POSIX qw(strftime);
use Time::HiRes qw(sleep time);

use lib $FindBin::Bin;
use MPICBench;

# the window begins after so many seconds, and so many requests a connection, so
# that connections and their TLS stand; or else in vain after a minute
my $warm_up = 0.6;
my $warm_up_requests = 2;
my $warm_up_max = 60;

my %option = (connections => '1,16,64,256', only => '.');

GetOptions(\%option, 'dir=s', 'output=s', 'quick', 'only=s', 'connections=s',
    'seconds=f', 'rounds=i') or exit 2;

my $dir = $option{dir} // die "--dir?\n";
my $rounds = $option{rounds} // ($option{quick} ? 1 : 5);
my $seconds = $option{seconds} // ($option{quick} ? 2 : 4);
my @connections = split /,/, $option{connections};

my %groups = (
    coordinator => ['coordinator/nginx.pid'],
    perspectives => [map { "perspective-$_/nginx.pid" } 1 .. 6],
    floor => ['floor/nginx.pid'],
    target => ['target/nginx.pid'],
    unbound => ['resolver/unbound.pid'],
    knot => ['dns/knotd.pid'],
);

# whose servers are nginx with our modules; the aims are for their CPU
my @nginx = qw(coordinator perspectives floor);

my $p1 = '127.0.1.1';
my $coordinator = '127.0.0.1';
my $floor = '127.0.3.1';

my @benches = (
    check('caa', 'caa'),
    check('dns-01', 'dcv'),
    check('http-01', 'dcv'),

    at_floor("floor: return 200, as caa's", 'caa', 'return-caa'),
    at_floor("floor: return 200, as dns-01's", 'dns-01', 'return-dns-01'),
    at_floor('floor: fetch by proxy, fresh', 'http-01', 'fresh',
             '9jg46WB3rR_AHD'),

    request('mpic, 6 perspectives', 6),
    at_floor("floor: return 200, as mpic's", 'mpic-6', 'return-mpic-6'),
    at_floor('floor: proxy to 1', 'dns-01', 'proxy'),
    at_floor('floor: proxy to 6', 'dns-01', 'proxy-6'),

    (map { {%{request("mpic, $_ perspectives", $_)}, connections => [64]} }
        2, 12, 24),

    questions('caa', 3),
    questions('dns-01', 1),
    questions('http-01', 2),
);

@benches = grep { $_->{name} =~ /$option{only}/ } @benches
    or die "no benchmark matches $option{only}\n";

main();


sub main {
    my @points;

    for my $bench (@benches) {
        my $wanted = $bench->{questions} ? [0]
            : $option{connections} eq '1,16,64,256'
                ? $bench->{connections} // \@connections : \@connections;

        push @points, map { {bench => $bench, connections => $_} } @$wanted;
    }

    # what is compared is measured close together in time
    for my $round (1 .. $rounds) {
        for my $point (@points) {
            push @{$point->{samples}}, sample($point);
            progress($round, $point);
        }
    }

    my %result = (
        about(),
        memory => memories(),
        points => [map { summary($_) } @points],
    );

    open my $out, '>', $option{output} or die "$option{output}: $!\n";
    print $out JSON::PP->new->canonical->pretty->encode(\%result);
    close $out or die "$option{output}: $!\n";
}


sub check {
    my ($name, $location) = @_;

    return {name => $name, url => "https://$p1:8443/$location",
            requests => $name, status => $p1,
            wanted => '"check_passed":true'};
}


sub at_floor {
    my ($name, $requests, $location, $wanted) = @_;

    return {name => $name, url => "https://$floor/$location",
            requests => $requests, status => $floor,
            wanted => $wanted // 'xxxx'};
}


sub request {
    my ($name, $n) = @_;

    return {name => $name, url => "https://$coordinator/mpic-$n",
            requests => "mpic-$n", status => $coordinator, legs => $n,
            wanted => '"is_valid":true'};
}


sub questions {
    my ($name, $n) = @_;

    return {name => "floor: unbound, $name\'s questions", questions => $name,
            each => $n};
}


sub sample {
    my ($point) = @_;

    return $point->{bench}{questions} ? ask_unbound($point) : drive($point);
}


# CPU and requests are those of a window in which all connections stand; what
# wrk says is of all its time

sub drive {
    my ($point) = @_;

    my $bench = $point->{bench};
    my @command = ('wrk', '-t1', "-c$point->{connections}", '-d600s',
        '--timeout', '10s', '-s', "$FindBin::Bin/post.lua", $bench->{url},
        '--', "$dir/requests/$bench->{requests}", $bench->{wanted});

    my $before = MPICBench::requests($bench->{status});
    my $pid = open(my $wrk, '-|', @command) or die "wrk: $!\n";

    warm_up($bench, $before + $warm_up_requests * $point->{connections});

    my ($n0, %cpu0) = (MPICBench::requests($bench->{status}), cpu_of_all());
    sleep $seconds;
    my ($n1, %cpu1) = (MPICBench::requests($bench->{status}), cpu_of_all());

    # wrk tells what it has
    kill 'INT', $pid;

    my $text = do { local $/; <$wrk> } // '';
    close $wrk;

    my $said = judge($bench, $text);
    my $n = $n1 - $n0;

    die "$bench->{name}: no request within $seconds s\n" unless $n > 0;

    return {%$said, requests => $n,
        cpu => {map { $_ => ($cpu1{$_} - $cpu0{$_}) / $n / 1e6 } keys %cpu0}};
}


sub warm_up {
    my ($bench, $wanted) = @_;

    my $end = time + $warm_up_max;

    do {
        sleep $warm_up;
        die "$bench->{name}: too few requests in $warm_up_max s\n"
            if time > $end;
    } while (MPICBench::requests($bench->{status}) < $wanted);
}


sub cpu_of_all {
    return map { $_ => MPICBench::cpu(map { MPICBench::pid("$dir/$_") }
                                          @{$groups{$_}}) } keys %groups;
}


# every answer was the one that had to come, or all of it is worth nothing

sub judge {
    my ($bench, $text) = @_;

    my ($n, $us, $right, $wrong, $connect, $read, $write, $timeout, $p50, $p99)
        = $text =~ /^RESULT (.*)$/m ? split(' ', $1)
                                    : die "wrk said nothing: $text\n";

    my ($example) = $text =~ /^WRONG (.*)$/m;

    if ($wrong || $connect || $read || $write || $timeout || !$right) {
        die "$bench->{name}: $right right answers, $wrong wrong ones;"
            . " errors: $connect connect, $read read, $write write or status,"
            . " $timeout time-outs; $example\n";
    }

    return {checked => $right + 0, rate => $n / $us * 1e6,
            p50 => $p50 / 1e3, p99 => $p99 / 1e3};
}


# unbound alone, CPU for as many questions as a check has

sub ask_unbound {
    my ($point) = @_;

    my $bench = $point->{bench};
    my %cpu0 = cpu_of_all();

    my $file = "$dir/requests/$bench->{questions}.questions";
    my $text = `dnsperf -f inet -s 127.0.0.53 -d $file -e -q 64 -l $seconds 2>&1`;

    my %cpu1 = cpu_of_all();

    my ($n) = $text =~ /Queries completed:\s+(\d+)/;
    my ($lost) = $text =~ /Queries lost:\s+(\d+)/;
    my ($codes) = $text =~ /Response codes:\s+(.*)/;
    my ($rate) = $text =~ /Queries per second:\s+([\d.]+)/;
    my ($average) = $text =~ /Average Latency \(s\):\s+([\d.]+)/;

    die "$bench->{name}: $text\n"
        if !$n || $lost || $codes !~ /^NOERROR \d+ \(100.00%\)$/;

    $n /= $bench->{each};

    return {checked => $n, rate => $rate / $bench->{each}, requests => $n,
        p50 => $average * 1e3, p99 => undef,
        cpu => {map { $_ => ($cpu1{$_} - $cpu0{$_}) / $n / 1e6 } keys %cpu0}};
}


sub progress {
    my ($round, $point) = @_;

    my $s = $point->{samples}[-1];

    printf STDERR "%d/%d  %-34s %4d  %7.0f/s  p50 %8.2f ms  nginx %.3f ms"
        . "  unbound %.3f ms\n", $round, $rounds, $point->{bench}{name},
        $point->{connections}, $s->{rate}, $s->{p50},
        nginx_cpu($s), $s->{cpu}{unbound};
}


sub nginx_cpu {
    my ($sample) = @_;

    return sum0(map { $sample->{cpu}{$_} } @nginx);
}


sub summary {
    my ($point) = @_;

    my @samples = @{$point->{samples}};
    my $bench = $point->{bench};

    return {
        name => $bench->{name},
        connections => $point->{connections} + 0,
        ($bench->{legs} ? (legs => $bench->{legs}) : ()),
        answers => sum0(map { $_->{checked} } @samples),
        rate => spread(map { $_->{rate} } @samples),
        p50 => spread(map { $_->{p50} } @samples),
        p99 => spread(map { $_->{p99} } @samples),
        nginx => spread(map { nginx_cpu($_) } @samples),
        cpu => {map { my $group = $_;
                      $group => spread(map { $_->{cpu}{$group} } @samples) }
                    keys %groups},
    };
}


sub spread {
    my @sorted = sort { $a <=> $b } grep { defined } @_;

    return undef unless @sorted;

    my $middle = @sorted / 2;
    my $median = @sorted % 2 ? $sorted[$middle]
        : ($sorted[$middle - 1] + $sorted[$middle]) / 2;

    return {median => $median, min => $sorted[0], max => $sorted[-1]};
}


sub memories {
    my %memory = map { $_ => decode_json(MPICBench::slurp("$dir/memory.$_")) }
        qw(idle used);

    for my $group (keys %groups) {
        $memory{"after: $group"} = [
            map { {%{MPICBench::memory($_)},
                   name => MPICBench::command($_)} }
            map { MPICBench::processes(MPICBench::pid("$dir/$_")) }
                @{$groups{$group}}];
    }

    return \%memory;
}


sub about {
    my ($model) = (MPICBench::slurp('/proc/cpuinfo') // '')
        =~ /^model name\s*:\s*(.*)$/m;
    my $cpus = () = (MPICBench::slurp('/proc/cpuinfo') // '')
        =~ /^processor/mg;

    return (
        date => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime),
        rounds => $rounds,
        seconds => $seconds,
        cpu => $model // 'unknown',
        cpus => $cpus,
        kernel => first_line('uname -sr'),
        load => first_line('cut -d " " -f 1-3 /proc/loadavg'),
        nginx => first_line('nginx -v 2>&1'),
        libcurl => first_line('curl --version'),
        unbound => first_line('unbound -V'),
        commit => first_line('git describe --always --dirty 2> /dev/null'),
    );
}


sub first_line {
    my ($command) = @_;

    my ($line) = split /\n/, `$command`;

    return $line // 'unknown';
}
