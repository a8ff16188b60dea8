
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The status of a coordinator as JSON.
 */


#include "mpic_status.h"


/* BR 3.2.2.9 asks for so many RIR regions since 2026-03-15, here always */
#define MPIC_STATUS_RIRS     2
#define MPIC_STATUS_SECTION  "3.2.2.9"

#define MPIC_STATUS_DAY      86400


/* of requests, for the three results that a verdict can have */

typedef struct {
    unsigned long  counts[MPIC_STAT_CURVES];
} mpic_status_sum_t;


static void mpic_status_locations(mpic_json_t *json,
    const mpic_status_t *status);
static void mpic_status_policy(mpic_json_t *json,
    const mpic_status_t *status);
static mpic_policy_e mpic_status_policy_of(const mpic_status_t *status);
static void mpic_status_terms(mpic_json_t *json, cJSON *object,
    size_t remotes);
static void mpic_status_date(mpic_json_t *json, cJSON *object,
    const char *name, time_t day);
static void mpic_status_requests(mpic_json_t *json,
    const mpic_status_t *status);
static void mpic_status_by_check(mpic_json_t *json, cJSON *requests,
    const mpic_stat_t *stat);
static void mpic_status_by_method(mpic_json_t *json, cJSON *requests,
    const mpic_stat_t *stat);
static unsigned long mpic_status_add(mpic_status_sum_t *sum,
    const mpic_stat_t *stat, size_t row);
static void mpic_status_sum(mpic_json_t *json, cJSON *parent,
    const char *name, const mpic_status_sum_t *sum);
static void mpic_status_history(mpic_json_t *json,
    const mpic_status_t *status);
static void mpic_status_sets(mpic_json_t *json, const mpic_status_t *status);
static void mpic_status_perspective(mpic_json_t *json, cJSON *list,
    const mpic_status_perspective_t *p);
static void mpic_status_health(mpic_json_t *json, cJSON *object,
    const mpic_status_perspective_t *p);
static void mpic_status_calls(mpic_json_t *json, cJSON *object,
    const char *name, const mpic_stat_perspective_t *stat,
    mpic_check_type_e type);
static void mpic_status_certificates(mpic_json_t *json, cJSON *object,
    const mpic_status_set_t *set, time_t now);


int
mpic_status_json(mpic_pool_t *pool, const mpic_status_t *status,
    mpic_str_t *text)
{
    mpic_json_t  json;

    mpic_json_start(&json, pool);

    mpic_status_head(&json, "coordinator", &status->server,
                     status->stat->since);

    mpic_status_locations(&json, status);
    mpic_status_policy(&json, status);
    mpic_status_requests(&json, status);
    mpic_status_history(&json, status);
    mpic_status_sets(&json, status);

    return mpic_json_finish(&json, text);
}


static void
mpic_status_locations(mpic_json_t *json, const mpic_status_t *status)
{
    cJSON                         *list, *object;
    size_t                         i;
    const mpic_status_location_t  *location;

    list = mpic_json_list(json, json->root, "locations");

    for (i = 0; i < status->nlocations; i++) {
        location = &status->locations[i];

        object = mpic_json_object(json, list, NULL);

        mpic_json_text(json, object, "name", &location->name);
        mpic_json_text(json, object, "server", &location->server);
        mpic_json_text(json, object, "set", &location->set);
        mpic_json_word(json, object, "dialect", location->dialect);
        mpic_json_word(json, object, "policy",
                       location->policy == MPIC_POLICY_BR ? "br" : "private");
        mpic_json_number(json, object, "perspective_count",
                         (int64_t) location->terms.count);
        mpic_json_number(json, object, "quorum_count",
                         (int64_t) location->terms.quorum);
        mpic_json_number(json, object, "max_attempts",
                         (int64_t) location->attempts);
        mpic_json_number(json, object, "timeout_ms",
                         (int64_t) location->timeout);
    }
}


