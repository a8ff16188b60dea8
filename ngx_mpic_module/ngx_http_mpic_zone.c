
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * mpic_zone: where the counters are, and whose they are.
 */


#include "ngx_http_mpic_stat.h"


static ngx_int_t ngx_http_mpic_zone_init(ngx_shm_zone_t *zone, void *data);
static ngx_int_t ngx_http_mpic_zone_create(ngx_shm_zone_t *zone);
static ngx_int_t ngx_http_mpic_zone_set(ngx_shm_zone_t *zone,
    ngx_http_mpic_set_t *set);
static ngx_int_t ngx_http_mpic_zone_perspective(ngx_shm_zone_t *zone,
    ngx_http_mpic_set_t *set, ngx_http_mpic_perspective_t *p);
static ngx_http_mpic_slot_t *ngx_http_mpic_zone_find(
    ngx_http_mpic_shared_t *shared, ngx_http_mpic_set_t *set,
    ngx_http_mpic_perspective_t *p);
static ngx_http_mpic_slot_t *ngx_http_mpic_zone_free(
    ngx_http_mpic_shared_t *shared);


char *
ngx_http_mpic_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_main_conf_t *mmcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_mpic_zone_add(cf, cmd, &value[1], &ngx_http_mpic_module,
                             ngx_http_mpic_zone_init, mmcf, &mmcf->zone);
}


/*
 * nginx gives the memory of the configuration before only to this very module,
 * so that the layout is the same.  Workers that are on their way out still
 * count in it, each where it did.
 */

static ngx_int_t
ngx_http_mpic_zone_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_http_mpic_main_conf_t *old = data;

    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_slab_pool_t             *pool;
    ngx_http_mpic_set_t        **sets;
    ngx_http_mpic_main_conf_t   *mmcf;

    mmcf = zone->data;

    if (old != NULL) {
        mmcf->shared = old->shared;

    } else if (ngx_http_mpic_zone_create(zone) != NGX_OK) {
        return NGX_ERROR;
    }

    pool = (ngx_slab_pool_t *) zone->shm.addr;
    sets = mmcf->sets.elts;
    rc = NGX_OK;

    ngx_shmtx_lock(&pool->mutex);

    mmcf->shared->generation++;

    for (i = 0; i < mmcf->sets.nelts && rc == NGX_OK; i++) {
        rc = ngx_http_mpic_zone_set(zone, sets[i]);
    }

    ngx_shmtx_unlock(&pool->mutex);

    return rc;
}


static ngx_int_t
ngx_http_mpic_zone_create(ngx_shm_zone_t *zone)
{
    size_t                      size;
    ngx_time_t                 *tp;
    ngx_http_mpic_shared_t     *shared;
    ngx_http_mpic_main_conf_t  *mmcf;

    mmcf = zone->data;

    shared = ngx_mpic_zone_alloc(zone, &size);

    if (shared == NULL || size < sizeof(ngx_http_mpic_shared_t)) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "zone \"%V\" of \"mpic_zone\" is too small",
                      &zone->shm.name);
        return NGX_ERROR;
    }

    tp = ngx_timeofday();

    shared->stat.since = (uint64_t) tp->sec * 1000 + tp->msec;
    shared->nslots = (size - sizeof(ngx_http_mpic_shared_t))
                     / sizeof(ngx_http_mpic_slot_t);

    mmcf->shared = shared;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_zone_set(ngx_shm_zone_t *zone, ngx_http_mpic_set_t *set)
{
    ngx_uint_t                    i;
    ngx_http_mpic_perspective_t  *p;

    if (set->name.len > NGX_HTTP_MPIC_SET_MAX) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "the name \"%V\" of \"mpic_perspectives\" has %uz "
                      "characters; with \"mpic_zone\" it may have %d",
                      &set->name, set->name.len, NGX_HTTP_MPIC_SET_MAX);
        return NGX_ERROR;
    }

    p = set->perspectives.elts;

    for (i = 0; i < set->perspectives.nelts; i++) {
        if (ngx_http_mpic_zone_perspective(zone, set, &p[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return (set->primary == NULL)
           ? NGX_OK
           : ngx_http_mpic_zone_perspective(zone, set, set->primary);
}


static ngx_int_t
ngx_http_mpic_zone_perspective(ngx_shm_zone_t *zone, ngx_http_mpic_set_t *set,
    ngx_http_mpic_perspective_t *p)
{
    ngx_slab_pool_t         *pool;
    ngx_http_mpic_slot_t    *slot;
    ngx_http_mpic_shared_t  *shared;

    pool = (ngx_slab_pool_t *) zone->shm.addr;
    shared = set->main->shared;

    slot = ngx_http_mpic_zone_find(shared, set, p);

    if (slot == NULL) {
        slot = ngx_http_mpic_zone_free(shared);

        if (slot == NULL) {
            ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                          "zone \"%V\" of \"mpic_zone\" is too small: it has "
                          "room for %ui perspectives", &zone->shm.name,
                          shared->nslots);
            return NGX_ERROR;
        }

        ngx_memzero(slot, sizeof(ngx_http_mpic_slot_t));

        ngx_cpystrn(slot->set, set->name.data, set->name.len + 1);
        ngx_cpystrn(slot->code, p->code.data, p->code.len + 1);
    }

    slot->generation = shared->generation;

    p->slot = slot;
    p->health->known = &slot->known;
    p->health->mutex = &pool->mutex;

    return NGX_OK;
}


static ngx_http_mpic_slot_t *
ngx_http_mpic_zone_find(ngx_http_mpic_shared_t *shared,
    ngx_http_mpic_set_t *set, ngx_http_mpic_perspective_t *p)
{
    ngx_uint_t             i;
    ngx_http_mpic_slot_t  *slot;

    for (i = 0; i < shared->nslots; i++) {
        slot = &shared->slots[i];

        if (slot->generation != 0
            && ngx_strlen(slot->set) == set->name.len
            && ngx_strlen(slot->code) == p->code.len
            && ngx_memcmp(slot->set, set->name.data, set->name.len) == 0
            && ngx_memcmp(slot->code, p->code.data, p->code.len) == 0)
        {
            return slot;
        }
    }

    return NULL;
}


/*
 * One that nobody had; or that of the perspective that went first, but not
 * just now: workers of the configuration before still count in theirs.
 */

static ngx_http_mpic_slot_t *
ngx_http_mpic_zone_free(ngx_http_mpic_shared_t *shared)
{
    ngx_uint_t             i;
    ngx_http_mpic_slot_t  *slot, *oldest;

    oldest = NULL;

    for (i = 0; i < shared->nslots; i++) {
        slot = &shared->slots[i];

        if (slot->generation == 0) {
            return slot;
        }

        if (slot->generation + 1 < shared->generation
            && (oldest == NULL || slot->generation < oldest->generation))
        {
            oldest = slot;
        }
    }

    return oldest;
}


/* a single process has no slot of its own, and another zone after a reload */

void
ngx_http_mpic_stat_worker(ngx_http_mpic_main_conf_t *mmcf)
{
    if (mmcf->shared != NULL && ngx_process == NGX_PROCESS_WORKER) {
        ngx_mpic_jobs_watch(ngx_mpic_gauge(&mmcf->shared->running));
    }
}
