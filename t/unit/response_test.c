
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_response.h"
#include "mpic_url.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>


#define HASH  "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"
#define THUMB "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"

/* the octets of the reference implementation, in the shape it sends */

#define REFERENCE_CAA                                                         \
    "{\"check_completed\":true,\"check_passed\":true,\"errors\":null,"        \
    "\"timestamp_ns\":1795446413561123440,\"check_type\":\"caa\","            \
    "\"details\":{\"caa_record_present\":true,"                               \
    "\"found_at\":\"example-mpic.test\","                                     \
    "\"records_seen\":[\"0 issue \\\"ca.example\\\"\"]}}"

#define REFERENCE_CAA_LOST                                                    \
    "{\"check_completed\":false,\"check_passed\":false,\"errors\":["          \
    "{\"error_type\":\"mpic_error:coordinator:remote_check\","                \
    "\"error_message\":\"The remote check failed to complete\"}],"            \
    "\"timestamp_ns\":1795445463714689573,\"check_type\":\"caa\","            \
    "\"details\":{\"caa_record_present\":null,\"found_at\":null,"             \
    "\"records_seen\":null}}"

#define REFERENCE_DNS                                                         \
    "{\"check_completed\":true,\"check_passed\":true,\"errors\":null,"        \
    "\"timestamp_ns\":1795446413563652694,\"check_type\":\"dcv\","            \
    "\"details\":{\"validation_method\":\"acme-dns-01\","                     \
    "\"records_seen\":[\"" HASH "\"],\"response_code\":0,"                    \
    "\"ad_flag\":false,\"found_at\":\"_acme-challenge.example-mpic.test\","   \
    "\"cname_chain\":[]}}"

#define REFERENCE_HTTP                                                        \
    "{\"check_completed\":true,\"check_passed\":true,\"errors\":null,"        \
    "\"timestamp_ns\":1795446413566311471,\"check_type\":\"dcv\","            \
    "\"details\":{\"validation_method\":\"acme-http-01\","                    \
    "\"response_history\":null,\"response_url\":"                             \
    "\"http://example-mpic.test/.well-known/acme-challenge/tok\","            \
    "\"response_status_code\":200,\"response_page\":"                         \
    "\"dG9rLjlqZzQ2V0IzclJfQUhELUVCWGRON2NCa0gxV091MHRBM005Zm0yMW1xVEk=\"}}"

#define DETAILS_CAA                                                           \
    "\"details\":{\"caa_record_present\":true,\"found_at\":\"a\","            \
    "\"records_seen\":[]}"

#define HEAD(completed, passed, errors)                                       \
    "{\"check_completed\":" completed ",\"check_passed\":" passed ","         \
    "\"errors\":" errors ",\"timestamp_ns\":1,\"check_type\":\"caa\","

#define CAA(details)                                                          \
    HEAD("true", "true", "null") "\"details\":" details "}"

#define DCV(details)                                                          \
    "{\"check_completed\":true,\"check_passed\":true,\"errors\":null,"        \
    "\"timestamp_ns\":1,\"check_type\":\"dcv\",\"details\":" details "}"

#define TIMESTAMP(timestamp)                                                  \
    "{\"check_completed\":true,\"check_passed\":true,\"errors\":null,"        \
    "\"timestamp_ns\":" timestamp ",\"check_type\":\"caa\"," DETAILS_CAA "}"

#define GOOD  HEAD("true", "true", "null") DETAILS_CAA "}"

#define DNS(records, code, ad, found, chain)                                  \
    DCV("{\"validation_method\":\"acme-dns-01\",\"records_seen\":" records    \
        ",\"response_code\":" code ",\"ad_flag\":" ad ",\"found_at\":" found  \
        ",\"cname_chain\":" chain "}")

#define HTTP(history, url, status, page)                                      \
    DCV("{\"validation_method\":\"acme-http-01\",\"response_history\":"       \
        history ",\"response_url\":" url ",\"response_status_code\":" status  \
        ",\"response_page\":" page "}")


typedef enum {
    AS_CAA,
    AS_DNS,
    AS_HTTP,
    AS_CHANGE
} asked_e;

typedef struct {
    asked_e      asked;
    const char  *body;
    /* a part of the reason, NULL for an answer that can be used */
    const char  *why;
} read_case_t;


static test_pool_t      tp;
static mpic_request_t   request;
static mpic_response_t  response;
static mpic_str_t       why;


