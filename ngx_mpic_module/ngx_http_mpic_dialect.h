
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What a location speaks with its clients: the Open MPIC API, or the IETF
 * draft.  All else is done in the words of the former.
 */


#ifndef _NGX_HTTP_MPIC_DIALECT_H_INCLUDED_
#define _NGX_HTTP_MPIC_DIALECT_H_INCLUDED_


#include "ngx_http_mpic_module.h"

#include "mpic_request.h"


#define NGX_HTTP_MPIC_OPEN   0
#define NGX_HTTP_MPIC_DRAFT  1


/*
 * Reads a parameter "dialect=…" of mpic_validate.
 */
char *ngx_http_mpic_dialect(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *mlcf,
    ngx_str_t *value);

/*
 * As mpic_request_parse() by a coordinator.
 */
int ngx_http_mpic_dialect_parse(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, ngx_str_t *body, mpic_request_t *request,
    mpic_issues_t *issues);

/*
 * As mpic_issues_print(): the body of a 400.
 */
int ngx_http_mpic_dialect_issues(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, const mpic_issues_t *issues, mpic_str_t *json);

/*
 * As mpic_error_print(): the body of other statuses.
 */
int ngx_http_mpic_dialect_error(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, const char *type, const mpic_str_t *message,
    mpic_str_t *json);

/*
 * From the answer of the Open MPIC API to the one for the client, in the same
 * "json"; and "success", the verdict, where the client's is another one.  0 or
 * -1.
 */
int ngx_http_mpic_dialect_answer(ngx_http_mpic_loc_conf_t *mlcf,
    mpic_pool_t *pool, const mpic_request_t *request, mpic_str_t *json,
    int *success);

/*
 * The body of a 500 where there is no memory to make one.
 */
ngx_str_t *ngx_http_mpic_dialect_broken(ngx_http_mpic_loc_conf_t *mlcf);


#endif /* _NGX_HTTP_MPIC_DIALECT_H_INCLUDED_ */
