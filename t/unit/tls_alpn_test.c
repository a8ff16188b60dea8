
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * acme-tls-alpn-01.  BR 3.2.2.4.20, 3.2.2.5.7; RFC 8737 section 3, RFC 8738
 * section 6.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* memmem() */
#endif

#include "test_certificate.h"
#include "mpic_tls_alpn.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/sslerr.h>


#define DIGEST                                                                \
    "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"        \
    "\xf0\xe1\xd2\xc3\xb4\xa5\x96\x87\x78\x69\x5a\x4b\x3c\x2d\x1e\x0f"

#define OTHER_DIGEST                                                          \
    "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"        \
    "\xf0\xe1\xd2\xc3\xb4\xa5\x96\x87\x78\x69\x5a\x4b\x3c\x2d\x1e\x0e"

#define DIGEST_HEX                                                            \
    "00112233445566778899AABBCCDDEEFFF0E1D2C3B4A5968778695A4B3C2D1E0F"


#define NAME  "www.example.com"
/* a SEQUENCE of one dNSName */
#define SAN   "\x30\x11\x82\x0f" NAME

#define IPV4      "192.0.2.7"
#define SAN_IPV4  "\x30\x06\x87\x04\xc0\x00\x02\x07"
#define IPV6      "2001:db8::7"
#define SAN_IPV6  "\x30\x12\x87\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"

#define good_san        test_extension(TEST_OID_SAN, 0, SAN)
#define good_identifier test_extension(TEST_OID_IDENTIFIER, 1,                \
                                       "\x04\x20" DIGEST)
#define san(value)      test_extension(TEST_OID_SAN, 0, value)
#define identifier(critical, value)                                           \
    test_extension(TEST_OID_IDENTIFIER, critical, value)


typedef struct {
    /* NULL: www.example.com */
    const char        *target;
    test_extension_t   extensions[4];
    /* what comes behind "…:certificate:"; NULL: it passes */
    const char        *error;
    /* a part of the message */
    const char        *message;
} extension_case_t;


