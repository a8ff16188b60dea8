
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The directives that name the files of lines, in the words of access_log.
 */


#include "ngx_mpic_log_file.h"
#include "ngx_mpic_timer.h"

#if (NGX_ZLIB)
#include <zlib.h>
#endif


/* what "gzip" alone takes for a buffer, as with access_log */
#define NGX_MPIC_LOG_GZIP_BUFFER  (64 * 1024)


typedef struct {
    ssize_t                    size;
    ngx_msec_t                 flush;
    ngx_int_t                  gzip;
} ngx_mpic_log_words_t;


static char *ngx_mpic_log_word(ngx_conf_t *cf, ngx_str_t *word,
    ngx_mpic_log_t *log, ngx_mpic_log_words_t *words);
static char *ngx_mpic_log_gzip_word(ngx_conf_t *cf, ngx_str_t *word,
    ngx_mpic_log_words_t *words);
static char *ngx_mpic_log_filter_word(ngx_conf_t *cf, ngx_str_t *word,
    ngx_mpic_log_t *log);
static char *ngx_mpic_log_field_word(ngx_conf_t *cf, ngx_str_t *word,
    ngx_mpic_log_t *log);
static ngx_uint_t ngx_mpic_log_is_name(ngx_str_t *name);
static char *ngx_mpic_log_compile(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *value);
static char *ngx_mpic_log_syslog(ngx_conf_t *cf, ngx_mpic_log_t *log,
    ngx_mpic_log_words_t *words);
static char *ngx_mpic_log_file(ngx_conf_t *cf, ngx_mpic_log_files_t *files,
    ngx_mpic_log_t *log, ngx_mpic_log_words_t *words);
static ngx_mpic_log_file_t *ngx_mpic_log_file_create(ngx_conf_t *cf,
    ngx_mpic_log_files_t *files, ngx_open_file_t *open,
    ngx_mpic_log_words_t *words);
static ngx_mpic_log_shared_t *ngx_mpic_log_shared(ngx_conf_t *cf);
static void ngx_mpic_log_shared_free(void *data);


