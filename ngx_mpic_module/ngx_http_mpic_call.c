
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The call of one perspective: an HTTP exchange with one of its endpoints,
 * and the strict reading of what it answers.
 */


#include "ngx_http_mpic_endpoint.h"
#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_identity.h"


/* octets of an answer: room at first */
#define NGX_HTTP_MPIC_ANSWER_FIRST  2048


#define ngx_http_mpic_setopt(easy, option, value)                             \
    (curl_easy_setopt(easy, option, value) == CURLE_OK)


static ngx_int_t ngx_http_mpic_call_try(ngx_http_mpic_call_t *call);
static ngx_int_t ngx_http_mpic_call_options(ngx_http_mpic_call_t *call,
    ngx_http_mpic_endpoint_t *endpoint);
static size_t ngx_http_mpic_call_write(char *data, size_t size, size_t n,
    void *ctx);
static u_char *ngx_http_mpic_call_room(ngx_http_mpic_call_t *call, size_t n);
static void ngx_http_mpic_call_done(ngx_mpic_transfer_t *t);
static ngx_uint_t ngx_http_mpic_call_stale(ngx_http_mpic_call_t *call);
static void ngx_http_mpic_call_unreachable(ngx_http_mpic_call_t *call);
static void ngx_http_mpic_call_read(ngx_http_mpic_call_t *call);


ngx_int_t
ngx_http_mpic_call_start(ngx_http_mpic_call_t *call, ngx_uint_t endpoint)
{
    call->endpoint = endpoint;
    call->again = 0;

    return ngx_http_mpic_call_try(call);
}


static ngx_int_t
ngx_http_mpic_call_try(ngx_http_mpic_call_t *call)
{
    ngx_mpic_curl_t           *curl;
    ngx_http_mpic_endpoint_t  *e;

    e = ngx_http_mpic_endpoint(call->perspective, call->endpoint,
                               call->fanout->request.check_type);

    ngx_memzero(&call->transfer, sizeof(ngx_mpic_transfer_t));

    call->transfer.handler = ngx_http_mpic_call_done;
    call->transfer.data = call;
    call->transfer.host = e->tls ? &e->connections : NULL;
    call->len = 0;

    call->why.data = "the coordinator is out of resources";
    call->why.len = ngx_strlen(call->why.data);

    curl = ngx_mpic_curl_get();
    if (curl == NULL) {
        return NGX_ERROR;
    }

    call->transfer.easy = ngx_mpic_curl_easy(curl, &call->transfer);
    if (call->transfer.easy == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_mpic_call_options(call, e) != NGX_OK) {
        curl_easy_cleanup(call->transfer.easy);
        return NGX_ERROR;
    }

    if (ngx_mpic_curl_start(curl, call->fanout->job, &call->transfer)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    call->active = 1;

    return NGX_OK;
}


void
ngx_http_mpic_call_cancel(ngx_http_mpic_call_t *call)
{
    if (call->active) {
        call->active = 0;
        ngx_mpic_curl_cancel(&call->transfer);
    }
}


static ngx_int_t
ngx_http_mpic_call_options(ngx_http_mpic_call_t *call,
    ngx_http_mpic_endpoint_t *endpoint)
{
    CURL                    *easy;
    ngx_str_t               *url;
    ngx_msec_t               left, connect;
    ngx_http_mpic_fanout_t  *fanout;

    easy = call->transfer.easy;
    fanout = call->fanout;

    url = (fanout->request.check_type == MPIC_CHECK_CAA)
          ? &endpoint->caa_url : &endpoint->dcv_url;

    left = ngx_mpic_job_left(fanout->job);

    /* 0 would be libcurl's own default: no limit at all */

    left = ngx_max(left, 1);
    connect = ngx_min(left, fanout->conf->set->connect_timeout);

    call->transfer.connect_timeout = connect;

    if (ngx_http_mpic_setopt(easy, CURLOPT_URL, url->data)
        && ngx_http_mpic_setopt(easy, CURLOPT_POST, 1L)
        && ngx_http_mpic_setopt(easy, CURLOPT_POSTFIELDS, fanout->body.data)
        && ngx_http_mpic_setopt(easy, CURLOPT_POSTFIELDSIZE,
                                (long) fanout->body.len)
        && ngx_http_mpic_setopt(easy, CURLOPT_HTTPHEADER,
                                call->perspective->headers)
        && ngx_http_mpic_setopt(easy, CURLOPT_RESOLVE, endpoint->resolve)
        && ngx_http_mpic_setopt(easy, CURLOPT_FRESH_CONNECT,
                                (long) call->again)
        && ngx_http_mpic_setopt(easy, CURLOPT_TIMEOUT_MS, (long) left)
        && ngx_http_mpic_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                                (long) connect)
        && ngx_http_mpic_setopt(easy, CURLOPT_WRITEFUNCTION,
                                ngx_http_mpic_call_write)
        && ngx_http_mpic_setopt(easy, CURLOPT_WRITEDATA, call))
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
    ngx_http_mpic_call_t *call = ctx;

    u_char  *p;

    n *= size;

    if (n > MPIC_RESPONSE_MAX - call->len) {
        call->overflow = 1;
        return 0;
    }

    p = ngx_http_mpic_call_room(call, n);

    if (p == NULL) {
        call->nomemory = 1;
        return 0;
    }

    ngx_memcpy(p, data, n);
    call->len += n;

    /* 0 for 0 octets is no error */

    return n;
}


