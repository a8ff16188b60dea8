
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One "perspective" line of an mpic_perspectives block:
 *
 *     perspective code url … rir=… [location=…] [resolver_location=…]
 *                 [network=…] [header=…] [insecure];
 */


#include "ngx_http_mpic_module.h"
#include "mpic_fanout.h"


static char *ngx_http_mpic_perspective_word(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *word);
static char *ngx_http_mpic_check_code(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set, ngx_str_t *code);
static char *ngx_http_mpic_set_rir(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *value);
static char *ngx_http_mpic_set_location(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *value,
    mpic_location_t *location);
static ngx_int_t ngx_http_mpic_degrees(u_char *text, u_char **end,
    double limit, double *degrees);
static char *ngx_http_mpic_set_header(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *value);
static ngx_int_t ngx_http_mpic_add_header(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, char *line);
static char *ngx_http_mpic_add_endpoint(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *url);
static ngx_int_t ngx_http_mpic_endpoint_urls(ngx_conf_t *cf,
    ngx_http_mpic_endpoint_t *e, ngx_str_t *url);
static ngx_int_t ngx_http_mpic_endpoint_resolve(ngx_conf_t *cf,
    ngx_http_mpic_endpoint_t *e, ngx_url_t *u);
static ngx_uint_t ngx_http_mpic_is_loopback(ngx_url_t *u);


