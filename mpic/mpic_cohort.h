
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Which perspectives look at a target.  BR 3.2.2.9; the choice is keyed, so
 * that nobody without the secret can predict it, and the same for the same
 * target (Open MPIC API 3.5.0, perspective_count).
 */


#ifndef _MPIC_COHORT_H_INCLUDED_
#define _MPIC_COHORT_H_INCLUDED_


#include "mpic_base.h"


#define MPIC_PERSPECTIVES_MAX  64

/* octets in the code of a perspective */
#define MPIC_CODE_MAX          64


/* the five Regional Internet Registries */

typedef enum {
    MPIC_RIR_AFRINIC = 0,
    MPIC_RIR_APNIC,
    MPIC_RIR_ARIN,
    MPIC_RIR_LACNIC,
    MPIC_RIR_RIPE_NCC
} mpic_rir_e;

#define MPIC_RIR_COUNT  5


/*
 * "ARIN", "RIPE NCC", …, without regard to case; "RIPE" and "RIPE-NCC" are
 * taken for "RIPE NCC".  Returns mpic_rir_e, or -1 for anything else.
 */
int mpic_rir_parse(const mpic_str_t *text);
const char *mpic_rir_name(mpic_rir_e rir);


/* degrees, north and east */

typedef struct {
    double       latitude;
    double       longitude;
} mpic_location_t;


/*
 * Kilometres between two places along the great circle.
 */
double mpic_distance(const mpic_location_t *a, const mpic_location_t *b);

/*
 * BR 1.6.1 and 3.2.2.9: perspectives nearer to each other than this are one,
 * and so are resolvers.
 */
#define MPIC_DISTINCT_KM  500


/* what the choice needs to know of a perspective */

typedef struct {
    mpic_str_t       code;
    mpic_rir_e       rir;

    /* of the perspective, and of the resolver that it asks */
    unsigned         located:1;
    mpic_location_t  location;
    mpic_location_t  resolver;

    /* its provider, without regard to case; empty: not known */
    mpic_str_t       network;
} mpic_perspective_t;


/* perspectives, and who may not be with whom: bit j of near[i] */

typedef struct {
    const mpic_perspective_t  *perspectives;
    size_t                     n;
    uint64_t                   near[MPIC_PERSPECTIVES_MAX];
    uint64_t                   network[MPIC_PERSPECTIVES_MAX];
} mpic_world_t;


/*
 * Prepares "world" for up to MPIC_PERSPECTIVES_MAX perspectives, which stay
 * the caller's.  "primary", or NULL, is asked beside each cohort, and so has
 * to be distinct from all of it.  Where a place is not known, nothing is near.
 */
void mpic_world_init(mpic_world_t *world,
    const mpic_perspective_t *perspectives, size_t n,
    const mpic_perspective_t *primary);


/* what a cohort has to be like */

typedef struct {
    size_t           count;
    /* so many may be lost, and two regions are still left */
    size_t           losses;
    /* disjoint cohorts that are wanted, 1 … */
    size_t           attempts;
    /* members of a cohort are of different networks */
    unsigned         networks:1;
} mpic_cohort_rules_t;


/*
 * Lowers "attempts" and "networks" of "rules" to what the perspectives allow:
 * of all targets the same, so that it is found out once.  Returns the number
 * of disjoint cohorts, 0 if there is none.
 */
size_t mpic_cohort_possible(const mpic_world_t *world,
    mpic_cohort_rules_t *rules);


/* why there is no cohort */

typedef enum {
    MPIC_MISSING_NOTHING = 0,
    /* there are fewer perspectives than a cohort has */
    MPIC_MISSING_NUMBER,
    /* too many are of one RIR region, wherever they are */
    MPIC_MISSING_REGIONS,
    /* too many are near to each other, or to the primary */
    MPIC_MISSING_DISTANCE
} mpic_missing_e;

/*
 * The first of these that keeps the perspectives from having a cohort by
 * "rules", of which "count" and "losses" are looked at.
 */
mpic_missing_e mpic_cohort_missing(const mpic_world_t *world,
    const mpic_cohort_rules_t *rules);

/*
 * How many members of one region a cohort may have, 0 if there can be none:
 * with one more, two regions would not be left when "losses" are lost.
 */
size_t mpic_cohort_region_max(const mpic_cohort_rules_t *rules);


/*
 * Plans the cohorts of a target: "attempts" disjoint ones, or as many as there
 * can be.  Members come in the order of HMAC-SHA256(secret, target, code)
 * (rendezvous hashing), the highest first, where the rules let them: no two
 * nearer than MPIC_DISTINCT_KM, themselves or their resolvers; two RIR regions
 * left when "losses" of them are (BR 3.2.2.9); of different networks where
 * that is wanted and possible.  A cohort of two has two regions, and no more
 * is asked of it.  "target" is the canonical name without "*.": a name and its
 * wildcard are seen by the same cohorts.
 *
 * The indices of cohort k go to chosen[k * count] and on.  "chosen" has room
 * for MPIC_PERSPECTIVES_MAX.  Returns the number of cohorts; 0 if there is
 * none; -1 if the hash cannot be computed.
 *
 * The plan depends on the target and on the rules alone, so rules that a
 * caller may vary let him see other cohorts: "attempts" should be the
 * operator's.
 */
int mpic_cohort_plan(const mpic_world_t *world, const mpic_str_t *secret,
    const mpic_str_t *target, const mpic_cohort_rules_t *rules,
    unsigned *chosen);


#endif /* _MPIC_COHORT_H_INCLUDED_ */
