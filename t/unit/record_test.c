
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_json.h"
#include "mpic_record.h"
#include "mpic_redact.h"

#include <stdio.h>


/* a value that occurs in no other way */
#define SECRET  "Kx7hVt2pQw9sLm4nRz8bYc3dEf5gHj6k"
#define THUMB   "Th0mbPr1ntOfAnAcc0untKeyXyZ98765"
#define PATH    "Pa7hOfThePage0123456789.txt"
/* SHA-256 digests, one text in hexadecimal digits, one in base64url */
#define HEX                                                                   \
    "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"
#define BASE64  "ChssPU5fYHGCk6S1xtfo-QobLD1OX2BxgpOktcbX6Pk"


typedef struct {
    mpic_fanout_t        machine;
    mpic_call_t          calls[MPIC_CALLS_MAX];
    mpic_record_call_t   record_calls[MPIC_CALLS_MAX];
    mpic_check_type_e    kinds[MPIC_KINDS_MAX];
    mpic_policy_t        policy;
    mpic_issues_t        issues;
    mpic_request_t       request;
    mpic_record_t        record;
} play_t;


static test_pool_t  tp;


static mpic_str_t
text(const char *s)
{
    mpic_str_t  t;

    t.data = s;
    t.len = strlen(s);

    return t;
}


/* a request as it was sent, and "n" perspectives that have yet to answer */

static play_t *
play(const char *body, size_t n)
{
    size_t   i;
    play_t  *p;

    p = calloc(1, sizeof(play_t));
    assert_non_null(p);

    assert_int_equal(mpic_request_parse(&tp.pool, body, strlen(body),
                                        MPIC_REQUEST_COORDINATOR, &p->request,
                                        &p->issues),
                     0);

    p->machine.rules.kinds = 1;
    p->machine.rules.attempts = 1;
    p->machine.rules.terms.count = n;
    p->machine.rules.terms.quorum = n - 1;
    p->machine.calls = p->calls;
    p->machine.ncalls = (unsigned) n;
    p->machine.answered = 1;

    p->kinds[0] = (p->request.check_type == MPIC_CHECK_CAA) ? MPIC_CHECK_CAA
                                                            : MPIC_CHECK_DCV;

    for (i = 0; i < n; i++) {
        p->record_calls[i].code = text("us-west-2");
        p->record_calls[i].rir = MPIC_RIR_ARIN;
        p->record_calls[i].type = p->kinds[0];
    }

    p->record.head.time = 1795446413425;
    p->record.head.status = 200;
    p->record.head.request = &p->request;
    p->record.machine = &p->machine;
    p->record.calls = p->record_calls;
    p->record.kinds = p->kinds;
    p->record.policy = &p->policy;

    return p;
}


static void
answers(play_t *p, size_t i, mpic_vote_e vote, const char *json)
{
    p->calls[i].state = MPIC_CALL_ANSWERED;
    p->calls[i].vote = vote;
    p->record_calls[i].json = text(json);
}


/* one line of JSON, in bounds */

static char *
print(play_t *p)
{
    cJSON      *root;
    size_t      i;
    mpic_str_t  line;

    assert_int_equal(mpic_record_print(&tp.pool, &p->record, &line), 0);
    assert_true(line.len <= MPIC_RECORD_MAX);

    for (i = 0; i < line.len; i++) {
        assert_true((unsigned char) line.data[i] >= 0x20);
    }

    root = cJSON_Parse(line.data);
    assert_non_null(root);
    cJSON_Delete(root);

    return (char *) line.data;
}


static void
holds(const char *line, const char *part)
{
    if (strstr(line, part) == NULL) {
        fail_msg("no %s in %s", part, line);
    }
}


static void
holds_no_secret(const char *line)
{
    size_t      i;
    mpic_str_t  all, head;

    static const char  *const values[] = {
        SECRET, THUMB, PATH, HEX, BASE64
    };

    all = text(line);

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        head.data = values[i];
        head.len = MPIC_SECRET_HEAD;

        if (mpic_str_contains(&tp.pool, &all, &head, 0) != 0) {
            fail_msg("%s is in %s", values[i], line);
        }
    }
}


