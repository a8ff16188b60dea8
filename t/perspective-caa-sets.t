# CAA: record sets of every kind (RFC 8659, 8657, 9495), from the test network's
# zones and from a DNS server that nobody wants to meet.

use lib 't/lib';
use MPIC;
use MPIC::Perspective;

use_config();

our $permitted = '"check_completed":true,"check_passed":true,"errors":null';
our $forbidden = '"check_completed":true,"check_passed":false'
                 . '.*"mpic_error:caa_checker:forbidden"';
our $malformed = "$forbidden.*has a value that is well-formed";
our $failed = '"check_completed":false,"check_passed":false'
              . '.*"mpic_error:caa_checker:lookup"';

our %parameters = (expected_account_uris => ['https://ca.example/acct/1'],
                   expected_validation_methods => ['acme-dns-01']);

# names below caa.signed.example; what is behind ":" goes into the parameters

our @permits = qw(
    permit both uppertag onlyiodef unknown flags onlywild onlymail onlyvmc
    critical-issue critical-iodef critical-mail critical-vmc longtag badiodef
    unknownbeside mail many spaces tabs trailing trailing-space param params
    param-novalue param-spaces param-quote good-and-bad
);
our @forbids = qw(
    deny other critical critical1 critical-all empty blank semicolon
    params-only alabel
);
our @malformed = qw(
    malformed newline nul octets names dot comma hyphen under twosemicolons
    params-space param-notag param-noequals param-octets ulabel
);
our @permits_with = qw(account accounts account-case method methods-tbr
                       both-params);
our @forbids_with = qw(account-twice account-empty account-upper methods-space
                       methods-empty methods-comma methods-char methods-twice
                       methods-case);
our @permits_mail = qw(mail onlyiodef deny other onlywild onlyvmc);
our @forbids_mail = qw(nomail onlymail critical mail-account);
our @permits_wild = qw(permit wild onlywild onlyiodef onlymail many);
our @forbids_wild = qw(nowild deny other uppertag critical);

# labels below hostile.example, asked of that server itself

our @hostile_permits = qw(
    nodata nosoa nxnosoa nxdomain truncated tcpieces othercase unrelatedfirst
    many full ttlzero ttlmost edegood noopt ad chain1 chain16 away reverse
    octets otheridfirst twice unrelated below chaos types authority additional
    cnameonly cnamenx cnameroot gap servfail-txt silent-a
);
our @hostile_fails = qw(
    formerr servfail notimp refused yxdomain badvers rcode9 rcode4095
    servfailrecords refusedrecords nxrecords empty short header garbage noise
    tcalways tcrecords tcclose tcreset tcsilent tcservfail tcgarbage tczero
    tccut otherid othername othertype otherclass noquestion twoquestions query
    opcode cut countmore countmost countless trailing pointerself pointerloop
    pointerend labelbits longname rdlength rdempty tagempty taglong tagodd
    onegood
    chain17 chain200 loop self twocnames optlong opttwo edeshort silent
    ede0 ede6 edeutf8 edecut edenul edecontrol edehtml edelong edeempty edetwo
    edemany bogus cdsilent full
);

sub sets {
    my ($prefix, $names, %more) = @_;

    return [map { caa("$prefix$_.caa.signed.example", %more) } @$names];
}

sub hostile {
    my ($names) = @_;

    return [map { caa("x.$_.hostile.example") =~ s{/caa}{/hostile}r } @$names];
}

sub all {
    my ($pattern, $names) = @_;

    return [map { $pattern } @$names];
}

run_tests();

__DATA__

=== TEST 1: sets that permit
--- request eval: ::sets('', \@::permits)
--- response_body_like eval: ::all($::permitted, \@::permits)



=== TEST 2: sets that forbid
--- request eval: ::sets('', \@::forbids)
--- response_body_like eval: ::all($::forbidden, \@::forbids)



=== TEST 3: values that are malformed permit nobody
--- request eval: ::sets('', \@::malformed)
--- response_body_like eval: ::all($::malformed, \@::malformed)



=== TEST 4: parameters that are met
--- request eval: ::sets('', \@::permits_with, %::parameters)
--- response_body_like eval: ::all($::permitted, \@::permits_with)



=== TEST 5: parameters that are not
--- request eval: ::sets('', \@::forbids_with, %::parameters)
--- response_body_like eval: ::all($::forbidden, \@::forbids_with)



=== TEST 6: parameters that the request has nothing for
--- request eval: ::sets('', \@::permits_with)
--- response_body_like eval: ::all($::forbidden, \@::permits_with)



=== TEST 7: the older spelling of the parameters
--- request eval
::caa('both-params.caa.signed.example',
      accounturi_values => ['https://ca.example/acct/1'],
      validation_methods => ['dns-01'])
--- json
check_passed = true
details.permissible_under_account_uri = null
details.permissible_under_validation_method = null



=== TEST 8: who and what would be permitted
--- request eval
::caa('both-params.caa.signed.example',
      expected_account_uris => ['https://ca.example/acct/7'],
      expected_validation_methods => ['acme-http-01'])
--- json
check_completed = true
check_passed = false
errors.0.error_type = "mpic_error:caa_checker:forbidden"
details.permissible_under_account_uri = ["https://ca.example/acct/1"]
details.permissible_under_validation_method = ["dns-01"]



=== TEST 9: several accounts would be
--- request eval
::caa('accounts.caa.signed.example',
      expected_account_uris => ['https://ca.example/acct/7'])
--- json
check_passed = false
details.permissible_under_account_uri #= 2
details.permissible_under_validation_method = []



