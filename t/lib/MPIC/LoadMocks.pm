package MPIC::LoadMocks;

# Servers in the loop of MPIC::LoadLoop that answer late, or as they should not:
#
#     MPIC::LoadMocks::perspective($loop, '127.0.0.1', 0, sub { … })
#         answers as a perspective would, HTTP/1.1 without TLS; the function
#         gives for each call the seconds to wait and what to do: "good",
#         "close" (good, and the connection ends), "garbage", "reset",
#         "silent", "endless"
#     MPIC::LoadMocks::resolver($loop, '127.0.0.58', '127.0.0.53', sub { … })
#         a DNS server that asks another one; the function gives the seconds
#         to wait with an answer, undef for none, by the question's name
#     MPIC::LoadMocks::target($loop, '127.0.0.59', 80)
#         a web server whose paths' last parts say what it does: "ok-…",
#         "stall-…", "reset-…", "endless-…", "close-…"

use strict;
use warnings;

use Errno qw(EAGAIN EINTR);
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER pack_sockaddr_in inet_aton);

our $digest = 'lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM';

my @garbage = ('', '{', 'null', '[]', '"a"', '{}', "\0" x 100, '{"a":' x 2000,
               '{"check_completed":true,"check_passed":"yes"}',
               '<html>502</html>', "\xff\xfe{}", '{"check_completed":true,'
               . '"check_passed":true,"errors":null,"timestamp_ns":1,'
               . '"check_type":"caa","details":{}}');


sub listen_at {
    my ($loop, $address, $port, $connected) = @_;

    my $listener = IO::Socket::INET->new(Listen => 1024, ReuseAddr => 1,
                                         LocalAddr => $address,
                                         LocalPort => $port)
                   // die "$address:$port: $!\n";

    $listener->blocking(0);
    $loop->read($listener, sub {
        my $socket = $listener->accept or return;
        $socket->blocking(0);
        $connected->($socket);
    });

    return $listener;
}


# an HTTP server: gives each request to a function, with the socket

sub http {
    my ($loop, $address, $port, $handler) = @_;

    return listen_at($loop, $address, $port, sub {
        my ($socket) = @_;
        my $text = '';

        $loop->read($socket, sub {
            my $n = sysread $socket, $text, 65536, length $text;
            return if !defined $n && ($! == EAGAIN || $! == EINTR);
            return end($loop, $socket) if !$n;

            my $at = index $text, "\r\n\r\n";
            return if $at < 0;

            my ($length) = $text =~ /^content-length: (\d+)/mi;
            return if length $text < $at + 4 + ($length // 0);

            my $request = $text;
            $text = '';
            $handler->($socket, $request);
        });
    });
}


sub end {
    my ($loop, $socket, $reset) = @_;

    return if !defined fileno $socket;

    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0) if $reset;
    $loop->forget($socket);
    close $socket;
}


# the socket may have gone in the meantime

sub reply {
    my ($loop, $socket, $body, $close) = @_;

    return if !defined fileno $socket;

    syswrite $socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                      . ($close ? "Connection: close\r\n" : '')
                      . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
    end($loop, $socket) if $close;
}


# as long as the other side takes it, a little at a time

sub endless {
    my ($loop, $socket, $head, $part) = @_;

    syswrite $socket, $head;

    my $more;
    $more = sub {
        return undef $more if !defined fileno $socket;
        my $n = syswrite $socket, $part;

        if (!defined $n && $! != EAGAIN) {
            end($loop, $socket);
            return undef $more;
        }

        $loop->after(0.01, $more);
    };
    $more->();
}


sub perspective {
    my ($loop, $address, $port, $behave) = @_;

    return http($loop, $address, $port, sub {
        my ($socket, $request) = @_;
        my ($seconds, $how) = $behave->();
        my $body = $how eq 'garbage' ? $garbage[rand @garbage]
                                     : check_response($request);

        return if $how eq 'silent';
        return end($loop, $socket, 1) if $how eq 'reset';
        return endless($loop, $socket, "HTTP/1.1 200 OK\r\n\r\n{",
                       ' ' x 8192) if $how eq 'endless';

        $loop->after($seconds, sub {
            reply($loop, $socket, $body, $how eq 'close');
        });
    });
}


