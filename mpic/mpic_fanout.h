
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The order of things in a fan-out: a state machine from events with their
 * time to actions, without sockets and without a clock.
 *
 * A request is checked in one attempt or several, one after the other, each by
 * a cohort of its own.  An attempt is a call for each kind of check (a DCV, a
 * CAA check) of each member of the cohort, and of the primary where there is
 * one, all at once.  A call is tried at the endpoints of its perspective: the
 * next one where one cannot be reached, and beside the first where that one is
 * slow.
 */


#ifndef _MPIC_FANOUT_H_INCLUDED_
#define _MPIC_FANOUT_H_INCLUDED_


#include "mpic_verdict.h"


#define MPIC_ENDPOINTS_MAX  8
#define MPIC_ATTEMPTS_MAX   8
#define MPIC_KINDS_MAX      2

/* cohorts are disjoint, the primary is asked in each attempt */
#define MPIC_CALLS_MAX                                                        \
    (MPIC_KINDS_MAX * (MPIC_PERSPECTIVES_MAX + MPIC_ATTEMPTS_MAX))

/* a call has so many tries at a time */
#define MPIC_TRIES          2

#define MPIC_NEVER          UINT64_MAX


typedef struct {
    mpic_policy_e        policy;
    mpic_terms_t         terms;

    /* kinds of checks, 1 or 2; attempts, 1 … MPIC_ATTEMPTS_MAX */
    unsigned             kinds;
    unsigned             attempts;

    /* the last member of each cohort is the primary, beside terms.count */
    unsigned             primary:1;

    /* one quorum has to pass all kinds: it is waited for, not one for each */
    unsigned             joint:1;

    /* milliseconds: for all, and after the outcome is certain */
    uint64_t             timeout;
    uint64_t             grace;

    /* percent of an attempt's time after which a call is repeated; 0: never */
    unsigned             repeat;
} mpic_fanout_rules_t;


typedef enum {
    MPIC_CALL_IDLE = 0,
    MPIC_CALL_ACTIVE,
    /* an answer that could be used */
    MPIC_CALL_ANSWERED,
    /* every endpoint failed, the answer was garbled, or time was over */
    MPIC_CALL_LOST
} mpic_call_state_e;


typedef struct {
    mpic_call_state_e    state;

    /* endpoints known, and the next one to try */
    unsigned             nendpoints;
    unsigned             next;

    /* bit n: try n is out */
    unsigned             tries;

    /* when it is repeated, or MPIC_NEVER */
    uint64_t             repeat;

    /* MPIC_VOTE_OUT as long as it is ACTIVE */
    mpic_vote_e          vote;
    mpic_rir_e           rir;

    /* the perspective would not take the request */
    unsigned             refused:1;
    /* it was out when the attempt was decided: it is not waited for */
    unsigned             late:1;
} mpic_call_t;


typedef struct {
    uint64_t             begun;
    uint64_t             deadline;
    /* by kind, when the attempt was decided */
    mpic_verdict_t       verdicts[MPIC_KINDS_MAX];
} mpic_attempt_t;


typedef enum {
    MPIC_FANOUT_NEW = 0,
    /* an attempt is undecided */
    MPIC_FANOUT_ASKING,
    /* the outcome is certain; what comes within the grace is waited for */
    MPIC_FANOUT_CERTAIN,
    /* the client has its answer, and calls are still out */
    MPIC_FANOUT_ANSWERED,
    MPIC_FANOUT_DONE
} mpic_fanout_state_e;


typedef struct {
    mpic_fanout_state_e  state;
    mpic_fanout_rules_t  rules;

    uint64_t             deadline;
    /* when the grace is over, in CERTAIN */
    uint64_t             answer;

    /* the attempt that runs or decided: 0 … */
    unsigned             attempt;
    mpic_attempt_t       attempts[MPIC_ATTEMPTS_MAX];

    /* the caller's: "ncalls" for each attempt */
    mpic_call_t         *calls;
    unsigned             ncalls;
    /* ACTIVE ones of all attempts */
    unsigned             nactive;

    /* an answer was given, and not cut off by an ABORT */
    unsigned             answered:1;
} mpic_fanout_t;


