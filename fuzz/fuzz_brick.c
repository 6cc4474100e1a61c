/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole brick on hostile inputs: bytes become frames with any samples, any
 * sound and light, any near-field replies, radio frames behind a good seal,
 * coil reports, answers of flash and crypto engine, and any gaps in time.
 * Nothing may break, and a copy of the brick must come to the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/brick.h>
#include <tenon/bytes.h>

#include "support/glass.h"

/* A few samples again and again, and any counts of light. */
static void get_senses(struct tn_bytes *b, struct tn_in *in, uint8_t flags)
{
    in->mic_on = (flags & 0x40u) ? 1 : 0;
    for (uint8_t i = 0; in->mic_on && i < 4; i++) {
        in->mic[i] = (int16_t)tn_bytes_get_u16(b);
    }
    for (uint32_t i = 4; i < TN_AUDIO_LEN; i++) {
        in->mic[i] = in->mic[i % 4];
    }
    in->light.valid = flags >> 7;
    if (in->light.valid) {
        in->light.r = tn_bytes_get_u16(b);
        in->light.g = tn_bytes_get_u16(b);
        in->light.b = tn_bytes_get_u16(b);
        in->light.clear = tn_bytes_get_u16(b);
        in->light.integration_us = tn_bytes_get_u16(b);
        in->light.gain = tn_bytes_get_u8(b);
    }
}

static void get_accel(struct tn_bytes *b, struct tn_in *in)
{
    uint8_t flags = tn_bytes_get_u8(b);

    in->accel_count = (flags & 0x3Fu) % (TN_ACCEL_CAP + 1);
    get_senses(b, in, flags);
    for (uint8_t i = 0; i < in->accel_count; i++) {
        in->accel[i].x_mg = (int16_t)tn_bytes_get_u16(b);
        in->accel[i].y_mg = (int16_t)tn_bytes_get_u16(b);
        in->accel[i].z_mg = (int16_t)tn_bytes_get_u16(b);
        in->accel[i].at_us = tn_bytes_get_u16(b);
    }
}

static void get_near(struct tn_bytes *b, struct tn_in *in)
{
    in->near_count = tn_bytes_get_u8(b) % (TN_NF_CAP + 1);
    for (uint8_t i = 0; i < in->near_count; i++) {
        struct tn_nf_reply *reply = &in->near[i];

        reply->id = tn_bytes_get_u8(b);
        reply->status = tn_bytes_get_u8(b) % 5;
        reply->len = tn_bytes_get_u8(b) % (TN_NF_DATA_LEN + 1);
        for (uint8_t k = 0; k < reply->len; k++) {
            reply->data[k] = tn_bytes_get_u8(b);
        }
    }
}

/* Frames may claim to lie anywhere in the data. */
static void get_radio(struct tn_bytes *b, const struct tn_out *last,
                      struct tn_in *in)
{
    struct tn_net_radio_in *radio = &in->radio;

    radio->rx_count = tn_bytes_get_u8(b) % 4u;
    radio->next_us = last->radio.train ? (in->time_us / 30000 + 2) * 30000 : 0;
    for (uint8_t i = 0; i < radio->rx_count; i++) {
        struct tn_net_rx *rx = &radio->rx[i];

        rx->at_us = in->time_us - (uint64_t)tn_bytes_get_u8(b) * 100;
        rx->at = tn_bytes_get_u16(b) % 1100u;
        rx->len = tn_bytes_get_u8(b);
        rx->train = tn_bytes_get_u8(b) % 3u;
        rx->slot = tn_bytes_get_u8(b) % 17u;
        for (uint32_t k = 0; k < rx->len; k++) {
            radio->data[(rx->at + k) % TN_NET_RX_LEN] = tn_bytes_get_u8(b);
        }
    }
}

static void get_coils(struct tn_bytes *b, const struct tn_out *last,
                      struct tn_in *in)
{
    in->coil_count = tn_bytes_get_u8(b) % (TN_COIL_CAP + 1);
    for (uint8_t i = 0; i < in->coil_count; i++) {
        struct tn_coil_report *report = &in->coils[i];

        report->at_us = last->coils.at_us;
        report->turn = last->coils.turn;
        for (uint32_t k = 0; k < 9; k++) {
            uint32_t bits = tn_bytes_get_u32(b);

            memcpy(&report->couplings[k], &bits, sizeof bits);
        }
        report->sigma = (float)tn_bytes_get_u16(b) / 64.0f;
    }
}

/* Right ids, so that answers are taken. */
static void get_answers(struct tn_bytes *b, const struct tn_out *last,
                        struct tn_in *in)
{
    uint8_t flags = tn_bytes_get_u8(b);

    memset(&in->store, 0, sizeof in->store);
    in->store.answer = last->store.op ? flags % 3u : 0;
    in->store.id = last->store.id;
    if (last->store.op == TN_STORE_READ) {
        in->store.len = last->store.len;
        memset(in->store.data, flags & 0x80u ? 0xFF : 0, in->store.len);
        for (uint32_t i = 0; i < 32 && (flags & 0x40u); i++) {
            in->store.data[i] = tn_bytes_get_u8(b);
        }
    }
    in->answer.status = (flags >> 2) % 3u;
    in->answer.id = last->job.id;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct tn_brick brick;
    static struct tn_brick copy;
    static struct tn_in in;
    static struct tn_out out;
    static struct tn_out out_copy;
    const struct tn_brick_config config = {
        .seed = 1, .flash_sectors = 4, .has_family = 1};
    struct tn_bytes b = tn_bytes_of(data, (uint16_t)(len & 0xFFFFu));

    memset(&in, 0, sizeof in);
    memset(&out, 0, sizeof out);
    in.battery_pc = 50;
    in.crypto = &glass;

    tn_brick_init(&brick, &config);
    memcpy(&copy, &brick, sizeof brick);
    while (!b.err) {
        uint8_t gap = tn_bytes_get_u8(&b);

        in.power = gap & 1u;
        get_accel(&b, &in);
        get_near(&b, &in);
        get_radio(&b, &out, &in);
        get_coils(&b, &out, &in);
        get_answers(&b, &out, &in);
        in.secrets[0] += 0x9E3779B9u;
        in.secrets[3] += gap;
        (void)tn_brick_step(&brick, &in, &out);
        (void)tn_brick_step(&copy, &in, &out_copy);
        if (tn_out_hash(0, &out) != tn_out_hash(0, &out_copy) ||
            out.sleep_us % TN_FRAME_US != 0) {
            abort();
        }
        in.time_us += TN_FRAME_US + (uint64_t)gap * out.sleep_us / 256;
    }
    if (tn_brick_hash(&brick) != tn_brick_hash(&copy)) {
        abort();
    }
    return 0;
}
