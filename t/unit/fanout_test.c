
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The fan-out on a virtual clock.
 */


#include "test_pool.h"

#include "mpic_fanout.h"


#define TIMEOUT  9000


static mpic_fanout_action_t  actions[MPIC_ACTIONS_MAX];


static void
setup(mpic_fanout_t *fanout, size_t count, size_t quorum, unsigned endpoints)
{
    size_t        i;
    mpic_terms_t  terms;

    terms.count = count;
    terms.quorum = quorum;

    mpic_fanout_init(fanout, MPIC_POLICY_BR, &terms, TIMEOUT);

    for (i = 0; i < count; i++) {
        fanout->calls[i].nendpoints = endpoints;
        fanout->calls[i].rir = (mpic_rir_e) (i % MPIC_RIR_COUNT);
    }
}


static size_t
step(mpic_fanout_t *fanout, mpic_fanout_event_e type, unsigned call,
    mpic_vote_e vote, uint64_t now)
{
    mpic_fanout_event_t  event;

    event.type = type;
    event.call = call;
    event.vote = vote;
    event.now = now;

    return mpic_fanout_step(fanout, &event, actions);
}


static void
start(mpic_fanout_t *fanout, size_t count, size_t quorum, unsigned endpoints)
{
    size_t  i;

    setup(fanout, count, quorum, endpoints);

    assert_int_equal(step(fanout, MPIC_EVENT_START, 0, 0, 1000), count);

    for (i = 0; i < count; i++) {
        assert_int_equal(actions[i].type, MPIC_ACTION_CALL);
        assert_int_equal(actions[i].call, i);
        assert_int_equal(actions[i].endpoint, 0);
    }
}


static void
test_all_pass(void **state)
{
    unsigned       i;
    mpic_fanout_t  f;

    start(&f, 6, 4, 1);

    for (i = 0; i < 5; i++) {
        assert_int_equal(step(&f, MPIC_EVENT_ANSWER, i, MPIC_VOTE_PASSED,
                              1001), 0);
    }

    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 5, MPIC_VOTE_PASSED, 1002),
                     1);
    assert_int_equal(actions[0].type, MPIC_ACTION_FINISH);
    assert_int_equal(f.verdict.valid, 1);
    assert_int_equal(f.verdict.completed, 1);
    assert_int_equal(f.verdict.npassed, 6);
}


/* a dead, a garbled and a slow one cost their votes and nothing else */

static void
test_losses(void **state)
{
    unsigned       i;
    mpic_fanout_t  f;

    start(&f, 7, 5, 1);

    assert_int_equal(step(&f, MPIC_EVENT_UNREACHABLE, 0, 0, 1001), 0);
    assert_int_equal(f.calls[0].state, MPIC_CALL_LOST);

    assert_int_equal(step(&f, MPIC_EVENT_GARBLED, 1, 0, 1001), 0);
    assert_int_equal(f.calls[1].state, MPIC_CALL_LOST);

    for (i = 2; i < 7; i++) {
        assert_int_equal(step(&f, MPIC_EVENT_ANSWER, i, MPIC_VOTE_PASSED,
                              1002), i == 6);
    }

    assert_int_equal(f.verdict.valid, 1);
    assert_int_equal(f.verdict.completed, 1);
    assert_int_equal(f.verdict.nincomplete, 2);
}


static void
test_endpoints_in_turn(void **state)
{
    mpic_fanout_t  f;

    start(&f, 2, 1, 3);

    assert_int_equal(step(&f, MPIC_EVENT_UNREACHABLE, 1, 0, 1500), 1);
    assert_int_equal(actions[0].type, MPIC_ACTION_CALL);
    assert_int_equal(actions[0].call, 1);
    assert_int_equal(actions[0].endpoint, 1);

    assert_int_equal(step(&f, MPIC_EVENT_UNREACHABLE, 1, 0, 1600), 1);
    assert_int_equal(actions[0].endpoint, 2);

    assert_int_equal(step(&f, MPIC_EVENT_UNREACHABLE, 1, 0, 1700), 0);
    assert_int_equal(f.calls[1].state, MPIC_CALL_LOST);

    /* an answer that cannot be used is an answer: no other endpoint */
    assert_int_equal(step(&f, MPIC_EVENT_GARBLED, 0, 0, 1800), 1);
    assert_int_equal(actions[0].type, MPIC_ACTION_FINISH);
    assert_int_equal(f.verdict.valid, 0);
    assert_int_equal(f.verdict.completed, 0);
}


