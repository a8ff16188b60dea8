
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The request's side of a page that shows numbers, in one of several formats.
 */


#ifndef _NGX_MPIC_STATUS_H_INCLUDED_
#define _NGX_MPIC_STATUS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


#define NGX_MPIC_STATUS_JSON        0
#define NGX_MPIC_STATUS_PROMETHEUS  1
#define NGX_MPIC_STATUS_HTML        2


/* of the directive; line 0: there is none */

typedef struct {
    u_char                    *file;
    ngx_uint_t                 line;
    ngx_uint_t                 format;
} ngx_mpic_status_conf_t;


/*
 * Gives the numbers as JSON or as Prometheus' metrics, in memory that lives as
 * long as the request.  NGX_OK or NGX_ERROR.
 */
typedef ngx_int_t (*ngx_mpic_status_write_pt)(ngx_http_request_t *r,
    ngx_uint_t format, ngx_str_t *text);


/*
 * The setter of a directive "name [format=json | prometheus | html]", whose
 * location gets the content handler.  NGX_CONF_OK, an error, or
 * NGX_CONF_ERROR, which is logged.
 */
char *ngx_mpic_status_set(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_mpic_status_conf_t *conf, ngx_http_handler_pt handler);

/*
 * When a location is merged: "if" and "limit_except" have what is around them.
 */
void ngx_mpic_status_merge(ngx_conf_t *cf, ngx_mpic_status_conf_t *prev,
    ngx_mpic_status_conf_t *conf, ngx_http_handler_pt handler);

/*
 * All of a content handler: answers GET and HEAD in the format that is set, or
 * that the argument "format" asks for.  Gives the code to return.
 */
ngx_int_t ngx_mpic_status_serve(ngx_http_request_t *r,
    ngx_mpic_status_conf_t *conf, ngx_mpic_status_write_pt write);


#endif /* _NGX_MPIC_STATUS_H_INCLUDED_ */
