/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From nine couplings to a pose: closed form of two concentric dipole trios,
 * then Gauss-Newton on separate coils for both hemispheres. See
 * docs/design/placing.md.
 */
#include "algebra.h"
#include "parts.h"

#include <string.h>

#define AT(i, j) ((i) * ((i) + 1u) / 2u + (j))

/* What the model and a board's calibration leave, of the rms coupling. */
#define MODEL_PART2 (0.02f * 0.02f)

#define WEAK_RATIO 3.0f    /* coupling over sigma below which nothing is said */
#define BOUND_SIGMAS 4.0f  /* for a lower bound of the distance */
#define SURE_CHI2 11.0f    /* between hemispheres */
#define UNLIKE_CHI2 20.0f  /* 9 couplings less 6 unknowns; p = 2e-4 */
#define FAILED_CHI2 1e9f   /* no fit at all */
#define TURN_MAX 8u        /* turns of the first fit */
#define TURN_MORE 2u       /* turns after each round of detail */
#define DONE2 1e-6f        /* square of a step that is small enough */
#define STEP_AT_MAX 0.4f   /* of the distance */
#define STEP_TURN_MAX 0.6f /* rad */
#define DETAIL_FAR_M 1.0f  /* one-point model beyond */
#define DETAIL_NEAR_M 0.15f /* more rounds of detail below */
#define ROUNDS_FAR 1u
#define ROUNDS_NEAR 4u
#define START_FRESH_US 250000u /* a last pose is a start for so long */
#define DISTANCE_MIN_M 0.010f
#define DISTANCE_MAX_M 20.0f

/* What hands can do: a pose cannot have gone further. */
#define SPEED_MAX_M_S 4.0f
#define TURN_MAX_RAD_S 12.0f

#define TILT_FREE 0.12f /* rad: two accelerometers and their mounting */
#define GRAVITY_MIN_MG 850.0f
#define GRAVITY_MAX_MG 1150.0f

static float get_distance2(const float *a, const float *b, float sign)
{
    float sum = 0.0f;

    for (uint32_t i = 0; i < 3; i++) {
        float d = a[i] - sign * b[i];

        sum += d * d;
    }
    return sum;
}

/* How far the neighbour may have moved in own axes since `last`; a negative
 * number if that was too long ago. */
static float get_reach(const struct tn_place_job *job,
                       const struct tn_place_pose *last)
{
    if (last->known != TN_PLACE_POSE || !last->hemisphere ||
        job->report.time_us - last->time_us > TN_PLACE_FRESH_US) {
        return -1.0f;
    }

    float s = 1e-6f * (float)(uint32_t)(job->report.time_us - last->time_us);
    float m = 1e-3f * (last->distance_mm + 3.0f * last->sigma_distance_mm);

    return s * (SPEED_MAX_M_S + TURN_MAX_RAD_S * m) + 0.1f * m;
}

/* Which sign of `at` continues the track: 1 or -1; 0 if both could, or
 * neither. */
static float get_track(const struct tn_place_job *job,
                       const struct tn_place_pose *last, const float *at)
{
    float reach = get_reach(job, last);
    float before[3];

    if (reach < 0.0f) {
        return 0.0f;
    }
    for (uint32_t i = 0; i < 3; i++) {
        before[i] = 1e-3f * last->distance_mm * last->direction[i];
    }

    bool same = get_distance2(before, at, 1.0f) < reach * reach;
    bool opposite = get_distance2(before, at, -1.0f) < reach * reach;

    return same == opposite ? 0.0f : (same ? 1.0f : -1.0f);
}

/* G^-1 A = (1.5 n nT - 1) A / g, to the nearest rotation. */
static bool start_turn(struct tn_place_job *job, const float *n)
{
    const float *a = job->report.couplings;
    float na[3];

    tn_place_turn_back(a, n, na);
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t j = 0; j < 3; j++) {
            job->fit.turn[3 * i + j] =
                job->scale * (1.5f * n[i] * na[j] - a[3 * i + j]);
        }
    }
    return tn_place_nearest_rotation(job->fit.turn);
}

static void start_rounds(struct tn_place_job *job)
{
    job->turn_count = TURN_MAX;
    job->round_count = 0;
    job->fresh = 0;
    if (job->distance_m < DETAIL_FAR_M) {
        job->round_count =
            job->distance_m < DETAIL_NEAR_M ? ROUNDS_NEAR : ROUNDS_FAR;
    }
    memset(job->detail, 0, sizeof job->detail);
    job->phase = TN_PLACE_FIT;
}

