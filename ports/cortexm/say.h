/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_CORTEXM_SAY_H
#define TENON_CORTEXM_SAY_H

/* Numbers as text, to the emulator's console. */

#include <stdint.h>

void tn_say_hex(uint64_t v);
void tn_say_number(uint32_t v);

/* "what number" and a line's end. */
void tn_say_figure(const char *what, uint32_t v);

#endif
