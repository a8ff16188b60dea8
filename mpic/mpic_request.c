
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_request.h"
#include "mpic_params.h"
#include "mpic_url.h"

#include <limits.h>
#include <string.h>


static void mpic_request_read(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_kind_e kind, mpic_request_t *request);
static int mpic_request_check_type(mpic_reader_t *reader,
    const mpic_place_t *top, mpic_request_kind_e kind,
    mpic_request_t *request);
static int mpic_request_deduce(mpic_reader_t *reader,
    const mpic_place_t *top, mpic_check_type_e *type);
static int mpic_request_target(mpic_reader_t *reader,
    const mpic_place_t *top, mpic_request_t *request);
static void mpic_request_trace(mpic_reader_t *reader,
    const mpic_place_t *top, mpic_str_t *trace);
static void mpic_request_orchestration(mpic_reader_t *reader,
    const mpic_place_t *top, mpic_orchestration_t *orchestration);
static void mpic_request_count(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, const char *type,
    int *count);
static void mpic_request_caa(mpic_reader_t *reader, const mpic_place_t *top,
    int target, mpic_request_t *request);
static void mpic_request_dcv(mpic_reader_t *reader, const mpic_place_t *top,
    int target, mpic_request_t *request);
static void mpic_request_secret(mpic_reader_t *reader,
    const mpic_request_t *request);


int
mpic_request_parse(mpic_pool_t *pool, const char *body, size_t len,
    mpic_request_kind_e kind, mpic_request_t *request, mpic_issues_t *issues)
{
    mpic_place_t   top;
    mpic_reader_t  reader;

    memset(request, 0, sizeof(mpic_request_t));

    if (mpic_reader_open(&reader, pool, body, len, issues, &top)) {
        mpic_request_read(&reader, &top, kind, request);
    }

    return mpic_reader_close(&reader);
}


static void
mpic_request_read(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_kind_e kind, mpic_request_t *request)
{
    int  known, target, include;

    include = 0;
    known = mpic_request_check_type(reader, top, kind, request);
    target = mpic_request_target(reader, top, request);

    mpic_request_trace(reader, top, &request->trace_identifier);

    mpic_reader_bool(reader, top, "include_records", &include);
    request->include_records = (include != 0);

    request->orchestration.perspective_count = -1;
    request->orchestration.quorum_count = -1;
    request->orchestration.max_attempts = -1;
    request->orchestration.cohort_for_single_attempt = -1;

    if (kind == MPIC_REQUEST_COORDINATOR) {
        mpic_request_orchestration(reader, top, &request->orchestration);
    }

    /* a client that writes these believes that a DCV is being done */

    mpic_params_misplaced(reader, top);

    if (!known) {
        return;
    }

    /* "tls-server-wildcard" of the CAA parameters is the DCV's target, too */

    if (request->check_type != MPIC_CHECK_DCV) {
        mpic_request_caa(reader, top, target, request);
    }

    if (request->check_type != MPIC_CHECK_CAA) {
        mpic_request_dcv(reader, top, target, request);
    }

    if (request->check_type == MPIC_CHECK_DCV_WITH_CAA) {
        mpic_params_caa_method(reader, request);
    }
}


/* returns 1 if the type of the check is known */

static int
mpic_request_check_type(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_kind_e kind, mpic_request_t *request)
{
    mpic_str_t     text;
    const char    *served;
    const cJSON   *item;
    mpic_field_e   rc;

    rc = mpic_reader_field(reader, top, "check_type", cJSON_String,
                           MPIC_OPTIONAL, &item);

    if (kind != MPIC_REQUEST_COORDINATOR) {
        served = (kind == MPIC_REQUEST_CAA) ? "caa" : "dcv";

        if (rc == MPIC_FIELD_GIVEN && strcmp(item->valuestring, served) != 0) {
            mpic_reader_issue(reader, "invalid-check-type", top, "check_type",
                              "this location serves \"check_type\" \"%s\" "
                              "only", served);
        }

        request->check_type = (kind == MPIC_REQUEST_CAA) ? MPIC_CHECK_CAA
                                                         : MPIC_CHECK_DCV;
        return 1;
    }

    if (rc == MPIC_FIELD_ABSENT) {
        return mpic_request_deduce(reader, top, &request->check_type);
    }

    if (rc == MPIC_FIELD_WRONG) {
        return 0;
    }

    if (strcmp(item->valuestring, "caa") == 0) {
        request->check_type = MPIC_CHECK_CAA;
        return 1;
    }

    if (strcmp(item->valuestring, "dcv") == 0) {
        request->check_type = MPIC_CHECK_DCV;
        return 1;
    }

    if (strcmp(item->valuestring, "dcv_with_caa") == 0) {
        request->check_type = MPIC_CHECK_DCV_WITH_CAA;
        return 1;
    }

    text.data = item->valuestring;
    text.len = strlen(item->valuestring);

    mpic_reader_issue(reader, "unknown-check-type", top, "check_type",
                      "\"%s\" is not served; served are \"caa\", \"dcv\" and "
                      "\"dcv_with_caa\"",
                      mpic_reader_excerpt(reader, &text));

    return 0;
}


