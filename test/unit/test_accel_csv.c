/* SPDX-License-Identifier: Apache-2.0 */
/* ports/csv: what is read is what was meant, and what is unclear is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <accel_csv.h>

#define TEXT_CAP 400000u

static bool decode(const char *text, const char *name,
                   const struct tn_accel_csv_options *options,
                   struct tn_accel_csv *csv)
{
    return tn_accel_csv_decode(text, strlen(text), name, options, csv);
}

static void assert_refused(const char *text, const char *name,
                           const struct tn_accel_csv_options *options,
                           const char *words)
{
    struct tn_accel_csv csv;

    assert_false(decode(text, name, options, &csv));
    if (!strstr(csv.error, words)) {
        fail_msg("\"%s\" does not say \"%s\"", csv.error, words);
    }
    assert_null(csv.rows);
    assert_int_equal(csv.row_count, 0);
    tn_accel_csv_free(&csv);
}

static void each_known_layout_gives_the_same_rows(void **state)
{
    static const struct {
        const char *name;
        const char *text;
    } files[] = {
        {"log_100Hz.csv", "acc_x[mg],acc_y[mg],acc_z[mg]\r\n"
                          "500,-250.0,1e3\r\n250,0,1000\r\n"},
        {"log_100Hz.csv", "acc_x[mg],acc_y[mg],acc_z[mg],gyro_x[dps],gyro_y"
                          "[dps],gyro_z[dps]\n500,-250,1000,7,8,9\n"
                          "250,0,1000,1,2,3\n\n"},
        {"a.csv", "Processing Timestamp (ms), Arduino Timestamp (ms), X, Y, Z\n"
                  "1589594190607, 319384, 4096, -2048, 8192\n"
                  "1589594190607, 319394, 2048, 0, 8192\n"},
        {"a.csv", "t_ms,x_g,y_g,z_g\n5,.5,-.25,1\n15,0.25,0,1\n"},
        {"a.csv", "t_s,x_mg,y_mg,z_mg\n-1,500,-250,1000\n-0.99,250,0,1000"},
        {"a.csv", "\xEF\xBB\xBFt_us,x_ms2,y_ms2,z_ms2\n"
                  "0,4.903325,-2.4516625,9.80665\n"
                  "10000,2.4516625,0,9.80665\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct tn_accel_csv csv;

        if (!decode(files[i].text, files[i].name, NULL, &csv)) {
            fail_msg("%zu: %s", i, csv.error);
        }
        assert_int_equal(csv.row_count, 2);
        assert_int_equal(csv.rows[0].t_us, 0);
        assert_int_equal(csv.rows[0].x_ug, 500000);
        assert_int_equal(csv.rows[0].y_ug, -250000);
        assert_int_equal(csv.rows[0].z_ug, 1000000);
        assert_int_equal(csv.rows[1].t_us, 10000);
        assert_int_equal(csv.rows[1].x_ug, 250000);
        assert_true(strlen(csv.assumed) > 0);
        tn_accel_csv_free(&csv);
    }
}

static void a_given_unit_and_rate_are_taken(void **state)
{
    static const struct tn_accel_csv_options options = {
        .rate_hz = 50, .counts_per_g = 16384, .unit = TN_ACCEL_UNIT_COUNTS};
    struct tn_accel_csv csv;

    (void)state;
    assert_true(
        decode("x,y,z\n0,0,16384\n8192,0,16384\n", "a.csv", &options, &csv));
    assert_int_equal(csv.rows[1].x_ug, 500000);
    assert_int_equal(csv.rows[1].t_us, 20000);
    tn_accel_csv_free(&csv);
}

static void what_is_unclear_is_refused_with_words(void **state)
{
    static const struct tn_accel_csv_options fast = {.rate_hz = 5000};
    static const struct tn_accel_csv_options wrong = {.rate_hz = 400};
    static const struct {
        const char *text;
        const struct tn_accel_csv_options *options;
        const char *words;
    } cases[] = {
        {"", NULL, "a.csv: empty file"},
        {"t_ms,x_mg,y_mg\n", NULL, "a.csv:1: no columns x, y and z"},
        {"1,2,3\n4,5,6\n", NULL, "a.csv:1: no columns x, y and z"},
        {"t_ms;x_mg;y_mg;z_mg\n", NULL, "commas between"},
        {"x_mg,x_mg,y_mg,z_mg\n", NULL, "two columns for one axis"},
        {"x_mg,y_g,z_mg\n", NULL, "need the same unit"},
        {"t,x_mg,y_mg,z_mg\n", NULL, "does not say its unit"},
        {"t_ms,x,y,z\n0,0,0,1\n", NULL, "header does not say the unit"},
        {"x_mg,y_mg,z_mg\n0,0,1000\n", NULL, "no time column and no rate"},
        {"x_mg,y_mg,z_mg\n0,0,1000\n", &fast, "10 to 2000 Hz"},
        {"t_ms,x_mg,y_mg,z_mg\n", NULL, "fewer than two rows"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,1000\n10,0,zero,1000\n", NULL,
         "a.csv:3: \"zero\" in column 3 (y) is not a number"},
        {"t_ms,x_mg,y_mg,z_mg\n0,nan,0,1000\n", NULL, "a.csv:2: \"nan\""},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,inf,1000\n", NULL, "a.csv:2: \"inf\""},
        {"t_ms,x_mg,y_mg,z_mg\n0,0x10,0,1000\n", NULL, "\"0x10\""},
        {"t_ms,x_mg,y_mg,z_mg\n0,1.2.3,0,1000\n", NULL, "\"1.2.3\""},
        {"t_ms,x_mg,y_mg,z_mg\n0,,0,1000\n", NULL, "\"\" in column 2"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0\n", NULL, "column 4 (z) is missing"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,1000\n0,0,0,1000\n10,0,0,1000\n", NULL,
         "jumps back in 1 of 3"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,9.8\n10,0,0,9.8\n", NULL,
         "in m/s2 it would be 1.00 g"},
        {"t_ms,x_g,y_g,z_g\n0,0,0,9.8\n10,0,0,9.8\n", NULL, "in m/s2"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,16000\n10,0,0,16400\n", NULL,
         "counts, 16384 a g"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,20\n10,1,0,30\n", NULL,
         "is gravity removed"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,1000\n10,0,0,1000\n20,0,0,40000\n", NULL,
         "a.csv:4: a value beyond 32 g"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,1000\n1000,0,0,1000\n", NULL,
         "check the unit of time"},
        {"t_ms,x_mg,y_mg,z_mg\n0,0,0,1000\n10,0,0,1000\n", &wrong,
         "not the 400 Hz given"},
        {"t_ms,x_mg,y_mg,z_mg\n1e25,0,0,1000\n", NULL, "beyond 300 years"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(cases[i].text, "a.csv", cases[i].options,
                       cases[i].words);
    }
}

static void zero_bytes_and_endless_lines_are_refused(void **state)
{
    static const char zero[] = "t_ms,x_mg,y_mg,z_mg\n0,0,0\0,1000\n";
    struct tn_accel_csv csv;
    char *line = malloc(TEXT_CAP);

    (void)state;
    assert_false(
        tn_accel_csv_decode(zero, sizeof zero - 1, "a.csv", NULL, &csv));
    assert_non_null(strstr(csv.error, "a.csv:2: a zero byte"));
    memset(line, '1', TEXT_CAP);
    assert_false(tn_accel_csv_decode(line, TEXT_CAP, "a.csv", NULL, &csv));
    assert_non_null(strstr(csv.error, "a.csv:1: a line longer than 4096"));
    free(line);
}

static void files_that_cannot_be_read_are_named(void **state)
{
    struct tn_accel_csv csv;

    (void)state;
    assert_false(tn_accel_csv_load("no/such/file.csv", NULL, &csv));
    assert_non_null(strstr(csv.error, "no/such/file.csv: cannot be opened"));
    assert_false(tn_accel_csv_load("data", NULL, &csv));
    assert_non_null(strstr(csv.error, "data: cannot be read"));
}

/* Text of `count` rows at 100 Hz; x grows by 1 mg a millisecond. */
static char *get_ramp(size_t count, size_t back_every, size_t gap_at)
{
    char *text = malloc(TEXT_CAP);
    size_t used = (size_t)sprintf(text, "t_ms,x_mg,y_mg,z_mg\n");
    size_t late_ms = 0;

    for (size_t i = 0; i < count; i++) {
        late_ms += i == gap_at ? 500 : 0;

        size_t t_ms = 10 * i + late_ms;
        size_t told_ms = back_every && i % back_every == 1 ? 0 : t_ms;

        used += (size_t)sprintf(text + used, "%zu,%zu,0,1000\n", told_ms,
                                t_ms % 1000);
    }
    return text;
}

