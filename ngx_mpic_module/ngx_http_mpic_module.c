
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_batch.h"
#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_early.h"
#include "ngx_http_mpic_health.h"
#include "ngx_http_mpic_log.h"
#include "ngx_http_mpic_stat.h"
#include "ngx_http_mpic_variable.h"

#include "ngx_mpic_poll.h"

#include "mpic_batch.h"
#include "mpic_fanout.h"


/* mpic_repeat_after, percent */
#define NGX_HTTP_MPIC_REPEAT  50


/* in flight a worker: with six answers of 64 KiB each, under 400 MiB */
#define NGX_HTTP_MPIC_REQUESTS  1024


static ngx_int_t ngx_http_mpic_postconfiguration(ngx_conf_t *cf);
static void *ngx_http_mpic_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_mpic_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_mpic_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static void ngx_http_mpic_inherit(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *prev, ngx_http_mpic_loc_conf_t *conf);
static char *ngx_http_mpic_check_policy(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf);
static char *ngx_http_mpic_merge_status(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *prev, ngx_http_mpic_loc_conf_t *conf);
static ngx_int_t ngx_http_mpic_add_location(ngx_conf_t *cf,
    ngx_http_mpic_main_conf_t *mmcf, ngx_http_mpic_loc_conf_t *mlcf);
