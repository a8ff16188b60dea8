
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_resolver.h"
#include "ngx_mpic_inbox.h"
#include "ngx_mpic_poll.h"
#include "ngx_mpic_timer.h"

/* ares_create_query() and ares_send() serve 1.18 and 1.34 alike */
#define CARES_NO_DEPRECATED
#include <ares.h>

#include <arpa/nameser.h>
#include <openssl/err.h>
#include <openssl/rand.h>


/* octets of a UDP answer: what no path fragments (RFC 9715) */
#define NGX_MPIC_RESOLVER_EDNS     1232

/*
 * A channel with queries outstanding keeps its source port.  It takes no new
 * queries after so many, or so long, and the next ones go by another channel
 * with another port (RFC 5452 section 9.2).
 */
#define NGX_MPIC_RESOLVER_QUERIES  256
#define NGX_MPIC_RESOLVER_AGE      30000

/*
 * Octets of answers that may wait in a channel's socket while the worker does
 * other things: of so many queries, with what the kernel adds to a datagram of
 * that size.  The kernel gives less where net.core.rmem_max says so.
 */
#define NGX_MPIC_RESOLVER_RCVBUF   (NGX_MPIC_RESOLVER_QUERIES * 4096)

/* ids made at a time: OpenSSL's generator is slow to start, not to run */
#define NGX_MPIC_RESOLVER_IDS      128

/* octet 3 of a message's header (RFC 4035 section 3.2) */
#define NGX_MPIC_RESOLVER_AD       0x20
#define NGX_MPIC_RESOLVER_CD       0x10

/* the OPT record that ends a query, and the octet with DO (RFC 6891) */
#define NGX_MPIC_RESOLVER_OPT      11
#define NGX_MPIC_RESOLVER_FLAGS    4
#define NGX_MPIC_RESOLVER_DO       0x80

/*
 * Since 1.32 c-ares waits no longer for an answer than it deems likely from
 * those before, down to this many milliseconds, whatever it was told.
 */
#define NGX_MPIC_RESOLVER_SHORTEST  250


/* one c-ares channel */

struct ngx_mpic_resolver_s {
    ares_channel         channel;
    ngx_mpic_inbox_t     inbox;
    ngx_event_t          timer;

    /* in the list of the worker's channels */
    ngx_queue_t          queue;

    /* of queries that c-ares has not called back for */
    ngx_queue_t          tickets;

    ngx_uint_t           asked;
    ngx_msec_t           start;
    ngx_msec_t           timeout;

    /* a bit for each id, set while a ticket has it */
    u_char               ids[65536 / 8];

    /* no more queries: to be destroyed when the last one has ended */
    unsigned             retired:1;
};


/*
 * What c-ares calls back with: it cannot cancel one query, so that this stays
 * when the query and its job have gone.
 */

typedef struct {
    ngx_queue_t           queue;
    ngx_mpic_resolver_t  *resolver;

    /* NULL if cancelled */
    ngx_mpic_query_t     *query;

    unsigned short        id;
} ngx_mpic_ticket_t;


static ngx_int_t ngx_mpic_resolver_init(void);
static ngx_mpic_resolver_t *ngx_mpic_resolver_get(
    ngx_mpic_resolver_conf_t *conf, ngx_mpic_server_t *server);
static ngx_mpic_resolver_t *ngx_mpic_resolver_open(
    ngx_mpic_resolver_conf_t *conf, ngx_mpic_server_t *server);
static int ngx_mpic_resolver_channel(ngx_mpic_resolver_t *resolver,
    ngx_mpic_resolver_conf_t *conf, ngx_mpic_server_t *server);
static int ngx_mpic_resolver_sends(ngx_mpic_resolver_conf_t *conf);
static void ngx_mpic_resolver_reap(ngx_mpic_resolver_t *resolver);
static ngx_mpic_ticket_t *ngx_mpic_resolver_ticket(
    ngx_mpic_resolver_t *resolver, ngx_mpic_query_t *q);
static ngx_int_t ngx_mpic_resolver_id(ngx_mpic_resolver_t *resolver,
    unsigned short *id);
