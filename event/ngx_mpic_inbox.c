
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_inbox.h"

#include <arpa/nameser.h>
#include <netinet/tcp.h>


#if (NGX_MPIC_INBOX)


/* the record with the number: of a type for private use (RFC 6895) */
#define NGX_MPIC_INBOX_TYPE    65280
#define NGX_MPIC_INBOX_NUMBER  4

/* a name, a type, a class, a TTL, a length */
#define NGX_MPIC_INBOX_RECORD  (1 + NS_RRFIXEDSZ)

#define NGX_MPIC_INBOX_STUB                                                   \
    (NS_HFIXEDSZ + NS_MAXCDNAME + NS_QFIXEDSZ + NGX_MPIC_INBOX_RECORD         \
     + NGX_MPIC_INBOX_NUMBER + NGX_MPIC_INBOX_RECORD)

/* offsets in the header (RFC 1035 section 4.1.1) */
#define NGX_MPIC_INBOX_QDCOUNT  4
#define NGX_MPIC_INBOX_ANCOUNT  6
#define NGX_MPIC_INBOX_NSCOUNT  8
#define NGX_MPIC_INBOX_ARCOUNT  10

/* octets of a message's length over TCP (RFC 1035 section 4.2.2) */
#define NGX_MPIC_INBOX_PREFIX   2


typedef struct {
    ngx_queue_t     queue;
    uint32_t        number;
    int             len;
    unsigned char   data[];
} ngx_mpic_inbox_message_t;


typedef struct {
    ngx_queue_t     queue;
    ares_socket_t   fd;
    size_t          len;
    unsigned char   data[NGX_MPIC_INBOX_PREFIX + NS_MAXMSG];
} ngx_mpic_inbox_stream_t;


static ares_socket_t ngx_mpic_inbox_socket(int domain, int type, int protocol,
    void *data);
static int ngx_mpic_inbox_close(ares_socket_t fd, void *data);
static int ngx_mpic_inbox_option(ares_socket_t fd, ares_socket_opt_t opt,
    const void *value, ares_socklen_t size, void *data);
static int ngx_mpic_inbox_connect(ares_socket_t fd,
    const struct sockaddr *address, ares_socklen_t len, unsigned int flags,
    void *data);
static ares_ssize_t ngx_mpic_inbox_send(ares_socket_t fd, const void *buf,
    size_t len, int flags, const struct sockaddr *address,
    ares_socklen_t address_len, void *data);
static ares_ssize_t ngx_mpic_inbox_recv(ares_socket_t fd, void *buf,
    size_t size, int flags, struct sockaddr *address,
    ares_socklen_t *address_len, void *data);
static ngx_mpic_inbox_stream_t *ngx_mpic_inbox_stream(ngx_mpic_inbox_t *inbox,
    ares_socket_t fd);
static ares_ssize_t ngx_mpic_inbox_recv_stream(ngx_mpic_inbox_t *inbox,
    ngx_mpic_inbox_stream_t *stream, unsigned char *buf, size_t size);
static size_t ngx_mpic_inbox_frames(ngx_mpic_inbox_t *inbox,
    ngx_mpic_inbox_stream_t *stream, unsigned char *buf, size_t size);
static size_t ngx_mpic_inbox_put(ngx_mpic_inbox_t *inbox,
    const unsigned char *msg, size_t len, unsigned char *stub);
static size_t ngx_mpic_inbox_question(const unsigned char *msg, size_t len,
    unsigned char *stub);
static unsigned char *ngx_mpic_inbox_record(unsigned char *p, ngx_uint_t type,
    ngx_uint_t class, ngx_uint_t len);


static const struct ares_socket_functions_ex  ngx_mpic_inbox_functions = {
    .version = 1,
    .flags = ARES_SOCKFUNC_FLAG_NONBLOCKING,
    .asocket = ngx_mpic_inbox_socket,
    .aclose = ngx_mpic_inbox_close,
    .asetsockopt = ngx_mpic_inbox_option,
    .aconnect = ngx_mpic_inbox_connect,
    .arecvfrom = ngx_mpic_inbox_recv,
    .asendto = ngx_mpic_inbox_send
};