static const extension_case_t  extension_cases[] = {

    /* as it should be, in any order, with others beside */
    { NULL, { good_san, good_identifier }, NULL, NULL },
    { NULL, { good_identifier, good_san }, NULL, NULL },
    { NULL, { test_extension(TEST_OID_SAN, 1, SAN), good_identifier }, NULL,
      NULL },
    { NULL, { test_extension("2.5.29.19", 1, "\x30\x00"), good_san,
              good_identifier, test_extension("1.2.3.4", 1, "?") },
      NULL, NULL },
    { NULL, { san("\x30\x11\x82\x0fWWW.eXample.COM"), good_identifier }, NULL,
      NULL },
    { "Www.Example.Com.", { good_san, good_identifier }, NULL, NULL },

    /* none twice, whatever it is; by its octets, not by a name */
    { NULL, { good_san, good_identifier, good_identifier },
      "duplicate_extension", "has 1.3.6.1.5.5.7.1.31 twice" },
    { NULL, { good_san, good_identifier, good_san }, "duplicate_extension",
      "2.5.29.17" },
    { NULL, { test_extension("1.2.3.4", 0, "a"), good_san, good_identifier,
              test_extension("1.2.3.4", 1, "b") },
      "duplicate_extension", "1.2.3.4" },
    { NULL, { test_extension("1.2.3.4", 0, "a"), good_san, good_identifier,
              test_extension("1.2.3.4.0", 0, "a") }, NULL, NULL },
    /* before what it is about is looked at */
    { NULL, { identifier(0, "x"), identifier(0, "y") }, "duplicate_extension",
      NULL },

    /* no extension at all; one of the two; SAN comes first */
    { NULL, { { NULL, 0, NULL, 0 } }, "extension_missing", "subjectAltName" },
    { NULL, { good_san }, "extension_missing", "acmeIdentifier" },
    { NULL, { good_identifier }, "extension_missing", "subjectAltName" },
    /* issuerAltName is another one */
    { NULL, { test_extension("2.5.29.18", 0, SAN), good_identifier },
      "extension_missing", "subjectAltName" },
    /* id-pe 30 and 32, and one that goes on behind 31 */
    { NULL, { good_san, test_extension("1.3.6.1.5.5.7.1.30", 1,
                                       "\x04\x20" DIGEST) },
      "extension_missing", "acmeIdentifier" },
    { NULL, { good_san, test_extension("1.3.6.1.5.5.7.1.32", 1,
                                       "\x04\x20" DIGEST) },
      "extension_missing", "acmeIdentifier" },
    { NULL, { good_san, test_extension("1.3.6.1.5.5.7.1.31.1", 1,
                                       "\x04\x20" DIGEST) },
      "extension_missing", "acmeIdentifier" },

    /* a subjectAltName of another number of entries than one */
    { NULL, { san("\x30\x00"), good_identifier }, "no_single_san", "got 0" },
    { NULL, { san("\x30\x22\x82\x0f" NAME "\x82\x0f" NAME), good_identifier },
      "no_single_san", "got 2" },
    { NULL, { san("\x30\x17\x82\x0f" NAME "\x87\x04\xc0\x00\x02\x07"),
              good_identifier },
      "no_single_san", "got 2" },
    { IPV4, { san("\x30\x0c\x87\x04\xc0\x00\x02\x07\x87\x04\xc0\x00\x02\x07"),
              good_identifier },
      "no_single_san", "got 2" },

    /* of another kind */
    { NULL, { san(SAN_IPV4), good_identifier }, "san_not_dnsname",
      "got iPAddress" },
    { NULL, { san("\x30\x11\x86\x0f" NAME), good_identifier },
      "san_not_dnsname", "got uniformResourceIdentifier" },
    { NULL, { san("\x30\x11\x81\x0f" NAME), good_identifier },
      "san_not_dnsname", "got rfc822Name" },
    { NULL, { san("\x30\x04\xa4\x02\x30\x00"), good_identifier },
      "san_not_dnsname", "got directoryName" },
    { NULL, { san("\x30\x05\x88\x03\x2a\x03\x04"), good_identifier },
      "san_not_dnsname", "got registeredID" },
    { IPV4, { good_san, good_identifier }, "san_type_not_match",
      "got dNSName" },
    { IPV4, { san("\x30\x0b\x82\x09" IPV4), good_identifier },
      "san_type_not_match", "got dNSName" },

    /* another name, though it begins, ends or looks like it */
    { NULL, { san("\x30\x11\x82\x0f" "xww.example.com"), good_identifier },
      "san_not_hostname", "expected \"" NAME "\"" },
    { NULL, { san("\x30\x0d\x82\x0b" "example.com"), good_identifier },
      "san_not_hostname", "got \"example.com\"" },
    { NULL, { san("\x30\x0f\x82\x0d" "*.example.com"), good_identifier },
      "san_not_hostname", NULL },
    { NULL, { san("\x30\x12\x82\x10" NAME "."), good_identifier },
      "san_not_hostname", NULL },
    { NULL, { san("\x30\x12\x82\x10" NAME "\0"), good_identifier },
      "san_not_hostname", "got \"www.example.com\\000\"" },
    { NULL, { san("\x30\x17\x82\x15" NAME "\0.evil"), good_identifier },
      "san_not_hostname", NULL },
    { NULL, { san("\x30\x12\x82\x10" " " NAME), good_identifier },
      "san_not_hostname", NULL },
    { NULL, { san("\x30\x11\x82\x0f" "www.exampl\xe9.com"),
              good_identifier },
      "san_not_hostname", "exampl\\233.com" },
    { NULL, { san("\x30\x02\x82\x00"), good_identifier }, "san_not_hostname",
      "got \"\"" },

    /* addresses */
    { IPV4, { san(SAN_IPV4), good_identifier }, NULL, NULL },
    { IPV6, { san(SAN_IPV6), good_identifier }, NULL, NULL },
    { "[" IPV6 "]", { san(SAN_IPV6), good_identifier }, NULL, NULL },
    { IPV4, { san("\x30\x06\x87\x04\xc0\x00\x02\x08"), good_identifier },
      "san_not_address", "expected the 4 octets of 192.0.2.7 in the "
      "subjectAltName of the server's certificate, got C0000208" },
    { IPV6, { san(SAN_IPV4), good_identifier }, "san_not_address",
      "16 octets" },
    { IPV4, { san(SAN_IPV6), good_identifier }, "san_not_address",
      "4 octets" },
    { IPV4, { san("\x30\x0a\x87\x08\xc0\x00\x02\x07\xff\xff\xff\xff"),
              good_identifier },
      "san_not_address", NULL },
    { IPV4, { san("\x30\x02\x87\x00"), good_identifier }, "san_not_address",
      "got nothing" },
    /* the IPv4-mapped address of it */
    { IPV4, { san("\x30\x12\x87\x10\0\0\0\0\0\0\0\0\0\0\xff\xff"
                  "\xc0\x00\x02\x07"), good_identifier },
      "san_not_address", NULL },

    /* not DER */
    { NULL, { san(""), good_identifier }, "malformed_san", NULL },
    { NULL, { san("\x30"), good_identifier }, "malformed_san", NULL },
    { NULL, { san("\x05\x00"), good_identifier }, "malformed_san", NULL },
    { NULL, { san("\x30\x12\x82\x0f" NAME), good_identifier },
      "malformed_san", NULL },
    { NULL, { san(SAN "\0"), good_identifier }, "malformed_san", NULL },
    { NULL, { san(SAN "\x05\x00"), good_identifier }, "malformed_san", NULL },
    { NULL, { san("\x30\x81\x11\x82\x0f" NAME), good_identifier },
      "malformed_san", NULL },
    { NULL, { san("\x30\x12\x82\x81\x0f" NAME), good_identifier },
      "malformed_san", NULL },
    { NULL, { san("\x30\x80\x82\x0f" NAME "\0\0"), good_identifier },
      "malformed_san", NULL },
    { NULL, { san("\x30\x13\xa2\x11\x16\x0f" NAME), good_identifier },
      "malformed_san", NULL },

    /* acmeIdentifier */
    { NULL, { good_san, identifier(0, "\x04\x20" DIGEST) },
      "noncritical_alpn_extension", "critical" },
    { NULL, { good_san, identifier(1, "\x04\x20" OTHER_DIGEST) },
      "digest_mismatch", "expected the digest " DIGEST_HEX },
    { NULL, { good_san, identifier(1, "") }, "malformed_acme_identifier",
      "got nothing" },
    { NULL, { good_san, identifier(1, DIGEST) }, "malformed_acme_identifier",
      "OCTET STRING of 32 octets" },
    { NULL, { good_san, identifier(1, "\x04\x1f" DIGEST) },
      "malformed_acme_identifier", NULL },
    { NULL, { good_san, identifier(1, "\x04\x20" DIGEST "\0") },
      "malformed_acme_identifier", NULL },
    { NULL, { good_san, identifier(1, "\x04\x21" DIGEST "\0") },
      "malformed_acme_identifier", NULL },
    { NULL, { good_san, identifier(1, "\x04\x1f" "0123456789abcdef"
                                      "0123456789abcde") },
      "malformed_acme_identifier", "got 041F" },
    { NULL, { good_san, identifier(1, "\x04\x81\x20" DIGEST) },
      "malformed_acme_identifier", NULL },
    { NULL, { good_san, identifier(1, "\x24\x22\x04\x20" DIGEST) },
      "malformed_acme_identifier", NULL },
    { NULL, { good_san, identifier(1, "\x24\x80\x04\x20" DIGEST "\0\0") },
      "malformed_acme_identifier", NULL },
    { NULL, { good_san, identifier(1, "\x03\x20" DIGEST) },
      "malformed_acme_identifier", NULL },
    { NULL, { good_san, identifier(1, "\x0c\x20" DIGEST) },
      "malformed_acme_identifier", NULL },
    /* in hexadecimal digits */
    { NULL, { good_san, identifier(1, "\x04\x40" DIGEST_HEX) },
      "malformed_acme_identifier", NULL },
};


