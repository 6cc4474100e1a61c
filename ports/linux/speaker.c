/* SPDX-License-Identifier: Apache-2.0 */
#include "speaker.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <alsa/asoundlib.h>

/* Enough for an ordinary desktop's scheduling, short enough for a hand. */
#define LATENCY_US 80000u

struct tn_speaker {
    snd_pcm_t *pcm;
};

/* ALSA writes to stderr on its own; we say ourselves what matters. */
__attribute__((format(printf, 5, 6))) static void
keep_quiet(const char *file, int line, const char *function, int err,
           const char *format, ...)
{
    (void)file;
    (void)line;
    (void)function;
    (void)err;
    (void)format;
}

/* A little silence first, so that the first frames do not run dry. */
static void prime(struct tn_speaker *speaker)
{
    static const int16_t SILENCE[TN_AUDIO_LEN];

    for (uint32_t us = 0; us < LATENCY_US / 2; us += TN_FRAME_US) {
        (void)snd_pcm_writei(speaker->pcm, SILENCE, TN_AUDIO_LEN);
    }
}

struct tn_speaker *tn_speaker_new(const char **why)
{
    snd_pcm_t *pcm = NULL;
    struct tn_speaker *speaker;

    (void)snd_lib_error_set_handler(keep_quiet);

    int err = snd_pcm_open(&pcm, "default", SND_PCM_STREAM_PLAYBACK,
                           SND_PCM_NONBLOCK);

    if (!err) {
        err = snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16,
                                 SND_PCM_ACCESS_RW_INTERLEAVED, 1, TN_SAMPLE_HZ,
                                 1, LATENCY_US);
    }
    speaker = err ? NULL : malloc(sizeof *speaker);
    if (!speaker) {
        if (why) {
            *why = err ? snd_strerror(err) : "memory is short";
        }
        if (pcm) {
            (void)snd_pcm_close(pcm);
        }
        return NULL;
    }
    speaker->pcm = pcm;
    prime(speaker);
    return speaker;
}

void tn_speaker_push(struct tn_speaker *speaker, const int16_t *audio)
{
    snd_pcm_sframes_t n = snd_pcm_writei(speaker->pcm, audio, TN_AUDIO_LEN);

    if (n < 0 && n != -EAGAIN &&
        snd_pcm_recover(speaker->pcm, (int)n, 1) == 0) {
        prime(speaker);
        (void)snd_pcm_writei(speaker->pcm, audio, TN_AUDIO_LEN);
    }
}

void tn_speaker_free(struct tn_speaker *speaker)
{
    if (!speaker) {
        return;
    }
    (void)snd_pcm_nonblock(speaker->pcm, 0);
    (void)snd_pcm_drain(speaker->pcm);
    (void)snd_pcm_close(speaker->pcm);
    (void)snd_config_update_free_global();
    free(speaker);
}
