/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BENCH_LUA_HOST_H
#define TENON_BENCH_LUA_HOST_H

/*
 * Programs written in Lua, called handler by handler: what a toy would have in
 * place of src/play. It keeps the order of docs/spec/program-image.md: events
 * singly, each followed by changes of state and a look at the conditions; then
 * timers; then `frame`. Allocates; ends the process if Lua reports an error.
 */

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

#include <lang/lang.h>
#include <tenon/play.h>

#define LUA_HOST_NAME_LEN 16u
#define LUA_HOST_TIMER_CAP 16u
#define LUA_HOST_KEY_CAP 16u

struct lua_host_event {
    struct tn_event event;
    char word[LUA_HOST_NAME_LEN]; /* of an action */
};

struct lua_host_timer {
    uint64_t due_us;
    uint64_t period_us; /* 0: once */
    int handler;        /* reference */
    uint8_t slot;
};

struct lua_host_program {
    const struct tn_lang_program *compiled; /* null: the slot is empty */
    int always; /* references to tables of handlers; LUA_NOREF: none */
    int state;
    int states;
    char kind[LUA_HOST_NAME_LEN];
    char now[LUA_HOST_NAME_LEN];    /* present state */
    char wanted[LUA_HOST_NAME_LEN]; /* "": none */
    bool begun;
    bool leaving;
    bool held[LUA_HOST_KEY_CAP];
    bool state_looks; /* has such a handler */
    bool always_looks;
    bool state_frames;
    bool always_frames;
};

struct lua_host {
    lua_State *lua;
    const struct tn_lang_set *set;
    int makers; /* reference: what starfighter.lua returns */
    struct lua_host_program programs[TN_PROGRAM_CAP];
    struct lua_host_event queue[2 * TN_EVENT_CAP];
    struct lua_host_timer timers[LUA_HOST_TIMER_CAP];
    uint32_t queue_count;
    uint32_t ready;
    uint32_t timer_count;
    const struct tn_play_in *in;
    uint8_t slot;    /* program that runs */
    uint8_t changed; /* bit a slot */
    bool timer_first;
    /* of the last step */
    uint32_t event_count;
    uint32_t event_limit; /* a step */
    uint32_t effect_count;
    struct tn_effect effects[TN_EFFECT_CAP];
};

/* A state with Lua's libraries and the functions that programs call. */
void lua_host_init(struct lua_host *host, const struct tn_lang_set *set);
void lua_host_load_file(struct lua_host *host, const char *path);
void lua_host_free(struct lua_host *host);

/* Takes all programs away, without a word. */
void lua_host_reset(struct lua_host *host);
void lua_host_load(struct lua_host *host, uint8_t slot, uint64_t identity);
void lua_host_unload(struct lua_host *host, uint8_t slot);
void lua_host_post(struct lua_host *host, const struct tn_event *event);
void lua_host_step(struct lua_host *host, const struct tn_play_in *in);

/* What the collector counts, in bytes; `full`: after a collection. */
double lua_host_get_bytes(struct lua_host *host, bool full);

/* For lua_words.c: the functions that programs call. A name is cut to
 * LUA_HOST_NAME_LEN - 1 bytes. */
void lua_host_set_name(char *to, const char *name);
void lua_host_open(lua_State *lua, struct lua_host *host);
void lua_host_push(struct lua_host *host, const struct tn_event *event,
                   const char *word);

#endif
