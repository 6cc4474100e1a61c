/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

/* Nothing sounds, glows or moves, nothing is being heard or seen, and no
 * program waits. A microphone that is off has nothing under way. */
static bool is_quiet(const struct tn_brick *brick, const struct tn_in *in)
{
    return tn_voice_get_count(&brick->voice) == 0 &&
           tn_glow_is_dark(&brick->glow, brick->time_us) &&
           tn_motion_is_resting(&brick->motion) &&
           (!in->mic_on || tn_hearing_is_resting(&brick->hearing)) &&
           tn_colour_is_resting(&brick->colour, in->time_us) &&
           tn_play_is_idle(&brick->play) && tn_brick_is_keep_idle(brick) &&
           brick->send_count == 0;
}

/* When net, awake or about to go off the air, wants a step. */
static uint64_t get_net_due_us(const struct tn_brick *brick,
                               const struct tn_in *in)
{
    if (!tn_brick_is_radio_wanted(brick, in)) {
        return brick->net.state == TN_NET_OFF ? UINT64_MAX : 0;
    }

    uint64_t off_us = brick->quiet_since_us + TN_DOZE_US + TN_LINGER_US;
    uint64_t due_us = tn_net_due_us(&brick->net);

    return off_us < due_us ? off_us : due_us;
}

/* Asleep it sends in its own placing turns, so that others find it. The plan is
 * for the frame after a step. */
static uint64_t get_turn_due_us(const struct tn_brick *brick)
{
    const struct tn_brick_turn *turn = &brick->coils.turn;

    if (!turn->own || turn->at_us + TN_COIL_TURN_US <= brick->time_us) {
        return UINT64_MAX;
    }
    return turn->at_us - 2 * TN_FRAME_US;
}

static uint64_t get_least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The frames that may be left out: those that end before anything is due. */
static uint32_t get_sleep_us(const struct tn_brick *brick,
                             const struct tn_in *in)
{
    uint64_t now = brick->time_us;
    uint64_t due = tn_tag_due_us(&brick->tag, true);

    /* Charging is planned frame by frame, and current is no matter then. */
    if (!tn_tag_is_idle(&brick->tag) || tn_brick_is_charging(in)) {
        return 0;
    }
    due = get_least(due, tn_play_due_us(&brick->play));
    due = get_least(due, get_net_due_us(brick, in));
    due = get_least(due, get_turn_due_us(brick));
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
        out->sleep_us = get_sleep_us(brick, in);
    }
}