static void ngx_mpic_resolver_send(ngx_mpic_ticket_t *ticket,
    const char *name, ngx_uint_t type, ngx_uint_t flags);
static int ngx_mpic_resolver_set_do(unsigned char *packet, int len);
static void ngx_mpic_resolver_late(ngx_event_t *ev);
static void ngx_mpic_resolver_socket(void *data, ares_socket_t fd,
    int readable, int writable);
static void ngx_mpic_resolver_poll_handler(void *data, int fd,
    ngx_uint_t events);
static void ngx_mpic_resolver_timer_handler(ngx_event_t *ev);
static void ngx_mpic_resolver_process(ngx_mpic_resolver_t *resolver,
    ares_socket_t rfd, ares_socket_t wfd);
static void ngx_mpic_resolver_timer(ngx_mpic_resolver_t *resolver);
static void ngx_mpic_resolver_answer(void *data, int status, int timeouts,
    unsigned char *msg, int len);
static void ngx_mpic_resolver_message(ngx_mpic_query_t *q, int status,
    unsigned char *msg, int len);
static const char *ngx_mpic_resolver_error(int status);
static void ngx_mpic_resolver_deliver_handler(ngx_event_t *ev);


static ngx_uint_t   ngx_mpic_resolver_ready;
static ngx_queue_t  ngx_mpic_resolvers;

/* ids that nobody has had yet; made by the worker itself */
static unsigned short  ngx_mpic_resolver_ids[NGX_MPIC_RESOLVER_IDS];
static ngx_uint_t      ngx_mpic_resolver_nids;

/* queries that have ended, their handlers to be called */
static ngx_queue_t  ngx_mpic_resolver_done;
static ngx_event_t  ngx_mpic_resolver_deliver;


ngx_int_t
ngx_mpic_resolver_query(ngx_mpic_resolver_conf_t *conf, ngx_uint_t server,
    ngx_mpic_query_t *q, const char *name, ngx_uint_t type, ngx_uint_t flags)
{
    ngx_mpic_ticket_t    *ticket;
    ngx_mpic_resolver_t  *resolver;

    resolver = ngx_mpic_resolver_get(conf, &conf->servers[server]);
    if (resolver == NULL) {
        return NGX_ERROR;
    }

    ticket = ngx_mpic_resolver_ticket(resolver, q);
    if (ticket == NULL) {
        return NGX_ERROR;
    }

    q->ticket = ticket;
    q->msg = NULL;
    q->len = 0;
    q->error = NULL;
    q->late = 0;
    q->pending = 1;

    /* cancelable: who must not be left without an answer has a deadline */
    ngx_mpic_event_init(&q->timer, ngx_mpic_resolver_late, q->log, 1);
    ngx_mpic_timer_set(&q->timer, conf->timeout);

    ngx_log_debug4(NGX_LOG_DEBUG_HTTP, q->log, 0,
                   "mpic resolver query: %s type:%ui flags:%ui to %V",
                   name, type, flags, &conf->servers[server].name);

    ngx_mpic_resolver_send(ticket, name, type, flags);
    ngx_mpic_resolver_timer(resolver);

    return NGX_OK;
}


static ngx_mpic_resolver_t *
ngx_mpic_resolver_get(ngx_mpic_resolver_conf_t *conf,
    ngx_mpic_server_t *server)
{
    ngx_mpic_resolver_t  *resolver;

    if (ngx_mpic_resolver_init() != NGX_OK) {
        return NULL;
    }

    resolver = server->resolver;

    if (resolver != NULL) {

        if (resolver->asked < NGX_MPIC_RESOLVER_QUERIES
            && ngx_current_msec - resolver->start < NGX_MPIC_RESOLVER_AGE)
        {
            return resolver;
        }

        server->resolver = NULL;
        resolver->retired = 1;
        ngx_mpic_resolver_reap(resolver);
    }

    server->resolver = ngx_mpic_resolver_open(conf, server);

    return server->resolver;
}


