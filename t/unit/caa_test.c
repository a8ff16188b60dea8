
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * BR 3.2.2.8, RFC 8659, RFC 8657, RFC 9495.
 */


#include "test_dns.h"
#include "mpic_caa.h"
#include "mpic_caa_method.h"

#include <stdio.h>


#define RECORDS_MAX  6


typedef struct {
    unsigned     flags;
    const char  *tag;
    const char  *value;
} record_t;


typedef struct {
    record_t           records[RECORDS_MAX];
    int                passed;
    /* a part of the error's message, for those that do not pass */
    const char        *message;

    const char        *target;
    mpic_cert_type_e   cert_type;
    /* what the request names */
    const char        *account;
    const char        *method;
    /* instead of ca.example */
    const char        *domain;

    /* what would be permitted: "account account|method method", or NULL */
    const char        *permissible;
} set_case_t;


#define PASS(...)  { .records = { __VA_ARGS__ }, .passed = 1

#define DENY(text, ...)                                                       \
    { .records = { __VA_ARGS__ }, .passed = 0, .message = text

#define WILD       , .target = "*.www.example.com" }
#define MAIL       , .cert_type = MPIC_CERT_SMIME }
#define PLAIN      }


static const set_case_t  sets[] = {

    /* issue */

    PASS({ 0, "issue", "ca.example" }) PLAIN,
    PASS({ 0, "ISSUE", "CA.Example" }) PLAIN,
    PASS({ 128, "issue", "ca.example" }) PLAIN,
    PASS({ 0, "issue", " ca.example ; policy=ev " }) PLAIN,
    PASS({ 0, "issue", ";" }, { 0, "issue", "ca.example" }) PLAIN,
    PASS({ 0, "issue", "ca.example" }, { 0, "issue", "%%%" }) PLAIN,
    PASS({ 0, "issue", "other.example" }, { 0, "issue", "ca.example" }) PLAIN,
    DENY("no issue property names ca.example (found: 0 issue \";\")",
         { 0, "issue", ";" }) PLAIN,
    DENY("no issue property names ca.example (found: 0 issue \"\")",
         { 0, "issue", "" }) PLAIN,
    DENY("names ca.example", { 0, "issue", "other.example" }) PLAIN,
    DENY("names ca.example", { 0, "issue", "www.ca.example" }) PLAIN,
    DENY("names ca.example", { 0, "issue", "example" }) PLAIN,
    DENY("names ca.example", { 0, "issue", "; a=ca.example" }) PLAIN,
    DENY("names ca.example", { 0, "issue", ";" }, { 0, "issue", "%%" }) PLAIN,
    DENY("well-formed", { 0, "issue", "ca.example." }) PLAIN,
    DENY("well-formed", { 0, "issue", "ca.example; a" }) PLAIN,
    DENY("well-formed", { 0, "issue", "ca.example\n" }) PLAIN,
    DENY("well-formed", { 0, "issue", "%%%" }, { 0, "issue", ";;" }) PLAIN,

    /* no property that matters */

    PASS({ 0, "iodef", "mailto:x@example.com" }) PLAIN,
    PASS({ 128, "iodef", "mailto:x@example.com" }) PLAIN,
    PASS({ 0, "issuewild", ";" }) PLAIN,
    PASS({ 0, "issuemail", ";" }) PLAIN,
    PASS({ 128, "issuevmc", ";" }) PLAIN,
    PASS({ 128, "contactemail", "a@example.com" }) PLAIN,
    PASS({ 1, "ContactPhone", "+1" }) PLAIN,
    PASS({ 0, "unknown", "x" }) PLAIN,
    PASS({ 64, "unknown", "x" }) PLAIN,
    PASS({ 126, "unknown", "x" }) PLAIN,

    /* critical and not known */

    DENY("a critical property is not known (found: 128 unknown \"x\")",
         { 0, "issue", "ca.example" }, { 128, "unknown", "x" }) PLAIN,
    DENY("critical", { 1, "unknown", "x" }) PLAIN,
    DENY("critical", { 255, "issues", "ca.example" }) PLAIN,
    DENY("critical", { 128, "iss", "ca.example" }) PLAIN,
    DENY("critical", { 128, "unknown", "x" }) MAIL,

    /* wildcards: issuewild if there is any, else issue */

    PASS({ 0, "issue", "ca.example" }) WILD,
    PASS({ 0, "issue", ";" }, { 0, "issuewild", "ca.example" }) WILD,
    PASS({ 0, "issuemail", ";" }) WILD,
    DENY("no issuewild property names",
         { 0, "issue", "ca.example" }, { 0, "issuewild", ";" }) WILD,
    DENY("no issuewild property has a value",
         { 0, "issue", "ca.example" }, { 0, "issuewild", "%%" }) WILD,
    DENY("no issue property names", { 0, "issue", ";" }) WILD,
    DENY("no issue property names",
         { 0, "issue", ";" }, { 0, "issuewild", "ca.example" }) PLAIN,

    /* S/MIME: issuemail alone (RFC 9495) */

    PASS({ 0, "issue", ";" }) MAIL,
    PASS({ 0, "issuemail", "ca.example" }, { 0, "issue", ";" }) MAIL,
    DENY("no issuemail property", { 0, "issuemail", ";" },
         { 0, "issue", "ca.example" }) MAIL,

    /* the issuer's names, as configured and as in the record */

    PASS({ 0, "issue", "ca.example" }), .domain = "CA.Example." },
    PASS({ 0, "issue", "XN--Bcher-kva.example" }),
        .domain = "b\xc3\xbc" "cher.example" },
    PASS({ 0, "issue", "ca" }), .domain = "ca" },
    DENY("names *.example", { 0, "issue", "ca.example" }),
        .domain = "*.example" },
    DENY("names a\\\"b", { 0, "issue", "ca.example" }), .domain = "a\"b" },
    DENY("no issuer domain name", { 0, "issue", "ca.example" }),
        .domain = "" },

    /* RFC 8657: accounturi */

    PASS({ 0, "issue", "ca.example; accounturi=https://a.example/1" }),
        .account = "https://a.example/1" },
    PASS({ 0, "issue", "ca.example; accounturi=https://a.example/2" },
         { 0, "issue", "ca.example; AccountURI=https://a.example/1" }),
        .account = "https://a.example/1" },
    PASS({ 0, "issue", "ca.example" }), .account = "https://a.example/1" },
    DENY("the issue property of ca.example has the accounturi of another"
         " account", { 0, "issue", "ca.example; accounturi=https://a.example/"
                                   "2" }), .account = "https://a.example/1" },
    DENY("another account",
         { 0, "issue", "ca.example; accounturi=HTTPS://a.example/1" }),
        .account = "https://a.example/1" },
    DENY("another account",
         { 0, "issue", "ca.example; ACCOUNTURI=https://a.example/1/" }),
        .account = "https://a.example/1" },
    DENY("names no account",
         { 0, "issue", "ca.example; accounturi=https://a.example/1" }) PLAIN,
    DENY("empty accounturi", { 0, "issue", "ca.example; accounturi=" }),
        .account = "", .permissible = "|" },
    DENY("no URI", { 0, "issue", "ca.example; accounturi=1" }),
        .account = "1", .permissible = "|" },
    DENY("no URI", { 0, "issue", "ca.example; accounturi=a:%zz" }),
        .account = "a:%zz", .permissible = "|" },
    PASS({ 0, "issue", "ca.example; accounturi=urn:x:%2f" }),
        .account = "urn:x:%2f" },
    DENY("more than once",
         { 0, "issue", "ca.example; accounturi=https://a.example/1;"
                       " accounturi=https://a.example/1" }),
        .account = "https://a.example/1" },
    DENY("names ca.example",
         { 0, "issue", "other.example; accounturi=https://a.example/1" }),
        .account = "https://a.example/1" },

    /* RFC 8657: validationmethods */

    PASS({ 0, "issue", "ca.example; validationmethods=dns-01" }),
        .method = "acme-dns-01" },
    PASS({ 0, "issue", "ca.example; validationmethods=http-01,ca-tbr-7" }),
        .method = "dns-change" },
    PASS({ 0, "issue", "ca.example; validationmethods=ca-tbr-7" }),
        .method = "acme-dns-01" },
    DENY("without the method of the request",
         { 0, "issue", "ca.example; validationmethods=dns-01" }),
        .method = "acme-http-01" },
    DENY("without the method of the request",
         { 0, "issue", "ca.example; validationmethods=dns-01" }),
        .method = "dns-change" },
    DENY("names no method",
         { 0, "issue", "ca.example; validationmethods=dns-01" }) PLAIN,
    DENY("malformed", { 0, "issue", "ca.example; validationmethods=" }),
        .method = "acme-dns-01" },
    DENY("malformed", { 0, "issue", "ca.example; validationmethods=dns-01," }),
        .method = "acme-dns-01" },
    DENY("malformed", { 0, "issue", "ca.example; validationmethods=,dns-01" }),
        .method = "acme-dns-01" },
    DENY("malformed", { 0, "issue", "ca.example; validationmethods=dns-01,a_b"
                      }), .method = "acme-dns-01" },
    DENY("validationmethods more than once",
         { 0, "issue", "ca.example; validationmethods=dns-01;"
                       "validationmethods=dns-01" }),
        .method = "acme-dns-01" },
    DENY("another account",
         { 0, "issue", "ca.example; validationmethods=dns-01;"
                       "accounturi=https://a.example/2" }),
        .account = "https://a.example/1", .method = "acme-dns-01" },
    DENY("another account",
         { 0, "issue", "ca.example; accounturi=https://a.example/2;"
                       "validationmethods=dns-01" }),
        .account = "https://a.example/1", .method = "acme-dns-01" },
    PASS({ 0, "issue", "ca.example; accounturi=https://a.example/1;"
                       "validationmethods=dns-01; other=x; other=y" }),
        .account = "https://a.example/1", .method = "acme-dns-01" },
    PASS({ 0, "issuewild", "ca.example; validationmethods=dns-01" }),
        .method = "acme-dns-01", .target = "*.www.example.com" },

    /* who and what would be permitted, where parameters alone forbid */

    DENY("another account",
         { 0, "issue", "ca.example; accounturi=https://a.example/2" },
         { 0, "issue", "ca.example; accounturi=https://a.example/3" },
         { 0, "issue", "ca.example; accounturi=https://a.example/2" },
         { 0, "issue", "other.example; accounturi=https://a.example/4" },
         { 0, "issuewild", "ca.example; accounturi=https://a.example/5" }),
        .account = "https://a.example/1",
        .permissible = "https://a.example/2 https://a.example/3|" },
    DENY("names no account",
         { 0, "issue", "ca.example; accounturi=https://a.example/2;"
                       "validationmethods=dns-01,ca-own,dns-01" }),
        .permissible = "https://a.example/2|dns-01 ca-own" },
    DENY("another account",
         { 0, "issue", "ca.example; accounturi=https://a.example/2;"
                       "validationmethods=dns-01" }),
        .account = "https://a.example/1", .method = "acme-dns-01",
        .permissible = "https://a.example/2|" },
    DENY("without the method",
         { 0, "issue", "ca.example; accounturi=https://a.example/1;"
                       "validationmethods=http-01" }),
        .account = "https://a.example/1", .method = "acme-dns-01",
        .permissible = "|http-01" },
    /* nobody, for the other parameter is wrong whatever is asked for */
    DENY("another account",
         { 0, "issue", "ca.example; accounturi=https://a.example/2;"
                       "validationmethods=," }),
        .account = "https://a.example/1", .method = "acme-dns-01",
        .permissible = "|" },
    DENY("more than once",
         { 0, "issue", "ca.example; accounturi=https://a.example/2;"
                       "accounturi=https://a.example/2;"
                       "validationmethods=http-01" }),
        .account = "https://a.example/1", .permissible = "|" },
    DENY("names other", { 0, "issue", "ca.example; accounturi=https://a/2" }),
        .domain = "other.example" },
    DENY("critical", { 0, "issue", "ca.example; accounturi=https://a/2" },
         { 128, "unknown", "x" }) PLAIN,
};


