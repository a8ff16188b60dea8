
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_params.h"

#include <errno.h>
#include <stdio.h>


#define HASH  "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"
#define THUMB "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"

#define TARGET  "\"domain_or_ip_target\":\"example.com\""
#define DNS01   "\"validation_method\":\"acme-dns-01\","                      \
                "\"key_authorization_hash\":\"" HASH "\""
#define HTTP01  "\"validation_method\":\"acme-http-01\","                     \
                "\"token\":\"tok\",\"key_authorization\":\"tok." THUMB "\""
#define CHANGE  "\"validation_method\":\"dns-change\","                       \
                "\"challenge_value\":\"v\",\"dns_record_type\":\"TXT\""
#define DCV(params)      "{" TARGET ",\"dcv_check_parameters\":{" params "}}"
#define CAA(params)      "{" TARGET ",\"caa_check_parameters\":{" params "}}"
#define HEADERS(params)  DCV(HTTP01 ",\"http_headers\":{" params "}")
#define ORCHESTRATION(params)                                                 \
    "{" TARGET ",\"check_type\":\"caa\",\"orchestration_parameters\":"        \
    params "}"

/* the coordinator, and a perspective's two endpoints */
#define MPIC  MPIC_REQUEST_COORDINATOR
#define PDCV  MPIC_REQUEST_DCV
#define PCAA  MPIC_REQUEST_CAA

#define DCV_PATH  "dcv_check_parameters."
#define CAA_PATH  "caa_check_parameters."

#define A10   "aaaaaaaaaa"
#define A50   A10 A10 A10 A10 A10
#define A100  A50 A50
#define A500  A100 A100 A100 A100 A100


typedef struct {
    mpic_request_kind_e  kind;
    const char          *body;
    /* "type field" of each issue, in order; "" for none */
    const char          *issues;
} request_case_t;


static test_pool_t     tp;
static mpic_request_t  request;
static mpic_issues_t   issues;


