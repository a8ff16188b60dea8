
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_dns_record.h"
#include "mpic_address.h"

#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>


static int mpic_dns_record_address(mpic_pool_t *pool, unsigned version,
    mpic_dns_record_t *record, const char **problem);
static int mpic_dns_record_txt(mpic_pool_t *pool, mpic_dns_record_t *record,
    const char **problem);
static int mpic_dns_record_caa(mpic_pool_t *pool, mpic_dns_record_t *record,
    const char **problem);
static int mpic_dns_record_unknown(mpic_pool_t *pool,
    mpic_dns_record_t *record);
static int mpic_dns_text_add(char **dst, const char *last, const char *data,
    size_t len, int plain, size_t *n);
static int mpic_dns_printable(const char *data, size_t len, size_t *n);


int
mpic_dns_record_read(mpic_pool_t *pool, const ns_msg *msg,
    const ns_rr *rr, mpic_dns_record_t *record, const char **problem)
{
    int  rc;

    record->type = (uint16_t) ns_rr_type(*rr);
    record->ttl = mpic_dns_record_ttl(rr);

    if (mpic_str_copy(pool, &record->rdata, (const char *) ns_rr_rdata(*rr),
                      ns_rr_rdlen(*rr))
        != 0)
    {
        return -1;
    }

    switch (record->type) {

    case MPIC_DNS_A:
        return mpic_dns_record_address(pool, 4, record, problem);

    case MPIC_DNS_AAAA:
        return mpic_dns_record_address(pool, 6, record, problem);

    case MPIC_DNS_TXT:
        return mpic_dns_record_txt(pool, record, problem);

    case MPIC_DNS_CAA:
        return mpic_dns_record_caa(pool, record, problem);

    case MPIC_DNS_CNAME:
    case MPIC_DNS_PTR:
        rc = mpic_dns_rdata_name(pool, msg, rr, &record->value, problem);
        record->text = record->value;
        return rc;

    default:
        return mpic_dns_record_unknown(pool, record);
    }
}


int
mpic_dns_rdata_name(mpic_pool_t *pool, const ns_msg *msg,
    const ns_rr *rr, mpic_str_t *name, const char **problem)
{
    int     n;
    char    buf[NS_MAXDNAME + 1];
    size_t  len;

    n = ns_name_uncompress(ns_msg_base(*msg), ns_msg_end(*msg),
                           ns_rr_rdata(*rr), buf, NS_MAXDNAME);

    /* a name that ends elsewhere than its record does */

    if (n < 0 || n != ns_rr_rdlen(*rr)) {
        *problem = "a malformed name in a record";
        return 1;
    }

    len = strlen(buf);

    if (len != 1 || buf[0] != '.') {
        buf[len++] = '.';
    }

    return mpic_str_copy(pool, name, buf, len);
}


uint32_t
mpic_dns_record_ttl(const ns_rr *rr)
{
    uint32_t  ttl;

    ttl = (uint32_t) ns_rr_ttl(*rr);

    return (ttl & 0x80000000) ? 0 : ttl;
}


static int
mpic_dns_record_address(mpic_pool_t *pool, unsigned version,
    mpic_dns_record_t *record, const char **problem)
{
    char            text[MPIC_ADDRESS_TEXT_MAX];
    size_t          len;
    mpic_address_t  address;

    len = (version == 4) ? 4 : 16;

    if (record->rdata.len != len) {
        *problem = "an address record of the wrong length";
        return 1;
    }

    memset(&address, 0, sizeof(mpic_address_t));
    address.version = version;
    memcpy(address.octets, record->rdata.data, len);

    record->value = record->rdata;

    len = mpic_address_text(&address, text);

    return mpic_str_copy(pool, &record->text, text, len);
}


/*
 * The strings are joined without separator.
 */

static int
mpic_dns_record_txt(mpic_pool_t *pool, mpic_dns_record_t *record,
    const char **problem)
{
    char        *p;
    size_t       n;
    const char  *src, *end;

    src = record->rdata.data;
    end = src + record->rdata.len;

    p = pool->alloc(pool->data, record->rdata.len + 1);
    if (p == NULL) {
        return -1;
    }

    record->value.data = p;

    if (src == end) {
        *problem = "a TXT record without a string";
        return 1;
    }

    while (src < end) {
        n = (unsigned char) *src++;

        if (n > (size_t) (end - src)) {
            *problem = "a TXT record with a string that runs over its end";
            return 1;
        }

        memcpy(p, src, n);
        p += n;
        src += n;
    }

    *p = '\0';

    record->value.len = (size_t) (p - record->value.data);

    return mpic_dns_text(pool, &record->text, record->value.data,
                         record->value.len, record->value.len * 4);
}


