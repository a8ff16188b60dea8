
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One DNS question of a check: from "PENDING" to what the rules can judge.
 */


#ifndef _NGX_HTTP_MPIC_LOOKUP_H_INCLUDED_
#define _NGX_HTTP_MPIC_LOOKUP_H_INCLUDED_


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_question.h"


typedef struct ngx_http_mpic_lookup_s  ngx_http_mpic_lookup_t;

typedef void (*ngx_http_mpic_lookup_pt)(ngx_http_mpic_lookup_t *lookup);


/*
 * The caller allocates it zeroed in the job's pool, and sets "question" (a
 * PENDING one), "handler" and "data".
 */

struct ngx_http_mpic_lookup_s {
    ngx_http_mpic_check_t     *check;

    mpic_lookup_t             *question;

    /* the question is not PENDING any more; may finish the check */
    ngx_http_mpic_lookup_pt    handler;
    void                      *data;

    /* optional: once, when it has to be asked again; may start others */
    ngx_http_mpic_lookup_pt    retry;

    /* optional: NGX_MPIC_QUERY_… with every question */
    ngx_uint_t                 flags;
    /* optional: at least so many times round the resolvers */
    ngx_uint_t                 tries;
    /* 1: a failure is not looked into, see mpic_ask.h */
    ngx_uint_t                 simple;

    /* private */
    ngx_mpic_op_t              op;
    ngx_http_mpic_question_t   asking;
    ngx_queue_t                queue;
    unsigned                   waiting:1;
};


/*
 * Asks the resolvers of the check's location, in turn until one answers; under
 * "mpic_dnssec on" only those that have proven to validate, and waits for the
 * first test to end.  NGX_OK: the handler will be called; NGX_DECLINED: it
 * will not, the question could not be sent and is FAILED.
 */
ngx_int_t ngx_http_mpic_lookup_start(ngx_http_mpic_check_t *check,
    ngx_http_mpic_lookup_t *lookup);

/*
 * For who made it wait (ngx_http_mpic_dnssec_wait()): the resolvers that may
 * be asked are known now.
 */
void ngx_http_mpic_lookup_wake(ngx_http_mpic_lookup_t *lookup);

/*
 * Waits no longer: the question is what is known by now, or FAILED with "why",
 * which is static, and the handler is not called.
 */
void ngx_http_mpic_lookup_cancel(ngx_http_mpic_lookup_t *lookup,
    const char *why);

/*
 * The time is over: what is PENDING is what is known by now, or FAILED.
 */
ngx_int_t ngx_http_mpic_lookup_expire(ngx_http_mpic_check_t *check,
    mpic_lookup_t *questions, size_t n);


#endif /* _NGX_HTTP_MPIC_LOOKUP_H_INCLUDED_ */
