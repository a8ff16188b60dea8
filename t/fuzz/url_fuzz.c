
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * URLs and redirects.  The input is lines: the target; the token, or "/" and
 * the path of a website-change ("//" for https) and, in a line more, its
 * value; and the Location of each hop, after an octet that chooses its status
 * and the ports that are allowed.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* strcasestr() */
#endif

#include "fuzz_json.h"
#include "mpic_address.h"
#include "mpic_params.h"
#include "mpic_url.h"

#include <ctype.h>
#include <curl/curl.h>


#define FUZZ_HOPS  8
#define FUZZ_MAX   6


static int fuzz_start(fuzz_pool_t *fp, fuzz_input_t *in, mpic_url_t *url);
static int fuzz_website(fuzz_pool_t *fp, const mpic_str_t *target,
    const mpic_str_t *path, const mpic_str_t *value, mpic_url_t *url);
static int fuzz_hop(fuzz_pool_t *fp, fuzz_input_t *in, mpic_url_t *seen,
    size_t n);
static void fuzz_url(fuzz_pool_t *fp, const mpic_url_t *url);
static unsigned fuzz_port(unsigned port);
static void fuzz_secret(fuzz_pool_t *fp, const mpic_url_t *url);
static void fuzz_authority(const mpic_url_t *url);
static void fuzz_host(fuzz_pool_t *fp, const mpic_url_t *url);
static void fuzz_curl_agrees(const mpic_url_t *url);
static void fuzz_curl_part(CURLU *handle, CURLUPart part, const char *text);
static void fuzz_itself(fuzz_pool_t *fp, const mpic_url_t *from,
    const mpic_url_t *url);


static mpic_url_policy_t  fuzz_policy;

static const int  fuzz_statuses[] = {
    301, 302, 303, 304, 307, 308, 300, 200, 0, 305
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t        n;
    mpic_url_t    seen[FUZZ_HOPS + 1];
    fuzz_pool_t   fp;
    fuzz_input_t  in;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    if (fuzz_start(&fp, &in, &seen[0]) == 0) {

        for (n = 1; n <= FUZZ_HOPS && in.len; n++) {
            if (fuzz_hop(&fp, &in, seen, n) != 0) {
                break;
            }
        }
    }

    fuzz_pool_free(&fp);

    return 0;
}


static int
fuzz_start(fuzz_pool_t *fp, fuzz_input_t *in, mpic_url_t *url)
{
    size_t         i;
    mpic_str_t     text, token, value, why;
    mpic_target_t  target;

    memset(&fuzz_policy, 0, sizeof(mpic_url_policy_t));
    fuzz_policy.max = FUZZ_MAX;

    text = fuzz_line(fp, in);
    token = fuzz_line(fp, in);

    if (token.len && token.data[0] == '/') {
        value = fuzz_line(fp, in);

        return fuzz_website(fp, &text, &token, &value, url);
    }

    if (mpic_target_parse(&fp->pool, &text, &target, &why) != 0
        || target.wildcard)
    {
        return -1;
    }

    /* the reader of requests lets no other through */

    for (i = 0; i < token.len; i++) {
        if (!isalnum((unsigned char) token.data[i]) && token.data[i] != '-'
            && token.data[i] != '_')
        {
            return -1;
        }
    }

    if (token.len > MPIC_TOKEN_MAX) {
        return -1;
    }

    fuzz_check(mpic_url_http01(&fp->pool, &target, &token, url) == 0);

    return 0;
}


/* the reader of requests judges the path and the value */

static int
fuzz_website(fuzz_pool_t *fp, const mpic_str_t *target,
    const mpic_str_t *path, const mpic_str_t *value, mpic_url_t *url)
{
    int              https;
    json_t          *root;
    mpic_str_t       text;
    mpic_issues_t    issues;
    mpic_request_t   request;

    https = (path->len > 1 && path->data[1] == '/');

    root = json_pack("{s:s%,s:{s:s,s:s%,s:s%,s:s}}", "domain_or_ip_target",
                     target->data, target->len, "dcv_check_parameters",
                     "validation_method", "website-change",
                     "challenge_value", value->data, value->len,
                     "http_token_path", path->data + 1 + https,
                     path->len - 1 - (size_t) https,
                     "url_scheme", https ? "https" : "http");
    if (root == NULL) {
        return -1;
    }

    text = fuzz_json_text(fp, root);
    json_decref(root);

    if (mpic_request_parse(&fp->pool, text.data, text.len, MPIC_REQUEST_DCV,
                           &request, &issues)
        != 0)
    {
        return -1;
    }

    fuzz_policy.secret = request.dcv.challenge_value;

    fuzz_check(mpic_url_website(&fp->pool, &request.target, https,
                                &request.dcv.http_token_path, url) == 0);
    fuzz_check(url->tls == (unsigned) https);

    fuzz_policy.ports = MPIC_PORT_HTTP|MPIC_PORT_HTTPS;
    fuzz_url(fp, url);
    fuzz_itself(fp, url, url);

    fuzz_check(strstr(url->url.data, "/.well-known/pki-validation/")
               != NULL);

    return 0;
}


