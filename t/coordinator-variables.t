# The variables of the coordinator, as access_log, map and "if=" see them.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $fail = $MPIC::Process::pass =~ s/"check_passed":true/"check_passed":false/r;
my $set = $MPIC::Process::pass =~ s/"caa_record_present":.*//r
    . '"caa_record_present":true,"found_at":"example.com",'
    . '"records_seen":["0 issue \"ca.example\""]}}';
my $dcv = '{"check_completed":true,"check_passed":true,"errors":null,'
    . '"timestamp_ns":1795446413425060669,"check_type":"dcv","details":'
    . '{"validation_method":"dns-change","records_seen":null,'
    . '"response_code":0,"ad_flag":true,"found_at":null,"cname_chain":null}}';
my $caa = '"check_type":"caa","domain_or_ip_target"';

my @names = qw(is_valid check_type method target quorum attempts requests
               trace_identifier perspectives_passed perspectives_failed error
               duration);

my $nginx = MPIC::Process->start(
    http => 'log_format vars "$uri $status '
            . join('|', map { "\$mpic_$_" } @names) . '";'
            . ' map $mpic_is_valid $refused { 0 1; default 0; }'
            . ' map "$mpic_check_type,$mpic_is_valid" $word {'
            . ' "caa,1" good; "caa," undecided; default other; }'
            . ' log_format word "$word";',
    location => 'mpic_timeout 100s; mpic_grace 0; mpic_allow_monitoring on;'
                . ' mpic_max_attempts 2; add_header X-Word $word;',
    server => 'access_log logs/vars.log vars;'
              . ' access_log logs/refused.log word if=$refused;'
              . ' location = /draft { mpic_validate world dialect=draft;'
              . ' mpic_timeout 100s; mpic_grace 0; }'
              . ' location = /post { mpic_validate world; mpic_grace 0;'
              . ' post_action @after; }'
              . ' location @after { return 204; }');

my $seen = 0;


# the line of one more request

sub logged {
    my ($what, $expected) = @_;
    my @lines;

    wait_until(sub { @lines = $nginx->lines('vars.log'); @lines > $seen });
    my $line = $lines[$seen++] // 'no line';

    # the order of a cohort is its own
    $line =~ s{(\|p\d[p\d,]*)}{
        '|' . join ',', sort split /,/, substr $1, 1 }gex;
    like($line, qr/\|(?:\d+\.\d\d\d|-)$/, "$what: seconds");
    is($line =~ s/\|\d+\.\d\d\d$/|s/r, $expected, $what);
}


sub ask {
    my ($json, $path) = @_;

    return $nginx->ask("{$json}", undef, $path);
}


sub check {
    my ($json, @answers) = @_;
    my $client = ask($json);
    my @asked = $nginx->asked;

    answer($asked[$_], $answers[$_]) for 0 .. $#answers;
    my $response = response($client);

    close $_ for @asked;
    return $response;
}


my $pass = $MPIC::Process::pass;

like(check("$caa:\"*.EXAMPLE.com.\",\"trace_identifier\":\"a\\\"b|\\\\ü\"",
           $pass, $pass, $fail, $pass), qr/X-Word: good/, 'before the headers');
logged('corroborated', '/mpic 200 1|caa|-|*.example.com|3/4|1|1|'
       . 'a\x22b|\x5C\xC3\xBC|p1,p2,p4|p3|-|s');

check("$caa:\"example.com\"", $pass, $pass, $fail, '{}');
logged('not corroborated',
       '/mpic 200 0|caa|-|example.com|2/4|1|1|-|p1,p2|p3,p4|-|s');
is_deeply([$nginx->lines('refused.log')], ['other'], 'by a condition');

# one that nobody waited for is neither
check("$caa:\"example.com\"", $pass, $pass, $pass);
logged('early', '/mpic 200 1|caa|-|example.com|3/4|1|1|-|p1,p2,p3|-|-|s');

