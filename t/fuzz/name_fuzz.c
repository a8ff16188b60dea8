
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Targets and names: a canonical form is in its bounds, and its own.
 */


#include "fuzz.h"
#include "mpic_address.h"
#include "mpic_target.h"

#include <ctype.h>


static void fuzz_target(fuzz_pool_t *fp, const mpic_str_t *text);
static void fuzz_target_good(fuzz_pool_t *fp, const mpic_target_t *target);
static int fuzz_name(fuzz_pool_t *fp, const mpic_str_t *text,
    mpic_str_t *name);
static void fuzz_name_good(const mpic_str_t *name);
static void fuzz_name_variants(fuzz_pool_t *fp, const mpic_str_t *name);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int          rc;
    size_t       fail_at;
    mpic_str_t   text, name, why;
    fuzz_pool_t  fp;

    fuzz_pool_init(&fp);

    text = fuzz_str(&fp, data, size);
    fuzz_target(&fp, &text);

    text = fuzz_str(&fp, data, size);
    fp.asked = 0;

    rc = fuzz_name(&fp, &text, &name);

    fail_at = fuzz_fail_at(data, size, fp.asked);

    if (rc == 0) {
        fuzz_name_variants(&fp, &name);
    }

    if (fail_at) {
        fp.asked = 0;
        fp.fail_at = fail_at;

        fuzz_check(mpic_name_canonical(&fp.pool, &text, &name, &why) == -1
                   || fp.asked < fail_at);
    }

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_target(fuzz_pool_t *fp, const mpic_str_t *text)
{
    int            rc;
    mpic_str_t     why;
    mpic_target_t  target, again;

    rc = mpic_target_parse(&fp->pool, text, &target, &why);

    if (rc != 0) {
        fuzz_check(rc == 1);
        fuzz_check_sentence(&why);
        return;
    }

    fuzz_target_good(fp, &target);

    rc = mpic_target_parse(&fp->pool, &target.canonical, &again, &why);

    if (rc != 0) {
        fprintf(stderr, "not read again: %s\n", why.data);
    }

    fuzz_check(rc == 0);
    fuzz_check(again.type == target.type);
    fuzz_check(again.wildcard == target.wildcard);
    fuzz_check(mpic_str_eq(&again.name, &target.name));
    fuzz_check(mpic_str_eq(&again.canonical, &target.canonical));
    fuzz_check(memcmp(again.address, target.address, 16) == 0);
}


static void
fuzz_target_good(fuzz_pool_t *fp, const mpic_target_t *target)
{
    mpic_str_t      expected;
    mpic_address_t  address;

    fuzz_check(target->name.data[target->name.len] == '\0');
    fuzz_check(target->canonical.data[target->canonical.len] == '\0');

    if (target->type == MPIC_TARGET_FQDN) {
        fuzz_name_good(&target->name);
        fuzz_check(memchr(target->name.data, '.', target->name.len) != NULL);
        fuzz_check(mpic_address_parse(&target->name, &address) != 0);

        fuzz_check(mpic_str_printf(&fp->pool, &expected, "%s%s",
                                   target->wildcard ? "*." : "",
                                   target->name.data) == 0);
        fuzz_check(mpic_str_eq(&expected, &target->canonical));
        return;
    }

    fuzz_check(!target->wildcard);
    fuzz_check(mpic_address_parse(&target->name, &address) == 0);
    fuzz_check(address.version
               == (target->type == MPIC_TARGET_IPV4 ? 4u : 6u));
    fuzz_check(memcmp(address.octets, target->address, 16) == 0);
    fuzz_check(mpic_address_special(&address) == NULL);
}


static int
fuzz_name(fuzz_pool_t *fp, const mpic_str_t *text, mpic_str_t *name)
{
    int         rc;
    mpic_str_t  why;

    rc = mpic_name_canonical(&fp->pool, text, name, &why);

    if (rc == 0) {
        fuzz_name_good(name);
        return 0;
    }

    fuzz_check(rc == 1);
    fuzz_check_sentence(&why);

    return 1;
}


static void
fuzz_name_good(const mpic_str_t *name)
{
    char    ch;
    size_t  i, label;

    fuzz_check(name->len > 0 && name->len <= MPIC_NAME_MAX);
    fuzz_check(name->data[name->len] == '\0');

    label = 0;

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (ch == '.') {
            fuzz_check(label > 0);
            label = 0;
            continue;
        }

        fuzz_check((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9')
                   || ch == '-' || ch == '_');
        fuzz_check(++label <= MPIC_LABEL_MAX);
    }

    fuzz_check(label > 0);
}


/* itself, in capitals, with a trailing dot: the same name */

static void
fuzz_name_variants(fuzz_pool_t *fp, const mpic_str_t *name)
{
    char        *p;
    size_t       i;
    mpic_str_t   other, again;

    fuzz_check(fuzz_name(fp, name, &again) == 0);
    fuzz_check(mpic_str_eq(name, &again));

    p = fp->pool.alloc(fp, name->len + 1);
    fuzz_check(p != NULL);

    for (i = 0; i < name->len; i++) {
        p[i] = (char) toupper((unsigned char) name->data[i]);
    }

    p[name->len] = '.';

    other.data = p;
    other.len = name->len;

    fuzz_check(fuzz_name(fp, &other, &again) == 0);
    fuzz_check(mpic_str_eq(name, &again));

    other.len++;

    fuzz_check(fuzz_name(fp, &other, &again) == 0);
    fuzz_check(mpic_str_eq(name, &again));
}
