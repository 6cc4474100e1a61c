/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What compiling takes: sets of 500, 5,000 and 50,000 lines against Lua 5.4's
 * compiler on chunks of as many lines, in turns: bench_compile [RUNS].
 * Memory is kept between them, so that it is the compilers that are timed and
 * not the kernel, which else gives and takes pages each time. With -o LINES one
 * set is compiled once, for callgrind: collect bench_run only. With -w LINES
 * the set is printed. Prints JSON lines.
 */
#include <limits.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>

#include <lang/lang.h>

#include "measure.h"

#define RUN_CAP 101
#define SHARED_LINES 20u /* before the first program */
#define PROGRAM_LINES 240u
#define OWN_SOUNDS 11u

struct text {
    char *data;
    size_t len;
    size_t cap;
    unsigned lines;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_compile: %s\n", what);
    exit(3);
}

static double now_ms(void)
{
    return bench_clock_ns(CLOCK_PROCESS_CPUTIME_ID) * 1e-6;
}

/* One line and its end. */
__attribute__((format(printf, 2, 3))) static void put(struct text *text,
                                                      const char *format, ...)
{
    va_list args;

    if (text->cap - text->len < 200) {
        text->cap = text->cap ? 2 * text->cap : 4096;
        text->data = realloc(text->data, text->cap);
        if (!text->data) {
            fail("out of memory");
        }
    }
    va_start(args, format);
    text->len += (size_t)vsnprintf(text->data + text->len, 199, format, args);
    va_end(args);
    text->data[text->len++] = '\n';
    text->lines++;
}

static void put_sound(struct text *text, unsigned p, unsigned i)
{
    unsigned hz = 80 + (p * 37 + i * 91) % 900;

    put(text, "# what number %u sounds like when it is %u times louder", p, i);
    put(text, "sound s%u_%u {", p, i);
    put(text, "  saw %u Hz falling to %u Hz over %u ms", hz, hz / 2,
        100 + 10 * i);
    put(text, "  noise 20%% .. 40%% by thrust");
    put(text, "  lowpass %u Hz .. 2 kHz by thrust", 200 + hz);
    put(text, "  attack %u ms", 10 + i);
    put(text, "  fade 120 ms; level 60%%");
    put(text, "}");
    put(text, "%s", "");
}

static void put_state(struct text *text, unsigned p, unsigned s)
{
    put(text, "  # --- state %u of %u", s, p);
    put(text, "  state s%u {", s);
    put(text, "    enter {");
    put(text, "      glow breathe blue %u%%", 30 + 10 * s);
    put(text, "      marks = %u", s + 2);
    put(text, "    }");
    put(text, "    when lifted {");
    put(text, "      play s%u_%u with thrust = speed", p, s * 2);
    put(text, "      count += 1");
    put(text, "    } -> s%u", (s + 1) % 3);
    put(text, "    when swung if strength > %u%% {", 20 + s);
    put(text, "      play s%u_%u with thrust = strength", p, s * 2 + 1);
    put(text, "      if count > %u {", 3 + s);
    put(text, "        ask pilot to cheer");
    put(text, "      } else {");
    put(text, "        marks -= 1   # one less");
    put(text, "      }");
    put(text, "    }");
    put(text, "    when tapped {");
    put(text, "      play s%u_%u", p, s + 8);
    put(text, "    }");
    put(text, "    after %u s {", 10 + s);
    put(text, "      play s%u_6", p);
    put(text, "    }");
    put(text, "  }");
    put(text, "%s", "");
}

