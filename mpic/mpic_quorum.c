
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_quorum.h"


/* the cohort of a request that names no number, where there are as many */
#define MPIC_COUNT_DEFAULT  6


/* BR 3.2.2.9, the phases: remote perspectives from a day on (UTC) */

static const struct {
    time_t  from;
    size_t  remotes;
} mpic_br_phases[] = {
    { 1797292800, 5 },    /* 2026-12-15 */
    { 1781481600, 4 },    /* 2026-06-15 */
    { 1773532800, 3 }     /* 2026-03-15 */
};

/* from 2025-03-15, and the smallest number that corroborates */
#define MPIC_REMOTES_MIN    2


static int mpic_quorum_asked(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, mpic_terms_t *terms,
    mpic_issues_t *issues);
static size_t mpic_quorum_default(const mpic_policy_t *policy, size_t floor);
static size_t mpic_quorum_regions(const mpic_vote_e *votes,
    const mpic_rir_e *rirs, size_t n);


size_t
mpic_br_remotes(time_t now)
{
    size_t  i;

    for (i = 0; i < sizeof(mpic_br_phases) / sizeof(mpic_br_phases[0]); i++) {
        if (now >= mpic_br_phases[i].from) {
            return mpic_br_phases[i].remotes;
        }
    }

    return MPIC_REMOTES_MIN;
}


size_t
mpic_policy_remotes(mpic_policy_e policy, time_t now)
{
    return (policy == MPIC_POLICY_BR) ? mpic_br_remotes(now)
                                      : MPIC_REMOTES_MIN;
}


size_t
mpic_quorum_floor(size_t count)
{
    return (count <= 5) ? count - 1 : count - 2;
}


int
mpic_quorum_terms(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, time_t now, mpic_terms_t *terms,
    mpic_issues_t *issues)
{
    int     rc;
    size_t  floor, dissent;

    floor = mpic_policy_remotes(policy->policy, now);

    if (policy->known < floor) {
        return 2;
    }

    terms->count = mpic_quorum_default(policy, floor);
    terms->quorum = mpic_quorum_floor(terms->count);

    rc = mpic_quorum_asked(pool, policy, asked, terms, issues);
    if (rc != 0) {
        return rc;
    }

    /*
     * A laxer count is raised to the floor (BR 3.2.2.9), and what the caller
     * allows to disagree is kept where it is less than what the BRs allow.
     */

    dissent = terms->count - terms->quorum;

    if (terms->count < floor) {
        terms->count = floor;
    }

    terms->quorum = terms->count - dissent;

    if (terms->quorum < mpic_quorum_floor(terms->count)) {
        terms->quorum = mpic_quorum_floor(terms->count);
    }

    return 0;
}


static size_t
mpic_quorum_default(const mpic_policy_t *policy, size_t floor)
{
    size_t  count;

    count = policy->count ? policy->count : MPIC_COUNT_DEFAULT;

    if (count > policy->known) {
        count = policy->known;
    }

    return (count < floor) ? floor : count;
}


/*
 * The caller's numbers within the limits of the API: perspective_count from 2
 * to the known ones, quorum_count from the smallest quorum of that count to
 * the count.
 */

static int
mpic_quorum_asked(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, mpic_terms_t *terms,
    mpic_issues_t *issues)
{
    size_t  floor;

    if (asked->perspective_count != -1) {

        if (asked->perspective_count < 2
            || (size_t) asked->perspective_count > policy->known)
        {
            return mpic_issue_add(pool, issues, "invalid-perspective-count",
                                  "orchestration_parameters.perspective_count",
                                  "Invalid perspective count: %d; it must be "
                                  "from 2 to %zu, the number of perspectives",
                                  asked->perspective_count, policy->known)
                   ? -1 : 1;
        }

        terms->count = (size_t) asked->perspective_count;
        terms->quorum = mpic_quorum_floor(terms->count);
    }

    if (asked->quorum_count == -1) {
        return 0;
    }

    floor = mpic_quorum_floor(terms->count);

    if (asked->quorum_count < (int) floor
        || asked->quorum_count > (int) terms->count)
    {
        return mpic_issue_add(pool, issues, "invalid-quorum-count",
                              "orchestration_parameters.quorum_count",
                              "Invalid quorum count: %d; with %zu "
                              "perspectives it must be from %zu to %zu%s",
                              asked->quorum_count, terms->count, floor,
                              terms->count,
                              asked->quorum_count == 0
                              ? " (the monitoring mode, 0, is not allowed "
                                "here)" : "")
               ? -1 : 1;
    }

    terms->quorum = (size_t) asked->quorum_count;

    return 0;
}


void
mpic_quorum_verdict(const mpic_terms_t *terms, mpic_policy_e policy,
    const mpic_vote_e *votes, const mpic_rir_e *rirs, mpic_verdict_t *verdict)
{
    size_t  i, regions;

    verdict->npassed = 0;
    verdict->nincomplete = 0;

    for (i = 0; i < terms->count; i++) {
        if (votes[i] == MPIC_VOTE_PASSED) {
            verdict->npassed++;

        } else if (votes[i] != MPIC_VOTE_FAILED) {
            verdict->nincomplete++;
        }
    }

    verdict->nrirs = mpic_quorum_regions(votes, rirs, terms->count);

    /* the Open MPIC API asks nothing of the regions of a cohort of two */

    regions = (policy == MPIC_POLICY_PRIVATE && terms->count == 2) ? 1 : 2;

    verdict->completed = (verdict->nincomplete
                          <= terms->count - terms->quorum);
    verdict->valid = (terms->quorum > 0
                      && verdict->npassed >= terms->quorum
                      && verdict->nrirs >= regions);
}


/*
 * RIR regions of the perspectives that passed.
 */

static size_t
mpic_quorum_regions(const mpic_vote_e *votes, const mpic_rir_e *rirs,
    size_t n)
{
    size_t    i, count;
    unsigned  seen;

    seen = 0;
    count = 0;

    for (i = 0; i < n; i++) {

        if (votes[i] != MPIC_VOTE_PASSED || (seen & (1u << rirs[i]))) {
            continue;
        }

        seen |= 1u << rirs[i];
        count++;
    }

    return count;
}
