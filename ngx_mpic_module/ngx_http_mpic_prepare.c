
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * From the text of a request to a fan-out whose calls can begin: what is
 * asked, on which terms, and of whom.
 */


#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_early.h"
#include "ngx_http_mpic_fanout.h"
#include "ngx_http_mpic_variable.h"


/* what max_attempts is where a request does not say */
#define NGX_HTTP_MPIC_ATTEMPTS  1


static ngx_int_t ngx_http_mpic_parse(ngx_http_mpic_fanout_t *fanout,
    ngx_str_t *body, mpic_issues_t *issues);
static ngx_int_t ngx_http_mpic_terms(ngx_http_mpic_fanout_t *fanout,
    mpic_terms_t *terms, mpic_issues_t *issues);
static ngx_int_t ngx_http_mpic_attempts(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_rules_t *rules);
static ngx_int_t ngx_http_mpic_plan(ngx_http_mpic_fanout_t *fanout,
    size_t count, ngx_int_t *cohorts);
static ngx_int_t ngx_http_mpic_kinds(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_rules_t *rules);
static ngx_int_t ngx_http_mpic_machine(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_rules_t *rules);
static ngx_http_mpic_perspective_t *ngx_http_mpic_member(
    ngx_http_mpic_fanout_t *fanout, ngx_uint_t n);
static ngx_int_t ngx_http_mpic_bad_request(ngx_http_mpic_fanout_t *fanout,
    mpic_issues_t *issues);
static ngx_int_t ngx_http_mpic_no_cohort(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t level, const char *type, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));


