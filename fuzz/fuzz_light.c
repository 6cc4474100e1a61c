/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Light patches from anywhere: what tn_glow_check takes shines at any time;
 * what it refuses is wrong at an offset within the bytes. The first eight bytes
 * are the time.
 */
#include <stdint.h>
#include <stdlib.h>

#include <tenon/bytes.h>
#include <tenon/glow.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct tn_rgb leds[TN_LED_COUNT];
    struct tn_glow glow;
    uint8_t at = 0;

    if (len < 8 || len - 8 > UINT8_MAX) {
        return 0;
    }

    struct tn_bytes b = tn_bytes_of(data, (uint16_t)len);
    uint64_t time_us = tn_bytes_get_u64(&b);
    uint8_t patch_len = (uint8_t)(len - 8);

    if (tn_glow_check(data + 8, patch_len, &at)) {
        return at > patch_len ? abort(), 0 : 0;
    }
    tn_glow_init(&glow);
    tn_glow_set(&glow, 1, 1, data + 8, patch_len, time_us / 3);
    tn_glow_set_part(&glow, 1, (tn_q16)(uint32_t)time_us);
    (void)tn_glow_is_dark(&glow, time_us);
    tn_glow_render(&glow, time_us, leds);
    tn_glow_clear(&glow, 1);
    tn_glow_render(&glow, time_us, leds);
    for (uint32_t i = 0; i < TN_LED_COUNT; i++) {
        if (leds[i].r || leds[i].g || leds[i].b) {
            abort();
        }
    }
    return 0;
}
