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

static void drop(struct tn_play *play, uint8_t i)
{
    TN_ASSERT(i < play->queue_count);
    play->ranks[get_rank(play->queue[i].number)]--;
    play->queue_count--;
    memmove(&play->queue[i], &play->queue[i + 1],
            (size_t)(play->queue_count - i) * sizeof play->queue[0]);
    memset(&play->queue[play->queue_count], 0, sizeof play->queue[0]);
    if (i < play->ready) {
        play->ready--;
    }
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
    } while (get_rank(play->queue[i].number) != least);
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

    struct tn_event *last = &play->queue[play->queue_count++];

    memcpy(last, event, sizeof *last);
    memset(last->pad, 0, sizeof last->pad);
    play->ranks[rank]++;
}

void tn_play_pop(struct tn_play *play, struct tn_event *event)
{
    TN_ASSERT(play->ready > 0);
    memcpy(event, &play->queue[0], sizeof *event);
    drop(play, 0);
}

/* What waits for a program that has ended is not for the next in its slot. */
void tn_play_forget(struct tn_play *play, uint8_t slot)
{
    for (uint8_t i = play->queue_count; i-- > 0;) {
        if (play->queue[i].target == slot) {
            drop(play, i);
        }
    }
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
