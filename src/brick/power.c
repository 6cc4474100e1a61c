/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

/* Nothing sounds, glows or moves, nothing is being heard or seen, and no
 * program waits. A microphone that is off has nothing under way. */
static bool is_quiet(const struct tn_brick *brick, const struct tn_in *in)
{
    return tn_voice_get_count(&brick->voice) == 0 &&
           tn_glow_is_dark(&brick->glow) &&
           tn_motion_is_resting(&brick->motion) &&
           (!in->mic_on || tn_hearing_is_resting(&brick->hearing)) &&
           tn_colour_is_resting(&brick->colour, in->time_us) &&
           tn_play_is_idle(&brick->play);
}

/* The frames that may be left out: those that end before anything is due. */
static uint32_t get_sleep_us(const struct tn_brick *brick)
{
    uint64_t now = brick->time_us;
    uint64_t due = tn_tag_due_us(&brick->tag, true);
    uint64_t play_due = tn_play_due_us(&brick->play);

    if (!tn_tag_is_idle(&brick->tag)) {
        return 0;
    }
    due = play_due < due ? play_due : due;
    if (due <= now) {
        return 0;
    }

    uint64_t span = due - now - 1;

    if (span > TN_SLEEP_MAX_US) {
        span = TN_SLEEP_MAX_US;
    }
    return (uint32_t)(span / TN_FRAME_US * TN_FRAME_US);
}

void tn_brick_set_power(struct tn_brick *brick, const struct tn_in *in,
                        bool disturbed, struct tn_out *out)
{
    if (!is_quiet(brick, in) || (disturbed && brick->asleep)) {
        brick->quiet = 0;
        brick->quiet_since_us = 0;
        brick->asleep = 0;
        return;
    }
    if (!brick->quiet) {
        brick->quiet = 1;
        brick->quiet_since_us = brick->time_us;
    }
    if (!brick->asleep &&
        brick->time_us - brick->quiet_since_us >= TN_DOZE_US &&
        tn_tag_is_idle(&brick->tag)) {
        brick->asleep = 1;
        tn_motion_sleep(&brick->motion);
        tn_hearing_sleep(&brick->hearing);
        tn_colour_sleep(&brick->colour);
    }
    if (brick->asleep) {
        out->wake_mg = TN_WAKE_MG;
        out->sleep_us = get_sleep_us(brick);
    }
}