char *
ngx_mpic_log_set(ngx_conf_t *cf, ngx_mpic_log_files_t *files,
    ngx_mpic_logs_t *logs)
{
    ngx_str_t             *value;
    ngx_uint_t             i;
    ngx_mpic_log_t        *log;
    ngx_mpic_log_words_t   words;

    value = cf->args->elts;

    if (logs->off || (logs->logs && ngx_strcmp(value[1].data, "off") == 0)) {
        return "cannot be \"off\" and written at the same level";
    }

    if (ngx_strcmp(value[1].data, "off") == 0) {
        logs->off = 1;

        return (cf->args->nelts == 2) ? NGX_CONF_OK
                                      : "takes nothing after \"off\"";
    }

    if (logs->logs == NULL) {
        logs->logs = ngx_array_create(cf->pool, 1, sizeof(ngx_mpic_log_t));
        if (logs->logs == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    log = ngx_array_push(logs->logs);
    if (log == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(log, sizeof(ngx_mpic_log_t));
    ngx_memzero(&words, sizeof(ngx_mpic_log_words_t));

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_mpic_log_word(cf, &value[i], log, &words) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (words.gzip && words.size == 0) {
        words.size = NGX_MPIC_LOG_GZIP_BUFFER;
    }

    if (words.flush && words.size == 0) {
        return "has \"flush=\" without \"buffer=\" or \"gzip\"";
    }

    if (ngx_strncmp(value[1].data, "syslog:", 7) == 0) {
        return ngx_mpic_log_syslog(cf, log, &words);
    }

    return ngx_mpic_log_file(cf, files, log, &words);
}


static char *
ngx_mpic_log_word(ngx_conf_t *cf, ngx_str_t *word, ngx_mpic_log_t *log,
    ngx_mpic_log_words_t *words)
{
    ngx_str_t  s;

    if (ngx_strncmp(word->data, "buffer=", 7) == 0) {
        s.len = word->len - 7;
        s.data = word->data + 7;

        words->size = ngx_parse_size(&s);

        if (words->size > 0) {
            return NGX_CONF_OK;
        }

    } else if (ngx_strncmp(word->data, "flush=", 6) == 0) {
        s.len = word->len - 6;
        s.data = word->data + 6;

        words->flush = ngx_parse_time(&s, 0);

        if (words->flush != (ngx_msec_t) NGX_ERROR && words->flush != 0) {
            return NGX_CONF_OK;
        }

    } else if (ngx_strncmp(word->data, "gzip", 4) == 0
               && (word->len == 4 || word->data[4] == '='))
    {
        return ngx_mpic_log_gzip_word(cf, word, words);

    } else if (ngx_strncmp(word->data, "if=", 3) == 0) {
        return ngx_mpic_log_filter_word(cf, word, log);

    } else if (ngx_strncmp(word->data, "field=", 6) == 0) {
        return ngx_mpic_log_field_word(cf, word, log);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\": expected \"buffer=size\", "
                       "\"flush=time\", \"gzip\", \"gzip=level\", "
                       "\"if=condition\" or \"field=name:$variable\"", word);

    return NGX_CONF_ERROR;
}


static char *
ngx_mpic_log_gzip_word(ngx_conf_t *cf, ngx_str_t *word,
    ngx_mpic_log_words_t *words)
{
#if (NGX_ZLIB)

    words->gzip = Z_BEST_SPEED;

    if (word->len > 4) {
        words->gzip = ngx_atoi(word->data + 5, word->len - 5);
    }

    if (words->gzip >= 1 && words->gzip <= 9) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid compression level \"%V\": expected \"gzip=1\" "
                       "to \"gzip=9\"", word);

#else

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" needs zlib, which nginx was built without",
                       word);

#endif

    return NGX_CONF_ERROR;
}


static char *
ngx_mpic_log_filter_word(ngx_conf_t *cf, ngx_str_t *word, ngx_mpic_log_t *log)
{
    ngx_str_t  s;

    s.len = word->len - 3;
    s.data = word->data + 3;

    log->filter = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (log->filter == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_mpic_log_compile(cf, &s, log->filter);
}


static char *
ngx_mpic_log_field_word(ngx_conf_t *cf, ngx_str_t *word, ngx_mpic_log_t *log)
{
    u_char                *p, *last;
    ngx_str_t              name, value;
    ngx_uint_t             i;
    ngx_mpic_log_field_t  *field;

    name.data = word->data + 6;
    last = word->data + word->len;

    p = ngx_strlchr(name.data, last, ':');
    name.len = (p ? p : name.data) - name.data;

    if (p == NULL || !ngx_mpic_log_is_name(&name)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": expected "
                           "\"field=name:$variable\", the name being up to 64 "
                           "letters, digits and underscores", word);
        return NGX_CONF_ERROR;
    }

    value.data = p + 1;
    value.len = last - value.data;

    if (log->fields == NULL) {
        log->fields = ngx_array_create(cf->pool, 2,
                                       sizeof(ngx_mpic_log_field_t));
        if (log->fields == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    field = log->fields->elts;

    for (i = 0; i < log->fields->nelts; i++) {
        if (field[i].name.len == name.len
            && ngx_strncmp(field[i].name.data, name.data, name.len) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate \"field=%V\"", &name);
            return NGX_CONF_ERROR;
        }
    }

    field = ngx_array_push(log->fields);
    if (field == NULL) {
        return NGX_CONF_ERROR;
    }

    /* the words of a configuration end in a zero, this one where it did not */

    *p = '\0';
    field->name = name;

    return ngx_mpic_log_compile(cf, &value, &field->value);
}


static ngx_uint_t
ngx_mpic_log_is_name(ngx_str_t *name)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_'))
        {
            return 0;
        }
    }

    return name->len > 0 && name->len <= 64;
}


static char *
ngx_mpic_log_compile(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *value)
{
    ngx_http_compile_complex_value_t  ccv;

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = text;
    ccv.complex_value = value;

    return (ngx_http_compile_complex_value(&ccv) == NGX_OK) ? NGX_CONF_OK
                                                            : NGX_CONF_ERROR;
}


