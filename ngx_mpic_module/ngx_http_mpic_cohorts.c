
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Which sizes a cohort can have, and whether the policy can be satisfied at
 * all: found out when the configuration is read.
 */


#include "ngx_http_mpic_module.h"


/* the size of a cohort where none is configured, if it is possible */
#define NGX_HTTP_MPIC_COHORT       6

/* a phase of BR 3.2.2.9 that is so near is warned about */
#define NGX_HTTP_MPIC_PHASE_AHEAD  (60 * 24 * 60 * 60)

/* octets of what is said about a set */
#define NGX_HTTP_MPIC_WHY_MAX      512


static void ngx_http_mpic_cohorts_unlocated(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf);
static ngx_int_t ngx_http_mpic_cohorts_resolvers(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf);
static ngx_int_t ngx_http_mpic_cohorts_find(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf);
static size_t ngx_http_mpic_cohorts_losses(ngx_http_mpic_loc_conf_t *mlcf,
    size_t count);
static size_t ngx_http_mpic_cohorts_default(ngx_http_mpic_loc_conf_t *mlcf,
    size_t need);
static void ngx_http_mpic_cohorts_why(ngx_http_mpic_loc_conf_t *mlcf,
    size_t count, ngx_str_t *why, u_char *buf);
static u_char *ngx_http_mpic_cohorts_regions(ngx_http_mpic_set_t *set,
    mpic_cohort_rules_t *rules, u_char *p, u_char *last);
static u_char *ngx_http_mpic_cohorts_near(ngx_http_mpic_set_t *set, u_char *p,
    u_char *last);


char *
ngx_http_mpic_cohorts(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *mlcf)
{
    u_char     buf[NGX_HTTP_MPIC_WHY_MAX];
    size_t     need, soon;
    time_t     now;
    ngx_str_t  why;

    now = ngx_time();
    need = mpic_policy_remotes((mpic_policy_e) mlcf->policy, now);
    soon = mpic_policy_remotes((mpic_policy_e) mlcf->policy,
                               now + NGX_HTTP_MPIC_PHASE_AHEAD);

    ngx_http_mpic_cohorts_unlocated(cf, mlcf);

    if (ngx_http_mpic_cohorts_resolvers(cf, mlcf) != NGX_OK
        || ngx_http_mpic_cohorts_find(cf, mlcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_cohorts_default(mlcf, need) == 0) {
        ngx_http_mpic_cohorts_why(mlcf, need, &why, buf);
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_perspectives %V\" has %ui perspectives, and no "
                      "cohort of %uz or more can be formed from them, which "
                      "%s now: %V", &mlcf->set_name,
                      mlcf->set->perspectives.nelts, need,
                      (mlcf->policy == MPIC_POLICY_BR)
                      ? "the Baseline Requirements (3.2.2.9) ask for"
                      : "\"mpic_policy private\" asks for", &why);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_cohorts_default(mlcf, soon) == 0) {
        ngx_http_mpic_cohorts_why(mlcf, soon, &why, buf);
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"mpic_perspectives %V\": the Baseline Requirements "
                      "(3.2.2.9) will ask for cohorts of %uz within 60 days, "
                      "and none of that size or more can be formed: %V",
                      &mlcf->set_name, soon, &why);
    }

    if (mlcf->perspective_count == 0) {
        mlcf->limits.count = ngx_http_mpic_cohorts_default(mlcf, need);
        return NGX_CONF_OK;
    }

    if (mlcf->cohorts[mlcf->perspective_count].attempts == 0) {
        ngx_http_mpic_cohorts_why(mlcf, mlcf->perspective_count, &why, buf);
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_perspective_count %ui\": no such cohort can be "
                      "formed from \"mpic_perspectives %V\": %V",
                      mlcf->perspective_count, &mlcf->set_name, &why);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * BR 3.2.2.9: whether they are 500 km from the others cannot be shown.
 */

static void
ngx_http_mpic_cohorts_unlocated(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf)
{
    u_char               *p, *last, buf[NGX_HTTP_MPIC_WHY_MAX];
    ngx_uint_t            i;
    ngx_http_mpic_set_t  *set;

    set = mlcf->set;

    if (mlcf->policy != MPIC_POLICY_BR || set->unlocated_told) {
        return;
    }

    p = buf;
    last = buf + sizeof(buf);

    for (i = 0; i < set->perspectives.nelts; i++) {
        if (!set->rules[i].located) {
            p = ngx_slprintf(p, last, "%s\"%s\"", (p == buf) ? "" : ", ",
                             set->rules[i].code.data);
        }
    }

    if (set->primary != NULL && !set->primary->located) {
        p = ngx_slprintf(p, last, "%s\"%V\"", (p == buf) ? "" : ", ",
                         &set->primary->code);
    }

    if (p == buf) {
        return;
    }

    set->unlocated_told = 1;

    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "\"mpic_perspectives %V\": no \"location=\" of %*s: that "
                  "they are %d km from the others (Baseline Requirements "
                  "3.2.2.9) is taken for granted", &set->name, p - buf, buf,
                  MPIC_DISTINCT_KM);
}


/*
 * BR 3.2.2.9: a resolver is in the RIR region of its perspective.
 */

