/* SPDX-License-Identifier: Apache-2.0 */
/* ports/recording: what goes in comes back, and nothing else is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include <ports/crypto/sodium.h>
#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/prng.h>
#include <tenon/recording.h>

#define FILE_CAP 65536u

static int16_t get_s16(struct tn_prng *prng)
{
    return (int16_t)(uint16_t)tn_prng_get(prng);
}

static void fill_near(struct tn_prng *prng, struct tn_in *in)
{
    in->near_count = (uint8_t)tn_prng_below(prng, TN_NF_CAP + 1);
    for (uint8_t i = 0; i < in->near_count; i++) {
        struct tn_nf_reply *reply = &in->near[i];

        reply->id = (uint8_t)tn_prng_get(prng);
        reply->status = (uint8_t)tn_prng_below(prng, 4);
        reply->len = (uint8_t)tn_prng_below(prng, TN_NF_DATA_LEN + 1);
        for (uint8_t k = 0; k < reply->len; k++) {
            reply->data[k] = (uint8_t)tn_prng_get(prng);
        }
    }
}

static void fill_light(struct tn_prng *prng, struct tn_light *light)
{
    light->r = (uint16_t)tn_prng_get(prng);
    light->g = (uint16_t)tn_prng_get(prng);
    light->b = (uint16_t)tn_prng_get(prng);
    light->clear = (uint16_t)tn_prng_get(prng);
    light->integration_us = (uint16_t)tn_prng_get(prng);
    light->gain = (uint8_t)tn_prng_get(prng);
    light->valid = 1;
}

static uint64_t get_u64(struct tn_prng *prng)
{
    return (uint64_t)tn_prng_get(prng) << 32 | tn_prng_get(prng);
}

/* Mostly close to `time_us`, before or after it. */
static uint64_t get_moment(struct tn_prng *prng, uint64_t time_us)
{
    return tn_prng_below(prng, 8) == 0
               ? get_u64(prng)
               : time_us + tn_prng_below(prng, 60000) - 30000u;
}

/* Frames wherever they lie, even outside the bytes that there are. */
static void fill_radio(struct tn_prng *prng, struct tn_in *in)
{
    struct tn_net_radio_in *radio = &in->radio;
    uint32_t end = 0;

    radio->next_us = get_moment(prng, in->time_us);
    radio->rx_count = (uint8_t)tn_prng_below(prng, TN_NET_RX_CAP + 1);
    for (uint8_t i = 0; i < radio->rx_count; i++) {
        struct tn_net_rx *rx = &radio->rx[i];
        bool odd = tn_prng_below(prng, 20) == 0;

        rx->at_us = get_moment(prng, in->time_us);
        rx->at = (uint16_t)(odd ? tn_prng_get(prng) : end % TN_NET_RX_LEN);
        rx->len = (uint16_t)(odd ? tn_prng_get(prng)
                                 : tn_prng_below(prng, TN_NET_BEACON_CAP + 1));
        rx->train = (uint8_t)tn_prng_get(prng);
        rx->slot = (uint8_t)tn_prng_get(prng);
        end =
            (uint32_t)rx->at + rx->len > end ? (uint32_t)rx->at + rx->len : end;
    }
    for (uint32_t i = 0; i < end && i < TN_NET_RX_LEN; i++) {
        radio->data[i] = (uint8_t)tn_prng_get(prng);
    }
}

/* Couplings of any bits, so that numbers that are none are among them. */
static void fill_coils(struct tn_prng *prng, struct tn_in *in)
{
    in->coil_count = (uint8_t)tn_prng_below(prng, TN_COIL_CAP + 1);
    for (uint8_t i = 0; i < in->coil_count; i++) {
        struct tn_coil_report *report = &in->coils[i];

        report->at_us = get_moment(prng, in->time_us);
        for (uint32_t k = 0; k < 10; k++) {
            uint32_t bits = tn_prng_get(prng) |
                            (tn_prng_below(prng, 4) == 0 ? 0x7F800000u : 0);

            memcpy(k < 9 ? &report->couplings[k] : &report->sigma, &bits,
                   sizeof bits);
        }
        report->turn = (uint8_t)tn_prng_get(prng);
    }
}

