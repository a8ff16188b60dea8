
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The JSON of answers: a perspective's "check_response", written and strictly
 * read, and the coordinator's answer.  Open MPIC API 3.5.0.
 */


#ifndef _MPIC_RESPONSE_H_INCLUDED_
#define _MPIC_RESPONSE_H_INCLUDED_


#include "mpic_request.h"


#define MPIC_API_VERSION        "3.5.0"

/* octets and levels of nesting of a perspective's answer */
#define MPIC_RESPONSE_MAX       65536
#define MPIC_RESPONSE_DEPTH     16

/*
 * Octets of "records_seen", of "records" and of each other list of CAA, and of
 * "response_history" as JSON, that are shown: what is written can be read.
 */
#define MPIC_RECORDS_SHOWN_MAX  8192
#define MPIC_HISTORY_SHOWN_MAX  32768

/* failed lookups that are shown */
#define MPIC_FAILURES_SHOWN_MAX  8


/*
 * Writes the "check_response", "timestamp_ns" with all its digits.  What goes
 * beyond the sizes above is counted in "records_omitted", "iodef_omitted",
 * "whole_records_omitted", "account_uris_omitted",
 * "validation_methods_omitted", "lookups_omitted" and
 * "response_history_omitted".  0 or -1.
 */
int mpic_response_print(mpic_pool_t *pool, const mpic_result_t *result,
    mpic_str_t *json);


/* what a coordinator needs to know of a "check_response" */

typedef struct {
    unsigned           completed:1;
    unsigned           passed:1;
    /* it is no check response: the perspective finds the request wrong */
    unsigned           refused:1;
    /* bit n: there is an error of the type that mpic_stat_error() numbers n */
    uint64_t           errors;
    /* "dnssec_status" is there; what it says, NONE for null */
    unsigned           dnssec_given:1;
    mpic_dnssec_e      dnssec;
    /* the object itself, within the body that was read */
    mpic_str_t         json;
    /* optional fields of ours, NULL data where absent */
    mpic_str_t         perspective_code;
    mpic_str_t         rir;
} mpic_response_t;

/*
 * Reads a perspective's answer to the check of "type", which is not
 * MPIC_CHECK_DCV_WITH_CAA, that "request" asks for, strictly: valid UTF-8, one
 * JSON object and nothing after it, every known field there once and of its
 * type, "check_type" and "validation_method" those that were asked for.
 * "json" is set to the object's octets within "body", byte for byte: they go
 * to the client as they are, so that no digit of a timestamp is lost.
 *
 * An answer that contradicts itself is no answer: passed though not
 * completed, or passed with errors.  The latter also where a lookup failure
 * was allowed: such a pass needs proof (BR 3.2.2.8), which errors are not.
 *
 * "errors" and "cname_chain" may be absent, as in the OpenAPI text, and
 * "details" may be null in a check that was not completed.
 *
 * Returns 0; or 1 and in "why" what is wrong; or -1 without memory.
 */
int mpic_response_read(mpic_pool_t *pool, const char *body, size_t len,
    const mpic_request_t *request, mpic_check_type_e type,
    mpic_response_t *response, mpic_str_t *why);

/*
 * Whether the answer of the primary shows that it validated by DNSSEC what its
 * check stands on (BR 3.2.2.4, 3.2.2.8.1): it is "secure" or "insecure", which
 * is what a resolver that validates says of an unsigned zone; or null, nothing
 * having been asked, for a check of an address that is not done by the DNS.
 */
int mpic_response_validated(const mpic_response_t *response,
    const mpic_request_t *request, mpic_check_type_e type);


/* one perspective of the coordinator's answer */

typedef struct {
    mpic_str_t         code;
    mpic_str_t         rir;
    /*
     * By MPIC_CHECK_DCV and MPIC_CHECK_CAA: the check_response, to be copied
     * as it is, and why it does not count, NULL data where it does
     */
    mpic_str_t         json[2];
    mpic_error_t       errors[2];
} mpic_answer_entry_t;

typedef struct {
    unsigned           completed:1;
    unsigned           valid:1;
    /* nothing was decided: "valid" says nothing, and the answer says so */
    unsigned           monitoring:1;
    /* MPIC_CHECK_DCV_WITH_CAA, by MPIC_CHECK_DCV and MPIC_CHECK_CAA */
    unsigned char      kind_valid[2];
    int                perspective_count;
    int                quorum_count;
    int                attempt_count;
    /* of all attempts, "nentries" for each; the last ones are the answer */
    const mpic_answer_entry_t  *entries;
    size_t             nentries;
    /* where there is a primary: one for each attempt; otherwise NULL */
    const mpic_answer_entry_t  *primary;
} mpic_answer_t;

/*
 * Writes the coordinator's 200.  0 or -1.
 */
int mpic_answer_print(mpic_pool_t *pool, const mpic_request_t *request,
    const mpic_answer_t *answer, mpic_str_t *json);

/*
 * {"error": type, "message": message} for the statuses 405, 413, 415 and
 * 5xx.  0 or -1.
 */
int mpic_error_print(mpic_pool_t *pool, const char *type,
    const mpic_str_t *message, mpic_str_t *json);


#endif /* _MPIC_RESPONSE_H_INCLUDED_ */
