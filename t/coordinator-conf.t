# The coordinator's directives: what stops "nginx -t", and in which words.

use lib 't/lib';
use MPIC;
use MPIC::Coordinator;

add_block_preprocessor(sub {
    my ($block) = @_;

    # a configuration that stands is asked for nothing in particular
    if (!defined $block->must_die && !defined $block->request) {
        $block->set_value('request', "GET /");
        $block->set_value('error_code', 200);
        $block->set_value('ignore_response', '');
    }
});

run_tests();

__DATA__

=== TEST 1: a set and a location
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=45.84,-119.70;
perspective b http://127.0.0.1:8002/base/ http://127.0.0.1:8003 rir=RIPE;
perspective c http://[::1]:8002 rir=APNIC "header=x-api-key: a b";
perspective d http://127.0.0.1:8004 rir=lacnic;
--- no_error_log
[error]



=== TEST 2: words in quotation marks, as people write them
--- set
perspective a http://127.0.0.1:8001 rir="ARIN";
perspective b http://127.0.0.1:8002 rir="RIPE NCC" header="x-api-key: two words" location="53.34,-6.27";
perspective c http://127.0.0.1:8003 "rir=RIPE NCC";
perspective d http://127.0.0.1:8004 rir=AFRINIC;
--- no_error_log
[error]



=== TEST 3: a quotation mark that is not closed
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir="RIPE NCC;
--- must_die
--- error_log
no closing quotation mark after "rir="RIPE"



=== TEST 4: no secret
--- no_secret
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- must_die
--- error_log
has no "secret_file"; "openssl rand -hex 32" makes one



=== TEST 5: a secret that is too short
--- no_secret
--- set
secret_file ../html/short;
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- user_files
>>> short
0123456789abcdef0123456789abcde
--- must_die
--- error_log
holds 31 characters, at least 32 are needed



=== TEST 6: a secret that is not there
--- no_secret
--- set
secret_file nowhere;
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- must_die
--- error_log
nowhere" failed (2: No such file or directory)



=== TEST 7: one perspective
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
--- must_die
--- error_log
has 1 perspectives, at least 2 are needed



=== TEST 8: one RIR region
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=ARIN;
--- must_die
--- error_log
are in one RIR region, at least two are needed (Baseline Requirements 3.2.2.9)



=== TEST 9: no RIR
--- set
perspective a http://127.0.0.1:8001;
--- must_die
--- error_log
perspective "a" has no "rir="



=== TEST 10: an RIR that is none
--- set
perspective a http://127.0.0.1:8001 rir=INTERNIC;
--- must_die
--- error_log
invalid RIR "INTERNIC" of perspective "a": expected AFRINIC, APNIC, ARIN, LACNIC or "RIPE NCC"



=== TEST 11: no URL
--- set
perspective a rir=ARIN;
--- must_die
--- error_log
perspective "a" has no URL



=== TEST 12: plain http beyond loopback
--- set
perspective a http://192.0.2.1:8001 rir=ARIN;
--- must_die
--- error_log
the URL "http://192.0.2.1:8001" of perspective "a" is not encrypted: use https://, or add "insecure"



=== TEST 13: plain http beyond loopback, as the operator says
--- set
perspective a http://192.0.2.1:8001 rir=ARIN insecure;
perspective b http://127.0.0.1:8002 rir=APNIC;
perspective c http://127.0.0.1:8003 rir=APNIC;
perspective d http://127.0.0.1:8004 rir=APNIC;
--- no_error_log
[error]



=== TEST 14: a query in a URL
--- set
perspective a http://127.0.0.1:8001/?x=1 rir=ARIN;
--- must_die
--- error_log
a query, a fragment, user information or white space in the URL



=== TEST 15: a port that is none
--- set
perspective a http://127.0.0.1:80010 rir=ARIN;
--- must_die
--- error_log
invalid port in the URL



=== TEST 16: the same code twice
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective a http://127.0.0.1:8002 rir=APNIC;
--- must_die
--- error_log
duplicate perspective "a"



=== TEST 17: a code that would break logs
--- set
perspective "a b" http://127.0.0.1:8001 rir=ARIN;
--- must_die
--- error_log
invalid perspective code "a b"



=== TEST 18: a location off the earth
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=91,0;
--- must_die
--- error_log
invalid location "91,0" of perspective "a": expected degrees north and east



=== TEST 19: a location that is no number
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=nan,0;
--- must_die
--- error_log
invalid location "nan,0"



