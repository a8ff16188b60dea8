
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What is offered to the TLS server of an acme-tls-alpn-01 check, and what is
 * accepted.
 */


#ifndef _NGX_HTTP_MPIC_TLS_H_INCLUDED_
#define _NGX_HTTP_MPIC_TLS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/ssl.h>


/*
 * Octets of a handshake that a server may send: its certificates, and as much
 * again.
 */
#define NGX_HTTP_MPIC_TLS_MAX  65536


/*
 * Why the key of the server's certificate is refused, a constant; or NULL.
 */
typedef struct {
    const char  *key_refused;
} ngx_http_mpic_tls_verdict_t;


/*
 * The context of all checks of a configuration, freed with it.  The "data" of
 * an ngx_mpic_tls_t that uses it is an ngx_http_mpic_tls_verdict_t, or begins
 * with one.  NULL (logged).
 */
SSL_CTX *ngx_http_mpic_tls_ctx(ngx_conf_t *cf);


#endif /* _NGX_HTTP_MPIC_TLS_H_INCLUDED_ */
