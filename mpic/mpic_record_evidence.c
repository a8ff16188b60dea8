
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What a record tells of a check_response.  Fields are taken one by one; what
 * a page or a DCV's records held is not among them.
 */


#include "mpic_record_writer.h"
#include "mpic_response.h"

#include <string.h>


#define MPIC_RECORD_ERRORS_MAX   4
#define MPIC_RECORD_WORD_MAX     80
#define MPIC_RECORD_STATUS_MAX   16
#define MPIC_RECORD_MESSAGE_MAX  400

/* elements of a list, and octets of one, and of all of them */
#define MPIC_RECORD_LIST_MAX     24
#define MPIC_RECORD_ELEMENT_MAX  512
#define MPIC_RECORD_LIST_OCTETS  4096


static void mpic_record_errors(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *response, int dcv);
static void mpic_record_dnssec(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *response);
static void mpic_record_times(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *response);
static void mpic_record_caa(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *details);
static void mpic_record_dcv(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *details);
static void mpic_record_hops(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *details);
static void mpic_record_url(mpic_record_writer_t *w, cJSON *parent,
    const char *name, const cJSON *item);
static void mpic_record_number(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *name);
static void mpic_record_bool(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *name);
static void mpic_record_string(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *name, size_t max, int dcv);
static void mpic_record_word(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *name, size_t max);
static void mpic_record_list(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *name, const char *omitted);
static void mpic_record_count(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *list, const char *omitted,
    const char *name);
static const cJSON *mpic_record_member(const cJSON *object,
    const char *name);


void
mpic_record_evidence(mpic_record_writer_t *w, cJSON *parent,
    const mpic_str_t *response)
{
    int           rc, dcv;
    cJSON        *root;
    mpic_str_t    why;
    const cJSON  *type, *details;

    if (response->data == NULL) {
        return;
    }

    rc = mpic_json_parse(w->pool, response, MPIC_RESPONSE_DEPTH, &root, NULL,
                         &why);
    if (rc != 0) {
        w->json.failed |= (rc == -1);
        return;
    }

    type = mpic_record_member(root, "check_type");
    dcv = (!cJSON_IsString(type) || strcmp(type->valuestring, "caa") != 0);

    mpic_record_times(w, parent, root);
    mpic_record_dnssec(w, parent, root);
    mpic_record_errors(w, parent, root, dcv);

    details = mpic_record_member(root, "details");

    if (w->level == MPIC_RECORD_FULL && cJSON_IsObject(details)) {

        if (dcv) {
            mpic_record_dcv(w, parent, details);

        } else {
            mpic_record_caa(w, parent, details);
        }
    }

    cJSON_Delete(root);
}


/* BR 5.4.1: date and time of the event */

static void
mpic_record_times(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *response)
{
    const cJSON  *item;

    item = mpic_record_member(response, "timestamp_ns");

    if (w->level < MPIC_RECORD_BARE && cJSON_IsNumber(item)
        && item->valuedouble > 0 && item->valuedouble < 9e18)
    {
        mpic_record_time(w, parent, "time",
                         (uint64_t) (item->valuedouble / 1e6));
    }

    mpic_record_number(w, parent, response, "duration_ms");
}


static void
mpic_record_dnssec(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *response)
{
    const cJSON  *ede, *code;

    mpic_record_word(w, parent, response, "dnssec_status",
                     MPIC_RECORD_STATUS_MAX);

    if (w->level == MPIC_RECORD_BARE) {
        return;
    }

    ede = mpic_record_member(response, "extended_dns_error");
    code = mpic_record_member(ede, "code");

    if (cJSON_IsNumber(code) && code->valuedouble >= 0
        && code->valuedouble <= 65535)
    {
        mpic_json_number(&w->json, parent, "extended_dns_error",
                         (int64_t) code->valuedouble);
    }
}


