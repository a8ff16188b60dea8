
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * acme-tls-alpn-01: a handshake with one address of the target after the other
 * until one succeeds.  BR 3.2.2.4.20, 3.2.2.5.7; RFC 8737, RFC 8738.
 */


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_addresses.h"
#include "ngx_http_mpic_tls.h"
#include "mpic_tls_alpn.h"
#include "ngx_mpic_tls.h"


typedef struct {
    /* first, for the context's callback */
    ngx_http_mpic_tls_verdict_t   verdict;

    ngx_http_mpic_check_t        *check;
    mpic_str_t                    server_name;

    ngx_http_mpic_addresses_t     addresses;
    size_t                        next;
    ngx_sockaddr_t                sockaddr;

    /* of the last address, and the sentences of all of them */
    mpic_tls_failure_e            failure;
    mpic_str_t                    tried;
} ngx_http_mpic_alpn_t;


static ngx_int_t ngx_http_mpic_alpn_init(ngx_http_mpic_check_t *check,
    ngx_http_mpic_alpn_t *alpn);
static void ngx_http_mpic_alpn_resolved(ngx_http_mpic_addresses_t *as);
static void ngx_http_mpic_alpn_next(ngx_http_mpic_alpn_t *alpn);
static ngx_int_t ngx_http_mpic_alpn_connect(ngx_http_mpic_alpn_t *alpn);
static ngx_int_t ngx_http_mpic_alpn_evidence(ngx_http_mpic_alpn_t *alpn,
    const mpic_address_t *address);
static socklen_t ngx_http_mpic_alpn_sockaddr(ngx_http_mpic_alpn_t *alpn,
    const mpic_address_t *address);
static void ngx_http_mpic_alpn_done(ngx_mpic_tls_t *tls);
static int ngx_http_mpic_alpn_judge(ngx_http_mpic_alpn_t *alpn,
    ngx_mpic_tls_t *tls);
static mpic_tls_failure_e ngx_http_mpic_alpn_reason(
    ngx_http_mpic_alpn_t *alpn, ngx_mpic_tls_t *tls, u_char *buf,
    const char **text);
static int ngx_http_mpic_alpn_failed(ngx_http_mpic_alpn_t *alpn,
    ngx_mpic_tls_t *tls);
