/* SPDX-License-Identifier: Apache-2.0 */
/* sim/coils: the truth of the coils, against integrals, laws and an
 * independent generator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/coils.h>
#include <tenon/place.h>

#define PI 3.14159265358979324

static struct tn_sim_coil_layout separate;
static struct tn_sim_coil_layout concentric;

static int start(void **state)
{
    (void)state;
    tn_sim_coils_get_layout(&separate, TN_SIM_COILS_SEPARATE);
    tn_sim_coils_get_layout(&concentric, TN_SIM_COILS_CONCENTRIC);
    return 0;
}

static double get_uniform(struct tn_prng *prng)
{
    return (tn_prng_get(prng) + 0.5) / 4294967296.0;
}

/* So far away, in any direction, turned anyhow. */
static void get_random_pose(struct tn_prng *prng, double distance,
                            struct tn_sim_pose *pose)
{
    double z = 2.0 * get_uniform(prng) - 1.0;
    double t = 2.0 * PI * get_uniform(prng);
    double q[4];
    double qq = 0.0;

    pose->at[0] = distance * sqrt(1.0 - z * z) * cos(t);
    pose->at[1] = distance * sqrt(1.0 - z * z) * sin(t);
    pose->at[2] = distance * z;
    for (int i = 0; i < 4; i++) {
        q[i] = get_uniform(prng) + get_uniform(prng) - 1.0;
        qq += q[i] * q[i];
    }
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            int k = 3 - i - j;
            double sign = (j - i + 3) % 3 == 1 ? -1.0 : 1.0;

            pose->turn[3 * i + j] =
                i == j
                    ? 1.0 - 2.0 * (qq - q[0] * q[0] - q[i + 1] * q[i + 1]) / qq
                    : 2.0 * (q[i + 1] * q[j + 1] + sign * q[0] * q[k + 1]) / qq;
        }
    }
}

static double get_rms(const double *a)
{
    double sum = 0.0;

    for (int i = 0; i < 9; i++) {
        sum += a[i] * a[i];
    }
    return sqrt(sum / 9.0);
}

/* Largest difference, of the rms of `b`. */
static double get_worst(const double *a, const double *b)
{
    double worst = 0.0;

    for (int i = 0; i < 9; i++) {
        worst = fmax(worst, fabs(a[i] - b[i]));
    }
    return worst / get_rms(b);
}

/* Ideal dipoles in one point: (3 n nT - 1) / r^3, times R. */
static void couple_ideal(const struct tn_sim_pose *pose, double *couplings)
{
    const double *p = pose->at;
    double rr = p[0] * p[0] + p[1] * p[1] + p[2] * p[2];

    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            double along = p[0] * pose->turn[j] + p[1] * pose->turn[3 + j] +
                           p[2] * pose->turn[6 + j];

            couplings[3 * i + j] =
                (3.0 * p[i] * along / rr - pose->turn[3 * i + j]) /
                (rr * sqrt(rr));
        }
    }
}

/* Two coaxial circles by short pieces. */
static double couple_by_force(double radius_a, double radius_b, double axial)
{
    enum {
        N = 2000
    };
    double sum = 0.0;

    /* By symmetry one piece of the first loop stands for all. */
    for (int k = 0; k < N; k++) {
        double t = 2.0 * PI * (k + 0.5) / N;
        double dx = radius_a - radius_b * cos(t);
        double dy = radius_b * sin(t);

        sum += radius_b * cos(t) / sqrt(dx * dx + dy * dy + axial * axial);
    }
    return sum * (2.0 * PI / N) * 2.0 * PI * radius_a;
}

/* Maxwell's two coaxial circles with squares of the same area: what is far
 * sees only the area. */
