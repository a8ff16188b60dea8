
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_http_mpic_addresses.h"
#include "mpic_dnssec.h"
#include "ngx_mpic_timer.h"


static void ngx_http_mpic_addresses_literal(ngx_http_mpic_addresses_t *as,
    const mpic_str_t *host);
static void ngx_http_mpic_addresses_answered(ngx_http_mpic_lookup_t *lookup);
static void ngx_http_mpic_addresses_wait(ngx_http_mpic_addresses_t *as);
static void ngx_http_mpic_addresses_stop(ngx_mpic_op_t *op);
static void ngx_http_mpic_addresses_timer_handler(ngx_event_t *ev);
static void ngx_http_mpic_addresses_done(ngx_http_mpic_addresses_t *as);
static int ngx_http_mpic_addresses_take(ngx_http_mpic_addresses_t *as,
    const mpic_lookup_t *question, size_t max);
static int ngx_http_mpic_addresses_add(ngx_http_mpic_addresses_t *as,
    const mpic_address_t *address);
static int ngx_http_mpic_addresses_reason(ngx_http_mpic_addresses_t *as);
static int ngx_http_mpic_addresses_clause(ngx_http_mpic_addresses_t *as,
    const mpic_lookup_t *question, mpic_str_t *clause);


void
ngx_http_mpic_addresses_find(ngx_http_mpic_check_t *check,
    ngx_http_mpic_addresses_t *as, const mpic_str_t *host,
    ngx_uint_t literal)
{
    ngx_uint_t  i, asked;

    as->check = check;

    if (literal) {
        ngx_http_mpic_addresses_literal(as, host);
        return;
    }

    asked = 0;

    for (i = 0; i < 2; i++) {
        as->questions[i].state = MPIC_LOOKUP_PENDING;
        as->questions[i].name = *host;
        as->questions[i].type = (i == 0) ? MPIC_DNS_AAAA : MPIC_DNS_A;

        as->lookups[i].question = &as->questions[i];
        as->lookups[i].handler = ngx_http_mpic_addresses_answered;
        as->lookups[i].data = as;

        if (ngx_http_mpic_lookup_start(check, &as->lookups[i]) == NGX_OK) {
            asked++;
        }
    }

    if (asked == 0) {
        ngx_http_mpic_addresses_done(as);
    }
}


static void
ngx_http_mpic_addresses_literal(ngx_http_mpic_addresses_t *as,
    const mpic_str_t *host)
{
    mpic_address_t  address;

    if (mpic_address_parse(host, &address) != 0
        || ngx_http_mpic_addresses_add(as, &address)
           != 0)
    {
        ngx_http_mpic_check_fail(as->check);
        return;
    }

    if (as->n == 0) {
        as->why = as->refused;
    }

    as->handler(as);
}


static void
ngx_http_mpic_addresses_answered(ngx_http_mpic_lookup_t *lookup)
{
    ngx_http_mpic_addresses_t *as = lookup->data;

    if (as->questions[0].state != MPIC_LOOKUP_PENDING
        && as->questions[1].state != MPIC_LOOKUP_PENDING)
    {
        ngx_http_mpic_addresses_done(as);

    } else if (mpic_lookup_usable(lookup->question)
               && lookup->question->answer.nrecords)
    {
        ngx_http_mpic_addresses_wait(as);
    }
}


/*
 * Some name servers never answer a question for AAAA.  They shall not take
 * all of the check's time where there is an address to go on with (RFC 8305
 * section 3).
 */

static void
ngx_http_mpic_addresses_wait(ngx_http_mpic_addresses_t *as)
{
    ngx_msec_t       msec;
    ngx_mpic_job_t  *job;

    job = as->check->job;

    msec = ngx_mpic_job_left(job) / 2;
    msec = ngx_min(msec, as->check->conf->resolver->timeout);

    ngx_mpic_event_init(&as->timer, ngx_http_mpic_addresses_timer_handler,
                        job->log, 1);
    ngx_mpic_timer_set(&as->timer, msec);

    ngx_mpic_job_op_add(job, &as->op, ngx_http_mpic_addresses_stop);
    as->waiting = 1;
}


static void
ngx_http_mpic_addresses_stop(ngx_mpic_op_t *op)
{
    ngx_http_mpic_addresses_t  *as;

    as = ngx_queue_data(op, ngx_http_mpic_addresses_t, op);

    ngx_mpic_event_clear(&as->timer);
}


