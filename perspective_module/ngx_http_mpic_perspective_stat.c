
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_perspective_stat.h"


static ngx_int_t ngx_http_mpic_perspective_zone_init(ngx_shm_zone_t *zone,
    void *data);
static ngx_int_t ngx_http_mpic_perspective_zone_create(ngx_shm_zone_t *zone);
static ngx_int_t ngx_http_mpic_perspective_zone_server(ngx_shm_zone_t *zone,
    ngx_mpic_server_t *server);
static ngx_http_mpic_resolver_slot_t *ngx_http_mpic_perspective_zone_slot(
    ngx_http_mpic_perspective_shared_t *shared, ngx_str_t *address);
static void ngx_http_mpic_perspective_stat_errors(mpic_stat_checks_t *stat,
    const mpic_result_t *result);


char *
ngx_http_mpic_perspective_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_perspective_main_conf_t *pmcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_mpic_zone_add(cf, cmd, &value[1],
                             &ngx_http_mpic_perspective_module,
                             ngx_http_mpic_perspective_zone_init, pmcf,
                             &pmcf->zone);
}


ngx_int_t
ngx_http_mpic_perspective_stat_add(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *plcf)
{
    ngx_http_mpic_perspective_loc_conf_t   **check;
    ngx_http_mpic_perspective_main_conf_t   *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_mpic_perspective_module);

    check = ngx_array_push(&pmcf->checks);
    if (check == NULL) {
        return NGX_ERROR;
    }

    *check = plcf;
    plcf->main = pmcf;

    return NGX_OK;
}


/*
 * nginx gives the memory of the configuration before only to this very module,
 * so that the layout is the same.
 */

static ngx_int_t
ngx_http_mpic_perspective_zone_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_http_mpic_perspective_main_conf_t *old = data;

    ngx_uint_t                               i, k;
    ngx_mpic_resolver_conf_t                *resolver;
    ngx_http_mpic_perspective_loc_conf_t   **checks;
    ngx_http_mpic_perspective_main_conf_t   *pmcf;

    pmcf = zone->data;

    if (old != NULL) {
        pmcf->shared = old->shared;

    } else if (ngx_http_mpic_perspective_zone_create(zone) != NGX_OK) {
        return NGX_ERROR;
    }

    pmcf->shared->generation++;

    checks = pmcf->checks.elts;

    for (i = 0; i < pmcf->checks.nelts; i++) {
        resolver = checks[i]->resolver;

        for (k = 0; k < resolver->nservers; k++) {
            if (ngx_http_mpic_perspective_zone_server(zone,
                                                      &resolver->servers[k])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_perspective_zone_create(ngx_shm_zone_t *zone)
{
    size_t                                  size;
    ngx_time_t                             *tp;
    ngx_http_mpic_perspective_shared_t     *shared;
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = zone->data;

    shared = ngx_mpic_zone_alloc(zone, &size);

    if (shared == NULL || size < sizeof(ngx_http_mpic_perspective_shared_t)) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "zone \"%V\" of \"mpic_perspective_zone\" is too small",
                      &zone->shm.name);
        return NGX_ERROR;
    }

    tp = ngx_timeofday();

    shared->stat.since = (uint64_t) tp->sec * 1000 + tp->msec;
    shared->nslots = (size - sizeof(ngx_http_mpic_perspective_shared_t))
                     / sizeof(ngx_http_mpic_resolver_slot_t);

    pmcf->shared = shared;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_perspective_zone_server(ngx_shm_zone_t *zone,
    ngx_mpic_server_t *server)
{
    ngx_http_mpic_resolver_slot_t          *slot;
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = zone->data;

    slot = ngx_http_mpic_perspective_zone_slot(pmcf->shared, &server->name);

    if (slot == NULL) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "zone \"%V\" of \"mpic_perspective_zone\" is too small: "
                      "it has room for %ui resolvers",
                      &zone->shm.name, pmcf->shared->nslots);
        return NGX_ERROR;
    }

    slot->generation = pmcf->shared->generation;
    slot->pool = (ngx_slab_pool_t *) zone->shm.addr;
    server->data = slot;

    return NGX_OK;
}


/*
 * The address's own; one that nobody had; or one that neither this nor the
 * configuration before has: workers of that one still count.
 */

static ngx_http_mpic_resolver_slot_t *
ngx_http_mpic_perspective_zone_slot(ngx_http_mpic_perspective_shared_t *shared,
    ngx_str_t *address)
{
    ngx_uint_t                      i;
    ngx_http_mpic_resolver_slot_t  *slot, *found;

    found = NULL;

    for (i = 0; i < shared->nslots; i++) {
        slot = &shared->slots[i];

        if (slot->generation != 0
            && ngx_strncmp(slot->address, address->data,
                           NGX_HTTP_MPIC_RESOLVER_MAX)
               == 0)
        {
            return slot;
        }

        if (slot->generation + 1 < shared->generation
            || (slot->generation == 0 && found == NULL))
        {
            if (found == NULL || slot->generation < found->generation) {
                found = slot;
            }
        }
    }

    if (found != NULL) {
        ngx_memzero(found, sizeof(ngx_http_mpic_resolver_slot_t));
        ngx_cpystrn(found->address, address->data,
                    NGX_HTTP_MPIC_RESOLVER_MAX + 1);
    }

    return found;
}


