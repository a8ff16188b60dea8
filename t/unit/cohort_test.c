
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_cohort.h"

#include <stdio.h>


static mpic_str_t  secret = mpic_str("0123456789abcdef0123456789abcdef");

static mpic_perspective_t  world[] = {
    { mpic_str("us-east-1"), MPIC_RIR_ARIN },
    { mpic_str("us-west-2"), MPIC_RIR_ARIN },
    { mpic_str("eu-west-1"), MPIC_RIR_RIPE_NCC },
    { mpic_str("ap-south-1"), MPIC_RIR_APNIC },
    { mpic_str("sa-east-1"), MPIC_RIR_LACNIC },
    { mpic_str("af-south-1"), MPIC_RIR_AFRINIC },
    { mpic_str("ca-central-1"), MPIC_RIR_ARIN },
    { mpic_str("ca-west-1"), MPIC_RIR_ARIN }
};

#define NWORLD  (sizeof(world) / sizeof(world[0]))


static mpic_str_t
target(unsigned n, char *buf)
{
    mpic_str_t  name;

    name.len = (size_t) sprintf(buf, "host%u.example", n);
    name.data = buf;

    return name;
}


static void
test_rir(void **state)
{
    size_t  i;

    static const struct {
        mpic_str_t  text;
        int         rir;
    } cases[] = {
        { mpic_str("AFRINIC"), MPIC_RIR_AFRINIC },
        { mpic_str("apnic"), MPIC_RIR_APNIC },
        { mpic_str("ARIN"), MPIC_RIR_ARIN },
        { mpic_str("LACNIC"), MPIC_RIR_LACNIC },
        { mpic_str("RIPE NCC"), MPIC_RIR_RIPE_NCC },
        { mpic_str("RIPE"), MPIC_RIR_RIPE_NCC },
        { mpic_str("ripe-ncc"), MPIC_RIR_RIPE_NCC },
        { mpic_str("RIPE_NCC"), -1 },
        { mpic_str("ARI"), -1 },
        { mpic_str(""), -1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(mpic_rir_parse(&cases[i].text), cases[i].rir);
    }

    assert_string_equal(mpic_rir_name(MPIC_RIR_RIPE_NCC), "RIPE NCC");
}


/* BR 3.2.2.9: two RIR regions in every cohort, each perspective once */

static void
test_legal(void **state)
{
    char        buf[32];
    size_t      count, i, k;
    unsigned    n, chosen[MPIC_PERSPECTIVES_MAX], regions;
    mpic_str_t  name;

    for (n = 0; n < 500; n++) {
        name = target(n, buf);

        for (count = 2; count <= NWORLD; count++) {
            assert_int_equal(mpic_cohort_select(world, NWORLD, &secret, &name,
                                                count, chosen), 0);
            regions = 0;

            for (i = 0; i < count; i++) {
                assert_true(chosen[i] < NWORLD);
                regions |= 1u << world[chosen[i]].rir;

                for (k = 0; k < i; k++) {
                    assert_int_not_equal(chosen[i], chosen[k]);
                }
            }

            /* more than one bit */
            assert_int_not_equal(regions & (regions - 1), 0);
        }
    }
}


static void
test_keyed_and_stable(void **state)
{
    char        buf[32];
    unsigned    n, same, a[3], b[3], c[3];
    mpic_str_t  name, other = mpic_str("ffffffffffffffffffffffffffffffff");

    same = 0;

    for (n = 0; n < 200; n++) {
        name = target(n, buf);

        assert_int_equal(mpic_cohort_select(world, NWORLD, &secret, &name, 3,
                                            a), 0);
        assert_int_equal(mpic_cohort_select(world, NWORLD, &secret, &name, 3,
                                            b), 0);
        assert_int_equal(mpic_cohort_select(world, NWORLD, &other, &name, 3,
                                            c), 0);

        assert_memory_equal(a, b, sizeof(a));
        same += (memcmp(a, c, sizeof(a)) == 0);
    }

    /* ordered threes of eight: one in 336 by chance */
    assert_true(same < 20);
}


/* each perspective gets its share of the targets */

static void
test_spread(void **state)
{
    char        buf[32];
    unsigned    n, chosen[2], seen[NWORLD] = { 0 };
    mpic_str_t  name;

    for (n = 0; n < 4000; n++) {
        name = target(n, buf);
        assert_int_equal(mpic_cohort_select(world, NWORLD, &secret, &name, 2,
                                            chosen), 0);
        seen[chosen[0]]++;
    }

    for (n = 0; n < NWORLD; n++) {
        assert_true(seen[n] >= 400 && seen[n] <= 600);
    }
}


/* one perspective more: a cohort changes only by having it in */

static void
test_addition(void **state)
{
    char        buf[32];
    unsigned    n, i, k, a[4], b[4], missing;
    mpic_str_t  name;

    for (n = 0; n < 300; n++) {
        name = target(n, buf);

        assert_int_equal(mpic_cohort_select(world, 6, &secret, &name, 4, a),
                         0);
        assert_int_equal(mpic_cohort_select(world, 7, &secret, &name, 4, b),
                         0);
        missing = 0;

        for (i = 0; i < 4; i++) {
            for (k = 0; k < 4 && b[k] != a[i]; k++) { /* void */ }
            missing += (k == 4);
        }

        assert_true(missing <= 1);
    }
}


static void
test_impossible(void **state)
{
    unsigned    chosen[MPIC_PERSPECTIVES_MAX];
    mpic_str_t  name = mpic_str("example.com");

    static mpic_perspective_t  region[] = {
        { mpic_str("a"), MPIC_RIR_ARIN },
        { mpic_str("b"), MPIC_RIR_ARIN },
        { mpic_str("c"), MPIC_RIR_ARIN }
    };

    assert_int_equal(mpic_cohort_select(world, NWORLD, &secret, &name,
                                        NWORLD + 1, chosen), 1);
    assert_int_equal(mpic_cohort_select(world, NWORLD, &secret, &name, 1,
                                        chosen), 1);
    assert_int_equal(mpic_cohort_select(region, 3, &secret, &name, 2, chosen),
                     1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rir),
        cmocka_unit_test(test_legal),
        cmocka_unit_test(test_keyed_and_stable),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_addition),
        cmocka_unit_test(test_impossible)
    };

    return cmocka_run_group_tests_name("cohort", tests, NULL, NULL);
}
