
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Answers of the API as answers of the IETF draft.
 */


#include "test_pool.h"
#include "mpic_draft.h"
#include "mpic_draft_caa.h"

#include <stdio.h>


/* an answer, and a perspective of it */

#define ANSWER(valid, count, quorum, entries)                                 \
    "{\"is_valid\":" valid ",\"actual_orchestration_parameters\":"            \
    "{\"perspective_count\":" count ",\"quorum_count\":" quorum "},"          \
    "\"perspectives\":[" entries "]}"

#define ENTRY(code, rir, response)                                            \
    "{\"perspective_code\":\"" code "\",\"rir\":\"" rir "\","                 \
    "\"check_response\":" response "}"
#define BOTH(code, rir, response, caa)                                        \
    "{\"perspective_code\":\"" code "\",\"rir\":\"" rir "\","                 \
    "\"check_response\":" response ",\"caa_check_response\":" caa "}"

/* two perspectives and a primary, which do CAA */
#define PRIMARY(quorum, response, errors)                                     \
    "{\"is_valid\":true,\"actual_orchestration_parameters\":"                \
    "{\"perspective_count\":2,\"quorum_count\":" quorum "},"                 \
    "\"perspectives\":[" ENTRY("jfk", "ARIN", LE("example.com")) ","          \
    ENTRY("fra", "APNIC", LE("example.com")) "],\"primary\":"                 \
    "{\"perspective_code\":\"hq\",\"rir\":\"ARIN\",\"check_response\":"     \
    response ",\"errors\":" errors "}}"
#define TWO(both, hq)                                                         \
    "\"perspectives\":{\"jfk\":{\"success\":" both "},\"fra\":"             \
    "{\"success\":" both "},\"hq\":{\"success\":" hq "}}"

#define OUT                                                                   \
    "{\"check_completed\":false,\"check_passed\":false,\"errors\":"           \
    "[{\"error_type\":\"mpic_error:coordinator:not_awaited\"}]}"
#define DCV(passed)  "{\"check_completed\":true,\"check_passed\":" passed "}"
#define FAIL(message)                                                         \
    "{\"check_completed\":true,\"check_passed\":false,\"errors\":"            \
    "[{\"error_type\":\"t\",\"error_message\":\"" message "\"}]}"

#define SAW(completed, passed, present, at, records)                          \
    "{\"check_completed\":" completed ",\"check_passed\":" passed ","         \
    "\"details\":{\"caa_record_present\":" present ",\"found_at\":" at ","    \
    "\"records_seen\":" records "}}"
#define NONE    SAW("true", "true", "false", "null", "null")
#define FORBID  SAW("true", "false", "true", "\"example.com\"",               \
                    "[\"0 issue \\\";\\\"\"]")
#define LE(at)  SAW("true", "true", "true", "\"" at "\"",                     \
                    "[\"0 issue \\\"letsencrypt.org\\\"\"]")
#define LOST    SAW("false", "false", "null", "null", "null")
/* permitted too, but not the same */
#define OTHER   SAW("true", "true", "true", "\"example.com\"",                \
                    "[\"0 issue \\\"ca.example\\\"\"]")

#define LE64    "AAVpc3N1ZWxldHNlbmNyeXB0Lm9yZw=="

#define ALL(jfk, fra, lis)                                                    \
    "\"perspectives\":{\"jfk\":{\"success\":" jfk "},"                        \
    "\"fra\":{\"success\":" fra "},\"lis\":{\"success\":" lis "}}"
#define CAA     "\"caa\":{\"domain\":\"example.com\",\"records\":[\"" LE64    \
                "\"]}"
#define OF(n, quorum)                                                         \
    n " of 3 perspectives corroborated; " quorum " have to, in at least two " \
    "RIR regions"

#define A10   "aaaaaaaaaa"
#define A100  A10 A10 A10 A10 A10 A10 A10 A10 A10 A10


typedef struct {
    mpic_check_type_e   type;
    const char         *answer;
    /* NULL: it is no answer */
    const char         *expected;
} answer_case_t;


