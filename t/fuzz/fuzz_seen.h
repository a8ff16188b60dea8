
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What a check that passed must have seen, told from the octets themselves and
 * from another reading of the request.  It is less than what the rules ask
 * for: enough that nothing passes by what was not there.
 */


#ifndef _FUZZ_SEEN_H_INCLUDED_
#define _FUZZ_SEEN_H_INCLUDED_


#include "fuzz_certificate.h"
#include "fuzz_json.h"
#include "mpic_challenge.h"
#include "mpic_method.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <ctype.h>


/* a text of the parameters, as another reader has it, or NULL */

static inline const char *
fuzz_text(const json_t *params, const char *name)
{
    return json_string_value(json_object_get(params, name));
}


/* somewhere, but for ASCII case */

static inline int
fuzz_seen_in(const char *data, size_t len, const char *part)
{
    size_t  i, n;

    n = strlen(part);

    for (i = 0; n && i + n <= len; i++) {
        if (strncasecmp(data + i, part, n) == 0) {
            return 1;
        }
    }

    return 0;
}


/* a whole response of that code to a query, and no part of one */

static inline int
fuzz_seen_header(const mpic_str_t *msg, int rcode)
{
    const unsigned char  *p;

    p = (const unsigned char *) msg->data;

    return msg->len > 12 && (p[2] & 0xfa) == 0x80 && (p[3] & 0x0f) == rcode;
}


typedef int (*fuzz_rr_pt)(const ns_msg *msg, const ns_rr *rr,
    const json_t *params);


/*
 * How many of the records asked for, where the answer was found to have them,
 * pass the test; NULL: any.  That this is the end of the chain is for the
 * target "dns" to check.
 */

static inline size_t
fuzz_seen_records(const mpic_str_t *text, const mpic_lookup_t *lookup,
    fuzz_rr_pt test, const json_t *params)
{
    int     i;
    ns_rr   rr;
    size_t  n;
    ns_msg  msg;

    n = 0;

    if (lookup->state != MPIC_LOOKUP_ANSWERED) {
        return 0;
    }

    if (ns_initparse((const unsigned char *) text->data, (int) text->len,
                     &msg)
        != 0)
    {
        return 0;
    }

    for (i = 0; i < ns_msg_count(msg, ns_s_an); i++) {

        if (ns_parserr(&msg, ns_s_an, i, &rr) == 0
            && ns_rr_type(rr) == lookup->type && ns_rr_class(rr) == ns_c_in
            && strcasecmp(rr.name, lookup->answer.found_at.data) == 0
            && (test == NULL || test(&msg, &rr, params)))
        {
            n++;
        }
    }

    return n;
}


/* the strings of a TXT record, joined; its length */

static inline size_t
fuzz_seen_txt(const ns_rr *rr, char *buf)
{
    size_t                n, len;
    const unsigned char  *p, *end;

    len = 0;
    p = ns_rr_rdata(*rr);
    end = p + ns_rr_rdlen(*rr);

    while (p < end) {
        n = *p++;
        fuzz_check(n <= (size_t) (end - p));
        memcpy(buf + len, p, n);
        len += n;
        p += n;
    }

    return len;
}


static inline int
fuzz_seen_digest(const ns_msg *msg, const ns_rr *rr, const json_t *params)
{
    char         buf[65536];
    const char  *digest;

    (void) msg;

    digest = fuzz_text(params, "key_authorization_hash");

    return digest != NULL
           && fuzz_seen_txt(rr, buf) == strlen(digest)
           && memcmp(buf, digest, strlen(digest)) == 0;
}


/* the value expected, or of a persistent record the account */

static inline int
fuzz_seen_value(const ns_msg *msg, const ns_rr *rr, const json_t *params)
{
    char         buf[65536];
    size_t       len;
    const char  *value;

    (void) msg;

    value = fuzz_text(params, "challenge_value");

    if (value == NULL) {
        value = fuzz_text(params, "expected_account_uri");
    }

    if (ns_rr_type(*rr) == ns_t_txt) {
        len = fuzz_seen_txt(rr, buf);
        return value != NULL && fuzz_seen_in(buf, len, value);
    }

    return value != NULL && fuzz_seen_in((const char *) ns_rr_rdata(*rr),
                                         ns_rr_rdlen(*rr), value);
}


static inline int
fuzz_seen_address(const ns_msg *msg, const ns_rr *rr, const json_t *params)
{
    size_t         len;
    unsigned char  octets[16];

    (void) msg;

    len = (ns_rr_type(*rr) == ns_t_a) ? 4 : 16;

    return inet_pton(len == 4 ? AF_INET : AF_INET6,
                     fuzz_text(params, "challenge_value"), octets) == 1
           && ns_rr_rdlen(*rr) == len
           && memcmp(ns_rr_rdata(*rr), octets, len) == 0;
}


