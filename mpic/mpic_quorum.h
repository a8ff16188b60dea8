
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * How many perspectives look, and how many have to agree.  BR 3.2.2.9.
 */


#ifndef _MPIC_QUORUM_H_INCLUDED_
#define _MPIC_QUORUM_H_INCLUDED_


#include "mpic_cohort.h"
#include "mpic_request.h"

#include <time.h>


typedef enum {
    /* the floors of BR 3.2.2.9 in force at the time of the request */
    MPIC_POLICY_BR = 0,
    /* the limits of the Open MPIC API alone, for private PKI and trials */
    MPIC_POLICY_PRIVATE
} mpic_policy_e;


/* what BR 3.2.2.9 allows a cohort of any size to disagree, at the most */
#define MPIC_DISSENT_MAX  2


typedef struct {
    mpic_policy_e  policy;
    /* perspectives configured */
    size_t         known;
    /* for requests that name no number; 0: six, or all that are known */
    size_t         count;
    /* the operator's own smallest number, 0 for none */
    size_t         floor;
    /* the operator's own limit, MPIC_DISSENT_MAX for none */
    size_t         dissent;
    /* a quorum_count of 0 is allowed */
    unsigned       monitoring:1;
    /* values below the floors are refused, not raised */
    unsigned       reject:1;
} mpic_policy_t;


/*
 * What is used for a request.  A quorum of 0 is the monitoring mode: the
 * caller looks on, and there is no verdict.
 */

typedef struct {
    size_t         count;
    size_t         quorum;
} mpic_terms_t;


/*
 * The number of remote perspectives that BR 3.2.2.9 asks for at a time.
 */
size_t mpic_br_remotes(time_t now);

/*
 * The first second of the day since when it asks for that number.
 */
time_t mpic_br_since(time_t now);

/*
 * The number that a policy asks for at a time, the operator's own aside.
 */
size_t mpic_policy_remotes(mpic_policy_e policy, time_t now);

/*
 * The first second of the day from which BR 3.2.2.9 asks for more, 0 if no day
 * is set.
 */
time_t mpic_br_next(time_t now);

/*
 * The smallest quorum for a number of remotes, 2 or more: one less up to 5,
 * two less from 6 (BR 3.2.2.9, table "Quorum Requirements").
 */
size_t mpic_quorum_floor(size_t count);

/*
 * The same, or more where the operator allows fewer to disagree.
 */
size_t mpic_quorum_smallest(const mpic_policy_t *policy, size_t count);

/*
 * The terms of a request made at "now": what the caller asked for where it is
 * as strict as the policy or stricter, raised to the policy where it is laxer,
 * or an issue if "reject" is set.  A value outside of the API's own limits
 * (perspective_count 2 … known; quorum_count of its row, or above the count)
 * is an issue in any case.
 *
 * Returns 0; 1 with "issues" added; 2 if the known perspectives cannot
 * satisfy the policy; -1 without memory.
 */
int mpic_quorum_terms(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, time_t now, mpic_terms_t *terms,
    mpic_issues_t *issues);


#endif /* _MPIC_QUORUM_H_INCLUDED_ */
