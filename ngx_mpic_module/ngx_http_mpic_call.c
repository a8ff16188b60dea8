
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The call of one perspective: an HTTP exchange with one of its endpoints,
 * and the strict reading of what it answers.
 */


#include "ngx_http_mpic_endpoint.h"
#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_identity.h"

#include "mpic_redact.h"


/* octets of an answer: room at first */
#define NGX_HTTP_MPIC_ANSWER_FIRST  2048

/* of why it cannot be used, in the log */
#define NGX_HTTP_MPIC_WHY_MAX       1000


#define ngx_http_mpic_setopt(easy, option, value)                             \
    (curl_easy_setopt(easy, option, value) == CURLE_OK)


static ngx_int_t ngx_http_mpic_call_try(ngx_http_mpic_try_t *try);
static ngx_int_t ngx_http_mpic_call_options(ngx_http_mpic_try_t *try,
    ngx_http_mpic_endpoint_t *endpoint);
static size_t ngx_http_mpic_call_write(char *data, size_t size, size_t n,
    void *ctx);
static u_char *ngx_http_mpic_call_room(ngx_http_mpic_try_t *try, size_t n);
static void ngx_http_mpic_call_done(ngx_mpic_transfer_t *t);
static ngx_uint_t ngx_http_mpic_call_stale(ngx_http_mpic_try_t *try);
static void ngx_http_mpic_call_unreachable(ngx_http_mpic_try_t *try);
static ngx_uint_t ngx_http_mpic_call_late(ngx_http_mpic_try_t *try);
static void ngx_http_mpic_call_read(ngx_http_mpic_try_t *try);
static mpic_vote_e ngx_http_mpic_call_vote(ngx_http_mpic_call_t *call);


