
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_job.h"
#include "ngx_mpic_status_bundle.h"
#include "ngx_mpic_status_page.h"


static ngx_int_t ngx_mpic_status_headers(ngx_http_request_t *r);
static ngx_int_t ngx_mpic_status_etag(ngx_http_request_t *r);
static ngx_int_t ngx_mpic_status_body(ngx_http_request_t *r);


ngx_int_t
ngx_mpic_status_page(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    if (ngx_mpic_status_headers(r) != NGX_OK
        || ngx_mpic_status_etag(r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_mpic_status_body(r);
}


static ngx_int_t
ngx_mpic_status_headers(ngx_http_request_t *r)
{
    ngx_uint_t  i;

    /* the page is the same until nginx is another: ask whether it is */

    static ngx_str_t  headers[][2] = {
        { ngx_string("Cache-Control"), ngx_string("no-cache") },
        { ngx_string("Content-Security-Policy"),
          ngx_string(NGX_MPIC_STATUS_POLICY) },
        { ngx_string("X-Content-Type-Options"), ngx_string("nosniff") },
        { ngx_string("Referrer-Policy"), ngx_string("no-referrer") },
    };

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (ngx_mpic_add_header(r, &headers[i][0], &headers[i][1]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = sizeof(ngx_mpic_status_bundle) - 1;

    ngx_str_set(&r->headers_out.content_type, "text/html");
    ngx_str_set(&r->headers_out.charset, "utf-8");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    return NGX_OK;
}


/* nginx compares it with If-None-Match where it knows it as its own */

static ngx_int_t
ngx_mpic_status_etag(ngx_http_request_t *r)
{
    static ngx_str_t  key = ngx_string("ETag");
    static ngx_str_t  value = ngx_string(NGX_MPIC_STATUS_ETAG);

    ngx_table_elt_t  *etag;

    if (ngx_mpic_add_header(r, &key, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    etag = r->headers_out.headers.last->elts;
    r->headers_out.etag = &etag[r->headers_out.headers.last->nelts - 1];

    return NGX_OK;
}


static ngx_int_t
ngx_mpic_status_body(ngx_http_request_t *r)
{
    ngx_buf_t    *b;
    ngx_chain_t  *out;

    b = ngx_calloc_buf(r->pool);
    out = ngx_alloc_chain_link(r->pool);

    if (b == NULL || out == NULL) {
        return NGX_ERROR;
    }

    /* "memory" is what no filter writes to */

    b->pos = (u_char *) ngx_mpic_status_bundle;
    b->last = b->pos + sizeof(ngx_mpic_status_bundle) - 1;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    out->buf = b;
    out->next = NULL;

    return ngx_http_output_filter(r, out);
}
