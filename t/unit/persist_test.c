
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_persist.h"


#define NOW      1700000000
#define ACCOUNT  "https://ca.example/acct/1"
#define GOOD     "ca.example; accounturi=" ACCOUNT

#define OCTETS(literal)  { sizeof(literal) - 1, literal }


typedef struct {
    mpic_str_t      value;
    mpic_persist_e  verdict;
} persist_case_t;


static test_pool_t        tp;
static mpic_target_t      target;
static mpic_persist_t     persist;
static mpic_dcv_params_t  params;


/* BR 3.2.2.4.22 */

static const persist_case_t  cases[] = {
    { OCTETS(GOOD), MPIC_PERSIST_COUNTS },
    { OCTETS(" ca.example ;\taccounturi\t= " ACCOUNT " "),
      MPIC_PERSIST_COUNTS },

    /* the syntax of an issue-value */

    { OCTETS(""), MPIC_PERSIST_ISSUER },
    { OCTETS(";"), MPIC_PERSIST_ISSUER },
    { OCTETS("; accounturi=" ACCOUNT), MPIC_PERSIST_ISSUER },
    { OCTETS("v=spf1 -all"), MPIC_PERSIST_MALFORMED },
    { OCTETS("ca.example accounturi=" ACCOUNT), MPIC_PERSIST_MALFORMED },
    { OCTETS(GOOD ";"), MPIC_PERSIST_MALFORMED },
    { OCTETS(GOOD "; "), MPIC_PERSIST_MALFORMED },
    { OCTETS(GOOD "\n"), MPIC_PERSIST_MALFORMED },
    { OCTETS(GOOD "\0"), MPIC_PERSIST_MALFORMED },
    { OCTETS(GOOD " x"), MPIC_PERSIST_MALFORMED },
    { OCTETS("\"" GOOD "\""), MPIC_PERSIST_MALFORMED },
    { OCTETS("ca.example.; accounturi=" ACCOUNT), MPIC_PERSIST_MALFORMED },
    { OCTETS("ca..example; accounturi=" ACCOUNT), MPIC_PERSIST_MALFORMED },

    /* the issuer, both sides normalised */

    { OCTETS("CA.Example; accounturi=" ACCOUNT), MPIC_PERSIST_COUNTS },
    { OCTETS("XN--Bcher-KVA.example; accounturi=" ACCOUNT),
      MPIC_PERSIST_COUNTS },
    { OCTETS("other.example; accounturi=" ACCOUNT), MPIC_PERSIST_ISSUER },
    { OCTETS("a.ca.example; accounturi=" ACCOUNT), MPIC_PERSIST_ISSUER },
    { OCTETS("example; accounturi=" ACCOUNT), MPIC_PERSIST_ISSUER },
    { OCTETS("xn--a; accounturi=" ACCOUNT), MPIC_PERSIST_ISSUER },

    /* the account, once, octet for octet */

    { OCTETS("ca.example"), MPIC_PERSIST_NO_ACCOUNT },
    { OCTETS("ca.example; x=" ACCOUNT), MPIC_PERSIST_NO_ACCOUNT },
    { OCTETS("ca.example; accounturi="), MPIC_PERSIST_ACCOUNT },
    { OCTETS("ca.example; accounturi=" ACCOUNT "0"), MPIC_PERSIST_ACCOUNT },
    { OCTETS("ca.example; accounturi=HTTPS://ca.example/acct/1"),
      MPIC_PERSIST_ACCOUNT },
    { OCTETS("ca.example; accounturi=https://CA.example/acct/1"),
      MPIC_PERSIST_ACCOUNT },
    { OCTETS("ca.example; accounturi=https://ca.example/acct/%31"),
      MPIC_PERSIST_ACCOUNT },
    { OCTETS("ca.example; accounturi=https://ca.example/acct/1/"),
      MPIC_PERSIST_ACCOUNT },
    { OCTETS(GOOD "; accounturi=" ACCOUNT), MPIC_PERSIST_ACCOUNTS },
    { OCTETS(GOOD "; accounturi="), MPIC_PERSIST_ACCOUNTS },
    { OCTETS(GOOD "; AccountURI=" ACCOUNT), MPIC_PERSIST_ACCOUNTS },
    { OCTETS("ca.example; AccountURI=" ACCOUNT), MPIC_PERSIST_COUNTS },

    /* the last second counts, the next does not */

    { OCTETS(GOOD "; persistUntil=1700000000"), MPIC_PERSIST_COUNTS },
    { OCTETS("ca.example; persistUntil=1700000001; accounturi=" ACCOUNT),
      MPIC_PERSIST_COUNTS },
    { OCTETS(GOOD "; persistuntil=1699999999"), MPIC_PERSIST_OVER },
    { OCTETS(GOOD "; PERSISTUNTIL=0"), MPIC_PERSIST_OVER },
    { OCTETS(GOOD "; persistUntil=170000000"), MPIC_PERSIST_OVER },
    { OCTETS(GOOD "; persistUntil=00000000000000000000000001700000000"),
      MPIC_PERSIST_COUNTS },
    { OCTETS(GOOD "; persistUntil=9223372036854775807"),
      MPIC_PERSIST_COUNTS },
    { OCTETS(GOOD "; persistUntil=9223372036854775808"),
      MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=18446744075409551616"),
      MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=99999999999999999999999999999999999999"),
      MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil="), MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=-1"), MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=+1800000000"), MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=1800000000.5"), MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=0x7fffffff"), MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=18e8"), MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=2030-01-01T00:00:00Z"),
      MPIC_PERSIST_NO_TIME },
    { OCTETS(GOOD "; persistUntil=1800000000; persistUntil=1800000000"),
      MPIC_PERSIST_TIMES },
    { OCTETS(GOOD "; persistUntil=1800000000; PersistUntil=1"),
      MPIC_PERSIST_TIMES },

    /* what is not known is ignored, even twice */

    { OCTETS("ca.example; x=1; accounturi=" ACCOUNT "; x=2; y="),
      MPIC_PERSIST_COUNTS },
    { OCTETS(GOOD "; policy=other; policy=wildcard"), MPIC_PERSIST_COUNTS },
};