ngx_int_t
ngx_http_mpic_call_start(ngx_http_mpic_call_t *call, ngx_uint_t slot,
    ngx_uint_t endpoint)
{
    ngx_http_mpic_try_t  *try;

    if (slot == 0) {
        try = &call->first;

    } else {
        if (call->second == NULL) {
            call->second = ngx_pcalloc(call->fanout->job->pool,
                                       sizeof(ngx_http_mpic_try_t));
            if (call->second == NULL) {
                return NGX_ABORT;
            }
        }

        try = call->second;
    }

    try->call = call;
    try->slot = slot;
    try->endpoint = endpoint;
    try->again = 0;
    try->begun = ngx_current_msec;

    if (ngx_http_mpic_call_try(try) != NGX_OK) {
        try->failed = 1;
        call->unmade = 1;
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_call_try(ngx_http_mpic_try_t *try)
{
    ngx_mpic_curl_t           *curl;
    ngx_http_mpic_call_t      *call;
    ngx_http_mpic_endpoint_t  *e;

    call = try->call;
    e = ngx_http_mpic_endpoint(call->perspective, try->endpoint, call->type);

    ngx_memzero(&try->transfer, sizeof(ngx_mpic_transfer_t));

    try->transfer.handler = ngx_http_mpic_call_done;
    try->transfer.data = try;
    try->transfer.host = e->tls ? &e->connections : NULL;
    try->len = 0;
    try->overflow = 0;
    try->nomemory = 0;

    call->why.data = "the coordinator is out of resources";
    call->why.len = ngx_strlen(call->why.data);

    curl = ngx_mpic_curl_get();
    if (curl == NULL) {
        return NGX_ERROR;
    }

    try->transfer.easy = ngx_mpic_curl_easy(curl, &try->transfer);
    if (try->transfer.easy == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_mpic_call_options(try, e) != NGX_OK) {
        curl_easy_cleanup(try->transfer.easy);
        return NGX_ERROR;
    }

    if (ngx_mpic_curl_start(curl, call->fanout->job, &try->transfer)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    try->active = 1;

    /* under way: nothing is wrong, unless it comes to that */
    ngx_memzero(&call->why, sizeof(mpic_str_t));

    return NGX_OK;
}


void
ngx_http_mpic_call_cut(ngx_http_mpic_call_t *call, ngx_uint_t slot)
{
    ngx_http_mpic_try_t  *try;

    try = (slot == 0) ? &call->first : call->second;

    call->cut = 1;

    if (try != NULL) {
        call->waited = ngx_max(call->waited, ngx_current_msec - try->begun);
    }
}


void
ngx_http_mpic_call_cancel(ngx_http_mpic_call_t *call, ngx_uint_t slot)
{
    ngx_http_mpic_try_t  *try;

    try = (slot == 0) ? &call->first : call->second;

    if (try == NULL) {
        return;
    }

    if (try->failed) {
        try->failed = 0;
        call->fanout->nfailed--;
    }

    if (try->active) {
        try->active = 0;
        ngx_mpic_curl_cancel(&try->transfer);
    }
}


static ngx_int_t
ngx_http_mpic_call_options(ngx_http_mpic_try_t *try,
    ngx_http_mpic_endpoint_t *endpoint)
{
    CURL                    *easy;
    ngx_str_t               *url;
    ngx_msec_t               left, connect;
    mpic_str_t              *body;
    ngx_http_mpic_call_t    *call;
    ngx_http_mpic_fanout_t  *fanout;

    easy = try->transfer.easy;
    call = try->call;
    fanout = call->fanout;
    body = &fanout->bodies[call->type];

    url = (call->type == MPIC_CHECK_CAA) ? &endpoint->caa_url
                                         : &endpoint->dcv_url;

    left = ngx_mpic_job_left(fanout->job);

    /* 0 would be libcurl's own default: no limit at all */

    left = ngx_max(left, 1);
    connect = ngx_min(left, fanout->conf->set->connect_timeout);

    try->transfer.connect_timeout = connect;

    if (ngx_http_mpic_setopt(easy, CURLOPT_URL, url->data)
        && ngx_http_mpic_setopt(easy, CURLOPT_POST, 1L)
        && ngx_http_mpic_setopt(easy, CURLOPT_POSTFIELDS, body->data)
        && ngx_http_mpic_setopt(easy, CURLOPT_POSTFIELDSIZE,
                                (long) body->len)
        && ngx_http_mpic_setopt(easy, CURLOPT_HTTPHEADER,
                                call->perspective->headers)
        && ngx_http_mpic_setopt(easy, CURLOPT_RESOLVE, endpoint->resolve)
        && ngx_http_mpic_setopt(easy, CURLOPT_FRESH_CONNECT,
                                (long) try->again)
        && ngx_http_mpic_setopt(easy, CURLOPT_TIMEOUT_MS, (long) left)
        && ngx_http_mpic_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                                (long) connect)
        && ngx_http_mpic_setopt(easy, CURLOPT_WRITEFUNCTION,
                                ngx_http_mpic_call_write)
        && ngx_http_mpic_setopt(easy, CURLOPT_WRITEDATA, try))
    {
        return endpoint->tls
               ? ngx_http_mpic_identity_tls(easy, fanout->conf->set,
                                            call->perspective)
               : NGX_OK;
    }

    return NGX_ERROR;
}


static size_t
ngx_http_mpic_call_write(char *data, size_t size, size_t n, void *ctx)
{
    ngx_http_mpic_try_t *try = ctx;

    u_char  *p;

    n *= size;

    if (n > MPIC_RESPONSE_MAX - try->len) {
        try->overflow = 1;
        return 0;
    }

    p = ngx_http_mpic_call_room(try, n);

    if (p == NULL) {
        try->nomemory = 1;
        return 0;
    }

    ngx_memcpy(p, data, n);
    try->len += n;

    /* 0 for 0 octets is no error */

    return n;
}


static u_char *
ngx_http_mpic_call_room(ngx_http_mpic_try_t *try, size_t n)
{
    u_char  *p;
    size_t   size;

    if (n <= try->size - try->len) {
        return try->body + try->len;
    }

    size = ngx_max(2 * try->size, NGX_HTTP_MPIC_ANSWER_FIRST);
    size = ngx_max(size, try->len + n);

    p = ngx_palloc(try->call->fanout->job->pool, size);
    if (p == NULL) {
        return NULL;
    }

    if (try->len) {
        ngx_memcpy(p, try->body, try->len);
    }

    try->body = p;
    try->size = size;

    return p + try->len;
}


static void
ngx_http_mpic_call_done(ngx_mpic_transfer_t *t)
{
    ngx_http_mpic_try_t     *try;
    ngx_http_mpic_call_t    *call;
    ngx_http_mpic_fanout_t  *fanout;

    try = t->data;
    call = try->call;
    fanout = call->fanout;

    try->active = 0;
    call->cut = 0;
    call->unmade = 0;

    if (t->result == CURLE_OK) {
        ngx_http_mpic_call_read(try);
        return;
    }

    if (try->overflow) {
        (void) mpic_str_printf(&fanout->pool, &call->why,
                               "its answer is larger than %d octets",
                               MPIC_RESPONSE_MAX);

        ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_GARBLED, try,
                                   MPIC_VOTE_INCOMPLETE);
        return;
    }

    if (ngx_http_mpic_call_stale(try)) {
        try->again = 1;

        if (ngx_http_mpic_call_try(try) == NGX_OK) {
            return;
        }

        /* that failed here, and "why" says so */
        try->nomemory = 1;
    }

    ngx_http_mpic_call_unreachable(try);
}


/*
 * A kept connection may end just when a call is sent on it, as when the
 * perspective is reloaded, and libcurl does not always see that nothing is
 * lost.  A check may be asked for twice, so it is, once, by a new connection
 * (RFC 9110 section 9.2.2).
 */

static ngx_uint_t
ngx_http_mpic_call_stale(ngx_http_mpic_try_t *try)
{
    long                  connects;
    ngx_mpic_transfer_t  *t;

    t = &try->transfer;

    if (try->again || try->nomemory || try->len
        || (t->result != CURLE_SEND_ERROR && t->result != CURLE_RECV_ERROR
            && t->result != CURLE_GOT_NOTHING && t->result != CURLE_HTTP2
            && t->result != CURLE_HTTP2_STREAM
            && t->result != CURLE_PARTIAL_FILE))
    {
        return 0;
    }

    return curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects)
           == CURLE_OK
           && connects == 0;
}


