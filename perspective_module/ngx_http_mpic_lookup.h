
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One DNS question of a check: from "PENDING" to what the rules can judge.
 */


#ifndef _NGX_HTTP_MPIC_LOOKUP_H_INCLUDED_
#define _NGX_HTTP_MPIC_LOOKUP_H_INCLUDED_


#include "ngx_http_mpic_check.h"
#include "mpic_dns.h"


typedef struct ngx_http_mpic_lookup_s  ngx_http_mpic_lookup_t;

typedef void (*ngx_http_mpic_lookup_pt)(ngx_http_mpic_lookup_t *lookup);


/*
 * The caller allocates it zeroed in the job's pool, and sets "question" (a
 * PENDING one), "handler" and "data".
 */

struct ngx_http_mpic_lookup_s {
    ngx_mpic_query_t          query;
    ngx_http_mpic_check_t    *check;

    mpic_lookup_t            *question;

    /* the question is not PENDING any more; may finish the check */
    ngx_http_mpic_lookup_pt   handler;
    void                     *data;
};


/*
 * Asks.  NGX_OK: the handler will be called; NGX_DECLINED: it will not, the
 * question could not be sent and is FAILED.
 */
ngx_int_t ngx_http_mpic_lookup_start(ngx_http_mpic_check_t *check,
    ngx_http_mpic_lookup_t *lookup);

/*
 * Waits no longer: the question is FAILED with "why", which is static, and
 * the handler is not called.
 */
void ngx_http_mpic_lookup_cancel(ngx_http_mpic_lookup_t *lookup,
    const char *why);

/*
 * The time is over: what is PENDING is FAILED.
 */
ngx_int_t ngx_http_mpic_lookup_expire(ngx_http_mpic_check_t *check,
    mpic_lookup_t *questions, size_t n);


#endif /* _NGX_HTTP_MPIC_LOOKUP_H_INCLUDED_ */
