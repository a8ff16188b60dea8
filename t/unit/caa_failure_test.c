
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * BR 3.2.2.8: when a failed lookup of CAA is permission to issue.
 */


#include "test_pool.h"
#include "mpic_caa.h"

#include <stdio.h>


#define LEVELS  3


/*
 * A level in one word.  CAA: "p" permits, "f" forbids, "n" none, "x" NXDOMAIN,
 * "s" SERVFAIL, "b" bogus, "e" SERVFAIL with EDE 7, "r" REFUSED, "-" silence,
 * "!" not reached, "." pending; "1" after it: asked once; "?" after it: of a
 * resolver that has not proven to validate.
 * DS: "i" insecure delegation, "n" none of it, "s" SERVFAIL, "." pending, "?"
 * insecure by a resolver that has not proven to validate, " " not asked.
 * CNAME: "n" none, "a" alias, "s" SERVFAIL, "-" silence, "b" bogus, "r"
 * REFUSED, "!" not reached, "." pending, " " not asked.
 */

typedef struct {
    const char  *caa[LEVELS];
    const char  *ds;
    const char  *cname;
    /* "pass", "deny", "fail", "open" */
    const char  *expected;
    /* a part of the reason, and the level proven to be insecure, or -1 */
    const char  *reason;
    int          insecure;
    /* the lookups shown as failed, by number */
    const char  *failed;
} failure_case_t;


static const failure_case_t  cases[] = {

    /* one level fails, and what is above it has no records */

    { { "s", "n", "n" }, " in", "n  ", "pass", "NSEC record", 1, "0" },
    { { "s", "n", "n" }, "i  ", "n  ", "pass", "NSEC record", 0, "0" },
    { { "s", "n", "n" }, "nni", "n  ", "pass", "NSEC record", 2, "0" },
    { { "n", "s", "n" }, " i ", " n ", "pass", "NSEC record", 1, "1" },
    { { "n", "x", "s" }, "  i", "  n", "pass", "NSEC record", 2, "2" },
    { { "-", "n", "n" }, " in", "n  ", "pass", "NSEC record", 1, "0" },
    { { "s", "n", "n" }, "sis", "s  ", "pass", "NSEC record", 1, "0" },
    { { "-", "n", "n" }, "-i-", "-  ", "pass", "NSEC record", 1, "0" },

    /* several levels do */

    { { "s", "s", "n" }, "ssi", "ss ", "pass", "NSEC record", 2, "01" },
    { { "s", "-", "s" }, "ssi", "s-s", "pass", "NSEC record", 2, "012" },
    /* proof below a level that fails is none for it */
    { { "s", "s", "n" }, "i n", "ss ", "fail", "no delegation", -1, "01" },
    { { "s", "n", "s" }, "nin", "s s", "fail", "no delegation", -1, "02" },

    /* what is known above still decides */

    { { "s", "p", "n" }, "i  ", "n  ", "pass", "NSEC record", 0, "0" },
    { { "s", "f", "n" }, "i  ", "n  ", "deny", "NSEC record", 0, "0" },
    { { "s", "s", "f" }, " i ", "nn ", "deny", "NSEC record", 1, "01" },
    { { "s", "n", "x" }, " i ", "n  ", "fail", "does not exist", 1, "0" },

    /* above the level that decides nothing matters */

    { { "p", "s", "r" }, "   ", "   ", "pass", NULL, -1, "" },
    { { "s", "p", "b" }, "i  ", "n  ", "pass", "NSEC record", 0, "0" },

    /* no proof */

    { { "s", "n", "n" }, "nnn", "n  ", "fail", "no delegation", -1, "0" },
    { { "s", "n", "n" }, "sss", "s  ", "fail", "no delegation", -1, "0" },
    { { "s", "n", "n" }, "   ", "n  ", "fail", "no delegation", -1, "0" },
    { { "s", "n", "n" }, "?n ", "n  ", "fail", "no delegation", -1, "0" },

    /* the data is bogus: proof or not */

    { { "b", "n", "n" }, "iii", "n  ", "fail", "bogus", -1, "0" },
    { { "e", "n", "n" }, "iii", "n  ", "fail", "bogus", -1, "0" },
    { { "s", "n", "n" }, "iii", "b  ", "fail", "bogus", -1, "0" },
    { { "s", "b", "n" }, "iii", "nn ", "fail", "bogus", -1, "01" },

    /* the resolver's own fault */

    { { "r", "n", "n" }, "iii", "n  ", "fail", "refuses", -1, "0" },
    { { "!", "n", "n" }, "iii", "n  ", "fail", "reached", -1, "0" },
    { { "s?", "n", "n" }, "iii", "n  ", "fail", "has not proven", -1, "0" },
    { { "-?", "n", "n" }, "iii", "n  ", "fail", "has not proven", -1, "0" },

    /* asked once */

    { { "s1", "n", "n" }, "iii", "n  ", "fail", "tried again", -1, "0" },
    { { "-1", "n", "n" }, "iii", "n  ", "fail", "tried again", -1, "0" },

    /* an alias */

    { { "s", "n", "n" }, "iii", "a  ", "fail", "alias", -1, "0" },
    { { "s", "n", "n" }, "iii", "r  ", "fail", "whether the name", -1, "0" },
    { { "s", "n", "n" }, "iii", "!  ", "fail", "whether the name", -1, "0" },
    { { "s", "n", "n" }, "iii", "   ", "fail", "not looked into", -1, "0" },
    { { "s", "s", "n" }, "iii", "na ", "fail", "alias", -1, "01" },

    /* not known yet */

    { { "s", "n", "n" }, "...", "n  ", "open", NULL, -1, "" },
    { { "s", "n", "n" }, "n.n", "n  ", "open", NULL, -1, "" },
    { { "s", "n", "n" }, "i..", ".  ", "open", NULL, -1, "" },
    { { "s", ".", "n" }, "i..", "n  ", "open", NULL, -1, "" },
    { { ".", "n", "n" }, "   ", "   ", "open", NULL, -1, "" },
    { { "s", "n", "." }, "i  ", "n  ", "open", NULL, -1, "" },
    /* as soon as it is */
    { { "s", "n", "n" }, ".i.", "n  ", "pass", "NSEC record", 1, "0" },
    { { "s", "f", "." }, "i  ", "n  ", "deny", "NSEC record", 0, "0" },
    { { "s", ".", "." }, "...", "a  ", "fail", "alias", -1, "0" },
    { { "b", ".", "." }, "...", ".  ", "fail", "bogus", -1, "0" },
};