static ngx_int_t
ngx_mpic_resolver_init(void)
{
    int  rc;

    if (ngx_mpic_resolver_ready) {
        return NGX_OK;
    }

    if (ngx_mpic_poll_init() != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ares_library_init(ARES_LIB_INIT_ALL);
    if (rc != ARES_SUCCESS) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "mpic: ares_library_init() failed: %s",
                      ares_strerror(rc));
        return NGX_ERROR;
    }

    ngx_queue_init(&ngx_mpic_resolvers);
    ngx_queue_init(&ngx_mpic_resolver_done);

    ngx_mpic_event_init(&ngx_mpic_resolver_deliver,
                        ngx_mpic_resolver_deliver_handler, ngx_cycle->log, 1);

    ngx_mpic_resolver_ready = 1;

    return NGX_OK;
}


static ngx_mpic_resolver_t *
ngx_mpic_resolver_open(ngx_mpic_resolver_conf_t *conf,
    ngx_mpic_server_t *server)
{
    int                   rc;
    ngx_mpic_resolver_t  *resolver;

    resolver = ngx_calloc(sizeof(ngx_mpic_resolver_t), ngx_cycle->log);
    if (resolver == NULL) {
        return NULL;
    }

    resolver->start = ngx_current_msec;
    resolver->timeout = conf->timeout;
    ngx_queue_init(&resolver->tickets);
    ngx_mpic_event_init(&resolver->timer, ngx_mpic_resolver_timer_handler,
                        ngx_cycle->log, 1);

    rc = ngx_mpic_resolver_channel(resolver, conf, server);
    if (rc != ARES_SUCCESS) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                      "mpic: cannot use resolver \"%V\": %s",
                      &server->name, ares_strerror(rc));
        ngx_free(resolver);
        return NULL;
    }

    ngx_queue_insert_tail(&ngx_mpic_resolvers, &resolver->queue);

    return resolver;
}


/*
 * Nothing comes from resolv.conf, the hosts file or the environment, and
 * answers of any RCODE are given as they are.  A channel has one server: which
 * one is asked next, and when, is not c-ares' to choose.
 */

static int
ngx_mpic_resolver_channel(ngx_mpic_resolver_t *resolver,
    ngx_mpic_resolver_conf_t *conf, ngx_mpic_server_t *server)
{
    int                  rc, mask;
    struct ares_options  options;

    ngx_memzero(&options, sizeof(struct ares_options));

    options.flags = ARES_FLAG_NOSEARCH|ARES_FLAG_NOALIASES
                    |ARES_FLAG_NOCHECKRESP|ARES_FLAG_EDNS;
    options.timeout = (int) conf->timeout;
    options.tries = ngx_mpic_resolver_sends(conf);
    options.ednspsz = NGX_MPIC_RESOLVER_EDNS;
    options.socket_receive_buffer_size = NGX_MPIC_RESOLVER_RCVBUF;
    options.lookups = (char *) "b";
    options.resolvconf_path = (char *) "/dev/null";
    options.sock_state_cb = ngx_mpic_resolver_socket;
    options.sock_state_cb_data = resolver;

    mask = ARES_OPT_FLAGS|ARES_OPT_TIMEOUTMS|ARES_OPT_TRIES|ARES_OPT_EDNSPSZ
           |ARES_OPT_LOOKUPS|ARES_OPT_RESOLVCONF|ARES_OPT_SOCK_STATE_CB
           |ARES_OPT_SOCK_RCVBUF|ARES_OPT_DOMAINS|ARES_OPT_NOROTATE;

#ifdef ARES_OPT_QUERY_CACHE
    /* on by default since 1.31: no check may rest on an earlier one's */
    options.qcache_max_ttl = 0;
    mask |= ARES_OPT_QUERY_CACHE;
#endif

    rc = ares_init_options(&resolver->channel, &options, mask);
    if (rc != ARES_SUCCESS) {
        return rc;
    }

    rc = ngx_mpic_inbox_open(&resolver->inbox, resolver->channel);

    if (rc == ARES_SUCCESS) {
        rc = ares_set_servers_ports_csv(resolver->channel,
                                        (char *) server->name.data);
    }

    if (rc != ARES_SUCCESS) {
        ares_destroy(resolver->channel);
    }

    return rc;
}