static test_pool_t        in, tp;
static test_msg_t         m;
static mpic_target_t      target;
static mpic_lookup_t      lookups[MPIC_CAA_LEVELS_MAX];
static int                nlookups;
static mpic_caa_params_t  params;
static mpic_str_t         domains[2], account, method;
static size_t             ndomains;
static mpic_result_t      result;
static mpic_caa_proof_t   proof;


static void
begin(const char *name)
{
    mpic_str_t  text, why;

    memset(&params, 0, sizeof(params));
    memset(&proof, 0, sizeof(proof));

    text = test_strz(&in, name);
    assert_int_equal(mpic_target_parse(&in.pool, &text, &target, &why), 0);

    nlookups = mpic_caa_levels(&in.pool, &target, lookups);

    domains[0] = test_strz(&in, "ca.example");
    ndomains = 1;
}


static int
setup(void **state)
{
    test_pool_init(&in);
    test_pool_init(&tp);

    begin("www.example.com");

    return 0;
}


static int
teardown(void **state)
{
    test_pool_reset(&in);
    test_pool_reset(&tp);

    return 0;
}


/* what a resolver says on a level */

static void
answer(int level, unsigned rcode, uint32_t ttl, const record_t *records,
    size_t n)
{
    size_t      i;
    mpic_str_t  why;

    test_msg_begin(&m, TEST_QR|rcode, lookups[level].name.data,
                   MPIC_DNS_CAA);

    for (i = 0; i < n && records[i].tag != NULL; i++) {
        test_msg_caa(&m, TEST_QNAME, ttl, records[i].flags, records[i].tag,
                     records[i].value);
    }

    if (n == 0) {
        test_msg_soa(&m, "example", ttl, ttl);
    }

    assert_int_equal(test_msg_parse(&in, &m, m.len, lookups[level].name.data,
                                    MPIC_DNS_CAA, &lookups[level].answer,
                                    &why),
                     0);

    lookups[level].state = MPIC_LOOKUP_ANSWERED;
}


