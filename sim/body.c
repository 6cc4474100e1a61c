/* SPDX-License-Identifier: Apache-2.0 */
#include "body.h"

#include <math.h>

#include <tenon/maths.h>

#define G_MG 1000.0f
#define MG_PER_MS2 101.97f /* 1 m/s2 in mg */
#define BLEND_S 0.06f      /* from one motion into the next */

static const struct {
    const char *words;
    uint32_t lasts_ms;
    int8_t ends;
} MOTIONS[] = {
#define MOTION_ROW(name, words, lasts_ms, ends, meaning)                       \
    {words, lasts_ms, ends},
    TN_BODY_MOTIONS(MOTION_ROW)
#undef MOTION_ROW
};

/* How the brick is carried at one moment: turned from where it was, and
 * accelerated. */
struct carriage {
    struct tn_body_vec push; /* along the brick's axes, mg */
    float lift;              /* along the vertical, mg */
    float pitch;             /* nose up, turns */
    float roll;              /* right side down, turns */
};

static float cos_turns(float turns)
{
    return tn_sin_turns(turns + 0.25f);
}

/* Second derivative of the minimum-jerk path from 0 to 1 (Flash and Hogan
 * 1985), the shape of an unhurried reach; `u` 0 .. 1. */
static float reach_bend(float u)
{
    return u * (60.0f + u * (-180.0f + 120.0f * u));
}

/* First derivative of the same, and the path itself. */
static float reach_rate(float u)
{
    float v = u * (1.0f - u);

    return 30.0f * v * v;
}

static float reach(float u)
{
    return u * u * u * (10.0f + u * (-15.0f + 6.0f * u));
}

/* Rises from 0, stays 1, falls to 0 at the ends of 0 .. 1. */
static float fade(float u, float edge)
{
    if (u < edge) {
        return reach(u / edge);
    }
    return u > 1.0f - edge ? reach((1.0f - u) / edge) : 1.0f;
}

/* Half a sine of height 1 within 0 .. 1, 0 elsewhere. */
static float bump(float u)
{
    return u > 0.0f && u < 1.0f ? tn_sin_turns(0.5f * u) : 0.0f;
}

/* A blow at `s` = 0: a push, then what the brick's walls and the table give
 * back; in the sum no speed is left. */
static float blow(float s, float height_mg)
{
    return height_mg *
           (bump(s / 0.006f) - 0.9375f * bump((s - 0.006f) / 0.008f) +
            0.15f * bump((s - 0.014f) / 0.010f));
}

static void carry_lifted(struct carriage *c, float s, float lasts_s)
{
    float u = s / lasts_s;

    c->lift = 0.25f * MG_PER_MS2 / (lasts_s * lasts_s) * reach_bend(u);
    c->pitch = 0.03f * fade(u, 0.4f);
}

static void carry_put_down(struct carriage *c, float s, float lasts_s)
{
    /* The last tenth of a second lies on the table. */
    float down_s = lasts_s - 0.1f;
    float u = s / down_s;

    if (u < 1.0f) {
        c->lift = -0.25f * MG_PER_MS2 / (down_s * down_s) * reach_bend(u);
    } else {
        c->lift = blow(s - down_s, 800.0f);
    }
}

static void carry_shaken(struct carriage *c, float s, float lasts_s)
{
    float much = fade(s / lasts_s, 0.15f);

    c->push.x = 1500.0f * much * tn_sin_turns(5.0f * s);
    c->push.y = 420.0f * much * tn_sin_turns(5.0f * s + 0.17f);
    c->lift = 260.0f * much * tn_sin_turns(10.0f * s + 0.4f);
    c->pitch = 0.03f * much * tn_sin_turns(5.0f * s + 0.5f);
}

static void carry_swung(struct carriage *c, float s, float lasts_s)
{
    const float sweep_rad = 2.2f;
    const float arm_m = 0.5f;
    float u = s / lasts_s;
    float rate = sweep_rad / lasts_s * reach_rate(u);
    float bend = sweep_rad / (lasts_s * lasts_s) * reach_bend(u);

    /* The nose points along the sweep, the shoulder lies to the left. */
    c->push.x = arm_m * MG_PER_MS2 * bend;
    c->push.y = arm_m * MG_PER_MS2 * rate * rate;
    c->roll = -0.08f * fade(u, 0.4f);
}

static void carry_tapped(struct carriage *c, float s, float lasts_s)
{
    (void)lasts_s;
    c->push.z = blow(s - 0.02f, -3000.0f);
}

static void carry_turned(struct carriage *c, float s, float lasts_s)
{
    float u = s / lasts_s;

    /* Up a hand's breadth and down again, so that it clears the table. */
    c->lift = 0.10f * MG_PER_MS2 / (0.25f * lasts_s * lasts_s) *
              (u < 0.5f ? reach_bend(2.0f * u) : -reach_bend(2.0f * u - 1.0f));
    c->roll = 0.5f * reach(u);
}