static test_pool_t       tp;
static EVP_PKEY         *key, *other_key;
static mpic_result_t     result;
static mpic_target_t     target;
static mpic_tls_seen_t   seen;

/* of the table, for what is printed on failure */
static size_t            row;


static void
set_target(const char *text)
{
    mpic_str_t  s, why;

    memset(&target, 0, sizeof(target));

    /* not mpic_target_parse(): it refuses addresses for documentation */

    if (strcmp(text, IPV4) == 0) {
        target.type = MPIC_TARGET_IPV4;
        memcpy(target.address, "\xc0\x00\x02\x07", 4);
        s = test_strz(&tp, IPV4);

    } else if (strstr(text, IPV6) != NULL) {
        target.type = MPIC_TARGET_IPV6;
        memcpy(target.address, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07",
               16);
        s = test_strz(&tp, IPV6);

    } else {
        s = test_strz(&tp, text);
        assert_int_equal(mpic_target_parse(&tp.pool, &s, &target, &why), 0);
        return;
    }

    target.name = s;
    target.canonical = s;
}


static test_certificate_t
good(const test_extension_t *extensions, size_t n)
{
    test_certificate_t  spec;

    memset(&spec, 0, sizeof(spec));

    spec.key = key;
    spec.subject = "ACME challenge";
    spec.issuer = "ACME challenge";
    spec.version = 2;
    spec.extensions = extensions;
    spec.nextensions = n;

    return spec;
}


