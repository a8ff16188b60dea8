# docs/openapi.yaml says what is served: real requests and their answers, of
# every status, are validated by it.

# without sanitizers: what is tested is a description; others have the modules

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use Test::More;

use MPIC ();
use MPIC::Process;

package Served {
    our @ISA = ('MPIC::Process');

    sub listen_as_perspectives { }

    sub conf {
        my ($self) = @_;

        my $modules = join '', map { "load_module $_;\n" }
                               split ' ', $ENV{TEST_NGINX_LOAD_MODULES};
        my @rirs = ('ARIN', 'RIPE', 'APNIC', 'LACNIC', 'AFRINIC');
        my (@set, $servers);

        for my $code ('a' .. 'e') {
            my $port = 8500 + ord $code;
            my $rir = shift @rirs;

            push @set, "$code http://127.0.0.1:$port rir=$rir;";
            $servers .= "server { listen 127.0.0.1:$port;"
                        . "mpic_perspective_code $code;"
                        . "mpic_perspective_rir $rir;"
                        . "location = /dcv { mpic_check dcv; }"
                        . "location = /caa { mpic_check caa; } }\n";
        }

        my $primary = "primary $set[4]";
        my $four = join ' ', map { "perspective $_" } @set[0 .. 3];

        return <<"CONF";
$modules
error_log $self->{dir}/logs/error.log info;
pid $self->{dir}/logs/nginx.pid;
events { worker_connections 512; }
http {
    access_log off;
    mpic_policy private;
    mpic_grace 100s;
    mpic_resolver $ENV{TEST_NGINX_RESOLVER};
    mpic_dnssec on;
    mpic_dnssec_probe . bogus.example;
    mpic_caa_domains ca.example;
    mpic_allow_caa_lookup_failure on;
    mpic_allow_ended_methods on;
    mpic_allow_address 127.0.0.0/8;
    mpic_zone numbers:1m;
    mpic_perspective_zone checks:64k;
    mpic_perspectives four { secret_file secret; $four }
    mpic_perspectives primed { secret_file secret; $primary $four }
    $servers
    server {
        listen 127.0.0.1:8090;
        location = /mpic { mpic_validate four; mpic_allow_monitoring on; }
        location = /early { mpic_validate four; mpic_grace 0; }
        location = /primed {
            mpic_validate primed;
            mpic_perspective_count 2;
            mpic_max_attempts 2;
        }
        location = /one { mpic_validate four; mpic_max_requests 1; }
        location = /draft { mpic_validate four dialect=draft; }
        location = /draft-one {
            mpic_validate four dialect=draft;
            mpic_max_requests 1;
        }
        location = /status { mpic_status; }
        location = /perspective-status { mpic_perspective_status; }
        location = /dcv { mpic_check dcv; }
        location = /caa { mpic_check caa; }
        location = /busy { mpic_check caa; mpic_max_checks 1; }
        location = /busy-dcv { mpic_check dcv; mpic_max_checks 1; }
    }
    server {
        listen 127.0.0.10:80;
        location = /.well-known/acme-challenge/moved { return 301 /; }
        location / { return 200 "$ENV{TEST_NGINX_KEY_AUTHORIZATION}\\n"; }
    }
}
CONF
    }
}

$ENV{$_} //= $MPIC::defaults{$_} for keys %MPIC::defaults;

my $json = JSON::PP->new->canonical;
my $nginx = Served->start;
my ($key, $digest) = @ENV{qw(TEST_NGINX_KEY_AUTHORIZATION TEST_NGINX_DIGEST)};
my @exchanges;

my %dcv = (
    'acme-http-01' => ['www.signed.example', token => $ENV{TEST_NGINX_TOKEN},
                       key_authorization => $key,
                       http_headers => { 'User-Agent' => 'ca.example' }],
    'acme-dns-01' => ['*.signed.example', key_authorization_hash => $digest],
    'dns-account-01' => ['signed.example', key_authorization_hash => $digest,
        acme_account_url => 'https://example.com/acme/acct/ExampleAccount'],
    'acme-tls-alpn-01' => ['www.signed.example', key_authorization => $key],
    'website-change' => ['www.signed.example', challenge_value => '9jg46',
        http_token_path => 'a.txt', match_regex => '^eva', url_scheme => 'http'],
    'dns-change' => ['signed.example', challenge_value => $digest,
        dns_record_type => 'TXT', dns_name_prefix => '_acme-challenge',
        require_exact_match => JSON::PP::true],
    'dns-persistent' => ['signed.example', issuer_domain_names => ['ca.example'],
        expected_account_uri => 'https://ca.example/acct/1'],
    'contact-email-txt' => ['signed.example', challenge_value => 'a@b.example'],
    'contact-phone-txt' => ['signed.example', challenge_value => '+1 555'],
    'contact-email-caa' => ['signed.example', challenge_value => 'a@b.example'],
    'contact-phone-caa' => ['signed.example', challenge_value => '+1 555'],
    'ip-address' => ['www.signed.example', challenge_value => '127.0.0.10',
                     dns_record_type => 'A'],
    'reverse-address-lookup' => ['45.0.0.10',
                                 challenge_value => 'host.signed.example'],
);

