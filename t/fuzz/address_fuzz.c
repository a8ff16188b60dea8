
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Addresses and CIDR blocks.  The input is lines: an address, and the blocks
 * of a list.
 */


#include "fuzz.h"
#include "mpic_address.h"


#define FUZZ_BLOCKS  8


static void fuzz_address(fuzz_pool_t *fp, const mpic_address_t *address);
static void fuzz_embedded(const mpic_address_policy_t *policy,
    const mpic_address_t *ipv4);
static void fuzz_block(fuzz_pool_t *fp, const mpic_cidr_t *cidr);
static int fuzz_inside(const mpic_address_t *address,
    const mpic_cidr_t *cidr);
static void fuzz_policy(const mpic_address_t *address,
    const mpic_cidr_t *blocks, size_t n);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t          n;
    mpic_str_t      line;
    mpic_cidr_t     blocks[FUZZ_BLOCKS];
    fuzz_pool_t     fp;
    fuzz_input_t    in;
    mpic_address_t  address;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    line = fuzz_line(&fp, &in);

    if (mpic_address_parse(&line, &address) != 0) {

        /* the octets themselves, so that all addresses are seen */

        memset(&address, 0, sizeof(mpic_address_t));
        address.version = (line.len < 16) ? 4 : 6;
        memcpy(address.octets, line.data,
               (line.len < 16) ? (line.len < 4 ? line.len : 4) : 16);
    }

    n = 0;

    while (in.len && n < FUZZ_BLOCKS) {
        line = fuzz_line(&fp, &in);

        if (mpic_cidr_parse(&line, &blocks[n]) == 0) {
            fuzz_block(&fp, &blocks[n]);
            n++;
        }
    }

    fuzz_address(&fp, &address);
    fuzz_policy(&address, blocks, n);

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_address(fuzz_pool_t *fp, const mpic_address_t *address)
{
    char            text[MPIC_ADDRESS_TEXT_MAX];
    mpic_str_t      s;
    mpic_address_t  again;

    s.len = mpic_address_text(address, text);

    fuzz_check(s.len > 0 && s.len < MPIC_ADDRESS_TEXT_MAX);
    fuzz_check(text[s.len] == '\0' && strlen(text) == s.len);

    s = fuzz_str(fp, text, s.len);

    fuzz_check(mpic_address_parse(&s, &again) == 0);
    fuzz_check(again.version == address->version);
    fuzz_check(memcmp(again.octets, address->octets, 16) == 0);
    fuzz_check(mpic_address_special(&again) == mpic_address_special(address));
}


/* what leads to an IPv4 address is never judged less strictly than that */

static void
fuzz_embedded(const mpic_address_policy_t *policy,
    const mpic_address_t *ipv4)
{
    size_t          i;
    mpic_address_t  ipv6;

    static const struct {
        unsigned char  prefix[16];
        size_t         at;
        int            reachable;
    } forms[] = {
        { { [10] = 0xff, [11] = 0xff }, 12, 0 },
        { { 0 }, 12, 0 },
        { { 0x00, 0x64, 0xff, 0x9b }, 12, 1 },
        { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 12, 0 },
        { { 0x20, 0x02 }, 2, 0 },
        { { 0x20, 0x01 }, 12, 0 }
    };

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        ipv6.version = 6;
        memcpy(ipv6.octets, forms[i].prefix, 16);
        memcpy(ipv6.octets + forms[i].at, ipv4->octets, 4);

        fuzz_check(forms[i].reachable || mpic_address_special(&ipv6));
        fuzz_check(!mpic_address_special(ipv4)
                   || mpic_address_special(&ipv6));
        fuzz_check(!mpic_address_refused(policy, ipv4)
                   || mpic_address_refused(policy, &ipv6));
    }
}


static void
fuzz_block(fuzz_pool_t *fp, const mpic_cidr_t *cidr)
{
    char           text[MPIC_ADDRESS_TEXT_MAX];
    mpic_str_t     s, t;
    mpic_cidr_t    again;

    fuzz_check(cidr->address.version == 4 || cidr->address.version == 6);
    fuzz_check(cidr->bits <= (cidr->address.version == 4 ? 32u : 128u));
    fuzz_check(fuzz_inside(&cidr->address, cidr));

    mpic_address_text(&cidr->address, text);

    fuzz_check(mpic_str_printf(&fp->pool, &t, "%s/%u", text, cidr->bits)
               == 0);

    s = fuzz_str(fp, t.data, t.len);

    fuzz_check(mpic_cidr_parse(&s, &again) == 0);
    fuzz_check(again.bits == cidr->bits);
    fuzz_check(memcmp(&again.address, &cidr->address,
                      sizeof(mpic_address_t)) == 0);
}


/* bit by bit, and without host bits in the block */

static int
fuzz_inside(const mpic_address_t *address, const mpic_cidr_t *cidr)
{
    unsigned  i, a, b;

    if (address->version != cidr->address.version) {
        return 0;
    }

    for (i = 0; i < (address->version == 4 ? 32 : 128); i++) {
        a = address->octets[i / 8] >> (7 - i % 8) & 1;
        b = cidr->address.octets[i / 8] >> (7 - i % 8) & 1;

        if (i >= cidr->bits) {
            fuzz_check(b == 0);

        } else if (a != b) {
            return 0;
        }
    }

    return 1;
}


static void
fuzz_policy(const mpic_address_t *address, const mpic_cidr_t *blocks,
    size_t n)
{
    int                    inside;
    size_t                 i;
    mpic_address_policy_t  policy;

    inside = 0;

    for (i = 0; i < n; i++) {
        inside |= fuzz_inside(address, &blocks[i]);
    }

    memset(&policy, 0, sizeof(mpic_address_policy_t));

    fuzz_check(mpic_address_refused(NULL, address)
               == mpic_address_special(address));
    fuzz_check(mpic_address_refused(&policy, address)
               == mpic_address_special(address));

    policy.deny = blocks;
    policy.ndeny = n;

    fuzz_check(!inside || mpic_address_refused(&policy, address));
    fuzz_check(!mpic_address_special(address)
               || mpic_address_refused(&policy, address));

    if (address->version == 4) {
        fuzz_embedded(&policy, address);
    }

    policy.allow = blocks;
    policy.nallow = n;

    fuzz_check(!inside || !mpic_address_refused(&policy, address));

    policy.ndeny = 0;

    fuzz_check(inside || mpic_address_refused(&policy, address)
                         == mpic_address_special(address));
}