static char *ngx_http_mpic_validate(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_mpic_policy(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_mpic_policy_dissent(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *dissent);
static char *ngx_http_mpic_count_bounds(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_http_mpic_timeout_bounds(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_http_mpic_attempts_bounds(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_http_mpic_repeat_after(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_mpic_init_module(ngx_cycle_t *cycle);
static ngx_http_mpic_main_conf_t *ngx_http_mpic_before(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_mpic_init_process(ngx_cycle_t *cycle);
static void ngx_http_mpic_exit_process(ngx_cycle_t *cycle);


static ngx_conf_num_bounds_t  ngx_http_mpic_max_requests_bounds = {
    ngx_conf_check_num_bounds, 1, 1000000
};

static ngx_conf_post_t  ngx_http_mpic_count_post = {
    ngx_http_mpic_count_bounds
};

static ngx_conf_num_bounds_t  ngx_http_mpic_batch_bounds = {
    ngx_conf_check_num_bounds, 0, MPIC_BATCH_MAX
};

static ngx_conf_num_bounds_t  ngx_http_mpic_parallel_bounds = {
    ngx_conf_check_num_bounds, 1, MPIC_BATCH_MAX
};

static ngx_conf_post_t  ngx_http_mpic_timeout_post = {
    ngx_http_mpic_timeout_bounds
};

static ngx_conf_post_t  ngx_http_mpic_attempts_post = {
    ngx_http_mpic_attempts_bounds
};


static ngx_command_t  ngx_http_mpic_commands[] = {

    { ngx_string("mpic_perspectives"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mpic_perspectives,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_validate"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_mpic_validate,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_policy"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_mpic_policy,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_allow_monitoring"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, allow_monitoring),
      NULL },

    { ngx_string("mpic_reject_below_floor"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, reject_below_floor),
      NULL },

    { ngx_string("mpic_read_early"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, read_early),
      NULL },

    { ngx_string("mpic_perspective_count"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, perspective_count),
      &ngx_http_mpic_count_post },

    { ngx_string("mpic_max_requests"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, max_requests),
      &ngx_http_mpic_max_requests_bounds },

    { ngx_string("mpic_batch_max"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, batch_max),
      &ngx_http_mpic_batch_bounds },

    { ngx_string("mpic_batch_parallel"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, batch_parallel),
      &ngx_http_mpic_parallel_bounds },

    { ngx_string("mpic_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, timeout),
      &ngx_http_mpic_timeout_post },

    { ngx_string("mpic_grace"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, grace),
      NULL },

    { ngx_string("mpic_max_attempts"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, max_attempts),
      &ngx_http_mpic_attempts_post },

    { ngx_string("mpic_repeat_after"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_mpic_repeat_after,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_log"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mpic_log,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_log_required"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mpic_loc_conf_t, log_required),
      NULL },

    { ngx_string("mpic_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_mpic_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_mpic_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_mpic_module_ctx = {
    ngx_http_mpic_variables,               /* preconfiguration */
    ngx_http_mpic_postconfiguration,       /* postconfiguration */

    ngx_http_mpic_create_main_conf,        /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_mpic_create_loc_conf,         /* create location configuration */
    ngx_http_mpic_merge_loc_conf           /* merge location configuration */
};


ngx_module_t  ngx_http_mpic_module = {
    NGX_MODULE_V1,
    &ngx_http_mpic_module_ctx,             /* module context */
    ngx_http_mpic_commands,                /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_mpic_init_module,             /* init module */
    ngx_http_mpic_init_process,            /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_mpic_exit_process,            /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_mpic_postconfiguration(ngx_conf_t *cf)
{
    ngx_str_t                   name;
    ngx_http_mpic_main_conf_t  *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mpic_module);

    ngx_str_set(&name, "request_id");

    mmcf->request_id = ngx_http_get_variable_index(cf, &name);
    if (mmcf->request_id == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (ngx_http_mpic_early(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_mpic_log_check(cf, &mmcf->log_files);
}


static void *
ngx_http_mpic_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_mpic_main_conf_t  *mmcf;

    mmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_main_conf_t));
    if (mmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mmcf->sets, cf->pool, 2,
                       sizeof(ngx_http_mpic_set_t *))
        != NGX_OK
        || ngx_array_init(&mmcf->locations, cf->pool, 2,
                          sizeof(ngx_http_mpic_location_t))
           != NGX_OK)
    {
        return NULL;
    }

    return mmcf;
}


static void *
ngx_http_mpic_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_loc_conf_t));
    if (mlcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     mlcf->set_name = { 0, NULL };
     *     mlcf->set = NULL;
     *     mlcf->dialect = NGX_HTTP_MPIC_OPEN;
     *     mlcf->status = { NULL, 0, 0 };
     */

    mlcf->policy = NGX_CONF_UNSET_UINT;
    mlcf->dissent = NGX_CONF_UNSET_UINT;
    mlcf->allow_monitoring = NGX_CONF_UNSET;
    mlcf->reject_below_floor = NGX_CONF_UNSET;
    mlcf->read_early = NGX_CONF_UNSET;
    mlcf->log_required = NGX_CONF_UNSET;
    mlcf->perspective_count = NGX_CONF_UNSET_UINT;
    mlcf->max_requests = NGX_CONF_UNSET;
    mlcf->batch_max = NGX_CONF_UNSET_UINT;
    mlcf->batch_parallel = NGX_CONF_UNSET_UINT;
    mlcf->timeout = NGX_CONF_UNSET_MSEC;
    mlcf->grace = NGX_CONF_UNSET_MSEC;
    mlcf->max_attempts = NGX_CONF_UNSET_UINT;
    mlcf->repeat = NGX_CONF_UNSET_UINT;

    return mlcf;
}


static char *
ngx_http_mpic_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_mpic_loc_conf_t  *prev = parent;
    ngx_http_mpic_loc_conf_t  *conf = child;

    ngx_uint_t                  i;
    ngx_http_mpic_set_t       **sets;
    ngx_http_mpic_main_conf_t  *mmcf;

    ngx_conf_merge_uint_value(conf->policy, prev->policy, MPIC_POLICY_BR);
    ngx_conf_merge_uint_value(conf->dissent, prev->dissent, MPIC_DISSENT_MAX);
    ngx_conf_merge_value(conf->allow_monitoring, prev->allow_monitoring, 0);
    ngx_conf_merge_value(conf->reject_below_floor, prev->reject_below_floor,
                         0);
    ngx_conf_merge_value(conf->read_early, prev->read_early, 0);
    ngx_conf_merge_value(conf->log_required, prev->log_required, 0);
    ngx_conf_merge_uint_value(conf->perspective_count,
                              prev->perspective_count, 0);
    ngx_conf_merge_value(conf->max_requests, prev->max_requests,
                         NGX_HTTP_MPIC_REQUESTS);
    ngx_conf_merge_uint_value(conf->batch_max, prev->batch_max,
                              NGX_HTTP_MPIC_BATCH_MAX);
    ngx_conf_merge_uint_value(conf->batch_parallel, prev->batch_parallel,
                              NGX_HTTP_MPIC_BATCH_PARALLEL);
    ngx_conf_merge_msec_value(conf->timeout, prev->timeout, 9000);
    ngx_conf_merge_msec_value(conf->grace, prev->grace, 0);
    ngx_conf_merge_uint_value(conf->max_attempts, prev->max_attempts, 1);
    ngx_conf_merge_uint_value(conf->repeat, prev->repeat,
                              NGX_HTTP_MPIC_REPEAT);

    ngx_mpic_log_merge(&prev->logs, &conf->logs);

    if (conf->set_name.len == 0) {
        ngx_http_mpic_inherit(cf, prev, conf);
        return ngx_http_mpic_merge_status(cf, prev, conf);
    }

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mpic_module);
    sets = mmcf->sets.elts;

    for (i = 0; i < mmcf->sets.nelts; i++) {
        if (sets[i]->name.len == conf->set_name.len
            && ngx_strncmp(sets[i]->name.data, conf->set_name.data,
                           conf->set_name.len)
               == 0)
        {
            conf->set = sets[i];

            if (ngx_http_mpic_add_location(cf, mmcf, conf) != NGX_OK
                || ngx_http_mpic_log_check(cf, conf) != NGX_CONF_OK)
            {
                return NGX_CONF_ERROR;
            }

            return ngx_http_mpic_check_policy(cf, conf);
        }
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"mpic_validate %V\": there is no \"mpic_perspectives %V\"",
                  &conf->set_name, &conf->set_name);

    return NGX_CONF_ERROR;
}


/*
 * mpic_validate is of its location alone, as all content handlers are.  But
 * "if" and "limit_except" make a location that has no handler yet, in which no
 * directive of ours may stand: it is as the one around it.
 */

static void
ngx_http_mpic_inherit(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *prev,
    ngx_http_mpic_loc_conf_t *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->noname && clcf->handler == NULL && prev->set != NULL) {
        conf->set_name = prev->set_name;
        conf->set = prev->set;
        conf->dialect = prev->dialect;
        conf->limits = prev->limits;
        conf->cohorts = prev->cohorts;

        clcf->handler = ngx_http_mpic_handler;
    }
}


static char *
ngx_http_mpic_merge_status(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *prev,
    ngx_http_mpic_loc_conf_t *conf)
{
    ngx_http_mpic_main_conf_t  *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mpic_module);

    ngx_mpic_status_merge(cf, &prev->status, &conf->status,
                          ngx_http_mpic_status_handler);

    if (conf->status.line && mmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_status\" needs \"mpic_zone\", such as "
                      "\"mpic_zone mpic:1m\" in \"http\", in %s:%ui",
                      conf->status.file, conf->status.line);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_mpic_add_location(ngx_conf_t *cf, ngx_http_mpic_main_conf_t *mmcf,
    ngx_http_mpic_loc_conf_t *mlcf)
{
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_core_srv_conf_t  *cscf;
    ngx_http_mpic_location_t  *location;

    location = ngx_array_push(&mmcf->locations);
    if (location == NULL) {
        return NGX_ERROR;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    location->name = clcf->name;
    location->server = cscf->server_name;
    location->conf = mlcf;

    return NGX_OK;
}


static char *
ngx_http_mpic_check_policy(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *mlcf)
{
    size_t      need;
    ngx_uint_t  known;

    known = mlcf->set->perspectives.nelts;

    mlcf->limits.policy = (mpic_policy_e) mlcf->policy;
    mlcf->limits.known = known;
    mlcf->limits.count = mlcf->perspective_count;
    mlcf->limits.dissent = mlcf->dissent;
    mlcf->limits.monitoring = (mlcf->allow_monitoring != 0);
    mlcf->limits.reject = (mlcf->reject_below_floor != 0);

    /* the Open MPIC API lets a caller ask for fewer than by default */

    mlcf->limits.floor = (mlcf->policy == MPIC_POLICY_BR)
                         ? mlcf->perspective_count : 0;

    if (mlcf->perspective_count > known) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_perspective_count %ui\" is more than the %ui "
                      "perspectives of \"mpic_perspectives %V\"",
                      mlcf->perspective_count, known, &mlcf->set_name);
        return NGX_CONF_ERROR;
    }

    need = mpic_policy_remotes((mpic_policy_e) mlcf->policy, ngx_time());

    if (known < need) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_perspectives %V\" has %ui perspectives; the "
                      "Baseline Requirements (3.2.2.9) ask for at least %uz "
                      "now; add perspectives, or set \"mpic_policy private\"",
                      &mlcf->set_name, known, need);
        return NGX_CONF_ERROR;
    }

    if (mlcf->policy == MPIC_POLICY_PRIVATE) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"mpic_policy private\" with \"mpic_validate %V\": the "
                      "floors of the Baseline Requirements are not applied",
                      &mlcf->set_name);
    }

    return ngx_http_mpic_cohorts(cf, mlcf);
}


