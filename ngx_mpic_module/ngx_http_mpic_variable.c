
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_variable.h"

#include "ngx_mpic_pool.h"

#include "mpic_redact.h"


static ngx_int_t ngx_http_mpic_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mpic_variable_duration(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_http_mpic_values_cleanup(void *data);
static ngx_int_t ngx_http_mpic_values_copy(ngx_pool_t *pool, ngx_str_t *to,
    const mpic_str_t *from);
static void ngx_http_mpic_values_number(ngx_pool_t *pool, ngx_str_t *to,
    ngx_uint_t n);
static void ngx_http_mpic_values_valid(ngx_http_mpic_values_t *values,
    ngx_uint_t valid);
static void ngx_http_mpic_values_quorum(ngx_pool_t *pool,
    ngx_http_mpic_values_t *values, ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_values_codes(ngx_pool_t *pool, ngx_str_t *to,
    ngx_http_mpic_fanout_t *fanout, mpic_vote_e vote);
static mpic_vote_e ngx_http_mpic_values_vote(ngx_http_mpic_fanout_t *fanout,
    ngx_uint_t member);


static ngx_http_variable_t  ngx_http_mpic_vars[] = {

    { ngx_string("mpic_is_valid"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, is_valid),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_check_type"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, type),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_method"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, method),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_target"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, target),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_quorum"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, quorum),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_attempts"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, attempts),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_requests"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, requests),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_trace_identifier"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, trace),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_perspectives_passed"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, passed),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_perspectives_failed"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, failed),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_error"), NULL,
      ngx_http_mpic_variable_text, offsetof(ngx_http_mpic_values_t, error),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mpic_duration"), NULL,
      ngx_http_mpic_variable_duration, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_mpic_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_mpic_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               *text;
    ngx_http_mpic_values_t  *values;

    values = ngx_http_mpic_values_get(r);

    if (values == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    text = (ngx_str_t *) ((u_char *) values + data);

    if (text->data == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = (unsigned) text->len;
    v->data = text->data;

    return NGX_OK;
}


/* as $request_time */

static ngx_int_t
ngx_http_mpic_variable_duration(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                  *p;
    ngx_msec_t               ms;
    ngx_http_mpic_values_t  *values;

    values = ngx_http_mpic_values_get(r);

    if (values == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ms = values->answered ? values->duration
                          : ngx_current_msec - values->start;

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = (unsigned) (ngx_sprintf(p, "%T.%03M", (time_t) (ms / 1000),
                                     ms % 1000)
                         - p);
    v->data = p;

    return NGX_OK;
}


/*
 * The cleanup does nothing: it is by that the values are found after an
 * internal redirect, which takes the contexts of all modules away, as in
 * ngx_http_realip_module.
 */

ngx_http_mpic_values_t *
ngx_http_mpic_values_get(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_mpic_values_t  *values;

    r = r->main;

    values = ngx_http_get_module_ctx(r, ngx_http_mpic_module);

    if (values == NULL && (r->internal || r->filter_finalize)) {

        for (cln = r->pool->cleanup; cln; cln = cln->next) {
            if (cln->handler == ngx_http_mpic_values_cleanup) {
                return cln->data;
            }
        }
    }

    return values;
}


ngx_http_mpic_values_t *
ngx_http_mpic_values(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_mpic_values_t  *values;

    values = ngx_http_mpic_values_get(r);

    if (values == NULL) {
        cln = ngx_pool_cleanup_add(r->main->pool,
                                   sizeof(ngx_http_mpic_values_t));
        if (cln == NULL) {
            return NULL;
        }

        cln->handler = ngx_http_mpic_values_cleanup;

        values = cln->data;
        ngx_memzero(values, sizeof(ngx_http_mpic_values_t));

        values->start = ngx_current_msec;
    }

    ngx_http_set_ctx(r->main, values, ngx_http_mpic_module);

    return values;
}


static void
ngx_http_mpic_values_cleanup(void *data)
{
    (void) data;
}


ngx_int_t
ngx_http_mpic_values_request(ngx_pool_t *pool,
    ngx_http_mpic_values_t *values, const mpic_request_t *request)
{
    mpic_str_t  name, trace;

    static ngx_str_t  types[] = {
        ngx_string("dcv"), ngx_string("caa"), ngx_string("dcv_with_caa")
    };

    values->type = types[request->check_type];
    ngx_str_set(&values->requests, "1");

    if (request->dcv_given) {
        name.data = mpic_method_name(request->dcv.method);
        name.len = ngx_strlen(name.data);

        values->method.data = (u_char *) name.data;
        values->method.len = name.len;
    }

    if (ngx_http_mpic_values_copy(pool, &values->target,
                                  &request->target.canonical)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_mpic_trace(pool, request, &trace) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_mpic_values_copy(pool, &values->trace, &trace);
}


ngx_int_t
ngx_http_mpic_trace(ngx_pool_t *pool, const mpic_request_t *request,
    mpic_str_t *trace)
{
    mpic_pool_t  text;

    text.alloc = ngx_mpic_pool_alloc;
    text.data = pool;

    return (mpic_redact_trace(&text, request, MPIC_TRACE_MAX, trace) == 0)
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_mpic_values_copy(ngx_pool_t *pool, ngx_str_t *to,
    const mpic_str_t *from)
{
    ngx_str_t  text;

    ngx_str_null(to);

    if (from->data == NULL) {
        return NGX_OK;
    }

    text.data = (u_char *) from->data;
    text.len = from->len;

    to->data = ngx_pstrdup(pool, &text);
    if (to->data == NULL) {
        return NGX_ERROR;
    }

    to->len = text.len;

    return NGX_OK;
}


/* without memory, of which the log has been told, there is no value */

static void
ngx_http_mpic_values_number(ngx_pool_t *pool, ngx_str_t *to, ngx_uint_t n)
{
    to->data = ngx_pnalloc(pool, NGX_INT_T_LEN);

    if (to->data != NULL) {
        to->len = ngx_sprintf(to->data, "%ui", n) - to->data;
    }
}


static void
ngx_http_mpic_values_valid(ngx_http_mpic_values_t *values, ngx_uint_t valid)
{
    if (valid) {
        ngx_str_set(&values->is_valid, "1");

    } else {
        ngx_str_set(&values->is_valid, "0");
    }
}


void
ngx_http_mpic_values_batch(ngx_http_request_t *r, size_t n, size_t nvalid,
    ngx_uint_t answered)
{
    ngx_http_mpic_values_t  *values;

    values = (r != NULL) ? ngx_http_mpic_values_get(r) : NULL;

    if (values == NULL) {
        return;
    }

    ngx_str_set(&values->type, "batch");
    ngx_http_mpic_values_number(r->pool, &values->requests, (ngx_uint_t) n);

    if (answered) {
        values->answered = 1;
        values->duration = ngx_current_msec - values->start;

        ngx_http_mpic_values_valid(values, nvalid == n);
    }
}


void
ngx_http_mpic_values_refused(ngx_http_request_t *r, const char *error)
{
    ngx_http_mpic_values_t  *values;

    values = (r != NULL) ? ngx_http_mpic_values(r) : NULL;

    if (values == NULL) {
        return;
    }

    values->answered = 1;
    values->duration = ngx_current_msec - values->start;

    values->error.data = (u_char *) error;
    values->error.len = ngx_strlen(error);
}


void
ngx_http_mpic_values_answer(ngx_http_mpic_fanout_t *fanout)
{
    ngx_http_request_t      *r;
    ngx_http_mpic_values_t  *values;

    r = fanout->job->request;
    values = (r != NULL) ? ngx_http_mpic_values(r) : NULL;

    if (values != NULL) {
        ngx_http_mpic_values_fanout(r->pool, values, fanout);
    }
}


void
ngx_http_mpic_values_fanout(ngx_pool_t *pool, ngx_http_mpic_values_t *values,
    ngx_http_mpic_fanout_t *fanout)
{
    const char  *error;

    values->answered = 1;
    values->duration = ngx_current_msec - values->start;

    if (fanout->status != NGX_HTTP_OK) {
        error = fanout->issues ? "request-validation-failed"
                : fanout->error ? fanout->error : "internal-error";

        values->error.data = (u_char *) error;
        values->error.len = ngx_strlen(error);

        return;
    }

    if (!fanout->monitoring) {
        ngx_http_mpic_values_valid(values, fanout->valid);
    }

    ngx_http_mpic_values_number(pool, &values->attempts,
                                (ngx_uint_t) fanout->machine.attempt + 1);
    ngx_http_mpic_values_quorum(pool, values, fanout);
    ngx_http_mpic_values_codes(pool, &values->passed, fanout,
                               MPIC_VOTE_PASSED);
    ngx_http_mpic_values_codes(pool, &values->failed, fanout,
                               MPIC_VOTE_FAILED);
}


/*
 * Passed of asked, of each kind of check.
 */

static void
ngx_http_mpic_values_quorum(ngx_pool_t *pool, ngx_http_mpic_values_t *values,
    ngx_http_mpic_fanout_t *fanout)
{
    u_char          *p;
    unsigned         kind;
    mpic_fanout_t   *machine;
    mpic_attempt_t  *attempt;

    machine = &fanout->machine;
    attempt = &machine->attempts[machine->attempt];

    p = ngx_pnalloc(pool, MPIC_KINDS_MAX * (2 * NGX_SIZE_T_LEN
                                            + sizeof("/, ") - 1));
    if (p == NULL) {
        return;
    }

    values->quorum.data = p;

    for (kind = 0; kind < machine->rules.kinds; kind++) {
        p = ngx_sprintf(p, "%s%uz/%uz", kind ? ", " : "",
                        attempt->verdicts[kind].npassed,
                        machine->rules.terms.count);
    }

    values->quorum.len = p - values->quorum.data;
}


/*
 * The codes of the attempt's perspectives with that vote, the primary's last.
 */

static void
ngx_http_mpic_values_codes(ngx_pool_t *pool, ngx_str_t *to,
    ngx_http_mpic_fanout_t *fanout, mpic_vote_e vote)
{
    u_char          *p;
    size_t           len;
    ngx_str_t       *code;
    ngx_uint_t       i, n, first, members;
    mpic_fanout_t   *machine;

    machine = &fanout->machine;
    members = machine->rules.terms.count + machine->rules.primary;
    first = machine->attempt * machine->ncalls;

    for (len = 0, i = 0; i < members; i++) {
        n = first + i * machine->rules.kinds;
        len += ngx_http_mpic_fanout_call(fanout, n)->perspective->code.len + 1;
    }

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return;
    }

    to->data = p;

    for (i = 0; i < members; i++) {

        if (ngx_http_mpic_values_vote(fanout, i) != vote) {
            continue;
        }

        n = first + i * machine->rules.kinds;
        code = &ngx_http_mpic_fanout_call(fanout, n)->perspective->code;

        if (p != to->data) {
            *p++ = ',';
        }

        p = ngx_cpymem(p, code->data, code->len);
    }

    to->len = p - to->data;

    if (to->len == 0) {
        to->data = NULL;
    }
}


/*
 * Of all kinds of checks: passed if all passed, failed if one did not, or was
 * not completed.
 */

static mpic_vote_e
ngx_http_mpic_values_vote(ngx_http_mpic_fanout_t *fanout, ngx_uint_t member)
{
    unsigned        kind;
    mpic_vote_e     vote, all;
    mpic_fanout_t  *machine;

    all = MPIC_VOTE_PASSED;
    machine = &fanout->machine;

    for (kind = 0; kind < machine->rules.kinds; kind++) {
        vote = machine->calls[mpic_fanout_number(machine, machine->attempt,
                                                 (unsigned) member, kind)]
                   .vote;

        if (vote == MPIC_VOTE_FAILED || vote == MPIC_VOTE_INCOMPLETE) {
            return MPIC_VOTE_FAILED;
        }

        if (vote == MPIC_VOTE_OUT) {
            all = MPIC_VOTE_OUT;
        }
    }

    return all;
}
