
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_stat.h"

#include "ngx_mpic_pool.h"
#include "ngx_mpic_timer.h"

#include <time.h>


static void ngx_http_mpic_fanout_start(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_fanout_run(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_t *event);
static ngx_uint_t ngx_http_mpic_fanout_failed(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_t *event);
static void ngx_http_mpic_fanout_step(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event);
static void ngx_http_mpic_fanout_act(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action);
static void ngx_http_mpic_fanout_try(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action);
static void ngx_http_mpic_fanout_cancel(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action);
static void ngx_http_mpic_fanout_answer(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_fanout_refused(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_fanout_end(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_fanout_timer(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_fanout_timer_handler(ngx_event_t *ev);
static void ngx_http_mpic_fanout_timer_destroy(ngx_mpic_op_t *op);


ngx_http_mpic_fanout_t *
ngx_http_mpic_fanout_create(ngx_mpic_job_t *job,
    ngx_http_mpic_loc_conf_t *conf)
{
    ngx_http_mpic_fanout_t  *fanout;

    fanout = ngx_pcalloc(job->pool, sizeof(ngx_http_mpic_fanout_t));
    if (fanout == NULL) {
        return NULL;
    }

    fanout->job = job;
    fanout->conf = conf;
    fanout->pool.alloc = ngx_mpic_pool_alloc;
    fanout->pool.data = job->pool;
    fanout->timer_at = MPIC_NEVER;

    return fanout;
}


void
ngx_http_mpic_fanout_begin(ngx_http_mpic_fanout_t *fanout, ngx_str_t *body)
{
    ngx_int_t  rc;

    rc = ngx_http_mpic_prepare(fanout, body);

    if (rc == NGX_ERROR) {
        ngx_http_mpic_fanout_fail(fanout);
        return;
    }

    if (rc == NGX_OK) {
        fanout->job->action = "asking perspectives";

        ngx_http_mpic_fanout_start(fanout);
    }
}


/*
 * A try that cannot be begun is an event in turn, but only after the actions
 * of the event before.
 */

void
ngx_http_mpic_fanout_event(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_e type, ngx_http_mpic_try_t *try, mpic_vote_e vote)
{
    mpic_fanout_event_t  event;

    event.type = type;
    event.call = try ? (unsigned) try->call->index : 0;
    event.slot = try ? (unsigned) try->slot : 0;
    event.vote = vote;
    event.now = (uint64_t) ngx_current_msec;

    ngx_http_mpic_fanout_run(fanout, &event);
}


/*
 * The machine's clock begins with the job's, so that their deadlines are the
 * same.
 */

static void
ngx_http_mpic_fanout_start(ngx_http_mpic_fanout_t *fanout)
{
    mpic_fanout_event_t  event;

    ngx_memzero(&event, sizeof(mpic_fanout_event_t));

    event.type = MPIC_EVENT_START;
    event.now = (uint64_t) fanout->job->start;

    ngx_http_mpic_fanout_run(fanout, &event);
}


static void
ngx_http_mpic_fanout_run(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_t *event)
{
    do {
        ngx_http_mpic_fanout_step(fanout, event);

    } while (ngx_http_mpic_fanout_failed(fanout, event));

    if (!fanout->is_ended) {
        ngx_http_mpic_fanout_timer(fanout);
    }
}


/* the next event that came of a try, or 0 */

static ngx_uint_t
ngx_http_mpic_fanout_failed(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_t *event)
{
    ngx_uint_t             i, n;
    ngx_http_mpic_try_t   *try;
    ngx_http_mpic_call_t  *call;

    if ((fanout->broken || fanout->cut) && !fanout->is_ended) {
        event->type = MPIC_EVENT_ABORT;
        return 1;
    }

    if (fanout->nfailed == 0 || fanout->is_ended) {
        return 0;
    }

    n = (fanout->machine.attempt + 1) * fanout->machine.ncalls;

    for (i = 0; i < n; i++) {
        call = ngx_http_mpic_fanout_call(fanout, i);

        try = call->first.failed ? &call->first : call->second;

        if (try == NULL || !try->failed) {
            continue;
        }

        try->failed = 0;
        fanout->nfailed--;

        event->type = MPIC_EVENT_UNREACHABLE;
        event->call = (unsigned) i;
        event->slot = (unsigned) try->slot;

        return 1;
    }

    return 0;
}


static void
ngx_http_mpic_fanout_step(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event)
{
    size_t                i, n;
    mpic_fanout_action_t  actions[MPIC_ACTIONS_MAX];

    n = mpic_fanout_step(&fanout->machine, event, actions);

    for (i = 0; i < n && !fanout->is_ended; i++) {
        ngx_http_mpic_fanout_act(fanout, &actions[i]);
    }
}


static void
ngx_http_mpic_fanout_act(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action)
{
    switch (action->type) {

    case MPIC_ACTION_ATTEMPT:
        if (ngx_http_mpic_calls(fanout, action->call) != NGX_OK) {
            ngx_http_mpic_fanout_fail(fanout);
        }

        break;

    case MPIC_ACTION_CALL:
        ngx_http_mpic_fanout_try(fanout, action);
        break;

    case MPIC_ACTION_CANCEL:
        ngx_http_mpic_fanout_cancel(fanout, action);
        break;

    case MPIC_ACTION_ANSWER:
        ngx_http_mpic_fanout_answer(fanout);
        break;

    case MPIC_ACTION_END:
        ngx_http_mpic_fanout_end(fanout);
        break;
    }
}


static void
ngx_http_mpic_fanout_try(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action)
{
    ngx_int_t  rc;

    if (fanout->broken) {
        return;
    }

    rc = ngx_http_mpic_call_start(ngx_http_mpic_fanout_call(fanout,
                                                            action->call),
                                  action->slot, action->endpoint);

    if (rc == NGX_ERROR) {
        fanout->nfailed++;

    } else if (rc == NGX_ABORT) {
        ngx_http_mpic_fanout_fail(fanout);
    }
}


static void
ngx_http_mpic_fanout_cancel(ngx_http_mpic_fanout_t *fanout,
    const mpic_fanout_action_t *action)
{
    mpic_call_t           *state;
    mpic_attempt_t        *attempt;
    ngx_http_mpic_call_t  *call;

    if (fanout->calls[action->call / fanout->machine.ncalls] == NULL) {
        /* there was no memory for them */
        return;
    }

    call = ngx_http_mpic_fanout_call(fanout, action->call);
    state = &fanout->machine.calls[action->call];

    ngx_http_mpic_call_cancel(call, action->slot);

    if (state->state != MPIC_CALL_LOST || state->vote == MPIC_VOTE_OUT) {
        return;
    }

    ngx_http_mpic_call_cut(call, action->slot);

    attempt = &fanout->machine.attempts[action->call
                                        / fanout->machine.ncalls];

    (void) mpic_str_printf(&fanout->pool, &call->why,
                           "no answer within %lu ms",
                           (unsigned long) (attempt->deadline
                                            - attempt->begun));
}


static void
ngx_http_mpic_fanout_answer(ngx_http_mpic_fanout_t *fanout)
{
    ngx_str_t  json;

    if (fanout->broken) {
        return;
    }

    if (ngx_http_mpic_answer(fanout, &json) != NGX_OK) {
        ngx_http_mpic_fanout_fail(fanout);
        return;
    }

    ngx_http_mpic_fanout_finish(fanout, NGX_HTTP_OK, &json);
}


void
ngx_http_mpic_fanout_finish(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t status, ngx_str_t *body)
{
    if (fanout->is_answered) {
        return;
    }

    fanout->is_answered = 1;
    fanout->status = status;
    fanout->body = *body;
    fanout->took = ngx_current_msec - fanout->job->start;

    fanout->answered(fanout);

    if (fanout->machine.state == MPIC_FANOUT_NEW) {
        ngx_http_mpic_stat_refused(fanout->conf, status);
        ngx_http_mpic_fanout_refused(fanout);

        fanout->is_ended = 1;
        fanout->ended(fanout);
    }
}


/*
 * The record of a request that nobody was asked for.
 */

static void
ngx_http_mpic_fanout_refused(ngx_http_mpic_fanout_t *fanout)
{
    ngx_http_mpic_refused_t  refused;

    ngx_memzero(&refused, sizeof(ngx_http_mpic_refused_t));

    refused.conf = fanout->conf;
    refused.asked = &fanout->asked;
    refused.pool = fanout->job->pool;
    refused.log = fanout->job->log;
    refused.status = fanout->status;
    refused.item = fanout->item;
    refused.issues = fanout->issues;
    refused.error = fanout->issues ? NULL
                    : fanout->error ? fanout->error : "internal-error";
    refused.request = &fanout->request;

    ngx_http_mpic_log_refused(&refused);
}


void
ngx_http_mpic_fanout_cut(ngx_http_mpic_fanout_t *fanout)
{
    fanout->cut = (ngx_mpic_jobs_late()
                   > (ngx_uint_t) fanout->conf->max_requests);
}


void
ngx_http_mpic_fanout_fail(ngx_http_mpic_fanout_t *fanout)
{
    ngx_log_error(NGX_LOG_CRIT, fanout->job->log, 0,
                  "mpic: out of resources");

    fanout->broken = 1;

    ngx_http_mpic_fanout_finish(fanout, NGX_HTTP_INTERNAL_SERVER_ERROR,
                                ngx_http_mpic_dialect_broken(fanout->conf));
}


static void
ngx_http_mpic_fanout_end(ngx_http_mpic_fanout_t *fanout)
{
    if (fanout->timer_added) {
        fanout->timer_added = 0;
        ngx_mpic_job_op_done(&fanout->op);
        ngx_mpic_event_clear(&fanout->timer);
    }

    ngx_http_mpic_record(fanout);

    fanout->is_ended = 1;
    fanout->ended(fanout);
}


/*
 * The job has a timer for the deadline: most requests need no other.
 */

static void
ngx_http_mpic_fanout_timer(ngx_http_mpic_fanout_t *fanout)
{
    uint64_t  at, now;

    at = mpic_fanout_timer(&fanout->machine);

    if (at >= fanout->machine.deadline) {
        at = MPIC_NEVER;
    }

    if (at == fanout->timer_at) {
        return;
    }

    fanout->timer_at = at;

    if (!fanout->timer_added) {
        fanout->timer_added = 1;

        ngx_mpic_event_init(&fanout->timer,
                            ngx_http_mpic_fanout_timer_handler,
                            fanout->job->log, 1);
        ngx_mpic_job_op_add(fanout->job, &fanout->op,
                            ngx_http_mpic_fanout_timer_destroy);
    }

    if (at == MPIC_NEVER) {
        ngx_mpic_event_clear(&fanout->timer);
        return;
    }

    now = (uint64_t) ngx_current_msec;

    ngx_mpic_timer_set(&fanout->timer, (at > now) ? (ngx_msec_t) (at - now)
                                                  : 0);
}


static void
ngx_http_mpic_fanout_timer_handler(ngx_event_t *ev)
{
    ngx_http_mpic_fanout_t  *fanout;

    fanout = ngx_mpic_event_owner(ev, ngx_http_mpic_fanout_t, timer);

    fanout->timer_at = MPIC_NEVER;

    ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_TIMER, NULL,
                               MPIC_VOTE_INCOMPLETE);
}


static void
ngx_http_mpic_fanout_timer_destroy(ngx_mpic_op_t *op)
{
    ngx_http_mpic_fanout_t  *fanout;

    fanout = ngx_queue_data(op, ngx_http_mpic_fanout_t, op);

    fanout->timer_added = 0;
    ngx_mpic_event_clear(&fanout->timer);
}


ngx_http_mpic_call_t *
ngx_http_mpic_fanout_call(ngx_http_mpic_fanout_t *fanout, ngx_uint_t n)
{
    return &fanout->calls[n / fanout->machine.ncalls]
                         [n % fanout->machine.ncalls];
}


uint64_t
ngx_http_mpic_now_ns(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}
