
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The parts of a record's line: what mpic_record.c, mpic_record_check.c and
 * mpic_record_evidence.c share.
 */


#ifndef _MPIC_RECORD_WRITER_H_INCLUDED_
#define _MPIC_RECORD_WRITER_H_INCLUDED_


#include "mpic_json.h"
#include "mpic_record.h"
#include "mpic_redact.h"


/* how much of a record is written */

typedef enum {
    MPIC_RECORD_FULL = 0,
    /* without what was seen */
    MPIC_RECORD_SHORT,
    /* and without messages */
    MPIC_RECORD_BARE
} mpic_record_level_e;


typedef struct {
    mpic_json_t            json;
    mpic_pool_t           *pool;
    mpic_secrets_t         secrets;
    mpic_record_level_e    level;
    /* something was left out */
    unsigned               truncated:1;
} mpic_record_writer_t;


/*
 * Begins a line, at "level", of a request: "head", or NULL where it is of
 * none; and ends it.  0 or -1.
 */
int mpic_record_start(mpic_record_writer_t *w, mpic_pool_t *pool,
    const mpic_record_head_t *head, mpic_record_level_e level);
int mpic_record_finish(mpic_record_writer_t *w, mpic_str_t *line);

/*
 * The members that each line of a request has: "time" to "asked_by".
 */
void mpic_record_head(mpic_record_writer_t *w,
    const mpic_record_head_t *head, const char *event, const char *outcome);

/*
 * What a request is about, as far as it could be read: "dialect" to
 * "target_sent".
 */
void mpic_record_subject(mpic_record_writer_t *w,
    const mpic_record_head_t *head);

/*
 * How a request that could be read is checked: "check_type" to "br_version".
 */
void mpic_record_method(mpic_record_writer_t *w,
    const mpic_request_t *request);

/*
 * What is wrong with a request, by types and fields: "issues".
 */
void mpic_record_issues(mpic_record_writer_t *w,
    const mpic_issues_t *issues);


/*
 * A moment as RFC 3339 has it, in UTC, with milliseconds.
 */
void mpic_record_time(mpic_record_writer_t *w, cJSON *parent,
    const char *name, uint64_t ms);

/*
 * What a check_response says, as far as a record may: errors, DNSSEC, time,
 * addresses and URLs.
 */
void mpic_record_evidence(mpic_record_writer_t *w, cJSON *parent,
    const mpic_str_t *response);

/*
 * A text of a stranger's, redacted, "max" octets of it; as a sentence about a
 * DCV where "dcv" is set.
 */
void mpic_record_text(mpic_record_writer_t *w, cJSON *parent,
    const char *name, const mpic_str_t *text, size_t max, int dcv);


#endif /* _MPIC_RECORD_WRITER_H_INCLUDED_ */
