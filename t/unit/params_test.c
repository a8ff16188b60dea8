
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The parameters of each method beside those that request_test.c has.
 */


#include "test_pool.h"
#include "mpic_params.h"

#include <stdio.h>


#define HEX                                                                   \
    "2e8a97615f2abb938d6c94316e647b4824cda37b620170dfa30ca3c408c4b97d"
#define HASH   "LoqXYV8qu5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"

#define P  "dcv_check_parameters."

#define WEB    "\"challenge_value\":\"value\",\"http_token_path\":\"f.txt\""
#define VALUE  "\"challenge_value\":\"v\""
#define PERSIST                                                               \
    "\"issuer_domain_names\":[\"CA.example.\"],"                              \
    "\"expected_account_uri\":\"https://ca.example/1\""


typedef struct {
    const char  *target;
    const char  *method;
    const char  *params;
    /* "type field" of each issue, in order; "" for none */
    const char  *issues;
    /* what a perspective is sent beside the method; NULL where refused */
    const char  *printed;
} params_case_t;


static test_pool_t     tp;
static mpic_request_t  request;
static mpic_issues_t   issues;


static const params_case_t  cases[] = {

    /* website-change */

    { "example.com", "website-change", WEB, "",
      "\"challenge_value\":\"value\",\"http_token_path\":\"f.txt\","
      "\"url_scheme\":\"http\",\"http_headers\":null,\"match_regex\":null,"
      "\"require_exact_case\":true" },
    { "8.8.8.8", "website-change", WEB ",\"url_scheme\":\"https\","
      "\"match_regex\":\"^v\",\"require_exact_case\":false,"
      "\"http_headers\":{\"A\":\"b\"}", "",
      "\"challenge_value\":\"value\",\"http_token_path\":\"f.txt\","
      "\"url_scheme\":\"https\",\"http_headers\":{\"A\":\"b\"},"
      "\"match_regex\":\"^v\",\"require_exact_case\":false" },
    { "example.com", "website-change", "",
      "missing-field " P "challenge_value, missing-field " P
      "http_token_path", NULL },
    { "example.com", "website-change", WEB ",\"url_scheme\":\"ftp\"",
      "invalid-value " P "url_scheme", NULL },
    { "*.example.com", "website-change", WEB,
      "invalid-target domain_or_ip_target", NULL },

    /* its path stays below the directory, and does not hold the value */

#define PATH(path)                                                            \
    "\"challenge_value\":\"value\",\"http_token_path\":\"" path "\""
    { "example.com", "website-change", PATH("a/b-c._~!$&'()*+,;=:@d"), "",
      "\"challenge_value\":\"value\","
      "\"http_token_path\":\"a/b-c._~!$&'()*+,;=:@d\","
      "\"url_scheme\":\"http\",\"http_headers\":null,\"match_regex\":null,"
      "\"require_exact_case\":true" },
    { "example.com", "website-change", PATH("..a/.b/c.."), "",
      "\"challenge_value\":\"value\",\"http_token_path\":\"..a/.b/c..\","
      "\"url_scheme\":\"http\",\"http_headers\":null,\"match_regex\":null,"
      "\"require_exact_case\":true" },
    { "example.com", "website-change", PATH(".."),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a/../b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a/.."),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("./a"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a/."),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("/a"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a//b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a/"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("http://b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a?b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a#b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a%2e%2e"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a\\\\b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH("a\\rb"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", PATH(""),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", "\"challenge_value\":\"n/abc\","
      "\"http_token_path\":\"abcd\"", "invalid-value " P "http_token_path",
      NULL },
    { "example.com", "website-change", PATH("a-VALUE-b"),
      "invalid-value " P "http_token_path", NULL },
    { "example.com", "website-change", WEB ",\"http_headers\":"
      "{\"A\":\"xvaluex\"}", "invalid-value " P "http_headers", NULL },
    { "example.com", "website-change", WEB ",\"http_headers\":"
      "{\"X-value\":\"x\"}", "invalid-value " P "http_headers", NULL },

    { "example.com", "website-change", WEB ",\"http_headers\":"
      "{\"A\":\"xVaLuEx\"}", "invalid-value " P "http_headers", NULL },
    { "a-VALUE-b.example.com", "website-change", WEB,
      "invalid-value " P "challenge_value", NULL },
    { "example.com", "website-change", "\"challenge_value\":\"Validation\","
      "\"http_token_path\":\"f.txt\"",
      "invalid-value " P "challenge_value", NULL },
    { "example.com", "website-change", "\"challenge_value\":\"http:\","
      "\"http_token_path\":\"f.txt\",\"url_scheme\":\"https\"",
      "", "\"challenge_value\":\"http:\",\"http_token_path\":\"f.txt\","
      "\"url_scheme\":\"https\",\"http_headers\":null,"
      "\"match_regex\":null,\"require_exact_case\":true" },
    { "example.com", "website-change", WEB ",\"match_regex\":\"(\"",
      "invalid-value " P "match_regex", NULL },
    { "example.com", "website-change", WEB ",\"match_regex\":\"\"",
      "invalid-value " P "match_regex", NULL },
    { "example.com", "website-change", WEB ",\"match_regex\":\"(*UTF)v\"",
      "invalid-value " P "match_regex", NULL },

    /* all at once */

    { "value.example.com", "website-change", "\"challenge_value\":\"value\","
      "\"http_token_path\":\"../x\",\"url_scheme\":\"ftp\","
      "\"match_regex\":\"[\",\"http_headers\":{\"Host\":\"x\"}",
      "invalid-value " P "http_token_path, invalid-value " P "url_scheme, "
      "invalid-value " P "http_headers, invalid-value " P "match_regex, "
      "invalid-value " P "challenge_value", NULL },

    /* dns-account-01, under both names */

    { "*.example.com", "dns-account-01", "\"key_authorization_hash\":\"" HASH
      "\",\"acme_account_url\":\"https://a/1\"", "",
      "\"require_exact_case\":true,\"key_authorization_hash\":\"" HASH "\","
      "\"dns_record_type\":\"TXT\",\"acme_account_url\":\"https://a/1\"" },
    { "example.com", "dns-account-01", "",
      "missing-field " P "key_authorization_hash, missing-field " P
      "acme_account_url", NULL },
    { "example.com", "dns-account-01", "\"key_authorization_hash\":\"" HASH
      "\",\"acme_account_url\":\"https://a/ 1\"",
      "invalid-value " P "acme_account_url", NULL },
    { "8.8.8.8", "dns-account-01", "\"key_authorization_hash\":\"" HASH
      "\",\"acme_account_url\":\"https://a/1\"",
      "invalid-target domain_or_ip_target", NULL },

    /* acme-tls-alpn-01: the digest in two forms, or the key authorization */

    { "example.com", "acme-tls-alpn-01", "\"key_authorization_hash\":\"" HEX
      "\"", "", "\"require_exact_case\":true,\"key_authorization_hash\":\""
      HEX "\"" },
    { "2001:4860::1", "acme-tls-alpn-01", "\"key_authorization_hash\":\"" HASH
      "\"", "", "\"require_exact_case\":true,\"key_authorization_hash\":\""
      HEX "\"" },
    { "example.com", "acme-tls-alpn-01", "\"key_authorization\":\"abc\"", "",
      "\"require_exact_case\":true,\"key_authorization_hash\":\""
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"" },
    { "example.com", "acme-tls-alpn-01", "\"key_authorization\":\"abc\","
      "\"key_authorization_hash\":\"BA7816BF8F01CFEA414140DE5DAE2223"
      "B00361A396177A9CB410FF61F20015AD\"", "",
      "\"require_exact_case\":true,\"key_authorization_hash\":\""
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"" },
    { "example.com", "acme-tls-alpn-01", "\"key_authorization\":\"abd\","
      "\"key_authorization_hash\":\"ba7816bf8f01cfea414140de5dae2223"
      "b00361a396177a9cb410ff61f20015ad\"",
      "invalid-value " P "key_authorization_hash", NULL },
    { "example.com", "acme-tls-alpn-01", "",
      "missing-field " P "key_authorization_hash", NULL },
    { "example.com", "acme-tls-alpn-01", "\"key_authorization_hash\":\"" HEX
      "00\"", "invalid-value " P "key_authorization_hash", NULL },
    /* a bit too much */
    { "example.com", "acme-tls-alpn-01", "\"key_authorization_hash\":\""
      "LoqXYV8qu5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX1\"",
      "invalid-value " P "key_authorization_hash", NULL },
    { "*.example.com", "acme-tls-alpn-01", "\"key_authorization_hash\":\""
      HEX "\"", "invalid-target domain_or_ip_target", NULL },

    /* dns-change: names and CAA have no case */

    { "example.com", "dns-change", VALUE ",\"dns_record_type\":\"CNAME\","
      "\"require_exact_case\":true,\"dns_name_prefix\":\"_a\"", "",
      VALUE ",\"require_exact_match\":false,\"require_exact_case\":false,"
      "\"dns_record_type\":\"CNAME\",\"dns_name_prefix\":\"_a\"" },
    { "example.com", "dns-change", VALUE ",\"dns_record_type\":\"CAA\","
      "\"require_exact_match\":true", "",
      VALUE ",\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"CAA\",\"dns_name_prefix\":\"\"" },

    /* dns-persistent */

    { "*.example.com", "dns-persistent", PERSIST, "",
      PERSIST ",\"dns_record_type\":\"TXT\"" },
    { "8.8.8.8", "dns-persistent", PERSIST
      ",\"require_wildcard_policy\":true", "",
      PERSIST ",\"dns_record_type\":\"TXT\","
      "\"require_wildcard_policy\":true" },
    { "example.com", "dns-persistent", "",
      "missing-field " P "issuer_domain_names, missing-field " P
      "expected_account_uri", NULL },
    { "example.com", "dns-persistent", "\"issuer_domain_names\":[],"
      "\"expected_account_uri\":\"u\"",
      "missing-field " P "issuer_domain_names", NULL },
    { "example.com", "dns-persistent", "\"issuer_domain_names\":[\"a b\"],"
      "\"expected_account_uri\":\"u\"",
      "invalid-value " P "issuer_domain_names[0]", NULL },

    /* contacts */

    { "*.example.com", "contact-email-txt", VALUE, "", VALUE
      ",\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"TXT\","
      "\"dns_name_prefix\":\"_validation-contactemail\"" },
    { "example.com", "contact-phone-txt", VALUE, "", VALUE
      ",\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"TXT\","
      "\"dns_name_prefix\":\"_validation-contactphone\"" },
    { "example.com", "contact-email-caa", VALUE, "", VALUE
      ",\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"CAA\",\"dns_name_prefix\":\"\"" },
    { "example.com", "contact-phone-caa", VALUE
      ",\"dns_name_prefix\":\"_x\"", "", VALUE
      ",\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"CAA\",\"dns_name_prefix\":\"_x\"" },
    { "example.com", "contact-email-txt", VALUE
      ",\"dns_record_type\":\"CAA\",\"dns_name_prefix\":\"_x\"",
      "invalid-validation-method-record-type-combination " P
      "dns_record_type, invalid-value " P "dns_name_prefix", NULL },
    { "example.com", "contact-email-caa", VALUE
      ",\"dns_name_prefix\":\"x\"",
      "invalid-value " P "dns_name_prefix", NULL },

    /* ip-address */

    { "example.com", "ip-address", "\"challenge_value\":\"8.8.8.8\","
      "\"dns_record_type\":\"A\"", "", "\"challenge_value\":\"8.8.8.8\","
      "\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"A\",\"dns_name_prefix\":\"\"" },
    { "example.com", "ip-address", "\"challenge_value\":\"2001:4860::1\","
      "\"dns_record_type\":\"A\"", "invalid-value " P "challenge_value",
      NULL },
    { "example.com", "ip-address", "\"challenge_value\":\"v\","
      "\"dns_record_type\":\"TXT\"",
      "invalid-validation-method-record-type-combination " P
      "dns_record_type, invalid-value " P "challenge_value", NULL },
    { "*.example.com", "ip-address", "\"challenge_value\":\"8.8.8.8\","
      "\"dns_record_type\":\"A\"", "invalid-target domain_or_ip_target",
      NULL },

    /* reverse-address-lookup */

    { "8.8.8.8", "reverse-address-lookup", VALUE, "", VALUE
      ",\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"PTR\",\"dns_name_prefix\":\"\"" },
    { "8.8.8.8.in-addr.arpa", "reverse-address-lookup", VALUE, "", VALUE
      ",\"require_exact_match\":true,\"require_exact_case\":false,"
      "\"dns_record_type\":\"PTR\",\"dns_name_prefix\":\"\"" },
    { "example.com", "reverse-address-lookup", VALUE,
      "invalid-target domain_or_ip_target", NULL },
    { "8.8.8.8.in-addr.arpa", "acme-dns-01", "\"key_authorization_hash\":\""
      HASH "\"", "invalid-target domain_or_ip_target", NULL },
};


