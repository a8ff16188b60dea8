
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_log_file.h"
#include "ngx_mpic_timer.h"

#if (NGX_ZLIB)
#include <zlib.h>
#endif


/* of PRI and HEADER of a syslog message, beside host name and tag */
#define NGX_MPIC_LOG_SYSLOG  sizeof("<255>Jan 01 00:00:00   : ")

/* octets that have to be free before a file that failed counts as writable */
#define NGX_MPIC_LOG_ROOM    (64 * 1024)

/* seconds between two alerts about the same file */
#define NGX_MPIC_LOG_QUIET   60


static void ngx_mpic_log_look(ngx_mpic_log_file_t *file);
static ngx_int_t ngx_mpic_log_values(ngx_http_request_t *r,
    ngx_mpic_log_t *log, ngx_pool_t *pool, ngx_str_t **values);
static ngx_int_t ngx_mpic_log_passes(ngx_http_request_t *r,
    ngx_mpic_log_t *log);
static ngx_int_t ngx_mpic_log_buffer(ngx_mpic_log_file_t *file,
    ngx_str_t *line, ngx_log_t *err);
static ngx_int_t ngx_mpic_log_put(ngx_mpic_log_file_t *file, u_char *data,
    size_t len, ngx_uint_t nlines, ngx_log_t *err);
static ngx_int_t ngx_mpic_log_append(ngx_mpic_log_file_t *file, u_char *data,
    size_t len, ngx_log_t *err, ngx_uint_t nlines);
static ngx_int_t ngx_mpic_log_failed(ngx_mpic_log_file_t *file,
    ngx_uint_t nlines, ssize_t n, size_t len, ngx_log_t *err);
static void ngx_mpic_log_written(ngx_mpic_log_file_t *file, ngx_log_t *err);
#if (NGX_ZLIB)
static ngx_int_t ngx_mpic_log_gzip(ngx_mpic_log_file_t *file, u_char *data,
    size_t len, ngx_uint_t nlines, ngx_log_t *err);
#endif
static ngx_int_t ngx_mpic_log_reserve(ngx_mpic_log_file_t *file);
static ngx_int_t ngx_mpic_log_send(ngx_mpic_log_t *log, ngx_str_t *line,
    ngx_pool_t *pool, ngx_log_t *err);


/* of the worker */
static ngx_mpic_log_files_t  *ngx_mpic_log_files;
static ngx_uint_t             ngx_mpic_log_nlost;
static time_t                 ngx_mpic_log_syslog_time;


void
ngx_mpic_log_init_module(ngx_mpic_log_files_t *files)
{
    ngx_uint_t             i;
    ngx_mpic_log_file_t  **file;

    file = files->files.elts;

    for (i = 0; i < files->files.nelts; i++) {
        if (!file[i]->gzip) {
            ngx_mpic_log_look(file[i]);
        }
    }
}


static void
ngx_mpic_log_look(ngx_mpic_log_file_t *file)
{
    off_t            size;
    u_char           last;
    ngx_fd_t         fd;
    ngx_file_info_t  fi;

    if (ngx_file_info(file->file->name.data, &fi) == NGX_FILE_ERROR
        || !ngx_is_file(&fi))
    {
        return;
    }

    size = ngx_file_size(&fi);

    if (size == 0) {
        return;
    }

    fd = ngx_open_file(file->file->name.data, NGX_FILE_RDONLY, NGX_FILE_OPEN,
                       0);
    if (fd == NGX_INVALID_FILE) {
        return;
    }

    if (pread(fd, &last, 1, size - 1) == 1 && last != LF) {
        file->shared->torn = 1;
    }

    (void) ngx_close_file(fd);
}


void
ngx_mpic_log_init(ngx_mpic_log_files_t *files)
{
    ngx_mpic_log_files = files;
}


void
ngx_mpic_log_exit(ngx_log_t *log)
{
    ngx_uint_t             i;
    ngx_mpic_log_file_t  **file;

    if (ngx_mpic_log_files == NULL) {
        return;
    }

    file = ngx_mpic_log_files->files.elts;

    for (i = 0; i < ngx_mpic_log_files->files.nelts; i++) {
        ngx_mpic_log_flush(file[i]->file, log);
    }

    ngx_mpic_log_files = NULL;
}


