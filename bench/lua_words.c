/* SPDX-License-Identifier: Apache-2.0 */
/* What a Lua program can call. The host is an upvalue of each function. */
#include "lua_host.h"

#include <string.h>

#include <lauxlib.h>

#include <tenon/hash.h>

static struct lua_host *get_host(lua_State *lua)
{
    return lua_touserdata(lua, lua_upvalueindex(1));
}

static struct tn_effect *emit(struct lua_host *host, uint8_t number,
                              uint8_t item)
{
    static struct tn_effect spare;
    struct tn_effect *effect = host->effect_count < TN_EFFECT_CAP
                                   ? &host->effects[host->effect_count++]
                                   : &spare;

    for (uint32_t i = 0; i < TN_PARAM_CAP; i++) {
        effect->params[i] = TN_UNKNOWN;
    }
    effect->name = 0;
    effect->number = number;
    effect->program = host->slot;
    effect->item = item;
    effect->key = 0xFF;
    return effect;
}

static tn_q16 to_q16(lua_Number v)
{
    return (tn_q16)(v * TN_Q16_ONE);
}

static int word_play(lua_State *lua)
{
    struct tn_effect *effect =
        emit(get_host(lua), TN_EFFECT_PLAY, (uint8_t)luaL_checkinteger(lua, 1));

    if (!lua_isnoneornil(lua, 2)) {
        effect->params[0] = to_q16(luaL_checknumber(lua, 2));
    }
    return 0;
}

/* hold(key, sound, parameter) */
static int word_hold(lua_State *lua)
{
    struct lua_host *host = get_host(lua);
    lua_Integer key = luaL_checkinteger(lua, 1);
    struct tn_effect *effect =
        emit(host, TN_EFFECT_HOLD, (uint8_t)luaL_checkinteger(lua, 2));

    luaL_argcheck(lua, key >= 0 && key < (int)LUA_HOST_KEY_CAP, 1, "no key");
    effect->params[0] = to_q16(luaL_checknumber(lua, 3));
    effect->key = (uint8_t)key;
    host->programs[host->slot].held[key] = true;
    return 0;
}

static int word_release(lua_State *lua)
{
    struct lua_host *host = get_host(lua);
    lua_Integer key = luaL_checkinteger(lua, 1);

    luaL_argcheck(lua, key >= 0 && key < (int)LUA_HOST_KEY_CAP, 1, "no key");
    if (host->programs[host->slot].held[key]) {
        host->programs[host->slot].held[key] = false;
        emit(host, TN_EFFECT_RELEASE, 0)->key = (uint8_t)key;
    }
    return 0;
}

static int word_glow(lua_State *lua)
{
    (void)emit(get_host(lua), TN_EFFECT_GLOW,
               (uint8_t)luaL_checkinteger(lua, 1));
    return 0;
}

static bool has_role(const struct lua_host_program *program, const char *role)
{
    bool tile = program->compiled->kind == TN_IMAGE_TILE;

    return strcmp(role, tile ? "vehicle" : "pilot") == 0;
}

/* ask(role, action) */
static int word_ask(lua_State *lua)
{
    struct lua_host *host = get_host(lua);
    const char *role = luaL_checkstring(lua, 1);
    size_t len;
    const char *action = luaL_checklstring(lua, 2, &len);
    struct tn_event event = {.number = TN_EVENT_ACTION, .source = host->slot};

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct lua_host_program *other = &host->programs[p];

        if (p != host->slot && other->compiled && !other->leaving &&
            has_role(other, role)) {
            event.target = p;
            lua_host_push(host, &event, action);
        }
    }

    struct tn_effect *effect =
        emit(host, TN_EFFECT_ASK,
             strcmp(role, "pilot") == 0 ? TN_ROLE_PILOT : TN_ROLE_VEHICLE);

    effect->name = tn_hash_fnv32(TN_FNV32_START, action, len);
    return 0;
}

