
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The status of a coordinator as metrics.
 */


#include "mpic_status.h"


typedef void (*mpic_status_metric_pt)(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);


static void mpic_status_metrics_requests(mpic_metrics_t *metrics,
    const mpic_status_t *status);
static void mpic_status_metrics_policy(mpic_metrics_t *metrics,
    const mpic_status_t *status);
static void mpic_status_metrics_certificates(mpic_metrics_t *metrics,
    const mpic_status_t *status);
static void mpic_status_metrics_perspectives(mpic_metrics_t *metrics,
    const mpic_status_t *status, const char *name, const char *type,
    const char *help, mpic_status_metric_pt metric);
static void mpic_status_metric_calls(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);
static void mpic_status_metric_late(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);
static void mpic_status_metric_errors(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);
static void mpic_status_metric_latency(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);
static void mpic_status_metric_up(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);
static void mpic_status_metric_answered(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);
static void mpic_status_metric_failed(mpic_metrics_t *metrics,
    const mpic_status_perspective_t *p);


static const char  *mpic_status_checks[] = {
    [MPIC_CHECK_DCV] = "dcv",
    [MPIC_CHECK_CAA] = "caa",
    [MPIC_CHECK_DCV_WITH_CAA] = "dcv_with_caa"
};


int
mpic_status_metrics(mpic_pool_t *pool, const mpic_status_t *status,
    mpic_str_t *text)
{
    mpic_metrics_t  m;

    mpic_metrics_start(&m, pool);

    mpic_metrics_family(&m, "mpic_info", "gauge",
                        "The coordinator, by version.");
    mpic_metrics_label_str(&m, 0, "version", &status->server.version);
    mpic_metrics_label_str(&m, 1, "nginx", &status->server.nginx);
    mpic_metrics_sample(&m, 1);

    mpic_metrics_family(&m, "mpic_start_time_seconds", "gauge",
                        "When the counting began, since the epoch.");
    mpic_metrics_sample(&m, (double) status->stat->since / 1000);

    mpic_status_metrics_requests(&m, status);
    mpic_status_metrics_policy(&m, status);
    mpic_status_metrics_certificates(&m, status);

    mpic_status_metrics_perspectives(&m, status,
        "mpic_perspective_checks_total", "counter",
        "Calls of a perspective, by check and by what became of them.",
        mpic_status_metric_calls);

    mpic_status_metrics_perspectives(&m, status,
        "mpic_perspective_late_passed_total", "counter",
        "Of the calls with the result late those that passed.",
        mpic_status_metric_late);

    mpic_status_metrics_perspectives(&m, status,
        "mpic_perspective_errors_total", "counter",
        "Calls of a perspective with an error, by its type.",
        mpic_status_metric_errors);

    mpic_status_metrics_perspectives(&m, status,
        "mpic_perspective_duration_seconds", "histogram",
        "From the beginning of an attempt to a perspective's answer.",
        mpic_status_metric_latency);

    mpic_status_metrics_perspectives(&m, status, "mpic_perspective_up",
        "gauge", "0 for a perspective that keeps failing, otherwise 1.",
        mpic_status_metric_up);

    mpic_status_metrics_perspectives(&m, status,
        "mpic_perspective_last_answer_timestamp_seconds", "gauge",
        "When a perspective answered last, since the epoch.",
        mpic_status_metric_answered);

    mpic_status_metrics_perspectives(&m, status,
        "mpic_perspective_last_error_timestamp_seconds", "gauge",
        "When a call of a perspective failed last, since the epoch.",
        mpic_status_metric_failed);

    return mpic_metrics_finish(&m, text);
}


static void
mpic_status_metrics_requests(mpic_metrics_t *m, const mpic_status_t *status)
{
    size_t              row, i;
    unsigned            method;
    unsigned long       n, all;
    mpic_check_type_e   type;
    const mpic_stat_t  *stat;

    static const char  *codes[MPIC_STAT_STATUSES] = {
        "400", "405", "413", "415", "500", "503"
    };

    stat = status->stat;

    mpic_metrics_family(m, "mpic_requests_total", "counter",
                        "Requests that were read, by what became of them.");

    for (row = 0; row < MPIC_STAT_ROWS; row++) {
        mpic_stat_row_of(row, &type, &method);

        all = 0;

        for (i = 0; i < MPIC_STAT_RESULTS; i++) {
            all += stat->requests[row][i];
        }

        /* a method that nobody asked for has no series */

        for (i = 0; i < MPIC_STAT_RESULTS && all != 0; i++) {
            n = stat->requests[row][i];

            mpic_metrics_label(m, 0, "check_type", mpic_status_checks[type]);
            mpic_metrics_label(m, 1, "method",
                               method < MPIC_METHODS
                               ? mpic_method_name((mpic_method_e) method)
                               : "");
            mpic_metrics_label(m, 2, "result",
                               mpic_stat_result_name((mpic_stat_result_e) i));
            mpic_metrics_sample(m, (double) n);
        }
    }

    mpic_metrics_family(m, "mpic_requests_refused_total", "counter",
                        "Requests that were not carried out, by status.");

    for (i = 0; i < MPIC_STAT_STATUSES; i++) {
        mpic_metrics_label(m, 0, "status", codes[i]);
        mpic_metrics_sample(m, (double) stat->refused[i]);
    }

    mpic_metrics_family(m, "mpic_batches_total", "counter",
                        "Batches of requests.");
    mpic_metrics_sample(m, (double) stat->batches);

    mpic_metrics_family(m, "mpic_requests_running", "gauge",
                        "Requests whose clients wait.");
    mpic_metrics_sample(m, (double) status->server.running);

    mpic_metrics_family(m, "mpic_record_failures_total", "counter",
                        "Records that could not be written.");
    mpic_metrics_sample(m, (double) stat->record_failures);

    mpic_metrics_family(m, "mpic_records_failing", "gauge",
                        "Files of records whose last line was lost.");
    mpic_metrics_sample(m, (double) status->records_failing);

    mpic_metrics_family(m, "mpic_record_refusals_total", "counter",
                        "Requests refused because records were lost.");
    mpic_metrics_sample(m, (double) stat->record_refusals);

    mpic_metrics_family(m, "mpic_request_duration_seconds", "histogram",
                        "From the request to its answer.");
    mpic_metrics_histogram(m, &stat->duration);
}