static void fill_store(struct tn_prng *prng, struct tn_store_in *store)
{
    store->answer = (uint8_t)(1 + tn_prng_below(prng, 2));
    store->id = (uint8_t)tn_prng_get(prng);
    store->len = (uint16_t)tn_prng_below(prng, TN_STORE_PAGE_LEN + 1);
    for (uint16_t i = 0; i < store->len; i++) {
        store->data[i] = (uint8_t)tn_prng_get(prng);
    }
}

static void fill_answer(struct tn_prng *prng, struct tn_crypto_answer *answer)
{
    answer->status = (uint8_t)(1 + tn_prng_below(prng, 2));
    answer->id = (uint8_t)tn_prng_get(prng);
    for (uint32_t i = 0; i < sizeof answer->data; i++) {
        answer->data[i] = (uint8_t)tn_prng_get(prng);
    }
}

/* What comes from other bricks, from flash and crypto engine. */
static void fill_more(struct tn_prng *prng, struct tn_in *in)
{
    uint32_t parts = tn_prng_get(prng);

    for (uint32_t i = 0; (parts & 1u) && i < 4; i++) {
        in->secrets[i] = tn_prng_below(prng, 3) ? tn_prng_get(prng) : 0;
    }
    if (parts & 2u) {
        fill_radio(prng, in);
    }
    if (parts & 4u) {
        fill_coils(prng, in);
    }
    if (parts & 8u) {
        fill_store(prng, &in->store);
    }
    if (parts & 16u) {
        fill_answer(prng, &in->answer);
    }
}

/* Any frame that a brick accepts; each part is there every other time. */
static struct tn_in make_in(struct tn_prng *prng, uint64_t last_us)
{
    struct tn_in in;
    uint32_t parts = tn_prng_get(prng);

    memset(&in, 0, sizeof in);
    in.time_us = last_us + TN_FRAME_US;
    in.battery_pc = 100;
    if (parts & 1u) {
        in.time_us += (uint64_t)tn_prng_get(prng) << tn_prng_below(prng, 8);
    }
    if (parts & 2u) {
        in.entropy = tn_prng_get(prng);
    }
    if (parts & 4u) {
        in.battery_pc = (uint16_t)tn_prng_below(prng, 101);
    }
    in.power = (parts & 8u) ? TN_BRICK_DOCKED : 0;
    in.accel_count =
        (parts & 16u) ? (uint8_t)tn_prng_below(prng, TN_ACCEL_CAP + 1) : 0;
    for (uint8_t i = 0; i < in.accel_count; i++) {
        in.accel[i].x_mg = get_s16(prng);
        in.accel[i].y_mg = get_s16(prng);
        in.accel[i].z_mg = get_s16(prng);
        in.accel[i].at_us = (uint16_t)tn_prng_below(prng, TN_FRAME_US);
    }
    in.mic_on = (parts & 32u) ? 1 : 0;
    for (uint32_t i = 0; in.mic_on && i < TN_AUDIO_LEN; i++) {
        in.mic[i] = get_s16(prng);
    }
    if (parts & 64u) {
        fill_near(prng, &in);
    }
    if (parts & 128u) {
        fill_light(prng, &in.light);
    }
    if (parts & 256u) {
        fill_more(prng, &in);
    }
    return in;
}

/* A family's brick with a small store. */
static struct tn_brick_config make_config(void)
{
    struct tn_brick_config config = {
        .seed = 0x0123456789ABCDEFu, .flash_sectors = 2, .has_family = 1};

    memset(config.family, 0x5A, sizeof config.family);
    return config;
}

/* What the link, an erased flash and the crypto engine say to the last step's
 * output; now and then a frame of noise, and couplings, some of them none. */