static void
ngx_http_mpic_call_unreachable(ngx_http_mpic_try_t *try)
{
    ngx_mpic_transfer_t     *t;
    ngx_http_mpic_call_t    *call;
    ngx_http_mpic_fanout_t  *fanout;

    t = &try->transfer;
    call = try->call;
    fanout = call->fanout;

    call->unmade = try->nomemory;

    if (ngx_http_mpic_call_late(try)) {
        ngx_http_mpic_call_cut(call, try->slot);
    }

    if (!try->nomemory) {
        (void) mpic_str_printf(&fanout->pool, &call->why,
                               "it cannot be reached: %s",
                               t->error[0] ? t->error
                                           : curl_easy_strerror(t->result));
    }

    ngx_log_error(ngx_http_mpic_identity_level(t), fanout->job->log, 0,
                  "mpic: perspective \"%V\": %s", &call->perspective->code,
                  ngx_http_mpic_call_why(call));

    ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_UNREACHABLE, try,
                               MPIC_VOTE_INCOMPLETE);
}


/*
 * Whether it was the time of the request that was over, not what the operator
 * gives an endpoint to accept a connection.
 */

static ngx_uint_t
ngx_http_mpic_call_late(ngx_http_mpic_try_t *try)
{
    curl_off_t            connected;
    ngx_msec_t            limit;
    ngx_mpic_transfer_t  *t;

    t = &try->transfer;

    if (t->result != CURLE_OPERATION_TIMEDOUT) {
        return 0;
    }

    limit = try->call->fanout->conf->set->connect_timeout;

    return t->connect_timeout < limit
           || (curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T,
                                 &connected)
               == CURLE_OK
               && connected > 0);
}


/*
 * Under any status: the reference implementation sends check responses with
 * 404 and 500, too.
 */

