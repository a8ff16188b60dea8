
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_http.h"
#include "ngx_mpic_job.h"


static const ngx_mpic_http_refusal_t *ngx_mpic_http_refuse(
    ngx_http_request_t *r);
static ngx_uint_t ngx_mpic_http_is_json(ngx_str_t *value);


static const ngx_mpic_http_refusal_t  ngx_mpic_http_method = {
    NGX_HTTP_NOT_ALLOWED, "method-not-allowed",
    "The method must be POST."
};

static const ngx_mpic_http_refusal_t  ngx_mpic_http_type = {
    NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type",
    "The content type must be application/json."
};

static const ngx_mpic_http_refusal_t  ngx_mpic_http_size = {
    NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, "request-too-large",
    "The request body is too large."
};


ngx_int_t
ngx_mpic_http_accept(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t **refusal)
{
    static ngx_str_t  allow = ngx_string("Allow");
    static ngx_str_t  post = ngx_string("POST");

    if (r != r->main) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "this location does not serve subrequests");
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    *refusal = ngx_mpic_http_refuse(r);

    if (*refusal == NULL) {
        return NGX_OK;
    }

    if (*refusal == &ngx_mpic_http_size) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "client body of %O bytes is larger than "
                      "client_body_buffer_size",
                      r->headers_in.content_length_n);
    }

    /* RFC 9110 section 15.5.6: a 405 names the methods that are allowed */

    if ((*refusal)->status == NGX_HTTP_NOT_ALLOWED
        && ngx_mpic_add_header(r, &allow, &post) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_DECLINED;
}


ngx_uint_t
ngx_mpic_http_refuses(ngx_http_request_t *r)
{
    return ngx_mpic_http_refuse(r) != NULL;
}


static const ngx_mpic_http_refusal_t *
ngx_mpic_http_refuse(ngx_http_request_t *r)
{
    ngx_table_elt_t           *type;
    ngx_http_core_loc_conf_t  *clcf;

    if (r->method != NGX_HTTP_POST) {
        return &ngx_mpic_http_method;
    }

    type = r->headers_in.content_type;

    if (type != NULL && !ngx_mpic_http_is_json(&type->value)) {
        return &ngx_mpic_http_type;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (r->headers_in.content_length_n
        > (off_t) clcf->client_body_buffer_size)
    {
        return &ngx_mpic_http_size;
    }

    return NULL;
}


/* "application/json", "application/anything+json", any parameters */

static ngx_uint_t
ngx_mpic_http_is_json(ngx_str_t *value)
{
    u_char  *p, *last;

    p = value->data;
    last = ngx_strlchr(p, p + value->len, ';');

    if (last == NULL) {
        last = p + value->len;
    }

    while (last > p && (last[-1] == ' ' || last[-1] == '\t')) {
        last--;
    }

    if (last == p) {
        return 1;
    }

    if ((size_t) (last - p) < sizeof("application/json") - 1
        || ngx_strncasecmp(p, (u_char *) "application/", 12) != 0)
    {
        return 0;
    }

    return (last - p == sizeof("application/json") - 1
            && ngx_strncasecmp(last - 4, (u_char *) "json", 4) == 0)
           || ngx_strncasecmp(last - 5, (u_char *) "+json", 5) == 0;
}


ngx_int_t
ngx_mpic_http_read_body(ngx_http_request_t *r,
    ngx_http_client_body_handler_pt handler)
{
    ngx_int_t  rc;

    r->request_body_in_single_buf = 1;

    /* "client_body_in_file_only" would have it read back from the disk */

    r->request_body_in_file_only = 0;

    rc = ngx_http_read_client_request_body(r, handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


ngx_int_t
ngx_mpic_http_body(ngx_http_request_t *r, ngx_str_t *body,
    const ngx_mpic_http_refusal_t **refusal)
{
    size_t        len;
    u_char       *p;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    ngx_str_null(body);

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    if (r->request_body->temp_file) {
        *refusal = &ngx_mpic_http_size;
        return NGX_DECLINED;
    }

    len = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        len += cl->buf->last - cl->buf->pos;
    }

    cl = r->request_body->bufs;

    if (cl != NULL && cl->next == NULL) {
        body->data = cl->buf->pos;
        body->len = len;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = len;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;

        /* the last one of a chunked body is empty, and points nowhere */

        if (b->last != b->pos) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);
        }
    }

    return NGX_OK;
}
