
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Is a failed lookup of CAA permission to issue?  BR 3.2.2.8, RFC 4035
 * section 4.3.
 */


#ifndef _MPIC_CAA_FAILURE_H_INCLUDED_
#define _MPIC_CAA_FAILURE_H_INCLUDED_


#include "mpic_check.h"


/*
 * What was looked up beside CAA because of a failure.  The arrays have an
 * element for each level, in the order of mpic_caa_levels(), or are NULL; one
 * that was not asked has a "type" of 0.
 */

typedef struct {
    /* asked for by the request ("allow_lookup_failure") */
    unsigned              requested:1;
    /* allowed by the operator */
    unsigned              allowed:1;

    /* DS of the level's name, asked with DO */
    const mpic_lookup_t  *ds;

    /*
     * For a DS that is ANSWERED: what mpic_cut_insecure() says of it, 1 where
     * it is proof, and its clause.
     */
    const int            *insecure;
    const char          **why;

    /* CNAME of the level's name */
    const mpic_lookup_t  *cnames;
} mpic_caa_proof_t;


typedef enum {
    /* not permission, whatever is still to come */
    MPIC_CAA_FAILURE_REFUSED = 0,
    /* not known yet */
    MPIC_CAA_FAILURE_OPEN,
    MPIC_CAA_FAILURE_PERMITS
} mpic_caa_failure_e;


/*
 * The verdict over level "i", whose lookup failed.  It is permission if the
 * request and the operator allow it, and
 *
 * - the failure is outside of the CA's own: SERVFAIL, or no answer in time,
 *   from resolvers that were reached and have proven to validate;
 * - it was asked for twice at least;
 * - it is not bogus;
 * - the name is no alias, whose records would be in another zone;
 * - the name is at or below a delegation that is proven to be unsigned.
 *
 * "reason" is a clause, static, that says which of these is missing, or what
 * the proof is.  Where there is proof, "insecure" is the number of the level
 * that it is about.
 */
mpic_caa_failure_e mpic_caa_failure_judge(const mpic_lookup_t *lookups,
    size_t n, size_t i, const mpic_caa_proof_t *proof, const char **reason,
    size_t *insecure);

/*
 * The evidence: all levels up to number "last" that failed; "reason" and
 * "insecure", which may be NULL, as above.  0 or -1.
 */
int mpic_caa_failure_show(mpic_pool_t *pool, const mpic_lookup_t *lookups,
    size_t last, int permission, const char *reason,
    const mpic_str_t *insecure, mpic_lookup_failure_t *failure);


#endif /* _MPIC_CAA_FAILURE_H_INCLUDED_ */
