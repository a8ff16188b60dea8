
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The IETF draft's dialect: a request that is accepted says nothing that is
 * not done, and an answer is a success only if the votes are one.
 *
 * The first octet chooses: a request, or an answer to each kind of check.
 */


#include "fuzz_json.h"
#include "mpic_draft.h"
#include "mpic_draft_caa.h"
#include "mpic_params.h"


static int fuzz_run(fuzz_pool_t *fp, const uint8_t *data, size_t size);
static int fuzz_request(fuzz_pool_t *fp, const mpic_str_t *body);
static void fuzz_accepted(fuzz_pool_t *fp, const json_t *root,
    const mpic_request_t *request);
static void fuzz_http(const json_t *root, const mpic_request_t *request);
static void fuzz_dns(const json_t *root, const mpic_request_t *request);
static int fuzz_is_caa_wanted(const json_t *root, const char *name,
    const mpic_request_t *request);
static void fuzz_sent(fuzz_pool_t *fp, const mpic_request_t *request);
static int fuzz_answer(fuzz_pool_t *fp, const mpic_str_t *body,
    mpic_check_type_e type);
static void fuzz_success(const json_t *theirs, const json_t *ours,
    mpic_check_type_e type);
static int fuzz_is_passed(const json_t *entry, mpic_check_type_e type);
static void fuzz_is_text(const json_t *root, const char *name,
    const mpic_str_t *text);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_twice(fuzz_run, data, size);

    return 0;
}


static int
fuzz_run(fuzz_pool_t *fp, const uint8_t *data, size_t size)
{
    int         rc;
    char       *copy;
    mpic_str_t  body;

    if (size == 0) {
        return 0;
    }

    copy = malloc(size);
    fuzz_check(copy != NULL);
    memcpy(copy, data + 1, size - 1);

    body.data = copy;
    body.len = size - 1;

    switch (data[0] % 4) {

    case 0:
        rc = fuzz_answer(fp, &body, MPIC_CHECK_DCV);
        break;

    case 1:
        rc = fuzz_answer(fp, &body, MPIC_CHECK_CAA);
        break;

    case 2:
        rc = fuzz_answer(fp, &body, MPIC_CHECK_DCV_WITH_CAA);
        break;

    default:
        rc = fuzz_request(fp, &body);
        break;
    }

    free(copy);

    return rc;
}


static int
fuzz_request(fuzz_pool_t *fp, const mpic_str_t *body)
{
    int             rc;
    json_t         *root;
    mpic_str_t      json;
    mpic_issues_t   issues;
    mpic_request_t  request;

    rc = mpic_draft_parse(&fp->pool, body->data, body->len, &request,
                          &issues);

    if (rc == 1) {
        fuzz_check(issues.n > 0);

        if (mpic_draft_issues_print(&fp->pool, &issues, &json) == 0) {
            root = fuzz_json_written(&json);
            fuzz_check(json_is_false(json_object_get(root, "success")));
            fuzz_check(json_is_string(json_object_get(root, "error")));
            json_decref(root);
        }

    } else if (rc == 0) {
        root = fuzz_json_load(body);
        fuzz_check(json_is_object(root));

        fuzz_accepted(fp, root, &request);

        json_decref(root);
    }

    return rc;
}


static void
fuzz_accepted(fuzz_pool_t *fp, const json_t *root,
    const mpic_request_t *request)
{
    const char  *method;

    method = json_string_value(json_object_get(root, "method"));
    fuzz_check(method != NULL);

    /* what the draft has no words for */

    fuzz_check(!request->orchestration.given
               && request->orchestration.quorum_count == -1
               && request->orchestration.perspective_count == -1
               && request->orchestration.max_attempts == -1);
    fuzz_check(request->caa.ndomains == 0
               && !request->caa.allow_lookup_failure
               && !request->caa.account_uris_given
               && request->caa.cert_type == MPIC_CERT_TLS_SERVER);
    fuzz_check(!request->include_records && !request->caa_skipped);

    if (strcmp(method, "caa") == 0) {
        fuzz_check(json_object_size(root) == 2);
        fuzz_check(request->check_type == MPIC_CHECK_CAA);
        fuzz_check(request->target.type == MPIC_TARGET_FQDN
                   && !request->target.reverse);
        fuzz_is_text(root, "domain", &request->target_text);

    } else if (strcmp(method, "http-acme") == 0) {
        fuzz_http(root, request);

    } else {
        fuzz_check(strcmp(method, "dns") == 0);
        fuzz_dns(root, request);
    }

    if (fp->fail_at == 0) {
        fuzz_sent(fp, request);
    }
}


