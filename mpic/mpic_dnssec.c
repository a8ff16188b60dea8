
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_dnssec.h"


mpic_dnssec_e
mpic_lookup_dnssec(const mpic_lookup_t *lookup)
{
    const mpic_dns_answer_t  *answer;

    if (lookup->state != MPIC_LOOKUP_ANSWERED) {
        return MPIC_DNSSEC_INDETERMINATE;
    }

    answer = &lookup->answer;

    if (mpic_lookup_usable(lookup)) {

        if (answer->ad) {
            return MPIC_DNSSEC_SECURE;
        }

        return lookup->validating ? MPIC_DNSSEC_INSECURE
                                  : MPIC_DNSSEC_INDETERMINATE;
    }

    if (answer->rcode == MPIC_DNS_SERVFAIL
        && (lookup->bogus || mpic_ede_is_bogus(answer->ede_code)))
    {
        return MPIC_DNSSEC_BOGUS;
    }

    return MPIC_DNSSEC_INDETERMINATE;
}


mpic_dnssec_e
mpic_dnssec_worse(mpic_dnssec_e a, mpic_dnssec_e b)
{
    static const int  badness[] = {
        [MPIC_DNSSEC_NONE] = 0,
        [MPIC_DNSSEC_SECURE] = 1,
        [MPIC_DNSSEC_INSECURE] = 2,
        [MPIC_DNSSEC_INDETERMINATE] = 3,
        [MPIC_DNSSEC_BOGUS] = 4,
    };

    return (badness[b] > badness[a]) ? b : a;
}


const char *
mpic_dnssec_name(mpic_dnssec_e status)
{
    static const char  *names[] = {
        [MPIC_DNSSEC_NONE] = NULL,
        [MPIC_DNSSEC_SECURE] = "secure",
        [MPIC_DNSSEC_INSECURE] = "insecure",
        [MPIC_DNSSEC_INDETERMINATE] = "indeterminate",
        [MPIC_DNSSEC_BOGUS] = "bogus",
    };

    return names[status];
}


void
mpic_result_dnssec(mpic_result_t *result, const mpic_lookup_t *lookup)
{
    mpic_dnssec_e  status, worse;

    status = mpic_lookup_dnssec(lookup);
    worse = mpic_dnssec_worse(result->dnssec, status);

    if (lookup->state == MPIC_LOOKUP_ANSWERED
        && lookup->answer.ede_code != -1
        && (worse != result->dnssec || result->ede_code == -1))
    {
        result->ede_code = lookup->answer.ede_code;
        result->ede_text = lookup->answer.ede_text;
    }

    result->dnssec = worse;
}


void
mpic_result_dnssec_any(mpic_result_t *result, const mpic_lookup_t *lookups,
    size_t n)
{
    int     found;
    size_t  i;

    found = 0;

    for (i = 0; i < n; i++) {
        if (mpic_lookup_usable(&lookups[i]) && lookups[i].answer.nrecords) {
            found = 1;
            mpic_result_dnssec(result, &lookups[i]);
        }
    }

    for (i = 0; !found && i < n; i++) {
        mpic_result_dnssec(result, &lookups[i]);
    }
}