/* Coupling over sigma; below WEAK_RATIO a lower bound of the distance is all
 * that is left. */
static bool start_scale(struct tn_place_job *job, struct tn_place_pose *pose)
{
    const float *a = job->report.couplings;
    float sigma2 = job->report.sigma * job->report.sigma;
    float sum = 0.0f;

    for (uint32_t i = 0; i < 9; i++) {
        sum += a[i] * a[i];
    }

    /* |A|^2 = 6 g^2 and nine squares of noise. */
    float g2 = (sum - 9.0f * sigma2) * (1.0f / 6.0f);

    if (!(g2 > WEAK_RATIO * WEAK_RATIO * sigma2)) {
        float most = (g2 > 0.0f ? tn_place_sqrt(g2) : 0.0f) +
                     BOUND_SIGMAS * job->report.sigma;

        pose->known = TN_PLACE_BEYOND;
        pose->time_us = job->report.time_us;
        pose->distance_mm = 1e3f * tn_place_rcbrt(most);
        return false;
    }

    float g = tn_place_sqrt(g2);

    job->distance_m = tn_place_rcbrt(g);
    job->scale = 1.0f / g;
    job->variance = (sigma2 + MODEL_PART2 * sum * (1.0f / 9.0f)) / g2;
    return true;
}

/* Near, where the coils' own places count, the last pose is a better start than
 * the closed form. */
static void start_from(struct tn_place_job *job,
                       const struct tn_place_pose *last)
{
    if (job->distance_m > DETAIL_NEAR_M || last->known != TN_PLACE_POSE ||
        job->report.time_us - last->time_us > START_FRESH_US) {
        return;
    }
    for (uint32_t i = 0; i < 3; i++) {
        job->fit.at[i] = 1e-3f * last->distance_mm * last->direction[i];
    }
    memcpy(job->fit.turn, last->turn, sizeof job->fit.turn);
}

/* No pose explains the couplings; yet so strong ones come from bodies that
 * touch, or nearly. */
static void refuse(const struct tn_place_job *job,
                   const struct tn_place_layout *layout,
                   struct tn_place_pose *pose, uint8_t *verdict)
{
    *verdict = TN_PLACE_UNLIKE;
    if (job->distance_m < layout->contact_m) {
        pose->known = TN_PLACE_CONTACT;
        pose->time_us = job->report.time_us;
    }
}

/* The closed form: distance from the norm, direction from A AT = g^2 (1 + 3 n
 * nT), orientation from what is left. False: the report is done with. */
static bool start(struct tn_place_job *job,
                  const struct tn_place_layout *layout,
                  const struct tn_place_pose *last, struct tn_place_pose *pose,
                  uint8_t *verdict)
{
    const float *a = job->report.couplings;
    float square[9];
    float n[3];

    if (!start_scale(job, pose)) {
        *verdict = TN_PLACE_WEAK;
        return false;
    }
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t j = 0; j < 3; j++) {
            square[3 * i + j] = tn_place_dot(a + 3 * i, a + 3 * j);
        }
    }
    tn_place_main_axis(square, n);
    if (!start_turn(job, n)) {
        refuse(job, layout, pose, verdict);
        return false;
    }
    for (uint32_t i = 0; i < 3; i++) {
        job->fit.at[i] = job->distance_m * n[i];
    }

    start_from(job, last);

    float track = get_track(job, last, job->fit.at);

    for (uint32_t i = 0; track < 0.0f && i < 3; i++) {
        job->fit.at[i] = -job->fit.at[i];
    }
    job->both = job->both || track == 0.0f;
    job->second = 0;
    start_rounds(job);
    return true;
}

/* The other hemisphere, from the first's result. */
static void start_second(struct tn_place_job *job)
{
    memcpy(&job->first, &job->fit, sizeof job->first);
    for (uint32_t i = 0; i < 3; i++) {
        job->fit.at[i] = -job->fit.at[i];
    }
    job->second = 1;
    start_rounds(job);
}

/* Shortens v to at most `most`; returns the square of what it was. */
static float limit(float *v, float most)
{
    float vv = tn_place_dot(v, v);

    if (vv > most * most) {
        float k = most * tn_place_rsqrt(vv);

        for (uint32_t i = 0; i < 3; i++) {
            v[i] *= k;
        }
    }
    return vv;
}

