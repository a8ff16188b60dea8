
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * CAA record sets as perspectives report them, and as the draft shows them:
 * from texts back to RDATA, and which perspectives saw the same.
 */


#ifndef _MPIC_DRAFT_CAA_H_INCLUDED_
#define _MPIC_DRAFT_CAA_H_INCLUDED_


#include "mpic_json.h"


typedef struct {
    /* 0: what was seen is not known as a whole, and is equal to nothing */
    unsigned     known:1;

    /* without trailing dot; NULL data: no set was found */
    mpic_str_t   domain;

    /* RDATA, in order */
    mpic_str_t  *records;
    size_t       n;
} mpic_draft_set_t;


/*
 * The RDATA (RFC 8659 section 4.1) of a CAA record's text: as in a zone file,
 * 0 issue "ca.example", with the escapes of RFC 1035 section 5.1, or in the
 * generic form of RFC 3597 section 5.  Returns 0; or 1 if it cannot be read;
 * or -1 without memory.
 */
int mpic_draft_caa_rdata(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *rdata);

/*
 * What a perspective saw, from the "check_response" of its CAA check.  One
 * that is not completed, contradicts itself, was cut or has a text that cannot
 * be read is not "known".  0, or -1 without memory.
 */
int mpic_draft_caa_read(mpic_pool_t *pool, const cJSON *response,
    mpic_draft_set_t *set);

/*
 * 1 if both are known and the same, found at the same name.
 */
int mpic_draft_caa_equal(const mpic_draft_set_t *a,
    const mpic_draft_set_t *b);

/*
 * The draft's "caa": where it was found, and each record's RDATA in base64.
 */
void mpic_draft_caa_print(mpic_json_t *json, cJSON *parent,
    const mpic_draft_set_t *set);


#endif /* _MPIC_DRAFT_CAA_H_INCLUDED_ */
