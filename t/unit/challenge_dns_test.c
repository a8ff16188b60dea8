
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_challenge_dns.h"


#define HASH  "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"

#define NOW   1700000000

#define A10   "aaaaaaaaaa"
#define A60   A10 A10 A10 A10 A10 A10
#define A63   A60 "aaa"
/* 237 and 238 octets: with "_acme-challenge." 253 and 254 */
#define A237  A63 "." A63 "." A63 "." A10 A10 A10 A10 "aaaaa"
#define A238  A237 "a"

#define MAX_RECORDS  5

#define OCTETS(literal)  { sizeof(literal) - 1, literal }


typedef enum {
    DNS01,
    SUBSTRING,
    SUBSTRING_ANY_CASE,
    EXACT,
    EXACT_ANY_CASE
} how_e;

typedef struct {
    how_e        how;
    mpic_str_t   expected;
    mpic_str_t   records[MAX_RECORDS];
    unsigned     passed;
} match_case_t;

typedef struct {
    mpic_method_e  method;
    uint16_t       type;
    /* 1: the whole record */
    unsigned       exact;
    mpic_str_t     expected;
    mpic_str_t     records[MAX_RECORDS];
    unsigned       passed;
} method_case_t;

typedef struct {
    const char    *target;
    mpic_method_e  method;
    uint16_t       type;
    const char    *prefix;
    const char    *name;
    uint16_t       asked;
} question_case_t;


static test_pool_t        tp;
static mpic_lookup_t      lookup;
static mpic_result_t      result;
static mpic_target_t      target;
static mpic_dcv_params_t  params;
static mpic_dns_record_t  records[MAX_RECORDS];
static mpic_str_t         chain[2];


static const match_case_t  matches[] = {

    /* RFC 8555 section 8.4: octet for octet */

    { DNS01, OCTETS(HASH), { OCTETS(HASH) }, 1 },
    { DNS01, OCTETS(HASH), { OCTETS("x"), OCTETS(""), OCTETS(HASH) }, 1 },
    { DNS01, OCTETS(HASH), { OCTETS(HASH), OCTETS("x") }, 1 },
    { DNS01, OCTETS(HASH), { OCTETS(" " HASH) }, 0 },
    { DNS01, OCTETS(HASH), { OCTETS(HASH " ") }, 0 },
    { DNS01, OCTETS(HASH), { OCTETS(HASH "\n") }, 0 },
    { DNS01, OCTETS(HASH), { OCTETS(HASH "\0") }, 0 },
    { DNS01, OCTETS(HASH), { OCTETS(HASH "\0x") }, 0 },
    { DNS01, OCTETS(HASH), { OCTETS("\"" HASH "\"") }, 0 },
    { DNS01, OCTETS(HASH),
      { OCTETS("loqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0") }, 0 },
    { DNS01, OCTETS(HASH),
      { OCTETS("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX") }, 0 },
    { DNS01, OCTETS(HASH),
      { OCTETS("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAX"),
        OCTETS("DfowyjxAjEuX0") }, 0 },
    { DNS01, OCTETS(HASH), { OCTETS("") }, 0 },
    { DNS01, OCTETS(""), { OCTETS("") }, 0 },

    /* BR 3.2.2.4.7 */

    { SUBSTRING, OCTETS("value"), { OCTETS("value") }, 1 },
    { SUBSTRING, OCTETS("value"), { OCTETS("a value b") }, 1 },
    { SUBSTRING, OCTETS("value"), { OCTETS("x\0value") }, 1 },
    { SUBSTRING, OCTETS("value"), { OCTETS("xvalue") }, 1 },
    { SUBSTRING, OCTETS("value"), { OCTETS("vvalu"), OCTETS("e") }, 0 },
    { SUBSTRING, OCTETS("value"), { OCTETS("Value") }, 0 },
    { SUBSTRING, OCTETS("value"), { OCTETS("valu") }, 0 },
    { SUBSTRING, OCTETS("value"), { OCTETS("valu\0e") }, 0 },
    { SUBSTRING, OCTETS("value"), { OCTETS("") }, 0 },
    { SUBSTRING, OCTETS(""), { OCTETS("value") }, 0 },
    { SUBSTRING, OCTETS(""), { OCTETS("") }, 0 },
    { SUBSTRING_ANY_CASE, OCTETS("VaLue"), { OCTETS("a vAlUE") }, 1 },
    { SUBSTRING_ANY_CASE, OCTETS("a\xc3\xa4"), { OCTETS("A\xc3\xa4") }, 1 },
    { SUBSTRING_ANY_CASE, OCTETS("\xc3\xa4"), { OCTETS("\xc3\x84") }, 0 },
    { SUBSTRING_ANY_CASE, OCTETS("a["), { OCTETS("a{") }, 0 },
    { SUBSTRING_ANY_CASE, OCTETS("value"), { OCTETS("VALU") }, 0 },
    { SUBSTRING_ANY_CASE, OCTETS(""), { OCTETS("x") }, 0 },
    { EXACT, OCTETS("value"), { OCTETS("x"), OCTETS("value") }, 1 },
    { EXACT, OCTETS("value"), { OCTETS("value ") }, 0 },
    { EXACT, OCTETS("value"), { OCTETS(" value") }, 0 },
    { EXACT, OCTETS("value"), { OCTETS("VALUE") }, 0 },
    { EXACT, OCTETS("value"), { OCTETS("xvalue") }, 0 },
    { EXACT, OCTETS(""), { OCTETS("") }, 0 },
    { EXACT_ANY_CASE, OCTETS("value"), { OCTETS("VALUE") }, 1 },
    { EXACT_ANY_CASE, OCTETS("value"), { OCTETS("VALUEX") }, 0 },
    { EXACT_ANY_CASE, OCTETS("a@"), { OCTETS("a`") }, 0 },
};


