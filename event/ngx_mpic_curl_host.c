
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_curl_host.h"
#include "ngx_mpic_timer.h"


/*
 * A server that ends a connection leaves all exchanges that it carried, and
 * those to come, without one at the same moment, and libcurl opens one for
 * each: it does not count on a connection before the handshake is over.
 * Hundreds of handshakes at once take longer than any of them may take.
 *
 * libcurl's own means do not help.  CURLOPT_PIPEWAIT does not hold as soon as
 * the server is known to multiplex, and it and CURLMOPT_MAX_HOST_CONNECTIONS
 * put exchanges into one list for all hosts, of which each event wakes the
 * first only (7.88.1): those to a host that hangs stand in the way of all.
 *
 * So the exchanges of a host wait here: no more than some of them open
 * connections at a time, and an exchange that libcurl would open another one
 * for comes back.  Not one at a time, since a lost packet of that one would
 * hold up all.  What waits has no longer than it had to connect.
 */

#define NGX_MPIC_CURL_OPENING  4


static curl_socket_t ngx_mpic_curl_host_socket(void *data,
    curlsocktype purpose, struct curl_sockaddr *address);
static int ngx_mpic_curl_host_connected(void *data, char *ip, char *local_ip,
    int port, int local_port);
static void ngx_mpic_curl_host_post(ngx_mpic_curl_host_t *host);
static void ngx_mpic_curl_host_timeout_handler(ngx_event_t *ev);
static void ngx_mpic_curl_host_release_handler(ngx_event_t *ev);
static void ngx_mpic_curl_host_release(ngx_mpic_curl_host_t *host);


/* hosts of which an exchange that waits may be begun */
static ngx_queue_t  ngx_mpic_curl_hosts = {
    &ngx_mpic_curl_hosts, &ngx_mpic_curl_hosts
};

static ngx_event_t  ngx_mpic_curl_host_event;


CURLcode
ngx_mpic_curl_host_options(CURL *easy, ngx_mpic_transfer_t *t)
{
    CURLcode  rc;

    rc = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
                          ngx_mpic_curl_host_socket);
    if (rc != CURLE_OK) {
        return rc;
    }

    rc = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
    if (rc != CURLE_OK) {
        return rc;
    }

    rc = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION,
                          ngx_mpic_curl_host_connected);
    if (rc != CURLE_OK) {
        return rc;
    }

    return curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
}


/*
 * HTTP/1.x needs a connection for each exchange, as many as there are.
 */

ngx_uint_t
ngx_mpic_curl_host_full(ngx_mpic_curl_host_t *host)
{
    return !host->serial && host->opening >= NGX_MPIC_CURL_OPENING;
}


/*
 * libcurl has found no connection to use.  For one exchange it may open
 * several sockets, to the addresses of the host.
 */

static curl_socket_t
ngx_mpic_curl_host_socket(void *data, curlsocktype purpose,
    struct curl_sockaddr *address)
{
    ngx_mpic_transfer_t *t = data;

    if (!t->opening) {

        if (ngx_mpic_curl_host_full(t->host)) {
            t->refused = 1;
            return CURL_SOCKET_BAD;
        }

        t->opening = 1;
        t->host->opening++;
    }

    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}


/*
 * The exchange has a connection, TLS included, be it a new one or not.
 */

static int
ngx_mpic_curl_host_connected(void *data, char *ip, char *local_ip, int port,
    int local_port)
{
    ngx_mpic_transfer_t *t = data;

    t->refused = 0;

    if (t->opening) {
        ngx_mpic_curl_host_leave(t);
    }

    return CURL_PREREQFUNC_OK;
}


void
ngx_mpic_curl_host_wait(ngx_mpic_transfer_t *t)
{
    ngx_mpic_curl_host_t  *host;

    host = t->host;

    if (host->waiting.next == NULL) {
        ngx_queue_init(&host->waiting);
    }

    t->waiting = 1;
    t->since = ngx_current_msec;

    ngx_queue_insert_tail(&host->waiting, &t->queue);

    ngx_mpic_event_init(&t->wait, ngx_mpic_curl_host_timeout_handler,
                        t->job->log, 1);
    ngx_mpic_timer_set(&t->wait, t->connect_timeout);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, t->job->log, 0,
                   "mpic curl: wait, %ui connections are being opened",
                   host->opening);
}


