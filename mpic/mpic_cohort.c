
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_cohort.h"
#include "mpic_target.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>


#define MPIC_SCORE_LEN  32


typedef struct {
    unsigned char  score[MPIC_SCORE_LEN];
    unsigned       index;
} mpic_ranked_t;


static int mpic_cohort_rank(const mpic_perspective_t *perspectives, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target,
    mpic_ranked_t *ranked);
static EVP_MAC_CTX *mpic_cohort_mac(void);
static int mpic_cohort_score(EVP_MAC_CTX *mac, const mpic_str_t *secret,
    const mpic_str_t *target, const mpic_str_t *code, unsigned char *score);
static void mpic_cohort_insert(mpic_ranked_t *ranked, size_t n,
    const mpic_ranked_t *item);


static const mpic_str_t  mpic_rir_names[MPIC_RIR_COUNT] = {
    mpic_str("AFRINIC"),
    mpic_str("APNIC"),
    mpic_str("ARIN"),
    mpic_str("LACNIC"),
    mpic_str("RIPE NCC")
};


int
mpic_rir_parse(const mpic_str_t *text)
{
    int                i;
    static mpic_str_t  ripe[] = { mpic_str("RIPE"), mpic_str("RIPE-NCC") };

    for (i = 0; i < MPIC_RIR_COUNT; i++) {
        if (mpic_str_case_eq(text, &mpic_rir_names[i])) {
            return i;
        }
    }

    if (mpic_str_case_eq(text, &ripe[0]) || mpic_str_case_eq(text, &ripe[1])) {
        return MPIC_RIR_RIPE_NCC;
    }

    return -1;
}


const char *
mpic_rir_name(mpic_rir_e rir)
{
    return mpic_rir_names[rir].data;
}


int
mpic_cohort_select(const mpic_perspective_t *perspectives, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target, size_t count,
    unsigned *chosen)
{
    size_t         i;
    mpic_rir_e     first;
    mpic_ranked_t  ranked[MPIC_PERSPECTIVES_MAX];

    if (count < 2 || count > n || n > MPIC_PERSPECTIVES_MAX) {
        return 1;
    }

    if (mpic_cohort_rank(perspectives, n, secret, target, ranked) != 0) {
        return -1;
    }

    for (i = 0; i < count; i++) {
        chosen[i] = ranked[i].index;
    }

    /* BR 3.2.2.9: at least two RIR regions */

    first = perspectives[ranked[0].index].rir;

    for (i = 1; i < n; i++) {
        if (perspectives[ranked[i].index].rir != first) {
            break;
        }
    }

    if (i == n) {
        return 1;
    }

    if (i >= count) {
        /* all of one region: the last one gives way to the next region's */
        chosen[count - 1] = ranked[i].index;
    }

    return 0;
}


/*
 * All perspectives by score, the highest first.
 */

static int
mpic_cohort_rank(const mpic_perspective_t *perspectives, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target, mpic_ranked_t *ranked)
{
    int            rc;
    size_t         i;
    EVP_MAC_CTX   *mac;
    mpic_ranked_t  item;

    mac = mpic_cohort_mac();
    if (mac == NULL) {
        return -1;
    }

    rc = 0;

    for (i = 0; i < n; i++) {

        rc = mpic_cohort_score(mac, secret, target, &perspectives[i].code,
                               item.score);
        if (rc != 0) {
            break;
        }

        item.index = (unsigned) i;

        mpic_cohort_insert(ranked, i, &item);
    }

    EVP_MAC_CTX_free(mac);

    return rc;
}


/*
 * HMAC-SHA256, once for all scores: to look the algorithms up costs several
 * times what a score does.
 */

static EVP_MAC_CTX *
mpic_cohort_mac(void)
{
    char          digest[] = "SHA256";
    EVP_MAC      *mac;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *ctx;

    mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    if (mac == NULL) {
        return NULL;
    }

    ctx = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);

    if (ctx == NULL) {
        return NULL;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
                                                 0);
    params[1] = OSSL_PARAM_construct_end();

    if (EVP_MAC_CTX_set_params(ctx, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        return NULL;
    }

    return ctx;
}


/*
 * HMAC-SHA256(secret, target, 0, code).  The zero octet, which neither can
 * hold, keeps the pairs apart.
 */

static int
mpic_cohort_score(EVP_MAC_CTX *mac, const mpic_str_t *secret,
    const mpic_str_t *target, const mpic_str_t *code, unsigned char *score)
{
    char    buf[MPIC_NAME_MAX + 1 + MPIC_CODE_MAX];
    size_t  len;

    if (target->len > MPIC_NAME_MAX || code->len > MPIC_CODE_MAX) {
        return -1;
    }

    memcpy(buf, target->data, target->len);
    buf[target->len] = '\0';
    memcpy(buf + target->len + 1, code->data, code->len);

    if (EVP_MAC_init(mac, (const unsigned char *) secret->data, secret->len,
                     NULL)
        != 1
        || EVP_MAC_update(mac, (unsigned char *) buf,
                          target->len + 1 + code->len)
           != 1
        || EVP_MAC_final(mac, score, &len, MPIC_SCORE_LEN) != 1)
    {
        return -1;
    }

    return (len == MPIC_SCORE_LEN) ? 0 : -1;
}


static void
mpic_cohort_insert(mpic_ranked_t *ranked, size_t n, const mpic_ranked_t *item)
{
    while (n > 0
           && memcmp(item->score, ranked[n - 1].score, MPIC_SCORE_LEN) > 0)
    {
        ranked[n] = ranked[n - 1];
        n--;
    }

    ranked[n] = *item;
}
