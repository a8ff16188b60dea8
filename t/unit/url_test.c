
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"
#include "mpic_url.h"

#include <curl/curl.h>
#include <stdio.h>
#include <strings.h>


#define FROM  "http://from.example/.well-known/acme-challenge/tok"

#define A10   "aaaaaaaaaa"
#define A100  A10 A10 A10 A10 A10 A10 A10 A10 A10 A10
#define A500  A100 A100 A100 A100 A100
#define A2000 A500 A500 A500 A500
/* "http://h.example/" has 17 octets */
#define A2031 A2000 A10 A10 A10 "a"


typedef struct {
    const char  *location;
    const char  *url;
    const char  *host;
    unsigned     port;
    unsigned     tls;
    unsigned     literal;
} followed_case_t;

typedef struct {
    const char  *location;
    /* a part of the reason */
    const char  *why;
} refused_case_t;


static test_pool_t  tp;
static mpic_url_t   seen[4], to;
static mpic_str_t   why;

static mpic_url_policy_t  policy = {
    20, MPIC_PORT_HTTP|MPIC_PORT_HTTPS, mpic_null_str
};


static const followed_case_t  followed[] = {
    { "http://h.example/a", "http://h.example/a", "h.example", 80, 0, 0 },
    { "https://h.example/a", "https://h.example/a", "h.example", 443, 1, 0 },
    { "HTTPS://H.EXAMPLE", "https://h.example/", "h.example", 443, 1, 0 },
    { "http://h.example./", "http://h.example/", "h.example", 80, 0, 0 },
    { "http://h.example:80/", "http://h.example/", "h.example", 80, 0, 0 },
    { "http://h.example:080/", "http://h.example/", "h.example", 80, 0, 0 },
    { "http://h.example:/", "http://h.example/", "h.example", 80, 0, 0 },
    { "http://h.example:443/", "http://h.example:443/", "h.example", 443, 0,
      0 },
    { "https://h.example:80/", "https://h.example:80/", "h.example", 80, 1,
      0 },
    { "https://h.example:443/x", "https://h.example/x", "h.example", 443, 1,
      0 },
    { "//h.example/x", "http://h.example/x", "h.example", 80, 0, 0 },
    { "/x", "http://from.example/x", "from.example", 80, 0, 0 },
    { "x", "http://from.example/.well-known/acme-challenge/x",
      "from.example", 80, 0, 0 },
    { "../x", "http://from.example/.well-known/x", "from.example", 80, 0, 0 },
    { "../../../../x", "http://from.example/x", "from.example", 80, 0, 0 },
    { "/a/./b/../c", "http://from.example/a/c", "from.example", 80, 0, 0 },
    { "?q=1", FROM "?q=1", "from.example", 80, 0, 0 },
    { "http://h.example?q", "http://h.example/?q", "h.example", 80, 0, 0 },
    { "http://h.example/a#b", "http://h.example/a", "h.example", 80, 0, 0 },
    { "http://h.example/a#b#http://x", "http://h.example/a", "h.example", 80,
      0, 0 },
    { "/x#http://u@x:25/", "http://from.example/x", "from.example", 80, 0,
      0 },
    { "/a b", "http://from.example/a%20b", "from.example", 80, 0, 0 },
    { "/\xc3\xa4", "http://from.example/%c3%a4", "from.example", 80, 0, 0 },
    { "/\xff", "http://from.example/%ff", "from.example", 80, 0, 0 },
    { "/%0d%0aHost:x", "http://from.example/%0d%0aHost:x", "from.example",
      80, 0, 0 },
    { "/a@b", "http://from.example/a@b", "from.example", 80, 0, 0 },
    { "/http://x.example:25/", "http://from.example/http://x.example:25/",
      "from.example", 80, 0, 0 },
    { "http:/h.example/", "http://h.example/", "h.example", 80, 0, 0 },
    { "http://_a.ex_ample.test/", "http://_a.ex_ample.test/",
      "_a.ex_ample.test", 80, 0, 0 },
    { "http://h%2eexample/", "http://h.example/", "h.example", 80, 0, 0 },
    { "http://b\xc3\xbc" "cher.example/", "http://xn--bcher-kva.example/",
      "xn--bcher-kva.example", 80, 0, 0 },
    { "http://b%c3%bc" "cher.example/", "http://xn--bcher-kva.example/",
      "xn--bcher-kva.example", 80, 0, 0 },

    /* addresses are judged when they are connected to, in whatever form */

    { "http://127.0.0.1/", "http://127.0.0.1/", "127.0.0.1", 80, 0, 1 },
    { "http://127.1/", "http://127.0.0.1/", "127.0.0.1", 80, 0, 1 },
    { "http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", 80, 0, 1 },
    { "http://2130706433/", "http://127.0.0.1/", "127.0.0.1", 80, 0, 1 },
    { "http://017700000001/", "http://127.0.0.1/", "127.0.0.1", 80, 0, 1 },
    { "http://%31%32%37.0.0.1/", "http://127.0.0.1/", "127.0.0.1", 80, 0,
      1 },
    { "https://[::1]/", "https://[::1]/", "::1", 443, 1, 1 },
    { "https://[0:0::0:1]:80/x", "https://[::1]:80/x", "::1", 80, 1, 1 },
    { "http://[2001:DB8::A]/", "http://[2001:db8::a]/", "2001:db8::a", 80, 0,
      1 },
    { "http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]/",
      "::ffff:127.0.0.1", 80, 0, 1 },
    { "http://h.example/" A2031, "http://h.example/" A2031, "h.example", 80,
      0, 0 },
};


