
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_json.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistr.h>


/* room for what is printed, beside its strings: else cJSON begins with 256 */
#define MPIC_JSON_PRINT_ROOM  1024

/* more digits than any number of the API has; cJSON copies 63 at the most */
#define MPIC_JSON_NUMBER_MAX  40

/* a flag beside those that cJSON keeps in "type" above its lowest octet */
#define MPIC_JSON_INTEGER     (1 << 24)

#define mpic_json_is_digit(c)  ((c) >= '0' && (c) <= '9')

#define mpic_json_is_hex(c)                                                   \
    (mpic_json_is_digit(c) || ((c) >= 'a' && (c) <= 'f')                      \
     || ((c) >= 'A' && (c) <= 'F'))

#define mpic_json_is_space(c)                                                 \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n')


/* a place in the text, and what is wrong there */

typedef struct {
    const char  *start;
    const char  *p;
    const char  *end;
    const char  *wrong;

    /* a number with a fraction or an exponent */
    unsigned     fraction:1;
} mpic_json_scan_t;


static int mpic_json_scan(mpic_json_scan_t *scan, size_t depth);
static int mpic_json_scan_string(mpic_json_scan_t *scan);
static int mpic_json_scan_escape(mpic_json_scan_t *scan);
static int mpic_json_scan_number(mpic_json_scan_t *scan);
static size_t mpic_json_digits(mpic_json_scan_t *scan);
static int mpic_json_tree(mpic_pool_t *pool, mpic_json_scan_t *scan,
    cJSON **root, mpic_str_t *value, mpic_str_t *why);
static void mpic_json_mark(cJSON *item, mpic_json_scan_t *scan);
static int mpic_json_next_number(mpic_json_scan_t *scan);
static cJSON *mpic_json_add(mpic_json_t *json, cJSON *parent,
    const char *name, cJSON *item);
static void mpic_json_copy(mpic_json_t *json, cJSON *parent,
    const char *name, const mpic_str_t *copy, int type);


int
mpic_json_parse(mpic_pool_t *pool, const mpic_str_t *text, size_t depth,
    cJSON **root, mpic_str_t *value, mpic_str_t *why)
{
    size_t            at;
    mpic_json_scan_t  scan;

    *root = NULL;

    scan.start = text->data;
    scan.p = text->data;
    scan.end = text->data + text->len;
    scan.wrong = NULL;
    scan.fraction = 0;

    if (text->len == 0) {
        return mpic_str_printf(pool, why, "the body is empty") == 0 ? 1 : -1;
    }

    if (u8_check((const uint8_t *) text->data, text->len) != NULL) {
        return mpic_str_printf(pool, why, "the body is not valid UTF-8") == 0
               ? 1 : -1;
    }

    if (mpic_json_scan(&scan, depth) != 0) {
        at = (size_t) (scan.p - scan.start);

        return mpic_str_printf(pool, why, "the body is not valid JSON: "
                               "%s at octet %zu", scan.wrong, at) == 0
               ? 1 : -1;
    }

    return mpic_json_tree(pool, &scan, root, value, why);
}


/*
 * The lexical half of RFC 8259, which cJSON is lax about.  The other half, in
 * what order the tokens stand, is cJSON's.
 */

static int
mpic_json_scan(mpic_json_scan_t *scan, size_t depth)
{
    char    ch;
    size_t  level;

    level = 0;

    while (scan->p < scan->end) {
        ch = *scan->p;

        if (ch == '"') {
            if (mpic_json_scan_string(scan) != 0) {
                return -1;
            }

            continue;
        }

        if (ch == '-' || mpic_json_is_digit(ch)) {
            if (mpic_json_scan_number(scan) != 0) {
                return -1;
            }

            continue;
        }

        if (ch == '{' || ch == '[') {
            if (++level > depth) {
                scan->wrong = "too many levels of nesting";
                return -1;
            }

        } else if (ch == '}' || ch == ']') {
            level -= (level > 0);

        } else if (!mpic_json_is_space(ch) && ch != ',' && ch != ':'
                   && !(ch >= 'a' && ch <= 'z'))
        {
            scan->wrong = "an unexpected character";
            return -1;
        }

        scan->p++;
    }

    return 0;
}


