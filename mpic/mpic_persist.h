
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The persistent DCV TXT record: an issue-value that names an issuer and an
 * account.  BR 3.2.2.4.22, 3.2.2.5.8; RFC 8659 section 4.2, RFC 8657
 * section 3.
 */


#ifndef _MPIC_PERSIST_H_INCLUDED_
#define _MPIC_PERSIST_H_INCLUDED_


#include "mpic_check.h"


/* why a record does not count, the nearest to counting last */

typedef enum {
    MPIC_PERSIST_MALFORMED = 0,
    MPIC_PERSIST_ISSUER,
    MPIC_PERSIST_NO_ACCOUNT,
    MPIC_PERSIST_ACCOUNTS,
    MPIC_PERSIST_ACCOUNT,
    MPIC_PERSIST_TIMES,
    MPIC_PERSIST_NO_TIME,
    MPIC_PERSIST_OVER,
    MPIC_PERSIST_POLICY,
    MPIC_PERSIST_COUNTS
} mpic_persist_e;


typedef struct {
    /* the issuer domain names in canonical form */
    mpic_str_t         *issuers;
    size_t              nissuers;

    const mpic_str_t   *account_uri;

    /* seconds since the epoch */
    int64_t             now;

    /* 1: the record must say "policy=wildcard" (the draft's rule) */
    unsigned            policy:1;
} mpic_persist_t;


/*
 * Sets "persist" up for a request.  An issuer's name that is no name is left
 * out: no record can name it.  0 or -1.
 */
int mpic_persist_init(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, int64_t now, mpic_persist_t *persist);

/*
 * Does a record of this value count?  0 with the answer in "verdict", or -1
 * without memory.
 */
int mpic_persist_judge(mpic_pool_t *pool, const mpic_persist_t *persist,
    const mpic_str_t *value, mpic_persist_e *verdict);

/*
 * What is wrong with such a record, as in "the record …": "names another
 * issuer".
 */
const char *mpic_persist_why(mpic_persist_e verdict);


#endif /* _MPIC_PERSIST_H_INCLUDED_ */
