
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * BR 3.2.2.8.1: a resolver has to prove that it validates.
 */


#include "test_pool.h"
#include "mpic_probe.h"

#include <stdio.h>


/* what is said about one name: an RCODE, or -1 for no answer */

typedef struct {
    int       rcode;
    unsigned  ad;
} said_t;


#define SILENT    { -1, 0 }
#define SECURE    { MPIC_DNS_NOERROR, 1 }
#define PLAIN     { MPIC_DNS_NOERROR, 0 }
#define NXD       { MPIC_DNS_NXDOMAIN, 0 }
#define NXD_AD    { MPIC_DNS_NXDOMAIN, 1 }
#define SERVFAIL  { MPIC_DNS_SERVFAIL, 0 }
#define REFUSED   { MPIC_DNS_REFUSED, 0 }


static const struct {
    said_t        good;
    /* plain and CD, of two names */
    said_t        bad[4];
    mpic_probe_e  result;
    const char   *why;
} tests[] = {

    { SECURE, { SERVFAIL, PLAIN, SERVFAIL, PLAIN }, MPIC_PROBE_PASSED,
      "good.example is authenticated, and what does not validate is"
      " refused" },
    { SECURE, { SERVFAIL, NXD, SERVFAIL, PLAIN }, MPIC_PROBE_PASSED, "" },

    /* one of them out of reach */
    { SECURE, { SERVFAIL, SERVFAIL, SERVFAIL, PLAIN }, MPIC_PROBE_PASSED, "" },
    { SECURE, { SERVFAIL, PLAIN, SILENT, SILENT }, MPIC_PROBE_PASSED, "" },

    /* one of them given up */
    { SECURE, { NXD_AD, NXD_AD, SERVFAIL, PLAIN }, MPIC_PROBE_PASSED, "" },
    { SECURE, { SERVFAIL, PLAIN, NXD_AD, NXD }, MPIC_PROBE_PASSED, "" },
    { SECURE, { NXD_AD, NXD_AD, PLAIN, PLAIN }, MPIC_PROBE_FAILED,
      "it answers for bad1.example, which does not validate" },
    { SECURE, { NXD_AD, NXD_AD, NXD_AD, NXD }, MPIC_PROBE_UNPROVEN,
      "no name that does not validate can be had; bad0.example: it does not"
      " exist (NXDOMAIN), and with CD set: it does not exist (NXDOMAIN)" },
    { SECURE, { NXD_AD, NXD_AD, SERVFAIL, SERVFAIL }, MPIC_PROBE_UNPROVEN,
      "it does not exist" },

    /* both */
    { SECURE, { SERVFAIL, SERVFAIL, SERVFAIL, SERVFAIL }, MPIC_PROBE_UNPROVEN,
      "no name that does not validate can be had; bad0.example: SERVFAIL from"
      " the resolver, and with CD set: SERVFAIL from the resolver" },
    { SECURE, { SILENT, SILENT, SILENT, SILENT }, MPIC_PROBE_UNPROVEN,
      "with CD set: no answer" },
    { SECURE, { SILENT, PLAIN, SILENT, PLAIN }, MPIC_PROBE_UNPROVEN,
      "with CD set: an answer" },
    { SECURE, { REFUSED, PLAIN, REFUSED, PLAIN }, MPIC_PROBE_UNPROVEN,
      "REFUSED" },

    /* it does not validate */
    { PLAIN, { PLAIN, PLAIN, PLAIN, PLAIN }, MPIC_PROBE_FAILED,
      "the answer for good.example, which is signed, is not authenticated"
      " (no AD flag)" },
    { PLAIN, { SERVFAIL, PLAIN, SERVFAIL, PLAIN }, MPIC_PROBE_FAILED,
      "no AD flag" },

    /* it sets AD without reason */
    { SECURE, { SECURE, PLAIN, SERVFAIL, PLAIN }, MPIC_PROBE_FAILED,
      "it answers for bad0.example, which does not validate, and says that it"
      " does" },
    { SECURE, { SERVFAIL, PLAIN, PLAIN, PLAIN }, MPIC_PROBE_FAILED,
      "it answers for bad1.example, which does not validate" },
    { SECURE, { SERVFAIL, PLAIN, NXD, PLAIN }, MPIC_PROBE_FAILED,
      "it answers that bad1.example does not exist (NXDOMAIN), not"
      " authenticated: the name was given up, or it does not validate" },

    /* the good name cannot be had */
    { SERVFAIL, { SERVFAIL, PLAIN, SERVFAIL, PLAIN }, MPIC_PROBE_FAILED,
      "good.example, which is signed, cannot be looked up: SERVFAIL from the"
      " resolver" },
    { SILENT, { SERVFAIL, PLAIN, SERVFAIL, PLAIN }, MPIC_PROBE_FAILED,
      "cannot be looked up: no answer" },
    { NXD_AD, { SERVFAIL, PLAIN, SERVFAIL, PLAIN }, MPIC_PROBE_FAILED,
      "good.example, which is signed, does not exist (NXDOMAIN)" },
};


