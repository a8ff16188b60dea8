
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Requests, as a client sends them and as a coordinator sends them on: what is
 * written for a perspective reads as what was read before.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* strcasestr() */
#endif

#include "fuzz_json.h"
#include "mpic_caa.h"
#include "mpic_challenge_dns.h"
#include "mpic_contact.h"
#include "mpic_params.h"
#include "mpic_response.h"
#include "mpic_url.h"

#include <curl/curl.h>


static void fuzz_refused(fuzz_pool_t *fp, const mpic_issues_t *issues);
static void fuzz_accepted(fuzz_pool_t *fp, const mpic_request_t *request,
    mpic_request_kind_e kind);
static void fuzz_sent(fuzz_pool_t *fp, const mpic_request_t *request);
static void fuzz_check_request(const mpic_request_t *request);
static void fuzz_check_dcv(const mpic_dcv_params_t *dcv);
static void fuzz_check_header(const mpic_header_t *header);
static void fuzz_equal(const mpic_request_t *a, const mpic_request_t *b);
static void fuzz_equal_caa(const mpic_caa_params_t *a,
    const mpic_caa_params_t *b);
static void fuzz_equal_dcv(const mpic_dcv_params_t *a,
    const mpic_dcv_params_t *b);
static void fuzz_equal_texts(const mpic_str_t *a, size_t na,
    const mpic_str_t *b, size_t nb);
static void fuzz_answer(fuzz_pool_t *fp, const mpic_request_t *request);
static void fuzz_asked(fuzz_pool_t *fp, const mpic_request_t *request);
static void fuzz_asked_caa(fuzz_pool_t *fp, const mpic_target_t *target);
static void fuzz_asked_contact(fuzz_pool_t *fp,
    const mpic_request_t *request, const mpic_str_t *name);
static void fuzz_asked_url(fuzz_pool_t *fp, const mpic_request_t *request);
static int fuzz_ends(const mpic_str_t *text, const mpic_str_t *end);


static const mpic_request_kind_e  fuzz_kinds[] = {
    MPIC_REQUEST_COORDINATOR, MPIC_REQUEST_DCV, MPIC_REQUEST_CAA
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int             rc;
    size_t          i, fail_at;
    mpic_str_t      body;
    fuzz_pool_t     fp;
    mpic_issues_t   issues;
    mpic_request_t  request;

    fuzz_pool_init(&fp);

    for (i = 0; i < sizeof(fuzz_kinds) / sizeof(fuzz_kinds[0]); i++) {
        body = fuzz_str(&fp, data, size);
        fp.asked = 0;

        rc = mpic_request_parse(&fp.pool, body.data, body.len, fuzz_kinds[i],
                                &request, &issues);

        fail_at = fuzz_fail_at(data, size, fp.asked);

        if (rc == 1) {
            fuzz_refused(&fp, &issues);

        } else {
            fuzz_check(rc == 0 && issues.n == 0 && issues.more == 0);
            fuzz_accepted(&fp, &request, fuzz_kinds[i]);
        }

        if (fail_at) {
            fp.asked = 0;
            fp.fail_at = fail_at;

            rc = mpic_request_parse(&fp.pool, body.data, body.len,
                                    fuzz_kinds[i], &request, &issues);
            fuzz_check(rc == -1);
        }

        fuzz_pool_free(&fp);
    }

    return 0;
}


static void
fuzz_refused(fuzz_pool_t *fp, const mpic_issues_t *issues)
{
    size_t      i;
    json_t     *root, *list;
    mpic_str_t  json;

    fuzz_check(issues->n >= 1 && issues->n <= MPIC_ISSUES_MAX);
    fuzz_check(issues->more == 0 || issues->n == MPIC_ISSUES_MAX);

    for (i = 0; i < issues->n; i++) {
        fuzz_check_sentence(&issues->list[i].type);
        fuzz_check_sentence(&issues->list[i].message);
    }

    fuzz_check(mpic_issues_print(&fp->pool, issues, &json) == 0);

    root = fuzz_json_written(&json);
    list = json_object_get(root, "validation_issues");
    fuzz_check(json_array_size(list) == issues->n + (issues->more != 0));
    json_decref(root);
}


