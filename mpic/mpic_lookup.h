
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One DNS question and what became of it.
 */


#ifndef _MPIC_LOOKUP_H_INCLUDED_
#define _MPIC_LOOKUP_H_INCLUDED_


#include "mpic_dns.h"


/*
 * What became of one question.  The modules fill it in, the rules read it.
 */

typedef enum {
    MPIC_LOOKUP_PENDING = 0,
    /* "answer" holds what the resolver said, NXDOMAIN and SERVFAIL included */
    MPIC_LOOKUP_ANSWERED,
    /* no answer, or none that can be read: "why" says which */
    MPIC_LOOKUP_FAILED
} mpic_lookup_state_e;

typedef struct {
    mpic_lookup_state_e   state;
    /* the name asked for, without trailing dot */
    mpic_str_t            name;
    uint16_t              type;
    mpic_dns_answer_t     answer;
    mpic_str_t            why;

    /* how often it was asked, questions with CD not counted */
    unsigned              asked;

    /* "answer" holds what is better than nothing, while PENDING */
    unsigned              heard:1;

    /* a resolver fails, and answers with CD set: see mpic_ask.h */
    unsigned              bogus:1;

    /* who was asked has proven to validate: see mpic_probe.h */
    unsigned              validating:1;

    /*
     * A try failed by other than silence or a response: a resolver that could
     * not be reached, octets that could not be read.
     */
    unsigned              fault:1;
} mpic_lookup_t;

/*
 * The octets of DNS messages that a check may keep, and has kept: as many
 * lookups as a name has labels bring 64 KiB each.
 */

typedef struct {
    size_t                max;
    size_t                used;
} mpic_dns_budget_t;

/*
 * A message of "len" octets is to be kept.  0; or 1 and in "why" that it is
 * more than is left, which it then still is; or -1 without memory.
 */
int mpic_dns_spend(mpic_pool_t *pool, mpic_dns_budget_t *budget, size_t len,
    mpic_str_t *why);

/*
 * 1 if the lookup is ANSWERED with NOERROR or NXDOMAIN, so that its records,
 * or their absence, can be relied on.
 */
int mpic_lookup_usable(const mpic_lookup_t *lookup);

/*
 * One clause that says why a lookup is not usable, such as
 * "SERVFAIL from the resolver (EDE 6: no SOA)" or "no answer in time".
 * 0 or -1.
 */
int mpic_lookup_reason(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_str_t *reason);


#endif /* _MPIC_LOOKUP_H_INCLUDED_ */
