# The record of the perspective: mpic_perspective_log.  Each line of it is
# validated by docs/check-record.schema.json.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Certificate;
use MPIC::LivePerspective;
use MPIC::Process;
use MPIC::TLSServer;

use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $schema = 'docs/check-record.schema.json';
my $json = JSON::PP->new->utf8->canonical;

# all lines of all subtests
my @written;


package Perspective {

    our @ISA = ('MPIC::LivePerspective');


    sub target { '127.0.0.30:80' }


    sub conf {
        my ($self, %args) = @_;

        my $modules = join '', map { "load_module $_;\n" }
                               split ' ', $ENV{TEST_NGINX_LOAD_MODULES};
        $args{$_} //= '' for qw(main http server location);
        $args{level} //= 'info';

        return <<"CONF";
$modules
worker_processes 1;
error_log $self->{dir}/logs/error.log $args{level};
pid $self->{dir}/logs/nginx.pid;
$args{main}
events { worker_connections 256; }
http {
    log_format status '\$request_uri \$status';
    access_log logs/access.log status;
    mpic_perspective_zone mpic:64k;
    mpic_perspective_code nl-1;
    mpic_perspective_rir RIPE;
    mpic_resolver 127.0.0.53:53;
    mpic_allow_address 127.0.0.0/8 fd00:6d70::/64;
    mpic_allow_ended_methods on;
    mpic_caa_domains ca.example;
    mpic_check_timeout 100s;
    mpic_connect_timeout 100s;
    $args{http}
    server {
        listen 127.0.0.1:8090;
        $args{server}
        location = /mpic { mpic_check dcv; $args{location} }
        location = /caa { mpic_check caa; }
        location = /status { mpic_perspective_status; }
        location = /metrics { mpic_perspective_status format=prometheus; }
    }
    server {
        listen 127.0.0.10:80;
        listen [fd00:6d70::1]:80;
        location /.well-known/acme-challenge/ok {
            return 200 ok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI;
        }
        location /.well-known/pki-validation/ok.txt {
            return 200 "<p>v4lue-9jg46WB3rR</p>";
        }
        location ~ ^/.well-known/acme-challenge/(moved\\w*) {
            return 302 http://\$host/elsewhere/\$1?token=\$1;
        }
        location /elsewhere/ { return 200 \$arg_token.somebodyElse; }
        location / { return 404 \$request_uri; }
    }
}
CONF
    }



    sub request {
        my ($self, $path, $what) = @_;

        return MPIC::Process::response($self->ask($what, undef, $path));
    }


    sub get {
        my ($self, $path) = @_;
        my $socket = $self->connect;

        print $socket "GET $path HTTP/1.0\r\n\r\n";
        $socket->flush;

        return MPIC::Process::response($socket);
    }
}


# as many lines as that, and no more

sub recorded {
    my ($nginx, $n, $file) = @_;

    ok(wait_until(sub { (my @l = $nginx->lines($file)) >= $n }),
       "$n recorded");

    my @lines = $nginx->lines($file);
    is(scalar @lines, $n, 'and no more');
    push @written, @lines;

    return map { decode_json($_) } @lines;
}


sub dcv {
    my ($target, %parameters) = @_;

    return $json->encode({ domain_or_ip_target => $target,
                           trace_identifier => 't-1',
                           dcv_check_parameters => \%parameters });
}


sub caa {
    my ($target) = @_;

    return $json->encode({ domain_or_ip_target => $target });
}