static void distant_loops_couple_by_their_areas(void **state)
{
    struct tn_sim_coil_layout square = concentric;
    struct tn_sim_pose pose = {{0, 0, 0.25}, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    double couplings[9];
    double side = 0.02;
    double radius = side / sqrt(PI);

    (void)state;
    square.coils[2].a = side;
    square.coils[2].b = side;
    square.coils[2].length = 0.0;
    square.coils[2].build = 0.0;
    square.coils[2].corner = 0.0;
    tn_sim_coils_couple(&square, &square, &pose, 0, couplings);

    double circles =
        couple_by_force(radius, radius, 0.25) / (side * side * side * side);

    assert_true(fabs(couplings[8] / circles - 1.0) < 1e-3);
    assert_true(fabs(couplings[8] / (2.0 / pow(0.25, 3)) - 1.0) < 0.03);
}

/* Two square filaments, one over the other, by a plain double sum. */
static void a_double_sum_comes_to_the_same_integral(void **state)
{
    enum {
        N = 1500
    };
    struct tn_sim_coil_layout thin = concentric;
    struct tn_sim_pose pose = {{0, 0, 0.02}, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    double couplings[9];
    double side = 0.008;
    double piece = side / N;
    double sum = 0.0;

    (void)state;
    thin.coils[2].length = 0.0;
    thin.coils[2].build = 0.0;
    thin.coils[2].corner = 0.0;
    tn_sim_coils_couple(&thin, &thin, &pose, 4, couplings);
    /* Parallel sides above one another, and above the opposite ones; 4 each. */
    for (int i = -N + 1; i < N; i++) {
        double x = i * piece;
        double near = sqrt(x * x + 0.02 * 0.02);
        double far = sqrt(x * x + side * side + 0.02 * 0.02);

        sum += (N - abs(i)) * piece * piece * (1.0 / near - 1.0 / far);
    }
    assert_true(fabs(couplings[8] * pow(side, 4) / (4.0 * sum) - 1.0) < 1e-6);
}

static void what_one_brick_does_to_another_comes_back_the_same(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 1, 1);
    for (int n = 0; n < 40; n++) {
        struct tn_sim_pose pose;
        struct tn_sim_pose back;
        double there[9];
        double here[9];
        double turned[9];

        get_random_pose(&prng, n < 20 ? 0.05 : 0.3, &pose);
        tn_sim_pose_invert(&pose, &back);
        tn_sim_coils_couple(&separate, &separate, &pose, 2, there);
        tn_sim_coils_couple(&separate, &separate, &back, 2, here);
        for (int i = 0; i < 9; i++) {
            turned[i] = here[3 * (i % 3) + i / 3];
        }
        assert_true(get_worst(turned, there) < 1e-5);
        tn_sim_coils_couple_far(&separate, &separate, &pose, there);
        tn_sim_coils_couple_far(&separate, &separate, &back, here);
        for (int i = 0; i < 9; i++) {
            turned[i] = here[3 * (i % 3) + i / 3];
        }
        assert_true(get_worst(turned, there) < 1e-9);
    }
}

static void concentric_coils_are_ideal_dipoles_far_away(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 2, 1);
    for (int n = 0; n < 20; n++) {
        struct tn_sim_pose pose;
        double true_ones[9];
        double ideal[9];

        get_random_pose(&prng, 1.0, &pose);
        couple_ideal(&pose, ideal);
        tn_sim_coils_couple(&concentric, &concentric, &pose, 0, true_ones);
        assert_true(get_worst(true_ones, ideal) < 2e-4);
        tn_sim_coils_couple(&separate, &separate, &pose, 0, true_ones);
        assert_true(get_worst(true_ones, ideal) > 2e-3);
    }
}

static void finer_panels_change_nothing(void **state)
{
    struct tn_prng prng;
    double worst = 0.0;

    (void)state;
    tn_prng_init(&prng, 3, 1);
    for (int n = 0; n < 24; n++) {
        struct tn_sim_pose pose;
        double chosen[9];
        double fine[9];

        get_random_pose(&prng, n < 8 ? 0.033 : (n < 16 ? 0.046 : 0.1), &pose);
        tn_sim_coils_couple(&separate, &separate, &pose, 0, chosen);
        tn_sim_coils_couple(&separate, &separate, &pose, 24, fine);
        worst = fmax(worst, get_worst(chosen, fine));
    }
    print_message("panels: worst %.2g of the rms coupling\n", worst);
    assert_true(worst < 2e-5);
}

/* The bound that the header promises, over poses at and beyond the limit. */
static void
four_dipoles_are_true_to_a_thousandth_where_they_are_used(void **state)
{
    static const double distances[] = {0.06, 0.08, 0.10, TN_SIM_COILS_FAR_M,
                                       0.15, 0.25, 0.5};

    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 4, 1);
    for (unsigned k = 0; k < sizeof distances / sizeof distances[0]; k++) {
        double worst = 0.0;

        for (int n = 0; n < 60; n++) {
            struct tn_sim_pose pose;
            double cheap[9];
            double exact[9];

            get_random_pose(&prng, distances[k], &pose);
            tn_sim_coils_couple_far(&separate, &separate, &pose, cheap);
            tn_sim_coils_couple(&separate, &separate, &pose, 0, exact);
            worst = fmax(worst, get_worst(cheap, exact));
        }
        print_message("2x2 dipoles at %.0f mm: worst %.3f %% of the rms\n",
                      1e3 * distances[k], 100.0 * worst);
        assert_true(distances[k] < TN_SIM_COILS_FAR_M || worst < 1e-3);
        assert_true(distances[k] > 0.07 || worst > 1e-3);
    }
}

