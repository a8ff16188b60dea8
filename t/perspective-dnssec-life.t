# mpic_dnssec: what becomes of checks while a resolver ceases to validate and
# begins again, and while workers come and go.  The resolver is 127.0.0.65, which
# is what it is told to be.

use strict;
use warnings;

use lib 't/lib';
use MPIC::DNSServer;
use MPIC::Process;

use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

my $caa = '{"domain_or_ip_target": "permit.caa.signed.example",'
          . '"caa_check_parameters": {"caa_domains": ["ca.example"]}}';


package Perspective {

    our @ISA = ('MPIC::Process');


    sub listen_as_perspectives {
    }


    sub conf {
        my ($self, %args) = @_;

        my $modules = join '', map { "load_module $_;\n" }
                               split ' ', $ENV{TEST_NGINX_LOAD_MODULES};
        $args{interval} //= '100ms';
        $args{resolvers} //= '127.0.0.65';
        $args{timeout} //= '300ms';

        return <<"CONF";
$modules
worker_processes 1;
error_log $self->{dir}/logs/error.log debug;
pid $self->{dir}/logs/nginx.pid;
events { worker_connections 256; }
http {
    access_log off;
    mpic_resolver $args{resolvers};
    mpic_resolver_timeout $args{timeout};
    mpic_dnssec on;
    mpic_dnssec_probe signed.example www.bogus.example interval=$args{interval};
    mpic_check_timeout 30s;
    server {
        listen 127.0.0.1:8090;
        location = /mpic { mpic_check caa; }
    }
}
CONF
    }


    # so many lines of the log that say so

    sub says {
        my ($self, $pattern, $times) = @_;

        return MPIC::Process::wait_until(sub {
            $times <= (() = $self->error_log =~ /$pattern/g)
        });
    }


    sub check {
        my ($self) = @_;

        return MPIC::Process::response($self->ask($caa));
    }


    # in the other mode until the worker has seen it

    sub is {
        my ($self, $what) = @_;

        MPIC::DNSServer::dns_control("switch $what");

        if ($what eq 'honest') {
            return $self->says(qr/\[notice\] .*validates DNSSEC/,
                               ++$self->{recovered});
        }

        return $self->says(qr/\[error\] .*is not asked while/,
                           ++$self->{failed});
    }
}


sub is_quiet {
    my ($nginx) = @_;

    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
}


my $passed = qr/"check_passed":true/;
my $refused = qr/"check_completed":false,"check_passed":false.*proves to validate/;

subtest 'a resolver that ceases to validate, and begins again' => sub {
    dns_control('reset');

    my $nginx = Perspective->start;
    like($nginx->check, $passed, 'a check passes');

    my %whys = (
        lazy => qr/the answer for signed\.example, which is signed, is not authenticated/,
        lying => qr/it answers for www\.bogus\.example, which does not validate, and says that it does/,
        noad => qr/which is signed, is not authenticated/,
        servfail => qr/cannot be looked up: SERVFAIL/,
        refused => qr/cannot be looked up: REFUSED/,
        silent => qr/cannot be looked up: no answer within the time allowed/,
    );

    for my $what (sort keys %whys) {
        ok($nginx->is($what), "$what: seen and logged");
        my $answer = $nginx->check;
        like($answer, $refused, "$what: no check passes");
        like($answer, $whys{$what}, "$what: and says why");

        ok($nginx->is('honest'), 'seen that it validates again');
        like($nginx->check, $passed, 'and so does a check');
    }

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'of two resolvers the one that validates is asked' => sub {
    dns_control('reset');

    my $nginx = Perspective->start(resolvers => '127.0.0.65 127.0.0.53');
    ok($nginx->is('lying'), 'the first one lies');

    dns_control('reset');
    dns_control('switch lying');
    like($nginx->check, $passed, 'a check passes');
    is(dns_asked('permit.caa.signed.example', 'CAA'), 0,
       'and the liar was not asked');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'checks that come first wait for the test' => sub {
    dns_control('reset');

    my $nginx = Perspective->start(interval => '1h');

    # a worker that has just come is asked at once

    for (1 .. 5) {
        my ($old) = $nginx->workers;
        $nginx->signal('HUP');
        ok(wait_until(sub {
            my @now = $nginx->workers;
            @now == 1 && $now[0] != $old
        }), 'a new worker');
        like($nginx->check, $passed, 'a check passes');
    }

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'a worker that quits does not wait for the next test' => sub {
    dns_control('reset');

    my $nginx = Perspective->start(interval => '1h');
    like($nginx->check, $passed, 'a check passes');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'nor for one that goes on' => sub {
    dns_control('reset');
    dns_control('switch silent');

    my $nginx = Perspective->start(timeout => '1h');
    ok($nginx->says(qr/mpic resolver query: www\.bogus\.example/, 1),
       'a test goes on');

    $nginx->signal('QUIT');
    is_quiet($nginx);
};


subtest 'a worker that exits at once ends a test and who waits for it' => sub {
    dns_control('reset');
    dns_control('switch silent');

    my $nginx = Perspective->start(timeout => '1h');
    my $client = $nginx->ask($caa);
    ok($nginx->says(qr/http client request body|mpic perspective handler/, 1),
       'a check waits');

    $nginx->signal('TERM');
    is_quiet($nginx);
    unlike(response($client), qr/"check_passed":true/, 'nothing has passed');
};


subtest 'a worker that quits waits for the check that waits' => sub {
    dns_control('reset');
    dns_control('switch silent');

    my $nginx = Perspective->start(timeout => '500ms');
    my $client = $nginx->ask($caa);
    ok($nginx->says(qr/mpic perspective handler/, 1), 'a check waits');

    $nginx->signal('QUIT');
    like(response($client), $refused, 'and is answered');
    is_quiet($nginx);
};

dns_control('reset');

done_testing();