#define CHANGE(type)  MPIC_METHOD_DNS_CHANGE, MPIC_DNS_ ## type
#define EMAIL         MPIC_METHOD_CONTACT_EMAIL_TXT, MPIC_DNS_TXT, 1
#define PHONE         MPIC_METHOD_CONTACT_PHONE_TXT, MPIC_DNS_TXT, 1
#define IP(type)      MPIC_METHOD_IP_ADDRESS, MPIC_DNS_ ## type, 1
#define PTR           MPIC_METHOD_REVERSE_ADDRESS_LOOKUP, MPIC_DNS_PTR, 1

static const method_case_t  methods[] = {

    /* a name: its trailing dot or none, in any case */

    { CHANGE(CNAME), 1, OCTETS("a.example"), { OCTETS("a.example.") }, 1 },
    { CHANGE(CNAME), 1, OCTETS("a.example."), { OCTETS("A.Example.") }, 1 },
    { CHANGE(CNAME), 1, OCTETS("A.EXAMPLE"), { OCTETS("a.example.") }, 1 },
    { CHANGE(CNAME), 1, OCTETS("a.example.."), { OCTETS("a.example.") }, 0 },
    { CHANGE(CNAME), 1, OCTETS("b.a.example"), { OCTETS("a.example.") }, 0 },
    { CHANGE(CNAME), 1, OCTETS("a.example"), { OCTETS("b.a.example.") }, 0 },
    { CHANGE(CNAME), 1, OCTETS("a.b.example"), { OCTETS("a\\.b.example.") },
      0 },
    { CHANGE(CNAME), 1, OCTETS("."), { OCTETS(".") }, 0 },
    { CHANGE(CNAME), 0, OCTETS("VALUE"), { OCTETS("xvaluex.example.") }, 1 },
    { CHANGE(CNAME), 0, OCTETS("x.example."), { OCTETS("v.x.example.") }, 1 },
    { CHANGE(CNAME), 0, OCTETS("x.example"), { OCTETS("v.x.example.") }, 1 },
    { CHANGE(CNAME), 0, OCTETS("x.example.x"), { OCTETS("x.example.") }, 0 },

    /* the value of a property of any tag; neither flags nor tag */

    { CHANGE(CAA), 1, OCTETS("value"), { OCTETS("\0\5issueVALUE") }, 1 },
    { CHANGE(CAA), 1, OCTETS("value"), { OCTETS("\200\3dcvvalue") }, 1 },
    { CHANGE(CAA), 1, OCTETS("value"), { OCTETS("\0\5issuevalue ") }, 0 },
    { CHANGE(CAA), 1, OCTETS("issue"), { OCTETS("\0\5issuevalue") }, 0 },
    { CHANGE(CAA), 1, OCTETS("\0\5issuevalue"), { OCTETS("\0\5issuevalue") },
      0 },
    { CHANGE(CAA), 0, OCTETS("value"),
      { OCTETS("\0\5issue;"), OCTETS("\0\5issueca.example; x=VALUE") }, 1 },
    { CHANGE(CAA), 0, OCTETS("issue"), { OCTETS("\0\5issuevalue") }, 0 },
    { CHANGE(CAA), 0, OCTETS("value"), { OCTETS("\0\5valuexyz") }, 0 },
    { CHANGE(CAA), 0, OCTETS("value"), { OCTETS("\0\5value") }, 0 },

    /* BR A.2.1: one address, and nothing else */

    { EMAIL, OCTETS("a@b.example"), { OCTETS("a@b.example") }, 1 },
    { EMAIL, OCTETS("a@b.example"), { OCTETS("x"), OCTETS("A@B.example") },
      1 },
    { EMAIL, OCTETS("a@b.example"), { OCTETS(" a@b.example") }, 0 },
    { EMAIL, OCTETS("a@b.example"), { OCTETS("a@b.example\0") }, 0 },
    { EMAIL, OCTETS("a@b.example"), { OCTETS("mailto:a@b.example") }, 0 },
    { EMAIL, OCTETS("a@b.example"), { OCTETS("a@b.example, c@b.example") },
      0 },
    { EMAIL, OCTETS(" a@b.example"), { OCTETS(" a@b.example") }, 0 },
    { EMAIL, OCTETS("A <a@b.example>"), { OCTETS("A <a@b.example>") }, 0 },
    { EMAIL, OCTETS("+1 555"), { OCTETS("+1 555") }, 0 },
    { EMAIL, OCTETS("h\xc3\xb6st@b.example"),
      { OCTETS("h\xc3\xb6st@b.example") }, 1 },
    { EMAIL, OCTETS("h\xc3\xb6st@b.example"),
      { OCTETS("h\xc3\x96st@b.example") }, 0 },
    { EMAIL, OCTETS("h\xffst@b.example"), { OCTETS("h\xffst@b.example") },
      0 },

    /* BR A.2.2 */

    { PHONE, OCTETS("+1 555 123"), { OCTETS("+1 555 123") }, 1 },
    { PHONE, OCTETS("+1-555-(123)"), { OCTETS("+1-555-(123)") }, 1 },
    { PHONE, OCTETS("+1 555 123"), { OCTETS("+1555123") }, 0 },
    { PHONE, OCTETS("+1555123"), { OCTETS("+1555123 ") }, 0 },
    { PHONE, OCTETS("1555123"), { OCTETS("1555123") }, 0 },
    { PHONE, OCTETS("tel:+1555123"), { OCTETS("tel:+1555123") }, 0 },
    { PHONE, OCTETS("a@b.example"), { OCTETS("a@b.example") }, 0 },

    /* BR 3.2.2.4.8: octets, not texts */

    { IP(A), OCTETS("8.8.4.4"), { OCTETS("\10\10\10\10"),
                                  OCTETS("\10\10\4\4") }, 1 },
    { IP(A), OCTETS("8.8.4.4"), { OCTETS("\10\10\4\5") }, 0 },
    { IP(A), OCTETS("8.8.4.4"), { OCTETS("\10\10\4") }, 0 },
    { IP(A), OCTETS("2001:4860:0:0:0::8"),
      { OCTETS("\x20\1\x48\x60\0\0\0\0\0\0\0\0\0\0\0\10") }, 0 },
    { IP(AAAA), OCTETS("2001:4860:0:0:0::8"),
      { OCTETS("\x20\1\x48\x60\0\0\0\0\0\0\0\0\0\0\0\10") }, 1 },
    { IP(AAAA), OCTETS("2001:4860::9"),
      { OCTETS("\x20\1\x48\x60\0\0\0\0\0\0\0\0\0\0\0\10") }, 0 },
    { IP(AAAA), OCTETS("8.8.4.4"),
      { OCTETS("\0\0\0\0\0\0\0\0\0\0\xff\xff\10\10\4\4") }, 0 },
    { IP(A), OCTETS("example"), { OCTETS("example") }, 0 },
    { IP(A), OCTETS("exam"), { OCTETS("exam") }, 0 },

    /* BR 3.2.2.5.3 */

    { PTR, OCTETS("host.example"), { OCTETS("a."), OCTETS("Host.Example.") },
      1 },
    { PTR, OCTETS("host.example."), { OCTETS("host.example.") }, 1 },
    { PTR, OCTETS("example"), { OCTETS("host.example.") }, 0 },
    { PTR, OCTETS("x.host.example"), { OCTETS("host.example.") }, 0 },
    { PTR, OCTETS("."), { OCTETS(".") }, 0 },
    { PTR, OCTETS(""), { OCTETS(".") }, 0 },

    /* of the digest's methods the value does not count, and the reverse */

    { MPIC_METHOD_DNS_ACCOUNT_01, MPIC_DNS_TXT, 1, OCTETS("value"),
      { OCTETS("value") }, 0 },
    { MPIC_METHOD_CONTACT_EMAIL_CAA, MPIC_DNS_CAA, 1, OCTETS("value"),
      { OCTETS("value") }, 0 },
};


