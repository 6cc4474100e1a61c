/* SPDX-License-Identifier: Apache-2.0 */
#include "accel_csv.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accel_columns.h"

#define FILE_CAP (64u << 20)
#define LINE_CAP 4096u
#define ROW_CAP (1u << 24) /* 2.3 hours at 2 kHz */
#define UG_MAX 32000000.0
#define RATE_MIN_HZ 10.0
#define RATE_MAX_HZ 2000.0
#define G_MS2 9.80665

/* One text being read. */
struct reader {
    const char *text;
    const char *name;
    size_t len;
    size_t at;
    size_t line; /* 1 is the header */
    struct tn_accel_columns columns;
    double ug_per_unit;
    double us_per_row; /* of a file without times, else 0 */
    double first_us;
    size_t wild_line; /* of the first value beyond UG_MAX, or 0 */
    size_t row_cap;
    struct tn_accel_csv *csv;
};

/* Words for `error`: name, line (0: the whole file), what is wrong. */
static void say(struct tn_accel_csv *csv, const char *name, size_t line,
                const char *text)
{
    char where[24] = "";

    /* The end of a long path says more than its beginning. */
    size_t name_len = strlen(name);
    const char *tail = name_len > 70 ? name + name_len - 70 : name;

    if (line > 0) {
        snprintf(where, sizeof where, ":%zu", line);
    }
    snprintf(csv->error, sizeof csv->error, "%.70s%s: %.155s", tail, where,
             text);
    free(csv->rows);
    csv->rows = NULL;
    csv->row_count = 0;
}

__attribute__((format(printf, 3, 4))) static bool
fail(struct tn_accel_csv *csv, const char *name, const char *format, ...)
{
    va_list args;
    char text[TN_ACCEL_CSV_TEXT_CAP];

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(csv, name, 0, text);
    return false;
}

__attribute__((format(printf, 2, 3))) static bool
fail_line(struct reader *r, const char *format, ...)
{
    va_list args;
    char text[TN_ACCEL_CSV_TEXT_CAP];

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(r->csv, r->name, r->line, text);
    return false;
}

/*
 * The next line, without its end, copied so that it ends with a zero. False
 * at the end of the text or on an error.
 */
static bool pop_line(struct reader *r, char line[LINE_CAP + 1])
{
    if (r->at >= r->len) {
        return false;
    }

    const char *start = r->text + r->at;
    size_t left = r->len - r->at;
    const char *end = memchr(start, '\n', left);
    size_t line_len = end ? (size_t)(end - start) : left;

    r->line++;
    r->at += line_len + (end ? 1 : 0);
    if (line_len > LINE_CAP) {
        fail_line(r, "a line longer than %u characters; is this a CSV file?",
                  LINE_CAP);
        return false;
    }
    if (memchr(start, 0, line_len)) {
        fail_line(r, "a zero byte; save the file as plain text (UTF-8)");
        return false;
    }
    memcpy(line, start, line_len);
    if (line_len > 0 && line[line_len - 1] == '\r') {
        line_len--;
    }
    line[line_len] = 0;
    return true;
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == 0;
}

/* Digits, a point, an exponent: what strtod takes, less locales, hexadecimal
 * and words. */
static bool decode_number(const char *field, double *value)
{
    const char *p = field + strspn(field, " \t");
    char sign = *p;
    double v = 0;
    int digits = 0;
    int scale = 0;

    if (*p == '-' || *p == '+') {
        p++;
    }
    for (bool point = false; (*p >= '0' && *p <= '9') || *p == '.'; p++) {
        if (*p == '.') {
            if (point) {
                return false;
            }
            point = true;
            continue;
        }
        if (++digits > 30) {
            return false;
        }
        v = v * 10 + (*p - '0');
        scale -= point ? 1 : 0;
    }
    if (digits > 0 && (*p == 'e' || *p == 'E')) {
        char *end;
        long power = strtol(p + 1, &end, 10);

        if (end == p + 1 || power < -30 || power > 30) {
            return false;
        }
        scale += (int)power;
        p = end;
    }
    p += strspn(p, " \t");
    if (digits == 0 || *p != 0) {
        return false;
    }
    v = scale < 0 ? v / pow(10, -scale) : v * pow(10, scale);
    *value = sign == '-' ? -v : v;
    return true;
}

