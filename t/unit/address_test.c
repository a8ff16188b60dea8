
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * IANA IPv4 and IPv6 Special-Purpose Address Registries.
 */


#include "test_pool.h"
#include "mpic_address.h"


typedef struct {
    const char  *address;
    /* NULL: may be connected to */
    const char  *name;
} special_case_t;


/* first and last address of each block, and their neighbours */

static const special_case_t  specials[] = {
    { "0.0.0.0", "This network" },
    { "0.255.255.255", "This network" },
    { "1.0.0.0", NULL },
    { "9.255.255.255", NULL },
    { "10.0.0.0", "Private-Use" },
    { "10.255.255.255", "Private-Use" },
    { "11.0.0.0", NULL },
    { "100.63.255.255", NULL },
    { "100.64.0.0", "Shared Address Space" },
    { "100.127.255.255", "Shared Address Space" },
    { "100.128.0.0", NULL },
    { "126.255.255.255", NULL },
    { "127.0.0.0", "Loopback" },
    { "127.255.255.255", "Loopback" },
    { "128.0.0.0", NULL },
    { "169.253.255.255", NULL },
    { "169.254.0.0", "Link Local" },
    { "169.254.169.254", "Link Local" },
    { "169.254.255.255", "Link Local" },
    { "169.255.0.0", NULL },
    { "172.15.255.255", NULL },
    { "172.16.0.0", "Private-Use" },
    { "172.31.255.255", "Private-Use" },
    { "172.32.0.0", NULL },
    { "191.255.255.255", NULL },
    { "192.0.0.0", "IPv4 Service Continuity Prefix" },
    { "192.0.0.7", "IPv4 Service Continuity Prefix" },
    { "192.0.0.8", "IPv4 dummy address" },
    { "192.0.0.9", NULL },
    { "192.0.0.10", NULL },
    { "192.0.0.11", "IETF Protocol Assignments" },
    { "192.0.0.169", "IETF Protocol Assignments" },
    { "192.0.0.170", "NAT64/DNS64 Discovery" },
    { "192.0.0.171", "NAT64/DNS64 Discovery" },
    { "192.0.0.172", "IETF Protocol Assignments" },
    { "192.0.0.255", "IETF Protocol Assignments" },
    { "192.0.1.0", NULL },
    { "192.0.2.0", "Documentation (TEST-NET-1)" },
    { "192.0.2.255", "Documentation (TEST-NET-1)" },
    { "192.0.3.0", NULL },
    { "192.31.196.1", NULL },
    { "192.52.193.1", NULL },
    { "192.88.98.255", NULL },
    { "192.88.99.0", "Deprecated (6to4 Relay Anycast)" },
    { "192.88.99.2", "Deprecated (6to4 Relay Anycast)" },
    { "192.88.100.0", NULL },
    { "192.167.255.255", NULL },
    { "192.168.0.0", "Private-Use" },
    { "192.168.255.255", "Private-Use" },
    { "192.169.0.0", NULL },
    { "192.175.48.1", NULL },
    { "198.17.255.255", NULL },
    { "198.18.0.0", "Benchmarking" },
    { "198.19.255.255", "Benchmarking" },
    { "198.20.0.0", NULL },
    { "198.51.99.255", NULL },
    { "198.51.100.0", "Documentation (TEST-NET-2)" },
    { "198.51.101.0", NULL },
    { "203.0.112.255", NULL },
    { "203.0.113.255", "Documentation (TEST-NET-3)" },
    { "203.0.114.0", NULL },
    { "223.255.255.255", NULL },
    { "224.0.0.0", "Multicast" },
    { "239.255.255.255", "Multicast" },
    { "240.0.0.0", "Reserved" },
    { "255.255.255.254", "Reserved" },
    { "255.255.255.255", "Limited Broadcast" },

    { "::", "Unspecified Address" },
    { "::1", "Loopback Address" },
    { "::2", "IPv4-compatible Address (deprecated)" },
    { "::8.8.8.8", "IPv4-compatible Address (deprecated)" },
    { "::127.0.0.1", "IPv4-compatible Address (deprecated)" },
    { "::1:0:0", "not allocated for global unicast" },
    { "::ffff:8.8.8.8", "IPv4-mapped Address" },
    { "::ffff:127.0.0.1", "IPv4-mapped Address" },
    { "::fffe:8.8.8.8", "not allocated for global unicast" },
    { "::ffff:0:8.8.8.8", "not allocated for global unicast" },
    { "64:ff9b::8.8.8.8", NULL },
    { "64:ff9b::192.0.0.9", NULL },
    { "64:ff9b::", "This network" },
    { "64:ff9b::10.0.0.1", "Private-Use" },
    { "64:ff9b::127.0.0.1", "Loopback" },
    { "64:ff9b::169.254.169.254", "Link Local" },
    { "64:ff9b::ffff:ffff", "Limited Broadcast" },
    { "64:ff9b:0:0:0:1::", "not allocated for global unicast" },
    { "64:ff9b:1::", "IPv4-IPv6 Translat. (local use)" },
    { "64:ff9b:1:ffff::8.8.8.8", "IPv4-IPv6 Translat. (local use)" },
    { "64:ff9b:2::", "not allocated for global unicast" },
    { "100::", "Discard-Only Address Block" },
    { "100::ffff:ffff:ffff:ffff", "Discard-Only Address Block" },
    { "100:0:0:1::", "Dummy IPv6 Prefix" },
    { "100:0:0:2::", "not allocated for global unicast" },
    { "1fff:ffff::", "not allocated for global unicast" },
    { "2000::", NULL },
    { "2001::", "TEREDO" },
    { "2001:0:4136:e378:8000:63bf:3fff:fdd2", "TEREDO" },
    { "2001:1::", "IETF Protocol Assignments" },
    { "2001:1::1", NULL },
    { "2001:1::2", NULL },
    { "2001:1::3", NULL },
    { "2001:1::4", "IETF Protocol Assignments" },
    { "2001:2::", "Benchmarking" },
    { "2001:2:0:ffff::", "Benchmarking" },
    { "2001:2:1::", "IETF Protocol Assignments" },
    { "2001:3::", NULL },
    { "2001:3:ffff::", NULL },
    { "2001:4::", "IETF Protocol Assignments" },
    { "2001:4:112::", NULL },
    { "2001:4:113::", "IETF Protocol Assignments" },
    { "2001:f:ffff::", "IETF Protocol Assignments" },
    { "2001:10::", "Deprecated (ORCHID)" },
    { "2001:1f:ffff::", "Deprecated (ORCHID)" },
    { "2001:20::", NULL },
    { "2001:2f:ffff::", NULL },
    { "2001:30::", NULL },
    { "2001:3f:ffff::", NULL },
    { "2001:40::", "IETF Protocol Assignments" },
    { "2001:1ff:ffff::", "IETF Protocol Assignments" },
    { "2001:200::", NULL },
    { "2001:db7:ffff::", NULL },
    { "2001:db8::", "Documentation" },
    { "2001:db8:ffff:ffff::", "Documentation" },
    { "2001:db9::", NULL },
    { "2001:4860:4860::8888", NULL },
    { "2002::", "6to4" },
    { "2002:808:808::1", "6to4" },
    { "2002:7f00:1::1", "6to4" },
    { "2003::", NULL },
    { "2620:4f:8000::1", NULL },
    { "3ffe:ffff::", NULL },
    { "3fff::", "Documentation" },
    { "3fff:fff::", "Documentation" },
    { "3fff:1000::", NULL },
    { "3fff:ffff::", NULL },
    { "4000::", "not allocated for global unicast" },
    { "5f00::1", "Segment Routing (SRv6) SIDs" },
    { "5f01::1", "not allocated for global unicast" },
    { "fbff::", "not allocated for global unicast" },
    { "fc00::", "Unique-Local" },
    { "fd00::1", "Unique-Local" },
    { "fdff:ffff::", "Unique-Local" },
    { "fe00::", "not allocated for global unicast" },
    { "fe80::1", "Link-Local Unicast" },
    { "febf:ffff::", "Link-Local Unicast" },
    { "fec0::1", "Site-Local Unicast (deprecated)" },
    { "feff:ffff::", "Site-Local Unicast (deprecated)" },
    { "ff00::", "Multicast" },
    { "ff02::1", "Multicast" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "Multicast" },
};


