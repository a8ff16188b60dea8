
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * DNS questions by c-ares on nginx's event loop.
 */


#ifndef _NGX_MPIC_RESOLVER_H_INCLUDED_
#define _NGX_MPIC_RESOLVER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_mpic_job.h"


typedef struct ngx_mpic_resolver_s  ngx_mpic_resolver_t;
typedef struct ngx_mpic_query_s     ngx_mpic_query_t;

typedef void (*ngx_mpic_query_pt)(ngx_mpic_query_t *q);


/*
 * The configuration of a set of servers: lives in the cycle's pool.  The
 * worker's channel to them is made on first use.
 */

typedef struct {
    /* "127.0.0.1:53,[::1]:53": addresses with ports, as c-ares reads them */
    ngx_str_t                servers;

    /* the first try, in milliseconds; c-ares lengthens later ones */
    ngx_msec_t               timeout;
    ngx_uint_t               tries;

    /* private: the channel of this worker */
    ngx_mpic_resolver_t     *resolver;
} ngx_mpic_resolver_conf_t;


/*
 * One question.  The caller allocates it zeroed (in the job's pool) and sets
 * "handler" and "data".
 */

struct ngx_mpic_query_s {
    /* must be first */
    ngx_mpic_op_t            op;

    /*
     * Called once, outside of any call of c-ares: it may ask again and finish
     * the job.  "msg" and "len" hold the response message, in the job's
     * pool, or NULL; then "error" says why there is none ("no answer within
     * the time allowed").  A response of any RCODE is a message.
     */
    ngx_mpic_query_pt        handler;
    void                    *data;

    u_char                  *msg;
    size_t                   len;
    const char              *error;

    /* private */
    ngx_mpic_job_t          *job;
    void                    *ticket;
    ngx_queue_t              queue;
};


/* set the CD flag: the resolver is not to validate (RFC 4035 section 3.2.2) */
#define NGX_MPIC_QUERY_CD  0x01


/*
 * Asks for "name" (presentation form, no trailing dot, terminated by zero)
 * and "type" in class IN, with RD and AD set and EDNS (1232 octets), over UDP
 * and, if the answer is truncated, TCP.  NGX_OK, and the handler will be
 * called (never before this returns); or NGX_ERROR, and it will not.
 */
ngx_int_t ngx_mpic_resolver_query(ngx_mpic_resolver_conf_t *conf,
    ngx_mpic_job_t *job, ngx_mpic_query_t *q, const char *name,
    ngx_uint_t type, ngx_uint_t flags);

/*
 * In exit_process, after ngx_mpic_jobs_abort().
 */
void ngx_mpic_resolvers_exit(void);


#endif /* _NGX_MPIC_RESOLVER_H_INCLUDED_ */