static void
set_seen(const test_certificate_t *spec)
{
    memset(&seen, 0, sizeof(seen));

    seen.version = MPIC_TLS_1_3;
    seen.alpn = test_strz(&tp, "acme-tls/1");
    seen.certificate = test_certificate(&tp, spec);
}


static int
judge(void)
{
    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);

    return mpic_tls_alpn(&tp.pool, &target, (const unsigned char *) DIGEST,
                         &seen, &result);
}


/* "error" NULL: it passes */

static void
expect(const char *error, const char *message)
{
    assert_int_equal(judge(), 0);
    assert_int_equal(result.completed, 1);

    if (error == NULL) {
        if (result.nerrors) {
            fail_msg("case %zu: %s", row, result.errors[0].message.data);
        }

        assert_int_equal(result.passed, 1);
        return;
    }

    assert_int_equal(result.passed, 0);
    assert_int_equal(result.nerrors, 1);
    if (strcmp(result.errors[0].type.data, error) != 0) {
        fail_msg("case %zu: expected %s, got %s: %s", row, error,
                 result.errors[0].type.data, result.errors[0].message.data);
    }

    if (message != NULL && !strstr(result.errors[0].message.data, message)) {
        fail_msg("case %zu: no \"%s\" in \"%s\"", row, message,
                 result.errors[0].message.data);
    }
}


static const test_extension_t  good_extensions[] = {
    good_san, good_identifier
};


static void
setup(void)
{
    test_certificate_t  spec;

    set_target(NAME);
    spec = good(good_extensions, 2);
    set_seen(&spec);
}


static void
test_extensions(void **state)
{
    char                     type[128];
    size_t                   i;
    test_certificate_t       spec;
    const extension_case_t  *c;

    for (i = 0; i < sizeof(extension_cases) / sizeof(extension_case_t); i++) {
        c = &extension_cases[i];

        set_target(c->target ? c->target : NAME);
        spec = good(c->extensions, 4);
        set_seen(&spec);

        snprintf(type, sizeof(type), "%s%s", MPIC_ERROR_CERTIFICATE,
                 c->error ? c->error : "");

        row = i;
        expect(c->error ? type : NULL, c->message);

        test_pool_reset(&tp);
    }
}