static const request_case_t  cases[] = {

    /* bodies of the reference implementation */

    { MPIC, "{ \"check_type\": \"caa\", \"domain_or_ip_target\":"
      " \"example-mpic.test\", \"caa_check_parameters\": {"
      " \"certificate_type\": \"tls-server\", \"caa_domains\":"
      " [ \"ca.example\" ] }, \"orchestration_parameters\":"
      " { \"perspective_count\": 7 } }", "" },
    { MPIC, "{ \"check_type\": \"dcv\", \"domain_or_ip_target\":"
      " \"example-mpic.test\", \"dcv_check_parameters\": { " DNS01 " },"
      " \"orchestration_parameters\": { \"perspective_count\": 6 } }", "" },
    { PCAA, "{\"domain_or_ip_target\":\"example-mpic.test\","
      "\"caa_check_parameters\":{\"certificate_type\":\"tls-server\","
      "\"caa_domains\":[\"ca.example\"]}}", "" },
    { PDCV, DCV(HTTP01), "" },
    { MPIC, "{\"check_type\":", "malformed-json " },

    /* the body */

    { MPIC, "", "malformed-json " },
    { MPIC, " ", "malformed-json " },
    { MPIC, "[]", "invalid-type " },
    { MPIC, "null", "invalid-type " },
    { MPIC, "12", "invalid-type " },
    { MPIC, "\"{}\"", "invalid-type " },
    { MPIC, CAA("") " ", "" },
    { MPIC, CAA("") "\r\n", "" },
    { MPIC, " \t\r\n" CAA(""), "" },
    { MPIC, CAA("") "x", "malformed-json " },
    { MPIC, CAA("") CAA(""), "malformed-json " },
    { MPIC, CAA("") "\f", "malformed-json " },
    { MPIC, "\xef\xbb\xbf" CAA(""), "malformed-json " },
    { MPIC, "{'a':1}", "malformed-json " },
    { MPIC, "{\"a\":1,}", "malformed-json " },
    { MPIC, "{\"a\":01}", "malformed-json " },
    { MPIC, "{\"a\":1.}", "malformed-json " },
    { MPIC, "{\"a\":-}", "malformed-json " },
    { MPIC, "{\"a\":+1}", "malformed-json " },
    { MPIC, "{\"a\":.5}", "malformed-json " },
    { MPIC, "{\"a\":1e}", "malformed-json " },
    { MPIC, "{\"a\":1-2}", "malformed-json " },
    { MPIC, "{\"a\":1.2.3}", "malformed-json " },
    { MPIC, "{\"a\":1e400}", "malformed-json " },
    { MPIC, "{\"a\":NaN}", "malformed-json " },
    { MPIC, "{\"a\":truex}", "malformed-json " },
    { MPIC, "{\"a\":1 /* */}", "malformed-json " },
    { MPIC, "{\"a\"\001:1}", "malformed-json " },
    { MPIC, "{\"a\":\"\n\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\xff\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\xed\xa0\x80\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\xc0\x80\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\\ud800\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\\u12\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\\x\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\\u0000\"}", "malformed-json " },
    { MPIC, "{\"a\":\"\\\\\\u0000\"}", "malformed-json " },
    { MPIC, "{\"\\u0000\":\"\"}", "malformed-json " },
    { MPIC, "{\"a\":\"", "malformed-json " },
    { MPIC, "{\"a\":\"\\", "malformed-json " },
    { MPIC, "{\"a\":1", "malformed-json " },
    { MPIC, "]]]]{", "malformed-json " },
    { MPIC, "{\"x\":\"\\\\u0000\"," TARGET ",\"check_type\":\"caa\"}", "" },
    { MPIC, "{\"x\":\"\\u00001\"," TARGET ",\"check_type\":\"caa\"}",
      "malformed-json " },
    { MPIC, "{\"x\":-0.5e+10,\"y\":[0,1.25,-7E-2,1]," TARGET
      ",\"check_type\":\"caa\"}", "" },

    /* what kind of check */

    { MPIC, "{" TARGET ",\"check_type\":\"caa\"}", "" },
    { MPIC, "{" TARGET ",\"check_type\":\"caa\",\"caa_check_parameters\":"
      "null}", "" },
    { MPIC, CAA(""), "" },
    { MPIC, DCV(DNS01), "" },
    { MPIC, "{" TARGET ",\"check_type\":null,\"caa_check_parameters\":{}}",
      "" },
    { MPIC, "{" TARGET "}", "missing-field check_type" },
    { MPIC, "{" TARGET ",\"caa_check_parameters\":{},"
      "\"dcv_check_parameters\":{" DNS01 "}}", "missing-field check_type" },
    { MPIC, "{" TARGET ",\"check_type\":\"caa\",\"caa_check_parameters\":{},"
      "\"dcv_check_parameters\":{}}", "" },
    { MPIC, "{" TARGET ",\"check_type\":\"dcv\",\"caa_check_parameters\":{},"
      "\"dcv_check_parameters\":{" DNS01 "}}", "" },
    { MPIC, "{" TARGET ",\"check_type\":\"dcv\"}",
      "missing-field dcv_check_parameters" },
    { MPIC, "{" TARGET ",\"check_type\":\"dcv\",\"dcv_check_parameters\":"
      "null}", "missing-field dcv_check_parameters" },
    { MPIC, "{" TARGET ",\"check_type\":\"dcv\",\"dcv_check_parameters\":[]}",
      "invalid-type dcv_check_parameters" },
    { MPIC, "{" TARGET ",\"check_type\":\"DCV\"}",
      "unknown-check-type check_type" },
    { MPIC, "{" TARGET ",\"check_type\":\"dcv_and_caa\"}",
      "unknown-check-type check_type" },
    { MPIC, "{" TARGET ",\"check_type\":\"dcv_with_caa\"}",
      "missing-field dcv_check_parameters" },
    { MPIC, "{" TARGET ",\"check_type\":1}", "invalid-type check_type" },
    { MPIC, "{" TARGET ",\"check_type\":\"caa\",\"check_type\":\"dcv\"}",
      "duplicate-field check_type" },
    { MPIC, "{" TARGET ",\"check_type\":\"caa\","
      "\"check\\u005ftype\":\"dcv\"}", "duplicate-field check_type" },
    { MPIC, "{" TARGET ",\"Check_Type\":\"caa\"}",
      "missing-field check_type" },
    { PCAA, "{" TARGET "}", "" },
    { PCAA, "{" TARGET ",\"caa_check_parameters\":null}", "" },
    { PCAA, "{" TARGET ",\"check_type\":\"caa\"}", "" },
    { PCAA, "{" TARGET ",\"check_type\":\"dcv\"}",
      "invalid-check-type check_type" },
    { PDCV, "{" TARGET ",\"check_type\":\"caa\",\"dcv_check_parameters\":{"
      DNS01 "}}", "invalid-check-type check_type" },
    { PDCV, "{" TARGET ",\"check_type\":\"dcv\",\"dcv_check_parameters\":{"
      DNS01 "}}", "" },
    { PDCV, "{" TARGET "}", "missing-field dcv_check_parameters" },

    /* every issue, not only the first */

    { MPIC, "{}", "missing-field check_type, "
      "missing-field domain_or_ip_target" },
    { MPIC, "{\"check_type\":\"dcv\",\"trace_identifier\":1,\"token\":\"t\","
      "\"dcv_check_parameters\":{\"validation_method\":\"acme-http-01\","
      "\"token\":\"/\",\"http_headers\":{\"Host\":\"x\",\"A\":1}}}",
      "missing-field domain_or_ip_target, invalid-type trace_identifier, "
      "misplaced-field token, invalid-value " DCV_PATH "token, "
      "missing-field " DCV_PATH "key_authorization, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-type " DCV_PATH "http_headers" },

    /* the target */

    { PCAA, "{\"domain_or_ip_target\":null}",
      "missing-field domain_or_ip_target" },
    { PCAA, "{\"domain_or_ip_target\":1}",
      "invalid-type domain_or_ip_target" },
    { PCAA, "{\"domain_or_ip_target\":\"\"}",
      "invalid-target domain_or_ip_target" },
    { PCAA, "{\"domain_or_ip_target\":\"a..example\"}",
      "invalid-target domain_or_ip_target" },
    { PCAA, "{\"domain_or_ip_target\":\"10.0.0.1\"}",
      "invalid-target domain_or_ip_target" },
    { PCAA, "{" TARGET "," TARGET "}",
      "duplicate-field domain_or_ip_target" },
    { PCAA, "{\"domain_or_ip_target\":\"8.8.8.8\"}",
      "invalid-target domain_or_ip_target" },
    { PDCV, "{\"domain_or_ip_target\":\"8.8.8.8\","
      "\"dcv_check_parameters\":{" HTTP01 "}}", "" },
    { PDCV, "{\"domain_or_ip_target\":\"[2600::1]\","
      "\"dcv_check_parameters\":{" HTTP01 "}}", "" },
    { PDCV, "{\"domain_or_ip_target\":\"8.8.8.8\","
      "\"dcv_check_parameters\":{" DNS01 "}}",
      "invalid-target domain_or_ip_target" },
    { PDCV, "{\"domain_or_ip_target\":\"2600::1\","
      "\"dcv_check_parameters\":{" CHANGE "}}",
      "invalid-target domain_or_ip_target" },
    { PDCV, "{\"domain_or_ip_target\":\"*.example.com\","
      "\"dcv_check_parameters\":{" HTTP01 "}}",
      "invalid-target domain_or_ip_target" },
    { PDCV, "{\"domain_or_ip_target\":\"*.example.com\","
      "\"dcv_check_parameters\":{" DNS01 "}}", "" },
    { PDCV, "{\"domain_or_ip_target\":\"*.example.com\","
      "\"dcv_check_parameters\":{" CHANGE "}}", "" },

    /* the trace identifier */

    { PCAA, "{" TARGET ",\"trace_identifier\":\"a b\xc3\xa4\"}", "" },
    { PCAA, "{" TARGET ",\"trace_identifier\":\"\"}", "" },
    { PCAA, "{" TARGET ",\"trace_identifier\":null}", "" },
    { PCAA, "{" TARGET ",\"trace_identifier\":\"a\\nb\"}",
      "invalid-value trace_identifier" },
    { PCAA, "{" TARGET ",\"trace_identifier\":\"a\\u009bb\"}",
      "invalid-value trace_identifier" },
    { PCAA, "{" TARGET ",\"trace_identifier\":\"" A100 A100 A50 "123456\"}",
      "" },
    { PCAA, "{" TARGET ",\"trace_identifier\":\"" A100 A100 A50 "1234567\"}",
      "invalid-value trace_identifier" },
    { PCAA, "{" TARGET ",\"trace_identifier\":\"\",\"trace_identifier\":"
      "\"\"}", "duplicate-field trace_identifier" },

    /* unknown fields, and DCV fields at the wrong place */

    { PCAA, "{" TARGET ",\"x\":1,\"y\":{\"token\":1},\"Token\":1}", "" },
    { PCAA, "{" TARGET ",\"token\":null}", "" },
    { PCAA, "{" TARGET ",\"token\":\"t\",\"validation_method\":[]}",
      "misplaced-field validation_method, misplaced-field token" },
    { MPIC, "{" TARGET ",\"check_type\":\"caa\",\"challenge_value\":\"v\"}",
      "misplaced-field challenge_value" },
    { MPIC, "{" TARGET ",\"check_type\":\"caa\","
      "\"key_authorization_hash\":\"v\",\"http_token_path\":\"v\","
      "\"key_authorization\":1}",
      "misplaced-field key_authorization, "
      "misplaced-field key_authorization_hash, "
      "misplaced-field http_token_path" },

    /* orchestration */

    { MPIC, ORCHESTRATION("null"), "" },
    { MPIC, ORCHESTRATION("{}"), "" },
    { MPIC, ORCHESTRATION("3"), "invalid-type orchestration_parameters" },
    { MPIC, ORCHESTRATION("{\"perspective_count\":null,\"x\":-1}"), "" },
    { MPIC, ORCHESTRATION("{\"quorum_count\":2.0}"), "" },
    { MPIC, ORCHESTRATION("{\"quorum_count\":0}"), "" },
    { MPIC, ORCHESTRATION("{\"quorum_count\":2.5}"),
      "invalid-type orchestration_parameters.quorum_count" },
    { MPIC, ORCHESTRATION("{\"quorum_count\":2147483647}"), "" },
    { MPIC, ORCHESTRATION("{\"quorum_count\":2147483648}"),
      "invalid-type orchestration_parameters.quorum_count" },
    { MPIC, ORCHESTRATION("{\"max_attempts\":1e99}"),
      "invalid-type orchestration_parameters.max_attempts" },
    { MPIC, ORCHESTRATION("{\"max_attempts\":-1e99}"),
      "invalid-type orchestration_parameters.max_attempts" },
    { MPIC, ORCHESTRATION("{\"max_attempts\":\"2\"}"),
      "invalid-type orchestration_parameters.max_attempts" },
    { MPIC, ORCHESTRATION("{\"max_attempts\":true}"),
      "invalid-type orchestration_parameters.max_attempts" },
    { MPIC, ORCHESTRATION("{\"perspective_count\":-1,\"quorum_count\":-1,"
      "\"max_attempts\":-1,\"cohort_for_single_attempt\":-1}"),
      "invalid-perspective-count orchestration_parameters.perspective_count, "
      "invalid-quorum-count orchestration_parameters.quorum_count, "
      "invalid-value orchestration_parameters.max_attempts, "
      "invalid-value orchestration_parameters.cohort_for_single_attempt" },
    { MPIC, ORCHESTRATION("{\"quorum_count\":4,\"quorum_count\":0}"),
      "duplicate-field orchestration_parameters.quorum_count" },
    /* a perspective has nothing to orchestrate */
    { PCAA, "{" TARGET ",\"orchestration_parameters\":1}", "" },

    /* methods */

    { PDCV, DCV(""), "missing-field " DCV_PATH "validation_method" },
    { PDCV, DCV("\"validation_method\":7"),
      "invalid-type " DCV_PATH "validation_method" },
    { PDCV, DCV("\"validation_method\":\"\""),
      "invalid-value " DCV_PATH "validation_method" },
    { PDCV, DCV("\"validation_method\":\"ACME-DNS-01\""),
      "unknown-validation-method " DCV_PATH "validation_method" },
    { PDCV, DCV("\"validation_method\":\"acme-dns-02\""),
      "unknown-validation-method " DCV_PATH "validation_method" },
    { PDCV, DCV(DNS01 ",\"validation_method\":\"acme-http-01\""),
      "duplicate-field " DCV_PATH "validation_method" },

    /* acme-dns-01 */

    { PDCV, DCV(DNS01 ",\"require_exact_case\":true,\"dns_record_type\":"
      "\"TXT\",\"dns_name_prefix\":\"_acme-challenge\",\"x\":{}"), "" },
    { PDCV, DCV(DNS01 ",\"require_exact_case\":null,\"dns_record_type\":"
      "null,\"dns_name_prefix\":null"), "" },
    { PDCV, DCV(DNS01 ",\"require_exact_case\":false,\"dns_record_type\":"
      "\"CNAME\",\"dns_name_prefix\":\"_x\""),
      "invalid-validation-method-record-type-combination " DCV_PATH
      "dns_record_type, invalid-value " DCV_PATH "dns_name_prefix, "
      "invalid-value " DCV_PATH "require_exact_case" },
    { PDCV, DCV("\"validation_method\":\"acme-dns-01\""),
      "missing-field " DCV_PATH "key_authorization_hash" },
    { PDCV, DCV(DNS01 ",\"key_authorization_hash\":\"" HASH "\""),
      "duplicate-field " DCV_PATH "key_authorization_hash" },
    { PDCV, DCV("\"validation_method\":\"acme-dns-01\","
      "\"key_authorization_hash\":\"" HASH "=\""),
      "invalid-value " DCV_PATH "key_authorization_hash" },
    { PDCV, DCV("\"validation_method\":\"acme-dns-01\","
      "\"key_authorization_hash\":\"" HASH "A\""),
      "invalid-value " DCV_PATH "key_authorization_hash" },
    { PDCV, DCV("\"validation_method\":\"acme-dns-01\","
      "\"key_authorization_hash\":\"/oqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAj"
      "EuX0\""), "invalid-value " DCV_PATH "key_authorization_hash" },
    { PDCV, DCV("\"validation_method\":\"acme-dns-01\","
      "\"key_authorization_hash\":\"\""),
      "invalid-value " DCV_PATH "key_authorization_hash" },
    { PDCV, DCV("\"validation_method\":\"acme-dns-01\","
      "\"key_authorization_hash\":[\"" HASH "\"]"),
      "invalid-type " DCV_PATH "key_authorization_hash" },

    /* acme-http-01 */

    { PDCV, DCV(HTTP01 ",\"http_headers\":null,\"require_exact_case\":true"),
      "" },
    { PDCV, DCV(HTTP01 ",\"require_exact_case\":false"),
      "invalid-value " DCV_PATH "require_exact_case" },
    { PDCV, DCV(HTTP01 ",\"token\":\"tok\""),
      "duplicate-field " DCV_PATH "token" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"a/b\","
      "\"key_authorization\":\"a/b.c\""), "invalid-value " DCV_PATH "token" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"a%2fb\","
      "\"key_authorization\":\"a%2fb.c\""),
      "invalid-value " DCV_PATH "token" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"..\","
      "\"key_authorization\":\"...c\""), "invalid-value " DCV_PATH "token" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"a\\n\","
      "\"key_authorization\":\"a.c\""), "invalid-value " DCV_PATH "token" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"\","
      "\"key_authorization\":\".c\""), "invalid-value " DCV_PATH "token" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"" A100
      "1234567890123456789012345678\",\"key_authorization\":\"" A100
      "1234567890123456789012345678.c\""), "" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"" A100
      "12345678901234567890123456789\",\"key_authorization\":\"" A100
      "12345678901234567890123456789.c\""),
      "invalid-value " DCV_PATH "token" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"tok\","
      "\"key_authorization\":\"tok2.c\""),
      "invalid-value " DCV_PATH "key_authorization" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"tok\","
      "\"key_authorization\":\"tok.\""),
      "invalid-value " DCV_PATH "key_authorization" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"tok\","
      "\"key_authorization\":\"to\""),
      "invalid-value " DCV_PATH "key_authorization" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"tok\","
      "\"key_authorization\":\"tok.a b\""),
      "invalid-value " DCV_PATH "key_authorization" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"tok\","
      "\"key_authorization\":\"tok.\xc3\xa4\""),
      "invalid-value " DCV_PATH "key_authorization" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"tok\","
      "\"key_authorization\":\"tok." A500 "12345678\""), "" },
    { PDCV, DCV("\"validation_method\":\"acme-http-01\",\"token\":\"tok\","
      "\"key_authorization\":\"tok." A500 "123456789\""),
      "invalid-value " DCV_PATH "key_authorization" },

    /* its headers */

    { PDCV, HEADERS(""), "" },
    { PDCV, HEADERS("\"User-Agent\":\"a b\\tc\",\"X-1\":\"\""), "" },
    { PDCV, DCV(HTTP01 ",\"http_headers\":[]"),
      "invalid-type " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"X\":null"), "invalid-type " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"X\":\"1\",\"x\":\"2\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"X\":\"1\",\"X\":\"2\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"\":\"1\""), "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"A B\":\"1\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"A:\":\"1\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"A\\r\\nHost\":\"1\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"A\":\"1\\r\\nHost: b\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"A\":\"1\\u007f\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"hOST\":\"1\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"Connection\":\"1\",\"Keep-Alive\":\"1\",\"TE\":\"1\","
      "\"Trailer\":\"1\",\"Transfer-Encoding\":\"1\",\"Upgrade\":\"1\","
      "\"Proxy-Connection\":\"1\""),
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"Content-Length\":\"1\",\"Expect\":\"1\","
      "\"Authorization\":\"1\",\"PROXY-authorization\":\"1\","
      "\"Cookie\":\"1\",\"Accept-Encoding\":\"1\""),
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers, "
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"X\":\"tok." THUMB "\""),
      "invalid-value " DCV_PATH "http_headers" },
    { PDCV, HEADERS("\"A\":\"" A500 A500 A500 A500 A500 A500 A500 A500
      "\""), "" },
    { PDCV, HEADERS("\"A\":\"" A500 A500 A500 A500 A500 A500 A500 A500
      A100 "\""), "invalid-value " DCV_PATH "http_headers" },

    /* dns-change */

    { PDCV, DCV(CHANGE), "" },
    { PDCV, DCV(CHANGE ",\"require_exact_match\":true,"
      "\"require_exact_case\":false,\"dns_name_prefix\":\"_a-B_9\""), "" },
    { PDCV, DCV(CHANGE ",\"dns_name_prefix\":\"\""), "" },
    { PDCV, DCV(CHANGE ",\"dns_name_prefix\":\"a\""),
      "invalid-value " DCV_PATH "dns_name_prefix" },
    { PDCV, DCV(CHANGE ",\"dns_name_prefix\":\"_a.b\""),
      "invalid-value " DCV_PATH "dns_name_prefix" },
    { PDCV, DCV(CHANGE ",\"dns_name_prefix\":\"_a\\\\\""),
      "invalid-value " DCV_PATH "dns_name_prefix" },
    { PDCV, DCV(CHANGE ",\"dns_name_prefix\":\"_" A50 "123456789012\""), "" },
    { PDCV, DCV(CHANGE ",\"dns_name_prefix\":\"_" A50 "1234567890123\""),
      "invalid-value " DCV_PATH "dns_name_prefix" },
    { PDCV, DCV(CHANGE ",\"require_exact_match\":\"true\","
      "\"require_exact_case\":1"),
      "invalid-type " DCV_PATH "require_exact_match, "
      "invalid-type " DCV_PATH "require_exact_case" },
    { PDCV, DCV("\"validation_method\":\"dns-change\""),
      "missing-field " DCV_PATH "challenge_value, "
      "missing-field " DCV_PATH "dns_record_type" },
    { PDCV, DCV("\"validation_method\":\"dns-change\",\"challenge_value\":"
      "\"\",\"dns_record_type\":\"A\""),
      "empty-challenge-value " DCV_PATH "challenge_value, "
      "invalid-validation-method-record-type-combination " DCV_PATH
      "dns_record_type" },
    { PDCV, DCV("\"validation_method\":\"dns-change\",\"challenge_value\":"
      "\"  \",\"dns_record_type\":\"CNAME\""),
      "empty-challenge-value " DCV_PATH "challenge_value" },
    { PDCV, DCV("\"validation_method\":\"dns-change\",\"challenge_value\":"
      "\"a\\u0001\",\"dns_record_type\":\"CAA\""),
      "invalid-value " DCV_PATH "challenge_value" },
    { PDCV, DCV("\"validation_method\":\"dns-change\",\"challenge_value\":"
      "\"a\",\"dns_record_type\":\"txt\""),
      "invalid-validation-method-record-type-combination " DCV_PATH
      "dns_record_type" },
    { PDCV, DCV("\"validation_method\":\"dns-change\",\"challenge_value\":"
      "\"" A500 A500 "123456789012345678901234\",\"dns_record_type\":\"TXT\""),
      "" },
    { PDCV, DCV("\"validation_method\":\"dns-change\",\"challenge_value\":"
      "\"" A500 A500 "1234567890123456789012345\",\"dns_record_type\":"
      "\"TXT\""), "invalid-value " DCV_PATH "challenge_value" },

    /* CAA */

    { PCAA, CAA("\"certificate_type\":null,\"caa_domains\":null,"
      "\"allow_lookup_failure\":null,\"expected_account_uris\":null,"
      "\"expected_validation_methods\":null"), "" },
    { PCAA, CAA("\"certificate_type\":\"s-mime\",\"caa_domains\":[],"
      "\"allow_lookup_failure\":true"), "" },
    { PCAA, CAA("\"certificate_type\":\"tls-server-wildcard\""), "" },
    { PCAA, CAA("\"certificate_type\":\"TLS-server\""),
      "invalid-certificate-type " CAA_PATH "certificate_type" },
    { PCAA, CAA("\"certificate_type\":\"\""),
      "invalid-certificate-type " CAA_PATH "certificate_type" },
    { PCAA, CAA("\"certificate_type\":1,\"caa_domains\":\"ca.example\","
      "\"allow_lookup_failure\":\"yes\""),
      "invalid-type " CAA_PATH "certificate_type, "
      "invalid-type " CAA_PATH "caa_domains, "
      "invalid-type " CAA_PATH "allow_lookup_failure" },
    { PCAA, CAA("\"caa_domains\":[\"ca.example\",1,\"a..b\",\"\",null]"),
      "invalid-type " CAA_PATH "caa_domains[1], "
      "invalid-value " CAA_PATH "caa_domains[3], "
      "invalid-type " CAA_PATH "caa_domains[4]" },
    { PCAA, CAA("\"caa_domains\":[\"ca.example\",\"a..b\",\"*.ca.example\"]"),
      "invalid-value " CAA_PATH "caa_domains[1], "
      "invalid-value " CAA_PATH "caa_domains[2]" },
    { PCAA, CAA("\"accounturi_values\":[\"https://a/1\"],"
      "\"validation_methods\":[\"http-01\"]"), "" },
    { PCAA, CAA("\"expected_account_uris\":[],\"accounturi_values\":[]"),
      "duplicate-field " CAA_PATH "accounturi_values" },
    { PCAA, CAA("\"expected_validation_methods\":[\"a\"],"
      "\"validation_methods\":[\"b\"]"),
      "duplicate-field " CAA_PATH "validation_methods" },
    { PCAA, CAA("\"expected_validation_methods\":[\"a_b\"]"),
      "invalid-value " CAA_PATH "expected_validation_methods" },
    { PCAA, CAA("\"expected_account_uris\":[\"a\\nb\"]"),
      "invalid-value " CAA_PATH "expected_account_uris[0]" },
};