static void put_program(struct text *text, unsigned p)
{
    unsigned end = text->lines + PROGRAM_LINES;

    for (unsigned i = 0; i < OWN_SOUNDS; i++) {
        put_sound(text, p, i);
    }
    put(text, "%s p%u {", p % 2 ? "figure" : "tile", p);
    put(text, "  kind %s", p % 2 ? "pilot" : "vehicle");
    put(text, "  number count = 0");
    put(text, "  number marks = %u", p % 7);
    put(text, "%s", "");
    put(text, "  start s0");
    for (unsigned s = 0; s < 3; s++) {
        put_state(text, p, s);
    }
    put(text, "  always {");
    put(text, "    action cheer {");
    put(text, "      play s%u_7", p);
    put(text, "      marks += 2 * count");
    put(text, "    }");
    put(text, "    when hit {");
    put(text, "      marks -= 1");
    put(text, "      glow flash red 2/s");
    put(text, "    }");
    put(text, "    when marks <= 0 and upside_down {");
    put(text, "      marks = 3");
    put(text, "      count = 0");
    put(text, "      send hit");
    put(text, "    }");
    put(text, "  }");
    put(text, "}");
    while (text->lines < end) {
        put(text, "# what comes next is much like it, in another voice");
    }
}

static void put_play(struct text *text, unsigned lines)
{
    put(text, "# A set that nobody plays");
    put(text, "set bench \"As long as need be\"");
    put(text, "message hit");
    while (text->lines < SHARED_LINES) {
        put(text, "# The programs differ in their sounds and numbers only.");
    }
    for (unsigned p = 0; text->lines + PROGRAM_LINES <= lines; p++) {
        put_program(text, p);
    }
    while (text->lines < lines) {
        put(text, "# up to the number of lines that was asked for");
    }
}

static void put_lua_state(struct text *text, unsigned p, unsigned s)
{
    put(text, "  -- state %u of %u", s, p);
    put(text, "  self.s%u = {", s);
    put(text, "    enter = function()");
    put(text, "      glow(light.breathe_blue, 0.%u)", 3 + s);
    put(text, "      marks = %u", s + 2);
    put(text, "    end,");
    put(text, "    lifted = function()");
    put(text, "      play(sound.s%u_%u, speed())", p, s * 2);
    put(text, "      count = count + 1");
    put(text, "      go(\"s%u\")", (s + 1) % 3);
    put(text, "    end,");
    put(text, "    swung = function(strength)");
    put(text, "      if strength > 0.%u then", 20 + s);
    put(text, "        play(sound.s%u_%u, strength)", p, s * 2 + 1);
    put(text, "        if count > %u then", 3 + s);
    put(text, "          ask(\"pilot\", \"cheer\")");
    put(text, "        else");
    put(text, "          marks = marks - 1 -- one less");
    put(text, "        end");
    put(text, "      end");
    put(text, "    end,");
    put(text, "    tapped = function()");
    put(text, "      play(sound.s%u_%u)", p, s + 8);
    put(text, "    end,");
    put(text, "    timer = function() play(sound.s%u_6) end,", p);
    put(text, "  }");
    put(text, "%s", "");
}

/* Sounds as tables, states as tables of functions. */
static void put_lua_program(struct text *text, unsigned p)
{
    unsigned end = text->lines + PROGRAM_LINES;

    put(text, "programs.p%u = function(sound, light)", p);
    put(text, "  local self = {kind = \"%s\", start = \"s0\"}",
        p % 2 ? "pilot" : "vehicle");
    put(text, "  local count, marks = 0, %u", p % 7);
    put(text, "%s", "");
    for (unsigned i = 0; i < OWN_SOUNDS; i++) {
        unsigned hz = 80 + (p * 37 + i * 91) % 900;

        put(text, "  -- what number %u sounds like when it is louder", p);
        put(text, "  sound.s%u_%u = {", p, i);
        put(text, "    saw = {%u, %u, over = 0.%u},", hz, hz / 2, 10 + i);
        put(text, "    noise = {0.20, 0.40, by = \"thrust\"},");
        put(text, "    lowpass = {%u, 2000, by = \"thrust\"},", 200 + hz);
        put(text, "    attack = 0.0%u,", 10 + i);
        put(text, "    fade = 0.12, level = 0.60,");
        put(text, "  }");
        put(text, "%s", "");
    }
    for (unsigned s = 0; s < 3; s++) {
        put_lua_state(text, p, s);
    }
    put(text, "  self.always = {");
    put(text, "    cheer = function()");
    put(text, "      play(sound.s%u_7)", p);
    put(text, "      marks = marks + 2 * count");
    put(text, "    end,");
    put(text, "    hit = function()");
    put(text, "      marks = marks - 1");
    put(text, "      glow(light.flash_red)");
    put(text, "    end,");
    put(text, "    look = function()");
    put(text, "      if marks <= 0 and upside_down() then");
    put(text, "        marks, count = 3, 0");
    put(text, "        send(\"hit\")");
    put(text, "      end");
    put(text, "    end,");
    put(text, "  }");
    put(text, "  return self");
    put(text, "end");
    while (text->lines < end) {
        put(text, "-- what comes next is much like it, in another voice");
    }
}

