
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What is left of a request when all of it has ended.
 */


#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_health.h"
#include "ngx_http_mpic_stat.h"
#include "ngx_http_mpic_variable.h"


static void ngx_http_mpic_record_calls(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_record_health(ngx_http_mpic_call_t *call,
    const mpic_call_t *state);
static void ngx_http_mpic_record_verdict(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t kind);


void
ngx_http_mpic_record(ngx_http_mpic_fanout_t *fanout)
{
    ngx_uint_t  kind;

    ngx_http_mpic_record_calls(fanout);

    for (kind = 0; kind < fanout->machine.rules.kinds; kind++) {
        ngx_http_mpic_record_verdict(fanout, kind);
    }

    /* the count has the line that could not be written */

    ngx_http_mpic_log_fanout(fanout);
    ngx_http_mpic_stat_request(fanout);
}


/*
 * Who answers and who does not, late or not; and of those that were waited for
 * who has no vote.
 */

static void
ngx_http_mpic_record_calls(ngx_http_mpic_fanout_t *fanout)
{
    ngx_uint_t             i, n;
    mpic_call_t           *state;
    ngx_http_mpic_call_t  *call;

    n = (fanout->machine.attempt + 1) * fanout->machine.ncalls;

    for (i = 0; i < n; i++) {
        state = &fanout->machine.calls[i];

        if (state->vote == MPIC_VOTE_OUT) {
            continue;
        }

        call = ngx_http_mpic_fanout_call(fanout, i);

        ngx_http_mpic_record_health(call, state);

        if (state->state == MPIC_CALL_ANSWERED || state->late) {
            continue;
        }

        ngx_log_error(NGX_LOG_WARN, fanout->job->log, 0,
                      "mpic: perspective \"%V\" has no vote: %s",
                      &call->perspective->code,
                      ngx_http_mpic_call_why(call));
    }
}


static void
ngx_http_mpic_record_health(ngx_http_mpic_call_t *call,
    const mpic_call_t *state)
{
    mpic_health_call_t         how;
    ngx_http_mpic_loc_conf_t  *conf;

    ngx_memzero(&how, sizeof(mpic_health_call_t));

    conf = call->fanout->conf;

    /* whoever refuses a request is well: it is the client's fault */

    how.answered = (state->state == MPIC_CALL_ANSWERED || state->refused);
    how.left = (state->vote == MPIC_VOTE_OUT);
    how.unmade = call->unmade;
    how.cut = call->cut;
    how.waited = (uint64_t) call->waited;

    ngx_http_mpic_health(call->perspective, call->type,
                         mpic_health_judge(&how,
                             mpic_health_patience((uint64_t) conf->timeout,
                                               (unsigned) conf->max_attempts)),
                         call->why.data,
                         call->brief.data ? call->brief.data
                                          : call->why.data);
}


static void
ngx_http_mpic_record_verdict(ngx_http_mpic_fanout_t *fanout, ngx_uint_t kind)
{
    mpic_str_t       trace;
    mpic_fanout_t   *machine;
    mpic_verdict_t   now, *then;

    machine = &fanout->machine;

    if (ngx_http_mpic_trace(fanout->job->pool, &fanout->request, &trace)
        != NGX_OK)
    {
        trace.data = NULL;
    }

    then = &machine->attempts[machine->attempt].verdicts[kind];

    /* with what came after the answer */

    mpic_fanout_verdict(machine, machine->attempt, (unsigned) kind, &now);

    ngx_log_error(NGX_LOG_INFO, fanout->job->log, 0,
                  "mpic: %s, %uz/%uz passed in %uz RIR regions, quorum "
                  "%uz, %s, attempt %ui, %uz not awaited, in the end %uz/%uz, "
                  "trace \"%s\"",
                  !machine->answered || fanout->broken
                  ? "ended without an answer"
                  : machine->rules.terms.quorum == 0 ? "monitoring, no verdict"
                  : then->valid ? "is_valid=true" : "is_valid=false",
                  then->npassed, machine->rules.terms.count, then->nrirs,
                  machine->rules.terms.quorum,
                  fanout->kinds[kind] == MPIC_CHECK_CAA ? "caa" : "dcv",
                  (ngx_uint_t) machine->attempt + 1, then->nout, now.npassed,
                  machine->rules.terms.count,
                  trace.data ? trace.data : "");
}