static int
parse(mpic_request_kind_e kind, const char *body)
{
    /* dirty on purpose */

    memset(&request, 0x5a, sizeof(request));
    memset(&issues, 0x5a, sizeof(issues));

    return mpic_request_parse(&tp.pool, body, strlen(body), kind, &request,
                              &issues);
}


static void
test_cases(void **state)
{
    int         rc;
    char        got[4096];
    size_t      i, j, len;
    mpic_str_t  body;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_pool_reset(&tp);

        body = test_str(&tp, cases[i].body, strlen(cases[i].body));

        rc = mpic_request_parse(&tp.pool, body.data, body.len, cases[i].kind,
                                &request, &issues);

        got[0] = '\0';

        for (j = 0; j < issues.n; j++) {
            assert_true(issues.list[j].message.len > 0);

            len = strlen(got);
            snprintf(got + len, sizeof(got) - len, "%s%s %s", j ? ", " : "",
                     issues.list[j].type.data, issues.list[j].field.data);
        }

        if (strcmp(got, cases[i].issues) != 0
            || rc != (cases[i].issues[0] != '\0'))
        {
            fail_msg("%s:\ngot %d, %s\nexpected %s", cases[i].body, rc, got,
                     cases[i].issues);
        }
    }

    test_pool_reset(&tp);
}