static int
fuzz_hop(fuzz_pool_t *fp, fuzz_input_t *in, mpic_url_t *seen, size_t n)
{
    int          rc, status;
    size_t       i, fail_at;
    unsigned     octet;
    mpic_url_t  *to, again;
    mpic_str_t   location, why;

    octet = fuzz_byte(in);
    status = fuzz_statuses[octet % 10];

    fuzz_policy.ports = MPIC_PORT_HTTP|MPIC_PORT_HTTPS;
    fuzz_policy.ports |= (octet & 0x40) ? MPIC_PORT_SSH : 0;
    fuzz_policy.ports |= (octet & 0x80) ? MPIC_PORT_SMTP : 0;

    location = fuzz_line(fp, in);

    to = &seen[n];
    fp->asked = 0;

    rc = mpic_url_redirect(&fp->pool, &seen[n - 1], status, &location, seen,
                           n, &fuzz_policy, to, &why);

    fail_at = fuzz_fail_at((const uint8_t *) location.data, location.len,
                           fp->asked);

    if (rc != 0) {
        fuzz_check(rc == 1);
        fuzz_check(to->url.data == NULL && to->host.data == NULL);
        fuzz_check_sentence(&why);

    } else {
        fuzz_check(status == 301 || status == 302 || status == 307
                   || status == 308);
        fuzz_check(n <= FUZZ_MAX);

        for (i = 0; i < n; i++) {
            fuzz_check(!mpic_str_eq(&seen[i].url, &to->url));
        }

        fuzz_url(fp, to);
        fuzz_itself(fp, &seen[n - 1], to);
    }

    if (fail_at) {
        fp->asked = 0;
        fp->fail_at = fail_at;

        fuzz_check(mpic_url_redirect(&fp->pool, &seen[n - 1], status,
                                     &location, seen, n, &fuzz_policy,
                                     &again, &why) == -1);
        fp->fail_at = 0;
    }

    return rc;
}


static void
fuzz_url(fuzz_pool_t *fp, const mpic_url_t *url)
{
    size_t  i;

    fuzz_check(url->url.len > 0 && url->url.len <= MPIC_URL_MAX);
    fuzz_check(url->url.data[url->url.len] == '\0');
    fuzz_check(url->host.data[url->host.len] == '\0');
    fuzz_check(fuzz_port(url->port) & fuzz_policy.ports);

    for (i = 0; i < url->url.len; i++) {
        fuzz_check(url->url.data[i] > 0x20 && url->url.data[i] < 0x7f);
        fuzz_check(url->url.data[i] != '#');
    }

    fuzz_authority(url);
    fuzz_host(fp, url);
    fuzz_curl_agrees(url);
    fuzz_secret(fp, url);
}


static unsigned
fuzz_port(unsigned port)
{
    switch (port) {

    case 80:
        return MPIC_PORT_HTTP;

    case 443:
        return MPIC_PORT_HTTPS;

    case 22:
        return MPIC_PORT_SSH;

    case 25:
        return MPIC_PORT_SMTP;

    default:
        return 0;
    }
}


/* BR 3.2.2.4.18: neither in the request as it is sent nor as it is read */

static void
fuzz_secret(fuzz_pool_t *fp, const mpic_url_t *url)
{
    char            *p, *text, hex[3];
    size_t           i;
    const char      *secret;
    unsigned long    octet;

    if (fuzz_policy.secret.len == 0) {
        return;
    }

    hex[2] = '\0';
    secret = fuzz_policy.secret.data;

    fuzz_check(strcasestr(url->url.data, secret) == NULL);

    text = fp->pool.alloc(fp, url->url.len + 1);
    fuzz_check(text != NULL);
    p = text;

    for (i = strlen("https://"); i < url->url.len; i++) {

        if (url->url.data[i] == '%'
            && isxdigit((unsigned char) url->url.data[i + 1])
            && isxdigit((unsigned char) url->url.data[i + 2]))
        {
            memcpy(hex, url->url.data + i + 1, 2);
            octet = strtoul(hex, NULL, 16);

            if (octet < 0x20) {
                /* libcurl does not decode such a part at all */
                return;
            }

            *p++ = (char) octet;
            i += 2;
            continue;
        }

        *p++ = url->url.data[i];
    }

    *p = '\0';

    /* a "?" is between the parts that are decoded */

    if (strchr(secret, '?') == NULL) {
        fuzz_check(strcasestr(text, secret) == NULL);
    }
}


