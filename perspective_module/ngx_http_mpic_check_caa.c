
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * CAA: all levels of the tree are asked at once, and the check ends as soon
 * as the outcome cannot change any more.
 */


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_lookup.h"
#include "mpic_caa.h"
#include "mpic_cut.h"


/* a failure that may be permission was tried so often (BR 3.2.2.8) */
#define NGX_HTTP_MPIC_CAA_TRIES  2


/* what is looked up of a level that failed, and of those above it */

typedef struct {
    mpic_lookup_t            *ds;
    mpic_lookup_t            *cnames;
    int                      *insecure;
    const char              **why;

    ngx_http_mpic_lookup_t   *ds_lookups;
    ngx_http_mpic_lookup_t   *cname_lookups;
} ngx_http_mpic_caa_proof_t;


typedef struct {
    mpic_lookup_t              *levels;
    ngx_http_mpic_lookup_t     *lookups;
    size_t                      n;

    /* its arrays are there where a failure may be permission */
    mpic_caa_proof_t            proof;
    ngx_http_mpic_caa_proof_t  *proving;
} ngx_http_mpic_caa_t;


static ngx_int_t ngx_http_mpic_caa_levels(ngx_http_mpic_check_t *check,
    ngx_http_mpic_caa_t *caa);
static ngx_int_t ngx_http_mpic_caa_proving(ngx_http_mpic_check_t *check,
    ngx_http_mpic_caa_t *caa);