static test_pool_t  tp;


static const answer_case_t  cases[] = {

    /* the draft's examples, error texts aside: caa */

    { MPIC_CHECK_CAA,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", LE("example.com")) ","
             ENTRY("fra", "RIPE NCC", LE("example.com")) ","
             ENTRY("lis", "RIPE NCC", LE("example.com"))),
      "{\"success\":true," ALL("true", "true", "true") "," CAA "}" },
    { MPIC_CHECK_CAA,
      ANSWER("true", "3", "3", ENTRY("jfk", "ARIN", LE("example.com")) ","
             ENTRY("fra", "RIPE NCC", LE("example.com")) ","
             ENTRY("lis", "RIPE NCC", OTHER)),
      "{\"success\":false," ALL("false", "false", "false") ",\"error\":\""
      OF("0", "3") ", and to see the same CAA records. jfk: it saw 1 CAA "
      "records at example.com. fra: it saw 1 CAA records at example.com. lis: "
      "it saw 1 CAA records at example.com.\"}" },

    /* http-acme, without and with CAA, and what fails */

    { MPIC_CHECK_DCV,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("fra", "RIPE NCC", DCV("true")) ","
             ENTRY("lis", "RIPE NCC", DCV("true"))),
      "{\"success\":true," ALL("true", "true", "true") "}" },
    { MPIC_CHECK_DCV_WITH_CAA,
      ANSWER("true", "3", "2",
             BOTH("jfk", "ARIN", DCV("true"), LE("example.com")) ","
             BOTH("fra", "RIPE NCC", DCV("true"), LE("example.com")) ","
             BOTH("lis", "RIPE NCC", DCV("true"), LE("example.com"))),
      "{\"success\":true," ALL("true", "true", "true") "," CAA "}" },
    { MPIC_CHECK_DCV,
      ANSWER("false", "3", "3", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("fra", "RIPE NCC", DCV("true")) ","
             ENTRY("lis", "RIPE NCC", FAIL("Found unexpected value."))),
      "{\"success\":false," ALL("true", "true", "false") ",\"error\":\""
      OF("2", "3") ". lis: Found unexpected value.\"}" },
    { MPIC_CHECK_DCV_WITH_CAA,
      ANSWER("false", "3", "2",
             BOTH("jfk", "ARIN", DCV("true"), FORBID) ","
             BOTH("fra", "RIPE NCC", DCV("true"), LE("example.com")) ","
             BOTH("lis", "RIPE NCC", FAIL("unexpected value"),
                  LE("example.com"))),
      "{\"success\":false," ALL("false", "false", "false") ",\"error\":\""
      OF("0", "2") ", and to see the same CAA records. jfk: the check did "
      "not pass. fra: it saw 1 CAA records at example.com. lis: unexpected "
      "value.\"}" },

    /* a set that a quorum saw is shown though others saw another one */

    { MPIC_CHECK_CAA,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", LE("example.com")) ","
             ENTRY("fra", "RIPE NCC", LE("Example.com.")) ","
             ENTRY("lis", "RIPE NCC", OTHER)),
      "{\"success\":true," ALL("true", "true", "false") "," CAA "}" },
    { MPIC_CHECK_DCV_WITH_CAA,
      ANSWER("false", "3", "2",
             BOTH("jfk", "ARIN", DCV("false"), LE("example.com")) ","
             BOTH("fra", "RIPE NCC", DCV("false"), LE("example.com")) ","
             BOTH("lis", "RIPE NCC", DCV("true"), NONE)),
      "{\"success\":false," ALL("false", "false", "false") "," CAA
      ",\"error\":\"" OF("0", "2") ". jfk: the check did not pass. fra: the "
      "check did not pass. lis: it saw no CAA records, unlike the "
      "others.\"}" },

    /* the same records at another name */

    { MPIC_CHECK_CAA,
      ANSWER("true", "3", "3", ENTRY("jfk", "ARIN", LE("example.com")) ","
             ENTRY("fra", "RIPE NCC", LE("example.com")) ","
             ENTRY("lis", "RIPE NCC", LE("www.example.com"))),
      "{\"success\":false," ALL("false", "false", "false") ",\"error\":\""
      OF("0", "3") ", and to see the same CAA records. jfk: it saw 1 CAA "
      "records at example.com. fra: it saw 1 CAA records at example.com. lis: "
      "it saw 1 CAA records at www.example.com.\"}" },

    /* no records; forbidden */

    { MPIC_CHECK_CAA,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", NONE) ","
             ENTRY("fra", "RIPE NCC", NONE) "," ENTRY("lis", "APNIC", LOST)),
      "{\"success\":true," ALL("true", "true", "false")
      ",\"caa\":{\"domain\":null,\"records\":[]}}" },
    { MPIC_CHECK_CAA,
      ANSWER("false", "3", "2", ENTRY("jfk", "ARIN", FORBID) ","
             ENTRY("fra", "RIPE NCC", FORBID) ","
             ENTRY("lis", "APNIC", FORBID)),
      "{\"success\":false," ALL("false", "false", "false")
      ",\"caa\":{\"domain\":\"example.com\",\"records\":"
      "[\"AAVpc3N1ZTs=\"]},\"error\":\"" OF("0", "2") ". jfk: the check did "
      "not pass. fra: the check did not pass. lis: the check did not "
      "pass.\"}" },

    /* a set that cannot be read, was cut, or contradicts itself */

    { MPIC_CHECK_CAA,
      ANSWER("true", "2", "2", ENTRY("jfk", "ARIN", LE("example.com")) ","
             ENTRY("fra", "APNIC", SAW("true", "true", "true",
                                       "\"example.com\"",
                                       "[\"issue letsencrypt\"]"))),
      "{\"success\":false,\"perspectives\":{\"jfk\":{\"success\":false},"
      "\"fra\":{\"success\":false}},\"error\":\"0 of 2 perspectives "
      "corroborated; 2 have to, and to see the same CAA records. jfk: it saw "
      "1 CAA records at example.com. fra: its CAA records are not known as a "
      "whole.\"}" },

    /* what the votes say counts, and so does what the verdict says */

    { MPIC_CHECK_DCV,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("fra", "RIPE NCC", DCV("false")) ","
             ENTRY("lis", "RIPE NCC", DCV("false"))),
      "{\"success\":false," ALL("true", "false", "false") ",\"error\":\""
      OF("1", "2") ". fra: the check did not pass. lis: the check did not "
      "pass.\"}" },
    { MPIC_CHECK_DCV,
      ANSWER("false", "3", "2", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("fra", "RIPE NCC", DCV("true")) ","
             ENTRY("lis", "RIPE NCC", DCV("true"))),
      "{\"success\":false," ALL("true", "true", "true") ",\"error\":\""
      OF("3", "2") ".\"}" },
    { MPIC_CHECK_DCV,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", DCV("false")) ","
             ENTRY("fra", "RIPE NCC", DCV("true")) ","
             ENTRY("lis", "RIPE NCC", DCV("true"))),
      "{\"success\":false," ALL("false", "true", "true") ",\"error\":\""
      OF("2", "2") ". jfk: the check did not pass.\"}" },
    { MPIC_CHECK_DCV, ANSWER("true", "3", "0", ENTRY("jfk", "ARIN",
                                                     DCV("false"))),
      "{\"success\":false,\"perspectives\":{\"jfk\":{\"success\":false}},"
      "\"error\":\"" OF("0", "0") ". jfk: the check did not pass.\"}" },
    { MPIC_CHECK_DCV, ANSWER("true", "2", "0", ""),
      "{\"success\":false,\"perspectives\":{},\"error\":\"0 of 2 "
      "perspectives corroborated; 0 have to.\"}" },

    /* DCV and CAA by different perspectives are no quorum of the draft */

    { MPIC_CHECK_DCV_WITH_CAA,
      ANSWER("true", "3", "2",
             BOTH("jfk", "ARIN", DCV("true"), LE("example.com")) ","
             BOTH("fra", "RIPE NCC", DCV("false"), LE("example.com")) ","
             BOTH("lis", "APNIC", DCV("true"), LOST)),
      "{\"success\":false," ALL("true", "false", "false") "," CAA
      ",\"error\":\"" OF("1", "2") ". fra: the check did not pass. lis: the "
      "check did not pass.\"}" },

    /* one that was not waited for is left out, unless a check of it failed */

    { MPIC_CHECK_DCV,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("fra", "RIPE NCC", DCV("true")) ","
             ENTRY("lis", "RIPE NCC", OUT)),
      "{\"success\":true,\"perspectives\":{\"jfk\":{\"success\":true},"
      "\"fra\":{\"success\":true}}}" },
    { MPIC_CHECK_DCV_WITH_CAA,
      ANSWER("false", "3", "2", BOTH("jfk", "ARIN", OUT, OUT) ","
             BOTH("fra", "RIPE NCC", OUT, FORBID) ","
             BOTH("lis", "RIPE NCC", FAIL("no"), OUT)),
      "{\"success\":false,\"perspectives\":{\"fra\":{\"success\":false},"
      "\"lis\":{\"success\":false}},\"error\":\"" OF("0", "2") ", and to "
      "see the same CAA records. fra: the check did not pass. lis: no.\"}" },
    { MPIC_CHECK_DCV_WITH_CAA,
      ANSWER("true", "3", "2",
             BOTH("jfk", "ARIN", DCV("true"), LE("example.com")) ","
             BOTH("fra", "RIPE NCC", DCV("true"), LE("example.com")) ","
             BOTH("lis", "RIPE NCC", OUT, LE("example.com"))),
      "{\"success\":true,\"perspectives\":{\"jfk\":{\"success\":true},"
      "\"fra\":{\"success\":true}}," CAA "}" },

    /* the primary: has to pass and to see the same, and is not counted */

    { MPIC_CHECK_CAA, PRIMARY("2", LE("example.com"), "null"),
      "{\"success\":true," TWO("true", "true") "," CAA "}" },
    { MPIC_CHECK_CAA, PRIMARY("3", LE("example.com"), "null"),
      "{\"success\":false," TWO("false", "false") ",\"error\":\""
      "0 of 2 perspectives corroborated; 3 have to, and so has the primary, "
      "and to see the same CAA records. jfk: it saw 1 CAA records at "
      "example.com. fra: it saw 1 CAA records at example.com. hq: it saw 1 "
      "CAA records at example.com.\"}" },
    { MPIC_CHECK_CAA, PRIMARY("2", OTHER, "null"),
      "{\"success\":false," TWO("true", "false") "," CAA ",\"error\":\""
      "2 of 2 perspectives corroborated; 2 have to, and so has the primary. "
      "hq: it saw 1 CAA records at example.com, unlike the others.\"}" },
    { MPIC_CHECK_CAA, PRIMARY("2", LE("example.com"),
                              "[{\"error_message\":\"No DNSSEC.\"}]"),
      "{\"success\":false," TWO("true", "false") "," CAA ",\"error\":\""
      "2 of 2 perspectives corroborated; 2 have to, and so has the primary. "
      "hq: No DNSSEC.\"}" },
    { MPIC_CHECK_CAA, PRIMARY("2", OUT, "null"),
      "{\"success\":false,\"perspectives\":{\"jfk\":{\"success\":true},"
      "\"fra\":{\"success\":true}}," CAA ",\"error\":\"2 of 2 "
      "perspectives corroborated; 2 have to, and so has the primary.\"}" },
    { MPIC_CHECK_CAA, PRIMARY("2", "{}", "null"), NULL },

    /* messages of strangers: bounded, and escaped where they are not plain */

    { MPIC_CHECK_DCV,
      ANSWER("false", "2", "2", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("fra", "APNIC", FAIL("a\\u0007\\u00e9\\\"b"))),
      "{\"success\":false,\"perspectives\":{\"jfk\":{\"success\":true},"
      "\"fra\":{\"success\":false}},\"error\":\"1 of 2 perspectives "
      "corroborated; 2 have to. fra: a\\\\007\\\\195\\\\169\\\\\\\"b.\"}" },
    { MPIC_CHECK_DCV,
      ANSWER("false", "2", "2", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("fra", "APNIC", FAIL(A100 A100 A100))),
      "{\"success\":false,\"perspectives\":{\"jfk\":{\"success\":true},"
      "\"fra\":{\"success\":false}},\"error\":\"1 of 2 perspectives "
      "corroborated; 2 have to. fra: " A100 A100 "...\"}" },

    /* what is no answer to that */

    { MPIC_CHECK_DCV, "", NULL },
    { MPIC_CHECK_DCV, "[]", NULL },
    { MPIC_CHECK_DCV, "{}", NULL },
    { MPIC_CHECK_DCV, ANSWER("1", "3", "2", ""), NULL },
    { MPIC_CHECK_DCV, ANSWER("true", "3", "null", ""), NULL },
    { MPIC_CHECK_DCV, ANSWER("true", "3", "2.0", ""), NULL },
    { MPIC_CHECK_DCV, ANSWER("true", "3", "2", "7"), NULL },
    { MPIC_CHECK_DCV, ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", "null")),
      NULL },
    { MPIC_CHECK_DCV_WITH_CAA, ANSWER("true", "3", "2",
                              ENTRY("jfk", "ARIN", DCV("true"))), NULL },
    { MPIC_CHECK_DCV,
      ANSWER("true", "3", "2", ENTRY("jfk", "ARIN", DCV("true")) ","
             ENTRY("jfk", "APNIC", DCV("true"))), NULL },
};


