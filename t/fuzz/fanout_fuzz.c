
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The fan-out's state machine: octets as events, in any order, against what
 * never may happen and an obvious count of votes.
 */


#include "fuzz.h"
#include "mpic_fanout.h"


typedef struct {
    mpic_fanout_rules_t  rules;
    unsigned             ncalls;
    unsigned             endpoints[MPIC_CALLS_MAX];

    /* tries that are out, by their bits; endpoints asked */
    unsigned             out[MPIC_CALLS_MAX];
    unsigned             asked[MPIC_CALLS_MAX];
    mpic_vote_e          votes[MPIC_CALLS_MAX];

    unsigned             attempts;
    int                  answered;
    int                  ended;
    uint64_t             deadline;
} fuzz_model_t;


static void fuzz_setup(fuzz_input_t *in, fuzz_model_t *model,
    mpic_fanout_t *fanout, mpic_call_t *calls);
static void fuzz_event(fuzz_input_t *in, mpic_fanout_event_t *event,
    const fuzz_model_t *model);
static void fuzz_step(fuzz_model_t *model, mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event);
static void fuzz_take_event(fuzz_model_t *model,
    const mpic_fanout_event_t *event);
static void fuzz_action(fuzz_model_t *model, const mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action);
static void fuzz_verdict(const fuzz_model_t *model,
    const mpic_fanout_t *fanout);
static unsigned fuzz_out(const fuzz_model_t *model);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mpic_call_t          calls[MPIC_CALLS_MAX];
    fuzz_input_t         in;
    fuzz_model_t         model;
    mpic_fanout_t        fanout;
    mpic_fanout_event_t  event;

    in.p = data;
    in.len = size;

    memset(&event, 0, sizeof(mpic_fanout_event_t));

    fuzz_setup(&in, &model, &fanout, calls);

    event.type = MPIC_EVENT_START;
    fuzz_step(&model, &fanout, &event);

    while (in.len) {
        fuzz_event(&in, &event, &model);
        fuzz_step(&model, &fanout, &event);
    }

    /* whatever came: time ends it, one attempt after the other */

    while (!model.ended) {
        event.type = MPIC_EVENT_TIMER;
        event.now = mpic_fanout_timer(&fanout);

        fuzz_check(event.now <= model.deadline);
        fuzz_step(&model, &fanout, &event);
    }

    fuzz_check(fuzz_out(&model) == 0);
    fuzz_check(mpic_fanout_timer(&fanout) == MPIC_NEVER);

    return 0;
}


static void
fuzz_setup(fuzz_input_t *in, fuzz_model_t *model, mpic_fanout_t *fanout,
    mpic_call_t *calls)
{
    size_t                count;
    unsigned              i, bits;
    mpic_fanout_rules_t  *rules;

    memset(model, 0, sizeof(fuzz_model_t));
    memset(calls, 0, MPIC_CALLS_MAX * sizeof(mpic_call_t));

    rules = &model->rules;

    count = 2 + fuzz_byte(in) % (MPIC_PERSPECTIVES_MAX - 1);
    bits = fuzz_byte(in);

    rules->policy = (bits & 1) ? MPIC_POLICY_PRIVATE : MPIC_POLICY_BR;
    rules->kinds = 1 + (bits >> 1 & 1);
    rules->primary = bits >> 2 & 1;
    rules->attempts = 1 + (bits >> 3) % (MPIC_PERSPECTIVES_MAX / count);

    if (rules->attempts > MPIC_ATTEMPTS_MAX) {
        rules->attempts = MPIC_ATTEMPTS_MAX;
    }

    rules->terms.count = count;
    rules->terms.quorum = count - fuzz_byte(in) % 3 % count;
    rules->timeout = 1 + fuzz_byte(in);
    rules->grace = fuzz_byte(in);
    rules->repeat = fuzz_byte(in) % 100;

    mpic_fanout_init(fanout, rules, calls);

    model->ncalls = mpic_fanout_calls(rules);
    model->deadline = rules->timeout;

    for (i = 0; i < rules->attempts * model->ncalls; i++) {
        bits = fuzz_byte(in);

        model->endpoints[i] = 1 + bits % MPIC_ENDPOINTS_MAX;
        calls[i].nendpoints = model->endpoints[i];
        calls[i].rir = bits / MPIC_ENDPOINTS_MAX % MPIC_RIR_COUNT;
    }
}


static void
fuzz_event(fuzz_input_t *in, mpic_fanout_event_t *event,
    const fuzz_model_t *model)
{
    unsigned  bits;

    bits = fuzz_byte(in);

    /* most events are answers: those are what it is about */

    event->type = (bits & 0x80) ? MPIC_EVENT_ANSWER : bits % 7;
    event->vote = (bits >> 3) % 3;
    event->slot = (bits & 0x40) ? 0 : bits % 3;
    event->call = fuzz_byte(in) % (model->rules.attempts * model->ncalls + 2);
    event->now += (bits & 0x60) ? 0 : fuzz_byte(in);
}


