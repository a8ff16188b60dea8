
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_response.h"
#include "mpic_dnssec.h"
#include "mpic_params.h"

#include <stdio.h>
#include <string.h>
#include <openssl/evp.h>


/* octets of a page that are shown, and their number in base64 */
#define MPIC_PAGE_MAX     100
#define MPIC_PAGE_BASE64  ((MPIC_PAGE_MAX + 2) / 3 * 4)

/* octets of a record's JSON beside its owner and RDATA */
#define MPIC_RECORD_NAMES                                                     \
    sizeof("{\"owner\":\"\",\"type\":\"CNAME\",\"ttl\":4294967295,"           \
           "\"rdata\":\"\"},")


static void mpic_response_errors(mpic_json_t *json,
    const mpic_result_t *result);
static void mpic_response_caa(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_permissible(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_failure(mpic_json_t *json, cJSON *details,
    const mpic_lookup_failure_t *failure);
static void mpic_response_dns(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_http(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_tls(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_addresses(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_dnssec(mpic_json_t *json,
    const mpic_result_t *result);
static void mpic_response_whole(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_rdata(mpic_json_t *json, cJSON *object,
    const mpic_str_t *rdata);
static void mpic_response_bool(mpic_json_t *json, cJSON *parent,
    const char *name, int value);
static void mpic_response_history(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static size_t mpic_response_size(const mpic_str_t *text);
static void mpic_response_records(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result);
static void mpic_response_texts(mpic_json_t *json, cJSON *details,
    const char *name, const char *omitted, const mpic_str_t *texts,
    size_t n);
static void mpic_response_page(mpic_json_t *json, cJSON *details,
    const mpic_str_t *page);
static void mpic_response_number(mpic_json_t *json, cJSON *parent,
    const char *name, int64_t value);
static void mpic_answer_orchestration(mpic_json_t *json,
    const mpic_orchestration_t *orchestration);
static void mpic_answer_verdict(mpic_json_t *json,
    const mpic_request_t *request, const mpic_answer_t *answer);
static void mpic_answer_perspectives(mpic_json_t *json, cJSON *list,
    const mpic_request_t *request, const mpic_answer_t *answer, int attempt);
static void mpic_answer_previous(mpic_json_t *json,
    const mpic_request_t *request, const mpic_answer_t *answer);
static void mpic_answer_primary(mpic_json_t *json, cJSON *parent,
    const char *name, const mpic_request_t *request,
    const mpic_answer_entry_t *entry);
static void mpic_answer_entry(mpic_json_t *json, cJSON *object,
    const mpic_request_t *request, const mpic_answer_entry_t *entry);
static void mpic_answer_params(mpic_json_t *json,
    const mpic_request_t *request);


static const char  *mpic_answer_types[] = {
    [MPIC_CHECK_DCV] = "dcv",
    [MPIC_CHECK_CAA] = "caa",
    [MPIC_CHECK_DCV_WITH_CAA] = "dcv_with_caa"
};


int
mpic_response_print(mpic_pool_t *pool, const mpic_result_t *result,
    mpic_str_t *text)
{
    cJSON        *details;
    mpic_json_t   json;

    mpic_json_start(&json, pool);

    mpic_json_bool(&json, json.root, "check_completed", result->completed);
    mpic_json_bool(&json, json.root, "check_passed", result->passed);
    mpic_response_errors(&json, result);
    mpic_json_number(&json, json.root, "timestamp_ns",
                     (int64_t) result->timestamp_ns);
    mpic_json_word(&json, json.root, "check_type",
                   result->type == MPIC_CHECK_CAA ? "caa" : "dcv");

    details = mpic_json_object(&json, json.root, "details");

    switch (result->kind) {

    case MPIC_DETAILS_CAA:
        mpic_response_caa(&json, details, result);
        break;

    case MPIC_DETAILS_DNS:
        mpic_response_dns(&json, details, result);
        break;

    case MPIC_DETAILS_HTTP:
        mpic_response_http(&json, details, result);
        break;

    case MPIC_DETAILS_TLS:
        mpic_response_tls(&json, details, result);
        break;
    }

    mpic_response_dnssec(&json, result);

    mpic_json_number(&json, json.root, "duration_ms",
                     (int64_t) result->duration_ms);

    if (result->nwarnings) {
        mpic_json_texts(&json, json.root, "warnings", result->warnings,
                        result->nwarnings);
    }

    if (result->perspective_code.data != NULL) {
        mpic_json_text(&json, json.root, "perspective_code",
                       &result->perspective_code);
    }

    if (result->rir.data != NULL) {
        mpic_json_text(&json, json.root, "rir", &result->rir);
    }

    return mpic_json_finish(&json, text);
}


static void
mpic_response_errors(mpic_json_t *json, const mpic_result_t *result)
{
    cJSON   *list, *error;
    size_t   i;

    if (result->nerrors == 0) {
        mpic_json_null(json, json->root, "errors");
        return;
    }

    list = mpic_json_list(json, json->root, "errors");

    for (i = 0; i < result->nerrors; i++) {
        error = mpic_json_object(json, list, NULL);
        mpic_json_text(json, error, "error_type", &result->errors[i].type);
        mpic_json_text(json, error, "error_message",
                       &result->errors[i].message);
    }
}


static void
mpic_response_caa(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    mpic_response_bool(json, details, "caa_record_present",
                       result->caa_present);
    mpic_json_text(json, details, "found_at", &result->found_at);
    mpic_response_records(json, details, result);
    mpic_response_permissible(json, details, result);
    mpic_response_number(json, details, "ttl", result->caa_ttl);
    mpic_response_texts(json, details, "iodef", "iodef_omitted",
                        result->iodef, result->niodef);
    mpic_response_failure(json, details, &result->failure);
    mpic_response_whole(json, details, result);
}


static void
mpic_response_permissible(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    if (result->caa_account_uris == NULL) {
        mpic_json_null(json, details, "permissible_under_account_uri");
        mpic_json_null(json, details, "permissible_under_validation_method");
        return;
    }

    mpic_response_texts(json, details, "permissible_under_account_uri",
                        "account_uris_omitted", result->caa_account_uris,
                        result->ncaa_account_uris);
    mpic_response_texts(json, details, "permissible_under_validation_method",
                        "validation_methods_omitted", result->caa_methods,
                        result->ncaa_methods);
}


static void
mpic_response_failure(mpic_json_t *json, cJSON *details,
    const mpic_lookup_failure_t *failure)
{
    cJSON                       *object, *list, *entry;
    size_t                       i;
    const mpic_failed_lookup_t  *lookup;

    if (!failure->met) {
        return;
    }

    object = mpic_json_object(json, details, "lookup_failure");

    mpic_json_bool(json, object, "is_permission", failure->permission);
    mpic_json_text(json, object, "reason", &failure->reason);
    mpic_json_text(json, object, "insecure_delegation", &failure->insecure);

    list = mpic_json_list(json, object, "lookups");

    for (i = 0; i < failure->nlookups && i < MPIC_FAILURES_SHOWN_MAX; i++) {
        lookup = &failure->lookups[i];

        entry = mpic_json_object(json, list, NULL);
        mpic_json_text(json, entry, "name", &lookup->name);
        mpic_json_text(json, entry, "error", &lookup->error);
        mpic_json_number(json, entry, "attempts", lookup->asked);
        mpic_json_word(json, entry, "dnssec_status",
                       mpic_dnssec_name(lookup->dnssec));
    }

    if (i < failure->nlookups) {
        mpic_json_number(json, object, "lookups_omitted",
                         (int64_t) (failure->nlookups - i));
    }
}


static void
mpic_response_dns(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    mpic_json_word(json, details, "validation_method",
                   mpic_method_name(result->method));
    mpic_response_records(json, details, result);
    mpic_response_number(json, details, "response_code",
                         result->response_code);

    mpic_response_bool(json, details, "ad_flag", result->ad);
    mpic_json_text(json, details, "found_at", &result->found_at);

    /* an answer without CNAMEs has an empty chain; no answer has none */

    if (result->response_code < 0) {
        mpic_json_null(json, details, "cname_chain");

    } else {
        mpic_json_texts(json, details, "cname_chain", result->cname_chain,
                        result->ncname_chain);
    }

    mpic_response_whole(json, details, result);
}


static void
mpic_response_http(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    mpic_json_word(json, details, "validation_method",
                   mpic_method_name(result->method));
    mpic_response_history(json, details, result);
    mpic_json_text(json, details, "response_url", &result->response_url);
    mpic_response_number(json, details, "response_status_code",
                         result->response_status);
    mpic_response_page(json, details, &result->response_page);
    mpic_response_addresses(json, details, result);
}


static void
mpic_response_tls(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    mpic_json_word(json, details, "validation_method",
                   mpic_method_name(result->method));
    mpic_json_text(json, details, "common_name", &result->common_name);
    mpic_response_addresses(json, details, result);
}


static void
mpic_response_addresses(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    mpic_json_text(json, details, "resolved_ip", &result->resolved_ip);
    mpic_json_texts(json, details, "tried_ips", result->tried_ips,
                    result->ntried_ips);
}


static void
mpic_response_dnssec(mpic_json_t *json, const mpic_result_t *result)
{
    cJSON  *error;

    if (result->dnssec == MPIC_DNSSEC_NONE) {
        mpic_json_null(json, json->root, "dnssec_status");

    } else {
        mpic_json_word(json, json->root, "dnssec_status",
                       mpic_dnssec_name(result->dnssec));
    }

    if (result->ede_code < 0) {
        return;
    }

    error = mpic_json_object(json, json->root, "extended_dns_error");
    mpic_json_number(json, error, "code", result->ede_code);
    mpic_json_text(json, error, "text", &result->ede_text);
}


/*
 * "include_records": the record set with all that is known of it.
 */

static void
mpic_response_whole(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    cJSON                    *list, *object;
    size_t                    i, size;
    const mpic_dns_record_t  *record;

    if (result->records == NULL) {
        return;
    }

    list = mpic_json_list(json, details, "records");
    size = 0;

    for (i = 0; i < result->nrecords; i++) {
        record = &result->records[i];

        size += mpic_response_size(&record->owner)
                + record->rdata.len * 2 + MPIC_RECORD_NAMES;

        if (size > MPIC_RECORDS_SHOWN_MAX) {
            mpic_json_number(json, details, "whole_records_omitted",
                             (int64_t) (result->nrecords - i));
            return;
        }

        object = mpic_json_object(json, list, NULL);
        mpic_json_text(json, object, "owner", &record->owner);
        mpic_json_word(json, object, "type",
                       mpic_dns_type_name(record->type));
        mpic_json_number(json, object, "ttl", record->ttl);
        mpic_response_rdata(json, object, &record->rdata);
    }
}


/* in hexadecimal digits, as of RFC 3597 */

static void
mpic_response_rdata(mpic_json_t *json, cJSON *object, const mpic_str_t *rdata)
{
    char    *hex;
    size_t   i;

    hex = json->pool->alloc(json->pool->data, rdata->len * 2 + 1);
    if (hex == NULL) {
        json->failed = 1;
        return;
    }

    for (i = 0; i < rdata->len; i++) {
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char) rdata->data[i]);
    }

    hex[2 * i] = '\0';

    mpic_json_word(json, object, "rdata", hex);
}


static void
mpic_response_history(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    cJSON   *list, *hop;
    size_t   i, size;

    if (result->nhistory == 0) {
        mpic_json_null(json, details, "response_history");
        return;
    }

    list = mpic_json_list(json, details, "response_history");
    size = 0;

    for (i = 0; i < result->nhistory; i++) {
        size += mpic_response_size(&result->history[i].location)
                + sizeof("{\"status_code\":1234567890,\"url\":\"\"},");

        if (size > MPIC_HISTORY_SHOWN_MAX) {
            mpic_json_number(json, details, "response_history_omitted",
                             (int64_t) (result->nhistory - i));
            return;
        }

        hop = mpic_json_object(json, list, NULL);
        mpic_response_number(json, hop, "status_code",
                             result->history[i].status);
        mpic_json_text(json, hop, "url", &result->history[i].location);
    }
}


/*
 * Octets that mpic_json_text() makes of a text at the most.
 */

static size_t
mpic_response_size(const mpic_str_t *text)
{
    size_t         i, size;
    unsigned char  ch;

    size = text->len;

    for (i = 0; i < text->len; i++) {
        ch = (unsigned char) text->data[i];

        if (ch < 0x20 || ch == '"' || ch == '\\' || ch >= 0x7f) {
            /* \DDD or \", and the backslash escaped; or \uXXXX */
            size += 5;
        }
    }

    return size;
}


static void
mpic_response_records(mpic_json_t *json, cJSON *details,
    const mpic_result_t *result)
{
    if (result->records_seen == NULL) {
        mpic_json_null(json, details, "records_seen");
        return;
    }

    mpic_response_texts(json, details, "records_seen", "records_omitted",
                        result->records_seen, result->nrecords_seen);
}


/*
 * The first of a list of texts that are valid UTF-8, and the number of the
 * others.
 */

static void
mpic_response_texts(mpic_json_t *json, cJSON *details, const char *name,
    const char *omitted, const mpic_str_t *texts, size_t n)
{
    size_t  i, size;

    size = 0;

    for (i = 0; i < n; i++) {
        size += texts[i].len + sizeof("\"\",");

        if (size > MPIC_RECORDS_SHOWN_MAX) {
            break;
        }
    }

    mpic_json_texts(json, details, name, texts, i);

    if (i < n) {
        mpic_json_number(json, details, omitted, (int64_t) (n - i));
    }
}


static void
mpic_response_page(mpic_json_t *json, cJSON *details, const mpic_str_t *page)
{
    int   len;
    char  base64[MPIC_PAGE_BASE64 + 1];

    if (page->data == NULL) {
        mpic_json_null(json, details, "response_page");
        return;
    }

    len = (int) (page->len < MPIC_PAGE_MAX ? page->len : MPIC_PAGE_MAX);

    base64[0] = '\0';
    EVP_EncodeBlock((unsigned char *) base64,
                    (const unsigned char *) page->data, len);

    mpic_json_word(json, details, "response_page", base64);
}


/* -1 is null */

static void
mpic_response_bool(mpic_json_t *json, cJSON *parent, const char *name,
    int value)
{
    if (value < 0) {
        mpic_json_null(json, parent, name);

    } else {
        mpic_json_bool(json, parent, name, value);
    }
}


/* a number of -1 is null */

static void
mpic_response_number(mpic_json_t *json, cJSON *parent, const char *name,
    int64_t value)
{
    if (value < 0) {
        mpic_json_null(json, parent, name);

    } else {
        mpic_json_number(json, parent, name, value);
    }
}


int
mpic_answer_print(mpic_pool_t *pool, const mpic_request_t *request,
    const mpic_answer_t *answer, mpic_str_t *text)
{
    cJSON        *actual;
    mpic_json_t   json;

    mpic_json_start(&json, pool);

    mpic_json_bool(&json, json.root, "mpic_completed", answer->completed);
    mpic_answer_orchestration(&json, &request->orchestration);

    actual = mpic_json_object(&json, json.root,
                              "actual_orchestration_parameters");
    mpic_json_number(&json, actual, "perspective_count",
                     answer->perspective_count);
    mpic_json_number(&json, actual, "quorum_count", answer->quorum_count);
    mpic_json_number(&json, actual, "attempt_count", answer->attempt_count);

    mpic_json_word(&json, json.root, "check_type",
                   mpic_answer_types[request->check_type]);
    mpic_json_text(&json, json.root, "domain_or_ip_target",
                   &request->target_text);
    mpic_answer_verdict(&json, request, answer);
    mpic_json_text(&json, json.root, "trace_identifier",
                   &request->trace_identifier);

    mpic_answer_perspectives(&json,
                             mpic_json_list(&json, json.root, "perspectives"),
                             request, answer, answer->attempt_count - 1);

    if (answer->primary != NULL) {
        mpic_answer_primary(&json, json.root, "primary", request,
                            &answer->primary[answer->attempt_count - 1]);
    }

    mpic_answer_params(&json, request);
    mpic_answer_previous(&json, request, answer);

    mpic_json_word(&json, json.root, "api_version", MPIC_API_VERSION);

    return mpic_json_finish(&json, text);
}


static void
mpic_answer_orchestration(mpic_json_t *json,
    const mpic_orchestration_t *orchestration)
{
    cJSON  *object;

    if (!orchestration->given) {
        mpic_json_null(json, json->root, "request_orchestration_parameters");
        return;
    }

    object = mpic_json_object(json, json->root,
                              "request_orchestration_parameters");

    mpic_response_number(json, object, "perspective_count",
                         orchestration->perspective_count);
    mpic_response_number(json, object, "quorum_count",
                         orchestration->quorum_count);
    mpic_response_number(json, object, "max_attempts",
                         orchestration->max_attempts);
    mpic_response_number(json, object, "cohort_for_single_attempt",
                         orchestration->cohort_for_single_attempt);
}


static void
mpic_answer_verdict(mpic_json_t *json, const mpic_request_t *request,
    const mpic_answer_t *answer)
{
    mpic_json_bool(json, json->root, "is_valid", answer->valid);

    if (answer->monitoring) {
        mpic_json_bool(json, json->root, "monitoring", 1);
    }

    if (request->check_type != MPIC_CHECK_DCV_WITH_CAA) {
        return;
    }

    mpic_json_bool(json, json->root, "dcv_is_valid",
                   answer->kind_valid[MPIC_CHECK_DCV]);

    if (request->caa_skipped) {
        mpic_json_null(json, json->root, "caa_is_valid");
        mpic_json_word(json, json->root, "caa_check_skipped",
                       "No CAA check exists for an IP address (RFC 8659): the "
                       "DCV was done alone.");
        return;
    }

    mpic_json_bool(json, json->root, "caa_is_valid",
                   answer->kind_valid[MPIC_CHECK_CAA]);
}


/* of one attempt */

static void
mpic_answer_perspectives(mpic_json_t *json, cJSON *list,
    const mpic_request_t *request, const mpic_answer_t *answer, int attempt)
{
    size_t                      i;
    const mpic_answer_entry_t  *entries;

    entries = &answer->entries[(size_t) attempt * answer->nentries];

    for (i = 0; i < answer->nentries; i++) {
        mpic_answer_entry(json, mpic_json_object(json, list, NULL), request,
                          &entries[i]);
    }
}


static void
mpic_answer_previous(mpic_json_t *json, const mpic_request_t *request,
    const mpic_answer_t *answer)
{
    int     i;
    cJSON  *list;

    if (answer->attempt_count == 1) {
        mpic_json_null(json, json->root, "previous_attempt_results");
        return;
    }

    list = mpic_json_list(json, json->root, "previous_attempt_results");

    for (i = 0; i < answer->attempt_count - 1; i++) {
        mpic_answer_perspectives(json, mpic_json_list(json, list, NULL),
                                 request, answer, i);
    }

    if (answer->primary == NULL) {
        return;
    }

    list = mpic_json_list(json, json->root, "previous_primary_results");

    for (i = 0; i < answer->attempt_count - 1; i++) {
        mpic_answer_primary(json, list, NULL, request, &answer->primary[i]);
    }
}


/* beside the perspectives: it is not remote, and not counted among them */

static void
mpic_answer_primary(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_request_t *request, const mpic_answer_entry_t *entry)
{
    cJSON   *object, *errors, *error;
    size_t   i;

    object = mpic_json_object(json, parent, name);
    mpic_answer_entry(json, object, request, entry);

    if (entry->errors[0].type.data == NULL
        && entry->errors[1].type.data == NULL)
    {
        mpic_json_null(json, object, "errors");
        return;
    }

    errors = mpic_json_list(json, object, "errors");

    for (i = 0; i < 2; i++) {

        if (entry->errors[i].type.data == NULL) {
            continue;
        }

        error = mpic_json_object(json, errors, NULL);
        mpic_json_text(json, error, "error_type", &entry->errors[i].type);
        mpic_json_text(json, error, "error_message",
                       &entry->errors[i].message);
    }
}


static void
mpic_answer_entry(mpic_json_t *json, cJSON *object,
    const mpic_request_t *request, const mpic_answer_entry_t *entry)
{
    mpic_json_text(json, object, "perspective_code", &entry->code);
    mpic_json_text(json, object, "rir", &entry->rir);

    if (request->check_type == MPIC_CHECK_CAA) {
        mpic_json_raw(json, object, "check_response",
                      &entry->json[MPIC_CHECK_CAA]);
        return;
    }

    mpic_json_raw(json, object, "check_response",
                  &entry->json[MPIC_CHECK_DCV]);

    if (request->check_type == MPIC_CHECK_DCV_WITH_CAA
        && !request->caa_skipped)
    {
        mpic_json_raw(json, object, "caa_check_response",
                      &entry->json[MPIC_CHECK_CAA]);
    }
}


static void
mpic_answer_params(mpic_json_t *json, const mpic_request_t *request)
{
    if (request->check_type != MPIC_CHECK_CAA) {
        mpic_params_print_dcv(json, json->root, &request->dcv);
    }

    if (request->check_type == MPIC_CHECK_DCV) {
        return;
    }

    if (request->caa_given) {
        mpic_params_print_caa(json, json->root, &request->caa);

    } else {
        mpic_json_null(json, json->root, "caa_check_parameters");
    }
}


int
mpic_error_print(mpic_pool_t *pool, const char *type,
    const mpic_str_t *message, mpic_str_t *text)
{
    mpic_json_t  json;

    mpic_json_start(&json, pool);
    mpic_json_word(&json, json.root, "error", type);

    if (message != NULL && message->data != NULL) {
        mpic_json_text(&json, json.root, "message", message);
    }

    return mpic_json_finish(&json, text);
}
