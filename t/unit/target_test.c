
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_target.h"

#include <stdio.h>


#define A10   "aaaaaaaaaa"
#define A60   A10 A10 A10 A10 A10 A10
#define A63   A60 "aaa"
#define A253  A63 "." A63 "." A63 "." A60 "a"


typedef struct {
    const char  *text;
    const char  *name;
    unsigned     wildcard;
} name_case_t;

typedef struct {
    const char  *text;
    /* a part of the sentence */
    const char  *why;
} refused_case_t;

typedef struct {
    const char          *text;
    mpic_target_type_e   type;
    const char          *name;
} address_case_t;


static const name_case_t  names[] = {
    { "example.com", "example.com", 0 },
    { "example.com.", "example.com", 0 },
    { "Example.COM", "example.com", 0 },
    { "*.Example.com", "example.com", 1 },
    { "*.com.example.", "com.example", 1 },
    { "_acme-challenge.ex_ample.com", "_acme-challenge.ex_ample.com", 0 },
    { "_.a_.example", "_.a_.example", 0 },
    { "b\xc3\xbc" "cher.example", "xn--bcher-kva.example", 0 },
    { "*.b\xc3\xbc" "cher.example", "xn--bcher-kva.example", 1 },
    { "bu\xcc\x88" "cher.example", "xn--bcher-kva.example", 0 },
    { "B\xc3\x9c" "CHER.example", "xn--bcher-kva.example", 0 },
    { "XN--Bcher-KVA.example", "xn--bcher-kva.example", 0 },
    { "fa\xc3\x9f.example", "xn--fa-hia.example", 0 },
    /* U+3002 and fullwidth letters are mapped by UTS #46 */
    { "example\xe3\x80\x82" "com", "example.com", 0 },
    { "example.com\xe3\x80\x82", "example.com", 0 },
    { "\xef\xbd\x85xample.com", "example.com", 0 },
    /* two hyphens, no A-label */
    { "r4---sn.example", "r4---sn.example", 0 },
    { "1.2.3.4.example", "1.2.3.4.example", 0 },
    { "0x7f.0xg", "0x7f.0xg", 0 },
    { "notin-addr.arpa", "notin-addr.arpa", 0 },
    { A63 ".example", A63 ".example", 0 },
    { A253, A253, 0 },
    { A253 ".", A253, 0 },
    { "*." A253, A253, 1 },
};


