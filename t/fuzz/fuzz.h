
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What every fuzz target stands on: a pool, pieces of the input, and what
 * must hold.
 */


#ifndef _FUZZ_H_INCLUDED_
#define _FUZZ_H_INCLUDED_


#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mpic_base.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/*
 * Must hold for every input: otherwise the input is a finding.
 */

#define fuzz_check(condition)                                                 \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: does not hold: %s\n",                     \
                    __FILE__, __LINE__, #condition);                          \
            abort();                                                          \
        }                                                                     \
    } while (0)


/*
 * Each allocation is a block of malloc() of its exact size, so that a
 * sanitizer sees every overrun; all are freed together.
 */

typedef struct {
    mpic_pool_t    pool;
    void         **blocks;
    size_t         nblocks;
    size_t         room;
    /* allocations asked for since the last reset */
    size_t         asked;
    /* the allocation that fails, counted from 1; 0: none does */
    size_t         fail_at;
} fuzz_pool_t;


static inline void *
fuzz_pool_alloc(void *data, size_t size)
{
    void         *p;
    fuzz_pool_t  *fp;

    fp = data;

    if (++fp->asked == fp->fail_at) {
        return NULL;
    }

    if (fp->nblocks == fp->room) {
        fp->room = fp->room ? fp->room * 2 : 64;
        fp->blocks = realloc(fp->blocks, fp->room * sizeof(void *));
        fuzz_check(fp->blocks != NULL);
    }

    p = malloc(size ? size : 1);
    fuzz_check(p != NULL);

    /* what is not initialised must not look as if it were */
    memset(p, 0xa5, size);

    fp->blocks[fp->nblocks++] = p;

    return p;
}


static inline mpic_pool_t *
fuzz_pool_init(fuzz_pool_t *fp)
{
    memset(fp, 0, sizeof(fuzz_pool_t));

    fp->pool.alloc = fuzz_pool_alloc;
    fp->pool.data = fp;

    return &fp->pool;
}


static inline void
fuzz_pool_free(fuzz_pool_t *fp)
{
    size_t  i;

    for (i = 0; i < fp->nblocks; i++) {
        free(fp->blocks[i]);
    }

    free(fp->blocks);

    fuzz_pool_init(fp);
}


/*
 * A string of the input: of its exact size, not terminated by zero.
 */

static inline mpic_str_t
fuzz_str(fuzz_pool_t *fp, const void *data, size_t len)
{
    char        *p;
    mpic_str_t   s;

    p = fp->pool.alloc(fp, len);
    fuzz_check(p != NULL);

    if (len) {
        memcpy(p, data, len);
    }

    s.len = len;
    s.data = p;

    return s;
}


static inline mpic_str_t
fuzz_strz(fuzz_pool_t *fp, const char *text)
{
    return fuzz_str(fp, text, strlen(text));
}


/* the input is taken from its begin; one that is used up gives zeroes */

typedef struct {
    const uint8_t  *p;
    size_t          len;
} fuzz_input_t;


static inline unsigned
fuzz_byte(fuzz_input_t *in)
{
    if (in->len == 0) {
        return 0;
    }

    in->len--;

    return *in->p++;
}


static inline mpic_str_t
fuzz_take(fuzz_pool_t *fp, fuzz_input_t *in, size_t len)
{
    mpic_str_t  s;

    if (len > in->len) {
        len = in->len;
    }

    s = fuzz_str(fp, in->p, len);

    in->p += len;
    in->len -= len;

    return s;
}


/* up to the next line feed, which is taken and not given */

static inline mpic_str_t
fuzz_line(fuzz_pool_t *fp, fuzz_input_t *in)
{
    mpic_str_t      s;
    const uint8_t  *lf;

    lf = in->len ? memchr(in->p, '\n', in->len) : NULL;

    s = fuzz_take(fp, in, lf ? (size_t) (lf - in->p) : in->len);

    fuzz_byte(in);

    return s;
}


/*
 * The number of the allocation that fails in a second run over an input whose
 * first run took "asked"; 0 for no second run, which most inputs have.
 */

static inline size_t
fuzz_fail_at(const uint8_t *data, size_t size, size_t asked)
{
    size_t    i;
    uint32_t  hash;

    if (asked == 0) {
        return 0;
    }

    hash = 2166136261u;

    for (i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 16777619u;
    }

    return (hash >> 28) ? 0 : 1 + hash % asked;
}


/*
 * Runs an input, "run" returning -1 without memory, and for some inputs once
 * more with an allocation that fails.
 */

typedef int (*fuzz_run_pt)(fuzz_pool_t *fp, const uint8_t *data, size_t size);

static inline void
fuzz_twice(fuzz_run_pt run, const uint8_t *data, size_t size)
{
    size_t       fail_at;
    fuzz_pool_t  fp;

    fuzz_pool_init(&fp);

    fuzz_check(run(&fp, data, size) >= 0);

    fail_at = fuzz_fail_at(data, size, fp.asked);
    fuzz_pool_free(&fp);

    if (fail_at) {
        fp.fail_at = fail_at;
        run(&fp, data, size);
        fuzz_pool_free(&fp);
    }
}


/*
 * A sentence for a client or for a log: there, terminated, printable.
 */

static inline void
fuzz_check_sentence(const mpic_str_t *why)
{
    size_t  i;

    fuzz_check(why->data != NULL && why->len > 0 && why->len < 4096);
    fuzz_check(why->data[why->len] == '\0');

    for (i = 0; i < why->len; i++) {
        fuzz_check(why->data[i] >= 0x20 && why->data[i] < 0x7f);
    }
}


#endif /* _FUZZ_H_INCLUDED_ */
