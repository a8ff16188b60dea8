
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_dns.h"
#include "mpic_dns_record.h"

#include <stdio.h>
#include <string.h>


#define MPIC_DNS_MESSAGE_MAX  65535

#define MPIC_DNS_OPT          41
#define MPIC_DNS_OPTION_EDE   15
#define MPIC_DNS_EDE_TEXT     128

/* the first and the last of those that speak of data that does not validate */
#define MPIC_DNS_EDE_BOGUS         6
#define MPIC_DNS_EDE_NSEC_MISSING  12


typedef struct {
    mpic_str_t            owner;
    /* with trailing dot */
    mpic_str_t            target;
    uint32_t              ttl;
} mpic_dns_alias_t;


typedef struct {
    mpic_pool_t          *pool;
    ns_msg                msg;
    const mpic_str_t     *qname;
    uint16_t              qtype;
    mpic_dns_limits_t     limits;
    mpic_dns_answer_t    *answer;

    /* what is wrong, where a function returns 1 */
    const char           *problem;

    mpic_dns_alias_t      aliases[MPIC_DNS_CNAMES_MAX];
    size_t                naliases;
    /* records of the type asked for, of any owner */
    size_t                ncandidates;

    /* the end of the chain, as ns_parserr() writes an owner */
    char                  end[NS_MAXDNAME];
    size_t                end_len;

    uint32_t              ttl;
} mpic_dns_parse_t;


static int mpic_dns_read(mpic_dns_parse_t *dp, const unsigned char *msg,
    size_t len);
static int mpic_dns_header(mpic_dns_parse_t *dp);
static int mpic_dns_question(mpic_dns_parse_t *dp);
static int mpic_dns_options(mpic_dns_parse_t *dp);
static int mpic_dns_opt(mpic_dns_parse_t *dp, const ns_rr *rr);
static int mpic_dns_ede(mpic_dns_parse_t *dp, const unsigned char *data,
    size_t len);
static int mpic_dns_scan(mpic_dns_parse_t *dp);
static int mpic_dns_alias_add(mpic_dns_parse_t *dp, const ns_rr *rr);
static int mpic_dns_alias_at_end(mpic_dns_parse_t *dp,
    mpic_dns_alias_t **found);
static int mpic_dns_follow(mpic_dns_parse_t *dp);
static int mpic_dns_follow_one(mpic_dns_parse_t *dp,
    const mpic_dns_alias_t *alias);
static int mpic_dns_seen(const mpic_dns_answer_t *answer,
    const mpic_str_t *target);
static int mpic_dns_collect(mpic_dns_parse_t *dp);
static void mpic_dns_denial_ttl(mpic_dns_parse_t *dp);
static int mpic_dns_soa_ttl(const ns_rr *rr, uint32_t *ttl);
static int mpic_dns_is_end(const mpic_dns_parse_t *dp, const char *name);
static int mpic_dns_bad(mpic_dns_parse_t *dp, const char *problem);
static int mpic_dns_many(mpic_dns_parse_t *dp, size_t max, const char *what);


static const mpic_dns_limits_t  mpic_dns_limits = {
    MPIC_DNS_CNAMES, MPIC_DNS_RECORDS
};

static const char  *mpic_dns_rcodes[] = {
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
    "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"
};


int
mpic_dns_parse(mpic_pool_t *pool, const unsigned char *msg, size_t len,
    const mpic_str_t *qname, uint16_t qtype, const mpic_dns_limits_t *limits,
    mpic_dns_answer_t *answer, mpic_str_t *why)
{
    int               rc;
    mpic_dns_parse_t  dp;

    memset(answer, 0, sizeof(mpic_dns_answer_t));
    answer->rcode = -1;
    answer->ede_code = -1;

    why->len = 0;
    why->data = NULL;

    /* not the arrays: they are filled as they are used */

    dp.pool = pool;
    dp.qname = qname;
    dp.qtype = qtype;
    dp.limits = (limits != NULL) ? *limits : mpic_dns_limits;
    dp.answer = answer;
    dp.problem = NULL;
    dp.naliases = 0;
    dp.ncandidates = 0;
    dp.ttl = UINT32_MAX;

    rc = mpic_dns_read(&dp, msg, len);

    if (rc == 1) {
        rc = mpic_str_copy(pool, why, dp.problem, strlen(dp.problem));
        return (rc == 0) ? 1 : -1;
    }

    return rc;
}


