/* SPDX-License-Identifier: Apache-2.0 */
#include "clap.h"

#include <tenon/assert.h>

/* The shape of a clap, in blocks of 2 ms since its onset. */
#define STEEP_COUNT 5u /* the peak comes within so many */
#define HEAD_COUNT 8u  /* its colour is judged on these */
#define BODY_COUNT 16u
#define TAIL_COUNT 32u /* then the verdict comes */
#define HUSH_COUNT 40u /* no onset for so many after a clap: echoes */
#define SAME_COUNT                                                             \
    8u /* a rise within so many belongs to the onset before it                 \
        */
#define TRAIN_COUNT 45u    /* hands are slower than 11 a second: a machine */
#define MACHINE_COUNT 250u /* it is not listened to for so many */

/* Ratios of energies, found on recordings (docs/spec/hearing.md). */
#define RISE 8.0f     /* a block over those just before it */
#define OWN 4.0f      /* over what the brick's own sound explains */
#define ANEW 3.0f     /* a later rise over the peak: the true onset */
#define EQUAL 0.25f   /* a rise over the peak: as strong, no echo */
#define SWELL 1.5f    /* a peak after the steep part: a voice, a bark */
#define STAND 25.0f   /* the peak over the ground */
#define BLUNT 2.2f    /* the whole head against its peak */
#define MID_MAX 12.5f /* a knock or a step has more middle ... */
#define LOW_MAX 4.0f  /* ... and more depth than a clap */
#define BODY_MAX 0.8f /* what follows, against the peak: it must fade ... */
#define TAIL_MAX 0.7f /* ... and go on fading */
/* Keys, switches and sparks are too short to make a room answer. A clap close
 * by drowns the room's answer, but is loud. */
#define DRY 0.05f
#define DRY_NEAR 0.01f
#define NEAR_PEAK 4.0e6f

#define GROUND_UP (1.0f / 128.0f) /* a block: 250 ms */
#define GROUND_DOWN (1.0f / 32.0f)

static void step_ground(struct tn_hearing *hearing, float high)
{
    float part = high > hearing->ground ? GROUND_UP : GROUND_DOWN;

    hearing->ground += (high - hearing->ground) * part;
    hearing->last[1] = hearing->last[0];
    hearing->last[0] = high;
}

static bool rises(const struct tn_hearing *hearing, float high, float masked)
{
    return high > RISE * hearing->last[0] && high > RISE * hearing->last[1] &&
           high > OWN * masked && high > CLAP_FLOOR / 4.0f;
}

static void begin(struct tn_hearing *hearing, const struct bands *bands)
{
    struct tn_hearing_clap *clap = &hearing->clap;

    clap->ground = hearing->ground;
    clap->peak = bands->high + hearing->last[0];
    clap->high = bands->high;
    clap->mid = bands->mid;
    clap->low = bands->low;
    clap->body = 0.0f;
    clap->tail = 0.0f;
    clap->block_count = 1;
}

/* One more block of an onset; false if this cannot be a clap any more. */
static bool follow(struct tn_hearing *hearing, const struct bands *bands,
                   float masked)
{
    struct tn_hearing_clap *clap = &hearing->clap;
    uint8_t at = clap->block_count++;
    float pair = bands->high + hearing->last[0];

    TN_ASSERT(at > 0 && at < TAIL_COUNT);
    if (at < HEAD_COUNT) {
        clap->high += bands->high;
        clap->mid += bands->mid;
        clap->low += bands->low;
    } else if (at < BODY_COUNT) {
        clap->body += bands->high;
    } else {
        clap->tail += bands->high;
    }
    if (at < STEEP_COUNT && pair > clap->peak) {
        clap->peak = pair;
    }
    return bands->high <= SWELL * clap->peak && OWN * masked <= clap->peak;
}

static bool is_clap(const struct tn_hearing_clap *clap)
{
    float peak = clap->peak;
    float head = clap->high;
    bool stands = peak > CLAP_FLOOR && peak > STAND * clap->ground;
    bool sharp = head < BLUNT * peak;
    bool bright = clap->mid < MID_MAX * head && clap->low < LOW_MAX * head;
    bool fades = clap->body < BODY_MAX * head && clap->tail < TAIL_MAX * head;
    bool rings = clap->body > (peak > NEAR_PEAK ? DRY_NEAR : DRY) * head;

    return stands && sharp && bright && fades && rings;
}

/* Onsets that follow one another faster than hands can. */
static bool is_train(struct tn_hearing_clap *clap, float high)
{
    uint8_t since = clap->since_count;

    return since >= SAME_COUNT && since < TRAIN_COUNT &&
           high > EQUAL * clap->peak && high < ANEW * clap->peak;
}

static void end(struct tn_hearing_clap *clap, uint8_t hush_count)
{
    clap->block_count = 0;
    clap->hush_count = hush_count;
}

static void step_onset(struct tn_hearing *hearing, const struct bands *bands)
{
    struct tn_hearing_clap *clap = &hearing->clap;
    bool train = is_train(clap, bands->high);

    if (clap->since_count >= SAME_COUNT) {
        clap->train_count = train ? (uint8_t)(clap->train_count + 1) : 0;
    }
    if (clap->train_count >= 2) {
        end(clap, MACHINE_COUNT);
        clap->train_count = 1;
        clap->peak = bands->high;
    } else if (clap->hush_count == 0 &&
               (clap->block_count == 0 || bands->high > ANEW * clap->peak)) {
        begin(hearing, bands);
    }
    if (clap->since_count >= SAME_COUNT) {
        clap->since_count = 0;
    }
}

float tn_clap_step(struct tn_hearing *hearing, const struct bands *bands,
                   float masked)
{
    struct tn_hearing_clap *clap = &hearing->clap;
    uint8_t at = clap->block_count;
    float peak = 0.0f;

    if (clap->since_count < UINT8_MAX) {
        clap->since_count++;
    }
    if (clap->hush_count > 0) {
        clap->hush_count--;
    }
    if (rises(hearing, bands->high, masked)) {
        step_onset(hearing, bands);
    }
    if (at > 0 && clap->block_count == at) {
        if (!follow(hearing, bands, masked)) {
            end(clap, 0);
        } else if (clap->block_count == TAIL_COUNT) {
            peak = is_clap(clap) ? clap->peak : 0.0f;
            end(clap, peak > 0.0f ? HUSH_COUNT : 0);
        }
    }
    step_ground(hearing, bands->high);
    return peak;
}
