/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_CORTEXM_SEMIHOST_H
#define TENON_CORTEXM_SEMIHOST_H

/*
 * The few host services that the conformance program needs, by Arm's
 * "Semihosting for AArch32 and AArch64": command line, one file, text, exit.
 * Calls block; none may come from an interrupt.
 */

#include <stdbool.h>
#include <stdint.h>

/* The command line as one string; false if it does not fit `cap` bytes. */
bool tn_semihost_get_command(char *text, uint32_t cap);

/* Reads the whole file; false if it cannot be read or exceeds `cap`. */
bool tn_semihost_get_file(const char *path, uint8_t *data, uint32_t cap,
                          uint32_t *len);

void tn_semihost_put_text(const char *text);

/* Ends the emulator with this exit code. */
_Noreturn void tn_semihost_exit(int code);

#endif
