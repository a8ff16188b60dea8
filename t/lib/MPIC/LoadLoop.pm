package MPIC::LoadLoop;

# A small event loop, so that one process can be many clients, perspectives
# and targets at a time without a library of its own:
#
#     my $loop = MPIC::LoadLoop->new;
#     $loop->read($socket, sub { … });           # as long as it is readable
#     $loop->write($socket, sub { … });          # as long as it is writable
#     $loop->forget($socket);                    # before it is closed
#     my $id = $loop->after(0.5, sub { … });     # $loop->cancel($id)
#     $loop->run_until(sub { … }, $seconds) or die "it did not happen";

use strict;
use warnings;

use IO::Poll qw(POLLIN POLLOUT POLLERR POLLHUP POLLNVAL);
use Time::HiRes qw(time);


sub new {
    my ($class) = @_;

    return bless { read => {}, write => {}, mask => {}, timers => [],
                   id => 0 }, $class;
}


sub read {
    my ($self, $socket, $callback) = @_;

    $self->{read}{fileno $socket} = $callback;
    $self->mask(fileno $socket);
}


# no callback: no longer

sub write {
    my ($self, $socket, $callback) = @_;

    $self->{write}{fileno $socket} = $callback;
    $self->mask(fileno $socket);
}


sub mask {
    my ($self, $fd) = @_;

    $self->{mask}{$fd} = ($self->{read}{$fd} ? POLLIN : 0)
                         | ($self->{write}{$fd} ? POLLOUT : 0);
}


sub forget {
    my ($self, $socket) = @_;
    my $fd = fileno $socket;

    delete $self->{$_}{$fd} for qw(read write mask);
}


# timers are kept in the order of their time

sub after {
    my ($self, $seconds, $callback) = @_;
    my ($timers, $at, $id) = ($self->{timers}, time + $seconds, ++$self->{id});
    my ($low, $high) = (0, scalar @$timers);

    while ($low < $high) {
        my $middle = ($low + $high) >> 1;

        if ($timers->[$middle][0] <= $at) {
            $low = $middle + 1;

        } else {
            $high = $middle;
        }
    }

    splice @$timers, $low, 0, [$at, $id, $callback];

    return $id;
}


sub cancel {
    my ($self, $id) = @_;

    return if !defined $id;

    my $timers = $self->{timers};

    for my $i (0 .. $#$timers) {
        if ($timers->[$i][1] == $id) {
            splice @$timers, $i, 1;
            return;
        }
    }
}


sub once {
    my ($self, $limit) = @_;
    my $timers = $self->{timers};
    my $wait = @$timers ? $timers->[0][0] - time : $limit;

    $wait = 0 if $wait < 0;
    $wait = $limit if $wait > $limit;

    # as IO::Poll calls it, which keeps account of handles instead of numbers
    my @list = %{$self->{mask}};

    if (IO::Poll::_poll(int($wait * 1000) + 1, @list) > 0) {
        $self->dispatch(@list);
    }

    my $now = time;

    while (@$timers && $timers->[0][0] <= $now) {
        (shift @$timers)->[2]->();
    }
}


# a callback may forget what comes later, and its number may be another's then:
# that one has to bear an event too early

sub dispatch {
    my ($self, @list) = @_;
    my $bad = POLLERR | POLLHUP | POLLNVAL;

    while (my ($fd, $events) = splice @list, 0, 2) {
        my $read = $self->{read}{$fd};
        $read->() if $read && $events & (POLLIN | $bad);

        my $write = $self->{write}{$fd};
        $write->() if $write && $events & (POLLOUT | $bad);
    }
}


sub run_until {
    my ($self, $condition, $seconds) = @_;
    my $end = time + $seconds;

    while (time < $end) {
        my $result = $condition->();
        return $result if $result;
        $self->once(0.05);
    }

    return $condition->();
}


sub run {
    my ($self, $seconds) = @_;

    $self->run_until(sub { 0 }, $seconds);
}


1;
