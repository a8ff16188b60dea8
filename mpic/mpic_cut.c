
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_cut.h"
#include "mpic_dns.h"

#include <string.h>
#include <sys/types.h>
#include <arpa/nameser.h>
#include <openssl/evp.h>


#define MPIC_CUT_NS          2
#define MPIC_CUT_RRSIG       46
#define MPIC_CUT_NSEC        47
#define MPIC_CUT_NSEC3       50

#define MPIC_CUT_SHA1        1
#define MPIC_CUT_SHA1_LEN    20
/* of a SHA-1 digest in base32hex, which needs no padding */
#define MPIC_CUT_HASH_LEN    32

/* what resolvers take for the limit (RFC 9276 section 3.2) */
#define MPIC_CUT_ITERATIONS  150

/* type covered to key tag (RFC 4034 section 3.1) */
#define MPIC_CUT_RRSIG_HEAD  18

#define MPIC_CUT_MESSAGE     65535

/* NSEC and NSEC3 records that are looked at; a denial has three at the most */
#define MPIC_CUT_RECORDS     16


typedef struct {
    unsigned        ns:1;
    unsigned        ds:1;
    unsigned        soa:1;
} mpic_cut_types_t;


typedef struct {
    ns_msg          msg;

    /* as ns_parserr() writes owners, and in canonical form on the wire */
    char            name[NS_MAXDNAME];
    unsigned char   wire[NS_MAXCDNAME];
    size_t          wire_len;

    unsigned        nrecords;

    const char     *why;
} mpic_cut_t;


static int mpic_cut_begin(mpic_cut_t *cut, const unsigned char *msg,
    size_t len, const mpic_str_t *name);
static int mpic_cut_name(mpic_cut_t *cut, const mpic_str_t *name);
static int mpic_cut_header(mpic_cut_t *cut);
static int mpic_cut_record(mpic_cut_t *cut, const ns_rr *rr);
static int mpic_cut_nsec(mpic_cut_t *cut, const ns_rr *rr,
    mpic_cut_types_t *types);
static int mpic_cut_nsec3(mpic_cut_t *cut, const ns_rr *rr,
    mpic_cut_types_t *types);
static int mpic_cut_hash(mpic_cut_t *cut, unsigned iterations,
    const unsigned char *salt, size_t salt_len, char *hash);
static void mpic_cut_base32hex(char *dst, const unsigned char *digest);
static int mpic_cut_types(const unsigned char *p, const unsigned char *end,
    mpic_cut_types_t *types);
static int mpic_cut_signed(mpic_cut_t *cut, const ns_rr *nsec);
static int mpic_cut_signature(mpic_cut_t *cut, const ns_rr *rrsig,
    const ns_rr *nsec);
static unsigned mpic_cut_labels(const char *name);
static int mpic_cut_is_below(const char *name, const char *zone);
static int mpic_cut_same(const char *a, const char *b);
static int mpic_cut_fails(mpic_cut_t *cut, const char *why);


int
mpic_cut_insecure(const unsigned char *msg, size_t len,
    const mpic_str_t *name, const char **why)
{
    int         i, n;
    ns_rr       rr;
    mpic_cut_t  cut;

    if (mpic_cut_begin(&cut, msg, len, name) != 0) {
        *why = cut.why;
        return 0;
    }

    cut.nrecords = 0;
    cut.why = "the answer has no NSEC or NSEC3 record of the name";

    n = ns_msg_count(cut.msg, ns_s_ns);

    for (i = 0; i < n; i++) {

        if (ns_parserr(&cut.msg, ns_s_ns, i, &rr) != 0) {
            *why = "a malformed record";
            return 0;
        }

        if (mpic_cut_record(&cut, &rr)) {
            *why = cut.why;
            return 1;
        }
    }

    *why = cut.why;

    return 0;
}


