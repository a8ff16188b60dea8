
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Which addresses a perspective may connect to.  IANA IPv4 and IPv6
 * Special-Purpose Address Registries (RFC 6890), BR 4.2.2.
 */


#ifndef _MPIC_ADDRESS_H_INCLUDED_
#define _MPIC_ADDRESS_H_INCLUDED_


#include "mpic_base.h"


typedef struct {
    /* 4 or 6 */
    unsigned        version;

    /* network byte order; IPv4 takes the first four octets */
    unsigned char   octets[16];
} mpic_address_t;


typedef struct {
    mpic_address_t  address;
    unsigned        bits;
} mpic_cidr_t;


/*
 * The operator's lists over the built-in registry: "allow" beats all,
 * "deny" adds to the special-purpose blocks.
 */

typedef struct {
    const mpic_cidr_t  *allow;
    size_t              nallow;
    const mpic_cidr_t  *deny;
    size_t              ndeny;
} mpic_address_policy_t;


/*
 * An IPv4 or IPv6 literal without brackets, zone or port.  0 or -1.
 */
int mpic_address_parse(const mpic_str_t *text, mpic_address_t *address);

/*
 * "192.0.2.0/24", "2001:db8::/32" or a single address; host bits must be
 * zero.  0 or -1.
 */
int mpic_cidr_parse(const mpic_str_t *text, mpic_cidr_t *cidr);

#define MPIC_ADDRESS_TEXT_MAX  46

/*
 * Writes the text (RFC 5952) and a terminating zero; "text" has room for
 * MPIC_ADDRESS_TEXT_MAX octets.  Returns the length without the zero.
 */
size_t mpic_address_text(const mpic_address_t *address, char *text);

/*
 * NULL for an address that is globally reachable unicast; otherwise the
 * registry's name of the block, such as "Private-Use".  A NAT64 address
 * (64:ff9b::/96) is judged by the IPv4 address that it embeds; the other
 * forms that embed one (mapped, compatible, 6to4, Teredo) are never reachable.
 */
const char *mpic_address_special(const mpic_address_t *address);

/*
 * NULL for an address that may be connected to, otherwise the reason, such
 * as "Private-Use" or "denied by mpic_deny_address".  "policy" may be NULL.
 */
const char *mpic_address_refused(const mpic_address_policy_t *policy,
    const mpic_address_t *address);


#endif /* _MPIC_ADDRESS_H_INCLUDED_ */
