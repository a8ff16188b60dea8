
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_tls.h"
#include "mpic_tls_alpn.h"
#include "ngx_mpic_tls.h"

#include <openssl/err.h>


/*
 * No certificate is believed, so no key is too weak.  Finite-field
 * Diffie-Hellman is not offered: a server may choose a group that takes the
 * worker a second.
 */
#define NGX_HTTP_MPIC_TLS_CIPHERS                                             \
    "ECDHE:kRSA:!aNULL:!eNULL:!aDSS:!PSK:!SRP:@SECLEVEL=0"

#define NGX_HTTP_MPIC_TLS_GROUPS       "X25519:P-256:P-384:P-521"
#define NGX_HTTP_MPIC_TLS_GROUPS_FIPS  "P-256:P-384:P-521"


static ngx_int_t ngx_http_mpic_tls_set(SSL_CTX *ctx);
static void ngx_http_mpic_tls_set_options(SSL_CTX *ctx);
static int ngx_http_mpic_tls_verify(X509_STORE_CTX *store, void *data);
static void ngx_http_mpic_tls_cleanup(void *data);


/* RFC 8737 section 4: the one protocol, after its length */

static const u_char  ngx_http_mpic_tls_alpn[] =
    "\x0a" MPIC_TLS_ALPN_PROTOCOL;


SSL_CTX *
ngx_http_mpic_tls_ctx(ngx_conf_t *cf)
{
    SSL_CTX             *ctx;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    ctx = SSL_CTX_new(TLS_client_method());

    if (ctx != NULL) {
        cln->handler = ngx_http_mpic_tls_cleanup;
        cln->data = ctx;

        if (ngx_http_mpic_tls_set(ctx) == NGX_OK) {
            return ctx;
        }
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "a TLS context for acme-tls-alpn-01 could not be made: %s",
                  ERR_reason_error_string(ERR_peek_error()));

    ERR_clear_error();

    return NULL;
}


/* whatever the system's openssl.cnf has set before */

static ngx_int_t
ngx_http_mpic_tls_set(SSL_CTX *ctx)
{
    ngx_http_mpic_tls_set_options(ctx);

    if (!SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION)
        || !SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION)
        || !SSL_CTX_set_cipher_list(ctx, NGX_HTTP_MPIC_TLS_CIPHERS))
    {
        return NGX_ERROR;
    }

    if (!SSL_CTX_set1_groups_list(ctx, NGX_HTTP_MPIC_TLS_GROUPS)) {
        ERR_clear_error();

        if (!SSL_CTX_set1_groups_list(ctx, NGX_HTTP_MPIC_TLS_GROUPS_FIPS)) {
            return NGX_ERROR;
        }
    }

    /* 0 is success here */

    if (SSL_CTX_set_alpn_protos(ctx, ngx_http_mpic_tls_alpn,
                                sizeof(ngx_http_mpic_tls_alpn) - 1)
        != 0)
    {
        return NGX_ERROR;
    }

    SSL_CTX_set_max_cert_list(ctx, MPIC_TLS_CERTIFICATE_MAX);

    /* in place of OpenSSL's building and verifying of a chain */

    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, ngx_http_mpic_tls_verify, NULL);

    return NGX_OK;
}


static void
ngx_http_mpic_tls_set_options(SSL_CTX *ctx)
{
    uint64_t  options;

    /* nothing is sent that a renegotiation could be prefixed to (RFC 5746) */

    options = SSL_OP_NO_COMPRESSION|SSL_OP_NO_RENEGOTIATION|SSL_OP_NO_TICKET
              |SSL_OP_LEGACY_SERVER_CONNECT;

#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
    options |= SSL_OP_NO_RX_CERTIFICATE_COMPRESSION;
#endif

    SSL_CTX_set_options(ctx, options);

    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(ctx, 1);
}


/*
 * Called before anything that the server has signed is verified.  The
 * certificate is judged after the handshake; here its key alone is looked at,
 * for the time that it would take.
 */

static int
ngx_http_mpic_tls_verify(X509_STORE_CTX *store, void *data)
{
    SSL                          *ssl;
    X509                         *cert;
    ngx_mpic_tls_t               *tls;
    ngx_http_mpic_tls_verdict_t  *verdict;

    ssl = X509_STORE_CTX_get_ex_data(store,
                                     SSL_get_ex_data_X509_STORE_CTX_idx());
    cert = X509_STORE_CTX_get0_cert(store);

    tls = SSL_get_app_data(ssl);
    verdict = tls->data;

    verdict->key_refused = mpic_tls_key_refused(X509_get0_pubkey(cert));

    ERR_clear_error();

    if (verdict->key_refused != NULL) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
        return 0;
    }

    X509_STORE_CTX_set_error(store, X509_V_OK);

    return 1;
}


static void
ngx_http_mpic_tls_cleanup(void *data)
{
    SSL_CTX_free(data);
}
