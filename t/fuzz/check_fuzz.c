
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * A whole check, of any kind and method, from octets: the request, and what a
 * perspective saw because of it.  The input is an octet of flags, the body of
 * the request, a zero octet, and what the kind of check looks at:
 *
 * - DNS: for each question in turn an octet, 0 for no answer, two of length,
 *   the header's flags (two), the number of records of answer and authority
 *   sections (one each), and these sections; the question is ours;
 * - a page: an octet for the status, and the page;
 * - TLS: two octets of the version, the protocol in a line, the certificate.
 */


#include "fuzz_record.h"
#include "fuzz_seen.h"
#include "mpic_caa.h"
#include "mpic_challenge_dns.h"
#include "mpic_contact.h"
#include "mpic_cut.h"
#include "mpic_response.h"


/* bits of the first octet */
#define FUZZ_CAA         0x01
/* failed lookups of CAA: allowed, by resolvers that validate, tried once */
#define FUZZ_ALLOWED     0x02
#define FUZZ_VALIDATING  0x04
#define FUZZ_ONCE        0x08
#define FUZZ_TRUNCATED   0x10
/* as of fuzz_certificate.h */
#define FUZZ_SIGN        0x20

#define FUZZ_NOW         1767225600


typedef struct {
    fuzz_pool_t       fp;
    fuzz_input_t      in;
    unsigned          flags;

    mpic_request_t    request;
    /* the same by another reader, borrowed */
    const json_t     *params;

    mpic_lookup_t     lookups[3][MPIC_CAA_LEVELS_MAX];
    mpic_str_t        msgs[3][MPIC_CAA_LEVELS_MAX];
    size_t            n;
    int               insecure[MPIC_CAA_LEVELS_MAX];
    const char       *why[MPIC_CAA_LEVELS_MAX];

    mpic_result_t     result;
} fuzz_run_t;


static void fuzz_run(fuzz_run_t *run, const mpic_str_t *body);
static void fuzz_dns(fuzz_run_t *run);
static void fuzz_contact(fuzz_run_t *run);
static void fuzz_caa(fuzz_run_t *run);
static void fuzz_caa_proof(fuzz_run_t *run, mpic_caa_proof_t *proof);
static void fuzz_caa_passed(const fuzz_run_t *run, const mpic_str_t *domains,
    size_t ndomains);
static int fuzz_caa_permission(const fuzz_run_t *run, size_t i);
static int fuzz_caa_plain(const mpic_str_t *domain);
static int fuzz_caa_relevant(const ns_msg *msg, const ns_rr *rr,
    const json_t *params);
static void fuzz_http(fuzz_run_t *run);
static void fuzz_tls(fuzz_run_t *run);
static void fuzz_answer(fuzz_run_t *run, mpic_lookup_t *lookup,
    mpic_str_t *msg);
static mpic_str_t fuzz_message(fuzz_run_t *run, const mpic_lookup_t *lookup,
    size_t len);
static void fuzz_verdict(fuzz_run_t *run);


/* large */
static fuzz_run_t  fuzz_one;


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mpic_str_t      body;
    fuzz_run_t     *run;
    const uint8_t  *zero;

    run = &fuzz_one;
    memset(run, 0, sizeof(fuzz_run_t));

    fuzz_pool_init(&run->fp);

    run->in.p = data;
    run->in.len = size;
    run->flags = fuzz_byte(&run->in);

    zero = run->in.len ? memchr(run->in.p, '\0', run->in.len) : NULL;

    body = fuzz_take(&run->fp, &run->in,
                     zero ? (size_t) (zero - run->in.p) : run->in.len);
    fuzz_byte(&run->in);

    fuzz_run(run, &body);

    fuzz_pool_free(&run->fp);

    return 0;
}


/* as ngx_http_mpic_check.c goes about it */

