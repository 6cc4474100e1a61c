/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lualib.h>

/* Fields of a program's table of handlers, by event; null: none. */
static const char *get_handler(uint8_t number)
{
    switch (number) {
    case TN_EVENT_PLACED:
        return "placed";
    case TN_EVENT_REMOVED:
        return "removed";
    case TN_EVENT_RETURNED:
        return "returned";
    case TN_EVENT_PLACED_OTHER:
        return "placed_other";
    case TN_EVENT_REMOVED_OTHER:
        return "removed_other";
    case TN_EVENT_LIFTED:
        return "lifted";
    case TN_EVENT_PUT_DOWN:
        return "put_down";
    case TN_EVENT_SHAKEN:
        return "shaken";
    case TN_EVENT_SWUNG:
        return "swung";
    case TN_EVENT_TAPPED:
        return "tapped";
    case TN_EVENT_CLAP:
        return "clap";
    case TN_EVENT_SEES:
        return "sees";
    default:
        return NULL;
    }
}

static void check(struct lua_host *host, int code)
{
    if (code != LUA_OK) {
        fprintf(stderr, "bench_play: %s\n", lua_tostring(host->lua, -1));
        exit(3);
    }
}

/* Calls field `name` of the table of handlers, if there is one. */
static void call(struct lua_host *host, int handlers, const char *name,
                 const struct tn_event *event)
{
    lua_State *lua = host->lua;
    int args = 0;

    if (handlers == LUA_NOREF) {
        return;
    }
    lua_rawgeti(lua, LUA_REGISTRYINDEX, handlers);
    if (lua_getfield(lua, -1, name) != LUA_TFUNCTION) {
        lua_pop(lua, 2);
        return;
    }
    if (event && (event->number == TN_EVENT_PLACED_OTHER ||
                  event->number == TN_EVENT_REMOVED_OTHER)) {
        lua_pushstring(lua, host->programs[event->source].kind);
        args = 1;
    } else if (event && event->args[0] != TN_UNKNOWN) {
        lua_pushnumber(lua, (lua_Number)event->args[0] / TN_Q16_ONE);
        args = 1;
    }
    check(host, lua_pcall(lua, args, 0, 0));
    lua_pop(lua, 1);
}

/* The handlers of the present state, then those of any state. */
static void call_both(struct lua_host *host, const char *name,
                      const struct tn_event *event)
{
    const struct lua_host_program *program = &host->programs[host->slot];

    call(host, program->state, name, event);
    call(host, program->always, name, event);
}

void lua_host_set_name(char *to, const char *name)
{
    size_t len = strlen(name);

    len = len < LUA_HOST_NAME_LEN ? len : LUA_HOST_NAME_LEN - 1;
    memcpy(to, name, len);
    to[len] = 0;
}

void lua_host_push(struct lua_host *host, const struct tn_event *event,
                   const char *word)
{
    struct lua_host_event *last;

    if (host->queue_count == 2 * TN_EVENT_CAP) {
        fputs("bench_play: too many events wait\n", stderr);
        exit(3);
    }
    last = &host->queue[host->queue_count++];
    last->event = *event;
    lua_host_set_name(last->word, word);
}

static bool has(struct lua_host *host, int handlers, const char *name)
{
    bool found;

    if (handlers == LUA_NOREF) {
        return false;
    }
    lua_rawgeti(host->lua, LUA_REGISTRYINDEX, handlers);
    found = lua_getfield(host->lua, -1, name) == LUA_TFUNCTION;
    lua_pop(host->lua, 2);
    return found;
}

static void set_state(struct lua_host *host, const char *name)
{
    struct lua_host_program *program = &host->programs[host->slot];
    lua_State *lua = host->lua;

    lua_host_set_name(program->now, name);
    if (program->states != LUA_NOREF) {
        lua_rawgeti(lua, LUA_REGISTRYINDEX, program->states);
        lua_getfield(lua, -1, name);
        lua_rawseti(lua, LUA_REGISTRYINDEX, program->state);
        lua_pop(lua, 1);
    }
    program->state_looks = has(host, program->state, "look");
    program->state_frames = has(host, program->state, "frame");
}

static void drop_timer(struct lua_host *host, uint32_t i)
{
    luaL_unref(host->lua, LUA_REGISTRYINDEX, host->timers[i].handler);
    host->timer_count--;
    memmove(&host->timers[i], &host->timers[i + 1],
            (host->timer_count - i) * sizeof host->timers[0]);
}

static void drop_timers(struct lua_host *host)
{
    for (uint32_t i = host->timer_count; i-- > 0;) {
        if (host->timers[i].slot == host->slot) {
            drop_timer(host, i);
        }
    }
}

static void change(struct lua_host *host)
{
    struct lua_host_program *program = &host->programs[host->slot];

    call(host, program->state, "leave", NULL);
    drop_timers(host);
    set_state(host, program->wanted);
    program->wanted[0] = 0;
    call(host, program->state, "enter", NULL);
    host->changed |= (uint8_t)(1u << host->slot);
}

