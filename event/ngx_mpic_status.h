
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


/*
 * The number of a format by its name, of those below "n"; or NGX_ERROR.
 */
ngx_int_t ngx_mpic_status_format(ngx_str_t *name, ngx_uint_t n);

/*
 * The format that a directive's word "format=name" sets.  NGX_CONF_OK or
 * NGX_CONF_ERROR, which is logged.
 */
char *ngx_mpic_status_word(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *word, ngx_uint_t n, ngx_uint_t *format);

/*
 * In a content handler: GET and HEAD only, no body, and the format that the
 * argument "format" asks for in place of the one that is set.  NGX_DECLINED:
 * it is to be served; or another code, to return: it has been answered.
 */
ngx_int_t ngx_mpic_status_accept(ngx_http_request_t *r, ngx_uint_t n,
    ngx_uint_t *format);

/*
 * Sends the text, which lives as long as the request; gives the code to
 * return.
 */
ngx_int_t ngx_mpic_status_send(ngx_http_request_t *r, ngx_uint_t format,
    ngx_str_t *text);


#endif /* _NGX_MPIC_STATUS_H_INCLUDED_ */
