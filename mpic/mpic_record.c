
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_record_writer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>


/* octets of texts of others */
#define MPIC_RECORD_VALUE_MAX  1024
#define MPIC_RECORD_WHY_MAX    300

/* of all values of "asked_by", in a bare record */
#define MPIC_RECORD_BARE_MAX   1024


static int mpic_record_at(mpic_pool_t *pool, const mpic_record_t *record,
    mpic_record_level_e level, mpic_str_t *line);
static const char *mpic_record_outcome(const mpic_record_t *record);
static void mpic_record_asked_by(mpic_record_writer_t *w,
    const mpic_record_head_t *head);
static void mpic_record_policy(mpic_record_writer_t *w,
    const mpic_record_t *record);
static void mpic_record_quorums(mpic_record_writer_t *w,
    const mpic_record_t *record);
static void mpic_record_attempts(mpic_record_writer_t *w,
    const mpic_record_t *record);
static void mpic_record_attempt(mpic_record_writer_t *w, cJSON *object,
    const mpic_record_t *record, unsigned attempt);
static void mpic_record_verdict(mpic_record_writer_t *w, cJSON *parent,
    const mpic_record_t *record, unsigned attempt, unsigned kind);
static void mpic_record_call(mpic_record_writer_t *w, cJSON *object,
    const mpic_record_t *record, unsigned number);
static const char *mpic_record_result(const mpic_call_t *call);
static void mpic_record_counts(mpic_record_writer_t *w, cJSON *parent,
    const char *name, size_t passed, size_t of);


static const char  *mpic_record_types[] = {
    [MPIC_CHECK_DCV] = "dcv",
    [MPIC_CHECK_CAA] = "caa",
    [MPIC_CHECK_DCV_WITH_CAA] = "dcv_with_caa"
};


int
mpic_record_print(mpic_pool_t *pool, const mpic_record_t *record,
    mpic_str_t *line)
{
    int       rc;
    unsigned  level;

    for (level = MPIC_RECORD_FULL; level <= MPIC_RECORD_BARE; level++) {

        rc = mpic_record_at(pool, record, (mpic_record_level_e) level, line);

        if (rc != 0 || line->len <= MPIC_RECORD_MAX) {
            return rc;
        }
    }

    return -1;
}


static int
mpic_record_at(mpic_pool_t *pool, const mpic_record_t *record,
    mpic_record_level_e level, mpic_str_t *line)
{
    mpic_record_writer_t  w;

    if (mpic_record_start(&w, pool, &record->head, level) != 0) {
        return -1;
    }

    mpic_record_head(&w, &record->head, "mpic", mpic_record_outcome(record));
    mpic_json_bool(&w.json, w.json.root, "early", record->early);
    mpic_json_number(&w.json, w.json.root, "ended_ms",
                     (int64_t) record->head.ended);
    mpic_record_subject(&w, &record->head);
    mpic_record_method(&w, record->head.request);
    mpic_record_policy(&w, record);
    mpic_record_quorums(&w, record);
    mpic_record_attempts(&w, record);

    return mpic_record_finish(&w, line);
}


int
mpic_record_start(mpic_record_writer_t *w, mpic_pool_t *pool,
    const mpic_record_head_t *head, mpic_record_level_e level)
{
    memset(w, 0, sizeof(mpic_record_writer_t));

    w->pool = pool;
    w->level = level;
    w->truncated = (level != MPIC_RECORD_FULL);

    if (head != NULL && head->request != NULL
        && mpic_secrets(pool, head->request, &w->secrets) != 0)
    {
        return -1;
    }

    mpic_json_start(&w->json, pool);

    return 0;
}


int
mpic_record_finish(mpic_record_writer_t *w, mpic_str_t *line)
{
    mpic_json_bool(&w->json, w->json.root, "truncated", w->truncated);

    return mpic_json_finish(&w->json, line);
}


static const char *
mpic_record_outcome(const mpic_record_t *record)
{
    if (record->broken) {
        return "error";
    }

    if (record->head.status == 0) {
        return "unanswered";
    }

    if (record->monitoring) {
        return "monitoring";
    }

    return mpic_fanout_valid(record->machine) ? "valid" : "invalid";
}


