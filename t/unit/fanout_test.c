
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The fan-out on a virtual clock.
 */


#include "test_pool.h"

#include "mpic_fanout.h"

#include <stdio.h>


#define BEGIN    1000
#define TIMEOUT  9000

/* what a step did, for a comparison: "call 0/0@1, cancel 2/1, answer" */
static char                  did[8192];

static mpic_fanout_action_t  actions[MPIC_ACTIONS_MAX];
static mpic_call_t           calls[MPIC_CALLS_MAX];
static mpic_fanout_rules_t   rules;
static mpic_fanout_t         f;


/* the rules of a test, to be changed before start() */

static void
setup(size_t count, size_t quorum)
{
    memset(&rules, 0, sizeof(rules));

    rules.policy = MPIC_POLICY_BR;
    rules.terms.count = count;
    rules.terms.quorum = quorum;
    rules.kinds = 1;
    rules.attempts = 1;
    rules.timeout = TIMEOUT;
}


static void
init(unsigned endpoints)
{
    unsigned  i;

    memset(calls, 0, sizeof(calls));
    mpic_fanout_init(&f, &rules, calls);

    for (i = 0; i < rules.attempts * f.ncalls; i++) {
        calls[i].nendpoints = endpoints;
        calls[i].rir = (mpic_rir_e) (i / rules.kinds % MPIC_RIR_COUNT);
    }
}


static const char *
step(mpic_fanout_event_e type, unsigned call, unsigned slot,
    mpic_vote_e vote, uint64_t now)
{
    char                 *p;
    size_t                i, n;
    mpic_fanout_event_t   event;

    static const char  *names[] = {
        "attempt", "call", "cancel", "answer", "end"
    };

    event.type = type;
    event.call = call;
    event.slot = slot;
    event.vote = vote;
    event.now = now;

    n = mpic_fanout_step(&f, &event, actions);

    p = did;
    *p = '\0';

    for (i = 0; i < n; i++) {
        p += sprintf(p, "%s%s", i ? ", " : "", names[actions[i].type]);

        if (actions[i].type <= MPIC_ACTION_CANCEL) {
            p += sprintf(p, " %u", actions[i].call);
        }

        if (actions[i].type == MPIC_ACTION_CALL
            || actions[i].type == MPIC_ACTION_CANCEL)
        {
            p += sprintf(p, "/%u", actions[i].slot);
        }

        if (actions[i].type == MPIC_ACTION_CALL) {
            p += sprintf(p, "@%u", actions[i].endpoint);
        }
    }

    return did;
}


static const char *
allow(unsigned call, uint64_t now)
{
    return step(MPIC_EVENT_ANSWER, call, 0, MPIC_VOTE_PASSED, now);
}


static const char *
deny(unsigned call, uint64_t now)
{
    return step(MPIC_EVENT_ANSWER, call, 0, MPIC_VOTE_FAILED, now);
}


static const char *
timer(uint64_t now)
{
    return step(MPIC_EVENT_TIMER, 0, 0, MPIC_VOTE_OUT, now);
}


static const char *
start(unsigned endpoints)
{
    init(endpoints);

    return step(MPIC_EVENT_START, 0, 0, MPIC_VOTE_OUT, BEGIN);
}


static void
test_answer_as_soon_as_it_is_certain(void **state)
{
    setup(6, 4);

    assert_string_equal(start(1), "attempt 0, call 0/0@0, call 1/0@0, "
                        "call 2/0@0, call 3/0@0, call 4/0@0, call 5/0@0");

    assert_string_equal(allow(0, 1001), "");
    assert_string_equal(deny(1, 1002), "");
    assert_string_equal(allow(2, 1003), "");
    assert_string_equal(allow(3, 1004), "");
    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT);
    assert_string_equal(allow(5, 1005), "answer");

    assert_int_equal(mpic_fanout_valid(&f), 1);
    assert_int_equal(mpic_fanout_completed(&f), 1);
    assert_int_equal(f.attempts[0].verdicts[0].npassed, 4);
    assert_int_equal(f.attempts[0].verdicts[0].nincomplete, 0);
    assert_int_equal(f.attempts[0].verdicts[0].nout, 1);
    assert_int_equal(calls[4].late, 1);

    /* late, and still of use for the record */

    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT);
    assert_string_equal(allow(4, 2000), "end");
    assert_int_equal(f.attempts[0].verdicts[0].npassed, 4);
    assert_int_equal(calls[4].state, MPIC_CALL_ANSWERED);
    assert_int_equal(mpic_fanout_timer(&f), MPIC_NEVER);

    assert_string_equal(allow(4, 2001), "");
    assert_string_equal(timer(BEGIN + TIMEOUT), "");
}


