
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_endpoint.h"
#include "ngx_http_mpic_health.h"
#include "ngx_http_mpic_identity.h"

#include "ngx_mpic_pool.h"
#include "ngx_mpic_timer.h"


#define NGX_HTTP_MPIC_HEALTH_POOL_SIZE  4096

/* milliseconds that a probe may take, where the set's interval is not less */
#define NGX_HTTP_MPIC_PROBE_TIMEOUT     5000

#define ngx_http_mpic_setopt(easy, option, value)                             \
    (curl_easy_setopt(easy, option, value) == CURLE_OK)


static void ngx_http_mpic_health_result(ngx_http_mpic_health_t *health,
    ngx_uint_t answered);
static void ngx_http_mpic_health_next(ngx_http_mpic_health_t *health);
static void ngx_http_mpic_probe_handler(ngx_event_t *ev);
static ngx_int_t ngx_http_mpic_probe_start(ngx_http_mpic_health_t *health);
static ngx_int_t ngx_http_mpic_probe_options(ngx_http_mpic_health_t *health,
    ngx_http_mpic_endpoint_t *e);
static size_t ngx_http_mpic_probe_write(char *data, size_t size, size_t n,
    void *ctx);
static void ngx_http_mpic_probe_done(ngx_mpic_transfer_t *t);
static void ngx_http_mpic_probe_end(ngx_http_mpic_health_t *health);
static void ngx_http_mpic_health_stop(void *data);


/* those that are probed in this worker */
static ngx_queue_t  ngx_http_mpic_probed = {
    &ngx_http_mpic_probed, &ngx_http_mpic_probed
};


ngx_int_t
ngx_http_mpic_health_create(ngx_conf_t *cf, ngx_http_mpic_set_t *set,
    ngx_http_mpic_perspective_t *p)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_mpic_health_t  *health;

    health = ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_health_t));
    if (health == NULL) {
        return NGX_ERROR;
    }

    /* a single process goes on when the configuration is another one */

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_mpic_health_stop;
    cln->data = health;

    health->perspective = p;
    health->set = set;
    p->health = health;

    return NGX_OK;
}


void
ngx_http_mpic_health(ngx_http_mpic_perspective_t *p, ngx_uint_t answered,
    const char *why)
{
    if (!answered) {
        ngx_cpystrn(p->health->why, (u_char *) (why ? why : "no memory"),
                    NGX_HTTP_MPIC_HEALTH_WHY);
    }

    ngx_http_mpic_health_result(p->health, answered);
}


static void
ngx_http_mpic_health_result(ngx_http_mpic_health_t *health,
    ngx_uint_t answered)
{
    time_t  since;

    since = health->state.since;

    switch (mpic_health_update(&health->state, (int) answered, ngx_time())) {

    case MPIC_HEALTH_GONE:
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "mpic: perspective \"%V\" keeps failing, and is asked "
                      "all the same: %s", &health->perspective->code,
                      health->why);

        ngx_http_mpic_health_next(health);
        break;

    case MPIC_HEALTH_BACK:
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "mpic: perspective \"%V\" answers again, after %T "
                      "seconds", &health->perspective->code,
                      ngx_time() - since);
        break;

    case MPIC_HEALTH_SAME:
        break;
    }
}


/*
 * The next probe: as long as it keeps failing, and there is a next one.
 */

static void
ngx_http_mpic_health_next(ngx_http_mpic_health_t *health)
{
    if (health->set->probe_interval == 0 || health->probing || ngx_exiting) {
        return;
    }

    health->probing = 1;
    ngx_queue_insert_tail(&ngx_http_mpic_probed, &health->queue);

    /* cancelable: a worker that quits does not wait for it */

    ngx_mpic_event_init(&health->timer, ngx_http_mpic_probe_handler,
                        ngx_cycle->log, 1);
    ngx_mpic_timer_set(&health->timer, health->set->probe_interval);
}


static void
ngx_http_mpic_probe_handler(ngx_event_t *ev)
{
    ngx_http_mpic_health_t  *health;

    health = ngx_mpic_event_owner(ev, ngx_http_mpic_health_t, timer);

    if (!health->state.failing || ngx_exiting) {
        ngx_http_mpic_probe_end(health);
        return;
    }

    if (ngx_http_mpic_probe_start(health) != NGX_OK) {
        ngx_http_mpic_probe_end(health);
        ngx_http_mpic_health_next(health);
    }
}


/*
 * A request that no perspective accepts: whoever answers it as one is there.
 * The endpoints are asked in turn.
 */

