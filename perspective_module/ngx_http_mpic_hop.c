
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_hop.h"


/* octets of libcurl's words on a failure that are told */
#define NGX_HTTP_MPIC_REASON_MAX  200


static void ngx_http_mpic_hop_resolved(ngx_http_mpic_addresses_t *as);
static void ngx_http_mpic_hop_next(ngx_http_mpic_hop_t *hop);
static ngx_int_t ngx_http_mpic_hop_address(ngx_http_mpic_hop_t *hop);
static int ngx_http_mpic_hop_port(const ngx_http_mpic_hop_t *hop);
static ngx_int_t ngx_http_mpic_hop_connect(ngx_http_mpic_hop_t *hop);
static ngx_int_t ngx_http_mpic_hop_set_target(ngx_http_mpic_hop_t *hop,
    CURL *easy);
static ngx_int_t ngx_http_mpic_hop_set_limits(ngx_http_mpic_hop_t *hop,
    CURL *easy);
static ngx_int_t ngx_http_mpic_hop_set_tls(CURL *easy);
static ngx_int_t ngx_http_mpic_hop_set_callbacks(ngx_http_mpic_hop_t *hop,
    CURL *easy);
static int ngx_http_mpic_hop_connected(void *data, char *ip, char *local_ip,
    int port, int local_port);
static size_t ngx_http_mpic_hop_header(char *line, size_t size, size_t n,
    void *data);
static ngx_int_t ngx_http_mpic_hop_header_end(ngx_http_mpic_hop_t *hop);
static size_t ngx_http_mpic_hop_body(char *part, size_t size, size_t n,
    void *data);
static void ngx_http_mpic_hop_done(ngx_mpic_transfer_t *t);
static ngx_int_t ngx_http_mpic_hop_location(ngx_http_mpic_hop_t *hop,
    CURL *easy);
static ngx_int_t ngx_http_mpic_hop_try_failed(ngx_http_mpic_hop_t *hop,
    ngx_mpic_transfer_t *t);
static ngx_int_t ngx_http_mpic_hop_reason(ngx_http_mpic_hop_t *hop,
    ngx_mpic_transfer_t *t, mpic_str_t *reason);


void
ngx_http_mpic_hop_start(ngx_http_mpic_hop_t *hop)
{
    hop->check->job->action = "looking up the addresses";

    hop->addresses.handler = ngx_http_mpic_hop_resolved;
    hop->addresses.data = hop;

    ngx_http_mpic_addresses_find(hop->check, &hop->addresses,
                                 &hop->url->host, hop->url->literal);
}


static void
ngx_http_mpic_hop_resolved(ngx_http_mpic_addresses_t *as)
{
    ngx_http_mpic_hop_t *hop = as->data;

    if (as->n == 0) {
        hop->failed = 1;
        hop->why = as->why;
        hop->handler(hop);
        return;
    }

    ngx_http_mpic_hop_next(hop);
}


static void
ngx_http_mpic_hop_next(ngx_http_mpic_hop_t *hop)
{
    if (hop->next == hop->addresses.n) {
        hop->failed = 1;
        hop->why = hop->tried;
        hop->handler(hop);
        return;
    }

    hop->check->job->action = "connecting";

    if (ngx_http_mpic_hop_address(hop) != NGX_OK
        || ngx_http_mpic_hop_connect(hop) != NGX_OK)
    {
        ngx_http_mpic_check_fail(hop->check);
    }
}


/* the text of the address, which is evidence, whatever comes of it */

static ngx_int_t
ngx_http_mpic_hop_address(ngx_http_mpic_hop_t *hop)
{
    char         text[MPIC_ADDRESS_TEXT_MAX];
    size_t       len;
    mpic_str_t  *ip;

    len = mpic_address_text(&hop->addresses.list[hop->next], text);

    if (mpic_str_copy(&hop->check->pool, &hop->ip, text, len) != 0) {
        return NGX_ERROR;
    }

    if (hop->ips == NULL) {
        return NGX_OK;
    }

    ip = ngx_array_push(hop->ips);
    if (ip == NULL) {
        return NGX_ERROR;
    }

    *ip = hop->ip;

    return NGX_OK;
}


/* of the directives, where the URL has the port that they are for */

static int
ngx_http_mpic_hop_port(const ngx_http_mpic_hop_t *hop)
{
    switch (hop->url->port) {

    case 80:
        return (int) hop->check->conf->http_port;

    case 443:
        return (int) hop->check->conf->https_port;

    default:
        return (int) hop->url->port;
    }
}


