
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Do the records seen prove control?  The methods that look at the records of
 * one type at one name: BR 3.2.2.4.7, 3.2.2.4.8, 3.2.2.4.14, 3.2.2.4.16,
 * 3.2.2.4.21, 3.2.2.4.22, 3.2.2.5.3, 3.2.2.5.8; RFC 8555 section 8.4.
 */


#ifndef _MPIC_CHALLENGE_DNS_H_INCLUDED_
#define _MPIC_CHALLENGE_DNS_H_INCLUDED_


#include "mpic_check.h"


/* octets of an expected or a seen value in a message */
#define MPIC_CHALLENGE_SHOWN  100


/*
 * The name and type to ask for: "lookup" is set up as PENDING.  For the
 * methods that climb the tree (mpic_contact.h) it is where that begins.
 * Returns 0; 1 and in "why" the reason if no such name can exist (longer than
 * 253 octets); -1 without memory.
 */
int mpic_challenge_dns_question(mpic_pool_t *pool,
    const mpic_target_t *target, const mpic_dcv_params_t *params,
    mpic_lookup_t *lookup, mpic_str_t *why);

/*
 * The verdict over the lookup of that question, which is not PENDING; "now" is
 * the time of the check in seconds since the epoch.  "result" (set up by
 * mpic_result_init()) is filled in, its records included.  0 or -1.
 */
int mpic_challenge_dns(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, int64_t now,
    const mpic_lookup_t *lookup, mpic_result_t *result);

/*
 * Puts what was seen into "result".  0 or -1.
 */
int mpic_challenge_dns_seen(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_result_t *result);

/*
 * Adds the error for a lookup that is not usable.  0 or -1.
 */
int mpic_challenge_dns_failed(mpic_pool_t *pool, const mpic_lookup_t *lookup,
    mpic_result_t *result);


#endif /* _MPIC_CHALLENGE_DNS_H_INCLUDED_ */
