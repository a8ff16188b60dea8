
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_job.h"
#include "ngx_mpic_status.h"
#include "ngx_mpic_status_page.h"


static ngx_int_t ngx_mpic_status_format(ngx_str_t *name);
static ngx_int_t ngx_mpic_status_accept(ngx_http_request_t *r,
    ngx_uint_t *format);
static ngx_int_t ngx_mpic_status_send(ngx_http_request_t *r,
    ngx_uint_t format, ngx_str_t *text);


static ngx_str_t  ngx_mpic_status_formats[] = {
    ngx_string("json"),
    ngx_string("prometheus"),
    ngx_string("html")
};

static ngx_str_t  ngx_mpic_status_types[] = {
    ngx_string("application/json"),
    ngx_string("text/plain; version=0.0.4; charset=utf-8"),
    ngx_string("text/html; charset=utf-8")
};


char *
ngx_mpic_status_set(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_mpic_status_conf_t *conf, ngx_http_handler_pt handler)
{
    ngx_int_t                  found;
    ngx_str_t                 *value, name;
    ngx_http_core_loc_conf_t  *clcf;

    if (conf->line) {
        return "is duplicate";
    }

    conf->file = cf->conf_file->file.name.data;
    conf->line = cf->conf_file->line;
    conf->format = NGX_MPIC_STATUS_JSON;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = handler;

    if (cf->args->nelts == 1) {
        return NGX_CONF_OK;
    }

    value = cf->args->elts;
    found = NGX_ERROR;

    if (ngx_strncmp(value[1].data, "format=", 7) == 0) {
        name.data = value[1].data + 7;
        name.len = value[1].len - 7;
        found = ngx_mpic_status_format(&name);
    }

    if (found == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\": expected "
                           "\"format=json\", \"format=prometheus\" or "
                           "\"format=html\"", &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    conf->format = (ngx_uint_t) found;

    return NGX_CONF_OK;
}


void
ngx_mpic_status_merge(ngx_conf_t *cf, ngx_mpic_status_conf_t *prev,
    ngx_mpic_status_conf_t *conf, ngx_http_handler_pt handler)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->noname && clcf->handler == NULL && prev->line) {
        *conf = *prev;
        clcf->handler = handler;
    }
}


ngx_int_t
ngx_mpic_status_serve(ngx_http_request_t *r, ngx_mpic_status_conf_t *conf,
    ngx_mpic_status_write_pt write)
{
    ngx_int_t   rc;
    ngx_str_t   text;
    ngx_uint_t  format;

    format = conf->format;

    rc = ngx_mpic_status_accept(r, &format);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    if (format == NGX_MPIC_STATUS_HTML) {
        return ngx_mpic_status_page(r);
    }

    if (write(r, format, &text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_mpic_status_send(r, format, &text);
}


/* its number, or NGX_ERROR */

static ngx_int_t
ngx_mpic_status_format(ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; i <= NGX_MPIC_STATUS_HTML; i++) {
        if (name->len == ngx_mpic_status_formats[i].len
            && ngx_strncmp(name->data, ngx_mpic_status_formats[i].data,
                           name->len)
               == 0)
        {
            return (ngx_int_t) i;
        }
    }

    return NGX_ERROR;
}


/* NGX_DECLINED: it is to be served; or what to return, it has been answered */

static ngx_int_t
ngx_mpic_status_accept(ngx_http_request_t *r, ngx_uint_t *format)
{
    ngx_int_t  rc;
    ngx_str_t  name;

    static ngx_str_t  allow = ngx_string("Allow");
    static ngx_str_t  methods = ngx_string("GET, HEAD");

    static ngx_str_t  method = ngx_string("{\"error\":\"method-not-allowed\","
                                          "\"message\":\"The method must be "
                                          "GET or HEAD.\"}");

    static ngx_str_t  unknown = ngx_string("{\"error\":\"unknown-format\","
                                           "\"message\":\"There is no such "
                                           "format.\"}");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {

        /* RFC 9110 section 15.5.6 */

        if (ngx_mpic_add_header(r, &allow, &methods) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        return ngx_mpic_send_json(r, NGX_HTTP_NOT_ALLOWED, &method);
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_arg(r, (u_char *) "format", 6, &name) == NGX_OK) {
        rc = ngx_mpic_status_format(&name);

        if (rc == NGX_ERROR) {
            return ngx_mpic_send_json(r, NGX_HTTP_BAD_REQUEST, &unknown);
        }

        *format = (ngx_uint_t) rc;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_mpic_status_send(ngx_http_request_t *r, ngx_uint_t format,
    ngx_str_t *text)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t   out;

    static ngx_str_t  control = ngx_string("Cache-Control");
    static ngx_str_t  no_store = ngx_string("no-store");

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = (off_t) text->len;
    r->headers_out.content_type = ngx_mpic_status_types[format];
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_mpic_add_header(r, &control, &no_store) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = text->len ? 1 : 0;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