/* without "check_type": by the parameters that are there, never by a guess */

static int
mpic_request_deduce(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_check_type_e *type)
{
    int           caa, dcv;
    const cJSON  *item;

    caa = mpic_json_member(top->object, "caa_check_parameters", &item)
          && !cJSON_IsNull(item);
    dcv = mpic_json_member(top->object, "dcv_check_parameters", &item)
          && !cJSON_IsNull(item);

    if (caa != dcv) {
        *type = caa ? MPIC_CHECK_CAA : MPIC_CHECK_DCV;
        return 1;
    }

    mpic_reader_issue(reader, "missing-field", top, "check_type",
                      "\"check_type\" is required where %s of "
                      "\"caa_check_parameters\" and \"dcv_check_parameters\" "
                      "is given", caa ? "each" : "none");

    return 0;
}


/* returns 1 if there is a target to judge */

static int
mpic_request_target(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_request_t *request)
{
    int            rc;
    mpic_str_t     why;
    const cJSON   *item;
    mpic_field_e   field;

    field = mpic_reader_field(reader, top, "domain_or_ip_target",
                              cJSON_String, MPIC_REQUIRED, &item);

    if (field != MPIC_FIELD_GIVEN) {
        return 0;
    }

    if (mpic_str_copy(reader->pool, &request->target_text, item->valuestring,
                      strlen(item->valuestring))
        != 0)
    {
        reader->failed = 1;
        return 0;
    }

    rc = mpic_target_parse(reader->pool, &request->target_text,
                           &request->target, &why);

    if (rc == 1) {
        mpic_reader_issue(reader, "invalid-target", top,
                          "domain_or_ip_target", "%s", why.data);

    } else if (rc == -1) {
        reader->failed = 1;
    }

    return rc == 0;
}


static void
mpic_request_trace(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_str_t *trace)
{
    const cJSON  *item;

    if (mpic_json_member(top->object, "trace_identifier", &item) == 1
        && cJSON_IsString(item) && item->valuestring[0] == '\0')
    {
        /* says nothing, but does no harm */

        if (mpic_str_copy(reader->pool, trace, "", 0) != 0) {
            reader->failed = 1;
        }

        return;
    }

    mpic_reader_text(reader, top, "trace_identifier", MPIC_TRACE_MAX,
                     MPIC_OPTIONAL, trace);
}


