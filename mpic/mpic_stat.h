
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What is counted, and how it is shown.  The counters are in memory that
 * processes share: their owner adds to them atomically, and without a lock;
 * here they are only laid out and read.  All sets of labels are fixed and
 * bounded: nothing that a stranger sends becomes one.
 */


#ifndef _MPIC_STAT_H_INCLUDED_
#define _MPIC_STAT_H_INCLUDED_


#include "mpic_check.h"

#include <time.h>


/* zeroed at first; as wide as what nginx adds to atomically */

typedef volatile unsigned long  mpic_counter_t;


/* durations: the last count is of what is above all bounds */

#define MPIC_HISTOGRAM_BOUNDS  13

typedef struct {
    mpic_counter_t     counts[MPIC_HISTOGRAM_BOUNDS + 1];
    /* milliseconds */
    mpic_counter_t     sum;
} mpic_histogram_t;

/*
 * The upper bounds in milliseconds, inclusive: 1 to 10000.
 */
extern const unsigned  mpic_histogram_bounds[MPIC_HISTOGRAM_BOUNDS];

/*
 * The number of the count that a duration belongs to.
 */
size_t mpic_histogram_bucket(uint64_t milliseconds);

/*
 * How many there are.
 */
unsigned long mpic_histogram_total(const mpic_histogram_t *histogram);

/*
 * The milliseconds that a share of all, from 0 to 1, took at the most, taken
 * for spread evenly between two bounds; the last bound for what is above it;
 * -1 where there is none.
 */
double mpic_histogram_quantile(const mpic_histogram_t *histogram,
    double share);


/* requests that were read, by check type and method, by what became of them */

typedef enum {
    MPIC_STAT_VALID = 0,
    MPIC_STAT_INVALID,
    /* too few usable answers for a verdict, which is "invalid", too */
    MPIC_STAT_INCOMPLETE,
    MPIC_STAT_MONITORING,
    /* the client went, or the worker had to exit */
    MPIC_STAT_UNANSWERED,
    /* out of resources */
    MPIC_STAT_FAILED
} mpic_stat_result_e;

#define MPIC_STAT_RESULTS  (MPIC_STAT_FAILED + 1)

/* a CAA check has no method */
#define MPIC_STAT_ROWS     (2 * MPIC_METHODS + 1)

/*
 * The row of a request.
 */
size_t mpic_stat_row(mpic_check_type_e type, mpic_method_e method);

/*
 * The other way round; a method of MPIC_METHODS says that there is none.
 */
void mpic_stat_row_of(size_t row, mpic_check_type_e *type, unsigned *method);

/*
 * "valid", "invalid", …
 */
const char *mpic_stat_result_name(mpic_stat_result_e result);


/* requests that were not carried out, by status: 400, 405, 413, … */

#define MPIC_STAT_STATUSES  6

extern const unsigned  mpic_stat_statuses[MPIC_STAT_STATUSES];

/*
 * The number of a status; of one that is not of these, that of 500.
 */
size_t mpic_stat_status(unsigned status);


/* the last two hours, minute by minute: valid, invalid, incomplete */

#define MPIC_STAT_POINTS  120
#define MPIC_STAT_STEP    60
#define MPIC_STAT_CURVES  (MPIC_STAT_INCOMPLETE + 1)

typedef struct {
    /* since the epoch */
    mpic_counter_t     minute;
    mpic_counter_t     counts[MPIC_STAT_CURVES];
} mpic_stat_point_t;

/*
 * The point of a time in seconds since the epoch.  Where its "minute" is not
 * mpic_stat_minute(), it is of a minute long gone: whoever counts into it
 * first empties it by mpic_stat_begin(), alone.
 */
mpic_stat_point_t *mpic_stat_point(mpic_stat_point_t *points, time_t now);
unsigned long mpic_stat_minute(time_t now);
void mpic_stat_begin(mpic_stat_point_t *point, time_t now);


/* the types of errors, "other" being the last */

#define MPIC_STAT_ERRORS  34

/*
 * The number of an error type, by its name in the API.
 */
size_t mpic_stat_error(const char *type);
const char *mpic_stat_error_name(size_t error);


/* the calls of a perspective, of which each is one of these */

typedef enum {
    MPIC_STAT_PASSED = 0,
    MPIC_STAT_NOT_PASSED,
    /* waited for, without an answer that counts */
    MPIC_STAT_NO_VOTE,
    /* answered when the outcome was certain */
    MPIC_STAT_LATE,
    /* never answered, and the outcome was certain without it */
    MPIC_STAT_NOT_AWAITED
} mpic_stat_call_e;

#define MPIC_STAT_CALLS  (MPIC_STAT_NOT_AWAITED + 1)

/*
 * "passed", "failed", …
 */
const char *mpic_stat_call_name(mpic_stat_call_e call);


/* of a coordinator */

typedef struct {
    /* milliseconds since the epoch */
    uint64_t           since;
    mpic_counter_t     requests[MPIC_STAT_ROWS][MPIC_STAT_RESULTS];
    mpic_counter_t     refused[MPIC_STAT_STATUSES];
    mpic_counter_t     batches;
    mpic_counter_t     record_failures;
    /* requests that were refused because records could not be kept */
    mpic_counter_t     record_refusals;
    mpic_histogram_t   duration;
    mpic_stat_point_t  points[MPIC_STAT_POINTS];
} mpic_stat_t;


/* of one of its perspectives; by MPIC_CHECK_DCV and MPIC_CHECK_CAA */

typedef struct {
    mpic_counter_t     calls[2][MPIC_STAT_CALLS];
    /* of those that are MPIC_STAT_LATE */
    mpic_counter_t     late_passed[2];
    mpic_counter_t     errors[MPIC_STAT_ERRORS];
    mpic_histogram_t   latency;
} mpic_stat_perspective_t;


/* of a perspective: checks by method, the last being CAA; and resolvers */

typedef enum {
    MPIC_STAT_CHECK_PASSED = 0,
    MPIC_STAT_CHECK_FAILED,
    MPIC_STAT_CHECK_INCOMPLETE
} mpic_stat_check_e;

#define MPIC_STAT_CHECKS  (MPIC_STAT_CHECK_INCOMPLETE + 1)

typedef struct {
    uint64_t           since;
    mpic_counter_t     checks[MPIC_METHODS + 1][MPIC_STAT_CHECKS];
    mpic_counter_t     refused[MPIC_STAT_STATUSES];
    mpic_counter_t     unanswered;
    mpic_counter_t     record_failures;
    mpic_counter_t     errors[MPIC_STAT_ERRORS];
    mpic_histogram_t   duration;
} mpic_stat_checks_t;

typedef struct {
    /* queries sent; those without an answer in time, or with another fault */
    mpic_counter_t     questions;
    mpic_counter_t     timeouts;
    mpic_counter_t     failures;
    /* it was asked because another one had not answered */
    mpic_counter_t     failovers;
} mpic_stat_resolver_t;


#endif /* _MPIC_STAT_H_INCLUDED_ */
