
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_tls.h"
#include "ngx_mpic_poll.h"
#include "ngx_mpic_timer.h"

#include <openssl/err.h>


static ngx_err_t ngx_mpic_tls_connect(ngx_mpic_tls_t *tls);
static ngx_int_t ngx_mpic_tls_watch(ngx_mpic_tls_t *tls, ngx_uint_t events);
static void ngx_mpic_tls_event(void *data, int fd, ngx_uint_t events);
static void ngx_mpic_tls_connected(ngx_mpic_tls_t *tls);
static ngx_int_t ngx_mpic_tls_create(ngx_mpic_tls_t *tls);
static long ngx_mpic_tls_count(BIO *bio, int oper, const char *argp,
    size_t len, int argi, long argl, int ret, size_t *processed);
static void ngx_mpic_tls_handshake(ngx_mpic_tls_t *tls);
static ngx_mpic_tls_result_e ngx_mpic_tls_failure(ngx_mpic_tls_t *tls,
    int sslerr, ngx_err_t err);
static ngx_mpic_tls_result_e ngx_mpic_tls_evidence(ngx_mpic_tls_t *tls);
static ngx_int_t ngx_mpic_tls_certificate(ngx_mpic_tls_t *tls, X509 *cert);
static void ngx_mpic_tls_timer_handler(ngx_event_t *ev);
static void ngx_mpic_tls_done(ngx_mpic_tls_t *tls,
    ngx_mpic_tls_result_e result);
static void ngx_mpic_tls_destroy(ngx_mpic_op_t *op);
static void ngx_mpic_tls_close(ngx_mpic_tls_t *tls);


