
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * cJSON, strictly: reading that accepts RFC 8259 and I-JSON (RFC 7493) and
 * nothing else, and writing with one place to fail.
 */


#ifndef _MPIC_JSON_H_INCLUDED_
#define _MPIC_JSON_H_INCLUDED_


#include "mpic_base.h"

#include <cjson/cJSON.h>


/*
 * Reads one JSON value, with nothing but white space around it.
 *
 * cJSON alone passes over a lot that a stranger may use: any octet below 33
 * counts as white space, control characters may stand in strings, numbers may
 * look like 01 or 1., a byte order mark is skipped, invalid UTF-8 is copied,
 * and \u0000 cuts a C string short.  All of this is refused here before cJSON
 * sees it, as are more than "depth" levels of nesting, and numbers that do
 * not fit a double.
 *
 * Returns 0 and in "root" the value, to be freed by cJSON_Delete(), in
 * "value" (which may be NULL) its octets within "text"; or 1 and in "why"
 * what is wrong; or -1 without memory.
 */
int mpic_json_parse(mpic_pool_t *pool, const mpic_str_t *text, size_t depth,
    cJSON **root, mpic_str_t *value, mpic_str_t *why);

/*
 * 1 if a number was written by digits alone, with or without a minus sign:
 * such as 1, not 1.0 or 1e0, which a client's reader may refuse.
 */
int mpic_json_is_integer(const cJSON *item);

/*
 * How often "object" has a member of this very name; "item" is the first.
 */
size_t mpic_json_member(const cJSON *object, const char *name,
    const cJSON **item);

/*
 * The type of a value for a message: "null", "a string", …
 */
const char *mpic_json_type(const cJSON *item);


/*
 * Writing.  A failed allocation is remembered, and makes all that follows do
 * nothing: only mpic_json_finish() has to be checked, and has to be called.
 * "name" is NULL for an element of a list; it is not copied, and has to be
 * there until then.
 */

typedef struct {
    mpic_pool_t  *pool;
    /* the object or list that is written */
    cJSON        *root;
    /* octets that its strings have */
    size_t        octets;
    unsigned      failed:1;
} mpic_json_t;


/*
 * Begins a text with an empty object, "root".  Without memory "failed" is
 * set; then, as after any later failure, the other functions do nothing.
 */
void mpic_json_start(mpic_json_t *json, mpic_pool_t *pool);

/*
 * The same, with an empty list.
 */
void mpic_json_start_list(mpic_json_t *json, mpic_pool_t *pool);

/*
 * An empty object or list, added to "parent": as its member "name", or if
 * that is NULL, to a list.  NULL if it failed.
 */
cJSON *mpic_json_object(mpic_json_t *json, cJSON *parent, const char *name);
cJSON *mpic_json_list(mpic_json_t *json, cJSON *parent, const char *name);

/*
 * A value, added to "parent" in the same way.
 */
void mpic_json_null(mpic_json_t *json, cJSON *parent, const char *name);
void mpic_json_bool(mpic_json_t *json, cJSON *parent, const char *name,
    int value);

/*
 * With all its digits.
 */
void mpic_json_number(mpic_json_t *json, cJSON *parent, const char *name,
    int64_t value);

/*
 * A terminated string.
 */
void mpic_json_word(mpic_json_t *json, cJSON *parent, const char *name,
    const char *word);

/*
 * A string; null where its "data" is NULL.  What is not valid UTF-8, or
 * holds a zero octet, is written escaped as by mpic_str_excerpt(), whole.
 */
void mpic_json_text(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_str_t *text);

/*
 * A list of strings, which may be empty.
 */
void mpic_json_texts(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_str_t *texts, size_t n);

/*
 * JSON that is written already.
 */
void mpic_json_raw(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_str_t *raw);

/*
 * Frees the tree and gives its text, without white space.  0 or -1.
 */
int mpic_json_finish(mpic_json_t *json, mpic_str_t *text);


#endif /* _MPIC_JSON_H_INCLUDED_ */