static void
fuzz_accepted(fuzz_pool_t *fp, const mpic_request_t *request,
    mpic_request_kind_e kind)
{
    mpic_request_t  part;

    if (kind != MPIC_REQUEST_COORDINATOR) {
        fuzz_check(request->check_type == (kind == MPIC_REQUEST_CAA
                                           ? MPIC_CHECK_CAA
                                           : MPIC_CHECK_DCV));
    }

    fuzz_answer(fp, request);

    if (request->check_type != MPIC_CHECK_DCV_WITH_CAA) {
        fuzz_sent(fp, request);
        return;
    }

    part = *request;
    part.check_type = MPIC_CHECK_DCV;
    fuzz_sent(fp, &part);

    if (!request->caa_skipped) {
        part.check_type = MPIC_CHECK_CAA;
        fuzz_sent(fp, &part);
    }
}


/* what the perspectives are sent */

static void
fuzz_sent(fuzz_pool_t *fp, const mpic_request_t *request)
{
    int             rc;
    mpic_str_t      json, again;
    mpic_issues_t   issues;
    mpic_request_t  read;

    fuzz_check_request(request);

    fuzz_check(mpic_request_print(&fp->pool, request, request->check_type,
                                  &json)
               == 0);
    fuzz_json_check_written(&json);

    rc = mpic_request_parse(&fp->pool, json.data, json.len,
                            request->check_type == MPIC_CHECK_CAA
                            ? MPIC_REQUEST_CAA : MPIC_REQUEST_DCV,
                            &read, &issues);
    if (rc != 0) {
        fprintf(stderr, "not read again: %s\n", json.data);
    }

    fuzz_check(rc == 0);
    fuzz_equal(request, &read);

    fuzz_check(mpic_request_print(&fp->pool, &read, read.check_type, &again)
               == 0);
    fuzz_check(mpic_str_eq(&json, &again));

    fuzz_asked(fp, request);
}


/* what may never come through */

static void
fuzz_check_request(const mpic_request_t *request)
{
    size_t                    i;
    const mpic_dcv_params_t  *dcv;

    fuzz_check(request->target.canonical.len > 0
               && request->target.canonical.len <= MPIC_NAME_MAX + 2);
    fuzz_check(request->trace_identifier.len <= MPIC_TRACE_MAX);
    fuzz_check(request->orchestration.perspective_count >= -1
               && request->orchestration.quorum_count >= -1);

    if (request->check_type == MPIC_CHECK_CAA) {
        fuzz_check(request->target.type == MPIC_TARGET_FQDN);
        fuzz_check(request->caa.ndomains <= MPIC_DOMAINS_MAX);
        return;
    }

    dcv = &request->dcv;

    fuzz_check(mpic_method_unfit(dcv->method, &request->target) == NULL);

    if (dcv->method != MPIC_METHOD_ACME_HTTP_01) {
        fuzz_check_dcv(dcv);
        return;
    }

    fuzz_check(!request->target.wildcard);
    fuzz_check(dcv->token.len > 0 && dcv->token.len <= MPIC_TOKEN_MAX);
    fuzz_check(strpbrk(dcv->token.data, "/.%?#@\\ \t\r\n") == NULL);
    fuzz_check(dcv->key_authorization.len > dcv->token.len + 1);
    fuzz_check(memcmp(dcv->key_authorization.data, dcv->token.data,
                      dcv->token.len) == 0);
    fuzz_check(dcv->nheaders <= MPIC_HEADERS_MAX);

    for (i = 0; i < dcv->nheaders; i++) {
        fuzz_check_header(&dcv->headers[i]);
        fuzz_check(strstr(dcv->headers[i].value.data,
                          dcv->key_authorization.data) == NULL);
    }
}


