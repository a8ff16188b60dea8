package MPIC::DNSServer;

# DNS servers, UDP and TCP, in the loop of MPIC::LoadLoop:
#
#     my $server = MPIC::DNSServer->new($loop);
#     $server->listen('127.0.0.60', \&MPIC::HostileDNS::answers);
#     $server->front('127.0.0.62', '127.0.0.53', 'lazy');
#     $server->control('127.0.0.60', 5300);
#
# The function of listen() gets a query, as read_query() has it, and how often
# this question was asked here; it gives what MPIC::HostileDNS::answers() does.
#
# A front passes queries on to another server and changes what %fronts says.
# "switch" is another one for each test, see dns_control().
#
# A test talks to the servers of the test network by
#
#     use MPIC::DNSServer;
#
#     dns_held(2)                      waits until two answers are held
#     dns_control('release')           lets all held answers go
#     dns_asked('a.held.hostile.example', 'TXT')
#                                      how often it was asked
#     dns_control('reset')             forgets what was asked and is held; the
#                                      switch front is "honest" again
#     dns_control('switch lazy')       what the front 127.0.0.65 is from now on

use strict;
use warnings;

use Errno qw(EAGAIN EINTR);
use IO::Select;
use IO::Socket::INET;

use MPIC::DNSMessage;
use MPIC::LoadMocks;

use Exporter 'import';

our @EXPORT = qw(dns_control dns_held dns_asked);

our $control = '127.0.0.60:5300';

# what is said instead of asking on, if anything; and what becomes of the flags
# on the way there and back
my %fronts = (
    # as the other server says
    honest => {},

    # does not validate
    lazy => {there => sub { $_[0] | 0x10 }, back => sub { $_[0] & ~0x20 }},

    # says it does, of bogus answers too
    lying => {there => sub { $_[0] | 0x10 }, back => sub { $_[0] | 0x20 }},

    # does, and does not say so
    noad => {back => sub { $_[0] & ~0x20 }},

    # has no proof that a zone is insecure
    nods => {answer => sub { $_[0]{type} eq 'DS' ? 2 : undef }},

    # fails for CAA
    nocaa => {answer => sub { $_[0]{type} eq 'CAA' ? 2 : undef }},

    # fails for CAA, but the first time only
    oncenocaa => {answer => sub { $_[0]{type} eq 'CAA' && !$_[1] ? 2 : undef }},

    # does not answer for CAA of plain.example and names below
    mutecaa => {drop => sub { $_[0]{type} eq 'CAA'
                              && $_[0]{name} =~ /\bplain\.example$/ }},

    # fails
    servfail => {answer => sub { 2 }},
    refused => {answer => sub { 5 }},
    silent => {drop => sub { 1 }},
);


sub new {
    my ($class, $loop) = @_;

    return bless { loop => $loop, asked => {}, held => [], waiting => [],
                   next => 0, switch => 'honest' }, $class;
}


sub listen {
    my ($self, $address, $answers) = @_;

    $self->serve($address, sub {
        my ($query, $send) = @_;
        my $times = ++$self->{asked}{"$query->{name} $query->{type}"};

        $self->send($send, $answers->($query, $times));
    });
}


sub front {
    my ($self, $address, $upstream, $kind) = @_;

    $self->serve($address, sub {
        my ($query, $send) = @_;
        my $front = $fronts{$kind eq 'switch' ? $self->{switch} : $kind};
        my $before = $self->{asked}{"$query->{name} $query->{type}"}++;
        my $rcode = $front->{answer} && $front->{answer}->($query, $before);

        return if $front->{drop} && $front->{drop}->($query);
        return $send->(message($query, rcode => $rcode)) if defined $rcode;

        $self->pass_on($query, $upstream, $front, $send);
    });
}


# UDP and TCP: handler($query, $send)

sub serve {
    my ($self, $address, $code) = @_;

    # one bad query is no end of them all
    my $handler = sub { eval { $code->(@_); 1 } or warn $@ };

    my $udp = MPIC::LoadMocks::udp(LocalAddr => $address, LocalPort => 53);

    $self->{loop}->read($udp, sub {
        while (my $peer = $udp->recv(my $octets, 65536)) {
            my $query = read_query($octets, 0) or next;

            $handler->($query, sub {
                my ($octets, $from) = @_;
                my $socket = $from ? source($from) : $udp;
                $socket->send($octets, 0, $peer);
            });
        }
    });

    my $tcp = MPIC::LoadMocks::listen_at($self->{loop}, $address, 53, sub {
        $self->read_tcp($_[0], $handler);
    });

    push @{$self->{sockets}}, $udp, $tcp;
}


# a socket that answers as if it had been asked

sub source {
    my ($address) = @_;

    return MPIC::LoadMocks::udp(LocalAddr => $address, LocalPort => 53,
                                ReuseAddr => 1);
}


sub read_tcp {
    my ($self, $socket, $handler) = @_;

    $self->frames($socket, sub {
        my $query = read_query($_[0], 1) or return;

        $handler->($query, sub { $self->send_tcp($socket, $_[0]) });
    });
}


# gives each message that comes by TCP

