
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_dns.h"

#include <stdio.h>
#include <unistr.h>


#define NAME  "www.example.com"


static test_pool_t        tp;
static test_msg_t         m;
static mpic_dns_answer_t  answer;
static mpic_str_t         why;


static int
setup(void **state)
{
    test_pool_init(&tp);

    return 0;
}


static int
teardown(void **state)
{
    test_pool_reset(&tp);

    return 0;
}


static int
parse(const char *qname, uint16_t qtype)
{
    return test_msg_parse(&tp, &m, m.len, qname, qtype, &answer, &why);
}


static void
assert_bad(const char *qname, uint16_t qtype, const char *problem)
{
    assert_int_equal(parse(qname, qtype), 1);

    if (strstr(why.data, problem) == NULL) {
        fail_msg("%s, not %s", why.data, problem);
    }
}


static void
test_txt(void **state)
{
    test_msg_begin(&m, TEST_QR|TEST_AD, NAME, MPIC_DNS_TXT);
    test_msg_txt(&m, TEST_QNAME, 300, "one");
    test_msg_txt(&m, "WWW.example.COM", 200, "two");
    test_msg_txt(&m, "other.example.com", 100, "not ours");
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_TXT, 1, 250,
                    "\3abc\0\2de", 8);
    /* class CH */
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_TXT, 3, 1, "\1x", 2);
    /* another type */
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_A, 1, 1, "\1\2\3\4", 4);
    /* other sections */
    test_msg_record(&m, TEST_NS, TEST_QNAME, MPIC_DNS_TXT, 1, 1, "\1x", 2);
    test_msg_record(&m, TEST_AR, TEST_QNAME, MPIC_DNS_TXT, 1, 1, "\1x", 2);

    test_pool_exhaust(&tp, parse("Www.Example.com", MPIC_DNS_TXT), 0);

    assert_int_equal(answer.rcode, 0);
    assert_int_equal(answer.ad, 1);
    assert_int_equal(answer.ede_code, -1);
    assert_int_equal(answer.nrecords, 3);
    assert_int_equal(answer.ncname_chain, 0);
    assert_str_equal(answer.found_at, "Www.Example.com");
    assert_int_equal(answer.ttl, 200);

    assert_str_equal(answer.records[0].owner, "Www.Example.com");
    assert_str_equal(answer.records[0].value, "one");
    assert_str_equal(answer.records[0].text, "one");
    assert_int_equal(answer.records[0].type, MPIC_DNS_TXT);
    assert_int_equal(answer.records[0].ttl, 300);
    assert_str_equal(answer.records[1].value, "two");
    assert_str_equal(answer.records[2].value, "abcde");
    assert_int_equal(answer.records[2].rdata.len, 8);
}


/* records are octets: what is compared is exact, what is shown is UTF-8 */

static const struct {
    const char  *octets;
    size_t       len;
    const char  *text;
} texts[] = {
    { "plain", 5, "plain" },
    { "", 0, "" },
    { "b\xc3\xbc \xf0\x9f\x98\x80", 8, "b\xc3\xbc \xf0\x9f\x98\x80" },
    { "c:\\dir \"x\"", 10, "c:\\dir \"x\"" },
    { "c:\\dir\xff", 7, "c:\\\\dir\\255" },
    { "a\0b", 3, "a\\000b" },
    { "a\nb\x7f", 4, "a\\010b\\127" },
    { "\xc3", 1, "\\195" },
    { "\xed\xa0\x80", 3, "\\237\\160\\128" },
    { "\xc0\xaf", 2, "\\192\\175" },
    { "\xf4\x90\x80\x80", 4, "\\244\\144\\128\\128" },
    /* C1 control NEL, right-to-left override */
    { "x\xc2\x85", 3, "x\\194\\133" },
    { "x\xe2\x80\xae", 4, "x\\226\\128\\174" },
};


static void
test_txt_octets(void **state)
{
    char    rdata[64];
    size_t  i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        rdata[0] = (char) texts[i].len;
        memcpy(rdata + 1, texts[i].octets, texts[i].len);

        test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
        test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_TXT, 1, 1, rdata,
                        texts[i].len + 1);

        test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_TXT), 0);

        assert_int_equal(answer.records[0].value.len, texts[i].len);
        assert_memory_equal(answer.records[0].value.data, texts[i].octets,
                            texts[i].len);
        assert_str_equal(answer.records[0].text, texts[i].text);
    }
}


