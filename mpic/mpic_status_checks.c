
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The status of a perspective, as JSON and as metrics.
 */


#include "mpic_status.h"


typedef unsigned long (*mpic_status_resolver_pt)(
    const mpic_stat_resolver_t *stat);


static void mpic_status_checks_by_method(mpic_json_t *json, cJSON *checks,
    const mpic_stat_checks_t *stat);
static const char *mpic_status_checks_method(size_t row);
static unsigned long mpic_status_checks_all(const mpic_stat_checks_t *stat,
    size_t row);
static void mpic_status_resolvers(mpic_json_t *json,
    const mpic_status_checks_t *status);
static void mpic_status_resolver_counts(mpic_json_t *json, cJSON *object,
    const mpic_stat_resolver_t *stat);
static void mpic_status_dnssec_json(mpic_json_t *json, cJSON *parent,
    const mpic_status_resolver_t *which, mpic_status_dnssec_e state);
static void mpic_status_checks_counts(mpic_metrics_t *metrics,
    const mpic_status_checks_t *status);
static void mpic_status_resolvers_metric(mpic_metrics_t *metrics,
    const mpic_status_checks_t *status, const char *name, const char *help,
    mpic_status_resolver_pt count);
static unsigned long mpic_status_questions(const mpic_stat_resolver_t *stat);
static unsigned long mpic_status_timeouts(const mpic_stat_resolver_t *stat);
static unsigned long mpic_status_failures(const mpic_stat_resolver_t *stat);
static unsigned long mpic_status_failovers(const mpic_stat_resolver_t *stat);


static const char  *mpic_status_outcomes[MPIC_STAT_CHECKS] = {
    [MPIC_STAT_CHECK_PASSED] = "passed",
    [MPIC_STAT_CHECK_FAILED] = "failed",
    [MPIC_STAT_CHECK_INCOMPLETE] = "incomplete"
};

static const char  *mpic_status_dnssec_names[] = {
    [MPIC_STATUS_DNSSEC_UNKNOWN] = "unknown",
    [MPIC_STATUS_DNSSEC_VALIDATES] = "validates",
    [MPIC_STATUS_DNSSEC_FAILS] = "does not"
};


int
mpic_status_checks_json(mpic_pool_t *pool, const mpic_status_checks_t *status,
    mpic_str_t *text)
{
    cJSON                         *checks;
    mpic_json_t                    json;
    mpic_status_dnssec_e           state;
    const mpic_stat_checks_t      *stat;
    const mpic_status_resolver_t  *which;

    stat = status->stat;

    mpic_json_start(&json, pool);

    mpic_status_head(&json, "perspective", &status->server, stat->since);
    mpic_json_text(&json, json.root, "code", &status->code);
    mpic_json_text(&json, json.root, "rir", &status->rir);

    checks = mpic_json_object(&json, json.root, "checks");

    mpic_json_number(&json, checks, "running",
                     (int64_t) status->server.running);
    mpic_json_number(&json, checks, "max", (int64_t) status->max);
    mpic_json_number(&json, checks, "refused",
                     (int64_t) mpic_status_refused(stat->refused));
    mpic_json_number(&json, checks, "unavailable",
                     (int64_t) stat->refused[mpic_stat_status(503)]);
    mpic_json_number(&json, checks, "unanswered",
                     (int64_t) stat->unanswered);
    mpic_json_number(&json, checks, "error",
                     (int64_t) stat->refused[mpic_stat_status(500)]);
    mpic_json_number(&json, checks, "record_failures",
                     (int64_t) stat->record_failures);

    mpic_status_checks_by_method(&json, checks, stat);
    mpic_status_errors(&json, checks, stat->errors);
    mpic_status_histogram(&json, checks, "duration_ms", &stat->duration);

    mpic_status_resolvers(&json, status);

    state = mpic_status_dnssec(status, &which);
    mpic_status_dnssec_json(&json, json.root, which, state);

    return mpic_json_finish(&json, text);
}


/* those that were asked for */

static void
mpic_status_checks_by_method(mpic_json_t *json, cJSON *checks,
    const mpic_stat_checks_t *stat)
{
    cJSON  *list, *object;
    size_t  row, i;

    list = mpic_json_object(json, checks, "by_method");

    for (row = 0; row <= MPIC_METHODS; row++) {

        if (mpic_status_checks_all(stat, row) == 0) {
            continue;
        }

        object = mpic_json_object(json, list, mpic_status_checks_method(row));

        for (i = 0; i < MPIC_STAT_CHECKS; i++) {
            mpic_json_number(json, object, mpic_status_outcomes[i],
                             (int64_t) stat->checks[row][i]);
        }
    }
}


