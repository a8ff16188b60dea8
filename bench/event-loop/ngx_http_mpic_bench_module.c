
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Measures event/: one request makes many transfers or queries, some of them
 * at a time, and is answered with what they cost.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_mpic_job.h"
#include "ngx_mpic_curl.h"
#include "ngx_mpic_poll.h"
#include "ngx_mpic_resolver.h"


#define NGX_HTTP_MPIC_BENCH_MAX  1000000


typedef struct {
    ngx_str_t                  url;
    ngx_str_t                  connect_to;

    ngx_str_t                  name;
    ngx_mpic_resolver_conf_t  *resolver;
    ngx_mpic_server_t          server;
} ngx_http_mpic_bench_loc_conf_t;


typedef struct ngx_http_mpic_bench_slot_s  ngx_http_mpic_bench_slot_t;


typedef struct {
    ngx_http_mpic_bench_loc_conf_t  *conf;
    ngx_mpic_job_t                  *job;
    ngx_http_mpic_bench_slot_t      *slots;

    /* arguments of the request: how many, how many at a time, and how */
    ngx_uint_t                       n;
    ngx_uint_t                       concurrency;
    ngx_uint_t                       fresh;
    ngx_uint_t                       h2;
    ngx_uint_t                       inside;
    ngx_uint_t                       cd;

    ngx_uint_t                       started;
    ngx_uint_t                       ended;
    ngx_uint_t                       failed;
    const char                      *error;

    /* of the last DNS message */
    ngx_uint_t                       rcode;
    size_t                           len;

    uint32_t                        *usec;
    uint64_t                         wall;
    uint64_t                         cpu;

    struct curl_slist               *connect_to;
} ngx_http_mpic_bench_t;


struct ngx_http_mpic_bench_slot_s {
    ngx_http_mpic_bench_t           *bench;
    uint64_t                         start;

    union {
        ngx_mpic_transfer_t          transfer;
        ngx_mpic_query_t             query;
    } u;
};


static ngx_int_t ngx_http_mpic_bench_handler(ngx_http_request_t *r);
static void ngx_http_mpic_bench_start(ngx_http_request_t *r);
static ngx_uint_t ngx_http_mpic_bench_arg(ngx_http_request_t *r, char *name,
    ngx_uint_t value);
static void ngx_http_mpic_bench_cleanup(void *data);
static void ngx_http_mpic_bench_next(ngx_http_mpic_bench_slot_t *slot);
static ngx_int_t ngx_http_mpic_bench_fetch(ngx_http_mpic_bench_slot_t *slot);
static size_t ngx_http_mpic_bench_write(char *data, size_t size, size_t n,
    void *arg);
static void ngx_http_mpic_bench_transfer_handler(ngx_mpic_transfer_t *t);
static ngx_int_t ngx_http_mpic_bench_query(ngx_http_mpic_bench_slot_t *slot);
static void ngx_http_mpic_bench_query_handler(ngx_mpic_query_t *q);
static void ngx_http_mpic_bench_ended(ngx_http_mpic_bench_slot_t *slot,
    const char *error);
static void ngx_http_mpic_bench_finish(ngx_mpic_job_t *job);
static void ngx_http_mpic_bench_abort(ngx_mpic_job_t *job);
static uint64_t ngx_http_mpic_bench_wall(void);
static uint64_t ngx_http_mpic_bench_cpu(void);
static int ngx_libc_cdecl ngx_http_mpic_bench_cmp(const void *one,
    const void *two);