char *
ngx_http_mpic_perspective(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    char                         *rv;
    ngx_str_t                    *value;
    ngx_uint_t                    i;
    ngx_http_mpic_perspective_t  *p;

    value = cf->args->elts;

    rv = ngx_http_mpic_check_code(cf, set, &value[1]);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    p = ngx_array_push(&set->perspectives);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(p, sizeof(ngx_http_mpic_perspective_t));

    p->code = value[1];

    if (ngx_array_init(&p->endpoints, cf->pool, 1,
                       sizeof(ngx_http_mpic_endpoint_t))
        != NGX_OK
        || ngx_http_mpic_add_header(cf, p, "Content-Type: application/json")
           != NGX_OK
        || ngx_http_mpic_add_header(cf, p, "Accept: application/json")
           != NGX_OK
        || ngx_http_mpic_add_header(cf, p, "Expect:") != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    /* "insecure" says how the URLs before it are to be taken */

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_strcmp(value[i].data, "insecure") == 0) {
            p->insecure = 1;
        }
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_mpic_perspective_word(cf, p, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (p->endpoints.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "perspective \"%V\" has no URL", &p->code);
        return NGX_CONF_ERROR;
    }

    if (!p->rir_given) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "perspective \"%V\" has no \"rir=\": AFRINIC, "
                           "APNIC, ARIN, LACNIC or \"RIPE NCC\"", &p->code);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_perspective_word(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *word)
{
    ngx_str_t  value;

    if (ngx_strncmp(word->data, "https://", 8) == 0
        || ngx_strncmp(word->data, "http://", 7) == 0)
    {
        return ngx_http_mpic_add_endpoint(cf, p, word);
    }

    if (ngx_strcmp(word->data, "insecure") == 0) {
        return NGX_CONF_OK;
    }

    value.data = (u_char *) ngx_strchr(word->data, '=');

    if (value.data != NULL) {
        value.data++;
        value.len = word->data + word->len - value.data;

        if (ngx_strncmp(word->data, "rir=", 4) == 0) {
            return ngx_http_mpic_set_rir(cf, p, &value);
        }

        if (ngx_strncmp(word->data, "location=", 9) == 0) {
            p->located = 1;
            return ngx_http_mpic_set_location(cf, p, &value, &p->location);
        }

        if (ngx_strncmp(word->data, "resolver_location=", 18) == 0) {
            p->resolver_located = 1;
            return ngx_http_mpic_set_location(cf, p, &value, &p->resolver);
        }

        if (ngx_strncmp(word->data, "network=", 8) == 0 && value.len) {
            p->network = value;
            return NGX_CONF_OK;
        }

        if (ngx_strncmp(word->data, "header=", 7) == 0) {
            return ngx_http_mpic_set_header(cf, p, &value);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" of perspective \"%V\": "
                       "expected an https:// URL, \"rir=\", \"location=\", "
                       "\"resolver_location=\", \"network=\", \"header=\" or "
                       "\"insecure\"", word, &p->code);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_mpic_check_code(ngx_conf_t *cf, ngx_http_mpic_set_t *set,
    ngx_str_t *code)
{
    u_char                        c;
    ngx_uint_t                    i;
    ngx_http_mpic_perspective_t  *p;

    if (set->perspectives.nelts == MPIC_PERSPECTIVES_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "more than %d perspectives in "
                           "\"mpic_perspectives %V\"",
                           MPIC_PERSPECTIVES_MAX, &set->name);
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < code->len; i++) {
        c = code->data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')
        {
            continue;
        }

        break;
    }

    if (i < code->len || code->len == 0 || code->len > MPIC_CODE_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid perspective code \"%V\": expected up to "
                           "%d letters, digits, \"-\", \"_\" and \".\"",
                           code, MPIC_CODE_MAX);
        return NGX_CONF_ERROR;
    }

    p = set->perspectives.elts;

    for (i = 0; i < set->perspectives.nelts; i++) {
        if (p[i].code.len == code->len
            && ngx_strncmp(p[i].code.data, code->data, code->len) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate perspective \"%V\"", code);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_set_rir(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *value)
{
    int         rir;
    mpic_str_t  text;

    text.len = value->len;
    text.data = (char *) value->data;

    rir = mpic_rir_parse(&text);

    if (rir == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid RIR \"%V\" of perspective \"%V\": "
                           "expected AFRINIC, APNIC, ARIN, LACNIC or "
                           "\"RIPE NCC\"", value, &p->code);
        return NGX_CONF_ERROR;
    }

    p->rir = rir;
    p->rir_given = 1;

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_set_location(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *value, mpic_location_t *location)
{
    u_char  *comma, *end;

    if (ngx_http_mpic_degrees(value->data, &comma, 90, &location->latitude)
        == NGX_OK
        && *comma == ','
        && ngx_http_mpic_degrees(comma + 1, &end, 180, &location->longitude)
           == NGX_OK
        && end == value->data + value->len)
    {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid location \"%V\" of perspective \"%V\": "
                       "expected degrees north and east, such as "
                       "\"location=45.84,-119.70\"", value, &p->code);

    return NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_mpic_degrees(u_char *text, u_char **end, double limit,
    double *degrees)
{
    size_t  len;

    /* digits alone: strtod() reads "nan", "inf" and hexadecimals as well */

    len = strspn((char *) text, "+-.0123456789");

    *degrees = strtod((char *) text, (char **) end);

    if (len == 0 || *end != text + len
        || *degrees < -limit || *degrees > limit)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static char *
ngx_http_mpic_set_header(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *value)
{
    u_char      *colon;
    ngx_uint_t   i;

    colon = ngx_strlchr(value->data, value->data + value->len, ':');

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < 0x20 || value->data[i] == 0x7f) {
            colon = NULL;
        }
    }

    if (colon == NULL || colon == value->data || colon[-1] == ' ') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid header of perspective \"%V\": expected "
                           "\"header=name: value\"", &p->code);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_add_header(cf, p, (char *) value->data) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    p->header_given = 1;

    return NGX_CONF_OK;
}


/*
 * A list as libcurl wants it, in the configuration's pool.
 */

static ngx_int_t
ngx_http_mpic_add_header(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    char *line)
{
    struct curl_slist  *item, **last;

    item = ngx_palloc(cf->pool, sizeof(struct curl_slist));
    if (item == NULL) {
        return NGX_ERROR;
    }

    item->data = line;
    item->next = NULL;

    for (last = &p->headers; *last; last = &(*last)->next) { /* void */ }

    *last = item;

    return NGX_OK;
}


static char *
ngx_http_mpic_add_endpoint(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *url)
{
    size_t                     scheme;
    ngx_url_t                  u;
    ngx_http_mpic_endpoint_t  *e;

    if (p->endpoints.nelts == MPIC_ENDPOINTS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "perspective \"%V\" has more than %d URLs",
                           &p->code, MPIC_ENDPOINTS_MAX);
        return NGX_CONF_ERROR;
    }

    e = ngx_array_push(&p->endpoints);
    if (e == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(e, sizeof(ngx_http_mpic_endpoint_t));

    e->tls = (url->data[4] == 's');
    scheme = e->tls ? 8 : 7;

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url.data = url->data + scheme;
    u.url.len = url->len - scheme;
    u.default_port = e->tls ? 443 : 80;
    u.uri_part = 1;

    /* names are resolved now, as those of an "upstream" are */

    if (strpbrk((char *) u.url.data, "?#@ \t") != NULL) {
        u.err = "a query, a fragment, user information or white space";

    } else if (ngx_parse_url(cf->pool, &u) == NGX_OK
               && u.family == AF_UNIX)
    {
        u.err = "a unix socket";
    }

    if (u.err) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s in the URL \"%V\" of perspective \"%V\"",
                           u.err, url, &p->code);
        return NGX_CONF_ERROR;
    }

    if (!e->tls && !p->insecure && !ngx_http_mpic_is_loopback(&u)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the URL \"%V\" of perspective \"%V\" is not "
                           "encrypted: use https://, or add \"insecure\"",
                           url, &p->code);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_endpoint_urls(cf, e, url) != NGX_OK
        || ngx_http_mpic_endpoint_resolve(cf, e, &u) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
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