static void ngx_http_mpic_caa_answered(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_caa_retry(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_caa_ask(ngx_http_mpic_check_t *check, size_t i,
    mpic_lookup_t *questions, ngx_http_mpic_lookup_t *lookups, uint16_t type,
    ngx_http_mpic_lookup_pt handler);
static void ngx_http_mpic_caa_denied(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_caa_expire(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_caa_judge(ngx_http_mpic_check_t *check);


void
ngx_http_mpic_check_caa(ngx_http_mpic_check_t *check)
{
    size_t                i, asked;
    ngx_http_mpic_caa_t  *caa;

    mpic_result_init(&check->result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    caa = ngx_pcalloc(check->job->pool, sizeof(ngx_http_mpic_caa_t));

    if (caa == NULL
        || ngx_http_mpic_caa_levels(check, caa) != NGX_OK
        || ngx_http_mpic_caa_proving(check, caa) != NGX_OK)
    {
        ngx_http_mpic_check_fail(check);
        return;
    }

    check->data = caa;
    check->expire = ngx_http_mpic_caa_expire;
    check->job->action = "looking up CAA";

    asked = 0;

    for (i = 0; i < caa->n; i++) {
        caa->lookups[i].question = &caa->levels[i];
        caa->lookups[i].handler = ngx_http_mpic_caa_answered;

        if (caa->proving != NULL) {
            caa->lookups[i].retry = ngx_http_mpic_caa_retry;
            caa->lookups[i].tries = NGX_HTTP_MPIC_CAA_TRIES;
        }

        if (ngx_http_mpic_lookup_start(check, &caa->lookups[i]) == NGX_OK) {
            asked++;
        }
    }

    /* what could not be asked, or nothing to ask, may be decisive already */

    if (asked < caa->n || caa->n == 0) {
        ngx_http_mpic_caa_judge(check);
    }
}


static ngx_int_t
ngx_http_mpic_caa_levels(ngx_http_mpic_check_t *check,
    ngx_http_mpic_caa_t *caa)
{
    int          n;
    ngx_pool_t  *pool;

    pool = check->job->pool;
    n = mpic_caa_nlevels(&check->request.target);

    caa->levels = ngx_pcalloc(pool, n * sizeof(mpic_lookup_t));
    if (caa->levels == NULL) {
        return NGX_ERROR;
    }

    n = mpic_caa_levels(&check->pool, &check->request.target, caa->levels);
    if (n < 0) {
        return NGX_ERROR;
    }

    caa->n = n;

    caa->lookups = ngx_pcalloc(pool,
                               caa->n * sizeof(ngx_http_mpic_lookup_t));
    if (caa->lookups == NULL) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Room for the proof that a failure is permission, where it may be.
 */

static ngx_int_t
ngx_http_mpic_caa_proving(ngx_http_mpic_check_t *check,
    ngx_http_mpic_caa_t *caa)
{
    size_t                      n;
    ngx_pool_t                 *pool;
    ngx_http_mpic_caa_proof_t  *proving;

    caa->proof.requested = check->request.caa.allow_lookup_failure;
    caa->proof.allowed = (check->conf->allow_caa_lookup_failure == 1);

    if (!caa->proof.requested || !caa->proof.allowed || caa->n == 0) {
        return NGX_OK;
    }

    n = caa->n;
    pool = check->job->pool;

    proving = ngx_pcalloc(pool, sizeof(ngx_http_mpic_caa_proof_t));
    if (proving == NULL) {
        return NGX_ERROR;
    }

    proving->ds = ngx_pcalloc(pool, n * sizeof(mpic_lookup_t));
    proving->cnames = ngx_pcalloc(pool, n * sizeof(mpic_lookup_t));
    proving->insecure = ngx_pcalloc(pool, n * sizeof(int));
    proving->why = ngx_pcalloc(pool, n * sizeof(char *));
    proving->ds_lookups = ngx_pcalloc(pool,
                                      n * sizeof(ngx_http_mpic_lookup_t));
    proving->cname_lookups = ngx_pcalloc(pool,
                                         n * sizeof(ngx_http_mpic_lookup_t));

    if (proving->ds == NULL || proving->cnames == NULL
        || proving->insecure == NULL || proving->why == NULL
        || proving->ds_lookups == NULL || proving->cname_lookups == NULL)
    {
        return NGX_ERROR;
    }

    caa->proof.ds = proving->ds;
    caa->proof.cnames = proving->cnames;
    caa->proof.insecure = proving->insecure;
    caa->proof.why = proving->why;
    caa->proving = proving;

    return NGX_OK;
}


static void
ngx_http_mpic_caa_answered(ngx_http_mpic_lookup_t *lookup)
{
    ngx_http_mpic_caa_judge(lookup->check);
}


/*
 * A level failed once.  If it does so again, the answers to these questions
 * may make it permission; there may be no time left to ask them by then.
 */

static void
ngx_http_mpic_caa_retry(ngx_http_mpic_lookup_t *lookup)
{
    size_t                      i;
    ngx_http_mpic_caa_t        *caa;
    ngx_http_mpic_check_t      *check;
    ngx_http_mpic_caa_proof_t  *proving;

    check = lookup->check;
    caa = check->data;
    proving = caa->proving;

    i = lookup - caa->lookups;

    ngx_http_mpic_caa_ask(check, i, proving->cnames, proving->cname_lookups,
                          MPIC_DNS_CNAME, ngx_http_mpic_caa_answered);

    for ( /* void */ ; i < caa->n; i++) {
        ngx_http_mpic_caa_ask(check, i, proving->ds, proving->ds_lookups,
                              MPIC_DNS_DS, ngx_http_mpic_caa_denied);
    }
}


static void
ngx_http_mpic_caa_ask(ngx_http_mpic_check_t *check, size_t i,
    mpic_lookup_t *questions, ngx_http_mpic_lookup_t *lookups, uint16_t type,
    ngx_http_mpic_lookup_pt handler)
{
    ngx_http_mpic_caa_t *caa = check->data;

    /* another level has failed before */

    if (questions[i].type != 0) {
        return;
    }

    questions[i].state = MPIC_LOOKUP_PENDING;
    questions[i].name = caa->levels[i].name;
    questions[i].type = type;

    lookups[i].question = &questions[i];
    lookups[i].handler = handler;
    lookups[i].simple = 1;

    if (type == MPIC_DNS_DS) {
        lookups[i].flags = NGX_MPIC_QUERY_DO;
    }

    /* if it cannot be sent, the level itself is still to come */

    (void) ngx_http_mpic_lookup_start(check, &lookups[i]);
}


static void
ngx_http_mpic_caa_denied(ngx_http_mpic_lookup_t *lookup)
{
    size_t                      i;
    ngx_http_mpic_caa_t        *caa;
    ngx_http_mpic_question_t   *asking;
    ngx_http_mpic_caa_proof_t  *proving;

    caa = lookup->check->data;
    proving = caa->proving;
    asking = &lookup->asking;

    i = lookup - proving->ds_lookups;

    if (lookup->question->state == MPIC_LOOKUP_ANSWERED) {
        proving->insecure[i] = mpic_cut_insecure(asking->msg, asking->len,
                                                 &lookup->question->name,
                                                 &proving->why[i]);
    }

    ngx_http_mpic_caa_judge(lookup->check);
}


static void
ngx_http_mpic_caa_expire(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_caa_t *caa = check->data;

    if (ngx_http_mpic_lookup_expire(check, caa->levels, caa->n) != NGX_OK) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    if (caa->proving != NULL
        && (ngx_http_mpic_lookup_expire(check, caa->proving->ds, caa->n)
            != NGX_OK
            || ngx_http_mpic_lookup_expire(check, caa->proving->cnames,
                                           caa->n)
               != NGX_OK))
    {
        ngx_http_mpic_check_fail(check);
        return;
    }

    ngx_http_mpic_caa_judge(check);
}


static void
ngx_http_mpic_caa_judge(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_caa_t *caa = check->data;

    int                 rc;
    size_t              ndomains;
    mpic_str_t         *domains;
    mpic_caa_params_t  *params;

    params = &check->request.caa;

    if (params->ndomains) {
        domains = params->domains;
        ndomains = params->ndomains;

    } else {
        domains = check->conf->caa_domains->elts;
        ndomains = check->conf->caa_domains->nelts;
    }

    rc = mpic_caa_judge(&check->pool, &check->request.target, params,
                        domains, ndomains, caa->levels, caa->n, &caa->proof,
                        &check->result);

    if (rc < 0) {
        ngx_http_mpic_check_fail(check);

    } else if (rc > 0) {

        /* the questions that are still open are dropped with the job */

        ngx_http_mpic_check_finish(check);
    }
}
