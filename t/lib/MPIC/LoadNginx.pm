package MPIC::LoadNginx;

# An nginx with master and workers for MPIC::Load, whose processes are looked
# at while it runs.
#
#     my $nginx = MPIC::LoadNginx->start('name', $address, $conf);
#
# The configuration has no "pid" and "error_log" of its own.

use strict;
use warnings;

use File::Path qw(make_path remove_tree);

use MPIC::Process;

our @ISA = ('MPIC::Process');

# of the error log
our $level = 'info';


sub start {
    my ($class, $name, $address, $conf) = @_;

    my $dir = ($ENV{TEST_NGINX_SERVROOT} // '/tmp/mpic') . "-load/$name";
    remove_tree($dir);
    make_path("$dir/logs", "$dir/conf");

    my $self = bless { name => $name, dir => $dir, address => $address },
                     $class;
    my $modules = join '', map { "load_module $_;\n" }
                           split ' ', $ENV{TEST_NGINX_LOAD_MODULES};

    $self->write("$dir/conf/secret", '0123456789abcdef' x 4);
    $self->write("$dir/conf/nginx.conf",
                 MPIC::Process::own_folders($dir, <<"CONF"));
$modules
user root;
error_log $dir/logs/error.log $level;
pid $dir/logs/nginx.pid;
$conf
CONF
    $self->again;

    return $self;
}


sub again {
    my ($self) = @_;

    $self->run;
    wait_until(sub { ($self->{master} = $self->pid) && $self->workers
                     && $self->connect })
        or die "$self->{name}: nginx did not start: " . $self->error_log;
}


# as a daemon: an nginx in the foreground ignores USR2

sub run {
    my ($self) = @_;

    unlink "$self->{dir}/logs/nginx.pid";

    system($ENV{TEST_NGINX_BINARY}, '-p', "$self->{dir}/", '-e',
           "$self->{dir}/logs/error.log", '-c',
           "$self->{dir}/conf/nginx.conf") == 0
        or die "$self->{name}: nginx does not start\n";
}


sub pid {
    my ($self) = @_;

    open my $fh, '<', "$self->{dir}/logs/nginx.pid" or return;
    my ($pid) = (<$fh> // '') =~ /^(\d+)$/;

    return $pid;
}


sub ended {
    my ($self) = @_;

    wait_until(sub { !alive($self->{master}) }) or return;
    $self->{master} = 0;

    return 1;
}


sub connect {
    my ($self) = @_;

    return IO::Socket::INET->new(PeerAddr => $self->{address});
}


# the new master after a binary upgrade, which is the old one's child

sub take_over {
    my ($self) = @_;
    my $pid = $self->pid or return;

    return if $pid == $self->{master};

    return $self->{master} = $pid;
}


# without the detour of "ps", which would hold up the load

sub workers {
    my ($self, $master) = @_;

    $master //= $self->{master};

    my @workers = grep {
        my (undef, $parent) = stat_fields($_);
        defined $parent && $parent == $master && title($_) =~ /^nginx: worker/
    } processes();

    return @workers;
}


sub processes {
    opendir my $dir, '/proc' or return;

    return sort { $a <=> $b } grep { /^\d+$/ } readdir $dir;
}


sub title {
    my ($pid) = @_;

    open my $fh, '<', "/proc/$pid/cmdline" or return '';

    return <$fh> // '';
}


sub alive {
    my ($pid) = @_;

    return ((stat_fields($pid))[0] // '') !~ /^[ZX]?$/;
}


# state, and what else /proc/PID/stat has behind the name

sub stat_fields {
    my ($pid) = @_;

    open my $fh, '<', "/proc/$pid/stat" or return;
    my ($fields) = (<$fh> // '') =~ /.*\) (.*)/ or return;

    return split ' ', $fields;
}


# kilobytes of memory, shared parts counted in part (Pss), or all that is there
# (Rss), which does not depend on how many share it

sub memory {
    my ($pid, $kind) = @_;

    $kind //= 'Pss';
    open my $fh, '<', "/proc/$pid/smaps_rollup" or return;
    my ($size) = join('', <$fh>) =~ /^$kind:\s+(\d+)/m;

    return $size;
}


# what a process has open, by kind: "tcp NEAR FAR" (addresses), "listen",
# "udp", "socket" (others), "eventpoll", files by name; of many processes at a
# time with what sockets() gave

sub descriptors {
    my ($pid, $sockets) = @_;
    my %count;

    $sockets //= sockets();

    opendir my $dir, "/proc/$pid/fd" or return {};

    for my $fd (grep { /^\d+$/ } readdir $dir) {
        my $what = readlink "/proc/$pid/fd/$fd" // next;

        $what = $sockets->{$1} // 'socket' if $what =~ /^socket:\[(\d+)\]/;
        $what = $1 if $what =~ /^anon_inode:\[?(\w+)/;
        $count{$what}++;
    }

    return \%count;
}


# without connections to and from perspectives, which are kept

sub own_descriptors {
    my ($pid, $sockets) = @_;
    my $all = descriptors($pid, $sockets);
    my %own;

    for (keys %$all) {
        $own{/^tcp/ ? 'tcp' : $_} += $all->{$_} if !/^tcp \S+ 127\.0\.1\.\d/
            && !/^tcp 127\.0\.1\.\d/ && !/^tcp \S+ 127\.0\.0\.1:(?!809)/;
    }

    return \%own;
}


# inode => kind

sub sockets {
    my %kinds;

    for my $protocol (qw(tcp tcp6 udp udp6)) {
        open my $fh, '<', "/proc/net/$protocol" or next;

        while (my $line = <$fh>) {
            my ($local, $remote, $state, $inode) =
                $line =~ /^\s*\d+: (\S+) (\S+) (\S\S) \S+ \S+ \S+\s+\d+\s+\d+ (\d+)/
                or next;

            $kinds{$inode} = $protocol =~ /^udp/ ? 'udp'
                             : $state eq '0A' ? 'listen'
                             : 'tcp ' . endpoint($local) . ' '
                               . endpoint($remote);
        }
    }

    return \%kinds;
}


sub endpoint {
    my ($address, $port) = split /:/, $_[0];

    return join('.', reverse map { hex } $address =~ /../g) . ':' . hex $port
        if length $address == 8;

    return "$address:" . hex $port;
}


sub DESTROY {
    my ($self) = @_;

    kill 'KILL', $self->{master}, $self->workers if $self->{master};
}


1;
