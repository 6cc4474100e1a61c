/* SPDX-License-Identifier: Apache-2.0 */
#include "tapes.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <sndfile.h>

#include <tenon/hash.h>
#include <tenon/recording.h>

static bool fail(struct tn_tapes *tapes, const char *path, const char *why)
{
    if (!tapes->why[0]) {
        snprintf(tapes->why, sizeof tapes->why, "%s: %s", path, why);
    }
    return false;
}

static bool begin(struct tn_tapes *tapes, struct tn_outfile *out,
                  const char *path)
{
    return tn_outfile_init(out, path) ||
           fail(tapes, path, tn_outfile_get_why(out));
}

static bool begin_wav(struct tn_tapes *tapes)
{
    SF_INFO info = {
        .samplerate = (int)TN_SAMPLE_HZ,
        .channels = 1,
        .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16,
    };

    if (!begin(tapes, &tapes->wav, tapes->config.wav)) {
        return false;
    }
    tapes->sound =
        sf_open_fd(fileno(tapes->wav.file), SFM_WRITE, &info, SF_FALSE);
    return tapes->sound || fail(tapes, tapes->config.wav, sf_strerror(NULL));
}

/* Writes one JSON object as a line, and frees it. */
static void put_line(struct tn_tapes *tapes, cJSON *line)
{
    char *text = cJSON_PrintUnformatted(line);

    if (!text) {
        (void)fail(tapes, tapes->config.trace, "memory is short");
    } else {
        tn_outfile_write(&tapes->trace, text, strlen(text));
        tn_outfile_write(&tapes->trace, "\n", 1);
        cJSON_free(text);
    }
    cJSON_Delete(line);
}

/* Seconds; frames begin at whole milliseconds. */
static void put_time(cJSON *line, uint64_t time_us)
{
    char text[32];

    snprintf(text, sizeof text, "%llu.%03llu",
             (unsigned long long)(time_us / 1000000),
             (unsigned long long)(time_us / 1000 % 1000));
    (void)cJSON_AddRawToObject(line, "t_s", text);
}

static bool begin_trace(struct tn_tapes *tapes, uint64_t seed)
{
    const struct tn_scene *scene = tapes->scene;

    if (!begin(tapes, &tapes->trace, tapes->config.trace)) {
        return false;
    }

    cJSON *line = cJSON_CreateObject();
    cJSON *bricks = cJSON_AddArrayToObject(line, "bricks");

    (void)cJSON_AddNumberToObject(line, "trace", 1);
    (void)cJSON_AddStringToObject(line, "scene", scene->path);
    (void)cJSON_AddStringToObject(line, "title", scene->title);
    (void)cJSON_AddNumberToObject(line, "seed", (double)seed);
    for (size_t i = 0; i < scene->brick_count; i++) {
        (void)cJSON_AddItemToArray(bricks,
                                   cJSON_CreateString(scene->bricks[i]));
    }
    put_line(tapes, line);
    return true;
}

char *tn_tapes_get_record_path(const struct tn_tapes *tapes, size_t brick)
{
    const char *path = tapes->config.record;
    const char *name = tapes->scene->bricks[brick];
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(path, '.');
    size_t stem =
        dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);
    size_t cap = strlen(path) + strlen(name) + 2;
    char *text = malloc(cap);

    if (text && tapes->scene->brick_count == 1) {
        memcpy(text, path, strlen(path) + 1);
    } else if (text) {
        snprintf(text, cap, "%.*s-%s%s", (int)stem, path, name, path + stem);
    }
    return text;
}

static bool begin_recordings(struct tn_tapes *tapes)
{
    size_t count = tapes->scene->brick_count;

    tapes->recordings = calloc(count, sizeof *tapes->recordings);
    for (size_t i = 0; tapes->recordings && i < count; i++) {
        char *path = tn_tapes_get_record_path(tapes, i);

        if (!path) {
            return fail(tapes, tapes->config.record, "memory is short");
        }

        bool good = begin(tapes, &tapes->recordings[i].out, path);

        free(path);
        if (!good) {
            return false;
        }
        tapes->recordings[i].digest = TN_FNV64_START;
    }
    return tapes->recordings ||
           fail(tapes, tapes->config.record, "memory is short");
}

