/* SPDX-License-Identifier: Apache-2.0 */
/* Where TN_ASSERT ends on a host: our own mistake, loudly. */
#include <stdio.h>
#include <stdlib.h>

#include <tenon/assert.h>

_Noreturn void tn_assert_failed(const char *file, int line);

_Noreturn void tn_assert_failed(const char *file, int line)
{
    (void)fprintf(stderr, "tenon: %s:%d: this cannot be; please report it\n",
                  file, line);
    abort();
}
