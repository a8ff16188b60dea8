
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * mpic_status: what is counted and what is configured, for whoever watches.
 */


#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_stat.h"

#include "ngx_mpic_pool.h"

#include "mpic_status.h"


static ngx_int_t ngx_http_mpic_status_write(ngx_http_request_t *r,
    ngx_uint_t format, ngx_str_t *body);
static ngx_int_t ngx_http_mpic_status_gather(ngx_http_request_t *r,
    mpic_pool_t *pool, mpic_status_t *status);
static ngx_int_t ngx_http_mpic_status_location(mpic_pool_t *pool,
    ngx_http_mpic_location_t *location, mpic_status_location_t *shown);
static ngx_int_t ngx_http_mpic_status_set(ngx_http_request_t *r,
    ngx_http_mpic_set_t *set, mpic_status_set_t *shown);
static ngx_int_t ngx_http_mpic_status_perspective(ngx_http_request_t *r,
    ngx_http_mpic_perspective_t *p, mpic_status_perspective_t *shown);
static void ngx_http_mpic_status_str(mpic_str_t *dst, ngx_str_t *src);


char *
ngx_http_mpic_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_loc_conf_t *mlcf = conf;

    if (mlcf->set_name.len) {
        return "cannot be where \"mpic_validate\" is";
    }

    return ngx_mpic_status_set(cf, cmd, &mlcf->status,
                               ngx_http_mpic_status_handler);
}


ngx_int_t
ngx_http_mpic_status_handler(ngx_http_request_t *r)
{
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    return ngx_mpic_status_serve(r, &mlcf->status, ngx_http_mpic_status_write);
}


