
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Timers and posted events that belong to no connection.
 */


#ifndef _NGX_MPIC_TIMER_H_INCLUDED_
#define _NGX_MPIC_TIMER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


/* the structure of "type" that the event is the field "member" of */
#define ngx_mpic_event_owner(ev, type, member)                                \
    ngx_queue_data(ev, type, member)


/*
 * Makes an event ready for ngx_add_timer() and ngx_post_event().  A worker
 * that quits gracefully does not wait for a "cancelable" one.
 */
void ngx_mpic_event_init(ngx_event_t *ev, ngx_event_handler_pt handler,
    ngx_log_t *log, ngx_uint_t cancelable);

/*
 * Sets the timer to exactly "msec" from now.  ngx_add_timer() would leave
 * one that is already set where it is if the difference is below
 * NGX_TIMER_LAZY_DELAY, 300 milliseconds.
 */
void ngx_mpic_timer_set(ngx_event_t *ev, ngx_msec_t msec);

/*
 * Forgets both the timer and the posted event.
 */
void ngx_mpic_event_clear(ngx_event_t *ev);


#endif /* _NGX_MPIC_TIMER_H_INCLUDED_ */