static void
ngx_http_mpic_call_read(ngx_http_mpic_try_t *try)
{
    int                      rc;
    long                     status;
    uint64_t                 begun;
    mpic_str_t               why;
    ngx_http_mpic_call_t    *call;
    ngx_http_mpic_fanout_t  *fanout;

    call = try->call;
    fanout = call->fanout;

    begun = fanout->machine.attempts[call->index / fanout->machine.ncalls]
            .begun;
    call->took = ngx_current_msec - (ngx_msec_t) begun;

    rc = mpic_response_read(&fanout->pool, (char *) try->body, try->len,
                            &fanout->request, call->type, &call->response,
                            &why);

    if (rc == 0
        && ngx_http_mpic_identity(&fanout->pool, call->perspective,
                                  &call->response, &call->why)
           == NGX_OK)
    {
        /* what an endpoint before this one failed by does not matter */
        ngx_memzero(&call->why, sizeof(mpic_str_t));

        ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_ANSWER, try,
                                   ngx_http_mpic_call_vote(call));
        return;
    }

    /* what it sent may be anything, and is for the log alone */

    if (rc == 0) {
        (void) mpic_str_printf(&fanout->pool, &call->brief,
                               "it answers as another perspective");

        ngx_log_error(NGX_LOG_CRIT, fanout->job->log, 0, "mpic: %s",
                      ngx_http_mpic_call_why(call));
    }

    if (rc == 1) {
        status = 0;
        (void) curl_easy_getinfo(try->transfer.easy, CURLINFO_RESPONSE_CODE,
                                 &status);
        (void) mpic_str_printf(&fanout->pool, &call->brief,
                               "its answer (status %ld) cannot be used",
                               status);
        (void) mpic_str_printf(&fanout->pool, &call->why,
                               "its answer (status %ld) cannot be used: %s",
                               status, why.data);
    }

    ngx_http_mpic_fanout_event(fanout, call->response.refused
                                       ? MPIC_EVENT_REFUSED
                                       : MPIC_EVENT_GARBLED, try,
                               MPIC_VOTE_INCOMPLETE);
}


const char *
ngx_http_mpic_call_why(ngx_http_mpic_call_t *call)
{
    mpic_str_t               shown;
    mpic_secrets_t           secrets;
    ngx_http_mpic_fanout_t  *fanout;

    fanout = call->fanout;

    if (call->why.data == NULL
        || mpic_secrets(&fanout->pool, &fanout->request, &secrets) != 0
        || mpic_redact_text(&fanout->pool, &secrets, &call->why,
                            NGX_HTTP_MPIC_WHY_MAX, &shown)
           != 0)
    {
        return "no memory";
    }

    return shown.data;
}


/*
 * BR 3.2.2.4 and 3.2.2.8.1: what the primary determines stands on DNSSEC
 * validation.
 */

static mpic_vote_e
ngx_http_mpic_call_vote(ngx_http_mpic_call_t *call)
{
    if (!call->response.completed) {
        return MPIC_VOTE_INCOMPLETE;
    }

    if (!call->response.passed) {
        return MPIC_VOTE_FAILED;
    }

    if (!call->primary
        || mpic_response_validated(&call->response, &call->fanout->request,
                                   call->type))
    {
        return MPIC_VOTE_PASSED;
    }

    (void) mpic_str_printf(&call->fanout->pool, &call->why,
                           "\"dnssec_status\" has to be \"secure\" or "
                           "\"insecure\", which a resolver that validates "
                           "says of an unsigned zone, and is %s",
                           !call->response.dnssec_given ? "absent"
                           : call->response.dnssec == MPIC_DNSSEC_NONE
                           ? "null" : "another");

    ngx_log_error(NGX_LOG_ERR, call->fanout->job->log, 0,
                  "mpic: primary \"%V\" does not show that it validated by "
                  "DNSSEC: %s", &call->perspective->code,
                  call->why.data ? call->why.data : "");

    return MPIC_VOTE_INCOMPLETE;
}
