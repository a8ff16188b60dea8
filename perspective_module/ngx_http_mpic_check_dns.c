
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The methods that look at the records of one type at one name.
 */


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_lookup.h"
#include "mpic_challenge_dns.h"
#include "mpic_dnssec.h"


typedef struct {
    mpic_lookup_t           question;
    ngx_http_mpic_lookup_t  lookup;
} ngx_http_mpic_dns_t;


static void ngx_http_mpic_dns_answered(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_dns_expire(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_dns_judge(ngx_http_mpic_check_t *check);


void
ngx_http_mpic_check_dns(ngx_http_mpic_check_t *check)
{
    int                   rc;
    mpic_str_t            why;
    mpic_dcv_params_t    *params;
    ngx_http_mpic_dns_t  *dns;

    params = &check->request.dcv;

    mpic_result_init(&check->result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
    check->result.method = params->method;

    dns = ngx_pcalloc(check->job->pool, sizeof(ngx_http_mpic_dns_t));
    if (dns == NULL) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    check->data = dns;
    check->expire = ngx_http_mpic_dns_expire;
    check->job->action = "looking up the challenge record";

    rc = mpic_challenge_dns_question(&check->pool, &check->request.target,
                                     params, &dns->question, &why);

    if (rc < 0) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    if (rc > 0) {
        ngx_http_mpic_check_impossible(check, &why);
        return;
    }

    if (check->conf->persistent_policy) {
        params->wildcard_policy = 1;
    }

    dns->lookup.question = &dns->question;
    dns->lookup.handler = ngx_http_mpic_dns_answered;

    if (ngx_http_mpic_lookup_start(check, &dns->lookup) != NGX_OK) {
        ngx_http_mpic_dns_judge(check);
    }
}


static void
ngx_http_mpic_dns_answered(ngx_http_mpic_lookup_t *lookup)
{
    ngx_http_mpic_dns_judge(lookup->check);
}


static void
ngx_http_mpic_dns_expire(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_dns_t *dns = check->data;

    if (ngx_http_mpic_lookup_expire(check, &dns->question, 1) != NGX_OK) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    ngx_http_mpic_dns_judge(check);
}


static void
ngx_http_mpic_dns_judge(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_dns_t *dns = check->data;

    mpic_result_dnssec(&check->result, &dns->question);

    if (mpic_challenge_dns(&check->pool, &check->request.target,
                           &check->request.dcv, ngx_time(), &dns->question,
                           &check->result)
        != 0)
    {
        ngx_http_mpic_check_fail(check);
        return;
    }

    ngx_http_mpic_check_finish(check);
}
