
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_contact.h"


#define MAX_LEVELS   4
#define MAX_RECORDS  3

#define A10   "aaaaaaaaaa"
#define A60   A10 A10 A10 A10 A10 A10
#define A63   A60 "aaa"
#define LONG  A63 "." A63 "." A63 "." A10 A10 A10 A10 A10 A10

#define OCTETS(literal)  { sizeof(literal) - 1, literal }

/* RDATA of CAA */
#define EMAIL(text)  OCTETS("\0\14contactemail" text)
#define PHONE(text)  OCTETS("\0\14contactphone" text)


typedef struct {
    mpic_str_t           value;
    int                  valid;
} text_case_t;

typedef struct {
    mpic_lookup_state_e  state;
    int                  rcode;
    mpic_str_t           records[MAX_RECORDS];
} level_t;

typedef struct {
    mpic_method_e        method;
    const char          *value;
    level_t              levels[MAX_LEVELS];
    /* 0: not yet known */
    int                  known;
    unsigned             completed;
    unsigned             passed;
    /* a part of the message, NULL for none */
    const char          *error;
} tree_case_t;


static test_pool_t        tp;
static mpic_lookup_t      lookups[MAX_LEVELS];
static mpic_dns_record_t  records[MAX_LEVELS][MAX_RECORDS];
static mpic_result_t      result;
static mpic_target_t      target;
static mpic_dcv_params_t  params;


static const text_case_t  emails[] = {
    { OCTETS("a@b.example"), 1 },
    { OCTETS("a@b"), 1 },
    { OCTETS("first.last+tag@sub.b.example"), 1 },
    { OCTETS("!#$%&'*+-/=?^_`{|}~@b.example"), 1 },
    { OCTETS("\"a b\"@b.example"), 1 },
    { OCTETS("\"a@\\\"b\\\\\"@b.example"), 1 },
    { OCTETS("\"\"@b.example"), 1 },
    { OCTETS("a@[192.0.2.1]"), 1 },
    { OCTETS("a@[IPv6:2001:db8::1]"), 1 },
    { OCTETS("\xc3\xb6@\xc3\xb6.example"), 1 },
    { OCTETS("\"\xc3\xb6\"@b.example"), 1 },

    { OCTETS(""), 0 },
    { OCTETS("@"), 0 },
    { OCTETS("a"), 0 },
    { OCTETS("a@"), 0 },
    { OCTETS("@b.example"), 0 },
    { OCTETS("a@b@c"), 0 },
    { OCTETS(" a@b.example"), 0 },
    { OCTETS("a@b.example "), 0 },
    { OCTETS("a@b.example\n"), 0 },
    { OCTETS("a@b.example\0"), 0 },
    { OCTETS("a\0@b.example"), 0 },
    { OCTETS("a b@b.example"), 0 },
    { OCTETS("<a@b.example>"), 0 },
    { OCTETS("A <a@b.example>"), 0 },
    { OCTETS("a@b.example (A)"), 0 },
    { OCTETS("(A)a@b.example"), 0 },
    { OCTETS("a@b.example,c@b.example"), 0 },
    { OCTETS("a@b.example;"), 0 },
    { OCTETS("mailto:a@b.example"), 0 },
    { OCTETS(".a@b.example"), 0 },
    { OCTETS("a.@b.example"), 0 },
    { OCTETS("a..b@b.example"), 0 },
    { OCTETS("a@.b.example"), 0 },
    { OCTETS("a@b.example."), 0 },
    { OCTETS("a@b..example"), 0 },
    { OCTETS("\"a@b.example"), 0 },
    { OCTETS("\"a\"b@b.example"), 0 },
    { OCTETS("\"a\\\"@b.example"), 0 },
    { OCTETS("\"a\\"), 0 },
    { OCTETS("\"a\n\"@b.example"), 0 },
    { OCTETS("\"a\\\xc3\xb6\"@b.example"), 0 },
    { OCTETS("a@[192.0.2.1"), 0 },
    { OCTETS("a@[192.0.2.1]x"), 0 },
    { OCTETS("a@[[]"), 0 },
    { OCTETS("a@[\\]]"), 0 },
    { OCTETS("\xff@b.example"), 0 },
    { OCTETS("a@\xc3"), 0 },
    { OCTETS("a@\xc0\xae" "b"), 0 },
    { OCTETS("a@\xed\xa0\x80"), 0 },
    { OCTETS("a\x7f@b.example"), 0 },
};