static const char *
mpic_status_checks_method(size_t row)
{
    return (row == MPIC_METHODS) ? "caa"
                                 : mpic_method_name((mpic_method_e) row);
}


static unsigned long
mpic_status_checks_all(const mpic_stat_checks_t *stat, size_t row)
{
    size_t         i;
    unsigned long  all;

    all = 0;

    for (i = 0; i < MPIC_STAT_CHECKS; i++) {
        all += stat->checks[row][i];
    }

    return all;
}


static void
mpic_status_resolvers(mpic_json_t *json, const mpic_status_checks_t *status)
{
    cJSON                         *resolver, *list, *object;
    size_t                         i;
    mpic_stat_resolver_t           sum;
    const mpic_status_resolver_t  *r;

    sum = (mpic_stat_resolver_t) { 0, 0, 0, 0 };

    resolver = mpic_json_object(json, json->root, "resolver");
    list = mpic_json_list(json, resolver, "addresses");

    for (i = 0; i < status->nresolvers; i++) {
        r = &status->resolvers[i];

        sum.questions += r->stat->questions;
        sum.timeouts += r->stat->timeouts;
        sum.failures += r->stat->failures;
        sum.failovers += r->stat->failovers;

        mpic_json_text(json, list, NULL, &r->address);
    }

    mpic_status_resolver_counts(json, resolver, &sum);

    list = mpic_json_list(json, resolver, "servers");

    for (i = 0; i < status->nresolvers; i++) {
        r = &status->resolvers[i];

        object = mpic_json_object(json, list, NULL);

        mpic_json_text(json, object, "address", &r->address);
        mpic_status_resolver_counts(json, object, r->stat);
        mpic_status_dnssec_json(json, object, r, r->dnssec);
    }
}


static void
mpic_status_resolver_counts(mpic_json_t *json, cJSON *object,
    const mpic_stat_resolver_t *stat)
{
    mpic_json_number(json, object, "questions", (int64_t) stat->questions);
    mpic_json_number(json, object, "timeouts", (int64_t) stat->timeouts);
    mpic_json_number(json, object, "failures", (int64_t) stat->failures);
    mpic_json_number(json, object, "failovers", (int64_t) stat->failovers);
}


/* of a resolver; NULL: there is none that has to prove anything */

static void
mpic_status_dnssec_json(mpic_json_t *json, cJSON *parent,
    const mpic_status_resolver_t *which, mpic_status_dnssec_e state)
{
    cJSON  *object;

    object = mpic_json_object(json, parent, "dnssec");

    mpic_json_bool(json, object, "required",
                   which != NULL && which->required);
    mpic_json_word(json, object, "state", mpic_status_dnssec_names[state]);

    if (which == NULL) {
        mpic_json_null(json, object, "checked_at");
        mpic_json_null(json, object, "reason");
        return;
    }

    mpic_status_time(json, object, "checked_at", which->checked_at);
    mpic_json_text(json, object, "reason", &which->reason);
}


mpic_status_dnssec_e
mpic_status_dnssec(const mpic_status_checks_t *status,
    const mpic_status_resolver_t **which)
{
    size_t                         i;
    mpic_status_dnssec_e           state;
    const mpic_status_resolver_t  *r;

    *which = NULL;
    state = MPIC_STATUS_DNSSEC_FAILS;

    for (i = 0; i < status->nresolvers; i++) {
        r = &status->resolvers[i];

        if (!r->required) {
            continue;
        }

        if (r->dnssec == MPIC_STATUS_DNSSEC_VALIDATES) {
            *which = r;
            return MPIC_STATUS_DNSSEC_VALIDATES;
        }

        if (*which == NULL || r->dnssec == MPIC_STATUS_DNSSEC_UNKNOWN) {
            *which = r;
            state = r->dnssec;
        }
    }

    return (*which == NULL) ? MPIC_STATUS_DNSSEC_UNKNOWN : state;
}


