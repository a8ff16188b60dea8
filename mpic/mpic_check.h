
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * One check by one perspective: what is asked and what was seen.  These are
 * the nouns that the rules, the JSON contract and both modules share.
 */


#ifndef _MPIC_CHECK_H_INCLUDED_
#define _MPIC_CHECK_H_INCLUDED_


#include "mpic_base.h"
#include "mpic_method.h"
#include "mpic_target.h"
#include "mpic_lookup.h"


typedef enum {
    MPIC_CHECK_DCV = 0,
    MPIC_CHECK_CAA,
    /* of a request to the coordinator alone: both */
    MPIC_CHECK_DCV_WITH_CAA
} mpic_check_type_e;


typedef enum {
    MPIC_CERT_TLS_SERVER = 0,
    MPIC_CERT_SMIME
} mpic_cert_type_e;


typedef struct {
    mpic_str_t             name;
    mpic_str_t             value;
} mpic_header_t;


typedef struct {
    mpic_cert_type_e       cert_type;

    /* as sent; n = 0: the perspective's configured list */
    mpic_str_t            *domains;
    size_t                 ndomains;
    /* 1 if there is nothing wrong with that: absent, null or an empty list */
    unsigned               domains_absent:1;

    unsigned               allow_lookup_failure:1;

    /* RFC 8657; "given" tells an empty list from an absent one */
    unsigned               account_uris_given:1;
    unsigned               methods_given:1;
    mpic_str_t            *account_uris;
    size_t                 naccount_uris;
    mpic_str_t            *methods;
    size_t                 nmethods;
} mpic_caa_params_t;


#define MPIC_SHA256_LEN  32

typedef struct {
    mpic_method_e          method;

    /* acme-dns-01, dns-account-01: base64url; acme-tls-alpn-01: hex digits */
    mpic_str_t             key_authorization_hash;
    /* acme-tls-alpn-01: its octets */
    unsigned char          digest[MPIC_SHA256_LEN];

    /* dns-account-01 */
    mpic_str_t             acme_account_url;

    /* acme-http-01 */
    mpic_str_t             token;
    mpic_str_t             key_authorization;

    /* website-change: the path below the well-known directory */
    mpic_str_t             http_token_path;
    /* NULL data where there is none */
    mpic_str_t             match_regex;
    unsigned               https:1;

    /* acme-http-01, website-change */
    mpic_header_t         *headers;
    size_t                 nheaders;
    /* 1 if "http_headers" was an object, 0 if it was absent or null */
    unsigned               headers_given:1;

    /*
     * website-change, dns-change, contact-…, ip-address,
     * reverse-address-lookup
     */
    mpic_str_t             challenge_value;
    unsigned               exact_match:1;
    unsigned               exact_case:1;

    /* the methods that look into the DNS: what is asked for */
    uint16_t               record_type;
    mpic_str_t             name_prefix;

    /* dns-persistent: as sent, and so not normalised */
    mpic_str_t            *issuers;
    size_t                 nissuers;
    mpic_str_t             account_uri;
    /* the IETF draft's rule: a wildcard needs "policy=wildcard" */
    unsigned               wildcard_policy:1;
} mpic_dcv_params_t;


/*
 * A problem met by a check, as the client sees it.  "type" is one of the
 * error types of the API, "message" one sentence.
 */

typedef struct {
    mpic_str_t             type;
    mpic_str_t             message;
} mpic_error_t;

#define MPIC_ERRORS_MAX    16
#define MPIC_WARNINGS_MAX  4


typedef enum {
    MPIC_DETAILS_CAA = 0,
    MPIC_DETAILS_DNS,
    MPIC_DETAILS_HTTP,
    MPIC_DETAILS_TLS
} mpic_details_e;


/*
 * What DNSSEC says of the answers that a check stands on (RFC 4035 section
 * 4.3), as far as it is known.
 */

typedef enum {
    MPIC_DNSSEC_INDETERMINATE = 0,
    MPIC_DNSSEC_INSECURE,
    MPIC_DNSSEC_SECURE,
    MPIC_DNSSEC_BOGUS,
    /* the DNS was not asked: shown as null */
    MPIC_DNSSEC_NONE
} mpic_dnssec_e;


/* one redirect followed or refused: the status and the Location it sent */

typedef struct {
    int                    status;
    mpic_str_t             location;
} mpic_redirect_t;


/*
 * Failed lookups of CAA, and why they are permission to issue, or are not (BR
 * 3.2.2.8).
 */

typedef struct {
    mpic_str_t             name;
    /* a clause: what went wrong */
    mpic_str_t             error;
    unsigned               asked;
    mpic_dnssec_e          dnssec;
} mpic_failed_lookup_t;

typedef struct {
    unsigned               met:1;
    unsigned               permission:1;
    /* a clause */
    mpic_str_t             reason;
    /* what is proven to be unsigned, and all below it; NULL data: nothing */
    mpic_str_t             insecure;
    mpic_failed_lookup_t  *lookups;
    size_t                 nlookups;
} mpic_lookup_failure_t;


