
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_tls_alpn.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>


/* octets of what a stranger sent in a message, of a common name */
#define MPIC_TLS_SHOWN      100
#define MPIC_TLS_CN_SHOWN   255
#define MPIC_TLS_TEXT_MAX   256


typedef struct {
    mpic_pool_t             *pool;
    const mpic_target_t     *target;
    const unsigned char     *digest;
    const mpic_tls_seen_t   *seen;
    mpic_result_t           *result;

    X509                    *cert;
} mpic_tls_judge_t;

/* 0: the rule holds; 1: it does not, and the error says so; or -1 */

typedef int (*mpic_tls_rule_pt)(mpic_tls_judge_t *judge);


static int mpic_tls_rules(mpic_tls_judge_t *judge);
static int mpic_tls_version(mpic_tls_judge_t *judge);
static int mpic_tls_protocol(mpic_tls_judge_t *judge);
static int mpic_tls_certificate(mpic_tls_judge_t *judge);
static int mpic_tls_common_name(mpic_tls_judge_t *judge);
static int mpic_tls_subject(mpic_tls_judge_t *judge);
static int mpic_tls_name_text(mpic_tls_judge_t *judge, const X509_NAME *name,
    mpic_str_t *text);
static int mpic_tls_signature(mpic_tls_judge_t *judge);
static int mpic_tls_extensions(mpic_tls_judge_t *judge);
static int mpic_tls_san(mpic_tls_judge_t *judge);
static GENERAL_NAMES *mpic_tls_san_read(const ASN1_OCTET_STRING *value);
static int mpic_tls_san_name(mpic_tls_judge_t *judge,
    const GENERAL_NAME *name);
static int mpic_tls_san_address(mpic_tls_judge_t *judge,
    const GENERAL_NAME *name);
static int mpic_tls_identifier(mpic_tls_judge_t *judge);
static X509_EXTENSION *mpic_tls_identifier_find(const X509 *cert);
static int mpic_tls_hex(mpic_tls_judge_t *judge, const unsigned char *data,
    size_t len, mpic_str_t *text);
static int mpic_tls_refuse(mpic_tls_judge_t *judge, const char *type,
    const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));


/* in the order of RFC 8737 section 3: the first that fails is told */

static const mpic_tls_rule_pt  mpic_tls_rule_list[] = {
    mpic_tls_version,
    mpic_tls_protocol,
    mpic_tls_certificate,
    mpic_tls_subject,
    mpic_tls_signature,
    mpic_tls_extensions,
    mpic_tls_san,
    mpic_tls_identifier,
    NULL
};


/*
 * RFC 8737 section 6.1: id-pe-acmeIdentifier, 1.3.6.1.5.5.7.1.31.  OpenSSL has
 * no name for it before 3.5.
 */

static const unsigned char  mpic_tls_identifier_oid[] = {
    0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x1f
};


static const char *const  mpic_tls_name_types[] = {
    [GEN_OTHERNAME] = "otherName",
    [GEN_EMAIL] = "rfc822Name",
    [GEN_DNS] = "dNSName",
    [GEN_X400] = "x400Address",
    [GEN_DIRNAME] = "directoryName",
    [GEN_EDIPARTY] = "ediPartyName",
    [GEN_URI] = "uniformResourceIdentifier",
    [GEN_IPADD] = "iPAddress",
    [GEN_RID] = "registeredID",
};


int
mpic_tls_alpn(mpic_pool_t *pool, const mpic_target_t *target,
    const unsigned char *digest, const mpic_tls_seen_t *seen,
    mpic_result_t *result)
{
    int               rc;
    mpic_tls_judge_t  judge;

    memset(&judge, 0, sizeof(mpic_tls_judge_t));

    judge.pool = pool;
    judge.target = target;
    judge.digest = digest;
    judge.seen = seen;
    judge.result = result;

    result->passed = 0;
    result->completed = 0;

    /* what OpenSSL says about a stranger's octets is nobody else's error */

    ERR_set_mark();

    rc = mpic_tls_rules(&judge);

    X509_free(judge.cert);

    ERR_pop_to_mark();

    if (rc < 0) {
        return -1;
    }

    result->completed = 1;
    result->passed = (rc == 0);

    return 0;
}


