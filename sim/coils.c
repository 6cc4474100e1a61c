/* SPDX-License-Identifier: Apache-2.0 */
#include "coils.h"

#include <math.h>
#include <string.h>

#define SIDES 8u     /* of a filament: four straight ones, four corners */
#define FILAMENTS 4u /* a winding: 2x2 Gauss points of length and build */
#define POINTS 5u    /* of a panel */

/* Gauss-Legendre, 5 points on -1 .. 1. */
static const double gauss_at[POINTS] = {-0.9061798459386640,
                                        -0.5384693101056831, 0.0,
                                        0.5384693101056831, 0.9061798459386640};
static const double gauss_weight[POINTS] = {
    0.2369268850561891, 0.4786286704993665, 0.5688888888888889,
    0.4786286704993665, 0.2369268850561891};

/* A closed row of straight sides. */
struct filament {
    double corners[SIDES][3];
    double area;
};

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void turn(const double *m, const double *v, double *out)
{
    for (unsigned i = 0; i < 3; i++) {
        out[i] = dot(m + 3 * i, v);
    }
}

static void turn_back(const double *m, const double *v, double *out)
{
    for (unsigned i = 0; i < 3; i++) {
        out[i] = m[i] * v[0] + m[3 + i] * v[1] + m[6 + i] * v[2];
    }
}

/* clang-format off */
/* Axes of windings along x, y and z; lengths: a, b, length, build, corner. */
#define ALONG_X {0, 1, 0}, {0, 0, 1}, {1, 0, 0}
#define ALONG_Y {0, 0, 1}, {1, 0, 0}, {0, 1, 0}
#define ALONG_Z {1, 0, 0}, {0, 1, 0}, {0, 0, 1}
#define CORNER 0.0008

static const struct tn_sim_coil_layout layouts[] = {
    {{{{0, 0, 0}, ALONG_X, 0.008, 0.008, 0.003, 0.0006, CORNER},
      {{0, 0, 0}, ALONG_Y, 0.008, 0.008, 0.003, 0.0006, CORNER},
      {{0, 0, 0}, ALONG_Z, 0.008, 0.008, 0.003, 0.0006, CORNER}}},
    {{{{0.007, 0, -0.0012}, ALONG_X,
       0.010, 0.006, 0.0015, 0.0010, CORNER},
      {{-0.0035, 0, -0.0012}, ALONG_Y,
       0.006, 0.016, 0.0012, 0.0010, CORNER},
      {{0, 0, 0.0042}, ALONG_Z,
       0.027, 0.011, 0.0015, 0.0012, CORNER}}}};
/* clang-format on */

void tn_sim_coils_get_layout(struct tn_sim_coil_layout *layout,
                             enum tn_sim_coil_design design)
{
    *layout = layouts[design];
}

/* Sides and corner of filament `index` of a winding; its place along the
 * normal. The corner is cut so that the area is that of the rounded one. */
static void get_shape(const struct tn_sim_coil *coil, unsigned index,
                      double *half_a, double *half_b, double *cut,
                      double *along)
{
    double p = sqrt(1.0 / 3.0);
    double out = (index & 1u ? p : -p) * 0.5 * coil->build;

    *half_a = 0.5 * coil->a + out;
    *half_b = 0.5 * coil->b + out;
    *cut = coil->corner * sqrt(2.0 - 0.5 * 3.14159265358979324);
    *along = (index & 2u ? p : -p) * 0.5 * coil->length;
}

/* The filament in the axes of the brick that sees it at `pose` (null: its own
 * axes). Right-handed around the normal. */
static void make(const struct tn_sim_coil *coil, unsigned index,
                 const struct tn_sim_pose *pose, struct filament *filament)
{
    double a, b, cut, along;

    get_shape(coil, index, &a, &b, &cut, &along);

    const double at[SIDES][2] = {{a - cut, -b},  {a, -b + cut}, {a, b - cut},
                                 {a - cut, b},   {-a + cut, b}, {-a, b - cut},
                                 {-a, -b + cut}, {-a + cut, -b}};

    for (unsigned s = 0; s < SIDES; s++) {
        double point[3];

        for (unsigned i = 0; i < 3; i++) {
            point[i] = coil->centre[i] + at[s][0] * coil->u[i] +
                       at[s][1] * coil->v[i] + along * coil->normal[i];
        }
        if (pose) {
            turn(pose->turn, point, filament->corners[s]);
            for (unsigned i = 0; i < 3; i++) {
                filament->corners[s][i] += pose->at[i];
            }
        } else {
            memcpy(filament->corners[s], point, sizeof point);
        }
    }
    filament->area = 4.0 * a * b - 2.0 * cut * cut;
}

/* Integral of 1 / |x - y| over y on the side from p to q. */
static double potential(const double *x, const double *p, const double *q)
{
    double xp = 0.0;
    double xq = 0.0;
    double len = 0.0;

    for (unsigned i = 0; i < 3; i++) {
        xp += (x[i] - p[i]) * (x[i] - p[i]);
        xq += (x[i] - q[i]) * (x[i] - q[i]);
        len += (q[i] - p[i]) * (q[i] - p[i]);
    }
    len = sqrt(len);

    /* ln((s + len) / (s - len)), exact also where len is small against s. */
    return 2.0 * atanh(len / (sqrt(xp) + sqrt(xq)));
}

