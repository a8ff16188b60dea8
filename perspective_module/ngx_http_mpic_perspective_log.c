
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_perspective_log.h"
#include "ngx_http_mpic_perspective_stat.h"
#include "mpic_cohort.h"
#include "mpic_record_check.h"
#include "ngx_mpic_pool.h"


#define NGX_HTTP_MPIC_PERSPECTIVE_LOG_POOL  4096


static void ngx_http_mpic_perspective_log_cleanup(void *data);
static uint64_t ngx_http_mpic_perspective_log_now(void);
static void ngx_http_mpic_perspective_log_lines(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_check_t *line,
    ngx_log_t *log);
static ngx_int_t ngx_http_mpic_perspective_log_take(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_check_t *line,
    ngx_pool_t *pool, ngx_log_t *log);
static ngx_int_t ngx_http_mpic_perspective_log_line(
    ngx_mpic_log_taken_t *taken, mpic_record_check_t *line, ngx_pool_t *pool,
    ngx_log_t *log);
static void ngx_http_mpic_perspective_log_identity(
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_check_t *line);
static ngx_int_t ngx_http_mpic_perspective_log_request(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_head_t *head);
static ngx_int_t ngx_http_mpic_perspective_log_fields(
    ngx_mpic_log_taken_t *taken, ngx_pool_t *pool, mpic_record_head_t *head);


char *
ngx_http_mpic_perspective_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mpic_perspective_loc_conf_t *plcf = conf;

    ngx_str_t                               name;
    ngx_http_mpic_perspective_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_mpic_perspective_module);

    ngx_str_set(&name, "request_id");

    pmcf->request_id = ngx_http_get_variable_index(cf, &name);
    if (pmcf->request_id == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    return ngx_mpic_log_set(cf, &pmcf->log_files, &plcf->logs);
}