static void
mpic_status_metrics_policy(mpic_metrics_t *m, const mpic_status_t *status)
{
    time_t  now, next;

    now = (time_t) (status->server.now / 1000);
    next = mpic_br_next(now);

    mpic_metrics_family(m, "mpic_policy_remotes", "gauge",
                        "Remote perspectives that BR 3.2.2.9 asks for.");
    mpic_metrics_sample(m, (double) mpic_br_remotes(now));

    if (next == 0) {
        return;
    }

    mpic_metrics_family(m, "mpic_policy_next_timestamp_seconds", "gauge",
                        "When BR 3.2.2.9 asks for more, since the epoch.");
    mpic_metrics_sample(m, (double) next);

    mpic_metrics_family(m, "mpic_policy_next_remotes", "gauge",
                        "Remote perspectives that it asks for then.");
    mpic_metrics_sample(m, (double) mpic_br_remotes(next));
}


static void
mpic_status_metrics_certificates(mpic_metrics_t *m,
    const mpic_status_t *status)
{
    size_t                     i, k;
    const mpic_status_set_t   *set;
    const mpic_certificate_t  *certificate;

    mpic_metrics_family(m, "mpic_certificate_not_after_seconds", "gauge",
                        "When a certificate ends, since the epoch.");

    for (i = 0; i < status->nsets; i++) {
        set = &status->sets[i];

        for (k = 0; k < set->ncertificates; k++) {
            certificate = &set->certificates[k];

            mpic_metrics_label_str(m, 0, "set", &set->name);
            mpic_metrics_label(m, 1, "role", certificate->role);
            mpic_metrics_label_str(m, 2, "subject", &certificate->subject);
            mpic_metrics_label_str(m, 3, "serial", &certificate->serial);
            mpic_metrics_sample(m, (double) certificate->not_after);
        }
    }
}


/* a family of all perspectives, whose first labels are who it is */

static void
mpic_status_metrics_perspectives(mpic_metrics_t *m,
    const mpic_status_t *status, const char *name, const char *type,
    const char *help, mpic_status_metric_pt metric)
{
    size_t                    i, k;
    const mpic_status_set_t  *set;

    mpic_metrics_family(m, name, type, help);

    for (i = 0; i < status->nsets; i++) {
        set = &status->sets[i];

        for (k = 0; k < set->nperspectives; k++) {
            mpic_metrics_label_str(m, 0, "set", &set->name);
            mpic_metrics_label_str(m, 1, "perspective",
                                   &set->perspectives[k].rules->code);

            metric(m, &set->perspectives[k]);
        }
    }
}


static void
mpic_status_metric_calls(mpic_metrics_t *m,
    const mpic_status_perspective_t *p)
{
    size_t  type, i;

    for (type = MPIC_CHECK_DCV; type <= MPIC_CHECK_CAA; type++) {
        for (i = 0; i < MPIC_STAT_CALLS; i++) {
            mpic_metrics_label(m, 2, "check", mpic_status_checks[type]);
            mpic_metrics_label(m, 3, "result",
                               mpic_stat_call_name((mpic_stat_call_e) i));
            mpic_metrics_sample(m, (double) p->stat->calls[type][i]);
        }
    }
}


static void
mpic_status_metric_late(mpic_metrics_t *m,
    const mpic_status_perspective_t *p)
{
    size_t  type;

    for (type = MPIC_CHECK_DCV; type <= MPIC_CHECK_CAA; type++) {
        mpic_metrics_label(m, 2, "check", mpic_status_checks[type]);
        mpic_metrics_sample(m, (double) p->stat->late_passed[type]);
    }
}


/* those that there were */

static void
mpic_status_metric_errors(mpic_metrics_t *m,
    const mpic_status_perspective_t *p)
{
    size_t         i;
    unsigned long  n;

    for (i = 0; i < MPIC_STAT_ERRORS; i++) {
        n = p->stat->errors[i];

        if (n != 0) {
            mpic_metrics_label(m, 2, "error_type", mpic_stat_error_name(i));
            mpic_metrics_sample(m, (double) n);
        }
    }
}


static void
mpic_status_metric_latency(mpic_metrics_t *m,
    const mpic_status_perspective_t *p)
{
    mpic_metrics_histogram(m, &p->stat->latency);
}


static void
mpic_status_metric_up(mpic_metrics_t *m, const mpic_status_perspective_t *p)
{
    mpic_metrics_sample(m, p->health.failing ? 0 : 1);
}


static void
mpic_status_metric_answered(mpic_metrics_t *m,
    const mpic_status_perspective_t *p)
{
    if (p->health.answered != 0) {
        mpic_metrics_sample(m, (double) p->health.answered);
    }
}


static void
mpic_status_metric_failed(mpic_metrics_t *m,
    const mpic_status_perspective_t *p)
{
    if (p->error_at != 0) {
        mpic_metrics_sample(m, (double) p->error_at);
    }
}
