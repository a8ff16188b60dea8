
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_draft_caa.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>


#define mpic_draft_is_digit(c)  ((c) >= '0' && (c) <= '9')

/* flags, length of the tag */
#define MPIC_DRAFT_HEAD   2
#define MPIC_DRAFT_TAG    255


static int mpic_draft_generic(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *rdata);
static int mpic_draft_number(const char **p, const char *last, unsigned max,
    unsigned *number);
static const char *mpic_draft_tag(const char *p, const char *last,
    unsigned char **dst);
static int mpic_draft_value(const char *p, const char *last,
    unsigned char **dst);
static int mpic_draft_caa_records(mpic_pool_t *pool, const cJSON *list,
    mpic_draft_set_t *set);
static int mpic_draft_compare(const void *one, const void *two);
static void mpic_draft_base64(mpic_json_t *json, cJSON *list,
    const mpic_str_t *rdata);


int
mpic_draft_caa_rdata(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *rdata)
{
    unsigned        flags;
    const char     *p, *last;
    unsigned char  *data, *dst;

    p = text->data;
    last = text->data + text->len;

    if (text->len > 2 && memcmp(p, "\\# ", 3) == 0) {
        return mpic_draft_generic(pool, text, rdata);
    }

    /* a text is longer than what it stands for */

    data = mpic_pcalloc(pool, text->len + MPIC_DRAFT_HEAD + 1);
    if (data == NULL) {
        return -1;
    }

    dst = data + MPIC_DRAFT_HEAD;

    if (mpic_draft_number(&p, last, 255, &flags) != 0) {
        return 1;
    }

    p = mpic_draft_tag(p, last, &dst);

    if (p == NULL) {
        return 1;
    }

    data[0] = (unsigned char) flags;
    data[1] = (unsigned char) (dst - data - MPIC_DRAFT_HEAD);

    if (mpic_draft_value(p, last, &dst) != 0) {
        return 1;
    }

    rdata->data = (char *) data;
    rdata->len = (size_t) (dst - data);

    return 0;
}


/* \# LENGTH HEX */

static int
mpic_draft_generic(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *rdata)
{
    size_t          len;
    unsigned        n;
    mpic_str_t      digits;
    const char     *p, *last;
    unsigned char  *data;

    p = text->data + 3;
    last = text->data + text->len;

    if (mpic_draft_number(&p, last, 65535, &n) != 0
        || (size_t) (last - p) != (size_t) n * 2)
    {
        return 1;
    }

    data = mpic_pcalloc(pool, (size_t) n + 1);

    if (data == NULL
        || mpic_str_copy(pool, &digits, p, (size_t) (last - p)) != 0)
    {
        return -1;
    }

    if (strspn(digits.data, "0123456789abcdefABCDEF") != digits.len
        || !OPENSSL_hexstr2buf_ex(data, (size_t) n + 1, &len, digits.data,
                                  '\0'))
    {
        return 1;
    }

    rdata->data = (char *) data;
    rdata->len = n;

    return 0;
}


/* digits up to "max", and the space after them; 0 or -1 */

static int
mpic_draft_number(const char **p, const char *last, unsigned max,
    unsigned *number)
{
    const char  *first;

    *number = 0;
    first = *p;

    while (*p < last && mpic_draft_is_digit(**p)) {
        *number = *number * 10 + (unsigned) (**p - '0');

        if (*number > max) {
            return -1;
        }

        (*p)++;
    }

    if (*p == first || *p == last || **p != ' ') {
        return -1;
    }

    (*p)++;

    return 0;
}


/* up to the quotation mark of the value; NULL if it is none */

static const char *
mpic_draft_tag(const char *p, const char *last, unsigned char **dst)
{
    char         ch;
    const char  *first;

    for (first = p; p < last && *p != ' '; p++) {
        ch = mpic_lower(*p);

        if (!((ch >= 'a' && ch <= 'z') || mpic_draft_is_digit(ch))
            || p - first == MPIC_DRAFT_TAG)
        {
            return NULL;
        }

        *(*dst)++ = (unsigned char) *p;
    }

    if (p == first || last - p < 3 || p[1] != '"') {
        return NULL;
    }

    return p + 2;
}


/* up to the closing quotation mark, which ends the text; 0 or -1 */