/* Two of the files must not be one: the later would take the other's place. */
static bool check_pair(struct tn_tapes *tapes, const char *a, const char *b)
{
    if (!a || !b || !tn_outfile_is_same(a, b)) {
        return true;
    }
    tapes->clash = true;
    return fail(tapes, b, "two files cannot be one");
}

static bool check_clash(struct tn_tapes *tapes)
{
    const struct tn_tapes_config *config = &tapes->config;
    bool good = check_pair(tapes, config->wav, config->trace);

    for (size_t i = 0; config->record && i < tapes->scene->brick_count; i++) {
        char *path = tn_tapes_get_record_path(tapes, i);

        good = good && check_pair(tapes, config->wav, path) &&
               check_pair(tapes, config->trace, path);
        free(path);
    }
    return good;
}

/* A recording begins with a brick as it leaves the factory, and holds what went
 * in since; the bare brick's program is neither. */
static bool check_bare(struct tn_tapes *tapes)
{
    for (size_t i = 0; i < tapes->scene->program_count; i++) {
        if (tapes->config.record &&
            tapes->scene->programs[i]->kind == TN_IMAGE_BRICK) {
            tapes->clash = true;
            return fail(tapes, tapes->config.record,
                        "a recording cannot hold what the bare brick plays "
                        "(`brick { }`) yet");
        }
    }
    return true;
}

bool tn_tapes_init(struct tn_tapes *tapes, const struct tn_tapes_config *config,
                   const struct tn_scene *scene, uint64_t seed)
{
    memset(tapes, 0, sizeof *tapes);
    tapes->config = *config;
    tapes->scene = scene;
    return check_clash(tapes) && check_bare(tapes) &&
           (!config->wav || begin_wav(tapes)) &&
           (!config->trace || begin_trace(tapes, seed)) &&
           (!config->record || begin_recordings(tapes));
}

static void put_text(cJSON *line, const char *key, const char *text)
{
    if (text) {
        (void)cJSON_AddStringToObject(line, key, text);
    }
}

void tn_tapes_post(struct tn_tapes *tapes, const struct tn_watch_event *event)
{
    if (!tapes->trace.file) {
        return;
    }

    cJSON *line = cJSON_CreateObject();

    put_time(line, event->time_us);
    put_text(line, "brick", tapes->scene->bricks[event->brick]);
    put_text(line, "kind", tn_watch_get_word(event->kind));
    put_text(line, "who", event->who);
    put_text(line, "what", event->what);
    put_text(line, "from", event->from);
    put_text(line, "to", event->to);
    if (event->other != SIZE_MAX) {
        put_text(line, "other", tapes->scene->bricks[event->other]);
    }
    if (event->kind == TN_WATCH_FEELS && event->value != TN_UNKNOWN) {
        (void)cJSON_AddNumberToObject(
            line, "strength",
            (double)((int64_t)event->value * 1000 / TN_Q16_ONE) / 1000.0);
    }
    if (event->kind == TN_WATCH_DROPS) {
        (void)cJSON_AddNumberToObject(line, "count", event->value);
    }
    if (event->kind == TN_WATCH_REFUSED) {
        (void)cJSON_AddNumberToObject(line, "at", event->at);
    }
    put_line(tapes, line);
}

static void record(struct tn_tape *tape, const struct tn_world_brick *brick)
{
    uint8_t data[TN_RECORDING_STEP_CAP];

    if (brick->step_count == 1) {
        uint8_t header[TN_RECORDING_HEADER_LEN];
        uint32_t len = tn_recording_put_header(header, &brick->config);

        tn_outfile_write(&tape->out, header, len);
    }
    tape->digest = tn_out_hash(tape->digest, &brick->out);

    uint32_t len =
        tn_recording_put_step(data, &brick->in, tape->last_us, tape->digest);

    tn_outfile_write(&tape->out, data, len);
    tape->last_us = brick->in.time_us;
    tape->step_count++;
}

