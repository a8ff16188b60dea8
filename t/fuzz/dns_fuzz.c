
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * DNS messages: the whole judgement of a check from the octets of an answer.
 * The first octet of the input chooses what is asked, the second what is
 * known beside it, the rest is the message.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* memmem() */
#endif

#include "fuzz_json.h"
#include "mpic_caa.h"
#include "mpic_caa_set.h"
#include "fuzz_methods.h"
#include "mpic_response.h"

#ifndef CARES_NO_DEPRECATED
#define CARES_NO_DEPRECATED
#endif

#include <ares.h>
#include <arpa/nameser.h>


/* of the first octet */
#define FUZZ_TYPE         0x07
#define FUZZ_OTHER_NAME   0x08
#define FUZZ_OTHER_TYPE   0x10
#define FUZZ_EXACT_MATCH  0x20
#define FUZZ_EXACT_CASE   0x40
#define FUZZ_WILDCARD     0x80

/* of the second: what the two levels above answered, what is given */
#define FUZZ_PARENT       0x03
#define FUZZ_TLD          0x0c
#define FUZZ_NO_DOMAINS   0x10
#define FUZZ_SMIME        0x20
#define FUZZ_PARAMETERS   0x40
#define FUZZ_DNS01        0x80


static void fuzz_question(const uint8_t *data, size_t size, unsigned options,
    fuzz_pool_t *fp, mpic_lookup_t *lookup);
static void fuzz_answer(const mpic_lookup_t *lookup);
static void fuzz_header(const mpic_lookup_t *lookup, const mpic_str_t *msg);
static void fuzz_owners(const mpic_lookup_t *lookup, const mpic_str_t *msg);
static int fuzz_alias(ns_msg *msg, const char *owner,
    const mpic_str_t *target);
static void fuzz_record(const mpic_lookup_t *lookup,
    const mpic_dns_record_t *record);
static void fuzz_utf8(const mpic_str_t *text);
static void fuzz_dcv(fuzz_pool_t *fp, unsigned options, unsigned more,
    const mpic_lookup_t *lookup, const mpic_str_t *msg);
static void fuzz_methods(fuzz_pool_t *fp, const mpic_lookup_t *lookup);
static int fuzz_dcv_expected(const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup);
static int fuzz_contains(const mpic_str_t *hay, const mpic_str_t *needle,
    int exact_case);
static void fuzz_ares_agrees(const mpic_str_t *msg,
    const mpic_dcv_params_t *params);
static void fuzz_caa(fuzz_pool_t *fp, unsigned options, unsigned more,
    const mpic_lookup_t *lookup);
static void fuzz_level(mpic_lookup_t *lookup, unsigned what);
static void fuzz_caa_passed(const mpic_lookup_t *lookups, size_t n,
    const mpic_result_t *result);
static void fuzz_printed(fuzz_pool_t *fp, const mpic_result_t *result);


static const uint16_t  fuzz_types[] = {
    MPIC_DNS_TXT, MPIC_DNS_CAA, MPIC_DNS_A, MPIC_DNS_AAAA, MPIC_DNS_CNAME,
    MPIC_DNS_PTR, MPIC_DNS_DS, MPIC_DNS_SOA
};

static const char  fuzz_digest[] =
    "gfj9Xq_Rg85nM0123456789abcdefghijklmnopqrst";


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int            rc;
    size_t         fail_at;
    unsigned       options, more;
    mpic_str_t     msg;
    fuzz_pool_t    fp;
    fuzz_input_t   in;
    mpic_lookup_t  lookup;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    options = fuzz_byte(&in);
    more = fuzz_byte(&in);

    fuzz_question(in.p, in.len, options, &fp, &lookup);

    msg = fuzz_take(&fp, &in, in.len);
    fp.asked = 0;

    rc = mpic_dns_parse(&fp.pool, (const unsigned char *) msg.data, msg.len,
                        &lookup.name, lookup.type, NULL, &lookup.answer,
                        &lookup.why);

    fail_at = fuzz_fail_at(data, size, fp.asked);

    if (rc == 0) {
        lookup.state = MPIC_LOOKUP_ANSWERED;
        fuzz_answer(&lookup);
        fuzz_header(&lookup, &msg);
        fuzz_owners(&lookup, &msg);

    } else {
        fuzz_check(rc == 1);
        fuzz_check_sentence(&lookup.why);
        lookup.state = MPIC_LOOKUP_FAILED;
    }

    if (lookup.type == MPIC_DNS_CAA) {
        fuzz_caa(&fp, options, more, &lookup);

    } else {
        fuzz_dcv(&fp, options, more, &lookup, &msg);
    }

    fuzz_methods(&fp, &lookup);

    if (fail_at) {
        fp.asked = 0;
        fp.fail_at = fail_at;

        rc = mpic_dns_parse(&fp.pool, (const unsigned char *) msg.data,
                            msg.len, &lookup.name, lookup.type, NULL,
                            &lookup.answer, &lookup.why);
        fuzz_check(rc == -1);
    }

    fuzz_pool_free(&fp);

    return 0;
}


