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

/* A coil's four points around `from`, and how far each lies along `axis`. */
static void get_points(const float *u, const float *v, const float *from,
                       const float *axis, float *points, float *along)
{
    for (uint32_t k = 0; k < 4; k++) {
        float su = k & 1u ? 1.0f : -1.0f;
        float sv = k & 2u ? 1.0f : -1.0f;

        for (uint32_t i = 0; i < 3; i++) {
            points[3 * k + i] = from[i] + su * u[i] + sv * v[i];
        }
        along[k] = tn_place_dot(axis, points + 3 * k);
    }
}

/*
 * The mean coupling over 16 pairs of points. `ours` are from our centre;
 * `theirs` from it too. Points lie in their coil's plane, so an end of a pair
 * counts along the other coil's normal only: `md` belongs to their points
 * (along our normal), `nd` to ours (along theirs, from their centre).
 */
static float couple_points(const float *ours, const float *theirs,
                           const float *md, const float *nd, float mn)
{
    float sum = 0.0f;

    for (uint32_t k = 0; k < 4; k++) {
        for (uint32_t l = 0; l < 4; l++) {
            float d[3] = {theirs[3 * k] - ours[3 * l],
                          theirs[3 * k + 1] - ours[3 * l + 1],
                          theirs[3 * k + 2] - ours[3 * l + 2]};
            float s = get_inverse(d);
            float s2 = s * s;

            sum += s2 * s * (3.0f * md[k] * nd[l] * s2 - mn);
        }
    }
    return sum * (1.0f / 16.0f);
}

void tn_place_detail(struct tn_place_job *job,
                     const struct tn_place_layout *layout, uint8_t coil)
{
    static const float zero[3] = {0.0f, 0.0f, 0.0f};
    const struct tn_place_coil *own = &layout->coils[coil];
    const struct tn_place_fit *fit = &job->fit;

    for (uint32_t j = 0; j < 3; j++) {
        const struct tn_place_coil *their = &layout->coils[j];
        float from[3];
        float normal[3];
        float u[3];
        float v[3];
        float ours[12];
        float theirs[12];
        float md[4];
        float nd[4];

        tn_place_turn(fit->turn, their->centre, from);
        tn_place_turn(fit->turn, their->normal, normal);
        tn_place_turn(fit->turn, their->u, u);
        tn_place_turn(fit->turn, their->v, v);
        for (uint32_t i = 0; i < 3; i++) {
            from[i] += fit->at[i] - own->centre[i];
        }
        get_points(own->u, own->v, zero, normal, ours, nd);
        get_points(u, v, from, own->normal, theirs, md);

        float mn = tn_place_dot(own->normal, normal);
        float middle = tn_place_dot(normal, from);
        float s = get_inverse(from);
        float single =
            s * s * s *
            (3.0f * tn_place_dot(own->normal, from) * middle * s * s - mn);

        for (uint32_t k = 0; k < 4; k++) {
            nd[k] = middle - nd[k];
        }
        job->detail[3u * coil + j] =
            couple_points(ours, theirs, md, nd, mn) - single;
    }
}
