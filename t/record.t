# The record of the coordinator: mpic_log.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use IO::Socket::INET;
use JSON::PP;
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $secret = 'Kx7hVt2pQw9sLm4nRz8bYc3d';
my $path = 'Zq81LmPq0x7dTu.txt';
my $dcv = '{"check_type":"dcv","domain_or_ip_target":"Example.COM",'
    . '"trace_identifier":"t-1","dcv_check_parameters":{"validation_method":'
    . '"website-change","challenge_value":"' . $secret . '",'
    . '"http_token_path":"' . $path . '"}}';
my $failed = '{"check_completed":true,"check_passed":false,"errors":'
    . '[{"error_type":"mpic_error:dcv_checker:mismatch","error_message":'
    . '"expected the page to be \"' . $secret . '\", got \"' . substr($secret, 0, 14)
    . '\""}],"timestamp_ns":1795446413425060669,"check_type":"dcv",'
    . '"dnssec_status":"insecure","duration_ms":12,"details":{'
    . '"validation_method":"website-change","response_history":[{'
    . '"status_code":302,"url":"https://example.com/x?y=' . $secret . '"}],'
    . '"response_url":"https://example.com/.well-known/pki-validation/'
    . $path . '","response_status_code":200,"response_page":"c2VjcmV0",'
    . '"resolved_ip":"192.0.2.1","tried_ips":["192.0.2.1"]}}';


# a perspective's answer, and all of them, on a connection that is not used again

sub say_and_go {
    my ($socket, $json) = @_;

    answer($socket, $json);
    close $socket;
}


sub reply {
    my ($nginx, $json) = @_;

    say_and_go($_, $json) for $nginx->asked;
}


# all that were seen, as they were written
my %written;


sub lines {
    my ($nginx, $file) = @_;

    return map {
        $written{$_} = 1;
        decode_json($_);
    } $nginx->lines($file);
}


sub recorded {
    my ($nginx, $n, $file) = @_;

    ok(wait_until(sub { (my @l = lines($nginx, $file)) >= $n }),
       "$n recorded");

    my @lines = lines($nginx, $file);
    is(scalar @lines, $n, 'and no more');

    return @lines;
}


my $log = 'mpic_timeout 100s; mpic_log logs/record.log '
    . 'field=client:$http_x_client field=host:$host';