static const read_case_t  reads[] = {

    { AS_CAA, REFERENCE_CAA, NULL },
    { AS_CAA, REFERENCE_CAA_LOST, NULL },
    { AS_DNS, REFERENCE_DNS, NULL },
    { AS_HTTP, REFERENCE_HTTP, NULL },
    { AS_CAA, GOOD, NULL },

    /* the answer to another question */

    { AS_DNS, REFERENCE_CAA, "\"check_type\" to be \"dcv\", got \"caa\"" },
    { AS_CAA, REFERENCE_DNS, "\"check_type\" to be \"caa\", got \"dcv\"" },
    { AS_CHANGE, REFERENCE_DNS,
      "\"validation_method\" to be \"dns-change\", got \"acme-dns-01\"" },
    { AS_HTTP, REFERENCE_DNS, "\"details.response_history\", got none" },
    { AS_DNS, REFERENCE_HTTP, "\"details.records_seen\", got none" },
    { AS_HTTP, DCV("{\"validation_method\":\"website-change\","
      "\"response_history\":null,\"response_url\":null,"
      "\"response_status_code\":null,\"response_page\":null}"),
      "to be \"acme-http-01\"" },

    /* no check response at all */

    { AS_CAA, "", "empty" },
    { AS_CAA, "<html>", "not valid JSON" },
    { AS_CAA, "null", "expected a JSON object, got null" },
    { AS_CAA, "[" GOOD "]", "expected a JSON object, got a list" },
    { AS_CAA, "{}", "\"check_completed\", got none" },
    { AS_CAA, GOOD "x", "not valid JSON" },
    { AS_CAA, GOOD GOOD, "not valid JSON" },
    { AS_CAA, GOOD "\n ", NULL },
    { AS_CAA, "\xef\xbb\xbf" GOOD, "not valid JSON" },
    { AS_CAA, "{\"error\":\"request-validation-failed\","
      "\"validation_issues\":[{\"issue_type\":\"a\","
      "\"message\":\"bad \\u001b thing\"}]}",
      "got the error \"request-validation-failed\": bad \\027 thing" },
    { AS_CAA, "{\"error\":\"gone\"}", "got the error \"gone\"" },
    { AS_CAA, "{\"error\":{},\"validation_issues\":1}",
      "got the error \"an object\"" },
    { AS_CAA, "{\"message\":\"Internal server error\"}",
      "\"check_completed\", got none" },

    /* contradictions */

    { AS_CAA, HEAD("false", "true", "null") DETAILS_CAA "}",
      "to be completed" },
    { AS_CAA, HEAD("true", "true", "[]") DETAILS_CAA "}", NULL },
    { AS_CAA, HEAD("true", "true", "[{\"error_type\":\"a\","
      "\"error_message\":\"b\"}]") DETAILS_CAA "}", "expected no errors" },
    { AS_CAA, HEAD("true", "false", "[{\"error_type\":\"a\","
      "\"error_message\":\"b\",\"x\":1}]") DETAILS_CAA "}", NULL },

    /* types of the outer fields */

    { AS_CAA, HEAD("1", "true", "null") DETAILS_CAA "}",
      "\"check_completed\" to be true or false, got another number" },
    { AS_CAA, HEAD("true", "\"true\"", "null") DETAILS_CAA "}",
      "\"check_passed\" to be true or false, got a string" },
    { AS_CAA, HEAD("null", "true", "null") DETAILS_CAA "}",
      "\"check_completed\" to be true or false, got null" },
    { AS_CAA, HEAD("true", "false", "{}") DETAILS_CAA "}",
      "\"errors\" to be a list" },
    { AS_CAA, HEAD("true", "false", "[1]") DETAILS_CAA "}",
      "got a number in it" },
    { AS_CAA, HEAD("true", "false", "[{\"error_type\":\"a\"}]")
      DETAILS_CAA "}", "\"errors[0].error_message\", got none" },
    { AS_CAA, HEAD("true", "false", "[{\"error_type\":\"a\","
      "\"error_message\":null}]") DETAILS_CAA "}",
      "\"errors[0].error_message\" to be a string, got null" },
    { AS_CAA, HEAD("true", "false", "[{\"error_type\":\"a\","
      "\"error_type\":\"a\",\"error_message\":\"\"}]") DETAILS_CAA "}",
      "\"errors[0].error_type\" once" },
    { AS_CAA, "{\"check_completed\":true,\"check_passed\":false,"
      "\"timestamp_ns\":1,\"check_type\":\"caa\"," DETAILS_CAA "}", NULL },
    { AS_CAA, "{\"check_completed\":true,\"check_passed\":true,"
      "\"check_type\":\"caa\"," DETAILS_CAA "}", "\"timestamp_ns\"" },
    { AS_CAA, "{\"check_completed\":true,\"check_passed\":true,"
      "\"timestamp_ns\":1," DETAILS_CAA "}", "\"check_type\", got none" },
    { AS_CAA, "{\"check_completed\":true,\"check_passed\":true,"
      "\"timestamp_ns\":1,\"check_type\":[\"caa\"]," DETAILS_CAA "}",
      "\"check_type\" to be a string" },
    { AS_CAA, "{\"check_completed\":true,\"timestamp_ns\":1,"
      "\"check_type\":\"caa\"," DETAILS_CAA "}", "\"check_passed\"" },

    { AS_CAA, TIMESTAMP("1"), NULL },
    { AS_CAA, TIMESTAMP("9223372036854774784"), NULL },
    { AS_CAA, TIMESTAMP("9223372036854775808"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("0"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("-1"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("1.0"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("1795446413.5"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("1e18"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("null"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("\"1795446413561123440\""), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("1e18,\"x\":1"), "\"timestamp_ns\" to be" },
    { AS_CAA, TIMESTAMP("1,\"x\":[1.5,{\"a\\\"1\":2e3}],\"duration_ms\":0.5"),
      NULL },

    /* twice */

    { AS_CAA, HEAD("true", "false", "null") "\"check_passed\":true,"
      DETAILS_CAA "}", "\"check_passed\" once" },
    { AS_CAA, HEAD("true", "false", "null") "\"check_p\\u0061ssed\":true,"
      DETAILS_CAA "}", "\"check_passed\" once" },
    { AS_CAA, HEAD("true", "false", "null") "\"Check_Passed\":true,"
      DETAILS_CAA "}", "\"check_passed\" once" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA "," DETAILS_CAA "}",
      "\"details\" once" },
    { AS_CAA, CAA("{\"caa_record_present\":true,\"found_at\":null,"
      "\"records_seen\":null,\"found_at\":\"a\"}"),
      "\"details.found_at\" once" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA ",\"x\":1,\"x\":2}",
      NULL },

    /* details */

    { AS_CAA, CAA("null"), "\"details\" of a completed" },
    { AS_CAA, HEAD("false", "false", "null") "\"details\":null}", NULL },
    { AS_CAA, HEAD("true", "false", "null") "\"details\":null}",
      "\"details\" of a completed" },
    { AS_CAA, CAA("[]"), "\"details\" to be an object" },
    { AS_CAA, "{\"check_completed\":false,\"check_passed\":false,"
      "\"timestamp_ns\":1,\"check_type\":\"caa\"}", "\"details\", got none" },
    { AS_CAA, CAA("{}"), "\"details.caa_record_present\", got none" },
    { AS_CAA, CAA("{\"caa_record_present\":\"yes\",\"found_at\":null,"
      "\"records_seen\":null}"), "\"details.caa_record_present\" to be" },
    { AS_CAA, CAA("{\"caa_record_present\":null,\"found_at\":1,"
      "\"records_seen\":null}"), "\"details.found_at\" to be a string" },
    { AS_CAA, CAA("{\"caa_record_present\":null,\"found_at\":null,"
      "\"records_seen\":\"a\"}"), "to be a list of strings, got a string" },
    { AS_CAA, CAA("{\"caa_record_present\":null,\"found_at\":null,"
      "\"records_seen\":[\"a\",null]}"), "got null in it" },
    { AS_CAA, CAA("{\"caa_record_present\":false,\"found_at\":null,"
      "\"records_seen\":null,\"x\":{\"y\":[]}}"), NULL },

    { AS_DNS, DNS("[]", "3", "true", "\"a\"", "[\"b.\"]"), NULL },
    { AS_DNS, DNS("null", "null", "null", "null", "null"), NULL },
    { AS_DNS, DNS("null", "0.0", "null", "null", "null"),
      "\"details.response_code\" to be an integer" },
    { AS_DNS, DNS("null", "-1", "null", "null", "null"),
      "\"details.response_code\" to be an integer" },
    { AS_DNS, DNS("null", "4294967296", "null", "null", "null"),
      "\"details.response_code\" to be an integer" },
    { AS_DNS, DNS("null", "0", "1", "null", "null"), "details.ad_flag" },
    { AS_DNS, DNS("null", "0", "true", "true", "null"), "details.found_at" },
    { AS_DNS, DNS("null", "0", "true", "null", "\"b\""),
      "details.cname_chain" },
    { AS_DNS, DNS("[[]]", "0", "true", "null", "[]"),
      "details.records_seen" },
    { AS_DNS, DCV("{\"validation_method\":\"acme-dns-01\","
      "\"records_seen\":[],\"response_code\":0,\"ad_flag\":false,"
      "\"found_at\":\"a\"}"), NULL },
    { AS_DNS, DCV("{\"validation_method\":null,\"records_seen\":[],"
      "\"response_code\":0,\"ad_flag\":false,\"found_at\":\"a\"}"),
      "details.validation_method" },

    { AS_HTTP, HTTP("[]", "\"u\"", "200", "\"\""), NULL },
    { AS_HTTP, HTTP("[{\"status_code\":302,\"url\":\"u\"}]", "null", "null",
      "null"), NULL },
    { AS_HTTP, HTTP("[{\"response_status_code\":302,\"response_url\":\"u\"}]",
      "null", "null", "null"), NULL },
    { AS_HTTP, HTTP("[{\"status_code\":\"302\"}]", "null", "null", "null"),
      "\"details.response_history[0].status_code\"" },
    { AS_HTTP, HTTP("[[]]", "null", "null", "null"),
      "details.response_history" },
    { AS_HTTP, HTTP("{}", "null", "null", "null"),
      "details.response_history" },
    { AS_HTTP, HTTP("null", "1", "null", "null"), "details.response_url" },
    { AS_HTTP, HTTP("null", "null", "\"200\"", "null"),
      "details.response_status_code" },
    { AS_HTTP, HTTP("null", "null", "200", "[]"), "details.response_page" },

    /* hostile text */

    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA ",\"x\":\"\\u0000\"}",
      "U+0000" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA ",\"x\":\"\xff\"}",
      "UTF-8" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA ",\"x\":\"\t\"}",
      "control character" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA ",\"x\":007}",
      "malformed number" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA ",\"x\":1e999}",
      "out of range" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA
      ",\"x\":12345678901234567890123456789012345678901}",
      "too many digits" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA
      ",\"x\":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}", NULL },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA
      ",\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", "nesting" },

    /* who answers */

    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA
      ",\"perspective_code\":1}", "\"perspective_code\" to be a string" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA ",\"rir\":[]}",
      "\"rir\" to be a string" },
    { AS_CAA, HEAD("true", "true", "null") DETAILS_CAA
      ",\"rir\":null,\"perspective_code\":null}", NULL },
};


static void
ask(asked_e asked)
{
    memset(&request, 0, sizeof(request));

    request.check_type = (asked == AS_CAA) ? MPIC_CHECK_CAA : MPIC_CHECK_DCV;

    request.dcv.method = (asked == AS_HTTP) ? MPIC_METHOD_ACME_HTTP_01
                         : (asked == AS_CHANGE) ? MPIC_METHOD_DNS_CHANGE
                         : MPIC_METHOD_ACME_DNS_01;
}


static int
read_octets(const char *data, size_t len)
{
    return mpic_response_read(&tp.pool, data, len, &request,
                              request.check_type, &response, &why);
}


static int
read_body(const char *body)
{
    memset(&response, 0x5a, sizeof(response));

    return read_octets(body, strlen(body));
}


/* an object with some more in it */

static int
read_with(const char *object, const char *more)
{
    mpic_str_t  body;

    assert_int_equal(mpic_str_printf(&tp.pool, &body, "%.*s%s",
                                     (int) strlen(object) - 1, object, more),
                     0);

    return read_body(body.data);
}


static void
test_read(void **state)
{
    int         rc;
    size_t      i;
    mpic_str_t  body;

    for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
        test_pool_reset(&tp);
        ask(reads[i].asked);

        why.data = "";

        body = test_str(&tp, reads[i].body, strlen(reads[i].body));
        rc = read_octets(body.data, body.len);

        if (rc != (reads[i].why != NULL)
            || (rc && strstr(why.data, reads[i].why) == NULL))
        {
            fail_msg("%s:\ngot %d, %s\nexpected %s", reads[i].body, rc,
                     why.data, reads[i].why ? reads[i].why : "none");
        }

        if (rc) {
            assert_int_equal(response.passed, 0);
            assert_int_equal(response.completed, 0);
            assert_null(response.json.data);
        }
    }

    test_pool_reset(&tp);
}


static void
test_read_fields(void **state)
{
    static const char  body[] = " \r\n" HEAD("true", "true", "null")
        DETAILS_CAA ",\"perspective_code\":\"eu-1\","
        "\"rir\":\"RIPE NCC\", \"y\" : 1.50 }\n";

    ask(AS_CAA);

    assert_int_equal(read_body(body), 0);
    assert_int_equal(response.completed, 1);
    assert_int_equal(response.passed, 1);
    assert_str_equal(response.perspective_code, "eu-1");
    assert_str_equal(response.rir, "RIPE NCC");
    assert_ptr_equal(response.json.data, body + 3);
    assert_int_equal(response.json.len, sizeof(body) - 1 - 3 - 1);

    assert_int_equal(read_body(HEAD("true", "false", "null") DETAILS_CAA "}"),
                     0);
    assert_int_equal(response.completed, 1);
    assert_int_equal(response.passed, 0);
    assert_null(response.perspective_code.data);
    assert_null(response.rir.data);

    assert_int_equal(read_body(HEAD("false", "false", "[]") DETAILS_CAA "}"),
                     0);
    assert_int_equal(response.completed, 0);

    test_pool_reset(&tp);
}


/*
 * cJSON reads an escape without four digits as U+0000, which cuts a string
 * short, and lets what is not JSON into the answer.
 */

static void
test_escape_without_digits_is_no_zero(void **state)
{
    size_t              i;
    static const char  *bodies[] = {
        HEAD("true", "true", "null") DETAILS_CAA ",\"x\":\"\\u00;0b\"}",
        HEAD("true", "true", "null") DETAILS_CAA ",\"x\":\"\\uzzzz\"}",
        HEAD("true", "true", "null") DETAILS_CAA ",\"x\":\"\\u000\"}",
        HEAD("true", "true", "null") DETAILS_CAA ",\"x\":\"\\u00",
        HEAD("true", "true", "null") DETAILS_CAA
            ",\"perspective_code\\u000g\":\"eu-1\"}",
    };

    ask(AS_CAA);

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_int_equal(read_body(bodies[i]), 1);
        assert_non_null(strstr(why.data, "a malformed escape"));
        assert_int_equal(response.passed, 0);
    }

    assert_int_equal(read_body(HEAD("true", "true", "null") DETAILS_CAA
                               ",\"perspective_code\":\"\\u00e9\\u00C9\"}"),
                     0);
    assert_str_equal(response.perspective_code, "\xc3\xa9\xc3\x89");

    test_pool_reset(&tp);
}


static void
test_read_bounds(void **state)
{
    char    *body;
    size_t   i, len;

    ask(AS_CAA);

    body = malloc(MPIC_RESPONSE_MAX + 1);
    assert_non_null(body);

    memset(body, ' ', MPIC_RESPONSE_MAX + 1);
    memcpy(body, GOOD, sizeof(GOOD) - 1);

    assert_int_equal(read_octets(body, MPIC_RESPONSE_MAX), 0);
    assert_int_equal(response.json.len, sizeof(GOOD) - 1);
    assert_int_equal(read_octets(body, MPIC_RESPONSE_MAX + 1), 1);

    /* cut off anywhere */

    len = sizeof(GOOD) - 1;

    for (i = 0; i < len; i++) {
        test_pool_reset(&tp);
        assert_int_equal(read_octets(body, i), 1);
    }

    /* any one octet changed: never a crash */

    for (i = 0; i < len * 256; i++) {
        test_pool_reset(&tp);
        memcpy(body, GOOD, len);
        body[i / 256] = (char) (i % 256);

        if (read_octets(body, len)
            == 0)
        {
            assert_non_null(response.json.data);
        }
    }

    free(body);
    test_pool_reset(&tp);
}


static void
set(mpic_str_t *str, const char *text)
{
    str->data = text;
    str->len = strlen(text);
}


static mpic_str_t
print_result(const mpic_result_t *result)
{
    mpic_str_t  json;

    assert_int_equal(mpic_response_print(&tp.pool, result, &json), 0);

    return json;
}


static void
test_print_caa(void **state)
{
    mpic_str_t     json, records[2], iodef;
    mpic_result_t  result;

    mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);
    result.timestamp_ns = 1795446413561123440ULL;

    json = print_result(&result);
    assert_str_equal(json, "{\"check_completed\":false,"
        "\"check_passed\":false,\"errors\":null,"
        "\"timestamp_ns\":1795446413561123440,\"check_type\":\"caa\","
        "\"details\":{\"caa_record_present\":null,\"found_at\":null,"
        "\"records_seen\":null,\"permissible_under_account_uri\":null,"
        "\"permissible_under_validation_method\":null,"
        "\"ttl\":null,\"iodef\":[]},\"dnssec_status\":null,"
        "\"duration_ms\":0}");

    result.completed = 1;
    result.passed = 1;
    result.caa_present = 0;
    result.duration_ms = 12;
    result.caa_ttl = 0;
    result.records_seen = records;
    set(&result.rir, "ARIN");
    set(&result.perspective_code, "us-1");

    json = print_result(&result);
    assert_str_equal(json, "{\"check_completed\":true,"
        "\"check_passed\":true,\"errors\":null,"
        "\"timestamp_ns\":1795446413561123440,\"check_type\":\"caa\","
        "\"details\":{\"caa_record_present\":false,\"found_at\":null,"
        "\"records_seen\":[],\"permissible_under_account_uri\":null,"
        "\"permissible_under_validation_method\":null,"
        "\"ttl\":0,\"iodef\":[]},"
        "\"dnssec_status\":null,\"duration_ms\":12,"
        "\"perspective_code\":\"us-1\",\"rir\":\"ARIN\"}");

    result.passed = 0;
    result.caa_present = 1;
    result.caa_ttl = 4294967295LL;
    set(&result.found_at, "example.com");
    set(&records[0], "0 issue \"ca.example\"");
    set(&records[1], "128 x \"\xff\"");
    result.nrecords_seen = 2;
    set(&iodef, "mailto:a@b");
    result.iodef = &iodef;
    result.niodef = 1;

    assert_int_equal(mpic_result_error(&tp.pool, &result,
                         MPIC_ERROR_CAA_FORBIDDEN, "no \"%s\"", "x"), 0);

    json = print_result(&result);
    assert_str_equal(json, "{\"check_completed\":true,"
        "\"check_passed\":false,\"errors\":[{\"error_type\":"
        "\"mpic_error:caa_checker:forbidden\",\"error_message\":"
        "\"no \\\"x\\\"\"}],"
        "\"timestamp_ns\":1795446413561123440,\"check_type\":\"caa\","
        "\"details\":{\"caa_record_present\":true,"
        "\"found_at\":\"example.com\","
        "\"records_seen\":[\"0 issue \\\"ca.example\\\"\","
        "\"128 x \\\\\\\"\\\\255\\\\\\\"\"],"
        "\"permissible_under_account_uri\":null,"
        "\"permissible_under_validation_method\":null,"
        "\"ttl\":4294967295,"
        "\"iodef\":[\"mailto:a@b\"]},\"dnssec_status\":null,"
        "\"duration_ms\":12,"
        "\"perspective_code\":\"us-1\",\"rir\":\"ARIN\"}");

    ask(AS_CAA);
    assert_int_equal(read_octets(json.data, json.len), 0);
    assert_str_equal(response.rir, "ARIN");

    test_pool_reset(&tp);
}


static void
test_print_dns(void **state)
{
    mpic_str_t     json, record, chain[2];
    mpic_result_t  result;

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
    result.method = MPIC_METHOD_DNS_CHANGE;
    result.timestamp_ns = 1;

    json = print_result(&result);
    assert_str_equal(json, "{\"check_completed\":false,"
        "\"check_passed\":false,\"errors\":null,\"timestamp_ns\":1,"
        "\"check_type\":\"dcv\",\"details\":{"
        "\"validation_method\":\"dns-change\",\"records_seen\":null,"
        "\"response_code\":null,\"ad_flag\":null,\"found_at\":null,"
        "\"cname_chain\":null},\"dnssec_status\":null,"
        "\"duration_ms\":0}");

    ask(AS_CHANGE);
    assert_int_equal(read_octets(json.data, json.len), 0);

    result.response_code = 0;
    result.ad = 0;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"records_seen\":null,"
        "\"response_code\":0,\"ad_flag\":false,\"found_at\":null,"
        "\"cname_chain\":[]}"));

    result.method = MPIC_METHOD_ACME_DNS_01;
    result.completed = 1;
    result.ad = 1;
    set(&record, HASH);
    result.records_seen = &record;
    result.nrecords_seen = 1;
    set(&chain[0], "a.example.");
    set(&chain[1], "b.example.");
    result.cname_chain = chain;
    result.ncname_chain = 2;
    set(&result.found_at, "b.example");

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"details\":{"
        "\"validation_method\":\"acme-dns-01\",\"records_seen\":[\"" HASH
        "\"],\"response_code\":0,\"ad_flag\":true,"
        "\"found_at\":\"b.example\","
        "\"cname_chain\":[\"a.example.\",\"b.example.\"]}"));

    ask(AS_DNS);
    assert_int_equal(read_octets(json.data, json.len), 0);
    test_pool_reset(&tp);
}


