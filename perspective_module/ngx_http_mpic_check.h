
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One check by this perspective, from the request's body to its answer.
 */


#ifndef _NGX_HTTP_MPIC_CHECK_H_INCLUDED_
#define _NGX_HTTP_MPIC_CHECK_H_INCLUDED_


#include "ngx_http_mpic_perspective_module.h"
#include "mpic_request.h"
#include "ngx_mpic_job.h"


typedef struct ngx_http_mpic_check_s  ngx_http_mpic_check_t;
typedef struct ngx_http_mpic_check_record_s  ngx_http_mpic_check_record_t;

typedef void (*ngx_http_mpic_check_pt)(ngx_http_mpic_check_t *check);


/* lives in the job's pool, as all that belongs to the check does */

struct ngx_http_mpic_check_s {
    ngx_mpic_job_t                        *job;
    ngx_http_mpic_perspective_loc_conf_t  *conf;
    mpic_pool_t                            pool;
    mpic_dns_budget_t                      dns_budget;

    mpic_request_t                         request;
    mpic_result_t                          result;

    /* for its line in the record; NULL: there is none to be written */
    ngx_http_mpic_check_record_t          *record;

    /*
     * Set by the kind of check: the time is over; judge what is known and
     * finish.
     */
    ngx_http_mpic_check_pt                 expire;
    void                                  *data;
};


/*
 * Starts a check, or answers 400, for a request whose body has been read.
 * NGX_OK: the request is not the caller's any more; NGX_ERROR without memory.
 */
ngx_int_t ngx_http_mpic_check_start(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, ngx_str_t *body);

/*
 * Ends the check: answers with its result; with 500, for want of memory.
 */
void ngx_http_mpic_check_finish(ngx_http_mpic_check_t *check);
void ngx_http_mpic_check_fail(ngx_http_mpic_check_t *check);

/*
 * Ends the check without an observation: "why", of the parameters.
 */
void ngx_http_mpic_check_impossible(ngx_http_mpic_check_t *check,
    mpic_str_t *why);

/*
 * The kinds of checks.  Each starts its observation and sees to it that one
 * of the above is called at its end.
 */
void ngx_http_mpic_check_caa(ngx_http_mpic_check_t *check);
void ngx_http_mpic_check_dns(ngx_http_mpic_check_t *check);
void ngx_http_mpic_check_contact(ngx_http_mpic_check_t *check);
void ngx_http_mpic_check_http(ngx_http_mpic_check_t *check);
void ngx_http_mpic_check_tls(ngx_http_mpic_check_t *check);


#endif /* _NGX_HTTP_MPIC_CHECK_H_INCLUDED_ */
