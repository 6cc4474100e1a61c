/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/hash.h>

/* Below this no one hears it: -66 dB of full scale. */
#define SILENT_PEAK 16
/* Silence is called out after so many frames, so that a slow wave's crossing of
 * zero is none. */
#define QUIET_FRAMES 5u
/* LEDs dimmer than this have no colour to speak of. */
#define COLOUR_FLOOR 12u

struct tn_watch {
    const struct tn_lang_program *const *programs;
    size_t program_count;
    tn_watch_sink sink;
    void *ctx;
    char **names; /* made for programs that nobody knows */
    size_t name_count;
    size_t brick_count;
    uint64_t time_us; /* of the step that is looked at */
    size_t number;
    struct tn_watch_brick bricks[];
};

static void *need(void *memory)
{
    if (!memory) {
        fputs("tenon: out of memory\n", stderr);
        exit(3);
    }
    return memory;
}

struct tn_watch *tn_watch_new(size_t brick_count,
                              const struct tn_lang_program *const *programs,
                              size_t program_count, tn_watch_sink sink,
                              void *ctx)
{
    struct tn_watch *watch =
        need(calloc(1, sizeof *watch + brick_count * sizeof watch->bricks[0]));

    watch->programs = programs;
    watch->program_count = program_count;
    watch->sink = sink;
    watch->ctx = ctx;
    watch->brick_count = brick_count;
    for (size_t i = 0; i < brick_count; i++) {
        watch->bricks[i].quiet = QUIET_FRAMES;
        memset(watch->bricks[i].states, TN_STATE_NONE, TN_PROGRAM_CAP);
    }
    return watch;
}

void tn_watch_free(struct tn_watch *watch)
{
    if (!watch) {
        return;
    }
    for (size_t i = 0; i < watch->name_count; i++) {
        free(watch->names[i]);
    }
    free(watch->names);
    free(watch);
}

const struct tn_watch_brick *tn_watch_get(const struct tn_watch *watch,
                                          size_t brick)
{
    return &watch->bricks[brick];
}

const char *tn_watch_get_word(enum tn_watch_kind kind)
{
    static const char *const WORDS[] = {
#define KIND_WORD(name, word, meaning) word,
        TN_WATCH_KINDS(KIND_WORD)
#undef KIND_WORD
    };

    return WORDS[kind];
}

static const char *get_event_word(uint8_t number)
{
    switch (number) {
#define EVENT_CASE(name, number, word, subject, arg, dim, meaning)             \
    case number:                                                               \
        return word;
        TN_EVENTS(EVENT_CASE)
#undef EVENT_CASE
    default:
        return "something unknown";
    }
}

static const char *get_colour_word(int32_t number)
{
    switch (number) {
#define COLOUR_CASE(name, number, word, r, g, b)                               \
    case number:                                                               \
        return word;
        TN_COLOURS(COLOUR_CASE)
#undef COLOUR_CASE
    default:
        return "something unknown";
    }
}

static struct tn_watch_event make(const struct tn_watch *watch,
                                  enum tn_watch_kind kind)
{
    return (struct tn_watch_event){
        .time_us = watch->time_us,
        .brick = watch->number,
        .kind = kind,
        .value = TN_UNKNOWN,
    };
}

static void say(const struct tn_watch *watch, enum tn_watch_kind kind,
                const char *who, const char *what)
{
    struct tn_watch_event event = make(watch, kind);

    event.who = who;
    event.what = what;
    watch->sink(watch->ctx, &event);
}

/* Keeps a made-up name as long as the watch. */
static const char *keep_name(struct tn_watch *watch, const char *name)
{
    for (size_t i = 0; i < watch->name_count; i++) {
        if (strcmp(watch->names[i], name) == 0) {
            return watch->names[i];
        }
    }
    watch->names = need(
        realloc(watch->names, (watch->name_count + 1) * sizeof *watch->names));
    watch->names[watch->name_count] = need(strdup(name));
    return watch->names[watch->name_count++];
}

static const char *keep_numbered(struct tn_watch *watch, const char *word,
                                 unsigned number)
{
    char name[40];

    snprintf(name, sizeof name, "%s %u", word, number);
    return keep_name(watch, name);
}

static const struct tn_lang_program *
find_program(const struct tn_watch *watch, const uint8_t *image, uint16_t len)
{
    for (size_t i = 0; i < watch->program_count; i++) {
        const struct tn_lang_program *program = watch->programs[i];

        if (program->image_len == len &&
            memcmp(program->image, image, len) == 0) {
            return program;
        }
    }
    return NULL;
}

