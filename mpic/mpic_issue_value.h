
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The issue-value of RFC 8659 section 4.2: an issuer domain name and
 * parameters.
 */


#ifndef _MPIC_ISSUE_VALUE_H_INCLUDED_
#define _MPIC_ISSUE_VALUE_H_INCLUDED_


#include "mpic_base.h"


/* the strings are parts of the value that was read, not copies */

typedef struct {
    /* of length 0 where there is none, as in ";" */
    mpic_str_t  domain;

    /* private: the parameters not yet given out */
    mpic_str_t  rest;
} mpic_issue_value_t;


/*
 * Reads a value strictly by the grammar; white space is space and tab only,
 * the domain name has no trailing dot, no semicolon ends the parameters.
 * Returns 0, or -1 if any part of it is malformed.
 */
int mpic_issue_value_parse(const mpic_str_t *value, mpic_issue_value_t *iv);

/*
 * The next parameter, in the order of the value: 1, or 0 if there is none.
 * "value" may be of length 0.
 */
int mpic_issue_value_next(mpic_issue_value_t *iv, mpic_str_t *tag,
    mpic_str_t *value);


#endif /* _MPIC_ISSUE_VALUE_H_INCLUDED_ */
