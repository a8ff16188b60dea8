
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_lookup.h"


/* messages, one after the other, and what is said of each */

static const struct {
    size_t       max;
    size_t       len[4];
    int          rc[4];
    size_t       used;
} cases[] = {
    { 1000, { 400, 600, 0, 1 }, { 0, 0, 0, 1 }, 1000 },
    { 1000, { 1001, 1000, 1, 65535 }, { 1, 0, 1, 1 }, 1000 },
    { 1000, { 999, 2, 1, 1 }, { 0, 1, 0, 1 }, 1000 },
    { 0, { 0, 1, 65535, 0 }, { 0, 1, 1, 0 }, 0 },
    { 1048576, { 65535, 65535, 65535, SIZE_MAX }, { 0, 0, 0, 1 }, 196605 }
};


static void
test_spend(void **state)
{
    size_t             i, k;
    mpic_str_t         why;
    test_pool_t        tp;
    mpic_pool_t       *pool;
    mpic_dns_budget_t  budget;

    pool = test_pool_init(&tp);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        budget.max = cases[i].max;
        budget.used = 0;

        for (k = 0; k < 4; k++) {
            if (mpic_dns_spend(pool, &budget, cases[i].len[k], &why)
                != cases[i].rc[k])
            {
                fail_msg("case %zu, message %zu", i, k);
            }
        }

        assert_int_equal(budget.used, cases[i].used);
    }

    budget.max = 20480;
    budget.used = 20480;

    assert_int_equal(mpic_dns_spend(pool, &budget, 1, &why), 1);
    assert_string_equal(why.data, "the DNS answers of this check have more "
                        "than 20480 octets");

    test_pool_reset(&tp);

    tp.asked = 0;
    tp.fail_at = 1;
    assert_int_equal(mpic_dns_spend(pool, &budget, 1, &why), -1);

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_spend)
    };

    return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
