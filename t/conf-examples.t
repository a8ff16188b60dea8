# nginx takes each of conf-examples/ as it is, but for the places of files, for
# addresses and names that only its operator's network knows, and for rates that
# would depend on the machine; and each does what it says.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Coordinator ();
use MPIC::LoadNginx;
use MPIC::Process;

use File::Path qw(make_path remove_tree);
use IO::Socket::INET;
use IO::Socket::SSL;
use POSIX ();
use Test::More;

my $nginx = $ENV{TEST_NGINX_BINARY};
my $certs = $ENV{TEST_NGINX_CERTS};
my $root = "$ENV{TEST_NGINX_SERVROOT}-examples";
my $mpic = "$root/mpic";
my ($modules) = $ENV{TEST_NGINX_LOAD_MODULES} =~ m{(\S+)/ngx_http_mpic_module};
my $key = '0123456789abcdef' x 4;

our $body = '{"check_type": "caa", "domain_or_ip_target": "permit.caa.signed.example",'
    . ' "caa_check_parameters": {"caa_domains": ["ca.example"]},'
    . ' "trace_identifier": "seen"}';

# what each is used for; one that is missing here fails

my %use = (
    'coordinator.conf' => \&coordinator,
    'coordinator-high-availability.conf' => \&high_availability,
    'coordinator-mtls-and-api-keys.conf' => \&mtls_and_api_keys,
    'coordinator-multi-tenant.conf' => \&multi_tenant,
    'coordinator-open-mpic.conf' => \&open_mpic,
    'migration-open-mpic.conf' => \&migration,
    'perspective.conf' => \&perspective,
    'perspective-behind-firewall.conf' => \&behind_firewall,
    'all-on-one-host.conf' => \&one_host,
);

remove_tree($root);
make_path($mpic, "$root/record");
files();

my $mocks = MPIC::LoadNginx->start('mocks', '127.0.1.1:443', mocks());

for my $example (sort glob 'conf-examples/*.conf') {
    my ($name) = $example =~ m{([^/]+)$};

    taken($example);
    ok($use{$name}, "$example is used") or next;
    $use{$name}->(read_file($example));
}

is_deeply([$mocks->complaints], [], 'no complaints of the mocks');

done_testing();


# nginx -t, without a warning, and not with a word changed

sub taken {
    my ($example) = @_;

    my $text = prepared(read_file($example));

    write_file("$root/nginx.conf", $text);
    my $output = `$nginx -t -e stderr -p $root/ -c nginx.conf 2>&1`;
    is($?, 0, "nginx -t: $example") or diag($output);

    # the words "deprecated" of a newer nginx about "listen … http2" are none
    # of an example's that must do for both; the trial is warned about
    my @complaints = grep { /\[(?:warn|error|crit|alert|emerg)\]/
                            && !/"listen \.\.\. http2" directive is deprecated/
                            && !/"mpic_policy private" with "mpic_validate trial"/ }
                          split /\n/, $output;
    is("@complaints", '', "… without a warning");

    my $spoiled = $text =~ s/(mpic_(?:validate|check)\s+)\w+/$1nonesuch/r;
    write_file("$root/nginx.conf", $spoiled);
    $output = `$nginx -t -e stderr -p $root/ -c nginx.conf 2>&1`;
    isnt($?, 0, '… and a word changed in it is noticed');
    like($output, qr/nonesuch/, '… by name');
}


# The shipped text for this network.  Hosts become 127.0.1.1, 127.0.1.2 … in the
# order of the file, and all votes are waited for, to be counted.

