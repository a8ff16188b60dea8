
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The page of an http-01 or a website-change check.  The input is an octet for
 * the status, one for what is beside it, the key authorization or the value in
 * a line, a regular expression in a line if there is one, and the page.
 */


#include "fuzz_json.h"
#include "mpic_challenge.h"
#include "mpic_response.h"

#include <ctype.h>

#define PCRE2_CODE_UNIT_WIDTH  8
#include <pcre2.h>


/* bits of the second octet */
#define FUZZ_TRUNCATED  0x01
#define FUZZ_WEBSITE    0x02
#define FUZZ_ANY_CASE   0x04
#define FUZZ_REGEX      0x08

/* steps from each place in the page: what takes longer is not compared */
#define FUZZ_LIMIT      20000


static void fuzz_parameters(fuzz_pool_t *fp, fuzz_input_t *in, unsigned bits,
    mpic_dcv_params_t *params);
static void fuzz_verdict(fuzz_pool_t *fp, const mpic_dcv_params_t *params,
    const mpic_page_t *page, const mpic_result_t *result);
static int fuzz_http01(const mpic_str_t *key, const mpic_page_t *page);
static int fuzz_contains(const mpic_dcv_params_t *params,
    const mpic_page_t *page);
static int fuzz_regex(const mpic_str_t *regex, const char *text, size_t len);
static void fuzz_longer(fuzz_pool_t *fp, const mpic_str_t *regex,
    const mpic_page_t *page);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned           bits;
    mpic_str_t         json;
    fuzz_pool_t        fp;
    mpic_page_t        page;
    fuzz_input_t       in;
    mpic_result_t      result;
    mpic_dcv_params_t  params;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    memset(&page, 0, sizeof(mpic_page_t));

    page.status = 100 + 2 * (int) fuzz_byte(&in);
    bits = fuzz_byte(&in);
    page.truncated = (bits & FUZZ_TRUNCATED) != 0;

    fuzz_parameters(&fp, &in, bits, &params);

    page.body = fuzz_take(&fp, &in, in.len);

    /* of a page of which nothing was read nothing can have been cut off */

    if (page.body.len == 0) {
        page.truncated = 0;
    }

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);

    fuzz_check(mpic_challenge_http(&fp.pool, &params, &page, &result) == 0);

    fuzz_check(result.passed == (result.nerrors == 0));
    fuzz_check(result.completed || params.match_regex.data != NULL);
    fuzz_check(result.completed || !result.passed);

    fuzz_verdict(&fp, &params, &page, &result);

    result.timestamp_ns = 1;
    result.response_status = page.status;
    result.response_page = page.body;
    result.response_url = params.challenge_value;

    fuzz_check(mpic_response_print(&fp.pool, &result, &json) == 0);
    fuzz_json_check_written(&json);

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_parameters(fuzz_pool_t *fp, fuzz_input_t *in, unsigned bits,
    mpic_dcv_params_t *params)
{
    memset(params, 0, sizeof(mpic_dcv_params_t));

    if (!(bits & FUZZ_WEBSITE)) {
        params->method = MPIC_METHOD_ACME_HTTP_01;
        params->key_authorization = fuzz_line(fp, in);
        return;
    }

    params->method = MPIC_METHOD_WEBSITE_CHANGE;
    params->exact_case = !(bits & FUZZ_ANY_CASE);
    params->challenge_value = fuzz_line(fp, in);

    if (bits & FUZZ_REGEX) {
        params->match_regex = fuzz_line(fp, in);
    }
}


