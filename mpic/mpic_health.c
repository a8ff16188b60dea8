
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_health.h"
#include "mpic_json.h"


#define MPIC_HEALTH_DEPTH  32


mpic_health_change_e
mpic_health_update(mpic_health_t *health, int answered, time_t now)
{
    if (answered) {
        health->failures = 0;
        health->answered = now;

        if (!health->failing) {
            return MPIC_HEALTH_SAME;
        }

        health->failing = 0;
        health->since = now;

        return MPIC_HEALTH_BACK;
    }

    health->failures++;

    if (health->failing || health->failures < MPIC_HEALTH_FAILURES) {
        return MPIC_HEALTH_SAME;
    }

    health->failing = 1;
    health->since = now;

    return MPIC_HEALTH_GONE;
}


int
mpic_health_probe(mpic_pool_t *pool, long status, const char *body,
    size_t len)
{
    int         rc;
    cJSON      *root;
    mpic_str_t  text, why;

    if (len > MPIC_HEALTH_ANSWER_MAX || (status >= 502 && status <= 504)) {
        return 0;
    }

    text.data = body;
    text.len = len;

    rc = mpic_json_parse(pool, &text, MPIC_HEALTH_DEPTH, &root, NULL, &why);

    if (rc != 0) {
        return (rc == 1) ? 0 : -1;
    }

    rc = cJSON_IsObject(root) ? 1 : 0;

    cJSON_Delete(root);

    return rc;
}