/* a record set of a whole DNS message must not make an unreadable answer */

static void
test_print_many_records(void **state)
{
    char           text[256];
    size_t         i, n;
    mpic_str_t     json, *records;
    mpic_result_t  result;

    n = 6000;
    memset(text, 1, sizeof(text));

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
    result.timestamp_ns = 1;
    result.completed = 1;
    result.response_code = 0;
    result.ad = 0;

    records = mpic_pcalloc(&tp.pool, n * sizeof(mpic_str_t));
    assert_non_null(records);

    for (i = 0; i < n; i++) {
        records[i].data = text;
        records[i].len = (i % 2) ? 0 : sizeof(text);
    }

    result.records_seen = records;
    result.nrecords_seen = n;

    json = print_result(&result);
    assert_true(json.len < MPIC_RESPONSE_MAX);
    assert_non_null(strstr(json.data, "\"records_omitted\":"));

    ask(AS_DNS);
    assert_int_equal(read_octets(json.data, json.len), 0);
    test_pool_reset(&tp);
}


/*
 * A target with long values in its "iodef", and one with long redirects, cost
 * the perspective its answer, which no coordinator could read.
 */

static void
test_print_long_iodef_and_history(void **state)
{
    char             text[MPIC_URL_MAX];
    size_t           i;
    mpic_str_t       json, values[64];
    mpic_result_t    result;
    mpic_redirect_t  hops[21];

    memset(text, '\\', sizeof(text));

    for (i = 0; i < 64; i++) {
        values[i].data = text;
        values[i].len = 1000;
    }

    mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);
    result.timestamp_ns = 1;
    result.completed = 1;
    result.iodef = values;
    result.niodef = 64;
    result.records_seen = values;
    result.nrecords_seen = 64;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"iodef_omitted\":56"));

    ask(AS_CAA);
    assert_int_equal(read_octets(json.data, json.len), 0);

    memset(text, 0xff, sizeof(text));

    for (i = 0; i < 21; i++) {
        hops[i].status = 302;
        hops[i].location.data = text;
        hops[i].location.len = sizeof(text);
    }

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
    result.method = MPIC_METHOD_ACME_HTTP_01;
    result.timestamp_ns = 1;
    result.completed = 1;
    result.history = hops;
    result.nhistory = 21;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"response_history_omitted\":19"));

    ask(AS_HTTP);
    assert_int_equal(read_octets(json.data, json.len), 0);
    test_pool_reset(&tp);
}


