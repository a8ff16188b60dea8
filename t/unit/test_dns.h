
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * DNS messages built by hand, honest or not, for unit tests.
 */


#ifndef _TEST_DNS_H_INCLUDED_
#define _TEST_DNS_H_INCLUDED_


#include "test_pool.h"
#include "mpic_lookup.h"


#define TEST_QR       0x8000
#define TEST_TC       0x0200
#define TEST_AD       0x0020

/* sections, as counted in the header */
#define TEST_AN       1
#define TEST_NS       2
#define TEST_AR       3

/* an owner that points to the name in the question */
#define TEST_QNAME    NULL


typedef struct {
    unsigned char  data[70000];
    size_t         len;
} test_msg_t;


static inline void
test_msg_put16(test_msg_t *m, unsigned value)
{
    m->data[m->len++] = (unsigned char) (value >> 8);
    m->data[m->len++] = (unsigned char) value;
}


/* "name" in labels without escapes; "" is the root */

static inline size_t
test_name_wire(unsigned char *p, const char *name)
{
    size_t          n;
    unsigned char  *start;

    start = p;

    while (*name != '\0') {
        n = strcspn(name, ".");
        *p++ = (unsigned char) n;
        memcpy(p, name, n);
        p += n;
        name += n + (name[n] == '.');
    }

    *p++ = 0;

    return (size_t) (p - start);
}


static inline void
test_msg_begin(test_msg_t *m, unsigned flags, const char *qname,
    unsigned qtype)
{
    memset(m->data, 0, 12);
    m->len = 0;

    test_msg_put16(m, 0x1234);
    test_msg_put16(m, flags);
    m->data[5] = 1;
    m->len = 12;

    m->len += test_name_wire(m->data + m->len, qname);
    test_msg_put16(m, qtype);
    test_msg_put16(m, 1);
}


static inline void
test_msg_record(test_msg_t *m, unsigned section, const char *owner,
    unsigned type, unsigned class, uint32_t ttl, const void *rdata,
    size_t rdlen)
{
    unsigned char  *count;

    if (owner == TEST_QNAME) {
        test_msg_put16(m, 0xc00c);

    } else {
        m->len += test_name_wire(m->data + m->len, owner);
    }

    test_msg_put16(m, type);
    test_msg_put16(m, class);
    test_msg_put16(m, ttl >> 16);
    test_msg_put16(m, ttl & 0xffff);
    test_msg_put16(m, (unsigned) rdlen);

    memcpy(m->data + m->len, rdata, rdlen);
    m->len += rdlen;

    count = m->data + 4 + 2 * section;

    if (++count[1] == 0) {
        count[0]++;
    }
}


static inline void
test_msg_name(test_msg_t *m, unsigned section, const char *owner,
    unsigned type, uint32_t ttl, const char *name)
{
    unsigned char  rdata[256];

    test_msg_record(m, section, owner, type, 1, ttl, rdata,
                    test_name_wire(rdata, name));
}


static inline void
test_msg_txt(test_msg_t *m, const char *owner, uint32_t ttl,
    const char *text)
{
    size_t         len;
    unsigned char  rdata[256];

    len = strlen(text);
    rdata[0] = (unsigned char) len;
    memcpy(rdata + 1, text, len);

    test_msg_record(m, TEST_AN, owner, MPIC_DNS_TXT, 1, ttl, rdata, len + 1);
}


static inline void
test_msg_caa(test_msg_t *m, const char *owner, uint32_t ttl, unsigned flags,
    const char *tag, const char *value)
{
    size_t         ntag, len;
    unsigned char  rdata[1024];

    ntag = strlen(tag);
    len = strlen(value);

    rdata[0] = (unsigned char) flags;
    rdata[1] = (unsigned char) ntag;
    memcpy(rdata + 2, tag, ntag);
    memcpy(rdata + 2 + ntag, value, len);

    test_msg_record(m, TEST_AN, owner, MPIC_DNS_CAA, 1, ttl, rdata,
                    2 + ntag + len);
}


static inline void
test_msg_soa(test_msg_t *m, const char *owner, uint32_t ttl,
    uint32_t minimum)
{
    unsigned char  rdata[64], *p;

    memset(rdata, 0, sizeof(rdata));

    p = rdata;
    p += test_name_wire(p, "ns.example");
    p += test_name_wire(p, "root.example");
    p += 16;

    *p++ = (unsigned char) (minimum >> 24);
    *p++ = (unsigned char) (minimum >> 16);
    *p++ = (unsigned char) (minimum >> 8);
    *p++ = (unsigned char) minimum;

    test_msg_record(m, TEST_NS, owner, MPIC_DNS_SOA, 1, ttl, rdata,
                    (size_t) (p - rdata));
}


static inline void
test_msg_opt(test_msg_t *m, unsigned rcode, const void *options, size_t len)
{
    test_msg_record(m, TEST_AR, "", 41, 1232, (uint32_t) rcode << 24,
                    options, len);
}


/*
 * Reads the first "len" octets of a message, in a block of exactly that
 * size which is gone before the result is looked at.
 */

static inline int
test_msg_parse(test_pool_t *tp, const test_msg_t *m, size_t len,
    const char *qname, uint16_t qtype, mpic_dns_answer_t *answer,
    mpic_str_t *why)
{
    int             rc;
    mpic_str_t      name;
    unsigned char  *copy;

    copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, m->data, len);

    name.data = strdup(qname);
    name.len = strlen(qname);

    rc = mpic_dns_parse(&tp->pool, copy, len, &name, qtype, NULL, answer,
                        why);

    memset(copy, 0xa5, len);
    free(copy);
    free((char *) name.data);

    if (rc == 1) {
        assert_non_null(why->data);
        assert_true(why->len > 0);
    }

    return rc;
}


#endif /* _TEST_DNS_H_INCLUDED_ */