=== TEST 10: nobody would be
--- request eval: ::caa('deny.caa.signed.example', %::parameters)
--- json
check_passed = false
details.permissible_under_account_uri = null
details.permissible_under_validation_method = null



=== TEST 11: s/mime: issuemail alone
--- request eval
::sets('', \@::permits_mail, certificate_type => 's-mime')
--- response_body_like eval: ::all($::permitted, \@::permits_mail)



=== TEST 12: s/mime that is forbidden
--- request eval
::sets('', \@::forbids_mail, certificate_type => 's-mime')
--- response_body_like eval: ::all($::forbidden, \@::forbids_mail)



=== TEST 13: wildcards
--- request eval: ::sets('*.', \@::permits_wild)
--- response_body_like eval: ::all($::permitted, \@::permits_wild)



=== TEST 14: wildcards that are forbidden
--- request eval: ::sets('*.', \@::forbids_wild)
--- response_body_like eval: ::all($::forbidden, \@::forbids_wild)



=== TEST 15: issuers are compared in one form
--- request eval
[::caa('alabel.caa.signed.example', caa_domains => ["m\x{fc}nchen.example"]),
 ::caa('alabel.caa.signed.example', caa_domains => ['XN--MNCHEN-3YA.example.']),
 ::caa('both.caa.signed.example', caa_domains => ['cA.eXample.'])]
--- response_body_like eval: [($::permitted) x 3]



=== TEST 16: 1001 records, by TCP
--- request eval: ::caa('1001.caa.signed.example')
--- json
check_completed = true
check_passed = true
details.found_at = "1001.caa.signed.example"
details.records_seen exists
details.records_omitted =~ ^\d+$



=== TEST 17: a name of 253 octets
--- request eval
my $label = 'a' x 63;
::caa(CORE::join '.', ($label) x 3, 'a' x 46, 'signed.example')
--- json
check_completed = true
check_passed = true
details.found_at =~ ^a{63}\.a{63}\.a{63}\.a{46}\.signed\.example$



=== TEST 18: which is a wildcard's
--- request eval
my $label = 'a' x 63;
::caa(CORE::join '.', '*', ($label) x 3, 'a' x 46, 'signed.example')
--- json
check_passed = true



=== TEST 19: top-level domains
--- request eval
[map { ::caa($_) } qw(www.caatld deny.caatld *.www.caatld www.plaintld
                      permit.plaintld www.nothing)]
--- response_body_like eval
["$::permitted.*\"found_at\":\"caatld\"", $::forbidden, $::permitted,
 "$::forbidden.*at plaintld forbids", $::permitted, $::failed]



=== TEST 20: the tree is not climbed from where an alias leads
--- request eval
[map { ::caa($_) } qw(tocaatld.signed.example alias.caatld
                      16.chain.signed.example 17.chain.signed.example
                      dname.signed.example host.dname.signed.example)]
--- response_body_like eval
["$::permitted.*\"caa_record_present\":false",
 "$::permitted.*\"found_at\":\"caatld\"",
 "$::permitted.*\"found_at\":\"16.chain.signed.example\"",
 "$::failed.*17.chain.signed.example failed: an answer with more than 16 CNAME records",
 $::permitted, $::permitted]



=== TEST 21: wildcards of a zone
--- request eval
[map { ::caa($_) } qw(any.every.signed.example ends.every.signed.example
                      a.b.wild.signed.example any.alias-of.signed.example)]
--- response_body_like eval
["$::permitted.*\"found_at\":\"any.every", 
 "$::permitted.*\"caa_record_present\":false",
 "$::permitted.*\"caa_record_present\":false",
 "$::permitted.*\"caa_record_present\":false"]



=== TEST 22: the smallest TTL
--- request eval: ::caa('short.caa.signed.example')
--- json
details.ttl =~ ^([1-5]?\d|60)$



=== TEST 23: answers that a resolver may give
--- config
location = /hostile {
    mpic_check        caa;
    mpic_resolver     127.0.0.60;
    mpic_max_records  65535;
}
--- request eval: ::hostile(\@::hostile_permits)
--- response_body_like eval: ::all($::permitted, \@::hostile_permits)



=== TEST 24: answers that no check passes by
--- config
location = /hostile {
    mpic_check             caa;
    mpic_resolver          127.0.0.60;
    mpic_resolver_timeout  100ms;
    mpic_resolver_tries    1;
}
--- request eval: ::hostile(\@::hostile_fails)
--- response_body_like eval: ::all($::failed, \@::hostile_fails)



=== TEST 25: as many CNAMEs and records as are allowed, and no more
--- config
location = /two {
    mpic_check        caa;
    mpic_max_cnames   2;
    mpic_max_records  1000;
}
location = /octets {
    mpic_check        caa;
    mpic_dns_max      20k;
}
--- request eval
[(map { ::caa("$_.signed.example") =~ s{/caa}{/two}r }
      qw(2.chain 3.chain many.caa 1001.caa)),
 (map { ::caa("$_.signed.example") =~ s{/caa}{/octets}r } qw(2.chain 1001.caa))]
--- response_body_like eval
["$::permitted.*\"found_at\":\"2.chain.signed.example\"",
 "$::failed.*3.chain.signed.example failed: an answer with more than 2 CNAME records",
 $::permitted,
 "$::failed.*1001.caa.signed.example failed: an answer with more than 1000 CAA records",
 $::permitted,
 "$::failed.*1001.caa.signed.example failed: the DNS answers of this check have more than 20480 octets"]