static const question_case_t  questions[] = {
    { "*.example.com", MPIC_METHOD_ACME_DNS_01, 0, "",
      "_acme-challenge.example.com", MPIC_DNS_TXT },

    /* the test vector of draft-ietf-acme-dns-account-label */

    { "example.org", MPIC_METHOD_DNS_ACCOUNT_01, MPIC_DNS_TXT, "",
      "_ujmmovf2vn55tgye._acme-challenge.example.org", MPIC_DNS_TXT },
    { "*.example.org", MPIC_METHOD_DNS_ACCOUNT_01, 0, "_x",
      "_ujmmovf2vn55tgye._acme-challenge.example.org", MPIC_DNS_TXT },

    { "*.example.com", MPIC_METHOD_DNS_CHANGE, MPIC_DNS_CAA, "_dcv",
      "_dcv.example.com", MPIC_DNS_CAA },
    { "example.com", MPIC_METHOD_DNS_CHANGE, MPIC_DNS_CNAME, "",
      "example.com", MPIC_DNS_CNAME },
    { "*.example.com", MPIC_METHOD_CONTACT_EMAIL_TXT, MPIC_DNS_TXT, "",
      "_validation-contactemail.example.com", MPIC_DNS_TXT },
    { "example.com", MPIC_METHOD_CONTACT_PHONE_TXT, MPIC_DNS_TXT, "",
      "_validation-contactphone.example.com", MPIC_DNS_TXT },
    { "example.com", MPIC_METHOD_CONTACT_EMAIL_CAA, MPIC_DNS_CAA, "_x",
      "_x.example.com", MPIC_DNS_CAA },
    { "example.com", MPIC_METHOD_IP_ADDRESS, MPIC_DNS_AAAA, "",
      "example.com", MPIC_DNS_AAAA },
    { "example.com", MPIC_METHOD_IP_ADDRESS, MPIC_DNS_A, "_x",
      "_x.example.com", MPIC_DNS_A },
    { "8.8.4.1", MPIC_METHOD_REVERSE_ADDRESS_LOOKUP, MPIC_DNS_PTR, "",
      "1.4.8.8.in-addr.arpa", MPIC_DNS_PTR },
    { "1.4.8.8.IN-ADDR.arpa.", MPIC_METHOD_REVERSE_ADDRESS_LOOKUP,
      MPIC_DNS_PTR, "_x", "_x.1.4.8.8.in-addr.arpa", MPIC_DNS_PTR },
    { "*.example.com", MPIC_METHOD_DNS_PERSISTENT, MPIC_DNS_TXT, "",
      "_validation-persist.example.com", MPIC_DNS_TXT },
    { "8.8.4.1", MPIC_METHOD_DNS_PERSISTENT, MPIC_DNS_TXT, "",
      "_ip-validation-persist.1.4.8.8.in-addr.arpa", MPIC_DNS_TXT },
    { "2001:4860::8", MPIC_METHOD_DNS_PERSISTENT, MPIC_DNS_TXT, "",
      "_ip-validation-persist.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
      ".0.6.8.4.1.0.0.2.ip6.arpa", MPIC_DNS_TXT },
};


