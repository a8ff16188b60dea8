
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_perspective_module.h"
#include "mpic_cohort.h"
#include "mpic_target.h"
#include "ngx_mpic_pool.h"


#define NGX_HTTP_MPIC_CODE_MAX    64
#define NGX_HTTP_MPIC_OCTETS_MIN  128
#define NGX_HTTP_MPIC_OCTETS_MAX  1048576


static ngx_msec_t ngx_http_mpic_perspective_interval(ngx_conf_t *cf,
    ngx_str_t *value);
static ngx_int_t ngx_http_mpic_perspective_probe_name(ngx_conf_t *cf,
    ngx_str_t *value, mpic_str_t *name);


char *
ngx_http_mpic_perspective_code(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    u_char      ch;
    size_t      i;
    ngx_str_t  *value;

    if (plcf->code.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 0; i < value[1].len; i++) {
        ch = ngx_tolower(value[1].data[i]);

        if ((ch < 'a' || ch > 'z') && (ch < '0' || ch > '9')
            && ch != '-' && ch != '_' && ch != '.')
        {
            break;
        }
    }

    if (value[1].len == 0 || value[1].len > NGX_HTTP_MPIC_CODE_MAX
        || i != value[1].len)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid perspective code \"%V\": it must be 1 "
                           "to %d letters, digits, \"-\", \"_\" or \".\"",
                           &value[1], NGX_HTTP_MPIC_CODE_MAX);
        return NGX_CONF_ERROR;
    }

    plcf->code = value[1];

    return NGX_CONF_OK;
}


char *
ngx_http_mpic_perspective_rir(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    ngx_str_t   *value;
    mpic_str_t   text;

    if (plcf->rir != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    text.len = value[1].len;
    text.data = (char *) value[1].data;

    plcf->rir = mpic_rir_parse(&text);

    if (plcf->rir < 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid RIR \"%V\": it must be AFRINIC, APNIC, "
                           "ARIN, LACNIC or \"RIPE NCC\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * Addresses only: a name would have to be looked up by another resolver.
 */

char *
ngx_http_mpic_perspective_resolver(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    ngx_str_t          *value;
    ngx_url_t           u;
    ngx_uint_t          i;
    ngx_mpic_server_t  *server;

    if (plcf->resolver_servers != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (cf->args->nelts - 1 > MPIC_ASK_SERVERS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "too many resolvers: there may be %d of them",
                           MPIC_ASK_SERVERS_MAX);
        return NGX_CONF_ERROR;
    }

    plcf->resolver_servers = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                              sizeof(ngx_mpic_server_t));
    if (plcf->resolver_servers == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        ngx_memzero(&u, sizeof(ngx_url_t));

        u.url = value[i];
        u.default_port = 53;
        u.no_resolve = 1;

        if (ngx_parse_url(cf->pool, &u) != NGX_OK || u.naddrs != 1
            || u.family == AF_UNIX)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid resolver \"%V\": it must be an "
                               "address with an optional port, such as "
                               "127.0.0.1:53 or [::1]:53", &value[i]);
            return NGX_CONF_ERROR;
        }

        server = ngx_array_push(plcf->resolver_servers);
        if (server == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(server, sizeof(ngx_mpic_server_t));

        server->name.len = u.addrs[0].name.len;
        server->name.data = ngx_pnalloc(cf->pool, server->name.len + 1);
        if (server->name.data == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_cpystrn(server->name.data, u.addrs[0].name.data,
                    server->name.len + 1);
    }

    return NGX_CONF_OK;
}


/* mpic_dnssec_probe good bad ... [interval=time] */

char *
ngx_http_mpic_perspective_dnssec_probe(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    ngx_str_t                    *value;
    ngx_uint_t                    i;
    ngx_http_mpic_dnssec_conf_t  *probe;

    if (plcf->dnssec_probe != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    probe = ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_dnssec_conf_t));
    if (probe == NULL) {
        return NGX_CONF_ERROR;
    }

    plcf->dnssec_probe = probe;
    probe->interval = 60000;

    value = cf->args->elts;

    if (ngx_http_mpic_perspective_probe_name(cf, &value[1], &probe->good)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "interval=", 9) == 0) {

            probe->interval = ngx_http_mpic_perspective_interval(cf,
                                                                 &value[i]);
            if (probe->interval == 0) {
                return NGX_CONF_ERROR;
            }

            continue;
        }

        if (probe->nbad == MPIC_PROBE_BAD_MAX) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "too many names that do not validate: there "
                               "may be %d of them", MPIC_PROBE_BAD_MAX);
            return NGX_CONF_ERROR;
        }

        if (ngx_http_mpic_perspective_probe_name(cf, &value[i],
                                                 &probe->bad[probe->nbad++])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (probe->nbad == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"mpic_dnssec_probe\" needs a name that does not "
                           "validate, after the one that does");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* "interval=60s"; 0 if it is none */

static ngx_msec_t
ngx_http_mpic_perspective_interval(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_int_t  interval;
    ngx_str_t  s;

    s.len = value->len - (sizeof("interval=") - 1);
    s.data = value->data + sizeof("interval=") - 1;

    interval = ngx_parse_time(&s, 0);

    if (interval == NGX_ERROR || interval == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid interval \"%V\": it must be a time such "
                           "as 60s, and not 0", &s);
        return 0;
    }

    return (ngx_msec_t) interval;
}


