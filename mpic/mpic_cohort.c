
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_cohort.h"
#include "mpic_target.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>


#define MPIC_SCORE_LEN  32


typedef struct {
    unsigned char  score[MPIC_SCORE_LEN];
    unsigned       index;
} mpic_ranked_t;


static int mpic_cohort_rank(const mpic_perspective_t *perspectives, size_t n,
    const mpic_str_t *secret, const mpic_str_t *target,
    mpic_ranked_t *ranked);
static int mpic_cohort_score(const mpic_str_t *secret,
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
    size_t         i;
    mpic_ranked_t  item;

    for (i = 0; i < n; i++) {

        if (mpic_cohort_score(secret, target, &perspectives[i].code,
                              item.score)
            != 0)
        {
            return -1;
        }

        item.index = (unsigned) i;

        mpic_cohort_insert(ranked, i, &item);
    }

    return 0;
}


/*
 * HMAC-SHA256(secret, target, 0, code).  The zero octet, which neither can
 * hold, keeps the pairs apart.
 */

static int
mpic_cohort_score(const mpic_str_t *secret, const mpic_str_t *target,
    const mpic_str_t *code, unsigned char *score)
{
    char      buf[MPIC_NAME_MAX + 1 + MPIC_CODE_MAX];
    unsigned  len;

    if (target->len > MPIC_NAME_MAX || code->len > MPIC_CODE_MAX) {
        return -1;
    }

    memcpy(buf, target->data, target->len);
    buf[target->len] = '\0';
    memcpy(buf + target->len + 1, code->data, code->len);

    if (HMAC(EVP_sha256(), secret->data, (int) secret->len,
             (unsigned char *) buf, target->len + 1 + code->len, score, &len)
        == NULL)
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
