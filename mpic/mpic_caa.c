
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_caa.h"
#include "mpic_caa_set.h"
#include "mpic_dns_record.h"
#include "mpic_dnssec.h"

#include <string.h>


/* octets of "records_seen", and of "iodef" */
#define MPIC_CAA_SEEN_MAX  131072

/* octets of a record, and of an issuer's name, in an error's message */
#define MPIC_CAA_SHOWN     120


static void mpic_caa_dnssec(const mpic_lookup_t *lookups, size_t n,
    mpic_result_t *result);
static int mpic_caa_failed(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_result_t *result);
static int mpic_caa_none(const mpic_lookup_t *lookups, size_t nlookups,
    mpic_result_t *result);
static int mpic_caa_found(mpic_pool_t *pool, mpic_caa_asked_t *asked,
    const mpic_str_t *domains, size_t ndomains, const mpic_lookup_t *lookup,
    mpic_result_t *result);
static int mpic_caa_domains(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, mpic_caa_asked_t *asked);
static int mpic_caa_seen(mpic_pool_t *pool, const mpic_dns_answer_t *answer,
    mpic_result_t *result);
static int mpic_caa_iodef(mpic_pool_t *pool, const mpic_dns_answer_t *answer,
    mpic_result_t *result);
static int mpic_caa_forbidden(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_lookup_t *lookup,
    const mpic_caa_verdict_t *verdict, mpic_result_t *result);
static int mpic_caa_cause(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_caa_verdict_t *verdict, mpic_str_t *cause);


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
    mpic_result_t *result)
{
    size_t                i;
    mpic_caa_asked_t      asked;
    const mpic_lookup_t  *lookup;

    if (nlookups == 0) {
        if (mpic_result_error(pool, result, MPIC_ERROR_CAA_LOOKUP,
                              "there is no CAA for this target")
            != 0)
        {
            return -1;
        }

        return 1;
    }

    for (i = 0; i < nlookups; i++) {
        lookup = &lookups[i];

        /* what a nearer level says comes first, whatever is known above */

        if (lookup->state == MPIC_LOOKUP_PENDING) {
            return 0;
        }

        if (!mpic_lookup_usable(lookup)) {
            mpic_caa_dnssec(lookups, i + 1, result);

            return mpic_caa_failed(pool, lookup, result);
        }

        if (lookup->answer.nrecords != 0) {
            mpic_caa_dnssec(lookups, i + 1, result);

            asked.params = params;
            asked.wildcard = target->wildcard;

            return mpic_caa_found(pool, &asked, domains, ndomains, lookup,
                                  result);
        }
    }

    mpic_caa_dnssec(lookups, nlookups, result);

    lookup = &lookups[nlookups - 1];

    /* not even the top-level domain: the resolver cannot be believed */

    if (lookup->answer.rcode == MPIC_DNS_NXDOMAIN) {
        return mpic_caa_failed(pool, lookup, result);
    }

    return mpic_caa_none(lookups, nlookups, result);
}


/*
 * The outcome stands on the level that decides and on those below it.
 */

static void
mpic_caa_dnssec(const mpic_lookup_t *lookups, size_t n,
    mpic_result_t *result)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        mpic_result_dnssec(result, &lookups[i]);
    }
}


static int
mpic_caa_failed(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_result_t *result)
{
    mpic_str_t  reason;

    if (mpic_lookup_reason(pool, lookup, &reason) != 0
        || mpic_result_error(pool, result, MPIC_ERROR_CAA_LOOKUP,
                             "the CAA lookup of %.*s failed: %s",
                             (int) lookup->name.len, lookup->name.data,
                             reason.data)
           != 0)
    {
        return -1;
    }

    return 1;
}


