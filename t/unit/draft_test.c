
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Requests of the IETF draft.
 */


#include "test_pool.h"
#include "mpic_draft.h"

#include <stdio.h>


#define THUMB   "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"
#define DIGEST  "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"

#define CAA(more)   "{\"method\":\"caa\",\"domain\":\"example.com\"" more "}"
#define HTTP(target, more)                                                    \
    "{\"method\":\"http-acme\",\"domain_or_ip\":\"" target "\","              \
    "\"token\":\"tok\",\"key_authorization\":\"tok." THUMB "\"" more "}"
#define DNS(type, prefix, expected, more)                                     \
    "{\"method\":\"dns\",\"domain\":\"example.com\",\"record-type\":\"" type  \
    "\",\"prefix\":\"" prefix "\",\"expected\":\"" expected "\"" more "}"

#define A10   "aaaaaaaaaa"
#define A100  A10 A10 A10 A10 A10 A10 A10 A10 A10 A10
#define A500  A100 A100 A100 A100 A100


typedef struct {
    const char  *body;
    /* "type field" of each issue, in order; "" for none */
    const char  *issues;
    /* what it is as a request of the API */
    const char  *request;
} draft_case_t;


static test_pool_t     tp;
static mpic_request_t  request;
static mpic_issues_t   issues;