/*
 * The outcome of a check: the source of a "check_response".  Strings with a
 * NULL "data" and numbers of -1 are shown as null.
 */

typedef struct {
    mpic_check_type_e      type;

    unsigned               completed:1;
    unsigned               passed:1;

    mpic_error_t           errors[MPIC_ERRORS_MAX];
    size_t                 nerrors;

    /* sentences about what is well now, and will not stay so */
    mpic_str_t             warnings[MPIC_WARNINGS_MAX];
    size_t                 nwarnings;

    /* nanoseconds since the epoch, at the end of the check */
    uint64_t               timestamp_ns;
    uint64_t               duration_ms;

    /* who looked; not shown where "data" is NULL */
    mpic_str_t             perspective_code;
    mpic_str_t             rir;

    mpic_dnssec_e          dnssec;
    /* the Extended DNS Error (RFC 8914) of the answer that decides, or -1 */
    int                    ede_code;
    mpic_str_t             ede_text;

    /* MPIC_DETAILS_… for the shape of "details" */
    mpic_details_e         kind;

    /* DCV: the method */
    mpic_method_e          method;

    /* CAA: -1 null, 0 false, 1 true */
    int                    caa_present;
    /* CAA: the smallest TTL, -1 where unknown */
    int64_t                caa_ttl;
    mpic_str_t            *iodef;
    size_t                 niodef;
    /*
     * CAA, where nothing but the parameters of RFC 8657 forbids: the accounts
     * and the methods that would be permitted; n = 0 and NULL: null
     */
    mpic_str_t            *caa_account_uris;
    size_t                 ncaa_account_uris;
    mpic_str_t            *caa_methods;
    size_t                 ncaa_methods;
    /* CAA, where a lookup failed that mattered */
    mpic_lookup_failure_t  failure;
    /* CAA, DNS */
    mpic_str_t             found_at;
    /* CAA, DNS: texts of the records; n = 0 and NULL: null */
    mpic_str_t            *records_seen;
    size_t                 nrecords_seen;
    /* CAA, DNS: with "include_records"; NULL: null */
    const mpic_dns_record_t  *records;
    size_t                 nrecords;

    int                    response_code;
    int                    ad;
    mpic_str_t            *cname_chain;
    size_t                 ncname_chain;

    /* HTTP */
    mpic_redirect_t       *history;
    size_t                 nhistory;
    mpic_str_t             response_url;
    int                    response_status;
    /* the first 100 octets of the body at most, raw */
    mpic_str_t             response_page;

    /* HTTP, TLS: the address that answered, or that was tried last */
    mpic_str_t             resolved_ip;
    /* all addresses that were tried, in this order */
    mpic_str_t            *tried_ips;
    size_t                 ntried_ips;

    /* TLS */
    mpic_str_t             common_name;
} mpic_result_t;


/*
 * Empties "result": nothing passed, nothing completed, all details null.
 */
void mpic_result_init(mpic_result_t *result, mpic_check_type_e type,
    mpic_details_e kind);

/*
 * Adds an error; the message is made by printf() into the pool.  One beyond
 * MPIC_ERRORS_MAX is dropped: the first ones tell the cause.  0 or -1.
 */
int mpic_result_error(mpic_pool_t *pool, mpic_result_t *result,
    const char *type, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));


/*
 * Adds a warning in the same way; one beyond MPIC_WARNINGS_MAX is dropped.
 */
int mpic_result_warning(mpic_pool_t *pool, mpic_result_t *result,
    const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));


#define MPIC_ERROR_CAA_LOOKUP     "mpic_error:caa_checker:lookup"
#define MPIC_ERROR_DCV_LOOKUP     "mpic_error:dcv_checker:lookup"
#define MPIC_ERROR_DCV_PARAMETER  "mpic_error:dcv_checker:parameter"
#define MPIC_ERROR_DCV_MISMATCH   "mpic_error:dcv_checker:mismatch"
#define MPIC_ERROR_CAA_FORBIDDEN  "mpic_error:caa_checker:forbidden"
#define MPIC_ERROR_HTTP           "mpic_error:http"
#define MPIC_ERROR_REDIRECT       "mpic_error:redirect:invalid"
#define MPIC_ERROR_COMMUNICATION  "mpic_error:coordinator:communication"
#define MPIC_ERROR_REMOTE_CHECK   "mpic_error:coordinator:remote_check"
#define MPIC_ERROR_TOO_MANY_FAILED                                            \
    "mpic_error:coordinator:too_many_failed_perspectives"
#define MPIC_ERROR_COHORT         "mpic_error:coordinator:cohort"
#define MPIC_ERROR_COHORT_SELECTION                                           \
    "mpic_error:coordinator:cohort_selection"
/* ours: the outcome was certain without that perspective */
#define MPIC_ERROR_NOT_AWAITED    "mpic_error:coordinator:not_awaited"
/* ours: the primary passed, and does not show that it validated */
#define MPIC_ERROR_PRIMARY_DNSSEC "mpic_error:coordinator:primary_dnssec"


#endif /* _MPIC_CHECK_H_INCLUDED_ */