static void
fuzz_verdict(fuzz_pool_t *fp, const mpic_dcv_params_t *params,
    const mpic_page_t *page, const mpic_result_t *result)
{
    int  matched;

    if (page->status / 100 != 2) {
        fuzz_check(result->completed && !result->passed);
        return;
    }

    if (params->method == MPIC_METHOD_ACME_HTTP_01) {
        fuzz_check(result->passed == fuzz_http01(&params->key_authorization,
                                                 page));
        return;
    }

    if (!fuzz_contains(params, page)) {
        fuzz_check(result->completed && !result->passed);
        return;
    }

    if (params->match_regex.data == NULL) {
        fuzz_check(result->passed);
        return;
    }

    if (page->truncated && result->passed) {
        fuzz_longer(fp, &params->match_regex, page);
    }

    matched = fuzz_regex(&params->match_regex, page->body.data,
                         page->body.len);

    if (result->passed) {
        fuzz_check(matched != 0);

    } else if (result->completed && !page->truncated) {
        fuzz_check(matched != 1);
    }
}


/* RFC 8555 section 8.3: the key authorization, and then white space only */

static int
fuzz_http01(const mpic_str_t *key, const mpic_page_t *page)
{
    size_t             i;
    const mpic_str_t  *body;

    body = &page->body;

    if (page->truncated || key->len == 0 || body->len < key->len
        || memcmp(body->data, key->data, key->len) != 0
        || isspace((unsigned char) key->data[key->len - 1]))
    {
        return 0;
    }

    for (i = key->len; i < body->len; i++) {
        if (!isspace((unsigned char) body->data[i])) {
            return 0;
        }
    }

    return 1;
}


/* BR 3.2.2.4.18: at one place or another */

static int
fuzz_contains(const mpic_dcv_params_t *params, const mpic_page_t *page)
{
    size_t             i, j;
    const mpic_str_t  *value;

    value = &params->challenge_value;

    for (i = 0; value->len && i + value->len <= page->body.len; i++) {

        for (j = 0; j < value->len; j++) {
            if (params->exact_case
                ? page->body.data[i + j] != value->data[j]
                : tolower((unsigned char) page->body.data[i + j])
                  != tolower((unsigned char) value->data[j]))
            {
                break;
            }
        }

        if (j == value->len) {
            return 1;
        }
    }

    return 0;
}


/* PCRE2 without what watches it; 1, 0, or -1 where it does not say */

static int
fuzz_regex(const mpic_str_t *regex, const char *text, size_t len)
{
    int                     rc;
    PCRE2_SIZE              at;
    pcre2_code             *code;
    pcre2_match_data       *md;
    pcre2_match_context    *match;
    pcre2_compile_context  *compile;

    compile = pcre2_compile_context_create(NULL);
    fuzz_check(compile != NULL);
    (void) pcre2_set_newline(compile, PCRE2_NEWLINE_LF);

    code = pcre2_compile((PCRE2_SPTR) regex->data, regex->len,
                         PCRE2_NEVER_UTF|PCRE2_NEVER_UCP, &rc, &at, compile);

    pcre2_compile_context_free(compile);

    if (code == NULL) {
        return 0;
    }

    md = pcre2_match_data_create(1, NULL);
    match = pcre2_match_context_create(NULL);
    fuzz_check(md != NULL && match != NULL);

    (void) pcre2_set_match_limit(match, FUZZ_LIMIT);

    rc = pcre2_match(code, (PCRE2_SPTR) text, len, 0, 0, md, match);

    pcre2_match_context_free(match);
    pcre2_match_data_free(md);
    pcre2_code_free(code);

    if (rc >= 0) {
        return 1;
    }

    return (rc == PCRE2_ERROR_NOMATCH) ? 0 : -1;
}


/* what was not read could not have changed it */

static void
fuzz_longer(fuzz_pool_t *fp, const mpic_str_t *regex, const mpic_page_t *page)
{
    char         *text;
    size_t        i, len;
    const char   *p;

    static const char  *more[] = { "\n", "x", "\n\n", " x\n", "0", "-" };

    for (i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        p = more[i];
        len = page->body.len;

        text = fp->pool.alloc(fp, len + strlen(p));
        fuzz_check(text != NULL);

        memcpy(text, page->body.data, len);
        memcpy(text + len, p, strlen(p));

        fuzz_check(fuzz_regex(regex, text, len + strlen(p)) != 0);
    }
}