/*
 * RFC 8659 section 4.1: flags, length of the tag, tag, value; the tag is of
 * ASCII letters and digits, at least one.
 */

static int
mpic_dns_record_caa(mpic_pool_t *pool, mpic_dns_record_t *record,
    const char **problem)
{
    char                  ch;
    size_t                i, len, ntag;
    mpic_str_t            value;
    const unsigned char  *p;

    p = (const unsigned char *) record->rdata.data;
    len = record->rdata.len;

    if (len < 3 || p[1] == 0 || p[1] > len - 2) {
        *problem = "a malformed CAA record";
        return 1;
    }

    ntag = p[1];

    for (i = 2; i < 2 + ntag; i++) {
        ch = mpic_lower(p[i]);

        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))) {
            *problem = "a CAA record whose tag is not of letters and digits";
            return 1;
        }
    }

    record->value = record->rdata;

    if (mpic_str_excerpt(pool, &value, (const char *) p + 2 + ntag,
                         len - 2 - ntag, len - 2 - ntag)
        != 0)
    {
        return -1;
    }

    return mpic_str_printf(pool, &record->text, "%u %.*s \"%s\"", p[0],
                           (int) ntag, (const char *) p + 2, value.data);
}


/*
 * RFC 3597 section 5.
 */

static int
mpic_dns_record_unknown(mpic_pool_t *pool, mpic_dns_record_t *record)
{
    int     n;
    char   *p;
    size_t  i, size;

    static const char  hex[] = "0123456789ABCDEF";

    record->value = record->rdata;

    size = sizeof("\\# 65535 ") + record->rdata.len * 2;

    p = pool->alloc(pool->data, size);
    if (p == NULL) {
        return -1;
    }

    record->text.data = p;

    n = snprintf(p, size, "\\# %u%s", (unsigned) record->rdata.len,
                 record->rdata.len ? " " : "");
    p += n;

    for (i = 0; i < record->rdata.len; i++) {
        *p++ = hex[(unsigned char) record->rdata.data[i] >> 4];
        *p++ = hex[(unsigned char) record->rdata.data[i] & 0xf];
    }

    *p = '\0';

    record->text.len = (size_t) n + record->rdata.len * 2;

    return 0;
}


int
mpic_dns_text(mpic_pool_t *pool, mpic_str_t *dst, const char *data,
    size_t len, size_t max)
{
    int      plain;
    char    *p, *start;
    size_t   i, n;

    dst->len = 0;
    dst->data = NULL;

    for (i = 0, plain = 1; plain && i < len; i += n) {
        plain = mpic_dns_printable(data + i, len - i, &n);
    }

    if (plain && len <= max) {
        return mpic_str_copy(pool, dst, data, len);
    }

    start = pool->alloc(pool->data, max + 1);
    if (start == NULL) {
        return -1;
    }

    p = start;

    for (i = 0; i < len; i += n) {
        if (!mpic_dns_text_add(&p, start + max, data + i, len - i, plain,
                               &n))
        {
            break;
        }
    }

    *p = '\0';

    dst->len = (size_t) (p - start);
    dst->data = start;

    return 0;
}


/*
 * Writes the next character, of "n" octets; 0 if it has no room.
 */

static int
mpic_dns_text_add(char **dst, const char *last, const char *data,
    size_t len, int plain, size_t *n)
{
    char           *p;
    size_t          room;
    unsigned char   ch;

    p = *dst;
    room = (size_t) (last - p);
    ch = (unsigned char) data[0];

    if (!mpic_dns_printable(data, len, n)) {

        if (room < 4) {
            return 0;
        }

        /* octet by octet: the rest of a long character comes next */

        *n = 1;

        *p++ = '\\';
        *p++ = (char) ('0' + ch / 100);
        *p++ = (char) ('0' + ch / 10 % 10);
        *p++ = (char) ('0' + ch % 10);

        *dst = p;
        return 1;
    }

    if (room < *n + 1) {
        return 0;
    }

    if (ch == '\\' && !plain) {
        *p++ = '\\';
    }

    memcpy(p, data, *n);

    *dst = p + *n;

    return 1;
}


/*
 * Is the next character, of "n" octets, valid UTF-8 and fit to be shown?
 */

static int
mpic_dns_printable(const char *data, size_t len, size_t *n)
{
    int      rc;
    ucs4_t   uc;

    rc = u8_mbtoucr(&uc, (const uint8_t *) data, len);

    if (rc <= 0) {
        *n = 1;
        return 0;
    }

    *n = (size_t) rc;

    return !uc_is_cntrl(uc) && !uc_is_property_bidi_control(uc);
}
