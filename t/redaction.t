# No log holds what proves control: all methods, passing, failing and refused,
# through a coordinator and its perspectives, and past perspectives that answer
# with what they were asked.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA qw(sha256_hex);
use File::Temp qw(tempdir);
use JSON::PP ();
use MIME::Base64 qw(decode_base64url encode_base64);
use Test::More;

use MPIC ();
use MPIC::Certificate;
use MPIC::Perspective ();
use MPIC::Process;
use MPIC::TLSServer;

package Redacted {
    our @ISA = ('MPIC::Process');

    my @rirs = ('ARIN', 'RIPE', 'APNIC', 'LACNIC');
    my @names = map { "\$mpic_$_" }
        qw(is_valid check_type method target quorum attempts requests
           trace_identifier perspectives_passed perspectives_failed error
           duration);

    sub perspectives {
        return join '', map { "perspective p$_ http://127.0.0.1:850$_ "
                              . "rir=$rirs[$_ - 1];\n" } 1 .. 3;
    }

    # the fourth is a server whose log may hold what it was asked: not ours
    sub servers {
        return join '', map { <<"CONF" } 1 .. 3;
server {
    listen 127.0.0.1:850$_;
    access_log logs/perspective.log;
    mpic_perspective_log logs/check.log;
    mpic_perspective_code p$_;
    mpic_perspective_rir $rirs[$_ - 1];
    location = /dcv { mpic_check dcv; }
    location = /caa { mpic_check caa; }
    location = /strict/dcv { mpic_check dcv; mpic_allow_ended_methods off; }
}
CONF
    }

    sub conf {
        my ($self) = @_;

        my $modules = join '', map { "load_module $_;\n" }
                               split ' ', $ENV{TEST_NGINX_LOAD_MODULES};
        my $n = 0;
        my $mocks = join '', map {
            "perspective p" . ++$n . " http://127.0.0.1:" . $_->sockport
            . " rir=$rirs[$n - 1];\n"
        } @{$self->{listeners}};
        my $strict = perspectives() =~ s/(:850\d)/$1\/strict/gr;

        return <<"CONF";
$modules
error_log $self->{dir}/logs/error.log info;
pid $self->{dir}/logs/nginx.pid;
events { worker_connections 512; }
http {
    log_format all '\$request \$status @names';
    access_log off;
    mpic_policy private;
    mpic_timeout 100s;
    mpic_grace 100s;
    mpic_resolver $ENV{TEST_NGINX_RESOLVER};
    mpic_allow_ended_methods on;
    mpic_allow_address 127.0.0.0/8;
    mpic_perspectives real { secret_file secret; @{[perspectives()]} }
    mpic_perspectives strict { secret_file secret; $strict }
    mpic_perspectives mocks { secret_file secret; $mocks }
    @{[servers()]}
    mpic_zone mpic:1m;
    mpic_log logs/record.log field=error:\$mpic_error field=target:\$mpic_target;
    server {
        listen 127.0.0.1:8090;
        access_log logs/access.log all;
        location = /mpic { mpic_validate real; }
        location = /strict { mpic_validate strict; }
        location = /mocks { mpic_validate mocks; }
        location = /status { mpic_status; mpic_log off; access_log off; }
    }
    server {
        listen 127.0.0.10:80;
        location /.well-known/pki-validation/go/ {
            return 302 /.well-known/pki-validation/\$arg_x?\$args;
        }
        location /.well-known/pki-validation/ok { return 200 "$ENV{MPIC_VALUE}"; }
        location /.well-known/pki-validation/ { return 404; }
        location / { return 200 "$ENV{TEST_NGINX_KEY_AUTHORIZATION}\\n"; }
    }
}
CONF
    }
}

$ENV{$_} //= $MPIC::defaults{$_} for keys %MPIC::defaults;
$ENV{MPIC_VALUE} = 'Kx7hVt2pQw9sLm4nRz8bYc3d';

my $json = JSON::PP->new->canonical;
my ($token, $key, $digest, $value) =
    @ENV{qw(TEST_NGINX_TOKEN TEST_NGINX_KEY_AUTHORIZATION TEST_NGINX_DIGEST
            MPIC_VALUE)};