static void the_solver_is_told_the_same_coils(void **state)
{
    struct tn_place_layout layout;

    (void)state;
    tn_place_get_layout(&layout);
    for (unsigned i = 0; i < 3; i++) {
        const struct tn_sim_coil *coil = &separate.coils[i];
        double u;
        double v;

        tn_sim_coil_get_spread(coil, &u, &v);
        for (unsigned k = 0; k < 3; k++) {
            assert_true(fabs(layout.coils[i].u[k] - u * coil->u[k]) < 2e-6);
            assert_true(fabs(layout.coils[i].v[k] - v * coil->v[k]) < 2e-6);
            assert_true(fabs(layout.coils[i].centre[k] - coil->centre[k]) <
                        1e-8);
            assert_true(layout.coils[i].normal[k] == (float)coil->normal[k]);
        }
    }
}

/* The widest gap of two bodies over the axes of both: not above the true one.
 */
static double get_gap(const struct tn_place_layout *layout,
                      const struct tn_sim_pose *pose)
{
    double widest = -1.0;

    for (unsigned k = 0; k < 3; k++) {
        double own = fabs(pose->at[k]) - layout->half[k];
        double their = -layout->half[k];
        double along = 0.0;

        for (unsigned i = 0; i < 3; i++) {
            own -= layout->half[i] * fabs(pose->turn[3 * k + i]);
            their -= layout->half[i] * fabs(pose->turn[3 * i + k]);
            along += pose->at[i] * pose->turn[3 * i + k];
        }
        widest = fmax(widest, fmax(own, their + fabs(along)));
    }
    return widest;
}

/* Moves the other body along its direction to a gap. */
static void set_gap(const struct tn_place_layout *layout, double gap,
                    struct tn_sim_pose *pose)
{
    struct tn_sim_pose from = *pose;
    double near = 0.0;
    double far = 1.0; /* of a pose that is 100 mm away */

    for (int n = 0; n < 40; n++) {
        double part = 0.5 * (near + far);

        for (int i = 0; i < 3; i++) {
            pose->at[i] = part * from.at[i];
        }
        *(get_gap(layout, pose) < gap ? &near : &far) = part;
    }
}

static double get_closed_form(const struct tn_sim_pose *pose)
{
    double couplings[9];

    tn_sim_coils_couple(&separate, &separate, pose, 2, couplings);
    return pow(get_rms(couplings) * get_rms(couplings) * 1.5, -1.0 / 6.0);
}

/* What the layout's contact_m promises: from bodies further apart than that,
 * no couplings are so strong. Half of the poses are aligned by quarter turns.
 */
static void couplings_of_contact_come_from_contact_only(void **state)
{
    struct tn_place_layout layout;
    struct tn_prng prng;
    double least = 1.0;
    int within = 0;

    (void)state;
    tn_place_get_layout(&layout);
    tn_prng_init(&prng, 7, 1);
    for (int n = 0; n < 300; n++) {
        struct tn_sim_pose pose;

        get_random_pose(&prng, 0.1, &pose);
        if (n % 2) {
            static const double quarter[9] = {0, -1, 0, 1, 0, 0, 0, 0, 1};
            static const double none[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};

            memcpy(pose.turn, n % 4 == 1 ? none : quarter, sizeof none);
            pose.at[0] *= n % 8 < 4 ? 0.02 : 1.0;
            pose.at[1] *= n % 8 < 4 ? 0.02 : 1.0;
        }

        double len = sqrt(pose.at[0] * pose.at[0] + pose.at[1] * pose.at[1] +
                          pose.at[2] * pose.at[2]);

        for (int i = 0; i < 3; i++) {
            pose.at[i] *= 0.1 / len;
        }
        set_gap(&layout, 1e-3 * (double)TN_PLACE_APART_MM, &pose);
        least = fmin(least, get_closed_form(&pose));
        set_gap(&layout, 0.0005, &pose);
        within += get_closed_form(&pose) < (double)layout.contact_m;
    }
    print_message("closed form at a gap of 8 mm: from %.1f mm; contact told in "
                  "%d of 300\n",
                  1e3 * least, within);
    assert_true(least > (double)layout.contact_m);
    assert_true(within > 75);
}

