/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_CORTEXM_TICKS_H
#define TENON_CORTEXM_TICKS_H

/* SysTick as a stopwatch, 24 bits. No call may come from an interrupt. */

#include <stdint.h>

/* Starts the counter; gives what a measurement of nothing takes. */
uint32_t tn_ticks_init(void);

uint32_t tn_ticks_get(void);

/* Ticks from a reading until now. */
uint32_t tn_ticks_since(uint32_t from);

/* A reading's instructions, less `overhead` ticks: SysTick runs at 25 MHz in
 * QEMU, and with -icount shift=6 an instruction takes 64 ns. */
uint32_t tn_ticks_to_instructions(uint32_t ticks, uint32_t overhead);

#endif
