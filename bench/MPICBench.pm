package MPICBench;

# What /proc says about processes.

use strict;
use warnings;

use IO::Socket::INET;


sub slurp {
    my ($file) = @_;

    open my $in, '<', $file or return;
    local $/;

    return scalar <$in>;
}


sub pid {
    my ($file) = @_;

    my $pid = slurp($file) // die "no $file\n";
    chomp $pid;

    return $pid;
}


sub command {
    my ($pid) = @_;

    my $text = slurp("/proc/$pid/cmdline") // '';
    $text =~ s/\0/ /g;
    $text =~ s/\s+$//;
    $text =~ s/ process .*//;

    return $text;
}


# the process and all below it

sub processes {
    my ($pid) = @_;

    my @children = map { split ' ', slurp($_) // '' }
        glob "/proc/$pid/task/*/children";

    return ($pid, map { processes($_) } @children);
}


# nanoseconds that the threads of the processes have run, in the kernel too

sub cpu {
    my $sum = 0;

    for my $pid (map { processes($_) } @_) {
        my @tasks = glob "/proc/$pid/task/*/schedstat";

        die "process $pid is gone, or /proc is not that of this namespace\n"
            unless @tasks;

        $sum += (split ' ', slurp($_) // '0')[0] for @tasks;
    }

    return $sum;
}


sub memory {
    my ($pid) = @_;

    my $text = slurp("/proc/$pid/smaps_rollup") // die "no process $pid\n";
    my %kib = $text =~ /^(\w+):\s+(\d+) kB/mg;

    return {
        rss => $kib{Rss} + 0,
        pss => $kib{Pss} + 0,
        own => $kib{Private_Clean} + $kib{Private_Dirty},
    };
}


# the requests that nginx has counted, without this one

my %asked;

sub requests {
    my ($address) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => 8080,
        Timeout => 5) or die "no stub_status at $address\n";

    print $socket "GET /status HTTP/1.0\r\n\r\n";
    my $text = do { local $/; <$socket> } // '';

    my ($n) = $text =~ /^ \d+ \d+ (\d+)/m
        or die "no stub_status at $address: $text\n";

    return $n - ++$asked{$address};
}


1;