static void
lookup(mpic_lookup_t *l, const char *name, const said_t *said)
{
    memset(l, 0, sizeof(mpic_lookup_t));

    l->name.data = name;
    l->name.len = strlen(name);
    l->state = (said->rcode < 0) ? MPIC_LOOKUP_FAILED : MPIC_LOOKUP_ANSWERED;
    l->answer.rcode = said->rcode;
    l->answer.ad = (said->ad != 0);
    l->answer.ede_code = -1;
}


static void
test_judge(void **state)
{
    size_t            i;
    mpic_str_t        why;
    test_pool_t       tp;
    mpic_lookup_t     good;
    mpic_probe_bad_t  bad[2];

    test_pool_init(&tp);

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        lookup(&good, "good.example", &tests[i].good);
        lookup(&bad[0].plain, "bad0.example", &tests[i].bad[0]);
        lookup(&bad[0].cd, "bad0.example", &tests[i].bad[1]);
        lookup(&bad[1].plain, "bad1.example", &tests[i].bad[2]);
        lookup(&bad[1].cd, "bad1.example", &tests[i].bad[3]);

        test_pool_exhaust(&tp, mpic_probe_judge(&tp.pool, &good, bad, 2, &why),
                          (int) tests[i].result);

        if (strstr(why.data, tests[i].why) == NULL) {
            fail_msg("%d: %s, not %s", (int) i, why.data, tests[i].why);
        }
    }

    test_pool_reset(&tp);
}


/* time, result of a test, and the state then; "*" where it changed */

static void
test_update(void **state)
{
    int           changed;
    size_t        i;
    mpic_probe_t  probe;

    static const struct {
        int64_t       now;
        mpic_probe_e  result;
        mpic_probe_e  state;
        int           changed;
    } steps[] = {
        /* nothing is proven yet */
        { 10, MPIC_PROBE_UNPROVEN, MPIC_PROBE_FAILED, 1 },
        { 12, MPIC_PROBE_UNPROVEN, MPIC_PROBE_FAILED, 0 },
        { 14, MPIC_PROBE_PASSED, MPIC_PROBE_PASSED, 1 },
        { 74, MPIC_PROBE_PASSED, MPIC_PROBE_PASSED, 0 },
        { 134, MPIC_PROBE_FAILED, MPIC_PROBE_FAILED, 1 },
        /* a failure ends the proof */
        { 136, MPIC_PROBE_UNPROVEN, MPIC_PROBE_FAILED, 0 },
        { 138, MPIC_PROBE_PASSED, MPIC_PROBE_PASSED, 1 },
        /* it holds for so long */
        { 139, MPIC_PROBE_UNPROVEN, MPIC_PROBE_PASSED, 0 },
        { 138 + 3599, MPIC_PROBE_UNPROVEN, MPIC_PROBE_PASSED, 0 },
        { 138 + 3600, MPIC_PROBE_UNPROVEN, MPIC_PROBE_FAILED, 1 },
    };

    memset(&probe, 0, sizeof(mpic_probe_t));
    assert_int_equal(probe.state, MPIC_PROBE_UNTESTED);

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        changed = mpic_probe_update(&probe, steps[i].result, steps[i].now);

        assert_int_equal(changed, steps[i].changed);
        assert_int_equal(probe.state, steps[i].state);
        assert_int_equal(probe.tested, steps[i].now);

        if (changed) {
            assert_int_equal(probe.since, steps[i].now);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  t[] = {
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_update),
    };

    return cmocka_run_group_tests_name("probe", t, NULL, NULL);
}