static test_pool_t        in, tp;
static mpic_target_t      target;
static mpic_lookup_t      lookups[LEVELS], ds[LEVELS], cnames[LEVELS];
static int                insecure[LEVELS];
static const char        *why[LEVELS];
static mpic_caa_proof_t   proof;
static mpic_caa_params_t  params;
static mpic_result_t      result;


static void
begin(void)
{
    int         i;
    mpic_str_t  text, reason;

    memset(&params, 0, sizeof(params));
    memset(&proof, 0, sizeof(proof));
    memset(ds, 0, sizeof(ds));
    memset(cnames, 0, sizeof(cnames));
    memset(insecure, 0, sizeof(insecure));

    text = test_strz(&in, "www.example.com");
    assert_int_equal(mpic_target_parse(&in.pool, &text, &target, &reason), 0);
    assert_int_equal(mpic_caa_levels(&in.pool, &target, lookups), LEVELS);

    for (i = 0; i < LEVELS; i++) {
        why[i] = "a clause";
    }

    proof.requested = 1;
    proof.allowed = 1;
    proof.ds = ds;
    proof.cnames = cnames;
    proof.insecure = insecure;
    proof.why = why;
}


/* what is common to all three kinds */

static void
say(mpic_lookup_t *l, char what)
{
    l->validating = 1;
    l->asked = 2;
    l->state = MPIC_LOOKUP_ANSWERED;
    l->answer.rcode = MPIC_DNS_NOERROR;
    l->answer.ede_code = -1;
    l->answer.ttl = 60;

    switch (what) {

    case '.':
        l->state = MPIC_LOOKUP_PENDING;
        break;

    case '!':
        l->fault = 1;
        l->state = MPIC_LOOKUP_FAILED;
        break;

    case '-':
        l->state = MPIC_LOOKUP_FAILED;
        break;

    case 'r':
        l->answer.rcode = MPIC_DNS_REFUSED;
        break;

    case 'x':
        l->answer.rcode = MPIC_DNS_NXDOMAIN;
        break;

    case 'b':
        l->bogus = 1;
        l->answer.rcode = MPIC_DNS_SERVFAIL;
        break;

    case 'e':
        l->answer.ede_code = 7;
        l->answer.rcode = MPIC_DNS_SERVFAIL;
        break;

    case 's':
        l->answer.rcode = MPIC_DNS_SERVFAIL;
        break;
    }
}


static void
say_caa(mpic_lookup_t *l, const char *what)
{
    static mpic_dns_record_t  permits = {
        .type = MPIC_DNS_CAA, .value = mpic_str("\0\5issueca.example"),
        .text = mpic_str("0 issue \"ca.example\"")
    };
    static mpic_dns_record_t  forbids = {
        .type = MPIC_DNS_CAA, .value = mpic_str("\0\5issue;"),
        .text = mpic_str("0 issue \";\"")
    };

    say(l, what[0]);

    if (what[0] == 'p' || what[0] == 'f') {
        l->answer.records = (what[0] == 'p') ? &permits : &forbids;
        l->answer.nrecords = 1;
    }

    if (what[1] == '1') {
        l->asked = 1;
    }

    if (what[1] == '?') {
        l->validating = 0;
    }
}


