
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Many and large fan-outs on a virtual clock, drawn at random: what becomes of
 * each call at each endpoint, and when, is known before, so that the model
 * can look at each call by itself, and only has to sort and to add up.  The
 * clock is so fine that no two things happen at a time.  A seed names a play;
 * the one that fails is printed.
 */


#include "test_pool.h"

#include "mpic_fanout.h"

#include <stdlib.h>


#define PLAYS    12000
#define TIMEOUT  900000000
#define NEVER    UINT64_MAX

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
    mpic_fanout_rules_t  rules;
    unsigned             ncalls;
    uint64_t             begin;
    uint64_t             deadline;
    /* NEVER, or when the client goes */
    uint64_t             abort;
    unsigned             nendpoints[MPIC_CALLS_MAX];
    mpic_rir_e           rirs[MPIC_CALLS_MAX];
    fate_t               fates[MPIC_CALLS_MAX][MPIC_ENDPOINTS_MAX];
} play_t;


/* what becomes of a call of which nothing else decides */

typedef struct {
    unsigned             call;
    uint64_t             ended;
    mpic_vote_e          vote;
    int                  refused;
} way_t;


/* what the model expects */

typedef struct {
    unsigned             attempts;
    uint64_t             answered;
    int                  valid[MPIC_KINDS_MAX];
    int                  completed[MPIC_KINDS_MAX];
    size_t               passed[MPIC_KINDS_MAX];
} outcome_t;


/* a try that is out: when its event is due */

typedef struct {
    uint64_t             due;
    unsigned             endpoint;
} try_t;