static ngx_int_t
ngx_http_mpic_probe_start(ngx_http_mpic_health_t *health)
{
    ngx_mpic_curl_t              *curl;
    ngx_mpic_transfer_t          *t;
    ngx_http_mpic_endpoint_t     *e;
    ngx_http_mpic_perspective_t  *p;

    p = health->perspective;
    t = &health->transfer;

    health->pool = ngx_create_pool(NGX_HTTP_MPIC_HEALTH_POOL_SIZE,
                                   ngx_cycle->log);
    if (health->pool == NULL) {
        return NGX_ERROR;
    }

    health->len = 0;
    health->body = ngx_pnalloc(health->pool, MPIC_HEALTH_ANSWER_MAX);
    curl = ngx_mpic_curl_get();

    if (health->body == NULL || curl == NULL) {
        return NGX_ERROR;
    }

    e = ngx_http_mpic_endpoint(p, health->endpoint++ % p->endpoints.nelts,
                               MPIC_CHECK_DCV);

    ngx_mpic_job_background(&health->job, ngx_cycle->log);

    ngx_memzero(t, sizeof(ngx_mpic_transfer_t));

    t->handler = ngx_http_mpic_probe_done;
    t->data = health;
    t->host = e->tls ? &e->connections : NULL;

    t->easy = ngx_mpic_curl_easy(curl, t);
    if (t->easy == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_mpic_probe_options(health, e) != NGX_OK) {
        curl_easy_cleanup(t->easy);
        return NGX_ERROR;
    }

    if (ngx_mpic_curl_start(curl, &health->job, t) != NGX_OK) {
        return NGX_ERROR;
    }

    health->active = 1;
    health->nprobes++;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_probe_options(ngx_http_mpic_health_t *health,
    ngx_http_mpic_endpoint_t *e)
{
    CURL        *easy;
    ngx_msec_t   timeout, connect;

    easy = health->transfer.easy;

    timeout = ngx_min(health->set->probe_interval,
                      NGX_HTTP_MPIC_PROBE_TIMEOUT);
    connect = ngx_min(health->set->connect_timeout, timeout);

    health->transfer.connect_timeout = connect;

    if (ngx_http_mpic_setopt(easy, CURLOPT_URL, e->dcv_url.data)
        && ngx_http_mpic_setopt(easy, CURLOPT_POST, 1L)
        && ngx_http_mpic_setopt(easy, CURLOPT_POSTFIELDS, "{}")
        && ngx_http_mpic_setopt(easy, CURLOPT_HTTPHEADER,
                                health->perspective->headers)
        && ngx_http_mpic_setopt(easy, CURLOPT_RESOLVE, e->resolve)
        && ngx_http_mpic_setopt(easy, CURLOPT_TIMEOUT_MS, (long) timeout)
        && ngx_http_mpic_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                                (long) connect)
        && ngx_http_mpic_setopt(easy, CURLOPT_WRITEFUNCTION,
                                ngx_http_mpic_probe_write)
        && ngx_http_mpic_setopt(easy, CURLOPT_WRITEDATA, health))
    {
        return e->tls ? ngx_http_mpic_identity_tls(easy, health->set,
                                                   health->perspective)
                      : NGX_OK;
    }

    return NGX_ERROR;
}


static size_t
ngx_http_mpic_probe_write(char *data, size_t size, size_t n, void *ctx)
{
    ngx_http_mpic_health_t *health = ctx;

    n *= size;

    if (n > MPIC_HEALTH_ANSWER_MAX - health->len) {
        return 0;
    }

    ngx_memcpy(health->body + health->len, data, n);
    health->len += n;

    return n;
}


static void
ngx_http_mpic_probe_done(ngx_mpic_transfer_t *t)
{
    long                     status;
    ngx_uint_t               answered;
    mpic_pool_t              pool;
    ngx_http_mpic_health_t  *health;

    health = t->data;
    health->active = 0;

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = health->pool;

    answered = 0;
    status = 0;

    if (t->result == CURLE_OK
        && curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status)
           == CURLE_OK
        && mpic_health_probe(&pool, status, (char *) health->body,
                             health->len)
           == 1)
    {
        answered = 1;
    }

    ngx_log_error(NGX_LOG_INFO, ngx_cycle->log, 0,
                  "mpic: probe of perspective \"%V\": %s, status %l",
                  &health->perspective->code,
                  (t->result != CURLE_OK) ? curl_easy_strerror(t->result)
                  : answered ? "it answers" : "no answer of a perspective",
                  status);

    ngx_http_mpic_probe_end(health);

    ngx_http_mpic_health_result(health, answered);

    if (health->state.failing) {
        ngx_http_mpic_health_next(health);
    }
}


static void
ngx_http_mpic_probe_end(ngx_http_mpic_health_t *health)
{
    if (!health->probing) {
        return;
    }

    health->probing = 0;
    ngx_queue_remove(&health->queue);
    ngx_mpic_event_clear(&health->timer);

    if (health->active) {
        health->active = 0;
        ngx_mpic_curl_cancel(&health->transfer);
    }

    if (health->pool != NULL) {
        ngx_destroy_pool(health->pool);
        health->pool = NULL;
    }
}


static void
ngx_http_mpic_health_stop(void *data)
{
    ngx_http_mpic_probe_end(data);
}


void
ngx_http_mpic_health_exit(void)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&ngx_http_mpic_probed)) {
        q = ngx_queue_head(&ngx_http_mpic_probed);
        ngx_http_mpic_probe_end(ngx_queue_data(q, ngx_http_mpic_health_t,
                                               queue));
    }
}
