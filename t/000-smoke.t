# Both modules load into one nginx; the sections of MPIC.pm work.

use lib 't/lib';
use MPIC;

run_tests();

__DATA__

=== TEST 1: both modules in one nginx
--- config
location = /ok {
    return 200 '{"is": true, "n": 1795446413512782600, "list": [{"field": "a", "x": null}]}';
}
--- request
GET /ok
--- error_code: 200
--- json
is = true
is != false
n = 1795446413512782600
n =~ ^\d{19}$
list #= 1
list[a].x = null
list.0.field = "a"
list.1 absent
nothing absent



=== TEST 2: a directive that is not there is an error
--- config
location = /ok {
    mpic_no_such_directive on;
}
--- must_die
--- error_log
unknown directive "mpic_no_such_directive"



=== TEST 3: what a block says it expects is no failure
--- config
location = /dead {
    proxy_pass http://unix:/nonexistent.sock;
}
--- request
GET /dead
--- error_code: 502
--- error_log
[crit]
--- allow_log
[crit]