/*
 * How often c-ares sends a query, so that it listens for as long as the query
 * has.  Waits double, less half of it at random.
 */

static int
ngx_mpic_resolver_sends(ngx_mpic_resolver_conf_t *conf)
{
    int  n;

    n = 1;

#if (ARES_VERSION >= 0x012000)
    ngx_msec_t  listens;

    for (listens = NGX_MPIC_RESOLVER_SHORTEST;
         listens < conf->timeout;
         listens *= 2)
    {
        n++;
    }
#endif

    return n;
}


/*
 * Destroys a retired channel that nobody waits for.  Not within one of its
 * callbacks.
 */

static void
ngx_mpic_resolver_reap(ngx_mpic_resolver_t *resolver)
{
    if (!resolver->retired || !ngx_queue_empty(&resolver->tickets)) {
        return;
    }

    ngx_queue_remove(&resolver->queue);
    ngx_mpic_event_clear(&resolver->timer);

    ares_destroy(resolver->channel);
    ngx_free(resolver);
}


static ngx_mpic_ticket_t *
ngx_mpic_resolver_ticket(ngx_mpic_resolver_t *resolver, ngx_mpic_query_t *q)
{
    unsigned short      id;
    ngx_mpic_ticket_t  *ticket;

    if (ngx_mpic_resolver_id(resolver, &id) != NGX_OK) {
        return NULL;
    }

    ticket = ngx_alloc(sizeof(ngx_mpic_ticket_t), ngx_cycle->log);
    if (ticket == NULL) {
        return NULL;
    }

    ticket->resolver = resolver;
    ticket->query = q;
    ticket->id = id;

    resolver->ids[id / 8] |= (u_char) (1 << id % 8);

    ngx_queue_insert_tail(&resolver->tickets, &ticket->queue);
    resolver->asked++;

    return ticket;
}


/*
 * An unpredictable id that no query outstanding on the channel has.  c-ares
 * up to 1.18 sends the caller's id as it is, later ones make their own.
 */

static ngx_int_t
ngx_mpic_resolver_id(ngx_mpic_resolver_t *resolver, unsigned short *id)
{
    unsigned short  i;

    do {
        if (ngx_mpic_resolver_nids == 0) {

            if (RAND_bytes((u_char *) ngx_mpic_resolver_ids,
                           sizeof(ngx_mpic_resolver_ids))
                != 1)
            {
                ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                              "mpic: RAND_bytes() failed");
                ERR_clear_error();
                return NGX_ERROR;
            }

            ngx_mpic_resolver_nids = NGX_MPIC_RESOLVER_IDS;
        }

        i = ngx_mpic_resolver_ids[--ngx_mpic_resolver_nids];

    } while (resolver->ids[i / 8] & (1 << i % 8));

    *id = i;

    return NGX_OK;
}


/*
 * c-ares may call back at once.  The ticket is gone then, and the result waits
 * to be delivered.
 */

static void
ngx_mpic_resolver_send(ngx_mpic_ticket_t *ticket, const char *name,
    ngx_uint_t type, ngx_uint_t flags)
{
    int             rc, len;
    unsigned char  *packet;

    rc = ares_create_query(name, ns_c_in, (int) type, ticket->id, 1, &packet,
                           &len, NGX_MPIC_RESOLVER_EDNS);
    if (rc != ARES_SUCCESS) {
        ngx_mpic_resolver_answer(ticket, rc, 0, NULL, 0);
        return;
    }

    packet[3] |= NGX_MPIC_RESOLVER_AD;

    if (flags & NGX_MPIC_QUERY_CD) {
        packet[3] |= NGX_MPIC_RESOLVER_CD;
    }

    if ((flags & NGX_MPIC_QUERY_DO)
        && ngx_mpic_resolver_set_do(packet, len) != ARES_SUCCESS)
    {
        ares_free_string(packet);
        ngx_mpic_resolver_answer(ticket, ARES_EFORMERR, 0, NULL, 0);
        return;
    }

    ares_send(ticket->resolver->channel, packet, len,
              ngx_mpic_resolver_answer, ticket);

    ares_free_string(packet);
}