static void
test_txt_malformed(void **state)
{
    size_t  i;

    static const struct {
        const char  *rdata;
        size_t       len;
    } bad[] = {
        { "", 0 }, { "\1", 1 }, { "\2a", 2 }, { "\1a\1", 3 }, { "\xff", 1 },
        { "\0\0\5abcd", 7 },
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
        test_msg_txt(&m, TEST_QNAME, 300, "good");
        test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_TXT, 1, 1,
                        bad[i].rdata, bad[i].len);
        assert_bad(NAME, MPIC_DNS_TXT, "TXT record");
    }
}


static void
test_txt_large(void **state)
{
    int   i;
    char  rdata[60000];

    for (i = 0; i < (int) sizeof(rdata); i++) {
        rdata[i] = (char) ((i % 250) ? 0xff : 249);
    }

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_TXT, 1, 1, rdata,
                    sizeof(rdata));

    assert_int_equal(parse(NAME, MPIC_DNS_TXT), 0);
    assert_int_equal(answer.records[0].value.len, 240 * 249);
    assert_int_equal(answer.records[0].text.len, 240 * 249 * 4);
}


static void
test_addresses(void **state)
{
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_A, 1, 5,
                    "\xc0\0\2\1", 4);
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_A), 0);
    assert_str_equal(answer.records[0].text, "192.0.2.1");
    assert_int_equal(answer.records[0].value.len, 4);
    assert_memory_equal(answer.records[0].value.data, "\xc0\0\2\1", 4);

    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_A, 1, 5, "\1\2\3", 3);
    assert_bad(NAME, MPIC_DNS_A, "wrong length");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_AAAA);
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_AAAA, 1, 5,
                    "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_AAAA), 0);
    assert_str_equal(answer.records[0].text, "2001:db8::1");

    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_AAAA, 1, 5,
                    "\1\2\3\4", 4);
    assert_bad(NAME, MPIC_DNS_AAAA, "wrong length");
}


static void
test_caa(void **state)
{
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_CAA);
    test_msg_caa(&m, TEST_QNAME, 60, 0, "issue", "ca.example");
    test_msg_caa(&m, TEST_QNAME, 60, 128, "issueWild", "a\"b\\c\x01\xff;");
    test_msg_caa(&m, TEST_QNAME, 60, 255, "a1", "");

    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_CAA), 0);

    assert_int_equal(answer.nrecords, 3);
    assert_str_equal(answer.records[0].text, "0 issue \"ca.example\"");
    assert_int_equal(answer.records[0].value.len, 17);
    assert_memory_equal(answer.records[0].value.data, "\0\5issueca.example",
                        17);
    assert_str_equal(answer.records[1].text,
                     "128 issueWild \"a\\\"b\\\\c\\001\\255;\"");
    assert_str_equal(answer.records[2].text, "255 a1 \"\"");
}


static void
test_caa_malformed(void **state)
{
    size_t  i;

    static const struct {
        const char  *rdata;
        size_t       len;
    } bad[] = {
        { "", 0 }, { "\0", 1 }, { "\0\0", 2 }, { "\0\0;", 3 },
        { "\0\1", 2 }, { "\0\6issue", 7 }, { "\0\xffissue", 7 },
        { "\0\5is ue;", 8 }, { "\0\5is\0ue;", 8 }, { "\0\5iss_e;", 8 },
        { "\0\5iss\xc3\xbc;", 8 },
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_CAA);
        test_msg_caa(&m, TEST_QNAME, 60, 0, "issue", "ca.example");
        test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CAA, 1, 1,
                        bad[i].rdata, bad[i].len);
        assert_bad(NAME, MPIC_DNS_CAA, "CAA record");
    }
}