static void
set(mpic_str_t *str, const char *text)
{
    str->data = text;
    str->len = strlen(text);
}


static void
setup(how_e how, const mpic_str_t *expected)
{
    memset(&params, 0, sizeof(params));
    memset(&lookup, 0, sizeof(lookup));
    memset(records, 0, sizeof(records));

    params.method = (how == DNS01) ? MPIC_METHOD_ACME_DNS_01
                                   : MPIC_METHOD_DNS_CHANGE;
    params.record_type = MPIC_DNS_TXT;
    params.exact_match = (how == EXACT || how == EXACT_ANY_CASE);
    params.exact_case = (how == EXACT || how == SUBSTRING);

    if (how == DNS01) {
        params.key_authorization_hash = *expected;

    } else {
        params.challenge_value = *expected;
    }

    lookup.state = MPIC_LOOKUP_ANSWERED;
    lookup.type = MPIC_DNS_TXT;
    set(&lookup.name, "_a.example.com");

    set(&lookup.answer.found_at, "b.example.net");
    set(&chain[0], "a.example.net.");
    set(&chain[1], "b.example.net.");
    lookup.answer.cname_chain = chain;
    lookup.answer.ncname_chain = 2;
    lookup.answer.ad = 1;
    lookup.answer.records = records;
    lookup.answer.ede_code = -1;

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
}