my $alpn = MPIC::Perspective::key_authorization('alpn-token-Hw5tJk2uXq');
my $account = 'https://example.com/acme/acct/ExampleAccount';
my $wrong = 'wR0ngV4lueT0k3nJ7hG5fD3s';
my $wrong_key = "$wrong.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
my $wrong_hash = 'Zz9yXw8vUt7sRq6pOn5mLk4jIh3gFe2dCb1aZz9yXw8';


my $dir = tempdir(CLEANUP => 1);
my $tls_key = key($dir, 'P-256');

open my $fh, '>', "$dir/cert.pem" or die "cert.pem: $!";
print $fh certificate(key => $tls_key, extensions => [
    san(dns => 'public4.signed.example'),
    acme_identifier(Digest::SHA::sha256($alpn))]);
close $fh;

our $server = MPIC::TLSServer->start(
    listen => ['45.0.0.10'],
    servers => { public4 => { cert => "$dir/cert.pem", key => $tls_key } });


# a target and the fields that pass, those that do not, and a field that makes
# the request a bad one

my $name = 'www.signed.example';
my @methods = (
    ['acme-http-01', $name, { token => $token, key_authorization => $key },
     { token => $wrong, key_authorization => $wrong_key },
     { http_headers => { Host => 'x' } }],
    ['acme-dns-01', $name, { key_authorization_hash => $digest },
     { key_authorization_hash => $wrong_hash }, { key_authorization_hash =>
                                                  "$wrong_hash short?" }],
    ['dns-account-01', 'signed.example',
     { key_authorization_hash => $digest, acme_account_url => $account },
     { key_authorization_hash => $wrong_hash, acme_account_url => $account },
     { acme_account_url => "not a URL $wrong_hash" }],
    ['acme-tls-alpn-01', 'public4.signed.example',
     { key_authorization => $alpn }, { key_authorization => $wrong_key },
     { key_authorization_hash => "$wrong_hash$wrong_hash" }],
    ['website-change', $name,
     { challenge_value => $value, http_token_path => 'ok' },
     { challenge_value => $wrong, http_token_path => "go/y?x=$wrong" },
     { http_token_path => "../$wrong" }],
    ['website-change', $name,
     { challenge_value => $value, http_token_path => 'ok' },
     { challenge_value => $wrong, http_token_path => 'go/Pq7dTuX5m1LmVb9n',
       match_regex => "^Rx5$wrong\$" },
     { match_regex => "($wrong" }],
    ['dns-change', 'signed.example',
     { challenge_value => 'random-value-1234', dns_record_type => 'TXT',
       dns_name_prefix => '_dnsauth' },
     { challenge_value => $wrong, dns_record_type => 'TXT',
       dns_name_prefix => '_dnsauth' },
     { dns_record_type => $wrong }],
    ['dns-persistent', 'signed.example',
     { issuer_domain_names => ['ca.example'],
       expected_account_uri => 'https://ca.example/acct/1' },
     { issuer_domain_names => ['ca.example'],
       expected_account_uri => 'https://ca.example/acct/7' },
     { issuer_domain_names => [] }],
    ['contact-email-txt', 'signed.example',
     { challenge_value => 'hostmaster@signed.example' },
     { challenge_value => 'someone-else@signed.example' },
     { challenge_value => 'someone-else.signed.example' }],
    ['contact-phone-txt', 'signed.example',
     { challenge_value => '+1 555 123 4567' },
     { challenge_value => '+1 555 765 4321' },
     { challenge_value => 'call 555 765 4321' }],
    ['contact-email-caa', 'contact.caa.signed.example',
     { challenge_value => 'hostmaster@signed.example' },
     { challenge_value => 'someone-else@signed.example' },
     { challenge_value => 'someone-else.signed.example' }],
    ['contact-phone-caa', 'contact.caa.signed.example',
     { challenge_value => '+1 555 123 4567' },
     { challenge_value => '+1 555 765 4321' },
     { challenge_value => 'call 555 765 4321' }],
    ['ip-address', 'public.signed.example',
     { challenge_value => '45.0.0.10', dns_record_type => 'A' },
     { challenge_value => '45.0.0.77', dns_record_type => 'A' },
     { challenge_value => '45.0.0.777' }],
    ['reverse-address-lookup', '45.0.0.10',
     { challenge_value => 'host.signed.example' },
     { challenge_value => 'another-host.signed.example' },
     { challenge_value => 'another-host.signed.example/' }],
);


