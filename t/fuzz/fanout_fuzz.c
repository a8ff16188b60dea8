
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The fan-out's state machine: octets as events, in any order, against an
 * obvious model.
 */


#include "fuzz.h"
#include "mpic_fanout.h"


typedef struct {
    unsigned     count;
    unsigned     quorum;
    unsigned     endpoints[MPIC_PERSPECTIVES_MAX];
    unsigned     rirs[MPIC_PERSPECTIVES_MAX];

    /* what is out: the endpoint asked, or -1 */
    int          asked[MPIC_PERSPECTIVES_MAX];
    mpic_vote_e  votes[MPIC_PERSPECTIVES_MAX];

    int          started;
    int          finished;
    int          aborted;
    uint64_t     deadline;
} fuzz_model_t;


static void fuzz_setup(fuzz_input_t *in, mpic_fanout_t *fanout,
    fuzz_model_t *model);
static void fuzz_event(fuzz_input_t *in, mpic_fanout_event_t *event,
    const fuzz_model_t *model);
static void fuzz_model(fuzz_model_t *model, const mpic_fanout_event_t *event,
    const mpic_fanout_action_t *actions, size_t n);
static void fuzz_model_call(fuzz_model_t *model,
    const mpic_fanout_event_t *event, const mpic_fanout_action_t *actions,
    size_t n);
static void fuzz_model_cancel(fuzz_model_t *model,
    const mpic_fanout_action_t *actions, size_t n);
static unsigned fuzz_out(const fuzz_model_t *model);
static void fuzz_verdict(const mpic_fanout_t *fanout,
    const fuzz_model_t *model);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                n;
    fuzz_model_t          model;
    fuzz_input_t          in;
    mpic_fanout_t         fanout;
    mpic_fanout_event_t   event;
    mpic_fanout_action_t  actions[MPIC_ACTIONS_MAX];

    in.p = data;
    in.len = size;

    memset(&event, 0, sizeof(mpic_fanout_event_t));

    fuzz_setup(&in, &fanout, &model);

    while (in.len) {
        fuzz_event(&in, &event, &model);

        n = mpic_fanout_step(&fanout, &event, actions);
        fuzz_check(n <= MPIC_ACTIONS_MAX);

        fuzz_model(&model, &event, actions, n);

        fuzz_check((fanout.state == MPIC_FANOUT_DONE)
                   == (model.finished || model.aborted));
        fuzz_check(fanout.nactive == fuzz_out(&model));

        if (model.finished) {
            fuzz_verdict(&fanout, &model);
        }
    }

    /* whatever came: time ends it */

    event.type = MPIC_EVENT_TIMER;
    event.now = UINT64_MAX;

    n = mpic_fanout_step(&fanout, &event, actions);
    fuzz_model(&model, &event, actions, n);

    fuzz_check(!model.started || model.finished || model.aborted);
    fuzz_check(fuzz_out(&model) == 0);

    return 0;
}


static void
fuzz_setup(fuzz_input_t *in, mpic_fanout_t *fanout, fuzz_model_t *model)
{
    unsigned       i, bits;
    mpic_terms_t   terms;

    memset(model, 0, sizeof(fuzz_model_t));

    bits = fuzz_byte(in);

    model->count = 2 + (bits & 0x3f) % (MPIC_PERSPECTIVES_MAX - 1);
    model->quorum = model->count - fuzz_byte(in) % 3 % model->count;

    terms.count = model->count;
    terms.quorum = model->quorum;

    mpic_fanout_init(fanout,
                     (bits & 0x40) ? MPIC_POLICY_PRIVATE : MPIC_POLICY_BR,
                     &terms, 1 + fuzz_byte(in));

    for (i = 0; i < model->count; i++) {
        bits = fuzz_byte(in);

        model->endpoints[i] = 1 + bits % MPIC_ENDPOINTS_MAX;
        model->rirs[i] = bits / MPIC_ENDPOINTS_MAX % MPIC_RIR_COUNT;
        model->asked[i] = -1;

        fanout->calls[i].nendpoints = model->endpoints[i];
        fanout->calls[i].rir = model->rirs[i];
    }
}


static void
fuzz_event(fuzz_input_t *in, mpic_fanout_event_t *event,
    const fuzz_model_t *model)
{
    unsigned  bits;

    bits = fuzz_byte(in);

    /* most events are answers: those are what it is about */

    event->type = (bits & 0x80) ? MPIC_EVENT_ANSWER : bits % 6;
    event->vote = (bits >> 3) % 3;
    event->call = fuzz_byte(in) % (model->count + 2);
    event->now += (bits & 0x60) ? 0 : fuzz_byte(in);
}


