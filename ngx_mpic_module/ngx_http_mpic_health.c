
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
    mpic_check_type_e type, mpic_health_evidence_e evidence, const char *why);
static void ngx_http_mpic_health_lock(ngx_http_mpic_health_t *health);
static void ngx_http_mpic_health_unlock(ngx_http_mpic_health_t *health);
static void ngx_http_mpic_health_next(ngx_http_mpic_health_t *health);
static void ngx_http_mpic_probe_handler(ngx_event_t *ev);
static ngx_int_t ngx_http_mpic_probe_start(ngx_http_mpic_health_t *health);
static ngx_int_t ngx_http_mpic_probe_options(ngx_http_mpic_health_t *health,
    ngx_http_mpic_endpoint_t *e);
static size_t ngx_http_mpic_probe_write(char *data, size_t size, size_t n,
    void *ctx);
static void ngx_http_mpic_probe_done(ngx_mpic_transfer_t *t);
static int ngx_http_mpic_probe_read(ngx_http_mpic_health_t *health,
    mpic_pool_t *pool, mpic_str_t *why);
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
    health->known = &health->own;
    p->health = health;

    return NGX_OK;
}


void
ngx_http_mpic_health(ngx_http_mpic_perspective_t *p, mpic_check_type_e type,
    mpic_health_evidence_e evidence, const char *why, const char *brief)
{
    ngx_http_mpic_known_t  *known;

    known = p->health->known;

    if (evidence == MPIC_HEALTH_FAILED) {
        ngx_http_mpic_health_lock(p->health);

        known->error_at = ngx_time();
        ngx_cpystrn(known->why, (u_char *) (brief ? brief : "no memory"),
                    NGX_HTTP_MPIC_HEALTH_WHY);

        ngx_http_mpic_health_unlock(p->health);
    }

    ngx_http_mpic_health_result(p->health, type, evidence, why);
}