static void fill_answers(struct tn_prng *prng, uint32_t step,
                         const struct tn_out *last, struct tn_in *in)
{
    if (last->radio.train) {
        in->radio.next_us = (in->time_us / TN_NET_INTERVAL_US + 1) *
                            (uint64_t)TN_NET_INTERVAL_US;
    }
    if (step % 4 == 1) {
        in->radio.rx_count = 1;
        in->radio.rx[0].at_us = in->time_us - 3000;
        in->radio.rx[0].len = 5;
        in->radio.rx[0].train = 1;
        in->radio.data[4] = (uint8_t)tn_prng_get(prng);
    }
    if (step % 4 == 3) {
        fill_coils(prng, in);
    }
    if (last->store.op != TN_STORE_NO_JOB) {
        in->store.answer = TN_STORE_DONE;
        in->store.id = last->store.id;
        in->store.len = last->store.op == TN_STORE_READ ? last->store.len : 0;
        memset(in->store.data, 0xFF, in->store.len);
    }
    if (last->job.op != TN_CRYPTO_NO_JOB) {
        tn_crypto_sodium_run(&last->job, &in->answer);
    }
}

/* A hand that shakes a brick; kept small, for files of a few steps. */
static struct tn_in make_shake(struct tn_prng *prng, uint32_t step,
                               const struct tn_out *last)
{
    struct tn_in in;

    memset(&in, 0, sizeof in);
    in.time_us = 1000000u + step * (uint64_t)TN_FRAME_US;
    in.entropy = tn_prng_get(prng);
    for (uint32_t i = 0; i < 4; i++) {
        in.secrets[i] = tn_prng_get(prng);
    }
    in.battery_pc = 80;
    in.accel_count = 1;
    in.accel[0].x_mg = (int16_t)((step / 20) % 2 ? 2500 : -2500);
    in.accel[0].z_mg = (int16_t)(1000 + (int32_t)tn_prng_below(prng, 200));
    in.accel[0].at_us = 2000;
    fill_answers(prng, step, last, &in);
    return in;
}

/* A true recording of `count` steps; returns its length. */
static uint32_t record(uint8_t *data, uint32_t count, uint64_t *digest)
{
    static struct tn_brick brick;
    static struct tn_out out;
    const struct tn_brick_config config = make_config();
    struct tn_prng prng;
    uint64_t chain = TN_FNV64_START;
    uint64_t last_us = 0;
    uint32_t len = tn_recording_put_header(data, &config);

    memset(&out, 0, sizeof out);
    tn_prng_init(&prng, 3, 3);
    tn_brick_init(&brick, &config);
    for (uint32_t i = 0; i < count; i++) {
        struct tn_in in = make_shake(&prng, i, &out);

        in.crypto = tn_crypto_sodium();
        assert_int_equal(tn_brick_step(&brick, &in, &out), TN_OK);
        chain = tn_out_hash(chain, &out);
        len += tn_recording_put_step(data + len, &in, last_us, chain);
        last_us = in.time_us;
        assert_true(len + TN_RECORDING_STEP_CAP <= FILE_CAP);
    }

    uint8_t end[8];

    (void)tn_bytes_put_u64(end, 0, tn_brick_hash(&brick));
    *digest = tn_hash_fnv64(chain, end, sizeof end);
    return len + tn_recording_put_end(data + len, count);
}

static enum tn_err replay(const uint8_t *data, uint32_t len, uint64_t *digest,
                          struct tn_recording_reader *reader)
{
    static struct tn_brick brick;

    return tn_recording_replay(reader, data, len, tn_crypto_sodium(), &brick,
                               digest);
}

static void header_is_as_specified(void **state)
{
    struct tn_brick_config config = {
        .seed = 0x1122334455667788u, .flash_sectors = 0x0100, .has_family = 1};
    static const uint8_t expected[] = {'T',  'N',  'R',  'C',  3,    0,    0x88,
                                       0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
                                       0x00, 0x01, 1,    0,    7,    14,   21};
    uint8_t data[TN_RECORDING_HEADER_LEN];
    struct tn_recording_reader reader;
    struct tn_brick_config read;

    (void)state;
    for (uint8_t i = 0; i < sizeof config.family; i++) {
        config.family[i] = (uint8_t)(7 * i);
    }
    assert_int_equal(tn_recording_put_header(data, &config), sizeof data);
    assert_memory_equal(data, expected, sizeof expected);
    assert_int_equal(data[48], 7 * 31);
    assert_int_equal(data[49] | data[50] << 8, tn_hash_crc16(data, 49));
    memset(&read, 0xEE, sizeof read);
    assert_int_equal(tn_recording_open(&reader, data, sizeof data, &read),
                     TN_OK);
    assert_memory_equal(&read, &config, sizeof config);
}

