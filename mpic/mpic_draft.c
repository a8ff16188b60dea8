
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_draft.h"
#include "mpic_params_field.h"

#include <string.h>


/* the methods of the draft, as bits: which of them have a field */

#define MPIC_DRAFT_CAA   0x01
#define MPIC_DRAFT_HTTP  0x02
#define MPIC_DRAFT_DNS   0x04

#define MPIC_DRAFT_ANY   (MPIC_DRAFT_CAA|MPIC_DRAFT_HTTP|MPIC_DRAFT_DNS)


typedef struct {
    const char  *name;
    unsigned     methods;
} mpic_draft_field_t;


static void mpic_draft_read(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request);
static unsigned mpic_draft_method(mpic_reader_t *reader,
    const mpic_place_t *top);
static void mpic_draft_unknown(mpic_reader_t *reader,
    const mpic_place_t *top, unsigned method);
static int mpic_draft_target(mpic_reader_t *reader, const mpic_place_t *top,
    const char *name, mpic_request_t *request);
static void mpic_draft_caa(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request);
static void mpic_draft_http(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request);
static void mpic_draft_dns(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request);
static void mpic_draft_acme_dns(mpic_dcv_params_t *dcv);
static void mpic_draft_fit(mpic_reader_t *reader, const mpic_place_t *top,
    const char *name, const mpic_request_t *request);
static void mpic_draft_permitted(mpic_reader_t *reader,
    const mpic_place_t *top, const char *name, const mpic_target_t *target);


static const mpic_draft_field_t  mpic_draft_methods[] = {
    { "caa", MPIC_DRAFT_CAA },
    { "http-acme", MPIC_DRAFT_HTTP },
    { "dns", MPIC_DRAFT_DNS },
    { NULL, 0 }
};


static const mpic_draft_field_t  mpic_draft_fields[] = {
    { "method", MPIC_DRAFT_ANY },
    { "domain", MPIC_DRAFT_CAA|MPIC_DRAFT_DNS },
    { "domain_or_ip", MPIC_DRAFT_HTTP },
    { "token", MPIC_DRAFT_HTTP },
    { "key_authorization", MPIC_DRAFT_HTTP },
    { "caa_check", MPIC_DRAFT_HTTP },
    { "record-type", MPIC_DRAFT_DNS },
    { "prefix", MPIC_DRAFT_DNS },
    { "expected", MPIC_DRAFT_DNS },
    { "caa", MPIC_DRAFT_DNS },
    { NULL, 0 }
};


int
mpic_draft_parse(mpic_pool_t *pool, const char *body, size_t len,
    mpic_request_t *request, mpic_issues_t *issues)
{
    mpic_place_t   top;
    mpic_reader_t  reader;

    memset(request, 0, sizeof(mpic_request_t));

    if (mpic_reader_open(&reader, pool, body, len, issues, &top)) {
        mpic_draft_read(&reader, &top, request);
    }

    return mpic_reader_close(&reader);
}


static void
mpic_draft_read(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request)
{
    unsigned  method;

    /* the draft has no such parameters: the policy alone decides */

    request->orchestration.perspective_count = -1;
    request->orchestration.quorum_count = -1;
    request->orchestration.max_attempts = -1;
    request->orchestration.cohort_for_single_attempt = -1;

    method = mpic_draft_method(reader, top);

    mpic_draft_unknown(reader, top, method ? method : MPIC_DRAFT_ANY);

    switch (method) {

    case MPIC_DRAFT_CAA:
        mpic_draft_caa(reader, top, request);
        break;

    case MPIC_DRAFT_HTTP:
        mpic_draft_http(reader, top, request);
        break;

    case MPIC_DRAFT_DNS:
        mpic_draft_dns(reader, top, request);
        break;

    default:
        break;
    }

    if (request->check_type == MPIC_CHECK_DCV_WITH_CAA) {
        mpic_params_caa_method(reader, request);
    }
}


/* 0 if it is none */

