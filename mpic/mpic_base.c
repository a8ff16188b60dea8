
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE    /* memmem() */
#endif

#include "mpic_base.h"

#include <stdio.h>
#include <string.h>


static int mpic_str_lower(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *lower);


void *
mpic_pcalloc(mpic_pool_t *pool, size_t size)
{
    void  *p;

    p = pool->alloc(pool->data, size);

    if (p != NULL) {
        memset(p, 0, size);
    }

    return p;
}


int
mpic_str_copy(mpic_pool_t *pool, mpic_str_t *dst, const char *data,
    size_t len)
{
    char  *p;

    dst->len = 0;
    dst->data = NULL;

    p = pool->alloc(pool->data, len + 1);
    if (p == NULL) {
        return -1;
    }

    if (len) {
        memcpy(p, data, len);
    }

    p[len] = '\0';

    dst->len = len;
    dst->data = p;

    return 0;
}


int
mpic_str_printf(mpic_pool_t *pool, mpic_str_t *dst, const char *fmt, ...)
{
    int      rc;
    va_list  args;

    va_start(args, fmt);
    rc = mpic_str_vprintf(pool, dst, fmt, args);
    va_end(args);

    return rc;
}


int
mpic_str_vprintf(mpic_pool_t *pool, mpic_str_t *dst, const char *fmt,
    va_list args)
{
    int      n;
    char    *p;
    va_list  copy;

    dst->len = 0;
    dst->data = NULL;

    va_copy(copy, args);
    n = vsnprintf(NULL, 0, fmt, copy);
    va_end(copy);

    if (n < 0) {
        return -1;
    }

    p = pool->alloc(pool->data, (size_t) n + 1);
    if (p == NULL) {
        return -1;
    }

    vsnprintf(p, (size_t) n + 1, fmt, args);

    dst->len = (size_t) n;
    dst->data = p;

    return 0;
}


int
mpic_str_excerpt(mpic_pool_t *pool, mpic_str_t *dst, const char *data,
    size_t len, size_t max)
{
    char          *p, *start;
    size_t         i, n;
    unsigned char  ch;

    dst->len = 0;
    dst->data = NULL;

    n = (len < max) ? len : max;

    start = pool->alloc(pool->data, n * 4 + sizeof("..."));
    if (start == NULL) {
        return -1;
    }

    p = start;

    for (i = 0; i < n; i++) {
        ch = (unsigned char) data[i];

        if (ch == '"' || ch == '\\') {
            *p++ = '\\';
            *p++ = (char) ch;

        } else if (ch >= 0x20 && ch < 0x7f) {
            *p++ = (char) ch;

        } else {
            *p++ = '\\';
            *p++ = (char) ('0' + ch / 100);
            *p++ = (char) ('0' + ch / 10 % 10);
            *p++ = (char) ('0' + ch % 10);
        }
    }

    if (n < len) {
        memcpy(p, "...", 3);
        p += 3;
    }

    *p = '\0';

    dst->len = (size_t) (p - start);
    dst->data = start;

    return 0;
}


int
mpic_str_eq(const mpic_str_t *a, const mpic_str_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}


int
mpic_str_case_eq(const mpic_str_t *a, const mpic_str_t *b)
{
    size_t  i;

    if (a->len != b->len) {
        return 0;
    }

    /* not strncasecmp(): it ends at a zero octet and asks the locale */

    for (i = 0; i < a->len; i++) {
        if (mpic_lower(a->data[i]) != mpic_lower(b->data[i])) {
            return 0;
        }
    }

    return 1;
}


int
mpic_str_contains(mpic_pool_t *pool, const mpic_str_t *text,
    const mpic_str_t *part, int exact_case)
{
    mpic_str_t  hay, needle;

    /* nothing is found everywhere */

    if (part->len == 0 || text->len < part->len) {
        return 0;
    }

    hay = *text;
    needle = *part;

    if (!exact_case
        && (mpic_str_lower(pool, text, &hay) != 0
            || mpic_str_lower(pool, part, &needle) != 0))
    {
        return -1;
    }

    return memmem(hay.data, hay.len, needle.data, needle.len) != NULL;
}


/* not strcasestr(): see mpic_str_case_eq() */

static int
mpic_str_lower(mpic_pool_t *pool, const mpic_str_t *text, mpic_str_t *lower)
{
    char    *p;
    size_t   i;

    p = pool->alloc(pool->data, text->len);
    if (p == NULL) {
        return -1;
    }

    for (i = 0; i < text->len; i++) {
        p[i] = mpic_lower(text->data[i]);
    }

    lower->len = text->len;
    lower->data = p;

    return 0;
}
