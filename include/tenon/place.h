/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PLACE_H
#define TENON_PLACE_H

/*
 * From coil couplings to where the neighbours are: distance, direction and
 * orientation, each with its uncertainty, and what follows for play: near, far,
 * touching, facing, faced by. What a measurement does not carry is unknown,
 * never guessed. The work is cut into slices, one a step. The caller owns the
 * struct; no call may come from an interrupt. Specified in
 * docs/spec/placing.md.
 *
 * Axes of a brick as in motion: x to its front, y to its left, z up through the
 * studs; the origin is the body's centre.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/err.h>
#include <tenon/maths.h>

#define TN_PLACE_CAP 16u     /* neighbours */
#define TN_PLACE_NEWS_CAP 4u /* a step */

#define TN_PLACE_FRESH_US 1000000u /* older poses are unknown */
#define TN_PLACE_NEAR_MM 300.0f    /* near below, by two standard errors */
#define TN_PLACE_FAR_MM 450.0f     /* far above, by two standard errors */
#define TN_PLACE_TOUCH_MM 3.0f     /* touching below this gap of the bodies */
#define TN_PLACE_APART_MM 8.0f     /* no longer touching above it */
#define TN_PLACE_AIM_COS 0.9397f   /* facing within 20 degrees */
#define TN_PLACE_STRAY_COS 0.9063f /* no longer facing beyond 25 degrees */

/* One winding: four equal dipoles at centre +- u +- v, along the normal, which
 * is at right angles to u and v. */
struct tn_place_coil {
    float centre[3]; /* m, the brick's axes */
    float normal[3]; /* unit vector */
    float u[3];      /* m, half the distance of the dipoles along one side */
    float v[3];      /* m, along the other side */
};

/* The coils of every brick of a group, and its body. */
struct tn_place_layout {
    struct tn_place_coil coils[3];
    float half[3];   /* m, half the body's size along x, y, z */
    float contact_m; /* couplings of dipoles so near (closed form) come only
                      * from bodies within TN_PLACE_APART_MM; 0: never */
};

/* What one round of the coils says of one neighbour. */
struct tn_place_report {
    uint64_t time_us;    /* middle of the measurement, own clock */
    float couplings[9];  /* [3 * own coil + their coil], m^-3 */
    float sigma;         /* standard error of each of them, m^-3 */
    int16_t own_mg[3];   /* specific force, own axes; -16000 .. 16000 */
    int16_t their_mg[3]; /* the same of the neighbour, in its axes */
    uint8_t gravity;     /* 1: both are gravity alone; 0: do not use them */
    uint8_t pad[3];      /* 0 */
};

enum tn_place_known {
    TN_PLACE_NOTHING = 0,
    TN_PLACE_BEYOND = 1,  /* distance_mm is a lower bound, all else is 0 */
    TN_PLACE_CONTACT = 2, /* bodies within TN_PLACE_APART_MM, all else is 0 */
    TN_PLACE_POSE = 3     /* all fields hold, up to the hemisphere */
};

/* Where a neighbour is. */
struct tn_place_pose {
    uint64_t time_us;          /* of the measurement */
    float distance_mm;         /* centre to centre */
    float direction[3];        /* unit vector to it, own axes; see hemisphere */
    float turn[9];             /* its axes to own axes, row-major rotation */
    float sigma_distance_mm;   /* standard errors */
    float sigma_direction_rad; /* of each of two axes */
    float sigma_turn_rad;      /* root of the sum over three axes */
    uint8_t known;             /* enum tn_place_known */
    uint8_t hemisphere; /* 1: direction is right; 0: it may be the opposite */
    uint8_t pad[6];     /* 0 */
};

enum tn_place_answer {
    TN_PLACE_NO = 0,
    TN_PLACE_YES = 1,
    TN_PLACE_UNKNOWN = 2
};

/* What programs get of one neighbour. */
struct tn_place_signals {
    tn_q16 distance_m;    /* metres, or TN_UNKNOWN */
    tn_q16 bearing_deg;   /* left of ahead, -180 .. 180, or TN_UNKNOWN */
    tn_q16 elevation_deg; /* above, -90 .. 90, or TN_UNKNOWN */
    uint8_t near;         /* enum tn_place_answer, as all that follow */
    uint8_t far;
    uint8_t touching;
    uint8_t facing;   /* it stands ahead of our front */
    uint8_t faced_by; /* we stand ahead of its front */
    uint8_t pad[3];   /* 0 */
};

/* What has become so of one neighbour. */
enum tn_place_what {
    TN_PLACE_WHAT_NEAR = 0,
    TN_PLACE_WHAT_FAR = 1,
    TN_PLACE_WHAT_TOUCHING = 2,
    TN_PLACE_WHAT_FACING = 3,
    TN_PLACE_WHAT_FACED_BY = 4
};

