
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_challenge_dns.h"
#include "mpic_params.h"

#include <string.h>
#include <openssl/sha.h>


/* BR 3.2.2.4.21: of the digest of the account's URL, in base32 16 letters */
#define MPIC_ACCOUNT_OCTETS  10
#define MPIC_ACCOUNT_LETTERS 16


static int mpic_challenge_prefix(mpic_pool_t *pool,
    const mpic_target_t *target, const mpic_dcv_params_t *params,
    mpic_str_t *prefix);
static int mpic_challenge_account(mpic_pool_t *pool,
    const mpic_str_t *account_url, mpic_str_t *prefix);
static void mpic_challenge_base32(char *dst, const unsigned char *src);


int
mpic_challenge_dns_question(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, mpic_lookup_t *lookup, mpic_str_t *why)
{
    int         rc;
    mpic_str_t  prefix, name;

    memset(lookup, 0, sizeof(mpic_lookup_t));

    lookup->state = MPIC_LOOKUP_PENDING;
    lookup->type = params->record_type ? params->record_type : MPIC_DNS_TXT;

    /* the prefix of a wildcard stands before the name without "*." */

    if (mpic_challenge_prefix(pool, target, params, &prefix) != 0
        || mpic_target_reverse(pool, target, &name) != 0)
    {
        return -1;
    }

    if (prefix.len == 0) {
        return mpic_str_copy(pool, &lookup->name, name.data, name.len);
    }

    if (prefix.len + 1 + name.len > MPIC_NAME_MAX) {
        rc = mpic_str_printf(pool, why, "the name \"%.*s.%.*s\" would be "
                             "longer than %d octets",
                             (int) prefix.len, prefix.data,
                             (int) name.len, name.data, MPIC_NAME_MAX);

        return (rc == 0) ? 1 : -1;
    }

    return mpic_str_printf(pool, &lookup->name, "%.*s.%.*s",
                           (int) prefix.len, prefix.data,
                           (int) name.len, name.data);
}


static int
mpic_challenge_prefix(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, mpic_str_t *prefix)
{
    switch (params->method) {

    case MPIC_METHOD_DNS_ACCOUNT_01:
        return mpic_challenge_account(pool, &params->acme_account_url,
                                      prefix);

    case MPIC_METHOD_DNS_PERSISTENT:
        prefix->data = (target->type == MPIC_TARGET_FQDN)
                       ? MPIC_PREFIX_PERSIST : MPIC_PREFIX_IP_PERSIST;
        break;

    case MPIC_METHOD_CONTACT_EMAIL_TXT:
        prefix->data = MPIC_PREFIX_EMAIL;
        break;

    case MPIC_METHOD_CONTACT_PHONE_TXT:
        prefix->data = MPIC_PREFIX_PHONE;
        break;

    case MPIC_METHOD_ACME_DNS_01:
        prefix->data = MPIC_PREFIX_ACME;
        break;

    default:
        *prefix = params->name_prefix;
        return 0;
    }

    prefix->len = strlen(prefix->data);

    return 0;
}


static int
mpic_challenge_account(mpic_pool_t *pool, const mpic_str_t *account_url,
    mpic_str_t *prefix)
{
    char           label[MPIC_ACCOUNT_LETTERS + 1];
    unsigned char  digest[SHA256_DIGEST_LENGTH];

    if (SHA256((const unsigned char *) account_url->data, account_url->len,
               digest)
        == NULL)
    {
        return -1;
    }

    mpic_challenge_base32(label, digest);

    return mpic_str_printf(pool, prefix, "_%s." MPIC_PREFIX_ACME, label);
}


/*
 * RFC 4648 section 6, of ten octets, which leave nothing to pad.
 */

static void
mpic_challenge_base32(char *dst, const unsigned char *src)
{
    size_t    i, nbits;
    unsigned  bits;

    static const char  alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

    bits = 0;
    nbits = 0;

    for (i = 0; i < MPIC_ACCOUNT_OCTETS; i++) {
        bits = (bits << 8 | src[i]) & 0xfff;
        nbits += 8;

        while (nbits >= 5) {
            nbits -= 5;
            *dst++ = alphabet[bits >> nbits & 0x1f];
        }
    }

    *dst = '\0';
}