static void change_states(struct lua_host *host)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (host->programs[p].wanted[0] && !(host->changed & (1u << p))) {
            host->slot = p;
            change(host);
        }
    }
}

static void settle(struct lua_host *host)
{
    change_states(host);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct lua_host_program *program = &host->programs[p];

        host->slot = p;
        if (program->begun && program->state_looks) {
            call(host, program->state, "look", NULL);
        }
        if (program->begun && program->always_looks) {
            call(host, program->always, "look", NULL);
        }
    }
    change_states(host);
}

/* The table's field as a reference. */
static int take_field(lua_State *lua, const char *name)
{
    if (lua_getfield(lua, -1, name) == LUA_TNIL) {
        lua_pop(lua, 1);
        return LUA_NOREF;
    }
    return luaL_ref(lua, LUA_REGISTRYINDEX);
}

static void forget(struct lua_host *host, uint8_t slot)
{
    struct lua_host_program *program = &host->programs[slot];

    if (program->compiled) {
        host->slot = slot;
        drop_timers(host);
        luaL_unref(host->lua, LUA_REGISTRYINDEX, program->always);
        luaL_unref(host->lua, LUA_REGISTRYINDEX, program->state);
        luaL_unref(host->lua, LUA_REGISTRYINDEX, program->states);
    }
    memset(program, 0, sizeof *program);
    for (uint32_t i = host->queue_count; i-- > 0;) {
        if (host->queue[i].event.target == slot) {
            host->queue_count--;
            memmove(&host->queue[i], &host->queue[i + 1],
                    (host->queue_count - i) * sizeof host->queue[0]);
            host->ready -= i < host->ready;
        }
    }
}

static void emit_end(struct lua_host *host, uint8_t number)
{
    struct tn_effect effect = {
        .number = number, .program = host->slot, .key = 0xFF};

    for (uint32_t i = 0; i < TN_PARAM_CAP; i++) {
        effect.params[i] = TN_UNKNOWN;
    }
    if (host->effect_count < TN_EFFECT_CAP) {
        host->effects[host->effect_count++] = effect;
    }
}

static void finish(struct lua_host *host)
{
    if (host->programs[host->slot].begun) {
        call_both(host, "leave", NULL);
    }
    emit_end(host, TN_EFFECT_STOP_ALL);
    emit_end(host, TN_EFFECT_DARK);
    forget(host, host->slot);
}

static bool is_meant_for(const struct lua_host *host, uint8_t slot,
                         const struct tn_event *event)
{
    const struct lua_host_program *program = &host->programs[slot];

    if (!program->compiled ||
        (event->target != 0xFF && event->target != slot)) {
        return false;
    }
    return program->begun || event->number == TN_EVENT_PLACED;
}

static void begin(struct lua_host *host)
{
    struct lua_host_program *program = &host->programs[host->slot];

    program->begun = true;
    call(host, program->always, "enter", NULL);
    call(host, program->state, "enter", NULL);
}

static void deliver(struct lua_host *host, const struct lua_host_event *event)
{
    const char *name = event->event.number == TN_EVENT_ACTION
                           ? event->word
                           : get_handler(event->event.number);

    if (event->event.number == TN_EVENT_PLACED) {
        begin(host);
    }
    if (name) {
        call_both(host, name, &event->event);
    }
    if (event->event.number == TN_EVENT_REMOVED) {
        finish(host);
    }
}

static void handle_event(struct lua_host *host)
{
    struct lua_host_event event = host->queue[0];

    host->queue_count--;
    host->ready--;
    memmove(&host->queue[0], &host->queue[1],
            host->queue_count * sizeof host->queue[0]);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        host->slot = p;
        if (is_meant_for(host, p, &event.event)) {
            deliver(host, &event);
        }
    }
    settle(host);
    host->event_count++;
}

/* The timer that is due first; UINT32_MAX: none is due. */
static uint32_t find_timer(const struct lua_host *host)
{
    uint64_t due_us = host->in->time_us + 1;
    uint32_t found = UINT32_MAX;

    for (uint32_t i = 0; i < host->timer_count; i++) {
        if (host->timers[i].due_us < due_us) {
            due_us = host->timers[i].due_us;
            found = i;
        }
    }
    return found;
}

static bool fire_timer(struct lua_host *host)
{
    uint32_t i = find_timer(host);
    struct lua_host_timer *timer = &host->timers[i];

    if (i == UINT32_MAX) {
        return false;
    }
    host->slot = timer->slot;
    lua_rawgeti(host->lua, LUA_REGISTRYINDEX, timer->handler);
    if (timer->period_us) {
        timer->due_us += timer->period_us;
    } else {
        drop_timer(host, i);
    }
    check(host, lua_pcall(host->lua, 0, 0, 0));
    settle(host);
    return true;
}

