
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The addresses of a host that may be connected to, in the order to try.
 */


#ifndef _NGX_HTTP_MPIC_ADDRESSES_H_INCLUDED_
#define _NGX_HTTP_MPIC_ADDRESSES_H_INCLUDED_


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_lookup.h"


/*
 * A host may have any number of addresses; so many are tried, and IPv4 keeps
 * its half of them.
 */
#define NGX_HTTP_MPIC_ADDRESSES_MAX  8
#define NGX_HTTP_MPIC_IPV6_MAX       4


typedef struct ngx_http_mpic_addresses_s  ngx_http_mpic_addresses_t;

typedef void (*ngx_http_mpic_addresses_pt)(ngx_http_mpic_addresses_t *as);


/* the caller sets "handler" and "data" of a zeroed one */

struct ngx_http_mpic_addresses_s {
    ngx_http_mpic_check_t       *check;

    ngx_http_mpic_addresses_pt   handler;
    void                        *data;

    /* IPv6 first */
    mpic_address_t               list[NGX_HTTP_MPIC_ADDRESSES_MAX];
    size_t                       n;

    /* where there is none: why */
    mpic_str_t                   why;

    /* private: AAAA and A, and the patience with the slower one */
    ngx_mpic_op_t                op;
    ngx_event_t                  timer;
    ngx_uint_t                   waiting;
    mpic_lookup_t                questions[2];
    ngx_http_mpic_lookup_t       lookups[2];
    mpic_str_t                   refused;
};


/*
 * Finds the addresses of a host: itself if it is one ("literal", without
 * brackets), otherwise by AAAA and A together.  Those that the policy refuses
 * are left out.  The handler may be called before this returns.
 */
void ngx_http_mpic_addresses_find(ngx_http_mpic_check_t *check,
    ngx_http_mpic_addresses_t *as, const mpic_str_t *host,
    ngx_uint_t literal);

/*
 * The milliseconds, at least one, that an attempt with the i-th address may
 * take now, TLS included: while there are others, half of what is left.
 */
ngx_msec_t ngx_http_mpic_addresses_time(const ngx_http_mpic_addresses_t *as,
    size_t i);


#endif /* _NGX_HTTP_MPIC_ADDRESSES_H_INCLUDED_ */
