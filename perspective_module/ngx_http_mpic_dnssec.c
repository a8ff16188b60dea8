
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_dnssec.h"
#include "ngx_http_mpic_lookup.h"
#include "ngx_http_mpic_perspective_stat.h"
#include "ngx_mpic_pool.h"
#include "ngx_mpic_timer.h"


#define NGX_HTTP_MPIC_DNSSEC_POOL_SIZE  4096

/* milliseconds to the next test after one that was not passed */
#define NGX_HTTP_MPIC_DNSSEC_RETRY      2000

/* the good name, and each of the bad ones without and with CD */
#define NGX_HTTP_MPIC_DNSSEC_QUESTIONS  (1 + 2 * MPIC_PROBE_BAD_MAX)


/* a running test, in a pool of its own */

struct ngx_http_mpic_dnssec_test_s {
    ngx_pool_t                     *pool;
    mpic_pool_t                     mpic_pool;
    ngx_http_mpic_dnssec_server_t  *server;

    mpic_lookup_t                   good;
    mpic_probe_bad_t                bad[MPIC_PROBE_BAD_MAX];

    ngx_http_mpic_question_t        questions[NGX_HTTP_MPIC_DNSSEC_QUESTIONS];
    ngx_uint_t                      nquestions;

    /* those not answered yet */
    ngx_uint_t                      pending;
};


static void ngx_http_mpic_dnssec_timer_handler(ngx_event_t *ev);
static ngx_http_mpic_dnssec_test_t *ngx_http_mpic_dnssec_test_create(
    ngx_http_mpic_dnssec_server_t *server);
static void ngx_http_mpic_dnssec_question(ngx_http_mpic_dnssec_test_t *test,
    mpic_lookup_t *lookup, const mpic_str_t *name, uint16_t type,
    ngx_uint_t flags);
static void ngx_http_mpic_dnssec_answered(ngx_http_mpic_question_t *question);
static void ngx_http_mpic_dnssec_judge(ngx_http_mpic_dnssec_test_t *test);
static void ngx_http_mpic_dnssec_ended(ngx_http_mpic_dnssec_server_t *server,
    mpic_probe_e result);
static void ngx_http_mpic_dnssec_log(ngx_http_mpic_dnssec_server_t *server,
    mpic_probe_e before, mpic_probe_e result);
static void ngx_http_mpic_dnssec_why(ngx_http_mpic_dnssec_server_t *server,
    const char *data, size_t len);
static void ngx_http_mpic_dnssec_wake(ngx_http_mpic_dnssec_t *dnssec);
static void ngx_http_mpic_dnssec_stop(void *data);


/* those started in this worker */
static ngx_queue_t  ngx_http_mpic_dnssecs = {
    &ngx_http_mpic_dnssecs, &ngx_http_mpic_dnssecs
};


ngx_http_mpic_dnssec_t *
ngx_http_mpic_dnssec_create(ngx_conf_t *cf,
    ngx_mpic_resolver_conf_t *resolver, ngx_http_mpic_dnssec_conf_t *conf)
{
    ngx_uint_t                i;
    ngx_pool_cleanup_t       *cln;
    ngx_http_mpic_dnssec_t   *dnssec;

    dnssec = ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_dnssec_t));
    if (dnssec == NULL) {
        return NULL;
    }

    dnssec->servers = ngx_pcalloc(cf->pool, resolver->nservers
                                    * sizeof(ngx_http_mpic_dnssec_server_t));
    if (dnssec->servers == NULL) {
        return NULL;
    }

    dnssec->resolver = resolver;
    dnssec->conf = conf;

    for (i = 0; i < resolver->nservers; i++) {
        dnssec->servers[i].dnssec = dnssec;
        dnssec->servers[i].number = i;
    }

    /* a single process goes on when the configuration is another one */

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_mpic_dnssec_stop;
    cln->data = dnssec;

    return dnssec;
}


