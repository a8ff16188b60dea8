
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * A regular expression of a request over a stranger's page: PCRE2, with an end
 * to its work.
 */


#ifndef _MPIC_REGEX_H_INCLUDED_
#define _MPIC_REGEX_H_INCLUDED_


#include "mpic_base.h"


/* steps of a search; a step is an item tried, or an octet gone forward */
#define MPIC_REGEX_STEPS  2000000

/* KiB of memory for what a search may have to come back to */
#define MPIC_REGEX_HEAP   16384


/*
 * Asked now and then while a search goes on: not zero if it has taken long
 * enough.
 */
typedef int (*mpic_regex_over_pt)(void *data);


typedef enum {
    MPIC_REGEX_FOUND = 0,
    MPIC_REGEX_MISSED,
    /* what the text goes on with decides, and that was not read */
    MPIC_REGEX_CUT,
    /* given up: steps, memory, or the time */
    MPIC_REGEX_GIVEN_UP
} mpic_regex_e;


/*
 * Is it a regular expression?  0; or 1 with PCRE2's message in "why"; or -1
 * without memory.
 */
int mpic_regex_check(mpic_pool_t *pool, const mpic_str_t *pattern,
    mpic_str_t *why);

/*
 * Is there, somewhere in the text, what the pattern describes?  Text and
 * pattern are octets; what the pattern says of UTF-8 is malformed.
 * "truncated": the text is the beginning of a longer one.  "over" may be NULL.
 * 0 and "found"; or 1 with a reason in "why" if the pattern is malformed; or
 * -1 without memory.
 */
int mpic_regex_search(mpic_pool_t *pool, const mpic_str_t *pattern,
    const mpic_str_t *text, int truncated, mpic_regex_over_pt over,
    void *data, mpic_regex_e *found, mpic_str_t *why);


#endif /* _MPIC_REGEX_H_INCLUDED_ */