static void
test_caa_fields(void **state)
{
    assert_int_equal(parse(MPIC, "{\"domain_or_ip_target\":\"*.Example.COM.\","
        "\"check_type\":\"caa\",\"trace_identifier\":\"t\","
        "\"orchestration_parameters\":{\"quorum_count\":5,"
        "\"cohort_for_single_attempt\":1},"
        "\"caa_check_parameters\":{\"certificate_type\":\"s-mime\","
        "\"caa_domains\":[\"CA.example.\",\"b.example\"],"
        "\"allow_lookup_failure\":true,"
        "\"accounturi_values\":[\"https://a/1\"],"
        "\"validation_methods\":[]}}"), 0);

    assert_int_equal(request.check_type, MPIC_CHECK_CAA);
    assert_str_equal(request.target_text, "*.Example.COM.");
    assert_str_equal(request.target.name, "example.com");
    assert_str_equal(request.target.canonical, "*.example.com");
    assert_str_equal(request.trace_identifier, "t");

    assert_int_equal(request.orchestration.given, 1);
    assert_int_equal(request.orchestration.perspective_count, -1);
    assert_int_equal(request.orchestration.quorum_count, 5);
    assert_int_equal(request.orchestration.max_attempts, -1);
    assert_int_equal(request.orchestration.cohort_for_single_attempt, 1);

    assert_int_equal(request.caa_given, 1);
    assert_int_equal(request.caa.cert_type, MPIC_CERT_SMIME);
    assert_int_equal(request.caa.ndomains, 2);
    assert_str_equal(request.caa.domains[0], "CA.example.");
    assert_str_equal(request.caa.domains[1], "b.example");
    assert_int_equal(request.caa.allow_lookup_failure, 1);
    assert_int_equal(request.caa.account_uris_given, 1);
    assert_int_equal(request.caa.naccount_uris, 1);
    assert_str_equal(request.caa.account_uris[0], "https://a/1");
    assert_int_equal(request.caa.methods_given, 1);
    assert_int_equal(request.caa.nmethods, 0);

    test_pool_reset(&tp);
}


