/* SPDX-License-Identifier: Apache-2.0 */
/* What libsodium wants of an operating system, where there is none. */
#include <stddef.h>

#include <sodium/core.h>
#include <sodium/utils.h>

/* Volatile, so that a compiler may not drop it. */
void sodium_memzero(void *const data, const size_t len)
{
    volatile unsigned char *bytes = data;

    for (size_t i = 0; i < len; i++) {
        bytes[i] = 0;
    }
}

/* The same time whatever the bytes are. */
int sodium_memcmp(const void *const a, const void *const b, size_t len)
{
    const volatile unsigned char *x = a;
    const volatile unsigned char *y = b;
    unsigned int diff = 0;

    for (size_t i = 0; i < len; i++) {
        diff |= (unsigned int)(x[i] ^ y[i]);
    }
    return diff ? -1 : 0;
}

int sodium_is_zero(const unsigned char *n, const size_t len)
{
    volatile unsigned char any = 0;

    for (size_t i = 0; i < len; i++) {
        any |= n[i];
    }
    return any == 0;
}

/* Called for arguments that break a contract: ours do not. */
void sodium_misuse(void)
{
    __builtin_trap();
}
