
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_prometheus.h"

#include <math.h>
#include <stdio.h>
#include <string.h>


/* octets at first: most of a coordinator with a few perspectives */
#define MPIC_METRICS_SIZE  32768

/* octets of any number */
#define MPIC_METRIC_MAX    352


static void mpic_metrics_add(mpic_metrics_t *metrics, const char *data,
    size_t len);
static void mpic_metrics_word(mpic_metrics_t *metrics, const char *word);
static void mpic_metrics_line(mpic_metrics_t *metrics, const char *suffix,
    const char *le, double value);
static size_t mpic_metrics_written(mpic_metrics_t *metrics,
    const mpic_label_t *label, size_t n);
static void mpic_metrics_value(mpic_metrics_t *metrics,
    const mpic_str_t *value);


void
mpic_metrics_start(mpic_metrics_t *metrics, mpic_pool_t *pool)
{
    memset(metrics, 0, sizeof(mpic_metrics_t));

    metrics->pool = pool;
}


void
mpic_metrics_family(mpic_metrics_t *metrics, const char *name,
    const char *type, const char *help)
{
    metrics->name = name;
    metrics->nlabels = 0;

    mpic_metrics_word(metrics, "# HELP ");
    mpic_metrics_word(metrics, name);
    mpic_metrics_word(metrics, " ");
    mpic_metrics_word(metrics, help);
    mpic_metrics_word(metrics, "\n# TYPE ");
    mpic_metrics_word(metrics, name);
    mpic_metrics_word(metrics, " ");
    mpic_metrics_word(metrics, type);
    mpic_metrics_word(metrics, "\n");
}


void
mpic_metrics_label(mpic_metrics_t *metrics, size_t n, const char *name,
    const char *value)
{
    mpic_str_t  text;

    text.data = value;
    text.len = strlen(value);

    mpic_metrics_label_str(metrics, n, name, &text);
}


void
mpic_metrics_label_str(mpic_metrics_t *metrics, size_t n, const char *name,
    const mpic_str_t *value)
{
    if (n >= MPIC_LABELS_MAX) {
        metrics->failed = 1;
        return;
    }

    metrics->labels[n].name = name;
    metrics->labels[n].value = *value;
    metrics->nlabels = n + 1;
}


void
mpic_metrics_sample(mpic_metrics_t *metrics, double value)
{
    mpic_metrics_line(metrics, "", NULL, value);
}


/*
 * Workers count while it is read: the copy makes "+Inf" what "_count" is.
 */

void
mpic_metrics_histogram(mpic_metrics_t *metrics,
    const mpic_histogram_t *histogram)
{
    char               le[MPIC_METRIC_MAX];
    size_t             i;
    double             sum;
    unsigned long      total;
    mpic_histogram_t   copy;

    copy = *histogram;
    sum = (double) copy.sum / 1000;
    total = 0;

    for (i = 0; i < MPIC_HISTOGRAM_BOUNDS; i++) {
        total += copy.counts[i];

        (void) snprintf(le, sizeof(le), "%g",
                        (double) mpic_histogram_bounds[i] / 1000);

        mpic_metrics_line(metrics, "_bucket", le, (double) total);
    }

    total += copy.counts[MPIC_HISTOGRAM_BOUNDS];

    mpic_metrics_line(metrics, "_bucket", "+Inf", (double) total);
    mpic_metrics_line(metrics, "_sum", NULL, sum);
    mpic_metrics_line(metrics, "_count", NULL, (double) total);
}


int
mpic_metrics_finish(mpic_metrics_t *metrics, mpic_str_t *text)
{
    text->data = metrics->data;
    text->len = metrics->len;

    return metrics->failed ? -1 : 0;
}


static void
mpic_metrics_line(mpic_metrics_t *metrics, const char *suffix,
    const char *le, double value)
{
    char          text[MPIC_METRIC_MAX];
    size_t        i, n;
    mpic_label_t  label;

    mpic_metrics_word(metrics, metrics->name);
    mpic_metrics_word(metrics, suffix);

    n = 0;

    for (i = 0; i < metrics->nlabels; i++) {
        n += mpic_metrics_written(metrics, &metrics->labels[i], n);
    }

    if (le != NULL) {
        label.name = "le";
        label.value.data = le;
        label.value.len = strlen(le);

        n += mpic_metrics_written(metrics, &label, n);
    }

    (void) snprintf(text, sizeof(text), "%s %.*f\n", n ? "}" : "",
                    (value == floor(value)) ? 0 : 3, value);

    mpic_metrics_word(metrics, text);
}


/* 1, or 0 for a label without a value; "n" are before it */

static size_t
mpic_metrics_written(mpic_metrics_t *metrics, const mpic_label_t *label,
    size_t n)
{
    if (label->value.len == 0) {
        return 0;
    }

    mpic_metrics_word(metrics, n ? "," : "{");
    mpic_metrics_word(metrics, label->name);
    mpic_metrics_word(metrics, "=\"");
    mpic_metrics_value(metrics, &label->value);
    mpic_metrics_word(metrics, "\"");

    return 1;
}


/*
 * Backslash, quotation mark and line feed are escaped; what is not printable
 * ASCII is in a form that is.
 */

static void
mpic_metrics_value(mpic_metrics_t *metrics, const mpic_str_t *value)
{
    char           text[8];
    size_t         i;
    unsigned char  c;

    for (i = 0; i < value->len; i++) {
        c = (unsigned char) value->data[i];

        if (c == '\\' || c == '"') {
            text[0] = '\\';
            text[1] = (char) c;
            mpic_metrics_add(metrics, text, 2);

        } else if (c < ' ' || c >= 0x7f) {
            mpic_metrics_add(metrics, text,
                             (size_t) snprintf(text, sizeof(text), "\\\\%03u",
                                               c));

        } else {
            mpic_metrics_add(metrics, &value->data[i], 1);
        }
    }
}


static void
mpic_metrics_word(mpic_metrics_t *metrics, const char *word)
{
    mpic_metrics_add(metrics, word, strlen(word));
}


static void
mpic_metrics_add(mpic_metrics_t *metrics, const char *data, size_t len)
{
    char    *p;
    size_t   size;

    if (metrics->failed) {
        return;
    }

    if (len > metrics->size - metrics->len) {
        size = metrics->size ? 2 * metrics->size : MPIC_METRICS_SIZE;

        while (size - metrics->len < len) {
            size *= 2;
        }

        p = metrics->pool->alloc(metrics->pool->data, size);
        if (p == NULL) {
            metrics->failed = 1;
            return;
        }

        if (metrics->len) {
            memcpy(p, metrics->data, metrics->len);
        }

        metrics->data = p;
        metrics->size = size;
    }

    memcpy(metrics->data + metrics->len, data, len);
    metrics->len += len;
}