/*
 * Every method, by what its parameters are; each perspective tells all it
 * knows, in every place that there is.
 */

static const struct {
    const char  *method;
    const char  *target;
    const char  *params;
} methods[] = {
    { "acme-http-01", "example.com",
      "\"token\":\"" SECRET "\",\"key_authorization\":\"" SECRET "." THUMB
      "\"" },
    { "website-change", "example.com",
      "\"challenge_value\":\"" SECRET "\",\"http_token_path\":\"" PATH "\"" },
    { "acme-dns-01", "example.com",
      "\"key_authorization_hash\":\"" BASE64 "\"" },
    { "dns-account-01", "example.com",
      "\"key_authorization_hash\":\"" BASE64 "\","
      "\"acme_account_url\":\"https://ca.example/a\"" },
    { "acme-tls-alpn-01", "example.com",
      "\"key_authorization_hash\":\"" HEX "\"" },
    { "acme-tls-alpn-01", "192.88.98.1",
      "\"key_authorization_hash\":\"" BASE64 "\"" },
    { "dns-change", "example.com",
      "\"challenge_value\":\"" SECRET "\",\"dns_record_type\":\"TXT\"" },
    { "dns-persistent", "example.com",
      "\"issuer_domain_names\":[\"ca.example\"],"
      "\"expected_account_uri\":\"https://ca.example/a\"" },
    { "contact-email-txt", "example.com",
      "\"challenge_value\":\"" SECRET "@example.com\"" },
    { "contact-email-caa", "example.com",
      "\"challenge_value\":\"" SECRET "@example.com\"" },
    { "reverse-address-lookup", "192.88.98.1",
      "\"challenge_value\":\"" SECRET ".example.com\"" }
};


/* what a perspective may say with one of the values in every place */

static char *
told(const char *value)
{
    mpic_str_t  json;

    assert_int_equal(mpic_str_printf(&tp.pool, &json,
        "{\"check_completed\":true,\"check_passed\":false,\"errors\":[{"
        "\"error_type\":\"mpic_error:%s\",\"error_message\":\"expected \\\"%s"
        "\\\", got \\\"%.14s...\\\" at http://example.com/x/%s: %s\"},"
        "{\"error_type\":\"x\",\"error_message\":\"%s and so on\"}],"
        "\"timestamp_ns\":1795446413425060669,\"check_type\":\"dcv\","
        "\"dnssec_status\":\"%s\",\"details\":{\"validation_method\":\"%s\","
        "\"records_seen\":[\"%s\"],\"cname_chain\":[\"%s.\"],"
        "\"found_at\":\"_%s.example.com\",\"response_page\":\"%s\","
        "\"common_name\":\"%s\",\"resolved_ip\":\"%s\","
        "\"tried_ips\":[\"%s\"],\"response_url\":"
        "\"http://example.com/.well-known/acme-challenge/%s?%s\","
        "\"response_history\":[{\"status_code\":301,\"url\":\"/%s\"},"
        "{\"status_code\":301,\"url\":\"https://%s.example.com/%s#%s\"},"
        "{\"status_code\":301,\"url\":\"%s\"}]}}",
        value, value, value, value, value, value, value, value, value, value,
        value, value, value, value, value, value, value, value, value, value,
        value, value), 0);

    return (char *) json.data;
}


