
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The variables of the coordinator: what a request asked for, and what became
 * of it.
 */


#ifndef _NGX_HTTP_MPIC_VARIABLE_H_INCLUDED_
#define _NGX_HTTP_MPIC_VARIABLE_H_INCLUDED_


#include "ngx_http_mpic_early.h"
#include "ngx_http_mpic_fanout.h"


/*
 * Of a request, in its pool: nothing of a job, which may end before.  Strings
 * without data are those of variables that have no value.
 */

typedef struct {
    ngx_msec_t              start;
    /* milliseconds until the answer, where "answered" is set */
    ngx_msec_t              duration;

    ngx_str_t               type;
    ngx_str_t               method;
    ngx_str_t               target;
    ngx_str_t               trace;

    ngx_str_t               is_valid;
    ngx_str_t               quorum;
    ngx_str_t               attempts;
    ngx_str_t               requests;
    ngx_str_t               passed;
    ngx_str_t               failed;
    ngx_str_t               error;

    /* what was read before the access phase, or NULL */
    ngx_http_mpic_early_t  *early;

    unsigned                answered:1;
} ngx_http_mpic_values_t;


/*
 * At the start of a configuration.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_variables(ngx_conf_t *cf);

/*
 * The values of a request, made where there are none: the clock of
 * $mpic_duration starts.  NULL without memory.
 */
ngx_http_mpic_values_t *ngx_http_mpic_values(ngx_http_request_t *r);

/*
 * Those that there are, or NULL.
 */
ngx_http_mpic_values_t *ngx_http_mpic_values_get(ngx_http_request_t *r);

/*
 * What is asked for, in the pool of the values.  NGX_OK, or NGX_ERROR without
 * memory.
 */
ngx_int_t ngx_http_mpic_values_request(ngx_pool_t *pool,
    ngx_http_mpic_values_t *values, const mpic_request_t *request);

/*
 * The trace identifier of a request, as a log may have it: who puts there what
 * proves control does not find it in one.  NULL data: it has none.  NGX_OK, or
 * NGX_ERROR without memory.
 */
ngx_int_t ngx_http_mpic_trace(ngx_pool_t *pool, const mpic_request_t *request,
    mpic_str_t *trace);

/*
 * A batch of so many requests, of which "nvalid" are valid when it is
 * "answered".
 */
void ngx_http_mpic_values_batch(ngx_http_request_t *r, size_t n,
    size_t nvalid, ngx_uint_t answered);

/*
 * In "answered" of a fan-out whose job has a client: before the job is told.
 */
void ngx_http_mpic_values_answer(ngx_http_mpic_fanout_t *fanout);

/*
 * What a fan-out was answered with, in the pool of the values.
 */
void ngx_http_mpic_values_fanout(ngx_pool_t *pool,
    ngx_http_mpic_values_t *values, ngx_http_mpic_fanout_t *fanout);

/*
 * It was refused; "error" lives for ever.
 */
void ngx_http_mpic_values_refused(ngx_http_request_t *r, const char *error);


#endif /* _NGX_HTTP_MPIC_VARIABLE_H_INCLUDED_ */
