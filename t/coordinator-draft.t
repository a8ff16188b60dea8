# The dialect of the IETF draft.

use lib 't/lib';
use MPIC;

my @rirs = ('ARIN', '"RIPE NCC"', 'APNIC');

# bodies of perspectives, for "--- votes"

my $head = '"timestamp_ns":1795446413425060669,';

my %dcv = (
    pass => '{"check_completed":true,"check_passed":true,"errors":null,',
    fail => '{"check_completed":true,"check_passed":false,"errors":'
            . '[{"error_type":"mpic_error:dcv_checker:mismatch",'
            . '"error_message":"The page is another one."}],',
);
my %details = (
    http => '"check_type":"dcv","details":{"validation_method":'
            . '"acme-http-01","response_history":null,"response_url":null,'
            . '"response_status_code":null,"response_page":null}}',
    dns01 => '"check_type":"dcv","details":{"validation_method":'
             . '"acme-dns-01","records_seen":null,"response_code":0,'
             . '"ad_flag":true,"found_at":null,"cname_chain":null}}',
    change => '"check_type":"dcv","details":{"validation_method":'
              . '"dns-change","records_seen":null,"response_code":0,'
              . '"ad_flag":true,"found_at":null,"cname_chain":null}}',
);
my %caa = (
    none => $dcv{pass} . $head . '"check_type":"caa","details":'
            . '{"caa_record_present":false,"found_at":null,'
            . '"records_seen":null}}',
    le => $dcv{pass} . $head . '"check_type":"caa","details":'
          . '{"caa_record_present":true,"found_at":"example.com",'
          . '"records_seen":["0 issue \"letsencrypt.org\""]}}',
    other => $dcv{pass} . $head . '"check_type":"caa","details":'
             . '{"caa_record_present":true,"found_at":"example.com",'
             . '"records_seen":["0 issue \"ca.example\""]}}',
);


# "a pass http le": a perspective's code, its DCV and its CAA check

sub perspectives {
    my ($block) = @_;
    my ($set, $servers, $port) = ('', '', 8101);

    for my $line (grep { /\S/ } split /\n/, $block->votes) {
        my ($code, $passed, $method, $records) = split ' ', $line;
        my $dcv = $dcv{$passed} . $head . $details{$method};

        $set .= "perspective $code http://127.0.0.1:$port rir="
                . $rirs[($port - 8101) % 3] . ";\n";
        $servers .= "server {\n listen 127.0.0.1:$port;\n"
                    . " location /dcv { return 200 '" . quoted($dcv) . "'; }\n"
                    . " location /caa { return 200 '"
                    . quoted($caa{$records}) . "'; }\n}\n";
        $port++;
    }

    return ($set, $servers);
}


