
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_persist.h"
#include "mpic_issue_value.h"


/* parameters that matter, and how often each was met */

typedef struct {
    mpic_str_t  account;
    size_t      naccount;
    mpic_str_t  until;
    size_t      nuntil;
    mpic_str_t  policy;
    size_t      npolicy;
} mpic_persist_params_t;


static int mpic_persist_issuer(mpic_pool_t *pool,
    const mpic_persist_t *persist, const mpic_str_t *domain);
static mpic_persist_e mpic_persist_parameters(const mpic_persist_t *persist,
    mpic_issue_value_t *iv);
static mpic_persist_e mpic_persist_until(const mpic_persist_t *persist,
    const mpic_persist_params_t *params);
static void mpic_persist_note(const mpic_str_t *value, mpic_str_t *first,
    size_t *n);


static const char  *mpic_persist_reasons[] = {
    [MPIC_PERSIST_MALFORMED] =
        "is not an issue-value (RFC 8659 section 4.2)",
    [MPIC_PERSIST_ISSUER] = "names another issuer",
    [MPIC_PERSIST_NO_ACCOUNT] = "has no accounturi",
    [MPIC_PERSIST_ACCOUNTS] = "has accounturi more than once",
    [MPIC_PERSIST_ACCOUNT] = "has the accounturi of another account",
    [MPIC_PERSIST_TIMES] = "has persistUntil more than once",
    [MPIC_PERSIST_NO_TIME] =
        "has a persistUntil that is not a number of seconds",
    [MPIC_PERSIST_OVER] = "has a persistUntil that is over",
    [MPIC_PERSIST_POLICY] = "has no policy=wildcard, as a wildcard needs",
    [MPIC_PERSIST_COUNTS] = "counts"
};


int
mpic_persist_init(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, int64_t now, mpic_persist_t *persist)
{
    int         rc;
    size_t      i;
    mpic_str_t  why;

    persist->issuers = NULL;
    persist->nissuers = 0;
    persist->account_uri = &params->account_uri;
    persist->now = now;
    persist->policy = (target->wildcard && params->wildcard_policy);

    if (params->nissuers == 0) {
        return 0;
    }

    persist->issuers = mpic_pcalloc(pool,
                                    params->nissuers * sizeof(mpic_str_t));
    if (persist->issuers == NULL) {
        return -1;
    }

    for (i = 0; i < params->nissuers; i++) {
        rc = mpic_name_canonical(pool, &params->issuers[i],
                                 &persist->issuers[persist->nissuers], &why);

        if (rc == -1) {
            return -1;
        }

        if (rc == 0) {
            persist->nissuers++;
        }
    }

    return 0;
}


int
mpic_persist_judge(mpic_pool_t *pool, const mpic_persist_t *persist,
    const mpic_str_t *value, mpic_persist_e *verdict)
{
    int                 rc;
    mpic_issue_value_t  iv;

    if (mpic_issue_value_parse(value, &iv) != 0) {
        *verdict = MPIC_PERSIST_MALFORMED;
        return 0;
    }

    rc = mpic_persist_issuer(pool, persist, &iv.domain);

    if (rc == -1) {
        return -1;
    }

    *verdict = (rc == 1) ? mpic_persist_parameters(persist, &iv)
                         : MPIC_PERSIST_ISSUER;
    return 0;
}


/* 1 if it is one of the request's, 0 if not, -1 without memory */

static int
mpic_persist_issuer(mpic_pool_t *pool, const mpic_persist_t *persist,
    const mpic_str_t *domain)
{
    int         rc;
    size_t      i;
    mpic_str_t  name, why;

    if (domain->len == 0) {
        return 0;
    }

    rc = mpic_name_canonical(pool, domain, &name, &why);

    if (rc != 0) {
        return (rc == 1) ? 0 : -1;
    }

    for (i = 0; i < persist->nissuers; i++) {
        if (mpic_str_eq(&persist->issuers[i], &name)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Tags have no case, so that none that limits the record is overlooked.
 */

static mpic_persist_e
mpic_persist_parameters(const mpic_persist_t *persist, mpic_issue_value_t *iv)
{
    mpic_str_t             tag, value;
    mpic_persist_e         verdict;
    mpic_persist_params_t  params;

    static const mpic_str_t  accounturi = mpic_str("accounturi");
    static const mpic_str_t  persistuntil = mpic_str("persistuntil");
    static const mpic_str_t  policy = mpic_str("policy");
    static const mpic_str_t  wildcard = mpic_str("wildcard");

    params.naccount = 0;
    params.nuntil = 0;
    params.npolicy = 0;

    while (mpic_issue_value_next(iv, &tag, &value)) {

        if (mpic_str_case_eq(&tag, &accounturi)) {
            mpic_persist_note(&value, &params.account, &params.naccount);

        } else if (mpic_str_case_eq(&tag, &persistuntil)) {
            mpic_persist_note(&value, &params.until, &params.nuntil);

        } else if (mpic_str_case_eq(&tag, &policy)) {
            mpic_persist_note(&value, &params.policy, &params.npolicy);
        }
    }

    if (params.naccount != 1) {
        return params.naccount ? MPIC_PERSIST_ACCOUNTS
                               : MPIC_PERSIST_NO_ACCOUNT;
    }

    /* RFC 8657 section 3: octet for octet */

    if (params.account.len == 0
        || !mpic_str_eq(&params.account, persist->account_uri))
    {
        return MPIC_PERSIST_ACCOUNT;
    }

    verdict = mpic_persist_until(persist, &params);

    if (verdict == MPIC_PERSIST_COUNTS && persist->policy
        && (params.npolicy != 1
            || !mpic_str_case_eq(&params.policy, &wildcard)))
    {
        return MPIC_PERSIST_POLICY;
    }

    return verdict;
}


static void
mpic_persist_note(const mpic_str_t *value, mpic_str_t *first, size_t *n)
{
    if ((*n)++ == 0) {
        *first = *value;
    }
}


/*
 * Not after the time that it says.  A number that 64 bits do not hold is no
 * time.
 */

static mpic_persist_e
mpic_persist_until(const mpic_persist_t *persist,
    const mpic_persist_params_t *params)
{
    char        ch;
    size_t      i;
    int64_t     until;

    if (params->nuntil == 0) {
        return MPIC_PERSIST_COUNTS;
    }

    if (params->nuntil != 1) {
        return MPIC_PERSIST_TIMES;
    }

    if (params->until.len == 0) {
        return MPIC_PERSIST_NO_TIME;
    }

    until = 0;

    for (i = 0; i < params->until.len; i++) {
        ch = params->until.data[i];

        if (ch < '0' || ch > '9' || until > (INT64_MAX - (ch - '0')) / 10) {
            return MPIC_PERSIST_NO_TIME;
        }

        until = until * 10 + (ch - '0');
    }

    return (persist->now > until) ? MPIC_PERSIST_OVER : MPIC_PERSIST_COUNTS;
}


const char *
mpic_persist_why(mpic_persist_e verdict)
{
    return mpic_persist_reasons[verdict];
}
