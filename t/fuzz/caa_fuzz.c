
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * CAA record sets.  The input is lines: options, the issuer's name, an account
 * URI, a method, and then a tag and a value for each record; an exclamation
 * mark before the tag is the critical flag.
 */


#include "fuzz_json.h"
#include "mpic_caa.h"
#include "mpic_caa_method.h"
#include "mpic_caa_set.h"
#include "mpic_issue_value.h"
#include "mpic_response.h"


#define FUZZ_RECORDS    16

#define FUZZ_WILDCARD   0x01
#define FUZZ_SMIME      0x02
#define FUZZ_NO_DOMAIN  0x04
#define FUZZ_ACCOUNT    0x08
#define FUZZ_METHOD     0x10


typedef struct {
    unsigned           options;
    mpic_str_t         domain;
    mpic_str_t         account;
    mpic_str_t         method;
    mpic_target_t      target;
    mpic_caa_params_t  params;
    mpic_dns_record_t  records[FUZZ_RECORDS];
    size_t             n;
} fuzz_case_t;


static void fuzz_read(fuzz_pool_t *fp, fuzz_input_t *in, fuzz_case_t *c);
static void fuzz_record(fuzz_pool_t *fp, fuzz_input_t *in,
    mpic_dns_record_t *record);
static int fuzz_model(fuzz_pool_t *fp, const fuzz_case_t *c);
static int fuzz_known(const mpic_str_t *tag);
static int fuzz_is(const mpic_str_t *tag, const char *name);
static int fuzz_permits(fuzz_pool_t *fp, const fuzz_case_t *c,
    const mpic_str_t *value);
static int fuzz_parameters(const fuzz_case_t *c, mpic_issue_value_t *iv);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int            rc;
    mpic_str_t     json;
    fuzz_case_t    c;
    fuzz_pool_t    fp;
    fuzz_input_t   in;
    mpic_lookup_t  lookup;
    mpic_result_t  result;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    fuzz_read(&fp, &in, &c);

    memset(&lookup, 0, sizeof(mpic_lookup_t));

    lookup.state = MPIC_LOOKUP_ANSWERED;
    lookup.type = MPIC_DNS_CAA;
    lookup.name = c.target.name;
    lookup.answer.rcode = MPIC_DNS_NOERROR;
    lookup.answer.ede_code = -1;
    lookup.answer.records = c.records;
    lookup.answer.nrecords = c.n;
    lookup.answer.found_at = c.target.name;

    mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    rc = mpic_caa_judge(&fp.pool, &c.target, &c.params, &c.domain,
                        (c.options & FUZZ_NO_DOMAIN) ? 0 : 1, &lookup, 1,
                        NULL, &result);

    fuzz_check(rc == 1);
    fuzz_check(result.completed);
    fuzz_check(result.passed == fuzz_model(&fp, &c));
    fuzz_check(result.passed == (result.nerrors == 0));

    fuzz_check(mpic_response_print(&fp.pool, &result, &json) == 0);
    fuzz_json_check_written(&json);

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_read(fuzz_pool_t *fp, fuzz_input_t *in, fuzz_case_t *c)
{
    mpic_str_t  line;

    memset(c, 0, sizeof(fuzz_case_t));

    line = fuzz_line(fp, in);

    c->options = line.len ? (unsigned char) line.data[0] : 0;
    c->domain = fuzz_line(fp, in);
    c->account = fuzz_line(fp, in);
    c->method = fuzz_line(fp, in);

    while (in->len && c->n < FUZZ_RECORDS) {
        fuzz_record(fp, in, &c->records[c->n++]);
    }

    c->target.name = fuzz_strz(fp, "www.example.com");
    c->target.wildcard = ((c->options & FUZZ_WILDCARD) != 0);

    c->params.cert_type = (c->options & FUZZ_SMIME) ? MPIC_CERT_SMIME
                                                    : MPIC_CERT_TLS_SERVER;
    c->params.account_uris = &c->account;
    c->params.naccount_uris = ((c->options & FUZZ_ACCOUNT) != 0);
    c->params.methods = &c->method;
    c->params.nmethods = ((c->options & FUZZ_METHOD) != 0);
}


/* as mpic_dns_parse() would give it, but for a tag of letters and digits */

