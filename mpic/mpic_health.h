
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Whether a perspective keeps failing.  It is for those who operate it: who is
 * asked does not depend on it.
 */


#ifndef _MPIC_HEALTH_H_INCLUDED_
#define _MPIC_HEALTH_H_INCLUDED_


#include "mpic_base.h"

#include <time.h>


/* calls in a row without a usable answer, from which on it keeps failing */
#define MPIC_HEALTH_FAILURES     3

/* octets of the answer to a probe that are looked at */
#define MPIC_HEALTH_ANSWER_MAX   4096


/* zeroed at first */

typedef struct {
    unsigned  failing:1;
    /* in a row */
    size_t    failures;
    /* when "failing" changed, and the last answer; 0 for never */
    time_t    since;
    time_t    answered;
} mpic_health_t;


typedef enum {
    MPIC_HEALTH_SAME = 0,
    /* from now on it keeps failing */
    MPIC_HEALTH_GONE,
    /* it has failed, and does not any more */
    MPIC_HEALTH_BACK
} mpic_health_change_e;


/*
 * A call or a probe at "now" has brought a usable answer, or has not.  Gives
 * what there is to be reported.
 */
mpic_health_change_e mpic_health_update(mpic_health_t *health, int answered,
    time_t now);

/*
 * Whether the answer to a probe, a request without parameters, is that of a
 * perspective: a JSON object, under any status but those by which a proxy
 * speaks of what is behind it, or a server of too much work (502, 503, 504).
 * 1, 0, or -1 without memory.
 */
int mpic_health_probe(mpic_pool_t *pool, long status, const char *body,
    size_t len);


#endif /* _MPIC_HEALTH_H_INCLUDED_ */
