package MPIC::TLSServer;

# Servers for acme-tls-alpn-01, good ones and others:
#
#     my $server = MPIC::TLSServer->start(
#         listen => ['127.0.0.40', '[fd00:6d70::1]'],
#         servers => {
#             good => { cert => 'good.pem', key => 'good.key' },
#             plain => sub { my ($socket, $hello) = @_; print $socket 'SSH' },
#         });
#
# Which one answers is said by the first label of the name that the client asks
# for (SNI); "default" answers where there is none of that name.  A hash is a TLS
# server that speaks "acme-tls/1"; "alpn" are other protocols, "version" one of
# IO::Socket::SSL's.  Code gets the connection, from which the ClientHello has not
# been read yet, and what is in that: { sni => ..., alpn => [...], local => ... }.
#
# $server->hellos gives all that came so far.  All ends with the test.

use strict;
use warnings;

use IO::Socket::IP;
use IO::Socket::SSL ();
use File::Temp ();
use JSON::PP ();
use POSIX ();
use Socket qw(MSG_PEEK SOL_SOCKET SO_LINGER);
use Time::HiRes qw(sleep);

use Exporter 'import';

our @EXPORT = qw(alert reset_connection);

# seconds after which a server ends in any case
our $patience = 20;


sub start {
    my ($class, %args) = @_;
    my $log = File::Temp->new;
    my $self = bless { log => $log, pids => [], owner => $$ }, $class;

    for my $address (@{$args{listen}}) {
        my $listener = IO::Socket::IP->new(
            LocalAddr => $address . ':' . ($args{port} // 443),
            Listen => 1024, ReuseAddr => 1) or die "$address: $@";
        my $pid = fork // die "fork: $!";

        if ($pid == 0) {
            $SIG{CHLD} = 'IGNORE';
            $SIG{PIPE} = 'IGNORE';
            $SIG{TERM} = 'DEFAULT';
            setpgrp;
            serve($listener, $args{servers}, $log->filename);
            POSIX::_exit(0);
        }

        close $listener;
        push @{$self->{pids}}, $pid;
    }

    return $self;
}


sub serve {
    my ($listener, $servers, $log) = @_;

    while (1) {
        my $socket = $listener->accept or next;
        my $child = fork // next;

        if ($child == 0) {
            alarm $patience;
            close $listener;
            answer($socket, $servers, $log);
            close $socket;
            POSIX::_exit(0);
        }

        close $socket;
    }
}


sub answer {
    my ($socket, $servers, $log) = @_;
    my $hello = hello($socket) or return;
    my ($label) = $hello->{sni} =~ /^([^.]*)/;

    open my $fh, '>>', $log or return;
    syswrite $fh, JSON::PP->new->canonical->encode($hello) . "\n";
    close $fh;

    my $server = $servers->{$label} // $servers->{default} // return;

    return ref $server eq 'CODE' ? $server->($socket, $hello)
                                 : shake($socket, $server);
}


# the handshake of a server that is a hash

sub shake {
    my ($socket, $server) = @_;

    $server->{context} //= IO::Socket::SSL::SSL_Context->new(
        SSL_server => 1,
        SSL_cert_file => $server->{cert},
        SSL_key_file => $server->{key},
        SSL_alpn_protocols => $server->{alpn} // ['acme-tls/1'],
        SSL_cipher_list => 'ALL:!kDHE:@SECLEVEL=0',
        SSL_version => $server->{version} // 'SSLv23:!SSLv2:!SSLv3')
        or die "$server->{cert}: $IO::Socket::SSL::SSL_ERROR";

    IO::Socket::SSL->start_SSL($socket, SSL_server => 1,
                               SSL_reuse_ctx => $server->{context}) or return;

    # until the client closes
    sysread $socket, my $rest, 1;
}


# of RFC 8446 section 4.1.2, as much as is of interest here

sub hello {
    my ($socket) = @_;
    my $data = '';

    for (1 .. 1000) {
        defined recv($socket, $data, 16_384, MSG_PEEK) or return;
        return if $data eq '';
        last if length $data >= 5 && length $data >= 5 + unpack 'x3 n', $data;
        sleep 0.01;
    }

    # behind version, random, session, ciphers, compression
    my ($extensions) = unpack 'x5 x4 x34 C/x n/x C/x n/a', $data;
    my %hello = (sni => '', alpn => [], local => $socket->sockhost);

    while (length $extensions) {
        (my $type, my $value, $extensions) = unpack 'n n/a a*', $extensions;

        if ($type == 0) {
            ($hello{sni}) = unpack 'x2 x n/a', $value;

        } elsif ($type == 16) {
            $hello{alpn} = [unpack 'x2 (C/a)*', $value];
        }
    }

    return \%hello;
}


sub hellos {
    my ($self) = @_;

    open my $fh, '<', $self->{log}->filename or die "hellos: $!";

    return map { JSON::PP::decode_json($_) } <$fh>;
}


# a record with a fatal alert (RFC 8446 section 6)

sub alert {
    my ($number) = @_;

    return pack 'C n n CC', 21, 0x0303, 2, 2, $number;
}


sub reset_connection {
    my ($socket) = @_;

    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
    close $socket;
}


sub DESTROY {
    my ($self) = @_;

    return if $self->{owner} != $$;

    local ($., $@, $!, $^E, $?);
    kill '-TERM', @{$self->{pids}};
    waitpid $_, 0 for @{$self->{pids}};
}


1;