static void
mpic_status_policy(mpic_json_t *json, const mpic_status_t *status)
{
    cJSON          *policy, *object;
    time_t          now, next;
    mpic_policy_e   name;

    now = (time_t) (status->server.now / 1000);
    name = mpic_status_policy_of(status);

    policy = mpic_json_object(json, json->root, "policy");

    mpic_json_word(json, policy, "name",
                   name == MPIC_POLICY_BR ? "br" : "private");

    object = mpic_json_object(json, policy, "in_force");

    if (name == MPIC_POLICY_BR) {
        mpic_status_date(json, object, "since", mpic_br_since(now));

    } else {
        mpic_json_null(json, object, "since");
    }

    mpic_status_terms(json, object, mpic_policy_remotes(name, now));

    next = mpic_br_next(now);

    if (next == 0) {
        mpic_json_null(json, policy, "next");
        return;
    }

    object = mpic_json_object(json, policy, "next");

    mpic_status_date(json, object, "from", next);
    mpic_status_terms(json, object, mpic_br_remotes(next));

    /* the days that are begun until then */

    mpic_json_number(json, object, "days",
                     (next - now + MPIC_STATUS_DAY - 1) / MPIC_STATUS_DAY);
}


/* the strictest of all locations */

static mpic_policy_e
mpic_status_policy_of(const mpic_status_t *status)
{
    size_t  i;

    for (i = 0; i < status->nlocations; i++) {
        if (status->locations[i].policy == MPIC_POLICY_BR) {
            return MPIC_POLICY_BR;
        }
    }

    return MPIC_POLICY_PRIVATE;
}


static void
mpic_status_terms(mpic_json_t *json, cJSON *object, size_t remotes)
{
    mpic_json_number(json, object, "remotes", (int64_t) remotes);
    mpic_json_number(json, object, "dissent",
                     (int64_t) (remotes - mpic_quorum_floor(remotes)));
    mpic_json_number(json, object, "rirs", MPIC_STATUS_RIRS);
    mpic_json_word(json, object, "section", MPIC_STATUS_SECTION);
}


static void
mpic_status_date(mpic_json_t *json, cJSON *object, const char *name,
    time_t day)
{
    char        text[32];
    struct tm   tm;
    mpic_str_t  date;

    date.data = text;
    date.len = (gmtime_r(&day, &tm) == NULL)
               ? 0 : strftime(text, sizeof(text), "%Y-%m-%d", &tm);

    mpic_json_text(json, object, name, &date);
}


static void
mpic_status_requests(mpic_json_t *json, const mpic_status_t *status)
{
    cJSON              *requests;
    size_t              row, i;
    unsigned long       sums[MPIC_STAT_RESULTS];
    const mpic_stat_t  *stat;

    stat = status->stat;

    for (i = 0; i < MPIC_STAT_RESULTS; i++) {
        sums[i] = 0;

        for (row = 0; row < MPIC_STAT_ROWS; row++) {
            sums[i] += stat->requests[row][i];
        }
    }

    sums[MPIC_STAT_FAILED] += stat->refused[mpic_stat_status(500)];

    requests = mpic_json_object(json, json->root, "requests");

    for (i = 0; i < MPIC_STAT_RESULTS; i++) {
        mpic_json_number(json, requests,
                         mpic_stat_result_name((mpic_stat_result_e) i),
                         (int64_t) sums[i]);
    }

    mpic_json_number(json, requests, "refused",
                     (int64_t) mpic_status_refused(stat->refused));
    mpic_json_number(json, requests, "unavailable",
                     (int64_t) stat->refused[mpic_stat_status(503)]);
    mpic_json_number(json, requests, "batches", (int64_t) stat->batches);
    mpic_json_number(json, requests, "running",
                     (int64_t) status->server.running);

    mpic_status_by_check(json, requests, stat);
    mpic_status_by_method(json, requests, stat);

    mpic_status_histogram(json, requests, "duration_ms", &stat->duration);

    mpic_json_number(json, requests, "record_failures",
                     (int64_t) stat->record_failures);
    mpic_json_number(json, requests, "records_failing",
                     (int64_t) status->records_failing);
    mpic_json_number(json, requests, "record_refusals",
                     (int64_t) stat->record_refusals);
}