static const refused_case_t  refused[] = {
    { "", "empty Location" },
    { "#", "leads back" },
    { "#x", "leads back" },
    { "tok", "leads back" },
    { "tok#x", "leads back" },
    { FROM, "leads back" },
    { "HTTP://FROM.example.:80/.well-known/acme-challenge/tok",
      "leads back" },
    { "/.well-known/x/../acme-challenge/tok", "leads back" },
    { "http://h.example/" A2031 "a", "too long" },
    { "http://h.example/a\r\nb", "control character" },
    { "http://h.example/a\tb", "control character" },
    { "http://h.example/a\x7f", "control character" },
    { "/\xff" A2031 "123456789012345", "too long" },

    { "ftp://h.example/", "scheme" },
    { "file:///etc/passwd", "scheme" },
    { "gopher://h.example:80/", "scheme" },
    { "ws://h.example/", "scheme" },
    { "mailto:a@h.example", "not a valid URL" },
    { "javascript:alert(1)", "not a valid URL" },
    { "http:h.example", "not a valid URL" },
    { "http://", "" },
    { "http:///", "" },

    { "http://u@h.example/", "user information" },
    { "http://u:p@h.example/", "user information" },
    { "http://@h.example/", "user information" },
    { "http://:@h.example/", "user information" },
    { "//u@h.example/", "user information" },
    { "http://h.example\\@x.example/", "user information" },

    { "http://h.example:8080/", "port" },
    { "http://h.example:22/", "port" },
    { "http://h.example:25/", "port" },
    { "http://h.example:0/", "" },
    { "https://h.example:8443/", "port" },
    { "http://h.example:65616/", "not a valid URL" },
    { "http://h.example:4294967376/", "not a valid URL" },
    { "http://h.example:80:80/", "not a valid URL" },
    { "http://h.example:-80/", "not a valid URL" },
    { "http://h.example:8 0/", "not a valid URL" },
    { "http://h.example:http/", "not a valid URL" },

    { "http://[fe80::1%25eth0]/", "zone identifier" },
    { "http://[fe80::1%eth0]/", "zone identifier" },
    { "http://[::1/", "not a valid URL" },
    { "http://[v1.a]/", "not a valid URL" },
    { "http://[h.example]/", "not a valid URL" },
    { "http://localhost/", "single label" },
    { "http://localhost./", "single label" },
    { "http://a..b/", "empty label" },
    { "http://.h.example/", "" },
    { "http://-a.example/", "hyphen" },
    { "http://*.h.example/", "not a valid URL" },
    { "http://h ost.example/", "not a valid URL" },
    { "http:// h.example/", "not a valid URL" },
    { "http://h%00.example/", "not a valid URL" },
    { "http://h%2f.example/", "" },
    { "http://h%40x.example/", "" },
    { "http://h.example%3a80/", "" },
    { "http://h%0d%0a.example/", "" },
    { "http://256.1.1.1/", "numeric" },
    { "http://1.2.3.4.5/", "numeric" },
    { "http://h.example.0x7f/", "numeric" },
    { "http://\xef\xbc\x91.2.3.4/", "numeric" },
    { "http://\xff.example/", "" },
    { "http://" A100 ".example/", "label longer than 63" },
    { "http://xn--a-0.example/", "" },
};