int
ngx_mpic_inbox_open(ngx_mpic_inbox_t *inbox, ares_channel channel)
{
    ngx_queue_init(&inbox->messages);
    ngx_queue_init(&inbox->streams);
    inbox->last = 0;

    return ares_set_socket_functions_ex(channel, &ngx_mpic_inbox_functions,
                                        inbox);
}


ngx_int_t
ngx_mpic_inbox_message(ngx_mpic_inbox_t *inbox, unsigned char **msg, int *len)
{
    ns_rr                      rr;
    ns_msg                     handle;
    uint32_t                   number;
    ngx_queue_t               *q;
    ngx_mpic_inbox_message_t  *message;

    if (ns_initparse(*msg, *len, &handle) != 0
        || ns_parserr(&handle, ns_s_an, 0, &rr) != 0
        || ns_rr_type(rr) != NGX_MPIC_INBOX_TYPE
        || ns_rr_rdlen(rr) != NGX_MPIC_INBOX_NUMBER)
    {
        return NGX_ERROR;
    }

    number = (uint32_t) ns_get32(ns_rr_rdata(rr));

    for (q = ngx_queue_head(&inbox->messages);
         q != ngx_queue_sentinel(&inbox->messages);
         q = ngx_queue_next(q))
    {
        message = ngx_queue_data(q, ngx_mpic_inbox_message_t, queue);

        if (message->number == number) {
            *msg = message->data;
            *len = message->len;
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


void
ngx_mpic_inbox_clear(ngx_mpic_inbox_t *inbox)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&inbox->messages)) {
        q = ngx_queue_head(&inbox->messages);
        ngx_queue_remove(q);
        ngx_free(ngx_queue_data(q, ngx_mpic_inbox_message_t, queue));
    }
}


/*
 * The sockets are as c-ares would have made them.
 */

static ares_socket_t
ngx_mpic_inbox_socket(int domain, int type, int protocol, void *data)
{
    ngx_mpic_inbox_t *inbox = data;

    int                       on;
    ares_socket_t             fd;
    ngx_mpic_inbox_stream_t  *stream;

    fd = socket(domain, type|SOCK_NONBLOCK|SOCK_CLOEXEC, protocol);

    if (fd == -1 || type != SOCK_STREAM) {
        return fd;
    }

    on = 1;
    stream = ngx_alloc(sizeof(ngx_mpic_inbox_stream_t), ngx_cycle->log);

    if (stream == NULL
        || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(int)) == -1)
    {
        ngx_free(stream);
        (void) close(fd);
        ngx_set_errno(ENOMEM);
        return ARES_SOCKET_BAD;
    }

    stream->fd = fd;
    stream->len = 0;
    ngx_queue_insert_head(&inbox->streams, &stream->queue);

    return fd;
}


static int
ngx_mpic_inbox_close(ares_socket_t fd, void *data)
{
    ngx_mpic_inbox_stream_t  *stream;

    stream = ngx_mpic_inbox_stream(data, fd);

    if (stream != NULL) {
        ngx_queue_remove(&stream->queue);
        ngx_free(stream);
    }

    return close(fd);
}


static int
ngx_mpic_inbox_option(ares_socket_t fd, ares_socket_opt_t opt,
    const void *value, ares_socklen_t size, void *data)
{
    int  name;

    switch (opt) {

    case ARES_SOCKET_OPT_RECVBUF_SIZE:
        name = SO_RCVBUF;
        break;

    case ARES_SOCKET_OPT_SENDBUF_SIZE:
        name = SO_SNDBUF;
        break;

    default:
        /* c-ares goes on without */
        ngx_set_errno(ENOSYS);
        return -1;
    }

    return setsockopt(fd, SOL_SOCKET, name, value, size);
}


static int
ngx_mpic_inbox_connect(ares_socket_t fd, const struct sockaddr *address,
    ares_socklen_t len, unsigned int flags, void *data)
{
    return connect(fd, address, len);
}


