
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_fanout.h"

#include <string.h>


static size_t mpic_fanout_attempt(mpic_fanout_t *fanout, unsigned attempt,
    uint64_t now, mpic_fanout_action_t *actions);
static size_t mpic_fanout_call(mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event, mpic_fanout_action_t *actions);
static size_t mpic_fanout_outcome(mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event, mpic_fanout_action_t *actions);
static size_t mpic_fanout_try(mpic_fanout_t *fanout, unsigned n,
    unsigned slot, uint64_t now, mpic_fanout_action_t *actions);
static size_t mpic_fanout_over(mpic_fanout_t *fanout, unsigned n,
    mpic_call_state_e state, mpic_vote_e vote, mpic_fanout_action_t *actions);
static size_t mpic_fanout_time(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions);
static size_t mpic_fanout_abort(mpic_fanout_t *fanout,
    mpic_fanout_action_t *actions);
static size_t mpic_fanout_settle(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions);
static size_t mpic_fanout_judge(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions);
static int mpic_fanout_again(const mpic_fanout_t *fanout, uint64_t now);
static int mpic_fanout_refused(const mpic_fanout_t *fanout, unsigned kind);
static void mpic_fanout_leave(mpic_fanout_t *fanout);
static unsigned mpic_fanout_out(const mpic_fanout_t *fanout,
    unsigned attempt);
static void mpic_fanout_votes(const mpic_fanout_t *fanout, unsigned attempt,
    unsigned kind, mpic_votes_t *votes);
static void mpic_fanout_joint(const mpic_fanout_t *fanout,
    mpic_votes_t *joint);
static mpic_vote_e mpic_fanout_both(mpic_vote_e a, mpic_vote_e b);
static int mpic_fanout_repeats(const mpic_call_t *call);
static size_t mpic_fanout_act(mpic_fanout_action_t *action,
    mpic_fanout_action_e type, unsigned call, unsigned slot,
    unsigned endpoint);


void
mpic_fanout_init(mpic_fanout_t *fanout, const mpic_fanout_rules_t *rules,
    mpic_call_t *calls)
{
    memset(fanout, 0, sizeof(mpic_fanout_t));

    fanout->rules = *rules;
    fanout->calls = calls;
    fanout->ncalls = mpic_fanout_calls(rules);
}


unsigned
mpic_fanout_calls(const mpic_fanout_rules_t *rules)
{
    return ((unsigned) rules->terms.count + rules->primary) * rules->kinds;
}


unsigned
mpic_fanout_number(const mpic_fanout_t *fanout, unsigned attempt,
    unsigned member, unsigned kind)
{
    return attempt * fanout->ncalls + member * fanout->rules.kinds + kind;
}


size_t
mpic_fanout_step(mpic_fanout_t *fanout, const mpic_fanout_event_t *event,
    mpic_fanout_action_t *actions)
{
    size_t  n;

    if (event->type == MPIC_EVENT_START) {

        if (fanout->state != MPIC_FANOUT_NEW) {
            return 0;
        }

        fanout->state = MPIC_FANOUT_ASKING;
        fanout->deadline = event->now + fanout->rules.timeout;

        return mpic_fanout_attempt(fanout, 0, event->now, actions);
    }

    if (fanout->state == MPIC_FANOUT_NEW || fanout->state == MPIC_FANOUT_DONE)
    {
        return 0;
    }

    switch (event->type) {

    case MPIC_EVENT_TIMER:
        n = mpic_fanout_time(fanout, event->now, actions);
        break;

    case MPIC_EVENT_ABORT:
        return mpic_fanout_abort(fanout, actions);

    default:
        n = mpic_fanout_call(fanout, event, actions);
        break;
    }

    return n + mpic_fanout_settle(fanout, event->now, actions + n);
}


/*
 * What one attempt leaves of its share is the next one's.
 */

