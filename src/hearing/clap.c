/* SPDX-License-Identifier: Apache-2.0 */
#include "clap.h"

#include <string.h>

#include <tenon/assert.h>

#ifndef TUNE
#define T(name, v) v
#endif

/* Blocks of 2 ms since the onset. */
#define STEEP_COUNT 5u  /* the peak comes within so many */
#define HEAD_COUNT 8u   /* its colour is judged on these */
#define BODY_COUNT 16u  /* the body ends here */
#define TAIL_COUNT 32u  /* the tail ends here, and the verdict comes */
#define HUSH_COUNT 40u  /* no new onset for so many after a clap */

/* Ratios of energies. */
#define RISE T("RISE", 10.0f)     /* a block over those just before it */
#define STAND T("STAND", 25.0f)   /* the peak over the ground */
#define FLOOR T("FLOOR", 80000.0f) /* least peak: 200 of 32767, root mean square */
#define OWN T("OWN", 4.0f)        /* over what the brick's own sound may explain */
#define MID_MAX T("MIDMAX", 12.5f)   /* a knock or a step has more middle ... */
#define LOW_MAX T("LOWMAX", 4.0f)   /* ... and more depth than a clap */
#define SWELL T("SWELL", 1.5f)      /* later than steep, louder than the peak: a voice */
#define BODY_MAX T("BODYMAX", 0.5f)   /* what follows, mean against the peak */
#define TAIL_MAX T("TAILMAX", 0.25f)
#define BLUNT T("BLUNT", 3.2f) /* the head as a whole against its peak */
#define DRY T("DRY", 0.02f) /* a click has no room around it */
#define NEAR T("NEAR", 4e6f)
#define DRY_NEAR T("DRYN", 0.0025f)

#define GROUND_UP (1.0f / 128.0f) /* a block: 250 ms */
#define GROUND_DOWN (1.0f / 32.0f)

static void step_ground(struct tn_hearing *hearing, float high)
{
    float part = high > hearing->ground ? GROUND_UP : GROUND_DOWN;

    hearing->ground += (high - hearing->ground) * part;
}

static void begin(struct tn_hearing_clap *clap, float before,
                  const struct bands *bands)
{
    memset(clap, 0, sizeof *clap);
    clap->before = before;
    clap->peak = bands->high;
    clap->high = bands->high;
    clap->mid = bands->mid;
    clap->low = bands->low;
    clap->block_count = 1;
}

/* One more block of an onset; false if this cannot be a clap any more. */
static bool follow(struct tn_hearing_clap *clap, const struct bands *bands)
{
    uint8_t at = clap->block_count++;

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
    if (bands->high > clap->peak) {
        if (at >= STEEP_COUNT && bands->high > SWELL * clap->peak) {
            return false;
        }
        clap->peak = bands->high;
    }
    return true;
}

static bool is_clap(const struct tn_hearing_clap *clap, float ground)
{
    float body = clap->body / (float)(BODY_COUNT - HEAD_COUNT);
    float tail = clap->tail / (float)(TAIL_COUNT - BODY_COUNT);

    if (clap->peak < FLOOR || clap->peak < STAND * ground) {
        return false;
    }
    if (clap->high > BLUNT * clap->peak) {
        return false;
    }
    if (clap->mid > MID_MAX * clap->high || clap->low > LOW_MAX * clap->high) {
        return false;
    }
    if (body < (clap->peak > NEAR ? DRY_NEAR : DRY) * clap->peak) {
        return false;
    }
    return body < BODY_MAX * clap->peak && tail < TAIL_MAX * clap->peak;
}

float tn_clap_step(struct tn_hearing *hearing, const struct bands *bands,
                   float masked)
{
    struct tn_hearing_clap *clap = &hearing->clap;
    float before = hearing->last[0] > hearing->last[1] ? hearing->last[0]
                                                       : hearing->last[1];
    float peak = 0.0f;
    bool rises = bands->high > RISE * before && bands->high > OWN * masked &&
                 bands->high > FLOOR / 4.0f;

    if(getenv("D")&&clap->block_count==TAIL_COUNT-1){float q=10*log10f(clap->peak);printf("   P %4.1f st %4.1f m/h %5.1f l/h %5.1f body %5.1f tail %5.1f h/P %4.1f\n",q,q-10*log10f(clap->before),10*log10f(clap->mid/clap->high),10*log10f(clap->low/clap->high),10*log10f(clap->body/8/clap->peak),10*log10f(clap->tail/16/clap->peak),10*log10f(clap->high/clap->peak));}
    if (clap->hush_count > 0) {
        clap->hush_count--;
    } else if (clap->block_count == 0 || (rises && clap->block_count >= STEEP_COUNT && bands->high > 4.0f * clap->peak)) {
        if (rises) {
            begin(clap, hearing->ground, bands);
        }
    } else if (!follow(clap, bands)) {
        memset(clap, 0, sizeof *clap);
    } else if (clap->block_count == TAIL_COUNT) {
        peak = is_clap(clap, clap->before) ? clap->peak : 0.0f;
        memset(clap, 0, sizeof *clap);
        clap->hush_count = peak > 0.0f ? HUSH_COUNT : 0;
    }
    step_ground(hearing, bands->high);
    hearing->last[1] = hearing->last[0];
    hearing->last[0] = bands->high;
    return peak;
}