static void put_lua(struct text *text, unsigned lines)
{
    put(text, "local programs = {}");
    while (text->lines < SHARED_LINES - 1) {
        put(text, "-- The programs differ in their sounds and numbers only.");
    }
    for (unsigned p = 0; text->lines + PROGRAM_LINES < lines; p++) {
        put_lua_program(text, p);
    }
    while (text->lines < lines - 1) {
        put(text, "-- up to the number of lines that was asked for");
    }
    put(text, "return programs");
}

/* Called through a pointer that the compiler cannot see through, so that it
 * stands as a function of its own and callgrind finds it. */
void bench_run(const struct text *text);
static void (*volatile run_play)(const struct text *) = bench_run;

void bench_run(const struct text *text)
{
    struct tn_lang_set *set =
        tn_lang_compile_text("bench.play", text->data, text->len);

    if (set->error_count || set->program_count == 0) {
        tn_lang_print_problem(&set->problems[0], stderr, false);
        fail("the set does not compile");
    }
    tn_lang_free(set);
}

static void run_lua(const struct text *text)
{
    lua_State *lua = luaL_newstate();

    if (!lua || luaL_loadbuffer(lua, text->data, text->len, "bench")) {
        fail(lua ? lua_tostring(lua, -1) : "out of memory");
    }
    lua_close(lua);
}

/* Both in turns; short texts several times, so that the clock is exact. */
static void measure(unsigned lines, size_t runs)
{
    static double play_ms[RUN_CAP];
    static double lua_ms[RUN_CAP];
    struct text play = {0};
    struct text lua = {0};
    unsigned times = 10000 / lines + 1;

    put_play(&play, lines);
    put_lua(&lua, lines);
    for (size_t run = 0; run < runs; run++) {
        double start = now_ms();

        for (unsigned i = 0; i < times; i++) {
            run_play(&play);
        }

        double middle = now_ms();

        for (unsigned i = 0; i < times; i++) {
            run_lua(&lua);
        }
        play_ms[run] = (middle - start) / times;
        lua_ms[run] = (now_ms() - middle) / times;
    }

    double ms = bench_get_median(play_ms, runs);
    double peer_ms = bench_get_median(lua_ms, runs);

    printf("{\"lines\": %u, \"bytes\": %zu, \"ms\": %.3f, \"us_line\": %.4f, "
           "\"lua_bytes\": %zu, \"lua_ms\": %.3f, \"times_lua\": %.2f}\n",
           play.lines, play.len, ms, ms * 1000 / lines, lua.len, peer_ms,
           ms / peer_ms);
    free(play.data);
    free(lua.data);
}

static int run_once(char what, unsigned lines)
{
    struct text text = {0};

    put_play(&text, lines);
    if (what == 'w') {
        fwrite(text.data, 1, text.len, stdout);
    } else {
        run_play(&text);
    }
    free(text.data);
    return 0;
}

int main(int argc, char **argv)
{
    static const unsigned lines[] = {500, 5000, 50000};
    int option = getopt(argc, argv, "o:w:");
    size_t runs = 11;

    if (option == 'o' || option == 'w') {
        return run_once((char)option, (unsigned)strtoul(optarg, NULL, 10));
    }
    if (option == -1 && argc > optind) {
        runs = strtoul(argv[optind], NULL, 10);
    }
    if (option != -1 || runs == 0 || runs > RUN_CAP) {
        fputs("use: bench_compile [RUNS] | -o LINES | -w LINES\n", stderr);
        return 2;
    }
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    mallopt(M_MMAP_THRESHOLD, INT_MAX);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        measure(lines[i], runs);
    }
    return 0;
}
