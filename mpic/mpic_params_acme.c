
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_params_field.h"

#include <string.h>
#include <openssl/evp.h>


/* in base64, with padding */
#define MPIC_DIGEST_BASE64  44


static void mpic_params_dns01(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_account01(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_http01(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_alpn01(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_digest(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static int mpic_params_digest_read(const mpic_str_t *text,
    unsigned char *digest);
static int mpic_params_base64url(const mpic_str_t *text,
    unsigned char *digest);
static void mpic_params_hash(mpic_reader_t *reader,
    const mpic_place_t *place, const mpic_str_t *key, unsigned char *digest);


void
mpic_params_acme(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    dcv->exact_match = 1;
    dcv->exact_case = 1;

    if (dcv->method == MPIC_METHOD_ACME_DNS_01) {
        mpic_params_dns01(reader, place, dcv);

    } else if (dcv->method == MPIC_METHOD_DNS_ACCOUNT_01) {
        mpic_params_account01(reader, place, dcv);

    } else if (dcv->method == MPIC_METHOD_ACME_HTTP_01) {
        mpic_params_http01(reader, place, dcv);

    } else {
        mpic_params_alpn01(reader, place, dcv);
    }

    mpic_params_fixed_true(reader, place, "require_exact_case");
}


/* RFC 8555 section 8.4 */

static void
mpic_params_dns01(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_str_t  *hash;

    hash = &dcv->key_authorization_hash;

    if (mpic_reader_text(reader, place, "key_authorization_hash",
                         MPIC_URI_MAX, MPIC_REQUIRED, hash)
        == MPIC_FIELD_GIVEN
        && (hash->len != MPIC_DIGEST_LEN
            || !mpic_params_all_of(hash, MPIC_BASE64URL)))
    {
        mpic_reader_issue(reader, "invalid-value", place,
                          "key_authorization_hash",
                          "\"key_authorization_hash\" must be the SHA-256 "
                          "digest of the key authorization in base64url, "
                          "%d characters without padding", MPIC_DIGEST_LEN);
    }

    dcv->record_type = MPIC_DNS_TXT;

    mpic_params_fixed(reader, place, "dns_record_type", "TXT");

    if (dcv->method == MPIC_METHOD_ACME_DNS_01) {
        mpic_params_fixed(reader, place, "dns_name_prefix",
                          MPIC_PREFIX_ACME);
    }
}


/* BR 3.2.2.4.21: the name is made of the account's URL */

static void
mpic_params_account01(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_params_dns01(reader, place, dcv);

    mpic_params_printable(reader, place, "acme_account_url", MPIC_URI_MAX,
                          &dcv->acme_account_url);
}


/* RFC 8555 section 8.3 */

static void
mpic_params_http01(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_str_t    *token, *key;
    mpic_field_e   rc;

    key = &dcv->key_authorization;
    token = &dcv->token;

    rc = mpic_reader_text(reader, place, "token", MPIC_TOKEN_MAX,
                          MPIC_REQUIRED, token);

    if (rc == MPIC_FIELD_GIVEN && !mpic_params_all_of(token, MPIC_BASE64URL)) {
        mpic_reader_issue(reader, "invalid-value", place, "token",
                          "\"token\" has a character that is not of the "
                          "base64url alphabet");
        rc = MPIC_FIELD_WRONG;
    }

    /* RFC 8555 section 8.1: token || '.' || thumbprint */

    if (mpic_params_printable(reader, place, "key_authorization",
                              MPIC_KEY_AUTHORIZATION_MAX, key)
        == MPIC_FIELD_GIVEN
        && rc == MPIC_FIELD_GIVEN
        && (key->len < token->len + 2
            || memcmp(key->data, token->data, token->len) != 0
            || key->data[token->len] != '.'))
    {
        mpic_reader_issue(reader, "invalid-value", place,
                          "key_authorization", "\"key_authorization\" must "
                          "be the token, a dot and a key thumbprint");
    }

    mpic_params_headers(reader, place, key, dcv);
}


/*
 * RFC 8737 section 3.  The digest, or what it is made of; perspectives get the
 * digest, in hexadecimal digits.
 */

static void
mpic_params_alpn01(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_str_t      key;
    const cJSON    *item;
    unsigned char   digest[MPIC_SHA256_LEN];

    if (mpic_json_member(place->object, "key_authorization", &item) == 0
        || cJSON_IsNull(item))
    {
        mpic_params_digest(reader, place, dcv);
        return;
    }

    if (mpic_params_printable(reader, place, "key_authorization",
                              MPIC_KEY_AUTHORIZATION_MAX, &key)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    mpic_params_hash(reader, place, &key, digest);

    if (mpic_json_member(place->object, "key_authorization_hash", &item) != 0
        && !cJSON_IsNull(item))
    {
        mpic_params_digest(reader, place, dcv);

        if (memcmp(digest, dcv->digest, MPIC_SHA256_LEN) != 0) {
            mpic_reader_issue(reader, "invalid-value", place,
                              "key_authorization_hash",
                              "\"key_authorization_hash\" is not the digest "
                              "of \"key_authorization\"");
        }

        return;
    }

    memcpy(dcv->digest, digest, MPIC_SHA256_LEN);
}


static void
mpic_params_digest(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_str_t  text;

    if (mpic_reader_text(reader, place, "key_authorization_hash",
                         MPIC_URI_MAX, MPIC_REQUIRED, &text)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    if (mpic_params_digest_read(&text, dcv->digest) != 0) {
        mpic_reader_issue(reader, "invalid-value", place,
                          "key_authorization_hash",
                          "\"key_authorization_hash\" must be the SHA-256 "
                          "digest of the key authorization, as 64 "
                          "hexadecimal digits or %d characters of base64url "
                          "without padding", MPIC_DIGEST_LEN);
    }
}


/* 0 or -1 */

static int
mpic_params_digest_read(const mpic_str_t *text, unsigned char *digest)
{
    size_t  len;

    if (text->len == 2 * MPIC_SHA256_LEN
        && mpic_params_all_of(text, "0123456789abcdefABCDEF"))
    {
        return OPENSSL_hexstr2buf_ex(digest, MPIC_SHA256_LEN, &len,
                                     text->data, '\0')
               ? 0 : -1;
    }

    if (text->len == MPIC_DIGEST_LEN
        && mpic_params_all_of(text, MPIC_BASE64URL))
    {
        return mpic_params_base64url(text, digest);
    }

    return -1;
}


/* 0 or -1 */

static int
mpic_params_base64url(const mpic_str_t *text, unsigned char *digest)
{
    size_t         i;
    unsigned char  base64[MPIC_DIGEST_BASE64], again[MPIC_DIGEST_BASE64 + 1];
    unsigned char  octets[MPIC_DIGEST_BASE64 / 4 * 3];

    for (i = 0; i < MPIC_DIGEST_LEN; i++) {
        base64[i] = (text->data[i] == '-') ? '+'
                    : (text->data[i] == '_') ? '/'
                    : (unsigned char) text->data[i];
    }

    base64[i] = '=';

    if (EVP_DecodeBlock(octets, base64, MPIC_DIGEST_BASE64) < 0) {
        return -1;
    }

    /* unused bits that are set would make several texts of one digest */

    EVP_EncodeBlock(again, octets, MPIC_SHA256_LEN);

    if (memcmp(again, base64, MPIC_DIGEST_BASE64) != 0) {
        return -1;
    }

    memcpy(digest, octets, MPIC_SHA256_LEN);

    return 0;
}


static void
mpic_params_hash(mpic_reader_t *reader, const mpic_place_t *place,
    const mpic_str_t *key, unsigned char *digest)
{
    (void) place;

    if (!EVP_Digest(key->data, key->len, digest, NULL, EVP_sha256(), NULL)) {
        reader->failed = 1;
    }
}
