
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The fan-out of one request: nginx's side of mpic/mpic_fanout.h.
 */


#ifndef _NGX_HTTP_MPIC_FANOUT_H_INCLUDED_
#define _NGX_HTTP_MPIC_FANOUT_H_INCLUDED_


#include "ngx_http_mpic_early.h"
#include "ngx_http_mpic_log.h"

#include "mpic_fanout.h"
#include "mpic_request.h"
#include "mpic_response.h"


typedef struct ngx_http_mpic_fanout_s  ngx_http_mpic_fanout_t;
typedef struct ngx_http_mpic_call_s    ngx_http_mpic_call_t;

typedef void (*ngx_http_mpic_fanout_pt)(ngx_http_mpic_fanout_t *fanout);


/* a try: an exchange with one endpoint of the call's perspective */

typedef struct {
    /* must be first */
    ngx_mpic_transfer_t           transfer;

    ngx_http_mpic_call_t         *call;

    /* its number in the state machine */
    ngx_uint_t                    slot;
    ngx_uint_t                    endpoint;

    ngx_msec_t                    begun;

    /* the answer as it comes in */
    u_char                       *body;
    size_t                        len;
    size_t                        size;

    /* once more, by a connection of its own */
    unsigned                      again:1;

    unsigned                      active:1;
    /* it could not be begun */
    unsigned                      failed:1;
    unsigned                      overflow:1;
    unsigned                      nomemory:1;
} ngx_http_mpic_try_t;


/* the call of one perspective for one check */

struct ngx_http_mpic_call_s {
    ngx_http_mpic_fanout_t       *fanout;
    ngx_http_mpic_perspective_t  *perspective;

    /* the call's number in the state machine */
    ngx_uint_t                    index;
    mpic_check_type_e             type;
    unsigned                      primary:1;

    ngx_http_mpic_try_t           first;
    /* beside a slow one; NULL as long as there is none */
    ngx_http_mpic_try_t          *second;

    /* what was made of it: the check_response, or why there is none */
    mpic_response_t               response;
    mpic_str_t                    why;
    /* the same without what the perspective sent; NULL data: "why" has none */
    mpic_str_t                    brief;

    /* milliseconds from the attempt's beginning to the answer */
    ngx_msec_t                    took;

    /* how it ended: time was over, or the coordinator could not make it */
    unsigned                      cut:1;
    unsigned                      unmade:1;
    /* milliseconds of the longest try that time was over for */
    ngx_msec_t                    waited;
};


/*
 * A request and what becomes of it.  It ends with a status and a body, and
 * then, when all calls have ended, for good.  Several may belong to one job.
 */

struct ngx_http_mpic_fanout_s {
    ngx_mpic_job_t               *job;
    ngx_http_mpic_loc_conf_t     *conf;

    /* the job's pool, as the rules take it */
    mpic_pool_t                   pool;

    /*
     * "answered" is called once, when "status" and "body" are there, "ended"
     * once after it, when nothing is out any more.  If the job is aborted,
     * "ended" alone may be called.  Both may be called from within
     * ngx_http_mpic_fanout_begin().  "answered" may set "cut".
     */
    ngx_http_mpic_fanout_pt       answered;
    ngx_http_mpic_fanout_pt       ended;
    void                         *data;

    ngx_uint_t                    status;
    ngx_str_t                     body;
    /* milliseconds from the request to its answer */
    ngx_msec_t                    took;

    /* for the record: set by whoever made the fan-out */
    ngx_http_mpic_asked_t         asked;
    /* the place in a batch, from 1 on, or 0 */
    ngx_uint_t                    item;
    /* what is wrong with a request that is refused, or the error's name */
    mpic_issues_t                *issues;
    const char                   *error;

    /* the request as it was read before the access phase, or NULL */
    ngx_http_mpic_early_t        *early;

    mpic_request_t                request;
    /* what the perspectives are sent, by mpic_check_type_e */
    mpic_str_t                    bodies[2];

    mpic_fanout_t                 machine;
    /* by the machine's number of the kind */
    mpic_check_type_e             kinds[MPIC_KINDS_MAX];

    /* perspectives of the cohorts, one after the other */
    unsigned                      chosen[MPIC_PERSPECTIVES_MAX];
    /* of each attempt that has begun */
    ngx_http_mpic_call_t         *calls[MPIC_ATTEMPTS_MAX];
    /* tries that could not be begun, of which the machine does not know yet */
    ngx_uint_t                    nfailed;