static void
test_no_value_of_any_method_is_in_a_record(void **state)
{
    char                 *line;
    size_t                i, k;
    play_t               *p;
    mpic_str_t            body, said;
    mpic_record_field_t   field;

    static const char  *const values[] = {
        SECRET, (SECRET "." THUMB), ("other." THUMB), PATH, HEX, BASE64
    };

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {

        test_pool_init(&tp);

        assert_int_equal(mpic_str_printf(&tp.pool, &body,
            "{\"check_type\":\"dcv\",\"domain_or_ip_target\":\"%s\","
            "\"trace_identifier\":\"about %s\","
            "\"dcv_check_parameters\":{\"validation_method\":\"%s\",%s}}",
            methods[i].target,
            strstr(methods[i].params, SECRET) ? SECRET : "it",
            methods[i].method, methods[i].params), 0);

        p = play(body.data, sizeof(values) / sizeof(values[0]) + 1);

        for (k = 0; k < sizeof(values) / sizeof(values[0]); k++) {

            /* another one's value may be seen, and is no secret of this one */

            if (strstr(methods[i].params, values[k]) == NULL
                && !(k == 2 && strstr(methods[i].params, THUMB))
                && !(k >= 4 && strstr(methods[i].method, "alpn")))
            {
                continue;
            }

            answers(p, k, MPIC_VOTE_FAILED, told(values[k]));
            p->record_calls[k].why = text(values[k]);
        }

        said = text(strstr(methods[i].params, SECRET) ? "CN=" SECRET : "CN=x");
        field.name = text("client");
        field.value = said;
        p->record.head.fields = &field;
        p->record.head.nfields = 1;

        line = print(p);
        holds_no_secret(line);
        holds(line, "\"method\":\"");
        holds(line, "\"method_section\":\"3.2.2.");

        free(p);
        test_pool_reset(&tp);
    }
}


static void
test_fields(void **state)
{
    char        *line;
    play_t      *p;
    mpic_str_t   text_line;

    test_pool_init(&tp);

    p = play("{\"check_type\":\"caa\",\"domain_or_ip_target\":\"Example.com.\""
             ",\"caa_check_parameters\":{\"certificate_type\":\"s-mime\"}}",
             4);

    answers(p, 0, MPIC_VOTE_PASSED,
            "{\"check_completed\":true,\"check_passed\":true,\"errors\":null,"
            "\"timestamp_ns\":1795446413425060669,\"check_type\":\"caa\","
            "\"dnssec_status\":\"secure\",\"details\":{"
            "\"caa_record_present\":true,\"found_at\":\"example.com\","
            "\"records_seen\":[\"0 issue \\\"ca.example\\\"\"],\"ttl\":300}}");
    answers(p, 1, MPIC_VOTE_PASSED, "[]");
    p->calls[1].late = 1;
    p->calls[2].state = MPIC_CALL_LOST;
    p->calls[2].vote = MPIC_VOTE_INCOMPLETE;
    p->record_calls[2].why = text("it cannot be reached: \"x\" http://a/b");
    p->calls[3].state = MPIC_CALL_LOST;
    p->calls[3].vote = MPIC_VOTE_OUT;
    p->record_calls[3].primary = 1;
    p->machine.attempts[0].verdicts[0].npassed = 1;
    p->record.early = 1;

    line = print(p);

    holds(line, "\"time\":\"2026-11-23T15:06:53.425Z\"");
    holds(line, "\"target\":\"example.com\",\"target_sent\":\"Example.com.\"");
    holds(line, "\"certificate_type\":\"s-mime\"");
    holds(line, "\"floor_since\":\"2026-06-15T00:00:00.000Z\"");
    holds(line, "\"quorum\":{\"caa\":\"1/4\"}");
    holds(line, "\"in_the_end\":\"2/4\"");
    holds(line, "\"records_seen\":[\"0 issue \\\"ca.example\\\"\"]");
    holds(line, "\"result\":\"passed\",\"late\":true");
    holds(line, "\"result\":\"no_vote\",\"reason\":\"it cannot be reached: "
                "... http://a...\"");
    holds(line, "\"primary\":true,\"result\":\"not_awaited\"");
    holds(line, "\"early\":true");
    holds(line, "\"outcome\":\"invalid\"");
    holds(line, "\"truncated\":false");

    p->machine.answered = 0;
    p->record.head.status = 0;
    line = print(p);
    holds(line, "\"outcome\":\"unanswered\",\"status\":null");
    holds(line, "\"quorum\":null");
    holds(line, "\"valid\":null");

    p->record.broken = 1;
    holds(print(p), "\"outcome\":\"error\"");

    assert_int_equal(mpic_record_gap_print(&tp.pool, 1795446413425, 3, 77,
                                           &text_line),
                     0);
    assert_string_equal(text_line.data, "{\"time\":\"2026-11-23T15:06:53.425Z"
                        "\",\"event\":\"gap\",\"lost\":3,\"worker\":77,"
                        "\"truncated\":false}");

    free(p);
    test_pool_reset(&tp);
}


