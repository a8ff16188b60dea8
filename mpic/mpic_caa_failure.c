
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_caa_failure.h"
#include "mpic_dnssec.h"

#include <string.h>


/* how often a lookup must have been tried */
#define MPIC_CAA_TRIES  2


static const char *mpic_caa_failure_kind(const mpic_lookup_t *lookup);
static mpic_caa_failure_e mpic_caa_failure_alias(const mpic_lookup_t *cname,
    const char **reason);
static mpic_caa_failure_e mpic_caa_failure_proof(
    const mpic_caa_proof_t *proof, size_t n, size_t i, const char **reason,
    size_t *insecure);


mpic_caa_failure_e
mpic_caa_failure_judge(const mpic_lookup_t *lookups, size_t n, size_t i,
    const mpic_caa_proof_t *proof, const char **reason, size_t *insecure)
{
    mpic_caa_failure_e  alias, proven;

    if (proof == NULL || !proof->requested) {
        *reason = "the request does not allow it (allow_lookup_failure)";
        return MPIC_CAA_FAILURE_REFUSED;
    }

    if (!proof->allowed) {
        *reason = "this perspective does not allow it"
                  " (mpic_allow_caa_lookup_failure)";
        return MPIC_CAA_FAILURE_REFUSED;
    }

    *reason = mpic_caa_failure_kind(&lookups[i]);

    if (*reason != NULL) {
        return MPIC_CAA_FAILURE_REFUSED;
    }

    if (proof->ds == NULL || proof->cnames == NULL) {
        *reason = "it was not looked into";
        return MPIC_CAA_FAILURE_REFUSED;
    }

    /* the alias comes first: its refusal is final */

    alias = mpic_caa_failure_alias(&proof->cnames[i], reason);

    if (alias == MPIC_CAA_FAILURE_REFUSED) {
        return MPIC_CAA_FAILURE_REFUSED;
    }

    proven = mpic_caa_failure_proof(proof, n, i, reason, insecure);

    return (proven == MPIC_CAA_FAILURE_PERMITS) ? alias : proven;
}


/*
 * What there is about the lookup itself that forbids, or NULL.
 */

static const char *
mpic_caa_failure_kind(const mpic_lookup_t *lookup)
{
    if (!lookup->validating) {
        return "the resolver has not proven to validate";
    }

    if (lookup->state == MPIC_LOOKUP_ANSWERED) {

        if (lookup->answer.rcode != MPIC_DNS_SERVFAIL) {
            return "it is the resolver that refuses to answer";
        }

        if (mpic_lookup_dnssec(lookup) == MPIC_DNSSEC_BOGUS) {
            return "the data is bogus (DNSSEC)";
        }

    } else if (lookup->fault) {
        return "it is the resolver that could not be reached or understood";
    }

    if (lookup->asked < MPIC_CAA_TRIES) {
        return "it was not tried again";
    }

    return NULL;
}


/*
 * An alias that cannot be looked up either is not one that leads out of a zone
 * that answers.
 */

static mpic_caa_failure_e
mpic_caa_failure_alias(const mpic_lookup_t *cname, const char **reason)
{
    if (cname->type == 0) {
        *reason = "it was not looked into";
        return MPIC_CAA_FAILURE_REFUSED;
    }

    if (cname->state == MPIC_LOOKUP_PENDING) {
        return MPIC_CAA_FAILURE_OPEN;
    }

    if (mpic_lookup_usable(cname)
        && (cname->answer.nrecords != 0 || cname->answer.ncname_chain != 0))
    {
        *reason = "the name is an alias, and the zone it leads to is not"
                  " proven to be unsigned";
        return MPIC_CAA_FAILURE_REFUSED;
    }

    if (mpic_lookup_dnssec(cname) == MPIC_DNSSEC_BOGUS) {
        *reason = "the data is bogus (DNSSEC)";
        return MPIC_CAA_FAILURE_REFUSED;
    }

    if (!mpic_lookup_usable(cname)
        && (cname->fault || (cname->state == MPIC_LOOKUP_ANSWERED
                             && cname->answer.rcode != MPIC_DNS_SERVFAIL)))
    {
        *reason = "the resolver does not say whether the name is an alias";
        return MPIC_CAA_FAILURE_REFUSED;
    }

    return MPIC_CAA_FAILURE_PERMITS;
}


/*
 * A delegation at or above the name: below it all is unsigned.
 */

static mpic_caa_failure_e
mpic_caa_failure_proof(const mpic_caa_proof_t *proof, size_t n, size_t i,
    const char **reason, size_t *insecure)
{
    int                   open;
    size_t                j;
    const mpic_lookup_t  *ds;

    open = 0;
    *reason = "no delegation above the name is proven to be unsigned";

    for (j = i; j < n; j++) {
        ds = &proof->ds[j];

        if (ds->type == 0) {
            continue;
        }

        if (ds->state == MPIC_LOOKUP_PENDING) {
            open = 1;

        } else if (mpic_lookup_usable(ds) && ds->validating
                   && proof->insecure[j])
        {
            *reason = proof->why[j];
            *insecure = j;
            return MPIC_CAA_FAILURE_PERMITS;
        }
    }

    return open ? MPIC_CAA_FAILURE_OPEN : MPIC_CAA_FAILURE_REFUSED;
}


int
mpic_caa_failure_show(mpic_pool_t *pool, const mpic_lookup_t *lookups,
    size_t last, int permission, const char *reason,
    const mpic_str_t *insecure, mpic_lookup_failure_t *failure)
{
    size_t                 i;
    mpic_failed_lookup_t  *failed;

    memset(failure, 0, sizeof(mpic_lookup_failure_t));

    failure->lookups = mpic_pcalloc(pool, (last + 1)
                                          * sizeof(mpic_failed_lookup_t));
    if (failure->lookups == NULL) {
        return -1;
    }

    for (i = 0; i <= last; i++) {

        if (mpic_lookup_usable(&lookups[i])) {
            continue;
        }

        failed = &failure->lookups[failure->nlookups++];

        failed->name = lookups[i].name;
        failed->asked = lookups[i].asked;
        failed->dnssec = mpic_lookup_dnssec(&lookups[i]);

        if (mpic_lookup_reason(pool, &lookups[i], &failed->error) != 0) {
            return -1;
        }
    }

    failure->met = 1;
    failure->permission = (permission != 0);
    failure->reason.data = reason;
    failure->reason.len = strlen(reason);

    if (insecure != NULL) {
        failure->insecure = *insecure;
    }

    return 0;
}