/* what is shown of DNSSEC, of records as a whole, and of what will end */

static void
test_print_dnssec(void **state)
{
    mpic_str_t         json;
    mpic_result_t      result;
    mpic_dns_record_t  record;

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
    result.method = MPIC_METHOD_CONTACT_PHONE_TXT;
    result.timestamp_ns = 1;
    result.response_code = 2;
    result.dnssec = MPIC_DNSSEC_BOGUS;
    result.ede_code = 6;
    set(&result.ede_text, "no \"way\"");
    assert_int_equal(mpic_result_warning(&tp.pool, &result, "%s", "soon"), 0);

    memset(&record, 0, sizeof(record));
    set(&record.owner, "a.example");
    set(&record.rdata, "\x01\xff");
    record.type = MPIC_DNS_TXT;
    record.ttl = 60;
    result.records = &record;
    result.nrecords = 1;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"cname_chain\":[],\"records\":["
        "{\"owner\":\"a.example\",\"type\":\"TXT\",\"ttl\":60,"
        "\"rdata\":\"01ff\"}]},\"dnssec_status\":\"bogus\","
        "\"extended_dns_error\":{\"code\":6,\"text\":\"no \\\"way\\\"\"},"
        "\"duration_ms\":0,\"warnings\":[\"soon\"]}"));

    ask(AS_CHANGE);
    request.dcv.method = MPIC_METHOD_CONTACT_PHONE_TXT;
    assert_int_equal(read_octets(json.data, json.len), 0);
    test_pool_reset(&tp);
}


