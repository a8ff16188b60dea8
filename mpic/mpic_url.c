
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* strcasestr() */
#endif

#include "mpic_url.h"
#include "mpic_address.h"

#include <string.h>
#include <curl/curl.h>


#define MPIC_URL_SHOWN      100

#define MPIC_ACME_LOCATION  "/.well-known/acme-challenge/"
/* BR 3.2.2.4.18 */
#define MPIC_PKI_LOCATION   "/.well-known/pki-validation/"


typedef struct {
    const char  *text;
    unsigned     number;
    unsigned     bit;
} mpic_url_port_t;


static int mpic_url_first(mpic_pool_t *pool, const mpic_target_t *target,
    int https, const char *directory, const mpic_str_t *path,
    mpic_url_t *url);
static int mpic_url_part_holds(mpic_pool_t *pool, CURLU *handle,
    CURLUPart what, const char *secret);
static int mpic_url_judge(mpic_pool_t *pool, const mpic_url_t *seen,
    size_t nseen, const mpic_url_policy_t *policy,
    const mpic_str_t *location, mpic_url_t *to, mpic_str_t *why);

static const char *mpic_url_location_wrong(mpic_str_t *location);
static int mpic_url_resolve(mpic_pool_t *pool, CURLU *handle,
    const mpic_url_t *from, const mpic_str_t *location, unsigned ports,
    mpic_url_t *to, mpic_str_t *why);
static int mpic_url_parse(mpic_pool_t *pool, CURLU *handle,
    const mpic_url_t *from, const mpic_str_t *location, mpic_str_t *why);
static int mpic_url_scheme(mpic_pool_t *pool, CURLU *handle, mpic_url_t *to,
    mpic_str_t *why);
static int mpic_url_port(mpic_pool_t *pool, CURLU *handle, unsigned ports,
    mpic_url_t *to, mpic_str_t *why);
static int mpic_url_port_why(mpic_pool_t *pool, unsigned ports,
    const mpic_str_t *port, mpic_str_t *why);
static int mpic_url_host(mpic_pool_t *pool, CURLU *handle, mpic_url_t *to,
    mpic_str_t *why);
static int mpic_url_text(mpic_pool_t *pool, CURLU *handle, mpic_url_t *to,
    mpic_str_t *why);
static int mpic_url_part(mpic_pool_t *pool, CURLU *handle, CURLUPart what,
    unsigned flags, mpic_str_t *part);
static int mpic_url_why(mpic_pool_t *pool, mpic_str_t *why,
    const mpic_str_t *location, const char *wrong);


static const char  mpic_url_loop[] =
    "leads back to a URL that was requested before";

static const char  mpic_url_secret[] =
    "holds the challenge value, which must not appear in a request";

static const mpic_url_port_t  mpic_url_ports[] = {
    { "80", 80, MPIC_PORT_HTTP },
    { "443", 443, MPIC_PORT_HTTPS },
    { "22", 22, MPIC_PORT_SSH },
    { "25", 25, MPIC_PORT_SMTP },
    { NULL, 0, 0 }
};


int
mpic_url_http01(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_str_t *token, mpic_url_t *url)
{
    return mpic_url_first(pool, target, 0, MPIC_ACME_LOCATION, token, url);
}


int
mpic_url_website(mpic_pool_t *pool, const mpic_target_t *target, int https,
    const mpic_str_t *path, mpic_url_t *url)
{
    return mpic_url_first(pool, target, https, MPIC_PKI_LOCATION, path, url);
}


static int
mpic_url_first(mpic_pool_t *pool, const mpic_target_t *target, int https,
    const char *directory, const mpic_str_t *path, mpic_url_t *url)
{
    int  ipv6;

    memset(url, 0, sizeof(mpic_url_t));

    ipv6 = (target->type == MPIC_TARGET_IPV6);

    url->tls = (https != 0);
    url->port = https ? 443 : 80;
    url->host = target->name;
    url->literal = (target->type != MPIC_TARGET_FQDN);

    return mpic_str_printf(pool, &url->url, "%s://%s%.*s%s%s%.*s",
                           https ? "https" : "http", ipv6 ? "[" : "",
                           (int) target->name.len, target->name.data,
                           ipv6 ? "]" : "", directory,
                           (int) path->len, path->data);
}