static unsigned
mpic_draft_method(mpic_reader_t *reader, const mpic_place_t *top)
{
    mpic_str_t                 text;
    const mpic_draft_field_t  *row;

    if (mpic_reader_text(reader, top, "method", MPIC_URI_MAX, MPIC_REQUIRED,
                         &text)
        != MPIC_FIELD_GIVEN)
    {
        return 0;
    }

    for (row = mpic_draft_methods; row->name != NULL; row++) {

        if (mpic_params_is(&text, row->name)) {
            return row->methods;
        }
    }

    mpic_reader_issue(reader, "unknown-validation-method", top, "method",
                      "\"%s\" is no method of the draft; served are caa, "
                      "http-acme and dns", mpic_reader_excerpt(reader, &text));

    return 0;
}


static void
mpic_draft_unknown(mpic_reader_t *reader, const mpic_place_t *top,
    unsigned method)
{
    const char                *shown;
    mpic_str_t                 name;
    const cJSON               *item;
    const mpic_draft_field_t  *row;

    cJSON_ArrayForEach(item, top->object) {

        for (row = mpic_draft_fields; row->name != NULL; row++) {

            if ((row->methods & method)
                && strcmp(item->string, row->name) == 0)
            {
                break;
            }
        }

        if (row->name != NULL) {
            continue;
        }

        if (reader->issues->n == MPIC_ISSUES_MAX) {
            reader->issues->more++;
            continue;
        }

        name.data = item->string;
        name.len = strlen(item->string);

        shown = mpic_reader_excerpt(reader, &name);

        mpic_reader_issue(reader, "unknown-field", top, shown,
                          "\"%s\" is no field of this method in the draft, "
                          "and what it asks for would not be done", shown);
    }
}


/* returns 1 if there is a target to judge */

static int
mpic_draft_target(mpic_reader_t *reader, const mpic_place_t *top,
    const char *name, mpic_request_t *request)
{
    int           rc;
    mpic_str_t    why;
    const cJSON  *item;

    if (mpic_reader_field(reader, top, name, cJSON_String, MPIC_REQUIRED,
                          &item)
        != MPIC_FIELD_GIVEN)
    {
        return 0;
    }

    if (mpic_str_copy(reader->pool, &request->target_text, item->valuestring,
                      strlen(item->valuestring))
        != 0)
    {
        reader->failed = 1;
        return 0;
    }

    rc = mpic_target_parse(reader->pool, &request->target_text,
                           &request->target, &why);

    if (rc == 1) {
        mpic_reader_issue(reader, "invalid-target", top, name, "%s",
                          why.data);

    } else if (rc == -1) {
        reader->failed = 1;
    }

    return rc == 0;
}


static void
mpic_draft_caa(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request)
{
    request->check_type = MPIC_CHECK_CAA;

    if (mpic_draft_target(reader, top, "domain", request)) {
        mpic_draft_permitted(reader, top, "domain", &request->target);
    }
}


/* RFC 8555 section 8.3 */

static void
mpic_draft_http(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request)
{
    int           caa, target;
    mpic_field_e  given;

    request->check_type = MPIC_CHECK_DCV;
    request->dcv.method = MPIC_METHOD_ACME_HTTP_01;
    request->dcv_given = 1;

    /* the fields of the draft have the names of the API here */

    mpic_params_acme(reader, top, &request->dcv);

    target = mpic_draft_target(reader, top, "domain_or_ip", request);

    caa = 1;
    given = mpic_reader_bool(reader, top, "caa_check", &caa);

    if (!target) {
        return;
    }

    mpic_draft_fit(reader, top, "domain_or_ip", request);

    /* the default is true, unless it is an address */

    if (given == MPIC_FIELD_ABSENT
        && request->target.type != MPIC_TARGET_FQDN)
    {
        return;
    }

    if (caa) {
        request->check_type = MPIC_CHECK_DCV_WITH_CAA;
        mpic_draft_permitted(reader, top, "domain_or_ip", &request->target);
    }
}