/* The numbers of the wanted columns of one line. */
static bool decode_line(struct reader *r, char *line, double values[4])
{
    const struct tn_accel_columns *c = &r->columns;
    int want[4] = {c->time, c->x, c->y, c->z};
    static const char *const names[4] = {"time", "x", "y", "z"};
    unsigned found = 0;
    char *field = line;

    for (int column = 0; field; column++) {
        char *comma = strchr(field, ',');

        if (comma) {
            *comma = 0;
        }
        for (unsigned i = 0; i < 4; i++) {
            if (column != want[i]) {
                continue;
            }
            if (!decode_number(field, &values[i])) {
                return fail_line(r,
                                 "\"%.40s\" in column %d (%s) is not a number; "
                                 "mend or remove the line",
                                 field, column + 1, names[i]);
            }
            found |= 1u << i;
        }
        field = comma ? comma + 1 : NULL;
    }
    for (unsigned i = 0; i < 4; i++) {
        if (want[i] >= 0 && !(found & (1u << i))) {
            return fail_line(r,
                             "column %d (%s) is missing; mend or remove the "
                             "line",
                             want[i] + 1, names[i]);
        }
    }
    return true;
}

static bool push_row(struct reader *r, const struct tn_accel_row *row)
{
    struct tn_accel_csv *csv = r->csv;

    if (csv->row_count == r->row_cap) {
        size_t cap = r->row_cap ? 2 * r->row_cap : 1024;
        struct tn_accel_row *rows = realloc(csv->rows, cap * sizeof *rows);

        if (!rows || csv->row_count >= ROW_CAP) {
            csv->rows = rows ? rows : csv->rows;
            return fail_line(r, "more rows than there is room for; cut it");
        }
        csv->rows = rows;
        r->row_cap = cap;
    }
    csv->rows[csv->row_count++] = *row;
    return true;
}

static int32_t get_ug(struct reader *r, double value)
{
    double ug = value * r->ug_per_unit;

    if (!(ug >= -UG_MAX && ug <= UG_MAX)) {
        if (!r->wild_line) {
            r->wild_line = r->line;
        }
        ug = ug > 0 ? UG_MAX : -UG_MAX;
    }
    return (int32_t)lround(ug);
}

static bool take_row(struct reader *r, const double values[4])
{
    struct tn_accel_csv *csv = r->csv;
    struct tn_accel_row row = {0};
    double t_us = r->us_per_row * (double)csv->row_count;

    if (r->columns.time >= 0) {
        t_us = values[0] * r->columns.us_per_tick;
        if (!(t_us > -1e16 && t_us < 1e16)) {
            return fail_line(r, "a time beyond 300 years; mend the line");
        }
        if (csv->row_count == 0) {
            r->first_us = t_us;
        }
        t_us -= r->first_us;
    }

    double last =
        csv->row_count ? (double)csv->rows[csv->row_count - 1].t_us : -1;

    t_us = round(t_us);
    if (t_us <= last) {
        csv->dropped_count++;
        return true;
    }
    row.t_us = (uint64_t)t_us;
    row.x_ug = get_ug(r, values[1]);
    row.y_ug = get_ug(r, values[2]);
    row.z_ug = get_ug(r, values[3]);
    return push_row(r, &row);
}

/* A rate in the name: digits before "Hz", after no letter. */
static double get_name_rate_hz(const char *name)
{
    const char *base = strrchr(name, '/');
    const char *p = base ? base + 1 : name;

    for (p = strstr(p, "Hz"); p; p = strstr(p + 2, "Hz")) {
        const char *start = p;

        while (start > name && start[-1] >= '0' && start[-1] <= '9') {
            start--;
        }
        if (p > start && p - start <= 5 && start > name &&
            (start[-1] == '_' || start[-1] == '-')) {
            return strtod(start, NULL);
        }
    }
    return 0;
}

static bool set_rate(struct reader *r,
                     const struct tn_accel_csv_options *options)
{
    double rate_hz = options->rate_hz;

    if (r->columns.time >= 0) {
        return true;
    }
    if (!(rate_hz > 0)) {
        rate_hz = get_name_rate_hz(r->name);
    }
    if (!(rate_hz > 0)) {
        return fail_line(r, "no time column and no rate; give the rate, or put "
                            "it into the file's name (\"_100Hz\")");
    }
    if (!(rate_hz >= RATE_MIN_HZ && rate_hz <= RATE_MAX_HZ)) {
        return fail_line(r, "a rate of %g Hz; 10 to 2000 Hz can be used",
                         rate_hz);
    }
    r->us_per_row = 1e6 / rate_hz;
    return true;
}

static const char *get_unit_name(enum tn_accel_unit unit)
{
    static const char *const names[] = {"?", "mg", "g", "m/s2", "counts"};

    return names[unit];
}

