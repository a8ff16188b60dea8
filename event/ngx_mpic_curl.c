
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_curl.h"
#include "ngx_mpic_curl_host.h"
#include "ngx_mpic_poll.h"
#include "ngx_mpic_timer.h"

#include <openssl/err.h>


/* idle connections kept: two to each of 64 perspectives, and some */
#define NGX_MPIC_CURL_IDLE     256

/* the default of nginx's http2_max_concurrent_streams */
#define NGX_MPIC_CURL_STREAMS  128

/* connections at a time, where the descriptors are unlimited */
#define NGX_MPIC_CURL_MAX      1048576

/* libcurl's smallest, instead of 64 KiB for every HTTP/2 request's body */
#define NGX_MPIC_CURL_UPLOAD   16384

/* below nginx's keepalive_timeout: the far end's close is not seen */
#define NGX_MPIC_CURL_MAX_AGE  60


struct ngx_mpic_curl_s {
    CURLM         *multi;
    ngx_event_t    timer;
    ngx_event_t    deliver;

    /* exchanges: in libcurl, over, and to be taken out of libcurl */
    ngx_queue_t    active;
    ngx_queue_t    done;
    ngx_queue_t    doomed;

    /* libcurl is on the stack */
    unsigned       busy:1;

    /* its timer has expired */
    unsigned       timed:1;

    /* a descriptor could not be watched */
    unsigned       broken:1;
};


static ngx_int_t ngx_mpic_curl_init(ngx_mpic_curl_t *curl);
static ngx_int_t ngx_mpic_curl_open(ngx_mpic_curl_t *curl);
static CURLMcode ngx_mpic_curl_multi_options(CURLM *multi,
    ngx_mpic_curl_t *curl);
static long ngx_mpic_curl_limit(void);
static CURLcode ngx_mpic_curl_easy_options(CURL *easy,
    ngx_mpic_transfer_t *t);
static ngx_int_t ngx_mpic_curl_add(ngx_mpic_curl_t *curl,
    ngx_mpic_transfer_t *t, ngx_msec_t connect);
static void ngx_mpic_curl_act(ngx_mpic_curl_t *curl, ngx_mpic_transfer_t *t);
static void ngx_mpic_curl_destroy(ngx_mpic_op_t *op);
static int ngx_mpic_curl_socket(CURL *easy, curl_socket_t fd, int what,
    void *data, void *socket_data);
static int ngx_mpic_curl_timer(CURLM *multi, long msec, void *data);
static void ngx_mpic_curl_poll_handler(void *data, int fd, ngx_uint_t events);
static void ngx_mpic_curl_timer_handler(ngx_event_t *ev);
static void ngx_mpic_curl_action(ngx_mpic_curl_t *curl, curl_socket_t fd,
    int mask);
static void ngx_mpic_curl_leave(ngx_mpic_curl_t *curl, CURLMcode rc);
static void ngx_mpic_curl_drain(ngx_mpic_curl_t *curl);
static void ngx_mpic_curl_over(ngx_mpic_curl_t *curl, ngx_mpic_transfer_t *t,
    CURLcode result);
static void ngx_mpic_curl_fail(ngx_mpic_curl_t *curl);
static void ngx_mpic_curl_remove(ngx_mpic_curl_t *curl, CURL *easy);
static void ngx_mpic_curl_deliver_handler(ngx_event_t *ev);
static void ngx_mpic_curl_clear_error(void);


static ngx_mpic_curl_t  ngx_mpic_curl;
static ngx_uint_t       ngx_mpic_curl_ready;


ngx_mpic_curl_t *
ngx_mpic_curl_get(void)
{
    ngx_mpic_curl_t  *curl;

    curl = &ngx_mpic_curl;

    if (!ngx_mpic_curl_ready) {

        if (ngx_mpic_curl_init(curl) != NGX_OK) {
            return NULL;
        }

        ngx_mpic_curl_ready = 1;
    }

    if (curl->multi == NULL && ngx_mpic_curl_open(curl) != NGX_OK) {
        return NULL;
    }

    return curl;
}