=== TEST 20: a header that is none
--- set
perspective a http://127.0.0.1:8001 rir=ARIN header=x-api-key;
--- must_die
--- error_log
invalid header of perspective "a": expected "header=name: value"



=== TEST 21: a parameter that is none
--- set
perspective a http://127.0.0.1:8001 rir=ARIN resolver=8.8.8.8;
--- must_die
--- error_log
invalid parameter "resolver=8.8.8.8" of perspective "a"



=== TEST 22: a directive that is none
--- set
perspectives a http://127.0.0.1:8001 rir=ARIN;
--- must_die
--- error_log
unknown directive "perspectives" in "mpic_perspectives world"



=== TEST 23: https without a CA to trust
--- set
perspective a https://127.0.0.1:8001 rir=ARIN "header=x-api-key: k";
perspective b http://127.0.0.1:8002 rir=APNIC;
--- must_die
--- error_log
has no "ssl_trusted_certificate"



=== TEST 24: https with nothing to be known by
--- set
perspective a https://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
ssl_trusted_certificate $TEST_NGINX_CERTS/ca.pem;
--- must_die
--- error_log
perspective "a" could not know the coordinator



=== TEST 25: a certificate without its key
--- set
perspective a https://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
ssl_trusted_certificate $TEST_NGINX_CERTS/ca.pem;
ssl_certificate $TEST_NGINX_CERTS/coordinator.pem;
--- must_die
--- error_log
need each other



=== TEST 26: a certificate and another's key
--- set
perspective a https://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
ssl_trusted_certificate $TEST_NGINX_CERTS/ca.pem;
ssl_certificate $TEST_NGINX_CERTS/coordinator.pem;
ssl_certificate_key $TEST_NGINX_CERTS/server.key;
--- must_die
--- error_log
key values mismatch



=== TEST 27: a CA file that holds none, as nginx before and since 1.27.2 says it
--- set
perspective a https://127.0.0.1:8001 rir=ARIN "header=x-api-key: k";
perspective b http://127.0.0.1:8002 rir=APNIC;
ssl_trusted_certificate ../html/cohort.secret;
--- must_die
--- error_log eval
qr/\[emerg\].*(SSL_CTX_load_verify_locations|cannot load certificate).*cohort\.secret/



=== TEST 28: a set that is not there
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- config
location = /mpic { mpic_validate nowhere; }
--- must_die
--- error_log
"mpic_validate nowhere": there is no "mpic_perspectives nowhere"



=== TEST 29: fewer perspectives than the Baseline Requirements ask for
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
perspective c http://127.0.0.1:8003 rir=APNIC;
--- must_die
--- error_log
has 3 perspectives; the Baseline Requirements (3.2.2.9) ask for at least



=== TEST 30: fewer, in a private PKI: allowed, and said
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- location
mpic_policy private;
--- error_log
the floors of the Baseline Requirements are not applied



=== TEST 31: a count over the number of perspectives
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- location
mpic_policy private;
mpic_perspective_count 3;
--- must_die
--- error_log
"mpic_perspective_count 3" is more than the 2 perspectives of "mpic_perspectives world"



=== TEST 32: a count of one
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- location
mpic_perspective_count 1;
--- must_die
--- error_log
"mpic_perspective_count" directive must be from 2 to 64



=== TEST 33: no time at all
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- location
mpic_timeout 0;
--- must_die
--- error_log
"mpic_timeout" directive must not be 0



=== TEST 34: a policy that is none
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- location
mpic_policy lax;
--- must_die
--- error_log
invalid value "lax"



=== TEST 35: two sets of one name
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- http_config
mpic_perspectives world {
    perspective a http://127.0.0.1:8001 rir=ARIN;
}
--- must_die
--- error_log
duplicate mpic_perspectives "world"



=== TEST 36: a set in a file of its own
--- set
include ../html/perspectives.conf;
connect_timeout 500ms;
--- user_files
>>> perspectives.conf
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir="RIPE NCC";
perspective c http://127.0.0.1:8003 rir=APNIC;
perspective d http://127.0.0.1:8004 rir=APNIC;
--- no_error_log
[error]



=== TEST 37: places of perspectives and of their resolvers
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=45.84,-119.70 network=x;
perspective b http://127.0.0.1:8002 rir=APNIC location=1.29,103.85 network=X;
perspective c http://127.0.0.1:8003 rir=RIPE location=53.34,-6.27 resolver_location=50.11,8.68;
perspective d http://127.0.0.1:8004 rir=LACNIC location=-23.55,-46.63;
perspective e http://127.0.0.1:8005 rir=AFRINIC location=-33.92,18.42;
--- no_error_log
[warn]