static const refused_case_t  refused[] = {
    { ".", "empty label" },
    { "..", "empty label" },
    { ".example.com", "empty label" },
    { "a..example", "empty label" },
    { "example.com..", "empty label" },
    { "\xe3\x80\x82", "empty label" },
    { "b\xc3\xbc" "cher..example", "empty label" },
    { "com", "single label" },
    { "com.", "single label" },
    { "*.com", "single label" },
    { "*.", "is empty" },
    { "*", "wildcard" },
    { "*example.com", "wildcard" },
    { "*.*.example.com", "wildcard" },
    { "www.*.example.com", "wildcard" },
    { "www*.example.com", "wildcard" },
    { "example.*", "wildcard" },
    { "\xef\xbc\x8a.example.com", "not allowed" },
    { "-a.example", "hyphen" },
    { "a-.example", "hyphen" },
    { "a.-.example", "hyphen" },
    { "exam ple.com", "not allowed" },
    { "example.com/x", "not allowed" },
    { "user@example.com", "not allowed" },
    { "ex\"ample.com", "not allowed" },
    { "ex%61mple.com", "not allowed" },
    { "b\xc3\xbc/cher.example", "IDNA2008" },
    { "exam\nple.com", "control" },
    { "example.com\x7f", "control" },
    { "example.com\t", "control" },
    { "ex\xffmple.com", "UTF-8" },
    { "ex\xc3.com", "UTF-8" },
    { "ex\xed\xa0\x80.com", "UTF-8" },
    { "ex\xc0\xae.com", "UTF-8" },
    { "xn--.example", "A-label" },
    { "xn--zzzzzz99999999.example", "A-label" },
    { "xn--0.example", "A-label" },
    { "xn--abc-.example", "A-label" },
    { "www.XN--abc-.example", "A-label" },
    /* decodes to what has no business in an A-label */
    { "xn--a.example", "IDNA2008" },
    { "i\xe2\x9d\xa4.example", "IDNA2008" },
    { "a\xe2\x80\x8d" "b.example", "IDNA2008" },
    { A63 "a.example", "63 octets" },
    { A253 "a", "253 octets" },
    { "*." A253 "a", "253 octets" },
    { "127.1", "numeric" },
    { "0x7f.1", "numeric" },
    { "0x7f.0x1", "numeric" },
    { "a.0x", "numeric" },
    { "2130706433", "numeric" },
    { "010.0.0.1", "numeric" },
    { "127.0.0.1.", "numeric" },
    { "8.8.8.8.", "numeric" },
    { "8.8.8.256", "numeric" },
    { "8.8.8.8.8", "numeric" },
    { "*.8.8.8.8", "numeric" },
    { "example.0", "numeric" },
    /* fullwidth digits */
    { "\xef\xbc\x98.8.8.8", "numeric" },
    { "[8.8.8.8]", "not an IPv6" },
    { "[2001:4860::8888", "bracket" },
    { "[", "bracket" },
    { "[]", "not an IPv6" },
    { "[[2001:4860::8888]]", "not an IPv6" },
    { "2001:4860::8888]", "not an IPv6" },
    { "[2001:4860::8888]:443", "bracket" },
    { "fe80::1%eth0", "zone" },
    { "[fe80::1%25eth0]", "zone" },
    { "2001::4860::8888", "not an IPv6" },
    { "8.8.8.8:80", "not an IPv6" },
    { "*.2001:4860::8888", "not an IPv6" },
    { "https://example.com", "not an IPv6" },
    { "127.0.0.1", "Loopback" },
    { "10.1.2.3", "Private-Use" },
    { "0.0.0.0", "This network" },
    { "255.255.255.255", "Limited Broadcast" },
    { "::1", "Loopback Address" },
    { "[::1]", "Loopback Address" },
    { "::ffff:8.8.8.8", "IPv4-mapped" },
    { "fd00::1", "Unique-Local" },
    { "2001:db8::1", "Documentation" },
    { "2002:808:808::", "6to4" },
};


static const address_case_t  addresses[] = {
    { "8.8.8.8", MPIC_TARGET_IPV4, "8.8.8.8" },
    { "2001:4860:4860::8888", MPIC_TARGET_IPV6, "2001:4860:4860::8888" },
    { "[2001:4860:4860::8888]", MPIC_TARGET_IPV6, "2001:4860:4860::8888" },
    { "2001:4860:4860:0:0:0:0:8888", MPIC_TARGET_IPV6,
      "2001:4860:4860::8888" },
    { "2001:4860:4860::0.0.136.136", MPIC_TARGET_IPV6,
      "2001:4860:4860::8888" },
    { "2A00:0:1:2:3:4:5:ABCD", MPIC_TARGET_IPV6, "2a00:0:1:2:3:4:5:abcd" },
};


/* each case gives its pools back: "in" for texts, "tp" for results */

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


static void
test_names(void **state)
{
    char            canonical[300];
    size_t          i;
    mpic_str_t      text, name, why;
    mpic_target_t   target;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        text = test_strz(&in, names[i].text);

        test_pool_exhaust(&tp,
            mpic_target_parse(&tp.pool, &text, &target, &why), 0);

        assert_int_equal(target.type, MPIC_TARGET_FQDN);
        assert_int_equal(target.wildcard, names[i].wildcard);
        assert_str_equal(target.name, names[i].name);

        snprintf(canonical, sizeof(canonical), "%s%s",
                 names[i].wildcard ? "*." : "", names[i].name);
        assert_str_equal(target.canonical, canonical);

        if (!names[i].wildcard) {
            test_pool_exhaust(&tp,
                mpic_name_canonical(&tp.pool, &text, &name, &why), 0);
            assert_str_equal(name, names[i].name);
        }
    }
}


static void
test_refused(void **state)
{
    size_t          i;
    mpic_str_t      text, why;
    mpic_target_t   target;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        text = test_strz(&in, refused[i].text);

        test_pool_exhaust(&tp,
            mpic_target_parse(&tp.pool, &text, &target, &why), 1);

        assert_non_null(why.data);

        if (strstr(why.data, refused[i].why) == NULL) {
            fail_msg("%s: %s, not %s", refused[i].text, why.data,
                     refused[i].why);
        }
    }
}


