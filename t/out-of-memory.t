# Memory runs out at any allocation of a request, once or for good: nothing
# crashes or hangs, nothing that is not true is said to be valid, and the next
# request is served.  MPIC_STEP=1 tries every allocation instead of one in 31.

# without sanitizers: they have an allocator of their own, which does not fail

use strict;
use warnings;

use lib 't/lib';

use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;

use MPIC ();
use MPIC::Process;

package Scarce {
    our @ISA = ('MPIC::Process');

    sub listen_as_perspectives { }

    sub run {
        my ($self) = @_;

        local $ENV{LD_PRELOAD} = $self->{library};
        local $ENV{MPIC_SCARCE} = $self->{control};

        return $self->SUPER::run;
    }

    sub conf {
        my ($self, %args) = @_;

        my $modules = join '', map { "load_module $_;\n" }
                               split ' ', $ENV{TEST_NGINX_LOAD_MODULES};
        my $certs = $ENV{TEST_NGINX_CERTS};
        my @rirs = ('ARIN', 'RIPE', 'APNIC', 'LACNIC');
        my ($set, $servers) = ('', '');

        @$self{keys %args} = values %args;

        for my $n (1 .. 4) {
            my $rir = shift @rirs;

            $set .= "perspective p$n https://127.0.1.$n:8443 rir=$rir;\n";
            $servers .= <<"CONF";
    server {
        listen 127.0.1.$n:8443 ssl http2;
        ssl_certificate         $certs/p$n.pem;
        ssl_certificate_key     $certs/p$n.key;
        ssl_client_certificate  $certs/ca.pem;
        ssl_verify_client       on;
        mpic_perspective_code   p$n;
        mpic_perspective_rir    $rir;
        location = /dcv { mpic_check dcv; }
        location = /caa { mpic_check caa; }
    }
CONF
        }

        return <<"CONF";
$modules
error_log $self->{dir}/logs/error.log error;
pid $self->{dir}/logs/nginx.pid;
events { worker_connections 512; }
http {
    access_log off;
    mpic_policy private;
    mpic_timeout 4s;
    mpic_resolver $ENV{TEST_NGINX_RESOLVER};
    mpic_check_timeout 3s;
    mpic_caa_domains ca.example;
    mpic_allow_address 127.0.0.0/8;
    mpic_zone numbers:1m;
    mpic_log logs/record.log;
    mpic_perspectives world {
        secret_file secret;
        $set
        ssl_certificate          $certs/coordinator.pem;
        ssl_certificate_key      $certs/coordinator.key;
        ssl_trusted_certificate  $certs/ca.pem;
    }
$servers
    server {
        listen 127.0.0.1:8090;
        location = /mpic { mpic_validate world; }
        location = /status { mpic_status; }
    }
    server {
        listen 127.0.0.10:80;
        location / { return 200 "$ENV{TEST_NGINX_KEY_AUTHORIZATION}\\n"; }
    }
}
CONF
    }
}

$ENV{$_} //= $MPIC::defaults{$_} for keys %MPIC::defaults;

my ($step, $many) = ($ENV{MPIC_STEP} // 31, 1_000_000);
my $temp = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->canonical;
my ($library, $control) = ("$temp/scarce.so", "$temp/control");

system('cc', '-O2', '-fPIC', '-shared', '-fno-builtin', '-o', $library,
       't/memory/scarce.c') == 0
    or BAIL_OUT('t/memory/scarce.c does not compile');

open my $fh, '+>', $control or die "$control: $!";
scarce(0, 0, 0, 0, 0);

my $nginx = Scarce->start(library => $library, control => $control);
my ($worker) = $nginx->workers;

my ($key, $digest) = @ENV{qw(TEST_NGINX_KEY_AUTHORIZATION TEST_NGINX_DIGEST)};
my %http = (validation_method => 'acme-http-01', token => $ENV{TEST_NGINX_TOKEN});

# what is asked, and whether it is true

my @requests = (
    [1, check(caa => 'permit.caa.signed.example')],
    [0, check(caa => 'deny.caa.signed.example')],
    [1, check(dcv => 'signed.example', validation_method => 'acme-dns-01',
              key_authorization_hash => $digest)],
    [1, check(dcv => 'www.signed.example', %http, key_authorization => $key)],
    [0, check(dcv => 'www.signed.example', %http,
              key_authorization => "$ENV{TEST_NGINX_TOKEN}.x")],
);

for my $request (@requests) {
    my ($true, $body) = @$request;
    my $word = $true ? 'true' : 'false';
    my $right = qr/"is_valid":$word/;

    # twice: what is kept from one request to the next is there
    like(said($body), $right, "is_valid=$word: $body") for 1, 2;

    scarce($worker, $many, 0, 0, 0);
    said($body);
    my $allocations = $many - (seen())[1];

    cmp_ok($allocations, '>', 100, "$allocations allocations");
    fail_at($true, $body, $allocations, $_) for 1, -1;

    ok(wait_until(sub { said($body) =~ $right }), 'afterwards it is as before');
}

$nginx->signal('QUIT');
ok($nginx->ended, 'nginx ends');

done_testing();


# Memory lacks once, or from there on.  A step that is no divisor, so that the
# two and the requests differ in what they meet.

sub fail_at {
    my ($true, $body, $allocations, $lasts) = @_;
    my (%came, @wrong);

    for (my $n = $lasts == 1 ? 0 : 11; $n < $allocations; $n += $step) {
        scarce($worker, $n, $lasts, 0, 0);
        my $said = said($body);
        my $failed = (seen())[3];
        scarce(0, 0, 0, 0, 0);

        $came{$said =~ m{^HTTP/1.1 (\d+)} ? $1 : $said || 'closed'}++
            if $failed;
        push @wrong, "at $n: $said"
            if !$true && $said =~ /"is_valid":true/;
    }

    my $how = $lasts == 1 ? 'once' : 'for good';

    cmp_ok(eval { my $all = 0; $all += $_ for values %came; $all }, '>', 10,
           "memory lacks $how");
    is_deeply([grep { !/^(?:200|500|503|closed)$/ } keys %came], [],
              '… and each is answered, or its connection closed');
    is_deeply(\@wrong, [], '… what is not true is not valid');
    is_deeply([$nginx->workers], [$worker], '… nothing has crashed');
}


sub check {
    my ($type, $target, @parameters) = @_;

    return $json->encode({ check_type => $type, domain_or_ip_target => $target,
                           @parameters ? (dcv_check_parameters => { @parameters })
                                       : () });
}


sub said {
    my ($body) = @_;

    return response($nginx->ask($body));
}


sub scarce {
    sysseek $fh, 0, 0;
    syswrite $fh, pack 'q5', @_;
}


sub seen {
    sysseek $fh, 0, 0;
    sysread $fh, my $bytes, 40;

    return unpack 'q5', $bytes;
}
