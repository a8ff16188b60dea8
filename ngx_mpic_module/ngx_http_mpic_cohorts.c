
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


static ngx_int_t ngx_http_mpic_cohorts_find(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf);
static char *ngx_http_mpic_cohorts_configured(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf);
static size_t ngx_http_mpic_cohorts_default(ngx_http_mpic_loc_conf_t *mlcf,
    size_t need);


char *
ngx_http_mpic_cohorts(ngx_conf_t *cf, ngx_http_mpic_loc_conf_t *mlcf)
{
    size_t   need, soon;
    time_t   now;

    now = ngx_time();
    need = mpic_policy_remotes((mpic_policy_e) mlcf->policy, now);
    soon = mpic_policy_remotes((mpic_policy_e) mlcf->policy,
                               now + NGX_HTTP_MPIC_PHASE_AHEAD);

    if (ngx_http_mpic_cohorts_find(cf, mlcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_cohorts_default(mlcf, need) == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mpic_perspectives %V\" has %ui perspectives, and no "
                      "cohort of %uz or more can be formed from them: the "
                      "Baseline Requirements (3.2.2.9) ask for so many now, "
                      "%d km apart and in two RIR regions whichever of them "
                      "are lost; add perspectives, or set "
                      "\"mpic_policy private\"", &mlcf->set_name,
                      mlcf->set->perspectives.nelts, need, MPIC_DISTINCT_KM);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mpic_cohorts_default(mlcf, soon) == 0) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"mpic_perspectives %V\": the Baseline Requirements "
                      "(3.2.2.9) will ask for cohorts of %uz within 60 days, "
                      "and none can be formed", &mlcf->set_name, soon);
    }

    if (mlcf->perspective_count) {
        return ngx_http_mpic_cohorts_configured(cf, mlcf);
    }

    mlcf->perspective_count = ngx_http_mpic_cohorts_default(mlcf, need);

    return NGX_CONF_OK;
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
        rules[count].attempts = 1;
        rules[count].networks = 1;

        /* the Open MPIC API asks for two regions, not for two that are left */

        rules[count].losses = (mlcf->policy == MPIC_POLICY_PRIVATE)
                              ? 0 : count - mpic_quorum_floor(count);

        (void) mpic_cohort_possible(&mlcf->set->world, &rules[count]);
    }

    mlcf->cohorts = rules;

    return NGX_OK;
}


static char *
ngx_http_mpic_cohorts_configured(ngx_conf_t *cf,
    ngx_http_mpic_loc_conf_t *mlcf)
{
    mpic_cohort_rules_t  *rules;

    rules = &mlcf->cohorts[mlcf->perspective_count];

    if (rules->attempts) {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"mpic_perspective_count %ui\": no such cohort can be "
                  "formed from \"mpic_perspectives %V\": its members have to "
                  "be %d km apart, and two RIR regions have to be left when "
                  "%uz of them are lost", mlcf->perspective_count,
                  &mlcf->set_name, MPIC_DISTINCT_KM, rules->losses);

    return NGX_CONF_ERROR;
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
