
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The record of a request or a check: one line of JSON.  BR 5.4.1 (2)(7),
 * (8), 3.2.2.4, 3.2.2.5, 3.2.2.9.  docs/record.md tells its fields.
 */


#ifndef _MPIC_RECORD_H_INCLUDED_
#define _MPIC_RECORD_H_INCLUDED_


#include "mpic_fanout.h"


/* octets of a line: so many fit into a datagram of syslog */
#define MPIC_RECORD_MAX  65000


/* who asked: a name and a value of the operator's choice */

typedef struct {
    mpic_str_t             name;
    mpic_str_t             value;
} mpic_record_field_t;


/* what is known of every request, whatever becomes of it */

typedef struct {
    /* milliseconds since the epoch, when it had been read */
    uint64_t               time;
    /* milliseconds from then to the answer, and until all of it had ended */
    uint64_t               answered;
    uint64_t               ended;

    /* of the answer; 0: none was sent */
    int                    status;

    /* of nginx; NULL data where it is not known */
    mpic_str_t             request_id;
    uint64_t               connection;
    uint64_t               number;
    /* the place in a batch, from 1 on; 0: it is none */
    unsigned               item;

    const mpic_record_field_t  *fields;
    size_t                 nfields;

    /* "open-mpic" or "draft" */
    const char            *dialect;
    /* the perspectives' set */
    mpic_str_t             set;

    /* NULL where it could not even be read */
    const mpic_request_t  *request;
} mpic_record_head_t;


/* a call of the fan-out: beside what the machine knows of it */

typedef struct {
    mpic_str_t             code;
    mpic_rir_e             rir;
    /* as configured; NULL data where it is not */
    mpic_str_t             network;
    mpic_check_type_e      type;
    unsigned               primary:1;

    /* the check_response; NULL data where there is none */
    mpic_str_t             json;
    /* why there is none, or why it does not count; NULL data: nothing */
    mpic_str_t             why;
} mpic_record_call_t;


/* a request whose perspectives were asked */

typedef struct {
    mpic_record_head_t     head;

    const mpic_fanout_t   *machine;
    /* by the machine's numbers, of the attempts that began */
    const mpic_record_call_t  *calls;
    /* by the machine's number of the kind */
    const mpic_check_type_e   *kinds;
    /* milliseconds since the epoch of the machine's time 0 */
    uint64_t               epoch;

    const mpic_policy_t   *policy;

    /* the client looked on, and got no verdict */
    unsigned               monitoring:1;
    /* it was answered with 500 */
    unsigned               broken:1;
    /* answered while calls were out */
    unsigned               early:1;
} mpic_record_t;


/* a request that was answered without asking anybody */

typedef struct {
    mpic_record_head_t     head;
    /* "refused" or "error" */
    const char            *outcome;
    /* the error's name, NULL where "issues" say it; these may be NULL */
    const char            *error;
    const mpic_issues_t   *issues;
} mpic_record_refusal_t;


/*
 * The line of a request, without a line feed: one line of MPIC_RECORD_MAX
 * octets at the most, of printable characters, without any value that proves
 * control (mpic_redact.h).  Where all does not fit, what was seen is left out,
 * then messages and networks, and "truncated" is true; perspectives and their
 * results never are.  0 or -1.
 */
int mpic_record_print(mpic_pool_t *pool, const mpic_record_t *record,
    mpic_str_t *line);

/*
 * The same of a request that nobody was asked for: issues by their types and
 * fields.  0 or -1.
 */
int mpic_record_refusal_print(mpic_pool_t *pool,
    const mpic_record_refusal_t *refusal, mpic_str_t *line);

/*
 * The line that says, at "time", that records can be written again, and that
 * "lost" ones of the worker "pid" were not.  0 or -1.
 */
int mpic_record_gap_print(mpic_pool_t *pool, uint64_t time, uint64_t lost,
    uint64_t pid, mpic_str_t *line);


#endif /* _MPIC_RECORD_H_INCLUDED_ */
