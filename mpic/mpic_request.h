
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The JSON of requests: a client's to the coordinator, a coordinator's to a
 * perspective.  Open MPIC API 3.5.0.
 */


#ifndef _MPIC_REQUEST_H_INCLUDED_
#define _MPIC_REQUEST_H_INCLUDED_


#include "mpic_check.h"


/* octets in a request's body, and levels of nesting */
#define MPIC_REQUEST_MAX  65536
#define MPIC_DEPTH_MAX    32

#define MPIC_ISSUES_MAX   32
#define MPIC_TRACE_MAX    256
/* elements in each of the lists of "caa_check_parameters" */
#define MPIC_DOMAINS_MAX  64


/* one thing wrong with a request; "field" is a path, "a.b.c", or empty */

typedef struct {
    mpic_str_t          type;
    mpic_str_t          message;
    mpic_str_t          field;
} mpic_issue_t;


typedef struct {
    mpic_issue_t        list[MPIC_ISSUES_MAX];
    /* found; those over MPIC_ISSUES_MAX are counted in "more" */
    size_t              n;
    size_t              more;
} mpic_issues_t;


/* the parameters of the orchestration, as sent; -1 for absent or null */

typedef struct {
    unsigned            given:1;
    int                 perspective_count;
    int                 quorum_count;
    int                 max_attempts;
    int                 cohort_for_single_attempt;
} mpic_orchestration_t;


typedef struct {
    mpic_check_type_e   check_type;

    mpic_target_t       target;
    /* "domain_or_ip_target" as sent */
    mpic_str_t          target_text;

    /* NULL data for absent or null */
    mpic_str_t          trace_identifier;

    mpic_orchestration_t  orchestration;

    /* show the records whole */
    unsigned            include_records:1;

    /* 1 if "caa_check_parameters" was an object */
    unsigned            caa_given:1;
    mpic_caa_params_t   caa;

    /* 1 if a DCV is asked for, with a known method */
    unsigned            dcv_given:1;
    /* MPIC_CHECK_DCV_WITH_CAA of an address: there is no CAA check for it */
    unsigned            caa_skipped:1;
    mpic_dcv_params_t   dcv;
} mpic_request_t;


typedef enum {
    /* POST /mpic: the check type is in the body */
    MPIC_REQUEST_COORDINATOR = 0,
    /* POST {base}/dcv, {base}/caa */
    MPIC_REQUEST_DCV,
    MPIC_REQUEST_CAA
} mpic_request_kind_e;


/*
 * Reads and checks a request: UTF-8, JSON, types, enums, values, the target
 * against the method.  All strings of "request" are copies in the pool.
 * "request" and "issues" need no preparation.
 *
 * Returns 0; or 1 with every issue found in "issues", and "request" filled in
 * as far as it went; or -1 without memory.
 * Orchestration counts are checked for type only: what is allowed is the
 * policy's to say (mpic_policy.h).
 */
int mpic_request_parse(mpic_pool_t *pool, const char *body, size_t len,
    mpic_request_kind_e kind, mpic_request_t *request,
    mpic_issues_t *issues);

/*
 * Adds an issue; the message is made by printf() into the pool.  0 or -1.
 */
int mpic_issue_add(mpic_pool_t *pool, mpic_issues_t *issues,
    const char *type, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * The body of a 400.  0 or -1.
 */
int mpic_issues_print(mpic_pool_t *pool, const mpic_issues_t *issues,
    mpic_str_t *json);

/*
 * The body for a perspective that is to make a check of "type", which is not
 * MPIC_CHECK_DCV_WITH_CAA: the canonical target, the trace identifier, the
 * parameters with defaults filled in.  0 or -1.
 */
int mpic_request_print(mpic_pool_t *pool, const mpic_request_t *request,
    mpic_check_type_e type, mpic_str_t *json);


#endif /* _MPIC_REQUEST_H_INCLUDED_ */
