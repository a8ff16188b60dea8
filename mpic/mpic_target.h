
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The target of a validation: what a client wrote, in its one canonical
 * form.  BR 1.6.1 (Wildcard Domain Name), BR 4.2.2, RFC 5891, UTS #46.
 */


#ifndef _MPIC_TARGET_H_INCLUDED_
#define _MPIC_TARGET_H_INCLUDED_


#include "mpic_base.h"
#include "mpic_address.h"


#define MPIC_NAME_MAX   253
#define MPIC_LABEL_MAX  63

/* octets of a text that is looked at: U-labels in UTF-8 take their room */
#define MPIC_TARGET_TEXT_MAX  1024


typedef enum {
    MPIC_TARGET_FQDN = 0,
    MPIC_TARGET_IPV4,
    MPIC_TARGET_IPV6
} mpic_target_type_e;


typedef struct {
    mpic_target_type_e  type;

    /* 1 where the target began with "*." */
    unsigned            wildcard:1;

    /* 1 for a name below in-addr.arpa or ip6.arpa, no host's (BR 4.2.2) */
    unsigned            reverse:1;

    /*
     * FQDN: lower case A-labels, without "*." and without trailing dot.
     * Address: its canonical text (RFC 5952), without brackets.
     */
    mpic_str_t          name;

    /* "name", or "*." and "name" for a wildcard: for hashing, sending, logs */
    mpic_str_t          canonical;

    /* network byte order; IPv4 takes the first four octets */
    unsigned char       address[16];
} mpic_target_t;


/*
 * Reads a target in any of the forms that clients send: FQDN with or
 * without trailing dot, wildcard, U-labels (UTF-8) or A-labels, IPv4,
 * IPv6 with or without brackets.
 *
 * Returns 0; or 1 and in "why" a sentence for the client that says what is
 * wrong (hostile content only as a bounded, escaped excerpt); or -1 when
 * there is no memory.  Special-purpose addresses are refused (BR 4.2.2), and
 * so are the names that stand for one, names of a single label and names whose
 * last label is numeric.  Names below in-addr.arpa and ip6.arpa are marked as
 * "reverse": one method alone takes them.
 */
int mpic_target_parse(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_target_t *target, mpic_str_t *why);

/*
 * One domain name in the same canonical form (lower case A-labels, no
 * trailing dot), for comparing issuer domain names.  Result as above.
 * Underscores and names of a single label are allowed; wildcards, addresses
 * and names whose last label is numeric are not.
 */
int mpic_name_canonical(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *name, mpic_str_t *why);

/*
 * The name that stands for an address in the DNS, without trailing dot:
 * "4.3.2.1.in-addr.arpa" (RFC 1035 section 3.5, RFC 3596 section 2.5).  For a
 * name, the name itself.  0 or -1.
 */
int mpic_target_reverse(mpic_pool_t *pool, const mpic_target_t *target,
    mpic_str_t *name);

/*
 * The address that such a name stands for.  0; or -1 if it stands for none, or
 * for a part of one.
 */
int mpic_target_reversed(const mpic_str_t *name, mpic_address_t *address);


#endif /* _MPIC_TARGET_H_INCLUDED_ */
