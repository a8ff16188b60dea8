
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_fanout.h"

#include "ngx_mpic_pool.h"

#include "mpic_record.h"


static void ngx_http_mpic_log_head(ngx_http_mpic_asked_t *asked,
    ngx_http_mpic_loc_conf_t *conf, mpic_record_head_t *head);
static ngx_int_t ngx_http_mpic_log_fields(ngx_mpic_log_taken_t *taken,
    ngx_pool_t *pool, mpic_record_head_t *head);
static void ngx_http_mpic_log_line(ngx_mpic_log_taken_t *taken, ngx_int_t rc,
    mpic_str_t *line, ngx_pool_t *pool, ngx_log_t *log);
static ngx_int_t ngx_http_mpic_log_gap(ngx_mpic_log_t *to, ngx_pool_t *pool,
    ngx_log_t *log);
static mpic_record_call_t *ngx_http_mpic_log_calls(
    ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_log_call(ngx_http_mpic_call_t *call,
    mpic_record_call_t *record);
static ngx_uint_t ngx_http_mpic_log_early(ngx_http_mpic_fanout_t *fanout);


char *
ngx_http_mpic_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_loc_conf_t *mlcf = conf;

    ngx_http_mpic_main_conf_t  *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mpic_module);

    return ngx_mpic_log_set(cf, &mmcf->log_files, &mlcf->logs);
}


char *
ngx_http_mpic_log_check(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *conf)
{
    ngx_uint_t       i;
    ngx_mpic_log_t  *log;

    if (!conf->log_required) {
        return NGX_CONF_OK;
    }

    if (conf->logs.logs == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_log_required on\" with \"mpic_validate %V\": "
                      "there is no \"mpic_log\" whose record could be "
                      "required", &conf->set_name);
        return NGX_CONF_ERROR;
    }

    log = conf->logs.logs->elts;

    for (i = 0; i < conf->logs.logs->nelts; i++) {
        if (ngx_mpic_log_is_direct(&log[i])) {
            return NGX_CONF_OK;
        }
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"mpic_log_required on\" with \"mpic_validate %V\" needs "
                  "an \"mpic_log\" to a file without \"buffer=\" and "
                  "\"gzip\": of a line that is in a buffer, or sent to "
                  "syslog, nobody knows whether it is kept", &conf->set_name);

    return NGX_CONF_ERROR;
}


/*
 * A file is taken for writable if the last line went into it.  Where that is
 * not so, or nothing has been written yet, a line is written which tells how
 * many were lost: it is the proof.
 */

ngx_int_t
ngx_http_mpic_log_ready(ngx_http_mpic_loc_conf_t *conf, ngx_pool_t *pool,
    ngx_log_t *log)
{
    ngx_int_t        rc;
    ngx_uint_t       i;
    ngx_mpic_log_t  *to;

    if (!conf->log_required) {
        return NGX_OK;
    }

    rc = NGX_OK;
    to = conf->logs.logs->elts;

    for (i = 0; i < conf->logs.logs->nelts; i++) {
        if (!ngx_mpic_log_proven(&to[i])
            && ngx_http_mpic_log_gap(&to[i], pool, log) != NGX_OK)
        {
            rc = NGX_DECLINED;
        }
    }

    return rc;
}


static ngx_int_t
ngx_http_mpic_log_gap(ngx_mpic_log_t *to, ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_str_t    s;
    ngx_uint_t   lost;
    ngx_time_t  *tp;
    mpic_str_t   line;
    mpic_pool_t  text;

    tp = ngx_timeofday();
    lost = ngx_mpic_log_claim_gap(to);

    text.alloc = ngx_mpic_pool_alloc;
    text.data = pool;

    if (mpic_record_gap_print(&text, (uint64_t) tp->sec * 1000 + tp->msec,
                              lost, (uint64_t) ngx_pid, &line)
        == 0)
    {
        s.data = (u_char *) line.data;
        s.len = line.len;

        if (ngx_mpic_log_prove(to, &s, log) == NGX_OK) {
            return NGX_OK;
        }
    }

    ngx_mpic_log_return_gap(to, lost);

    return NGX_ERROR;
}


static void
ngx_http_mpic_log_head(ngx_http_mpic_asked_t *asked,
    ngx_http_mpic_loc_conf_t *conf, mpic_record_head_t *head)
{
    ngx_memzero(head, sizeof(mpic_record_head_t));

    head->time = asked->time;
    head->ended = (uint64_t) (ngx_current_msec - asked->start);
    head->answered = head->ended;

    head->request_id.data = (char *) asked->request_id.data;
    head->request_id.len = asked->request_id.len;
    head->connection = (uint64_t) asked->connection;
    head->number = (uint64_t) asked->number;

    head->dialect = (conf->dialect == NGX_HTTP_MPIC_DRAFT) ? "draft"
                                                           : "open-mpic";
    head->set.data = (char *) conf->set_name.data;
    head->set.len = conf->set_name.len;
}


static ngx_int_t
ngx_http_mpic_log_fields(ngx_mpic_log_taken_t *taken, ngx_pool_t *pool,
    mpic_record_head_t *head)
{
    ngx_uint_t             i;
    mpic_record_field_t   *fields;
    ngx_mpic_log_field_t  *field;

    head->nfields = 0;

    if (taken->values == NULL) {
        return NGX_OK;
    }

    field = taken->log->fields->elts;

    fields = ngx_palloc(pool, taken->log->fields->nelts
                              * sizeof(mpic_record_field_t));
    if (fields == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < taken->log->fields->nelts; i++) {
        fields[i].name.data = (char *) field[i].name.data;
        fields[i].name.len = field[i].name.len;
        fields[i].value.data = (char *) taken->values[i].data;
        fields[i].value.len = taken->values[i].len;
    }

    head->fields = fields;
    head->nfields = taken->log->fields->nelts;

    return NGX_OK;
}