void
ngx_http_mpic_dnssec_start(ngx_http_mpic_dnssec_t *dnssec)
{
    ngx_uint_t                      i;
    ngx_http_mpic_dnssec_server_t  *server;

    if (dnssec->started) {
        return;
    }

    dnssec->started = 1;

    ngx_queue_init(&dnssec->waiting);
    ngx_queue_insert_tail(&ngx_http_mpic_dnssecs, &dnssec->queue);

    for (i = 0; i < dnssec->resolver->nservers; i++) {
        server = &dnssec->servers[i];

        /* cancelable: a worker that quits does not wait for the next test */

        ngx_mpic_event_init(&server->timer,
                            ngx_http_mpic_dnssec_timer_handler,
                            ngx_cycle->log, 1);
        ngx_mpic_timer_set(&server->timer, 0);
    }
}


static void
ngx_http_mpic_dnssec_timer_handler(ngx_event_t *ev)
{
    ngx_uint_t                      i;
    ngx_http_mpic_dnssec_conf_t    *conf;
    ngx_http_mpic_dnssec_test_t    *test;
    ngx_http_mpic_dnssec_server_t  *server;

    server = ngx_mpic_event_owner(ev, ngx_http_mpic_dnssec_server_t, timer);

    test = ngx_http_mpic_dnssec_test_create(server);

    if (test == NULL) {
        ngx_http_mpic_dnssec_why(server, "out of memory",
                                 sizeof("out of memory") - 1);
        ngx_http_mpic_dnssec_ended(server, MPIC_PROBE_FAILED);
        return;
    }

    conf = server->dnssec->conf;

    /* none of them ends the test before all have been asked */
    test->pending = 1;

    ngx_http_mpic_dnssec_question(test, &test->good, &conf->good,
                                  MPIC_DNS_SOA, 0);

    for (i = 0; i < conf->nbad; i++) {
        ngx_http_mpic_dnssec_question(test, &test->bad[i].plain,
                                      &conf->bad[i], MPIC_DNS_A, 0);
        ngx_http_mpic_dnssec_question(test, &test->bad[i].cd, &conf->bad[i],
                                      MPIC_DNS_A, NGX_MPIC_QUERY_CD);
    }

    if (--test->pending == 0) {
        ngx_http_mpic_dnssec_judge(test);
    }
}


