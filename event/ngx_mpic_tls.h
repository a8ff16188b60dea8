
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * A TLS handshake as a client: what the server shows, and not an octet after
 * it.
 */


#ifndef _NGX_MPIC_TLS_H_INCLUDED_
#define _NGX_MPIC_TLS_H_INCLUDED_


#include "ngx_mpic_job.h"

#include <openssl/ssl.h>


typedef struct ngx_mpic_tls_s  ngx_mpic_tls_t;

typedef void (*ngx_mpic_tls_pt)(ngx_mpic_tls_t *tls);


typedef enum {
    NGX_MPIC_TLS_DONE = 0,
    /* "err" says why: no connection, or one that broke */
    NGX_MPIC_TLS_SYSTEM,
    NGX_MPIC_TLS_TIMEDOUT,
    NGX_MPIC_TLS_CLOSED,
    /* the server sent more than "max" */
    NGX_MPIC_TLS_OVERFLOW,
    /* by either side: "error" is OpenSSL's */
    NGX_MPIC_TLS_REFUSED,
    /* memory or descriptors of this process are short */
    NGX_MPIC_TLS_SHORTAGE
} ngx_mpic_tls_result_e;


/* in the job's pool, zeroed; one of its own for each handshake */

struct ngx_mpic_tls_s {
    /*
     * Set by the caller.  "ctx" has all that is offered and accepted; its
     * callbacks find the object by SSL_get_app_data().
     */
    ngx_mpic_job_t         *job;
    SSL_CTX                *ctx;
    struct sockaddr        *sockaddr;
    socklen_t               socklen;
    /* SNI, terminated by zero */
    const char             *server_name;
    /* for the connection and the handshake, milliseconds */
    ngx_msec_t              timeout;
    /* octets that the server may send, within a record or so */
    size_t                  max;
    ngx_mpic_tls_pt         handler;
    void                   *data;

    /* the outcome */
    ngx_mpic_tls_result_e   result;
    /* the connection stood, whatever came of it */
    unsigned                connected:1;
    ngx_err_t               err;
    unsigned long           error;

    /* of a handshake that is done: strings of the job's pool */
    int                     version;
    /* the protocol selected by ALPN, empty: none */
    ngx_str_t               alpn;
    /* of the server itself, DER; empty: none */
    ngx_str_t               certificate;

    /* private to ngx_mpic_tls.c */
    ngx_mpic_op_t           op;
    ngx_event_t             timer;
    SSL                    *ssl;
    int                     fd;
    size_t                  received;
    unsigned                overflow:1;
};


/*
 * Connects, and shakes hands.  Then the connection is closed, and the handler
 * called; it is not called any more once the job is finished.  For an address
 * that cannot be connected to at all it is called before this returns.
 *
 * The descriptor is watched by ngx_mpic_poll: it takes none of nginx's
 * connections, so that targets that hang leave them to clients.
 *
 * NGX_OK; or NGX_ERROR, logged, where memory or descriptors are short: the
 * handler is not called then.
 */
ngx_int_t ngx_mpic_tls_start(ngx_mpic_tls_t *tls);


#endif /* _NGX_MPIC_TLS_H_INCLUDED_ */
