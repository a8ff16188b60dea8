
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_status.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>


static void
test_text(void **state)
{
    mpic_str_t        text;
    test_pool_t       tp;
    mpic_metrics_t    metrics;
    mpic_histogram_t  histogram;

    static const char  expected[] =
        "# HELP a_total All of it.\n"
        "# TYPE a_total counter\n"
        "a_total 18446744073709551616\n"
        "a_total{x=\"a\\\"b\\\\c\\\\010d\\\\195\\\\169\",y=\"z\"} 0\n"
        "a_total{x=\"1\"} 1.500\n"
        "# HELP h H.\n"
        "# TYPE h histogram\n"
        "h_bucket{p=\"q\",le=\"0.001\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.002\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.005\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.01\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.02\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.05\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.1\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.2\"} 2\n"
        "h_bucket{p=\"q\",le=\"0.5\"} 2\n"
        "h_bucket{p=\"q\",le=\"1\"} 3\n"
        "h_bucket{p=\"q\",le=\"2\"} 3\n"
        "h_bucket{p=\"q\",le=\"5\"} 3\n"
        "h_bucket{p=\"q\",le=\"10\"} 3\n"
        "h_bucket{p=\"q\",le=\"+Inf\"} 7\n"
        "h_sum{p=\"q\"} 61.503\n"
        "h_count{p=\"q\"} 7\n";

    memset((void *) &histogram, 0, sizeof(mpic_histogram_t));
    histogram.counts[0] = 2;
    histogram.counts[9] = 1;
    histogram.counts[MPIC_HISTOGRAM_BOUNDS] = 4;
    histogram.sum = 61503;

    mpic_metrics_start(&metrics, test_pool_init(&tp));

    mpic_metrics_family(&metrics, "a_total", "counter", "All of it.");
    mpic_metrics_sample(&metrics, 18446744073709551615.0);
    mpic_metrics_label(&metrics, 0, "x", "a\"b\\c\nd\xc3\xa9");
    mpic_metrics_label(&metrics, 1, "none", "");
    mpic_metrics_label(&metrics, 2, "y", "z");
    mpic_metrics_sample(&metrics, 0);
    mpic_metrics_label(&metrics, 0, "x", "1");
    mpic_metrics_sample(&metrics, 1.5);

    mpic_metrics_family(&metrics, "h", "histogram", "H.");
    mpic_metrics_label(&metrics, 0, "p", "q");
    mpic_metrics_histogram(&metrics, &histogram);

    assert_int_equal(mpic_metrics_finish(&metrics, &text), 0);

    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.data, expected, text.len);

    test_pool_reset(&tp);
}


/* BR 3.2.2.9: when it asks for more, and how much */

static const struct {
    uint64_t     now;
    const char  *policy;
} policies[] = {
    { 1795478400,
      "\"policy\":{\"name\":\"br\",\"in_force\":{\"since\":\"2026-06-15\","
      "\"remotes\":4,\"dissent\":1,\"rirs\":2,\"section\":\"3.2.2.9\"},"
      "\"next\":{\"from\":\"2026-12-15\",\"remotes\":5,\"dissent\":1,"
      "\"rirs\":2,\"section\":\"3.2.2.9\",\"days\":21}}" },

    { 1797292799,
      "\"in_force\":{\"since\":\"2026-06-15\",\"remotes\":4,\"dissent\":1,"
      "\"rirs\":2,\"section\":\"3.2.2.9\"},\"next\":{\"from\":\"2026-12-15\","
      "\"remotes\":5,\"dissent\":1,\"rirs\":2,\"section\":\"3.2.2.9\","
      "\"days\":1}}" },

    { 1797292800,
      "\"in_force\":{\"since\":\"2026-12-15\",\"remotes\":5,\"dissent\":1,"
      "\"rirs\":2,\"section\":\"3.2.2.9\"},\"next\":null}" }
};


static void
fill(mpic_status_t *status, mpic_stat_t *stat)
{
    static mpic_status_location_t  location;

    memset(status, 0, sizeof(mpic_status_t));
    memset((void *) stat, 0, sizeof(mpic_stat_t));

    location.name = (mpic_str_t) mpic_str("/mpic");
    location.set = (mpic_str_t) mpic_str("world");
    location.dialect = "draft";
    location.policy = MPIC_POLICY_BR;

    status->locations = &location;
    status->nlocations = 1;
    status->stat = stat;
}


