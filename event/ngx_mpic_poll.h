
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Descriptors that a library owns, watched by nginx's event loop.
 */


#ifndef _NGX_MPIC_POLL_H_INCLUDED_
#define _NGX_MPIC_POLL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


/* bits of "events" */
#define NGX_MPIC_POLL_READ   1
#define NGX_MPIC_POLL_WRITE  2
#define NGX_MPIC_POLL_ERROR  4


/*
 * Called for a descriptor that is ready.  "data" is that of the last
 * ngx_mpic_poll_set() of this descriptor.
 */
typedef void (*ngx_mpic_poll_pt)(void *data, int fd, ngx_uint_t events);

typedef void (*ngx_mpic_poll_shutdown_pt)(void);


/*
 * Gets what watching needs; a library's adapter calls it before the library
 * opens descriptors, so that a shortage is found where it can be reported.
 * NGX_OK, also if it was called before, or NGX_ERROR (logged).
 */
ngx_int_t ngx_mpic_poll_init(void);

/*
 * Watches "fd" for "events" (level-triggered), replacing what was set before;
 * 0 forgets it.  A descriptor that was closed before it was forgotten, and one
 * never set, are no error.  May be called within the handler.
 * NGX_OK or NGX_ERROR (logged).
 */
ngx_int_t ngx_mpic_poll_set(int fd, ngx_uint_t events,
    ngx_mpic_poll_pt handler, void *data);

/*
 * From now on "handler" is called when worker_shutdown_timeout is over; more
 * than one there is not.  ngx_mpic_poll_init() has to have been called.
 */
void ngx_mpic_poll_shutdown(ngx_mpic_poll_shutdown_pt handler);

/*
 * In exit_process, after the libraries have closed their descriptors.
 */
void ngx_mpic_poll_exit(void);


#endif /* _NGX_MPIC_POLL_H_INCLUDED_ */
