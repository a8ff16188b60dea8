
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * How a question is asked: every order of replies, against what is expected.
 */


#include "test_pool.h"
#include "mpic_ask.h"

#include <stdio.h>


/*
 * A script is what the servers say, in the order asked: "u" usable,
 * "s" SERVFAIL, "r" REFUSED, "x" unreadable, "-" nothing.  What comes of it: a
 * letter for each question, the server's number after it, "p" plain and "c"
 * with CD; then the number of the reply that is kept, from 1, and "!" if it
 * is bogus.
 */

static const struct {
    unsigned     nservers;
    unsigned     tries;
    int          cd;
    const char  *replies;
    const char  *expected;
} cases[] = {

    { 1, 1, 1, "u", "p0 1" },
    { 1, 3, 1, "u", "p0 1" },
    { 2, 2, 1, "u", "p0 1" },

    /* the next server, or the same again */
    { 1, 1, 1, "-", "p0 1" },
    { 1, 2, 1, "-u", "p0 p0 2" },
    { 2, 1, 1, "-u", "p0 p1 2" },
    { 2, 1, 1, "ru", "p0 p1 2" },
    { 2, 1, 1, "xu", "p0 p1 2" },
    { 2, 2, 1, "--ru", "p0 p1 p0 p1 4" },
    { 3, 2, 1, "------", "p0 p1 p2 p0 p1 p2 1" },

    /* what tells most is kept, of equal ones the first */
    { 3, 1, 1, "-rr", "p0 p1 p2 2" },
    { 3, 1, 1, "r-x", "p0 p1 p2 1" },
    { 3, 1, 1, "xr-", "p0 p1 p2 2" },
    { 2, 1, 0, "rs", "p0 p1 2" },
    { 2, 2, 0, "s-ss", "p0 p1 p0 p1 1" },

    /* SERVFAIL: a zone whose servers fail */
    { 1, 1, 1, "ss", "p0 c0 1" },
    { 1, 2, 1, "sss", "p0 c0 p0 1" },
    { 1, 2, 1, "ssu", "p0 c0 p0 3" },
    { 1, 2, 1, "s-u", "p0 c0 p0 3" },
    { 1, 2, 1, "sru", "p0 c0 p0 3" },
    { 2, 2, 1, "ssssss", "p0 c0 p1 c1 p0 p1 1" },
    { 2, 1, 1, "ssu", "p0 c0 p1 3" },

    /* data that does not validate: no other server is asked */
    { 1, 1, 1, "sus", "p0 c0 p0 1!" },
    { 1, 3, 1, "sus", "p0 c0 p0 1!" },
    { 3, 3, 1, "sus", "p0 c0 p0 1!" },
    { 3, 3, 1, "su-", "p0 c0 p0 1!" },
    { 3, 3, 1, "sur", "p0 c0 p0 1!" },
    { 3, 3, 1, "sux", "p0 c0 p0 1!" },

    /* the second server finds so, and is the one to quote */
    { 2, 1, 1, "-sus", "p0 p1 c1 p1 2!" },
    { 2, 1, 1, "sssus", "p0 c0 p1 c1 p1 5!" },
    { 2, 1, 1, "sssu-", "p0 c0 p1 c1 p1 1!" },

    /* or a fault that is over */
    { 1, 1, 1, "suu", "p0 c0 p0 3" },
    { 2, 1, 1, "-suu", "p0 p1 c1 p1 4" },

    /* where nobody wants to know */
    { 1, 1, 0, "s", "p0 1" },
    { 2, 1, 0, "su", "p0 p1 2" },
};


static mpic_reply_e
reply_of(char ch)
{
    switch (ch) {

    case 'u':
        return MPIC_REPLY_USABLE;

    case 's':
        return MPIC_REPLY_SERVFAIL;

    case 'r':
        return MPIC_REPLY_REFUSED;

    case 'x':
        return MPIC_REPLY_UNREADABLE;

    default:
        return MPIC_REPLY_NONE;
    }
}


/* ends the script with "-" where it is too short, and says so by "..." */