sub asked {
    my ($target, $method, $fields) = @_;

    return $json->encode({
        check_type => 'dcv', domain_or_ip_target => $target,
        trace_identifier => 'trace-1',
        dcv_check_parameters => { validation_method => $method, %$fields } });
}


sub status {
    my ($nginx, $body, $path) = @_;
    my $response = response($nginx->ask($body, undef, $path));

    return ($response =~ /^HTTP\/1.1 (\d+)/)[0], $response;
}


# what nobody may write down: as it stands, and as it is derived and spelled

sub forbidden {
    my @secrets = map { my $f = $_; map { $f->{$_} } grep {
            /^(?:challenge_value|token|key_authorization(?:_hash)?
                |http_token_path|match_regex)$/x } keys %$f }
        map { @$_[2 .. 4] } @methods;

    push @secrets, $wrong, split /\./, "$key.$wrong_key.$alpn";
    push @secrets, map { my $d = Digest::SHA::sha256_base64($_); $d =~ tr{+/}{-_};
                         ($d, sha256_hex($_)) } $key, $wrong_key, $alpn;

    # whole where they are short, or no random values; else their beginning
    my %seen;
    return grep { !$seen{$_}++ } map {
        my $head = /[\@ ]|^[\d.]+$|host/ ? $_ : substr $_, 0, 12;
        ($head, /[\@ ]|^[\d.]+$|host/ ? ()
                : substr(encode_base64($_, ''), 0, 12),
                  substr(unpack('H*', $_), 0, 20));
    # an address that another request had for its target
    } grep { length > 5 && $_ ne '45.0.0.10' } @secrets;
}


