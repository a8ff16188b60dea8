
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_challenge.h"

#include <stdio.h>


#define KEY   "tok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"

#define A10   "aaaaaaaaaa"
#define A60   A10 A10 A10 A10 A10 A10

#define VALUE  "value-9jg46WB3rR"

#define PAGE_MAX  65536

#define OCTETS(literal)  { sizeof(literal) - 1, literal }


typedef struct {
    int          status;
    mpic_str_t   body;
    int          truncated;
    unsigned     passed;
    /* a part of the message, NULL for none */
    const char  *error;
} page_case_t;


typedef struct {
    mpic_str_t   body;
    int          truncated;
    const char  *regex;
    int          any_case;
    unsigned     passed;
    const char  *error;
} website_case_t;

/* a pattern, and what the page is filled with */

typedef struct {
    const char  *regex;
    const char  *text;
} hostile_case_t;


static test_pool_t        tp;
static mpic_page_t        page;
static mpic_result_t      result;
static mpic_dcv_params_t  params;


static const page_case_t  pages[] = {
    { 200, OCTETS(KEY), 0, 1, NULL },
    { 200, OCTETS(KEY "\n"), 0, 1, NULL },
    { 200, OCTETS(KEY " \t\r\n\v\f\n"), 0, 1, NULL },
    { 204, OCTETS(KEY), 0, 1, NULL },
    { 299, OCTETS(KEY), 0, 1, NULL },
    { 200, OCTETS(KEY), 1, 0, "longer than can match" },
    { 200, OCTETS(KEY " "), 1, 0, "longer than can match" },
    { 200, OCTETS(" " KEY), 0, 0, "got \" " KEY "\"" },
    { 200, OCTETS("\n" KEY), 0, 0, "got \"\\010" },
    { 200, OCTETS("\xef\xbb\xbf" KEY), 0, 0, "got \"\\239\\187\\191tok" },
    { 200, OCTETS(KEY "\0"), 0, 0, "\\000" },
    { 200, OCTETS(KEY "\xc2\xa0"), 0, 0, "\\194\\160" },
    { 200, OCTETS(KEY "x"), 0, 0, "x\"" },
    { 200, OCTETS(KEY "\n" KEY), 0, 0, "\\010tok" },
    { 200, OCTETS("TOK.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"), 0, 0,
      "got \"TOK" },
    { 200, OCTETS("tok.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqT"), 0, 0,
      "expected the page to be \"" KEY "\", got \"" },
    { 200, OCTETS(""), 0, 0, "got \"\"" },
    { 200, OCTETS("\n"), 0, 0, "got \"\\010\"" },
    { 200, OCTETS("<html>" A60 A60), 0, 0, "aaa...\"" },
    { 199, OCTETS(KEY), 0, 0, "expected a status of 2xx, got 199" },
    { 300, OCTETS(KEY), 0, 0, "expected a status of 2xx, got 300" },
    { 303, OCTETS(KEY), 0, 0, "expected a status of 2xx, got 303" },
    { 404, OCTETS(KEY), 0, 0, "expected a status of 2xx, got 404" },
    { 500, OCTETS(KEY), 0, 0, "expected a status of 2xx, got 500" },
    { 0, OCTETS(KEY), 0, 0, "expected a status of 2xx, got 0" },
    { -1, OCTETS(KEY), 0, 0, "expected a status of 2xx, got -1" },
    { 2000, OCTETS(KEY), 0, 0, "expected a status of 2xx, got 2000" },
};


