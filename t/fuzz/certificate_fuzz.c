
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The certificate of a TLS server that is to prove control.  The input is an
 * octet of flags and a certificate.  No mutation keeps a signature; so, by a
 * flag, what can be read of the certificate is signed again by a key of ours.
 */


#include "fuzz_json.h"
#include "mpic_response.h"
#include "mpic_tls_alpn.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>


#define FUZZ_SIGN  0x01
#define FUZZ_IPV4  0x02
#define FUZZ_IPV6  0x04

#define FUZZ_NAME  "www.example.com"


static void fuzz_target(mpic_target_t *target, unsigned flags);
static mpic_str_t fuzz_sign(fuzz_pool_t *fp, mpic_str_t der);
static int fuzz_judge(fuzz_pool_t *fp, const mpic_target_t *target,
    const mpic_str_t *der, mpic_result_t *result);
static int fuzz_model(const mpic_target_t *target, const mpic_str_t *der);
static int fuzz_model_names(const X509 *cert);
static int fuzz_model_key(X509 *cert);
static int fuzz_model_extensions(const X509 *cert);
static int fuzz_model_san(const mpic_target_t *target, X509 *cert);
static int fuzz_model_identifier(const X509 *cert);


static const unsigned char  fuzz_digest[MPIC_SHA256_LEN] = {
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
    0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
    0xf0, 0xe1, 0xd2, 0xc3, 0xb4, 0xa5, 0x96, 0x87,
    0x78, 0x69, 0x5a, 0x4b, 0x3c, 0x2d, 0x1e, 0x0f
};

static const unsigned char  fuzz_ipv4[4] = { 192, 0, 2, 7 };
static const unsigned char  fuzz_ipv6[16] = {
    0x20, 0x01, 0x0d, 0xb8, [15] = 7
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int            passed;
    size_t         asked;
    unsigned       flags;
    mpic_str_t     der, json;
    fuzz_pool_t    fp;
    fuzz_input_t   in;
    mpic_result_t  result;
    mpic_target_t  target;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    flags = fuzz_byte(&in);
    fuzz_target(&target, flags);

    der = fuzz_take(&fp, &in, in.len);

    if (flags & FUZZ_SIGN) {
        der = fuzz_sign(&fp, der);
    }

    passed = fuzz_model(&target, &der);

    fp.asked = 0;

    fuzz_check(fuzz_judge(&fp, &target, &der, &result) == 0);

    asked = fp.asked;

    fuzz_check(result.completed);
    fuzz_check(result.passed == passed);
    fuzz_check(result.nerrors == (result.passed ? 0 : 1));

    if (result.nerrors) {
        fuzz_check(strncmp(result.errors[0].type.data, MPIC_ERROR_TLS_ALPN,
                           sizeof(MPIC_ERROR_TLS_ALPN) - 1) == 0);
        fuzz_check_sentence(&result.errors[0].message);
    }

    result.timestamp_ns = 1;

    fuzz_check(mpic_response_print(&fp.pool, &result, &json) == 0);
    fuzz_json_check_written(&json);

    fp.fail_at = fuzz_fail_at(data, size, asked);

    if (fp.fail_at) {
        fp.asked = 0;
        fuzz_check(fuzz_judge(&fp, &target, &der, &result) == -1);
        fuzz_check(!result.passed);
    }

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_target(mpic_target_t *target, unsigned flags)
{
    static const mpic_str_t  name = mpic_str(FUZZ_NAME);
    static const mpic_str_t  ipv4 = mpic_str("192.0.2.7");
    static const mpic_str_t  ipv6 = mpic_str("2001:db8::7");

    memset(target, 0, sizeof(mpic_target_t));

    if (flags & FUZZ_IPV4) {
        target->type = MPIC_TARGET_IPV4;
        target->name = ipv4;
        memcpy(target->address, fuzz_ipv4, sizeof(fuzz_ipv4));

    } else if (flags & FUZZ_IPV6) {
        target->type = MPIC_TARGET_IPV6;
        target->name = ipv6;
        memcpy(target->address, fuzz_ipv6, sizeof(fuzz_ipv6));

    } else {
        target->type = MPIC_TARGET_FQDN;
        target->name = name;
    }

    target->canonical = target->name;
}


/* the certificate with our key and its signature; as it is where it is none */

static mpic_str_t
fuzz_sign(fuzz_pool_t *fp, mpic_str_t der)
{
    int                         len;
    X509                       *cert;
    unsigned char              *octets;
    static EVP_PKEY            *key;
    const unsigned char        *p;
    static const unsigned char  secret[32] = { 1 };

    if (key == NULL) {
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret,
                                           sizeof(secret));
        fuzz_check(key != NULL);
    }

    p = (const unsigned char *) der.data;
    cert = d2i_X509(NULL, &p, (long) der.len);

    if (cert == NULL) {
        return der;
    }

    octets = NULL;
    len = -1;

    if (X509_set_pubkey(cert, key) && X509_sign(cert, key, NULL) > 0) {
        len = i2d_X509(cert, &octets);
    }

    if (len > 0) {
        der = fuzz_str(fp, octets, (size_t) len);
    }

    OPENSSL_free(octets);
    X509_free(cert);

    return der;
}