static int
mpic_tls_rules(mpic_tls_judge_t *judge)
{
    int                      rc;
    const mpic_tls_rule_pt  *rule;

    /* BR 3.2.2.4.20: never for a wildcard */

    if (judge->target->wildcard) {
        return mpic_tls_refuse(judge, MPIC_ERROR_DCV_PARAMETER,
                               "the method is not for a wildcard name");
    }

    for (rule = mpic_tls_rule_list; *rule != NULL; rule++) {
        rc = (*rule)(judge);

        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


/* RFC 8737 section 4: TLS 1.2 or higher */

static int
mpic_tls_version(mpic_tls_judge_t *judge)
{
    if (judge->seen->version >= MPIC_TLS_1_2
        && judge->seen->version <= MPIC_TLS_1_3)
    {
        return 0;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_TLS_VERSION,
                           "expected TLS 1.2 or 1.3, the server chose "
                           "version 0x%04x", judge->seen->version);
}


static int
mpic_tls_protocol(mpic_tls_judge_t *judge)
{
    mpic_str_t                selected;
    const mpic_str_t         *alpn;
    static const mpic_str_t   expected = mpic_str(MPIC_TLS_ALPN_PROTOCOL);

    alpn = &judge->seen->alpn;

    if (mpic_str_eq(alpn, &expected)) {
        return 0;
    }

    if (alpn->len == 0) {
        return mpic_tls_refuse(judge, MPIC_ERROR_TLS_PROTOCOL,
                               "expected the server to select the protocol "
                               "\"%s\" by ALPN, it selected none",
                               expected.data);
    }

    if (mpic_str_excerpt(judge->pool, &selected, alpn->data, alpn->len,
                         MPIC_TLS_SHOWN)
        != 0)
    {
        return -1;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_TLS_PROTOCOL,
                           "expected the server to select the protocol "
                           "\"%s\" by ALPN, it selected \"%s\"",
                           expected.data, selected.data);
}


static int
mpic_tls_certificate(mpic_tls_judge_t *judge)
{
    long                  version;
    const mpic_str_t     *der;
    const unsigned char  *p;

    der = &judge->seen->certificate;

    if (der->len == 0) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_MISSING,
                               "the server sent no certificate");
    }

    p = (const unsigned char *) der->data;

    if (der->len <= MPIC_TLS_CERTIFICATE_MAX) {
        judge->cert = d2i_X509(NULL, &p, (long) der->len);
    }

    if (judge->cert == NULL
        || p != (const unsigned char *) der->data + der->len)
    {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_MALFORMED,
                               "expected an X.509 certificate of at most %d "
                               "octets, the server's (%zu octets) cannot be "
                               "read as one", MPIC_TLS_CERTIFICATE_MAX,
                               der->len);
    }

    if (mpic_tls_common_name(judge) != 0) {
        return -1;
    }

    /* there is a 0 in a version 1 certificate; RFC 5280 section 4.1.2.1 */

    version = X509_get_version(judge->cert);

    if (version == 2) {
        return 0;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_CERT_VERSION,
                           "expected an X.509 certificate of version 3, the "
                           "server's has version %ld", version + 1);
}


/* evidence alone: no rule looks at it */

static int
mpic_tls_common_name(mpic_tls_judge_t *judge)
{
    int                 i, len, rc;
    ASN1_STRING        *data;
    unsigned char      *utf8;
    const X509_NAME    *subject;
    X509_NAME_ENTRY    *entry;

    subject = X509_get_subject_name(judge->cert);
    i = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);

    if (i < 0) {
        return 0;
    }

    entry = X509_NAME_get_entry(subject, i);
    data = X509_NAME_ENTRY_get_data(entry);

    len = ASN1_STRING_to_UTF8(&utf8, data);

    if (len < 0) {
        return 0;
    }

    rc = mpic_str_excerpt(judge->pool, &judge->result->common_name,
                          (char *) utf8, (size_t) len, MPIC_TLS_CN_SHOWN);

    OPENSSL_free(utf8);

    return rc;
}


/* self-signed, its first half: the issuer is the subject, octet for octet */