static int
mpic_json_scan_string(mpic_json_scan_t *scan)
{
    unsigned char  ch;

    for (scan->p++; scan->p < scan->end; scan->p++) {
        ch = (unsigned char) *scan->p;

        if (ch == '"') {
            scan->p++;
            return 0;
        }

        if (ch < 0x20) {
            scan->wrong = "a control character in a string";
            return -1;
        }

        if (ch == '\\' && mpic_json_scan_escape(scan) != 0) {
            return -1;
        }
    }

    scan->p = scan->end;
    scan->wrong = "a string without end";

    return -1;
}


/*
 * Leaves "p" at the last octet of the escape.  Other digits than hexadecimal
 * ones are taken for U+0000 by cJSON.
 */

static int
mpic_json_scan_escape(mpic_json_scan_t *scan)
{
    size_t  i;

    if (scan->end - scan->p < 2) {
        return 0;
    }

    /* the character that is escaped, which may be \ or " */

    scan->p++;

    if (*scan->p != 'u') {
        return 0;
    }

    for (i = 1; i <= 4; i++) {
        if (scan->p + i == scan->end || !mpic_json_is_hex(scan->p[i])) {
            scan->wrong = "a malformed escape";
            return -1;
        }
    }

    if (memcmp(scan->p, "u0000", 5) == 0) {
        scan->wrong = "the character U+0000";
        return -1;
    }

    scan->p += 4;

    return 0;
}


static int
mpic_json_scan_number(mpic_json_scan_t *scan)
{
    size_t       n;
    const char  *first;

    first = scan->p;

    scan->wrong = "a malformed number";

    scan->p += (*scan->p == '-');

    if (scan->p < scan->end && *scan->p == '0') {
        scan->p++;

    } else if (mpic_json_digits(scan) == 0) {
        return -1;
    }

    if (scan->p < scan->end && *scan->p == '.') {
        scan->p++;
        scan->fraction = 1;

        if (mpic_json_digits(scan) == 0) {
            return -1;
        }
    }

    if (scan->p < scan->end && (*scan->p == 'e' || *scan->p == 'E')) {
        scan->p++;
        scan->fraction = 1;

        if (scan->p < scan->end && (*scan->p == '+' || *scan->p == '-')) {
            scan->p++;
        }

        n = mpic_json_digits(scan);

        if (n == 0) {
            return -1;
        }

        if (n > 2) {
            scan->wrong = "a number out of range";
            return -1;
        }
    }

    if (scan->p - first > MPIC_JSON_NUMBER_MAX) {
        scan->wrong = "a number of too many digits";
        return -1;
    }

    /* as in 01, 1.2.3, 1-2 */

    if (scan->p < scan->end
        && (mpic_json_is_digit(*scan->p) || *scan->p == '-'
            || *scan->p == '.'))
    {
        return -1;
    }

    return 0;
}


static size_t
mpic_json_digits(mpic_json_scan_t *scan)
{
    const char  *first;

    first = scan->p;

    while (scan->p < scan->end && mpic_json_is_digit(*scan->p)) {
        scan->p++;
    }

    return (size_t) (scan->p - first);
}


