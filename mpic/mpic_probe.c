
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_probe.h"


static int mpic_probe_good(mpic_pool_t *pool, const mpic_lookup_t *good,
    mpic_str_t *why);
static int mpic_probe_gone(const mpic_lookup_t *plain);
static int mpic_probe_said(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_str_t *said);
static int mpic_probe_unproven(mpic_pool_t *pool,
    const mpic_probe_bad_t *bad, mpic_str_t *why);
static int mpic_probe_result(int rc, mpic_probe_e result);


int
mpic_probe_judge(mpic_pool_t *pool, const mpic_lookup_t *good,
    const mpic_probe_bad_t *bad, size_t nbad, mpic_str_t *why)
{
    int                   rc;
    size_t                i, proven;
    const mpic_lookup_t  *plain;

    rc = mpic_probe_good(pool, good, why);
    if (rc != MPIC_PROBE_PASSED) {
        return rc;
    }

    proven = 0;

    for (i = 0; i < nbad; i++) {
        plain = &bad[i].plain;

        if (mpic_probe_gone(plain)) {
            continue;
        }

        if (mpic_lookup_usable(plain)
            && plain->answer.rcode == MPIC_DNS_NXDOMAIN)
        {
            rc = mpic_str_printf(pool, why, "it answers that %s does not exist"
                                 " (NXDOMAIN), not authenticated: the name"
                                 " was given up, or it does not validate",
                                 plain->name.data);

            return mpic_probe_result(rc, MPIC_PROBE_FAILED);
        }

        if (mpic_lookup_usable(plain)) {
            rc = mpic_str_printf(pool, why, "it answers for %s, which does"
                                 " not validate%s", plain->name.data,
                                 plain->answer.ad ? ", and says that it does"
                                                  : "");

            return mpic_probe_result(rc, MPIC_PROBE_FAILED);
        }

        if (plain->state == MPIC_LOOKUP_ANSWERED
            && plain->answer.rcode == MPIC_DNS_SERVFAIL
            && mpic_lookup_usable(&bad[i].cd))
        {
            proven++;
        }
    }

    if (proven == 0) {
        return mpic_probe_unproven(pool, bad, why);
    }

    rc = mpic_str_printf(pool, why, "%s is authenticated, and what does not"
                         " validate is refused", good->name.data);

    return mpic_probe_result(rc, MPIC_PROBE_PASSED);
}


static int
mpic_probe_good(mpic_pool_t *pool, const mpic_lookup_t *good,
    mpic_str_t *why)
{
    int         rc;
    mpic_str_t  reason;

    if (!mpic_lookup_usable(good)) {
        rc = mpic_lookup_reason(pool, good, &reason);

        if (rc == 0) {
            rc = mpic_str_printf(pool, why, "%s, which is signed, cannot be"
                                 " looked up: %s", good->name.data,
                                 reason.data);
        }

        return mpic_probe_result(rc, MPIC_PROBE_FAILED);
    }

    if (good->answer.rcode != MPIC_DNS_NOERROR) {
        rc = mpic_str_printf(pool, why, "%s, which is signed, does not exist"
                             " (NXDOMAIN)", good->name.data);

        return mpic_probe_result(rc, MPIC_PROBE_FAILED);
    }

    if (!good->answer.ad) {
        rc = mpic_str_printf(pool, why, "the answer for %s, which is signed,"
                             " is not authenticated (no AD flag)",
                             good->name.data);

        return mpic_probe_result(rc, MPIC_PROBE_FAILED);
    }

    return MPIC_PROBE_PASSED;
}


/*
 * A name that was given up, which the zone above it proves: nothing is wrong
 * with the resolver, and nothing is shown by it.
 */

static int
mpic_probe_gone(const mpic_lookup_t *plain)
{
    return mpic_lookup_usable(plain) && plain->answer.ad
           && plain->answer.rcode == MPIC_DNS_NXDOMAIN;
}


static int
mpic_probe_said(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_str_t *said)
{
    if (!mpic_lookup_usable(lookup)) {
        return mpic_lookup_reason(pool, lookup, said);
    }

    return mpic_str_printf(pool, said,
                           lookup->answer.rcode == MPIC_DNS_NXDOMAIN
                           ? "it does not exist (NXDOMAIN)" : "an answer");
}


static int
mpic_probe_unproven(mpic_pool_t *pool, const mpic_probe_bad_t *bad,
    mpic_str_t *why)
{
    int         rc;
    mpic_str_t  plain, cd;

    rc = mpic_probe_said(pool, &bad[0].plain, &plain);

    if (rc == 0) {
        rc = mpic_probe_said(pool, &bad[0].cd, &cd);
    }

    if (rc == 0) {
        rc = mpic_str_printf(pool, why, "no name that does not validate can"
                             " be had; %s: %s, and with CD set: %s",
                             bad[0].plain.name.data, plain.data, cd.data);
    }

    return mpic_probe_result(rc, MPIC_PROBE_UNPROVEN);
}


static int
mpic_probe_result(int rc, mpic_probe_e result)
{
    return (rc == 0) ? (int) result : -1;
}


int
mpic_probe_update(mpic_probe_t *probe, mpic_probe_e result, int64_t now)
{
    int  changed;

    probe->tested = now;

    if (result == MPIC_PROBE_PASSED) {
        probe->proven = now;

    } else if (result == MPIC_PROBE_UNPROVEN
               && probe->state == MPIC_PROBE_PASSED
               && now - probe->proven < MPIC_PROBE_HOLDS)
    {
        result = MPIC_PROBE_PASSED;

    } else {
        result = MPIC_PROBE_FAILED;
    }

    changed = (probe->state != result);

    if (changed) {
        probe->state = result;
        probe->since = now;
    }

    return changed;
}