static void
fuzz_step(fuzz_model_t *model, mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event)
{
    size_t                i, n;
    mpic_fanout_action_t  actions[MPIC_ACTIONS_MAX];

    fuzz_take_event(model, event);

    n = mpic_fanout_step(fanout, event, actions);
    fuzz_check(n <= MPIC_ACTIONS_MAX);

    for (i = 0; i < n; i++) {
        fuzz_action(model, fanout, &actions[i]);
    }

    fuzz_check((fanout->state == MPIC_FANOUT_DONE) == model->ended);
    fuzz_check(model->ended == (fuzz_out(model) == 0));
}


static void
fuzz_take_event(fuzz_model_t *model, const mpic_fanout_event_t *event)
{
    unsigned  bit;

    if (event->type == MPIC_EVENT_START || event->type == MPIC_EVENT_TIMER
        || event->type == MPIC_EVENT_ABORT
        || event->call >= model->rules.attempts * model->ncalls
        || event->slot >= MPIC_TRIES)
    {
        return;
    }

    bit = 1u << event->slot;

    if (model->out[event->call] & bit) {
        model->out[event->call] &= ~bit;

        if (event->type == MPIC_EVENT_ANSWER) {
            model->votes[event->call] = event->vote;
        }
    }
}


static void
fuzz_action(fuzz_model_t *model, const mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action)
{
    unsigned  c;

    c = action->call;
    fuzz_check(!model->ended);

    switch (action->type) {

    case MPIC_ACTION_ATTEMPT:
        fuzz_check(c == model->attempts && !model->answered);
        model->attempts++;
        break;

    case MPIC_ACTION_CALL:
        fuzz_check(c < model->attempts * model->ncalls);
        fuzz_check(action->slot < MPIC_TRIES);
        fuzz_check(!(model->out[c] & 1u << action->slot));
        fuzz_check(action->endpoint == model->asked[c]);
        fuzz_check(action->endpoint < model->endpoints[c]);
        model->asked[c]++;
        model->out[c] |= 1u << action->slot;
        break;

    case MPIC_ACTION_CANCEL:
        fuzz_check(model->out[c] & 1u << action->slot);
        model->out[c] &= ~(1u << action->slot);
        break;

    case MPIC_ACTION_ANSWER:
        fuzz_check(!model->answered);
        model->answered = 1;
        fuzz_verdict(model, fanout);
        break;

    case MPIC_ACTION_END:
        model->ended = 1;
        break;
    }
}


static void
fuzz_verdict(const fuzz_model_t *model, const mpic_fanout_t *fanout)
{
    unsigned               i, c, kind, passed, lost, rirs, primary, regions;
    const mpic_verdict_t  *verdict;

    regions = (model->rules.terms.count == 2
               && model->rules.policy == MPIC_POLICY_PRIVATE) ? 1 : 2;

    for (kind = 0; kind < model->rules.kinds; kind++) {
        passed = 0;
        lost = 0;
        rirs = 0;
        primary = MPIC_VOTE_PASSED;

        for (i = 0; i < model->ncalls / model->rules.kinds; i++) {
            c = (model->attempts - 1) * model->ncalls
                + i * model->rules.kinds + kind;

            if (i == model->rules.terms.count) {
                primary = model->votes[c];
                break;
            }

            passed += (model->votes[c] == MPIC_VOTE_PASSED);
            lost += (model->votes[c] == MPIC_VOTE_INCOMPLETE);

            if (model->votes[c] == MPIC_VOTE_PASSED) {
                rirs |= 1u << fanout->calls[c].rir;
            }
        }

        verdict = &fanout->attempts[model->attempts - 1].verdicts[kind];

        fuzz_check(verdict->npassed == passed);
        fuzz_check(verdict->nincomplete + verdict->nout == lost);
        fuzz_check(verdict->completed
                   == (lost <= model->rules.terms.count
                               - model->rules.terms.quorum
                       && primary != MPIC_VOTE_INCOMPLETE));
        fuzz_check(verdict->valid
                   == (passed >= model->rules.terms.quorum
                       && (unsigned) __builtin_popcount(rirs) >= regions
                       && primary == MPIC_VOTE_PASSED));
    }
}


static unsigned
fuzz_out(const fuzz_model_t *model)
{
    unsigned  i, n;

    n = 0;

    for (i = 0; i < model->attempts * model->ncalls; i++) {
        n += (model->out[i] != 0);
    }

    return n;
}
