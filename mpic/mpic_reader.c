
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>


/* longer than any name of a field with its path */
#define MPIC_PATH_MAX     96

#define MPIC_EXCERPT_MAX  64


static const char *mpic_reader_type(int type);
static int mpic_reader_check(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, size_t max, const cJSON *item, mpic_str_t *text);


int
mpic_reader_open(mpic_reader_t *reader, mpic_pool_t *pool, const char *body,
    size_t len, mpic_issues_t *issues, mpic_place_t *top)
{
    int         rc;
    mpic_str_t  text, why;

    memset(issues, 0, sizeof(mpic_issues_t));
    memset(reader, 0, sizeof(mpic_reader_t));

    reader->pool = pool;
    reader->issues = issues;

    top->object = NULL;
    top->path = "";

    if (len > MPIC_REQUEST_MAX) {
        mpic_reader_issue(reader, "request-too-large", top, NULL,
                          "the body has more than %d octets",
                          MPIC_REQUEST_MAX);
        return 0;
    }

    text.data = body;
    text.len = len;

    rc = mpic_json_parse(pool, &text, MPIC_DEPTH_MAX, &reader->root, NULL,
                         &why);

    if (rc == -1) {
        reader->failed = 1;
        return 0;
    }

    if (rc == 1) {
        mpic_reader_issue(reader, "malformed-json", top, NULL, "%s",
                          why.data);
        return 0;
    }

    if (!cJSON_IsObject(reader->root)) {
        mpic_reader_issue(reader, "invalid-type", top, NULL,
                          "the body must be a JSON object, not %s",
                          mpic_json_type(reader->root));
        return 0;
    }

    top->object = reader->root;

    return 1;
}


int
mpic_reader_close(mpic_reader_t *reader)
{
    cJSON_Delete(reader->root);
    reader->root = NULL;

    if (reader->failed) {
        return -1;
    }

    return reader->issues->n ? 1 : 0;
}


void
mpic_reader_issue(mpic_reader_t *reader, const char *type,
    const mpic_place_t *place, const char *name, const char *fmt, ...)
{
    int         rc;
    char        field[MPIC_PATH_MAX];
    va_list     args;
    mpic_str_t  message;

    va_start(args, fmt);
    rc = mpic_str_vprintf(reader->pool, &message, fmt, args);
    va_end(args);

    if (rc != 0) {
        reader->failed = 1;
        return;
    }

    snprintf(field, sizeof(field), "%s%s%s", place->path,
             (name != NULL && place->path[0]) ? "." : "",
             (name != NULL) ? name : "");

    if (mpic_issue_add(reader->pool, reader->issues, type, field, "%s",
                       message.data)
        != 0)
    {
        reader->failed = 1;
    }
}


mpic_field_e
mpic_reader_field(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, int type, mpic_need_e need, const cJSON **item)
{
    int     found;
    size_t  n;

    n = mpic_json_member(place->object, name, item);

    if (n > 1) {
        mpic_reader_issue(reader, "duplicate-field", place, name,
                          "\"%s\" is given %zu times", name, n);
        return MPIC_FIELD_WRONG;
    }

    if (n == 0 || cJSON_IsNull(*item)) {
        *item = NULL;

        if (need == MPIC_OPTIONAL) {
            return MPIC_FIELD_ABSENT;
        }

        mpic_reader_issue(reader, "missing-field", place, name,
                          "\"%s\" is required", name);
        return MPIC_FIELD_ABSENT;
    }

    found = (*item)->type & 0xff;

    if (found == cJSON_False) {
        found = cJSON_True;
    }

    if (found == type) {
        return MPIC_FIELD_GIVEN;
    }

    mpic_reader_issue(reader, "invalid-type", place, name,
                      "\"%s\" must be %s, not %s", name,
                      mpic_reader_type(type), mpic_json_type(*item));

    return MPIC_FIELD_WRONG;
}


static const char *
mpic_reader_type(int type)
{
    switch (type) {

    case cJSON_True:
        return "a Boolean";

    case cJSON_Number:
        return "a number";

    case cJSON_String:
        return "a string";

    case cJSON_Array:
        return "a list";

    default:
        return "an object";
    }
}