static int
judge(void)
{
    mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    return mpic_caa_judge(&tp.pool, &target, &params, domains, ndomains,
                          lookups, (size_t) nlookups, &proof, &result);
}


static void
assert_message(const char *type, const char *part)
{
    assert_int_equal(result.nerrors, 1);
    assert_str_equal(result.errors[0].type, type);

    if (strstr(result.errors[0].message.data, part) == NULL) {
        fail_msg("%s, not %s", result.errors[0].message.data, part);
    }
}


static void
assert_list(const mpic_str_t *list, size_t n, const char **text, char end)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (strncmp(*text, list[i].data, list[i].len) != 0) {
            fail_msg("%s, not %s", list[i].data, *text);
        }

        *text += list[i].len;
        *text += (**text == ' ');
    }

    assert_int_equal(**text, end);
    *text += (end != '\0');
}


static void
assert_permissible(const char *text)
{
    /* the case does not say; one that is not about parameters has none */

    if (text == NULL) {
        assert_true(result.caa_account_uris == NULL
                    || strstr(result.errors[0].message.data, " property of "));
        return;
    }

    assert_non_null(result.caa_account_uris);
    assert_non_null(result.caa_methods);

    assert_list(result.caa_account_uris, result.ncaa_account_uris, &text,
                '|');
    assert_list(result.caa_methods, result.ncaa_methods, &text, '\0');
}


