
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_reader.h"

#include <stdarg.h>
#include <string.h>


int
mpic_issue_add(mpic_pool_t *pool, mpic_issues_t *issues, const char *type,
    const char *field, const char *fmt, ...)
{
    int            rc;
    va_list        args;
    mpic_issue_t  *issue;

    if (issues->n == MPIC_ISSUES_MAX) {
        issues->more++;
        return 0;
    }

    issue = &issues->list[issues->n];

    va_start(args, fmt);
    rc = mpic_str_vprintf(pool, &issue->message, fmt, args);
    va_end(args);

    if (rc != 0
        || mpic_str_copy(pool, &issue->type, type, strlen(type)) != 0
        || mpic_str_copy(pool, &issue->field, field, strlen(field)) != 0)
    {
        return -1;
    }

    issues->n++;

    return 0;
}


int
mpic_issues_print(mpic_pool_t *pool, const mpic_issues_t *issues,
    mpic_str_t *text)
{
    mpic_json_t  json;

    mpic_json_start(&json, pool);
    mpic_json_word(&json, json.root, "error", "request-validation-failed");
    mpic_issues_list(&json, json.root, issues);

    return mpic_json_finish(&json, text);
}


void
mpic_issues_list(mpic_json_t *json, cJSON *parent,
    const mpic_issues_t *issues)
{
    cJSON               *list, *object;
    size_t               i;
    mpic_str_t           message;
    const mpic_issue_t  *issue;

    list = mpic_json_list(json, parent, "validation_issues");

    for (i = 0; i < issues->n; i++) {
        issue = &issues->list[i];

        object = mpic_json_object(json, list, NULL);
        mpic_json_text(json, object, "issue_type", &issue->type);
        mpic_json_text(json, object, "message", &issue->message);

        if (issue->field.len) {
            mpic_json_text(json, object, "field", &issue->field);
        }
    }

    if (issues->more == 0) {
        return;
    }

    if (mpic_str_printf(json->pool, &message, "%zu more issues were found",
                        issues->more)
        != 0)
    {
        json->failed = 1;
        return;
    }

    object = mpic_json_object(json, list, NULL);
    mpic_json_word(json, object, "issue_type", "too-many-issues");
    mpic_json_text(json, object, "message", &message);
}
