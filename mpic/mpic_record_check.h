
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The perspective's record: one line of JSON for each check.  docs/record.md
 * tells its fields, docs/check-record.schema.json what they may be.
 */


#ifndef _MPIC_RECORD_CHECK_H_INCLUDED_
#define _MPIC_RECORD_CHECK_H_INCLUDED_


#include "mpic_record.h"


/* a check, or a request for one, with what became of it */

typedef struct {
    /*
     * "ended" is written for one that was not answered.  Neither "item",
     * "dialect" nor "set" are of a check.
     */
    mpic_record_head_t     head;

    /* what the location checks: MPIC_CHECK_DCV or MPIC_CHECK_CAA */
    mpic_check_type_e      type;
    /* who checked; NULL data where it is not configured */
    mpic_str_t             code;
    mpic_str_t             rir;

    /* of a check that came to its end; NULL data for any other */
    mpic_str_t             response;
    unsigned               completed:1;
    unsigned               passed:1;

    /* why there was none: the error's name, what is wrong; each may be NULL */
    const char            *error;
    const mpic_issues_t   *issues;
} mpic_record_check_t;


/*
 * The line of a check, without a line feed, as mpic_record_print() makes one.
 * 0 or -1.
 */
int mpic_record_check_print(mpic_pool_t *pool,
    const mpic_record_check_t *check, mpic_str_t *line);


#endif /* _MPIC_RECORD_CHECK_H_INCLUDED_ */
