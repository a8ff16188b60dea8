
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_check.h"


static test_pool_t  tp;


static int
setup(void **state)
{
    test_pool_init(&tp);

    return 0;
}


static int
teardown(void **state)
{
    test_pool_reset(&tp);

    return 0;
}


static void
test_copy(void **state)
{
    mpic_str_t  s;

    test_pool_exhaust(&tp, mpic_str_copy(&tp.pool, &s, "a\0b", 3), 0);
    assert_int_equal(s.len, 3);
    assert_memory_equal(s.data, "a\0b", 4);

    assert_int_equal(mpic_str_copy(&tp.pool, &s, NULL, 0), 0);
    assert_str_equal(s, "");

    tp.fail_at = tp.asked + 1;
    assert_int_equal(mpic_str_copy(&tp.pool, &s, "a", 1), -1);
    assert_null(s.data);
    assert_int_equal(s.len, 0);

    tp.fail_at = tp.asked + 1;
    assert_null(mpic_pcalloc(&tp.pool, 8));
    assert_memory_equal(mpic_pcalloc(&tp.pool, 8), "\0\0\0\0\0\0\0\0", 8);
}


static void
test_printf(void **state)
{
    mpic_str_t  s;

    test_pool_exhaust(&tp, mpic_str_printf(&tp.pool, &s, "%d %s", 7, "x"), 0);
    assert_str_equal(s, "7 x");

    assert_int_equal(mpic_str_printf(&tp.pool, &s, "%s", ""), 0);
    assert_str_equal(s, "");
}


static void
test_excerpt(void **state)
{
    mpic_str_t  s;

    test_pool_exhaust(&tp,
        mpic_str_excerpt(&tp.pool, &s, "a\"\\\n\xff\0z", 7, 7), 0);
    assert_str_equal(s, "a\\\"\\\\\\010\\255\\000z");

    assert_int_equal(mpic_str_excerpt(&tp.pool, &s, "abcd", 4, 3), 0);
    assert_str_equal(s, "abc...");

    assert_int_equal(mpic_str_excerpt(&tp.pool, &s, "abcd", 4, 4), 0);
    assert_str_equal(s, "abcd");

    assert_int_equal(mpic_str_excerpt(&tp.pool, &s, NULL, 0, 4), 0);
    assert_str_equal(s, "");

    /* every octet at its longest, and cut */
    assert_int_equal(mpic_str_excerpt(&tp.pool, &s, "\1\2\3", 3, 2), 0);
    assert_str_equal(s, "\\001\\002...");
}


static void
test_equal(void **state)
{
    mpic_str_t  a = mpic_str("AbC\0d");
    mpic_str_t  b = mpic_str("aBc\0d");
    mpic_str_t  c = mpic_str("aBc\0e");
    mpic_str_t  d = mpic_str("@[`{");
    mpic_str_t  e = mpic_str("`{@[");
    mpic_str_t  none = mpic_null_str;

    assert_true(mpic_str_eq(&a, &a));
    assert_false(mpic_str_eq(&a, &b));
    assert_true(mpic_str_case_eq(&a, &b));
    assert_false(mpic_str_case_eq(&a, &c));
    assert_false(mpic_str_case_eq(&d, &e));
    assert_true(mpic_str_eq(&none, &none));
    assert_true(mpic_str_case_eq(&none, &none));
    assert_false(mpic_str_eq(&none, &a));
}


static void
test_contains(void **state)
{
    mpic_str_t  text = mpic_str("a\0Bc@");
    mpic_str_t  exact = mpic_str("\0Bc");
    mpic_str_t  folded = mpic_str("A\0bC@");
    mpic_str_t  other = mpic_str("c`");
    mpic_str_t  longer = mpic_str("a\0Bc@d");
    mpic_str_t  none = mpic_null_str;

    assert_int_equal(mpic_str_contains(&tp.pool, &text, &exact, 1), 1);
    assert_int_equal(mpic_str_contains(&tp.pool, &text, &folded, 1), 0);
    test_pool_exhaust(&tp, mpic_str_contains(&tp.pool, &text, &folded, 0), 1);
    assert_int_equal(mpic_str_contains(&tp.pool, &text, &other, 0), 0);
    assert_int_equal(mpic_str_contains(&tp.pool, &text, &longer, 1), 0);
    assert_int_equal(mpic_str_contains(&tp.pool, &text, &none, 1), 0);
    assert_int_equal(mpic_str_contains(&tp.pool, &none, &none, 0), 0);

    test_pool_reset(&tp);
}


static void
test_result(void **state)
{
    size_t         i;
    mpic_result_t  result;

    memset(&result, 0xff, sizeof(result));
    mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    assert_int_equal(result.type, MPIC_CHECK_CAA);
    assert_int_equal(result.kind, MPIC_DETAILS_CAA);
    assert_int_equal(result.completed, 0);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.nerrors, 0);
    assert_int_equal(result.caa_present, -1);
    assert_int_equal(result.caa_ttl, -1);
    assert_int_equal(result.response_code, -1);
    assert_int_equal(result.ad, -1);
    assert_int_equal(result.response_status, -1);
    assert_null(result.found_at.data);
    assert_null(result.records_seen);

    tp.fail_at = 1;
    assert_int_equal(mpic_result_error(&tp.pool, &result,
                                       MPIC_ERROR_HTTP, "%d", 404), -1);
    assert_int_equal(result.nerrors, 0);

    tp.asked = 0;
    tp.fail_at = 2;
    assert_int_equal(mpic_result_error(&tp.pool, &result,
                                       MPIC_ERROR_HTTP, "%d", 404), -1);
    assert_int_equal(result.nerrors, 0);

    for (i = 0; i < MPIC_ERRORS_MAX + 3; i++) {
        assert_int_equal(mpic_result_error(&tp.pool, &result,
                                           MPIC_ERROR_HTTP, "no %d", (int) i),
                         0);
    }

    assert_int_equal(result.nerrors, MPIC_ERRORS_MAX);
    assert_str_equal(result.errors[0].type, "mpic_error:http");
    assert_str_equal(result.errors[0].message, "no 0");
    assert_str_equal(result.errors[MPIC_ERRORS_MAX - 1].message, "no 15");
}


static void
test_method_names(void **state)
{
    assert_string_equal(mpic_method_name(MPIC_METHOD_ACME_DNS_01),
                        "acme-dns-01");
    assert_string_equal(mpic_method_name(MPIC_METHOD_ACME_HTTP_01),
                        "acme-http-01");
    assert_string_equal(mpic_method_name(MPIC_METHOD_DNS_CHANGE),
                        "dns-change");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_printf, setup, teardown),
        cmocka_unit_test_setup_teardown(test_excerpt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_equal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contains, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result, setup, teardown),
        cmocka_unit_test_setup_teardown(test_method_names, setup, teardown),
    };

    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
