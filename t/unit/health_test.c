
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_health.h"


/*
 * What is seen of the DCV, in upper case, and CAA checks: "a" answered, "f"
 * failed, "n" nothing.  What is reported after each: "-", "G", "B".
 */

static const struct {
    const char  *seen;
    const char  *reported;
} cases[] = {
    { "AAAA", "----" },
    { "FFAFFA", "------" },
    { "FFF", "--G" },
    { "FFFFFF", "--G---" },
    { "FFFA", "--GB" },
    { "FFFAAA", "--GB--" },
    { "FFFFAFFAFFFA", "--G-B-----GB" },
    { "AFFFAFAFFF", "---GB----G" },

    /* what says nothing neither breaks a row nor makes it longer */
    { "NNNNN", "-----" },
    { "FNFNNF", "-----G" },
    { "FFNNFNA", "----G-B" },

    /* the kinds have rows of their own */
    { "AfAfAf", "-----G" },
    { "aFaFaF", "-----G" },
    { "fFfF", "----" },
    { "fffAAAa", "--G---B" },
    { "FFFaaaA", "--G---B" },
    { "fffFFFaAnN", "--G----B--" },
    { "fffFFFAa", "--G----B" }
};


static mpic_health_evidence_e
evidence(char seen)
{
    switch (seen) {

    case 'a':
    case 'A':
        return MPIC_HEALTH_ANSWERED;

    case 'f':
    case 'F':
        return MPIC_HEALTH_FAILED;

    default:
        return MPIC_HEALTH_NOTHING;
    }
}


static void
test_update(void **state)
{
    char                reported, seen;
    size_t              i, k;
    mpic_health_t       health;
    mpic_check_type_e   type;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&health, 0, sizeof(mpic_health_t));

        for (k = 0; cases[i].seen[k] != '\0'; k++) {
            seen = cases[i].seen[k];
            type = (seen >= 'a') ? MPIC_CHECK_CAA : MPIC_CHECK_DCV;

            reported = "-GB"[mpic_health_update(&health, type, evidence(seen),
                                                1000 + (time_t) k)];

            if (reported != cases[i].reported[k]) {
                fail_msg("%s: %c after %zu", cases[i].seen, reported, k + 1);
            }

            if (reported != '-') {
                assert_int_equal(health.since, 1000 + k);
                assert_int_equal(health.failing != 0, reported == 'G');
            }

            if (reported == 'G') {
                assert_int_equal(mpic_health_failing(&health), type);
            }

            if (seen == 'a' || seen == 'A') {
                assert_int_equal(health.answered, 1000 + k);
                assert_int_equal(health.failures[type], 0);
            }
        }
    }
}


static const struct {
    const char              *name;
    mpic_health_call_t       call;
    uint64_t                 patience;
    mpic_health_evidence_e   evidence;
} calls[] = {
    { "answered", { .answered = 1 }, 6000, MPIC_HEALTH_ANSWERED },
    { "answered, though another try was cut off",
      { .answered = 1, .cut = 1, .waited = 10 }, 6000, MPIC_HEALTH_ANSWERED },
    { "garbled or unreachable", { .answered = 0 }, 6000, MPIC_HEALTH_FAILED },
    { "the client went", { .left = 1 }, 6000, MPIC_HEALTH_NOTHING },
    { "no memory", { .unmade = 1 }, 6000, MPIC_HEALTH_NOTHING },
    { "cut off at once", { .cut = 1 }, 6000, MPIC_HEALTH_NOTHING },
    { "cut off early", { .cut = 1, .waited = 5999 }, 6000,
      MPIC_HEALTH_NOTHING },
    { "cut off after its time", { .cut = 1, .waited = 6000 }, 6000,
      MPIC_HEALTH_FAILED },
    { "cut off, and then left", { .cut = 1, .waited = 9000, .left = 1 }, 6000,
      MPIC_HEALTH_NOTHING }
};


static void
test_judge(void **state)
{
    size_t  i;

    for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (mpic_health_judge(&calls[i].call, calls[i].patience)
            != calls[i].evidence)
        {
            fail_msg("%s", calls[i].name);
        }
    }

    assert_int_equal(mpic_health_patience(9000, 1), MPIC_HEALTH_PATIENCE);
    assert_int_equal(mpic_health_patience(9000, 2), 3375);
    assert_int_equal(mpic_health_patience(2000, 1), 1500);
    assert_int_equal(mpic_health_patience(100000, 0), MPIC_HEALTH_PATIENCE);
}


static const struct {
    mpic_check_type_e     type;
    mpic_request_kind_e   kind;
} probes[] = {
    { MPIC_CHECK_DCV, MPIC_REQUEST_DCV },
    { MPIC_CHECK_CAA, MPIC_REQUEST_CAA }
};


/* a perspective takes it, and it is nobody's name */

static void
test_probe(void **state)
{
    size_t           i, n;
    mpic_str_t       body;
    test_pool_t      tp;
    mpic_pool_t     *pool;
    mpic_issues_t    issues;
    mpic_request_t   request, read;

    for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
        pool = test_pool_init(&tp);

        assert_int_equal(mpic_health_probe(pool, probes[i].type, &request,
                                           &body), 0);
        assert_int_equal(request.check_type, probes[i].type);
        assert_int_equal(mpic_request_parse(pool, body.data, body.len,
                                            probes[i].kind, &read, &issues),
                         0);
        assert_int_equal(read.check_type, probes[i].type);
        assert_string_equal(read.target.canonical.data, "mpic-probe.invalid");
        assert_string_equal(read.trace_identifier.data, "mpic-probe");

        n = tp.asked;
        test_pool_reset(&tp);

        for (tp.fail_at = 1; tp.fail_at <= n; tp.fail_at++) {
            tp.asked = 0;

            if (mpic_health_probe(pool, probes[i].type, &request, &body) == 0)
            {
                break;
            }
        }

        assert_true(tp.fail_at > 1);
        test_pool_reset(&tp);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_probe)
    };

    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