static void
test_addresses(void **state)
{
    size_t          i;
    mpic_str_t      text, why;
    mpic_target_t   target;

    for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        text = test_strz(&in, addresses[i].text);

        test_pool_exhaust(&tp,
            mpic_target_parse(&tp.pool, &text, &target, &why), 0);

        assert_int_equal(target.type, addresses[i].type);
        assert_int_equal(target.wildcard, 0);
        assert_str_equal(target.name, addresses[i].name);
        assert_str_equal(target.canonical, addresses[i].name);
    }

    text = test_strz(&in, "8.9.10.11");
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 0);
    assert_memory_equal(target.address, "\x08\x09\x0a\x0b", 4);
}


/* BR 4.2.2: names of addresses, for the method that asks for them */

static void
test_reverse(void **state)
{
    size_t          i;
    mpic_str_t      text, name, why;
    mpic_target_t   target;

    static const char  *reversed[] = {
        "in-addr.arpa", "4.3.2.1.in-addr.arpa", "*.1.IN-ADDR.ARPA.",
        "10.in-addr.arpa", "_x.1.0.0.10.in-addr.arpa",
        "8.b.d.0.1.0.0.2.ip6.arpa", "\xef\xbd\x89p6.arpa"
    };

    static const char  *others[] = {
        "example.com", "notin-addr.arpa", "in-addr.arpa.example", "8.8.8.8"
    };

    for (i = 0; i < sizeof(reversed) / sizeof(reversed[0]); i++) {
        text = test_strz(&in, reversed[i]);
        assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why),
                         0);
        assert_int_equal(target.reverse, 1);
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        text = test_strz(&in, others[i]);
        assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why),
                         0);
        assert_int_equal(target.reverse, 0);
    }

    test_pool_exhaust(&tp, mpic_target_reverse(&tp.pool, &target, &name), 0);
    assert_str_equal(name, "8.8.8.8.in-addr.arpa");

    text = test_strz(&in, "9.10.11.255");
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 0);
    assert_int_equal(mpic_target_reverse(&tp.pool, &target, &name), 0);
    assert_str_equal(name, "255.11.10.9.in-addr.arpa");

    text = test_strz(&in, "2001:4860:4860::88f1");
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 0);
    assert_int_equal(mpic_target_reverse(&tp.pool, &target, &name), 0);
    assert_str_equal(name, "1.f.8.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
                           "0.6.8.4.0.6.8.4.1.0.0.2.ip6.arpa");

    text = test_strz(&in, "*.example.com");
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 0);
    assert_int_equal(mpic_target_reverse(&tp.pool, &target, &name), 0);
    assert_str_equal(name, "example.com");
}


/* the address behind a name, which is refused as it would be */