static size_t
mpic_fanout_attempt(mpic_fanout_t *fanout, unsigned attempt, uint64_t now,
    mpic_fanout_action_t *actions)
{
    size_t           n;
    uint64_t         left;
    unsigned         i, first;
    mpic_attempt_t  *a;

    fanout->attempt = attempt;

    a = &fanout->attempts[attempt];
    left = fanout->deadline - now;
    a->begun = now;
    a->deadline = now + left / (fanout->rules.attempts - attempt);

    n = mpic_fanout_act(actions, MPIC_ACTION_ATTEMPT, attempt, 0, 0);

    first = attempt * fanout->ncalls;

    for (i = first; i < first + fanout->ncalls; i++) {
        fanout->calls[i].state = MPIC_CALL_ACTIVE;
        fanout->calls[i].vote = MPIC_VOTE_OUT;
        fanout->nactive++;

        n += mpic_fanout_try(fanout, i, 0, now, actions + n);
    }

    return n;
}


/*
 * Something became of a try.
 */

static size_t
mpic_fanout_call(mpic_fanout_t *fanout, const mpic_fanout_event_t *event,
    mpic_fanout_action_t *actions)
{
    mpic_call_t  *call;

    if (event->call >= fanout->ncalls * fanout->rules.attempts
        || event->slot >= MPIC_TRIES)
    {
        return 0;
    }

    call = &fanout->calls[event->call];

    if (call->state != MPIC_CALL_ACTIVE
        || !(call->tries & (1u << event->slot)))
    {
        return 0;
    }

    call->tries &= ~(1u << event->slot);

    return mpic_fanout_outcome(fanout, event, actions);
}


/*
 * An endpoint that cannot be reached says nothing of the others; one that
 * gives no usable answer has given its answer, but the other try, where there
 * is one, may bring a better.
 */

static size_t
mpic_fanout_outcome(mpic_fanout_t *fanout, const mpic_fanout_event_t *event,
    mpic_fanout_action_t *actions)
{
    mpic_call_t  *call;

    call = &fanout->calls[event->call];

    switch (event->type) {

    case MPIC_EVENT_ANSWER:
        return mpic_fanout_over(fanout, event->call, MPIC_CALL_ANSWERED,
                                event->vote, actions);

    case MPIC_EVENT_UNREACHABLE:
        if (call->next < call->nendpoints
            && event->now < fanout->attempts[event->call
                                             / fanout->ncalls].deadline)
        {
            return mpic_fanout_try(fanout, event->call, event->slot,
                                   event->now, actions);
        }

        break;

    case MPIC_EVENT_REFUSED:
        call->refused = 1;
        break;

    default:
        break;
    }

    if (call->tries) {
        return 0;
    }

    return mpic_fanout_over(fanout, event->call, MPIC_CALL_LOST,
                            MPIC_VOTE_INCOMPLETE, actions);
}


/* begins a try at the call's next endpoint */

static size_t
mpic_fanout_try(mpic_fanout_t *fanout, unsigned n, unsigned slot,
    uint64_t now, mpic_fanout_action_t *actions)
{
    uint64_t      left;
    mpic_call_t  *call;

    call = &fanout->calls[n];
    call->tries |= 1u << slot;
    call->repeat = MPIC_NEVER;

    if (fanout->rules.repeat) {
        left = fanout->attempts[n / fanout->ncalls].deadline - now;
        call->repeat = now + left * fanout->rules.repeat / 100;
    }

    return mpic_fanout_act(actions, MPIC_ACTION_CALL, n, slot, call->next++);
}


/* a call is over, and so are the tries of it that are still out */

