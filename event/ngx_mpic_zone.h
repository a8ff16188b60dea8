
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Shared memory to count in: a zone of a fixed layout, counters, and what each
 * worker says of itself.
 */


#ifndef _NGX_MPIC_ZONE_H_INCLUDED_
#define _NGX_MPIC_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * A number that each worker has for itself, such as of what it has in work: a
 * worker that is killed takes its own with it.
 */

typedef struct {
    ngx_atomic_t            pid;
    ngx_atomic_t            value;
} ngx_mpic_gauge_worker_t;

typedef struct {
    ngx_mpic_gauge_worker_t  workers[NGX_MAX_PROCESSES];
} ngx_mpic_gauge_t;


/*
 * Adds the zone that a directive's word "name:size" describes; "init" is
 * called with it when nginx starts or is reloaded, as zone->init is by nginx,
 * and "data" is its zone->data.  NGX_CONF_OK; or NGX_CONF_ERROR, which is
 * logged; or another message, for the caller to return.
 */
char *ngx_mpic_zone_add(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *word,
    void *tag, ngx_shm_zone_init_pt init, void *data, ngx_shm_zone_t **zone);

/*
 * All that a new zone has room for as one zeroed block, and its octets; NULL
 * if there is none.
 */
void *ngx_mpic_zone_alloc(ngx_shm_zone_t *zone, size_t *size);

/*
 * In a worker: its own number, which begins with 0.
 */
ngx_atomic_t *ngx_mpic_gauge(ngx_mpic_gauge_t *gauge);

/*
 * The sum of those of all workers that live.
 */
ngx_uint_t ngx_mpic_gauge_sum(ngx_mpic_gauge_t *gauge);


/* a counter is as wide as ngx_atomic_t, whoever laid it out */

#define ngx_mpic_count(counter, n)                                            \
    ((void) ngx_atomic_fetch_add((ngx_atomic_t *) (counter), (n)))


#endif /* _NGX_MPIC_ZONE_H_INCLUDED_ */