static int word_go(lua_State *lua)
{
    struct lua_host *host = get_host(lua);
    char *wanted = host->programs[host->slot].wanted;

    if (!*wanted) {
        lua_host_set_name(wanted, luaL_checkstring(lua, 1));
    }
    return 0;
}

/* after(seconds, handler), every(seconds, handler): until the state ends. */
static int add_timer(lua_State *lua, bool again)
{
    struct lua_host *host = get_host(lua);
    uint64_t us = (uint64_t)(luaL_checknumber(lua, 1) * 1e6);

    luaL_checktype(lua, 2, LUA_TFUNCTION);
    if (host->timer_count == LUA_HOST_TIMER_CAP) {
        return luaL_error(lua, "too many timers");
    }

    struct lua_host_timer *timer = &host->timers[host->timer_count++];

    lua_pushvalue(lua, 2);
    timer->handler = luaL_ref(lua, LUA_REGISTRYINDEX);
    timer->due_us = host->in->time_us + us;
    timer->period_us = again ? us : 0;
    timer->slot = host->slot;
    return 0;
}

static int word_after(lua_State *lua)
{
    return add_timer(lua, false);
}

static int word_every(lua_State *lua)
{
    return add_timer(lua, true);
}

static bool is_kind(const struct lua_host_program *program, const char *kind)
{
    return program->compiled && !program->leaving &&
           (strcmp(program->kind, kind) == 0 ||
            strcmp(program->compiled->name, kind) == 0);
}

/* is(kind, state) */
static int word_is(lua_State *lua)
{
    struct lua_host *host = get_host(lua);
    const char *kind = luaL_checkstring(lua, 1);
    const char *state = luaL_checkstring(lua, 2);
    bool found = false;

    for (uint8_t p = 0; p < TN_PROGRAM_CAP && !found; p++) {
        const struct lua_host_program *program = &host->programs[p];

        found = is_kind(program, kind) && program->begun &&
                strcmp(program->now, state) == 0;
    }
    lua_pushboolean(lua, found);
    return 1;
}

static int word_aboard(lua_State *lua)
{
    struct lua_host *host = get_host(lua);
    const char *kind = luaL_checkstring(lua, 1);
    bool found = false;

    for (uint8_t p = 0; p < TN_PROGRAM_CAP && !found; p++) {
        found = p != host->slot && is_kind(&host->programs[p], kind);
    }
    lua_pushboolean(lua, found);
    return 1;
}

static int word_now(lua_State *lua)
{
    lua_pushnumber(lua, (lua_Number)get_host(lua)->in->time_us * 1e-6);
    return 1;
}

static int word_speed(lua_State *lua)
{
    tn_q16 v = get_host(lua)->in->signals[TN_SIGNAL_SPEED];

    lua_pushnumber(lua, (lua_Number)v / TN_Q16_ONE);
    return 1;
}

static int word_still(lua_State *lua)
{
    lua_pushboolean(lua, get_host(lua)->in->signals[TN_SIGNAL_STILL] != 0);
    return 1;
}

static int word_upside_down(lua_State *lua)
{
    lua_pushboolean(lua,
                    get_host(lua)->in->signals[TN_SIGNAL_UPSIDE_DOWN] != 0);
    return 1;
}

void lua_host_open(lua_State *lua, struct lua_host *host)
{
    static const luaL_Reg words[] = {{"play", word_play},
                                     {"hold", word_hold},
                                     {"release", word_release},
                                     {"glow", word_glow},
                                     {"ask", word_ask},
                                     {"go", word_go},
                                     {"after", word_after},
                                     {"every", word_every},
                                     {"is", word_is},
                                     {"aboard", word_aboard},
                                     {"now", word_now},
                                     {"speed", word_speed},
                                     {"still", word_still},
                                     {"upside_down", word_upside_down},
                                     {NULL, NULL}};

    lua_pushglobaltable(lua);
    lua_pushlightuserdata(lua, host);
    luaL_setfuncs(lua, words, 1);
    lua_pop(lua, 1);
}