static size_t
mpic_fanout_over(mpic_fanout_t *fanout, unsigned n, mpic_call_state_e state,
    mpic_vote_e vote, mpic_fanout_action_t *actions)
{
    size_t        nactions;
    unsigned      slot;
    mpic_call_t  *call;

    nactions = 0;
    call = &fanout->calls[n];

    call->state = state;
    call->vote = vote;
    fanout->nactive--;

    for (slot = 0; slot < MPIC_TRIES; slot++) {
        if (call->tries & (1u << slot)) {
            nactions += mpic_fanout_act(actions + nactions,
                                        MPIC_ACTION_CANCEL, n, slot, 0);
        }
    }

    call->tries = 0;

    return nactions;
}


/*
 * What is out at its attempt's deadline has no vote, and what is slow is asked
 * for again at the next endpoint.  Nobody waits for what is late.
 */

static size_t
mpic_fanout_time(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions)
{
    size_t        n;
    unsigned      i;
    mpic_call_t  *call;

    n = 0;

    for (i = 0; i < (fanout->attempt + 1) * fanout->ncalls; i++) {
        call = &fanout->calls[i];

        if (call->state != MPIC_CALL_ACTIVE) {
            continue;
        }

        if (now >= fanout->attempts[i / fanout->ncalls].deadline) {
            n += mpic_fanout_over(fanout, i, MPIC_CALL_LOST,
                                  MPIC_VOTE_INCOMPLETE, actions + n);

        } else if (mpic_fanout_repeats(call) && now >= call->repeat) {
            n += mpic_fanout_try(fanout, i, call->tries == 1, now,
                                 actions + n);
        }
    }

    return n;
}


static size_t
mpic_fanout_abort(mpic_fanout_t *fanout, mpic_fanout_action_t *actions)
{
    size_t    n;
    unsigned  i;

    n = 0;

    if (!fanout->answered) {
        mpic_fanout_leave(fanout);
    }

    for (i = 0; i < (fanout->attempt + 1) * fanout->ncalls; i++) {
        if (fanout->calls[i].state == MPIC_CALL_ACTIVE) {
            n += mpic_fanout_over(fanout, i, MPIC_CALL_LOST, MPIC_VOTE_OUT,
                                  actions + n);
        }
    }

    fanout->state = MPIC_FANOUT_DONE;

    return n + mpic_fanout_act(actions + n, MPIC_ACTION_END, 0, 0, 0);
}


static size_t
mpic_fanout_settle(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions)
{
    size_t  n;

    n = 0;

    if (fanout->state == MPIC_FANOUT_ASKING) {
        n = mpic_fanout_judge(fanout, now, actions);
    }

    if (fanout->state == MPIC_FANOUT_CERTAIN
        && (now >= fanout->answer
            || mpic_fanout_out(fanout, fanout->attempt) == 0))
    {
        mpic_fanout_leave(fanout);

        fanout->state = MPIC_FANOUT_ANSWERED;
        fanout->answered = 1;

        n += mpic_fanout_act(actions + n, MPIC_ACTION_ANSWER, 0, 0, 0);
    }

    if (fanout->state == MPIC_FANOUT_ANSWERED && fanout->nactive == 0) {
        fanout->state = MPIC_FANOUT_DONE;

        n += mpic_fanout_act(actions + n, MPIC_ACTION_END, 0, 0, 0);
    }

    return n;
}


/*
 * Is the attempt's outcome certain?  One that cannot become valid makes way
 * for the next at once, whatever else might be learned from it.
 */