static void rows_whose_clock_jumps_back_are_dropped_and_counted(void **state)
{
    char *text = get_ramp(200, 50, 1000);
    struct tn_accel_csv csv;

    (void)state;
    assert_true(decode(text, "a.csv", NULL, &csv));
    assert_int_equal(csv.dropped_count, 4);
    assert_int_equal(csv.row_count, 196);
    assert_non_null(strstr(csv.assumed, "4 rows dropped"));
    for (size_t i = 1; i < csv.row_count; i++) {
        assert_true(csv.rows[i].t_us > csv.rows[i - 1].t_us);
    }
    tn_accel_csv_free(&csv);
    free(text);
}

static void resampling_interpolates_and_leaves_gaps_open(void **state)
{
    char *text = get_ramp(90, 0, 45);
    struct tn_accel_csv csv;
    struct tn_accel_csv fine;
    size_t in_gap = 0;

    (void)state;
    assert_true(decode(text, "a.csv", NULL, &csv));
    assert_int_equal(csv.gap_count, 1);
    assert_true(tn_accel_csv_resample(&csv, 333, &fine));
    assert_int_equal(fine.gap_count, 1);
    for (size_t i = 0; i < fine.row_count; i++) {
        const struct tn_accel_row *row = &fine.rows[i];
        int64_t truth_ug = (int64_t)(row->t_us % 1000000);

        in_gap += row->t_us > 440000 && row->t_us < 950000;
        if (row->t_us < 990000) {
            assert_in_range(row->x_ug - truth_ug + 5, 0, 10);
        }
        assert_int_equal(row->z_ug, 1000000);
    }
    assert_int_equal(in_gap, 0);
    /* 0.44 s and 0.44 s at 333 Hz. */
    assert_in_range(fine.row_count, 290, 296);
    tn_accel_csv_free(&fine);
    assert_false(tn_accel_csv_resample(&csv, 5, &fine));
    assert_non_null(strstr(fine.error, "10 to 2000 Hz"));
    tn_accel_csv_free(&csv);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_known_layout_gives_the_same_rows),
        cmocka_unit_test(a_given_unit_and_rate_are_taken),
        cmocka_unit_test(what_is_unclear_is_refused_with_words),
        cmocka_unit_test(zero_bytes_and_endless_lines_are_refused),
        cmocka_unit_test(files_that_cannot_be_read_are_named),
        cmocka_unit_test(rows_whose_clock_jumps_back_are_dropped_and_counted),
        cmocka_unit_test(resampling_interpolates_and_leaves_gaps_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
