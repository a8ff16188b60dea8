
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * acme-tls-alpn-01: does what a TLS server showed prove control?
 * BR 3.2.2.4.20, 3.2.2.5.7; RFC 8737 section 3, RFC 8738 section 6.
 */


#ifndef _MPIC_TLS_ALPN_H_INCLUDED_
#define _MPIC_TLS_ALPN_H_INCLUDED_


#include "mpic_check.h"

#include <openssl/x509.h>


/* RFC 8737 section 6.2: the one protocol that is offered */
#define MPIC_TLS_ALPN_PROTOCOL    "acme-tls/1"

/* as on the wire */
#define MPIC_TLS_1_2              0x0303
#define MPIC_TLS_1_3              0x0304

/* octets of a server's certificates that are read */
#define MPIC_TLS_CERTIFICATE_MAX  32768

/* extensions of a certificate that are looked at */
#define MPIC_TLS_EXTENSIONS_MAX   64

/* an RSA key beyond this only costs time */
#define MPIC_TLS_RSA_BITS_MAX     8192


/* what was seen of a handshake that succeeded */

typedef struct {
    unsigned     version;

    /* the protocol that the server selected; empty: none */
    mpic_str_t   alpn;

    /* the server's own certificate, DER; empty: none */
    mpic_str_t   certificate;
} mpic_tls_seen_t;


/* why there was none to be judged, as far as it matters to the verdict */

typedef enum {
    /* no connection, or one that ended or said nothing */
    MPIC_TLS_FAILED_CONNECTION = 0,
    /* the server refused the handshake, or does not speak TLS */
    MPIC_TLS_FAILED_HANDSHAKE,
    /* a definite answer: version, protocol, certificate, key */
    MPIC_TLS_FAILED_VERSION,
    MPIC_TLS_FAILED_PROTOCOL,
    MPIC_TLS_FAILED_CERTIFICATE,
    MPIC_TLS_FAILED_KEY
} mpic_tls_failure_e;


/*
 * The verdict of acme-tls-alpn-01 over a handshake.  "digest" is the SHA-256
 * digest of the key authorization, 32 octets.  Sets passed, completed, the
 * common name and, where it is refused, one error of "result": that of the
 * first rule in the order of the RFC that does not hold.  0 or -1.
 */
int mpic_tls_alpn(mpic_pool_t *pool, const mpic_target_t *target,
    const unsigned char *digest, const mpic_tls_seen_t *seen,
    mpic_result_t *result);

/*
 * The result of a check whose last handshake failed, for the reason "why" (a
 * clause about all addresses that were tried).  Completed where the server
 * itself gave a definite answer.  0 or -1.
 */
int mpic_tls_alpn_failed(mpic_pool_t *pool, const mpic_target_t *target,
    mpic_tls_failure_e failure, const mpic_str_t *why,
    mpic_result_t *result);

/*
 * What OpenSSL's packed "error" of a handshake means: in "text" a clause, a
 * string that stays.
 */
mpic_tls_failure_e mpic_tls_failure(unsigned long error, const char **text);

/*
 * NULL for a key whose signatures may be verified, otherwise the reason, a
 * constant: too large an RSA key, a curve without a name, another algorithm.
 * "key" may be NULL: one that OpenSSL cannot read.  To verify a signature of
 * a stranger's key costs a worker's time; this bounds it.
 */
const char *mpic_tls_key_refused(EVP_PKEY *key);


#define MPIC_ERROR_TLS_ALPN         "mpic_error:dcv_checker:tls_alpn:"
#define MPIC_ERROR_TLS_HANDSHAKE    MPIC_ERROR_TLS_ALPN "handshake"
#define MPIC_ERROR_TLS_VERSION      MPIC_ERROR_TLS_ALPN "version"
#define MPIC_ERROR_TLS_PROTOCOL     MPIC_ERROR_TLS_ALPN "protocol_not_selected"

#define MPIC_ERROR_CERTIFICATE      MPIC_ERROR_TLS_ALPN "certificate:"
#define MPIC_ERROR_CERT_MISSING     MPIC_ERROR_CERTIFICATE "missing"
#define MPIC_ERROR_CERT_MALFORMED   MPIC_ERROR_CERTIFICATE "malformed"
#define MPIC_ERROR_CERT_VERSION     MPIC_ERROR_CERTIFICATE "not_version_3"
#define MPIC_ERROR_CERT_SELF        MPIC_ERROR_CERTIFICATE "not_self_signed"
#define MPIC_ERROR_CERT_KEY         MPIC_ERROR_CERTIFICATE "unsupported_key"
#define MPIC_ERROR_CERT_DUPLICATE   MPIC_ERROR_CERTIFICATE                    \
                                    "duplicate_extension"
#define MPIC_ERROR_CERT_EXTENSION   MPIC_ERROR_CERTIFICATE "extension_missing"
#define MPIC_ERROR_CERT_SAN         MPIC_ERROR_CERTIFICATE "malformed_san"
#define MPIC_ERROR_CERT_SAN_SINGLE  MPIC_ERROR_CERTIFICATE "no_single_san"
#define MPIC_ERROR_CERT_SAN_DNS     MPIC_ERROR_CERTIFICATE "san_not_dnsname"
#define MPIC_ERROR_CERT_SAN_TYPE    MPIC_ERROR_CERTIFICATE                    \
                                    "san_type_not_match"
#define MPIC_ERROR_CERT_SAN_HOST    MPIC_ERROR_CERTIFICATE "san_not_hostname"
#define MPIC_ERROR_CERT_SAN_IP      MPIC_ERROR_CERTIFICATE "san_not_address"
#define MPIC_ERROR_CERT_CRITICAL    MPIC_ERROR_CERTIFICATE                    \
                                    "noncritical_alpn_extension"
#define MPIC_ERROR_CERT_IDENTIFIER  MPIC_ERROR_CERTIFICATE                    \
                                    "malformed_acme_identifier"
#define MPIC_ERROR_CERT_DIGEST      MPIC_ERROR_CERTIFICATE "digest_mismatch"


#endif /* _MPIC_TLS_ALPN_H_INCLUDED_ */
