
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * From the calls of a fan-out to the client's answer.
 */


#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_fanout.h"


static ngx_int_t ngx_http_mpic_entries(ngx_http_mpic_fanout_t *fanout,
    mpic_answer_t *answer);
static ngx_int_t ngx_http_mpic_entry(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t n, mpic_answer_entry_t *entry);
static ngx_int_t ngx_http_mpic_response(ngx_http_mpic_call_t *call,
    mpic_answer_entry_t *entry);
static ngx_int_t ngx_http_mpic_no_response(ngx_http_mpic_call_t *call,
    mpic_str_t *json);
static mpic_details_e ngx_http_mpic_details(ngx_http_mpic_call_t *call);


ngx_int_t
ngx_http_mpic_answer(ngx_http_mpic_fanout_t *fanout, ngx_str_t *json)
{
    int              success;
    unsigned         kind;
    mpic_str_t       text;
    mpic_answer_t    answer;
    mpic_fanout_t   *machine;
    mpic_attempt_t  *attempt;

    ngx_memzero(&answer, sizeof(mpic_answer_t));

    machine = &fanout->machine;
    attempt = &machine->attempts[machine->attempt];

    answer.completed = mpic_fanout_completed(machine);
    answer.valid = mpic_fanout_valid(machine);
    answer.perspective_count = (int) machine->rules.terms.count;
    answer.quorum_count = (int) machine->rules.terms.quorum;
    answer.attempt_count = (int) machine->attempt + 1;

    for (kind = 0; kind < machine->rules.kinds; kind++) {
        answer.kind_valid[fanout->kinds[kind]] =
                                               attempt->verdicts[kind].valid;
    }

    success = answer.valid;

    /* what the API answers to a caller who looks on, and to nobody else */

    if (ngx_http_mpic_monitoring(fanout)) {
        answer.monitoring = 1;
        answer.valid = 1;

        for (kind = 0; kind < machine->rules.kinds; kind++) {
            answer.kind_valid[fanout->kinds[kind]] = 1;
        }
    }

    if (ngx_http_mpic_entries(fanout, &answer) != NGX_OK
        || mpic_answer_print(&fanout->pool, &fanout->request, &answer, &text)
           != 0
        || ngx_http_mpic_dialect_answer(fanout->conf, &fanout->pool,
                                        &fanout->request, &text, &success)
           != 0)
    {
        return NGX_ERROR;
    }

    fanout->valid = (success != 0);
    fanout->monitoring = answer.monitoring;

    json->data = (u_char *) text.data;
    json->len = text.len;

    return NGX_OK;
}


ngx_uint_t
ngx_http_mpic_monitoring(ngx_http_mpic_fanout_t *fanout)
{
    return fanout->machine.rules.terms.quorum == 0
           && fanout->conf->limits.monitoring
           && fanout->request.orchestration.quorum_count == 0;
}


/*
 * Those of all attempts, and those of the primary after them.
 */