static void
mpic_status_by_check(mpic_json_t *json, cJSON *requests,
    const mpic_stat_t *stat)
{
    cJSON             *object;
    size_t             type, row;
    unsigned           method;
    mpic_check_type_e  row_type;
    mpic_status_sum_t  sums[3] = { { { 0, 0, 0 } } };

    static const char  *types[] = { "dcv", "caa", "dcv_with_caa" };

    for (row = 0; row < MPIC_STAT_ROWS; row++) {
        mpic_stat_row_of(row, &row_type, &method);
        (void) mpic_status_add(&sums[row_type], stat, row);
    }

    object = mpic_json_object(json, requests, "by_check");

    for (type = 0; type < 3; type++) {
        mpic_status_sum(json, object, types[type], &sums[type]);
    }
}


/* those that were asked for */

static void
mpic_status_by_method(mpic_json_t *json, cJSON *requests,
    const mpic_stat_t *stat)
{
    cJSON              *object;
    unsigned            method;
    unsigned long       n;
    mpic_status_sum_t   sum;

    object = mpic_json_object(json, requests, "by_method");

    for (method = 0; method < MPIC_METHODS; method++) {
        sum = (mpic_status_sum_t) { { 0, 0, 0 } };

        n = mpic_status_add(&sum, stat,
                            mpic_stat_row(MPIC_CHECK_DCV,
                                          (mpic_method_e) method));
        n += mpic_status_add(&sum, stat,
                             mpic_stat_row(MPIC_CHECK_DCV_WITH_CAA,
                                           (mpic_method_e) method));

        if (n != 0) {
            mpic_status_sum(json, object,
                            mpic_method_name((mpic_method_e) method), &sum);
        }
    }
}


/* how many are added */

static unsigned long
mpic_status_add(mpic_status_sum_t *sum, const mpic_stat_t *stat, size_t row)
{
    size_t         i;
    unsigned long  n, all;

    all = 0;

    for (i = 0; i < MPIC_STAT_CURVES; i++) {
        n = stat->requests[row][i];
        sum->counts[i] += n;
        all += n;
    }

    return all;
}


static void
mpic_status_sum(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_status_sum_t *sum)
{
    cJSON  *object;
    size_t  i;

    object = mpic_json_object(json, parent, name);

    for (i = 0; i < MPIC_STAT_CURVES; i++) {
        mpic_json_number(json, object,
                         mpic_stat_result_name((mpic_stat_result_e) i),
                         (int64_t) sum->counts[i]);
    }
}


/*
 * Every minute since the counting began, those without a request included.
 */

static void
mpic_status_history(mpic_json_t *json, const mpic_status_t *status)
{
    cJSON                    *history, *list, *object;
    size_t                    i;
    unsigned long             minute, first, last, n;
    const mpic_stat_point_t  *point;

    history = mpic_json_object(json, json->root, "history");
    mpic_json_number(json, history, "step_s", MPIC_STAT_STEP);

    list = mpic_json_list(json, history, "points");

    last = mpic_stat_minute((time_t) (status->server.now / 1000));
    first = mpic_stat_minute((time_t) (status->stat->since / 1000));

    if (first > last || last - first >= MPIC_STAT_POINTS) {
        first = last - (MPIC_STAT_POINTS - 1);
    }

    for (minute = first; minute <= last; minute++) {
        point = &status->stat->points[minute % MPIC_STAT_POINTS];

        object = mpic_json_object(json, list, NULL);
        mpic_json_number(json, object, "t",
                         (int64_t) minute * MPIC_STAT_STEP);

        for (i = 0; i < MPIC_STAT_CURVES; i++) {
            n = (point->minute == minute) ? point->counts[i] : 0;

            mpic_json_number(json, object,
                             mpic_stat_result_name((mpic_stat_result_e) i),
                             (int64_t) n);
        }
    }
}


