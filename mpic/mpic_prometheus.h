
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The text of metrics that Prometheus reads: exposition format 0.0.4.
 */


#ifndef _MPIC_PROMETHEUS_H_INCLUDED_
#define _MPIC_PROMETHEUS_H_INCLUDED_


#include "mpic_stat.h"


#define MPIC_LABELS_MAX  8


typedef struct {
    const char   *name;
    mpic_str_t    value;
} mpic_label_t;


/*
 * Writing: a failed allocation is remembered, and only mpic_metrics_finish()
 * has to be checked.
 */

typedef struct {
    mpic_pool_t  *pool;
    char         *data;
    size_t        len;
    size_t        size;
    /* the family that samples are added to */
    const char   *name;
    mpic_label_t  labels[MPIC_LABELS_MAX];
    size_t        nlabels;
    unsigned      failed:1;
} mpic_metrics_t;


/*
 * Begins an empty text.
 */
void mpic_metrics_start(mpic_metrics_t *metrics, mpic_pool_t *pool);

/*
 * Begins a family: all of its samples follow.  "name" stays the caller's;
 * "type" is "counter", "gauge" or "histogram"; "help" is one line.  It has no
 * labels yet.
 */
void mpic_metrics_family(mpic_metrics_t *metrics, const char *name,
    const char *type, const char *help);

/*
 * Sets the label number "n", the ones before it being set, and forgets those
 * after it.  Name and value stay the caller's.  One with an empty value is not
 * written.
 */
void mpic_metrics_label(mpic_metrics_t *metrics, size_t n, const char *name,
    const char *value);
void mpic_metrics_label_str(mpic_metrics_t *metrics, size_t n,
    const char *name, const mpic_str_t *value);

/*
 * A sample with the labels that are set, written with three digits after the
 * point where it is not whole.
 */
void mpic_metrics_sample(mpic_metrics_t *metrics, double value);

/*
 * The samples of a histogram, in seconds.
 */
void mpic_metrics_histogram(mpic_metrics_t *metrics,
    const mpic_histogram_t *histogram);

/*
 * The text.  0 or -1.
 */
int mpic_metrics_finish(mpic_metrics_t *metrics, mpic_str_t *text);


#endif /* _MPIC_PROMETHEUS_H_INCLUDED_ */
