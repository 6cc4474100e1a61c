/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_PLAY_KIT_H
#define TENON_TEST_PLAY_KIT_H

/*
 * Builds program images byte by byte, for the tests of src/play, without the
 * compiler: a mistake of the compiler must not hide one of the verifier.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/play.h>

#include "support/load.h"

#define KIT_CAP 4096u
#define ALWAYS TN_STATE_ALWAYS
#define NONE TN_STATE_NONE
#define NO_ARG (-1)

/* A piece of code. */
struct code {
    const uint8_t *bytes;
    size_t len;
};

#define CODE(...)                                                              \
    (struct code)                                                              \
    {                                                                          \
        (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}) \
    }
#define NO_CODE ((struct code){NULL, 0})

/* Instructions; `n` is a whole number 0 .. 31, which takes one byte. */
#define INT(n) ((uint8_t)(4 * (n)))
#define LDV(r, n) TN_OP_LDV, r, INT(n)
#define LDN(r, n) TN_OP_LDN, r, n
#define STN(r, n) TN_OP_STN, r, n
#define LDS(r, g) TN_OP_LDS, r, TN_SIGNAL_##g
#define LDA(r, a) TN_OP_LDA, r, a
#define PAIR(op, first, second) TN_OP_##op, 16 * (first) + (second)
#define JZ(r, skip) TN_OP_JZ, r, skip
#define JMP(skip) TN_OP_JMP, skip
#define GO(s) TN_OP_GO, s
#define PLAY(s) TN_OP_PLAY, s, 0
#define GLOW(l) TN_OP_GLOW, l
/* Adds 1 to number `n`; number `to` becomes number `from`. */
#define COUNT(n) LDN(0, n), LDV(1, 1), PAIR(ADD, 0, 1), STN(0, n)

struct kit {
    uint32_t names[64];
    uint8_t states[2 * 64];
    uint8_t numbers[6 * 64];
    uint8_t patches[2][KIT_CAP];
    uint8_t reactions[KIT_CAP];
    uint32_t name_count;
    uint32_t state_count;
    uint32_t number_count;
    uint32_t numbers_len;
    uint32_t patch_count[2]; /* sounds, lights */
    uint32_t patches_len[2];
    uint32_t reaction_count;
    uint32_t reactions_len;
    uint8_t kind;
    uint8_t kinds;
    uint8_t start;
    uint8_t image[2 * KIT_CAP];
    uint16_t len;
};

static inline uint32_t kit_hash(const char *word)
{
    return tn_hash_fnv32(TN_FNV32_START, word, strlen(word));
}

static inline uint8_t kit_name(struct kit *kit, const char *word)
{
    kit->names[kit->name_count] = kit_hash(word);
    return (uint8_t)kit->name_count++;
}

static inline uint8_t kit_state(struct kit *kit, uint8_t parent, uint8_t name)
{
    kit->states[2 * kit->state_count] = parent;
    kit->states[2 * kit->state_count + 1] = name;
    return (uint8_t)kit->state_count++;
}

static inline uint8_t kit_number(struct kit *kit, tn_q16 start)
{
    kit->numbers[kit->numbers_len++] = 0;
    kit->numbers_len =
        tn_bytes_put_number(kit->numbers, kit->numbers_len, start);
    return (uint8_t)kit->number_count++;
}

/* The number survives the removal of its tag. */
static inline void kit_keep(struct kit *kit, uint8_t number)
{
    kit->numbers[2 * number] = TN_NUMBER_KEEP; /* all before take a byte */
}

/* `which`: 0 a sound, 1 a light. */
static inline uint8_t kit_patch(struct kit *kit, int which, uint8_t len)
{
    uint8_t *at = &kit->patches[which][kit->patches_len[which]];

    at[0] = len;
    memset(at + 1, (int)kit->patch_count[which] + 1, len);
    kit->patches_len[which] += 1u + len;
    return (uint8_t)kit->patch_count[which]++;
}

static inline void kit_put_code(struct kit *kit, struct code code)
{
    if (code.len) {
        memcpy(kit->reactions + kit->reactions_len, code.bytes, code.len);
        kit->reactions_len += (uint32_t)code.len;
    }
}

/* A reaction. `arg`: milliseconds, a name's index, or NO_ARG. */
static inline void kit_react(struct kit *kit, uint8_t state, uint8_t trigger,
                             int64_t arg, struct code guard, struct code body)
{
    uint8_t *to = kit->reactions;
    uint32_t at = kit->reactions_len;

    to[at++] = state;
    to[at++] = (uint8_t)(trigger | (guard.bytes ? TN_TRIGGER_GUARD : 0));
    if (arg != NO_ARG && trigger >= TN_TRIGGER_ENTER) {
        at = tn_bytes_put_varint(to, at, (uint32_t)arg);
    } else if (arg != NO_ARG) {
        to[at++] = (uint8_t)arg;
    }
    if (guard.bytes) {
        to[at++] = (uint8_t)guard.len;
    }
    kit->reactions_len = tn_bytes_put_varint(to, at, (uint32_t)body.len);
    kit_put_code(kit, guard);
    kit_put_code(kit, body);
    kit->reaction_count++;
}

/* A reaction to something without argument and guard. */
static inline void kit_on(struct kit *kit, uint8_t state, uint8_t trigger,
                          struct code body)
{
    kit_react(kit, state, trigger, NO_ARG, NO_CODE, body);
}