static void
test_extension_count(void **state)
{
    char                oid[TEST_EXTENSIONS_MAX][16];
    size_t              i;
    test_extension_t    extensions[TEST_EXTENSIONS_MAX];
    test_certificate_t  spec;

    for (i = 0; i < TEST_EXTENSIONS_MAX; i++) {
        snprintf(oid[i], sizeof(oid[i]), "1.2.3.%zu", i);
        extensions[i] = (test_extension_t) test_extension(oid[i], 0, "");
    }

    extensions[0] = (test_extension_t) good_san;
    extensions[1] = (test_extension_t) good_identifier;

    set_target(NAME);

    spec = good(extensions, MPIC_TLS_EXTENSIONS_MAX);
    set_seen(&spec);
    expect(NULL, NULL);

    spec = good(extensions, MPIC_TLS_EXTENSIONS_MAX + 1);
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_MALFORMED, "has 65");

    test_pool_reset(&tp);
}


static void
test_connection(void **state)
{
    setup();

    seen.version = MPIC_TLS_1_2;
    expect(NULL, NULL);

    seen.version = MPIC_TLS_1_3;
    expect(NULL, NULL);

    seen.version = 0x0302;
    expect(MPIC_ERROR_TLS_VERSION, "0x0302");

    /* DTLS 1.2; SSLv2; nothing */

    seen.version = 0xfefd;
    expect(MPIC_ERROR_TLS_VERSION, NULL);

    seen.version = 2;
    expect(MPIC_ERROR_TLS_VERSION, NULL);

    seen.version = 0;
    expect(MPIC_ERROR_TLS_VERSION, NULL);

    seen.version = MPIC_TLS_1_3;

    seen.alpn = test_strz(&tp, "");
    expect(MPIC_ERROR_TLS_PROTOCOL, "it selected none");

    memset(&seen.alpn, 0, sizeof(mpic_str_t));
    expect(MPIC_ERROR_TLS_PROTOCOL, "it selected none");

    seen.alpn = test_strz(&tp, "http/1.1");
    expect(MPIC_ERROR_TLS_PROTOCOL, "it selected \"http/1.1\"");

    seen.alpn = test_strz(&tp, "acme-tls/1.0");
    expect(MPIC_ERROR_TLS_PROTOCOL, NULL);

    seen.alpn = test_strz(&tp, "acme-tls/");
    expect(MPIC_ERROR_TLS_PROTOCOL, NULL);

    seen.alpn = test_strz(&tp, "ACME-TLS/1");
    expect(MPIC_ERROR_TLS_PROTOCOL, NULL);

    seen.alpn = test_str(&tp, "acme-tls/1\0", 11);
    expect(MPIC_ERROR_TLS_PROTOCOL, "\"acme-tls/1\\000\"");

    test_pool_reset(&tp);
}


static void
test_wildcard(void **state)
{
    setup();

    target.wildcard = 1;
    expect(MPIC_ERROR_DCV_PARAMETER, "wildcard");

    test_pool_reset(&tp);
}


/* what is no certificate, or more than one */

static void
test_octets(void **state)
{
    char               *huge;
    size_t              i;
    mpic_str_t          der;
    test_extension_t    extensions[3];
    test_certificate_t  spec;

    setup();
    der = seen.certificate;

    memset(&seen.certificate, 0, sizeof(mpic_str_t));
    expect(MPIC_ERROR_CERT_MISSING, NULL);

    for (i = 1; i < der.len; i++) {
        seen.certificate = test_str(&tp, der.data, i);
        expect(MPIC_ERROR_CERT_MALFORMED, "cannot be read");
    }

    seen.certificate = test_str(&tp, der.data, der.len);
    expect(NULL, NULL);

    /* one octet more, or another certificate, behind it */

    huge = calloc(1, der.len * 2);
    assert_non_null(huge);
    memcpy(huge, der.data, der.len);
    seen.certificate = test_str(&tp, huge, der.len + 1);
    expect(MPIC_ERROR_CERT_MALFORMED, NULL);

    memcpy(huge + der.len, der.data, der.len);
    seen.certificate = test_str(&tp, huge, der.len * 2);
    expect(MPIC_ERROR_CERT_MALFORMED, NULL);
    free(huge);

    seen.certificate = test_strz(&tp, "-----BEGIN CERTIFICATE-----");
    expect(MPIC_ERROR_CERT_MALFORMED, NULL);

    /* as large as may be, and larger */

    huge = calloc(1, MPIC_TLS_CERTIFICATE_MAX);
    assert_non_null(huge);

    extensions[0] = (test_extension_t) good_san;
    extensions[1] = (test_extension_t) good_identifier;
    extensions[2].oid = "1.2.3.4";
    extensions[2].critical = 0;
    extensions[2].value = huge;
    extensions[2].len = MPIC_TLS_CERTIFICATE_MAX - 1024;

    spec = good(extensions, 3);
    set_seen(&spec);
    assert_true(seen.certificate.len < MPIC_TLS_CERTIFICATE_MAX);
    expect(NULL, NULL);

    extensions[2].len = MPIC_TLS_CERTIFICATE_MAX - 100;
    set_seen(&spec);
    assert_true(seen.certificate.len > MPIC_TLS_CERTIFICATE_MAX);
    expect(MPIC_ERROR_CERT_MALFORMED, NULL);

    free(huge);
    test_pool_reset(&tp);
}


