
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * A file of lines: what ngx_mpic_log.c and ngx_mpic_log_conf.c share.
 */


#ifndef _NGX_MPIC_LOG_FILE_H_INCLUDED_
#define _NGX_MPIC_LOG_FILE_H_INCLUDED_


#include "ngx_mpic_log.h"


/* of all workers */

typedef struct {
    /* the file ends in a part of a line */
    ngx_atomic_t               torn;
    /* the last write failed */
    ngx_atomic_t               failing;
    /* the last write, one of this configuration, did not fail */
    ngx_atomic_t               proven;
    /* lines, since a line said so */
    ngx_atomic_t               lost;
} ngx_mpic_log_shared_t;


struct ngx_mpic_log_file_s {
    ngx_open_file_t           *file;
    ngx_mpic_log_shared_t     *shared;

    /* the buffer: from "start" to "pos", "last" its end; NULL: none */
    u_char                    *start;
    u_char                    *pos;
    u_char                    *last;
    ngx_uint_t                 nlines;

    /* 0: it stays until the buffer is full */
    ngx_msec_t                 flush;
    ngx_event_t                event;

    /* the level; 0: none */
    ngx_int_t                  gzip;

    /* of the last alert, and the lines lost since */
    time_t                     error_log_time;
    ngx_uint_t                 lost;
};


/*
 * ngx_open_file_t's "flush" of a file with a buffer: writes it.
 */
void ngx_mpic_log_flush(ngx_open_file_t *file, ngx_log_t *log);

/*
 * The handler of a buffer's event: writes it.
 */
void ngx_mpic_log_flush_handler(ngx_event_t *ev);


#endif /* _NGX_MPIC_LOG_FILE_H_INCLUDED_ */
