
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_cohort.h"
#include "mpic_target.h"

#include <math.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>


#define MPIC_SCORE_LEN     32

#define MPIC_EARTH_KM      6371.0088
#define MPIC_RADIANS       (3.14159265358979323846 / 180)

#define MPIC_BIT(i)        ((uint64_t) 1 << (i))

/* candidates looked at by one search: some milliseconds at the worst */
#define MPIC_SEARCH_STEPS  50000


typedef struct {
    unsigned char  score[MPIC_SCORE_LEN];
    unsigned       index;
} mpic_ranked_t;


/* of the cohort that is being chosen */

typedef struct {
    size_t         regions[MPIC_RIR_COUNT];
    uint64_t       excluded;
} mpic_choice_t;


typedef struct {
    const mpic_world_t         *world;
    const mpic_cohort_rules_t  *rules;
    unsigned                   *chosen;
    mpic_ranked_t               ranked[MPIC_PERSPECTIVES_MAX];

    /* of one region in a cohort */
    size_t                      most;
    /* of all cohorts */
    size_t                      members;
    /* 1: of different networks only */
    unsigned                    networks;
    size_t                      steps;
} mpic_search_t;


static int mpic_cohort_near(const mpic_perspective_t *a,
    const mpic_perspective_t *b);
static size_t mpic_cohort_search_most(mpic_search_t *search);
static int mpic_cohort_search(mpic_search_t *search, size_t cohorts,
    unsigned networks);
static int mpic_cohort_choose(mpic_search_t *search, size_t k, size_t from,
    uint64_t used, const mpic_choice_t *choice);
static int mpic_cohort_enough(const mpic_search_t *search, size_t k,
    size_t from, uint64_t used, const mpic_choice_t *choice);
static int mpic_cohort_fits(const mpic_search_t *search, unsigned index,
    const mpic_choice_t *choice);
static void mpic_cohort_add(const mpic_search_t *search, unsigned index,
    const mpic_choice_t *choice, mpic_choice_t *more);
static int mpic_cohort_rank(const mpic_perspective_t *perspectives, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target,
    mpic_ranked_t *ranked);
static EVP_MAC_CTX *mpic_cohort_mac(void);
static int mpic_cohort_score(EVP_MAC_CTX *mac, const mpic_str_t *secret,
    const mpic_str_t *target, const mpic_str_t *code, unsigned char *score);
static void mpic_cohort_insert(mpic_ranked_t *ranked, size_t n,
    const mpic_ranked_t *item);


static const mpic_str_t  mpic_rir_names[MPIC_RIR_COUNT] = {
    mpic_str("AFRINIC"),
    mpic_str("APNIC"),
    mpic_str("ARIN"),
    mpic_str("LACNIC"),
    mpic_str("RIPE NCC")
};


int
mpic_rir_parse(const mpic_str_t *text)
{
    int                i;
    static mpic_str_t  ripe[] = { mpic_str("RIPE"), mpic_str("RIPE-NCC") };

    for (i = 0; i < MPIC_RIR_COUNT; i++) {
        if (mpic_str_case_eq(text, &mpic_rir_names[i])) {
            return i;
        }
    }

    if (mpic_str_case_eq(text, &ripe[0]) || mpic_str_case_eq(text, &ripe[1])) {
        return MPIC_RIR_RIPE_NCC;
    }

    return -1;
}


const char *
mpic_rir_name(mpic_rir_e rir)
{
    return mpic_rir_names[rir].data;
}


/* the haversine formula on a sphere of the Earth's mean radius */

double
mpic_distance(const mpic_location_t *a, const mpic_location_t *b)
{
    double  north, east, h;

    north = sin((b->latitude - a->latitude) * MPIC_RADIANS / 2);
    east = sin((b->longitude - a->longitude) * MPIC_RADIANS / 2);

    h = north * north
        + cos(a->latitude * MPIC_RADIANS) * cos(b->latitude * MPIC_RADIANS)
          * east * east;

    return 2 * MPIC_EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}


void
mpic_world_init(mpic_world_t *world, const mpic_perspective_t *perspectives,
    size_t n, const mpic_perspective_t *primary)
{
    size_t                     i, j;
    const mpic_perspective_t  *p;

    memset(world, 0, sizeof(mpic_world_t));

    world->perspectives = perspectives;
    world->n = n;
    p = perspectives;

    for (i = 0; i < n; i++) {

        /* near to itself: never chosen */

        if (primary != NULL && mpic_cohort_near(&p[i], primary)) {
            world->near[i] |= MPIC_BIT(i);
        }

        for (j = 0; j < i; j++) {

            if (mpic_cohort_near(&p[i], &p[j])) {
                world->near[i] |= MPIC_BIT(j);
                world->near[j] |= MPIC_BIT(i);
            }

            if (p[i].network.len
                && mpic_str_case_eq(&p[i].network, &p[j].network))
            {
                world->network[i] |= MPIC_BIT(j);
                world->network[j] |= MPIC_BIT(i);
            }
        }
    }
}


