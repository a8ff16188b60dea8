
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_batch.h"
#include "mpic_json.h"

#include <stdio.h>


#define MAX  3


typedef struct {
    const char  *body;
    /* 0, 1 or 2 */
    int          rc;
    /* 0: the elements, each in angle brackets; 1: the issue; 2: how many */
    const char  *expected;
} batch_case_t;


static test_pool_t    tp;
static mpic_issues_t  issues;


static const batch_case_t  cases[] = {
    { "[{}]", 0, "<{}>" },
    { "[{},{}]", 0, "<{}><{}>" },
    { "[{\"a\":[1,2]},{\"b\":{\"c\":\",\"}}]", 0,
      "<{\"a\":[1,2]}><{\"b\":{\"c\":\",\"}}>" },
    { " \t\r\n[ {} ,\n{\"a\" : 1}\t, {}\r]\n ", 0, "<{}><{\"a\" : 1}><{}>" },

    /* brackets, commas, quotation marks and escapes in strings */

    { "[\"],[\",\"}{\"]", 0, "<\"],[\"><\"}{\">" },
    { "[\"\\\"],\",\"\\\\\",\"\\\\\\\"\"]", 0,
      "<\"\\\"],\"><\"\\\\\"><\"\\\\\\\"\">" },
    { "[{\"\\u005d\":\"\\u0022\"},{}]", 0,
      "<{\"\\u005d\":\"\\u0022\"}><{}>" },

    /* not of objects: each is judged alone */

    { "[1,null,true]", 0, "<1><null><true>" },
    { "[[],[[{}]]]", 0, "<[]><[[{}]]>" },
    { "[\"\xc3\xa9\"]", 0, "<\"\xc3\xa9\">" },

    /* what a stranger's name makes of one is not the error of the others */

    { "[{\"d\":\"\\u0000\"},{}]", 0, "<{\"d\":\"\\u0000\"}><{}>" },
    { "[{\"d\":\"\\ud800\"},{}]", 0, "<{\"d\":\"\\ud800\"}><{}>" },
    { "[{\"d\":\"\\udc00\\uD800\"},{}]", 0,
      "<{\"d\":\"\\udc00\\uD800\"}><{}>" },
    { "[{\"\\u0000\":1},{}]", 0, "<{\"\\u0000\":1}><{}>" },

    /* nobody could say which answer belongs to which */

    { "[", 1, "malformed-json" },
    { "[{}", 1, "malformed-json" },
    { "[{},", 1, "malformed-json" },
    { "[{},]", 1, "malformed-json" },
    { "[,{}]", 1, "malformed-json" },
    { "[{},,{}]", 1, "malformed-json" },
    { "[{}{}]", 1, "malformed-json" },
    { "[{}]]", 1, "malformed-json" },
    { "[{}],[{}]", 1, "malformed-json" },
    { "[{]}", 1, "malformed-json" },
    { "[{\"a\":[1},{\"b\":2]},{}]", 1, "malformed-json" },
    { "[{\"a\":\"b\"c\"},{\"d\":\"e\"}]", 1, "malformed-json" },
    { "[{\"a\":01},{}]", 1, "malformed-json" },
    { "[\"\\u12\"]", 1, "malformed-json" },
    { "[\"\\u", 1, "malformed-json" },
    { "[\"\\u000g\"]", 1, "malformed-json" },
    { "[\"\\x\"]", 1, "malformed-json" },
    { "[\"\\", 1, "malformed-json" },
    { "[\"\n\"]", 1, "malformed-json" },
    { "[\"\xff\"]", 1, "malformed-json" },
    { "\xef\xbb\xbf[]", 1, "malformed-json" },

    { "[]", 1, "empty-batch" },
    { " [ \n ] ", 1, "empty-batch" },

    { "[1,2,3,4]", 2, "4" },
    { "[{},{},{},{},\"\\u0000\"]", 2, "5" },
};


/* on a body of its exact size */

static int
split(const char *text, mpic_str_t **items, size_t *n)
{
    int         rc;
    size_t      fail_at;
    mpic_str_t  body;

    fail_at = tp.fail_at;
    tp.fail_at = 0;
    body = test_strz(&tp, text);
    tp.fail_at = fail_at;
    tp.asked = 0;

    memset(&issues, 0, sizeof(mpic_issues_t));

    rc = mpic_batch_split(&tp.pool, body.data, body.len, MAX, items, n,
                          &issues);

    if (rc == 0) {
        assert_true(*n >= 1 && *n <= MAX);
        assert_true((*items)[0].data >= body.data);
        assert_true((*items)[*n - 1].data + (*items)[*n - 1].len
                    < body.data + body.len);
    }

    return rc;
}


