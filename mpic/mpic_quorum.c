
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_quorum.h"


/* the cohort of a request that names no number, where there are as many */
#define MPIC_COUNT_DEFAULT  6

#define MPIC_FIELD_COUNT    "orchestration_parameters.perspective_count"
#define MPIC_FIELD_QUORUM   "orchestration_parameters.quorum_count"


/*
 * BR 3.2.2.9, the phases: remote perspectives from a day on (UTC).  That those
 * which corroborate are of two RIR regions is asked for since 2026-03-15, and
 * here always.
 */

static const struct {
    time_t  from;
    size_t  remotes;
} mpic_br_phases[] = {
    { 1797292800, 5 },    /* 2026-12-15 */
    { 1781481600, 4 },    /* 2026-06-15 */
    { 1773532800, 3 },    /* 2026-03-15 */
    { 1741996800, 2 }     /* 2025-03-15 */
};


/* BR 3.2.2.9, table "Quorum Requirements": from so many on, so many may not */

static const struct {
    size_t  remotes;
    size_t  dissent;
} mpic_br_quorums[] = {
    { 6, MPIC_DISSENT_MAX },
    { 2, 1 }
};

/* the smallest number that corroborates; the API's limit as well */
#define MPIC_REMOTES_MIN    2


static int mpic_quorum_asked(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, mpic_terms_t *terms,
    mpic_issues_t *issues);
static int mpic_quorum_asked_quorum(mpic_pool_t *pool,
    const mpic_policy_t *policy, const mpic_orchestration_t *asked,
    mpic_terms_t *terms, mpic_issues_t *issues);
static size_t mpic_quorum_count_floor(const mpic_policy_t *policy,
    time_t now);
static size_t mpic_quorum_default(const mpic_policy_t *policy, size_t floor);
static int mpic_quorum_reject(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, const mpic_terms_t *terms,
    mpic_issues_t *issues);


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


time_t
mpic_br_since(time_t now)
{
    size_t  i, n;

    n = sizeof(mpic_br_phases) / sizeof(mpic_br_phases[0]);

    for (i = 0; i < n - 1; i++) {
        if (now >= mpic_br_phases[i].from) {
            break;
        }
    }

    return mpic_br_phases[i].from;
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
    size_t  i;

    for (i = 0; i < sizeof(mpic_br_quorums) / sizeof(mpic_br_quorums[0]); i++)
    {
        if (count >= mpic_br_quorums[i].remotes) {
            return count - mpic_br_quorums[i].dissent;
        }
    }

    return count;
}


time_t
mpic_br_next(time_t now)
{
    time_t  next;
    size_t  i;

    next = 0;

    for (i = 0; i < sizeof(mpic_br_phases) / sizeof(mpic_br_phases[0]); i++) {
        if (now < mpic_br_phases[i].from) {
            next = mpic_br_phases[i].from;
        }
    }

    return next;
}


size_t
mpic_quorum_smallest(const mpic_policy_t *policy, size_t count)
{
    size_t  quorum;

    quorum = mpic_quorum_floor(count);

    return (count - quorum > policy->dissent) ? count - policy->dissent
                                              : quorum;
}


int
mpic_quorum_terms(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, time_t now, mpic_terms_t *terms,
    mpic_issues_t *issues)
{
    int     rc;
    size_t  floor, dissent;

    floor = mpic_quorum_count_floor(policy, now);

    if (policy->known < floor) {
        return 2;
    }

    terms->count = mpic_quorum_default(policy, floor);
    terms->quorum = mpic_quorum_floor(terms->count);

    rc = mpic_quorum_asked(pool, policy, asked, terms, issues);
    if (rc != 0) {
        return rc;
    }

    dissent = terms->count - terms->quorum;

    /* BR 3.2.2.9; the smallest quorum that was asked for stays the smallest */

    if (terms->quorum == mpic_quorum_floor(terms->count)) {
        dissent = MPIC_DISSENT_MAX;
    }

    if (terms->count < floor) {
        terms->count = floor;
    }

    if (terms->quorum != 0) {
        terms->quorum = terms->count - dissent;

        if (terms->quorum < mpic_quorum_smallest(policy, terms->count)) {
            terms->quorum = mpic_quorum_smallest(policy, terms->count);
        }
    }

    return policy->reject
           ? mpic_quorum_reject(pool, policy, asked, terms, issues) : 0;
}


static size_t
mpic_quorum_count_floor(const mpic_policy_t *policy, time_t now)
{
    size_t  floor;

    floor = mpic_policy_remotes(policy->policy, now);

    return (policy->floor > floor) ? policy->floor : floor;
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
    if (asked->perspective_count != -1) {

        if (asked->perspective_count < MPIC_REMOTES_MIN
            || (size_t) asked->perspective_count > policy->known)
        {
            return mpic_issue_add(pool, issues, "invalid-perspective-count",
                                  MPIC_FIELD_COUNT,
                                  "Invalid perspective count: %d; it must be "
                                  "from %d to %zu, the number of perspectives",
                                  asked->perspective_count, MPIC_REMOTES_MIN,
                                  policy->known)
                   ? -1 : 1;
        }

        terms->count = (size_t) asked->perspective_count;
        terms->quorum = mpic_quorum_floor(terms->count);
    }

    return (asked->quorum_count == -1)
           ? 0 : mpic_quorum_asked_quorum(pool, policy, asked, terms, issues);
}


static int
mpic_quorum_asked_quorum(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, mpic_terms_t *terms,
    mpic_issues_t *issues)
{
    size_t  floor;

    if (asked->quorum_count == 0 && policy->monitoring) {
        terms->quorum = 0;
        return 0;
    }

    floor = mpic_quorum_floor(terms->count);

    if (asked->quorum_count < (int) floor
        || asked->quorum_count > (int) terms->count)
    {
        return mpic_issue_add(pool, issues, "invalid-quorum-count",
                              MPIC_FIELD_QUORUM,
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


/*
 * What was raised is an issue instead.
 */

static int
mpic_quorum_reject(mpic_pool_t *pool, const mpic_policy_t *policy,
    const mpic_orchestration_t *asked, const mpic_terms_t *terms,
    mpic_issues_t *issues)
{
    int     rc;
    size_t  floor;

    rc = 0;

    if (asked->perspective_count != -1
        && (size_t) asked->perspective_count < terms->count)
    {
        rc = 1;

        if (mpic_issue_add(pool, issues, "invalid-perspective-count",
                           MPIC_FIELD_COUNT,
                           "Invalid perspective count: %d is below the "
                           "floor of %zu of the policy in force",
                           asked->perspective_count, terms->count)
            != 0)
        {
            return -1;
        }
    }

    floor = mpic_quorum_smallest(policy, terms->count);

    if (asked->quorum_count != -1 && terms->quorum != 0
        && (size_t) asked->quorum_count < floor)
    {
        rc = 1;

        if (mpic_issue_add(pool, issues, "invalid-quorum-count",
                           MPIC_FIELD_QUORUM,
                           "Invalid quorum count: %d is below the floor of "
                           "%zu (of %zu perspectives) of the policy in force",
                           asked->quorum_count, floor, terms->count)
            != 0)
        {
            return -1;
        }
    }

    return rc;
}
