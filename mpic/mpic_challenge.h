
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Does what was seen prove control?  BR 3.2.2.4.18, 3.2.2.4.19; RFC 8555
 * section 8.3.  For the methods that look into the DNS see
 * mpic_challenge_dns.h.
 */


#ifndef _MPIC_CHALLENGE_H_INCLUDED_
#define _MPIC_CHALLENGE_H_INCLUDED_


#include "mpic_check.h"
#include "mpic_regex.h"


/* http-01: octets read beyond the key authorization, for white space */
#define MPIC_HTTP01_SLACK  128


/* a final response of a web server */

typedef struct {
    int                  status;

    /* what was read of it; "truncated": there was more */
    mpic_str_t           body;
    unsigned             truncated:1;

    /* when to give a regular expression up; NULL: by its steps alone */
    mpic_regex_over_pt   over;
    void                *data;
} mpic_page_t;


/*
 * The verdict of acme-http-01 and of website-change over a page.  Sets passed,
 * completed and the errors of "result"; its evidence is the caller's to fill.
 * 0 or -1.
 */
int mpic_challenge_http(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_page_t *page, mpic_result_t *result);


#endif /* _MPIC_CHALLENGE_H_INCLUDED_ */
