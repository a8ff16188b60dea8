
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The self-test of resolvers ("mpic_dnssec on"): each worker has every one of
 * them prove that it validates, again and again, and asks no other.
 */


#ifndef _NGX_HTTP_MPIC_DNSSEC_H_INCLUDED_
#define _NGX_HTTP_MPIC_DNSSEC_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "mpic_ask.h"
#include "mpic_probe.h"
#include "ngx_mpic_resolver.h"


/* octets of the sentence that says why a test ended as it did */
#define NGX_HTTP_MPIC_DNSSEC_WHY  512


typedef struct ngx_http_mpic_dnssec_s       ngx_http_mpic_dnssec_t;
typedef struct ngx_http_mpic_dnssec_test_s  ngx_http_mpic_dnssec_test_t;


/* "mpic_dnssec_probe" */

typedef struct {
    /* a name that is signed */
    mpic_str_t                    good;

    /* names that do not validate, though there is something to find */
    mpic_str_t                    bad[MPIC_PROBE_BAD_MAX];
    ngx_uint_t                    nbad;

    /* milliseconds from a test that was passed to the next one */
    ngx_msec_t                    interval;
} ngx_http_mpic_dnssec_conf_t;


/* one of the resolvers, as this worker knows it */

typedef struct {
    /* its state, since when, the last test, and what that one found */
    mpic_probe_t                  probe;
    ngx_str_t                     why;

    /* private */
    ngx_http_mpic_dnssec_t       *dnssec;
    ngx_uint_t                    number;
    ngx_event_t                   timer;
    ngx_http_mpic_dnssec_test_t  *test;
    unsigned                      warned:1;
    u_char                        text[NGX_HTTP_MPIC_DNSSEC_WHY];
} ngx_http_mpic_dnssec_server_t;


/* lives in the cycle's pool, for all locations that share the resolvers */

struct ngx_http_mpic_dnssec_s {
    ngx_mpic_resolver_conf_t       *resolver;
    ngx_http_mpic_dnssec_conf_t    *conf;

    /* as many as the resolver has, in its order */
    ngx_http_mpic_dnssec_server_t  *servers;

    /* private: of ngx_http_mpic_lookup_t, and in the list of those started */
    ngx_queue_t                     waiting;
    ngx_queue_t                     queue;
    unsigned                        started:1;
};


/*
 * Made when the configuration is read.  NULL without memory.
 */
ngx_http_mpic_dnssec_t *ngx_http_mpic_dnssec_create(ngx_conf_t *cf,
    ngx_mpic_resolver_conf_t *resolver, ngx_http_mpic_dnssec_conf_t *conf);

/*
 * In a worker: begins to test, if that was not begun before.
 */
void ngx_http_mpic_dnssec_start(ngx_http_mpic_dnssec_t *dnssec);

/*
 * The numbers of the resolvers that may be asked; all, where "dnssec" is NULL.
 * NGX_OK: there is one at least; NGX_AGAIN: that is not known yet, and
 * ngx_http_mpic_dnssec_wait() can be called; NGX_DECLINED: there is none,
 * "why" is a sentence, in "pool" or static.
 */
ngx_int_t ngx_http_mpic_dnssec_servers(ngx_http_mpic_dnssec_t *dnssec,
    ngx_mpic_resolver_conf_t *resolver, u_char *servers, ngx_uint_t *n,
    mpic_pool_t *pool, const char **why);

/*
 * Adds a ngx_http_mpic_lookup_t by its "queue": ngx_http_mpic_lookup_wake() is
 * called for it when the answer of the above is another one.  Whoever gives up
 * before removes it from the queue.
 */
void ngx_http_mpic_dnssec_wait(ngx_http_mpic_dnssec_t *dnssec,
    ngx_queue_t *queue);

/*
 * In exit_process, before ngx_mpic_resolvers_exit(): ends all tests.
 */
void ngx_http_mpic_dnssec_exit(void);


#endif /* _NGX_HTTP_MPIC_DNSSEC_H_INCLUDED_ */
