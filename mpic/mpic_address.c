
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_address.h"

#include <arpa/inet.h>
#include <string.h>


typedef struct {
    unsigned char   prefix[16];
    unsigned        bits;
    /* the registry's name, NULL: globally reachable */
    const char     *name;
} mpic_block_t;


static const char *mpic_address_block(const mpic_block_t *blocks, size_t n,
    const unsigned char *octets);
static int mpic_address_translated(const mpic_address_t *address,
    mpic_address_t *ipv4);
static int mpic_octets_match(const unsigned char *a, const unsigned char *b,
    unsigned bits);
static int mpic_cidr_match(const mpic_cidr_t *cidrs, size_t n,
    const mpic_address_t *address);


/*
 * IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771).  A
 * longer prefix stands before the shorter one it lies in: the first match
 * decides.  What the registry says is globally reachable is permitted.
 */

static const mpic_block_t  mpic_ipv4_blocks[] = {
    { { 192, 0, 0, 9 }, 32, NULL },
    { { 192, 0, 0, 10 }, 32, NULL },
    { { 192, 0, 0, 8 }, 32, "IPv4 dummy address" },
    { { 192, 0, 0, 170 }, 31, "NAT64/DNS64 Discovery" },
    { { 192, 0, 0, 0 }, 29, "IPv4 Service Continuity Prefix" },
    { { 192, 0, 0, 0 }, 24, "IETF Protocol Assignments" },
    { { 255, 255, 255, 255 }, 32, "Limited Broadcast" },
    { { 0 }, 8, "This network" },
    { { 10 }, 8, "Private-Use" },
    { { 100, 64 }, 10, "Shared Address Space" },
    { { 127 }, 8, "Loopback" },
    { { 169, 254 }, 16, "Link Local" },
    { { 172, 16 }, 12, "Private-Use" },
    { { 192, 0, 2 }, 24, "Documentation (TEST-NET-1)" },
    { { 192, 88, 99 }, 24, "Deprecated (6to4 Relay Anycast)" },
    { { 192, 168 }, 16, "Private-Use" },
    { { 198, 18 }, 15, "Benchmarking" },
    { { 198, 51, 100 }, 24, "Documentation (TEST-NET-2)" },
    { { 203, 0, 113 }, 24, "Documentation (TEST-NET-3)" },
    { { 224 }, 4, "Multicast" },
    { { 240 }, 4, "Reserved" },
};


/*
 * IANA IPv6 Special-Purpose Address Registry, multicast and site-local
 * (RFC 4291, RFC 3879).  Of all else, only 2000::/3 is global unicast space
 * that IANA gives out.
 *
 * 64:ff9b::/96 is reachable by the registry; the IPv4 address within is judged
 * by mpic_address_special().  6to4 and Teredo lead through a relay of
 * unknown hands to an IPv4 address; the registry says "N/A", so they are
 * refused whatever they embed, and so are mapped and compatible forms, which
 * have no business on the wire.
 */

static const mpic_block_t  mpic_ipv6_blocks[] = {
    { { 0 }, 128, "Unspecified Address" },
    { { [15] = 1 }, 128, "Loopback Address" },
    { { [10] = 0xff, [11] = 0xff }, 96, "IPv4-mapped Address" },
    { { 0 }, 96, "IPv4-compatible Address (deprecated)" },
    { { 0x00, 0x64, 0xff, 0x9b }, 96, NULL },
    { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48,
      "IPv4-IPv6 Translat. (local use)" },
    { { 0x01, 0x00 }, 64, "Discard-Only Address Block" },
    { { 0x01, 0x00, [7] = 0x01 }, 64, "Dummy IPv6 Prefix" },
    { { 0x20, 0x01, 0x00, 0x01, [15] = 1 }, 128, NULL },
    { { 0x20, 0x01, 0x00, 0x01, [15] = 2 }, 128, NULL },
    { { 0x20, 0x01, 0x00, 0x01, [15] = 3 }, 128, NULL },
    { { 0x20, 0x01, 0x00, 0x02 }, 48, "Benchmarking" },
    { { 0x20, 0x01, 0x00, 0x04, 0x01, 0x12 }, 48, NULL },
    { { 0x20, 0x01, 0x00, 0x00 }, 32, "TEREDO" },
    { { 0x20, 0x01, 0x00, 0x03 }, 32, NULL },
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32, "Documentation" },
    { { 0x20, 0x01, 0x00, 0x10 }, 28, "Deprecated (ORCHID)" },
    { { 0x20, 0x01, 0x00, 0x20 }, 28, NULL },
    { { 0x20, 0x01, 0x00, 0x30 }, 28, NULL },
    { { 0x20, 0x01 }, 23, "IETF Protocol Assignments" },
    { { 0x3f, 0xff }, 20, "Documentation" },
    { { 0x20, 0x02 }, 16, "6to4" },
    { { 0x5f, 0x00 }, 16, "Segment Routing (SRv6) SIDs" },
    { { 0xfe, 0x80 }, 10, "Link-Local Unicast" },
    { { 0xfe, 0xc0 }, 10, "Site-Local Unicast (deprecated)" },
    { { 0xff }, 8, "Multicast" },
    { { 0xfc }, 7, "Unique-Local" },
    { { 0x20 }, 3, NULL },
    { { 0 }, 0, "not allocated for global unicast" },
};


