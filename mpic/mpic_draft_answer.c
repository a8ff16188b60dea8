
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_draft.h"
#include "mpic_draft_caa.h"

#include <string.h>


/* what one perspective says to all that was asked */

typedef struct {
    const char         *code;
    const char         *rir;
    unsigned            primary:1;

    /* all checks passed; "failed" is the first that did not */
    unsigned            passed:1;
    const cJSON        *failed;
    /* a check that may pass was not waited for, and none failed */
    unsigned            out:1;

    mpic_draft_set_t    set;

    /* passed, and saw the set that the others saw */
    unsigned            success:1;
} mpic_draft_vote_t;


typedef struct {
    mpic_pool_t        *pool;

    /* CAA is a part of it; DCV is */
    unsigned            caa:1;
    unsigned            dcv:1;
    /* "is_valid" */
    unsigned            valid:1;
    unsigned            primary:1;

    double              count;
    double              quorum;

    mpic_draft_vote_t  *votes;
    size_t              n;

    /* the set that a quorum saw, or NULL */
    mpic_draft_set_t   *set;

    /* perspectives, the primary not counted */
    size_t              nsuccess;
    unsigned            success:1;
} mpic_draft_tally_t;


static int mpic_draft_tally(mpic_draft_tally_t *tally, const cJSON *root);
static int mpic_draft_numbers(mpic_draft_tally_t *tally, const cJSON *root);
static int mpic_draft_primary(mpic_draft_tally_t *tally, const cJSON *root);
static int mpic_draft_vote(mpic_draft_tally_t *tally, const cJSON *entry);
static int mpic_draft_checks(mpic_draft_tally_t *tally,
    mpic_draft_vote_t *vote, const cJSON *entry);
static int mpic_draft_check(mpic_draft_vote_t *vote, const cJSON *entry,
    const char *name);
static const char *mpic_draft_first_error(const cJSON *object,
    const char *name);
static int mpic_draft_is_twice(const mpic_draft_tally_t *tally);
static void mpic_draft_agree(mpic_draft_tally_t *tally);
static void mpic_draft_judge(mpic_draft_tally_t *tally);
static int mpic_draft_is_quorum(const mpic_draft_tally_t *tally,
    const unsigned char *with, size_t *n);
static int mpic_draft_print(mpic_draft_tally_t *tally, mpic_str_t *text);
static int mpic_draft_error(mpic_draft_tally_t *tally, mpic_str_t *error);
static int mpic_draft_reason(mpic_draft_tally_t *tally,
    const mpic_draft_vote_t *vote, mpic_str_t *reason);
static int mpic_draft_other_set(mpic_draft_tally_t *tally,
    const mpic_draft_set_t *set, mpic_str_t *reason);
static int mpic_draft_excerpt(mpic_pool_t *pool, const char *text,
    size_t len, mpic_str_t *excerpt);


int
mpic_draft_answer(mpic_pool_t *pool, const mpic_request_t *request,
    const mpic_str_t *answer, mpic_str_t *text, int *success)
{
    int                  rc;
    cJSON               *root;
    mpic_str_t           why;
    mpic_draft_tally_t   tally;

    if (mpic_json_parse(pool, answer, MPIC_DRAFT_DEPTH, &root, NULL, &why)
        != 0)
    {
        return -1;
    }

    memset(&tally, 0, sizeof(mpic_draft_tally_t));

    tally.pool = pool;
    tally.caa = (request->check_type != MPIC_CHECK_DCV);
    tally.dcv = (request->check_type != MPIC_CHECK_CAA);

    rc = mpic_draft_tally(&tally, root);

    if (rc == 0) {
        mpic_draft_agree(&tally);
        mpic_draft_judge(&tally);

        rc = mpic_draft_print(&tally, text);
    }

    if (rc == 0 && success != NULL) {
        *success = tally.success;
    }

    cJSON_Delete(root);

    return rc;
}


