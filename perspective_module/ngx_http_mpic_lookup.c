
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_lookup.h"
#include "ngx_http_mpic_dnssec.h"
#include "mpic_dnssec.h"


static ngx_int_t ngx_http_mpic_lookup_ask(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_lookup_answered(ngx_http_mpic_question_t *asking);
static void ngx_http_mpic_lookup_retry(ngx_http_mpic_question_t *asking);
static void ngx_http_mpic_lookup_destroy(ngx_mpic_op_t *op);
static void ngx_http_mpic_lookup_log(ngx_http_mpic_lookup_t *lookup);


ngx_int_t
ngx_http_mpic_lookup_start(ngx_http_mpic_check_t *check,
    ngx_http_mpic_lookup_t *lookup)
{
    lookup->check = check;

    if (check->job->finished) {
        ngx_http_mpic_question_end(lookup->question, "the check is over");
        return NGX_DECLINED;
    }

    if (ngx_http_mpic_lookup_ask(lookup) != NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_mpic_job_op_add(check->job, &lookup->op,
                        ngx_http_mpic_lookup_destroy);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_lookup_ask(ngx_http_mpic_lookup_t *lookup)
{
    const char                *why;
    ngx_http_mpic_check_t     *check;
    ngx_http_mpic_dnssec_t    *dnssec;
    ngx_mpic_resolver_conf_t  *resolver;
    ngx_http_mpic_question_t  *asking;

    check = lookup->check;
    asking = &lookup->asking;
    dnssec = check->conf->dnssec;
    resolver = check->conf->resolver;

    switch (ngx_http_mpic_dnssec_servers(dnssec, resolver, asking->servers,
                                         &asking->nservers, &check->pool,
                                         &why))
    {
    case NGX_AGAIN:
        ngx_http_mpic_dnssec_wait(dnssec, &lookup->queue);
        lookup->waiting = 1;
        return NGX_OK;

    case NGX_DECLINED:
        ngx_http_mpic_question_end(lookup->question, why);
        return NGX_DECLINED;
    }

    asking->resolver = resolver;
    asking->tries = ngx_max(resolver->tries, lookup->tries);
    asking->flags = lookup->flags;
    asking->cd = !lookup->simple;
    asking->pool = check->job->pool;
    asking->log = check->job->log;
    asking->mpic_pool = &check->pool;
    asking->limits = &check->conf->dns_limits;
    asking->budget = &check->dns_budget;
    asking->lookup = lookup->question;
    asking->handler = ngx_http_mpic_lookup_answered;
    asking->retry = lookup->retry ? ngx_http_mpic_lookup_retry : NULL;
    asking->data = lookup;

    lookup->question->validating = (dnssec != NULL);

    return ngx_http_mpic_question_start(asking);
}


void
ngx_http_mpic_lookup_wake(ngx_http_mpic_lookup_t *lookup)
{
    lookup->waiting = 0;

    if (ngx_http_mpic_lookup_ask(lookup) != NGX_OK) {
        ngx_mpic_job_op_done(&lookup->op);
        lookup->handler(lookup);
    }
}


static void
ngx_http_mpic_lookup_answered(ngx_http_mpic_question_t *asking)
{
    ngx_http_mpic_lookup_t *lookup = asking->data;

    ngx_mpic_job_op_done(&lookup->op);

    ngx_http_mpic_lookup_log(lookup);

    lookup->handler(lookup);
}


static void
ngx_http_mpic_lookup_retry(ngx_http_mpic_question_t *asking)
{
    ngx_http_mpic_lookup_t *lookup = asking->data;

    lookup->retry(lookup);
}


static void
ngx_http_mpic_lookup_destroy(ngx_mpic_op_t *op)
{
    ngx_http_mpic_lookup_t  *lookup;

    lookup = ngx_queue_data(op, ngx_http_mpic_lookup_t, op);

    if (lookup->waiting) {
        ngx_queue_remove(&lookup->queue);
        lookup->waiting = 0;
        return;
    }

    ngx_http_mpic_question_cancel(&lookup->asking);
}


static void
ngx_http_mpic_lookup_log(ngx_http_mpic_lookup_t *lookup)
{
#if (NGX_DEBUG)
    mpic_lookup_t  *question;

    question = lookup->question;

    ngx_log_debug5(NGX_LOG_DEBUG_HTTP, lookup->check->job->log, 0,
                   "mpic lookup: %s type:%ui rcode:%d dnssec:%s asked:%ui",
                   question->name.data, (ngx_uint_t) question->type,
                   question->answer.rcode,
                   mpic_dnssec_name(mpic_lookup_dnssec(question)),
                   (ngx_uint_t) question->asked);
#endif
}


void
ngx_http_mpic_lookup_cancel(ngx_http_mpic_lookup_t *lookup, const char *why)
{
    ngx_mpic_op_t  *op;

    op = &lookup->op;

    ngx_mpic_job_op_done(op);
    op->destroy(op);

    ngx_http_mpic_question_end(lookup->question, why);
}


ngx_int_t
ngx_http_mpic_lookup_expire(ngx_http_mpic_check_t *check,
    mpic_lookup_t *questions, size_t n)
{
    size_t      i;
    mpic_str_t  why;

    if (mpic_str_printf(&check->pool, &why, "no answer within %lu ms",
                        (unsigned long) check->conf->check_timeout)
        != 0)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        ngx_http_mpic_question_end(&questions[i], why.data);
    }

    return NGX_OK;
}
