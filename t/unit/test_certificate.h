
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Certificates as a test wants them, right or wrong.
 */


#ifndef _TEST_CERTIFICATE_H_INCLUDED_
#define _TEST_CERTIFICATE_H_INCLUDED_


#include "test_pool.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>


#define TEST_EXTENSIONS_MAX  80

#define TEST_OID_SAN         "2.5.29.17"
#define TEST_OID_IDENTIFIER  "1.3.6.1.5.5.7.1.31"


typedef struct {
    /* NULL: there is none */
    const char  *oid;
    int          critical;
    const char  *value;
    size_t       len;
} test_extension_t;

#define test_extension(oid, critical, value)                                  \
    { oid, critical, value, sizeof(value) - 1 }


typedef struct {
    EVP_PKEY                *key;
    /* who signs; NULL: the key itself */
    EVP_PKEY                *signer;
    /* common names; NULL: an empty name */
    const char              *subject;
    const char              *issuer;
    /* 2 for version 3 */
    long                     version;
    const test_extension_t  *extensions;
    size_t                   nextensions;
} test_certificate_t;


static inline EVP_PKEY *
test_key_ec(const char *curve)
{
    EVP_PKEY  *key;

    key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
    assert_non_null(key);

    return key;
}


/* with the parameters of the curve instead of its name */

static inline EVP_PKEY *
test_key_explicit(void)
{
    EVP_PKEY      *key;
    EVP_PKEY_CTX  *ctx;

    key = NULL;
    ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);

    assert_non_null(ctx);
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx,
                         NID_X9_62_prime256v1), 1);
    assert_int_equal(EVP_PKEY_CTX_set_ec_param_enc(ctx,
                         OPENSSL_EC_EXPLICIT_CURVE), 1);
    assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);

    EVP_PKEY_CTX_free(ctx);

    return key;
}


static inline EVP_PKEY *
test_key_rsa(size_t bits)
{
    EVP_PKEY  *key;

    key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
    assert_non_null(key);

    return key;
}


static inline EVP_PKEY *
test_key(const char *type)
{
    EVP_PKEY  *key;

    key = EVP_PKEY_Q_keygen(NULL, NULL, type);
    assert_non_null(key);

    return key;
}


static inline void
test_certificate_name(X509_NAME *name, const char *common_name)
{
    if (common_name != NULL) {
        assert_int_equal(X509_NAME_add_entry_by_NID(name, NID_commonName,
                             MBSTRING_UTF8,
                             (const unsigned char *) common_name, -1, -1, 0),
                         1);
    }
}


static inline void
test_certificate_extend(X509 *cert, const test_extension_t *extension)
{
    ASN1_OBJECT        *object;
    X509_EXTENSION     *ext;
    ASN1_OCTET_STRING  *value;

    object = OBJ_txt2obj(extension->oid, 1);
    value = ASN1_OCTET_STRING_new();

    assert_non_null(object);
    assert_non_null(value);
    assert_int_equal(ASN1_OCTET_STRING_set(value,
                         (const unsigned char *) extension->value,
                         (int) extension->len), 1);

    ext = X509_EXTENSION_create_by_OBJ(NULL, object, extension->critical,
                                       value);
    assert_non_null(ext);
    assert_int_equal(X509_add_ext(cert, ext, -1), 1);

    X509_EXTENSION_free(ext);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
}


/*
 * Since 3.5 OpenSSL signs a certificate with extensions as version 3, whatever
 * it was told; so another version is put in afterwards, and the signature does
 * not match.
 */

static inline void
test_certificate_version(unsigned char *der, int len, long version)
{
    size_t                      i;
    static const unsigned char  v3[] = { 0xa0, 3, 2, 1, 2 };

    for (i = 0; i + sizeof(v3) <= (size_t) len; i++) {
        if (memcmp(der + i, v3, sizeof(v3)) == 0) {
            der[i + sizeof(v3) - 1] = (unsigned char) version;
            return;
        }
    }

    fail_msg("a certificate without a version");
}


/* DER, in the pool, of its exact size */

static inline mpic_str_t
test_certificate(test_pool_t *tp, const test_certificate_t *spec)
{
    int             len;
    X509           *cert;
    size_t          i;
    EVP_PKEY       *signer;
    mpic_str_t      der;
    const EVP_MD   *md;
    unsigned char  *octets;

    cert = X509_new();
    assert_non_null(cert);

    assert_int_equal(X509_set_version(cert, 2), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(cert), 7), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(cert), 0));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(cert), 86400));

    test_certificate_name(X509_get_subject_name(cert), spec->subject);
    test_certificate_name(X509_get_issuer_name(cert), spec->issuer);

    assert_int_equal(X509_set_pubkey(cert, spec->key), 1);

    for (i = 0; i < spec->nextensions && spec->extensions[i].oid; i++) {
        test_certificate_extend(cert, &spec->extensions[i]);
    }

    signer = spec->signer ? spec->signer : spec->key;

    md = (EVP_PKEY_get_base_id(signer) == EVP_PKEY_ED25519
          || EVP_PKEY_get_base_id(signer) == EVP_PKEY_ED448)
         ? NULL : EVP_sha256();

    assert_true(X509_sign(cert, signer, md) > 0);

    octets = NULL;
    len = i2d_X509(cert, &octets);
    assert_true(len > 0);
    test_certificate_version(octets, len, spec->version);

    der = test_str(tp, (char *) octets, (size_t) len);

    OPENSSL_free(octets);
    X509_free(cert);

    return der;
}


#endif /* _TEST_CERTIFICATE_H_INCLUDED_ */