static ngx_http_mpic_dnssec_test_t *
ngx_http_mpic_dnssec_test_create(ngx_http_mpic_dnssec_server_t *server)
{
    ngx_pool_t                   *pool;
    ngx_http_mpic_dnssec_test_t  *test;

    pool = ngx_create_pool(NGX_HTTP_MPIC_DNSSEC_POOL_SIZE, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    test = ngx_pcalloc(pool, sizeof(ngx_http_mpic_dnssec_test_t));
    if (test == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    test->pool = pool;
    test->mpic_pool.alloc = ngx_mpic_pool_alloc;
    test->mpic_pool.data = pool;
    test->server = server;

    server->test = test;

    return test;
}


static void
ngx_http_mpic_dnssec_question(ngx_http_mpic_dnssec_test_t *test,
    mpic_lookup_t *lookup, const mpic_str_t *name, uint16_t type,
    ngx_uint_t flags)
{
    ngx_mpic_resolver_conf_t  *resolver;
    ngx_http_mpic_question_t  *question;

    resolver = test->server->dnssec->resolver;
    question = &test->questions[test->nquestions++];

    lookup->state = MPIC_LOOKUP_PENDING;
    lookup->name = *name;
    lookup->type = type;

    question->resolver = resolver;
    question->servers[0] = (u_char) test->server->number;
    question->nservers = 1;
    question->tries = resolver->tries;
    question->flags = flags;
    question->pool = test->pool;
    question->log = test->pool->log;
    question->mpic_pool = &test->mpic_pool;
    question->lookup = lookup;
    question->handler = ngx_http_mpic_dnssec_answered;
    question->data = test;

    if (ngx_http_mpic_question_start(question) == NGX_OK) {
        test->pending++;
    }
}


static void
ngx_http_mpic_dnssec_answered(ngx_http_mpic_question_t *question)
{
    ngx_http_mpic_dnssec_test_t *test = question->data;

    if (--test->pending == 0) {
        ngx_http_mpic_dnssec_judge(test);
    }
}


static void
ngx_http_mpic_dnssec_judge(ngx_http_mpic_dnssec_test_t *test)
{
    int                             rc;
    mpic_str_t                      why;
    ngx_http_mpic_dnssec_server_t  *server;

    server = test->server;

    rc = mpic_probe_judge(&test->mpic_pool, &test->good, test->bad,
                          server->dnssec->conf->nbad, &why);

    if (rc < 0) {
        ngx_http_mpic_dnssec_why(server, "out of memory",
                                 sizeof("out of memory") - 1);
        rc = MPIC_PROBE_FAILED;

    } else {
        ngx_http_mpic_dnssec_why(server, why.data, why.len);
    }

    server->test = NULL;
    ngx_destroy_pool(test->pool);

    ngx_http_mpic_dnssec_ended(server, (mpic_probe_e) rc);
}


static void
ngx_http_mpic_dnssec_ended(ngx_http_mpic_dnssec_server_t *server,
    mpic_probe_e result)
{
    ngx_msec_t    next;
    mpic_probe_e  before;

    before = server->probe.state;

    mpic_probe_update(&server->probe, result, ngx_time());

    ngx_http_mpic_perspective_stat_dnssec(server);
    ngx_http_mpic_dnssec_log(server, before, result);

    next = server->dnssec->conf->interval;

    if (result != MPIC_PROBE_PASSED && next > NGX_HTTP_MPIC_DNSSEC_RETRY) {
        next = NGX_HTTP_MPIC_DNSSEC_RETRY;
    }

    /* a worker that quits goes on with what it knows */

    if (!ngx_exiting) {
        ngx_mpic_timer_set(&server->timer, next);
    }

    ngx_http_mpic_dnssec_wake(server->dnssec);
}


static void
ngx_http_mpic_dnssec_log(ngx_http_mpic_dnssec_server_t *server,
    mpic_probe_e before, mpic_probe_e result)
{
    ngx_log_t   *log;
    ngx_str_t   *name;
    ngx_uint_t   level;

    log = ngx_cycle->log;
    name = &server->dnssec->resolver->servers[server->number].name;

    if (server->probe.state == MPIC_PROBE_FAILED) {

        if (before != MPIC_PROBE_FAILED) {
            ngx_log_error(NGX_LOG_ERR, log, 0,
                          "mpic: resolver \"%V\" is not asked while it does "
                          "not prove to validate DNSSEC: %V",
                          name, &server->why);
        }

        return;
    }

    if (before != MPIC_PROBE_PASSED) {
        level = (before == MPIC_PROBE_FAILED) ? NGX_LOG_NOTICE : NGX_LOG_INFO;

        ngx_log_error(level, log, 0,
                      "mpic: resolver \"%V\" validates DNSSEC: %V",
                      name, &server->why);
    }

    if (result == MPIC_PROBE_PASSED) {
        server->warned = 0;

    } else if (!server->warned) {
        server->warned = 1;
        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "mpic: resolver \"%V\" has proven to validate DNSSEC, "
                      "and cannot prove it again: %V", name, &server->why);
    }
}


static void
ngx_http_mpic_dnssec_why(ngx_http_mpic_dnssec_server_t *server,
    const char *data, size_t len)
{
    server->why.len = ngx_min(len, NGX_HTTP_MPIC_DNSSEC_WHY - 1);
    server->why.data = server->text;

    ngx_cpystrn(server->text, (u_char *) data, server->why.len + 1);
}


ngx_int_t
ngx_http_mpic_dnssec_servers(ngx_http_mpic_dnssec_t *dnssec,
    ngx_mpic_resolver_conf_t *resolver, u_char *servers, ngx_uint_t *n,
    mpic_pool_t *pool, const char **why)
{
    u_char                         *reason;
    mpic_str_t                      text;
    ngx_uint_t                      i, untested;
    ngx_http_mpic_dnssec_server_t  *server;

    if (dnssec != NULL) {
        ngx_http_mpic_dnssec_start(dnssec);
    }

    reason = (u_char *) "";
    untested = 0;
    *n = 0;

    for (i = 0; i < resolver->nservers; i++) {

        if (dnssec == NULL
            || dnssec->servers[i].probe.state == MPIC_PROBE_PASSED)
        {
            servers[(*n)++] = (u_char) i;
            continue;
        }

        server = &dnssec->servers[i];
        reason = server->text;
        untested += (server->probe.state == MPIC_PROBE_UNTESTED);
    }

    if (*n != 0) {
        return NGX_OK;
    }

    if (untested) {
        return NGX_AGAIN;
    }

    if (mpic_str_printf(pool, &text, "no resolver of this perspective proves"
                        " to validate DNSSEC: %s", (char *) reason)
        != 0)
    {
        *why = "no resolver of this perspective proves to validate DNSSEC";

    } else {
        *why = text.data;
    }

    return NGX_DECLINED;
}


void
ngx_http_mpic_dnssec_wait(ngx_http_mpic_dnssec_t *dnssec, ngx_queue_t *queue)
{
    ngx_queue_insert_tail(&dnssec->waiting, queue);
}


/*
 * What is woken does not wait again as long as the state of one resolver is
 * known to be good, or of all to be bad; nothing changes that within here.
 */

static void
ngx_http_mpic_dnssec_wake(ngx_http_mpic_dnssec_t *dnssec)
{
    ngx_uint_t               i, n, untested;
    ngx_queue_t             *q;
    ngx_http_mpic_lookup_t  *lookup;

    n = 0;
    untested = 0;

    for (i = 0; i < dnssec->resolver->nservers; i++) {
        n += (dnssec->servers[i].probe.state == MPIC_PROBE_PASSED);
        untested += (dnssec->servers[i].probe.state == MPIC_PROBE_UNTESTED);
    }

    if (n == 0 && untested) {
        return;
    }

    while (!ngx_queue_empty(&dnssec->waiting)) {
        q = ngx_queue_head(&dnssec->waiting);
        ngx_queue_remove(q);

        lookup = ngx_queue_data(q, ngx_http_mpic_lookup_t, queue);

        ngx_http_mpic_lookup_wake(lookup);
    }
}


/*
 * Those who wait are gone already: with their jobs.
 */

static void
ngx_http_mpic_dnssec_stop(void *data)
{
    ngx_http_mpic_dnssec_t *dnssec = data;

    ngx_uint_t                      i, j;
    ngx_http_mpic_dnssec_test_t    *test;
    ngx_http_mpic_dnssec_server_t  *server;

    if (!dnssec->started) {
        return;
    }

    dnssec->started = 0;
    ngx_queue_remove(&dnssec->queue);

    for (i = 0; i < dnssec->resolver->nservers; i++) {
        server = &dnssec->servers[i];
        test = server->test;

        ngx_mpic_event_clear(&server->timer);

        if (test == NULL) {
            continue;
        }

        for (j = 0; j < test->nquestions; j++) {
            ngx_http_mpic_question_cancel(&test->questions[j]);
        }

        server->test = NULL;
        ngx_destroy_pool(test->pool);
    }
}


void
ngx_http_mpic_dnssec_exit(void)
{
    ngx_queue_t             *q;
    ngx_http_mpic_dnssec_t  *dnssec;

    while (!ngx_queue_empty(&ngx_http_mpic_dnssecs)) {
        q = ngx_queue_head(&ngx_http_mpic_dnssecs);
        dnssec = ngx_queue_data(q, ngx_http_mpic_dnssec_t, queue);

        ngx_http_mpic_dnssec_stop(dnssec);
    }
}
