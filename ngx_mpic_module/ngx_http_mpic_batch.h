
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Several requests in one body: a fan-out each, a few of them at a time.
 */


#ifndef _NGX_HTTP_MPIC_BATCH_H_INCLUDED_
#define _NGX_HTTP_MPIC_BATCH_H_INCLUDED_


#include "ngx_http_mpic_fanout.h"


/* what mpic_batch_max and mpic_batch_parallel are where they are not set */
#define NGX_HTTP_MPIC_BATCH_MAX       100
#define NGX_HTTP_MPIC_BATCH_PARALLEL  16

/* octets of all answers of a batch */
#define NGX_HTTP_MPIC_BATCH_SIZE      (16 * 1024 * 1024)


/*
 * 1 if the body is a batch, and the location takes them.
 */
ngx_uint_t ngx_http_mpic_is_batch(ngx_http_mpic_loc_conf_t *conf,
    ngx_str_t *body);

/*
 * Carries out a batch and answers the request; in the handler that has read
 * its body.  The body has to live as long as the request.
 */
void ngx_http_mpic_batch(ngx_http_request_t *r,
    ngx_http_mpic_loc_conf_t *conf, ngx_str_t *body);


#endif /* _NGX_HTTP_MPIC_BATCH_H_INCLUDED_ */