static ares_ssize_t
ngx_mpic_inbox_send(ares_socket_t fd, const void *buf, size_t len, int flags,
    const struct sockaddr *address, ares_socklen_t address_len, void *data)
{
    return sendto(fd, buf, len, flags|MSG_NOSIGNAL, address, address_len);
}


/*
 * A datagram without a question is passed over: no answer to a query is.
 */

static ares_ssize_t
ngx_mpic_inbox_recv(ares_socket_t fd, void *buf, size_t size, int flags,
    struct sockaddr *address, ares_socklen_t *address_len, void *data)
{
    ngx_mpic_inbox_t *inbox = data;

    size_t                    len;
    ssize_t                   n;
    socklen_t                 room;
    ngx_mpic_inbox_stream_t  *stream;

    static unsigned char  datagram[NS_MAXMSG];

    stream = ngx_mpic_inbox_stream(inbox, fd);

    if (stream != NULL) {
        return ngx_mpic_inbox_recv_stream(inbox, stream, buf, size);
    }

    if (size < NGX_MPIC_INBOX_STUB) {
        ngx_set_errno(ENOBUFS);
        return -1;
    }

    room = (address_len != NULL) ? *address_len : 0;

    do {
        if (address_len != NULL) {
            *address_len = room;
        }

        n = recvfrom(fd, datagram, NS_MAXMSG, flags, address, address_len);

        if (n < 0) {
            return n;
        }

        len = ngx_mpic_inbox_put(inbox, datagram, (size_t) n, buf);

    } while (len == 0);

    return (ares_ssize_t) len;
}


/* NULL for a socket of datagrams; a channel has one stream as a rule */

static ngx_mpic_inbox_stream_t *
ngx_mpic_inbox_stream(ngx_mpic_inbox_t *inbox, ares_socket_t fd)
{
    ngx_queue_t              *q;
    ngx_mpic_inbox_stream_t  *stream;

    for (q = ngx_queue_head(&inbox->streams);
         q != ngx_queue_sentinel(&inbox->streams);
         q = ngx_queue_next(q))
    {
        stream = ngx_queue_data(q, ngx_mpic_inbox_stream_t, queue);

        if (stream->fd == fd) {
            return stream;
        }
    }

    return NULL;
}


static ares_ssize_t
ngx_mpic_inbox_recv_stream(ngx_mpic_inbox_t *inbox,
    ngx_mpic_inbox_stream_t *stream, unsigned char *buf, size_t size)
{
    size_t   len;
    ssize_t  n;

    /* room there is: a whole message does not stay */

    n = recv(stream->fd, stream->data + stream->len,
             sizeof(stream->data) - stream->len, 0);

    if (n <= 0) {
        return n;
    }

    stream->len += (size_t) n;

    len = ngx_mpic_inbox_frames(inbox, stream, buf, size);

    if (len == 0) {
        ngx_set_errno(NGX_EAGAIN);
        return -1;
    }

    return (ares_ssize_t) len;
}


/*
 * Takes the messages that are whole from the stream, and gives the octets of
 * their stubs with prefixes.  Those that c-ares has no room for are dropped,
 * as a datagram would be.
 */

static size_t
ngx_mpic_inbox_frames(ngx_mpic_inbox_t *inbox, ngx_mpic_inbox_stream_t *stream,
    unsigned char *buf, size_t size)
{
    size_t          n, stub, used;
    unsigned char  *p;

    p = stream->data;
    used = 0;

    while (stream->len >= NGX_MPIC_INBOX_PREFIX) {
        n = NGX_MPIC_INBOX_PREFIX + ns_get16(p);

        if (stream->len < n) {
            break;
        }

        stub = 0;

        if (size - used >= NGX_MPIC_INBOX_PREFIX + NGX_MPIC_INBOX_STUB) {
            stub = ngx_mpic_inbox_put(inbox, p + NGX_MPIC_INBOX_PREFIX,
                                      n - NGX_MPIC_INBOX_PREFIX,
                                      buf + used + NGX_MPIC_INBOX_PREFIX);
        }

        if (stub != 0) {
            ns_put16((unsigned) stub, buf + used);
            used += NGX_MPIC_INBOX_PREFIX + stub;
        }

        p += n;
        stream->len -= n;
    }

    ngx_memmove(stream->data, p, stream->len);

    return used;
}


