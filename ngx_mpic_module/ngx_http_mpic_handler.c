
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * From a client's request to a fan-out.
 */


#include "ngx_http_mpic_fanout.h"

#include "ngx_mpic_http.h"
#include "ngx_mpic_pool.h"


static ngx_int_t ngx_http_mpic_refuse(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal);
static ngx_int_t ngx_http_mpic_busy(ngx_http_request_t *r);
static void ngx_http_mpic_body_handler(ngx_http_request_t *r);
static ngx_http_mpic_fanout_t *ngx_http_mpic_fanout_create(
    ngx_http_request_t *r);
static void ngx_http_mpic_deadline(ngx_mpic_job_t *job);
static void ngx_http_mpic_abort(ngx_mpic_job_t *job);
static ngx_int_t ngx_http_mpic_prepare(ngx_http_mpic_fanout_t *fanout,
    ngx_str_t *body);
static ngx_int_t ngx_http_mpic_terms(ngx_http_mpic_fanout_t *fanout,
    mpic_terms_t *terms, mpic_issues_t *issues);
static ngx_int_t ngx_http_mpic_cohort(ngx_http_mpic_fanout_t *fanout,
    mpic_terms_t *terms);
static ngx_int_t ngx_http_mpic_bad_request(ngx_http_mpic_fanout_t *fanout,
    mpic_issues_t *issues);
static ngx_int_t ngx_http_mpic_no_cohort(ngx_http_mpic_fanout_t *fanout,
    const char *message);


static const ngx_mpic_http_refusal_t  ngx_http_mpic_full = {
    NGX_HTTP_SERVICE_UNAVAILABLE, "too-many-requests",
    "This coordinator is busy with as many requests as it is configured for."
};


ngx_int_t
ngx_http_mpic_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    const ngx_mpic_http_refusal_t  *refusal;

    rc = ngx_mpic_http_accept(r, &refusal);

    if (rc == NGX_DECLINED) {
        return ngx_http_mpic_refuse(r, refusal);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_mpic_http_read_body(r, ngx_http_mpic_body_handler);
}


static ngx_int_t
ngx_http_mpic_refuse(ngx_http_request_t *r,
    const ngx_mpic_http_refusal_t *refusal)
{
    ngx_str_t    body;
    mpic_str_t   message, json;
    mpic_pool_t  pool;

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = r->pool;

    message.data = refusal->message;
    message.len = ngx_strlen(refusal->message);

    if (mpic_error_print(&pool, refusal->type, &message, &json) != 0) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = (u_char *) json.data;
    body.len = json.len;

    return ngx_mpic_send_json(r, refusal->status, &body);
}


/*
 * NGX_DECLINED if there is room for the request.
 */

static ngx_int_t
ngx_http_mpic_busy(ngx_http_request_t *r)
{
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    if (ngx_mpic_jobs_running() < (ngx_uint_t) mlcf->max_requests) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "mpic: request refused: \"mpic_max_requests\" is reached");

    if (ngx_mpic_add_retry_after(r, 1) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_mpic_refuse(r, &ngx_http_mpic_full);
}


static void
ngx_http_mpic_body_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_str_t                       body;
    ngx_http_mpic_fanout_t         *fanout;
    const ngx_mpic_http_refusal_t  *refusal;

    rc = ngx_mpic_http_body(r, &body, &refusal);

    if (rc == NGX_DECLINED) {
        ngx_http_finalize_request(r, ngx_http_mpic_refuse(r, refusal));
        return;
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    rc = ngx_http_mpic_busy(r);

    if (rc != NGX_DECLINED) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    fanout = ngx_http_mpic_fanout_create(r);

    if (fanout == NULL) {
        return;
    }

    rc = ngx_http_mpic_prepare(fanout, &body);

    if (rc == NGX_ERROR) {
        ngx_http_mpic_fanout_fail(fanout->job);
        return;
    }

    if (rc == NGX_OK) {
        ngx_http_mpic_fanout_start(fanout);
    }
}


/*
 * NULL when there is no memory: the request has been finished then.
 */

static ngx_http_mpic_fanout_t *
ngx_http_mpic_fanout_create(ngx_http_request_t *r)
{
    ngx_mpic_job_t            *job;
    ngx_http_mpic_fanout_t    *fanout;
    ngx_http_mpic_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_module);

    job = ngx_mpic_job_create(r, mlcf->timeout);
    if (job == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return NULL;
    }

    fanout = ngx_pcalloc(job->pool, sizeof(ngx_http_mpic_fanout_t));
    if (fanout == NULL) {
        ngx_http_mpic_fanout_fail(job);
        return NULL;
    }

    fanout->job = job;
    fanout->conf = mlcf;
    fanout->pool.alloc = ngx_mpic_pool_alloc;
    fanout->pool.data = job->pool;

    job->data = fanout;
    job->action = "reading the request";
    job->deadline_handler = ngx_http_mpic_deadline;
    job->abort_handler = ngx_http_mpic_abort;

    return fanout;
}


static void
ngx_http_mpic_deadline(ngx_mpic_job_t *job)
{
    ngx_http_mpic_fanout_event(job->data, MPIC_EVENT_TIMER, 0,
                               MPIC_VOTE_INCOMPLETE);
}


static void
ngx_http_mpic_abort(ngx_mpic_job_t *job)
{
    ngx_http_mpic_fanout_event(job->data, MPIC_EVENT_ABORT, 0,
                               MPIC_VOTE_INCOMPLETE);
}


