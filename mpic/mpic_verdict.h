
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * From the votes of perspectives to a verdict.  BR 3.2.2.9.
 */


#ifndef _MPIC_VERDICT_H_INCLUDED_
#define _MPIC_VERDICT_H_INCLUDED_


#include "mpic_quorum.h"


/* the vote of one perspective */

typedef enum {
    /* no usable answer, or a check that did not complete */
    MPIC_VOTE_INCOMPLETE = 0,
    MPIC_VOTE_FAILED,
    MPIC_VOTE_PASSED,
    /* it is not known yet */
    MPIC_VOTE_OUT
} mpic_vote_e;


/* of one kind of check by one cohort: terms->count of each */

typedef struct {
    mpic_vote_e    votes[MPIC_PERSPECTIVES_MAX];
    mpic_rir_e     rirs[MPIC_PERSPECTIVES_MAX];

    /* 0: the caller is the primary, and has made its own determination */
    unsigned       has_primary:1;
    mpic_vote_e    primary;
} mpic_votes_t;


typedef struct {
    unsigned       valid:1;
    unsigned       completed:1;
    /* of the cohort, the primary not counted */
    size_t         npassed;
    size_t         nincomplete;
    size_t         nout;
    /* RIR regions of those that passed */
    size_t         nrirs;
} mpic_verdict_t;


/*
 * The verdict: valid if at least "quorum" of the cohort passed, those that
 * passed lie in at least two RIR regions (in all sizes but a cohort of two
 * under the private policy), and the primary passed; completed if no more than
 * count - quorum are incomplete, and the primary completed.  What is out is
 * taken for incomplete.
 */
void mpic_verdict(const mpic_terms_t *terms, mpic_policy_e policy,
    const mpic_votes_t *votes, mpic_verdict_t *verdict);


/* what the votes that are out cannot change any more */

#define MPIC_CERTAIN_VALID      0x01
#define MPIC_CERTAIN_COMPLETED  0x02
#define MPIC_CERTAIN            (MPIC_CERTAIN_VALID | MPIC_CERTAIN_COMPLETED)

/*
 * Which of "valid" and "completed" of the verdict stand whatever comes:
 * MPIC_CERTAIN_….  Without a quorum (the monitoring mode, where all votes are
 * what it is about) nothing stands as long as a vote is out.
 */
unsigned mpic_verdict_certain(const mpic_terms_t *terms, mpic_policy_e policy,
    const mpic_votes_t *votes);


#endif /* _MPIC_VERDICT_H_INCLUDED_ */
