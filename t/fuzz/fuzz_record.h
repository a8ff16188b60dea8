
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The line of a check in the perspective's record, and what must hold of it.
 */


#ifndef _FUZZ_RECORD_H_INCLUDED_
#define _FUZZ_RECORD_H_INCLUDED_


#include "fuzz_json.h"
#include "mpic_record_check.h"
#include "mpic_redact.h"


static inline int
fuzz_record_holds(const char *text, const char *head)
{
    for ( /* void */ ; *text; text++) {
        if (strncasecmp(text, head, strlen(head)) == 0) {
            return 1;
        }
    }

    return 0;
}


/*
 * No text under "item" holds "head"; what has been replaced because of it may
 * look like it.
 */

static inline void
fuzz_record_without(json_t *item, const char *head)
{
    size_t       i;
    json_t      *element;
    const char  *name, *text;

    if (json_is_string(item)) {
        text = json_string_value(item);

        fuzz_check(strcmp(text, MPIC_REDACTED) == 0
                   || !fuzz_record_holds(text, head));
        return;
    }

    json_array_foreach (item, i, element) {
        fuzz_record_without(element, head);
    }

    json_object_foreach (item, name, element) {
        if (strcmp(name, "time") != 0) {
            fuzz_record_without(element, head);
        }
    }
}


/*
 * A value of the request is in none of what was seen.  Only letters and digits
 * are looked for: anything else may come from the punctuation of a record.
 */

static inline void
fuzz_record_value(json_t *root, const json_t *params, const char *name)
{
    char         head[MPIC_SECRET_HEAD + 1];
    size_t       len;
    const char  *value;

    value = json_string_value(json_object_get(params, name));

    if (value == NULL || strlen(value) < MPIC_SECRET_MIN) {
        return;
    }

    len = strnlen(value, MPIC_SECRET_HEAD);
    memcpy(head, value, len);
    head[len] = '\0';

    if (strspn(head, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "0123456789")
        == len)
    {
        fuzz_record_without(json_object_get(root, "evidence"), head);
        fuzz_record_without(json_object_get(root, "trace_identifier"), head);
    }
}


/*
 * "params" are the check's parameters by another reader, "response" is what is
 * answered.
 */

static inline void
fuzz_record(fuzz_pool_t *fp, const mpic_request_t *request,
    const json_t *params, const mpic_result_t *result,
    const mpic_str_t *response)
{
    json_t               *root;
    mpic_str_t            line;
    mpic_record_check_t   check;

    memset(&check, 0, sizeof(mpic_record_check_t));

    check.head.time = 1234567890123;
    check.head.status = 200;
    check.head.request = request;
    check.type = result->type;
    check.response = *response;
    check.completed = result->completed;
    check.passed = result->passed;

    fuzz_check(mpic_record_check_print(&fp->pool, &check, &line) == 0);
    fuzz_check(line.len <= MPIC_RECORD_MAX);
    fuzz_check(memchr(line.data, '\n', line.len) == NULL);

    root = fuzz_json_written(&line);

    fuzz_check((strcmp(json_string_value(json_object_get(root, "outcome")),
                       "passed")
                == 0)
               == result->passed);

    fuzz_record_value(root, params, "challenge_value");
    fuzz_record_value(root, params, "token");
    fuzz_record_value(root, params, "key_authorization");
    fuzz_record_value(root, params, "key_authorization_hash");
    fuzz_record_value(root, params, "http_token_path");

    json_decref(root);
}


#endif /* _FUZZ_RECORD_H_INCLUDED_ */
