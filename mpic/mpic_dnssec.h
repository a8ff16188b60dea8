
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What DNSSEC says of an answer, and of all that a check stands on.  RFC 4035
 * section 4.3, BR 3.2.2.8.1.
 */


#ifndef _MPIC_DNSSEC_H_INCLUDED_
#define _MPIC_DNSSEC_H_INCLUDED_


#include "mpic_check.h"


/*
 * The status of one question:
 *
 * secure         NOERROR or NXDOMAIN with the AD flag;
 * insecure       the same without it, from a resolver that is proven to
 *                validate ("validating"): it would have refused to answer if
 *                there were a signature to be expected;
 * bogus          SERVFAIL that disappears with CD set ("bogus"), or that
 *                comes with an Extended DNS Error of a failed validation;
 * indeterminate  everything else.
 */
mpic_dnssec_e mpic_lookup_dnssec(const mpic_lookup_t *lookup);

/*
 * The worse of two: bogus, indeterminate, insecure, secure; NONE, where
 * nothing was asked, is the least.
 */
mpic_dnssec_e mpic_dnssec_worse(mpic_dnssec_e a, mpic_dnssec_e b);

/*
 * "secure", "insecure", "bogus", "indeterminate"; NULL for NONE.
 */
const char *mpic_dnssec_name(mpic_dnssec_e status);

/*
 * Adds a lookup that the outcome of the check stands on: the result's status
 * is that of the worst, and the Extended DNS Error that of the worst that has
 * one.
 */
void mpic_result_dnssec(mpic_result_t *result, const mpic_lookup_t *lookup);

/*
 * Adds lookups that any record of will do, such as those for the addresses of
 * a host: those that have records, or, where none of them has, all.
 */
void mpic_result_dnssec_any(mpic_result_t *result,
    const mpic_lookup_t *lookups, size_t n);


#endif /* _MPIC_DNSSEC_H_INCLUDED_ */