int
mpic_url_holds(mpic_pool_t *pool, const mpic_url_t *url,
    const mpic_str_t *secret)
{
    int     rc;
    CURLU  *handle;

    if (secret->len == 0) {
        return 0;
    }

    if (strcasestr(url->url.data, secret->data) != NULL) {
        return 1;
    }

    handle = curl_url();
    if (handle == NULL) {
        return -1;
    }

    rc = 0;

    switch (curl_url_set(handle, CURLUPART_URL, url->url.data, 0)) {

    case CURLUE_OK:
        rc = mpic_url_part_holds(pool, handle, CURLUPART_PATH, secret->data);

        if (rc == 0) {
            rc = mpic_url_part_holds(pool, handle, CURLUPART_QUERY,
                                     secret->data);
        }

        break;

    case CURLUE_OUT_OF_MEMORY:
        rc = -1;
        break;

    default:
        /* what is no URL is not requested */
        break;
    }

    curl_url_cleanup(handle);

    return rc;
}


static int
mpic_url_part_holds(mpic_pool_t *pool, CURLU *handle, CURLUPart what,
    const char *secret)
{
    mpic_str_t  part;

    if (mpic_url_part(pool, handle, what, CURLU_URLDECODE, &part) == -1) {
        return -1;
    }

    return strcasestr(part.data, secret) != NULL;
}


int
mpic_url_redirect(mpic_pool_t *pool, const mpic_url_t *from, int status,
    const mpic_str_t *location, const mpic_url_t *seen, size_t nseen,
    const mpic_url_policy_t *policy, mpic_url_t *to, mpic_str_t *why)
{
    int          rc;
    CURLU       *handle;
    const char  *wrong;
    mpic_str_t   text;

    memset(to, 0, sizeof(mpic_url_t));

    /* BR 3.2.2.4.18, 3.2.2.4.19: of the redirects, these and no others */

    if (status != 301 && status != 302 && status != 307 && status != 308) {
        rc = mpic_str_printf(pool, why, "a redirect of status %d may not be "
                             "followed, only 301, 302, 307 and 308", status);

        return (rc == 0) ? 1 : -1;
    }

    text = *location;
    wrong = mpic_url_location_wrong(&text);

    if (wrong != NULL) {
        return mpic_url_why(pool, why, location, wrong);
    }

    if (nseen > policy->max) {
        rc = mpic_str_printf(pool, why, "there are more than %zu redirects",
                             policy->max);

        return (rc == 0) ? 1 : -1;
    }

    handle = curl_url();
    if (handle == NULL) {
        return -1;
    }

    rc = mpic_url_resolve(pool, handle, from, &text, policy->ports, to, why);

    curl_url_cleanup(handle);

    if (rc == 0) {
        rc = mpic_url_judge(pool, seen, nseen, policy, location, to, why);
    }

    if (rc != 0) {
        memset(to, 0, sizeof(mpic_url_t));
    }

    return rc;
}


static int
mpic_url_judge(mpic_pool_t *pool, const mpic_url_t *seen, size_t nseen,
    const mpic_url_policy_t *policy, const mpic_str_t *location,
    mpic_url_t *to, mpic_str_t *why)
{
    int     rc;
    size_t  i;

    for (i = 0; i < nseen; i++) {

        if (mpic_str_eq(&to->url, &seen[i].url)) {
            return mpic_url_why(pool, why, location, mpic_url_loop);
        }
    }

    /* BR 3.2.2.4.18: not in the request that gets the file, in none of them */

    rc = mpic_url_holds(pool, to, &policy->secret);

    return (rc == 1) ? mpic_url_why(pool, why, location, mpic_url_secret)
                     : rc;
}


/*
 * NULL for a Location that can be resolved, and without its fragment, which
 * is not sent.  It is cut off first as libcurl before 8 resolves "#fragment"
 * alone to another page.
 */

static const char *
mpic_url_location_wrong(mpic_str_t *location)
{
    size_t         i;
    const char    *hash;
    unsigned char  ch;

    if (location->data == NULL) {
        return "has no Location";
    }

    if (location->len == 0) {
        return "has an empty Location";
    }

    if (location->len > MPIC_URL_MAX) {
        return "is too long";
    }

    for (i = 0; i < location->len; i++) {
        ch = (unsigned char) location->data[i];

        if (ch < 0x20 || ch == 0x7f) {
            return "has a control character";
        }
    }

    hash = memchr(location->data, '#', location->len);

    if (hash != NULL) {
        location->len = (size_t) (hash - location->data);
    }

    return (location->len == 0) ? mpic_url_loop : NULL;
}


