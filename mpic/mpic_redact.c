
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_redact.h"
#include "mpic_url.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <string.h>
#include <strings.h>


static int mpic_secret_add(mpic_pool_t *pool, mpic_secrets_t *secrets,
    const char *data, size_t len);
static int mpic_secret_key(mpic_pool_t *pool, mpic_secrets_t *secrets,
    const mpic_str_t *key);
static int mpic_secret_digest(mpic_pool_t *pool, mpic_secrets_t *secrets,
    const unsigned char *digest);
static size_t mpic_redact_quoted(const char *text, size_t len);
static int mpic_redact_is_name(const mpic_secrets_t *secrets,
    const char *text, size_t len);
static size_t mpic_redact_origin(const char *text, size_t len,
    size_t *whole);
static int mpic_redact_parts(mpic_pool_t *pool, CURLU *u, mpic_str_t *out);
static const char *mpic_redact_path(const char *path);
static int mpic_redacted(mpic_pool_t *pool, mpic_str_t *out);


/* where a token is looked for: what stands below is not shown */

#define MPIC_REDACT_ACME  "/.well-known/acme-challenge/"
#define MPIC_REDACT_PKI   "/.well-known/pki-validation/"


int
mpic_secrets(mpic_pool_t *pool, const mpic_request_t *request,
    mpic_secrets_t *secrets)
{
    size_t                    i;
    const mpic_str_t         *texts[5];
    const mpic_dcv_params_t  *dcv;

    secrets->n = 0;
    secrets->target = &request->target;

    if (!request->dcv_given) {
        return 0;
    }

    dcv = &request->dcv;

    texts[0] = &dcv->challenge_value;
    texts[1] = &dcv->token;
    texts[2] = &dcv->http_token_path;
    texts[3] = &dcv->key_authorization_hash;
    texts[4] = &dcv->match_regex;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (mpic_secret_add(pool, secrets, texts[i]->data, texts[i]->len)
            != 0)
        {
            return -1;
        }
    }

    if (mpic_secret_key(pool, secrets, &dcv->key_authorization) != 0) {
        return -1;
    }

    return (dcv->method == MPIC_METHOD_ACME_TLS_ALPN_01)
           ? mpic_secret_digest(pool, secrets, dcv->digest) : 0;
}


/*
 * As it stands, and as an excerpt shows it.
 */

static int
mpic_secret_add(mpic_pool_t *pool, mpic_secrets_t *secrets, const char *data,
    size_t len)
{
    mpic_str_t  *head;

    if (data == NULL || len < MPIC_SECRET_MIN
        || secrets->n == MPIC_SECRETS_MAX)
    {
        return 0;
    }

    if (len > MPIC_SECRET_HEAD) {
        len = MPIC_SECRET_HEAD;
    }

    head = &secrets->heads[secrets->n++];

    if (mpic_str_copy(pool, head, data, len) != 0) {
        return -1;
    }

    if (secrets->n == MPIC_SECRETS_MAX) {
        return 0;
    }

    head++;

    if (mpic_str_excerpt(pool, head, data, len, len) != 0) {
        return -1;
    }

    secrets->n += (head->len != len);

    return 0;
}


/*
 * A key authorization is a token, a dot and the thumbprint of an account's
 * key (RFC 8555 section 8.1): another one of the account ends in the same way.
 */

static int
mpic_secret_key(mpic_pool_t *pool, mpic_secrets_t *secrets,
    const mpic_str_t *key)
{
    size_t       first;
    const char  *dot;

    if (key->data == NULL) {
        return 0;
    }

    dot = memchr(key->data, '.', key->len);
    first = dot ? (size_t) (dot - key->data) : key->len;

    if (mpic_secret_add(pool, secrets, key->data, first) != 0) {
        return -1;
    }

    return dot ? mpic_secret_add(pool, secrets, dot + 1, key->len - first - 1)
               : 0;
}


/*
 * The octets, which a request may spell in two ways, in base64 and in
 * hexadecimal digits; the first ones of them.
 */