sub frames {
    my ($self, $socket, $handler) = @_;
    my $text = '';

    $self->{loop}->read($socket, sub {
        my $n = sysread $socket, $text, 65536, length $text;
        return if !defined $n && ($! == EAGAIN || $! == EINTR);

        if (!$n) {
            MPIC::LoadMocks::end($self->{loop}, $socket);
            return;
        }

        while (length $text >= 2 && length $text >= 2 + unpack 'n', $text) {
            $handler->(unpack 'n/a*', $text);
            substr $text, 0, 2 + unpack('n', $text), '';
        }
    });
}


sub send_tcp {
    my ($self, $socket, $what) = @_;

    return if !defined fileno $socket;

    if (ref $what && $what->[0] =~ /^(?:close|reset)$/) {
        return MPIC::LoadMocks::end($self->{loop}, $socket,
                                    $what->[0] eq 'reset');
    }

    # what is large fits into the socket's buffer in parts only
    $socket->blocking(1);
    syswrite $socket, ref $what ? $what->[1] : pack 'n/a*', $what;
    $socket->blocking(0);
}


# what answers() gave, up to where it has to wait

sub send {
    my ($self, $send, @answers) = @_;

    while (@answers) {
        my $answer = shift @answers;

        if (ref $answer && $answer->[0] eq 'hold') {
            push @{$self->{held}}, [$send, @answers];
            return $self->notify;
        }

        if (ref $answer && $answer->[0] eq 'from') {
            $send->($answer->[2], $answer->[1]);

        } else {
            $send->($answer);
        }
    }
}


sub pass_on {
    my ($self, $query, $upstream, $front, $send) = @_;

    my $octets = $query->{octets};
    my $socket = IO::Socket::INET->new(Proto => $query->{tcp} ? 'tcp' : 'udp',
                                       PeerAddr => $upstream, PeerPort => 53)
                 or return;

    substr $octets, 2, 2, flags($octets, $front->{there}) if $front->{there};

    my $back = sub {
        my ($answer) = @_;

        # CD as it was asked, whatever the other server was asked
        substr $answer, 2, 2, flags($answer, sub {
            my ($flags) = @_;
            $flags = $front->{back}->($flags) if $front->{back};
            return $flags & ~0x10 | $query->{cd};
        });
        MPIC::LoadMocks::end($self->{loop}, $socket);
        $send->($answer);
    };

    if ($query->{tcp}) {
        $self->frames($socket, $back);
        syswrite $socket, pack 'n/a*', $octets;

    } else {
        $self->{loop}->read($socket, sub {
            if (defined $socket->recv(my $answer, 65536)) {
                $back->($answer);

            } else {
                MPIC::LoadMocks::end($self->{loop}, $socket);
            }
        });
        $socket->send($octets);
    }
}


sub flags {
    my ($octets, $change) = @_;

    return pack 'n', 0xffff & $change->(unpack 'x2n', $octets);
}


# one command a datagram, and its answer

sub control {
    my ($self, $address, $port) = @_;

    my $socket = MPIC::LoadMocks::udp(LocalAddr => $address,
                                      LocalPort => $port);

    $self->{loop}->read($socket, sub {
        while (my $peer = $socket->recv(my $command, 1000)) {
            $self->command($command, sub { $socket->send($_[0], 0, $peer) });
        }
    });

    push @{$self->{sockets}}, $socket;
}


sub command {
    my ($self, $command, $reply) = @_;

    if ($command eq 'release') {
        $self->send(@$_) for splice @{$self->{held}};
        $reply->('ok');

    } elsif ($command eq 'reset') {
        @$self{qw(asked held waiting switch)} = ({}, [], [], 'honest');
        $reply->('ok');

    } elsif ($command =~ /^held (\d+)$/) {
        push @{$self->{waiting}}, [$1, $reply];
        $self->notify;

    } elsif ($command =~ /^asked (\S+ \S+)$/) {
        $reply->($self->{asked}{$1} // 0);

    } elsif ($command =~ /^switch (\w+)$/ && $fronts{$1}) {
        $self->{switch} = $1;
        $reply->('ok');

    } else {
        $reply->("no such command: $command");
    }
}


# whoever waits for so many answers to be held

sub notify {
    my ($self) = @_;
    my $held = @{$self->{held}};

    $_->[1]->($held) for grep { $_->[0] <= $held } @{$self->{waiting}};
    @{$self->{waiting}} = grep { $_->[0] > $held } @{$self->{waiting}};
}


# the test's side

sub dns_control {
    my ($command) = @_;

    my $socket = IO::Socket::INET->new(Proto => 'udp', PeerAddr => $control)
                 // die "$control: $!";
    $socket->send($command);

    # a server that is gone would be waited for
    die "no answer to: $command" if !IO::Select->new($socket)->can_read(20);
    defined $socket->recv(my $answer, 1000) or die "$control: $!";
    die $answer if $answer =~ /^no such/;

    return $answer;
}


sub dns_held {
    return dns_control("held $_[0]");
}


sub dns_asked {
    my ($name, $type) = @_;

    return dns_control("asked \L$name\E $type");
}


1;
