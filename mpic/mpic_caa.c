
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_caa.h"
#include "mpic_caa_report.h"
#include "mpic_dnssec.h"

#include <string.h>


typedef struct {
    mpic_pool_t             *pool;
    const mpic_lookup_t     *lookups;
    size_t                   nlookups;
    const mpic_caa_proof_t  *proof;

    /* why a failure is permission, and the level proven to be unsigned */
    const char              *reason;
    size_t                   insecure;

    mpic_result_t           *result;
} mpic_caa_climb_t;


static int mpic_caa_decided(mpic_caa_climb_t *climb, size_t last);
static int mpic_caa_refused(mpic_caa_climb_t *climb, size_t i);
static int mpic_caa_failed(mpic_caa_climb_t *climb, size_t i,
    const char *more);
static int mpic_caa_none(mpic_caa_climb_t *climb);
static int mpic_caa_found(mpic_pool_t *pool, mpic_caa_asked_t *asked,
    const mpic_str_t *domains, size_t ndomains, const mpic_lookup_t *lookup,
    mpic_result_t *result);
static int mpic_caa_domains(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, mpic_caa_asked_t *asked);


int
mpic_caa_nlevels(const mpic_target_t *target)
{
    int     n;
    size_t  i;

    n = 1;

    for (i = 0; i < target->name.len && n < MPIC_CAA_LEVELS_MAX; i++) {
        n += (target->name.data[i] == '.');
    }

    return n;
}


int
mpic_caa_levels(mpic_pool_t *pool, const mpic_target_t *target,
    mpic_lookup_t *lookups)
{
    int          n;
    mpic_str_t   name;
    const char  *dot;

    /* there is no CAA for an address */

    if (target->type != MPIC_TARGET_FQDN || target->name.len == 0) {
        return 0;
    }

    if (mpic_str_copy(pool, &name, target->name.data, target->name.len)
        != 0)
    {
        return -1;
    }

    for (n = 0; n < MPIC_CAA_LEVELS_MAX; n++) {

        memset(&lookups[n], 0, sizeof(mpic_lookup_t));

        lookups[n].state = MPIC_LOOKUP_PENDING;
        lookups[n].name = name;
        lookups[n].type = MPIC_DNS_CAA;

        dot = memchr(name.data, '.', name.len);
        if (dot == NULL) {
            return n + 1;
        }

        name.len -= (size_t) (dot + 1 - name.data);
        name.data = dot + 1;
    }

    /* no name has so many labels: nothing to ask, so nothing is permitted */

    return 0;
}


int
mpic_caa_judge(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_caa_params_t *params, const mpic_str_t *domains,
    size_t ndomains, const mpic_lookup_t *lookups, size_t nlookups,
    const mpic_caa_proof_t *proof, mpic_result_t *result)
{
    size_t                i;
    mpic_caa_climb_t      climb;
    mpic_caa_asked_t      asked;
    const mpic_lookup_t  *lookup;

    climb.pool = pool;
    climb.lookups = lookups;
    climb.nlookups = nlookups;
    climb.proof = proof;
    climb.reason = NULL;
    climb.insecure = 0;
    climb.result = result;

    for (i = 0; i < nlookups; i++) {
        lookup = &lookups[i];

        /* what a nearer level says comes first, whatever is known above */

        if (lookup->state == MPIC_LOOKUP_PENDING) {
            return 0;
        }

        if (!mpic_lookup_usable(lookup)) {

            switch (mpic_caa_failure_judge(lookups, nlookups, i, proof,
                                           &climb.reason, &climb.insecure))
            {
            case MPIC_CAA_FAILURE_OPEN:
                return 0;

            case MPIC_CAA_FAILURE_REFUSED:
                return mpic_caa_refused(&climb, i);

            case MPIC_CAA_FAILURE_PERMITS:
                continue;
            }
        }

        if (lookup->answer.nrecords != 0) {
            asked.params = params;
            asked.wildcard = target->wildcard;

            return (mpic_caa_decided(&climb, i) == 0)
                   ? mpic_caa_found(pool, &asked, domains, ndomains, lookup,
                                    result)
                   : -1;
        }
    }

    return mpic_caa_none(&climb);
}


/*
 * The outcome stands on the level that decides, by its number, and on those
 * below it.
 */

static int
mpic_caa_decided(mpic_caa_climb_t *climb, size_t last)
{
    size_t  i;

    for (i = 0; i <= last; i++) {
        mpic_result_dnssec(climb->result, &climb->lookups[i]);
    }

    if (climb->reason == NULL) {
        return 0;
    }

    return mpic_caa_failure_show(climb->pool, climb->lookups, last, 1,
                                 climb->reason,
                                 &climb->lookups[climb->insecure].name,
                                 &climb->result->failure);
}