static int
mpic_dns_read(mpic_dns_parse_t *dp, const unsigned char *msg, size_t len)
{
    int                 rc;
    mpic_dns_answer_t  *answer;

    if (len > MPIC_DNS_MESSAGE_MAX
        || ns_initparse(msg, (int) len, &dp->msg) != 0)
    {
        return mpic_dns_bad(dp, "a malformed message");
    }

    if ((rc = mpic_dns_header(dp)) != 0
        || (rc = mpic_dns_question(dp)) != 0
        || (rc = mpic_dns_options(dp)) != 0)
    {
        return rc;
    }

    answer = dp->answer;

    if (answer->rcode != MPIC_DNS_NOERROR
        && answer->rcode != MPIC_DNS_NXDOMAIN)
    {
        return mpic_str_copy(dp->pool, &answer->found_at, dp->qname->data,
                             dp->qname->len);
    }

    if ((rc = mpic_dns_scan(dp)) != 0
        || (rc = mpic_dns_follow(dp)) != 0
        || (rc = mpic_dns_collect(dp)) != 0)
    {
        return rc;
    }

    if (answer->nrecords == 0) {
        mpic_dns_denial_ttl(dp);
    }

    answer->ttl = dp->ttl;

    return 0;
}


static int
mpic_dns_header(mpic_dns_parse_t *dp)
{
    if (ns_msg_getflag(dp->msg, ns_f_qr) != 1
        || ns_msg_getflag(dp->msg, ns_f_opcode) != ns_o_query)
    {
        return mpic_dns_bad(dp, "a message that is not a response");
    }

    if (ns_msg_getflag(dp->msg, ns_f_tc) != 0) {
        return mpic_dns_bad(dp, "a truncated answer");
    }

    if (ns_msg_count(dp->msg, ns_s_qd) != 1) {
        return mpic_dns_bad(dp, "an answer without exactly one question");
    }

    dp->answer->rcode = ns_msg_getflag(dp->msg, ns_f_rcode);
    dp->answer->ad = (ns_msg_getflag(dp->msg, ns_f_ad) == 1);

    return 0;
}


/*
 * The question is what was asked; "end" begins with its name.  Both are
 * compared as ns_name_ntop() writes them, so that escapes are alike.
 */

static int
mpic_dns_question(mpic_dns_parse_t *dp)
{
    char           asked[NS_MAXDNAME], name[NS_MAXDNAME];
    ns_rr          rr;
    unsigned char  wire[NS_MAXCDNAME];

    if (dp->qname->len == 0 || dp->qname->len >= sizeof(asked)
        || memchr(dp->qname->data, '\0', dp->qname->len) != NULL)
    {
        return mpic_dns_bad(dp, "a question that is not a name");
    }

    memcpy(asked, dp->qname->data, dp->qname->len);
    asked[dp->qname->len] = '\0';

    if (ns_name_pton(asked, wire, sizeof(wire)) < 0
        || ns_name_ntop(wire, name, sizeof(name)) < 0)
    {
        return mpic_dns_bad(dp, "a question that is not a name");
    }

    /* the root is empty to ns_parserr() */

    if (strcmp(name, ".") == 0) {
        name[0] = '\0';
    }

    dp->end_len = strlen(name);
    memcpy(dp->end, name, dp->end_len + 1);

    if (ns_parserr(&dp->msg, ns_s_qd, 0, &rr) != 0
        || ns_rr_type(rr) != dp->qtype
        || ns_rr_class(rr) != ns_c_in
        || !mpic_dns_is_end(dp, rr.name))
    {
        return mpic_dns_bad(dp, "an answer to another question");
    }

    return 0;
}


/*
 * RFC 6891 section 6.1.1: one OPT record at the most.
 */