static void
set(mpic_str_t *str, const char *text)
{
    str->data = text;
    str->len = strlen(text);
}


static void
from_url(void)
{
    memset(seen, 0, sizeof(seen));

    set(&seen[0].url, FROM);
    set(&seen[0].host, "from.example");
    seen[0].port = 80;

    why.data = "";
}


static int
redirect(int status, const char *location, size_t nseen, size_t max)
{
    mpic_str_t         text;
    mpic_url_policy_t  bounded;

    set(&text, location);

    bounded = policy;
    bounded.max = max;

    return mpic_url_redirect(&tp.pool, &seen[nseen - 1], status, &text, seen,
                             nseen, &bounded, &to, &why);
}


/*
 * Equal but for the case of hexadecimal digits in escapes, which libcurl
 * writes in lower case, and in some later version in upper case (RFC 3986,
 * section 6.2.2.1: they are the same).
 */

static int
same_url(const char *a, const char *b)
{
    for ( /* void */ ; *a && *a == *b; a++, b++) {

        if (*a != '%') {
            continue;
        }

        if (strlen(a) < 3 || strlen(b) < 3 || strncasecmp(a, b, 3) != 0) {
            return 0;
        }

        a += 2;
        b += 2;
    }

    return *a == *b;
}


static void
test_followed(void **state)
{
    int                     rc;
    size_t                  i;
    mpic_str_t              location;
    const followed_case_t  *c;

    for (i = 0; i < sizeof(followed) / sizeof(followed[0]); i++) {
        c = &followed[i];

        test_pool_reset(&tp);
        from_url();
        memset(&to, 0x5a, sizeof(to));

        location = test_str(&tp, c->location, strlen(c->location));

        rc = mpic_url_redirect(&tp.pool, &seen[0], 302, &location, seen, 1,
                               &policy, &to, &why);

        if (rc != 0 || !same_url(to.url.data, c->url)
            || strcmp(to.host.data, c->host) != 0)
        {
            fail_msg("%s: got %d, %s, %s, %s", c->location, rc, why.data,
                     rc ? "" : to.url.data, rc ? "" : to.host.data);
        }

        assert_int_equal(to.url.len, strlen(c->url));
        assert_str_equal(to.host, c->host);
        assert_int_equal(to.port, c->port);
        assert_int_equal(to.tls, c->tls);
        assert_int_equal(to.literal, c->literal);
    }

    test_pool_reset(&tp);
}


static void
test_refused(void **state)
{
    int                    rc;
    size_t                 i;
    mpic_str_t             location;
    const refused_case_t  *c;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        c = &refused[i];

        test_pool_reset(&tp);
        from_url();

        location = test_str(&tp, c->location, strlen(c->location));

        rc = mpic_url_redirect(&tp.pool, &seen[0], 302, &location, seen, 1,
                               &policy, &to, &why);

        if (rc != 1 || strstr(why.data, c->why) == NULL) {
            fail_msg("%s: got %d, %s, %s", c->location, rc, why.data,
                     rc ? "" : to.url.data);
        }

        assert_null(to.url.data);
        assert_null(to.host.data);
        assert_true(why.len < 1024);
    }

    test_pool_reset(&tp);
}


/*
 * The address of the URL is what is judged and connected to, whether libcurl
 * takes the dot off, as later versions do, or leaves a name that is none.
 */

static void
test_address_with_dot(void **state)
{
    from_url();

    if (redirect(302, "http://127.0.0.1./", 1, 20) == 0) {
        assert_str_equal(to.host, "127.0.0.1");
        assert_str_equal(to.url, "http://127.0.0.1/");
        assert_int_equal(to.literal, 1);

    } else {
        assert_non_null(strstr(why.data, "numeric"));
        assert_null(to.url.data);
    }

    test_pool_reset(&tp);
}


/* every octet, at places that matter: never a crash, never more than ASCII */