static int
mpic_tls_subject(mpic_tls_judge_t *judge)
{
    size_t                subject_len, issuer_len;
    X509_NAME            *subject, *issuer;
    mpic_str_t            subject_text, issuer_text;
    const unsigned char  *subject_der, *issuer_der;

    subject = X509_get_subject_name(judge->cert);
    issuer = X509_get_issuer_name(judge->cert);

    if (X509_NAME_get0_der(subject, &subject_der, &subject_len)
        && X509_NAME_get0_der(issuer, &issuer_der, &issuer_len)
        && subject_len == issuer_len
        && memcmp(subject_der, issuer_der, subject_len) == 0)
    {
        return 0;
    }

    if (mpic_tls_name_text(judge, subject, &subject_text) != 0
        || mpic_tls_name_text(judge, issuer, &issuer_text) != 0)
    {
        return -1;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_CERT_SELF,
                           "expected a self-signed certificate, the server's "
                           "has the subject \"%s\" and the issuer \"%s\"",
                           subject_text.data, issuer_text.data);
}


static int
mpic_tls_name_text(mpic_tls_judge_t *judge, const X509_NAME *name,
    mpic_str_t *text)
{
    char  buf[MPIC_TLS_TEXT_MAX];

    if (X509_NAME_oneline(name, buf, sizeof(buf)) == NULL) {
        buf[0] = '\0';
    }

    return mpic_str_excerpt(judge->pool, text, buf, strlen(buf),
                            MPIC_TLS_SHOWN);
}


/* its second half: the signature is by its own key */

static int
mpic_tls_signature(mpic_tls_judge_t *judge)
{
    EVP_PKEY    *key;
    const char  *reason;

    key = X509_get0_pubkey(judge->cert);

    reason = mpic_tls_key_refused(key);

    if (reason != NULL) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_KEY,
                               "the key of the server's certificate cannot "
                               "be used: %s", reason);
    }

    if (X509_verify(judge->cert, key) == 1) {
        return 0;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_CERT_SELF,
                           "expected a self-signed certificate, the "
                           "signature of the server's is not by its own key");
}


const char *
mpic_tls_key_refused(EVP_PKEY *key)
{
    int     explicit_curve;
    char    curve[MPIC_TLS_TEXT_MAX];
    size_t  len;

    if (key == NULL) {
        return "it cannot be read";
    }

    switch (EVP_PKEY_get_base_id(key)) {

    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:

        if (EVP_PKEY_get_bits(key) > MPIC_TLS_RSA_BITS_MAX) {
            return "an RSA key may have 8192 bits at most";
        }

        return NULL;

    case EVP_PKEY_EC:

        /* RFC 5480 section 2.1.1: parameters of one's own are not allowed */

        explicit_curve = 0;

        if (!EVP_PKEY_get_group_name(key, curve, sizeof(curve), &len)
            || (EVP_PKEY_get_int_param(key,
                          OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                          &explicit_curve)
                && explicit_curve))
        {
            return "an EC key must be on a curve that has a name";
        }

        return NULL;

    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
        return NULL;

    default:
        return "it must be for RSA, ECDSA, Ed25519 or Ed448";
    }
}


/* RFC 5280 section 4.2: no extension more than once */

static int
mpic_tls_extensions(mpic_tls_judge_t *judge)
{
    int                 i, j, n;
    char                oid[MPIC_TLS_TEXT_MAX];
    const ASN1_OBJECT  *object;

    n = X509_get_ext_count(judge->cert);

    if (n > MPIC_TLS_EXTENSIONS_MAX) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_MALFORMED,
                               "expected at most %d extensions, the server's "
                               "certificate has %d",
                               MPIC_TLS_EXTENSIONS_MAX, n);
    }

    for (i = 1; i < n; i++) {
        object = X509_EXTENSION_get_object(X509_get_ext(judge->cert, i));

        for (j = 0; j < i; j++) {

            if (OBJ_cmp(object, X509_EXTENSION_get_object(
                                    X509_get_ext(judge->cert, j)))
                != 0)
            {
                continue;
            }

            OBJ_obj2txt(oid, sizeof(oid), object, 1);

            return mpic_tls_refuse(judge, MPIC_ERROR_CERT_DUPLICATE,
                                   "expected no extension twice, the "
                                   "server's certificate has %.*s twice",
                                   MPIC_TLS_SHOWN, oid);
        }
    }

    return 0;
}


/*
 * Exactly one entry, of the target's kind, and equal to it (RFC 8737 section
 * 3, RFC 8738 section 6).
 */

