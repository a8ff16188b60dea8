
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The record of requests: mpic_log.
 */


#ifndef _NGX_HTTP_MPIC_LOG_H_INCLUDED_
#define _NGX_HTTP_MPIC_LOG_H_INCLUDED_


#include "ngx_http_mpic_module.h"

#include "ngx_mpic_log.h"

#include "mpic_request.h"


/* where a record cannot be kept that has to be */
#define NGX_HTTP_MPIC_UNKEPT          "record-not-writable"
#define NGX_HTTP_MPIC_UNKEPT_MESSAGE                                          \
    "The coordinator cannot write the record that it has to keep of each "    \
    "request: nothing was checked."

/* seconds */
#define NGX_HTTP_MPIC_UNKEPT_RETRY    5


/*
 * What the record of a request needs of it: taken while it is there, since the
 * record is written when it may be gone.
 */

typedef struct {
    /* whose logs are written; NULL: nothing is */
    ngx_http_mpic_loc_conf_t    *conf;

    /* by ngx_http_mpic_asked_read() */
    ngx_mpic_log_taken_t        *taken;
    ngx_uint_t                   n;
    unsigned                     read:1;

    ngx_str_t                    request_id;
    ngx_atomic_uint_t            connection;
    ngx_uint_t                   number;

    /* of one moment: milliseconds since the epoch, ngx_current_msec */
    uint64_t                     time;
    ngx_msec_t                   start;
} ngx_http_mpic_asked_t;


/* a request that was answered without asking perspectives */

typedef struct {
    ngx_http_mpic_loc_conf_t    *conf;
    ngx_http_mpic_asked_t       *asked;
    ngx_pool_t                  *pool;
    ngx_log_t                   *log;

    ngx_uint_t                   status;
    ngx_uint_t                   item;

    /* refused because records cannot be kept: where they cannot, neither can
       this one, and none is missing that had to be there */
    unsigned                     unkept:1;

    /* each NULL where there is none */
    const char                  *error;
    const mpic_issues_t         *issues;
    const mpic_request_t        *request;
} ngx_http_mpic_refused_t;


/*
 * The setter of mpic_log.
 */
char *ngx_http_mpic_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Where "mpic_log_required" is on, there has to be a log that can tell whether
 * a record is kept.
 */
char *ngx_http_mpic_log_check(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *conf);

/*
 * Before a request is carried out: NGX_OK, or NGX_DECLINED where its record
 * has to be kept and could not be.  A file that failed is tried here.
 */
ngx_int_t ngx_http_mpic_log_ready(ngx_http_mpic_loc_conf_t *conf,
    ngx_pool_t *pool, ngx_log_t *log);

/*
 * When the request has been read: takes what is known by then, into "pool".
 * NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_asked(ngx_http_request_t *r, ngx_pool_t *pool,
    ngx_http_mpic_asked_t *asked);

/*
 * When it is answered by "status", or its client or the worker goes: takes the
 * logs whose "if=" it meets, with the values of "field=".  What variables have
 * remembered by then is as it was, afterwards.  Where that cannot be had,
 * "r" being NULL or memory short, all logs are taken, without values.  Does
 * nothing for the second time.
 */
void ngx_http_mpic_asked_read(ngx_http_request_t *r,
    ngx_http_mpic_asked_t *asked, ngx_pool_t *pool, ngx_uint_t status);

/*
 * The same as ngx_http_mpic_asked() for one request of a batch, before it has
 * been read.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_asked_copy(ngx_pool_t *pool,
    ngx_http_mpic_asked_t *from, ngx_http_mpic_asked_t *asked);

/*
 * Writes the record of a request that was refused, or could not be carried
 * out.
 */
void ngx_http_mpic_log_refused(ngx_http_mpic_refused_t *refused);

/*
 * Records of this worker that could not be written.
 */
ngx_uint_t ngx_http_mpic_record_failures(void);


#endif /* _NGX_HTTP_MPIC_LOG_H_INCLUDED_ */
