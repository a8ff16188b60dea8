
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The allocator of unit tests: blocks of malloc(), so that a sanitizer sees
 * every overrun, freed together; the N-th allocation fails on demand.
 */


#ifndef _TEST_POOL_H_INCLUDED_
#define _TEST_POOL_H_INCLUDED_


#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mpic_base.h"


typedef struct {
    mpic_pool_t    pool;
    void         **blocks;
    size_t         nblocks;
    size_t         room;
    /* allocations asked for since the last reset */
    size_t         asked;
    /* the allocation that fails, counted from 1; 0: none does */
    size_t         fail_at;
} test_pool_t;


static inline void *
test_pool_alloc(void *data, size_t size)
{
    void         *p;
    test_pool_t  *tp;

    tp = data;

    if (++tp->asked == tp->fail_at) {
        return NULL;
    }

    if (tp->nblocks == tp->room) {
        tp->room = tp->room ? tp->room * 2 : 64;
        tp->blocks = realloc(tp->blocks, tp->room * sizeof(void *));
        assert_non_null(tp->blocks);
    }

    p = malloc(size ? size : 1);
    assert_non_null(p);

    /* what is not initialised must not look as if it were */
    memset(p, 0xa5, size);

    tp->blocks[tp->nblocks++] = p;

    return p;
}


static inline mpic_pool_t *
test_pool_init(test_pool_t *tp)
{
    memset(tp, 0, sizeof(test_pool_t));

    tp->pool.alloc = test_pool_alloc;
    tp->pool.data = tp;

    return &tp->pool;
}


/* frees all blocks; the pool can be used again */

static inline void
test_pool_reset(test_pool_t *tp)
{
    size_t  i;

    for (i = 0; i < tp->nblocks; i++) {
        free(tp->blocks[i]);
    }

    free(tp->blocks);

    tp->blocks = NULL;
    tp->nblocks = 0;
    tp->room = 0;
    tp->asked = 0;
    tp->fail_at = 0;
}


/*
 * Evaluates "call" with the first, the second, … allocation failing: it must
 * give -1 each time, and "expected" when no allocation fails.  The pool is
 * reset before each, and holds the result of the last.
 */

#define test_pool_exhaust(tp, call, expected)                                 \
    do {                                                                      \
        int     rc_;                                                          \
        size_t  n_;                                                           \
                                                                              \
        for (n_ = 1; /* void */ ; n_++) {                                     \
            test_pool_reset(tp);                                              \
            (tp)->fail_at = n_;                                               \
            rc_ = (call);                                                     \
                                                                              \
            if ((tp)->asked < n_) {                                           \
                assert_int_equal(rc_, expected);                              \
                break;                                                        \
            }                                                                 \
                                                                              \
            assert_int_equal(rc_, -1);                                        \
        }                                                                     \
                                                                              \
        (tp)->fail_at = 0;                                                    \
    } while (0)


/*
 * A string to give to the library: of its exact size, and on purpose not
 * terminated by zero.
 */

static inline mpic_str_t
test_str(test_pool_t *tp, const char *data, size_t len)
{
    char        *p;
    mpic_str_t   s;

    p = test_pool_alloc(tp, len);
    assert_non_null(p);
    memcpy(p, data, len);

    s.len = len;
    s.data = p;

    return s;
}


static inline mpic_str_t
test_strz(test_pool_t *tp, const char *text)
{
    return test_str(tp, text, strlen(text));
}


#define assert_str_equal(str, literal)                                        \
    do {                                                                      \
        assert_non_null((str).data);                                          \
        assert_string_equal((str).data, literal);                             \
        assert_int_equal((str).len, strlen(literal));                         \
    } while (0)


#endif /* _TEST_POOL_H_INCLUDED_ */