static int
mpic_tls_san(mpic_tls_judge_t *judge)
{
    int              i, n, rc;
    GENERAL_NAMES   *names;
    X509_EXTENSION  *extension;

    i = X509_get_ext_by_NID(judge->cert, NID_subject_alt_name, -1);

    if (i < 0) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_EXTENSION,
                               "expected the extension subjectAltName, the "
                               "server's certificate has none");
    }

    extension = X509_get_ext(judge->cert, i);
    names = mpic_tls_san_read(X509_EXTENSION_get_data(extension));

    if (names == NULL) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_SAN,
                               "the subjectAltName of the server's "
                               "certificate cannot be read");
    }

    n = sk_GENERAL_NAME_num(names);

    if (n != 1) {
        rc = mpic_tls_refuse(judge, MPIC_ERROR_CERT_SAN_SINGLE,
                             "expected exactly one entry in the "
                             "subjectAltName of the server's certificate, "
                             "got %d", n);

    } else if (judge->target->type == MPIC_TARGET_FQDN) {
        rc = mpic_tls_san_name(judge, sk_GENERAL_NAME_value(names, 0));

    } else {
        rc = mpic_tls_san_address(judge, sk_GENERAL_NAME_value(names, 0));
    }

    GENERAL_NAMES_free(names);

    return rc;
}


/*
 * OpenSSL reads more than DER; what it read has to be written as the same
 * octets, with nothing after them.
 */

static GENERAL_NAMES *
mpic_tls_san_read(const ASN1_OCTET_STRING *value)
{
    int                   len, same;
    unsigned char        *der;
    GENERAL_NAMES        *names;
    const unsigned char  *p;

    p = ASN1_STRING_get0_data(value);

    names = d2i_GENERAL_NAMES(NULL, &p, ASN1_STRING_length(value));
    if (names == NULL) {
        return NULL;
    }

    der = NULL;
    len = i2d_GENERAL_NAMES(names, &der);

    same = (len >= 0 && len == ASN1_STRING_length(value)
            && memcmp(der, ASN1_STRING_get0_data(value), (size_t) len) == 0);

    OPENSSL_free(der);

    if (!same) {
        GENERAL_NAMES_free(names);
        return NULL;
    }

    return names;
}


static int
mpic_tls_san_name(mpic_tls_judge_t *judge, const GENERAL_NAME *name)
{
    mpic_str_t         seen;
    const mpic_str_t  *expected;

    expected = &judge->target->name;

    if (name->type != GEN_DNS) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_SAN_DNS,
                               "expected a dNSName in the subjectAltName of "
                               "the server's certificate, got %s",
                               mpic_tls_name_types[name->type]);
    }

    seen.data = (const char *) ASN1_STRING_get0_data(name->d.dNSName);
    seen.len = (size_t) ASN1_STRING_length(name->d.dNSName);

    if (mpic_str_case_eq(&seen, expected)) {
        return 0;
    }

    if (mpic_str_excerpt(judge->pool, &seen, seen.data, seen.len,
                         MPIC_TLS_SHOWN)
        != 0)
    {
        return -1;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_CERT_SAN_HOST,
                           "expected \"%.*s\" in the subjectAltName of the "
                           "server's certificate, got \"%s\"",
                           (int) expected->len, expected->data, seen.data);
}


static int
mpic_tls_san_address(mpic_tls_judge_t *judge, const GENERAL_NAME *name)
{
    size_t                len;
    mpic_str_t            seen;
    const mpic_str_t     *expected;
    const unsigned char  *octets;

    expected = &judge->target->name;

    if (name->type != GEN_IPADD) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_SAN_TYPE,
                               "expected an iPAddress in the subjectAltName "
                               "of the server's certificate, got %s",
                               mpic_tls_name_types[name->type]);
    }

    octets = ASN1_STRING_get0_data(name->d.iPAddress);
    len = (judge->target->type == MPIC_TARGET_IPV6) ? 16 : 4;

    if ((size_t) ASN1_STRING_length(name->d.iPAddress) == len
        && memcmp(octets, judge->target->address, len) == 0)
    {
        return 0;
    }

    if (mpic_tls_hex(judge, octets,
                     (size_t) ASN1_STRING_length(name->d.iPAddress), &seen)
        != 0)
    {
        return -1;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_CERT_SAN_IP,
                           "expected the %zu octets of %.*s in the "
                           "subjectAltName of the server's certificate, got "
                           "%s", len, (int) expected->len, expected->data,
                           seen.data);
}


