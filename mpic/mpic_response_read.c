
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_response.h"
#include "mpic_dnssec.h"
#include "mpic_json.h"
#include "mpic_stat.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>


#define MPIC_WHY_EXCERPT_MAX  200

/* longer than any path of a known field */
#define MPIC_WHY_PATH_MAX     96


typedef enum {
    MPIC_RULE_BOOL = 0,
    /* 0 … INT_MAX */
    MPIC_RULE_INTEGER,
    /* nanoseconds, not zero, in 63 bits */
    MPIC_RULE_TIMESTAMP,
    MPIC_RULE_STRING,
    MPIC_RULE_STRINGS,
    MPIC_RULE_OBJECT,
    /* a list of objects, each by rules of its own */
    MPIC_RULE_ERRORS,
    MPIC_RULE_HISTORY
} mpic_rule_type_e;


typedef struct {
    const char        *name;
    mpic_rule_type_e   type;
    unsigned           required:1;
    unsigned           nullable:1;
} mpic_rule_t;


typedef struct {
    mpic_pool_t            *pool;
    mpic_str_t             *why;

    /* what was asked */
    const mpic_request_t   *request;
    mpic_check_type_e       type;

    /* an error that says that it was asked wrongly */
    unsigned                refused:1;
} mpic_judge_t;


static int mpic_response_judge(mpic_judge_t *judge, const cJSON *root,
    mpic_response_t *response);
static int mpic_response_details(mpic_judge_t *judge, const cJSON *root,
    const mpic_response_t *response);
static void mpic_response_errors(const cJSON *list,
    mpic_response_t *response);
static void mpic_response_dnssec(const cJSON *root, mpic_response_t *response);
static int mpic_response_refusal(mpic_judge_t *judge, const cJSON *root);
static int mpic_response_fields(mpic_judge_t *judge, const cJSON *object,
    const char *path, const mpic_rule_t *rules);
static int mpic_response_once(mpic_judge_t *judge, const cJSON *object,
    const char *path, const char *name, const cJSON **item);
static int mpic_response_plain(const cJSON *item, const mpic_rule_t *rule);
static int mpic_response_type(mpic_judge_t *judge, const cJSON *item,
    const char *path, const mpic_rule_t *rule);
static int mpic_response_number(const cJSON *item, double min, double max);
static int mpic_response_elements(mpic_judge_t *judge, const cJSON *list,
    const char *path, const mpic_rule_t *rule);
static int mpic_response_string(mpic_judge_t *judge, const cJSON *root,
    const char *name, mpic_str_t *text);
static int mpic_response_equal(mpic_judge_t *judge, const cJSON *object,
    const char *name, const char *expected);
