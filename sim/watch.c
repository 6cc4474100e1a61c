/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hue.h"
#include <tenon/hash.h>

/* Below this no one hears it: -66 dB of full scale. */
#define SILENT_PEAK 16
/* Silence is called out after so many frames, so that a slow wave's crossing of
 * zero is none. */
#define QUIET_FRAMES 5u

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

static void init_brick(struct tn_watch_brick *b)
{
    memset(b, 0, sizeof *b);
    b->quiet = QUIET_FRAMES;
    memset(b->states, TN_STATE_NONE, TN_PROGRAM_CAP);
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
        init_brick(&watch->bricks[i]);
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
        .other = SIZE_MAX,
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
        return; /* it has gone at once */
    }
    if (b->names[slot]) {
        say(watch, TN_WATCH_GONE, b->names[slot], NULL); /* it made room */
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

/* A program has come, come back or gone, and knows it. */
static void watch_program(struct tn_watch *watch, const struct tn_brick *brick,
                          const struct tn_event *event)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    uint8_t slot = event->source;

    if (slot >= TN_PROGRAM_CAP) {
        return;
    }
    if (event->number == TN_EVENT_PLACED) {
        meet(watch, brick, slot);
    } else if (b->names[slot]) {
        say(watch,
            event->number == TN_EVENT_REMOVED ? TN_WATCH_GONE
                                              : TN_WATCH_RETURNED,
            b->names[slot], NULL);
    }
}

/* The word that a program knows under a hash, or one that is made up. */
static const char *get_word(struct tn_watch *watch,
                            const struct tn_lang_program *program,
                            uint32_t hash)
{
    char made[24];

    for (size_t i = 0; program && i < program->names.count; i++) {
        const char *name = program->names.list[i];

        if (name && tn_hash_fnv32(TN_FNV32_START, name, strlen(name)) == hash) {
            return name;
        }
    }
    snprintf(made, sizeof made, "word %08" PRIx32, hash);
    return keep_name(watch, made);
}

static void say_message(struct tn_watch *watch, enum tn_watch_kind kind,
                        uint8_t slot, const struct tn_event *message)
{
    const struct tn_watch_brick *b = &watch->bricks[watch->number];
    uint8_t peer = (uint8_t)(message->source - TN_SOURCE_PEER);
    struct tn_watch_event event = make(watch, kind);

    event.who = b->names[slot];
    event.what = get_word(watch, b->programs[slot], message->name);
    if (kind == TN_WATCH_HEARS && peer < TN_NET_PEER_CAP) {
        event.other = b->peers[peer].other;
    }
    watch->sink(watch->ctx, &event);
}

/* A message from another brick, by each program that reacts. */
static void watch_message(struct tn_watch *watch, const struct tn_event *event,
                          uint8_t handled)
{
    if (event->source < TN_SOURCE_PEER || event->source == TN_SOURCE_SELF) {
        return;
    }
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        if (handled >> slot & 1u) {
            say_message(watch, TN_WATCH_HEARS, slot, event);
        }
    }
}

static void watch_event(struct tn_watch *watch, const struct tn_brick *brick,
                        const struct tn_event *event, uint8_t handled)
{
    switch (event->number) {
    case TN_EVENT_PLACED:
    case TN_EVENT_RETURNED:
    case TN_EVENT_REMOVED:
        watch_program(watch, brick, event);
        break;
    case TN_EVENT_MESSAGE:
        watch_message(watch, event, handled);
        break;
    case TN_EVENT_UNHEARD:
        if (event->target < TN_PROGRAM_CAP) {
            say_message(watch, TN_WATCH_UNHEARD, event->target, event);
        }
        break;
    default:
        /* Words between programs are told where they begin. */
        if (event->source == TN_SOURCE_SELF &&
            event->number < TN_EVENT_ACTION) {
            say_felt(watch, event);
        }
        break;
    }
}

