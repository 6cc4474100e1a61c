/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_PLACE_KIT_H
#define TENON_TEST_PLACE_KIT_H

/*
 * Neighbours made of ideal dipoles, for tests of what src/place does with a
 * pose (how true its poses are is tested on finite coils). Float32 without
 * libm, so that the same walk can be taken on every machine.
 */

#include <string.h>

#include <tenon/hash.h>
#include <tenon/place.h>
#include <tenon/prng.h>

#define KIT_SIGMA 0.002f
#define KIT_SLICES_MAX 60u

struct kit_pose {
    float at[3];
    float turn[9];
};

static inline float kit_sqrt(float v)
{
    float x = v > 1.0f ? v : 1.0f;

    for (int i = 0; i < 40; i++) {
        x = 0.5f * (x + v / x);
    }
    return x;
}

/* Standard normal, roughly. */
static inline float kit_gauss(struct tn_prng *prng)
{
    float sum = -6.0f;

    for (int i = 0; i < 12; i++) {
        sum += (float)(tn_prng_get(prng) >> 8) * (1.0f / 16777216.0f);
    }
    return sum;
}

/* The rotation of a quaternion of any length. */
static inline void kit_turn(float w, float x, float y, float z, float *turn)
{
    float k = 2.0f / (w * w + x * x + y * y + z * z);
    const float m[9] = {1.0f - k * (y * y + z * z), k * (x * y - w * z),
                        k * (x * z + w * y),        k * (x * y + w * z),
                        1.0f - k * (x * x + z * z), k * (y * z - w * x),
                        k * (x * z - w * y),        k * (y * z + w * x),
                        1.0f - k * (x * x + y * y)};

    memcpy(turn, m, sizeof m);
}

/* So far away, anywhere, turned anyhow. */
static inline void kit_random_pose(struct tn_prng *prng, float distance_m,
                                   struct kit_pose *pose)
{
    float q[4];
    float len = 0.0f;

    for (int i = 0; i < 3; i++) {
        pose->at[i] = kit_gauss(prng);
        len += pose->at[i] * pose->at[i];
    }
    for (int i = 0; i < 3; i++) {
        pose->at[i] *= distance_m / kit_sqrt(len);
    }
    for (int i = 0; i < 4; i++) {
        q[i] = kit_gauss(prng);
    }
    kit_turn(q[0], q[1], q[2], q[3], pose->turn);
}

static inline void kit_rotate(const float *m, const float *v, float *out)
{
    for (int i = 0; i < 3; i++) {
        out[i] = m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2];
    }
}

static inline float kit_dot(const float *a, const float *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* The coupling of two windings, sixteen pairs of dipoles. */
static inline float kit_couple(const struct tn_place_coil *own,
                               const struct tn_place_coil *their,
                               const struct kit_pose *pose)
{
    float n[3];
    float sum = 0.0f;

    kit_rotate(pose->turn, their->normal, n);
    for (int k = 0; k < 16; k++) {
        float q[3];
        float d[3];

        for (int i = 0; i < 3; i++) {
            q[i] = their->centre[i] + (k & 1 ? 1.0f : -1.0f) * their->u[i] +
                   (k & 2 ? 1.0f : -1.0f) * their->v[i];
        }
        kit_rotate(pose->turn, q, d);
        for (int i = 0; i < 3; i++) {
            d[i] += pose->at[i] - own->centre[i] -
                    (k & 4 ? 1.0f : -1.0f) * own->u[i] -
                    (k & 8 ? 1.0f : -1.0f) * own->v[i];
        }

        float dd = kit_dot(d, d);

        sum += (3.0f * kit_dot(own->normal, d) * kit_dot(n, d) / dd -
                kit_dot(own->normal, n)) /
               (dd * kit_sqrt(dd));
    }
    return sum * (1.0f / 16.0f);
}

/* The report of a neighbour at `pose`, with noise if `prng` is not null; both
 * lie as if own z were up. */
static inline void kit_report(const struct tn_place_layout *layout,
                              const struct kit_pose *pose, uint64_t time_us,
                              struct tn_prng *prng,
                              struct tn_place_report *report)
{
    memset(report, 0, sizeof *report);
    report->time_us = time_us;
    report->sigma = KIT_SIGMA;
    report->gravity = 1;
    report->own_mg[2] = 1000;
    for (int i = 0; i < 3; i++) {
        report->their_mg[i] = (int16_t)(1000.0f * pose->turn[6 + i]);
        for (int j = 0; j < 3; j++) {
            report->couplings[3 * i + j] =
                kit_couple(&layout->coils[i], &layout->coils[j], pose);
            if (prng) {
                report->couplings[3 * i + j] += KIT_SIGMA * kit_gauss(prng);
            }
        }
    }
}

/* Steps until nothing waits; gathers the news of `slot` as bits. */
static inline unsigned kit_run(struct tn_place *place, unsigned *slices)
{
    unsigned bits = 0;

    *slices = 0;
    while (!tn_place_is_resting(place)) {
        struct tn_place_news news[TN_PLACE_NEWS_CAP];
        uint8_t count;

        tn_place_step(place, news, &count);
        for (unsigned i = 0; i < count; i++) {
            bits |= 1u << news[i].what;
        }
        (*slices)++;
    }
    return bits;
}

/* A walk of sixteen neighbours through near and far, weak and absurd: the
 * digest of all bytes after each of its reports. */
static inline uint64_t kit_walk(struct tn_place *place, uint32_t report_count)
{
    struct tn_place_layout layout;
    struct tn_prng prng;
    uint64_t digest = TN_FNV64_START;

    tn_place_get_layout(&layout);
    tn_place_init(place, &layout);
    tn_prng_init(&prng, 1, 2);
    for (uint32_t i = 0; i < report_count; i++) {
        struct kit_pose pose;
        struct tn_place_report report;
        unsigned slices;
        float distance_m = 0.025f + 0.02f * (float)(i % 7u) * (float)(i % 11u);

        kit_random_pose(&prng, distance_m, &pose);
        for (uint32_t k = 0; k < 3; k++) {
            kit_report(&layout, &pose, 1000000u + 40000u * i + 1000u * k, &prng,
                       &report);
            if (i % 13u == 5) {
                report.couplings[i % 9u] *= -3.0f;
            }
            (void)tn_place_push(place, (uint8_t)(i % TN_PLACE_CAP), &report);
            kit_run(place, &slices);
            digest = tn_hash_fnv64(digest, place, sizeof *place);
            pose.at[i % 3u] += 0.002f;
        }
    }
    return digest;
}

#endif