static void carry_flown(struct carriage *c, float s, float lasts_s)
{
    float much = fade(s / lasts_s, 0.1f);

    c->roll = 0.07f * much * tn_sin_turns(0.45f * s);
    c->pitch = 0.05f * much * tn_sin_turns(0.31f * s + 0.1f);
    c->push.x = 160.0f * much * tn_sin_turns(0.9f * s);
    c->push.y = 240.0f * much * tn_sin_turns(0.45f * s + 0.05f);
    c->lift = much * (180.0f * tn_sin_turns(1.3f * s) +
                      90.0f * tn_sin_turns(2.7f * s + 0.3f));
}

static void carry(struct carriage *c, uint8_t motion, float s, float lasts_s)
{
    static void (*const CARRY[TN_BODY_MOTION_COUNT])(struct carriage *, float,
                                                     float) = {
        [TN_BODY_LIFTED] = carry_lifted, [TN_BODY_PUT_DOWN] = carry_put_down,
        [TN_BODY_SHAKEN] = carry_shaken, [TN_BODY_SWUNG] = carry_swung,
        [TN_BODY_TAPPED] = carry_tapped, [TN_BODY_TURNED_OVER] = carry_turned,
        [TN_BODY_FLOWN] = carry_flown,
    };

    if (motion < TN_BODY_MOTION_COUNT && CARRY[motion]) {
        CARRY[motion](c, s, lasts_s);
    }
}

/* No hand is quiet: a physiological tremor near 9 Hz and a slow sway. */
static void tremble(struct carriage *c, float phase, float s)
{
    c->push.x += 7.0f * tn_sin_turns(8.7f * s + phase);
    c->push.y += 6.0f * tn_sin_turns(9.6f * s + 2.0f * phase);
    c->lift += 9.0f * tn_sin_turns(7.9f * s + 3.0f * phase);
    c->pitch += 0.006f * tn_sin_turns(0.43f * s + 5.0f * phase);
    c->roll += 0.008f * tn_sin_turns(0.37f * s + 7.0f * phase);
}

static struct tn_body_vec mix(struct tn_body_vec a, struct tn_body_vec b,
                              float part)
{
    struct tn_body_vec v = {a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part,
                            a.z + (b.z - a.z) * part};

    return v;
}

static struct tn_body_vec unit(struct tn_body_vec v)
{
    float len = sqrtf(v.x * v.x + v.y * v.y + v.z * v.z);

    /* Free fall has no direction; keep something. */
    if (len < 1e-3f) {
        return (struct tn_body_vec){0.0f, 0.0f, 1.0f};
    }
    return (struct tn_body_vec){v.x / len, v.y / len, v.z / len};
}

/* The vertical as the brick sees it once it has been pitched, then rolled. */
static struct tn_body_vec turn(struct tn_body_vec up, float pitch, float roll)
{
    float sp = tn_sin_turns(pitch);
    float cp = cos_turns(pitch);
    float sr = tn_sin_turns(roll);
    float cr = cos_turns(roll);
    float x = up.x * cp + up.z * sp;
    float z = up.z * cp - up.x * sp;

    return (struct tn_body_vec){x, up.y * cr + z * sr, z * cr - up.y * sr};
}

/* Flat on the table: studs down only if a hand turned it over on purpose. */
static struct tn_body_vec flat(const struct tn_body *body,
                               struct tn_body_vec up)
{
    bool down = up.z < 0.0f && !body->strayed;

    return (struct tn_body_vec){0.0f, 0.0f, down ? -1.0f : 1.0f};
}

static struct tn_body_vec get_recorded(struct tn_body *body, uint64_t time_us)
{
    int64_t at = body->points_from_us + (int64_t)(time_us - body->start_us);
    const struct tn_body_point *p = body->points;
    size_t i = body->point_at;

    while (i + 1 < body->point_count && p[i + 1].at_us <= at) {
        i++;
    }
    body->point_at = i;

    struct tn_body_vec here = {p[i].x_mg, p[i].y_mg, p[i].z_mg};

    if (i + 1 == body->point_count || at <= p[i].at_us) {
        return here;
    }

    struct tn_body_vec next = {p[i + 1].x_mg, p[i + 1].y_mg, p[i + 1].z_mg};
    float part =
        (float)(at - p[i].at_us) / (float)(p[i + 1].at_us - p[i].at_us);

    return mix(here, next, part);
}

/* The vertical when the present motion is over. */
static struct tn_body_vec get_up_after(struct tn_body *body)
{
    if (body->motion == TN_BODY_TURNED_OVER) {
        struct tn_body_vec up = turn(body->up, 0.0f, 0.5f);

        return body->held_after ? up : flat(body, up);
    }
    if (body->motion == TN_BODY_RECORDED) {
        return unit(get_recorded(body, body->end_us));
    }
    return body->held_after ? body->up : flat(body, body->up);
}

/* Whether a hand is at the brick. */
static bool is_held(const struct tn_body *body, uint64_t time_us)
{
    return body->held_after || (body->held && time_us < body->end_us);
}

