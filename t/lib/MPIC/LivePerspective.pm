package MPIC::LivePerspective;

# A perspective with master and workers, for checks in flight while they come and
# go.  The test is the server that is looked at, and so decides what happens when:
#
#     package Perspective {
#         our @ISA = ('MPIC::LivePerspective');
#         sub target { '127.0.0.30:80' }
#     }
#
#     my $nginx = Perspective->start(location => 'mpic_max_checks 2;');
#     my $client = $nginx->ask($json);
#     my $socket = $nginx->connection;      # of the check with the target
#     …
#     is_quiet($nginx);
#
# Of the arguments of start(), "main", "listen" and "location" are put into the
# configuration; "workers", "connections" and "log" are numbers and a level there.
# /silent has a resolver that never answers.

use strict;
use warnings;

use MPIC::Process;

use IO::Select;
use IO::Socket::INET;
use Test::More ();

use Exporter 'import';

our @ISA = ('MPIC::Process');
our @EXPORT = qw(is_quiet);


sub listen_as_perspectives {
    my ($self) = @_;
    my $target = $self->target;

    $self->{listeners} = [IO::Socket::INET->new(
        Listen => 1024, LocalAddr => $target, ReuseAddr => 1)
        || die "$target: $!"];
}


sub conf {
    my ($self, %args) = @_;

    my $modules = join '', map { "load_module $_;\n" }
                           split ' ', $ENV{TEST_NGINX_LOAD_MODULES};
    $args{$_} //= '' for qw(main location listen);
    $args{workers} //= 1;
    $args{connections} //= 256;
    $args{log} //= 'debug';

    return <<"CONF";
$modules
worker_processes $args{workers};
error_log $self->{dir}/logs/error.log $args{log};
pid $self->{dir}/logs/nginx.pid;
$args{main}
events { worker_connections $args{connections}; }
http {
    access_log off;
    mpic_resolver 127.0.0.53:53;
    mpic_allow_address 127.0.0.0/8;
    mpic_check_timeout 100s;
    mpic_connect_timeout 100s;
    server {
        listen 127.0.0.1:8090 $args{listen};
        location = /mpic { mpic_check dcv; $args{location} }
        location = /silent {
            mpic_check dcv; mpic_resolver 127.0.0.54:53; $args{location}
        }
    }
}
CONF
}


sub connection {
    my ($self) = @_;

    IO::Select->new($self->{listeners}[0])->can_read($MPIC::Process::patience)
        or die 'nobody connects';

    return $self->{listeners}[0]->accept;
}


sub is_quiet {
    my ($nginx) = @_;

    Test::More::ok($nginx->ended, 'ended');
    Test::More::is_deeply([$nginx->complaints], [], 'no complaints');
}


1;