static int
answer(mpic_check_type_e type, const char *text, mpic_str_t *json)
{
    int             rc, success;
    size_t          fail_at;
    mpic_str_t      body;
    mpic_request_t  request;

    fail_at = tp.fail_at;
    tp.fail_at = 0;
    body = test_strz(&tp, text);
    tp.fail_at = fail_at;
    tp.asked = 0;

    memset(&request, 0, sizeof(mpic_request_t));
    request.check_type = type;

    success = -1;

    rc = mpic_draft_answer(&tp.pool, &request, &body, json, &success);

    assert_int_equal(success,
                     rc != 0 ? -1
                     : strncmp(json->data, "{\"success\":true", 15) == 0);

    return rc;
}


static void
test_cases(void **state)
{
    int         rc;
    size_t      i;
    mpic_str_t  json;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rc = answer(cases[i].type, cases[i].answer, &json);

        if (rc != (cases[i].expected ? 0 : -1)
            || (rc == 0 && strcmp(json.data, cases[i].expected) != 0))
        {
            fail_msg("%s:\n%d, %s\nexpected %s", cases[i].answer, rc,
                     rc == 0 ? json.data : "", cases[i].expected);
        }

        test_pool_reset(&tp);
    }
}


/* more perspectives that fail than are named */

static void
test_many(void **state)
{
    char         text[65536], *p;
    size_t       i, k;
    mpic_str_t   json;

    for (k = MPIC_PERSPECTIVES_MAX; k <= MPIC_PERSPECTIVES_MAX + 1; k++) {
        p = text + sprintf(text, "{\"is_valid\":false,"
                           "\"actual_orchestration_parameters\":"
                           "{\"perspective_count\":64,\"quorum_count\":62},"
                           "\"perspectives\":[");

        for (i = 0; i < k; i++) {
            p += sprintf(p, "%s{\"perspective_code\":\"p%zu\",\"rir\":"
                         "\"ARIN\",\"check_response\":" FAIL(A100) "}",
                         i ? "," : "", i);
        }

        strcpy(p, "]}");

        if (k > MPIC_PERSPECTIVES_MAX) {
            assert_int_equal(answer(MPIC_CHECK_DCV, text, &json), -1);

        } else {
            assert_int_equal(answer(MPIC_CHECK_DCV, text, &json), 0);
            assert_non_null(strstr(json.data, "p7: " A100 ". And others.\""));
        }

        test_pool_reset(&tp);
    }
}