static const website_case_t  websites[] = {
    { OCTETS(VALUE), 0, NULL, 0, 1, NULL },
    { OCTETS("<p>" VALUE "</p>"), 0, NULL, 0, 1, NULL },
    { OCTETS(" \n" VALUE "\n"), 0, NULL, 0, 1, NULL },
    { OCTETS("\0\xff\xc3" VALUE "\0"), 0, NULL, 0, 1, NULL },
    { OCTETS(VALUE), 1, NULL, 0, 1, NULL },
    { OCTETS("VALUE-9jg46WB3rR"), 0, NULL, 1, 1, NULL },
    { OCTETS("x\0VaLuE-9JG46wb3Rr"), 0, NULL, 1, 1, NULL },
    { OCTETS("Value-9jg46WB3rR"), 0, NULL, 0, 0, "got \"Value" },
    { OCTETS("value-9jg46WB3r"), 0, NULL, 0, 0,
      "expected the page to contain \"" VALUE "\", got \"value-9jg46WB3r\"" },
    { OCTETS("value-9jg46WB3r"), 1, NULL, 0, 0,
      "\", longer than what is read of it" },
    { OCTETS("value-\0" "9jg46WB3rR"), 0, NULL, 0, 0, "value-\\0009jg" },
    { OCTETS("value%2D9jg46WB3rR"), 0, NULL, 1, 0, "contain" },
    { OCTETS(""), 0, NULL, 0, 0, "got \"\"" },
    { OCTETS(""), 0, NULL, 1, 0, "got \"\"" },

    /* with a regular expression: both */

    { OCTETS(VALUE), 0, "^value-\\w+$", 0, 1, NULL },
    { OCTETS("a\n" VALUE "\n"), 0, "(?m)^value-\\w{10}$", 0, 1, NULL },
    { OCTETS(VALUE "\n"), 0, "^" VALUE "$", 0, 1, NULL },
    { OCTETS("VALUE-9jg46WB3rR"), 0, "(?i)^value", 1, 1, NULL },
    { OCTETS("\0\xff" VALUE), 0, "^\\x00\\xff", 0, 1, NULL },
    { OCTETS("\xc3\xa4" VALUE), 0, "^..value", 0, 1, NULL },
    { OCTETS("\xc3\xa4" VALUE), 0, "^\xc3\xa4", 0, 1, NULL },
    { OCTETS(VALUE), 0, "x*", 0, 1, NULL },
    { OCTETS(VALUE "\n\n"), 0, "^" VALUE "$", 0, 0,
      "regular expression \"^" VALUE "$\": the page contains the value and "
      "does not match" },
    { OCTETS("VALUE-9jg46WB3rR"), 0, "^value", 1, 0, "does not match" },
    { OCTETS("x" VALUE), 0, "^value", 0, 0, "does not match" },
    { OCTETS("\xc3\xa4" VALUE), 0, "^.value", 0, 0, "does not match" },
    { OCTETS("other"), 0, "^other$", 0, 0, "contain" },

    /* what lies beyond the limit must not decide */

    { OCTETS(VALUE), 1, "^value", 0, 1, NULL },
    { OCTETS(VALUE "\n.."), 1, "^value.*\n", 0, 1, NULL },
    { OCTETS(VALUE), 1, "^value-\\w+$", 0, 0, "depends on more of it" },
    { OCTETS(VALUE "\n"), 1, VALUE "$", 0, 0, "depends on more of it" },
    { OCTETS(VALUE), 1, VALUE "(?!x)", 0, 0, "depends on more of it" },
    { OCTETS(VALUE), 1, VALUE "\\z", 0, 0, "depends on more of it" },
    { OCTETS(VALUE), 1, "other", 0, 0, "does not match" },

    /* never let through by the reader of requests */

    { OCTETS(VALUE), 0, "(", 0, 0, "missing closing parenthesis" },
    { OCTETS(VALUE), 0, "(*UTF)v", 0, 0, "UTF is disabled" },
    { OCTETS(VALUE), 0, "(*UCP)v", 0, 0, "UCP is disabled" },
};


/* without an end to its steps each of these works for seconds or for ever */

