/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* Asleep, the sensor runs in its low-power mode and compares 50 times a second
 * (its wake-up function). */
#define DOZE_PERIOD_US 20000u
/* After a file the microphone goes on to hear silence for so long, so that what
 * was loud fades; then it is off. */
#define SILENCE_LEN (4u * TN_SAMPLE_HZ)

static void init_brick(struct tn_world_brick *b, uint64_t seed, uint64_t number)
{
    struct tn_prng prng;

    tn_prng_init(&prng, seed, number + 1);
    b->config.seed = (uint64_t)tn_prng_get(&prng) << 32;
    b->config.seed |= tn_prng_get(&prng);
    tn_brick_init(&b->brick, &b->config);
    tn_sim_field_init(&b->field);
    tn_body_init(&b->body, (float)tn_prng_below(&prng, 1000) / 1000.0f);
    tn_sensor_init(&b->sensor, b->config.seed);
    tn_window_init(&b->window, b->config.seed);
    tn_prng_init(&b->entropy, b->config.seed, 3);
    b->battery_pc = 100;
}

struct tn_world *tn_world_new(const struct tn_world_config *config)
{
    struct tn_world *world = calloc(
        1, sizeof *world + config->brick_count * sizeof world->bricks[0]);

    if (!world) {
        return NULL;
    }
    world->config = *config;
    for (size_t i = 0; i < config->brick_count; i++) {
        init_brick(&world->bricks[i], config->seed, i);
    }
    return world;
}

void tn_world_free(struct tn_world *world)
{
    free(world);
}

static float distance(float a, float b)
{
    return a < b ? b - a : a - b;
}

/* The sensor's wake-up: a force that differs from when it fell asleep. */
static bool is_woken(struct tn_world_brick *b, uint64_t time_us)
{
    if (time_us % DOZE_PERIOD_US != 0 ||
        tn_body_is_resting(&b->body, time_us)) {
        return false;
    }

    struct tn_body_vec now = tn_body_get_force(&b->body, time_us);
    float limit = b->out.wake_mg;

    return distance(now.x, b->asleep_at.x) > limit ||
           distance(now.y, b->asleep_at.y) > limit ||
           distance(now.z, b->asleep_at.z) > limit;
}

/* The mean over a sample's period: the sensor's own low-pass filter. What is
 * smooth is its own mean. */
static struct tn_body_vec get_filtered(struct tn_world_brick *b, uint64_t at_us)
{
    uint64_t quarter = b->sensor.period_us / 4;

    if (!tn_body_is_abrupt(&b->body) || at_us < 4 * quarter) {
        return tn_body_get_force(&b->body, at_us);
    }

    struct tn_body_vec sum = {0.0f, 0.0f, 0.0f};

    for (uint64_t i = 4; i-- > 0;) {
        struct tn_body_vec v = tn_body_get_force(&b->body, at_us - i * quarter);

        sum.x += v.x;
        sum.y += v.y;
        sum.z += v.z;
    }
    return (struct tn_body_vec){0.25f * sum.x, 0.25f * sum.y, 0.25f * sum.z};
}

static void put_accel(struct tn_world_brick *b, uint64_t time_us)
{
    struct tn_sensor *sensor = &b->sensor;

    b->in.accel_count = 0;
    while (sensor->next_us < time_us + TN_FRAME_US) {
        uint16_t at_us = (uint16_t)(sensor->next_us - time_us);
        struct tn_body_vec force = get_filtered(b, sensor->next_us);

        tn_sensor_get(sensor, force, at_us, &b->in.accel[b->in.accel_count++]);
        sensor->next_us += sensor->period_us;
    }
}

/* A frame of sound is over, heard or not; false if there was none. */
static bool skip_mic(struct tn_world_brick *b)
{
    struct tn_world_sound *sound = &b->sound;

    if (sound->count == 0 || sound->at >= sound->count + SILENCE_LEN) {
        return false;
    }
    sound->at += TN_AUDIO_LEN;
    return true;
}

static void put_mic(struct tn_world_brick *b)
{
    const struct tn_world_sound *sound = &b->sound;
    size_t at = sound->at;
    size_t left = at < sound->count ? sound->count - at : 0;
    size_t n = left < TN_AUDIO_LEN ? left : TN_AUDIO_LEN;

    b->in.mic_on = skip_mic(b);
    if (b->in.mic_on) {
        memset(b->in.mic, 0, sizeof b->in.mic);
    }
    if (n > 0) {
        memcpy(b->in.mic, sound->samples + at, n * sizeof b->in.mic[0]);
    }
}

