/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

/* A slot's last REMOVED and next PLACED always find room. */
_Static_assert(TN_EVENT_CAP >= 2 * TN_PROGRAM_CAP, "room for coming and going");
_Static_assert(TN_EVENT_CAP < 256, "counts are a byte");

#define RANK_COUNT 4u

/* How important an event is; 0 is never dropped. */
static uint8_t get_rank(uint8_t number)
{
    switch (number) {
    case TN_EVENT_PLACED:
    case TN_EVENT_REMOVED:
        return 0;
    case TN_EVENT_RETURNED:
    case TN_EVENT_PLACED_OTHER:
    case TN_EVENT_REMOVED_OTHER:
        return 1;
    case TN_EVENT_ACTION:
    case TN_EVENT_MESSAGE:
    case TN_EVENT_UNHEARD:
        return 2;
    default:
        return 3;
    }
}

/* The event that has waited longest but for `i`; or the place for the next. */
static const struct tn_event no_event;

static struct tn_event *get_event(struct tn_play *play, uint8_t i)
{
    uint32_t at = (uint32_t)play->head + i;

    return &play->queue[at < TN_EVENT_CAP ? at : at - TN_EVENT_CAP];
}

/* By words, as gcc copies a struct of known size. */
static void move(struct tn_event *to, const struct tn_event *from)
{
    *to = *from;
}

/* An event has gone from the queue. What is empty is all 0, and where the queue
 * begins is of no account then: two equal machines have equal bytes. */
static void count_down(struct tn_play *play, uint8_t i, uint8_t number)
{
    play->ranks[get_rank(number)]--;
    play->queue_count--;
    if (i < play->ready) {
        play->ready--;
    }
    if (!play->queue_count) {
        play->head = 0;
    }
}

static void drop(struct tn_play *play, uint8_t i)
{
    uint8_t number = get_event(play, i)->number;

    TN_ASSERT(i < play->queue_count);

    struct tn_event *hole = get_event(play, i);

    for (uint32_t left = play->queue_count - 1u - i; left > 0; left--) {
        struct tn_event *next = hole + 1;

        next = next < play->queue + TN_EVENT_CAP ? next : play->queue;
        move(hole, next);
        hole = next;
    }
    *hole = no_event;
    count_down(play, i, number);
}

/* Makes room for an event more important than some that wait: drops the newest
 * of the least important. False if there is none. */
static bool drop_least(struct tn_play *play, uint8_t rank)
{
    uint8_t least = RANK_COUNT - 1;
    uint8_t i = play->queue_count;

    while (least > rank && !play->ranks[least]) {
        least--;
    }
    if (least <= rank) {
        return false;
    }
    do {
        i--;
    } while (get_rank(get_event(play, i)->number) != least);
    drop(play, i);
    return true;
}

void tn_play_push(struct tn_play *play, const struct tn_event *event)
{
    uint8_t rank = get_rank(event->number);

    if (play->queue_count == TN_EVENT_CAP) {
        play->dropped++;
        if (!drop_least(play, rank)) {
            return;
        }
    }

    struct tn_event *last = get_event(play, play->queue_count++);

    move(last, event);
    memset(last->pad, 0, sizeof last->pad);
    play->ranks[rank]++;
}

void tn_play_pop(struct tn_play *play, struct tn_event *event)
{
    TN_ASSERT(play->ready > 0);

    struct tn_event *first = get_event(play, 0);

    move(event, first);
    *first = no_event;
    play->head =
        (uint8_t)(play->head + 1u < TN_EVENT_CAP ? play->head + 1u : 0);
    count_down(play, 0, event->number);
}

/* What waits for a program that has ended is not for the next in its slot. */
void tn_play_forget(struct tn_play *play, uint8_t slot)
{
    uint8_t count = play->queue_count;
    uint8_t ready = play->ready;
    uint8_t kept = 0;

    for (uint8_t i = 0; i < count; i++) {
        struct tn_event *event = get_event(play, i);

        if (event->target == slot) {
            play->ranks[get_rank(event->number)]--;
            play->queue_count--;
            play->ready = (uint8_t)(play->ready - (i < ready));
        } else if (kept++ < i) {
            move(get_event(play, (uint8_t)(kept - 1)), event);
        }
    }
    for (; kept < count; kept++) {
        memset(get_event(play, kept), 0, sizeof play->queue[0]);
    }
    play->head = play->queue_count ? play->head : 0;
    play->todo &= (uint8_t) ~(1u << slot);
}

void tn_play_post(struct tn_play *play, const struct tn_event *event)
{
    bool own = event->number == TN_EVENT_PLACED ||
               event->number == TN_EVENT_REMOVED ||
               event->number == TN_EVENT_PLACED_OTHER ||
               event->number == TN_EVENT_REMOVED_OTHER;
    bool known = tn_play_get_chain(event->number) < TN_CHAIN_ENTER;

    if (own || !known ||
        (event->target != 0xFF && event->target >= TN_PROGRAM_CAP)) {
        play->dropped++;
        return;
    }
    tn_play_push(play, event);
}