static const unsigned char  mpic_nat64_prefix[12] = {
    0x00, 0x64, 0xff, 0x9b
};


int
mpic_address_parse(const mpic_str_t *text, mpic_address_t *address)
{
    char  buf[MPIC_ADDRESS_TEXT_MAX];

    memset(address, 0, sizeof(mpic_address_t));

    if (text->len == 0 || text->len >= sizeof(buf)
        || memchr(text->data, '\0', text->len) != NULL)
    {
        return -1;
    }

    memcpy(buf, text->data, text->len);
    buf[text->len] = '\0';

    if (inet_pton(AF_INET, buf, address->octets) == 1) {
        address->version = 4;
        return 0;
    }

    if (inet_pton(AF_INET6, buf, address->octets) == 1) {
        address->version = 6;
        return 0;
    }

    return -1;
}


int
mpic_cidr_parse(const mpic_str_t *text, mpic_cidr_t *cidr)
{
    size_t       i;
    unsigned     bits, max;
    mpic_str_t   host;
    const char  *slash;

    slash = text->len ? memchr(text->data, '/', text->len) : NULL;

    host.data = text->data;
    host.len = (slash != NULL) ? (size_t) (slash - text->data) : text->len;

    if (mpic_address_parse(&host, &cidr->address) != 0) {
        return -1;
    }

    max = (cidr->address.version == 4) ? 32 : 128;

    if (slash == NULL) {
        cidr->bits = max;
        return 0;
    }

    i = host.len + 1;

    if (i == text->len || (text->data[i] == '0' && i + 1 < text->len)) {
        return -1;
    }

    for (bits = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return -1;
        }

        bits = bits * 10 + (unsigned) (text->data[i] - '0');

        if (bits > max) {
            return -1;
        }
    }

    cidr->bits = bits;

    for (i = bits; i < max; i++) {
        if (cidr->address.octets[i / 8] & (0x80 >> (i % 8))) {
            return -1;
        }
    }

    return 0;
}


size_t
mpic_address_text(const mpic_address_t *address, char *text)
{
    int  family;

    family = (address->version == 4) ? AF_INET : AF_INET6;

    if (inet_ntop(family, address->octets, text, MPIC_ADDRESS_TEXT_MAX)
        == NULL)
    {
        /* cannot be: the family is known and there is room */
        text[0] = '\0';
    }

    return strlen(text);
}


const char *
mpic_address_special(const mpic_address_t *address)
{
    const char      *name;
    mpic_address_t   ipv4;

    if (address->version == 4) {
        return mpic_address_block(mpic_ipv4_blocks,
                                  sizeof(mpic_ipv4_blocks)
                                  / sizeof(mpic_ipv4_blocks[0]),
                                  address->octets);
    }

    name = mpic_address_block(mpic_ipv6_blocks,
                              sizeof(mpic_ipv6_blocks)
                              / sizeof(mpic_ipv6_blocks[0]),
                              address->octets);
    if (name != NULL) {
        return name;
    }

    if (mpic_address_translated(address, &ipv4)) {
        return mpic_address_special(&ipv4);
    }

    return NULL;
}


const char *
mpic_address_refused(const mpic_address_policy_t *policy,
    const mpic_address_t *address)
{
    mpic_address_t  ipv4;

    if (policy != NULL) {
        if (mpic_cidr_match(policy->allow, policy->nallow, address)) {
            return NULL;
        }

        if (mpic_cidr_match(policy->deny, policy->ndeny, address)
            || (mpic_address_translated(address, &ipv4)
                && mpic_cidr_match(policy->deny, policy->ndeny, &ipv4)))
        {
            return "denied by mpic_deny_address";
        }
    }

    return mpic_address_special(address);
}


/*
 * A translator would lead to the IPv4 address within (RFC 6052 section 2.1).
 */

static int
mpic_address_translated(const mpic_address_t *address, mpic_address_t *ipv4)
{
    if (address->version == 4
        || memcmp(address->octets, mpic_nat64_prefix,
                  sizeof(mpic_nat64_prefix))
           != 0)
    {
        return 0;
    }

    memset(ipv4, 0, sizeof(mpic_address_t));

    ipv4->version = 4;
    memcpy(ipv4->octets, address->octets + sizeof(mpic_nat64_prefix), 4);

    return 1;
}


static const char *
mpic_address_block(const mpic_block_t *blocks, size_t n,
    const unsigned char *octets)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (mpic_octets_match(octets, blocks[i].prefix, blocks[i].bits)) {
            return blocks[i].name;
        }
    }

    return NULL;
}


static int
mpic_octets_match(const unsigned char *a, const unsigned char *b,
    unsigned bits)
{
    unsigned       n;
    unsigned char  mask;

    n = bits / 8;

    if (memcmp(a, b, n) != 0) {
        return 0;
    }

    if (bits % 8 == 0) {
        return 1;
    }

    mask = (unsigned char) (0xff << (8 - bits % 8));

    return (a[n] & mask) == (b[n] & mask);
}


static int
mpic_cidr_match(const mpic_cidr_t *cidrs, size_t n,
    const mpic_address_t *address)
{
    size_t  i;

    for (i = 0; i < n; i++) {

        /* a mapped address is not its IPv4 address: families stay apart */

        if (cidrs[i].address.version == address->version
            && mpic_octets_match(address->octets, cidrs[i].address.octets,
                                 cidrs[i].bits))
        {
            return 1;
        }
    }

    return 0;
}
