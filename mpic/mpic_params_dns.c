
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_params_field.h"
#include "mpic_address.h"


static void mpic_params_change(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_persistent(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_contact_txt(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_contact_caa(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_ip_address(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static void mpic_params_reverse(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);


const mpic_record_type_t  mpic_params_change_types[] = {
    { "TXT", MPIC_DNS_TXT },
    { "CNAME", MPIC_DNS_CNAME },
    { "CAA", MPIC_DNS_CAA },
    { NULL, 0 }
};


static const mpic_record_type_t  mpic_params_address_types[] = {
    { "A", MPIC_DNS_A },
    { "AAAA", MPIC_DNS_AAAA },
    { NULL, 0 }
};


void
mpic_params_dns(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    if (dcv->method == MPIC_METHOD_DNS_PERSISTENT) {
        mpic_params_persistent(reader, place, dcv);
        return;
    }

    mpic_params_challenge(reader, place, "challenge_value",
                          &dcv->challenge_value);

    switch (dcv->method) {

    case MPIC_METHOD_DNS_CHANGE:
        mpic_params_change(reader, place, dcv);
        break;

    case MPIC_METHOD_CONTACT_EMAIL_TXT:
    case MPIC_METHOD_CONTACT_PHONE_TXT:
        mpic_params_contact_txt(reader, place, dcv);
        break;

    case MPIC_METHOD_CONTACT_EMAIL_CAA:
    case MPIC_METHOD_CONTACT_PHONE_CAA:
        mpic_params_contact_caa(reader, place, dcv);
        break;

    case MPIC_METHOD_IP_ADDRESS:
        mpic_params_ip_address(reader, place, dcv);
        break;

    default: /* MPIC_METHOD_REVERSE_ADDRESS_LOOKUP */
        mpic_params_reverse(reader, place, dcv);
        break;
    }
}


/* BR 3.2.2.4.7 */

static void
mpic_params_change(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    int  exact_case, exact_match;

    exact_match = 0;
    exact_case = 1;

    mpic_params_record_type(reader, place, "dns_record_type",
                            mpic_params_change_types, dcv,
                            &dcv->record_type);
    mpic_params_prefix(reader, place, "dns_name_prefix", &dcv->name_prefix);
    mpic_reader_bool(reader, place, "require_exact_match", &exact_match);
    mpic_reader_bool(reader, place, "require_exact_case", &exact_case);

    dcv->exact_match = (exact_match != 0);

    /* names have no case, and CAA's tags and domains are names */

    dcv->exact_case = (exact_case != 0 && dcv->record_type == MPIC_DNS_TXT);
}


/* BR 3.2.2.4.22, 3.2.2.5.8 */

static void
mpic_params_persistent(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    int           policy;
    mpic_field_e  given;

    policy = 0;
    dcv->record_type = MPIC_DNS_TXT;

    mpic_params_fixed(reader, place, "dns_record_type", "TXT");

    given = mpic_params_names(reader, place, "issuer_domain_names",
                              &dcv->issuers, &dcv->nissuers);

    if (given == MPIC_FIELD_ABSENT
        || (given == MPIC_FIELD_GIVEN && dcv->nissuers == 0))
    {
        mpic_reader_issue(reader, "missing-field", place,
                          "issuer_domain_names", "\"issuer_domain_names\" "
                          "is required, with one name at least");
    }

    mpic_params_printable(reader, place, "expected_account_uri",
                          MPIC_URI_MAX, &dcv->account_uri);

    mpic_reader_bool(reader, place, "require_wildcard_policy", &policy);
    dcv->wildcard_policy = (policy != 0);
}


/* BR 3.2.2.4.14, 3.2.2.4.16, A.2 */

static void
mpic_params_contact_txt(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    dcv->record_type = MPIC_DNS_TXT;
    dcv->exact_match = 1;

    mpic_params_fixed(reader, place, "dns_record_type", "TXT");
    mpic_params_fixed(reader, place, "dns_name_prefix",
                      dcv->method == MPIC_METHOD_CONTACT_EMAIL_TXT
                      ? MPIC_PREFIX_EMAIL : MPIC_PREFIX_PHONE);
}


/* BR 3.2.2.4.13, 3.2.2.4.17, A.1 */

static void
mpic_params_contact_caa(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    dcv->record_type = MPIC_DNS_CAA;
    dcv->exact_match = 1;

    mpic_params_fixed(reader, place, "dns_record_type", "CAA");
    mpic_params_prefix(reader, place, "dns_name_prefix", &dcv->name_prefix);
}


/* BR 3.2.2.4.8 */

static void
mpic_params_ip_address(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_address_t  address;

    dcv->exact_match = 1;

    mpic_params_record_type(reader, place, "dns_record_type",
                            mpic_params_address_types, dcv,
                            &dcv->record_type);
    mpic_params_prefix(reader, place, "dns_name_prefix", &dcv->name_prefix);

    if (dcv->challenge_value.len == 0) {
        return;
    }

    if (mpic_address_parse(&dcv->challenge_value, &address) != 0
        || (address.version == 4) != (dcv->record_type == MPIC_DNS_A))
    {
        mpic_reader_issue(reader, "invalid-value", place, "challenge_value",
                          "\"challenge_value\" must be an %s address, such "
                          "as the %s records at the name hold",
                          dcv->record_type == MPIC_DNS_A ? "IPv4" : "IPv6",
                          dcv->record_type == MPIC_DNS_A ? "A" : "AAAA");
    }
}


/* BR 3.2.2.5.3 */

static void
mpic_params_reverse(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    dcv->record_type = MPIC_DNS_PTR;
    dcv->exact_match = 1;

    mpic_params_fixed(reader, place, "dns_record_type", "PTR");
    mpic_params_prefix(reader, place, "dns_name_prefix", &dcv->name_prefix);
}
