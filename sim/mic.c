/* SPDX-License-Identifier: Apache-2.0 */
#include "mic.h"

#include <stdlib.h>

#include <samplerate.h>
#include <sndfile.h>

#include <tenon/config.h>

#define CHANNEL_CAP 16

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
    if (info->frames <= 0 ||
        info->frames > (sf_count_t)info->samplerate * TN_MIC_MAX_S) {
        return "it is empty or longer than ten minutes";
    }

    float *mono = read_mono(file, info);

    if (!mono) {
        return "it ends too early";
    }

    const char *why = resample(mono, info, samples, count);

    free(mono);
    return why;
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

    const char *why = load(file, &info, samples, count);

    sf_close(file);
    if (why) {
        free(*samples);
        *samples = NULL;
    }
    return why;
}
