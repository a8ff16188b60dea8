
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_certificate.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>


/* octets of a subject that are shown */
#define MPIC_SUBJECT_MAX  256


static int mpic_certificate_add(mpic_pool_t *pool, X509 *x509,
    mpic_certificate_t *list, size_t *n);
static int mpic_certificate_subject(mpic_pool_t *pool, const X509 *x509,
    mpic_str_t *subject);
static int mpic_certificate_serial(mpic_pool_t *pool, const X509 *x509,
    mpic_str_t *serial);
static time_t mpic_certificate_not_after(const X509 *x509);


int
mpic_certificates_read(mpic_pool_t *pool, const mpic_str_t *pem,
    const char *role, const mpic_str_t *file, size_t max,
    mpic_certificate_t *list, size_t *n)
{
    int      rc;
    BIO     *bio;
    X509    *x509;
    size_t   i;

    if (pem->len > INT_MAX) {
        return 0;
    }

    bio = BIO_new_mem_buf(pem->data, (int) pem->len);
    if (bio == NULL) {
        return -1;
    }

    rc = 0;

    for (i = 0; i < max && rc == 0; i++) {
        x509 = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);

        if (x509 == NULL) {
            break;
        }

        list[*n].role = role;
        list[*n].file = *file;

        rc = mpic_certificate_add(pool, x509, list, n);

        X509_free(x509);
    }

    BIO_free(bio);

    /* of the end of the text, among others */
    ERR_clear_error();

    return rc;
}


static int
mpic_certificate_add(mpic_pool_t *pool, X509 *x509, mpic_certificate_t *list,
    size_t *n)
{
    size_t               i;
    mpic_certificate_t  *new;

    new = &list[*n];

    if (mpic_certificate_subject(pool, x509, &new->subject) != 0
        || mpic_certificate_serial(pool, x509, &new->serial) != 0)
    {
        return -1;
    }

    new->not_after = mpic_certificate_not_after(x509);

    for (i = 0; i < *n; i++) {
        if (strcmp(list[i].role, new->role) == 0
            && mpic_str_eq(&list[i].serial, &new->serial)
            && mpic_str_eq(&list[i].subject, &new->subject))
        {
            return 0;
        }
    }

    (*n)++;

    return 0;
}


static int
mpic_certificate_subject(mpic_pool_t *pool, const X509 *x509,
    mpic_str_t *subject)
{
    int    rc;
    BIO   *bio;
    char  *data;
    long   len;

    bio = BIO_new(BIO_s_mem());
    if (bio == NULL) {
        return -1;
    }

    rc = -1;

    if (X509_NAME_print_ex(bio, X509_get_subject_name(x509), 0,
                           XN_FLAG_RFC2253)
        >= 0)
    {
        len = BIO_get_mem_data(bio, &data);
        len = (len < MPIC_SUBJECT_MAX) ? len : MPIC_SUBJECT_MAX;

        /* escaped already, so that what it is made of is ASCII */

        rc = mpic_str_copy(pool, subject, data, (size_t) len);
    }

    BIO_free(bio);

    return rc;
}


static int
mpic_certificate_serial(mpic_pool_t *pool, const X509 *x509,
    mpic_str_t *serial)
{
    int      rc;
    char    *hex;
    BIGNUM  *number;

    number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
    if (number == NULL) {
        return -1;
    }

    hex = BN_bn2hex(number);
    BN_free(number);

    if (hex == NULL) {
        return -1;
    }

    rc = mpic_str_copy(pool, serial, hex, strlen(hex));

    OPENSSL_free(hex);

    return rc;
}


/* 0 where that is no time */

static time_t
mpic_certificate_not_after(const X509 *x509)
{
    int         days, seconds;
    time_t      at;
    ASN1_TIME  *epoch;

    at = 0;
    epoch = ASN1_TIME_set(NULL, 0);

    if (epoch != NULL
        && ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(x509)))
    {
        at = (time_t) days * 86400 + seconds;
    }

    ASN1_TIME_free(epoch);

    return at;
}
