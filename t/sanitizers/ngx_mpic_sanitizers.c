
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


/*
 * Linked into an nginx built with AddressSanitizer and UBSan: the options are
 * in the binary, because nginx does not hand down its environment to the
 * binary that replaces it, and the tests start nginx in many ways.
 * ASAN_OPTIONS and UBSAN_OPTIONS override what is here.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_mpic_sanitizers.h"


/* UBSan starts second, and sets what is common to both anew */

#define MPIC_COMMON_OPTIONS                                                   \
    "log_path=" MPIC_REPORTS ":log_exe_name=1:strict_string_checks=1"


const char  *__asan_default_options(void);
const char  *__ubsan_default_options(void);
const char  *__lsan_default_options(void);
ngx_cycle_t  *__real_ngx_init_cycle(ngx_cycle_t *old_cycle);
ngx_cycle_t  *__wrap_ngx_init_cycle(ngx_cycle_t *old_cycle);
static void ngx_mpic_fault(ngx_pool_t *pool);


/*
 * What "nginx -t" and a failed start leave: main() returns with its cycle's
 * pool in a local variable.  It stays reachable from here, and so needs no
 * suppression, which could only name main() or ngx_init_cycle(), and with them
 * everything that a directive allocates.  After a reload the pools kept here
 * are freed, and hide nothing.
 */

static ngx_pool_t  *volatile ngx_mpic_old_pool;
static ngx_pool_t  *volatile ngx_mpic_pool;


const char *
__asan_default_options(void)
{
    return MPIC_COMMON_OPTIONS ":detect_stack_use_after_return=1";
}


const char *
__ubsan_default_options(void)
{
    return MPIC_COMMON_OPTIONS ":print_stacktrace=1"
           ":suppressions=" MPIC_SUPPRESSIONS "/ubsan.supp";
}


const char *
__lsan_default_options(void)
{
    return "suppressions=" MPIC_SUPPRESSIONS "/lsan.supp"
           ":print_suppressions=0";
}


ngx_cycle_t *
__wrap_ngx_init_cycle(ngx_cycle_t *old_cycle)
{
    ngx_cycle_t  *cycle;

    ngx_mpic_old_pool = old_cycle->pool;

    cycle = __real_ngx_init_cycle(old_cycle);

    if (cycle != NULL) {
        ngx_mpic_pool = cycle->pool;
        ngx_mpic_fault(cycle->pool);
    }

    return cycle;
}


/* what script/test has done to see that it would be reported */

static void
ngx_mpic_fault(ngx_pool_t *pool)
{
    char             *fault;
    u_char           *p;
    volatile int      n;
    volatile size_t   length;

    fault = getenv("MPIC_FAULT");

    if (fault == NULL) {
        return;
    }

    length = 3;
    n = 0x7fffffff;

    if (ngx_strcmp(fault, "overrun") == 0) {
        p = ngx_pnalloc(pool, length);

        if (p != NULL) {
            p[length] = 1;
        }

    } else if (ngx_strcmp(fault, "leak") == 0) {
        (void) ngx_alloc(length, pool->log);

    } else if (ngx_strcmp(fault, "undefined") == 0) {
        n += 1;
        length = (size_t) n;
    }
}
