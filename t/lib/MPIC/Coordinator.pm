package MPIC::Coordinator;

# For the files that test the coordinator:
#
#     use MPIC;
#     use MPIC::Coordinator;
#
# Adds to the sections of MPIC.pm:
#
#     --- set
#     perspective a http://127.0.0.1:8001 rir=ARIN;
#
# the lines of a block "mpic_perspectives world", with a secret_file unless
# "--- no_secret" is there;
#
#     --- mocks
#     a pass
#     b 200 {"not": "an answer"}
#
# perspectives of the set "world" that answer as they are told, in the order of
# the lines: "pass", "fail", "incomplete" (a CAA check's response), "dead" (no
# listener), or a status and a body.  RIRs are taken in turn;
#
#     --- br
#
# "mpic_policy br", whose numbers depend on the day; "private" otherwise.

use strict;
use warnings;

use Test::Nginx::Socket ();

our $port = 8101;

our @rirs = ('ARIN', '"RIPE NCC"', 'APNIC', 'LACNIC', 'AFRINIC');

our %bodies = (
    pass => '{"check_completed":true,"check_passed":true,"errors":null,'
        . '"timestamp_ns":1795446413425060669,"check_type":"caa","details":'
        . '{"caa_record_present":false,"found_at":null,"records_seen":null}}',

    fail => '{"check_completed":true,"check_passed":false,"errors":null,'
        . '"timestamp_ns":1795446413425060669,"check_type":"caa","details":'
        . '{"caa_record_present":true,"found_at":"example.com",'
        . '"records_seen":["0 issue \";\""]}}',

    incomplete => '{"check_completed":false,"check_passed":false,"errors":'
        . '[{"error_type":"mpic_error:caa_checker:lookup",'
        . '"error_message":"SERVFAIL"}],'
        . '"timestamp_ns":1795446413425060669,"check_type":"caa","details":'
        . '{"caa_record_present":null,"found_at":null,"records_seen":null}}',
);


sub import {
    Test::Nginx::Socket::add_block_preprocessor(\&prepare);
}


sub prepare {
    my ($block) = @_;

    my ($lines, $servers) = ($block->set // '', '');

    if (defined $block->mocks) {
        my $n = 0;

        for my $mock (grep { /\S/ } split /\n/, $block->mocks) {
            my ($code, $what, $body) = split ' ', $mock, 3;
            my $rir = $rirs[$n % @rirs];
            my $at = $port + $n++;

            $lines .= "perspective $code http://127.0.0.1:$at rir=$rir;\n";
            $servers .= server($at, $what, $body) if $what ne 'dead';
        }
    }

    return if $lines eq '';

    my $secret = defined $block->no_secret
                 ? '' : "secret_file ../html/cohort.secret;\n";

    my $policy = defined $block->br ? 'br' : 'private';

    $block->set_value('http_config', "mpic_policy $policy;\nmpic_grace 100s;\n"
                      . "mpic_perspectives world {\n$secret$lines}\n$servers"
                      . ($block->http_config // ''));

    $block->set_value('user_files',
                      ">>> cohort.secret\n" . '0123456789abcdef' x 4 . "\n"
                      . ($block->user_files // ''));

    if (!defined $block->config) {
        $block->set_value('config',
                          "location = /mpic { mpic_validate world; "
                          . ($block->location // '') . " }\n");
    }
}


sub server {
    my ($at, $status, $body) = @_;

    if (defined $bodies{$status}) {
        ($status, $body) = (200, $bodies{$status});
    }

    # nginx's quotes and variables
    $body //= '';
    $body =~ s/([\\'])/\\$1/g;
    $body =~ s/\$/\${dollar}/g;

    return "server {\n    listen 127.0.0.1:$at;\n"
           . "    location / { return $status '$body'; }\n}\n";
}


1;