static void a_header_out_of_range_is_refused(void **state)
{
    static const struct {
        uint16_t sectors;
        uint8_t has_family;
        uint8_t at;
        enum tn_err err;
    } cases[] = {
        {0, 0, 51, TN_OK},          {1, 0, 14, TN_ERR_VALUE},
        {2, 1, 51, TN_OK},          {256, 1, 51, TN_OK},
        {257, 1, 14, TN_ERR_VALUE}, {16, 2, 16, TN_ERR_VALUE},
    };
    uint8_t data[TN_RECORDING_HEADER_LEN];
    struct tn_recording_reader reader;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn_brick_config config = {.flash_sectors = cases[i].sectors,
                                         .has_family = cases[i].has_family};

        (void)tn_recording_put_header(data, &config);
        assert_int_equal(tn_recording_open(&reader, data, sizeof data, &config),
                         cases[i].err);
        assert_int_equal(reader.at, cases[i].at);
    }
}

/* Version 2: 16 bytes of header, then its end record. */
static void an_older_version_is_told_even_if_it_is_short(void **state)
{
    static const uint8_t data[24] = {'T', 'N', 'R', 'C', 2};
    struct tn_recording_reader reader;
    uint64_t digest;

    (void)state;
    for (uint32_t len = 6; len <= sizeof data; len++) {
        assert_int_equal(replay(data, len, &digest, &reader), TN_ERR_VERSION);
        assert_int_equal(reader.at, 4);
    }
}

static void a_quiet_step_costs_seven_bytes(void **state)
{
    const struct tn_in in = {.time_us = 8000, .battery_pc = 100};
    static const uint8_t expected[] = {0, 0x44, 0x33, 0x22, 0x11};
    uint8_t data[TN_RECORDING_STEP_CAP];

    (void)state;
    assert_int_equal(tn_recording_put_step(data, &in, 4000, 0x5511223344u), 7);
    assert_memory_equal(data, expected, sizeof expected);
}

static void a_full_step_is_as_specified(void **state)
{
    static const uint8_t expected[] = {
        0xDF, 0x01,                            /* all but the microphone */
        0xA8, 0xE7, 0x01,                      /* 29608 us later */
        0x04, 0x03, 0x02, 0x01,                /* entropy */
        99,   0x01,                            /* battery, docked */
        1,    0x18, 0xFC, 2,    0,             /* one sample: x -1000, y 2 */
        0xE8, 0x03, 0xA0, 0x0F,                /* z 1000, at 4000 */
        1,    7,    2,    3,    0xA, 0xB, 0xC, /* one reply */
        1,    0,    2,    0,    3,   0,   4,   /* red 1, green 2, blue 3 */
        0x10, 0xC0, 0x5D, 60,   1, /* clear 4100, 24 ms, gain 60, valid */
        0xEF, 0xBE, 0xAD, 0xDE};
    struct tn_in in = {.time_us = 129608, .entropy = 0x01020304};
    uint8_t data[TN_RECORDING_STEP_CAP];

    (void)state;
    in.battery_pc = 99;
    in.power = TN_BRICK_DOCKED;
    in.accel_count = 1;
    in.accel[0] = (struct tn_accel){-1000, 2, 1000, 4000};
    in.near_count = 1;
    in.near[0] = (struct tn_nf_reply){
        .id = 7, .status = 2, .len = 3, .data = {10, 11, 12}};
    in.light = (struct tn_light){1, 2, 3, 4100, 24000, 60, 1};
    assert_int_equal(tn_recording_put_step(data, &in, 100000, 0xDEADBEEF),
                     sizeof expected + 2);
    assert_memory_equal(data, expected, sizeof expected);
}