static ngx_int_t
ngx_http_mpic_entries(ngx_http_mpic_fanout_t *fanout, mpic_answer_t *answer)
{
    ngx_uint_t            i, k, n, attempts, calls;
    mpic_fanout_rules_t  *rules;
    mpic_answer_entry_t  *entries;

    rules = &fanout->machine.rules;
    n = rules->terms.count;
    calls = fanout->machine.ncalls;
    attempts = fanout->machine.attempt + 1;

    entries = ngx_pcalloc(fanout->job->pool, attempts * (n + rules->primary)
                                             * sizeof(mpic_answer_entry_t));
    if (entries == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < attempts; i++) {

        for (k = 0; k < n; k++) {
            if (ngx_http_mpic_entry(fanout, i * calls + k * rules->kinds,
                                    &entries[i * n + k])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        if (rules->primary
            && ngx_http_mpic_entry(fanout, i * calls + n * rules->kinds,
                                   &entries[attempts * n + i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    answer->entries = entries;
    answer->nentries = n;
    answer->primary = rules->primary ? &entries[attempts * n] : NULL;

    return NGX_OK;
}


/* of one perspective: its calls have the numbers from "n" on */

static ngx_int_t
ngx_http_mpic_entry(ngx_http_mpic_fanout_t *fanout, ngx_uint_t n,
    mpic_answer_entry_t *entry)
{
    ngx_uint_t                    i;
    ngx_http_mpic_perspective_t  *p;

    p = ngx_http_mpic_fanout_call(fanout, n)->perspective;

    entry->code.data = (char *) p->code.data;
    entry->code.len = p->code.len;

    entry->rir.data = mpic_rir_name(p->rir);
    entry->rir.len = ngx_strlen(entry->rir.data);

    for (i = n; i < n + fanout->machine.rules.kinds; i++) {
        if (ngx_http_mpic_response(ngx_http_mpic_fanout_call(fanout, i),
                                   entry)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_response(ngx_http_mpic_call_t *call, mpic_answer_entry_t *entry)
{
    mpic_call_t   *state;
    mpic_error_t  *error;

    state = &call->fanout->machine.calls[call->index];

    if (state->state != MPIC_CALL_ANSWERED) {
        return ngx_http_mpic_no_response(call, &entry->json[call->type]);
    }

    entry->json[call->type] = call->response.json;

    if (!call->response.passed || state->vote == MPIC_VOTE_PASSED) {
        return NGX_OK;
    }

    /* only of the primary more is asked than to pass */

    error = &entry->errors[call->type];

    error->type.data = MPIC_ERROR_PRIMARY_DNSSEC;
    error->type.len = sizeof(MPIC_ERROR_PRIMARY_DNSSEC) - 1;

    return mpic_str_printf(&call->fanout->pool, &error->message,
                           "The %s of the primary does not count, for it does "
                           "not show that it stands on DNSSEC validation "
                           "(BR %s): %s.",
                           call->type == MPIC_CHECK_CAA ? "CAA check" : "DCV",
                           call->type == MPIC_CHECK_CAA ? "3.2.2.8.1"
                                                        : "3.2.2.4",
                           call->why.data ? call->why.data : "out of memory")
           == 0
           ? NGX_OK : NGX_ERROR;
}


/*
 * The check_response in place of one that never came, or has not come.
 */

static ngx_int_t
ngx_http_mpic_no_response(ngx_http_mpic_call_t *call, mpic_str_t *json)
{
    int                      rc;
    char                    *code;
    mpic_result_t           *result;
    ngx_http_mpic_fanout_t  *fanout;

    fanout = call->fanout;
    code = (char *) call->perspective->code.data;

    result = ngx_palloc(fanout->job->pool, sizeof(mpic_result_t));
    if (result == NULL) {
        return NGX_ERROR;
    }

    mpic_result_init(result, call->type, ngx_http_mpic_details(call));

    result->method = fanout->request.dcv.method;
    result->timestamp_ns = ngx_http_mpic_now_ns();
    result->duration_ms = ngx_current_msec - fanout->job->start;

    if (fanout->machine.calls[call->index].state == MPIC_CALL_ACTIVE) {
        rc = mpic_result_error(&fanout->pool, result, MPIC_ERROR_NOT_AWAITED,
                               "The answer of perspective %s was not awaited: "
                               "the outcome was certain without it.", code);

    } else {
        rc = mpic_result_error(&fanout->pool, result,
                               MPIC_ERROR_COMMUNICATION,
                               "No usable answer from perspective %s: %s.",
                               code, call->why.data ? call->why.data
                                                    : "out of memory");
    }

    if (rc != 0 || mpic_response_print(&fanout->pool, result, json) != 0) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static mpic_details_e
ngx_http_mpic_details(ngx_http_mpic_call_t *call)
{
    if (call->type == MPIC_CHECK_CAA) {
        return MPIC_DETAILS_CAA;
    }

    switch (mpic_method(call->fanout->request.dcv.method)->observe) {

    case MPIC_OBSERVE_HTTP:
        return MPIC_DETAILS_HTTP;

    case MPIC_OBSERVE_TLS:
        return MPIC_DETAILS_TLS;

    default:
        return MPIC_DETAILS_DNS;
    }
}
