
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The contacts that a domain's owner puts into the DNS: a mailbox or a
 * telephone number, in TXT records or as properties of CAA.  BR 3.2.2.4.13,
 * 3.2.2.4.14, 3.2.2.4.16, 3.2.2.4.17, A.1, A.2; RFC 8659 section 3.
 */


#ifndef _MPIC_CONTACT_H_INCLUDED_
#define _MPIC_CONTACT_H_INCLUDED_


#include "mpic_check.h"


/*
 * 1 for one address as of RFC 6532 section 3.2 and nothing else: no name, no
 * comment, no white space around it, valid UTF-8.  Otherwise 0.
 */
int mpic_contact_email(const mpic_str_t *value);

/*
 * 1 for one global number as of RFC 3966 section 5.1.4, with spaces between
 * its digits as BR A.1.2 allows, and nothing else.  Otherwise 0.
 */
int mpic_contact_phone(const mpic_str_t *value);

/*
 * 1 if "value", of a record or a property, is a contact of the method's kind
 * and the one expected; compared whole, but for ASCII case.  Otherwise 0.
 */
int mpic_contact_match(mpic_method_e method, const mpic_str_t *expected,
    const mpic_str_t *value);

/*
 * What the method's contacts are called: "email address".
 */
const char *mpic_contact_kind(mpic_method_e method);

/*
 * How many levels there are at the most.
 */
int mpic_contact_nlevels(const mpic_target_t *target);

/*
 * The names to ask for, from the target's, with the prefix given before it, to
 * the top-level domain: "lookups" has room for mpic_contact_nlevels(), each
 * is set up as PENDING.  Returns 0 with their number in "n"; 1 and in "why"
 * the reason if no such name can exist; -1 without memory.
 */
int mpic_contact_levels(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, mpic_lookup_t *lookups, size_t *n,
    mpic_str_t *why);

/*
 * The verdict of contact-email-caa and contact-phone-caa over the levels, as
 * far as they are known.  Returns 1 when the outcome can no longer change,
 * with "result" (set up by mpic_result_init()) filled in; 0 while a level
 * that matters is PENDING; -1 without memory.  As with CAA, the nearest level
 * with a non-empty set decides, and one that failed at or below it blocks.
 */
int mpic_contact_judge(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookups, size_t nlookups, mpic_result_t *result);


#endif /* _MPIC_CONTACT_H_INCLUDED_ */
