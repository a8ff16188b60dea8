
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_health.h"

#include <string.h>


uint64_t
mpic_health_patience(uint64_t timeout, unsigned attempts)
{
    uint64_t  share;

    share = timeout * 3 / (4 * (uint64_t) (attempts ? attempts : 1));

    return (share < MPIC_HEALTH_PATIENCE) ? share : MPIC_HEALTH_PATIENCE;
}


mpic_health_evidence_e
mpic_health_judge(const mpic_health_call_t *call, uint64_t patience)
{
    if (call->answered) {
        return MPIC_HEALTH_ANSWERED;
    }

    if (call->left || call->unmade || (call->cut && call->waited < patience)) {
        return MPIC_HEALTH_NOTHING;
    }

    return MPIC_HEALTH_FAILED;
}


mpic_health_change_e
mpic_health_update(mpic_health_t *health, mpic_check_type_e type,
    mpic_health_evidence_e evidence, time_t now)
{
    unsigned  before, kind;

    kind = (type == MPIC_CHECK_CAA) ? MPIC_CHECK_CAA : MPIC_CHECK_DCV;
    before = health->failing;

    switch (evidence) {

    case MPIC_HEALTH_ANSWERED:
        health->answered = now;
        health->failures[kind] = 0;
        health->failing &= ~(1u << kind);
        break;

    case MPIC_HEALTH_FAILED:
        if (health->failures[kind] < MPIC_HEALTH_FAILURES) {
            health->failures[kind]++;
        }

        if (health->failures[kind] == MPIC_HEALTH_FAILURES) {
            health->failing |= 1u << kind;
        }

        break;

    case MPIC_HEALTH_NOTHING:
        break;
    }

    if ((before == 0) == (health->failing == 0)) {
        return MPIC_HEALTH_SAME;
    }

    health->since = now;

    return health->failing ? MPIC_HEALTH_GONE : MPIC_HEALTH_BACK;
}


mpic_check_type_e
mpic_health_failing(const mpic_health_t *health)
{
    return (health->failing & (1u << MPIC_CHECK_CAA)) ? MPIC_CHECK_CAA
                                                      : MPIC_CHECK_DCV;
}


int
mpic_health_probe(mpic_pool_t *pool, mpic_check_type_e type,
    mpic_request_t *request, mpic_str_t *body)
{
    int             rc;
    const char     *text;
    mpic_issues_t   issues;

    static const char  caa[] =
        "{\"check_type\":\"caa\",\"trace_identifier\":\"mpic-probe\","
        "\"domain_or_ip_target\":\"mpic-probe.invalid\"}";

    static const char  dcv[] =
        "{\"check_type\":\"dcv\",\"trace_identifier\":\"mpic-probe\","
        "\"domain_or_ip_target\":\"mpic-probe.invalid\","
        "\"dcv_check_parameters\":{\"validation_method\":\"dns-change\","
        "\"dns_record_type\":\"TXT\",\"challenge_value\":\"mpic-probe\"}}";

    text = (type == MPIC_CHECK_CAA) ? caa : dcv;

    rc = mpic_request_parse(pool, text, strlen(text), MPIC_REQUEST_COORDINATOR,
                            request, &issues);

    return (rc == 0) ? mpic_request_print(pool, request, type, body) : -1;
}
