/* SPDX-License-Identifier: Apache-2.0 */
/* src/brick: the key pair of a waking is a job of the crypto engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include <tenon/brick.h>

#include "ports/crypto/sodium.h"

static struct tn_brick brick;
static struct tn_in in;
static struct tn_out out;

static void set_up(void)
{
    struct tn_brick_config config;

    memset(&config, 0, sizeof config);
    memset(&in, 0, sizeof in);
    in.battery_pc = 50;
    in.crypto = tn_crypto_sodium();
    tn_brick_init(&brick, &config);
}

static void step_as_is(void)
{
    for (uint32_t i = 0; i < 4; i++) {
        in.secrets[i] = in.secrets[i] * 1664525u + 1013904223u + i;
    }
    assert_int_equal(tn_brick_step(&brick, &in, &out), TN_OK);
    in.time_us += TN_FRAME_US;
    in.near_count = out.near_count; /* no tag is there */
    for (uint8_t i = 0; i < out.near_count; i++) {
        in.near[i].id = out.near[i].id;
        in.near[i].status = TN_NF_TIMEOUT;
    }
}

/* Lies still; asleep, the sensor is silent. */
static void step(void)
{
    in.accel_count = brick.asleep ? 0 : 1;
    in.accel[0].z_mg = 1000;
    step_as_is();
}

/* Steps until the job is out. */
static struct tn_crypto_job ask(void)
{
    for (unsigned i = 0; i < 5; i++) {
        step();
        if (out.job.op) {
            return out.job;
        }
    }
    fail_msg("no job");
    return out.job;
}

static void the_engines_answer_becomes_the_key_to_show(void **state)
{
    uint8_t key[TN_CRYPTO_KEY_LEN];
    uint8_t expected[TN_CRYPTO_KEY_LEN];

    (void)state;
    set_up();

    struct tn_crypto_job job = ask();

    assert_int_equal(job.op, TN_CRYPTO_X25519_PUBLIC);
    assert_false(tn_brick_get_shown_key(&brick, key));
    for (unsigned i = 0; i < 50; i++) { /* the engine takes its time */
        step();
        assert_int_equal(out.job.op, TN_CRYPTO_NO_JOB);
    }
    tn_crypto_sodium_run(&job, &in.answer);
    step();
    memset(&in.answer, 0, sizeof in.answer);
    assert_true(tn_brick_get_shown_key(&brick, key));
    assert_int_equal(crypto_scalarmult_base(expected, job.key), 0);
    assert_memory_equal(key, expected, sizeof key);
    for (unsigned i = 0; i < 50; i++) {
        step();
        assert_int_equal(out.job.op, TN_CRYPTO_NO_JOB);
    }
}

static void two_wakings_show_different_keys(void **state)
{
    struct tn_crypto_job first;
    struct tn_crypto_job second;

    (void)state;
    set_up();
    first = ask();
    set_up();
    in.secrets[2] = 77;
    second = ask();
    assert_memory_not_equal(first.key, second.key, sizeof first.key);
}

static void an_answer_to_another_job_is_ignored(void **state)
{
    uint8_t key[TN_CRYPTO_KEY_LEN];

    (void)state;
    set_up();

    struct tn_crypto_job job = ask();

    tn_crypto_sodium_run(&job, &in.answer);
    in.answer.id++;
    step();
    assert_false(tn_brick_get_shown_key(&brick, key));
    in.answer.id--;
    step();
    assert_true(tn_brick_get_shown_key(&brick, key));
}

static void an_engine_that_refuses_is_not_asked_again(void **state)
{
    uint8_t key[TN_CRYPTO_KEY_LEN];

    (void)state;
    set_up();

    struct tn_crypto_job job = ask();

    in.answer.id = job.id;
    in.answer.status = TN_CRYPTO_REFUSED;
    for (unsigned i = 0; i < 50; i++) {
        step();
        assert_int_equal(out.job.op, TN_CRYPTO_NO_JOB);
        assert_false(tn_brick_get_shown_key(&brick, key));
    }
}

static void a_board_without_crypto_asks_for_nothing(void **state)
{
    (void)state;
    set_up();
    in.crypto = NULL;
    for (unsigned i = 0; i < 50; i++) {
        step();
        assert_int_equal(out.job.op, TN_CRYPTO_NO_JOB);
        assert_int_equal(out.radio.listen, 0);
    }
}

/* Asleep and off the air the pair is forgotten; awake there is another one. */
static void sleep_ends_a_pair(void **state)
{
    uint8_t before[TN_CRYPTO_KEY_LEN];
    uint8_t after[TN_CRYPTO_KEY_LEN];

    (void)state;
    set_up();

    struct tn_crypto_job job = ask();

    tn_crypto_sodium_run(&job, &in.answer);
    step();
    memset(&in.answer, 0, sizeof in.answer);
    assert_true(tn_brick_get_shown_key(&brick, before));
    for (unsigned i = 0; i < 1500 && !brick.asleep; i++) {
        step();
    }
    assert_true(brick.asleep);
    step();
    assert_false(tn_brick_get_shown_key(&brick, after));
    in.accel_count = 1; /* something moves */
    in.accel[0].z_mg = 3000;
    step_as_is();
    job = ask();
    tn_crypto_sodium_run(&job, &in.answer);
    step();
    assert_true(tn_brick_get_shown_key(&brick, after));
    assert_memory_not_equal(before, after, sizeof before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engines_answer_becomes_the_key_to_show),
        cmocka_unit_test(two_wakings_show_different_keys),
        cmocka_unit_test(an_answer_to_another_job_is_ignored),
        cmocka_unit_test(an_engine_that_refuses_is_not_asked_again),
        cmocka_unit_test(a_board_without_crypto_asks_for_nothing),
        cmocka_unit_test(sleep_ends_a_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
