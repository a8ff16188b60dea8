package MPIC::WebServer;

# A web server whose pages are code; a process a connection, so that each may
# take its time:
#
#     my $server = MPIC::WebServer->start(
#         listen => ['127.0.0.20:80'],
#         pages => {good => sub { my ($web) = @_;
#                                 $web->send("HTTP/1.1 200 OK\r\n\r\n") }});
#
# The last part of the path says which one: /.well-known/acme-challenge/good,
# "NAME-WORD" where there is no other is NAME with the argument WORD.
# $web->{request} is what the client sent; $web->send() is false when it is
# gone; $web->reset() ends with a reset.  What "pages" has as "" is asked before
# anything is read.  All ends with the test.

use strict;
use warnings;

use IO::Socket::IP;
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER);

# seconds after which a connection ends in any case
our $patience = 20;


sub start {
    my ($class, %args) = @_;
    my $self = bless {pids => [], owner => $$}, $class;

    for my $address (@{$args{listen}}) {
        my $listener = IO::Socket::IP->new(LocalAddr => $address,
                                           Listen => 64, ReuseAddr => 1)
                       or die "$address: $@";
        my $pid = fork // die "fork: $!";

        if ($pid == 0) {
            $SIG{CHLD} = 'IGNORE';
            $SIG{PIPE} = 'IGNORE';
            $SIG{TERM} = 'DEFAULT';
            setpgrp;
            serve($listener, $args{pages});
        }

        close $listener;
        push @{$self->{pids}}, $pid;
    }

    return $self;
}


sub serve {
    my ($listener, $pages) = @_;

    while (1) {
        my $socket = $listener->accept or next;
        my $child = fork // next;

        if ($child == 0) {
            alarm $patience;
            close $listener;
            (bless {socket => $socket, pages => $pages}, __PACKAGE__)->answer;
            close $socket;
            POSIX::_exit(0);
        }

        close $socket;
    }
}


sub answer {
    my ($self) = @_;
    my $pages = $self->{pages};

    $pages->{''}->($self) if $pages->{''};

    $self->{request} = '';

    while ($self->{request} !~ /\r\n\r\n/) {
        sysread $self->{socket}, $self->{request}, 4096,
                length $self->{request} or return;
    }

    my ($name) = $self->{request} =~ m{^GET [^ ?]*/([^ /?]*)};
    $self->{name} = $name // '';

    return $pages->{$name}->($self) if $pages->{$self->{name}};

    ($name, my $word) = $self->{name} =~ /^([^-]*)-(.*)/;
    $pages->{$name}->($self, $word) if defined $name && $pages->{$name};
}


sub send {
    my ($self, $octets) = @_;

    return defined syswrite $self->{socket}, $octets;
}


sub reset {
    my ($self) = @_;

    setsockopt $self->{socket}, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
    close $self->{socket};
}


sub DESTROY {
    my ($self) = @_;

    return if !$self->{pids} || $self->{owner} != $$;

    local ($., $@, $!, $^E, $?);
    kill '-TERM', @{$self->{pids}};
    waitpid $_, 0 for @{$self->{pids}};
}


1;
