
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * From the octets of a DNS message to what it says.  RFC 1035, RFC 6891,
 * RFC 8914, RFC 8659 section 4.
 */


#ifndef _MPIC_DNS_H_INCLUDED_
#define _MPIC_DNS_H_INCLUDED_


#include "mpic_base.h"


#define MPIC_DNS_A        1
#define MPIC_DNS_CNAME    5
#define MPIC_DNS_SOA      6
#define MPIC_DNS_PTR      12
#define MPIC_DNS_TXT      16
#define MPIC_DNS_AAAA     28
#define MPIC_DNS_DNAME    39
#define MPIC_DNS_DS       43
#define MPIC_DNS_CAA      257

#define MPIC_DNS_NOERROR  0
#define MPIC_DNS_FORMERR  1
#define MPIC_DNS_SERVFAIL 2
#define MPIC_DNS_NXDOMAIN 3
#define MPIC_DNS_NOTIMP   4
#define MPIC_DNS_REFUSED  5

/* CNAME records in one answer, those of other owners included */
#define MPIC_DNS_CNAMES_MAX  64


/*
 * What one answer may have; more is an error.
 */

typedef struct {
    /* in a chain of CNAMEs, MPIC_DNS_CNAMES_MAX at the most */
    size_t                cnames;
    /* of the type asked for */
    size_t                records;
} mpic_dns_limits_t;

#define MPIC_DNS_CNAMES   16
#define MPIC_DNS_RECORDS  2000


typedef struct {
    /* the end of the chain, as asked for or as the CNAME spells it */
    mpic_str_t            owner;

    uint16_t              type;
    uint32_t              ttl;

    /* as in the message (names inside may be compressed) */
    mpic_str_t            rdata;

    /*
     * What is compared: TXT: the strings joined; CAA: the RDATA; CNAME, PTR:
     * the name in presentation form with trailing dot; A, AAAA: the octets.
     */
    mpic_str_t            value;

    /*
     * What is shown ("records_seen"): TXT: the value, see mpic_dns_text();
     * CAA: 0 issue "ca.example"; CNAME, PTR: the name with trailing dot;
     * A, AAAA: the address.  Always valid UTF-8.
     */
    mpic_str_t            text;
} mpic_dns_record_t;


typedef struct {
    /* extended with the OPT record's upper bits (RFC 6891 section 6.1.3) */
    int                   rcode;

    /* the AD flag */
    unsigned              ad:1;

    /*
     * The records of the type asked for that belong to the name asked for,
     * or to the end of its CNAME chain.  Empty for NODATA and NXDOMAIN.
     */
    mpic_dns_record_t    *records;
    size_t                nrecords;

    /* the CNAMEs' targets in the order followed, with trailing dots */
    mpic_str_t           *cname_chain;
    size_t                ncname_chain;

    /*
     * Where the records stand: the end of the chain, without trailing dot;
     * without a chain the name as asked for.
     */
    mpic_str_t            found_at;

    /*
     * Seconds: the smallest TTL of the records and of the chain; for a
     * denial that of the SOA record and its minimum (RFC 2308 section 5),
     * 0 where there is no SOA.
     */
    uint32_t              ttl;

    /*
     * The first Extended DNS Error (RFC 8914) of a failed validation, or else
     * the first one; or -1.  The text is valid UTF-8.
     */
    int                   ede_code;
    mpic_str_t            ede_text;
} mpic_dns_answer_t;


/*
 * Reads the answer to the question "qname" (no trailing dot) "qtype".
 * "limits" may be NULL for the two numbers above.
 *
 * Returns 0 with "answer" filled, whatever the RCODE (records are read only
 * under NOERROR and NXDOMAIN); or 1 and in "why" what is wrong with the
 * message: too short, not a response, another question, records that run
 * over the end, a CNAME loop, more than "limits" allow, a malformed RDATA of
 * the type asked for, NXDOMAIN with records, TC set; or -1 without memory.
 * Nothing of "answer" points into "msg".
 */
int mpic_dns_parse(mpic_pool_t *pool, const unsigned char *msg, size_t len,
    const mpic_str_t *qname, uint16_t qtype, const mpic_dns_limits_t *limits,
    mpic_dns_answer_t *answer, mpic_str_t *why);

#define MPIC_RCODE_NAME_MAX  sizeof("RCODE -2147483648")

/*
 * 1 if the EDE code says that data does not validate: 6 to 12 (RFC 8914
 * section 4).
 */
int mpic_ede_is_bogus(int code);


/*
 * The name of an RCODE, "SERVFAIL" or "RCODE 23": for messages.  "buf" has
 * room for MPIC_RCODE_NAME_MAX octets and is used only for the latter form.
 */
const char *mpic_dns_rcode_name(int rcode, char *buf);

/*
 * The name of one of the types above, "TXT"; of any other, "TYPE".
 */
const char *mpic_dns_type_name(uint16_t type);


#endif /* _MPIC_DNS_H_INCLUDED_ */
