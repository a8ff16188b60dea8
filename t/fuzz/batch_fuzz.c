
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Batches: what is taken apart is what another reader finds in the array, and
 * answers come back as they were, in their order.
 */


#include "fuzz_json.h"
#include "mpic_batch.h"
#include "mpic_json.h"


#define FUZZ_MAX  8


static int fuzz_split(fuzz_pool_t *fp, const uint8_t *data, size_t size);
static void fuzz_elements(const mpic_str_t *body, const mpic_str_t *items,
    size_t n);
static int fuzz_join(fuzz_pool_t *fp, const mpic_str_t *items, size_t n);
static void fuzz_answers(const mpic_str_t *text, const mpic_str_t *items,
    const mpic_batch_answer_t *answers, size_t n);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_twice(fuzz_split, data, size);

    return 0;
}


static int
fuzz_split(fuzz_pool_t *fp, const uint8_t *data, size_t size)
{
    int             rc;
    size_t          n;
    json_t         *whole;
    mpic_str_t      body, *items;
    mpic_issues_t   issues;

    memset(&issues, 0, sizeof(mpic_issues_t));

    body.data = malloc(size ? size : 1);
    body.len = size;
    memcpy((char *) body.data, data, size);

    rc = mpic_batch_split(&fp->pool, body.data, body.len, FUZZ_MAX, &items,
                          &n, &issues);

    whole = fuzz_json_load(&body);

    if (rc == 0) {
        fuzz_check(mpic_batch_is(body.data, body.len));
        fuzz_check(n >= 1 && n <= FUZZ_MAX);
        fuzz_elements(&body, items, n);

        if (fp->fail_at == 0) {
            fuzz_check(fuzz_join(fp, items, n) == 0);
        }

    } else if (rc == 1) {
        fuzz_check(issues.n == 1);
        fuzz_check_sentence(&issues.list[0].message);

    } else if (rc == 2) {
        fuzz_check(n > FUZZ_MAX);
        fuzz_check(whole == NULL || json_array_size(whole) == n);
    }

    json_decref(whole);
    free((char *) body.data);

    return rc;
}


static void
fuzz_elements(const mpic_str_t *body, const mpic_str_t *items, size_t n)
{
    size_t       i;
    json_t      *whole, *one;
    const char  *p;

    whole = fuzz_json_load(body);

    if (whole != NULL) {
        fuzz_check(json_array_size(whole) == n);
    }

    p = body->data;

    for (i = 0; i < n; i++) {
        fuzz_check(items[i].data > p && items[i].len > 0);

        p = items[i].data + items[i].len;
        fuzz_check(p < body->data + body->len);

        one = fuzz_json_load(&items[i]);

        /* where one is not JSON for another reader, the whole is not */

        fuzz_check(whole == NULL
                   || json_equal(json_array_get(whole, i), one));

        json_decref(one);
    }

    json_decref(whole);
}


static int
fuzz_join(fuzz_pool_t *fp, const mpic_str_t *items, size_t n)
{
    int                  rc;
    cJSON               *root;
    size_t               i;
    mpic_str_t           text, why;
    mpic_batch_answer_t  answers[FUZZ_MAX];

    for (i = 0; i < n; i++) {

        /* an answer is JSON */

        if (mpic_json_parse(&fp->pool, &items[i], MPIC_DEPTH_MAX, &root,
                            NULL, &why)
            != 0)
        {
            return 0;
        }

        answers[i].json = items[i];
        answers[i].status = (cJSON_IsObject(root) && items[i].len % 2)
                            ? 400 : 200;

        cJSON_Delete(root);
    }

    rc = mpic_batch_join(&fp->pool, answers, n, &text);

    if (rc == 0) {
        fuzz_answers(&text, items, answers, n);
    }

    return rc;
}


static void
fuzz_answers(const mpic_str_t *text, const mpic_str_t *items,
    const mpic_batch_answer_t *answers, size_t n)
{
    size_t   i;
    json_t  *whole, *one, *got;

    whole = fuzz_json_load(text);
    fuzz_check(json_array_size(whole) == n);

    for (i = 0; i < n; i++) {
        got = json_array_get(whole, i);
        one = fuzz_json_load(&items[i]);

        if (answers[i].status == 200) {
            fuzz_check(json_equal(got, one));

        } else {

            /* a member of that name, or of one name twice, is not ours */

            fuzz_check(json_object_get(one, "status") != NULL
                       || json_number_value(json_object_get(got, "status"))
                          == 400);
            fuzz_check(json_object_get(one, "status") != NULL
                       || json_object_size(got) == json_object_size(one) + 1);
        }

        json_decref(one);
    }

    json_decref(whole);
}