static int
mpic_cut_begin(mpic_cut_t *cut, const unsigned char *msg, size_t len,
    const mpic_str_t *name)
{
    if (len > MPIC_CUT_MESSAGE
        || ns_initparse(msg, (int) len, &cut->msg) != 0)
    {
        return mpic_cut_fails(cut, "a malformed message");
    }

    if (mpic_cut_name(cut, name) != 0) {
        return -1;
    }

    return mpic_cut_header(cut);
}


static int
mpic_cut_name(mpic_cut_t *cut, const mpic_str_t *name)
{
    char    text[NS_MAXDNAME];
    size_t  i;

    if (name->len == 0 || name->len >= sizeof(text)
        || memchr(name->data, '\0', name->len) != NULL)
    {
        return mpic_cut_fails(cut, "a question that is not a name");
    }

    memcpy(text, name->data, name->len);
    text[name->len] = '\0';

    /* the canonical form is in lower case (RFC 4034 section 6.2) */

    for (i = 0; i < name->len; i++) {
        text[i] = mpic_lower(text[i]);
    }

    if (ns_name_pton(text, cut->wire, sizeof(cut->wire)) < 0
        || ns_name_ntop(cut->wire, cut->name, sizeof(cut->name)) < 0
        || cut->wire[0] == 0)
    {
        return mpic_cut_fails(cut, "a question that is not a name");
    }

    cut->wire_len = 0;

    while (cut->wire[cut->wire_len] != 0) {
        cut->wire_len += 1 + (size_t) cut->wire[cut->wire_len];
    }

    cut->wire_len++;

    return 0;
}


static int
mpic_cut_header(mpic_cut_t *cut)
{
    ns_rr  rr;

    if (ns_msg_getflag(cut->msg, ns_f_qr) != 1
        || ns_msg_getflag(cut->msg, ns_f_opcode) != ns_o_query
        || ns_msg_getflag(cut->msg, ns_f_tc) != 0
        || ns_msg_count(cut->msg, ns_s_qd) != 1
        || ns_parserr(&cut->msg, ns_s_qd, 0, &rr) != 0
        || ns_rr_type(rr) != MPIC_DNS_DS
        || ns_rr_class(rr) != ns_c_in
        || !mpic_cut_same(rr.name, cut->name))
    {
        return mpic_cut_fails(cut, "not the answer to the question");
    }

    if (ns_msg_getflag(cut->msg, ns_f_rcode) != MPIC_DNS_NOERROR) {
        return mpic_cut_fails(cut, "the answer is not NOERROR");
    }

    if (ns_msg_count(cut->msg, ns_s_an) != 0) {
        return mpic_cut_fails(cut, "the answer is not a denial");
    }

    if (ns_msg_getflag(cut->msg, ns_f_ad) != 1) {
        return mpic_cut_fails(cut, "the denial is not authenticated");
    }

    return 0;
}


/*
 * 1 if the record is the proof, otherwise 0; "why" is set if it is about the
 * name at all.
 */

static int
mpic_cut_record(mpic_cut_t *cut, const ns_rr *rr)
{
    int               found, nsec3;
    mpic_cut_types_t  types;

    if (ns_rr_class(*rr) != ns_c_in) {
        return 0;
    }

    nsec3 = (ns_rr_type(*rr) == MPIC_CUT_NSEC3);

    if ((!nsec3 && ns_rr_type(*rr) != MPIC_CUT_NSEC)
        || cut->nrecords == MPIC_CUT_RECORDS)
    {
        return 0;
    }

    cut->nrecords++;

    memset(&types, 0, sizeof(mpic_cut_types_t));

    found = nsec3 ? mpic_cut_nsec3(cut, rr, &types)
                  : mpic_cut_nsec(cut, rr, &types);

    if (!found) {
        return 0;
    }

    if (!types.ns) {
        cut->why = "the name is not a delegation";
        return 0;
    }

    if (types.soa || types.ds) {
        cut->why = "the denial is not that of an unsigned delegation";
        return 0;
    }

    if (!mpic_cut_signed(cut, rr)) {
        cut->why = "the denial comes without its signature";
        return 0;
    }

    cut->why = nsec3 ? "authenticated NSEC3 record of a delegation without DS"
                     : "authenticated NSEC record of a delegation without DS";

    return 1;
}


