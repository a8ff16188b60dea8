
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The record of a request, with perspectives that may say anything, what they
 * were asked included: one line of JSON in bounds, without what proves
 * control.
 *
 * The input is a request as a client sends it, in a line; a text, of a
 * variable or about a perspective, in a line; and a check response.  In the
 * latter two an octet of 1 to 5 stands for a value of the request.
 */


#include "fuzz_json.h"
#include "mpic_record.h"
#include "mpic_redact.h"


#define FUZZ_SECRETS  5
#define FUZZ_CALLS    64


typedef struct {
    mpic_issues_t        issues;
    mpic_request_t       request;
    mpic_str_t           text;
    mpic_str_t           response;
    mpic_fanout_t        machine;
    mpic_call_t          states[2 * FUZZ_CALLS];
    mpic_record_call_t   calls[2 * FUZZ_CALLS];
    mpic_check_type_e    kinds[MPIC_KINDS_MAX];
    mpic_policy_t        policy;
    mpic_record_field_t  field;
} fuzz_play_t;


static int fuzz_run(fuzz_pool_t *fp, const uint8_t *data, size_t size);
static int fuzz_refused(fuzz_pool_t *fp, fuzz_play_t *play,
    const mpic_record_head_t *head, mpic_str_t *line);
static int fuzz_asked(fuzz_pool_t *fp, fuzz_play_t *play,
    const mpic_record_head_t *head, mpic_str_t *line);
static mpic_str_t fuzz_filled(fuzz_pool_t *fp, const fuzz_play_t *play,
    const mpic_str_t *text);
static const mpic_str_t *fuzz_secret(const mpic_request_t *request, size_t i);
static void fuzz_line_is_good(const fuzz_play_t *play,
    const mpic_str_t *line);
static void fuzz_holds_none(const fuzz_play_t *play, const json_t *value);
static int fuzz_is_in(const char *text, const mpic_str_t *part, size_t len);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_twice(fuzz_run, data, size);

    return 0;
}


static int
fuzz_run(fuzz_pool_t *fp, const uint8_t *data, size_t size)
{
    int                  rc;
    size_t               fail_at;
    mpic_str_t           body, line;
    fuzz_play_t         *play;
    fuzz_input_t         in;
    mpic_record_head_t   head;

    static const mpic_str_t  name = mpic_str("client");
    static const mpic_str_t  id = mpic_str("0123456789abcdef0123456789abcdef");
    static const mpic_str_t  set = mpic_str("world");

    in.p = data;
    in.len = size;

    play = calloc(1, sizeof(fuzz_play_t));
    fuzz_check(play != NULL);

    /* the pieces of the input are there whatever fails */

    fail_at = fp->fail_at;
    fp->fail_at = 0;

    body = fuzz_line(fp, &in);
    play->text = fuzz_line(fp, &in);
    play->response = fuzz_take(fp, &in, in.len);

    fp->asked = 0;
    fp->fail_at = fail_at;

    rc = mpic_request_parse(&fp->pool, body.data, body.len,
                            MPIC_REQUEST_COORDINATOR, &play->request,
                            &play->issues);
    if (rc < 0) {
        free(play);
        return rc;
    }

    if (rc == 0) {
        play->text = fuzz_filled(fp, play, &play->text);
        play->response = fuzz_filled(fp, play, &play->response);
    }

    play->field.name = name;
    play->field.value = play->text;

    memset(&head, 0, sizeof(mpic_record_head_t));

    head.time = 1795446413425;
    head.request_id = id;
    head.set = set;
    head.dialect = "open-mpic";
    head.fields = &play->field;
    head.nfields = 1;
    head.request = &play->request;

    rc = (rc == 0) ? fuzz_asked(fp, play, &head, &line)
                   : fuzz_refused(fp, play, &head, &line);

    if (rc == 0) {
        fuzz_line_is_good(play, &line);
    }

    free(play);

    return rc;
}


static int
fuzz_refused(fuzz_pool_t *fp, fuzz_play_t *play,
    const mpic_record_head_t *head, mpic_str_t *line)
{
    mpic_record_refusal_t  refusal;

    memset(&refusal, 0, sizeof(mpic_record_refusal_t));

    refusal.head = *head;
    refusal.head.status = 400;
    refusal.outcome = "refused";
    refusal.issues = &play->issues;

    return mpic_record_refusal_print(&fp->pool, &refusal, line);
}


/* perspectives that all say the same, and one of them in another way */