static void
fuzz_check_dcv(const mpic_dcv_params_t *dcv)
{
    fuzz_check(dcv->name_prefix.len <= MPIC_LABEL_MAX);
    fuzz_check(dcv->name_prefix.len == 0 || dcv->name_prefix.data[0] == '_');
    fuzz_check(dcv->challenge_value.len <= MPIC_CHALLENGE_MAX);

    switch (dcv->method) {

    case MPIC_METHOD_ACME_DNS_01:
    case MPIC_METHOD_DNS_ACCOUNT_01:
        fuzz_check(dcv->key_authorization_hash.len == MPIC_DIGEST_LEN);
        break;

    case MPIC_METHOD_DNS_PERSISTENT:
        fuzz_check(dcv->nissuers > 0 && dcv->account_uri.len > 0);
        break;

    case MPIC_METHOD_ACME_TLS_ALPN_01:
        break;

    case MPIC_METHOD_WEBSITE_CHANGE:
        fuzz_check(dcv->http_token_path.len > 0);
        fuzz_check(strpbrk(dcv->http_token_path.data, "%?#\\ \t\r\n") == NULL);
        fuzz_check(strstr(dcv->http_token_path.data,
                          dcv->challenge_value.data) == NULL);
        /* fall through */

    default:
        fuzz_check(dcv->challenge_value.len > 0);
        break;
    }
}


static void
fuzz_check_header(const mpic_header_t *header)
{
    fuzz_check(header->name.len > 0);
    fuzz_check(header->name.len == strlen(header->name.data));
    fuzz_check(header->value.len == strlen(header->value.data));
    fuzz_check(strpbrk(header->name.data, " :\t\r\n()<>@,;\\\"/[]?={}")
               == NULL);
    fuzz_check(strpbrk(header->value.data, "\r\n") == NULL);
    fuzz_check(strcasecmp(header->name.data, "host") != 0);
}


static void
fuzz_equal(const mpic_request_t *a, const mpic_request_t *b)
{
    fuzz_check(a->check_type == b->check_type);
    fuzz_check(a->target.type == b->target.type);
    fuzz_check(a->target.wildcard == b->target.wildcard);
    fuzz_check(mpic_str_eq(&a->target.name, &b->target.name));
    fuzz_check(mpic_str_eq(&a->target.canonical, &b->target.canonical));
    fuzz_check(memcmp(a->target.address, b->target.address, 16) == 0);
    fuzz_check(mpic_str_eq(&a->trace_identifier, &b->trace_identifier));
    fuzz_check((a->trace_identifier.data == NULL)
               == (b->trace_identifier.data == NULL));

    if (a->check_type == MPIC_CHECK_CAA) {
        fuzz_check(a->caa_given == b->caa_given);
        fuzz_equal_caa(&a->caa, &b->caa);

    } else {
        fuzz_equal_dcv(&a->dcv, &b->dcv);
    }
}


static void
fuzz_equal_caa(const mpic_caa_params_t *a, const mpic_caa_params_t *b)
{
    fuzz_check(a->cert_type == b->cert_type);
    fuzz_check(a->allow_lookup_failure == b->allow_lookup_failure);
    fuzz_check(a->account_uris_given == b->account_uris_given);
    fuzz_check(a->methods_given == b->methods_given);

    fuzz_equal_texts(a->domains, a->ndomains, b->domains, b->ndomains);
    fuzz_equal_texts(a->account_uris, a->naccount_uris, b->account_uris,
                     b->naccount_uris);
    fuzz_equal_texts(a->methods, a->nmethods, b->methods, b->nmethods);
}


