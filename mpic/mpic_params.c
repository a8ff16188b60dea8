
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_params.h"
#include "mpic_params_field.h"


static int mpic_params_method(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_method_e *method);
static const char *mpic_params_served(mpic_reader_t *reader);


/* the fields of "dcv_check_parameters", of all methods */

static const char  *mpic_params_dcv_fields[] = {
    "validation_method", "token", "key_authorization",
    "key_authorization_hash", "challenge_value", "http_token_path",
    "http_headers", "url_scheme", "match_regex", "dns_record_type",
    "dns_name_prefix", "require_exact_match", "require_exact_case",
    "acme_account_url", "issuer_domain_names", "expected_account_uri",
    "require_wildcard_policy", NULL
};


int
mpic_params_read_dcv(mpic_reader_t *reader, const cJSON *object,
    mpic_dcv_params_t *dcv)
{
    mpic_place_t  place;

    place.object = object;
    place.path = MPIC_DCV_PATH;

    if (!mpic_params_method(reader, &place, &dcv->method)) {
        return 0;
    }

    switch (dcv->method) {

    case MPIC_METHOD_ACME_DNS_01:
    case MPIC_METHOD_ACME_HTTP_01:
    case MPIC_METHOD_ACME_TLS_ALPN_01:
    case MPIC_METHOD_DNS_ACCOUNT_01:
        mpic_params_acme(reader, &place, dcv);
        break;

    case MPIC_METHOD_WEBSITE_CHANGE:
        mpic_params_website(reader, &place, dcv);
        break;

    case MPIC_METHOD_DNS_CHANGE:
    case MPIC_METHOD_DNS_PERSISTENT:
    case MPIC_METHOD_CONTACT_EMAIL_TXT:
    case MPIC_METHOD_CONTACT_PHONE_TXT:
    case MPIC_METHOD_CONTACT_EMAIL_CAA:
    case MPIC_METHOD_CONTACT_PHONE_CAA:
    case MPIC_METHOD_IP_ADDRESS:
    case MPIC_METHOD_REVERSE_ADDRESS_LOOKUP:
        mpic_params_dns(reader, &place, dcv);
        break;
    }

    return 1;
}


static int
mpic_params_method(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_method_e *method)
{
    mpic_str_t  text;

    if (mpic_reader_text(reader, place, "validation_method", MPIC_URI_MAX,
                         MPIC_REQUIRED, &text)
        != MPIC_FIELD_GIVEN)
    {
        return 0;
    }

    if (mpic_method_find(&text, method) == 0) {
        return 1;
    }

    mpic_reader_issue(reader, "unknown-validation-method", place,
                      "validation_method", "\"%s\" is no validation "
                      "method; served are %s",
                      mpic_reader_excerpt(reader, &text),
                      mpic_params_served(reader));

    return 0;
}


/* the methods, for messages */

static const char *
mpic_params_served(mpic_reader_t *reader)
{
    size_t      i;
    mpic_str_t  text;

    text.len = 0;
    text.data = "";

    for (i = 0; i < MPIC_METHODS; i++) {

        if (mpic_str_printf(reader->pool, &text, "%s%s%s", text.data,
                            text.len ? ", " : "",
                            mpic_method_name((mpic_method_e) i))
            != 0)
        {
            reader->failed = 1;
            return "";
        }
    }

    return text.data;
}


void
mpic_params_misplaced(mpic_reader_t *reader, const mpic_place_t *top)
{
    const char   **name;
    const cJSON   *item;

    for (name = mpic_params_dcv_fields; *name != NULL; name++) {

        if (mpic_json_member(top->object, *name, &item) == 0
            || cJSON_IsNull(item))
        {
            continue;
        }

        mpic_reader_issue(reader, "misplaced-field", top, *name,
                          "\"%s\" belongs into \"" MPIC_DCV_PATH "\"",
                          *name);
    }
}
