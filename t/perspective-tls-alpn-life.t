# Handshakes in flight while clients, workers and masters come and go, and many
# at a time.  The test is the TLS server that is looked at, 127.0.0.30, and so
# decides what happens when.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Certificate;
use MPIC::LivePerspective;
use MPIC::Perspective ();
use MPIC::Process;
use MPIC::TLSServer;

use File::Temp qw(tempdir);
use IO::Socket::SSL;
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';
$MPIC::TLSServer::patience = 100;

my $dir = tempdir(CLEANUP => 1);
my $digest = MPIC::Perspective::alpn_digest();
my $key = key($dir, 'P-256');


sub challenge {
    my ($name) = @_;

    open my $fh, '>', "$dir/$name.pem" or die "$name.pem: $!";
    print $fh certificate(key => $key, extensions =>
                          [san(dns => $name), acme_identifier($digest)]);
    close $fh;

    return "$dir/$name.pem";
}


sub alpn01 {
    my ($name) = @_;

    return qq({"domain_or_ip_target": "$name",)
        . q("dcv_check_parameters": {"validation_method": "acme-tls-alpn-01",)
        . q("key_authorization_hash": ") . unpack('H*', $digest) . q("}});
}

my $alpn01 = alpn01('held.alpn.signed.example');
my $certificate = challenge('held.alpn.signed.example');


package Perspective {

    our @ISA = ('MPIC::LivePerspective');


    sub target { '127.0.0.30:443' }


    # the connection of a check that now waits for the server's words

    sub held {
        my ($self) = @_;
        my $socket = $self->connection;
        MPIC::TLSServer::hello($socket) or die 'no ClientHello';

        return $socket;
    }


    # how many descriptors the only worker has open

    sub descriptors {
        my ($self) = @_;
        my ($pid) = $self->workers;

        opendir my $dh, "/proc/$pid/fd" or die "/proc/$pid/fd: $!";

        return scalar grep { /^\d+$/ } readdir $dh;
    }
}


my %server = (cert => $certificate, key => $key);


sub serve {
    my ($socket) = @_;

    MPIC::TLSServer::shake($socket, \%server);
}


# what came is read, so that the end is no reset

sub is_left {
    my ($socket, $what) = @_;

    sysread $socket, my $hello, 65_536;
    ok(closed($socket), $what);
}


subtest 'a reload answers what is in flight' => sub {
    my $nginx = Perspective->start;
    my ($old) = $nginx->workers;
    my $client = $nginx->ask($alpn01);
    my $held = $nginx->held;

    $nginx->signal('HUP');
    ok(wait_until(sub { 2 == (my @now = $nginx->workers) }),
       'a new worker has come');

    serve($held);
    like(response($client), qr/"check_passed":true/, 'answered');
    ok(wait_until(sub { !grep { $_ == $old } $nginx->workers }),
       'the old worker has ended');

    my $next = $nginx->ask($alpn01);
    serve($nginx->held);
    like(response($next), qr/"check_passed":true/, 'the new worker answers');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'a graceful quit waits no longer than the check may take' => sub {
    my $nginx = Perspective->start(location => 'mpic_check_timeout 700ms;');
    my $client = $nginx->ask($alpn01);
    my $held = $nginx->held;

    $nginx->signal('QUIT');

    like(response($client), qr/"check_completed":false.* of 700 ms was over/,
         'answered');
    is_left($held, 'the server is left');
    is_quiet($nginx);
};


subtest 'a fast exit leaves nothing' => sub {
    my $nginx = Perspective->start;
    my @clients = ($nginx->ask($alpn01),
                   $nginx->ask(alpn01('blackhole.alpn.signed.example')));
    my $held = $nginx->held;
    ok(wait_until(sub { 2 == (() = $nginx->error_log =~ /mpic tls socket/g) }),
       'both have a socket');

    $nginx->signal('TERM');

    ok(closed($_), 'a client is left') for @clients;
    is_left($held, 'so is the server');
    is_quiet($nginx);
};


subtest 'worker_shutdown_timeout ends what is in flight' => sub {
    my $nginx = Perspective->start(main => 'worker_shutdown_timeout 200ms;');
    my $client = $nginx->ask($alpn01);
    my $held = $nginx->held;

    $nginx->signal('QUIT');

    ok(closed($client), 'the client is left');
    is_left($held, 'so is the server');
    is_quiet($nginx);
};


subtest 'a client that hangs up ends its check' => sub {
    my $nginx = Perspective->start;
    my $before;

    for my $how ('close', 'reset') {
        my $client = $nginx->ask($alpn01);
        my $held = $nginx->held;

        setsockopt($client, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0))
            if $how eq 'reset';
        close $client;

        is_left($held, "$how: the server is left");
        $before //= $nginx->descriptors;
    }

    # while it connects
    my $client = $nginx->ask(alpn01('blackhole.alpn.signed.example'));
    ok(wait_until(sub { 3 == (() = $nginx->error_log =~ /mpic tls socket/g) }),
       'a third connects');
    close $client;

    ok(wait_until(sub {
        3 == (() = $nginx->error_log =~ /mpic check ended without an answer/g)
    }), 'all three have ended');
    is($nginx->descriptors, $before, 'no descriptor stays');

    my $next = $nginx->ask($alpn01);
    serve($nginx->held);
    like(response($next), qr/"check_passed":true/, 'the worker answers on');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'two hundred at a time, whose servers take none of the connections'
    => sub
{
    my $nginx = Perspective->start(connections => 256, log => 'info',
                                   main => 'worker_rlimit_nofile 2048;');
    my $before;

    # the second time, what the resolver keeps open is open already

    for my $round (1, 2) {
        my @clients = map { $nginx->ask($alpn01) } 1 .. 200;
        my @held = map { $nginx->held } 1 .. 200;
        is(scalar @held, 200, 'all of them shake hands at the same time');

        serve($_) for @held;
        is(scalar(grep { response($_) =~ /"check_passed":true/ } @clients),
           200, 'all are answered');

        close $_ for @clients, @held;
        $before //= $nginx->descriptors;
    }

    ok(wait_until(sub { $nginx->descriptors <= $before }),
       'no descriptor stays') or diag("$before, then ", $nginx->descriptors);

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


done_testing();
