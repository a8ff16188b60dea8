
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * How one DNS question is asked: which of the resolvers, in which order, how
 * often, and when it is over.  A state machine without sockets and clock.
 */


#ifndef _MPIC_ASK_H_INCLUDED_
#define _MPIC_ASK_H_INCLUDED_


#include "mpic_dns.h"


/* resolvers that one question may go to */
#define MPIC_ASK_SERVERS_MAX  16


typedef enum {
    /* ask "server" */
    MPIC_ASK_PLAIN = 0,
    /* ask "server" with CD set: it is not to validate (RFC 4035 3.2.2) */
    MPIC_ASK_CD,
    /* ask no more: what was kept is the result */
    MPIC_ASK_END
} mpic_ask_step_e;


/* how much a reply tells: one is kept until another tells more */

typedef enum {
    /* none in time, the server cannot be reached */
    MPIC_REPLY_NONE = 0,
    /* octets that are no answer to the question */
    MPIC_REPLY_UNREADABLE,
    /* REFUSED, NOTIMP, FORMERR, or any RCODE but those below */
    MPIC_REPLY_REFUSED,
    MPIC_REPLY_SERVFAIL,
    /* NOERROR, NXDOMAIN */
    MPIC_REPLY_USABLE
} mpic_reply_e;


typedef struct {
    mpic_ask_step_e   step;

    /* the server to ask, from 0 */
    unsigned          server;

    /* how often the question was asked without CD, this time included */
    unsigned          asked;

    /*
     * The reply just told is to be kept, in place of what was kept before.
     * Never set for the reply to a question with CD.
     */
    unsigned          keep:1;

    /* the server fails, and with CD set it answers (see mpic_ask_next()) */
    unsigned          bogus:1;

    /* private */
    unsigned          nservers;
    unsigned          tries;
    unsigned          round;
    unsigned          cd_wanted:1;
    unsigned          kept:1;
    mpic_reply_e      kept_reply;
    unsigned          kept_server;
    /* a bit for each server that was asked with CD */
    unsigned          cd_asked;
} mpic_ask_t;


/*
 * Begins: "step" and "server" say what to do.  The question goes to servers 0
 * … nservers - 1 in turn, "tries" times round (both at least 1).  With "cd"
 * a failure of validation is told from other failures.
 */
void mpic_ask_start(mpic_ask_t *ask, unsigned nservers, unsigned tries,
    int cd);

/*
 * The reply to what "step" said.  One that is usable ends it; any other one is
 * followed by the next server.
 *
 * SERVFAIL may be a transient fault, a zone whose servers fail, or data that
 * does not validate.  So the same server is asked again with CD set, once.  If
 * that gives an answer, then once more without: what is an answer by now was a
 * transient fault; anything else is "bogus", and it ends here, for a resolver
 * that does not validate must not answer in place of one that does (BR
 * 3.2.2.8.1).
 */
void mpic_ask_next(mpic_ask_t *ask, mpic_reply_e reply);

/*
 * What a message is that mpic_dns_parse() has read, with that result.
 */
mpic_reply_e mpic_ask_reply(int rc, const mpic_dns_answer_t *answer);


#endif /* _MPIC_ASK_H_INCLUDED_ */