sub http01 {
    my ($target, $token, $thumbprint) = @_;

    return dcv($target, validation_method => 'acme-http-01', token => $token,
               key_authorization => "$token." . ($thumbprint
                   // '9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI'));
}


sub end {
    my ($nginx) = @_;

    $nginx->signal('QUIT');
    is_quiet($nginx);
}


my $log = 'mpic_perspective_log logs/record.log';
my $held = http01('held.signed.example', 'heldT0ken9Kx7hVt2pQw');


subtest 'passed, failed, not completed' => sub {
    my $nginx = Perspective->start(server => "$log;");

    like($nginx->request('/mpic', http01('WWW.Signed.example', 'ok')),
         qr/"check_passed":true/, 'passed');
    like($nginx->request('/mpic', http01('www.signed.example',
                                         'movedFar7wX2kLm9Q')),
         qr/"check_passed":false/, 'failed');
    like($nginx->request('/caa', caa('permit.caa.signed.example')),
         qr/"check_passed":true/, 'permitted');
    like($nginx->request('/caa', caa('deny.caa.signed.example')),
         qr/"check_passed":false/, 'forbidden');
    like($nginx->request('/caa', caa('www.bogus.example')),
         qr/"check_completed":false/, 'bogus');

    my ($passed, $failed, $permitted, $forbidden, $bogus)
        = recorded($nginx, 5);

    like($passed->{time}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    is($passed->{event}, 'mpic_check');
    is($passed->{outcome}, 'passed');
    is($passed->{status}, 200);
    like($passed->{duration_ms}, qr/^\d+$/);
    like($passed->{request}{id}, qr/^[0-9a-f]{32}$/);
    is($passed->{request}{number}, 1);
    is($passed->{perspective}, 'nl-1');
    is($passed->{rir}, 'RIPE NCC');
    is($passed->{trace_identifier}, 't-1');
    is($passed->{target}, 'www.signed.example');
    is($passed->{target_sent}, 'WWW.Signed.example');
    is($passed->{check_type}, 'dcv');
    is($passed->{method}, 'acme-http-01');
    is($passed->{method_section}, '3.2.2.4.19');
    is($passed->{br_version}, '2.2.6');
    is($passed->{evidence}{dnssec_status}, 'secure');
    is($passed->{evidence}{response_status_code}, 200);
    is($passed->{evidence}{resolved_ip}, '127.0.0.10');
    is($passed->{evidence}{response_url}, 'http://www.signed.example'
       . '/.well-known/acme-challenge/...');
    ok(!exists $passed->{asked_by} && !exists $passed->{ended_ms}
       && !$passed->{truncated}, 'nothing that does not belong there');

    is($failed->{outcome}, 'failed');
    is($failed->{evidence}{redirects}[0]{status_code}, 302);
    is($failed->{evidence}{redirects}[0]{url},
       'http://www.signed.example/...');
    like($failed->{evidence}{errors}[0]{error_type},
         qr/^mpic_error:dcv_checker:/);

    is($permitted->{outcome}, 'passed');
    is($permitted->{caa_section}, '3.2.2.8');
    is($permitted->{certificate_type}, 'tls-server');
    is($permitted->{trace_identifier}, undef);
    is($permitted->{evidence}{records_seen}[0], '0 issue "ca.example"');
    ok(!exists $permitted->{method}, 'CAA has no method');

    is($forbidden->{outcome}, 'failed');
    is($bogus->{outcome}, 'not_completed');
    is($bogus->{status}, 200);

    end($nginx);
};


subtest 'refused' => sub {
    my $nginx = Perspective->start(
        server => "$log; location = /busy { mpic_check dcv;"
            . ' mpic_max_checks 1; }');

    like($nginx->request('/mpic', '{"domain_or_ip_target":"Kx7hVt2pQw9s"'),
         qr/ 400 /, 'no JSON');
    like($nginx->request('/mpic', dcv('example.com',
                                      validation_method => 'acme-http-01',
                                      token => 'Kx7hVt2pQw9s!',
                                      key_authorization => 7)),
         qr/ 400 /, 'wrong values');
    like($nginx->request('/caa', '{"domain_or_ip_target":"a..b"}'), qr/ 400 /,
         'no name');
    like($nginx->get('/caa'), qr/ 405 /, 'another method');
    like($nginx->request('/caa', ' ' x 20_000), qr/ 413 /, 'too large');

    my $client = $nginx->ask($held);
    my $socket = $nginx->connection;
    like($nginx->request('/busy', $held), qr/ 503 /, 'busy');
    close $client;
    ok(wait_until(sub {
        $nginx->error_log =~ /mpic check ended without an answer/
    }), 'the other one has ended');

    my @lines = recorded($nginx, 7);

    is($lines[$_]{outcome}, 'refused') for 0 .. 5;
    is_deeply([map { $_->{status} } @lines[0 .. 5]],
              [400, 400, 400, 405, 413, 503], 'statuses');
    is_deeply([map { $_->{check_type} } @lines[0 .. 5]],
              [qw(dcv dcv caa caa caa dcv)], 'of what');
    is_deeply($lines[0]{issues}, [{ type => 'malformed-json', field => '' }]);
    is($lines[1]{target}, 'example.com');
    is($lines[1]{method}, 'acme-http-01');
    is_deeply([sort map { $_->{field} } @{$lines[1]{issues}}],
              ['dcv_check_parameters.key_authorization',
               'dcv_check_parameters.token'], 'fields');
    is($lines[2]{target}, undef, 'no target');
    is_deeply([map { $_->{error} } @lines[3 .. 5]],
              [qw(method-not-allowed request-too-large too-many-checks)],
              'errors');

    unlike(join('', $nginx->lines), qr/Kx7hVt2p|heldT0ken/i, 'no values');

    end($nginx);
};


# what is asked, what a perspective is not to tell, whether it passes

my $secret = 'Kx7hVt2pQw9sLm4nRz8bYc3dEf5gHj6kQ1wE2rT3yU4';
my $digest = 'lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM';
my $alpn = 'b1' x 32;
my $thumb = 'Th0mbPr1ntOfAnAcc0untKeyXyZ98765AbCdEfGhIjK';

my @methods = (
    [http01('www.signed.example', 'ok'), 1,
     '9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI'],
    [http01('www.signed.example', $secret, $thumb), 0, $secret, $thumb],
    [http01('www.signed.example', "moved$secret", $thumb), 0,
     "moved$secret", $secret, $thumb],
    [dcv('www.signed.example', validation_method => 'website-change',
         challenge_value => 'v4lue-9jg46WB3rR', http_token_path => 'ok.txt'),
     1, 'v4lue-9jg46WB3rR', 'ok.txt'],
    [dcv('www.signed.example', validation_method => 'website-change',
         challenge_value => $secret, http_token_path => 'Pa7hOfThePage.txt'),
     0, $secret, 'Pa7hOfThePage'],
    [dcv('www.signed.example', validation_method => 'acme-dns-01',
         key_authorization_hash => $digest), 1, $digest],
    [dcv('wrong.signed.example', validation_method => 'acme-dns-01',
         key_authorization_hash => $secret), 0, $secret, 'b3RoZXI'],
    [dcv('signed.example', validation_method => 'dns-account-01',
         key_authorization_hash => $digest, acme_account_url =>
             'https://example.com/acme/acct/ExampleAccount'), 1, $digest],
    [dcv('www.signed.example', validation_method => 'dns-account-01',
         key_authorization_hash => $secret, acme_account_url =>
             'https://example.com/acme/acct/ExampleAccount'), 0, $secret,
     $digest],
    [dcv('good.alpn.signed.example', validation_method => 'acme-tls-alpn-01',
         key_authorization_hash => $alpn), 1, $alpn],
    [dcv('digest.alpn.signed.example', validation_method =>
             'acme-tls-alpn-01', key_authorization_hash => $alpn), 0, $alpn,
     '58' x 6],
    [dcv('target.signed.example', validation_method => 'dns-change',
         dns_record_type => 'CNAME', dns_name_prefix => '_dnsauth',
         challenge_value => $secret), 0, $secret],
    [dcv('caa.signed.example', validation_method => 'dns-change',
         dns_record_type => 'CAA', dns_name_prefix => '_dnsauth',
         challenge_value => 'ca.example; policy=' . $secret), 0, $secret],
    [dcv('www.signed.example', validation_method => 'dns-change',
         dns_record_type => 'TXT', dns_name_prefix => '_acme-challenge',
         challenge_value => $digest), 1, $digest],
    [dcv('signed.example', validation_method => 'dns-persistent',
         issuer_domain_names => ['ca.example'],
         expected_account_uri => 'https://ca.example/acct/1'), 1],
    [dcv('signed.example', validation_method => 'contact-email-txt',
         challenge_value => 'hostmaster@signed.example'), 1, 'hostmaster@'],
    [dcv('signed.example', validation_method => 'contact-email-txt',
         challenge_value => "$secret\@signed.example"), 0, $secret,
     'hostmaster@'],
    [dcv('signed.example', validation_method => 'contact-phone-txt',
         challenge_value => '+1 555 123 4567'), 1, '+1 555 123'],
    [dcv('contact.caa.signed.example', validation_method =>
             'contact-email-caa', challenge_value =>
             'hostmaster@signed.example'), 1, 'hostmaster@'],
    [dcv('contact.caa.signed.example', validation_method =>
             'contact-phone-caa', challenge_value => '+1 555 999 9999'), 0,
     '+1 555 999', '+1 555 123'],
    [dcv('public.signed.example', validation_method => 'ip-address',
         dns_record_type => 'A', challenge_value => '45.0.0.98'), 0,
     '45.0.0.98'],
    [dcv('45.0.0.10', validation_method => 'reverse-address-lookup',
         challenge_value => 'host.signed.example'), 1, 'host.signed'],
    [dcv('45.0.0.10', validation_method => 'reverse-address-lookup',
         challenge_value => "$secret.example"), 0, $secret, 'host.signed'],
);


# a TLS server for acme-tls-alpn-01, whose certificate says "octets"

sub alpn_server {
    my ($dir, $label, $octets) = @_;
    my $file = "$dir/$label.pem";
    my $key = key($dir, 'P-256', $label);

    open my $fh, '>', $file or die "$file: $!";
    print $fh certificate(
        subject => $label, issuer => $label, key => $key, extensions => [
            san(dns => "$label.alpn.signed.example"),
            acme_identifier($octets)]);
    close $fh;

    return $label => { cert => $file, key => $key };
}


subtest 'no value of any method is in any log' => sub {
    my $dir = tempdir(CLEANUP => 1);
    my $server = MPIC::TLSServer->start(
        listen => ['127.0.0.40'],
        servers => { alpn_server($dir, 'good', pack 'H*', $alpn),
                     alpn_server($dir, 'digest', 'X' x 32) });
    my $nginx = Perspective->start(
        server => "$log field=who:\$http_content_type;");
    my %seen;

    for (@methods) {
        my ($request, $passes) = @$_;

        like($nginx->request('/mpic', $request),
             $passes ? qr/"check_passed":true/
                     : qr/"check_completed":true,"check_passed":false/,
             decode_json($request)->{dcv_check_parameters}{validation_method});
    }

    my @lines = recorded($nginx, scalar @methods);
    my @texts = $nginx->lines;

    for my $i (0 .. $#methods) {
        my (undef, $passes, @values) = @{$methods[$i]};

        is($lines[$i]{outcome}, $passes ? 'passed' : 'failed',
           $lines[$i]{method});
        $seen{$lines[$i]{method}}++;

        unlike($texts[$i], qr/\Q$_/i, "without $_")
            for map { substr $_, 0, 12 } @values;
    }

    my $known = decode_json(do {
        open my $fh, '<', $schema or die $!;
        local $/;
        <$fh>;
    })->{properties}{method}{enum};

    is_deeply([sort keys %seen], [sort @$known], 'every method');

    unlike($nginx->error_log, qr/\Q$_/i, "$_ is not in the error log")
        for map { substr $_, 0, 12 } $secret, $thumb, $digest, $alpn;

    end($nginx);
};


subtest 'gone, quit, cut off' => sub {
    my $nginx = Perspective->start(
        main => 'worker_shutdown_timeout 300ms;',
        server => "$log field=status:\$status;");

    my $client = $nginx->ask($held);
    my $socket = $nginx->connection;
    close $client;

    my ($gone) = recorded($nginx, 1);
    is($gone->{outcome}, 'unanswered');
    is($gone->{status}, undef);
    is($gone->{duration_ms}, undef);
    like($gone->{ended_ms}, qr/^\d+$/);
    is($gone->{target}, 'held.signed.example');
    is($gone->{method}, 'acme-http-01');
    is($gone->{asked_by}{status}, '499', "nginx's own status");
    ok(!exists $gone->{evidence}, 'nothing was seen');

    $client = $nginx->ask($held);
    $socket = $nginx->connection;
    $nginx->signal('QUIT');
    ok(closed($client), 'the client is left');

    my (undef, $cut) = recorded($nginx, 2);
    is($cut->{outcome}, 'unanswered');
    is_quiet($nginx);

    undef $nginx;
    $nginx = Perspective->start(
        server => "$log buffer=64k;", location => 'mpic_check_timeout 300ms;');

    $client = $nginx->ask($held);
    $socket = $nginx->connection;
    $nginx->signal('QUIT');
    like(response($client), qr/"check_completed":false/, 'answered in time');
    is_quiet($nginx);

    my ($quit) = recorded($nginx, 1);
    is($quit->{outcome}, 'not_completed');

    undef $nginx;
    $nginx = Perspective->start(
        server => "$log buffer=64k field=status:\$status field=who:\$host"
            . ' field=time:$request_time;');

    $client = $nginx->ask($held);
    $socket = $nginx->connection;
    $nginx->signal('TERM');
    ok(closed($client), 'a fast exit leaves the client');
    is_quiet($nginx);

    my ($term) = recorded($nginx, 1);
    is($term->{outcome}, 'unanswered');
    is($term->{asked_by}{status}, '000');
    is($term->{asked_by}{who}, 'x', 'variables until the end');
};


subtest 'if, field, off, levels' => sub {
    my $nginx = Perspective->start(
        http => 'map $status $bad { ~^2 0; default 1; }',
        server => "$log if=\$bad field=status:\$status"
            . ' field=client:$remote_addr field=cert:$ssl_client_s_dn'
            . ' field=says:$http_content_type field=is:constant;'
            . ' mpic_perspective_log logs/all.log field=status:$status;'
            . ' location = /off { mpic_check caa; mpic_perspective_log off; }'
            . ' location = /own { mpic_check caa;'
            . ' mpic_perspective_log logs/own.log; }');

    like($nginx->request($_, caa('permit.caa.signed.example')),
         qr/"check_passed":true/, $_) for qw(/caa /off /own);
    like($nginx->request('/caa', '{}'), qr/ 400 /, 'refused');
    like($nginx->get('/caa'), qr/ 405 /, 'another method');

    my @bad = recorded($nginx, 2);
    is_deeply($bad[0]{asked_by}, { status => 400, client => '127.0.0.1',
                                   cert => undef, is => 'constant',
                                   says => 'application/json' }, 'fields');
    is($bad[1]{asked_by}{status}, 405);
    is($bad[1]{asked_by}{says}, undef, 'null for a variable without a value');

    my @all = recorded($nginx, 3, 'all.log');
    is_deeply([map { $_->{asked_by}{status} } @all], [200, 400, 405],
              '$status');
    is($all[1]{request}{id}, $bad[0]{request}{id}, 'one request');
    is($all[1]{request}{connection}, $bad[0]{request}{connection});

    my ($own) = recorded($nginx, 1, 'own.log');
    is($own->{target}, 'permit.caa.signed.example');

    my @access = $nginx->lines('access.log');
    is_deeply(\@access, ['/caa 200', '/off 200', '/own 200', '/caa 400',
                         '/caa 405'], 'access_log says the same');

    end($nginx);
};


subtest 'buffer, gzip, reopened, syslog' => sub {
    my $syslog = IO::Socket::INET->new(Proto => 'udp',
                                       LocalAddr => '127.0.0.1')
        or die "udp: $!";
    my $nginx = Perspective->start(
        server => "$log; mpic_perspective_log logs/buffer.log buffer=64k;"
            . ' mpic_perspective_log logs/flush.log buffer=64k flush=10ms;'
            . ' mpic_perspective_log logs/record.gz gzip=9;'
            . ' mpic_perspective_log syslog:server=127.0.0.1:'
            . $syslog->sockport . ',tag=mpic,nohostname;');
    my $dir = "$nginx->{dir}/logs";

    like($nginx->request('/caa', caa('permit.caa.signed.example')),
         qr/"check_passed":true/, 'passed');

    IO::Select->new($syslog)->can_read($MPIC::Process::patience)
        or die 'nothing comes by syslog';
    recv $syslog, my $got, 65_536, 0;
    like($got, qr/^<190>\w{3} [ \d]\d [\d:]{8} mpic: \{/, 'as access_log');
    is($got =~ s/^.*?: //r, ($nginx->lines)[0], 'the line of the file');

    recorded($nginx, 1, 'flush.log');
    ok(!-s "$dir/buffer.log" && !-s "$dir/record.gz", 'in buffers');

    rename "$dir/$_", "$dir/$_.1" for qw(record.log buffer.log record.gz);
    $nginx->signal('USR1');
    ok(wait_until(sub { -s "$dir/buffer.log.1" && -s "$dir/record.gz.1"
                        && -e "$dir/record.gz" && -e "$dir/record.log" }),
       'what is buffered goes to the old files');
    is(decode_json(`gzip -dc $dir/record.gz.1`)->{outcome}, 'passed', 'gzip');
    recorded($nginx, 1, 'buffer.log.1');

    # the master makes the files before the worker has them
    ok(wait_until(sub {
        2 <= (() = $nginx->error_log =~ /reopening logs/g)
    }), 'reopened');

    like($nginx->request('/caa', caa('deny.caa.signed.example')),
         qr/"check_passed":false/, 'failed');
    my ($line) = recorded($nginx, 1);
    is($line->{outcome}, 'failed', 'the next line is in the new one');

    $nginx->signal('QUIT');
    is_quiet($nginx);

    is(decode_json(`gzip -dc $dir/record.gz`)->{outcome}, 'failed',
       'and the last ones are written at the end');
    recorded($nginx, 1, 'buffer.log');
};


subtest 'a full disk' => sub {
    my $nginx = Perspective->start(
        server => "$log; mpic_perspective_log /dev/full;");

    like($nginx->request('/caa', caa('permit.caa.signed.example')),
         qr/"check_passed":true/, 'answered') for 1 .. 3;
    recorded($nginx, 3);

    like($nginx->get('/status'), qr/"record_failures":3,/, 'counted');
    like($nginx->get('/metrics'),
         qr/^mpic_check_record_failures_total 3$/m, 'for Prometheus');
    is(scalar(() = $nginx->error_log =~ m{\[alert\].*/dev/full" failed}g), 1,
       'an alert');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


subtest 'a file of two owners' => sub {
    my $dir = tempdir(CLEANUP => 1);
    my $conf = join '', map { "load_module $_;\n" }
                        split ' ', $ENV{TEST_NGINX_LOAD_MODULES};

    for (['access_log %s combined buffer=32k; mpic_perspective_log %s;',
          qr/written by another directive as well, with a buffer/],
         ['mpic_perspective_log %s buffer=1k; mpic_perspective_log %s;',
          qr/is written already with another "buffer="/],
         ['mpic_perspective_log %s; mpic_perspective_log off;',
          qr/cannot be "off" and written at the same level/],
         ['mpic_perspective_log %s level=3;', qr/invalid parameter "level=3"/])
    {
        my ($text, $why) = @$_;
        $text =~ s{%s}{$dir/x.log}g;

        open my $fh, '>', "$dir/nginx.conf" or die $!;
        print $fh "$conf pid $dir/pid; events { } http { $text }";
        close $fh;

        my $said = `$ENV{TEST_NGINX_BINARY} -t -e stderr -p $dir -c $dir/nginx.conf 2>&1`;
        isnt($?, 0, 'not accepted');
        like($said, $why, 'and why');
    }
};


sub validate {
    my (@lines) = @_;
    my $file = File::Temp->new;

    print $file "$_\n" for @lines;
    close $file;

    return `t/lib/record-check $schema < $file 2>&1`;
}


subtest 'the schema' => sub {
    cmp_ok(scalar @written, '>', 40, 'lines of all kinds');
    is(validate(@written), scalar(@written) . " lines\n", 'all are valid');

    my ($passed) = grep { /"passed".*"acme-http-01"/ } @written;

    for (['a member that nobody knows', qr/"event"/, '"page":"x","event"'],
         ['an outcome that is none', qr/"passed"/, '"fine"'],
         ['a path that is shown', qr{acme-challenge/\.\.\.},
          'acme-challenge/x'],
         ['records that a DCV saw', qr/"response_url"/,
          '"records_seen":["x"],"response_url"'],
         ['passed, and errors', qr/"evidence":\{/,
          '"evidence":{"errors":[{"error_type":"mpic_error:http"}],'],
         ['a member that comes twice', qr/"event"/,
          '"time":"2026-11-30T11:00:00.000Z","event"'])
    {
        my ($what, $from, $to) = @$_;
        my $wrong = $passed =~ s/$from/$to/r;

        isnt($wrong, $passed, 'changed');
        like(validate($passed, $wrong), qr/^line 2: .*\n(?:line 2: .*\n)*2 lines$/,
             "$what is wrong");
    }
};


done_testing();