static void
fuzz_equal_dcv(const mpic_dcv_params_t *a, const mpic_dcv_params_t *b)
{
    size_t  i;

    fuzz_check(a->method == b->method);
    fuzz_check(mpic_str_eq(&a->key_authorization_hash,
                           &b->key_authorization_hash));
    fuzz_check(mpic_str_eq(&a->token, &b->token));
    fuzz_check(mpic_str_eq(&a->key_authorization, &b->key_authorization));
    fuzz_check(mpic_str_eq(&a->challenge_value, &b->challenge_value));
    fuzz_check(mpic_str_eq(&a->http_token_path, &b->http_token_path));
    fuzz_check(mpic_str_eq(&a->match_regex, &b->match_regex));
    fuzz_check(mpic_str_eq(&a->acme_account_url, &b->acme_account_url));
    fuzz_check(mpic_str_eq(&a->account_uri, &b->account_uri));
    fuzz_check(memcmp(a->digest, b->digest, MPIC_SHA256_LEN) == 0);
    fuzz_check(a->https == b->https);
    fuzz_check(a->wildcard_policy == b->wildcard_policy);
    fuzz_equal_texts(a->issuers, a->nissuers, b->issuers, b->nissuers);
    fuzz_check(mpic_str_eq(&a->name_prefix, &b->name_prefix));
    fuzz_check(a->record_type == b->record_type);
    fuzz_check(a->exact_match == b->exact_match);
    fuzz_check(a->exact_case == b->exact_case);
    fuzz_check(a->headers_given == b->headers_given);
    fuzz_check(a->nheaders == b->nheaders);

    for (i = 0; i < a->nheaders; i++) {
        fuzz_check(mpic_str_eq(&a->headers[i].name, &b->headers[i].name));
        fuzz_check(mpic_str_eq(&a->headers[i].value, &b->headers[i].value));
    }
}


static void
fuzz_equal_texts(const mpic_str_t *a, size_t na, const mpic_str_t *b,
    size_t nb)
{
    size_t  i;

    fuzz_check(na == nb);

    for (i = 0; i < na; i++) {
        fuzz_check(mpic_str_eq(&a[i], &b[i]));
    }
}


/* the coordinator's answer, which repeats what was asked */

static void
fuzz_answer(fuzz_pool_t *fp, const mpic_request_t *request)
{
    json_t               *root;
    mpic_str_t            json;
    mpic_answer_t         answer;
    mpic_answer_entry_t   entry = {
        .code = mpic_str("eu-1"), .rir = mpic_str("RIPE NCC"),
        .json = { mpic_str("{\"check_passed\":false}"), mpic_str("{}") }
    };

    memset(&answer, 0, sizeof(mpic_answer_t));

    answer.perspective_count = 1;
    answer.quorum_count = 1;
    answer.attempt_count = 1;
    answer.entries = &entry;
    answer.nentries = 1;

    fuzz_check(mpic_answer_print(&fp->pool, request, &answer, &json) == 0);

    root = fuzz_json_written(&json);
    fuzz_check(json_is_false(json_object_get(root, "is_valid")));
    fuzz_check(json_object_get(root, "error") == NULL);
    json_decref(root);
}


/* what is asked of the DNS or of a server is below the target */

static void
fuzz_asked(fuzz_pool_t *fp, const mpic_request_t *request)
{
    int             rc;
    size_t          len;
    mpic_str_t      why, name;
    mpic_lookup_t   lookup;
    mpic_observe_e  observe;

    if (request->check_type == MPIC_CHECK_CAA) {
        fuzz_asked_caa(fp, &request->target);
        return;
    }

    if (request->dcv.method == MPIC_METHOD_ACME_HTTP_01
        || request->dcv.method == MPIC_METHOD_WEBSITE_CHANGE)
    {
        fuzz_asked_url(fp, request);
        return;
    }

    observe = mpic_method(request->dcv.method)->observe;

    if (observe != MPIC_OBSERVE_DNS && observe != MPIC_OBSERVE_DNS_TREE) {
        return;
    }

    rc = mpic_challenge_dns_question(&fp->pool, &request->target,
                                     &request->dcv, &lookup, &why);

    if (rc != 0) {
        fuzz_check(rc == 1);
        fuzz_check_sentence(&why);
        return;
    }

    fuzz_check(mpic_target_reverse(&fp->pool, &request->target, &name) == 0);

    fuzz_check(lookup.type == request->dcv.record_type);
    fuzz_check(lookup.name.len <= MPIC_NAME_MAX);
    fuzz_check(fuzz_ends(&lookup.name, &name));

    /* by labels that are nobody's host's, one or two */

    if (lookup.name.len != name.len) {
        fuzz_check(lookup.name.data[0] == '_');

        len = strcspn(lookup.name.data, ".");

        if (request->dcv.method == MPIC_METHOD_DNS_ACCOUNT_01) {
            fuzz_check(len == 17 && lookup.name.data[len + 1] == '_');
            len += 1 + strcspn(lookup.name.data + len + 1, ".");
        }

        fuzz_check(len == lookup.name.len - name.len - 1);
    }

    if (observe == MPIC_OBSERVE_DNS_TREE) {
        fuzz_asked_contact(fp, request, &lookup.name);
    }
}


