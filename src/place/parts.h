/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PLACE_PARTS_H
#define TENON_PLACE_PARTS_H

/* What the files of src/place say to each other. */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/place.h>

enum tn_place_phase {
    TN_PLACE_IDLE = 0,
    TN_PLACE_START,  /* closed form */
    TN_PLACE_FIT,    /* one Gauss-Newton turn on the one-point model */
    TN_PLACE_DETAIL, /* what the four-point model adds, one own coil */
    TN_PLACE_CHECK,  /* residual and uncertainty of one hemisphere */
    TN_PLACE_END     /* which hemisphere, and whether it is believed */
};

/* Adds to the job's normal matrix, slope and residual what the couplings say
 * at the present fit. */
void tn_place_linearise(struct tn_place_job *job,
                        const struct tn_place_layout *layout);

/* job->detail of one own coil at the present fit. */
void tn_place_detail(struct tn_place_job *job,
                     const struct tn_place_layout *layout, uint8_t coil);

/* One slice of the job in place->job; true when it is finished: then *pose is
 * where the neighbour is (known is TN_PLACE_NOTHING unless the verdict is
 * TN_PLACE_TAKEN or TN_PLACE_WEAK). `last` is the pose before. */
bool tn_place_work(struct tn_place_job *job,
                   const struct tn_place_layout *layout,
                   const struct tn_place_pose *last, struct tn_place_pose *pose,
                   uint8_t *verdict);

/* Each enum tn_place_answer. */
struct tn_place_answers {
    uint8_t zone; /* near: yes, far: no */
    uint8_t touching;
    uint8_t facing;
    uint8_t faced_by;
};

/* What `pose` says, given what the neighbour's poses said before. */
void tn_place_answer(const struct tn_place_layout *layout,
                     const struct tn_place_neighbour *neighbour,
                     const struct tn_place_pose *pose,
                     struct tn_place_answers *answers);

/* Keeps what the neighbour's new pose says and adds what has become so. */
void tn_place_judge(struct tn_place_neighbour *neighbour,
                    const struct tn_place_layout *layout, uint8_t slot,
                    struct tn_place_news *news, uint8_t *news_count);

#endif