/* as long as completed is not certain, it is not answered */

static void
test_completed_is_certain_too(void **state)
{
    setup(6, 4);
    start(1);

    deny(0, 1001);
    deny(1, 1002);
    assert_string_equal(deny(2, 1003), "");
    assert_string_equal(deny(3, 1004), "answer");
    assert_int_equal(mpic_fanout_valid(&f), 0);
    assert_int_equal(mpic_fanout_completed(&f), 1);

    start(1);

    step(MPIC_EVENT_GARBLED, 0, 0, 0, 1001);
    step(MPIC_EVENT_UNREACHABLE, 1, 0, 0, 1002);
    assert_string_equal(step(MPIC_EVENT_ANSWER, 2, 0, MPIC_VOTE_INCOMPLETE,
                             1003), "answer");
    assert_int_equal(mpic_fanout_valid(&f), 0);
    assert_int_equal(mpic_fanout_completed(&f), 0);
}


/* the passing ones have to be of two regions */

static void
test_regions(void **state)
{
    unsigned  i;

    setup(4, 3);
    init(1);

    for (i = 0; i < 4; i++) {
        calls[i].rir = (i == 3) ? MPIC_RIR_APNIC : MPIC_RIR_ARIN;
    }

    step(MPIC_EVENT_START, 0, 0, 0, BEGIN);

    allow(0, 1001);
    allow(1, 1002);
    assert_string_equal(allow(2, 1003), "");
    assert_string_equal(allow(3, 1004), "answer, end");
    assert_int_equal(mpic_fanout_valid(&f), 1);
}


static void
test_grace(void **state)
{
    setup(4, 3);
    rules.grace = 200;
    start(1);

    allow(0, 1100);
    allow(1, 1100);
    assert_string_equal(allow(2, 1100), "");
    assert_int_equal(mpic_fanout_timer(&f), 1300);
    assert_string_equal(timer(1299), "");
    assert_string_equal(timer(1300), "answer");
    assert_string_equal(step(MPIC_EVENT_GARBLED, 3, 0, 0, 1301), "end");

    /* the last one within it */

    start(1);
    allow(0, 1100);
    allow(1, 1100);
    allow(2, 1100);
    assert_string_equal(deny(3, 1200), "answer, end");
    assert_int_equal(f.attempts[0].verdicts[0].nout, 0);

    /* no longer than the deadline, and then it was waited for in vain */

    rules.grace = 1000000;
    start(1);
    allow(0, 1100);
    allow(1, 1100);
    allow(2, 1100);
    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT);
    assert_string_equal(timer(BEGIN + TIMEOUT), "cancel 3/0, answer, end");
    assert_int_equal(calls[3].late, 0);
    assert_int_equal(f.attempts[0].verdicts[0].nincomplete, 1);
}


static void
test_endpoints_in_turn(void **state)
{
    setup(2, 1);
    start(3);

    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 1, 0, 0, 1500),
                        "call 1/0@1");
    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 1, 0, 0, 1600),
                        "call 1/0@2");
    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 1, 0, 0, 1700), "");
    assert_int_equal(calls[1].state, MPIC_CALL_LOST);

    /* an answer that cannot be used is an answer: no other endpoint */

    assert_string_equal(step(MPIC_EVENT_GARBLED, 0, 0, 0, 1800),
                        "answer, end");
    assert_int_equal(mpic_fanout_valid(&f), 0);
    assert_int_equal(mpic_fanout_completed(&f), 0);

    /* no time left */

    start(3);
    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 1, 0, 0,
                             BEGIN + TIMEOUT), "");
    assert_int_equal(calls[1].state, MPIC_CALL_LOST);
}


