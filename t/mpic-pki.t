# script/mpic-pki: what it makes is what OpenSSL and both modules take, and
# nothing that it is told, and no moment at which it is stopped, spoils what is
# there.

# without sanitizers: what is tested is a script

use strict;
use warnings;

use lib 't/lib';
use MPIC::LoadNginx;
use MPIC::Process;

use Cwd qw(getcwd);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

my $tool = getcwd() . '/script/mpic-pki';
my $temp = tempdir(CLEANUP => 1);
my $dir = "$temp/keys";
my $said;

$ENV{MPIC_PKI_DIR} = $dir;


# its status; what it says is in $said

sub pki {
    my (@args) = @_;

    my $pid = open(my $fh, '-|') // die "fork: $!";

    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT;
        open STDIN, '<', '/dev/null';
        exec 'setsid', '--wait', $tool, @args or die;
    }

    local $/;
    $said = <$fh>;
    close $fh;

    return $? >> 8;
}


sub done_by {
    my (@args) = @_;

    is(pki(@args), 0, "mpic-pki @args") or diag($said);
}


sub refused {
    my ($why, @args) = @_;

    my $before = all();
    isnt(pki(@args), 0, "refused: mpic-pki @args");
    like($said, $why, '… with a reason');
    is(all(), $before, '… and nothing is changed');
}


# all files, what they are and hold: none is written again in place

sub all {
    my $files = q(-type f -printf '%p %M %i %s %T@\n');
    my $others = q(-printf '%p %M %l\n');

    return join '', sort `find $temp ! -name .lock $files -o ! -name .lock $others`;
}


sub file {
    my ($name, $text) = @_;

    if (defined $text) {
        open my $fh, '>', $name or die "$name: $!";
        print $fh $text;
        close $fh;
    }

    open my $fh, '<', $name or die "$name: $!";
    local $/;
    return <$fh>;
}


sub ca { return "$dir/authorities/$_[0]-ca/current/$_[0]-ca.pem" }


sub verify {
    my ($ca, $file, @options) = @_;

    my $output = `openssl verify -CAfile $ca @options $file 2>&1`;
    return $? == 0 ? 'ok' : $output;
}


sub pins {
    return join ' ', $said =~ /pin=(sha256:\S+?)[\s;]/g;
}


# a new folder

done_by('init', '--no-passphrase', '--permit', 'mpic.example',
        '--permit', '127.0.0.0/8', '--permit', 'fd00:6d70::/32');
done_by('coordinator', 'hq', 'Api.MPIC.example', '127.0.0.1');
like($said, qr{^secret_file\s+/etc/nginx/mpic/cohort.secret;
               .*^ssl_certificate\s+/etc/nginx/mpic/coordinator.pem;
               .*^ssl_trusted_certificate\s+\S+/perspectives-ca.pem;
               .*^ssl_certificate\s+\S+/server.pem;
               .*^ssl_client_certificate\s+\S+/clients-ca.pem;}msx,
     '… prints the lines');
done_by('perspective', 'a', 'a.mpic.example', '127.0.1.1:8443', '--rir', 'ARIN',
        '--location', '45.84,-119.70');
like($said, qr{perspective\ \ a\ \ https://a.mpic.example\ https://127.0.1.1:8443
               \s+rir="ARIN"\s+location=45.84,-119.70
               \s+pin=sha256:[\w+/]{43}=;}x, '… prints the line');
my $pin = pins();
done_by('perspective', 'b', '127.0.1.2:8443', '--rir', 'RIPE NCC');
like($said, qr/location=LATITUDE,LONGITUDE/, '… and what is yet to be said');
done_by('perspective', 'c', '127.0.1.3:8443', '[FD00:6d70::1]:8443', '--rir',
        'APNIC', '--location', '1.29,103.85');
