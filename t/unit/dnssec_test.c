
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * RFC 4035 section 4.3, BR 3.2.2.8.1: the DNSSEC status of a question and of a
 * check.
 */


#include "test_pool.h"
#include "mpic_dnssec.h"


#define PENDING    MPIC_LOOKUP_PENDING
#define ANSWERED   MPIC_LOOKUP_ANSWERED
#define FAILED     MPIC_LOOKUP_FAILED


typedef struct {
    mpic_lookup_state_e  state;
    int                  rcode;
    unsigned             ad:1;
    unsigned             validating:1;
    unsigned             bogus:1;
    /* 0 for none */
    int                  ede;
    size_t               nrecords;
} said_t;


static const struct {
    said_t         said;
    mpic_dnssec_e  status;
} cases[] = {
    { { ANSWERED, MPIC_DNS_NOERROR, 1, 1, 0, 0, 1 }, MPIC_DNSSEC_SECURE },
    { { ANSWERED, MPIC_DNS_NXDOMAIN, 1, 1, 0, 0, 0 }, MPIC_DNSSEC_SECURE },
    { { ANSWERED, MPIC_DNS_NOERROR, 1, 0, 0, 0, 0 }, MPIC_DNSSEC_SECURE },

    /* who has proven to validate would not have answered */
    { { ANSWERED, MPIC_DNS_NOERROR, 0, 1, 0, 0, 1 }, MPIC_DNSSEC_INSECURE },
    { { ANSWERED, MPIC_DNS_NXDOMAIN, 0, 1, 0, 0, 0 }, MPIC_DNSSEC_INSECURE },
    { { ANSWERED, MPIC_DNS_NOERROR, 0, 0, 0, 0, 1 },
      MPIC_DNSSEC_INDETERMINATE },
    { { ANSWERED, MPIC_DNS_NXDOMAIN, 0, 0, 0, 0, 0 },
      MPIC_DNSSEC_INDETERMINATE },

    /* SERVFAIL that disappears with CD, or says why */
    { { ANSWERED, MPIC_DNS_SERVFAIL, 0, 1, 1, 0, 0 }, MPIC_DNSSEC_BOGUS },
    { { ANSWERED, MPIC_DNS_SERVFAIL, 0, 0, 1, 0, 0 }, MPIC_DNSSEC_BOGUS },
    { { ANSWERED, MPIC_DNS_SERVFAIL, 0, 1, 0, 6, 0 }, MPIC_DNSSEC_BOGUS },
    { { ANSWERED, MPIC_DNS_SERVFAIL, 0, 0, 0, 12, 0 }, MPIC_DNSSEC_BOGUS },
    { { ANSWERED, MPIC_DNS_SERVFAIL, 0, 1, 0, 5, 0 },
      MPIC_DNSSEC_INDETERMINATE },
    { { ANSWERED, MPIC_DNS_SERVFAIL, 0, 1, 0, 13, 0 },
      MPIC_DNSSEC_INDETERMINATE },
    { { ANSWERED, MPIC_DNS_SERVFAIL, 0, 1, 0, 22, 0 },
      MPIC_DNSSEC_INDETERMINATE },
    { { ANSWERED, MPIC_DNS_SERVFAIL, 1, 1, 0, 0, 0 },
      MPIC_DNSSEC_INDETERMINATE },
    /* an answer with that error is an answer */
    { { ANSWERED, MPIC_DNS_NOERROR, 0, 1, 0, 6, 1 }, MPIC_DNSSEC_INSECURE },

    { { ANSWERED, MPIC_DNS_REFUSED, 1, 1, 0, 0, 0 },
      MPIC_DNSSEC_INDETERMINATE },
    { { ANSWERED, MPIC_DNS_REFUSED, 0, 1, 0, 9, 0 },
      MPIC_DNSSEC_INDETERMINATE },
    { { FAILED, MPIC_DNS_NOERROR, 1, 1, 0, 0, 0 },
      MPIC_DNSSEC_INDETERMINATE },
    { { PENDING, MPIC_DNS_NOERROR, 1, 1, 0, 0, 0 },
      MPIC_DNSSEC_INDETERMINATE },
};


static void
lookup(mpic_lookup_t *l, const said_t *said)
{
    static const mpic_str_t   text = mpic_str("text");
    static mpic_dns_record_t  record;

    memset(l, 0, sizeof(mpic_lookup_t));

    l->state = said->state;
    l->validating = said->validating;
    l->bogus = said->bogus;
    l->answer.rcode = said->rcode;
    l->answer.ad = said->ad;
    l->answer.ede_code = said->ede ? said->ede : -1;
    l->answer.ede_text = text;
    l->answer.records = &record;
    l->answer.nrecords = said->nrecords;
}