static ngx_int_t
ngx_http_mpic_hop_connect(ngx_http_mpic_hop_t *hop)
{
    CURL                 *easy;
    ngx_mpic_job_t       *job;
    ngx_mpic_curl_t      *curl;
    ngx_mpic_transfer_t  *t;

    job = hop->check->job;

    curl = ngx_mpic_curl_get();
    if (curl == NULL) {
        return NGX_ERROR;
    }

    /* the one before still belongs to the handler that we may be in */

    t = ngx_pcalloc(job->pool, sizeof(ngx_mpic_transfer_t));
    if (t == NULL) {
        return NGX_ERROR;
    }

    easy = ngx_mpic_curl_easy(curl, t);
    if (easy == NULL) {
        return NGX_ERROR;
    }

    hop->easy = easy;
    t->easy = easy;
    t->handler = ngx_http_mpic_hop_done;
    t->data = hop;

    if (ngx_http_mpic_hop_set_target(hop, easy) != NGX_OK
        || ngx_http_mpic_hop_set_limits(hop, easy) != NGX_OK
        || ngx_http_mpic_hop_set_tls(easy) != NGX_OK
        || ngx_http_mpic_hop_set_callbacks(hop, easy) != NGX_OK)
    {
        curl_easy_cleanup(easy);
        return NGX_ERROR;
    }

    return ngx_mpic_curl_start(curl, job, t);
}


/*
 * Whatever the URL says, the connection goes to the address that was looked
 * up and judged: no name reaches libcurl's resolver (DNS rebinding).
 */

static ngx_int_t
ngx_http_mpic_hop_set_target(ngx_http_mpic_hop_t *hop, CURL *easy)
{
    mpic_str_t          text;
    ngx_uint_t          ipv6;
    struct curl_slist  *to;

    ipv6 = (hop->addresses.list[hop->next].version == 6);

    if (mpic_str_printf(&hop->check->pool, &text, "::%s%s%s:%d",
                        ipv6 ? "[" : "", hop->ip.data, ipv6 ? "]" : "",
                        ngx_http_mpic_hop_port(hop))
        != 0)
    {
        return NGX_ERROR;
    }

    to = ngx_http_mpic_hop_slist(hop->check, &text, NULL);
    if (to == NULL) {
        return NGX_ERROR;
    }

    if (curl_easy_setopt(easy, CURLOPT_URL, hop->url->url.data)
        || curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L)
        || curl_easy_setopt(easy, CURLOPT_CONNECT_TO, to)
        || curl_easy_setopt(easy, CURLOPT_HTTPHEADER, hop->headers)
        || curl_easy_setopt(easy, CURLOPT_USERAGENT,
                            hop->check->conf->user_agent.data)
        || curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                            (long) CURL_HTTP_VERSION_1_1))
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* one check does not lean on what another has left behind */

static ngx_int_t
ngx_http_mpic_hop_set_limits(ngx_http_mpic_hop_t *hop, CURL *easy)
{
    ngx_msec_t  left, time;

    left = ngx_max(ngx_mpic_job_left(hop->check->job), 1);
    time = ngx_http_mpic_addresses_time(&hop->addresses, hop->next);

    /* the job's deadline comes first */

    if (curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long) time)
        || curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) left + 1000)
        || curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L)
        || curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L)
        || curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L))
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * BR 3.2.2.4.18 and 3.2.2.4.19 ask for no valid certificate: the applicant is
 * about to get one.  SNI is the host of the URL, which is libcurl's way.
 */

static ngx_int_t
ngx_http_mpic_hop_set_tls(CURL *easy)
{
    if (curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L)
        || curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L)
        || curl_easy_setopt(easy, CURLOPT_CAINFO, NULL)
        || curl_easy_setopt(easy, CURLOPT_CAPATH, NULL)
        || curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                            (long) CURL_SSLVERSION_TLSv1_2)
        || curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L))
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_hop_set_callbacks(ngx_http_mpic_hop_t *hop, CURL *easy)
{
    if (curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION,
                         ngx_http_mpic_hop_connected)
        || curl_easy_setopt(easy, CURLOPT_PREREQDATA, hop)
        || curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION,
                            ngx_http_mpic_hop_header)
        || curl_easy_setopt(easy, CURLOPT_HEADERDATA, hop)
        || curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION,
                            ngx_http_mpic_hop_body)
        || curl_easy_setopt(easy, CURLOPT_WRITEDATA, hop))
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * The connection stands, the request has not been sent.  The peer must be the
 * address that was judged; anything else is a fault of ours.
 */