void
ngx_mpic_curl_host_leave(ngx_mpic_transfer_t *t)
{
    if (t->host == NULL) {
        return;
    }

    if (t->waiting) {
        t->waiting = 0;
        ngx_queue_remove(&t->queue);
        ngx_mpic_event_clear(&t->wait);
    }

    if (t->opening) {
        t->opening = 0;
        t->host->opening--;
    }

    ngx_mpic_curl_host_post(t->host);
}


void
ngx_mpic_curl_host_learn(ngx_mpic_transfer_t *t)
{
    long  version;

    if (curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version)
        != CURLE_OK
        || version == CURL_HTTP_VERSION_NONE)
    {
        return;
    }

    t->host->serial = (version < CURL_HTTP_VERSION_2_0);
}


/*
 * From a posted event, since libcurl may be on the stack.
 */

static void
ngx_mpic_curl_host_post(ngx_mpic_curl_host_t *host)
{
    if (host->posted || host->waiting.next == NULL
        || ngx_queue_empty(&host->waiting) || ngx_mpic_curl_host_full(host))
    {
        return;
    }

    host->posted = 1;
    ngx_queue_insert_tail(&ngx_mpic_curl_hosts, &host->queue);

    if (ngx_mpic_curl_host_event.handler == NULL) {
        ngx_mpic_event_init(&ngx_mpic_curl_host_event,
                            ngx_mpic_curl_host_release_handler,
                            ngx_cycle->log, 1);
    }

    ngx_post_event(&ngx_mpic_curl_host_event, &ngx_posted_events);
}


static void
ngx_mpic_curl_host_release_handler(ngx_event_t *ev)
{
    ngx_queue_t           *q;
    ngx_mpic_curl_host_t  *host;

    while (!ngx_queue_empty(&ngx_mpic_curl_hosts)) {
        q = ngx_queue_head(&ngx_mpic_curl_hosts);
        ngx_queue_remove(q);  /* NOLINT(*NullDereference): it is a ring */

        host = ngx_queue_data(q, ngx_mpic_curl_host_t, queue);
        host->posted = 0;

        ngx_mpic_curl_host_release(host);
    }
}


/*
 * libcurl tells by its callback whether an exchange needs a connection of its
 * own before the next one is begun.  One that was refused in the meantime has
 * come back to the end.
 */

static void
ngx_mpic_curl_host_release(ngx_mpic_curl_host_t *host)
{
    ngx_msec_t            waited;
    ngx_queue_t          *q;
    ngx_mpic_transfer_t  *t;

    while (!ngx_queue_empty(&host->waiting)
           && !ngx_mpic_curl_host_full(host))
    {
        q = ngx_queue_head(&host->waiting);
        t = ngx_queue_data(q, ngx_mpic_transfer_t, queue);

        ngx_queue_remove(q);
        t->waiting = 0;
        ngx_mpic_event_clear(&t->wait);

        waited = ngx_current_msec - t->since;

        ngx_mpic_curl_begin(t, (waited < t->connect_timeout)
                               ? t->connect_timeout - waited : 1);
    }
}


static void
ngx_mpic_curl_host_timeout_handler(ngx_event_t *ev)
{
    ngx_mpic_transfer_t  *t;

    t = ngx_mpic_event_owner(ev, ngx_mpic_transfer_t, wait);

    ngx_mpic_curl_host_leave(t);
    ngx_mpic_curl_report(t, CURLE_OPERATION_TIMEDOUT,
                         "others are opening connections, but none has come "
                         "up in time");
}


void
ngx_mpic_curl_host_exit(void)
{
    ngx_mpic_event_clear(&ngx_mpic_curl_host_event);
    ngx_queue_init(&ngx_mpic_curl_hosts);
}