static void
test_caa_many(void **state)
{
    int   i;
    char  value[32];

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_CAA);

    for (i = 0; i < 1001; i++) {
        snprintf(value, sizeof(value), "ca%d.example", i);
        test_msg_caa(&m, TEST_QNAME, 3600, 0, "issue", value);
    }

    assert_int_equal(parse(NAME, MPIC_DNS_CAA), 0);
    assert_int_equal(answer.nrecords, 1001);
    assert_str_equal(answer.records[1000].text, "0 issue \"ca1000.example\"");
}


static void
test_names(void **state)
{
    test_msg_begin(&m, TEST_QR, "1.2.0.192.in-addr.arpa", MPIC_DNS_PTR);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_PTR, 60, "Host.example");
    /* compressed */
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_PTR, 1, 60,
                    "\1x\xc0\x0c", 4);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_PTR, 60, "");
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_PTR, 1, 60,
                    "\3a.b\2\xff\"\0", 8);

    test_pool_exhaust(&tp, parse("1.2.0.192.in-addr.arpa", MPIC_DNS_PTR), 0);

    assert_str_equal(answer.records[0].value, "Host.example.");
    assert_str_equal(answer.records[0].text, "Host.example.");
    assert_str_equal(answer.records[1].value, "x.1.2.0.192.in-addr.arpa.");
    assert_str_equal(answer.records[2].value, ".");
    assert_str_equal(answer.records[3].text, "a\\.b.\\255\\\".");
}


static void
test_names_malformed(void **state)
{
    size_t  i;

    static const struct {
        const char  *rdata;
        size_t       len;
    } bad[] = {
        { "", 0 },
        /* over the end, by a label or by the whole name */
        { "\5ab", 3 }, { "\1a", 2 },
        /* more than the name */
        { "\1a\0x", 4 }, { "\xc0\x0cx", 3 },
        /* a pointer cut, over the end, to itself (at 49), forward in a ring */
        { "\xc0", 1 }, { "\xff\xff", 2 }, { "\xc0\x31", 2 },
        { "\xc0\x33\xc0\x31", 4 }, { "\1a\xc0\x31", 4 },
        /* reserved label types */
        { "\x80\0", 2 }, { "\x41\0", 2 },
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_msg_begin(&m, TEST_QR, "ab.example.com", MPIC_DNS_PTR);
        test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_PTR, 1, 60,
                        bad[i].rdata, bad[i].len);
        assert_int_equal(m.len - bad[i].len, 44);
        assert_int_equal(parse("ab.example.com", MPIC_DNS_PTR), 1);

        test_msg_begin(&m, TEST_QR, "wwwww.example.com.x", MPIC_DNS_TXT);
        test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 1, 60,
                        bad[i].rdata, bad[i].len);
        assert_int_equal(m.len - bad[i].len, 49);
        assert_int_equal(parse("wwwww.example.com.x", MPIC_DNS_TXT), 1);
    }
}


/* owners that point to themselves, to each other, over the end */

static void
test_owner_pointers(void **state)
{
    size_t  i, owner;

    static const unsigned  targets[] = { 33, 34, 0x3fff, 45 };

    for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
        owner = m.len;
        assert_int_equal(owner, 33);
        test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_A, 1, 60,
                        "\xc0\x21\xc0\x21", 4);
        m.data[owner] = (unsigned char) (0xc0 | targets[i] >> 8);
        m.data[owner + 1] = (unsigned char) targets[i];

        assert_bad(NAME, MPIC_DNS_A, "malformed");
    }

    /* forward, to a zero octet: the root, so not our record */
    owner = 33;
    m.data[owner] = 0xc0;
    m.data[owner + 1] = 35;
    assert_int_equal(parse(NAME, MPIC_DNS_A), 0);
    assert_int_equal(answer.nrecords, 0);
}


static void
test_unknown_type(void **state)
{
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_DS);
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_DS, 1, 60,
                    "\x12\x34\xab", 3);
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_DS, 1, 60, "", 0);

    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_DS), 0);
    assert_str_equal(answer.records[0].text, "\\# 3 1234AB");
    assert_str_equal(answer.records[1].text, "\\# 0");
}


