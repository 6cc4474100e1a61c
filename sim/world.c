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

/* Of a flash: its bytes, which of them were programmed, its wear. */
#define FLASH_LEN (TN_FLASH_SECTORS * (TN_STORE_SECTOR_LEN + 256u + 4u))
/* Streams of random numbers: bricks have 1 and up, families these and up. */
#define FAMILY_STREAM UINT64_C(0x100000000)

static void init_family(uint8_t *family, uint64_t seed, uint32_t number)
{
    struct tn_prng prng;

    tn_prng_init(&prng, seed, FAMILY_STREAM + number);
    for (size_t i = 0; i < TN_CRYPTO_KEY_LEN; i++) {
        family[i] = (uint8_t)(tn_prng_get(&prng) >> 24);
    }
}

static void init_brick(struct tn_world_brick *b, uint64_t seed, uint64_t number)
{
    struct tn_prng prng;

    tn_prng_init(&prng, seed, number + 1);
    b->config.seed = (uint64_t)tn_prng_get(&prng) << 32;
    b->config.seed |= tn_prng_get(&prng);
    b->config.flash_sectors = TN_FLASH_SECTORS;
    tn_sim_field_init(&b->field);
    tn_body_init(&b->body, (float)tn_prng_below(&prng, 1000) / 1000.0f);
    tn_sensor_init(&b->sensor, b->config.seed);
    tn_window_init(&b->window, b->config.seed);
    tn_prng_init(&prng, b->config.seed, 3);
    b->words = (uint64_t)tn_prng_get(&prng) << 32;
    b->words |= tn_prng_get(&prng);
    b->battery_pc = 100;
    b->link = TN_WORLD_NO_LINK;
}

static void init_flash(struct tn_world_brick *b, uint8_t *memory)
{
    uint8_t *marks = memory + TN_FLASH_SECTORS * (size_t)TN_STORE_SECTOR_LEN;
    /* The memory begins at a multiple of 16 and so do the parts. */
    uint32_t *erases = (uint32_t *)(void *)(marks + TN_FLASH_SECTORS * 256u);

    tn_sim_flash_init(&b->flash, memory, marks, erases, TN_FLASH_SECTORS);
}

static void place_brick(struct tn_world *world, size_t i)
{
    struct tn_world_brick *b = &world->bricks[i];
    struct tn_world_place place = {.spot.y_m = TN_WORLD_ROW_M * (double)i};

    if (world->config.places) {
        place = world->config.places[i];
    }
    tn_spot_init(&b->path, &place.spot);
    if (world->config.crypto && !place.mute &&
        world->link_count < TN_WORLD_RADIO_CAP) {
        b->link = (uint8_t)world->link_count++;
        b->config.has_family = 1;
        init_family(b->config.family, world->config.seed, place.family);
    }
    b->in.crypto = world->config.crypto;
}

static void put_pose(struct tn_world *world, size_t brick)
{
    struct tn_sim_pose pose;

    tn_world_get_pose(world, brick, &pose);
    tn_room_set_pose(world->room, world->bricks[brick].link, &pose);
}

/* Where all that have a radio are, for the air and the coils. */
static void put_poses(struct tn_world *world)
{
    for (size_t i = 0; i < world->config.brick_count; i++) {
        if (world->bricks[i].link != TN_WORLD_NO_LINK) {
            put_pose(world, i);
        }
    }
}

/* A brick wakes for the first time, or again after it had no power. */
static void start_brick(struct tn_world *world, size_t i)
{
    struct tn_world_brick *b = &world->bricks[i];

    tn_brick_init(&b->brick, &b->config);
    memset(&b->out, 0, sizeof b->out);
    tn_sim_flash_reset(&b->flash);
    b->asked = 0;
    b->answer_us = 0;
    b->due_us = world->time_us;
    if (b->link != TN_WORLD_NO_LINK) {
        tn_room_start(world->room, b->link);
    }
}

static bool init_room(struct tn_world *world)
{
    if (world->link_count == 0) {
        return true;
    }
    world->room = malloc(sizeof *world->room);
    if (!world->room) {
        return false;
    }
    tn_room_init(world->room, world->config.seed);
    put_poses(world);
    return true;
}

struct tn_world *tn_world_new(const struct tn_world_config *config)
{
    size_t count = config->brick_count;
    struct tn_world *world =
        calloc(1, sizeof *world + count * sizeof world->bricks[0]);

    if (!world) {
        return NULL;
    }
    world->config = *config;
    world->flash = malloc(count * (size_t)FLASH_LEN + 1);
    for (size_t i = 0; world->flash && i < count; i++) {
        init_brick(&world->bricks[i], config->seed, i);
        init_flash(&world->bricks[i], world->flash + i * (size_t)FLASH_LEN);
        place_brick(world, i);
    }
    if (!world->flash || !init_room(world)) {
        tn_world_free(world);
        return NULL;
    }
    world->config.places = NULL;
    for (size_t i = 0; i < count; i++) {
        start_brick(world, i);
    }
    return world;
}