static void
test_print_tls(void **state)
{
    mpic_str_t     json, tried;
    mpic_result_t  result;

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);
    result.method = MPIC_METHOD_ACME_TLS_ALPN_01;
    result.timestamp_ns = 1;
    set(&result.common_name, "a");
    set(&result.resolved_ip, "192.0.2.1");
    tried = result.resolved_ip;
    result.tried_ips = &tried;
    result.ntried_ips = 1;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"details\":{"
        "\"validation_method\":\"acme-tls-alpn-01\",\"common_name\":\"a\","
        "\"resolved_ip\":\"192.0.2.1\",\"tried_ips\":[\"192.0.2.1\"]}"));

    ask(AS_HTTP);
    assert_int_equal(read_octets(json.data, json.len), 1);

    request.dcv.method = MPIC_METHOD_ACME_TLS_ALPN_01;
    assert_int_equal(read_octets(json.data, json.len), 0);
    test_pool_reset(&tp);
}


static void
test_print_http(void **state)
{
    char             page[101];
    mpic_str_t       json;
    mpic_result_t    result;
    mpic_redirect_t  hops[2];

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
    result.method = MPIC_METHOD_ACME_HTTP_01;
    result.timestamp_ns = 1;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"details\":{"
        "\"validation_method\":\"acme-http-01\",\"response_history\":null,"
        "\"response_url\":null,\"response_status_code\":null,"
        "\"response_page\":null,\"resolved_ip\":null,"
        "\"tried_ips\":[]}"));

    set(&result.response_url, "http://a.example/");
    set(&result.response_page, "tok." THUMB);
    set(&result.resolved_ip, "192.0.2.1");
    result.response_status = 200;
    result.nhistory = 2;
    result.history = hops;
    hops[0].status = 301;
    set(&hops[0].location, "/x\x01\xfe");
    hops[1].status = 302;
    hops[1].location.data = NULL;
    hops[1].location.len = 0;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"response_history\":["
        "{\"status_code\":301,\"url\":\"/x\\\\001\\\\254\"},"
        "{\"status_code\":302,\"url\":null}],"
        "\"response_url\":\"http://a.example/\",\"response_status_code\":200,"
        "\"response_page\":"
        "\"dG9rLjlqZzQ2V0IzclJfQUhELUVCWGRON2NCa0gxV091MHRBM005Zm0yMW1xVEk="
        "\",\"resolved_ip\":\"192.0.2.1\",\"tried_ips\":[]}"));

    result.response_page.len = 0;
    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"response_page\":\"\""));

    /* one octet more than is shown */

    memset(page, 0, sizeof(page));
    page[100] = 'x';
    result.response_page.data = page;
    result.response_page.len = 101;

    json = print_result(&result);
    assert_non_null(strstr(json.data, "\"response_page\":\""
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "==\""));

    test_pool_reset(&tp);
}