static void
fuzz_http(const json_t *root, const mpic_request_t *request)
{
    const mpic_dcv_params_t  *dcv;

    dcv = &request->dcv;

    fuzz_check(json_object_size(root)
               == 4u + (json_object_get(root, "caa_check") != NULL));
    fuzz_check(dcv->method == MPIC_METHOD_ACME_HTTP_01);
    fuzz_check(dcv->nheaders == 0 && !request->target.wildcard);

    fuzz_is_text(root, "domain_or_ip", &request->target_text);
    fuzz_is_text(root, "token", &dcv->token);
    fuzz_is_text(root, "key_authorization", &dcv->key_authorization);

    fuzz_check(fuzz_is_caa_wanted(root, "caa_check", request)
               == (request->check_type == MPIC_CHECK_DCV_WITH_CAA));
}


static void
fuzz_dns(const json_t *root, const mpic_request_t *request)
{
    const char               *type, *prefix;
    const mpic_dcv_params_t  *dcv;

    dcv = &request->dcv;
    type = json_string_value(json_object_get(root, "record-type"));
    prefix = json_string_value(json_object_get(root, "prefix"));

    fuzz_check(json_object_size(root)
               == 5u + (json_object_get(root, "caa") != NULL));
    fuzz_check(type != NULL && prefix != NULL);
    fuzz_check(request->target.type == MPIC_TARGET_FQDN);
    fuzz_is_text(root, "domain", &request->target_text);

    /* all of the record */

    fuzz_check(dcv->exact_match);
    fuzz_check(dcv->exact_case == (strcmp(type, "TXT") == 0));

    if (dcv->method == MPIC_METHOD_ACME_DNS_01) {
        fuzz_check(strcmp(type, "TXT") == 0
                   && strcmp(prefix, "_acme-challenge") == 0);
        fuzz_is_text(root, "expected", &dcv->key_authorization_hash);

    } else {
        fuzz_check(dcv->method == MPIC_METHOD_DNS_CHANGE);
        fuzz_is_text(root, "prefix", &dcv->name_prefix);
        fuzz_is_text(root, "expected", &dcv->challenge_value);
    }

    fuzz_check(fuzz_is_caa_wanted(root, "caa", request)
               == (request->check_type == MPIC_CHECK_DCV_WITH_CAA));
}


static int
fuzz_is_caa_wanted(const json_t *root, const char *name,
    const mpic_request_t *request)
{
    const json_t  *item;

    item = json_object_get(root, name);

    if (item == NULL || json_is_null(item)) {
        return request->target.type == MPIC_TARGET_FQDN;
    }

    fuzz_check(json_is_boolean(item));

    return json_is_true(item);
}


/* perspectives take what they are sent */

static void
fuzz_sent(fuzz_pool_t *fp, const mpic_request_t *request)
{
    mpic_str_t      json;
    mpic_issues_t   issues;
    mpic_request_t  again;

    if (request->check_type != MPIC_CHECK_CAA) {
        fuzz_check(mpic_request_print(&fp->pool, request, MPIC_CHECK_DCV,
                                      &json)
                   == 0);
        fuzz_check(mpic_request_parse(&fp->pool, json.data, json.len,
                                      MPIC_REQUEST_DCV, &again, &issues)
                   == 0);
        fuzz_check(again.dcv.method == request->dcv.method);
        fuzz_check(again.dcv.exact_match == request->dcv.exact_match
                   && again.dcv.exact_case == request->dcv.exact_case);
    }

    if (request->check_type != MPIC_CHECK_DCV) {
        fuzz_check(mpic_request_print(&fp->pool, request, MPIC_CHECK_CAA,
                                      &json)
                   == 0);
        fuzz_check(mpic_request_parse(&fp->pool, json.data, json.len,
                                      MPIC_REQUEST_CAA, &again, &issues)
                   == 0);
        fuzz_check(again.target.wildcard == request->target.wildcard);
    }
}