void
mpic_record_head(mpic_record_writer_t *w, const mpic_record_head_t *head,
    const char *event, const char *outcome)
{
    cJSON  *object;

    mpic_record_time(w, w->json.root, "time", head->time);
    mpic_json_word(&w->json, w->json.root, "event", event);
    mpic_json_word(&w->json, w->json.root, "outcome", outcome);

    if (head->status) {
        mpic_json_number(&w->json, w->json.root, "status", head->status);
        mpic_json_number(&w->json, w->json.root, "duration_ms",
                         (int64_t) head->answered);

    } else {
        mpic_json_null(&w->json, w->json.root, "status");
        mpic_json_null(&w->json, w->json.root, "duration_ms");
    }

    object = mpic_json_object(&w->json, w->json.root, "request");
    mpic_json_text(&w->json, object, "id", &head->request_id);
    mpic_json_number(&w->json, object, "connection",
                     (int64_t) head->connection);
    mpic_json_number(&w->json, object, "number", (int64_t) head->number);

    if (head->item) {
        mpic_json_number(&w->json, object, "item", head->item);
    }

    mpic_record_asked_by(w, head);
}


static void
mpic_record_asked_by(mpic_record_writer_t *w, const mpic_record_head_t *head)
{
    cJSON   *object;
    size_t   i, max;

    if (head->nfields == 0) {
        return;
    }

    object = mpic_json_object(&w->json, w->json.root, "asked_by");

    max = (w->level == MPIC_RECORD_BARE)
          ? MPIC_RECORD_BARE_MAX / head->nfields : MPIC_RECORD_VALUE_MAX;

    for (i = 0; i < head->nfields; i++) {

        if (head->fields[i].value.len == 0) {
            mpic_json_null(&w->json, object, head->fields[i].name.data);
            continue;
        }

        mpic_record_text(w, object, head->fields[i].name.data,
                         &head->fields[i].value, max, 0);
    }
}


/* what the request was about: as far as it could be read */

void
mpic_record_subject(mpic_record_writer_t *w, const mpic_record_head_t *head)
{
    const mpic_request_t  *request;

    request = head->request;

    if (head->dialect != NULL) {
        mpic_json_word(&w->json, w->json.root, "dialect", head->dialect);
    }

    if (head->set.data != NULL) {
        mpic_json_text(&w->json, w->json.root, "perspective_set",
                       &head->set);
    }

    if (request == NULL) {
        return;
    }

    mpic_record_text(w, w->json.root, "trace_identifier",
                     &request->trace_identifier, MPIC_TRACE_MAX, 0);

    if (request->target.canonical.data == NULL) {
        mpic_json_null(&w->json, w->json.root, "target");
        return;
    }

    /* what is being proven is no proof: never redacted */

    mpic_json_text(&w->json, w->json.root, "target",
                   &request->target.canonical);
    mpic_json_text(&w->json, w->json.root, "target_sent",
                   &request->target_text);
}


void
mpic_record_method(mpic_record_writer_t *w, const mpic_request_t *request)
{
    cJSON  *root;

    root = w->json.root;

    mpic_json_word(&w->json, root, "check_type",
                   mpic_record_types[request->check_type]);

    if (request->dcv_given && request->check_type != MPIC_CHECK_CAA) {
        mpic_json_word(&w->json, root, "method",
                       mpic_method_name(request->dcv.method));
        mpic_json_word(&w->json, root, "method_section",
                       mpic_method_section(request->dcv.method,
                                           &request->target));
    }

    if (request->check_type != MPIC_CHECK_DCV && !request->caa_skipped) {
        mpic_json_word(&w->json, root, "caa_section", "3.2.2.8");
        mpic_json_word(&w->json, root, "certificate_type",
                       request->caa.cert_type == MPIC_CERT_SMIME
                       ? "s-mime" : "tls-server");
    }

    mpic_json_word(&w->json, root, "br_version", MPIC_BR_VERSION);
}


static void
mpic_record_policy(mpic_record_writer_t *w, const mpic_record_t *record)
{
    cJSON                *object;
    time_t                now;
    const mpic_terms_t   *terms;
    const mpic_policy_t  *policy;

    policy = record->policy;
    terms = &record->machine->rules.terms;
    now = (time_t) (record->head.time / 1000);

    object = mpic_json_object(&w->json, w->json.root, "policy");

    mpic_json_word(&w->json, object, "name",
                   policy->policy == MPIC_POLICY_BR ? "br" : "private");

    if (policy->policy == MPIC_POLICY_BR) {
        mpic_json_word(&w->json, object, "section", "3.2.2.9");
        mpic_record_time(w, object, "floor_since",
                         (uint64_t) mpic_br_since(now) * 1000);
    }

    mpic_json_number(&w->json, object, "remotes_required",
                     (int64_t) mpic_policy_remotes(policy->policy, now));
    mpic_json_number(&w->json, object, "perspective_count",
                     (int64_t) terms->count);
    mpic_json_number(&w->json, object, "quorum_count",
                     (int64_t) terms->quorum);
    mpic_json_number(&w->json, object, "max_attempts",
                     record->machine->rules.attempts);
}


/*
 * BR 5.4.1 (8): "3/4".  Of the attempt that was answered.
 */