static const hostile_case_t  hostile[] = {
    { "(a|a)*[xz]$", "a" },
    { "(a+)+[xz]", "a" },
    { "(a*)*[xz]", "a" },
    { "(?:a?){50}a{50}[xz]", "a" },
    { "(a|aa)+[xz]", "a" },
    { "([a-z]+)*[0-9]", "abc" },
    { "[a-z]+[0-9]", "abc" },
    { "[^b]*[xz]{2}", "a" },
    { "(.*)(.*)(.*)(.*)[xz]", "a" },
    { "(?s)(.)(?=.*\\1[xz])", "ac" },
    { "(\\w+)\\s*\\1[xz]", "a" },
    { "(?R)?[a]{2}[xz]", "a" },
    { "((a(?1)?)+)[xz]", "a" },
    { "(*LIMIT_MATCH=400000000)(a|a)*[xz]", "a" },
    { "(*LIMIT_MATCH=1)a(a|b)*", "a" },
    { "(?C1)(a|a)*[xz]", "a" },
};


static void
set(mpic_str_t *str, const char *text)
{
    str->data = text;
    str->len = strlen(text);
}


static void
setup_page(void)
{
    memset(&params, 0, sizeof(params));
    params.method = MPIC_METHOD_ACME_HTTP_01;
    set(&params.token, "tok");
    set(&params.key_authorization, KEY);

    memset(&page, 0, sizeof(page));
    page.status = 200;

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
}


static int
judge(void)
{
    return mpic_challenge_http(&tp.pool, &params, &page, &result);
}


static void
test_pages(void **state)
{
    size_t              i;
    const page_case_t  *c;

    for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        c = &pages[i];

        setup_page();
        page.status = c->status;
        page.body = test_str(&tp, c->body.data, c->body.len);
        page.truncated = (c->truncated != 0);

        assert_int_equal(judge(), 0);

        if (result.passed != c->passed
            || result.nerrors != (c->error != NULL)
            || (c->error != NULL
                && strstr(result.errors[0].message.data, c->error) == NULL))
        {
            fail_msg("case %zu: got %u, %s", i, result.passed,
                     result.nerrors ? result.errors[0].message.data : "");
        }

        assert_int_equal(result.completed, 1);

        if (result.nerrors) {
            assert_string_equal(result.errors[0].type.data,
                                (c->status >= 200 && c->status < 300)
                                ? MPIC_ERROR_DCV_MISMATCH : MPIC_ERROR_HTTP);
        }

        test_pool_reset(&tp);
    }

    /* nothing expected is matched by nothing */

    setup_page();
    params.key_authorization.len = 0;
    set(&page.body, "");
    assert_int_equal(judge(), 0);
    assert_int_equal(result.passed, 0);

    page.body.data = NULL;
    assert_int_equal(judge(), 0);
    assert_int_equal(result.passed, 0);

    test_pool_reset(&tp);
}


static void
setup_website(const char *regex, int any_case)
{
    setup_page();

    params.method = MPIC_METHOD_WEBSITE_CHANGE;
    params.exact_case = !any_case;
    set(&params.challenge_value, VALUE);

    if (regex != NULL) {
        params.match_regex = test_strz(&tp, regex);
    }
}


static void
test_websites(void **state)
{
    size_t                 i;
    const char            *type;
    const website_case_t  *c;

    for (i = 0; i < sizeof(websites) / sizeof(websites[0]); i++) {
        c = &websites[i];

        setup_website(c->regex, c->any_case);
        page.body = test_str(&tp, c->body.data, c->body.len);
        page.truncated = (c->truncated != 0);

        assert_int_equal(judge(), 0);

        if (result.passed != c->passed
            || result.nerrors != (c->error != NULL)
            || (c->error != NULL
                && strstr(result.errors[0].message.data, c->error) == NULL))
        {
            fail_msg("case %zu: got %u, %s", i, result.passed,
                     result.nerrors ? result.errors[0].message.data : "");
        }

        type = result.completed ? MPIC_ERROR_DCV_MISMATCH
                                : MPIC_ERROR_DCV_PARAMETER;

        if (result.nerrors) {
            assert_string_equal(result.errors[0].type.data, type);
        }

        /* no success but 2xx, whatever the page */

        page.status = 300;
        mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
        assert_int_equal(judge(), 0);
        assert_int_equal(result.passed, 0);
        assert_string_equal(result.errors[0].type.data, MPIC_ERROR_HTTP);

        test_pool_reset(&tp);
    }

    /* an empty value is found nowhere */

    setup_website(NULL, 0);
    params.challenge_value.len = 0;
    set(&page.body, "");
    assert_int_equal(judge(), 0);
    assert_int_equal(result.passed, 0);

    set(&page.body, "x");
    assert_int_equal(judge(), 0);
    assert_int_equal(result.passed, 0);

    test_pool_reset(&tp);
}