static size_t
mpic_fanout_judge(mpic_fanout_t *fanout, uint64_t now,
    mpic_fanout_action_t *actions)
{
    int                         lost;
    unsigned                    kind, certain, all;
    mpic_votes_t                votes;
    mpic_verdict_t              verdict;
    const mpic_fanout_rules_t  *rules;

    lost = 0;
    all = MPIC_CERTAIN;
    rules = &fanout->rules;

    for (kind = 0; kind < rules->kinds; kind++) {
        mpic_fanout_votes(fanout, fanout->attempt, kind, &votes);

        certain = mpic_verdict_certain(&rules->terms, rules->policy, &votes);
        all &= certain;

        if (certain & MPIC_CERTAIN_VALID) {
            mpic_verdict(&rules->terms, rules->policy, &votes, &verdict);
            lost |= !verdict.valid;
        }
    }

    if (rules->joint) {
        mpic_fanout_joint(fanout, &votes);
        all &= mpic_verdict_certain(&rules->terms, rules->policy, &votes)
               | MPIC_CERTAIN_COMPLETED;
    }

    if (lost && mpic_fanout_again(fanout, now)) {
        mpic_fanout_leave(fanout);
        return mpic_fanout_attempt(fanout, fanout->attempt + 1, now, actions);
    }

    if (all == MPIC_CERTAIN) {
        fanout->state = MPIC_FANOUT_CERTAIN;
        fanout->answer = now + rules->grace;
    }

    return 0;
}


/* whether another attempt is possible, and may help */

static int
mpic_fanout_again(const mpic_fanout_t *fanout, uint64_t now)
{
    unsigned  kind;

    /* without a quorum no attempt is better than another */

    if (fanout->attempt + 1 >= fanout->rules.attempts
        || now >= fanout->deadline || fanout->rules.terms.quorum == 0)
    {
        return 0;
    }

    for (kind = 0; kind < fanout->rules.kinds; kind++) {
        if (mpic_fanout_refused(fanout, kind)) {
            return 0;
        }
    }

    return 1;
}


/* whether more than may disagree would not take the request */

static int
mpic_fanout_refused(const mpic_fanout_t *fanout, unsigned kind)
{
    size_t                      refused;
    unsigned                    i;
    const mpic_call_t          *call;
    const mpic_fanout_rules_t  *rules;

    refused = 0;
    rules = &fanout->rules;

    for (i = 0; i < rules->terms.count; i++) {
        call = &fanout->calls[mpic_fanout_number(fanout, fanout->attempt, i,
                                                 kind)];

        refused += (call->state == MPIC_CALL_LOST && call->refused);
    }

    if (rules->primary) {
        call = &fanout->calls[mpic_fanout_number(fanout, fanout->attempt, i,
                                                 kind)];

        if (call->state == MPIC_CALL_LOST && call->refused) {
            return 1;
        }
    }

    return refused > rules->terms.count - rules->terms.quorum;
}


/*
 * The attempt is decided: its verdicts stand, and what is out is late.
 */

static void
mpic_fanout_leave(mpic_fanout_t *fanout)
{
    unsigned         i, first, kind;
    mpic_attempt_t  *attempt;

    attempt = &fanout->attempts[fanout->attempt];

    for (kind = 0; kind < fanout->rules.kinds; kind++) {
        mpic_fanout_verdict(fanout, fanout->attempt, kind,
                            &attempt->verdicts[kind]);
    }

    first = fanout->attempt * fanout->ncalls;

    for (i = first; i < first + fanout->ncalls; i++) {
        fanout->calls[i].late = (fanout->calls[i].state == MPIC_CALL_ACTIVE);
    }
}


/* calls of an attempt that are out */

static unsigned
mpic_fanout_out(const mpic_fanout_t *fanout, unsigned attempt)
{
    unsigned  i, n, first;

    n = 0;
    first = attempt * fanout->ncalls;

    for (i = first; i < first + fanout->ncalls; i++) {
        n += (fanout->calls[i].state == MPIC_CALL_ACTIVE);
    }

    return n;
}


static void
mpic_fanout_votes(const mpic_fanout_t *fanout, unsigned attempt,
    unsigned kind, mpic_votes_t *votes)
{
    unsigned            i, n;
    const mpic_call_t  *call;

    n = (unsigned) fanout->rules.terms.count;

    for (i = 0; i < n; i++) {
        call = &fanout->calls[mpic_fanout_number(fanout, attempt, i, kind)];

        votes->votes[i] = call->vote;
        votes->rirs[i] = call->rir;
    }

    votes->has_primary = fanout->rules.primary;
    votes->primary = MPIC_VOTE_INCOMPLETE;

    if (votes->has_primary) {
        call = &fanout->calls[mpic_fanout_number(fanout, attempt, n, kind)];
        votes->primary = call->vote;
    }
}


