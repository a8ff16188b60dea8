
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_params.h"

#include <stdio.h>
#include <string.h>


#define MPIC_DCV_PATH      "dcv_check_parameters"
#define MPIC_CAA_PATH      "caa_check_parameters"

#define MPIC_UNSERVED      (-1)

#define MPIC_BASE64URL                                                        \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

#define MPIC_ALNUM                                                            \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* RFC 9110 section 5.6.2 */
#define MPIC_TCHAR         "!#$%&'*+-.^_`|~" MPIC_ALNUM


typedef struct {
    const char  *name;
    /* mpic_method_e or MPIC_UNSERVED */
    int          method;
} mpic_method_row_t;


static void mpic_params_dns01(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_http01(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_dns_change(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static int mpic_params_method(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_method_e *method);
static const char *mpic_params_served(mpic_reader_t *reader);
static void mpic_params_fixed(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, const char *value);
static void mpic_params_exact_case(mpic_reader_t *reader,
    const mpic_place_t *place);
static void mpic_params_key_authorization(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_challenge(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_str_t *value);
static void mpic_params_record_type(mpic_reader_t *reader,
    const mpic_place_t *place, uint16_t *type);
static void mpic_params_prefix(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_str_t *prefix);
static void mpic_params_headers(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static int mpic_params_header(mpic_reader_t *reader,
    const mpic_place_t *place, const cJSON *item, mpic_dcv_params_t *dcv);
static const char *mpic_params_header_wrong(const mpic_header_t *header,
    const mpic_dcv_params_t *dcv);
static void mpic_params_cert_type(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_caa_params_t *caa, int *wildcard);
static void mpic_params_domains(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_caa_params_t *caa);
static unsigned mpic_params_synonyms(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, const char *older,
    mpic_str_t **texts, size_t *n);
static int mpic_params_all_of(const mpic_str_t *text, const char *set);
static int mpic_params_is(const mpic_str_t *text, const char *word);


static const mpic_method_row_t  mpic_params_methods[] = {
    { "acme-dns-01", MPIC_METHOD_ACME_DNS_01 },
    { "acme-http-01", MPIC_METHOD_ACME_HTTP_01 },
    { "dns-change", MPIC_METHOD_DNS_CHANGE },
    { "website-change", MPIC_UNSERVED },
    { "dns-account-01", MPIC_UNSERVED },
    { "acme-dns-account-01", MPIC_UNSERVED },
    { "acme-tls-alpn-01", MPIC_UNSERVED },
    { "dns-persistent", MPIC_UNSERVED },
    { "contact-email-txt", MPIC_UNSERVED },
    { "contact-phone-txt", MPIC_UNSERVED },
    { "contact-email-caa", MPIC_UNSERVED },
    { "contact-phone-caa", MPIC_UNSERVED },
    { "ip-address", MPIC_UNSERVED },
    { "reverse-address-lookup", MPIC_UNSERVED },
    { NULL, 0 }
};


/* the fields of "dcv_check_parameters", of all methods */

static const char  *mpic_params_dcv_fields[] = {
    "validation_method", "token", "key_authorization",
    "key_authorization_hash", "challenge_value", "http_token_path",
    "http_headers", "url_scheme", "match_regex", "dns_record_type",
    "dns_name_prefix", "require_exact_match", "require_exact_case",
    "acme_account_url", "issuer_domain_names", "expected_account_uri", NULL
};


/*
 * Headers that are the connection's or the message's, hop-by-hop (RFC 9110
 * section 7.6.1), credentials, or change what the page is.
 */

static const char  *mpic_params_bad_headers[] = {
    "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding",
    "upgrade", "http2-settings", "content-length", "expect", "authorization",
    "cookie", "accept-encoding", "range", NULL
};


int
mpic_params_read_dcv(mpic_reader_t *reader, const cJSON *object,
    mpic_dcv_params_t *dcv)
{
    mpic_place_t  place;

    place.object = object;
    place.path = MPIC_DCV_PATH;

    if (!mpic_params_method(reader, &place, &dcv->method)) {
        return 0;
    }

    switch (dcv->method) {

    case MPIC_METHOD_ACME_DNS_01:
        mpic_params_dns01(reader, &place, dcv);
        break;

    case MPIC_METHOD_ACME_HTTP_01:
        mpic_params_http01(reader, &place, dcv);
        break;

    case MPIC_METHOD_DNS_CHANGE:
        mpic_params_dns_change(reader, &place, dcv);
        break;
    }

    return 1;
}


static int
mpic_params_method(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_method_e *method)
{
    mpic_str_t                text;
    const mpic_method_row_t  *row;

    if (mpic_reader_text(reader, place, "validation_method", MPIC_URI_MAX,
                         MPIC_REQUIRED, &text)
        != MPIC_FIELD_GIVEN)
    {
        return 0;
    }

    for (row = mpic_params_methods; row->name != NULL; row++) {
        if (mpic_params_is(&text, row->name)) {
            break;
        }
    }

    if (row->name == NULL) {
        mpic_reader_issue(reader, "unknown-validation-method", place,
                          "validation_method", "\"%s\" is no validation "
                          "method; served are %s",
                          mpic_reader_excerpt(reader, &text),
                          mpic_params_served(reader));
        return 0;
    }

    if (row->method == MPIC_UNSERVED) {
        mpic_reader_issue(reader, "unsupported-validation-method", place,
                          "validation_method", "\"%s\" is not served by this "
                          "release; served are %s", row->name,
                          mpic_params_served(reader));
        return 0;
    }

    *method = (mpic_method_e) row->method;

    return 1;
}


/* the methods that are served, for messages */

static const char *
mpic_params_served(mpic_reader_t *reader)
{
    mpic_str_t                text;
    const mpic_method_row_t  *row;

    text.len = 0;
    text.data = "";

    for (row = mpic_params_methods; row->name != NULL; row++) {

        if (row->method == MPIC_UNSERVED) {
            continue;
        }

        if (mpic_str_printf(reader->pool, &text, "%s%s%s", text.data,
                            text.len ? ", " : "", row->name)
            != 0)
        {
            reader->failed = 1;
            return "";
        }
    }

    return text.data;
}


/* RFC 8555 section 8.4 */

static void
mpic_params_dns01(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_str_t  *hash;

    hash = &dcv->key_authorization_hash;

    if (mpic_reader_text(reader, place, "key_authorization_hash",
                         MPIC_URI_MAX, MPIC_REQUIRED, hash)
        == MPIC_FIELD_GIVEN
        && (hash->len != MPIC_DIGEST_LEN
            || !mpic_params_all_of(hash, MPIC_BASE64URL)))
    {
        mpic_reader_issue(reader, "invalid-value", place,
                          "key_authorization_hash",
                          "\"key_authorization_hash\" must be the SHA-256 "
                          "digest of the key authorization in base64url, "
                          "%d characters without padding", MPIC_DIGEST_LEN);
    }

    dcv->record_type = MPIC_DNS_TXT;
    dcv->exact_match = 1;
    dcv->exact_case = 1;

    mpic_params_fixed(reader, place, "dns_record_type", "TXT");
    mpic_params_fixed(reader, place, "dns_name_prefix", "_acme-challenge");
    mpic_params_exact_case(reader, place);
}


/* RFC 8555 section 8.3 */

static void
mpic_params_http01(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_params_key_authorization(reader, place, dcv);
    mpic_params_headers(reader, place, dcv);

    dcv->exact_match = 1;
    dcv->exact_case = 1;

    mpic_params_exact_case(reader, place);
}


static void
mpic_params_key_authorization(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv)
{
    size_t         i;
    mpic_str_t    *token, *key;
    mpic_field_e   rc;

    key = &dcv->key_authorization;
    token = &dcv->token;

    rc = mpic_reader_text(reader, place, "token", MPIC_TOKEN_MAX,
                          MPIC_REQUIRED, token);

    if (rc == MPIC_FIELD_GIVEN && !mpic_params_all_of(token, MPIC_BASE64URL)) {
        mpic_reader_issue(reader, "invalid-value", place, "token",
                          "\"token\" has a character that is not of the "
                          "base64url alphabet");
        rc = MPIC_FIELD_WRONG;
    }

    if (mpic_reader_text(reader, place, "key_authorization",
                         MPIC_KEY_AUTHORIZATION_MAX, MPIC_REQUIRED, key)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    for (i = 0; i < key->len; i++) {

        if (key->data[i] <= 0x20 || key->data[i] >= 0x7f) {
            mpic_reader_issue(reader, "invalid-value", place,
                              "key_authorization", "\"key_authorization\" "
                              "has a character that is not printable ASCII");
            return;
        }
    }

    /* RFC 8555 section 8.1: token || '.' || thumbprint */

    if (rc == MPIC_FIELD_GIVEN
        && (key->len < token->len + 2
            || memcmp(key->data, token->data, token->len) != 0
            || key->data[token->len] != '.'))
    {
        mpic_reader_issue(reader, "invalid-value", place,
                          "key_authorization", "\"key_authorization\" must "
                          "be the token, a dot and a key thumbprint");
    }
}


/* BR 3.2.2.4.7 */

static void
mpic_params_dns_change(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    int  exact_case, exact_match;

    exact_match = 0;
    exact_case = 1;

    mpic_params_challenge(reader, place, &dcv->challenge_value);
    mpic_params_record_type(reader, place, &dcv->record_type);
    mpic_params_prefix(reader, place, &dcv->name_prefix);
    mpic_reader_bool(reader, place, "require_exact_match", &exact_match);
    mpic_reader_bool(reader, place, "require_exact_case", &exact_case);

    dcv->exact_match = (exact_match != 0);
    dcv->exact_case = (exact_case != 0);
}


/* a field that a method has, but leaves no choice for */

static void
mpic_params_fixed(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const char *value)
{
    const cJSON  *item;

    if (mpic_reader_field(reader, place, name, cJSON_String, MPIC_OPTIONAL,
                          &item)
        != MPIC_FIELD_GIVEN
        || strcmp(item->valuestring, value) == 0)
    {
        return;
    }

    mpic_reader_issue(reader,
                      strcmp(name, "dns_record_type") == 0
                      ? "invalid-validation-method-record-type-combination"
                      : "invalid-value",
                      place, name, "\"%s\" can only be \"%s\" for this "
                      "validation method", name, value);
}


static void
mpic_params_exact_case(mpic_reader_t *reader, const mpic_place_t *place)
{
    int  exact_case;

    exact_case = 1;

    mpic_reader_bool(reader, place, "require_exact_case", &exact_case);

    if (!exact_case) {
        mpic_reader_issue(reader, "invalid-value", place,
                          "require_exact_case", "\"require_exact_case\" can "
                          "only be true for this validation method");
    }
}


static void
mpic_params_challenge(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_str_t *value)
{
    const cJSON  *item;

    if (mpic_reader_field(reader, place, "challenge_value", cJSON_String,
                          MPIC_REQUIRED, &item)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    /* one that is found everywhere proves nothing */

    if (item->valuestring[strspn(item->valuestring, " \t\r\n")] == '\0') {
        mpic_reader_issue(reader, "empty-challenge-value", place,
                          "challenge_value", "\"challenge_value\" is empty");
        return;
    }

    mpic_reader_text(reader, place, "challenge_value", MPIC_CHALLENGE_MAX,
                     MPIC_REQUIRED, value);
}


static void
mpic_params_record_type(mpic_reader_t *reader, const mpic_place_t *place,
    uint16_t *type)
{
    mpic_str_t  text;

    *type = MPIC_DNS_TXT;

    if (mpic_reader_text(reader, place, "dns_record_type", MPIC_URI_MAX,
                         MPIC_REQUIRED, &text)
        != MPIC_FIELD_GIVEN
        || mpic_params_is(&text, "TXT"))
    {
        return;
    }

    if (mpic_params_is(&text, "CNAME") || mpic_params_is(&text, "CAA")) {
        mpic_reader_issue(reader, "unsupported-record-type", place,
                          "dns_record_type", "\"%s\" is not served by this "
                          "release; served is TXT", text.data);
        return;
    }

    mpic_reader_issue(reader,
                      "invalid-validation-method-record-type-combination",
                      place, "dns_record_type", "\"%s\" is no record type of "
                      "the validation method \"dns-change\"; it has TXT, "
                      "CNAME and CAA", mpic_reader_excerpt(reader, &text));
}


/*
 * Empty, or one label that begins with an underscore: BR 3.2.2.4.7 allows no
 * other name below the domain to speak for it.
 */

static void
mpic_params_prefix(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_str_t *prefix)
{
    const cJSON  *item;

    if (mpic_str_copy(reader->pool, prefix, "", 0) != 0) {
        reader->failed = 1;
        return;
    }

    if (mpic_reader_field(reader, place, "dns_name_prefix", cJSON_String,
                          MPIC_OPTIONAL, &item)
        != MPIC_FIELD_GIVEN
        || item->valuestring[0] == '\0')
    {
        return;
    }

    if (mpic_reader_text(reader, place, "dns_name_prefix", MPIC_URI_MAX,
                         MPIC_OPTIONAL, prefix)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    if (prefix->data[0] != '_' || prefix->len > MPIC_LABEL_MAX
        || !mpic_params_all_of(prefix, MPIC_ALNUM "-_"))
    {
        mpic_reader_issue(reader, "invalid-value", place, "dns_name_prefix",
                          "\"dns_name_prefix\" must be empty or one label "
                          "that begins with \"_\", of letters, digits, "
                          "hyphens and underscores, of %d octets at the most",
                          MPIC_LABEL_MAX);
    }
}


static void
mpic_params_headers(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    size_t        n, size;
    const cJSON  *object, *item;

    if (mpic_reader_field(reader, place, "http_headers", cJSON_Object,
                          MPIC_OPTIONAL, &object)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    n = (size_t) cJSON_GetArraySize(object);

    if (n > MPIC_HEADERS_MAX) {
        mpic_reader_issue(reader, "invalid-value", place, "http_headers",
                          "\"http_headers\" has more than %d members",
                          MPIC_HEADERS_MAX);
        return;
    }

    dcv->headers = mpic_pcalloc(reader->pool,
                                (n + 1) * sizeof(mpic_header_t));
    if (dcv->headers == NULL) {
        reader->failed = 1;
        return;
    }

    dcv->headers_given = 1;
    size = 0;

    cJSON_ArrayForEach(item, object) {

        if (!mpic_params_header(reader, place, item, dcv)) {
            continue;
        }

        size += dcv->headers[dcv->nheaders].name.len
                + dcv->headers[dcv->nheaders].value.len;

        dcv->nheaders++;
    }

    if (size > MPIC_HEADERS_SIZE_MAX) {
        mpic_reader_issue(reader, "invalid-value", place, "http_headers",
                          "\"http_headers\" has more than %d octets",
                          MPIC_HEADERS_SIZE_MAX);
    }
}


static int
mpic_params_header(mpic_reader_t *reader, const mpic_place_t *place,
    const cJSON *item, mpic_dcv_params_t *dcv)
{
    const char     *wrong, *value;
    mpic_header_t  *header;

    header = &dcv->headers[dcv->nheaders];
    value = cJSON_IsString(item) ? item->valuestring : "";

    if (mpic_str_copy(reader->pool, &header->name, item->string,
                      strlen(item->string))
        != 0
        || mpic_str_copy(reader->pool, &header->value, value, strlen(value))
           != 0)
    {
        reader->failed = 1;
        return 0;
    }

    if (!cJSON_IsString(item)) {
        mpic_reader_issue(reader, "invalid-type", place, "http_headers",
                          "the value of header \"%s\" must be a string, "
                          "not %s",
                          mpic_reader_excerpt(reader, &header->name),
                          mpic_json_type(item));
        return 0;
    }

    wrong = mpic_params_header_wrong(header, dcv);

    if (wrong == NULL) {
        return 1;
    }

    mpic_reader_issue(reader, "invalid-value", place, "http_headers",
                      "the header \"%s\" %s",
                      mpic_reader_excerpt(reader, &header->name), wrong);

    return 0;
}


static const char *
mpic_params_header_wrong(const mpic_header_t *header,
    const mpic_dcv_params_t *dcv)
{
    size_t                i;
    mpic_str_t            proxy;
    const char          **bad;
    const unsigned char  *p;

    static mpic_str_t  prefix = mpic_str("proxy-");

    if (header->name.len == 0
        || !mpic_params_all_of(&header->name, MPIC_TCHAR))
    {
        return "has no valid name";
    }

    for (bad = mpic_params_bad_headers; *bad != NULL; bad++) {
        proxy.data = *bad;
        proxy.len = strlen(*bad);

        if (mpic_str_case_eq(&header->name, &proxy)) {
            return "may not be set by a request";
        }
    }

    proxy = header->name;

    if (proxy.len >= prefix.len) {
        proxy.len = prefix.len;

        if (mpic_str_case_eq(&proxy, &prefix)) {
            return "may not be set by a request";
        }
    }

    for (i = 0; i < dcv->nheaders; i++) {

        if (mpic_str_case_eq(&header->name, &dcv->headers[i].name)) {
            return "is given more than once";
        }
    }

    p = (const unsigned char *) header->value.data;

    for (i = 0; i < header->value.len; i++) {

        if ((p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f) {
            return "has a control character in its value";
        }
    }

    /* a server that repeats what it was sent would prove control */

    if (dcv->key_authorization.len
        && strstr(header->value.data, dcv->key_authorization.data) != NULL)
    {
        return "holds the key authorization";
    }

    return NULL;
}


void
mpic_params_read_caa(mpic_reader_t *reader, const cJSON *object,
    mpic_caa_params_t *caa, int *wildcard)
{
    int           allow;
    size_t        i;
    mpic_place_t  place;

    allow = 0;
    place.object = object;
    place.path = MPIC_CAA_PATH;

    mpic_params_cert_type(reader, &place, caa, wildcard);
    mpic_params_domains(reader, &place, caa);

    mpic_reader_bool(reader, &place, "allow_lookup_failure", &allow);
    caa->allow_lookup_failure = (allow != 0);

    caa->account_uris_given = mpic_params_synonyms(reader, &place,
                                  "expected_account_uris",
                                  "accounturi_values", &caa->account_uris,
                                  &caa->naccount_uris);

    caa->methods_given = mpic_params_synonyms(reader, &place,
                             "expected_validation_methods",
                             "validation_methods", &caa->methods,
                             &caa->nmethods);

    /* RFC 8657 section 4 */

    for (i = 0; i < caa->nmethods; i++) {

        if (!mpic_params_all_of(&caa->methods[i], MPIC_ALNUM "-")) {
            mpic_reader_issue(reader, "invalid-value", &place,
                              "expected_validation_methods",
                              "\"%s\" is no label of a validation method: "
                              "letters, digits and hyphens",
                              mpic_reader_excerpt(reader, &caa->methods[i]));
        }
    }
}


static void
mpic_params_cert_type(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_caa_params_t *caa, int *wildcard)
{
    const char    *s;
    mpic_str_t     text;
    const cJSON   *item;

    if (mpic_reader_field(reader, place, "certificate_type", cJSON_String,
                          MPIC_OPTIONAL, &item)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    s = item->valuestring;

    if (strcmp(s, "tls-server") == 0) {
        caa->cert_type = MPIC_CERT_TLS_SERVER;

    } else if (strcmp(s, "tls-server-wildcard") == 0) {
        caa->cert_type = MPIC_CERT_TLS_SERVER;
        *wildcard = 1;

    } else if (strcmp(s, "s-mime") == 0) {
        caa->cert_type = MPIC_CERT_SMIME;

    } else {
        text.data = s;
        text.len = strlen(s);

        mpic_reader_issue(reader, "invalid-certificate-type", place,
                          "certificate_type", "\"%s\" is no certificate "
                          "type; known are tls-server, tls-server-wildcard "
                          "and s-mime", mpic_reader_excerpt(reader, &text));
    }
}


static void
mpic_params_domains(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_caa_params_t *caa)
{
    int         rc;
    char        element[64];
    size_t      i, n;
    mpic_str_t  name, why;

    n = 0;

    if (mpic_reader_texts(reader, place, "caa_domains", MPIC_URI_MAX,
                          &caa->domains, &n)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    for (i = 0; i < n && !reader->failed; i++) {
        rc = mpic_name_canonical(reader->pool, &caa->domains[i], &name, &why);

        if (rc == -1) {
            reader->failed = 1;

        } else if (rc == 1) {
            snprintf(element, sizeof(element), "caa_domains[%zu]", i);
            mpic_reader_issue(reader, "invalid-value", place, element, "%s",
                              why.data);
        }
    }

    caa->ndomains = n;
}


/* returns 1 if the list is given under either name */

static unsigned
mpic_params_synonyms(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const char *older, mpic_str_t **texts, size_t *n)
{
    size_t         len;
    mpic_field_e   now, then;

    len = 0;
    now = mpic_reader_texts(reader, place, name, MPIC_URI_MAX, texts, &len);

    if (now == MPIC_FIELD_GIVEN) {
        *n = len;
    }

    then = mpic_reader_texts(reader, place, older, MPIC_URI_MAX, texts, &len);

    if (then == MPIC_FIELD_GIVEN) {
        *n = len;
    }

    if (now != MPIC_FIELD_ABSENT && then != MPIC_FIELD_ABSENT) {
        mpic_reader_issue(reader, "duplicate-field", place, older,
                          "\"%s\" is the older name of \"%s\", and both are "
                          "given", older, name);
        *n = 0;
    }

    return now == MPIC_FIELD_GIVEN || then == MPIC_FIELD_GIVEN;
}


void
mpic_params_misplaced(mpic_reader_t *reader, const mpic_place_t *top)
{
    const char   **name;
    const cJSON   *item;

    for (name = mpic_params_dcv_fields; *name != NULL; name++) {

        if (mpic_json_member(top->object, *name, &item) == 0
            || cJSON_IsNull(item))
        {
            continue;
        }

        mpic_reader_issue(reader, "misplaced-field", top, *name,
                          "\"%s\" belongs into \"" MPIC_DCV_PATH "\"",
                          *name);
    }
}


static int
mpic_params_all_of(const mpic_str_t *text, const char *set)
{
    /* "text" is ours, without zero octets but at its end */

    return strspn(text->data, set) == text->len;
}


static int
mpic_params_is(const mpic_str_t *text, const char *word)
{
    return strcmp(text->data, word) == 0;
}


void
mpic_params_print_dcv(mpic_json_t *json, cJSON *parent,
    const mpic_dcv_params_t *dcv)
{
    cJSON   *object, *headers;
    size_t   i;

    object = mpic_json_object(json, parent, MPIC_DCV_PATH);

    mpic_json_word(json, object, "validation_method",
                   mpic_method_name(dcv->method));

    switch (dcv->method) {

    case MPIC_METHOD_ACME_DNS_01:
        mpic_json_bool(json, object, "require_exact_case", 1);
        mpic_json_text(json, object, "key_authorization_hash",
                       &dcv->key_authorization_hash);
        mpic_json_word(json, object, "dns_record_type", "TXT");
        mpic_json_word(json, object, "dns_name_prefix", "_acme-challenge");
        break;

    case MPIC_METHOD_ACME_HTTP_01:
        mpic_json_bool(json, object, "require_exact_case", 1);
        mpic_json_text(json, object, "token", &dcv->token);
        mpic_json_text(json, object, "key_authorization",
                       &dcv->key_authorization);

        if (!dcv->headers_given) {
            mpic_json_null(json, object, "http_headers");
            break;
        }

        headers = mpic_json_object(json, object, "http_headers");

        for (i = 0; i < dcv->nheaders; i++) {
            mpic_json_text(json, headers, dcv->headers[i].name.data,
                           &dcv->headers[i].value);
        }

        break;

    case MPIC_METHOD_DNS_CHANGE:
        mpic_json_text(json, object, "challenge_value",
                       &dcv->challenge_value);
        mpic_json_bool(json, object, "require_exact_match",
                       dcv->exact_match);
        mpic_json_bool(json, object, "require_exact_case", dcv->exact_case);
        mpic_json_word(json, object, "dns_record_type", "TXT");
        mpic_json_text(json, object, "dns_name_prefix", &dcv->name_prefix);
        break;
    }
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