static void ngx_http_mpic_alpn_expire(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_alpn_finish(ngx_http_mpic_alpn_t *alpn, int rc);


void
ngx_http_mpic_check_tls(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_alpn_t  *alpn;

    mpic_result_init(&check->result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);
    check->result.method = check->request.dcv.method;

    alpn = ngx_pcalloc(check->job->pool, sizeof(ngx_http_mpic_alpn_t));

    if (alpn == NULL || ngx_http_mpic_alpn_init(check, alpn) != NGX_OK) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    check->data = alpn;
    check->expire = ngx_http_mpic_alpn_expire;

    check->job->action = "looking up the addresses";

    alpn->addresses.handler = ngx_http_mpic_alpn_resolved;
    alpn->addresses.data = alpn;

    ngx_http_mpic_addresses_find(check, &alpn->addresses,
                                 &check->request.target.name,
                                 check->request.target.type
                                 != MPIC_TARGET_FQDN);
}


static ngx_int_t
ngx_http_mpic_alpn_init(ngx_http_mpic_check_t *check,
    ngx_http_mpic_alpn_t *alpn)
{
    alpn->check = check;

    check->result.tried_ips = ngx_pcalloc(check->job->pool,
                             NGX_HTTP_MPIC_ADDRESSES_MAX * sizeof(mpic_str_t));

    /* RFC 8738 section 6: the name that stands for an address */

    if (check->result.tried_ips == NULL
        || mpic_target_reverse(&check->pool, &check->request.target,
                               &alpn->server_name)
           != 0)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_mpic_alpn_resolved(ngx_http_mpic_addresses_t *as)
{
    ngx_http_mpic_alpn_t *alpn = as->data;

    if (as->n == 0) {
        alpn->failure = MPIC_TLS_FAILED_CONNECTION;
        alpn->tried = as->why;
    }

    ngx_http_mpic_alpn_next(alpn);
}


static void
ngx_http_mpic_alpn_next(ngx_http_mpic_alpn_t *alpn)
{
    int                     rc;
    ngx_http_mpic_check_t  *check;

    check = alpn->check;

    if (alpn->next == alpn->addresses.n) {
        rc = mpic_tls_alpn_failed(&check->pool, &check->request.target,
                                  alpn->failure, &alpn->tried,
                                  &check->result);

        ngx_http_mpic_alpn_finish(alpn, rc);
        return;
    }

    if (ngx_http_mpic_alpn_connect(alpn) != NGX_OK) {
        ngx_http_mpic_check_fail(check);
    }
}


static ngx_int_t
ngx_http_mpic_alpn_connect(ngx_http_mpic_alpn_t *alpn)
{
    ngx_mpic_tls_t        *tls;
    const mpic_address_t  *address;

    address = &alpn->addresses.list[alpn->next];

    /* the one before still belongs to the handler that we may be in */

    tls = ngx_pcalloc(alpn->check->job->pool, sizeof(ngx_mpic_tls_t));

    if (tls == NULL || ngx_http_mpic_alpn_evidence(alpn, address) != NGX_OK) {
        return NGX_ERROR;
    }

    tls->job = alpn->check->job;
    tls->ctx = alpn->check->conf->tls;
    tls->sockaddr = &alpn->sockaddr.sockaddr;
    tls->socklen = ngx_http_mpic_alpn_sockaddr(alpn, address);
    tls->server_name = alpn->server_name.data;
    tls->timeout = ngx_http_mpic_addresses_time(&alpn->addresses, alpn->next);
    tls->max = NGX_HTTP_MPIC_TLS_MAX;
    tls->handler = ngx_http_mpic_alpn_done;
    tls->data = alpn;

    alpn->verdict.key_refused = NULL;

    return ngx_mpic_tls_start(tls);
}


static ngx_int_t
ngx_http_mpic_alpn_evidence(ngx_http_mpic_alpn_t *alpn,
    const mpic_address_t *address)
{
    char            text[MPIC_ADDRESS_TEXT_MAX];
    mpic_result_t  *result;

    result = &alpn->check->result;

    mpic_address_text(address, text);

    if (mpic_str_copy(&alpn->check->pool, &result->resolved_ip, text,
                      ngx_strlen(text))
        != 0)
    {
        return NGX_ERROR;
    }

    result->tried_ips[result->ntried_ips++] = result->resolved_ip;

    return NGX_OK;
}


static socklen_t
ngx_http_mpic_alpn_sockaddr(ngx_http_mpic_alpn_t *alpn,
    const mpic_address_t *address)
{
    socklen_t             len;
    struct sockaddr_in   *sin;
    struct sockaddr_in6  *sin6;

    ngx_memzero(&alpn->sockaddr, sizeof(ngx_sockaddr_t));

    if (address->version == 6) {
        sin6 = &alpn->sockaddr.sockaddr_in6;
        sin6->sin6_family = AF_INET6;
        ngx_memcpy(sin6->sin6_addr.s6_addr, address->octets, 16);
        len = sizeof(struct sockaddr_in6);

    } else {
        sin = &alpn->sockaddr.sockaddr_in;
        sin->sin_family = AF_INET;
        ngx_memcpy(&sin->sin_addr.s_addr, address->octets, 4);
        len = sizeof(struct sockaddr_in);
    }

    ngx_inet_set_port(&alpn->sockaddr.sockaddr,
                      (in_port_t) alpn->check->conf->tls_alpn_port);

    return len;
}


static void
ngx_http_mpic_alpn_done(ngx_mpic_tls_t *tls)
{
    ngx_http_mpic_alpn_t *alpn = tls->data;

    if (tls->result == NGX_MPIC_TLS_SHORTAGE) {
        ngx_http_mpic_check_fail(alpn->check);
        return;
    }

    if (tls->result == NGX_MPIC_TLS_DONE) {
        ngx_http_mpic_alpn_finish(alpn, ngx_http_mpic_alpn_judge(alpn, tls));
        return;
    }

    if (ngx_http_mpic_alpn_failed(alpn, tls) != 0) {
        ngx_http_mpic_check_fail(alpn->check);
        return;
    }

    alpn->next++;
    ngx_http_mpic_alpn_next(alpn);
}


static int
ngx_http_mpic_alpn_judge(ngx_http_mpic_alpn_t *alpn, ngx_mpic_tls_t *tls)
{
    mpic_tls_seen_t         seen;
    ngx_http_mpic_check_t  *check;

    check = alpn->check;

    seen.version = (unsigned) tls->version;
    seen.alpn.data = (char *) tls->alpn.data;
    seen.alpn.len = tls->alpn.len;
    seen.certificate.data = (char *) tls->certificate.data;
    seen.certificate.len = tls->certificate.len;

    return mpic_tls_alpn(&check->pool, &check->request.target,
                         check->request.dcv.digest, &seen, &check->result);
}


/* 0 or -1 */

static int
ngx_http_mpic_alpn_failed(ngx_http_mpic_alpn_t *alpn, ngx_mpic_tls_t *tls)
{
    u_char                  buf[NGX_MAX_ERROR_STR];
    mpic_str_t              tried, *ip;
    const char             *text;
    ngx_http_mpic_check_t  *check;

    check = alpn->check;
    ip = &check->result.resolved_ip;
    tried = alpn->tried;

    alpn->failure = ngx_http_mpic_alpn_reason(alpn, tls, buf, &text);

    ngx_log_error(NGX_LOG_INFO, check->job->log, 0,
                  "mpic TLS handshake with %s port %i failed: %s",
                  ip->data, check->conf->tls_alpn_port, text);

    return mpic_str_printf(&check->pool, &alpn->tried, "%s%s%s port %d: %s",
                           tried.len ? tried.data : "", tried.len ? "; " : "",
                           ip->data, (int) check->conf->tls_alpn_port, text);
}


static mpic_tls_failure_e
ngx_http_mpic_alpn_reason(ngx_http_mpic_alpn_t *alpn, ngx_mpic_tls_t *tls,
    u_char *buf, const char **text)
{
    u_char  *last;

    switch (tls->result) {

    case NGX_MPIC_TLS_SYSTEM:
        last = ngx_strerror(tls->err, buf, NGX_MAX_ERROR_STR - 1);
        *last = '\0';
        *text = (char *) buf;
        return MPIC_TLS_FAILED_CONNECTION;

    case NGX_MPIC_TLS_TIMEDOUT:
        *text = tls->connected ? "no TLS handshake in time"
                               : "no connection in time";
        return MPIC_TLS_FAILED_CONNECTION;

    case NGX_MPIC_TLS_OVERFLOW:
        *text = "the server sent more than belongs into a TLS handshake";
        return MPIC_TLS_FAILED_HANDSHAKE;

    case NGX_MPIC_TLS_REFUSED:

        if (alpn->verdict.key_refused == NULL) {
            return mpic_tls_failure(tls->error, text);
        }

        last = ngx_slprintf(buf, buf + NGX_MAX_ERROR_STR - 1,
                            "the key of the server's certificate cannot be "
                            "used: %s", alpn->verdict.key_refused);
        *last = '\0';
        *text = (char *) buf;
        return MPIC_TLS_FAILED_KEY;

    default:
        *text = "the server closed the connection";
        return MPIC_TLS_FAILED_CONNECTION;
    }
}


static void
ngx_http_mpic_alpn_expire(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_alpn_t *alpn = check->data;

    int         rc;
    mpic_str_t  why, *ip;

    ip = &check->result.resolved_ip;

    rc = mpic_str_printf(&check->pool, &why,
                         "the time of %lu ms was over while %s%s%s%s%s",
                         (unsigned long) check->conf->check_timeout,
                         check->job->action,
                         ip->len ? ", address " : "",
                         ip->len ? ip->data : "",
                         alpn->tried.len ? ", before: " : "",
                         alpn->tried.len ? alpn->tried.data : "");

    if (rc == 0) {
        rc = mpic_tls_alpn_failed(&check->pool, &check->request.target,
                                  MPIC_TLS_FAILED_CONNECTION, &why,
                                  &check->result);
    }

    ngx_http_mpic_alpn_finish(alpn, rc);
}


static void
ngx_http_mpic_alpn_finish(ngx_http_mpic_alpn_t *alpn, int rc)
{
    if (rc < 0) {
        ngx_http_mpic_check_fail(alpn->check);
        return;
    }

    ngx_http_mpic_check_finish(alpn->check);
}
