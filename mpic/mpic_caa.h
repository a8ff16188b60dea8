
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Is a CAA record set permission to issue?  BR 3.2.2.8, RFC 8659, RFC 8657,
 * RFC 9495.
 */


#ifndef _MPIC_CAA_H_INCLUDED_
#define _MPIC_CAA_H_INCLUDED_


#include "mpic_caa_failure.h"


/* a name of 253 octets has 127 labels at the most */
#define MPIC_CAA_LEVELS_MAX  127


/*
 * How many levels a target has at the most, MPIC_CAA_LEVELS_MAX for any.
 */
int mpic_caa_nlevels(const mpic_target_t *target);

/*
 * The names to ask for: the target's, its parent's, … down to the top-level
 * domain, in this order (RFC 8659 section 3).  "lookups" has room for
 * mpic_caa_nlevels(); each is set up as PENDING with name and type.  Returns
 * their number, or -1 without memory.
 */
int mpic_caa_levels(mpic_pool_t *pool, const mpic_target_t *target,
    mpic_lookup_t *lookups);

/*
 * The verdict over the levels, as far as they are known.
 *
 * Returns 1 when the outcome can no longer change, with "result" (set up by
 * mpic_result_init()) filled in: completed, passed, errors and details;
 * 0 while a level that matters is PENDING; -1 without memory.  "domains" are
 * the issuer domain names to look for: the request's or the configured ones,
 * not yet normalised.
 *
 * The nearest level with a non-empty set decides; a level that failed at or
 * below it blocks, and one above it does not matter (BR 3.2.2.8).
 *
 * "proof", which may be NULL, can make of a level that failed one without
 * records: see mpic_caa_failure_judge().  Then the climb goes on, and a set
 * above it may still forbid.
 */
int mpic_caa_judge(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_caa_params_t *params, const mpic_str_t *domains,
    size_t ndomains, const mpic_lookup_t *lookups, size_t nlookups,
    const mpic_caa_proof_t *proof, mpic_result_t *result);


#endif /* _MPIC_CAA_H_INCLUDED_ */