static const char  answered_dcv[] =
    "{\"mpic_completed\":true,\"request_orchestration_parameters\":"
    "{\"perspective_count\":6,\"quorum_count\":null,\"max_attempts\":null,"
    "\"cohort_for_single_attempt\":null},"
    "\"actual_orchestration_parameters\":{\"perspective_count\":6,"
    "\"quorum_count\":4,\"attempt_count\":1},\"check_type\":\"dcv\","
    "\"domain_or_ip_target\":\"Example.com.\",\"is_valid\":true,"
    "\"trace_identifier\":null,\"perspectives\":["
    "{\"perspective_code\":\"p3\",\"rir\":\"ARIN\",\"check_response\":"
    REFERENCE_DNS "},"
    "{\"perspective_code\":\"p1\",\"rir\":null,\"check_response\":"
    REFERENCE_DNS "}],"
    "\"dcv_check_parameters\":{\"validation_method\":\"acme-dns-01\","
    "\"require_exact_case\":true,\"key_authorization_hash\":\"" HASH "\","
    "\"dns_record_type\":\"TXT\",\"dns_name_prefix\":\"_acme-challenge\"},"
    "\"previous_attempt_results\":null,\"api_version\":\"3.5.0\"}";

static const char  answered_caa[] =
    "{\"mpic_completed\":false,\"request_orchestration_parameters\":null,"
    "\"actual_orchestration_parameters\":{\"perspective_count\":2,"
    "\"quorum_count\":1,\"attempt_count\":1},\"check_type\":\"caa\","
    "\"domain_or_ip_target\":\"example.com\",\"is_valid\":false,"
    "\"trace_identifier\":\"t\",\"perspectives\":[],"
    "\"caa_check_parameters\":null,"
    "\"previous_attempt_results\":null,\"api_version\":\"3.5.0\"}";


#define ANSWERED(code)                                                        \
    "{\"perspective_code\":\"" code "\",\"rir\":\"ARIN\","                  \
    "\"check_response\":{},\"caa_check_response\":[]"

