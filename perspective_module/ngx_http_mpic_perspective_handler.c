
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_perspective_module.h"
#include "ngx_http_mpic_perspective_log.h"
#include "ngx_http_mpic_perspective_stat.h"
#include "mpic_response.h"
#include "ngx_mpic_http.h"
#include "ngx_mpic_pool.h"


static void ngx_http_mpic_perspective_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_mpic_perspective_start(ngx_http_request_t *r);
static ngx_int_t ngx_http_mpic_perspective_busy(ngx_http_request_t *r);
static ngx_int_t ngx_http_mpic_perspective_refuse(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal);
static ngx_int_t ngx_http_mpic_perspective_refusal(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal);
static ngx_int_t ngx_http_mpic_perspective_fail(ngx_http_request_t *r);


static const ngx_mpic_http_refusal_t  ngx_http_mpic_perspective_full = {
    NGX_HTTP_SERVICE_UNAVAILABLE, "too-many-checks",
    "This perspective is busy with as many checks as it is configured for."
};


ngx_int_t
ngx_http_mpic_perspective_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    const ngx_mpic_http_refusal_t  *refusal;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "mpic perspective handler");

    rc = ngx_mpic_http_accept(r, &refusal);

    if (rc == NGX_DECLINED) {
        return ngx_http_mpic_perspective_refuse(r, refusal);
    }

    if (rc != NGX_OK) {
        return ngx_http_mpic_perspective_fail(r);
    }

    return ngx_mpic_http_read_body(r, ngx_http_mpic_perspective_body);
}


static void
ngx_http_mpic_perspective_body(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_mpic_perspective_start(r);

    if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
    }
}


/* NGX_DONE: a check runs, and the request is its to finalize */

static ngx_int_t
ngx_http_mpic_perspective_start(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    ngx_str_t                              body;
    const ngx_mpic_http_refusal_t         *refusal;
    ngx_http_mpic_perspective_loc_conf_t  *plcf;

    rc = ngx_mpic_http_body(r, &body, &refusal);

    if (rc == NGX_DECLINED) {
        return ngx_http_mpic_perspective_refuse(r, refusal);
    }

    if (rc != NGX_OK) {
        return ngx_http_mpic_perspective_fail(r);
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_perspective_module);

    if (ngx_mpic_jobs_running() >= (ngx_uint_t) plcf->max_checks) {
        return ngx_http_mpic_perspective_busy(r);
    }

    if (ngx_http_mpic_check_start(r, plcf, &body) != NGX_OK) {
        return ngx_http_mpic_perspective_fail(r);
    }

    return NGX_DONE;
}


static ngx_int_t
ngx_http_mpic_perspective_busy(ngx_http_request_t *r)
{
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "mpic check refused: \"mpic_max_checks\" is reached");

    if (ngx_mpic_add_retry_after(r, 1) != NGX_OK) {
        return ngx_http_mpic_perspective_fail(r);
    }

    return ngx_http_mpic_perspective_refuse(r,
                                            &ngx_http_mpic_perspective_full);
}


static ngx_int_t
ngx_http_mpic_perspective_refuse(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal)
{
    ngx_int_t  rc;

    rc = ngx_http_mpic_perspective_refusal(r, refusal);

    ngx_http_mpic_perspective_log_refused(r, rc, refusal->status,
                                          refusal->type);

    return rc;
}


static ngx_int_t
ngx_http_mpic_perspective_refusal(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal)
{
    ngx_str_t                              body;
    mpic_str_t                             message, json;
    mpic_pool_t                            pool;
    ngx_http_mpic_perspective_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_perspective_module);

    ngx_http_mpic_perspective_stat_refused(plcf, refusal->status);

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = r->pool;

    message.data = refusal->message;
    message.len = ngx_strlen(refusal->message);

    if (mpic_error_print(&pool, refusal->type, &message, &json) != 0) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = (u_char *) json.data;
    body.len = json.len;

    return ngx_mpic_send_json(r, refusal->status, &body);
}


/* there is no memory, or the request is none of a client's */

static ngx_int_t
ngx_http_mpic_perspective_fail(ngx_http_request_t *r)
{
    ngx_http_mpic_perspective_log_refused(r, NGX_HTTP_INTERNAL_SERVER_ERROR,
                                          NGX_HTTP_INTERNAL_SERVER_ERROR,
                                          "internal-error");

    return NGX_HTTP_INTERNAL_SERVER_ERROR;
}