static void *ngx_http_mpic_bench_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_mpic_bench_set_fetch(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_mpic_bench_set_query(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static void ngx_http_mpic_bench_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_mpic_bench_commands[] = {

    { ngx_string("mpic_bench_fetch"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE2,
      ngx_http_mpic_bench_set_fetch,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mpic_bench_query"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE4,
      ngx_http_mpic_bench_set_query,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_mpic_bench_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_mpic_bench_create_loc_conf,   /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_mpic_bench_module = {
    NGX_MODULE_V1,
    &ngx_http_mpic_bench_module_ctx,       /* module context */
    ngx_http_mpic_bench_commands,          /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_mpic_bench_exit_process,      /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_mpic_bench_handler(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_read_client_request_body(r, ngx_http_mpic_bench_start);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


static void
ngx_http_mpic_bench_start(ngx_http_request_t *r)
{
    ngx_uint_t                   i;
    ngx_mpic_job_t              *job;
    ngx_pool_cleanup_t          *cln;
    ngx_http_mpic_bench_t       *bench;
    ngx_http_mpic_bench_slot_t  *slots;

    job = ngx_mpic_job_create(r, ngx_http_mpic_bench_arg(r, "timeout", 60000));
    if (job == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    job->action = "measuring";
    ngx_str_set(&job->subject, "bench");
    job->deadline_handler = ngx_http_mpic_bench_finish;
    job->abort_handler = ngx_http_mpic_bench_abort;

    cln = ngx_pool_cleanup_add(job->pool, sizeof(ngx_http_mpic_bench_t));
    if (cln == NULL) {
        ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL);
        return;
    }

    bench = cln->data;
    ngx_memzero(bench, sizeof(ngx_http_mpic_bench_t));
    cln->handler = ngx_http_mpic_bench_cleanup;

    job->data = bench;

    bench->job = job;
    bench->conf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_bench_module);
    bench->n = ngx_http_mpic_bench_arg(r, "n", 1);
    bench->concurrency = ngx_http_mpic_bench_arg(r, "c", 1);
    bench->fresh = ngx_http_mpic_bench_arg(r, "fresh", 0);
    bench->h2 = ngx_http_mpic_bench_arg(r, "h2", 0);
    bench->inside = ngx_http_mpic_bench_arg(r, "inside", 0);
    bench->cd = ngx_http_mpic_bench_arg(r, "cd", 0);
    bench->usec = ngx_pcalloc(job->pool, bench->n * sizeof(uint32_t));

    slots = ngx_pcalloc(job->pool,
                     bench->concurrency * sizeof(ngx_http_mpic_bench_slot_t));
    bench->slots = slots;

    if (bench->usec == NULL || slots == NULL) {
        ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL);
        return;
    }

    bench->wall = ngx_http_mpic_bench_wall();
    bench->cpu = ngx_http_mpic_bench_cpu();

    for (i = 0; i < bench->concurrency; i++) {
        slots[i].bench = bench;
        ngx_http_mpic_bench_next(&slots[i]);
    }
}


static ngx_uint_t
ngx_http_mpic_bench_arg(ngx_http_request_t *r, char *name, ngx_uint_t value)
{
    ngx_int_t  n;
    ngx_str_t  arg;

    if (ngx_http_arg(r, (u_char *) name, ngx_strlen(name), &arg) != NGX_OK) {
        return value;
    }

    n = ngx_atoi(arg.data, arg.len);

    if (n < 0 || n > NGX_HTTP_MPIC_BENCH_MAX) {
        return value;
    }

    return n;
}


static void
ngx_http_mpic_bench_cleanup(void *data)
{
    ngx_http_mpic_bench_t *bench = data;

    ngx_uint_t  i;

    curl_slist_free_all(bench->connect_to);

    if (bench->conf->resolver == NULL || bench->slots == NULL) {
        return;
    }

    for (i = 0; i < bench->concurrency; i++) {
        ngx_mpic_resolver_cancel(&bench->slots[i].u.query);
    }
}


static void
ngx_http_mpic_bench_next(ngx_http_mpic_bench_slot_t *slot)
{
    ngx_int_t               rc;
    ngx_http_mpic_bench_t  *bench;

    bench = slot->bench;

    if (bench->started == bench->n || bench->job->finished) {
        return;
    }

    bench->started++;
    slot->start = ngx_http_mpic_bench_wall();
    ngx_memzero(&slot->u, sizeof(slot->u));

    rc = bench->conf->resolver ? ngx_http_mpic_bench_query(slot)
                               : ngx_http_mpic_bench_fetch(slot);

    if (rc != NGX_OK) {
        bench->error = "cannot be started";
        ngx_http_mpic_bench_finish(bench->job);
    }
}


static ngx_int_t
ngx_http_mpic_bench_fetch(ngx_http_mpic_bench_slot_t *slot)
{
    CURL                   *easy;
    ngx_mpic_curl_t        *curl;
    ngx_mpic_transfer_t    *t;
    ngx_http_mpic_bench_t  *bench;

    t = &slot->u.transfer;
    bench = slot->bench;

    curl = ngx_mpic_curl_get();
    if (curl == NULL) {
        return NGX_ERROR;
    }

    easy = ngx_mpic_curl_easy(curl, t);
    if (easy == NULL) {
        return NGX_ERROR;
    }

    if (bench->connect_to == NULL) {
        bench->connect_to = curl_slist_append(NULL,
                                     (char *) bench->conf->connect_to.data);
    }

    curl_easy_setopt(easy, CURLOPT_URL, bench->conf->url.data);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, bench->connect_to);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ngx_http_mpic_bench_write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, bench);

    /* a loopback server with a certificate of its own making */
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);

    if (bench->fresh) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }

    if (bench->h2) {
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                         (long) CURL_HTTP_VERSION_2TLS);
        curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    }

    t->easy = easy;
    t->handler = ngx_http_mpic_bench_transfer_handler;
    t->data = slot;

    return ngx_mpic_curl_start(curl, bench->job, t);
}


