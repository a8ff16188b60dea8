
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The URLs of a check: the first one, and whether a redirect may be
 * followed.  BR 3.2.2.4.18 and 3.2.2.4.19, RFC 8555 section 8.3.
 */


#ifndef _MPIC_URL_H_INCLUDED_
#define _MPIC_URL_H_INCLUDED_


#include "mpic_check.h"


/* octets in a URL, and in a Location header */
#define MPIC_URL_MAX  2048


typedef struct {
    /* the whole, normalised, without fragment: what is requested and shown */
    mpic_str_t   url;

    /* 1 https, 0 http */
    unsigned     tls:1;

    /* as the URL says */
    unsigned     port;

    /*
     * Lower case A-labels, or the canonical address without brackets; no
     * trailing dot.
     */
    mpic_str_t   host;

    /* "host" is an address */
    unsigned     literal:1;
} mpic_url_t;


/* the Authorized Ports (BR 1.6.1) */
#define MPIC_PORT_HTTP   0x01
#define MPIC_PORT_HTTPS  0x02
#define MPIC_PORT_SSH    0x04
#define MPIC_PORT_SMTP   0x08


/* which redirects may be followed */

typedef struct {
    /* how many */
    size_t       max;

    /* MPIC_PORT_…: the ports that they may lead to */
    unsigned     ports;

    /* what may not stand in a URL; none where it is empty */
    mpic_str_t   secret;
} mpic_url_policy_t;


/*
 * The URL of an acme-http-01 challenge.  0 or -1.
 */
int mpic_url_http01(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_str_t *token, mpic_url_t *url);

/*
 * The URL of a website-change challenge: "https" says the scheme, "path" is
 * what stands below /.well-known/pki-validation/.  0 or -1.
 */
int mpic_url_website(mpic_pool_t *pool, const mpic_target_t *target,
    int https, const mpic_str_t *path, mpic_url_t *url);

/*
 * Does a URL hold "secret", in whatever case, as it stands or percent-encoded?
 * 1 or 0; or -1 without memory.
 */
int mpic_url_holds(mpic_pool_t *pool, const mpic_url_t *url,
    const mpic_str_t *secret);

/*
 * May a redirect be followed?  "status" and "location" as received (location
 * NULL data if there was none), "from" the URL that sent it, "seen" the
 * URLs requested so far, "from" the last of them.  "from" was made here, and
 * "to" may be the place after the last of "seen".  Spaces and octets that are
 * not ASCII in the path and the query are percent-encoded, a fragment is
 * dropped, names and addresses are brought to their canonical form, which does
 * not yet mean that they may be connected to (mpic_address_refused()).
 *
 * Returns 0 and the URL to request next; or 1 and in "why" the reason: a
 * status other than 301, 302, 307 and 308, no Location, too long, cannot be
 * parsed, control characters, a scheme other than http and https, user
 * information, a zone identifier, another port, a host that is no name, a URL
 * seen before, or one that holds the secret, too many; or -1 without memory.
 */
int mpic_url_redirect(mpic_pool_t *pool, const mpic_url_t *from, int status,
    const mpic_str_t *location, const mpic_url_t *seen, size_t nseen,
    const mpic_url_policy_t *policy, mpic_url_t *to, mpic_str_t *why);


#endif /* _MPIC_URL_H_INCLUDED_ */
