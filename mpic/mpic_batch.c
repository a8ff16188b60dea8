
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_batch.h"
#include "mpic_json.h"

#include <string.h>


/* \uXXXX */
#define MPIC_BATCH_ESCAPE  6

#define MPIC_BATCH_OK      200

#define mpic_batch_is_space(c)                                                \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n')


static int mpic_batch_plain(mpic_pool_t *pool, const char *body, size_t len,
    mpic_str_t *plain);
static size_t mpic_batch_string(const char *p, const char *last, char *dst);
static int mpic_batch_count(mpic_pool_t *pool, const mpic_str_t *plain,
    size_t *n, mpic_issues_t *issues);
static void mpic_batch_elements(const char *body, const mpic_str_t *plain,
    mpic_str_t *items);
static const char *mpic_batch_element(const char *p, const char *last);
static void mpic_batch_refused(mpic_json_t *json,
    const mpic_batch_answer_t *answer);


int
mpic_batch_is(const char *body, size_t len)
{
    size_t  i;

    for (i = 0; i < len && mpic_batch_is_space(body[i]); i++) {
        /* void */
    }

    return i < len && body[i] == '[';
}


int
mpic_batch_split(mpic_pool_t *pool, const char *body, size_t len, size_t max,
    mpic_str_t **items, size_t *n, mpic_issues_t *issues)
{
    int         rc;
    mpic_str_t  plain;

    *n = 0;
    *items = NULL;

    if (mpic_batch_plain(pool, body, len, &plain) != 0) {
        return -1;
    }

    rc = mpic_batch_count(pool, &plain, n, issues);

    if (rc != 0) {
        return rc;
    }

    if (*n > max) {
        return 2;
    }

    *items = mpic_pcalloc(pool, *n * sizeof(mpic_str_t));
    if (*items == NULL) {
        return -1;
    }

    mpic_batch_elements(body, &plain, *items);

    return 0;
}


/*
 * A copy of the same length in which no string has an escaped character by its
 * number.
 */

static int
mpic_batch_plain(mpic_pool_t *pool, const char *body, size_t len,
    mpic_str_t *plain)
{
    char        *dst;
    size_t       n;
    const char  *p, *last;

    dst = mpic_pcalloc(pool, len + 1);
    if (dst == NULL) {
        return -1;
    }

    memcpy(dst, body, len);

    plain->data = dst;
    plain->len = len;

    p = body;
    last = body + len;

    while (p < last) {
        n = (*p == '"') ? mpic_batch_string(p, last, dst) : 1;
        p += n;
        dst += n;
    }

    return 0;
}


/*
 * The octets of a string, with its quotation marks.
 */

static size_t
mpic_batch_string(const char *p, const char *last, char *dst)
{
    size_t       i;
    const char  *first;

    for (first = p++; p < last && *p != '"'; p++) {

        if (*p != '\\' || last - p < 2) {
            continue;
        }

        if (p[1] != 'u' || last - p < MPIC_BATCH_ESCAPE) {
            p++;
            continue;
        }

        for (i = 2; i < MPIC_BATCH_ESCAPE
                    && strchr("0123456789abcdefABCDEF", p[i]) != NULL
                    && p[i] != '\0'; i++)
        {
            /* void */
        }

        if (i == MPIC_BATCH_ESCAPE) {
            memset(dst + (p - first), 'u', MPIC_BATCH_ESCAPE);
        }

        p++;
    }

    return (size_t) (p - first) + (p < last);
}


static int
mpic_batch_count(mpic_pool_t *pool, const mpic_str_t *plain, size_t *n,
    mpic_issues_t *issues)
{
    int          rc;
    cJSON       *root;
    mpic_str_t   why;

    rc = mpic_json_parse(pool, plain, MPIC_DEPTH_MAX + 1, &root, NULL, &why);

    if (rc == -1) {
        return -1;
    }

    if (rc == 1) {
        return mpic_issue_add(pool, issues, "malformed-json", "", "%s",
                              why.data) == 0
               ? 1 : -1;
    }

    if (cJSON_IsArray(root)) {
        *n = (size_t) cJSON_GetArraySize(root);
    }

    cJSON_Delete(root);

    if (*n == 0) {
        return mpic_issue_add(pool, issues, "empty-batch", "", "the body is a "
                              "list of requests, and there is none in it")
               == 0
               ? 1 : -1;
    }

    return 0;
}


/*
 * "plain" is known to be JSON, and an array that is not empty.
 */

static void
mpic_batch_elements(const char *body, const mpic_str_t *plain,
    mpic_str_t *items)
{
    size_t       i;
    const char  *p, *last, *first, *end;

    p = plain->data;
    last = p + plain->len;

    for (i = 0; p < last && *p != ']'; i++) {

        /* what is before the first, and the comma before any other */

        while (mpic_batch_is_space(*p)) {
            p++;
        }

        p++;

        while (mpic_batch_is_space(*p)) {
            p++;
        }

        first = p;
        p = mpic_batch_element(p, last);

        for (end = p; mpic_batch_is_space(end[-1]); end--) {
            /* void */
        }

        items[i].data = body + (first - plain->data);
        items[i].len = (size_t) (end - first);
    }
}


/* the comma or the bracket after an element */

static const char *
mpic_batch_element(const char *p, const char *last)
{
    size_t  depth;

    depth = 0;

    while (p < last) {

        switch (*p) {

        case '"':
            for (p++; p < last && *p != '"'; p++) {
                p += (*p == '\\');
            }

            break;

        case '{':
        case '[':
            depth++;
            break;

        case ',':
            if (depth == 0) {
                return p;
            }

            break;

        case '}':
        case ']':
            if (depth == 0) {
                return p;
            }

            depth--;
            break;

        default:
            break;
        }

        p++;
    }

    return p;
}


int
mpic_batch_join(mpic_pool_t *pool, const mpic_batch_answer_t *answers,
    size_t n, mpic_str_t *text)
{
    size_t       i;
    mpic_json_t  json;

    mpic_json_start_list(&json, pool);

    for (i = 0; i < n; i++) {

        if (answers[i].status == MPIC_BATCH_OK) {
            mpic_json_raw(&json, json.root, NULL, &answers[i].json);

        } else {
            mpic_batch_refused(&json, &answers[i]);
        }
    }

    return mpic_json_finish(&json, text);
}


static void
mpic_batch_refused(mpic_json_t *json, const mpic_batch_answer_t *answer)
{
    int          rc;
    cJSON       *body, *object, *item;
    mpic_str_t   why;

    if (json->failed) {
        return;
    }

    rc = mpic_json_parse(json->pool, &answer->json, MPIC_DEPTH_MAX, &body,
                         NULL, &why);

    if (rc != 0 || !cJSON_IsObject(body)) {
        cJSON_Delete(body);
        json->failed = 1;
        return;
    }

    object = mpic_json_object(json, json->root, NULL);
    mpic_json_number(json, object, "status", answer->status);

    while (!json->failed && body->child != NULL) {
        item = cJSON_DetachItemViaPointer(body, body->child);

        if (!cJSON_AddItemToObject(object, item->string, item)) {
            cJSON_Delete(item);
            json->failed = 1;
        }
    }

    cJSON_Delete(body);
}
