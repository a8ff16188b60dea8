
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The mpic_perspectives block.
 */


#include "ngx_http_mpic_health.h"


/* what cannot be guessed: 128 bits, written in hexadecimal, at the least */
#define NGX_HTTP_MPIC_SECRET_MIN  32
#define NGX_HTTP_MPIC_SECRET_MAX  4096


typedef struct {
    ngx_str_t    name;
    char        *(*set)(ngx_conf_t *cf, ngx_http_mpic_set_t *set);
    ngx_uint_t   min;
    ngx_uint_t   max;
} ngx_http_mpic_block_command_t;


static ngx_http_mpic_set_t *ngx_http_mpic_set_create(ngx_conf_t *cf,
    ngx_http_mpic_main_conf_t *mmcf, ngx_str_t *name);
static char *ngx_http_mpic_block_line(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf);
static ngx_int_t ngx_http_mpic_join_quoted(ngx_conf_t *cf);
static ngx_int_t ngx_http_mpic_join_words(ngx_conf_t *cf, ngx_uint_t *i,
    ngx_str_t *word, u_char *open);
static char *ngx_http_mpic_set_finish(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static ngx_int_t ngx_http_mpic_set_world(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static void ngx_http_mpic_set_rule(ngx_http_mpic_perspective_t *p,
    mpic_perspective_t *rule);
static ngx_uint_t ngx_http_mpic_set_regions(ngx_http_mpic_set_t *set);
static char *ngx_http_mpic_secret_file(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static char *ngx_http_mpic_ssl_certificate(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static char *ngx_http_mpic_ssl_certificate_key(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static char *ngx_http_mpic_ssl_trusted_certificate(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static char *ngx_http_mpic_connect_timeout(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static char *ngx_http_mpic_probe_interval(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static char *ngx_http_mpic_set_time(ngx_conf_t *cf, ngx_msec_t *msec,
    ngx_msec_t min);
static char *ngx_http_mpic_set_file(ngx_conf_t *cf, ngx_str_t *file);


static ngx_http_mpic_block_command_t  ngx_http_mpic_block_commands[] = {

    { ngx_string("perspective"),
      ngx_http_mpic_perspective, 2, 32 },

    { ngx_string("primary"),
      ngx_http_mpic_primary, 2, 32 },

    { ngx_string("secret_file"),
      ngx_http_mpic_secret_file, 1, 1 },

    { ngx_string("ssl_certificate"),
      ngx_http_mpic_ssl_certificate, 1, 1 },

    { ngx_string("ssl_certificate_key"),
      ngx_http_mpic_ssl_certificate_key, 1, 1 },

    { ngx_string("ssl_trusted_certificate"),
      ngx_http_mpic_ssl_trusted_certificate, 1, 1 },

    { ngx_string("connect_timeout"),
      ngx_http_mpic_connect_timeout, 1, 1 },

    { ngx_string("probe_interval"),
      ngx_http_mpic_probe_interval, 1, 1 },

    { ngx_null_string, NULL, 0, 0 }
};


char *
ngx_http_mpic_perspectives(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_main_conf_t  *mmcf = conf;

    char                       *rv;
    ngx_str_t                  *value;
    ngx_conf_t                  save;
    ngx_uint_t                  i;
    ngx_http_mpic_set_t        *set, **sets;

    value = cf->args->elts;
    sets = mmcf->sets.elts;

    for (i = 0; i < mmcf->sets.nelts; i++) {
        if (sets[i]->name.len == value[1].len
            && ngx_strncmp(sets[i]->name.data, value[1].data, value[1].len)
               == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate mpic_perspectives \"%V\"",
                               &value[1]);
            return NGX_CONF_ERROR;
        }
    }

    set = ngx_http_mpic_set_create(cf, mmcf, &value[1]);
    if (set == NULL) {
        return NGX_CONF_ERROR;
    }

    save = *cf;
    cf->handler = ngx_http_mpic_block_line;
    cf->handler_conf = (char *) set;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_mpic_set_finish(cf, set);
}


static ngx_http_mpic_set_t *
ngx_http_mpic_set_create(ngx_conf_t *cf, ngx_http_mpic_main_conf_t *mmcf,
    ngx_str_t *name)
{
    ngx_http_mpic_set_t  *set, **setp;

    set = ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_set_t));
    if (set == NULL) {
        return NULL;
    }

    set->main = mmcf;
    set->name = *name;
    set->connect_timeout = NGX_CONF_UNSET_MSEC;
    set->probe_interval = NGX_CONF_UNSET_MSEC;

    if (ngx_array_init(&set->perspectives, cf->pool, 8,
                       sizeof(ngx_http_mpic_perspective_t))
        != NGX_OK)
    {
        return NULL;
    }

    setp = ngx_array_push(&mmcf->sets);
    if (setp == NULL) {
        return NULL;
    }

    *setp = set;

    return set;
}


static char *
ngx_http_mpic_block_line(ngx_conf_t *cf, ngx_command_t *dummy, void *conf)
{
    ngx_http_mpic_set_t  *set = conf;

    ngx_str_t                      *value;
    ngx_uint_t                      nargs;
    ngx_http_mpic_block_command_t  *c;

    if (ngx_http_mpic_join_quoted(cf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;
    nargs = cf->args->nelts - 1;

    if (ngx_strcmp(value[0].data, "include") == 0 && nargs == 1) {
        return ngx_conf_include(cf, dummy, conf);
    }

    for (c = ngx_http_mpic_block_commands; c->name.len; c++) {

        if (ngx_strcmp(value[0].data, c->name.data) != 0) {
            continue;
        }

        if (nargs < c->min || nargs > c->max) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid number of arguments in \"%V\" "
                               "directive", &value[0]);
            return NGX_CONF_ERROR;
        }

        return c->set(cf, set);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown directive \"%V\" in \"mpic_perspectives %V\"",
                       &value[0], &set->name);

    return NGX_CONF_ERROR;
}


/*
 * nginx's lexer takes a quotation mark for one only at the beginning of a
 * word; rir="RIPE NCC", as people write it, comes as two words.  They are
 * joined again, and the marks taken off.
 */

static ngx_int_t
ngx_http_mpic_join_quoted(ngx_conf_t *cf)
{
    u_char      *p;
    ngx_str_t   *value;
    ngx_uint_t   i, n;

    value = cf->args->elts;
    n = 0;

    for (i = 0; i < cf->args->nelts; i++) {
        value[n] = value[i];

        p = (u_char *) ngx_strchr(value[n].data, '=');

        if (p != NULL && p[1] == '"'
            && ngx_http_mpic_join_words(cf, &i, &value[n], p + 1) != NGX_OK)
        {
            return NGX_ERROR;
        }

        n++;
    }

    cf->args->nelts = n;

    return NGX_OK;
}


/*
 * "open" points to the mark that opens, in the word number *i; *i becomes
 * the number of the word with the mark that closes.
 */

static ngx_int_t
ngx_http_mpic_join_words(ngx_conf_t *cf, ngx_uint_t *i, ngx_str_t *word,
    u_char *open)
{
    u_char      *p;
    size_t       len;
    ngx_str_t   *value, first;
    ngx_uint_t   n, last;

    value = cf->args->elts;

    /* "word" may be the very place of the first word */

    first = value[*i];
    len = 0;

    for (last = *i; last < cf->args->nelts; last++) {
        len += value[last].len + 1;

        if (value[last].len == 0) {
            continue;
        }

        p = &value[last].data[value[last].len - 1];

        if (*p == '"' && p != open) {
            break;
        }
    }

    if (last == cf->args->nelts) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no closing quotation mark after \"%V\"",
                           &first);
        return NGX_ERROR;
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    word->data = p;

    p = ngx_cpymem(p, first.data, open - first.data);
    p = ngx_cpymem(p, open + 1, first.data + first.len - (open + 1));

    for (n = *i + 1; n <= last; n++) {
        *p++ = ' ';
        p = ngx_cpymem(p, value[n].data, value[n].len);
    }

    /* the mark that closes gives way to the terminating zero */

    *--p = '\0';

    word->len = p - word->data;
    *i = last;

    return NGX_OK;
}


static char *
ngx_http_mpic_set_finish(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    if (set->perspectives.nelts < 2) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"mpic_perspectives %V\" has %ui perspectives, "
                           "at least 2 are needed",
                           &set->name, set->perspectives.nelts);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_set_regions(set) < 2) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "all perspectives of \"mpic_perspectives %V\" are "
                           "in one RIR region, at least two are needed "
                           "(Baseline Requirements 3.2.2.9)", &set->name);
        return NGX_CONF_ERROR;
    }

    if (set->secret.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"mpic_perspectives %V\" has no \"secret_file\"; "
                           "\"openssl rand -hex 32\" makes one", &set->name);
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_msec_value(set->connect_timeout, 2000);
    ngx_conf_init_msec_value(set->probe_interval, 10000);

    if (ngx_http_mpic_credentials(cf, set) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_set_world(cf, set) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* the perspectives as the rules see them */

static ngx_int_t
ngx_http_mpic_set_world(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    ngx_uint_t                    i;
    ngx_http_mpic_perspective_t  *p;

    p = set->perspectives.elts;

    set->rules = ngx_pcalloc(cf->pool, set->perspectives.nelts
                                       * sizeof(mpic_perspective_t));
    if (set->rules == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < set->perspectives.nelts; i++) {
        ngx_http_mpic_set_rule(&p[i], &set->rules[i]);

        if (ngx_http_mpic_health_create(cf, set, &p[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (set->primary != NULL) {
        ngx_http_mpic_set_rule(set->primary, &set->primary_rules);

        if (ngx_http_mpic_health_create(cf, set, set->primary) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    mpic_world_init(&set->world, set->rules, set->perspectives.nelts,
                    set->primary != NULL ? &set->primary_rules : NULL);

    return NGX_OK;
}


static void
ngx_http_mpic_set_rule(ngx_http_mpic_perspective_t *p,
    mpic_perspective_t *rule)
{
    rule->code.len = p->code.len;
    rule->code.data = (char *) p->code.data;
    rule->network.len = p->network.len;
    rule->network.data = (char *) p->network.data;
    rule->rir = p->rir;
    rule->located = p->located;
    rule->location = p->location;
    rule->resolver = p->resolver_located ? p->resolver : p->location;
}


static ngx_uint_t
ngx_http_mpic_set_regions(ngx_http_mpic_set_t *set)
{
    ngx_uint_t                    i, n, seen;
    ngx_http_mpic_perspective_t  *p;

    p = set->perspectives.elts;
    seen = 0;
    n = 0;

    for (i = 0; i < set->perspectives.nelts; i++) {
        if (!(seen & (1u << p[i].rir))) {
            seen |= 1u << p[i].rir;
            n++;
        }
    }

    return n;
}


static char *
ngx_http_mpic_secret_file(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    ngx_str_t  *value, data;

    if (set->secret.len) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_mpic_read_file(cf, &value[1], NGX_HTTP_MPIC_SECRET_MAX, &data)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    while (data.len
           && (data.data[data.len - 1] == LF || data.data[data.len - 1] == CR))
    {
        data.len--;
    }

    if (data.len < NGX_HTTP_MPIC_SECRET_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" holds %uz characters, at least %d are "
                           "needed; \"openssl rand -hex 32\" makes a secret",
                           &value[1], data.len, NGX_HTTP_MPIC_SECRET_MIN);
        return NGX_CONF_ERROR;
    }

    set->secret.len = data.len;
    set->secret.data = (char *) data.data;

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_ssl_certificate(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    return ngx_http_mpic_set_file(cf, &set->certificate);
}


static char *
ngx_http_mpic_ssl_certificate_key(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    return ngx_http_mpic_set_file(cf, &set->certificate_key);
}


static char *
ngx_http_mpic_ssl_trusted_certificate(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set)
{
    return ngx_http_mpic_set_file(cf, &set->trusted_certificate);
}


static char *
ngx_http_mpic_set_file(ngx_conf_t *cf, ngx_str_t *file)
{
    ngx_str_t  *value;

    if (file->len) {
        return "is duplicate";
    }

    value = cf->args->elts;

    *file = value[1];

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_connect_timeout(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    return ngx_http_mpic_set_time(cf, &set->connect_timeout, 1);
}


static char *
ngx_http_mpic_probe_interval(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    return ngx_http_mpic_set_time(cf, &set->probe_interval, 0);
}


static char *
ngx_http_mpic_set_time(ngx_conf_t *cf, ngx_msec_t *msec, ngx_msec_t min)
{
    ngx_str_t   *value;
    ngx_msec_t   time;

    if (*msec != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    value = cf->args->elts;

    time = ngx_parse_time(&value[1], 0);

    if (time == (ngx_msec_t) NGX_ERROR || time < min) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid time \"%V\" in \"%V\"",
                           &value[1], &value[0]);
        return NGX_CONF_ERROR;
    }

    *msec = time;

    return NGX_CONF_OK;
}