static void
test_defaults(void **state)
{
    assert_int_equal(parse(PCAA, "{" TARGET "}"), 0);
    assert_int_equal(request.check_type, MPIC_CHECK_CAA);
    assert_null(request.trace_identifier.data);
    assert_int_equal(request.orchestration.given, 0);
    assert_int_equal(request.orchestration.quorum_count, -1);
    assert_int_equal(request.caa_given, 0);
    assert_int_equal(request.caa.cert_type, MPIC_CERT_TLS_SERVER);
    assert_int_equal(request.caa.ndomains, 0);
    assert_int_equal(request.caa.allow_lookup_failure, 0);
    assert_int_equal(request.caa.account_uris_given, 0);
    assert_int_equal(request.caa.methods_given, 0);

    assert_int_equal(parse(PDCV, DCV(CHANGE)), 0);
    assert_int_equal(request.check_type, MPIC_CHECK_DCV);
    assert_int_equal(request.dcv.method, MPIC_METHOD_DNS_CHANGE);
    assert_int_equal(request.dcv.record_type, MPIC_DNS_TXT);
    assert_int_equal(request.dcv.exact_match, 0);
    assert_int_equal(request.dcv.exact_case, 1);
    assert_str_equal(request.dcv.name_prefix, "");

    assert_int_equal(parse(PDCV, DCV(HTTP01)), 0);
    assert_int_equal(request.dcv.headers_given, 0);
    assert_int_equal(request.dcv.nheaders, 0);
    assert_str_equal(request.dcv.token, "tok");
    assert_str_equal(request.dcv.key_authorization, "tok." THUMB);

    assert_int_equal(parse(PDCV, HEADERS("")), 0);
    assert_int_equal(request.dcv.headers_given, 1);
    assert_int_equal(request.dcv.nheaders, 0);

    test_pool_reset(&tp);
}