static const draft_case_t  cases[] = {

    /* the draft's own examples; the last one lacks a comma there */

    { "{\n \"method\": \"caa\",\n \"domain\": \"some.example.com\"\n}\n", "",
      "caa some.example.com" },
    { "{\n \"method\": \"http-acme\",\n \"domain_or_ip\":"
      " \"some.example.com\",\n \"token\": \"base64_url_token\",\n"
      " \"key_authorization\":"
      " \"base64_url_token.base64url_Thumbprint_accountKey\",\n"
      " \"caa_check\": false\n}\n", "",
      "dcv some.example.com acme-http-01 base64_url_token"
      " base64_url_token.base64url_Thumbprint_accountKey" },
    { "{\n \"method\": \"http-acme\",\n \"domain_or_ip\":"
      " \"some.example.com\",\n \"token\": \"base64_url_token\",\n"
      " \"key_authorization\":"
      " \"base64_url_token.base64url_Thumbprint_accountKey\"\n"
      " \"caa_check\": false,\n}\n", "malformed-json ", NULL },

    /* caa */

    { CAA(""), "", "caa example.com" },
    { "{\"method\":\"caa\",\"domain\":\"*.Example.COM.\"}", "",
      "caa *.example.com" },
    { "{\"method\":\"caa\",\"domain\":\"b\xc3\xbc" "cher.example\"}", "",
      "caa xn--bcher-kva.example" },
    { "{\"method\":\"caa\"}", "missing-field domain", NULL },
    { "{\"method\":\"caa\",\"domain\":null}", "missing-field domain", NULL },
    { "{\"method\":\"caa\",\"domain\":[\"example.com\"]}",
      "invalid-type domain", NULL },
    { "{\"method\":\"caa\",\"domain\":\"\"}", "invalid-target domain", NULL },
    { "{\"method\":\"caa\",\"domain\":\"a..b\"}", "invalid-target domain",
      NULL },
    { "{\"method\":\"caa\",\"domain\":\"com\"}", "invalid-target domain",
      NULL },
    { "{\"method\":\"caa\",\"domain\":\"8.8.8.8\"}", "invalid-target domain",
      NULL },
    { "{\"method\":\"caa\",\"domain\":\"4.3.2.1.in-addr.arpa\"}",
      "invalid-target domain", NULL },
    { CAA(",\"domain\":\"example.org\""), "duplicate-field domain", NULL },
    { "{\"method\":\"caa\",\"domain_or_ip\":\"example.com\"}",
      "unknown-field domain_or_ip; missing-field domain", NULL },

    /* http-acme */

    { HTTP("example.com", ""), "",
      "dcv+caa example.com acme-http-01 tok tok." THUMB },
    { HTTP("example.com", ",\"caa_check\":true"), "",
      "dcv+caa example.com acme-http-01 tok tok." THUMB },
    { HTTP("example.com", ",\"caa_check\":null"), "",
      "dcv+caa example.com acme-http-01 tok tok." THUMB },
    { HTTP("example.com", ",\"caa_check\":false"), "",
      "dcv example.com acme-http-01 tok tok." THUMB },
    { HTTP("8.8.8.8", ""), "",
      "dcv 8.8.8.8 acme-http-01 tok tok." THUMB },
    { HTTP("[2600::1]", ",\"caa_check\":false"), "",
      "dcv 2600::1 acme-http-01 tok tok." THUMB },
    { HTTP("8.8.8.8", ",\"caa_check\":true"), "invalid-target domain_or_ip",
      NULL },
    { HTTP("192.168.1.1", ""), "invalid-target domain_or_ip", NULL },
    { HTTP("*.example.com", ""), "invalid-target domain_or_ip", NULL },
    { HTTP("8.8.8.in-addr.arpa", ",\"caa_check\":false"),
      "invalid-target domain_or_ip", NULL },
    { HTTP("example.com", ",\"caa_check\":\"false\""),
      "invalid-type caa_check", NULL },
    { HTTP("example.com", ",\"caa_check\":0"), "invalid-type caa_check",
      NULL },
    { HTTP("example.com", ",\"caa_check\":false,\"caa_check\":true"),
      "duplicate-field caa_check", NULL },
    { HTTP("example.com", ",\"caa\":false"), "unknown-field caa", NULL },
    { HTTP("example.com", ",\"caa-check\":false"), "unknown-field caa-check",
      NULL },
    { HTTP("example.com", ",\"domain\":\"example.com\""),
      "unknown-field domain", NULL },
    { HTTP("example.com", ",\"http_headers\":{}"),
      "unknown-field http_headers", NULL },
    { "{\"method\":\"http-acme\"}",
      "missing-field token; missing-field key_authorization;"
      " missing-field domain_or_ip", NULL },
    { "{\"method\":\"http-acme\",\"domain_or_ip\":\"example.com\","
      "\"token\":\"../x\",\"key_authorization\":\"../x.y\"}",
      "invalid-value token", NULL },
    { "{\"method\":\"http-acme\",\"domain_or_ip\":\"example.com\","
      "\"token\":\"tok\",\"key_authorization\":\"other." THUMB "\"}",
      "invalid-value key_authorization", NULL },
    { "{\"method\":\"http-acme\",\"domain_or_ip\":\"example.com\","
      "\"token\":\"" A100 A10 A10 A10 "\",\"key_authorization\":\"x\"}",
      "invalid-value token", NULL },

    /* dns */

    { DNS("TXT", "_prove", "value", ""), "",
      "dcv+caa example.com dns-change TXT _prove value exact case" },
    { DNS("TXT", "", "value", ",\"caa\":false"), "",
      "dcv example.com dns-change TXT  value exact case" },
    { DNS("CNAME", "_prove", "to.ca.example.", ""), "",
      "dcv+caa example.com dns-change CNAME _prove to.ca.example. exact" },
    { DNS("CAA", "", "0 x \\\"v\\\"", ",\"caa\":true"), "",
      "dcv+caa example.com dns-change CAA  0 x \"v\" exact" },
    { "{\"method\":\"dns\",\"domain\":\"*.example.com\",\"record-type\":"
      "\"TXT\",\"prefix\":\"_a\",\"expected\":\"v\"}", "",
      "dcv+caa *.example.com dns-change TXT _a v exact case" },

    /* what RFC 8555 calls dns-01, and what only looks like it */

    { DNS("TXT", "_acme-challenge", DIGEST, ""), "",
      "dcv+caa example.com acme-dns-01 " DIGEST },
    { DNS("TXT", "_acme-challenge", DIGEST "A", ""), "",
      "dcv+caa example.com dns-change TXT _acme-challenge " DIGEST
      "A exact case" },
    { DNS("TXT", "_acme-challenge", "value", ""), "",
      "dcv+caa example.com dns-change TXT _acme-challenge value exact case" },
    { DNS("TXT", "_acme-challenge2", DIGEST, ""), "",
      "dcv+caa example.com dns-change TXT _acme-challenge2 " DIGEST
      " exact case" },
    { DNS("TXT", "", DIGEST, ""), "",
      "dcv+caa example.com dns-change TXT  " DIGEST " exact case" },
    { DNS("CNAME", "_acme-challenge", DIGEST, ""), "",
      "dcv+caa example.com dns-change CNAME _acme-challenge " DIGEST
      " exact" },

    { DNS("MX", "_a", "v", ""),
      "invalid-validation-method-record-type-combination record-type", NULL },
    { DNS("txt", "_a", "v", ""),
      "invalid-validation-method-record-type-combination record-type", NULL },
    { DNS("TXT", "www", "v", ""), "invalid-value prefix", NULL },
    { DNS("TXT", "_a.b", "v", ""), "invalid-value prefix", NULL },
    { DNS("TXT", "_acme-challenge.", "v", ""), "invalid-value prefix", NULL },
    { DNS("TXT", "_a", "", ""), "empty-challenge-value expected", NULL },
    { DNS("TXT", "_a", " \\t", ""), "empty-challenge-value expected", NULL },
    { DNS("TXT", "_a", "a\\nb", ""), "invalid-value expected", NULL },
    { DNS("TXT", "_a", A500 A500 A100, ""), "invalid-value expected", NULL },
    { DNS("TXT", "_a", "v", ",\"caa\":1"), "invalid-type caa", NULL },
    { DNS("TXT", "_a", "v", ",\"caa_check\":false"),
      "unknown-field caa_check", NULL },
    { DNS("TXT", "_a", "v", ",\"record_type\":\"TXT\""),
      "unknown-field record_type", NULL },
    { DNS("TXT", "_a", "v", ",\"prefix\":\"_b\""), "duplicate-field prefix",
      NULL },
    { "{\"method\":\"dns\"}",
      "missing-field record-type; missing-field prefix;"
      " missing-field expected; missing-field domain", NULL },
    { "{\"method\":\"dns\",\"domain\":\"example.com\",\"record-type\":\"TXT\","
      "\"prefix\":null,\"expected\":\"v\"}", "missing-field prefix", NULL },
    { "{\"method\":\"dns\",\"domain\":\"example.com\",\"record-type\":\"TXT\","
      "\"prefix\":7,\"expected\":[\"v\"]}",
      "invalid-type prefix; invalid-type expected", NULL },
    { "{\"method\":\"dns\",\"domain\":\"8.8.8.8\",\"record-type\":\"TXT\","
      "\"prefix\":\"_a\",\"expected\":\"v\"}", "invalid-target domain",
      NULL },
    { "{\"method\":\"dns\",\"domain\":\"3.2.1.in-addr.arpa\",\"record-type\":"
      "\"TXT\",\"prefix\":\"_a\",\"expected\":\"v\",\"caa\":false}",
      "invalid-target domain", NULL },

    /* the method */

    { "{\"domain\":\"example.com\"}", "missing-field method", NULL },
    { "{\"method\":\"CAA\",\"domain\":\"example.com\"}",
      "unknown-validation-method method", NULL },
    { "{\"method\":\"http\",\"domain_or_ip\":\"example.com\"}",
      "unknown-validation-method method", NULL },
    { "{\"method\":[\"caa\"],\"domain\":\"example.com\"}",
      "invalid-type method", NULL },
    { CAA(",\"method\":\"dns\""), "duplicate-field method", NULL },

    /* what the draft has no words for is not passed over */

    { "{\"check_type\":\"caa\",\"domain_or_ip_target\":\"example.com\"}",
      "missing-field method; unknown-field check_type;"
      " unknown-field domain_or_ip_target", NULL },
    { CAA(",\"orchestration_parameters\":{\"quorum_count\":5}"),
      "unknown-field orchestration_parameters", NULL },
    { CAA(",\"caa_check_parameters\":{\"caa_domains\":[\"a.example\"]}"),
      "unknown-field caa_check_parameters", NULL },
    { CAA(",\"accounturi\":\"https://ca.example/1\",\"trace_identifier\":1"),
      "unknown-field accounturi; unknown-field trace_identifier", NULL },
    { CAA(",\"token\":\"t\""), "unknown-field token", NULL },
    { CAA(",\"Domain\":\"example.com\""), "unknown-field Domain", NULL },
    { CAA(",\"a\xc2\x9b\\\"b\":1"), "unknown-field a\\194\\155\\\"b", NULL },

    /* the body */

    { "", "malformed-json ", NULL },
    { "[" CAA("") "]", "invalid-type ", NULL },
    { "null", "invalid-type ", NULL },
    { CAA("") "x", "malformed-json ", NULL },
    { "{\"method\":\"caa\",\"domain\":\"a\\u0000.example\"}",
      "malformed-json ", NULL },
};


