
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_challenge_dns.h"
#include "mpic_address.h"
#include "mpic_caa_set.h"
#include "mpic_contact.h"
#include "mpic_persist.h"

#include <string.h>


static int mpic_challenge_records(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_dns_answer_t *answer);
static int mpic_challenge_match(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_dns_record_t *record);
static int mpic_challenge_change(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_dns_record_t *record);
static int mpic_challenge_name(const mpic_str_t *expected,
    const mpic_str_t *name);
static int mpic_challenge_address(const mpic_str_t *expected,
    const mpic_dns_record_t *record);
static int mpic_challenge_persist(mpic_pool_t *pool,
    const mpic_target_t *target, const mpic_dcv_params_t *params,
    int64_t now, const mpic_lookup_t *lookup, mpic_result_t *result);
static int mpic_challenge_persist_missed(mpic_pool_t *pool,
    const mpic_persist_t *persist, const mpic_lookup_t *lookup,
    const mpic_dns_record_t *nearest, mpic_persist_e why,
    mpic_result_t *result);
static int mpic_challenge_mismatch(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_lookup_t *lookup,
    mpic_result_t *result);
static const mpic_str_t *mpic_challenge_expected(
    const mpic_dcv_params_t *params);
static int mpic_challenge_wanted(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, mpic_str_t *wanted);
static int mpic_challenge_shown(mpic_pool_t *pool,
    const mpic_dns_answer_t *answer, const mpic_dns_record_t *record,
    mpic_str_t *seen);


/* for a list that is empty, and not null */

static const mpic_dns_record_t  mpic_challenge_no_record;


int
mpic_challenge_dns(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, int64_t now,
    const mpic_lookup_t *lookup, mpic_result_t *result)
{
    int                       rc;
    char                      buf[MPIC_RCODE_NAME_MAX];
    const mpic_dns_answer_t  *answer;

    result->method = params->method;
    result->completed = 0;
    result->passed = 0;

    if (mpic_challenge_dns_seen(pool, lookup, result) != 0) {
        return -1;
    }

    if (!mpic_lookup_usable(lookup)) {
        return mpic_challenge_dns_failed(pool, lookup, result);
    }

    answer = &lookup->answer;

    result->completed = 1;

    if (answer->nrecords == 0) {

        /* seen, and seen to be absent: a completed check */

        return mpic_result_error(pool, result, MPIC_ERROR_DCV_LOOKUP,
                                 "there is no %s record at \"%.*s\" (%s)",
                                 mpic_dns_type_name(lookup->type),
                                 (int) lookup->name.len, lookup->name.data,
                                 mpic_dns_rcode_name(answer->rcode, buf));
    }

    if (params->method == MPIC_METHOD_DNS_PERSISTENT) {
        return mpic_challenge_persist(pool, target, params, now, lookup,
                                      result);
    }

    rc = mpic_challenge_records(pool, params, answer);

    if (rc == 0) {
        return mpic_challenge_mismatch(pool, params, lookup, result);
    }

    result->passed = (rc == 1);

    return (rc == 1) ? 0 : -1;
}


int
mpic_challenge_dns_seen(mpic_pool_t *pool, const mpic_lookup_t *lookup,
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
    result->records = answer->nrecords ? answer->records
                                       : &mpic_challenge_no_record;
    result->nrecords = answer->nrecords;
    result->response_code = answer->rcode;
    result->ad = answer->ad;
    result->found_at = answer->found_at;
    result->cname_chain = answer->cname_chain;
    result->ncname_chain = answer->ncname_chain;

    return 0;
}


int
mpic_challenge_dns_failed(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_result_t *result)
{
    mpic_str_t  reason;

    if (mpic_lookup_reason(pool, lookup, &reason) != 0) {
        return -1;
    }

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_LOOKUP,
                             "the %s records at \"%.*s\" could not be "
                             "looked up: %.*s",
                             mpic_dns_type_name(lookup->type),
                             (int) lookup->name.len, lookup->name.data,
                             (int) reason.len, reason.data);
}


/* 1 if one proves control, otherwise 0; -1 without memory */

