
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_quorum.h"


/* 2026-12-15 00:00:00 UTC and the like */
#define DAY_2025_03_15  1741996800
#define DAY_2026_03_15  1773532800
#define DAY_2026_06_15  1781481600
#define DAY_2026_12_15  1797292800


/* BR 3.2.2.9, the phases */

static void
test_phases(void **state)
{
    assert_int_equal(mpic_br_remotes(DAY_2025_03_15), 2);
    assert_int_equal(mpic_br_remotes(DAY_2026_03_15 - 1), 2);
    assert_int_equal(mpic_br_remotes(0), 2);
    assert_int_equal(mpic_br_remotes(-1), 2);
    assert_int_equal(mpic_br_remotes(DAY_2026_03_15), 3);
    assert_int_equal(mpic_br_remotes(DAY_2026_06_15 - 1), 3);
    assert_int_equal(mpic_br_remotes(DAY_2026_06_15), 4);
    assert_int_equal(mpic_br_remotes(DAY_2026_12_15 - 1), 4);
    assert_int_equal(mpic_br_remotes(DAY_2026_12_15), 5);
    assert_int_equal(mpic_br_remotes(DAY_2026_12_15 * (time_t) 2), 5);
}


/* BR 3.2.2.9, table "Quorum Requirements" */

static void
test_floor(void **state)
{
    assert_int_equal(mpic_quorum_floor(2), 1);
    assert_int_equal(mpic_quorum_floor(5), 4);
    assert_int_equal(mpic_quorum_floor(6), 4);
    assert_int_equal(mpic_quorum_floor(10), 8);
}


static const struct {
    mpic_policy_e  policy;
    size_t         known, conf;
    int            count, quorum;
    time_t         now;
    int            rc;
    size_t         use, need;
    const char    *issue;
} terms_cases[] = {

    /* nothing asked: six where there are as many, or the configured */
    { MPIC_POLICY_BR, 8, 0, -1, -1, DAY_2026_06_15, 0, 6, 4, NULL },
    { MPIC_POLICY_BR, 5, 0, -1, -1, DAY_2026_06_15, 0, 5, 4, NULL },
    { MPIC_POLICY_BR, 8, 5, -1, -1, DAY_2026_06_15, 0, 5, 4, NULL },
    { MPIC_POLICY_BR, 8, 2, -1, -1, DAY_2026_06_15, 0, 4, 3, NULL },
    { MPIC_POLICY_PRIVATE, 3, 0, -1, -1, DAY_2026_12_15, 0, 3, 2, NULL },
    { MPIC_POLICY_PRIVATE, 8, 2, -1, -1, DAY_2026_12_15, 0, 2, 1, NULL },

    /* as asked, where that is no laxer than the policy */
    { MPIC_POLICY_BR, 8, 0, 7, -1, DAY_2026_06_15, 0, 7, 5, NULL },
    { MPIC_POLICY_BR, 8, 0, 7, 7, DAY_2026_06_15, 0, 7, 7, NULL },
    { MPIC_POLICY_BR, 8, 0, -1, 5, DAY_2026_06_15, 0, 6, 5, NULL },
    { MPIC_POLICY_BR, 8, 0, 4, 3, DAY_2026_06_15, 0, 4, 3, NULL },

    /* raised: 2 and 1 by default is what one CA product sends */
    { MPIC_POLICY_BR, 8, 0, 2, 1, DAY_2026_06_15, 0, 4, 3, NULL },
    { MPIC_POLICY_BR, 8, 0, 2, 1, DAY_2026_12_15, 0, 5, 4, NULL },
    { MPIC_POLICY_BR, 8, 0, 4, -1, DAY_2026_12_15, 0, 5, 4, NULL },
    /* none may disagree: none may of the larger number */
    { MPIC_POLICY_BR, 8, 0, 2, 2, DAY_2026_12_15, 0, 5, 5, NULL },
    { MPIC_POLICY_PRIVATE, 8, 0, 2, 1, DAY_2026_12_15, 0, 2, 1, NULL },

    /* outside of the API's limits */
    { MPIC_POLICY_BR, 6, 0, 7, -1, DAY_2026_06_15, 1, 0, 0,
      "invalid-perspective-count" },
    { MPIC_POLICY_BR, 6, 0, 1, -1, DAY_2026_06_15, 1, 0, 0,
      "invalid-perspective-count" },
    { MPIC_POLICY_BR, 6, 0, -5, -1, DAY_2026_06_15, 1, 0, 0,
      "invalid-perspective-count" },
    { MPIC_POLICY_BR, 6, 0, 6, 3, DAY_2026_06_15, 1, 0, 0,
      "invalid-quorum-count" },
    { MPIC_POLICY_BR, 6, 0, 6, 7, DAY_2026_06_15, 1, 0, 0,
      "invalid-quorum-count" },
    { MPIC_POLICY_BR, 6, 0, 6, 0, DAY_2026_06_15, 1, 0, 0,
      "invalid-quorum-count" },
    { MPIC_POLICY_PRIVATE, 6, 0, 2, 0, DAY_2026_06_15, 1, 0, 0,
      "invalid-quorum-count" },

    /* too few to be had at all */
    { MPIC_POLICY_BR, 3, 0, -1, -1, DAY_2026_06_15, 2, 0, 0, NULL },
    { MPIC_POLICY_BR, 4, 0, 2, 1, DAY_2026_12_15, 2, 0, 0, NULL },
    { MPIC_POLICY_PRIVATE, 1, 0, -1, -1, DAY_2026_06_15, 2, 0, 0, NULL },
};


