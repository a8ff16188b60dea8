
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What is told of a CAA record set and of the verdict over it.
 */


#ifndef _MPIC_CAA_REPORT_H_INCLUDED_
#define _MPIC_CAA_REPORT_H_INCLUDED_


#include "mpic_caa_set.h"


/*
 * Fills in the records seen, the values of iodef (BR 3.2.2.8), and, where the
 * verdict forbids, the error and what would be permitted.  "domains" are the
 * issuer domain names as given, "lookup" is the level with the set.  0 or -1.
 */
int mpic_caa_report(mpic_pool_t *pool, const mpic_str_t *domains,
    size_t ndomains, const mpic_lookup_t *lookup,
    const mpic_caa_verdict_t *verdict, mpic_result_t *result);


#endif /* _MPIC_CAA_REPORT_H_INCLUDED_ */
