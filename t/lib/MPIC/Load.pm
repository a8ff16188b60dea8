package MPIC::Load;

# A steady load of real requests, and what becomes of each of them:
#
#     my $load = MPIC::Load->start;
#     $load->clients(count => 20, hangup => 0.1);
#     $load->run_until(sub { $load->{ok} >= 500 });
#     $load->drain;                              # the clients go
#     is_deeply([$load->complaints], []);
#
# A coordinator (two workers; 127.0.0.1:8090, HTTP/2 at 8091), six perspectives:
# p1 … p4 real ones, each an nginx of its own, over TLS and HTTP/2, with a
# resolver that answers after up to half a second; p5 and p6 mocks that do.
# A request is a dns-01 check that is right or wrong, so that the verdict has to
# be.  Counted are:
#
#     sent     requests
#     ok       answered by 200 and the right verdict
#     votes    … by how many perspectives that passed or not
#     hungup   given up by their client
#     again    sent again, as HTTP wants it (MPIC::LoadClient)
#     excused  lost with a connection for which $load->excuse($port) was said,
#              or as $load->{excuse} (a function of request and port) allows
#     wrong    a list of all others

use strict;
use warnings;

use IO::Socket::INET;
use Time::HiRes qw(sleep time);

use MPIC::LoadClient;
use MPIC::LoadLoop;
use MPIC::LoadMocks;
use MPIC::LoadNginx;
use MPIC::Process ();

our $patience = 60;
our $resolver = '127.0.0.58';


sub start {
    my ($class, %args) = @_;

    my $self = bless {
        loop => MPIC::LoadLoop->new, port => {}, wrong => [], id => 0,
        delay => 0.5, location => '', main => '', http => '', %args,
        map { $_ => 0 } qw(sent ok hungup again excused flying asked)
    }, $class;

    $self->start_mocks;
    $self->{perspectives} = [map { $self->start_perspective($_) } 1 .. 4];
    $self->{coordinator} = MPIC::LoadNginx->start('coordinator',
                               '127.0.0.1:8090', $self->coordinator_conf(8090, 8091));

    return $self;
}


sub start_mocks {
    my ($self) = @_;
    my $loop = $self->{loop};

    $self->{behave} //= {};
    $self->{mocks} = [
        MPIC::LoadMocks::resolver($loop, $resolver, '127.0.0.53',
            sub {
                $self->{asked}++;
                return $self->{dns} ? $self->{dns}->(@_)
                                    : rand $self->{delay};
            }),
        map { my $how = $_;
              MPIC::LoadMocks::perspective($loop, '127.0.0.1', 0, sub {
                  return $self->{behave}{$how}->() if $self->{behave}{$how};
                  return (rand $self->{delay}, $how);
              }) } qw(good close)
    ];
}


sub start_perspective {
    my ($self, $n) = @_;
    my $certs = $ENV{TEST_NGINX_CERTS};
    my $more = $self->{perspective} // '';

    return MPIC::LoadNginx->start("p$n", "127.0.1.$n:8443", <<"CONF");
worker_processes 1;
events { worker_connections 1024; }
http {
    access_log off;
    server {
        listen 127.0.1.$n:8443 ssl http2;
        ssl_certificate         $certs/p$n.pem;
        ssl_certificate_key     $certs/p$n.key;
        ssl_client_certificate  $certs/ca.pem;
        ssl_verify_client       on;
        keepalive_requests      300;

        mpic_perspective_code   p$n;
        mpic_resolver           $resolver:53;
        mpic_allow_address      127.0.0.0/8;
        mpic_caa_domains        ca.example;
        $more
        location = /dcv { mpic_check dcv; }
        location = /caa { mpic_check caa; }
    }
}
CONF
}


sub coordinator_conf {
    my ($self, $http1, $http2) = @_;
    my $certs = $ENV{TEST_NGINX_CERTS};
    my @rirs = qw(ARIN RIPE APNIC LACNIC AFRINIC ARIN);
    my @urls = ((map { "https://127.0.1.$_:8443" } 1 .. 4),
                (map { 'http://127.0.0.1:' . $_->sockport }
                     @{$self->{mocks}}[2, 3]));
    my $n = 0;
    my $perspectives = join '', map { $n++; "perspective p$n $_ rir="
                                            . shift(@rirs) . ";\n" } @urls;

    return <<"CONF";
worker_processes 2;
$self->{main}
events { worker_connections 1024; }
http {
    access_log off;
    mpic_policy private;
    mpic_grace 100s;
    $self->{http}
    mpic_perspectives world {
        secret_file secret;
        $perspectives
        connect_timeout          8s;
        ssl_certificate          $certs/coordinator.pem;
        ssl_certificate_key      $certs/coordinator.key;
        ssl_trusted_certificate  $certs/ca.pem;
    }
    server {
        listen 127.0.0.1:$http1;
        listen 127.0.0.1:$http2 http2;
        location = /mpic { mpic_validate world; $self->{location} }
    }
}
CONF
}


