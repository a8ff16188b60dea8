
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Perspectives that keep failing: probed in the background, and reported.
 */


#ifndef _NGX_HTTP_MPIC_HEALTH_H_INCLUDED_
#define _NGX_HTTP_MPIC_HEALTH_H_INCLUDED_


#include "ngx_http_mpic_module.h"

#include "mpic_health.h"
#include "mpic_response.h"


/* octets of what is said of a failure, with the terminating zero */
#define NGX_HTTP_MPIC_HEALTH_WHY  256


/* what is known of a perspective; zeroed at first */

typedef struct {
    mpic_health_t                 state;
    /* the last failure of a call, and when; 0: there was none */
    time_t                        error_at;
    /* for people, without anything that the perspective sent */
    u_char                        why[NGX_HTTP_MPIC_HEALTH_WHY];
} ngx_http_mpic_known_t;


/* in each worker */

struct ngx_http_mpic_health_s {
    /* shared by all workers where there is a zone, under its lock */
    ngx_http_mpic_known_t        *known;
    ngx_http_mpic_known_t         own;
    ngx_shmtx_t                  *mutex;

    /* probes sent */
    ngx_uint_t                    nprobes;

    /* private */
    ngx_http_mpic_perspective_t  *perspective;
    ngx_http_mpic_set_t          *set;

    ngx_event_t                   timer;
    ngx_queue_t                   queue;
    ngx_mpic_job_t                job;
    ngx_mpic_transfer_t           transfer;
    ngx_uint_t                    endpoint;

    /* the probe that is out, and its answer as it comes in */
    mpic_check_type_e             type;
    mpic_request_t                request;
    mpic_str_t                    sent;
    ngx_pool_t                   *pool;
    u_char                       *body;
    size_t                        len;

    /* its timer runs, or a probe is out */
    unsigned                      probing:1;
    unsigned                      active:1;
};


/*
 * When the configuration of a perspective is read.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_health_create(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set, ngx_http_mpic_perspective_t *p);

/*
 * What a call of the perspective for a check of "type" says of it; "why" it
 * failed is logged, and what it is remembered by is "brief".  Who keeps
 * failing is probed from then on, until he answers.
 */
void ngx_http_mpic_health(ngx_http_mpic_perspective_t *p,
    mpic_check_type_e type, mpic_health_evidence_e evidence, const char *why,
    const char *brief);

/*
 * A copy of what is known.
 */
void ngx_http_mpic_health_known(ngx_http_mpic_perspective_t *p,
    ngx_http_mpic_known_t *known);

/*
 * In a worker that begins: those that others found failing are probed on, by
 * the first worker.
 */
void ngx_http_mpic_health_worker(ngx_http_mpic_main_conf_t *mmcf);

/*
 * In exit_process, before libcurl is ended: no probes any more.
 */
void ngx_http_mpic_health_exit(void);


#endif /* _NGX_HTTP_MPIC_HEALTH_H_INCLUDED_ */
