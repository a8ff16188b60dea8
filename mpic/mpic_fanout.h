
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The order of things in a fan-out: a state machine from events with their
 * time to actions, without sockets and without a clock.
 */


#ifndef _MPIC_FANOUT_H_INCLUDED_
#define _MPIC_FANOUT_H_INCLUDED_


#include "mpic_quorum.h"


#define MPIC_ENDPOINTS_MAX  8


typedef enum {
    MPIC_CALL_IDLE = 0,
    MPIC_CALL_ACTIVE,
    /* an answer that could be used */
    MPIC_CALL_ANSWERED,
    /* every endpoint failed, the answer was garbled, or time was over */
    MPIC_CALL_LOST
} mpic_call_state_e;


typedef struct {
    mpic_call_state_e  state;
    /* endpoints known, and the one in use */
    unsigned           nendpoints;
    unsigned           endpoint;
    mpic_vote_e        vote;
    mpic_rir_e         rir;
} mpic_call_t;


typedef enum {
    MPIC_FANOUT_NEW = 0,
    MPIC_FANOUT_WAITING,
    MPIC_FANOUT_DONE
} mpic_fanout_state_e;


typedef enum {
    /* begin: "now" starts the clock */
    MPIC_EVENT_START = 0,
    /* "call" gave a usable answer with "vote" */
    MPIC_EVENT_ANSWER,
    /* "call" cannot be reached at its endpoint: no answer was read */
    MPIC_EVENT_UNREACHABLE,
    /* "call" answered, but nothing that can be used */
    MPIC_EVENT_GARBLED,
    /* time has passed: the deadline may be over */
    MPIC_EVENT_TIMER,
    /* the client has gone or the worker exits */
    MPIC_EVENT_ABORT
} mpic_fanout_event_e;


typedef struct {
    mpic_fanout_event_e  type;
    unsigned             call;
    mpic_vote_e          vote;
    /* milliseconds on any monotonic clock */
    uint64_t             now;
} mpic_fanout_event_t;


typedef enum {
    /* ask "call" at "endpoint", giving it until the deadline */
    MPIC_ACTION_CALL = 0,
    /* stop waiting for "call" */
    MPIC_ACTION_CANCEL,
    /* the verdict stands: answer the client */
    MPIC_ACTION_FINISH
} mpic_fanout_action_e;


typedef struct {
    mpic_fanout_action_e  type;
    unsigned              call;
    unsigned              endpoint;
} mpic_fanout_action_t;

/* an event makes two actions a call at the most, and a finish */
#define MPIC_ACTIONS_MAX  (2 * MPIC_PERSPECTIVES_MAX + 1)


typedef struct {
    mpic_fanout_state_e  state;
    mpic_policy_e        policy;
    mpic_terms_t         terms;
    uint64_t             timeout;
    uint64_t             deadline;
    /* calls that are ACTIVE */
    size_t               nactive;
    mpic_call_t          calls[MPIC_PERSPECTIVES_MAX];
    mpic_verdict_t       verdict;
} mpic_fanout_t;


/*
 * Sets up a fan-out of terms->count calls that has "timeout" milliseconds.
 * The caller sets "nendpoints" (1 … MPIC_ENDPOINTS_MAX) and "rir" of each
 * call before the START.
 */
void mpic_fanout_init(mpic_fanout_t *fanout, mpic_policy_e policy,
    const mpic_terms_t *terms, uint64_t timeout);

/*
 * Takes an event and gives the number of actions written to "actions", which
 * has room for MPIC_ACTIONS_MAX.  After FINISH, "verdict" stands and no
 * event makes an action any more.  An event of a call that is not ACTIVE,
 * as of an answer that arrives late, changes nothing.
 */
size_t mpic_fanout_step(mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event, mpic_fanout_action_t *actions);


#endif /* _MPIC_FANOUT_H_INCLUDED_ */
