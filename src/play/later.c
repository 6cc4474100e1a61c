/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

/*
 * Order in time inside a reaction. LATER and AGAIN note where they stand and
 * the event that the reaction answers; the code behind them runs when its time
 * has come, as a timer does. What waits belongs to the scope of its reaction.
 */

_Static_assert(TN_LATER_CAP < 256, "counts are a byte");

/* An instruction taken apart. */
struct order {
    uint32_t time_ms;
    uint16_t at; /* of the code that waits */
    uint16_t end;
    uint8_t times;
    uint8_t pad[3];
};

static struct order read_order(const uint8_t *image, uint16_t at)
{
    struct order order = {0};
    uint8_t opcode = image[at++];

    TN_ASSERT(opcode == TN_OP_LATER || opcode == TN_OP_AGAIN);
    order.times = opcode == TN_OP_AGAIN ? image[at++] : 1;
    order.time_ms = tn_play_get_varint(image, &at);
    order.at = (uint16_t)(at + 1);
    order.end = (uint16_t)(order.at + image[at]);
    return order;
}

uint16_t tn_play_put_later(struct tn_run *run, uint16_t at)
{
    struct tn_program *program = &run->play->programs[run->slot];
    struct order order = read_order(program->image, at);

    if (program->later_count == TN_LATER_CAP) {
        run->play->dropped++;
        return order.end;
    }

    struct tn_later *later = &program->laters[program->later_count++];
    const struct tn_event *event = run->event;

    run->play->retimed |= (uint8_t)(1u << run->slot);
    later->due_us = run->now_us + order.time_ms * 1000ull;
    later->at = at;
    later->left = order.times;
    later->scope = run->scope;
    for (uint32_t i = 0; i < 3; i++) {
        later->args[i] = event ? event->args[i] : TN_UNKNOWN;
    }
    later->number = event ? event->number : 0;
    later->source = event ? event->source : TN_SOURCE_SELF;
    return order.end;
}

static void drop(struct tn_program *program, uint8_t i)
{
    TN_ASSERT(i < program->later_count);
    program->later_count--;
    memmove(&program->laters[i], &program->laters[i + 1],
            (size_t)(program->later_count - i) * sizeof program->laters[0]);
    memset(&program->laters[program->later_count], 0,
           sizeof program->laters[0]);
}

void tn_play_cancel_later(struct tn_program *program, uint8_t scope)
{
    for (uint8_t i = program->later_count; i-- > 0;) {
        if (program->laters[i].scope == scope) {
            drop(program, i);
        }
    }
}

void tn_play_fire_later(struct tn_run *run, uint8_t i)
{
    struct tn_program *program = &run->play->programs[run->slot];
    struct tn_later *later = &program->laters[i];
    struct order order = read_order(program->image, later->at);
    struct tn_event event;

    memset(&event, 0, sizeof event);
    memcpy(event.args, later->args, sizeof event.args);
    event.number = later->number;
    event.source = later->source;
    event.target = run->slot;
    run->work += TN_COST_LATER;
    run->scope = later->scope;
    later->due_us += order.time_ms * 1000ull;
    later->left--;
    if (later->left == 0) {
        drop(program, i);
    }
    run->event = event.number ? &event : NULL;
    tn_play_run(run, order.at, order.end);
    run->event = NULL;
}
