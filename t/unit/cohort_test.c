
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "test_pool.h"

#include "mpic_cohort.h"

#include <stdio.h>


static mpic_str_t  secret = mpic_str("0123456789abcdef0123456789abcdef");

#define AT(lat, lon)  1, { lat, lon }, { lat, lon }

static mpic_perspective_t  perspectives[] = {
    { mpic_str("us-east-1"), MPIC_RIR_ARIN, AT(38.95, -77.45),
      mpic_str("aws") },
    { mpic_str("us-west-2"), MPIC_RIR_ARIN, AT(45.84, -119.70),
      mpic_str("aws") },
    { mpic_str("eu-west-1"), MPIC_RIR_RIPE_NCC, AT(53.34, -6.27),
      mpic_str("AWS") },
    { mpic_str("ap-south-1"), MPIC_RIR_APNIC, AT(19.08, 72.88),
      mpic_str("azure") },
    { mpic_str("sa-east-1"), MPIC_RIR_LACNIC, AT(-23.55, -46.63),
      mpic_str("azure") },
    { mpic_str("af-south-1"), MPIC_RIR_AFRINIC, AT(-33.92, 18.42),
      mpic_null_str },
    { mpic_str("ca-central-1"), MPIC_RIR_ARIN, AT(45.50, -73.57),
      mpic_null_str },
    { mpic_str("eu-central-1"), MPIC_RIR_RIPE_NCC, AT(50.11, 8.68),
      mpic_null_str }
};

#define N  (sizeof(perspectives) / sizeof(perspectives[0]))


static mpic_world_t  world;


static int
plan(size_t n, const char *name, size_t count, size_t losses,
    size_t attempts, unsigned *chosen)
{
    mpic_str_t           s;
    mpic_cohort_rules_t  rules;

    s.data = name;
    s.len = strlen(name);

    rules.count = count;
    rules.losses = losses;
    rules.attempts = attempts;
    rules.networks = 1;

    mpic_world_init(&world, perspectives, n, NULL);

    return mpic_cohort_plan(&world, &secret, &s, &rules, chosen);
}