static int
mpic_cohort_near(const mpic_perspective_t *a, const mpic_perspective_t *b)
{
    if (!a->located || !b->located) {
        return 0;
    }

    return mpic_distance(&a->location, &b->location) < MPIC_DISTINCT_KM
           || mpic_distance(&a->resolver, &b->resolver) < MPIC_DISTINCT_KM;
}


size_t
mpic_cohort_possible(const mpic_world_t *world, mpic_cohort_rules_t *rules)
{
    size_t         i;
    unsigned       chosen[MPIC_PERSPECTIVES_MAX];
    mpic_search_t  search;

    for (i = 0; i < world->n; i++) {
        search.ranked[i].index = (unsigned) i;
    }

    search.world = world;
    search.rules = rules;
    search.chosen = chosen;

    rules->attempts = mpic_cohort_search_most(&search);
    rules->networks = search.networks;

    return rules->attempts;
}


mpic_missing_e
mpic_cohort_missing(const mpic_world_t *world,
    const mpic_cohort_rules_t *rules)
{
    mpic_world_t         anywhere;
    mpic_cohort_rules_t  one;

    if (world->n < rules->count) {
        return MPIC_MISSING_NUMBER;
    }

    one = *rules;
    one.attempts = 1;
    one.networks = 0;

    if (mpic_cohort_possible(world, &one)) {
        return MPIC_MISSING_NOTHING;
    }

    anywhere = *world;
    memset(anywhere.near, 0, sizeof(anywhere.near));

    one.attempts = 1;

    return mpic_cohort_possible(&anywhere, &one) ? MPIC_MISSING_DISTANCE
                                                 : MPIC_MISSING_REGIONS;
}


int
mpic_cohort_plan(const mpic_world_t *world, const mpic_str_t *secret,
    const mpic_str_t *target, const mpic_cohort_rules_t *rules,
    unsigned *chosen)
{
    mpic_search_t  search;

    search.world = world;
    search.rules = rules;
    search.chosen = chosen;

    if (mpic_cohort_rank(world->perspectives, world->n, secret, target,
                         search.ranked)
        != 0)
    {
        return -1;
    }

    return (int) mpic_cohort_search_most(&search);
}


/* as many cohorts as are wanted, or else as there are */

static size_t
mpic_cohort_search_most(mpic_search_t *search)
{
    size_t                      n;
    const mpic_cohort_rules_t  *rules;

    rules = search->rules;
    search->networks = 0;

    if (rules->count < 2 || rules->count > search->world->n) {
        return 0;
    }

    search->most = mpic_cohort_region_max(rules);

    if (search->most == 0) {
        return 0;
    }

    n = search->world->n / rules->count;

    if (n > rules->attempts) {
        n = rules->attempts;
    }

    for ( /* void */ ; n > 0; n--) {

        if ((rules->networks && mpic_cohort_search(search, n, 1))
            || mpic_cohort_search(search, n, 0))
        {
            return n;
        }
    }

    return 0;
}


/*
 * How many of one region a cohort may have: as long as more than "losses" are
 * of other regions, two regions are left whoever is lost.
 */

size_t
mpic_cohort_region_max(const mpic_cohort_rules_t *rules)
{
    if (rules->count == 2) {
        return 1;
    }

    return (rules->count > rules->losses + 1)
           ? rules->count - rules->losses - 1 : 0;
}


/* 1 if "cohorts" disjoint ones are found */

static int
mpic_cohort_search(mpic_search_t *search, size_t cohorts, unsigned networks)
{
    mpic_choice_t  none;

    memset(&none, 0, sizeof(mpic_choice_t));

    search->members = cohorts * search->rules->count;
    search->networks = networks;
    search->steps = MPIC_SEARCH_STEPS;

    return mpic_cohort_choose(search, 0, 0, 0, &none);
}


/*
 * Chooses member "k" of all cohorts, from rank "from" on, and those after it:
 * the first legal choice in the order of ranks.  "used" are the members of all
 * cohorts so far.  The search gives up where it would become long: then a plan
 * of fewer cohorts is tried.
 */

