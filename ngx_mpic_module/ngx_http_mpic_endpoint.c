
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Where a perspective is asked, and by which keys it is known there.
 */


#include "ngx_http_mpic_endpoint.h"

#include "mpic_fanout.h"


/* octets of a SHA-256 digest */
#define NGX_HTTP_MPIC_DIGEST  32


static ngx_int_t ngx_http_mpic_endpoint_parse(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *url, ngx_uint_t kind,
    ngx_url_t *u);
static ngx_int_t ngx_http_mpic_endpoint_urls(ngx_conf_t *cf,
    ngx_http_mpic_endpoint_t *e, ngx_str_t *url);
static ngx_int_t ngx_http_mpic_endpoint_resolve(ngx_conf_t *cf,
    ngx_http_mpic_endpoint_t *e, ngx_url_t *u);
static ngx_uint_t ngx_http_mpic_is_loopback(ngx_url_t *u);
static char *ngx_http_mpic_endpoints_pair(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p);


ngx_int_t
ngx_http_mpic_endpoints_init(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p)
{
    if (ngx_array_init(&p->endpoints, cf->pool, 1,
                       sizeof(ngx_http_mpic_endpoint_t))
        != NGX_OK
        || ngx_array_init(&p->caa_endpoints, cf->pool, 1,
                          sizeof(ngx_http_mpic_endpoint_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


char *
ngx_http_mpic_endpoint_add(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *url, ngx_uint_t kind)
{
    ngx_url_t                  u;
    ngx_array_t               *endpoints;
    ngx_http_mpic_endpoint_t  *e;

    endpoints = (kind == NGX_HTTP_MPIC_URL_CAA) ? &p->caa_endpoints
                                                : &p->endpoints;

    if (endpoints->nelts == MPIC_ENDPOINTS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "perspective \"%V\" has more than %d URLs",
                           &p->code, MPIC_ENDPOINTS_MAX);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_endpoint_parse(cf, p, url, kind, &u) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    e = ngx_array_push(endpoints);
    if (e == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(e, sizeof(ngx_http_mpic_endpoint_t));

    e->tls = (url->data[4] == 's');
    e->apart = (kind != NGX_HTTP_MPIC_URL_BASE);

    if (e->apart) {
        e->dcv_url = *url;
        e->caa_url = *url;

    } else if (ngx_http_mpic_endpoint_urls(cf, e, url) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return (ngx_http_mpic_endpoint_resolve(cf, e, &u) == NGX_OK)
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_mpic_endpoint_parse(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *url, ngx_uint_t kind, ngx_url_t *u)
{
    char        *refused;
    size_t       scheme;
    ngx_uint_t   tls;

    ngx_memzero(u, sizeof(ngx_url_t));

    tls = (ngx_strncmp(url->data, "https://", 8) == 0);
    scheme = tls ? 8 : 7;

    if (!tls && ngx_strncmp(url->data, "http://", 7) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of perspective \"%V\" is no https:// URL",
                           url, &p->code);
        return NGX_ERROR;
    }

    u->url.data = url->data + scheme;
    u->url.len = url->len - scheme;
    u->default_port = tls ? 443 : 80;
    u->uri_part = 1;

    /* a URL that is used as it is may have a query */

    refused = (kind == NGX_HTTP_MPIC_URL_BASE) ? "?#@ \t" : "#@ \t";

    /* names are resolved now, as those of an "upstream" are */

    if (strpbrk((char *) u->url.data, refused) != NULL) {
        u->err = "a query, a fragment, user information or white space";

    } else if (ngx_parse_url(cf->pool, u) == NGX_OK && u->family == AF_UNIX) {
        u->err = "a unix socket";
    }

    if (u->err) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s in the URL \"%V\" of perspective \"%V\"",
                           u->err, url, &p->code);
        return NGX_ERROR;
    }

    if (!tls && !p->insecure && !ngx_http_mpic_is_loopback(u)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the URL \"%V\" of perspective \"%V\" is not "
                           "encrypted: use https://, or add \"insecure\"",
                           url, &p->code);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_endpoint_urls(ngx_conf_t *cf, ngx_http_mpic_endpoint_t *e,
    ngx_str_t *url)
{
    size_t   len;
    u_char  *p;

    for (len = url->len; url->data[len - 1] == '/'; len--) { /* void */ }

    p = ngx_pnalloc(cf->pool, 2 * (len + sizeof("/dcv")));
    if (p == NULL) {
        return NGX_ERROR;
    }

    e->dcv_url.data = p;
    e->dcv_url.len = len + sizeof("/dcv") - 1;
    p = ngx_cpymem(p, url->data, len);
    p = ngx_cpymem(p, "/dcv", sizeof("/dcv"));

    e->caa_url.data = p;
    e->caa_url.len = len + sizeof("/caa") - 1;
    p = ngx_cpymem(p, url->data, len);
    ngx_memcpy(p, "/caa", sizeof("/caa"));

    return NGX_OK;
}


/*
 * Names are not libcurl's to resolve: it is given the addresses.
 */

static ngx_int_t
ngx_http_mpic_endpoint_resolve(ngx_conf_t *cf, ngx_http_mpic_endpoint_t *e,
    ngx_url_t *u)
{
    u_char      *p;
    size_t       len;
    ngx_uint_t   i;

    if (u->host.data[0] == '['
        || ngx_inet_addr(u->host.data, u->host.len) != INADDR_NONE)
    {
        return NGX_OK;
    }

    len = u->host.len + sizeof(":65535:")
          + u->naddrs * (NGX_SOCKADDR_STRLEN + sizeof("[],"));

    e->resolve = ngx_palloc(cf->pool, sizeof(struct curl_slist));
    p = ngx_pnalloc(cf->pool, len);

    if (e->resolve == NULL || p == NULL) {
        return NGX_ERROR;
    }

    e->resolve->data = (char *) p;
    e->resolve->next = NULL;

    p = ngx_sprintf(p, "%V:%d:", &u->host, (int) u->port);

    for (i = 0; i < u->naddrs; i++) {
        if (i > 0) {
            *p++ = ',';
        }

        if (u->addrs[i].sockaddr->sa_family == AF_INET6) {
            *p++ = '[';
        }

        p += ngx_sock_ntop(u->addrs[i].sockaddr, u->addrs[i].socklen, p,
                           NGX_SOCKADDR_STRLEN, 0);

        if (u->addrs[i].sockaddr->sa_family == AF_INET6) {
            *p++ = ']';
        }
    }

    *p = '\0';

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mpic_is_loopback(ngx_url_t *u)
{
    ngx_uint_t            i;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    for (i = 0; i < u->naddrs; i++) {

        switch (u->addrs[i].sockaddr->sa_family) {

        case AF_INET:
            sin = (struct sockaddr_in *) u->addrs[i].sockaddr;

            if (ntohl(sin->sin_addr.s_addr) >> 24 != IN_LOOPBACKNET) {
                return 0;
            }

            break;

#if (NGX_HAVE_INET6)
        case AF_INET6:
            sin6 = (struct sockaddr_in6 *) u->addrs[i].sockaddr;

            if (!IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr)) {
                return 0;
            }

            break;
#endif

        default:
            return 0;
        }
    }

    return 1;
}


char *
ngx_http_mpic_endpoints_check(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p)
{
    ngx_uint_t                 i;
    ngx_http_mpic_endpoint_t  *e;

    if (p->endpoints.nelts == 0 && p->caa_endpoints.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "perspective \"%V\" has no URL", &p->code);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_endpoints_pair(cf, p) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    e = p->endpoints.elts;

    for (i = 0; p->pins.len && i < p->endpoints.nelts; i++) {

        if (!e[i].tls || (e[i].caa != NULL && !e[i].caa->tls)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "perspective \"%V\" has a \"pin=\" and a URL "
                               "without https://", &p->code);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* the n-th "caa=" belongs to the n-th "dcv=" */

static char *
ngx_http_mpic_endpoints_pair(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p)
{
    ngx_uint_t                 i, n;
    ngx_http_mpic_endpoint_t  *e, *caa;

    e = p->endpoints.elts;
    caa = p->caa_endpoints.elts;
    n = 0;

    for (i = 0; i < p->endpoints.nelts; i++) {

        if (!e[i].apart) {
            continue;
        }

        if (n < p->caa_endpoints.nelts) {
            e[i].caa = &caa[n];
        }

        n++;
    }

    if (n != p->caa_endpoints.nelts) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "perspective \"%V\" has %ui \"dcv=\" and %ui "
                           "\"caa=\": they come in pairs",
                           &p->code, n, p->caa_endpoints.nelts);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_uint_t
ngx_http_mpic_endpoint_tls(ngx_http_mpic_endpoint_t *e)
{
    return e->tls || (e->caa != NULL && e->caa->tls);
}


ngx_http_mpic_endpoint_t *
ngx_http_mpic_endpoint(ngx_http_mpic_perspective_t *p, ngx_uint_t n,
    mpic_check_type_e type)
{
    ngx_http_mpic_endpoint_t  *e;

    e = p->endpoints.elts;
    e += n;

    return (type == MPIC_CHECK_CAA && e->caa != NULL) ? e->caa : e;
}


/*
 * As libcurl takes them: "sha256//…;sha256//…".
 */

char *
ngx_http_mpic_pin_add(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *value)
{
    u_char     *last, digest[NGX_HTTP_MPIC_DIGEST + 3];
    ngx_str_t   text, decoded, pins;

    text.data = value->data + sizeof("sha256:") - 1;
    text.len = value->len - (sizeof("sha256:") - 1);

    decoded.data = digest;
    decoded.len = 0;

    if (value->len == sizeof("sha256:") - 1
                      + ngx_base64_encoded_length(NGX_HTTP_MPIC_DIGEST)
        && ngx_strncmp(value->data, "sha256:", sizeof("sha256:") - 1) == 0)
    {
        (void) ngx_decode_base64(&decoded, &text);
    }

    if (decoded.len != NGX_HTTP_MPIC_DIGEST) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid pin \"%V\" of perspective \"%V\": "
                           "expected \"sha256:\" and the SHA-256 digest of "
                           "its public key in base64", value, &p->code);
        return NGX_CONF_ERROR;
    }

    pins.len = p->pins.len + sizeof(";sha256//") - 1 + text.len;

    pins.data = ngx_pnalloc(cf->pool, pins.len + 1);
    if (pins.data == NULL) {
        return NGX_CONF_ERROR;
    }

    last = ngx_sprintf(pins.data, "%V%ssha256//%V%Z", &p->pins,
                       p->pins.len ? ";" : "", &text);

    pins.len = last - pins.data - 1;
    p->pins = pins;

    return NGX_CONF_OK;
}