static int
fuzz_asked(fuzz_pool_t *fp, fuzz_play_t *play, const mpic_record_head_t *head,
    mpic_str_t *line)
{
    unsigned        i, n;
    mpic_record_t   record;

    static const mpic_str_t  code = mpic_str("us-west-2");

    n = (play->text.len % 16 == 1) ? FUZZ_CALLS : 2;

    memset(&record, 0, sizeof(mpic_record_t));

    record.head = *head;
    record.head.status = 200;
    record.machine = &play->machine;
    record.calls = play->calls;
    record.kinds = play->kinds;
    record.policy = &play->policy;

    play->kinds[0] = (play->request.check_type == MPIC_CHECK_CAA)
                     ? MPIC_CHECK_CAA : MPIC_CHECK_DCV;
    play->kinds[1] = MPIC_CHECK_CAA;

    play->machine.answered = 1;
    play->machine.rules.kinds = (play->request.check_type
                                 == MPIC_CHECK_DCV_WITH_CAA) ? 2 : 1;
    play->machine.rules.attempts = 1;
    play->machine.rules.terms.count = n;
    play->machine.calls = play->states;
    play->machine.ncalls = n * play->machine.rules.kinds;

    for (i = 0; i < play->machine.ncalls; i++) {
        play->calls[i].code = code;
        play->calls[i].rir = MPIC_RIR_ARIN;
        play->calls[i].network = play->text;
        play->calls[i].type = play->kinds[i % play->machine.rules.kinds];
        play->calls[i].json = play->response;

        play->states[i].state = MPIC_CALL_ANSWERED;
        play->states[i].vote = MPIC_VOTE_FAILED;
    }

    play->states[0].state = MPIC_CALL_LOST;
    play->states[0].vote = MPIC_VOTE_INCOMPLETE;
    play->calls[0].why = play->text;

    return mpic_record_print(&fp->pool, &record, line);
}


/* with the request's values in the places of 1 to 5 */

static mpic_str_t
fuzz_filled(fuzz_pool_t *fp, const fuzz_play_t *play, const mpic_str_t *text)
{
    char               *p, *start;
    size_t              i, len, asked;
    mpic_str_t          filled;
    const mpic_str_t   *secret;

    len = 0;

    for (i = 0; i < text->len; i++) {
        secret = fuzz_secret(&play->request, (size_t) text->data[i] - 1);
        len += secret ? secret->len : 1;
    }

    start = malloc(len + 1);
    fuzz_check(start != NULL);

    for (p = start, i = 0; i < text->len; i++) {
        secret = fuzz_secret(&play->request, (size_t) text->data[i] - 1);

        if (secret == NULL) {
            *p++ = text->data[i];

        } else if (secret->len) {
            memcpy(p, secret->data, secret->len);
            p += secret->len;
        }
    }

    *p = '\0';

    /* texts of perspectives and variables are bounded before */

    asked = fp->asked;
    fp->asked = fp->fail_at;

    filled = fuzz_str(fp, start, len < 65536 ? len : 65536);
    free(start);

    fp->asked = asked;

    return filled;
}


/* NULL where "i" is the number of none */

static const mpic_str_t *
fuzz_secret(const mpic_request_t *request, size_t i)
{
    switch (i) {

    case 0:
        return &request->dcv.challenge_value;

    case 1:
        return &request->dcv.token;

    case 2:
        return &request->dcv.key_authorization;

    case 3:
        return &request->dcv.key_authorization_hash;

    case 4:
        return &request->dcv.http_token_path;

    default:
        return NULL;
    }
}


static void
fuzz_line_is_good(const fuzz_play_t *play, const mpic_str_t *line)
{
    size_t        i;
    json_t       *root, *attempts, *list, *call, *value;
    const char   *name;

    static const char  *own[] = {
        "perspective", "rir", "check", "result", "time", NULL
    };

    fuzz_check(line->len <= MPIC_RECORD_MAX);

    for (i = 0; i < line->len; i++) {
        fuzz_check((unsigned char) line->data[i] >= 0x20);
    }

    root = fuzz_json_written(line);

    fuzz_holds_none(play, json_object_get(root, "trace_identifier"));
    fuzz_holds_none(play, json_object_get(root, "asked_by"));

    attempts = json_object_get(root, "attempts");
    list = json_object_get(json_array_get(attempts, 0), "perspectives");

    fuzz_check(attempts == NULL
               || json_array_size(list) == play->machine.ncalls);

    json_array_foreach(list, i, call) {
        json_object_foreach(call, name, value) {
            const char  **p;

            for (p = own; *p && strcmp(*p, name) != 0; p++) { /* void */ }

            if (*p == NULL) {
                fuzz_holds_none(play, value);
            }
        }
    }

    json_decref(root);
}


static void
fuzz_holds_none(const fuzz_play_t *play, const json_t *value)
{
    size_t             i, len;
    json_t            *item;
    const char        *text, *name;
    const mpic_str_t  *secret;

    if (json_is_object(value)) {
        json_object_foreach((json_t *) value, name, item) {
            fuzz_holds_none(play, item);
        }

        return;
    }

    if (json_is_array(value)) {
        json_array_foreach((json_t *) value, i, item) {
            fuzz_holds_none(play, item);
        }

        return;
    }

    text = json_string_value(value);

    if (text == NULL || strcmp(text, MPIC_REDACTED) == 0
        || !play->request.dcv_given)
    {
        return;
    }

    for (i = 0; i < FUZZ_SECRETS; i++) {
        secret = fuzz_secret(&play->request, i);

        len = secret->len < MPIC_SECRET_HEAD ? secret->len : MPIC_SECRET_HEAD;

        /* what is in the target is known to all */

        if (len < MPIC_SECRET_MIN
            || fuzz_is_in(play->request.target.canonical.data, secret, len))
        {
            continue;
        }

        fuzz_check(!fuzz_is_in(text, secret, len));
    }
}


/* the first "len" octets of "part", in whatever case */

static int
fuzz_is_in(const char *text, const mpic_str_t *part, size_t len)
{
    for (; text != NULL && *text; text++) {
        if (strncasecmp(text, part->data, len) == 0
            && memchr(part->data, '\0', len) == NULL)
        {
            return 1;
        }
    }

    return 0;
}