static const char  answered_both[] =
    "{\"mpic_completed\":true,\"request_orchestration_parameters\":null,"
    "\"actual_orchestration_parameters\":{\"perspective_count\":2,"
    "\"quorum_count\":2,\"attempt_count\":2},\"check_type\":"
    "\"dcv_with_caa\",\"domain_or_ip_target\":\"example.com\","
    "\"is_valid\":false,\"dcv_is_valid\":true,\"caa_is_valid\":false,"
    "\"trace_identifier\":null,\"perspectives\":["
    ANSWERED("c") "}," ANSWERED("d") "}],"
    "\"primary\":" ANSWERED("hq") ",\"errors\":[{\"error_type\":\"e\","
    "\"error_message\":\"m\"}]},"
    "\"dcv_check_parameters\":{\"validation_method\":\"acme-http-01\","
    "\"require_exact_case\":true,\"token\":\"t\",\"key_authorization\":"
    "\"t." HASH "\",\"http_headers\":null},"
    "\"caa_check_parameters\":{\"certificate_type\":\"tls-server\","
    "\"caa_domains\":null,\"allow_lookup_failure\":false,"
    "\"expected_validation_methods\":[\"http-01\"]},"
    "\"previous_attempt_results\":[["
    ANSWERED("a") "}," ANSWERED("b") "}]],"
    "\"previous_primary_results\":[" ANSWERED("hq") ",\"errors\":null}],"
    "\"api_version\":\"3.5.0\"}";


static int
parse(const char *body)
{
    static mpic_issues_t  issues;

    return mpic_request_parse(&tp.pool, body, strlen(body),
                              MPIC_REQUEST_COORDINATOR, &request, &issues);
}


static void
answer_set(mpic_answer_t *answer, mpic_answer_entry_t *entries)
{
    static const char  body[] = REFERENCE_DNS "trailing";

    memset(answer, 0, sizeof(mpic_answer_t));
    memset(entries, 0, 2 * sizeof(mpic_answer_entry_t));

    answer->completed = 1;
    answer->valid = 1;
    answer->perspective_count = 6;
    answer->quorum_count = 4;
    answer->attempt_count = 1;
    answer->entries = entries;
    answer->nentries = 2;

    set(&entries[0].code, "p3");
    set(&entries[0].rir, "ARIN");
    set(&entries[1].code, "p1");

    /* not terminated */

    entries[0].json[0].data = body;
    entries[0].json[0].len = sizeof(REFERENCE_DNS) - 1;
    entries[1].json[0] = entries[0].json[0];
}


static void
test_answer(void **state)
{
    mpic_str_t           json;
    mpic_answer_t        answer;
    mpic_answer_entry_t  entries[2];

    static const char  dcv[] =
        "{\"check_type\":\"dcv\",\"domain_or_ip_target\":\"Example.com.\","
        "\"dcv_check_parameters\":{\"validation_method\":\"acme-dns-01\","
        "\"key_authorization_hash\":\"" HASH "\"},"
        "\"orchestration_parameters\":{\"perspective_count\":6}}";

    assert_int_equal(parse(dcv), 0);
    answer_set(&answer, entries);

    assert_int_equal(mpic_answer_print(&tp.pool, &request, &answer, &json), 0);
    assert_str_equal(json, answered_dcv);

    assert_int_equal(parse("{\"check_type\":\"caa\","
        "\"domain_or_ip_target\":\"example.com\","
        "\"trace_identifier\":\"t\"}"), 0);

    memset(&answer, 0, sizeof(answer));
    answer.perspective_count = 2;
    answer.quorum_count = 1;
    answer.attempt_count = 1;
    answer.entries = entries;

    assert_int_equal(mpic_answer_print(&tp.pool, &request, &answer, &json), 0);
    assert_str_equal(json, answered_caa);

    test_pool_reset(&tp);
}


/* both checks, a second attempt, a primary that does not count */

static void
test_answer_attempts(void **state)
{
    size_t               i;
    mpic_str_t           json;
    mpic_answer_t        answer;
    mpic_answer_entry_t  entries[6];

    static const char  *codes[] = { "a", "b", "c", "d", "hq", "hq" };
    static const char  both[] =
        "{\"check_type\":\"dcv_with_caa\",\"domain_or_ip_target\":\"%s\","
        "\"dcv_check_parameters\":{\"validation_method\":\"acme-http-01\","
        "\"token\":\"t\",\"key_authorization\":\"t." HASH "\"}}";

    memset(&answer, 0, sizeof(answer));
    memset(entries, 0, sizeof(entries));

    for (i = 0; i < 6; i++) {
        set(&entries[i].code, codes[i]);
        set(&entries[i].rir, "ARIN");
        set(&entries[i].json[MPIC_CHECK_DCV], "{}");
        set(&entries[i].json[MPIC_CHECK_CAA], "[]");
    }

    set(&entries[5].errors[MPIC_CHECK_CAA].type, "e");
    set(&entries[5].errors[MPIC_CHECK_CAA].message, "m");

    answer.completed = 1;
    answer.kind_valid[MPIC_CHECK_DCV] = 1;
    answer.perspective_count = 2;
    answer.quorum_count = 2;
    answer.attempt_count = 2;
    answer.entries = entries;
    answer.nentries = 2;
    answer.primary = &entries[4];

    assert_int_equal(mpic_str_printf(&tp.pool, &json, both, "example.com"),
                     0);
    assert_int_equal(parse(json.data), 0);
    assert_int_equal(mpic_answer_print(&tp.pool, &request, &answer, &json), 0);
    assert_str_equal(json, answered_both);

    /* of an address there is nothing to be said of CAA */

    assert_int_equal(mpic_str_printf(&tp.pool, &json, both, "8.8.8.8"), 0);
    assert_int_equal(parse(json.data), 0);
    assert_int_equal(mpic_answer_print(&tp.pool, &request, &answer, &json), 0);
    assert_non_null(strstr(json.data, "\"dcv_is_valid\":true,"
                           "\"caa_is_valid\":null,\"caa_check_skipped\":"
                           "\"No CAA check exists for an IP address"));
    assert_null(strstr(json.data, "caa_check_response"));

    test_pool_reset(&tp);
}


/* BR 3.2.2.4, 3.2.2.8.1: the primary has to show that it validated */