/* the draft's rule, for a wildcard */

static const persist_case_t  policies[] = {
    { OCTETS(GOOD), MPIC_PERSIST_POLICY },
    { OCTETS(GOOD "; policy=wildcard"), MPIC_PERSIST_COUNTS },
    { OCTETS(GOOD "; Policy=Wildcard"), MPIC_PERSIST_COUNTS },
    { OCTETS(GOOD "; policy=other"), MPIC_PERSIST_POLICY },
    { OCTETS(GOOD "; policy="), MPIC_PERSIST_POLICY },
    { OCTETS(GOOD "; policy=wildcards"), MPIC_PERSIST_POLICY },
    { OCTETS(GOOD "; policy=wildcard; policy=wildcard"),
      MPIC_PERSIST_POLICY },
    { OCTETS(GOOD "; policy=wildcard; persistUntil=1"), MPIC_PERSIST_OVER },
    { OCTETS("ca.example; policy=wildcard"), MPIC_PERSIST_NO_ACCOUNT },
};


static int
init(int wildcard, int policy)
{
    static mpic_str_t  issuers[] = {
        mpic_str("not a name"), mpic_str("Ca.Example."),
        mpic_str("b\xc3\xbc" "cher.example")
    };

    memset(&params, 0, sizeof(params));
    memset(&target, 0, sizeof(target));

    params.issuers = issuers;
    params.nissuers = 3;
    params.account_uri.data = ACCOUNT;
    params.account_uri.len = sizeof(ACCOUNT) - 1;
    params.wildcard_policy = (policy != 0);
    target.wildcard = (wildcard != 0);

    return mpic_persist_init(&tp.pool, &target, &params, NOW, &persist);
}


static mpic_persist_e
judge(const mpic_str_t *value)
{
    mpic_str_t      copy;
    mpic_persist_e  verdict;

    copy = test_str(&tp, value->data, value->len);

    assert_int_equal(mpic_persist_judge(&tp.pool, &persist, &copy, &verdict),
                     0);
    assert_true(mpic_persist_why(verdict)[0] != '\0');

    return verdict;
}


static void
check(const persist_case_t *c, size_t n)
{
    size_t          i;
    mpic_persist_e  got;

    for (i = 0; i < n; i++) {
        got = judge(&c[i].value);

        if (got != c[i].verdict) {
            fail_msg("\"%s\": got \"%s\", expected \"%s\"", c[i].value.data,
                     mpic_persist_why(got), mpic_persist_why(c[i].verdict));
        }
    }
}


static void
test_cases(void **state)
{
    assert_int_equal(init(0, 0), 0);
    assert_int_equal(persist.nissuers, 2);
    check(cases, sizeof(cases) / sizeof(cases[0]));

    /* the Baseline Requirements have no rule of their own for a wildcard */

    assert_int_equal(init(1, 0), 0);
    check(cases, sizeof(cases) / sizeof(cases[0]));

    assert_int_equal(init(0, 1), 0);
    check(cases, sizeof(cases) / sizeof(cases[0]));

    test_pool_reset(&tp);
}


static void
test_policies(void **state)
{
    assert_int_equal(init(1, 1), 0);
    check(policies, sizeof(policies) / sizeof(policies[0]));

    test_pool_reset(&tp);
}


static void
test_nobody(void **state)
{
    mpic_str_t  value = OCTETS(GOOD);

    assert_int_equal(init(0, 0), 0);
    params.nissuers = 0;
    assert_int_equal(mpic_persist_init(&tp.pool, &target, &params, NOW,
                                       &persist), 0);
    assert_int_equal(judge(&value), MPIC_PERSIST_ISSUER);

    assert_int_equal(init(0, 0), 0);
    params.account_uri.len = 0;
    assert_int_equal(judge(&value), MPIC_PERSIST_ACCOUNT);

    value.data = "ca.example; accounturi=";
    value.len = strlen(value.data);
    assert_int_equal(judge(&value), MPIC_PERSIST_ACCOUNT);

    test_pool_reset(&tp);
}


static int
run(void)
{
    mpic_persist_e           verdict;
    static const mpic_str_t  value = OCTETS(GOOD);

    if (init(0, 0) != 0) {
        return -1;
    }

    return mpic_persist_judge(&tp.pool, &persist, &value, &verdict);
}


static void
test_memory(void **state)
{
    test_pool_exhaust(&tp, run(), 0);
    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
