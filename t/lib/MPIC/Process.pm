package MPIC::Process;

# A real nginx with master and workers, for tests of what happens to a request
# in flight while they come and go.  The test itself plays client and
# perspectives, so that it decides what happens when:
#
#     my $nginx = MPIC::Process->start($conf);       # the http block's content
#     my $client = $nginx->ask($json);               # POST /mpic
#     my @asked = $nginx->asked(4);                  # connections of calls
#     $nginx->signal('HUP');
#     answer($_) for @asked;
#     like(response($client), qr/"is_valid":true/);
#     $nginx->ended or …

use strict;
use warnings;

use Errno qw(EINTR);
use File::Path qw(make_path remove_tree);
use IO::Select;
use IO::Socket::INET;
use POSIX qw(WNOHANG);
use Time::HiRes qw(sleep time);

use Exporter 'import';

our @EXPORT = qw(answer response closed wait_until);

# seconds after which a test gives up; nothing waits so long when all is well,
# and requests have longer: what a test waits for may not come from their end
our $patience = 40;

our $pass = '{"check_completed":true,"check_passed":true,"errors":null,'
    . '"timestamp_ns":1795446413425060669,"check_type":"caa","details":'
    . '{"caa_record_present":false,"found_at":null,"records_seen":null}}';


sub start {
    my ($class, %args) = @_;

    my $dir = ($ENV{TEST_NGINX_SERVROOT} // '/tmp/mpic') . '-process';
    remove_tree($dir);
    make_path("$dir/logs", "$dir/conf");

    my $self = bless { dir => $dir, listeners => [] }, $class;

    $self->listen_as_perspectives($args{perspectives} // 4);
    $self->write("$dir/conf/secret", '0123456789abcdef' x 4);
    $self->write("$dir/conf/nginx.conf",
                 own_folders($dir, $self->conf(%args)));

    $self->{disk} = $args{disk};

    # the master listens before there are workers
    $self->run;
    wait_until(sub {
        my @workers = $self->workers;
        @workers == ($args{workers} // 1) && $self->connect
    })
        or die 'nginx did not start: ' . $self->error_log;

    return $self;
}


# Temporary files where no other nginx has them: each gives the folders that are
# built in to its own user when it starts.

sub own_folders {
    my ($dir, $conf) = @_;
    my $paths = join '', map { "    ${_}_temp_path $dir/$_;\n" }
                         qw(client_body proxy fastcgi uwsgi scgi);

    $conf =~ s/^http \{\n/http {\n$paths/m or die "no http block: $conf";

    return $conf;
}


sub listen_as_perspectives {
    my ($self, $n) = @_;

    for (1 .. $n) {
        push @{$self->{listeners}},
            IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
                                  ReuseAddr => 1) || die "listen: $!";
    }
}


sub conf {
    my ($self, %args) = @_;

    my $modules = join '', map { "load_module $_;\n" }
                           split ' ', $ENV{TEST_NGINX_LOAD_MODULES};
    my @rirs = ('ARIN', 'RIPE', 'APNIC', 'LACNIC');
    my $n = 0;
    my $perspectives = join '', map {
        my $rir = $rirs[$n++ % @rirs];
        "perspective p$n http://127.0.0.1:" . $_->sockport . " rir=$rir;\n"
    } @{$self->{listeners}};

    my $main = $args{main} // '';
    my $http = $args{http} // '';
    my $location = $args{location} // 'mpic_timeout 100s;';
    my $server = $args{server} // '';
    my $set = $args{set} // '';
    my $listen = $args{listen} // '';
    my $workers = $args{workers} // 1;

    return <<"CONF";
$modules
worker_processes $workers;
error_log $self->{dir}/logs/error.log debug;
pid $self->{dir}/logs/nginx.pid;
$main
events { worker_connections 256; }
http {
    access_log off;
    mpic_policy private;
    mpic_grace 100s;
    $http
    mpic_perspectives world {
        secret_file secret;
        $set
        $perspectives
    }
    server {
        listen 127.0.0.1:8090 $listen;
        $server
        location = /mpic { mpic_validate world; $location }
        location = /ping { return 204; }
    }
}
CONF
}


sub write {
    my ($self, $file, $text) = @_;

    open my $fh, '>', $file or die "$file: $!";
    print $fh $text;
    close $fh;
}


sub run {
    my ($self) = @_;

    my $pid = fork() // die "fork: $!";

    if ($pid == 0) {
        exec $self->on_disk, $ENV{TEST_NGINX_BINARY}, '-p', "$self->{dir}/",
             '-e',
             "$self->{dir}/logs/error.log", '-g', 'daemon off;',
             '-c', "$self->{dir}/conf/nginx.conf"
            or POSIX::_exit(1);
    }

    $self->{master} = $pid;
}


# with "disk": its folder "disk" is a file system of so many octets, which
# nobody else sees; by the same process

sub on_disk {
    my ($self) = @_;

    return () if !$self->{disk};

    mkdir "$self->{dir}/disk";

    return ('unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c',
            'mount -t tmpfs -o size=' . $self->{disk} . ',mode=0777 none "$0"'
            . ' && exec "$@"', "$self->{dir}/disk");
}


sub signal {
    my ($self, $signal) = @_;

    kill $signal, $self->{master};
}


# the workers' process ids

sub workers {
    my ($self) = @_;

    return sort grep { $_ } map { /^(\d+) (\d+) nginx: worker/
                                  && $2 == $self->{master} ? $1 : undef }
                    `ps -eo pid,ppid,args --no-headers | sed 's/^ *//;s/  */ /g'`;
}


sub ended {
    my ($self) = @_;

    my $ended = wait_until(sub {
        waitpid($self->{master}, WNOHANG) == $self->{master}
    });
    $self->{master} = 0 if $ended;

    return $ended;
}


sub connect {
    my ($self) = @_;

    return IO::Socket::INET->new(PeerAddr => '127.0.0.1:8090');
}


sub ask {
    my ($self, $json, $socket, $path) = @_;

    $path //= '/mpic';
    $json //= '{"check_type":"caa","domain_or_ip_target":"example.com"}';
    $socket //= $self->connect || die "connect: $!";

    print $socket "POST $path HTTP/1.1\r\nHost: x\r\nContent-Type: "
                  . "application/json\r\nContent-Length: " . length($json)
                  . "\r\nConnection: close\r\n\r\n$json";
    $socket->flush;

    return $socket;
}


# waits until each perspective has been called, and gives the connections

sub asked {
    my ($self) = @_;

    return map { call($_) } @{$self->{listeners}};
}


# the same of the first ones that are called, as many as that

sub asked_of {
    my ($self, $n) = @_;
    my $select = IO::Select->new(@{$self->{listeners}});
    my @asked;

    while (@asked < $n) {
        my @ready = $select->can_read($patience)
            or die "no perspective was called";
        push @asked, map { call($_) } @ready;
    }

    return @asked;
}


sub call {
    my ($listener) = @_;

    IO::Select->new($listener)->can_read($patience)
        or die "a perspective was not called";
    my $socket = $listener->accept;
    my $request = '';

    while ($request !~ /\r\n\r\n.*\}\}?$/s) {
        IO::Select->new($socket)->can_read($patience)
            or die "a call has no end: $request";
        sysread($socket, $request, 65536, length $request)
            or die "a call ended early: $request";
    }

    return $socket;
}


# the lines of a log, record.log if it is not named, all whole

sub lines {
    my ($self, $file) = @_;

    open my $fh, '<', "$self->{dir}/logs/" . ($file // 'record.log')
        or return;

    return map { s/\n\z// or die "half a line: $_"; $_ } <$fh>;
}


sub error_log {
    my ($self) = @_;

    open my $fh, '<', "$self->{dir}/logs/error.log" or return '';
    local $/;

    return <$fh>;
}


# what no log may hold

sub complaints {
    my ($self) = @_;

    return grep { /\[(?:alert|crit|emerg)\]|open socket|Sanitizer/ }
                split /\n/, $self->error_log;
}


sub DESTROY {
    my ($self) = @_;

    if ($self->{master}) {
        kill 'KILL', $self->workers, $self->{master};
        waitpid($self->{master}, 0);
    }
}


sub answer {
    my ($socket, $json) = @_;

    $json //= $pass;
    print $socket "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  . "Content-Length: " . length($json) . "\r\n\r\n$json";
    $socket->flush;
}


# all that comes until the other side closes

sub response {
    my ($socket) = @_;
    my $text = '';

    while (IO::Select->new($socket)->can_read($patience)) {
        my $n = sysread($socket, $text, 65536, length $text);
        next if !defined $n && $! == EINTR;
        return $text if !$n;
    }

    return "no end: $text";
}


# whether the other side closes and sends nothing

sub closed {
    return response($_[0]) eq '';
}


sub wait_until {
    my ($condition) = @_;
    my $end = time + $patience;

    while (time < $end) {
        my $result = $condition->();
        return $result if $result;
        sleep 0.02;
    }

    return;
}


1;
