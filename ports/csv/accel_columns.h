/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PORTS_ACCEL_COLUMNS_H
#define TENON_PORTS_ACCEL_COLUMNS_H

/* Which column of a recording holds what, from its header line. Private to
 * ports/csv. */

#include <stdbool.h>

#include "accel_csv.h"

struct tn_accel_columns {
    int time; /* index, or -1: none */
    int x;
    int y;
    int z;
    double us_per_tick;      /* of the time column */
    double counts_per_g;     /* where unit is COUNTS */
    enum tn_accel_unit unit; /* AUTO: the header does not say */
};

/* Writes to `line`. False: `why` says what is wrong, in fixed words. */
bool tn_accel_columns_decode(char *line, struct tn_accel_columns *columns,
                             const char **why);

#endif