typedef struct {
    const char  *text;
    /* RDATA, zeroes included; NULL: it cannot be read */
    const char  *rdata;
    size_t       len;
} rdata_case_t;

#define RDATA(data)  data, sizeof(data) - 1


static const rdata_case_t  rdatas[] = {
    { "0 issue \"letsencrypt.org\"", RDATA("\0\5issueletsencrypt.org") },
    { "128 tbs \"\"", RDATA("\x80\3tbs") },
    { "255 ISSUE \" ; \"", RDATA("\xff\5ISSUE ; ") },
    { "0 a \"\\\"\\\\\\;\"", RDATA("\0\1a\"\\;") },
    { "0 a \"\\000\\255\\034\"", RDATA("\0\1a\0\xff\"") },
    { "0 a \"\xc3\xa9\"", RDATA("\0\1a\xc3\xa9") },
    { "\\# 4 0001612E", RDATA("\0\1a.") },
    { "\\# 4 0001612e", RDATA("\0\1a.") },
    { "\\# 0 ", RDATA("") },

    { "", NULL, 0 },
    { "0", NULL, 0 },
    { "0 ", NULL, 0 },
    { "0 issue", NULL, 0 },
    { "0 issue ", NULL, 0 },
    { "0 issue \"", NULL, 0 },
    { "0 issue \"a", NULL, 0 },
    { "0 issue \"a\\", NULL, 0 },
    { "0 issue \"a\\\"", NULL, 0 },
    { "0 issue \"a\\1\"", NULL, 0 },
    { "0 issue \"a\\12\"", NULL, 0 },
    { "0 issue \"a\\12x\"", NULL, 0 },
    { "0 issue \"a\\256\"", NULL, 0 },
    { "0 issue \"a\" ", NULL, 0 },
    { "0 issue \"a\"b\"", NULL, 0 },
    { "0 issue a", NULL, 0 },
    { "0 is-sue \"a\"", NULL, 0 },
    { "0  \"a\"", NULL, 0 },
    { "256 issue \"a\"", NULL, 0 },
    { "99999999999999999999 issue \"a\"", NULL, 0 },
    { "-1 issue \"a\"", NULL, 0 },
    { "issue \"a\"", NULL, 0 },
    { "... and 3 more", NULL, 0 },
    { "\\# 4 0001612", NULL, 0 },
    { "\\# 4 0001612E00", NULL, 0 },
    { "\\# 4 0001612G", NULL, 0 },
    { "\\# 2 0: 1", NULL, 0 },
    { "\\# 65536 00", NULL, 0 },
    { "\\# ", NULL, 0 },
    { "\\# x", NULL, 0 },
};


