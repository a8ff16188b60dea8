
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The denial of a DS record.  The input is a line with the name, and a DNS
 * message.
 */


#include "fuzz.h"
#include "mpic_cut.h"


#define FUZZ_HEADER  12


static int fuzz_insecure(const unsigned char *msg, size_t len,
    const mpic_str_t *name);
static int fuzz_says(const unsigned char *msg, size_t len,
    const mpic_str_t *name);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t          i, len;
    mpic_str_t      name;
    fuzz_pool_t     fp;
    fuzz_input_t    in;
    unsigned char  *msg;

    fuzz_pool_init(&fp);

    in.p = data;
    in.len = size;

    name = fuzz_line(&fp, &in);
    len = in.len;

    msg = malloc(len ? len : 1);
    fuzz_check(msg != NULL);
    memcpy(msg, in.p, len);

    if (fuzz_insecure(msg, len, &name)) {

        /* a response of NOERROR with AD, one question and no answer */

        fuzz_check(len > FUZZ_HEADER);
        fuzz_check((msg[2] & 0x82) == 0x80 && (msg[3] & 0x2f) == 0x20);
        fuzz_check(msg[4] == 0 && msg[5] == 1 && msg[6] == 0 && msg[7] == 0);

        /* and something in the authority section */

        fuzz_check(msg[8] != 0 || msg[9] >= 2);

        /* the name is spelled in it, at least in the question */

        fuzz_check(fuzz_says(msg, len, &name));

        /* without the flag, or cut, it is no proof */

        msg[3] &= (unsigned char) ~0x20;
        fuzz_check(!fuzz_insecure(msg, len, &name));
        msg[3] |= 0x20;

        for (i = FUZZ_HEADER; i < len && i < 64; i++) {
            fuzz_check(!fuzz_insecure(msg, i, &name));
        }
    }

    free(msg);
    fuzz_pool_free(&fp);

    return 0;
}


/* of a block of exactly that size */

static int
fuzz_insecure(const unsigned char *msg, size_t len, const mpic_str_t *name)
{
    int             rc;
    const char     *why;
    unsigned char  *copy;

    copy = malloc(len ? len : 1);
    fuzz_check(copy != NULL);
    memcpy(copy, msg, len);

    why = NULL;
    rc = mpic_cut_insecure(copy, len, name, &why);

    fuzz_check(rc == 0 || rc == 1);
    fuzz_check(why != NULL && why[0] != '\0');

    free(copy);

    return rc;
}


/* its first label, unless there is an escape somewhere */

static int
fuzz_says(const unsigned char *msg, size_t len, const mpic_str_t *name)
{
    size_t  i, n;

    if (memchr(name->data, '\\', name->len) != NULL) {
        return 1;
    }

    for (n = 0; n < name->len && name->data[n] != '.'; n++) {
        /* void */
    }

    for (i = FUZZ_HEADER; i + n <= len; i++) {
        if (strncasecmp((const char *) msg + i, name->data, n) == 0) {
            return 1;
        }
    }

    return 0;
}