static int
mpic_draft_tally(mpic_draft_tally_t *tally, const cJSON *root)
{
    const cJSON  *list, *entry;

    if (mpic_draft_numbers(tally, root) != 0) {
        return -1;
    }

    list = cJSON_GetObjectItemCaseSensitive(root, "perspectives");

    if (!cJSON_IsArray(list)
        || cJSON_GetArraySize(list) > MPIC_DRAFT_VOTES_MAX - 1)
    {
        return -1;
    }

    tally->votes = mpic_pcalloc(tally->pool, MPIC_DRAFT_VOTES_MAX
                                             * sizeof(mpic_draft_vote_t));
    if (tally->votes == NULL) {
        return -1;
    }

    cJSON_ArrayForEach(entry, list) {

        if (mpic_draft_vote(tally, entry) != 0) {
            return -1;
        }
    }

    return mpic_draft_primary(tally, root);
}


static int
mpic_draft_numbers(mpic_draft_tally_t *tally, const cJSON *root)
{
    const cJSON  *actual, *count, *quorum, *valid;

    valid = cJSON_GetObjectItemCaseSensitive(root, "is_valid");
    actual = cJSON_GetObjectItemCaseSensitive(root,
                                          "actual_orchestration_parameters");
    count = cJSON_GetObjectItemCaseSensitive(actual, "perspective_count");
    quorum = cJSON_GetObjectItemCaseSensitive(actual, "quorum_count");

    if (!cJSON_IsBool(valid)
        || !mpic_json_is_integer(count) || !mpic_json_is_integer(quorum))
    {
        return -1;
    }

    tally->valid = cJSON_IsTrue(valid);
    tally->count = count->valuedouble;
    tally->quorum = quorum->valuedouble;

    return 0;
}


/*
 * It is beside the perspectives, and may have passed in a way that does not
 * count, which its "errors" say.
 */

static int
mpic_draft_primary(mpic_draft_tally_t *tally, const cJSON *root)
{
    const cJSON        *entry;
    mpic_draft_vote_t  *vote;

    entry = cJSON_GetObjectItemCaseSensitive(root, "primary");

    if (entry == NULL) {
        return 0;
    }

    vote = &tally->votes[tally->n];

    if (mpic_draft_vote(tally, entry) != 0) {
        return -1;
    }

    tally->primary = 1;
    vote->primary = 1;

    if (vote->passed
        && !cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(entry, "errors")))
    {
        vote->passed = 0;
        vote->failed = entry;
    }

    return 0;
}


static int
mpic_draft_vote(mpic_draft_tally_t *tally, const cJSON *entry)
{
    const cJSON        *code, *rir;
    mpic_draft_vote_t  *vote;

    vote = &tally->votes[tally->n];

    code = cJSON_GetObjectItemCaseSensitive(entry, "perspective_code");
    rir = cJSON_GetObjectItemCaseSensitive(entry, "rir");

    if (!cJSON_IsString(code) || !cJSON_IsString(rir)) {
        return -1;
    }

    vote->code = code->valuestring;
    vote->rir = rir->valuestring;

    tally->n++;

    if (mpic_draft_is_twice(tally)) {
        return -1;
    }

    return mpic_draft_checks(tally, vote, entry);
}


static int
mpic_draft_checks(mpic_draft_tally_t *tally, mpic_draft_vote_t *vote,
    const cJSON *entry)
{
    const char  *name;

    name = tally->dcv ? "caa_check_response" : "check_response";

    if (tally->dcv && mpic_draft_check(vote, entry, "check_response") != 0) {
        return -1;
    }

    if (tally->caa
        && (mpic_draft_check(vote, entry, name) != 0
            || mpic_draft_caa_read(tally->pool,
                              cJSON_GetObjectItemCaseSensitive(entry, name),
                              &vote->set)
               != 0))
    {
        return -1;
    }

    if (vote->failed != NULL) {
        vote->out = 0;
    }

    vote->passed = (vote->failed == NULL && !vote->out);

    return 0;
}