static void
mpic_request_orchestration(mpic_reader_t *reader, const mpic_place_t *top,
    mpic_orchestration_t *orchestration)
{
    mpic_place_t  place;

    place.path = "orchestration_parameters";

    if (mpic_reader_field(reader, top, place.path, cJSON_Object,
                          MPIC_OPTIONAL, &place.object)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    orchestration->given = 1;

    mpic_request_count(reader, &place, "perspective_count",
                       "invalid-perspective-count",
                       &orchestration->perspective_count);
    mpic_request_count(reader, &place, "quorum_count", "invalid-quorum-count",
                       &orchestration->quorum_count);
    mpic_request_count(reader, &place, "max_attempts", "invalid-value",
                       &orchestration->max_attempts);
    mpic_request_count(reader, &place, "cohort_for_single_attempt",
                       "invalid-value",
                       &orchestration->cohort_for_single_attempt);
}


static void
mpic_request_count(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const char *type, int *count)
{
    double        value;
    const cJSON  *item;

    if (mpic_reader_field(reader, place, name, cJSON_Number, MPIC_OPTIONAL,
                          &item)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    value = item->valuedouble;

    /* in this order: a double out of range must not be converted */

    if (value > INT_MAX || value < INT_MIN || value != (double) (int) value) {
        mpic_reader_issue(reader, "invalid-type", place, name,
                          "\"%s\" must be an integer", name);
        return;
    }

    /* a negative one would be taken for an absent one */

    if (value < 0) {
        mpic_reader_issue(reader, type, place, name,
                          "\"%s\" is negative: %d", name, (int) value);
        return;
    }

    *count = (int) value;
}


static void
mpic_request_caa(mpic_reader_t *reader, const mpic_place_t *top, int target,
    mpic_request_t *request)
{
    int           wildcard;
    mpic_str_t   *name;
    const cJSON  *item;
    mpic_field_e  given;

    wildcard = 0;
    given = mpic_reader_field(reader, top, "caa_check_parameters",
                              cJSON_Object, MPIC_OPTIONAL, &item);

    request->caa.domains_absent = (given == MPIC_FIELD_ABSENT);

    if (given == MPIC_FIELD_GIVEN) {
        request->caa_given = 1;
        mpic_params_read_caa(reader, item, &request->caa, &wildcard);
    }

    if (!target) {
        return;
    }

    if (request->target.type != MPIC_TARGET_FQDN
        && request->check_type == MPIC_CHECK_DCV_WITH_CAA)
    {
        request->caa_skipped = 1;
        return;
    }

    if (request->target.type != MPIC_TARGET_FQDN) {
        mpic_reader_issue(reader, "invalid-target", top,
                          "domain_or_ip_target",
                          "no CAA check exists for an IP address");
        return;
    }

    if (request->target.reverse) {
        mpic_reader_issue(reader, "invalid-target", top,
                          "domain_or_ip_target", "a name below in-addr.arpa "
                          "or ip6.arpa cannot be certified, and so has no "
                          "CAA check (BR 4.2.2)");
        return;
    }

    if (!wildcard || request->target.wildcard) {
        return;
    }

    name = &request->target.name;
    request->target.wildcard = 1;

    if (mpic_str_printf(reader->pool, &request->target.canonical, "*.%s",
                        name->data)
        != 0)
    {
        reader->failed = 1;
    }
}


static void
mpic_request_dcv(mpic_reader_t *reader, const mpic_place_t *top, int target,
    mpic_request_t *request)
{
    const char   *unfit;
    const cJSON  *item;

    if (mpic_reader_field(reader, top, "dcv_check_parameters", cJSON_Object,
                          MPIC_REQUIRED, &item)
        != MPIC_FIELD_GIVEN
        || !mpic_params_read_dcv(reader, item, &request->dcv))
    {
        return;
    }

    request->dcv_given = 1;

    if (!target) {
        return;
    }

    unfit = mpic_method_unfit(request->dcv.method, &request->target);

    if (unfit != NULL) {
        mpic_reader_issue(reader, "invalid-target", top,
                          "domain_or_ip_target", "\"%s\" %s",
                          mpic_method_name(request->dcv.method), unfit);
    }

    mpic_request_secret(reader, request);
}


/*
 * BR 3.2.2.4.18: the value must not appear in the request.  The path and the
 * headers have been looked at; what is left is the name and what is fixed.
 */

static void
mpic_request_secret(mpic_reader_t *reader, const mpic_request_t *request)
{
    int                       rc;
    mpic_url_t                url;
    mpic_str_t                path;
    mpic_place_t              place;
    const mpic_dcv_params_t  *dcv;

    dcv = &request->dcv;

    if (dcv->method != MPIC_METHOD_WEBSITE_CHANGE) {
        return;
    }

    place.object = NULL;
    place.path = "dcv_check_parameters";

    path.data = "";
    path.len = 0;

    rc = mpic_url_website(reader->pool, &request->target, dcv->https, &path,
                          &url);

    if (rc == 0) {
        rc = mpic_url_holds(reader->pool, &url, &dcv->challenge_value);
    }

    if (rc < 0) {
        reader->failed = 1;

    } else if (rc > 0) {
        mpic_reader_issue(reader, "invalid-value", &place, "challenge_value",
                          "\"challenge_value\" is a part of \"%s\", and must "
                          "not appear in the request", url.url.data);
    }
}


int
mpic_request_print(mpic_pool_t *pool, const mpic_request_t *request,
    mpic_check_type_e type, mpic_str_t *text)
{
    mpic_json_t  json;

    mpic_json_start(&json, pool);

    mpic_json_text(&json, json.root, "domain_or_ip_target",
                   &request->target.canonical);
    mpic_json_text(&json, json.root, "trace_identifier",
                   &request->trace_identifier);

    if (request->include_records) {
        mpic_json_bool(&json, json.root, "include_records", 1);
    }

    if (type == MPIC_CHECK_DCV) {
        mpic_json_word(&json, json.root, "check_type", "dcv");
        mpic_params_print_dcv(&json, json.root, &request->dcv);

        return mpic_json_finish(&json, text);
    }

    mpic_json_word(&json, json.root, "check_type", "caa");

    if (request->caa_given) {
        mpic_params_print_caa(&json, json.root, &request->caa);

    } else {
        mpic_json_null(&json, json.root, "caa_check_parameters");
    }

    return mpic_json_finish(&json, text);
}