static void
test_octets(void **state)
{
    int         rc;
    char        text[32];
    size_t      i, j;
    unsigned    ch;
    mpic_str_t  location;

    static const char  *formats[] = {
        "http://h%c.example/", "http%c//h.example/", "http://h.example%c/",
        "http://h.example/%c", "%c", "http://[::1%c]/", "http://h.example:%c",
        "http://1.2.3.%c/"
    };

    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        for (ch = 0; ch < 256; ch++) {
            test_pool_reset(&tp);
            from_url();

            location.data = text;
            location.len = (size_t) snprintf(text, sizeof(text), formats[i],
                                             ch);

            rc = mpic_url_redirect(&tp.pool, &seen[0], 302, &location, seen,
                                   1, &policy, &to, &why);

            if (ch < 0x20 || ch == 0x7f) {
                assert_int_equal(rc, 1);
            }

            if (rc != 0) {
                assert_int_equal(rc, 1);
                continue;
            }

            for (j = 0; j < to.url.len; j++) {
                assert_true(to.url.data[j] > 0x20 && to.url.data[j] < 0x7f);
            }

            assert_true(to.port == 80 || to.port == 443);
            assert_int_equal(strncmp(to.url.data, "http", 4), 0);
        }
    }

    test_pool_reset(&tp);
}


static void
test_status(void **state)
{
    int  i;

    for (i = -1; i < 1000; i++) {
        test_pool_reset(&tp);
        from_url();

        assert_int_equal(redirect(i, "/x", 1, 20),
                         !(i == 301 || i == 302 || i == 307 || i == 308));
    }

    test_pool_reset(&tp);
}


static void
test_hops(void **state)
{
    size_t      i;
    mpic_str_t  none;

    from_url();

    none.len = 0;
    none.data = NULL;

    assert_int_equal(mpic_url_redirect(&tp.pool, &seen[0], 302, &none, seen, 1,
                                       &policy, &to, &why), 1);
    assert_non_null(strstr(why.data, "no Location"));

    /* none, one, two are allowed */

    assert_int_equal(redirect(302, "/x", 1, 0), 1);
    assert_non_null(strstr(why.data, "more than 0 redirects"));
    assert_int_equal(redirect(302, "/x", 1, 1), 0);

    for (i = 1; i < 3; i++) {
        assert_int_equal(redirect(302, i == 1 ? "/1" : "/2", i, 2), 0);
        seen[i] = to;
    }

    assert_int_equal(redirect(302, "/3", 3, 2), 1);
    assert_non_null(strstr(why.data, "more than 2 redirects"));

    /* back to the first, and to the one between */

    assert_int_equal(redirect(302, FROM, 3, 20), 1);
    assert_int_equal(redirect(302, "/1#x", 3, 20), 1);
    assert_int_equal(redirect(302, "/2", 3, 20), 1);
    assert_int_equal(redirect(302, "https://from.example/2", 3, 20), 0);
    assert_int_equal(redirect(302, "/2?x", 3, 20), 0);

    /* relative to the last one, not to the first */

    assert_int_equal(redirect(302, "https://[::1]/a/b", 3, 20), 0);
    seen[1] = to;
    assert_int_equal(redirect(302, "c", 2, 20), 0);
    assert_str_equal(to.url, "https://[::1]/a/c");
    assert_int_equal(to.tls, 1);
    assert_int_equal(to.port, 443);
    assert_str_equal(to.host, "::1");
    assert_int_equal(redirect(302, "//h.example/", 2, 20), 0);
    assert_str_equal(to.url, "https://h.example/");

    test_pool_reset(&tp);
}


/* in place, as a caller with an array does */

static void
test_in_place(void **state)
{
    mpic_str_t  location;

    from_url();
    set(&location, "/x");

    assert_int_equal(mpic_url_redirect(&tp.pool, &seen[0], 302, &location,
                                       seen, 1, &policy, &seen[1], &why), 0);
    assert_str_equal(seen[1].url, "http://from.example/x");
    assert_str_equal(seen[0].url, FROM);

    test_pool_reset(&tp);
}


/* the Authorized Ports (BR 1.6.1), as the operator has them */