like($said, qr{https://\[fd00:6d70::1\]:8443}, '… with an IPv6 address');
done_by('client', 'issuance');
done_by('api-key', 'bank');

is(`find $dir -type f ! -perm 600`, '', 'all files are 0600');
is(`find $dir -type d ! -perm 700`, '', 'all folders are 0700');
is(`find $dir -name '.new*'`, '', 'nothing is left over');
like(file("$dir/cohort.secret"), qr/^[0-9a-f]{64}$/, 'cohort.secret');
like(file("$dir/api-keys.map"), qr/^"[0-9a-f]{64}"  "bank";$/, 'an API key');

# as OpenSSL sees it

my %made = (perspective => ['perspectives', "$dir/perspectives/a/current",
                            'sslserver', 'sslclient'],
            coordinator => ['coordinators', "$dir/coordinators/hq/current",
                            'sslclient', 'sslserver'],
            server => ['clients', "$dir/coordinators/hq/current",
                       'sslserver', 'sslclient'],
            client => ['clients', "$dir/clients/issuance/current",
                       'sslclient', 'sslserver']);

for my $what (sort keys %made) {
    my ($by, $folder, $good, $bad) = @{$made{$what}};
    my $file = "$folder/$what.pem";
    my ($key) = file("$folder/$what.key");

    is(verify(ca($by), $file, '-x509_strict -purpose', $good), 'ok', "$what: $good");
    like(verify(ca($by), $file, '-purpose', $bad), qr/purpose/, "… not $bad");
    is(`openssl pkey -in $folder/$what.key -pubout`,
       `openssl x509 -in $file -noout -pubkey`, '… has its key');

    for my $other (grep { $_ ne $by } qw(perspectives coordinators clients)) {
        isnt(verify(ca($other), $file), 'ok', "… is none of the $other CA's");
    }
}

is(verify(ca('clients'), "$dir/coordinators/hq/current/server.pem",
          "-verify_hostname api.mpic.example -verify_ip 127.0.0.1"), 'ok',
   'host and address');

my $text = `openssl x509 -in $dir/perspectives/a/current/perspective.pem -noout -text`;
like($text, qr/ASN1 OID: prime256v1/, 'P-256');
like($text, qr/critical\s+CA:FALSE/, 'no CA');
like($text, qr/Authority Key Identifier/, 'AKI');
like($text, qr/Subject Key Identifier/, 'SKI');
my %serials = map { $_ => 1 } map { `openssl x509 -in $_ -noout -serial` }
              glob "$dir/*/*/current/*.pem $dir/authorities/*/current/ca.pem";
is(keys %serials, 9, 'serial numbers of their own');

# what is wrong, and what is there already; no sanitizer looks at that

my @wrong = (
    [qr/is there already, and nothing in it is overwritten/, 'init'],
    [qr/there is a "a" already/, 'perspective', 'a', 'a.mpic.example'],
    [qr/there is a "hq" already/, 'client', 'hq'],
    [qr/there is a "clients-ca" already/, 'client', 'clients-ca'],
    [qr/is none/, 'client', '../a'],
    [qr/is none/, 'client', "a\nb"],
    [qr/is none/, 'client', ''],
    [qr/is none/, 'client', 'x' x 65],
    [qr/neither a host name nor an address/, 'perspective', 'd', 'd d'],
    [qr/neither a host name nor an address/, 'perspective', 'd', '*.mpic.example'],
    [qr/neither a host name nor an address/, 'perspective', 'd', 'a.mpic.example,DNS:evil.example'],
    [qr/neither a host name nor an address/, 'perspective', 'd', 'https://d.mpic.example'],
    [qr/neither a host name nor an address/, 'perspective', 'd', '127.0.0.256'],
    [qr/neither a host name nor an address/, 'perspective', 'd', '1::2::3'],
    [qr/"0" in .* is not a port/, 'perspective', 'd', 'd.mpic.example:0'],
    [qr/"65536" in .* is not a port/, 'perspective', 'd', 'd.mpic.example:65536'],
    [qr/a host that --permit did not name/, 'perspective', 'd', 'd.example'],
    [qr/a host that --permit did not name/, 'perspective', 'd', '10.0.0.1'],
    [qr/a host that --permit did not name/, 'perspective', 'd', '2001:db8::1'],
    [qr/--rir is/, 'perspective', 'd', 'd.mpic.example', '--rir', 'MARS'],
    [qr/--location is/, 'perspective', 'd', 'd.mpic.example', '--location', '1'],
    [qr/ends before a certificate of 4000 days/, 'client', 'd', '--days', '4000'],
    [qr/--days is a number/, 'client', 'd', '--days', '1d'],
    [qr/--name is/, 'client', 'd', '--name', 'a/CN=b'],
    [qr/needs a value/, 'client', 'd', '--days'],
    [qr/there is no option/, 'client', 'd', '--date', '1'],
    [qr/there is no command/, 'clients', 'd'],
    [qr/too few/, 'perspective', 'd'],
    [qr/too many/, 'client', 'd', 'e'],
    [qr/there is no "d"/, 'renew', 'd'],
    [qr/has no hosts/, 'renew', 'issuance', 'a.mpic.example'],
    [qr/the key of a CA goes nowhere/, 'bundle', 'clients-ca'],
    [qr/a CA is not removed/, 'remove', 'clients-ca'],
    [qr/"hq" is not a perspective/, 'next', 'hq'],
    [qr/has no old CA/, 'retire', 'clients-ca'],
    [qr/there are no keys in/, '--dir', "$temp/none", 'list'],
    [qr/--permit is a domain/, '--dir', "$temp/none", 'init', '--permit', 'a/b'],
    [qr/no terminal to ask/, '--dir', "$temp/none", 'init'],
);

refused(@$_) for @wrong;

chmod 0750, $dir;
isnt(pki('list'), 0, 'a folder open to others is not used');
like($said, qr/open to others.*chmod 700/, '… with a reason');
chmod 0700, $dir;

# bundles: the files and no others

my %bundles = (
    a => 'coordinators-ca.pem perspective.key perspective.pem',
    hq => 'api-keys.map clients-ca.pem cohort.secret coordinator.key'
          . ' coordinator.pem perspectives-ca.pem server.key server.pem',
    issuance => 'client.key client.pem clients-ca.pem');

for my $name (sort keys %bundles) {
    done_by('bundle', $name, '-o', "$temp/$name.tar");
    is(join(' ', split /\n/, `tar -tf $temp/$name.tar | sort`), $bundles{$name},
       '… has what it needs');
    unlike(`tar -tvf $temp/$name.tar`, qr/^(?!-rw-------)/m, '… 0600');
}

refused(qr/is there already/, 'bundle', 'a', '-o', "$temp/a.tar");

# renewals: the old one stays

my $link = readlink "$dir/perspectives/a/current";
my $old = file("$dir/perspectives/a/current/perspective.pem");
done_by('renew', 'a');
is(pins(), $pin, '… for the same key');
like($said, qr/127.0.1.1:8443\s+rir="ARIN"/, '… and hosts');
isnt(file("$dir/perspectives/a/current/perspective.pem"), $old, '… another one');
is(file("$dir/perspectives/a/$link/perspective.pem"), $old, '… beside the old');

refused(qr/"mpic-pki next a" makes the next key/, 'renew', 'a', '--new-key');
done_by('next', 'a');
my ($first, $second) = split / /, pins();
is($first, $pin, '… prints the pin of now');
refused(qr/there is a next key of "a" already/, 'next', 'a');
done_by('renew', 'a', '--new-key');
is(pins(), $second, '… then has the key that was announced');

my $key = file("$dir/coordinators/hq/current/coordinator.key");
done_by('renew', 'hq', '--new-key');
isnt(file("$dir/coordinators/hq/current/coordinator.key"), $key, '… another key');

my $secret = file("$dir/cohort.secret");
done_by('secret');
is(file("$dir/cohort.secret"), $secret, '… leaves the secret as it is');
done_by('secret', '--new');
isnt(file("$dir/cohort.secret"), $secret, '… but here');
is(file((glob "$dir/cohort.secret.*")[0]), $secret, '… and keeps the old one');

# what expires

done_by('list');
unlike($said, qr/EXPIRED/, '… nothing has expired');
is(pki('list', '--check', '30'), 0, 'nothing does soon');
is(pki('list', '--check', '366'), 1, '… but within 366 days');
done_by('client', 'brief', '--days', '3');
is(pki('list', '--check', '30'), 1, 'a short one does soon');

my $brief = "$dir/clients/brief/current";

# "openssl x509 -days" takes no past from version 3.5 on; "openssl ca" does

file("$temp/old.cnf", <<"CONF");
[old]
database = $temp/old.txt
new_certs_dir = $temp
rand_serial = yes
default_md = sha256
policy = any

[any]
commonName = optional
organizationName = optional
CONF
file("$temp/old.txt", '');
system("{ openssl req -new -key $brief/client.key -subj /CN=brief"
       . " -out $temp/old.csr && openssl ca -batch -config $temp/old.cnf"
       . " -name old -selfsign -keyfile $brief/client.key -in $temp/old.csr"
       . " -startdate 20200101000000Z -enddate 20200102000000Z -notext"
       . " -out $temp/old.pem && mv $temp/old.pem $brief/client.pem; }"
       . " > $temp/old.out 2>&1") == 0 or die file("$temp/old.out");
done_by('list');
like($said, qr/^client +brief +\S+ +EXPIRED$/m, '… shows what has expired');
is(pki('list', '--check', '0'), 1, '… and it is an error');
done_by('renew', 'brief');
is(pki('list', '--check', '0'), 0, '… and is mended');
done_by('remove', 'brief');
refused(qr/there is no "brief"/, 'lines', 'brief');

# the CA key with a passphrase

file("$temp/pass", "correct horse\n");
file("$temp/wrong", "wrong horse\n");
file("$temp/short", "short\n");

{
    local $ENV{MPIC_PKI_DIR} = "$temp/locked";

    refused(qr/8 characters at least/, 'init', '--passphrase-file', "$temp/short");
    done_by('init', '--passphrase-file', "$temp/pass");
    unlike(`cat $temp/locked/authorities/*/current/ca.key`,
           qr/BEGIN (?:EC )?PRIVATE KEY/, '… no CA key lies open');
    done_by('client', 'x', '--passphrase-file', "$temp/pass");
    done_by('renew', 'clients-ca', '--passphrase-file', "$temp/pass");
    refused(qr/not the passphrase/, 'client', 'y', '--passphrase-file', "$temp/wrong");
    refused(qr/no terminal/, 'client', 'y');
}

# Stopped or killed wherever it calls openssl: what is there stays as it was, or
# is the new one whole, and the next run goes on.  This openssl stops its caller
# at the n-th call.

make_path("$temp/bin");
file("$temp/bin/openssl", <<'SH');
#!/bin/sh
echo >> "$MPIC_PKI_DIR/../calls"
if [ "$(wc -l < "$MPIC_PKI_DIR/../calls")" = "$STOP_AT" ]; then
    kill -"$STOP_BY" -- -"$(ps -o pgid= -p $$ | tr -d ' ')"
    sleep 5
fi
PATH=${PATH#*:} exec openssl "$@"
SH
chmod 0755, "$temp/bin/openssl";

sub stopped {
    my ($n, $signal) = @_;

    local $ENV{PATH} = "$temp/bin:$ENV{PATH}";
    local ($ENV{STOP_AT}, $ENV{STOP_BY}) = ($n, $signal);

    unlink "$temp/calls";
    pki('renew', 'a');

    return $? != 0;
}

{
    my $whole = 1;

    for my $n (1 .. 99) {
        my $signal = ('TERM', 'KILL', 'INT')[$n % 3];
        last if !stopped($n, $signal);

        my $now = "$dir/perspectives/a/current/perspective";
        $whole &&= verify(ca('perspectives'), "$now.pem") eq 'ok'
                   && `openssl pkey -in $now.key -pubout`
                      eq `openssl x509 -in $now.pem -noout -pubkey`;
        $whole &&= `find $dir -name '.new*'` eq '' if $signal ne 'KILL';
    }

    ok($whole, 'stopped at any call: key and certificate fit');
    cmp_ok(`wc -l < $temp/calls`, '>', 5, '… and there were some');
}

done_by('renew', 'a');
is(`find $dir -name '.new*'`, '', 'what a killed one left is gone');

# two at a time

my @pids = map {
    my $n = $_;
    my $pid = fork() // die "fork: $!";
    exit pki('api-key', "both$n") if $pid == 0;
    $pid;
} 1, 2;

waitpid $_, 0 for @pids;
is(() = file("$dir/api-keys.map") =~ /"both\d"/g, 2, 'two at a time wait for each other');

# both modules, configured by the lines, with the files of the bundles

my ($coordinator, $perspectives);

sub unpack_bundle {
    my ($name) = @_;

    make_path("$temp/etc/$name");
    pki('bundle', $name, '-o', "$temp/$name.new.tar");
    system("tar -xf $temp/$name.new.tar -C $temp/etc/$name && rm $temp/$name.new.tar")
        == 0 or die;
}


# the lines of a name as they are, with its files

sub configured {
    my ($name, $section) = @_;

    pki('lines', $name);
    my ($lines) = $said =~ /^# \Q$name, in $section\E\n\n(.*?)(?=^#|\z)/ms;

    return $lines =~ s{/etc/nginx/mpic}{$temp/etc/$name}gr
                  =~ s{LATITUDE,LONGITUDE}{53.34,-6.27}gr
                  =~ s{\ https://a.mpic.example}{}gr;
}


sub start {
    unpack_bundle($_) for qw(a b c hq issuance);

    my $n = 0;
    my $servers = join '', map { $n++; my $lines = configured($_, 'server'); <<"CONF" } qw(a b c);
    server {
        listen 127.0.1.$n:8443 ssl;
        $lines
        location = /caa { mpic_check caa; }
    }
CONF
    $perspectives = MPIC::LoadNginx->start('perspectives', '127.0.1.1:8443', <<"CONF");
events { }
http {
    access_log off;
    mpic_resolver 127.0.0.53;
    $servers
}
CONF
    my ($set, $server) = map { configured('hq', $_) } 'mpic_perspectives', 'server';
    $coordinator = MPIC::LoadNginx->start('coordinator', '127.0.0.1:8443', <<"CONF");
events { }
http {
    access_log off;
    mpic_policy private;
    mpic_grace 100s;
    mpic_perspectives world { $set }
    server {
        listen 127.0.0.1:8443 ssl;
        $server
        location = /mpic { mpic_validate world; mpic_perspective_count 3; }
    }
}
CONF
}


sub restart {
    my ($nginx) = @_;

    $nginx->signal('QUIT');
    $nginx->ended or die;
    $nginx->again;
}


sub ask {
    my ($client, $url) = @_;

    file("$temp/ask.json", '{"check_type":"caa","domain_or_ip_target":'
         . '"permit.caa.signed.example","caa_check_parameters":'
         . '{"caa_domains":["ca.example"]}}');

    return `curl -s --noproxy '*' --cacert $temp/etc/issuance/clients-ca.pem $client \\
            --json \@$temp/ask.json $url 2>&1`;
}


sub votes {
    my $answer = ask("--cert $temp/etc/issuance/client.pem"
                     . " --key $temp/etc/issuance/client.key",
                     'https://127.0.0.1:8443/mpic');

    return scalar(() = $answer =~ /"check_passed": *true/g);
}

start();
is(votes(), 3, 'a request with all certificates');
like(ask('', 'https://127.0.0.1:8443/mpic'), qr/No required SSL certificate/,
     'without one it is refused');

my $impostor = "--cert $temp/etc/b/perspective.pem --key $temp/etc/b/perspective.key";
like(ask("$impostor -k", 'https://127.0.1.1:8443/caa'), qr/SSL certificate error/,
     "a perspective is no coordinator");
like(ask("--cert $temp/etc/issuance/client.pem --key $temp/etc/issuance/client.key -k",
         'https://127.0.1.1:8443/caa'), qr/SSL certificate error/, 'nor is a client');

# the next key, known before it is used; one that is not known

pki('next', 'a');
unpack_bundle('hq');
my $told = configured('hq', 'mpic_perspectives');
file("$coordinator->{dir}/conf/nginx.conf", file("$coordinator->{dir}/conf/nginx.conf")
     =~ s/mpic_perspectives world \{.*?\n \}/mpic_perspectives world { $told }/sr);
restart($coordinator);
is(votes(), 3, 'with two pins for the old key');
pki('renew', 'a', '--new-key');
unpack_bundle('a');
restart($perspectives);
is(votes(), 3, '… and for the new one');
pki('next', 'b');
pki('renew', 'b', '--new-key');
unpack_bundle('b');
restart($perspectives);
is(votes(), 2, 'not for a key whose pin was not told');

# another CA: beside the old one, then without it

done_by('renew', 'coordinators-ca');
refused(qr/renew \(or remove\) first: hq/, 'retire', 'coordinators-ca');
refused(qr/the CA before this one is still trusted/, 'renew', 'coordinators-ca');
my ($old_cert) = glob "$temp/etc/hq/coordinator.pem";
system("cp $temp/etc/hq/coordinator.* $temp/") == 0 or die;
unpack_bundle($_) for qw(a b c);
restart($perspectives);
is(votes(), 2, 'two CAs are trusted: the certificate of the old one');
done_by('renew', 'hq');
unpack_bundle('hq');
restart($coordinator);
is(votes(), 2, '… and of the new one');
done_by('retire', 'coordinators-ca');
unpack_bundle($_) for qw(a b c);
restart($perspectives);
is(votes(), 2, 'the new CA alone');
like(ask("--cert $temp/coordinator.pem --key $temp/coordinator.key -k",
         'https://127.0.1.1:8443/caa'), qr/SSL certificate error/,
     '… and what the old one signed is refused');

# of b the coordinator has to complain: its key is another one than was told
is_deeply([grep { !/perspective "b"/ } map { $_->complaints } $coordinator,
           $perspectives], [], 'no other complaints');

done_testing();