static void
test_header(void **state)
{
    test_msg_begin(&m, 0, NAME, MPIC_DNS_A);
    assert_bad(NAME, MPIC_DNS_A, "not a response");

    /* opcode NOTIFY */
    test_msg_begin(&m, TEST_QR|0x2000, NAME, MPIC_DNS_A);
    assert_bad(NAME, MPIC_DNS_A, "not a response");

    test_msg_begin(&m, TEST_QR|TEST_TC, NAME, MPIC_DNS_A);
    assert_bad(NAME, MPIC_DNS_A, "truncated");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    m.data[5] = 0;
    m.len = 12;
    assert_bad(NAME, MPIC_DNS_A, "one question");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    m.data[5] = 2;
    memcpy(m.data + m.len, m.data + 12, m.len - 12);
    m.len += m.len - 12;
    assert_bad(NAME, MPIC_DNS_A, "one question");

    /* octets after the end */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    m.data[m.len++] = 0;
    assert_bad(NAME, MPIC_DNS_A, "malformed");

    /* counts that lie */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    m.data[6] = 0xff;
    m.data[7] = 0xff;
    assert_bad(NAME, MPIC_DNS_A, "malformed");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    m.len = 66000;
    assert_bad(NAME, MPIC_DNS_A, "malformed");
}


static void
test_question(void **state)
{
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    assert_bad("www.example.org", MPIC_DNS_A, "another question");
    assert_bad("ww.example.com", MPIC_DNS_A, "another question");
    assert_bad("example.com", MPIC_DNS_A, "another question");
    assert_bad(NAME, MPIC_DNS_AAAA, "another question");
    assert_bad("", MPIC_DNS_A, "not a name");
    assert_bad("a..b", MPIC_DNS_A, "not a name");
    assert_int_equal(parse("WWW.EXAMPLE.COM", MPIC_DNS_A), 0);

    /* class CH */
    m.data[m.len - 1] = 3;
    assert_bad(NAME, MPIC_DNS_A, "another question");

    /* a dot within a label is not a dot between labels */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_A);
    m.data[12] = 11;
    m.data[16] = '.';
    assert_bad(NAME, MPIC_DNS_A, "another question");
    assert_int_equal(parse("www\\.example.com", MPIC_DNS_A), 0);
    assert_int_equal(parse("www\\046example.com", MPIC_DNS_A), 0);
}


static void
test_cname(void **state)
{
    /* the chain stands in no order, its end in another spelling */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_txt(&m, "END.example", 500, "value");
    test_msg_name(&m, TEST_AN, "Middle.example", MPIC_DNS_CNAME, 100,
                  "End.example");
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 400,
                  "middle.example");
    /* the same again is no contradiction */
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 400,
                  "middle.example");
    /* beside the CNAME, and on the way: not at the end of the chain */
    test_msg_txt(&m, TEST_QNAME, 1, "beside");
    test_msg_txt(&m, "middle.example", 1, "on the way");
    /* class CH */
    test_msg_record(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 3, 1, "\1x", 3);
    /* a CNAME of nobody */
    test_msg_name(&m, TEST_AN, "x.example", MPIC_DNS_CNAME, 1, "y.example");
    test_msg_name(&m, TEST_AN, "x.example", MPIC_DNS_CNAME, 1, "z.example");
    /* a DNAME is not followed */
    test_msg_name(&m, TEST_AN, "end.example", MPIC_DNS_DNAME, 1, "y.example");

    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_TXT), 0);

    assert_int_equal(answer.nrecords, 1);
    assert_str_equal(answer.records[0].value, "value");
    assert_str_equal(answer.found_at, "End.example");
    assert_int_equal(answer.ncname_chain, 2);
    assert_str_equal(answer.cname_chain[0], "middle.example.");
    assert_str_equal(answer.cname_chain[1], "End.example.");
    assert_int_equal(answer.ttl, 100);

    /* asked for itself, it is not followed */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_CNAME);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 400,
                  "middle.example");
    test_msg_name(&m, TEST_AN, "middle.example", MPIC_DNS_CNAME, 100,
                  "end.example");
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_CNAME), 0);
    assert_int_equal(answer.nrecords, 1);
    assert_str_equal(answer.records[0].value, "middle.example.");
    assert_str_equal(answer.found_at, NAME);
    assert_int_equal(answer.ncname_chain, 0);
    assert_int_equal(answer.ttl, 400);
}