sub logs {
    my ($nginx) = @_;

    return map {
        my $file = $_;
        open my $fh, '<', $file or die "$file: $!";
        local $/;
        [$file =~ s{.*/}{}r, scalar(<$fh>) // '']
    } grep { !/\.pid$/ } glob "$nginx->{dir}/logs/*";
}


my $nginx = Redacted->start;
my $refused = 0;

for (@methods) {
    my ($method, $target, $good, $fails, $bad) = @$_;

    my ($status, $response) = status($nginx, asked($target, $method, $good));
    like($response, qr/^HTTP\/1.1 200 .*"is_valid":true/s, "$method passes");

    ($status, $response) = status($nginx, asked($target, $method, $fails));
    like($response, qr/^HTTP\/1.1 (?:400|200 .*"is_valid":false)/s,
         "$method fails");

    ($status) = status($nginx, asked($target, $method, { %$good, %$bad }));
    like($status, qr/^(?:200|400)$/, "$method wrong in another way");
    $refused += ($status == 400);

    # by the perspectives, too, where the coordinator lets it pass
    for my $fields ($good, $fails) {
        ($status) = status($nginx, asked($target, $method, $fields), '/strict');
        like($status, qr/^(?:200|400)$/, "$method of strict perspectives");
    }
}

cmp_ok($refused, '>', 8, 'most are refused by then');

# what is no JSON, and fields where none belong

is((status($nginx, $_))[0], 400, 'refused')
    for asked($name, 'acme-http-01', { token => "$token!",
                                       key_authorization => $key }),
        qq({"check_type":"dcv","token":"$token","domain_or_ip_target":"x.example"}),
        qq({"check_type":"dcv","challenge_value":"$value"),
        qq({"$value":1,"check_type":"$value","domain_or_ip_target":"x.example"}),
        asked("$value,x.example", 'acme-dns-01',
              { key_authorization_hash => $digest }),
        asked($name, 'acme-http-01', { token => $token,
              key_authorization => $key, http_headers => { "X $value" => '' } }),
        asked($name, $value, { challenge_value => $value });


# perspectives that say what they were asked, in every way there is

for my $reply (
    [400, '{"error":"request-validation-failed","validation_issues":[{'
        . '"issue_type":"VALUE","message":"bad VALUE","field":"VALUE"}]}'],
    [400, 'BODY'], [200, 'BODY'], [500, 'VALUE'], [404, '{"VALUE":"VALUE"}'],
    [200, '{"check_completed":true,"check_passed":"VALUE"}'],
    [200, '{"check_completed":true,"check_passed":true,"errors":null,'
        . '"timestamp_ns":1795446413425060669,"check_type":"dcv",'
        . '"perspective_code":"VALUE","rir":"VALUE","details":{'
        . '"validation_method":"website-change","VALUE":"VALUE"}}'],
    [200, '{"check_completed":true,"check_passed":true,"errors":null,'
        . '"timestamp_ns":1795446413425060669,"check_type":"VALUE"}'],
    [200, '{"check_completed":true,"check_passed":false,"errors":[{'
        . '"error_type":"VALUE","error_message":"VALUE and \'VALUE\'"}],'
        . '"timestamp_ns":1795446413425060669,"check_type":"dcv",'
        . '"dnssec_status":"VALUE","details":{"validation_method":'
        . '"website-change","response_url":"http://VALUE/VALUE",'
        . '"found_at":"VALUE","resolved_ip":"VALUE","response_page":"VALUE",'
        . '"response_history":[{"status_code":302,"url":"//VALUE"}],'
        . '"tried_ips":["VALUE"],"records_seen":["VALUE"]}}'])
{
    my ($status, $text) = @$reply;

    my $client = $nginx->ask(asked($name, 'website-change',
        { challenge_value => $value, http_token_path => 'ok' }), undef,
        '/mocks');

    for my $listener (@{$nginx->{listeners}}) {
        my $socket = MPIC::Process::call($listener);
        my $body = $text =~ s/VALUE/$value/gr;

        $body =~ s/BODY/$value, which is asked for/;

        print $socket "HTTP/1.1 $status $value\r\nContent-Type: "
            . "application/json\r\nX-Value: $value\r\nContent-Length: "
            . length($body) . "\r\nConnection: close\r\n\r\n$body";
        close $socket;
    }

    like(response($client), qr/^HTTP\/1.1 (?:200|400) /, "$status $text");
}

# and a client that has it in its trace identifier

{
    my $client = $nginx->ask(asked($name, 'website-change',
        { challenge_value => $value, http_token_path => 'ok' })
        =~ s/trace-1/x-$value-1/r, undef, '/mocks');

    # no HTTP at all
    for my $listener (@{$nginx->{listeners}}) {
        my $socket = MPIC::Process::call($listener);
        print $socket "$value\r\n";
        close $socket;
    }

    response($client);
}

like((status($nginx, asked($name, 'website-change',
    { challenge_value => $value, http_token_path => 'ok' })
    =~ s/trace-1/y-$value-1/r))[1], qr/"is_valid":true/,
     'a trace identifier that perspectives see');


my $socket = $nginx->connect;
print $socket "GET /status HTTP/1.0\r\n\r\n";
my $page = response($socket);
like($page, qr/"sets"/, 'the numbers');

$nginx->signal('QUIT');
ok($nginx->ended, 'ended');

my @logs = logs($nginx);
my %size = map { $_->[0] => length $_->[1] } @logs;

cmp_ok($size{$_} // 0, '>', 5000, "$_ has something")
    for qw(error.log access.log record.log perspective.log check.log);

for my $secret (forbidden()) {
    for (@logs, ['the numbers', $page]) {
        my ($file, $text) = @$_;

        ok($text !~ /(.{0,150}\Q$secret\E.{0,60})/i, "$secret in $file")
            or diag($1);
    }
}


for (['record.log', 'record'], ['check.log', 'check-record']) {
    my ($log, $schema) = @$_;

    like(`t/lib/record-check docs/$schema.schema.json \
          < '$nginx->{dir}/logs/$log' 2>&1`, qr/^\d+ lines\n\z/,
         "all lines of $log are of the schema");
}

done_testing();