static ngx_int_t
ngx_http_mpic_status_write(ngx_http_request_t *r, ngx_uint_t format,
    ngx_str_t *body)
{
    int            failed;
    mpic_str_t     text;
    mpic_pool_t    pool;
    mpic_status_t  status;

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = r->pool;

    if (ngx_http_mpic_status_gather(r, &pool, &status) != NGX_OK) {
        return NGX_ERROR;
    }

    failed = (format == NGX_MPIC_STATUS_PROMETHEUS)
             ? mpic_status_metrics(&pool, &status, &text)
             : mpic_status_json(&pool, &status, &text);

    if (failed) {
        return NGX_ERROR;
    }

    body->data = (u_char *) text.data;
    body->len = text.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_status_gather(ngx_http_request_t *r, mpic_pool_t *pool,
    mpic_status_t *status)
{
    ngx_uint_t                   i;
    ngx_time_t                  *tp;
    ngx_http_mpic_set_t        **sets;
    mpic_status_server_t        *server;
    ngx_http_mpic_location_t    *locations;
    ngx_http_mpic_main_conf_t   *mmcf;

    static mpic_str_t  version = mpic_str(MPIC_VERSION);
    static mpic_str_t  nginx = mpic_str(NGINX_VERSION);

    mmcf = ngx_http_get_module_main_conf(r, ngx_http_mpic_module);
    locations = mmcf->locations.elts;
    sets = mmcf->sets.elts;
    tp = ngx_timeofday();

    ngx_http_mpic_stat_lost(mmcf->shared);

    ngx_memzero(status, sizeof(mpic_status_t));

    server = &status->server;
    server->version = version;
    server->nginx = nginx;
    server->pid = (int64_t) ngx_pid;
    server->now = (uint64_t) tp->sec * 1000 + tp->msec;
    server->running = (ngx_process == NGX_PROCESS_WORKER)
                      ? ngx_mpic_gauge_sum(&mmcf->shared->running)
                      : ngx_mpic_jobs_running();

    status->stat = &mmcf->shared->stat;
    status->records_failing = ngx_mpic_log_nfailing(&mmcf->log_files);
    status->nlocations = mmcf->locations.nelts;
    status->nsets = mmcf->sets.nelts;

    /* no array is of no elements */

    status->locations = ngx_pcalloc(r->pool, (status->nlocations + 1)
                                             * sizeof(mpic_status_location_t));
    status->sets = ngx_pcalloc(r->pool, (status->nsets + 1)
                                        * sizeof(mpic_status_set_t));

    if (status->locations == NULL || status->sets == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < status->nlocations; i++) {
        if (ngx_http_mpic_status_location(pool, &locations[i],
                                          &status->locations[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < status->nsets; i++) {
        if (ngx_http_mpic_status_set(r, sets[i], &status->sets[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* the terms are those of a request that names no numbers */

static ngx_int_t
ngx_http_mpic_status_location(mpic_pool_t *pool,
    ngx_http_mpic_location_t *location, mpic_status_location_t *shown)
{
    mpic_issues_t             *issues;
    mpic_orchestration_t       asked;
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = location->conf;

    ngx_http_mpic_status_str(&shown->name, &location->name);
    ngx_http_mpic_status_str(&shown->server, &location->server);
    ngx_http_mpic_status_str(&shown->set, &mlcf->set_name);

    shown->dialect = (mlcf->dialect == NGX_HTTP_MPIC_DRAFT) ? "draft"
                                                            : "open-mpic";
    shown->policy = (mpic_policy_e) mlcf->policy;
    shown->attempts = mlcf->max_attempts;
    shown->timeout = (uint64_t) mlcf->timeout;

    issues = mpic_pcalloc(pool, sizeof(mpic_issues_t));
    if (issues == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&asked, sizeof(mpic_orchestration_t));

    asked.perspective_count = -1;
    asked.quorum_count = -1;
    asked.max_attempts = -1;
    asked.cohort_for_single_attempt = -1;

    /* what it gives beside an error is that there are too few by now */

    return (mpic_quorum_terms(pool, &mlcf->limits, &asked, ngx_time(),
                              &shown->terms, issues)
            == -1)
           ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_mpic_status_set(ngx_http_request_t *r, ngx_http_mpic_set_t *set,
    mpic_status_set_t *shown)
{
    ngx_uint_t                    i, n;
    ngx_http_mpic_perspective_t  *p;

    ngx_http_mpic_status_str(&shown->name, &set->name);

    shown->certificates = set->certificates;
    shown->ncertificates = set->ncertificates;

    p = set->perspectives.elts;
    n = set->perspectives.nelts;

    shown->nperspectives = n + (set->primary != NULL);
    shown->perspectives = ngx_pcalloc(r->pool,
                                      shown->nperspectives
                                      * sizeof(mpic_status_perspective_t));
    if (shown->perspectives == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        shown->perspectives[i].rules = &set->rules[i];

        if (ngx_http_mpic_status_perspective(r, &p[i],
                                             &shown->perspectives[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (set->primary == NULL) {
        return NGX_OK;
    }

    shown->perspectives[n].rules = &set->primary_rules;
    shown->perspectives[n].primary = 1;

    return ngx_http_mpic_status_perspective(r, set->primary,
                                            &shown->perspectives[n]);
}


static ngx_int_t
ngx_http_mpic_status_perspective(ngx_http_request_t *r,
    ngx_http_mpic_perspective_t *p, mpic_status_perspective_t *shown)
{
    u_char                 *text;
    ngx_http_mpic_known_t   known;

    ngx_http_mpic_health_known(p, &known);

    shown->stat = &p->slot->stat;
    shown->health = known.state;
    shown->error_at = known.error_at;

    if (known.error_at == 0) {
        return NGX_OK;
    }

    shown->error.len = ngx_strlen(known.why);

    text = ngx_pnalloc(r->pool, shown->error.len + 1);
    if (text == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text, known.why, shown->error.len + 1);
    shown->error.data = (char *) text;

    return NGX_OK;
}


static void
ngx_http_mpic_status_str(mpic_str_t *dst, ngx_str_t *src)
{
    dst->data = (char *) src->data;
    dst->len = src->len;
}