static int
ngx_mpic_resolver_set_do(unsigned char *packet, int len)
{
    unsigned char  *opt;

    if (len < NS_HFIXEDSZ + NGX_MPIC_RESOLVER_OPT) {
        return ARES_EFORMERR;
    }

    opt = packet + len - NGX_MPIC_RESOLVER_OPT;

    if (opt[0] != 0 || ns_get16(opt + 1) != ns_t_opt) {
        return ARES_EFORMERR;
    }

    packet[len - NGX_MPIC_RESOLVER_FLAGS] |= NGX_MPIC_RESOLVER_DO;

    return ARES_SUCCESS;
}


void
ngx_mpic_resolver_cancel(ngx_mpic_query_t *q)
{
    ngx_mpic_ticket_t  *ticket;

    if (!q->pending) {
        return;
    }

    q->pending = 0;
    ticket = q->ticket;

    if (ticket != NULL) {
        ticket->query = NULL;
        q->ticket = NULL;

    } else {
        ngx_queue_remove(&q->queue);
    }

    ngx_mpic_event_clear(&q->timer);
}


/*
 * The time of the query is over.  This is not within a call of c-ares.
 */

static void
ngx_mpic_resolver_late(ngx_event_t *ev)
{
    ngx_mpic_query_t  *q;

    q = ngx_mpic_event_owner(ev, ngx_mpic_query_t, timer);

    ngx_mpic_resolver_cancel(q);

    q->msg = NULL;
    q->len = 0;
    q->error = ngx_mpic_resolver_error(ARES_ETIMEOUT);
    q->late = 1;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, q->log, 0, "mpic resolver: no answer");

    q->handler(q);
}


static void
ngx_mpic_resolver_socket(void *data, ares_socket_t fd, int readable,
    int writable)
{
    ngx_uint_t  events;

    events = (readable ? NGX_MPIC_POLL_READ : 0)
             | (writable ? NGX_MPIC_POLL_WRITE : 0);

    /* logged if it fails: the query then runs into its time-out */

    (void) ngx_mpic_poll_set(fd, events, ngx_mpic_resolver_poll_handler, data);
}


static void
ngx_mpic_resolver_poll_handler(void *data, int fd, ngx_uint_t events)
{
    ngx_mpic_resolver_process(data,
                        (events & NGX_MPIC_POLL_READ) ? fd : ARES_SOCKET_BAD,
                        (events & NGX_MPIC_POLL_WRITE) ? fd : ARES_SOCKET_BAD);
}


