
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Issue values and lists of methods: the grammars of RFC 8659 section 4.2 and
 * RFC 8657 section 4, compared with the same as regular expressions.
 */


#include "fuzz.h"
#include "mpic_caa_method.h"
#include "mpic_issue_value.h"

#include <regex.h>


/* a regular expression of libc takes its time */
#define FUZZ_VALUE_MAX  256

#define FUZZ_WSP        "[ \t]*"
#define FUZZ_LABEL      "[A-Za-z0-9](-*[A-Za-z0-9])*"
#define FUZZ_PARAMETER  FUZZ_LABEL FUZZ_WSP "=" FUZZ_WSP "[!-:<-~]*"


static void fuzz_value(const mpic_str_t *value, int expected);
static void fuzz_parameters(const mpic_str_t *value, mpic_issue_value_t *iv);
static void fuzz_methods(const mpic_str_t *value, int expected);
static int fuzz_matches(const regex_t *regex, const mpic_str_t *text);
static void fuzz_compile(regex_t *regex, const char *text);
static int fuzz_within(const mpic_str_t *part, const mpic_str_t *whole);


static regex_t  fuzz_issue_value;
static regex_t  fuzz_method_list;


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mpic_str_t   value;
    fuzz_pool_t  fp;

    static int  ready;

    if (!ready) {
        ready = 1;

        fuzz_compile(&fuzz_issue_value,
                     "^" FUZZ_WSP "(" FUZZ_LABEL "(\\." FUZZ_LABEL ")*)?"
                     FUZZ_WSP "(;" FUZZ_WSP "(" FUZZ_PARAMETER
                     "(" FUZZ_WSP ";" FUZZ_WSP FUZZ_PARAMETER ")*)?" FUZZ_WSP
                     ")?$");
        fuzz_compile(&fuzz_method_list, "^[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*$");
    }

    if (size > FUZZ_VALUE_MAX) {
        return 0;
    }

    fuzz_pool_init(&fp);

    value = fuzz_str(&fp, data, size);

    fuzz_value(&value, fuzz_matches(&fuzz_issue_value, &value));
    fuzz_methods(&value, fuzz_matches(&fuzz_method_list, &value));

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_value(const mpic_str_t *value, int expected)
{
    int                 rc;
    mpic_issue_value_t  iv;

    rc = mpic_issue_value_parse(value, &iv);

    fuzz_check(rc == (expected ? 0 : -1));

    if (rc == 0) {
        fuzz_check(fuzz_within(&iv.domain, value));
        fuzz_parameters(value, &iv);
    }
}


static void
fuzz_parameters(const mpic_str_t *value, mpic_issue_value_t *iv)
{
    size_t      i, n, equals, semicolons;
    mpic_str_t  tag, text;

    equals = 0;

    for (n = 0; mpic_issue_value_next(iv, &tag, &text); n++) {
        fuzz_check(n <= value->len);
        fuzz_check(tag.len > 0 && fuzz_within(&tag, value));
        fuzz_check(fuzz_within(&text, value));
        fuzz_check(text.len == 0 || memchr(text.data, ';', text.len) == NULL);

        for (i = 0; i < text.len; i++) {
            equals += (text.data[i] == '=');
        }
    }

    fuzz_check(iv->rest.len == 0);

    /* none was lost: one "=" each, and those within their values */

    semicolons = 0;

    for (i = 0; i < value->len; i++) {
        equals -= (value->data[i] == '=');
        semicolons += (value->data[i] == ';');
    }

    fuzz_check(equals + n == 0);
    fuzz_check(n == semicolons || (n == 0 && semicolons == 1));
}


static void
fuzz_methods(const mpic_str_t *value, int expected)
{
    size_t             i;
    static mpic_str_t  methods[] = {
        mpic_str("acme-dns-01"), mpic_str("dns-change"),
        mpic_str("acme-http-01"), mpic_str("ca-tbr-7"), mpic_str("own-01"),
        mpic_str("ca-tbr-19")
    };

    fuzz_check(mpic_caa_method_list(value) == expected);

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {

        if (mpic_caa_method_listed(&methods[i], value)) {
            /* all names of all methods are longer */
            fuzz_check(value->len >= 6);
        }
    }
}


static int
fuzz_matches(const regex_t *regex, const mpic_str_t *text)
{
    int   rc;
    char  buf[FUZZ_VALUE_MAX + 1];

    if (text->len && memchr(text->data, '\0', text->len) != NULL) {
        return 0;
    }

    memcpy(buf, text->data, text->len);
    buf[text->len] = '\0';

    rc = regexec(regex, buf, 0, NULL, 0);
    fuzz_check(rc == 0 || rc == REG_NOMATCH);

    return rc == 0;
}


static void
fuzz_compile(regex_t *regex, const char *text)
{
    fuzz_check(regcomp(regex, text, REG_EXTENDED|REG_NOSUB) == 0);
}


static int
fuzz_within(const mpic_str_t *part, const mpic_str_t *whole)
{
    return part->data >= whole->data
           && part->data + part->len <= whole->data + whole->len;
}