/* whatever single bit of it is wrong: nothing passes, nothing breaks */

static void
test_bits(void **state)
{
    char    *octets;
    size_t   i, len;

    setup();

    len = seen.certificate.len;
    octets = malloc(len);
    assert_non_null(octets);
    memcpy(octets, seen.certificate.data, len);

    seen.certificate.data = octets;

    for (i = 0; i < len * 8; i++) {
        octets[i / 8] = (char) (octets[i / 8] ^ (1 << (i % 8)));

        assert_int_equal(judge(), 0);
        assert_int_equal(result.passed, 0);
        assert_int_equal(result.nerrors, 1);

        octets[i / 8] = (char) (octets[i / 8] ^ (1 << (i % 8)));
    }

    expect(NULL, NULL);

    free(octets);
    test_pool_reset(&tp);
}


static void
test_self_signed(void **state)
{
    test_certificate_t  spec;

    set_target(NAME);

    /* signed by another key, though it says "self" */

    spec = good(good_extensions, 2);
    spec.signer = other_key;
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_SELF, "not by its own key");

    /* signed by its own key, though it says "another" */

    spec = good(good_extensions, 2);
    spec.issuer = "Example \"CA\"";
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_SELF, "the subject \"/CN=ACME challenge\" and the "
           "issuer \"/CN=Example \\\"CA\\\"\"");

    spec.issuer = NULL;
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_SELF, NULL);

    /* the same for RFC 5280 section 7.1, but not the same octets */

    spec.issuer = "acme  Challenge";
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_SELF, NULL);

    /* of the same length */

    spec.issuer = "ACME Challenge";
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_SELF, NULL);

    /* both are empty */

    spec.subject = NULL;
    spec.issuer = NULL;
    set_seen(&spec);
    expect(NULL, NULL);
    assert_null(result.common_name.data);

    test_pool_reset(&tp);
}


static void
test_version(void **state)
{
    test_certificate_t  spec;

    set_target(NAME);
    spec = good(good_extensions, 2);

    spec.version = 0;
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_VERSION, "version 1");

    spec.version = 1;
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_VERSION, "version 2");

    spec.version = 3;
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_VERSION, "version 4");

    test_pool_reset(&tp);
}


static void
expect_key(EVP_PKEY *with, EVP_PKEY *signer, const char *error,
    const char *message)
{
    test_certificate_t  spec;

    spec = good(good_extensions, 2);
    spec.key = with;
    spec.signer = signer;
    set_seen(&spec);
    expect(error, message);

    EVP_PKEY_free(with);
}


/* a public key with a modulus of so many bits that nobody can factor either */

static EVP_PKEY *
key_rsa_public(int bits)
{
    BIGNUM          *n, *e;
    EVP_PKEY        *rsa;
    OSSL_PARAM      *params;
    EVP_PKEY_CTX    *ctx;
    OSSL_PARAM_BLD  *bld;

    rsa = NULL;
    n = BN_new();
    e = BN_new();
    bld = OSSL_PARAM_BLD_new();
    ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);

    assert_true(BN_rand(n, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD));
    assert_true(BN_set_word(e, 65537));
    assert_true(OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n));
    assert_true(OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e));

    params = OSSL_PARAM_BLD_to_param(bld);
    assert_non_null(params);
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &rsa, EVP_PKEY_PUBLIC_KEY,
                                       params), 1);

    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    EVP_PKEY_CTX_free(ctx);
    BN_free(n);
    BN_free(e);

    return rsa;
}