static int
mpic_challenge_records(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_dns_answer_t *answer)
{
    int     rc;
    size_t  i;

    /* nothing is found everywhere */

    if (mpic_challenge_expected(params)->len == 0) {
        return 0;
    }

    for (i = 0; i < answer->nrecords; i++) {
        rc = mpic_challenge_match(pool, params, &answer->records[i]);

        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


static const mpic_str_t *
mpic_challenge_expected(const mpic_dcv_params_t *params)
{
    switch (params->method) {

    case MPIC_METHOD_ACME_DNS_01:
    case MPIC_METHOD_DNS_ACCOUNT_01:
        return &params->key_authorization_hash;

    default:
        return &params->challenge_value;
    }
}


/*
 * White space counts: RFC 8555 section 8.4 asks for the digest, not for
 * something around it.
 */

static int
mpic_challenge_match(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_dns_record_t *record)
{
    switch (params->method) {

    case MPIC_METHOD_ACME_DNS_01:
    case MPIC_METHOD_DNS_ACCOUNT_01:
        return mpic_str_eq(&params->key_authorization_hash, &record->value);

    case MPIC_METHOD_DNS_CHANGE:
        return mpic_challenge_change(pool, params, record);

    case MPIC_METHOD_CONTACT_EMAIL_TXT:
    case MPIC_METHOD_CONTACT_PHONE_TXT:
        return mpic_contact_match(params->method, &params->challenge_value,
                                  &record->value);

    case MPIC_METHOD_IP_ADDRESS:
        return mpic_challenge_address(&params->challenge_value, record);

    case MPIC_METHOD_REVERSE_ADDRESS_LOOKUP:
        return mpic_challenge_name(&params->challenge_value, &record->value);

    default:
        return 0;
    }
}


/*
 * BR 3.2.2.4.7.  Of a CAA record the property's value is compared, whatever
 * its tag; a part of a name is looked for in the name with its trailing dot.
 */

static int
mpic_challenge_change(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_dns_record_t *record)
{
    mpic_str_t           value;
    mpic_caa_property_t  property;

    value = record->value;

    if (record->type == MPIC_DNS_CAA) {
        if (mpic_caa_property(record, &property) != 0) {
            return 0;
        }

        value = property.value;
    }

    if (!params->exact_match) {
        return mpic_str_contains(pool, &value, &params->challenge_value,
                                 params->exact_case);
    }

    if (record->type == MPIC_DNS_CNAME) {
        return mpic_challenge_name(&params->challenge_value, &value);
    }

    return params->exact_case
           ? mpic_str_eq(&params->challenge_value, &value)
           : mpic_str_case_eq(&params->challenge_value, &value);
}


/* the trailing dot of either may be missing */

static int
mpic_challenge_name(const mpic_str_t *expected, const mpic_str_t *name)
{
    mpic_str_t  a, b;

    a = *expected;
    b = *name;

    if (a.len && a.data[a.len - 1] == '.') {
        a.len--;
    }

    if (b.len && b.data[b.len - 1] == '.') {
        b.len--;
    }

    return a.len != 0 && mpic_str_case_eq(&a, &b);
}


/* BR 3.2.2.4.8: the octets, however the text spells them */

static int
mpic_challenge_address(const mpic_str_t *expected,
    const mpic_dns_record_t *record)
{
    mpic_address_t  address;

    if (mpic_address_parse(expected, &address) != 0
        || record->type != (address.version == 4 ? MPIC_DNS_A
                                                 : MPIC_DNS_AAAA)
        || record->value.len != (address.version == 4 ? 4 : 16))
    {
        return 0;
    }

    return memcmp(record->value.data, address.octets, record->value.len) == 0;
}


/* BR 3.2.2.4.22: one good record is enough, whatever stands beside it */

static int
mpic_challenge_persist(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, int64_t now,
    const mpic_lookup_t *lookup, mpic_result_t *result)
{
    size_t                    i;
    mpic_persist_e            verdict, best;
    mpic_persist_t            persist;
    const mpic_dns_record_t  *record, *nearest;

    if (mpic_persist_init(pool, target, params, now, &persist) != 0) {
        return -1;
    }

    best = MPIC_PERSIST_MALFORMED;
    nearest = &lookup->answer.records[0];

    for (i = 0; i < lookup->answer.nrecords; i++) {
        record = &lookup->answer.records[i];

        if (mpic_persist_judge(pool, &persist, &record->value, &verdict)
            != 0)
        {
            return -1;
        }

        if (verdict == MPIC_PERSIST_COUNTS) {
            result->passed = 1;
            return 0;
        }

        if (verdict > best) {
            best = verdict;
            nearest = record;
        }
    }

    return mpic_challenge_persist_missed(pool, &persist, lookup, nearest,
                                         best, result);
}


static int
mpic_challenge_persist_missed(mpic_pool_t *pool,
    const mpic_persist_t *persist, const mpic_lookup_t *lookup,
    const mpic_dns_record_t *nearest, mpic_persist_e why,
    mpic_result_t *result)
{
    mpic_str_t  issuer, others, account, seen;

    issuer.data = "an issuer that is no domain name";
    others.data = "";

    if (persist->nissuers
        && mpic_str_printf(pool, &issuer, "issuer %s",
                           persist->issuers[0].data)
           != 0)
    {
        return -1;
    }

    if (persist->nissuers > 1
        && mpic_str_printf(pool, &others, " (or %zu more)",
                           persist->nissuers - 1)
           != 0)
    {
        return -1;
    }

    if (mpic_str_excerpt(pool, &account, persist->account_uri->data,
                         persist->account_uri->len, MPIC_CHALLENGE_SHOWN)
        != 0
        || mpic_challenge_shown(pool, &lookup->answer, nearest, &seen) != 0)
    {
        return -1;
    }

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_MISMATCH,
                             "expected a TXT record at \"%.*s\" of %s%s with "
                             "accounturi \"%s\"; the nearest, %s, %s",
                             (int) lookup->name.len, lookup->name.data,
                             issuer.data, others.data, account.data,
                             seen.data, mpic_persist_why(why));
}


static int
mpic_challenge_mismatch(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup, mpic_result_t *result)
{
    mpic_str_t                wanted, seen;
    const mpic_dns_answer_t  *answer;

    answer = &lookup->answer;

    if (mpic_challenge_wanted(pool, params, &wanted) != 0
        || mpic_challenge_shown(pool, answer, &answer->records[0], &seen)
           != 0)
    {
        return -1;
    }

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_MISMATCH,
                             "expected %s %s record at \"%.*s\" %s, got %s",
                             (lookup->type == MPIC_DNS_A
                              || lookup->type == MPIC_DNS_AAAA) ? "an" : "a",
                             mpic_dns_type_name(lookup->type),
                             (int) lookup->name.len, lookup->name.data,
                             wanted.data, seen.data);
}