static int
mpic_secret_digest(mpic_pool_t *pool, mpic_secrets_t *secrets,
    const unsigned char *digest)
{
    int         i;
    char        base64[17];
    mpic_str_t  hex;

    (void) EVP_EncodeBlock((unsigned char *) base64, digest, 12);

    for (i = 0; base64[i] != '\0'; i++) {
        base64[i] = (base64[i] == '+') ? '-'
                    : (base64[i] == '/') ? '_' : base64[i];
    }

    if (mpic_str_printf(pool, &hex, "%02x%02x%02x%02x%02x%02x", digest[0],
                        digest[1], digest[2], digest[3], digest[4], digest[5])
        != 0)
    {
        return -1;
    }

    return (mpic_secret_add(pool, secrets, base64, 16) == 0
            && mpic_secret_add(pool, secrets, hex.data, hex.len) == 0)
           ? 0 : -1;
}


int
mpic_secrets_in(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *text)
{
    size_t  i;

    for (i = 0; i < secrets->n; i++) {
        if (mpic_str_contains(pool, text, &secrets->heads[i], 0) != 0) {
            return 1;
        }
    }

    return 0;
}


int
mpic_redact_text(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *text, size_t max, mpic_str_t *out)
{
    size_t      len;
    mpic_str_t  written;

    /* as it is, and as JSON has it where it is no UTF-8 */

    if (mpic_str_excerpt(pool, &written, text->data, text->len, text->len)
        != 0)
    {
        return -1;
    }

    if (mpic_secrets_in(pool, secrets, text)
        || mpic_secrets_in(pool, secrets, &written))
    {
        return mpic_redacted(pool, out);
    }

    if (text->len <= max) {
        *out = *text;
        return 0;
    }

    /* not within a character of UTF-8 */

    for (len = max; len > 0; len--) {
        if (((unsigned char) text->data[len] & 0xc0) != 0x80) {
            break;
        }
    }

    return mpic_str_printf(pool, out, "%.*s...", (int) len, text->data);
}


int
mpic_redact_trace(mpic_pool_t *pool, const mpic_request_t *request,
    size_t max, mpic_str_t *trace)
{
    mpic_secrets_t  secrets;

    *trace = request->trace_identifier;

    if (trace->data == NULL) {
        return 0;
    }

    if (mpic_secrets(pool, request, &secrets) != 0) {
        return -1;
    }

    return mpic_redact_text(pool, &secrets, &request->trace_identifier, max,
                            trace);
}


int
mpic_redact_message(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *text, size_t max, mpic_str_t *out)
{
    char        *start, *p;
    size_t       i, n, whole;
    mpic_str_t   shown;

    /* "..." takes the place of two octets at the least */

    start = pool->alloc(pool->data, text->len * 3 + sizeof("..."));
    if (start == NULL) {
        return -1;
    }

    p = start;

    for (i = 0; i < text->len; i += whole) {

        n = 1;
        whole = 1;

        if (text->data[i] == '"') {
            whole = mpic_redact_quoted(text->data + i, text->len - i);
            n = mpic_redact_is_name(secrets, text->data + i, whole) ? whole
                                                                    : 0;

        } else if (text->data[i] == 'h' || text->data[i] == 'H') {
            n = mpic_redact_origin(text->data + i, text->len - i, &whole);
        }

        memcpy(p, text->data + i, n);
        p += n;

        if (n < whole) {
            memcpy(p, "...", 3);
            p += 3;
        }
    }

    *p = '\0';

    shown.data = start;
    shown.len = (size_t) (p - start);

    return mpic_redact_text(pool, secrets, &shown, max, out);
}


/*
 * From one quotation mark to the next that is not escaped, or to the end.
 */

static size_t
mpic_redact_quoted(const char *text, size_t len)
{
    size_t  i;

    for (i = 1; i < len; i++) {

        if (text[i] == '\\' && i + 1 < len) {
            i++;
            continue;
        }

        if (text[i] == '"') {
            return i + 1;
        }
    }

    return len;
}


/* the target or a name below it, between quotation marks */

