
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One hop of an HTTP check: one URL, requested from one address of its host
 * after the other until a connection stands.
 */


#ifndef _NGX_HTTP_MPIC_HOP_H_INCLUDED_
#define _NGX_HTTP_MPIC_HOP_H_INCLUDED_


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_addresses.h"
#include "mpic_url.h"
#include "ngx_mpic_curl.h"


/* octets of a body that are shown ("response_page") */
#define NGX_HTTP_MPIC_PAGE           100

/* lines of all headers of a response, those of 1xx included */
#define NGX_HTTP_MPIC_HEADERS_LINES  256


typedef struct ngx_http_mpic_hop_s  ngx_http_mpic_hop_t;

typedef void (*ngx_http_mpic_hop_pt)(ngx_http_mpic_hop_t *hop);


struct ngx_http_mpic_hop_s {
    /* set by the caller; the rest is zero */
    ngx_http_mpic_check_t      *check;
    const mpic_url_t           *url;
    struct curl_slist          *headers;
    /* octets of a successful body that are read */
    size_t                      body_max;
    ngx_http_mpic_hop_pt        handler;
    void                       *data;

    /*
     * The outcome.  "failed": no response, and "why" says why.  Otherwise
     * "status" is that of a final response; of a redirect only the header is
     * read.  Both may be known in part when the time is over.
     */
    unsigned                    failed:1;
    mpic_str_t                  why;
    int                         status;
    mpic_str_t                  location;
    u_char                     *body;
    size_t                      body_len;
    /* there was more of it */
    unsigned                    truncated:1;
    /* the address connected to, or tried last */
    mpic_str_t                  ip;
    /* of mpic_str_t: all addresses tried, added here; may be NULL */
    ngx_array_t                *ips;

    /* private */
    ngx_http_mpic_addresses_t   addresses;
    size_t                      next;
    CURL                       *easy;
    mpic_str_t                  tried;
    size_t                      limit;
    size_t                      header_size;
    ngx_uint_t                  header_lines;
    unsigned                    connected:1;
    /* by us, with all that is wanted */
    unsigned                    stopped:1;
    unsigned                    overflow:1;
    unsigned                    no_memory:1;
};


/*
 * Starts the hop.  The handler may be called before this returns; it may
 * start the next hop, or finish the check.
 */
void ngx_http_mpic_hop_start(ngx_http_mpic_hop_t *hop);

/* 3xx: nothing of it but the header is of interest */
#define ngx_http_mpic_hop_redirect(hop)                                       \
    ((hop)->status >= 300 && (hop)->status < 400)

#define ngx_http_mpic_hop_success(hop)                                        \
    ((hop)->status >= 200 && (hop)->status < 300)

/*
 * A list for libcurl, in the pool: a "text" before "next".  NULL without
 * memory.
 */
struct curl_slist *ngx_http_mpic_hop_slist(ngx_http_mpic_check_t *check,
    const mpic_str_t *text, struct curl_slist *next);


#endif /* _NGX_HTTP_MPIC_HOP_H_INCLUDED_ */
