
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The parameter objects of a request, read and written:
 * "dcv_check_parameters" and "caa_check_parameters".
 */


#ifndef _MPIC_PARAMS_H_INCLUDED_
#define _MPIC_PARAMS_H_INCLUDED_


#include "mpic_reader.h"


/* octets */
#define MPIC_TOKEN_MAX              128
#define MPIC_KEY_AUTHORIZATION_MAX  512
#define MPIC_CHALLENGE_MAX          1024
#define MPIC_URI_MAX                2048
#define MPIC_HEADERS_SIZE_MAX       4096
#define MPIC_PATH_MAX               512
#define MPIC_REGEX_MAX              512

#define MPIC_HEADERS_MAX            32

/* labels below the domain that belong to a method */
#define MPIC_PREFIX_ACME            "_acme-challenge"
/* BR A.2.1, A.2.2 */
#define MPIC_PREFIX_EMAIL           "_validation-contactemail"
#define MPIC_PREFIX_PHONE           "_validation-contactphone"
/* BR 3.2.2.4.22, 3.2.2.5.8 */
#define MPIC_PREFIX_PERSIST         "_validation-persist"
#define MPIC_PREFIX_IP_PERSIST      "_ip-validation-persist"

/* base64url of a SHA-256 digest (RFC 8555 section 8.4) */
#define MPIC_DIGEST_LEN             43


/*
 * What is wrong becomes an issue.  Returns 1 if "dcv->method" is known.
 */
int mpic_params_read_dcv(mpic_reader_t *reader, const cJSON *object,
    mpic_dcv_params_t *dcv);

/*
 * "wildcard" is set for the certificate type "tls-server-wildcard".
 */
void mpic_params_read_caa(mpic_reader_t *reader, const cJSON *object,
    mpic_caa_params_t *caa, int *wildcard);

/*
 * RFC 8657: the method that the CA is about to use is the one asked for by
 * MPIC_CHECK_DCV_WITH_CAA, where the parameters of the CAA check say nothing
 * else.
 */
void mpic_params_caa_method(mpic_reader_t *reader, mpic_request_t *request);

/*
 * Issues for DCV fields beside "dcv_check_parameters" instead of in it.
 */
void mpic_params_misplaced(mpic_reader_t *reader, const mpic_place_t *top);

/*
 * As the reference implementation echoes them: all fields that the method has,
 * defaults filled in.
 */
void mpic_params_print_dcv(mpic_json_t *json, cJSON *parent,
    const mpic_dcv_params_t *dcv);
void mpic_params_print_caa(mpic_json_t *json, cJSON *parent,
    const mpic_caa_params_t *caa);


#endif /* _MPIC_PARAMS_H_INCLUDED_ */
