/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/brick.h>

#include <stddef.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>

uint64_t tn_brick_hash(const struct tn_brick *brick)
{
    return tn_hash_fnv64(TN_FNV64_START, brick,
                         offsetof(struct tn_brick, scratch));
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

static uint64_t hash_coils(uint64_t h, const struct tn_coil_plan *plan)
{
    uint8_t bytes[12];
    uint32_t at = tn_bytes_put_u64(bytes, 0, plan->at_us);

    bytes[at++] = plan->lf;
    bytes[at++] = plan->hf;
    bytes[at++] = plan->turn;
    bytes[at++] = plan->send;
    return tn_hash_fnv64(h, bytes, at);
}

static uint64_t hash_radio(uint64_t h, const struct tn_net_radio_out *radio)
{
    uint8_t bytes[19];
    uint32_t at = tn_bytes_put_u64(bytes, 0, radio->tx_us);

    at = tn_bytes_put_u16(bytes, at, radio->tx_len);
    at = tn_bytes_put_u16(bytes, at, radio->slots);
    bytes[at++] = radio->tx;
    bytes[at++] = radio->tx_slot;
    bytes[at++] = radio->tx_train;
    bytes[at++] = radio->train;
    bytes[at++] = radio->listen;
    bytes[at++] = radio->scan;
    bytes[at++] = radio->sync;
    h = tn_hash_fnv64(h, bytes, at);
    return tn_hash_fnv64(h, radio->data, radio->tx_len);
}

static uint64_t hash_jobs(uint64_t h, const struct tn_out *out)
{
    const struct tn_store_job *store = &out->store;
    const struct tn_crypto_job *job = &out->job;
    uint8_t bytes[12];
    uint32_t at = tn_bytes_put_u32(bytes, 0, store->at);

    at = tn_bytes_put_u16(bytes, at, store->len);
    bytes[at++] = store->op;
    bytes[at++] = store->id;
    bytes[at++] = job->op;
    bytes[at++] = job->id;
    at = tn_bytes_put_u16(bytes, at, job->len);
    h = tn_hash_fnv64(h, bytes, at);
    if (store->op == TN_STORE_PROGRAM) {
        h = tn_hash_fnv64(h, out->store_data, store->len);
    }
    if (job->op != TN_CRYPTO_NO_JOB) {
        h = tn_hash_fnv64(h, job->key, sizeof job->key);
        h = tn_hash_fnv64(h, job->data, job->len);
    }
    return h;
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
    h = hash_coils(h, &out->coils);
    h = hash_radio(h, &out->radio);
    h = hash_jobs(h, out);
    tail[at++] = out->near_count;
    tail[at++] = out->notice_count;
    at = tn_bytes_put_u32(tail, at, out->sleep_us);
    at = tn_bytes_put_u16(tail, at, out->wake_mg);
    return tn_hash_fnv64(h, tail, at);
}
