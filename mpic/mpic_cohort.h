
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Which perspectives look at a target.  BR 3.2.2.9; the choice is keyed, so
 * that nobody without the secret can predict it, and the same for the same
 * target (Open MPIC API 3.5.0, perspective_count).
 */


#ifndef _MPIC_COHORT_H_INCLUDED_
#define _MPIC_COHORT_H_INCLUDED_


#include "mpic_base.h"


#define MPIC_PERSPECTIVES_MAX  64

/* octets in the code of a perspective */
#define MPIC_CODE_MAX          64


/* the five Regional Internet Registries */

typedef enum {
    MPIC_RIR_AFRINIC = 0,
    MPIC_RIR_APNIC,
    MPIC_RIR_ARIN,
    MPIC_RIR_LACNIC,
    MPIC_RIR_RIPE_NCC
} mpic_rir_e;

#define MPIC_RIR_COUNT  5


/*
 * "ARIN", "RIPE NCC", …, without regard to case; "RIPE" and "RIPE-NCC" are
 * taken for "RIPE NCC".  Returns mpic_rir_e, or -1 for anything else.
 */
int mpic_rir_parse(const mpic_str_t *text);
const char *mpic_rir_name(mpic_rir_e rir);


/* what the choice needs to know of a perspective */

typedef struct {
    mpic_str_t   code;
    mpic_rir_e   rir;
} mpic_perspective_t;


/*
 * Chooses "count" of "n" perspectives for a target: the highest by
 * HMAC-SHA256(secret, target, code) (rendezvous hashing), so that at least
 * two RIR regions are among them.  "target" is the canonical name without
 * "*.": a name and its wildcard are seen by the same cohort.  The indices
 * go to "chosen", highest first.
 *
 * Returns 0; 1 if no such cohort exists (count > n, count < 2, one region
 * only); -1 if the hash cannot be computed.
 */
int mpic_cohort_select(const mpic_perspective_t *perspectives, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target, size_t count,
    unsigned *chosen);


#endif /* _MPIC_COHORT_H_INCLUDED_ */