static void watch_events(struct tn_watch *watch, const struct tn_brick *brick)
{
    const struct tn_play_out *play = &brick->play_out;

    for (uint8_t i = 0; i < play->event_count; i++) {
        watch_event(watch, brick, &play->events[i], play->handled[i]);
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

/* What sounds again and again is held, too, but by no `while` block. */
static void watch_hum(struct tn_watch *watch, const struct tn_effect *effect)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];

    b->held[effect->program][effect->item % TN_SOUND_CAP] = TN_WHILE_CAP + 1;
    say_effect(watch, TN_WATCH_PLAYS, effect);
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
    case TN_EFFECT_HUM:
        watch_hum(watch, effect);
        break;
    case TN_EFFECT_RELEASE:
        release(watch, effect, match_key);
        break;
    case TN_EFFECT_STOP:
    case TN_EFFECT_FADE:
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

static const char *get_target_word(uint8_t number)
{
    switch (number) {
#define TARGET_CASE(name, number, word, meaning)                               \
    case number:                                                               \
        return word;
        TN_TARGETS(TARGET_CASE)
#undef TARGET_CASE
    default:
        return NULL;
    }
}

/* The word that a program speaks, and to whom. */
static void say_word(struct tn_watch *watch, enum tn_watch_kind kind,
                     const struct tn_effect *effect)
{
    const struct tn_watch_brick *b = &watch->bricks[watch->number];
    struct tn_watch_event event = make(watch, kind);

    event.who = b->names[effect->program];
    event.what = get_word(watch, b->programs[effect->program], effect->name);
    if (kind == TN_WATCH_SENDS) {
        event.to = get_target_word(effect->item & 15u);
    }
    watch->sink(watch->ctx, &event);
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

static void watch_leds(struct tn_watch *watch, const struct tn_rgb *leds)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    enum tn_colour_number colour = tn_hue_get(leds);

    if (colour != b->colour) {
        b->colour = (uint8_t)colour;
        say(watch, TN_WATCH_SHOWS, NULL, get_colour_word((int32_t)colour));
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

    bool joined = tn_net_get_count(&brick->net) > 0;

    watch_lasting(watch, TN_SIGNAL_ALONE, "alone", !joined);
    watch_lasting(watch, TN_SIGNAL_JOINED, "joined", joined);

    bool asleep = brick->asleep != 0;

    if (asleep != b->asleep) {
        b->asleep = asleep;
        say(watch, asleep ? TN_WATCH_SLEEPS : TN_WATCH_WAKES, NULL, NULL);
    }
}

static const char *const RELATIONS[] = {
#define RELATION_WORD(name, number, word, meaning) word,
    TN_RELATIONS(RELATION_WORD)
#undef RELATION_WORD
};

static void say_other(struct tn_watch *watch, enum tn_watch_kind kind,
                      size_t other, const char *what)
{
    struct tn_watch_event event = make(watch, kind);

    event.other = other;
    event.what = what;
    watch->sink(watch->ctx, &event);
}

static size_t find_brick(const struct tn_watch *watch, uint32_t id)
{
    for (size_t i = 0; i < watch->brick_count; i++) {
        if (watch->bricks[i].id == id) {
            return i;
        }
    }
    return SIZE_MAX;
}

static void set_relations(struct tn_watch *watch, struct tn_watch_peer *peer,
                          uint32_t relations)
{
    for (uint32_t i = 0; i < TN_RELATION_COUNT; i++) {
        uint32_t bit = 1u << i;

        if ((relations ^ peer->relations) & bit) {
            say_other(watch, relations & bit ? TN_WATCH_BEGINS : TN_WATCH_ENDS,
                      peer->other, RELATIONS[i]);
        }
    }
    peer->relations = relations;
}

/* Who has this peer's number now; id 0: nobody. */
static void set_peer(struct tn_watch *watch, struct tn_watch_peer *peer,
                     uint32_t id)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];

    if (peer->id == id) {
        return;
    }
    if (peer->id) {
        set_relations(watch, peer, 0);
        say_other(watch, TN_WATCH_PARTS, peer->other, NULL);
        b->peer_count--;
    }
    peer->id = id;
    peer->other = id ? find_brick(watch, id) : SIZE_MAX;
    if (id) {
        b->peer_count++;
        say_other(watch, TN_WATCH_JOINS, peer->other, NULL);
    }
}

static void watch_neighbours(struct tn_watch *watch,
                             const struct tn_brick *brick)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];

    b->id = brick->net.id;
    if (b->peer_count == 0 && tn_net_get_count(&brick->net) == 0) {
        return;
    }
    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        struct tn_neighbour neighbour;
        bool here = tn_brick_get_neighbour(brick, i, &neighbour) == TN_OK;

        set_peer(watch, &b->peers[i], here ? neighbour.member.id : 0);
        if (here) {
            set_relations(watch, &b->peers[i],
                          tn_brick_get_relations(&neighbour.place));
        }
    }
}

/* Slots whose program has ended are empty from the next step on. */
static void forget(struct tn_watch *watch, const struct tn_brick *brick)
{
    struct tn_watch_brick *b = &watch->bricks[watch->number];
    uint32_t dropped = tn_play_get_dropped(&brick->play) + brick->lost;
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
    watch_neighbours(watch, brick);
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

static void end_lasting(struct tn_watch *watch)
{
    static const struct {
        enum tn_signal_number number;
        const char *word;
    } SIGNALS[] = {
#define SIGNAL_ROW(name, number, word, dim, meaning) {TN_SIGNAL_##name, word},
        TN_SIGNALS(SIGNAL_ROW)
#undef SIGNAL_ROW
    };

    for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0]; i++) {
        watch_lasting(watch, SIGNALS[i].number, SIGNALS[i].word, false);
    }
}

void tn_watch_reset(struct tn_watch *watch, size_t number, uint64_t time_us)
{
    static const struct tn_rgb DARK[TN_LED_COUNT];
    struct tn_watch_brick *b = &watch->bricks[number];

    watch->number = number;
    watch->time_us = time_us;
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        if (b->names[slot]) {
            say(watch, TN_WATCH_GONE, b->names[slot], NULL);
        }
    }
    for (size_t i = 0; i < TN_NET_PEER_CAP; i++) {
        set_peer(watch, &b->peers[i], 0);
    }
    end_lasting(watch);
    watch_leds(watch, DARK);
    if (b->quiet < QUIET_FRAMES) {
        say(watch, TN_WATCH_SILENT, NULL, NULL);
    }
    if (b->asleep) {
        say(watch, TN_WATCH_WAKES, NULL, NULL);
    }
    init_brick(b);
}
