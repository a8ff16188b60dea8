
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One CAA record set against one request.  RFC 8659 sections 4.2 to 4.5,
 * RFC 8657, RFC 9495.
 */


#ifndef _MPIC_CAA_SET_H_INCLUDED_
#define _MPIC_CAA_SET_H_INCLUDED_


#include "mpic_caa_parameter.h"


typedef struct {
    const mpic_caa_params_t  *params;
    unsigned                  wildcard:1;

    /* the issuer domain names in canonical form */
    mpic_str_t               *domains;
    size_t                    ndomains;
} mpic_caa_asked_t;


typedef enum {
    MPIC_CAA_PERMITTED = 0,
    /* a property is critical and not known */
    MPIC_CAA_UNKNOWN_CRITICAL,
    /* one names the issuer, and its parameters do not permit */
    MPIC_CAA_PARAMETER,
    /* all values are malformed */
    MPIC_CAA_MALFORMED,
    /* none names the issuer */
    MPIC_CAA_NOT_NAMED
} mpic_caa_cause_e;


typedef struct {
    unsigned                  permitted:1;
    mpic_caa_cause_e          cause;

    /* for MPIC_CAA_PARAMETER: "has …", and what it could have been */
    const char               *parameter;
    mpic_caa_permissible_t    permissible;

    /* the tag that matters for this request */
    const char               *tag;

    /* the record to be shown */
    const mpic_dns_record_t  *record;
} mpic_caa_verdict_t;


/* the parts of a record; strings within its value */

typedef struct {
    unsigned                  critical:1;
    mpic_str_t                tag;
    mpic_str_t                value;
} mpic_caa_property_t;


/*
 * Takes a record apart.  0, or -1 if it is malformed.
 */
int mpic_caa_property(const mpic_dns_record_t *record,
    mpic_caa_property_t *property);

/*
 * The verdict over a non-empty set.  0 or -1.
 */
int mpic_caa_set_judge(mpic_pool_t *pool, const mpic_caa_asked_t *asked,
    const mpic_dns_record_t *records, size_t n, mpic_caa_verdict_t *verdict);


#endif /* _MPIC_CAA_SET_H_INCLUDED_ */