static const char  *bad_addresses[] = {
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "010.0.0.1",
    "0x7f.0.0.1", "127.1", "2130706433", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4:80",
    "1.2.3.4/32", "[::1]", "fe80::1%eth0", ":", ":::", "1::2::3",
    "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3.400", "localhost",
    "0000:0000:0000:0000:0000:0000:0000:0000:0000:00000",
};


static const char  *bad_cidrs[] = {
    "", "/", "/8", "0.0.0.0/", "::/", "10.0.0.0/",
    "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8",
    "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8", "10.0.0.0/8/8",
    "10.0.0.1/8", "10.0.0.0/4294967304", "128.0.0.0/0", "fd00::/129",
    "fd00::1/64", "fd00::/1", "10/8", "[fd00::]/8", "2001:db8::8000:0/97x",
};


static test_pool_t  in;


static int
setup(void **state)
{
    test_pool_init(&in);

    return 0;
}


static int
teardown(void **state)
{
    test_pool_reset(&in);

    return 0;
}


static mpic_address_t
address(const char *text)
{
    mpic_str_t      s;
    mpic_address_t  a;

    s = test_strz(&in, text);
    assert_int_equal(mpic_address_parse(&s, &a), 0);

    return a;
}


static mpic_cidr_t
cidr(const char *text)
{
    mpic_str_t   s;
    mpic_cidr_t  c;

    s = test_strz(&in, text);
    assert_int_equal(mpic_cidr_parse(&s, &c), 0);

    return c;
}


