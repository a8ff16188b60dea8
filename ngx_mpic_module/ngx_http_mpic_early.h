
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * mpic_read_early: the request is read before the access phase, for what
 * limits and decides by its variables.
 */


#ifndef _NGX_HTTP_MPIC_EARLY_H_INCLUDED_
#define _NGX_HTTP_MPIC_EARLY_H_INCLUDED_


#include "ngx_http_mpic_module.h"

#include "mpic_request.h"


typedef struct ngx_http_mpic_early_s  ngx_http_mpic_early_t;


/*
 * At the end of a configuration: adds the handler to the preaccess phase, in
 * which the modules that are loaded dynamically come first.  NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_early(ngx_conf_t *cf);

/*
 * What was read early for this location becomes the job's, and "early" is set
 * to it, or to NULL.  NGX_OK, or NGX_ERROR without memory.
 */
ngx_int_t ngx_http_mpic_early_take(ngx_http_request_t *r,
    ngx_mpic_job_t *job, ngx_http_mpic_early_t **early);

/*
 * As mpic_request_parse(), of what was taken; memory is the job's.
 */
int ngx_http_mpic_early_request(ngx_http_mpic_early_t *early,
    mpic_request_t *request, mpic_issues_t **issues);


#endif /* _NGX_HTTP_MPIC_EARLY_H_INCLUDED_ */