/* what would not fit is left out by its weight, who voted never is */

static void
test_the_largest_record(void **state)
{
    char                 *line, *message, *json;
    size_t                i;
    play_t               *p;
    mpic_str_t            s;
    mpic_record_field_t   fields[4];

    static char  controls[1024];

    test_pool_init(&tp);
    memset(controls, 1, sizeof(controls));

    p = play("{\"check_type\":\"caa\",\"domain_or_ip_target\":\"example.com\""
             "}", MPIC_PERSPECTIVES_MAX);

    p->machine.ncalls = MPIC_CALLS_MAX;

    message = malloc(2001);
    assert_non_null(message);
    memset(message, 'm', 2000);
    message[2000] = '\0';

    assert_int_equal(mpic_str_printf(&tp.pool, &s,
        "{\"check_completed\":true,\"check_passed\":false,\"errors\":[{"
        "\"error_type\":\"%.80s\",\"error_message\":\"%s\"},"
        "{\"error_type\":\"a b\",\"error_message\":\"%s\"}],"
        "\"timestamp_ns\":1795446413425060669,\"check_type\":\"caa\","
        "\"dnssec_status\":\"%.16s\",\"duration_ms\":9000000000000000,"
        "\"details\":{\"records_seen\":[\"%s\",\"%s\",\"%s\",\"%s\"]}}",
        message, message, message, message, message, message, message,
        message), 0);
    json = (char *) s.data;

    message[64] = '\0';

    for (i = 0; i < MPIC_CALLS_MAX; i++) {
        p->record_calls[i].code = text(message);
        p->record_calls[i].rir = MPIC_RIR_RIPE_NCC;
        p->record_calls[i].type = MPIC_CHECK_CAA;
        p->record_calls[i].primary = 1;
        answers(p, i, MPIC_VOTE_PASSED, json);
        p->calls[i].late = 1;
    }

    for (i = 0; i < 4; i++) {
        fields[i].name = text("name");
        fields[i].value.data = controls;
        fields[i].value.len = sizeof(controls);
    }

    p->record.head.fields = fields;
    p->record.head.nfields = 4;

    line = print(p);
    holds(line, "\"truncated\":true");

    for (i = 0; (line = strstr(line, "\"result\":")) != NULL; i++) {
        line++;
    }

    assert_int_equal(i, MPIC_CALLS_MAX);

    free(message);
    free(p);
    test_pool_reset(&tp);
}


static void
test_refusals(void **state)
{
    mpic_str_t             line;
    mpic_request_t         request;
    mpic_record_refusal_t  refusal;

    static mpic_issues_t  issues;
    static const char     body[] =
        "{\"check_type\":\"dcv\",\"domain_or_ip_target\":\"example.com\","
        "\"dcv_check_parameters\":{\"validation_method\":\"acme-http-01\","
        "\"token\":\"" SECRET "!\",\"key_authorization\":\"" SECRET "!\","
        "\"http_headers\":{\"" SECRET "\":7}}}";

    test_pool_init(&tp);
    memset(&refusal, 0, sizeof(mpic_record_refusal_t));

    assert_int_equal(mpic_request_parse(&tp.pool, body, sizeof(body) - 1,
                                        MPIC_REQUEST_COORDINATOR, &request,
                                        &issues),
                     1);

    refusal.head.status = 400;
    refusal.head.request = &request;
    refusal.outcome = "refused";
    refusal.issues = &issues;

    assert_int_equal(mpic_record_refusal_print(&tp.pool, &refusal, &line), 0);
    holds(line.data, "\"target\":\"example.com\"");
    holds(line.data, "{\"type\":\"invalid-value\",\"field\":"
                     "\"dcv_check_parameters.token\"}");
    holds_no_secret(line.data);

    refusal.head.request = NULL;
    refusal.issues = NULL;
    refusal.error = "too-many-requests";
    refusal.head.status = 503;
    assert_int_equal(mpic_record_refusal_print(&tp.pool, &refusal, &line), 0);
    holds(line.data, "\"error\":\"too-many-requests\"");

    test_pool_reset(&tp);
}