static bool set_unit(struct reader *r,
                     const struct tn_accel_csv_options *options)
{
    double counts_per_g = r->columns.counts_per_g;
    enum tn_accel_unit unit = r->columns.unit;

    if (options->unit != TN_ACCEL_UNIT_AUTO) {
        unit = options->unit;
        counts_per_g = options->counts_per_g;
    }
    switch (unit) {
    case TN_ACCEL_UNIT_MG:
        r->ug_per_unit = 1e3;
        break;
    case TN_ACCEL_UNIT_G:
        r->ug_per_unit = 1e6;
        break;
    case TN_ACCEL_UNIT_MS2:
        r->ug_per_unit = 1e6 / G_MS2;
        break;
    case TN_ACCEL_UNIT_COUNTS:
        if (!(counts_per_g > 0 && counts_per_g < 1e9)) {
            return fail_line(r, "give how many counts are 1 g");
        }
        r->ug_per_unit = 1e6 / counts_per_g;
        break;
    default:
        return fail_line(r, "the header does not say the unit; name the "
                            "columns like x_mg, x_g or x_ms2, or give it");
    }
    snprintf(r->csv->assumed, sizeof r->csv->assumed, "unit %s%s, time from %s",
             get_unit_name(unit),
             unit == TN_ACCEL_UNIT_COUNTS ? " (per g as given or known)" : "",
             r->columns.time >= 0 ? "its column" : "the rate");
    return true;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Median of `value` over the rows; sorts `room` (row_count long). */
static double get_median(double *room, size_t count)
{
    qsort(room, count, sizeof *room, compare_doubles);
    return room[count / 2];
}

static double get_magnitude_mg(const struct tn_accel_row *row)
{
    double x = row->x_ug;
    double y = row->y_ug;
    double z = row->z_ug;

    return sqrt(x * x + y * y + z * z) / 1e3;
}

/* Which unit would make the file's typical magnitude 1 g. */
static bool fail_unit(struct reader *r)
{
    static const struct {
        double ug;
        const char *name;
    } units[] = {{1e3, "mg"},
                 {1e6, "g"},
                 {1e6 / G_MS2, "m/s2"},
                 {1e6 / 8192, "counts, 8192 a g"},
                 {1e6 / 16384, "counts, 16384 a g"},
                 {1e6 / 4096, "counts, 4096 a g"},
                 {1e6 / 2048, "counts, 2048 a g"}};
    double median_mg = r->csv->median_mg;

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double as_mg = median_mg / r->ug_per_unit * units[i].ug;

        if (as_mg > 750 && as_mg < 1350) {
            return fail(r->csv, r->name,
                        "the magnitude is typically %.3g g, not about 1 g; in "
                        "%s it would be %.2f g: give that unit",
                        median_mg / 1e3, units[i].name, as_mg / 1e3);
        }
    }
    return fail(r->csv, r->name,
                "the magnitude is typically %.3g g, not about 1 g, and no "
                "known unit makes it so; is gravity removed?",
                median_mg / 1e3);
}