/* on a body of its exact size */

static int
parse(const char *text)
{
    int         rc;
    size_t      fail_at;
    mpic_str_t  body;

    fail_at = tp.fail_at;
    tp.fail_at = 0;
    body = test_strz(&tp, text);
    tp.fail_at = fail_at;
    tp.asked = 0;

    rc = mpic_draft_parse(&tp.pool, body.data, body.len, &request, &issues);

    return rc;
}


static void
show_issues(char *p)
{
    size_t  i;

    *p = '\0';

    for (i = 0; i < issues.n; i++) {
        assert_true(issues.list[i].message.len > 0);
        p += sprintf(p, "%s%s %s", i ? "; " : "", issues.list[i].type.data,
                     issues.list[i].field.data);
    }
}


static void
show_request(char *p)
{
    const mpic_dcv_params_t  *dcv = &request.dcv;

    static const char  *types[] = { "dcv", "caa", "dcv+caa" };

    p += sprintf(p, "%s %s", types[request.check_type],
                 request.target.canonical.data);

    assert_int_equal(request.dcv_given,
                     request.check_type != MPIC_CHECK_CAA);

    assert_int_equal(request.caa.nmethods,
                     request.check_type == MPIC_CHECK_DCV_WITH_CAA);

    if (request.check_type == MPIC_CHECK_CAA) {
        return;
    }

    if (request.check_type == MPIC_CHECK_DCV_WITH_CAA) {

        /* RFC 8657 */

        assert_str_equal(request.caa.methods[0],
                         dcv->method == MPIC_METHOD_ACME_HTTP_01 ? "http-01"
                         : dcv->method == MPIC_METHOD_ACME_DNS_01 ? "dns-01"
                         : "ca-tbr-7");
    }

    p += sprintf(p, " %s", mpic_method_name(dcv->method));

    if (dcv->method == MPIC_METHOD_ACME_HTTP_01) {
        sprintf(p, " %s %s", dcv->token.data, dcv->key_authorization.data);

    } else if (dcv->method == MPIC_METHOD_ACME_DNS_01) {
        assert_true(dcv->exact_match && dcv->exact_case);
        assert_int_equal(dcv->record_type, MPIC_DNS_TXT);
        sprintf(p, " %s", dcv->key_authorization_hash.data);

    } else {
        sprintf(p, " %s %s %s%s%s",
                dcv->record_type == MPIC_DNS_TXT ? "TXT"
                : dcv->record_type == MPIC_DNS_CNAME ? "CNAME" : "CAA",
                dcv->name_prefix.data, dcv->challenge_value.data,
                dcv->exact_match ? " exact" : "",
                dcv->exact_case ? " case" : "");
    }
}


