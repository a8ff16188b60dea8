
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The files of an mpic_perspectives block: read once, by the master.
 */


#include "ngx_http_mpic_endpoint.h"

#include "ngx_mpic_pool.h"


#define NGX_HTTP_MPIC_PEM_MAX  (1024 * 1024)


static ngx_int_t ngx_http_mpic_credentials_needed(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set, ngx_uint_t *tls);
static ngx_int_t ngx_http_mpic_credentials_known(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set, ngx_http_mpic_perspective_t *p,
    ngx_uint_t *tls);
static ngx_int_t ngx_http_mpic_credentials_check(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static ngx_int_t ngx_http_mpic_load(ngx_conf_t *cf, ngx_ssl_t *ssl,
    ngx_http_mpic_set_t *set);
static ngx_int_t ngx_http_mpic_read_pem(ngx_conf_t *cf, ngx_str_t *name,
    struct curl_blob *pem);
static ngx_int_t ngx_http_mpic_certificates(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set);
static ngx_int_t ngx_http_mpic_certificates_of(ngx_conf_t *cf,
    ngx_http_mpic_set_t *set, const char *role, struct curl_blob *blob,
    ngx_str_t *name, size_t max);
static ngx_int_t ngx_http_mpic_read_fd(ngx_conf_t *cf, ngx_fd_t fd,
    ngx_str_t *name, size_t max, ngx_str_t *data);


ngx_int_t
ngx_http_mpic_credentials(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    ngx_uint_t  tls;

    if (ngx_http_mpic_credentials_needed(cf, set, &tls) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!tls) {
        return NGX_OK;
    }

    if (ngx_http_mpic_credentials_check(cf, set) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_mpic_read_pem(cf, &set->certificate, &set->certificate_pem)
        != NGX_OK
        || ngx_http_mpic_read_pem(cf, &set->certificate_key,
                                  &set->certificate_key_pem)
           != NGX_OK
        || ngx_http_mpic_read_pem(cf, &set->trusted_certificate,
                                  &set->trusted_certificate_pem)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mpic_certificates(cf, set);
}


/*
 * BR 3.2.2.9: coordinator and perspectives talk over an authenticated and
 * encrypted channel.  A perspective knows us by a certificate or by a header.
 */

static ngx_int_t
ngx_http_mpic_credentials_needed(ngx_conf_t *cf, ngx_http_mpic_set_t *set,
    ngx_uint_t *tls)
{
    ngx_uint_t                    i;
    ngx_http_mpic_perspective_t  *p;

    *tls = 0;
    p = set->perspectives.elts;

    for (i = 0; i < set->perspectives.nelts; i++) {
        if (ngx_http_mpic_credentials_known(cf, set, &p[i], tls) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (set->primary != NULL
        && ngx_http_mpic_credentials_known(cf, set, set->primary, tls)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (*tls && set->trusted_certificate.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"mpic_perspectives %V\" has no "
                           "\"ssl_trusted_certificate\", the CA that the "
                           "perspectives' certificates come from", &set->name);
        return NGX_ERROR;
    }

    if ((set->certificate.len == 0) != (set->certificate_key.len == 0)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"ssl_certificate\" and \"ssl_certificate_key\" "
                           "of \"mpic_perspectives %V\" need each other",
                           &set->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_credentials_known(ngx_conf_t *cf, ngx_http_mpic_set_t *set,
    ngx_http_mpic_perspective_t *p, ngx_uint_t *tls)
{
    ngx_uint_t                 i;
    ngx_http_mpic_endpoint_t  *e;

    e = p->endpoints.elts;

    for (i = 0; i < p->endpoints.nelts; i++) {

        if (!ngx_http_mpic_endpoint_tls(&e[i])) {
            continue;
        }

        *tls = 1;

        if (set->certificate.len == 0 && !p->header_given) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "perspective \"%V\" could not know the "
                               "coordinator: \"mpic_perspectives %V\" has no "
                               "\"ssl_certificate\"", &p->code, &set->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * nginx's own loading tells whether the files hold what they should.
 */

static ngx_int_t
ngx_http_mpic_credentials_check(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    ngx_int_t  rc;
    ngx_ssl_t  ssl;

    ngx_memzero(&ssl, sizeof(ngx_ssl_t));

    ssl.log = cf->log;

    if (ngx_ssl_create(&ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_mpic_load(cf, &ssl, set);

    ngx_ssl_cleanup_ctx(&ssl);

    return rc;
}


static ngx_int_t
ngx_http_mpic_load(ngx_conf_t *cf, ngx_ssl_t *ssl, ngx_http_mpic_set_t *set)
{
    if (set->certificate.len
        && ngx_ssl_certificate(cf, ssl, &set->certificate,
                               &set->certificate_key, NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_ssl_trusted_certificate(cf, ssl, &set->trusted_certificate, 1);
}


static ngx_int_t
ngx_http_mpic_read_pem(ngx_conf_t *cf, ngx_str_t *name, struct curl_blob *pem)
{
    ngx_str_t  data;

    if (name->len == 0) {
        return NGX_OK;
    }

    if (ngx_http_mpic_read_file(cf, name, NGX_HTTP_MPIC_PEM_MAX, &data)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    pem->data = data.data;
    pem->len = data.len;
    pem->flags = CURL_BLOB_NOCOPY;

    return NGX_OK;
}


/* the first of the coordinator's file is its own, the others are issuers */

static ngx_int_t
ngx_http_mpic_certificates(ngx_conf_t *cf, ngx_http_mpic_set_t *set)
{
    set->certificates = ngx_pcalloc(cf->pool, (1 + MPIC_CERTIFICATES_MAX)
                                              * sizeof(mpic_certificate_t));
    if (set->certificates == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_mpic_certificates_of(cf, set, "coordinator",
                                      &set->certificate_pem,
                                      &set->certificate, 1)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mpic_certificates_of(cf, set, "trusted",
                                         &set->trusted_certificate_pem,
                                         &set->trusted_certificate,
                                         MPIC_CERTIFICATES_MAX);
}


static ngx_int_t
ngx_http_mpic_certificates_of(ngx_conf_t *cf, ngx_http_mpic_set_t *set,
    const char *role, struct curl_blob *blob, ngx_str_t *name, size_t max)
{
    mpic_str_t   pem, file;
    mpic_pool_t  pool;

    if (blob->len == 0) {
        return NGX_OK;
    }

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = cf->pool;

    pem.data = blob->data;
    pem.len = blob->len;
    file.data = (char *) name->data;
    file.len = name->len;

    return mpic_certificates_read(&pool, &pem, role, &file, max,
                                  set->certificates, &set->ncertificates)
           == 0
           ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_mpic_read_file(ngx_conf_t *cf, ngx_str_t *name, size_t max,
    ngx_str_t *data)
{
    ngx_fd_t   fd;
    ngx_int_t  rc;

    if (ngx_conf_full_name(cf->cycle, name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    rc = ngx_http_mpic_read_fd(cf, fd, name, max, data);

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", name);
    }

    return rc;
}


static ngx_int_t
ngx_http_mpic_read_fd(ngx_conf_t *cf, ngx_fd_t fd, ngx_str_t *name, size_t max,
    ngx_str_t *data)
{
    size_t           size;
    ssize_t          n;
    ngx_file_info_t  fi;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    size = (size_t) ngx_file_size(&fi);

    if (!ngx_is_file(&fi) || size == 0 || size > max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not a file of 1 to %uz bytes",
                           name, max);
        return NGX_ERROR;
    }

    data->data = ngx_pnalloc(cf->pool, size + 1);
    if (data->data == NULL) {
        return NGX_ERROR;
    }

    n = ngx_read_fd(fd, data->data, size);

    if (n == -1 || (size_t) n != size) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, (n == -1) ? ngx_errno : 0,
                           ngx_read_fd_n " \"%V\" read %z of %uz bytes",
                           name, n, size);
        return NGX_ERROR;
    }

    data->data[size] = '\0';
    data->len = size;

    return NGX_OK;
}