/* a client's way to say "*." */

static void
test_wildcard_type(void **state)
{
    assert_int_equal(parse(PCAA,
                   CAA("\"certificate_type\":\"tls-server-wildcard\"")), 0);
    assert_int_equal(request.target.wildcard, 1);
    assert_str_equal(request.target.name, "example.com");
    assert_str_equal(request.target.canonical, "*.example.com");
    assert_int_equal(request.caa.cert_type, MPIC_CERT_TLS_SERVER);

    assert_int_equal(parse(PCAA, "{\"domain_or_ip_target\":\"*.example.com\","
        "\"caa_check_parameters\":{\"certificate_type\":"
        "\"tls-server-wildcard\"}}"), 0);
    assert_int_equal(request.target.wildcard, 1);
    assert_str_equal(request.target.canonical, "*.example.com");

    test_pool_reset(&tp);
}


static const char  *printed[][3] = {
    { "dcv", DCV(DNS01),
      "{\"domain_or_ip_target\":\"example.com\",\"trace_identifier\":null,"
      "\"check_type\":\"dcv\",\"dcv_check_parameters\":"
      "{\"validation_method\":\"acme-dns-01\",\"require_exact_case\":true,"
      "\"key_authorization_hash\":\"" HASH "\",\"dns_record_type\":\"TXT\","
      "\"dns_name_prefix\":\"_acme-challenge\"}}" },
    { "dcv", DCV(HTTP01),
      "{\"domain_or_ip_target\":\"example.com\",\"trace_identifier\":null,"
      "\"check_type\":\"dcv\",\"dcv_check_parameters\":"
      "{\"validation_method\":\"acme-http-01\",\"require_exact_case\":true,"
      "\"token\":\"tok\",\"key_authorization\":\"tok." THUMB "\","
      "\"http_headers\":null}}" },
    { "dcv", HEADERS("\"B\":\"1\\t\\\"\",\"a\":\"\""),
      "{\"domain_or_ip_target\":\"example.com\",\"trace_identifier\":null,"
      "\"check_type\":\"dcv\",\"dcv_check_parameters\":"
      "{\"validation_method\":\"acme-http-01\",\"require_exact_case\":true,"
      "\"token\":\"tok\",\"key_authorization\":\"tok." THUMB "\","
      "\"http_headers\":{\"B\":\"1\\t\\\"\",\"a\":\"\"}}}" },
    { "dcv", HEADERS(""),
      "{\"domain_or_ip_target\":\"example.com\",\"trace_identifier\":null,"
      "\"check_type\":\"dcv\",\"dcv_check_parameters\":"
      "{\"validation_method\":\"acme-http-01\",\"require_exact_case\":true,"
      "\"token\":\"tok\",\"key_authorization\":\"tok." THUMB "\","
      "\"http_headers\":{}}}" },
    { "dcv", DCV(CHANGE ",\"require_exact_case\":false,"
      "\"dns_name_prefix\":\"_dcv\""),
      "{\"domain_or_ip_target\":\"example.com\",\"trace_identifier\":null,"
      "\"check_type\":\"dcv\",\"dcv_check_parameters\":"
      "{\"validation_method\":\"dns-change\",\"challenge_value\":\"v\","
      "\"require_exact_match\":false,\"require_exact_case\":false,"
      "\"dns_record_type\":\"TXT\",\"dns_name_prefix\":\"_dcv\"}}" },
    { "caa", "{\"domain_or_ip_target\":\"B\xc3\xbc" "cher.example.\","
      "\"trace_identifier\":\"\xc3\xa4\\\"\\u001b[0m\"}", NULL },
    { "caa", "{\"domain_or_ip_target\":\"B\xc3\xbc" "cher.example.\","
      "\"trace_identifier\":\"\xc3\xa4\\\"\"}",
      "{\"domain_or_ip_target\":\"xn--bcher-kva.example\","
      "\"trace_identifier\":\"\xc3\xa4\\\"\",\"check_type\":\"caa\","
      "\"caa_check_parameters\":null}" },
    { "caa", CAA("\"caa_domains\":[\"ca.example\"],"
      "\"certificate_type\":\"tls-server-wildcard\""),
      "{\"domain_or_ip_target\":\"*.example.com\",\"trace_identifier\":null,"
      "\"check_type\":\"caa\",\"caa_check_parameters\":"
      "{\"certificate_type\":\"tls-server\",\"caa_domains\":[\"ca.example\"],"
      "\"allow_lookup_failure\":false}}" },
    { "caa", CAA("\"certificate_type\":\"s-mime\","
      "\"allow_lookup_failure\":true,\"accounturi_values\":[\"u\"],"
      "\"expected_validation_methods\":[]"),
      "{\"domain_or_ip_target\":\"example.com\",\"trace_identifier\":null,"
      "\"check_type\":\"caa\",\"caa_check_parameters\":"
      "{\"certificate_type\":\"s-mime\",\"caa_domains\":null,"
      "\"allow_lookup_failure\":true,\"expected_account_uris\":[\"u\"],"
      "\"expected_validation_methods\":[]}}" },
};