for my $method (sort keys %dcv) {
    my ($target, @fields) = @{$dcv{$method}};
    my $parameters = { validation_method => $method, @fields };

    good($method, '/mpic', '/mpic', dcv => $target,
         dcv_check_parameters => $parameters);
    good("$method at a perspective", '/dcv', '/dcv', dcv => $target,
         dcv_check_parameters => $parameters);
}

my $dns01 = { validation_method => 'acme-dns-01',
              key_authorization_hash => $digest };
my $redirect = { validation_method => 'acme-http-01', token => 'moved',
                 key_authorization => 'moved.x' };

good("CAA at $_", '/caa', '/caa', caa => $_, include_records => JSON::PP::true,
     caa_check_parameters => { allow_lookup_failure => JSON::PP::true })
    for 'permit.caa.signed.example', 'deny.caa.signed.example',
        'www.bogus.example', 'www.lame.example', '1001.caa.signed.example';

good('CAA with all parameters', '/mpic', '/mpic', caa => 'www.signed.example',
     orchestration_parameters => { perspective_count => 3, quorum_count => 2,
                                   max_attempts => 1,
                                   cohort_for_single_attempt => undef },
     trace_identifier => 'a',
     caa_check_parameters => { certificate_type => 's-mime',
                               caa_domains => ['ca.example'],
                               expected_account_uris => ['https://ca.example/1'],
                               expected_validation_methods => ['dns-01'] });
good('both', '/mpic', '/mpic', dcv_with_caa => 'signed.example',
     dcv_check_parameters => $dns01);
good('both of an address', '/mpic', '/mpic', dcv_with_caa => '45.0.0.10',
     dcv_check_parameters => { validation_method => 'acme-tls-alpn-01',
                               key_authorization_hash => 'a' x 64 });
good('a redirect', '/mpic', '/mpic', dcv => 'www.signed.example',
     dcv_check_parameters => $redirect);
good('an early answer', '/mpic', '/early', caa => 'deny.caa.signed.example');
good('attempts, with a primary', '/mpic', '/primed', dcv => 'www.plain.example',
     orchestration_parameters => { max_attempts => 2 },
     dcv_check_parameters => $redirect);
good('looking on', '/mpic', '/mpic', caa => 'deny.caa.signed.example',
     orchestration_parameters => { quorum_count => 0 });
good('no such cohort', '/mpic', '/primed', caa => 'signed.example',
     orchestration_parameters => { cohort_for_single_attempt => 8 });

sent('a batch', '/mpic', '/mpic', 1, '['
     . '{"check_type":"caa","domain_or_ip_target":"signed.example"},'
     . '{"check_type":"caa","domain_or_ip_target":"a..example"}]');

# by the reference's names, as its document has them
sent('older names', '/mpic', '/mpic', 1, '{"check_type":"caa",'
     . '"domain_or_ip_target":"signed.example","caa_check_parameters":'
     . '{"accounturi_values":["https://ca.example/1"],'
     . '"validation_methods":["dns-01"]},"surplus":{"a":[1]}}');

sent("bad: $_", '/mpic', '/mpic', 0, $_)
    for '{}', '[]', '"a"', '{"check_type":"caa"}',
        '{"check_type":"a","domain_or_ip_target":"signed.example"}',
        '{"check_type":"dcv","domain_or_ip_target":"signed.example"}',
        '{"check_type":"caa","domain_or_ip_target":7}',
        '{"check_type":"caa","domain_or_ip_target":"signed.example",'
        . '"token":"a"}',
        '{"check_type":"caa","domain_or_ip_target":"signed.example",'
        . '"orchestration_parameters":{"perspective_count":1.5}}',
        '{"check_type":"caa","domain_or_ip_target":"signed.example",'
        . '"caa_check_parameters":{"certificate_type":"vmc"}}',
        '{"check_type":"dcv","domain_or_ip_target":"signed.example",'
        . '"dcv_check_parameters":{"validation_method":"acme-dns-01",'
        . '"key_authorization_hash":"short"}}';

sent("bad: $_", '/dcv', '/dcv', 0, $_) for '{"domain_or_ip_target":"a.example"}';
sent("bad: $_", '/caa', '/caa', 0, $_)
    for '{"check_type":"dcv","domain_or_ip_target":"a.example"}';

# the draft's

my $draft = '/mpic/draft-00';

sent("the draft: $_->{method}", $draft, '/draft', 1, $json->encode($_))
    for { method => 'caa', domain => 'permit.caa.signed.example' },
        { method => 'caa', domain => 'deny.caa.signed.example' },
        { method => 'http-acme', domain_or_ip => 'www.signed.example',
          caa_check => JSON::PP::true, token => $ENV{TEST_NGINX_TOKEN},
          key_authorization => $key },
        { method => 'dns', domain => 'signed.example', 'record-type' => 'TXT',
          prefix => '_acme-challenge', expected => $digest,
          caa => JSON::PP::false };

