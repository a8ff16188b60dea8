
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_challenge.h"


/* octets of an expected or a seen value in a message */
#define MPIC_CHALLENGE_SHOWN  100


static int mpic_challenge_is_space(char ch);


int
mpic_challenge_http01(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    int status, const mpic_str_t *body, int truncated, mpic_result_t *result)
{
    mpic_str_t         seen, wanted;
    const mpic_str_t  *key;

    result->method = params->method;
    result->completed = 1;
    result->passed = 0;

    if (status < 200 || status > 299) {
        return mpic_result_error(pool, result, MPIC_ERROR_HTTP,
                                 "expected a status of 2xx, got %d", status);
    }

    key = &params->key_authorization;
    seen = *body;

    /* RFC 8555 section 8.3: white space at the end of the body is ignored */

    while (seen.len > 0 && mpic_challenge_is_space(seen.data[seen.len - 1])) {
        seen.len--;
    }

    if (key->len != 0 && !truncated && mpic_str_eq(&seen, key)) {
        result->passed = 1;
        return 0;
    }

    if (mpic_str_excerpt(pool, &wanted, key->data, key->len,
                         MPIC_CHALLENGE_SHOWN)
        != 0
        || mpic_str_excerpt(pool, &seen, body->data, body->len,
                            MPIC_CHALLENGE_SHOWN)
           != 0)
    {
        return -1;
    }

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_MISMATCH,
                             "expected the page to be \"%s\", got \"%s\"%s",
                             wanted.data, seen.data,
                             truncated ? ", longer than can match" : "");
}


static int
mpic_challenge_is_space(char ch)
{
    return ch == ' ' || (ch >= '\t' && ch <= '\r');
}
