
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The coordinator: its configuration, and what its files share.
 */


#ifndef _NGX_HTTP_MPIC_MODULE_H_INCLUDED_
#define _NGX_HTTP_MPIC_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_mpic_curl.h"
#include "ngx_mpic_job.h"
#include "ngx_mpic_log.h"
#include "ngx_mpic_status.h"

#include "mpic_certificate.h"
#include "mpic_cohort.h"
#include "mpic_quorum.h"


/* one URL of a perspective; strings are terminated by zero */

typedef struct ngx_http_mpic_endpoint_s  ngx_http_mpic_endpoint_t;
typedef struct ngx_http_mpic_health_s    ngx_http_mpic_health_t;
typedef struct ngx_http_mpic_slot_s      ngx_http_mpic_slot_t;
typedef struct ngx_http_mpic_shared_s    ngx_http_mpic_shared_t;
typedef struct ngx_http_mpic_main_conf_s  ngx_http_mpic_main_conf_t;

struct ngx_http_mpic_endpoint_s {
    ngx_str_t                    dcv_url;
    ngx_str_t                    caa_url;

    /* NULL, or what is asked for CAA instead of this one */
    ngx_http_mpic_endpoint_t    *caa;

    /* host:port:address,… for CURLOPT_RESOLVE; NULL where the host is one */
    struct curl_slist           *resolve;

    /* each worker's own */
    ngx_mpic_curl_host_t         connections;

    unsigned                     tls:1;

    /* of one kind of check only */
    unsigned                     apart:1;
};


typedef struct {
    ngx_str_t                    code;
    mpic_rir_e                   rir;

    /* degrees north and east; "located" tells if they are known */
    mpic_location_t              location;
    mpic_location_t              resolver;
    mpic_rir_e                   resolver_rir;
    ngx_str_t                    network;

    ngx_array_t                  endpoints;   /* ngx_http_mpic_endpoint_t */
    /* those that "caa" of the others points to */
    ngx_array_t                  caa_endpoints;

    /* for CURLOPT_PINNEDPUBLICKEY; empty: any that its name has */
    ngx_str_t                    pins;

    struct curl_slist           *headers;

    /* each worker's own */
    ngx_http_mpic_health_t      *health;

    /* its counters, NULL without "mpic_zone" */
    ngx_http_mpic_slot_t        *slot;

    unsigned                     located:1;
    unsigned                     resolver_located:1;
    unsigned                     resolver_rir_given:1;
    unsigned                     insecure:1;
    unsigned                     rir_given:1;
    unsigned                     header_given:1;
} ngx_http_mpic_perspective_t;


/* an mpic_perspectives block */

typedef struct {
    ngx_http_mpic_main_conf_t   *main;

    ngx_str_t                    name;
    ngx_array_t                  perspectives;  /* …_perspective_t */

    /* asked beside every cohort; NULL: the caller is the primary */
    ngx_http_mpic_perspective_t *primary;

    /* the same perspectives, in the same order, as the rules see them */
    mpic_perspective_t          *rules;
    mpic_perspective_t           primary_rules;
    mpic_world_t                 world;

    mpic_str_t                   secret;

    ngx_str_t                    certificate;
    ngx_str_t                    certificate_key;
    ngx_str_t                    trusted_certificate;

    /* the files' PEM, read by the master: workers may not be able to */
    struct curl_blob             certificate_pem;
    struct curl_blob             certificate_key_pem;
    struct curl_blob             trusted_certificate_pem;

    /* of these files, for who watches when they end */
    mpic_certificate_t          *certificates;
    size_t                       ncertificates;

    ngx_msec_t                   connect_timeout;
    /* 0: those that keep failing are not probed */
    ngx_msec_t                   probe_interval;

    /* that places are not known has been said */
    unsigned                     unlocated_told:1;
} ngx_http_mpic_set_t;


typedef struct ngx_http_mpic_loc_conf_s  ngx_http_mpic_loc_conf_t;


/* a location with "mpic_validate" */

typedef struct {
    ngx_str_t                    name;
    ngx_str_t                    server;
    ngx_http_mpic_loc_conf_t    *conf;
} ngx_http_mpic_location_t;


struct ngx_http_mpic_main_conf_s {
    ngx_array_t                  sets;        /* ngx_http_mpic_set_t * */
    ngx_array_t                  locations;   /* ngx_http_mpic_location_t */

    /* of "mpic_zone", NULL without */
    ngx_shm_zone_t              *zone;
    ngx_http_mpic_shared_t      *shared;

    ngx_mpic_log_files_t         log_files;
    /* the index of $request_id */
    ngx_int_t                    request_id;
};


struct ngx_http_mpic_loc_conf_s {
    ngx_str_t                    set_name;
    ngx_http_mpic_set_t         *set;
    /* NGX_HTTP_MPIC_OPEN or NGX_HTTP_MPIC_DRAFT */
    ngx_uint_t                   dialect;
    ngx_uint_t                   policy;      /* mpic_policy_e */
    ngx_uint_t                   dissent;
    ngx_uint_t                   perspective_count;
    ngx_flag_t                   allow_monitoring;
    ngx_flag_t                   reject_below_floor;
    ngx_flag_t                   read_early;
    ngx_flag_t                   log_required;
    ngx_int_t                    max_requests;

    /* all of that, as the rules see it */
    mpic_policy_t                limits;

    /* by the size of a cohort, "attempts" being 0 where there is none */
    mpic_cohort_rules_t         *cohorts;

    /* requests of a batch: at the most, 0 for none, and at a time */
    ngx_uint_t                   batch_max;
    ngx_uint_t                   batch_parallel;

    ngx_msec_t                   timeout;
    ngx_msec_t                   grace;

    ngx_uint_t                   max_attempts;
    /* percent of an attempt's time, 0 for "off" */
    ngx_uint_t                   repeat;

    ngx_mpic_status_conf_t       status;

    ngx_mpic_logs_t              logs;
};


/*
 * The setter of "mpic_perspectives name { … }".
 */
char *ngx_http_mpic_perspectives(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * The setter of one "perspective" of the block; cf->args holds its words.
 */
char *ngx_http_mpic_perspective(ngx_conf_t *cf, ngx_http_mpic_set_t *set);

/*
 * The setter of "primary", which is written as a perspective.
 */
char *ngx_http_mpic_primary(ngx_conf_t *cf, ngx_http_mpic_set_t *set);

/*
 * At the end of the block: reads the certificates into memory and checks
 * that they are usable, with nginx's own messages.
 */
ngx_int_t ngx_http_mpic_credentials(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);

/*
 * Reads a file of "max" octets at the most into the configuration's pool,
 * terminated by zero.  Errors are logged.
 */
ngx_int_t ngx_http_mpic_read_file(ngx_conf_t *cf, ngx_str_t *name, size_t max,
    ngx_str_t *data);

/*
 * Finds the sizes that a cohort can have, and the one to use where a request
 * names none.  A set that can never satisfy the policy in force is an error:
 * no request would ever be answered (BR 3.2.2.9).
 */
char *ngx_http_mpic_cohorts(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *mlcf);

/*
 * The content handler of a location with "mpic_validate".
 */
ngx_int_t ngx_http_mpic_handler(ngx_http_request_t *r);


extern ngx_module_t  ngx_http_mpic_module;


#endif /* _NGX_HTTP_MPIC_MODULE_H_INCLUDED_ */