/* a single process has no slot of its own, and another zone after a reload */

void
ngx_http_mpic_perspective_stat_worker(
    ngx_http_mpic_perspective_main_conf_t *pmcf)
{
    if (pmcf->shared != NULL && ngx_process == NGX_PROCESS_WORKER) {
        ngx_mpic_jobs_watch(ngx_mpic_gauge(&pmcf->shared->running));
    }
}


void
ngx_http_mpic_perspective_stat_check(ngx_http_mpic_check_t *check)
{
    size_t               row;
    mpic_result_t       *result;
    mpic_stat_check_e    outcome;
    mpic_stat_checks_t  *stat;

    if (check->conf->main->shared == NULL) {
        return;
    }

    stat = &check->conf->main->shared->stat;
    result = &check->result;

    row = (check->conf->check == MPIC_CHECK_CAA)
          ? MPIC_METHODS : (size_t) check->request.dcv.method;

    outcome = !result->completed ? MPIC_STAT_CHECK_INCOMPLETE
              : result->passed ? MPIC_STAT_CHECK_PASSED
              : MPIC_STAT_CHECK_FAILED;

    ngx_mpic_count(&stat->checks[row][outcome], 1);
    ngx_mpic_count(
        &stat->duration.counts[mpic_histogram_bucket(result->duration_ms)], 1);
    ngx_mpic_count(&stat->duration.sum, result->duration_ms);

    ngx_http_mpic_perspective_stat_errors(stat, result);
}


/* each type once a check */

static void
ngx_http_mpic_perspective_stat_errors(mpic_stat_checks_t *stat,
    const mpic_result_t *result)
{
    size_t    i;
    uint64_t  errors;

    errors = 0;

    for (i = 0; i < result->nerrors; i++) {
        errors |= (uint64_t) 1 << mpic_stat_error(result->errors[i].type.data);
    }

    for (i = 0; errors != 0; i++, errors >>= 1) {
        if (errors & 1) {
            ngx_mpic_count(&stat->errors[i], 1);
        }
    }
}


void
ngx_http_mpic_perspective_stat_left(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_perspective_shared_t  *shared;

    shared = check->conf->main->shared;

    if (shared != NULL) {
        ngx_mpic_count(&shared->stat.unanswered, 1);
    }
}


void
ngx_http_mpic_perspective_stat_refused(
    ngx_http_mpic_perspective_loc_conf_t *plcf, ngx_uint_t status)
{
    ngx_http_mpic_perspective_shared_t  *shared;

    shared = plcf->main->shared;

    if (shared != NULL) {
        ngx_mpic_count(
            &shared->stat.refused[mpic_stat_status((unsigned) status)], 1);
    }
}


void
ngx_http_mpic_perspective_stat_lost(
    ngx_http_mpic_perspective_main_conf_t *pmcf)
{
    ngx_uint_t         now;
    static ngx_uint_t  told;

    now = ngx_mpic_log_lost();

    if (pmcf->shared != NULL) {
        ngx_mpic_count(&pmcf->shared->stat.record_failures, now - told);
        told = now;
    }
}


void
ngx_http_mpic_perspective_stat_asked(ngx_mpic_server_t *server,
    ngx_uint_t failover)
{
    ngx_http_mpic_resolver_slot_t *slot = server->data;

    if (slot == NULL) {
        return;
    }

    ngx_mpic_count(&slot->stat.questions, 1);

    if (failover) {
        ngx_mpic_count(&slot->stat.failovers, 1);
    }
}


void
ngx_http_mpic_perspective_stat_silent(ngx_mpic_server_t *server,
    ngx_uint_t late)
{
    ngx_http_mpic_resolver_slot_t *slot = server->data;

    if (slot != NULL) {
        ngx_mpic_count(late ? &slot->stat.timeouts : &slot->stat.failures, 1);
    }
}


void
ngx_http_mpic_perspective_stat_dnssec(ngx_http_mpic_dnssec_server_t *server)
{
    ngx_http_mpic_resolver_slot_t  *slot;

    slot = server->dnssec->resolver->servers[server->number].data;

    if (slot == NULL) {
        return;
    }

    ngx_shmtx_lock(&slot->pool->mutex);

    slot->checked_at = ngx_time();
    slot->dnssec = (server->probe.state == MPIC_PROBE_PASSED)
                   ? MPIC_STATUS_DNSSEC_VALIDATES
                   : (server->probe.state == MPIC_PROBE_FAILED)
                   ? MPIC_STATUS_DNSSEC_FAILS : MPIC_STATUS_DNSSEC_UNKNOWN;

    ngx_cpystrn(slot->reason, server->text, NGX_HTTP_MPIC_DNSSEC_WHY);

    ngx_shmtx_unlock(&slot->pool->mutex);
}
