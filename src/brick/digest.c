/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/brick.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>

uint64_t tn_brick_hash(const struct tn_brick *brick)
{
    return tn_hash_fnv64(TN_FNV64_START, brick, sizeof *brick);
}

static uint64_t hash_audio(uint64_t h, const int16_t *audio)
{
    uint8_t bytes[2 * TN_AUDIO_LEN];
    uint32_t at = 0;

    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        at = tn_bytes_put_u16(bytes, at, (uint16_t)audio[i]);
    }
    return tn_hash_fnv64(h, bytes, at);
}

static uint64_t hash_near(uint64_t h, const struct tn_nf_cmd *cmd)
{
    const uint8_t head[3] = {cmd->id, cmd->op, cmd->len};

    h = tn_hash_fnv64(h, head, sizeof head);
    return tn_hash_fnv64(h, cmd->data, cmd->len);
}

static uint64_t hash_notice(uint64_t h, const struct tn_notice *notice)
{
    uint8_t bytes[4] = {(uint8_t)notice->err, notice->slot};

    (void)tn_bytes_put_u16(bytes, 2, notice->at);
    return tn_hash_fnv64(h, bytes, sizeof bytes);
}

uint64_t tn_out_hash(uint64_t h, const struct tn_out *out)
{
    uint8_t tail[8] = {0};
    uint32_t at = 0;

    h = hash_audio(h, out->audio);
    for (uint32_t i = 0; i < TN_LED_COUNT; i++) {
        const uint8_t led[3] = {out->leds[i].r, out->leds[i].g, out->leds[i].b};

        h = tn_hash_fnv64(h, led, sizeof led);
    }
    for (uint8_t i = 0; i < out->near_count; i++) {
        h = hash_near(h, &out->near[i]);
    }
    for (uint8_t i = 0; i < out->notice_count; i++) {
        h = hash_notice(h, &out->notices[i]);
    }
    tail[at++] = out->near_count;
    tail[at++] = out->notice_count;
    at = tn_bytes_put_u32(tail, at, out->sleep_us);
    at = tn_bytes_put_u16(tail, at, out->wake_mg);
    return tn_hash_fnv64(h, tail, at);
}
