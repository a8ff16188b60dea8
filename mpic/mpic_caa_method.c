
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_caa_method.h"

#include <string.h>


typedef struct {
    /* in the API; never in a CAA record */
    const char  *name;
    /* in the ACME registry, or NULL */
    const char  *acme;
    /* N is the last number of the section of BR 3.2.2.4 */
    const char  *tbr;
    /* 1 if the section is for the ACME method alone */
    unsigned     same:1;
} mpic_caa_method_t;


static int mpic_caa_method_in(const char *name, const mpic_str_t *list);
static int mpic_caa_method_is(const mpic_str_t *method, const char *name);


static const mpic_caa_method_t  mpic_caa_method_table[] = {
    { "acme-dns-01", "dns-01", "ca-tbr-7", 0 },
    { "dns-change", NULL, "ca-tbr-7", 0 },
    { "ip-address", NULL, "ca-tbr-8", 0 },
    { "contact-email-caa", NULL, "ca-tbr-13", 0 },
    { "contact-email-txt", NULL, "ca-tbr-14", 0 },
    { "contact-phone-txt", NULL, "ca-tbr-16", 0 },
    { "contact-phone-caa", NULL, "ca-tbr-17", 0 },
    { "website-change", NULL, "ca-tbr-18", 0 },
    { "acme-http-01", "http-01", "ca-tbr-19", 1 },
    { "acme-tls-alpn-01", "tls-alpn-01", "ca-tbr-20", 1 },
    { "acme-dns-account-01", "dns-account-01", "ca-tbr-21", 1 },
    { "dns-persistent", "dns-persist-01", "ca-tbr-22", 1 },
};


int
mpic_caa_method_list(const mpic_str_t *text)
{
    char        ch;
    size_t      i, pos;
    mpic_str_t  name;

    pos = 0;

    while (mpic_caa_method_next(text, &pos, &name)) {

        if (name.len == 0) {
            return 0;
        }

        for (i = 0; i < name.len; i++) {
            ch = mpic_lower(name.data[i]);

            if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9')
                  || ch == '-'))
            {
                return 0;
            }
        }
    }

    return 1;
}


int
mpic_caa_method_listed(const mpic_str_t *method, const mpic_str_t *list)
{
    size_t                    i, n, pos;
    mpic_str_t                name;
    const mpic_caa_method_t  *m;

    n = sizeof(mpic_caa_method_table) / sizeof(mpic_caa_method_table[0]);

    for (i = 0; i < n; i++) {
        m = &mpic_caa_method_table[i];

        if (mpic_caa_method_is(method, m->name)
            || mpic_caa_method_is(method, m->acme)
            || (m->same && mpic_caa_method_is(method, m->tbr)))
        {
            return mpic_caa_method_in(m->acme, list)
                   || mpic_caa_method_in(m->tbr, list);
        }
    }

    /* ca-tbr-7 without more, or a name of the CA's own */

    pos = 0;

    while (mpic_caa_method_next(list, &pos, &name)) {
        if (mpic_str_eq(method, &name)) {
            return 1;
        }
    }

    return 0;
}


const char *
mpic_caa_method_name(const char *method)
{
    size_t                    i, n;
    mpic_str_t                name;
    const mpic_caa_method_t  *m;

    name.data = method;
    name.len = strlen(method);

    n = sizeof(mpic_caa_method_table) / sizeof(mpic_caa_method_table[0]);

    for (i = 0; i < n; i++) {
        m = &mpic_caa_method_table[i];

        if (mpic_caa_method_is(&name, m->name)) {
            return m->acme ? m->acme : m->tbr;
        }
    }

    return NULL;
}


static int
mpic_caa_method_in(const char *name, const mpic_str_t *list)
{
    size_t      pos;
    mpic_str_t  item;

    pos = 0;

    while (mpic_caa_method_next(list, &pos, &item)) {
        if (mpic_caa_method_is(&item, name)) {
            return 1;
        }
    }

    return 0;
}


static int
mpic_caa_method_is(const mpic_str_t *method, const char *name)
{
    return name != NULL && method->len == strlen(name)
           && memcmp(method->data, name, method->len) == 0;
}


int
mpic_caa_method_next(const mpic_str_t *list, size_t *pos, mpic_str_t *name)
{
    size_t  i;

    if (*pos > list->len) {
        return 0;
    }

    for (i = *pos; i < list->len && list->data[i] != ','; i++) {
        /* void */
    }

    name->data = list->data + *pos;
    name->len = i - *pos;

    *pos = i + 1;

    return 1;
}
