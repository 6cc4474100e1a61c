/* SPDX-License-Identifier: Apache-2.0 */
#include "say.h"

#include "semihost.h"

void tn_say_hex(uint64_t v)
{
    char text[17];

    for (int i = 0; i < 16; i++) {
        text[i] = "0123456789abcdef"[(v >> (60 - 4 * i)) & 15u];
    }
    text[16] = 0;
    tn_semihost_put_text(text);
}

void tn_say_number(uint32_t v)
{
    char text[11];
    char *at = text + 10;

    *at = 0;
    do {
        *--at = (char)('0' + v % 10u);
        v /= 10u;
    } while (v);
    tn_semihost_put_text(at);
}

void tn_say_figure(const char *what, uint32_t v)
{
    tn_semihost_put_text(what);
    tn_semihost_put_text(" ");
    tn_say_number(v);
    tn_semihost_put_text("\n");
}
