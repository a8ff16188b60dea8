
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * contact-email-caa and contact-phone-caa: as with CAA, all levels of the tree
 * are asked at once, and the check ends as soon as the outcome cannot change.
 */


#include "ngx_http_mpic_check.h"
#include "ngx_http_mpic_lookup.h"
#include "mpic_contact.h"


typedef struct {
    mpic_lookup_t           *levels;
    ngx_http_mpic_lookup_t  *lookups;
    size_t                   n;
} ngx_http_mpic_contact_t;


static int ngx_http_mpic_contact_levels(ngx_http_mpic_check_t *check,
    ngx_http_mpic_contact_t *contact, mpic_str_t *why);
static void ngx_http_mpic_contact_ask(ngx_http_mpic_check_t *check,
    ngx_http_mpic_contact_t *contact);
static void ngx_http_mpic_contact_answered(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_contact_expire(ngx_http_mpic_check_t *check);
static void ngx_http_mpic_contact_judge(ngx_http_mpic_check_t *check);


void
ngx_http_mpic_check_contact(ngx_http_mpic_check_t *check)
{
    int                       rc;
    mpic_str_t                why;
    ngx_http_mpic_contact_t  *contact;

    mpic_result_init(&check->result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
    check->result.method = check->request.dcv.method;

    contact = ngx_pcalloc(check->job->pool, sizeof(ngx_http_mpic_contact_t));
    if (contact == NULL) {
        ngx_http_mpic_check_fail(check);
        return;
    }

    check->data = contact;
    check->expire = ngx_http_mpic_contact_expire;
    check->job->action = "looking up the contact";

    rc = ngx_http_mpic_contact_levels(check, contact, &why);

    if (rc < 0) {
        ngx_http_mpic_check_fail(check);

    } else if (rc > 0) {
        ngx_http_mpic_check_impossible(check, &why);

    } else {
        ngx_http_mpic_contact_ask(check, contact);
    }
}


static int
ngx_http_mpic_contact_levels(ngx_http_mpic_check_t *check,
    ngx_http_mpic_contact_t *contact, mpic_str_t *why)
{
    int              rc;
    ngx_pool_t      *pool;
    mpic_request_t  *request;

    pool = check->job->pool;
    request = &check->request;

    contact->levels = ngx_pcalloc(pool,
                                  mpic_contact_nlevels(&request->target)
                                  * sizeof(mpic_lookup_t));
    if (contact->levels == NULL) {
        return -1;
    }

    rc = mpic_contact_levels(&check->pool, &request->target, &request->dcv,
                             contact->levels, &contact->n, why);
    if (rc != 0) {
        return rc;
    }

    contact->lookups = ngx_pcalloc(pool, contact->n
                                         * sizeof(ngx_http_mpic_lookup_t));

    return (contact->lookups != NULL) ? 0 : -1;
}


static void
ngx_http_mpic_contact_ask(ngx_http_mpic_check_t *check,
    ngx_http_mpic_contact_t *contact)
{
    size_t  i, asked;

    asked = 0;

    for (i = 0; i < contact->n; i++) {
        contact->lookups[i].question = &contact->levels[i];
        contact->lookups[i].handler = ngx_http_mpic_contact_answered;

        if (ngx_http_mpic_lookup_start(check, &contact->lookups[i])
            == NGX_OK)
        {
            asked++;
        }
    }

    /* what could not be asked, or nothing to ask, may be decisive already */

    if (asked < contact->n || contact->n == 0) {
        ngx_http_mpic_contact_judge(check);
    }
}


static void
ngx_http_mpic_contact_answered(ngx_http_mpic_lookup_t *lookup)
{
    ngx_http_mpic_contact_judge(lookup->check);
}


static void
ngx_http_mpic_contact_expire(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_contact_t *contact = check->data;

    if (ngx_http_mpic_lookup_expire(check, contact->levels, contact->n)
        != NGX_OK)
    {
        ngx_http_mpic_check_fail(check);
        return;
    }

    ngx_http_mpic_contact_judge(check);
}


static void
ngx_http_mpic_contact_judge(ngx_http_mpic_check_t *check)
{
    ngx_http_mpic_contact_t *contact = check->data;

    int  rc;

    rc = mpic_contact_judge(&check->pool, &check->request.dcv,
                            contact->levels, contact->n, &check->result);

    if (rc < 0) {
        ngx_http_mpic_check_fail(check);

    } else if (rc > 0) {

        /* the questions that are still open are dropped with the job */

        ngx_http_mpic_check_finish(check);
    }
}