subtest 'valid, invalid, refused' => sub {
    my $nginx = MPIC::Process->start(location => "$log;");

    my $client = $nginx->ask;
    reply($nginx);
    like(response($client), qr/"is_valid":true/, 'answered');

    $client = $nginx->ask($dcv);
    reply($nginx, $failed);
    like(response($client), qr/"is_valid":false/, 'answered');

    like(response($nginx->ask(qq({"domain_or_ip_target":"$secret"}))),
         qr/ 400 /, 'refused');
    like(response($nginx->ask('{"check_type":"dcv","domain_or_ip_target":'
                  . '"example.com","dcv_check_parameters":{"validation_method"'
                  . ':"acme-http-01","token":"' . $secret
                  . '!","key_authorization":7}}')), qr/ 400 /, 'refused');

    my ($valid, $invalid, $refused, $wrong) = recorded($nginx, 4);

    is($valid->{outcome}, 'valid');
    is($valid->{status}, 200);
    is($valid->{check_type}, 'caa');
    is($valid->{caa_section}, '3.2.2.8');
    is($valid->{br_version}, '2.2.6');
    is($valid->{certificate_type}, 'tls-server');
    is($valid->{target}, 'example.com');
    is($valid->{asked_by}{host}, 'x');
    ok(exists $valid->{asked_by}{client} && !defined $valid->{asked_by}{client},
       'a variable without a value is null');
    like($valid->{request}{id}, qr/^[0-9a-f]{32}$/);
    like($valid->{time}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    is($valid->{quorum}{caa}, '4/4');
    is($valid->{policy}{name}, 'private');
    is($valid->{attempts}[0]{cohort}, 1);
    is(scalar @{$valid->{attempts}[0]{perspectives}}, 4);
    ok(!$valid->{truncated} && !$valid->{early});

    my ($p) = grep { $_->{perspective} eq 'p2' }
              @{$valid->{attempts}[0]{perspectives}};
    is($p->{rir}, 'RIPE NCC');
    is($p->{result}, 'passed');
    is($p->{time}, '2026-11-23T15:06:53.425Z');
    ok(!exists $p->{reason}, 'what passed has no reason');

    is($invalid->{outcome}, 'invalid');
    is($invalid->{target_sent}, 'Example.COM');
    is($invalid->{trace_identifier}, 't-1');
    is($invalid->{method}, 'website-change');
    is($invalid->{method_section}, '3.2.2.4.18');
    is($invalid->{quorum}{dcv}, '0/4');

    $p = $invalid->{attempts}[0]{perspectives}[0];
    is($p->{result}, 'failed');
    is($p->{errors}[0]{error_type}, 'mpic_error:dcv_checker:mismatch');
    is($p->{errors}[0]{error_message},
       'expected the page to be ..., got ...');
    is($p->{redirects}[0]{url}, 'https://example.com/...');
    is($p->{response_url},
       'https://example.com/.well-known/pki-validation/...');
    is($p->{resolved_ip}, '192.0.2.1');

    is($refused->{outcome}, 'refused');
    is($refused->{status}, 400);
    ok((grep { $_->{type} && exists $_->{field} } @{$refused->{issues}}),
       'issues');
    is($wrong->{target}, 'example.com');

    unlike(join('', map { encode_json($_) } $valid, $invalid, $wrong),
           qr/Kx7hVt2pQw9s|Zq81LmPq0x7d/i, 'no value in the record');
    unlike($nginx->error_log, qr/Kx7hVt2pQw9s|Zq81LmPq0x7d/i, 'nor in the error log');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');

    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'gone, late, quit, reopened' => sub {
    my $nginx = MPIC::Process->start(
        location => "mpic_grace 0; $log;",
        main => 'worker_shutdown_timeout 300ms;');

    my $client = $nginx->ask;
    my @asked = $nginx->asked;
    say_and_go(shift @asked);
    ok(wait_until(sub { $nginx->error_log =~ /mpic curl: 0/ }), 'one answer');
    close $client;

    my ($gone) = recorded($nginx, 1);
    is($gone->{outcome}, 'unanswered');
    is($gone->{status}, undef);
    is($gone->{quorum}, undef);
    is($gone->{attempts}[0]{caa}{in_the_end}, '1/4');
    is(scalar(grep { $_->{result} eq 'not_awaited' }
              @{$gone->{attempts}[0]{perspectives}}), 3);
    is(scalar(grep { exists $_->{reason} }
              @{$gone->{attempts}[0]{perspectives}}), 0);

    $client = $nginx->ask;
    @asked = $nginx->asked;
    my $late = pop @asked;
    say_and_go($_) for @asked;
    like(response($client), qr/not_awaited/, 'early');
    say_and_go($late);

    (undef, my $early) = recorded($nginx, 2);
    is($early->{outcome}, 'valid');
    ok($early->{early}, 'early');
    is($early->{quorum}{caa}, '3/4');
    is($early->{attempts}[0]{caa}{in_the_end}, '4/4');
    is($early->{attempts}[0]{caa}{not_awaited}, 1);
    is(scalar(grep { exists $_->{reason} }
              @{$early->{attempts}[0]{perspectives}}), 0);
    is(scalar(grep { $_->{late} && $_->{result} eq 'passed' }
              @{$early->{attempts}[0]{perspectives}}), 1);

    my $file = "$nginx->{dir}/logs/record.log";
    rename $file, "$file.1";
    $nginx->signal('USR1');
    ok(wait_until(sub { -e $file }), 'reopened');
    wait_until(sub { $nginx->error_log =~ /reopening logs.*reopening logs/s });

    $client = $nginx->ask;
    @asked = $nginx->asked;
    say_and_go(shift @asked);
    $nginx->signal('QUIT');
    ok(closed($client), 'the client is left');

    my ($quit) = recorded($nginx, 1);
    is($quit->{outcome}, 'unanswered');
    is(scalar(() = lines($nginx, 'record.log.1')), 2, 'what was stays');

    ok($nginx->ended, 'ended');
    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'batch, gzip, if, buffer, syslog, off' => sub {
    my $syslog = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1')
        or die "udp: $!";
    my $port = $syslog->sockport;

    my $nginx = MPIC::Process->start(
        location => 'mpic_timeout 100s; mpic_log logs/record.log;'
            . 'mpic_log logs/record.gz gzip if=$http_never;'
            . 'mpic_log logs/buffer.log buffer=64k field=a:b;'
            . "mpic_log syslog:server=127.0.0.1:$port,tag=mpic,nohostname;",
        server => 'mpic_log logs/off.log;'
            . ' location = /off { mpic_validate world; mpic_log off; }'
            . ' location = /gzip { mpic_validate world;'
            . ' mpic_log logs/gzip.log gzip=9 buffer=32k; }');

    my $caa = '{"check_type":"caa","domain_or_ip_target":"example.com"}';
    my $client = $nginx->ask("[$caa,{}]");
    reply($nginx);
    like(response($client), qr/"is_valid":true/, 'answered');

    my @items = recorded($nginx, 2);
    my %by = map { $_->{request}{item} => $_ } @items;
    is($by{1}{outcome}, 'valid');
    is($by{2}{outcome}, 'refused');
    is($by{1}{request}{id}, $by{2}{request}{id}, 'one request');

    my $got = '';
    recv($syslog, $got, 65536, 0);
    like($got, qr/^<190>\w{3} [ \d]\d [\d:]{8} mpic: \{/, 'syslog');
    is(decode_json($got =~ s/^.*?: //r)->{event}, 'mpic', 'whole');

    is(scalar(() = lines($nginx, 'buffer.log')), 0, 'in the buffer');

    for my $path ('/off', '/gzip') {
        $client = $nginx->ask($caa, undef, $path);
        reply($nginx);
        like(response($client), qr/"is_valid":true/, $path);
    }

    # a turn of the worker after the record of the last
    $nginx->ask('{}', undef, '/gzip');

    $nginx->signal('USR1');
    my @buffered = recorded($nginx, 2, 'buffer.log');
    is($buffered[0]{asked_by}{a}, 'b', 'a constant');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');

    ok(!-s "$nginx->{dir}/logs/off.log", 'off');
    ok(!-s "$nginx->{dir}/logs/record.gz", 'if');
    my @unzipped = map { decode_json($_) }
                   `gzip -dc $nginx->{dir}/logs/gzip.log`;
    is(scalar @unzipped, 2, 'gzip: whole members');
    is($unzipped[0]{target}, 'example.com', 'gzip');

    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'by the outcome' => sub {
    my $nginx = MPIC::Process->start(
        http => 'map $mpic_is_valid $bad { 0 1; default 0; }'
            . ' map $mpic_is_valid $word { 0 no; 1 yes; default none; }'
            . ' log_format word "$word $mpic_is_valid $status";',
        server => 'access_log logs/word.log word;',
        location => 'mpic_timeout 100s; mpic_batch_parallel 1;'
            . ' mpic_log logs/bad.log if=$bad;'
            . ' mpic_log logs/all.log field=word:$word'
            . ' field=quorum:$mpic_quorum field=status:$status'
            . ' field=target:$mpic_target field=error:$mpic_error'
            . ' field=took:$mpic_duration field=time:$request_time;');

    my $client = $nginx->ask;
    reply($nginx);
    like(response($client), qr/"is_valid":true/, 'valid');

    $client = $nginx->ask($dcv);
    reply($nginx, $failed);
    like(response($client), qr/"is_valid":false/, 'invalid');

    like(response($nginx->ask('{}')), qr/ 400 /, 'refused');
    like(response($nginx->ask('no')), qr/ 400 /, 'not JSON');

    my $caa = '{"check_type":"caa","domain_or_ip_target":"example.net"}';
    $client = $nginx->ask("[$caa,$dcv,{},$caa]");
    reply($nginx);
    reply($nginx, $failed);
    reply($nginx);
    like(response($client), qr/"is_valid":false/, 'a batch');

    $client = $nginx->ask;
    my @asked = $nginx->asked;
    close $client;
    closed($_) for @asked;

    $client = $nginx->ask("[$caa,$caa]");
    @asked = $nginx->asked;
    close $client;
    closed($_) for @asked;

    my @all = recorded($nginx, 10, 'all.log');
    my @words = map { $_->{asked_by}{word} } @all;
    is_deeply(\@words, [qw(yes no none none yes no none yes none none)],
              'each by its own, those of a batch too');

    is_deeply([map { $_->{asked_by}{quorum} } @all],
              ['4/4', '0/4', undef, undef, '4/4', '0/4', undef, '4/4', undef,
               undef], 'quorums');
    is_deeply([map { $_->{asked_by}{status} } @all],
              [200, 200, 400, 400, 200, 200, 400, 200, 499, 499], 'statuses');
    is_deeply([map { $_->{asked_by}{target} } @all],
              ['example.com', 'example.com', undef, undef, 'example.net',
               'example.com', undef, 'example.net', 'example.com',
               'example.net'], 'targets');
    is_deeply([map { $_->{asked_by}{error} } @all],
              [undef, undef, ('request-validation-failed') x 2, undef, undef,
               'request-validation-failed', (undef) x 3], 'errors');
    is(scalar(grep { $_->{asked_by}{took} =~ /^\d+\.\d{3}$/
                     && $_->{asked_by}{time} =~ /^\d+\.\d{3}$/ } @all), 10,
       'times');

    my @bad = recorded($nginx, 2, 'bad.log');
    is_deeply([map { $_->{request}{item} } @bad], [undef, 2],
              'if: those alone');

    open my $fh, '<', "$nginx->{dir}/logs/word.log" or die;
    is_deeply([sort map { s/\n//r } <$fh>],
              ['no 0 200', 'no 0 200', 'none - 400', 'none - 400',
               'none - 499', 'none - 499', 'yes 1 200'],
              'and access_log is told what it always was');

    $client = $nginx->ask;
    @asked = $nginx->asked;
    $nginx->signal('TERM');
    ok($nginx->ended, 'ended at once');

    my $last = (recorded($nginx, 11, 'all.log'))[-1];
    is($last->{outcome}, 'unanswered', 'the one in work');
    is($last->{asked_by}{target}, 'example.com', 'with its variables');

    is_deeply([$nginx->complaints], [], 'no complaints');
};


subtest 'a full disk' => sub {
    my $nginx = MPIC::Process->start(
        location => 'mpic_timeout 100s; mpic_log logs/full.log;'
            . ' mpic_log /dev/full;');

    for (1 .. 3) {
        my $client = $nginx->ask;
        reply($nginx);
        like(response($client), qr/"is_valid":true/, 'answered');
    }

    recorded($nginx, 3, 'full.log');

    is(scalar(() = $nginx->error_log =~ m{\[alert\].*/dev/full" failed}g), 1,
       'an alert');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


sub wrong {
    my (@lines) = @_;
    my $file = ($ENV{TEST_NGINX_SERVROOT} // '/tmp/mpic') . '-record.log';

    open my $fh, '>', $file or die "$file: $!";
    print $fh map { "$_\n" } @lines;
    close $fh;

    return `t/lib/record-check docs/record.schema.json < '$file' 2>&1`;
}


subtest 'the schema' => sub {
    my @lines = sort keys %written;

    cmp_ok(scalar @lines, '>', 20, 'lines of all kinds');
    is(wrong(@lines), scalar(@lines) . " lines\n", 'all are valid');

    my ($invalid) = grep { /"invalid".*"website-change"/ } @lines;

    for (['a member that nobody knows', qr/"event"/, '"page":"x","event"'],
         ['an outcome that is none', qr/"invalid"/, '"fine"'],
         ['a path that is shown', qr{pki-validation/\.\.\.},
          'pki-validation/token'],
         ['records of a DCV', qr/"resolved_ip":"[^"]+"/,
          '"records_seen":["x"]'],
         ['a method that is none', qr/"website-change"/, '"phone"'],
         ['no verdict', qr/"valid":false/, '"valid":null'],
         ['a quorum in words', qr{"0/4"}, '"none of 4"'],
         ['half a time', qr/T\d\d:\d\d/, 'T'],
         ['no perspective', qr/"perspective":/, '"code":'],
         ['a status that does not fit', qr/"status":200/, '"status":400'],
         ['a result twice', qr/"result":"/, '"result":"passed","result":"'])
    {
        my ($what, $from, $to) = @$_;

        ok($invalid =~ s/$from/$to/r ne $invalid, "$what: there to be spoilt");
        unlike(wrong($invalid =~ s/$from/$to/r), qr/^1 lines/, $what);
    }
};


done_testing();
