
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * A batch is a job.  Each of its requests gets one of its own when its turn
 * comes, with what is left of the batch's time, and with a log and memory of
 * its own; that job goes its own way once the answer is there, as any other
 * one whose client has its answer.
 */


#include "ngx_http_mpic_batch.h"
#include "ngx_http_mpic_dialect.h"
#include "ngx_http_mpic_stat.h"
#include "ngx_http_mpic_variable.h"

#include "ngx_mpic_pool.h"
#include "ngx_mpic_timer.h"

#include "mpic_batch.h"


typedef struct ngx_http_mpic_batch_s  ngx_http_mpic_batch_t;


typedef struct {
    ngx_http_mpic_batch_t      *batch;

    /* while it is out */
    ngx_http_mpic_fanout_t     *fanout;
} ngx_http_mpic_item_t;


struct ngx_http_mpic_batch_s {
    ngx_mpic_job_t             *job;
    ngx_http_mpic_loc_conf_t   *conf;
    mpic_pool_t                 pool;
    ngx_http_mpic_asked_t       asked;

    /* the requests, as they were sent */
    mpic_str_t                 *texts;
    ngx_http_mpic_item_t       *items;
    mpic_batch_answer_t        *answers;
    size_t                      n;

    /* the next one to begin; those that are out, and that have an answer */
    size_t                      next;
    size_t                      nactive;
    size_t                      nanswered;
    /* of these, with the verdict that the target is valid */
    size_t                      nvalid;

    /* of the answers */
    size_t                      octets;

    /* the next turn of the event loop */
    ngx_mpic_op_t               op;
    ngx_event_t                 turn;
};


static ngx_http_mpic_batch_t *ngx_http_mpic_batch_create(
    ngx_http_request_t *r, ngx_http_mpic_loc_conf_t *conf);
static ngx_int_t ngx_http_mpic_batch_split(ngx_http_mpic_batch_t *batch,
    ngx_str_t *body);
static ngx_int_t ngx_http_mpic_batch_subject(ngx_http_mpic_batch_t *batch);
static ngx_int_t ngx_http_mpic_batch_refuse(ngx_http_mpic_batch_t *batch,
    mpic_issues_t *issues);
static ngx_int_t ngx_http_mpic_batch_too_many(ngx_http_mpic_batch_t *batch);
static void ngx_http_mpic_batch_finish(ngx_http_mpic_batch_t *batch,
    ngx_uint_t status, mpic_str_t *json);
