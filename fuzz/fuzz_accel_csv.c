/* SPDX-License-Identifier: Apache-2.0 */
/* Any text is either refused with words or gives ascending rows in range. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <accel_csv.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct tn_accel_csv *csv)
{
    for (size_t i = 0; i < csv->row_count; i++) {
        if ((i > 0 && csv->rows[i].t_us <= csv->rows[i - 1].t_us) ||
            csv->rows[i].x_ug < -32000000 || csv->rows[i].x_ug > 32000000) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tn_accel_csv csv;
    struct tn_accel_csv fine;

    if (!tn_accel_csv_decode((const char *)data, size, "f_100Hz.csv", NULL,
                             &csv)) {
        if (csv.rows || !csv.error[0]) {
            abort();
        }
        return 0;
    }
    check(&csv);
    if (tn_accel_csv_resample(&csv, 100, &fine)) {
        check(&fine);
        tn_accel_csv_free(&fine);
    }
    tn_accel_csv_free(&csv);
    return 0;
}
