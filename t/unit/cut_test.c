
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * RFC 4035 section 4.3: what proves that an unsigned zone begins at a name,
 * and what does not.
 */


#include "test_dns.h"
#include "mpic_cut.h"

#include <stdio.h>


#define TYPE_NS      0x01
#define TYPE_DS      0x02
#define TYPE_SOA     0x04
#define TYPE_A       0x08

#define NSEC         47
#define NSEC3        50
#define RRSIG        46

#define NAME         "plain.example"

/* of plain.example, salt aabbccdd, 12 iterations (RFC 5155, appendix A) */
#define SALT         "\xaa\xbb\xcc\xdd"
#define ITERATIONS   12


static test_msg_t  m;


/* bit maps of window 0, and of window 1 with CAA, after "p" */

static size_t
put_types(unsigned char *p, unsigned types)
{
    memset(p, 0, 12);

    p[1] = 6;
    p[2] |= (types & TYPE_NS) ? 0x20 : 0;
    p[2] |= (types & TYPE_A) ? 0x40 : 0;
    p[2] |= (types & TYPE_SOA) ? 0x02 : 0;
    p[7] |= (types & TYPE_DS) ? 0x10 : 0;
    /* RRSIG and NSEC */
    p[7] |= 0x03;

    p[8] = 1;
    p[9] = 1;
    p[10] = 0x40;

    return 11;
}


static void
nsec(const char *owner, unsigned types)
{
    size_t         n;
    unsigned char  rdata[64];

    n = test_name_wire(rdata, "z.example");
    n += put_types(rdata + n, types);

    test_msg_record(&m, TEST_NS, owner, NSEC, 1, 60, rdata, n);
}


static void
nsec3(const char *owner, unsigned iterations, const char *salt,
    unsigned types)
{
    size_t         n, nsalt;
    unsigned char  rdata[64];

    nsalt = strlen(salt);

    rdata[0] = 1;
    rdata[1] = 0;
    rdata[2] = (unsigned char) (iterations >> 8);
    rdata[3] = (unsigned char) iterations;
    rdata[4] = (unsigned char) nsalt;
    memcpy(rdata + 5, salt, nsalt);

    n = 5 + nsalt;
    rdata[n++] = 20;
    memset(rdata + n, 0xff, 20);
    n += 20;
    n += put_types(rdata + n, types);

    test_msg_record(&m, TEST_NS, owner, NSEC3, 1, 60, rdata, n);
}


static void
rrsig(const char *owner, unsigned covered, unsigned labels,
    const char *signer)
{
    size_t         n;
    unsigned char  rdata[128];

    memset(rdata, 0, sizeof(rdata));

    rdata[1] = (unsigned char) covered;
    rdata[2] = 13;
    rdata[3] = (unsigned char) labels;

    n = 18 + test_name_wire(rdata + 18, signer);

    /* the signature */
    n += 64;

    test_msg_record(&m, TEST_NS, owner, RRSIG, 1, 60, rdata, n);
}


/* a copy of exactly that size */

static int
insecure_len(size_t len, const char *name, const char **why)
{
    int             rc;
    mpic_str_t      s;
    unsigned char  *copy;

    copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, m.data, len);

    s.data = strdup(name);
    s.len = strlen(name);

    rc = mpic_cut_insecure(copy, len, &s, why);

    free(copy);
    free((char *) s.data);

    assert_non_null(*why);

    return rc;
}


static void
expect(const char *name, int proven, const char *text)
{
    int          rc;
    const char  *why;

    rc = insecure_len(m.len, name, &why);

    if (rc != proven || strstr(why, text) == NULL) {
        fail_msg("%d, %s; not %d, %s", rc, why, proven, text);
    }
}


static void
begin(void)
{
    test_msg_begin(&m, TEST_QR|TEST_AD, NAME, MPIC_DNS_DS);
    test_msg_soa(&m, "example", 60, 60);
    rrsig("example", MPIC_DNS_SOA, 1, "example");
}


