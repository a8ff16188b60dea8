
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The page of an http-01 check.  The input is an octet for the status, one for
 * what is beside it, the key authorization in a line, and the page.
 */


#include "fuzz_json.h"
#include "mpic_challenge.h"
#include "mpic_response.h"

#include <ctype.h>


static int fuzz_model(int status, const mpic_str_t *key,
    const mpic_str_t *page, int truncated);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                status, truncated;
    mpic_str_t         page, json;
    fuzz_pool_t        fp;
    fuzz_input_t       in;
    mpic_result_t      result;
    mpic_dcv_params_t  params;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    status = 100 + 2 * (int) fuzz_byte(&in);
    truncated = (int) (fuzz_byte(&in) & 1);

    memset(&params, 0, sizeof(mpic_dcv_params_t));

    params.method = MPIC_METHOD_ACME_HTTP_01;
    params.key_authorization = fuzz_line(&fp, &in);

    page = fuzz_take(&fp, &in, in.len);

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);

    fuzz_check(mpic_challenge_http01(&fp.pool, &params, status, &page,
                                     truncated, &result) == 0);

    fuzz_check(result.completed);
    fuzz_check(result.passed == fuzz_model(status, &params.key_authorization,
                                           &page, truncated));
    fuzz_check(result.passed == (result.nerrors == 0));

    result.timestamp_ns = 1;
    result.response_status = status;
    result.response_page = page;
    result.response_url = params.key_authorization;

    fuzz_check(mpic_response_print(&fp.pool, &result, &json) == 0);
    fuzz_json_check_written(&json);

    fuzz_pool_free(&fp);

    return 0;
}


/* RFC 8555 section 8.3: the key authorization, and then white space only */

static int
fuzz_model(int status, const mpic_str_t *key, const mpic_str_t *page,
    int truncated)
{
    size_t  i;

    if (status / 100 != 2 || truncated || key->len == 0
        || page->len < key->len
        || memcmp(page->data, key->data, key->len) != 0
        || isspace((unsigned char) key->data[key->len - 1]))
    {
        return 0;
    }

    for (i = key->len; i < page->len; i++) {
        if (!isspace((unsigned char) page->data[i])) {
            return 0;
        }
    }

    return 1;
}