static void
fuzz_asked_contact(fuzz_pool_t *fp, const mpic_request_t *request,
    const mpic_str_t *name)
{
    size_t         n;
    mpic_str_t     why;
    mpic_lookup_t  lookups[MPIC_CAA_LEVELS_MAX + 1];

    fuzz_check(mpic_contact_nlevels(&request->target)
               <= MPIC_CAA_LEVELS_MAX + 1);
    fuzz_check(mpic_contact_levels(&fp->pool, &request->target,
                                   &request->dcv, lookups, &n, &why)
               == 0);
    fuzz_check(n >= 2 && n <= (size_t) mpic_contact_nlevels(&request->target));
    fuzz_check(mpic_str_eq(&lookups[0].name, name));
    fuzz_check(memchr(lookups[n - 1].name.data, '.', lookups[n - 1].name.len)
               == NULL);
}


static void
fuzz_asked_caa(fuzz_pool_t *fp, const mpic_target_t *target)
{
    int            i, n;
    mpic_lookup_t  lookups[MPIC_CAA_LEVELS_MAX];

    n = mpic_caa_levels(&fp->pool, target, lookups);

    fuzz_check(n >= 2 && n <= MPIC_CAA_LEVELS_MAX);
    fuzz_check(mpic_str_eq(&lookups[0].name, &target->name));
    fuzz_check(memchr(lookups[n - 1].name.data, '.', lookups[n - 1].name.len)
               == NULL);

    for (i = 1; i < n; i++) {
        fuzz_check(fuzz_ends(&lookups[i - 1].name, &lookups[i].name));
        fuzz_check(strcspn(lookups[i - 1].name.data, ".")
                   == lookups[i - 1].name.len - lookups[i].name.len - 1);
    }
}


static void
fuzz_asked_url(fuzz_pool_t *fp, const mpic_request_t *request)
{
    char                     *got;
    CURLU                    *handle;
    mpic_url_t                url;
    mpic_str_t                path;
    const mpic_dcv_params_t  *dcv;

    dcv = &request->dcv;

    if (dcv->method == MPIC_METHOD_ACME_HTTP_01) {
        fuzz_check(mpic_url_http01(&fp->pool, &request->target, &dcv->token,
                                   &url) == 0);
        fuzz_check(mpic_str_printf(&fp->pool, &path, "%s%s",
                                   "/.well-known/acme-challenge/",
                                   dcv->token.data) == 0);

    } else {
        fuzz_check(mpic_url_website(&fp->pool, &request->target, dcv->https,
                                    &dcv->http_token_path, &url) == 0);
        fuzz_check(mpic_str_printf(&fp->pool, &path, "%s%s",
                                   "/.well-known/pki-validation/",
                                   dcv->http_token_path.data) == 0);
        fuzz_check(strcasestr(url.url.data, dcv->challenge_value.data)
                   == NULL);
    }

    handle = curl_url();
    fuzz_check(handle != NULL);
    fuzz_check(curl_url_set(handle, CURLUPART_URL, url.url.data, 0)
               == CURLUE_OK);

    fuzz_check(curl_url_get(handle, CURLUPART_PATH, &got, 0) == CURLUE_OK);
    fuzz_check(strcmp(got, path.data) == 0);
    curl_free(got);

    fuzz_check(curl_url_get(handle, CURLUPART_QUERY, &got, 0) != CURLUE_OK);

    fuzz_check(curl_url_get(handle, CURLUPART_HOST, &got, 0) == CURLUE_OK);
    fuzz_check(strstr(got, request->target.name.data) != NULL);
    curl_free(got);

    curl_url_cleanup(handle);
}


static int
fuzz_ends(const mpic_str_t *text, const mpic_str_t *end)
{
    const char  *p;

    if (text->len < end->len) {
        return 0;
    }

    p = text->data + text->len - end->len;

    return memcmp(p, end->data, end->len) == 0
           && (p == text->data || p[-1] == '.');
}