static void
test_sets(void **state)
{
    size_t             i;
    const set_case_t  *c;

    for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        c = &sets[i];

        begin(c->target ? c->target : "www.example.com");

        params.cert_type = c->cert_type;

        if (c->account != NULL) {
            account = test_strz(&in, c->account);
            params.account_uris = &account;
            params.naccount_uris = 1;
        }

        if (c->method != NULL) {
            method = test_strz(&in, c->method);
            params.methods = &method;
            params.nmethods = 1;
        }

        if (c->domain != NULL) {
            domains[0] = test_strz(&in, c->domain);
            ndomains = (c->domain[0] != '\0');
        }

        answer(0, 0, 60, c->records, RECORDS_MAX);

        test_pool_exhaust(&tp, judge(), 1);

        assert_int_equal(result.completed, 1);

        if ((int) result.passed != c->passed) {
            fail_msg("%d %s \"%s\": passed %d", (int) i, c->records[0].tag,
                     c->records[0].value, result.passed);
        }

        assert_int_equal(result.caa_present, 1);
        assert_int_equal(result.caa_ttl, 60);
        assert_str_equal(result.found_at, "www.example.com");
        assert_permissible(c->permissible);

        if (c->passed) {
            assert_int_equal(result.nerrors, 0);

        } else {
            assert_message(MPIC_ERROR_CAA_FORBIDDEN, c->message);
            assert_message(MPIC_ERROR_CAA_FORBIDDEN,
                           "CAA at www.example.com forbids issuance: ");
        }
    }
}