static int
fuzz_judge(fuzz_pool_t *fp, const mpic_target_t *target,
    const mpic_str_t *der, mpic_result_t *result)
{
    mpic_tls_seen_t           seen;
    static const mpic_str_t   alpn = mpic_str(MPIC_TLS_ALPN_PROTOCOL);

    memset(&seen, 0, sizeof(mpic_tls_seen_t));

    seen.version = MPIC_TLS_1_3;
    seen.alpn = alpn;
    seen.certificate = *der;

    mpic_result_init(result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);
    result->method = MPIC_METHOD_ACME_TLS_ALPN_01;

    return mpic_tls_alpn(&fp->pool, target, fuzz_digest, &seen, result);
}


/* the same rules by other means of OpenSSL's */

static int
fuzz_model(const mpic_target_t *target, const mpic_str_t *der)
{
    int                   passed;
    X509                 *cert;
    const unsigned char  *p;

    if (der->len == 0 || der->len > MPIC_TLS_CERTIFICATE_MAX) {
        return 0;
    }

    p = (const unsigned char *) der->data;
    cert = d2i_X509(NULL, &p, (long) der->len);

    if (cert == NULL) {
        return 0;
    }

    passed = (p == (const unsigned char *) der->data + der->len
              && X509_get_version(cert) == X509_VERSION_3
              && fuzz_model_names(cert)
              && fuzz_model_key(cert)
              && fuzz_model_extensions(cert)
              && fuzz_model_san(target, cert)
              && fuzz_model_identifier(cert));

    X509_free(cert);

    return passed;
}


static int
fuzz_model_names(const X509 *cert)
{
    int             n, m, same;
    unsigned char  *subject, *issuer;

    subject = NULL;
    issuer = NULL;

    n = i2d_X509_NAME(X509_get_subject_name(cert), &subject);
    m = i2d_X509_NAME(X509_get_issuer_name(cert), &issuer);

    same = (n > 0 && n == m && memcmp(subject, issuer, (size_t) n) == 0);

    /* what is the same octets is the same name */
    fuzz_check(!same || X509_NAME_cmp(X509_get_subject_name(cert),
                                      X509_get_issuer_name(cert)) == 0);

    OPENSSL_free(subject);
    OPENSSL_free(issuer);

    return same;
}


