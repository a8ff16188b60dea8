
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_caa_parameter.h"
#include "mpic_caa_method.h"

#include <string.h>


/* those of a property, and how often each was there */

typedef struct {
    unsigned    naccounts;
    unsigned    nlists;
    mpic_str_t  account;
    mpic_str_t  list;
} mpic_caa_given_t;


static void mpic_caa_parameters_read(mpic_issue_value_t *iv,
    mpic_caa_given_t *given);
static const char *mpic_caa_account(const mpic_caa_params_t *params,
    const mpic_caa_given_t *given, int *never);
static const char *mpic_caa_methods(const mpic_caa_params_t *params,
    const mpic_caa_given_t *given, int *never);
static void mpic_caa_permissible_methods(mpic_caa_permissible_t *permissible,
    const mpic_str_t *list);
static void mpic_caa_permissible_add(mpic_str_t *list, size_t *n,
    const mpic_str_t *value);
static int mpic_caa_uri_char(const mpic_str_t *text, size_t i);
static int mpic_caa_is_hex(char ch);


const char *
mpic_caa_parameters(const mpic_caa_params_t *params, mpic_issue_value_t *iv,
    mpic_caa_permissible_t *permissible)
{
    int                never;
    const char        *account, *methods;
    mpic_caa_given_t   given;

    mpic_caa_parameters_read(iv, &given);

    never = 0;

    account = mpic_caa_account(params, &given, &never);
    methods = mpic_caa_methods(params, &given, &never);

    if (account != NULL && !never) {
        mpic_caa_permissible_add(permissible->account_uris,
                                 &permissible->naccount_uris, &given.account);
    }

    if (methods != NULL && !never) {
        mpic_caa_permissible_methods(permissible, &given.list);
    }

    return (account != NULL) ? account : methods;
}


static void
mpic_caa_parameters_read(mpic_issue_value_t *iv, mpic_caa_given_t *given)
{
    mpic_str_t  tag, value;

    static const mpic_str_t  accounturi = mpic_str("accounturi");
    static const mpic_str_t  methods = mpic_str("validationmethods");

    memset(given, 0, sizeof(mpic_caa_given_t));

    while (mpic_issue_value_next(iv, &tag, &value)) {

        if (mpic_str_case_eq(&tag, &accounturi)) {
            given->naccounts++;
            given->account = value;

        } else if (mpic_str_case_eq(&tag, &methods)) {
            given->nlists++;
            given->list = value;
        }
    }
}


/*
 * What is wrong, or NULL; "never" is set if no request could make it right.
 */

static const char *
mpic_caa_account(const mpic_caa_params_t *params,
    const mpic_caa_given_t *given, int *never)
{
    size_t             i;
    const mpic_str_t  *value;

    value = &given->account;

    if (given->naccounts == 0) {
        return NULL;
    }

    if (given->naccounts > 1) {
        *never = 1;
        return "has accounturi more than once";
    }

    if (value->len == 0) {
        *never = 1;
        return "has an empty accounturi";
    }

    if (!mpic_caa_is_uri(value)) {
        *never = 1;
        return "has an accounturi that is no URI";
    }

    for (i = 0; i < params->naccount_uris; i++) {
        if (mpic_str_eq(&params->account_uris[i], value)) {
            return NULL;
        }
    }

    return (params->naccount_uris == 0)
           ? "has an accounturi, and the request names no account"
           : "has the accounturi of another account";
}


static const char *
mpic_caa_methods(const mpic_caa_params_t *params,
    const mpic_caa_given_t *given, int *never)
{
    size_t             i;
    const mpic_str_t  *value;

    value = &given->list;

    if (given->nlists == 0) {
        return NULL;
    }

    if (given->nlists > 1) {
        *never = 1;
        return "has validationmethods more than once";
    }

    if (!mpic_caa_method_list(value)) {
        *never = 1;
        return "has validationmethods that are malformed";
    }

    for (i = 0; i < params->nmethods; i++) {
        if (mpic_caa_method_listed(&params->methods[i], value)) {
            return NULL;
        }
    }

    return (params->nmethods == 0)
           ? "has validationmethods, and the request names no method"
           : "has validationmethods without the method of the request";
}


static void
mpic_caa_permissible_methods(mpic_caa_permissible_t *permissible,
    const mpic_str_t *list)
{
    size_t      pos;
    mpic_str_t  name;

    pos = 0;

    while (mpic_caa_method_next(list, &pos, &name)) {
        mpic_caa_permissible_add(permissible->methods, &permissible->nmethods,
                                 &name);
    }
}


static void
mpic_caa_permissible_add(mpic_str_t *list, size_t *n,
    const mpic_str_t *value)
{
    size_t  i;

    for (i = 0; i < *n; i++) {
        if (mpic_str_eq(&list[i], value)) {
            return;
        }
    }

    if (*n < MPIC_CAA_PERMISSIBLE_MAX) {
        list[(*n)++] = *value;
    }
}


/*
 * RFC 3986 section 3.1 and, for what follows, appendix A.  The parameter's own
 * grammar leaves printable ASCII without ";".
 */

int
mpic_caa_is_uri(const mpic_str_t *text)
{
    char    ch;
    size_t  i;

    for (i = 0; i < text->len && text->data[i] != ':'; i++) {
        ch = mpic_lower(text->data[i]);

        if (ch >= 'a' && ch <= 'z') {
            continue;
        }

        if (i == 0
            || !((ch >= '0' && ch <= '9') || ch == '+' || ch == '-'
                 || ch == '.'))
        {
            return 0;
        }
    }

    if (i == 0 || i == text->len) {
        return 0;
    }

    for (i++; i < text->len; i++) {
        if (!mpic_caa_uri_char(text, i)) {
            return 0;
        }
    }

    return 1;
}


static int
mpic_caa_uri_char(const mpic_str_t *text, size_t i)
{
    char  ch;

    ch = text->data[i];

    if (ch == '%') {
        return i + 2 < text->len && mpic_caa_is_hex(text->data[i + 1])
               && mpic_caa_is_hex(text->data[i + 2]);
    }

    return ch > 0x20 && ch < 0x7f && strchr("\"<>\\^`{|}", ch) == NULL;
}


static int
mpic_caa_is_hex(char ch)
{
    ch = mpic_lower(ch);

    return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f');
}
