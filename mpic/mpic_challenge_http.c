
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_challenge.h"

#include <string.h>


/* octets of an expected or a seen value in a message */
#define MPIC_CHALLENGE_SHOWN  100


static int mpic_challenge_http01(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_page_t *page,
    mpic_result_t *result);
static int mpic_challenge_is_space(char ch);
static int mpic_challenge_website(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_page_t *page,
    mpic_result_t *result);
static int mpic_challenge_other(mpic_pool_t *pool, const mpic_str_t *expected,
    const char *how, const mpic_page_t *page, const char *rest,
    mpic_result_t *result);
static int mpic_challenge_regex(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_page_t *page,
    mpic_result_t *result);


/* BR 3.2.2.4.18, 3.2.2.4.19: a success is any status of 2xx */

int
mpic_challenge_http(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_page_t *page, mpic_result_t *result)
{
    result->method = params->method;
    result->completed = 1;
    result->passed = 0;

    if (page->status < 200 || page->status > 299) {
        return mpic_result_error(pool, result, MPIC_ERROR_HTTP,
                                 "expected a status of 2xx, got %d",
                                 page->status);
    }

    if (params->method == MPIC_METHOD_WEBSITE_CHANGE) {
        return mpic_challenge_website(pool, params, page, result);
    }

    return mpic_challenge_http01(pool, params, page, result);
}


static int
mpic_challenge_http01(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_page_t *page, mpic_result_t *result)
{
    mpic_str_t         seen;
    const mpic_str_t  *key;

    key = &params->key_authorization;
    seen = page->body;

    /* RFC 8555 section 8.3: white space at the end of the body is ignored */

    while (seen.len > 0 && mpic_challenge_is_space(seen.data[seen.len - 1])) {
        seen.len--;
    }

    if (key->len != 0 && !page->truncated && mpic_str_eq(&seen, key)) {
        result->passed = 1;
        return 0;
    }

    return mpic_challenge_other(pool, key, "be", page,
                                "longer than can match", result);
}


static int
mpic_challenge_is_space(char ch)
{
    return ch == ' ' || (ch >= '\t' && ch <= '\r');
}


/*
 * BR 3.2.2.4.18: the value is contained in the contents of the file, as far as
 * it was read.  Pages are octets, whatever their encoding.
 */

static int
mpic_challenge_website(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_page_t *page, mpic_result_t *result)
{
    int  rc;

    rc = mpic_str_contains(pool, &page->body, &params->challenge_value,
                           params->exact_case);

    if (rc < 0) {
        return -1;
    }

    if (rc == 0) {
        return mpic_challenge_other(pool, &params->challenge_value,
                                    "contain", page,
                                    "longer than what is read of it", result);
    }

    if (params->match_regex.data != NULL) {
        return mpic_challenge_regex(pool, params, page, result);
    }

    result->passed = 1;

    return 0;
}


static int
mpic_challenge_other(mpic_pool_t *pool, const mpic_str_t *expected,
    const char *how, const mpic_page_t *page, const char *rest,
    mpic_result_t *result)
{
    mpic_str_t  wanted, seen;

    if (mpic_str_excerpt(pool, &wanted, expected->data, expected->len,
                         MPIC_CHALLENGE_SHOWN)
        != 0
        || mpic_str_excerpt(pool, &seen, page->body.data, page->body.len,
                            MPIC_CHALLENGE_SHOWN)
           != 0)
    {
        return -1;
    }

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_MISMATCH,
                             "expected the page to %s \"%s\", got \"%s\"%s%s",
                             how, wanted.data, seen.data,
                             page->truncated ? ", " : "",
                             page->truncated ? rest : "");
}


/*
 * The value is there.  A search that is given up has no outcome, which is
 * neither a match nor the want of one.
 */

static int
mpic_challenge_regex(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_page_t *page, mpic_result_t *result)
{
    int           rc;
    mpic_str_t    why, shown;
    const char   *type, *text;
    mpic_regex_e  found;

    rc = mpic_regex_search(pool, &params->match_regex, &page->body,
                           page->truncated, page->over, page->data, &found,
                           &why);

    if (rc == 0 && found == MPIC_REGEX_FOUND) {
        result->passed = 1;
        return 0;
    }

    if (rc < 0
        || mpic_str_excerpt(pool, &shown, params->match_regex.data,
                            params->match_regex.len, MPIC_CHALLENGE_SHOWN)
           != 0)
    {
        return -1;
    }

    type = MPIC_ERROR_DCV_MISMATCH;

    if (rc > 0) {

        /* the reader of the request has let it through */

        type = MPIC_ERROR_DCV_PARAMETER;
        result->completed = 0;
        text = why.data;

    } else if (found == MPIC_REGEX_MISSED) {
        text = "the page contains the value and does not match";

    } else if (found == MPIC_REGEX_CUT) {
        text = "whether the page matches depends on more of it than is read";

    } else {
        type = MPIC_ERROR_DCV_PARAMETER;
        result->completed = 0;
        text = "it takes too long to find out whether the page matches";
    }

    return mpic_result_error(pool, result, type,
                             "regular expression \"%s\": %s", shown.data,
                             text);
}
