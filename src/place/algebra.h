/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PLACE_ALGEBRA_H
#define TENON_PLACE_ALGEBRA_H

/*
 * Small float32 algebra of src/place: the same bits on every machine. Vectors
 * are float[3], matrices float[9] by rows. Pure; outputs may not overlap
 * inputs unless a function says so.
 */

#include <stdbool.h>
#include <stdint.h>

/* 1 / sqrt(v) and v^(-1/3) for normal v > 0, relative error <= 5e-7. */
float tn_place_rsqrt(float v);
float tn_place_rcbrt(float v);

/* sqrt(v); 0 where v is not above 1e-30. */
float tn_place_sqrt(float v);

float tn_place_dot(const float *a, const float *b);
void tn_place_cross(const float *a, const float *b, float *out);

/* out = m v, out = mT v, out = a b. */
void tn_place_turn(const float *m, const float *v, float *out);
void tn_place_turn_back(const float *m, const float *v, float *out);
void tn_place_multiply(const float *a, const float *b, float *out);

/* The unit eigenvector of the largest eigenvalue of a symmetric, positive m
 * whose next one is at most a half; any unit vector if there is none. */
void tn_place_main_axis(const float *m, float *axis);

/* The rotation nearest to m, in place; false if det m is not positive. */
bool tn_place_nearest_rotation(float *m);

/* m = exp([w]) m, in place, by the Cayley map: orthogonal for every w. */
void tn_place_rotate(float *m, const float *w);

/*
 * 6 unknowns: n is the lower triangle (21, by rows) of a symmetric matrix.
 * factor: its Cholesky factor in place, with reciprocal diagonal; false if it
 * is not positive. solve: x of that factor, in place. invert_factor: the
 * factor's inverse in place, so that n^-1 = fT f.
 */
bool tn_place_factor(float *n);
void tn_place_solve(const float *factor, float *x);
void tn_place_invert_factor(float *factor);

#endif
