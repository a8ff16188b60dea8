
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_verdict.h"

#include <string.h>


static void mpic_verdict_assume(const mpic_terms_t *terms,
    mpic_policy_e policy, const mpic_votes_t *votes, mpic_vote_e out,
    mpic_verdict_t *verdict);
static size_t mpic_verdict_regions(mpic_policy_e policy, size_t count);
static int mpic_verdict_out(const mpic_terms_t *terms,
    const mpic_votes_t *votes);


void
mpic_verdict(const mpic_terms_t *terms, mpic_policy_e policy,
    const mpic_votes_t *votes, mpic_verdict_t *verdict)
{
    mpic_verdict_assume(terms, policy, votes, MPIC_VOTE_INCOMPLETE, verdict);
}


/*
 * More passes never make a verdict worse, so that what is the same with the
 * worst and with the best of what is out stands.
 */

unsigned
mpic_verdict_certain(const mpic_terms_t *terms, mpic_policy_e policy,
    const mpic_votes_t *votes)
{
    unsigned        certain;
    mpic_verdict_t  worst, best;

    if (terms->quorum == 0 && mpic_verdict_out(terms, votes)) {
        return 0;
    }

    mpic_verdict_assume(terms, policy, votes, MPIC_VOTE_INCOMPLETE, &worst);
    mpic_verdict_assume(terms, policy, votes, MPIC_VOTE_PASSED, &best);

    certain = 0;

    if (worst.valid == best.valid) {
        certain |= MPIC_CERTAIN_VALID;
    }

    if (worst.completed == best.completed) {
        certain |= MPIC_CERTAIN_COMPLETED;
    }

    return certain;
}


/* the verdict if all that is out were "out" */

static void
mpic_verdict_assume(const mpic_terms_t *terms, mpic_policy_e policy,
    const mpic_votes_t *votes, mpic_vote_e out, mpic_verdict_t *verdict)
{
    size_t       i, incomplete;
    unsigned     seen;
    mpic_vote_e  vote, primary;

    memset(verdict, 0, sizeof(mpic_verdict_t));
    seen = 0;

    for (i = 0; i < terms->count; i++) {
        vote = votes->votes[i];

        if (vote == MPIC_VOTE_OUT) {
            verdict->nout++;
            vote = (out == MPIC_VOTE_PASSED) ? MPIC_VOTE_PASSED
                                             : MPIC_VOTE_OUT;
        }

        if (vote != MPIC_VOTE_PASSED) {
            verdict->nincomplete += (vote == MPIC_VOTE_INCOMPLETE);
            continue;
        }

        verdict->npassed++;

        if (!(seen & (1u << votes->rirs[i]))) {
            seen |= 1u << votes->rirs[i];
            verdict->nrirs++;
        }
    }

    primary = votes->has_primary ? votes->primary : MPIC_VOTE_PASSED;

    if (primary == MPIC_VOTE_OUT) {
        primary = out;
    }

    incomplete = verdict->nincomplete;

    if (out == MPIC_VOTE_INCOMPLETE) {
        incomplete += verdict->nout;
    }

    verdict->completed = (incomplete <= terms->count - terms->quorum
                          && primary != MPIC_VOTE_INCOMPLETE);
    verdict->valid = (terms->quorum > 0
                      && verdict->npassed >= terms->quorum
                      && verdict->nrirs >= mpic_verdict_regions(policy,
                                                                terms->count)
                      && primary == MPIC_VOTE_PASSED);
}


/* the Open MPIC API asks nothing of the regions of a cohort of two */

static size_t
mpic_verdict_regions(mpic_policy_e policy, size_t count)
{
    return (policy == MPIC_POLICY_PRIVATE && count == 2) ? 1 : 2;
}


static int
mpic_verdict_out(const mpic_terms_t *terms, const mpic_votes_t *votes)
{
    size_t  i;

    for (i = 0; i < terms->count; i++) {
        if (votes->votes[i] == MPIC_VOTE_OUT) {
            return 1;
        }
    }

    return votes->has_primary && votes->primary == MPIC_VOTE_OUT;
}
