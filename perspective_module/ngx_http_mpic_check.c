
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_perspective_log.h"
#include "ngx_http_mpic_perspective_stat.h"
#include "mpic_cohort.h"
#include "mpic_redact.h"
#include "mpic_response.h"
#include "ngx_mpic_pool.h"

#include <time.h>


/* octets of a trace identifier that are logged */
#define NGX_HTTP_MPIC_TRACE_LOGGED  64


static int ngx_http_mpic_check_read(ngx_http_mpic_check_t *check,
    ngx_str_t *body, mpic_issues_t *issues);
static int ngx_http_mpic_check_domains(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues);
static int ngx_http_mpic_check_ended(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues);
static int ngx_http_mpic_check_agent(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues);
static void ngx_http_mpic_check_refuse(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues);
static ngx_int_t ngx_http_mpic_check_subject(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_check_run(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_check_deadline(ngx_mpic_job_t *job);
static void ngx_http_mpic_check_aborted(ngx_mpic_job_t *job);
static int ngx_http_mpic_check_warn(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_check_identity(ngx_http_mpic_check_t *check);
static ngx_int_t ngx_http_mpic_check_time(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_check_log(ngx_http_mpic_check_t *check);
static u_char *ngx_http_mpic_check_log_errors(ngx_http_mpic_check_t *check,
    u_char *p, u_char *last);


static ngx_str_t  ngx_http_mpic_check_500 =
    ngx_string("{\"error\":\"internal-error\","
               "\"message\":\"The check could not be done.\"}");


/*
 * The job comes first, so that all that is read from the body is in its pool
 * and nothing points into that of the request.
 */

ngx_int_t
ngx_http_mpic_check_start(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, ngx_str_t *body)
{
    int                     rc;
    mpic_issues_t          *issues;
    ngx_mpic_job_t         *job;
    ngx_http_mpic_check_t  *check;

    job = ngx_mpic_job_create(r, plcf->check_timeout);
    if (job == NULL) {
        return NGX_ERROR;
    }

    job->action = "reading the request";

    check = ngx_pcalloc(job->pool, sizeof(ngx_http_mpic_check_t));
    issues = ngx_pcalloc(job->pool, sizeof(mpic_issues_t));

    if (check == NULL || issues == NULL) {
        ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR,
                            &ngx_http_mpic_check_500);
        ngx_http_mpic_perspective_log_unmade(plcf, job->log);
        return NGX_OK;
    }

    check->job = job;
    check->conf = plcf;
    check->pool.alloc = ngx_mpic_pool_alloc;
    check->pool.data = job->pool;
    check->dns_budget.max = plcf->dns_max;

    job->data = check;
    job->deadline_handler = ngx_http_mpic_check_deadline;
    job->abort_handler = ngx_http_mpic_check_aborted;

    if (ngx_http_mpic_perspective_log_check(check) != NGX_OK) {
        ngx_http_mpic_check_fail(check);
        ngx_http_mpic_perspective_log_unmade(plcf, job->log);
        return NGX_OK;
    }

    rc = ngx_http_mpic_check_read(check, body, issues);

    if (rc > 0) {
        ngx_http_mpic_check_refuse(check, issues);

    } else if (rc < 0 || ngx_http_mpic_check_subject(check) != NGX_OK) {
        ngx_http_mpic_check_fail(check);

    } else {
        ngx_http_mpic_check_run(check);
    }

    return NGX_OK;
}


static int
ngx_http_mpic_check_read(ngx_http_mpic_check_t *check, ngx_str_t *body,
    mpic_issues_t *issues)
{
    int                  rc;
    mpic_request_kind_e  kind;

    kind = (check->conf->check == MPIC_CHECK_CAA) ? MPIC_REQUEST_CAA
                                                  : MPIC_REQUEST_DCV;

    rc = mpic_request_parse(&check->pool, (char *) body->data, body->len,
                            kind, &check->request, issues);

    if (rc < 0) {
        return -1;
    }

    if (ngx_http_mpic_check_domains(check, issues) != 0
        || ngx_http_mpic_check_ended(check, issues) != 0
        || ngx_http_mpic_check_agent(check, issues) != 0)
    {
        return -1;
    }

    return issues->n ? 1 : 0;
}


/* without an issuer domain name no record could ever permit */

static int
ngx_http_mpic_check_domains(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues)
{
    if (check->conf->check != MPIC_CHECK_CAA
        || !check->request.caa.domains_absent
        || check->conf->caa_domains != NULL)
    {
        return 0;
    }

    return mpic_issue_add(&check->pool, issues, "missing-field",
                          "caa_check_parameters.caa_domains",
                          "\"caa_domains\" is required: this perspective "
                          "has no issuer domain names configured");
}


/* the BR set the day from which a method may not be used */

static int
ngx_http_mpic_check_ended(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues)
{
    mpic_method_e   method;

    method = check->request.dcv.method;

    if (!check->request.dcv_given || check->conf->allow_ended_methods
        || mpic_method_state(method, ngx_time()) != MPIC_METHOD_ENDED)
    {
        return 0;
    }

    return mpic_issue_add(&check->pool, issues, "ended-validation-method",
                          "dcv_check_parameters.validation_method",
                          "\"%s\" may not be used any more since %s (BR %s)",
                          mpic_method_name(method),
                          mpic_method(method)->end_text,
                          mpic_method_section(method,
                                              &check->request.target));
}


/*
 * BR 3.2.2.4.18: the value must not appear in the request, of which this
 * header is what the rules do not know.
 */

static int
ngx_http_mpic_check_agent(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues)
{
    mpic_str_t  *value;

    value = &check->request.dcv.challenge_value;

    if (!check->request.dcv_given
        || check->request.dcv.method != MPIC_METHOD_WEBSITE_CHANGE
        || value->len == 0
        || ngx_strcasestrn(check->conf->user_agent.data,
                           (char *) value->data, value->len - 1)
           == NULL)
    {
        return 0;
    }

    return mpic_issue_add(&check->pool, issues, "invalid-value",
                          "dcv_check_parameters.challenge_value",
                          "\"challenge_value\" is a part of this "
                          "perspective's User-Agent, and must not appear in "
                          "the request");
}


static void
ngx_http_mpic_check_refuse(ngx_http_mpic_check_t *check,
    mpic_issues_t *issues)
{
    ngx_str_t   body;
    mpic_str_t  json;

    if (mpic_issues_print(&check->pool, issues, &json) != 0) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    if (issues->n) {
        ngx_log_error(NGX_LOG_INFO, check->job->log, 0,
                      "mpic request refused: %s \"%s\", %uz issues",
                      issues->list[0].type.data, issues->list[0].field.data,
                      issues->n + issues->more);
    }

    ngx_http_mpic_perspective_stat_refused(check->conf, NGX_HTTP_BAD_REQUEST);

    if (check->record != NULL) {
        check->record->issues = issues;
    }

    body.data = (u_char *) json.data;
    body.len = json.len;

    ngx_mpic_job_finish(check->job, NGX_HTTP_BAD_REQUEST, &body);
}


static ngx_int_t
ngx_http_mpic_check_subject(ngx_http_mpic_check_t *check)
{
    mpic_str_t       subject;
    const char      *kind;
    mpic_request_t  *request;

    request = &check->request;

    kind = (check->conf->check == MPIC_CHECK_CAA)
           ? "caa" : mpic_method_name(request->dcv.method);

    if (mpic_str_printf(&check->pool, &subject, "%s %s", kind,
                        request->target.canonical.data)
        != 0)
    {
        return NGX_ERROR;
    }

    check->job->subject.data = (u_char *) subject.data;
    check->job->subject.len = subject.len;

    return NGX_OK;
}


static void
ngx_http_mpic_check_run(ngx_http_mpic_check_t *check)
{
    if (check->conf->check == MPIC_CHECK_CAA) {
        ngx_http_mpic_check_caa(check);
        return;
    }

    switch (mpic_method(check->request.dcv.method)->observe) {

    case MPIC_OBSERVE_DNS:
        ngx_http_mpic_check_dns(check);
        return;

    case MPIC_OBSERVE_DNS_TREE:
        ngx_http_mpic_check_contact(check);
        return;

    case MPIC_OBSERVE_HTTP:
        ngx_http_mpic_check_http(check);
        return;

    case MPIC_OBSERVE_TLS:
        ngx_http_mpic_check_tls(check);
        return;

    default:
        break;
    }

    /* a method that the rules know and this module does not */

    ngx_log_error(NGX_LOG_ERR, check->job->log, 0,
                  "mpic method %d cannot be checked",
                  (int) check->request.dcv.method);

    ngx_http_mpic_check_fail(check);
}


static void
ngx_http_mpic_check_deadline(ngx_mpic_job_t *job)
{
    ngx_http_mpic_check_t *check = job->data;

    if (check->expire == NULL) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    check->expire(check);
}


static void
ngx_http_mpic_check_aborted(ngx_mpic_job_t *job)
{
    ngx_log_error(NGX_LOG_INFO, job->log, 0,
                  "mpic check ended without an answer");

    ngx_http_mpic_perspective_stat_left(job->data);
}


void
ngx_http_mpic_check_finish(ngx_http_mpic_check_t *check)
{
    ngx_str_t   body;
    mpic_str_t  json;

    ngx_http_mpic_check_identity(check);

    if (!check->request.include_records) {
        check->result.records = NULL;
    }

    if (ngx_http_mpic_check_time(check) != NGX_OK
        || ngx_http_mpic_check_warn(check) != 0
        || mpic_response_print(&check->pool, &check->result, &json) != 0)
    {
        ngx_http_mpic_check_fail(check);
        return;
    }

    ngx_http_mpic_perspective_stat_check(check);
    ngx_http_mpic_check_log(check);

    if (check->record != NULL) {
        check->record->response = json;
    }

    body.data = (u_char *) json.data;
    body.len = json.len;

    ngx_mpic_job_finish(check->job, NGX_HTTP_OK, &body);
}


void
ngx_http_mpic_check_fail(ngx_http_mpic_check_t *check)
{
    ngx_log_error(NGX_LOG_ERR, check->job->log, 0,
                  "mpic check could not be done");

    ngx_http_mpic_perspective_stat_refused(check->conf,
                                           NGX_HTTP_INTERNAL_SERVER_ERROR);

    ngx_mpic_job_finish(check->job, NGX_HTTP_INTERNAL_SERVER_ERROR,
                        &ngx_http_mpic_check_500);
}


void
ngx_http_mpic_check_impossible(ngx_http_mpic_check_t *check, mpic_str_t *why)
{
    if (mpic_result_error(&check->pool, &check->result,
                          MPIC_ERROR_DCV_PARAMETER, "%s", why->data)
        != 0)
    {
        ngx_http_mpic_check_fail(check);
        return;
    }

    ngx_http_mpic_check_finish(check);
}


/* of the end of a method, while it may be used */

static int
ngx_http_mpic_check_warn(ngx_http_mpic_check_t *check)
{
    const char     *section;
    mpic_method_e   method;

    method = check->request.dcv.method;

    if (!check->request.dcv_given || mpic_method(method)->end == 0) {
        return 0;
    }

    section = mpic_method_section(method, &check->request.target);

    if (mpic_method_state(method, ngx_time()) == MPIC_METHOD_ENDED) {
        return mpic_result_warning(&check->pool, &check->result,
                                   "\"%s\" may not be used any more since %s "
                                   "(BR %s); this perspective is configured "
                                   "to allow it", mpic_method_name(method),
                                   mpic_method(method)->end_text, section);
    }

    return mpic_result_warning(&check->pool, &check->result,
                               "\"%s\" may not be used any more from %s on "
                               "(BR %s)", mpic_method_name(method),
                               mpic_method(method)->end_text, section);
}


/*
 * Who says so, where it is configured: a coordinator that expects somebody
 * else does not count the answer (BR 3.2.2.9).
 */

static void
ngx_http_mpic_check_identity(ngx_http_mpic_check_t *check)
{
    mpic_str_t                            *rir;
    ngx_http_mpic_perspective_loc_conf_t  *plcf;

    plcf = check->conf;

    if (plcf->code.len) {
        check->result.perspective_code.data = (char *) plcf->code.data;
        check->result.perspective_code.len = plcf->code.len;
    }

    if (plcf->rir >= 0) {
        rir = &check->result.rir;
        rir->data = mpic_rir_name((mpic_rir_e) plcf->rir);
        rir->len = ngx_strlen(rir->data);
    }
}


static ngx_int_t
ngx_http_mpic_check_time(ngx_http_mpic_check_t *check)
{
    struct timespec  now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        ngx_log_error(NGX_LOG_ERR, check->job->log, ngx_errno,
                      "clock_gettime() failed");
        return NGX_ERROR;
    }

    check->result.timestamp_ns = (uint64_t) now.tv_sec * 1000000000
                                 + (uint64_t) now.tv_nsec;
    check->result.duration_ms = ngx_current_msec - check->job->start;

    return NGX_OK;
}


/*
 * The types of the errors alone: a message may quote what a stranger sent, or
 * the challenge.
 */

static void
ngx_http_mpic_check_log(ngx_http_mpic_check_t *check)
{
    u_char         *p, errors[MPIC_ERRORS_MAX * 64];
    mpic_str_t      trace, shown;
    mpic_result_t  *result;

    if (!(check->job->log->log_level >= NGX_LOG_INFO)) {
        return;
    }

    result = &check->result;

    if (mpic_redact_trace(&check->pool, &check->request, MPIC_TRACE_MAX,
                          &shown)
        != 0
        || mpic_str_excerpt(&check->pool, &trace, shown.data, shown.len,
                            NGX_HTTP_MPIC_TRACE_LOGGED)
           != 0)
    {
        return;
    }

    p = ngx_http_mpic_check_log_errors(check, errors,
                                       errors + sizeof(errors));

    /* the log adds the subject; "while" is for what goes wrong on the way */

    check->job->action = NULL;

    ngx_log_error(NGX_LOG_INFO, check->job->log, 0,
                  "mpic check: %s, %s, errors: %*s, %uL ms, "
                  "trace: \"%s\", perspective: \"%V\"",
                  result->completed ? "completed" : "not completed",
                  result->passed ? "passed" : "not passed",
                  (size_t) (p - errors), errors,
                  result->duration_ms, trace.data, &check->conf->code);
}


static u_char *
ngx_http_mpic_check_log_errors(ngx_http_mpic_check_t *check, u_char *p,
    u_char *last)
{
    size_t  i;

    if (check->result.nerrors == 0) {
        return ngx_slprintf(p, last, "none");
    }

    for (i = 0; i < check->result.nerrors; i++) {
        p = ngx_slprintf(p, last, "%s%s", i ? " " : "",
                         check->result.errors[i].type.data);
    }

    return p;
}