static const text_case_t  phones[] = {
    { OCTETS("+1"), 1 },
    { OCTETS("+1 555 123 4567"), 1 },
    { OCTETS("+15551234567"), 1 },
    { OCTETS("+1-(555).123-4567"), 1 },
    { OCTETS("+(1)555"), 1 },
    { OCTETS("+1)"), 1 },

    { OCTETS(""), 0 },
    { OCTETS("+"), 0 },
    { OCTETS("+-"), 0 },
    { OCTETS("1 555 123 4567"), 0 },
    { OCTETS("(+1) 555"), 0 },
    { OCTETS(" +1 555"), 0 },
    { OCTETS("+1 555 "), 0 },
    { OCTETS("+1\t555"), 0 },
    { OCTETS("+1 555\0"), 0 },
    { OCTETS("+1 555\n"), 0 },
    { OCTETS("++1 555"), 0 },
    { OCTETS("+1+555"), 0 },
    { OCTETS("+1 555 CALL"), 0 },
    { OCTETS("+1 555;ext=1"), 0 },
    { OCTETS("+1 555,+1 556"), 0 },
    { OCTETS("+1/555"), 0 },
    { OCTETS("tel:+1555"), 0 },
    { OCTETS("+\xd9\xa1"), 0 },
};


#define BY_EMAIL     MPIC_METHOD_CONTACT_EMAIL_CAA
#define BY_PHONE     MPIC_METHOD_CONTACT_PHONE_CAA

#define SET(...)     { MPIC_LOOKUP_ANSWERED, 0, { __VA_ARGS__ } }
#define NODATA       { MPIC_LOOKUP_ANSWERED, 0, { { 0, NULL } } }
#define NXDOMAIN     { MPIC_LOOKUP_ANSWERED, 3, { { 0, NULL } } }
#define SERVFAIL     { MPIC_LOOKUP_ANSWERED, 2, { { 0, NULL } } }
#define FAILED       { MPIC_LOOKUP_FAILED, 0, { { 0, NULL } } }
#define PENDING      { MPIC_LOOKUP_PENDING, 0, { { 0, NULL } } }

static const tree_case_t  trees[] = {
    { BY_EMAIL, "a@b.example", { SET(EMAIL("a@b.example")), PENDING, FAILED },
      1, 1, 1, NULL },
    { BY_EMAIL, "A@b.example", { SET(OCTETS("\0\5issue;"),
      OCTETS("\200\14ContactEmaila@B.example")), PENDING, PENDING },
      1, 1, 1, NULL },
    { BY_PHONE, "+1 555", { SET(EMAIL("+1 555"), PHONE("+1 555")), NODATA,
      NODATA }, 1, 1, 1, NULL },
    { BY_EMAIL, "a@b.example", { NXDOMAIN, NODATA,
      SET(EMAIL("a@b.example")) }, 1, 1, 1, NULL },

    /* the nearest set decides, and no other */

    { BY_EMAIL, "a@b.example", { SET(OCTETS("\0\5issue;")),
      SET(EMAIL("a@b.example")), NODATA },
      1, 1, 0, "has no contactemail property" },
    { BY_EMAIL, "a@b.example", { NODATA, SET(EMAIL("c@b.example"),
      EMAIL("d@b.example")), SET(EMAIL("a@b.example")) },
      1, 1, 0, "expected a contactemail property at \"b.c\" that is the "
      "email address \"a@b.example\" and nothing else, got \"c@b.example\" "
      "(of 2 such properties)" },
    { BY_PHONE, "+1 555", { SET(EMAIL("+1 555")), NODATA, NODATA },
      1, 1, 0, "no contactphone property" },
    { BY_EMAIL, "a@b.example", { NODATA, PENDING,
      SET(EMAIL("a@b.example")) }, 0, 0, 0, NULL },
    { BY_EMAIL, "a@b.example", { PENDING, SET(EMAIL("a@b.example")),
      NODATA }, 0, 0, 0, NULL },

    /* an error at or below it blocks */

    { BY_EMAIL, "a@b.example", { SERVFAIL, SET(EMAIL("a@b.example")),
      NODATA }, 1, 0, 0, "SERVFAIL" },
    { BY_EMAIL, "a@b.example", { NODATA, FAILED, SET(EMAIL("a@b.example")) },
      1, 0, 0, "the CAA records at \"b.c\" could not be looked up" },

    /* one address or number and nothing else, BR A.1.1 and A.1.2 */

    { BY_EMAIL, "a@b.example", { SET(EMAIL(" a@b.example"),
      EMAIL("a@b.example,c@b.example"), EMAIL("")), NODATA, NODATA },
      1, 1, 0, "got \" a@b.example\" (of 3 such" },
    { BY_EMAIL, " a@b.example", { SET(EMAIL(" a@b.example")), NODATA,
      NODATA }, 1, 1, 0, "nothing else" },
    { BY_PHONE, "555", { SET(PHONE("555")), NODATA, NODATA }, 1, 1, 0,
      "phone number \"555\"" },

    /* nothing at all */

    { BY_EMAIL, "a@b.example", { NXDOMAIN, NODATA, NODATA }, 1, 1, 0,
      "there is no CAA record at \"a.b.c\" or above it" },
    { BY_EMAIL, "a@b.example", { NXDOMAIN, NXDOMAIN, NXDOMAIN }, 1, 0, 0,
      "the CAA records at \"c\" could not be looked up: NXDOMAIN" },
};


