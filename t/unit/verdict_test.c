
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Every combination of votes and regions, against what BR 3.2.2.9 says in so
 * many words.
 */


#include "test_pool.h"

#include "mpic_verdict.h"


/* what a perspective may come to; "PASSED" in one of three regions */

#define FAILED      0
#define INCOMPLETE  1
#define PASSED      2
#define FATES       5

#define SIZE_MAX_ALL   8
#define SIZE_MAX_WAYS  5


/* the text: so many agree, from two regions, and the primary agrees */

typedef struct {
    size_t  passed;
    size_t  lost;
    int     regions[3];
} tally_t;


static void
tally(tally_t *t, size_t count, const unsigned *fates)
{
    size_t  i;

    memset(t, 0, sizeof(tally_t));

    for (i = 0; i < count; i++) {
        if (fates[i] >= PASSED) {
            t->passed++;
            t->regions[fates[i] - PASSED] = 1;

        } else if (fates[i] == INCOMPLETE) {
            t->lost++;
        }
    }
}


static int
is_valid(const tally_t *t, size_t count, size_t quorum, mpic_policy_e policy,
    int primary)
{
    int  regions;

    regions = t->regions[0] + t->regions[1] + t->regions[2];

    if (primary != -1 && primary < PASSED) {
        return 0;
    }

    if (regions < 2
        && !(policy == MPIC_POLICY_PRIVATE && count == 2 && regions == 1))
    {
        return 0;
    }

    return t->passed >= quorum;
}


static void
set_vote(mpic_vote_e *vote, mpic_rir_e *rir, unsigned fate)
{
    static const mpic_rir_e  regions[] = {
        MPIC_RIR_ARIN, MPIC_RIR_AFRINIC, MPIC_RIR_RIPE_NCC
    };

    *rir = regions[(fate >= PASSED) ? fate - PASSED : fate];
    *vote = (fate >= PASSED) ? MPIC_VOTE_PASSED
            : (fate == FAILED) ? MPIC_VOTE_FAILED : MPIC_VOTE_INCOMPLETE;
}


/* primary: -1 none, or a fate */

static void
check(size_t count, const unsigned *fates, int primary)
{
    size_t          i, quorum;
    tally_t         t;
    mpic_rir_e      rir;
    mpic_terms_t    terms;
    mpic_votes_t    votes;
    mpic_policy_e   policy;
    mpic_verdict_t  verdict;

    tally(&t, count, fates);

    votes.has_primary = (primary != -1);
    votes.primary = MPIC_VOTE_OUT;

    if (primary != -1) {
        set_vote(&votes.primary, &rir, (unsigned) primary);
    }

    for (i = 0; i < count; i++) {
        set_vote(&votes.votes[i], &votes.rirs[i], fates[i]);
    }

    terms.count = count;

    /* BR 3.2.2.9: one may disagree of 2 to 5, two of 6 or more */

    for (quorum = count - (count >= 6 ? 2 : 1); quorum <= count; quorum++) {
        terms.quorum = quorum;

        for (policy = MPIC_POLICY_BR; policy <= MPIC_POLICY_PRIVATE; policy++)
        {
            mpic_verdict(&terms, policy, &votes, &verdict);

            if (verdict.valid != is_valid(&t, count, quorum, policy, primary)
                || verdict.completed != (t.lost <= count - quorum
                                         && primary != INCOMPLETE)
                || verdict.npassed != t.passed
                || verdict.nincomplete != t.lost || verdict.nout != 0
                || mpic_verdict_certain(&terms, policy, &votes)
                   != MPIC_CERTAIN)
            {
                fail_msg("%zu of %zu, policy %d, primary %d: %d %d %d …",
                         quorum, count, (int) policy, primary,
                         (int) fates[0], (int) fates[1],
                         count > 2 ? (int) fates[2] : -1);
            }
        }
    }
}


static void
test_every_combination(void **state)
{
    int       primary;
    size_t    count, i;
    unsigned  n, rest, total, fates[SIZE_MAX_ALL];

    for (count = 2; count <= SIZE_MAX_ALL; count++) {

        for (total = 1, i = 0; i < count; i++) {
            total *= FATES;
        }

        for (n = 0; n < total; n++) {

            for (rest = n, i = 0; i < count; i++, rest /= FATES) {
                fates[i] = rest % FATES;
            }

            check(count, fates, -1);

            for (primary = 0; primary <= PASSED && count < 7; primary++) {
                check(count, fates, primary);
            }
        }
    }
}


