/* SPDX-License-Identifier: Apache-2.0 */
/* Linked into `weigh.elf` only, with the linker's --wrap for each function
 * here: what a room takes of a step is the time between its call and its
 * return. */
#include <string.h>

#include "rooms.h"
#include "ticks.h"
#include <tenon/brick.h>

struct room {
    uint64_t sum;  /* ticks, all steps */
    uint32_t now;  /* ticks, this step */
    uint32_t most; /* ticks, worst step */
    const char *name;
};

enum {
#define ROOM_ENUM(room, call, params, args) ROOM_##room,
    TN_ROOMS(ROOM_ENUM)
#undef ROOM_ENUM
    ROOM_COUNT
};

static struct room rooms[ROOM_COUNT] = {
#define ROOM_NAME(room, call, params, args) {0, 0, 0, #room},
    TN_ROOMS(ROOM_NAME)
#undef ROOM_NAME
};

#define ROOM_WRAP(room, call, params, args)                                    \
    void __real_##call params;                                                 \
    void __wrap_##call params;                                                 \
    void __wrap_##call params                                                  \
    {                                                                          \
        uint32_t from = tn_ticks_get();                                        \
                                                                               \
        __real_##call args;                                                    \
        rooms[ROOM_##room].now += tn_ticks_since(from);                        \
    }
TN_ROOMS(ROOM_WRAP)
#undef ROOM_WRAP

void tn_rooms_end_step(void)
{
    for (uint32_t i = 0; i < ROOM_COUNT; i++) {
        rooms[i].sum += rooms[i].now;
        rooms[i].most =
            rooms[i].now > rooms[i].most ? rooms[i].now : rooms[i].most;
        rooms[i].now = 0;
    }
}

bool tn_rooms_get(uint32_t i, struct tn_rooms_figure *figure)
{
    if (i >= ROOM_COUNT) {
        return false;
    }
    figure->name = rooms[i].name;
    figure->sum = rooms[i].sum;
    figure->most = rooms[i].most;
    return true;
}
