
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Writing: whatever the octets of a stranger, what is written is JSON, and a
 * check response reads as it was meant.  The input is an octet that chooses
 * what is written, one for its flags, and lines.
 */


#include "fuzz_json.h"
#include "mpic_json.h"
#include "mpic_response.h"


#define FUZZ_LINES      8

#define FUZZ_COMPLETED  0x01
#define FUZZ_PASSED     0x02
#define FUZZ_ERRORS     0x04
#define FUZZ_RECORDS    0x08
#define FUZZ_HISTORY    0x10
#define FUZZ_IDENTITY   0x20
#define FUZZ_KIND       0xc0


static void fuzz_issues(fuzz_pool_t *fp, fuzz_input_t *in);
static void fuzz_error(fuzz_pool_t *fp, fuzz_input_t *in);
static void fuzz_response(fuzz_pool_t *fp, fuzz_input_t *in);
static void fuzz_response_fill(fuzz_pool_t *fp, fuzz_input_t *in,
    unsigned flags, mpic_result_t *result);
static void fuzz_response_read(fuzz_pool_t *fp, const mpic_result_t *result,
    const mpic_str_t *json);
static mpic_str_t *fuzz_lines(fuzz_pool_t *fp, fuzz_input_t *in, size_t n);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_pool_t   fp;
    fuzz_input_t  in;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    switch (fuzz_byte(&in) & 3) {

    case 0:
        fuzz_issues(&fp, &in);
        break;

    case 1:
        fuzz_error(&fp, &in);
        break;

    default:
        fuzz_response(&fp, &in);
        break;
    }

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_issues(fuzz_pool_t *fp, fuzz_input_t *in)
{
    size_t          n;
    json_t         *root;
    mpic_str_t      line, json;
    mpic_issues_t   issues;

    memset(&issues, 0, sizeof(mpic_issues_t));

    for (n = 0; in->len; n++) {
        line = fuzz_line(fp, in);

        fuzz_check(mpic_issue_add(&fp->pool, &issues, "invalid-value",
                                  "a.b", "%.*s", (int) line.len, line.data)
                   == 0);

        /* with its zero octets, as the type allows */

        if (n < MPIC_ISSUES_MAX) {
            issues.list[n].message = line;
        }
    }

    fuzz_check(issues.n + issues.more == n);
    fuzz_check(mpic_issues_print(&fp->pool, &issues, &json) == 0);

    root = fuzz_json_written(&json);
    fuzz_check(json_array_size(json_object_get(root, "validation_issues"))
               == issues.n + (issues.more != 0));
    json_decref(root);
}


static void
fuzz_error(fuzz_pool_t *fp, fuzz_input_t *in)
{
    mpic_str_t  line, json;

    line = fuzz_take(fp, in, in->len);

    fuzz_check(mpic_error_print(&fp->pool, "not-allowed", &line, &json) == 0);
    fuzz_json_check_written(&json);
}


static void
fuzz_response(fuzz_pool_t *fp, fuzz_input_t *in)
{
    unsigned        flags;
    mpic_str_t      json;
    mpic_result_t   result;

    flags = fuzz_byte(in);

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);

    switch ((flags & FUZZ_KIND) >> 6) {

    case 0:
        mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);
        break;

    case 1:
        result.kind = MPIC_DETAILS_HTTP;
        result.method = MPIC_METHOD_ACME_HTTP_01;
        break;

    case 2:
        result.method = MPIC_METHOD_DNS_CHANGE;
        break;

    default:
        result.method = MPIC_METHOD_ACME_DNS_01;
        break;
    }

    fuzz_response_fill(fp, in, flags, &result);

    fuzz_check(mpic_response_print(&fp->pool, &result, &json) == 0);
    fuzz_response_read(fp, &result, &json);
}


static void
fuzz_response_fill(fuzz_pool_t *fp, fuzz_input_t *in, unsigned flags,
    mpic_result_t *result)
{
    size_t  i;

    result->completed = ((flags & FUZZ_COMPLETED) != 0);
    result->passed = ((flags & FUZZ_PASSED) != 0);
    result->timestamp_ns = 1700000000123456789 + fuzz_byte(in);
    result->caa_ttl = fuzz_byte(in);
    result->response_code = (int) fuzz_byte(in) - 1;
    result->response_status = (int) fuzz_byte(in) - 1;
    result->ad = (int) (fuzz_byte(in) % 3) - 1;
    result->caa_present = (int) (fuzz_byte(in) % 3) - 1;

    result->found_at = fuzz_line(fp, in);
    result->response_url = fuzz_line(fp, in);
    result->response_page = fuzz_line(fp, in);
    result->resolved_ip = fuzz_line(fp, in);

    if (flags & FUZZ_ERRORS) {
        result->nerrors = 2;

        for (i = 0; i < result->nerrors; i++) {
            result->errors[i].type = fuzz_line(fp, in);
            result->errors[i].message = fuzz_line(fp, in);
        }
    }

    if (flags & FUZZ_RECORDS) {
        result->nrecords_seen = FUZZ_LINES;
        result->records_seen = fuzz_lines(fp, in, FUZZ_LINES);
        result->niodef = 2;
        result->iodef = fuzz_lines(fp, in, 2);
        result->ncname_chain = 2;
        result->cname_chain = fuzz_lines(fp, in, 2);
    }

    if (flags & FUZZ_HISTORY) {
        result->nhistory = 1;
        result->history = mpic_pcalloc(&fp->pool, sizeof(mpic_redirect_t));
        result->history[0].status = 302;
        result->history[0].location = fuzz_line(fp, in);
    }

    if (flags & FUZZ_IDENTITY) {
        result->perspective_code = fuzz_line(fp, in);
        result->rir = fuzz_line(fp, in);
    }
}


static void
fuzz_response_read(fuzz_pool_t *fp, const mpic_result_t *result,
    const mpic_str_t *json)
{
    int              rc;
    json_t          *root;
    mpic_str_t       why;
    mpic_request_t   request;
    mpic_response_t  response;

    root = fuzz_json_written(json);

    fuzz_check(json_is_true(json_object_get(root, "check_passed"))
               == result->passed);
    fuzz_check(json_array_size(json_object_get(root, "errors"))
               == result->nerrors);

    json_decref(root);

    memset(&request, 0, sizeof(mpic_request_t));
    request.check_type = result->type;
    request.dcv.method = result->method;

    rc = mpic_response_read(&fp->pool, json->data, json->len, &request,
                            request.check_type, &response, &why);

    if (result->passed && (!result->completed || result->nerrors)) {
        fuzz_check(rc == 1);
        return;
    }

    if (rc != 0) {
        fprintf(stderr, "not read: %.*s\n", (int) why.len, why.data);
    }

    fuzz_check(rc == 0);
    fuzz_check(response.passed == result->passed);
    fuzz_check(response.completed == result->completed);
}


static mpic_str_t *
fuzz_lines(fuzz_pool_t *fp, fuzz_input_t *in, size_t n)
{
    size_t       i;
    mpic_str_t  *lines;

    lines = mpic_pcalloc(&fp->pool, n * sizeof(mpic_str_t));
    fuzz_check(lines != NULL);

    for (i = 0; i < n; i++) {
        lines[i] = fuzz_line(fp, in);
    }

    return lines;
}