static int
mpic_cohort_choose(mpic_search_t *search, size_t k, size_t from,
    uint64_t used, const mpic_choice_t *choice)
{
    size_t         i, next;
    unsigned       index;
    mpic_choice_t  more;

    if (k == search->members) {
        return 1;
    }

    for (i = from; i < search->world->n; i++) {

        if (search->steps == 0
            || !mpic_cohort_enough(search, k, i, used, choice))
        {
            return 0;
        }

        search->steps--;
        index = search->ranked[i].index;

        if ((used & MPIC_BIT(index))
            || !mpic_cohort_fits(search, index, choice))
        {
            continue;
        }

        search->chosen[k] = index;
        mpic_cohort_add(search, index, choice, &more);
        next = i + 1;

        if ((k + 1) % search->rules->count == 0) {
            memset(&more, 0, sizeof(mpic_choice_t));
            next = 0;
        }

        if (mpic_cohort_choose(search, k + 1, next, used | MPIC_BIT(index),
                               &more))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * 0 if those from rank "from" on cannot fill the cohort: what can be seen
 * without trying.
 */

static int
mpic_cohort_enough(const mpic_search_t *search, size_t k, size_t from,
    uint64_t used, const mpic_choice_t *choice)
{
    size_t      i, needed, regions[MPIC_RIR_COUNT];
    unsigned    index;
    mpic_rir_e  rir;

    needed = search->rules->count - k % search->rules->count;
    memcpy(regions, choice->regions, sizeof(regions));

    for (i = from; i < search->world->n; i++) {
        index = search->ranked[i].index;
        rir = search->world->perspectives[index].rir;

        if (((used | choice->excluded) & MPIC_BIT(index))
            || regions[rir] == search->most)
        {
            continue;
        }

        regions[rir]++;

        if (--needed == 0) {
            return 1;
        }
    }

    return 0;
}


static int
mpic_cohort_fits(const mpic_search_t *search, unsigned index,
    const mpic_choice_t *choice)
{
    const mpic_world_t  *world;

    world = search->world;

    if ((world->near[index] & MPIC_BIT(index))
        || (choice->excluded & MPIC_BIT(index)))
    {
        return 0;
    }

    return choice->regions[world->perspectives[index].rir] < search->most;
}


static void
mpic_cohort_add(const mpic_search_t *search, unsigned index,
    const mpic_choice_t *choice, mpic_choice_t *more)
{
    const mpic_world_t  *world;

    world = search->world;

    *more = *choice;
    more->regions[world->perspectives[index].rir]++;
    more->excluded |= world->near[index];

    if (search->networks) {
        more->excluded |= world->network[index];
    }
}


/*
 * All perspectives by score, the highest first.
 */

static int
mpic_cohort_rank(const mpic_perspective_t *perspectives, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target, mpic_ranked_t *ranked)
{
    int            rc;
    size_t         i;
    EVP_MAC_CTX   *mac;
    mpic_ranked_t  item;

    mac = mpic_cohort_mac();
    if (mac == NULL) {
        return -1;
    }

    rc = 0;

    for (i = 0; i < n; i++) {

        rc = mpic_cohort_score(mac, secret, target, &perspectives[i].code,
                               item.score);
        if (rc != 0) {
            break;
        }

        item.index = (unsigned) i;

        mpic_cohort_insert(ranked, i, &item);
    }

    EVP_MAC_CTX_free(mac);

    return rc;
}


/*
 * HMAC-SHA256, once for all scores: to look the algorithms up costs several
 * times what a score does.
 */

static EVP_MAC_CTX *
mpic_cohort_mac(void)
{
    char          digest[] = "SHA256";
    EVP_MAC      *mac;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *ctx;

    mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    if (mac == NULL) {
        return NULL;
    }

    ctx = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);

    if (ctx == NULL) {
        return NULL;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
                                                 0);
    params[1] = OSSL_PARAM_construct_end();

    if (EVP_MAC_CTX_set_params(ctx, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        return NULL;
    }

    return ctx;
}


/*
 * HMAC-SHA256(secret, target, 0, code).  The zero octet, which neither can
 * hold, keeps the pairs apart.
 */

static int
mpic_cohort_score(EVP_MAC_CTX *mac, const mpic_str_t *secret,
    const mpic_str_t *target, const mpic_str_t *code, unsigned char *score)
{
    char    buf[MPIC_NAME_MAX + 1 + MPIC_CODE_MAX];
    size_t  len;

    if (target->len > MPIC_NAME_MAX || code->len > MPIC_CODE_MAX) {
        return -1;
    }

    memcpy(buf, target->data, target->len);
    buf[target->len] = '\0';
    memcpy(buf + target->len + 1, code->data, code->len);

    if (EVP_MAC_init(mac, (const unsigned char *) secret->data, secret->len,
                     NULL)
        != 1
        || EVP_MAC_update(mac, (unsigned char *) buf,
                          target->len + 1 + code->len)
           != 1
        || EVP_MAC_final(mac, score, &len, MPIC_SCORE_LEN) != 1)
    {
        return -1;
    }

    return (len == MPIC_SCORE_LEN) ? 0 : -1;
}


static void
mpic_cohort_insert(mpic_ranked_t *ranked, size_t n, const mpic_ranked_t *item)
{
    while (n > 0
           && memcmp(item->score, ranked[n - 1].score, MPIC_SCORE_LEN) > 0)
    {
        ranked[n] = ranked[n - 1];
        n--;
    }

    ranked[n] = *item;
}