static int mpic_response_why(mpic_judge_t *judge, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


static const mpic_rule_t  mpic_response_rules[] = {
    { "check_completed", MPIC_RULE_BOOL, 1, 0 },
    { "check_passed", MPIC_RULE_BOOL, 1, 0 },
    { "errors", MPIC_RULE_ERRORS, 0, 1 },
    { "timestamp_ns", MPIC_RULE_TIMESTAMP, 1, 0 },
    { "check_type", MPIC_RULE_STRING, 1, 0 },
    { "details", MPIC_RULE_OBJECT, 1, 1 },
    { "perspective_code", MPIC_RULE_STRING, 0, 1 },
    { "rir", MPIC_RULE_STRING, 0, 1 },
    { "dnssec_status", MPIC_RULE_STRING, 0, 1 },
    { NULL, 0, 0, 0 }
};


static const mpic_rule_t  mpic_response_error_rules[] = {
    { "error_type", MPIC_RULE_STRING, 1, 0 },
    { "error_message", MPIC_RULE_STRING, 1, 0 },
    { NULL, 0, 0, 0 }
};


static const mpic_rule_t  mpic_response_caa_rules[] = {
    { "caa_record_present", MPIC_RULE_BOOL, 1, 1 },
    { "found_at", MPIC_RULE_STRING, 1, 1 },
    { "records_seen", MPIC_RULE_STRINGS, 1, 1 },
    { NULL, 0, 0, 0 }
};


static const mpic_rule_t  mpic_response_dns_rules[] = {
    { "validation_method", MPIC_RULE_STRING, 1, 0 },
    { "records_seen", MPIC_RULE_STRINGS, 1, 1 },
    { "response_code", MPIC_RULE_INTEGER, 1, 1 },
    { "ad_flag", MPIC_RULE_BOOL, 1, 1 },
    { "found_at", MPIC_RULE_STRING, 1, 1 },
    { "cname_chain", MPIC_RULE_STRINGS, 0, 1 },
    { NULL, 0, 0, 0 }
};


static const mpic_rule_t  mpic_response_http_rules[] = {
    { "validation_method", MPIC_RULE_STRING, 1, 0 },
    { "response_history", MPIC_RULE_HISTORY, 1, 1 },
    { "response_url", MPIC_RULE_STRING, 1, 1 },
    { "response_status_code", MPIC_RULE_INTEGER, 1, 1 },
    { "response_page", MPIC_RULE_STRING, 1, 1 },
    { "resolved_ip", MPIC_RULE_STRING, 0, 1 },
    { NULL, 0, 0, 0 }
};


static const mpic_rule_t  mpic_response_tls_rules[] = {
    { "validation_method", MPIC_RULE_STRING, 1, 0 },
    { "common_name", MPIC_RULE_STRING, 1, 1 },
    { NULL, 0, 0, 0 }
};


static const mpic_rule_t  *mpic_response_dcv_rules[] = {
    [MPIC_OBSERVE_DNS] = mpic_response_dns_rules,
    [MPIC_OBSERVE_DNS_TREE] = mpic_response_dns_rules,
    [MPIC_OBSERVE_HTTP] = mpic_response_http_rules,
    [MPIC_OBSERVE_TLS] = mpic_response_tls_rules
};


/* the names of the reference implementation and those of the OpenAPI text */

static const mpic_rule_t  mpic_response_hop_rules[] = {
    { "status_code", MPIC_RULE_INTEGER, 0, 0 },
    { "url", MPIC_RULE_STRING, 0, 0 },
    { "response_status_code", MPIC_RULE_INTEGER, 0, 0 },
    { "response_url", MPIC_RULE_STRING, 0, 0 },
    { NULL, 0, 0, 0 }
};


static const char  *mpic_response_types[] = {
    "true or false",
    "an integer",
    "nanoseconds since the epoch",
    "a string",
    "a list of strings",
    "an object",
    "a list of objects",
    "a list of objects"
};


int
mpic_response_read(mpic_pool_t *pool, const char *body, size_t len,
    const mpic_request_t *request, mpic_check_type_e type,
    mpic_response_t *response, mpic_str_t *why)
{
    int           rc;
    cJSON        *root;
    mpic_str_t    text;
    mpic_judge_t  judge;

    memset(response, 0, sizeof(mpic_response_t));

    judge.pool = pool;
    judge.why = why;
    judge.request = request;
    judge.type = type;
    judge.refused = 0;

    if (len > MPIC_RESPONSE_MAX) {
        return mpic_response_why(&judge, "the body has more than %d octets",
                                 MPIC_RESPONSE_MAX);
    }

    text.data = body;
    text.len = len;

    rc = mpic_json_parse(pool, &text, MPIC_RESPONSE_DEPTH, &root,
                         &response->json, why);
    if (rc != 0) {
        return rc;
    }

    rc = mpic_response_judge(&judge, root, response);

    cJSON_Delete(root);

    if (rc != 0) {
        /* nothing of it is to be used */
        memset(response, 0, sizeof(mpic_response_t));
        response->refused = judge.refused;
    }

    return rc;
}


static int
mpic_response_judge(mpic_judge_t *judge, const cJSON *root,
    mpic_response_t *response)
{
    int           rc;
    const cJSON  *item;

    if (!cJSON_IsObject(root)) {
        return mpic_response_why(judge, "expected a JSON object, got %s",
                                 mpic_json_type(root));
    }

    if (mpic_json_member(root, "check_completed", &item) == 0
        && mpic_json_member(root, "error", &item) != 0)
    {
        return mpic_response_refusal(judge, root);
    }

    rc = mpic_response_fields(judge, root, "", mpic_response_rules);

    if (rc != 0) {
        return rc;
    }

    response->completed = cJSON_IsTrue(
                 cJSON_GetObjectItemCaseSensitive(root, "check_completed"));
    response->passed = cJSON_IsTrue(
                 cJSON_GetObjectItemCaseSensitive(root, "check_passed"));

    if (response->passed && !response->completed) {
        return mpic_response_why(judge, "expected a check that passed to be "
                                 "completed, got \"check_completed\" false");
    }

    item = cJSON_GetObjectItemCaseSensitive(root, "errors");

    if (response->passed && cJSON_GetArraySize(item) != 0) {
        return mpic_response_why(judge, "expected no errors of a check that "
                                 "passed, got %d", cJSON_GetArraySize(item));
    }

    rc = mpic_response_equal(judge, root, "check_type",
                             judge->type == MPIC_CHECK_CAA ? "caa" : "dcv");
    if (rc != 0) {
        return rc;
    }

    rc = mpic_response_details(judge, root, response);

    if (rc != 0) {
        return rc;
    }

    mpic_response_errors(item, response);
    mpic_response_dnssec(root, response);

    if (mpic_response_string(judge, root, "perspective_code",
                             &response->perspective_code)
        != 0)
    {
        return -1;
    }

    return mpic_response_string(judge, root, "rir", &response->rir);
}


static int
mpic_response_details(mpic_judge_t *judge, const cJSON *root,
    const mpic_response_t *response)
{
    int           rc;
    const cJSON  *details;

    details = cJSON_GetObjectItemCaseSensitive(root, "details");

    if (cJSON_IsNull(details)) {

        if (!response->completed) {
            return 0;
        }

        return mpic_response_why(judge, "expected \"details\" of a completed "
                                 "check to be an object, got null");
    }

    if (judge->type == MPIC_CHECK_CAA) {
        return mpic_response_fields(judge, details, "details.",
                                    mpic_response_caa_rules);
    }

    rc = mpic_response_fields(judge, details, "details.",
                       mpic_response_dcv_rules[
                           mpic_method(judge->request->dcv.method)->observe]);
    if (rc != 0) {
        return rc;
    }

    return mpic_response_equal(judge, details, "validation_method",
                               mpic_method_name(judge->request->dcv.method));
}


/* "list" may be absent or null */

static void
mpic_response_errors(const cJSON *list, mpic_response_t *response)
{
    const cJSON  *error, *type;

    cJSON_ArrayForEach(error, list) {
        type = cJSON_GetObjectItemCaseSensitive(error, "error_type");

        if (cJSON_IsString(type)) {
            response->errors |= (uint64_t) 1
                                << mpic_stat_error(type->valuestring);
        }
    }
}


/* what is not one of these names shows nothing */

static void
mpic_response_dnssec(const cJSON *root, mpic_response_t *response)
{
    const char     *name;
    const cJSON    *item;
    mpic_dnssec_e   status;

    item = cJSON_GetObjectItemCaseSensitive(root, "dnssec_status");

    response->dnssec_given = (item != NULL);
    response->dnssec = MPIC_DNSSEC_NONE;

    if (item == NULL || !cJSON_IsString(item)) {
        return;
    }

    response->dnssec = MPIC_DNSSEC_INDETERMINATE;

    for (status = MPIC_DNSSEC_INDETERMINATE; status < MPIC_DNSSEC_NONE;
         status++)
    {
        name = mpic_dnssec_name(status);

        if (strcmp(item->valuestring, name) == 0) {
            response->dnssec = status;
        }
    }
}


int
mpic_response_validated(const mpic_response_t *response,
    const mpic_request_t *request, mpic_check_type_e type)
{
    mpic_observe_e  observe;

    if (response->dnssec != MPIC_DNSSEC_NONE) {
        return response->dnssec == MPIC_DNSSEC_SECURE
               || response->dnssec == MPIC_DNSSEC_INSECURE;
    }

    if (!response->dnssec_given || type == MPIC_CHECK_CAA
        || request->target.type == MPIC_TARGET_FQDN)
    {
        return 0;
    }

    observe = mpic_method(request->dcv.method)->observe;

    return observe == MPIC_OBSERVE_HTTP || observe == MPIC_OBSERVE_TLS;
}


/* {"error": …}, with "validation_issues" where our request was refused */

static int
mpic_response_refusal(mpic_judge_t *judge, const cJSON *root)
{
    const char   *type, *message;
    mpic_str_t    excerpt, more;
    const cJSON  *item, *issues;

    item = cJSON_GetObjectItemCaseSensitive(root, "error");
    type = cJSON_IsString(item) ? item->valuestring : mpic_json_type(item);
    judge->refused = (strcmp(type, "request-validation-failed") == 0);

    issues = cJSON_GetObjectItemCaseSensitive(root, "validation_issues");
    item = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(issues, 0),
                                            "message");
    message = cJSON_IsString(item) ? item->valuestring : "";

    if (mpic_str_excerpt(judge->pool, &excerpt, type, strlen(type),
                         MPIC_WHY_EXCERPT_MAX)
        != 0
        || mpic_str_excerpt(judge->pool, &more, message, strlen(message),
                            MPIC_WHY_EXCERPT_MAX)
           != 0)
    {
        return -1;
    }

    return mpic_response_why(judge, "expected a check response, got the "
                             "error \"%s\"%s%s", excerpt.data,
                             more.len ? ": " : "", more.data);
}


