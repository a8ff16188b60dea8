
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Keeps records that strangers made away from c-ares.
 *
 * Since 1.34 c-ares parses each message before it knows whose answer it is,
 * and one that it cannot read (a CAA record without a value, say) ends the
 * connection: every query that shares it is lost.  So c-ares is given the
 * header and the question alone, by which it tells whose answer it is, and a
 * number; by the number its callback finds the message as it came.  1.18
 * parses nothing, and is left alone.
 */


#ifndef _NGX_MPIC_INBOX_H_INCLUDED_
#define _NGX_MPIC_INBOX_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#define CARES_NO_DEPRECATED
#include <ares.h>

#define NGX_MPIC_INBOX  (ARES_VERSION >= 0x012200)


/*
 * One for each channel; private.
 */

typedef struct {
    /* messages that this call of c-ares has read */
    ngx_queue_t  messages;
    uint32_t     last;

    /* connections by TCP, and what has come of a message */
    ngx_queue_t  streams;
} ngx_mpic_inbox_t;


/*
 * Reads for a channel from now on, until it is destroyed.  The inbox has to
 * stay where it is.  A status of c-ares.
 */
int ngx_mpic_inbox_open(ngx_mpic_inbox_t *inbox, ares_channel channel);

/*
 * In a callback of c-ares: puts the message as it came, which lives until
 * ngx_mpic_inbox_clear(), in the place of what c-ares gives.  NGX_ERROR if
 * there is none.
 */
ngx_int_t ngx_mpic_inbox_message(ngx_mpic_inbox_t *inbox, unsigned char **msg,
    int *len);

/*
 * After each call of c-ares that may have read.
 */
void ngx_mpic_inbox_clear(ngx_mpic_inbox_t *inbox);


#endif /* _NGX_MPIC_INBOX_H_INCLUDED_ */
