
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The certificate of a TLS server that is to prove control.  The input is an
 * octet of flags and a certificate.  No mutation keeps a signature; so, by a
 * flag, what can be read of the certificate is signed again by a key of ours.
 */


#include "fuzz_certificate.h"
#include "fuzz_json.h"
#include "mpic_response.h"


#define FUZZ_SIGN  0x01
#define FUZZ_IPV4  0x02
#define FUZZ_IPV6  0x04

#define FUZZ_NAME  "www.example.com"


static void fuzz_target(mpic_target_t *target, unsigned flags);
static int fuzz_judge(fuzz_pool_t *fp, const mpic_target_t *target,
    const mpic_str_t *der, mpic_result_t *result);


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

    passed = fuzz_certificate(&target, fuzz_digest, &der);

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
