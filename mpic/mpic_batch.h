
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Several requests in one body: a JSON array taken apart, each element to be
 * judged as if it had come alone, and their answers put together.
 */


#ifndef _MPIC_BATCH_H_INCLUDED_
#define _MPIC_BATCH_H_INCLUDED_


#include "mpic_request.h"


/* what "mpic_batch_max" may be */
#define MPIC_BATCH_MAX  1000


/* the answer to one request of a batch */

typedef struct {
    /* the HTTP status that it would have had alone */
    unsigned     status;
    /* the body, a JSON object */
    mpic_str_t   json;
} mpic_batch_answer_t;


/*
 * 1 if a body is a batch: the first octet after white space is "[".
 */
int mpic_batch_is(const char *body, size_t len);

/*
 * Takes a batch apart: "items" are the elements' octets within "body", from 1
 * to "max" of them.
 *
 * The body as a whole has to be JSON, for else nobody could say which answer
 * belongs to which request.  What the escapes in strings stand for is left to
 * the requests: a name with U+0000, or with half of a surrogate pair, is the
 * error of one of them.
 *
 * Returns 0; 1 with one issue added to "issues", which the caller has zeroed,
 * as also for no elements at all, since that all of them are valid would be
 * true; 2 if there are more than "max", "n" being how many; or -1 without
 * memory.
 */
int mpic_batch_split(mpic_pool_t *pool, const char *body, size_t len,
    size_t max, mpic_str_t **items, size_t *n, mpic_issues_t *issues);

/*
 * The array of answers, in the order given: the body of each as it is; where
 * its status is not 200, with a member "status" before all others.  0; or -1
 * without memory, or if such a body is no JSON object.
 */
int mpic_batch_join(mpic_pool_t *pool, const mpic_batch_answer_t *answers,
    size_t n, mpic_str_t *json);


#endif /* _MPIC_BATCH_H_INCLUDED_ */