/* the message's own, where it has one, so that it is not simply another's */

static void
fuzz_question(const uint8_t *data, size_t size, unsigned options,
    fuzz_pool_t *fp, mpic_lookup_t *lookup)
{
    int          n;
    char         name[NS_MAXDNAME];
    const char  *qname;

    memset(lookup, 0, sizeof(mpic_lookup_t));

    qname = "www.example.com";
    lookup->type = fuzz_types[options & FUZZ_TYPE];

    if (size > 12) {
        n = ns_name_uncompress(data, data + size, data + 12, name,
                               sizeof(name));

        if (n > 0 && !(options & FUZZ_OTHER_NAME) && strcmp(name, ".") != 0) {
            qname = name;
        }

        if (n > 0 && (size_t) n + 14 <= size
            && !(options & FUZZ_OTHER_TYPE))
        {
            lookup->type = (uint16_t) (data[12 + n] << 8 | data[13 + n]);
        }
    }

    lookup->name = fuzz_strz(fp, qname);
}


static void
fuzz_answer(const mpic_lookup_t *lookup)
{
    size_t                    i;
    const mpic_dns_answer_t  *answer;

    answer = &lookup->answer;

    fuzz_check(answer->rcode >= 0 && answer->rcode <= 0xfff);
    fuzz_check(answer->nrecords == 0 || answer->rcode == MPIC_DNS_NOERROR);
    fuzz_check(answer->ncname_chain <= MPIC_DNS_CNAMES);
    fuzz_check(answer->nrecords <= MPIC_DNS_RECORDS);
    fuzz_check(answer->ncname_chain == 0
               || answer->rcode == MPIC_DNS_NOERROR
               || answer->rcode == MPIC_DNS_NXDOMAIN);
    fuzz_check(answer->ede_code >= -1 && answer->ede_code <= 0xffff);
    fuzz_check(answer->ttl <= 0x7fffffff);

    fuzz_utf8(&answer->found_at);
    fuzz_utf8(&answer->ede_text);

    for (i = 0; i < answer->ncname_chain; i++) {
        fuzz_utf8(&answer->cname_chain[i]);
        fuzz_check(answer->cname_chain[i].len > 0);
        fuzz_check(answer->cname_chain[i].data[answer->cname_chain[i].len - 1]
                   == '.');
    }

    for (i = 0; i < answer->nrecords; i++) {
        fuzz_record(lookup, &answer->records[i]);
    }
}


static void
fuzz_header(const mpic_lookup_t *lookup, const mpic_str_t *msg)
{
    const unsigned char  *p;

    p = (const unsigned char *) msg->data;

    fuzz_check(msg->len > 12);
    fuzz_check((p[2] & 0x80) && !(p[2] & 0x02));
    fuzz_check((lookup->answer.rcode & 0x0f) == (p[3] & 0x0f));
    fuzz_check(lookup->answer.ad == ((p[3] & 0x20) != 0));
}


/*
 * The chain leads from the question to where the records stand; all of the
 * type that stand there are given, and no others.
 */

static void
fuzz_owners(const mpic_lookup_t *lookup, const mpic_str_t *text)
{
    int                       i;
    char                      name[NS_MAXDNAME + 1];
    ns_rr                     rr;
    size_t                    n;
    ns_msg                    msg;
    const mpic_dns_answer_t  *answer;

    answer = &lookup->answer;

    fuzz_check(ns_initparse((const unsigned char *) text->data,
                            (int) text->len, &msg) == 0);
    fuzz_check(lookup->name.len < sizeof(name));

    memcpy(name, lookup->name.data, lookup->name.len);
    name[lookup->name.len] = '\0';

    for (n = 0; n < answer->ncname_chain; n++) {
        fuzz_check(fuzz_alias(&msg, name, &answer->cname_chain[n]));

        memcpy(name, answer->cname_chain[n].data,
               answer->cname_chain[n].len - 1);
        name[answer->cname_chain[n].len - 1] = '\0';
    }

    fuzz_check(strcasecmp(name, answer->found_at.data) == 0);

    if (answer->rcode != MPIC_DNS_NOERROR) {
        return;
    }

    n = 0;

    for (i = 0; i < ns_msg_count(msg, ns_s_an); i++) {
        fuzz_check(ns_parserr(&msg, ns_s_an, i, &rr) == 0);

        if (ns_rr_type(rr) == lookup->type && ns_rr_class(rr) == ns_c_in
            && strcasecmp(rr.name, name) == 0)
        {
            n++;
        }
    }

    fuzz_check(n == answer->nrecords);
}