static void
test_levels(void **state)
{
    int            i, n;
    char           name[254];
    mpic_str_t     text, why;
    mpic_target_t  t;

    assert_int_equal(nlookups, 3);
    assert_str_equal(lookups[0].name, "www.example.com");
    assert_str_equal(lookups[1].name, "example.com");
    assert_str_equal(lookups[2].name, "com");

    for (i = 0; i < 3; i++) {
        assert_int_equal(lookups[i].state, MPIC_LOOKUP_PENDING);
        assert_int_equal(lookups[i].type, MPIC_DNS_CAA);
    }

    begin("*.www.example.com");
    assert_int_equal(nlookups, 3);
    assert_str_equal(lookups[0].name, "www.example.com");

    /* the most labels there can be */
    for (i = 0; i < 253; i++) {
        name[i] = (i % 2) ? '.' : 'a';
    }

    name[253] = '\0';
    begin(name);
    assert_int_equal(nlookups, 127);
    assert_str_equal(lookups[0].name, name);
    assert_str_equal(lookups[126].name, "a");

    test_pool_exhaust(&tp, (n = mpic_caa_levels(&tp.pool, &target, lookups)),
                      127);

    /* an address has none, and no verdict either */
    text = test_strz(&in, "8.8.8.8");
    assert_int_equal(mpic_target_parse(&in.pool, &text, &t, &why), 0);
    target = t;
    nlookups = mpic_caa_levels(&tp.pool, &target, lookups);
    assert_int_equal(nlookups, 0);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);
    assert_message(MPIC_ERROR_CAA_LOOKUP, "no CAA");
}


static const record_t  permits[] = { { 0, "issue", "ca.example" } };
static const record_t  forbids[] = { { 0, "issue", ";" } };


/* the nearest set decides, and what is above it does not matter */

static void
test_climb(void **state)
{
    answer(1, 0, 60, permits, 1);
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 0);

    answer(2, 0, 30, forbids, 1);
    assert_int_equal(judge(), 0);

    answer(0, 0, 10, NULL, 0);
    test_pool_exhaust(&tp, judge(), 1);
    assert_int_equal(result.passed, 1);
    assert_str_equal(result.found_at, "example.com");
    assert_int_equal(result.caa_ttl, 60);
    assert_int_equal(result.nrecords_seen, 1);
    assert_str_equal(result.records_seen[0], "0 issue \"ca.example\"");

    /* the name does not exist: an empty set */
    answer(0, MPIC_DNS_NXDOMAIN, 10, NULL, 0);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 1);

    answer(0, 0, 10, forbids, 1);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.completed, 1);
    assert_str_equal(result.found_at, "www.example.com");

    /* at once, whatever becomes of the parents */
    lookups[1].state = MPIC_LOOKUP_PENDING;
    lookups[2].state = MPIC_LOOKUP_FAILED;
    answer(0, 0, 10, permits, 1);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 1);
    assert_int_equal(result.nerrors, 0);

    /* a set without a property that matters decides too */
    answer(1, 0, 10, forbids, 1);
    answer(0, 0, 10, (record_t[]) { { 0, "iodef", "mailto:a@b.example" } },
           1);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 1);
}


static void
test_none(void **state)
{
    answer(0, MPIC_DNS_NXDOMAIN, 60, NULL, 0);
    answer(1, 0, 30, NULL, 0);
    assert_int_equal(judge(), 0);

    answer(2, 0, 90, NULL, 0);
    test_pool_exhaust(&tp, judge(), 1);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 1);
    assert_int_equal(result.caa_present, 0);
    assert_int_equal(result.caa_ttl, 30);
    assert_int_equal(result.nerrors, 0);
    assert_null(result.found_at.data);
    assert_null(result.records_seen);
    assert_int_equal(result.nrecords_seen, 0);

    /* no such top-level domain */
    answer(2, MPIC_DNS_NXDOMAIN, 90, NULL, 0);
    test_pool_exhaust(&tp, judge(), 1);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.caa_present, -1);
    assert_message(MPIC_ERROR_CAA_LOOKUP,
                   "the CAA lookup of com failed: NXDOMAIN");

    /* which does not matter where a set decides below it */
    answer(1, 0, 90, permits, 1);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 1);
}