typedef enum {
    /* begin: "now" starts the clock */
    MPIC_EVENT_START = 0,
    /* try "slot" of "call" gave a usable answer with "vote" */
    MPIC_EVENT_ANSWER,
    /* it cannot be reached: no answer was read */
    MPIC_EVENT_UNREACHABLE,
    /* it answered, but nothing that can be used */
    MPIC_EVENT_GARBLED,
    /* it answered that the request is wrong */
    MPIC_EVENT_REFUSED,
    /* time has passed */
    MPIC_EVENT_TIMER,
    /* the client has gone or the worker exits */
    MPIC_EVENT_ABORT
} mpic_fanout_event_e;


typedef struct {
    mpic_fanout_event_e  type;
    unsigned             call;
    /* which of MPIC_TRIES */
    unsigned             slot;
    mpic_vote_e          vote;
    /* milliseconds on any monotonic clock */
    uint64_t             now;
} mpic_fanout_event_t;


typedef enum {
    /* the attempt "call" begins: its calls follow */
    MPIC_ACTION_ATTEMPT = 0,
    /* ask "call" at "endpoint", as its try "slot" */
    MPIC_ACTION_CALL,
    /* stop try "slot" of "call" */
    MPIC_ACTION_CANCEL,
    /* the outcome stands: answer the client */
    MPIC_ACTION_ANSWER,
    /* nothing is out any more, and no event makes an action */
    MPIC_ACTION_END
} mpic_fanout_action_e;


typedef struct {
    mpic_fanout_action_e  type;
    unsigned              call;
    unsigned              slot;
    unsigned              endpoint;
} mpic_fanout_action_t;

/* every try is cancelled or begun, and what comes once */
#define MPIC_ACTIONS_MAX  (2 * MPIC_TRIES * MPIC_CALLS_MAX + 3)


/*
 * Sets up a fan-out.  "calls" has, zeroed, rules->attempts times as many as
 * mpic_fanout_calls() says, and stays the caller's.  He sets "nendpoints" (1 …
 * MPIC_ENDPOINTS_MAX) and "rir" of each before the START.
 */
void mpic_fanout_init(mpic_fanout_t *fanout, const mpic_fanout_rules_t *rules,
    mpic_call_t *calls);

/*
 * The number of calls of an attempt: one for each kind of each member of the
 * cohort, of the primary too.
 */
unsigned mpic_fanout_calls(const mpic_fanout_rules_t *rules);

/*
 * The number of the call of a kind to a member of the cohort of an attempt,
 * terms.count being the primary.
 */
unsigned mpic_fanout_number(const mpic_fanout_t *fanout, unsigned attempt,
    unsigned member, unsigned kind);

/*
 * Takes an event and gives the number of actions written to "actions", which
 * has room for MPIC_ACTIONS_MAX.  An event of a try that is not out, as of an
 * answer that arrives late, changes nothing.
 *
 * An attempt that cannot become valid any more is followed by the next one
 * where there is one, and time; but not where more perspectives refused the
 * request than may disagree: the others would, too.  An attempt gets an equal
 * share of the time that is left to it and to those that may follow.  The
 * client is answered when nothing that is out can change the outcome: valid or
 * not, completed or not, of each kind; and the grace is over, or nothing of
 * that attempt is out.  What is out then stays so until the attempt's
 * deadline.
 */
size_t mpic_fanout_step(mpic_fanout_t *fanout,
    const mpic_fanout_event_t *event, mpic_fanout_action_t *actions);

/*
 * When the next TIMER is wanted, or MPIC_NEVER.
 */
uint64_t mpic_fanout_timer(const mpic_fanout_t *fanout);

/*
 * The votes of a kind of an attempt as they are now, and the verdict over
 * them: at the end, with those that came after the answer.
 */
void mpic_fanout_verdict(const mpic_fanout_t *fanout, unsigned attempt,
    unsigned kind, mpic_verdict_t *verdict);

/*
 * 1 if the verdicts of all kinds are "valid" or "completed".
 */
int mpic_fanout_valid(const mpic_fanout_t *fanout);
int mpic_fanout_completed(const mpic_fanout_t *fanout);


#endif /* _MPIC_FANOUT_H_INCLUDED_ */