static void
ngx_http_mpic_log_line(ngx_mpic_log_taken_t *taken, ngx_int_t rc,
    mpic_str_t *line, ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_str_t  s;

    if (rc != NGX_OK) {
        ngx_mpic_log_lose();

        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "mpic: there is no memory for a record");
        return;
    }

    /* before the next line stands how many are missing */

    if (ngx_mpic_log_gap(taken->log) != 0) {
        (void) ngx_http_mpic_log_gap(taken->log, pool, log);
    }

    s.data = (u_char *) line->data;
    s.len = line->len;

    (void) ngx_mpic_log_write(taken->log, &s, pool, log);
}


void
ngx_http_mpic_log_refused(ngx_http_mpic_refused_t *refused)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    mpic_str_t             line;
    mpic_pool_t            pool;
    mpic_record_refusal_t  record;

    if (refused->asked->conf == NULL) {
        return;
    }

    ngx_http_mpic_asked_read(NULL, refused->asked, refused->pool, 0);

    pool.alloc = ngx_mpic_pool_alloc;
    pool.data = refused->pool;

    ngx_http_mpic_log_head(refused->asked, refused->conf, &record.head);

    record.head.status = (int) refused->status;
    record.head.item = (unsigned) refused->item;
    record.head.request = refused->request;

    record.outcome = (refused->status < NGX_HTTP_INTERNAL_SERVER_ERROR
                      || refused->status == NGX_HTTP_SERVICE_UNAVAILABLE)
                     ? "refused" : "error";
    record.error = refused->error;
    record.issues = refused->issues;

    for (i = 0; i < refused->asked->n; i++) {

        if (refused->unkept
            && ngx_mpic_log_failing(refused->asked->taken[i].log))
        {
            continue;
        }

        rc = ngx_http_mpic_log_fields(&refused->asked->taken[i],
                                      refused->pool, &record.head);

        if (rc == NGX_OK) {
            rc = mpic_record_refusal_print(&pool, &record, &line);
        }

        ngx_http_mpic_log_line(&refused->asked->taken[i], rc, &line,
                               refused->pool, refused->log);
    }
}


void
ngx_http_mpic_log_fanout(ngx_http_mpic_fanout_t *fanout)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    mpic_str_t              line;
    mpic_record_t           record;
    ngx_http_mpic_asked_t  *asked;

    asked = &fanout->asked;

    if (asked->conf == NULL) {
        return;
    }

    ngx_http_mpic_asked_read(NULL, asked, fanout->job->pool, 0);

    ngx_memzero(&record, sizeof(mpic_record_t));

    ngx_http_mpic_log_head(asked, fanout->conf, &record.head);

    record.head.request = &fanout->request;
    record.head.item = (unsigned) fanout->item;

    if (fanout->is_answered) {
        record.head.status = (int) fanout->status;
        record.head.answered = (uint64_t) (fanout->job->start + fanout->took
                                           - asked->start);
    }

    record.machine = &fanout->machine;
    record.kinds = fanout->kinds;
    record.policy = &fanout->conf->limits;
    record.epoch = asked->time - (uint64_t) asked->start;
    record.broken = fanout->broken;
    record.monitoring = (ngx_http_mpic_monitoring(fanout) != 0);
    record.early = (ngx_http_mpic_log_early(fanout) != 0);

    record.calls = ngx_http_mpic_log_calls(fanout);

    for (i = 0; i < asked->n; i++) {
        rc = NGX_ERROR;

        if (record.calls != NULL) {
            rc = ngx_http_mpic_log_fields(&asked->taken[i], fanout->job->pool,
                                          &record.head);
        }

        if (rc == NGX_OK) {
            rc = mpic_record_print(&fanout->pool, &record, &line);
        }

        ngx_http_mpic_log_line(&asked->taken[i], rc, &line,
                               fanout->job->pool, fanout->job->log);
    }
}


static mpic_record_call_t *
ngx_http_mpic_log_calls(ngx_http_mpic_fanout_t *fanout)
{
    ngx_uint_t           i, n;
    mpic_record_call_t  *calls;

    n = (fanout->machine.attempt + 1) * fanout->machine.ncalls;

    calls = ngx_pcalloc(fanout->job->pool, n * sizeof(mpic_record_call_t));
    if (calls == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {

        /* there may have been no memory for the last attempt's */

        if (fanout->calls[i / fanout->machine.ncalls] != NULL) {
            ngx_http_mpic_log_call(ngx_http_mpic_fanout_call(fanout, i),
                                   &calls[i]);
        }
    }

    return calls;
}


static void
ngx_http_mpic_log_call(ngx_http_mpic_call_t *call, mpic_record_call_t *record)
{
    ngx_http_mpic_perspective_t  *p;

    p = call->perspective;

    record->code.data = (char *) p->code.data;
    record->code.len = p->code.len;
    record->rir = p->rir;
    record->network.data = (char *) p->network.data;
    record->network.len = p->network.len;
    record->type = call->type;
    record->primary = call->primary;
    record->json = call->response.json;
    record->why = call->why;
}


/* what came later did not count */

static ngx_uint_t
ngx_http_mpic_log_early(ngx_http_mpic_fanout_t *fanout)
{
    ngx_uint_t        kind;
    mpic_fanout_t    *machine;
    mpic_attempt_t   *attempt;

    machine = &fanout->machine;
    attempt = &machine->attempts[machine->attempt];

    if (!machine->answered) {
        return 0;
    }

    for (kind = 0; kind < machine->rules.kinds; kind++) {
        if (attempt->verdicts[kind].nout) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_http_mpic_record_failures(void)
{
    return ngx_mpic_log_lost();
}