static void
test_repeat(void **state)
{
    setup(2, 2);
    rules.repeat = 50;
    start(2);

    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT / 2);
    assert_string_equal(allow(1, 1001), "");
    assert_string_equal(timer(BEGIN + TIMEOUT / 2 - 1), "");
    assert_string_equal(timer(BEGIN + TIMEOUT / 2), "call 0/1@1");
    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT);

    /* the first usable one counts, the other is stopped */

    assert_string_equal(step(MPIC_EVENT_ANSWER, 0, 1, MPIC_VOTE_PASSED, 6000),
                        "cancel 0/0, answer, end");

    /* garbage from one leaves the other its chance */

    start(2);
    allow(1, 1001);
    timer(BEGIN + TIMEOUT / 2);
    assert_string_equal(step(MPIC_EVENT_GARBLED, 0, 1, 0, 6000), "");
    assert_string_equal(allow(0, 6001), "answer, end");
    assert_int_equal(mpic_fanout_valid(&f), 1);

    /* both out to the end */

    start(2);
    allow(1, 1001);
    timer(BEGIN + TIMEOUT / 2);
    assert_string_equal(timer(BEGIN + TIMEOUT),
                        "cancel 0/0, cancel 0/1, answer, end");

    /* an endpoint that was turned to has its own time */

    start(3);
    allow(1, 1001);
    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 0, 0, 0, 2000),
                        "call 0/0@1");
    assert_int_equal(mpic_fanout_timer(&f), 2000 + (BEGIN + TIMEOUT - 2000)
                                                   / 2);
    assert_string_equal(timer(6000), "call 0/1@2");
    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 0, 0, 0, 6001), "");
    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 0, 1, 0, 6002),
                        "answer, end");

    /* nobody waits for a late one: it is not repeated */

    rules.terms.quorum = 1;
    rules.policy = MPIC_POLICY_PRIVATE;
    start(2);
    assert_string_equal(allow(1, 1001), "answer");
    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT);
    assert_string_equal(timer(BEGIN + TIMEOUT / 2), "");
    assert_string_equal(step(MPIC_EVENT_UNREACHABLE, 0, 0, 0, 6001),
                        "call 0/0@1");
    assert_string_equal(timer(BEGIN + TIMEOUT), "cancel 0/0, end");
}


static void
test_attempts(void **state)
{
    setup(3, 2);
    rules.attempts = 3;

    assert_string_equal(start(1),
                        "attempt 0, call 0/0@0, call 1/0@0, call 2/0@0");

    /* a third of the time */

    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT / 3);

    /* it cannot become valid: the next one, without waiting for the rest */

    deny(0, 1200);
    assert_string_equal(deny(1, 1300),
                        "attempt 1, call 3/0@0, call 4/0@0, call 5/0@0");
    assert_int_equal(calls[2].late, 1);

    /* half of what is left: the first one's call is given up before that */

    assert_int_equal(f.attempts[1].deadline, 1300 + 8700 / 2);
    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT / 3);

    /* a pass of the first attempt does not count in the second */

    assert_string_equal(allow(2, 1350), "");
    allow(3, 1400);
    assert_string_equal(step(MPIC_EVENT_GARBLED, 4, 0, 0, 1500), "");
    assert_string_equal(timer(1300 + 8700 / 2), "cancel 5/0, attempt 2, "
                        "call 6/0@0, call 7/0@0, call 8/0@0");
    assert_int_equal(mpic_fanout_timer(&f), BEGIN + TIMEOUT);

    allow(6, 6000);
    assert_string_equal(allow(8, 6001), "answer");
    assert_int_equal(f.attempt, 2);
    assert_int_equal(mpic_fanout_valid(&f), 1);
    assert_int_equal(f.attempts[0].verdicts[0].npassed, 0);
    assert_int_equal(f.attempts[0].verdicts[0].nout, 1);
    assert_int_equal(f.attempts[1].verdicts[0].valid, 0);
    assert_string_equal(timer(BEGIN + TIMEOUT), "cancel 7/0, end");
}


/* a valid one has no successor, and the last one ends */

static void
test_attempts_end(void **state)
{
    setup(2, 2);
    rules.attempts = 2;

    start(1);
    allow(0, 1100);
    assert_string_equal(allow(1, 1101), "answer, end");
    assert_int_equal(f.attempt, 0);

    start(1);
    assert_string_equal(deny(0, 1100), "attempt 1, call 2/0@0, call 3/0@0");
    assert_string_equal(deny(2, 1101), "");
    assert_string_equal(deny(1, 1101), "");
    assert_string_equal(deny(3, 1102), "answer, end");
    assert_int_equal(f.attempt, 1);
    assert_int_equal(mpic_fanout_valid(&f), 0);
}


