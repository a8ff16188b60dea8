
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What both kinds of status have in common.
 */


#include "mpic_status.h"


void
mpic_status_real(mpic_json_t *json, cJSON *parent, const char *name,
    double value, int digits)
{
    mpic_str_t  text;

    if (mpic_str_printf(json->pool, &text, "%.*f", digits, value) != 0) {
        json->failed = 1;
        return;
    }

    mpic_json_raw(json, parent, name, &text);
}


void
mpic_status_time(mpic_json_t *json, cJSON *parent, const char *name,
    time_t value)
{
    if (value == 0) {
        mpic_json_null(json, parent, name);
        return;
    }

    mpic_json_number(json, parent, name, (int64_t) value);
}


void
mpic_status_moment(mpic_json_t *json, cJSON *parent, const char *name,
    uint64_t milliseconds)
{
    mpic_status_real(json, parent, name, (double) milliseconds / 1000, 3);
}


void
mpic_status_head(mpic_json_t *json, const char *role,
    const mpic_status_server_t *server, uint64_t since)
{
    mpic_json_word(json, json->root, "role", role);
    mpic_json_text(json, json->root, "version", &server->version);
    mpic_json_text(json, json->root, "nginx", &server->nginx);
    mpic_json_number(json, json->root, "pid", server->pid);
    mpic_status_moment(json, json->root, "now", server->now);
    mpic_status_moment(json, json->root, "since", since);
}


/*
 * Workers count while it is read: a copy, so that all in it fits together.
 */

void
mpic_status_histogram(mpic_json_t *json, cJSON *parent, const char *name,
    const mpic_histogram_t *histogram)
{
    cJSON             *object, *list;
    size_t             i;
    mpic_histogram_t   copy;

    copy = *histogram;

    object = mpic_json_object(json, parent, name);
    list = mpic_json_list(json, object, "le");

    for (i = 0; i < MPIC_HISTOGRAM_BOUNDS; i++) {
        mpic_json_number(json, list, NULL, mpic_histogram_bounds[i]);
    }

    list = mpic_json_list(json, object, "counts");

    for (i = 0; i <= MPIC_HISTOGRAM_BOUNDS; i++) {
        mpic_json_number(json, list, NULL, (int64_t) copy.counts[i]);
    }

    mpic_json_number(json, object, "sum", (int64_t) copy.sum);

    if (mpic_histogram_total(&copy) == 0) {
        mpic_json_null(json, object, "p50");
        mpic_json_null(json, object, "p99");
        return;
    }

    mpic_status_real(json, object, "p50",
                     mpic_histogram_quantile(&copy, 0.5), 1);
    mpic_status_real(json, object, "p99",
                     mpic_histogram_quantile(&copy, 0.99), 1);
}


void
mpic_status_errors(mpic_json_t *json, cJSON *parent,
    const mpic_counter_t *errors)
{
    cJSON         *object;
    size_t         i;
    unsigned long  n;

    object = mpic_json_object(json, parent, "errors");

    for (i = 0; i < MPIC_STAT_ERRORS; i++) {
        n = errors[i];

        if (n != 0) {
            mpic_json_number(json, object, mpic_stat_error_name(i),
                             (int64_t) n);
        }
    }
}


unsigned long
mpic_status_refused(const mpic_counter_t *statuses)
{
    size_t         i;
    unsigned long  n;

    n = 0;

    for (i = 0; i < MPIC_STAT_STATUSES; i++) {
        if (mpic_stat_statuses[i] < 500) {
            n += statuses[i];
        }
    }

    return n;
}
