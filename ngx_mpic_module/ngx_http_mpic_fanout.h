
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The fan-out of one request: nginx's side of mpic/mpic_fanout.h.
 */


#ifndef _NGX_HTTP_MPIC_FANOUT_H_INCLUDED_
#define _NGX_HTTP_MPIC_FANOUT_H_INCLUDED_


#include "ngx_http_mpic_module.h"

#include "mpic_fanout.h"
#include "mpic_request.h"
#include "mpic_response.h"


typedef struct ngx_http_mpic_fanout_s  ngx_http_mpic_fanout_t;


/* the call of one perspective */

typedef struct {
    /* must be first */
    ngx_mpic_transfer_t           transfer;

    ngx_http_mpic_fanout_t       *fanout;
    ngx_http_mpic_perspective_t  *perspective;

    /* the call's number in the state machine */
    ngx_uint_t                    index;

    /* which of the perspective's */
    ngx_uint_t                    endpoint;

    /* the answer as it comes in */
    u_char                       *body;
    size_t                        len;
    size_t                        size;

    /* what was made of it: the check_response, or why there is none */
    mpic_response_t               response;
    mpic_str_t                    why;

    /* the second try, by a connection of its own */
    unsigned                      again:1;

    unsigned                      active:1;
    unsigned                      overflow:1;
    unsigned                      nomemory:1;
} ngx_http_mpic_call_t;


struct ngx_http_mpic_fanout_s {
    ngx_mpic_job_t               *job;
    ngx_http_mpic_loc_conf_t     *conf;

    /* the job's pool, as the rules take it */
    mpic_pool_t                   pool;

    mpic_request_t                request;
    /* what the perspectives are sent */
    mpic_str_t                    body;

    mpic_fanout_t                 machine;
    ngx_http_mpic_call_t         *calls;
};


/*
 * Begins the calls of "fanout", whose request and machine are set up.
 */
void ngx_http_mpic_fanout_start(ngx_http_mpic_fanout_t *fanout);

/*
 * Something happened: an event of the state machine, and what it asks for.
 */
void ngx_http_mpic_fanout_event(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_event_e type, ngx_uint_t call, mpic_vote_e vote);

/*
 * Ends a job with 500: memory ran out, or a library failed.
 */
void ngx_http_mpic_fanout_fail(ngx_mpic_job_t *job);

/*
 * Sends the call to an endpoint.  NGX_OK, or NGX_ERROR with "why" set and
 * nothing to follow.
 */
ngx_int_t ngx_http_mpic_call_start(ngx_http_mpic_call_t *call,
    ngx_uint_t endpoint);

/*
 * Ends the call without an event.
 */
void ngx_http_mpic_call_cancel(ngx_http_mpic_call_t *call);

/*
 * The coordinator's answer to a request that has its verdict.  NGX_OK or
 * NGX_ERROR without memory.
 */
ngx_int_t ngx_http_mpic_answer(ngx_http_mpic_fanout_t *fanout,
    ngx_str_t *json);


#endif /* _NGX_HTTP_MPIC_FANOUT_H_INCLUDED_ */