static ngx_int_t
ngx_mpic_curl_init(ngx_mpic_curl_t *curl)
{
    CURLcode  rc;

    if (ngx_mpic_poll_init() != NGX_OK) {
        return NGX_ERROR;
    }

    rc = curl_global_init(CURL_GLOBAL_DEFAULT);
    ngx_mpic_curl_clear_error();

    if (rc != CURLE_OK) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "mpic: curl_global_init() failed: %s",
                      curl_easy_strerror(rc));
        return NGX_ERROR;
    }

    ngx_queue_init(&curl->active);
    ngx_queue_init(&curl->done);
    ngx_queue_init(&curl->doomed);

    ngx_mpic_event_init(&curl->timer, ngx_mpic_curl_timer_handler,
                        ngx_cycle->log, 1);
    ngx_mpic_event_init(&curl->deliver, ngx_mpic_curl_deliver_handler,
                        ngx_cycle->log, 1);

    return NGX_OK;
}


static ngx_int_t
ngx_mpic_curl_open(ngx_mpic_curl_t *curl)
{
    CURLM      *multi;
    CURLMcode   rc;

    multi = curl_multi_init();
    if (multi == NULL) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "mpic: curl_multi_init() failed");
        return NGX_ERROR;
    }

    rc = ngx_mpic_curl_multi_options(multi, curl);
    if (rc != CURLM_OK) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "mpic: curl_multi_setopt() failed: %s",
                      curl_multi_strerror(rc));
        (void) curl_multi_cleanup(multi);
        return NGX_ERROR;
    }

    curl->multi = multi;
    curl->broken = 0;

    return NGX_OK;
}


static CURLMcode
ngx_mpic_curl_multi_options(CURLM *multi, ngx_mpic_curl_t *curl)
{
    CURLMcode  rc;

#define ngx_mpic_multi(option, value)                                         \
    rc = curl_multi_setopt(multi, option, value);                             \
    if (rc != CURLM_OK) {                                                     \
        return rc;                                                            \
    }

    ngx_mpic_multi(CURLMOPT_SOCKETFUNCTION, ngx_mpic_curl_socket);
    ngx_mpic_multi(CURLMOPT_SOCKETDATA, curl);
    ngx_mpic_multi(CURLMOPT_TIMERFUNCTION, ngx_mpic_curl_timer);
    ngx_mpic_multi(CURLMOPT_TIMERDATA, curl);
    ngx_mpic_multi(CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    ngx_mpic_multi(CURLMOPT_MAX_CONCURRENT_STREAMS,
                   (long) NGX_MPIC_CURL_STREAMS);
    ngx_mpic_multi(CURLMOPT_MAXCONNECTS, (long) NGX_MPIC_CURL_IDLE);

    ngx_mpic_multi(CURLMOPT_MAX_TOTAL_CONNECTIONS, ngx_mpic_curl_limit());

#undef ngx_mpic_multi

    return CURLM_OK;
}


/*
 * What is above the limit waits its turn, behind exchanges that may hang: so
 * all descriptors that nginx's own connections leave.  Of HTTP/2 clients one
 * connection brings many checks, hence worker_connections would be too few;
 * they are the limit only where the descriptors do not suffice anyway.
 */

static long
ngx_mpic_curl_limit(void)
{
    ngx_uint_t     n;
    struct rlimit  rlmt;

    n = ngx_cycle->connection_n;

    if (getrlimit(RLIMIT_NOFILE, &rlmt) == -1) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, ngx_errno,
                      "mpic: getrlimit(RLIMIT_NOFILE) failed");
        return (long) n;
    }

    if (rlmt.rlim_cur > NGX_MPIC_CURL_MAX) {
        rlmt.rlim_cur = NGX_MPIC_CURL_MAX;
    }

    if (rlmt.rlim_cur > 2 * n) {
        n = (ngx_uint_t) rlmt.rlim_cur - n;
    }

    return (long) n;
}


