
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_poll.h"

#if !(NGX_HAVE_EPOLL)
#error "the MPIC modules need Linux: epoll is not available"
#endif


/*
 * One epoll descriptor a worker holds all descriptors of the libraries,
 * level-triggered, and is itself one readable "connection" of nginx.
 * Descriptors that a library closes fall out of it by themselves, and what
 * the library says about one too late or twice harms nobody else's.
 */

#define NGX_MPIC_POLL_BATCH    64
#define NGX_MPIC_POLL_BATCHES  16
#define NGX_MPIC_POLL_SLOTS    64


typedef struct {
    ngx_mpic_poll_pt   handler;
    void              *data;
    uint32_t           events;

    /* tells an event of an earlier owner of the same descriptor */
    uint32_t           generation;
} ngx_mpic_poll_slot_t;


static void ngx_mpic_poll_handler(ngx_event_t *rev);
static void ngx_mpic_poll_dispatch(struct epoll_event *ee);
static void ngx_mpic_poll_dummy_handler(ngx_event_t *wev);
static ngx_int_t ngx_mpic_poll_forget(int fd);
static ngx_mpic_poll_slot_t *ngx_mpic_poll_slot(int fd);
static ngx_int_t ngx_mpic_poll_ctl(int fd, ngx_mpic_poll_slot_t *slot,
    uint32_t events);


static ngx_connection_t           *ngx_mpic_poll_connection;
static ngx_mpic_poll_shutdown_pt   ngx_mpic_poll_shutdown_handler;
static ngx_mpic_poll_slot_t       *ngx_mpic_poll_slots;
static size_t                      ngx_mpic_poll_nslots;


ngx_int_t
ngx_mpic_poll_init(void)
{
    int                epfd;
    ngx_event_t       *rev, *wev;
    ngx_connection_t  *c;

    if (ngx_mpic_poll_connection != NULL) {
        return NGX_OK;
    }

    epfd = epoll_create1(EPOLL_CLOEXEC);
    if (epfd == -1) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, ngx_errno,
                      "mpic: epoll_create1() failed");
        return NGX_ERROR;
    }

    c = ngx_get_connection(epfd, ngx_cycle->log);
    if (c == NULL) {
        (void) close(epfd);
        return NGX_ERROR;
    }

    rev = c->read;
    wev = c->write;

    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    rev->log = ngx_cycle->log;
    wev->log = ngx_cycle->log;
    rev->handler = ngx_mpic_poll_handler;
    wev->handler = ngx_mpic_poll_dummy_handler;

    /* as a resolver's: neither worker_shutdown_timeout nor exit minds it */
    rev->resolver = 1;

    if (ngx_add_event(rev, NGX_READ_EVENT, NGX_LEVEL_EVENT) != NGX_OK) {
        ngx_close_connection(c);
        return NGX_ERROR;
    }

    ngx_mpic_poll_connection = c;

    return NGX_OK;
}


ngx_int_t
ngx_mpic_poll_set(int fd, ngx_uint_t events, ngx_mpic_poll_pt handler,
    void *data)
{
    ngx_mpic_poll_slot_t  *slot;

    ngx_log_debug2(NGX_LOG_DEBUG_EVENT, ngx_cycle->log, 0,
                   "mpic poll fd:%d ev:%ui", fd, events);

    if (events == 0) {
        return ngx_mpic_poll_forget(fd);
    }

    if (ngx_mpic_poll_init() != NGX_OK) {
        return NGX_ERROR;
    }

    slot = ngx_mpic_poll_slot(fd);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    slot->handler = handler;
    slot->data = data;

    return ngx_mpic_poll_ctl(fd, slot,
                           ((events & NGX_MPIC_POLL_READ) ? EPOLLIN : 0)
                           | ((events & NGX_MPIC_POLL_WRITE) ? EPOLLOUT : 0));
}


