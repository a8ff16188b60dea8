
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What the perspective counts, in memory that all workers share.
 */


#ifndef _NGX_HTTP_MPIC_PERSPECTIVE_STAT_H_INCLUDED_
#define _NGX_HTTP_MPIC_PERSPECTIVE_STAT_H_INCLUDED_


#include "ngx_http_mpic_check.h"
#include "ngx_mpic_zone.h"
#include "mpic_status.h"


/* octets of a resolver's address */
#define NGX_HTTP_MPIC_RESOLVER_MAX  64


/* a resolver's, found by its address in another configuration */

typedef struct {
    /* the configuration that had it last, 0: it is free */
    ngx_uint_t                       generation;
    u_char                           address[NGX_HTTP_MPIC_RESOLVER_MAX + 1];

    mpic_stat_resolver_t             stat;

    /* of the last self-test of any worker, under the zone's lock */
    ngx_slab_pool_t                 *pool;
    mpic_status_dnssec_e             dnssec;
    time_t                           checked_at;
    u_char                           reason[NGX_HTTP_MPIC_DNSSEC_WHY];
} ngx_http_mpic_resolver_slot_t;


struct ngx_http_mpic_perspective_shared_s {
    ngx_mpic_gauge_t                 running;
    mpic_stat_checks_t               stat;

    /* of configurations */
    ngx_uint_t                       generation;
    ngx_uint_t                       nslots;
    ngx_http_mpic_resolver_slot_t    slots[];
};


/*
 * The setters of "mpic_perspective_zone" and "mpic_perspective_status".
 */
char *ngx_http_mpic_perspective_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_mpic_perspective_status(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * The content handler of "mpic_perspective_status".
 */
ngx_int_t ngx_http_mpic_perspective_status_handler(ngx_http_request_t *r);

/*
 * A location with "mpic_check", and its resolvers, are counted from now on.
 */
ngx_int_t ngx_http_mpic_perspective_stat_add(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *plcf);

/*
 * In a worker that begins: what it has in work is shown from now on.
 */
void ngx_http_mpic_perspective_stat_worker(
    ngx_http_mpic_perspective_main_conf_t *pmcf);

/*
 * Counts a check that was carried out; one whose client went; a request that
 * was not carried out, by the status of its answer.
 */
void ngx_http_mpic_perspective_stat_check(ngx_http_mpic_check_t *check);
void ngx_http_mpic_perspective_stat_left(ngx_http_mpic_check_t *check);
void ngx_http_mpic_perspective_stat_refused(
    ngx_http_mpic_perspective_loc_conf_t *plcf, ngx_uint_t status);

/*
 * Counts the lines of the record that this worker has lost since the last
 * time.
 */
void ngx_http_mpic_perspective_stat_lost(
    ngx_http_mpic_perspective_main_conf_t *pmcf);

/*
 * Counts a question to a resolver, "failover" being set where another one had
 * not answered; and one that was not answered, "late" if not in time.
 */
void ngx_http_mpic_perspective_stat_asked(ngx_mpic_server_t *server,
    ngx_uint_t failover);
void ngx_http_mpic_perspective_stat_silent(ngx_mpic_server_t *server,
    ngx_uint_t late);

/*
 * Shows what the self-test of a resolver found.
 */
void ngx_http_mpic_perspective_stat_dnssec(
    ngx_http_mpic_dnssec_server_t *server);


#endif /* _NGX_HTTP_MPIC_PERSPECTIVE_STAT_H_INCLUDED_ */