static void
test_keys(void **state)
{
    set_target(NAME);

    expect_key(test_key_rsa(2048), NULL, NULL, NULL);
    expect_key(test_key_ec("P-384"), NULL, NULL, NULL);
    expect_key(test_key_ec("P-521"), NULL, NULL, NULL);
    expect_key(test_key("ED25519"), NULL, NULL, NULL);
    expect_key(test_key("ED448"), NULL, NULL, NULL);

    /* large enough to cost time: refused before its signature is looked at */

    expect_key(key_rsa_public(MPIC_TLS_RSA_BITS_MAX), other_key,
               MPIC_ERROR_CERT_SELF, NULL);
    expect_key(key_rsa_public(MPIC_TLS_RSA_BITS_MAX + 1), other_key,
               MPIC_ERROR_CERT_KEY, "8192 bits at most");
    expect_key(key_rsa_public(16384), other_key, MPIC_ERROR_CERT_KEY, NULL);

    expect_key(test_key_explicit(), NULL, MPIC_ERROR_CERT_KEY,
               "a curve that has a name");
    expect_key(test_key("X25519"), other_key, MPIC_ERROR_CERT_KEY,
               "RSA, ECDSA, Ed25519 or Ed448");

    test_pool_reset(&tp);
}


/* an algorithm that OpenSSL does not know */

static void
test_unknown_key(void **state)
{
    char                *p;
    EVP_PKEY            *ed;
    mpic_str_t           der;
    static const char    oid[] = { 0x06, 0x03, 0x2b, 0x65, 0x70 };
    test_certificate_t   spec;

    set_target(NAME);

    ed = test_key("ED25519");
    spec = good(good_extensions, 2);
    spec.key = ed;
    set_seen(&spec);

    /* of three, the second is that of the key */

    der = test_str(&tp, seen.certificate.data, seen.certificate.len);
    p = memmem(der.data, der.len, oid, sizeof(oid));
    assert_non_null(p);
    p = memmem(p + 1, der.len - (size_t) (p + 1 - der.data), oid,
               sizeof(oid));
    assert_non_null(p);
    p[4] = 0x7f;

    seen.certificate = der;
    expect(MPIC_ERROR_CERT_KEY, "cannot be read");

    assert_non_null(mpic_tls_key_refused(NULL));

    EVP_PKEY_free(ed);
    test_pool_reset(&tp);
}


static void
test_evidence(void **state)
{
    test_certificate_t  spec;

    setup();
    expect(NULL, NULL);
    assert_str_equal(result.common_name, "ACME challenge");

    /* on failure too, and escaped */

    spec = good(good_extensions, 1);
    spec.subject = "\xc3\xa9\"\n";
    spec.issuer = spec.subject;
    set_seen(&spec);
    expect(MPIC_ERROR_CERT_EXTENSION, NULL);
    assert_str_equal(result.common_name, "\\195\\169\\\"\\010");

    test_pool_reset(&tp);
}


/* errors of others stay; those made here do not */

static void
test_error_queue(void **state)
{
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 7);

    setup();
    seen.certificate = test_strz(&tp, "0\x82");
    expect(MPIC_ERROR_CERT_MALFORMED, NULL);

    assert_int_equal(ERR_GET_REASON(ERR_get_error()), 7);
    assert_int_equal(ERR_peek_error(), 0);

    test_pool_reset(&tp);
}


static void
test_no_memory(void **state)
{
    test_pool_t         mine;
    test_certificate_t  spec;

    test_pool_init(&mine);

    set_target(IPV4);
    spec = good(good_extensions, 2);
    set_seen(&spec);

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);

    test_pool_exhaust(&mine,
        mpic_tls_alpn(&mine.pool, &target, (const unsigned char *) DIGEST,
                      &seen, &result), 0);

    assert_int_equal(result.passed, 0);

    test_pool_reset(&mine);
    test_pool_reset(&tp);
}