static ngx_int_t
ngx_mpic_poll_forget(int fd)
{
    struct epoll_event     ee;
    ngx_mpic_poll_slot_t  *slot;

    if (fd < 0 || (size_t) fd >= ngx_mpic_poll_nslots) {
        return NGX_OK;
    }

    slot = &ngx_mpic_poll_slots[fd];

    if (slot->events == 0) {
        return NGX_OK;
    }

    slot->events = 0;
    slot->data = NULL;

    ngx_memzero(&ee, sizeof(struct epoll_event));

    if (epoll_ctl(ngx_mpic_poll_connection->fd, EPOLL_CTL_DEL, fd, &ee) == -1
        && ngx_errno != EBADF && ngx_errno != NGX_ENOENT
        && ngx_errno != EPERM)
    {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, ngx_errno,
                      "mpic: epoll_ctl(EPOLL_CTL_DEL, %d) failed", fd);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_mpic_poll_slot_t *
ngx_mpic_poll_slot(int fd)
{
    size_t                 n;
    ngx_mpic_poll_slot_t  *slots;

    if (fd < 0) {
        return NULL;
    }

    if ((size_t) fd < ngx_mpic_poll_nslots) {
        return &ngx_mpic_poll_slots[fd];
    }

    n = ngx_mpic_poll_nslots ? ngx_mpic_poll_nslots : NGX_MPIC_POLL_SLOTS;

    while (n <= (size_t) fd) {
        n *= 2;
    }

    slots = ngx_calloc(n * sizeof(ngx_mpic_poll_slot_t), ngx_cycle->log);
    if (slots == NULL) {
        return NULL;
    }

    if (ngx_mpic_poll_slots != NULL) {
        ngx_memcpy(slots, ngx_mpic_poll_slots,
                   ngx_mpic_poll_nslots * sizeof(ngx_mpic_poll_slot_t));
        ngx_free(ngx_mpic_poll_slots);
    }

    ngx_mpic_poll_slots = slots;
    ngx_mpic_poll_nslots = n;

    return &slots[fd];
}


/*
 * The kernel is always asked and what the slot says is only a guess: the
 * library may have closed the descriptor without a word and opened another of
 * the same number.
 */

static ngx_int_t
ngx_mpic_poll_ctl(int fd, ngx_mpic_poll_slot_t *slot, uint32_t events)
{
    int                 epfd, op;
    struct epoll_event  ee;

    epfd = ngx_mpic_poll_connection->fd;
    op = slot->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    if (slot->events == 0) {
        slot->generation++;
    }

    slot->events = events;

    ee.events = events;
    ee.data.u64 = ((uint64_t) slot->generation << 32) | (uint32_t) fd;

    if (epoll_ctl(epfd, op, fd, &ee) == 0) {
        return NGX_OK;
    }

    if (ngx_errno == NGX_ENOENT || ngx_errno == NGX_EEXIST) {
        op = (op == EPOLL_CTL_MOD) ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

        if (epoll_ctl(epfd, op, fd, &ee) == 0) {
            return NGX_OK;
        }
    }

    ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, ngx_errno,
                  "mpic: epoll_ctl(%d, %d) failed", op, fd);

    slot->events = 0;
    slot->data = NULL;

    return NGX_ERROR;
}


static void
ngx_mpic_poll_handler(ngx_event_t *rev)
{
    int                 i, n;
    ngx_uint_t          batch;
    ngx_connection_t   *c;
    struct epoll_event  list[NGX_MPIC_POLL_BATCH];

    c = rev->data;

    if (c->close) {
        /* only where ngx_mpic_poll_shutdown() has asked for it */

        c->close = 0;
        c->error = 0;
        ngx_mpic_poll_shutdown_handler();
        return;
    }

    /* what is left after so many batches wakes nginx again at once */

    for (batch = 0; batch < NGX_MPIC_POLL_BATCHES; batch++) {

        n = epoll_wait(c->fd, list, NGX_MPIC_POLL_BATCH, 0);

        if (n == -1) {
            if (ngx_errno != NGX_EINTR) {
                ngx_log_error(NGX_LOG_CRIT, rev->log, ngx_errno,
                              "mpic: epoll_wait() failed");
            }

            return;
        }

        for (i = 0; i < n; i++) {
            ngx_mpic_poll_dispatch(&list[i]);
        }

        if (n < NGX_MPIC_POLL_BATCH) {
            return;
        }
    }
}


static void
ngx_mpic_poll_dispatch(struct epoll_event *ee)
{
    int                    fd;
    ngx_uint_t             events;
    ngx_mpic_poll_slot_t  *slot;

    fd = (int) (ee->data.u64 & 0xffffffff);
    slot = &ngx_mpic_poll_slots[fd];

    if (slot->events == 0 || slot->generation != ee->data.u64 >> 32) {
        /* forgotten by an event earlier in this batch */
        return;
    }

    events = 0;

    /* the library learns of an error by the call that it wants to make */

    if (ee->events & (EPOLLERR|EPOLLHUP)) {
        events = NGX_MPIC_POLL_ERROR;
        ee->events |= EPOLLIN|EPOLLOUT;
    }

    if (ee->events & slot->events & EPOLLIN) {
        events |= NGX_MPIC_POLL_READ;
    }

    if (ee->events & slot->events & EPOLLOUT) {
        events |= NGX_MPIC_POLL_WRITE;
    }

    ngx_log_debug2(NGX_LOG_DEBUG_EVENT, ngx_cycle->log, 0,
                   "mpic poll event fd:%d ev:%ui", fd, events);

    if (events) {
        slot->handler(slot->data, fd, events);
    }
}


static void
ngx_mpic_poll_dummy_handler(ngx_event_t *wev)
{
    ngx_log_debug0(NGX_LOG_DEBUG_EVENT, wev->log, 0,
                   "mpic poll dummy handler");
}


/*
 * nginx tells connections that the time is over, and this is one.  It has to
 * be closed when the worker exits then, as it is.
 */

void
ngx_mpic_poll_shutdown(ngx_mpic_poll_shutdown_pt handler)
{
    if (ngx_mpic_poll_connection == NULL) {
        return;
    }

    ngx_mpic_poll_shutdown_handler = handler;
    ngx_mpic_poll_connection->read->resolver = 0;
}


void
ngx_mpic_poll_exit(void)
{
    if (ngx_mpic_poll_connection != NULL) {
        ngx_close_connection(ngx_mpic_poll_connection);
        ngx_mpic_poll_connection = NULL;
    }

    if (ngx_mpic_poll_slots != NULL) {
        ngx_free(ngx_mpic_poll_slots);
        ngx_mpic_poll_slots = NULL;
        ngx_mpic_poll_nslots = 0;
    }
}
