
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_job.h"
#include "ngx_mpic_poll.h"
#include "ngx_mpic_timer.h"


#define NGX_MPIC_JOB_POOL_SIZE  4096


static ngx_mpic_job_t *ngx_mpic_job_alloc(ngx_log_t *from);
static void ngx_mpic_job_start(ngx_mpic_job_t *job, ngx_msec_t timeout);
static u_char *ngx_mpic_job_log_error(ngx_log_t *log, u_char *buf, size_t len);
static ngx_int_t ngx_mpic_job_watch_client(ngx_http_request_t *r);
static void ngx_mpic_job_go_away(ngx_http_request_t *r);
static void ngx_mpic_job_cleanup(void *data);
static void ngx_mpic_job_deadline_handler(ngx_event_t *ev);
static void ngx_mpic_job_stop(ngx_mpic_job_t *job);
static void ngx_mpic_job_finish_handler(ngx_event_t *ev);
static ngx_int_t ngx_mpic_job_send(ngx_mpic_job_t *job,
    ngx_http_request_t *r);
static void ngx_mpic_jobs_shutdown(void);
static void ngx_mpic_jobs_show(void);
static void ngx_mpic_job_free(ngx_mpic_job_t *job);


static ngx_queue_t    ngx_mpic_jobs = { &ngx_mpic_jobs, &ngx_mpic_jobs };
static ngx_uint_t     ngx_mpic_jobs_n;
static ngx_uint_t     ngx_mpic_jobs_late_n;

/* where the number of those that run is shown, NULL for nowhere */
static ngx_atomic_t  *ngx_mpic_jobs_shown;


ngx_mpic_job_t *
ngx_mpic_job_create(ngx_http_request_t *r, ngx_msec_t timeout)
{
    ngx_mpic_job_t      *job;
    ngx_http_cleanup_t  *cln;

    job = ngx_mpic_job_alloc(r->connection->log);
    if (job == NULL) {
        return NULL;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        ngx_destroy_pool(job->pool);
        return NULL;
    }

    if (ngx_mpic_job_watch_client(r) != NGX_OK) {
        ngx_destroy_pool(job->pool);
        return NULL;
    }

    ngx_mpic_job_go_away(r);

    cln->handler = ngx_mpic_job_cleanup;
    cln->data = job;

    job->cleanup = cln;
    job->request = r;

    ngx_mpic_job_start(job, timeout);

    return job;
}


ngx_mpic_job_t *
ngx_mpic_job_create_child(ngx_mpic_job_t *parent)
{
    ngx_mpic_job_t  *job;

    job = ngx_mpic_job_alloc(parent->log);
    if (job == NULL) {
        return NULL;
    }

    ngx_mpic_job_start(job, ngx_mpic_job_left(parent));

    return job;
}


static void
ngx_mpic_job_start(ngx_mpic_job_t *job, ngx_msec_t timeout)
{
    job->start = ngx_current_msec;
    job->timeout = timeout;

    ngx_queue_init(&job->ops);
    ngx_queue_insert_tail(&ngx_mpic_jobs, &job->queue);
    ngx_mpic_jobs_n++;
    ngx_mpic_jobs_show();

    ngx_mpic_event_init(&job->finish, ngx_mpic_job_finish_handler, job->log,
                        1);

    /* not cancelable: a worker that quits gracefully waits for the job */
    ngx_mpic_event_init(&job->deadline, ngx_mpic_job_deadline_handler,
                        job->log, 0);
    ngx_mpic_timer_set(&job->deadline, timeout);
}


void
ngx_mpic_job_background(ngx_mpic_job_t *job, ngx_log_t *log)
{
    ngx_memzero(job, sizeof(ngx_mpic_job_t));

    job->log = log;

    ngx_queue_init(&job->ops);
}