static char *
ngx_http_mpic_validate(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_loc_conf_t *mlcf = conf;

    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    if (mlcf->set_name.len) {
        return "is duplicate";
    }

    if (mlcf->status.line) {
        return "cannot be where \"mpic_status\" is";
    }

    value = cf->args->elts;

    if (value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"mpic_validate\" needs the name of an "
                           "\"mpic_perspectives\" block");
        return NGX_CONF_ERROR;
    }

    mlcf->set_name = value[1];

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_mpic_handler;

    return (cf->args->nelts > 2) ? ngx_http_mpic_dialect(cf, mlcf, &value[2])
                                 : NGX_CONF_OK;
}


/*
 * mpic_policy br [non_corroborations=number] | private
 */

static char *
ngx_http_mpic_policy(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_loc_conf_t *mlcf = conf;

    ngx_str_t  *value;

    if (mlcf->policy != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    mlcf->dissent = MPIC_DISSENT_MAX;

    if (ngx_strcmp(value[1].data, "br") == 0) {
        mlcf->policy = MPIC_POLICY_BR;

        return (cf->args->nelts == 2)
               ? NGX_CONF_OK
               : ngx_http_mpic_policy_dissent(cf, &value[2], &mlcf->dissent);
    }

    if (ngx_strcmp(value[1].data, "private") == 0 && cf->args->nelts == 2) {
        mlcf->policy = MPIC_POLICY_PRIVATE;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"mpic_policy\": expected "
                       "\"br\", \"br non_corroborations=number\" or "
                       "\"private\"", &value[cf->args->nelts - 1]);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_mpic_policy_dissent(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *dissent)
{
    ngx_int_t  n;

    n = NGX_ERROR;

    if (ngx_strncmp(word->data, "non_corroborations=", 19) == 0) {
        n = ngx_atoi(word->data + 19, word->len - 19);
    }

    if (n == NGX_ERROR || n > MPIC_DISSENT_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"mpic_policy br\": "
                           "expected \"non_corroborations=\" and a number "
                           "from 0 to %d", word, MPIC_DISSENT_MAX);
        return NGX_CONF_ERROR;
    }

    *dissent = (ngx_uint_t) n;

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_count_bounds(ngx_conf_t *cf, void *post, void *data)
{
    ngx_int_t  *np = data;

    if (*np < 2 || *np > MPIC_PERSPECTIVES_MAX) {
        return "must be from 2 to 64";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_timeout_bounds(ngx_conf_t *cf, void *post, void *data)
{
    ngx_msec_t  *msp = data;

    if (*msp == 0) {
        return "must not be 0";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_attempts_bounds(ngx_conf_t *cf, void *post, void *data)
{
    ngx_int_t  *np = data;

    if (*np < 1 || *np > MPIC_ATTEMPTS_MAX) {
        return "must be from 1 to 8";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mpic_repeat_after(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_loc_conf_t *mlcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (mlcf->repeat != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        mlcf->repeat = 0;
        return NGX_CONF_OK;
    }

    n = NGX_ERROR;

    if (value[1].len > 1 && value[1].data[value[1].len - 1] == '%') {
        n = ngx_atoi(value[1].data, value[1].len - 1);
    }

    if (n < 1 || n > 99) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, it "
                           "must be from \"1%%\" to \"99%%\", or \"off\"",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    mlcf->repeat = (ngx_uint_t) n;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_mpic_init_module(ngx_cycle_t *cycle)
{
    ngx_http_mpic_main_conf_t  *mmcf, *before;

    mmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_mpic_module);

    if (mmcf == NULL) {
        return NGX_OK;
    }

    ngx_mpic_log_init_module(&mmcf->log_files);

    before = ngx_http_mpic_before(cycle);

    if (before != NULL) {
        ngx_mpic_log_inherit(&mmcf->log_files, &before->log_files);
    }

    return NGX_OK;
}


/* the configuration that a reload replaces, or NULL */

static ngx_http_mpic_main_conf_t *
ngx_http_mpic_before(ngx_cycle_t *cycle)
{
    ngx_cycle_t  *old;

    old = cycle->old_cycle;

    if (old == NULL || old->conf_ctx == NULL
        || ngx_http_mpic_module.index >= old->modules_n
        || old->modules[ngx_http_mpic_module.index] != &ngx_http_mpic_module)
    {
        return NULL;
    }

    return ngx_http_cycle_get_module_main_conf(old, ngx_http_mpic_module);
}


/* helpers of the cache take no requests */

static ngx_int_t
ngx_http_mpic_init_process(ngx_cycle_t *cycle)
{
    ngx_http_mpic_main_conf_t  *mmcf;

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    mmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_mpic_module);

    if (mmcf != NULL) {
        ngx_http_mpic_stat_worker(mmcf);
        ngx_http_mpic_health_worker(mmcf);
        ngx_mpic_log_init(&mmcf->log_files);
    }

    return NGX_OK;
}


/*
 * A worker that exits at once runs no cleanups of requests: the jobs first,
 * then the libraries that they use.
 */

static void
ngx_http_mpic_exit_process(ngx_cycle_t *cycle)
{
    ngx_mpic_jobs_abort();
    ngx_mpic_log_exit(cycle->log);
    ngx_http_mpic_health_exit();
    ngx_mpic_curl_exit();
    ngx_mpic_poll_exit();
}
