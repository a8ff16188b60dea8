
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The page that shows a person the JSON of its own location; one for both
 * modules.
 */


#ifndef _NGX_MPIC_STATUS_PAGE_H_INCLUDED_
#define _NGX_MPIC_STATUS_PAGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * Sends the page as the answer of a GET or HEAD, whose body the caller has
 * discarded: with "ETag", and a Content-Security-Policy that allows what is
 * in the page and nothing else.  Gives the code for the content handler to
 * return.
 */
ngx_int_t ngx_mpic_status_page(ngx_http_request_t *r);


#endif /* _NGX_MPIC_STATUS_PAGE_H_INCLUDED_ */
