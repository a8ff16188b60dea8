
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_stat.h"
#include "mpic_tls_alpn.h"

#include <string.h>


const unsigned  mpic_histogram_bounds[MPIC_HISTOGRAM_BOUNDS] = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000
};

const unsigned  mpic_stat_statuses[MPIC_STAT_STATUSES] = {
    400, 405, 413, 415, 500, 503
};

/* of mpic_stat_statuses */
#define MPIC_STAT_STATUS_500  4


static const char  *mpic_stat_results[MPIC_STAT_RESULTS] = {
    [MPIC_STAT_VALID] = "valid",
    [MPIC_STAT_INVALID] = "invalid",
    [MPIC_STAT_INCOMPLETE] = "incomplete",
    [MPIC_STAT_MONITORING] = "monitoring",
    [MPIC_STAT_UNANSWERED] = "unanswered",
    [MPIC_STAT_FAILED] = "failed"
};


static const char  *mpic_stat_calls[MPIC_STAT_CALLS] = {
    [MPIC_STAT_PASSED] = "passed",
    [MPIC_STAT_NOT_PASSED] = "failed",
    [MPIC_STAT_NO_VOTE] = "no_vote",
    [MPIC_STAT_LATE] = "late",
    [MPIC_STAT_NOT_AWAITED] = "not_awaited"
};


static const char  *mpic_stat_errors[MPIC_STAT_ERRORS] = {
    MPIC_ERROR_CAA_FORBIDDEN,
    MPIC_ERROR_CAA_LOOKUP,
    MPIC_ERROR_DCV_MISMATCH,
    MPIC_ERROR_DCV_LOOKUP,
    MPIC_ERROR_DCV_PARAMETER,
    MPIC_ERROR_HTTP,
    MPIC_ERROR_REDIRECT,
    MPIC_ERROR_COMMUNICATION,
    MPIC_ERROR_REMOTE_CHECK,
    MPIC_ERROR_TOO_MANY_FAILED,
    MPIC_ERROR_COHORT,
    MPIC_ERROR_COHORT_SELECTION,
    MPIC_ERROR_NOT_AWAITED,
    MPIC_ERROR_PRIMARY_DNSSEC,
    MPIC_ERROR_TLS_HANDSHAKE,
    MPIC_ERROR_TLS_VERSION,
    MPIC_ERROR_TLS_PROTOCOL,
    MPIC_ERROR_CERT_MISSING,
    MPIC_ERROR_CERT_MALFORMED,
    MPIC_ERROR_CERT_VERSION,
    MPIC_ERROR_CERT_SELF,
    MPIC_ERROR_CERT_KEY,
    MPIC_ERROR_CERT_DUPLICATE,
    MPIC_ERROR_CERT_EXTENSION,
    MPIC_ERROR_CERT_SAN,
    MPIC_ERROR_CERT_SAN_SINGLE,
    MPIC_ERROR_CERT_SAN_DNS,
    MPIC_ERROR_CERT_SAN_TYPE,
    MPIC_ERROR_CERT_SAN_HOST,
    MPIC_ERROR_CERT_SAN_IP,
    MPIC_ERROR_CERT_CRITICAL,
    MPIC_ERROR_CERT_IDENTIFIER,
    MPIC_ERROR_CERT_DIGEST,
    "other"
};


size_t
mpic_histogram_bucket(uint64_t milliseconds)
{
    size_t  i;

    for (i = 0; i < MPIC_HISTOGRAM_BOUNDS; i++) {
        if (milliseconds <= mpic_histogram_bounds[i]) {
            break;
        }
    }

    return i;
}


unsigned long
mpic_histogram_total(const mpic_histogram_t *histogram)
{
    size_t         i;
    unsigned long  total;

    total = 0;

    for (i = 0; i <= MPIC_HISTOGRAM_BOUNDS; i++) {
        total += histogram->counts[i];
    }

    return total;
}


double
mpic_histogram_quantile(const mpic_histogram_t *histogram, double share)
{
    size_t  i;
    double  rank, below, count, low;

    rank = share * (double) mpic_histogram_total(histogram);
    below = 0;
    low = 0;

    if (mpic_histogram_total(histogram) == 0) {
        return -1;
    }

    for (i = 0; i < MPIC_HISTOGRAM_BOUNDS; i++) {
        count = (double) histogram->counts[i];

        if (count > 0 && below + count >= rank) {
            return low + (mpic_histogram_bounds[i] - low)
                         * (rank - below) / count;
        }

        below += count;
        low = mpic_histogram_bounds[i];
    }

    return low;
}


size_t
mpic_stat_row(mpic_check_type_e type, mpic_method_e method)
{
    switch (type) {

    case MPIC_CHECK_DCV:
        return (size_t) method;

    case MPIC_CHECK_DCV_WITH_CAA:
        return MPIC_METHODS + (size_t) method;

    case MPIC_CHECK_CAA:
        break;
    }

    return 2 * MPIC_METHODS;
}


void
mpic_stat_row_of(size_t row, mpic_check_type_e *type, unsigned *method)
{
    if (row == 2 * MPIC_METHODS) {
        *type = MPIC_CHECK_CAA;
        *method = MPIC_METHODS;
        return;
    }

    *type = (row < MPIC_METHODS) ? MPIC_CHECK_DCV : MPIC_CHECK_DCV_WITH_CAA;
    *method = (unsigned) (row % MPIC_METHODS);
}


const char *
mpic_stat_result_name(mpic_stat_result_e result)
{
    return mpic_stat_results[result];
}


size_t
mpic_stat_status(unsigned status)
{
    size_t  i;

    for (i = 0; i < MPIC_STAT_STATUSES; i++) {
        if (mpic_stat_statuses[i] == status) {
            return i;
        }
    }

    return MPIC_STAT_STATUS_500;
}


mpic_stat_point_t *
mpic_stat_point(mpic_stat_point_t *points, time_t now)
{
    return &points[mpic_stat_minute(now) % MPIC_STAT_POINTS];
}


unsigned long
mpic_stat_minute(time_t now)
{
    return (unsigned long) now / MPIC_STAT_STEP;
}


void
mpic_stat_begin(mpic_stat_point_t *point, time_t now)
{
    size_t  i;

    for (i = 0; i < MPIC_STAT_CURVES; i++) {
        point->counts[i] = 0;
    }

    point->minute = mpic_stat_minute(now);
}


size_t
mpic_stat_error(const char *type)
{
    size_t  i;

    for (i = 0; i < MPIC_STAT_ERRORS - 1; i++) {
        if (strcmp(mpic_stat_errors[i], type) == 0) {
            break;
        }
    }

    return i;
}


const char *
mpic_stat_error_name(size_t error)
{
    return mpic_stat_errors[error];
}


const char *
mpic_stat_call_name(mpic_stat_call_e call)
{
    return mpic_stat_calls[call];
}