static int
mpic_caa_none(const mpic_lookup_t *lookups, size_t nlookups,
    mpic_result_t *result)
{
    size_t  i;

    result->completed = 1;
    result->passed = 1;
    result->caa_present = 0;
    result->caa_ttl = lookups[0].answer.ttl;

    for (i = 1; i < nlookups; i++) {
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
        || mpic_caa_seen(pool, answer, result) != 0
        || mpic_caa_iodef(pool, answer, result) != 0)
    {
        return -1;
    }

    if (!verdict.permitted
        && mpic_caa_forbidden(pool, domains, ndomains, lookup, &verdict,
                              result)
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


/*
 * The texts of the set.  A set whose texts are too long in sum, which takes
 * thousands of octets that must be escaped, ends with the number of
 * those left out.
 */

static int
mpic_caa_seen(mpic_pool_t *pool, const mpic_dns_answer_t *answer,
    mpic_result_t *result)
{
    size_t       i, sum;
    mpic_str_t  *seen;

    seen = mpic_pcalloc(pool, answer->nrecords * sizeof(mpic_str_t));
    if (seen == NULL) {
        return -1;
    }

    sum = 0;

    for (i = 0; i < answer->nrecords; i++) {
        sum += answer->records[i].text.len;

        if (sum > MPIC_CAA_SEEN_MAX) {
            if (mpic_str_printf(pool, &seen[i], "... and %zu more",
                                answer->nrecords - i)
                != 0)
            {
                return -1;
            }

            i++;
            break;
        }

        seen[i] = answer->records[i].text;
    }

    result->records_seen = seen;
    result->nrecords_seen = i;

    return 0;
}


static int
mpic_caa_iodef(mpic_pool_t *pool, const mpic_dns_answer_t *answer,
    mpic_result_t *result)
{
    size_t                i, n, sum;
    mpic_str_t           *values;
    mpic_caa_property_t   property;

    static const mpic_str_t  iodef = mpic_str("iodef");

    values = NULL;
    n = 0;
    sum = 0;

    for (i = 0; i < answer->nrecords; i++) {

        if (mpic_caa_property(&answer->records[i], &property) != 0
            || !mpic_str_case_eq(&property.tag, &iodef))
        {
            continue;
        }

        if (values == NULL) {
            values = mpic_pcalloc(pool, (answer->nrecords - i)
                                        * sizeof(mpic_str_t));
            if (values == NULL) {
                return -1;
            }
        }

        if (mpic_dns_text(pool, &values[n], property.value.data,
                          property.value.len, property.value.len * 4)
            != 0)
        {
            return -1;
        }

        /* then "records_seen" is cut too, and says so */

        sum += values[n].len;

        if (sum > MPIC_CAA_SEEN_MAX) {
            break;
        }

        n++;
    }

    result->iodef = values;
    result->niodef = n;

    return 0;
}


static int
mpic_caa_forbidden(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_lookup_t *lookup,
    const mpic_caa_verdict_t *verdict, mpic_result_t *result)
{
    mpic_str_t         cause;
    const mpic_str_t  *text;

    if (mpic_caa_cause(pool, domains, ndomains, verdict, &cause) != 0) {
        return -1;
    }

    /* printable ASCII, as the DNS presentation form is */
    text = &verdict->record->text;

    return mpic_result_error(pool, result, MPIC_ERROR_CAA_FORBIDDEN,
                             "CAA at %.*s forbids issuance: %s"
                             " (found: %.*s%s)",
                             (int) lookup->name.len, lookup->name.data,
                             cause.data,
                             (text->len < MPIC_CAA_SHOWN)
                             ? (int) text->len : MPIC_CAA_SHOWN,
                             text->data,
                             (text->len > MPIC_CAA_SHOWN) ? "..." : "");
}


static int
mpic_caa_cause(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_caa_verdict_t *verdict, mpic_str_t *cause)
{
    mpic_str_t  issuer;

    if (verdict->cause == MPIC_CAA_UNKNOWN_CRITICAL) {
        return mpic_str_printf(pool, cause, "a critical property is not"
                               " known");
    }

    if (verdict->cause == MPIC_CAA_MALFORMED) {
        return mpic_str_printf(pool, cause, "no %s property has a value that"
                               " is well-formed (RFC 8659 section 4.2)",
                               verdict->tag);
    }

    if (ndomains == 0) {
        return mpic_str_printf(pool, cause, "no issuer domain name is given"
                               " or configured");
    }

    if (mpic_str_excerpt(pool, &issuer, domains[0].data, domains[0].len,
                         MPIC_CAA_SHOWN)
        != 0)
    {
        return -1;
    }

    if (ndomains > 1
        && mpic_str_printf(pool, &issuer, "%s or %zu more", issuer.data,
                           ndomains - 1)
           != 0)
    {
        return -1;
    }

    if (verdict->cause == MPIC_CAA_PARAMETER) {
        return mpic_str_printf(pool, cause, "the %s property of %s %s",
                               verdict->tag, issuer.data,
                               verdict->parameter);
    }

    return mpic_str_printf(pool, cause, "no %s property names %s",
                           verdict->tag, issuer.data);
}
