
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * From a client's HTTP request to a fan-out, and back.
 */


#include "ngx_http_mpic_batch.h"
#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_early.h"
#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_stat.h"
#include "ngx_http_mpic_variable.h"

#include "ngx_mpic_http.h"
#include "ngx_mpic_pool.h"


static ngx_int_t ngx_http_mpic_refuse(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal);
static ngx_int_t ngx_http_mpic_refuse_recorded(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal);
static ngx_int_t ngx_http_mpic_busy(ngx_http_request_t *r);
static ngx_int_t ngx_http_mpic_unkept(ngx_http_request_t *r);
static void ngx_http_mpic_body_handler(ngx_http_request_t *r);
static ngx_http_mpic_fanout_t *ngx_http_mpic_start(ngx_http_request_t *r);
static void ngx_http_mpic_deadline(ngx_mpic_job_t *job);
static void ngx_http_mpic_abort(ngx_mpic_job_t *job);
static void ngx_http_mpic_answered(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_ended(ngx_http_mpic_fanout_t *fanout);


static const ngx_mpic_http_refusal_t  ngx_http_mpic_full = {
    NGX_HTTP_SERVICE_UNAVAILABLE, "too-many-requests",
    "This coordinator is busy with as many requests as it is configured for."
};

static const ngx_mpic_http_refusal_t  ngx_http_mpic_records = {
    NGX_HTTP_SERVICE_UNAVAILABLE, NGX_HTTP_MPIC_UNKEPT,
    NGX_HTTP_MPIC_UNKEPT_MESSAGE
};


ngx_int_t
ngx_http_mpic_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    const ngx_mpic_http_refusal_t  *refusal;

    rc = ngx_mpic_http_accept(r, &refusal);

    if (rc == NGX_DECLINED) {
        return ngx_http_mpic_refuse(r, refusal);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_mpic_http_read_body(r, ngx_http_mpic_body_handler);
}


static ngx_int_t
ngx_http_mpic_refuse(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal)
{
    ngx_str_t                  body;
    mpic_str_t                 message, json;
    mpic_pool_t                pool;
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    ngx_http_mpic_stat_refused(mlcf, refusal->status);
    ngx_http_mpic_values_refused(r, refusal->type);

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = r->pool;

    message.data = refusal->message;
    message.len = ngx_strlen(refusal->message);

    if (ngx_http_mpic_dialect_error(mlcf, &pool, refusal->type, &message,
                                    &json)
        != 0
        || ngx_http_mpic_refuse_recorded(r, refusal) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = (u_char *) json.data;
    body.len = json.len;

    return ngx_mpic_send_json(r, refusal->status, &body);
}


static ngx_int_t
ngx_http_mpic_refuse_recorded(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal)
{
    ngx_http_mpic_asked_t    asked;
    ngx_http_mpic_refused_t  refused;

    if (ngx_http_mpic_asked(r, r->pool, &asked) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_mpic_asked_read(r, &asked, r->pool, refusal->status);

    ngx_memzero(&refused, sizeof(ngx_http_mpic_refused_t));

    refused.conf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);
    refused.asked = &asked;
    refused.pool = r->pool;
    refused.log = r->connection->log;
    refused.status = refusal->status;
    refused.error = refusal->type;
    refused.unkept = (refusal == &ngx_http_mpic_records);

    ngx_http_mpic_log_refused(&refused);

    return NGX_OK;
}


/*
 * NGX_DECLINED if there is room for the request.
 */

static ngx_int_t
ngx_http_mpic_busy(ngx_http_request_t *r)
{
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    if (ngx_mpic_jobs_running() < (ngx_uint_t) mlcf->max_requests) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "mpic: request refused: \"mpic_max_requests\" is reached");

    if (ngx_mpic_add_retry_after(r, 1) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_mpic_refuse(r, &ngx_http_mpic_full);
}


/*
 * NGX_DECLINED if the request's record can be kept, or need not be.
 */

static ngx_int_t
ngx_http_mpic_unkept(ngx_http_request_t *r)
{
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    if (ngx_http_mpic_log_ready(mlcf, r->pool, r->connection->log) == NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "mpic: request refused: its record could not be kept");

    ngx_http_mpic_stat_unkept(mlcf);

    if (ngx_mpic_add_retry_after(r, NGX_HTTP_MPIC_UNKEPT_RETRY) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_mpic_refuse(r, &ngx_http_mpic_records);
}


static void
ngx_http_mpic_body_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_str_t                       body;
    ngx_http_mpic_fanout_t         *fanout;
    ngx_http_mpic_loc_conf_t       *mlcf;
    const ngx_mpic_http_refusal_t  *refusal;

    rc = ngx_mpic_http_body(r, &body, &refusal);

    if (rc == NGX_DECLINED) {
        ngx_http_finalize_request(r, ngx_http_mpic_refuse(r, refusal));
        return;
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    rc = ngx_http_mpic_busy(r);

    if (rc == NGX_DECLINED) {
        rc = ngx_http_mpic_unkept(r);
    }

    if (rc != NGX_DECLINED) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    if (ngx_http_mpic_values(r) == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    if (ngx_http_mpic_is_batch(mlcf, &body)) {
        ngx_http_mpic_batch(r, mlcf, &body);
        return;
    }

    fanout = ngx_http_mpic_start(r);

    if (fanout != NULL) {
        ngx_http_mpic_fanout_begin(fanout, &body);
    }
}


/*
 * NULL when there is no memory: the request has been finished then.
 */

static ngx_http_mpic_fanout_t *
ngx_http_mpic_start(ngx_http_request_t *r)
{
    ngx_mpic_job_t            *job;
    ngx_http_mpic_fanout_t    *fanout;
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    job = ngx_mpic_job_create(r, mlcf->timeout);
    if (job == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return NULL;
    }

    fanout = ngx_http_mpic_fanout_create(job, mlcf);
    if (fanout == NULL
        || ngx_http_mpic_asked(r, job->pool, &fanout->asked) != NGX_OK
        || ngx_http_mpic_early_take(r, job, &fanout->early) != NGX_OK)
    {
        ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL);
        return NULL;
    }

    fanout->answered = ngx_http_mpic_answered;
    fanout->ended = ngx_http_mpic_ended;

    job->data = fanout;
    job->action = "reading the request";
    job->deadline_handler = ngx_http_mpic_deadline;
    job->abort_handler = ngx_http_mpic_abort;

    return fanout;
}


static void
ngx_http_mpic_deadline(ngx_mpic_job_t *job)
{
    ngx_http_mpic_fanout_event(job->data, MPIC_EVENT_TIMER, NULL,
                               MPIC_VOTE_INCOMPLETE);
}


static void
ngx_http_mpic_abort(ngx_mpic_job_t *job)
{
    ngx_http_mpic_fanout_t  *fanout;

    fanout = job->data;

    ngx_http_mpic_asked_read(job->request, &fanout->asked, job->pool,
                             NGX_HTTP_CLIENT_CLOSED_REQUEST);

    ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_ABORT, NULL,
                               MPIC_VOTE_INCOMPLETE);
}


static void
ngx_http_mpic_answered(ngx_http_mpic_fanout_t *fanout)
{
    ngx_http_mpic_values_answer(fanout);
    ngx_http_mpic_asked_read(fanout->job->request, &fanout->asked,
                             fanout->job->pool, fanout->status);
    ngx_mpic_job_answer(fanout->job, fanout->status, &fanout->body);
    ngx_http_mpic_fanout_cut(fanout);
}


static void
ngx_http_mpic_ended(ngx_http_mpic_fanout_t *fanout)
{
    ngx_mpic_job_finish(fanout->job, fanout->status, NULL);
}