static void
test_ports(void **state)
{
    from_url();

    assert_int_equal(redirect(302, "http://h.example:22/", 1, 20), 1);
    assert_non_null(strstr(why.data, "\"22\" is a port other than 80, 443"));
    assert_int_equal(redirect(302, "http://h.example:25/", 1, 20), 1);

    policy.ports |= MPIC_PORT_SSH;
    assert_int_equal(redirect(302, "http://h.example:22/x", 1, 20), 0);
    assert_str_equal(to.url, "http://h.example:22/x");
    assert_int_equal(to.port, 22);
    assert_int_equal(redirect(302, "https://h.example:22/x", 1, 20), 0);
    assert_str_equal(to.url, "https://h.example:22/x");
    assert_int_equal(to.tls, 1);
    assert_int_equal(redirect(302, "http://h.example:25/", 1, 20), 1);
    assert_non_null(strstr(why.data, "80, 443, 22"));

    policy.ports = MPIC_PORT_SMTP;
    assert_int_equal(redirect(302, "//h.example:25/x", 1, 20), 0);
    assert_int_equal(to.port, 25);
    assert_int_equal(redirect(302, "//h.example/x", 1, 20), 1);
    assert_non_null(strstr(why.data, "\"80\" is a port other than 25"));
    assert_int_equal(redirect(302, "https://h.example/x", 1, 20), 1);

    policy.ports = MPIC_PORT_HTTP|MPIC_PORT_HTTPS;
    test_pool_reset(&tp);
}


/* BR 3.2.2.4.18: the value must not appear in the request */

static void
test_secret(void **state)
{
    size_t       i;

    static const char  *bad[] = {
        "/a/s3-CRET", "/s3-cret?", "?q=xs3-CRETx", "http://s3-cret.example/",
        "/S3-cret/../s3-CRET", "/%733-CRET", "/s3%2dCRE%54", "?s3%2DCRET",
        "//h.example/a?b=%533-CRET"
    };

    static const char  *good[] = {
        "/s3-CRE", "/s3-CRE%20T", "/s3%252dCRET", "/#s3-CRET", "/%0a",
        "/s3-CRET/../x", "/s3-?CRET"
    };

    from_url();
    set(&policy.secret, "s3-CRET");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {

        if (redirect(302, bad[i], 1, 20) != 1
            || strstr(why.data, "holds the challenge value") == NULL)
        {
            fail_msg("%s: %s", bad[i], why.data);
        }
    }

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {

        if (redirect(302, good[i], 1, 20) != 0) {
            fail_msg("%s: %s", good[i], why.data);
        }
    }

    set(&policy.secret, "a\xc3\xa4 b");
    assert_int_equal(redirect(302, "/a\xc3\xa4 b", 1, 20), 1);
    assert_int_equal(redirect(302, "/?a%c3%A4%20b", 1, 20), 1);
    assert_int_equal(redirect(302, "/a%c3%a5%20b", 1, 20), 0);

    policy.secret.len = 0;
    test_pool_reset(&tp);
}


static int
first(const char *text, int website, int https, mpic_url_t *url)
{
    int            rc;
    mpic_str_t     name, token;
    mpic_target_t  target;

    set(&name, text);
    set(&token, website ? "a/b.txt" : "t-_0");

    rc = mpic_target_parse(&tp.pool, &name, &target, &why);
    if (rc != 0) {
        return rc;
    }

    if (website) {
        return mpic_url_website(&tp.pool, &target, https, &token, url);
    }

    return mpic_url_http01(&tp.pool, &target, &token, url);
}


static int
http01(const char *text, mpic_url_t *url)
{
    return first(text, 0, 0, url);
}


static void
test_website(void **state)
{
    mpic_url_t  url;

    memset(&url, 0x5a, sizeof(url));
    assert_int_equal(first("B\xc3\xbc" "cher.example.", 1, 0, &url), 0);
    assert_str_equal(url.url, "http://xn--bcher-kva.example/.well-known/"
                     "pki-validation/a/b.txt");
    assert_str_equal(url.host, "xn--bcher-kva.example");
    assert_int_equal(url.port, 80);
    assert_int_equal(url.tls, 0);
    assert_int_equal(url.literal, 0);

    assert_int_equal(first("[2600:0::1]", 1, 1, &url), 0);
    assert_str_equal(url.url,
                     "https://[2600::1]/.well-known/pki-validation/a/b.txt");
    assert_str_equal(url.host, "2600::1");
    assert_int_equal(url.port, 443);
    assert_int_equal(url.tls, 1);
    assert_int_equal(url.literal, 1);

    assert_int_equal(first("8.8.8.8", 1, 1, &url), 0);
    assert_str_equal(url.url,
                     "https://8.8.8.8/.well-known/pki-validation/a/b.txt");

    test_pool_reset(&tp);
}