static void
test_policy(void **state)
{
    size_t         i;
    mpic_str_t     text;
    test_pool_t    tp;
    mpic_pool_t   *pool;
    mpic_stat_t    stat;
    mpic_status_t  status;

    pool = test_pool_init(&tp);
    fill(&status, &stat);

    for (i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
        status.server.now = policies[i].now * 1000;
        stat.since = status.server.now;

        assert_int_equal(mpic_status_json(pool, &status, &text), 0);

        if (strstr(text.data, policies[i].policy) == NULL) {
            fail_msg("%zu: %s", i, text.data);
        }
    }

    test_pool_exhaust(&tp, mpic_status_json(pool, &status, &text), 0);
    test_pool_exhaust(&tp, mpic_status_metrics(pool, &status, &text), 0);
    test_pool_reset(&tp);
}


/* 120 points at the most, oldest first, and none of a minute long gone */

static void
test_history(void **state)
{
    char          *p, first[64], last[96];
    size_t         n;
    time_t         now;
    mpic_str_t     text;
    test_pool_t    tp;
    mpic_pool_t   *pool;
    mpic_stat_t    stat;
    mpic_status_t  status;

    pool = test_pool_init(&tp);
    fill(&status, &stat);

    now = 1795538040;
    status.server.now = (uint64_t) now * 1000;
    stat.since = (uint64_t) (now - 86400) * 1000;

    mpic_stat_begin(mpic_stat_point(stat.points, now), now);
    mpic_stat_point(stat.points, now)->counts[MPIC_STAT_INVALID] = 5;

    /* of two hours ago and a minute, where a later one has its place */
    now -= 60;
    mpic_stat_begin(mpic_stat_point(stat.points, now), now - 7200);
    mpic_stat_point(stat.points, now)->counts[MPIC_STAT_VALID] = 77;

    assert_int_equal(mpic_status_json(pool, &status, &text), 0);

    for (n = 0, p = strstr(text.data, "\"t\":"); p; n++) {
        p = strstr(p + 1, "\"t\":");
    }

    assert_int_equal(n, 120);
    assert_null(strstr(text.data, "\"valid\":77"));

    (void) snprintf(first, sizeof(first), "\"points\":[{\"t\":%d",
                    1795538040 - 119 * 60);
    (void) snprintf(last, sizeof(last), "{\"t\":%d,\"valid\":0,\"invalid\":5,"
                    "\"incomplete\":0}]", 1795538040);
    assert_non_null(strstr(text.data, first));
    assert_non_null(strstr(text.data, last));

    test_pool_reset(&tp);
}


static mpic_str_t
pem(test_pool_t *tp, const char *name, long serial, long days)
{
    BIO         *bio;
    X509        *x509;
    char        *data;
    long         len;
    EVP_PKEY    *key;
    X509_NAME   *subject;
    mpic_str_t   text;

    bio = BIO_new(BIO_s_mem());
    x509 = X509_new();
    key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    subject = X509_get_subject_name(x509);

    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               (const unsigned char *) name, -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
    ASN1_TIME_set(X509_getm_notBefore(x509), 0);
    ASN1_TIME_set(X509_getm_notAfter(x509), days * 86400);
    X509_set_pubkey(x509, key);
    assert_true(X509_sign(x509, key, EVP_sha256()) > 0);

    assert_int_equal(PEM_write_bio_X509(bio, x509), 1);
    len = BIO_get_mem_data(bio, &data);
    text = test_str(tp, data, (size_t) len);

    EVP_PKEY_free(key);
    X509_free(x509);
    BIO_free(bio);

    return text;
}


static void
test_certificates(void **state)
{
    size_t               n;
    mpic_str_t           parts[3], all, file = mpic_str("ca.pem");
    test_pool_t          tp;
    mpic_pool_t         *pool;
    mpic_certificate_t   list[8];

    pool = test_pool_init(&tp);

    parts[0] = pem(&tp, "a,b\n\xc3\xa9", 255, 30);
    parts[1] = pem(&tp, "second", 2, 40000);

    assert_int_equal(mpic_str_printf(pool, &all, "text\n%.*s%.*s%.*s",
                                     (int) parts[0].len, parts[0].data,
                                     (int) parts[1].len, parts[1].data,
                                     (int) parts[0].len, parts[0].data), 0);

    n = 0;
    assert_int_equal(mpic_certificates_read(pool, &all, "trusted", &file, 8,
                                            list, &n), 0);
    assert_int_equal(n, 2);
    assert_str_equal(list[0].subject, "CN=a\\,b\\0A\\C3\\A9");
    assert_str_equal(list[0].serial, "FF");
    assert_int_equal(list[0].not_after, 30 * 86400);
    assert_string_equal(list[0].role, "trusted");
    assert_int_equal(list[1].not_after, (time_t) 40000 * 86400);

    n = 0;
    assert_int_equal(mpic_certificates_read(pool, &all, "coordinator", &file,
                                            1, list, &n), 0);
    assert_int_equal(n, 1);

    n = 0;
    parts[2] = test_strz(&tp, "no certificate");
    assert_int_equal(mpic_certificates_read(pool, &parts[2], "x", &file, 8,
                                            list, &n), 0);
    assert_int_equal(n, 0);

    test_pool_reset(&tp);
}