/* The brick has let its sensor doze: no samples until something moves. It may
 * still ask for steps meanwhile, to look for tags. */
static bool is_dozing(const struct tn_world_brick *b)
{
    return b->out.wake_mg != 0;
}

static enum tn_err step_brick(struct tn_world *world, size_t i, bool dozing)
{
    struct tn_world_brick *b = &world->bricks[i];
    uint64_t time_us = world->time_us;
    uint64_t end_us = time_us + TN_FRAME_US;

    b->in.time_us = time_us;
    b->in.entropy = tn_prng_get(&b->entropy);
    b->in.battery_pc = b->battery_pc;
    b->in.power = b->power;
    if (dozing) {
        b->in.accel_count = 0;
        b->in.mic_on = 0;
        memset(&b->in.light, 0, sizeof b->in.light);
        (void)skip_mic(b);
    } else {
        put_accel(b, time_us);
        put_mic(b);
        tn_window_get(&b->window, time_us, &b->in.light);
    }

    enum tn_err err = tn_brick_step(&b->brick, &b->in, &b->out);

    if (err) {
        return err;
    }
    b->step_count++;
    b->poked = false;
    b->asked = (uint16_t)(b->asked + b->out.near_count);
    if (b->out.near_count > 0) {
        tn_sim_field_push(&b->field, b->out.near, b->out.near_count, end_us);
    }
    b->due_us = end_us + b->out.sleep_us / TN_FRAME_US * TN_FRAME_US;
    if (!dozing && is_dozing(b)) {
        b->asleep_at = tn_body_get_force(&b->body, end_us);
    }
    if (world->config.on_step) {
        world->config.on_step(world->config.ctx, world, i);
    }
    return TN_OK;
}

/* Answers of the near field that are complete by now. */
static void put_near(struct tn_world_brick *b, uint64_t time_us)
{
    b->in.near_count = 0;
    if (b->asked > 0) {
        b->in.near_count = tn_sim_field_pull(&b->field, time_us, b->in.near);
        b->asked = (uint16_t)(b->asked - b->in.near_count);
    }
}

enum tn_err tn_world_step(struct tn_world *world)
{
    uint64_t time_us = world->time_us;

    for (size_t i = 0; i < world->config.brick_count; i++) {
        struct tn_world_brick *b = &world->bricks[i];
        bool dozing = is_dozing(b);

        put_near(b, time_us);
        if (dozing && is_woken(b, time_us)) {
            /* From here on the sensor samples at its full rate. */
            b->sensor.next_us = time_us;
            dozing = false;
        } else if (time_us < b->due_us && !b->poked && b->in.near_count == 0) {
            (void)skip_mic(b);
            continue;
        } else if (!dozing && b->sensor.next_us < time_us) {
            b->sensor.next_us = time_us;
        }

        enum tn_err err = step_brick(world, i, dozing);

        if (err) {
            return err;
        }
    }
    world->time_us = time_us + TN_FRAME_US;
    return TN_OK;
}

enum tn_err tn_world_put_tag(struct tn_world *world, size_t brick,
                             struct tn_sim_tag *tag)
{
    return tn_sim_field_put(&world->bricks[brick].field, tag);
}

enum tn_err tn_world_take_tag(struct tn_world *world, size_t brick,
                              struct tn_sim_tag *tag)
{
    return tn_sim_field_take(&world->bricks[brick].field, tag);
}

void tn_world_set_sound(struct tn_world *world, size_t brick,
                        const int16_t *samples, size_t count)
{
    struct tn_world_sound *sound = &world->bricks[brick].sound;

    sound->samples = samples;
    sound->count = count;
    sound->at = 0;
}

void tn_world_set_battery(struct tn_world *world, size_t brick,
                          uint16_t battery_pc)
{
    world->bricks[brick].battery_pc = battery_pc;
    world->bricks[brick].poked = true;
}

void tn_world_set_docked(struct tn_world *world, size_t brick, bool docked)
{
    world->bricks[brick].power = docked ? TN_BRICK_DOCKED : 0;
    world->bricks[brick].poked = true;
}

bool tn_world_is_asleep(const struct tn_world *world, size_t brick)
{
    return is_dozing(&world->bricks[brick]);
}