static void
test_nsec(void **state)
{
    begin();
    nsec("Plain.Example", TYPE_NS);
    rrsig("plain.example", NSEC, 2, "example");
    expect(NAME, 1, "NSEC record of a delegation without DS");
    expect("PLAIN.example", 1, "NSEC");

    /* signed by the root, as that of a top-level domain is */
    test_msg_begin(&m, TEST_QR|TEST_AD, "example", MPIC_DNS_DS);
    nsec("example", TYPE_NS);
    rrsig("example", NSEC, 1, "");
    expect("example", 1, "NSEC");

    /* the first of two is of another name */
    begin();
    nsec("a.example", TYPE_NS|TYPE_DS);
    rrsig("a.example", NSEC, 2, "example");
    nsec(NAME, TYPE_NS);
    rrsig(NAME, NSEC, 2, "example");
    expect(NAME, 1, "NSEC");
}


/* authenticated, and yet no proof */

static void
test_no_proof(void **state)
{
    begin();
    expect(NAME, 0, "no NSEC or NSEC3");

    begin();
    nsec("other.example", TYPE_NS);
    rrsig("other.example", NSEC, 2, "example");
    expect(NAME, 0, "no NSEC or NSEC3");

    /* a name within the signed zone */
    begin();
    nsec(NAME, TYPE_A);
    rrsig(NAME, NSEC, 2, "example");
    expect(NAME, 0, "not a delegation");

    /* the top of a signed zone, from its own side */
    begin();
    nsec(NAME, TYPE_NS|TYPE_SOA);
    rrsig(NAME, NSEC, 2, NAME);
    expect(NAME, 0, "not that of an unsigned delegation");

    /* a signed delegation */
    begin();
    nsec(NAME, TYPE_NS|TYPE_DS);
    rrsig(NAME, NSEC, 2, "example");
    expect(NAME, 0, "not that of an unsigned delegation");

    /* without a signature, or with one of something else */
    begin();
    nsec(NAME, TYPE_NS);
    expect(NAME, 0, "without its signature");
    rrsig("a.example", NSEC, 2, "example");
    expect(NAME, 0, "without its signature");
    rrsig(NAME, NSEC3, 2, "example");
    expect(NAME, 0, "without its signature");
    /* of a wildcard */
    rrsig(NAME, NSEC, 1, "example");
    expect(NAME, 0, "without its signature");
    /* of the zone itself, of a stranger, of a name that only looks alike */
    rrsig(NAME, NSEC, 2, NAME);
    rrsig(NAME, NSEC, 2, "other");
    rrsig(NAME, NSEC, 2, "in.example");
    rrsig(NAME, NSEC, 2, "a.plain.example");
    expect(NAME, 0, "without its signature");
    rrsig(NAME, NSEC, 2, "example");
    expect(NAME, 1, "NSEC");
}


static void
test_header(void **state)
{
    size_t          i;
    unsigned char  *p;

    static const struct {
        unsigned     octet;
        unsigned     value;
        const char  *why;
    } flags[] = {
        { 3, 0x00, "not authenticated" },
        { 3, 0x20 | MPIC_DNS_NXDOMAIN, "not NOERROR" },
        { 3, 0x20 | MPIC_DNS_SERVFAIL, "not NOERROR" },
        { 2, 0x00, "not the answer" },
        { 2, 0x88, "not the answer" },
        { 2, 0x82, "not the answer" },
    };

    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        begin();
        nsec(NAME, TYPE_NS);
        rrsig(NAME, NSEC, 2, "example");
        p = m.data + flags[i].octet;
        *p = (unsigned char) flags[i].value;
        expect(NAME, 0, flags[i].why);
    }

    /* another question */
    begin();
    nsec(NAME, TYPE_NS);
    rrsig(NAME, NSEC, 2, "example");
    expect("plain.exampl", 0, "not the answer");
    expect("", 0, "not a name");
    expect(".", 0, "not a name");
    expect("a..b", 0, "not a name");

    test_msg_begin(&m, TEST_QR|TEST_AD, NAME, MPIC_DNS_A);
    nsec(NAME, TYPE_NS);
    rrsig(NAME, NSEC, 2, "example");
    expect(NAME, 0, "not the answer");

    /* there is a DS, or a CNAME */
    begin();
    nsec(NAME, TYPE_NS);
    rrsig(NAME, NSEC, 2, "example");
    test_msg_name(&m, TEST_AN, TEST_QNAME, MPIC_DNS_CNAME, 60, "a.example");
    expect(NAME, 0, "not a denial");
}