/* Neumann's double integral over two sides: exact along one, Gauss's along the
 * other, cut into panels. */
static double couple_sides(const double *p, const double *q, const double *r,
                           const double *s, unsigned panels)
{
    double along[3];
    double other[3];
    double sum = 0.0;

    for (unsigned i = 0; i < 3; i++) {
        along[i] = (q[i] - p[i]) / panels;
        other[i] = s[i] - r[i];
    }

    double len2 = dot(other, other);
    double cosine = dot(along, other);

    if (cosine * cosine <= 1e-24 * len2 * dot(along, along)) {
        return 0.0;
    }
    for (unsigned k = 0; k < panels; k++) {
        for (unsigned g = 0; g < POINTS; g++) {
            double t = k + 0.5 + 0.5 * gauss_at[g];
            double x[3] = {p[0] + t * along[0], p[1] + t * along[1],
                           p[2] + t * along[2]};

            sum += 0.5 * gauss_weight[g] * potential(x, r, s);
        }
    }
    return sum * cosine / sqrt(len2);
}

static double couple_filaments(const struct filament *own,
                               const struct filament *their, unsigned panels)
{
    double sum = 0.0;

    for (unsigned i = 0; i < SIDES; i++) {
        for (unsigned j = 0; j < SIDES; j++) {
            sum += couple_sides(own->corners[i], own->corners[(i + 1) % SIDES],
                                their->corners[j],
                                their->corners[(j + 1) % SIDES], panels);
        }
    }
    return sum;
}

static double couple_coils(const struct tn_sim_coil *own,
                           const struct tn_sim_coil *their,
                           const struct tn_sim_pose *pose, unsigned panels)
{
    double sum = 0.0;
    double own_area = 0.0;
    double their_area = 0.0;

    for (unsigned i = 0; i < FILAMENTS; i++) {
        struct filament ours;

        make(own, i, NULL, &ours);
        own_area += ours.area;
        their_area = 0.0;
        for (unsigned j = 0; j < FILAMENTS; j++) {
            struct filament theirs;

            make(their, j, pose, &theirs);
            their_area += theirs.area;
            sum += couple_filaments(&ours, &theirs, panels);
        }
    }
    return sum / (own_area * their_area);
}

void tn_sim_coils_couple(const struct tn_sim_coil_layout *own,
                         const struct tn_sim_coil_layout *their,
                         const struct tn_sim_pose *pose, unsigned panels,
                         double *couplings)
{
    if (panels == 0) {
        panels = dot(pose->at, pose->at) < 0.045 * 0.045 ? 8 : 1;
    }
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned j = 0; j < 3; j++) {
            couplings[3 * i + j] =
                couple_coils(&own->coils[i], &their->coils[j], pose, panels);
        }
    }
}

/* Mean of the square of u over the area of a rectangle with half sides a and b
 * whose corners are cut. */
static double get_square(double a, double b, double cut)
{
    double area = 4.0 * a * b - 2.0 * cut * cut;
    /* Each corner's triangle: mean of (a - t)^2 with t in 0 .. cut, more of
     * them near 0. */
    double corner = a * a - 2.0 * a * cut / 3.0 + cut * cut / 6.0;

    return (4.0 * a * b * a * a / 3.0 - 2.0 * cut * cut * corner) / area;
}

void tn_sim_coil_get_spread(const struct tn_sim_coil *coil, double *u,
                            double *v)
{
    double uu = 0.0;
    double vv = 0.0;
    double nn = 0.0;
    double weight = 0.0;

    for (unsigned i = 0; i < FILAMENTS; i++) {
        double a, b, cut, along;

        get_shape(coil, i, &a, &b, &cut, &along);

        double area = 4.0 * a * b - 2.0 * cut * cut;

        uu += area * get_square(a, b, cut);
        vv += area * get_square(b, a, cut);
        nn += area * along * along;
        weight += area;
    }
    /* In air a spread along the normal acts as its negative across: the
     * potential's second derivatives sum to 0. */
    *u = sqrt((uu - nn) / weight);
    *v = sqrt((vv - nn) / weight);
}

/* A winding's four dipoles. */
struct dipoles {
    double at[4][3];
    double normal[3];
};

static void spread(const struct tn_sim_coil *coil,
                   const struct tn_sim_pose *pose, struct dipoles *dipoles)
{
    double u, v;

    tn_sim_coil_get_spread(coil, &u, &v);
    for (unsigned k = 0; k < 4; k++) {
        double point[3];

        for (unsigned i = 0; i < 3; i++) {
            point[i] = coil->centre[i] + (k & 1u ? u : -u) * coil->u[i] +
                       (k & 2u ? v : -v) * coil->v[i];
        }
        if (pose) {
            double seen[3];

            turn(pose->turn, point, seen);
            for (unsigned i = 0; i < 3; i++) {
                point[i] = seen[i] + pose->at[i];
            }
        }
        for (unsigned i = 0; i < 3; i++) {
            dipoles->at[k][i] = point[i];
        }
    }
    memcpy(dipoles->normal, coil->normal, sizeof dipoles->normal);
    if (pose) {
        turn(pose->turn, coil->normal, dipoles->normal);
    }
}

