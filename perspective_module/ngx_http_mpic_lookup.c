
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_lookup.h"


static void ngx_http_mpic_lookup_answered(ngx_mpic_query_t *q);
static void ngx_http_mpic_lookup_failed(mpic_lookup_t *question,
    const char *why);


ngx_int_t
ngx_http_mpic_lookup_start(ngx_http_mpic_check_t *check,
    ngx_http_mpic_lookup_t *lookup)
{
    mpic_lookup_t  *question;

    question = lookup->question;

    lookup->check = check;
    lookup->query.handler = ngx_http_mpic_lookup_answered;
    lookup->query.data = lookup;

    if (ngx_mpic_resolver_query(check->conf->resolver, check->job,
                                &lookup->query, question->name.data,
                                question->type, 0)
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, check->job->log, 0,
                      "DNS question for \"%s\" could not be sent",
                      question->name.data);

        ngx_http_mpic_lookup_failed(question,
                                    "the question could not be sent");
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static void
ngx_http_mpic_lookup_answered(ngx_mpic_query_t *q)
{
    int                      rc;
    mpic_lookup_t           *question;
    ngx_http_mpic_lookup_t  *lookup;

    lookup = q->data;
    question = lookup->question;

    if (q->msg == NULL) {
        ngx_http_mpic_lookup_failed(question, q->error);
        lookup->handler(lookup);
        return;
    }

    rc = mpic_dns_parse(&lookup->check->pool, q->msg, q->len,
                        &question->name, question->type, &question->answer,
                        &question->why);

    if (rc < 0) {
        ngx_http_mpic_check_fail(lookup->check);
        return;
    }

    question->state = (rc == 0) ? MPIC_LOOKUP_ANSWERED : MPIC_LOOKUP_FAILED;

    lookup->handler(lookup);
}


static void
ngx_http_mpic_lookup_failed(mpic_lookup_t *question, const char *why)
{
    question->state = MPIC_LOOKUP_FAILED;
    question->why.data = why;
    question->why.len = ngx_strlen(why);
}


void
ngx_http_mpic_lookup_cancel(ngx_http_mpic_lookup_t *lookup, const char *why)
{
    ngx_mpic_op_t  *op;

    op = &lookup->query.op;

    ngx_mpic_job_op_done(op);
    op->destroy(op);

    ngx_http_mpic_lookup_failed(lookup->question, why);
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

        if (questions[i].state == MPIC_LOOKUP_PENDING) {
            ngx_http_mpic_lookup_failed(&questions[i], why.data);
        }
    }

    return NGX_OK;
}