/* What can be said of the whole file only. */
static bool check_rows(struct reader *r)
{
    struct tn_accel_csv *csv = r->csv;
    size_t count = csv->row_count;

    if (count < 2) {
        return fail(csv, r->name, "fewer than two rows of numbers");
    }
    if (csv->dropped_count * 20 > csv->dropped_count + count) {
        return fail(csv, r->name,
                    "the clock stands still or jumps back in %zu of %zu rows; "
                    "use another time column, or remove it and give the rate",
                    csv->dropped_count, csv->dropped_count + count);
    }

    double *room = malloc(count * sizeof *room);

    if (!room) {
        return fail(csv, r->name, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        room[i] = get_magnitude_mg(&csv->rows[i]);
    }
    csv->median_mg = get_median(room, count);
    for (size_t i = 1; i < count; i++) {
        room[i - 1] = (double)(csv->rows[i].t_us - csv->rows[i - 1].t_us);
        csv->gap_count += room[i - 1] > TN_ACCEL_CSV_GAP_US;
    }
    csv->rate_hz = 1e6 / get_median(room, count - 1);
    free(room);
    /* A hard shake has a median of 3.4 g. */
    if (csv->median_mg < 300 || csv->median_mg > 5000) {
        return fail_unit(r);
    }
    if (r->wild_line) {
        r->line = r->wild_line;
        return fail_line(r, "a value beyond 32 g; no toy feels that: check the "
                            "unit or mend the line");
    }
    if (csv->rate_hz < RATE_MIN_HZ || csv->rate_hz > RATE_MAX_HZ) {
        return fail(csv, r->name,
                    "typically %.3g rows a second; 10 to 2000 can be used: "
                    "check the unit of time",
                    csv->rate_hz);
    }
    return true;
}

static bool check_rate(struct reader *r,
                       const struct tn_accel_csv_options *options)
{
    double measured = r->csv->rate_hz;
    double given = options->rate_hz;

    if (given > 0 && (measured < 0.8 * given || measured > 1.25 * given)) {
        return fail(r->csv, r->name,
                    "its times say %.3g Hz, not the %.3g Hz given; leave the "
                    "rate out or mend it",
                    measured, given);
    }
    return true;
}

static bool decode_header(struct reader *r, char *line)
{
    static const char bom[] = "\xEF\xBB\xBF";
    const char *why = NULL;

    if (!pop_line(r, line)) {
        return r->csv->error[0] ? false : fail(r->csv, r->name, "empty file");
    }
    if (strncmp(line, bom, 3) == 0) {
        memmove(line, line + 3, strlen(line + 3) + 1);
    }
    if (!tn_accel_columns_decode(line, &r->columns, &why)) {
        return fail_line(r, "%s", why);
    }
    return true;
}

bool tn_accel_csv_decode(const char *text, size_t len, const char *name,
                         const struct tn_accel_csv_options *options,
                         struct tn_accel_csv *csv)
{
    static const struct tn_accel_csv_options automatic = {0};
    struct reader r = {.text = text, .name = name, .len = len, .csv = csv};
    char line[LINE_CAP + 1];

    memset(csv, 0, sizeof *csv);
    options = options ? options : &automatic;
    if (!decode_header(&r, line) || !set_unit(&r, options) ||
        !set_rate(&r, options)) {
        return false;
    }
    while (pop_line(&r, line)) {
        double values[4] = {0};

        if (!is_blank(line) &&
            (!decode_line(&r, line, values) || !take_row(&r, values))) {
            return false;
        }
    }
    if (csv->error[0] || !check_rows(&r) || !check_rate(&r, options)) {
        return false;
    }

    size_t used = strlen(csv->assumed);

    snprintf(csv->assumed + used, sizeof csv->assumed - used,
             " (%.4g Hz), %zu rows dropped, %zu gaps", csv->rate_hz,
             csv->dropped_count, csv->gap_count);
    return true;
}

bool tn_accel_csv_load(const char *path,
                       const struct tn_accel_csv_options *options,
                       struct tn_accel_csv *csv)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(FILE_CAP + 1u);
    bool ok = false;

    memset(csv, 0, sizeof *csv);
    if (!file) {
        fail(csv, path, "cannot be opened: %s", strerror(errno));
    } else if (!text) {
        fail(csv, path, "out of memory");
    } else {
        size_t len = fread(text, 1, FILE_CAP + 1u, file);

        if (ferror(file)) {
            fail(csv, path, "cannot be read: %s", strerror(errno));
        } else if (len > FILE_CAP) {
            fail(csv, path, "longer than 64 MB; cut it");
        } else {
            ok = tn_accel_csv_decode(text, len, path, options, csv);
        }
    }
    free(text);
    if (file) {
        fclose(file);
    }
    return ok;
}

/* a + (b - a) part / whole, rounded to the nearest. */
static int32_t interpolate(int32_t a, int32_t b, uint64_t part, uint64_t whole)
{
    double at = (double)part / (double)whole;

    return (int32_t)lround(a + ((double)b - a) * at);
}

bool tn_accel_csv_resample(const struct tn_accel_csv *in, double rate_hz,
                           struct tn_accel_csv *out)
{
    memset(out, 0, sizeof *out);
    if (!(rate_hz >= RATE_MIN_HZ && rate_hz <= RATE_MAX_HZ)) {
        return fail(out, "resample", "%g Hz; 10 to 2000 Hz can be used",
                    rate_hz);
    }
    struct reader r = {.name = "resample", .csv = out};
    size_t at = 0;

    for (uint64_t n = 0; at + 1 < in->row_count;) {
        const struct tn_accel_row *a = &in->rows[at];
        const struct tn_accel_row *b = &in->rows[at + 1];
        uint64_t t_us = (uint64_t)llround((double)n * 1e6 / rate_hz);
        uint64_t span_us = b->t_us - a->t_us;

        if (t_us > b->t_us) {
            at++;
            out->gap_count += span_us > TN_ACCEL_CSV_GAP_US;
            continue;
        }
        n++;
        if (span_us > TN_ACCEL_CSV_GAP_US && t_us > a->t_us && t_us < b->t_us) {
            /* On to the gap's far side at once: it may be years long. */
            n = (uint64_t)ceil((double)b->t_us * rate_hz / 1e6 - 1e-9);
            at++;
            out->gap_count++;
            continue;
        }

        uint64_t part = t_us - a->t_us;
        struct tn_accel_row row = {
            .t_us = t_us,
            .x_ug = interpolate(a->x_ug, b->x_ug, part, span_us),
            .y_ug = interpolate(a->y_ug, b->y_ug, part, span_us),
            .z_ug = interpolate(a->z_ug, b->z_ug, part, span_us),
        };

        if (!push_row(&r, &row)) {
            return false;
        }
    }
    out->rate_hz = rate_hz;
    out->median_mg = in->median_mg;
    out->dropped_count = in->dropped_count;
    return true;
}

void tn_accel_csv_free(struct tn_accel_csv *csv)
{
    free(csv->rows);
    memset(csv, 0, sizeof *csv);
}
