
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Whether who answers is the perspective that was asked.  BR 3.2.2.9: what
 * counts is where a check was made, over an authenticated channel.
 */


#ifndef _NGX_HTTP_MPIC_IDENTITY_H_INCLUDED_
#define _NGX_HTTP_MPIC_IDENTITY_H_INCLUDED_


#include "ngx_http_mpic_module.h"

#include "mpic_response.h"


/*
 * Mutually authenticated TLS: the perspective's certificate comes from the
 * set's CA, bears the host's name, and has one of the pinned keys where there
 * are some.
 */
ngx_int_t ngx_http_mpic_identity_tls(CURL *easy, ngx_http_mpic_set_t *set,
    ngx_http_mpic_perspective_t *p);

/*
 * The level to log a failed call at: NGX_LOG_CRIT where somebody else's
 * certificate was shown, NGX_LOG_INFO otherwise.
 */
ngx_uint_t ngx_http_mpic_identity_level(ngx_mpic_transfer_t *t);

/*
 * Whether the code and the region of an answer, where it has them, are those
 * of the perspective.  If not, NGX_ERROR with "why" set.
 */
ngx_int_t ngx_http_mpic_identity(mpic_pool_t *pool,
    ngx_http_mpic_perspective_t *p, const mpic_response_t *response,
    mpic_str_t *why);


#endif /* _NGX_HTTP_MPIC_IDENTITY_H_INCLUDED_ */