static void
mpic_status_sets(mpic_json_t *json, const mpic_status_t *status)
{
    cJSON                    *sets, *object, *list;
    size_t                    i, k;
    const mpic_status_set_t  *set;

    sets = mpic_json_list(json, json->root, "sets");

    for (i = 0; i < status->nsets; i++) {
        set = &status->sets[i];

        object = mpic_json_object(json, sets, NULL);
        mpic_json_text(json, object, "name", &set->name);

        list = mpic_json_list(json, object, "perspectives");

        for (k = 0; k < set->nperspectives; k++) {
            mpic_status_perspective(json, list, &set->perspectives[k]);
        }

        mpic_status_certificates(json, object, set,
                                 (time_t) (status->server.now / 1000));
    }
}


static void
mpic_status_perspective(mpic_json_t *json, cJSON *list,
    const mpic_status_perspective_t *p)
{
    cJSON                     *object;
    const mpic_perspective_t  *rules;

    rules = p->rules;

    object = mpic_json_object(json, list, NULL);

    mpic_json_text(json, object, "code", &rules->code);
    mpic_json_word(json, object, "rir", mpic_rir_name(rules->rir));
    mpic_json_text(json, object, "network", &rules->network);
    mpic_json_bool(json, object, "primary", p->primary);

    if (rules->located) {
        mpic_status_real(json, object, "latitude",
                         rules->location.latitude, 4);
        mpic_status_real(json, object, "longitude",
                         rules->location.longitude, 4);

    } else {
        mpic_json_null(json, object, "latitude");
        mpic_json_null(json, object, "longitude");
    }

    mpic_status_health(json, object, p);

    mpic_status_calls(json, object, "dcv", p->stat, MPIC_CHECK_DCV);
    mpic_status_calls(json, object, "caa", p->stat, MPIC_CHECK_CAA);

    mpic_status_errors(json, object, p->stat->errors);
    mpic_status_histogram(json, object, "latency_ms", &p->stat->latency);
}


static void
mpic_status_health(mpic_json_t *json, cJSON *object,
    const mpic_status_perspective_t *p)
{
    mpic_json_word(json, object, "health",
                   p->health.failing ? "failing"
                   : p->health.answered != 0 ? "up" : "unknown");
    mpic_status_time(json, object, "failing_since",
                     p->health.failing ? p->health.since : 0);
    mpic_json_text(json, object, "last_error", &p->error);
    mpic_status_time(json, object, "last_error_at", p->error_at);
    mpic_status_time(json, object, "last_answer_at", p->health.answered);
}


static void
mpic_status_calls(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_stat_perspective_t *stat, mpic_check_type_e type)
{
    cJSON  *object;
    size_t  i;

    object = mpic_json_object(json, parent, name);

    for (i = 0; i < MPIC_STAT_CALLS; i++) {
        mpic_json_number(json, object,
                         mpic_stat_call_name((mpic_stat_call_e) i),
                         (int64_t) stat->calls[type][i]);
    }

    mpic_json_number(json, object, "late_passed",
                     (int64_t) stat->late_passed[type]);
}


static void
mpic_status_certificates(mpic_json_t *json, cJSON *parent,
    const mpic_status_set_t *set, time_t now)
{
    cJSON                     *list, *object;
    size_t                     i;
    int64_t                    left;
    const mpic_certificate_t  *certificate;

    list = mpic_json_list(json, parent, "certificates");

    for (i = 0; i < set->ncertificates; i++) {
        certificate = &set->certificates[i];
        left = (int64_t) certificate->not_after - (int64_t) now;

        object = mpic_json_object(json, list, NULL);

        mpic_json_word(json, object, "role", certificate->role);
        mpic_json_text(json, object, "file", &certificate->file);
        mpic_json_text(json, object, "subject", &certificate->subject);
        mpic_json_text(json, object, "serial", &certificate->serial);
        mpic_json_number(json, object, "not_after",
                         (int64_t) certificate->not_after);

        /* whole days that are left; below 0: that have gone */

        mpic_json_number(json, object, "days",
                         (left >= 0) ? left / MPIC_STATUS_DAY
                                     : -((-left + MPIC_STATUS_DAY - 1)
                                         / MPIC_STATUS_DAY));
    }
}