/* hashes of RFC 5155, appendix A */

static void
test_nsec3(void **state)
{
    char         owner[64];
    size_t       i;

    static const struct {
        const char  *name;
        const char  *hash;
    } hashes[] = {
        { "a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl" },
        { "ai.example", "gjeqe526plbf1g8mklp59enfd789njgi" },
        { "ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr" },
        { "x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s" },
        { "xx.example", "t644ebqk9bibcna874givr6joj62mlhv" },
    };

    for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
        sprintf(owner, "%s.Example", hashes[i].hash);

        test_msg_begin(&m, TEST_QR|TEST_AD, hashes[i].name, MPIC_DNS_DS);
        nsec3(owner, ITERATIONS, SALT, TYPE_NS);
        rrsig(owner, NSEC3, 2, "example");
        expect(hashes[i].name, 1, "NSEC3 record of a delegation without DS");

        owner[0] ^= 1;
        test_msg_begin(&m, TEST_QR|TEST_AD, hashes[i].name, MPIC_DNS_DS);
        nsec3(owner, ITERATIONS, SALT, TYPE_NS);
        rrsig(owner, NSEC3, 2, "example");
        expect(hashes[i].name, 0, "no NSEC or NSEC3");
    }
}


#define HASH_OF_A  "35mthgpgcu1qg68fab165klnsnk3dpvl"

static void
test_nsec3_no_proof(void **state)
{
    size_t  i;

    static const struct {
        const char  *owner;
        unsigned     iterations;
        const char  *salt;
        unsigned     types;
        const char  *why;
    } cases[] = {
        { HASH_OF_A ".example", ITERATIONS, SALT, TYPE_A, "not a delegation" },
        { HASH_OF_A ".example", ITERATIONS, SALT, TYPE_NS|TYPE_SOA,
          "not that of" },
        { HASH_OF_A ".example", ITERATIONS, SALT, TYPE_NS|TYPE_DS,
          "not that of" },
        { HASH_OF_A ".example", ITERATIONS + 1, SALT, TYPE_NS, "no NSEC" },
        { HASH_OF_A ".example", ITERATIONS, "", TYPE_NS, "no NSEC" },
        { HASH_OF_A ".example", 151, SALT, TYPE_NS, "no NSEC" },
        { HASH_OF_A ".example", 65535, SALT, TYPE_NS, "no NSEC" },
        /* of a zone that is not above the name */
        { HASH_OF_A ".other", ITERATIONS, SALT, TYPE_NS, "no NSEC" },
        { HASH_OF_A ".a.example", ITERATIONS, SALT, TYPE_NS, "no NSEC" },
        { "a.example", ITERATIONS, SALT, TYPE_NS, "no NSEC" },
        { HASH_OF_A "a.example", ITERATIONS, SALT, TYPE_NS, "no NSEC" },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_msg_begin(&m, TEST_QR|TEST_AD, "a.example", MPIC_DNS_DS);
        nsec3(cases[i].owner, cases[i].iterations, cases[i].salt,
              cases[i].types);
        rrsig(cases[i].owner, NSEC3, 2, "example");
        expect("a.example", 0, cases[i].why);
    }

    /* the root's own, which has no zone's name after the hash */
    test_msg_begin(&m, TEST_QR|TEST_AD, "a.example", MPIC_DNS_DS);
    nsec3(HASH_OF_A, ITERATIONS, SALT, TYPE_NS);
    rrsig(HASH_OF_A, NSEC3, 1, "");
    expect("a.example", 1, "NSEC3");

    /* it lies behind too many others */
    test_msg_begin(&m, TEST_QR|TEST_AD, "a.example", MPIC_DNS_DS);

    for (i = 0; i < 20; i++) {
        nsec3(HASH_OF_A ".other", ITERATIONS, SALT, TYPE_NS);
    }

    nsec3(HASH_OF_A ".example", ITERATIONS, SALT, TYPE_NS);
    rrsig(HASH_OF_A ".example", NSEC3, 2, "example");
    expect("a.example", 0, "no NSEC");
}


