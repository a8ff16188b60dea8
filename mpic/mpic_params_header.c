
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* strcasestr() */
#endif

#include "mpic_params_field.h"

#include <string.h>


static int mpic_params_header(mpic_reader_t *reader,
    const mpic_place_t *place, const cJSON *item, const mpic_str_t *secret,
    mpic_dcv_params_t *dcv);
static const char *mpic_params_header_wrong(const mpic_header_t *header,
    const mpic_str_t *secret, const mpic_dcv_params_t *dcv);


/*
 * Headers that are the connection's or the message's, hop-by-hop (RFC 9110
 * section 7.6.1), credentials, or change what the page is.
 */

static const char  *mpic_params_bad_headers[] = {
    "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding",
    "upgrade", "http2-settings", "content-length", "expect", "authorization",
    "cookie", "accept-encoding", "range", NULL
};


void
mpic_params_headers(mpic_reader_t *reader, const mpic_place_t *place,
    const mpic_str_t *secret, mpic_dcv_params_t *dcv)
{
    size_t        n, size;
    const cJSON  *object, *item;

    if (mpic_reader_field(reader, place, "http_headers", cJSON_Object,
                          MPIC_OPTIONAL, &object)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    n = (size_t) cJSON_GetArraySize(object);

    if (n > MPIC_HEADERS_MAX) {
        mpic_reader_issue(reader, "invalid-value", place, "http_headers",
                          "\"http_headers\" has more than %d members",
                          MPIC_HEADERS_MAX);
        return;
    }

    dcv->headers = mpic_pcalloc(reader->pool,
                                (n + 1) * sizeof(mpic_header_t));
    if (dcv->headers == NULL) {
        reader->failed = 1;
        return;
    }

    dcv->headers_given = 1;
    size = 0;

    cJSON_ArrayForEach(item, object) {

        if (!mpic_params_header(reader, place, item, secret, dcv)) {
            continue;
        }

        size += dcv->headers[dcv->nheaders].name.len
                + dcv->headers[dcv->nheaders].value.len;

        dcv->nheaders++;
    }

    if (size > MPIC_HEADERS_SIZE_MAX) {
        mpic_reader_issue(reader, "invalid-value", place, "http_headers",
                          "\"http_headers\" has more than %d octets",
                          MPIC_HEADERS_SIZE_MAX);
    }
}


static int
mpic_params_header(mpic_reader_t *reader, const mpic_place_t *place,
    const cJSON *item, const mpic_str_t *secret, mpic_dcv_params_t *dcv)
{
    const char     *wrong, *value;
    mpic_header_t  *header;

    header = &dcv->headers[dcv->nheaders];
    value = cJSON_IsString(item) ? item->valuestring : "";

    if (mpic_str_copy(reader->pool, &header->name, item->string,
                      strlen(item->string))
        != 0
        || mpic_str_copy(reader->pool, &header->value, value, strlen(value))
           != 0)
    {
        reader->failed = 1;
        return 0;
    }

    if (!cJSON_IsString(item)) {
        mpic_reader_issue(reader, "invalid-type", place, "http_headers",
                          "the value of header \"%s\" must be a string, "
                          "not %s",
                          mpic_reader_excerpt(reader, &header->name),
                          mpic_json_type(item));
        return 0;
    }

    wrong = mpic_params_header_wrong(header, secret, dcv);

    if (wrong == NULL) {
        return 1;
    }

    mpic_reader_issue(reader, "invalid-value", place, "http_headers",
                      "the header \"%s\" %s",
                      mpic_reader_excerpt(reader, &header->name), wrong);

    return 0;
}


static const char *
mpic_params_header_wrong(const mpic_header_t *header,
    const mpic_str_t *secret, const mpic_dcv_params_t *dcv)
{
    size_t                i;
    mpic_str_t            proxy;
    const char          **bad;
    const unsigned char  *p;

    static mpic_str_t  prefix = mpic_str("proxy-");

    if (header->name.len == 0
        || !mpic_params_all_of(&header->name, MPIC_TCHAR))
    {
        return "has no valid name";
    }

    for (bad = mpic_params_bad_headers; *bad != NULL; bad++) {
        proxy.data = *bad;
        proxy.len = strlen(*bad);

        if (mpic_str_case_eq(&header->name, &proxy)) {
            return "may not be set by a request";
        }
    }

    proxy = header->name;

    if (proxy.len >= prefix.len) {
        proxy.len = prefix.len;

        if (mpic_str_case_eq(&proxy, &prefix)) {
            return "may not be set by a request";
        }
    }

    for (i = 0; i < dcv->nheaders; i++) {

        if (mpic_str_case_eq(&header->name, &dcv->headers[i].name)) {
            return "is given more than once";
        }
    }

    p = (const unsigned char *) header->value.data;

    for (i = 0; i < header->value.len; i++) {

        if ((p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f) {
            return "has a control character in its value";
        }
    }

    /*
     * A server that repeats what it was sent would prove control, and in
     * another case where case does not count (BR 3.2.2.4.18).
     */

    if (secret->len
        && (strcasestr(header->value.data, secret->data) != NULL
            || strcasestr(header->name.data, secret->data) != NULL))
    {
        return "holds the value that is looked for";
    }

    return NULL;
}
