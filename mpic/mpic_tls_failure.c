
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_tls_alpn.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <stddef.h>


typedef struct {
    int                  reason;
    mpic_tls_failure_e   failure;
    const char          *text;
} mpic_tls_reason_t;


/*
 * What servers that know nothing of the challenge answer.  Alerts are those
 * of RFC 8446 section 6; OpenSSL numbers them from 1000.
 */

static const mpic_tls_reason_t  mpic_tls_reasons[] = {
    { SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, MPIC_TLS_FAILED_PROTOCOL,
      "the server refused the protocol \"" MPIC_TLS_ALPN_PROTOCOL "\" "
      "(alert no_application_protocol)" },

    { SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, MPIC_TLS_FAILED_VERSION,
      "the server refused TLS 1.2 and 1.3 (alert protocol_version)" },
    { SSL_R_UNSUPPORTED_PROTOCOL, MPIC_TLS_FAILED_VERSION,
      "the server chose a version before TLS 1.2" },

    { SSL_R_TLSV1_UNRECOGNIZED_NAME, MPIC_TLS_FAILED_HANDSHAKE,
      "the server does not know the name (alert unrecognized_name)" },
    { SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, MPIC_TLS_FAILED_HANDSHAKE,
      "the server refused the handshake (alert handshake_failure)" },
    { SSL_R_TLSV1_ALERT_INTERNAL_ERROR, MPIC_TLS_FAILED_HANDSHAKE,
      "the server failed (alert internal_error)" },
    { SSL_R_TLSV1_ALERT_ACCESS_DENIED, MPIC_TLS_FAILED_HANDSHAKE,
      "the server refused the handshake (alert access_denied)" },

    /* what "HTTP/1.1 400" or another plain text looks like, by version */
    { SSL_R_WRONG_VERSION_NUMBER, MPIC_TLS_FAILED_HANDSHAKE,
      "the server does not speak TLS" },
    { SSL_R_HTTP_REQUEST, MPIC_TLS_FAILED_HANDSHAKE,
      "the server does not speak TLS" },

    { ERR_R_ASN1_LIB, MPIC_TLS_FAILED_CERTIFICATE,
      "the server's certificate cannot be read" },
    { SSL_R_CERT_LENGTH_MISMATCH, MPIC_TLS_FAILED_CERTIFICATE,
      "the server's certificate cannot be read" },
    { SSL_R_EXCESSIVE_MESSAGE_SIZE, MPIC_TLS_FAILED_CERTIFICATE,
      "the server's certificates are too large" },

    { 0, MPIC_TLS_FAILED_CONNECTION, NULL }
};


mpic_tls_failure_e
mpic_tls_failure(unsigned long error, const char **text)
{
    int                       reason;
    const mpic_tls_reason_t  *r;

    reason = ERR_GET_REASON(error);

    if (ERR_GET_LIB(error) == ERR_LIB_SSL) {

        for (r = mpic_tls_reasons; r->text != NULL; r++) {

            if (r->reason == reason) {
                *text = r->text;
                return r->failure;
            }
        }
    }

    /* a constant of OpenSSL's */

    *text = ERR_reason_error_string(error);

    if (*text == NULL) {
        *text = "the handshake failed";
    }

    return MPIC_TLS_FAILED_HANDSHAKE;
}


int
mpic_tls_alpn_failed(mpic_pool_t *pool, const mpic_target_t *target,
    mpic_tls_failure_e failure, const mpic_str_t *why, mpic_result_t *result)
{
    static const char *const  types[] = {
        [MPIC_TLS_FAILED_CONNECTION] = MPIC_ERROR_DCV_LOOKUP,
        [MPIC_TLS_FAILED_HANDSHAKE] = MPIC_ERROR_TLS_HANDSHAKE,
        [MPIC_TLS_FAILED_VERSION] = MPIC_ERROR_TLS_VERSION,
        [MPIC_TLS_FAILED_PROTOCOL] = MPIC_ERROR_TLS_PROTOCOL,
        [MPIC_TLS_FAILED_CERTIFICATE] = MPIC_ERROR_CERT_MALFORMED,
        [MPIC_TLS_FAILED_KEY] = MPIC_ERROR_CERT_KEY,
    };

    result->passed = 0;
    result->completed = (failure >= MPIC_TLS_FAILED_VERSION);

    return mpic_result_error(pool, result, types[failure],
                             "no TLS handshake for the protocol \"%s\" with "
                             "%.*s: %.*s", MPIC_TLS_ALPN_PROTOCOL,
                             (int) target->name.len, target->name.data,
                             (int) why->len, why->data);
}