/* octet by octet: the scheme, the host and the port, and nothing else */

static void
fuzz_authority(const mpic_url_t *url)
{
    int          brackets, standard;
    char         expected[MPIC_URL_MAX + 32], port[16];
    size_t       len;

    standard = (url->port == (url->tls ? 443 : 80));
    brackets = (strchr(url->host.data, ':') != NULL);

    snprintf(port, sizeof(port), "%u", url->port);

    snprintf(expected, sizeof(expected), "%s://%s%s%s%s%s",
             url->tls ? "https" : "http", brackets ? "[" : "",
             url->host.data, brackets ? "]" : "", standard ? "" : ":",
             standard ? "" : port);

    len = strlen(expected);

    fuzz_check(url->url.len > len);
    fuzz_check(memcmp(url->url.data, expected, len) == 0);
    fuzz_check(url->url.data[len] == '/' || url->url.data[len] == '?');
}


static void
fuzz_host(fuzz_pool_t *fp, const mpic_url_t *url)
{
    char            text[MPIC_ADDRESS_TEXT_MAX];
    mpic_str_t      name, why;
    mpic_address_t  address;

    fuzz_check((mpic_address_parse(&url->host, &address) == 0)
               == url->literal);

    if (url->literal) {
        fuzz_check(mpic_address_text(&address, text) == url->host.len);
        fuzz_check(strcmp(text, url->host.data) == 0);
        return;
    }

    fuzz_check(mpic_name_canonical(&fp->pool, &url->host, &name, &why) == 0);
    fuzz_check(mpic_str_eq(&name, &url->host));
    fuzz_check(memchr(name.data, '.', name.len) != NULL);
}


/* this is how the one who connects will read it */

static void
fuzz_curl_agrees(const mpic_url_t *url)
{
    char    host[MPIC_URL_MAX], port[16];
    CURLU  *handle;

    handle = curl_url();
    fuzz_check(handle != NULL);
    fuzz_check(curl_url_set(handle, CURLUPART_URL, url->url.data, 0)
               == CURLUE_OK);

    snprintf(host, sizeof(host),
             strchr(url->host.data, ':') ? "[%s]" : "%s", url->host.data);

    fuzz_curl_part(handle, CURLUPART_SCHEME, url->tls ? "https" : "http");
    snprintf(port, sizeof(port), "%u", url->port);
    fuzz_curl_part(handle, CURLUPART_PORT, port);
    fuzz_curl_part(handle, CURLUPART_HOST, host);
    fuzz_curl_part(handle, CURLUPART_USER, NULL);
    fuzz_curl_part(handle, CURLUPART_PASSWORD, NULL);
    fuzz_curl_part(handle, CURLUPART_ZONEID, NULL);
    fuzz_curl_part(handle, CURLUPART_FRAGMENT, NULL);

    curl_url_cleanup(handle);
}


static void
fuzz_curl_part(CURLU *handle, CURLUPart part, const char *text)
{
    char       *got;
    CURLUcode   rc;

    rc = curl_url_get(handle, part, &got, CURLU_DEFAULT_PORT);

    if (text == NULL) {
        fuzz_check(rc != CURLUE_OK);
        return;
    }

    fuzz_check(rc == CURLUE_OK);
    fuzz_check(strcmp(got, text) == 0);
    curl_free(got);
}


static void
fuzz_itself(fuzz_pool_t *fp, const mpic_url_t *from, const mpic_url_t *url)
{
    int         rc;
    mpic_str_t  why;
    mpic_url_t  again;

    rc = mpic_url_redirect(&fp->pool, from, 302, &url->url, NULL, 0,
                           &fuzz_policy, &again, &why);
    if (rc != 0) {
        fprintf(stderr, "not read again: %s\n", why.data);
    }

    fuzz_check(rc == 0);
    fuzz_check(mpic_str_eq(&again.url, &url->url));
    fuzz_check(mpic_str_eq(&again.host, &url->host));
    fuzz_check(again.tls == url->tls && again.port == url->port);
    fuzz_check(again.literal == url->literal);
}