static void
add_record(const mpic_str_t *value)
{
    mpic_dns_record_t  *record;

    record = &records[lookup.answer.nrecords++];

    record->type = MPIC_DNS_TXT;
    record->value = *value;
    set(&record->text, "shown");
}


static int
judge(void)
{
    return mpic_challenge_dns(&tp.pool, &target, &params, NOW, &lookup,
                              &result);
}


static void
test_matches(void **state)
{
    size_t               i, j;
    const match_case_t  *c;

    for (i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
        c = &matches[i];

        setup(c->how, &c->expected);

        for (j = 0; j < MAX_RECORDS && c->records[j].data != NULL; j++) {
            add_record(&c->records[j]);
        }

        assert_int_equal(judge(), 0);

        if (result.passed != c->passed) {
            fail_msg("case %zu: got %u", i, result.passed);
        }

        assert_int_equal(result.completed, 1);
        assert_int_equal(result.method, params.method);
        assert_int_equal(result.nerrors, !c->passed);

        if (!c->passed) {
            assert_str_equal(result.errors[0].type, MPIC_ERROR_DCV_MISMATCH);
        }

        assert_int_equal(result.nrecords_seen, j);
        assert_str_equal(result.records_seen[0], "shown");
        assert_int_equal(result.response_code, 0);
        assert_int_equal(result.ad, 1);
        assert_str_equal(result.found_at, "b.example.net");
        assert_int_equal(result.ncname_chain, 2);
        assert_str_equal(result.cname_chain[1], "b.example.net.");

        test_pool_reset(&tp);
    }
}


