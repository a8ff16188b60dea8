
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * From the calls of a fan-out to the client's answer.
 */


#include "ngx_http_mpic_fanout.h"

#include <time.h>


static ngx_int_t ngx_http_mpic_entry(ngx_http_mpic_fanout_t *fanout,
    ngx_http_mpic_call_t *call, mpic_answer_entry_t *entry);
static ngx_int_t ngx_http_mpic_lost(ngx_http_mpic_fanout_t *fanout,
    ngx_http_mpic_call_t *call, mpic_str_t *json);
static mpic_details_e ngx_http_mpic_details(mpic_request_t *request);
static uint64_t ngx_http_mpic_now_ns(void);


ngx_int_t
ngx_http_mpic_answer(ngx_http_mpic_fanout_t *fanout, ngx_str_t *json)
{
    size_t                i, n;
    mpic_str_t            text;
    mpic_answer_t         answer;
    mpic_answer_entry_t  *entries;

    n = fanout->machine.terms.count;

    entries = ngx_pcalloc(fanout->job->pool, n * sizeof(mpic_answer_entry_t));
    if (entries == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (ngx_http_mpic_entry(fanout, &fanout->calls[i], &entries[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    answer.completed = fanout->machine.verdict.completed;
    answer.valid = fanout->machine.verdict.valid;
    answer.monitoring = 0;

    /* what the API answers to a caller who looks on, and to nobody else */

    if (fanout->machine.terms.quorum == 0 && fanout->conf->limits.monitoring
        && fanout->request.orchestration.quorum_count == 0)
    {
        answer.monitoring = 1;
        answer.valid = 1;
    }

    answer.perspective_count = (int) n;
    answer.quorum_count = (int) fanout->machine.terms.quorum;
    answer.attempt_count = 1;
    answer.entries = entries;
    answer.nentries = n;

    if (mpic_answer_print(&fanout->pool, &fanout->request, &answer, &text)
        != 0)
    {
        return NGX_ERROR;
    }

    json->data = (u_char *) text.data;
    json->len = text.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_entry(ngx_http_mpic_fanout_t *fanout,
    ngx_http_mpic_call_t *call, mpic_answer_entry_t *entry)
{
    entry->code.data = (char *) call->perspective->code.data;
    entry->code.len = call->perspective->code.len;

    entry->rir.data = mpic_rir_name(call->perspective->rir);
    entry->rir.len = ngx_strlen(entry->rir.data);

    if (fanout->machine.calls[call->index].state == MPIC_CALL_ANSWERED) {
        entry->json = call->response.json;
        return NGX_OK;
    }

    return ngx_http_mpic_lost(fanout, call, &entry->json);
}


/*
 * The check_response in place of one that never came.
 */

static ngx_int_t
ngx_http_mpic_lost(ngx_http_mpic_fanout_t *fanout, ngx_http_mpic_call_t *call,
    mpic_str_t *json)
{
    mpic_result_t  *result;

    result = ngx_palloc(fanout->job->pool, sizeof(mpic_result_t));
    if (result == NULL) {
        return NGX_ERROR;
    }

    mpic_result_init(result, fanout->request.check_type,
                     ngx_http_mpic_details(&fanout->request));

    result->method = fanout->request.dcv.method;
    result->timestamp_ns = ngx_http_mpic_now_ns();
    result->duration_ms = ngx_current_msec - fanout->job->start;

    if (mpic_result_error(&fanout->pool, result, MPIC_ERROR_COMMUNICATION,
                          "No usable answer from perspective %s: %s.",
                          (char *) call->perspective->code.data,
                          call->why.data ? call->why.data : "out of memory")
        != 0
        || mpic_response_print(&fanout->pool, result, json) != 0)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static mpic_details_e
ngx_http_mpic_details(mpic_request_t *request)
{
    if (request->check_type == MPIC_CHECK_CAA) {
        return MPIC_DETAILS_CAA;
    }

    switch (mpic_method(request->dcv.method)->observe) {

    case MPIC_OBSERVE_HTTP:
        return MPIC_DETAILS_HTTP;

    case MPIC_OBSERVE_TLS:
        return MPIC_DETAILS_TLS;

    default:
        return MPIC_DETAILS_DNS;
    }
}


static uint64_t
ngx_http_mpic_now_ns(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}