/* RFC 4034 section 4.1 */

static int
mpic_cut_nsec(mpic_cut_t *cut, const ns_rr *rr, mpic_cut_types_t *types)
{
    const unsigned char  *p, *end;

    if (!mpic_cut_same(ns_rr_name(*rr), cut->name)) {
        return 0;
    }

    p = ns_rr_rdata(*rr);
    end = p + ns_rr_rdlen(*rr);

    /* the next owner's name */

    return ns_name_skip(&p, end) == 0 && mpic_cut_types(p, end, types) == 0;
}


/* RFC 5155 sections 3.2 and 5 */

static int
mpic_cut_nsec3(mpic_cut_t *cut, const ns_rr *rr, mpic_cut_types_t *types)
{
    char                  hash[MPIC_CUT_HASH_LEN + 1];
    size_t                salt_len, next_len;
    unsigned              iterations;
    const char           *owner, *zone;
    const unsigned char  *p, *end, *salt;

    /* a hash and the zone's name, which is none for the root */

    owner = ns_rr_name(*rr);

    if (strcspn(owner, ".") != MPIC_CUT_HASH_LEN) {
        return 0;
    }

    zone = owner + MPIC_CUT_HASH_LEN;
    zone += (*zone == '.');

    if (!mpic_cut_is_below(cut->name, zone)) {
        return 0;
    }

    p = ns_rr_rdata(*rr);
    end = p + ns_rr_rdlen(*rr);

    /* algorithm, flags, iterations, length of the salt */

    if (end - p < 5 || p[0] != MPIC_CUT_SHA1) {
        return 0;
    }

    iterations = ns_get16(p + 2);
    salt_len = p[4];
    salt = p + 5;
    p = salt;

    if (iterations > MPIC_CUT_ITERATIONS
        || (size_t) (end - p) < salt_len + 1)
    {
        return 0;
    }

    p += salt_len;
    next_len = *p++;

    if ((size_t) (end - p) < next_len) {
        return 0;
    }

    p += next_len;

    return mpic_cut_hash(cut, iterations, salt, salt_len, hash) == 0
           && strncasecmp(owner, hash, MPIC_CUT_HASH_LEN) == 0
           && mpic_cut_types(p, end, types) == 0;
}


/*
 * IH(salt, x, 0) = H(x || salt), IH(salt, x, k) = H(IH(salt, x, k-1) || salt).
 */

static int
mpic_cut_hash(mpic_cut_t *cut, unsigned iterations,
    const unsigned char *salt, size_t salt_len, char *hash)
{
    size_t         len;
    unsigned       i, n;
    unsigned char  data[NS_MAXCDNAME + 255], digest[EVP_MAX_MD_SIZE];

    memcpy(data, cut->wire, cut->wire_len);
    len = cut->wire_len;

    for (i = 0; i <= iterations; i++) {
        memcpy(data + len, salt, salt_len);

        if (EVP_Digest(data, len + salt_len, digest, &n, EVP_sha1(), NULL)
            != 1
            || n != MPIC_CUT_SHA1_LEN)
        {
            return -1;
        }

        memcpy(data, digest, MPIC_CUT_SHA1_LEN);
        len = MPIC_CUT_SHA1_LEN;
    }

    mpic_cut_base32hex(hash, digest);

    return 0;
}


/* RFC 4648 section 7: five octets are eight digits */

static void
mpic_cut_base32hex(char *dst, const unsigned char *digest)
{
    int       i, j;
    uint64_t  group;

    static const char  digits[] = "0123456789abcdefghijklmnopqrstuv";

    for (i = 0; i < MPIC_CUT_SHA1_LEN; i += 5) {
        group = 0;

        for (j = 0; j < 5; j++) {
            group = group << 8 | digest[i + j];
        }

        for (j = 35; j >= 0; j -= 5) {
            *dst++ = digits[group >> j & 0x1f];
        }
    }

    *dst = '\0';
}