static void
mpic_record_errors(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *response, int dcv)
{
    int           n;
    cJSON        *list, *object;
    const cJSON  *errors, *error;

    errors = mpic_record_member(response, "errors");

    if (!cJSON_IsArray(errors) || errors->child == NULL) {
        return;
    }

    list = mpic_json_list(&w->json, parent, "errors");
    n = 0;

    cJSON_ArrayForEach(error, errors) {

        if (++n > (w->level == MPIC_RECORD_BARE ? 1 : MPIC_RECORD_ERRORS_MAX))
        {
            mpic_json_number(&w->json, parent, "errors_omitted",
                             cJSON_GetArraySize(errors) - n + 1);
            w->truncated = 1;
            break;
        }

        object = mpic_json_object(&w->json, list, NULL);

        mpic_record_word(w, object, error, "error_type",
                         MPIC_RECORD_WORD_MAX);

        if (w->level < MPIC_RECORD_BARE) {
            mpic_record_string(w, object, error, "error_message",
                               w->level == MPIC_RECORD_FULL
                               ? MPIC_RECORD_MESSAGE_MAX
                               : MPIC_RECORD_WORD_MAX, dcv);
        }
    }
}


/*
 * CAA is public, and what was found has to be documented (BR 3.2.2.8).
 */

static void
mpic_record_caa(mpic_record_writer_t *w, cJSON *parent, const cJSON *details)
{
    const cJSON  *failure;

    mpic_record_bool(w, parent, details, "caa_record_present");
    mpic_record_string(w, parent, details, "found_at", MPIC_NAME_MAX, 0);
    mpic_record_list(w, parent, details, "records_seen", "records_omitted");
    mpic_record_number(w, parent, details, "ttl");
    mpic_record_list(w, parent, details, "iodef", "iodef_omitted");

    failure = mpic_record_member(details, "lookup_failure");

    if (cJSON_IsObject(failure)) {
        parent = mpic_json_object(&w->json, parent, "lookup_failure");
        mpic_record_bool(w, parent, failure, "is_permission");
        mpic_record_string(w, parent, failure, "reason",
                           MPIC_RECORD_MESSAGE_MAX, 0);
        mpic_record_string(w, parent, failure, "insecure_delegation",
                           MPIC_NAME_MAX, 0);
    }
}


static void
mpic_record_dcv(mpic_record_writer_t *w, cJSON *parent, const cJSON *details)
{
    mpic_record_number(w, parent, details, "response_code");
    mpic_record_bool(w, parent, details, "ad_flag");
    mpic_record_string(w, parent, details, "found_at", MPIC_NAME_MAX, 0);
    mpic_record_count(w, parent, details, "records_seen", "records_omitted",
                      "records_count");
    mpic_record_count(w, parent, details, "cname_chain", NULL,
                      "cname_count");

    mpic_record_number(w, parent, details, "response_status_code");

    if (cJSON_IsString(mpic_record_member(details, "response_url"))) {
        mpic_record_url(w, parent, "response_url",
                        mpic_record_member(details, "response_url"));
    }

    mpic_record_hops(w, parent, details);
    mpic_record_string(w, parent, details, "resolved_ip", 64, 0);
    mpic_record_list(w, parent, details, "tried_ips", "tried_ips_omitted");
}


static void
mpic_record_hops(mpic_record_writer_t *w, cJSON *parent, const cJSON *details)
{
    int           n;
    cJSON        *list, *object;
    const cJSON  *hops, *hop, *url, *status;

    hops = mpic_record_member(details, "response_history");

    if (!cJSON_IsArray(hops)) {
        return;
    }

    list = mpic_json_list(&w->json, parent, "redirects");
    n = 0;

    cJSON_ArrayForEach(hop, hops) {

        if (n++ == MPIC_RECORD_LIST_MAX) {
            mpic_json_number(&w->json, parent, "redirects_omitted",
                             cJSON_GetArraySize(hops) - n + 1);
            w->truncated = 1;
            break;
        }

        /* of the reference implementation, and of the OpenAPI text */

        status = mpic_record_member(hop, "status_code");
        url = mpic_record_member(hop, "url");

        object = mpic_json_object(&w->json, list, NULL);

        mpic_record_number(w, object, hop, status ? "status_code"
                                                  : "response_status_code");
        mpic_record_url(w, object, "url",
                        url ? url : mpic_record_member(hop, "response_url"));
    }
}


static void
mpic_record_url(mpic_record_writer_t *w, cJSON *parent, const char *name,
    const cJSON *item)
{
    mpic_str_t  url, shown;

    url.data = cJSON_IsString(item) ? item->valuestring : "";
    url.len = strlen(url.data);

    if (mpic_redact_url(w->pool, &w->secrets, &url, &shown) != 0) {
        w->json.failed = 1;
        return;
    }

    mpic_record_text(w, parent, name, &shown, MPIC_RECORD_ELEMENT_MAX, 0);
}


