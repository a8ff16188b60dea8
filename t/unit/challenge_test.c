
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_challenge.h"

#include <stdio.h>


#define HASH  "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"

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

static test_pool_t        tp;
static mpic_lookup_t      lookup;
static mpic_result_t      result;
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

        assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup,
                                            &result), 0);

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
test_messages(void **state)
{
    mpic_str_t  expected, value;

    set(&expected, HASH);
    set(&value, "x\"\n");
    setup(DNS01, &expected);
    add_record(&value);
    assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup, &result),
                     0);
    assert_str_equal(result.errors[0].message, "expected a TXT record at "
                     "\"_a.example.com\" equal to \"" HASH "\", got "
                     "\"x\\\"\\010\"");

    set(&expected, "v");
    set(&value, A60 A60);
    setup(SUBSTRING, &expected);
    add_record(&value);
    add_record(&value);
    add_record(&value);
    assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup, &result),
                     0);
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
    assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup, &result),
                     0);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 0);
    assert_str_equal(result.errors[0].type, MPIC_ERROR_DCV_LOOKUP);
    assert_str_equal(result.errors[0].message, "there is no TXT record at "
                     "\"_a.example.com\" (NOERROR)");
    assert_non_null(result.records_seen);
    assert_int_equal(result.nrecords_seen, 0);

    setup(DNS01, &expected);
    lookup.answer.rcode = MPIC_DNS_NXDOMAIN;
    assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup, &result),
                     0);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.response_code, 3);
    assert_non_null(strstr(result.errors[0].message.data, "NXDOMAIN"));

    /* an error that carries the right record is an error still */

    setup(DNS01, &expected);
    add_record(&value);
    lookup.answer.rcode = MPIC_DNS_SERVFAIL;
    lookup.answer.ad = 0;
    assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup, &result),
                     0);
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
    assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup, &result),
                     0);
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
    assert_int_equal(mpic_challenge_dns(&tp.pool, &params, &lookup, &result),
                     0);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);

    test_pool_reset(&tp);
}


static void
test_question(void **state)
{
    mpic_str_t     why;
    mpic_target_t  target;

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

    return mpic_challenge_dns(&tp.pool, &params, &lookup, &result);
}


static int
run_question(const char *name)
{
    mpic_str_t     why;
    mpic_target_t  target;

    memset(&params, 0, sizeof(params));
    params.method = MPIC_METHOD_ACME_DNS_01;

    memset(&target, 0, sizeof(target));
    set(&target.name, name);

    return mpic_challenge_dns_question(&tp.pool, &target, &params, &lookup,
                                       &why);
}


static void
test_memory(void **state)
{
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
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_lookups),
        cmocka_unit_test(test_question),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
