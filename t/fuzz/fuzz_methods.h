
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * All methods that look at records, over one lookup, against what is plain to
 * see in the records.
 */


#ifndef _FUZZ_METHODS_H_INCLUDED_
#define _FUZZ_METHODS_H_INCLUDED_


#include "fuzz.h"
#include "mpic_challenge_dns.h"
#include "mpic_contact.h"

#include <strings.h>


typedef struct {
    mpic_method_e   method;
    uint16_t        type;
    const char     *expected;
    /* in lower case, what a record is that proves control */
    const char     *value;
} fuzz_method_t;


static const fuzz_method_t  fuzz_method_list[] = {
    { MPIC_METHOD_DNS_ACCOUNT_01, MPIC_DNS_TXT, "challenge", "challenge" },
    { MPIC_METHOD_CONTACT_EMAIL_TXT, MPIC_DNS_TXT, "A@b.example",
      "a@b.example" },
    { MPIC_METHOD_CONTACT_PHONE_TXT, MPIC_DNS_TXT, "+1 555", "+1 555" },
    { MPIC_METHOD_CONTACT_EMAIL_TXT, MPIC_DNS_TXT, "challenge", NULL },
    { MPIC_METHOD_DNS_CHANGE, MPIC_DNS_CNAME, "Challenge", "challenge." },
    { MPIC_METHOD_DNS_CHANGE, MPIC_DNS_CNAME, "a.example.", "a.example." },
    { MPIC_METHOD_REVERSE_ADDRESS_LOOKUP, MPIC_DNS_PTR, "a.Example",
      "a.example." },
    { MPIC_METHOD_IP_ADDRESS, MPIC_DNS_A, "8.8.8.8", "8.8.8.8" },
    { MPIC_METHOD_IP_ADDRESS, MPIC_DNS_AAAA, "2001:4860:0:0::8",
      "2001:4860::8" },
    { MPIC_METHOD_DNS_CHANGE, MPIC_DNS_CAA, "CA.example", "ca.example" },
    { MPIC_METHOD_DNS_PERSISTENT, MPIC_DNS_TXT, NULL, NULL }
};


/* addresses by their texts, CAA by its value, the others by theirs */

static inline mpic_str_t
fuzz_method_value(const mpic_dns_record_t *record)
{
    size_t      tag;
    mpic_str_t  value;

    if (record->type == MPIC_DNS_A || record->type == MPIC_DNS_AAAA) {
        return record->text;
    }

    value = record->value;

    if (record->type == MPIC_DNS_CAA) {
        tag = (unsigned char) value.data[1];
        value.data += 2 + tag;
        value.len -= 2 + tag;
    }

    return value;
}


static inline int
fuzz_method_seen(const mpic_lookup_t *lookup, const fuzz_method_t *m)
{
    size_t      i;
    mpic_str_t  value;

    for (i = 0; i < lookup->answer.nrecords; i++) {
        value = fuzz_method_value(&lookup->answer.records[i]);

        if (m->value != NULL && value.len == strlen(m->value)
            && strncasecmp(value.data, m->value, value.len) == 0
            && (m->method != MPIC_METHOD_DNS_ACCOUNT_01
                || memcmp(value.data, m->value, value.len) == 0))
        {
            return 1;
        }

        /* of a persistent record, what it has to begin and to go on with */

        if (m->expected == NULL && value.len > 30
            && memmem(value.data, value.len, "=https://ca.example/a/1", 23)
               != NULL)
        {
            return 1;
        }
    }

    return 0;
}


static inline void
fuzz_method(fuzz_pool_t *fp, const mpic_lookup_t *lookup,
    const fuzz_method_t *m, mpic_result_t *result)
{
    int                seen;
    mpic_str_t         issuer;
    mpic_target_t      target;
    mpic_dcv_params_t  params;

    memset(&params, 0, sizeof(mpic_dcv_params_t));
    memset(&target, 0, sizeof(mpic_target_t));

    issuer = fuzz_strz(fp, "CA.Example.");

    params.method = m->method;
    params.record_type = m->type;
    params.exact_match = 1;
    params.issuers = &issuer;
    params.nissuers = 1;
    params.account_uri = fuzz_strz(fp, "https://ca.example/a/1");

    if (m->expected != NULL) {
        params.challenge_value = fuzz_strz(fp, m->expected);
        params.key_authorization_hash = params.challenge_value;
    }

    mpic_result_init(result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);

    fuzz_check(mpic_challenge_dns(&fp->pool, &target, &params, 1700000000,
                                  lookup, result)
               == 0);

    seen = mpic_lookup_usable(lookup) && fuzz_method_seen(lookup, m);

    fuzz_check(result->completed == mpic_lookup_usable(lookup));
    fuzz_check(result->passed == (result->nerrors == 0));

    if (m->expected != NULL) {
        fuzz_check(result->passed == seen);

    } else {
        fuzz_check(!result->passed || seen);
    }
}


/*
 * Contacts in CAA: the nearest of three levels, of which the others are empty.
 */

static inline void
fuzz_method_contact(fuzz_pool_t *fp, const mpic_lookup_t *lookup,
    mpic_result_t *result)
{
    size_t             i;
    unsigned           seen;
    mpic_str_t         rest;
    mpic_lookup_t      lookups[3];
    mpic_dcv_params_t  params;

    static const char  tag[] = "\014contactemaila@b.example";

    memset(&params, 0, sizeof(mpic_dcv_params_t));

    params.method = MPIC_METHOD_CONTACT_EMAIL_CAA;
    params.challenge_value = fuzz_strz(fp, "A@b.example");

    memset(lookups, 0, sizeof(lookups));

    lookups[0].state = MPIC_LOOKUP_ANSWERED;
    lookups[0].answer.rcode = MPIC_DNS_NXDOMAIN;
    lookups[1] = *lookup;
    lookups[2] = lookups[0];
    lookups[2].answer.rcode = MPIC_DNS_NOERROR;

    mpic_result_init(result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);

    fuzz_check(mpic_contact_judge(&fp->pool, &params, lookups, 3, result)
               == 1);

    seen = 0;

    for (i = 0; mpic_lookup_usable(lookup) && i < lookup->answer.nrecords;
         i++)
    {
        rest = lookup->answer.records[i].value;

        seen |= (rest.len == sizeof(tag)
                 && strncasecmp(rest.data + 1, tag, sizeof(tag) - 1) == 0);
    }

    fuzz_check(result->passed == seen);
    fuzz_check(result->completed == mpic_lookup_usable(lookup));
    fuzz_check(result->passed == (result->nerrors == 0));
}


#endif /* _FUZZ_METHODS_H_INCLUDED_ */
