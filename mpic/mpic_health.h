
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Whether a perspective keeps failing.  It is for those who operate it: who is
 * asked does not depend on it.
 */


#ifndef _MPIC_HEALTH_H_INCLUDED_
#define _MPIC_HEALTH_H_INCLUDED_


#include "mpic_request.h"

#include <time.h>


/* calls for one kind of check in a row that failed: it keeps failing then */
#define MPIC_HEALTH_FAILURES  3

/*
 * Milliseconds within which whoever is well answers: what a perspective's own
 * mpic_check_timeout is, and the way there and back.
 */
#define MPIC_HEALTH_PATIENCE  6000


/* zeroed at first; by MPIC_CHECK_DCV and MPIC_CHECK_CAA */

typedef struct {
    /* bit n: checks of type n keep failing; 0: none */
    unsigned  failing;
    /* in a row */
    unsigned  failures[2];
    /* when it began to fail or to be well again, and answered last; or 0 */
    time_t    since;
    time_t    answered;
} mpic_health_t;


/* how a call or a probe ended */

typedef struct {
    /* with an answer that can be used, or one that finds the request wrong */
    unsigned  answered:1;
    /* nobody waited for its end: the client went, or the worker exits */
    unsigned  left:1;
    /* it could not be made, for want of memory or the like */
    unsigned  unmade:1;
    /* time was over; "waited" milliseconds were had by the longest try */
    unsigned  cut:1;
    uint64_t  waited;
} mpic_health_call_t;


typedef enum {
    /* it says nothing of the perspective */
    MPIC_HEALTH_NOTHING = 0,
    MPIC_HEALTH_ANSWERED,
    MPIC_HEALTH_FAILED
} mpic_health_evidence_e;


typedef enum {
    MPIC_HEALTH_SAME = 0,
    /* from now on it keeps failing */
    MPIC_HEALTH_GONE,
    /* it has failed, and does not any more */
    MPIC_HEALTH_BACK
} mpic_health_change_e;


/*
 * The milliseconds that are enough for a call, where requests have "timeout"
 * for "attempts" at the most: MPIC_HEALTH_PATIENCE, or three quarters of an
 * attempt's share where that is less.
 */
uint64_t mpic_health_patience(uint64_t timeout, unsigned attempts);

/*
 * What a call says of its perspective.  One that was cut off before it had
 * "patience" milliseconds says nothing, whether it began late or the attempt's
 * time is short.
 */
mpic_health_evidence_e mpic_health_judge(const mpic_health_call_t *call,
    uint64_t patience);

/*
 * Takes what a call or a probe of the check of "type", which is not
 * MPIC_CHECK_DCV_WITH_CAA, says at "now".  Gives what there is to be reported.
 * Each kind has its own row: its endpoint, or what it needs, may be its own.
 */
mpic_health_change_e mpic_health_update(mpic_health_t *health,
    mpic_check_type_e type, mpic_health_evidence_e evidence, time_t now);

/*
 * The check to probe a perspective with: one of those that keep failing.
 */
mpic_check_type_e mpic_health_failing(const mpic_health_t *health);

/*
 * The request of a probe for the check of "type", of a name that nobody can
 * have (RFC 2606 section 2), and as "body" what is sent.  It is a check like
 * any other: its answer is read by mpic_response_read().  0, or -1 without
 * memory.
 */
int mpic_health_probe(mpic_pool_t *pool, mpic_check_type_e type,
    mpic_request_t *request, mpic_str_t *body);


#endif /* _MPIC_HEALTH_H_INCLUDED_ */
