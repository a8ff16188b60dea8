
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_caa_report.h"
#include "mpic_dns_record.h"


/* octets of "records_seen", and of "iodef" */
#define MPIC_CAA_SEEN_MAX  131072

/* octets of a record, and of an issuer's name, in an error's message */
#define MPIC_CAA_SHOWN     120


static int mpic_caa_seen(mpic_pool_t *pool, const mpic_dns_answer_t *answer,
    mpic_result_t *result);
static int mpic_caa_iodef(mpic_pool_t *pool, const mpic_dns_answer_t *answer,
    mpic_result_t *result);
static int mpic_caa_permitted_to(mpic_pool_t *pool,
    const mpic_caa_permissible_t *permissible, mpic_result_t *result);
static int mpic_caa_texts(mpic_pool_t *pool, const mpic_str_t *list,
    size_t n, mpic_str_t **copy);
static int mpic_caa_forbidden(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_lookup_t *lookup,
    const mpic_caa_verdict_t *verdict, mpic_result_t *result);
static int mpic_caa_cause(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_caa_verdict_t *verdict, mpic_str_t *cause);


int
mpic_caa_report(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_lookup_t *lookup,
    const mpic_caa_verdict_t *verdict, mpic_result_t *result)
{
    const mpic_dns_answer_t  *answer;

    answer = &lookup->answer;

    if (mpic_caa_seen(pool, answer, result) != 0
        || mpic_caa_iodef(pool, answer, result) != 0)
    {
        return -1;
    }

    if (verdict->permitted) {
        return 0;
    }

    if (verdict->cause == MPIC_CAA_PARAMETER
        && mpic_caa_permitted_to(pool, &verdict->permissible, result) != 0)
    {
        return -1;
    }

    return mpic_caa_forbidden(pool, domains, ndomains, lookup, verdict,
                              result);
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


/*
 * Nothing but parameters forbids: who and what would be permitted.
 */

static int
mpic_caa_permitted_to(mpic_pool_t *pool,
    const mpic_caa_permissible_t *permissible, mpic_result_t *result)
{
    if (mpic_caa_texts(pool, permissible->account_uris,
                       permissible->naccount_uris, &result->caa_account_uris)
        != 0
        || mpic_caa_texts(pool, permissible->methods, permissible->nmethods,
                          &result->caa_methods)
           != 0)
    {
        return -1;
    }

    result->ncaa_account_uris = permissible->naccount_uris;
    result->ncaa_methods = permissible->nmethods;

    return 0;
}


static int
mpic_caa_texts(mpic_pool_t *pool, const mpic_str_t *list, size_t n,
    mpic_str_t **copy)
{
    size_t  i;

    *copy = mpic_pcalloc(pool, (n + 1) * sizeof(mpic_str_t));
    if (*copy == NULL) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        if (mpic_str_copy(pool, &(*copy)[i], list[i].data, list[i].len) != 0)
        {
            return -1;
        }
    }

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
