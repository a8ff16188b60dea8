
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * mpic_perspective_status: what is counted, for whoever watches.
 */


#include "ngx_http_mpic_perspective_stat.h"
#include "mpic_cohort.h"
#include "ngx_mpic_pool.h"


static ngx_int_t ngx_http_mpic_perspective_status_write(ngx_http_request_t *r,
    ngx_uint_t format, ngx_str_t *body);
static ngx_int_t ngx_http_mpic_perspective_status_gather(
    ngx_http_request_t *r, mpic_status_checks_t *status);
static void ngx_http_mpic_perspective_status_identity(ngx_http_request_t *r,
    mpic_status_checks_t *status);
static ngx_int_t ngx_http_mpic_perspective_status_resolvers(
    ngx_http_request_t *r, mpic_status_checks_t *status);
static ngx_int_t ngx_http_mpic_perspective_status_resolver(
    ngx_http_request_t *r, ngx_http_mpic_resolver_slot_t *slot,
    mpic_status_resolver_t *shown);
static ngx_uint_t ngx_http_mpic_perspective_status_required(
    ngx_http_mpic_perspective_main_conf_t *pmcf,
    ngx_http_mpic_resolver_slot_t *slot);


char *
ngx_http_mpic_perspective_status(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    if (plcf->check != NGX_CONF_UNSET) {
        return "cannot be where \"mpic_check\" is";
    }

    return ngx_mpic_status_set(cf, cmd, &plcf->status,
                               ngx_http_mpic_perspective_status_handler);
}


ngx_int_t
ngx_http_mpic_perspective_status_handler(ngx_http_request_t *r)
{
    ngx_http_mpic_perspective_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_perspective_module);

    return ngx_mpic_status_serve(r, &plcf->status,
                                 ngx_http_mpic_perspective_status_write);
}


static ngx_int_t
ngx_http_mpic_perspective_status_write(ngx_http_request_t *r,
    ngx_uint_t format, ngx_str_t *body)
{
    int                   failed;
    mpic_str_t            text;
    mpic_pool_t           pool;
    mpic_status_checks_t  status;

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = r->pool;

    if (ngx_http_mpic_perspective_status_gather(r, &status) != NGX_OK) {
        return NGX_ERROR;
    }

    failed = (format == NGX_MPIC_STATUS_PROMETHEUS)
             ? mpic_status_checks_metrics(&pool, &status, &text)
             : mpic_status_checks_json(&pool, &status, &text);

    if (failed) {
        return NGX_ERROR;
    }

    body->data = (u_char *) text.data;
    body->len = text.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_perspective_status_gather(ngx_http_request_t *r,
    mpic_status_checks_t *status)
{
    ngx_time_t                             *tp;
    mpic_status_server_t                   *server;
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    static mpic_str_t  version = mpic_str(MPIC_VERSION);
    static mpic_str_t  nginx = mpic_str(NGINX_VERSION);

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_mpic_perspective_module);
    tp = ngx_timeofday();

    ngx_memzero(status, sizeof(mpic_status_checks_t));

    server = &status->server;
    server->version = version;
    server->nginx = nginx;
    server->pid = (int64_t) ngx_pid;
    server->now = (uint64_t) tp->sec * 1000 + tp->msec;
    server->running = (ngx_process == NGX_PROCESS_WORKER)
                      ? ngx_mpic_gauge_sum(&pmcf->shared->running)
                      : ngx_mpic_jobs_running();

    ngx_http_mpic_perspective_stat_lost(pmcf);

    status->stat = &pmcf->shared->stat;

    ngx_http_mpic_perspective_status_identity(r, status);

    return ngx_http_mpic_perspective_status_resolvers(r, status);
}


/* of this location, or else of the first that does checks */

static void
ngx_http_mpic_perspective_status_identity(ngx_http_request_t *r,
    mpic_status_checks_t *status)
{
    ngx_http_mpic_perspective_loc_conf_t   *plcf, **checks;
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_mpic_perspective_module);
    plcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_perspective_module);
    checks = pmcf->checks.elts;

    status->max = (unsigned long) plcf->max_checks;

    if (pmcf->checks.nelts) {
        status->max = (unsigned long) checks[0]->max_checks;

        if (plcf->code.len == 0) {
            plcf = checks[0];
        }
    }

    if (plcf->code.len) {
        status->code.data = (char *) plcf->code.data;
        status->code.len = plcf->code.len;
    }

    if (plcf->rir >= 0) {
        status->rir.data = mpic_rir_name((mpic_rir_e) plcf->rir);
        status->rir.len = ngx_strlen(status->rir.data);
    }
}


static ngx_int_t
ngx_http_mpic_perspective_status_resolvers(ngx_http_request_t *r,
    mpic_status_checks_t *status)
{
    ngx_uint_t                              i;
    ngx_http_mpic_resolver_slot_t          *slot;
    ngx_http_mpic_perspective_shared_t     *shared;
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_mpic_perspective_module);
    shared = pmcf->shared;

    status->resolvers = ngx_pcalloc(r->pool, (shared->nslots + 1)
                                             * sizeof(mpic_status_resolver_t));
    if (status->resolvers == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < shared->nslots; i++) {
        slot = &shared->slots[i];

        if (slot->generation != shared->generation) {
            continue;
        }

        status->resolvers[status->nresolvers].required =
                    ngx_http_mpic_perspective_status_required(pmcf, slot) & 1;

        if (ngx_http_mpic_perspective_status_resolver(r, slot,
                                  &status->resolvers[status->nresolvers++])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_perspective_status_resolver(ngx_http_request_t *r,
    ngx_http_mpic_resolver_slot_t *slot, mpic_status_resolver_t *shown)
{
    u_char  *text;

    text = ngx_pnalloc(r->pool, NGX_HTTP_MPIC_DNSSEC_WHY);
    if (text == NULL) {
        return NGX_ERROR;
    }

    shown->address.data = (char *) slot->address;
    shown->address.len = ngx_strlen(slot->address);
    shown->stat = &slot->stat;

    ngx_shmtx_lock(&slot->pool->mutex);

    shown->dnssec = slot->dnssec;
    shown->checked_at = slot->checked_at;
    ngx_memcpy(text, slot->reason, NGX_HTTP_MPIC_DNSSEC_WHY);

    ngx_shmtx_unlock(&slot->pool->mutex);

    /* half of it may be there, of a worker that was killed */

    text[NGX_HTTP_MPIC_DNSSEC_WHY - 1] = '\0';

    if (shown->checked_at != 0) {
        shown->reason.data = (char *) text;
        shown->reason.len = ngx_strlen(text);
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mpic_perspective_status_required(
    ngx_http_mpic_perspective_main_conf_t *pmcf,
    ngx_http_mpic_resolver_slot_t *slot)
{
    ngx_uint_t                  i, k;
    ngx_http_mpic_dnssec_t    **dnssecs;
    ngx_mpic_resolver_conf_t   *resolver;

    dnssecs = pmcf->dnssecs.elts;

    for (i = 0; i < pmcf->dnssecs.nelts; i++) {
        resolver = dnssecs[i]->resolver;

        for (k = 0; k < resolver->nservers; k++) {
            if (resolver->servers[k].data == slot) {
                return 1;
            }
        }
    }

    return 0;
}