static void the_second_byte_of_flags_is_as_specified(void **state)
{
    static const uint8_t expected[] = {
        0x80, 0x7E, /* all but light */
        1,    0,    0,    0,    2,   0,   0,  0, 0, 0, 0,    0,    0,
        0,    0,    4,                           /* secrets */
        0xA0, 0x9C, 0x01,                        /* beacon in 10 ms */
        2,                                       /* frames: */
        0xEF, 0x2E, 0,    0,    2,   0,   1,  0, /* 3 ms ago, train 1 */
        0,    4,    0,    1,    0,   0,   15,    /* now, at 4, slot 15 */
        0xA,  0xB,  0,    0,    0xC,             /* their bytes */
        1,    0xBF, 0xB8, 0x02,                  /* report, of 20 ms ago */
        0,    0,    0x80, 0x3F, 0,   0,   0,  0, 0, 0, 0,    0, /* couplings: 1
                                                                 */
        0,    0,    0,    0,    0,   0,   0,  0, 0, 0, 0,    0, /* zeros */
        0,    0,    0,    0,    0,   0,   0,  0, 0, 0, 0xC0, 0xBF, /* -1.5 */
        0,    0,    0,    0x3F, 3,        /* sigma 0.5, turn 3 */
        1,    9,    2,    0,    0xD, 0xE, /* flash: done, job 9 */
        2,    5,    1,    2,    3,   0,   0,  0, 0, 0, 0,    0,    0,
        0,    0,    0,    0, /* answer */
        0,    0,    0,    0,    0,   0,   0,  0, 0, 0, 0,    0,    0,
        0,    0,    0,    4, /* to job 5 */
        0xEF, 0xBE, 0xAD, 0xDE};
    struct tn_in in = {.time_us = 104000, .battery_pc = 100};
    uint8_t data[TN_RECORDING_STEP_CAP];

    (void)state;
    in.secrets[0] = 1;
    in.secrets[1] = 2;
    in.secrets[3] = 0x04000000u;
    in.radio.next_us = 114000;
    in.radio.rx_count = 2;
    in.radio.rx[0] = (struct tn_net_rx){.at_us = 101000, .len = 2, .train = 1};
    in.radio.rx[1] =
        (struct tn_net_rx){.at_us = 104000, .at = 4, .len = 1, .slot = 15};
    in.radio.data[0] = 0xA;
    in.radio.data[1] = 0xB;
    in.radio.data[4] = 0xC;
    in.coil_count = 1;
    in.coils[0] = (struct tn_coil_report){.at_us = 84000,
                                          .couplings = {1.0f, [8] = -1.5f},
                                          .sigma = 0.5f,
                                          .turn = 3};
    in.store = (struct tn_store_in){TN_STORE_DONE, 9, 2, {0xD, 0xE}};
    in.answer = (struct tn_crypto_answer){
        .status = TN_CRYPTO_REFUSED, .id = 5, .data = {1, 2, 3, [31] = 4}};
    assert_int_equal(tn_recording_put_step(data, &in, 100000, 0xDEADBEEF),
                     sizeof expected + 2);
    assert_memory_equal(data, expected, sizeof expected);
}

/* The longest of all is as long as the header says, and comes back. */
static void nothing_is_longer_than_the_cap(void **state)
{
    static uint8_t data[TN_RECORDING_HEADER_LEN + TN_RECORDING_STEP_CAP + 8];
    const struct tn_brick_config config = {.seed = 1};
    struct tn_brick_config read;
    struct tn_recording_reader reader;
    struct tn_in in;
    struct tn_in back;
    uint32_t stored;
    uint32_t head = tn_recording_put_header(data, &config);

    (void)state;
    memset(&in, 0xFF, sizeof in);
    in.crypto = NULL;
    memset(in.pad0, 0, sizeof in.pad0);
    memset(in.pad1, 0, sizeof in.pad1);
    memset(in.pad2, 0, sizeof in.pad2);
    memset(in.radio.pad, 0, sizeof in.radio.pad);
    memset(in.answer.pad, 0, sizeof in.answer.pad);
    in.time_us = UINT64_MAX - 2 * (uint64_t)TN_FRAME_US;
    in.battery_pc = 99;
    in.accel_count = TN_ACCEL_CAP;
    in.mic_on = 1;
    in.near_count = TN_NF_CAP;
    for (uint32_t i = 0; i < TN_NF_CAP; i++) {
        in.near[i].len = TN_NF_DATA_LEN;
    }
    in.light.valid = 1;
    in.store.len = TN_STORE_PAGE_LEN;
    in.coil_count = TN_COIL_CAP;
    for (uint32_t i = 0; i < TN_COIL_CAP; i++) {
        in.coils[i].at_us = in.time_us + (1ull << 63);
        memset(in.coils[i].pad, 0, sizeof in.coils[i].pad);
    }
    in.radio.next_us = in.time_us + (1ull << 63);
    in.radio.rx_count = TN_NET_RX_CAP;
    for (uint32_t i = 0; i < TN_NET_RX_CAP; i++) {
        in.radio.rx[i].at_us = in.time_us + (1ull << 63);
        memset(in.radio.rx[i].pad, 0, sizeof in.radio.rx[i].pad);
    }
    assert_int_equal(tn_recording_put_step(data + head, &in, 0, 0),
                     TN_RECORDING_STEP_CAP);
    assert_int_equal(tn_recording_open(&reader, data, head, &read), TN_OK);
    reader.len = head + TN_RECORDING_STEP_CAP;
    assert_int_equal(tn_recording_next(&reader, &back, &stored), TN_OK);
    assert_memory_equal(&back, &in, sizeof in);
}