static int
parse(const char *body)
{
    return mpic_request_parse(&tp.pool, body, strlen(body), MPIC_REQUEST_DCV,
                              &request, &issues);
}


static void
issues_text(char *text, size_t size)
{
    size_t  i, len;

    text[0] = '\0';

    for (i = 0; i < issues.n; i++) {
        len = strlen(text);
        snprintf(text + len, size - len, "%s%s %s", i ? ", " : "",
                 issues.list[i].type.data, issues.list[i].field.data);
    }
}


static void
test_cases(void **state)
{
    int                   rc;
    char                  body[2048], got[1024], expected[2048];
    size_t                i;
    mpic_str_t            json;
    const params_case_t  *c;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];

        snprintf(body, sizeof(body), "{\"domain_or_ip_target\":\"%s\","
                 "\"dcv_check_parameters\":"
                 "{\"validation_method\":\"%s\"%s%s}}",
                 c->target, c->method, c->params[0] ? "," : "", c->params);

        rc = parse(body);
        issues_text(got, sizeof(got));

        if (strcmp(got, c->issues) != 0 || rc != (c->issues[0] != '\0')) {
            fail_msg("%s:\ngot %d, %s\nexpected %s", body, rc, got,
                     c->issues);
        }

        if (rc != 0) {
            assert_null(c->printed);
            continue;
        }

        snprintf(expected, sizeof(expected), "{\"domain_or_ip_target\":\"%s\","
                 "\"trace_identifier\":null,\"check_type\":\"dcv\","
                 "\"dcv_check_parameters\":{\"validation_method\":\"%s\",%s}}",
                 c->target, c->method, c->printed);

        assert_int_equal(mpic_request_print(&tp.pool, &request,
                                            request.check_type, &json), 0);
        assert_string_equal(json.data, expected);

        /* what the coordinator sends, the perspective accepts */

        assert_int_equal(parse(expected), 0);
        assert_int_equal(mpic_request_print(&tp.pool, &request,
                                            request.check_type, &json), 0);
        assert_string_equal(json.data, expected);

        test_pool_reset(&tp);
    }

    test_pool_reset(&tp);
}


static void
test_synonym(void **state)
{
    assert_int_equal(parse("{\"domain_or_ip_target\":\"example.com\","
        "\"include_records\":true,"
        "\"dcv_check_parameters\":{\"validation_method\":"
        "\"acme-dns-account-01\",\"key_authorization_hash\":\"" HASH "\","
        "\"acme_account_url\":\"u\"}}"), 0);

    assert_int_equal(request.dcv.method, MPIC_METHOD_DNS_ACCOUNT_01);
    assert_int_equal(request.include_records, 1);

    assert_int_equal(parse("{\"domain_or_ip_target\":\"example.com\","
        "\"include_records\":1,"
        "\"dcv_check_parameters\":{\"validation_method\":"
        "\"dns-account-01\",\"key_authorization_hash\":\"" HASH "\","
        "\"acme_account_url\":\"u\"}}"), 1);

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_synonym),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests_name("params", tests, NULL, NULL);
}