/* all ways that it can still go: is the verdict the same for all of them? */

static unsigned
all_ways(const mpic_terms_t *terms, mpic_policy_e policy, mpic_votes_t *votes,
    size_t from, unsigned *seen)
{
    size_t          i;
    unsigned        fate;
    mpic_rir_e      rir;
    mpic_votes_t    more;
    mpic_verdict_t  verdict;

    for (i = from; i < terms->count; i++) {
        if (votes->votes[i] == MPIC_VOTE_OUT) {
            break;
        }
    }

    more = *votes;

    if (i < terms->count) {
        for (fate = 0; fate <= PASSED; fate++) {
            set_vote(&more.votes[i], &rir, fate);
            all_ways(terms, policy, &more, i + 1, seen);
        }

    } else if (votes->has_primary && votes->primary == MPIC_VOTE_OUT) {
        for (fate = 0; fate <= PASSED; fate++) {
            set_vote(&more.primary, &rir, fate);
            all_ways(terms, policy, &more, i, seen);
        }

    } else {
        mpic_verdict(terms, policy, votes, &verdict);
        *seen |= 1u << verdict.valid | 4u << verdict.completed;
    }

    return ((*seen & 3) != 3 ? MPIC_CERTAIN_VALID : 0)
           | ((*seen & 12) != 12 ? MPIC_CERTAIN_COMPLETED : 0);
}


static void
check_certain(size_t count, unsigned n, unsigned primary)
{
    size_t         i;
    unsigned       seen;
    mpic_rir_e     rir;
    mpic_terms_t   terms;
    mpic_votes_t   votes;
    mpic_policy_e  policy;

    for (i = 0; i < count; i++, n /= FATES + 2) {

        /* out, in one of two regions */

        if (n % (FATES + 2) >= FATES) {
            votes.votes[i] = MPIC_VOTE_OUT;
            votes.rirs[i] = (n % (FATES + 2) == FATES) ? MPIC_RIR_ARIN
                                                       : MPIC_RIR_APNIC;
            continue;
        }

        set_vote(&votes.votes[i], &votes.rirs[i], n % (FATES + 2));
    }

    votes.has_primary = (primary <= PASSED + 1);
    votes.primary = MPIC_VOTE_OUT;

    if (primary <= PASSED) {
        set_vote(&votes.primary, &rir, primary);
    }

    terms.count = count;

    for (terms.quorum = count - 1; terms.quorum <= count; terms.quorum++) {

        for (policy = MPIC_POLICY_BR; policy <= MPIC_POLICY_PRIVATE; policy++)
        {
            seen = 0;
            assert_int_equal(mpic_verdict_certain(&terms, policy, &votes),
                             all_ways(&terms, policy, &votes, 0, &seen));
        }
    }
}


static void
test_certain(void **state)
{
    size_t    count, i;
    unsigned  n, total, primary;

    for (count = 2; count <= SIZE_MAX_WAYS; count++) {

        for (total = 1, i = 0; i < count; i++) {
            total *= FATES + 2;
        }

        for (n = 0; n < total; n++) {

            /* failed, incomplete, passed, out, none */

            for (primary = (count == SIZE_MAX_WAYS) ? PASSED + 2 : 0;
                 primary <= PASSED + 2;
                 primary++)
            {
                check_certain(count, n, primary);
            }
        }
    }
}


/* a quorum of nothing is no quorum, and all that is out may be of interest */

static void
test_no_quorum(void **state)
{
    mpic_terms_t    terms = { 2, 0 };
    mpic_votes_t    votes = {
        .votes = { MPIC_VOTE_PASSED, MPIC_VOTE_OUT },
        .rirs = { MPIC_RIR_ARIN, MPIC_RIR_APNIC }
    };
    mpic_verdict_t  verdict;

    assert_int_equal(mpic_verdict_certain(&terms, MPIC_POLICY_BR, &votes), 0);

    votes.votes[1] = MPIC_VOTE_PASSED;

    mpic_verdict(&terms, MPIC_POLICY_BR, &votes, &verdict);

    assert_int_equal(verdict.valid, 0);
    assert_int_equal(mpic_verdict_certain(&terms, MPIC_POLICY_BR, &votes),
                     MPIC_CERTAIN);

    votes.has_primary = 1;
    votes.primary = MPIC_VOTE_OUT;

    assert_int_equal(mpic_verdict_certain(&terms, MPIC_POLICY_BR, &votes), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_every_combination),
        cmocka_unit_test(test_certain),
        cmocka_unit_test(test_no_quorum)
    };

    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
