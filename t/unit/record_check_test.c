
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_json.h"
#include "mpic_record_check.h"

#include <stdio.h>


/* a value that occurs in no other way, and what is looked for of it */
#define SECRET  "Kx7hVt2pQw9sLm4nRz8bYc3dEf5gHj6k"
#define HEAD    "Kx7hVt2pQw9s"

#define HTTP01                                                                \
    "{\"domain_or_ip_target\":\"Example.com\",\"trace_identifier\":\"t-1\","  \
    "\"dcv_check_parameters\":{\"validation_method\":\"acme-http-01\","       \
    "\"token\":\"" SECRET "\",\"key_authorization\":\"" SECRET ".abcdefgh\"}}"

#define CAA                                                                   \
    "{\"domain_or_ip_target\":\"*.example.com\",\"caa_check_parameters\":"    \
    "{\"certificate_type\":\"s-mime\",\"caa_domains\":[\"ca.example\"]}}"


static test_pool_t     tp;
static mpic_request_t  request;
static mpic_issues_t   issues;


static mpic_str_t
text(const char *s)
{
    mpic_str_t  t;

    t.data = s;
    t.len = strlen(s);

    return t;
}


/* a check as it was asked for, "rc" being what its reading gives */

static void
ask(mpic_record_check_t *check, const char *body, mpic_request_kind_e kind,
    int rc)
{
    test_pool_reset(&tp);
    memset(check, 0, sizeof(mpic_record_check_t));
    memset(&issues, 0, sizeof(mpic_issues_t));

    assert_int_equal(mpic_request_parse(&tp.pool, body, strlen(body), kind,
                                        &request, &issues),
                     rc);

    check->type = (kind == MPIC_REQUEST_CAA) ? MPIC_CHECK_CAA
                                             : MPIC_CHECK_DCV;
    check->head.time = 1795446413425;
    check->head.answered = 7;
    check->head.ended = 9;
    check->head.status = rc ? 400 : 200;
    check->head.request_id = text("0123");
    check->head.connection = 5;
    check->head.number = 2;
    check->head.request = &request;
    check->issues = rc ? &issues : NULL;
}


/* one line of JSON, in bounds, without the value */

static const char *
print(const mpic_record_check_t *check)
{
    cJSON       *root;
    size_t       i;
    mpic_str_t   line, head;

    assert_int_equal(mpic_record_check_print(&tp.pool, check, &line), 0);
    assert_true(line.len <= MPIC_RECORD_MAX);

    for (i = 0; i < line.len; i++) {
        assert_true((unsigned char) line.data[i] >= 0x20);
    }

    root = cJSON_Parse(line.data);
    assert_non_null(root);
    cJSON_Delete(root);

    head = text(HEAD);

    if (mpic_str_contains(&tp.pool, &line, &head, 0) != 0) {
        fail_msg("a value is in %s", line.data);
    }

    return line.data;
}


static void
holds(const char *line, const char *part)
{
    if (strstr(line, part) == NULL) {
        fail_msg("no %s in %s", part, line);
    }
}


static void
holds_no(const char *line, const char *part)
{
    if (strstr(line, part) != NULL) {
        fail_msg("%s in %s", part, line);
    }
}


static void
test_fields(void **state)
{
    mpic_record_check_t  check;

    ask(&check, HTTP01, MPIC_REQUEST_DCV, 0);

    check.code = text("us-west-2");
    check.rir = text("ARIN");
    check.completed = 1;
    check.passed = 1;
    check.response = text(
        "{\"check_completed\":true,\"check_passed\":true,\"errors\":null,"
        "\"timestamp_ns\":1795446413432060669,\"check_type\":\"dcv\","
        "\"dnssec_status\":\"secure\",\"duration_ms\":6,\"details\":{"
        "\"validation_method\":\"acme-http-01\",\"response_url\":"
        "\"http://example.com/.well-known/acme-challenge/" SECRET "\","
        "\"response_status_code\":200,\"response_page\":\"a2V5\"}}");

    assert_string_equal(print(&check),
        "{\"time\":\"2026-11-23T15:06:53.425Z\",\"event\":\"mpic_check\","
        "\"outcome\":\"passed\",\"status\":200,\"duration_ms\":7,"
        "\"request\":{\"id\":\"0123\",\"connection\":5,\"number\":2},"
        "\"perspective\":\"us-west-2\",\"rir\":\"ARIN\","
        "\"trace_identifier\":\"t-1\",\"target\":\"example.com\","
        "\"target_sent\":\"Example.com\",\"check_type\":\"dcv\","
        "\"method\":\"acme-http-01\",\"method_section\":\"3.2.2.4.19\","
        "\"br_version\":\"" MPIC_BR_VERSION "\",\"evidence\":{"
        "\"time\":\"2026-11-23T15:06:53.432Z\",\"duration_ms\":6,"
        "\"dnssec_status\":\"secure\",\"response_status_code\":200,"
        "\"response_url\":"
        "\"http://example.com/.well-known/acme-challenge/...\"},"
        "\"truncated\":false}");

    ask(&check, CAA, MPIC_REQUEST_CAA, 0);

    check.completed = 1;
    check.response = text(
        "{\"check_type\":\"caa\",\"details\":{\"caa_record_present\":true,"
        "\"records_seen\":[\"0 issuemail \\\";\\\"\"]}}");

    holds(print(&check), "\"perspective\":null,\"rir\":null,"
          "\"trace_identifier\":null,\"target\":\"*.example.com\","
          "\"target_sent\":\"*.example.com\",\"check_type\":\"caa\","
          "\"caa_section\":\"3.2.2.8\",\"certificate_type\":\"s-mime\"");
    holds(print(&check), "\"evidence\":{\"caa_record_present\":true,"
          "\"records_seen\":[\"0 issuemail \\\";\\\"\"]}");

    test_pool_reset(&tp);
}


