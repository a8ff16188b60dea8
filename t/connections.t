# Many calls at a time to the same perspectives: how many connections they open,
# and that none of them waits for those to another perspective.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Load;

use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $clients = 64;
my $certs = $ENV{TEST_NGINX_CERTS};
my $loop = MPIC::LoadLoop->new;


my $answers = MPIC::LoadNginx->start('answers', '127.0.1.1:8081', <<"CONF");
worker_processes 1;
events { worker_connections 2048; }
http {
    access_log off;
    server {
        listen 127.0.1.1:8081;
        location / { return 200 '$MPIC::Process::pass'; }
        location = /status { stub_status; }
    }
}
CONF


# four perspectives, of which the last one may be another: "server" is its part
# of the configuration.  They read a request before they answer, by means of a
# proxy: libcurl 7.88 gives up a stream that is answered before it has sent all.

sub perspectives {
    my ($requests, $server) = @_;

    my $servers = join '', map { <<"CONF" } 1 .. ($server ? 3 : 4);
    server {
        listen 127.0.1.$_:8443 ssl http2;
        ssl_certificate         $certs/p$_.pem;
        ssl_certificate_key     $certs/p$_.key;
        location / { proxy_pass http://127.0.1.1:8081; }
    }
CONF

    return MPIC::LoadNginx->start('far', '127.0.1.1:8443', <<"CONF");
worker_processes 1;
events { worker_connections 2048; }
http {
    access_log          off;
    keepalive_requests  $requests;

    ssl_client_certificate  $certs/ca.pem;
    ssl_verify_client       on;

    $servers
    $server
}
CONF
}


sub coordinator {
    my ($connect_timeout) = @_;

    my @rirs = qw(x ARIN RIPE APNIC LACNIC);
    my $set = join '', map {
        "perspective p$_ https://127.0.1.$_:8443 rir=$rirs[$_];\n"
    } 1 .. 4;

    return MPIC::LoadNginx->start('coordinator', '127.0.0.1:8090', <<"CONF");
worker_processes 1;
events { worker_connections 2048; }
http {
    access_log off;
    keepalive_requests 100000;
    mpic_policy private;
    mpic_grace 100s;
    mpic_perspectives world {
        secret_file secret;
        $set
        connect_timeout          $connect_timeout;
        ssl_certificate          $certs/coordinator.pem;
        ssl_certificate_key      $certs/coordinator.key;
        ssl_trusted_certificate  $certs/ca.pem;
    }
    server {
        listen 127.0.0.1:8090;
        location = /mpic { mpic_validate world; mpic_timeout 20s; }
    }
}
CONF
}


# so many requests, of all clients at a time, while the second argument is called
# again and again; the bodies of the answers

sub load {
    my ($total, $meanwhile) = @_;

    my $json = '{"check_type":"caa","domain_or_ip_target":"example.com"}';
    my $request = "POST /mpic HTTP/1.1\r\nHost: x\r\nContent-Length: "
                  . length($json) . "\r\n\r\n$json";
    my ($asked, @answers, @sockets) = (0);

    for (1 .. $clients) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1:8090')
                     or die "connect: $!";
        my $text = '';

        $loop->read($socket, sub {
            if (!sysread $socket, $text, 65536, length $text) {
                $loop->forget($socket);
                return;
            }

            my ($head, $length) =
                $text =~ /^(.*?Content-Length: (\d+).*?\r\n\r\n)/s or return;

            return if length($text) < length($head) + $length;

            push @answers, substr $text, length($head);
            $text = '';
            syswrite $socket, $request if $asked++ < $total;
        });

        push @sockets, $socket;
    }

    for my $socket (@sockets) {
        syswrite $socket, $request if $asked++ < $total;
    }

    $loop->run_until(sub {
        $meanwhile->() if $meanwhile;
        return @answers == $total;
    }, 60)
        or diag(scalar(@answers) . " of $total answers");

    $loop->forget($_) for @sockets;

    return @answers;
}


# the next one takes the same addresses

sub stop {
    for (@_) {
        $_->signal('TERM');
        $_->ended or die "$_->{name} does not end";
        is_deeply([$_->complaints], [], "no alert of $_->{name}");
    }
}


sub listener {
    my ($address) = @_;

    return IO::Socket::INET->new(Listen => 4096, LocalAddr => $address,
                                 ReuseAddr => 1) || die "listen: $!";
}


