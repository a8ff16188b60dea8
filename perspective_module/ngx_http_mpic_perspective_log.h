
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The record of checks: mpic_perspective_log.
 */


#ifndef _NGX_HTTP_MPIC_PERSPECTIVE_LOG_H_INCLUDED_
#define _NGX_HTTP_MPIC_PERSPECTIVE_LOG_H_INCLUDED_


#include "ngx_http_mpic_check.h"


/*
 * What the record tells of a check beside the check itself.  It is written
 * when the job goes: the request is still there then, and with it the
 * variables of "field=" and "if=", and its status is known.
 */

struct ngx_http_mpic_check_record_s {
    ngx_http_request_t      *r;
    ngx_http_mpic_check_t   *check;

    /* milliseconds since the epoch, when the request had been read */
    uint64_t                 time;

    /* the check_response; NULL data while there is none */
    mpic_str_t               response;
    /* what is wrong with the request; NULL: nothing is */
    const mpic_issues_t     *issues;
};


/*
 * The setter of mpic_perspective_log.
 */
char *ngx_http_mpic_perspective_log(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Makes "check->record" where a record is kept: from then on a line is
 * written of this check, whatever becomes of it.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_mpic_perspective_log_check(ngx_http_mpic_check_t *check);

/*
 * Counts the line of a check as lost, where one was to be written: there is no
 * memory.
 */
void ngx_http_mpic_perspective_log_unmade(
    ngx_http_mpic_perspective_loc_conf_t *plcf, ngx_log_t *log);

/*
 * Writes the line of a request for which there was no check: "rc" is what it
 * is finalized with, after an answer under "status" was sent or was to be
 * sent.
 */
void ngx_http_mpic_perspective_log_refused(ngx_http_request_t *r,
    ngx_int_t rc, ngx_uint_t status, const char *error);


#endif /* _NGX_HTTP_MPIC_PERSPECTIVE_LOG_H_INCLUDED_ */