/* what resolvers prove together; "v", "f", "u", "-": has nothing to prove */

static const struct {
    const char            *resolvers;
    mpic_status_dnssec_e   state;
    int                    which;
} proofs[] = {
    { "", MPIC_STATUS_DNSSEC_UNKNOWN, -1 },
    { "-", MPIC_STATUS_DNSSEC_UNKNOWN, -1 },
    { "v", MPIC_STATUS_DNSSEC_VALIDATES, 0 },
    { "fv", MPIC_STATUS_DNSSEC_VALIDATES, 1 },
    { "f", MPIC_STATUS_DNSSEC_FAILS, 0 },
    { "fu", MPIC_STATUS_DNSSEC_UNKNOWN, 1 },
    { "uf", MPIC_STATUS_DNSSEC_UNKNOWN, 0 },
    { "ff", MPIC_STATUS_DNSSEC_FAILS, 0 },
    { "-f", MPIC_STATUS_DNSSEC_FAILS, 1 }
};


static void
test_checks(void **state)
{
    char                           c;
    size_t                         i, k;
    mpic_str_t                     text;
    test_pool_t                    tp;
    mpic_pool_t                   *pool;
    mpic_stat_checks_t             stat;
    mpic_stat_resolver_t           resolver = { 5, 1, 2, 3 };
    mpic_status_checks_t           status;
    mpic_status_resolver_t         resolvers[4];
    const mpic_status_resolver_t  *which;

    pool = test_pool_init(&tp);

    memset((void *) &stat, 0, sizeof(mpic_stat_checks_t));
    memset(&status, 0, sizeof(mpic_status_checks_t));

    status.stat = &stat;
    status.resolvers = resolvers;
    stat.checks[MPIC_METHODS][MPIC_STAT_CHECK_PASSED] = 3;
    stat.checks[MPIC_METHOD_ACME_DNS_01][MPIC_STAT_CHECK_FAILED] = 2;

    for (i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
        memset(resolvers, 0, sizeof(resolvers));
        status.nresolvers = strlen(proofs[i].resolvers);

        for (k = 0; k < status.nresolvers; k++) {
            c = proofs[i].resolvers[k];

            resolvers[k].stat = &resolver;
            resolvers[k].required = (c != '-');
            resolvers[k].dnssec = (c == 'v') ? MPIC_STATUS_DNSSEC_VALIDATES
                                  : (c == 'f') ? MPIC_STATUS_DNSSEC_FAILS
                                  : MPIC_STATUS_DNSSEC_UNKNOWN;
        }

        if (mpic_status_dnssec(&status, &which) != proofs[i].state
            || (which == NULL ? -1 : which - resolvers) != proofs[i].which)
        {
            fail_msg("%s", proofs[i].resolvers);
        }
    }

    assert_int_equal(mpic_status_checks_json(pool, &status, &text), 0);
    assert_non_null(strstr(text.data, "\"by_method\":{\"acme-dns-01\":"
                           "{\"passed\":0,\"failed\":2,\"incomplete\":0},"
                           "\"caa\":{\"passed\":3,\"failed\":0,"
                           "\"incomplete\":0}}"));
    assert_non_null(strstr(text.data, "\"code\":null,\"rir\":null"));
    assert_non_null(strstr(text.data, "\"questions\":10,\"timeouts\":2,"
                           "\"failures\":4,\"failovers\":6"));

    test_pool_exhaust(&tp, mpic_status_checks_json(pool, &status, &text), 0);
    test_pool_exhaust(&tp, mpic_status_checks_metrics(pool, &status, &text),
                      0);
    test_pool_reset(&tp);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_checks)
    };

    return cmocka_run_group_tests_name("prometheus", tests, NULL, NULL);
}