static void
test_terms(void **state)
{
    int                   rc;
    size_t                i;
    test_pool_t           tp;
    mpic_pool_t          *pool;
    mpic_terms_t          terms;
    mpic_issues_t         issues;
    mpic_policy_t         policy;
    mpic_orchestration_t  asked;

    pool = test_pool_init(&tp);

    for (i = 0; i < sizeof(terms_cases) / sizeof(terms_cases[0]); i++) {
        memset(&issues, 0, sizeof(issues));
        memset(&asked, 0xff, sizeof(asked));

        memset(&policy, 0, sizeof(policy));

        policy.policy = terms_cases[i].policy;
        policy.dissent = MPIC_DISSENT_MAX;
        policy.known = terms_cases[i].known;
        policy.count = terms_cases[i].conf;
        asked.perspective_count = terms_cases[i].count;
        asked.quorum_count = terms_cases[i].quorum;

        rc = mpic_quorum_terms(pool, &policy, &asked, terms_cases[i].now,
                               &terms, &issues);

        if (rc != terms_cases[i].rc) {
            fail_msg("case %zu: %d instead of %d", i, rc, terms_cases[i].rc);
        }

        if (rc == 1) {
            assert_int_equal(issues.n, 1);
            assert_string_equal(issues.list[0].type.data,
                                terms_cases[i].issue);

        } else if (rc == 0
                   && (terms.count != terms_cases[i].use
                       || terms.quorum != terms_cases[i].need))
        {
            fail_msg("case %zu: %zu of %zu", i, terms.quorum, terms.count);
        }
    }

    policy.policy = MPIC_POLICY_BR;
    policy.known = 6;
    policy.count = 0;
    asked.perspective_count = 7;
    memset(&issues, 0, sizeof(issues));

    test_pool_exhaust(&tp, (memset(&issues, 0, sizeof(issues)),
                            mpic_quorum_terms(pool, &policy, &asked,
                                              DAY_2026_06_15, &terms,
                                              &issues)), 1);
    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_phases),
        cmocka_unit_test(test_floor),
        cmocka_unit_test(test_terms)
    };

    return cmocka_run_group_tests_name("quorum", tests, NULL, NULL);
}