static int
mpic_url_resolve(mpic_pool_t *pool, CURLU *handle, const mpic_url_t *from,
    const mpic_str_t *location, unsigned ports, mpic_url_t *to,
    mpic_str_t *why)
{
    int  rc;

    rc = mpic_url_parse(pool, handle, from, location, why);

    if (rc == 0) {
        rc = mpic_url_scheme(pool, handle, to, why);
    }

    if (rc == 0) {
        rc = mpic_url_port(pool, handle, ports, to, why);
    }

    if (rc == 0) {
        rc = mpic_url_host(pool, handle, to, why);
    }

    if (rc == 0) {
        rc = mpic_url_text(pool, handle, to, why);
    }

    return rc;
}


/*
 * Spaces and octets that are not ASCII are percent-encoded, as browsers and
 * most clients do with such a Location.
 */

static int
mpic_url_parse(mpic_pool_t *pool, CURLU *handle, const mpic_url_t *from,
    const mpic_str_t *location, mpic_str_t *why)
{
    CURLUcode   rc;
    mpic_str_t  text;

    if (mpic_str_copy(pool, &text, location->data, location->len) != 0) {
        return -1;
    }

    rc = curl_url_set(handle, CURLUPART_URL, from->url.data, 0);

    if (rc == CURLUE_OK) {
        rc = curl_url_set(handle, CURLUPART_URL, text.data,
                          CURLU_NON_SUPPORT_SCHEME|CURLU_DISALLOW_USER
                          |CURLU_URLENCODE|CURLU_ALLOW_SPACE);
    }

    switch (rc) {

    case CURLUE_OK:
        return 0;

    case CURLUE_OUT_OF_MEMORY:
        return -1;

    case CURLUE_USER_NOT_ALLOWED:
        return mpic_url_why(pool, why, location, "has user information");

    default:
        return mpic_url_why(pool, why, location, "is not a valid URL");
    }
}


static int
mpic_url_scheme(mpic_pool_t *pool, CURLU *handle, mpic_url_t *to,
    mpic_str_t *why)
{
    int         rc;
    mpic_str_t  scheme;

    rc = mpic_url_part(pool, handle, CURLUPART_SCHEME, 0, &scheme);

    if (rc == -1) {
        return -1;
    }

    if (rc == 0 && strcmp(scheme.data, "http") == 0) {
        return 0;
    }

    if (rc == 0 && strcmp(scheme.data, "https") == 0) {
        to->tls = 1;
        return 0;
    }

    return mpic_url_why(pool, why, &scheme,
                        "is a scheme other than http and https");
}


static int
mpic_url_port(mpic_pool_t *pool, CURLU *handle, unsigned ports,
    mpic_url_t *to, mpic_str_t *why)
{
    int                     rc;
    mpic_str_t              port;
    const mpic_url_port_t  *row;

    rc = mpic_url_part(pool, handle, CURLUPART_PORT, CURLU_DEFAULT_PORT,
                       &port);

    if (rc == -1) {
        return -1;
    }

    for (row = mpic_url_ports; rc == 0 && row->text != NULL; row++) {

        if ((row->bit & ports) && strcmp(port.data, row->text) == 0) {
            to->port = row->number;
            return 0;
        }
    }

    return mpic_url_port_why(pool, ports, &port, why);
}


static int
mpic_url_port_why(mpic_pool_t *pool, unsigned ports, const mpic_str_t *port,
    mpic_str_t *why)
{
    mpic_str_t              text;
    const char             *comma;
    const mpic_url_port_t  *row;

    text.data = "is a port other than";
    comma = " ";

    for (row = mpic_url_ports; row->text != NULL; row++) {

        if (!(row->bit & ports)) {
            continue;
        }

        if (mpic_str_printf(pool, &text, "%s%s%s", text.data, comma,
                            row->text)
            != 0)
        {
            return -1;
        }

        comma = ", ";
    }

    return mpic_url_why(pool, why, port, text.data);
}


/*
 * What libcurl has decoded is brought to the one form that is resolved,
 * connected to, shown, and sent as Host; and put back into the URL.
 */