static void
mpic_record_quorums(mpic_record_writer_t *w, const mpic_record_t *record)
{
    cJSON                *object;
    unsigned              kind;
    const mpic_fanout_t  *machine;

    machine = record->machine;

    if (!machine->answered || record->broken) {
        mpic_json_null(&w->json, w->json.root, "quorum");
        return;
    }

    object = mpic_json_object(&w->json, w->json.root, "quorum");

    for (kind = 0; kind < machine->rules.kinds; kind++) {
        mpic_record_counts(w, object, mpic_record_types[record->kinds[kind]],
                           machine->attempts[machine->attempt].verdicts[kind]
                               .npassed,
                           machine->rules.terms.count);
    }
}


static void
mpic_record_counts(mpic_record_writer_t *w, cJSON *parent, const char *name,
    size_t passed, size_t of)
{
    char  counts[sizeof("18446744073709551615/18446744073709551615")];

    snprintf(counts, sizeof(counts), "%zu/%zu", passed, of);

    mpic_json_word(&w->json, parent, name, counts);
}


static void
mpic_record_attempts(mpic_record_writer_t *w, const mpic_record_t *record)
{
    cJSON     *list;
    unsigned   i;

    list = mpic_json_list(&w->json, w->json.root, "attempts");

    for (i = 0; i <= record->machine->attempt; i++) {
        mpic_record_attempt(w, mpic_json_object(&w->json, list, NULL), record,
                            i);
    }
}


static void
mpic_record_attempt(mpic_record_writer_t *w, cJSON *object,
    const mpic_record_t *record, unsigned attempt)
{
    int                   cohort;
    cJSON                *list;
    unsigned              i, first;
    const mpic_fanout_t  *machine;

    machine = record->machine;

    cohort = record->head.request->orchestration.cohort_for_single_attempt;

    if (cohort < 1) {
        cohort = (int) attempt + 1;
    }

    mpic_json_number(&w->json, object, "attempt", attempt + 1);
    mpic_json_number(&w->json, object, "cohort", cohort);
    mpic_record_time(w, object, "time",
                     record->epoch + machine->attempts[attempt].begun);

    for (i = 0; i < machine->rules.kinds; i++) {
        mpic_record_verdict(w, object, record, attempt, i);
    }

    list = mpic_json_list(&w->json, object, "perspectives");
    first = attempt * machine->ncalls;

    for (i = first; i < first + machine->ncalls; i++) {
        mpic_record_call(w, mpic_json_object(&w->json, list, NULL), record,
                         i);
    }
}


/* the verdict as it was when it was made, and what there was in the end */

static void
mpic_record_verdict(mpic_record_writer_t *w, cJSON *parent,
    const mpic_record_t *record, unsigned attempt, unsigned kind)
{
    cJSON                 *object;
    mpic_verdict_t         end;
    const mpic_fanout_t   *machine;
    const mpic_verdict_t  *then;

    machine = record->machine;

    object = mpic_json_object(&w->json, parent,
                              mpic_record_types[record->kinds[kind]]);

    mpic_fanout_verdict(machine, attempt, kind, &end);

    /* one that was not decided has no verdict */

    if (attempt == machine->attempt && !machine->answered) {
        mpic_json_null(&w->json, object, "valid");

    } else {
        then = &machine->attempts[attempt].verdicts[kind];

        mpic_json_bool(&w->json, object, "valid", then->valid);
        mpic_json_bool(&w->json, object, "completed", then->completed);
        mpic_record_counts(w, object, "quorum", then->npassed,
                           machine->rules.terms.count);
        mpic_json_number(&w->json, object, "rirs", (int64_t) then->nrirs);
        mpic_json_number(&w->json, object, "not_awaited",
                         (int64_t) then->nout);
    }

    mpic_record_counts(w, object, "in_the_end", end.npassed,
                       machine->rules.terms.count);
}


static void
mpic_record_call(mpic_record_writer_t *w, cJSON *object,
    const mpic_record_t *record, unsigned number)
{
    const mpic_call_t         *state;
    const mpic_record_call_t  *call;

    state = &record->machine->calls[number];
    call = &record->calls[number];

    mpic_json_text(&w->json, object, "perspective", &call->code);
    mpic_json_word(&w->json, object, "rir", mpic_rir_name(call->rir));

    if (w->level < MPIC_RECORD_BARE && call->network.data != NULL) {
        mpic_record_text(w, object, "network", &call->network,
                         MPIC_RECORD_WHY_MAX, 0);
    }

    if (call->primary) {
        mpic_json_bool(&w->json, object, "primary", 1);
    }

    if (record->machine->rules.kinds > 1) {
        mpic_json_word(&w->json, object, "check",
                       mpic_record_types[call->type]);
    }

    mpic_json_word(&w->json, object, "result", mpic_record_result(state));

    if (state->late) {
        mpic_json_bool(&w->json, object, "late", 1);
    }

    if (state->state == MPIC_CALL_ANSWERED) {
        mpic_record_evidence(w, object, &call->json);
    }

    if (call->why.data != NULL && w->level < MPIC_RECORD_BARE) {
        mpic_record_text(w, object, "reason", &call->why,
                         MPIC_RECORD_WHY_MAX, 1);
    }
}