sub prepared {
    my ($text) = @_;
    my $hosts = 0;
    my $probe = $text =~ /mpic_check/
                ? "mpic_dnssec_probe signed.example www.bogus.example;\n" : '';

    # Debian's nginx would write to /var/lib and /var/log
    my $paths = join '', "access_log $root/access.log;\n", $probe,
                         map { "${_}_temp_path $root/$_;\n" }
                         qw(client_body proxy fastcgi uwsgi scgi);

    $text =~ s{modules/}{$modules/}g;
    $text =~ s{/etc/nginx/mpic}{$mpic}g;
    $text =~ s{/var/log/nginx}{$root}g;
    $text =~ s{/var/log/mpic}{$root/record}g;
    $text =~ s{https://\w+\.mpic\.example}{'https://127.0.1.' . ++$hosts}ge;
    $text =~ s{listen (?=\d+[ ;])}{listen 127.0.0.1:}g;
    $text =~ s{127\.0\.0\.1:53;}{127.0.0.53;}g;
    $paths .= "mpic_grace 30s;\n" if $text =~ /mpic_validate/;
    $text =~ s{^http \{\n}{http \{\n$paths}m;

    my $log = $text =~ /^error_log/m ? '' : "error_log $root/error.log info;";
    return "user root; pid $root/nginx.pid; $log\n$text";
}


# used text code: the code runs while an nginx serves the text

sub used {
    my ($text, $code) = @_;

    unlink glob "$root/*.log $root/record/*.log";
    write_file("$root/nginx.conf", $text);
    my $output = `$nginx -e $root/error.log -p $root/ -c nginx.conf 2>&1`;
    is($?, 0, '… starts') or diag($output), return;

    my ($pid) = read_file("$root/nginx.pid") =~ /(\d+)/;
    $code->();
    kill 'TERM', $pid;
    ok(wait_until(sub { !MPIC::LoadNginx::alive($pid) }), '… ends');

    unlike(read_file("$root/error.log"), qr/\[(?:crit|alert|emerg)\]|Sanitizer/,
           '… without complaints');
}


sub files {
    my %names = (coordinator => 'coordinator', perspective => 'p1',
                 server => 'server');

    for my $name (keys %names) {
        for my $kind (qw(pem key)) {
            write_file("$mpic/$name.$kind", read_file("$certs/$names{$name}.$kind"));
        }
    }

    write_file("$mpic/$_-ca.pem", read_file("$certs/ca.pem"))
        for qw(perspectives clients coordinators);

    write_file("$mpic/cohort.secret", "$key\n");
    write_file("$mpic/api-keys.map",
               join '', map { '"' . $_->[0] x 64 . "\"  \"$_->[1]\";\n" }
                            ['a', 'bank'], ['b', 'small'], ['c', 'pilot']);
}


# six perspectives that say yes, and an old coordinator

sub mocks {
    my $pass = $MPIC::Coordinator::bodies{pass};
    my $servers = join '', map { <<"CONF" } 1 .. 6;
    server {
        listen 127.0.1.$_:443 ssl;
        ssl_certificate $certs/p$_.pem;
        ssl_certificate_key $certs/p$_.key;
        ssl_client_certificate $certs/ca.pem;
        ssl_verify_client on;
        location / { return 200 '$pass'; }
    }
CONF

    return <<"CONF";
events { worker_connections 1024; }
http {
    access_log off;
$servers
    server { listen 127.0.0.1:8000; location / { return 200 '{"old": true}'; } }
}
CONF
}


# the body, and the status on a line of its own

sub ask {
    my ($url, @arguments) = @_;

    write_file("$root/ask.json", $body);
    unshift @arguments, '--data-binary', "\@$root/ask.json";

    open my $fh, '-|', 'curl', '-sS', '--noproxy', '*', '--cacert',
        "$certs/ca.pem", '-H', 'Content-Type: application/json', '--max-time', 40,
        '-w', '\n%{http_code}\n', @arguments, $url or die "curl: $!";
    local $/;
    return scalar <$fh>;
}


# what a coordinator's record has of those who asked, of the schema and in order

sub recorded {
    my ($field, @who) = @_;
    my $file = "$root/record/coordinator.log";

    my $checked = `t/lib/record-check docs/record.schema.json < $file 2>&1`;
    like($checked, qr/^\d+ lines\n\z/, '… keeps a record');

    my @lines = grep { /"event":"mpic"/ } split /\n/, read_file($file);
    my @found = map { /"asked_by":\{[^}]*"$field":"([^"]+)"/ } @lines;

    is("@found", "@who", '… of who asked');
    is(scalar @lines, scalar @found, '… each time');
}


sub by_certificate {
    my ($name) = @_;

    return ('--cert', "$certs/$name.pem", '--key', "$certs/$name.key");
}


sub by_key {
    my ($digit) = @_;

    return ('-H', 'x-api-key: ' . $digit x 64);
}


sub valid { return qr/"is_valid": ?true.*\n200$/s }


sub coordinator {
    used(prepared($_[0]), sub {
        like(ask('https://127.0.0.1/mpic', by_certificate('client')), valid(),
             '… a client with a certificate');
        like(ask('https://127.0.0.1/mpic'), qr/No required.*\n400$/s, '… without');
        like(ask('https://127.0.0.1/mpic', by_certificate('stranger')),
             qr/certificate error.*\n400$/s, '… with one of another CA');
    });

    recorded(client => 'CN=client');
}


sub open_mpic {
    used(prepared($_[0]), sub {
        like(ask('https://127.0.0.1/mpic', '-H', 'x-api-key: change-me-too'),
             valid(), '… a client with a key');
        like(ask('https://127.0.0.1/mpic', '-H', 'x-api-key: change'), qr/\n403$/,
             '… with another one');
        like(ask('https://127.0.0.1/mpic'), qr/\n403$/, '… without');
        like(ask('https://127.0.0.1/healthz'), qr/^healthy/, '… is healthy');
    });

    recorded(address => '127.0.0.1');
}


sub mtls_and_api_keys {
    my $text = prepared($_[0]);

    # what somebody may write by mistake
    write_file("$mpic/more.map", read_file("$mpic/api-keys.map")
               . qq{"" "nobody";\n"d" "brief";\n});
    $text =~ s{api-keys\.map}{more.map}g;

    used($text, sub {
        my $url = 'https://127.0.0.1/mpic';
        my @stranger = by_certificate('stranger');

        like(ask($url, by_certificate('client')), valid(), '… a certificate');
        like(ask($url, by_key('a')), valid(), '… a key');
        like(ask($url, '-H', 'Authorization: Bearer ' . 'a' x 64), valid(),
             '… a key as a bearer token');
        like(ask($url, by_certificate('client'), by_key('f')), valid(),
             '… a certificate, and a key that is none');
        like(ask($url), qr/\n401$/, '… neither');
        like(ask($url, by_key('f')), qr/\n401$/, '… an unknown key');
        like(ask($url, by_key('A')), qr/\n401$/, '… a key in capitals');
        like(ask($url, '-H', 'x-api-key;'), qr/\n401$/, '… an empty key');
        like(ask($url, '-H', 'x-api-key: d'), qr/\n401$/, '… a key too short');
        like(ask($url, '-H', 'x-api-key: none'), qr/\n401$/, '… the word for none');
        like(ask($url, @stranger), qr/\n400$/, '… a certificate of another CA');
        like(ask($url, @stranger, by_key('a')), qr/\n400$/, '… with a key');
    });

    recorded(client => 'CN=client', 'bank', 'bank', 'CN=client');

    my $log = read_file("$root/mpic.log");
    like($log, qr{"CN=client" "POST /mpic HTTP/1.1" 200}, '… logs who it was');
    like($log, qr{"bank" "POST /mpic HTTP/1.1" 200}, '… by key too');
    unlike($log . read_file("$root/error.log"), qr/a{64}/, '… and no key');
}


# the burst and one, however slow the machine is

sub multi_tenant {
    my $text = prepared($_[0]) =~ s{rate=5r/s}{rate=1r/m}r;

    used($text, sub {
        my $url = 'https://127.0.0.1/mpic';
        my %got;

        $got{$_}++ for ask("$url?[1-15]", by_key('b')) =~ /^(\d{3})$/mg;
        is_deeply(\%got, { 200 => 11, 429 => 4 }, '… a small tenant, and too much');
        like(ask($url, by_key('a')), valid(), '… does not keep a large one away');
        is(() = ask("$url?[1-15]", by_key('a')) =~ /^200$/mg, 15, '… who may more');
        like(ask($url, by_key('b')), qr/\n429$/, '… the small one still has to wait');
        like(ask($url, by_key('f')), qr/\n401$/, '… nobody');

        local $body = '[' . join(',', ($body) x 11) . ']';
        like(ask($url, by_key('a')), qr/\n413$/, '… too long a batch');
    });

    # and the batch, which is refused as a whole
    recorded(tenant => ('small') x 11, ('bank') x 17);

    like(read_file("$root/tenants.log"),
         qr/tenant="small" .* 429 .* rate=REJECTED/, '… logs whose it was');
}


# first machines that are not there

sub high_availability {
    my $n = 0;
    my $text = $_[0] =~ s{https://\w+a\.mpic\.example}{'https://127.0.2.' . ++$n}ger;

    used(prepared($text), sub {
        my $answer = ask('https://127.0.0.1/mpic', by_certificate('client'));

        like($answer, valid(), '… with six machines of twelve');
        is(() = $answer =~ /"check_passed": ?true/g, 6, '… all six have voted')
            or diag($answer);
        like(ask('http://127.0.0.1:8080/healthz'), qr/^healthy/, '… is healthy');
    });

    recorded(client => 'CN=client');
}


sub perspective {
    used(prepared($_[0]), sub {
        like(ask('https://127.0.0.1/caa', by_certificate('coordinator')),
             qr/"check_passed": ?true.*\n200$/s, '… a coordinator');
        like(ask('https://127.0.0.1/caa'), qr/\n400$/, '… nobody');
    });

    like(read_file("$root/record/perspective.log"),
         qr/^\{.*"passed".*"client":"CN=coordinator","serial":"\w+".*\}\n\z/,
         '… keeps a record');
}


sub behind_firewall {
    my $text = prepared($_[0]) =~ s{192\.0\.2\.10;}{127.0.0.5;}gr
                               =~ s{set_real_ip_from(\s+)10\.0\.0\.1;}{set_real_ip_from${1}127.0.0.7;}r;

    used($text, sub {
        my @coordinator = by_certificate('coordinator');
        my $url = 'https://127.0.0.1:8443/caa';
        my $passed = qr/"check_passed": ?true.*\n?200/s;

        like(ask($url, @coordinator, '--interface', '127.0.0.5'), $passed,
             '… a coordinator at its address');
        like(ask($url, @coordinator), qr/\n403$/, '… at another one');
        like(ask($url, '--interface', '127.0.0.5'), qr/\n400$/, '… no certificate');
        like(forwarded('127.0.0.7', '127.0.0.5'), qr{^HTTP/1.1 200.*"check_passed": ?true}s,
             '… a coordinator through the gateway');
        like(forwarded('127.0.0.7', '127.0.0.9'), qr{^HTTP/1.1 403}, '… a stranger');
        like(forwarded('127.0.0.9', '127.0.0.5'), qr{^HTTP/1.1 403},
             '… who says so himself');
    });

    like(read_file("$root/perspective.log"),
         qr/ 127\.0\.0\.5 127\.0\.0\.7 "CN=coordinator"/, '… logs both addresses');
    like(read_file("$root/record/perspective.log"),
         qr/^\{.*\}\n\{.*"address":"127\.0\.0\.5","by":"127\.0\.0\.7".*\}\n\z/,
         '… keeps a record');
}


# what the gateway's nginx sends, "proxy_protocol on"

sub forwarded {
    my ($gateway, $client) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1:9443',
                                       LocalAddr => $gateway) or die "connect: $!";
    print $socket "PROXY TCP4 $client 127.0.0.1 40000 443\r\n";
    $socket->flush;

    IO::Socket::SSL->start_SSL($socket, SSL_verify_mode => 0,
                               SSL_cert_file => "$certs/coordinator.pem",
                               SSL_key_file => "$certs/coordinator.key")
        or die "TLS: $SSL_ERROR";

    print $socket "POST /caa HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  . "Content-Type: application/json\r\nContent-Length: "
                  . length($body) . "\r\n\r\n$body";
    local $/;
    return scalar <$socket>;
}


sub migration {
    my $text = prepared($_[0]);

    used($text =~ s{10%  yes}{100% yes}r, sub {
        my $url = 'https://127.0.0.1/mpic';

        like(ask($url, by_key('a')), qr/^\{"old": true\}\n200$/, '… the old one decides');
        ok(wait_until(sub { read_file("$root/error.log") =~ /seen/ }),
           '… the new one looks on');
        like(ask($url, by_key('c')), valid(), '… the new one decides for some');
        like(ask($url, by_key('f')), qr/\n403$/, '… nobody');
        like(ask('https://127.0.0.1/new'), qr/\n404$/, '… who knows a way around');
    });

    recorded(client => 'bank', 'pilot');

    # perspectives that hang, and one request at a time
    $text =~ s{10%  yes}{0.01% yes};
    $text =~ s{https://127\.0\.1\.\d}{https://127.0.0.56}g;
    $text =~ s{^http \{\n}{http \{\nmpic_max_requests 1;\n}m;

    used($text, sub {
        my $url = 'https://127.0.0.1/mpic';
        my $pid = fork() // die "fork: $!";

        if ($pid == 0) {
            ask($url, by_key('c'));
            POSIX::_exit(0);
        }

        ok(wait_until(sub { grep { /127\.0\.0\.56:443$/ }
                            values %{MPIC::LoadNginx::sockets()} }),
           '… while the new one is busy');
        like(ask($url, by_key('c')), qr/^\{"old": true\}\n200$/,
             '… the old one stands in');
        kill 'TERM', $pid;
        waitpid $pid, 0;
    });
}


sub one_host {
    used(prepared($_[0]), sub {
        my $url = 'http://127.0.0.1:8080/mpic';
        my $answer = ask($url);

        like($answer, valid(), '… a trial');
        is(() = $answer =~ /"check_passed": ?true/g, 3, '… of three perspectives');

        local $body = $body =~ s/permit/deny/r;
        like(ask($url), qr/"is_valid": ?false/, '… and one that fails');
    });

    is(() = read_file("$root/record/perspective.log")
            =~ /^\{.*"mpic_check","outcome":"passed".*"(?:here|there|away)"/mg, 3,
       '… of which each keeps a record');
    is(() = read_file("$root/record/coordinator.log") =~ /^\{.*"mpic",/mg, 2,
       '… and the coordinator, too');
}


sub read_file {
    my ($name) = @_;

    open my $file, '<', $name or die "$name: $!\n";
    local $/;
    return <$file> // '';
}


sub write_file {
    my ($name, $text) = @_;

    open my $file, '>', $name or die "$name: $!\n";
    print $file $text;
    close $file or die "$name: $!\n";
}
