
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * RFC 8659 section 4.2.
 */


#include "test_pool.h"
#include "mpic_issue_value.h"

#include <stdio.h>


typedef struct {
    const char  *value;
    /* "domain|tag=value|tag=value", NULL for malformed */
    const char  *parts;
} issue_case_t;


static const issue_case_t  cases[] = {
    { "", "" },
    { " \t ", "" },
    { ";", "" },
    { " ; ", "" },
    { "ca.example", "ca.example" },
    { " \tca.example\t ", "ca.example" },
    { "CA-1.Example", "CA-1.Example" },
    { "a--b.example", "a--b.example" },
    { "1", "1" },
    { "ca.example;", "ca.example" },
    { "ca.example \t; \t", "ca.example" },
    { "ca.example;a=b", "ca.example|a=b" },
    { "ca.example; a = b ; c-d=e=f \t", "ca.example|a=b|c-d=e=f" },
    { "ca.example; a=", "ca.example|a=" },
    { "ca.example; a= ;b=1", "ca.example|a=|b=1" },
    { "ca.example; a=!\"#$%&'()*+,-./:<=>?@[\\]^_`{|}~",
      "ca.example|a=!\"#$%&'()*+,-./:<=>?@[\\]^_`{|}~" },
    { "; a=b", "|a=b" },
    { "ca.example; a=1; a=2", "ca.example|a=1|a=2" },

    { "ca.example.", NULL },
    { ".ca.example", NULL },
    { "ca..example", NULL },
    { "ca_1.example", NULL },
    { "-ca.example", NULL },
    { "ca-.example", NULL },
    { "ca.-", NULL },
    { "ca.example other.example", NULL },
    { "ca.example,other.example", NULL },
    { "ca.example a=b", NULL },
    { "ca.example\n", NULL },
    { "ca.example;\r", NULL },
    { "\x0b" "ca.example", NULL },
    { "ca.example;;", NULL },
    { "ca.example; ;", NULL },
    { ";;", NULL },
    { "ca.example; a=b;", NULL },
    { "ca.example; a=b; ", NULL },
    { "ca.example; a=b;;c=d", NULL },
    { "ca.example; a", NULL },
    { "ca.example; =b", NULL },
    { "ca.example; a b=c", NULL },
    { "ca.example; a=b c", NULL },
    { "ca.example; a_b=c", NULL },
    { "ca.example; -a=c", NULL },
    { "ca.example; a-=c", NULL },
    { "ca.example; a=\x7f", NULL },
    { "ca.example; a=\xc3\xbc", NULL },
    { "b\xc3\xbc" "cher.example", NULL },
    { "*.example", NULL },
    { "\"ca.example\"", NULL },
};


static void
test_cases(void **state)
{
    int                  n;
    char                 parts[200];
    size_t               i;
    mpic_str_t           value, tag, text;
    test_pool_t          tp;
    mpic_issue_value_t   iv;

    test_pool_init(&tp);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        value = test_strz(&tp, cases[i].value);

        if (mpic_issue_value_parse(&value, &iv) != 0) {
            if (cases[i].parts != NULL) {
                fail_msg("\"%s\" is refused", cases[i].value);
            }

            continue;
        }

        n = snprintf(parts, sizeof(parts), "%.*s", (int) iv.domain.len,
                     iv.domain.data);

        while (mpic_issue_value_next(&iv, &tag, &text)) {
            n += snprintf(parts + n, sizeof(parts) - (size_t) n,
                          "|%.*s=%.*s", (int) tag.len, tag.data,
                          (int) text.len, text.data);
        }

        if (cases[i].parts == NULL) {
            fail_msg("\"%s\" is accepted", cases[i].value);
        }

        assert_string_equal(parts, cases[i].parts);
    }

    /* zero octets */

    value = test_str(&tp, "ca.example\0", 11);
    assert_int_equal(mpic_issue_value_parse(&value, &iv), -1);

    value = test_str(&tp, "ca.example; a=\0", 15);
    assert_int_equal(mpic_issue_value_parse(&value, &iv), -1);

    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
    };

    return cmocka_run_group_tests_name("issue_value", tests, NULL, NULL);
}