/* One brick comes down on the other, 2 mm every 20 ms, to a gap of 1 mm. */
static void a_brick_set_on_another_is_felt_to_touch_it(void **state)
{
    static struct tn_place place;
    struct tn_place_layout layout;
    struct tn_place_signals signals;
    struct tn_prng prng;
    int told = 0;

    (void)state;
    tn_prng_init(&prng, 8, 1);
    tn_place_get_layout(&layout);
    tn_place_init(&place, &layout);
    for (unsigned n = 0; n <= 30; n++) {
        struct tn_sim_pose pose = {{0, 0, 0.074 - 0.002 * n},
                                   {1, 0, 0, 0, 1, 0, 0, 0, 1}};
        struct tn_place_report report = {.time_us = 1 + 20000u * n};
        double couplings[9];

        tn_sim_coils_couple(&separate, &separate, &pose, 2, couplings);
        tn_sim_coils_measure(couplings, TN_SIM_COIL_M, 1000, &prng,
                             report.couplings, &report.sigma);
        assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
        while (!tn_place_is_resting(&place)) {
            struct tn_place_news news[TN_PLACE_NEWS_CAP];
            uint8_t count;

            tn_place_step(&place, news, &count);
            for (unsigned i = 0; i < count; i++) {
                told += news[i].what == TN_PLACE_WHAT_TOUCHING;
            }
        }
        tn_place_get_signals(&place, 0, report.time_us, &signals);
        assert_true(signals.touching != TN_PLACE_YES || pose.at[2] < 0.021);
        assert_int_equal(signals.near, TN_PLACE_YES);
    }
    assert_int_equal(signals.touching, TN_PLACE_YES);
    assert_int_equal(told, 1);
}

static void a_pair_is_computed_once_for_a_pose(void **state)
{
    static struct tn_sim_coils coils;
    struct tn_sim_pose pose;
    struct tn_prng prng;
    double exact[9];

    (void)state;
    tn_prng_init(&prng, 5, 1);
    tn_sim_coils_init(&coils, &separate);
    get_random_pose(&prng, 0.1, &pose);

    const double *first = tn_sim_coils_get(&coils, 0, 7, &pose);

    tn_sim_coils_couple(&separate, &separate, &pose, 0, exact);
    assert_memory_equal(first, exact, sizeof exact);
    assert_ptr_equal(tn_sim_coils_get(&coils, 0, 7, &pose), first);
    assert_int_equal(coils.computed_count, 1);
    pose.at[0] += 1e-6;
    tn_sim_coils_get(&coils, 0, 7, &pose);
    tn_sim_coils_get(&coils, 7, 0, &pose);
    assert_int_equal(coils.computed_count, 3);
    assert_true(memcmp(first, exact, sizeof exact) != 0);
}

static void noise_has_the_deviation_that_it_says(void **state)
{
    static const struct {
        enum tn_sim_coil_class class;
        double sigma; /* the independent generator's, 20 ms; S by the paper */
    } cases[] = {{TN_SIM_COIL_S, 0.398},
                 {TN_SIM_COIL_M, 0.01032},
                 {TN_SIM_COIL_L, 0.00197}};
    const double nothing[9] = {0};
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 6, 1);
    for (unsigned k = 0; k < 3; k++) {
        double sum = 0.0;
        double square = 0.0;
        float measured[9];
        float sigma;

        for (int n = 0; n < 1000; n++) {
            tn_sim_coils_measure(nothing, cases[k].class, 20000, &prng,
                                 measured, &sigma);
            for (int i = 0; i < 9; i++) {
                sum += measured[i] / sigma;
                square += measured[i] * measured[i] / (sigma * sigma);
            }
        }
        assert_true(fabs(sigma / cases[k].sigma - 1.0) < 0.05);
        assert_true(fabs(sum / 9000) < 0.04);
        assert_true(fabs(sqrt(square / 9000) - 1.0) < 0.03);
        tn_sim_coils_measure(nothing, cases[k].class, 80000, &prng, measured,
                             &sigma);
        assert_true(fabs(sigma / cases[k].sigma - 0.5) < 0.03);
    }
}