mpic_field_e
mpic_reader_text(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, size_t max, mpic_need_e need, mpic_str_t *text)
{
    const cJSON   *item;
    mpic_field_e   rc;

    rc = mpic_reader_field(reader, place, name, cJSON_String, need, &item);

    if (rc != MPIC_FIELD_GIVEN) {
        return rc;
    }

    return mpic_reader_check(reader, place, name, max, item, text) == 0
           ? MPIC_FIELD_GIVEN : MPIC_FIELD_WRONG;
}


static int
mpic_reader_check(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, size_t max, const cJSON *item, mpic_str_t *text)
{
    /* the whole of it: U+0000 has been refused before */

    if (mpic_str_copy(reader->pool, text, item->valuestring,
                      strlen(item->valuestring))
        != 0)
    {
        reader->failed = 1;
        return -1;
    }

    if (text->len == 0) {
        mpic_reader_issue(reader, "invalid-value", place, name,
                          "\"%s\" is empty", name);
        return -1;
    }

    if (text->len > max) {
        mpic_reader_issue(reader, "invalid-value", place, name,
                          "\"%s\" is longer than %zu octets", name, max);
        return -1;
    }

    if (mpic_has_controls(text)) {
        mpic_reader_issue(reader, "invalid-value", place, name,
                          "\"%s\" has a control character", name);
        return -1;
    }

    return 0;
}


mpic_field_e
mpic_reader_bool(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, int *value)
{
    const cJSON   *item;
    mpic_field_e   rc;

    rc = mpic_reader_field(reader, place, name, cJSON_True, MPIC_OPTIONAL,
                           &item);

    if (rc == MPIC_FIELD_GIVEN) {
        *value = cJSON_IsTrue(item);
    }

    return rc;
}


mpic_field_e
mpic_reader_texts(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, size_t max, mpic_str_t **texts, size_t *n)
{
    char           element[MPIC_PATH_MAX];
    size_t         len;
    const cJSON   *list, *item;
    mpic_field_e   rc;

    rc = mpic_reader_field(reader, place, name, cJSON_Array, MPIC_OPTIONAL,
                           &list);

    if (rc != MPIC_FIELD_GIVEN) {
        return rc;
    }

    len = (size_t) cJSON_GetArraySize(list);

    if (len > MPIC_DOMAINS_MAX) {
        mpic_reader_issue(reader, "invalid-value", place, name,
                          "\"%s\" has more than %d elements", name,
                          MPIC_DOMAINS_MAX);
        return MPIC_FIELD_WRONG;
    }

    *texts = mpic_pcalloc(reader->pool, (len + 1) * sizeof(mpic_str_t));

    if (*texts == NULL) {
        reader->failed = 1;
        return MPIC_FIELD_WRONG;
    }

    *n = 0;

    cJSON_ArrayForEach(item, list) {

        snprintf(element, sizeof(element), "%s[%zu]", name, *n);

        if (!cJSON_IsString(item)) {
            mpic_reader_issue(reader, "invalid-type", place, element,
                              "\"%s\" must be a string, not %s", element,
                              mpic_json_type(item));
            rc = MPIC_FIELD_WRONG;

        } else if (mpic_reader_check(reader, place, element, max, item,
                                     &(*texts)[*n])
                   != 0)
        {
            rc = MPIC_FIELD_WRONG;
        }

        (*n)++;
    }

    return rc;
}


const char *
mpic_reader_excerpt(mpic_reader_t *reader, const mpic_str_t *text)
{
    mpic_str_t  excerpt;

    if (mpic_str_excerpt(reader->pool, &excerpt, text->data, text->len,
                         MPIC_EXCERPT_MAX)
        != 0)
    {
        reader->failed = 1;
        return "";
    }

    return excerpt.data;
}


int
mpic_has_controls(const mpic_str_t *text)
{
    size_t         i;
    unsigned char  ch, next;

    for (i = 0; i < text->len; i++) {
        ch = (unsigned char) text->data[i];

        if (ch < 0x20 || ch == 0x7f) {
            return 1;
        }

        /* U+0080 to U+009F in UTF-8 */

        if (ch == 0xc2 && i + 1 < text->len) {
            next = (unsigned char) text->data[i + 1];

            if (next >= 0x80 && next <= 0x9f) {
                return 1;
            }
        }
    }

    return 0;
}
