
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What every file of the rules library stands on: counted strings and
 * the caller's allocator.
 */


#ifndef _MPIC_BASE_H_INCLUDED_
#define _MPIC_BASE_H_INCLUDED_


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>


/*
 * Octets with a length.  Strings made by this library are also terminated
 * by a zero octet that "len" does not count; those given to it need not be.
 */

typedef struct {
    size_t       len;
    const char  *data;
} mpic_str_t;


#define mpic_str(literal)     { sizeof(literal) - 1, literal }
#define mpic_null_str         { 0, NULL }

#define mpic_lower(c)                                                         \
    (((c) >= 'A' && (c) <= 'Z') ? (char) ((c) | 0x20) : (char) (c))


/*
 * The caller's allocator.  "alloc" gives memory aligned for any type, or
 * NULL.  Nothing is ever freed one by one: all that a function of this
 * library gives back lives as long as the pool it was given.
 */

typedef struct {
    void  *(*alloc)(void *data, size_t size);
    void    *data;
} mpic_pool_t;


/*
 * Allocation of "size" octets, zeroed.  NULL if there is no memory.
 */
void *mpic_pcalloc(mpic_pool_t *pool, size_t size);

/*
 * A copy of "len" octets, terminated by zero.  On failure "dst" is left
 * empty with a NULL "data", and -1 is returned; otherwise 0.
 */
int mpic_str_copy(mpic_pool_t *pool, mpic_str_t *dst, const char *data,
    size_t len);

/*
 * printf() into the pool.  Result as with mpic_str_copy().
 */
int mpic_str_printf(mpic_pool_t *pool, mpic_str_t *dst, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int mpic_str_vprintf(mpic_pool_t *pool, mpic_str_t *dst, const char *fmt,
    va_list args)
    __attribute__((format(printf, 3, 0)));

/*
 * Octets of a stranger made fit for a message: at most "max" of them,
 * everything but printable ASCII as \DDD (the DNS presentation form),
 * quotation marks and backslashes escaped, "..." added where it was cut.
 * Result as with mpic_str_copy().
 */
int mpic_str_excerpt(mpic_pool_t *pool, mpic_str_t *dst, const char *data,
    size_t len, size_t max);

/*
 * 1 if both hold the same octets (_case: but for ASCII case), otherwise 0.
 */
int mpic_str_eq(const mpic_str_t *a, const mpic_str_t *b);
int mpic_str_case_eq(const mpic_str_t *a, const mpic_str_t *b);

/*
 * 1 if "part" is somewhere in "text", octet for octet or but for ASCII case,
 * otherwise 0; -1 without memory.  An empty part is nowhere.
 */
int mpic_str_contains(mpic_pool_t *pool, const mpic_str_t *text,
    const mpic_str_t *part, int exact_case);


#endif /* _MPIC_BASE_H_INCLUDED_ */