static void every_frame_comes_back(void **state)
{
    static uint8_t data[TN_RECORDING_HEADER_LEN + TN_RECORDING_STEP_CAP +
                        TN_RECORDING_END_LEN];
    const struct tn_brick_config config = {.seed = 1};
    struct tn_brick_config read;
    struct tn_recording_reader reader;
    struct tn_prng prng;
    uint32_t longest = 0;

    (void)state;
    tn_prng_init(&prng, 7, 1);
    for (int i = 0; i < 20000; i++) {
        struct tn_in in = make_in(&prng, 0);
        uint64_t digest = tn_prng_get(&prng);
        struct tn_in back;
        uint32_t stored;
        uint32_t head = tn_recording_put_header(data, &config);
        uint32_t len = tn_recording_put_step(data + head, &in, 0, digest);

        longest = len > longest ? len : longest;
        assert_true(len <= TN_RECORDING_STEP_CAP);
        len += tn_recording_put_end(data + head + len, 1);
        assert_int_equal(tn_recording_open(&reader, data, head + len, &read),
                         TN_OK);
        assert_int_equal(tn_recording_next(&reader, &back, &stored), TN_OK);
        assert_memory_equal(&back, &in, sizeof in);
        assert_int_equal(stored, (uint32_t)digest);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(tn_recording_next(&reader, &back, &stored),
                             TN_ERR_END);
        }
        assert_int_equal(reader.step, 1);
    }
    assert_true(longest > 1500); /* large frames were among them */
}

static void a_true_recording_replays_to_its_digest(void **state)
{
    static uint8_t data[FILE_CAP];
    struct tn_recording_reader reader;
    uint64_t expected;
    uint64_t digest;
    uint32_t len = record(data, 500, &expected);

    (void)state;
    assert_int_equal(replay(data, len, &digest, &reader), TN_OK);
    assert_true(digest == expected);
    assert_int_equal(reader.step, 500);
    assert_int_equal(reader.at, len - TN_RECORDING_END_LEN);
}

/* A brick that led a group has sealed beacons; without a cipher it cannot. */
static void a_replay_needs_the_cipher_that_the_brick_had(void **state)
{
    static uint8_t data[FILE_CAP];
    static struct tn_brick brick;
    struct tn_recording_reader reader;
    uint64_t digest;
    uint32_t len = record(data, 300, &digest);

    (void)state;
    assert_int_equal(
        tn_recording_replay(&reader, data, len, NULL, &brick, &digest),
        TN_ERR_DIGEST);
}