/*
 * What each member of the attempt says of all kinds together: it passed if it
 * passed all.
 */

static void
mpic_fanout_joint(const mpic_fanout_t *fanout, mpic_votes_t *joint)
{
    unsigned      i, kind;
    mpic_votes_t  votes;

    mpic_fanout_votes(fanout, fanout->attempt, 0, joint);

    for (kind = 1; kind < fanout->rules.kinds; kind++) {
        mpic_fanout_votes(fanout, fanout->attempt, kind, &votes);

        for (i = 0; i < fanout->rules.terms.count; i++) {
            joint->votes[i] = mpic_fanout_both(joint->votes[i],
                                               votes.votes[i]);
        }

        joint->primary = mpic_fanout_both(joint->primary, votes.primary);
    }
}


/* one that did not pass is certain, whatever becomes of one that is out */

static mpic_vote_e
mpic_fanout_both(mpic_vote_e a, mpic_vote_e b)
{
    if (a == MPIC_VOTE_PASSED || (a == MPIC_VOTE_OUT && b != MPIC_VOTE_PASSED))
    {
        return b;
    }

    return a;
}


/* whether a slow call is asked for again, as soon as it is time */

static int
mpic_fanout_repeats(const mpic_call_t *call)
{
    /* one try is out, not two */

    return call->state == MPIC_CALL_ACTIVE && !call->late
           && (call->tries & (call->tries - 1)) == 0
           && call->next < call->nendpoints;
}


uint64_t
mpic_fanout_timer(const mpic_fanout_t *fanout)
{
    uint64_t            when, deadline;
    unsigned            i;
    const mpic_call_t  *call;

    when = (fanout->state == MPIC_FANOUT_CERTAIN) ? fanout->answer
                                                  : MPIC_NEVER;

    if (fanout->state == MPIC_FANOUT_NEW) {
        return MPIC_NEVER;
    }

    for (i = 0; i < (fanout->attempt + 1) * fanout->ncalls; i++) {
        call = &fanout->calls[i];

        if (call->state != MPIC_CALL_ACTIVE) {
            continue;
        }

        deadline = fanout->attempts[i / fanout->ncalls].deadline;

        if (deadline < when) {
            when = deadline;
        }

        if (mpic_fanout_repeats(call) && call->repeat < when) {
            when = call->repeat;
        }
    }

    return when;
}


void
mpic_fanout_verdict(const mpic_fanout_t *fanout, unsigned attempt,
    unsigned kind, mpic_verdict_t *verdict)
{
    mpic_votes_t  votes;

    mpic_fanout_votes(fanout, attempt, kind, &votes);
    mpic_verdict(&fanout->rules.terms, fanout->rules.policy, &votes, verdict);
}


int
mpic_fanout_valid(const mpic_fanout_t *fanout)
{
    unsigned  kind;

    for (kind = 0; kind < fanout->rules.kinds; kind++) {
        if (!fanout->attempts[fanout->attempt].verdicts[kind].valid) {
            return 0;
        }
    }

    return 1;
}


int
mpic_fanout_completed(const mpic_fanout_t *fanout)
{
    unsigned  kind;

    for (kind = 0; kind < fanout->rules.kinds; kind++) {
        if (!fanout->attempts[fanout->attempt].verdicts[kind].completed) {
            return 0;
        }
    }

    return 1;
}


static size_t
mpic_fanout_act(mpic_fanout_action_t *action, mpic_fanout_action_e type,
    unsigned call, unsigned slot, unsigned endpoint)
{
    action->type = type;
    action->call = call;
    action->slot = slot;
    action->endpoint = endpoint;

    return 1;
}