static size_t
ngx_http_mpic_bench_write(char *data, size_t size, size_t n, void *arg)
{
    ngx_http_mpic_bench_t *bench = arg;

    if (bench->inside) {
        /* ending a job within a callback of libcurl has to work */
        ngx_http_mpic_bench_finish(bench->job);
    }

    return size * n;
}


static void
ngx_http_mpic_bench_transfer_handler(ngx_mpic_transfer_t *t)
{
    long         status;
    const char  *error;

    error = NULL;

    if (t->result != CURLE_OK) {
        error = curl_easy_strerror(t->result);

    } else {
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);

        if (status != NGX_HTTP_OK) {
            error = "not 200";
        }
    }

    ngx_http_mpic_bench_ended(t->data, error);
}


static ngx_int_t
ngx_http_mpic_bench_query(ngx_http_mpic_bench_slot_t *slot)
{
    u_char                  name[NGX_MAX_ERROR_STR];
    ngx_mpic_query_t       *q;
    ngx_http_mpic_bench_t  *bench;

    q = &slot->u.query;
    bench = slot->bench;

    ngx_snprintf(name, NGX_MAX_ERROR_STR, "x%ui.%V%Z", bench->started,
                 &bench->conf->name);

    q->handler = ngx_http_mpic_bench_query_handler;
    q->data = slot;
    q->pool = bench->job->pool;
    q->log = bench->job->log;

    return ngx_mpic_resolver_query(bench->conf->resolver, 0, q,
                                   (char *) name, 1,
                                   bench->cd ? NGX_MPIC_QUERY_CD : 0);
}


static void
ngx_http_mpic_bench_query_handler(ngx_mpic_query_t *q)
{
    ngx_http_mpic_bench_slot_t  *slot;

    slot = q->data;

    if (q->msg) {
        slot->bench->rcode = q->msg[3] & 0x0f;
        slot->bench->len = q->len;
    }

    ngx_http_mpic_bench_ended(q->data, q->error);
}


