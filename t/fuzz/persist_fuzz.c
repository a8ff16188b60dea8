
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Values of records that name an account or a contact, judged once more by
 * regular expressions and by taking the text apart in another way.  The input
 * is an octet for what is asked, and the value.
 */


#include "fuzz.h"
#include "mpic_contact.h"
#include "mpic_persist.h"

#include <regex.h>
#include <strings.h>
#include <unistr.h>


/* a regular expression of libc takes its time */
#define FUZZ_VALUE_MAX  256

#define FUZZ_NOW        1700000000
#define FUZZ_ACCOUNT    "https://ca.example/a/1"

#define FUZZ_WSP        "[ \t]*"
#define FUZZ_LABEL      "[A-Za-z0-9](-*[A-Za-z0-9])*"
#define FUZZ_PARAMETER  FUZZ_LABEL FUZZ_WSP "=" FUZZ_WSP "[!-:<-~]*"

/* \1 stands for what is beyond ASCII */
#define FUZZ_ATOM       "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\1-]+"
#define FUZZ_DOT_ATOM   FUZZ_ATOM "(\\." FUZZ_ATOM ")*"
#define FUZZ_QUOTED     "\"([]\1 \t!#-[^-~]|\\\\[ -~\t])*\""
#define FUZZ_LITERAL    "\\[[\1 \t!-Z^-~]*\\]"

/* of the first octet */
#define FUZZ_WILDCARD   0x01
#define FUZZ_POLICY     0x02


typedef struct {
    const char  *account;
    unsigned     naccount;
    const char  *until;
    unsigned     nuntil;
    const char  *policy;
    unsigned     npolicy;
} fuzz_persist_t;


static void fuzz_persist(fuzz_pool_t *fp, unsigned options,
    const mpic_str_t *value, const char *text);
static int fuzz_persist_model(unsigned options, const char *text);
static void fuzz_persist_parameter(fuzz_persist_t *persist, char *parameter);
static char *fuzz_trimmed(char *text);
static int fuzz_until(const char *until);
static void fuzz_contacts(const mpic_str_t *value, const char *text);
static int fuzz_matches(const regex_t *regex, const char *text);
static void fuzz_compile(regex_t *regex, const char *text);


static regex_t  fuzz_issue_value;
static regex_t  fuzz_email;
static regex_t  fuzz_phone;


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          text[FUZZ_VALUE_MAX + 1];
    unsigned      options;
    mpic_str_t    value;
    fuzz_pool_t   fp;
    fuzz_input_t  in;

    static int  ready;

    if (!ready) {
        ready = 1;

        fuzz_compile(&fuzz_issue_value,
                     "^" FUZZ_WSP "(" FUZZ_LABEL "(\\." FUZZ_LABEL ")*)?"
                     FUZZ_WSP "(;" FUZZ_WSP "(" FUZZ_PARAMETER
                     "(" FUZZ_WSP ";" FUZZ_WSP FUZZ_PARAMETER ")*)?" FUZZ_WSP
                     ")?$");
        fuzz_compile(&fuzz_email, "^(" FUZZ_DOT_ATOM "|" FUZZ_QUOTED ")@("
                     FUZZ_DOT_ATOM "|" FUZZ_LITERAL ")$");
        fuzz_compile(&fuzz_phone, "^\\+[-.() ]*[0-9]([-.() 0-9]*[-.()0-9])?$");
    }

    in.p = data;
    in.len = size;

    options = fuzz_byte(&in);

    if (in.len > FUZZ_VALUE_MAX) {
        return 0;
    }

    fuzz_pool_init(&fp);

    value = fuzz_take(&fp, &in, in.len);

    memcpy(text, value.data, value.len);
    text[value.len] = '\0';

    fuzz_persist(&fp, options, &value, text);
    fuzz_contacts(&value, text);

    fuzz_pool_free(&fp);

    return 0;
}


static void
fuzz_persist(fuzz_pool_t *fp, unsigned options, const mpic_str_t *value,
    const char *text)
{
    int                expected;
    mpic_str_t         issuers[2];
    mpic_target_t      target;
    mpic_persist_t     persist;
    mpic_persist_e     verdict;
    mpic_dcv_params_t  params;

    memset(&params, 0, sizeof(mpic_dcv_params_t));
    memset(&target, 0, sizeof(mpic_target_t));

    issuers[0] = fuzz_strz(fp, "no name");
    issuers[1] = fuzz_strz(fp, "CA.example.");

    params.issuers = issuers;
    params.nissuers = 2;
    params.account_uri = fuzz_strz(fp, FUZZ_ACCOUNT);
    params.wildcard_policy = ((options & FUZZ_POLICY) != 0);
    target.wildcard = ((options & FUZZ_WILDCARD) != 0);

    fuzz_check(mpic_persist_init(&fp->pool, &target, &params, FUZZ_NOW,
                                 &persist)
               == 0);
    fuzz_check(mpic_persist_judge(&fp->pool, &persist, value, &verdict) == 0);

    expected = strlen(text) == value->len
               && fuzz_matches(&fuzz_issue_value, text);

    fuzz_check((verdict == MPIC_PERSIST_MALFORMED) == !expected);

    if (expected) {
        expected = fuzz_persist_model(options, text);
    }

    fuzz_check((verdict == MPIC_PERSIST_COUNTS) == expected);
    fuzz_check(mpic_persist_why(verdict)[0] != '\0');
}


