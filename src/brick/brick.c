/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/brick.h>

#include <string.h>

#include "parts.h"
#include <tenon/assert.h>

_Static_assert(TN_TAG_CAP == TN_PROGRAM_CAP, "a program has its tag's slot");
_Static_assert(sizeof(struct tn_brick) <= 24 * 1024, "the brick's RAM budget");

static void init_group(struct tn_brick *brick,
                       const struct tn_brick_config *config)
{
    struct tn_net_config net;
    struct tn_place_layout layout;

    memcpy(net.family, config->family, sizeof net.family);
    tn_net_init(&brick->net, &net);
    tn_place_get_layout(&layout);
    tn_place_init(&brick->place, &layout);
    brick->has_family = config->has_family;
}

/* A count of sectors that no store can have is as none. */
static void init_store(struct tn_brick *brick,
                       const struct tn_brick_config *config)
{
    brick->keep.asking = 0xFF;
    if (tn_store_init(&brick->store, config->flash_sectors) == TN_OK) {
        brick->flash_sectors = config->flash_sectors;
    }
}

void tn_brick_init(struct tn_brick *brick, const struct tn_brick_config *config)
{
    memset(brick, 0, sizeof *brick);
    tn_motion_init(&brick->motion);
    tn_hearing_init(&brick->hearing);
    tn_colour_init(&brick->colour);
    tn_tag_init(&brick->tag);
    tn_play_init(&brick->play);
    tn_voice_init(&brick->voice, config->seed);
    tn_glow_init(&brick->glow);
    init_group(brick, config);
    init_store(brick, config);
}

static enum tn_err check_in(const struct tn_brick *brick,
                            const struct tn_in *in)
{
    if (in->accel_count > TN_ACCEL_CAP || in->near_count > TN_NF_CAP ||
        in->battery_pc > 100 || in->mic_on > 1 || in->light.valid > 1 ||
        in->coil_count > TN_COIL_CAP || in->store.len > TN_STORE_PAGE_LEN ||
        in->radio.rx_count > TN_NET_RX_CAP) {
        return TN_ERR_ARG;
    }
    for (uint8_t i = 0; i < in->near_count; i++) {
        if (in->near[i].len > TN_NF_DATA_LEN) {
            return TN_ERR_ARG;
        }
    }
    if (brick->started && in->time_us < brick->time_us) {
        return TN_ERR_TIME;
    }
    return TN_OK;
}

/* Tags: takes replies, lets programs come, return and go; false: none did. */
static bool step_tags(struct tn_brick *brick, const struct tn_in *in,
                      uint64_t end_us, struct tn_out *out)
{
    struct tn_tag_out *tags = &brick->scratch.tag;
    struct tn_tag_in tag_in = {
        .time_us = end_us,
        .replies = in->near,
        .reply_count = in->near_count,
        .asleep = brick->asleep,
        .blocked = out->coils.hf != TN_COIL_TAG,
    };

    tn_tag_step(&brick->tag, &tag_in, tags);
    for (uint8_t i = 0; i < tags->event_count; i++) {
        struct tn_event *event = &tags->events[i];

        if (event->number == TN_EVENT_PLACED) {
            tn_brick_load_program(brick, event->source, end_us, out);
        } else if (event->number == TN_EVENT_REMOVED) {
            tn_play_unload(&brick->play, event->source);
        } else {
            event->target = event->source;
            tn_play_post(&brick->play, event);
        }
    }
    for (uint8_t i = 0; i < tags->refused_count; i++) {
        tn_brick_push_notice(out, tags->refused_slot[i],
                             (enum tn_err)tags->refused_err[i],
                             tags->refused_at[i]);
    }
    out->near_count = tags->cmd_count;
    memcpy(out->near, tags->cmds, tags->cmd_count * sizeof tags->cmds[0]);
    return tags->event_count > 0;
}

static void step_motion(struct tn_brick *brick, const struct tn_in *in)
{
    struct tn_event events[TN_MOTION_EVENT_CAP];
    uint8_t count = 0;

    tn_motion_step(&brick->motion, in->time_us, in->accel, in->accel_count,
                   events, &count);
    for (uint8_t i = 0; i < count; i++) {
        tn_play_post(&brick->play, &events[i]);
    }
}

/* Ears and eyes. Asleep it has none: they are switched off, and what they say
 * while they still run counts for nothing, so that all sleeps are alike. */
static void step_senses(struct tn_brick *brick, const struct tn_in *in)
{
    struct tn_event events[TN_HEARING_EVENT_CAP + TN_COLOUR_EVENT_CAP];
    uint8_t heard = 0;
    uint8_t seen = 0;

    if (brick->asleep) {
        return;
    }
    tn_hearing_step(&brick->hearing, in->time_us, in->mic_on ? in->mic : NULL,
                    brick->sounded ? brick->played : NULL, events, &heard);
    tn_colour_step(&brick->colour, in->time_us, &in->light, events + heard,
                   &seen);
    for (uint8_t i = 0; i < heard + seen; i++) {
        tn_play_post(&brick->play, &events[i]);
    }
}

