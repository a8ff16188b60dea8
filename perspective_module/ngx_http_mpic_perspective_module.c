
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_perspective_module.h"
#include "ngx_http_mpic_perspective_log.h"
#include "ngx_http_mpic_perspective_stat.h"
#include "ngx_http_mpic_tls.h"
#include "mpic_url.h"
#include "ngx_mpic_curl.h"
#include "ngx_mpic_job.h"
#include "ngx_mpic_poll.h"


/* an honest name; a site's operator finds by it who asks and what for */
#define NGX_HTTP_MPIC_USER_AGENT                                              \
    "Mozilla/5.0 (compatible; mpic-nginx; domain control validation)"


static ngx_int_t ngx_http_mpic_perspective_postconfiguration(ngx_conf_t *cf);
static void *ngx_http_mpic_perspective_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_mpic_perspective_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_mpic_perspective_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static ngx_int_t ngx_http_mpic_perspective_merge_resolver(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static ngx_int_t ngx_http_mpic_perspective_make_resolver(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static void ngx_http_mpic_perspective_merge_bounds(
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static void ngx_http_mpic_perspective_merge_addresses(
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static char *ngx_http_mpic_perspective_merge_check(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static char *ngx_http_mpic_perspective_merge_status(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static ngx_int_t ngx_http_mpic_perspective_make_tls(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static char *ngx_http_mpic_perspective_check(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_mpic_perspective_use_dnssec(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *conf);
static ngx_int_t ngx_http_mpic_perspective_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_mpic_perspective_init_process(ngx_cycle_t *cycle);
static void ngx_http_mpic_perspective_exit_process(ngx_cycle_t *cycle);


static ngx_conf_enum_t  ngx_http_mpic_perspective_checks[] = {
    { ngx_string("dcv"), MPIC_CHECK_DCV },
    { ngx_string("caa"), MPIC_CHECK_CAA },
    { ngx_null_string, 0 }
};


/* the Authorized Ports of BR 1.6.1, and no others */

static ngx_conf_bitmask_t  ngx_http_mpic_perspective_redirect_ports[] = {
    { ngx_string("80"), MPIC_PORT_HTTP },
    { ngx_string("443"), MPIC_PORT_HTTPS },
    { ngx_string("22"), MPIC_PORT_SSH },
    { ngx_string("25"), MPIC_PORT_SMTP },
    { ngx_null_string, 0 }
};


/* whether a wildcard needs "policy=wildcard" in a persistent record */

static ngx_conf_enum_t  ngx_http_mpic_perspective_policies[] = {
    { ngx_string("br"), 0 },
    { ngx_string("ietf"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_num_bounds_t  ngx_http_mpic_perspective_ports = {
    ngx_conf_check_num_bounds, 1, 65535
};

static ngx_conf_num_bounds_t  ngx_http_mpic_perspective_tries = {
    ngx_conf_check_num_bounds, 1, 10
};

static ngx_conf_num_bounds_t  ngx_http_mpic_perspective_max_cnames = {
    ngx_conf_check_num_bounds, 0, MPIC_DNS_CNAMES_MAX
};

/* a message has room for 65535 octets, and so for fewer records */

static ngx_conf_num_bounds_t  ngx_http_mpic_perspective_max_records = {
    ngx_conf_check_num_bounds, 1, 65535
};

static ngx_conf_num_bounds_t  ngx_http_mpic_perspective_redirects = {
    ngx_conf_check_num_bounds, 0, 100
};

static ngx_conf_num_bounds_t  ngx_http_mpic_perspective_max_checks = {
    ngx_conf_check_num_bounds, 1, 1000000
};

static ngx_conf_post_t  ngx_http_mpic_perspective_time = {
    ngx_http_mpic_perspective_nonzero
};

static ngx_conf_post_t  ngx_http_mpic_perspective_size = {
    ngx_http_mpic_perspective_octets
};


/* the root, and names that are there to be wrong */

static ngx_http_mpic_dnssec_conf_t  ngx_http_mpic_perspective_probe = {
    mpic_str("."),
    { mpic_str("dnssec-failed.org"), mpic_str("rhybar.cz") },
    2,
    60000
};


static ngx_command_t  ngx_http_mpic_perspective_commands[] = {

    { ngx_string("mpic_check"),
      NGX_HTTP_LOC_CONF|NGX_HTTP_LIF_CONF|NGX_CONF_TAKE1,
      ngx_http_mpic_perspective_check,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, check),
      ngx_http_mpic_perspective_checks },

    { ngx_string("mpic_perspective_code"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_mpic_perspective_code,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_perspective_rir"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_mpic_perspective_rir,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_resolver"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mpic_perspective_resolver,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_resolver_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, resolver_timeout),
      &ngx_http_mpic_perspective_time },

    { ngx_string("mpic_resolver_tries"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, resolver_tries),
      &ngx_http_mpic_perspective_tries },

    { ngx_string("mpic_max_cnames"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, max_cnames),
      &ngx_http_mpic_perspective_max_cnames },

    { ngx_string("mpic_max_records"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, max_records),
      &ngx_http_mpic_perspective_max_records },

    { ngx_string("mpic_dns_max"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, dns_max),
      &ngx_http_mpic_perspective_size },

    { ngx_string("mpic_dnssec"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, dnssec_on),
      NULL },

    { ngx_string("mpic_dnssec_probe"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_http_mpic_perspective_dnssec_probe,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_caa_domains"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mpic_perspective_domains,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_allow_caa_lookup_failure"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t,
               allow_caa_lookup_failure),
      NULL },

    { ngx_string("mpic_allow_address"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mpic_perspective_addresses,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, allow),
      NULL },

    { ngx_string("mpic_deny_address"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mpic_perspective_addresses,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, deny),
      NULL },

    { ngx_string("mpic_http_port"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, http_port),
      &ngx_http_mpic_perspective_ports },

    { ngx_string("mpic_https_port"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, https_port),
      &ngx_http_mpic_perspective_ports },

    { ngx_string("mpic_tls_alpn_port"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, tls_alpn_port),
      &ngx_http_mpic_perspective_ports },

    { ngx_string("mpic_check_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, check_timeout),
      &ngx_http_mpic_perspective_time },

    { ngx_string("mpic_connect_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, connect_timeout),
      &ngx_http_mpic_perspective_time },

    { ngx_string("mpic_allow_ended_methods"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, allow_ended_methods),
      NULL },

    { ngx_string("mpic_dns_persistent_policy"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, persistent_policy),
      &ngx_http_mpic_perspective_policies },

    { ngx_string("mpic_max_redirects"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, max_redirects),
      &ngx_http_mpic_perspective_redirects },

    { ngx_string("mpic_redirect_ports"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_conf_set_bitmask_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, redirect_ports),
      &ngx_http_mpic_perspective_redirect_ports },

    { ngx_string("mpic_header_max"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, header_max),
      &ngx_http_mpic_perspective_size },

    { ngx_string("mpic_body_max"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, body_max),
      &ngx_http_mpic_perspective_size },

    { ngx_string("mpic_regex_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, regex_timeout),
      &ngx_http_mpic_perspective_time },

    { ngx_string("mpic_max_checks"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_perspective_loc_conf_t, max_checks),
      &ngx_http_mpic_perspective_max_checks },

    { ngx_string("mpic_user_agent"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_mpic_perspective_agent,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_perspective_log"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mpic_perspective_log,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_perspective_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_mpic_perspective_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_perspective_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_mpic_perspective_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_mpic_perspective_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_mpic_perspective_postconfiguration,
                                           /* postconfiguration */

    ngx_http_mpic_perspective_create_main_conf,
                                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_mpic_perspective_create_loc_conf,
                                           /* create location configuration */
    ngx_http_mpic_perspective_merge_loc_conf
                                           /* merge location configuration */
};


ngx_module_t  ngx_http_mpic_perspective_module = {
    NGX_MODULE_V1,
    &ngx_http_mpic_perspective_module_ctx, /* module context */
    ngx_http_mpic_perspective_commands,    /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_mpic_perspective_init_module, /* init module */
    ngx_http_mpic_perspective_init_process,
                                           /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_mpic_perspective_exit_process,
                                           /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_mpic_perspective_postconfiguration(ngx_conf_t *cf)
{
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_mpic_perspective_module);

    return ngx_mpic_log_check(cf, &pmcf->log_files);
}


static void *
ngx_http_mpic_perspective_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_pcalloc(cf->pool,
                       sizeof(ngx_http_mpic_perspective_main_conf_t));
    if (pmcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     pmcf->tls = NULL;
     *     pmcf->log_files = { 0 };
     *     pmcf->request_id = 0;
     *     pmcf->zone = NULL;
     *     pmcf->shared = NULL;
     */

    if (ngx_array_init(&pmcf->dnssecs, cf->pool, 4,
                       sizeof(ngx_http_mpic_dnssec_t *))
        != NGX_OK
        || ngx_array_init(&pmcf->checks, cf->pool, 4,
                          sizeof(ngx_http_mpic_perspective_loc_conf_t *))
           != NGX_OK)
    {
        return NULL;
    }

    return pmcf;
}


static void *
ngx_http_mpic_perspective_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_mpic_perspective_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_perspective_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->file = NULL;
     *     conf->line = 0;
     *     conf->code = { 0, NULL };
     *     conf->resolver = NULL;
     *     conf->dnssec = NULL;
     *     conf->dns_limits = { 0, 0 };
     *     conf->addresses = { NULL, 0, NULL, 0 };
     *     conf->redirect_ports = 0;
     *     conf->tls = NULL;
     *     conf->user_agent = { 0, NULL };
     *     conf->logs = { NULL, 0 };
     *     conf->main = NULL;
     *     conf->status = { NULL, 0, 0 };
     */

    conf->check = NGX_CONF_UNSET;
    conf->rir = NGX_CONF_UNSET;
    conf->resolver_servers = NGX_CONF_UNSET_PTR;
    conf->resolver_timeout = NGX_CONF_UNSET_MSEC;
    conf->resolver_tries = NGX_CONF_UNSET;
    conf->max_cnames = NGX_CONF_UNSET;
    conf->max_records = NGX_CONF_UNSET;
    conf->dns_max = NGX_CONF_UNSET_SIZE;
    conf->dnssec_probe = NGX_CONF_UNSET_PTR;
    conf->dnssec_on = NGX_CONF_UNSET;
    conf->caa_domains = NGX_CONF_UNSET_PTR;
    conf->allow_caa_lookup_failure = NGX_CONF_UNSET;
    conf->allow = NGX_CONF_UNSET_PTR;
    conf->deny = NGX_CONF_UNSET_PTR;
    conf->http_port = NGX_CONF_UNSET;
    conf->https_port = NGX_CONF_UNSET;
    conf->tls_alpn_port = NGX_CONF_UNSET;
    conf->check_timeout = NGX_CONF_UNSET_MSEC;
    conf->connect_timeout = NGX_CONF_UNSET_MSEC;
    conf->max_redirects = NGX_CONF_UNSET;
    conf->header_max = NGX_CONF_UNSET_SIZE;
    conf->body_max = NGX_CONF_UNSET_SIZE;
    conf->regex_timeout = NGX_CONF_UNSET_MSEC;
    conf->allow_ended_methods = NGX_CONF_UNSET;
    conf->persistent_policy = NGX_CONF_UNSET_UINT;
    conf->max_checks = NGX_CONF_UNSET;

    return conf;
}


static char *
ngx_http_mpic_perspective_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_mpic_perspective_loc_conf_t  *prev = parent;
    ngx_http_mpic_perspective_loc_conf_t  *conf = child;

    ngx_conf_merge_str_value(conf->code, prev->code, "");
    ngx_conf_merge_value(conf->rir, prev->rir, NGX_CONF_UNSET);

    ngx_conf_merge_ptr_value(conf->caa_domains, prev->caa_domains, NULL);
    ngx_conf_merge_value(conf->allow_caa_lookup_failure,
                         prev->allow_caa_lookup_failure, 0);

    ngx_conf_merge_value(conf->http_port, prev->http_port, 80);
    ngx_conf_merge_value(conf->https_port, prev->https_port, 443);
    ngx_conf_merge_value(conf->tls_alpn_port, prev->tls_alpn_port, 443);

    ngx_conf_merge_msec_value(conf->check_timeout, prev->check_timeout, 5000);
    ngx_conf_merge_msec_value(conf->connect_timeout, prev->connect_timeout,
                              3000);
    ngx_conf_merge_value(conf->allow_ended_methods,
                         prev->allow_ended_methods, 0);
    ngx_conf_merge_uint_value(conf->persistent_policy,
                              prev->persistent_policy, 0);
    ngx_conf_merge_value(conf->max_checks, prev->max_checks, 4096);
    ngx_conf_merge_str_value(conf->user_agent, prev->user_agent,
                             NGX_HTTP_MPIC_USER_AGENT);
    ngx_mpic_log_merge(&prev->logs, &conf->logs);

    ngx_http_mpic_perspective_merge_bounds(prev, conf);
    ngx_http_mpic_perspective_merge_addresses(prev, conf);

    if (ngx_http_mpic_perspective_merge_resolver(cf, prev, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mpic_perspective_merge_check(cf, prev, conf);
}


/*
 * Where nothing of a resolver is set, the parent's own is taken and not a copy
 * of it: a worker has one channel for each.
 */

static ngx_int_t
ngx_http_mpic_perspective_merge_resolver(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_uint_t  own;

    own = conf->resolver_servers != NGX_CONF_UNSET_PTR
          || conf->resolver_timeout != NGX_CONF_UNSET_MSEC
          || conf->resolver_tries != NGX_CONF_UNSET
          || conf->dnssec_probe != NGX_CONF_UNSET_PTR
          || conf->dnssec_on != NGX_CONF_UNSET;

    if (!own) {

        /* the http level is never a child, and so not merged itself */

        if (ngx_http_mpic_perspective_make_resolver(cf, prev) != NGX_OK) {
            return NGX_ERROR;
        }

        conf->resolver = prev->resolver;
        conf->dnssec = prev->dnssec;
    }

    ngx_conf_merge_ptr_value(conf->resolver_servers, prev->resolver_servers,
                             NULL);
    ngx_conf_merge_msec_value(conf->resolver_timeout, prev->resolver_timeout,
                              2000);
    ngx_conf_merge_value(conf->resolver_tries, prev->resolver_tries, 2);
    ngx_conf_merge_ptr_value(conf->dnssec_probe, prev->dnssec_probe,
                             &ngx_http_mpic_perspective_probe);
    ngx_conf_merge_value(conf->dnssec_on, prev->dnssec_on, 0);

    return ngx_http_mpic_perspective_make_resolver(cf, conf);
}


static ngx_int_t
ngx_http_mpic_perspective_make_resolver(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_mpic_resolver_conf_t  *resolver;

    ngx_conf_init_ptr_value(conf->resolver_servers, NULL);

    if (conf->resolver != NULL || conf->resolver_servers == NULL) {
        return NGX_OK;
    }

    ngx_conf_init_msec_value(conf->resolver_timeout, 2000);
    ngx_conf_init_value(conf->resolver_tries, 2);
    ngx_conf_init_ptr_value(conf->dnssec_probe,
                            &ngx_http_mpic_perspective_probe);
    ngx_conf_init_value(conf->dnssec_on, 0);

    resolver = ngx_pcalloc(cf->pool, sizeof(ngx_mpic_resolver_conf_t));
    if (resolver == NULL) {
        return NGX_ERROR;
    }

    /* a copy: each has channels of its own */

    resolver->nservers = conf->resolver_servers->nelts;
    resolver->servers = ngx_palloc(cf->pool, resolver->nservers
                                             * sizeof(ngx_mpic_server_t));
    if (resolver->servers == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(resolver->servers, conf->resolver_servers->elts,
               resolver->nservers * sizeof(ngx_mpic_server_t));

    resolver->timeout = conf->resolver_timeout;
    resolver->tries = conf->resolver_tries;

    conf->resolver = resolver;

    if (conf->dnssec_on) {
        conf->dnssec = ngx_http_mpic_dnssec_create(cf, resolver,
                                                   conf->dnssec_probe);
        if (conf->dnssec == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* of what resolvers and web servers may send */

static void
ngx_http_mpic_perspective_merge_bounds(
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_conf_merge_value(conf->max_cnames, prev->max_cnames, MPIC_DNS_CNAMES);
    ngx_conf_merge_value(conf->max_records, prev->max_records,
                         MPIC_DNS_RECORDS);

    ngx_conf_merge_size_value(conf->dns_max, prev->dns_max, 1024 * 1024);

    conf->dns_limits.cnames = (size_t) conf->max_cnames;
    conf->dns_limits.records = (size_t) conf->max_records;

    ngx_conf_merge_value(conf->max_redirects, prev->max_redirects, 20);
    ngx_conf_merge_bitmask_value(conf->redirect_ports, prev->redirect_ports,
                                 (NGX_CONF_BITMASK_SET|MPIC_PORT_HTTP
                                  |MPIC_PORT_HTTPS));
    ngx_conf_merge_size_value(conf->header_max, prev->header_max, 65536);
    ngx_conf_merge_size_value(conf->body_max, prev->body_max, 65536);
    ngx_conf_merge_msec_value(conf->regex_timeout, prev->regex_timeout, 100);
}


static void
ngx_http_mpic_perspective_merge_addresses(
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_conf_merge_ptr_value(conf->allow, prev->allow, NULL);
    ngx_conf_merge_ptr_value(conf->deny, prev->deny, NULL);

    if (conf->allow != NULL) {
        conf->addresses.allow = conf->allow->elts;
        conf->addresses.nallow = conf->allow->nelts;
    }

    if (conf->deny != NULL) {
        conf->addresses.deny = conf->deny->elts;
        conf->addresses.ndeny = conf->deny->nelts;
    }
}


static char *
ngx_http_mpic_perspective_merge_check(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /* "if" and "limit_except" make a location that has no handler yet */

    if (clcf->noname && conf->check == NGX_CONF_UNSET
        && clcf->handler == NULL && prev->check != NGX_CONF_UNSET)
    {
        conf->check = prev->check;
        conf->file = prev->file;
        conf->line = prev->line;
        clcf->handler = ngx_http_mpic_perspective_handler;
    }

    if (conf->check == NGX_CONF_UNSET) {
        return ngx_http_mpic_perspective_merge_status(cf, prev, conf);
    }

    if (conf->resolver == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_check\" needs \"mpic_resolver\", the address "
                      "of a validating resolver, in %s:%ui",
                      conf->file, conf->line);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_perspective_stat_add(cf, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (conf->check == MPIC_CHECK_DCV
        && ngx_http_mpic_perspective_make_tls(cf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mpic_perspective_use_dnssec(cf, conf);
}


static char *
ngx_http_mpic_perspective_merge_status(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *prev,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_mpic_perspective_module);

    ngx_mpic_status_merge(cf, &prev->status, &conf->status,
                          ngx_http_mpic_perspective_status_handler);

    if (conf->status.line && pmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_perspective_status\" needs "
                      "\"mpic_perspective_zone\", such as "
                      "\"mpic_perspective_zone mpic:64k\" in \"http\", in "
                      "%s:%ui", conf->status.file, conf->status.line);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_mpic_perspective_make_tls(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_mpic_perspective_module);

    if (pmcf->tls == NULL) {
        pmcf->tls = ngx_http_mpic_tls_ctx(cf);

        if (pmcf->tls == NULL) {
            return NGX_ERROR;
        }
    }

    conf->tls = pmcf->tls;

    return NGX_OK;
}


static char *
ngx_http_mpic_perspective_use_dnssec(ngx_conf_t *cf,
    ngx_http_mpic_perspective_loc_conf_t *conf)
{
    ngx_uint_t                               i;
    ngx_http_mpic_dnssec_t                 **dnssec;
    ngx_http_mpic_perspective_main_conf_t   *pmcf;

    if (conf->dnssec == NULL) {

        /* BR 3.2.2.8; a check of control makes nothing of the permission */

        if (conf->allow_caa_lookup_failure && conf->check == MPIC_CHECK_CAA) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"mpic_allow_caa_lookup_failure on\" needs "
                          "\"mpic_dnssec on\": a lookup that fails is "
                          "permission only where a validating resolver "
                          "proves that the zone is not signed, in %s:%ui",
                          conf->file, conf->line);
            return NGX_CONF_ERROR;
        }

        return NGX_CONF_OK;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_mpic_perspective_module);
    dnssec = pmcf->dnssecs.elts;

    for (i = 0; i < pmcf->dnssecs.nelts; i++) {
        if (dnssec[i] == conf->dnssec) {
            return NGX_CONF_OK;
        }
    }

    dnssec = ngx_array_push(&pmcf->dnssecs);
    if (dnssec == NULL) {
        return NGX_CONF_ERROR;
    }

    *dnssec = conf->dnssec;

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_perspective_check(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    char                      *rv;
    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);

    if (rv == NGX_CONF_ERROR) {
        value = cf->args->elts;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"mpic_check\" must be \"dcv\" or \"caa\", "
                           "not \"%V\"", &value[1]);
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (plcf->status.line) {
        return "cannot be where \"mpic_perspective_status\" is";
    }

    plcf->file = cf->conf_file->file.name.data;
    plcf->line = cf->conf_file->line;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_mpic_perspective_handler;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_mpic_perspective_init_module(ngx_cycle_t *cycle)
{
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                            ngx_http_mpic_perspective_module);

    if (pmcf != NULL) {
        ngx_mpic_log_init_module(&pmcf->log_files);
    }

    return NGX_OK;
}


/*
 * The resolvers prove themselves before the first check comes.  Helpers of the
 * cache do no checks.
 */

static ngx_int_t
ngx_http_mpic_perspective_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                               i;
    ngx_http_mpic_dnssec_t                 **dnssec;
    ngx_http_mpic_perspective_main_conf_t   *pmcf;

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    pmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                            ngx_http_mpic_perspective_module);
    if (pmcf == NULL) {
        return NGX_OK;
    }

    ngx_http_mpic_perspective_stat_worker(pmcf);
    ngx_mpic_log_init(&pmcf->log_files);

    dnssec = pmcf->dnssecs.elts;

    for (i = 0; i < pmcf->dnssecs.nelts; i++) {
        ngx_http_mpic_dnssec_start(dnssec[i]);
    }

    return NGX_OK;
}


/* a fast exit runs no cleanup of requests: what is pending ends here */

static void
ngx_http_mpic_perspective_exit_process(ngx_cycle_t *cycle)
{
    ngx_mpic_jobs_abort();
    ngx_mpic_log_exit(cycle->log);
    ngx_http_mpic_dnssec_exit();
    ngx_mpic_curl_exit();
    ngx_mpic_resolvers_exit();
    ngx_mpic_poll_exit();
}
