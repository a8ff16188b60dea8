
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Connections that exchanges share: who may open one, and who waits.
 */


#ifndef _NGX_MPIC_CURL_HOST_H_INCLUDED_
#define _NGX_MPIC_CURL_HOST_H_INCLUDED_


#include "ngx_mpic_curl.h"


/*
 * For ngx_mpic_curl.c: the option of "easy" by which libcurl asks and tells,
 * for a transfer whose "host" is set.  libcurl's code.
 */
CURLcode ngx_mpic_curl_host_options(CURL *easy, ngx_mpic_transfer_t *t);

/*
 * 1 if an exchange has to wait, since as many as are allowed to are opening
 * connections to its host.
 */
ngx_uint_t ngx_mpic_curl_host_full(ngx_mpic_curl_host_t *host);

/*
 * Lets the exchange wait for its turn, no longer than its "connect_timeout".
 * Afterwards it is either begun, by ngx_mpic_curl_begin(), or fails.
 */
void ngx_mpic_curl_host_wait(ngx_mpic_transfer_t *t);

/*
 * The exchange leaves libcurl or stops to wait: others may take its turn.
 */
void ngx_mpic_curl_host_leave(ngx_mpic_transfer_t *t);

/*
 * What the last answer of the host, HTTP/1.x or later, says about those to
 * come.
 */
void ngx_mpic_curl_host_learn(ngx_mpic_transfer_t *t);

/*
 * In exit_process: nobody waits any more.
 */
void ngx_mpic_curl_host_exit(void);


/*
 * Of ngx_mpic_curl.c: gives the exchange, "connect" milliseconds of whose
 * time to connect are left, to libcurl, which acts on it at once.  A failure
 * is reported to its handler.  Not within a callback of libcurl.
 */
void ngx_mpic_curl_begin(ngx_mpic_transfer_t *t, ngx_msec_t connect);

/*
 * Of ngx_mpic_curl.c: an exchange that libcurl does not have is over; its
 * handler is called from a posted event.
 */
void ngx_mpic_curl_report(ngx_mpic_transfer_t *t, CURLcode result,
    const char *error);


#endif /* _NGX_MPIC_CURL_HOST_H_INCLUDED_ */