static void
fuzz_run(fuzz_run_t *run, const mpic_str_t *body)
{
    json_t         *root;
    mpic_issues_t   issues;

    if (mpic_request_parse(&run->fp.pool, body->data, body->len,
                           (run->flags & FUZZ_CAA) ? MPIC_REQUEST_CAA
                                                   : MPIC_REQUEST_DCV,
                           &run->request, &issues)
        != 0)
    {
        return;
    }

    root = fuzz_json_load(body);
    fuzz_check(root != NULL);

    if (run->flags & FUZZ_CAA) {
        run->params = json_object_get(root, "caa_check_parameters");
        fuzz_caa(run);
        json_decref(root);
        return;
    }

    run->params = json_object_get(root, "dcv_check_parameters");
    fuzz_check(json_is_object(run->params));

    switch (mpic_method(run->request.dcv.method)->observe) {

    case MPIC_OBSERVE_DNS:
        fuzz_dns(run);
        break;

    case MPIC_OBSERVE_DNS_TREE:
        fuzz_contact(run);
        break;

    case MPIC_OBSERVE_HTTP:
        fuzz_http(run);
        break;

    case MPIC_OBSERVE_TLS:
        fuzz_tls(run);
        break;
    }

    json_decref(root);
}


static void
fuzz_dns(fuzz_run_t *run)
{
    int                 rc;
    mpic_str_t          why;
    mpic_lookup_t      *lookup;
    mpic_dcv_params_t  *dcv;

    dcv = &run->request.dcv;
    lookup = &run->lookups[0][0];

    rc = mpic_challenge_dns_question(&run->fp.pool, &run->request.target,
                                     dcv, lookup, &why);

    if (rc != 0) {
        fuzz_check(rc == 1);
        return;
    }

    fuzz_answer(run, lookup, &run->msgs[0][0]);

    mpic_result_init(&run->result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
    run->result.method = dcv->method;

    fuzz_check(mpic_challenge_dns(&run->fp.pool, &run->request.target, dcv,
                                  FUZZ_NOW, lookup, &run->result)
               == 0);

    fuzz_verdict(run);

    if (run->result.passed) {
        fuzz_check(fuzz_seen_dns(&run->msgs[0][0], lookup, dcv->method,
                                 run->params)
                   > 0);
    }
}


/* the nearest level with CAA records decides, and all below it is known */

static void
fuzz_contact(fuzz_run_t *run)
{
    int         rc;
    size_t      i;
    mpic_str_t  why;

    rc = mpic_contact_levels(&run->fp.pool, &run->request.target,
                             &run->request.dcv, run->lookups[0], &run->n,
                             &why);

    if (rc != 0) {
        fuzz_check(rc == 1);
        return;
    }

    for (i = 0; i < run->n; i++) {
        fuzz_answer(run, &run->lookups[0][i], &run->msgs[0][i]);
    }

    mpic_result_init(&run->result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);
    run->result.method = run->request.dcv.method;

    fuzz_check(mpic_contact_judge(&run->fp.pool, &run->request.dcv,
                                  run->lookups[0], run->n, &run->result)
               == 1);

    fuzz_verdict(run);

    if (!run->result.passed) {
        return;
    }

    for (i = 0; i < run->n; i++) {

        if (fuzz_seen_header(&run->msgs[0][i], MPIC_DNS_NOERROR)
            && fuzz_seen_records(&run->msgs[0][i], &run->lookups[0][i], NULL,
                                 NULL))
        {
            break;
        }

        fuzz_check(fuzz_seen_header(&run->msgs[0][i], MPIC_DNS_NOERROR)
                   || fuzz_seen_header(&run->msgs[0][i], MPIC_DNS_NXDOMAIN));
    }

    fuzz_check(i < run->n);
    fuzz_check(fuzz_seen_records(&run->msgs[0][i], &run->lookups[0][i],
                                 fuzz_seen_value, run->params)
               > 0);
}


static void
fuzz_caa(fuzz_run_t *run)
{
    int                n;
    size_t             i, ndomains;
    mpic_str_t        *domains, ours;
    mpic_caa_proof_t   proof;

    n = mpic_caa_levels(&run->fp.pool, &run->request.target, run->lookups[0]);
    fuzz_check(n >= 0 && n <= mpic_caa_nlevels(&run->request.target));

    run->n = (size_t) n;

    for (i = 0; i < run->n; i++) {
        fuzz_answer(run, &run->lookups[0][i], &run->msgs[0][i]);
    }

    fuzz_caa_proof(run, &proof);

    ours = fuzz_strz(&run->fp, "ca.example");
    domains = run->request.caa.domains;
    ndomains = run->request.caa.ndomains;

    if (ndomains == 0) {
        domains = &ours;
        ndomains = 1;
    }

    mpic_result_init(&run->result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    fuzz_check(mpic_caa_judge(&run->fp.pool, &run->request.target,
                              &run->request.caa, domains, ndomains,
                              run->lookups[0], run->n, &proof, &run->result)
               == 1);

    fuzz_verdict(run);

    if (run->result.passed) {
        fuzz_caa_passed(run, domains, ndomains);
    }
}


static void
fuzz_caa_proof(fuzz_run_t *run, mpic_caa_proof_t *proof)
{
    int             more;
    size_t          i;
    mpic_lookup_t  *ds, *cname;

    memset(proof, 0, sizeof(mpic_caa_proof_t));

    proof->requested = run->request.caa.allow_lookup_failure;
    proof->allowed = ((run->flags & FUZZ_ALLOWED) != 0);

    more = (proof->requested && proof->allowed);

    for (i = 0; i < run->n && more; i++) {
        ds = &run->lookups[1][i];
        cname = &run->lookups[2][i];

        ds->name = run->lookups[0][i].name;
        ds->type = MPIC_DNS_DS;
        cname->name = ds->name;
        cname->type = MPIC_DNS_CNAME;

        fuzz_answer(run, ds, &run->msgs[1][i]);
        fuzz_answer(run, cname, &run->msgs[2][i]);

        if (ds->state == MPIC_LOOKUP_ANSWERED) {
            run->insecure[i] = mpic_cut_insecure(
                (const unsigned char *) run->msgs[1][i].data,
                run->msgs[1][i].len, &ds->name, &run->why[i]);
        }
    }

    if (more) {
        proof->ds = run->lookups[1];
        proof->cnames = run->lookups[2];
        proof->insecure = run->insecure;
        proof->why = run->why;
    }
}


/* RFC 8659 section 3, BR 3.2.2.8 */

static void
fuzz_caa_passed(const fuzz_run_t *run, const mpic_str_t *domains,
    size_t ndomains)
{
    char               domain[MPIC_NAME_MAX + 1];
    size_t             i, j;
    json_t            *params;
    const mpic_str_t  *msg;

    for (i = 0; i < run->n; i++) {
        msg = &run->msgs[0][i];

        if (fuzz_seen_header(msg, MPIC_DNS_NOERROR)
            && fuzz_seen_records(msg, &run->lookups[0][i], NULL, NULL))
        {
            break;
        }

        fuzz_check(fuzz_seen_header(msg, MPIC_DNS_NOERROR)
                   || (fuzz_seen_header(msg, MPIC_DNS_NXDOMAIN)
                       && i + 1 < run->n)
                   || fuzz_caa_permission(run, i));
    }

    if (i == run->n) {
        return;
    }

    /* a record names us, or none speaks of this kind of certificate */

    params = json_object();
    json_object_set_new(params, "tag",
                        json_string(run->request.caa.cert_type
                                    == MPIC_CERT_SMIME ? "issuemail"
                                    : "issue"));

    if (fuzz_seen_records(msg, &run->lookups[0][i], fuzz_caa_relevant,
                          params)) {

        for (j = 0; j < ndomains && fuzz_caa_plain(&domains[j]); j++) {
            memcpy(domain, domains[j].data, domains[j].len);
            domain[domains[j].len] = '\0';

            if (domain[domains[j].len - 1] == '.') {
                domain[domains[j].len - 1] = '\0';
            }

            json_object_set_new(params, "challenge_value",
                                json_string(domain));

            if (fuzz_seen_records(msg, &run->lookups[0][i], fuzz_seen_value,
                                  params))
            {
                break;
            }
        }

        /* one that is not plain may have been written in another way */

        fuzz_check(j < ndomains);
    }

    json_decref(params);
}


/* a failed lookup, and what has to be there to go on in spite of it */

static int
fuzz_caa_permission(const fuzz_run_t *run, size_t i)
{
    size_t             j;
    const mpic_str_t  *msg;

    if (!json_is_true(json_object_get(run->params, "allow_lookup_failure"))
        || (run->flags & (FUZZ_ALLOWED|FUZZ_VALIDATING|FUZZ_ONCE))
           != (FUZZ_ALLOWED|FUZZ_VALIDATING)
        || (run->msgs[0][i].len != 0
            && !fuzz_seen_header(&run->msgs[0][i], MPIC_DNS_SERVFAIL)))
    {
        return 0;
    }

    for (j = i; j < run->n; j++) {
        msg = &run->msgs[1][j];

        if (fuzz_seen_header(msg, MPIC_DNS_NOERROR) && (msg->data[3] & 0x20)
            && fuzz_seen_records(msg, &run->lookups[1][j], NULL, NULL)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* nothing but lower case and upper case of what it looks like */

static int
fuzz_caa_plain(const mpic_str_t *domain)
{
    size_t  i;

    for (i = 0; i < domain->len; i++) {
        if ((unsigned char) domain->data[i] >= 0x80) {
            return 0;
        }
    }

    return domain->len != 0 && domain->len <= MPIC_NAME_MAX
           && !fuzz_seen_in(domain->data, domain->len, "xn--");
}


static int
fuzz_caa_relevant(const ns_msg *msg, const ns_rr *rr, const json_t *params)
{
    const char           *tag;
    const unsigned char  *p;

    (void) msg;

    p = ns_rr_rdata(*rr);
    tag = fuzz_text(params, "tag");

    return ns_rr_rdlen(*rr) > 2 && p[1] == strlen(tag)
           && strncasecmp((const char *) p + 2, tag, p[1]) == 0;
}


static void
fuzz_http(fuzz_run_t *run)
{
    mpic_page_t  page;

    memset(&page, 0, sizeof(mpic_page_t));

    page.status = 100 + 2 * (int) fuzz_byte(&run->in);
    page.truncated = ((run->flags & FUZZ_TRUNCATED) != 0);
    page.body = fuzz_take(&run->fp, &run->in, run->in.len);

    if (page.body.len == 0) {
        page.truncated = 0;
    }

    mpic_result_init(&run->result, MPIC_CHECK_DCV, MPIC_DETAILS_HTTP);
    run->result.method = run->request.dcv.method;

    fuzz_check(mpic_challenge_http(&run->fp.pool, &run->request.dcv, &page,
                                   &run->result)
               == 0);

    fuzz_verdict(run);

    if (run->result.passed) {
        fuzz_check(fuzz_seen_page(&page, run->params));
    }
}


static void
fuzz_tls(fuzz_run_t *run)
{
    mpic_tls_seen_t  seen;

    seen.version = fuzz_byte(&run->in) << 8;
    seen.version |= fuzz_byte(&run->in);
    seen.alpn = fuzz_line(&run->fp, &run->in);
    seen.certificate = fuzz_take(&run->fp, &run->in, run->in.len);

    if (run->flags & FUZZ_SIGN) {
        seen.certificate = fuzz_sign(&run->fp, seen.certificate);
    }

    mpic_result_init(&run->result, MPIC_CHECK_DCV, MPIC_DETAILS_TLS);
    run->result.method = run->request.dcv.method;

    fuzz_check(mpic_tls_alpn(&run->fp.pool, &run->request.target,
                             run->request.dcv.digest, &seen, &run->result)
               == 0);

    fuzz_verdict(run);

    if (run->result.passed) {
        fuzz_check(fuzz_seen_tls(&seen, &run->request.target, run->params));
    }
}


static void
fuzz_answer(fuzz_run_t *run, mpic_lookup_t *lookup, mpic_str_t *msg)
{
    int                      rc;
    size_t                   len;
    static const mpic_str_t  why = mpic_str("no answer in time");

    lookup->asked = (run->flags & FUZZ_ONCE) ? 1 : 2;
    lookup->validating = ((run->flags & FUZZ_VALIDATING) != 0);
    lookup->answer.ede_code = -1;

    if (fuzz_byte(&run->in) == 0) {
        lookup->state = MPIC_LOOKUP_FAILED;
        lookup->why = why;
        return;
    }

    len = (size_t) fuzz_byte(&run->in) << 8;
    len |= fuzz_byte(&run->in);

    *msg = fuzz_message(run, lookup, len);

    rc = mpic_dns_parse(&run->fp.pool, (const unsigned char *) msg->data,
                        msg->len, &lookup->name, lookup->type, NULL,
                        &lookup->answer, &lookup->why);
    fuzz_check(rc == 0 || rc == 1);

    lookup->state = rc ? MPIC_LOOKUP_FAILED : MPIC_LOOKUP_ANSWERED;
    lookup->fault = (rc != 0);
}


static mpic_str_t
fuzz_message(fuzz_run_t *run, const mpic_lookup_t *lookup, size_t len)
{
    int             n;
    char            name[NS_MAXDNAME];
    mpic_str_t      text;
    unsigned char   head[12 + NS_MAXCDNAME + 4];

    memset(head, 0, sizeof(head));

    head[2] = (unsigned char) fuzz_byte(&run->in);
    head[3] = (unsigned char) fuzz_byte(&run->in);
    head[5] = 1;
    head[7] = (unsigned char) fuzz_byte(&run->in);
    head[9] = (unsigned char) fuzz_byte(&run->in);

    fuzz_check(lookup->name.len <= MPIC_NAME_MAX);
    memcpy(name, lookup->name.data, lookup->name.len);
    name[lookup->name.len] = '\0';

    fuzz_check(ns_name_pton(name, head + 12, NS_MAXCDNAME) >= 0);

    n = 12;

    while (head[n] != 0) {
        n += head[n] + 1;
    }

    n++;
    head[n] = (unsigned char) (lookup->type >> 8);
    head[n + 1] = (unsigned char) lookup->type;
    head[n + 3] = 1;
    n += 4;

    if (len > run->in.len) {
        len = run->in.len;
    }

    text.len = (size_t) n + len;
    text.data = run->fp.pool.alloc(&run->fp, text.len);
    fuzz_check(text.data != NULL);

    memcpy((char *) text.data, head, (size_t) n);

    if (len) {
        memcpy((char *) text.data + n, run->in.p, len);
    }

    run->in.p += len;
    run->in.len -= len;

    return text;
}


/* no pass that is not whole, and a coordinator reads what was found */

static void
fuzz_verdict(fuzz_run_t *run)
{
    mpic_str_t        json, why;
    mpic_response_t   response;

    fuzz_check(run->result.completed || !run->result.passed);
    fuzz_check(run->result.passed == (run->result.nerrors == 0));

    run->result.timestamp_ns = 1234567890123456789;

    fuzz_check(mpic_response_print(&run->fp.pool, &run->result, &json) == 0);
    fuzz_json_check_written(&json);

    fuzz_check(mpic_response_read(&run->fp.pool, json.data, json.len,
                                  &run->request, run->result.type,
                                  &response, &why)
               == 0);
    fuzz_check(response.passed == run->result.passed);
    fuzz_check(response.completed == run->result.completed);

    fuzz_record(&run->fp, &run->request, run->params, &run->result, &json);
}