static void the_first_step_that_differs_is_named(void **state)
{
    static uint8_t data[FILE_CAP];
    static struct tn_brick brick;
    struct tn_brick_config config;
    struct tn_recording_reader reader;
    struct tn_in in;
    uint32_t stored;
    uint64_t digest;
    uint32_t len = record(data, 100, &digest);

    (void)state;
    assert_int_equal(tn_recording_open(&reader, data, len, &config), TN_OK);
    for (int i = 0; i < 60; i++) {
        assert_int_equal(tn_recording_next(&reader, &in, &stored), TN_OK);
    }

    /* Step 60 gets another digest, with a checksum that is right. */
    uint32_t at = reader.at;
    uint64_t last_us = reader.time_us;

    assert_int_equal(tn_recording_next(&reader, &in, &stored), TN_OK);
    (void)tn_recording_put_step(data + at, &in, last_us, stored + 1u);
    assert_int_equal(tn_recording_replay(&reader, data, len, tn_crypto_sodium(),
                                         &brick, &digest),
                     TN_ERR_DIGEST);
    assert_int_equal(reader.step, 60);
    assert_int_equal(reader.at, at);
}

static void a_cut_is_found_at_every_byte(void **state)
{
    static uint8_t data[FILE_CAP];
    struct tn_recording_reader reader;
    uint64_t digest;
    uint32_t len = record(data, 20, &digest);

    (void)state;
    for (uint32_t cut = 0; cut < len; cut++) {
        assert_int_equal(replay(data, cut, &digest, &reader),
                         cut < 4 ? TN_ERR_MAGIC : TN_ERR_LENGTH);
        assert_int_equal(reader.at, cut < 4 ? 0 : cut);
    }
    assert_int_equal(replay(data, len, &digest, &reader), TN_OK);
}

static void the_end_counts_the_steps(void **state)
{
    static const uint8_t expected[] = {0x04, 0xFF, 0x44, 0x33, 0x22, 0x11};
    static uint8_t data[FILE_CAP];
    struct tn_recording_reader reader;
    uint64_t digest;
    uint32_t len = record(data, 20, &digest);
    uint32_t end = len - TN_RECORDING_END_LEN;

    (void)state;
    for (uint32_t count = 19; count <= 21; count++) {
        bool same = count == 20;

        (void)tn_recording_put_end(data + end, count);
        assert_int_equal(replay(data, len, &digest, &reader),
                         same ? TN_OK : TN_ERR_VALUE);
        assert_int_equal(reader.at, same ? end : end + 2);
    }
    assert_int_equal(tn_recording_put_end(data, 0x11223344u),
                     TN_RECORDING_END_LEN);
    assert_memory_equal(data, expected, sizeof expected);
}

static void nothing_may_follow_the_end(void **state)
{
    static uint8_t data[FILE_CAP];
    struct tn_recording_reader reader;
    uint64_t digest;
    uint32_t len = record(data, 20, &digest);

    (void)state;
    data[len] = 0;
    assert_int_equal(replay(data, len + 1, &digest, &reader), TN_ERR_LENGTH);
    assert_int_equal(reader.at, len);
}