/* A tag's program has begun: who is it? */
static void meet(struct tn_watch *watch, const struct tn_brick *brick,
                 uint8_t slot)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    uint16_t len = 0;
    const uint8_t *image = tn_play_get_image(&brick->play, slot, &len);

    if (!image) {
        return; /* refused: the notice says why */
    }
    b->programs[slot] = find_program(watch, image, len);
    if (b->programs[slot]) {
        b->names[slot] = b->programs[slot]->name;
    } else {
        bool figure = image[TN_IMAGE_AT_KIND] == TN_IMAGE_FIGURE;

        b->names[slot] = figure ? "unknown figure" : "unknown tile";
    }
    b->states[slot] = TN_STATE_NONE;
    memset(b->held[slot], 0, sizeof b->held[slot]);
    say(watch, TN_WATCH_CAME, b->names[slot], NULL);
}

static void watch_tags(struct tn_watch *watch, const struct tn_brick *brick)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    const struct tn_tag_out *tags = &brick->tag_out;

    for (uint8_t i = 0; i < tags->event_count; i++) {
        uint8_t slot = tags->events[i].source;

        if (slot >= TN_PROGRAM_CAP) {
            continue;
        }
        if (tags->events[i].number == TN_EVENT_PLACED) {
            meet(watch, brick, slot);
        } else if (b->names[slot]) {
            say(watch,
                tags->events[i].number == TN_EVENT_REMOVED ? TN_WATCH_GONE
                                                           : TN_WATCH_RETURNED,
                b->names[slot], NULL);
        }
    }
}

static void watch_notices(struct tn_watch *watch, const struct tn_out *out)
{
    for (uint8_t i = 0; i < out->notice_count; i++) {
        struct tn_watch_event event = make(watch, TN_WATCH_REFUSED);

        event.what = tn_err_text((enum tn_err)out->notices[i].err);
        event.at = out->notices[i].at;
        watch->sink(watch->ctx, &event);
    }
}

static void say_felt(struct tn_watch *watch, const struct tn_event *felt)
{
    struct tn_watch_event event = make(watch, TN_WATCH_FEELS);

    if (felt->number == TN_EVENT_SEES) {
        event.kind = TN_WATCH_SEES;
        event.what = get_colour_word(felt->args[0] / TN_Q16_ONE);
    } else {
        event.what = get_event_word(felt->number);
        event.value = felt->args[0];
    }
    watch->sink(watch->ctx, &event);
}

static void watch_events(struct tn_watch *watch, const struct tn_brick *brick)
{
    for (uint8_t i = 0; i < brick->play_out.event_count; i++) {
        const struct tn_event *felt = &brick->play_out.events[i];

        /* Tags and words are told where they begin. */
        if (felt->source == TN_SOURCE_SELF && felt->number < TN_EVENT_ACTION) {
            say_felt(watch, felt);
        }
    }
}

static const char *get_name(struct tn_watch *watch,
                            const struct tn_lang_names *names, const char *word,
                            uint8_t index)
{
    if (names && index < names->count && names->list[index] &&
        names->list[index][0] != '\0') {
        return names->list[index];
    }
    return keep_numbered(watch, word, index);
}

static void watch_states(struct tn_watch *watch, const struct tn_brick *brick)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];

    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        uint8_t state = tn_play_get_state(&brick->play, slot);
        const struct tn_lang_program *program = b->programs[slot];
        struct tn_watch_event event = make(watch, TN_WATCH_STATE);

        if (state == b->states[slot]) {
            continue;
        }
        /* Who has but one state is in none worth telling. */
        if (state != TN_STATE_NONE && (!program || program->states.count > 1)) {
            const struct tn_lang_names *names =
                program ? &program->states : NULL;

            event.who = b->names[slot];
            event.what = get_name(watch, names, "state", state);
            if (b->states[slot] != TN_STATE_NONE) {
                event.from = get_name(watch, names, "state", b->states[slot]);
            }
            watch->sink(watch->ctx, &event);
        }
        b->states[slot] = state;
    }
}

static void say_effect(struct tn_watch *watch, enum tn_watch_kind kind,
                       const struct tn_effect *effect)
{
    const struct tn_watch_brick *b = &watch->bricks[watch->number];
    const struct tn_lang_program *program = b->programs[effect->program];
    bool light = kind == TN_WATCH_GLOWS;
    const struct tn_lang_names *names = !program ? NULL
                                        : light  ? &program->lights
                                                 : &program->sounds;

    say(watch, kind, b->names[effect->program],
        get_name(watch, names, light ? "light" : "sound", effect->item));
}

