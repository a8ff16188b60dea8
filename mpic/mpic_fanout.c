
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_fanout.h"

#include <string.h>


static size_t mpic_fanout_start(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions);
static size_t mpic_fanout_call(mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event, mpic_fanout_action_t *actions);
static size_t mpic_fanout_unreachable(mpic_fanout_t *fanout, unsigned n,
    uint64_t now, mpic_fanout_action_t *actions);
static size_t mpic_fanout_give_up(mpic_fanout_t *fanout,
    mpic_fanout_action_t *actions);
static size_t mpic_fanout_finish(mpic_fanout_t *fanout,
    mpic_fanout_action_t *actions);


void
mpic_fanout_init(mpic_fanout_t *fanout, mpic_policy_e policy,
    const mpic_terms_t *terms, uint64_t timeout)
{
    memset(fanout, 0, sizeof(mpic_fanout_t));

    fanout->policy = policy;
    fanout->terms = *terms;
    fanout->timeout = timeout;
}


size_t
mpic_fanout_step(mpic_fanout_t *fanout, const mpic_fanout_event_t *event,
    mpic_fanout_action_t *actions)
{
    size_t  n;

    if (event->type == MPIC_EVENT_START) {
        return (fanout->state == MPIC_FANOUT_NEW)
               ? mpic_fanout_start(fanout, event->now, actions) : 0;
    }

    if (fanout->state != MPIC_FANOUT_WAITING) {
        return 0;
    }

    switch (event->type) {

    case MPIC_EVENT_TIMER:
        if (event->now < fanout->deadline) {
            return 0;
        }

        n = mpic_fanout_give_up(fanout, actions);
        return n + mpic_fanout_finish(fanout, actions + n);

    case MPIC_EVENT_ABORT:
        fanout->state = MPIC_FANOUT_DONE;
        return mpic_fanout_give_up(fanout, actions);

    default:
        return mpic_fanout_call(fanout, event, actions);
    }
}


static size_t
mpic_fanout_start(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions)
{
    unsigned  i;

    fanout->state = MPIC_FANOUT_WAITING;
    fanout->deadline = now + fanout->timeout;
    fanout->nactive = fanout->terms.count;

    for (i = 0; i < fanout->terms.count; i++) {
        fanout->calls[i].state = MPIC_CALL_ACTIVE;
        fanout->calls[i].vote = MPIC_VOTE_INCOMPLETE;

        actions[i].type = MPIC_ACTION_CALL;
        actions[i].call = i;
        actions[i].endpoint = 0;
    }

    return fanout->terms.count;
}


/*
 * Something became of one call.
 */

static size_t
mpic_fanout_call(mpic_fanout_t *fanout, const mpic_fanout_event_t *event,
    mpic_fanout_action_t *actions)
{
    size_t        n;
    mpic_call_t  *call;

    if (event->call >= fanout->terms.count) {
        return 0;
    }

    call = &fanout->calls[event->call];

    if (call->state != MPIC_CALL_ACTIVE) {
        return 0;
    }

    n = 0;

    if (event->type == MPIC_EVENT_ANSWER) {
        call->state = MPIC_CALL_ANSWERED;
        call->vote = event->vote;

    } else if (event->type == MPIC_EVENT_UNREACHABLE) {
        n = mpic_fanout_unreachable(fanout, event->call, event->now, actions);

    } else {
        call->state = MPIC_CALL_LOST;
    }

    if (call->state != MPIC_CALL_ACTIVE) {
        fanout->nactive--;
    }

    return n + mpic_fanout_finish(fanout, actions + n);
}


/*
 * The next endpoint, while there is one and time for it.
 */

static size_t
mpic_fanout_unreachable(mpic_fanout_t *fanout, unsigned n, uint64_t now,
    mpic_fanout_action_t *actions)
{
    mpic_call_t  *call;

    call = &fanout->calls[n];

    if (call->endpoint + 1 >= call->nendpoints || now >= fanout->deadline) {
        call->state = MPIC_CALL_LOST;
        return 0;
    }

    call->endpoint++;

    actions[0].type = MPIC_ACTION_CALL;
    actions[0].call = n;
    actions[0].endpoint = call->endpoint;

    return 1;
}


/*
 * What is still out costs its vote.
 */

static size_t
mpic_fanout_give_up(mpic_fanout_t *fanout, mpic_fanout_action_t *actions)
{
    size_t    n;
    unsigned  i;

    n = 0;

    for (i = 0; i < fanout->terms.count; i++) {

        if (fanout->calls[i].state != MPIC_CALL_ACTIVE) {
            continue;
        }

        fanout->calls[i].state = MPIC_CALL_LOST;
        fanout->nactive--;

        actions[n].type = MPIC_ACTION_CANCEL;
        actions[n].call = i;
        actions[n].endpoint = fanout->calls[i].endpoint;
        n++;
    }

    return n;
}


/*
 * The verdict, once nothing is out any more.
 */

static size_t
mpic_fanout_finish(mpic_fanout_t *fanout, mpic_fanout_action_t *actions)
{
    unsigned     i;
    mpic_rir_e   rirs[MPIC_PERSPECTIVES_MAX];
    mpic_vote_e  votes[MPIC_PERSPECTIVES_MAX];

    if (fanout->nactive) {
        return 0;
    }

    for (i = 0; i < fanout->terms.count; i++) {
        votes[i] = fanout->calls[i].vote;
        rirs[i] = fanout->calls[i].rir;
    }

    mpic_quorum_verdict(&fanout->terms, fanout->policy, votes, rirs,
                        &fanout->verdict);

    fanout->state = MPIC_FANOUT_DONE;

    actions[0].type = MPIC_ACTION_FINISH;
    actions[0].call = 0;
    actions[0].endpoint = 0;

    return 1;
}