static int
ngx_http_mpic_hop_connected(void *data, char *ip, char *local_ip, int port,
    int local_port)
{
    ngx_http_mpic_hop_t *hop = data;

    mpic_str_t             text;
    mpic_address_t         peer;
    const mpic_address_t  *judged;

    hop->connected = 1;

    text.data = ip;
    text.len = ngx_strlen(ip);

    judged = &hop->addresses.list[hop->next];

    if (mpic_address_parse(&text, &peer) != 0
        || peer.version != judged->version
        || ngx_memcmp(peer.octets, judged->octets,
                      (judged->version == 6) ? 16 : 4) != 0
        || port != ngx_http_mpic_hop_port(hop))
    {
        ngx_log_error(NGX_LOG_ERR, hop->check->job->log, 0,
                      "connected to %s port %d instead of %s port %d",
                      ip, port, hop->ip.data, ngx_http_mpic_hop_port(hop));
        return CURL_PREREQFUNC_ABORT;
    }

    hop->check->job->action = "waiting for the response";

    return CURL_PREREQFUNC_OK;
}


/*
 * All lines come through here: status lines, those of 1xx responses, the
 * empty line at the end of a header, and trailers.
 */

static size_t
ngx_http_mpic_hop_header(char *line, size_t size, size_t n, void *data)
{
    ngx_http_mpic_hop_t *hop = data;

    hop->header_size += n;
    hop->header_lines++;

    if (hop->header_size > hop->check->conf->header_max
        || hop->header_lines > NGX_HTTP_MPIC_HEADERS_LINES)
    {
        hop->overflow = 1;
        return 0;
    }

    if (hop->status != 0 || (line[0] != '\r' && line[0] != '\n')) {
        return n;
    }

    return (ngx_http_mpic_hop_header_end(hop) == NGX_OK) ? n : 0;
}


/*
 * A redirect ends here, without its body; of any other response but a
 * success so much is read as is shown.
 */

static ngx_int_t
ngx_http_mpic_hop_header_end(ngx_http_mpic_hop_t *hop)
{
    long  status;

    if (curl_easy_getinfo(hop->easy, CURLINFO_RESPONSE_CODE, &status)) {
        return NGX_ERROR;
    }

    if (status < 200) {
        return NGX_OK;
    }

    hop->status = (int) status;
    hop->check->job->action = "reading the response";

    if (ngx_http_mpic_hop_redirect(hop)) {
        hop->stopped = 1;
        return NGX_DONE;
    }

    hop->limit = NGX_HTTP_MPIC_PAGE;

    if (ngx_http_mpic_hop_success(hop)) {
        hop->limit = ngx_max(hop->limit, hop->body_max);
    }

    hop->body = ngx_pnalloc(hop->check->job->pool, hop->limit);
    if (hop->body == NULL) {
        hop->no_memory = 1;
        return NGX_ERROR;
    }

    return NGX_OK;
}


static size_t
ngx_http_mpic_hop_body(char *part, size_t size, size_t n, void *data)
{
    ngx_http_mpic_hop_t *hop = data;

    size_t  len;

    if (hop->body == NULL) {
        return 0;
    }

    len = ngx_min(n, hop->limit - hop->body_len);

    ngx_memcpy(hop->body + hop->body_len, part, len);
    hop->body_len += len;

    if (len < n) {
        hop->truncated = 1;
        hop->stopped = 1;
        return 0;
    }

    return n;
}


static void
ngx_http_mpic_hop_done(ngx_mpic_transfer_t *t)
{
    ngx_int_t             rc;
    ngx_http_mpic_hop_t  *hop;

    hop = t->data;
    hop->easy = NULL;

    if (hop->no_memory) {
        ngx_http_mpic_check_fail(hop->check);
        return;
    }

    if (hop->status != 0
        && (t->result == CURLE_OK || hop->stopped
            || !ngx_http_mpic_hop_success(hop)))
    {
        rc = ngx_http_mpic_hop_location(hop, t->easy);

    } else {
        rc = ngx_http_mpic_hop_try_failed(hop, t);
    }

    if (rc == NGX_ERROR) {
        ngx_http_mpic_check_fail(hop->check);

    } else if (rc == NGX_AGAIN) {
        ngx_http_mpic_hop_next(hop);

    } else {
        hop->handler(hop);
    }
}