static int
mpic_url_host(mpic_pool_t *pool, CURLU *handle, mpic_url_t *to,
    mpic_str_t *why)
{
    int              rc;
    char             text[MPIC_ADDRESS_TEXT_MAX];
    CURLUcode        set;
    mpic_str_t       host, zone, bare;
    mpic_address_t   address;

    if (mpic_url_part(pool, handle, CURLUPART_HOST, 0, &host) == -1
        || mpic_url_part(pool, handle, CURLUPART_ZONEID, 0, &zone) == -1)
    {
        return -1;
    }

    if (zone.len != 0 || memchr(host.data, '%', host.len) != NULL) {
        return mpic_url_why(pool, why, &host, "has a zone identifier");
    }

    bare = host;

    if (bare.len > 2 && bare.data[0] == '['
        && bare.data[bare.len - 1] == ']')
    {
        bare.data++;
        bare.len -= 2;
    }

    if (mpic_address_parse(&bare, &address) == 0) {
        to->literal = 1;

        rc = mpic_str_copy(pool, &to->host, text,
                           mpic_address_text(&address, text));

        if (rc == 0) {
            rc = mpic_str_printf(pool, &host, address.version == 6 ? "[%s]"
                                                                   : "%s",
                                 to->host.data);
        }

    } else {
        rc = mpic_name_canonical(pool, &host, &to->host, why);

        if (rc == 0 && memchr(to->host.data, '.', to->host.len) == NULL) {
            return mpic_url_why(pool, why, &host, "is a host name of a single "
                                "label");
        }

        host = to->host;
    }

    if (rc != 0) {
        return rc;
    }

    set = curl_url_set(handle, CURLUPART_HOST, host.data, 0);

    if (set == CURLUE_OK) {
        return 0;
    }

    if (set == CURLUE_OUT_OF_MEMORY) {
        return -1;
    }

    return mpic_url_why(pool, why, &host, "is not a valid host");
}


static int
mpic_url_text(mpic_pool_t *pool, CURLU *handle, mpic_url_t *to,
    mpic_str_t *why)
{
    int     rc;
    size_t  i;

    rc = mpic_url_part(pool, handle, CURLUPART_URL, CURLU_NO_DEFAULT_PORT,
                       &to->url);
    if (rc == -1) {
        return -1;
    }

    if (rc == 1) {
        return mpic_url_why(pool, why, &to->url, "is not a valid URL");
    }

    if (to->url.len > MPIC_URL_MAX) {
        return mpic_url_why(pool, why, &to->url, "is too long");
    }

    for (i = 0; i < to->url.len; i++) {

        if (to->url.data[i] <= 0x20 || to->url.data[i] >= 0x7f) {
            return mpic_url_why(pool, why, &to->url, "is not a valid URL");
        }
    }

    return 0;
}


/*
 * Returns 0 with a copy of the part; or 1 with an empty one if there is none;
 * or -1 without memory.
 */

static int
mpic_url_part(mpic_pool_t *pool, CURLU *handle, CURLUPart what,
    unsigned flags, mpic_str_t *part)
{
    int         rc;
    char       *text;
    CURLUcode   got;

    part->len = 0;
    part->data = "";

    got = curl_url_get(handle, what, &text, flags);

    if (got == CURLUE_OUT_OF_MEMORY) {
        return -1;
    }

    if (got != CURLUE_OK) {
        return 1;
    }

    rc = mpic_str_copy(pool, part, text, strlen(text));

    curl_free(text);

    return rc;
}


/* returns 1 with the sentence, or -1 */

static int
mpic_url_why(mpic_pool_t *pool, mpic_str_t *why, const mpic_str_t *location,
    const char *wrong)
{
    int         rc;
    mpic_str_t  shown;

    if (location->data == NULL || location->len == 0) {
        rc = mpic_str_printf(pool, why, "the redirect %s", wrong);

        return (rc == 0) ? 1 : -1;
    }

    if (mpic_str_excerpt(pool, &shown, location->data, location->len,
                         MPIC_URL_SHOWN)
        != 0
        || mpic_str_printf(pool, why, "the redirect may not be followed: "
                           "\"%s\" %s", shown.data, wrong)
           != 0)
    {
        return -1;
    }

    return 1;
}