static void
test_cname_contradiction(void **state)
{
    uint16_t  type;

    for (type = MPIC_DNS_CNAME; type <= MPIC_DNS_TXT; type += 11) {
        test_msg_begin(&m, TEST_QR, NAME, type);
        test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 1, "a");
        test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 1, "b");
        assert_bad(NAME, type, "several CNAME");
    }

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 1, "a");
    test_msg_name(&m, TEST_AN, "a", MPIC_DNS_CNAME, 1, "b");
    test_msg_name(&m, TEST_AN, "a", MPIC_DNS_CNAME, 1, "c");
    assert_bad(NAME, MPIC_DNS_TXT, "several CNAME");
}


static void
test_cname_loop(void **state)
{
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 1, NAME);
    assert_bad(NAME, MPIC_DNS_TXT, "CNAME loop");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 1, "a.example");
    test_msg_name(&m, TEST_AN, "A.example", MPIC_DNS_CNAME, 1, "b.example");
    test_msg_name(&m, TEST_AN, "b.example", MPIC_DNS_CNAME, 1, "A.EXAMPLE");
    assert_bad(NAME, MPIC_DNS_TXT, "CNAME loop");
}


static void
cname_chain(int n)
{
    int   i;
    char  owner[32], target[32];

    test_msg_begin(&m, TEST_QR, "c0.example", MPIC_DNS_TXT);

    for (i = 0; i < n; i++) {
        snprintf(owner, sizeof(owner), "c%d.example", i);
        snprintf(target, sizeof(target), "c%d.example", i + 1);
        test_msg_name(&m, TEST_AN, owner, MPIC_DNS_CNAME, 1, target);
    }

    snprintf(owner, sizeof(owner), "c%d.example", n);
    test_msg_txt(&m, owner, 1, "end");
}


static void
test_cname_long(void **state)
{
    cname_chain(16);
    test_pool_exhaust(&tp, parse("c0.example", MPIC_DNS_TXT), 0);
    assert_int_equal(answer.ncname_chain, 16);
    assert_str_equal(answer.cname_chain[15], "c16.example.");
    assert_str_equal(answer.found_at, "c16.example");
    assert_int_equal(answer.nrecords, 1);

    cname_chain(17);
    assert_bad("c0.example", MPIC_DNS_TXT,
               "an answer with more than 16 CNAME records");
    test_pool_exhaust(&tp, parse("c0.example", MPIC_DNS_TXT), 1);

    cname_chain(65);
    assert_bad("c0.example", MPIC_DNS_TXT, "too many CNAME");
}


/* a chain of that many CNAMEs to that many records */

static const struct {
    mpic_dns_limits_t  limits;
    int                cnames;
    int                records;
    const char        *problem;
} limits[] = {
    { { 0, 1 }, 0, 1, NULL },
    { { 0, 1 }, 1, 1, "an answer with more than 0 CNAME records" },
    { { 2, 3 }, 2, 3, NULL },
    { { 2, 3 }, 3, 3, "an answer with more than 2 CNAME records" },
    { { 2, 3 }, 2, 4, "an answer with more than 3 TXT records" },
    { { 64, 5000 }, 64, 1, NULL },
    { { MPIC_DNS_CNAMES, MPIC_DNS_RECORDS }, 0, 2000, NULL },
    { { MPIC_DNS_CNAMES, MPIC_DNS_RECORDS }, 0, 2001,
      "an answer with more than 2000 TXT records" },
};


static void
test_limits(void **state)
{
    int         j, rc;
    size_t      i;
    mpic_str_t  name = mpic_str("c0.example");

    for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        cname_chain(limits[i].cnames);

        for (j = 1; j < limits[i].records; j++) {
            test_msg_txt(&m, limits[i].cnames ? "c2.example" : TEST_QNAME, 1,
                         "more");
        }

        rc = mpic_dns_parse(&tp.pool, m.data, m.len, &name, MPIC_DNS_TXT,
                            &limits[i].limits, &answer, &why);

        assert_int_equal(rc, limits[i].problem != NULL);

        if (rc == 0) {
            assert_int_equal(answer.ncname_chain, limits[i].cnames);
            assert_int_equal(answer.nrecords, limits[i].records);

        } else {
            assert_string_equal(why.data, limits[i].problem);
        }
    }

    /* the default is that of the last two */

    assert_bad("c0.example", MPIC_DNS_TXT, limits[i - 1].problem);
}


