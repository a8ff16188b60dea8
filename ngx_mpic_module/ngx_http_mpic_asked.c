
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What a record has of the client's request beside what that says: who asked,
 * and when.
 */


#include "ngx_http_mpic_log.h"


static ngx_int_t ngx_http_mpic_asked_values(ngx_http_request_t *r,
    ngx_http_mpic_asked_t *asked, ngx_pool_t *pool, ngx_uint_t status);
static void ngx_http_mpic_asked_blind(ngx_http_mpic_asked_t *asked,
    ngx_pool_t *pool);


ngx_int_t
ngx_http_mpic_asked(ngx_http_request_t *r, ngx_pool_t *pool,
    ngx_http_mpic_asked_t *asked)
{
    ngx_str_t                   id;
    ngx_time_t                 *tp;
    ngx_http_mpic_loc_conf_t   *mlcf;
    ngx_http_variable_value_t  *value;
    ngx_http_mpic_main_conf_t  *mmcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);
    mmcf = ngx_http_get_module_main_conf(r, ngx_http_mpic_module);

    ngx_memzero(asked, sizeof(ngx_http_mpic_asked_t));

    if (mlcf->logs.logs == NULL) {
        return NGX_OK;
    }

    tp = ngx_timeofday();

    asked->conf = mlcf;
    asked->time = (uint64_t) tp->sec * 1000 + tp->msec;
    asked->start = ngx_current_msec;
    asked->connection = r->connection->number;
    asked->number = r->connection->requests;

    value = ngx_http_get_indexed_variable(r,
                                          (ngx_uint_t) mmcf->request_id);

    if (value == NULL || value->not_found) {
        return NGX_OK;
    }

    id.data = value->data;
    id.len = value->len;

    asked->request_id.data = ngx_pstrdup(pool, &id);
    asked->request_id.len = id.len;

    return asked->request_id.data ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_mpic_asked_copy(ngx_pool_t *pool, ngx_http_mpic_asked_t *from,
    ngx_http_mpic_asked_t *asked)
{
    *asked = *from;

    if (asked->conf == NULL || from->request_id.data == NULL) {
        return NGX_OK;
    }

    asked->request_id.data = ngx_pstrdup(pool, &from->request_id);

    return asked->request_id.data ? NGX_OK : NGX_ERROR;
}


void
ngx_http_mpic_asked_read(ngx_http_request_t *r, ngx_http_mpic_asked_t *asked,
    ngx_pool_t *pool, ngx_uint_t status)
{
    if (asked->conf == NULL || asked->read) {
        return;
    }

    asked->read = 1;

    if (r == NULL
        || ngx_http_mpic_asked_values(r, asked, pool, status) != NGX_OK)
    {
        ngx_http_mpic_asked_blind(asked, pool);
    }
}


/*
 * A "map" keeps its first value, which may not be that of another request of
 * the batch, nor that of access_log later: so nothing that is looked at here
 * is kept.
 */

static ngx_int_t
ngx_http_mpic_asked_values(ngx_http_request_t *r,
    ngx_http_mpic_asked_t *asked, ngx_pool_t *pool, ngx_uint_t status)
{
    size_t                      size;
    ngx_int_t                   rc;
    ngx_uint_t                  before;
    ngx_http_core_main_conf_t  *cmcf;
    ngx_http_variable_value_t  *kept;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    size = cmcf->variables.nelts * sizeof(ngx_http_variable_value_t);

    kept = ngx_palloc(pool, size);
    if (kept == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(kept, r->variables, size);

    before = r->headers_out.status;
    r->headers_out.status = status;

    rc = ngx_mpic_log_take(r, &asked->conf->logs, pool, &asked->taken,
                           &asked->n);

    r->headers_out.status = before;

    ngx_memcpy(r->variables, kept, size);

    return rc;
}


static void
ngx_http_mpic_asked_blind(ngx_http_mpic_asked_t *asked, ngx_pool_t *pool)
{
    ngx_uint_t       i, n;
    ngx_mpic_log_t  *log;

    log = asked->conf->logs.logs->elts;
    n = asked->conf->logs.logs->nelts;

    asked->n = 0;
    asked->taken = ngx_pcalloc(pool, n * sizeof(ngx_mpic_log_taken_t));

    for (i = 0; i < n; i++) {

        if (asked->taken == NULL) {
            ngx_mpic_log_lose();
            continue;
        }

        asked->taken[asked->n++].log = &log[i];
    }
}
