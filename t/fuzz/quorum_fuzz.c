
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Terms and cohorts: what a caller asks for never makes them laxer, and a
 * cohort depends on who the perspectives are and not on their order.
 */


#include "fuzz_json.h"
#include "mpic_quorum.h"
#include "mpic_target.h"


static void fuzz_terms(fuzz_pool_t *fp, fuzz_input_t *in);
static int fuzz_number(fuzz_input_t *in);
static void fuzz_cohort(fuzz_pool_t *fp, fuzz_input_t *in);
static int fuzz_distinct(const mpic_perspective_t *all, size_t n);
static void fuzz_cohort_good(const mpic_perspective_t *all, size_t n,
    const unsigned *chosen, size_t count);
static void fuzz_cohort_turned(const mpic_perspective_t *all, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target,
    const unsigned *chosen, size_t count);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_pool_t   fp;
    fuzz_input_t  in;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    fuzz_terms(&fp, &in);
    fuzz_cohort(&fp, &in);

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_terms(fuzz_pool_t *fp, fuzz_input_t *in)
{
    int                    rc;
    time_t                 now;
    size_t                 floor;
    unsigned               kind;
    mpic_str_t             json;
    mpic_terms_t           terms;
    mpic_policy_t          policy;
    mpic_issues_t          issues;
    mpic_orchestration_t   asked;

    memset(&issues, 0, sizeof(mpic_issues_t));

    kind = fuzz_byte(in);

    policy.policy = (kind & 1) ? MPIC_POLICY_PRIVATE : MPIC_POLICY_BR;
    policy.known = fuzz_byte(in) % (MPIC_PERSPECTIVES_MAX + 1);
    policy.count = fuzz_byte(in) % (MPIC_PERSPECTIVES_MAX + 1);
    policy.floor = (kind & 2) ? policy.count : 0;
    policy.dissent = MPIC_DISSENT_MAX - (kind >> 2) % 3;
    policy.monitoring = (kind >> 4) & 1;
    policy.reject = (kind >> 5) & 1;

    asked.given = 1;
    asked.perspective_count = fuzz_number(in);
    asked.quorum_count = fuzz_number(in);
    asked.max_attempts = -1;
    asked.cohort_for_single_attempt = -1;

    now = 1735689600 + (time_t) fuzz_byte(in) * 86400 * 4;

    rc = mpic_quorum_terms(&fp->pool, &policy, &asked, now, &terms, &issues);

    floor = (policy.policy == MPIC_POLICY_BR) ? mpic_br_remotes(now) : 2;
    floor = (policy.floor > floor) ? policy.floor : floor;

    fuzz_check(rc >= 0 && rc <= 2);
    fuzz_check((rc == 2) == (policy.known < floor));

    if (rc == 1) {
        fuzz_check(issues.n == 1 || (issues.n == 2 && policy.reject));
        fuzz_check(mpic_issues_print(&fp->pool, &issues, &json) == 0);
        fuzz_json_check_written(&json);
    }

    if (rc != 0) {
        return;
    }

    fuzz_check(issues.n == 0);
    fuzz_check(terms.count >= floor && terms.count <= policy.known);
    fuzz_check(terms.quorum <= terms.count);

    if (asked.quorum_count == 0) {
        fuzz_check(policy.monitoring && terms.quorum == 0);
        return;
    }

    fuzz_check(terms.quorum >= 1);

    /* BR 3.2.2.9, table "Quorum Requirements" */

    fuzz_check(terms.count - terms.quorum <= (terms.count >= 6 ? 2u : 1u));
    fuzz_check(terms.count - terms.quorum <= policy.dissent);

    /* what was asked for and granted is not undercut */

    if (asked.perspective_count != -1) {
        fuzz_check(terms.count >= (size_t) asked.perspective_count);
    }

    if (asked.quorum_count != -1) {
        fuzz_check(terms.quorum >= (size_t) asked.quorum_count);
    }
}


static int
fuzz_number(fuzz_input_t *in)
{
    unsigned  n;

    n = fuzz_byte(in);

    return (n == 255) ? INT32_MAX : (int) n - 1;
}


static void
fuzz_cohort(fuzz_pool_t *fp, fuzz_input_t *in)
{
    int                  rc;
    size_t               i, n, count;
    unsigned             chosen[MPIC_PERSPECTIVES_MAX], rirs;
    mpic_str_t           secret, target;
    mpic_world_t         world;
    mpic_perspective_t   all[MPIC_PERSPECTIVES_MAX];
    mpic_cohort_rules_t  rules;

    memset(all, 0, sizeof(all));
    n = fuzz_byte(in) % (MPIC_PERSPECTIVES_MAX + 1);
    count = fuzz_byte(in) % (MPIC_PERSPECTIVES_MAX + 2);
    secret = fuzz_take(fp, in, 32);
    target = fuzz_line(fp, in);

    if (target.len > MPIC_NAME_MAX) {
        target.len = MPIC_NAME_MAX;
    }

    rirs = 0;

    for (i = 0; i < n; i++) {
        all[i].rir = fuzz_byte(in) % MPIC_RIR_COUNT;
        all[i].code = fuzz_line(fp, in);

        if (all[i].code.len > MPIC_CODE_MAX) {
            all[i].code.len = MPIC_CODE_MAX;
        }

        rirs |= 1u << all[i].rir;
    }

    rules.count = count;
    rules.losses = 0;
    rules.attempts = 1;
    rules.networks = 1;

    mpic_world_init(&world, all, n, NULL);
    rc = mpic_cohort_plan(&world, &secret, &target, &rules, chosen);

    if (count < 2 || count > n || __builtin_popcount(rirs) < 2) {
        fuzz_check(rc == 0);
        return;
    }

    fuzz_check(rc == 1);
    fuzz_cohort_good(all, n, chosen, count);

    if (fuzz_distinct(all, n)) {
        fuzz_cohort_turned(all, n, &secret, &target, chosen, count);
    }
}


static int
fuzz_distinct(const mpic_perspective_t *all, size_t n)
{
    size_t  i, k;

    for (i = 0; i < n; i++) {
        for (k = 0; k < i; k++) {
            if (mpic_str_eq(&all[i].code, &all[k].code)) {
                return 0;
            }
        }
    }

    return 1;
}


static void
fuzz_cohort_good(const mpic_perspective_t *all, size_t n,
    const unsigned *chosen, size_t count)
{
    size_t         i;
    unsigned       rirs;
    unsigned char  seen[MPIC_PERSPECTIVES_MAX];

    memset(seen, 0, sizeof(seen));
    rirs = 0;

    for (i = 0; i < count; i++) {
        fuzz_check(chosen[i] < n);
        fuzz_check(!seen[chosen[i]]);

        seen[chosen[i]] = 1;
        rirs |= 1u << all[chosen[i]].rir;
    }

    fuzz_check(__builtin_popcount(rirs) >= 2);
}


static void
fuzz_cohort_turned(const mpic_perspective_t *all, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target,
    const unsigned *chosen, size_t count)
{
    size_t               i;
    unsigned             again[MPIC_PERSPECTIVES_MAX];
    mpic_world_t         world;
    mpic_perspective_t   turned[MPIC_PERSPECTIVES_MAX];
    mpic_cohort_rules_t  rules = { count, 0, 1, 1 };

    for (i = 0; i < n; i++) {
        turned[i] = all[n - 1 - i];
    }

    mpic_world_init(&world, turned, n, NULL);
    fuzz_check(mpic_cohort_plan(&world, secret, target, &rules, again) == 1);

    for (i = 0; i < count; i++) {
        fuzz_check(again[i] == n - 1 - chosen[i]);
    }
}
