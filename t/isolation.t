# Checks that hang, and a client that floods, do not change how long others wait:
# they are compared with checks of a worker that has nothing else to do, made in
# turn with them, so that the speed of the machine and what else it does at the
# time is the same for both.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Certificate;
use MPIC::Load;
use MPIC::Perspective ();
use MPIC::TLSServer;

use File::Temp qw(tempdir);
use POSIX ();
use Test::More;
use Time::HiRes qw(time);

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

# 2000 clients are descriptors of this process, too

my $descriptors = 6000;
my $limit = `bash -c 'ulimit -Hn'`;
chomp $limit;

plan skip_all => "$descriptors open files are needed, $limit allowed"
    if $limit ne 'unlimited' && $limit < $descriptors;

if (!$ENV{MPIC_ISOLATION}) {
    $ENV{MPIC_ISOLATION} = 1;
    exec 'bash', '-c', "ulimit -n $descriptors; exec \"\$@\"", 'isolation.t',
         $^X, $0;
}

$SIG{PIPE} = 'IGNORE';

my $loop = MPIC::LoadLoop->new;
my $key = '9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI';
my %hanging;

# what hangs and what does not share c-ares' channels; a name may be asked for
# again
my @resolver = MPIC::LoadMocks::resolver($loop, $MPIC::Load::resolver,
                                         '127.0.0.53', sub {
    return 0 if $_[0] !~ /hang/;
    $hanging{$_[0]} = 1;
    return undef;
});

# accepts, as the kernel does for it, and says nothing
my @silent = map {
    IO::Socket::INET->new(Listen => 4096, LocalPort => $_,
                          LocalAddr => '127.0.0.59', ReuseAddr => 1)
        or die "listen: $!";
} 80, 443;

my $dir = tempdir(CLEANUP => 1);
my $tls = tls_server('good.alpn.signed.example');

my $slow = <<"CONF";
    mpic_resolver          $MPIC::Load::resolver:53;
    mpic_allow_address     127.0.0.0/8;
    mpic_check_timeout     100s;
    mpic_connect_timeout   100s;
    mpic_resolver_timeout  100s;
CONF


sub tls_server {
    my ($name) = @_;
    my $key = key($dir, 'P-256');
    my $pem = "$dir/server.pem";

    open my $fh, '>', $pem or die "$pem: $!";
    print $fh certificate(key => $key, extensions => [
        san(dns => $name), acme_identifier(MPIC::Perspective::alpn_digest())]);
    close $fh;

    return MPIC::TLSServer->start(
        listen => ['127.0.0.40'],
        servers => { good => { cert => $pem, key => $key } });
}


sub start {
    my ($name, $connections) = @_;

    return MPIC::LoadNginx->start($name, '127.0.0.1:8094', <<"CONF");
worker_processes 1;
worker_rlimit_nofile $descriptors;
events { worker_connections $connections; }
http {
    access_log off;
    $slow
    server {
        listen 127.0.0.1:8094;
        listen 127.0.0.1:8095 http2;
        keepalive_requests 100000;
        location = /dcv { mpic_check dcv; }
        location = /caa { mpic_check caa; mpic_caa_domains ca.example; }
        location = /silent { mpic_check dcv; mpic_resolver 127.0.0.54:53; }
    }
}
CONF
}


# what the others are compared with, and everybody's target

my $control = MPIC::LoadNginx->start('control', '127.0.0.1:8096', <<"CONF");
worker_processes 1;
events { worker_connections 1024; }
http {
    access_log off;
    $slow
    server {
        listen 127.0.0.1:8096;
        keepalive_requests 100000;
        location = /dcv { mpic_check dcv; }
        location = /caa { mpic_check caa; mpic_caa_domains ca.example; }
    }
    server {
        listen 127.0.0.10:80;
        location / { return 200 "ok.$key"; }
    }
}
CONF


sub dns01 {
    my ($name) = @_;

    return '{"domain_or_ip_target":"' . $name . '","dcv_check_parameters":'
           . '{"validation_method":"acme-dns-01","key_authorization_hash":"'
           . "$MPIC::LoadMocks::digest\"}}";
}


sub http01 {
    my ($name) = @_;

    return '{"domain_or_ip_target":"' . $name . '","dcv_check_parameters":'
           . '{"validation_method":"acme-http-01","token":"ok",'
           . "\"key_authorization\":\"ok.$key\"}}";
}


sub alpn01 {
    my ($name) = @_;

    return '{"domain_or_ip_target":"' . $name . '","dcv_check_parameters":'
           . '{"validation_method":"acme-tls-alpn-01",'
           . '"key_authorization_hash":"'
           . unpack('H*', MPIC::Perspective::alpn_digest()) . '"}}';
}