sub quoted {
    my ($text) = @_;

    return $text =~ s/([\\'])/\\$1/gr;
}


add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('votes', "a pass http le\nb pass http le\n"
                               . "c pass http le\n")
        if !defined $block->votes;

    my ($set, $servers) = perspectives($block);

    $block->set_value('http_config', "mpic_policy private;\n"
                      . "mpic_grace 100s;\n"
                      . "mpic_perspectives world {\n"
                      . "secret_file ../html/cohort.secret;\n$set}\n"
                      . $servers);
    $block->set_value('user_files',
                      ">>> cohort.secret\n" . '0123456789abcdef' x 4 . "\n");
    $block->set_value('config', 'location = /mpic/draft-00 { mpic_validate '
                      . 'world ' . ($block->dialect // 'dialect=draft')
                      . '; ' . ($block->location // '') . " }\n");

    $block->set_value('request', "POST /mpic/draft-00\n" . $block->ask)
        if defined $block->ask;
});

run_tests();

__DATA__

=== TEST 1: caa, as in the draft
--- ask
{
 "method": "caa",
 "domain": "some.example.com"
}
--- response_body chomp
{"success":true,"perspectives":{"a":{"success":true},"c":{"success":true},"b":{"success":true}},"caa":{"domain":"example.com","records":["AAVpc3N1ZWxldHNlbmNyeXB0Lm9yZw=="]}}
--- response_headers
Content-Type: application/json



=== TEST 2: caa without records
--- votes
a pass http none
b pass http none
c pass http none
--- ask
{"method": "caa", "domain": "*.example.com"}
--- json
success = true
caa = {"domain": null, "records": []}
error absent



=== TEST 3: one of five sees other records
--- votes
a pass http le
b pass http other
c pass http le
d pass http le
e pass http le
--- ask
{"method": "caa", "domain": "some.example.com"}
--- json
success = true
perspectives #= 5
perspectives.a.success = true
perspectives.b.success = false
caa.records #= 1



=== TEST 4: one of three does
--- votes
a pass http le
b pass http other
c pass http le
--- ask
{"method": "caa", "domain": "some.example.com"}
--- location
mpic_perspective_count 3;
--- json
success = true
perspectives.b.success = false



=== TEST 5: nobody sees what another one sees
--- votes
a pass http le
b pass http other
c pass http none
--- ask
{"method": "caa", "domain": "some.example.com"}
--- json
success = false
perspectives.a.success = false
perspectives.b.success = false
perspectives.c.success = false
caa absent
error =~ ^0 of 3 perspectives corroborated; 2 have to, .* the same CAA records\.
error =~ c: it saw no CAA records\.



=== TEST 6: http-acme with CAA
--- ask
{"method": "http-acme", "domain_or_ip": "some.example.com", "token": "tok", "key_authorization": "tok.thumb"}
--- json
success = true
perspectives #= 3
caa.domain = "example.com"
error absent



=== TEST 7: http-acme without CAA, and one that fails
--- votes
a pass http none
b fail http none
c pass http none
--- ask
{"method": "http-acme", "domain_or_ip": "some.example.com", "token": "tok", "key_authorization": "tok.thumb", "caa_check": false}
--- json
success = true
perspectives.b.success = false
caa absent



=== TEST 8: http-acme, and two that fail
--- votes
a pass http le
b fail http le
c fail http le
--- ask
{"method": "http-acme", "domain_or_ip": "some.example.com", "token": "tok", "key_authorization": "tok.thumb"}
--- json
success = false
perspectives.a.success = true
perspectives.c.success = false
caa.domain = "example.com"
error =~ ^1 of 3 perspectives corroborated; 2 have to.* b: The page is another one\.



=== TEST 9: http-acme of an address: no CAA
--- ask
{"method": "http-acme", "domain_or_ip": "8.8.8.8", "token": "tok", "key_authorization": "tok.thumb"}
--- json
success = true
caa absent



=== TEST 10: dns, which is dns-01
--- votes
a pass dns01 none
b pass dns01 none
--- ask
{"method": "dns", "domain": "example.com", "record-type": "TXT", "prefix": "_acme-challenge", "expected": "lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM"}
--- json
success = true
caa.records #= 0



=== TEST 11: dns, which is not
--- votes
a pass change none
b pass change none
--- ask
{"method": "dns", "domain": "example.com", "record-type": "CNAME", "prefix": "_a", "expected": "x.ca.example", "caa": false}
--- json
success = true
caa absent



=== TEST 12: an answer to another method than was asked
--- votes
a pass http none
b pass http none
--- ask
{"method": "dns", "domain": "example.com", "record-type": "TXT", "prefix": "_a", "expected": "v"}
--- json
success = false
error =~ No usable answer from perspective



=== TEST 13: all that is wrong
--- ask
{"method": "http-acme", "domain_or_ip": "*.example.com", "token": "../x", "caa_check": "no", "trace_identifier": "t"}
--- error_code: 400
--- json
success = false
error =~ ^The request cannot be accepted: .*there are more issues\.$
validation_issues #= 5
validation_issues[trace_identifier].issue_type = "unknown-field"
validation_issues[token].issue_type = "invalid-value"
validation_issues[key_authorization].issue_type = "missing-field"
validation_issues[caa_check].issue_type = "invalid-type"
validation_issues[domain_or_ip].issue_type = "invalid-target"



=== TEST 14: a request of the other dialect, and its words
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com", "orchestration_parameters": {"quorum_count": 5}}
--- error_code: 400
--- json
success = false
validation_issues #= 4



=== TEST 15: no batches
--- ask
[{"method": "caa", "domain": "example.com"}]
--- error_code: 400
--- json
success = false
validation_issues.0.issue_type = "invalid-type"



=== TEST 16: not a POST
--- request
GET /mpic/draft-00
--- error_code: 405
--- json
success = false
error = "The method must be POST."



=== TEST 17: too large
--- location
client_body_buffer_size 1k;
--- request eval
"POST /mpic/draft-00\n" . 'x' x 3000
--- error_code: 413
--- json
success = false
error exists



=== TEST 18: the other dialect by its name
--- dialect: dialect=open-mpic
--- ask
{"check_type": "caa", "domain_or_ip_target": "example.com"}
--- json
is_valid = true



=== TEST 19: a dialect that is none
--- dialect: dialect=acme
--- must_die
--- error_log
invalid parameter "dialect=acme", expected "dialect=open-mpic" or "dialect=draft"
