/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PORTS_ACCEL_CSV_H
#define TENON_PORTS_ACCEL_CSV_H

/*
 * Reads accelerometer recordings (text, comma-separated, one header line that
 * names the columns) into micro-g and microseconds, on the host only. A file
 * that is not certain to mean what it seems to mean is refused with words that
 * say where and what to do; what was assumed is reported too. The caller owns
 * the result and frees it. Layouts: docs/spec/motion.md, "Recordings".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_ACCEL_CSV_TEXT_CAP 256u
#define TN_ACCEL_CSV_GAP_US 200000u /* longer than this is never bridged */

enum tn_accel_unit {
    TN_ACCEL_UNIT_AUTO = 0, /* from the header */
    TN_ACCEL_UNIT_MG,
    TN_ACCEL_UNIT_G,
    TN_ACCEL_UNIT_MS2,    /* metres per second squared */
    TN_ACCEL_UNIT_COUNTS, /* needs counts_per_g */
};

struct tn_accel_csv_options {
    double rate_hz; /* of a file without times; 0: from its name ("_30Hz") */
    double counts_per_g;     /* for TN_ACCEL_UNIT_COUNTS, > 0 */
    enum tn_accel_unit unit; /* overrides what the header says */
};

struct tn_accel_row {
    uint64_t t_us; /* from the first row, ascending */
    int32_t x_ug;  /* micro-g, -32000000 .. 32000000 */
    int32_t y_ug;
    int32_t z_ug;
};

struct tn_accel_csv {
    struct tn_accel_row *rows; /* on the heap */
    size_t row_count;
    size_t dropped_count; /* rows whose clock stood still or jumped back */
    size_t gap_count;     /* pairs of rows further apart than GAP_US */
    double rate_hz;       /* of the typical pair of rows */
    double median_mg;     /* of the magnitude over the file */
    char error[TN_ACCEL_CSV_TEXT_CAP];   /* "" or "name:line: what; do what" */
    char assumed[TN_ACCEL_CSV_TEXT_CAP]; /* unit, source of time, drops */
};

/*
 * Decodes `len` bytes of text; `name` stands in messages and may carry the
 * rate. False: `csv->error` says why and there are no rows. `options` may be
 * null (all automatic).
 */
bool tn_accel_csv_decode(const char *text, size_t len, const char *name,
                         const struct tn_accel_csv_options *options,
                         struct tn_accel_csv *csv);

/* The same from a file of at most 64 MB. */
bool tn_accel_csv_load(const char *path,
                       const struct tn_accel_csv_options *options,
                       struct tn_accel_csv *csv);

/*
 * Puts `in` on a fixed rate (10 .. 2000 Hz) by linear interpolation; slow
 * motion is kept, but nothing is filtered, so going far down may alias.
 * Inside a gap there are no rows: the times jump, and gap_count says how often.
 */
bool tn_accel_csv_resample(const struct tn_accel_csv *in, double rate_hz,
                           struct tn_accel_csv *out);

void tn_accel_csv_free(struct tn_accel_csv *csv);

#endif