struct tn_place_news {
    uint8_t slot;
    uint8_t what; /* enum tn_place_what */
};

/* How the last report of a neighbour ended. */
enum tn_place_verdict {
    TN_PLACE_NONE = 0,
    TN_PLACE_TAKEN = 1,
    TN_PLACE_WEAK = 2,   /* below the noise: only a lower bound */
    TN_PLACE_UNLIKE = 3, /* no pose explains the couplings: chi-square */
    TN_PLACE_TILTED = 4  /* the pose contradicts gravity */
};

/* The rest is private to src/place and stands here for its size. */
struct tn_place_neighbour {
    struct tn_place_report report; /* the latest */
    struct tn_place_pose pose;     /* the latest that was taken */
    uint8_t reported;              /* 1: there was a report */
    uint8_t waiting;               /* 1: the report is not used yet */
    uint8_t verdict;               /* enum tn_place_verdict */
    uint8_t warm_count;            /* so many may yet try only one hemisphere */
    uint8_t zone;                  /* near yes or no, or unknown so far */
    uint8_t touching;              /* as was known last, 0 or 1 */
    uint8_t facing;
    uint8_t faced_by;
};

/* One hemisphere's fit. Lengths in metres. */
struct tn_place_fit {
    float at[3];
    float turn[9];
    float chi2;
    float sigma_m;
    float sigma_direction;
    float sigma_turn;
};

/* The work on one report. */
struct tn_place_job {
    struct tn_place_report report;
    struct tn_place_fit fit;   /* under way */
    struct tn_place_fit first; /* of the first hemisphere */
    float normal[21]; /* lower triangle of the normal matrix, by rows */
    float slope[6];
    float detail[9];  /* four-point model less one-point model, m^-3 */
    float residual2;  /* sum of squares, scaled */
    float distance_m; /* scale of lengths: the closed form's distance */
    float scale;      /* scale of couplings: cube of that */
    float variance;   /* of a scaled residual */
    uint8_t phase;    /* private enum */
    uint8_t slot;
    uint8_t both;   /* 1: both hemispheres are tried */
    uint8_t second; /* 1: the second is under way */
    uint8_t turn_count;
    uint8_t round_count; /* of detail */
    uint8_t coil;
    uint8_t fresh; /* 1: the detail is new since the last turn */
};

struct tn_place {
    struct tn_place_neighbour neighbours[TN_PLACE_CAP];
    struct tn_place_job job;
    struct tn_place_layout layout;
    uint8_t next;   /* slot to look at first for the next job */
    uint8_t pad[7]; /* 0 */
};

_Static_assert(sizeof(struct tn_place) <= 3584, "the room's budget");

/* The coils and body of the reference brick. */
void tn_place_get_layout(struct tn_place_layout *layout);

/* Knows nobody. `layout` is copied; every neighbour is taken to have it too. */
void tn_place_init(struct tn_place *place,
                   const struct tn_place_layout *layout);

/*
 * A report on the neighbour in `slot`; it takes the place of one that still
 * waits. TN_ERR_ARG for a bad slot, TN_ERR_TIME if it is not later than the
 * last one, TN_ERR_VALUE if a coupling is beyond +-1e7, sigma outside 1e-5 ..
 * 1e3 or any of them is no number; then nothing has changed.
 */
enum tn_err tn_place_push(struct tn_place *place, uint8_t slot,
                          const struct tn_place_report *report);

/* The neighbour in `slot` has left: all about it is forgotten. */
void tn_place_reset(struct tn_place *place, uint8_t slot);

/*
 * One slice of work (docs/spec/placing.md says how many a report takes).
 * Writes at most TN_PLACE_NEWS_CAP news, and how many to `news_count`. Without
 * work nothing changes.
 */
void tn_place_step(struct tn_place *place, struct tn_place_news *news,
                   uint8_t *news_count);

/* The pose of `slot` as of `time_us`; false (and all 0) if there is none or it
 * is older than TN_PLACE_FRESH_US. */
bool tn_place_get_pose(const struct tn_place *place, uint8_t slot,
                       uint64_t time_us, struct tn_place_pose *pose);

/* The same as values for programs. */
void tn_place_get_signals(const struct tn_place *place, uint8_t slot,
                          uint64_t time_us, struct tn_place_signals *signals);

/* How the last report of `slot` ended. */
enum tn_place_verdict tn_place_get_verdict(const struct tn_place *place,
                                           uint8_t slot);

/* No report waits and none is worked on. */
bool tn_place_is_resting(const struct tn_place *place);

#endif
