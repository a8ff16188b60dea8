
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_lookup.h"


int
mpic_dns_spend(mpic_pool_t *pool, mpic_dns_budget_t *budget, size_t len,
    mpic_str_t *why)
{
    if (len <= budget->max - budget->used) {
        budget->used += len;
        return 0;
    }

    return mpic_str_printf(pool, why, "the DNS answers of this check have "
                           "more than %zu octets", budget->max)
           == 0
           ? 1 : -1;
}


int
mpic_lookup_usable(const mpic_lookup_t *lookup)
{
    return lookup->state == MPIC_LOOKUP_ANSWERED
           && (lookup->answer.rcode == MPIC_DNS_NOERROR
               || lookup->answer.rcode == MPIC_DNS_NXDOMAIN);
}


int
mpic_lookup_reason(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_str_t *reason)
{
    char                      buf[MPIC_RCODE_NAME_MAX];
    const char               *rcode, *bogus;
    const mpic_dns_answer_t  *answer;

    switch (lookup->state) {

    case MPIC_LOOKUP_PENDING:
        return mpic_str_printf(pool, reason, "no answer yet");

    case MPIC_LOOKUP_FAILED:
        if (lookup->why.len == 0) {
            return mpic_str_printf(pool, reason, "no answer");
        }

        return mpic_str_copy(pool, reason, lookup->why.data,
                             lookup->why.len);

    default: /* MPIC_LOOKUP_ANSWERED */
        break;
    }

    answer = &lookup->answer;
    rcode = mpic_dns_rcode_name(answer->rcode, buf);

    bogus = lookup->bogus ? ", which answers if it need not validate: the data"
                            " is bogus (DNSSEC)" : "";

    if (answer->ede_code == -1) {
        return mpic_str_printf(pool, reason, "%s from the resolver%s", rcode,
                               bogus);
    }

    if (answer->ede_text.len == 0) {
        return mpic_str_printf(pool, reason, "%s from the resolver%s (EDE %d)",
                               rcode, bogus, answer->ede_code);
    }

    return mpic_str_printf(pool, reason, "%s from the resolver%s (EDE %d: %s)",
                           rcode, bogus, answer->ede_code,
                           answer->ede_text.data);
}