static ngx_mpic_job_t *
ngx_mpic_job_alloc(ngx_log_t *from)
{
    ngx_log_t       *log;
    ngx_pool_t      *pool;
    ngx_mpic_job_t  *job;

    pool = ngx_create_pool(NGX_MPIC_JOB_POOL_SIZE, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    job = ngx_pcalloc(pool, sizeof(ngx_mpic_job_t));
    if (job == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    log = ngx_palloc(pool, sizeof(ngx_log_t));
    if (log == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    *log = *from;

    log->handler = ngx_mpic_job_log_error;
    log->data = job;
    log->action = NULL;

    pool->log = log;

    job->pool = pool;
    job->log = log;

    return job;
}


static u_char *
ngx_mpic_job_log_error(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char          *p;
    ngx_mpic_job_t  *job;

    p = buf;
    job = log->data;

    if (job->action) {
        p = ngx_snprintf(buf, len, " while %s", job->action);
        len -= p - buf;
        buf = p;
    }

    if (job->subject.len) {
        p = ngx_snprintf(buf, len, ", mpic: \"%V\"", &job->subject);
    }

    return p;
}


/*
 * As in ngx_http_limit_req_module.  A stream of HTTP/2 or HTTP/3 has no
 * descriptor of its own: its connection's code calls the handler when the
 * stream or the connection ends, and what has to be armed is armed already.
 */

static ngx_int_t
ngx_mpic_job_watch_client(ngx_http_request_t *r)
{
    ngx_event_t  *rev;

    rev = r->connection->read;

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    if (rev->ready) {
        ngx_post_event(rev, &ngx_posted_events);
        return NGX_OK;
    }

#if (NGX_HTTP_V2)
    if (r->stream) {
        return NGX_OK;
    }
#endif

    return ngx_handle_read_event(rev, 0);
}


/*
 * A worker that begins to quit tells its HTTP/2 connections to go away, but
 * not one that was accepted already and had not said a word: kept busy, that
 * one would hold the worker, and worker_shutdown_timeout cut off its streams.
 * It is told with its first request, in the way of
 * ngx_close_idle_connections().
 */

static void
ngx_mpic_job_go_away(ngx_http_request_t *r)
{
#if (NGX_HTTP_V2)
    ngx_connection_t          *c;
    ngx_http_v2_connection_t  *h2c;

    if (r->stream == NULL || !ngx_exiting) {
        return;
    }

    h2c = r->stream->connection;

    if (h2c->goaway) {
        return;
    }

    c = h2c->connection;
    c->close = 1;

    ngx_post_event(c->read, &ngx_posted_events);
#endif
}


ngx_msec_t
ngx_mpic_job_left(ngx_mpic_job_t *job)
{
    ngx_msec_int_t  left;

    left = (ngx_msec_int_t) (job->start + job->timeout - ngx_current_msec);

    return (left > 0) ? (ngx_msec_t) left : 0;
}


void
ngx_mpic_job_op_add(ngx_mpic_job_t *job, ngx_mpic_op_t *op,
    ngx_mpic_op_pt destroy)
{
    op->destroy = destroy;
    ngx_queue_insert_tail(&job->ops, &op->queue);
}


void
ngx_mpic_job_op_done(ngx_mpic_op_t *op)
{
    ngx_queue_remove(&op->queue);
}


void
ngx_mpic_job_answer(ngx_mpic_job_t *job, ngx_uint_t status, ngx_str_t *body)
{
    if (job->answered || job->finished) {
        return;
    }

    job->answered = 1;
    job->status = status;

    if (body != NULL) {
        job->body = *body;
    }

    ngx_mpic_job_late(job);

    ngx_post_event(&job->finish, &ngx_posted_events);
}


void
ngx_mpic_job_late(ngx_mpic_job_t *job)
{
    if (job->late || job->finished) {
        return;
    }

    job->late = 1;
    ngx_mpic_jobs_late_n++;
    ngx_mpic_jobs_show();

    /* no request of its own tells the job that the time to quit is over */
    ngx_mpic_poll_shutdown(ngx_mpic_jobs_shutdown);
}


void
ngx_mpic_job_finish(ngx_mpic_job_t *job, ngx_uint_t status, ngx_str_t *body)
{
    if (job->finished) {
        return;
    }

    if (!job->answered) {
        job->answered = 1;
        job->status = status;

        if (body != NULL) {
            job->body = *body;
        }
    }

    job->finished = 1;

    ngx_mpic_job_stop(job);

    ngx_post_event(&job->finish, &ngx_posted_events);
}


static void
ngx_mpic_job_deadline_handler(ngx_event_t *ev)
{
    ngx_mpic_job_t  *job;

    job = ngx_mpic_event_owner(ev, ngx_mpic_job_t, deadline);

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, job->log, 0, "mpic job deadline");

    if (job->deadline_handler) {
        job->deadline_handler(job);
    }

    if (!job->finished) {
        ngx_log_error(NGX_LOG_ERR, job->log, 0, "mpic: the time is over");
        ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL);
    }
}


/*
 * No operation and no timer calls the job back after this.
 */

static void
ngx_mpic_job_stop(ngx_mpic_job_t *job)
{
    ngx_queue_t    *q;
    ngx_mpic_op_t  *op;

    ngx_mpic_event_clear(&job->deadline);

    while (!ngx_queue_empty(&job->ops)) {
        q = ngx_queue_head(&job->ops);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ngx_mpic_op_t, queue);
        op->destroy(op);
    }
}


/*
 * The answer is sent, the job freed, or both.
 */