static void
test_http01(void **state)
{
    mpic_url_t  url;

    memset(&url, 0x5a, sizeof(url));
    assert_int_equal(http01("B\xc3\xbc" "cher.example.", &url), 0);
    assert_str_equal(url.url, "http://xn--bcher-kva.example/.well-known/"
                     "acme-challenge/t-_0");
    assert_str_equal(url.host, "xn--bcher-kva.example");
    assert_int_equal(url.port, 80);
    assert_int_equal(url.tls, 0);
    assert_int_equal(url.literal, 0);

    assert_int_equal(http01("8.8.8.8", &url), 0);
    assert_str_equal(url.url,
                     "http://8.8.8.8/.well-known/acme-challenge/t-_0");
    assert_str_equal(url.host, "8.8.8.8");
    assert_int_equal(url.literal, 1);

    assert_int_equal(http01("[2600:0::1]", &url), 0);
    assert_str_equal(url.url,
                     "http://[2600::1]/.well-known/acme-challenge/t-_0");
    assert_str_equal(url.host, "2600::1");
    assert_int_equal(url.literal, 1);

    test_pool_reset(&tp);
}


static size_t  curl_asked, curl_fail_at;


static void *
curl_malloc(size_t size)
{
    return (++curl_asked == curl_fail_at) ? NULL : malloc(size);
}


static void *
curl_realloc(void *p, size_t size)
{
    return (++curl_asked == curl_fail_at) ? NULL : realloc(p, size);
}


static void *
curl_calloc(size_t n, size_t size)
{
    return (++curl_asked == curl_fail_at) ? NULL : calloc(n, size);
}


static char *
curl_strdup(const char *text)
{
    return (++curl_asked == curl_fail_at) ? NULL : strdup(text);
}


static void
test_memory(void **state)
{
    int         rc;
    size_t      i;
    mpic_url_t  url;

    from_url();

    test_pool_exhaust(&tp, redirect(302, "http://[::1]/x", 1, 20), 0);
    test_pool_exhaust(&tp, redirect(302, "x", 1, 20), 0);
    test_pool_exhaust(&tp, redirect(302, "tok", 1, 20), 1);
    test_pool_exhaust(&tp, redirect(302, "ftp://h.example/", 1, 20), 1);
    test_pool_exhaust(&tp, redirect(302, "http://h/", 1, 20), 1);
    test_pool_exhaust(&tp, redirect(303, "/", 1, 20), 1);
    test_pool_exhaust(&tp, redirect(302, "/", 1, 0), 1);
    test_pool_exhaust(&tp, redirect(302, "", 1, 20), 1);
    test_pool_exhaust(&tp, redirect(302, "//h.example:25/", 1, 20), 1);
    test_pool_exhaust(&tp, http01("[2600::1]", &url), 0);

    set(&policy.secret, "secret");
    test_pool_exhaust(&tp, redirect(302, "/x?y", 1, 20), 0);
    test_pool_exhaust(&tp, redirect(302, "/%73ecret", 1, 20), 1);
    policy.secret.len = 0;

    /* libcurl calls some of its failures a bad URL: refused all the same */

    for (i = 1; /* void */ ; i++) {
        curl_asked = 0;
        curl_fail_at = i;

        assert_int_equal(curl_global_init_mem(CURL_GLOBAL_NOTHING, curl_malloc,
                                              free, curl_realloc, curl_strdup,
                                              curl_calloc), 0);

        curl_asked = 0;
        rc = redirect(302, "//H.example/a?b", 1, 20);

        curl_fail_at = 0;
        curl_global_cleanup();

        if (rc == 0) {
            assert_str_equal(to.url, "http://h.example/a?b");
        }

        test_pool_reset(&tp);

        if (curl_asked < i) {
            assert_int_equal(rc, 0);
            break;
        }

        assert_true(i < 1000);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_followed),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_address_with_dot),
        cmocka_unit_test(test_octets),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_hops),
        cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_secret),
        cmocka_unit_test(test_http01),
        cmocka_unit_test(test_website),
        cmocka_unit_test(test_memory),
    };

    test_pool_init(&tp);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