void tn_tapes_step(struct tn_tapes *tapes, const struct tn_world *world,
                   size_t brick)
{
    const struct tn_world_brick *b = &world->bricks[brick];

    for (size_t i = 0; i < TN_AUDIO_LEN; i++) {
        tapes->mix[i] += b->out.audio[i];
    }
    /* What a brick does after a power cut does not follow from its first
     * step, so that a recording ends there. */
    if (tapes->recordings && !b->cut) {
        record(&tapes->recordings[brick], b);
    }
}

void tn_tapes_push(struct tn_tapes *tapes, int16_t *audio)
{
    for (size_t i = 0; i < TN_AUDIO_LEN; i++) {
        audio[i] = (int16_t)tn_clamp(tapes->mix[i], INT16_MIN, INT16_MAX);
        tapes->mix[i] = 0;
    }
    if (tapes->sound &&
        sf_write_short(tapes->sound, audio, TN_AUDIO_LEN) != TN_AUDIO_LEN) {
        (void)fail(tapes, tapes->config.wav, sf_strerror(tapes->sound));
    }
}

static void finish(struct tn_tapes *tapes, struct tn_outfile *out)
{
    char path[200];

    if (!out->file) {
        return;
    }
    snprintf(path, sizeof path, "%s", out->path);
    if (tapes->why[0]) {
        tn_outfile_reset(out);
    } else if (!tn_outfile_finish(out)) {
        (void)fail(tapes, path, tn_outfile_get_why(out));
    }
}

static void finish_recording(struct tn_tapes *tapes, struct tn_tape *tape)
{
    uint8_t data[TN_RECORDING_END_LEN];

    if (tape->out.file) {
        tn_outfile_write(&tape->out, data,
                         tn_recording_put_end(data, tape->step_count));
    }
    finish(tapes, &tape->out);
}

static void put_end(struct tn_tapes *tapes,
                    const struct tn_scene_report *report)
{
    cJSON *line = cJSON_CreateObject();

    put_time(line, report->time_us);
    put_text(line, "kind", "end");
    (void)cJSON_AddNumberToObject(line, "expectations",
                                  (double)tapes->scene->expect_count);
    (void)cJSON_AddNumberToObject(line, "failed", (double)report->failed);
    (void)cJSON_AddBoolToObject(line, "stopped", report->stopped);
    put_line(tapes, line);
}

bool tn_tapes_finish(struct tn_tapes *tapes,
                     const struct tn_scene_report *report)
{
    if (tapes->trace.file) {
        put_end(tapes, report);
    }
    if (tapes->sound && sf_close(tapes->sound) != 0) {
        (void)fail(tapes, tapes->config.wav, "it could not be completed");
    }
    tapes->sound = NULL;
    finish(tapes, &tapes->wav);
    finish(tapes, &tapes->trace);
    for (size_t i = 0; tapes->recordings && i < tapes->scene->brick_count;
         i++) {
        finish_recording(tapes, &tapes->recordings[i]);
    }
    tn_tapes_reset(tapes);
    return !tapes->why[0];
}

void tn_tapes_reset(struct tn_tapes *tapes)
{
    if (tapes->sound) {
        (void)sf_close(tapes->sound);
        tapes->sound = NULL;
    }
    tn_outfile_reset(&tapes->wav);
    tn_outfile_reset(&tapes->trace);
    for (size_t i = 0; tapes->recordings && i < tapes->scene->brick_count;
         i++) {
        tn_outfile_reset(&tapes->recordings[i].out);
    }
    free(tapes->recordings);
    tapes->recordings = NULL;
}