static int
fuzz_model_key(X509 *cert)
{
    char       encoding[64];
    size_t     len;
    EVP_PKEY  *key;

    key = X509_get0_pubkey(cert);

    if (key == NULL) {
        return 0;
    }

    if (EVP_PKEY_is_a(key, "EC")) {
        if (!EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
                                            encoding, sizeof(encoding), &len)
            || strcmp(encoding, OSSL_PKEY_EC_ENCODING_GROUP) != 0)
        {
            return 0;
        }

    } else if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS")) {
        if (EVP_PKEY_get_bits(key) > 8192) {
            return 0;
        }

    } else if (!EVP_PKEY_is_a(key, "ED25519") && !EVP_PKEY_is_a(key, "ED448"))
    {
        return 0;
    }

    return X509_verify(cert, key) == 1;
}


static int
fuzz_model_extensions(const X509 *cert)
{
    int  i, n;

    n = X509_get_ext_count(cert);

    if (n > MPIC_TLS_EXTENSIONS_MAX) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        if (X509_get_ext_by_OBJ(cert,
                X509_EXTENSION_get_object(X509_get_ext(cert, i)), i)
            != -1)
        {
            return 0;
        }
    }

    return 1;
}


static int
fuzz_model_san(const mpic_target_t *target, X509 *cert)
{
    int                   n, len, type;
    unsigned char        *der;
    GENERAL_NAMES        *names;
    ASN1_OCTET_STRING    *value;

    names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);

    if (names == NULL) {
        return 0;
    }

    n = sk_GENERAL_NAME_num(names);
    type = -1;

    if (n == 1) {
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, 0), &type);
    }

    der = NULL;
    len = i2d_GENERAL_NAMES(names, &der);

    value = X509_EXTENSION_get_data(X509_get_ext(cert,
                X509_get_ext_by_NID(cert, NID_subject_alt_name, -1)));

    if (len != ASN1_STRING_length(value)
        || memcmp(der, ASN1_STRING_get0_data(value), (size_t) len) != 0)
    {
        type = -1;
    }

    OPENSSL_free(der);
    GENERAL_NAMES_free(names);

    switch (target->type) {

    case MPIC_TARGET_IPV4:
        return type == GEN_IPADD && X509_check_ip(cert, fuzz_ipv4, 4, 0) == 1;

    case MPIC_TARGET_IPV6:
        return type == GEN_IPADD && X509_check_ip(cert, fuzz_ipv6, 16, 0) == 1;

    case MPIC_TARGET_FQDN:
        return type == GEN_DNS
               && X509_check_host(cert, FUZZ_NAME, 0,
                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
                                  |X509_CHECK_FLAG_NO_WILDCARDS, NULL) == 1;
    }

    return 0;
}


static int
fuzz_model_identifier(const X509 *cert)
{
    int                   i, len, good;
    ASN1_OBJECT          *object;
    unsigned char        *der;
    X509_EXTENSION       *extension;
    ASN1_OCTET_STRING    *value, *inner;
    const unsigned char  *p;

    object = OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1);
    fuzz_check(object != NULL);

    i = X509_get_ext_by_OBJ(cert, object, -1);
    ASN1_OBJECT_free(object);

    if (i < 0) {
        return 0;
    }

    extension = X509_get_ext(cert, i);
    value = X509_EXTENSION_get_data(extension);

    p = ASN1_STRING_get0_data(value);
    inner = d2i_ASN1_OCTET_STRING(NULL, &p, ASN1_STRING_length(value));

    if (inner == NULL) {
        return 0;
    }

    /* one way to write it only */

    der = NULL;
    len = i2d_ASN1_OCTET_STRING(inner, &der);

    good = (X509_EXTENSION_get_critical(extension)
            && ASN1_STRING_length(inner) == MPIC_SHA256_LEN
            && memcmp(ASN1_STRING_get0_data(inner), fuzz_digest,
                      MPIC_SHA256_LEN) == 0
            && len == ASN1_STRING_length(value)
            && memcmp(der, ASN1_STRING_get0_data(value), (size_t) len) == 0);

    OPENSSL_free(der);
    ASN1_OCTET_STRING_free(inner);

    return good;
}
