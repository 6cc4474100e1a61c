/* SPDX-License-Identifier: Apache-2.0 */
#include "mic.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <samplerate.h>
#include <sndfile.h>

#include <tenon/config.h>

#define CHANNEL_CAP 16
#define CHUNK_CAP 1000

/* Reads all frames and mixes them to mono; null if it cannot. */
static float *read_mono(SNDFILE *file, const SF_INFO *info)
{
    float *mono = malloc((size_t)info->frames * sizeof *mono);
    float frame[CHANNEL_CAP];

    for (sf_count_t i = 0; mono && i < info->frames; i++) {
        float sum = 0.0f;

        if (sf_readf_float(file, frame, 1) != 1) {
            free(mono);
            return NULL;
        }
        for (int c = 0; c < info->channels; c++) {
            sum += frame[c];
        }
        mono[i] = sum / (float)info->channels;
    }
    return mono;
}

static const char *resample(const float *mono, const SF_INFO *info,
                            int16_t **samples, size_t *count)
{
    double ratio = (double)TN_SAMPLE_HZ / info->samplerate;
    long cap = (long)((double)info->frames * ratio) + 16;
    float *out = malloc((size_t)cap * sizeof *out);

    *samples = malloc((size_t)cap * sizeof **samples);
    if (!out || !*samples) {
        free(out);
        return "memory is short";
    }

    SRC_DATA data = {
        .data_in = mono,
        .data_out = out,
        .input_frames = (long)info->frames,
        .output_frames = cap,
        .src_ratio = ratio,
    };
    int err = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1);

    if (!err) {
        src_float_to_short_array(out, *samples, (int)data.output_frames_gen);
        *count = (size_t)data.output_frames_gen;
    }
    free(out);
    return err ? src_strerror(err) : NULL;
}

static const char *load(SNDFILE *file, const SF_INFO *info, int16_t **samples,
                        size_t *count)
{
    if (info->channels > CHANNEL_CAP || info->samplerate < 4000 ||
        info->samplerate > 400000) {
        return "its channels or rate are out of the ordinary";
    }
    if (info->frames == SF_COUNT_MAX) {
        return "its length is unknown: it is cut off";
    }
    if (info->frames <= 0) {
        return "it is empty";
    }
    if (info->frames > (sf_count_t)info->samplerate * TN_MIC_MAX_S) {
        return "it is longer than ten minutes";
    }

    float *mono = read_mono(file, info);

    if (!mono) {
        return "it is cut off";
    }

    const char *why = resample(mono, info, samples, count);

    free(mono);
    return why;
}

static uint32_t get_u32(const uint8_t *b, bool big)
{
    return big ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
                     (uint32_t)b[2] << 8 | b[3]
               : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 |
                     (uint32_t)b[1] << 8 | b[0];
}

/* Whether the sound of a chunked file (WAV, AIFF) is longer than the file: then
 * the library takes what is there without a word. */
static bool is_cut_chunk(FILE *file, long len)
{
    uint8_t head[12];
    bool big;

    if (fseek(file, 0, SEEK_SET) != 0 || fread(head, 1, 12, file) != 12) {
        return false;
    }
    big = memcmp(head, "FORM", 4) == 0 || memcmp(head, "RIFX", 4) == 0;
    if (!big && memcmp(head, "RIFF", 4) != 0) {
        return false;
    }
    for (long at = 12, n = 0; n < CHUNK_CAP; n++) {
        if (fseek(file, at, SEEK_SET) != 0 || fread(head, 1, 8, file) != 8) {
            return false;
        }

        uint32_t size = get_u32(head + 4, big);

        at += 8;
        if (memcmp(head, "data", 4) == 0 || memcmp(head, "SSND", 4) == 0) {
            /* What writes into a pipe cannot know the length. */
            return size != UINT32_MAX && (long)size > len - at;
        }
        if ((long)size > len - at) {
            return true;
        }
        at += (long)size + (long)(size & 1u);
    }
    return false;
}

static bool is_cut(const char *path)
{
    FILE *file = fopen(path, "rb");
    bool cut = false;

    if (file && fseek(file, 0, SEEK_END) == 0) {
        cut = is_cut_chunk(file, ftell(file));
    }
    if (file) {
        fclose(file);
    }
    return cut;
}

const char *tn_mic_load(const char *path, int16_t **samples, size_t *count)
{
    SF_INFO info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);

    *samples = NULL;
    *count = 0;
    if (!file) {
        return info.format == 0 ? "it cannot be opened, or is no audio file"
                                : "its audio format is unknown";
    }

    const char *why = is_cut(path) ? "it is cut off: its header says that it "
                                     "is longer"
                                   : load(file, &info, samples, count);

    sf_close(file);
    if (why) {
        free(*samples);
        *samples = NULL;
    }
    return why;
}