my $dcv_ask = '"domain_or_ip_target":"example.com","dcv_check_parameters":'
    . '{"validation_method":"dns-change","dns_record_type":"TXT",'
    . '"challenge_value":"x"}';

check("\"check_type\":\"dcv\",$dcv_ask", ($dcv) x 3);
logged('a method', '/mpic 200 1|dcv|dns-change|example.com|3/4|1|1|-|'
       . 'p1,p2,p3|-|-|s');

# two calls for each; none answers what it was asked
{
    my $client = ask("\"check_type\":\"dcv_with_caa\",$dcv_ask");
    my @asked = $nginx->asked_of(8);

    answer($_, '{}') for @asked;
    response($client);
    close $_ for @asked;
    ok(wait_until(sub { $nginx->lines('vars.log') > $seen }), 'logged');
    like(($nginx->lines('vars.log'))[$seen++], qr{^/mpic\ 200\ 0\|dcv_with_caa\|dns-change
         \|example\.com\|0/4,\ 0/4\|1\|1\|-\|-\|p[p1-4,]+\|-\|}x, 'two kinds');
}

# a second cohort there is not: one attempt, of no quorum
check("$caa:\"example.com\",\"orchestration_parameters\":{\"quorum_count\":0}",
      $pass, $pass, $pass, $pass);
logged('monitoring', '/mpic 200 -|caa|-|example.com|4/4|1|1|-|p1,p2,p3,p4|-|-|s');

response(ask("$caa:\"example..com\""));
logged('refused', '/mpic 400 -|-|-|-|-|-|-|-|-|-|request-validation-failed|s');

response($nginx->ask('[{' . "$caa:\"a..b\"},{$caa:\"c..d\"" . '}]'));
logged('a batch', '/mpic 200 0|batch|-|-|-|-|2|-|-|-|-|s');

{
    my $client = $nginx->ask('[{' . "$caa:\"a.example\"}]");
    answer($_) for my @asked = $nginx->asked;
    response($client);
    logged('a batch of one', '/mpic 200 1|batch|-|-|-|-|1|-|-|-|-|s');
    close $_ for @asked;
}

response($nginx->ask('[{},1'));
logged('half a batch',
       '/mpic 400 -|-|-|-|-|-|-|-|-|-|request-validation-failed|s');

# the client goes, before there is an answer, and no result comes later
{
    my $client = ask("$caa:\"left.example\"");
    my @asked = $nginx->asked;

    close $client;
    logged('the client went', '/mpic 499 -|caa|-|left.example|-|-|1|-|-|-|-|s');
    close $_ for @asked;
}

# nginx's own ways
{
    my $socket = $nginx->connect;
    print $socket "GET /mpic HTTP/1.0\r\n\r\n";
    response($socket);
    logged('refused by its head',
           '/mpic 405 -|-|-|-|-|-|-|-|-|-|method-not-allowed|s');

    $socket = $nginx->connect;
    print $socket "GET /ping HTTP/1.0\r\n\r\n";
    response($socket);
    logged('another location', '/ping 204 -|-|-|-|-|-|-|-|-|-|-|-');
}

# after an internal redirect, and where the draft's success is another verdict
for my $case (['/post', "$caa:\"example.com\"", '204 1', $pass],
              ['/draft', '"method":"caa","domain":"example.com"', '200 0', $set])
{
    my ($path, $json, $verdict, $other) = @$case;
    my $client = ask($json, $path);
    my @asked = $nginx->asked;

    answer($asked[$_], $_ ? $pass : $other) for 0 .. 2;
    response($client);
    close $_ for @asked;
    logged($path, "$path $verdict|caa|-|example.com|3/4|1|1|-|p1,p2,p3|-|-|s");
}

$nginx->signal('QUIT');
ok($nginx->ended, 'ended');
is_deeply([$nginx->complaints], [], 'no complaints');

done_testing();