static void bricks_in_a_world_see_each_other(void **state)
{
    /* First turned a quarter to its left: its front points along world y. */
    const struct tn_sim_pose first = {{1, 1, 0}, {0, -1, 0, 1, 0, 0, 0, 0, 1}};
    const struct tn_sim_pose second = {{1, 3, 0.5},
                                       {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    struct tn_sim_pose seen;
    struct tn_sim_pose back;

    (void)state;
    tn_sim_pose_relate(&first, &second, &seen);
    assert_true(seen.at[0] == 2.0 && seen.at[1] == 0.0 && seen.at[2] == 0.5);
    assert_true(seen.turn[1] == 1.0 && seen.turn[3] == -1.0);
    tn_sim_pose_relate(&second, &first, &back);
    tn_sim_pose_invert(&back, &back);
    assert_true(fabs(back.at[0] - 2.0) < 1e-12);
}

/* One row of numbers; how many. */
static int get_row(FILE *file, double *row, int cap)
{
    char line[1024];
    int count = 0;

    if (!fgets(line, sizeof line, file)) {
        return 0;
    }
    for (char *at = line; count < cap;) {
        char *end;

        row[count] = strtod(at, &end);
        if (end == at) {
            break;
        }
        count++;
        at = *end == ',' ? end + 1 : end;
    }
    return count;
}

static void an_independent_generator_has_the_same_coils(void **state)
{
    static const char *const names[] = {"d0-M-tier1-free", "d1-L-tier1-free"};

    (void)state;
    for (unsigned k = 0; k < 2; k++) {
        char path[80];
        double a[32];
        double t[16];
        double worst = 0.0;
        int count = 0;

        snprintf(path, sizeof path, "data/place/%s/cases.csv", names[k]);
        FILE *cases = fopen(path, "r");
        snprintf(path, sizeof path, "data/place/%s/truth.csv", names[k]);
        FILE *truth = fopen(path, "r");

        assert_non_null(cases);
        assert_non_null(truth);
        while (!feof(cases) && !feof(truth)) {
            int given = get_row(cases, a, 32);

            if (given == 0) {
                get_row(cases, a, 32); /* the comment and the names */
                while (get_row(truth, t, 16) != 16 && !feof(truth)) {
                }
                given = get_row(cases, a, 32);
            } else if (get_row(truth, t, 16) != 16) {
                break;
            }
            if (given != 28) {
                break;
            }

            struct tn_sim_pose pose;
            double ours[9];
            double theirs[9];

            memcpy(pose.at, t + 3, sizeof pose.at);
            memcpy(pose.turn, t + 6, sizeof pose.turn);
            if (t[3] * t[3] + t[4] * t[4] + t[5] * t[5] > 0.15 * 0.15) {
                continue;
            }
            tn_sim_coils_couple(k ? &separate : &concentric,
                                k ? &separate : &concentric, &pose, 0, ours);
            for (int i = 0; i < 9; i++) {
                theirs[i] = a[3 + 3 * (i % 3) + i / 3];
            }
            worst = fmax(worst, get_worst(ours, theirs));
            count++;
        }
        fclose(cases);
        fclose(truth);
        print_message("%s: %d poses within 150 mm, worst %.3f %% of the rms\n",
                      names[k], count, 100.0 * worst);
        assert_true(count > 20);
        assert_true(worst < 0.005);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distant_loops_couple_by_their_areas),
        cmocka_unit_test(a_double_sum_comes_to_the_same_integral),
        cmocka_unit_test(what_one_brick_does_to_another_comes_back_the_same),
        cmocka_unit_test(concentric_coils_are_ideal_dipoles_far_away),
        cmocka_unit_test(finer_panels_change_nothing),
        cmocka_unit_test(
            four_dipoles_are_true_to_a_thousandth_where_they_are_used),
        cmocka_unit_test(the_solver_is_told_the_same_coils),
        cmocka_unit_test(couplings_of_contact_come_from_contact_only),
        cmocka_unit_test(a_brick_set_on_another_is_felt_to_touch_it),
        cmocka_unit_test(a_pair_is_computed_once_for_a_pose),
        cmocka_unit_test(noise_has_the_deviation_that_it_says),
        cmocka_unit_test(bricks_in_a_world_see_each_other),
        cmocka_unit_test(an_independent_generator_has_the_same_coils),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