static void
test_split(void **state)
{
    int          rc;
    char         shown[512];
    size_t       i, k, n, len;
    mpic_str_t  *items;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rc = split(cases[i].body, &items, &n);
        len = 0;
        shown[0] = '\0';

        if (rc == 0) {
            for (k = 0; k < n; k++) {
                assert_true(len + items[k].len + sizeof("<>")
                            < sizeof(shown));

                shown[len++] = '<';
                memcpy(shown + len, items[k].data, items[k].len);
                len += items[k].len;
                strcpy(shown + len++, ">");
            }

        } else if (rc == 1) {
            assert_int_equal(issues.n, 1);
            assert_str_equal(issues.list[0].field, "");
            strcpy(shown, issues.list[0].type.data);

        } else if (rc == 2) {
            sprintf(shown, "%zu", n);
        }

        if (rc != cases[i].rc || strcmp(shown, cases[i].expected) != 0) {
            fail_msg("%s: %d, %s", cases[i].body, rc, shown);
        }

        test_pool_reset(&tp);
    }
}


static void
test_is(void **state)
{
    assert_true(mpic_batch_is("[", 1));
    assert_true(mpic_batch_is(" \t\r\n[{}]", 8));
    assert_false(mpic_batch_is("{\"a\":[]}", 8));
    assert_false(mpic_batch_is(" [", 1));
    assert_false(mpic_batch_is("", 0));
    assert_false(mpic_batch_is(NULL, 0));
    assert_false(mpic_batch_is("\xef\xbb\xbf[", 4));
}


/* a request may be nested as deep as one that comes alone */

static void
test_depth(void **state)
{
    char         body[256], *p;
    size_t       i, k, n;
    mpic_str_t  *items;

    for (k = MPIC_DEPTH_MAX; k <= MPIC_DEPTH_MAX + 1; k++) {
        p = body;
        *p++ = '[';

        for (i = 0; i < k; i++) {
            *p++ = '[';
        }

        for (i = 0; i < k; i++) {
            *p++ = ']';
        }

        *p++ = ']';
        *p = '\0';

        assert_int_equal(split(body, &items, &n), k > MPIC_DEPTH_MAX);
        test_pool_reset(&tp);
    }
}


static int
join(const char *one, unsigned status, const char *two, unsigned other,
    mpic_str_t *text)
{
    mpic_batch_answer_t  answers[2];

    answers[0].status = status;
    answers[0].json.data = one;
    answers[0].json.len = strlen(one);
    answers[1].status = other;
    answers[1].json.data = two;
    answers[1].json.len = strlen(two);

    return mpic_batch_join(&tp.pool, answers, 2, text);
}


static void
test_join(void **state)
{
    mpic_str_t  text;

    assert_int_equal(join("{\"timestamp_ns\":1795446413425060669}", 200,
                          "{\"is_valid\": true}", 200, &text), 0);
    assert_str_equal(text, "[{\"timestamp_ns\":1795446413425060669},"
                           "{\"is_valid\": true}]");

    assert_int_equal(join("{\"error\":\"x\",\"validation_issues\":[{}]}", 400,
                          "{}", 200, &text), 0);
    assert_str_equal(text, "[{\"status\":400,\"error\":\"x\","
                           "\"validation_issues\":[{}]},{}]");

    assert_int_equal(join("{}", 503, "{\"a\":{\"b\":null}}", 500, &text), 0);
    assert_str_equal(text, "[{\"status\":503},{\"status\":500,"
                           "\"a\":{\"b\":null}}]");

    /* no object: it is not ours */

    assert_int_equal(join("{}", 200, "[]", 500, &text), -1);
    assert_int_equal(join("{}", 200, "", 500, &text), -1);
    assert_int_equal(join("{", 400, "{}", 200, &text), -1);

    test_pool_reset(&tp);
}


/* allocations of cJSON, which fail in their turn too */

static size_t  cjson_asked, cjson_fail_at;


static void *
cjson_malloc(size_t size)
{
    return (++cjson_asked == cjson_fail_at) ? NULL : malloc(size);
}


static void
test_memory(void **state)
{
    int          rc;
    size_t       i, n;
    mpic_str_t  *items, text;
    cJSON_Hooks  hooks;

    test_pool_exhaust(&tp, split("[{\"a\":\"\\u0000\"},1]", &items, &n), 0);
    test_pool_exhaust(&tp, split("[{\"a\"},1]", &items, &n), 1);
    test_pool_exhaust(&tp, split("[]", &items, &n), 1);
    test_pool_exhaust(&tp, split("[1,2,3,4]", &items, &n), 2);
    test_pool_exhaust(&tp, join("{\"a\":1}", 200, "{\"a\":\"b\"}", 400,
                                &text), 0);

    hooks.malloc_fn = cjson_malloc;
    hooks.free_fn = free;
    cJSON_InitHooks(&hooks);

    for (i = 1; /* void */ ; i++) {
        cjson_asked = 0;
        cjson_fail_at = i;

        rc = join("{\"a\":1}", 200, "{\"a\":\"b\",\"c\":[{}]}", 400, &text);

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
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_is),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