sub clients {
    my ($self, %args) = @_;
    my ($count, $h2, $port) = map { delete $args{$_} } qw(count h2 port);

    $port //= 8090;
    $self->{stopping} = 0;

    MPIC::LoadClient->new(load => $self, address => "127.0.0.1:$port", %args)
        for 1 .. $count;
    MPIC::LoadClient::H2->new(load => $self,
                              address => '127.0.0.1:' . ($port + 1), %args)
        for 1 .. $h2 // 0;
}


# "make" gives requests of other kinds, for that client

sub next_request {
    my ($self, $client) = @_;

    return if $self->{stopping};

    $self->{sent}++;
    $self->{flying}++;

    return $self->{make}->(++$self->{id}, $client) if $self->{make};
    return $self->dns01(++$self->{id}, rand() < 0.8);
}


# right or wrong: a digest that the record has, or another

sub dns01 {
    my ($self, $id, $valid) = @_;
    my $digest = $valid ? $MPIC::LoadMocks::digest : 'A' x 43;

    return { id => "load-$id", valid => $valid, status => 200, body =>
        '{"check_type":"dcv","domain_or_ip_target":"www.signed.example",'
        . "\"trace_identifier\":\"load-$id\",\"dcv_check_parameters\":"
        . '{"validation_method":"acme-dns-01","key_authorization_hash":"'
        . "$digest\"}}" };
}


sub answered {
    my ($self, $request, $status, $body) = @_;
    my $why = $self->judge($request, $status // 0, $body);

    $self->{flying}--;

    if ($why) {
        $self->complain("$request->{id}: $why: "
                        . substr $body // '', 0, 2000);
        return;
    }

    $self->{ok}++;
    $self->{kinds}{$request->{kind} // 'dns-01'}++;
    $self->{votes}{() = $body =~ /"check_completed":true/g}++;
}


# what is wrong with an answer

sub judge {
    my ($self, $request, $status, $body) = @_;

    if ($request->{judge}) {
        return $request->{judge}->($status, $body, $request);
    }

    return "status $status" if $status != $request->{status};
    return 'of another request'
        if $body !~ /"trace_identifier":"$request->{id}"/;

    my $verdict = $request->{valid} ? 'true' : 'false';
    return "not is_valid=$verdict" if $body !~ /"is_valid":$verdict/;

    return;
}


sub hung_up {
    my ($self) = @_;

    $self->{flying}--;
    $self->{hungup}++;
}


sub excuse {
    my ($self, @ports) = @_;

    $self->{port}{$_} = 1 for @ports;
}


sub excused {
    my ($self, $port) = @_;

    return $self->{port}{$port // 0};
}


sub lost {
    my ($self, $request, $why, $port) = @_;

    $self->{flying}--;

    if ($self->excused($port)
        || $self->{excuse} && $self->{excuse}->($request, $port))
    {
        $self->{excused}++;
        return;
    }

    $self->complain(sprintf "%s: lost after %.3f s: %s", $request->{id},
                    time - ($request->{sent} // time), $why);
}


sub complain {
    my ($self, $text) = @_;

    push @{$self->{wrong}}, $text if @{$self->{wrong}} < 20;
    $self->{wrongs}++;
}


sub run_until {
    my ($self, $condition, $seconds) = @_;

    return $self->{loop}->run_until($condition, $seconds // $patience);
}


# so many more answers

sub more {
    my ($self, $n) = @_;
    my $wanted = $self->{ok} + $n;

    return $self->run_until(sub { $self->{ok} >= $wanted });
}


# no more requests, and all that were sent come to their end

sub drain {
    my ($self) = @_;

    $self->{stopping} = 1;
    my $done = $self->run_until(sub { $self->{flying} == 0 });

    # clients close when they want to go on and may not
    $self->{loop}->run(0.1);

    return $done;
}


sub nginxes {
    my ($self) = @_;

    return grep { $_ } @$self{'coordinator', 'second'},
                       @{$self->{perspectives}};
}


# what logs may not hold, but for workers that the test has killed

sub log_complaints {
    my ($self) = @_;

    return map { my $name = $_->{name};
                 map { "$name: $_" }
                     grep { !/worker process \d+ exited on signal 9/ }
                          $_->complaints } $self->nginxes;
}


1;