static void
test_validated(void **state)
{
    int     caa;
    size_t  i;

    static const struct {
        const char  *status;
        int          name;
        int          address;
    } cases[] = {
        { ",\"dnssec_status\":\"secure\"}", 1, 1 },
        { ",\"dnssec_status\":\"insecure\"}", 1, 1 },
        { ",\"dnssec_status\":\"bogus\"}", 0, 0 },
        { ",\"dnssec_status\":\"indeterminate\"}", 0, 0 },
        { ",\"dnssec_status\":\"Secure\"}", 0, 0 },
        { ",\"dnssec_status\":\"\"}", 0, 0 },
        { ",\"dnssec_status\":null}", 0, 1 },
        { "}", 0, 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        for (caa = 0; caa < 2; caa++) {
            ask(caa ? AS_CAA : AS_HTTP);

            assert_int_equal(read_with(caa ? REFERENCE_CAA : REFERENCE_HTTP,
                                       cases[i].status), 0);

            assert_int_equal(mpic_response_validated(&response, &request,
                                                     request.check_type),
                             cases[i].name);

            /* the DNS was not asked for it, unless by a redirect */

            request.target.type = MPIC_TARGET_IPV4;

            assert_int_equal(mpic_response_validated(&response, &request,
                                                     request.check_type),
                             cases[i].address && !(caa && i == 6));
        }

        /* a check by the DNS asked it in any case */

        request.dcv.method = MPIC_METHOD_REVERSE_ADDRESS_LOOKUP;
        assert_int_equal(mpic_response_validated(&response, &request,
                                                 MPIC_CHECK_DCV),
                         cases[i].name);
    }

    ask(AS_CAA);
    assert_int_equal(read_with(REFERENCE_CAA, ",\"dnssec_status\":1}"), 1);

    test_pool_reset(&tp);
}


/* a perspective that finds the request wrong */

static void
test_refused(void **state)
{
    ask(AS_CAA);

    assert_int_equal(read_body("{\"error\":\"request-validation-failed\","
                               "\"validation_issues\":[]}"), 1);
    assert_int_equal(response.refused, 1);

    assert_int_equal(read_body("{\"error\":\"busy\"}"), 1);
    assert_int_equal(response.refused, 0);

    assert_int_equal(read_body("{}"), 1);
    assert_int_equal(response.refused, 0);

    test_pool_reset(&tp);
}


static void
test_error(void **state)
{
    mpic_str_t  json, message;

    set(&message, "say \"no\"\n");

    assert_int_equal(mpic_error_print(&tp.pool, "a-b", &message, &json), 0);
    assert_str_equal(json,
                     "{\"error\":\"a-b\",\"message\":\"say \\\"no\\\"\\n\"}");

    assert_int_equal(mpic_error_print(&tp.pool, "a-b", NULL, &json), 0);
    assert_str_equal(json, "{\"error\":\"a-b\"}");

    test_pool_reset(&tp);
}


static size_t  cjson_asked, cjson_fail_at;


static void *
cjson_malloc(size_t size)
{
    if (++cjson_asked == cjson_fail_at) {
        errno = ENOMEM;
        return NULL;
    }

    return malloc(size);
}


static int
everything(void)
{
    int                  rc;
    mpic_str_t           json, records[2];
    mpic_answer_t        answer;
    mpic_result_t        result;
    mpic_redirect_t      hop;
    mpic_answer_entry_t  entries[2];

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
    hop.status = 301;
    set(&hop.location, "\xff");
    result.history = &hop;
    result.nhistory = 1;
    set(&result.response_page, "x");

    rc = mpic_result_error(&tp.pool, &result, "a", "b");

    if (rc == 0) {
        rc = mpic_response_print(&tp.pool, &result, &json);
    }

    if (rc == 0) {
        mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);
        result.timestamp_ns = 1;
        result.completed = 1;
        set(&result.rir, "ARIN");
        set(&records[0], "r");
        set(&records[1], "\xff");
        result.records_seen = records;
        result.nrecords_seen = 2;

        rc = mpic_response_print(&tp.pool, &result, &json);
    }

    if (rc == 0) {
        ask(AS_CAA);
        rc = read_octets(json.data, json.len);
    }

    if (rc == 0) {
        answer_set(&answer, entries);
        request.orchestration.given = 1;
        rc = mpic_answer_print(&tp.pool, &request, &answer, &json);
    }

    if (rc == 0) {
        set(&json, "m");
        rc = mpic_error_print(&tp.pool, "e", &json, &json);
    }

    return rc;
}


static void
test_memory(void **state)
{
    int          rc;
    size_t       i;
    cJSON_Hooks  hooks;

    test_pool_exhaust(&tp, everything(), 0);

    ask(AS_CAA);
    test_pool_exhaust(&tp, read_body(REFERENCE_DNS), 1);
    test_pool_exhaust(&tp, read_body("{\"error\":\"a\"}"), 1);
    test_pool_exhaust(&tp, read_body("{\"check_completed\":1}"), 1);
    test_pool_exhaust(&tp, read_body(""), 1);
    test_pool_reset(&tp);

    hooks.malloc_fn = cjson_malloc;
    hooks.free_fn = free;
    cJSON_InitHooks(&hooks);

    for (i = 1; /* void */ ; i++) {
        cjson_asked = 0;
        cjson_fail_at = i;

        rc = everything();
        test_pool_reset(&tp);

        if (cjson_asked < i) {
            assert_int_equal(rc, 0);
            break;
        }

        assert_int_equal(rc, -1);
    }

    cJSON_InitHooks(NULL);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_fields),
        cmocka_unit_test(test_escape_without_digits_is_no_zero),
        cmocka_unit_test(test_read_bounds),
        cmocka_unit_test(test_print_caa),
        cmocka_unit_test(test_print_dns),
        cmocka_unit_test(test_print_many_records),
        cmocka_unit_test(test_print_long_iodef_and_history),
        cmocka_unit_test(test_print_dnssec),
        cmocka_unit_test(test_print_tls),
        cmocka_unit_test(test_print_http),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_answer_attempts),
        cmocka_unit_test(test_validated),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
