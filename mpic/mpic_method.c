
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_method.h"

#include <string.h>


typedef struct {
    const char     *name;
    mpic_method_e   method;
} mpic_method_synonym_t;


#define MPIC_END_IP_ADDRESS     1773532800, "2026-03-15"
#define MPIC_END_PHONE_REVERSE  1805068800, "2027-03-15"
#define MPIC_END_EMAIL          1836691200, "2028-03-15"

#define MPIC_FOR_NAMES          (MPIC_FOR_NAME|MPIC_FOR_WILDCARD)


static const mpic_method_t  mpic_methods[MPIC_METHODS] = {
    [MPIC_METHOD_ACME_DNS_01] =
        { "acme-dns-01", "3.2.2.4.7", NULL,
          MPIC_OBSERVE_DNS, MPIC_FOR_NAMES, 0, NULL },

    [MPIC_METHOD_ACME_HTTP_01] =
        { "acme-http-01", "3.2.2.4.19", "3.2.2.5.6",
          MPIC_OBSERVE_HTTP, MPIC_FOR_NAME|MPIC_FOR_ADDRESS, 0, NULL },

    [MPIC_METHOD_DNS_CHANGE] =
        { "dns-change", "3.2.2.4.7", NULL,
          MPIC_OBSERVE_DNS, MPIC_FOR_NAMES, 0, NULL },

    [MPIC_METHOD_WEBSITE_CHANGE] =
        { "website-change", "3.2.2.4.18", "3.2.2.5.1",
          MPIC_OBSERVE_HTTP, MPIC_FOR_NAME|MPIC_FOR_ADDRESS, 0, NULL },

    [MPIC_METHOD_DNS_ACCOUNT_01] =
        { "dns-account-01", "3.2.2.4.21", NULL,
          MPIC_OBSERVE_DNS, MPIC_FOR_NAMES, 0, NULL },

    [MPIC_METHOD_ACME_TLS_ALPN_01] =
        { "acme-tls-alpn-01", "3.2.2.4.20", "3.2.2.5.7",
          MPIC_OBSERVE_TLS, MPIC_FOR_NAME|MPIC_FOR_ADDRESS, 0, NULL },

    [MPIC_METHOD_DNS_PERSISTENT] =
        { "dns-persistent", "3.2.2.4.22", "3.2.2.5.8",
          MPIC_OBSERVE_DNS, MPIC_FOR_NAMES|MPIC_FOR_ADDRESS, 0, NULL },

    [MPIC_METHOD_CONTACT_EMAIL_TXT] =
        { "contact-email-txt", "3.2.2.4.14", NULL,
          MPIC_OBSERVE_DNS, MPIC_FOR_NAMES, MPIC_END_EMAIL },

    [MPIC_METHOD_CONTACT_PHONE_TXT] =
        { "contact-phone-txt", "3.2.2.4.16", NULL,
          MPIC_OBSERVE_DNS, MPIC_FOR_NAMES, MPIC_END_PHONE_REVERSE },

    [MPIC_METHOD_CONTACT_EMAIL_CAA] =
        { "contact-email-caa", "3.2.2.4.13", NULL,
          MPIC_OBSERVE_DNS_TREE, MPIC_FOR_NAMES, MPIC_END_EMAIL },

    [MPIC_METHOD_CONTACT_PHONE_CAA] =
        { "contact-phone-caa", "3.2.2.4.17", NULL,
          MPIC_OBSERVE_DNS_TREE, MPIC_FOR_NAMES, MPIC_END_PHONE_REVERSE },

    [MPIC_METHOD_IP_ADDRESS] =
        { "ip-address", "3.2.2.4.8", NULL,
          MPIC_OBSERVE_DNS, MPIC_FOR_NAME, MPIC_END_IP_ADDRESS },

    [MPIC_METHOD_REVERSE_ADDRESS_LOOKUP] =
        { "reverse-address-lookup", NULL, "3.2.2.5.3",
          MPIC_OBSERVE_DNS, MPIC_FOR_ADDRESS|MPIC_FOR_REVERSE,
          MPIC_END_PHONE_REVERSE }
};


static const mpic_method_synonym_t  mpic_method_synonyms[] = {
    { "acme-dns-account-01", MPIC_METHOD_DNS_ACCOUNT_01 },
    { NULL, 0 }
};


const mpic_method_t *
mpic_method(mpic_method_e method)
{
    return &mpic_methods[method];
}


const char *
mpic_method_name(mpic_method_e method)
{
    return mpic_methods[method].name;
}


int
mpic_method_find(const mpic_str_t *name, mpic_method_e *method)
{
    size_t                        i;
    const mpic_method_synonym_t  *synonym;

    for (i = 0; i < MPIC_METHODS; i++) {

        if (strlen(mpic_methods[i].name) == name->len
            && memcmp(mpic_methods[i].name, name->data, name->len) == 0)
        {
            *method = (mpic_method_e) i;
            return 0;
        }
    }

    for (synonym = mpic_method_synonyms; synonym->name != NULL; synonym++) {

        if (strlen(synonym->name) == name->len
            && memcmp(synonym->name, name->data, name->len) == 0)
        {
            *method = synonym->method;
            return 0;
        }
    }

    return -1;
}


const char *
mpic_method_section(mpic_method_e method, const mpic_target_t *target)
{
    const mpic_method_t  *row;

    row = &mpic_methods[method];

    if (row->section == NULL
        || (target->type != MPIC_TARGET_FQDN && row->address_section != NULL))
    {
        return row->address_section;
    }

    return row->section;
}


const char *
mpic_method_unfit(mpic_method_e method, const mpic_target_t *target)
{
    unsigned        targets;
    mpic_address_t  address;

    targets = mpic_methods[method].targets;

    if (target->type != MPIC_TARGET_FQDN) {
        return (targets & MPIC_FOR_ADDRESS)
               ? NULL : "needs a domain name, not an IP address";
    }

    /* BR 4.2.2 */

    if (target->reverse) {

        if (target->wildcard) {
            return "cannot validate a wildcard domain name";
        }

        if (!(targets & MPIC_FOR_REVERSE)) {
            return "cannot validate a name below in-addr.arpa or ip6.arpa: "
                   "those are not names of hosts";
        }

        return (mpic_target_reversed(&target->name, &address) == 0)
               ? NULL : "needs the reverse name of one address";
    }

    if (!(targets & MPIC_FOR_NAME)) {
        return "needs an IP address, not a domain name";
    }

    /* BR 3.2.2.4.18, 3.2.2.4.19, 3.2.2.4.20 */

    if (target->wildcard && !(targets & MPIC_FOR_WILDCARD)) {
        return "cannot validate a wildcard domain name";
    }

    return NULL;
}


mpic_method_state_e
mpic_method_state(mpic_method_e method, int64_t now)
{
    const mpic_method_t  *row;

    row = &mpic_methods[method];

    if (row->end == 0) {
        return MPIC_METHOD_CURRENT;
    }

    return (now < row->end) ? MPIC_METHOD_ENDING : MPIC_METHOD_ENDED;
}