typedef struct {
    mpic_fanout_t        fanout;
    mpic_call_t          calls[MPIC_CALLS_MAX];
    uint64_t             now;
    try_t                tries[MPIC_CALLS_MAX][MPIC_TRIES];
    unsigned             asked[MPIC_CALLS_MAX];
    unsigned             attempts;
    uint64_t             answered;
    uint64_t             ended;
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
draw_fate(fate_t *fate, unsigned dead, unsigned good)
{
    unsigned  kind;

    fate->delay = 1 + (draw(3) ? draw(TIMEOUT / 16) : draw(TIMEOUT + 1));
    fate->vote = MPIC_VOTE_INCOMPLETE;

    if (draw(8) < dead) {
        fate->type = MPIC_EVENT_UNREACHABLE;
        return;
    }

    kind = draw(32);
    fate->type = (kind == 0) ? MPIC_EVENT_GARBLED : MPIC_EVENT_ANSWER;

    if (kind == 1) {
        fate->type = MPIC_EVENT_REFUSED;
    }

    if (kind > 2) {
        fate->vote = (kind <= good) ? MPIC_VOTE_PASSED : MPIC_VOTE_FAILED;
    }
}


static void
draw_rules(mpic_fanout_rules_t *rules)
{
    size_t  count;

    static const unsigned  counts[] = { 24, 24, 6, 5, 2, 64 };

    memset(rules, 0, sizeof(mpic_fanout_rules_t));

    count = counts[draw(6)] - draw(2);
    count = (count < 2) ? 2 : count;

    rules->policy = draw(2) ? MPIC_POLICY_BR : MPIC_POLICY_PRIVATE;
    rules->terms.count = count;
    rules->terms.quorum = count - draw(draw(4) ? 3 : 24) % count;
    rules->kinds = 1 + draw(2);
    rules->primary = draw(2);
    rules->timeout = TIMEOUT;
    rules->grace = draw(2) ? 0 : draw(TIMEOUT / 4);
    rules->repeat = draw(2) ? 0 : 1 + draw(99);

    rules->attempts = 1 + draw(3);

    while (rules->attempts * count > MPIC_PERSPECTIVES_MAX) {
        rules->attempts--;
    }
}


static void
draw_play(play_t *p)
{
    unsigned  i, e, dead, good, regions, most, member;

    state_of_random = seed;

    draw_rules(&p->rules);

    p->ncalls = mpic_fanout_calls(&p->rules);
    p->begin = draw(2) ? 0 : (uint64_t) 1 << 40;
    p->deadline = p->begin + TIMEOUT;
    p->abort = (draw(5) == 0) ? p->begin + draw(TIMEOUT) : NEVER;

    dead = draw(8);
    good = 31 - draw(30);
    regions = 1 + draw(MPIC_RIR_COUNT);
    most = 1 + draw(MPIC_ENDPOINTS_MAX);

    for (i = 0; i < p->rules.attempts * p->ncalls; i++) {
        p->nendpoints[i] = 1 + draw(most);

        /* a cohort has two regions, or none would be formed */

        member = i % p->ncalls / p->rules.kinds;
        p->rirs[i] = (mpic_rir_e) (member < 2 ? member : draw(regions));

        for (e = 0; e < p->nendpoints[i]; e++) {
            draw_fate(&p->fates[i][e], dead, good);
        }
    }
}


/*
 * The model.  A call, of an attempt that has its time from "begin" to
 * "deadline": which endpoint is asked when, until one answers.
 */

static void
expect_call(const play_t *p, unsigned n, uint64_t begin, uint64_t deadline,
    way_t *way)
{
    uint64_t       now, due[MPIC_ENDPOINTS_MAX], again;
    unsigned       e, out, next, first;
    const fate_t  *fate;

    way->call = n;
    way->ended = deadline;
    way->vote = MPIC_VOTE_INCOMPLETE;
    way->refused = 0;

    fate = p->fates[n];
    now = begin;
    again = NEVER;
    next = 0;

    memset(due, 0xff, sizeof(due));

    for ( ;; ) {

        /* which are out, and which of them is first */

        for (out = 0, first = 0, e = 0; e < next; e++) {
            out += (due[e] != NEVER);
            first = (due[e] < due[first]) ? e : first;
        }

        if (now == begin) {
            now++;
            due[next++] = begin + fate[0].delay;
            again = p->rules.repeat
                    ? begin + (deadline - begin) * p->rules.repeat / 100
                    : NEVER;
            continue;
        }

        if (out == 1 && next < p->nendpoints[n] && again < due[first]
            && again < deadline)
        {
            now = (again > now) ? again : now;

        } else if (due[first] >= deadline) {
            return;

        } else {
            now = due[first];
            due[first] = NEVER;

            way->refused |= (fate[first].type == MPIC_EVENT_REFUSED);

            if (fate[first].type == MPIC_EVENT_ANSWER) {
                way->ended = now;
                way->vote = fate[first].vote;
                way->refused = 0;
                return;
            }

            if (fate[first].type != MPIC_EVENT_UNREACHABLE
                || next == p->nendpoints[n])
            {
                if (out == 1) {
                    way->ended = now;
                    return;
                }

                continue;
            }
        }

        due[next] = now + fate[next].delay;
        next++;
        again = p->rules.repeat
                ? now + (deadline - now) * p->rules.repeat / 100 : NEVER;
    }
}


/* the votes of a kind as they are at "now" */

typedef struct {
    size_t               passed;
    size_t               lost;
    size_t               out;
    size_t               refused;
    unsigned             rirs;
    unsigned             possible;
    mpic_vote_e          primary;
    int                  primary_refused;
} tally_t;


static void
expect_tally(const play_t *p, const way_t *ways, unsigned kind, uint64_t now,
    tally_t *t)
{
    unsigned      i;
    mpic_vote_e   vote;
    const way_t  *way;

    memset(t, 0, sizeof(tally_t));
    t->primary = MPIC_VOTE_PASSED;

    for (i = kind; i < p->ncalls; i += p->rules.kinds) {
        way = &ways[i];
        vote = (way->ended <= now) ? way->vote : MPIC_VOTE_OUT;

        if (i / p->rules.kinds == p->rules.terms.count) {
            t->primary = vote;
            t->primary_refused = (way->ended <= now && way->refused);
            break;
        }

        t->passed += (vote == MPIC_VOTE_PASSED);
        t->lost += (vote == MPIC_VOTE_INCOMPLETE);
        t->out += (vote == MPIC_VOTE_OUT);
        t->refused += (way->ended <= now && way->refused);

        if (vote == MPIC_VOTE_PASSED) {
            t->rirs |= 1u << p->rirs[way->call];
        }

        if (vote == MPIC_VOTE_PASSED || vote == MPIC_VOTE_OUT) {
            t->possible |= 1u << p->rirs[way->call];
        }
    }
}


/* what is sure of an attempt: 1, 0, or -1 as long as it is not */

static int
expect_valid(const play_t *p, const tally_t *t)
{
    int     regions;
    size_t  q;

    q = p->rules.terms.quorum;
    regions = (p->rules.policy == MPIC_POLICY_PRIVATE
               && p->rules.terms.count == 2) ? 1 : 2;

    if (t->passed >= q && __builtin_popcount(t->rirs) >= regions
        && t->primary == MPIC_VOTE_PASSED)
    {
        return 1;
    }

    if (t->passed + t->out < q || __builtin_popcount(t->possible) < regions
        || t->primary == MPIC_VOTE_FAILED
        || t->primary == MPIC_VOTE_INCOMPLETE)
    {
        return 0;
    }

    return -1;
}


static int
expect_completed(const play_t *p, const tally_t *t)
{
    size_t  allowed;

    allowed = p->rules.terms.count - p->rules.terms.quorum;

    if (t->lost > allowed || t->primary == MPIC_VOTE_INCOMPLETE) {
        return 0;
    }

    return (t->lost + t->out <= allowed && t->primary != MPIC_VOTE_OUT)
           ? 1 : -1;
}


static int
by_end(const void *a, const void *b)
{
    const way_t  *x = a, *y = b;

    return (x->ended > y->ended) - (x->ended < y->ended);
}


/*
 * An attempt: the first moment at which it is lost and another may follow, or
 * all is sure.  Returns that moment; "last" is when all of it have ended.
 */

static uint64_t
expect_attempt(const play_t *p, unsigned attempt, uint64_t begin,
    uint64_t deadline, int *again, uint64_t *last, way_t *ways)
{
    int       lost, sure, refused;
    way_t     sorted[MPIC_CALLS_MAX];
    tally_t   t;
    unsigned  i, kind;

    for (i = 0; i < p->ncalls; i++) {
        expect_call(p, attempt * p->ncalls + i, begin, deadline, &ways[i]);
    }

    memcpy(sorted, ways, sizeof(way_t) * p->ncalls);
    qsort(sorted, p->ncalls, sizeof(way_t), by_end);

    *last = sorted[p->ncalls - 1].ended;

    for (i = 0; i < p->ncalls; i++) {
        lost = 0;
        sure = 1;
        refused = 0;

        for (kind = 0; kind < p->rules.kinds; kind++) {
            expect_tally(p, ways, kind, sorted[i].ended, &t);

            lost |= (expect_valid(p, &t) == 0);
            sure &= (expect_valid(p, &t) != -1
                     && expect_completed(p, &t) != -1);
            refused |= t.primary_refused
                       || t.refused > p->rules.terms.count
                                      - p->rules.terms.quorum;
        }

        *again = lost && !refused && attempt + 1 < p->rules.attempts
                 && sorted[i].ended < p->deadline;

        if (*again || sure) {
            return sorted[i].ended;
        }
    }

    check(0);
    return 0;
}


static void
expect(const play_t *p, outcome_t *o)
{
    int       again;
    way_t     ways[MPIC_CALLS_MAX];
    tally_t   t;
    unsigned  attempt, kind;
    uint64_t  begin, deadline, sure, last;

    attempt = 0;
    begin = p->begin;

    for ( ;; ) {
        deadline = begin + (p->deadline - begin)
                           / (p->rules.attempts - attempt);

        sure = expect_attempt(p, attempt, begin, deadline, &again, &last,
                              ways);
        if (!again) {
            break;
        }

        attempt++;
        begin = sure;
    }

    o->attempts = attempt + 1;
    o->answered = sure + p->rules.grace;
    o->answered = (o->answered < last) ? o->answered : last;

    for (kind = 0; kind < p->rules.kinds; kind++) {
        expect_tally(p, ways, kind, o->answered, &t);

        o->valid[kind] = expect_valid(p, &t);
        o->completed[kind] = expect_completed(p, &t);
        o->passed[kind] = t.passed;
    }
}


/* the machine, driven */

static size_t
step(run_t *r, mpic_fanout_event_e type, unsigned call, unsigned slot,
    mpic_vote_e vote)
{
    mpic_fanout_event_t  event;

    event.type = type;
    event.call = call;
    event.slot = slot;
    event.vote = vote;
    event.now = r->now;

    return mpic_fanout_step(&r->fanout, &event, actions);
}


static void
perform(run_t *r, const play_t *p, size_t n)
{
    try_t                 *try;
    size_t                 i;
    mpic_fanout_action_t  *a;

    check(n <= MPIC_ACTIONS_MAX);

    for (i = 0; i < n; i++) {
        a = &actions[i];
        check(r->ended == NEVER);

        switch (a->type) {

        case MPIC_ACTION_ATTEMPT:
            check(a->call == r->attempts && r->answered == NEVER);
            r->attempts++;
            break;

        case MPIC_ACTION_CALL:
            check(a->call < r->attempts * p->ncalls && a->slot < MPIC_TRIES);
            try = &r->tries[a->call][a->slot];

            check(try->due == NEVER);
            check(a->endpoint == r->asked[a->call]++);
            check(a->endpoint < p->nendpoints[a->call]);

            try->endpoint = a->endpoint;
            try->due = r->now + p->fates[a->call][a->endpoint].delay;
            break;

        case MPIC_ACTION_CANCEL:
            try = &r->tries[a->call][a->slot];
            check(try->due != NEVER);
            try->due = NEVER;
            break;

        case MPIC_ACTION_ANSWER:
            check(r->answered == NEVER);
            r->answered = r->now;
            break;

        case MPIC_ACTION_END:
            r->ended = r->now;
            check(i == n - 1);
            break;
        }
    }
}


static int
same(const mpic_fanout_t *a, const mpic_call_t *calls, const run_t *r)
{
    /* copies, so of every octet */

    /* NOLINTNEXTLINE(*-comparison,cert-*) */
    return memcmp(a, &r->fanout, sizeof(mpic_fanout_t)) == 0
           /* NOLINTNEXTLINE(*-comparison,cert-*) */
           && memcmp(calls, r->calls, sizeof(r->calls)) == 0;
}


/* an event that changes nothing: too early, too late, of nobody */

static void
disturb(run_t *r)
{
    unsigned       call, slot;
    mpic_call_t    calls[MPIC_CALLS_MAX];
    mpic_fanout_t  before;

    static const mpic_fanout_event_e  types[] = {
        MPIC_EVENT_ANSWER, MPIC_EVENT_UNREACHABLE, MPIC_EVENT_GARBLED,
        MPIC_EVENT_REFUSED
    };

    memcpy(&before, &r->fanout, sizeof(before));
    memcpy(calls, r->calls, sizeof(calls));

    call = draw(MPIC_CALLS_MAX + 2);
    slot = draw(MPIC_TRIES + 1);

    if (call >= MPIC_CALLS_MAX || slot >= MPIC_TRIES
        || r->tries[call][slot].due == NEVER)
    {
        check(step(r, types[draw(4)], call, slot, (mpic_vote_e) draw(3))
              == 0);
    }

    check(step(r, MPIC_EVENT_START, call, slot, MPIC_VOTE_PASSED) == 0);

    if (mpic_fanout_timer(&r->fanout) > r->now) {
        check(step(r, MPIC_EVENT_TIMER, 0, 0, MPIC_VOTE_OUT) == 0);
    }

    check(same(&before, calls, r));
}


/* the next event: of a try, of the clock, or the client's end */

static void
next_event(run_t *r, const play_t *p)
{
    size_t    n;
    uint64_t  at, timer;
    unsigned  i, call, slot;

    call = 0;
    slot = MPIC_TRIES;
    timer = mpic_fanout_timer(&r->fanout);
    at = timer;

    for (i = 0; i < r->attempts * p->ncalls * MPIC_TRIES; i++) {
        if (r->tries[i / MPIC_TRIES][i % MPIC_TRIES].due < at) {
            call = i / MPIC_TRIES;
            slot = i % MPIC_TRIES;
            at = r->tries[call][slot].due;
        }
    }

    /* there is always something to wait for */

    check(timer != NEVER);

    if (p->abort < at) {
        r->now = p->abort;
        perform(r, p, step(r, MPIC_EVENT_ABORT, 0, 0, MPIC_VOTE_OUT));
        check(r->ended != NEVER);
        return;
    }

    r->now = (at > r->now) ? at : r->now;

    if (slot == MPIC_TRIES) {
        n = step(r, MPIC_EVENT_TIMER, 0, 0, MPIC_VOTE_OUT);
        check(n != 0);
        perform(r, p, n);
        return;
    }

    r->tries[call][slot].due = NEVER;
    i = r->tries[call][slot].endpoint;

    perform(r, p, step(r, p->fates[call][i].type, call, slot,
                       p->fates[call][i].vote));
}


static void
play(run_t *r, const play_t *p)
{
    unsigned  i;

    memset(r, 0, sizeof(run_t));
    memset(r->tries, 0xff, sizeof(r->tries));

    r->answered = NEVER;
    r->ended = NEVER;
    r->now = p->begin;

    mpic_fanout_init(&r->fanout, &p->rules, r->calls);

    for (i = 0; i < p->rules.attempts * p->ncalls; i++) {
        r->calls[i].nendpoints = p->nendpoints[i];
        r->calls[i].rir = p->rirs[i];
    }

    perform(r, p, step(r, MPIC_EVENT_START, 0, 0, MPIC_VOTE_OUT));

    while (r->ended == NEVER) {
        next_event(r, p);

        if (draw(8) == 0) {
            disturb(r);
        }
    }
}


static void
check_outcome(run_t *r, const play_t *p, const outcome_t *o)
{
    unsigned         i, kind;
    mpic_verdict_t  *v;

    /* nothing is left, and nothing comes any more */

    check(r->fanout.state == MPIC_FANOUT_DONE && r->fanout.nactive == 0);
    check(mpic_fanout_timer(&r->fanout) == NEVER);
    check(r->ended <= p->deadline);

    for (i = 0; i < r->attempts * p->ncalls; i++) {
        check(r->tries[i][0].due == NEVER && r->tries[i][1].due == NEVER);
        check(r->calls[i].state == MPIC_CALL_ANSWERED
              || r->calls[i].state == MPIC_CALL_LOST);
    }

    disturb(r);

    if (p->abort < o->answered) {
        check(r->answered == NEVER && !r->fanout.answered);
        return;
    }

    check(r->answered == o->answered && r->fanout.answered);
    check(r->attempts == o->attempts);

    for (kind = 0; kind < p->rules.kinds; kind++) {
        v = &r->fanout.attempts[r->fanout.attempt].verdicts[kind];

        check(v->valid == (unsigned) o->valid[kind]);
        check(v->completed == (unsigned) o->completed[kind]);
        check(v->npassed == o->passed[kind]);
    }
}


static void
test_random_orders(void **state)
{
    outcome_t      expected;
    static run_t   r;
    static play_t  p;

    for (seed = 1; seed <= PLAYS; seed++) {
        draw_play(&p);
        expect(&p, &expected);

        play(&r, &p);
        check_outcome(&r, &p, &expected);
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
