
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_params.h"
#include "mpic_caa_method.h"
#include "mpic_params_field.h"

#include <string.h>


static void mpic_params_cert_type(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_caa_params_t *caa, int *wildcard);
static unsigned mpic_params_synonyms(mpic_reader_t *reader,
    const mpic_place_t *place, const char *name, const char *older,
    mpic_str_t **texts, size_t *n);


void
mpic_params_read_caa(mpic_reader_t *reader, const cJSON *object,
    mpic_caa_params_t *caa, int *wildcard)
{
    int           allow;
    size_t        i;
    mpic_field_e  given;
    mpic_place_t  place;

    allow = 0;
    place.object = object;
    place.path = MPIC_CAA_PATH;

    mpic_params_cert_type(reader, &place, caa, wildcard);
    given = mpic_params_names(reader, &place, "caa_domains", &caa->domains,
                              &caa->ndomains);

    caa->domains_absent = (given == MPIC_FIELD_ABSENT
                           || (given == MPIC_FIELD_GIVEN
                               && caa->ndomains == 0));

    mpic_reader_bool(reader, &place, "allow_lookup_failure", &allow);
    caa->allow_lookup_failure = (allow != 0);

    caa->account_uris_given = mpic_params_synonyms(reader, &place,
                                  "expected_account_uris",
                                  "accounturi_values", &caa->account_uris,
                                  &caa->naccount_uris);

    caa->methods_given = mpic_params_synonyms(reader, &place,
                             "expected_validation_methods",
                             "validation_methods", &caa->methods,
                             &caa->nmethods);

    /* RFC 8657 section 4 */

    for (i = 0; i < caa->nmethods; i++) {

        if (!mpic_params_all_of(&caa->methods[i], MPIC_ALNUM "-")) {
            mpic_reader_issue(reader, "invalid-value", &place,
                              "expected_validation_methods",
                              "\"%s\" is no label of a validation method: "
                              "letters, digits and hyphens",
                              mpic_reader_excerpt(reader, &caa->methods[i]));
        }
    }
}


void
mpic_params_caa_method(mpic_reader_t *reader, mpic_request_t *request)
{
    const char         *name;
    mpic_caa_params_t  *caa;

    caa = &request->caa;

    if (caa->methods_given || !request->dcv_given || request->caa_skipped) {
        return;
    }

    name = mpic_caa_method_name(mpic_method_name(request->dcv.method));

    if (name == NULL) {
        return;
    }

    caa->methods = mpic_pcalloc(reader->pool, sizeof(mpic_str_t));

    if (caa->methods == NULL) {
        reader->failed = 1;
        return;
    }

    caa->methods->data = name;
    caa->methods->len = strlen(name);
    caa->nmethods = 1;
    caa->methods_given = 1;
    request->caa_given = 1;
}


static void
mpic_params_cert_type(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_caa_params_t *caa, int *wildcard)
{
    const char    *s;
    mpic_str_t     text;
    const cJSON   *item;

    if (mpic_reader_field(reader, place, "certificate_type", cJSON_String,
                          MPIC_OPTIONAL, &item)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    s = item->valuestring;

    if (strcmp(s, "tls-server") == 0) {
        caa->cert_type = MPIC_CERT_TLS_SERVER;

    } else if (strcmp(s, "tls-server-wildcard") == 0) {
        caa->cert_type = MPIC_CERT_TLS_SERVER;
        *wildcard = 1;

    } else if (strcmp(s, "s-mime") == 0) {
        caa->cert_type = MPIC_CERT_SMIME;

    } else {
        text.data = s;
        text.len = strlen(s);

        mpic_reader_issue(reader, "invalid-certificate-type", place,
                          "certificate_type", "\"%s\" is no certificate "
                          "type; known are tls-server, tls-server-wildcard "
                          "and s-mime", mpic_reader_excerpt(reader, &text));
    }
}


/* returns 1 if the list is given under either name */

static unsigned
mpic_params_synonyms(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const char *older, mpic_str_t **texts, size_t *n)
{
    size_t         len;
    mpic_field_e   now, then;

    len = 0;
    now = mpic_reader_texts(reader, place, name, MPIC_URI_MAX, texts, &len);

    if (now == MPIC_FIELD_GIVEN) {
        *n = len;
    }

    then = mpic_reader_texts(reader, place, older, MPIC_URI_MAX, texts, &len);

    if (then == MPIC_FIELD_GIVEN) {
        *n = len;
    }

    if (now != MPIC_FIELD_ABSENT && then != MPIC_FIELD_ABSENT) {
        mpic_reader_issue(reader, "duplicate-field", place, older,
                          "\"%s\" is the older name of \"%s\", and both are "
                          "given", older, name);
        *n = 0;
    }

    return now == MPIC_FIELD_GIVEN || then == MPIC_FIELD_GIVEN;
}
