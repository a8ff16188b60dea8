
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* strcasestr() */
#endif

#include "mpic_params_field.h"
#include "mpic_regex.h"

#include <string.h>


static void mpic_params_path(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);
static int mpic_params_path_holds(mpic_reader_t *reader,
    const mpic_str_t *path, const mpic_str_t *value);
static const char *mpic_params_path_wrong(const mpic_str_t *path);
static void mpic_params_regex(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_str_t *regex);
static void mpic_params_scheme(mpic_reader_t *reader,
    const mpic_place_t *place, mpic_dcv_params_t *dcv);


/* BR 3.2.2.4.18 */

void
mpic_params_website(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    int  exact_case;

    exact_case = 1;

    mpic_params_challenge(reader, place, "challenge_value",
                          &dcv->challenge_value);
    mpic_params_path(reader, place, dcv);
    mpic_params_scheme(reader, place, dcv);
    mpic_params_headers(reader, place, &dcv->challenge_value, dcv);

    mpic_params_regex(reader, place, &dcv->match_regex);

    mpic_reader_bool(reader, place, "require_exact_case", &exact_case);

    dcv->exact_case = (exact_case != 0);
}


/*
 * Below the well-known directory, wherever a server looks: what one reads as a
 * path, another may take for a way out of it.
 */

static void
mpic_params_path(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_str_t  *path;
    const char  *wrong;

    path = &dcv->http_token_path;

    if (mpic_reader_text(reader, place, "http_token_path", MPIC_PATH_MAX,
                         MPIC_REQUIRED, path)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    wrong = mpic_params_path_wrong(path);

    if (wrong != NULL) {
        mpic_reader_issue(reader, "invalid-value", place, "http_token_path",
                          "\"http_token_path\" %s", wrong);
        return;
    }

    /* BR 3.2.2.4.18: the value must not appear in the request */

    if (mpic_params_path_holds(reader, path, &dcv->challenge_value)) {
        mpic_reader_issue(reader, "invalid-value", place, "http_token_path",
                          "\"http_token_path\" holds the challenge value, "
                          "which must not appear in the request");
    }
}


/* in the path, or across the end of the directory that it stands in */

static int
mpic_params_path_holds(mpic_reader_t *reader, const mpic_str_t *path,
    const mpic_str_t *value)
{
    size_t      before;
    mpic_str_t  whole;

    static const mpic_str_t  directory =
        mpic_str("/.well-known/pki-validation/");

    if (value->len == 0) {
        return 0;
    }

    before = value->len - 1;

    if (before > directory.len) {
        before = directory.len;
    }

    if (mpic_str_printf(reader->pool, &whole, "%s%s",
                        directory.data + directory.len - before, path->data)
        != 0)
    {
        reader->failed = 1;
        return 0;
    }

    return strcasestr(whole.data, value->data) != NULL;
}


static const char *
mpic_params_path_wrong(const mpic_str_t *path)
{
    const char  *p, *end;

    /*
     * RFC 3986 section 3.3: unreserved, sub-delims, ":", "@"; no "%": an
     * encoded octet is a dot, a slash or a control character for somebody.
     */

    if (!mpic_params_all_of(path, MPIC_ALNUM "-._~!$&'()*+,;=:@/")) {
        return "has a character that is not of a path: letters, digits, "
               "\"/\" and -._~!$&'()*+,;=:@ may be used";
    }

    if (strstr(path->data, "://") != NULL) {
        return "is a URL, not a path below /.well-known/pki-validation/";
    }

    for (p = path->data; p != NULL; p = end ? end + 1 : NULL) {
        end = strchr(p, '/');

        if (end == p || *p == '\0') {
            return "has an empty segment: it is put behind "
                   "/.well-known/pki-validation/";
        }

        if (strncmp(p, "./", 2) == 0 || strncmp(p, "../", 3) == 0
            || strcmp(p, ".") == 0 || strcmp(p, "..") == 0)
        {
            return "has a \".\" or \"..\" segment";
        }
    }

    return NULL;
}


static void
mpic_params_regex(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_str_t *regex)
{
    int         rc;
    mpic_str_t  why;

    if (mpic_reader_text(reader, place, "match_regex", MPIC_REGEX_MAX,
                         MPIC_OPTIONAL, regex)
        != MPIC_FIELD_GIVEN)
    {
        return;
    }

    rc = mpic_regex_check(reader->pool, regex, &why);

    if (rc < 0) {
        reader->failed = 1;

    } else if (rc > 0) {
        mpic_reader_issue(reader, "invalid-value", place, "match_regex",
                          "\"match_regex\" is no regular expression: %s",
                          why.data);
    }
}


static void
mpic_params_scheme(mpic_reader_t *reader, const mpic_place_t *place,
    mpic_dcv_params_t *dcv)
{
    mpic_str_t  text;

    if (mpic_reader_text(reader, place, "url_scheme", MPIC_URI_MAX,
                         MPIC_OPTIONAL, &text)
        != MPIC_FIELD_GIVEN
        || mpic_params_is(&text, "http"))
    {
        return;
    }

    if (mpic_params_is(&text, "https")) {
        dcv->https = 1;
        return;
    }

    mpic_reader_issue(reader, "invalid-value", place, "url_scheme",
                      "\"%s\" is no scheme of this validation method; it "
                      "has http and https",
                      mpic_reader_excerpt(reader, &text));
}
