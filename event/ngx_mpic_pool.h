
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * nginx's pool as a plain allocator, for libraries that take a function and
 * its data.
 */


#ifndef _NGX_MPIC_POOL_H_INCLUDED_
#define _NGX_MPIC_POOL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * "data" is the ngx_pool_t.  Memory aligned for any type, or NULL (logged).
 */

static ngx_inline void *
ngx_mpic_pool_alloc(void *data, size_t size)
{
    return ngx_palloc(data, size);
}


#endif /* _NGX_MPIC_POOL_H_INCLUDED_ */