static u_char *
ngx_http_mpic_call_room(ngx_http_mpic_call_t *call, size_t n)
{
    u_char  *p;
    size_t   size;

    if (n <= call->size - call->len) {
        return call->body + call->len;
    }

    size = ngx_max(2 * call->size, NGX_HTTP_MPIC_ANSWER_FIRST);
    size = ngx_max(size, call->len + n);

    p = ngx_palloc(call->fanout->job->pool, size);
    if (p == NULL) {
        return NULL;
    }

    if (call->len) {
        ngx_memcpy(p, call->body, call->len);
    }

    call->body = p;
    call->size = size;

    return p + call->len;
}


static void
ngx_http_mpic_call_done(ngx_mpic_transfer_t *t)
{
    ngx_http_mpic_call_t    *call;
    ngx_http_mpic_fanout_t  *fanout;

    call = t->data;
    fanout = call->fanout;

    call->active = 0;

    if (t->result == CURLE_OK) {
        ngx_http_mpic_call_read(call);
        return;
    }

    if (call->overflow) {
        (void) mpic_str_printf(&fanout->pool, &call->why,
                               "its answer is larger than %d octets",
                               MPIC_RESPONSE_MAX);

        ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_GARBLED, call->index,
                                   MPIC_VOTE_INCOMPLETE);
        return;
    }

    if (ngx_http_mpic_call_stale(call)) {
        call->again = 1;

        if (ngx_http_mpic_call_try(call) == NGX_OK) {
            return;
        }
    }

    ngx_http_mpic_call_unreachable(call);
}


/*
 * A kept connection may end just when a call is sent on it, as when the
 * perspective is reloaded, and libcurl does not always see that nothing is
 * lost.  A check may be asked for twice, so it is, once, by a new connection
 * (RFC 9110 section 9.2.2).
 */

static ngx_uint_t
ngx_http_mpic_call_stale(ngx_http_mpic_call_t *call)
{
    long                  connects;
    ngx_mpic_transfer_t  *t;

    t = &call->transfer;

    if (call->again || call->nomemory || call->len
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
ngx_http_mpic_call_unreachable(ngx_http_mpic_call_t *call)
{
    ngx_mpic_transfer_t     *t;
    ngx_http_mpic_fanout_t  *fanout;

    t = &call->transfer;
    fanout = call->fanout;

    if (!call->nomemory) {
        (void) mpic_str_printf(&fanout->pool, &call->why,
                               "it cannot be reached: %s",
                               t->error[0] ? t->error
                                           : curl_easy_strerror(t->result));
    }

    ngx_log_error(ngx_http_mpic_identity_level(t), fanout->job->log, 0,
                  "mpic: perspective \"%V\": %s", &call->perspective->code,
                  call->why.data ? call->why.data : "no memory");

    ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_UNREACHABLE, call->index,
                               MPIC_VOTE_INCOMPLETE);
}


/*
 * Under any status: the reference implementation sends check responses with
 * 404 and 500, too.
 */

static void
ngx_http_mpic_call_read(ngx_http_mpic_call_t *call)
{
    int                      rc;
    long                     status;
    mpic_str_t               why;
    mpic_vote_e              vote;
    ngx_http_mpic_fanout_t  *fanout;

    fanout = call->fanout;

    rc = mpic_response_read(&fanout->pool, (char *) call->body, call->len,
                            &fanout->request, &call->response, &why);

    if (rc == 0
        && ngx_http_mpic_identity(&fanout->pool, fanout->job->log,
                                  call->perspective, &call->response,
                                  &call->why)
           == NGX_OK)
    {

        if (!call->response.completed) {
            vote = MPIC_VOTE_INCOMPLETE;

        } else {
            vote = call->response.passed ? MPIC_VOTE_PASSED : MPIC_VOTE_FAILED;
        }

        ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_ANSWER, call->index,
                                   vote);
        return;
    }

    if (rc == 1) {
        status = 0;
        (void) curl_easy_getinfo(call->transfer.easy, CURLINFO_RESPONSE_CODE,
                                 &status);
        (void) mpic_str_printf(&fanout->pool, &call->why,
                               "its answer (status %ld) cannot be used: %s",
                               status, why.data);
    }

    ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_GARBLED, call->index,
                               MPIC_VOTE_INCOMPLETE);
}
