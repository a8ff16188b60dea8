
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What an operator wants to know of his certificates: whose they are, and when
 * they end.
 */


#ifndef _MPIC_CERTIFICATE_H_INCLUDED_
#define _MPIC_CERTIFICATE_H_INCLUDED_


#include "mpic_base.h"

#include <time.h>


/* of one file; more are not looked at */
#define MPIC_CERTIFICATES_MAX  64


typedef struct {
    /* as the caller calls it: "coordinator", "trusted" */
    const char   *role;
    mpic_str_t    file;
    /* RFC 2253, escaped: printable ASCII */
    mpic_str_t    subject;
    /* hexadecimal digits */
    mpic_str_t    serial;
    time_t        not_after;
} mpic_certificate_t;


/*
 * Reads the certificates of a PEM text, at most "max" of them, each once;
 * "role" and "file" are copied to each.  They are added to "list", which holds
 * "n" and has room for "max" more.  What is no certificate ends it.  0, or -1
 * without memory.
 */
int mpic_certificates_read(mpic_pool_t *pool, const mpic_str_t *pem,
    const char *role, const mpic_str_t *file, size_t max,
    mpic_certificate_t *list, size_t *n);


#endif /* _MPIC_CERTIFICATE_H_INCLUDED_ */
