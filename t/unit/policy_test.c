
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


/* what an operator adds to the policy */

static const struct {
    const char    *what;
    size_t         floor, dissent;
    unsigned       monitoring, reject;
    int            count, quorum;
    int            rc;
    size_t         use, need;
    /* the messages of the issues */
    const char    *first, *second;
} operator_cases[] = {

    { "his number where none is asked for", 5, 2, 0, 0, -1, -1,
      0, 5, 4, NULL, NULL },
    { "it is not lowered", 5, 2, 0, 0, 4, 3, 0, 5, 4, NULL, NULL },
    { "nor is its quorum: the smallest is", 7, 2, 0, 0, 2, 1,
      0, 7, 5, NULL, NULL },
    { "all are to agree, of more too", 7, 2, 0, 0, 4, 4,
      0, 7, 7, NULL, NULL },
    { "one may disagree, of more too", 7, 2, 0, 0, 6, 5,
      0, 7, 6, NULL, NULL },
    { "a larger one is asked for", 5, 2, 0, 0, 8, -1, 0, 8, 6, NULL, NULL },
    { "below the floor of the BRs", 2, 2, 0, 0, -1, -1,
      0, 4, 3, NULL, NULL },

    { "one may disagree", 0, 1, 0, 0, -1, -1, 0, 6, 5, NULL, NULL },
    { "one, whatever is asked for", 0, 1, 0, 0, 6, 4, 0, 6, 5, NULL, NULL },
    { "none may disagree", 0, 0, 0, 0, -1, -1, 0, 6, 6, NULL, NULL },
    { "none, of few", 0, 0, 0, 0, 2, 1, 0, 4, 4, NULL, NULL },

    { "looking on", 0, 2, 1, 0, -1, 0, 0, 6, 0, NULL, NULL },
    { "looking on at few", 0, 2, 1, 0, 2, 0, 0, 4, 0, NULL, NULL },
    { "looking on is not voting", 0, 2, 1, 0, 6, 3, 1, 0, 0,
      "Invalid quorum count: 3; with 6 perspectives it must be from 4 to 6",
      NULL },
    { "looking on is not allowed", 0, 2, 0, 0, -1, 0, 1, 0, 0,
      "Invalid quorum count: 0; with 6 perspectives it must be from 4 to 6 "
      "(the monitoring mode, 0, is not allowed here)", NULL },

    { "refused: both", 0, 2, 0, 1, 2, 1, 1, 0, 0,
      "Invalid perspective count: 2 is below the floor of 4 of the policy in "
      "force",
      "Invalid quorum count: 1 is below the floor of 3 (of 4 perspectives) of "
      "the policy in force" },
    { "refused: the number", 5, 2, 0, 1, 4, -1, 1, 0, 0,
      "Invalid perspective count: 4 is below the floor of 5 of the policy in "
      "force",
      NULL },
    { "refused: the quorum", 0, 0, 0, 1, 6, 4, 1, 0, 0,
      "Invalid quorum count: 4 is below the floor of 6 (of 6 perspectives) of "
      "the policy in force", NULL },
    { "refused: the number looked on at", 0, 2, 1, 1, 2, 0, 1, 0, 0,
      "Invalid perspective count: 2 is below the floor of 4 of the policy in "
      "force",
      NULL },
    { "not refused: enough", 0, 2, 0, 1, 4, 3, 0, 4, 3, NULL, NULL },
    { "not refused: nothing asked", 5, 1, 0, 1, -1, -1,
      0, 5, 4, NULL, NULL },
};