static void
mpic_draft_dns(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request)
{
    int                 caa;
    mpic_str_t         *prefix;
    const cJSON        *item;
    mpic_dcv_params_t  *dcv;

    dcv = &request->dcv;

    request->check_type = MPIC_CHECK_DCV;
    request->dcv_given = 1;
    dcv->method = MPIC_METHOD_DNS_CHANGE;

    mpic_params_record_type(reader, top, "record-type",
                            mpic_params_change_types, dcv,
                            &dcv->record_type);

    /* the draft requires it, and has no other text for none but "" */

    prefix = &dcv->name_prefix;

    if (mpic_json_member(top->object, "prefix", &item) == 0
        || cJSON_IsNull(item))
    {
        mpic_reader_issue(reader, "missing-field", top, "prefix",
                          "\"prefix\" is required; \"\" stands for the domain "
                          "itself");

    } else {
        mpic_params_prefix(reader, top, "prefix", prefix);
    }

    mpic_params_challenge(reader, top, "expected", &dcv->challenge_value);

    /* the whole record, in its case, where names are not compared */

    dcv->exact_match = 1;
    dcv->exact_case = (dcv->record_type == MPIC_DNS_TXT);

    mpic_draft_acme_dns(dcv);

    caa = 1;
    mpic_reader_bool(reader, top, "caa", &caa);

    if (caa) {
        request->check_type = MPIC_CHECK_DCV_WITH_CAA;
    }

    if (!mpic_draft_target(reader, top, "domain", request)) {
        return;
    }

    mpic_draft_fit(reader, top, "domain", request);

    if (caa && request->target.type == MPIC_TARGET_FQDN) {
        mpic_draft_permitted(reader, top, "domain", &request->target);
    }
}


/*
 * A TXT record at _acme-challenge that is a digest is RFC 8555's dns-01, and
 * is judged as such: CAA's validationmethods are to name dns-01 then.
 */

static void
mpic_draft_acme_dns(mpic_dcv_params_t *dcv)
{
    mpic_str_t  *expected, *prefix;

    expected = &dcv->challenge_value;
    prefix = &dcv->name_prefix;

    if (dcv->record_type != MPIC_DNS_TXT
        || prefix->len == 0
        || !mpic_params_is(prefix, MPIC_PREFIX_ACME)
        || expected->len != MPIC_DIGEST_LEN
        || !mpic_params_all_of(expected, MPIC_BASE64URL))
    {
        return;
    }

    dcv->method = MPIC_METHOD_ACME_DNS_01;
    dcv->key_authorization_hash = *expected;

    memset(expected, 0, sizeof(mpic_str_t));
    memset(prefix, 0, sizeof(mpic_str_t));
}


static void
mpic_draft_fit(mpic_reader_t *reader, const mpic_place_t *top,
    const char *name, const mpic_request_t *request)
{
    const char  *unfit;

    unfit = mpic_method_unfit(request->dcv.method, &request->target);

    if (unfit != NULL) {
        mpic_reader_issue(reader, "invalid-target", top, name,
                          "this method %s", unfit);
    }
}


/* can there be a CAA check? */

static void
mpic_draft_permitted(mpic_reader_t *reader, const mpic_place_t *top,
    const char *name, const mpic_target_t *target)
{
    if (target->type != MPIC_TARGET_FQDN) {
        mpic_reader_issue(reader, "invalid-target", top, name,
                          "no CAA check exists for an IP address");

    } else if (target->reverse) {
        mpic_reader_issue(reader, "invalid-target", top, name,
                          "a name below in-addr.arpa or ip6.arpa cannot be "
                          "certified, and so has no CAA check (BR 4.2.2)");
    }
}


int
mpic_draft_issues_print(mpic_pool_t *pool, const mpic_issues_t *issues,
    mpic_str_t *text)
{
    size_t       more;
    mpic_str_t   error;
    mpic_json_t  json;

    more = issues->n + issues->more;
    more -= (more > 0);

    if (mpic_str_printf(pool, &error, "The request cannot be accepted: %s%s",
                        issues->n ? issues->list[0].message.data : "",
                        more ? "; there are more issues." : ".")
        != 0)
    {
        return -1;
    }

    mpic_json_start(&json, pool);
    mpic_json_bool(&json, json.root, "success", 0);
    mpic_json_text(&json, json.root, "error", &error);
    mpic_issues_list(&json, json.root, issues);

    return mpic_json_finish(&json, text);
}


int
mpic_draft_error_print(mpic_pool_t *pool, const mpic_str_t *message,
    mpic_str_t *text)
{
    mpic_json_t  json;

    mpic_json_start(&json, pool);
    mpic_json_bool(&json, json.root, "success", 0);
    mpic_json_text(&json, json.root, "error", message);

    return mpic_json_finish(&json, text);
}