/* -1 as for no memory is what an answer that is none gives */

static int
fuzz_answer(fuzz_pool_t *fp, const mpic_str_t *body, mpic_check_type_e type)
{
    json_t          *ours, *theirs;
    mpic_str_t       json;
    json_error_t     error;
    mpic_request_t   request;

    memset(&request, 0, sizeof(mpic_request_t));
    request.check_type = type;

    if (mpic_draft_answer(&fp->pool, &request, body, &json, NULL) != 0) {
        return 0;
    }

    /* with a member twice it may be another answer for another reader */

    theirs = json_loadb(body->data, body->len,
                        JSON_REJECT_DUPLICATES|JSON_DECODE_INT_AS_REAL,
                        &error);
    ours = fuzz_json_written(&json);

    fuzz_check(json_is_boolean(json_object_get(ours, "success")));
    fuzz_check(json_is_object(json_object_get(ours, "perspectives")));

    if (json_is_true(json_object_get(ours, "success"))) {
        fuzz_check(json_object_get(ours, "error") == NULL);

        if (theirs != NULL) {
            fuzz_success(theirs, ours, type);
        }

    } else {
        fuzz_check(json_is_string(json_object_get(ours, "error")));
        fuzz_check(json_string_length(json_object_get(ours, "error"))
                   < (MPIC_DRAFT_REASONS_MAX + 1) * 2200);
    }

    json_decref(ours);
    json_decref(theirs);

    return 0;
}


static void
fuzz_success(const json_t *theirs, const json_t *ours,
    mpic_check_type_e type)
{
    size_t       i, n, regions;
    json_t      *list, *entry, *actual, *ok;
    const char  *first, *rir, *code;

    n = 0;
    first = NULL;
    regions = 0;

    list = json_object_get(theirs, "perspectives");
    actual = json_object_get(theirs, "actual_orchestration_parameters");

    fuzz_check(json_is_array(list));
    fuzz_check(json_is_true(json_object_get(theirs, "is_valid")));

    for (i = 0; i < json_array_size(list); i++) {
        entry = json_array_get(list, i);

        code = json_string_value(json_object_get(entry, "perspective_code"));
        rir = json_string_value(json_object_get(entry, "rir"));

        fuzz_check(code != NULL && rir != NULL);

        ok = json_object_get(json_object_get(json_object_get(ours,
                                                             "perspectives"),
                                             code),
                             "success");

        if (!json_is_true(ok)) {
            continue;
        }

        fuzz_check(fuzz_is_passed(entry, type));

        n++;
        regions += (first == NULL || strcmp(first, rir) != 0);
        first = rir;
    }

    fuzz_check(n > 0);
    fuzz_check(n >= json_number_value(json_object_get(actual,
                                                      "quorum_count")));
    fuzz_check(regions > 1
               || json_number_value(json_object_get(actual,
                                                    "perspective_count"))
                  <= 2);
    fuzz_check((type == MPIC_CHECK_DCV)
               == (json_object_get(ours, "caa") == NULL));
}


static int
fuzz_is_passed(const json_t *entry, mpic_check_type_e type)
{
    const json_t  *one, *two;

    one = json_object_get(entry, "check_response");
    two = json_object_get(entry, "caa_check_response");

    return json_is_true(json_object_get(one, "check_passed"))
           && (type != MPIC_CHECK_DCV_WITH_CAA
               || json_is_true(json_object_get(two, "check_passed")));
}


static void
fuzz_is_text(const json_t *root, const char *name, const mpic_str_t *text)
{
    const json_t  *item;

    item = json_object_get(root, name);

    fuzz_check(json_is_string(item));
    fuzz_check(text->data != NULL);
    fuzz_check(json_string_length(item) == text->len
               && strcmp(json_string_value(item), text->data) == 0);
}