static void
test_print(void **state)
{
    int                  rc;
    size_t               i;
    mpic_str_t           json, again;
    mpic_request_kind_e  kind;

    for (i = 0; i < sizeof(printed) / sizeof(printed[0]); i++) {
        kind = strcmp(printed[i][0], "dcv") == 0 ? PDCV : PCAA;

        rc = parse(kind, printed[i][1]);

        if (printed[i][2] == NULL) {
            assert_int_equal(rc, 1);
            continue;
        }

        assert_int_equal(rc, 0);
        assert_int_equal(mpic_request_print(&tp.pool, &request,
                                            request.check_type, &json), 0);
        assert_str_equal(json, printed[i][2]);

        /* what the coordinator sends, the perspective accepts */

        assert_int_equal(parse(kind, json.data), 0);
        assert_int_equal(mpic_request_print(&tp.pool, &request,
                                            request.check_type, &again), 0);
        assert_str_equal(again, printed[i][2]);

        test_pool_reset(&tp);
    }
}


static void
test_issues_print(void **state)
{
    int         i;
    char        fmt[] = "%s";
    mpic_str_t  json;

    memset(&issues, 0, sizeof(issues));

    assert_int_equal(mpic_issue_add(&tp.pool, &issues, "a-b", "c.d[0]", fmt,
                                    "say \"x\" %s"), 0);
    assert_int_equal(mpic_issue_add(&tp.pool, &issues, "e", "", "f%d", 1), 0);

    assert_int_equal(mpic_issues_print(&tp.pool, &issues, &json), 0);
    assert_str_equal(json, "{\"error\":\"request-validation-failed\","
        "\"validation_issues\":[{\"issue_type\":\"a-b\","
        "\"message\":\"say \\\"x\\\" %s\",\"field\":\"c.d[0]\"},"
        "{\"issue_type\":\"e\",\"message\":\"f1\"}]}");

    for (i = 2; i < MPIC_ISSUES_MAX + 7; i++) {
        assert_int_equal(mpic_issue_add(&tp.pool, &issues, "e", "", "f"), 0);
    }

    assert_int_equal(issues.n, MPIC_ISSUES_MAX);
    assert_int_equal(issues.more, 7);

    assert_int_equal(mpic_issues_print(&tp.pool, &issues, &json), 0);
    assert_non_null(strstr(json.data, "{\"issue_type\":\"too-many-issues\","
                           "\"message\":\"7 more issues were found\"}]}"));

    test_pool_reset(&tp);
}


/* no message may repeat what proves control: messages are logged */

static void
test_no_secrets(void **state)
{
    size_t      i;
    mpic_str_t  json;

    static const char  *bodies[] = {
        DCV("\"validation_method\":\"acme-dns-01\","
            "\"key_authorization_hash\":\"SECRET\""),
        DCV("\"validation_method\":\"acme-http-01\",\"token\":\"SECRET/\","
            "\"key_authorization\":\"SECRET /\""),
        DCV("\"validation_method\":\"acme-http-01\",\"token\":\"SECRET\","
            "\"key_authorization\":\"SECRETS\",\"http_headers\":"
            "{\"Cookie\":\"SECRET\"}"),
        DCV("\"validation_method\":\"dns-change\",\"challenge_value\":"
            "\"SECRET\\n\",\"dns_record_type\":\"TXT\""),
        "{\"token\":\"SECRET\"}",
    };

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_int_equal(parse(PDCV, bodies[i]), 1);
        assert_int_equal(mpic_issues_print(&tp.pool, &issues, &json), 0);
        assert_null(strstr(json.data, "SECRET"));
        test_pool_reset(&tp);
    }
}