/* as in "a TXT record …": "that contains "value"" */

static int
mpic_challenge_wanted(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    mpic_str_t *wanted)
{
    mpic_str_t         text;
    const mpic_str_t  *expected;

    expected = mpic_challenge_expected(params);

    if (mpic_str_excerpt(pool, &text, expected->data, expected->len,
                         MPIC_CHALLENGE_SHOWN)
        != 0)
    {
        return -1;
    }

    switch (params->method) {

    case MPIC_METHOD_CONTACT_EMAIL_TXT:
    case MPIC_METHOD_CONTACT_PHONE_TXT:
        return mpic_str_printf(pool, wanted, "that is the %s \"%s\" and "
                               "nothing else",
                               mpic_contact_kind(params->method), text.data);

    case MPIC_METHOD_DNS_CHANGE:
        return mpic_str_printf(pool, wanted, "%s \"%s\"",
                               params->exact_match ? "equal to"
                                                   : "that contains",
                               text.data);

    default:
        return mpic_str_printf(pool, wanted, "equal to \"%s\"", text.data);
    }
}


/* one record in quotation marks, and how many others there are */

static int
mpic_challenge_shown(mpic_pool_t *pool, const mpic_dns_answer_t *answer,
    const mpic_dns_record_t *record, mpic_str_t *seen)
{
    mpic_str_t         excerpt;
    const mpic_str_t  *text;

    text = (record->type == MPIC_DNS_TXT) ? &record->value : &record->text;

    if (mpic_str_excerpt(pool, &excerpt, text->data, text->len,
                         MPIC_CHALLENGE_SHOWN)
        != 0)
    {
        return -1;
    }

    if (answer->nrecords == 1) {
        return mpic_str_printf(pool, seen, "\"%s\"", excerpt.data);
    }

    return mpic_str_printf(pool, seen, "\"%s\" and %zu more", excerpt.data,
                           answer->nrecords - 1);
}