static void
test_methods(void **state)
{
    size_t                i, j;
    const method_case_t  *c;

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        c = &methods[i];

        setup(c->exact ? EXACT_ANY_CASE : SUBSTRING_ANY_CASE, &c->expected);

        params.method = c->method;
        params.record_type = c->type;
        lookup.type = c->type;

        for (j = 0; j < MAX_RECORDS && c->records[j].data != NULL; j++) {
            add_record(&c->records[j]);
            records[j].type = c->type;
        }

        assert_int_equal(judge(), 0);

        if (result.passed != c->passed) {
            fail_msg("case %zu: got %u", i, result.passed);
        }

        assert_int_equal(result.completed, 1);
        assert_int_equal(result.nerrors, !c->passed);
        assert_ptr_equal(result.records, records);
        assert_int_equal(result.nrecords, j);

        test_pool_reset(&tp);
    }
}


static void
test_questions(void **state)
{
    size_t                  i;
    mpic_str_t              why, text;
    const question_case_t  *c;

    for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        c = &questions[i];

        text = test_strz(&tp, c->target);
        assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why),
                         0);

        memset(&params, 0, sizeof(params));
        params.method = c->method;
        params.record_type = c->type;
        set(&params.name_prefix, c->prefix);
        set(&params.acme_account_url,
            "https://example.com/acme/acct/ExampleAccount");

        assert_int_equal(mpic_challenge_dns_question(&tp.pool, &target,
                                                     &params, &lookup, &why),
                         0);
        assert_str_equal(lookup.name, c->name);
        assert_int_equal(lookup.type, c->asked);
        assert_int_equal(lookup.state, MPIC_LOOKUP_PENDING);

        test_pool_reset(&tp);
    }
}


/* an issuer, an account, and records, of which the nearest is explained */

static void
setup_persist(const char **values, size_t n)
{
    size_t      i;
    mpic_str_t  value;

    static mpic_str_t  issuers[2];

    set(&value, "");
    setup(EXACT, &value);

    memset(&target, 0, sizeof(target));
    set(&target.name, "example.com");

    set(&issuers[0], "CA.example.");
    set(&issuers[1], "ca2.example");

    params.method = MPIC_METHOD_DNS_PERSISTENT;
    params.issuers = issuers;
    params.nissuers = 2;
    set(&params.account_uri, "https://ca.example/1");

    for (i = 0; i < n; i++) {
        set(&value, values[i]);
        add_record(&value);
    }
}


static void
test_persist(void **state)
{
    static const char  *values[] = {
        "v=spf1 -all",
        "ca.example; accounturi=https://ca.example/2",
        "other.example; accounturi=https://ca.example/1",
        "ca2.example; accounturi=https://ca.example/1"
    };

    setup_persist(values, 4);
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 1);
    assert_int_equal(result.nerrors, 0);

    setup_persist(values, 3);
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 0);
    assert_str_equal(result.errors[0].type, MPIC_ERROR_DCV_MISMATCH);
    assert_str_equal(result.errors[0].message, "expected a TXT record at "
                     "\"_a.example.com\" of issuer ca.example (or 1 more) "
                     "with accounturi \"https://ca.example/1\"; the nearest, "
                     "\"ca.example; accounturi=https://ca.example/2\" and 2 "
                     "more, has the accounturi of another account");

    setup_persist(values, 1);
    params.nissuers = 0;
    assert_int_equal(judge(), 0);
    assert_int_equal(result.passed, 0);
    assert_non_null(strstr(result.errors[0].message.data,
                           "\"v=spf1 -all\", is not an issue-value"));

    setup_persist(values, 0);
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 0);
    assert_str_equal(result.errors[0].type, MPIC_ERROR_DCV_LOOKUP);

    test_pool_reset(&tp);
}