static void
ngx_http_mpic_health_result(ngx_http_mpic_health_t *health,
    mpic_check_type_e type, mpic_health_evidence_e evidence, const char *why)
{
    time_t                  since;
    mpic_health_change_e    change;
    ngx_http_mpic_known_t  *known;

    known = health->known;

    /* most calls: nothing changes but the time, and no lock is taken */

    if (evidence == MPIC_HEALTH_ANSWERED
        && known->state.failing == 0
        && known->state.failures[MPIC_CHECK_DCV] == 0
        && known->state.failures[MPIC_CHECK_CAA] == 0)
    {
        known->state.answered = ngx_time();
        return;
    }

    ngx_http_mpic_health_lock(health);

    since = known->state.since;
    change = mpic_health_update(&known->state, type, evidence, ngx_time());

    ngx_http_mpic_health_unlock(health);

    switch (change) {

    case MPIC_HEALTH_GONE:
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "mpic: perspective \"%V\" keeps failing in %s checks, "
                      "and is asked all the same: %s",
                      &health->perspective->code,
                      type == MPIC_CHECK_CAA ? "CAA" : "DCV",
                      why ? why : "no memory");

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


/* nginx's master releases it where a worker is killed that has it */

static void
ngx_http_mpic_health_lock(ngx_http_mpic_health_t *health)
{
    if (health->mutex != NULL) {
        ngx_shmtx_lock(health->mutex);
    }
}


static void
ngx_http_mpic_health_unlock(ngx_http_mpic_health_t *health)
{
    if (health->mutex != NULL) {
        ngx_shmtx_unlock(health->mutex);
    }
}


void
ngx_http_mpic_health_known(ngx_http_mpic_perspective_t *p,
    ngx_http_mpic_known_t *known)
{
    ngx_http_mpic_health_lock(p->health);

    *known = *p->health->known;

    ngx_http_mpic_health_unlock(p->health);

    /* half of it may be there, of a worker that was killed */

    known->why[NGX_HTTP_MPIC_HEALTH_WHY - 1] = '\0';
}


void
ngx_http_mpic_health_worker(ngx_http_mpic_main_conf_t *mmcf)
{
    ngx_uint_t                     i, k;
    ngx_http_mpic_set_t          **sets;
    ngx_http_mpic_perspective_t   *p;

    if (mmcf->shared == NULL || ngx_worker != 0) {
        return;
    }

    sets = mmcf->sets.elts;

    for (i = 0; i < mmcf->sets.nelts; i++) {
        p = sets[i]->perspectives.elts;

        for (k = 0; k < sets[i]->perspectives.nelts; k++) {
            if (p[k].health->known->state.failing) {
                ngx_http_mpic_health_next(p[k].health);
            }
        }

        if (sets[i]->primary != NULL
            && sets[i]->primary->health->known->state.failing)
        {
            ngx_http_mpic_health_next(sets[i]->primary->health);
        }
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

    if (!health->known->state.failing || ngx_exiting) {
        ngx_http_mpic_probe_end(health);
        return;
    }

    if (ngx_http_mpic_probe_start(health) != NGX_OK) {
        ngx_http_mpic_probe_end(health);
        ngx_http_mpic_health_next(health);
    }
}


/*
 * A check as any other of the kind that failed.  The endpoints are asked in
 * turn.
 */

static ngx_int_t
ngx_http_mpic_probe_start(ngx_http_mpic_health_t *health)
{
    mpic_pool_t                   pool;
    ngx_mpic_curl_t              *curl;
    ngx_mpic_transfer_t          *t;
    ngx_http_mpic_endpoint_t     *e;
    ngx_http_mpic_perspective_t  *p;

    p = health->perspective;
    t = &health->transfer;
    health->type = mpic_health_failing(&health->known->state);

    health->pool = ngx_create_pool(NGX_HTTP_MPIC_HEALTH_POOL_SIZE,
                                   ngx_cycle->log);
    if (health->pool == NULL) {
        return NGX_ERROR;
    }

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = health->pool;

    health->len = 0;
    health->body = ngx_pnalloc(health->pool, MPIC_RESPONSE_MAX);
    curl = ngx_mpic_curl_get();

    if (health->body == NULL || curl == NULL
        || mpic_health_probe(&pool, health->type, &health->request,
                             &health->sent)
           != 0)
    {
        return NGX_ERROR;
    }

    e = ngx_http_mpic_endpoint(p, health->endpoint++ % p->endpoints.nelts,
                               health->type);

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
    ngx_str_t   *url;
    ngx_msec_t   timeout, connect;

    easy = health->transfer.easy;

    url = (health->type == MPIC_CHECK_CAA) ? &e->caa_url : &e->dcv_url;

    timeout = ngx_min(health->set->probe_interval,
                      NGX_HTTP_MPIC_PROBE_TIMEOUT);
    connect = ngx_min(health->set->connect_timeout, timeout);

    health->transfer.connect_timeout = connect;

    if (ngx_http_mpic_setopt(easy, CURLOPT_URL, url->data)
        && ngx_http_mpic_setopt(easy, CURLOPT_POST, 1L)
        && ngx_http_mpic_setopt(easy, CURLOPT_POSTFIELDS, health->sent.data)
        && ngx_http_mpic_setopt(easy, CURLOPT_POSTFIELDSIZE,
                                (long) health->sent.len)
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

    if (n > MPIC_RESPONSE_MAX - health->len) {
        return 0;
    }

    ngx_memcpy(health->body + health->len, data, n);
    health->len += n;

    return n;
}


static void
ngx_http_mpic_probe_done(ngx_mpic_transfer_t *t)
{
    int                      rc;
    mpic_str_t               why;
    mpic_pool_t              pool;
    mpic_check_type_e        type;
    mpic_health_call_t       how;
    ngx_http_mpic_health_t  *health;

    health = t->data;
    health->active = 0;
    type = health->type;

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = health->pool;

    ngx_memzero(&why, sizeof(mpic_str_t));

    rc = ngx_http_mpic_probe_read(health, &pool, &why);

    ngx_memzero(&how, sizeof(mpic_health_call_t));
    how.answered = (rc == 0);
    how.unmade = (rc == -1);

    ngx_log_error(NGX_LOG_INFO, ngx_cycle->log, 0,
                  "mpic: probe of perspective \"%V\" by a %s check: %s",
                  &health->perspective->code,
                  type == MPIC_CHECK_CAA ? "CAA" : "DCV",
                  rc == 0 ? "it answers" : why.data ? why.data : "no memory");

    ngx_http_mpic_probe_end(health);

    ngx_http_mpic_health_result(health, type, mpic_health_judge(&how, 0),
                                NULL);

    if (health->known->state.failing) {
        ngx_http_mpic_health_next(health);
    }
}


/*
 * As the answer to a call is judged.  0, 1 and in "why" what is wrong, or -1.
 */

static int
ngx_http_mpic_probe_read(ngx_http_mpic_health_t *health, mpic_pool_t *pool,
    mpic_str_t *why)
{
    int                   rc;
    mpic_response_t       response;
    ngx_mpic_transfer_t  *t;

    t = &health->transfer;

    if (t->result != CURLE_OK) {
        return mpic_str_printf(pool, why, "%s",
                               t->error[0] ? t->error
                                           : curl_easy_strerror(t->result))
               == 0
               ? 1 : -1;
    }

    rc = mpic_response_read(pool, (char *) health->body, health->len,
                            &health->request, health->type, &response, why);

    if (rc == 1 && response.refused) {
        return 0;
    }

    if (rc == 0
        && ngx_http_mpic_identity(pool, health->perspective, &response, why)
           != NGX_OK)
    {
        /* a probe has nothing that proves control */

        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0, "mpic: %s", why->data);
        return 1;
    }

    return rc;
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