static int
mpic_redact_is_name(const mpic_secrets_t *secrets, const char *text,
    size_t len)
{
    size_t             i;
    mpic_str_t         end;
    const mpic_str_t  *name;

    if (secrets->target == NULL) {
        return 0;
    }

    name = &secrets->target->name;

    if (name->data == NULL || len < name->len + 2) {
        return 0;
    }

    end.len = name->len;
    end.data = text + len - 1 - name->len;

    if (!mpic_str_case_eq(&end, name)
        || (end.data != text + 1 && end.data[-1] != '.'))
    {
        return 0;
    }

    for (i = 1; i < len - 1; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                   "0123456789-_.:*", text[i])
            == NULL
            || text[i] == '\0')
        {
            return 0;
        }
    }

    return 1;
}


/*
 * What is shown of a URL that begins here, its "whole" length beside it; 1 and
 * 1 for another character.
 */

static size_t
mpic_redact_origin(const char *text, size_t len, size_t *whole)
{
    size_t  i, n;

    n = (len > 7 && strncasecmp(text, "http://", 7) == 0) ? 7
        : (len > 8 && strncasecmp(text, "https://", 8) == 0) ? 8 : 0;

    *whole = 1;

    if (n == 0) {
        return 1;
    }

    for (i = n; i < len && text[i] != ' '; i++) {
        /* void */
    }

    *whole = i;

    while (n < i && strchr("/?#\\@", text[n]) == NULL) {
        n++;
    }

    return n;
}


int
mpic_redact_url(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *url, mpic_str_t *out)
{
    int          rc;
    CURLU       *u;
    mpic_str_t   shown;

    shown.data = "...";
    shown.len = 3;
    rc = 0;

    u = curl_url();
    if (u == NULL) {
        return -1;
    }

    if (url->len > 0 && url->len <= MPIC_URL_MAX
        && memchr(url->data, '\0', url->len) == NULL
        && mpic_str_copy(pool, &shown, url->data, url->len) == 0)
    {
        if (curl_url_set(u, CURLUPART_URL, shown.data, 0) == CURLUE_OK) {
            rc = mpic_redact_parts(pool, u, &shown);

        } else {
            shown.data = (url->data[0] == '/') ? "/..." : "...";
            shown.len = strlen(shown.data);
        }
    }

    curl_url_cleanup(u);

    if (rc != 0 || shown.data == NULL) {
        return -1;
    }

    return mpic_redact_text(pool, secrets, &shown, MPIC_URL_MAX, out);
}


static int
mpic_redact_parts(mpic_pool_t *pool, CURLU *u, mpic_str_t *out)
{
    int    rc;
    char  *scheme, *host, *port, *path;

    scheme = NULL;
    host = NULL;
    port = NULL;
    path = NULL;

    (void) curl_url_get(u, CURLUPART_SCHEME, &scheme, 0);
    (void) curl_url_get(u, CURLUPART_HOST, &host, 0);
    (void) curl_url_get(u, CURLUPART_PORT, &port, 0);
    (void) curl_url_get(u, CURLUPART_PATH, &path, 0);

    if (scheme == NULL || host == NULL || path == NULL
        || (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
    {
        rc = mpic_str_copy(pool, out, "...", 3);

    } else {
        rc = mpic_str_printf(pool, out, "%s://%s%s%s%s", scheme, host,
                             port ? ":" : "", port ? port : "",
                             mpic_redact_path(path));
    }

    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(path);

    return rc;
}


static const char *
mpic_redact_path(const char *path)
{
    if (strncmp(path, MPIC_REDACT_ACME, sizeof(MPIC_REDACT_ACME) - 1) == 0) {
        return MPIC_REDACT_ACME "...";
    }

    if (strncmp(path, MPIC_REDACT_PKI, sizeof(MPIC_REDACT_PKI) - 1) == 0) {
        return MPIC_REDACT_PKI "...";
    }

    return "/...";
}


static int
mpic_redacted(mpic_pool_t *pool, mpic_str_t *out)
{
    return mpic_str_copy(pool, out, MPIC_REDACTED, sizeof(MPIC_REDACTED) - 1);
}