static void
test_no_endpoint_after_the_deadline(void **state)
{
    mpic_fanout_t  f;

    start(&f, 2, 1, 3);

    assert_int_equal(step(&f, MPIC_EVENT_UNREACHABLE, 1, 0, 1000 + TIMEOUT),
                     0);
    assert_int_equal(f.calls[1].state, MPIC_CALL_LOST);
}


static void
test_deadline(void **state)
{
    mpic_fanout_t  f;

    start(&f, 3, 2, 1);

    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 1, MPIC_VOTE_PASSED, 1100),
                     0);
    assert_int_equal(step(&f, MPIC_EVENT_TIMER, 0, 0, 999 + TIMEOUT), 0);
    assert_int_equal(step(&f, MPIC_EVENT_TIMER, 0, 0, 1000 + TIMEOUT), 3);

    assert_int_equal(actions[0].type, MPIC_ACTION_CANCEL);
    assert_int_equal(actions[0].call, 0);
    assert_int_equal(actions[1].type, MPIC_ACTION_CANCEL);
    assert_int_equal(actions[1].call, 2);
    assert_int_equal(actions[2].type, MPIC_ACTION_FINISH);

    assert_int_equal(f.verdict.valid, 0);
    assert_int_equal(f.verdict.completed, 0);

    /* too late */
    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 0, MPIC_VOTE_PASSED,
                          1001 + TIMEOUT), 0);
    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 2, MPIC_VOTE_PASSED,
                          1001 + TIMEOUT), 0);
    assert_int_equal(f.verdict.valid, 0);
}


static void
test_abort(void **state)
{
    mpic_fanout_t  f;

    start(&f, 3, 2, 2);

    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 0, MPIC_VOTE_PASSED, 1100),
                     0);
    assert_int_equal(step(&f, MPIC_EVENT_ABORT, 0, 0, 1200), 2);
    assert_int_equal(actions[0].type, MPIC_ACTION_CANCEL);
    assert_int_equal(actions[0].call, 1);
    assert_int_equal(actions[1].type, MPIC_ACTION_CANCEL);
    assert_int_equal(actions[1].call, 2);

    assert_int_equal(step(&f, MPIC_EVENT_TIMER, 0, 0, 1000 + TIMEOUT), 0);
    assert_int_equal(step(&f, MPIC_EVENT_UNREACHABLE, 1, 0, 1300), 0);
}


static void
test_nonsense(void **state)
{
    mpic_fanout_t  f;

    setup(&f, 2, 1, 1);

    /* before the start, of a call that is none, a second start */

    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 0, MPIC_VOTE_PASSED, 1), 0);
    assert_int_equal(step(&f, MPIC_EVENT_TIMER, 0, 0, 99999), 0);
    assert_int_equal(step(&f, MPIC_EVENT_START, 0, 0, 1), 2);
    assert_int_equal(step(&f, MPIC_EVENT_START, 0, 0, 2), 0);
    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 2, MPIC_VOTE_PASSED, 3), 0);
    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 63, MPIC_VOTE_PASSED, 3), 0);

    /* one vote each */

    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 0, MPIC_VOTE_FAILED, 3), 0);
    assert_int_equal(step(&f, MPIC_EVENT_ANSWER, 0, MPIC_VOTE_PASSED, 3), 0);
    assert_int_equal(step(&f, MPIC_EVENT_GARBLED, 0, 0, 3), 0);
    assert_int_equal(f.calls[0].vote, MPIC_VOTE_FAILED);
}


