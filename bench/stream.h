/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BENCH_STREAM_H
#define TENON_BENCH_STREAM_H

/*
 * What a brick asks of its play machine, noted while a recording is replayed
 * on it: programs that come and go, events, and the signals of each step. The
 * linker's --wrap puts this between src/brick and src/play. Never freed.
 */

#include <stddef.h>
#include <stdint.h>

#include <tenon/play.h>

enum stream_kind {
    STREAM_LOAD,
    STREAM_UNLOAD,
    STREAM_POST,
    STREAM_STEP
};

struct stream_op {
    enum stream_kind kind;
    uint8_t slot;      /* LOAD, UNLOAD */
    uint64_t identity; /* LOAD */
    uint64_t time_us;  /* LOAD */
    union {
        struct tn_event event; /* POST */
        struct tn_play_in in;  /* STEP */
    } of;
};

struct stream {
    struct stream_op *ops;
    size_t count;
    size_t cap;
};

/* Replays a recording; ends the process with a message if that fails. */
void stream_record(struct stream *stream, const char *path);

void stream_push(struct stream *stream, const struct stream_op *op);

/* The unwrapped functions. */
enum tn_err __real_tn_play_prepare(struct tn_play *play, uint8_t slot,
                                   uint64_t identity, const uint8_t *image,
                                   const struct tn_image_info *info);
enum tn_err __real_tn_play_start(struct tn_play *play, uint8_t slot,
                                 const tn_q16 *kept, uint8_t count,
                                 uint64_t time_us);
void __real_tn_play_unload(struct tn_play *play, uint8_t slot);
void __real_tn_play_post(struct tn_play *play, const struct tn_event *event);
void __real_tn_play_step(struct tn_play *play, const struct tn_play_in *in,
                         struct tn_play_out *out);

#endif