static void
test_rdata(void **state)
{
    int         rc;
    char        tag[400];
    size_t      i;
    mpic_str_t  text, rdata;

    for (i = 0; i < sizeof(rdatas) / sizeof(rdatas[0]); i++) {
        text = test_strz(&tp, rdatas[i].text);
        rc = mpic_draft_caa_rdata(&tp.pool, &text, &rdata);

        if (rc != (rdatas[i].rdata == NULL)
            || (rc == 0 && (rdata.len != rdatas[i].len
                            || memcmp(rdata.data, rdatas[i].rdata,
                                      rdata.len) != 0)))
        {
            fail_msg("%s: %d", rdatas[i].text, rc);
        }

        test_pool_reset(&tp);
    }

    /* the length of a tag is one octet */

    for (i = 255; i <= 256; i++) {
        memset(tag, 'a', sizeof(tag));
        memcpy(tag, "0 ", 2);
        strcpy(tag + 2 + i, " \"\"");
        text = test_strz(&tp, tag);
        assert_int_equal(mpic_draft_caa_rdata(&tp.pool, &text, &rdata),
                         i > 255);
        test_pool_reset(&tp);
    }
}


/* from "details", and which sets are the same */

static const char  *sets[] = {
    /* 0, 1: the same, in another order, with another case of the name */
    "true,\"found_at\":\"a.example\",\"records_seen\":"
    "[\"0 issue \\\"b\\\"\",\"0 issue \\\"a\\\"\"]",
    "true,\"found_at\":\"A.Example.\",\"records_seen\":"
    "[\"0 issue \\\"a\\\"\",\"\\\\# 8 0005697373756562\"]",
    /* another flag, another tag's case, a record more, one less */
    "true,\"found_at\":\"a.example\",\"records_seen\":"
    "[\"128 issue \\\"b\\\"\",\"0 issue \\\"a\\\"\"]",
    "true,\"found_at\":\"a.example\",\"records_seen\":"
    "[\"0 Issue \\\"b\\\"\",\"0 issue \\\"a\\\"\"]",
    "true,\"found_at\":\"a.example\",\"records_seen\":"
    "[\"0 issue \\\"b\\\"\",\"0 issue \\\"a\\\"\",\"0 issue \\\"\\\"\"]",
    "true,\"found_at\":\"a.example\",\"records_seen\":"
    "[\"0 issue \\\"a\\\"\"]",
    /* none */
    "false,\"found_at\":null,\"records_seen\":null",
};