static void
ngx_http_mpic_addresses_timer_handler(ngx_event_t *ev)
{
    ngx_uint_t                  i;
    ngx_http_mpic_addresses_t  *as;

    as = ngx_mpic_event_owner(ev, ngx_http_mpic_addresses_t, timer);

    for (i = 0; i < 2; i++) {
        if (as->questions[i].state == MPIC_LOOKUP_PENDING) {
            ngx_http_mpic_lookup_cancel(&as->lookups[i],
                                        "no answer in time");
        }
    }

    ngx_http_mpic_addresses_done(as);
}


static void
ngx_http_mpic_addresses_done(ngx_http_mpic_addresses_t *as)
{
    if (as->waiting) {
        ngx_mpic_job_op_done(&as->op);
        ngx_mpic_event_clear(&as->timer);
    }

    mpic_result_dnssec_any(&as->check->result, as->questions, 2);

    if (ngx_http_mpic_addresses_take(as, &as->questions[0],
                                     NGX_HTTP_MPIC_IPV6_MAX) != 0
        || ngx_http_mpic_addresses_take(as, &as->questions[1],
                                        NGX_HTTP_MPIC_ADDRESSES_MAX) != 0
        || (as->n == 0 && ngx_http_mpic_addresses_reason(as) != 0))
    {
        ngx_http_mpic_check_fail(as->check);
        return;
    }

    as->handler(as);
}


static int
ngx_http_mpic_addresses_take(ngx_http_mpic_addresses_t *as,
    const mpic_lookup_t *question, size_t max)
{
    size_t                    i, len;
    mpic_address_t            address;
    const mpic_dns_record_t  *record;

    if (!mpic_lookup_usable(question)) {
        return 0;
    }

    len = (question->type == MPIC_DNS_AAAA) ? 16 : 4;

    for (i = 0; i < question->answer.nrecords && as->n < max; i++) {
        record = &question->answer.records[i];

        if (record->value.len != len) {
            continue;
        }

        ngx_memzero(&address, sizeof(mpic_address_t));

        address.version = (len == 16) ? 6 : 4;
        ngx_memcpy(address.octets, record->value.data, len);

        if (ngx_http_mpic_addresses_add(as, &address) != 0) {
            return -1;
        }
    }

    return 0;
}


/* "refused" is kept only for the sentence of a host that has no other */

static int
ngx_http_mpic_addresses_add(ngx_http_mpic_addresses_t *as,
    const mpic_address_t *address)
{
    char         text[MPIC_ADDRESS_TEXT_MAX];
    const char  *reason;

    reason = mpic_address_refused(&as->check->conf->addresses, address);

    if (reason == NULL) {
        as->list[as->n++] = *address;
        return 0;
    }

    if (as->refused.data != NULL) {
        return 0;
    }

    mpic_address_text(address, text);

    return mpic_str_printf(&as->check->pool, &as->refused,
                           "the address %s is not one to connect to (%s)",
                           text, reason);
}


static int
ngx_http_mpic_addresses_reason(ngx_http_mpic_addresses_t *as)
{
    mpic_str_t  aaaa, a;

    if (as->refused.data != NULL) {
        as->why = as->refused;
        return 0;
    }

    if (ngx_http_mpic_addresses_clause(as, &as->questions[0], &aaaa) != 0
        || ngx_http_mpic_addresses_clause(as, &as->questions[1], &a) != 0)
    {
        return -1;
    }

    return mpic_str_printf(&as->check->pool, &as->why,
                           "%s has no address: AAAA: %s; A: %s",
                           as->questions[0].name.data, aaaa.data, a.data);
}


static int
ngx_http_mpic_addresses_clause(ngx_http_mpic_addresses_t *as,
    const mpic_lookup_t *question, mpic_str_t *clause)
{
    const char  *text;

    if (!mpic_lookup_usable(question)) {
        return mpic_lookup_reason(&as->check->pool, question, clause);
    }

    text = (question->answer.rcode == MPIC_DNS_NXDOMAIN)
           ? "no such name (NXDOMAIN)" : "no record";

    return mpic_str_printf(&as->check->pool, clause, "%s", text);
}


ngx_msec_t
ngx_http_mpic_addresses_time(const ngx_http_mpic_addresses_t *as, size_t i)
{
    ngx_msec_t  msec;

    msec = ngx_mpic_job_left(as->check->job);

    if (i + 1 < as->n) {
        msec /= 2;
    }

    msec = ngx_min(msec, as->check->conf->connect_timeout);

    return ngx_max(msec, 1);
}