ngx_int_t
ngx_mpic_tls_start(ngx_mpic_tls_t *tls)
{
    ngx_err_t  err;

    tls->job->action = "connecting";

    tls->fd = socket(tls->sockaddr->sa_family,
                     SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0);

    /* a kernel without IPv6 is as good as a network without */

    err = (tls->fd == -1) ? ngx_socket_errno : 0;

    if (err != 0 && err != EAFNOSUPPORT) {
        ngx_log_error(NGX_LOG_ERR, tls->job->log, err,
                      "mpic: socket() failed");
        return NGX_ERROR;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, tls->job->log, 0,
                   "mpic tls socket %d", tls->fd);

    ngx_mpic_job_op_add(tls->job, &tls->op, ngx_mpic_tls_destroy);
    ngx_mpic_event_init(&tls->timer, ngx_mpic_tls_timer_handler,
                        tls->job->log, 1);

    if (err == 0) {
        err = ngx_mpic_tls_connect(tls);
    }

    if (err != 0) {
        tls->err = err;
        ngx_mpic_tls_done(tls, NGX_MPIC_TLS_SYSTEM);
        return NGX_OK;
    }

    ngx_mpic_timer_set(&tls->timer, tls->timeout);

    if (ngx_mpic_tls_watch(tls, NGX_MPIC_POLL_WRITE) != NGX_OK) {
        ngx_mpic_job_op_done(&tls->op);
        ngx_mpic_tls_close(tls);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* 0 if the connection stands or may come to do so */

static ngx_err_t
ngx_mpic_tls_connect(ngx_mpic_tls_t *tls)
{
    ngx_err_t  err;

    if (connect(tls->fd, tls->sockaddr, tls->socklen) == 0) {
        return 0;
    }

    err = ngx_socket_errno;

    return (err == NGX_EINPROGRESS) ? 0 : err;
}


static ngx_int_t
ngx_mpic_tls_watch(ngx_mpic_tls_t *tls, ngx_uint_t events)
{
    return ngx_mpic_poll_set(tls->fd, events, ngx_mpic_tls_event, tls);
}


static void
ngx_mpic_tls_event(void *data, int fd, ngx_uint_t events)
{
    ngx_mpic_tls_t *tls = data;

    ngx_log_debug2(NGX_LOG_DEBUG_EVENT, tls->job->log, 0,
                   "mpic tls event fd:%d ev:%ui", fd, events);

    if (tls->ssl == NULL) {
        ngx_mpic_tls_connected(tls);
        return;
    }

    ngx_mpic_tls_handshake(tls);
}


static void
ngx_mpic_tls_connected(ngx_mpic_tls_t *tls)
{
    int        err;
    socklen_t  len;

    err = 0;
    len = sizeof(int);

    if (getsockopt(tls->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1)
    {
        err = ngx_socket_errno;
    }

    if (err) {
        tls->err = err;
        ngx_mpic_tls_done(tls, NGX_MPIC_TLS_SYSTEM);
        return;
    }

    tls->connected = 1;
    tls->job->action = "waiting for the TLS handshake";

    if (ngx_mpic_tls_create(tls) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, tls->job->log, 0,
                      "mpic: a TLS connection could not be made");
        ngx_mpic_tls_done(tls, NGX_MPIC_TLS_SHORTAGE);
        return;
    }

    ngx_mpic_tls_handshake(tls);
}


static ngx_int_t
ngx_mpic_tls_create(ngx_mpic_tls_t *tls)
{
    BIO  *bio;

    tls->ssl = SSL_new(tls->ctx);

    if (tls->ssl == NULL
        || !SSL_set_fd(tls->ssl, tls->fd)
        || !SSL_set_app_data(tls->ssl, tls)
        || !SSL_set_tlsext_host_name(tls->ssl, tls->server_name))
    {
        return NGX_ERROR;
    }

    SSL_set_connect_state(tls->ssl);

    bio = SSL_get_rbio(tls->ssl);

    BIO_set_callback_ex(bio, ngx_mpic_tls_count);
    BIO_set_callback_arg(bio, (char *) tls);

    return NGX_OK;
}


/*
 * A server may send messages that OpenSSL throws away (HelloRequest, for one)
 * faster than it does so: without a bound the worker might never return from
 * the handshake.
 */

static long
ngx_mpic_tls_count(BIO *bio, int oper, const char *argp, size_t len, int argi,
    long argl, int ret, size_t *processed)
{
    ngx_mpic_tls_t  *tls;

    tls = (ngx_mpic_tls_t *) BIO_get_callback_arg(bio);

    if (oper == BIO_CB_READ && tls->received >= tls->max) {
        BIO_clear_retry_flags(bio);
        tls->overflow = 1;
        return -1;
    }

    if (oper == (BIO_CB_READ|BIO_CB_RETURN) && ret > 0 && processed != NULL) {
        tls->received += *processed;
    }

    return ret;
}


static void
ngx_mpic_tls_handshake(ngx_mpic_tls_t *tls)
{
    int        n, sslerr;
    ngx_err_t  err;
    ngx_int_t  rc;

    ERR_clear_error();
    ngx_set_socket_errno(0);

    n = SSL_do_handshake(tls->ssl);

    err = ngx_socket_errno;
    sslerr = SSL_get_error(tls->ssl, n);

    ngx_log_debug3(NGX_LOG_DEBUG_EVENT, tls->job->log, 0,
                   "mpic tls handshake: %d, %d, received: %uz",
                   n, sslerr, tls->received);

    if (n == 1) {
        ngx_mpic_tls_done(tls, ngx_mpic_tls_evidence(tls));
        return;
    }

    if (sslerr == SSL_ERROR_WANT_READ) {
        rc = ngx_mpic_tls_watch(tls, NGX_MPIC_POLL_READ);

    } else if (sslerr == SSL_ERROR_WANT_WRITE) {
        rc = ngx_mpic_tls_watch(tls, NGX_MPIC_POLL_WRITE);

    } else {
        ngx_mpic_tls_done(tls, ngx_mpic_tls_failure(tls, sslerr, err));
        return;
    }

    if (rc != NGX_OK) {
        ngx_mpic_tls_done(tls, NGX_MPIC_TLS_SHORTAGE);
    }
}


static ngx_mpic_tls_result_e
ngx_mpic_tls_failure(ngx_mpic_tls_t *tls, int sslerr, ngx_err_t err)
{
    unsigned long  error;

    if (tls->overflow) {
        return NGX_MPIC_TLS_OVERFLOW;
    }

    /* of several, the last one was put on top by the TLS library itself */

    error = ERR_peek_last_error();

#ifdef SSL_R_UNEXPECTED_EOF_WHILE_READING
    if (ERR_GET_LIB(error) == ERR_LIB_SSL
        && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    {
        return NGX_MPIC_TLS_CLOSED;
    }
#endif

    if (ERR_SYSTEM_ERROR(error)) {
        tls->err = ERR_GET_REASON(error);
        return NGX_MPIC_TLS_SYSTEM;
    }

    if (error != 0) {
        tls->error = error;
        return NGX_MPIC_TLS_REFUSED;
    }

    if (sslerr == SSL_ERROR_SYSCALL && err != 0) {
        tls->err = err;
        return NGX_MPIC_TLS_SYSTEM;
    }

    return NGX_MPIC_TLS_CLOSED;
}


static ngx_mpic_tls_result_e
ngx_mpic_tls_evidence(ngx_mpic_tls_t *tls)
{
    X509           *cert;
    unsigned        len;
    ngx_int_t       rc;
    ngx_str_t       selected;
    const u_char   *data;

    tls->version = SSL_version(tls->ssl);

    SSL_get0_alpn_selected(tls->ssl, &data, &len);

    if (len) {
        selected.len = len;
        selected.data = (u_char *) data;

        tls->alpn.len = len;
        tls->alpn.data = ngx_pstrdup(tls->job->pool, &selected);

        if (tls->alpn.data == NULL) {
            return NGX_MPIC_TLS_SHORTAGE;
        }
    }

    cert = SSL_get1_peer_certificate(tls->ssl);

    if (cert == NULL) {
        return NGX_MPIC_TLS_DONE;
    }

    rc = ngx_mpic_tls_certificate(tls, cert);

    X509_free(cert);

    return (rc == NGX_OK) ? NGX_MPIC_TLS_DONE : NGX_MPIC_TLS_SHORTAGE;
}


static ngx_int_t
ngx_mpic_tls_certificate(ngx_mpic_tls_t *tls, X509 *cert)
{
    int      len;
    u_char  *p;

    len = i2d_X509(cert, NULL);
    if (len < 0) {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(tls->job->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    tls->certificate.data = p;
    tls->certificate.len = len;

    return (i2d_X509(cert, &p) == len) ? NGX_OK : NGX_ERROR;
}


static void
ngx_mpic_tls_timer_handler(ngx_event_t *ev)
{
    ngx_mpic_tls_done(ngx_mpic_event_owner(ev, ngx_mpic_tls_t, timer),
                      NGX_MPIC_TLS_TIMEDOUT);
}


static void
ngx_mpic_tls_done(ngx_mpic_tls_t *tls, ngx_mpic_tls_result_e result)
{
    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, tls->job->log, 0,
                   "mpic tls done: %d", (int) result);

    tls->result = result;

    ngx_mpic_job_op_done(&tls->op);
    ngx_mpic_tls_close(tls);

    tls->handler(tls);
}


static void
ngx_mpic_tls_destroy(ngx_mpic_op_t *op)
{
    ngx_mpic_tls_close(ngx_queue_data(op, ngx_mpic_tls_t, op));
}


/*
 * RFC 8737 section 4: nothing is exchanged after the handshake.  What OpenSSL
 * has to say about a connection that is given up is of no interest, least of
 * all to the next TLS connection of this worker.
 */

static void
ngx_mpic_tls_close(ngx_mpic_tls_t *tls)
{
    ngx_mpic_event_clear(&tls->timer);

    if (tls->ssl != NULL) {

        if (SSL_is_init_finished(tls->ssl)) {
            (void) SSL_shutdown(tls->ssl);
        }

        SSL_free(tls->ssl);
        tls->ssl = NULL;
    }

    ERR_clear_error();

    if (tls->fd == -1) {
        return;
    }

    (void) ngx_mpic_poll_set(tls->fd, 0, NULL, NULL);

    if (close(tls->fd) == -1) {
        ngx_log_error(NGX_LOG_ALERT, tls->job->log, ngx_socket_errno,
                      "mpic: close(%d) failed", tls->fd);
    }

    tls->fd = -1;
}
