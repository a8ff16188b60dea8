#!/usr/bin/perl
#
# The servers of the test network that never say a word:
#
#   127.0.0.54:53 udp+tcp    a DNS server that reads and never answers
#   127.0.0.55:80,443 tcp    drops the packets of every connection attempt
#   127.0.0.56:80,443 tcp    accepts, reads, and never says a word
#
# usage: silent.pl ready-file     (written when all of them listen)

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;

my $ready = shift or die "usage: $0 ready-file\n";

my ($select, %listening, @held) = (IO::Select->new());

$select->add(dns('127.0.0.54'));

for (['127.0.0.54', 53], ['127.0.0.56', 80], ['127.0.0.56', 443]) {
    my $socket = listener(@$_, 128);
    $listening{$socket} = 1;
    $select->add($socket);
}

# The kernel drops what does not fit into the queue of connections that nobody
# accepts: one of our own fills it.

for my $port (80, 443) {
    push @held, listener('127.0.0.55', $port, 0);
    push @held, IO::Socket::INET->new(PeerAddr => '127.0.0.55',
                                      PeerPort => $port) // die "fill: $!\n";
}

open my $file, '>', $ready or die "$ready: $!\n";
print $file "$$\n";
close $file or die "$ready: $!\n";

while (1) {
    for my $socket ($select->can_read()) {
        if ($listening{$socket}) {
            my $client = $socket->accept();
            $select->add($client) if $client;

        } else {
            drain($socket);
        }
    }
}


sub drain {
    my ($socket) = @_;

    my $read = sysread $socket, my $ignored, 65536;

    if ($socket->socktype == SOCK_STREAM && !$read) {
        $select->remove($socket);
        close $socket;
    }
}


sub dns {
    my ($address) = @_;

    return IO::Socket::INET->new(Proto => 'udp', LocalAddr => $address,
                                 LocalPort => 53)
           // die "$address:53 udp: $!\n";
}


sub listener {
    my ($address, $port, $queue) = @_;

    my $socket = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => $address,
                                       LocalPort => $port, ReuseAddr => 1)
                 // die "$address:$port: $!\n";

    # not by Listen => $queue: that makes a queue of 5 out of 0
    listen $socket, $queue or die "$address:$port: $!\n";

    return $socket;
}