static int
mpic_json_tree(mpic_pool_t *pool, mpic_json_scan_t *scan, cJSON **root,
    mpic_str_t *value, mpic_str_t *why)
{
    size_t       at;
    const char  *p, *start, *stop;

    start = scan->start;

    while (start < scan->end && mpic_json_is_space(*start)) {
        start++;
    }

    stop = start;
    errno = 0;

    *root = cJSON_ParseWithLengthOpts(start, (size_t) (scan->end - start),
                                      &stop, 0);
    if (*root == NULL) {

        /* cJSON says NULL for both */

        if (errno == ENOMEM) {
            return -1;
        }

    } else {
        for (p = stop; p < scan->end && mpic_json_is_space(*p); p++) {
            /* void */
        }

        if (p == scan->end) {
            if (value != NULL) {
                value->data = start;
                value->len = (size_t) (stop - start);
            }

            scan->p = start;
            mpic_json_mark(*root, scan);

            return 0;
        }

        cJSON_Delete(*root);
        *root = NULL;
        stop = p;
    }

    at = (size_t) (stop - scan->start);

    return mpic_str_printf(pool, why, "the body is not valid JSON: "
                           "an unexpected character at octet %zu", at) == 0
           ? 1 : -1;
}


/*
 * cJSON forgets how a number was written.  The numbers of the tree come in the
 * order of the text, so that one walk over both can tell; over the tree alone
 * where all of them were written as integers, as is the rule.
 */

static void
mpic_json_mark(cJSON *item, mpic_json_scan_t *scan)
{
    cJSON  *child;

    if (cJSON_IsNumber(item)) {
        if (!scan->fraction || mpic_json_next_number(scan)) {
            item->type |= MPIC_JSON_INTEGER;
        }

        return;
    }

    for (child = item->child; child != NULL; child = child->next) {
        mpic_json_mark(child, scan);
    }
}


static int
mpic_json_next_number(mpic_json_scan_t *scan)
{
    const char  *first;

    while (scan->p < scan->end) {

        if (*scan->p == '"') {
            mpic_json_scan_string(scan);
            continue;
        }

        if (*scan->p == '-' || mpic_json_is_digit(*scan->p)) {
            break;
        }

        scan->p++;
    }

    if (scan->p == scan->end) {
        return 0;
    }

    first = scan->p;
    mpic_json_scan_number(scan);

    while (first < scan->p && (*first == '-' || mpic_json_is_digit(*first))) {
        first++;
    }

    return first == scan->p;
}


int
mpic_json_is_integer(const cJSON *item)
{
    return cJSON_IsNumber(item) && (item->type & MPIC_JSON_INTEGER) != 0;
}


size_t
mpic_json_member(const cJSON *object, const char *name, const cJSON **item)
{
    size_t        n;
    const cJSON  *child;

    n = 0;
    *item = NULL;

    cJSON_ArrayForEach(child, object) {

        if (strcmp(child->string, name) == 0 && n++ == 0) {
            *item = child;
        }
    }

    return n;
}


const char *
mpic_json_type(const cJSON *item)
{
    if (cJSON_IsNull(item)) {
        return "null";
    }

    if (cJSON_IsBool(item)) {
        return "a Boolean";
    }

    if (cJSON_IsNumber(item)) {
        return "a number";
    }

    if (cJSON_IsString(item)) {
        return "a string";
    }

    if (cJSON_IsArray(item)) {
        return "a list";
    }

    return "an object";
}


void
mpic_json_start(mpic_json_t *json, mpic_pool_t *pool)
{
    json->pool = pool;
    json->root = cJSON_CreateObject();
    json->octets = 0;
    json->failed = (json->root == NULL);
}


void
mpic_json_start_list(mpic_json_t *json, mpic_pool_t *pool)
{
    json->pool = pool;
    json->root = cJSON_CreateArray();
    json->octets = 0;
    json->failed = (json->root == NULL);
}


static cJSON *
mpic_json_add(mpic_json_t *json, cJSON *parent, const char *name, cJSON *item)
{
    cJSON_bool  added;

    if (item == NULL || json->failed) {
        goto failed;
    }

    added = (name != NULL) ? cJSON_AddItemToObjectCS(parent, name, item)
                           : cJSON_AddItemToArray(parent, item);
    if (added) {
        return item;
    }

failed:

    cJSON_Delete(item);
    json->failed = 1;

    return NULL;
}


