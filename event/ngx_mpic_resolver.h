
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


typedef struct ngx_mpic_resolver_s  ngx_mpic_resolver_t;
typedef struct ngx_mpic_query_s     ngx_mpic_query_t;

typedef void (*ngx_mpic_query_pt)(ngx_mpic_query_t *q);


typedef struct {
    /* "127.0.0.1:53", "[::1]:53": as c-ares reads it, terminated by zero */
    ngx_str_t                name;

    /* the caller's own, NULL at first */
    void                    *data;

    /* private: the channel of this worker, made on first use */
    ngx_mpic_resolver_t     *resolver;
} ngx_mpic_server_t;


/*
 * The configuration of a set of servers: lives in the cycle's pool.
 */

typedef struct {
    ngx_mpic_server_t       *servers;
    ngx_uint_t               nservers;

    /* of one query, UDP and TCP together, in milliseconds */
    ngx_msec_t               timeout;

    /* for who asks again: times that each server is asked */
    ngx_uint_t               tries;
} ngx_mpic_resolver_conf_t;


/*
 * One question to one server.  The caller allocates it zeroed and sets the
 * first four fields.
 */

struct ngx_mpic_query_s {
    /*
     * Called once, outside of any call of c-ares: it may ask again, with the
     * same query too.  "msg" and "len" hold the response message, in "pool",
     * or NULL; then "error" says why there is none, and "late" is set if that
     * is only that it did not come in time.  A response of any RCODE is a
     * message.
     */
    ngx_mpic_query_pt        handler;
    void                    *data;

    ngx_pool_t              *pool;
    ngx_log_t               *log;

    u_char                  *msg;
    size_t                   len;
    const char              *error;
    unsigned                 late:1;

    /* private */
    unsigned                 pending:1;
    void                    *ticket;
    ngx_queue_t              queue;
    ngx_event_t              timer;
};


/* set the CD flag: the resolver is not to validate (RFC 4035 section 3.2.2) */
#define NGX_MPIC_QUERY_CD  0x01

/* set the DO flag: the answer comes with its signatures (RFC 3225) */
#define NGX_MPIC_QUERY_DO  0x02


/*
 * Asks a server, by its number from 0, for "name" (presentation form, no
 * trailing dot, terminated by zero) and "type" in class IN, with RD and AD set
 * and EDNS (1232 octets), over UDP and, if the answer is truncated, TCP.
 * NGX_OK, and the handler will be called (never before this returns); or
 * NGX_ERROR, and it will not.
 */
ngx_int_t ngx_mpic_resolver_query(ngx_mpic_resolver_conf_t *conf,
    ngx_uint_t server, ngx_mpic_query_t *q, const char *name,
    ngx_uint_t type, ngx_uint_t flags);

/*
 * Forgets a query, whose handler will not be called; also one that is not
 * pending.  What it is in may be freed then.
 */
void ngx_mpic_resolver_cancel(ngx_mpic_query_t *q);

/*
 * In exit_process, after all queries have been cancelled.
 */
void ngx_mpic_resolvers_exit(void);


#endif /* _NGX_MPIC_RESOLVER_H_INCLUDED_ */
