/* SPDX-License-Identifier: Apache-2.0 */
/* ports/recording: what goes in comes back, and nothing else is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

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
    return in;
}

/* A hand that shakes a brick; kept small, for files of a few steps. */
static struct tn_in make_shake(struct tn_prng *prng, uint32_t step)
{
    struct tn_in in;

    memset(&in, 0, sizeof in);
    in.time_us = 1000000u + step * (uint64_t)TN_FRAME_US;
    in.entropy = tn_prng_get(prng);
    in.battery_pc = 80;
    in.accel_count = 1;
    in.accel[0].x_mg = (int16_t)((step / 20) % 2 ? 2500 : -2500);
    in.accel[0].z_mg = (int16_t)(1000 + (int32_t)tn_prng_below(prng, 200));
    in.accel[0].at_us = 2000;
    return in;
}

/* A true recording of `count` steps; returns its length. */
static uint32_t record(uint8_t *data, uint32_t count, uint64_t *digest)
{
    static struct tn_brick brick;
    const struct tn_brick_config config = {.seed = 0x0123456789ABCDEFu};
    struct tn_prng prng;
    struct tn_out out;
    uint64_t chain = TN_FNV64_START;
    uint64_t last_us = 0;
    uint32_t len = tn_recording_put_header(data, &config);

    tn_prng_init(&prng, 3, 3);
    tn_brick_init(&brick, &config);
    for (uint32_t i = 0; i < count; i++) {
        struct tn_in in = make_shake(&prng, i);

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

    return tn_recording_replay(reader, data, len, &brick, digest);
}

static void header_is_as_specified(void **state)
{
    const struct tn_brick_config config = {.seed = 0x1122334455667788u};
    static const uint8_t expected[] = {'T',  'N',  'R',  'C',  2,
                                       0,    0x88, 0x77, 0x66, 0x55,
                                       0x44, 0x33, 0x22, 0x11};
    uint8_t data[TN_RECORDING_HEADER_LEN];
    struct tn_recording_reader reader;
    struct tn_brick_config read = {0};

    (void)state;
    assert_int_equal(tn_recording_put_header(data, &config), sizeof data);
    assert_memory_equal(data, expected, sizeof expected);
    assert_int_equal(data[14] | data[15] << 8, tn_hash_crc16(data, 14));
    assert_int_equal(tn_recording_open(&reader, data, sizeof data, &read),
                     TN_OK);
    assert_true(read.seed == config.seed);
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
        0xDF,                                  /* all but the microphone */
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
    assert_true(longest > 400); /* large frames were among them */
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
    assert_int_equal(tn_recording_replay(&reader, data, len, &brick, &digest),
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
        uint8_t step[20];
    } cases[] = {
        {17, 12, TN_ERR_VALUE, {0x80}}, /* a sample that is not valid */
        {17, 12, TN_ERR_VALUE, {0x80, [12] = 2}},
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
        cmocka_unit_test(a_quiet_step_costs_seven_bytes),
        cmocka_unit_test(a_full_step_is_as_specified),
        cmocka_unit_test(every_frame_comes_back),
        cmocka_unit_test(a_true_recording_replays_to_its_digest),
        cmocka_unit_test(the_first_step_that_differs_is_named),
        cmocka_unit_test(a_cut_is_found_at_every_byte),
        cmocka_unit_test(the_end_counts_the_steps),
        cmocka_unit_test(nothing_may_follow_the_end),
        cmocka_unit_test(a_flipped_bit_is_found_wherever_it_is),
        cmocka_unit_test(one_frame_has_one_encoding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
