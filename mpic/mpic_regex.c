
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_regex.h"

#define PCRE2_CODE_UNIT_WIDTH  8
#include <pcre2.h>


#if (PCRE2_MAJOR == 10 && PCRE2_MINOR < 30)
#error "PCRE2 10.30 or later is needed: the first with a limit for the heap"
#endif


/* callouts from one question for the time to the next */
#define MPIC_REGEX_ASK      16

/* octets of PCRE2's longest message and more */
#define MPIC_REGEX_MESSAGE  256


typedef struct {
    size_t               steps;
    size_t               position;
    unsigned             calls;
    mpic_regex_over_pt   over;
    void                *data;
} mpic_regex_meter_t;


static int mpic_regex_compile(mpic_pool_t *pool, const mpic_str_t *pattern,
    pcre2_code **code, mpic_str_t *why);
static int mpic_regex_malformed(mpic_pool_t *pool, int rc, size_t at,
    mpic_str_t *why);
static int mpic_regex_match(const pcre2_code *code, const mpic_str_t *text,
    int truncated, mpic_regex_meter_t *meter);
static int mpic_regex_step(pcre2_callout_block *block, void *data);


int
mpic_regex_check(mpic_pool_t *pool, const mpic_str_t *pattern,
    mpic_str_t *why)
{
    int          rc;
    pcre2_code  *code;

    rc = mpic_regex_compile(pool, pattern, &code, why);

    if (rc == 0) {
        pcre2_code_free(code);
    }

    return rc;
}


int
mpic_regex_search(mpic_pool_t *pool, const mpic_str_t *pattern,
    const mpic_str_t *text, int truncated, mpic_regex_over_pt over,
    void *data, mpic_regex_e *found, mpic_str_t *why)
{
    int                  rc;
    pcre2_code          *code;
    mpic_regex_meter_t   meter;

    rc = mpic_regex_compile(pool, pattern, &code, why);

    if (rc != 0) {
        return rc;
    }

    meter.steps = 0;
    meter.position = 0;
    meter.calls = 0;
    meter.over = over;
    meter.data = data;

    rc = mpic_regex_match(code, text, truncated, &meter);

    pcre2_code_free(code);

    if (rc >= 0) {
        *found = MPIC_REGEX_FOUND;

    } else if (rc == PCRE2_ERROR_NOMATCH) {
        *found = MPIC_REGEX_MISSED;

    } else if (rc == PCRE2_ERROR_PARTIAL) {
        *found = MPIC_REGEX_CUT;

    } else if (rc == PCRE2_ERROR_NOMEMORY) {
        return -1;

    } else {
        *found = MPIC_REGEX_GIVEN_UP;
    }

    return 0;
}


/*
 * PCRE2 bounds by itself how deep a pattern nests and how large it becomes.
 * Lines end with LF, however the library was built.
 */

static int
mpic_regex_compile(mpic_pool_t *pool, const mpic_str_t *pattern,
    pcre2_code **code, mpic_str_t *why)
{
    int                     rc;
    size_t                  at;
    pcre2_compile_context  *context;

    context = pcre2_compile_context_create(NULL);
    if (context == NULL) {
        return -1;
    }

    (void) pcre2_set_newline(context, PCRE2_NEWLINE_LF);

    *code = pcre2_compile((PCRE2_SPTR) pattern->data, pattern->len,
                          PCRE2_AUTO_CALLOUT|PCRE2_NEVER_UTF|PCRE2_NEVER_UCP,
                          &rc, &at, context);

    pcre2_compile_context_free(context);

    if (*code != NULL) {
        return 0;
    }

    /* of compiling, "failed to allocate heap memory" */

    return (rc == PCRE2_ERROR_HEAP_FAILED)
           ? -1 : mpic_regex_malformed(pool, rc, at, why);
}


static int
mpic_regex_malformed(mpic_pool_t *pool, int rc, size_t at, mpic_str_t *why)
{
    PCRE2_UCHAR  message[MPIC_REGEX_MESSAGE];

    if (pcre2_get_error_message(rc, message, sizeof(message)) < 0) {
        message[0] = '\0';
    }

    rc = mpic_str_printf(pool, why, "%s, at octet %zu", (char *) message, at);

    return (rc == 0) ? 1 : -1;
}


/*
 * Not compiled to machine code: that knows no callouts, and its limit counts
 * something else.  PCRE2 counts for each place to begin at anew, and its own
 * limits are only the second line.
 */

static int
mpic_regex_match(const pcre2_code *code, const mpic_str_t *text,
    int truncated, mpic_regex_meter_t *meter)
{
    int                   rc;
    uint32_t              options;
    pcre2_match_data     *md;
    pcre2_match_context  *context;

    rc = PCRE2_ERROR_NOMEMORY;

    md = pcre2_match_data_create(1, NULL);
    context = pcre2_match_context_create(NULL);

    if (md != NULL && context != NULL) {
        (void) pcre2_set_callout(context, mpic_regex_step, meter);
        (void) pcre2_set_match_limit(context, MPIC_REGEX_STEPS);
        (void) pcre2_set_depth_limit(context, MPIC_REGEX_STEPS);
        (void) pcre2_set_heap_limit(context, MPIC_REGEX_HEAP);

        options = truncated ? PCRE2_PARTIAL_HARD : 0;

        rc = pcre2_match(code, (PCRE2_SPTR) text->data, text->len, 0,
                         options, md, context);
    }

    pcre2_match_context_free(context);
    pcre2_match_data_free(md);

    return rc;
}


/*
 * Called before each item of the pattern.  What an item has taken shows in the
 * position; one that fails after a long way does not, and that is what the
 * question for the time is for.
 */

static int
mpic_regex_step(pcre2_callout_block *block, void *data)
{
    mpic_regex_meter_t *meter = data;

    meter->steps++;

    if (block->current_position > meter->position) {
        meter->steps += block->current_position - meter->position;
    }

    meter->position = block->current_position;

    if (meter->steps > MPIC_REGEX_STEPS) {
        return PCRE2_ERROR_CALLOUT;
    }

    if (meter->over != NULL && ++meter->calls % MPIC_REGEX_ASK == 0
        && meter->over(meter->data))
    {
        return PCRE2_ERROR_CALLOUT;
    }

    return 0;
}
