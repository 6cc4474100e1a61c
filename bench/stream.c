/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/recording.h>

static struct stream *noting; /* null: nothing is noted */

enum tn_err __wrap_tn_play_prepare(struct tn_play *play, uint8_t slot,
                                   uint64_t identity, const uint8_t *image,
                                   const struct tn_image_info *info);
enum tn_err __wrap_tn_play_start(struct tn_play *play, uint8_t slot,
                                 const tn_q16 *kept, uint8_t count,
                                 uint64_t time_us);
void __wrap_tn_play_unload(struct tn_play *play, uint8_t slot);
void __wrap_tn_play_post(struct tn_play *play, const struct tn_event *event);
void __wrap_tn_play_step(struct tn_play *play, const struct tn_play_in *in,
                         struct tn_play_out *out);

void stream_push(struct stream *stream, const struct stream_op *op)
{
    if (stream->count == stream->cap) {
        stream->cap = stream->cap ? 2 * stream->cap : 1024;
        stream->ops = realloc(stream->ops, stream->cap * sizeof *stream->ops);
        if (!stream->ops) {
            fputs("bench_play: out of memory\n", stderr);
            exit(3);
        }
    }
    stream->ops[stream->count++] = *op;
}

static void note(enum stream_kind kind, uint8_t slot, uint64_t identity,
                 uint64_t time_us)
{
    struct stream_op op;

    if (noting) {
        memset(&op, 0, sizeof op);
        op.kind = kind;
        op.slot = slot;
        op.identity = identity;
        op.time_us = time_us;
        stream_push(noting, &op);
    }
}

enum tn_err __wrap_tn_play_prepare(struct tn_play *play, uint8_t slot,
                                   uint64_t identity, const uint8_t *image,
                                   const struct tn_image_info *info)
{
    return __real_tn_play_prepare(play, slot, identity, image, info);
}

enum tn_err __wrap_tn_play_start(struct tn_play *play, uint8_t slot,
                                 const tn_q16 *kept, uint8_t count,
                                 uint64_t time_us)
{
    enum tn_err err = __real_tn_play_start(play, slot, kept, count, time_us);

    if (!err) {
        note(STREAM_LOAD, slot, play->programs[slot].identity, time_us);
    }
    return err;
}

void __wrap_tn_play_unload(struct tn_play *play, uint8_t slot)
{
    note(STREAM_UNLOAD, slot, 0, 0);
    __real_tn_play_unload(play, slot);
}

void __wrap_tn_play_post(struct tn_play *play, const struct tn_event *event)
{
    note(STREAM_POST, 0, 0, 0);
    if (noting) {
        noting->ops[noting->count - 1].of.event = *event;
    }
    __real_tn_play_post(play, event);
}

void __wrap_tn_play_step(struct tn_play *play, const struct tn_play_in *in,
                         struct tn_play_out *out)
{
    note(STREAM_STEP, 0, 0, 0);
    if (noting) {
        noting->ops[noting->count - 1].of.in = *in;
    }
    __real_tn_play_step(play, in, out);
}

static uint8_t *read_file(const char *path, uint32_t *len)
{
    FILE *file = fopen(path, "rb");
    size_t cap = 1u << 24;
    uint8_t *data = malloc(cap);

    if (!file || !data) {
        fprintf(stderr, "bench_play: cannot read %s\n", path);
        exit(3);
    }
    *len = (uint32_t)fread(data, 1, cap, file);
    fclose(file);
    return data;
}

void stream_record(struct stream *stream, const char *path)
{
    static struct tn_brick brick;
    static struct tn_in in;
    static struct tn_out out;
    struct tn_brick_config config = {0};
    struct tn_recording_reader reader;
    uint32_t digest;
    uint32_t len = 0;
    uint8_t *data = read_file(path, &len);
    enum tn_err err = tn_recording_open(&reader, data, len, &config);

    /* in.crypto is null: alone, what other bricks say is not asked for. */
    tn_brick_init(&brick, &config);
    noting = stream;
    while (!err && !(err = tn_recording_next(&reader, &in, &digest))) {
        err = tn_brick_step(&brick, &in, &out);
    }
    noting = NULL;
    free(data);
    if (err != TN_ERR_END) {
        fprintf(stderr, "bench_play: %s: step %u: %s\n", path, reader.step,
                tn_err_text(err));
        exit(3);
    }
}