static int
mpic_dns_options(mpic_dns_parse_t *dp)
{
    int    i, n, rc, found;
    ns_rr  rr;

    found = 0;
    n = ns_msg_count(dp->msg, ns_s_ar);

    for (i = 0; i < n; i++) {

        if (ns_parserr(&dp->msg, ns_s_ar, i, &rr) != 0) {
            return mpic_dns_bad(dp, "a malformed record");
        }

        if (ns_rr_type(rr) != MPIC_DNS_OPT) {
            continue;
        }

        if (found++ || rr.name[0] != '\0') {
            return mpic_dns_bad(dp, "a malformed OPT record");
        }

        rc = mpic_dns_opt(dp, &rr);
        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


static int
mpic_dns_opt(mpic_dns_parse_t *dp, const ns_rr *rr)
{
    int                   rc;
    size_t                n;
    unsigned              code;
    const unsigned char  *p, *end;

    dp->answer->rcode |= (int) (ns_rr_ttl(*rr) >> 24) << 4;

    p = ns_rr_rdata(*rr);
    end = p + ns_rr_rdlen(*rr);

    while (p < end) {

        if (end - p < 4) {
            return mpic_dns_bad(dp, "a malformed OPT record");
        }

        code = ns_get16(p);
        n = ns_get16(p + 2);
        p += 4;

        if (n > (size_t) (end - p)) {
            return mpic_dns_bad(dp, "a malformed OPT record");
        }

        if (code == MPIC_DNS_OPTION_EDE) {
            rc = mpic_dns_ede(dp, p, n);
            if (rc != 0) {
                return rc;
            }
        }

        p += n;
    }

    return 0;
}


/*
 * RFC 8914 section 2.
 */

static int
mpic_dns_ede(mpic_dns_parse_t *dp, const unsigned char *data, size_t len)
{
    int  code;

    if (len < 2) {
        return mpic_dns_bad(dp, "a malformed OPT record");
    }

    /* the first one, but for one that says more */

    code = (int) ns_get16(data);

    if (dp->answer->ede_code != -1
        && (mpic_ede_is_bogus(dp->answer->ede_code)
            || !mpic_ede_is_bogus(code)))
    {
        return 0;
    }

    dp->answer->ede_code = code;

    /* the text may be terminated by zero */

    if (len > 2 && data[len - 1] == '\0') {
        len--;
    }

    return mpic_dns_text(dp->pool, &dp->answer->ede_text,
                         (const char *) data + 2, len - 2,
                         MPIC_DNS_EDE_TEXT);
}


/*
 * One pass over the answer section for the CNAMEs, so that following them
 * does not read the section again and again.
 */

static int
mpic_dns_scan(mpic_dns_parse_t *dp)
{
    int    i, n, rc;
    ns_rr  rr;

    n = ns_msg_count(dp->msg, ns_s_an);

    for (i = 0; i < n; i++) {

        if (ns_parserr(&dp->msg, ns_s_an, i, &rr) != 0) {
            return mpic_dns_bad(dp, "a malformed record");
        }

        if (ns_rr_class(rr) != ns_c_in) {
            continue;
        }

        if (ns_rr_type(rr) == dp->qtype
            && dp->ncandidates++ == dp->limits.records)
        {
            return mpic_dns_many(dp, dp->limits.records,
                                 mpic_dns_type_name(dp->qtype));
        }

        if (ns_rr_type(rr) == MPIC_DNS_CNAME) {
            rc = mpic_dns_alias_add(dp, &rr);
            if (rc != 0) {
                return rc;
            }
        }
    }

    return 0;
}


static int
mpic_dns_alias_add(mpic_dns_parse_t *dp, const ns_rr *rr)
{
    mpic_dns_alias_t  *alias;

    if (dp->naliases == MPIC_DNS_CNAMES_MAX) {
        return mpic_dns_bad(dp, "too many CNAME records");
    }

    alias = &dp->aliases[dp->naliases++];
    alias->ttl = mpic_dns_record_ttl(rr);

    if (mpic_str_copy(dp->pool, &alias->owner, rr->name, strlen(rr->name))
        != 0)
    {
        return -1;
    }

    return mpic_dns_rdata_name(dp->pool, &dp->msg, rr, &alias->target,
                               &dp->problem);
}


/*
 * DNAMEs need no care: a resolver adds the CNAME that follows from one
 * (RFC 6672 section 3.1).
 */

static int
mpic_dns_follow(mpic_dns_parse_t *dp)
{
    int                 rc;
    mpic_dns_alias_t   *alias;
    mpic_dns_answer_t  *answer;

    answer = dp->answer;

    rc = mpic_dns_alias_at_end(dp, &alias);
    if (rc != 0) {
        return rc;
    }

    /* who asks for the CNAME itself wants it and not where it leads to */

    if (alias == NULL || dp->qtype == MPIC_DNS_CNAME) {
        return mpic_str_copy(dp->pool, &answer->found_at, dp->qname->data,
                             dp->qname->len);
    }

    answer->cname_chain = mpic_pcalloc(dp->pool, dp->naliases
                                                 * sizeof(mpic_str_t));
    if (answer->cname_chain == NULL) {
        return -1;
    }

    while (alias != NULL) {

        rc = mpic_dns_follow_one(dp, alias);
        if (rc != 0) {
            return rc;
        }

        rc = mpic_dns_alias_at_end(dp, &alias);
        if (rc != 0) {
            return rc;
        }
    }

    return mpic_str_copy(dp->pool, &answer->found_at, dp->end, dp->end_len);
}


static int
mpic_dns_follow_one(mpic_dns_parse_t *dp, const mpic_dns_alias_t *alias)
{
    mpic_dns_answer_t  *answer;

    answer = dp->answer;

    if (mpic_dns_seen(answer, &alias->target)) {
        return mpic_dns_bad(dp, "a CNAME loop");
    }

    if (answer->ncname_chain == dp->limits.cnames) {
        return mpic_dns_many(dp, dp->limits.cnames, "CNAME");
    }

    answer->cname_chain[answer->ncname_chain++] = alias->target;

    dp->end_len = alias->target.len - 1;
    memcpy(dp->end, alias->target.data, dp->end_len);
    dp->end[dp->end_len] = '\0';

    if (alias->ttl < dp->ttl) {
        dp->ttl = alias->ttl;
    }

    return 0;
}


/*
 * The CNAME of the name at the end of the chain, or NULL.
 */

static int
mpic_dns_alias_at_end(mpic_dns_parse_t *dp, mpic_dns_alias_t **found)
{
    size_t             i;
    mpic_dns_alias_t  *alias;

    *found = NULL;

    for (i = 0; i < dp->naliases; i++) {
        alias = &dp->aliases[i];

        if (!mpic_dns_is_end(dp, alias->owner.data)) {
            continue;
        }

        if (*found == NULL) {
            *found = alias;

        } else if (!mpic_str_case_eq(&(*found)->target, &alias->target)) {
            return mpic_dns_bad(dp, "several CNAME records of one name");
        }
    }

    return 0;
}


static int
mpic_dns_seen(const mpic_dns_answer_t *answer, const mpic_str_t *target)
{
    size_t  i;

    for (i = 0; i < answer->ncname_chain; i++) {
        if (mpic_str_case_eq(target, &answer->cname_chain[i])) {
            return 1;
        }
    }

    return 0;
}


static int
mpic_dns_collect(mpic_dns_parse_t *dp)
{
    int                 i, n, rc;
    ns_rr               rr;
    mpic_str_t          owner;
    mpic_dns_record_t  *record;
    mpic_dns_answer_t  *answer;

    if (dp->ncandidates == 0) {
        return 0;
    }

    answer = dp->answer;

    answer->records = mpic_pcalloc(dp->pool, dp->ncandidates
                                             * sizeof(mpic_dns_record_t));
    if (answer->records == NULL
        || mpic_str_copy(dp->pool, &owner, dp->end, dp->end_len) != 0)
    {
        return -1;
    }

    n = ns_msg_count(dp->msg, ns_s_an);

    for (i = 0; i < n; i++) {

        if (ns_parserr(&dp->msg, ns_s_an, i, &rr) != 0) {
            return mpic_dns_bad(dp, "a malformed record");
        }

        if (ns_rr_type(rr) != dp->qtype || ns_rr_class(rr) != ns_c_in
            || !mpic_dns_is_end(dp, rr.name))
        {
            continue;
        }

        if (answer->rcode == MPIC_DNS_NXDOMAIN) {
            return mpic_dns_bad(dp, "NXDOMAIN with records");
        }

        record = &answer->records[answer->nrecords++];
        record->owner = owner;

        rc = mpic_dns_record_read(dp->pool, &dp->msg, &rr, record,
                                  &dp->problem);
        if (rc != 0) {
            return rc;
        }

        if (record->ttl < dp->ttl) {
            dp->ttl = record->ttl;
        }
    }

    return 0;
}


/*
 * RFC 2308 section 5.  What has no SOA is not to be kept.
 */

static void
mpic_dns_denial_ttl(mpic_dns_parse_t *dp)
{
    int       i, n, found;
    ns_rr     rr;
    uint32_t  ttl;

    found = 0;
    n = ns_msg_count(dp->msg, ns_s_ns);

    for (i = 0; i < n && ns_parserr(&dp->msg, ns_s_ns, i, &rr) == 0; i++) {

        if (ns_rr_type(rr) != MPIC_DNS_SOA || ns_rr_class(rr) != ns_c_in
            || mpic_dns_soa_ttl(&rr, &ttl) != 0)
        {
            continue;
        }

        found = 1;

        if (ttl < dp->ttl) {
            dp->ttl = ttl;
        }
    }

    if (!found) {
        dp->ttl = 0;
    }
}


static int
mpic_dns_soa_ttl(const ns_rr *rr, uint32_t *ttl)
{
    int                   i;
    uint32_t              minimum;
    const unsigned char  *p, *end;

    p = ns_rr_rdata(*rr);
    end = p + ns_rr_rdlen(*rr);

    /* MNAME and RNAME */

    for (i = 0; i < 2; i++) {
        if (ns_name_skip(&p, end) != 0) {
            return -1;
        }
    }

    /* SERIAL, REFRESH, RETRY, EXPIRE, MINIMUM */

    if ((size_t) (end - p) != 5 * sizeof(uint32_t)) {
        return -1;
    }

    minimum = (uint32_t) ns_get32(p + 4 * sizeof(uint32_t));
    *ttl = mpic_dns_record_ttl(rr);

    if (minimum < *ttl) {
        *ttl = minimum;
    }

    return 0;
}


static int
mpic_dns_is_end(const mpic_dns_parse_t *dp, const char *name)
{
    mpic_str_t  a, b;

    a.data = dp->end;
    a.len = dp->end_len;
    b.data = name;
    b.len = strlen(name);

    return mpic_str_case_eq(&a, &b);
}


static int
mpic_dns_bad(mpic_dns_parse_t *dp, const char *problem)
{
    dp->problem = problem;

    return 1;
}


static int
mpic_dns_many(mpic_dns_parse_t *dp, size_t max, const char *what)
{
    mpic_str_t  problem;

    if (mpic_str_printf(dp->pool, &problem,
                        "an answer with more than %zu %s records", max, what)
        != 0)
    {
        return -1;
    }

    return mpic_dns_bad(dp, problem.data);
}


int
mpic_ede_is_bogus(int code)
{
    return code >= MPIC_DNS_EDE_BOGUS && code <= MPIC_DNS_EDE_NSEC_MISSING;
}


const char *
mpic_dns_type_name(uint16_t type)
{
    switch (type) {

    case MPIC_DNS_A:
        return "A";

    case MPIC_DNS_CNAME:
        return "CNAME";

    case MPIC_DNS_SOA:
        return "SOA";

    case MPIC_DNS_PTR:
        return "PTR";

    case MPIC_DNS_TXT:
        return "TXT";

    case MPIC_DNS_AAAA:
        return "AAAA";

    case MPIC_DNS_DNAME:
        return "DNAME";

    case MPIC_DNS_DS:
        return "DS";

    case MPIC_DNS_CAA:
        return "CAA";
    }

    return "TYPE";
}


const char *
mpic_dns_rcode_name(int rcode, char *buf)
{
    if (rcode >= 0
        && rcode < (int) (sizeof(mpic_dns_rcodes)
                          / sizeof(mpic_dns_rcodes[0])))
    {
        return mpic_dns_rcodes[rcode];
    }

    if (rcode == 16) {
        return "BADVERS";
    }

    snprintf(buf, MPIC_RCODE_NAME_MAX, "RCODE %d", rcode);

    return buf;
}