/*
 * Every order of events up to a depth, against a model that only keeps what
 * each call has come to: 0 out, 1 passed, 2 failed, 3 lost.
 */

#define CALLS      3
#define ENDPOINTS  2
#define DEPTH      5

typedef struct {
    int       became[CALLS];
    unsigned  failures[CALLS];
    int       over;
} model_t;


static size_t
model_out(const model_t *m)
{
    size_t  i, n;

    for (n = 0, i = 0; i < CALLS; i++) {
        n += (m->became[i] == 0);
    }

    return n;
}


/* the actions that the model expects of an event: calls, cancels, finishes */

static void
model_step(model_t *m, unsigned event, size_t *expected)
{
    size_t    out;
    unsigned  kind, i;

    memset(expected, 0, 3 * sizeof(size_t));

    if (m->over) {
        return;
    }

    out = model_out(m);

    if (event == 0) {
        return;                                   /* timer, too early */
    }

    if (event == 1 || event == 2) {               /* deadline, abort */
        m->over = 1;
        expected[MPIC_ACTION_CANCEL] = out;
        expected[MPIC_ACTION_FINISH] = (event == 1);

        for (i = 0; i < CALLS; i++) {
            m->became[i] = m->became[i] ? m->became[i] : 3;
        }

        return;
    }

    i = (event - 3) % CALLS;
    kind = (event - 3) / CALLS;                   /* pass fail lost garbled */

    if (m->became[i]) {
        return;
    }

    if (kind == 2 && ++m->failures[i] < ENDPOINTS) {
        expected[MPIC_ACTION_CALL] = 1;
        return;
    }

    m->became[i] = (kind < 2) ? (int) kind + 1 : 3;

    if (out == 1) {
        m->over = 1;
        expected[MPIC_ACTION_FINISH] = 1;
    }
}


static void
play(const mpic_fanout_t *fanout, const model_t *model, unsigned depth)
{
    size_t         n, i, seen[3], expected[3], passed;
    model_t        m;
    unsigned       event, call;
    mpic_fanout_t  f;

    static const mpic_fanout_event_e  types[] = {
        MPIC_EVENT_ANSWER, MPIC_EVENT_ANSWER, MPIC_EVENT_UNREACHABLE,
        MPIC_EVENT_GARBLED
    };

    for (event = 0; event < 3 + 4 * CALLS; event++) {
        f = *fanout;
        m = *model;

        model_step(&m, event, expected);

        if (event < 2) {
            n = step(&f, MPIC_EVENT_TIMER, 0, 0,
                     1000 + (event ? TIMEOUT : TIMEOUT - 1));

        } else if (event == 2) {
            n = step(&f, MPIC_EVENT_ABORT, 0, 0, 1001);

        } else {
            call = (event - 3) / CALLS;
            n = step(&f, types[call], (event - 3) % CALLS,
                     call == 0 ? MPIC_VOTE_PASSED : MPIC_VOTE_FAILED, 1001);
        }

        memset(seen, 0, sizeof(seen));

        for (i = 0; i < n; i++) {
            seen[actions[i].type]++;
        }

        assert_memory_equal(seen, expected, sizeof(seen));

        if (seen[MPIC_ACTION_FINISH]) {
            for (passed = 0, i = 0; i < CALLS; i++) {
                passed += (m.became[i] == 1);
            }

            assert_int_equal(f.verdict.valid, passed >= 2);
            assert_int_equal(f.verdict.npassed, passed);
        }

        if (depth > 1) {
            play(&f, &m, depth - 1);
        }
    }
}


static void
test_every_order(void **state)
{
    model_t        m;
    mpic_fanout_t  f;

    memset(&m, 0, sizeof(m));
    start(&f, CALLS, 2, ENDPOINTS);

    play(&f, &m, DEPTH);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_all_pass),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_endpoints_in_turn),
        cmocka_unit_test(test_no_endpoint_after_the_deadline),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_every_order)
    };

    return cmocka_run_group_tests_name("fanout", tests, NULL, NULL);
}
