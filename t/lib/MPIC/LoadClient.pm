package MPIC::LoadClient;

# Clients of a coordinator for MPIC::Load: each sends its next request when the
# last one has been answered.
#
#     MPIC::LoadClient->new(load => $load, address => '127.0.0.1:8090',
#                           hangup => 0.1);      # HTTP/1.1, kept alive
#     MPIC::LoadClient::H2->new(…, streams => 6);     # HTTP/2 without TLS
#
# "hangup" is the share of requests that the client gives up at a random moment:
# by closing, by a reset, over HTTP/2 mostly by resetting the stream.
#
# HTTP itself has requests that a server may leave unanswered, which clients
# have to send again (RFC 9110, section 9.2.2; RFC 9112, section 9.3.1; RFC
# 9113, section 8.7): those sent on a kept connection while the server closes
# it idle, and streams above what a GOAWAY names.  They are counted as "again".
# All others have to be answered.

use strict;
use warnings;

use Errno qw(EAGAIN EINTR);
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(time);


sub new {
    my ($class, %args) = @_;

    my $self = bless { hangup => 0, think => 0.02, path => '/mpic', %args },
                     $class;

    $self->{loop} = $self->{load}{loop};
    $self->later;

    return $self;
}


sub later {
    my ($self) = @_;

    $self->{loop}->after(rand $self->{think}, sub { $self->next });
}


sub next {
    my ($self) = @_;
    my $request = $self->{load}->next_request($self);

    if ($request) {
        $self->send($request);

    } else {
        $self->close;
    }
}


sub connect {
    my ($self) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => $self->{address},
                                       LocalAddr => $self->{from}) or return;

    $socket->blocking(0);
    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;

    $self->{socket} = $socket;
    $self->{port} = $socket->sockport;
    $self->{text} = '';
    $self->{loop}->read($socket, sub { $self->readable });

    return $socket;
}


sub close {
    my ($self, $reset) = @_;
    my $socket = delete $self->{socket} or return;

    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0) if $reset;
    $self->{loop}->forget($socket);
    close $socket;
}


sub send {
    my ($self, $request) = @_;
    my ($load, $body) = ($self->{load}, $request->{body});

    $self->{kept} = $self->{socket} ? 1 : 0;
    $self->{request} = $request;

    if (!$self->{socket} && !$self->connect) {
        return $self->gone("no connection: $!");
    }

    $request->{sent} = time;
    $self->{timer} = $self->{loop}->after(rand 0.4, sub { $self->hang_up })
        if rand() < $self->{hangup};

    my $head = $request->{head} // "Content-Type: application/json\r\n";
    my $length = $request->{length} // length $body;

    # a big one may not fit at once: the rest is lost, which a hostile one
    # has to put up with
    syswrite $self->{socket}, "POST $self->{path} HTTP/1.1\r\nHost: x\r\n$head"
                              . "Content-Length: $length\r\n\r\n$body";
}


sub readable {
    my ($self) = @_;

    my $n = sysread $self->{socket}, $self->{text}, 65536,
                    length $self->{text};

    return if !defined $n && ($! == EAGAIN || $! == EINTR);

    if (!$n) {
        my $why = defined $n ? 'closed' : "$!";
        $self->{unread} = unread($self->{socket});
        $self->close;
        return $self->gone($why);
    }

    $self->complete
        if $self->{text} =~ /\r\n\r\n/
           && $self->{text} =~ /^content-length: (\d+)\r$/mi
           && length $self->{text}
              >= index($self->{text}, "\r\n\r\n") + 4 + $1;
}


sub complete {
    my ($self) = @_;
    my $request = delete $self->{request};
    my ($head, $body) = split /\r\n\r\n/, $self->{text}, 2;
    my ($status) = $head =~ m{^HTTP/1.1 (\d+)};

    $self->{text} = '';
    $self->{loop}->cancel(delete $self->{timer});
    $self->close if $head =~ /^connection: close/mi;

    # what nobody asked for: closing says so
    $self->{load}->answered($request, $status, $body) if $request;
    $self->later;
}


# Whether what was sent last came to a closed connection, or the server closed
# it without having read it: either makes a reset, and the first octet of Linux's
# struct tcp_info is TCP_CLOSE then, not TCP_CLOSE_WAIT.

sub unread {
    my ($socket) = @_;

    return 7 == ord getsockopt $socket, IPPROTO_TCP, 11;
}


# the server has closed the connection