static int
mpic_draft_check(mpic_draft_vote_t *vote, const cJSON *entry,
    const char *name)
{
    const char   *type;
    const cJSON  *response, *passed;

    response = cJSON_GetObjectItemCaseSensitive(entry, name);
    passed = cJSON_GetObjectItemCaseSensitive(response, "check_passed");

    if (!cJSON_IsBool(passed)) {
        return -1;
    }

    if (cJSON_IsTrue(passed)) {
        return 0;
    }

    type = mpic_draft_first_error(response, "error_type");

    if (type != NULL && strcmp(type, MPIC_ERROR_NOT_AWAITED) == 0) {
        vote->out = 1;

    } else if (vote->failed == NULL) {
        vote->failed = response;
    }

    return 0;
}


/* NULL where there is none */

static const char *
mpic_draft_first_error(const cJSON *object, const char *name)
{
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(object, "errors");
    item = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(item, 0),
                                            name);

    return (cJSON_IsString(item) && item->valuestring[0] != '\0')
           ? item->valuestring : NULL;
}


/* the codes are names of members, and have to differ */

static int
mpic_draft_is_twice(const mpic_draft_tally_t *tally)
{
    size_t  i;

    for (i = 0; i + 1 < tally->n; i++) {
        if (strcmp(tally->votes[i].code, tally->votes[tally->n - 1].code)
            == 0)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * The set that most saw, whether it permits or not, if they are a quorum.
 */

static void
mpic_draft_agree(mpic_draft_tally_t *tally)
{
    size_t         i, k, n, most;
    unsigned char  with[MPIC_DRAFT_VOTES_MAX];

    if (!tally->caa) {
        return;
    }

    most = 0;

    for (i = 0; i < tally->n; i++) {

        for (k = 0; k < tally->n; k++) {
            with[k] = (unsigned char)
                      mpic_draft_caa_equal(&tally->votes[i].set,
                                           &tally->votes[k].set);
        }

        if (mpic_draft_is_quorum(tally, with, &n) && n > most) {
            most = n;
            tally->set = &tally->votes[i].set;
        }
    }
}


static void
mpic_draft_judge(mpic_draft_tally_t *tally)
{
    int                 primary;
    size_t              i;
    unsigned char       with[MPIC_DRAFT_VOTES_MAX];
    mpic_draft_vote_t  *vote;

    primary = 1;

    for (i = 0; i < tally->n; i++) {
        vote = &tally->votes[i];

        vote->success = vote->passed
                        && (!tally->caa
                            || (tally->set != NULL
                                && mpic_draft_caa_equal(tally->set,
                                                        &vote->set)));
        with[i] = vote->success;

        if (vote->primary && !vote->success) {
            primary = 0;
        }
    }

    tally->success = mpic_draft_is_quorum(tally, with, &tally->nsuccess)
                     && primary && tally->valid;
}


/*
 * Are those "with" a quorum (BR 3.2.2.9)?  "n" is their number.
 */

static int
mpic_draft_is_quorum(const mpic_draft_tally_t *tally,
    const unsigned char *with, size_t *n)
{
    int          regions;
    size_t       i;
    const char  *first;

    *n = 0;
    first = NULL;
    regions = 0;

    for (i = 0; i < tally->n; i++) {

        if (!with[i] || tally->votes[i].primary) {
            continue;
        }

        (*n)++;

        if (first == NULL) {
            first = tally->votes[i].rir;
            regions = 1;

        } else if (strcmp(first, tally->votes[i].rir) != 0) {
            regions = 2;
        }
    }

    /* none at all is no quorum: the draft has no monitoring */

    return *n != 0 && (double) *n >= tally->quorum
           && regions >= (tally->count > 2 ? 2 : 1);
}


static int
mpic_draft_print(mpic_draft_tally_t *tally, mpic_str_t *text)
{
    cJSON        *list, *object;
    size_t        i;
    mpic_str_t    error;
    mpic_json_t   json;

    if (!tally->success && mpic_draft_error(tally, &error) != 0) {
        return -1;
    }

    mpic_json_start(&json, tally->pool);
    mpic_json_bool(&json, json.root, "success", tally->success);

    list = mpic_json_object(&json, json.root, "perspectives");

    for (i = 0; i < tally->n; i++) {

        if (tally->votes[i].out) {
            continue;
        }

        object = mpic_json_object(&json, list, tally->votes[i].code);
        mpic_json_bool(&json, object, "success", tally->votes[i].success);
    }

    if (tally->set != NULL) {
        mpic_draft_caa_print(&json, json.root, tally->set);
    }

    if (!tally->success) {
        mpic_json_text(&json, json.root, "error", &error);
    }

    return mpic_json_finish(&json, text);
}


static int
mpic_draft_error(mpic_draft_tally_t *tally, mpic_str_t *error)
{
    size_t                    i, named;
    mpic_str_t                reason, code;
    const mpic_draft_vote_t  *vote;

    if (mpic_str_printf(tally->pool, error, "%zu of %.0f perspectives "
                        "corroborated; %.0f have to%s%s%s.",
                        tally->nsuccess, tally->count, tally->quorum,
                        tally->count > 2 ? ", in at least two RIR regions"
                                         : "",
                        tally->primary ? ", and so has the primary" : "",
                        tally->caa && tally->set == NULL
                        ? ", and to see the same CAA records" : "")
        != 0)
    {
        return -1;
    }

    named = 0;

    for (i = 0; i < tally->n; i++) {
        vote = &tally->votes[i];

        if (vote->success || vote->out) {
            continue;
        }

        if (named++ == MPIC_DRAFT_REASONS_MAX) {
            return mpic_str_printf(tally->pool, error, "%s And others.",
                                   error->data);
        }

        if (mpic_draft_reason(tally, vote, &reason) != 0
            || mpic_draft_excerpt(tally->pool, vote->code, strlen(vote->code),
                                  &code)
               != 0
            || mpic_str_printf(tally->pool, error, "%s %s: %s%s", error->data,
                               code.data, reason.data,
                               reason.len && reason.data[reason.len - 1] == '.'
                               ? "" : ".")
               != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
mpic_draft_reason(mpic_draft_tally_t *tally, const mpic_draft_vote_t *vote,
    mpic_str_t *reason)
{
    const char  *text;

    if (vote->passed) {
        return mpic_draft_other_set(tally, &vote->set, reason);
    }

    text = mpic_draft_first_error(vote->failed, "error_message");

    if (text == NULL) {
        text = "the check did not pass";
    }

    return mpic_draft_excerpt(tally->pool, text, strlen(text), reason);
}


static int
mpic_draft_other_set(mpic_draft_tally_t *tally, const mpic_draft_set_t *set,
    mpic_str_t *reason)
{
    mpic_str_t   domain;
    const char  *others;

    others = (tally->set != NULL) ? ", unlike the others" : "";

    if (!set->known) {
        return mpic_str_printf(tally->pool, reason, "its CAA records are not "
                               "known as a whole");
    }

    if (set->domain.data == NULL) {
        return mpic_str_printf(tally->pool, reason, "it saw no CAA records%s",
                               others);
    }

    if (mpic_draft_excerpt(tally->pool, set->domain.data, set->domain.len,
                           &domain)
        != 0)
    {
        return -1;
    }

    return mpic_str_printf(tally->pool, reason, "it saw %zu CAA records at "
                           "%s%s", set->n, domain.data, others);
}


/* as it is, where it is short and plain */

static int
mpic_draft_excerpt(mpic_pool_t *pool, const char *text, size_t len,
    mpic_str_t *excerpt)
{
    size_t  i;

    for (i = 0; i < len && text[i] >= 0x20 && text[i] < 0x7f; i++) {
        /* void */
    }

    if (i == len && len <= MPIC_DRAFT_REASON_MAX) {
        return mpic_str_copy(pool, excerpt, text, len);
    }

    return mpic_str_excerpt(pool, excerpt, text, len, MPIC_DRAFT_REASON_MAX);
}