ngx_int_t
ngx_http_mpic_perspective_log_check(ngx_http_mpic_check_t *check)
{
    ngx_pool_cleanup_t            *cln;
    ngx_http_mpic_check_record_t  *record;

    if (check->conf->logs.logs == NULL) {
        return NGX_OK;
    }

    cln = ngx_pool_cleanup_add(check->job->pool,
                               sizeof(ngx_http_mpic_check_record_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    record = cln->data;

    ngx_memzero(record, sizeof(ngx_http_mpic_check_record_t));

    record->r = check->job->request;
    record->check = check;
    record->time = ngx_http_mpic_perspective_log_now();

    cln->handler = ngx_http_mpic_perspective_log_cleanup;

    check->record = record;

    return NGX_OK;
}


/*
 * The answer has been sent; or the request ends, or the worker, before it
 * could be.  A check has no job without its request.
 */

static void
ngx_http_mpic_perspective_log_cleanup(void *data)
{
    ngx_http_mpic_check_record_t *record = data;

    ngx_mpic_job_t         *job;
    mpic_record_check_t     line;
    ngx_http_mpic_check_t  *check;

    check = record->check;
    job = check->job;

    job->action = "writing the record";

    ngx_memzero(&line, sizeof(mpic_record_check_t));

    line.head.time = record->time;
    line.head.answered = (uint64_t) (ngx_current_msec - job->start);
    line.head.ended = line.head.answered;
    line.head.request = &check->request;
    line.head.status = record->r->header_sent ? (int) job->status : 0;

    line.response = record->response;
    line.completed = check->result.completed;
    line.passed = check->result.passed;
    line.issues = record->issues;

    if (job->status == NGX_HTTP_INTERNAL_SERVER_ERROR) {
        line.error = "internal-error";
    }

    ngx_http_mpic_perspective_log_lines(record->r, check->conf, &line,
                                        job->log);
}


void
ngx_http_mpic_perspective_log_refused(ngx_http_request_t *r, ngx_int_t rc,
    ngx_uint_t status, const char *error)
{
    mpic_record_check_t                    line;
    ngx_http_mpic_perspective_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_mpic_perspective_module);

    if (plcf->logs.logs == NULL) {
        return;
    }

    ngx_memzero(&line, sizeof(mpic_record_check_t));

    line.head.time = ngx_http_mpic_perspective_log_now();
    line.error = error;

    if (r->header_sent) {
        line.head.status = (int) status;

    } else if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {

        /* nginx makes the answer, with this as its status */

        line.head.status = (int) rc;
        r->err_status = (ngx_uint_t) rc;
    }

    ngx_http_mpic_perspective_log_lines(r, plcf, &line, r->connection->log);
}


static uint64_t
ngx_http_mpic_perspective_log_now(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}


void
ngx_http_mpic_perspective_log_unmade(
    ngx_http_mpic_perspective_loc_conf_t *plcf, ngx_log_t *log)
{
    if (plcf->logs.logs == NULL) {
        return;
    }

    ngx_mpic_log_lose();

    ngx_log_error(NGX_LOG_ALERT, log, 0,
                  "mpic: there is no memory for a record");

    ngx_http_mpic_perspective_stat_lost(plcf->main);
}


/*
 * In a pool of its own: that of the job is on its way out, and that of the
 * request stays until a slow client has all of its answer.
 */

static void
ngx_http_mpic_perspective_log_lines(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_check_t *line,
    ngx_log_t *log)
{
    ngx_int_t    rc;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(NGX_HTTP_MPIC_PERSPECTIVE_LOG_POOL, log);

    rc = (pool == NULL) ? NGX_ERROR
         : ngx_http_mpic_perspective_log_take(r, plcf, line, pool, log);

    if (rc != NGX_OK) {
        ngx_http_mpic_perspective_log_unmade(plcf, log);
    }

    if (pool != NULL) {
        ngx_destroy_pool(pool);
    }

    ngx_http_mpic_perspective_stat_lost(plcf->main);
}


/* an error where none of the lines could be made, or the last one */

static ngx_int_t
ngx_http_mpic_perspective_log_take(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_check_t *line,
    ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_int_t              rc;
    ngx_uint_t             i, n;
    ngx_mpic_log_taken_t  *taken;

    if (ngx_mpic_log_take(r, &plcf->logs, pool, &taken, &n) != NGX_OK) {
        return NGX_ERROR;
    }

    if (n == 0) {
        return NGX_OK;
    }

    ngx_http_mpic_perspective_log_identity(plcf, line);

    if (ngx_http_mpic_perspective_log_request(r, plcf, &line->head)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    for (i = 0; i < n; i++) {

        if (rc != NGX_OK) {
            ngx_mpic_log_lose();
        }

        rc = ngx_http_mpic_perspective_log_line(&taken[i], line, pool, log);
    }

    return rc;
}


static ngx_int_t
ngx_http_mpic_perspective_log_line(ngx_mpic_log_taken_t *taken,
    mpic_record_check_t *line, ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_str_t    s;
    mpic_str_t   text;
    mpic_pool_t  mpool;

    mpool.alloc = ngx_mpic_pool_alloc;
    mpool.data = pool;

    if (ngx_http_mpic_perspective_log_fields(taken, pool, &line->head)
        != NGX_OK
        || mpic_record_check_print(&mpool, line, &text) != 0)
    {
        return NGX_ERROR;
    }

    s.data = (u_char *) text.data;
    s.len = text.len;

    (void) ngx_mpic_log_write(taken->log, &s, pool, log);

    return NGX_OK;
}


static void
ngx_http_mpic_perspective_log_identity(
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_check_t *line)
{
    line->type = (mpic_check_type_e) plcf->check;

    if (plcf->code.len) {
        line->code.data = (char *) plcf->code.data;
        line->code.len = plcf->code.len;
    }

    if (plcf->rir >= 0) {
        line->rir.data = mpic_rir_name((mpic_rir_e) plcf->rir);
        line->rir.len = ngx_strlen(line->rir.data);
    }
}


static ngx_int_t
ngx_http_mpic_perspective_log_request(ngx_http_request_t *r,
    ngx_http_mpic_perspective_loc_conf_t *plcf, mpic_record_head_t *head)
{
    ngx_http_variable_value_t  *value;

    head->connection = (uint64_t) r->connection->number;
    head->number = (uint64_t) r->connection->requests;

    value = ngx_http_get_indexed_variable(r,
                                          (ngx_uint_t) plcf->main->request_id);
    if (value == NULL) {
        return NGX_ERROR;
    }

    if (!value->not_found) {
        head->request_id.data = (char *) value->data;
        head->request_id.len = value->len;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_perspective_log_fields(ngx_mpic_log_taken_t *taken,
    ngx_pool_t *pool, mpic_record_head_t *head)
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