static void
test_messages(void **state)
{
    mpic_str_t  expected, value;

    /* of an address, its text */

    set(&expected, "8.8.8.8");
    set(&value, "\10\10\4\4");
    setup(EXACT, &expected);
    params.method = MPIC_METHOD_IP_ADDRESS;
    lookup.type = MPIC_DNS_A;
    add_record(&value);
    records[0].type = MPIC_DNS_A;
    set(&records[0].text, "8.8.4.4");
    assert_int_equal(judge(), 0);
    assert_str_equal(result.errors[0].message, "expected an A record at "
                     "\"_a.example.com\" equal to \"8.8.8.8\", got "
                     "\"8.8.4.4\"");

    set(&expected, "a@b.example");
    set(&value, " a@b.example");
    setup(EXACT, &expected);
    params.method = MPIC_METHOD_CONTACT_EMAIL_TXT;
    add_record(&value);
    assert_int_equal(judge(), 0);
    assert_str_equal(result.errors[0].message, "expected a TXT record at "
                     "\"_a.example.com\" that is the email address "
                     "\"a@b.example\" and nothing else, got "
                     "\" a@b.example\"");

    set(&expected, HASH);
    set(&value, "x\"\n");
    setup(DNS01, &expected);
    add_record(&value);
    assert_int_equal(judge(), 0);
    assert_str_equal(result.errors[0].message, "expected a TXT record at "
                     "\"_a.example.com\" equal to \"" HASH "\", got "
                     "\"x\\\"\\010\"");

    set(&expected, "v");
    set(&value, A60 A60);
    setup(SUBSTRING, &expected);
    add_record(&value);
    add_record(&value);
    add_record(&value);
    assert_int_equal(judge(), 0);
    assert_str_equal(result.errors[0].message, "expected a TXT record at "
                     "\"_a.example.com\" that contains \"v\", got \"" A60
                     A10 A10 A10 A10 "...\" and 2 more");

    test_pool_reset(&tp);
}


/* no record: seen to be so; no answer: not seen */

static void
test_lookups(void **state)
{
    mpic_str_t  expected, value;

    set(&expected, HASH);
    value = expected;

    setup(DNS01, &expected);
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 0);
    assert_str_equal(result.errors[0].type, MPIC_ERROR_DCV_LOOKUP);
    assert_str_equal(result.errors[0].message, "there is no TXT record at "
                     "\"_a.example.com\" (NOERROR)");
    assert_non_null(result.records_seen);
    assert_int_equal(result.nrecords_seen, 0);

    setup(DNS01, &expected);
    lookup.answer.rcode = MPIC_DNS_NXDOMAIN;
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.response_code, 3);
    assert_non_null(strstr(result.errors[0].message.data, "NXDOMAIN"));

    /* an error that carries the right record is an error still */

    setup(DNS01, &expected);
    add_record(&value);
    lookup.answer.rcode = MPIC_DNS_SERVFAIL;
    lookup.answer.ad = 0;
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.nerrors, 1);
    assert_int_equal(result.response_code, 2);
    assert_int_equal(result.ad, 0);
    assert_str_equal(result.errors[0].type, MPIC_ERROR_DCV_LOOKUP);
    assert_non_null(strstr(result.errors[0].message.data, "SERVFAIL"));

    setup(DNS01, &expected);
    add_record(&value);
    lookup.state = MPIC_LOOKUP_FAILED;
    set(&lookup.why, "no answer in time");
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.response_code, -1);
    assert_int_equal(result.ad, -1);
    assert_null(result.records_seen);
    assert_null(result.found_at.data);
    assert_str_equal(result.errors[0].message, "the TXT records at "
                     "\"_a.example.com\" could not be looked up: no answer "
                     "in time");

    setup(DNS01, &expected);
    add_record(&value);
    lookup.state = MPIC_LOOKUP_PENDING;
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);

    test_pool_reset(&tp);
}


