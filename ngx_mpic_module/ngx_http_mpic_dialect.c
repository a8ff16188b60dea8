
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_dialect.h"

#include "mpic_draft.h"
#include "mpic_response.h"


char *
ngx_http_mpic_dialect(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *mlcf,
    ngx_str_t *value)
{
    if (ngx_strcmp(value->data, "dialect=draft") == 0) {
        mlcf->dialect = NGX_HTTP_MPIC_DRAFT;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value->data, "dialect=open-mpic") == 0) {
        mlcf->dialect = NGX_HTTP_MPIC_OPEN;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\", expected "
                       "\"dialect=open-mpic\" or \"dialect=draft\"", value);

    return NGX_CONF_ERROR;
}


int
ngx_http_mpic_dialect_parse(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, ngx_str_t *body, mpic_request_t *request,
    mpic_issues_t *issues)
{
    if (mlcf->dialect == NGX_HTTP_MPIC_DRAFT) {
        return mpic_draft_parse(pool, (char *) body->data, body->len, request,
                                issues);
    }

    return mpic_request_parse(pool, (char *) body->data, body->len,
                              MPIC_REQUEST_COORDINATOR, request, issues);
}


int
ngx_http_mpic_dialect_issues(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, const mpic_issues_t *issues, mpic_str_t *json)
{
    if (mlcf->dialect == NGX_HTTP_MPIC_DRAFT) {
        return mpic_draft_issues_print(pool, issues, json);
    }

    return mpic_issues_print(pool, issues, json);
}


int
ngx_http_mpic_dialect_error(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, const char *type, const mpic_str_t *message,
    mpic_str_t *json)
{
    if (mlcf->dialect == NGX_HTTP_MPIC_DRAFT) {
        return mpic_draft_error_print(pool, message, json);
    }

    return mpic_error_print(pool, type, message, json);
}


int
ngx_http_mpic_dialect_answer(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, const mpic_request_t *request, mpic_str_t *json,
    int *success)
{
    mpic_str_t  answer;

    if (mlcf->dialect != NGX_HTTP_MPIC_DRAFT) {
        return 0;
    }

    answer = *json;

    return mpic_draft_answer(pool, request, &answer, json, success);
}


ngx_str_t *
ngx_http_mpic_dialect_broken(ngx_http_mpic_loc_conf_t *mlcf)
{
    static ngx_str_t  open = ngx_string("{\"error\":\"internal-error\","
                                        "\"message\":\"The coordinator ran "
                                        "out of resources.\"}");
    static ngx_str_t  draft = ngx_string("{\"success\":false,\"error\":\"The "
                                         "coordinator ran out of "
                                         "resources.\"}");

    return (mlcf->dialect == NGX_HTTP_MPIC_DRAFT) ? &draft : &open;
}