/* the root is a name here */

static ngx_int_t
ngx_http_mpic_perspective_probe_name(ngx_conf_t *cf, ngx_str_t *value,
    mpic_str_t *name)
{
    int          rc;
    mpic_str_t   text, why;
    mpic_pool_t  pool;

    text.len = value->len;
    text.data = (char *) value->data;

    if (text.len == 1 && text.data[0] == '.') {
        *name = text;
        return NGX_OK;
    }

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = cf->pool;

    rc = mpic_name_canonical(&pool, &text, name, &why);

    if (rc > 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid name \"%V\": %s", value, why.data);
    }

    return (rc == 0) ? NGX_OK : NGX_ERROR;
}


char *
ngx_http_mpic_perspective_domains(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    int           rc;
    ngx_str_t    *value;
    ngx_uint_t    i;
    mpic_str_t    text, why, *name;
    mpic_pool_t   pool;

    if (plcf->caa_domains != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = cf->pool;

    plcf->caa_domains = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                         sizeof(mpic_str_t));
    if (plcf->caa_domains == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        name = ngx_array_push(plcf->caa_domains);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        text.len = value[i].len;
        text.data = (char *) value[i].data;

        rc = mpic_name_canonical(&pool, &text, name, &why);

        if (rc < 0) {
            return NGX_CONF_ERROR;
        }

        if (rc > 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid issuer domain name \"%V\": %s",
                               &value[i], why.data);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mpic_perspective_addresses(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    char *p = conf;

    ngx_str_t     *value;
    ngx_uint_t     i;
    mpic_str_t     text;
    mpic_cidr_t   *cidr;
    ngx_array_t  **list;

    list = (ngx_array_t **) (p + cmd->offset);

    if (*list == NGX_CONF_UNSET_PTR) {
        *list = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                 sizeof(mpic_cidr_t));
        if (*list == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        cidr = ngx_array_push(*list);
        if (cidr == NULL) {
            return NGX_CONF_ERROR;
        }

        text.len = value[i].len;
        text.data = (char *) value[i].data;

        if (mpic_cidr_parse(&text, cidr) != 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid address block \"%V\": it must be "
                               "like 192.0.2.0/24 or 2001:db8::/32, with no "
                               "bit set below the prefix", &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mpic_perspective_agent(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    size_t      i;
    ngx_str_t  *value;

    if (plcf->user_agent.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 0; i < value[1].len; i++) {
        if (value[1].data[i] < 0x20 || value[1].data[i] >= 0x7f) {
            break;
        }
    }

    if (value[1].len == 0 || i != value[1].len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid user agent \"%V\": it must be printable "
                           "ASCII", &value[1]);
        return NGX_CONF_ERROR;
    }

    plcf->user_agent = value[1];

    return NGX_CONF_OK;
}


char *
ngx_http_mpic_perspective_nonzero(ngx_conf_t *cf, void *post, void *data)
{
    ngx_msec_t *time = data;

    if (*time == 0) {
        return "must not be zero";
    }

    return NGX_CONF_OK;
}


/* of a response: more than is shown of it, and every check may hold as much */

char *
ngx_http_mpic_perspective_octets(ngx_conf_t *cf, void *post, void *data)
{
    size_t *size = data;

    if (*size < NGX_HTTP_MPIC_OCTETS_MIN || *size > NGX_HTTP_MPIC_OCTETS_MAX) {
        return "must be from 128 to 1m";
    }

    return NGX_CONF_OK;
}