=== TEST 38: those that are near to each other are one
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=45.84,-119.70;
perspective b http://127.0.0.1:8002 rir=ARIN location=47.61,-122.33;
perspective c http://127.0.0.1:8003 rir=ARIN location=45.52,-122.68;
perspective d http://127.0.0.1:8004 rir=RIPE location=53.34,-6.27;
perspective e http://127.0.0.1:8005 rir=RIPE location=51.51,-0.13;
perspective f http://127.0.0.1:8006 rir=APNIC location=1.29,103.85;
--- must_die
--- error_log
has 6 perspectives, and no cohort of
distance is missing
have to be 500 km apart, and these are not: a and b, a and c, b and c, d and e



=== TEST 39: so are those whose resolvers are
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=45.84,-119.70;
perspective b http://127.0.0.1:8002 rir=APNIC location=1.29,103.85;
perspective c http://127.0.0.1:8003 rir=RIPE location=53.34,-6.27;
perspective d http://127.0.0.1:8004 rir=LACNIC location=-23.55,-46.63 resolver_location=45.84,-119.70;
perspective e http://127.0.0.1:8005 rir=AFRINIC location=-33.92,18.42 resolver_location=45.84,-119.70;
--- must_die
--- error_log
has 5 perspectives, and no cohort of
and these are not: a and d, a and e, d and e



=== TEST 40: a region that could corroborate alone
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=ARIN;
perspective c http://127.0.0.1:8003 rir=ARIN;
perspective d http://127.0.0.1:8004 rir=ARIN;
perspective e http://127.0.0.1:8005 rir=RIPE;
--- must_die
--- error_log
RIR regions are missing, there are 4 of ARIN, 1 of RIPE NCC
two RIR regions whichever of them are lost



=== TEST 41: a count that is possible beside one that is not
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=ARIN;
perspective c http://127.0.0.1:8003 rir=ARIN;
perspective d http://127.0.0.1:8004 rir=ARIN;
perspective e http://127.0.0.1:8005 rir=RIPE;
perspective f http://127.0.0.1:8006 rir=RIPE;
--- location
mpic_perspective_count 6;
--- must_die
--- error_log
"mpic_perspective_count 6": no such cohort can be formed
there are 4 of ARIN, 2 of RIPE NCC, and of 6 no more than 3 may be of one



=== TEST 42: a place of a resolver that is none
--- set
perspective a http://127.0.0.1:8001 rir=ARIN resolver_location=1;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- must_die
--- error_log
invalid location "1" of perspective "a"



=== TEST 43: places that are not known
--- br
--- set
primary h http://127.0.0.1:8006 rir=ARIN;
perspective a http://127.0.0.1:8001 rir=ARIN location=45.84,-119.70;
perspective b http://127.0.0.1:8002 rir=APNIC;
perspective c http://127.0.0.1:8003 rir=RIPE;
perspective d http://127.0.0.1:8004 rir=LACNIC location=-23.55,-46.63;
perspective e http://127.0.0.1:8005 rir=AFRINIC location=-33.92,18.42;
--- error_log
no "location=" of "b", "c", "h": that they are 500 km from the others (Baseline Requirements 3.2.2.9) is taken for granted



=== TEST 44: what will be asked for within 60 days
--- skip_eval: 4: time < 1797292800 - 60 * 86400 || time >= 1797292800
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=45.84,-119.70;
perspective b http://127.0.0.1:8002 rir=APNIC location=1.29,103.85;
perspective c http://127.0.0.1:8003 rir=RIPE location=53.34,-6.27;
perspective d http://127.0.0.1:8004 rir=LACNIC location=-23.55,-46.63;
--- error_log
will ask for cohorts of 5 within 60 days, and none of that size or more can be formed: perspectives are missing, there are 4



=== TEST 45: more that may disagree than the Baseline Requirements allow
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- location
mpic_policy br non_corroborations=3;
--- must_die
--- error_log
invalid parameter "non_corroborations=3" in "mpic_policy br": expected "non_corroborations=" and a number from 0 to 2



=== TEST 46: URLs of one kind of check come in pairs
--- set
perspective a dcv=https://127.0.0.1:8001/d dcv=https://127.0.0.1:8002/d caa=https://127.0.0.1:8003/c rir=ARIN;
--- must_die
--- error_log
perspective "a" has 2 "dcv=" and 1 "caa=": they come in pairs



