
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_health.h"


/* ".": an answer, "x": none; what is reported after each: "-", "G", "B" */

static const struct {
    const char  *calls;
    const char  *reported;
} cases[] = {
    { "....", "----" },
    { "xx.xx.", "------" },
    { "xxx", "--G" },
    { "xxxxxx", "--G---" },
    { "xxx.", "--GB" },
    { "xxx...", "--GB--" },
    { "xxxx.xx.xxx.", "--G-B-----GB" },
    { ".xxx.x.xxx", "---GB----G" }
};


static void
test_update(void **state)
{
    char           reported;
    size_t         i, k;
    mpic_health_t  health;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&health, 0, sizeof(mpic_health_t));

        for (k = 0; cases[i].calls[k] != '\0'; k++) {

            reported = "-GB"[mpic_health_update(&health,
                                                cases[i].calls[k] == '.',
                                                1000 + (time_t) k)];

            if (reported != cases[i].reported[k]) {
                fail_msg("%s: %c after %zu", cases[i].calls, reported, k + 1);
            }

            if (reported != '-') {
                assert_int_equal(health.since, 1000 + k);
                assert_int_equal(health.failing, reported == 'G');
            }

            if (cases[i].calls[k] == '.') {
                assert_int_equal(health.answered, 1000 + k);
                assert_int_equal(health.failures, 0);
            }
        }
    }
}


static const struct {
    long         status;
    const char  *body;
    int          rc;
} probes[] = {
    { 400, "{\"error\":\"request-validation-failed\"}", 1 },
    { 422, " {\"detail\":[]} ", 1 },
    { 200, "{}", 1 },
    { 500, "{\"message\":\"Internal Server Error\"}", 1 },
    { 502, "{}", 0 },
    { 503, "{\"error\":\"too-many-checks\"}", 0 },
    { 504, "{}", 0 },
    { 200, "<html>", 0 },
    { 200, "", 0 },
    { 200, "[]", 0 },
    { 400, "{} {}", 0 }
};


static void
test_probe(void **state)
{
    char          large[MPIC_HEALTH_ANSWER_MAX + 1];
    size_t        i;
    test_pool_t   tp;
    mpic_pool_t  *pool;

    pool = test_pool_init(&tp);

    for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {

        if (mpic_health_probe(pool, probes[i].status, probes[i].body,
                              strlen(probes[i].body))
            != probes[i].rc)
        {
            fail_msg("%ld %s", probes[i].status, probes[i].body);
        }
    }

    memset(large, ' ', sizeof(large));
    large[0] = '{';
    large[1] = '}';

    assert_int_equal(mpic_health_probe(pool, 200, large,
                                       MPIC_HEALTH_ANSWER_MAX), 1);
    assert_int_equal(mpic_health_probe(pool, 200, large, sizeof(large)), 0);

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_probe)
    };

    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