static void
test_failed(void **state)
{
    size_t  i;

    static const unsigned  rcodes[] = {
        MPIC_DNS_FORMERR, MPIC_DNS_SERVFAIL, MPIC_DNS_NOTIMP,
        MPIC_DNS_REFUSED, 9, 15
    };

    for (i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++) {
        begin("www.example.com");

        /* at the deciding level, below it; allow_lookup_failure or not */
        params.allow_lookup_failure = 1;

        answer(0, rcodes[i], 0, NULL, 0);
        test_pool_exhaust(&tp, judge(), 1);
        assert_int_equal(result.completed, 0);
        assert_int_equal(result.passed, 0);
        assert_int_equal(result.caa_present, -1);
        assert_null(result.found_at.data);
        assert_message(MPIC_ERROR_CAA_LOOKUP,
                       "the CAA lookup of www.example.com failed: ");

        answer(1, 0, 60, permits, 1);
        assert_int_equal(judge(), 1);
        assert_int_equal(result.passed, 0);

        /* nothing below, a failure, a set above it */
        answer(0, 0, 60, NULL, 0);
        answer(1, rcodes[i], 0, NULL, 0);
        answer(2, 0, 60, permits, 1);
        assert_int_equal(judge(), 1);
        assert_int_equal(result.completed, 0);
        assert_int_equal(result.passed, 0);

        /* above the deciding level */
        answer(0, 0, 60, permits, 1);
        assert_int_equal(judge(), 1);
        assert_int_equal(result.passed, 1);
    }

    begin("www.example.com");
    answer(0, 0, 60, NULL, 0);
    lookups[1].state = MPIC_LOOKUP_FAILED;
    lookups[1].why = (mpic_str_t) mpic_str("no answer within 5 s");
    test_pool_exhaust(&tp, judge(), 1);
    assert_int_equal(result.passed, 0);
    assert_message(MPIC_ERROR_CAA_LOOKUP, "the CAA lookup of example.com"
                   " failed: no answer within 5 s");

    /* the last level */
    answer(1, 0, 60, NULL, 0);
    answer(2, MPIC_DNS_SERVFAIL, 0, NULL, 0);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.completed, 0);
}


/* the status is that of the level that decides and of those below it */

static void
test_dnssec(void **state)
{
    answer(0, 0, 10, NULL, 0);
    answer(1, 0, 60, permits, 1);
    answer(2, MPIC_DNS_SERVFAIL, 0, NULL, 0);
    lookups[0].answer.ad = 1;
    lookups[1].answer.ad = 1;
    assert_int_equal(judge(), 1);
    assert_int_equal(result.dnssec, MPIC_DNSSEC_SECURE);

    lookups[0].answer.ad = 0;
    lookups[0].validating = 1;
    assert_int_equal(judge(), 1);
    assert_int_equal(result.dnssec, MPIC_DNSSEC_INSECURE);

    /* nothing below the top-level domain, and that fails */
    answer(1, 0, 60, NULL, 0);
    lookups[1].answer.ad = 1;
    lookups[2].bogus = 1;
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.dnssec, MPIC_DNSSEC_BOGUS);

    /* nothing anywhere */
    answer(2, 0, 60, NULL, 0);
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 1);
    assert_int_equal(result.dnssec, MPIC_DNSSEC_INDETERMINATE);

    /* nothing is known yet */
    lookups[2].state = MPIC_LOOKUP_PENDING;
    assert_int_equal(judge(), 0);
    assert_int_equal(result.dnssec, MPIC_DNSSEC_NONE);
}


static void
test_details(void **state)
{
    answer(0, 0, 60, (record_t[]) {
               { 0, "issue", "ca.example" },
               { 0, "iodef", "mailto:a@example.com" },
               { 0, "IODEF", "https://b\xff.example/" },
               { 0, "issuewild", "a\"b" } }, 4);

    test_pool_exhaust(&tp, judge(), 1);

    assert_int_equal(result.nrecords_seen, 4);
    assert_str_equal(result.records_seen[3], "0 issuewild \"a\\\"b\"");
    assert_int_equal(result.niodef, 2);
    assert_str_equal(result.iodef[0], "mailto:a@example.com");
    assert_str_equal(result.iodef[1], "https://b\\255.example/");
}


