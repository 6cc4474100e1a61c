/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_BODY_H
#define TENON_SIM_BODY_H

/*
 * What a hand does with one brick: the specific force that acts in the brick's
 * axes (x to its front, y to its left, z up through the studs), as a function
 * of time. Smooth built-in motions, or a recording of a real one.
 * Deterministic, no allocation; recordings stay the caller's. Host only. See
 * docs/spec/scene.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* mg, or a direction. */
struct tn_body_vec {
    float x;
    float y;
    float z;
};

/* Motions: X(NAME, words in a scene, lasts ms, ends in a hand, meaning). Those
 * with ends -1 leave the brick where it was: in the hand or on the table. */
#define TN_BODY_MOTIONS(X)                                                     \
    X(STILL, "laid still", 0, 0, "lies on the table at once, level")           \
    X(LIFTED, "lifted", 600, 1, "raised 25 cm by a hand that keeps hold")      \
    X(PUT_DOWN, "put down", 800, 0, "lowered 25 cm and set on the table")      \
    X(SHAKEN, "shaken", 1200, 1, "to and fro five times a second")             \
    X(SWUNG, "swung", 560, 1, "one sweep of 126 degrees at arm's length")      \
    X(TAPPED, "tapped", 100, -1, "struck once by a finger from above")         \
    X(TURNED_OVER, "turned over", 900, -1, "rolled half a turn")               \
    X(FLOWN, "flown", 3000, 1, "carried in wide curves, banking")

enum tn_body_motion {
#define TN_BODY_ENUM(name, words, lasts_ms, ends, meaning) TN_BODY_##name,
    TN_BODY_MOTIONS(TN_BODY_ENUM)
#undef TN_BODY_ENUM
    TN_BODY_RECORDED,
    TN_BODY_MOTION_COUNT = TN_BODY_RECORDED
};

/* One point of a recorded motion. */
struct tn_body_point {
    int64_t at_us; /* from the recording's start, ascending */
    float x_mg;
    float y_mg;
    float z_mg;
};

struct tn_body {
    const struct tn_body_point *points; /* of a recorded motion */
    size_t point_count;
    size_t point_at;         /* the last point not later than now */
    int64_t points_from_us;  /* where in the recording it starts */
    uint64_t start_us;       /* of the present motion */
    uint64_t end_us;         /* the brick is at rest or held after this */
    struct tn_body_vec up;   /* the vertical, before the motion */
    struct tn_body_vec last; /* force when the motion began, to blend from */
    float phase;             /* of this hand's tremor, turns */
    uint8_t motion;          /* enum tn_body_motion */
    bool held;               /* in a hand, not on the table */
    bool held_after;
    bool strayed; /* its posture is a recording's, of another thing's axes */
};

/* On the table, level, at rest. `phase` 0 .. 1 tells hands apart. */
void tn_body_init(struct tn_body *body, float phase);

/* Begins a built-in motion at `time_us`; `lasts_us` 0 takes its own length. */
void tn_body_move(struct tn_body *body, enum tn_body_motion motion,
                  uint64_t time_us, uint64_t lasts_us);

/* Begins a recorded motion: points from `from_us` to `to_us` of `count`
 * (>= 2) points, which must stay valid. Afterwards a hand holds the brick. */
void tn_body_replay(struct tn_body *body, const struct tn_body_point *points,
                    size_t count, int64_t from_us, int64_t to_us,
                    uint64_t time_us);

/* The specific force at `time_us`, mg. Times must not go backwards. */
struct tn_body_vec tn_body_get_force(struct tn_body *body, uint64_t time_us);

/* On the table and not moved at `time_us` (or ever after, by itself). */
bool tn_body_is_resting(const struct tn_body *body, uint64_t time_us);

/* Blows may fall: the force changes within less than a sensor's period. */
bool tn_body_is_abrupt(const struct tn_body *body);

/* How long a built-in motion lasts by itself, and its words. */
uint32_t tn_body_get_lasts_ms(enum tn_body_motion motion);
const char *tn_body_get_words(enum tn_body_motion motion);

#endif