static void say_word(struct tn_watch *watch, enum tn_watch_kind kind,
                     const struct tn_effect *effect);

/* Sounds that a `while` block or `stop` lets go. */
static void release(struct tn_watch *watch, const struct tn_effect *effect,
                    bool (*match)(const struct tn_effect *, uint8_t item,
                                  uint8_t key))
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];

    for (uint8_t item = 0; item < TN_SOUND_CAP; item++) {
        uint8_t *held = &b->held[effect->program][item];

        if (*held > 0 && match(effect, item, (uint8_t)(*held - 1))) {
            struct tn_effect end = *effect;

            end.item = item;
            *held = 0;
            say_effect(watch, TN_WATCH_STOPS, &end);
        }
    }
}

static bool match_key(const struct tn_effect *effect, uint8_t item, uint8_t key)
{
    (void)item;
    return effect->key == key;
}

static bool match_item(const struct tn_effect *effect, uint8_t item,
                       uint8_t key)
{
    (void)key;
    return effect->item == item;
}

static bool match_all(const struct tn_effect *effect, uint8_t item, uint8_t key)
{
    (void)effect;
    (void)item;
    (void)key;
    return true;
}

static void watch_hold(struct tn_watch *watch, const struct tn_effect *effect)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    uint8_t *held = &b->held[effect->program][effect->item % TN_SOUND_CAP];

    if (*held == 0) {
        *held = (uint8_t)(effect->key + 1u);
        say_effect(watch, TN_WATCH_PLAYS, effect);
    }
}

static void watch_effect(struct tn_watch *watch, const struct tn_effect *effect)
{
    switch (effect->number) {
    case TN_EFFECT_PLAY:
        say_effect(watch, TN_WATCH_PLAYS, effect);
        break;
    case TN_EFFECT_HOLD:
        watch_hold(watch, effect);
        break;
    case TN_EFFECT_RELEASE:
        release(watch, effect, match_key);
        break;
    case TN_EFFECT_STOP:
        release(watch, effect, match_item);
        break;
    case TN_EFFECT_STOP_ALL:
        release(watch, effect, match_all);
        break;
    case TN_EFFECT_GLOW:
        say_effect(watch, TN_WATCH_GLOWS, effect);
        break;
    case TN_EFFECT_DARK:
        say(watch, TN_WATCH_DARK,
            watch->bricks[watch->number].names[effect->program], NULL);
        break;
    case TN_EFFECT_ASK:
        say_word(watch, TN_WATCH_ASKS, effect);
        break;
    case TN_EFFECT_SEND:
        say_word(watch, TN_WATCH_SENDS, effect);
        break;
    default:
        break;
    }
}

/* The word whose hash a program speaks. */
static void say_word(struct tn_watch *watch, enum tn_watch_kind kind,
                     const struct tn_effect *effect)
{
    const struct tn_watch_brick *b = &watch->bricks[watch->number];
    const struct tn_lang_program *program = b->programs[effect->program];
    const char *what = NULL;

    for (size_t i = 0; program && i < program->names.count; i++) {
        const char *name = program->names.list[i];

        if (name &&
            tn_hash_fnv32(TN_FNV32_START, name, strlen(name)) == effect->name) {
            what = name;
        }
    }
    if (!what) {
        char made[24];

        snprintf(made, sizeof made, "word %08" PRIx32, effect->name);
        what = keep_name(watch, made);
    }
    say(watch, kind, b->names[effect->program], what);
}

static void watch_sound(struct tn_watch *watch, const int16_t *audio)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    bool silent = true;

    for (size_t i = 0; silent && i < TN_AUDIO_LEN; i++) {
        silent = audio[i] < SILENT_PEAK && audio[i] > -SILENT_PEAK;
    }
    if (!silent) {
        if (b->quiet >= QUIET_FRAMES) {
            say(watch, TN_WATCH_HEARD, NULL, NULL);
        }
        b->quiet = 0;
    } else if (b->quiet < QUIET_FRAMES && ++b->quiet == QUIET_FRAMES) {
        say(watch, TN_WATCH_SILENT, NULL, NULL);
    }
}

static const struct {
    const char *word;
    int32_t r;
    int32_t g;
    int32_t b;
} COLOURS[] = {
#define COLOUR_ROW(name, number, word, r, g, b) {word, r, g, b},
    TN_COLOURS(COLOUR_ROW)
#undef COLOUR_ROW
};

/* The colour word nearest to what the LEDs show together; black if dark. */
static enum tn_colour_number get_colour(const struct tn_rgb *leds)
{
    int64_t r = 0;
    int64_t g = 0;
    int64_t b = 0;
    enum tn_colour_number nearest = TN_COLOUR_BLACK;
    int64_t best = INT64_MAX;

