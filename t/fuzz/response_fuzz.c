
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Check responses of perspectives, which may be anybody: what is believed is
 * what any reader of the same octets sees, and does no harm to the answer
 * that it becomes a part of.
 */


#include "fuzz_json.h"
#include "mpic_response.h"


static void fuzz_request(mpic_request_t *request, size_t i);
static void fuzz_read(fuzz_pool_t *fp, const uint8_t *data, size_t size,
    const mpic_request_t *request);
static void fuzz_believed(fuzz_pool_t *fp, const mpic_str_t *body,
    const mpic_request_t *request, const mpic_response_t *response);
static void fuzz_text(const json_t *root, const char *name,
    const mpic_str_t *text);
static void fuzz_splice(fuzz_pool_t *fp, const mpic_request_t *request,
    const mpic_response_t *response, const json_t *alone);


#define FUZZ_REQUESTS  4


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t          i;
    fuzz_pool_t     fp;
    mpic_request_t  request;

    fuzz_pool_init(&fp);

    for (i = 0; i < FUZZ_REQUESTS; i++) {
        fuzz_request(&request, i);
        fuzz_read(&fp, data, size, &request);
        fuzz_pool_free(&fp);
    }

    return 0;
}


static void
fuzz_request(mpic_request_t *request, size_t i)
{
    static const mpic_str_t  name = mpic_str("www.example.com");

    memset(request, 0, sizeof(mpic_request_t));

    request->target.name = name;
    request->target.canonical = name;
    request->target_text = name;

    if (i == 0) {
        request->check_type = MPIC_CHECK_CAA;
        return;
    }

    request->check_type = MPIC_CHECK_DCV;
    request->dcv.method = (i == 1) ? MPIC_METHOD_ACME_DNS_01
                        : (i == 2) ? MPIC_METHOD_ACME_HTTP_01
                                   : MPIC_METHOD_DNS_CHANGE;
}


static void
fuzz_read(fuzz_pool_t *fp, const uint8_t *data, size_t size,
    const mpic_request_t *request)
{
    int              rc;
    size_t           fail_at;
    mpic_str_t       body, why;
    mpic_response_t  response, none;

    body = fuzz_str(fp, data, size);
    fp->asked = 0;

    rc = mpic_response_read(&fp->pool, body.data, body.len, request,
                            request->check_type, &response, &why);

    fail_at = fuzz_fail_at(data, size, fp->asked);

    if (rc == 0) {
        fuzz_believed(fp, &body, request, &response);

    } else {
        fuzz_check(rc == 1);
        fuzz_check_sentence(&why);

        memset(&none, 0, sizeof(mpic_response_t));
        none.refused = response.refused;
        /* NOLINTNEXTLINE(*-comparison,cert-*): of every octet */
        fuzz_check(memcmp(&response, &none, sizeof(none)) == 0);
    }

    if (fail_at) {
        fp->asked = 0;
        fp->fail_at = fail_at;

        rc = mpic_response_read(&fp->pool, body.data, body.len, request,
                                request->check_type, &response, &why);
        fuzz_check(rc == -1 && !response.passed && !response.completed);

        fp->fail_at = 0;
    }
}


static void
fuzz_believed(fuzz_pool_t *fp, const mpic_str_t *body,
    const mpic_request_t *request, const mpic_response_t *response)
{
    json_t        *root, *details;
    const char    *type;
    json_error_t   error;

    fuzz_check(response->completed || !response->passed);

    fuzz_check(response->json.len > 0 && response->json.len <= body->len);
    fuzz_check(response->json.data >= body->data
               && response->json.data + response->json.len
                  <= body->data + body->len);

    /* without JSON_DECODE_ANY, and nothing around it */

    root = json_loadb(response->json.data, response->json.len,
                      JSON_DECODE_INT_AS_REAL, &error);
    fuzz_check(json_is_object(root));

    fuzz_check(json_is_boolean(json_object_get(root, "check_passed")));
    fuzz_check(json_is_true(json_object_get(root, "check_passed"))
               == response->passed);
    fuzz_check(json_is_true(json_object_get(root, "check_completed"))
               == response->completed);

    type = json_string_value(json_object_get(root, "check_type"));
    fuzz_check(type != NULL);
    fuzz_check(strcmp(type, request->check_type == MPIC_CHECK_CAA ? "caa"
                                                                  : "dcv")
               == 0);

    if (response->passed) {
        fuzz_check(json_array_size(json_object_get(root, "errors")) == 0);
        fuzz_check(json_is_object(json_object_get(root, "details")));
    }

    details = json_object_get(root, "details");

    if (request->check_type == MPIC_CHECK_DCV && json_is_object(details)) {
        type = json_string_value(json_object_get(details,
                                                 "validation_method"));
        fuzz_check(type != NULL);
        fuzz_check(strcmp(type, mpic_method_name(request->dcv.method)) == 0);
    }

    fuzz_text(root, "perspective_code", &response->perspective_code);
    fuzz_text(root, "rir", &response->rir);
    fuzz_splice(fp, request, response, root);

    json_decref(root);
}


static void
fuzz_text(const json_t *root, const char *name, const mpic_str_t *text)
{
    json_t  *item;

    item = json_object_get(root, name);

    if (text->data == NULL) {
        fuzz_check(item == NULL || json_is_null(item));
        return;
    }

    fuzz_check(json_is_string(item));
    fuzz_check(json_string_length(item) == text->len);
    fuzz_check(memcmp(json_string_value(item), text->data, text->len) == 0);
}


static void
fuzz_splice(fuzz_pool_t *fp, const mpic_request_t *request,
    const mpic_response_t *response, const json_t *alone)
{
    json_t               *root, *list, *part;
    mpic_str_t            json;
    mpic_answer_t         answer;
    mpic_answer_entry_t   entries[2] = {
        { .code = mpic_str("eu-1"), .rir = mpic_str("RIPE NCC") },
        { .code = mpic_str("us-1"), .rir = mpic_str("ARIN"),
          .json = { mpic_str("{}"), mpic_str("{}") } }
    };

    entries[0].json[request->check_type] = response->json;

    memset(&answer, 0, sizeof(mpic_answer_t));

    answer.attempt_count = 1;

    answer.entries = entries;
    answer.nentries = 2;

    fuzz_check(mpic_answer_print(&fp->pool, request, &answer, &json) == 0);

    root = fuzz_json_written(&json);
    fuzz_check(json_is_false(json_object_get(root, "is_valid")));

    list = json_object_get(root, "perspectives");
    fuzz_check(json_array_size(list) == 2);

    part = json_object_get(json_array_get(list, 0), "check_response");
    fuzz_check(json_equal(part, (json_t *) alone));

    json_decref(root);
}