static void put_motion(const struct tn_motion *motion, tn_q16 *signals)
{
    struct tn_motion_signals now;

    tn_motion_get_signals(motion, &now);
    signals[TN_SIGNAL_SPEED] = now.speed;
    signals[TN_SIGNAL_ENERGY] = now.energy;
    signals[TN_SIGNAL_PITCH] = now.pitch_deg;
    signals[TN_SIGNAL_ROLL] = now.roll_deg;
    signals[TN_SIGNAL_STRENGTH] = now.strength;
    signals[TN_SIGNAL_STILL] = now.still ? TN_Q16_ONE : 0;
    signals[TN_SIGNAL_MOVING] = now.moving ? TN_Q16_ONE : 0;
    signals[TN_SIGNAL_UPSIDE_DOWN] = now.upside_down ? TN_Q16_ONE : 0;
}

static void put_senses(const struct tn_brick *brick, tn_q16 *signals)
{
    struct tn_hearing_signals heard;
    struct tn_colour_signals seen;

    tn_hearing_get_signals(&brick->hearing, &heard);
    tn_colour_get_signals(&brick->colour, &seen);
    signals[TN_SIGNAL_LOUDNESS] = heard.loudness;
    signals[TN_SIGNAL_LOUD] = heard.loud ? TN_Q16_ONE : 0;
    signals[TN_SIGNAL_QUIET] = heard.quiet ? TN_Q16_ONE : 0;
    signals[TN_SIGNAL_BRIGHTNESS] = seen.brightness;
    signals[TN_SIGNAL_DARK] = seen.dark ? TN_Q16_ONE : 0;
    signals[TN_SIGNAL_BRIGHT] = seen.bright ? TN_Q16_ONE : 0;
}

static void step_programs(struct tn_brick *brick, const struct tn_in *in,
                          uint64_t end_us)
{
    struct tn_play_in *play_in = &brick->scratch.play;
    tn_q16 *signals = play_in->signals;
    bool joined = tn_net_get_count(&brick->net) > 0;

    memset(play_in, 0, sizeof *play_in);
    play_in->time_us = end_us;
    play_in->entropy = in->entropy;
    put_motion(&brick->motion, signals);
    put_senses(brick, signals);
    signals[TN_SIGNAL_BATTERY] = in->battery_pc * TN_Q16_ONE / 100;
    signals[TN_SIGNAL_DOCKED] = (in->power & TN_BRICK_DOCKED) ? TN_Q16_ONE : 0;
    signals[TN_SIGNAL_ALONE] = joined ? 0 : TN_Q16_ONE;
    signals[TN_SIGNAL_JOINED] = joined ? TN_Q16_ONE : 0;
    tn_brick_put_neighbours(brick, play_in);
    tn_play_step(&brick->play, play_in, &brick->play_out);
}

/* The frame's sound; kept, since the microphone hears it in the next. */
static void render_audio(struct tn_brick *brick, int16_t *audio)
{
    bool sounds = tn_voice_get_count(&brick->voice) > 0;

    tn_voice_render(&brick->voice, audio);
    memcpy(brick->played, audio, sizeof brick->played);
    brick->sounded = sounds ? 1 : 0;
}

enum tn_err tn_brick_step(struct tn_brick *brick, const struct tn_in *in,
                          struct tn_out *out)
{
    enum tn_err err = check_in(brick, in);

    if (err) {
        return err;
    }

    uint64_t end_us = in->time_us + TN_FRAME_US;

    memset(out, 0, sizeof *out);
    brick->started = 1;
    brick->time_us = end_us;

    tn_brick_plan_coils(brick, in, end_us, &out->coils);

    bool came_or_went = step_tags(brick, in, end_us, out);

    step_motion(brick, in);
    step_senses(brick, in);
    tn_brick_step_net(brick, in, came_or_went, out);
    tn_brick_step_place(brick, in);
    step_programs(brick, in, end_us);
    tn_brick_push_effects(brick, end_us);
    render_audio(brick, out->audio);
    tn_glow_render(&brick->glow, end_us, out->leds);
    tn_brick_step_keep(brick, in, out);
    tn_brick_step_pair(brick, in, out);

    bool disturbed = in->accel_count > 0 || came_or_went ||
                     brick->play_out.event_count > 0 ||
                     brick->play_out.effect_count > 0;

    tn_brick_set_power(brick, in, disturbed, out);
    return TN_OK;
}
