
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Does a resolver validate?  What it says about a name that is signed and
 * about names that are signed wrongly is the proof.  BR 3.2.2.8.1.
 */


#ifndef _MPIC_PROBE_H_INCLUDED_
#define _MPIC_PROBE_H_INCLUDED_


#include "mpic_lookup.h"


/* names that do not validate, at the most */
#define MPIC_PROBE_BAD_MAX  8

/*
 * Seconds that a proof holds while no other can be had: the names that do not
 * validate may be out of reach, which is no fault of the resolver.
 */
#define MPIC_PROBE_HOLDS    3600


typedef enum {
    MPIC_PROBE_UNTESTED = 0,
    MPIC_PROBE_PASSED,
    MPIC_PROBE_FAILED,
    /* the result of a test, never a state: neither was shown */
    MPIC_PROBE_UNPROVEN
} mpic_probe_e;


/* a name that does not validate: asked without and with CD */

typedef struct {
    mpic_lookup_t   plain;
    mpic_lookup_t   cd;
} mpic_probe_bad_t;


/* of one resolver, over the time; zeroed at first; times in seconds */

typedef struct {
    mpic_probe_e    state;

    /* when the state began, when the last test and the last proof ended */
    int64_t         since;
    int64_t         tested;
    int64_t         proven;
} mpic_probe_t;


/*
 * The result of one test.  PASSED: the good name exists and is authenticated,
 * one of the bad names at least is refused (SERVFAIL) that is answered with
 * CD, and none of them is answered without.  FAILED: the good name is not, or
 * a bad one is answered.  UNPROVEN: no bad name could be had with CD either.
 * A bad name that is proven not to exist (AD) counts for nothing.
 *
 * "why" is a sentence, whatever the result.  Returns a mpic_probe_e, or -1
 * without memory.
 */
int mpic_probe_judge(mpic_pool_t *pool, const mpic_lookup_t *good,
    const mpic_probe_bad_t *bad, size_t nbad, mpic_str_t *why);

/*
 * Takes the result of a test that ended "now".  What is unproven fails, but
 * for a resolver that has passed: it passes on until MPIC_PROBE_HOLDS have
 * gone since its last proof.  1 if the state changed, otherwise 0.
 */
int mpic_probe_update(mpic_probe_t *probe, mpic_probe_e result, int64_t now);


#endif /* _MPIC_PROBE_H_INCLUDED_ */