static ngx_int_t
ngx_http_mpic_cohorts_resolvers(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf)
{
    ngx_uint_t                    i, n;
    ngx_http_mpic_set_t          *set;
    ngx_http_mpic_perspective_t  *p;

    set = mlcf->set;
    n = set->perspectives.nelts + (set->primary != NULL);

    for (i = 0; i < n && mlcf->policy == MPIC_POLICY_BR; i++) {
        p = set->perspectives.elts;
        p = (i < set->perspectives.nelts) ? &p[i] : set->primary;

        if (!p->resolver_rir_given || p->resolver_rir == p->rir) {
            continue;
        }

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_perspectives %V\": the resolver of perspective "
                      "\"%V\" is of %s and the perspective of %s; it has to "
                      "be of the same RIR region (Baseline Requirements "
                      "3.2.2.9)", &set->name, &p->code,
                      mpic_rir_name(p->resolver_rir),
                      mpic_rir_name(p->rir));
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* for every size, how many cohorts there can be */

static ngx_int_t
ngx_http_mpic_cohorts_find(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *mlcf)
{
    size_t                count, known;
    mpic_cohort_rules_t  *rules;

    known = mlcf->set->perspectives.nelts;

    rules = ngx_pcalloc(cf->pool, (known + 1) * sizeof(mpic_cohort_rules_t));
    if (rules == NULL) {
        return NGX_ERROR;
    }

    for (count = 2; count <= known; count++) {
        rules[count].count = count;
        rules[count].attempts = mlcf->max_attempts;
        rules[count].networks = 1;
        rules[count].losses = ngx_http_mpic_cohorts_losses(mlcf, count);

        (void) mpic_cohort_possible(&mlcf->set->world, &rules[count]);
    }

    mlcf->cohorts = rules;

    return NGX_OK;
}


/* the Open MPIC API asks for two regions, not for two that are left */

static size_t
ngx_http_mpic_cohorts_losses(ngx_http_mpic_loc_conf_t *mlcf, size_t count)
{
    return (mlcf->policy == MPIC_POLICY_PRIVATE)
           ? 0 : count - mpic_quorum_smallest(&mlcf->limits, count);
}


/*
 * The largest size up to the usual one that is enough and possible, or the
 * smallest one above; 0 if there is none.
 */

static size_t
ngx_http_mpic_cohorts_default(ngx_http_mpic_loc_conf_t *mlcf, size_t need)
{
    size_t  count, known;

    known = mlcf->set->perspectives.nelts;

    for (count = ngx_min(NGX_HTTP_MPIC_COHORT, known); count >= need; count--)
    {
        if (mlcf->cohorts[count].attempts) {
            return count;
        }
    }

    for (count = ngx_max(need, NGX_HTTP_MPIC_COHORT + 1); count <= known;
         count++)
    {
        if (mlcf->cohorts[count].attempts) {
            return count;
        }
    }

    return 0;
}


/*
 * What keeps the set from having a cohort of "count", and what would mend it.
 */

static void
ngx_http_mpic_cohorts_why(ngx_http_mpic_loc_conf_t *mlcf, size_t count,
    ngx_str_t *why, u_char *buf)
{
    u_char               *p, *last;
    ngx_http_mpic_set_t  *set;
    mpic_cohort_rules_t   rules;

    set = mlcf->set;
    p = buf;
    last = buf + NGX_HTTP_MPIC_WHY_MAX;

    ngx_memzero(&rules, sizeof(mpic_cohort_rules_t));

    rules.count = count;
    rules.losses = ngx_http_mpic_cohorts_losses(mlcf, count);

    switch (mpic_cohort_missing(&set->world, &rules)) {

    case MPIC_MISSING_NUMBER:
        p = ngx_slprintf(p, last, "perspectives are missing, there are %ui",
                         set->perspectives.nelts);
        break;

    case MPIC_MISSING_REGIONS:
        p = ngx_http_mpic_cohorts_regions(set, &rules, p, last);
        break;

    case MPIC_MISSING_DISTANCE:
        p = ngx_http_mpic_cohorts_near(set, p, last);
        break;

    case MPIC_MISSING_NOTHING:
        break;
    }

    why->data = buf;
    why->len = p - buf;
}


static u_char *
ngx_http_mpic_cohorts_regions(ngx_http_mpic_set_t *set,
    mpic_cohort_rules_t *rules, u_char *p, u_char *last)
{
    char        *comma;
    ngx_uint_t   i, k, n;

    p = ngx_slprintf(p, last, "RIR regions are missing, there are ");
    comma = "";

    for (k = 0; k < MPIC_RIR_COUNT; k++) {
        n = 0;

        for (i = 0; i < set->perspectives.nelts; i++) {
            n += (set->rules[i].rir == (mpic_rir_e) k);
        }

        if (n) {
            p = ngx_slprintf(p, last, "%s%ui of %s", comma, n,
                             mpic_rir_name((mpic_rir_e) k));
            comma = ", ";
        }
    }

    return ngx_slprintf(p, last, ", and of %uz no more than %uz may be of "
                        "one: there have to be two RIR regions whichever of "
                        "them are lost, %uz at the most", rules->count,
                        mpic_cohort_region_max(rules), rules->losses);
}


static u_char *
ngx_http_mpic_cohorts_near(ngx_http_mpic_set_t *set, u_char *p, u_char *last)
{
    char        *comma;
    ngx_uint_t   i, k;

    p = ngx_slprintf(p, last, "distance is missing, perspectives, and their "
                     "resolvers, have to be %d km apart, and these are not: ",
                     MPIC_DISTINCT_KM);
    comma = "";

    for (i = 0; i < set->perspectives.nelts; i++) {

        /* near to itself: to the primary, which looks beside each cohort */

        if (set->world.near[i] & ((uint64_t) 1 << i)) {
            p = ngx_slprintf(p, last, "%s%s and the primary", comma,
                             set->rules[i].code.data);
            comma = ", ";
        }

        for (k = 0; k < i; k++) {

            if (set->world.near[i] & ((uint64_t) 1 << k)) {
                p = ngx_slprintf(p, last, "%s%s and %s", comma,
                                 set->rules[k].code.data,
                                 set->rules[i].code.data);
                comma = ", ";
            }
        }
    }

    return p;
}