static void
test_denial(void **state)
{
    /* NODATA: the smaller one of the SOA's TTL and its minimum */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_CAA);
    test_msg_soa(&m, "example.com", 3600, 300);
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_CAA), 0);
    assert_int_equal(answer.rcode, 0);
    assert_int_equal(answer.nrecords, 0);
    assert_int_equal(answer.ttl, 300);
    assert_str_equal(answer.found_at, NAME);

    test_msg_begin(&m, TEST_QR|MPIC_DNS_NXDOMAIN, NAME, MPIC_DNS_CAA);
    test_msg_soa(&m, "example.com", 60, 300);
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_CAA), 0);
    assert_int_equal(answer.rcode, MPIC_DNS_NXDOMAIN);
    assert_int_equal(answer.ttl, 60);

    /* the chain leads to a name that is not there */
    test_msg_begin(&m, TEST_QR|MPIC_DNS_NXDOMAIN, NAME, MPIC_DNS_CAA);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 20, "no.example");
    test_msg_soa(&m, "example", 60, 300);
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_CAA), 0);
    assert_int_equal(answer.rcode, MPIC_DNS_NXDOMAIN);
    assert_int_equal(answer.ncname_chain, 1);
    assert_str_equal(answer.found_at, "no.example");
    assert_int_equal(answer.ttl, 20);

    /* no SOA, or none that can be read */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_CAA);
    assert_int_equal(parse(NAME, MPIC_DNS_CAA), 0);
    assert_int_equal(answer.ttl, 0);

    test_msg_record(&m, TEST_NS, TEST_QNAME, MPIC_DNS_SOA, 1, 60,
                    "\0\0abcdefghijklmnopqrs", 21);
    assert_int_equal(parse(NAME, MPIC_DNS_CAA), 0);
    assert_int_equal(answer.ttl, 0);

    /* contradictory */
    test_msg_begin(&m, TEST_QR|MPIC_DNS_NXDOMAIN, NAME, MPIC_DNS_CAA);
    test_msg_caa(&m, TEST_QNAME, 1, 0, "issue", ";");
    assert_bad(NAME, MPIC_DNS_CAA, "NXDOMAIN with records");
}


static void
test_ttl(void **state)
{
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_txt(&m, TEST_QNAME, 0x7fffffff, "a");
    assert_int_equal(parse(NAME, MPIC_DNS_TXT), 0);
    assert_int_equal(answer.ttl, 0x7fffffff);

    test_msg_txt(&m, TEST_QNAME, 0x80000001, "a");
    assert_int_equal(parse(NAME, MPIC_DNS_TXT), 0);
    assert_int_equal(answer.records[1].ttl, 0);
    assert_int_equal(answer.ttl, 0);
}


