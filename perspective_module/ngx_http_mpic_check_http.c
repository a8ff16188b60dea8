
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * acme-http-01 and website-change: from the first URL through the redirects,
 * each of them judged before it is followed.  BR 3.2.2.4.18 and 3.2.2.4.19,
 * RFC 8555 section 8.3.
 */


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_hop.h"
#include "mpic_challenge.h"

#include <time.h>


typedef struct {
    /* the URLs requested so far, the last one by "hop" */
    mpic_url_t           *seen;
    size_t                nseen;
    ngx_http_mpic_hop_t  *hop;

    mpic_url_policy_t     policy;
    /* octets of a successful body that are read */
    size_t                body_max;

    struct curl_slist    *headers;
    /* of mpic_str_t: the addresses tried, of all hops */
    ngx_array_t          *ips;
} ngx_http_mpic_http_t;


static ngx_int_t ngx_http_mpic_http_init(ngx_http_mpic_check_t *check,
    ngx_http_mpic_http_t *http);
static int ngx_http_mpic_http_first(ngx_http_mpic_check_t *check,
    ngx_http_mpic_http_t *http);
static ngx_int_t ngx_http_mpic_http_headers(ngx_http_mpic_check_t *check,
    ngx_http_mpic_http_t *http);
static void ngx_http_mpic_http_request(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_http_response(ngx_http_mpic_hop_t *hop);
static int ngx_http_mpic_http_redirect(ngx_http_mpic_check_t *check);
static int ngx_http_mpic_http_history(ngx_http_mpic_check_t *check);
static int ngx_http_mpic_http_judge(ngx_http_mpic_check_t *check);
static uint64_t ngx_http_mpic_http_now(void);
static int ngx_http_mpic_http_over(void *data);
static void ngx_http_mpic_http_evidence(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_http_expire(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_http_finish(ngx_http_mpic_check_t *check, int rc);


void
ngx_http_mpic_check_http(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_http_t  *http;

    mpic_result_init(&check->result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
    check->result.method = check->request.dcv.method;

    http = ngx_pcalloc(check->job->pool, sizeof(ngx_http_mpic_http_t));

    if (http == NULL || ngx_http_mpic_http_init(check, http) != NGX_OK) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    check->data = http;
    check->expire = ngx_http_mpic_http_expire;

    ngx_http_mpic_http_request(check);
}


static ngx_int_t
ngx_http_mpic_http_init(ngx_http_mpic_check_t *check,
    ngx_http_mpic_http_t *http)
{
    size_t       n;
    ngx_pool_t  *pool;

    pool = check->job->pool;

    /* the last one is for a redirect that is refused as one too many */

    n = (size_t) check->conf->max_redirects + 2;

    http->seen = ngx_pcalloc(pool, n * sizeof(mpic_url_t));
    check->result.history = ngx_pcalloc(pool, n * sizeof(mpic_redirect_t));

    http->ips = ngx_array_create(pool, NGX_HTTP_MPIC_ADDRESSES_MAX,
                                 sizeof(mpic_str_t));

    if (http->seen == NULL || check->result.history == NULL
        || http->ips == NULL
        || ngx_http_mpic_http_first(check, http) != 0)
    {
        return NGX_ERROR;
    }

    http->nseen = 1;

    return ngx_http_mpic_http_headers(check, http);
}


static int
ngx_http_mpic_http_first(ngx_http_mpic_check_t *check,
    ngx_http_mpic_http_t *http)
{
    const mpic_dcv_params_t               *dcv;
    ngx_http_mpic_perspective_loc_conf_t  *plcf;

    plcf = check->conf;
    dcv = &check->request.dcv;

    http->policy.max = (size_t) plcf->max_redirects;
    http->policy.ports = (unsigned) plcf->redirect_ports;

    if (dcv->method == MPIC_METHOD_WEBSITE_CHANGE) {
        http->policy.secret = dcv->challenge_value;
        http->body_max = plcf->body_max;

        return mpic_url_website(&check->pool, &check->request.target,
                                dcv->https, &dcv->http_token_path,
                                &http->seen[0]);
    }

    http->body_max = dcv->key_authorization.len + MPIC_HTTP01_SLACK;

    return mpic_url_http01(&check->pool, &check->request.target, &dcv->token,
                           &http->seen[0]);
}


/* the caller's headers, in his order */

static ngx_int_t
ngx_http_mpic_http_headers(ngx_http_mpic_check_t *check,
    ngx_http_mpic_http_t *http)
{
    size_t                i;
    mpic_str_t            text;
    const mpic_header_t  *h;

    for (i = check->request.dcv.nheaders; i-- > 0; /* void */ ) {
        h = &check->request.dcv.headers[i];

        /* libcurl takes "Name:" for its removal, "Name;" for an empty one */

        if (mpic_str_printf(&check->pool, &text,
                            h->value.len ? "%s: %s" : "%s;",
                            h->name.data, h->value.data)
            != 0)
        {
            return NGX_ERROR;
        }

        http->headers = ngx_http_mpic_hop_slist(check, &text, http->headers);

        if (http->headers == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_mpic_http_request(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_http_t *http = check->data;

    ngx_http_mpic_hop_t  *hop;

    hop = ngx_pcalloc(check->job->pool, sizeof(ngx_http_mpic_hop_t));
    if (hop == NULL) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    hop->check = check;
    hop->url = &http->seen[http->nseen - 1];
    hop->body_max = http->body_max;
    hop->headers = http->headers;
    hop->ips = http->ips;
    hop->handler = ngx_http_mpic_http_response;

    http->hop = hop;

    ngx_http_mpic_hop_start(hop);
}


static void
ngx_http_mpic_http_response(ngx_http_mpic_hop_t *hop)
{
    int                     rc;
    ngx_http_mpic_check_t  *check;

    check = hop->check;

    ngx_http_mpic_http_evidence(check);

    if (hop->failed) {
        rc = mpic_result_error(&check->pool, &check->result,
                               MPIC_ERROR_DCV_LOOKUP,
                               "No response for %s: %s.",
                               hop->url->url.data, hop->why.data);

    } else if (ngx_http_mpic_hop_redirect(hop)) {
        rc = ngx_http_mpic_http_redirect(check);

        if (rc == 1) {
            ngx_http_mpic_http_request(check);
            return;
        }

    } else {
        rc = ngx_http_mpic_http_judge(check);
    }

    ngx_http_mpic_http_finish(check, rc);
}


/* 1: there is one more URL to request; 0: the check is over; or -1 */

static int
ngx_http_mpic_http_redirect(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_http_t *http = check->data;

    int                   rc;
    mpic_str_t            why;
    ngx_http_mpic_hop_t  *hop;

    hop = http->hop;

    if (ngx_http_mpic_http_history(check) != 0) {
        return -1;
    }

    rc = mpic_url_redirect(&check->pool, hop->url, hop->status,
                           &hop->location, http->seen, http->nseen,
                           &http->policy,
                           &http->seen[http->nseen], &why);
    if (rc < 0) {
        return -1;
    }

    if (rc == 0) {
        http->nseen++;
        return 1;
    }

    /* what was seen is definite: the site does not serve the challenge */

    check->result.completed = 1;

    return mpic_result_error(&check->pool, &check->result,
                             MPIC_ERROR_REDIRECT, "%s", why.data);
}


static int
ngx_http_mpic_http_history(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_http_t *http = check->data;

    size_t            len;
    mpic_redirect_t  *redirect;

    redirect = &check->result.history[check->result.nhistory++];

    redirect->status = http->hop->status;
    redirect->location = http->hop->location;

    len = redirect->location.len;

    if (len <= MPIC_URL_MAX) {
        return 0;
    }

    /* refused for its length; the excerpt is evidence enough */

    return mpic_str_printf(&check->pool, &redirect->location, "%.*s...",
                           MPIC_URL_MAX, http->hop->location.data);
}


static int
ngx_http_mpic_http_judge(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_http_t *http = check->data;

    uint64_t     deadline;
    mpic_page_t  page;

    deadline = ngx_http_mpic_http_now() + check->conf->regex_timeout;

    page.status = http->hop->status;
    page.body.data = (char *) http->hop->body;
    page.body.len = http->hop->body_len;
    page.truncated = http->hop->truncated;
    page.over = ngx_http_mpic_http_over;
    page.data = &deadline;

    return mpic_challenge_http(&check->pool, &check->request.dcv, &page,
                               &check->result);
}


/* nginx's own time stands still while a handler works */

static uint64_t
ngx_http_mpic_http_now(void)
{
    struct timespec  now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }

    return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}


static int
ngx_http_mpic_http_over(void *data)
{
    uint64_t *deadline = data;

    return ngx_http_mpic_http_now() >= *deadline;
}


/* what was seen last, on success and on failure */

static void
ngx_http_mpic_http_evidence(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_http_t *http = check->data;

    mpic_result_t        *result;
    ngx_http_mpic_hop_t  *hop;

    hop = http->hop;
    result = &check->result;

    result->response_url = hop->url->url;
    result->tried_ips = http->ips->elts;
    result->ntried_ips = http->ips->nelts;
    result->resolved_ip = hop->ip;
    result->response_status = hop->status ? hop->status : -1;

    result->response_page.data = (char *) hop->body;
    result->response_page.len = ngx_min(hop->body_len, NGX_HTTP_MPIC_PAGE);
}


/* a status that is no success needs no body to be judged */

static void
ngx_http_mpic_http_expire(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_http_t *http = check->data;

    int                   rc;
    ngx_http_mpic_hop_t  *hop;

    hop = http->hop;

    ngx_http_mpic_http_evidence(check);

    if (hop->status != 0 && !ngx_http_mpic_hop_success(hop)
        && !ngx_http_mpic_hop_redirect(hop))
    {
        rc = ngx_http_mpic_http_judge(check);

    } else {
        rc = mpic_result_error(&check->pool, &check->result,
                               MPIC_ERROR_DCV_LOOKUP,
                               "No response for %s within %lu ms: the time "
                               "was over while %s%s%s%s%s.",
                               hop->url->url.data,
                               (unsigned long) check->conf->check_timeout,
                               check->job->action,
                               hop->ip.len ? ", address " : "",
                               hop->ip.len ? hop->ip.data : "",
                               hop->tried.len ? ", before: " : "",
                               hop->tried.len ? hop->tried.data : "");
    }

    ngx_http_mpic_http_finish(check, rc);
}


static void
ngx_http_mpic_http_finish(ngx_http_mpic_check_t *check, int rc)
{
    if (rc < 0) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    ngx_http_mpic_check_finish(check);
}