static void
test_special(void **state)
{
    size_t           i;
    const char      *name;
    mpic_address_t   a;

    for (i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
        a = address(specials[i].address);
        name = mpic_address_special(&a);

        if (name == NULL || specials[i].name == NULL) {
            if (name != specials[i].name) {
                fail_msg("%s: %s", specials[i].address, name);
            }

            continue;
        }

        if (strcmp(name, specials[i].name) != 0) {
            fail_msg("%s: %s", specials[i].address, name);
        }

        assert_ptr_equal(mpic_address_refused(NULL, &a), name);
    }
}


static void
test_parse(void **state)
{
    size_t          i;
    mpic_str_t      s;
    mpic_address_t  a;

    for (i = 0; i < sizeof(bad_addresses) / sizeof(bad_addresses[0]); i++) {
        s = test_strz(&in, bad_addresses[i]);

        if (mpic_address_parse(&s, &a) == 0) {
            fail_msg("%s is accepted", bad_addresses[i]);
        }
    }

    s = test_str(&in, "1.2.3.4\0", 8);
    assert_int_equal(mpic_address_parse(&s, &a), -1);

    s = (mpic_str_t) mpic_null_str;
    assert_int_equal(mpic_address_parse(&s, &a), -1);

    a = address("1.2.3.4");
    assert_int_equal(a.version, 4);
    assert_memory_equal(a.octets, "\1\2\3\4\0\0\0\0\0\0\0\0\0\0\0\0", 16);

    a = address("1::2");
    assert_int_equal(a.version, 6);
    assert_memory_equal(a.octets, "\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\2", 16);
}


