
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_contact.h"
#include "mpic_caa.h"
#include "mpic_caa_set.h"
#include "mpic_challenge_dns.h"
#include "mpic_dnssec.h"

#include <string.h>
#include <unistr.h>


static int mpic_contact_found(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_lookup_t *lookup,
    mpic_result_t *result);
static int mpic_contact_missed(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_lookup_t *lookup,
    const mpic_str_t *nearest, size_t n, mpic_result_t *result);
static int mpic_contact_none(mpic_pool_t *pool,
    const mpic_dcv_params_t *params, const mpic_lookup_t *lookup,
    mpic_result_t *result);
static int mpic_contact_is_email(mpic_method_e method);
static const char *mpic_contact_tag(mpic_method_e method);
static size_t mpic_contact_dot_atom(const char *data, size_t len);
static size_t mpic_contact_quoted(const char *data, size_t len);
static size_t mpic_contact_literal(const char *data, size_t len);
static int mpic_contact_is_atext(char ch);


/*
 * addr-spec of RFC 5322 section 3.4.1 without what is obsolete, comments and
 * folding; RFC 6532 adds all of UTF-8 beyond ASCII to its parts.
 */

int
mpic_contact_email(const mpic_str_t *value)
{
    size_t       n, len;
    const char  *p;

    p = value->data;
    len = value->len;

    if (len == 0 || u8_check((const uint8_t *) p, len) != NULL) {
        return 0;
    }

    n = (p[0] == '"') ? mpic_contact_quoted(p, len)
                      : mpic_contact_dot_atom(p, len);

    if (n == 0 || n == len || p[n] != '@') {
        return 0;
    }

    p += n + 1;
    len -= n + 1;

    if (len == 0) {
        return 0;
    }

    n = (p[0] == '[') ? mpic_contact_literal(p, len)
                      : mpic_contact_dot_atom(p, len);

    return n != 0 && n == len;
}


/* the octets that are taken, 0 where there is no such thing */

static size_t
mpic_contact_dot_atom(const char *data, size_t len)
{
    size_t  n;

    for (n = 0; n < len; n++) {

        if (mpic_contact_is_atext(data[n])) {
            continue;
        }

        if (data[n] != '.' || n == 0 || data[n - 1] == '.') {
            break;
        }
    }

    return (n != 0 && data[n - 1] == '.') ? 0 : n;
}


