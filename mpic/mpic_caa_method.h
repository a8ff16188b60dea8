
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The names of validation methods in CAA's "validationmethods": RFC 8657
 * section 4, BR 3.2.2.8 (ca-tbr-N).
 */


#ifndef _MPIC_CAA_METHOD_H_INCLUDED_
#define _MPIC_CAA_METHOD_H_INCLUDED_


#include "mpic_base.h"


/*
 * 1 if the text is a list of names, "dns-01,ca-tbr-7", otherwise 0.
 */
int mpic_caa_method_list(const mpic_str_t *text);

/*
 * 1 if a list (see above) has the method, which is named as in the API, in the
 * ACME registry or as ca-tbr-N.  A method that is known under several names
 * is found under any of them.
 */
int mpic_caa_method_listed(const mpic_str_t *method, const mpic_str_t *list);

/*
 * The name in CAA records of a method of the API: that of the ACME registry
 * or, where it has none, ca-tbr-N.  NULL where it has neither.
 */
const char *mpic_caa_method_name(const char *method);

/*
 * The next name of a list, which may be empty: 1, or 0 after the last.  "pos"
 * is 0 at first.
 */
int mpic_caa_method_next(const mpic_str_t *list, size_t *pos,
    mpic_str_t *name);


#endif /* _MPIC_CAA_METHOD_H_INCLUDED_ */
