
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * What may be written into a log of what was asked and seen: nothing that
 * proves control of a name.
 *
 * The rule.  A record is made of fields that are named one by one; of pages
 * and of the records that a DCV saw, there are none.  What is left is cut to
 * its harmless part by its kind: of a URL scheme, host, port and a well-known
 * directory stay; of a sentence about a DCV all but what it quotes, unless
 * that is the target or a name below it.  What then still holds the beginning
 * of a value of the request, in whatever case, is not written at all.
 */


#ifndef _MPIC_REDACT_H_INCLUDED_
#define _MPIC_REDACT_H_INCLUDED_


#include "mpic_request.h"


/* octets of a value that are looked for: excerpts are cut off behind them */
#define MPIC_SECRET_HEAD  12

/* shorter ones are part of any text, and no random value (BR 1.6.1) */
#define MPIC_SECRET_MIN   6

#define MPIC_SECRETS_MAX  12

#define MPIC_REDACTED     "[redacted]"


typedef struct {
    mpic_str_t            heads[MPIC_SECRETS_MAX];
    size_t                n;
    const mpic_target_t  *target;
} mpic_secrets_t;


/*
 * The values of a request that no log may hold: challenge value, token, key
 * authorization and both of its parts, its digest in each of its spellings,
 * the path of a page.  The request has to be there as long as "secrets".  0 or
 * -1.
 */
int mpic_secrets(mpic_pool_t *pool, const mpic_request_t *request,
    mpic_secrets_t *secrets);

/*
 * 1 if a text holds the beginning of one, or may, there being no memory to
 * look; otherwise 0.
 */
int mpic_secrets_in(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *text);

/*
 * The first "max" octets of a text, as whole characters, "..." behind what was
 * cut off; or MPIC_REDACTED.  0 or -1.
 */
int mpic_redact_text(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *text, size_t max, mpic_str_t *out);

/*
 * The same for a sentence about a DCV, without what it quotes and without the
 * paths of its URLs.
 */
int mpic_redact_message(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *text, size_t max, mpic_str_t *out);

/*
 * The trace identifier of a request, as a log may have it: who puts there what
 * proves control does not find it in one.  NULL data: there is none.  0 or -1.
 */
int mpic_redact_trace(mpic_pool_t *pool, const mpic_request_t *request,
    size_t max, mpic_str_t *trace);

/*
 * A URL, or a Location: its scheme, host and port, and of its path a
 * well-known directory; "..." stands for the rest, and for all that is no
 * http or https URL.  0 or -1.
 */
int mpic_redact_url(mpic_pool_t *pool, const mpic_secrets_t *secrets,
    const mpic_str_t *url, mpic_str_t *out);


#endif /* _MPIC_REDACT_H_INCLUDED_ */
