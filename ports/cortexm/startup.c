/* SPDX-License-Identifier: Apache-2.0 */
/* From reset to main on a bare Cortex-M4F. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "semihost.h"

/* Given by mps2.ld. */
extern uint8_t tn_stack_top[];
extern uint8_t tn_data_start[];
extern uint8_t tn_data_end[];
extern const uint8_t tn_data_load[];
extern uint8_t tn_bss_start[];
extern uint8_t tn_bss_end[];

#define CPACR (*(volatile uint32_t *)0xE000ED88u)
#define CPACR_FPU (0xFu << 20)

int main(void);
void tn_reset(void);
void tn_fault(void);

void tn_reset(void)
{
    CPACR |= CPACR_FPU; /* before the first float instruction */
    __asm volatile("dsb\n\tisb");
    memcpy(tn_data_start, tn_data_load,
           (uintptr_t)tn_data_end - (uintptr_t)tn_data_start);
    memset(tn_bss_start, 0, (uintptr_t)tn_bss_end - (uintptr_t)tn_bss_start);
    tn_semihost_exit(main());
}

void tn_fault(void)
{
    tn_semihost_put_text("fault\n");
    tn_semihost_exit(3);
}

/* Initial stack pointer, reset, then the fourteen system exceptions. */
__attribute__((section(".vectors"), used)) static const uintptr_t vectors[] = {
    (uintptr_t)tn_stack_top, (uintptr_t)tn_reset, (uintptr_t)tn_fault,
    (uintptr_t)tn_fault,     (uintptr_t)tn_fault, (uintptr_t)tn_fault,
    (uintptr_t)tn_fault,     (uintptr_t)tn_fault, (uintptr_t)tn_fault,
    (uintptr_t)tn_fault,     (uintptr_t)tn_fault, (uintptr_t)tn_fault,
    (uintptr_t)tn_fault,     (uintptr_t)tn_fault, (uintptr_t)tn_fault,
    (uintptr_t)tn_fault};