static void
test_outcomes(void **state)
{
    char                  expected[64];
    size_t                i;
    const char           *line;
    mpic_record_check_t   check;

    static const struct {
        int          status;
        int          ended;
        unsigned     completed:1;
        unsigned     passed:1;
        const char  *outcome;
    } rows[] = {
        { 200, 1, 1, 1, "passed" },
        { 200, 1, 1, 0, "failed" },
        { 200, 1, 0, 0, "not_completed" },
        /* nobody passes who did not complete */
        { 200, 1, 0, 1, "not_completed" },
        { 0, 1, 1, 1, "unanswered" },
        { 0, 0, 0, 0, "unanswered" },
        { 500, 0, 0, 0, "error" },
        /* what it came to was not answered */
        { 500, 1, 1, 1, "error" },
        { 400, 0, 0, 0, "refused" },
        { 503, 0, 0, 0, "refused" },
        { 405, 0, 1, 1, "refused" }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {

        ask(&check, HTTP01, MPIC_REQUEST_DCV, 0);

        check.head.status = rows[i].status;
        check.completed = rows[i].completed;
        check.passed = rows[i].passed;

        if (rows[i].ended) {
            check.response = text("{\"check_type\":\"dcv\"}");
        }

        line = print(&check);

        snprintf(expected, sizeof(expected), "\"outcome\":\"%s\"",
                 rows[i].outcome);
        holds(line, expected);

        if (rows[i].status == 0) {
            holds(line, "\"status\":null,\"duration_ms\":null,");
            holds(line, "\"ended_ms\":9,");

        } else {
            holds(line, "\"duration_ms\":7,");
            holds_no(line, "\"ended_ms\"");
        }
    }

    test_pool_reset(&tp);
}


static void
test_refused(void **state)
{
    const char           *line;
    mpic_record_check_t   check;

    ask(&check, "{\"domain_or_ip_target\":\"example.com\","
        "\"dcv_check_parameters\":{\"validation_method\":\"acme-http-01\","
        "\"token\":\"" SECRET "!\",\"key_authorization\":\"" SECRET "!\"}}",
        MPIC_REQUEST_DCV, 1);

    line = print(&check);
    holds(line, "\"outcome\":\"refused\",\"status\":400,");
    holds(line, "\"target\":\"example.com\"");
    holds(line, "\"method\":\"acme-http-01\",\"method_section\":"
                "\"3.2.2.4.19\",\"br_version\":");
    holds(line, "{\"type\":\"invalid-value\",\"field\":"
                "\"dcv_check_parameters.token\"}");

    /* a method that there is not, and what could be a value beside it */

    ask(&check, "{\"domain_or_ip_target\":\"example.com\","
        "\"dcv_check_parameters\":{\"validation_method\":\"" SECRET "\","
        "\"token\":\"" SECRET "\"}}", MPIC_REQUEST_DCV, 1);

    line = print(&check);
    holds(line, "\"type\":\"unknown-validation-method\"");
    holds(line, "\"check_type\":\"dcv\"");
    holds_no(line, "\"method\"");

    /* what was not understood is not what a default says */

    ask(&check, "{\"domain_or_ip_target\":\"example.com\","
        "\"caa_check_parameters\":{\"certificate_type\":\"vmc\","
        "\"caa_domains\":[\"ca.example\"]}}", MPIC_REQUEST_CAA, 1);

    line = print(&check);
    holds(line, "\"target\":\"example.com\"");
    holds(line, "\"type\":\"invalid-certificate-type\"");
    holds_no(line, "\"certificate_type\":");

    /* nothing of it could be read */

    ask(&check, SECRET, MPIC_REQUEST_CAA, 1);

    line = print(&check);
    holds(line, "\"trace_identifier\":null,\"target\":null,"
                "\"check_type\":\"caa\",\"issues\":[{\"type\":"
                "\"malformed-json\",\"field\":\"\"}]");

    /* nothing of it was read */

    memset(&check, 0, sizeof(mpic_record_check_t));
    check.type = MPIC_CHECK_CAA;
    check.head.status = 503;
    check.error = "too-many-checks";

    line = print(&check);
    holds(line, "\"outcome\":\"refused\",\"status\":503,");
    holds(line, "\"request\":{\"id\":null,");
    holds(line, "\"check_type\":\"caa\",\"error\":\"too-many-checks\","
                "\"truncated\":false}");
    holds_no(line, "\"target\"");

    test_pool_reset(&tp);
}


/* in every place that there is */

static void
test_values_are_redacted(void **state)
{
    mpic_str_t            response;
    const char           *line;
    mpic_record_field_t   field;
    mpic_record_check_t   check;

    ask(&check, "{\"domain_or_ip_target\":\"example.com\",\"trace_identifier\""
        ":\"about " SECRET "\",\"dcv_check_parameters\":{\"validation_method\""
        ":\"dns-change\",\"dns_record_type\":\"TXT\",\"challenge_value\":\""
        SECRET "\"}}", MPIC_REQUEST_DCV, 0);

    field.name = text("client");
    field.value = text("CN=" SECRET);
    check.head.fields = &field;
    check.head.nfields = 1;

    assert_int_equal(mpic_str_printf(&tp.pool, &response,
        "{\"check_type\":\"dcv\",\"dnssec_status\":\"%s\",\"errors\":[{"
        "\"error_type\":\"mpic_error:%s\",\"error_message\":\"expected \\\"%s"
        "\\\", got %s\"}],\"details\":{\"found_at\":\"_%s.example.com\","
        "\"records_seen\":[\"%s\"],\"cname_chain\":[\"%s\"],"
        "\"resolved_ip\":\"%s\",\"tried_ips\":[\"%s\"],"
        "\"response_url\":\"http://%s.example.com/%s\","
        "\"response_history\":[{\"status_code\":301,\"url\":\"/%s\"}]}}",
        SECRET, SECRET, SECRET, SECRET, SECRET, SECRET, SECRET, SECRET,
        SECRET, SECRET, SECRET, SECRET), 0);

    check.completed = 1;
    check.response = response;

    line = print(&check);
    holds(line, "\"client\":\"[redacted]\"");
    holds(line, "\"trace_identifier\":\"[redacted]\"");
    holds(line, "\"found_at\":\"[redacted]\"");
    holds(line, "\"records_count\":1");

    test_pool_reset(&tp);
}


static void
test_the_largest_record(void **state)
{
    char                 *octets;
    size_t                i;
    mpic_str_t            response;
    const char           *line;
    mpic_record_field_t   fields[4];
    mpic_record_check_t   check;

    static char  controls[1024];

    ask(&check, CAA, MPIC_REQUEST_CAA, 0);

    memset(controls, 1, sizeof(controls));

    for (i = 0; i < 4; i++) {
        fields[i].name = text("name");
        fields[i].value.data = controls;
        fields[i].value.len = sizeof(controls);
    }

    check.head.fields = fields;
    check.head.nfields = 4;

    /* a control character is six octets of JSON */

    octets = malloc(6 * 400 + 1);
    assert_non_null(octets);

    for (i = 0; i < 400; i++) {
        memcpy(octets + 6 * i, "\\u0001", 6);
    }

    octets[6 * 400] = '\0';

    assert_int_equal(mpic_str_printf(&tp.pool, &response,
        "{\"check_type\":\"caa\",\"duration_ms\":3,\"errors\":["
        "{\"error_type\":\"mpic_error:x\",\"error_message\":\"%s\"},"
        "{\"error_type\":\"mpic_error:x\",\"error_message\":\"%s\"},"
        "{\"error_type\":\"mpic_error:x\",\"error_message\":\"%s\"},"
        "{\"error_type\":\"mpic_error:x\",\"error_message\":\"%s\"},"
        "{\"error_type\":\"mpic_error:x\",\"error_message\":\"%s\"}],"
        "\"details\":{\"records_seen\":[\"%s\",\"%s\",\"%s\",\"%s\",\"%s\","
        "\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\"],\"iodef\":[\"%s\",\"%s\","
        "\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\"]}}",
        octets, octets, octets, octets, octets, octets, octets, octets,
        octets, octets, octets, octets, octets, octets, octets, octets,
        octets, octets, octets, octets, octets, octets, octets, octets,
        octets, octets),
        0);

    check.response = response;

    line = print(&check);
    holds(line, "\"outcome\":\"not_completed\"");
    holds(line, "\"truncated\":true}");
    holds(line, "\"errors_omitted\":1");
    holds_no(line, "\"records_seen\"");

    free(octets);
    test_pool_reset(&tp);
}


static void
test_without_memory(void **state)
{
    size_t               i, n;
    mpic_str_t           line;
    mpic_record_check_t  check;

    ask(&check, HTTP01, MPIC_REQUEST_DCV, 0);

    check.response = text("{\"check_type\":\"dcv\",\"details\":{"
                          "\"response_url\":\"http://example.com/x\"}}");

    tp.asked = 0;
    assert_int_equal(mpic_record_check_print(&tp.pool, &check, &line), 0);
    n = tp.asked;

    for (i = 1; i <= n; i++) {
        tp.asked = 0;
        tp.fail_at = i;

        if (mpic_record_check_print(&tp.pool, &check, &line) == 0) {
            tp.fail_at = 0;
            (void) print(&check);
        }
    }

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_values_are_redacted),
        cmocka_unit_test(test_the_largest_record),
        cmocka_unit_test(test_without_memory)
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