static void
test_cases(void **state)
{
    int          rc;
    char         shown[8192];
    size_t       i;
    const char  *expected;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rc = parse(cases[i].body);

        show_issues(shown);
        expected = cases[i].issues;

        if (rc == 0 && *expected == '\0') {
            show_request(shown);
            expected = cases[i].request;
        }

        if (rc != (cases[i].issues[0] != '\0')
            || strcmp(shown, expected) != 0)
        {
            fail_msg("%s: %d, %s", cases[i].body, rc, shown);
        }

        if (rc == 0) {

            /* the policy alone decides, and the perspectives' own lists */

            assert_false(request.orchestration.given);
            assert_int_equal(request.orchestration.perspective_count, -1);
            assert_int_equal(request.orchestration.quorum_count, -1);
            assert_int_equal(request.orchestration.max_attempts, -1);
            assert_int_equal(request.orchestration.cohort_for_single_attempt,
                             -1);
            assert_int_equal(request.caa.ndomains, 0);
            assert_false(request.caa.allow_lookup_failure);
            assert_false(request.caa.account_uris_given);
            assert_null(request.trace_identifier.data);
        }

        test_pool_reset(&tp);
    }
}


static void
test_bounds(void **state)
{
    char        *body, *p;
    size_t       i;
    mpic_str_t   json;

    body = malloc(MPIC_REQUEST_MAX + 2);
    assert_non_null(body);

    /* as large as a request may be, and larger */

    p = body + sprintf(body, CAA(""));
    memset(p, ' ', (size_t) (body + MPIC_REQUEST_MAX + 1 - p));
    assert_int_equal(mpic_draft_parse(&tp.pool, body, MPIC_REQUEST_MAX,
                                      &request, &issues), 0);
    assert_int_equal(mpic_draft_parse(&tp.pool, body, MPIC_REQUEST_MAX + 1,
                                      &request, &issues), 1);
    assert_str_equal(issues.list[0].type, "request-too-large");

    /* thousands of fields that are none */

    p = body + sprintf(body, "{\"method\":\"caa\",\"domain\":\"example.com\"");

    for (i = 0; i < 5000; i++) {
        p += sprintf(p, ",\"x%zu\":0", i);
    }

    strcpy(p, "}");

    assert_int_equal(parse(body), 1);
    assert_int_equal(issues.n, MPIC_ISSUES_MAX);
    assert_int_equal(issues.more, 5000 - MPIC_ISSUES_MAX);
    assert_int_equal(mpic_draft_issues_print(&tp.pool, &issues, &json), 0);
    assert_true(json.len < 16384);

    /* one that is very long */

    p = body + sprintf(body, "{\"method\":\"caa\",\"domain\":\"example.com\","
                       "\"");
    memset(p, 0x7f, 60000);
    strcpy(p + 60000, "\":0}");

    assert_int_equal(parse(body), 1);
    assert_int_equal(mpic_draft_issues_print(&tp.pool, &issues, &json), 0);
    assert_true(json.len < 2048);

    free(body);
    test_pool_reset(&tp);
}