/*
 * Keeps a message and makes its stub, of NGX_MPIC_INBOX_STUB octets at the
 * most.  0 if it can be nobody's answer.  That there is an OPT record is told,
 * without which c-ares would ask again where the RCODE is FORMERR.
 */

static size_t
ngx_mpic_inbox_put(ngx_mpic_inbox_t *inbox, const unsigned char *msg,
    size_t len, unsigned char *stub)
{
    size_t                     n;
    unsigned char             *p;
    ngx_mpic_inbox_message_t  *message;

    n = ngx_mpic_inbox_question(msg, len, stub);
    if (n == 0) {
        return 0;
    }

    message = ngx_alloc(offsetof(ngx_mpic_inbox_message_t, data) + len,
                        ngx_cycle->log);
    if (message == NULL) {
        return 0;
    }

    message->number = ++inbox->last;
    message->len = (int) len;
    ngx_memcpy(message->data, msg, len);
    ngx_queue_insert_tail(&inbox->messages, &message->queue);

    p = ngx_mpic_inbox_record(stub + n, NGX_MPIC_INBOX_TYPE, ns_c_in,
                              NGX_MPIC_INBOX_NUMBER);
    ns_put32(message->number, p);
    p += NGX_MPIC_INBOX_NUMBER;

    if (ns_get16(stub + NGX_MPIC_INBOX_ARCOUNT) != 0) {
        p = ngx_mpic_inbox_record(p, ns_t_opt, NS_PACKETSZ, 0);
    }

    return (size_t) (p - stub);
}


/*
 * The header, whose counts become those of the stub, and the question.
 */

static size_t
ngx_mpic_inbox_question(const unsigned char *msg, size_t len,
    unsigned char *stub)
{
    int                   n;
    size_t                end;
    const unsigned char  *p;

    if (len < NS_HFIXEDSZ || ns_get16(msg + NGX_MPIC_INBOX_QDCOUNT) != 1) {
        return 0;
    }

    n = ns_name_unpack(msg, msg + len, msg + NS_HFIXEDSZ, stub + NS_HFIXEDSZ,
                       NS_MAXCDNAME);

    if (n < 0 || len - NS_HFIXEDSZ - (size_t) n < NS_QFIXEDSZ) {
        return 0;
    }

    p = stub + NS_HFIXEDSZ;

    if (ns_name_skip(&p, p + NS_MAXCDNAME) != 0) {
        return 0;
    }

    end = (size_t) (p - stub);

    ngx_memcpy(stub, msg, NS_HFIXEDSZ);
    ns_put16(1, stub + NGX_MPIC_INBOX_ANCOUNT);
    ns_put16(0, stub + NGX_MPIC_INBOX_NSCOUNT);
    ns_put16(ns_get16(msg + NGX_MPIC_INBOX_ARCOUNT) != 0,
             stub + NGX_MPIC_INBOX_ARCOUNT);

    ngx_memcpy(stub + end, msg + NS_HFIXEDSZ + n, NS_QFIXEDSZ);

    return end + NS_QFIXEDSZ;
}


/* the record's head, at the root; gives where its data begins */

static unsigned char *
ngx_mpic_inbox_record(unsigned char *p, ngx_uint_t type, ngx_uint_t class,
    ngx_uint_t len)
{
    *p++ = 0;

    NS_PUT16(type, p);
    NS_PUT16(class, p);
    NS_PUT32(0, p);
    NS_PUT16(len, p);

    return p;
}


#else


int
ngx_mpic_inbox_open(ngx_mpic_inbox_t *inbox, ares_channel channel)
{
    return ARES_SUCCESS;
}


ngx_int_t
ngx_mpic_inbox_message(ngx_mpic_inbox_t *inbox, unsigned char **msg, int *len)
{
    return NGX_OK;
}


void
ngx_mpic_inbox_clear(ngx_mpic_inbox_t *inbox)
{
}


#endif
