
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_record_check.h"
#include "mpic_record_writer.h"


static int mpic_record_check_at(mpic_pool_t *pool,
    const mpic_record_check_t *check, mpic_record_level_e level,
    mpic_str_t *line);
static const char *mpic_record_check_outcome(
    const mpic_record_check_t *check);
static void mpic_record_check_method(mpic_record_writer_t *w,
    const mpic_record_check_t *check);


int
mpic_record_check_print(mpic_pool_t *pool, const mpic_record_check_t *check,
    mpic_str_t *line)
{
    int       rc;
    unsigned  level;

    for (level = MPIC_RECORD_FULL; level <= MPIC_RECORD_BARE; level++) {

        rc = mpic_record_check_at(pool, check, (mpic_record_level_e) level,
                                  line);

        if (rc != 0 || line->len <= MPIC_RECORD_MAX) {
            return rc;
        }
    }

    return -1;
}


static int
mpic_record_check_at(mpic_pool_t *pool, const mpic_record_check_t *check,
    mpic_record_level_e level, mpic_str_t *line)
{
    mpic_record_writer_t  w;

    if (mpic_record_start(&w, pool, &check->head, level) != 0) {
        return -1;
    }

    mpic_record_head(&w, &check->head, "mpic_check",
                     mpic_record_check_outcome(check));

    if (check->head.status == 0) {
        mpic_json_number(&w.json, w.json.root, "ended_ms",
                         (int64_t) check->head.ended);
    }

    mpic_json_text(&w.json, w.json.root, "perspective", &check->code);
    mpic_json_text(&w.json, w.json.root, "rir", &check->rir);

    mpic_record_subject(&w, &check->head);
    mpic_record_check_method(&w, check);

    if (check->error != NULL) {
        mpic_json_word(&w.json, w.json.root, "error", check->error);
    }

    if (check->issues != NULL) {
        mpic_record_issues(&w, check->issues);
    }

    if (check->response.data != NULL) {
        mpic_record_evidence(&w, mpic_json_object(&w.json, w.json.root,
                                                  "evidence"),
                             &check->response);
    }

    return mpic_record_finish(&w, line);
}


/* 503 is of one that came when there was no room for it */

static const char *
mpic_record_check_outcome(const mpic_record_check_t *check)
{
    if (check->head.status == 0) {
        return "unanswered";
    }

    if (check->head.status >= 500 && check->head.status != 503) {
        return "error";
    }

    if (check->response.data == NULL) {
        return "refused";
    }

    if (!check->completed) {
        return "not_completed";
    }

    return check->passed ? "passed" : "failed";
}


/*
 * Of a request that could not be read, or that nothing is known of, at least
 * what it was sent for.
 */

static void
mpic_record_check_method(mpic_record_writer_t *w,
    const mpic_record_check_t *check)
{
    const mpic_request_t  *request;

    request = check->head.request;

    if (request != NULL && check->issues == NULL
        && request->target.canonical.data != NULL)
    {
        mpic_record_method(w, request);
        return;
    }

    mpic_json_word(&w->json, w->json.root, "check_type",
                   check->type == MPIC_CHECK_CAA ? "caa" : "dcv");

    if (request != NULL && request->dcv_given
        && request->target.canonical.data != NULL)
    {
        mpic_json_word(&w->json, w->json.root, "method",
                       mpic_method_name(request->dcv.method));
        mpic_json_word(&w->json, w->json.root, "method_section",
                       mpic_method_section(request->dcv.method,
                                           &request->target));
        mpic_json_word(&w->json, w->json.root, "br_version",
                       MPIC_BR_VERSION);
    }
}