static void
test_refusals(void **state)
{
    mpic_str_t  json, message = mpic_str("The method must be POST.");

    assert_int_equal(parse("{\"method\":\"caa\"}"), 1);
    assert_int_equal(mpic_draft_issues_print(&tp.pool, &issues, &json), 0);
    assert_str_equal(json, "{\"success\":false,\"error\":\"The request cannot "
                     "be accepted: \\\"domain\\\" is required.\","
                     "\"validation_issues\":[{\"issue_type\":"
                     "\"missing-field\",\"message\":\"\\\"domain\\\" is "
                     "required\",\"field\":\"domain\"}]}");

    assert_int_equal(parse("{}"), 1);
    assert_int_equal(mpic_draft_issues_print(&tp.pool, &issues, &json), 0);
    assert_int_equal(parse("{\"method\":\"caa\",\"x\":1}"), 1);
    assert_int_equal(mpic_draft_issues_print(&tp.pool, &issues, &json), 0);
    assert_non_null(strstr(json.data, "would not be done; there are more "
                           "issues.\""));

    assert_int_equal(mpic_draft_error_print(&tp.pool, &message, &json), 0);
    assert_str_equal(json, "{\"success\":false,\"error\":\"The method must be "
                     "POST.\"}");

    test_pool_reset(&tp);
}


static void
test_memory(void **state)
{
    size_t  i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_pool_exhaust(&tp, parse(cases[i].body),
                          cases[i].issues[0] != '\0');
    }

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
