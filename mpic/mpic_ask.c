
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_ask.h"

#include <string.h>


static void mpic_ask_plain(mpic_ask_t *ask, mpic_reply_e reply);
static void mpic_ask_with_cd(mpic_ask_t *ask, mpic_reply_e reply);
static void mpic_ask_keep(mpic_ask_t *ask, mpic_reply_e reply);
static void mpic_ask_advance(mpic_ask_t *ask);


void
mpic_ask_start(mpic_ask_t *ask, unsigned nservers, unsigned tries, int cd)
{
    memset(ask, 0, sizeof(mpic_ask_t));

    ask->step = MPIC_ASK_PLAIN;
    ask->nservers = nservers;
    ask->tries = tries;
    ask->cd_wanted = (cd != 0);
    ask->asked = 1;
}


void
mpic_ask_next(mpic_ask_t *ask, mpic_reply_e reply)
{
    ask->keep = 0;

    switch (ask->step) {

    case MPIC_ASK_PLAIN:
        mpic_ask_plain(ask, reply);
        return;

    case MPIC_ASK_CD:
        mpic_ask_with_cd(ask, reply);
        return;

    case MPIC_ASK_END:
        return;
    }
}


static void
mpic_ask_plain(mpic_ask_t *ask, mpic_reply_e reply)
{
    unsigned  bit;

    mpic_ask_keep(ask, reply);

    if (reply == MPIC_REPLY_USABLE) {
        ask->bogus = 0;
        ask->step = MPIC_ASK_END;
        return;
    }

    if (ask->bogus) {
        ask->step = MPIC_ASK_END;
        return;
    }

    bit = 1U << ask->server;

    if (reply == MPIC_REPLY_SERVFAIL && ask->cd_wanted
        && !(ask->cd_asked & bit))
    {
        ask->cd_asked |= bit;
        ask->step = MPIC_ASK_CD;
        return;
    }

    mpic_ask_advance(ask);
}


static void
mpic_ask_with_cd(mpic_ask_t *ask, mpic_reply_e reply)
{
    ask->step = MPIC_ASK_PLAIN;

    if (reply == MPIC_REPLY_USABLE) {
        ask->bogus = 1;
        ask->asked++;
        return;
    }

    mpic_ask_advance(ask);
}


/*
 * Of replies that tell as much the first one is kept: later ones may come from
 * a cache of failures (RFC 9520), without what the first one said.
 */

static void
mpic_ask_keep(mpic_ask_t *ask, mpic_reply_e reply)
{
    int  better, own;

    better = (!ask->kept || reply > ask->kept_reply);

    /* what is found bogus is shown with the words of who found it so */

    own = (ask->bogus && reply == MPIC_REPLY_SERVFAIL
           && ask->kept_server != ask->server);

    if (better || own) {
        ask->keep = 1;
        ask->kept = 1;
        ask->kept_reply = reply;
        ask->kept_server = ask->server;
    }
}


static void
mpic_ask_advance(mpic_ask_t *ask)
{
    if (++ask->server == ask->nservers) {
        ask->server = 0;
        ask->round++;
    }

    if (ask->round == ask->tries) {
        ask->step = MPIC_ASK_END;
        return;
    }

    ask->step = MPIC_ASK_PLAIN;
    ask->asked++;
}


mpic_reply_e
mpic_ask_reply(int rc, const mpic_dns_answer_t *answer)
{
    if (rc != 0) {
        return MPIC_REPLY_UNREADABLE;
    }

    switch (answer->rcode) {

    case MPIC_DNS_NOERROR:
    case MPIC_DNS_NXDOMAIN:
        return MPIC_REPLY_USABLE;

    case MPIC_DNS_SERVFAIL:
        return MPIC_REPLY_SERVFAIL;

    default:
        return MPIC_REPLY_REFUSED;
    }
}