sub gone {
    my ($self, $why) = @_;
    my $request = delete $self->{request} or return;
    my $load = $self->{load};

    $self->{loop}->cancel(delete $self->{timer});

    if ($self->{kept} && $self->{unread} && !$load->excused($self->{port})) {
        $load->{again}++;
        return $self->send($request);
    }

    $load->lost($request, "HTTP/1.1, $why", $self->{port});
    $self->later;
}


sub hang_up {
    my ($self) = @_;
    my $request = delete $self->{request} or return;

    $self->close(rand() < 0.5);
    $self->{load}->hung_up($request);
    $self->later;
}


package MPIC::LoadClient::H2;

use strict;
use warnings;

use Errno qw(EAGAIN EINTR);
use Time::HiRes qw(time);

our @ISA = ('MPIC::LoadClient');

my %types = (DATA => 0, HEADERS => 1, RST_STREAM => 3, SETTINGS => 4, PING => 6,
             GOAWAY => 7, WINDOW_UPDATE => 8);
my ($end_stream, $end_headers, $padded, $ack) = (1, 4, 8, 1);
my ($refused, $cancel) = (7, 8);


# many requests at a time: one loop a stream

sub new {
    my ($class, %args) = @_;
    my $self = $class->SUPER::new(streams => 6, %args, open => {});

    $self->later for 2 .. $self->{streams};

    return $self;
}


sub next {
    my ($self) = @_;
    my $request = $self->{load}->next_request($self);

    if ($request) {
        $self->send($request);

    } elsif (!%{$self->{open}}) {
        $self->close;
    }
}


sub connect {
    my ($self) = @_;

    $self->SUPER::connect or return;
    $self->{open} = {};
    $self->{id} = 1;
    delete $self->{goaway};

    syswrite $self->{socket}, $self->preface;
}


# with a window that no run fills

sub preface {
    return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . frame(SETTINGS => 0, 0, '')
           . frame(WINDOW_UPDATE => 0, 0, pack 'N', 0x7fff0000);
}


sub request {
    my ($self, $request, $id, $path) = @_;
    my $body = $request->{body};

    return frame(HEADERS => $end_headers, $id, headers($path, length $body))
           . frame(DATA => $end_stream, $id, $body);
}


sub frame {
    my ($type, $flags, $stream, $payload) = @_;

    return substr(pack('N', length $payload), 1)
           . pack('CCN', $types{$type}, $flags, $stream) . $payload;
}


sub string {
    return pack('C', length $_[0]) . $_[0];
}


# fields of RFC 7541's static table, none of them to be remembered