static void
test_status(void **state)
{
    size_t         i;
    mpic_lookup_t  l;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lookup(&l, &cases[i].said);

        if (mpic_lookup_dnssec(&l) != cases[i].status) {
            fail_msg("%d: %s, not %s", (int) i,
                     mpic_dnssec_name(mpic_lookup_dnssec(&l)),
                     mpic_dnssec_name(cases[i].status));
        }
    }

    assert_string_equal(mpic_dnssec_name(MPIC_DNSSEC_SECURE), "secure");
    assert_string_equal(mpic_dnssec_name(MPIC_DNSSEC_INSECURE), "insecure");
    assert_string_equal(mpic_dnssec_name(MPIC_DNSSEC_BOGUS), "bogus");
    assert_string_equal(mpic_dnssec_name(MPIC_DNSSEC_INDETERMINATE),
                        "indeterminate");
    assert_null(mpic_dnssec_name(MPIC_DNSSEC_NONE));
}


static void
test_worse(void **state)
{
    size_t  i, j;

    static const mpic_dnssec_e  order[] = {
        MPIC_DNSSEC_NONE, MPIC_DNSSEC_SECURE, MPIC_DNSSEC_INSECURE,
        MPIC_DNSSEC_INDETERMINATE, MPIC_DNSSEC_BOGUS
    };

    for (i = 0; i < 5; i++) {
        for (j = 0; j < 5; j++) {
            assert_int_equal(mpic_dnssec_worse(order[i], order[j]),
                             order[i > j ? i : j]);
        }
    }
}


static const said_t  secure = { ANSWERED, 0, 1, 1, 0, 0, 1 };
static const said_t  none = { ANSWERED, 0, 1, 1, 0, 0, 0 };
static const said_t  insecure = { ANSWERED, 0, 0, 1, 0, 1, 1 };
static const said_t  bogus = { ANSWERED, MPIC_DNS_SERVFAIL, 0, 1, 1, 7, 0 };
static const said_t  failed = { ANSWERED, MPIC_DNS_SERVFAIL, 0, 1, 0, 22, 0 };
static const said_t  silent = { FAILED, 0, 0, 1, 0, 0, 0 };


static void
expect(const said_t *a, const said_t *b, int any, mpic_dnssec_e status,
    int ede)
{
    mpic_result_t  result;
    mpic_lookup_t  l[2];

    lookup(&l[0], a);
    lookup(&l[1], b);

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
    assert_int_equal(result.dnssec, MPIC_DNSSEC_NONE);

    if (any) {
        mpic_result_dnssec_any(&result, l, 2);

    } else {
        mpic_result_dnssec(&result, &l[0]);
        mpic_result_dnssec(&result, &l[1]);
    }

    assert_int_equal(result.dnssec, status);
    assert_int_equal(result.ede_code, ede);

    if (ede != -1) {
        assert_str_equal(result.ede_text, "text");
    }
}


/* the worst of what the outcome stands on */

static void
test_result(void **state)
{
    expect(&secure, &secure, 0, MPIC_DNSSEC_SECURE, -1);
    expect(&secure, &insecure, 0, MPIC_DNSSEC_INSECURE, 1);
    expect(&insecure, &secure, 0, MPIC_DNSSEC_INSECURE, 1);
    expect(&insecure, &bogus, 0, MPIC_DNSSEC_BOGUS, 7);
    expect(&bogus, &insecure, 0, MPIC_DNSSEC_BOGUS, 7);
    expect(&bogus, &failed, 0, MPIC_DNSSEC_BOGUS, 7);
    expect(&failed, &bogus, 0, MPIC_DNSSEC_BOGUS, 7);
    expect(&secure, &silent, 0, MPIC_DNSSEC_INDETERMINATE, -1);
    expect(&insecure, &silent, 0, MPIC_DNSSEC_INDETERMINATE, 1);

    /* A and AAAA: the one that failed was not needed */
    expect(&secure, &silent, 1, MPIC_DNSSEC_SECURE, -1);
    expect(&failed, &secure, 1, MPIC_DNSSEC_SECURE, -1);
    expect(&none, &insecure, 1, MPIC_DNSSEC_INSECURE, 1);
    expect(&secure, &insecure, 1, MPIC_DNSSEC_INSECURE, 1);
    expect(&none, &silent, 1, MPIC_DNSSEC_INDETERMINATE, -1);
    expect(&none, &none, 1, MPIC_DNSSEC_SECURE, -1);
    expect(&none, &bogus, 1, MPIC_DNSSEC_BOGUS, 7);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_worse),
        cmocka_unit_test(test_result),
    };

    return cmocka_run_group_tests_name("dnssec", tests, NULL, NULL);
}
