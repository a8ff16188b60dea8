
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The certificates of acme-tls-alpn-01 by other functions of OpenSSL's than
 * those that are used: RFC 8737 section 3, RFC 8738 section 6.
 */


#ifndef _FUZZ_CERTIFICATE_H_INCLUDED_
#define _FUZZ_CERTIFICATE_H_INCLUDED_


#include "fuzz.h"
#include "mpic_tls_alpn.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>


/* the certificate with our key and its signature; as it is where it is none */

static inline mpic_str_t
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


static inline int
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


static inline int
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


static inline int
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


static inline int
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
        return type == GEN_IPADD
               && X509_check_ip(cert, target->address, 4, 0) == 1;

    case MPIC_TARGET_IPV6:
        return type == GEN_IPADD
               && X509_check_ip(cert, target->address, 16, 0) == 1;

    case MPIC_TARGET_FQDN:
        return type == GEN_DNS
               && X509_check_host(cert, target->name.data,
                                  target->name.len,
                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
                                  |X509_CHECK_FLAG_NO_WILDCARDS, NULL) == 1;
    }

    return 0;
}


static inline int
fuzz_model_identifier(const X509 *cert, const unsigned char *digest)
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
            && memcmp(ASN1_STRING_get0_data(inner), digest,
                      MPIC_SHA256_LEN) == 0
            && len == ASN1_STRING_length(value)
            && memcmp(der, ASN1_STRING_get0_data(value), (size_t) len) == 0);

    OPENSSL_free(der);
    ASN1_OCTET_STRING_free(inner);

    return good;
}


/* the same rules by other means of OpenSSL's */

static inline int
fuzz_certificate(const mpic_target_t *target, const unsigned char *digest,
    const mpic_str_t *der)
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
              && fuzz_model_identifier(cert, digest));

    X509_free(cert);

    return passed;
}


#endif /* _FUZZ_CERTIFICATE_H_INCLUDED_ */
