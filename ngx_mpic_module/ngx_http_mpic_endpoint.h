
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Where a perspective is asked, and by which keys it is known there.
 */


#ifndef _NGX_HTTP_MPIC_ENDPOINT_H_INCLUDED_
#define _NGX_HTTP_MPIC_ENDPOINT_H_INCLUDED_


#include "ngx_http_mpic_module.h"

#include "mpic_check.h"


/* "/dcv" and "/caa" are appended */
#define NGX_HTTP_MPIC_URL_BASE  0

/* "dcv=" and "caa=": used as they are, for one kind of check */
#define NGX_HTTP_MPIC_URL_DCV   1
#define NGX_HTTP_MPIC_URL_CAA   2


/*
 * Prepares a perspective whose line is about to be read.
 */
ngx_int_t ngx_http_mpic_endpoints_init(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p);

/*
 * A URL of the line, of one of the kinds above, terminated by zero.
 */
char *ngx_http_mpic_endpoint_add(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p, ngx_str_t *url, ngx_uint_t kind);

/*
 * A "pin=" of the line: a key that the perspective may show.
 */
char *ngx_http_mpic_pin_add(ngx_conf_t *cf, ngx_http_mpic_perspective_t *p,
    ngx_str_t *value);

/*
 * At the end of the line: is there an endpoint, for both kinds of checks, and
 * can what is asked of it be seen?
 */
char *ngx_http_mpic_endpoints_check(ngx_conf_t *cf,
    ngx_http_mpic_perspective_t *p);

/*
 * Whether any check is asked for by TLS.
 */
ngx_uint_t ngx_http_mpic_endpoint_tls(ngx_http_mpic_endpoint_t *e);

/*
 * The endpoint number "n" for checks of that type, MPIC_CHECK_DCV or
 * MPIC_CHECK_CAA.
 */
ngx_http_mpic_endpoint_t *ngx_http_mpic_endpoint(
    ngx_http_mpic_perspective_t *p, ngx_uint_t n, mpic_check_type_e type);


#endif /* _NGX_HTTP_MPIC_ENDPOINT_H_INCLUDED_ */
