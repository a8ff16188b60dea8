
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_method.h"


#define DAY  86400


static test_pool_t  in, tp;


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


static mpic_target_t
target(const char *text)
{
    mpic_str_t     s, why;
    mpic_target_t  t;

    s = test_strz(&in, text);
    assert_int_equal(mpic_target_parse(&tp.pool, &s, &t, &why), 0);

    return t;
}


static void
test_find(void **state)
{
    size_t         i;
    mpic_str_t     name;
    mpic_method_e  method;

    for (i = 0; i < MPIC_METHODS; i++) {
        name = test_strz(&in, mpic_method_name((mpic_method_e) i));
        assert_int_equal(mpic_method_find(&name, &method), 0);
        assert_int_equal(method, i);
    }

    name = test_strz(&in, "acme-dns-account-01");
    assert_int_equal(mpic_method_find(&name, &method), 0);
    assert_int_equal(method, MPIC_METHOD_DNS_ACCOUNT_01);

    name = test_strz(&in, "acme-dns-0");
    assert_int_equal(mpic_method_find(&name, &method), -1);

    name = test_strz(&in, "acme-dns-011");
    assert_int_equal(mpic_method_find(&name, &method), -1);

    name = test_strz(&in, "DNS-change");
    assert_int_equal(mpic_method_find(&name, &method), -1);

    name = test_str(&in, "", 0);
    assert_int_equal(mpic_method_find(&name, &method), -1);
}


/* BR 3.2.2.4.8, .13, .14, .16, .17, 3.2.2.5.3: the days */

static void
test_end(void **state)
{
    size_t  i;

    static const struct {
        mpic_method_e  method;
        int64_t        day;
        const char    *text;
    } ends[] = {
        { MPIC_METHOD_IP_ADDRESS, 20527, "2026-03-15" },
        { MPIC_METHOD_CONTACT_PHONE_TXT, 20892, "2027-03-15" },
        { MPIC_METHOD_CONTACT_PHONE_CAA, 20892, "2027-03-15" },
        { MPIC_METHOD_REVERSE_ADDRESS_LOOKUP, 20892, "2027-03-15" },
        { MPIC_METHOD_CONTACT_EMAIL_TXT, 21258, "2028-03-15" },
        { MPIC_METHOD_CONTACT_EMAIL_CAA, 21258, "2028-03-15" },
    };

    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        assert_int_equal(mpic_method_state(ends[i].method,
                                           ends[i].day * DAY - 1),
                         MPIC_METHOD_ENDING);
        assert_int_equal(mpic_method_state(ends[i].method,
                                           ends[i].day * DAY),
                         MPIC_METHOD_ENDED);
        assert_string_equal(mpic_method(ends[i].method)->end_text,
                            ends[i].text);
    }

    for (i = 0; i <= MPIC_METHOD_DNS_PERSISTENT; i++) {
        assert_int_equal(mpic_method_state((mpic_method_e) i, INT64_MAX),
                         MPIC_METHOD_CURRENT);
    }
}


static void
test_targets(void **state)
{
    size_t       i, j;
    const char  *got;

    /*
     * name, wildcard, address, address, reverse name, its wildcard, reverse
     * names of no address
     */

    static const char  *targets[] = {
        "example.com", "*.example.com", "8.8.8.8", "2001:4860::1",
        "8.8.8.8.in-addr.arpa", "*.8.ip6.arpa", "8.8.8.in-addr.arpa",
        "x.ip6.arpa"
    };

    static const struct {
        mpic_method_e  method;
        const char    *fit;
        const char    *sections[3];
    } rows[] = {
        { MPIC_METHOD_ACME_DNS_01, "++------", { "4.7", NULL, NULL } },
        { MPIC_METHOD_DNS_CHANGE, "++------", { "4.7", NULL, NULL } },
        { MPIC_METHOD_ACME_HTTP_01, "+-++----", { "4.19", "5.6", NULL } },
        { MPIC_METHOD_WEBSITE_CHANGE, "+-++----", { "4.18", "5.1", NULL } },
        { MPIC_METHOD_ACME_TLS_ALPN_01, "+-++----", { "4.20", "5.7", NULL } },
        { MPIC_METHOD_DNS_ACCOUNT_01, "++------", { "4.21", NULL, NULL } },
        { MPIC_METHOD_DNS_PERSISTENT, "++++----", { "4.22", "5.8", NULL } },
        { MPIC_METHOD_CONTACT_EMAIL_CAA, "++------", { "4.13", NULL, NULL } },
        { MPIC_METHOD_CONTACT_EMAIL_TXT, "++------", { "4.14", NULL, NULL } },
        { MPIC_METHOD_CONTACT_PHONE_TXT, "++------", { "4.16", NULL, NULL } },
        { MPIC_METHOD_CONTACT_PHONE_CAA, "++------", { "4.17", NULL, NULL } },
        { MPIC_METHOD_IP_ADDRESS, "+-------", { "4.8", NULL, NULL } },
        { MPIC_METHOD_REVERSE_ADDRESS_LOOKUP, "--+++---",
          { NULL, "5.3", "5.3" } },
    };

    assert_int_equal(sizeof(rows) / sizeof(rows[0]), MPIC_METHODS);

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {

        for (j = 0; j < sizeof(targets) / sizeof(targets[0]); j++) {
            mpic_target_t  t = target(targets[j]);

            got = mpic_method_unfit(rows[i].method, &t);

            if ((got == NULL) != (rows[i].fit[j] == '+')) {
                fail_msg("%s for %s: %s", mpic_method_name(rows[i].method),
                         targets[j], got ? got : "fit");
            }

            if (got == NULL) {
                got = mpic_method_section(rows[i].method, &t);
                assert_memory_equal(got, "3.2.2.", 6);
                assert_string_equal(got + 6,
                                    rows[i].sections[j < 2 ? 0
                                                     : j < 4 ? 1 : 2]);
            }
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_find, setup, teardown),
        cmocka_unit_test_setup_teardown(test_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_targets, setup, teardown),
    };

    return cmocka_run_group_tests_name("method", tests, NULL, NULL);
}
