
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The validation methods as data: names, sections of the Baseline
 * Requirements, what they are for, and until when.
 */


#ifndef _MPIC_METHOD_H_INCLUDED_
#define _MPIC_METHOD_H_INCLUDED_


#include "mpic_base.h"
#include "mpic_target.h"


typedef enum {
    MPIC_METHOD_ACME_DNS_01 = 0,
    MPIC_METHOD_ACME_HTTP_01,
    MPIC_METHOD_DNS_CHANGE,
    MPIC_METHOD_WEBSITE_CHANGE,
    MPIC_METHOD_DNS_ACCOUNT_01,
    MPIC_METHOD_ACME_TLS_ALPN_01,
    MPIC_METHOD_DNS_PERSISTENT,
    MPIC_METHOD_CONTACT_EMAIL_TXT,
    MPIC_METHOD_CONTACT_PHONE_TXT,
    MPIC_METHOD_CONTACT_EMAIL_CAA,
    MPIC_METHOD_CONTACT_PHONE_CAA,
    MPIC_METHOD_IP_ADDRESS,
    MPIC_METHOD_REVERSE_ADDRESS_LOOKUP
} mpic_method_e;

/* the version of the Baseline Requirements that the sections are of */
#define MPIC_BR_VERSION  "2.2.6"

#define MPIC_METHODS  (MPIC_METHOD_REVERSE_ADDRESS_LOOKUP + 1)


/* what a perspective looks at */

typedef enum {
    /* the records of one type at one name */
    MPIC_OBSERVE_DNS = 0,
    /* the nearest CAA record set up the tree (RFC 8659 section 3) */
    MPIC_OBSERVE_DNS_TREE,
    MPIC_OBSERVE_HTTP,
    MPIC_OBSERVE_TLS
} mpic_observe_e;


/* the targets that a method is for */

#define MPIC_FOR_NAME      0x01
#define MPIC_FOR_WILDCARD  0x02
#define MPIC_FOR_ADDRESS   0x04
/* names below in-addr.arpa and ip6.arpa */
#define MPIC_FOR_REVERSE   0x08


typedef struct {
    /* as in the API */
    const char      *name;

    /* of the BR, for names and for addresses; NULL where there is none */
    const char      *section;
    const char      *address_section;

    mpic_observe_e   observe;

    /* MPIC_FOR_… */
    unsigned         targets;

    /*
     * The day (UTC) from which it may not be used any more: its first second
     * since the epoch, and its text; 0 and NULL where none is set.
     */
    int64_t          end;
    const char      *end_text;
} mpic_method_t;


/*
 * The row of a method.
 */
const mpic_method_t *mpic_method(mpic_method_e method);

/*
 * The method's name in the API, such as "acme-dns-01".
 */
const char *mpic_method_name(mpic_method_e method);

/*
 * Finds a method by its name in the API, synonyms included, in the case given.
 * 0; or -1 if there is none.
 */
int mpic_method_find(const mpic_str_t *name, mpic_method_e *method);

/*
 * The BR section that a validation of such a target is done by, such as
 * "3.2.2.4.7".
 */
const char *mpic_method_section(mpic_method_e method,
    const mpic_target_t *target);

/*
 * NULL if the method is for such a target; otherwise why not: "needs a domain
 * name, not an IP address".
 */
const char *mpic_method_unfit(mpic_method_e method,
    const mpic_target_t *target);


typedef enum {
    MPIC_METHOD_CURRENT = 0,
    /* a day is set, and has not come */
    MPIC_METHOD_ENDING,
    MPIC_METHOD_ENDED
} mpic_method_state_e;

/*
 * May the method be used at "now", in seconds since the epoch?  BR 3.2.2.4.8,
 * 3.2.2.4.13, 3.2.2.4.14, 3.2.2.4.16, 3.2.2.4.17, 3.2.2.5.3.
 */
mpic_method_state_e mpic_method_state(mpic_method_e method, int64_t now);


#endif /* _MPIC_METHOD_H_INCLUDED_ */