=== TEST 47: they are encrypted as well
--- set
perspective a dcv=https://127.0.0.1:8001/d caa=http://192.0.2.1/c rir=ARIN;
--- must_die
--- error_log
the URL "http://192.0.2.1/c" of perspective "a" is not encrypted



=== TEST 48: what they are to be known by is asked for
--- set
perspective a dcv=http://127.0.0.1:8001/d caa=https://127.0.0.1:8003/c rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
--- must_die
--- error_log
perspective "a" could not know the coordinator



=== TEST 49: no URL at all
--- set
perspective a dcv=127.0.0.1:8001 rir=ARIN;
--- must_die
--- error_log
"127.0.0.1:8001" of perspective "a" is no https:// URL



=== TEST 50: a pin that is no digest
--- set
perspective a https://127.0.0.1:8001 rir=ARIN pin=sha256:47DEQpj8HBSa/TImW/5JCeuQeRkm5NMpJWZG3hSuFU;
--- must_die
--- error_log
invalid pin "sha256:47DEQpj8HBSa/TImW/5JCeuQeRkm5NMpJWZG3hSuFU" of perspective "a": expected "sha256:" and the SHA-256 digest of its public key in base64



=== TEST 51: a pin that nothing would be held against
--- set
perspective a http://127.0.0.1:8001 rir=ARIN pin=sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;
--- must_die
--- error_log
perspective "a" has a "pin=" and a URL without https://



=== TEST 52: a time that is none
--- set
probe_interval often;
--- must_die
--- error_log
invalid time "often" in "probe_interval"



=== TEST 53: a resolver in another region than its perspective
--- br
--- set
perspective a http://127.0.0.1:8001 rir=ARIN location=45.84,-119.70 resolver_rir=arin;
perspective b http://127.0.0.1:8002 rir=APNIC location=1.29,103.85;
perspective c http://127.0.0.1:8003 rir=RIPE location=53.34,-6.27 resolver_location=33.57,-7.59 resolver_rir=AFRINIC;
perspective d http://127.0.0.1:8004 rir=LACNIC location=-23.55,-46.63;
perspective e http://127.0.0.1:8005 rir=AFRINIC location=-33.92,18.42;
--- must_die
--- error_log
the resolver of perspective "c" is of AFRINIC and the perspective of RIPE NCC



=== TEST 54: an empty name of a set
--- mocks
a pass
b pass
--- config
location = /mpic { mpic_validate ""; }
--- must_die
--- error_log
"mpic_validate" needs the name of an "mpic_perspectives" block



=== TEST 55: a header without a value
--- set
perspective a http://127.0.0.1:8001 rir=ARIN "header=x-api-key: ";
--- must_die
--- error_log
invalid header of perspective "a": expected "header=name: value"



=== TEST 56: a region given twice
--- set
perspective a http://127.0.0.1:8001 rir=ARIN rir=APNIC;
--- must_die
--- error_log
duplicate parameter "rir=APNIC" of perspective "a"



=== TEST 57: a resolver's place alone
--- set
perspective a http://127.0.0.1:8001 rir=ARIN resolver_location=1,2;
--- must_die
--- error_log
perspective "a" has a "resolver_location=" and no "location="



=== TEST 58: records that are required, and none is written
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
perspective c http://127.0.0.1:8003 rir=RIPE;
perspective d http://127.0.0.1:8004 rir=LACNIC;
--- location
mpic_log_required on;
--- must_die
--- error_log
there is no "mpic_log" whose record could be required



=== TEST 59: records that are required, and of which nobody knows
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
perspective c http://127.0.0.1:8003 rir=RIPE;
perspective d http://127.0.0.1:8004 rir=LACNIC;
--- location
mpic_log syslog:server=127.0.0.1:9;
mpic_log logs/a.log buffer=32k;
mpic_log logs/b.log gzip;
mpic_log_required on;
--- must_die
--- error_log
needs an "mpic_log" to a file without "buffer=" and "gzip"



=== TEST 60: records that are required, beside copies
--- set
perspective a http://127.0.0.1:8001 rir=ARIN;
perspective b http://127.0.0.1:8002 rir=APNIC;
perspective c http://127.0.0.1:8003 rir=RIPE;
perspective d http://127.0.0.1:8004 rir=LACNIC;
--- location
mpic_log syslog:server=127.0.0.1:9;
mpic_log logs/a.log;
mpic_log_required on;
--- no_error_log
[error]
