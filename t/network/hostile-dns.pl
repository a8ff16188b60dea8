#!/usr/bin/perl
#
# The DNS servers of the test network that misbehave and yet answer:
#
#   127.0.0.57  refuses every query
#   127.0.0.60  answers by the name, see t/lib/MPIC/HostileDNS.pm; control at
#               port 5300, see t/lib/MPIC/DNSServer.pm
#   127.0.0.61  in front of the authoritative server: fails for CAA
#   127.0.0.62 … in front of the resolver: see the list below
#
# usage: hostile-dns.pl ready-file     (written when all of them listen)

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use MPIC::DNSMessage;
use MPIC::DNSServer;
use MPIC::HostileDNS;
use MPIC::LoadLoop;

my $ready = shift or die "usage: $0 ready-file\n";

$SIG{PIPE} = 'IGNORE';

my $loop = MPIC::LoadLoop->new;
my $server = MPIC::DNSServer->new($loop);

$server->listen('127.0.0.57', sub { message($_[0], rcode => $rcodes{refused}) });
$server->listen('127.0.0.60', \&MPIC::HostileDNS::answers);
$server->front('127.0.0.61', '127.0.0.2', 'nocaa');
$server->front('127.0.0.62', '127.0.0.53', 'lazy');
$server->front('127.0.0.63', '127.0.0.53', 'lying');
$server->front('127.0.0.64', '127.0.0.53', 'noad');
$server->front('127.0.0.65', '127.0.0.53', 'switch');
$server->front('127.0.0.66', '127.0.0.53', 'nods');
$server->front('127.0.0.67', '127.0.0.53', 'mutecaa');
$server->front('127.0.0.68', '127.0.0.53', 'oncenocaa');
$server->control('127.0.0.60', 5300);

open my $file, '>', $ready or die "$ready: $!\n";
print $file "$$\n";
close $file or die "$ready: $!\n";

$loop->once(60) while 1;