/* the last of several Location headers counts (BR 3.2.2.4.19, item 1) */

static ngx_int_t
ngx_http_mpic_hop_location(ngx_http_mpic_hop_t *hop, CURL *easy)
{
    size_t               len, last;
    struct curl_header  *h;

    if (!ngx_http_mpic_hop_redirect(hop)
        || curl_easy_header(easy, "Location", 0, CURLH_HEADER, -1, &h)
           != CURLHE_OK)
    {
        return NGX_OK;
    }

    last = h->amount - 1;

    if (last > 0
        && curl_easy_header(easy, "Location", last, CURLH_HEADER, -1, &h)
           != CURLHE_OK)
    {
        return NGX_ERROR;
    }

    /* libcurl leaves the line end where there is nothing else */

    len = ngx_strlen(h->value);

    while (len > 0
           && (h->value[len - 1] == '\r' || h->value[len - 1] == '\n'))
    {
        len--;
    }

    if (mpic_str_copy(&hop->check->pool, &hop->location, h->value, len) != 0) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * The next address is tried only after a failure to connect, TLS included: a
 * server that was asked has answered for its host.  NGX_AGAIN: go on with it.
 */

static ngx_int_t
ngx_http_mpic_hop_try_failed(ngx_http_mpic_hop_t *hop, ngx_mpic_transfer_t *t)
{
    mpic_str_t  reason, tried;

    if (ngx_http_mpic_hop_reason(hop, t, &reason) != NGX_OK) {
        return NGX_ERROR;
    }

    tried = hop->tried;

    if (mpic_str_printf(&hop->check->pool, &hop->tried,
                        "%s%s%s port %d: %s",
                        tried.len ? tried.data : "", tried.len ? "; " : "",
                        hop->ip.data, ngx_http_mpic_hop_port(hop),
                        reason.data)
        != 0)
    {
        return NGX_ERROR;
    }

    if (!hop->connected) {
        ngx_log_error(NGX_LOG_INFO, hop->check->job->log, 0,
                      "mpic connection to %s port %d failed: %s",
                      hop->ip.data, ngx_http_mpic_hop_port(hop),
                      reason.data);

        hop->next++;
        return NGX_AGAIN;
    }

    hop->failed = 1;
    hop->why = hop->tried;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_hop_reason(ngx_http_mpic_hop_t *hop, ngx_mpic_transfer_t *t,
    mpic_str_t *reason)
{
    long         err;
    u_char       buf[NGX_MAX_ERROR_STR], *last;
    const char  *text;

    text = t->error[0] ? t->error : curl_easy_strerror(t->result);

    if (hop->overflow) {
        text = "the response header is too large";

    } else if (t->result == CURLE_OK && hop->status == 0) {
        text = "the response ended within its header";

    } else if (t->result == CURLE_WRITE_ERROR && hop->status == 0) {
        text = "the server switched to another protocol than HTTP/1.1";

    } else if (t->result == CURLE_OUT_OF_MEMORY && hop->connected) {
        text = "a line of the response header is too large, or out of memory";

    } else if (t->result == CURLE_OPERATION_TIMEDOUT && !hop->connected) {
        text = "no connection in time";

    } else if (t->result == CURLE_COULDNT_CONNECT
               && curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &err)
                  == CURLE_OK
               && err != 0)
    {
        last = ngx_strerror((ngx_err_t) err, buf, sizeof(buf) - 1);
        *last = '\0';
        text = (char *) buf;
    }

    if (mpic_str_excerpt(&hop->check->pool, reason, text, ngx_strlen(text),
                         NGX_HTTP_MPIC_REASON_MAX)
        != 0)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


struct curl_slist *
ngx_http_mpic_hop_slist(ngx_http_mpic_check_t *check, const mpic_str_t *text,
    struct curl_slist *next)
{
    struct curl_slist  *node;

    /* libcurl only reads the list: it need not be of curl_slist_append() */

    node = ngx_palloc(check->job->pool, sizeof(struct curl_slist));

    if (node != NULL) {
        node->data = (char *) text->data;
        node->next = next;
    }

    return node;
}
