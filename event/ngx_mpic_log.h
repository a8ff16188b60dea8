
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * A writer of whole lines, as that of access_log, which says of each line
 * what became of it.
 */


#ifndef _NGX_MPIC_LOG_H_INCLUDED_
#define _NGX_MPIC_LOG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* octets of a value that "field=" names, at the most, and of all of a line */
#define NGX_MPIC_LOG_VALUE_MAX   1024
#define NGX_MPIC_LOG_VALUES_MAX  4096


typedef struct ngx_mpic_log_file_s  ngx_mpic_log_file_t;


/* field=name:$variable */

typedef struct {
    ngx_str_t                  name;
    ngx_http_complex_value_t   value;
} ngx_mpic_log_field_t;


/* one directive: a file or a syslog server, the other is NULL */

typedef struct {
    ngx_mpic_log_file_t       *file;
    ngx_syslog_peer_t         *syslog;

    /* "if="; NULL: always */
    ngx_http_complex_value_t  *filter;

    /* ngx_mpic_log_field_t; NULL: none */
    ngx_array_t               *fields;
} ngx_mpic_log_t;


/* those of a level of the configuration */

typedef struct {
    /* ngx_mpic_log_t; NULL where nothing is written */
    ngx_array_t               *logs;
    unsigned                   off:1;
} ngx_mpic_logs_t;


/* of the main configuration: ngx_mpic_log_file_t *, zeroed before its use */

typedef struct {
    ngx_array_t                files;
} ngx_mpic_log_files_t;


/* what a log needs of a request, taken while that is there */

typedef struct {
    ngx_mpic_log_t            *log;
    /* by the number of its field; lengths of 0 where there is no value */
    ngx_str_t                 *values;
} ngx_mpic_log_taken_t;


/*
 * The setter of a directive
 *
 *     path|syslog:… [buffer=size] [flush=time] [gzip[=level]] [if=condition]
 *                   [field=name:$variable …]
 *     off
 *
 * with access_log's meanings.  Several on a level are several logs.  Errors
 * are logged with what would be right.
 */
char *ngx_mpic_log_set(ngx_conf_t *cf, ngx_mpic_log_files_t *files,
    ngx_mpic_logs_t *logs);

/*
 * A level without logs of its own has those around it.
 */
void ngx_mpic_log_merge(ngx_mpic_logs_t *prev, ngx_mpic_logs_t *conf);

/*
 * In postconfiguration: a buffered file must not be another directive's too,
 * which would take the buffer for its own.  NGX_OK, or NGX_ERROR, logged.
 */
ngx_int_t ngx_mpic_log_check(ngx_conf_t *cf, ngx_mpic_log_files_t *files);

/*
 * In init_module: a file whose last line is cut off, by a full disk or a
 * crash, gets its next line on a line of its own.
 */
void ngx_mpic_log_init_module(ngx_mpic_log_files_t *files);

/*
 * In init_process, and at the end of exit_process: buffers of these files are
 * written when they are reopened, and when the worker exits.
 */
void ngx_mpic_log_init(ngx_mpic_log_files_t *files);
void ngx_mpic_log_exit(ngx_log_t *log);

/*
 * The logs whose condition the request meets, with the values of their
 * fields, in "pool".  NGX_OK with "taken" and "n", which may be 0; or
 * NGX_ERROR.  The request may be gone when they are used.
 */
ngx_int_t ngx_mpic_log_take(ngx_http_request_t *r, ngx_mpic_logs_t *logs,
    ngx_pool_t *pool, ngx_mpic_log_taken_t **taken, ngx_uint_t *n);

/*
 * Writes one line, which has no line feed in it or at its end.  Memory that a
 * syslog message needs is of "pool".
 *
 * NGX_OK: it is in the file.  NGX_AGAIN: it has been handed on, to a buffer or
 * to syslog, and nobody can say more.  NGX_ERROR: it is lost, which is counted
 * and, once a minute, an alert.
 */
ngx_int_t ngx_mpic_log_write(ngx_mpic_log_t *log, ngx_str_t *line,
    ngx_pool_t *pool, ngx_log_t *err);

/*
 * 1 where what is handed to ngx_mpic_log_write() is in the file when that
 * returns NGX_OK: a file without a buffer.
 */
ngx_uint_t ngx_mpic_log_is_direct(ngx_mpic_log_t *log);

/*
 * 1 if the last write to its file failed, in whatever worker.
 */
ngx_uint_t ngx_mpic_log_failing(ngx_mpic_log_t *log);

/*
 * 0 where the next line may be lost: the last write to the file failed, or, if
 * it has no buffer, there was none yet.  Of syslog nothing is known: 1.
 */
ngx_uint_t ngx_mpic_log_proven(ngx_mpic_log_t *log);

/*
 * Lines of the file that were lost, in all workers, and of which no line
 * tells.
 */
ngx_uint_t ngx_mpic_log_gap(ngx_mpic_log_t *log);

/*
 * Takes them, to be told of by a line of this worker; and gives them back
 * where that line could not be written.
 */
ngx_uint_t ngx_mpic_log_claim_gap(ngx_mpic_log_t *log);
void ngx_mpic_log_return_gap(ngx_mpic_log_t *log, ngx_uint_t gap);

/*
 * Writes the line that tells of them, past the buffer and behind what is in
 * it.  NGX_OK: it is in the file.  NGX_ERROR: it is not, which is no line
 * lost.
 */
ngx_int_t ngx_mpic_log_prove(ngx_mpic_log_t *log, ngx_str_t *line,
    ngx_log_t *err);

/*
 * How many files have a last write that failed.
 */
ngx_uint_t ngx_mpic_log_nfailing(ngx_mpic_log_files_t *files);

/*
 * In init_module of a reload: lines that the configuration before lost, and of
 * which no line tells.
 */
void ngx_mpic_log_inherit(ngx_mpic_log_files_t *files,
    ngx_mpic_log_files_t *before);

/*
 * Counts a line as lost that could not even be made.
 */
void ngx_mpic_log_lose(void);

/*
 * How many lines of this worker are lost.
 */
ngx_uint_t ngx_mpic_log_lost(void);


#endif /* _NGX_MPIC_LOG_H_INCLUDED_ */