/* type bit maps that run over the end, go back, or are empty */

static void
test_malformed(void **state)
{
    size_t         i, n;
    const char    *why;
    unsigned char  rdata[64];

    static const struct {
        const char  *octets;
        size_t       len;
    } maps[] = {
        { "\0", 1 },
        { "\0\0", 2 },
        { "\0\1", 2 },
        { "\0\2\x20", 3 },
        { "\0\x21\x20", 3 },
        { "\0\1\x20\0\1\x20", 6 },
        { "\1\1\x20\0\1\x20", 6 },
        { "\0\1\x20\1", 4 },
    };

    for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        begin();
        n = test_name_wire(rdata, "z.example");
        memcpy(rdata + n, maps[i].octets, maps[i].len);
        test_msg_record(&m, TEST_NS, NAME, NSEC, 1, 60, rdata,
                        n + maps[i].len);
        rrsig(NAME, NSEC, 2, "example");
        expect(NAME, 0, "no NSEC or NSEC3");
    }

    /* a short map is one with few types */
    begin();
    n = test_name_wire(rdata, "z.example");
    memcpy(rdata + n, "\0\1\x20", 3);
    test_msg_record(&m, TEST_NS, NAME, NSEC, 1, 60, rdata, n + 3);
    rrsig(NAME, NSEC, 2, "example");
    expect(NAME, 1, "NSEC");

    /* no message that is cut is proof */
    for (i = 0; i < m.len; i++) {
        assert_int_equal(insecure_len(i, NAME, &why), 0);
    }

    /* a signature that is cut */
    begin();
    nsec(NAME, TYPE_NS);
    memset(rdata, 0, sizeof(rdata));
    rdata[1] = NSEC;
    rdata[3] = 2;
    test_msg_record(&m, TEST_NS, NAME, RRSIG, 1, 60, rdata, 18);
    rdata[18] = 7;
    test_msg_record(&m, TEST_NS, NAME, RRSIG, 1, 60, rdata, 19);
    test_msg_record(&m, TEST_NS, NAME, RRSIG, 1, 60, rdata, 3);
    test_msg_record(&m, TEST_NS, NAME, NSEC3, 1, 60, rdata, 4);
    test_msg_record(&m, TEST_NS, HASH_OF_A ".example", NSEC3, 1, 60,
                    "\1\0\0\1\xff", 5);
    test_msg_record(&m, TEST_NS, HASH_OF_A ".example", NSEC3, 1, 60,
                    "\1\0\0\1\0\xff", 6);
    assert_int_equal(insecure_len(m.len, NAME, &why), 0);

    /* another class */
    begin();
    n = test_name_wire(rdata, "z.example");
    n += put_types(rdata + n, TYPE_NS);
    test_msg_record(&m, TEST_NS, NAME, NSEC, 3, 60, rdata, n);
    rrsig(NAME, NSEC, 2, "example");
    expect(NAME, 0, "no NSEC or NSEC3");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_nsec),
        cmocka_unit_test(test_no_proof),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_nsec3),
        cmocka_unit_test(test_nsec3_no_proof),
        cmocka_unit_test(test_malformed),
    };

    return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