/* with and without the full stop in the end; a part of the name will do */

static inline int
fuzz_seen_name(const ns_msg *msg, const ns_rr *rr, const json_t *params)
{
    char         name[NS_MAXDNAME + 1];
    const char  *value;

    value = fuzz_text(params, "challenge_value");

    if (value == NULL
        || ns_name_uncompress(ns_msg_base(*msg), ns_msg_end(*msg),
                              ns_rr_rdata(*rr), name, NS_MAXDNAME) < 0)
    {
        return 0;
    }

    strcat(name, ".");

    return fuzz_seen_in(name, strlen(name), value);
}


/* the records that a method of the DNS may have passed by */

static inline size_t
fuzz_seen_dns(const mpic_str_t *msg, const mpic_lookup_t *lookup,
    mpic_method_e method, const json_t *params)
{
    int         type;
    fuzz_rr_pt  test;

    type = lookup->type;

    switch (method) {

    case MPIC_METHOD_ACME_DNS_01:
    case MPIC_METHOD_DNS_ACCOUNT_01:
        fuzz_check(type == MPIC_DNS_TXT);
        test = fuzz_seen_digest;
        break;

    case MPIC_METHOD_IP_ADDRESS:
        fuzz_check(type == MPIC_DNS_A || type == MPIC_DNS_AAAA);
        test = fuzz_seen_address;
        break;

    default:
        test = (type == MPIC_DNS_CNAME || type == MPIC_DNS_PTR)
               ? fuzz_seen_name : fuzz_seen_value;
        break;
    }

    return fuzz_seen_header(msg, MPIC_DNS_NOERROR)
           ? fuzz_seen_records(msg, lookup, test, params) : 0;
}


/* BR 3.2.2.4.18, 3.2.2.4.19 */

static inline int
fuzz_seen_page(const mpic_page_t *page, const json_t *params)
{
    size_t       i, n;
    const char  *key;

    if (page->status < 200 || page->status > 299) {
        return 0;
    }

    key = fuzz_text(params, "challenge_value");

    if (key != NULL) {
        return fuzz_seen_in(page->body.data, page->body.len, key);
    }

    key = fuzz_text(params, "key_authorization");

    if (key == NULL || page->truncated || page->body.len < strlen(key)
        || memcmp(page->body.data, key, strlen(key)) != 0)
    {
        return 0;
    }

    n = page->body.len;

    for (i = strlen(key); i < n; i++) {
        if (!isspace((unsigned char) page->body.data[i])) {
            return 0;
        }
    }

    return 1;
}


/* in hexadecimal digits, in base64url, or of the key authorization; 1 or 0 */

static inline int
fuzz_seen_wanted(const json_t *params, unsigned char *digest)
{
    char         base64[45];
    long         len;
    size_t       i;
    const char  *text;

    unsigned char   octets[34];
    unsigned char  *hex;

    text = fuzz_text(params, "key_authorization");

    if (text != NULL) {
        return EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(),
                          NULL);
    }

    text = fuzz_text(params, "key_authorization_hash");

    if (text == NULL) {
        return 0;
    }

    if (strlen(text) == 43) {

        for (i = 0; i < 43; i++) {
            base64[i] = (text[i] == '-') ? '+'
                        : (text[i] == '_') ? '/' : text[i];
        }

        memcpy(base64 + 43, "=", 2);

        if (EVP_DecodeBlock(octets, (unsigned char *) base64, 44) != 33) {
            return 0;
        }

        memcpy(digest, octets, MPIC_SHA256_LEN);
        return 1;
    }

    hex = OPENSSL_hexstr2buf(text, &len);

    if (hex == NULL || len != MPIC_SHA256_LEN) {
        OPENSSL_free(hex);
        return 0;
    }

    memcpy(digest, hex, MPIC_SHA256_LEN);
    OPENSSL_free(hex);

    return 1;
}


static inline int
fuzz_seen_tls(const mpic_tls_seen_t *seen, const mpic_target_t *target,
    const json_t *params)
{
    unsigned char  digest[EVP_MAX_MD_SIZE];

    return (seen->version == 0x0303 || seen->version == 0x0304)
           && seen->alpn.len == 10
           && memcmp(seen->alpn.data, "acme-tls/1", 10) == 0
           && fuzz_seen_wanted(params, digest)
           && fuzz_certificate(target, digest, &seen->certificate);
}


#endif /* _FUZZ_SEEN_H_INCLUDED_ */