/* of a text that is known to be well-formed */

static int
fuzz_persist_model(unsigned options, const char *text)
{
    char            copy[FUZZ_VALUE_MAX + 1], *p;
    fuzz_persist_t  persist;

    memset(&persist, 0, sizeof(fuzz_persist_t));
    memcpy(copy, text, strlen(text) + 1);

    p = strtok(copy, ";");

    if (text[0] == ';' || p == NULL
        || strcasecmp(fuzz_trimmed(p), "ca.example") != 0)
    {
        return 0;
    }

    while ((p = strtok(NULL, ";")) != NULL) {
        fuzz_persist_parameter(&persist, p);
    }

    if (persist.naccount != 1 || strcmp(persist.account, FUZZ_ACCOUNT) != 0
        || persist.nuntil > 1
        || (persist.nuntil == 1 && !fuzz_until(persist.until)))
    {
        return 0;
    }

    return !(options & FUZZ_WILDCARD) || !(options & FUZZ_POLICY)
           || (persist.npolicy == 1
               && strcasecmp(persist.policy, "wildcard") == 0);
}


static void
fuzz_persist_parameter(fuzz_persist_t *persist, char *parameter)
{
    char  *equals, *tag, *value;

    equals = strchr(parameter, '=');

    if (equals == NULL) {
        return;
    }

    *equals = '\0';
    tag = fuzz_trimmed(parameter);
    value = fuzz_trimmed(equals + 1);

    if (strcasecmp(tag, "accounturi") == 0) {
        persist->naccount++;
        persist->account = value;

    } else if (strcasecmp(tag, "persistuntil") == 0) {
        persist->nuntil++;
        persist->until = value;

    } else if (strcasecmp(tag, "policy") == 0) {
        persist->npolicy++;
        persist->policy = value;
    }
}


static char *
fuzz_trimmed(char *text)
{
    size_t  len;

    text += strspn(text, " \t");
    len = strlen(text);

    while (len != 0 && (text[len - 1] == ' ' || text[len - 1] == '\t')) {
        text[--len] = '\0';
    }

    return text;
}


/* numbers as texts: the longer is the larger */

static int
fuzz_until(const char *until)
{
    size_t  len;

    if (until[0] == '\0' || until[strspn(until, "0123456789")] != '\0') {
        return 0;
    }

    until += strspn(until, "0");
    len = strlen(until);

    if (len > 19 || (len == 19 && strcmp(until, "9223372036854775807") > 0)) {
        return 0;
    }

    return len > 10 || (len == 10 && strcmp(until, "1700000000") >= 0);
}


static void
fuzz_contacts(const mpic_str_t *value, const char *text)
{
    int         email, phone;
    char        ascii[FUZZ_VALUE_MAX + 1];
    size_t      i;
    mpic_str_t  other;

    email = 0;
    phone = 0;

    if (strlen(text) == value->len) {

        for (i = 0; i <= value->len; i++) {
            ascii[i] = ((unsigned char) text[i] < 0x80) ? text[i] : '\1';
        }

        email = fuzz_matches(&fuzz_email, ascii)
                && strchr(text, '\1') == NULL
                && u8_check((const uint8_t *) text, value->len) == NULL;
        phone = fuzz_matches(&fuzz_phone, text);
    }

    fuzz_check(mpic_contact_email(value) == email);
    fuzz_check(mpic_contact_phone(value) == phone);

    fuzz_check(mpic_contact_match(MPIC_METHOD_CONTACT_EMAIL_TXT, value, value)
               == email);
    fuzz_check(mpic_contact_match(MPIC_METHOD_CONTACT_PHONE_CAA, value, value)
               == phone);

    /* the whole of it */

    if (value->len != 0) {
        other = *value;
        other.len--;

        fuzz_check(!mpic_contact_match(MPIC_METHOD_CONTACT_EMAIL_CAA, &other,
                                       value));
        fuzz_check(!mpic_contact_match(MPIC_METHOD_CONTACT_PHONE_TXT, value,
                                       &other));
    }
}


static int
fuzz_matches(const regex_t *regex, const char *text)
{
    int  rc;

    rc = regexec(regex, text, 0, NULL, 0);
    fuzz_check(rc == 0 || rc == REG_NOMATCH);

    return rc == 0;
}


static void
fuzz_compile(regex_t *regex, const char *text)
{
    fuzz_check(regcomp(regex, text, REG_EXTENDED|REG_NOSUB) == 0);
}