static void
play(unsigned nservers, unsigned tries, int cd, const char *replies,
    char *out)
{
    size_t      n, kept;
    mpic_ask_t  ask;

    mpic_ask_start(&ask, nservers, tries, cd);

    kept = 0;

    for (n = 0; ask.step != MPIC_ASK_END; n++) {

        assert_true(n <= strlen(replies));
        assert_true(ask.server < nservers);

        out += sprintf(out, "%c%u ",
                       ask.step == MPIC_ASK_CD ? 'c' : 'p', ask.server);

        mpic_ask_next(&ask, reply_of(replies[n]));

        if (ask.keep) {
            kept = n + 1;
        }
    }

    /* a reply after the end changes nothing */

    mpic_ask_next(&ask, MPIC_REPLY_USABLE);
    assert_int_equal(ask.step, MPIC_ASK_END);
    assert_int_equal(ask.keep, 0);

    sprintf(out, "%u%s", (unsigned) kept, ask.bogus ? "!" : "");
}


static void
test_cases(void **state)
{
    char    out[256];
    size_t  i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        play(cases[i].nservers, cases[i].tries, cases[i].cd,
             cases[i].replies, out);

        if (strcmp(out, cases[i].expected) != 0) {
            fail_msg("%u servers, %u tries, \"%s\": %s", cases[i].nservers,
                     cases[i].tries, cases[i].replies, out);
        }
    }
}


static void
play_all(mpic_ask_t ask, unsigned nservers, unsigned tries, unsigned depth)
{
    unsigned      kept_usable;
    mpic_ask_t    next;
    mpic_reply_e  reply;

    /* each server "tries" times, once with CD, and once more to be sure */
    assert_true(depth <= nservers * tries + nservers + 1);

    if (ask.step == MPIC_ASK_END) {
        assert_true(ask.asked >= 1);
        assert_true(ask.asked <= nservers * tries + 1);
        return;
    }

    for (reply = MPIC_REPLY_NONE; reply <= MPIC_REPLY_USABLE; reply++) {
        next = ask;
        mpic_ask_next(&next, reply);

        kept_usable = (next.keep && reply == MPIC_REPLY_USABLE);

        if (ask.step == MPIC_ASK_CD) {
            assert_false(next.keep);
            assert_int_equal(next.bogus, reply == MPIC_REPLY_USABLE);

        } else if (reply == MPIC_REPLY_USABLE) {
            assert_true(kept_usable);
            assert_int_equal(next.step, MPIC_ASK_END);
            assert_false(next.bogus);
        }

        if (ask.bogus) {
            assert_int_equal(next.step, MPIC_ASK_END);
            assert_int_equal(next.server, ask.server);
        }

        play_all(next, nservers, tries, depth + 1);
    }
}


/* whatever the servers say, in any order */

static void
test_all(void **state)
{
    int         cd;
    unsigned    nservers, tries;
    mpic_ask_t  ask;

    for (nservers = 1; nservers <= 3; nservers++) {
        for (tries = 1; tries <= 2; tries++) {
            for (cd = 0; cd <= 1; cd++) {
                mpic_ask_start(&ask, nservers, tries, cd);
                play_all(ask, nservers, tries, 0);
            }
        }
    }
}


static void
test_reply(void **state)
{
    size_t             i;
    mpic_dns_answer_t  answer;

    static const struct {
        int           rc;
        int           rcode;
        mpic_reply_e  reply;
    } replies[] = {
        { 0, MPIC_DNS_NOERROR, MPIC_REPLY_USABLE },
        { 0, MPIC_DNS_NXDOMAIN, MPIC_REPLY_USABLE },
        { 0, MPIC_DNS_SERVFAIL, MPIC_REPLY_SERVFAIL },
        { 0, MPIC_DNS_REFUSED, MPIC_REPLY_REFUSED },
        { 0, MPIC_DNS_NOTIMP, MPIC_REPLY_REFUSED },
        { 0, MPIC_DNS_FORMERR, MPIC_REPLY_REFUSED },
        { 0, 16, MPIC_REPLY_REFUSED },
        { 0, -1, MPIC_REPLY_REFUSED },
        { 1, MPIC_DNS_NOERROR, MPIC_REPLY_UNREADABLE },
    };

    memset(&answer, 0, sizeof(mpic_dns_answer_t));

    for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        answer.rcode = replies[i].rcode;
        assert_int_equal(mpic_ask_reply(replies[i].rc, &answer),
                         replies[i].reply);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_reply),
    };

    return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
