
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* memmem() */
#endif

#include "mpic_challenge.h"

#include <string.h>


/* octets of an expected or a seen value in a message */
#define MPIC_CHALLENGE_SHOWN  100

#define MPIC_ACME_PREFIX      "_acme-challenge"


static void mpic_challenge_expected(const mpic_dcv_params_t *params,
    mpic_str_t *expected);
static int mpic_challenge_evidence(mpic_pool_t *pool,
    const mpic_lookup_t *lookup, mpic_result_t *result);
static int mpic_challenge_match(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_str_t *expected,
    const mpic_str_t *value);
static int mpic_challenge_lower(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *lower);
static int mpic_challenge_mismatch(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_str_t *expected,
    const mpic_lookup_t *lookup, mpic_result_t *result);


int
mpic_challenge_dns_question(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, mpic_lookup_t *lookup, mpic_str_t *why)
{
    int         rc;
    mpic_str_t  prefix;

    memset(lookup, 0, sizeof(mpic_lookup_t));

    lookup->state = MPIC_LOOKUP_PENDING;
    lookup->type = MPIC_DNS_TXT;

    /* the prefix of a wildcard stands before the name without "*." */

    if (params->method == MPIC_METHOD_DNS_CHANGE) {
        lookup->type = params->record_type;
        prefix = params->name_prefix;

    } else {
        prefix.data = MPIC_ACME_PREFIX;
        prefix.len = sizeof(MPIC_ACME_PREFIX) - 1;
    }

    if (prefix.len == 0) {
        return mpic_str_copy(pool, &lookup->name, target->name.data,
                             target->name.len);
    }

    if (prefix.len + 1 + target->name.len > MPIC_NAME_MAX) {
        rc = mpic_str_printf(pool, why, "the name \"%.*s.%.*s\" would be "
                             "longer than %d octets",
                             (int) prefix.len, prefix.data,
                             (int) target->name.len, target->name.data,
                             MPIC_NAME_MAX);

        return (rc == 0) ? 1 : -1;
    }

    return mpic_str_printf(pool, &lookup->name, "%.*s.%.*s",
                           (int) prefix.len, prefix.data,
                           (int) target->name.len, target->name.data);
}


int
mpic_challenge_dns(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup, mpic_result_t *result)
{
    int         rc;
    size_t      i;
    mpic_str_t  expected, reason;

    result->method = params->method;
    result->completed = 0;
    result->passed = 0;

    if (mpic_challenge_evidence(pool, lookup, result) != 0) {
        return -1;
    }

    if (!mpic_lookup_usable(lookup)) {

        if (mpic_lookup_reason(pool, lookup, &reason) != 0) {
            return -1;
        }

        return mpic_result_error(pool, result, MPIC_ERROR_DCV_LOOKUP,
                                 "the TXT records at \"%.*s\" could not be "
                                 "looked up: %.*s",
                                 (int) lookup->name.len, lookup->name.data,
                                 (int) reason.len, reason.data);
    }

    mpic_challenge_expected(params, &expected);

    for (i = 0; i < lookup->answer.nrecords; i++) {
        rc = mpic_challenge_match(pool, params, &expected,
                                  &lookup->answer.records[i].value);

        if (rc == -1) {
            return -1;
        }

        if (rc == 1) {
            result->completed = 1;
            result->passed = 1;
            return 0;
        }
    }

    result->completed = 1;

    return mpic_challenge_mismatch(pool, params, &expected, lookup, result);
}


static void
mpic_challenge_expected(const mpic_dcv_params_t *params, mpic_str_t *expected)
{
    if (params->method == MPIC_METHOD_DNS_CHANGE) {
        *expected = params->challenge_value;

    } else {
        *expected = params->key_authorization_hash;
    }
}


static int
mpic_challenge_evidence(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_result_t *result)
{
    size_t                    i;
    const mpic_dns_answer_t  *answer;

    if (lookup->state != MPIC_LOOKUP_ANSWERED) {
        return 0;
    }

    answer = &lookup->answer;

    /* not NULL even without records: an empty list, not null */

    result->records_seen = mpic_pcalloc(pool, (answer->nrecords + 1)
                                              * sizeof(mpic_str_t));
    if (result->records_seen == NULL) {
        return -1;
    }

    for (i = 0; i < answer->nrecords; i++) {
        result->records_seen[i] = answer->records[i].text;
    }

    result->nrecords_seen = answer->nrecords;
    result->response_code = answer->rcode;
    result->ad = answer->ad;
    result->found_at = answer->found_at;
    result->cname_chain = answer->cname_chain;
    result->ncname_chain = answer->ncname_chain;

    return 0;
}


/*
 * 1 if the record proves control, otherwise 0; -1 without memory.  White
 * space counts: RFC 8555 section 8.4 asks for the digest, not for something
 * around it.
 */

static int
mpic_challenge_match(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_str_t *expected, const mpic_str_t *value)
{
    mpic_str_t  needle, hay;

    /* nothing is found everywhere */

    if (expected->len == 0 || value->len < expected->len) {
        return 0;
    }

    if (params->method != MPIC_METHOD_DNS_CHANGE) {
        return mpic_str_eq(expected, value);
    }

    if (params->exact_match) {
        return params->exact_case ? mpic_str_eq(expected, value)
                                  : mpic_str_case_eq(expected, value);
    }

    needle = *expected;
    hay = *value;

    if (!params->exact_case
        && (mpic_challenge_lower(pool, expected, &needle) != 0
            || mpic_challenge_lower(pool, value, &hay) != 0))
    {
        return -1;
    }

    return memmem(hay.data, hay.len, needle.data, needle.len) != NULL;
}


static int
mpic_challenge_lower(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *lower)
{
    char    *p;
    size_t   i;

    p = pool->alloc(pool->data, text->len);
    if (p == NULL) {
        return -1;
    }

    for (i = 0; i < text->len; i++) {
        p[i] = mpic_lower(text->data[i]);
    }

    lower->len = text->len;
    lower->data = p;

    return 0;
}


static int
mpic_challenge_mismatch(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_str_t *expected, const mpic_lookup_t *lookup,
    mpic_result_t *result)
{
    char                      buf[MPIC_RCODE_NAME_MAX];
    mpic_str_t                wanted, seen, others;
    const mpic_dns_answer_t  *answer;

    answer = &lookup->answer;

    if (answer->nrecords == 0) {

        /* seen, and seen to be absent: a completed check */

        return mpic_result_error(pool, result, MPIC_ERROR_DCV_LOOKUP,
                                 "there is no TXT record at \"%.*s\" (%s)",
                                 (int) lookup->name.len, lookup->name.data,
                                 mpic_dns_rcode_name(answer->rcode, buf));
    }

    if (mpic_str_excerpt(pool, &wanted, expected->data, expected->len,
                         MPIC_CHALLENGE_SHOWN)
        != 0
        || mpic_str_excerpt(pool, &seen, answer->records[0].value.data,
                            answer->records[0].value.len,
                            MPIC_CHALLENGE_SHOWN)
           != 0)
    {
        return -1;
    }

    others.data = "";

    if (answer->nrecords > 1
        && mpic_str_printf(pool, &others, " and %zu more",
                           answer->nrecords - 1) != 0)
    {
        return -1;
    }

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_MISMATCH,
                             "expected a TXT record at \"%.*s\" %s \"%s\", "
                             "got \"%s\"%s",
                             (int) lookup->name.len, lookup->name.data,
                             (params->method == MPIC_METHOD_DNS_CHANGE
                              && !params->exact_match) ? "that contains"
                                                       : "equal to",
                             wanted.data, seen.data, others.data);
}