/*
 * RFC 8737 section 3: critical, and the DER of an OCTET STRING with the
 * digest, which is one way to write it only.
 */

static int
mpic_tls_identifier(mpic_tls_judge_t *judge)
{
    size_t                len;
    mpic_str_t            seen, expected;
    X509_EXTENSION       *extension;
    const unsigned char  *octets;

    extension = mpic_tls_identifier_find(judge->cert);

    if (extension == NULL) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_EXTENSION,
                               "expected the extension acmeIdentifier, the "
                               "server's certificate has none");
    }

    if (!X509_EXTENSION_get_critical(extension)) {
        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_CRITICAL,
                               "expected the extension acmeIdentifier to be "
                               "critical, in the server's certificate it is "
                               "not");
    }

    octets = ASN1_STRING_get0_data(X509_EXTENSION_get_data(extension));
    len = (size_t) ASN1_STRING_length(X509_EXTENSION_get_data(extension));

    if (len == 2 + MPIC_SHA256_LEN && octets[0] == V_ASN1_OCTET_STRING
        && octets[1] == MPIC_SHA256_LEN)
    {
        if (memcmp(octets + 2, judge->digest, MPIC_SHA256_LEN) == 0) {
            return 0;
        }

        if (mpic_tls_hex(judge, octets + 2, MPIC_SHA256_LEN, &seen) != 0
            || mpic_tls_hex(judge, judge->digest, MPIC_SHA256_LEN, &expected)
               != 0)
        {
            return -1;
        }

        return mpic_tls_refuse(judge, MPIC_ERROR_CERT_DIGEST,
                               "expected the digest %s in the acmeIdentifier "
                               "of the server's certificate, got %s",
                               expected.data, seen.data);
    }

    if (mpic_tls_hex(judge, octets, len, &seen) != 0) {
        return -1;
    }

    return mpic_tls_refuse(judge, MPIC_ERROR_CERT_IDENTIFIER,
                           "expected an OCTET STRING of %d octets in the "
                           "acmeIdentifier of the server's certificate, got "
                           "%s", MPIC_SHA256_LEN, seen.data);
}


static X509_EXTENSION *
mpic_tls_identifier_find(const X509 *cert)
{
    int                 i, n;
    X509_EXTENSION     *extension;
    const ASN1_OBJECT  *object;

    n = X509_get_ext_count(cert);

    for (i = 0; i < n; i++) {
        extension = X509_get_ext(cert, i);
        object = X509_EXTENSION_get_object(extension);

        if (OBJ_length(object) == sizeof(mpic_tls_identifier_oid)
            && memcmp(OBJ_get0_data(object), mpic_tls_identifier_oid,
                      sizeof(mpic_tls_identifier_oid))
               == 0)
        {
            return extension;
        }
    }

    return NULL;
}


/* hexadecimal digits, MPIC_TLS_SHOWN of them at most */

static int
mpic_tls_hex(mpic_tls_judge_t *judge, const unsigned char *data, size_t len,
    mpic_str_t *text)
{
    char    hex[MPIC_TLS_SHOWN + 1];
    size_t  n, written;

    if (len == 0) {
        return mpic_str_copy(judge->pool, text, "nothing",
                             sizeof("nothing") - 1);
    }

    n = (len < MPIC_TLS_SHOWN / 2) ? len : MPIC_TLS_SHOWN / 2;

    if (!OPENSSL_buf2hexstr_ex(hex, sizeof(hex), &written, data, n, '\0')) {
        return -1;
    }

    return mpic_str_printf(judge->pool, text, "%s%s", hex,
                           (n < len) ? "..." : "");
}


static int
mpic_tls_refuse(mpic_tls_judge_t *judge, const char *type, const char *fmt,
    ...)
{
    int            rc;
    va_list        args;
    mpic_str_t     message;

    va_start(args, fmt);
    rc = mpic_str_vprintf(judge->pool, &message, fmt, args);
    va_end(args);

    if (rc != 0
        || mpic_result_error(judge->pool, judge->result, type, "%s",
                             message.data)
           != 0)
    {
        return -1;
    }

    return 1;
}
