
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_zone.h"

#include <signal.h>


/* as nginx's own zones */
#define NGX_MPIC_ZONE_PAGES  8


static ngx_uint_t ngx_mpic_gauge_lives(ngx_mpic_gauge_worker_t *worker);


char *
ngx_mpic_zone_add(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *word,
    void *tag, ngx_shm_zone_init_pt init, void *data, ngx_shm_zone_t **zone)
{
    u_char     *colon;
    ssize_t     size;
    ngx_str_t   name, text;

    if (*zone != NULL) {
        return "is duplicate";
    }

    name.data = word->data;
    name.len = 0;
    size = NGX_ERROR;

    colon = (u_char *) ngx_strchr(word->data, ':');

    if (colon != NULL) {
        name.len = colon - word->data;
        text.data = colon + 1;
        text.len = word->data + word->len - text.data;
        size = ngx_parse_size(&text);
    }

    if (name.len == 0 || size == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone \"%V\" in \"%V\": expected a name "
                           "and a size, such as \"mpic:1m\"",
                           word, &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (size < (ssize_t) (NGX_MPIC_ZONE_PAGES * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" of \"%V\" is too small: %uz bytes "
                           "are needed at the least", word, &cmd->name,
                           (size_t) (NGX_MPIC_ZONE_PAGES * ngx_pagesize));
        return NGX_CONF_ERROR;
    }

    *zone = ngx_shared_memory_add(cf, &name, (size_t) size, tag);
    if (*zone == NULL) {
        return NGX_CONF_ERROR;
    }

    (*zone)->init = init;
    (*zone)->data = data;

    return NGX_CONF_OK;
}


void *
ngx_mpic_zone_alloc(ngx_shm_zone_t *zone, size_t *size)
{
    ngx_slab_pool_t  *pool;

    pool = (ngx_slab_pool_t *) zone->shm.addr;

    *size = pool->pfree * ngx_pagesize;

    return ngx_slab_calloc(pool, *size);
}


ngx_atomic_t *
ngx_mpic_gauge(ngx_mpic_gauge_t *gauge)
{
    ngx_mpic_gauge_worker_t  *worker;

    worker = &gauge->workers[ngx_process_slot];

    worker->value = 0;
    worker->pid = (ngx_atomic_uint_t) ngx_pid;

    return &worker->value;
}


ngx_uint_t
ngx_mpic_gauge_sum(ngx_mpic_gauge_t *gauge)
{
    ngx_uint_t  i, sum;

    sum = 0;

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {
        if (gauge->workers[i].value != 0
            && ngx_mpic_gauge_lives(&gauge->workers[i]))
        {
            sum += gauge->workers[i].value;
        }
    }

    return sum;
}


static ngx_uint_t
ngx_mpic_gauge_lives(ngx_mpic_gauge_worker_t *worker)
{
    return kill((pid_t) worker->pid, 0) == 0 || ngx_errno != ESRCH;
}