/* where the request is wrong no other cohort will think better of it */

static void
test_refused(void **state)
{
    setup(3, 2);
    rules.attempts = 2;

    start(1);
    assert_string_equal(step(MPIC_EVENT_REFUSED, 0, 0, 0, 1100), "");
    assert_string_equal(step(MPIC_EVENT_REFUSED, 1, 0, 0, 1101), "answer");
    assert_string_equal(step(MPIC_EVENT_REFUSED, 2, 0, 0, 1102), "end");
    assert_int_equal(f.attempt, 0);

    /* one alone may be wrong */

    start(1);
    step(MPIC_EVENT_REFUSED, 0, 0, 0, 1100);
    assert_string_equal(deny(1, 1101),
                        "attempt 1, call 3/0@0, call 4/0@0, call 5/0@0");
}


static void
test_primary(void **state)
{
    setup(3, 2);
    rules.primary = 1;

    assert_string_equal(start(1), "attempt 0, call 0/0@0, call 1/0@0, "
                        "call 2/0@0, call 3/0@0");
    assert_int_equal(mpic_fanout_number(&f, 0, 3, 0), 3);

    allow(0, 1001);
    allow(1, 1002);
    assert_string_equal(allow(2, 1003), "");
    assert_string_equal(allow(3, 1004), "answer, end");
    assert_int_equal(mpic_fanout_valid(&f), 1);
    assert_int_equal(f.attempts[0].verdicts[0].npassed, 3);

    /* nothing outweighs its failure, and it is none of the quorum */

    start(1);
    allow(0, 1001);
    allow(1, 1002);
    assert_string_equal(deny(3, 1003), "answer");
    assert_int_equal(mpic_fanout_valid(&f), 0);
    assert_int_equal(mpic_fanout_completed(&f), 1);

    start(1);
    allow(3, 1001);
    allow(0, 1002);
    assert_string_equal(deny(1, 1003), "");
    assert_string_equal(deny(2, 1004), "answer, end");
    assert_int_equal(mpic_fanout_valid(&f), 0);

    /* one that does not come */

    start(1);
    allow(0, 1001);
    allow(1, 1002);
    allow(2, 1003);
    assert_string_equal(timer(BEGIN + TIMEOUT), "cancel 3/0, answer, end");
    assert_int_equal(mpic_fanout_valid(&f), 0);
    assert_int_equal(mpic_fanout_completed(&f), 0);

    /* it is asked again with each cohort, and may refuse for all */

    rules.attempts = 2;
    start(1);
    assert_string_equal(deny(3, 1001), "attempt 1, call 4/0@0, call 5/0@0, "
                        "call 6/0@0, call 7/0@0");

    start(1);
    assert_string_equal(step(MPIC_EVENT_REFUSED, 3, 0, 0, 1001), "answer");
    assert_int_equal(f.attempt, 0);
}


/* a DCV and a CAA check, each with a quorum of its own */

static void
test_kinds(void **state)
{
    setup(3, 2);
    rules.kinds = 2;

    assert_string_equal(start(1), "attempt 0, call 0/0@0, call 1/0@0, "
                        "call 2/0@0, call 3/0@0, call 4/0@0, call 5/0@0");
    assert_int_equal(mpic_fanout_number(&f, 0, 2, 1), 5);

    /* two complete one kind each: the third makes both */

    allow(0, 1001);
    step(MPIC_EVENT_GARBLED, 1, 0, 0, 1002);
    step(MPIC_EVENT_GARBLED, 2, 0, 0, 1003);
    allow(3, 1004);
    assert_string_equal(allow(4, 1005), "");
    assert_string_equal(allow(5, 1006), "answer, end");
    assert_int_equal(mpic_fanout_valid(&f), 1);
    assert_int_equal(mpic_fanout_completed(&f), 1);

    /* valid in one alone */

    start(1);
    allow(0, 1001);
    allow(2, 1002);
    deny(1, 1003);
    assert_string_equal(deny(3, 1004), "answer");
    assert_int_equal(f.attempts[0].verdicts[0].valid, 1);
    assert_int_equal(f.attempts[0].verdicts[1].valid, 0);
    assert_int_equal(mpic_fanout_valid(&f), 0);
}


