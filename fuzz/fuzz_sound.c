/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sound patches from anywhere: what tn_voice_check takes plays for a second
 * with parameters that jump, and ends; what it refuses is wrong at an offset
 * within the bytes. Tunes are hummed, held and played as well. The first four
 * bytes are the parameters.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/voice.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct tn_voice voice;
    struct tn_voice_req req;
    int16_t audio[TN_AUDIO_LEN];
    uint8_t at = 0;

    if (len < 4 || len - 4 > UINT8_MAX) {
        return 0;
    }
    memset(&req, 0, sizeof req);
    req.patch = data + 4;
    req.patch_len = (uint8_t)(len - 4);
    if (tn_voice_check(req.patch, req.patch_len, &at)) {
        return at > req.patch_len ? abort(), 0 : 0;
    }
    tn_voice_init(&voice, data[0]);
    for (uint32_t i = 0; i < 250; i++) {
        for (uint32_t k = 0; k < TN_PARAM_CAP; k++) {
            req.params[k] = (int32_t)(data[k] * 300u * (i % 3));
        }
        tn_voice_hold(&voice, &req);
        if (i % 16 == 0) {
            tn_voice_play(&voice, &req);
        }
        if (i % 64 == 40) {
            req.sound = 1;
            tn_voice_hum(&voice, &req);
            req.sound = 0;
        }
        if (i % 64 == 60) {
            tn_voice_fade(&voice, 0, 1, data[1] * 4u);
            tn_voice_set_volume(&voice, 0, (int32_t)(data[2] * 300u));
        }
        tn_voice_render(&voice, audio);
    }
    tn_voice_release(&voice, 0, 0);
    tn_voice_stop(&voice, 0, 0xFF);
    for (uint32_t i = 0; i <= TN_SOUND_MAX_MS / 4; i++) {
        tn_voice_render(&voice, audio);
    }
    if (tn_voice_get_count(&voice) != 0) {
        abort();
    }
    return 0;
}