static void
test_question(void **state)
{
    mpic_str_t  why;

    memset(&target, 0, sizeof(target));
    memset(&params, 0, sizeof(params));
    memset(&lookup, 0x5a, sizeof(lookup));

    target.wildcard = 1;
    set(&target.name, "example.com");
    set(&target.canonical, "*.example.com");

    params.method = MPIC_METHOD_ACME_DNS_01;
    assert_int_equal(mpic_challenge_dns_question(&tp.pool, &target, &params,
                                                 &lookup, &why), 0);
    assert_int_equal(lookup.state, MPIC_LOOKUP_PENDING);
    assert_int_equal(lookup.type, MPIC_DNS_TXT);
    assert_str_equal(lookup.name, "_acme-challenge.example.com");
    assert_null(lookup.why.data);

    params.method = MPIC_METHOD_DNS_CHANGE;
    params.record_type = MPIC_DNS_TXT;
    set(&params.name_prefix, "");
    assert_int_equal(mpic_challenge_dns_question(&tp.pool, &target, &params,
                                                 &lookup, &why), 0);
    assert_str_equal(lookup.name, "example.com");

    set(&params.name_prefix, "_dcv");
    assert_int_equal(mpic_challenge_dns_question(&tp.pool, &target, &params,
                                                 &lookup, &why), 0);
    assert_str_equal(lookup.name, "_dcv.example.com");

    /* as long as a name can be, and one octet more */

    params.method = MPIC_METHOD_ACME_DNS_01;
    set(&target.name, A237);
    assert_int_equal(mpic_challenge_dns_question(&tp.pool, &target, &params,
                                                 &lookup, &why), 0);
    assert_int_equal(lookup.name.len, MPIC_NAME_MAX);

    set(&target.name, A238);
    assert_int_equal(mpic_challenge_dns_question(&tp.pool, &target, &params,
                                                 &lookup, &why), 1);
    assert_non_null(strstr(why.data, "longer than 253 octets"));

    test_pool_reset(&tp);
}


static int
run(how_e how, const char *expected, const char *value, unsigned state)
{
    mpic_str_t  e, v;

    set(&e, expected);
    set(&v, value);

    setup(how, &e);
    add_record(&v);
    add_record(&v);
    lookup.state = state;

    return judge();
}


static int
run_question(const char *name)
{
    mpic_str_t  why;

    memset(&params, 0, sizeof(params));
    params.method = MPIC_METHOD_ACME_DNS_01;

    memset(&target, 0, sizeof(target));
    set(&target.name, name);

    return mpic_challenge_dns_question(&tp.pool, &target, &params, &lookup,
                                       &why);
}


static int
run_persist(size_t n)
{
    static const char  *values[] = {
        "other.example; accounturi=https://ca.example/1",
        "ca2.example; accounturi=https://ca.example/1"
    };

    setup_persist(values, n);

    return judge();
}


static void
test_memory(void **state)
{
    test_pool_exhaust(&tp, run_persist(2), 0);
    assert_int_equal(result.passed, 1);
    test_pool_exhaust(&tp, run_persist(1), 0);
    assert_int_equal(result.passed, 0);

    test_pool_exhaust(&tp, run(DNS01, HASH, HASH, MPIC_LOOKUP_ANSWERED), 0);
    test_pool_exhaust(&tp, run(DNS01, HASH, "x", MPIC_LOOKUP_ANSWERED), 0);
    test_pool_exhaust(&tp, run(DNS01, HASH, "x", MPIC_LOOKUP_FAILED), 0);
    test_pool_exhaust(&tp, run(SUBSTRING_ANY_CASE, "a", "xA",
                               MPIC_LOOKUP_ANSWERED), 0);
    assert_int_equal(result.passed, 1);

    test_pool_exhaust(&tp, run_question("example.com"), 0);
    test_pool_exhaust(&tp, run_question(A238), 1);

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_persist),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_lookups),
        cmocka_unit_test(test_question),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
