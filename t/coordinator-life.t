# Clients that go away, workers that end, nginx's own modules around us.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('request', "POST /mpic\n"
        . '{"check_type": "caa", "domain_or_ip_target": "example.com"}')
        if !defined $block->request && !defined $block->init;
});

run_tests();

__DATA__

=== TEST 1: the client hangs up
--- mocks
a pass
b pass
c pass
--- set
perspective z http://127.0.0.56:80 rir=LACNIC;
--- location
mpic_timeout 2s;
mpic_grace 2s;
--- abort
--- timeout: 0.3
--- ignore_response
--- wait: 0.2
--- error_log
mpic job: client gone
--- no_error_log
mpic: is_valid
[error]
--- no_shutdown_error_log
open socket



=== TEST 2: the client of a quick one
--- mocks
a pass
b pass
--- json
is_valid = true
--- no_shutdown_error_log
open socket
