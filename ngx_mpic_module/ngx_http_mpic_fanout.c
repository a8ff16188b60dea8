
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_health.h"


static void ngx_http_mpic_fanout_call(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t call, ngx_uint_t endpoint);
static void ngx_http_mpic_fanout_give_up(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t n);
static void ngx_http_mpic_fanout_finish(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_fanout_log(ngx_http_mpic_fanout_t *fanout);


void
ngx_http_mpic_fanout_start(ngx_http_mpic_fanout_t *fanout)
{
    fanout->job->action = "asking perspectives";

    ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_START, 0,
                               MPIC_VOTE_INCOMPLETE);
}


/*
 * A call that cannot be begun is an event in turn: the depth of that is
 * bounded by the number of endpoints.
 */

void
ngx_http_mpic_fanout_event(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_e type, ngx_uint_t call, mpic_vote_e vote)
{
    size_t                i, n;
    mpic_fanout_event_t   event;
    mpic_fanout_action_t  actions[MPIC_ACTIONS_MAX];

    event.type = type;
    event.call = (unsigned) call;
    event.vote = vote;
    event.now = (uint64_t) ngx_current_msec;

    /*
     * The job's timer is the state machine's: it may fire within the
     * millisecond before the machine's own deadline, which was set later.
     */

    if (type == MPIC_EVENT_TIMER && event.now < fanout->machine.deadline) {
        event.now = fanout->machine.deadline;
    }

    n = mpic_fanout_step(&fanout->machine, &event, actions);

    for (i = 0; i < n; i++) {

        switch (actions[i].type) {

        case MPIC_ACTION_CALL:
            ngx_http_mpic_fanout_call(fanout, actions[i].call,
                                      actions[i].endpoint);
            break;

        case MPIC_ACTION_CANCEL:
            ngx_http_mpic_fanout_give_up(fanout, actions[i].call);
            break;

        case MPIC_ACTION_FINISH:
            ngx_http_mpic_fanout_finish(fanout);
            break;
        }
    }
}


static void
ngx_http_mpic_fanout_call(ngx_http_mpic_fanout_t *fanout, ngx_uint_t call,
    ngx_uint_t endpoint)
{
    if (ngx_http_mpic_call_start(&fanout->calls[call], endpoint) != NGX_OK) {
        ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_UNREACHABLE, call,
                                   MPIC_VOTE_INCOMPLETE);
    }
}


static void
ngx_http_mpic_fanout_give_up(ngx_http_mpic_fanout_t *fanout, ngx_uint_t n)
{
    ngx_http_mpic_call_t  *call;

    call = &fanout->calls[n];

    ngx_http_mpic_call_cancel(call);

    (void) mpic_str_printf(&fanout->pool, &call->why,
                           "no answer within %lu ms",
                           (unsigned long) fanout->conf->timeout);
}


static void
ngx_http_mpic_fanout_finish(ngx_http_mpic_fanout_t *fanout)
{
    ngx_str_t  json;

    ngx_http_mpic_fanout_log(fanout);

    if (ngx_http_mpic_answer(fanout, &json) != NGX_OK) {
        ngx_http_mpic_fanout_fail(fanout->job);
        return;
    }

    ngx_mpic_job_finish(fanout->job, NGX_HTTP_OK, &json);
}


void
ngx_http_mpic_fanout_fail(ngx_mpic_job_t *job)
{
    static ngx_str_t  body = ngx_string("{\"error\":\"internal-error\","
                                        "\"message\":\"The coordinator ran "
                                        "out of resources.\"}");

    ngx_log_error(NGX_LOG_CRIT, job->log, 0, "mpic: out of resources");

    ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR, &body);
}


static void
ngx_http_mpic_fanout_log(ngx_http_mpic_fanout_t *fanout)
{
    size_t                 i;
    mpic_verdict_t        *verdict;
    ngx_http_mpic_call_t  *call;

    for (i = 0; i < fanout->machine.terms.count; i++) {
        call = &fanout->calls[i];

        ngx_http_mpic_health(call->perspective,
                             fanout->machine.calls[i].state
                             == MPIC_CALL_ANSWERED, call->why.data);

        if (fanout->machine.calls[i].state == MPIC_CALL_LOST) {
            ngx_log_error(NGX_LOG_WARN, fanout->job->log, 0,
                          "mpic: perspective \"%V\" has no vote: %s",
                          &call->perspective->code,
                          call->why.data ? call->why.data : "no memory");
        }
    }

    verdict = &fanout->machine.verdict;

    ngx_log_error(NGX_LOG_INFO, fanout->job->log, 0,
                  "mpic: %s, %uz/%uz passed in %uz RIR regions, "
                  "quorum %uz, trace \"%s\"",
                  fanout->machine.terms.quorum == 0 ? "monitoring, no verdict"
                  : verdict->valid ? "is_valid=true" : "is_valid=false",
                  verdict->npassed,
                  fanout->machine.terms.count, verdict->nrirs,
                  fanout->machine.terms.quorum,
                  fanout->request.trace_identifier.data
                  ? fanout->request.trace_identifier.data : "");
}
