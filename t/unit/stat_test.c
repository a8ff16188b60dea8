
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_stat.h"
#include "mpic_tls_alpn.h"

#include <math.h>


static const struct {
    uint64_t  ms;
    size_t    bucket;
} buckets[] = {
    { 0, 0 }, { 1, 0 }, { 2, 1 }, { 3, 2 }, { 5, 2 }, { 6, 3 }, { 10, 3 },
    { 11, 4 }, { 100, 6 }, { 101, 7 }, { 1000, 9 }, { 9999, 12 },
    { 10000, 12 }, { 10001, 13 }, { UINT64_MAX, 13 }
};


static void
test_bucket(void **state)
{
    size_t  i;

    for (i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++) {
        if (mpic_histogram_bucket(buckets[i].ms) != buckets[i].bucket) {
            fail_msg("%lu", (unsigned long) buckets[i].ms);
        }
    }

    for (i = 1; i < MPIC_HISTOGRAM_BOUNDS; i++) {
        assert_true(mpic_histogram_bounds[i - 1] < mpic_histogram_bounds[i]);
    }
}


/* counts by bucket, and the median and the 99th percentile in tenths */

static const struct {
    unsigned long  counts[MPIC_HISTOGRAM_BOUNDS + 1];
    int            p50;
    int            p99;
} quantiles[] = {
    { { 0 }, -10, -10 },
    { { 1 }, 5, 10 },
    { { 0, 0, 0, 10 }, 75, 100 },
    { { 5, 0, 0, 5 }, 10, 99 },
    { { 0, 0, 0, 0, 0, 0, 100, 100 }, 1000, 1980 },
    { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3 }, 100000, 100000 },
    { { 99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 5, 10 },
    { { 98, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 }, 5, 100000 }
};


static void
test_quantile(void **state)
{
    size_t            i, k;
    unsigned long     total;
    mpic_histogram_t  histogram;

    for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
        memset((void *) &histogram, 0, sizeof(mpic_histogram_t));
        total = 0;

        for (k = 0; k <= MPIC_HISTOGRAM_BOUNDS; k++) {
            histogram.counts[k] = quantiles[i].counts[k];
            total += quantiles[i].counts[k];
        }

        assert_int_equal(mpic_histogram_total(&histogram), total);

        if (lround(mpic_histogram_quantile(&histogram, 0.5) * 10)
            != quantiles[i].p50
            || lround(mpic_histogram_quantile(&histogram, 0.99) * 10)
               != quantiles[i].p99)
        {
            fail_msg("%zu: %f %f", i,
                     mpic_histogram_quantile(&histogram, 0.5),
                     mpic_histogram_quantile(&histogram, 0.99));
        }
    }
}


/* every request has a row of its own, and the row tells which */

static void
test_row(void **state)
{
    size_t             row, seen[MPIC_STAT_ROWS] = { 0 };
    unsigned           method, type, n;
    mpic_check_type_e  back;

    for (type = MPIC_CHECK_DCV; type <= MPIC_CHECK_DCV_WITH_CAA; type++) {
        for (method = 0; method < MPIC_METHODS; method++) {

            row = mpic_stat_row((mpic_check_type_e) type,
                                (mpic_method_e) method);
            assert_true(row < MPIC_STAT_ROWS);
            seen[row]++;

            mpic_stat_row_of(row, &back, &n);
            assert_int_equal(back, type);
            assert_int_equal(n, type == MPIC_CHECK_CAA ? MPIC_METHODS
                                                       : method);
        }
    }

    for (row = 0; row < MPIC_STAT_ROWS; row++) {
        assert_int_equal(seen[row], row == 2 * MPIC_METHODS ? MPIC_METHODS
                                                            : 1);
    }
}


static void
test_names(void **state)
{
    size_t  i;

    assert_string_equal(mpic_stat_result_name(MPIC_STAT_VALID), "valid");
    assert_string_equal(mpic_stat_result_name(MPIC_STAT_FAILED), "failed");
    assert_string_equal(mpic_stat_call_name(MPIC_STAT_NOT_PASSED), "failed");
    assert_string_equal(mpic_stat_call_name(MPIC_STAT_NOT_AWAITED),
                        "not_awaited");

    for (i = 0; i < MPIC_STAT_STATUSES; i++) {
        assert_int_equal(mpic_stat_status(mpic_stat_statuses[i]), i);
    }

    assert_int_equal(mpic_stat_statuses[mpic_stat_status(418)], 500);
}


/* what is not known is "other", and so no stranger's text becomes a label */

static void
test_error(void **state)
{
    size_t  i;

    for (i = 0; i < MPIC_STAT_ERRORS; i++) {
        assert_non_null(mpic_stat_error_name(i));
        assert_int_equal(mpic_stat_error(mpic_stat_error_name(i)), i);
    }

    assert_string_equal(
        mpic_stat_error_name(mpic_stat_error("\"} evil 1\n")), "other");
    assert_string_equal(mpic_stat_error_name(mpic_stat_error("")), "other");
    assert_int_not_equal(mpic_stat_error(MPIC_ERROR_CERT_DIGEST),
                         mpic_stat_error("other"));
}


/* a point is of one minute, and begins anew two hours later */

static void
test_points(void **state)
{
    time_t              now;
    mpic_stat_point_t   points[MPIC_STAT_POINTS], *point;

    memset((void *) points, 0, sizeof(points));

    now = 1795538081;
    point = mpic_stat_point(points, now);

    assert_int_not_equal(point->minute, mpic_stat_minute(now));
    mpic_stat_begin(point, now);
    assert_int_equal(point->minute, mpic_stat_minute(now));
    point->counts[MPIC_STAT_VALID] = 3;

    assert_ptr_equal(mpic_stat_point(points, now + 18), point);
    assert_int_equal(point->minute, mpic_stat_minute(now + 18));
    assert_ptr_not_equal(mpic_stat_point(points, now + 19), point);

    now += 60 * MPIC_STAT_POINTS;
    assert_ptr_equal(mpic_stat_point(points, now), point);
    assert_int_not_equal(point->minute, mpic_stat_minute(now));

    mpic_stat_begin(point, now);
    assert_int_equal(point->counts[MPIC_STAT_VALID], 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_bucket),
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_row),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_points)
    };

    return cmocka_run_group_tests_name("stat", tests, NULL, NULL);
}
