
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_issue_value.h"


static int mpic_issue_parameter(mpic_str_t *rest, mpic_str_t *tag,
    mpic_str_t *value);
static int mpic_issue_label(mpic_str_t *rest, mpic_str_t *label);
static void mpic_issue_wsp(mpic_str_t *rest);
static int mpic_issue_char(mpic_str_t *rest, char ch);
static void mpic_issue_skip(mpic_str_t *rest, size_t n);


int
mpic_issue_value_parse(const mpic_str_t *value, mpic_issue_value_t *iv)
{
    mpic_str_t  rest, label, tag, text;

    rest = *value;

    mpic_issue_wsp(&rest);

    iv->domain.data = rest.data;
    iv->domain.len = 0;

    iv->rest.data = rest.data;
    iv->rest.len = 0;

    if (rest.len != 0 && rest.data[0] != ';') {

        do {
            if (mpic_issue_label(&rest, &label) != 0) {
                return -1;
            }
        } while (mpic_issue_char(&rest, '.'));

        iv->domain.len = (size_t) (rest.data - iv->domain.data);

        mpic_issue_wsp(&rest);
    }

    if (!mpic_issue_char(&rest, ';')) {
        return (rest.len == 0) ? 0 : -1;
    }

    mpic_issue_wsp(&rest);

    iv->rest = rest;

    if (rest.len == 0) {
        return 0;
    }

    do {
        mpic_issue_wsp(&rest);

        if (mpic_issue_parameter(&rest, &tag, &text) != 0) {
            return -1;
        }
    } while (mpic_issue_char(&rest, ';'));

    return (rest.len == 0) ? 0 : -1;
}


int
mpic_issue_value_next(mpic_issue_value_t *iv, mpic_str_t *tag,
    mpic_str_t *value)
{
    mpic_issue_wsp(&iv->rest);

    if (iv->rest.len == 0
        || mpic_issue_parameter(&iv->rest, tag, value) != 0)
    {
        return 0;
    }

    mpic_issue_char(&iv->rest, ';');

    return 1;
}


/*
 * tag *WSP "=" *WSP value, and the white space after it.
 */

static int
mpic_issue_parameter(mpic_str_t *rest, mpic_str_t *tag, mpic_str_t *value)
{
    if (mpic_issue_label(rest, tag) != 0) {
        return -1;
    }

    mpic_issue_wsp(rest);

    if (!mpic_issue_char(rest, '=')) {
        return -1;
    }

    mpic_issue_wsp(rest);

    value->data = rest->data;

    while (rest->len != 0
           && rest->data[0] >= 0x21 && rest->data[0] <= 0x7e
           && rest->data[0] != ';')
    {
        mpic_issue_skip(rest, 1);
    }

    value->len = (size_t) (rest->data - value->data);

    mpic_issue_wsp(rest);

    return 0;
}


/*
 * Letters, digits and hyphens; no hyphen at the begin or the end.
 */

static int
mpic_issue_label(mpic_str_t *rest, mpic_str_t *label)
{
    char    ch;
    size_t  n;

    for (n = 0; n < rest->len; n++) {
        ch = mpic_lower(rest->data[n]);

        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9')
              || ch == '-'))
        {
            break;
        }
    }

    if (n == 0 || rest->data[0] == '-' || rest->data[n - 1] == '-') {
        return -1;
    }

    label->data = rest->data;
    label->len = n;

    mpic_issue_skip(rest, n);

    return 0;
}


static void
mpic_issue_wsp(mpic_str_t *rest)
{
    while (rest->len != 0
           && (rest->data[0] == ' ' || rest->data[0] == '\t'))
    {
        mpic_issue_skip(rest, 1);
    }
}


static int
mpic_issue_char(mpic_str_t *rest, char ch)
{
    if (rest->len == 0 || rest->data[0] != ch) {
        return 0;
    }

    mpic_issue_skip(rest, 1);

    return 1;
}


static void
mpic_issue_skip(mpic_str_t *rest, size_t n)
{
    rest->data += n;
    rest->len -= n;
}