sub headers {
    my ($path, $length) = @_;

    return "\x83\x86\x04" . string($path // '/mpic') . "\x01" . string('x')
           . "\x0f\x10" . string('application/json')
           . "\x0f\x0d" . string($length);
}


sub send {
    my ($self, $request) = @_;
    my $load = $self->{load};

    # the streams of an old connection have a right to their end
    if (!$self->{socket} || defined $self->{goaway}) {
        $self->leave if $self->{socket};

        if (!$self->connect) {
            $load->lost($request, "HTTP/2, no connection: $!", 0);
            return $self->later;
        }
    }

    my $id = $self->{id};
    $self->{id} += 2;

    my $stream = $self->{open}{$id} = { request => $request, text => '' };
    $request->{sent} = time;
    $stream->{timer} = $self->{loop}->after(rand 0.4,
                                            sub { $self->hang_up($id) })
        if rand() < $self->{hangup};

    syswrite $self->{socket}, $self->request($request, $id,
                                               $self->{path});
}


# goes on with another connection; this one answers what it has

sub leave {
    my ($self) = @_;
    my $old = bless { %$self, left => 1, next => $self }, ref $self;
    my $socket = delete $self->{socket};

    $self->{open} = {};
    $old->{loop}->read($socket, sub { $old->readable });

    # a stream's time to hang up has to find it where it is now
    for my $id (keys %{$old->{open}}) {
        my $stream = $old->{open}{$id};

        if (defined $stream->{timer}) {
            $old->{loop}->cancel($stream->{timer});
            $stream->{timer} =
                $old->{loop}->after(rand 0.2, sub { $old->hang_up($id) });
        }
    }

    $old->frames;
    $old->close if !%{$old->{open}};
}


sub readable {
    my ($self) = @_;

    my $n = sysread $self->{socket}, $self->{text}, 65536,
                    length $self->{text};

    return if !defined $n && ($! == EAGAIN || $! == EINTR);

    if (!$n) {
        my $why = defined $n ? 'closed' : "$!";
        $self->close;
        return $self->gone($why);
    }

    $self->frames;
}


sub frames {
    my ($self) = @_;

    while (length $self->{text} >= 9) {
        my ($high, $low, $type, $flags, $id) = unpack 'CnCCN', $self->{text};
        my $length = ($high << 16) + $low;

        last if length $self->{text} < 9 + $length;

        my $payload = substr $self->{text}, 9, $length;
        substr $self->{text}, 0, 9 + $length, '';

        $self->received($type, $flags, $id, $payload);
        return if !$self->{socket};
    }
}


sub received {
    my ($self, $type, $flags, $id, $payload) = @_;
    my $stream = $self->{open}{$id};

    if ($type == $types{DATA} && $stream) {
        if ($flags & $padded) {
            my $padding = unpack 'C', $payload;
            $payload = substr $payload, 1, -1 - $padding;
        }

        $stream->{text} .= $payload;

    } elsif ($type == $types{HEADERS} && $stream) {
        $stream->{status} //= status($payload);

    } elsif ($type == $types{RST_STREAM} && $stream) {
        return $self->reset($id, unpack 'N', $payload);

    } elsif ($type == $types{SETTINGS} && !($flags & $ack)) {
        syswrite $self->{socket}, frame(SETTINGS => $ack, 0, '');

    } elsif ($type == $types{PING} && !($flags & $ack)) {
        syswrite $self->{socket}, frame(PING => $ack, 0, $payload);

    } elsif ($type == $types{GOAWAY}) {
        return $self->going_away(unpack 'N', $payload);
    }

    $self->over($id) if $stream && $flags & $end_stream
                        && $type <= $types{HEADERS};
}


# It comes first, but for a change of the table's size; from the static table,
# or in three digits without Huffman's code.

sub status {
    my ($fields) = @_;

    $fields =~ s/^[\x20-\x3f]+//;
    return $1 if $fields =~ /^[\x08\x18\x48]\x03(\d{3})/;
    return { 0x88 => 200, 0x8c => 400, 0x8d => 404, 0x8e => 500 }
               ->{ord $fields} // 0;
}


sub over {
    my ($self, $id) = @_;
    my $stream = delete $self->{open}{$id};

    $self->{loop}->cancel($stream->{timer});
    $self->{load}->answered($stream->{request}, $stream->{status},
                            $stream->{text});
    $self->go_on;
}


sub go_on {
    my ($self) = @_;

    if ($self->{left}) {
        $self->close if !%{$self->{open}};
        $self->{next}->later;

    } else {
        $self->later;
    }
}


sub reset {
    my ($self, $id, $code) = @_;
    my $stream = delete $self->{open}{$id};

    $self->{loop}->cancel($stream->{timer});

    if ($code == $refused) {
        $self->{load}{again}++;
        return ($self->{next} // $self)->send($stream->{request});
    }

    $self->{load}->lost($stream->{request}, "reset by the server: $code",
                        $self->{port});
    $self->go_on;
}


sub going_away {
    my ($self, $last) = @_;
    my $front = $self->{next} // $self;

    $self->{goaway} = $last & 0x7fffffff;

    my @again = map { delete $self->{open}{$_} }
                    grep { $_ > $self->{goaway} } keys %{$self->{open}};

    for my $stream (@again) {
        $self->{loop}->cancel($stream->{timer});
        $self->{load}{again}++;
        $front->send($stream->{request});
    }
}


sub gone {
    my ($self, $why) = @_;
    my @streams = values %{$self->{open}};

    $self->{open} = {};

    for my $stream (@streams) {
        $self->{loop}->cancel($stream->{timer});
        $self->{load}->lost($stream->{request}, "HTTP/2, $why, goaway "
                            . ($self->{goaway} // '-'), $self->{port});
        $self->{left} ? $self->{next}->later : $self->later;
    }
}


# one stream; now and then all of the connection

sub hang_up {
    my ($self, $id) = @_;
    my @ids = $id;

    if (rand() < 0.1) {
        @ids = keys %{$self->{open}};
        $self->close(rand() < 0.5);

    } else {
        syswrite $self->{socket}, frame(RST_STREAM => 0, $id, pack 'N', $cancel);
    }

    for my $stream (map { delete $self->{open}{$_} } @ids) {
        $self->{loop}->cancel($stream->{timer});
        $self->{load}->hung_up($stream->{request});
        $self->{left} ? $self->{next}->later : $self->later;
    }

    $self->close if $self->{left} && !%{$self->{open}};
}


1;