/*
 * The type bit maps: windows in ascending order, of 1 to 32 octets each (RFC
 * 4034 section 4.1.2).  0, or -1 if they are malformed.
 */

static int
mpic_cut_types(const unsigned char *p, const unsigned char *end,
    mpic_cut_types_t *types)
{
    int       window;
    unsigned  n;

    window = -1;

    while (p < end) {

        if (end - p < 2 || p[0] <= window) {
            return -1;
        }

        window = p[0];
        n = p[1];
        p += 2;

        if (n == 0 || n > 32 || n > (size_t) (end - p)) {
            return -1;
        }

        if (window == 0) {
            types->ns = ((p[0] >> (7 - MPIC_CUT_NS)) & 1);
            types->soa = ((p[0] >> (7 - MPIC_DNS_SOA)) & 1);
            types->ds = (n > MPIC_DNS_DS / 8
                         && (p[MPIC_DNS_DS / 8] >> (7 - MPIC_DNS_DS % 8) & 1));
        }

        p += n;
    }

    return 0;
}


/*
 * A signature of the record, by a zone above the name, over as many labels as
 * the owner has: fewer are those of a wildcard (RFC 4035 section 5.3.4).
 */

static int
mpic_cut_signed(mpic_cut_t *cut, const ns_rr *nsec)
{
    int    i, n;
    ns_rr  rr;

    n = ns_msg_count(cut->msg, ns_s_ns);

    for (i = 0; i < n && ns_parserr(&cut->msg, ns_s_ns, i, &rr) == 0; i++) {
        if (mpic_cut_signature(cut, &rr, nsec)) {
            return 1;
        }
    }

    return 0;
}


static int
mpic_cut_signature(mpic_cut_t *cut, const ns_rr *rrsig, const ns_rr *nsec)
{
    int                   n;
    char                  signer[NS_MAXDNAME];
    const unsigned char  *p;

    if (ns_rr_type(*rrsig) != MPIC_CUT_RRSIG
        || ns_rr_class(*rrsig) != ns_c_in
        || ns_rr_rdlen(*rrsig) <= MPIC_CUT_RRSIG_HEAD
        || !mpic_cut_same(ns_rr_name(*rrsig), ns_rr_name(*nsec)))
    {
        return 0;
    }

    p = ns_rr_rdata(*rrsig);

    if (ns_get16(p) != ns_rr_type(*nsec)
        || p[3] != mpic_cut_labels(ns_rr_name(*nsec)))
    {
        return 0;
    }

    p += MPIC_CUT_RRSIG_HEAD;

    n = ns_name_uncompress(ns_msg_base(cut->msg), ns_msg_end(cut->msg), p,
                           signer, sizeof(signer));

    return n > 0 && n <= ns_rr_rdlen(*rrsig) - MPIC_CUT_RRSIG_HEAD
           && mpic_cut_is_below(cut->name, signer);
}


/* in presentation form; a dot after a backslash is part of a label */

static unsigned
mpic_cut_labels(const char *name)
{
    unsigned  n;

    for (n = 1; *name != '\0'; name++) {

        if (*name == '\\' && name[1] != '\0') {
            name++;

        } else if (*name == '.') {
            n++;
        }
    }

    return n;
}


/* the root is "." or "" */

static int
mpic_cut_is_below(const char *name, const char *zone)
{
    size_t  n, len;

    if (strcmp(zone, ".") == 0) {
        zone = "";
    }

    n = strlen(name);
    len = strlen(zone);

    if (len == 0) {
        return 1;
    }

    return n > len + 1 && name[n - len - 1] == '.'
           && (n < len + 2 || name[n - len - 2] != '\\')
           && mpic_cut_same(name + n - len, zone);
}


static int
mpic_cut_same(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}


static int
mpic_cut_fails(mpic_cut_t *cut, const char *why)
{
    cut->why = why;

    return -1;
}