/* a quorum that passed both is waited for, where it can still be */

static void
test_joint(void **state)
{
    setup(4, 2);
    rules.kinds = 2;
    rules.joint = 1;

    /* DCV of the first two, CAA of the last two */

    start(1);
    allow(0, 1001);
    allow(2, 1002);
    allow(5, 1003);
    assert_string_equal(allow(7, 1004), "");
    allow(1, 1005);
    assert_string_equal(allow(3, 1006), "answer");

    /* there can be none any more */

    start(1);
    allow(0, 1001);
    allow(2, 1002);
    allow(5, 1003);
    allow(7, 1004);
    deny(1, 1005);
    step(MPIC_EVENT_GARBLED, 3, 0, 0, 1006);
    assert_string_equal(deny(4, 1007), "answer");
}


static void
test_abort(void **state)
{
    setup(3, 2);
    rules.repeat = 50;
    start(2);

    allow(0, 1100);
    timer(BEGIN + TIMEOUT / 2);
    assert_string_equal(step(MPIC_EVENT_ABORT, 0, 0, 0, 6000), "cancel 1/0, "
                        "cancel 1/1, cancel 2/0, cancel 2/1, end");
    assert_int_equal(f.answered, 0);
    assert_int_equal(f.attempts[0].verdicts[0].npassed, 1);
    assert_int_equal(f.attempts[0].verdicts[0].nout, 2);

    assert_string_equal(timer(BEGIN + TIMEOUT), "");
    assert_string_equal(step(MPIC_EVENT_ABORT, 0, 0, 0, 6000), "");

    /* after the answer */

    start(1);
    allow(0, 1100);
    assert_string_equal(allow(1, 1100), "answer");
    assert_string_equal(step(MPIC_EVENT_ABORT, 0, 0, 0, 1200),
                        "cancel 2/0, end");
    assert_int_equal(f.answered, 1);
    assert_int_equal(mpic_fanout_valid(&f), 1);

    /* before anything */

    init(1);
    assert_string_equal(step(MPIC_EVENT_ABORT, 0, 0, 0, 1), "");
}


static void
test_nonsense(void **state)
{
    setup(2, 2);
    init(1);

    /* before the start, of a call or a try that is none, a second start */

    assert_string_equal(allow(0, 1), "");
    assert_string_equal(timer(99999), "");
    assert_int_equal(mpic_fanout_timer(&f), MPIC_NEVER);

    step(MPIC_EVENT_START, 0, 0, 0, BEGIN);
    assert_string_equal(step(MPIC_EVENT_START, 0, 0, 0, BEGIN), "");
    assert_string_equal(allow(2, 1001), "");
    assert_string_equal(allow(MPIC_CALLS_MAX, 1001), "");
    assert_string_equal(step(MPIC_EVENT_ANSWER, 0, 1, MPIC_VOTE_PASSED, 1001),
                        "");
    assert_string_equal(step(MPIC_EVENT_ANSWER, 0, 2, MPIC_VOTE_PASSED, 1001),
                        "");

    /* one vote each */

    assert_string_equal(allow(0, 1002), "");
    assert_string_equal(deny(0, 1003), "");
    assert_string_equal(step(MPIC_EVENT_GARBLED, 0, 0, 0, 1004), "");
    assert_int_equal(calls[0].vote, MPIC_VOTE_PASSED);
}


/* nobody decides by it: all that comes is of interest, once */

static void
test_monitoring(void **state)
{
    setup(2, 0);
    rules.attempts = 2;
    start(1);

    assert_string_equal(deny(0, 1001), "");
    assert_string_equal(deny(1, 1002), "answer, end");
    assert_int_equal(f.attempt, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_answer_as_soon_as_it_is_certain),
        cmocka_unit_test(test_completed_is_certain_too),
        cmocka_unit_test(test_regions),
        cmocka_unit_test(test_grace),
        cmocka_unit_test(test_endpoints_in_turn),
        cmocka_unit_test(test_repeat),
        cmocka_unit_test(test_attempts),
        cmocka_unit_test(test_attempts_end),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_primary),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_joint),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_monitoring)
    };

    return cmocka_run_group_tests_name("fanout", tests, NULL, NULL);
}