static void
mpic_record_number(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *name)
{
    const cJSON  *item;

    item = mpic_record_member(object, name);

    if (cJSON_IsNumber(item) && item->valuedouble >= 0
        && item->valuedouble <= 9e15)
    {
        mpic_json_number(&w->json, parent, name,
                         (int64_t) item->valuedouble);
    }
}


static void
mpic_record_bool(mpic_record_writer_t *w, cJSON *parent, const cJSON *object,
    const char *name)
{
    const cJSON  *item;

    item = mpic_record_member(object, name);

    if (cJSON_IsBool(item)) {
        mpic_json_bool(&w->json, parent, name, cJSON_IsTrue(item));
    }
}


static void
mpic_record_string(mpic_record_writer_t *w, cJSON *parent,
    const cJSON *object, const char *name, size_t max, int dcv)
{
    mpic_str_t    text;
    const cJSON  *item;

    item = mpic_record_member(object, name);

    if (!cJSON_IsString(item)) {
        return;
    }

    text.data = item->valuestring;
    text.len = strlen(text.data);

    mpic_record_text(w, parent, name, &text, max, dcv);
}


/* a word of the API; "..." where it is none */

static void
mpic_record_word(mpic_record_writer_t *w, cJSON *parent, const cJSON *object,
    const char *name, size_t max)
{
    size_t        i;
    mpic_str_t    text;
    const cJSON  *item;

    static const mpic_str_t  other = mpic_str("...");

    item = mpic_record_member(object, name);

    if (!cJSON_IsString(item)) {
        return;
    }

    text.data = item->valuestring;
    text.len = strlen(text.data);

    for (i = 0; i < text.len; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                   "0123456789_:.-", text.data[i])
            == NULL)
        {
            break;
        }
    }

    if (i < text.len || text.len > max) {
        text = other;
        w->truncated = 1;
    }

    mpic_record_text(w, parent, name, &text, max, 0);
}


/* the first strings of a list, and the number of the others */

static void
mpic_record_list(mpic_record_writer_t *w, cJSON *parent, const cJSON *object,
    const char *name, const char *omitted)
{
    int           n, left;
    cJSON        *list;
    size_t        octets;
    mpic_str_t    text;
    const cJSON  *items, *item, *more;

    items = mpic_record_member(object, name);

    if (!cJSON_IsArray(items)) {
        return;
    }

    list = mpic_json_list(&w->json, parent, name);
    n = 0;
    octets = 0;

    cJSON_ArrayForEach(item, items) {
        text.data = cJSON_IsString(item) ? item->valuestring : "";
        text.len = strlen(text.data);

        octets += text.len;

        if (n == MPIC_RECORD_LIST_MAX || octets > MPIC_RECORD_LIST_OCTETS) {
            break;
        }

        mpic_record_text(w, list, NULL, &text, MPIC_RECORD_ELEMENT_MAX, 0);
        n++;
    }

    left = cJSON_GetArraySize(items) - n;
    more = mpic_record_member(object, omitted);

    if (more != NULL && cJSON_IsNumber(more) && more->valuedouble > 0
        && more->valuedouble < 1e6)
    {
        left += (int) more->valuedouble;
    }

    if (left > 0) {
        mpic_json_number(&w->json, parent, omitted, left);
        w->truncated = 1;
    }
}


static void
mpic_record_count(mpic_record_writer_t *w, cJSON *parent, const cJSON *object,
    const char *list, const char *omitted, const char *name)
{
    int           n;
    const cJSON  *items, *more;

    items = mpic_record_member(object, list);

    if (!cJSON_IsArray(items)) {
        return;
    }

    n = cJSON_GetArraySize(items);
    more = omitted ? mpic_record_member(object, omitted) : NULL;

    if (more != NULL && cJSON_IsNumber(more) && more->valuedouble > 0
        && more->valuedouble < 1e6)
    {
        n += (int) more->valuedouble;
    }

    mpic_json_number(&w->json, parent, name, n);
}


static const cJSON *
mpic_record_member(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object)
           ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}
