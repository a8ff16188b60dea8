
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One DNS question, from "PENDING" to what the rules can judge, whoever asks.
 */


#ifndef _NGX_HTTP_MPIC_QUESTION_H_INCLUDED_
#define _NGX_HTTP_MPIC_QUESTION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "mpic_ask.h"
#include "mpic_lookup.h"
#include "ngx_mpic_resolver.h"


typedef struct ngx_http_mpic_question_s  ngx_http_mpic_question_t;

typedef void (*ngx_http_mpic_question_pt)(ngx_http_mpic_question_t *question);


/*
 * The caller allocates it zeroed and sets all but the private fields; "retry",
 * "data", "limits" and "budget" may stay NULL.
 */

struct ngx_http_mpic_question_s {
    ngx_mpic_resolver_conf_t    *resolver;

    /* the numbers of those of its servers that may be asked, in this order */
    u_char                       servers[MPIC_ASK_SERVERS_MAX];
    ngx_uint_t                   nservers;

    /* how often each; NGX_MPIC_QUERY_… with every question */
    ngx_uint_t                   tries;
    ngx_uint_t                   flags;

    /* 1: a failure to validate is told from others, by questions with CD */
    ngx_uint_t                   cd;

    ngx_pool_t                  *pool;
    ngx_log_t                   *log;
    mpic_pool_t                 *mpic_pool;

    /* of an answer, see mpic_dns_parse() */
    const mpic_dns_limits_t     *limits;

    /* shared by the questions of a check, or NULL */
    mpic_dns_budget_t           *budget;

    /* name and type of a PENDING one; the rest is filled in */
    mpic_lookup_t               *lookup;

    /* the lookup is not PENDING any more */
    ngx_http_mpic_question_pt    handler;

    /* once, when a reply or its absence made another question necessary */
    ngx_http_mpic_question_pt    retry;
    void                        *data;

    /* the message that was kept, NULL where there is none */
    u_char                      *msg;
    size_t                       len;

    /* private */
    ngx_mpic_query_t             query;
    mpic_ask_t                   ask;
    /* the one that was asked last, by its number in "servers" */
    ngx_uint_t                   last;
    unsigned                     retried:1;
};


/*
 * Asks.  NGX_OK: the handler will be called, not before this returns; or
 * NGX_DECLINED: it will not, no question could be sent and the lookup is
 * FAILED.
 */
ngx_int_t ngx_http_mpic_question_start(ngx_http_mpic_question_t *question);

/*
 * Asks no longer: no handler is called.  The lookup stays PENDING; see
 * ngx_http_mpic_question_end().
 */
void ngx_http_mpic_question_cancel(ngx_http_mpic_question_t *question);

/*
 * Makes of a lookup that is PENDING what is known by now: the reply that was
 * kept, or FAILED because of "why", which lives as long as the lookup.
 */
void ngx_http_mpic_question_end(mpic_lookup_t *lookup, const char *why);


#endif /* _NGX_HTTP_MPIC_QUESTION_H_INCLUDED_ */
