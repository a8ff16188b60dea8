
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_params_field.h"

#include <stdio.h>
#include <string.h>


static const char *mpic_params_type_names(mpic_reader_t *reader,
    const mpic_record_type_t *types);


void
mpic_params_challenge(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, mpic_str_t *value)
{
    const cJSON  *item;

    if (mpic_reader_field(reader, place, name, cJSON_String, MPIC_REQUIRED,
                          &item)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    /* one that is found everywhere proves nothing */

    if (item->valuestring[strspn(item->valuestring, " \t\r\n")] == '\0') {
        mpic_reader_issue(reader, "empty-challenge-value", place, name,
                          "\"%s\" is empty", name);
        return;
    }

    mpic_reader_text(reader, place, name, MPIC_CHALLENGE_MAX, MPIC_REQUIRED,
                     value);
}


void
mpic_params_record_type(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const mpic_record_type_t *types,
    const mpic_dcv_params_t *dcv, uint16_t *type)
{
    mpic_str_t                 text;
    const mpic_record_type_t  *row;

    *type = types[0].type;

    if (mpic_reader_text(reader, place, name, MPIC_URI_MAX, MPIC_REQUIRED,
                         &text)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    for (row = types; row->name != NULL; row++) {

        if (mpic_params_is(&text, row->name)) {
            *type = row->type;
            return;
        }
    }

    mpic_reader_issue(reader,
                      "invalid-validation-method-record-type-combination",
                      place, name, "\"%s\" is no record type of the "
                      "validation method \"%s\"; it has %s",
                      mpic_reader_excerpt(reader, &text),
                      mpic_method_name(dcv->method),
                      mpic_params_type_names(reader, types));
}


static const char *
mpic_params_type_names(mpic_reader_t *reader, const mpic_record_type_t *types)
{
    mpic_str_t                 text;
    const mpic_record_type_t  *row;

    text.len = 0;
    text.data = "";

    for (row = types; row->name != NULL; row++) {

        if (mpic_str_printf(reader->pool, &text, "%s%s%s", text.data,
                            text.len ? ", " : "", row->name)
            != 0)
        {
            reader->failed = 1;
            return "";
        }
    }

    return text.data;
}


/*
 * BR 3.2.2.4.7 allows no other name below the domain to speak for it.
 */

void
mpic_params_prefix(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, mpic_str_t *prefix)
{
    const cJSON  *item;

    if (mpic_str_copy(reader->pool, prefix, "", 0) != 0) {
        reader->failed = 1;
        return;
    }

    if (mpic_reader_field(reader, place, name, cJSON_String, MPIC_OPTIONAL,
                          &item)
        != MPIC_FIELD_GIVEN
        || item->valuestring[0] == '\0')
    {
        return;
    }

    if (mpic_reader_text(reader, place, name, MPIC_URI_MAX, MPIC_OPTIONAL,
                         prefix)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    if (prefix->data[0] != '_' || prefix->len > MPIC_LABEL_MAX
        || !mpic_params_all_of(prefix, MPIC_ALNUM "-_"))
    {
        mpic_reader_issue(reader, "invalid-value", place, name,
                          "\"%s\" must be empty or one label that begins "
                          "with \"_\", of letters, digits, hyphens and "
                          "underscores, of %d octets at the most", name,
                          MPIC_LABEL_MAX);
    }
}


void
mpic_params_fixed(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, const char *value)
{
    const cJSON  *item;

    if (mpic_reader_field(reader, place, name, cJSON_String, MPIC_OPTIONAL,
                          &item)
        != MPIC_FIELD_GIVEN
        || strcmp(item->valuestring, value) == 0)
    {
        return;
    }

    mpic_reader_issue(reader,
                      strcmp(name, "dns_record_type") == 0
                      ? "invalid-validation-method-record-type-combination"
                      : "invalid-value",
                      place, name, "\"%s\" can only be \"%s\" for this "
                      "validation method", name, value);
}


void
mpic_params_fixed_true(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name)
{
    int  value;

    value = 1;

    mpic_reader_bool(reader, place, name, &value);

    if (!value) {
        mpic_reader_issue(reader, "invalid-value", place, name,
                          "\"%s\" can only be true for this validation "
                          "method", name);
    }
}


mpic_field_e
mpic_params_printable(mpic_reader_t *reader, const mpic_place_t *place,
    const char *name, size_t max, mpic_str_t *text)
{
    size_t         i;
    mpic_field_e   rc;

    rc = mpic_reader_text(reader, place, name, max, MPIC_REQUIRED, text);

    if (rc != MPIC_FIELD_GIVEN) {
        return rc;
    }

    for (i = 0; i < text->len; i++) {

        if (text->data[i] <= 0x20 || text->data[i] >= 0x7f) {
            mpic_reader_issue(reader, "invalid-value", place, name,
                              "\"%s\" has a character that is not printable "
                              "ASCII", name);
            return MPIC_FIELD_WRONG;
        }
    }

    return MPIC_FIELD_GIVEN;
}


mpic_field_e
mpic_params_names(mpic_reader_t *reader, const mpic_place_t *place,
    const char *field, mpic_str_t **names, size_t *n)
{
    int           rc;
    char          element[64];
    size_t        i, len;
    mpic_str_t    name, why;
    mpic_field_e  given;

    len = 0;
    given = mpic_reader_texts(reader, place, field, MPIC_URI_MAX, names,
                              &len);

    if (given != MPIC_FIELD_GIVEN) {
        return given;
    }

    for (i = 0; i < len && !reader->failed; i++) {
        rc = mpic_name_canonical(reader->pool, &(*names)[i], &name, &why);

        if (rc == -1) {
            reader->failed = 1;

        } else if (rc == 1) {
            snprintf(element, sizeof(element), "%s[%zu]", field, i);
            mpic_reader_issue(reader, "invalid-value", place, element, "%s",
                              why.data);
            given = MPIC_FIELD_WRONG;
        }
    }

    *n = len;

    return given;
}


int
mpic_params_all_of(const mpic_str_t *text, const char *set)
{
    /* "text" is ours, without zero octets but at its end */

    return strspn(text->data, set) == text->len;
}


int
mpic_params_is(const mpic_str_t *text, const char *word)
{
    return strcmp(text->data, word) == 0;
}