static void
say_ds(int i, char what)
{
    if (what == ' ') {
        return;
    }

    say(&ds[i], what);

    ds[i].type = MPIC_DNS_DS;
    ds[i].validating = (what != '?');

    if (what == 'i' || what == '?') {
        insecure[i] = 1;
        why[i] = "an NSEC record";
    }
}


static void
say_cname(int i, char what)
{
    static mpic_dns_record_t  alias;

    if (what == ' ') {
        return;
    }

    say(&cnames[i], what);

    cnames[i].type = MPIC_DNS_CNAME;

    if (what == 'a') {
        cnames[i].answer.records = &alias;
        cnames[i].answer.nrecords = 1;
    }
}


static void
set_up(const failure_case_t *c)
{
    int  i;

    begin();

    for (i = 0; i < LEVELS; i++) {
        say_caa(&lookups[i], c->caa[i]);
        say_ds(i, c->ds[i]);
        say_cname(i, c->cname[i]);
    }
}


static int
judge(void)
{
    static const mpic_str_t  domain = mpic_str("ca.example");

    mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    return mpic_caa_judge(&tp.pool, &target, &params, &domain, 1, lookups,
                          LEVELS, &proof, &result);
}


static const char *
outcome(int rc)
{
    if (rc == 0) {
        return "open";
    }

    if (result.passed) {
        return (result.completed && result.nerrors == 0) ? "pass" : "?";
    }

    return result.completed ? "deny" : "fail";
}


static void
assert_evidence(const failure_case_t *c)
{
    int                     level;
    size_t                  i;
    mpic_lookup_failure_t  *failure;

    failure = &result.failure;

    assert_int_equal(failure->met, c->reason != NULL);

    if (!failure->met) {
        return;
    }

    if (strstr(failure->reason.data, c->reason) == NULL) {
        fail_msg("%s, not %s", failure->reason.data, c->reason);
    }

    assert_int_equal(failure->permission, strcmp(c->expected, "fail") != 0);

    if (c->insecure < 0) {
        assert_null(failure->insecure.data);

    } else {
        assert_str_equal(failure->insecure, lookups[c->insecure].name.data);
    }

    assert_int_equal(failure->nlookups, strlen(c->failed));

    for (i = 0; i < failure->nlookups; i++) {
        level = c->failed[i] - '0';

        assert_str_equal(failure->lookups[i].name, lookups[level].name.data);
        assert_true(failure->lookups[i].error.len > 0);
        assert_int_equal(failure->lookups[i].asked, lookups[level].asked);
    }
}


static void
test_cases(void **state)
{
    int                    rc;
    size_t                 i;
    const failure_case_t  *c;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];
        set_up(c);

        test_pool_exhaust(&tp, rc = judge(), strcmp(c->expected, "open") != 0);

        if (strcmp(outcome(rc), c->expected) != 0) {
            fail_msg("%s %s %s \"%s\" \"%s\": %s", c->caa[0], c->caa[1],
                     c->caa[2], c->ds, c->cname, outcome(rc));
        }

        assert_evidence(c);

        /* whether there are records where a lookup failed, nobody knows */

        if (result.passed && result.failure.met && c->caa[1][0] != 'p') {
            assert_int_equal(result.caa_present, -1);
            assert_int_equal(result.caa_ttl, -1);
        }
    }
}


/* whatever there is proven, it has to be asked for and allowed */

static void
test_not_allowed(void **state)
{
    size_t                 i;
    const failure_case_t  *c;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];

        if (c->reason == NULL) {
            continue;
        }

        set_up(c);
        proof.requested = 0;
        test_pool_exhaust(&tp, judge(), 1);
        assert_int_equal(result.completed, 0);
        assert_int_equal(result.passed, 0);
        assert_int_equal(result.failure.permission, 0);
        assert_non_null(strstr(result.failure.reason.data,
                               "the request does not allow it"));
        assert_null(strstr(result.errors[0].message.data, "permission"));

        set_up(c);
        proof.allowed = 0;
        test_pool_exhaust(&tp, judge(), 1);
        assert_int_equal(result.completed, 0);
        assert_int_equal(result.passed, 0);
        assert_int_equal(result.failure.permission, 0);
        assert_non_null(strstr(result.errors[0].message.data,
                               "; this is not permission to issue: this"
                               " perspective does not allow it"));

        set_up(c);
        proof.ds = NULL;
        assert_int_equal(judge(), 1);
        assert_int_equal(result.passed, 0);
    }
}


static int
setup(void **state)
{
    test_pool_init(&in);
    test_pool_init(&tp);

    return 0;
}


static int
teardown(void **state)
{
    test_pool_reset(&in);
    test_pool_reset(&tp);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_cases, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_allowed, setup, teardown),
    };

    return cmocka_run_group_tests_name("caa_failure", tests, NULL, NULL);
}