CURL *
ngx_mpic_curl_easy(ngx_mpic_curl_t *curl, ngx_mpic_transfer_t *t)
{
    CURL      *easy;
    CURLcode   rc;

    easy = curl_easy_init();
    if (easy == NULL) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "mpic: curl_easy_init() failed");
        return NULL;
    }

    rc = ngx_mpic_curl_easy_options(easy, t);
    if (rc != CURLE_OK) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "mpic: curl_easy_setopt() failed: %s",
                      curl_easy_strerror(rc));
        curl_easy_cleanup(easy);
        return NULL;
    }

    return easy;
}


/*
 * Neither the environment nor files of the machine nor what a server says
 * may steer an exchange; libcurl's state is not shared between exchanges but
 * for connections.
 */

static CURLcode
ngx_mpic_curl_easy_options(CURL *easy, ngx_mpic_transfer_t *t)
{
    CURLcode  rc;

#define ngx_mpic_easy(option, value)                                          \
    rc = curl_easy_setopt(easy, option, value);                               \
    if (rc != CURLE_OK) {                                                     \
        return rc;                                                            \
    }

    ngx_mpic_easy(CURLOPT_PRIVATE, t);
    ngx_mpic_easy(CURLOPT_ERRORBUFFER, t->error);

    ngx_mpic_easy(CURLOPT_NOSIGNAL, 1L);
    ngx_mpic_easy(CURLOPT_PROXY, "");
    ngx_mpic_easy(CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    ngx_mpic_easy(CURLOPT_PROTOCOLS_STR, "http,https");
    ngx_mpic_easy(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    ngx_mpic_easy(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    ngx_mpic_easy(CURLOPT_FOLLOWLOCATION, 0L);
    ngx_mpic_easy(CURLOPT_HTTP09_ALLOWED, 0L);
    ngx_mpic_easy(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    ngx_mpic_easy(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    ngx_mpic_easy(CURLOPT_UPLOAD_BUFFERSIZE, (long) NGX_MPIC_CURL_UPLOAD);
    ngx_mpic_easy(CURLOPT_MAXAGE_CONN, (long) NGX_MPIC_CURL_MAX_AGE);

#undef ngx_mpic_easy

    return (t->host != NULL) ? ngx_mpic_curl_host_options(easy, t) : CURLE_OK;
}


ngx_int_t
ngx_mpic_curl_start(ngx_mpic_curl_t *curl, ngx_mpic_job_t *job,
    ngx_mpic_transfer_t *t)
{
    t->job = job;
    t->curl = curl;
    t->result = CURLE_OK;
    t->error[0] = '\0';

    /* a handler before may have seen libcurl fail */

    if (job->finished || ngx_mpic_curl_get() == NULL) {
        curl_easy_cleanup(t->easy);
        t->easy = NULL;
        return NGX_ERROR;
    }

    if (t->host != NULL && ngx_mpic_curl_host_full(t->host)) {
        ngx_mpic_job_op_add(job, &t->op, ngx_mpic_curl_destroy);
        ngx_mpic_curl_host_wait(t);
        return NGX_OK;
    }

    if (ngx_mpic_curl_add(curl, t, t->connect_timeout) != NGX_OK) {
        curl_easy_cleanup(t->easy);
        t->easy = NULL;
        return NGX_ERROR;
    }

    ngx_mpic_job_op_add(job, &t->op, ngx_mpic_curl_destroy);

    /* from here on a failure is reported to the handler */

    ngx_mpic_curl_act(curl, t);

    return NGX_OK;
}


static ngx_int_t
ngx_mpic_curl_add(ngx_mpic_curl_t *curl, ngx_mpic_transfer_t *t,
    ngx_msec_t connect)
{
    CURLMcode  rc;

    if (t->host != NULL
        && curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long) connect)
           != CURLE_OK)
    {
        return NGX_ERROR;
    }

    curl->busy = 1;
    rc = curl_multi_add_handle(curl->multi, t->easy);
    curl->busy = 0;

    ngx_mpic_curl_clear_error();

    if (rc != CURLM_OK) {
        ngx_log_error(NGX_LOG_ERR, t->job->log, 0,
                      "mpic: curl_multi_add_handle() failed: %s",
                      curl_multi_strerror(rc));
        return NGX_ERROR;
    }

    ngx_queue_insert_tail(&curl->active, &t->queue);

    return NGX_OK;
}


/*
 * libcurl would begin with its timer.  Begun now, an exchange that shares
 * connections has one, or is opening one, before the next comes.
 */

static void
ngx_mpic_curl_act(ngx_mpic_curl_t *curl, ngx_mpic_transfer_t *t)
{
    if (t->host != NULL) {
        ngx_mpic_curl_action(curl, CURL_SOCKET_TIMEOUT, 0);

    } else {
        ngx_mpic_curl_leave(curl, CURLM_OK);
    }
}


void
ngx_mpic_curl_begin(ngx_mpic_transfer_t *t, ngx_msec_t connect)
{
    ngx_mpic_curl_t  *curl;

    curl = t->curl;

    if (ngx_mpic_curl_get() == NULL
        || ngx_mpic_curl_add(curl, t, connect) != NGX_OK)
    {
        ngx_mpic_curl_report(t, CURLE_FAILED_INIT, "libcurl failed");
        return;
    }

    ngx_mpic_curl_act(curl, t);
}


void
ngx_mpic_curl_report(ngx_mpic_transfer_t *t, CURLcode result,
    const char *error)
{
    ngx_mpic_curl_t  *curl;

    curl = t->curl;

    t->result = result;
    ngx_cpystrn((u_char *) t->error, (u_char *) error, CURL_ERROR_SIZE);

    ngx_queue_insert_tail(&curl->done, &t->queue);

    ngx_post_event(&curl->deliver, &ngx_posted_events);
}


void
ngx_mpic_curl_cancel(ngx_mpic_transfer_t *t)
{
    ngx_mpic_job_op_done(&t->op);
    ngx_mpic_curl_destroy(&t->op);
}


static void
ngx_mpic_curl_destroy(ngx_mpic_op_t *op)
{
    ngx_mpic_curl_t      *curl;
    ngx_mpic_transfer_t  *t;

    t = (ngx_mpic_transfer_t *) op;
    curl = t->curl;

    if (t->waiting) {
        ngx_mpic_curl_host_leave(t);
        curl_easy_cleanup(t->easy);
        t->easy = NULL;
        return;
    }

    ngx_queue_remove(&t->queue);
    ngx_mpic_curl_host_leave(t);

    if (curl->busy) {

        /*
         * The job was finished by a callback of libcurl, which is not to be
         * called now.  The job's pool stays until the posted event.
         */

        ngx_queue_insert_tail(&curl->doomed, &t->queue);
        return;
    }

    ngx_mpic_curl_remove(curl, t->easy);
    t->easy = NULL;
}


/*
 * libcurl wants a descriptor to be watched.  Never to be answered by -1: it
 * would give up all exchanges, and 7.88.1 then crashes.
 */

static int
ngx_mpic_curl_socket(CURL *easy, curl_socket_t fd, int what, void *data,
    void *socket_data)
{
    ngx_mpic_curl_t *curl = data;

    ngx_uint_t  events;

    events = 0;

    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) {
        events |= NGX_MPIC_POLL_READ;
    }

    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) {
        events |= NGX_MPIC_POLL_WRITE;
    }

    if (ngx_mpic_poll_set(fd, events, ngx_mpic_curl_poll_handler, curl)
        != NGX_OK)
    {
        curl->broken = 1;
    }

    return 0;
}


/*
 * A transfer that brings more than libcurl reads at a time is gone on with by
 * a timer of no time, again and again.  nginx does not look at the clock while
 * it expires timers: such a one would expire at once, and nothing else would
 * happen in the worker as long as there is something to read.
 */

static int
ngx_mpic_curl_timer(CURLM *multi, long msec, void *data)
{
    ngx_mpic_curl_t *curl = data;

    ngx_mpic_event_clear(&curl->timer);

    if (msec == 0 && curl->timed) {
        ngx_post_event(&curl->timer, &ngx_posted_next_events);

    } else if (msec >= 0) {
        ngx_mpic_timer_set(&curl->timer, (ngx_msec_t) msec);
    }

    return 0;
}


static void
ngx_mpic_curl_poll_handler(void *data, int fd, ngx_uint_t events)
{
    ngx_mpic_curl_t *curl = data;

    int  mask;

    mask = 0;

    if (events & NGX_MPIC_POLL_READ) {
        mask |= CURL_CSELECT_IN;
    }

    if (events & NGX_MPIC_POLL_WRITE) {
        mask |= CURL_CSELECT_OUT;
    }

    ngx_mpic_curl_action(curl, fd, mask);
}


static void
ngx_mpic_curl_timer_handler(ngx_event_t *ev)
{
    ngx_mpic_curl_t  *curl;

    curl = ngx_mpic_event_owner(ev, ngx_mpic_curl_t, timer);

    curl->timed = 1;
    ngx_mpic_curl_action(curl, CURL_SOCKET_TIMEOUT, 0);
    curl->timed = 0;
}


static void
ngx_mpic_curl_action(ngx_mpic_curl_t *curl, curl_socket_t fd, int mask)
{
    int        running;
    CURLMcode  rc;

    if (curl->multi == NULL) {
        return;
    }

    curl->busy = 1;
    rc = curl_multi_socket_action(curl->multi, fd, mask, &running);
    curl->busy = 0;

    ngx_mpic_curl_leave(curl, rc);
}


/*
 * After every call of libcurl: what it left in OpenSSL's queue would be taken
 * for an error of nginx's next TLS connection.  To look first, as nginx does,
 * is cheaper by far than to clear what is empty.
 */

static void
ngx_mpic_curl_clear_error(void)
{
    if (ERR_peek_error() != 0) {
        ERR_clear_error();
    }
}


static void
ngx_mpic_curl_leave(ngx_mpic_curl_t *curl, CURLMcode rc)
{
    ngx_queue_t          *q;
    ngx_mpic_transfer_t  *t;

    ngx_mpic_curl_clear_error();

    while (!ngx_queue_empty(&curl->doomed)) {
        q = ngx_queue_head(&curl->doomed);
        ngx_queue_remove(q);  /* NOLINT(*NullDereference): it is a ring */

        t = ngx_queue_data(q, ngx_mpic_transfer_t, queue);

        ngx_mpic_curl_remove(curl, t->easy);
        t->easy = NULL;
    }

    ngx_mpic_curl_drain(curl);

    if (rc == CURLM_OK && !curl->broken) {
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "mpic: libcurl failed: %s",
                  rc != CURLM_OK ? curl_multi_strerror(rc)
                                 : "a socket cannot be watched");

    ngx_mpic_curl_fail(curl);
}


static void
ngx_mpic_curl_drain(ngx_mpic_curl_t *curl)
{
    int                   left;
    char                 *data;
    CURL                 *easy;
    CURLMsg              *msg;
    CURLcode              result;
    ngx_mpic_transfer_t  *t;

    for ( ;; ) {
        msg = curl_multi_info_read(curl->multi, &left);
        if (msg == NULL) {
            return;
        }

        if (msg->msg != CURLMSG_DONE) {
            continue;
        }

        /* removing the handle frees the message */

        easy = msg->easy_handle;
        result = msg->data.result;

        data = NULL;
        (void) curl_easy_getinfo(easy, CURLINFO_PRIVATE, &data);
        t = (ngx_mpic_transfer_t *) data;

        ngx_mpic_curl_over(curl, t, result);
    }
}


/*
 * Takes an exchange that is over out of libcurl, to be reported later.
 */

static void
ngx_mpic_curl_over(ngx_mpic_curl_t *curl, ngx_mpic_transfer_t *t,
    CURLcode result)
{
    t->result = result;

    curl->busy = 1;
    (void) curl_multi_remove_handle(curl->multi, t->easy);
    curl->busy = 0;

    ngx_mpic_curl_clear_error();

    ngx_queue_remove(&t->queue);

    if (t->host != NULL) {
        ngx_mpic_curl_host_leave(t);
        ngx_mpic_curl_host_learn(t);

        if (t->refused && result != CURLE_OK) {
            t->refused = 0;
            t->error[0] = '\0';
            ngx_mpic_curl_host_wait(t);
            return;
        }
    }

    ngx_queue_insert_tail(&curl->done, &t->queue);

    ngx_post_event(&curl->deliver, &ngx_posted_events);
}


/*
 * libcurl's state is uncertain: all exchanges fail, and the next one begins
 * with a new multi handle.
 */

static void
ngx_mpic_curl_fail(ngx_mpic_curl_t *curl)
{
    ngx_queue_t          *q;
    ngx_mpic_transfer_t  *t;

    while (!ngx_queue_empty(&curl->active)) {
        q = ngx_queue_head(&curl->active);
        t = ngx_queue_data(q, ngx_mpic_transfer_t, queue);

        ngx_mpic_curl_over(curl, t, CURLE_FAILED_INIT);
        ngx_cpystrn((u_char *) t->error, (u_char *) "libcurl failed",
                    CURL_ERROR_SIZE);
    }

    curl->busy = 1;
    (void) curl_multi_cleanup(curl->multi);
    curl->busy = 0;

    ngx_mpic_curl_clear_error();

    curl->multi = NULL;
    curl->broken = 0;

    ngx_mpic_event_clear(&curl->timer);
}


static void
ngx_mpic_curl_remove(ngx_mpic_curl_t *curl, CURL *easy)
{
    curl->busy = 1;

    if (curl->multi != NULL) {
        (void) curl_multi_remove_handle(curl->multi, easy);
    }

    curl_easy_cleanup(easy);

    curl->busy = 0;

    ngx_mpic_curl_clear_error();
}


/*
 * A handler may start and cancel exchanges, those waiting here included, and
 * finish jobs, so one is taken at a time.  The job's memory is there at least
 * until its posted event, which comes after this one returns.
 */

static void
ngx_mpic_curl_deliver_handler(ngx_event_t *ev)
{
    CURL                 *easy;
    ngx_queue_t          *q;
    ngx_mpic_curl_t      *curl;
    ngx_mpic_transfer_t  *t;

    curl = ngx_mpic_event_owner(ev, ngx_mpic_curl_t, deliver);

    while (!ngx_queue_empty(&curl->done)) {
        q = ngx_queue_head(&curl->done);
        ngx_queue_remove(q);

        t = ngx_queue_data(q, ngx_mpic_transfer_t, queue);

        ngx_mpic_job_op_done(&t->op);

        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, t->job->log, 0,
                       "mpic curl: %d %s", (int) t->result, t->error);

        easy = t->easy;
        (void) curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);

        t->handler(t);

        curl_easy_cleanup(easy);
        ngx_mpic_curl_clear_error();
    }
}


void
ngx_mpic_curl_exit(void)
{
    ngx_mpic_curl_t  *curl;

    if (!ngx_mpic_curl_ready) {
        return;
    }

    curl = &ngx_mpic_curl;

    ngx_mpic_curl_host_exit();

    if (curl->multi != NULL) {
        ngx_mpic_curl_fail(curl);
    }

    ngx_mpic_event_clear(&curl->timer);
    ngx_mpic_event_clear(&curl->deliver);

    curl_global_cleanup();

    ngx_mpic_curl_ready = 0;
}