static void
test_bounds(void **state)
{
    char    *body, *p;
    size_t   i, n;

    /* a body of exactly the limit, and one octet more */

    body = malloc(MPIC_REQUEST_MAX + 2);
    assert_non_null(body);

    memset(body, ' ', MPIC_REQUEST_MAX + 1);
    body[MPIC_REQUEST_MAX + 1] = '\0';
    memcpy(body, "{" TARGET "}", sizeof("{" TARGET "}") - 1);

    assert_int_equal(mpic_request_parse(&tp.pool, body, MPIC_REQUEST_MAX,
                                        PCAA, &request, &issues), 0);
    assert_int_equal(mpic_request_parse(&tp.pool, body, MPIC_REQUEST_MAX + 1,
                                        PCAA, &request, &issues), 1);
    assert_str_equal(issues.list[0].type, "request-too-large");

    /* zero octets */

    assert_int_equal(mpic_request_parse(&tp.pool, "{" TARGET "}\0",
                                        sizeof("{" TARGET "}"), PCAA,
                                        &request, &issues), 1);
    assert_str_equal(issues.list[0].type, "malformed-json");

    /* nesting: the object itself is the first level */

    for (n = MPIC_DEPTH_MAX - 1; n <= MPIC_DEPTH_MAX; n++) {
        p = body + sprintf(body, "{" TARGET ",\"x\":");

        for (i = 0; i < n; i++) {
            *p++ = '[';
        }

        for (i = 0; i < n; i++) {
            *p++ = ']';
        }

        *p++ = '}';
        *p = '\0';

        assert_int_equal(parse(PCAA, body), n == MPIC_DEPTH_MAX);
    }

    memset(body, '[', MPIC_REQUEST_MAX);
    assert_int_equal(mpic_request_parse(&tp.pool, body, MPIC_REQUEST_MAX,
                                        PCAA, &request, &issues), 1);

    /* brackets in strings are no levels */

    p = body + sprintf(body, "{" TARGET ",\"x\":\"\\\"");
    memset(p, '[', 100);
    strcpy(p + 100, "\"}");
    assert_int_equal(parse(PCAA, body), 0);

    /* lists */

    for (n = MPIC_DOMAINS_MAX; n <= MPIC_DOMAINS_MAX + 1; n++) {
        p = body + sprintf(body, "{" TARGET ",\"caa_check_parameters\":"
                           "{\"caa_domains\":[");

        for (i = 0; i < n; i++) {
            p += sprintf(p, "%s\"ca%zu.example\"", i ? "," : "", i);
        }

        strcpy(p, "]}}");
        assert_int_equal(parse(PCAA, body), n > MPIC_DOMAINS_MAX);
    }

    for (n = MPIC_HEADERS_MAX; n <= MPIC_HEADERS_MAX + 1; n++) {
        p = body + sprintf(body, "{" TARGET ",\"dcv_check_parameters\":{"
                           HTTP01 ",\"http_headers\":{");

        for (i = 0; i < n; i++) {
            p += sprintf(p, "%s\"x%zu\":\"\"", i ? "," : "", i);
        }

        strcpy(p, "}}}");
        assert_int_equal(parse(PDCV, body), n > MPIC_HEADERS_MAX);
    }

    free(body);
    test_pool_reset(&tp);
}


/* allocations of cJSON, which fail in their turn too */

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


static void
test_memory(void **state)
{
    int          rc;
    size_t       i;
    mpic_str_t   json;
    cJSON_Hooks  hooks;

    static const char  good[] =
        "{" TARGET ",\"trace_identifier\":\"t\",\"check_type\":\"caa\","
        "\"orchestration_parameters\":{\"quorum_count\":5},"
        "\"caa_check_parameters\":{\"caa_domains\":[\"ca.example\"],"
        "\"certificate_type\":\"tls-server-wildcard\","
        "\"validation_methods\":[\"a\"]}}";
    static const char  change[] = DCV(CHANGE ",\"dns_name_prefix\":\"_a\"");
    static const char  http[] = HEADERS("\"A\":\"b\"");
    static const char  bad[] =
        "{\"domain_or_ip_target\":\"a..b\",\"token\":1,\"check_type\":\"x\"}";

    test_pool_exhaust(&tp, parse(MPIC, good), 0);
    test_pool_exhaust(&tp, parse(MPIC, change), 0);
    test_pool_exhaust(&tp, parse(MPIC, http), 0);
    test_pool_exhaust(&tp, parse(MPIC, bad), 1);
    test_pool_exhaust(&tp, parse(MPIC, "{\"a\":01}"), 1);
    test_pool_exhaust(&tp, parse(MPIC, "{\"a\":1}}"), 1);

    assert_int_equal(parse(MPIC, bad), 1);
    tp.asked = 0;

    for (i = 1; /* void */ ; i++) {
        tp.asked = 0;
        tp.fail_at = i;
        rc = mpic_issues_print(&tp.pool, &issues, &json);

        if (tp.asked < i) {
            assert_int_equal(rc, 0);
            break;
        }

        assert_int_equal(rc, -1);
    }

    test_pool_reset(&tp);

    hooks.malloc_fn = cjson_malloc;
    hooks.free_fn = free;
    cJSON_InitHooks(&hooks);

    for (i = 1; /* void */ ; i++) {
        cjson_asked = 0;
        cjson_fail_at = i;

        rc = parse(MPIC, good);

        if (rc == 0) {
            rc = mpic_request_print(&tp.pool, &request, request.check_type,
                                    &json);
        }

        if (cjson_asked < i) {
            assert_int_equal(rc, 0);
            break;
        }

        assert_int_equal(rc, -1);
        test_pool_reset(&tp);
    }

    cJSON_InitHooks(NULL);
    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_caa_fields),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_wildcard_type),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_issues_print),
        cmocka_unit_test(test_no_secrets),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
