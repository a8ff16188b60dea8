
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * CAA: all levels of the tree are asked at once, and the check ends as soon
 * as the outcome cannot change any more.
 */


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_lookup.h"
#include "mpic_caa.h"


typedef struct {
    mpic_lookup_t           *levels;
    ngx_http_mpic_lookup_t  *lookups;
    size_t                   n;
} ngx_http_mpic_caa_t;


static ngx_int_t ngx_http_mpic_caa_levels(ngx_http_mpic_check_t *check,
    ngx_http_mpic_caa_t *caa);
static void ngx_http_mpic_caa_answered(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_caa_expire(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_caa_judge(ngx_http_mpic_check_t *check);


void
ngx_http_mpic_check_caa(ngx_http_mpic_check_t *check)
{
    size_t                i, asked;
    ngx_http_mpic_caa_t  *caa;

    mpic_result_init(&check->result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    caa = ngx_pcalloc(check->job->pool, sizeof(ngx_http_mpic_caa_t));

    if (caa == NULL || ngx_http_mpic_caa_levels(check, caa) != NGX_OK) {
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


static void
ngx_http_mpic_caa_answered(ngx_http_mpic_lookup_t *lookup)
{
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
                        domains, ndomains, caa->levels, caa->n,
                        &check->result);

    if (rc < 0) {
        ngx_http_mpic_check_fail(check);

    } else if (rc > 0) {

        /* the questions that are still open are dropped with the job */

        ngx_http_mpic_check_finish(check);
    }
}