    /* the machine's, where it is not the job's deadline */
    ngx_mpic_op_t                 op;
    ngx_event_t                   timer;
    uint64_t                      timer_at;

    unsigned                      timer_added:1;
    unsigned                      is_answered:1;
    unsigned                      is_ended:1;
    /* what the client is told: the verdict, or that there is none */
    unsigned                      valid:1;
    unsigned                      monitoring:1;
    /* nothing that is out is waited for any more */
    unsigned                      cut:1;
    /* there is no memory, or a library failed */
    unsigned                      broken:1;
};


/*
 * A fan-out of "job", with its request still to come.  NULL without memory.
 */
ngx_http_mpic_fanout_t *ngx_http_mpic_fanout_create(ngx_mpic_job_t *job,
    ngx_http_mpic_loc_conf_t *conf);

/*
 * Reads the request, "body", and begins the calls, or answers what is wrong.
 */
void ngx_http_mpic_fanout_begin(ngx_http_mpic_fanout_t *fanout,
    ngx_str_t *body);

/*
 * From the request's text to a machine whose calls can begin.  NGX_OK;
 * NGX_DONE when it has been answered already; or NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_prepare(ngx_http_mpic_fanout_t *fanout,
    ngx_str_t *body);

/*
 * Something happened: an event of the state machine, and what it asks for.
 */
void ngx_http_mpic_fanout_event(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_e type, ngx_http_mpic_try_t *try, mpic_vote_e vote);

/*
 * The fan-out has its answer; one without calls ends by it.
 */
void ngx_http_mpic_fanout_finish(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t status, ngx_str_t *body);

/*
 * For "answered", whose job is late now: sets "cut" where more than
 * mpic_max_requests are, of which some perspective that hangs is the reason.
 */
void ngx_http_mpic_fanout_cut(ngx_http_mpic_fanout_t *fanout);

/*
 * Answers with 500: memory ran out, or a library failed.
 */
void ngx_http_mpic_fanout_fail(ngx_http_mpic_fanout_t *fanout);

/*
 * The call with the machine's number; its attempt has begun.
 */
ngx_http_mpic_call_t *ngx_http_mpic_fanout_call(
    ngx_http_mpic_fanout_t *fanout, ngx_uint_t n);

/*
 * The calls of an attempt, before it begins.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_calls(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t attempt);

/*
 * Sends a try of the call to an endpoint.  NGX_OK, or NGX_ERROR with "failed"
 * and "why" set and nothing to follow; NGX_ABORT where there is no memory even
 * for the try.
 */
ngx_int_t ngx_http_mpic_call_start(ngx_http_mpic_call_t *call,
    ngx_uint_t slot, ngx_uint_t endpoint);

/*
 * Why it has no answer, or why that does not count, for a log: of what the
 * perspective sent nothing that proves control.  A string that ends in a zero.
 */
const char *ngx_http_mpic_call_why(ngx_http_mpic_call_t *call);

/*
 * The call was cut off: its time was over while the try was out.
 */
void ngx_http_mpic_call_cut(ngx_http_mpic_call_t *call, ngx_uint_t slot);

/*
 * Ends a try of the call without an event.
 */
void ngx_http_mpic_call_cancel(ngx_http_mpic_call_t *call, ngx_uint_t slot);

/*
 * The coordinator's answer to a request that has its verdict.  NGX_OK or
 * NGX_ERROR without memory.
 */
ngx_int_t ngx_http_mpic_answer(ngx_http_mpic_fanout_t *fanout,
    ngx_str_t *json);

/*
 * What is left of a request when all has ended, the calls too that nobody
 * waited for.  Called once for each fan-out whose calls were begun: after the
 * answer, or where the client went or the worker exits before it.
 */
void ngx_http_mpic_record(ngx_http_mpic_fanout_t *fanout);

/*
 * Writes its line to mpic_log, as a part of that.
 */
void ngx_http_mpic_log_fanout(ngx_http_mpic_fanout_t *fanout);

/*
 * 1 if the client looks on, and gets no verdict.
 */
ngx_uint_t ngx_http_mpic_monitoring(ngx_http_mpic_fanout_t *fanout);

/*
 * Nanoseconds since the epoch.
 */
uint64_t ngx_http_mpic_now_ns(void);


#endif /* _NGX_HTTP_MPIC_FANOUT_H_INCLUDED_ */