static void
fuzz_model(fuzz_model_t *model, const mpic_fanout_event_t *event,
    const mpic_fanout_action_t *actions, size_t n)
{
    unsigned  i;

    if (event->type == MPIC_EVENT_START && !model->started) {
        model->started = 1;
        model->deadline = event->now;

        fuzz_check(n == model->count);

        for (i = 0; i < n; i++) {
            fuzz_check(actions[i].type == MPIC_ACTION_CALL);
            fuzz_check(actions[i].call == i && actions[i].endpoint == 0);
            model->asked[i] = 0;
        }

        return;
    }

    if (!model->started || model->finished || model->aborted
        || event->type == MPIC_EVENT_START)
    {
        fuzz_check(n == 0);
        return;
    }

    if (event->type == MPIC_EVENT_ABORT) {
        fuzz_model_cancel(model, actions, n);
        model->aborted = 1;
        return;
    }

    if (event->type == MPIC_EVENT_TIMER) {

        if (n != 0) {
            /* never before there was any time */
            fuzz_check(event->now > model->deadline);
            fuzz_check(actions[n - 1].type == MPIC_ACTION_FINISH);
            fuzz_model_cancel(model, actions, n - 1);
            model->finished = 1;
        }

        return;
    }

    fuzz_model_call(model, event, actions, n);
}


static void
fuzz_model_call(fuzz_model_t *model, const mpic_fanout_event_t *event,
    const mpic_fanout_action_t *actions, size_t n)
{
    unsigned  c;

    c = event->call;

    if (c >= model->count || model->asked[c] == -1) {
        fuzz_check(n == 0);
        return;
    }

    if (event->type == MPIC_EVENT_UNREACHABLE && n == 1
        && actions[0].type == MPIC_ACTION_CALL)
    {
        fuzz_check(actions[0].call == c);
        fuzz_check(actions[0].endpoint == (unsigned) model->asked[c] + 1);
        fuzz_check(actions[0].endpoint < model->endpoints[c]);

        model->asked[c]++;
        return;
    }

    model->asked[c] = -1;

    if (event->type == MPIC_EVENT_ANSWER) {
        model->votes[c] = event->vote;
    }

    if (fuzz_out(model)) {
        fuzz_check(n == 0);
        return;
    }

    fuzz_check(n == 1 && actions[0].type == MPIC_ACTION_FINISH);
    model->finished = 1;
}


/* each that is out is cancelled, once */

static void
fuzz_model_cancel(fuzz_model_t *model, const mpic_fanout_action_t *actions,
    size_t n)
{
    size_t  i;

    fuzz_check(n == fuzz_out(model));

    for (i = 0; i < n; i++) {
        fuzz_check(actions[i].type == MPIC_ACTION_CANCEL);
        fuzz_check(actions[i].call < model->count);
        fuzz_check(model->asked[actions[i].call] != -1);
        model->asked[actions[i].call] = -1;
    }
}


static unsigned
fuzz_out(const fuzz_model_t *model)
{
    unsigned  i, n;

    n = 0;

    for (i = 0; i < model->count; i++) {
        n += (model->asked[i] != -1);
    }

    return n;
}


static void
fuzz_verdict(const mpic_fanout_t *fanout, const fuzz_model_t *model)
{
    unsigned  i, passed, lost, regions, rirs;

    passed = 0;
    lost = 0;
    rirs = 0;

    for (i = 0; i < model->count; i++) {
        passed += (model->votes[i] == MPIC_VOTE_PASSED);
        lost += (model->votes[i] == MPIC_VOTE_INCOMPLETE);

        if (model->votes[i] == MPIC_VOTE_PASSED) {
            rirs |= 1u << model->rirs[i];
        }
    }

    regions = (model->count == 2 && fanout->policy == MPIC_POLICY_PRIVATE)
              ? 1 : 2;

    fuzz_check(fanout->verdict.npassed == passed);
    fuzz_check(fanout->verdict.nincomplete == lost);
    fuzz_check(fanout->verdict.completed
               == (lost <= model->count - model->quorum));
    fuzz_check(fanout->verdict.valid
               == (passed >= model->quorum
                   && (unsigned) __builtin_popcount(rirs) >= regions));
}
