
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_question.h"
#include "ngx_http_mpic_perspective_stat.h"


static ngx_int_t ngx_http_mpic_question_send(
    ngx_http_mpic_question_t *question);
static void ngx_http_mpic_question_replied(ngx_mpic_query_t *q);
static int ngx_http_mpic_question_spend(ngx_http_mpic_question_t *question,
    mpic_str_t *why);
static mpic_reply_e ngx_http_mpic_question_read(
    ngx_http_mpic_question_t *question, mpic_dns_answer_t *answer,
    mpic_str_t *why);
static void ngx_http_mpic_question_keep(ngx_http_mpic_question_t *question,
    const mpic_dns_answer_t *answer, const mpic_str_t *why);
static void ngx_http_mpic_question_done(ngx_http_mpic_question_t *question);


static const mpic_str_t  ngx_http_mpic_question_no_memory =
    mpic_str("out of memory");


ngx_int_t
ngx_http_mpic_question_start(ngx_http_mpic_question_t *question)
{
    ngx_mpic_query_t  *q;

    q = &question->query;

    q->handler = ngx_http_mpic_question_replied;
    q->data = question;
    q->pool = question->pool;
    q->log = question->log;

    question->msg = NULL;
    question->len = 0;
    question->retried = 0;
    question->last = 0;

    mpic_ask_start(&question->ask, (unsigned) question->nservers,
                   (unsigned) question->tries, (int) question->cd);

    if (ngx_http_mpic_question_send(question) != NGX_OK) {
        ngx_http_mpic_question_end(question->lookup,
                                   "the question could not be sent");
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * Sends what the state machine says.  What cannot be sent is a try without
 * reply; NGX_DECLINED where nothing is left to send.
 */

static ngx_int_t
ngx_http_mpic_question_send(ngx_http_mpic_question_t *question)
{
    ngx_uint_t      flags;
    mpic_ask_t     *ask;
    mpic_lookup_t  *lookup;

    ask = &question->ask;
    lookup = question->lookup;

    while (ask->step != MPIC_ASK_END) {

        flags = question->flags;

        if (ask->step == MPIC_ASK_CD) {
            flags |= NGX_MPIC_QUERY_CD;
        }

        if (ngx_mpic_resolver_query(question->resolver,
                                    question->servers[ask->server],
                                    &question->query, lookup->name.data,
                                    lookup->type, flags)
            == NGX_OK)
        {
            ngx_http_mpic_perspective_stat_asked(
                &question->resolver->servers[question->servers[ask->server]],
                ask->server != question->last);

            question->last = ask->server;
            lookup->asked = ask->asked;
            return NGX_OK;
        }

        ngx_log_error(NGX_LOG_ERR, question->log, 0,
                      "DNS question for \"%s\" could not be sent",
                      lookup->name.data);

        lookup->fault = 1;
        mpic_ask_next(ask, MPIC_REPLY_NONE);
    }

    return NGX_DECLINED;
}


static void
ngx_http_mpic_question_replied(ngx_mpic_query_t *q)
{
    mpic_str_t                 why;
    mpic_ask_t                *ask;
    mpic_reply_e               reply;
    mpic_lookup_t             *lookup;
    mpic_dns_answer_t          answer;
    ngx_http_mpic_question_t  *question;

    question = q->data;
    ask = &question->ask;
    lookup = question->lookup;

    reply = ngx_http_mpic_question_read(question, &answer, &why);

    mpic_ask_next(ask, reply);

    if (ask->keep) {
        ngx_http_mpic_question_keep(question, &answer, &why);
    }

    lookup->bogus = ask->bogus;

    if (ngx_http_mpic_question_send(question) != NGX_OK) {
        ngx_http_mpic_question_done(question);
        return;
    }

    /* last, for it may end all this */

    if (question->retry != NULL && !question->retried) {
        question->retried = 1;
        question->retry(question);
    }
}


/*
 * "answer" is set if the reply is more than MPIC_REPLY_UNREADABLE, otherwise
 * "why".
 */

static mpic_reply_e
ngx_http_mpic_question_read(ngx_http_mpic_question_t *question,
    mpic_dns_answer_t *answer, mpic_str_t *why)
{
    int                rc;
    mpic_lookup_t     *lookup;
    ngx_mpic_query_t  *q;

    q = &question->query;
    lookup = question->lookup;

    if (q->msg == NULL) {
        ngx_http_mpic_perspective_stat_silent(
            &question->resolver->servers[question->servers[question->last]],
            q->late);

        why->data = q->error;
        why->len = ngx_strlen(q->error);

        if (!q->late) {
            lookup->fault = 1;
        }

        return MPIC_REPLY_NONE;
    }

    rc = ngx_http_mpic_question_spend(question, why);

    if (rc == 0) {
        rc = mpic_dns_parse(question->mpic_pool, q->msg, q->len,
                            &lookup->name, lookup->type, question->limits,
                            answer, why);
    }

    if (rc != 0) {
        lookup->fault = 1;
    }

    if (rc < 0) {
        *why = ngx_http_mpic_question_no_memory;
        return MPIC_REPLY_NONE;
    }

    return mpic_ask_reply(rc, answer);
}


/*
 * What is more than may be kept is given back at once.
 */

static int
ngx_http_mpic_question_spend(ngx_http_mpic_question_t *question,
    mpic_str_t *why)
{
    int                rc;
    ngx_mpic_query_t  *q;

    q = &question->query;

    if (question->budget == NULL) {
        return 0;
    }

    rc = mpic_dns_spend(question->mpic_pool, question->budget, q->len, why);

    if (rc != 0) {
        (void) ngx_pfree(question->pool, q->msg);
        q->msg = NULL;
        q->len = 0;
    }

    return rc;
}


static void
ngx_http_mpic_question_keep(ngx_http_mpic_question_t *question,
    const mpic_dns_answer_t *answer, const mpic_str_t *why)
{
    mpic_lookup_t  *lookup;

    lookup = question->lookup;

    question->msg = question->query.msg;
    question->len = question->query.len;

    if (question->ask.kept_reply > MPIC_REPLY_UNREADABLE) {
        lookup->heard = 1;
        lookup->answer = *answer;
        return;
    }

    lookup->why = *why;
}


static void
ngx_http_mpic_question_done(ngx_http_mpic_question_t *question)
{
    ngx_http_mpic_question_end(question->lookup, "no answer");

    question->handler(question);
}


void
ngx_http_mpic_question_cancel(ngx_http_mpic_question_t *question)
{
    ngx_mpic_resolver_cancel(&question->query);
}


void
ngx_http_mpic_question_end(mpic_lookup_t *lookup, const char *why)
{
    if (lookup->state != MPIC_LOOKUP_PENDING) {
        return;
    }

    if (lookup->heard) {
        lookup->state = MPIC_LOOKUP_ANSWERED;
        return;
    }

    lookup->state = MPIC_LOOKUP_FAILED;

    if (lookup->why.len == 0) {
        lookup->why.data = why;
        lookup->why.len = ngx_strlen(why);
    }
}
