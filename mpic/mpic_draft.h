
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The dialect of the IETF draft "Multi-Perspective Issuance Corroboration
 * (MPIC) Service", draft-westerbaan-alldispatch-mpic, "/mpic/draft-00": its
 * requests as requests of the Open MPIC API, and the answers to those as its
 * own.
 *
 * Where the draft is silent or contradicts itself the stricter reading is
 * taken: docs/draft-dialect.md has the list.
 */


#ifndef _MPIC_DRAFT_H_INCLUDED_
#define _MPIC_DRAFT_H_INCLUDED_


#include "mpic_cohort.h"
#include "mpic_request.h"


/* levels of nesting of an answer of ours, previous attempts included */
#define MPIC_DRAFT_DEPTH       32

/* perspectives of an answer: those of a cohort, and a primary */
#define MPIC_DRAFT_VOTES_MAX   (MPIC_PERSPECTIVES_MAX + 1)

/* octets of each perspective's reason, and perspectives that are named */
#define MPIC_DRAFT_REASON_MAX  200
#define MPIC_DRAFT_REASONS_MAX  8


/*
 * Reads and checks a request of the draft.  A field that its method does not
 * have is an issue, whatever it holds: it may be a restriction that would not
 * be kept.  All else as with mpic_request_parse(), of which "request" and
 * "issues" are.
 */
int mpic_draft_parse(mpic_pool_t *pool, const char *body, size_t len,
    mpic_request_t *request, mpic_issues_t *issues);

/*
 * The body of a 400: the draft's "success" and "error", and all issues.  0 or
 * -1.
 */
int mpic_draft_issues_print(mpic_pool_t *pool, const mpic_issues_t *issues,
    mpic_str_t *json);

/*
 * The body for the statuses 405, 413, 415 and 5xx; "message" is a sentence.
 * 0 or -1.
 */
int mpic_draft_error_print(mpic_pool_t *pool, const mpic_str_t *message,
    mpic_str_t *json);

/*
 * The draft's answer, from the answer of the Open MPIC API to "request", such
 * as mpic_answer_print() writes it.
 *
 * "success" takes all of: "is_valid"; a quorum of perspectives for which every
 * check that was asked for passed, in two RIR regions where there are more
 * than two; and where CAA was asked for, that these saw the same record set,
 * which is then the "caa" of the answer; and the primary, where there is one,
 * did and saw that too.  A perspective that was not waited for is left out.
 * "success" is set to it, 0 or 1, unless it is NULL.
 *
 * Returns 0; or -1 without memory, or if "answer" is not such an answer.
 */
int mpic_draft_answer(mpic_pool_t *pool, const mpic_request_t *request,
    const mpic_str_t *answer, mpic_str_t *json, int *success);


#endif /* _MPIC_DRAFT_H_INCLUDED_ */
