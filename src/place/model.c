/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coils as dipoles. One-point model: a dipole in each coil's own centre; with
 * the derivatives by which the fit goes. Four-point model: a coil is a sheet of
 * dipoles, and 2x2 Gauss points integrate it; only its difference to the
 * one-point model is computed, and taken off the measurement.
 */
#include "algebra.h"
#include "parts.h"

#include <string.h>

/* Nearer dipoles than this are not tried: no bodies come so close. */
#define NEAREST2_M2 2.5e-5f

/* 1 / |d|, held within what bodies allow. */
static float get_inverse(const float *d)
{
    float dd = tn_place_dot(d, d);

    return tn_place_rsqrt(dd > NEAREST2_M2 ? dd : NEAREST2_M2);
}

/* The coupling of dipole m with dipole n at d from it (both unit vectors):
 * (3 (m d)(n d) / d^2 - m n) / d^3. `sum` gathers its gradient by d, and `by_n`
 * is that by n. */
static float couple_slopes(const float *m, const float *n, const float *d,
                           float *by_d, float *by_n)
{
    float s = get_inverse(d);
    float s2 = s * s;
    float s3 = s2 * s;
    float k = 3.0f * s3 * s2;
    float md = tn_place_dot(m, d);
    float nd = tn_place_dot(n, d);
    float mn = tn_place_dot(m, n);
    float along = mn - 5.0f * md * nd * s2;

    for (uint32_t i = 0; i < 3; i++) {
        by_d[i] = k * (m[i] * nd + n[i] * md + along * d[i]);
        by_n[i] = k * md * d[i] - s3 * m[i];
    }
    return s3 * (3.0f * md * nd * s2 - mn);
}

static float couple(const float *m, const float *n, float mn, const float *d)
{
    float s = get_inverse(d);
    float s2 = s * s;

    return s2 * s * (3.0f * tn_place_dot(m, d) * tn_place_dot(n, d) * s2 - mn);
}

/* One equation: 6 derivatives and what is left of the measurement. */
static void add_row(struct tn_place_job *job, const float *row, float left)
{
    float *n = job->normal;

    for (uint32_t i = 0; i < 6; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            *n++ += row[i] * row[j];
        }
        job->slope[i] += row[i] * left;
    }
    job->residual2 += left * left;
}

void tn_place_linearise(struct tn_place_job *job,
                        const struct tn_place_layout *layout)
{
    const struct tn_place_fit *fit = &job->fit;
    float lengths = job->distance_m * job->scale;

    memset(job->normal, 0, sizeof job->normal);
    memset(job->slope, 0, sizeof job->slope);
    job->residual2 = 0.0f;
    for (uint32_t j = 0; j < 3; j++) {
        float centre[3];
        float normal[3];

        tn_place_turn(fit->turn, layout->coils[j].centre, centre);
        tn_place_turn(fit->turn, layout->coils[j].normal, normal);
        for (uint32_t i = 0; i < 3; i++) {
            const struct tn_place_coil *own = &layout->coils[i];
            float d[3];
            float by_d[3];
            float by_n[3];
            float arm[3];
            float row[6];

            for (uint32_t k = 0; k < 3; k++) {
                d[k] = fit->at[k] + centre[k] - own->centre[k];
            }

            float f = couple_slopes(own->normal, normal, d, by_d, by_n);

            /* A turn w moves the centre by w x centre, the normal likewise. */
            tn_place_cross(centre, by_d, arm);
            tn_place_cross(normal, by_n, row + 3);
            for (uint32_t k = 0; k < 3; k++) {
                row[k] = lengths * by_d[k];
                row[3 + k] = job->scale * (row[3 + k] + arm[k]);
            }
            f += job->detail[3 * i + j];
            add_row(job, row,
                    job->scale * (job->report.couplings[3 * i + j] - f));
        }
    }
}

/* Point k of a coil, 0 .. 3, from its centre. */
static void get_point(const struct tn_place_coil *coil, uint32_t k,
                      float *point)
{
    float su = k & 1u ? 1.0f : -1.0f;
    float sv = k & 2u ? 1.0f : -1.0f;

    for (uint32_t i = 0; i < 3; i++) {
        point[i] = su * coil->u[i] + sv * coil->v[i];
    }
}

void tn_place_detail(struct tn_place_job *job,
                     const struct tn_place_layout *layout, uint8_t coil)
{
    const struct tn_place_coil *own = &layout->coils[coil];
    const struct tn_place_fit *fit = &job->fit;

    for (uint32_t j = 0; j < 3; j++) {
        const struct tn_place_coil *their = &layout->coils[j];
        float from[3];
        float normal[3];
        float point[3];
        float d[3];
        float sum = 0.0f;

        tn_place_turn(fit->turn, their->centre, from);
        tn_place_turn(fit->turn, their->normal, normal);
        for (uint32_t i = 0; i < 3; i++) {
            from[i] += fit->at[i] - own->centre[i];
        }

        float mn = tn_place_dot(own->normal, normal);
        float single = couple(own->normal, normal, mn, from);

        for (uint32_t k = 0; k < 4; k++) {
            float theirs[3];

            get_point(their, k, point);
            tn_place_turn(fit->turn, point, theirs);
            for (uint32_t i = 0; i < 3; i++) {
                theirs[i] += from[i];
            }
            for (uint32_t l = 0; l < 4; l++) {
                get_point(own, l, point);
                for (uint32_t i = 0; i < 3; i++) {
                    d[i] = theirs[i] - point[i];
                }
                sum += couple(own->normal, normal, mn, d);
            }
        }
        job->detail[3u * coil + j] = sum * (1.0f / 16.0f) - single;
    }
}
