
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_identity.h"


#define ngx_http_mpic_setopt(easy, option, value)                             \
    (curl_easy_setopt(easy, option, value) == CURLE_OK)


static const char *ngx_http_mpic_identity_text(mpic_pool_t *pool,
    const mpic_str_t *text);


/*
 * All exchanges with an endpoint that speaks HTTP/2 go over one connection.
 */

ngx_int_t
ngx_http_mpic_identity_tls(CURL *easy, ngx_http_mpic_set_t *set,
    ngx_http_mpic_perspective_t *p)
{
    if (!ngx_http_mpic_setopt(easy, CURLOPT_HTTP_VERSION,
                              (long) CURL_HTTP_VERSION_2TLS)
        || !ngx_http_mpic_setopt(easy, CURLOPT_SSLVERSION,
                                 (long) CURL_SSLVERSION_TLSv1_2)
        || !ngx_http_mpic_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L)
        || !ngx_http_mpic_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L))
    {
        return NGX_ERROR;
    }

    /* the set's CA alone: libcurl's own bundle is trusted beside it if left */

    if (!ngx_http_mpic_setopt(easy, CURLOPT_CAPATH, NULL)
        || !ngx_http_mpic_setopt(easy, CURLOPT_CAINFO, NULL)
        || !ngx_http_mpic_setopt(easy, CURLOPT_CAINFO_BLOB,
                                 &set->trusted_certificate_pem))
    {
        return NGX_ERROR;
    }

    if (p->pins.len
        && !ngx_http_mpic_setopt(easy, CURLOPT_PINNEDPUBLICKEY, p->pins.data))
    {
        return NGX_ERROR;
    }

    if (set->certificate_pem.data == NULL) {
        return NGX_OK;
    }

    if (!ngx_http_mpic_setopt(easy, CURLOPT_SSLCERT_BLOB,
                              &set->certificate_pem)
        || !ngx_http_mpic_setopt(easy, CURLOPT_SSLKEY_BLOB,
                                 &set->certificate_key_pem))
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_mpic_identity_level(ngx_mpic_transfer_t *t)
{
    switch (t->result) {

    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ISSUER_ERROR:
        return NGX_LOG_CRIT;

    default:
        return NGX_LOG_INFO;
    }
}


ngx_int_t
ngx_http_mpic_identity(mpic_pool_t *pool, ngx_http_mpic_perspective_t *p,
    const mpic_response_t *response, mpic_str_t *why)
{
    int         rir;
    mpic_str_t  code;

    code.data = (char *) p->code.data;
    code.len = p->code.len;

    rir = response->rir.data ? mpic_rir_parse(&response->rir) : (int) p->rir;

    if (rir == (int) p->rir
        && (response->perspective_code.data == NULL
            || mpic_str_eq(&response->perspective_code, &code)))
    {
        return NGX_OK;
    }

    if (mpic_str_printf(pool, why, "perspective \"%s\" of %s answers as "
                        "another perspective or from another RIR region than "
                        "configured: as \"%s\" of %s",
                        code.data, mpic_rir_name(p->rir),
                        ngx_http_mpic_identity_text(pool,
                                                 &response->perspective_code),
                        ngx_http_mpic_identity_text(pool, &response->rir))
        != 0)
    {
        why->data = "it answers as another perspective";
        why->len = ngx_strlen(why->data);
    }

    return NGX_ERROR;
}


static const char *
ngx_http_mpic_identity_text(mpic_pool_t *pool, const mpic_str_t *text)
{
    mpic_str_t  excerpt;

    if (text->data == NULL
        || mpic_str_excerpt(pool, &excerpt, text->data, text->len,
                            MPIC_CODE_MAX)
           != 0)
    {
        return "(not given)";
    }

    return excerpt.data;
}