/*
 * Everything before the first call.  NGX_OK; NGX_DONE when the request has
 * been answered already; or NGX_ERROR.
 */

static ngx_int_t
ngx_http_mpic_prepare(ngx_http_mpic_fanout_t *fanout, ngx_str_t *body)
{
    int             rc;
    ngx_int_t       n;
    mpic_str_t     *target;
    mpic_terms_t    terms;
    mpic_issues_t  *issues;

    issues = ngx_pcalloc(fanout->job->pool, sizeof(mpic_issues_t));
    if (issues == NULL) {
        return NGX_ERROR;
    }

    rc = mpic_request_parse(&fanout->pool, (char *) body->data, body->len,
                            MPIC_REQUEST_COORDINATOR, &fanout->request,
                            issues);
    if (rc == -1) {
        return NGX_ERROR;
    }

    if (rc != 0) {
        return ngx_http_mpic_bad_request(fanout, issues);
    }

    target = &fanout->request.target.canonical;

    fanout->job->subject.data = (u_char *) target->data;
    fanout->job->subject.len = target->len;

    n = ngx_http_mpic_terms(fanout, &terms, issues);
    if (n != NGX_OK) {
        return n;
    }

    if (mpic_request_print(&fanout->pool, &fanout->request, &fanout->body)
        != 0)
    {
        return NGX_ERROR;
    }

    mpic_fanout_init(&fanout->machine, (mpic_policy_e) fanout->conf->policy,
                     &terms, ngx_mpic_job_left(fanout->job));

    return ngx_http_mpic_cohort(fanout, &terms);
}


static ngx_int_t
ngx_http_mpic_terms(ngx_http_mpic_fanout_t *fanout, mpic_terms_t *terms,
    mpic_issues_t *issues)
{
    int  rc;

    rc = mpic_quorum_terms(&fanout->pool, &fanout->conf->limits,
                           &fanout->request.orchestration, ngx_time(), terms,
                           issues);

    switch (rc) {

    case 0:
        return NGX_OK;

    case 1:
        return ngx_http_mpic_bad_request(fanout, issues);

    case 2:
        return ngx_http_mpic_no_cohort(fanout,
                                       "There are fewer perspectives than the "
                                       "policy in force asks for.");

    default:
        return NGX_ERROR;
    }
}


/*
 * Chooses the perspectives, and sets up their calls.
 */

static ngx_int_t
ngx_http_mpic_cohort(ngx_http_mpic_fanout_t *fanout, mpic_terms_t *terms)
{
    int                           rc;
    unsigned                      chosen[MPIC_PERSPECTIVES_MAX];
    ngx_uint_t                    i;
    ngx_http_mpic_set_t          *set;
    ngx_http_mpic_call_t         *calls;
    ngx_http_mpic_perspective_t  *p;

    set = fanout->conf->set;
    p = set->perspectives.elts;

    /* what is not possible was found out at the start */

    rc = 0;

    if (fanout->conf->cohorts[terms->count].attempts) {
        rc = mpic_cohort_plan(&set->world, &set->secret,
                              &fanout->request.target.name,
                              &fanout->conf->cohorts[terms->count], chosen);
    }

    if (rc < 0) {
        return NGX_ERROR;
    }

    if (rc == 0) {
        return ngx_http_mpic_no_cohort(fanout,
                                       "No cohort of that size can be formed "
                                       "from the perspectives.");
    }

    calls = ngx_pcalloc(fanout->job->pool,
                        terms->count * sizeof(ngx_http_mpic_call_t));
    if (calls == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < terms->count; i++) {
        calls[i].fanout = fanout;
        calls[i].perspective = &p[chosen[i]];
        calls[i].index = i;

        fanout->machine.calls[i].rir = p[chosen[i]].rir;
        fanout->machine.calls[i].nendpoints =
                                  (unsigned) p[chosen[i]].endpoints.nelts;
    }

    fanout->calls = calls;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_bad_request(ngx_http_mpic_fanout_t *fanout,
    mpic_issues_t *issues)
{
    ngx_str_t   body;
    mpic_str_t  json;

    if (mpic_issues_print(&fanout->pool, issues, &json) != 0) {
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_INFO, fanout->job->log, 0,
                  "mpic: client sent an invalid request: %s (%uz issues)",
                  issues->n ? issues->list[0].type.data : "",
                  issues->n + issues->more);

    body.data = (u_char *) json.data;
    body.len = json.len;

    ngx_mpic_job_finish(fanout->job, NGX_HTTP_BAD_REQUEST, &body);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_mpic_no_cohort(ngx_http_mpic_fanout_t *fanout, const char *message)
{
    ngx_str_t   body;
    mpic_str_t  text, json;

    ngx_log_error(NGX_LOG_ERR, fanout->job->log, 0, "mpic: %s", message);

    text.data = message;
    text.len = ngx_strlen(message);

    if (mpic_error_print(&fanout->pool, MPIC_ERROR_COHORT, &text, &json)
        != 0)
    {
        return NGX_ERROR;
    }

    body.data = (u_char *) json.data;
    body.len = json.len;

    ngx_mpic_job_finish(fanout->job, NGX_HTTP_INTERNAL_SERVER_ERROR, &body);

    return NGX_DONE;
}