/* One Gauss-Newton turn. False: the equations are singular. */
static bool turn(struct tn_place_job *job, const struct tn_place_layout *layout)
{
    float *step = job->slope;

    tn_place_linearise(job, layout);
    if (!tn_place_factor(job->normal)) {
        return false;
    }
    tn_place_solve(job->normal, step);

    float size2 = limit(step, STEP_AT_MAX) + limit(step + 3, STEP_TURN_MAX);

    for (uint32_t i = 0; i < 3; i++) {
        float at = job->fit.at[i] + job->distance_m * step[i];

        job->fit.at[i] = tn_clampf(at, -DISTANCE_MAX_M, DISTANCE_MAX_M);
    }
    tn_place_rotate(job->fit.turn, step + 3);
    job->turn_count--;
    if (size2 < DONE2) {
        job->turn_count = 0;
        if (job->fresh) {
            job->round_count = 0; /* the detail no longer moves it */
        }
    }
    job->fresh = 0;
    if (job->turn_count == 0) {
        job->phase = job->round_count > 0 ? TN_PLACE_DETAIL : TN_PLACE_CHECK;
        job->coil = 0;
    }
    return true;
}

static void add_detail(struct tn_place_job *job,
                       const struct tn_place_layout *layout)
{
    tn_place_detail(job, layout, job->coil);
    job->coil++;
    if (job->coil == 3) {
        job->round_count--;
        job->turn_count = TURN_MORE;
        job->fresh = 1;
        job->phase = TN_PLACE_FIT;
    }
}

/* Chi-square and standard errors at the fit. False: singular. */
static bool check(struct tn_place_job *job,
                  const struct tn_place_layout *layout)
{
    struct tn_place_fit *fit = &job->fit;
    float *f = job->normal;
    float n[3];

    tn_place_linearise(job, layout);
    fit->chi2 = tn_clampf(job->residual2 / job->variance, 0.0f, 1e8f);
    if (!tn_place_factor(f)) {
        return false;
    }
    tn_place_invert_factor(f);

    float r2 = tn_place_dot(fit->at, fit->at);

    if (!(r2 > DISTANCE_MIN_M * DISTANCE_MIN_M)) {
        return false;
    }

    float inverse = tn_place_rsqrt(r2);
    float along2 = 0.0f;
    float at2 = 0.0f;
    float turn2 = 0.0f;

    for (uint32_t i = 0; i < 3; i++) {
        n[i] = fit->at[i] * inverse;
    }
    /* The covariance is fT f: sums of squares over the factor's rows. */
    for (uint32_t i = 0; i < 6; i++) {
        const float *row = f + AT(i, 0);
        float part = 0.0f;

        for (uint32_t j = 0; j <= i && j < 3; j++) {
            part += row[j] * n[j];
            at2 += row[j] * row[j];
        }
        along2 += part * part;
        for (uint32_t j = 3; j <= i; j++) {
            turn2 += row[j] * row[j];
        }
    }

    float across2 = at2 - along2;

    fit->sigma_m = job->distance_m * tn_place_sqrt(along2 * job->variance);
    fit->sigma_direction =
        job->distance_m * inverse *
        tn_place_sqrt(0.5f * (across2 > 0.0f ? across2 : 0.0f) * job->variance);
    fit->sigma_turn = tn_place_sqrt(turn2 * job->variance);
    return true;
}

/* The pose turns one brick's plumb into the other's, or says it is not so. */
static bool is_upright(const struct tn_place_job *job)
{
    const struct tn_place_report *report = &job->report;
    float own[3];
    float their[3];
    float turned[3];

    if (!report->gravity) {
        return true;
    }
    for (uint32_t i = 0; i < 3; i++) {
        own[i] = (float)report->own_mg[i];
        their[i] = (float)report->their_mg[i];
    }

    float own2 = tn_place_dot(own, own);
    float their2 = tn_place_dot(their, their);
    float least2 = own2 < their2 ? own2 : their2;
    float most2 = own2 < their2 ? their2 : own2;

    if (least2 < GRAVITY_MIN_MG * GRAVITY_MIN_MG ||
        most2 > GRAVITY_MAX_MG * GRAVITY_MAX_MG) {
        return true;
    }
    tn_place_turn(job->fit.turn, their, turned);

    /* |a - b|^2 of the unit vectors. */
    float cosine = tn_place_dot(own, turned) * tn_place_rsqrt(own2) *
                   tn_place_rsqrt(their2);
    float free = TILT_FREE + 2.5f * job->fit.sigma_turn;

    return 2.0f - 2.0f * cosine < free * free;
}

/* While both hemispheres are possible, either fit is off by as much as they
 * differ. */
