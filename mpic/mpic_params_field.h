
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Fields that several kinds of parameters share.  What is wrong becomes an
 * issue.
 */


#ifndef _MPIC_PARAMS_FIELD_H_INCLUDED_
#define _MPIC_PARAMS_FIELD_H_INCLUDED_


#include "mpic_params.h"


#define MPIC_DCV_PATH      "dcv_check_parameters"
#define MPIC_CAA_PATH      "caa_check_parameters"

#define MPIC_ALNUM                                                            \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

#define MPIC_BASE64URL     MPIC_ALNUM "-_"

/* RFC 9110 section 5.6.2 */
#define MPIC_TCHAR         "!#$%&'*+-.^_`|~" MPIC_ALNUM


/* a record type of the DNS by its name */

typedef struct {
    const char  *name;
    uint16_t     type;
} mpic_record_type_t;


/*
 * The value that is looked for, in the field "name": required, and more than
 * white space.
 */
void mpic_params_challenge(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, mpic_str_t *value);

/*
 * A record type, in the field "name": required, one of "types", whose list
 * ends with a NULL name.
 */
void mpic_params_record_type(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const mpic_record_type_t *types,
    const mpic_dcv_params_t *dcv, uint16_t *type);

/*
 * The label before the domain, in the field "name": empty or absent, or one
 * that begins with an underscore.
 */
void mpic_params_prefix(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, mpic_str_t *prefix);

/*
 * The record types of the method dns-change (BR 3.2.2.4.7).
 */
extern const mpic_record_type_t  mpic_params_change_types[];

/*
 * A field that a method has, but leaves no choice for.
 */
void mpic_params_fixed(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const char *value);
void mpic_params_fixed_true(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name);

/*
 * A required text of printable ASCII without spaces: a key authorization, a
 * URI.  MPIC_FIELD_GIVEN if it is one.
 */
mpic_field_e mpic_params_printable(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, size_t max,
    mpic_str_t *text);

/*
 * A list of domain names, each of which can be normalised.
 */
mpic_field_e mpic_params_names(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, mpic_str_t **names,
    size_t *n);

/*
 * "http_headers".  None may hold "secret", the value that is looked for: a
 * server that repeats what it was sent would prove control.
 */
void mpic_params_headers(mpic_reader_t *reader, const mpic_place_t *place,
    const mpic_str_t *secret, mpic_dcv_params_t *dcv);

/*
 * 1 if a text read from the request has characters of "set" alone.
 */
int mpic_params_all_of(const mpic_str_t *text, const char *set);

/*
 * 1 if a text read from the request is "word".
 */
int mpic_params_is(const mpic_str_t *text, const char *word);


/*
 * The methods: read their parameters, "method" being set already.
 */
void mpic_params_acme(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv);
void mpic_params_dns(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv);
void mpic_params_website(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv);


#endif /* _MPIC_PARAMS_FIELD_H_INCLUDED_ */
