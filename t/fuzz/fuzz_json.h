
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Another reader of JSON to compare with: jansson, which is strict about
 * RFC 8259 by itself.
 */


#ifndef _FUZZ_JSON_H_INCLUDED_
#define _FUZZ_JSON_H_INCLUDED_


#include "fuzz.h"

#include <jansson.h>


/* one JSON text and nothing else, or NULL; freed by json_decref() */

static inline json_t *
fuzz_json_load(const mpic_str_t *text)
{
    json_error_t  error;

    return json_loadb(text->data, text->len,
                      JSON_DECODE_ANY|JSON_DECODE_INT_AS_REAL, &error);
}


/* what we wrote is an object for any reader */

static inline json_t *
fuzz_json_written(const mpic_str_t *text)
{
    json_t  *root;

    fuzz_check(text->data != NULL && text->data[text->len] == '\0');

    root = fuzz_json_load(text);

    if (root == NULL) {
        fprintf(stderr, "not JSON: %s\n", text->data);
    }

    fuzz_check(json_is_object(root));

    return root;
}


/* JSON as somebody else writes it */

static inline mpic_str_t
fuzz_json_text(fuzz_pool_t *fp, const json_t *root)
{
    char        *text;
    mpic_str_t   copy;

    text = json_dumps(root, 0);
    fuzz_check(text != NULL);

    copy = fuzz_strz(fp, text);
    free(text);

    return copy;
}


static inline void
fuzz_json_check_written(const mpic_str_t *text)
{
    json_decref(fuzz_json_written(text));
}


#endif /* _FUZZ_JSON_H_INCLUDED_ */
