
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_timer.h"


/* debug builds log the descriptor of the connection in an event's "data" */
static ngx_connection_t  ngx_mpic_dumb = { .fd = (ngx_socket_t) -1 };


void
ngx_mpic_event_init(ngx_event_t *ev, ngx_event_handler_pt handler,
    ngx_log_t *log, ngx_uint_t cancelable)
{
    ngx_memzero(ev, sizeof(ngx_event_t));

    ev->data = &ngx_mpic_dumb;
    ev->handler = handler;
    ev->log = log;
    ev->cancelable = cancelable ? 1 : 0;
}


void
ngx_mpic_timer_set(ngx_event_t *ev, ngx_msec_t msec)
{
    if (ev->timer_set) {
        ngx_del_timer(ev);
    }

    ngx_add_timer(ev, msec);
}


void
ngx_mpic_event_clear(ngx_event_t *ev)
{
    if (ev->timer_set) {
        ngx_del_timer(ev);
    }

    if (ev->posted) {
        ngx_delete_posted_event(ev);
    }
}