/* the root is empty, as in ns_rr */

static int
fuzz_alias(ns_msg *msg, const char *owner, const mpic_str_t *target)
{
    int    i;
    char   name[NS_MAXDNAME];
    ns_rr  rr;

    for (i = 0; i < ns_msg_count(*msg, ns_s_an); i++) {

        if (ns_parserr(msg, ns_s_an, i, &rr) != 0
            || ns_rr_type(rr) != ns_t_cname || ns_rr_class(rr) != ns_c_in
            || strcasecmp(rr.name, owner) != 0
            || ns_name_uncompress(ns_msg_base(*msg), ns_msg_end(*msg),
                                  ns_rr_rdata(rr), name, sizeof(name)) < 0)
        {
            continue;
        }

        if (strcmp(name, ".") == 0) {
            name[0] = '\0';
        }

        if (strlen(name) == target->len - 1
            && strncasecmp(name, target->data, target->len - 1) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
fuzz_record(const mpic_lookup_t *lookup, const mpic_dns_record_t *record)
{
    fuzz_check(record->type == lookup->type);
    fuzz_check(record->ttl >= lookup->answer.ttl);
    fuzz_check(mpic_str_case_eq(&record->owner, &lookup->answer.found_at)
               || lookup->answer.ncname_chain == 0);
    fuzz_check(record->rdata.data != NULL && record->value.data != NULL);

    fuzz_utf8(&record->text);

    switch (record->type) {

    case MPIC_DNS_A:
        fuzz_check(record->value.len == 4);
        break;

    case MPIC_DNS_AAAA:
        fuzz_check(record->value.len == 16);
        break;

    case MPIC_DNS_TXT:
        fuzz_check(record->value.len < record->rdata.len);
        break;

    default:
        break;
    }
}


/* terminated, and a string for JSON */

static void
fuzz_utf8(const mpic_str_t *text)
{
    json_t  *string;

    if (text->data == NULL) {
        return;
    }

    fuzz_check(text->data[text->len] == '\0');

    string = json_stringn(text->data, text->len);
    fuzz_check(string != NULL);
    json_decref(string);
}


static void
fuzz_dcv(fuzz_pool_t *fp, unsigned options, unsigned more,
    const mpic_lookup_t *lookup, const mpic_str_t *msg)
{
    mpic_result_t      result;
    mpic_target_t      target;
    mpic_dcv_params_t  params;

    memset(&params, 0, sizeof(mpic_dcv_params_t));
    memset(&target, 0, sizeof(mpic_target_t));

    params.record_type = MPIC_DNS_TXT;
    params.exact_match = ((options & FUZZ_EXACT_MATCH) != 0);
    params.exact_case = ((options & FUZZ_EXACT_CASE) != 0);
    params.key_authorization_hash = fuzz_strz(fp, fuzz_digest);
    params.challenge_value = fuzz_strz(fp, "Challenge");
    params.method = (more & FUZZ_DNS01) ? MPIC_METHOD_ACME_DNS_01
                                        : MPIC_METHOD_DNS_CHANGE;

    mpic_result_init(&result, MPIC_CHECK_DCV, MPIC_DETAILS_DNS);

    fuzz_check(mpic_challenge_dns(&fp->pool, &target, &params, 1, lookup,
                                  &result)
               == 0);

    fuzz_check(result.completed == mpic_lookup_usable(lookup));
    fuzz_check(result.passed == fuzz_dcv_expected(&params, lookup));

    if (result.passed) {
        fuzz_check(lookup->state == MPIC_LOOKUP_ANSWERED);
        fuzz_check(lookup->answer.rcode == MPIC_DNS_NOERROR);
        fuzz_check(lookup->answer.nrecords > 0);

        if (lookup->type == MPIC_DNS_TXT) {
            fuzz_ares_agrees(msg, &params);
        }
    }

    fuzz_printed(fp, &result);
}


static void
fuzz_methods(fuzz_pool_t *fp, const mpic_lookup_t *lookup)
{
    size_t         i;
    mpic_result_t  result;

    for (i = 0; i < sizeof(fuzz_method_list) / sizeof(fuzz_method_list[0]);
         i++)
    {
        if (fuzz_method_list[i].type == lookup->type) {
            fuzz_method(fp, lookup, &fuzz_method_list[i], &result);
            fuzz_printed(fp, &result);
        }
    }

    if (lookup->type == MPIC_DNS_CAA) {
        fuzz_method_contact(fp, lookup, &result);
        fuzz_printed(fp, &result);
    }
}


static int
fuzz_dcv_expected(const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup)
{
    int                exact, exact_case;
    size_t             i;
    mpic_str_t         wanted;
    const mpic_str_t  *value;

    if (!mpic_lookup_usable(lookup)) {
        return 0;
    }

    wanted = params->challenge_value;
    exact = params->exact_match;
    exact_case = params->exact_case;

    if (params->method == MPIC_METHOD_ACME_DNS_01) {
        wanted = params->key_authorization_hash;
        exact = 1;
        exact_case = 1;

    } else if (exact && lookup->type == MPIC_DNS_CNAME) {

        /* a name, which ends in a dot */

        wanted.data = "challenge.";
        wanted.len++;
        exact_case = 0;
    }

    for (i = 0; i < lookup->answer.nrecords; i++) {
        value = &lookup->answer.records[i].value;

        if ((!exact || value->len == wanted.len)
            && fuzz_contains(value, &wanted, exact_case))
        {
            return 1;
        }
    }

    return 0;
}


static int
fuzz_contains(const mpic_str_t *hay, const mpic_str_t *needle,
    int exact_case)
{
    size_t      i;
    mpic_str_t  part;

    part.len = needle->len;

    for (i = 0; i + needle->len <= hay->len; i++) {
        part.data = hay->data + i;

        if (exact_case ? mpic_str_eq(&part, needle)
                       : mpic_str_case_eq(&part, needle))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Another parser, where it takes the message at all, finds the record too.
 */

static void
fuzz_ares_agrees(const mpic_str_t *msg, const mpic_dcv_params_t *params)
{
    int                   found;
    char                 *joined;
    size_t                len;
    mpic_str_t            value;
    struct ares_txt_ext  *list, *txt;

    if (ares_parse_txt_reply_ext((const unsigned char *) msg->data,
                                 (int) msg->len, &list)
        != ARES_SUCCESS)
    {
        return;
    }

    joined = malloc(msg->len + 1);
    fuzz_check(joined != NULL);

    found = 0;
    len = 0;

    for (txt = list; txt != NULL; txt = txt->next) {

        if (txt->record_start) {
            len = 0;
        }

        memcpy(joined + len, txt->txt, txt->length);
        len += txt->length;

        value.data = joined;
        value.len = len;

        found |= fuzz_contains(&value,
                               params->method == MPIC_METHOD_ACME_DNS_01
                               ? &params->key_authorization_hash
                               : &params->challenge_value, 0);
    }

    free(joined);
    ares_free_data(list);

    fuzz_check(found);
}


static void
fuzz_caa(fuzz_pool_t *fp, unsigned options, unsigned more,
    const mpic_lookup_t *lookup)
{
    int                rc;
    size_t             ndomains;
    mpic_str_t         domains[2], methods[1], accounts[1];
    mpic_target_t      target;
    mpic_lookup_t      lookups[3];
    mpic_result_t      result;
    mpic_caa_params_t  params;

    memset(&params, 0, sizeof(mpic_caa_params_t));
    memset(&target, 0, sizeof(mpic_target_t));

    domains[0] = fuzz_strz(fp, "CA.example");
    domains[1] = fuzz_strz(fp, "b\xc3\xbc" "cher.example");
    ndomains = (more & FUZZ_NO_DOMAINS) ? 0 : 2;

    methods[0] = fuzz_strz(fp, "acme-dns-01");
    accounts[0] = fuzz_strz(fp, "https://ca.example/a/1");

    if (more & FUZZ_PARAMETERS) {
        params.methods = methods;
        params.nmethods = 1;
        params.account_uris = accounts;
        params.naccount_uris = 1;
    }

    params.cert_type = (more & FUZZ_SMIME) ? MPIC_CERT_SMIME
                                           : MPIC_CERT_TLS_SERVER;
    target.wildcard = ((options & FUZZ_WILDCARD) != 0);
    target.name = lookup->name;

    lookups[0] = *lookup;
    fuzz_level(&lookups[1], more & FUZZ_PARENT);
    fuzz_level(&lookups[2], (more & FUZZ_TLD) >> 2);

    mpic_result_init(&result, MPIC_CHECK_CAA, MPIC_DETAILS_CAA);

    rc = mpic_caa_judge(&fp->pool, &target, &params, domains, ndomains,
                        lookups, 3, NULL, &result);
    fuzz_check(rc == 0 || rc == 1);

    if (rc == 0) {
        fuzz_check(!result.passed && !result.completed);
        fuzz_check(mpic_lookup_usable(lookup));
        fuzz_check(lookup->answer.nrecords == 0);
        return;
    }

    fuzz_check(result.completed || !result.passed);
    fuzz_check(result.passed || result.nerrors > 0);

    if (!mpic_lookup_usable(lookup)) {
        fuzz_check(!result.passed && !result.completed);
    }

    if (result.passed) {
        fuzz_caa_passed(lookups, 3, &result);
    }

    fuzz_printed(fp, &result);
}


static void
fuzz_level(mpic_lookup_t *lookup, unsigned what)
{
    static const mpic_str_t  name = mpic_str("com");
    static const mpic_str_t  why = mpic_str("no answer in time");

    memset(lookup, 0, sizeof(mpic_lookup_t));

    lookup->name = name;
    lookup->type = MPIC_DNS_CAA;
    lookup->answer.ede_code = -1;
    lookup->answer.found_at = name;

    switch (what) {

    case 0:
        lookup->state = MPIC_LOOKUP_ANSWERED;
        lookup->answer.rcode = MPIC_DNS_NOERROR;
        break;

    case 1:
        lookup->state = MPIC_LOOKUP_ANSWERED;
        lookup->answer.rcode = MPIC_DNS_NXDOMAIN;
        break;

    case 2:
        lookup->state = MPIC_LOOKUP_FAILED;
        lookup->why = why;
        break;

    default:
        break;
    }
}


static void
fuzz_caa_passed(const mpic_lookup_t *lookups, size_t n,
    const mpic_result_t *result)
{
    size_t                i;
    mpic_caa_property_t   property;

    fuzz_check(mpic_lookup_usable(&lookups[0]));

    if (lookups[0].answer.nrecords == 0) {

        /* nothing anywhere, and all of it known */

        fuzz_check(result->caa_present == 0);
        fuzz_check(lookups[n - 1].answer.rcode == MPIC_DNS_NOERROR);

        for (i = 0; i < n; i++) {
            fuzz_check(mpic_lookup_usable(&lookups[i]));
            fuzz_check(lookups[i].answer.nrecords == 0);
        }

        return;
    }

    fuzz_check(result->caa_present == 1);
    fuzz_check(lookups[0].answer.rcode == MPIC_DNS_NOERROR);

    for (i = 0; i < lookups[0].answer.nrecords; i++) {
        fuzz_check(mpic_caa_property(&lookups[0].answer.records[i], &property)
                   == 0);

        /* no other tag that is known has this length */

        fuzz_check(!property.critical || property.tag.len == 5
                   || property.tag.len == 8 || property.tag.len == 9
                   || property.tag.len == 12);
    }
}


/* written, and read as a coordinator reads it */

static void
fuzz_printed(fuzz_pool_t *fp, const mpic_result_t *result)
{
    int              rc;
    mpic_str_t       json, why;
    mpic_result_t    stamped;
    mpic_request_t   request;
    mpic_response_t  response;

    stamped = *result;
    stamped.timestamp_ns = 1234567890123456789;

    fuzz_check(mpic_response_print(&fp->pool, &stamped, &json) == 0);
    fuzz_json_check_written(&json);

    memset(&request, 0, sizeof(mpic_request_t));
    request.check_type = result->type;
    request.dcv.method = result->method;

    rc = mpic_response_read(&fp->pool, json.data, json.len, &request,
                            request.check_type, &response, &why);
    if (rc != 0) {
        fprintf(stderr, "not read: %.*s\n", (int) why.len, why.data);
    }

    fuzz_check(rc == 0);
    fuzz_check(response.passed == result->passed);
    fuzz_check(response.completed == result->completed);
}