typedef struct {
    int                  reason;
    mpic_tls_failure_e   failure;
    const char          *text;
} failure_case_t;


static const failure_case_t  failures[] = {
    { SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, MPIC_TLS_FAILED_PROTOCOL,
      "no_application_protocol" },
    { SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, MPIC_TLS_FAILED_VERSION,
      "protocol_version" },
    { SSL_R_UNSUPPORTED_PROTOCOL, MPIC_TLS_FAILED_VERSION, "TLS 1.2" },
    { SSL_R_WRONG_VERSION_NUMBER, MPIC_TLS_FAILED_HANDSHAKE,
      "does not speak TLS" },
    { ERR_R_ASN1_LIB, MPIC_TLS_FAILED_CERTIFICATE, "cannot be read" },
    { SSL_R_EXCESSIVE_MESSAGE_SIZE, MPIC_TLS_FAILED_CERTIFICATE,
      "too large" },
    { SSL_R_TLSV1_UNRECOGNIZED_NAME, MPIC_TLS_FAILED_HANDSHAKE,
      "unrecognized_name" },
    /* one without a row of its own, and one that OpenSSL has no word for */
    { SSL_R_BAD_SIGNATURE, MPIC_TLS_FAILED_HANDSHAKE, NULL },
    { 4000, MPIC_TLS_FAILED_HANDSHAKE, "the handshake failed" },
};


static void
test_failures(void **state)
{
    size_t                 i;
    mpic_str_t             why;
    const char            *text;
    const failure_case_t  *c;

    for (i = 0; i < sizeof(failures) / sizeof(failure_case_t); i++) {
        c = &failures[i];
        text = NULL;

        assert_int_equal(mpic_tls_failure(ERR_PACK(ERR_LIB_SSL, 0, c->reason),
                                          &text), c->failure);
        assert_non_null(text);

        if (c->text != NULL) {
            assert_non_null(strstr(text, c->text));
        }
    }

    /* the same number of another library is something else */

    assert_int_equal(mpic_tls_failure(
                         ERR_PACK(ERR_LIB_ASN1, 0,
                                  SSL_R_UNSUPPORTED_PROTOCOL), &text),
                     MPIC_TLS_FAILED_HANDSHAKE);

    set_target(NAME);
    why = test_strz(&tp, "192.0.2.1 port 443: no connection in time");

    for (i = MPIC_TLS_FAILED_CONNECTION; i <= MPIC_TLS_FAILED_KEY; i++) {
        mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);
        result.passed = 1;

        assert_int_equal(mpic_tls_alpn_failed(&tp.pool, &target,
                                              (mpic_tls_failure_e) i, &why,
                                              &result), 0);
        assert_int_equal(result.passed, 0);
        assert_int_equal(result.completed, i >= MPIC_TLS_FAILED_VERSION);
        assert_int_equal(result.nerrors, 1);
        assert_str_equal(result.errors[0].message,
                         "no TLS handshake for the protocol \"acme-tls/1\" "
                         "with www.example.com: 192.0.2.1 port 443: no "
                         "connection in time");
    }

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);
    assert_int_equal(mpic_tls_alpn_failed(&tp.pool, &target,
                                          MPIC_TLS_FAILED_CONNECTION, &why,
                                          &result), 0);
    assert_str_equal(result.errors[0].type, MPIC_ERROR_DCV_LOOKUP);

    test_pool_reset(&tp);
}


static int
make_keys(void **state)
{
    test_pool_init(&tp);

    key = test_key_ec("P-256");
    other_key = test_key_ec("P-256");

    return 0;
}


static int
free_keys(void **state)
{
    EVP_PKEY_free(key);
    EVP_PKEY_free(other_key);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_extension_count),
        cmocka_unit_test(test_connection),
        cmocka_unit_test(test_wildcard),
        cmocka_unit_test(test_octets),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_self_signed),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_unknown_key),
        cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_error_queue),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_failures),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