# answers when the calls of all clients have come

sub hold {
    my ($listener, $held) = @_;

    $loop->read($listener, sub {
        push @$held, scalar $listener->accept;
        return if @$held < $clients;

        for my $socket (@$held) {
            sysread $socket, my $request, 65536;
            MPIC::Process::answer($socket);
            close $socket;
        }
    });
}


sub passed {
    my ($n, @answers) = @_;

    return scalar grep {
        my $votes = () = /"check_passed":true/g;
        /"is_valid":true/ && $votes == $n
    } @answers;
}


# passes on what comes from each side to the other

sub relay {
    my ($near, $address) = @_;
    my $far = IO::Socket::INET->new(PeerAddr => $address)
              or die "connect: $!";

    for ([$near, $far], [$far, $near]) {
        my ($from, $to) = @$_;

        $loop->read($from, sub {
            if (sysread $from, my $octets, 65536) {
                print $to $octets;
                $to->flush;
                return;
            }

            $loop->forget($_) for $near, $far;
            close $_ for $near, $far;
        });
    }
}


# calls that another nginx has answered for p1, p2 and p3

sub answered {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.1.1:8081')
                 or die "connect: $!";

    print $socket "GET /status HTTP/1.0\r\n\r\n";

    my ($requests) = MPIC::Process::response($socket) =~ /^ \d+ \d+ (\d+)/m
        or die 'no status';

    return $requests;
}


# nginx ends a connection after keepalive_requests, again and again

{
    my ($far, $near) = (perspectives(100, ''), coordinator('18s'));
    my $total = 2000;

    is(passed(4, load($total)), $total, 'all votes while connections end');
    stop($far, $near);
}


# The calls that a connection does not take any more would open one each, which
# all at once take longer than any of them may.  Here they take as long as it
# needs for all calls to have come.

{
    my ($relay, $behind) = (listener('127.0.1.4:8443'),
                            listener('127.0.0.1:8444'));
    my ($far, $near) = (perspectives(32, <<"CONF"), coordinator('18s'));
    server {
        listen 127.0.1.4:8445 ssl http2;
        ssl_certificate         $certs/p4.pem;
        ssl_certificate_key     $certs/p4.key;
        location / { proxy_pass http://127.0.0.1:8444; }
    }
CONF
    my ($asked, $relayed, $all, @came, @held) = (answered(), 0, 0);

    $loop->read($relay, sub { push @came, scalar $relay->accept });
    hold($behind, \@held);

    # the first connection; when that is full and the calls of all requests
    # have begun, the others

    my @answers = load($clients, sub {
        $all ||= @held == 32 && answered() - ++$asked >= 3 * $clients;

        while ($relayed < @came && ($all || $relayed == 0)) {
            relay($came[$relayed++], '127.0.1.4:8445');
        }
    });

    is(passed(4, @answers), $clients, 'all votes though a connection ends');
    cmp_ok(scalar(@came), '<=', 12, 'few connections take its place');

    $loop->forget($_) for $relay, $behind;
    stop($far, $near);
}


# the handshake of one perspective hangs: calls to others must not wait for it

{
    my $silent = listener('127.0.1.4:8443');
    my ($far, $near) = (perspectives(1000, '# silent'), coordinator('4s'));
    my @answers = load($clients);

    is(passed(3, @answers), $clients, 'the votes of all others');
    is(scalar(grep { /perspective p4: it cannot be reached/ } @answers),
       $clients, 'and none of that one');
    stop($far, $near);
}


# HTTP/1.1 takes a connection for each call: none waits for another's answer

{
    my $behind = listener('127.0.0.1:8444');
    my ($far, $near) = (perspectives(1000, <<"CONF"), coordinator('18s'));
    server {
        listen 127.0.1.4:8443 ssl;
        ssl_certificate         $certs/p4.pem;
        ssl_certificate_key     $certs/p4.key;
        location / { proxy_pass http://127.0.0.1:8444; }
    }
CONF
    my @held;

    hold($behind, \@held);

    is(passed(4, load($clients)), $clients, 'HTTP/1.1: calls at the same time');
    is(scalar(@held), $clients, 'each by a connection of its own');
    stop($far, $near);

    $loop->forget($behind);
}

stop($answers);
done_testing();