static void
fuzz_record(fuzz_pool_t *fp, fuzz_input_t *in, mpic_dns_record_t *record)
{
    char        *p;
    unsigned     flags;
    mpic_str_t   tag, value;

    tag = fuzz_line(fp, in);
    value = fuzz_line(fp, in);
    flags = 0;

    if (tag.len && tag.data[0] == '!') {
        flags = 0x80;
        tag.data++;
        tag.len--;
    }

    if (tag.len > 255) {
        tag.len = 255;
    }

    p = fp->pool.alloc(fp, 2 + tag.len + value.len);
    fuzz_check(p != NULL);

    record->type = MPIC_DNS_CAA;
    record->rdata.data = p;
    record->rdata.len = 2 + tag.len + value.len;
    record->value = record->rdata;

    p[0] = (char) flags;
    p[1] = (char) tag.len;
    memcpy(p + 2, tag.data, tag.len);
    memcpy(p + 2 + tag.len, value.data, value.len);

    fuzz_check(mpic_str_excerpt(&fp->pool, &record->text, value.data,
                                value.len, value.len) == 0);
}


/* the rule as it is written: RFC 8659 section 4, RFC 9495 */

static int
fuzz_model(fuzz_pool_t *fp, const fuzz_case_t *c)
{
    int                   relevant, permitted;
    size_t                i;
    const char           *wanted;
    mpic_caa_property_t   property;

    if (c->n == 0) {
        return 1;
    }

    wanted = (c->options & FUZZ_SMIME) ? "issuemail" : "issue";

    for (i = 0; i < c->n; i++) {

        if (c->records[i].value.data[1] == 0) {
            return 0;
        }

        fuzz_check(mpic_caa_property(&c->records[i], &property) == 0);

        if (property.critical && !fuzz_known(&property.tag)) {
            return 0;
        }

        if ((c->options & (FUZZ_SMIME|FUZZ_WILDCARD)) == FUZZ_WILDCARD
            && fuzz_is(&property.tag, "issuewild"))
        {
            wanted = "issuewild";
        }
    }

    relevant = 0;
    permitted = 0;

    for (i = 0; i < c->n; i++) {
        mpic_caa_property(&c->records[i], &property);

        if (fuzz_is(&property.tag, wanted)) {
            relevant = 1;
            permitted |= fuzz_permits(fp, c, &property.value);
        }
    }

    return !relevant || permitted;
}


static int
fuzz_known(const mpic_str_t *tag)
{
    return fuzz_is(tag, "issue") || fuzz_is(tag, "issuewild")
           || fuzz_is(tag, "issuemail") || fuzz_is(tag, "issuevmc")
           || fuzz_is(tag, "iodef") || fuzz_is(tag, "contactemail")
           || fuzz_is(tag, "contactphone");
}


static int
fuzz_is(const mpic_str_t *tag, const char *name)
{
    return tag->len == strlen(name)
           && strncasecmp(tag->data, name, tag->len) == 0;
}


static int
fuzz_permits(fuzz_pool_t *fp, const fuzz_case_t *c, const mpic_str_t *value)
{
    mpic_str_t           ours, theirs, why;
    mpic_issue_value_t   iv;

    return mpic_issue_value_parse(value, &iv) == 0
           && iv.domain.len != 0
           && !(c->options & FUZZ_NO_DOMAIN)
           && mpic_name_canonical(&fp->pool, &c->domain, &ours, &why) == 0
           && mpic_name_canonical(&fp->pool, &iv.domain, &theirs, &why) == 0
           && mpic_str_eq(&ours, &theirs)
           && fuzz_parameters(c, &iv);
}


/* RFC 8657 */

static int
fuzz_parameters(const fuzz_case_t *c, mpic_issue_value_t *iv)
{
    int         accounts, methods;
    mpic_str_t  tag, value;

    accounts = 0;
    methods = 0;

    while (mpic_issue_value_next(iv, &tag, &value)) {

        if (fuzz_is(&tag, "accounturi")) {
            accounts++;

            if (value.len == 0 || !(c->options & FUZZ_ACCOUNT)
                || !mpic_str_eq(&value, &c->account))
            {
                return 0;
            }
        }

        if (fuzz_is(&tag, "validationmethods")) {
            methods++;

            if (!(c->options & FUZZ_METHOD) || !mpic_caa_method_list(&value)
                || !mpic_caa_method_listed(&c->method, &value))
            {
                return 0;
            }
        }
    }

    return accounts < 2 && methods < 2;
}
