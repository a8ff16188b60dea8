#!/usr/bin/env perl
#
# Tables of one result of script/bench, or what the second of two needs in
# parts of the first.
#
#   bench/report.pl --show FILE
#   bench/report.pl --compare FILE FILE

use strict;
use warnings;

use FindBin;
use JSON::PP;
use List::Util qw(sum0);

use lib $FindBin::Bin;
use MPICBench;

binmode STDOUT, ':utf8';

my @groups = qw(coordinator perspectives floor unbound target knot);

# milliseconds of CPU in nginx, at 64 connections; KiB
my @aims = (
    ['caa', 0.06],
    ['dns-01', 0.04],
    ['http-01', 0.12],
    ['mpic, 6 perspectives', 0.3],
);

my $memory_aim = 10 * 1024;

my ($what, @files) = @ARGV;

if (($what // '') eq '--show' && @files == 1) {
    show(result($files[0]));

} elsif (($what // '') eq '--compare' && @files == 2) {
    compare(map { result($_) } @files);

} else {
    print STDERR "usage: script/bench --show FILE | --compare FILE FILE\n";
    exit 2;
}


sub result {
    my ($file) = @_;

    my $text = MPICBench::slurp($file) // die "no $file\n";
    my $result = eval { decode_json($text) } // die "$file is no result\n";

    $result->{point}{"$_->{name} $_->{connections}"} = $_
        for @{$result->{points}};

    return $result;
}


sub show {
    my ($r) = @_;

    print "$r->{nginx}, $r->{libcurl}; $r->{kernel}, $r->{cpus} x $r->{cpu};"
        . " load $r->{load}; commit $r->{commit}; $r->{date}\n\n";
    print "Medians of $r->{rounds} rounds of $r->{seconds} s, and how far the"
        . " rounds lie from them.  CPU in milliseconds a request.\n\n";

    show_points($r);
    show_memory($r);
    show_aims($r);
    show_flatness($r);
}


sub show_points {
    my ($r) = @_;

    my @rows = (['', 'connections', 'requests/s', 'p50 ms', 'p99 ms',
                 'CPU of nginx', @groups]);

    for my $p (@{$r->{points}}) {
        push @rows, [$p->{name}, $p->{connections} || '',
            sprintf('%.0f', $p->{rate}{median}),
            milliseconds($p->{p50}), milliseconds($p->{p99}),
            $p->{nginx}{median} ? cpu($p->{nginx}, 1) : '',
            map { cpu($p->{cpu}{$_}) } @groups];
    }

    table(@rows);
}


sub milliseconds {
    my ($spread) = @_;

    return $spread ? sprintf('%.2f', $spread->{median}) : '';
}


# what is less than a microsecond is another's noise

sub cpu {
    my ($spread, $more) = @_;

    return '' if $spread->{median} < 0.001;

    my $text = sprintf '%.3f', $spread->{median};

    return $text unless $more;

    return sprintf '%s (%+.0f %+.0f %%)', $text,
        map { 100 * ($spread->{$_} / $spread->{median} - 1) } qw(min max);
}


sub show_memory {
    my ($r) = @_;

    print "\nMemory in MiB: resident, resident with what is shared taken in"
        . " parts, own.\n\n";

    my @rows = (['', 'process', 'RSS', 'PSS', 'own']);

    for my $name (sort { $b =~ /^idle/ <=> $a =~ /^idle/
                         || $b =~ /^used/ <=> $a =~ /^used/ || $a cmp $b }
                  keys %{$r->{memory}})
    {
        my @processes = @{$r->{memory}{$name}};
        @processes = @processes[0, 1] if @processes > 2;

        for my $m (@processes) {
            push @rows, [label($name), $m->{name},
                map { sprintf '%.1f', $m->{$_} / 1024 } qw(rss pss own)];
        }
    }

    table(@rows);
}


sub label {
    my ($name) = @_;

    return $name eq 'idle' ? 'perspective, just started'
        : $name eq 'used' ? 'perspective, after its first checks' : $name;
}


sub show_aims {
    my ($r) = @_;

    my @rows = (['', 'aim', 'measured', '']);

    for (@aims) {
        my ($name, $aim) = @$_;
        my $p = $r->{point}{"$name 64"} or next;

        push @rows, ["CPU of nginx, ms: $name", $aim,
            sprintf('%.3f', $p->{nginx}{median}),
            $p->{nginx}{median} <= $aim ? 'met' : 'NOT met'];
    }

    my $pss = sum0(map { $_->{pss} } @{$r->{memory}{idle}});

    push @rows, ['memory of an idle perspective, MiB (PSS)',
        $memory_aim / 1024, sprintf('%.1f', $pss / 1024),
        $pss < $memory_aim ? 'met' : 'NOT met'];

    print "\nThe aims, at 64 connections.\n\n";
    table(@rows);
}


sub show_flatness {
    my ($r) = @_;

    my @rows = (['', 'CPU of nginx, ms', 'in parts of the first']);

    for my $name ('caa', 'dns-01', 'http-01', 'mpic, 6 perspectives') {
        my ($low, $high) = map { $r->{point}{"$name $_"} } 16, 256;
        next unless $low && $high;

        push @rows, ["$name: 16, then 256 connections",
            sprintf('%.3f, %.3f', $low->{nginx}{median},
                    $high->{nginx}{median}),
            sprintf('%.2f', $high->{nginx}{median} / $low->{nginx}{median})];
    }

    my @fans = grep { $_ } map { $r->{point}{"mpic, $_ perspectives 64"} }
        2, 6, 12, 24;

    for my $p (@fans) {
        push @rows, ["$p->{legs} perspectives, for each of them",
            sprintf('%.4f', $p->{nginx}{median} / $p->{legs}),
            sprintf('%.2f', $p->{nginx}{median} / $p->{legs}
                    / ($fans[0]{nginx}{median} / $fans[0]{legs}))];
    }

    return if @rows == 1;

    print "\nDoes it grow?\n\n";
    table(@rows);
}


sub compare {
    my ($a, $b) = @_;

    print "$b->{commit} ($b->{date}) in parts of $a->{commit} ($a->{date});"
        . " CPU of nginx in ms a request\n\n";

    my @rows = (['', 'connections', 'CPU before', 'CPU after', 'CPU',
                 'requests/s', 'p50', 'p99', map { "CPU: $_" } @groups]);

    for my $q (@{$b->{points}}) {
        my $p = $a->{point}{"$q->{name} $q->{connections}"} or next;

        push @rows, [$q->{name}, $q->{connections} || '',
            (map { sprintf '%.3f', $_->{nginx}{median} } $p, $q),
            (map { ratio($p->{$_}, $q->{$_}) } qw(nginx rate p50 p99)),
            map { ratio($p->{cpu}{$_}, $q->{cpu}{$_}) } @groups];
    }

    die "they have no benchmark in common\n" if @rows == 1;

    table(@rows);

    printf "\nPSS of an idle perspective: %.1f MiB, %.1f MiB\n",
        map { sum0(map { $_->{pss} } @{$_->{memory}{idle}}) / 1024 } $a, $b;
}


sub ratio {
    my ($from, $to) = @_;

    return '' if !$from || !$to || $from->{median} < 0.001;

    return sprintf '%.2f', $to->{median} / $from->{median};
}


# as Markdown; columns that say nothing are left out

sub table {
    my ($head, @rows) = @_;

    my @columns = grep { my $i = $_; grep { $_->[$i] ne '' } @rows }
        0 .. $#$head;

    for my $row ($head, undef, @rows) {
        print '| ', join(' | ', map { $row ? $row->[$_]
            : $_ ? '--:' : '---' } @columns), " |\n";
    }
}