static void ngx_http_mpic_batch_fail(ngx_mpic_job_t *job);
static void ngx_http_mpic_batch_turn(ngx_event_t *ev);
static ngx_uint_t ngx_http_mpic_batch_may_begin(ngx_http_mpic_batch_t *batch);
static void ngx_http_mpic_batch_next_turn(ngx_http_mpic_batch_t *batch);
static void ngx_http_mpic_batch_answer(ngx_http_mpic_batch_t *batch);
static void ngx_http_mpic_batch_deadline(ngx_mpic_job_t *job);
static void ngx_http_mpic_batch_abort(ngx_mpic_job_t *job);
static void ngx_http_mpic_batch_destroy(ngx_mpic_op_t *op);
static void ngx_http_mpic_item_begin(ngx_http_mpic_item_t *item);
static ngx_uint_t ngx_http_mpic_item_unkept(ngx_http_mpic_item_t *item);
static void ngx_http_mpic_item_answered(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_item_ended(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_item_deadline(ngx_mpic_job_t *job);
static void ngx_http_mpic_item_abort(ngx_mpic_job_t *job);
static void ngx_http_mpic_item_store(ngx_http_mpic_item_t *item,
    ngx_uint_t status, ngx_str_t *body);
static void ngx_http_mpic_item_fail(ngx_http_mpic_item_t *item);
static void ngx_http_mpic_item_read(ngx_http_mpic_item_t *item,
    ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_batch_read(ngx_http_mpic_batch_t *batch,
    ngx_http_mpic_values_t *values, ngx_http_mpic_asked_t *asked,
    ngx_pool_t *pool, ngx_uint_t status);
static void ngx_http_mpic_batch_record(ngx_http_mpic_batch_t *batch,
    ngx_uint_t item, ngx_uint_t status, const char *error,
    mpic_issues_t *issues);


static ngx_str_t  ngx_http_mpic_item_broken =
    ngx_string("{\"error\":\"internal-error\",\"message\":\"The coordinator "
               "ran out of resources.\"}");


ngx_uint_t
ngx_http_mpic_is_batch(ngx_http_mpic_loc_conf_t *conf, ngx_str_t *body)
{
    return conf->batch_max > 0 && conf->dialect == NGX_HTTP_MPIC_OPEN
           && mpic_batch_is((char *) body->data, body->len);
}


void
ngx_http_mpic_batch(ngx_http_request_t *r, ngx_http_mpic_loc_conf_t *conf,
    ngx_str_t *body)
{
    ngx_int_t               rc;
    ngx_http_mpic_batch_t  *batch;

    batch = ngx_http_mpic_batch_create(r, conf);

    if (batch == NULL) {
        return;
    }

    rc = ngx_http_mpic_batch_split(batch, body);

    if (rc == NGX_ERROR) {
        ngx_http_mpic_batch_fail(batch->job);
        return;
    }

    if (rc == NGX_OK) {
        batch->job->action = "working off a batch";
        ngx_http_mpic_batch_next_turn(batch);
    }
}


/*
 * NULL when there is no memory: the request has been finished then.
 */

static ngx_http_mpic_batch_t *
ngx_http_mpic_batch_create(ngx_http_request_t *r,
    ngx_http_mpic_loc_conf_t *conf)
{
    ngx_mpic_job_t         *job;
    ngx_http_mpic_batch_t  *batch;

    job = ngx_mpic_job_create(r, conf->timeout);
    if (job == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return NULL;
    }

    batch = ngx_pcalloc(job->pool, sizeof(ngx_http_mpic_batch_t));
    if (batch == NULL
        || ngx_http_mpic_asked(r, job->pool, &batch->asked) != NGX_OK)
    {
        ngx_http_mpic_batch_fail(job);
        return NULL;
    }

    batch->job = job;
    batch->conf = conf;

    ngx_http_mpic_stat_batch(conf);
    batch->pool.alloc = ngx_mpic_pool_alloc;
    batch->pool.data = job->pool;

    job->data = batch;
    job->action = "reading a batch";
    job->deadline_handler = ngx_http_mpic_batch_deadline;
    job->abort_handler = ngx_http_mpic_batch_abort;

    ngx_mpic_event_init(&batch->turn, ngx_http_mpic_batch_turn, job->log, 1);
    ngx_mpic_job_op_add(job, &batch->op, ngx_http_mpic_batch_destroy);

    return batch;
}


/*
 * NGX_OK; NGX_DONE when the batch has been refused; or NGX_ERROR.
 */

static ngx_int_t
ngx_http_mpic_batch_split(ngx_http_mpic_batch_t *batch, ngx_str_t *body)
{
    int             rc;
    size_t          i;
    ngx_pool_t     *pool;
    mpic_issues_t  *issues;

    pool = batch->job->pool;

    issues = ngx_pcalloc(pool, sizeof(mpic_issues_t));
    if (issues == NULL) {
        return NGX_ERROR;
    }

    rc = mpic_batch_split(&batch->pool, (char *) body->data, body->len,
                          batch->conf->batch_max, &batch->texts, &batch->n,
                          issues);

    if (rc == -1) {
        return NGX_ERROR;
    }

    if (rc == 1) {
        return ngx_http_mpic_batch_refuse(batch, issues);
    }

    if (rc == 2) {
        return ngx_http_mpic_batch_too_many(batch);
    }

    batch->items = ngx_pcalloc(pool, batch->n * sizeof(ngx_http_mpic_item_t));
    batch->answers = ngx_pcalloc(pool,
                                 batch->n * sizeof(mpic_batch_answer_t));

    if (batch->items == NULL || batch->answers == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < batch->n; i++) {
        batch->items[i].batch = batch;
    }

    return ngx_http_mpic_batch_subject(batch);
}


/* for the log */

static ngx_int_t
ngx_http_mpic_batch_subject(ngx_http_mpic_batch_t *batch)
{
    mpic_str_t  subject;

    if (mpic_str_printf(&batch->pool, &subject, "batch of %zu", batch->n)
        != 0)
    {
        return NGX_ERROR;
    }

    ngx_http_mpic_values_batch(batch->job->request, batch->n, 0, 0);

    batch->job->subject.data = (u_char *) subject.data;
    batch->job->subject.len = subject.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mpic_batch_refuse(ngx_http_mpic_batch_t *batch,
    mpic_issues_t *issues)
{
    mpic_str_t  json;

    if (mpic_issues_print(&batch->pool, issues, &json) != 0) {
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_INFO, batch->job->log, 0,
                  "mpic: client sent an invalid batch: %s",
                  issues->list[0].type.data);

    ngx_http_mpic_values_refused(batch->job->request,
                                 "request-validation-failed");
    ngx_http_mpic_batch_record(batch, 0, NGX_HTTP_BAD_REQUEST, NULL, issues);
    ngx_http_mpic_batch_finish(batch, NGX_HTTP_BAD_REQUEST, &json);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_mpic_batch_too_many(ngx_http_mpic_batch_t *batch)
{
    mpic_str_t  message, json;

    if (mpic_str_printf(&batch->pool, &message, "The batch has %zu requests, "
                        "and %lu are taken: send them in several batches.",
                        batch->n, (unsigned long) batch->conf->batch_max)
        != 0
        || mpic_error_print(&batch->pool, "batch-too-large", &message, &json)
           != 0)
    {
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_INFO, batch->job->log, 0,
                  "mpic: client sent a batch of %uz requests", batch->n);

    ngx_http_mpic_values_batch(batch->job->request, batch->n, 0, 0);
    ngx_http_mpic_values_refused(batch->job->request, "batch-too-large");
    ngx_http_mpic_batch_record(batch, 0, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                               "batch-too-large", NULL);
    ngx_http_mpic_batch_finish(batch, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                               &json);

    return NGX_DONE;
}


static void
ngx_http_mpic_batch_finish(ngx_http_mpic_batch_t *batch, ngx_uint_t status,
    mpic_str_t *json)
{
    ngx_str_t  body;

    body.data = (u_char *) json->data;
    body.len = json->len;

    if (status != NGX_HTTP_OK) {
        ngx_http_mpic_stat_refused(batch->conf, status);
    }

    ngx_mpic_job_finish(batch->job, status, &body);
}


static void
ngx_http_mpic_batch_fail(ngx_mpic_job_t *job)
{
    ngx_log_error(NGX_LOG_CRIT, job->log, 0, "mpic: out of resources");

    ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR,
                        &ngx_http_mpic_item_broken);
}


/*
 * One request is begun in a turn of the event loop: others have theirs, too.
 * All that follows from an answer is done here, out of the reach of the
 * fan-out that gave it.
 */

static void
ngx_http_mpic_batch_turn(ngx_event_t *ev)
{
    ngx_http_mpic_batch_t  *batch;

    batch = ngx_mpic_event_owner(ev, ngx_http_mpic_batch_t, turn);

    if (batch->nanswered == batch->n) {
        ngx_http_mpic_batch_answer(batch);
        return;
    }

    if (!ngx_http_mpic_batch_may_begin(batch)) {
        return;
    }

    ngx_http_mpic_item_begin(&batch->items[batch->next++]);

    ngx_http_mpic_batch_next_turn(batch);
}


/*
 * One is out in any case.  More are only as long as half of what the worker
 * may have in flight is left, so that no batch makes it refuse a request.
 */

static ngx_uint_t
ngx_http_mpic_batch_may_begin(ngx_http_mpic_batch_t *batch)
{
    if (batch->next == batch->n) {
        return 0;
    }

    if (batch->nactive == 0) {
        return 1;
    }

    return batch->nactive < batch->conf->batch_parallel
           && ngx_mpic_jobs_running()
              < (ngx_uint_t) batch->conf->max_requests / 2;
}


static void
ngx_http_mpic_batch_next_turn(ngx_http_mpic_batch_t *batch)
{
    if (!batch->job->finished) {
        ngx_post_event(&batch->turn, &ngx_posted_next_events);
    }
}


static void
ngx_http_mpic_batch_answer(ngx_http_mpic_batch_t *batch)
{
    size_t      i, nok;
    mpic_str_t  json;

    nok = 0;

    for (i = 0; i < batch->n; i++) {
        nok += (batch->answers[i].status == NGX_HTTP_OK);
    }

    ngx_log_error(NGX_LOG_INFO, batch->job->log, 0,
                  "mpic: batch of %uz requests, %uz carried out", batch->n,
                  nok);

    if (mpic_batch_join(&batch->pool, batch->answers, batch->n, &json) != 0) {
        ngx_http_mpic_batch_fail(batch->job);
        return;
    }

    ngx_http_mpic_values_batch(batch->job->request, batch->n, batch->nvalid,
                               1);
    ngx_http_mpic_batch_finish(batch, NGX_HTTP_OK, &json);
}


/*
 * The time of those that are out is over, too; those that were not begun are
 * told so.
 */

static void
ngx_http_mpic_batch_deadline(ngx_mpic_job_t *job)
{
    size_t                  i;
    ngx_http_mpic_item_t   *item;
    ngx_http_mpic_batch_t  *batch;

    static ngx_str_t  body = ngx_string("{\"error\":\"not-checked\","
                                        "\"message\":\"The time of the batch "
                                        "was over before this request was "
                                        "carried out.\"}");

    batch = job->data;

    for (i = 0; i < batch->n; i++) {
        item = &batch->items[i];

        if (item->fanout != NULL) {
            ngx_http_mpic_item_deadline(item->fanout->job);
        }

        if (item->fanout != NULL) {
            /* no answer, which is not to be, and none that comes later */
            ngx_http_mpic_item_read(item, item->fanout);
            item->fanout->data = NULL;
            item->fanout = NULL;
        }

        if (batch->answers[i].json.data == NULL) {
            ngx_http_mpic_stat_refused(batch->conf,
                                       NGX_HTTP_SERVICE_UNAVAILABLE);
            ngx_http_mpic_batch_record(batch, i + 1,
                                       NGX_HTTP_SERVICE_UNAVAILABLE,
                                       "not-checked", NULL);
            ngx_http_mpic_item_store(item, NGX_HTTP_SERVICE_UNAVAILABLE,
                                     &body);
        }
    }

    ngx_http_mpic_batch_answer(batch);
}


/*
 * Nobody waits for the answers: those that are out end with the batch.
 */

static void
ngx_http_mpic_batch_abort(ngx_mpic_job_t *job)
{
    size_t                   i;
    ngx_http_mpic_item_t    *item;
    ngx_http_mpic_batch_t   *batch;

    batch = job->data;

    for (i = 0; i < batch->next; i++) {
        item = &batch->items[i];

        if (item->fanout != NULL) {
            ngx_mpic_job_abort(item->fanout->job);
        }
    }
}


static void
ngx_http_mpic_batch_destroy(ngx_mpic_op_t *op)
{
    ngx_http_mpic_batch_t  *batch;

    batch = ngx_queue_data(op, ngx_http_mpic_batch_t, op);

    ngx_mpic_event_clear(&batch->turn);
}


static void
ngx_http_mpic_item_begin(ngx_http_mpic_item_t *item)
{
    ngx_str_t                body;
    ngx_mpic_job_t          *job;
    ngx_http_mpic_batch_t   *batch;
    ngx_http_mpic_fanout_t  *fanout;

    if (ngx_http_mpic_item_unkept(item)) {
        return;
    }

    batch = item->batch;
    batch->nactive++;

    job = ngx_mpic_job_create_child(batch->job);
    if (job == NULL) {
        ngx_http_mpic_item_fail(item);
        return;
    }

    fanout = ngx_http_mpic_fanout_create(job, batch->conf);
    if (fanout == NULL
        || ngx_http_mpic_asked_copy(job->pool, &batch->asked, &fanout->asked)
           != NGX_OK)
    {
        ngx_mpic_job_finish(job, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL);
        ngx_http_mpic_item_fail(item);
        return;
    }

    fanout->answered = ngx_http_mpic_item_answered;
    fanout->ended = ngx_http_mpic_item_ended;
    fanout->data = item;
    fanout->item = item - batch->items + 1;

    item->fanout = fanout;

    job->data = fanout;
    job->action = "reading the request";
    job->deadline_handler = ngx_http_mpic_item_deadline;
    job->abort_handler = ngx_http_mpic_item_abort;

    body.data = (u_char *) batch->texts[item - batch->items].data;
    body.len = batch->texts[item - batch->items].len;

    ngx_http_mpic_fanout_begin(fanout, &body);
}


/*
 * Records may have failed since the batch began: 1 if the request has been
 * refused.
 */

static ngx_uint_t
ngx_http_mpic_item_unkept(ngx_http_mpic_item_t *item)
{
    ngx_http_mpic_batch_t  *batch;

    static ngx_str_t  body = ngx_string("{\"error\":\"" NGX_HTTP_MPIC_UNKEPT
                                        "\",\"message\":\""
                                        NGX_HTTP_MPIC_UNKEPT_MESSAGE "\"}");

    batch = item->batch;

    if (ngx_http_mpic_log_ready(batch->conf, batch->job->pool,
                                batch->job->log)
        == NGX_OK)
    {
        return 0;
    }

    ngx_log_error(NGX_LOG_ERR, batch->job->log, 0,
                  "mpic: request refused: its record could not be kept");

    ngx_http_mpic_stat_unkept(batch->conf);
    ngx_http_mpic_stat_refused(batch->conf, NGX_HTTP_SERVICE_UNAVAILABLE);
    ngx_http_mpic_batch_record(batch, item - batch->items + 1,
                               NGX_HTTP_SERVICE_UNAVAILABLE,
                               NGX_HTTP_MPIC_UNKEPT, NULL);
    ngx_http_mpic_item_store(item, NGX_HTTP_SERVICE_UNAVAILABLE, &body);

    return 1;
}


/*
 * From here on the fan-out does not know the batch, which may be gone before
 * its last call.
 */

static void
ngx_http_mpic_item_answered(ngx_http_mpic_fanout_t *fanout)
{
    ngx_http_mpic_item_t  *item;

    item = fanout->data;

    if (item == NULL) {
        return;
    }

    ngx_http_mpic_item_read(item, fanout);

    item->fanout = NULL;
    item->batch->nactive--;
    item->batch->nvalid += (fanout->valid && !fanout->monitoring);
    fanout->data = NULL;

    ngx_http_mpic_item_store(item, fanout->status, &fanout->body);
    ngx_http_mpic_batch_next_turn(item->batch);

    ngx_mpic_job_late(fanout->job);
    ngx_http_mpic_fanout_cut(fanout);
}


static void
ngx_http_mpic_item_ended(ngx_http_mpic_fanout_t *fanout)
{
    ngx_mpic_job_finish(fanout->job, fanout->status, NULL);
}


static void
ngx_http_mpic_item_deadline(ngx_mpic_job_t *job)
{
    ngx_http_mpic_fanout_event(job->data, MPIC_EVENT_TIMER, NULL,
                               MPIC_VOTE_INCOMPLETE);
}


/*
 * With the batch, or before it where the worker exits.
 */

static void
ngx_http_mpic_item_abort(ngx_mpic_job_t *job)
{
    ngx_http_mpic_item_t    *item;
    ngx_http_mpic_fanout_t  *fanout;

    fanout = job->data;
    item = fanout->data;

    if (item != NULL) {
        ngx_http_mpic_item_read(item, fanout);

        item->fanout = NULL;
        fanout->data = NULL;
    }

    ngx_http_mpic_fanout_event(fanout, MPIC_EVENT_ABORT, NULL,
                               MPIC_VOTE_INCOMPLETE);
}


/*
 * The answer of a request, out of the memory of its job.
 */

static void
ngx_http_mpic_item_store(ngx_http_mpic_item_t *item, ngx_uint_t status,
    ngx_str_t *body)
{
    mpic_batch_answer_t    *answer;
    ngx_http_mpic_batch_t  *batch;

    static mpic_str_t  too_large = mpic_str("{\"error\":\"answer-too-large\","
                                            "\"message\":\"The answers to the "
                                            "batch are too large: send fewer "
                                            "requests in it.\"}");

    batch = item->batch;
    answer = &batch->answers[item - batch->items];

    if (batch->octets + body->len > NGX_HTTP_MPIC_BATCH_SIZE) {
        status = NGX_HTTP_INTERNAL_SERVER_ERROR;
        answer->json = too_large;

    } else if (mpic_str_copy(&batch->pool, &answer->json, (char *) body->data,
                             body->len)
               != 0)
    {
        status = NGX_HTTP_INTERNAL_SERVER_ERROR;
        answer->json.data = (char *) ngx_http_mpic_item_broken.data;
        answer->json.len = ngx_http_mpic_item_broken.len;
    }

    answer->status = (unsigned) status;

    batch->octets += answer->json.len;
    batch->nanswered++;
}


static void
ngx_http_mpic_item_fail(ngx_http_mpic_item_t *item)
{
    ngx_log_error(NGX_LOG_CRIT, item->batch->job->log, 0,
                  "mpic: out of resources");

    item->batch->nactive--;

    ngx_http_mpic_stat_refused(item->batch->conf,
                               NGX_HTTP_INTERNAL_SERVER_ERROR);
    ngx_http_mpic_batch_record(item->batch, item - item->batch->items + 1,
                               NGX_HTTP_INTERNAL_SERVER_ERROR,
                               "internal-error", NULL);
    ngx_http_mpic_item_store(item, NGX_HTTP_INTERNAL_SERVER_ERROR,
                             &ngx_http_mpic_item_broken);
}


/*
 * What the record needs of the client's request, with the variables of this
 * one of the batch: when it has its answer, or gets none.
 */

static void
ngx_http_mpic_item_read(ngx_http_mpic_item_t *item,
    ngx_http_mpic_fanout_t *fanout)
{
    ngx_pool_t              *pool;
    ngx_http_mpic_values_t   values;

    ngx_memzero(&values, sizeof(ngx_http_mpic_values_t));

    pool = fanout->job->pool;

    values.start = fanout->job->start;

    /* without memory there are no values; where it was read, there is one */

    if (fanout->job->subject.data != NULL) {
        (void) ngx_http_mpic_values_request(pool, &values, &fanout->request);
    }

    if (fanout->is_answered) {
        ngx_http_mpic_values_fanout(pool, &values, fanout);
    }

    ngx_http_mpic_batch_read(item->batch, &values, &fanout->asked, pool,
                             fanout->is_answered
                             ? fanout->status
                             : NGX_HTTP_CLIENT_CLOSED_REQUEST);
}


static void
ngx_http_mpic_batch_read(ngx_http_mpic_batch_t *batch,
    ngx_http_mpic_values_t *values, ngx_http_mpic_asked_t *asked,
    ngx_pool_t *pool, ngx_uint_t status)
{
    ngx_http_request_t      *r;
    ngx_http_mpic_values_t  *kept;

    r = batch->job->request;

    if (r == NULL) {
        ngx_http_mpic_asked_read(NULL, asked, pool, status);
        return;
    }

    kept = ngx_http_get_module_ctx(r, ngx_http_mpic_module);
    ngx_http_set_ctx(r, values, ngx_http_mpic_module);

    ngx_http_mpic_asked_read(r, asked, pool, status);

    ngx_http_set_ctx(r, kept, ngx_http_mpic_module);
}


/*
 * Of the batch as a whole, or of a request of it that was not begun.
 */

static void
ngx_http_mpic_batch_record(ngx_http_mpic_batch_t *batch, ngx_uint_t item,
    ngx_uint_t status, const char *error, mpic_issues_t *issues)
{
    ngx_http_mpic_asked_t    asked;
    ngx_http_mpic_values_t   values;
    ngx_http_mpic_refused_t  refused;

    asked = batch->asked;

    if (item == 0) {
        ngx_http_mpic_asked_read(batch->job->request, &asked,
                                 batch->job->pool, status);

    } else {
        ngx_memzero(&values, sizeof(ngx_http_mpic_values_t));

        values.start = batch->job->start;
        values.answered = 1;
        values.duration = ngx_current_msec - values.start;
        values.error.data = (u_char *) error;
        values.error.len = ngx_strlen(error);

        ngx_http_mpic_batch_read(batch, &values, &asked, batch->job->pool,
                                 status);
    }

    ngx_memzero(&refused, sizeof(ngx_http_mpic_refused_t));

    refused.conf = batch->conf;
    refused.asked = &asked;
    refused.pool = batch->job->pool;
    refused.log = batch->job->log;
    refused.status = status;
    refused.item = item;
    refused.error = error;
    refused.issues = issues;
    refused.unkept = (error != NULL
                      && ngx_strcmp(error, NGX_HTTP_MPIC_UNKEPT) == 0);

    ngx_http_mpic_log_refused(&refused);
}