static void a_flipped_bit_is_found_wherever_it_is(void **state)
{
    static uint8_t data[FILE_CAP];
    struct tn_recording_reader reader;
    uint64_t digest;
    uint32_t len = record(data, 12, &digest);

    (void)state;
    for (uint32_t bit = 0; bit < 8 * len; bit++) {
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(replay(data, len, &digest, &reader), TN_OK);
        assert_true(reader.at <= len);
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(replay(data, len, &digest, &reader), TN_OK);
}

/* Puts `step` behind a header with a checksum that is right; what comes? */
static enum tn_err try_step(const uint8_t *step, uint32_t len, uint32_t *at)
{
    const struct tn_brick_config config = {.seed = 1};
    uint8_t data[TN_RECORDING_HEADER_LEN + TN_RECORDING_STEP_CAP];
    struct tn_brick_config read;
    struct tn_recording_reader reader;
    struct tn_in in;
    uint32_t stored;
    uint32_t head = tn_recording_put_header(data, &config);

    memcpy(data + head, step, len);
    (void)tn_bytes_put_u16(data, head + len, tn_hash_crc16(step, len));
    assert_int_equal(tn_recording_open(&reader, data, head + len + 2, &read),
                     TN_OK);

    enum tn_err err = tn_recording_next(&reader, &in, &stored);

    *at = reader.at - head;
    return err;
}

static void one_frame_has_one_encoding(void **state)
{
    static const struct {
        uint8_t len;
        uint8_t at;
        enum tn_err err;
        uint8_t step[40];
    } cases[] = {
        {18, 13, TN_ERR_VALUE, {0x80, 0x01}}, /* a sample that is not valid */
        {18, 13, TN_ERR_VALUE, {0x80, 0x01, [13] = 2}},
        {6, 1, TN_ERR_VALUE, {0x80, 0}},     /* no more parts */
        {6, 1, TN_ERR_VALUE, {0x80, 0x80}},  /* a part that is none */
        {22, 2, TN_ERR_VALUE, {0x80, 0x02}}, /* secrets 0 */
        {8, 2, TN_ERR_VALUE, {0x80, 0x04, 0xBF, 0x3E}}, /* beacon at 0 */
        {9, 2, TN_ERR_VALUE, {0x80, 0x04, 0x81, 0x80, 0}},
        {7, 2, TN_ERR_VALUE, {0x80, 0x08, 0}}, /* no frame */
        {7, 2, TN_ERR_VALUE, {0x80, 0x08, TN_NET_RX_CAP + 1}},
        {7, 2, TN_ERR_VALUE, {0x80, 0x10, 0}}, /* no report */
        {7, 2, TN_ERR_VALUE, {0x80, 0x10, TN_COIL_CAP + 1}},
        {10, 2, TN_ERR_VALUE, {0x80, 0x20, 0}}, /* no answer of the flash */
        {10, 4, TN_ERR_VALUE, {0x80, 0x20, 1, 0, 1, 1}}, /* 257 bytes */
        {40, 2, TN_ERR_VALUE, {0x80, 0x40, 0}}, /* none of the engine */
        {40, 42, TN_OK, {0x80, 0x40, 1}},
        {5, 7, TN_OK, {0}},
        {7, 1, TN_ERR_VALUE, {0x01, 0xA0, 0x1F}},       /* 4000 us */
        {8, 1, TN_ERR_VALUE, {0x01, 0xA0, 0x9F, 0x00}}, /* a needless byte */
        {9, 1, TN_ERR_VALUE, {0x02}},                   /* entropy 0 */
        {6, 1, TN_ERR_VALUE, {0x04, 100}},              /* battery full */
        {6, 1, TN_ERR_VALUE, {0x04, 101}},
        {6, 1, TN_ERR_VALUE, {0x08, 0}},
        {6, 1, TN_ERR_VALUE, {0x10, 0}},
        {6, 1, TN_ERR_VALUE, {0x10, TN_ACCEL_CAP + 1}},
        {6, 1, TN_ERR_VALUE, {0x40, 0}},
        {6, 1, TN_ERR_VALUE, {0x40, TN_NF_CAP + 1}},
        {9, 4, TN_ERR_VALUE, {0x40, 1, 0, 0, TN_NF_DATA_LEN + 1}},
        {16,
         1,
         TN_ERR_VALUE,
         {0x01, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2}},
        {15,
         1,
         TN_ERR_TIME,
         {0x01, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}},
    };
    uint32_t at;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(try_step(cases[i].step, cases[i].len, &at),
                         cases[i].err);
        assert_int_equal(at, cases[i].at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_is_as_specified),
        cmocka_unit_test(a_header_out_of_range_is_refused),
        cmocka_unit_test(an_older_version_is_told_even_if_it_is_short),
        cmocka_unit_test(a_quiet_step_costs_seven_bytes),
        cmocka_unit_test(a_full_step_is_as_specified),
        cmocka_unit_test(the_second_byte_of_flags_is_as_specified),
        cmocka_unit_test(nothing_is_longer_than_the_cap),
        cmocka_unit_test(every_frame_comes_back),
        cmocka_unit_test(a_true_recording_replays_to_its_digest),
        cmocka_unit_test(a_replay_needs_the_cipher_that_the_brick_had),
        cmocka_unit_test(the_first_step_that_differs_is_named),
        cmocka_unit_test(a_cut_is_found_at_every_byte),
        cmocka_unit_test(the_end_counts_the_steps),
        cmocka_unit_test(nothing_may_follow_the_end),
        cmocka_unit_test(a_flipped_bit_is_found_wherever_it_is),
        cmocka_unit_test(one_frame_has_one_encoding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