static void
test_servfail(void **state)
{
    mpic_str_t     reason;
    mpic_lookup_t  lookup;

    /* what a failure carries is not read */
    test_msg_begin(&m, TEST_QR|MPIC_DNS_SERVFAIL, NAME, MPIC_DNS_TXT);
    test_msg_txt(&m, TEST_QNAME, 1, "value");
    test_msg_opt(&m, 0, "\0\x0a\0\2zz\0\x0f\0\x0c\0\6no RRSIG\xff\0"
                        "\0\x0f\0\2\0\7", 28);

    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_TXT), 0);

    assert_int_equal(answer.rcode, MPIC_DNS_SERVFAIL);
    assert_int_equal(answer.nrecords, 0);
    assert_int_equal(answer.ede_code, 6);
    assert_str_equal(answer.ede_text, "no RRSIG\\255");

    memset(&lookup, 0, sizeof(lookup));
    lookup.state = MPIC_LOOKUP_ANSWERED;
    lookup.answer = answer;

    assert_false(mpic_lookup_usable(&lookup));
    assert_int_equal(mpic_lookup_reason(&tp.pool, &lookup, &reason), 0);
    assert_str_equal(reason,
                     "SERVFAIL from the resolver (EDE 6: no RRSIG\\255)");

    lookup.bogus = 1;
    assert_int_equal(mpic_lookup_reason(&tp.pool, &lookup, &reason), 0);
    assert_str_equal(reason,
                     "SERVFAIL from the resolver, which answers if it need"
                     " not validate: the data is bogus (DNSSEC)"
                     " (EDE 6: no RRSIG\\255)");
    lookup.bogus = 0;

    lookup.answer.ede_text.len = 0;
    assert_int_equal(mpic_lookup_reason(&tp.pool, &lookup, &reason), 0);
    assert_str_equal(reason, "SERVFAIL from the resolver (EDE 6)");

    lookup.answer.ede_code = -1;
    lookup.answer.rcode = 23;
    assert_int_equal(mpic_lookup_reason(&tp.pool, &lookup, &reason), 0);
    assert_str_equal(reason, "RCODE 23 from the resolver");

    lookup.state = MPIC_LOOKUP_FAILED;
    lookup.answer.rcode = 0;
    lookup.why = (mpic_str_t) mpic_str("no answer in time");
    assert_false(mpic_lookup_usable(&lookup));
    assert_int_equal(mpic_lookup_reason(&tp.pool, &lookup, &reason), 0);
    assert_str_equal(reason, "no answer in time");

    lookup.state = MPIC_LOOKUP_PENDING;
    assert_false(mpic_lookup_usable(&lookup));

    lookup.state = MPIC_LOOKUP_ANSWERED;
    assert_true(mpic_lookup_usable(&lookup));
    lookup.answer.rcode = MPIC_DNS_NXDOMAIN;
    assert_true(mpic_lookup_usable(&lookup));
    lookup.answer.rcode = MPIC_DNS_REFUSED;
    assert_false(mpic_lookup_usable(&lookup));
}


static void
test_opt(void **state)
{
    char    options[300];
    size_t  i;

    /* the upper bits of the RCODE: BADVERS */
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_txt(&m, TEST_QNAME, 1, "value");
    test_msg_opt(&m, 1, "", 0);
    assert_int_equal(parse(NAME, MPIC_DNS_TXT), 0);
    assert_int_equal(answer.rcode, 16);
    assert_int_equal(answer.nrecords, 0);
    assert_int_equal(answer.ede_code, -1);

    /* twice */
    test_msg_opt(&m, 0, "", 0);
    assert_bad(NAME, MPIC_DNS_TXT, "OPT");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_opt(&m, 0, "\0\x0f\0\5\0\1ab", 8);
    assert_bad(NAME, MPIC_DNS_TXT, "OPT");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_opt(&m, 0, "\0\x0f\0", 3);
    assert_bad(NAME, MPIC_DNS_TXT, "OPT");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_opt(&m, 0, "\0\x0f\0\1\0", 5);
    assert_bad(NAME, MPIC_DNS_TXT, "OPT");

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_record(&m, TEST_AR, TEST_QNAME, 41, 1232, 0, "", 0);
    assert_bad(NAME, MPIC_DNS_TXT, "OPT");

    /* of several errors the one that speaks of validation, or the first */
    test_msg_begin(&m, TEST_QR|MPIC_DNS_SERVFAIL, NAME, MPIC_DNS_TXT);
    test_msg_opt(&m, 0, "\0\x0f\0\3\0\x16" "a\0\x0f\0\3\0\x17" "b"
                        "\0\x0f\0\3\0\x0c" "c\0\x0f\0\3\0\x09" "d", 28);
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_TXT), 0);
    assert_int_equal(answer.ede_code, 12);
    assert_str_equal(answer.ede_text, "c");

    test_msg_begin(&m, TEST_QR|MPIC_DNS_SERVFAIL, NAME, MPIC_DNS_TXT);
    test_msg_opt(&m, 0, "\0\x0f\0\3\0\x16" "a\0\x0f\0\3\0\x17" "b", 14);
    test_pool_exhaust(&tp, parse(NAME, MPIC_DNS_TXT), 0);
    assert_int_equal(answer.ede_code, 22);
    assert_str_equal(answer.ede_text, "a");

    /* a long text is cut, between characters */
    memset(options, 'x', sizeof(options));
    memcpy(options, "\0\x0f\1\x28\xff\xff", 6);
    memset(options + 6 + 120, '\xff', 100);
    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_opt(&m, 0, options, 300);
    assert_int_equal(parse(NAME, MPIC_DNS_TXT), 0);
    assert_int_equal(answer.ede_code, 65535);
    assert_int_equal(answer.ede_text.len, 128);
    assert_int_equal(strlen(answer.ede_text.data), 128);

    memset(options + 6, '\xc3', 294);
    for (i = 7; i < 300; i += 2) {
        options[i] = '\xbc';
    }

    test_msg_begin(&m, TEST_QR, NAME, MPIC_DNS_TXT);
    test_msg_opt(&m, 0, options, 300);
    assert_int_equal(parse(NAME, MPIC_DNS_TXT), 0);
    assert_true(answer.ede_text.len <= 128 && answer.ede_text.len > 120);
    assert_null(u8_check((uint8_t *) answer.ede_text.data,
                         answer.ede_text.len));
}


