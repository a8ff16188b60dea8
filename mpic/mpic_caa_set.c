
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_caa_set.h"
#include "mpic_issue_value.h"

#include <string.h>


/* bit 0 is the flag; bit 7 is the same bit counted from the wrong end */
#define MPIC_CAA_CRITICAL  (0x80|0x01)


static int mpic_caa_set_scan(const mpic_dns_record_t *records, size_t n,
    const mpic_caa_asked_t *asked, mpic_caa_verdict_t *verdict,
    size_t *relevant);
static int mpic_caa_property_known(const mpic_str_t *tag);
static int mpic_caa_tag_eq(const mpic_str_t *tag, const char *name);
static int mpic_caa_property_judge(mpic_pool_t *pool,
    const mpic_caa_asked_t *asked, const mpic_str_t *value,
    mpic_caa_verdict_t *verdict);
static int mpic_caa_issuer_asked(mpic_pool_t *pool,
    const mpic_caa_asked_t *asked, const mpic_str_t *domain);


static const char  *mpic_caa_known_tags[] = {
    "issue", "issuewild", "issuemail", "issuevmc", "iodef", "contactemail",
    "contactphone"
};


int
mpic_caa_property(const mpic_dns_record_t *record,
    mpic_caa_property_t *property)
{
    size_t                len;
    const unsigned char  *p;

    p = (const unsigned char *) record->value.data;
    len = record->value.len;

    if (record->type != MPIC_DNS_CAA || len < 3 || p[1] == 0
        || p[1] > len - 2)
    {
        return -1;
    }

    property->critical = ((p[0] & MPIC_CAA_CRITICAL) != 0);
    property->tag.data = record->value.data + 2;
    property->tag.len = p[1];
    property->value.data = record->value.data + 2 + p[1];
    property->value.len = len - 2 - p[1];

    return 0;
}


int
mpic_caa_set_judge(mpic_pool_t *pool, const mpic_caa_asked_t *asked,
    const mpic_dns_record_t *records, size_t n, mpic_caa_verdict_t *verdict)
{
    int                   rc;
    size_t                i, relevant;
    mpic_caa_property_t   property;

    memset(verdict, 0, sizeof(mpic_caa_verdict_t));

    if (mpic_caa_set_scan(records, n, asked, verdict, &relevant) != 0) {
        return 0;
    }

    if (relevant == 0) {
        verdict->permitted = 1;
        return 0;
    }

    /* until one is found that is not */
    verdict->cause = MPIC_CAA_MALFORMED;

    for (i = 0; i < n; i++) {

        if (mpic_caa_property(&records[i], &property) != 0
            || !mpic_caa_tag_eq(&property.tag, verdict->tag))
        {
            continue;
        }

        if (verdict->record == NULL) {
            verdict->record = &records[i];
        }

        rc = mpic_caa_property_judge(pool, asked, &property.value, verdict);

        if (rc == -1) {
            return -1;
        }

        if (rc == 1) {
            verdict->record = &records[i];
        }

        if (verdict->permitted) {
            return 0;
        }
    }

    return 0;
}


/*
 * Finds the tag that matters, and how many records have it.  Returns -1 if a
 * property is critical and not known, whatever the others say (RFC 8659
 * section 4.1).
 */

static int
mpic_caa_set_scan(const mpic_dns_record_t *records, size_t n,
    const mpic_caa_asked_t *asked, mpic_caa_verdict_t *verdict,
    size_t *relevant)
{
    size_t               i, issue, wild, mail;
    mpic_caa_property_t  property;

    issue = 0;
    wild = 0;
    mail = 0;

    for (i = 0; i < n; i++) {

        if (mpic_caa_property(&records[i], &property) != 0
            || (property.critical && !mpic_caa_property_known(&property.tag)))
        {
            verdict->cause = MPIC_CAA_UNKNOWN_CRITICAL;
            verdict->record = &records[i];
            return -1;
        }

        issue += mpic_caa_tag_eq(&property.tag, "issue");
        wild += mpic_caa_tag_eq(&property.tag, "issuewild");
        mail += mpic_caa_tag_eq(&property.tag, "issuemail");
    }

    if (asked->params->cert_type == MPIC_CERT_SMIME) {
        verdict->tag = "issuemail";
        *relevant = mail;

    } else if (asked->wildcard && wild != 0) {
        verdict->tag = "issuewild";
        *relevant = wild;

    } else {
        verdict->tag = "issue";
        *relevant = issue;
    }

    return 0;
}


static int
mpic_caa_property_known(const mpic_str_t *tag)
{
    size_t  i, n;

    n = sizeof(mpic_caa_known_tags) / sizeof(mpic_caa_known_tags[0]);

    for (i = 0; i < n; i++) {
        if (mpic_caa_tag_eq(tag, mpic_caa_known_tags[i])) {
            return 1;
        }
    }

    return 0;
}


static int
mpic_caa_tag_eq(const mpic_str_t *tag, const char *name)
{
    mpic_str_t  s;

    s.data = name;
    s.len = strlen(name);

    return mpic_str_case_eq(tag, &s);
}


/*
 * Returns 1 if this property says more than those before it did, so that it
 * is the one to be shown; otherwise 0; or -1 without memory.
 */

static int
mpic_caa_property_judge(mpic_pool_t *pool, const mpic_caa_asked_t *asked,
    const mpic_str_t *value, mpic_caa_verdict_t *verdict)
{
    int                  rc;
    const char          *parameter;
    mpic_issue_value_t   iv;

    /* a value that is malformed permits nobody */

    if (mpic_issue_value_parse(value, &iv) != 0) {
        return 0;
    }

    if (verdict->cause == MPIC_CAA_MALFORMED) {
        verdict->cause = MPIC_CAA_NOT_NAMED;
    }

    rc = mpic_caa_issuer_asked(pool, asked, &iv.domain);
    if (rc != 1) {
        return rc;
    }

    parameter = mpic_caa_parameters(asked->params, &iv,
                                    &verdict->permissible);

    if (parameter == NULL) {
        verdict->permitted = 1;
        verdict->cause = MPIC_CAA_PERMITTED;
        return 1;
    }

    if (verdict->cause == MPIC_CAA_PARAMETER) {
        return 0;
    }

    verdict->cause = MPIC_CAA_PARAMETER;
    verdict->parameter = parameter;

    return 1;
}


/*
 * 1 if the domain is one of the issuer's, 0 if not, -1 without memory.
 */

static int
mpic_caa_issuer_asked(mpic_pool_t *pool, const mpic_caa_asked_t *asked,
    const mpic_str_t *domain)
{
    int         rc;
    size_t      i;
    mpic_str_t  name, why;

    if (domain->len == 0) {
        return 0;
    }

    rc = mpic_name_canonical(pool, domain, &name, &why);
    if (rc != 0) {
        return (rc == 1) ? 0 : -1;
    }

    for (i = 0; i < asked->ndomains; i++) {
        if (mpic_str_eq(&asked->domains[i], &name)) {
            return 1;
        }
    }

    return 0;
}