/* the same permission among very many records, and hostile ones */

static void
test_many(void **state)
{
    int         i;
    char        value[1000];
    mpic_str_t  why;

    test_msg_begin(&m, TEST_QR, "www.example.com", MPIC_DNS_CAA);

    for (i = 0; i < 1001; i++) {
        snprintf(value, sizeof(value), "ca%d.example", i);
        test_msg_caa(&m, TEST_QNAME, 60, 0, "issue", value);
    }

    assert_int_equal(test_msg_parse(&in, &m, m.len, "www.example.com",
                                    MPIC_DNS_CAA, &lookups[0].answer, &why),
                     0);

    lookups[0].state = MPIC_LOOKUP_ANSWERED;

    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.nrecords_seen, 1001);

    domains[1] = (mpic_str_t) mpic_str("ca1000.example");
    ndomains = 2;
    assert_int_equal(judge(), 1);
    assert_int_equal(result.passed, 1);

    /* octets that take four each to be shown */
    memset(value, 0xff, sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';

    test_msg_begin(&m, TEST_QR, "www.example.com", MPIC_DNS_CAA);

    for (i = 0; i < 60; i++) {
        test_msg_caa(&m, TEST_QNAME, 60, 0, "iodef", value);
    }

    test_msg_caa(&m, TEST_QNAME, 60, 0, "issue", value);

    assert_int_equal(test_msg_parse(&in, &m, m.len, "www.example.com",
                                    MPIC_DNS_CAA, &lookups[0].answer, &why),
                     0);

    test_pool_exhaust(&tp, judge(), 1);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.nrecords_seen, 33);
    assert_str_equal(result.records_seen[32], "... and 29 more");
    assert_true(result.niodef <= 32);
    assert_true(result.errors[0].message.len < 512);
}


/* a method is found under each of its names, and under no other's */

static void
test_methods(void **state)
{
    size_t      i;
    mpic_str_t  list, name;

    static const struct {
        const char  *method;
        const char  *list;
        int          listed;
    } m_cases[] = {
        { "acme-http-01", "http-01", 1 },
        { "acme-http-01", "ca-tbr-19", 1 },
        { "acme-http-01", "dns-01,ca-tbr-19", 1 },
        { "acme-http-01", "ca-tbr-18", 0 },
        { "acme-http-01", "ca-tbr-1", 0 },
        { "acme-http-01", "ca-tbr-199", 0 },
        { "acme-http-01", "http-01x", 0 },
        { "acme-http-01", "HTTP-01", 0 },
        { "acme-http-01", "acme-http-01", 0 },
        { "http-01", "http-01", 1 },
        { "http-01", "ca-tbr-19", 1 },
        { "ca-tbr-19", "http-01", 1 },
        { "acme-dns-01", "dns-01", 1 },
        { "acme-dns-01", "ca-tbr-7", 1 },
        { "dns-change", "ca-tbr-7", 1 },
        { "dns-change", "dns-01", 0 },
        { "dns-change", "dns-change", 0 },
        { "ca-tbr-7", "ca-tbr-7", 1 },
        { "ca-tbr-7", "dns-01", 0 },
        { "website-change", "ca-tbr-18", 1 },
        { "website-change", "http-01", 0 },
        { "acme-tls-alpn-01", "tls-alpn-01", 1 },
        { "acme-tls-alpn-01", "ca-tbr-20", 1 },
        { "ca-own", "a,ca-own", 1 },
        { "ca-own", "ca-owner", 0 },
        { "", "a", 0 },
    };

    for (i = 0; i < sizeof(m_cases) / sizeof(m_cases[0]); i++) {
        name = test_strz(&in, m_cases[i].method);
        list = test_strz(&in, m_cases[i].list);

        assert_true(mpic_caa_method_list(&list));

        if (mpic_caa_method_listed(&name, &list) != m_cases[i].listed) {
            fail_msg("%s in %s", m_cases[i].method, m_cases[i].list);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_sets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_levels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_climb, setup, teardown),
        cmocka_unit_test_setup_teardown(test_none, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dnssec, setup, teardown),
        cmocka_unit_test_setup_teardown(test_details, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_methods, setup, teardown),
    };

    return cmocka_run_group_tests_name("caa", tests, NULL, NULL);
}