static void
test_reversed(void **state)
{
    char             buf[MPIC_ADDRESS_TEXT_MAX];
    size_t           i;
    mpic_str_t       text, why;
    mpic_target_t    target;
    mpic_address_t   address;

#define ZEROS  "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."

    static const struct {
        const char  *name;
        const char  *address;
        const char  *block;
    } rows[] = {
        { "4.3.2.1.in-addr.arpa", "1.2.3.4", NULL },
        { "255.0.8.45.IN-addr.ARPA.", "45.8.0.255", NULL },
        { "1.0.0.10.in-addr.arpa", "10.0.0.1", "Private-Use" },
        { "1.0.0.127.in-addr.arpa", "127.0.0.1", "Loopback" },
        { "4.3.2.1.2.3.4.in-addr.arpa", NULL, NULL },
        { "3.2.1.in-addr.arpa", NULL, NULL },
        { "1.0.0.010.in-addr.arpa", NULL, NULL },
        { "1.0.0.256.in-addr.arpa", NULL, NULL },
        { "1.0.0.0xa.in-addr.arpa", NULL, NULL },
        { "12.0-15.0.0.45.in-addr.arpa", NULL, NULL },
        { "in-addr.arpa", NULL, NULL },
        { "4.3.2.1.ip6.arpa", NULL, NULL },
        { "f." ZEROS "0.6.8.4.1.0.0.2.ip6.arpa", "2001:4860::f", NULL },
        { "F." ZEROS "1.6.8.4.1.0.0.2.IP6.arpa", "2001:4861::f", NULL },
        { "1." ZEROS "0.0.0.0.0.0.d.f.ip6.arpa", "fd00::1", "Unique-Local" },
        { "1." ZEROS "0.0.0.0.0.0.0.0.ip6.arpa", "::1", "Loopback" },
        { ZEROS "0.6.8.4.1.0.0.2.ip6.arpa", NULL, NULL },
        { "0.f." ZEROS "0.6.8.4.1.0.0.2.ip6.arpa", NULL, NULL },
        { "g." ZEROS "0.6.8.4.1.0.0.2.ip6.arpa", NULL, NULL },
        { "00" ZEROS "0.6.8.4.1.0.0.2.ip6.arpa", NULL, NULL },
        { "0-" ZEROS "0.6.8.4.1.0.0.2.ip6.arpa", NULL, NULL },
        { "0." ZEROS "0.6.8.4.1.0.0-2.ip6.arpa", NULL, NULL },
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        text = test_strz(&in, rows[i].name);

        if (rows[i].block != NULL) {
            assert_int_equal(mpic_target_parse(&tp.pool, &text, &target,
                                               &why), 1);
            assert_non_null(strstr(why.data, rows[i].address));
            assert_non_null(strstr(why.data, rows[i].block));
            continue;
        }

        assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why),
                         0);
        assert_int_equal(target.reverse, 1);

        if (rows[i].address == NULL) {
            assert_int_equal(mpic_target_reversed(&target.name, &address),
                             -1);
            continue;
        }

        assert_int_equal(mpic_target_reversed(&target.name, &address), 0);
        mpic_address_text(&address, buf);
        assert_string_equal(buf, rows[i].address);
    }
}


/* what no C string can hold, and what is longer than any name */

static void
test_hostile(void **state)
{
    char            big[4096];
    size_t          i;
    mpic_str_t      text, why;
    mpic_target_t   target;

    text = test_str(&in, "", 0);
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 1);
    assert_non_null(strstr(why.data, "empty"));

    text = test_str(&in, "example.com\0.evil.example", 25);
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 1);
    assert_non_null(strstr(why.data, "control"));

    text = test_str(&in, "8.8.8.8\0x", 9);
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 1);

    memset(big, 'a', sizeof(big));
    text = test_str(&in, big, sizeof(big));
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 1);
    assert_non_null(strstr(why.data, "too long"));
    assert_true(why.len < 600);

    /* at the bound, all U-labels: libidn2 has to cope with it */
    memset(big, '\xc3', sizeof(big));
    for (i = 1; i < sizeof(big); i += 2) {
        big[i] = '\xbc';
    }

    text = test_str(&in, big, MPIC_TARGET_TEXT_MAX);
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 1);

    memset(big, '.', sizeof(big));
    text = test_str(&in, big, MPIC_TARGET_TEXT_MAX);
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 1);

    /* the excerpt is escaped */
    text = test_strz(&in, "a\x01\"b.example");
    assert_int_equal(mpic_target_parse(&tp.pool, &text, &target, &why), 1);
    assert_non_null(strstr(why.data, "a\\001\\\"b.example"));
}


static void
test_canonical(void **state)
{
    mpic_str_t  text, name, why;

    text = test_strz(&in, "Localhost.");
    assert_int_equal(mpic_name_canonical(&tp.pool, &text, &name, &why), 0);
    assert_str_equal(name, "localhost");

    text = test_strz(&in, "*.example.com");
    assert_int_equal(mpic_name_canonical(&tp.pool, &text, &name, &why), 1);

    text = test_strz(&in, "8.8.8.8");
    assert_int_equal(mpic_name_canonical(&tp.pool, &text, &name, &why), 1);

    text = test_strz(&in, "2001:4860::1");
    assert_int_equal(mpic_name_canonical(&tp.pool, &text, &name, &why), 1);

    text = test_str(&in, "", 0);
    assert_int_equal(mpic_name_canonical(&tp.pool, &text, &name, &why), 1);
    assert_null(name.data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reverse, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reversed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_canonical, setup, teardown),
    };

    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