static void
ngx_mpic_job_finish_handler(ngx_event_t *ev)
{
    ngx_int_t            rc;
    ngx_mpic_job_t      *job;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    job = ngx_mpic_event_owner(ev, ngx_mpic_job_t, finish);
    r = job->request;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, job->log, 0,
                   "mpic job finish: %ui r:%p", job->status, r);

    if (r == NULL) {
        ngx_mpic_job_free(job);
        return;
    }

    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    job->cleanup->handler = NULL;
    job->request = NULL;

    rc = ngx_mpic_job_send(job, r);

    if (job->finished) {
        ngx_mpic_job_free(job);
    }

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


/*
 * The body is copied: the client may take it long after the job's pool with
 * all that the job has gathered is gone.
 */

static ngx_int_t
ngx_mpic_job_send(ngx_mpic_job_t *job, ngx_http_request_t *r)
{
    ngx_str_t  body;

    if (job->retry_after
        && ngx_mpic_add_retry_after(r, job->retry_after) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (job->body.len == 0) {
        return job->status;
    }

    body.len = job->body.len;
    body.data = ngx_pstrdup(r->pool, &job->body);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_mpic_send_json(r, job->status, &body);
}


static void
ngx_mpic_job_cleanup(void *data)
{
    ngx_mpic_job_t *job = data;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, job->log, 0, "mpic job: client gone");

    if (job->answered && !job->finished) {

        /* just before it was sent: nobody takes it, and the job goes on */

        job->request = NULL;
        ngx_mpic_event_clear(&job->finish);
        return;
    }

    ngx_mpic_job_abort(job);
}


void
ngx_mpic_job_abort(ngx_mpic_job_t *job)
{
    if (!job->finished) {
        job->finished = 1;

        if (job->abort_handler) {
            job->abort_handler(job);
        }

        job->request = NULL;

        ngx_mpic_job_stop(job);
    }

    ngx_mpic_job_free(job);
}


static void
ngx_mpic_job_free(ngx_mpic_job_t *job)
{
    ngx_mpic_event_clear(&job->deadline);
    ngx_mpic_event_clear(&job->finish);

    ngx_queue_remove(&job->queue);
    ngx_mpic_jobs_n--;
    ngx_mpic_jobs_late_n -= job->late;
    ngx_mpic_jobs_show();

    ngx_destroy_pool(job->pool);
}


ngx_int_t
ngx_mpic_add_header(ngx_http_request_t *r, ngx_str_t *key, ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key = *key;
    h->value = *value;

    return NGX_OK;
}


ngx_int_t
ngx_mpic_add_retry_after(ngx_http_request_t *r, ngx_uint_t seconds)
{
    ngx_str_t         value;
    static ngx_str_t  key = ngx_string("Retry-After");

    value.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%ui", seconds) - value.data;

    return ngx_mpic_add_header(r, &key, &value);
}


ngx_int_t
ngx_mpic_send_json(ngx_http_request_t *r, ngx_uint_t status, ngx_str_t *body)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t   out;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = body->len;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = body->len ? 1 : 0;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


void
ngx_mpic_jobs_abort(void)
{
    ngx_queue_t     *q;
    ngx_mpic_job_t  *job;

    while (!ngx_queue_empty(&ngx_mpic_jobs)) {
        q = ngx_queue_head(&ngx_mpic_jobs);
        job = ngx_queue_data(q, ngx_mpic_job_t, queue);

        /* where the request still is there, its cleanup must not run */

        if (job->request != NULL) {
            job->cleanup->handler = NULL;
        }

        ngx_mpic_job_abort(job);
    }
}


/*
 * worker_shutdown_timeout is over.  nginx closes the connections of clients,
 * which ends the jobs that have one.
 */

static void
ngx_mpic_jobs_shutdown(void)
{
    ngx_queue_t     *q, *next;
    ngx_mpic_job_t  *job;

    for (q = ngx_queue_head(&ngx_mpic_jobs);
         q != ngx_queue_sentinel(&ngx_mpic_jobs);
         q = next)
    {
        next = ngx_queue_next(q);
        job = ngx_queue_data(q, ngx_mpic_job_t, queue);

        if (job->request == NULL) {
            ngx_mpic_job_abort(job);
        }
    }
}


ngx_uint_t
ngx_mpic_jobs_running(void)
{
    return ngx_mpic_jobs_n - ngx_mpic_jobs_late_n;
}


ngx_uint_t
ngx_mpic_jobs_late(void)
{
    return ngx_mpic_jobs_late_n;
}


void
ngx_mpic_jobs_watch(ngx_atomic_t *shown)
{
    ngx_mpic_jobs_shown = shown;

    ngx_mpic_jobs_show();
}


static void
ngx_mpic_jobs_show(void)
{
    if (ngx_mpic_jobs_shown != NULL) {
        *ngx_mpic_jobs_shown = ngx_mpic_jobs_running();
    }
}
