
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The request's side of a JSON service: what is accepted, and its body in
 * memory.
 */


#ifndef _NGX_MPIC_HTTP_H_INCLUDED_
#define _NGX_MPIC_HTTP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* why a request is not accepted: for the JSON of the answer */

typedef struct {
    ngx_uint_t   status;
    const char  *type;
    const char  *message;
} ngx_mpic_http_refusal_t;


/*
 * In a content handler, before the body is read: POST only (405, with
 * "Allow"), a content type that says JSON or is absent (415), no more content
 * than client_body_buffer_size (413).
 *
 * Returns NGX_OK; or NGX_DECLINED with "refusal" set: the caller sends it by
 * ngx_mpic_send_json() and returns what that gives; or another code for the
 * content handler to return.
 */
ngx_int_t ngx_mpic_http_accept(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t **refusal);

/*
 * 1 if that would refuse it by now.
 */
ngx_uint_t ngx_mpic_http_refuses(ngx_http_request_t *r);

/*
 * Reads the body into memory and calls "handler"; gives the code for the
 * content handler to return.
 */
ngx_int_t ngx_mpic_http_read_body(ngx_http_request_t *r,
    ngx_http_client_body_handler_pt handler);

/*
 * In that handler: the body, as one string in the request's pool.  NGX_OK;
 * NGX_DECLINED with "refusal" set, as for a body of unannounced length that
 * turned out too large; or NGX_ERROR without memory.
 */
ngx_int_t ngx_mpic_http_body(ngx_http_request_t *r, ngx_str_t *body,
    const ngx_mpic_http_refusal_t **refusal);


#endif /* _NGX_MPIC_HTTP_H_INCLUDED_ */
