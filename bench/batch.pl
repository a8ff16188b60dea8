#!/usr/bin/env perl
#
# The measuring of bench/batch: the same names as one batch, one after the other
# on a connection, and 16 at a time; in turn, round by round.

use strict;
use warnings;

use FindBin;
use JSON::PP;
use Time::HiRes qw(time);

use lib $FindBin::Bin;
use MPICBench;

my ($dir, $n, $rounds) = @ARGV;
my $url = 'https://127.0.0.1/mpic-6';
my $json = JSON::PP->new->utf8;

my @pids = map { MPICBench::pid("$dir/$_/nginx.pid") }
               'coordinator', map { "perspective-$_" } 1 .. 6;

my @requests = requests();
my @ways = (
    ['a batch', ["-d", '@' . file('batch', '[' . join(',', @requests) . ']')]],
    ['one after the other', ['-K', config('singles')]],
    ['16 at a time', ['-Z', '--parallel-max', 16, '-K', config('parallel')]],
);

my %seen;

for my $round (0 .. $rounds) {
    for my $way (@ways) {
        my ($name, $arguments) = @$way;
        my ($cpu, $start) = (MPICBench::cpu(@pids), time);
        my $right = ask(@$arguments);
        my $took = time - $start;

        die "$name: $right of $n are valid\n" if $right != $n;

        # the first round is for connections and caches
        next if $round == 0;

        push @{$seen{$name}{ms}}, $took * 1000;
        push @{$seen{$name}{cpu}}, (MPICBench::cpu(@pids) - $cpu) / 1e6;
    }
}

printf "%d requests, medians of %d rounds (smallest to largest)\n\n", $n,
       $rounds;
row('', 'ms', 'to batch', 'CPU ms', 'to batch');

for my $way (@ways) {
    my $name = $way->[0];
    my %own = %{$seen{$name}};
    my %batch = %{$seen{$ways[0][0]}};

    row($name, spread($own{ms}), ratio($own{ms}, $batch{ms}),
        spread($own{cpu}), ratio($own{cpu}, $batch{cpu}));
}


sub requests {
    my @lines = split /\n/, MPICBench::slurp("$dir/requests/dns-01");

    return map { $lines[$_ % @lines] } 0 .. $n - 1;
}


sub file {
    my ($name, $text) = @_;

    open my $out, '>', "$dir/$name" or die "$dir/$name: $!\n";
    print $out $text;
    close $out;

    return "$dir/$name";
}


# for curl: a transfer for each request

sub config {
    my ($name) = @_;
    my $i = 0;

    return file("$name.conf", join "next\n", map {
        my $body = file("$name-" . $i++, $_);
        "url = \"$url\"\ninsecure\nsilent\nshow-error\nhttp1.1\n"
        . "header = \"Content-Type: application/json\"\n"
        . "data = \"\@$body\"\noutput = \"$body.answer\"\n"
    } @requests);
}


# how many are valid; what curl has written is read afterwards

sub ask {
    my (@arguments) = @_;
    my $single = grep { $_ eq '-K' } @arguments;

    unlink glob "$dir/*.answer";

    my @command = $single ? ('curl', '--no-progress-meter', @arguments)
                          : ('curl', '-sS', '-k', '--http1.1', '-H',
                             'Content-Type: application/json', '-o',
                             "$dir/batch.answer", @arguments, $url);

    system(@command) == 0 or die "curl failed\n";

    my @answers = map { $json->decode(MPICBench::slurp($_)) }
                      glob "$dir/*.answer";
    @answers = map { ref $_ eq 'ARRAY' ? @$_ : $_ } @answers;

    return scalar grep { $_->{is_valid} } @answers;
}


sub median {
    my @sorted = sort { $a <=> $b } @{$_[0]};

    return $sorted[@sorted / 2];
}


sub spread {
    my ($list) = @_;
    my @sorted = sort { $a <=> $b } @$list;

    return sprintf '%.0f (%.0f to %.0f)', median($list), @sorted[0, -1];
}


sub ratio {
    my ($own, $batch) = @_;

    return sprintf '%.2f', median($own) / median($batch);
}


sub row {
    printf "%-20s %22s %9s %22s %9s\n", @_;
}
