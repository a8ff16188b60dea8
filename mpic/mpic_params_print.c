
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_params.h"
#include "mpic_params_field.h"

#include <stdio.h>


static void mpic_params_print_acme(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv);
static void mpic_params_print_website(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv);
static void mpic_params_print_dns(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv);
static void mpic_params_print_persistent(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv);
static void mpic_params_print_headers(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv);
static void mpic_params_print_digest(mpic_json_t *json, cJSON *object,
    const unsigned char *digest);


void
mpic_params_print_dcv(mpic_json_t *json, cJSON *parent,
    const mpic_dcv_params_t *dcv)
{
    cJSON  *object;

    object = mpic_json_object(json, parent, MPIC_DCV_PATH);

    mpic_json_word(json, object, "validation_method",
                   mpic_method_name(dcv->method));

    switch (dcv->method) {

    case MPIC_METHOD_ACME_DNS_01:
    case MPIC_METHOD_ACME_HTTP_01:
    case MPIC_METHOD_ACME_TLS_ALPN_01:
    case MPIC_METHOD_DNS_ACCOUNT_01:
        mpic_params_print_acme(json, object, dcv);
        break;

    case MPIC_METHOD_WEBSITE_CHANGE:
        mpic_params_print_website(json, object, dcv);
        break;

    case MPIC_METHOD_DNS_PERSISTENT:
        mpic_params_print_persistent(json, object, dcv);
        break;

    default:
        mpic_params_print_dns(json, object, dcv);
        break;
    }
}


static void
mpic_params_print_acme(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv)
{
    mpic_json_bool(json, object, "require_exact_case", 1);

    if (dcv->method == MPIC_METHOD_ACME_TLS_ALPN_01) {
        mpic_params_print_digest(json, object, dcv->digest);
        return;
    }

    if (dcv->method == MPIC_METHOD_ACME_HTTP_01) {
        mpic_json_text(json, object, "token", &dcv->token);
        mpic_json_text(json, object, "key_authorization",
                       &dcv->key_authorization);
        mpic_params_print_headers(json, object, dcv);
        return;
    }

    mpic_json_text(json, object, "key_authorization_hash",
                   &dcv->key_authorization_hash);
    mpic_json_word(json, object, "dns_record_type", "TXT");

    if (dcv->method == MPIC_METHOD_DNS_ACCOUNT_01) {
        mpic_json_text(json, object, "acme_account_url",
                       &dcv->acme_account_url);

    } else {
        mpic_json_word(json, object, "dns_name_prefix", MPIC_PREFIX_ACME);
    }
}


static void
mpic_params_print_website(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv)
{
    mpic_json_text(json, object, "challenge_value", &dcv->challenge_value);
    mpic_json_text(json, object, "http_token_path", &dcv->http_token_path);
    mpic_json_word(json, object, "url_scheme", dcv->https ? "https" : "http");
    mpic_params_print_headers(json, object, dcv);
    mpic_json_text(json, object, "match_regex", &dcv->match_regex);
    mpic_json_bool(json, object, "require_exact_case", dcv->exact_case);
}


static void
mpic_params_print_dns(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv)
{
    mpic_json_text(json, object, "challenge_value", &dcv->challenge_value);
    mpic_json_bool(json, object, "require_exact_match", dcv->exact_match);
    mpic_json_bool(json, object, "require_exact_case", dcv->exact_case);
    mpic_json_word(json, object, "dns_record_type",
                   mpic_dns_type_name(dcv->record_type));

    if (dcv->method == MPIC_METHOD_CONTACT_EMAIL_TXT) {
        mpic_json_word(json, object, "dns_name_prefix", MPIC_PREFIX_EMAIL);

    } else if (dcv->method == MPIC_METHOD_CONTACT_PHONE_TXT) {
        mpic_json_word(json, object, "dns_name_prefix", MPIC_PREFIX_PHONE);

    } else {
        mpic_json_text(json, object, "dns_name_prefix", &dcv->name_prefix);
    }
}


static void
mpic_params_print_persistent(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv)
{
    mpic_json_texts(json, object, "issuer_domain_names", dcv->issuers,
                    dcv->nissuers);
    mpic_json_text(json, object, "expected_account_uri", &dcv->account_uri);
    mpic_json_word(json, object, "dns_record_type", "TXT");

    if (dcv->wildcard_policy) {
        mpic_json_bool(json, object, "require_wildcard_policy", 1);
    }
}


static void
mpic_params_print_headers(mpic_json_t *json, cJSON *object,
    const mpic_dcv_params_t *dcv)
{
    cJSON   *headers;
    size_t   i;

    if (!dcv->headers_given) {
        mpic_json_null(json, object, "http_headers");
        return;
    }

    headers = mpic_json_object(json, object, "http_headers");

    for (i = 0; i < dcv->nheaders; i++) {
        mpic_json_text(json, headers, dcv->headers[i].name.data,
                       &dcv->headers[i].value);
    }
}


/* as the reference implementation reads it */

static void
mpic_params_print_digest(mpic_json_t *json, cJSON *object,
    const unsigned char *digest)
{
    char    text[2 * MPIC_SHA256_LEN + 1];
    size_t  i;

    for (i = 0; i < MPIC_SHA256_LEN; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }

    mpic_json_word(json, object, "key_authorization_hash", text);
}


void
mpic_params_print_caa(mpic_json_t *json, cJSON *parent,
    const mpic_caa_params_t *caa)
{
    cJSON  *object;

    object = mpic_json_object(json, parent, MPIC_CAA_PATH);

    mpic_json_word(json, object, "certificate_type",
                   caa->cert_type == MPIC_CERT_SMIME ? "s-mime"
                                                     : "tls-server");
    if (caa->ndomains) {
        mpic_json_texts(json, object, "caa_domains", caa->domains,
                        caa->ndomains);

    } else {
        mpic_json_null(json, object, "caa_domains");
    }

    mpic_json_bool(json, object, "allow_lookup_failure",
                   caa->allow_lookup_failure);

    if (caa->account_uris_given) {
        mpic_json_texts(json, object, "expected_account_uris",
                        caa->account_uris, caa->naccount_uris);
    }

    if (caa->methods_given) {
        mpic_json_texts(json, object, "expected_validation_methods",
                        caa->methods, caa->nmethods);
    }
}
