
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_batch.h"
#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_early.h"
#include "ngx_http_mpic_variable.h"

#include "ngx_mpic_http.h"
#include "ngx_mpic_pool.h"


#define NGX_HTTP_MPIC_EARLY_POOL_SIZE  4096


/*
 * A request as it was read, in a pool of its own: it belongs to the client's
 * request until it becomes a job's, which may live longer.
 */

struct ngx_http_mpic_early_s {
    ngx_pool_t                *pool;

    /* what it was read for: another location may read it otherwise */
    ngx_http_mpic_loc_conf_t  *conf;

    mpic_request_t             request;
    mpic_issues_t              issues;
    int                        rc;

    /* the body has not come yet */
    unsigned                   reading:1;
    /* "rc", "request" and "issues" are there */
    unsigned                   parsed:1;
};


static ngx_int_t ngx_http_mpic_early_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_mpic_early_create(ngx_http_request_t *r,
    ngx_http_mpic_loc_conf_t *conf, ngx_http_mpic_values_t *values);
static void ngx_http_mpic_early_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_mpic_early_parse(ngx_http_request_t *r,
    ngx_http_mpic_values_t *values, ngx_str_t *body);
static void ngx_http_mpic_early_cleanup(void *data);


ngx_int_t
ngx_http_mpic_early(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_PREACCESS_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_mpic_early_handler;

    return NGX_OK;
}


/*
 * As ngx_http_mirror_module reads a body in a phase.  What is refused without
 * one is left to the content handler, so that access is looked at first.
 */

static ngx_int_t
ngx_http_mpic_early_handler(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_http_mpic_early_t     *early;
    ngx_http_mpic_values_t    *values;
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    if (!mlcf->read_early || mlcf->set == NULL || r != r->main
        || ngx_mpic_http_refuses(r))
    {
        return NGX_DECLINED;
    }

    values = ngx_http_mpic_values(r);
    if (values == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    early = values->early;

    if (early != NULL && early->conf == mlcf) {
        return early->reading ? NGX_DONE : NGX_DECLINED;
    }

    if (ngx_http_mpic_early_create(r, mlcf, values) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_mpic_http_read_body(r, ngx_http_mpic_early_body_handler);

    if (rc != NGX_DONE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_mpic_early_create(ngx_http_request_t *r,
    ngx_http_mpic_loc_conf_t *conf, ngx_http_mpic_values_t *values)
{
    ngx_pool_t             *pool;
    ngx_pool_cleanup_t     *cln;
    ngx_http_mpic_early_t  *early;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    /* not the request's log, which may be gone before it */

    pool = ngx_create_pool(NGX_HTTP_MPIC_EARLY_POOL_SIZE, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    early = ngx_pcalloc(pool, sizeof(ngx_http_mpic_early_t));
    if (early == NULL) {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    early->pool = pool;
    early->conf = conf;
    early->reading = 1;

    cln->handler = ngx_http_mpic_early_cleanup;
    cln->data = early;

    values->early = early;

    return NGX_OK;
}


static void
ngx_http_mpic_early_body_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_str_t                       body;
    ngx_http_mpic_values_t         *values;
    const ngx_mpic_http_refusal_t  *refusal;

    values = ngx_http_mpic_values_get(r);
    values->early->reading = 0;

    rc = ngx_mpic_http_body(r, &body, &refusal);

    if (rc == NGX_OK) {
        rc = ngx_http_mpic_early_parse(r, values, &body);
    }

    if (rc == NGX_ERROR) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    r->preserve_body = 1;

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


static ngx_int_t
ngx_http_mpic_early_parse(ngx_http_request_t *r,
    ngx_http_mpic_values_t *values, ngx_str_t *body)
{
    mpic_pool_t             pool;
    ngx_http_mpic_early_t  *early;

    early = values->early;

    if (ngx_http_mpic_is_batch(early->conf, body)) {
        ngx_str_set(&values->type, "batch");
        return NGX_OK;
    }

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = early->pool;

    early->rc = ngx_http_mpic_dialect_parse(early->conf, &pool, body,
                                            &early->request, &early->issues);
    if (early->rc == -1) {
        return NGX_ERROR;
    }

    early->parsed = 1;

    if (early->rc != 0) {
        return NGX_OK;
    }

    return ngx_http_mpic_values_request(r->pool, values, &early->request);
}


ngx_int_t
ngx_http_mpic_early_take(ngx_http_request_t *r, ngx_mpic_job_t *job,
    ngx_http_mpic_early_t **early)
{
    ngx_pool_cleanup_t      *cln, *mine;
    ngx_http_mpic_values_t  *values;

    *early = NULL;
    values = ngx_http_mpic_values_get(r);

    if (values == NULL || values->early == NULL || !values->early->parsed
        || values->early->conf
           != ngx_http_get_module_loc_conf(r, ngx_http_mpic_module))
    {
        return NGX_OK;
    }

    for (mine = r->pool->cleanup; mine; mine = mine->next) {
        if (mine->handler == ngx_http_mpic_early_cleanup
            && mine->data == values->early)
        {
            break;
        }
    }

    cln = ngx_pool_cleanup_add(job->pool, 0);

    if (cln == NULL || mine == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_mpic_early_cleanup;
    cln->data = values->early;

    mine->handler = NULL;

    *early = values->early;
    values->early = NULL;

    return NGX_OK;
}


int
ngx_http_mpic_early_request(ngx_http_mpic_early_t *early,
    mpic_request_t *request, mpic_issues_t **issues)
{
    *request = early->request;
    *issues = &early->issues;

    return early->rc;
}


static void
ngx_http_mpic_early_cleanup(void *data)
{
    ngx_http_mpic_early_t *early = data;

    ngx_destroy_pool(early->pool);
}