static void
ngx_http_mpic_bench_ended(ngx_http_mpic_bench_slot_t *slot, const char *error)
{
    ngx_http_mpic_bench_t  *bench;

    bench = slot->bench;

    if (error) {
        bench->failed++;
        bench->error = error;
    }

    bench->usec[bench->ended++] = (uint32_t)
                                  (ngx_http_mpic_bench_wall() - slot->start);

    if (bench->ended == bench->n) {
        ngx_http_mpic_bench_finish(bench->job);
        return;
    }

    ngx_http_mpic_bench_next(slot);
}


static void
ngx_http_mpic_bench_finish(ngx_mpic_job_t *job)
{
    ngx_str_t               body;
    ngx_uint_t              n;
    ngx_http_mpic_bench_t  *bench;

    bench = job->data;
    n = bench->ended ? bench->ended : 1;

    bench->wall = ngx_http_mpic_bench_wall() - bench->wall;
    bench->cpu = ngx_http_mpic_bench_cpu() - bench->cpu;

    ngx_qsort(bench->usec, bench->ended, sizeof(uint32_t),
              ngx_http_mpic_bench_cmp);

    body.data = ngx_pnalloc(job->pool, NGX_MAX_ERROR_STR);
    if (body.data == NULL) {
        ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL);
        return;
    }

    body.len = ngx_snprintf(body.data, NGX_MAX_ERROR_STR,
                            "{\"ended\":%ui,\"failed\":%ui,\"error\":\"%s\","
                            "\"rcode\":%ui,\"len\":%uz,"
                            "\"cpu_usec\":%uL,\"wall_usec\":%uL,"
                            "\"p50_usec\":%uD,\"p99_usec\":%uD}" CRLF,
                            bench->ended, bench->failed,
                            bench->error ? bench->error : "",
                            bench->rcode, bench->len,
                            bench->cpu / n, bench->wall / n,
                            bench->usec[n / 2],
                            bench->usec[(n - 1) * 99 / 100])
               - body.data;

    ngx_mpic_job_finish(job, NGX_HTTP_OK, &body);
}


static void
ngx_http_mpic_bench_abort(ngx_mpic_job_t *job)
{
    ngx_log_error(NGX_LOG_INFO, job->log, 0, "mpic bench aborted");
}


static uint64_t
ngx_http_mpic_bench_wall(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


static uint64_t
ngx_http_mpic_bench_cpu(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


static int ngx_libc_cdecl
ngx_http_mpic_bench_cmp(const void *one, const void *two)
{
    uint32_t  a, b;

    a = *(const uint32_t *) one;
    b = *(const uint32_t *) two;

    return (a > b) - (a < b);
}


static void *
ngx_http_mpic_bench_create_loc_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_mpic_bench_loc_conf_t));
}


/* mpic_bench_fetch URL CONNECT_TO */

static char *
ngx_http_mpic_bench_set_fetch(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_bench_loc_conf_t *bcf = conf;

    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    value = cf->args->elts;

    bcf->url = value[1];
    bcf->connect_to = value[2];

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_mpic_bench_handler;

    return NGX_CONF_OK;
}


/* mpic_bench_query SERVER TIMEOUT TRIES NAME */

static char *
ngx_http_mpic_bench_set_query(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_bench_loc_conf_t *bcf = conf;

    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    bcf->resolver = ngx_pcalloc(cf->pool, sizeof(ngx_mpic_resolver_conf_t));
    if (bcf->resolver == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    bcf->server.name = value[1];
    bcf->resolver->servers = &bcf->server;
    bcf->resolver->nservers = 1;
    bcf->resolver->timeout = ngx_atoi(value[2].data, value[2].len);
    bcf->resolver->tries = ngx_atoi(value[3].data, value[3].len);
    bcf->name = value[4];

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_mpic_bench_handler;

    return NGX_CONF_OK;
}


static void
ngx_http_mpic_bench_exit_process(ngx_cycle_t *cycle)
{
    ngx_mpic_jobs_abort();
    ngx_mpic_curl_exit();
    ngx_mpic_resolvers_exit();
    ngx_mpic_poll_exit();
}