my %healthy = (
    'dns-01' => ['/dcv', dns01('www.signed.example')],
    'http-01' => ['/dcv', http01('www.signed.example')],
    'tls-alpn-01' => ['/dcv', alpn01('good.alpn.signed.example')],
    'caa' => ['/caa', '{"domain_or_ip_target":"permit.caa.signed.example"}'],
);


sub request {
    my ($path, $body) = @_;

    return "POST $path HTTP/1.1\r\nHost: x\r\nContent-Length: "
           . length($body) . "\r\n\r\n$body";
}


# a connection kept; gives a function that makes a check of that kind and gives
# the seconds it took, or undef if it did not pass

sub checker {
    my ($address) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => $address)
                 or die "connect: $!";
    my $text = '';

    $socket->blocking(0);
    $loop->read($socket, sub {
        sysread $socket, $text, 65536, length $text;
    });

    return sub {
        my ($kind) = @_;

        return $loop->forget($socket) if !$kind;

        my $start = time;

        $text = '';
        syswrite $socket, request(@{$healthy{$kind}});
        $loop->run_until(sub { $text =~ /\}$/ }, 30);

        return time - $start if $text =~ /"check_passed":true/;
        diag("$kind at $address: $text");
        return undef;
    };
}


# as many checks of each kind as that, in turn with the control's: each has to
# pass, and their medians are much the same, but for so many seconds