static struct tn_body_vec get_carried(struct tn_body *body, uint64_t time_us)
{
    float s = (float)(time_us - body->start_us) * 1e-6f;
    float lasts_s = (float)(body->end_us - body->start_us) * 1e-6f;
    struct carriage c = {{0.0f, 0.0f, 0.0f}, 0.0f, 0.0f, 0.0f};
    struct carriage hand = c;
    struct tn_body_vec up = body->up;

    if (time_us >= body->end_us) {
        up = get_up_after(body);
    } else {
        carry(&c, body->motion, s, lasts_s);
        if (body->motion == TN_BODY_PUT_DOWN) {
            up = unit(mix(up, flat(body, up), reach(s / lasts_s)));
        }
    }
    if (is_held(body, time_us)) {
        /* The tremor runs on its own clock, so that it never jumps. */
        tremble(&hand, body->phase, (float)(time_us % 1000000000u) * 1e-6f);
    }
    up = turn(turn(up, c.pitch, c.roll), hand.pitch, hand.roll);

    float lift = G_MG + c.lift + hand.lift;

    return (struct tn_body_vec){up.x * lift + c.push.x + hand.push.x,
                                up.y * lift + c.push.y + hand.push.y,
                                up.z * lift + c.push.z + hand.push.z};
}

void tn_body_init(struct tn_body *body, float phase)
{
    *body = (struct tn_body){
        .up = {0.0f, 0.0f, 1.0f},
        .last = {0.0f, 0.0f, G_MG},
        .phase = phase,
        .motion = TN_BODY_STILL,
    };
}

/* Where the brick is when one motion gives way to the next. */
static void begin(struct tn_body *body, uint64_t time_us)
{
    body->last = tn_body_get_force(body, time_us);
    if (time_us >= body->end_us) {
        body->up = get_up_after(body);
        body->held = body->held_after;
    } else {
        if (body->motion == TN_BODY_RECORDED) {
            body->up = get_up_after(body);
        }
        body->held = body->held || body->held_after;
    }
    body->start_us = time_us;
}

void tn_body_move(struct tn_body *body, enum tn_body_motion motion,
                  uint64_t time_us, uint64_t lasts_us)
{
    begin(body, time_us);
    body->motion = (uint8_t)motion;
    if (lasts_us == 0) {
        lasts_us = MOTIONS[motion].lasts_ms * UINT64_C(1000);
    }
    body->end_us = time_us + lasts_us;
    body->held_after =
        MOTIONS[motion].ends < 0 ? body->held : MOTIONS[motion].ends > 0;
    if (motion == TN_BODY_TURNED_OVER) {
        body->strayed = false;
    }
    if (motion == TN_BODY_STILL) {
        body->up = (struct tn_body_vec){0.0f, 0.0f, 1.0f};
        body->held = false;
    }
}

void tn_body_replay(struct tn_body *body, const struct tn_body_point *points,
                    size_t count, int64_t from_us, int64_t to_us,
                    uint64_t time_us)
{
    begin(body, time_us);
    body->motion = TN_BODY_RECORDED;
    body->points = points;
    body->point_count = count;
    body->point_at = 0;
    body->points_from_us = from_us;
    body->end_us = time_us + (uint64_t)(to_us - from_us);
    body->held_after = true;
    body->strayed = true;
}

/* One motion gives way to the next, and a recording to the hand that holds the
 * brick after it, within BLEND_S. */
static struct tn_body_vec smooth(struct tn_body *body, uint64_t time_us,
                                 struct tn_body_vec force)
{
    float s = (float)(time_us - body->start_us) * 1e-6f;

    if (body->motion == TN_BODY_RECORDED && time_us >= body->end_us) {
        float over_s = (float)(time_us - body->end_us) * 1e-6f;

        if (over_s < BLEND_S) {
            force = mix(get_recorded(body, body->end_us), force,
                        reach(over_s / BLEND_S));
        }
    }
    if (s < BLEND_S && body->motion != TN_BODY_TAPPED) {
        force = mix(body->last, force, reach(s / BLEND_S));
    }
    return force;
}

struct tn_body_vec tn_body_get_force(struct tn_body *body, uint64_t time_us)
{
    struct tn_body_vec force;

    if (time_us < body->start_us) {
        return body->last;
    }
    if (body->motion == TN_BODY_RECORDED && time_us < body->end_us) {
        force = get_recorded(body, time_us);
    } else {
        force = get_carried(body, time_us);
    }

    return smooth(body, time_us, force);
}

bool tn_body_is_resting(const struct tn_body *body, uint64_t time_us)
{
    return !body->held_after &&
           time_us >= body->end_us + (uint64_t)(BLEND_S * 1e6f);
}

bool tn_body_is_abrupt(const struct tn_body *body)
{
    return body->motion == TN_BODY_TAPPED || body->motion == TN_BODY_PUT_DOWN;
}

uint32_t tn_body_get_lasts_ms(enum tn_body_motion motion)
{
    return MOTIONS[motion].lasts_ms;
}

const char *tn_body_get_words(enum tn_body_motion motion)
{
    return MOTIONS[motion].words;
}