static void
test_urls_and_sentences(void **state)
{
    size_t          i;
    mpic_str_t      out, in;
    mpic_target_t   target;
    mpic_secrets_t  secrets;

    static const struct {
        const char  *in;
        const char  *out;
    } urls[] = {
        { "http://example.com/", "http://example.com/..." },
        { "https://u:p@example.com:8443/a?b#c",
          "https://example.com:8443/..." },
        { "http://[2001:db8::1]/.well-known/acme-challenge/x",
          "http://[2001:db8::1]/.well-known/acme-challenge/..." },
        { "http://example.com/.well-known/pki-validation/a/b",
          "http://example.com/.well-known/pki-validation/..." },
        { "/path", "/..." },
        { "path", "..." },
        { "", "..." },
        { "ftp://example.com/x", "..." },
        { "javascript:alert(1)", "..." },
        { "http://Kx7hVt2pQw9sxx.example.com/", "[redacted]" }
    }, sentences[] = {
        { "nothing quoted", "nothing quoted" },
        { "at \"example.com\", got \"x\"", "at \"example.com\", got ..." },
        { "\"_acme.EXAMPLE.com\"", "\"_acme.EXAMPLE.com\"" },
        { "\"xexample.com\"", "..." },
        { "\"a b.example.com\"", "..." },
        { "got \"a\\\"b\" then", "got ... then" },
        { "open \"end", "open ..." },
        { "\"", "..." },
        { "see https://a.example/b?c now", "see https://a.example... now" },
        { "http://u:p@a/", "http://u:p..." },
        { "with kX7HvT2PqW9Sand more", "[redacted]" }
    };

    test_pool_init(&tp);
    memset(&target, 0, sizeof(mpic_target_t));
    target.name = text("example.com");
    secrets.target = &target;
    secrets.n = 1;
    secrets.heads[0] = text("Kx7hVt2pQw9s");

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        in = text(urls[i].in);
        assert_int_equal(mpic_redact_url(&tp.pool, &secrets, &in, &out), 0);
        assert_string_equal(out.data, urls[i].out);
    }

    for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        in = text(sentences[i].in);
        assert_int_equal(mpic_redact_message(&tp.pool, &secrets, &in, 1000,
                                             &out),
                         0);
        assert_string_equal(out.data, sentences[i].out);
    }

    /* not within a character */

    in = text("a\xc3\xa4\xc3\xa4");
    assert_int_equal(mpic_redact_text(&tp.pool, &secrets, &in, 4, &out), 0);
    assert_string_equal(out.data, "a\xc3\xa4...");

    test_pool_reset(&tp);
}


static void
test_without_memory(void **state)
{
    size_t       i, n;
    play_t      *p;
    mpic_str_t   line;

    test_pool_init(&tp);

    p = play("{\"check_type\":\"dcv\",\"domain_or_ip_target\":\"example.com\","
             "\"dcv_check_parameters\":{\"validation_method\":"
             "\"website-change\",\"challenge_value\":\"" SECRET "\","
             "\"http_token_path\":\"" PATH "\"}}", 2);
    answers(p, 0, MPIC_VOTE_FAILED, told("x y"));

    tp.asked = 0;
    assert_int_equal(mpic_record_print(&tp.pool, &p->record, &line), 0);
    n = tp.asked;

    for (i = 1; i <= n; i++) {
        tp.asked = 0;
        tp.fail_at = i;

        if (mpic_record_print(&tp.pool, &p->record, &line) == 0) {
            tp.fail_at = 0;
            holds_no_secret(line.data);
        }
    }

    free(p);
    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_value_of_any_method_is_in_a_record),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_the_largest_record),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_urls_and_sentences),
        cmocka_unit_test(test_without_memory)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