void tn_world_free(struct tn_world *world)
{
    if (world) {
        free(world->room);
        free(world->flash);
        free(world);
    }
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

/* What is for the flash and the crypto engine to do. */
static void push_jobs(const struct tn_world *world, struct tn_world_brick *b,
                      uint64_t end_us)
{
    if (b->out.store.op != TN_STORE_NO_JOB) {
        struct tn_store_out store;

        memset(&store, 0, sizeof store);
        store.job = b->out.store;
        memcpy(store.data, b->out.store_data, sizeof store.data);
        tn_sim_flash_push(&b->flash, &store, end_us);
    }
    if (b->out.job.op != TN_CRYPTO_NO_JOB) {
        memset(&b->answer, 0, sizeof b->answer);
        b->answer.status = TN_CRYPTO_REFUSED;
        if (world->config.run_job) {
            world->config.run_job(&b->out.job, &b->answer);
        }
        b->answer.id = b->out.job.id;
        b->answer_us = end_us + TN_WORLD_JOB_US;
    }
}

static void push_room(struct tn_world *world, struct tn_world_brick *b,
                      uint64_t end_us)
{
    if (b->link != TN_WORLD_NO_LINK) {
        tn_sim_air_push(&world->room->air, b->link, &b->out.radio);
        tn_room_push_plan(world->room, b->link, &b->out.coils, end_us);
    }
}

static void put_senses(struct tn_world_brick *b, uint64_t time_us, bool dozing)
{
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
}

/* Random words of this frame: the same whether the brick slept before or not.
 */
static void put_words(struct tn_world_brick *b, uint64_t time_us)
{
    struct tn_prng prng;

    tn_prng_init(&prng, b->words, time_us / TN_FRAME_US);
    b->in.entropy = tn_prng_get(&prng);
    for (size_t k = 0; k < 4; k++) {
        b->in.secrets[k] = tn_prng_get(&prng);
    }
}

/* The bare brick's program, as soon as there is room for it. */
static void load_bare(const struct tn_world *world, struct tn_world_brick *b)
{
    if (world->config.bare && !tn_brick_has_bare(&b->brick)) {
        (void)tn_brick_load_bare(&b->brick, b->config.seed, world->config.bare,
                                 world->config.bare_len, NULL);
    }
}

static enum tn_err step_brick(struct tn_world *world, size_t i, bool dozing)
{
    struct tn_world_brick *b = &world->bricks[i];
    uint64_t time_us = world->time_us;
    uint64_t end_us = time_us + TN_FRAME_US;

    b->in.time_us = time_us;
    put_words(b, time_us);
    b->in.battery_pc = b->battery_pc;
    b->in.power = b->power;
    put_senses(b, time_us, dozing);
    if (b->link != TN_WORLD_NO_LINK) {
        tn_sim_air_pull(&world->room->air, b->link, &b->in.radio);
    }

    load_bare(world, b);

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
    push_jobs(world, b, end_us);
    push_room(world, b, end_us);
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
static bool put_near(struct tn_world_brick *b, uint64_t time_us)
{
    b->in.near_count = 0;
    if (b->asked > 0) {
        b->in.near_count = tn_sim_field_pull(&b->field, time_us, b->in.near);
        b->asked = (uint16_t)(b->asked - b->in.near_count);
    }
    return b->in.near_count > 0;
}

/* The same of flash and crypto engine. */
static bool put_answers(struct tn_world_brick *b, uint64_t time_us)
{
    if (b->flash.pending || b->in.store.answer) {
        tn_sim_flash_pull(&b->flash, time_us, &b->in.store);
    }
    memset(&b->in.answer, 0, sizeof b->in.answer);
    if (b->answer_us && b->answer_us <= time_us) {
        b->in.answer = b->answer;
        b->answer_us = 0;
    }
    return b->in.store.answer || b->in.answer.status;
}

/* What its coils have measured until the end of this frame. */
static void put_coils(struct tn_world *world, struct tn_world_brick *b)
{
    struct tn_room *room = world->room;

    b->in.coil_count = 0;
    if (b->link != TN_WORLD_NO_LINK &&
        tn_room_is_due(room, b->link, world->time_us + TN_FRAME_US)) {
        b->in.coil_count =
            tn_room_pull_report(room, b->link, &b->in.coils[0]) ? 1 : 0;
    }
}

static bool has_frames(const struct tn_world *world,
                       const struct tn_world_brick *b)
{
    return world->room && b->link != TN_WORLD_NO_LINK &&
           world->room->air.links[b->link].queue_count > 0;
}

/* The brick's frame: it is stepped if it is awake, due or wanted. */
static enum tn_err run_brick(struct tn_world *world, size_t i)
{
    struct tn_world_brick *b = &world->bricks[i];
    uint64_t time_us = world->time_us;
    bool dozing = is_dozing(b);
    bool near = put_near(b, time_us);
    bool answers = put_answers(b, time_us);
    bool wanted = near || answers || b->poked || b->in.coil_count > 0 ||
                  has_frames(world, b);

    if (dozing && is_woken(b, time_us)) {
        /* From here on the sensor samples at its full rate. */
        b->sensor.next_us = time_us;
        dozing = false;
    } else if (time_us < b->due_us && !wanted) {
        (void)skip_mic(b);
        return TN_OK;
    } else if (!dozing && b->sensor.next_us < time_us) {
        b->sensor.next_us = time_us;
    }
    return step_brick(world, i, dozing);
}

/* The air goes on until now. What the coils say of turns that end in this frame
 * is settled for all, before anyone's next plan. */
static void run_room(struct tn_world *world)
{
    bool due = false;

    if (world->time_us <= world->slid_us) {
        put_poses(world);
    }
    tn_sim_air_run(&world->room->air, world->time_us);
    for (uint32_t i = 0; i < world->link_count; i++) {
        due =
            due || tn_room_is_due(world->room, i, world->time_us + TN_FRAME_US);
    }
    if (due) {
        put_poses(world);
    }
    for (size_t i = 0; i < world->config.brick_count; i++) {
        put_coils(world, &world->bricks[i]);
    }
}

enum tn_err tn_world_step(struct tn_world *world)
{
    if (world->room) {
        run_room(world);
    }
    for (size_t i = 0; i < world->config.brick_count; i++) {
        const struct tn_world_brick *b = &world->bricks[i];
        enum tn_err err = b->off ? TN_OK : run_brick(world, i);

        if (err) {
            return err;
        }
    }
    world->time_us += TN_FRAME_US;
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

void tn_world_set_power(struct tn_world *world, size_t brick, bool on)
{
    struct tn_world_brick *b = &world->bricks[brick];

    if (b->off == !on) {
        return;
    }
    b->off = !on;
    b->cut = true;
    if (on) {
        start_brick(world, brick);
        return;
    }
    memset(&b->out, 0, sizeof b->out);
    tn_sim_field_reset(&b->field, world->time_us);
    if (b->link != TN_WORLD_NO_LINK) {
        tn_room_stop(world->room, b->link);
    }
}

static void note_slide(struct tn_world *world, uint64_t lasts_us)
{
    uint64_t slid_us = world->time_us + lasts_us + TN_FRAME_US;

    world->slid_us = slid_us > world->slid_us ? slid_us : world->slid_us;
}

void tn_world_slide(struct tn_world *world, size_t brick, double x_m,
                    double y_m, uint64_t lasts_us)
{
    tn_spot_slide(&world->bricks[brick].path, x_m, y_m, world->time_us,
                  lasts_us);
    note_slide(world, lasts_us);
}

void tn_world_turn(struct tn_world *world, size_t brick, double facing_deg,
                   uint64_t lasts_us)
{
    tn_spot_turn(&world->bricks[brick].path, facing_deg, world->time_us,
                 lasts_us);
    note_slide(world, lasts_us);
}

struct tn_spot tn_world_get_spot(const struct tn_world *world, size_t brick)
{
    return tn_spot_get(&world->bricks[brick].path, world->time_us);
}

void tn_world_get_pose(struct tn_world *world, size_t brick,
                       struct tn_sim_pose *pose)
{
    struct tn_world_brick *b = &world->bricks[brick];
    struct tn_spot spot = tn_world_get_spot(world, brick);
    struct tn_body_vec up = {0.0f, 0.0f, 1.0f};

    if (tn_body_is_resting(&b->body, world->time_us)) {
        up = tn_body_get_force(&b->body, world->time_us);
    }
    tn_spot_get_pose(&spot, up, pose);
}

bool tn_world_find_neighbour(const struct tn_world *world, size_t brick,
                             size_t other, struct tn_neighbour *neighbour)
{
    for (uint8_t peer = 0; peer < TN_NET_PEER_CAP; peer++) {
        if (tn_brick_get_neighbour(&world->bricks[brick].brick, peer,
                                   neighbour) == TN_OK &&
            neighbour->member.id == world->bricks[other].brick.net.id) {
            return true;
        }
    }
    return false;
}

bool tn_world_is_asleep(const struct tn_world *world, size_t brick)
{
    return is_dozing(&world->bricks[brick]);
}
