/* SPDX-License-Identifier: Apache-2.0 */
#include "semihost.h"

#include <string.h>

/* Operation numbers: "Semihosting for AArch32 and AArch64", chapter 5. */
enum semihost_op {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE0 = 0x04,
    SYS_READ = 0x06,
    SYS_FLEN = 0x0C,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20
};

#define OPEN_READ_BINARY 1u
#define STOPPED_APPLICATION_EXIT 0x20026u

static int32_t call(enum semihost_op op, const void *block)
{
    register uint32_t r0 __asm("r0") = (uint32_t)op;
    register const void *r1 __asm("r1") = block;

    __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return (int32_t)r0;
}

bool tn_semihost_get_command(char *text, uint32_t cap)
{
    const uintptr_t block[2] = {(uintptr_t)text, cap};

    return call(SYS_GET_CMDLINE, block) == 0;
}

/* SYS_READ answers with how many bytes it did not read. */
static bool read_all(uint32_t handle, uint8_t *data, uint32_t cap,
                     uint32_t *len)
{
    const uint32_t flen_block[1] = {handle};
    int32_t file_len = call(SYS_FLEN, flen_block);

    if (file_len < 0 || (uint32_t)file_len > cap) {
        return false;
    }
    *len = (uint32_t)file_len;

    const uintptr_t read_block[3] = {handle, (uintptr_t)data, *len};

    return *len == 0 || call(SYS_READ, read_block) == 0;
}

bool tn_semihost_get_file(const char *path, uint8_t *data, uint32_t cap,
                          uint32_t *len)
{
    const uintptr_t open_block[3] = {(uintptr_t)path, OPEN_READ_BINARY,
                                     strlen(path)};
    int32_t handle = call(SYS_OPEN, open_block);

    if (handle < 0) {
        return false;
    }

    bool done = read_all((uint32_t)handle, data, cap, len);
    const uint32_t close_block[1] = {(uint32_t)handle};

    (void)call(SYS_CLOSE, close_block);
    return done;
}

void tn_semihost_put_text(const char *text)
{
    (void)call(SYS_WRITE0, text);
}

_Noreturn void tn_semihost_exit(int code)
{
    const uint32_t block[2] = {STOPPED_APPLICATION_EXIT, (uint32_t)code};

    for (;;) {
        (void)call(SYS_EXIT_EXTENDED, block);
    }
}