ngx_int_t
ngx_http_mpic_prepare(ngx_http_mpic_fanout_t *fanout, ngx_str_t *body)
{
    ngx_int_t             rc;
    mpic_issues_t        *issues;
    mpic_fanout_rules_t   rules;

    issues = ngx_pcalloc(fanout->job->pool, sizeof(mpic_issues_t));
    if (issues == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_mpic_parse(fanout, body, issues);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memzero(&rules, sizeof(mpic_fanout_rules_t));

    rules.policy = (mpic_policy_e) fanout->conf->policy;
    rules.primary = (fanout->conf->set->primary != NULL);
    rules.joint = (fanout->conf->dialect == NGX_HTTP_MPIC_DRAFT);
    rules.timeout = (uint64_t) fanout->job->timeout;
    rules.grace = (uint64_t) fanout->conf->grace;
    rules.repeat = (unsigned) fanout->conf->repeat;

    rc = ngx_http_mpic_terms(fanout, &rules.terms, issues);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mpic_attempts(fanout, &rules);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mpic_kinds(fanout, &rules) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_mpic_machine(fanout, &rules);
}


static ngx_int_t
ngx_http_mpic_parse(ngx_http_mpic_fanout_t *fanout, ngx_str_t *body,
    mpic_issues_t *issues)
{
    int                  rc;
    mpic_str_t          *target;
    ngx_http_request_t  *r;

    r = fanout->job->request;

    if (fanout->early != NULL) {
        rc = ngx_http_mpic_early_request(fanout->early, &fanout->request,
                                         &issues);

    } else {
        rc = ngx_http_mpic_dialect_parse(fanout->conf, &fanout->pool, body,
                                         &fanout->request, issues);
    }

    if (rc == -1) {
        return NGX_ERROR;
    }

    if (rc != 0) {
        return ngx_http_mpic_bad_request(fanout, issues);
    }

    if (r != NULL && fanout->early == NULL
        && ngx_http_mpic_values_request(r->pool, ngx_http_mpic_values_get(r),
                                        &fanout->request)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    target = &fanout->request.target.canonical;

    fanout->job->subject.data = (u_char *) target->data;
    fanout->job->subject.len = target->len;

    return NGX_OK;
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
        return ngx_http_mpic_no_cohort(fanout, NGX_LOG_ERR, MPIC_ERROR_COHORT,
                                       "There are fewer perspectives than the "
                                       "policy in force asks for.");

    default:
        return NGX_ERROR;
    }
}


/*
 * Which cohorts are asked, one after the other: the first ones of the plan, as
 * many as the operator and the caller allow, or the very one that the caller
 * names.  The plan itself depends on the operator alone.
 */

static ngx_int_t
ngx_http_mpic_attempts(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_rules_t *rules)
{
    int         number;
    size_t      count;
    ngx_int_t   cohorts, wanted;

    count = rules->terms.count;

    if (ngx_http_mpic_plan(fanout, count, &cohorts) != NGX_OK) {
        return NGX_ERROR;
    }

    if (cohorts == 0) {
        return ngx_http_mpic_no_cohort(fanout, NGX_LOG_ERR, MPIC_ERROR_COHORT,
                                       "No cohort of that size can be formed "
                                       "from the perspectives.");
    }

    number = fanout->request.orchestration.cohort_for_single_attempt;

    if (number != -1) {

        if (number < 1 || number > (int) cohorts) {
            return ngx_http_mpic_no_cohort(fanout, NGX_LOG_INFO,
                                           MPIC_ERROR_COHORT_SELECTION,
                                           "There is no cohort %d of %zu "
                                           "perspectives: they are numbered "
                                           "from 1 to %d.", number, count,
                                           (int) cohorts);
        }

        ngx_memmove(fanout->chosen, &fanout->chosen[(number - 1) * count],
                    count * sizeof(unsigned));
        rules->attempts = 1;

        return NGX_OK;
    }

    wanted = fanout->request.orchestration.max_attempts;

    if (wanted == -1) {
        wanted = NGX_HTTP_MPIC_ATTEMPTS;
    }

    rules->attempts = (unsigned) ngx_max(ngx_min(wanted, cohorts), 1);

    return NGX_OK;
}


/* what is not possible was found out at the start */

static ngx_int_t
ngx_http_mpic_plan(ngx_http_mpic_fanout_t *fanout, size_t count,
    ngx_int_t *cohorts)
{
    ngx_http_mpic_set_t  *set;

    set = fanout->conf->set;
    *cohorts = 0;

    if (fanout->conf->cohorts[count].attempts == 0) {
        return NGX_OK;
    }

    *cohorts = mpic_cohort_plan(&set->world, &set->secret,
                                &fanout->request.target.name,
                                &fanout->conf->cohorts[count],
                                fanout->chosen);

    return (*cohorts < 0) ? NGX_ERROR : NGX_OK;
}


/*
 * The kinds of checks, and what a perspective is sent for each.
 */

static ngx_int_t
ngx_http_mpic_kinds(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_rules_t *rules)
{
    ngx_uint_t       i;
    mpic_request_t  *request;

    request = &fanout->request;

    rules->kinds = 1;
    fanout->kinds[0] = (request->check_type == MPIC_CHECK_CAA)
                       ? MPIC_CHECK_CAA : MPIC_CHECK_DCV;

    if (request->check_type == MPIC_CHECK_DCV_WITH_CAA
        && !request->caa_skipped)
    {
        rules->kinds = 2;
        fanout->kinds[1] = MPIC_CHECK_CAA;
    }

    for (i = 0; i < rules->kinds; i++) {
        if (mpic_request_print(&fanout->pool, request, fanout->kinds[i],
                               &fanout->bodies[fanout->kinds[i]])
            != 0)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_machine(ngx_http_mpic_fanout_t *fanout,
    mpic_fanout_rules_t *rules)
{
    unsigned                      i, n;
    mpic_call_t                  *calls;
    ngx_http_mpic_perspective_t  *p;

    n = rules->attempts * mpic_fanout_calls(rules);

    calls = ngx_pcalloc(fanout->job->pool, n * sizeof(mpic_call_t));
    if (calls == NULL) {
        return NGX_ERROR;
    }

    mpic_fanout_init(&fanout->machine, rules, calls);

    for (i = 0; i < n; i++) {
        p = ngx_http_mpic_member(fanout, i);

        calls[i].rir = p->rir;
        calls[i].nendpoints = (unsigned) p->endpoints.nelts;
    }

    return NGX_OK;
}


/* the perspective of a call by its number in the machine */

static ngx_http_mpic_perspective_t *
ngx_http_mpic_member(ngx_http_mpic_fanout_t *fanout, ngx_uint_t n)
{
    size_t                        count;
    ngx_uint_t                    attempt, member;
    ngx_http_mpic_set_t          *set;
    ngx_http_mpic_perspective_t  *p;

    set = fanout->conf->set;
    p = set->perspectives.elts;

    count = fanout->machine.rules.terms.count;
    attempt = n / fanout->machine.ncalls;
    member = n % fanout->machine.ncalls / fanout->machine.rules.kinds;

    return (member == count) ? set->primary
                             : &p[fanout->chosen[attempt * count + member]];
}


ngx_int_t
ngx_http_mpic_calls(ngx_http_mpic_fanout_t *fanout, ngx_uint_t attempt)
{
    ngx_uint_t             i, n;
    ngx_http_mpic_call_t  *calls;

    n = fanout->machine.ncalls;

    calls = ngx_pcalloc(fanout->job->pool, n * sizeof(ngx_http_mpic_call_t));
    if (calls == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        calls[i].fanout = fanout;
        calls[i].index = attempt * n + i;
        calls[i].perspective = ngx_http_mpic_member(fanout, calls[i].index);
        calls[i].type = fanout->kinds[i % fanout->machine.rules.kinds];
        calls[i].primary = (calls[i].perspective
                            == fanout->conf->set->primary);
    }

    fanout->calls[attempt] = calls;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_bad_request(ngx_http_mpic_fanout_t *fanout,
    mpic_issues_t *issues)
{
    ngx_str_t   body;
    mpic_str_t  json;

    if (ngx_http_mpic_dialect_issues(fanout->conf, &fanout->pool, issues,
                                     &json)
        != 0)
    {
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_INFO, fanout->job->log, 0,
                  "mpic: client sent an invalid request: %s (%uz issues)",
                  issues->n ? issues->list[0].type.data : "",
                  issues->n + issues->more);

    body.data = (u_char *) json.data;
    body.len = json.len;

    fanout->issues = issues;

    ngx_http_mpic_fanout_finish(fanout, NGX_HTTP_BAD_REQUEST, &body);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_mpic_no_cohort(ngx_http_mpic_fanout_t *fanout, ngx_uint_t level,
    const char *type, const char *fmt, ...)
{
    int         rc;
    va_list     args;
    ngx_str_t   body;
    mpic_str_t  text, json;

    va_start(args, fmt);
    rc = mpic_str_vprintf(&fanout->pool, &text, fmt, args);
    va_end(args);

    if (rc != 0
        || ngx_http_mpic_dialect_error(fanout->conf, &fanout->pool, type,
                                       &text, &json)
           != 0)
    {
        return NGX_ERROR;
    }

    ngx_log_error(level, fanout->job->log, 0, "mpic: %s", text.data);

    body.data = (u_char *) json.data;
    body.len = json.len;

    fanout->error = type;

    ngx_http_mpic_fanout_finish(fanout, NGX_HTTP_INTERNAL_SERVER_ERROR,
                                &body);

    return NGX_DONE;
}
