
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Is a name proven to be where an unsigned zone begins?  RFC 4035 sections
 * 4.3 and 5.2, RFC 5155 section 8.9, RFC 6840 section 4.4.
 */


#ifndef _MPIC_CUT_H_INCLUDED_
#define _MPIC_CUT_H_INCLUDED_


#include "mpic_base.h"


/*
 * Reads the response to the question for DS at "name" (no trailing dot), asked
 * with DO set of a resolver that validates.  1 if it proves that everything at
 * and below the name is Insecure; otherwise 0.  "why" is a clause, static,
 * that says by what, or what is missing.
 *
 * Required are NOERROR, the AD flag, an empty answer section, and an NSEC
 * record of just this name, or the NSEC3 record of its hash, whose types have
 * NS and neither DS nor SOA: the parent's side of a delegation.  The record
 * has a signature by a zone above the name that covers it as it stands, so
 * that it is not made of a wildcard.  That signature is not verified here:
 * this is what AD says (RFC 4035 section 3.2.3).
 *
 * A denial of DS at a name that is no delegation proves nothing, and resolvers
 * deny without AD where NSEC3 opts out (RFC 5155 section 9.2): neither is
 * proof.
 */
int mpic_cut_insecure(const unsigned char *msg, size_t len,
    const mpic_str_t *name, const char **why);


#endif /* _MPIC_CUT_H_INCLUDED_ */