cJSON *
mpic_json_object(mpic_json_t *json, cJSON *parent, const char *name)
{
    return mpic_json_add(json, parent, name, cJSON_CreateObject());
}


cJSON *
mpic_json_list(mpic_json_t *json, cJSON *parent, const char *name)
{
    return mpic_json_add(json, parent, name, cJSON_CreateArray());
}


void
mpic_json_null(mpic_json_t *json, cJSON *parent, const char *name)
{
    mpic_json_add(json, parent, name, cJSON_CreateNull());
}


void
mpic_json_bool(mpic_json_t *json, cJSON *parent, const char *name, int value)
{
    mpic_json_add(json, parent, name, cJSON_CreateBool(value));
}


void
mpic_json_number(mpic_json_t *json, cJSON *parent, const char *name,
    int64_t value)
{
    char  digits[sizeof("-9223372036854775808")];

    /* not by cJSON_CreateNumber(): a double has 53 bits */

    snprintf(digits, sizeof(digits), "%" PRId64, value);

    mpic_json_add(json, parent, name, cJSON_CreateRaw(digits));
}


void
mpic_json_word(mpic_json_t *json, cJSON *parent, const char *name,
    const char *word)
{
    mpic_json_add(json, parent, name, cJSON_CreateString(word));
}


void
mpic_json_text(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_str_t *text)
{
    int         rc;
    mpic_str_t  copy;

    if (text->data == NULL) {
        mpic_json_null(json, parent, name);
        return;
    }

    if (json->failed) {
        return;
    }

    if (memchr(text->data, '\0', text->len) != NULL
        || u8_check((const uint8_t *) text->data, text->len) != NULL)
    {
        rc = mpic_str_excerpt(json->pool, &copy, text->data, text->len,
                              text->len);

    } else {
        rc = mpic_str_copy(json->pool, &copy, text->data, text->len);
    }

    if (rc != 0) {
        json->failed = 1;
        return;
    }

    mpic_json_copy(json, parent, name, &copy, cJSON_String);
}


/*
 * The pool's copy is terminated, as cJSON needs it, and stays: a second one
 * would be wasted.
 */

static void
mpic_json_copy(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_str_t *copy, int type)
{
    cJSON  *item;

    item = cJSON_CreateStringReference(copy->data);

    if (item != NULL) {
        item->type = type | cJSON_IsReference;
    }

    json->octets += copy->len;

    mpic_json_add(json, parent, name, item);
}


void
mpic_json_texts(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_str_t *texts, size_t n)
{
    cJSON   *list;
    size_t   i;

    list = mpic_json_list(json, parent, name);

    for (i = 0; i < n; i++) {
        mpic_json_text(json, list, NULL, &texts[i]);
    }
}


void
mpic_json_raw(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_str_t *raw)
{
    mpic_str_t  copy;

    if (json->failed) {
        return;
    }

    if (mpic_str_copy(json->pool, &copy, raw->data, raw->len) != 0) {
        json->failed = 1;
        return;
    }

    mpic_json_copy(json, parent, name, &copy, cJSON_Raw);
}


int
mpic_json_finish(mpic_json_t *json, mpic_str_t *text)
{
    int    rc;
    char  *printed;

    text->len = 0;
    text->data = NULL;

    printed = NULL;

    if (!json->failed && json->octets <= INT_MAX - MPIC_JSON_PRINT_ROOM) {
        printed = cJSON_PrintBuffered(json->root, (int) json->octets
                                                  + MPIC_JSON_PRINT_ROOM, 0);
    }

    cJSON_Delete(json->root);
    json->root = NULL;

    if (printed == NULL) {
        return -1;
    }

    rc = mpic_str_copy(json->pool, text, printed, strlen(printed));

    cJSON_free(printed);

    return rc;
}