/*
 * A level failed, and that is no permission.
 */

static int
mpic_caa_refused(mpic_caa_climb_t *climb, size_t i)
{
    mpic_str_t   more;
    const char  *reason;

    reason = climb->reason;
    more.data = "";

    /* evidence of the failure, and not of a permission below it */

    climb->reason = NULL;

    if (climb->proof != NULL && climb->proof->requested
        && mpic_str_printf(climb->pool, &more, "; this is not permission to"
                           " issue: %s", reason)
           != 0)
    {
        return -1;
    }

    if (mpic_caa_decided(climb, i) != 0
        || mpic_caa_failure_show(climb->pool, climb->lookups, i, 0, reason,
                                 NULL, &climb->result->failure)
           != 0)
    {
        return -1;
    }

    return mpic_caa_failed(climb, i, more.data);
}


static int
mpic_caa_failed(mpic_caa_climb_t *climb, size_t i, const char *more)
{
    mpic_str_t            reason;
    const mpic_lookup_t  *lookup;

    lookup = &climb->lookups[i];

    if (mpic_lookup_reason(climb->pool, lookup, &reason) != 0
        || mpic_result_error(climb->pool, climb->result,
                             MPIC_ERROR_CAA_LOOKUP,
                             "the CAA lookup of %.*s failed: %s%s",
                             (int) lookup->name.len, lookup->name.data,
                             reason.data, more)
           != 0)
    {
        return -1;
    }

    return 1;
}


static int
mpic_caa_none(mpic_caa_climb_t *climb)
{
    size_t                i, last;
    mpic_result_t        *result;
    const mpic_lookup_t  *lookups;

    static const mpic_str_t  unknown =
        mpic_str("the top-level domain does not exist");

    result = climb->result;
    lookups = climb->lookups;

    if (climb->nlookups == 0) {
        return (mpic_result_error(climb->pool, result, MPIC_ERROR_CAA_LOOKUP,
                                  "there is no CAA for this target")
                == 0) ? 1 : -1;
    }

    last = climb->nlookups - 1;

    if (mpic_caa_decided(climb, last) != 0) {
        return -1;
    }

    /* not even the top-level domain: the resolver cannot be believed */

    if (mpic_lookup_usable(&lookups[last])
        && lookups[last].answer.rcode == MPIC_DNS_NXDOMAIN)
    {
        result->failure.permission = 0;
        result->failure.reason = unknown;

        return mpic_caa_failed(climb, last, "");
    }

    result->completed = 1;
    result->passed = 1;

    /* whether there are records where a lookup failed, nobody knows */

    if (climb->reason != NULL) {
        return 1;
    }

    result->caa_present = 0;
    result->caa_ttl = lookups[0].answer.ttl;

    for (i = 1; i <= last; i++) {
        if (lookups[i].answer.ttl < result->caa_ttl) {
            result->caa_ttl = lookups[i].answer.ttl;
        }
    }

    return 1;
}


static int
mpic_caa_found(mpic_pool_t *pool, mpic_caa_asked_t *asked,
    const mpic_str_t *domains, size_t ndomains, const mpic_lookup_t *lookup,
    mpic_result_t *result)
{
    mpic_caa_verdict_t        verdict;
    const mpic_dns_answer_t  *answer;

    answer = &lookup->answer;

    if (mpic_caa_domains(pool, domains, ndomains, asked) != 0
        || mpic_caa_set_judge(pool, asked, answer->records,
                              answer->nrecords, &verdict)
           != 0
        || mpic_caa_report(pool, domains, ndomains, lookup, &verdict, result)
           != 0)
    {
        return -1;
    }

    result->records = answer->records;
    result->nrecords = answer->nrecords;
    result->found_at = lookup->name;
    result->caa_present = 1;
    result->caa_ttl = answer->ttl;
    result->completed = 1;
    result->passed = verdict.permitted;

    return 1;
}


/*
 * The issuer's names in canonical form.  One that is no name is left out: no
 * record can name it.
 */

static int
mpic_caa_domains(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, mpic_caa_asked_t *asked)
{
    int         rc;
    size_t      i;
    mpic_str_t  why;

    asked->domains = NULL;
    asked->ndomains = 0;

    if (ndomains == 0) {
        return 0;
    }

    asked->domains = mpic_pcalloc(pool, ndomains * sizeof(mpic_str_t));
    if (asked->domains == NULL) {
        return -1;
    }

    for (i = 0; i < ndomains; i++) {
        rc = mpic_name_canonical(pool, &domains[i],
                                 &asked->domains[asked->ndomains], &why);

        if (rc == -1) {
            return -1;
        }

        if (rc == 0) {
            asked->ndomains++;
        }
    }

    return 0;
}
