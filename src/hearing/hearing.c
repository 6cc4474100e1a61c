/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/hearing.h>

#include <string.h>

#include "bands.h"
#include "clap.h"
#include <tenon/vocabulary.h>

_Static_assert(sizeof(struct tn_hearing) <=
                   TN_AUDIO_LEN * sizeof(int16_t) + 32u,
               "not even one frame of sound fits in");
#define EVENT_CLAP 0x20
void tn_hearing_init(struct tn_hearing *h){memset(h,0,sizeof *h);h->ground=1;h->last[0]=h->last[1]=1;}
void tn_hearing_step(struct tn_hearing *h, uint64_t time_us,
                     const int16_t *mic, const int16_t *own,
                     struct tn_event *events, uint8_t *event_count)
{
    *event_count = 0;
    for (uint32_t i = 0; i < TN_AUDIO_LEN; i += BLOCK_LEN) {
        struct bands b;
        tn_bands_step(&h->mic, mic + i, &b);
        float p = tn_clap_step(h, &b, 0);
        if (p > 0) { (*event_count)++; }
    }
    (void)time_us; (void)own; (void)events;
}
