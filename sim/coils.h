/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_COILS_H
#define TENON_SIM_COILS_H

/*
 * The truth of the coils: what nine windings of two bricks induce in one
 * another. Windings are finite: rounded rectangles with length and build, as
 * filaments by Neumann's integral near, by 2x2 dipoles where those are as good
 * as 0.1 %. Quasi-static, in air. Deterministic, no allocation; the caller owns
 * all structs. Host only.
 *
 * A brick's axes: x to its front, y to its left, z up; the origin is the
 * body's centre. Couplings are normalised: mutual inductance / (1e-7 NA NA'),
 * m^-3, NA being a winding's turns times its mean area.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/prng.h>

/* One winding: sides a along u and b along v, u x v = normal. All in metres;
 * a and b of the middle of the winding. */
struct tn_sim_coil {
    double centre[3];
    double u[3]; /* unit vectors */
    double v[3];
    double normal[3];
    double a;
    double b;
    double length; /* along the normal */
    double build;  /* thickness of the winding, outwards */
    double corner; /* radius */
};

struct tn_sim_coil_layout {
    struct tn_sim_coil coils[3];
};

/* One brick as another sees it. */
struct tn_sim_pose {
    double at[3];   /* m */
    double turn[9]; /* its axes to the other's, row-major rotation */
};

/* Noise of a board's coils: X(NAME, moment A m^2, noise T/sqrt(Hz), meaning);
 * a tone of moment m heard for T seconds with noise b in the field gives
 * couplings a standard error of b / (sqrt(T) 1e-7 m). */
#define TN_SIM_COIL_CLASSES(X)                                                 \
    X(S, 2.4e-4, 1.35e-12, "8 mm, 75 turns, untuned")                          \
    X(M, 7.1e-4, 0.10e-12, "the same, tuned")                                  \
    X(L, 2.2e-3, 0.06e-12, "143 mm^2, 60 turns, tuned, more current")

enum tn_sim_coil_class {
#define TN_SIM_COIL_ENUM(name, moment, noise, meaning) TN_SIM_COIL_##name,
    TN_SIM_COIL_CLASSES(TN_SIM_COIL_ENUM)
#undef TN_SIM_COIL_ENUM
};

enum tn_sim_coil_design {
    TN_SIM_COILS_CONCENTRIC, /* three windings around one centre */
    TN_SIM_COILS_SEPARATE    /* the reference brick's */
};

void tn_sim_coils_get_layout(struct tn_sim_coil_layout *layout,
                             enum tn_sim_coil_design design);

/* `couplings[3 * i + j]`: coil i of the brick with `own`, coil j of the brick
 * with `their` at `pose`. `panels` (1 ..) cuts each filament's sides; 0 chooses
 * by distance for an error <= 2e-5 of the rms coupling. */
void tn_sim_coils_couple(const struct tn_sim_coil_layout *own,
                         const struct tn_sim_coil_layout *their,
                         const struct tn_sim_pose *pose, unsigned panels,
                         double *couplings);

/* The same by 2x2 dipoles a winding: within 0.1 % of the rms coupling from
 * TN_SIM_COILS_FAR_M on. */
void tn_sim_coils_couple_far(const struct tn_sim_coil_layout *own,
                             const struct tn_sim_coil_layout *their,
                             const struct tn_sim_pose *pose, double *couplings);

#define TN_SIM_COILS_FAR_M 0.12

/* Half the distance of a winding's dipoles along u and v, m. */
void tn_sim_coil_get_spread(const struct tn_sim_coil *coil, double *u,
                            double *v);

/* The pose of the first brick seen from the second, and how two bricks placed
 * in a world see each other (`second` from `first`). */
void tn_sim_pose_invert(const struct tn_sim_pose *pose,
                        struct tn_sim_pose *inverse);
void tn_sim_pose_relate(const struct tn_sim_pose *first,
                        const struct tn_sim_pose *second,
                        struct tn_sim_pose *pose);

/* Couplings of bricks of one layout by pairs; those of a pair whose pose did
 * not change are not computed again. */
#define TN_SIM_COILS_BRICK_CAP 32u

struct tn_sim_coil_pair {
    struct tn_sim_pose pose;
    double couplings[9];
    bool set;
};

struct tn_sim_coils {
    struct tn_sim_coil_layout layout;
    struct tn_sim_coil_pair pairs[TN_SIM_COILS_BRICK_CAP]
                                 [TN_SIM_COILS_BRICK_CAP];
    uint64_t computed_count; /* so many pairs were computed, not remembered */
};

void tn_sim_coils_init(struct tn_sim_coils *coils,
                       const struct tn_sim_coil_layout *layout);

/* Couplings of brick `own` with brick `their` (below TN_SIM_COILS_BRICK_CAP) at
 * `pose`, by the cheapest model that is true to 0.1 %. Owned by `coils`. */
const double *tn_sim_coils_get(struct tn_sim_coils *coils, unsigned own,
                               unsigned their, const struct tn_sim_pose *pose);

/* What a board of `class` measures of them in `per_coil_us` a coil: Gaussian
 * noise added, its standard error to `sigma`. */
void tn_sim_coils_measure(const double *couplings, enum tn_sim_coil_class class,
                          uint32_t per_coil_us, struct tn_prng *prng,
                          float *measured, float *sigma);

#endif
