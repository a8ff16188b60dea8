
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * JSON: what is accepted is JSON for a strict reader too, and means the
 * same.
 */


#include "fuzz_json.h"
#include "mpic_json.h"


#define FUZZ_DEPTH  16


static void fuzz_compare(const cJSON *ours, const json_t *theirs);
static void fuzz_compare_object(const cJSON *ours, const json_t *theirs);
static void fuzz_compare_string(const cJSON *ours, const json_t *theirs);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int           rc;
    cJSON        *root;
    json_t       *theirs;
    mpic_str_t    text, value, why;
    fuzz_pool_t   fp;

    fuzz_pool_init(&fp);

    text = fuzz_str(&fp, data, size);

    rc = mpic_json_parse(&fp.pool, &text, FUZZ_DEPTH, &root, &value, &why);

    if (rc == 0) {
        fuzz_check(value.data >= text.data && value.len > 0
                   && value.data + value.len <= text.data + text.len);

        theirs = fuzz_json_load(&value);
        fuzz_check(theirs != NULL);
        fuzz_compare(root, theirs);

        json_decref(theirs);
        cJSON_Delete(root);

    } else {
        fuzz_check(rc == 1);
        fuzz_check_sentence(&why);
    }

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_compare(const cJSON *ours, const json_t *theirs)
{
    size_t        n;
    double        number;
    const cJSON  *child;

    switch (json_typeof(theirs)) {

    case JSON_OBJECT:
        fuzz_compare_object(ours, theirs);
        return;

    case JSON_ARRAY:
        fuzz_check(cJSON_IsArray(ours));

        n = 0;

        cJSON_ArrayForEach(child, ours) {
            fuzz_check(n < json_array_size(theirs));
            fuzz_compare(child, json_array_get(theirs, n++));
        }

        fuzz_check(n == json_array_size(theirs));
        return;

    case JSON_STRING:
        fuzz_compare_string(ours, theirs);
        return;

    case JSON_REAL:
    case JSON_INTEGER:
        number = json_number_value(theirs);
        fuzz_check(cJSON_IsNumber(ours) && ours->valuedouble == number);
        fuzz_check(!mpic_json_is_integer(ours)
                   || number > 1e18 || number < -1e18
                   || number == (double) (int64_t) number);
        return;

    case JSON_TRUE:
        fuzz_check(cJSON_IsTrue(ours));
        return;

    case JSON_FALSE:
        fuzz_check(cJSON_IsFalse(ours));
        return;

    case JSON_NULL:
        fuzz_check(cJSON_IsNull(ours));
        return;
    }
}


/* of several members of one name theirs keeps the last */

static void
fuzz_compare_object(const cJSON *ours, const json_t *theirs)
{
    size_t        n;
    const cJSON  *child, *item, *later;

    fuzz_check(cJSON_IsObject(ours));

    n = 0;

    cJSON_ArrayForEach(child, ours) {
        fuzz_check(mpic_json_member(ours, child->string, &item) > 0);
        fuzz_check(json_object_get(theirs, child->string) != NULL);

        for (later = child->next; later != NULL; later = later->next) {
            if (strcmp(later->string, child->string) == 0) {
                break;
            }
        }

        if (later == NULL) {
            n++;
            fuzz_compare(child, json_object_get(theirs, child->string));
        }
    }

    fuzz_check(n == json_object_size(theirs));
}


static void
fuzz_compare_string(const cJSON *ours, const json_t *theirs)
{
    fuzz_check(cJSON_IsString(ours));
    fuzz_check(strlen(ours->valuestring) == json_string_length(theirs));
    fuzz_check(strcmp(ours->valuestring, json_string_value(theirs)) == 0);
}