static const char  *unknown[] = {
    "null,\"found_at\":null,\"records_seen\":null",
    "true,\"found_at\":\"a.example\",\"records_seen\":null",
    "true,\"found_at\":\"a.example\",\"records_seen\":[]",
    "true,\"found_at\":null,\"records_seen\":[\"0 issue \\\"a\\\"\"]",
    "true,\"found_at\":\"\",\"records_seen\":[\"0 issue \\\"a\\\"\"]",
    "false,\"found_at\":null,\"records_seen\":[\"0 issue \\\"a\\\"\"]",
    "true,\"found_at\":\"a.example\",\"records_seen\":[7]",
    "true,\"found_at\":\"a.example\",\"records_seen\":"
    "{\"x\":\"0 issue \\\"a\\\"\"}",
    "true,\"found_at\":\"a.example\",\"records_seen\":"
    "[\"0 issue \\\"a\\\"\"],\"records_omitted\":1",
};


static int
read_set(const char *details, mpic_draft_set_t *set, cJSON **root)
{
    char  text[512];

    sprintf(text, "{\"check_completed\":true,\"details\":"
            "{\"caa_record_present\":%s}}", details);

    *root = cJSON_Parse(text);
    assert_non_null(*root);

    return mpic_draft_caa_read(&tp.pool, *root, set);
}


static void
test_sets(void **state)
{
    cJSON             *one, *two;
    size_t             i, k, n;
    mpic_draft_set_t   a, b;

    n = sizeof(sets) / sizeof(sets[0]);

    for (i = 0; i < n; i++) {
        for (k = 0; k < n; k++) {
            assert_int_equal(read_set(sets[i], &a, &one), 0);
            assert_int_equal(read_set(sets[k], &b, &two), 0);
            assert_true(a.known && b.known);
            assert_int_equal(mpic_draft_caa_equal(&a, &b),
                             i == k || i + k == 1);
            cJSON_Delete(one);
            cJSON_Delete(two);
        }
    }

    for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_int_equal(read_set(unknown[i], &a, &one), 0);

        if (a.known) {
            fail_msg("%s", unknown[i]);
        }

        assert_false(mpic_draft_caa_equal(&a, &a));
        cJSON_Delete(one);
    }

    test_pool_reset(&tp);
}


static void
test_memory(void **state)
{
    size_t      i;
    mpic_str_t  json;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_pool_exhaust(&tp, answer(cases[i].type, cases[i].answer, &json),
                          cases[i].expected ? 0 : -1);
    }

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_rdata),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
