/* SPDX-License-Identifier: Apache-2.0 */
#include "ticks.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define SYST_MAX 0xFFFFFFu
#define SYST_ON_CPU_CLOCK 5u

uint32_t tn_ticks_get(void)
{
    return SYST_CVR;
}

/* The counter runs down and wraps. */
uint32_t tn_ticks_since(uint32_t from)
{
    return (from - SYST_CVR) & SYST_MAX;
}

uint32_t tn_ticks_init(void)
{
    SYST_RVR = SYST_MAX;
    SYST_CVR = 0;
    SYST_CSR = SYST_ON_CPU_CLOCK;
    (void)SYST_CVR;
    return tn_ticks_since(tn_ticks_get());
}

uint32_t tn_ticks_to_instructions(uint32_t ticks, uint32_t overhead)
{
    return ticks > overhead ? (ticks - overhead) * 5u / 8u : 0;
}