/* a valid message cut anywhere, and with any octet changed */

static void
rich_message(void)
{
    test_msg_begin(&m, TEST_QR|TEST_AD, NAME, MPIC_DNS_CAA);
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 9, "b.example");
    test_msg_name(&m, TEST_AN, "b.example", MPIC_DNS_CNAME, 9, "c.example");
    test_msg_caa(&m, "c.example", 9, 0, "issue", "ca.example; a=b");
    test_msg_caa(&m, "c.example", 9, 128, "iodef", "mailto:x@example");
    test_msg_soa(&m, "example", 60, 300);
    test_msg_opt(&m, 0, "\0\x0f\0\5\0\6abc", 9);
}


static void
test_cut(void **state)
{
    size_t  len;

    rich_message();
    assert_int_equal(parse(NAME, MPIC_DNS_CAA), 0);
    assert_int_equal(answer.nrecords, 2);

    for (len = 0; len < m.len; len++) {
        assert_int_equal(test_msg_parse(&tp, &m, len, NAME, MPIC_DNS_CAA,
                                        &answer, &why), 1);
    }
}


static void
test_changed(void **state)
{
    int     rc;
    size_t  i, n;

    static const unsigned char  octets[] = {
        0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xff
    };

    for (n = 0; n < sizeof(octets); n++) {
        rich_message();

        for (i = 0; i < m.len; i++) {
            rich_message();
            m.data[i] = octets[n];

            rc = parse(NAME, MPIC_DNS_CAA);
            assert_true(rc == 0 || rc == 1);
        }

        test_pool_reset(&tp);
    }
}


static void
test_rcode_names(void **state)
{
    char  buf[16];

    assert_string_equal(mpic_dns_rcode_name(0, buf), "NOERROR");
    assert_string_equal(mpic_dns_rcode_name(3, buf), "NXDOMAIN");
    assert_string_equal(mpic_dns_rcode_name(5, buf), "REFUSED");
    assert_string_equal(mpic_dns_rcode_name(11, buf), "RCODE 11");
    assert_string_equal(mpic_dns_rcode_name(16, buf), "BADVERS");
    assert_string_equal(mpic_dns_rcode_name(4095, buf), "RCODE 4095");
    assert_string_equal(mpic_dns_rcode_name(-1, buf), "RCODE -1");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_txt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_txt_octets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_txt_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_txt_large, setup, teardown),
        cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_caa, setup, teardown),
        cmocka_unit_test_setup_teardown(test_caa_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_caa_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_malformed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_owner_pointers, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_unknown_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_header, setup, teardown),
        cmocka_unit_test_setup_teardown(test_question, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cname, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cname_contradiction, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_cname_loop, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cname_long, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_denial, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ttl, setup, teardown),
        cmocka_unit_test_setup_teardown(test_servfail, setup, teardown),
        cmocka_unit_test_setup_teardown(test_opt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rcode_names, setup, teardown),
    };

    return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