int
mpic_status_checks_metrics(mpic_pool_t *pool,
    const mpic_status_checks_t *status, mpic_str_t *text)
{
    mpic_metrics_t                 m;
    mpic_status_dnssec_e           state;
    const mpic_status_resolver_t  *which;

    mpic_metrics_start(&m, pool);

    mpic_metrics_family(&m, "mpic_check_info", "gauge",
                        "The perspective, by code, region and version.");
    mpic_metrics_label_str(&m, 0, "perspective", &status->code);
    mpic_metrics_label_str(&m, 1, "rir", &status->rir);
    mpic_metrics_label_str(&m, 2, "version", &status->server.version);
    mpic_metrics_label_str(&m, 3, "nginx", &status->server.nginx);
    mpic_metrics_sample(&m, 1);

    mpic_metrics_family(&m, "mpic_check_start_time_seconds", "gauge",
                        "When the counting began, since the epoch.");
    mpic_metrics_sample(&m, (double) status->stat->since / 1000);

    mpic_status_checks_counts(&m, status);

    mpic_status_resolvers_metric(&m, status,
                                 "mpic_resolver_questions_total",
                                 "DNS questions sent to a resolver.",
                                 mpic_status_questions);
    mpic_status_resolvers_metric(&m, status, "mpic_resolver_timeouts_total",
                                 "Questions not answered in time.",
                                 mpic_status_timeouts);
    mpic_status_resolvers_metric(&m, status, "mpic_resolver_failures_total",
                                 "Questions not answered otherwise.",
                                 mpic_status_failures);
    mpic_status_resolvers_metric(&m, status, "mpic_resolver_failovers_total",
                                 "Questions asked after another resolver "
                                 "had not answered.", mpic_status_failovers);

    state = mpic_status_dnssec(status, &which);

    if (which != NULL) {
        mpic_metrics_family(&m, "mpic_dnssec_validates", "gauge",
                            "1 if a resolver proves to validate DNSSEC.");
        mpic_metrics_sample(&m, state == MPIC_STATUS_DNSSEC_VALIDATES);
    }

    return mpic_metrics_finish(&m, text);
}


static void
mpic_status_checks_counts(mpic_metrics_t *m,
    const mpic_status_checks_t *status)
{
    size_t                     row, i;
    const mpic_stat_checks_t  *stat;

    static const char  *codes[MPIC_STAT_STATUSES] = {
        "400", "405", "413", "415", "500", "503"
    };

    stat = status->stat;

    mpic_metrics_family(m, "mpic_checks_total", "counter",
                        "Checks, by method and result.");

    for (row = 0; row <= MPIC_METHODS; row++) {

        if (mpic_status_checks_all(stat, row) == 0) {
            continue;
        }

        for (i = 0; i < MPIC_STAT_CHECKS; i++) {
            mpic_metrics_label(m, 0, "method",
                               mpic_status_checks_method(row));
            mpic_metrics_label(m, 1, "result", mpic_status_outcomes[i]);
            mpic_metrics_sample(m, (double) stat->checks[row][i]);
        }
    }

    mpic_metrics_family(m, "mpic_checks_refused_total", "counter",
                        "Requests that were not carried out, by status.");

    for (i = 0; i < MPIC_STAT_STATUSES; i++) {
        mpic_metrics_label(m, 0, "status", codes[i]);
        mpic_metrics_sample(m, (double) stat->refused[i]);
    }

    mpic_metrics_family(m, "mpic_checks_unanswered_total", "counter",
                        "Checks whose client went before the answer.");
    mpic_metrics_sample(m, (double) stat->unanswered);

    mpic_metrics_family(m, "mpic_check_record_failures_total", "counter",
                        "Records of checks that could not be written.");
    mpic_metrics_sample(m, (double) stat->record_failures);

    mpic_metrics_family(m, "mpic_check_errors_total", "counter",
                        "Checks with an error, by its type.");

    for (i = 0; i < MPIC_STAT_ERRORS; i++) {
        if (stat->errors[i] != 0) {
            mpic_metrics_label(m, 0, "error_type", mpic_stat_error_name(i));
            mpic_metrics_sample(m, (double) stat->errors[i]);
        }
    }

    mpic_metrics_family(m, "mpic_checks_running", "gauge",
                        "Checks in work.");
    mpic_metrics_sample(m, (double) status->server.running);

    mpic_metrics_family(m, "mpic_check_duration_seconds", "histogram",
                        "From the request of a check to its answer.");
    mpic_metrics_histogram(m, &stat->duration);
}


static void
mpic_status_resolvers_metric(mpic_metrics_t *m,
    const mpic_status_checks_t *status, const char *name, const char *help,
    mpic_status_resolver_pt count)
{
    size_t  i;

    mpic_metrics_family(m, name, "counter", help);

    for (i = 0; i < status->nresolvers; i++) {
        mpic_metrics_label_str(m, 0, "resolver",
                               &status->resolvers[i].address);
        mpic_metrics_sample(m, (double) count(status->resolvers[i].stat));
    }
}


static unsigned long
mpic_status_questions(const mpic_stat_resolver_t *stat)
{
    return stat->questions;
}


static unsigned long
mpic_status_timeouts(const mpic_stat_resolver_t *stat)
{
    return stat->timeouts;
}


static unsigned long
mpic_status_failures(const mpic_stat_resolver_t *stat)
{
    return stat->failures;
}


static unsigned long
mpic_status_failovers(const mpic_stat_resolver_t *stat)
{
    return stat->failovers;
}
