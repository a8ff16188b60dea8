
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The perspective: what it is configured to do.
 */


#ifndef _NGX_HTTP_MPIC_PERSPECTIVE_MODULE_H_INCLUDED_
#define _NGX_HTTP_MPIC_PERSPECTIVE_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "mpic_address.h"
#include "mpic_check.h"
#include "mpic_dns.h"
#include "ngx_http_mpic_dnssec.h"
#include "ngx_mpic_log.h"
#include "ngx_mpic_resolver.h"
#include "ngx_mpic_status.h"

#include <openssl/ssl.h>


typedef struct ngx_http_mpic_perspective_main_conf_s
    ngx_http_mpic_perspective_main_conf_t;
typedef struct ngx_http_mpic_perspective_shared_s
    ngx_http_mpic_perspective_shared_t;


typedef struct {
    /* NULL where there is no mpic_check */
    ngx_http_mpic_perspective_main_conf_t  *main;

    /* mpic_check_type_e; NGX_CONF_UNSET where there is no mpic_check */
    ngx_int_t                  check;

    /* of mpic_check: what is missing is found only when all is merged */
    u_char                    *file;
    ngx_uint_t                 line;

    ngx_str_t                  code;
    /* mpic_rir_e */
    ngx_int_t                  rir;

    /* shared by all the locations that inherit the same settings */
    ngx_mpic_resolver_conf_t  *resolver;
    /* of ngx_mpic_server_t */
    ngx_array_t               *resolver_servers;
    ngx_msec_t                 resolver_timeout;
    ngx_int_t                  resolver_tries;
    ngx_int_t                  max_cnames;
    ngx_int_t                  max_records;
    size_t                     dns_max;
    /* both of them for the rules */
    mpic_dns_limits_t          dns_limits;

    /* what makes sure of the resolver, NULL under "mpic_dnssec off" */
    ngx_http_mpic_dnssec_t    *dnssec;
    ngx_http_mpic_dnssec_conf_t  *dnssec_probe;
    ngx_flag_t                 dnssec_on;

    /* of mpic_str_t, canonical */
    ngx_array_t               *caa_domains;
    ngx_flag_t                 allow_caa_lookup_failure;

    /* of mpic_cidr_t, and both of them for the rules */
    ngx_array_t               *allow;
    ngx_array_t               *deny;
    mpic_address_policy_t      addresses;

    ngx_int_t                  http_port;
    ngx_int_t                  https_port;
    ngx_int_t                  tls_alpn_port;
    /* of the main configuration; NULL where no check needs it */
    SSL_CTX                   *tls;

    ngx_msec_t                 check_timeout;
    ngx_msec_t                 connect_timeout;
    ngx_int_t                  max_redirects;
    /* MPIC_PORT_…, with nginx's bit for what is set */
    ngx_uint_t                 redirect_ports;
    size_t                     header_max;
    size_t                     body_max;
    ngx_msec_t                 regex_timeout;
    ngx_int_t                  max_checks;
    ngx_flag_t                 allow_ended_methods;
    /* 1: of the draft, 0: of the Baseline Requirements */
    ngx_uint_t                 persistent_policy;
    ngx_str_t                  user_agent;

    /* of mpic_perspective_log */
    ngx_mpic_logs_t            logs;

    ngx_mpic_status_conf_t     status;
} ngx_http_mpic_perspective_loc_conf_t;


struct ngx_http_mpic_perspective_main_conf_s {
    /* of ngx_http_mpic_dnssec_t *: those that a location checks by */
    ngx_array_t                dnssecs;
    /* made for the first location that checks control; NULL: there is none */
    SSL_CTX                   *tls;

    /* of ngx_http_mpic_perspective_loc_conf_t *: those with mpic_check */
    ngx_array_t                checks;

    /* of mpic_perspective_log: its files, and the index of $request_id */
    ngx_mpic_log_files_t       log_files;
    ngx_int_t                  request_id;

    /* of mpic_perspective_zone, NULL without */
    ngx_shm_zone_t            *zone;
    ngx_http_mpic_perspective_shared_t  *shared;
};


/*
 * The content handler of a location with mpic_check.
 */
ngx_int_t ngx_http_mpic_perspective_handler(ngx_http_request_t *r);

/*
 * Setters of directives whose values the rules judge.
 */
char *ngx_http_mpic_perspective_code(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_mpic_perspective_rir(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_mpic_perspective_resolver(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_mpic_perspective_dnssec_probe(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
char *ngx_http_mpic_perspective_domains(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_mpic_perspective_addresses(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_mpic_perspective_agent(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_mpic_perspective_nonzero(ngx_conf_t *cf, void *post,
    void *data);
char *ngx_http_mpic_perspective_octets(ngx_conf_t *cf, void *post,
    void *data);


extern ngx_module_t  ngx_http_mpic_perspective_module;


#endif /* _NGX_HTTP_MPIC_PERSPECTIVE_MODULE_H_INCLUDED_ */
