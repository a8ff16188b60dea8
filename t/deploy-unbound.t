# deploy/unbound/mpic-perspective.conf is the resolver that a perspective needs:
# it validates, says why not, and keeps nothing long.

# without sanitizers: what is tested is a configuration of unbound

use strict;
use warnings;

use Cwd qw(getcwd);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Test::More;

use lib 't/lib';
use MPIC::Process;

my $dir = tempdir(CLEANUP => 1);
my $resolver = '127.0.0.1';
my $root = '127.0.0.2';


sub ask {
    my ($name, $type, @options) = @_;
    my $text = `kdig \@$resolver +timeout=5 +retry=0 $name $type @options 2>&1`;

    return {status => $text =~ /status: (\w+)/ ? "$1" : 'none', text => $text,
            ad => $text =~ /Flags: [\w ]*\bad\b/ ? 1 : 0,
            ttl => $text =~ /^\Q$name\E\.\s+(\d+)\s+IN/m ? "$1" : undef};
}


# what the test network needs over what is shipped: its root, its key, this user

sub configuration {
    my $anchor = "$ENV{TEST_NGINX_CERTS}/../authoritative/trust-anchor";

    open my $out, '>', "$dir/unbound.conf" or die "$dir/unbound.conf: $!";
    print $out <<"CONF";
include: "@{[getcwd()]}/deploy/unbound/mpic-perspective.conf"
server:
    directory: "$dir"
    chroot: ""
    username: ""
    pidfile: "$dir/unbound.pid"
    use-syslog: no
    logfile: "$dir/unbound.log"
    root-hints: "$dir/root.hints"
    trust-anchor-file: "$anchor"
    trust-anchor-signaling: no
    do-not-query-localhost: no
CONF
    close $out;

    open my $hints, '>', "$dir/root.hints" or die "$dir/root.hints: $!";
    print $hints ".  3600000  NS  ns.root-servers.example.\n",
        "ns.root-servers.example.  3600000  A  $root\n";
    close $hints;
}


# a copy: Debian's AppArmor profile lets /usr/sbin/unbound read its own files

sub start {
    configuration();
    copy('/usr/sbin/unbound', "$dir/unbound") or die "unbound: $!";
    chmod 0755, "$dir/unbound";

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        exec "$dir/unbound", '-d', '-c', "$dir/unbound.conf" or exit 127;
    }

    return $pid;
}


my $pid = start();
my $said = wait_until(sub { ask('.', 'SOA')->{status} eq 'NOERROR' });

ok($said, 'unbound answers with the shipped configuration')
    or diag(`tail -n 20 $dir/unbound.log`);

for (['www.signed.example', 'A', 'NOERROR', 1],
     ['nothing.signed.example', 'A', 'NXDOMAIN', 1],
     ['www.plain.example', 'A', 'NOERROR', 0],
     ['www.bogus.example', 'A', 'SERVFAIL', 0],
     ['www.expired.example', 'A', 'SERVFAIL', 0],
     ['www.stripped.example', 'A', 'SERVFAIL', 0])
{
    my ($name, $type, $status, $ad) = @$_;
    my $answer = ask($name, $type, '+dnssec');

    is("$answer->{status} $answer->{ad}", "$status $ad", "$name $type")
        or diag($answer->{text});
}

like(ask('www.bogus.example', 'A', '+edns')->{text},
     qr/EDE|Extended DNS Error/i, 'what is bogus comes with a reason');

is(ask('www.bogus.example', 'A', '+cdflag')->{status}, 'NOERROR',
   'and with CD set is answered');

# the zone says 300

my $ttl = ask('www.plain.example', 'A')->{ttl};

ok(defined $ttl && $ttl <= 60, 'nothing is kept over a minute')
    or diag('the TTL is ' . ($ttl // 'missing'));

kill 'TERM', $pid;
waitpid $pid, 0;

done_testing();