static void
set(mpic_str_t *str, const char *text)
{
    str->data = text;
    str->len = strlen(text);
}


static void
test_texts(void **state)
{
    size_t      i;
    mpic_str_t  value;

    for (i = 0; i < sizeof(emails) / sizeof(emails[0]); i++) {
        value = test_str(&tp, emails[i].value.data, emails[i].value.len);

        if (mpic_contact_email(&value) != emails[i].valid) {
            fail_msg("\"%s\": expected %d", emails[i].value.data,
                     emails[i].valid);
        }
    }

    for (i = 0; i < sizeof(phones) / sizeof(phones[0]); i++) {
        value = test_str(&tp, phones[i].value.data, phones[i].value.len);

        if (mpic_contact_phone(&value) != phones[i].valid) {
            fail_msg("\"%s\": expected %d", phones[i].value.data,
                     phones[i].valid);
        }
    }

    test_pool_reset(&tp);
}


static int
run(const tree_case_t *c, size_t nlevels)
{
    size_t              i, j;
    mpic_dns_record_t  *record;

    static const char  *names[] = { "a.b.c", "b.c", "c" };

    memset(&params, 0, sizeof(params));
    memset(lookups, 0, sizeof(lookups));
    memset(records, 0, sizeof(records));

    params.method = c->method;
    set(&params.challenge_value, c->value);

    for (i = 0; i < nlevels; i++) {
        lookups[i].state = c->levels[i].state;
        lookups[i].type = MPIC_DNS_CAA;
        lookups[i].answer.rcode = c->levels[i].rcode;
        lookups[i].answer.ede_code = -1;
        lookups[i].answer.records = records[i];
        set(&lookups[i].name, names[i]);
        set(&lookups[i].answer.found_at, names[i]);

        for (j = 0; j < MAX_RECORDS; j++) {

            if (c->levels[i].records[j].data == NULL) {
                break;
            }

            record = &records[i][j];
            record->type = MPIC_DNS_CAA;
            record->value = c->levels[i].records[j];
            set(&record->text, "shown");
        }

        lookups[i].answer.nrecords = j;
    }

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);

    return mpic_contact_judge(&tp.pool, &params, lookups, nlevels, &result);
}


static void
test_trees(void **state)
{
    int                 rc;
    size_t              i;
    const char         *error;
    const tree_case_t  *c;

    for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
        c = &trees[i];

        rc = run(c, 3);
        error = result.nerrors ? result.errors[0].message.data : "";

        if (rc != c->known || result.completed != c->completed
            || result.passed != c->passed
            || result.nerrors != (c->error != NULL)
            || (c->error != NULL && strstr(error, c->error) == NULL))
        {
            fail_msg("case %zu: got %d, completed %u, passed %u, \"%s\"", i,
                     rc, result.completed, result.passed, error);
        }

        test_pool_reset(&tp);
    }

    assert_int_equal(run(&trees[0], 0), 1);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.nerrors, 1);

    test_pool_reset(&tp);
}


static int
levels(const char *name, const char *prefix, size_t *n)
{
    mpic_str_t  text, why;

    set(&text, name);

    memset(&params, 0, sizeof(params));
    params.method = MPIC_METHOD_CONTACT_EMAIL_CAA;
    params.record_type = MPIC_DNS_CAA;
    set(&params.name_prefix, prefix);

    if (mpic_target_parse(&tp.pool, &text, &target, &why) != 0) {
        return -1;
    }

    memset(lookups, 0x5a, sizeof(lookups));

    return mpic_contact_levels(&tp.pool, &target, &params, lookups, n, &why);
}


static void
test_levels(void **state)
{
    size_t  n;

    assert_int_equal(levels("*.b.c", "", &n), 0);
    assert_int_equal(n, 2);
    assert_str_equal(lookups[0].name, "b.c");
    assert_int_equal(lookups[0].type, MPIC_DNS_CAA);
    assert_int_equal(lookups[1].state, MPIC_LOOKUP_PENDING);

    assert_int_equal(levels("a.b.c", "_x", &n), 0);
    assert_int_equal(n, 4);
    assert_int_equal(n, mpic_contact_nlevels(&target));
    assert_str_equal(lookups[0].name, "_x.a.b.c");
    assert_str_equal(lookups[1].name, "a.b.c");
    assert_str_equal(lookups[3].name, "c");

    assert_int_equal(levels(LONG, "_x", &n), 1);
    assert_int_equal(n, 0);

    test_pool_reset(&tp);
}


static void
test_memory(void **state)
{
    size_t              i, n;
    const tree_case_t  *c;

    for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
        c = &trees[i];
        test_pool_exhaust(&tp, run(c, 3), c->known);
    }

    test_pool_exhaust(&tp, run(&trees[0], 0), 1);
    test_pool_exhaust(&tp, levels("a.b.c", "_x", &n), 0);

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
