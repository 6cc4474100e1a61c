/* SPDX-License-Identifier: Apache-2.0 */
#include "accel_columns.h"

#include <ctype.h>
#include <string.h>

/* The boards that wrote "Processing Timestamp (ms), Arduino Timestamp (ms), X,
 * Y, Z" ran their sensor at +-4 g and 16 bits. */
#define BOARD_LOG_COUNTS_PER_G 8192.0
#define COLUMN_CAP 64

/* A column's name in lower case, split: "acc_x[mg]" is "acc_x" and "mg". */
struct title {
    char *base;
    const char *unit; /* "" where it has none */
};

/* Cuts spaces, brackets and a known ending such as "_mg" off `field`. */
static struct title get_title(char *field)
{
    static const char *const endings[] = {"_mg", "_g",  "_ms2", "_ms",
                                          "_us", "_ns", "_s"};
    struct title title = {.base = field + strspn(field, " \t\""), .unit = ""};

    for (char *p = title.base; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }

    char *open = strpbrk(title.base, "[(");

    if (open) {
        title.unit = open + 1;
        open[1 + strcspn(open + 1, "])")] = 0;
        *open = 0;
    }

    size_t len = strlen(title.base);

    while (len > 0 && strchr(" \t\"", title.base[len - 1])) {
        title.base[--len] = 0;
    }
    for (size_t i = 0; !open && i < sizeof endings / sizeof *endings; i++) {
        size_t end_len = strlen(endings[i]);

        if (len > end_len &&
            strcmp(title.base + len - end_len, endings[i]) == 0) {
            title.base[len - end_len] = 0;
            title.unit = endings[i] + 1;
            break;
        }
    }
    return title;
}

/* Whether `base` is the acceleration along `axis`: x, ax, acc_x, accel_h_x. */
static bool is_axis(const char *base, char axis)
{
    size_t len = strlen(base);

    if (len == 0 || base[len - 1] != axis) {
        return false;
    }
    return len == 1 || (len == 2 && base[0] == 'a') ||
           (strncmp(base, "acc", 3) == 0 && base[len - 2] == '_');
}

static bool is_time(const char *base)
{
    return strcmp(base, "t") == 0 || strcmp(base, "time") == 0 ||
           strstr(base, "timestamp") != NULL;
}

static double get_us_per_tick(const char *unit)
{
    static const struct {
        const char *unit;
        double us;
    } units[] = {{"s", 1e6}, {"ms", 1e3}, {"us", 1}, {"ns", 1e-3}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].unit) == 0) {
            return units[i].us;
        }
    }
    return 0;
}

static enum tn_accel_unit get_unit(const char *unit)
{
    if (strcmp(unit, "mg") == 0) {
        return TN_ACCEL_UNIT_MG;
    }
    if (strcmp(unit, "g") == 0) {
        return TN_ACCEL_UNIT_G;
    }
    if (strcmp(unit, "ms2") == 0 || strcmp(unit, "m/s2") == 0 ||
        strcmp(unit, "m/s^2") == 0) {
        return TN_ACCEL_UNIT_MS2;
    }
    return TN_ACCEL_UNIT_AUTO;
}

/* Takes one column's title; false with `why` where it contradicts others. */
static bool take_title(struct title title, int index,
                       struct tn_accel_columns *c, const char **why)
{
    int *axes[3] = {&c->x, &c->y, &c->z};

    if (is_time(title.base)) {
        /* Where a host and a board both stamped, the board knows better. */
        bool logger = strstr(title.base, "arduino") != NULL;
        bool board = logger || strstr(title.base, "device") != NULL;

        if (c->time < 0 || board) {
            c->time = index;
            c->us_per_tick = get_us_per_tick(title.unit);
        }
        if (logger) {
            c->counts_per_g = BOARD_LOG_COUNTS_PER_G;
        }
        return true;
    }
    for (int i = 0; i < 3; i++) {
        if (!is_axis(title.base, (char)('x' + i))) {
            continue;
        }
        if (*axes[i] >= 0) {
            *why = "two columns for one axis; remove or rename one";
            return false;
        }
        *axes[i] = index;

        enum tn_accel_unit unit = get_unit(title.unit);

        if (i > 0 && unit != c->unit) {
            *why = "x, y and z (in this order) need the same unit";
            return false;
        }
        c->unit = unit;
    }
    return true;
}

bool tn_accel_columns_decode(char *line, struct tn_accel_columns *columns,
                             const char **why)
{
    struct tn_accel_columns c = {.time = -1, .x = -1, .y = -1, .z = -1};
    char *field = line;

    for (int index = 0; field; index++) {
        char *comma = strchr(field, ',');

        if (index == COLUMN_CAP) {
            *why = "more than 64 columns";
            return false;
        }
        if (comma) {
            *comma = 0;
        }
        if (!take_title(get_title(field), index, &c, why)) {
            return false;
        }
        field = comma ? comma + 1 : NULL;
    }
    if (c.x < 0 || c.y < 0 || c.z < 0) {
        *why = "no columns x, y and z; the first line must name the columns, "
               "with commas between, such as t_ms,x_mg,y_mg,z_mg";
        return false;
    }
    if (c.time >= 0 && !(c.us_per_tick > 0)) {
        *why = "the time column does not say its unit; name it t_ms, t_s or "
               "t_us";
        return false;
    }
    if (c.unit == TN_ACCEL_UNIT_AUTO && c.counts_per_g > 0) {
        c.unit = TN_ACCEL_UNIT_COUNTS;
    }
    *columns = c;
    return true;
}
