
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One resource record: from its RDATA to what is compared and what is shown.
 */


#ifndef _MPIC_DNS_RECORD_H_INCLUDED_
#define _MPIC_DNS_RECORD_H_INCLUDED_


#include "mpic_dns.h"

#include <sys/types.h>
#include <arpa/nameser.h>


/*
 * Fills in all of "record" but its owner, with copies in the pool.  Returns
 * 0; or 1 and in "problem" what is wrong with the RDATA; or -1 without memory.
 */
int mpic_dns_record_read(mpic_pool_t *pool, const ns_msg *msg,
    const ns_rr *rr, mpic_dns_record_t *record, const char **problem);

/*
 * The name in the RDATA, which must be that and nothing else, in presentation
 * form with trailing dot.  Result as above.
 */
int mpic_dns_rdata_name(mpic_pool_t *pool, const ns_msg *msg,
    const ns_rr *rr, mpic_str_t *name, const char **problem);

/*
 * The TTL, where one with the top bit set is 0 (RFC 2181 section 8).
 */
uint32_t mpic_dns_record_ttl(const ns_rr *rr);

/*
 * Octets as valid UTF-8, "max" octets of it at the most (what goes over is
 * cut).  What is all printable UTF-8 stays as it is.  Otherwise octets that
 * are not valid UTF-8, control characters and those that change the direction
 * of writing are \DDD, and then, so that it is unambiguous, backslashes
 * are doubled.  0 or -1.
 */
int mpic_dns_text(mpic_pool_t *pool, mpic_str_t *dst, const char *data,
    size_t len, size_t max);


#endif /* _MPIC_DNS_RECORD_H_INCLUDED_ */
