
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Reading the fields of a request: what is wrong becomes an issue, and
 * reading goes on.
 */


#ifndef _MPIC_READER_H_INCLUDED_
#define _MPIC_READER_H_INCLUDED_


#include "mpic_json.h"
#include "mpic_request.h"


typedef struct {
    mpic_pool_t    *pool;
    mpic_issues_t  *issues;
    /* of mpic_reader_open(); NULL if there is none */
    cJSON          *root;
    /* no memory: what is read after that is not to be used */
    unsigned        failed:1;
} mpic_reader_t;


/* an object of the request, and the path that leads to it, or "" */

typedef struct {
    const cJSON    *object;
    const char     *path;
} mpic_place_t;


typedef enum {
    /* given, but an issue */
    MPIC_FIELD_WRONG = -1,
    /* not there, or null */
    MPIC_FIELD_ABSENT = 0,
    MPIC_FIELD_GIVEN = 1
} mpic_field_e;


typedef enum {
    MPIC_OPTIONAL = 0,
    MPIC_REQUIRED
} mpic_need_e;


/*
 * Begins to read a request, into issues that are emptied: a JSON object of up
 * to MPIC_REQUEST_MAX octets, which "top" becomes.  Returns 1 if there is one;
 * what else it is, is an issue.  mpic_reader_close() has to follow either way.
 */
int mpic_reader_open(mpic_reader_t *reader, mpic_pool_t *pool,
    const char *body, size_t len, mpic_issues_t *issues, mpic_place_t *top);

/*
 * Ends it, and frees what "top" was.  Returns 0; 1 with issues; -1 if memory
 * ran out.
 */
int mpic_reader_close(mpic_reader_t *reader);

/*
 * Adds an issue with a field of "place"; "name" is NULL for the place itself.
 */
void mpic_reader_issue(mpic_reader_t *reader, const char *type,
    const mpic_place_t *place, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * A field of one of cJSON's types (cJSON_True stands for both Booleans).
 * Given twice, of another type, or absent though required: an issue.
 */
mpic_field_e mpic_reader_field(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, int type, mpic_need_e need,
    const cJSON **item);

/*
 * A string of 1 to "max" octets, without control characters.
 */
mpic_field_e mpic_reader_text(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, size_t max,
    mpic_need_e need, mpic_str_t *text);

/*
 * A Boolean, which keeps its value where the field is absent.
 */
mpic_field_e mpic_reader_bool(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, int *value);

/*
 * A list of up to MPIC_DOMAINS_MAX strings as above.
 */
mpic_field_e mpic_reader_texts(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, size_t max,
    mpic_str_t **texts, size_t *n);

/*
 * A bounded excerpt of what a client sent, for a message.
 */
const char *mpic_reader_excerpt(mpic_reader_t *reader,
    const mpic_str_t *text);

/*
 * The member "validation_issues" of a 400, added to the object "parent".
 */
void mpic_issues_list(mpic_json_t *json, cJSON *parent,
    const mpic_issues_t *issues);

/*
 * Control characters of ASCII and of Unicode (U+0080 to U+009F).
 */
int mpic_has_controls(const mpic_str_t *text);


#endif /* _MPIC_READER_H_INCLUDED_ */
