
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * By LD_PRELOAD: memory that runs out when a test wants it to.  The test has
 * the file that $MPIC_SCARCE names mapped as well.
 */


#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>


/* 64-bit numbers of the machine's own order, for Perl's "q" */

typedef struct {
    /* the process that is meant; 0: none */
    volatile int64_t  pid;
    /* of its allocations this one fails, counted down to 0 */
    volatile int64_t  left;
    /* and so many after it; -1: all */
    volatile int64_t  lasts;
    /* how many have failed */
    volatile int64_t  failed;
    /* allocations that are not freed yet */
    volatile int64_t  live;
} scarce_t;


extern void  *__libc_malloc(size_t size);
extern void  *__libc_calloc(size_t n, size_t size);
extern void  *__libc_realloc(void *old, size_t size);
extern void  *__libc_memalign(size_t alignment, size_t size);
extern void   __libc_free(void *p);


static scarce_t  scarce_none;
static scarce_t *scarce = &scarce_none;


static void  scarce_start(void) __attribute__((constructor));


static void
scarce_start(void)
{
    int          fd;
    void        *p;
    const char  *name;

    name = getenv("MPIC_SCARCE");
    if (name == NULL) {
        return;
    }

    fd = open(name, O_RDWR|O_CLOEXEC);
    if (fd == -1) {
        return;
    }

    p = mmap(NULL, sizeof(scarce_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);

    if (p != MAP_FAILED) {
        scarce = p;
    }

    close(fd);
}


/* whether there is memory */

static int
scarce_there_is(void)
{
    if (scarce->pid == 0 || scarce->pid != getpid()) {
        return 1;
    }

    if (scarce->left > 0) {
        scarce->left--;
        return 1;
    }

    if (scarce->lasts == 0) {
        return 1;
    }

    if (scarce->lasts > 0) {
        scarce->lasts--;
    }

    scarce->failed++;
    errno = ENOMEM;

    return 0;
}


static void *
scarce_count(void *p)
{
    if (p != NULL && scarce->pid == getpid()) {
        scarce->live++;
    }

    return p;
}


void *
malloc(size_t size)
{
    return scarce_there_is() ? scarce_count(__libc_malloc(size)) : NULL;
}


void *
calloc(size_t n, size_t size)
{
    return scarce_there_is() ? scarce_count(__libc_calloc(n, size)) : NULL;
}


void *
realloc(void *old, size_t size)
{
    void  *p;

    if (!scarce_there_is()) {
        return NULL;
    }

    p = __libc_realloc(old, size);

    return old == NULL ? scarce_count(p) : p;
}


void *
memalign(size_t alignment, size_t size)
{
    return scarce_there_is() ? scarce_count(__libc_memalign(alignment, size))
                             : NULL;
}


void *
aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}


int
posix_memalign(void **p, size_t alignment, size_t size)
{
    *p = memalign(alignment, size);

    return *p == NULL ? ENOMEM : 0;
}


void
free(void *p)
{
    if (p != NULL && scarce->pid == getpid()) {
        scarce->live--;
    }

    __libc_free(p);
}