static const char *
mpic_record_result(const mpic_call_t *call)
{
    if (call->state == MPIC_CALL_ANSWERED) {
        return (call->vote == MPIC_VOTE_PASSED) ? "passed"
               : (call->vote == MPIC_VOTE_FAILED) ? "failed" : "no_vote";
    }

    /* it was cut off, by whoever gave up */

    if (call->vote == MPIC_VOTE_OUT || call->late
        || call->state != MPIC_CALL_LOST)
    {
        return "not_awaited";
    }

    return "no_vote";
}


int
mpic_record_refusal_print(mpic_pool_t *pool,
    const mpic_record_refusal_t *refusal, mpic_str_t *line)
{
    mpic_record_writer_t  w;

    if (mpic_record_start(&w, pool, &refusal->head, MPIC_RECORD_FULL) != 0) {
        return -1;
    }

    mpic_record_head(&w, &refusal->head, "mpic", refusal->outcome);
    mpic_record_subject(&w, &refusal->head);

    if (refusal->issues == NULL && refusal->head.request != NULL
        && refusal->head.request->target.canonical.data != NULL)
    {
        mpic_record_method(&w, refusal->head.request);
    }

    if (refusal->error != NULL) {
        mpic_json_word(&w.json, w.json.root, "error", refusal->error);
    }

    if (refusal->issues != NULL) {
        mpic_record_issues(&w, refusal->issues);
    }

    return mpic_record_finish(&w, line);
}


/*
 * Types and fields are words of ours; messages have excerpts of values.
 */

void
mpic_record_issues(mpic_record_writer_t *w, const mpic_issues_t *issues)
{
    cJSON   *list, *object;
    size_t   i;

    list = mpic_json_list(&w->json, w->json.root, "issues");

    for (i = 0; i < issues->n; i++) {
        object = mpic_json_object(&w->json, list, NULL);

        mpic_json_text(&w->json, object, "type", &issues->list[i].type);
        mpic_json_text(&w->json, object, "field", &issues->list[i].field);
    }

    if (issues->more) {
        mpic_json_number(&w->json, w->json.root, "issues_omitted",
                         (int64_t) issues->more);
        w->truncated = 1;
    }
}


int
mpic_record_gap_print(mpic_pool_t *pool, uint64_t ms, uint64_t lost,
    uint64_t pid, mpic_str_t *line)
{
    mpic_record_writer_t  w;

    if (mpic_record_start(&w, pool, NULL, MPIC_RECORD_FULL) != 0) {
        return -1;
    }

    mpic_record_time(&w, w.json.root, "time", ms);
    mpic_json_word(&w.json, w.json.root, "event", "gap");
    mpic_json_number(&w.json, w.json.root, "lost", (int64_t) lost);
    mpic_json_number(&w.json, w.json.root, "worker", (int64_t) pid);

    return mpic_record_finish(&w, line);
}


void
mpic_record_time(mpic_record_writer_t *w, cJSON *parent, const char *name,
    uint64_t ms)
{
    char       text[sizeof("-2147483647-12-31T23:59:59.000Z")];
    size_t     n;
    time_t     seconds;
    struct tm  tm;

    seconds = (time_t) (ms / 1000);

    if (gmtime_r(&seconds, &tm) == NULL) {
        mpic_json_null(&w->json, parent, name);
        return;
    }

    n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + n, sizeof(text) - n, ".%03uZ", (unsigned) (ms % 1000));

    mpic_json_word(&w->json, parent, name, text);
}


void
mpic_record_text(mpic_record_writer_t *w, cJSON *parent, const char *name,
    const mpic_str_t *text, size_t max, int dcv)
{
    int         rc;
    mpic_str_t  shown;

    if (text->data == NULL) {
        mpic_json_null(&w->json, parent, name);
        return;
    }

    rc = dcv ? mpic_redact_message(w->pool, &w->secrets, text, max, &shown)
             : mpic_redact_text(w->pool, &w->secrets, text, max, &shown);

    if (rc != 0) {
        w->json.failed = 1;
        return;
    }

    if (text->len > max) {
        w->truncated = 1;
    }

    mpic_json_text(&w->json, parent, name, &shown);
}
