
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
static int mpic_reverse_digit(char ch);


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
 * The labels in the other order are the address, if they are one at all.
 */

static int
mpic_reverse_ipv4(const char *labels, size_t len, mpic_address_t *address)
{
    char         text[MPIC_ADDRESS_TEXT_MAX], *p;
    size_t       n;
    mpic_str_t   str;

    if (len >= sizeof(text)) {
        return -1;
    }

    p = text;

    while (len != 0) {

        for (n = 0; n < len && labels[len - n - 1] != '.'; n++) {
            /* void */
        }

        memcpy(p, labels + len - n, n);
        p += n;
        len -= n;

        if (len != 0) {
            *p++ = '.';
            len--;
        }
    }

    str.data = text;
    str.len = (size_t) (p - text);

    return (mpic_address_parse(&str, address) == 0 && address->version == 4)
           ? 0 : -1;
}


static int
mpic_reverse_ipv6(const char *labels, size_t len, mpic_address_t *address)
{
    int     digit;
    size_t  i, n;

    if (len != MPIC_REVERSE_LEN) {
        return -1;
    }

    memset(address, 0, sizeof(mpic_address_t));
    address->version = 6;

    for (i = 0; i < MPIC_REVERSE_DIGITS; i++) {
        digit = mpic_reverse_digit(labels[i * 2]);

        if (digit < 0 || (i != 0 && labels[i * 2 - 1] != '.')) {
            return -1;
        }

        n = 15 - i / 2;

        address->octets[n] = (unsigned char)
                             (address->octets[n] | digit << (i % 2) * 4);
    }

    return 0;
}


static int
mpic_reverse_digit(char ch)
{
    ch = mpic_lower(ch);

    if (ch >= '0' && ch <= '9') {
        return ch - '0';
    }

    return (ch >= 'a' && ch <= 'f') ? ch - 'a' + 10 : -1;
}
