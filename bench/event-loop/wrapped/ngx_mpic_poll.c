
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The alternative to event/ngx_mpic_poll.c, for measuring: every descriptor
 * of a library wrapped in a connection of nginx.
 */


#include "ngx_mpic_poll.h"


#define NGX_MPIC_POLL_SLOTS  64


typedef struct {
    ngx_mpic_poll_pt   handler;
    void              *data;
    ngx_connection_t  *connection;
} ngx_mpic_poll_slot_t;


static void ngx_mpic_poll_read_handler(ngx_event_t *rev);
static void ngx_mpic_poll_write_handler(ngx_event_t *wev);
static void ngx_mpic_poll_forget(int fd);
static ngx_mpic_poll_slot_t *ngx_mpic_poll_slot(int fd);
static ngx_connection_t *ngx_mpic_poll_wrap(int fd);
static ngx_int_t ngx_mpic_poll_event(ngx_event_t *ev, ngx_int_t event,
    ngx_uint_t wanted);


static ngx_mpic_poll_slot_t  *ngx_mpic_poll_slots;
static size_t                 ngx_mpic_poll_nslots;


ngx_int_t
ngx_mpic_poll_init(void)
{
    return NGX_OK;
}


ngx_int_t
ngx_mpic_poll_set(int fd, ngx_uint_t events, ngx_mpic_poll_pt handler,
    void *data)
{
    ngx_mpic_poll_slot_t  *slot;

    if (events == 0) {
        ngx_mpic_poll_forget(fd);
        return NGX_OK;
    }

    slot = ngx_mpic_poll_slot(fd);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    if (slot->connection == NULL) {
        slot->connection = ngx_mpic_poll_wrap(fd);

        if (slot->connection == NULL) {
            return NGX_ERROR;
        }
    }

    slot->handler = handler;
    slot->data = data;

    if (ngx_mpic_poll_event(slot->connection->read, NGX_READ_EVENT,
                            events & NGX_MPIC_POLL_READ)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_mpic_poll_event(slot->connection->write, NGX_WRITE_EVENT,
                               events & NGX_MPIC_POLL_WRITE);
}


static ngx_int_t
ngx_mpic_poll_event(ngx_event_t *ev, ngx_int_t event, ngx_uint_t wanted)
{
    if (wanted && !ev->active) {
        return ngx_add_event(ev, event, NGX_LEVEL_EVENT);
    }

    if (!wanted && ev->active) {
        return ngx_del_event(ev, event, 0);
    }

    return NGX_OK;
}


static ngx_connection_t *
ngx_mpic_poll_wrap(int fd)
{
    ngx_connection_t  *c;

    c = ngx_get_connection(fd, ngx_cycle->log);
    if (c == NULL) {
        return NULL;
    }

    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->read->log = ngx_cycle->log;
    c->write->log = ngx_cycle->log;
    c->read->handler = ngx_mpic_poll_read_handler;
    c->write->handler = ngx_mpic_poll_write_handler;

    return c;
}


static void
ngx_mpic_poll_read_handler(ngx_event_t *rev)
{
    int                    fd;
    ngx_uint_t             events;
    ngx_connection_t      *c;
    ngx_mpic_poll_slot_t  *slot;

    c = rev->data;
    fd = c->fd;
    slot = &ngx_mpic_poll_slots[fd];
    events = NGX_MPIC_POLL_READ;

    if (c->close) {
        /* worker_shutdown_timeout */
        c->close = 0;
        events |= NGX_MPIC_POLL_ERROR;
    }

    slot->handler(slot->data, fd, events);
}


static void
ngx_mpic_poll_write_handler(ngx_event_t *wev)
{
    int                    fd;
    ngx_connection_t      *c;
    ngx_mpic_poll_slot_t  *slot;

    c = wev->data;
    fd = c->fd;
    slot = &ngx_mpic_poll_slots[fd];

    slot->handler(slot->data, fd, NGX_MPIC_POLL_WRITE);
}


static void
ngx_mpic_poll_forget(int fd)
{
    ngx_uint_t             flags;
    ngx_connection_t      *c;
    ngx_mpic_poll_slot_t  *slot;

    if (fd < 0 || (size_t) fd >= ngx_mpic_poll_nslots) {
        return;
    }

    slot = &ngx_mpic_poll_slots[fd];
    c = slot->connection;

    if (c == NULL) {
        return;
    }

    /* the library may have closed it already */

    flags = (fcntl(fd, F_GETFD) == -1) ? NGX_CLOSE_EVENT : 0;

    if (c->read->active) {
        (void) ngx_del_event(c->read, NGX_READ_EVENT, flags);
    }

    if (c->write->active) {
        (void) ngx_del_event(c->write, NGX_WRITE_EVENT, flags);
    }

    if (c->read->posted) {
        ngx_delete_posted_event(c->read);
    }

    if (c->write->posted) {
        ngx_delete_posted_event(c->write);
    }

    c->read->closed = 1;
    c->write->closed = 1;

    ngx_free_connection(c);
    c->fd = (ngx_socket_t) -1;

    slot->connection = NULL;
}


static ngx_mpic_poll_slot_t *
ngx_mpic_poll_slot(int fd)
{
    size_t                 n;
    ngx_mpic_poll_slot_t  *slots;

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


void
ngx_mpic_poll_exit(void)
{
    size_t  fd;

    for (fd = 0; fd < ngx_mpic_poll_nslots; fd++) {
        ngx_mpic_poll_forget((int) fd);
    }
}