static inline void kit_put(struct kit *kit, const void *bytes, uint32_t len)
{
    memcpy(kit->image + kit->len, bytes, len);
    kit->len = (uint16_t)(kit->len + len);
}

/* Writes length and checksum over whatever stands in the image. */
static inline void kit_seal(uint8_t *image, uint16_t len)
{
    tn_bytes_put_u16(image, TN_IMAGE_AT_LENGTH, len);
    tn_bytes_put_u16(image, TN_IMAGE_AT_CHECKSUM,
                     tn_hash_crc16(image + TN_IMAGE_AT_NAMES,
                                   (size_t)len - TN_IMAGE_AT_NAMES));
}

/* Puts the image together. */
static inline void kit_finish(struct kit *kit)
{
    uint8_t header[TN_IMAGE_HEADER_LEN] = {
        TN_IMAGE_MAGIC,
        TN_IMAGE_VERSION,
        kit->kind,
        0,
        0,
        0,
        0,
        0,
        (uint8_t)kit->name_count,
        kit->kinds,
        (uint8_t)kit->state_count,
        kit->start,
        (uint8_t)kit->number_count,
        (uint8_t)kit->patch_count[0],
        (uint8_t)kit->patch_count[1],
        (uint8_t)kit->reaction_count,
    };

    kit->len = 0;
    kit_put(kit, header, sizeof header);
    for (uint32_t i = 0; i < kit->name_count; i++) {
        uint8_t name[4];

        tn_bytes_put_u32(name, 0, kit->names[i]);
        kit_put(kit, name, sizeof name);
    }
    kit_put(kit, kit->states, 2 * kit->state_count);
    kit_put(kit, kit->numbers, kit->numbers_len);
    kit_put(kit, kit->patches[0], kit->patches_len[0]);
    kit_put(kit, kit->patches[1], kit->patches_len[1]);
    kit_put(kit, kit->reactions, kit->reactions_len);
    kit_seal(kit->image, kit->len);
}

/* A program with one kind, `states` states in a row named s0, s1, ..., eight
 * numbers that begin with 0, two sounds and two lights; no reaction yet. */
static inline void kit_begin(struct kit *kit, enum tn_image_kind kind,
                             const char *own_kind, int states)
{
    char word[] = "s0";

    memset(kit, 0, sizeof *kit);
    kit->kind = (uint8_t)kind;
    kit->kinds = 1;
    (void)kit_name(kit, own_kind);
    for (int i = 0; i < states; i++) {
        word[1] = (char)('0' + i);
        (void)kit_state(kit, NONE, kit_name(kit, word));
    }
    for (int i = 0; i < 8; i++) {
        (void)kit_number(kit, 0);
    }
    for (int i = 0; i < 2; i++) {
        (void)kit_patch(kit, i, 3);
        (void)kit_patch(kit, i, 5);
    }
}

/* A machine, its input and output, and the clock that goes with it. */
struct stage {
    struct tn_play play;
    struct tn_play_in in;
    struct tn_play_out out;
};

static inline void stage_begin(struct stage *stage)
{
    memset(stage, 0, sizeof *stage);
    tn_play_init(&stage->play);
    stage->in.time_us = 1000000;
}

static inline void stage_load(struct stage *stage, uint8_t slot,
                              struct kit *kit)
{
    struct tn_image_info info;

    kit_finish(kit);
    assert_int_equal(load_image(&stage->play, slot, kit->image, kit->len,
                                stage->in.time_us, &info),
                     TN_OK);
}

/* Another brick comes into view; only its distance is known. */
static inline struct tn_play_neighbour *
stage_meet(struct stage *stage, const char *kind, tn_q16 distance_m)
{
    struct tn_play_neighbour *neighbour =
        &stage->in.neighbours[stage->in.neighbour_count++];

    memset(neighbour, 0, sizeof *neighbour);
    neighbour->kinds[0] = kit_hash(kind);
    neighbour->measures[TN_MEASURE_DISTANCE] = distance_m;
    neighbour->measures[TN_MEASURE_BEARING] = TN_UNKNOWN;
    return neighbour;
}

/* One frame on. */
static inline void stage_step(struct stage *stage)
{
    stage->in.time_us += TN_FRAME_US;
    tn_play_step(&stage->play, &stage->in, &stage->out);
}

static inline void stage_step_ms(struct stage *stage, uint32_t ms)
{
    for (uint32_t i = 0; i < ms; i += TN_FRAME_US / 1000) {
        stage_step(stage);
    }
}

static inline void stage_post(struct stage *stage, uint8_t number,
                              uint8_t target)
{
    struct tn_event event = {.number = number,
                             .source = TN_SOURCE_SELF,
                             .target = target,
                             .args = {TN_Q16_ONE / 2, TN_UNKNOWN, TN_UNKNOWN}};

    tn_play_post(&stage->play, &event);
}

/* A program's number, as a whole number. */
static inline int stage_number(const struct stage *stage, uint8_t slot,
                               uint8_t number)
{
    return tn_play_get_number(&stage->play, slot, number) / TN_Q16_ONE;
}

/* How many effects of that sort the last step gave. */
static inline int stage_count(const struct stage *stage, uint8_t effect)
{
    int count = 0;

    for (uint8_t i = 0; i < stage->out.effect_count; i++) {
        count += stage->out.effects[i].number == effect;
    }
    return count;
}

#endif