static int
mpic_response_fields(mpic_judge_t *judge, const cJSON *object,
    const char *path, const mpic_rule_t *rules)
{
    int                 rc;
    char                field[MPIC_WHY_PATH_MAX];
    const cJSON        *item;
    const mpic_rule_t  *rule;

    for (rule = rules; rule->name != NULL; rule++) {

        rc = mpic_response_once(judge, object, path, rule->name, &item);

        if (rc != 0) {
            return rc;
        }

        if (item == NULL && !rule->required) {
            continue;
        }

        if (item == NULL) {
            return mpic_response_why(judge, "expected \"%s%s\", got none",
                                     path, rule->name);
        }

        if ((rule->nullable && cJSON_IsNull(item))
            || mpic_response_plain(item, rule))
        {
            continue;
        }

        /* lists, and what is wrong */

        snprintf(field, sizeof(field), "%s%s", path, rule->name);

        rc = mpic_response_type(judge, item, field, rule);

        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


/*
 * A second one, in whatever case, may be the one that another reader of the
 * same octets believes.
 */

static int
mpic_response_once(mpic_judge_t *judge, const cJSON *object,
    const char *path, const char *name, const cJSON **item)
{
    size_t        n;
    mpic_str_t    known, given;
    const cJSON  *child;

    known.data = name;
    known.len = strlen(name);

    n = 0;
    *item = NULL;

    cJSON_ArrayForEach(child, object) {

        /* letters differ in that bit by their case alone */

        if ((child->string[0] | 0x20) != (name[0] | 0x20)) {
            continue;
        }

        given.data = child->string;
        given.len = strlen(child->string);

        if (!mpic_str_case_eq(&given, &known)) {
            continue;
        }

        if (n++ != 0 || !mpic_str_eq(&given, &known)) {
            return mpic_response_why(judge, "expected \"%s%s\" once, got it "
                                     "again or in another case", path, name);
        }

        *item = child;
    }

    return 0;
}


/* whether it is a value of the rule's type, lists aside */

static int
mpic_response_plain(const cJSON *item, const mpic_rule_t *rule)
{
    switch (rule->type) {

    case MPIC_RULE_BOOL:
        return cJSON_IsBool(item);

    case MPIC_RULE_INTEGER:
        return mpic_response_number(item, 0, INT_MAX);

    case MPIC_RULE_TIMESTAMP:
        /* 2^63 is the first double that is too large */
        return mpic_response_number(item, 1, 9223372036854774784.0);

    case MPIC_RULE_STRING:
        return cJSON_IsString(item);

    case MPIC_RULE_OBJECT:
        return cJSON_IsObject(item);

    case MPIC_RULE_STRINGS:
    case MPIC_RULE_ERRORS:
    case MPIC_RULE_HISTORY:
        break;
    }

    return 0;
}


/* what is not right by itself */

static int
mpic_response_type(mpic_judge_t *judge, const cJSON *item, const char *path,
    const mpic_rule_t *rule)
{
    if (cJSON_IsArray(item)
        && (rule->type == MPIC_RULE_STRINGS || rule->type == MPIC_RULE_ERRORS
            || rule->type == MPIC_RULE_HISTORY))
    {
        return mpic_response_elements(judge, item, path, rule);
    }

    return mpic_response_why(judge, "expected \"%s\" to be %s, got %s", path,
                             mpic_response_types[rule->type],
                             cJSON_IsNumber(item) ? "another number"
                                                  : mpic_json_type(item));
}


static int
mpic_response_number(const cJSON *item, double min, double max)
{
    return mpic_json_is_integer(item)
           && item->valuedouble >= min && item->valuedouble <= max;
}


static int
mpic_response_elements(mpic_judge_t *judge, const cJSON *list,
    const char *path, const mpic_rule_t *rule)
{
    int           rc, right;
    char          element[MPIC_WHY_PATH_MAX + sizeof("[65535].")];
    uint16_t      i;
    const cJSON  *item;

    /* MPIC_RESPONSE_MAX leaves room for no more */
    i = 0;

    cJSON_ArrayForEach(item, list) {

        right = (rule->type == MPIC_RULE_STRINGS) ? cJSON_IsString(item)
                                                  : cJSON_IsObject(item);
        if (!right) {
            return mpic_response_why(judge, "expected \"%s\" to be %s, got "
                                     "%s in it", path,
                                     mpic_response_types[rule->type],
                                     mpic_json_type(item));
        }

        if (rule->type == MPIC_RULE_STRINGS) {
            continue;
        }

        snprintf(element, sizeof(element), "%s[%u].", path, i++);

        rc = mpic_response_fields(judge, item, element,
                                  rule->type == MPIC_RULE_ERRORS
                                  ? mpic_response_error_rules
                                  : mpic_response_hop_rules);
        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


static int
mpic_response_string(mpic_judge_t *judge, const cJSON *root,
    const char *name, mpic_str_t *text)
{
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(root, name);

    if (!cJSON_IsString(item)) {
        return 0;
    }

    return mpic_str_copy(judge->pool, text, item->valuestring,
                         strlen(item->valuestring));
}


static int
mpic_response_equal(mpic_judge_t *judge, const cJSON *object,
    const char *name, const char *expected)
{
    const char   *got;
    mpic_str_t    excerpt;

    got = cJSON_GetObjectItemCaseSensitive(object, name)->valuestring;

    if (strcmp(got, expected) == 0) {
        return 0;
    }

    if (mpic_str_excerpt(judge->pool, &excerpt, got, strlen(got),
                         MPIC_WHY_EXCERPT_MAX)
        != 0)
    {
        return -1;
    }

    return mpic_response_why(judge, "expected \"%s\" to be \"%s\", got "
                             "\"%s\"", name, expected, excerpt.data);
}


/* returns 1, or -1 without memory */

static int
mpic_response_why(mpic_judge_t *judge, const char *fmt, ...)
{
    int      rc;
    va_list  args;

    va_start(args, fmt);
    rc = mpic_str_vprintf(judge->pool, judge->why, fmt, args);
    va_end(args);

    return (rc == 0) ? 1 : -1;
}