static void handle_all(struct lua_host *host)
{
    bool was_first = host->timer_first;
    bool any = was_first && fire_timer(host);

    host->ready = host->queue_count;
    while (host->ready && host->event_count < host->event_limit &&
           (!any || !host->changed)) {
        handle_event(host);
        any = true;
    }
    host->ready = 0;
    while ((!any || !host->changed) && fire_timer(host)) {
        any = true;
    }
    if (!any) {
        settle(host);
    }
    host->timer_first = !was_first && find_timer(host) != UINT32_MAX;
}

void lua_host_step(struct lua_host *host, const struct tn_play_in *in)
{
    host->in = in;
    host->changed = 0;
    host->event_count = 0;
    host->effect_count = 0;
    change_states(host);
    handle_all(host);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct lua_host_program *program = &host->programs[p];

        host->slot = p;
        if (program->begun && program->state_frames) {
            call(host, program->state, "frame", NULL);
        }
        if (program->begun && program->always_frames) {
            call(host, program->always, "frame", NULL);
        }
    }
}

void lua_host_post(struct lua_host *host, const struct tn_event *event)
{
    lua_host_push(host, event, "");
}

static void push_items(lua_State *lua, const struct tn_lang_names *names)
{
    lua_newtable(lua);
    for (size_t i = 0; i < names->count; i++) {
        lua_pushinteger(lua, (lua_Integer)i);
        lua_setfield(lua, -2, names->list[i]);
    }
}

static void push_placed(struct lua_host *host, uint8_t slot)
{
    struct tn_event event = {
        .number = TN_EVENT_PLACED, .source = slot, .target = slot};

    event.args[0] = TN_UNKNOWN;
    lua_host_push(host, &event, "");
    event.number = TN_EVENT_PLACED_OTHER;
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (p != slot && host->programs[p].compiled) {
            event.target = p;
            lua_host_push(host, &event, "");
        }
    }
}

/* Asks the program's maker for its handlers and takes them apart. */
static void make(struct lua_host *host, uint8_t slot)
{
    struct lua_host_program *program = &host->programs[slot];
    lua_State *lua = host->lua;

    lua_rawgeti(lua, LUA_REGISTRYINDEX, host->makers);
    lua_getfield(lua, -1, program->compiled->name);
    push_items(lua, &program->compiled->sounds);
    push_items(lua, &program->compiled->lights);
    check(host, lua_pcall(lua, 2, 1, 0));
    lua_getfield(lua, -1, "kind");
    lua_host_set_name(program->kind, lua_tostring(lua, -1));
    lua_pop(lua, 1);
    program->always = take_field(lua, "always");
    program->states = take_field(lua, "states");
    program->state = LUA_NOREF;
    if (program->states != LUA_NOREF) {
        lua_pushboolean(lua, 0);
        program->state = luaL_ref(lua, LUA_REGISTRYINDEX);
    }
    lua_getfield(lua, -1, "start");
    host->slot = slot;
    set_state(host, lua_isnil(lua, -1) ? "" : lua_tostring(lua, -1));
    program->always_looks = has(host, program->always, "look");
    program->always_frames = has(host, program->always, "frame");
    lua_pop(lua, 3);
}

void lua_host_load(struct lua_host *host, uint8_t slot, uint64_t identity)
{
    forget(host, slot);
    for (size_t i = 0; i < host->set->program_count; i++) {
        if (host->set->programs[i].identity == identity) {
            host->programs[slot].compiled = &host->set->programs[i];
        }
    }
    if (!host->programs[slot].compiled) {
        fputs("bench_play: a program is not of the set\n", stderr);
        exit(3);
    }
    make(host, slot);
    push_placed(host, slot);
}

void lua_host_unload(struct lua_host *host, uint8_t slot)
{
    struct tn_event event = {
        .number = TN_EVENT_REMOVED, .source = slot, .target = slot};

    event.args[0] = TN_UNKNOWN;
    if (host->programs[slot].compiled && !host->programs[slot].leaving) {
        lua_host_push(host, &event, "");
        host->programs[slot].leaving = true;
    }
}

void lua_host_reset(struct lua_host *host)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        forget(host, p);
    }
    host->queue_count = 0;
    host->timer_first = false;
}

void lua_host_init(struct lua_host *host, const struct tn_lang_set *set)
{
    memset(host, 0, sizeof *host);
    host->set = set;
    host->lua = luaL_newstate();
    if (!host->lua) {
        fputs("bench_play: out of memory\n", stderr);
        exit(3);
    }
    luaL_openlibs(host->lua);
    lua_host_open(host->lua, host);
}

void lua_host_load_file(struct lua_host *host, const char *path)
{
    check(host, luaL_loadfile(host->lua, path));
    check(host, lua_pcall(host->lua, 0, 1, 0));
    host->makers = luaL_ref(host->lua, LUA_REGISTRYINDEX);
}

void lua_host_free(struct lua_host *host)
{
    lua_close(host->lua);
}

double lua_host_get_bytes(struct lua_host *host, bool full)
{
    if (full) {
        lua_gc(host->lua, LUA_GCCOLLECT);
    }
    return lua_gc(host->lua, LUA_GCCOUNT) * 1024.0 +
           lua_gc(host->lua, LUA_GCCOUNTB);
}
