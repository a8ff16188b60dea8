
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Many and large fan-outs on a virtual clock, drawn at random: what becomes of
 * each call at each endpoint, and when, is known before, so that the model
 * only has to add up.  A seed names a play; the one that fails is printed.
 */


#include "test_pool.h"

#include "mpic_fanout.h"

#include <limits.h>


#define PLAYS    20000
#define NEVER    UINT64_MAX
#define ANY      UINT_MAX

/* fails by name: which play it was */

#define check(c)                                                              \
    do {                                                                      \
        if (!(c)) {                                                           \
            fail_msg("line %d, seed %u: not so: %s", __LINE__, seed, #c);     \
        }                                                                     \
    } while (0)


typedef struct {
    uint64_t             delay;
    mpic_fanout_event_e  type;
    mpic_vote_e          vote;
} fate_t;


typedef struct {
    mpic_terms_t         terms;
    mpic_policy_e        policy;
    uint64_t             start;
    uint64_t             deadline;
    /* when the timer fires, late as timers are, or the client goes */
    uint64_t             end;
    int                  abort;
    unsigned             nendpoints[MPIC_PERSPECTIVES_MAX];
    mpic_rir_e           rirs[MPIC_PERSPECTIVES_MAX];
    fate_t               fates[MPIC_PERSPECTIVES_MAX][MPIC_ENDPOINTS_MAX];
} play_t;


/* what happened, and what should have */

typedef struct {
    /* endpoints asked */
    unsigned             asked[MPIC_PERSPECTIVES_MAX];
    int                  answered[MPIC_PERSPECTIVES_MAX];
    int                  cancelled[MPIC_PERSPECTIVES_MAX];
    mpic_vote_e          votes[MPIC_PERSPECTIVES_MAX];
    /* when it finished */
    uint64_t             finished;
} outcome_t;


typedef struct {
    mpic_fanout_t        fanout;
    outcome_t            outcome;
    uint64_t             now;
    /* when the next event of a call is due */
    uint64_t             due[MPIC_PERSPECTIVES_MAX];
} run_t;


static unsigned              seed;
static uint64_t              state_of_random;
static mpic_fanout_action_t  actions[MPIC_ACTIONS_MAX];


/* below n; splitmix64: the same on every machine */

static unsigned
draw(unsigned n)
{
    uint64_t  x;

    x = (state_of_random += 0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;

    return (unsigned) ((x ^ (x >> 31)) % n);
}


static void
draw_fate(fate_t *fate, unsigned timeout, unsigned dead)
{
    unsigned  kind;

    fate->delay = draw(2) ? draw(timeout / 4) : draw(timeout + 1);
    fate->vote = MPIC_VOTE_INCOMPLETE;

    if (draw(8) < dead) {
        fate->type = MPIC_EVENT_UNREACHABLE;
        return;
    }

    kind = draw(16);
    fate->type = (kind == 0) ? MPIC_EVENT_GARBLED : MPIC_EVENT_ANSWER;

    if (kind > 1) {
        fate->vote = (kind == 2) ? MPIC_VOTE_FAILED : MPIC_VOTE_PASSED;
    }
}


static void
draw_play(play_t *p)
{
    unsigned  i, e, timeout, dead, regions;

    static const unsigned  counts[] = { 24, 24, 6, 5, 2, 64 };

    state_of_random = seed;

    p->terms.count = counts[draw(6)] - draw(2);
    p->terms.count = (p->terms.count < 2) ? 2 : p->terms.count;
    p->terms.quorum = p->terms.count - draw(draw(4) ? 3 : 24)
                                       % p->terms.count;
    p->policy = draw(2) ? MPIC_POLICY_BR : MPIC_POLICY_PRIVATE;

    timeout = 4 + draw(draw(2) ? 40 : 9000);
    p->start = draw(2) ? 0 : (uint64_t) 1 << 40;
    p->deadline = p->start + timeout;

    p->abort = (draw(6) == 0);
    p->end = p->abort ? p->start + draw(timeout) : p->deadline + draw(5);

    dead = draw(8);
    regions = 1 + draw(MPIC_RIR_COUNT);

    for (i = 0; i < p->terms.count; i++) {
        p->nendpoints[i] = 1 + draw(MPIC_ENDPOINTS_MAX);
        p->rirs[i] = (mpic_rir_e) draw(regions);

        for (e = 0; e < p->nendpoints[i]; e++) {
            draw_fate(&p->fates[i][e], timeout, dead);
        }
    }
}


/* the model: the way of one call; whether it is out to the end */

static int
expect_call(const play_t *p, unsigned i, outcome_t *o, uint64_t *ended)
{
    uint64_t       now;
    unsigned       e;
    const fate_t  *fate;

    now = p->start;
    *ended = now;

    for (e = 0; e < p->nendpoints[i]; e++) {
        fate = &p->fates[i][e];
        now += fate->delay;
        o->asked[i]++;

        if (now > p->end) {
            *ended = p->end;
            o->cancelled[i] = 1;
            return 1;
        }

        *ended = now;

        if (fate->type == MPIC_EVENT_ANSWER) {
            o->answered[i] = 1;
            o->votes[i] = fate->vote;
            return 0;
        }

        if (fate->type == MPIC_EVENT_GARBLED || now >= p->deadline) {
            return 0;
        }
    }

    return 0;
}


static void
expect(const play_t *p, outcome_t *o)
{
    int       out;
    uint64_t  ended, last;
    unsigned  i;

    memset(o, 0, sizeof(outcome_t));

    out = 0;
    last = p->start;

    for (i = 0; i < p->terms.count; i++) {
        out |= expect_call(p, i, o, &ended);
        last = (ended > last) ? ended : last;
    }

    o->finished = (out && p->abort) ? NEVER : last;
}


static size_t
step(run_t *r, mpic_fanout_event_e type, unsigned call, mpic_vote_e vote)
{
    mpic_fanout_event_t  event;

    event.type = type;
    event.call = call;
    event.vote = vote;
    event.now = r->now;

    return mpic_fanout_step(&r->fanout, &event, actions);
}


/* does what the actions say, which concern no call but that one, or ANY */

static void
perform(run_t *r, const play_t *p, size_t n, unsigned call)
{
    size_t    i;
    unsigned  c;

    for (i = 0; i < n; i++) {
        c = actions[i].call;

        if (actions[i].type == MPIC_ACTION_FINISH) {
            check(r->outcome.finished == NEVER && i == n - 1);
            r->outcome.finished = r->now;
            continue;
        }

        check(c < p->terms.count && (call == ANY || call == c));

        if (actions[i].type == MPIC_ACTION_CANCEL) {
            check(r->due[c] != NEVER && !r->outcome.cancelled[c]);
            r->outcome.cancelled[c] = 1;
            continue;
        }

        check(actions[i].endpoint == r->outcome.asked[c]);
        check(actions[i].endpoint < p->nendpoints[c]);
        r->due[c] = r->now + p->fates[c][r->outcome.asked[c]++].delay;
    }
}


static int
same(const mpic_fanout_t *a, const mpic_fanout_t *b)
{
    size_t  i;

    for (i = 0; i < a->terms.count; i++) {
        if (a->calls[i].state != b->calls[i].state
            || a->calls[i].endpoint != b->calls[i].endpoint
            || a->calls[i].vote != b->calls[i].vote)
        {
            return 0;
        }
    }

    return a->state == b->state
           && a->deadline == b->deadline
           && a->nactive == b->nactive
           && a->verdict.valid == b->verdict.valid
           && a->verdict.completed == b->verdict.completed
           && a->verdict.npassed == b->verdict.npassed
           && a->verdict.nincomplete == b->verdict.nincomplete
           && a->verdict.nrirs == b->verdict.nrirs;
}


/* an event that changes nothing: too early, too late, of nobody */

static void
disturb(run_t *r, const play_t *p)
{
    unsigned       call;
    mpic_fanout_t  before;

    static const mpic_fanout_event_e  types[] = {
        MPIC_EVENT_ANSWER, MPIC_EVENT_UNREACHABLE, MPIC_EVENT_GARBLED,
        MPIC_EVENT_START, MPIC_EVENT_TIMER
    };

    before = r->fanout;
    call = draw(MPIC_PERSPECTIVES_MAX + 2);

    if (call < p->terms.count && r->due[call] != NEVER
        && r->fanout.state == MPIC_FANOUT_WAITING)
    {
        check(step(r, MPIC_EVENT_START, call, MPIC_VOTE_PASSED) == 0);

    } else if (r->now < p->deadline
               || r->fanout.state == MPIC_FANOUT_DONE)
    {
        check(step(r, types[draw(5)], call, (mpic_vote_e) draw(3)) == 0);

    } else {
        check(step(r, types[draw(4)], call, (mpic_vote_e) draw(3)) == 0);
    }

    check(same(&before, &r->fanout));
}


/* which is due first, not after "end"; of several any */

static unsigned
first_due(const run_t *r, const play_t *p, uint64_t end)
{
    unsigned  i, c, found, skip;

    found = ANY;
    skip = draw((unsigned) p->terms.count);

    for (i = 0; i < p->terms.count; i++) {
        c = (i + skip) % (unsigned) p->terms.count;

        if (r->due[c] <= end && (found == ANY || r->due[c] < r->due[found])) {
            found = c;
        }
    }

    return (found != ANY && r->due[found] == NEVER) ? ANY : found;
}


/* delivers what is due until "end" */

static void
play_until(run_t *r, const play_t *p, uint64_t end)
{
    unsigned       call;
    const fate_t  *fate;

    while ((call = first_due(r, p, end)) != ANY) {
        r->now = r->due[call];
        r->due[call] = NEVER;

        fate = &p->fates[call][r->outcome.asked[call] - 1];

        perform(r, p, step(r, fate->type, call, fate->vote), call);

        if (draw(4) == 0) {
            disturb(r, p);
        }
    }
}


static void
play(run_t *r, const play_t *p)
{
    unsigned  i;

    memset(r, 0, sizeof(run_t));
    memset(r->due, 0xff, sizeof(r->due));

    r->outcome.finished = NEVER;
    r->now = p->start;

    mpic_fanout_init(&r->fanout, p->policy, &p->terms,
                     p->deadline - p->start);

    for (i = 0; i < p->terms.count; i++) {
        r->fanout.calls[i].nendpoints = p->nendpoints[i];
        r->fanout.calls[i].rir = p->rirs[i];
    }

    perform(r, p, step(r, MPIC_EVENT_START, 0, 0), ANY);

    play_until(r, p, p->end);

    r->now = p->end;
    perform(r, p, step(r, p->abort ? MPIC_EVENT_ABORT : MPIC_EVENT_TIMER, 0,
                       0), ANY);
}


static void
check_verdict(const mpic_fanout_t *f, const play_t *p, const outcome_t *o)
{
    size_t    passed, incomplete;
    unsigned  i, rirs, regions;

    passed = 0;
    incomplete = 0;
    rirs = 0;
    regions = 0;

    for (i = 0; i < p->terms.count; i++) {
        passed += (o->votes[i] == MPIC_VOTE_PASSED);
        incomplete += (o->votes[i] == MPIC_VOTE_INCOMPLETE);

        if (o->votes[i] == MPIC_VOTE_PASSED && !(rirs & 1u << p->rirs[i])) {
            rirs |= 1u << p->rirs[i];
            regions++;
        }
    }

    check(f->verdict.npassed == passed);
    check(f->verdict.nincomplete == incomplete);
    check(f->verdict.completed
          == (incomplete <= p->terms.count - p->terms.quorum));
    check(f->verdict.valid
          == (passed >= p->terms.quorum
              && (regions >= 2 || (regions == 1 && p->terms.count == 2
                                   && p->policy == MPIC_POLICY_PRIVATE))));
}


static void
check_outcome(const run_t *r, const play_t *p, const outcome_t *expected)
{
    unsigned           i;
    mpic_call_state_e  state;

    check(r->fanout.state == MPIC_FANOUT_DONE);
    check(r->fanout.nactive == 0);
    check(r->outcome.finished == expected->finished);

    for (i = 0; i < p->terms.count; i++) {
        state = expected->answered[i] ? MPIC_CALL_ANSWERED : MPIC_CALL_LOST;

        check(r->outcome.asked[i] == expected->asked[i]);
        check(r->outcome.cancelled[i] == expected->cancelled[i]);
        check(r->fanout.calls[i].state == state);
        check(r->fanout.calls[i].vote == expected->votes[i]);
    }

    if (expected->finished != NEVER) {
        check_verdict(&r->fanout, p, expected);
    }
}


static void
test_random_orders(void **state)
{
    run_t          r;
    play_t         p;
    outcome_t      expected;
    mpic_fanout_t  done;

    for (seed = 1; seed <= PLAYS; seed++) {
        draw_play(&p);
        expect(&p, &expected);

        play(&r, &p);
        check_outcome(&r, &p, &expected);

        /* what comes late changes nothing */

        done = r.fanout;
        play_until(&r, &p, NEVER);
        check(r.outcome.finished == expected.finished);
        check(same(&done, &r.fanout));
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_random_orders)
    };

    return cmocka_run_group_tests_name("fanout_random", tests, NULL, NULL);
}
