
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * A job: work in the background on behalf of an HTTP request, with a life of
 * its own.
 */


#ifndef _NGX_MPIC_JOB_H_INCLUDED_
#define _NGX_MPIC_JOB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


typedef struct ngx_mpic_job_s  ngx_mpic_job_t;
typedef struct ngx_mpic_op_s   ngx_mpic_op_t;

typedef void (*ngx_mpic_job_pt)(ngx_mpic_job_t *job);
typedef void (*ngx_mpic_op_pt)(ngx_mpic_op_t *op);


/*
 * A pending operation of a job.  "destroy" cancels it without calling
 * anybody back; it runs when the job ends first.  Embedded in the operation's
 * own structure.
 */

struct ngx_mpic_op_s {
    ngx_queue_t              queue;
    ngx_mpic_op_pt           destroy;
};


struct ngx_mpic_job_s {
    /* owned; freed with the job */
    ngx_pool_t              *pool;

    /*
     * Owned copy of the request's log: valid after the request has gone.
     * "action" is the caller's to set at each step ("looking up CAA").
     */
    ngx_log_t               *log;
    const char              *action;

    /* for the log: what the job is about, a string of the job's pool */
    ngx_str_t                subject;

    /* NULL once the client has gone, or has its answer */
    ngx_http_request_t      *request;

    /* ngx_current_msec at the start, and the time-out in milliseconds */
    ngx_msec_t               start;
    ngx_msec_t               timeout;

    /* seconds for a Retry-After header with the answer, 0 for none */
    ngx_uint_t               retry_after;

    void                    *data;

    /* the time is over; the handler has to call ngx_mpic_job_finish() */
    ngx_mpic_job_pt          deadline_handler;

    /*
     * The job ends before its time: the client has gone before the answer, or
     * the worker exits.  May be NULL.  Called before the operations are
     * destroyed, with a request, where the job has one, that is about to be
     * freed: to look at, no more; must not call ngx_mpic_job_finish().
     */
    ngx_mpic_job_pt          abort_handler;

    /* private to ngx_mpic_job.c */
    ngx_http_cleanup_t      *cleanup;
    ngx_event_t              deadline;
    ngx_event_t              finish;
    ngx_queue_t              ops;
    ngx_queue_t              queue;
    ngx_uint_t               status;
    ngx_str_t                body;
    unsigned                 answered:1;
    unsigned                 late:1;
    unsigned                 finished:1;
};


/*
 * Starts a job for a request whose body has been read (in the post handler of
 * ngx_http_read_client_request_body()): makes pool, log and a deadline that
 * is not cancelable, so that a worker that quits gracefully waits for it;
 * registers a cleanup with the request and watches for the client to hang up
 * (http2 too).  The job holds the one reference that reading the body left.
 *
 * Returns NULL when there is no memory; the caller then finalizes the request
 * with 500.
 */
ngx_mpic_job_t *ngx_mpic_job_create(ngx_http_request_t *r,
    ngx_msec_t timeout);

/*
 * Prepares a job of the caller's for operations that belong to no request.  It
 * has a log and nothing else: whoever makes one ends its operations himself.
 */
void ngx_mpic_job_background(ngx_mpic_job_t *job, ngx_log_t *log);

/*
 * Starts a job that is a part of another one's work, with what is left of its
 * time and a log like its own.  It has no client: it is the parent's to look
 * at what becomes of it, before it ends by ngx_mpic_job_finish(), and to abort
 * it where that is of no use any more.  It may outlive the parent.  NULL when
 * there is no memory.
 */
ngx_mpic_job_t *ngx_mpic_job_create_child(ngx_mpic_job_t *parent);

/*
 * Ends a job at once, without an answer: its abort handler is called, and it
 * is freed.  Never within a callback of a library, which may still use the
 * job's pool.
 */
void ngx_mpic_job_abort(ngx_mpic_job_t *job);

/*
 * Milliseconds left until the deadline, 0 when it has passed.
 */
ngx_msec_t ngx_mpic_job_left(ngx_mpic_job_t *job);

/*
 * Adds and removes a pending operation.  None may be added once the job is
 * finished: who starts one looks at job->finished before.
 */
void ngx_mpic_job_op_add(ngx_mpic_job_t *job, ngx_mpic_op_t *op,
    ngx_mpic_op_pt destroy);
void ngx_mpic_job_op_done(ngx_mpic_op_t *op);

/*
 * Ends the job with an answer: "body" (JSON, in the job's pool) under
 * "status".  Pending operations are destroyed at once; the answer is sent and
 * the job freed from a posted event, so that this may be called from
 * anywhere, callbacks of libraries included.  Nothing calls the job back
 * after it.  A second call is ignored.
 */
void ngx_mpic_job_finish(ngx_mpic_job_t *job, ngx_uint_t status,
    ngx_str_t *body);

/*
 * Answers the client and lets the job go on, without a request, until
 * ngx_mpic_job_finish() or its deadline.  It is sent from a posted event, as
 * by ngx_mpic_job_finish(), whose status and body then do not matter.  A
 * worker that quits gracefully waits for the job, but no longer than
 * worker_shutdown_timeout.
 */
void ngx_mpic_job_answer(ngx_mpic_job_t *job, ngx_uint_t status,
    ngx_str_t *body);

/*
 * The same for a child, whose parent has taken what it had to say: it goes on,
 * counts as late, and no longer than worker_shutdown_timeout.
 */
void ngx_mpic_job_late(ngx_mpic_job_t *job);

/*
 * Adds a header to the answer, before it is sent: both strings live as long
 * as the request.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_mpic_add_header(ngx_http_request_t *r, ngx_str_t *key,
    ngx_str_t *value);

/*
 * Retry-After, in seconds.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_mpic_add_retry_after(ngx_http_request_t *r,
    ngx_uint_t seconds);

/*
 * Sends a JSON answer at once, outside of any job, and gives the code for
 * ngx_http_finalize_request() or for a content handler to return.  "body"
 * lives as long as the request.  A request body not yet read is discarded.
 */
ngx_int_t ngx_mpic_send_json(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *body);

/*
 * In exit_process: aborts all jobs of this worker.
 */
void ngx_mpic_jobs_abort(void);

/*
 * How many jobs of this worker have a client that waits, and how many go on
 * after they have answered theirs.
 */
ngx_uint_t ngx_mpic_jobs_running(void);
ngx_uint_t ngx_mpic_jobs_late(void);

/*
 * From now on the number of those that run is in "shown", which is this
 * worker's alone to write to; NULL: nowhere.
 */
void ngx_mpic_jobs_watch(ngx_atomic_t *shown);


#endif /* _NGX_MPIC_JOB_H_INCLUDED_ */