static int
mpic_draft_value(const char *p, const char *last, unsigned char **dst)
{
    unsigned  n;

    for ( /* void */ ; p < last && *p != '"'; p++) {

        if (*p != '\\') {
            *(*dst)++ = (unsigned char) *p;
            continue;
        }

        p++;

        if (p == last) {
            return -1;
        }

        if (!mpic_draft_is_digit(*p)) {
            *(*dst)++ = (unsigned char) *p;
            continue;
        }

        if (last - p < 3 || !mpic_draft_is_digit(p[1])
            || !mpic_draft_is_digit(p[2]))
        {
            return -1;
        }

        n = (unsigned) ((p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0');

        if (n > 255) {
            return -1;
        }

        *(*dst)++ = (unsigned char) n;
        p += 2;
    }

    return (last - p == 1) ? 0 : -1;
}


int
mpic_draft_caa_read(mpic_pool_t *pool, const cJSON *response,
    mpic_draft_set_t *set)
{
    int           present;
    const cJSON  *details, *item, *records;

    memset(set, 0, sizeof(mpic_draft_set_t));

    details = cJSON_GetObjectItemCaseSensitive(response, "details");
    records = cJSON_GetObjectItemCaseSensitive(details, "records_seen");

    if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(response,
                                                       "check_completed"))
        || cJSON_GetObjectItemCaseSensitive(details, "records_omitted")
           != NULL)
    {
        return 0;
    }

    item = cJSON_GetObjectItemCaseSensitive(details, "caa_record_present");
    present = cJSON_IsTrue(item);

    if (!cJSON_IsBool(item) || present != (cJSON_GetArraySize(records) > 0)) {
        return 0;
    }

    if (!present) {
        set->known = 1;
        return 0;
    }

    item = cJSON_GetObjectItemCaseSensitive(details, "found_at");

    if (!cJSON_IsString(item) || item->valuestring[0] == '\0'
        || !cJSON_IsArray(records))
    {
        return 0;
    }

    set->domain.data = item->valuestring;
    set->domain.len = strlen(item->valuestring);

    if (set->domain.data[set->domain.len - 1] == '.') {
        set->domain.len--;
    }

    return mpic_draft_caa_records(pool, records, set);
}


static int
mpic_draft_caa_records(mpic_pool_t *pool, const cJSON *list,
    mpic_draft_set_t *set)
{
    int           rc;
    mpic_str_t    text;
    const cJSON  *item;

    set->records = mpic_pcalloc(pool, (size_t) cJSON_GetArraySize(list)
                                      * sizeof(mpic_str_t));
    if (set->records == NULL) {
        return -1;
    }

    cJSON_ArrayForEach(item, list) {

        if (!cJSON_IsString(item)) {
            return 0;
        }

        text.data = item->valuestring;
        text.len = strlen(item->valuestring);

        rc = mpic_draft_caa_rdata(pool, &text, &set->records[set->n]);

        if (rc != 0) {
            return (rc < 0) ? -1 : 0;
        }

        set->n++;
    }

    qsort(set->records, set->n, sizeof(mpic_str_t), mpic_draft_compare);

    set->known = 1;

    return 0;
}


static int
mpic_draft_compare(const void *one, const void *two)
{
    int                rc;
    size_t             n;
    const mpic_str_t  *a = one;
    const mpic_str_t  *b = two;

    n = (a->len < b->len) ? a->len : b->len;
    rc = memcmp(a->data, b->data, n);

    if (rc != 0) {
        return rc;
    }

    return (a->len > b->len) - (a->len < b->len);
}


int
mpic_draft_caa_equal(const mpic_draft_set_t *a, const mpic_draft_set_t *b)
{
    size_t  i;

    if (!a->known || !b->known || a->n != b->n
        || !mpic_str_case_eq(&a->domain, &b->domain))
    {
        return 0;
    }

    for (i = 0; i < a->n; i++) {
        if (!mpic_str_eq(&a->records[i], &b->records[i])) {
            return 0;
        }
    }

    return 1;
}


void
mpic_draft_caa_print(mpic_json_t *json, cJSON *parent,
    const mpic_draft_set_t *set)
{
    cJSON   *object, *list;
    size_t   i;

    object = mpic_json_object(json, parent, "caa");

    mpic_json_text(json, object, "domain", &set->domain);

    list = mpic_json_list(json, object, "records");

    for (i = 0; i < set->n; i++) {
        mpic_draft_base64(json, list, &set->records[i]);
    }
}


static void
mpic_draft_base64(mpic_json_t *json, cJSON *list, const mpic_str_t *rdata)
{
    unsigned char  *base64;

    base64 = mpic_pcalloc(json->pool, (rdata->len + 2) / 3 * 4 + 1);

    if (base64 == NULL) {
        json->failed = 1;
        return;
    }

    EVP_EncodeBlock(base64, (const unsigned char *) rdata->data,
                    (int) rdata->len);

    mpic_json_word(json, list, NULL, (const char *) base64);
}