static void
test_rir(void **state)
{
    size_t  i;

    static const struct {
        mpic_str_t  text;
        int         rir;
    } cases[] = {
        { mpic_str("AFRINIC"), MPIC_RIR_AFRINIC },
        { mpic_str("apnic"), MPIC_RIR_APNIC },
        { mpic_str("ARIN"), MPIC_RIR_ARIN },
        { mpic_str("LACNIC"), MPIC_RIR_LACNIC },
        { mpic_str("RIPE NCC"), MPIC_RIR_RIPE_NCC },
        { mpic_str("RIPE"), MPIC_RIR_RIPE_NCC },
        { mpic_str("ripe-ncc"), MPIC_RIR_RIPE_NCC },
        { mpic_str("RIPE_NCC"), -1 },
        { mpic_str("ARI"), -1 },
        { mpic_str(""), -1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(mpic_rir_parse(&cases[i].text), cases[i].rir);
    }

    assert_string_equal(mpic_rir_name(MPIC_RIR_RIPE_NCC), "RIPE NCC");
}


static void
test_distance(void **state)
{
    size_t  i;
    double  km;

    /* of the distances between these places as geodesists give them */

    static const struct {
        mpic_location_t  a;
        mpic_location_t  b;
        double           km;
    } cases[] = {
        { { 0, 0 }, { 0, 0 }, 0 },
        { { 0, 0 }, { 0, 180 }, 20015 },
        { { 90, 0 }, { -90, 77 }, 20015 },
        { { 0, 179 }, { 0, -179 }, 222.4 },
        /* London and Paris, New York and London, Sydney and Santiago */
        { { 51.5074, -0.1278 }, { 48.8566, 2.3522 }, 343.6 },
        { { 40.7128, -74.0060 }, { 51.5074, -0.1278 }, 5570 },
        { { -33.8688, 151.2093 }, { -33.4489, -70.6693 }, 11340 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        km = mpic_distance(&cases[i].a, &cases[i].b);
        assert_true(km >= cases[i].km * 0.998 - 0.1
                    && km <= cases[i].km * 1.002 + 0.1);
        assert_true(mpic_distance(&cases[i].b, &cases[i].a) == km);
    }
}


static void
test_keyed_and_stable(void **state)
{
    char                 name[32];
    unsigned             n, i, k, same, missing, a[N], b[N], c[N];
    mpic_str_t           s, other = mpic_str("ffffffffffffffffffffffffffffff");
    mpic_cohort_rules_t  rules = { 4, 1, 1, 0 };

    same = 0;

    for (n = 0; n < 300; n++) {
        sprintf(name, "host%u.example", n);
        s.data = name;
        s.len = strlen(name);

        mpic_world_init(&world, perspectives, 7, NULL);
        assert_int_equal(mpic_cohort_plan(&world, &secret, &s, &rules, a), 1);
        assert_int_equal(mpic_cohort_plan(&world, &secret, &s, &rules, b), 1);
        assert_int_equal(mpic_cohort_plan(&world, &other, &s, &rules, c), 1);

        assert_memory_equal(a, b, 4 * sizeof(unsigned));
        same += (memcmp(a, c, 4 * sizeof(unsigned)) == 0);

        /* one more: two of four change at the most, for regions have bounds */

        mpic_world_init(&world, perspectives, 8, NULL);
        assert_int_equal(mpic_cohort_plan(&world, &secret, &s, &rules, b), 1);
        missing = 0;

        for (i = 0; i < 4; i++) {
            for (k = 0; k < 4 && b[k] != a[i]; k++) { /* void */ }
            missing += (k == 4);
        }

        assert_true(missing <= 2);
    }

    /* ordered fours of seven: one in 840 by chance */
    assert_true(same < 10);
}


/* each perspective gets its share of the targets */

static void
test_spread(void **state)
{
    char      name[32];
    unsigned  n, chosen[2], seen[N] = { 0 };

    for (n = 0; n < 4000; n++) {
        sprintf(name, "host%u.example", n);
        assert_int_equal(plan(N, name, 2, 0, 1, chosen), 1);
        seen[chosen[0]]++;
    }

    for (n = 0; n < N; n++) {
        assert_true(seen[n] >= 400 && seen[n] <= 600);
    }
}


static void
test_networks(void **state)
{
    char                 name[32];
    unsigned             n, i, k, chosen[N];
    mpic_cohort_rules_t  rules = { 5, 1, 1, 1 };

    /* five of five networks, two of which have several perspectives */

    for (n = 0; n < 200; n++) {
        sprintf(name, "host%u.example", n);
        assert_int_equal(plan(N, name, 5, 1, 1, chosen), 1);

        for (i = 0; i < 5; i++) {
            for (k = 0; k < i; k++) {
                assert_false(world.network[chosen[i]]
                             & ((uint64_t) 1 << chosen[k]));
            }
        }
    }

    assert_int_equal(mpic_cohort_possible(&world, &rules), 1);
    assert_int_equal(rules.networks, 1);

    /* six cannot be */

    rules.count = 6;
    rules.losses = 2;
    assert_int_equal(mpic_cohort_possible(&world, &rules), 1);
    assert_int_equal(rules.networks, 0);
    assert_int_equal(plan(N, "host.example", 6, 2, 1, chosen), 1);
}


/* who is near to the primary is in no cohort; resolvers count as well */

static void
test_near(void **state)
{
    char                 name[32];
    unsigned             n, i, chosen[N];
    mpic_str_t           s;
    mpic_perspective_t   primary = { mpic_str("hq"), MPIC_RIR_ARIN,
                                     AT(39.0, -77.5), mpic_null_str };
    mpic_cohort_rules_t  rules = { 4, 1, 1, 0 };

    for (n = 0; n < 200; n++) {
        sprintf(name, "host%u.example", n);
        s.data = name;
        s.len = strlen(name);

        mpic_world_init(&world, perspectives, N, &primary);
        assert_int_equal(mpic_cohort_plan(&world, &secret, &s, &rules,
                                          chosen), 1);

        for (i = 0; i < 4; i++) {
            assert_int_not_equal(chosen[i], 0);
        }
    }

    primary.resolver = perspectives[1].resolver;
    mpic_world_init(&world, perspectives, N, &primary);
    assert_true(world.near[0] & 1);
    assert_true(world.near[1] & 2);
    assert_false(world.near[2] & 4);

    primary.located = 0;
    mpic_world_init(&world, perspectives, N, &primary);
    assert_false(world.near[0] & 1);
}


static void
test_impossible(void **state)
{
    unsigned  chosen[MPIC_PERSPECTIVES_MAX];

    assert_int_equal(plan(N, "example.com", N + 1, 0, 1, chosen), 0);
    assert_int_equal(plan(N, "example.com", 1, 0, 1, chosen), 0);
    assert_int_equal(plan(N, "example.com", 0, 0, 1, chosen), 0);

    /* two perspectives of ARIN */
    assert_int_equal(plan(2, "example.com", 2, 0, 1, chosen), 0);

    /* ARIN twice and RIPE NCC: of three, one may be lost */
    assert_int_equal(plan(3, "example.com", 3, 0, 1, chosen), 1);
    assert_int_equal(plan(3, "example.com", 3, 1, 1, chosen), 0);
}


static void
test_missing(void **state)
{
    mpic_perspective_t   primary = { mpic_str("hq"), MPIC_RIR_ARIN,
                                     AT(39.0, -77.5), mpic_null_str };
    mpic_cohort_rules_t  rules = { 3, 1, 1, 1 };

    /* of those who are of ARIN, one is near to the primary */

    mpic_world_init(&world, perspectives, 2, NULL);
    assert_int_equal(mpic_cohort_missing(&world, &rules),
                     MPIC_MISSING_NUMBER);

    mpic_world_init(&world, perspectives, 3, NULL);
    assert_int_equal(mpic_cohort_missing(&world, &rules),
                     MPIC_MISSING_REGIONS);

    rules.losses = 0;
    assert_int_equal(mpic_cohort_missing(&world, &rules),
                     MPIC_MISSING_NOTHING);

    mpic_world_init(&world, perspectives, 3, &primary);
    assert_int_equal(mpic_cohort_missing(&world, &rules),
                     MPIC_MISSING_DISTANCE);

    /* what is asked for beside is no matter */

    rules.attempts = 3;
    rules.losses = 1;
    mpic_world_init(&world, perspectives, 4, NULL);
    assert_int_equal(mpic_cohort_missing(&world, &rules),
                     MPIC_MISSING_NOTHING);

    assert_int_equal(mpic_cohort_region_max(&rules), 1);
    rules.count = 6;
    rules.losses = 2;
    assert_int_equal(mpic_cohort_region_max(&rules), 3);
    rules.count = 2;
    assert_int_equal(mpic_cohort_region_max(&rules), 1);
    rules.count = 3;
    assert_int_equal(mpic_cohort_region_max(&rules), 0);
}


/*
 * Thousands of random sets, small ones against trying all of it.
 */

#define SMALL  9

static unsigned  random_state;


static unsigned
number(unsigned n)
{
    random_state = random_state * 1103515245 + 12345;

    return (random_state >> 16) % n;
}


static void
random_world(mpic_perspective_t *p, size_t n)
{
    size_t  i;

    static const char        *codes = "abcdefghijklmnopqrstuvwxyz";
    static const mpic_str_t   networks[] = { mpic_null_str, mpic_str("x"),
                                             mpic_str("y"), mpic_str("z") };

    for (i = 0; i < n; i++) {
        p[i].code.data = codes + i;
        p[i].code.len = 1;
        p[i].rir = (mpic_rir_e) number(MPIC_RIR_COUNT);
        p[i].located = (number(10) != 0);
        /* some hundred kilometres between them */
        p[i].location.latitude = number(12);
        p[i].location.longitude = number(12);
        p[i].resolver = p[i].location;
        p[i].network = networks[number(4)];

        if (number(4) == 0) {
            p[i].resolver.longitude = number(12);
        }
    }
}


static int
legal(const mpic_perspective_t *p, unsigned members, size_t count,
    size_t losses)
{
    unsigned  i, j, k, regions[MPIC_RIR_COUNT] = { 0 };

    for (i = 0; i < 32; i++) {

        if (!(members & (1u << i))) {
            continue;
        }

        regions[p[i].rir]++;

        for (j = 0; j < i; j++) {

            if ((members & (1u << j)) && p[i].located && p[j].located
                && (mpic_distance(&p[i].location, &p[j].location) < 500
                    || mpic_distance(&p[i].resolver, &p[j].resolver) < 500))
            {
                return 0;
            }
        }
    }

    /* whoever is lost, two regions are left; of two none may be lost */

    for (k = 0; k < MPIC_RIR_COUNT; k++) {

        if (count - regions[k] <= (count == 2 ? 0 : losses)) {
            return 0;
        }
    }

    return 1;
}


/* the most disjoint legal cohorts among "free", by trying them all */

static size_t
most(const mpic_perspective_t *p, unsigned n, unsigned free, size_t count,
    size_t losses)
{
    size_t    best, more;
    unsigned  members;

    best = 0;

    for (members = 1; members < (1u << n); members++) {

        if ((members & ~free) || (size_t) __builtin_popcount(members) != count
            || !legal(p, members, count, losses))
        {
            continue;
        }

        more = 1 + most(p, n, free & ~members, count, losses);
        best = more > best ? more : best;
    }

    return best;
}


static void
test_random(void **state)
{
    int                  rc;
    size_t               n, k, i, count, losses, best;
    unsigned             round, members, used, chosen[MPIC_PERSPECTIVES_MAX];
    mpic_str_t           name = mpic_str("example.com");
    mpic_perspective_t   p[26];
    mpic_cohort_rules_t  rules;

    memset(p, 0, sizeof(p));

    for (round = 0; round < 4000; round++) {
        random_state = round;

        n = 2 + number(round % 4 ? SMALL - 1 : 25);
        count = 2 + number(6);
        losses = number(3);

        random_world(p, n);
        mpic_world_init(&world, p, n, NULL);

        rules.count = count;
        rules.losses = losses;
        rules.attempts = 3;
        rules.networks = number(2);

        rc = mpic_cohort_plan(&world, &secret, &name, &rules, chosen);
        assert_true(rc >= 0);

        used = 0;

        for (k = 0; k < (size_t) rc; k++) {
            members = 0;

            for (i = 0; i < count; i++) {
                assert_true(chosen[k * count + i] < n);
                assert_false(used & (1u << chosen[k * count + i]));
                members |= 1u << chosen[k * count + i];
                used |= members;
            }

            if (!legal(p, members, count, losses)) {
                fail_msg("round %u: not legal", round);
            }
        }

        if (n > SMALL) {
            continue;
        }

        best = most(p, (unsigned) n, (1u << n) - 1, count, losses);

        if ((size_t) rc != (best > 3 ? 3 : best)) {
            fail_msg("round %u: %d cohorts, not %zu", round, rc, best);
        }

        assert_int_equal(mpic_cohort_possible(&world, &rules), rc);
    }
}


/*
 * Who is in no cohort of a target may go, and nothing changes; so one that
 * comes changes the cohorts alone that it becomes a member of.
 */

static void
check_without(const mpic_perspective_t *p, size_t n, size_t gone,
    const mpic_str_t *name, const mpic_cohort_rules_t *rules,
    const unsigned *chosen, int cohorts)
{
    size_t              i;
    unsigned            index, again[MPIC_PERSPECTIVES_MAX];
    mpic_world_t        less;
    mpic_perspective_t  rest[26];

    for (i = 0; i < (size_t) cohorts * rules->count; i++) {
        if (chosen[i] == gone) {
            return;
        }
    }

    memcpy(rest, p, gone * sizeof(mpic_perspective_t));
    memcpy(rest + gone, p + gone + 1,
           (n - gone - 1) * sizeof(mpic_perspective_t));

    mpic_world_init(&less, rest, n - 1, NULL);

    assert_int_equal(mpic_cohort_plan(&less, &secret, name, rules, again),
                     cohorts);

    for (i = 0; i < (size_t) cohorts * rules->count; i++) {
        index = (chosen[i] > gone) ? chosen[i] - 1 : chosen[i];
        assert_int_equal(again[i], index);
    }
}


static void
test_stable(void **state)
{
    int                  rc;
    size_t               n, gone;
    unsigned             round, compared, chosen[MPIC_PERSPECTIVES_MAX];
    mpic_str_t           name = mpic_str("example.com");
    mpic_perspective_t   p[26];
    mpic_cohort_rules_t  rules;

    memset(p, 0, sizeof(p));
    compared = 0;

    for (round = 0; round < 3000; round++) {
        random_state = round;

        n = 3 + number(12);
        random_world(p, n);
        mpic_world_init(&world, p, n, NULL);

        rules.count = 2 + number(4);
        rules.losses = number(2);
        rules.attempts = 1 + number(2);
        rules.networks = number(2);

        rc = mpic_cohort_plan(&world, &secret, &name, &rules, chosen);
        assert_true(rc >= 0);

        for (gone = 0; rc > 0 && gone < n; gone++) {
            check_without(p, n, gone, &name, &rules, chosen, rc);
            compared++;
        }
    }

    assert_true(compared > 3000);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rir),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_keyed_and_stable),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_stable)
    };

    return cmocka_run_group_tests_name("cohort", tests, NULL, NULL);
}