static void
test_operator(void **state)
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

    for (i = 0; i < sizeof(operator_cases) / sizeof(operator_cases[0]); i++) {
        memset(&issues, 0, sizeof(issues));
        memset(&policy, 0, sizeof(policy));
        memset(&asked, 0xff, sizeof(asked));

        policy.policy = MPIC_POLICY_BR;
        policy.known = 8;
        policy.count = operator_cases[i].floor;
        policy.floor = operator_cases[i].floor;
        policy.dissent = operator_cases[i].dissent;
        policy.monitoring = operator_cases[i].monitoring & 1;
        policy.reject = operator_cases[i].reject & 1;

        asked.perspective_count = operator_cases[i].count;
        asked.quorum_count = operator_cases[i].quorum;

        rc = mpic_quorum_terms(pool, &policy, &asked, DAY_2026_06_15, &terms,
                               &issues);

        if (rc != operator_cases[i].rc) {
            fail_msg("%s: %d", operator_cases[i].what, rc);
        }

        if (rc == 0) {

            if (terms.count != operator_cases[i].use
                || terms.quorum != operator_cases[i].need)
            {
                fail_msg("%s: %zu of %zu", operator_cases[i].what,
                         terms.quorum, terms.count);
            }

            assert_int_equal(issues.n, 0);
            continue;
        }

        assert_int_equal(issues.n, 1 + (operator_cases[i].second != NULL));
        assert_string_equal(issues.list[0].message.data,
                            operator_cases[i].first);

        if (operator_cases[i].second != NULL) {
            assert_string_equal(issues.list[1].message.data,
                                operator_cases[i].second);
        }
    }

    test_pool_reset(&tp);
}


/*
 * Whatever is asked for, on any day: never below what BR 3.2.2.9 and the
 * operator say, nor below what the caller says; and what he need not have
 * asked for is not raised further.
 */

static void
check_terms(mpic_pool_t *pool, const mpic_policy_t *policy, int count,
    int quorum, time_t now)
{
    int                   rc;
    size_t                floor, allowed;
    mpic_terms_t          terms;
    mpic_issues_t         issues;
    mpic_orchestration_t  asked;

    memset(&issues, 0, sizeof(issues));
    memset(&asked, 0xff, sizeof(asked));

    asked.perspective_count = count;
    asked.quorum_count = quorum;

    rc = mpic_quorum_terms(pool, policy, &asked, now, &terms, &issues);
    assert_true(rc >= 0);

    floor = (now >= DAY_2026_12_15) ? 5
            : (now >= DAY_2026_06_15) ? 4
            : (now >= DAY_2026_03_15) ? 3 : 2;
    floor = (policy->floor > floor) ? policy->floor : floor;

    assert_int_equal(rc == 2, policy->known < floor);

    if (rc != 0) {
        return;
    }

    allowed = (terms.count >= 6) ? 2 : 1;
    allowed = (policy->dissent < allowed) ? policy->dissent : allowed;

    assert_true(terms.count >= floor && terms.count <= policy->known);
    assert_true(terms.quorum <= terms.count);
    assert_true(quorum != 0 || (policy->monitoring && terms.quorum == 0));
    assert_true(quorum == 0 || terms.quorum + allowed >= terms.count);
    assert_true(quorum == 0 || terms.quorum >= 1);

    if (count != -1) {
        assert_int_equal(terms.count, (size_t) count > floor ? (size_t) count
                                                             : floor);
    }

    if (quorum > 0) {
        assert_true(terms.quorum >= (size_t) quorum);

        if (policy->reject) {
            assert_true(quorum + allowed >= terms.count);
        }

    } else if (quorum == -1) {
        assert_int_equal(terms.quorum, terms.count - allowed);
    }

    if (policy->reject && count != -1) {
        assert_int_equal(terms.count, count);
    }
}


static void
test_never_laxer(void **state)
{
    int            count, quorum;
    size_t         day, how;
    test_pool_t    tp;
    mpic_pool_t   *pool;
    mpic_policy_t  policy;

    static const time_t  days[] = { DAY_2025_03_15, DAY_2026_03_15,
                                    DAY_2026_06_15, DAY_2026_12_15 };

    pool = test_pool_init(&tp);
    memset(&policy, 0, sizeof(policy));

    for (how = 0; how < 12 * 8 * 4; how++) {
        policy.dissent = how % 3;
        policy.monitoring = how / 3 % 2;
        policy.reject = how / 6 % 2;
        policy.floor = how / 12 % 8;
        policy.floor = (policy.floor == 1) ? 0 : policy.floor;
        policy.count = policy.floor;

        day = how / 12 / 8;

        for (policy.known = 2; policy.known < 9; policy.known++) {
            for (count = -1; count < 10; count++) {
                for (quorum = -1; quorum < 11; quorum++) {
                    check_terms(pool, &policy, count, quorum, days[day]);
                }
            }

            test_pool_reset(&tp);
            pool = test_pool_init(&tp);
        }
    }

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_operator),
        cmocka_unit_test(test_never_laxer)
    };

    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
