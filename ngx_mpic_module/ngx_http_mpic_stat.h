
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What the coordinator counts, in memory that all workers share.
 */


#ifndef _NGX_HTTP_MPIC_STAT_H_INCLUDED_
#define _NGX_HTTP_MPIC_STAT_H_INCLUDED_


#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_health.h"

#include "ngx_mpic_zone.h"

#include "mpic_stat.h"


/* octets in the name of a set that is counted */
#define NGX_HTTP_MPIC_SET_MAX  64


/* a perspective's, found by both names in another configuration */

struct ngx_http_mpic_slot_s {
    /* the configuration that had it last, 0: it is free */
    ngx_uint_t               generation;

    u_char                   set[NGX_HTTP_MPIC_SET_MAX + 1];
    u_char                   code[MPIC_CODE_MAX + 1];

    mpic_stat_perspective_t  stat;
    ngx_http_mpic_known_t    known;
};


struct ngx_http_mpic_shared_s {
    ngx_mpic_gauge_t         running;
    mpic_stat_t              stat;

    /* of configurations */
    ngx_uint_t               generation;
    ngx_uint_t               nslots;
    ngx_http_mpic_slot_t     slots[];
};


/*
 * The setter of "mpic_zone".
 */
char *ngx_http_mpic_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * In a worker that begins: what it has in work is shown from now on.
 */
void ngx_http_mpic_stat_worker(ngx_http_mpic_main_conf_t *mmcf);

/*
 * Counts a request of which all has ended, and its calls.
 */
void ngx_http_mpic_stat_request(ngx_http_mpic_fanout_t *fanout);

/*
 * Counts a request that is not carried out, by the status of its answer.
 */
void ngx_http_mpic_stat_refused(ngx_http_mpic_loc_conf_t *mlcf,
    ngx_uint_t status);

/*
 * Counts a request that is refused because its record could not be kept.
 */
void ngx_http_mpic_stat_unkept(ngx_http_mpic_loc_conf_t *mlcf);

/*
 * Counts the records that this worker could not write since it was last asked.
 */
void ngx_http_mpic_stat_lost(ngx_http_mpic_shared_t *shared);

/*
 * Counts a batch, whose requests count by themselves.
 */
void ngx_http_mpic_stat_batch(ngx_http_mpic_loc_conf_t *mlcf);


/*
 * The setter of "mpic_status", and its content handler.
 */
char *ngx_http_mpic_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t ngx_http_mpic_status_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_MPIC_STAT_H_INCLUDED_ */
