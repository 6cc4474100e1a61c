/* SPDX-License-Identifier: Apache-2.0 */
/* Where TN_ASSERT ends in tests and fuzz targets: loudly. */
#include <stdio.h>
#include <stdlib.h>

#include <tenon/assert.h>

_Noreturn void tn_assert_failed(const char *file, int line);

_Noreturn void tn_assert_failed(const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: TN_ASSERT failed\n", file, line);
    abort();
}
