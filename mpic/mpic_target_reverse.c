
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Addresses in the DNS.
 */


#include "mpic_target.h"

#include <stdio.h>
#include <string.h>


#define MPIC_REVERSE_IPV4  ".in-addr.arpa"
#define MPIC_REVERSE_IPV6  ".ip6.arpa"

/* hexadecimal digits of an IPv6 address, and a full stop before all but one */
#define MPIC_REVERSE_DIGITS  32
#define MPIC_REVERSE_LEN     (MPIC_REVERSE_DIGITS * 2 - 1)


static int mpic_reverse_ipv4(const char *labels, size_t len,
    mpic_address_t *address);
static int mpic_reverse_ipv6(const char *labels, size_t len,
    mpic_address_t *address);


int
mpic_target_reverse(mpic_pool_t *pool, const mpic_target_t *target,
    mpic_str_t *name)
{
    int                   i;
    char                  text[MPIC_REVERSE_LEN + 2], *p;
    unsigned              low, high;
    const unsigned char  *octet;

    octet = target->address;

    if (target->type == MPIC_TARGET_FQDN) {
        *name = target->name;
        return 0;
    }

    if (target->type == MPIC_TARGET_IPV4) {
        return mpic_str_printf(pool, name, "%d.%d.%d.%d" MPIC_REVERSE_IPV4,
                               octet[3], octet[2], octet[1], octet[0]);
    }

    p = text;

    for (i = 15; i >= 0; i--) {
        low = octet[i] & 0xf;
        high = octet[i] >> 4;
        p += sprintf(p, "%x.%x.", low, high);
    }

    return mpic_str_printf(pool, name, "%.*s" MPIC_REVERSE_IPV6,
                           MPIC_REVERSE_LEN, text);
}


int
mpic_target_reversed(const mpic_str_t *name, mpic_address_t *address)
{
    size_t  len;

    len = sizeof(MPIC_REVERSE_IPV4) - 1;

    if (name->len > len
        && memcmp(name->data + name->len - len, MPIC_REVERSE_IPV4, len) == 0)
    {
        return mpic_reverse_ipv4(name->data, name->len - len, address);
    }

    len = sizeof(MPIC_REVERSE_IPV6) - 1;

    if (name->len > len
        && memcmp(name->data + name->len - len, MPIC_REVERSE_IPV6, len) == 0)
    {
        return mpic_reverse_ipv6(name->data, name->len - len, address);
    }

    return -1;
}


/*
 * An address written backwards is one as well, with its octets backwards.
 */

static int
mpic_reverse_ipv4(const char *labels, size_t len, mpic_address_t *address)
{
    mpic_str_t      text;
    mpic_address_t  backwards;

    text.data = labels;
    text.len = len;

    if (mpic_address_parse(&text, &backwards) != 0 || backwards.version != 4)
    {
        return -1;
    }

    memset(address, 0, sizeof(mpic_address_t));

    address->version = 4;
    address->octets[0] = backwards.octets[3];
    address->octets[1] = backwards.octets[2];
    address->octets[2] = backwards.octets[1];
    address->octets[3] = backwards.octets[0];

    return 0;
}


/*
 * The digits from the last to the first, in groups of four, are the text of
 * the address.
 */

static int
mpic_reverse_ipv6(const char *labels, size_t len, mpic_address_t *address)
{
    char        text[MPIC_ADDRESS_TEXT_MAX], *p;
    size_t      i;
    mpic_str_t  str;

    if (len != MPIC_REVERSE_LEN) {
        return -1;
    }

    p = text;

    for (i = 0; i < MPIC_REVERSE_DIGITS; i++) {

        if (i != 0) {
            if (labels[len - 2 * i] != '.') {
                return -1;
            }

            if (i % 4 == 0) {
                *p++ = ':';
            }
        }

        *p++ = labels[len - 2 * i - 1];
    }

    str.data = text;
    str.len = (size_t) (p - text);

    return (mpic_address_parse(&str, address) == 0 && address->version == 6)
           ? 0 : -1;
}
