
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>


void
mpic_result_init(mpic_result_t *result, mpic_check_type_e type,
    mpic_details_e kind)
{
    memset(result, 0, sizeof(mpic_result_t));

    result->type = type;
    result->kind = kind;

    result->dnssec = MPIC_DNSSEC_NONE;
    result->ede_code = -1;
    result->caa_present = -1;
    result->caa_ttl = -1;
    result->response_code = -1;
    result->ad = -1;
    result->response_status = -1;
}


int
mpic_result_error(mpic_pool_t *pool, mpic_result_t *result,
    const char *type, const char *fmt, ...)
{
    int            rc;
    va_list        args;
    mpic_error_t  *error;

    if (result->nerrors == MPIC_ERRORS_MAX) {
        return 0;
    }

    error = &result->errors[result->nerrors];

    if (mpic_str_copy(pool, &error->type, type, strlen(type)) != 0) {
        return -1;
    }

    va_start(args, fmt);
    rc = mpic_str_vprintf(pool, &error->message, fmt, args);
    va_end(args);

    if (rc != 0) {
        return -1;
    }

    result->nerrors++;

    return 0;
}


int
mpic_result_warning(mpic_pool_t *pool, mpic_result_t *result,
    const char *fmt, ...)
{
    int      rc;
    va_list  args;

    if (result->nwarnings == MPIC_WARNINGS_MAX) {
        return 0;
    }

    va_start(args, fmt);
    rc = mpic_str_vprintf(pool, &result->warnings[result->nwarnings], fmt,
                          args);
    va_end(args);

    if (rc == 0) {
        result->nwarnings++;
    }

    return rc;
}