sent("bad: $_", $draft, '/draft', 0, $_)
    for '{}', '{"method":"a"}', '{"method":"caa","domain":"a.example","token":"a"}',
        '{"method":"dns","domain":"a.example","record-type":"A","prefix":"",'
        . '"expected":"a"}';

for my $path ('/mpic', '/dcv', '/caa', $draft) {
    my $at = $path eq $draft ? '/draft' : $path;
    my $type = 'Content-Type: application/json';

    exchange("GET of $path", $path, undef, undef, raw(bare(GET => $at)));
    exchange("text to $path", $path, undef, undef,
             raw(post($at, 'Content-Type: text/plain', '{}')));
    exchange("too much to $path", $path, undef, undef,
             raw(post($at, $type, ' ' x 20000)));
}

# one that takes its time, and another one meanwhile

for (['/mpic', '/one', ''], ['/caa', '/busy', ''],
     ['/dcv', '/busy-dcv', ',"dcv_check_parameters":' . $json->encode($dns01)],
     [$draft, '/draft-one', '{"method":"caa","domain":"a.silent.example"}'])
{
    my ($path, $at, $parameters) = @$_;
    my $body = $path eq $draft ? $parameters
               : '{"check_type":"' . ($parameters ? 'dcv' : 'caa')
                 . '","domain_or_ip_target":"a.silent.example"' . $parameters
                 . '}';

    my $slow = $nginx->ask($body, undef, $at);

    sent("$path: busy", $path, $at, 1, $body);
}

# the numbers, when there are some

for my $path ('/status', '/perspective-status') {
    exchange("$path as $_", $path, 1, undef, raw(bare(GET => "$path?format=$_")))
        for 'json', 'prometheus', 'html';
    exchange("$path as nothing known", $path, undef, undef,
             raw(bare(GET => "$path?format=xml")));
    exchange("POST to $path", $path, undef, undef, raw(bare(POST => $path)));
}

my $found = validate();

is($found, '', scalar @exchanges . ' exchanges are as docs/openapi.yaml says');
$nginx->signal('TERM');
ok($nginx->ended, 'nginx ends');
is_deeply([$nginx->complaints], [], 'and the log has no alert');

done_testing();


# good(name, path of the document, location, type, target, members …)

sub good {
    my ($name, $path, $at, $type, $target, %members) = @_;

    sent($name, $path, $at, 1,
         $json->encode({ check_type => $type, domain_or_ip_target => $target,
                         %members }));
}


sub sent {
    my ($name, $path, $at, $good, $body) = @_;

    exchange($name, $path, $good, $body,
             response($nginx->ask($body, undef, $at)));
}


sub exchange {
    my ($name, $path, $good, $body, $response) = @_;

    my ($status, $head, $answer)
        = $response =~ m{^HTTP/1.1 (\d+)(.*?\r\n)\r\n(.*)}s;
    my ($kind) = $head =~ /^content-type: (.*?)\r$/mi;
    my $expected = !defined $good ? '4..' : !$good ? 400
                   : $name =~ /busy$/ ? 503 : $name =~ /no such/ ? 500 : 200;

    if ($head =~ /^transfer-encoding: chunked/mi) {
        $answer = unchunked($answer);
    }

    like($status, qr/^$expected$/, $name) or diag($response);

    push @exchanges, { name => $name, path => $path, status => $status,
                       type => $kind,
                       answer => $kind =~ /json/ ? $json->decode($answer)
                                                 : $answer,
                       defined $body
                       ? (good => $good ? 1 : 0,
                          request => JSON::PP->new->allow_nonref->decode($body))
                       : () };
}


sub unchunked {
    my ($chunks) = @_;
    my $whole = '';

    while ($chunks =~ s/^([0-9a-f]+)\r\n//) {
        $whole .= substr($chunks, 0, hex $1);
        $chunks = substr($chunks, hex($1) + 2);
    }

    return $whole;
}


sub bare {
    my ($method, $at) = @_;

    return "$method $at HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
           . "Connection: close\r\n\r\n";
}


sub raw {
    my ($text) = @_;

    my $socket = $nginx->connect;
    print $socket $text;
    $socket->flush;

    return response($socket);
}


sub post {
    my ($path, $type, $body) = @_;

    return "POST $path HTTP/1.1\r\nHost: x\r\n$type\r\nConnection: close\r\n"
           . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
}


sub validate {
    my $file = "$nginx->{dir}/exchanges";

    open my $fh, '>', $file or die "$file: $!";
    print $fh $json->encode($_), "\n" for @exchanges;
    close $fh or die "$file: $!";

    return `t/lib/openapi-check docs/openapi.yaml < '$file' 2>&1`;
}
