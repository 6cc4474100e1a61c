/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

#define SECOND_US 1000000u

_Static_assert(TN_MESSAGE_NUMBERS + 1 <= TN_PARAM_CAP, "reach and numbers");

/* What SENDTO says. */
struct message {
    uint32_t name;
    tn_q16 reach_m; /* TN_UNKNOWN: any */
    tn_q16 numbers[TN_MESSAGE_NUMBERS];
    uint8_t targets; /* operand t */
    uint8_t source;  /* of what it answers */
    uint8_t pad[2];
};

/* A word from the running program, without numbers. */
static void init_word(const struct tn_run *run, struct tn_event *event,
                      uint8_t number, uint32_t name)
{
    memset(event, 0, sizeof *event);
    event->name = name;
    for (uint32_t i = 0; i < 3; i++) {
        event->args[i] = TN_UNKNOWN;
    }
    event->number = number;
    event->source = run->slot;
    event->target = 0xFF;
}

static bool has_role(const struct tn_program *program, uint8_t role)
{
    uint8_t kind = program->image[TN_IMAGE_AT_KIND];

    return role == TN_ROLE_ANYONE ||
           (role == TN_ROLE_PILOT && kind == TN_IMAGE_FIGURE) ||
           (role == TN_ROLE_VEHICLE && kind == TN_IMAGE_TILE) ||
           (role == TN_ROLE_BRICK && kind == TN_IMAGE_BRICK);
}

/* A program that others can reach. */
static bool is_reached(const struct tn_program *program)
{
    return program->len && !program->leaving && !program->prepared;
}

void tn_play_ask(struct tn_run *run, uint8_t role, uint32_t name)
{
    struct tn_event event;

    init_word(run, &event, TN_EVENT_ACTION, name);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *other = &run->play->programs[p];

        if (p != run->slot && is_reached(other) && has_role(other, role)) {
            event.target = p;
            tn_play_push(run->play, &event);
        }
    }
    (void)tn_play_emit(run, TN_EFFECT_ASK, role, name);
}

/* A target that depends on where bricks are. */
static bool looks_at_places(uint8_t target)
{
    return target >= TN_TARGET_NEAREST && target <= TN_TARGET_TOUCHING;
}

/* The second target is chosen where places are known: it means other bricks,
 * since programs on this one have been served by then. */
bool tn_play_is_target(uint8_t operand)
{
    uint8_t first = operand & 15u;
    uint8_t second = operand >> 4;

    if (first == 0 || first >= TN_TARGET_COUNT) {
        return false;
    }
    return second == 0 ||
           (looks_at_places(first) &&
            (second == TN_TARGET_OTHERS || looks_at_places(second)));
}

/* Takes one of the messages that the program may send in a second. */
static bool take_turn(struct tn_run *run)
{
    struct tn_program *program = &run->play->programs[run->slot];
    uint64_t *free_us = program->free_us;

    if (free_us[0] > run->now_us) {
        run->play->dropped++;
        return false;
    }
    memmove(free_us, free_us + 1, sizeof program->free_us - sizeof *free_us);
    free_us[TN_PLAY_SEND_CAP - 1] = run->now_us + SECOND_US;
    return true;
}

/* To programs on this brick, if they are meant: they are 0 m away. */
static void push_here(struct tn_run *run, const struct message *message)
{
    uint8_t target = message->targets & 15u;
    bool within = message->reach_m == TN_UNKNOWN || message->reach_m >= 0;
    struct tn_event event;

    init_word(run, &event, TN_EVENT_MESSAGE, message->name);
    for (uint32_t i = 0; i < TN_MESSAGE_NUMBERS; i++) {
        event.args[i] = message->numbers[i];
    }
    if (target == TN_TARGET_SENDER) {
        /* Its slot may have another program by now, which has not begun; if it
         * is leaving it has ended before this is handled. */
        if (message->source >= TN_PROGRAM_CAP ||
            !run->play->programs[message->source].begun) {
            return;
        }
        event.target = message->source;
    } else if (target != TN_TARGET_ALL && target != TN_TARGET_HERE) {
        return;
    }
    if (within) {
        tn_play_push(run->play, &event);
    }
}

static void post_message(struct tn_run *run, const struct message *message)
{
    if (!take_turn(run)) {
        return;
    }
    push_here(run, message);

    struct tn_effect *effect =
        tn_play_emit(run, TN_EFFECT_SEND, message->targets, message->name);

    if (effect) {
        effect->params[0] = message->reach_m;
        for (uint32_t i = 0; i < TN_MESSAGE_NUMBERS; i++) {
            effect->params[1 + i] = message->numbers[i];
        }
        effect->key = message->source;
    }
}

static void init_message(const struct tn_run *run, struct message *message,
                         uint32_t name)
{
    memset(message, 0, sizeof *message);
    message->name = name;
    message->reach_m = TN_UNKNOWN;
    for (uint32_t i = 0; i < TN_MESSAGE_NUMBERS; i++) {
        message->numbers[i] = TN_UNKNOWN;
    }
    message->targets = TN_TARGET_ALL;
    message->source = run->event ? run->event->source : TN_SOURCE_SELF;
}

void tn_play_send(struct tn_run *run, uint32_t name)
{
    struct message message;

    init_message(run, &message, name);
    post_message(run, &message);
}

/* SENDTO; `at` is its first operand. Returns where the code goes on. */
uint16_t tn_play_send_to(struct tn_run *run, uint16_t at)
{
    const struct tn_program *program = &run->play->programs[run->slot];
    const uint8_t *x = &program->image[at];
    const uint8_t *params = x + 4;
    uint8_t count = x[3];
    struct message message;

    TN_ASSERT(tn_play_is_target(x[0]) && count <= TN_MESSAGE_NUMBERS);
    init_message(run, &message, tn_play_get_name(program, x[1]));
    message.targets = x[0];
    if (x[2] != TN_REG_NONE) {
        /* Nobody is within a reach that is not known. */
        message.reach_m =
            run->regs[x[2]] == TN_UNKNOWN ? -TN_Q16_ONE : run->regs[x[2]];
    }
    for (uint8_t i = 0; i < count; i++) {
        message.numbers[params[i] >> 4] = run->regs[params[i] & 15u];
    }
    post_message(run, &message);
    return (uint16_t)(at + 4u + count);
}
