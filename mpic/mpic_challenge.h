
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Does what was seen prove control?  BR 3.2.2.4.7, 3.2.2.4.19; RFC 8555
 * sections 8.3 and 8.4.
 */


#ifndef _MPIC_CHALLENGE_H_INCLUDED_
#define _MPIC_CHALLENGE_H_INCLUDED_


#include "mpic_check.h"


/* http-01: octets read beyond the key authorization, for white space */
#define MPIC_HTTP01_SLACK  128


/*
 * The name and type to ask for, for a DNS method: "lookup" is set up as
 * PENDING.  Returns 0; 1 and in "why" the reason if no such name can exist
 * (longer than 253 octets); -1 without memory.
 */
int mpic_challenge_dns_question(mpic_pool_t *pool,
    const mpic_target_t *target, const mpic_dcv_params_t *params,
    mpic_lookup_t *lookup, mpic_str_t *why);

/*
 * The verdict of a DNS method over its lookup, which is not PENDING.
 * "result" (set up by mpic_result_init()) is filled in.  0 or -1.
 */
int mpic_challenge_dns(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup, mpic_result_t *result);

/*
 * The verdict of acme-http-01 over a final response.  "body" holds what was
 * read, "truncated" that there was more of it.  Sets passed, completed and
 * the errors of "result"; its evidence is the caller's to fill.  0 or -1.
 */
int mpic_challenge_http01(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    int status, const mpic_str_t *body, int truncated,
    mpic_result_t *result);


#endif /* _MPIC_CHALLENGE_H_INCLUDED_ */