static int
mpic_contact_is_atext(char ch)
{
    if ((unsigned char) ch >= 0x80) {
        return 1;
    }

    ch = mpic_lower(ch);

    return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9')
           || (ch != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", ch) != NULL);
}


static size_t
mpic_contact_quoted(const char *data, size_t len)
{
    size_t         n;
    unsigned char  ch;

    for (n = 1; n < len; n++) {
        ch = (unsigned char) data[n];

        if (ch == '"') {
            return n + 1;
        }

        /* a pair: the second is printable ASCII or white space */

        if (ch == '\\') {

            if (++n == len) {
                break;
            }

            ch = (unsigned char) data[n];

            if (ch >= 0x80) {
                break;
            }
        }

        if ((ch < 0x20 && ch != '\t') || ch == 0x7f) {
            break;
        }
    }

    return 0;
}


static size_t
mpic_contact_literal(const char *data, size_t len)
{
    size_t         n;
    unsigned char  ch;

    for (n = 1; n < len; n++) {
        ch = (unsigned char) data[n];

        if (ch == ']') {
            return n + 1;
        }

        if ((ch < 0x20 && ch != '\t') || ch == 0x7f || ch == '['
            || ch == '\\')
        {
            break;
        }
    }

    return 0;
}


int
mpic_contact_phone(const mpic_str_t *value)
{
    char    ch;
    size_t  i, digits;

    if (value->len < 2 || value->data[0] != '+') {
        return 0;
    }

    digits = 0;

    for (i = 1; i < value->len; i++) {
        ch = value->data[i];

        if (ch >= '0' && ch <= '9') {
            digits++;

        } else if (ch == '\0' || strchr("-.() ", ch) == NULL) {
            return 0;
        }
    }

    /* a space in the end separates nothing: it is padding */

    return digits != 0 && value->data[value->len - 1] != ' ';
}


int
mpic_contact_match(mpic_method_e method, const mpic_str_t *expected,
    const mpic_str_t *value)
{
    if (!mpic_str_case_eq(expected, value)) {
        return 0;
    }

    return mpic_contact_is_email(method) ? mpic_contact_email(value)
                                         : mpic_contact_phone(value);
}


const char *
mpic_contact_kind(mpic_method_e method)
{
    return mpic_contact_is_email(method) ? "email address" : "phone number";
}


static int
mpic_contact_is_email(mpic_method_e method)
{
    return method == MPIC_METHOD_CONTACT_EMAIL_TXT
           || method == MPIC_METHOD_CONTACT_EMAIL_CAA;
}


static const char *
mpic_contact_tag(mpic_method_e method)
{
    return mpic_contact_is_email(method) ? "contactemail" : "contactphone";
}


/* one more for the prefix */

int
mpic_contact_nlevels(const mpic_target_t *target)
{
    return mpic_caa_nlevels(target) + 1;
}


int
mpic_contact_levels(mpic_pool_t *pool, const mpic_target_t *target,
    const mpic_dcv_params_t *params, mpic_lookup_t *lookups, size_t *n,
    mpic_str_t *why)
{
    int            rc;
    mpic_lookup_t  first;
    mpic_target_t  begin;

    *n = 0;

    rc = mpic_challenge_dns_question(pool, target, params, &first, why);
    if (rc != 0) {
        return rc;
    }

    begin = *target;
    begin.name = first.name;

    rc = mpic_caa_levels(pool, &begin, lookups);
    if (rc < 0) {
        return -1;
    }

    *n = (size_t) rc;

    return 0;
}


int
mpic_contact_judge(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookups, size_t nlookups, mpic_result_t *result)
{
    int                   rc;
    size_t                i, level;
    const mpic_lookup_t  *lookup;

    lookup = NULL;

    for (i = 0; i < nlookups; i++) {
        lookup = &lookups[i];

        if (lookup->state == MPIC_LOOKUP_PENDING) {
            return 0;
        }

        if (!mpic_lookup_usable(lookup) || lookup->answer.nrecords != 0) {
            break;
        }
    }

    result->method = params->method;
    result->completed = 0;
    result->passed = 0;

    for (level = 0; level < nlookups && level <= i; level++) {
        mpic_result_dnssec(result, &lookups[level]);
    }

    if (nlookups == 0) {
        rc = mpic_result_error(pool, result, MPIC_ERROR_DCV_LOOKUP,
                               "there is no CAA for this target");

        return (rc == 0) ? 1 : -1;
    }

    if (i < nlookups && mpic_lookup_usable(lookup)) {
        rc = mpic_contact_found(pool, params, lookup, result);

    } else if (i < nlookups || lookup->answer.rcode == MPIC_DNS_NXDOMAIN) {

        /*
         * A level failed; or there is not even the top-level domain, and the
         * resolver cannot be believed.
         */

        rc = (mpic_challenge_dns_seen(pool, lookup, result) == 0)
             ? mpic_challenge_dns_failed(pool, lookup, result) : -1;

    } else {
        rc = mpic_contact_none(pool, params, &lookups[0], result);
    }

    return (rc == 0) ? 1 : -1;
}


static int
mpic_contact_found(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup, mpic_result_t *result)
{
    size_t               i, n;
    mpic_str_t           tag, nearest;
    mpic_caa_property_t  property;

    if (mpic_challenge_dns_seen(pool, lookup, result) != 0) {
        return -1;
    }

    tag.data = mpic_contact_tag(params->method);
    tag.len = strlen(tag.data);

    result->completed = 1;

    nearest.data = NULL;
    nearest.len = 0;
    n = 0;

    for (i = 0; i < lookup->answer.nrecords; i++) {

        if (mpic_caa_property(&lookup->answer.records[i], &property) != 0
            || !mpic_str_case_eq(&property.tag, &tag))
        {
            continue;
        }

        if (mpic_contact_match(params->method, &params->challenge_value,
                               &property.value))
        {
            result->passed = 1;
            return 0;
        }

        if (n++ == 0) {
            nearest = property.value;
        }
    }

    return mpic_contact_missed(pool, params, lookup, &nearest, n,
                               result);
}


static int
mpic_contact_missed(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup, const mpic_str_t *nearest, size_t n,
    mpic_result_t *result)
{
    mpic_str_t   wanted, seen;
    const char  *tag;

    tag = mpic_contact_tag(params->method);

    if (n == 0) {
        return mpic_result_error(pool, result, MPIC_ERROR_DCV_MISMATCH,
                                 "the CAA record set at \"%.*s\", which is "
                                 "the one that counts, has no %s property",
                                 (int) lookup->name.len, lookup->name.data,
                                 tag);
    }

    if (mpic_str_excerpt(pool, &wanted, params->challenge_value.data,
                         params->challenge_value.len, MPIC_CHALLENGE_SHOWN)
        != 0
        || mpic_str_excerpt(pool, &seen, nearest->data, nearest->len,
                            MPIC_CHALLENGE_SHOWN)
           != 0)
    {
        return -1;
    }

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_MISMATCH,
                             "expected a %s property at \"%.*s\" that is the "
                             "%s \"%s\" and nothing else, got \"%s\" (of "
                             "%zu such properties)", tag,
                             (int) lookup->name.len, lookup->name.data,
                             mpic_contact_kind(params->method), wanted.data,
                             seen.data, n);
}


static int
mpic_contact_none(mpic_pool_t *pool, const mpic_dcv_params_t *params,
    const mpic_lookup_t *lookup, mpic_result_t *result)
{
    if (mpic_challenge_dns_seen(pool, lookup, result) != 0) {
        return -1;
    }

    result->completed = 1;

    return mpic_result_error(pool, result, MPIC_ERROR_DCV_LOOKUP,
                             "there is no CAA record at \"%.*s\" or above "
                             "it, and so no %s property",
                             (int) lookup->name.len, lookup->name.data,
                             mpic_contact_tag(params->method));
}