sub not_delayed {
    my ($n, $what, $allowance) = @_;
    my @checkers = map { checker($_) } '127.0.0.1:8094', '127.0.0.1:8096';

    for my $kind (sort keys %healthy) {
        my (@times, @control);

        for (1 .. $n) {
            push @times, $checkers[0]->($kind) // ();
            push @control, $checkers[1]->($kind) // ();
        }

        is(@times + @control, 2 * $n, "$what: $kind passes");

        my ($time, $other) = map { (sort { $a <=> $b } @$_)[$n / 2] // 30 }
                                 \@times, \@control;

        cmp_ok($time, '<', 5 * $other + ($allowance // 0.02),
               sprintf '%s: %s in %.1f ms, otherwise %.1f', $what, $kind,
                       1000 * $time, 1000 * $other);
    }

    $_->() for @checkers;
}


# keeps what it asked for open

sub hang {
    my ($path, $body) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1:8094')
                 or die "connect: $!";

    syswrite $socket, request($path, $body);

    return $socket;
}


# so many HTTP/2 streams of a connection

sub hang_streams {
    my ($n, $body) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1:8095')
                 or die "connect: $!";

    syswrite $socket, join '', MPIC::LoadClient::H2->preface,
        map { MPIC::LoadClient::H2->request({ body => $body }, 2 * $_ - 1,
                                            '/dcv') } 1 .. $n;

    return $socket;
}


# connections to the silent target, or to another one

sub silent {
    my ($nginx, $target) = @_;
    my $all = MPIC::LoadNginx::descriptors(($nginx->workers)[0]);

    $target //= '127.0.0.59:80';

    return scalar grep { /^tcp \S+ \Q$target\E$/ } keys %$all;
}


sub ends {
    my ($nginx) = @_;

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
}


subtest '2000 checks hang in one worker' => sub {
    my $nginx = start('hanging', 4096);
    my ($worker) = $nginx->workers;

    not_delayed(31, 'before');

    # by a silent target, a resolver that is silent for them, and a silent one;
    # a few at a time: datagrams that nobody has fetched yet may be dropped
    my @clients;

    for my $n (map { 50 * $_ } 1 .. 14) {
        push @clients, map { (hang('/dcv', http01('load.signed.example')),
                              hang('/dcv', dns01("$n-$_.hang.example"))) }
                           1 .. 50;
        $loop->run_until(sub { keys %hanging == $n }, 30)
            && $loop->run_until(sub { silent($nginx) == $n }, 30)
            or return fail(keys(%hanging) . ' and ' . silent($nginx)
                           . " of $n hang");
    }

    push @clients, map { hang('/silent', dns01('www.signed.example')) }
                       1 .. 600;

    not_delayed(31, 'with 2000');

    close $_ for splice @clients;
    # c-ares cannot cancel a query: its sockets stay for their time-out
    ok($loop->run_until(sub {
        !MPIC::LoadNginx::own_descriptors($worker)->{tcp}
    }, 60), 'no connection is left of them when they hang up');
    my $now = MPIC::LoadNginx::own_descriptors($worker);
    # for each 256 queries, and since 1.32 some more for those sent again
    cmp_ok($now->{udp}, '<=', 64, 'and few sockets');

    not_delayed(31, 'after them');
    ends($nginx);
};


# by servers that take the connection and say nothing, and that do not take it:
# handshakes need none of nginx's own connections

subtest '2000 TLS handshakes hang in one worker' => sub {
    my $nginx = start('handshakes', 2304);
    my ($worker) = $nginx->workers;
    my @clients;

    for my $n (map { 50 * $_ } 1 .. 20) {
        push @clients, map { (hang('/dcv', alpn01('load.signed.example')),
                              hang('/dcv',
                                   alpn01('blackhole.alpn.signed.example'))) }
                           1 .. 50;
        $loop->run_until(sub {
            silent($nginx, '127.0.0.59:443') == $n
            && silent($nginx, '127.0.0.55:443') == $n
        }, 30) or return fail(silent($nginx, '127.0.0.59:443') . ' and '
                              . silent($nginx, '127.0.0.55:443')
                              . " of $n hang");
    }

    not_delayed(31, 'with 2000 handshakes');

    close $_ for splice @clients;
    ok($loop->run_until(sub {
        !MPIC::LoadNginx::own_descriptors($worker)->{tcp}
    }, 60), 'no connection is left of them when they hang up');

    ends($nginx);
};


# libcurl would not open more connections than worker_connections, and checks
# waited for those that hung: over HTTP/2 one connection brings many

subtest 'more checks hang than there are worker_connections' => sub {
    my $nginx = start('streams', 256);
    my @clients;

    for my $n (1 .. 12) {
        push @clients, hang_streams(50, http01('load.signed.example'));
        $loop->run_until(sub { silent($nginx) == 50 * $n }, 30)
            or return fail(silent($nginx) . ' hang');
    }

    not_delayed(31, 'with 600');

    close $_ for @clients;
    ends($nginx);
};


# conf-examples/perspective.conf, but that clients are told by their address, and
# that it asks the resolver of this test

sub start_example {
    my $file = 'conf-examples/perspective.conf';
    open my $fh, '<', $file or die "$file: $!";
    my $conf = do { local $/; <$fh> };

    $conf =~ s/^load_module.*\n//m;
    $conf =~ s/^\s+ssl_.*\n//mg;
    $conf =~ s/\$ssl_client_s_dn/\$binary_remote_addr/g;
    $conf =~ s/worker_rlimit_nofile\s+\d+/worker_rlimit_nofile $descriptors/;
    $conf =~ s/listen 443 ssl http2;/listen 127.0.0.1:8094;
                                     listen 127.0.0.1:8095 http2;/;
    $conf =~ s/mpic_resolver .*;//;
    $conf =~ s/mpic_dnssec .*;//;
    $conf =~ s{/var/log/mpic/}{logs/};
    $conf =~ s/^http \{\n/http {\naccess_log off;\n$slow\n/m;

    return MPIC::LoadNginx->start('example', '127.0.0.1:8094', $conf);
}


# another process at another address: asks for more and more checks that hang, as
# fast as it can, or, where sanitizers make a worker slower than it is, no more
# than twice as fast as it may

sub flood {
    my ($streams) = @_;
    my $pid = fork() // die "fork: $!";

    return $pid if $pid;

    my $load = bless { loop => MPIC::LoadLoop->new, wrong => [], id => 0,
                       votes => {}, stopping => 0,
                       make => sub { return { body =>
                           dns01('hang.signed.example'), status => 0,
                           judge => sub { } } } }, 'MPIC::Load';

    MPIC::LoadClient::H2->new(load => $load, address => '127.0.0.1:8095',
                              from => '127.0.0.77', streams => 120,
                              path => '/dcv',
                              think => $ENV{MPIC_SANITIZED} ? 20 : 0.02)
        for 1 .. $streams / 120;
    $load->{loop}->run(1000);
    POSIX::_exit(0);
}


subtest 'one client floods' => sub {
    my $nginx = start_example();

    # more than mpic_max_checks
    my $flood = flood(4800);

    my $limited = qr/limiting (?:requests|connections).*client: (\S+),/;

    ok($loop->run_until(sub {
        1000 < (() = $nginx->error_log =~ /$limited/g)
    }, 60), 'it floods, and is limited');

    # it takes its share of the worker's time by being refused
    not_delayed(31, 'with the flood', 0.1);

    is(scalar(grep { $_ ne '127.0.0.77' } $nginx->error_log =~ /$limited/g), 0,
       'nobody else is limited');

    kill 'KILL', $flood;
    waitpid $flood, 0;
    ends($nginx);
};


subtest 'the control ends' => sub {
    ends($control);
};

undef $tls;


done_testing();
