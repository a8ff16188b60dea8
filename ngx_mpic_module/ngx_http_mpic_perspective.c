
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One "perspective" line of an mpic_perspectives block:
 *
 *     perspective code url … rir=… [location=…] [resolver_rir=…]
 *                 [resolver_location=…] [network=…] [header=…] [pin=…]
 *                 [insecure];
 *
 * where "dcv=url caa=url" may stand for a URL, and the "primary" line, which
 * is written in the same way.
 */


#include "ngx_http_mpic_module.h"
#include "ngx_http_mpic_endpoint.h"


static char *ngx_http_mpic_perspective_word(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *word);
static char *ngx_http_mpic_perspective_line(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p);
static char *ngx_http_mpic_once(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_uint_t n);
static char *ngx_http_mpic_check_code(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static ngx_uint_t ngx_http_mpic_same_code(ngx_http_mpic_perspective_t *p,
    ngx_str_t *code);
static char *ngx_http_mpic_set_rir(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *value, mpic_rir_e *rir);
static char *ngx_http_mpic_set_location(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *value,
    mpic_location_t *location);
static ngx_int_t ngx_http_mpic_degrees(u_char *text, u_char **end,
    double limit, double *degrees);
static char *ngx_http_mpic_set_header(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *value);
static ngx_int_t ngx_http_mpic_add_header(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, char *line);


char *
ngx_http_mpic_perspective(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    ngx_http_mpic_perspective_t  *p;

    if (set->perspectives.nelts == MPIC_PERSPECTIVES_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "more than %d perspectives in "
                           "\"mpic_perspectives %V\"",
                           MPIC_PERSPECTIVES_MAX, &set->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_check_code(cf, set) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    p = ngx_array_push(&set->perspectives);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mpic_perspective_line(cf, p);
}


char *
ngx_http_mpic_primary(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    ngx_http_mpic_perspective_t  *p;

    if (set->primary != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a second \"primary\" in \"mpic_perspectives %V\"",
                           &set->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_check_code(cf, set) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    p = ngx_palloc(cf->pool, sizeof(ngx_http_mpic_perspective_t));
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    set->primary = p;

    return ngx_http_mpic_perspective_line(cf, p);
}


static char *
ngx_http_mpic_perspective_line(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    ngx_memzero(p, sizeof(ngx_http_mpic_perspective_t));

    p->code = value[1];

    if (ngx_http_mpic_endpoints_init(cf, p) != NGX_OK
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
        rv = ngx_http_mpic_once(cf, p, i);
        if (rv != NGX_CONF_OK) {
            return rv;
        }

        rv = ngx_http_mpic_perspective_word(cf, p, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    rv = ngx_http_mpic_endpoints_check(cf, p);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (p->resolver_located && !p->located) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "perspective \"%V\" has a "
                           "\"resolver_location=\" and no \"location=\"",
                           &p->code);
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
        return ngx_http_mpic_endpoint_add(cf, p, word,
                                          NGX_HTTP_MPIC_URL_BASE);
    }

    if (ngx_strcmp(word->data, "insecure") == 0) {
        return NGX_CONF_OK;
    }

    value.data = (u_char *) ngx_strchr(word->data, '=');

    if (value.data != NULL) {
        value.data++;
        value.len = word->data + word->len - value.data;

        if (ngx_strncmp(word->data, "rir=", 4) == 0) {
            p->rir_given = 1;
            return ngx_http_mpic_set_rir(cf, p, &value, &p->rir);
        }

        if (ngx_strncmp(word->data, "resolver_rir=", 13) == 0) {
            p->resolver_rir_given = 1;
            return ngx_http_mpic_set_rir(cf, p, &value, &p->resolver_rir);
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

        if (ngx_strncmp(word->data, "dcv=", 4) == 0) {
            return ngx_http_mpic_endpoint_add(cf, p, &value,
                                              NGX_HTTP_MPIC_URL_DCV);
        }

        if (ngx_strncmp(word->data, "caa=", 4) == 0) {
            return ngx_http_mpic_endpoint_add(cf, p, &value,
                                              NGX_HTTP_MPIC_URL_CAA);
        }

        if (ngx_strncmp(word->data, "pin=", 4) == 0) {
            return ngx_http_mpic_pin_add(cf, p, &value);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" of perspective \"%V\": "
                       "expected an https:// URL, \"dcv=\", \"caa=\", "
                       "\"rir=\", \"location=\", \"resolver_rir=\", "
                       "\"resolver_location=\", \"network=\", \"header=\", "
                       "\"pin=\" or \"insecure\"", word, &p->code);

    return NGX_CONF_ERROR;
}


/*
 * Those of which the last would count.
 */

static char *
ngx_http_mpic_once(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_uint_t n)
{
    size_t       len;
    ngx_str_t   *value;
    ngx_uint_t   i, k;

    static const char  *keys[] = {
        "rir=", "resolver_rir=", "location=", "resolver_location=", "network="
    };

    value = cf->args->elts;

    for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        len = ngx_strlen(keys[k]);

        if (ngx_strncmp(value[n].data, keys[k], len) != 0) {
            continue;
        }

        for (i = 2; i < n; i++) {
            if (ngx_strncmp(value[i].data, keys[k], len) == 0) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "duplicate parameter \"%V\" of "
                                   "perspective \"%V\"",
                                   &value[n], &p->code);
                return NGX_CONF_ERROR;
            }
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_check_code(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    u_char                        c;
    ngx_str_t                    *value, *code;
    ngx_uint_t                    i;
    ngx_http_mpic_perspective_t  *p;

    value = cf->args->elts;
    code = &value[1];

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
        if (ngx_http_mpic_same_code(&p[i], code)) {
            break;
        }
    }

    if (i < set->perspectives.nelts
        || (set->primary != NULL
            && ngx_http_mpic_same_code(set->primary, code)))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate perspective \"%V\"", code);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_http_mpic_same_code(ngx_http_mpic_perspective_t *p, ngx_str_t *code)
{
    return p->code.len == code->len
           && ngx_strncmp(p->code.data, code->data, code->len) == 0;
}


static char *
ngx_http_mpic_set_rir(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *value, mpic_rir_e *rir)
{
    int         number;
    mpic_str_t  text;

    text.len = value->len;
    text.data = (char *) value->data;

    number = mpic_rir_parse(&text);

    if (number == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid RIR \"%V\" of perspective \"%V\": "
                           "expected AFRINIC, APNIC, ARIN, LACNIC or "
                           "\"RIPE NCC\"", value, &p->code);
        return NGX_CONF_ERROR;
    }

    *rir = (mpic_rir_e) number;

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
    u_char      *colon, *last;
    ngx_uint_t   i;

    last = value->data + value->len;
    colon = ngx_strlchr(value->data, last, ':');

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < 0x20 || value->data[i] == 0x7f) {
            colon = NULL;
        }
    }

    /* of a header without a value libcurl would send nothing */

    while (last > value->data && last[-1] == ' ') {
        last--;
    }

    if (colon == NULL || colon == value->data || colon[-1] == ' '
        || colon + 1 == last)
    {
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