static char *
ngx_mpic_log_syslog(ngx_conf_t *cf, ngx_mpic_log_t *log,
    ngx_mpic_log_words_t *words)
{
    if (words->size) {
        return "to syslog cannot be buffered";
    }

    log->syslog = ngx_pcalloc(cf->pool, sizeof(ngx_syslog_peer_t));
    if (log->syslog == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_syslog_process_conf(cf, log->syslog);
}


static char *
ngx_mpic_log_file(ngx_conf_t *cf, ngx_mpic_log_files_t *files,
    ngx_mpic_log_t *log, ngx_mpic_log_words_t *words)
{
    ngx_str_t             *value;
    ngx_uint_t             i;
    ngx_open_file_t       *open;
    ngx_mpic_log_file_t  **known, *file;

    value = cf->args->elts;

    if (ngx_http_script_variables_count(&value[1])) {
        return "cannot have variables in its path";
    }

    open = ngx_conf_open_file(cf->cycle, &value[1]);
    if (open == NULL) {
        return NGX_CONF_ERROR;
    }

    known = files->files.elts;

    for (i = 0; i < files->files.nelts; i++) {
        file = known[i];

        if (file->file != open) {
            continue;
        }

        if (file->last - file->start != words->size
            || file->flush != words->flush || file->gzip != words->gzip)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" is written already with another "
                               "\"buffer=\", \"flush=\" or \"gzip\"",
                               &value[1]);
            return NGX_CONF_ERROR;
        }

        log->file = file;

        return NGX_CONF_OK;
    }

    log->file = ngx_mpic_log_file_create(cf, files, open, words);

    return log->file ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_mpic_log_file_t *
ngx_mpic_log_file_create(ngx_conf_t *cf, ngx_mpic_log_files_t *files,
    ngx_open_file_t *open, ngx_mpic_log_words_t *words)
{
    ngx_mpic_log_file_t  *file, **slot;

    if (files->files.elts == NULL
        && ngx_array_init(&files->files, cf->pool, 2,
                          sizeof(ngx_mpic_log_file_t *))
           != NGX_OK)
    {
        return NULL;
    }

    slot = ngx_array_push(&files->files);
    if (slot == NULL) {
        return NULL;
    }

    file = ngx_pcalloc(cf->pool, sizeof(ngx_mpic_log_file_t));
    *slot = file;

    if (file == NULL) {
        return NULL;
    }

    file->file = open;

    file->shared = ngx_mpic_log_shared(cf);
    if (file->shared == NULL) {
        return NULL;
    }

    if (words->size == 0) {
        return file;
    }

    file->start = ngx_pnalloc(cf->pool, words->size);
    if (file->start == NULL) {
        return NULL;
    }

    file->pos = file->start;
    file->last = file->start + words->size;
    file->flush = words->flush;
    file->gzip = words->gzip;

    ngx_mpic_event_init(&file->event, ngx_mpic_log_flush_handler,
                        &cf->cycle->new_log, 1);

    if (open->flush == NULL) {
        open->flush = ngx_mpic_log_flush;
    }

    return file;
}


/*
 * Workers share what they know of a file: it is the same one for all of them.
 */

static ngx_mpic_log_shared_t *
ngx_mpic_log_shared(ngx_conf_t *cf)
{
    ngx_shm_t           *shm;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(ngx_shm_t));
    if (cln == NULL) {
        return NULL;
    }

    shm = cln->data;

    ngx_memzero(shm, sizeof(ngx_shm_t));

    shm->size = ngx_pagesize;
    shm->log = cf->cycle->log;
    ngx_str_set(&shm->name, "mpic_log");

    if (ngx_shm_alloc(shm) != NGX_OK) {
        return NULL;
    }

    cln->handler = ngx_mpic_log_shared_free;

    /* anonymous memory is all zeroes */

    return (ngx_mpic_log_shared_t *) shm->addr;
}


static void
ngx_mpic_log_shared_free(void *data)
{
    ngx_shm_t  *shm = data;

    shm->log = ngx_cycle->log;

    ngx_shm_free(shm);
}


void
ngx_mpic_log_merge(ngx_mpic_logs_t *prev, ngx_mpic_logs_t *conf)
{
    if (conf->logs == NULL && !conf->off) {
        *conf = *prev;
    }
}


/*
 * ngx_open_file_t has room for one owner of a buffer, and access_log takes
 * its "data" for a buffer of its own: so "data" stays free of ours, and only
 * the flush handler shows whose file it is.
 */

ngx_int_t
ngx_mpic_log_check(ngx_conf_t *cf, ngx_mpic_log_files_t *files)
{
    ngx_uint_t             i;
    ngx_mpic_log_file_t  **file;

    file = files->files.elts;

    for (i = 0; i < files->files.nelts; i++) {

        if (file[i]->file->data == NULL
            && file[i]->file->flush
               == (file[i]->start ? ngx_mpic_log_flush : NULL))
        {
            continue;
        }

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%V\" is written by another directive as well, with a "
                      "buffer: give each a file of its own",
                      &file[i]->file->name);

        return NGX_ERROR;
    }

    return NGX_OK;
}