    for (size_t i = 0; i < TN_LED_COUNT; i++) {
        r += leds[i].r;
        g += leds[i].g;
        b += leds[i].b;
    }

    int64_t most = r > g ? r : g;

    most = most > b ? most : b;
    if (most < COLOUR_FLOOR) {
        return TN_COLOUR_BLACK;
    }
    for (size_t i = 1; i < TN_COLOUR_COUNT; i++) {
        /* All at full brightness, so that only the hue counts. */
        int64_t dr = r * 255 / most - COLOURS[i].r;
        int64_t dg = g * 255 / most - COLOURS[i].g;
        int64_t db = b * 255 / most - COLOURS[i].b;
        int64_t far = dr * dr + dg * dg + db * db;

        if (far < best) {
            best = far;
            nearest = (enum tn_colour_number)i;
        }
    }
    return nearest;
}

static void watch_leds(struct tn_watch *watch, const struct tn_rgb *leds)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    enum tn_colour_number colour = get_colour(leds);

    if (colour != b->colour) {
        b->colour = (uint8_t)colour;
        say(watch, TN_WATCH_SHOWS, NULL, COLOURS[colour].word);
    }
}

static void watch_lasting(struct tn_watch *watch, enum tn_signal_number signal,
                          const char *word, bool now)
{
    bool *was = &watch->bricks[watch->number].lasting[signal];

    if (now != *was) {
        *was = now;
        say(watch, now ? TN_WATCH_BEGINS : TN_WATCH_ENDS, NULL, word);
    }
}

static void watch_body(struct tn_watch *watch, const struct tn_brick *brick,
                       const struct tn_in *in)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    struct tn_motion_signals motion;
    struct tn_hearing_signals heard;
    struct tn_colour_signals seen;

    tn_motion_get_signals(&brick->motion, &motion);
    tn_hearing_get_signals(&brick->hearing, &heard);
    tn_colour_get_signals(&brick->colour, &seen);
    watch_lasting(watch, TN_SIGNAL_STILL, "still", motion.still);
    watch_lasting(watch, TN_SIGNAL_MOVING, "moving", motion.moving);
    watch_lasting(watch, TN_SIGNAL_UPSIDE_DOWN, "upside_down",
                  motion.upside_down);
    watch_lasting(watch, TN_SIGNAL_DOCKED, "docked",
                  (in->power & TN_BRICK_DOCKED) != 0);
    watch_lasting(watch, TN_SIGNAL_LOUD, "loud", heard.loud);
    watch_lasting(watch, TN_SIGNAL_QUIET, "quiet", heard.quiet);
    watch_lasting(watch, TN_SIGNAL_DARK, "dark", seen.dark);
    watch_lasting(watch, TN_SIGNAL_BRIGHT, "bright", seen.bright);

    bool asleep = brick->asleep != 0;

    if (asleep != b->asleep) {
        b->asleep = asleep;
        say(watch, asleep ? TN_WATCH_SLEEPS : TN_WATCH_WAKES, NULL, NULL);
    }
}

/* Slots whose program has ended are empty from the next step on. */
static void forget(struct tn_watch *watch, const struct tn_brick *brick)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    uint32_t dropped = tn_play_get_dropped(&brick->play);
    uint16_t len;

    if (dropped != b->dropped) {
        struct tn_watch_event event = make(watch, TN_WATCH_DROPS);

        event.value = (tn_q16)(dropped - b->dropped);
        b->dropped = dropped;
        watch->sink(watch->ctx, &event);
    }
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        if (b->names[slot] && !tn_play_get_image(&brick->play, slot, &len)) {
            b->names[slot] = NULL;
            b->programs[slot] = NULL;
        }
    }
}

void tn_watch_step(struct tn_watch *watch, size_t number,
                   const struct tn_brick *brick, const struct tn_in *in,
                   const struct tn_out *out)
{
    const struct tn_play_out *play = &brick->play_out;

    watch->number = number;
    watch->time_us = in->time_us;
    watch_body(watch, brick, in);
    watch_tags(watch, brick);
    watch_notices(watch, out);
    watch_events(watch, brick);
    watch_states(watch, brick);
    for (uint8_t i = 0; i < play->effect_count; i++) {
        if (play->effects[i].program < TN_PROGRAM_CAP) {
            watch_effect(watch, &play->effects[i]);
        }
    }
    watch_leds(watch, out->leds);
    watch_sound(watch, out->audio);
    forget(watch, brick);
}
