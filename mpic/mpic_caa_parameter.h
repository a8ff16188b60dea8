
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The parameters of a CAA property, "accounturi" and "validationmethods".  RFC
 * 8657, BR 3.2.2.8.
 */


#ifndef _MPIC_CAA_PARAMETER_H_INCLUDED_
#define _MPIC_CAA_PARAMETER_H_INCLUDED_


#include "mpic_check.h"
#include "mpic_issue_value.h"


/* accounts, and methods, that are remembered */
#define MPIC_CAA_PERMISSIBLE_MAX  32


/*
 * What would have permitted: the accounts and the methods, as they stand in
 * properties that name the issuer, of which the request has none.
 */

typedef struct {
    mpic_str_t   account_uris[MPIC_CAA_PERMISSIBLE_MAX];
    size_t       naccount_uris;
    mpic_str_t   methods[MPIC_CAA_PERMISSIBLE_MAX];
    size_t       nmethods;
} mpic_caa_permissible_t;


/*
 * The parameters of a value that mpic_issue_value_parse() has read.  Returns
 * NULL if they permit, otherwise a clause, static, that says what the property
 * "has"; then what would have permitted is added to "permissible", each once,
 * as parts of the value.
 *
 * The names are compared without regard to case: it is the stricter reading,
 * for a parameter can only restrict.  One that is given twice, is empty, or
 * malformed, permits nobody; so does one that the request has no value for.
 */
const char *mpic_caa_parameters(const mpic_caa_params_t *params,
    mpic_issue_value_t *iv, mpic_caa_permissible_t *permissible);

/*
 * 1 if the text is a URI by its characters: a scheme, and after its colon what
 * RFC 3986 lets stand there; otherwise 0.
 */
int mpic_caa_is_uri(const mpic_str_t *text);


#endif /* _MPIC_CAA_PARAMETER_H_INCLUDED_ */