static void
test_text(void **state)
{
    char            text[MPIC_ADDRESS_TEXT_MAX];
    size_t          i;
    mpic_address_t  a;

    /* RFC 5952 */
    static const char  *texts[][2] = {
        { "192.0.2.1", "192.0.2.1" },
        { "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
        { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
        { "2001:0db8::0001", "2001:db8::1" },
        { "::FFFF:192.0.2.1", "::ffff:192.0.2.1" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        a = address(texts[i][0]);
        assert_int_equal(mpic_address_text(&a, text), strlen(texts[i][1]));
        assert_string_equal(text, texts[i][1]);
    }
}


static void
test_cidr(void **state)
{
    size_t       i;
    mpic_str_t   s;
    mpic_cidr_t  c;

    for (i = 0; i < sizeof(bad_cidrs) / sizeof(bad_cidrs[0]); i++) {
        s = test_strz(&in, bad_cidrs[i]);

        if (mpic_cidr_parse(&s, &c) == 0) {
            fail_msg("%s is accepted", bad_cidrs[i]);
        }
    }

    assert_int_equal(cidr("0.0.0.0/0").bits, 0);
    assert_int_equal(cidr("10.0.0.0/8").bits, 8);
    assert_int_equal(cidr("10.1.2.3").bits, 32);
    assert_int_equal(cidr("10.1.2.3/32").bits, 32);
    assert_int_equal(cidr("192.0.2.128/25").bits, 25);
    assert_int_equal(cidr("::/0").bits, 0);
    assert_int_equal(cidr("::1").bits, 128);
    assert_int_equal(cidr("2001:db8::8000:0/97").bits, 97);
}


static void
test_policy(void **state)
{
    size_t                  i;
    mpic_cidr_t             allow[3], deny[3];
    mpic_address_t          a;
    mpic_address_policy_t   policy;

    static const special_case_t  cases[] = {
        /* allowed, over the registry and over "deny" */
        { "127.0.0.1", NULL },
        { "127.255.255.255", NULL },
        { "fd00:6d70::1", NULL },
        { "8.8.4.4", NULL },
        /* beside what is allowed */
        { "126.0.0.1", NULL },
        { "10.0.0.1", "Private-Use" },
        { "fd00:6d71::1", "Unique-Local" },
        { "::1", "Loopback Address" },
        /* an allowed IPv4 address in another form is not allowed */
        { "::ffff:127.0.0.1", "IPv4-mapped Address" },
        { "64:ff9b::127.0.0.2", "Loopback" },
        { "2002:7f00:1::", "6to4" },
        /* a denied one is denied through a translator */
        { "8.8.8.8", "denied by mpic_deny_address" },
        { "64:ff9b::8.8.8.8", "denied by mpic_deny_address" },
        { "64:ff9b::9.9.9.9", NULL },
        { "2001:4860::1", "denied by mpic_deny_address" },
        { "2001:4861::1", NULL },
    };

    allow[0] = cidr("127.0.0.0/8");
    allow[1] = cidr("fd00:6d70::/64");
    allow[2] = cidr("8.8.4.4");
    deny[0] = cidr("8.8.0.0/16");
    deny[1] = cidr("2001:4860::/32");
    deny[2] = cidr("127.0.0.1");

    policy.allow = allow;
    policy.nallow = 3;
    policy.deny = deny;
    policy.ndeny = 3;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        a = address(cases[i].address);

        if (cases[i].name == NULL) {
            assert_null(mpic_address_refused(&policy, &a));

        } else {
            assert_non_null(mpic_address_refused(&policy, &a));
            assert_string_equal(mpic_address_refused(&policy, &a),
                                cases[i].name);
        }
    }

    /* all of IPv4, and nothing of IPv6 */
    allow[0] = cidr("0.0.0.0/0");
    policy.nallow = 1;
    a = address("10.0.0.1");
    assert_null(mpic_address_refused(&policy, &a));
    a = address("::ffff:10.0.0.1");
    assert_non_null(mpic_address_refused(&policy, &a));

    memset(&policy, 0, sizeof(policy));
    a = address("10.0.0.1");
    assert_non_null(mpic_address_refused(&policy, &a));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_special, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parse, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cidr, setup, teardown),
        cmocka_unit_test_setup_teardown(test_policy, setup, teardown),
    };

    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