sub check_response {
    my ($request) = @_;
    my $time = time . '000000001';

    if ($request =~ /"caa_check_parameters"/) {
        return '{"check_completed":true,"check_passed":true,"errors":null,'
               . "\"timestamp_ns\":$time,\"check_type\":\"caa\",\"details\":"
               . '{"caa_record_present":false,"found_at":null,'
               . '"records_seen":null}}';
    }

    my ($method) = $request =~ /"validation_method":"([^"]*)"/;
    $method //= '';     # of a probe
    my $passed = $request =~ /\Q$digest\E/ || $method eq 'acme-http-01'
                 ? 'true' : 'false';
    my $details = $method eq 'acme-http-01'
        ? '"response_history":null,"response_url":"http://a/",'
          . '"response_status_code":200,"response_page":"YQ=="'
        : "\"records_seen\":[\"$digest\"],\"response_code\":0,"
          . '"ad_flag":true,"found_at":"_acme-challenge.www.signed.example",'
          . '"cname_chain":[]';

    return "{\"check_completed\":true,\"check_passed\":$passed,"
           . "\"errors\":null,\"timestamp_ns\":$time,\"check_type\":\"dcv\","
           . "\"details\":{\"validation_method\":\"$method\",$details}}";
}


sub resolver {
    my ($loop, $address, $upstream, $delay) = @_;

    my $front = udp(LocalAddr => $address, LocalPort => 53);
    my $back = udp(PeerAddr => $upstream, PeerPort => 53);
    my ($next, %asked) = (0);

    $loop->read($front, sub {
        while (my $peer = $front->recv(my $query, 65536)) {
            next if length $query < 17;

            my $seconds = $delay->(name($query));
            next if !defined $seconds;

            $next = ($next + 1) & 0xffff;
            $asked{$next} = [$peer, substr($query, 0, 2), $seconds];
            substr $query, 0, 2, pack 'n', $next;
            $back->send($query);
        }
    });

    $loop->read($back, sub {
        while (defined $back->recv(my $answer, 65536)) {
            last if length $answer < 12;

            my $asked = delete $asked{unpack 'n', $answer} or next;
            my ($peer, $id, $seconds) = @$asked;

            substr $answer, 0, 2, $id;
            $loop->after($seconds, sub { $front->send($answer, 0, $peer) });
        }
    });

    return ($front, $back);
}


sub udp {
    my $socket = IO::Socket::INET->new(Proto => 'udp', @_) // die "udp: $!\n";

    $socket->blocking(0);

    return $socket;
}


# of the first question

sub name {
    my ($query) = @_;
    my ($at, @labels) = (12);

    while ($at < length $query and my $n = ord substr $query, $at, 1) {
        push @labels, substr $query, $at + 1, $n;
        $at += 1 + $n;
    }

    return lc join '.', @labels;
}


sub target {
    my ($loop, $address, $port) = @_;

    return http($loop, $address, $port, sub {
        my ($socket, $request) = @_;
        my ($token) = $request =~ m{^GET \S*/(\S+) };
        my ($how) = ($token // '') =~ /^(\w+)-/;
        my $page = ($token // '') . '.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI';

        $how //= 'ok';

        if ($how eq 'ok') {
            $loop->after(rand 0.3, sub { reply($loop, $socket, $page, 1) });

        } elsif ($how eq 'reset') {
            end($loop, $socket, 1);

        } elsif ($how eq 'close') {
            end($loop, $socket);

        } elsif ($how eq 'endless') {
            endless($loop, $socket, "HTTP/1.1 404 No\r\nX: ", 'x' x 512);
        }
    });
}


1;