/* a page that is filled with "text", and has the value at its end */

static void
fill(const char *text)
{
    char    *p;
    size_t   i, n, len;

    len = strlen(text);
    n = PAGE_MAX - (sizeof(VALUE) - 1);

    p = test_pool_alloc(&tp, PAGE_MAX);

    for (i = 0; i < n; i++) {
        p[i] = text[i % len];
    }

    memcpy(p + n, VALUE, sizeof(VALUE) - 1);

    page.body.data = p;
    page.body.len = PAGE_MAX;
}


static void
test_hostile_regex(void **state)
{
    size_t  i;

    for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        setup_website(hostile[i].regex, 0);
        fill(hostile[i].text);

        assert_int_equal(judge(), 0);

        if (result.passed || result.completed || result.nerrors != 1
            || strstr(result.errors[0].message.data, "takes too long") == NULL)
        {
            fail_msg("%s: passed %u, completed %u, %s", hostile[i].regex,
                     result.passed, result.completed,
                     result.nerrors ? result.errors[0].message.data : "");
        }

        assert_string_equal(result.errors[0].type.data,
                            MPIC_ERROR_DCV_PARAMETER);

        test_pool_reset(&tp);
    }
}


static int
asked_twice(void *data)
{
    unsigned *asked = data;

    return ++*asked == 2;
}


/* a way that no step counts: each try fails far from where it began */

static void
test_regex_time(void **state)
{
    unsigned  asked;

    asked = 0;

    setup_website("[a-z]{30000}[0-9]", 0);
    fill("a");
    page.over = asked_twice;
    page.data = &asked;

    assert_int_equal(judge(), 0);
    assert_int_equal(asked, 2);
    assert_int_equal(result.passed, 0);
    assert_int_equal(result.completed, 0);
    assert_string_equal(result.errors[0].type.data, MPIC_ERROR_DCV_PARAMETER);

    test_pool_reset(&tp);
}


/* what a CA would write is far from the bounds */

static void
test_ordinary_regex(void **state)
{
    size_t  i;

    static const char  *ordinary[] = {
        VALUE, VALUE "$", "(?m)" VALUE "$", "(?s)^.*" VALUE,
        "\\s*" VALUE "\\s*$", "[[:alnum:]-]{16}$", "(value)-(\\w+)",
        "(?i)token\\s*=|" VALUE
    };

    for (i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
        setup_website(ordinary[i], 0);
        fill("<p>Hello, world: a page like others.</p>\n");

        assert_int_equal(judge(), 0);

        if (!result.passed) {
            fail_msg("%s: %s", ordinary[i], result.errors[0].message.data);
        }

        test_pool_reset(&tp);
    }
}


static int
run_page(int status, const char *text)
{
    setup_page();
    page.status = status;
    set(&page.body, text);

    return judge();
}


static int
run_website(const char *regex, const char *text)
{
    setup_website(NULL, 1);

    if (regex != NULL) {
        set(&params.match_regex, regex);
    }

    set(&page.body, text);

    return judge();
}


static void
test_memory(void **state)
{
    test_pool_exhaust(&tp, run_page(200, "x"), 0);
    test_pool_exhaust(&tp, run_page(404, "x"), 0);

    test_pool_exhaust(&tp, run_website(NULL, VALUE), 0);
    assert_int_equal(result.passed, 1);

    test_pool_exhaust(&tp, run_website(NULL, "x"), 0);
    test_pool_exhaust(&tp, run_website("x", VALUE), 0);
    test_pool_exhaust(&tp, run_website("(", VALUE), 0);

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_websites),
        cmocka_unit_test(test_hostile_regex),
        cmocka_unit_test(test_regex_time),
        cmocka_unit_test(test_ordinary_regex),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