static void
ngx_mpic_resolver_timer_handler(ngx_event_t *ev)
{
    ngx_mpic_resolver_t  *resolver;

    resolver = ngx_mpic_event_owner(ev, ngx_mpic_resolver_t, timer);

    ngx_mpic_resolver_process(resolver, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}


static void
ngx_mpic_resolver_process(ngx_mpic_resolver_t *resolver, ares_socket_t rfd,
    ares_socket_t wfd)
{
    ares_process_fd(resolver->channel, rfd, wfd);
    ngx_mpic_inbox_clear(&resolver->inbox);

    ngx_mpic_resolver_timer(resolver);
    ngx_mpic_resolver_reap(resolver);
}


/*
 * Before 1.21 ares_timeout() looks at every query outstanding, so it is not
 * asked while the timer fires no later than any query could expire: a new one
 * and one that is sent again have "timeout" left at least, which later
 * versions do not promise.  Early is harmless.
 */

static void
ngx_mpic_resolver_timer(ngx_mpic_resolver_t *resolver)
{
    ngx_msec_t       msec;
    struct timeval   tv, *next;

#if (ARES_VERSION < 0x011500)
    if (resolver->timer.timer_set && !ngx_queue_empty(&resolver->tickets)
        && (ngx_msec_int_t) (resolver->timer.timer.key - ngx_current_msec)
           <= (ngx_msec_int_t) resolver->timeout)
    {
        return;
    }
#endif

    next = ares_timeout(resolver->channel, NULL, &tv);

    if (next == NULL) {
        ngx_mpic_event_clear(&resolver->timer);
        return;
    }

    msec = (ngx_msec_t) next->tv_sec * 1000 + (next->tv_usec + 999) / 1000;

    ngx_mpic_timer_set(&resolver->timer, msec);
}


/*
 * Called by c-ares.
 */

static void
ngx_mpic_resolver_answer(void *data, int status, int timeouts,
    unsigned char *msg, int len)
{
    ngx_mpic_ticket_t *ticket = data;

    ngx_mpic_query_t     *q;
    ngx_mpic_resolver_t  *resolver;

    q = ticket->query;
    resolver = ticket->resolver;

    resolver->ids[ticket->id / 8] &= (u_char) ~(1 << ticket->id % 8);

    ngx_queue_remove(&ticket->queue);
    ngx_free(ticket);

    if (q == NULL) {
        return;
    }

    q->ticket = NULL;
    ngx_mpic_event_clear(&q->timer);

    if (status == ARES_SUCCESS
        && ngx_mpic_inbox_message(&resolver->inbox, &msg, &len) != NGX_OK)
    {
        status = ARES_EBADRESP;
    }

    ngx_mpic_resolver_message(q, status, msg, len);

    ngx_queue_insert_tail(&ngx_mpic_resolver_done, &q->queue);
    ngx_post_event(&ngx_mpic_resolver_deliver, &ngx_posted_events);
}


static void
ngx_mpic_resolver_message(ngx_mpic_query_t *q, int status, unsigned char *msg,
    int len)
{
    if (status != ARES_SUCCESS) {
        q->error = ngx_mpic_resolver_error(status);
        q->late = (status == ARES_ETIMEOUT);
        return;
    }

    if (msg == NULL || len <= 0 || len > NS_MAXMSG) {
        q->error = "the answer cannot be read";
        return;
    }

    q->msg = ngx_pnalloc(q->pool, len);
    if (q->msg == NULL) {
        q->error = "out of memory";
        return;
    }

    ngx_memcpy(q->msg, msg, len);
    q->len = len;
}


static const char *
ngx_mpic_resolver_error(int status)
{
    switch (status) {

    case ARES_ETIMEOUT:
        return "no answer within the time allowed";

    case ARES_ECONNREFUSED:
        return "the resolver could not be reached";

    case ARES_EBADNAME:
    case ARES_EFORMERR:
    case ARES_ENOTFOUND:
        return "the name cannot be asked for";

    case ARES_EBADRESP:
        return "the answer cannot be read";

    case ARES_ENOMEM:
        return "out of memory";

    default:
        return ares_strerror(status);
    }
}


/*
 * A handler may ask again and cancel other queries, which leave this queue
 * then, so one is taken at a time.
 */

static void
ngx_mpic_resolver_deliver_handler(ngx_event_t *ev)
{
    ngx_queue_t       *q;
    ngx_mpic_query_t  *query;

    while (!ngx_queue_empty(&ngx_mpic_resolver_done)) {
        q = ngx_queue_head(&ngx_mpic_resolver_done);
        ngx_queue_remove(q);

        query = ngx_queue_data(q, ngx_mpic_query_t, queue);

        query->pending = 0;

        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, query->log, 0,
                       "mpic resolver answer: %uz %s",
                       query->len, query->error ? query->error : "");

        query->handler(query);
    }
}


void
ngx_mpic_resolvers_exit(void)
{
    ngx_queue_t          *q;
    ngx_mpic_resolver_t  *resolver;

    if (!ngx_mpic_resolver_ready) {
        return;
    }

    while (!ngx_queue_empty(&ngx_mpic_resolvers)) {
        q = ngx_queue_head(&ngx_mpic_resolvers);
        ngx_queue_remove(q);

        resolver = ngx_queue_data(q, ngx_mpic_resolver_t, queue);

        ngx_mpic_event_clear(&resolver->timer);

        /* calls back for each query: only their tickets are left to free */
        ares_destroy(resolver->channel);

        ngx_free(resolver);
    }

    ngx_mpic_event_clear(&ngx_mpic_resolver_deliver);
    ares_library_cleanup();

    ngx_mpic_resolver_ready = 0;
}
