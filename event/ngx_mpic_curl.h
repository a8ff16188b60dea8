
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * HTTP exchanges by libcurl's multi interface on nginx's event loop.
 */


#ifndef _NGX_MPIC_CURL_H_INCLUDED_
#define _NGX_MPIC_CURL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <curl/curl.h>

#include "ngx_mpic_job.h"


typedef struct ngx_mpic_curl_s      ngx_mpic_curl_t;
typedef struct ngx_mpic_transfer_s  ngx_mpic_transfer_t;

typedef void (*ngx_mpic_transfer_pt)(ngx_mpic_transfer_t *t);


/*
 * A server of the configuration whose connections many exchanges share.  The
 * caller keeps it, zeroed at first, in each worker as long as exchanges with
 * that server may be started.  Only some of them open connections at a time;
 * the others wait for what comes of it, no longer than "connect_timeout".
 * Servers that a stranger names have none: their exchanges must not wait for
 * each other.
 */

typedef struct {
    /* private */
    ngx_queue_t              waiting;
    ngx_queue_t              queue;
    ngx_uint_t               opening;

    unsigned                 posted:1;

    /* it does not speak HTTP/2 */
    unsigned                 serial:1;
} ngx_mpic_curl_host_t;


/*
 * One exchange.  The caller allocates it zeroed (in the job's pool), sets
 * "host" or not, takes "easy" from ngx_mpic_curl_easy(), sets the options that
 * are the exchange's own, "handler" and "data", and starts it.
 */

struct ngx_mpic_transfer_s {
    /* must be first */
    ngx_mpic_op_t            op;

    CURL                    *easy;

    /*
     * NULL, or whose connections it shares.  Then "connect_timeout" is for the
     * caller to set instead of CURLOPT_CONNECTTIMEOUT_MS: milliseconds, not 0,
     * until it has a connection, its own or not.
     */
    ngx_mpic_curl_host_t    *host;
    ngx_msec_t               connect_timeout;

    /*
     * The exchange is over; "result" says how, "error" is libcurl's text or
     * empty.  Called outside of any call of libcurl: it may start and cancel
     * exchanges and finish the job.  "easy" is still there for
     * curl_easy_getinfo() and is freed when the handler returns.
     */
    ngx_mpic_transfer_pt     handler;
    void                    *data;

    CURLcode                 result;
    char                     error[CURL_ERROR_SIZE];

    /* private */
    ngx_mpic_job_t          *job;
    ngx_mpic_curl_t         *curl;
    ngx_queue_t              queue;

    /* since when it waits for a connection, and until when */
    ngx_msec_t               since;
    ngx_event_t              wait;

    /* it waits; it opens a connection; it was not allowed to */
    unsigned                 waiting:1;
    unsigned                 opening:1;
    unsigned                 refused:1;
};


/*
 * The worker's libcurl: made on first use, one a worker, for this module.
 * NULL if there is no memory or libcurl fails (logged).
 */
ngx_mpic_curl_t *ngx_mpic_curl_get(void);

/*
 * A new easy handle with what every exchange of ours needs: no signals, no
 * proxy, no netrc, no cookies, no compression, only http and https, no
 * redirects followed, no HTTP/0.9, TLS 1.2 or later.  NULL on failure.
 *
 * libcurl never resolves: the caller has the address and sets it by
 * CURLOPT_CONNECT_TO.  CURLOPT_RESOLVE puts it into a cache that all
 * exchanges of the worker share: for hosts of the configuration only.
 *
 * A list given to libcurl (CURLOPT_HTTPHEADER, CURLOPT_CONNECT_TO) must live
 * as long as the handle: free it by a cleanup of the job's pool.
 */
CURL *ngx_mpic_curl_easy(ngx_mpic_curl_t *curl, ngx_mpic_transfer_t *t);

/*
 * Starts the exchange as an operation of "job".  NGX_OK, or NGX_ERROR with
 * the easy handle freed and nothing called back.
 */
ngx_int_t ngx_mpic_curl_start(ngx_mpic_curl_t *curl, ngx_mpic_job_t *job,
    ngx_mpic_transfer_t *t);

/*
 * Ends the exchange; "handler" is not called.  Not within one of its
 * callbacks of libcurl.
 */
void ngx_mpic_curl_cancel(ngx_mpic_transfer_t *t);

/*
 * In exit_process, after ngx_mpic_jobs_abort().
 */
void ngx_mpic_curl_exit(void);


#endif /* _NGX_MPIC_CURL_H_INCLUDED_ */