static double couple_dipoles(const struct dipoles *own,
                             const struct dipoles *their)
{
    double sum = 0.0;
    double mn = dot(own->normal, their->normal);

    for (unsigned k = 0; k < 16; k++) {
        const double *p = own->at[k & 3u];
        const double *q = their->at[k >> 2];
        double d[3] = {q[0] - p[0], q[1] - p[1], q[2] - p[2]};
        double dd = dot(d, d);

        sum += (3.0 * dot(own->normal, d) * dot(their->normal, d) / dd - mn) /
               (dd * sqrt(dd));
    }
    return sum / 16.0;
}

void tn_sim_coils_couple_far(const struct tn_sim_coil_layout *own,
                             const struct tn_sim_coil_layout *their,
                             const struct tn_sim_pose *pose, double *couplings)
{
    struct dipoles theirs[3];

    for (unsigned j = 0; j < 3; j++) {
        spread(&their->coils[j], pose, &theirs[j]);
    }
    for (unsigned i = 0; i < 3; i++) {
        struct dipoles ours;

        spread(&own->coils[i], NULL, &ours);
        for (unsigned j = 0; j < 3; j++) {
            couplings[3 * i + j] = couple_dipoles(&ours, &theirs[j]);
        }
    }
}

void tn_sim_pose_invert(const struct tn_sim_pose *pose,
                        struct tn_sim_pose *inverse)
{
    turn_back(pose->turn, pose->at, inverse->at);
    for (unsigned i = 0; i < 3; i++) {
        inverse->at[i] = -inverse->at[i];
        for (unsigned j = 0; j < 3; j++) {
            inverse->turn[3 * i + j] = pose->turn[3 * j + i];
        }
    }
}

void tn_sim_pose_relate(const struct tn_sim_pose *first,
                        const struct tn_sim_pose *second,
                        struct tn_sim_pose *pose)
{
    double away[3];

    for (unsigned i = 0; i < 3; i++) {
        away[i] = second->at[i] - first->at[i];
    }
    turn_back(first->turn, away, pose->at);
    for (unsigned j = 0; j < 3; j++) {
        double column[3] = {second->turn[j], second->turn[3 + j],
                            second->turn[6 + j]};
        double seen[3];

        turn_back(first->turn, column, seen);
        for (unsigned i = 0; i < 3; i++) {
            pose->turn[3 * i + j] = seen[i];
        }
    }
}

void tn_sim_coils_init(struct tn_sim_coils *coils,
                       const struct tn_sim_coil_layout *layout)
{
    memset(coils, 0, sizeof *coils);
    coils->layout = *layout;
}

static bool is_same(const struct tn_sim_pose *a, const struct tn_sim_pose *b)
{
    bool same = true;

    for (unsigned i = 0; i < 3; i++) {
        same = same && a->at[i] == b->at[i];
    }
    for (unsigned i = 0; i < 9; i++) {
        same = same && a->turn[i] == b->turn[i];
    }
    return same;
}

const double *tn_sim_coils_get(struct tn_sim_coils *coils, unsigned own,
                               unsigned their, const struct tn_sim_pose *pose)
{
    struct tn_sim_coil_pair *pair = &coils->pairs[own][their];
    const struct tn_sim_coil_layout *layout = &coils->layout;

    if (pair->set && is_same(&pair->pose, pose)) {
        return pair->couplings;
    }
    pair->pose = *pose;
    pair->set = true;
    coils->computed_count++;
    if (dot(pose->at, pose->at) < TN_SIM_COILS_FAR_M * TN_SIM_COILS_FAR_M) {
        tn_sim_coils_couple(layout, layout, pose, 0, pair->couplings);
    } else {
        tn_sim_coils_couple_far(layout, layout, pose, pair->couplings);
    }
    return pair->couplings;
}

/* Standard normal: twelve uniform numbers summed; no libm, so the same on
 * every host. */
static double get_gauss(struct tn_prng *prng)
{
    double sum = -6.0;

    for (unsigned i = 0; i < 12; i++) {
        sum += tn_prng_get(prng) * (1.0 / 4294967296.0);
    }
    return sum;
}

void tn_sim_coils_measure(const double *couplings, enum tn_sim_coil_class class,
                          uint32_t per_coil_us, struct tn_prng *prng,
                          float *measured, float *sigma)
{
    static const struct {
        double moment;
        double noise;
    } classes[] = {
#define COIL_CLASS(name, moment, noise, meaning) {moment, noise},
        TN_SIM_COIL_CLASSES(COIL_CLASS)
#undef COIL_CLASS
    };
    double error = classes[class].noise /
                   (sqrt(1e-6 * per_coil_us) * 1e-7 * classes[class].moment);

    for (unsigned i = 0; i < 9; i++) {
        measured[i] = (float)(couplings[i] + error * get_gauss(prng));
    }
    *sigma = (float)error;
}
