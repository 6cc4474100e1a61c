/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to other bricks: whom a target means is decided here, from what net
 * and place know at the moment. Programs on this brick have theirs already. */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

/* Whom a message can mean. */
struct choice {
    tn_q16 reach_m; /* TN_UNKNOWN: any */
    uint16_t here;  /* bit a peer: in the group */
    uint16_t meant; /* bit a peer */
    bool sure;      /* what the target looks at is known of someone */
    uint8_t pad[3];
};

static uint16_t get_here(const struct tn_brick *brick)
{
    uint16_t here = 0;

    for (uint8_t peer = 0; peer < TN_NET_PEER_CAP; peer++) {
        struct tn_net_member member;

        if (tn_net_get_member(&brick->net, peer, &member) == TN_OK &&
            member.here) {
            here |= (uint16_t)(1u << peer);
        }
    }
    return here;
}

/* Contact has no distance: it is within any reach. */
static tn_q16 get_distance(const struct tn_place_signals *at)
{
    return at->distance_m == TN_UNKNOWN && at->touching == TN_PLACE_YES
               ? 0
               : at->distance_m;
}

/* The answer that a target asks for; those that do not look at places mean
 * everyone. */
static uint8_t get_answer(uint8_t target, const struct tn_place_signals *at)
{
    switch (target) {
    case TN_TARGET_NEAREST:
        return get_distance(at) == TN_UNKNOWN ? TN_PLACE_UNKNOWN : TN_PLACE_YES;
    case TN_TARGET_AIMED:
    case TN_TARGET_FACING:
        return at->facing;
    case TN_TARGET_NEAR:
        return at->near;
    case TN_TARGET_TOUCHING:
        return at->touching;
    default:
        return TN_PLACE_YES;
    }
}

static bool is_single(uint8_t target)
{
    return target == TN_TARGET_NEAREST || target == TN_TARGET_AIMED;
}

static bool is_within(const struct choice *choice,
                      const struct tn_place_signals *at)
{
    tn_q16 distance_m = get_distance(at);

    return choice->reach_m == TN_UNKNOWN ||
           (distance_m != TN_UNKNOWN && distance_m <= choice->reach_m);
}

static void choose(const struct tn_brick *brick, uint8_t target,
                   struct choice *choice)
{
    tn_q16 nearest_m = TN_UNKNOWN;

    choice->meant = 0;
    choice->sure = false;
    for (uint8_t peer = 0; peer < TN_NET_PEER_CAP; peer++) {
        struct tn_place_signals at;

        if (!((choice->here >> peer) & 1u)) {
            continue;
        }
        tn_place_get_signals(&brick->place, peer, tn_brick_get_look_us(brick),
                             &at);

        uint8_t answer = get_answer(target, &at);
        tn_q16 distance_m = get_distance(&at);

        choice->sure = choice->sure || answer != TN_PLACE_UNKNOWN;
        if (answer != TN_PLACE_YES || !is_within(choice, &at)) {
            continue;
        }
        if (!is_single(target)) {
            choice->meant |= (uint16_t)(1u << peer);
        } else if (choice->meant == 0 ||
                   (distance_m != TN_UNKNOWN && distance_m < nearest_m)) {
            choice->meant = (uint16_t)(1u << peer);
            nearest_m = distance_m == TN_UNKNOWN ? TN_Q16_MAX : distance_m;
        }
    }
}

/* The brick of whom the reaction answers; nobody if it is a program here. */
static void choose_sender(const struct tn_brick *brick, uint8_t source,
                          struct choice *choice)
{
    uint8_t peer = (uint8_t)(source - TN_SOURCE_PEER);
    struct tn_place_signals at;

    choice->sure = true;
    choice->meant = 0;
    if (source < TN_SOURCE_PEER || peer >= TN_NET_PEER_CAP) {
        return;
    }
    tn_place_get_signals(&brick->place, peer, tn_brick_get_look_us(brick), &at);
    if (is_within(choice, &at)) {
        choice->meant = (uint16_t)(choice->here & (1u << peer));
    }
}

void tn_brick_post(struct tn_brick *brick, const struct tn_net_event *message,
                   uint8_t number, uint8_t source, uint8_t target)
{
    struct tn_event event;

    memset(&event, 0, sizeof event);
    event.name = message->name;
    event.args[0] = message->args[0];
    event.args[1] = message->args[1];
    event.args[2] = TN_UNKNOWN;
    event.number = number;
    event.source = source;
    event.target = target;
    tn_play_post(&brick->play, &event);
}

/* The message that an effect sends; args[2] tells whose it is, if net must say
 * that it was unheard. */
static void make_message(const struct tn_effect *effect,
                         struct tn_net_event *message)
{
    memset(message, 0, sizeof *message);
    message->args[0] = effect->params[1];
    message->args[1] = effect->params[2];
    message->args[2] = effect->program;
    message->name = effect->name;
    message->number = TN_EVENT_MESSAGE;
}

static void post_unheard(struct tn_brick *brick, const struct tn_effect *effect)
{
    struct tn_net_event message;

    make_message(effect, &message);
    tn_brick_post(brick, &message, TN_EVENT_UNHEARD, TN_SOURCE_SELF,
                  effect->program);
}

/* False if there is no room in this step. */
static bool push_send(struct tn_brick *brick, const struct tn_effect *effect,
                      uint8_t peer)
{
    if (brick->send_count == TN_NET_SEND_CAP) {
        brick->lost++;
        return false;
    }

    struct tn_net_event *message = &brick->sends[brick->send_count++];

    make_message(effect, message);
    message->peer = peer;
    return true;
}

/* One event to everyone, or one to each. */
static bool push_sends(struct tn_brick *brick, const struct tn_effect *effect,
                       const struct choice *choice)
{
    bool all = true;

    if (choice->meant == choice->here) {
        return push_send(brick, effect, TN_NET_ALL);
    }
    for (uint8_t peer = 0; peer < TN_NET_PEER_CAP; peer++) {
        if ((choice->meant >> peer) & 1u) {
            all = push_send(brick, effect, peer) && all;
        }
    }
    return all;
}

static bool is_here(const struct tn_effect *effect, uint8_t target)
{
    return target == TN_TARGET_HERE ||
           (target == TN_TARGET_SENDER && effect->key < TN_PROGRAM_CAP);
}

void tn_brick_send(struct tn_brick *brick, const struct tn_effect *effect)
{
    uint8_t target = effect->item & 15u;
    uint8_t instead = effect->item >> 4;
    struct choice choice = {.reach_m = effect->params[0],
                            .here = get_here(brick)};

    TN_ASSERT(effect->number == TN_EFFECT_SEND);
    if (target == TN_TARGET_SENDER) {
        choose_sender(brick, effect->key, &choice);
    } else {
        choose(brick, target, &choice);
    }
    if (choice.meant == 0 && !choice.sure && instead) {
        target = instead;
        choose(brick, target, &choice);
    }
    if (is_here(effect, target)) {
        return;
    }
    if (choice.meant) {
        if (!push_sends(brick, effect, &choice)) {
            post_unheard(brick, effect);
        }
    } else if (target != TN_TARGET_ALL || effect->params[0] != TN_UNKNOWN) {
        /* `all` without a reach has been heard by who was here. */
        post_unheard(brick, effect);
    }
}