ngx_int_t
ngx_mpic_log_take(ngx_http_request_t *r, ngx_mpic_logs_t *logs,
    ngx_pool_t *pool, ngx_mpic_log_taken_t **taken, ngx_uint_t *n)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    ngx_mpic_log_t        *log;
    ngx_mpic_log_taken_t  *t;

    *n = 0;
    *taken = NULL;

    if (logs->logs == NULL) {
        return NGX_OK;
    }

    t = ngx_pcalloc(pool, logs->logs->nelts * sizeof(ngx_mpic_log_taken_t));
    if (t == NULL) {
        return NGX_ERROR;
    }

    log = logs->logs->elts;

    for (i = 0; i < logs->logs->nelts; i++) {

        rc = ngx_mpic_log_passes(r, &log[i]);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (ngx_mpic_log_values(r, &log[i], pool, &t[*n].values) != NGX_OK) {
            return NGX_ERROR;
        }

        t[*n].log = &log[i];
        (*n)++;
    }

    *taken = t;

    return NGX_OK;
}


/* as access_log reads its "if=" */

static ngx_int_t
ngx_mpic_log_passes(ngx_http_request_t *r, ngx_mpic_log_t *log)
{
    ngx_str_t  value;

    if (log->filter == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, log->filter, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    return (value.len == 0 || (value.len == 1 && value.data[0] == '0'))
           ? NGX_DECLINED : NGX_OK;
}


static ngx_int_t
ngx_mpic_log_values(ngx_http_request_t *r, ngx_mpic_log_t *log,
    ngx_pool_t *pool, ngx_str_t **values)
{
    size_t                 left;
    ngx_str_t             *v;
    ngx_uint_t             i;
    ngx_mpic_log_field_t  *field;

    *values = NULL;

    if (log->fields == NULL) {
        return NGX_OK;
    }

    v = ngx_pcalloc(pool, log->fields->nelts * sizeof(ngx_str_t));
    if (v == NULL) {
        return NGX_ERROR;
    }

    field = log->fields->elts;
    left = NGX_MPIC_LOG_VALUES_MAX;

    for (i = 0; i < log->fields->nelts; i++) {

        if (ngx_http_complex_value(r, &field[i].value, &v[i]) != NGX_OK) {
            return NGX_ERROR;
        }

        v[i].len = ngx_min(v[i].len, NGX_MPIC_LOG_VALUE_MAX);
        v[i].len = ngx_min(v[i].len, left);
        left -= v[i].len;

        v[i].data = ngx_pstrdup(pool, &v[i]);
        if (v[i].data == NULL) {
            return NGX_ERROR;
        }
    }

    *values = v;

    return NGX_OK;
}


ngx_int_t
ngx_mpic_log_write(ngx_mpic_log_t *log, ngx_str_t *line, ngx_pool_t *pool,
    ngx_log_t *err)
{
    if (log->syslog) {
        return ngx_mpic_log_send(log, line, pool, err);
    }

    if (log->file->start) {
        return ngx_mpic_log_buffer(log->file, line, err);
    }

    return ngx_mpic_log_append(log->file, line->data, line->len, err, 1);
}


static ngx_int_t
ngx_mpic_log_buffer(ngx_mpic_log_file_t *file, ngx_str_t *line,
    ngx_log_t *err)
{
    u_char  *p;

    if (line->len + 1 > (size_t) (file->last - file->pos)) {
        ngx_mpic_log_flush(file->file, err);
    }

    if (line->len + 1 > (size_t) (file->last - file->pos)) {

        /* larger than the buffer */

        return ngx_mpic_log_put(file, line->data, line->len, 1, err);
    }

    if (file->flush && file->pos == file->start) {
        ngx_mpic_timer_set(&file->event, file->flush);
    }

    p = ngx_cpymem(file->pos, line->data, line->len);
    *p++ = LF;

    file->pos = p;
    file->nlines++;

    return NGX_AGAIN;
}


/*
 * Found by the file: its "data" belongs to nobody, see ngx_mpic_log_check().
 * The master, which has no buffers, knows no files.
 */

void
ngx_mpic_log_flush(ngx_open_file_t *open, ngx_log_t *log)
{
    size_t                 len;
    ngx_uint_t             i, nlines;
    ngx_mpic_log_file_t   *file, **known;

    if (ngx_mpic_log_files == NULL) {
        return;
    }

    known = ngx_mpic_log_files->files.elts;

    for (i = 0; i < ngx_mpic_log_files->files.nelts; i++) {
        file = known[i];

        if (file->file != open || file->pos == file->start) {
            continue;
        }

        /* without the last line feed, which is added again */

        len = file->pos - file->start - 1;
        nlines = file->nlines;

        file->pos = file->start;
        file->nlines = 0;

        ngx_mpic_event_clear(&file->event);

        (void) ngx_mpic_log_put(file, file->start, len, nlines, log);
    }
}


void
ngx_mpic_log_flush_handler(ngx_event_t *ev)
{
    ngx_mpic_log_file_t  *file;

    file = ngx_mpic_event_owner(ev, ngx_mpic_log_file_t, event);

    ngx_mpic_log_flush(file->file, ev->log);
}


static ngx_int_t
ngx_mpic_log_put(ngx_mpic_log_file_t *file, u_char *data, size_t len,
    ngx_uint_t nlines, ngx_log_t *err)
{
#if (NGX_ZLIB)
    if (file->gzip) {
        return ngx_mpic_log_gzip(file, data, len, nlines, err);
    }
#endif

    return ngx_mpic_log_append(file, data, len, err, nlines);
}


/*
 * Lines with the line feed of the last one, by one write() at the end of the
 * file, which the kernel does not mix with that of another worker.  Where the
 * file ends in a part of a line, the next one begins with a line feed.
 *
 * Other than access_log, this does not skip a second after the disk was full:
 * the next line may find room again.
 */

static ngx_int_t
ngx_mpic_log_append(ngx_mpic_log_file_t *file, u_char *data, size_t len,
    ngx_log_t *err, ngx_uint_t nlines)
{
    ssize_t         n;
    ngx_uint_t      torn;
    struct iovec    iov[3];
    static u_char   lf = LF;

    torn = ngx_atomic_cmp_set(&file->shared->torn, 1, 0);

    iov[0].iov_base = (void *) &lf;
    iov[0].iov_len = torn;
    iov[1].iov_base = (void *) data;
    iov[1].iov_len = len;
    iov[2].iov_base = (void *) &lf;
    iov[2].iov_len = 1;

    len += torn + 1;

    do {
        n = writev(file->file->fd, iov, 3);
    } while (n == -1 && ngx_errno == NGX_EINTR);

    if (n == (ssize_t) len) {
        ngx_mpic_log_written(file, err);
        return NGX_OK;
    }

    if (n > (ssize_t) torn || (torn && n <= 0)) {
        file->shared->torn = 1;
    }

    return ngx_mpic_log_failed(file, nlines, n, len, err);
}


static ngx_int_t
ngx_mpic_log_failed(ngx_mpic_log_file_t *file, ngx_uint_t nlines, ssize_t n,
    size_t len, ngx_log_t *err)
{
    ngx_err_t  error;

    error = (n == -1) ? ngx_errno : 0;

    file->shared->failing = 1;
    file->shared->proven = 0;
    (void) ngx_atomic_fetch_add(&file->shared->lost, nlines);

    file->lost += nlines;
    ngx_mpic_log_nlost += nlines;

    if (ngx_time() - file->error_log_time < NGX_MPIC_LOG_QUIET) {
        return NGX_ERROR;
    }

    file->error_log_time = ngx_time();

    if (n == -1) {
        ngx_log_error(NGX_LOG_ALERT, err, error,
                      ngx_write_fd_n " to \"%V\" failed, lines lost: %ui",
                      &file->file->name, file->lost);

    } else {
        ngx_log_error(NGX_LOG_ALERT, err, 0,
                      ngx_write_fd_n " to \"%V\" was incomplete: %z of %uz, "
                      "lines lost: %ui", &file->file->name, n, len,
                      file->lost);
    }

    return NGX_ERROR;
}


static void
ngx_mpic_log_written(ngx_mpic_log_file_t *file, ngx_log_t *err)
{
    if (!file->shared->proven) {
        file->shared->failing = 0;
        file->shared->proven = 1;
    }

    if (file->lost == 0) {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, err, 0,
                  "\"%V\" can be written again, lines lost: %ui",
                  &file->file->name, file->lost);

    file->lost = 0;
    file->error_log_time = 0;
}


#if (NGX_ZLIB)

/*
 * A member of its own for each write (RFC 1952 section 2.2).
 */

static ngx_int_t
ngx_mpic_log_gzip(ngx_mpic_log_file_t *file, u_char *data, size_t len,
    ngx_uint_t nlines, ngx_log_t *err)
{
    int         rc;
    u_char     *out, lf;
    size_t      size;
    ssize_t     n;
    z_stream    z;

    out = NULL;
    n = -1;
    lf = LF;

    ngx_memzero(&z, sizeof(z_stream));
    ngx_set_errno(ENOMEM);

    if (deflateInit2(&z, (int) file->gzip, Z_DEFLATED, MAX_WBITS + 16,
                     MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY)
        != Z_OK)
    {
        return ngx_mpic_log_failed(file, nlines, n, len, err);
    }

    size = deflateBound(&z, len + 1);
    out = ngx_alloc(size, err);

    if (out == NULL) {
        goto done;
    }

    z.next_in = data;
    z.avail_in = (uInt) len;
    z.next_out = out;
    z.avail_out = (uInt) size;

    rc = deflate(&z, Z_NO_FLUSH);

    if (rc == Z_OK) {
        z.next_in = &lf;
        z.avail_in = 1;
        rc = deflate(&z, Z_FINISH);
    }

    if (rc != Z_STREAM_END) {
        goto done;
    }

    size = z.next_out - out;

    do {
        n = ngx_write_fd(file->file->fd, out, size);
    } while (n == -1 && ngx_errno == NGX_EINTR);

done:

    if (n == (ssize_t) size) {
        ngx_mpic_log_written(file, err);
        rc = NGX_OK;

    } else {
        rc = (int) ngx_mpic_log_failed(file, nlines, n, size, err);
    }

    (void) deflateEnd(&z);

    if (out) {
        ngx_free(out);
    }

    return rc;
}

#endif


static ngx_int_t
ngx_mpic_log_send(ngx_mpic_log_t *log, ngx_str_t *line, ngx_pool_t *pool,
    ngx_log_t *err)
{
    u_char   *buf, *p;
    size_t    size;
    ssize_t   n;

    n = NGX_ERROR;
    size = NGX_MPIC_LOG_SYSLOG + ngx_cycle->hostname.len
           + log->syslog->tag.len + line->len;

    buf = ngx_pnalloc(pool, size);

    if (buf != NULL) {
        p = ngx_syslog_add_header(log->syslog, buf);
        p = ngx_cpymem(p, line->data, line->len);

        size = p - buf;
        n = ngx_syslog_send(log->syslog, buf, size);
    }

    if (n == (ssize_t) size) {
        return NGX_AGAIN;
    }

    ngx_mpic_log_lose();

    if (ngx_time() - ngx_mpic_log_syslog_time >= NGX_MPIC_LOG_QUIET) {
        ngx_mpic_log_syslog_time = ngx_time();

        ngx_log_error(NGX_LOG_ALERT, err, 0,
                      "a line of %uz octets could not be sent to syslog",
                      line->len);
    }

    return NGX_ERROR;
}


ngx_uint_t
ngx_mpic_log_is_direct(ngx_mpic_log_t *log)
{
    return log->file != NULL && log->file->start == NULL;
}


ngx_uint_t
ngx_mpic_log_failing(ngx_mpic_log_t *log)
{
    return log->file != NULL && log->file->shared->failing != 0;
}


ngx_uint_t
ngx_mpic_log_proven(ngx_mpic_log_t *log)
{
    if (ngx_mpic_log_is_direct(log)) {
        return log->file->shared->proven != 0;
    }

    return !ngx_mpic_log_failing(log);
}


ngx_uint_t
ngx_mpic_log_gap(ngx_mpic_log_t *log)
{
    return log->file ? (ngx_uint_t) log->file->shared->lost : 0;
}


/*
 * Each of several workers that find the file writable again takes its own
 * part: two that tell of the same lines would count them off twice.
 */

ngx_uint_t
ngx_mpic_log_claim_gap(ngx_mpic_log_t *log)
{
    ngx_atomic_uint_t       lost;
    ngx_mpic_log_shared_t  *shared;

    if (log->file == NULL) {
        return 0;
    }

    shared = log->file->shared;

    do {
        lost = shared->lost;
    } while (lost != 0 && !ngx_atomic_cmp_set(&shared->lost, lost, 0));

    return (ngx_uint_t) lost;
}


void
ngx_mpic_log_return_gap(ngx_mpic_log_t *log, ngx_uint_t gap)
{
    if (log->file != NULL) {
        (void) ngx_atomic_fetch_add(&log->file->shared->lost,
                                    (ngx_atomic_int_t) gap);
    }
}


ngx_int_t
ngx_mpic_log_prove(ngx_mpic_log_t *log, ngx_str_t *line, ngx_log_t *err)
{
    ngx_mpic_log_file_t  *file;

    file = log->file;

    if (file == NULL) {
        return NGX_ERROR;
    }

    if (file->shared->failing && ngx_mpic_log_reserve(file) != NGX_OK) {
        return ngx_mpic_log_failed(file, 0, -1, line->len, err);
    }

    if (file->start) {
        ngx_mpic_log_flush(file->file, err);
    }

    return ngx_mpic_log_put(file, line->data, line->len, 0, err);
}


/*
 * This line is short, and the one that follows may be long: room for that is
 * set aside at the end of the file.  Where a file system does not know how,
 * the short one has to do.
 */

static ngx_int_t
ngx_mpic_log_reserve(ngx_mpic_log_file_t *file)
{
#if (NGX_LINUX && defined FALLOC_FL_KEEP_SIZE)

    ngx_file_info_t  fi;

    if (ngx_fd_info(file->file->fd, &fi) != NGX_FILE_ERROR
        && ngx_is_file(&fi)
        && fallocate(file->file->fd, FALLOC_FL_KEEP_SIZE, ngx_file_size(&fi),
                     NGX_MPIC_LOG_ROOM)
           == -1
        && (ngx_errno == NGX_ENOSPC || ngx_errno == EDQUOT))
    {
        return NGX_ERROR;
    }

#endif

    return NGX_OK;
}


ngx_uint_t
ngx_mpic_log_nfailing(ngx_mpic_log_files_t *files)
{
    ngx_uint_t             i, n;
    ngx_mpic_log_file_t  **file;

    n = 0;
    file = files->files.elts;

    for (i = 0; i < files->files.nelts; i++) {
        n += (file[i]->shared->failing != 0);
    }

    return n;
}


void
ngx_mpic_log_inherit(ngx_mpic_log_files_t *files,
    ngx_mpic_log_files_t *before)
{
    ngx_str_t             *name, *old;
    ngx_uint_t             i, k;
    ngx_mpic_log_file_t  **file, **known;

    file = files->files.elts;
    known = before->files.elts;

    for (i = 0; i < files->files.nelts; i++) {
        name = &file[i]->file->name;

        for (k = 0; k < before->files.nelts; k++) {
            old = &known[k]->file->name;

            if (old->len == name->len
                && ngx_strncmp(old->data, name->data, name->len) == 0)
            {
                file[i]->shared->lost = known[k]->shared->lost;
                file[i]->shared->failing = known[k]->shared->failing;
            }
        }
    }
}


void
ngx_mpic_log_lose(void)
{
    ngx_mpic_log_nlost++;
}


ngx_uint_t
ngx_mpic_log_lost(void)
{
    return ngx_mpic_log_nlost;
}
