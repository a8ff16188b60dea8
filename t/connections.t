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


# four perspectives, of which the last one may be another: "server" is its part
# of the configuration

sub perspectives {
    my ($requests, $server) = @_;

    my $pass = $MPIC::Process::pass;
    my $servers = join '', map { <<"CONF" } 1 .. ($server ? 3 : 4);
    server {
        listen 127.0.1.$_:8443 ssl http2;
        ssl_certificate         $certs/p$_.pem;
        ssl_certificate_key     $certs/p$_.key;
        location / { return 200 '$pass'; }
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

    server {
        listen 127.0.1.1:8080;
        location = /status { stub_status; }
    }
}
CONF
}


sub coordinator {
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
    mpic_perspectives world {
        secret_file secret;
        $set
        connect_timeout          8s;
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


# so many requests, of all clients at a time; the bodies of the answers

sub load {
    my ($total) = @_;

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

    $loop->run_until(sub { @answers == $total }, 60)
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


sub passed {
    my ($n, @answers) = @_;

    return scalar grep {
        my $votes = () = /"check_passed":true/g;
        /"is_valid":true/ && $votes == $n
    } @answers;
}


# connections that the perspectives have accepted, this one included

sub accepted {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.1.1:8080')
                 or die "connect: $!";

    print $socket "GET /status HTTP/1.0\r\n\r\n";

    my ($accepted) = MPIC::Process::response($socket) =~ /^ (\d+) \d+ \d+/m
        or die 'no status';

    return $accepted;
}


# nginx ends a connection after keepalive_requests.  libcurl would open one for
# each call that waits, of all of which some time out on a busy machine.

{
    my ($far, $near) = (perspectives(100, ''), coordinator());
    my ($total, $before) = (2000, accepted());

    is(passed(4, load($total)), $total, 'all votes while connections end');

    # 80 connections had their 100 requests
    my $opened = accepted() - $before - 1;

    diag("$opened connections");
    cmp_ok($opened, '<=', 2 * 80, 'few connections take the place of one');

    stop($far, $near);
}


# the handshake of one perspective hangs: calls to others must not wait for it

{
    my $silent = IO::Socket::INET->new(Listen => 4096, LocalPort => 8443,
                                       LocalAddr => '127.0.1.4',
                                       ReuseAddr => 1) or die "listen: $!";
    my ($far, $near) = (perspectives(1000, '# silent'), coordinator());
    my @answers = load($clients);

    is(passed(3, @answers), $clients, 'the votes of all others');
    is(scalar(grep { /perspective p4: it cannot be reached/ } @answers),
       $clients, 'and none of that one');
    stop($far, $near);
}


# HTTP/1.1 takes a connection for each call: none waits for another's answer

{
    my $behind = IO::Socket::INET->new(Listen => 256, LocalPort => 8444,
                                       LocalAddr => '127.0.0.1',
                                       ReuseAddr => 1) or die "listen: $!";
    my ($far, $near) = (perspectives(1000, <<"CONF"), coordinator());
    server {
        listen 127.0.1.4:8443 ssl;
        ssl_certificate         $certs/p4.pem;
        ssl_certificate_key     $certs/p4.key;
        location / { proxy_pass http://127.0.0.1:8444; }
    }
CONF
    my @held;

    # answers when all calls have come

    $loop->read($behind, sub {
        push @held, scalar $behind->accept;
        return if @held < $clients;

        for (@held) {
            sysread $_, my $request, 65536;
            MPIC::Process::answer($_);
            close $_;
        }
    });

    is(passed(4, load($clients)), $clients, 'HTTP/1.1: calls at the same time');
    is(scalar(@held), $clients, 'each by a connection of its own');
    stop($far, $near);

    $loop->forget($behind);
}

done_testing();