static void widen(struct tn_place_fit *fit, const struct tn_place_fit *other)
{
    float inverse = tn_place_rsqrt(tn_place_dot(fit->at, fit->at));
    float other_inverse = tn_place_rsqrt(tn_place_dot(other->at, other->at));
    float range = 1.0f / inverse - 1.0f / other_inverse;
    float apart2 = 0.0f;
    float turned2 = 0.0f;

    for (uint32_t i = 0; i < 3; i++) {
        float d = fit->at[i] * inverse + other->at[i] * other_inverse;

        apart2 += d * d;
    }
    for (uint32_t i = 0; i < 9; i++) {
        float d = fit->turn[i] - other->turn[i];

        turned2 += d * d;
    }
    fit->sigma_m = tn_place_sqrt(fit->sigma_m * fit->sigma_m + range * range);
    fit->sigma_direction = tn_place_sqrt(
        fit->sigma_direction * fit->sigma_direction + 0.5f * apart2);
    fit->sigma_turn =
        tn_place_sqrt(fit->sigma_turn * fit->sigma_turn + 0.5f * turned2);
}

/* Chooses the hemisphere; true if the choice is sure. */
static bool choose(struct tn_place_job *job, const struct tn_place_pose *last)
{
    if (!job->both) {
        /* The track goes on from a sure one. */
        return get_track(job, last, job->fit.at) > 0.0f;
    }

    float less = job->first.chi2 - job->fit.chi2;
    float track = get_track(job, last, job->fit.at);
    /* A fit that came to nothing is no evidence against its hemisphere. */
    bool decided = (less > SURE_CHI2 || less < -SURE_CHI2) &&
                   job->first.chi2 < FAILED_CHI2 && job->fit.chi2 < FAILED_CHI2;
    bool keep = decided || track == 0.0f ? less > 0.0f : track > 0.0f;

    if (!decided && track == 0.0f) {
        widen(keep ? &job->fit : &job->first, keep ? &job->first : &job->fit);
    }
    if (!keep) {
        memcpy(&job->fit, &job->first, sizeof job->fit);
    }
    return decided || track != 0.0f;
}

static void finish(struct tn_place_job *job,
                   const struct tn_place_layout *layout,
                   const struct tn_place_pose *last, struct tn_place_pose *pose,
                   uint8_t *verdict)
{
    const struct tn_place_fit *fit = &job->fit;
    bool sure = choose(job, last);

    if (fit->chi2 > UNLIKE_CHI2) {
        refuse(job, layout, pose, verdict);
        return;
    }
    if (!is_upright(job)) {
        *verdict = TN_PLACE_TILTED;
        return;
    }
    *verdict = TN_PLACE_TAKEN;

    float inverse = tn_place_rsqrt(tn_place_dot(fit->at, fit->at));

    pose->time_us = job->report.time_us;
    pose->distance_mm = 1e3f / inverse;
    for (uint32_t i = 0; i < 3; i++) {
        pose->direction[i] = fit->at[i] * inverse;
    }
    memcpy(pose->turn, fit->turn, sizeof pose->turn);
    pose->sigma_distance_mm = 1e3f * fit->sigma_m;
    pose->sigma_direction_rad = fit->sigma_direction;
    pose->sigma_turn_rad = fit->sigma_turn;
    pose->known = TN_PLACE_POSE;
    pose->hemisphere = sure;
}

/* The check of one hemisphere; then the other, or the end. */
static void check_and_go_on(struct tn_place_job *job,
                            const struct tn_place_layout *layout)
{
    if (!check(job, layout)) {
        job->fit.chi2 = FAILED_CHI2;
    }
    if (job->both && !job->second) {
        start_second(job);
    } else {
        job->phase = TN_PLACE_END;
    }
}

bool tn_place_work(struct tn_place_job *job,
                   const struct tn_place_layout *layout,
                   const struct tn_place_pose *last, struct tn_place_pose *pose,
                   uint8_t *verdict)
{
    memset(pose, 0, sizeof *pose);
    switch ((enum tn_place_phase)job->phase) {
    case TN_PLACE_START:
        return !start(job, layout, last, pose, verdict);
    case TN_PLACE_FIT:
        if (!turn(job, layout)) {
            job->phase = TN_PLACE_CHECK; /* which will say that it is unlike */
        }
        return false;
    case TN_PLACE_DETAIL:
        add_detail(job, layout);
        return false;
    case TN_PLACE_CHECK:
        check_and_go_on(job, layout);
        return false;
    case TN_PLACE_END:
        finish(job, layout, last, pose, verdict);
        return true;
    case TN_PLACE_IDLE:
        break;
    }
    *verdict = TN_PLACE_NONE;
    return true;
}
