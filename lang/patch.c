/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/bytes.h>
#include <tenon/glow.h>
#include <tenon/patch.h>
#include <tenon/vocabulary.h>
#include <tenon/voice.h>

#define PLAIN_MS 250 /* a sound that says nothing about time */
#define PATCH_ROOM 640u
#define ELEMENT_ROOM 24u

/* A sound while it is being written. */
struct writer {
    struct tn_front *front;
    struct tn_sound *sound;
    uint32_t types; /* bit of each */
    uint32_t osc_count;
    int64_t moving_ms; /* the longest sweep, or attack and decay */
    int64_t envelope_ms;
    uint8_t data[PATCH_ROOM];
    uint32_t len;
    bool is_bad;
};

static void fail(struct writer *w, const struct tn_element *e, const char *what,
                 const char *why)
{
    tn_problem_error(&w->front->problems, e->pos, what, "%s", why);
    w->is_bad = true;
}

/* `micro` counted in units of `per`, rounded. */
static int64_t count_of(int64_t micro, int64_t per)
{
    return (micro + per / 2) / per;
}

static void put(struct writer *w, int64_t v)
{
    w->len = tn_bytes_put_varint(w->data, w->len, (uint32_t)v);
}

static void put_frequency(struct writer *w, const struct tn_element *e,
                          int64_t micro)
{
    int64_t qhz = count_of(micro, 250000);

    if (qhz < 1 || qhz > TN_SOUND_MAX_QHZ) {
        fail(w, e, "choose another", "frequencies go from 0.25 Hz to 8 kHz");
        return;
    }
    put(w, qhz);
}

static void put_level(struct writer *w, const struct tn_element *e,
                      int64_t micro)
{
    int64_t percent = count_of(micro, 10000);

    if (percent > 100) {
        fail(w, e, "100% is the loudest", "levels go from 0% to 100%");
        return;
    }
    put(w, percent);
}

static int64_t put_time(struct writer *w, const struct tn_element *e,
                        int64_t micro)
{
    int64_t ms = count_of(micro, 1000);

    if (ms > TN_SOUND_MAX_MS) {
        fail(w, e, "choose a shorter one", "times go up to 60 s");
        return 0;
    }
    put(w, ms);
    return ms;
}

/* The parameter's place; a new one comes after those that are there. */
static void put_param(struct writer *w, const struct tn_element *e)
{
    struct tn_sound *sound = w->sound;
    uint8_t i = 0;

    while (i < sound->param_count &&
           strcmp(sound->params[i], e->param.text) != 0) {
        i++;
    }
    if (i == TN_PARAM_CAP) {
        fail(w, e, "let some share one", "a sound has at most 4 parameters");
        return;
    }
    if (i == sound->param_count) {
        sound->params[sound->param_count++] = e->param.text;
    }
    put(w, i);
}

static bool is_frequency(uint8_t type)
{
    return type <= TN_SOUND_BANDPASS && type != TN_SOUND_NOISE;
}

static void put_moving(struct writer *w, const struct tn_element *e)
{
    void (*put_one)(struct writer *, const struct tn_element *, int64_t) =
        is_frequency(e->type) ? put_frequency : put_level;

    put_one(w, e, e->a_micro);
    if (e->mode == TN_PATCH_CONST) {
        return;
    }
    put_one(w, e, e->b_micro);
    if (e->mode == TN_PATCH_LIVE) {
        put_param(w, e);
        return;
    }
    if (e->is_rising ? e->b_micro <= e->a_micro : e->b_micro >= e->a_micro) {
        fail(w, e, e->is_rising ? "write falling" : "write rising",
             e->is_rising ? "this does not rise" : "this does not fall");
    }
    int64_t ms = put_time(w, e, e->over_micro);

    w->moving_ms = ms > w->moving_ms ? ms : w->moving_ms;
}

static void put_values(struct writer *w, const struct tn_element *e)
{
    switch (e->type) {
    case TN_SOUND_HOLD:
        break;
    case TN_SOUND_ATTACK:
    case TN_SOUND_DECAY:
        w->envelope_ms += put_time(w, e, e->a_micro);
        break;
    case TN_SOUND_FADE:
    case TN_SOUND_LAST:
        put_time(w, e, e->a_micro);
        break;
    default:
        put_moving(w, e);
    }
    if (e->level_micro >= 0) {
        put_level(w, e, e->level_micro);
    }
}

static void check_once(struct writer *w, const struct tn_element *e)
{
    uint32_t bit = 1u << e->type;

    if (e->type <= TN_SOUND_SQUARE) {
        if (++w->osc_count == TN_SOUND_OSC_CAP + 1) {
            fail(w, e, "remove some",
                 "a sound has at most 3 of sine, triangle, saw and square");
        }
    } else if (w->types & bit) {
        tn_problem_error(&w->front->problems, e->pos, "remove one of them",
                         "`%s` is there already", e->word);
        w->is_bad = true;
    }
    w->types |= bit;
    if ((w->types >> TN_SOUND_HOLD & 1u) && (w->types >> TN_SOUND_LAST & 1u)) {
        fail(w, e, "remove one of them",
             "a sound with `hold` has no end of its own, so `last` says "
             "nothing");
    }
}

static void write_element(struct writer *w, const struct tn_element *e)
{
    if (w->len > PATCH_ROOM - ELEMENT_ROOM) {
        w->is_bad = true;
        return;
    }
    check_once(w, e);
    w->data[w->len++] = (uint8_t)(e->type * 8u + e->mode +
                                  (e->level_micro >= 0 ? TN_PATCH_LEVEL : 0u));
    put_values(w, e);
}

/* A sound ends somewhere: after what moves in it, else soon. */
static void write_end(struct writer *w)
{
    int64_t ms = w->moving_ms;

    if (w->types >> TN_SOUND_DECAY & 1u) {
        ms = w->envelope_ms > ms ? w->envelope_ms : ms;
    }
    if (!(w->types >> TN_SOUND_HOLD & 1u) &&
        !(w->types >> TN_SOUND_LAST & 1u)) {
        w->data[w->len++] = TN_SOUND_LAST * 8;
        ms = ms ? ms : PLAIN_MS;
        put(w, ms > TN_SOUND_MAX_MS ? TN_SOUND_MAX_MS : ms);
    }
}

void tn_patch_sound(struct tn_front *front, struct tn_sound *sound)
{
    struct writer w = {.front = front, .sound = sound};
    uint8_t at = 0;

    for (const struct tn_element *e = sound->elements; e; e = e->next) {
        write_element(&w, e);
    }
    if (sound->is_broken || w.is_bad) {
        return;
    }
    if (!(w.types & (1u << TN_SOUND_NOISE)) && !w.osc_count) {
        tn_problem_error(&front->problems, sound->name.pos,
                         "add one of sine, triangle, saw, square or noise",
                         "`%s` has nothing in it that sounds",
                         sound->name.text);
        return;
    }
    write_end(&w);
    if (w.len > TN_SOUND_LEN_CAP) {
        tn_problem_error(&front->problems, sound->name.pos, "make it simpler",
                         "`%s` needs %u bytes; a sound has at most %u",
                         sound->name.text, (unsigned)w.len, TN_SOUND_LEN_CAP);
        return;
    }
    if (tn_voice_check(w.data, (uint8_t)w.len, &at)) {
        tn_problem_error(&front->problems, sound->name.pos,
                         "this is a mistake in the compiler; please report it",
                         "the voice refuses byte %u of this sound", at);
        return;
    }
    memcpy(sound->patch, w.data, w.len);
    sound->patch_len = (uint8_t)w.len;
}

/* `flash red 2/s`: what a light without a name is called. */
static const char *label_of(struct tn_front *front,
                            const struct tn_light *light)
{
    struct tn_arena *arena = &front->arena;
    const char *label = light->colour.text;

    if (light->name.text) {
        return light->name.text;
    }
    if (light->mode != TN_LIGHT_STEADY) {
        label = tn_arena_print(arena, "%s %s", tn_vocab_modes[light->mode].word,
                               label);
    }
    if (light->rate_micro >= 0) {
        label = tn_arena_print(arena, "%s %g/s", label,
                               (double)light->rate_micro / 1e6);
    }
    if (light->level_micro >= 0) {
        label = tn_arena_print(arena, "%s %g%%", label,
                               (double)light->level_micro / 1e4);
    }
    if (light->end_micro >= 0) {
        label = tn_arena_print(arena, "%s dim to %g%% over %g s", label,
                               (double)light->end_micro / 1e4,
                               (double)light->over_micro / 1e6);
    }
    return label;
}

static bool put_rate(struct tn_front *front, struct tn_light *light,
                     uint32_t *len)
{
    int64_t per_min = light->mode == TN_LIGHT_BREATHE ? 15 : 120;

    if (light->mode == TN_LIGHT_STEADY) {
        if (light->rate_micro >= 0) {
            tn_problem_error(&front->problems, light->rate_pos,
                             "write breathe or flash before the colour",
                             "a steady light has no rate");
        }
        return light->rate_micro < 0;
    }
    if (light->rate_micro >= 0) {
        per_min = count_of(light->rate_micro * 60, 1000000);
    }
    if (per_min < 1 || per_min > TN_LIGHT_MAX_PER_MIN) {
        tn_problem_error(&front->problems, light->rate_pos, "choose another",
                         "a light's rate goes from 1/min to 100/s");
        return false;
    }
    *len = tn_bytes_put_varint(light->patch, *len, (uint32_t)per_min);
    return true;
}

/* Where it goes, and how long that takes. */
static bool put_dim(struct tn_front *front, struct tn_light *light,
                    uint32_t *len)
{
    int64_t end = count_of(light->end_micro, 10000);
    int64_t ms = count_of(light->over_micro, 1000);

    if (light->end_micro < 0) {
        return true;
    }
    if (end > 100 || ms < 1) {
        tn_problem_error(&front->problems,
                         end > 100 ? light->end_pos : light->over_pos, NULL,
                         end > 100 ? "levels go from 0%% to 100%%"
                                   : "this needs at least 1 ms");
        return false;
    }
    light->patch[0] |= TN_LIGHT_DIM;
    light->patch[(*len)++] = (uint8_t)end;
    *len = tn_bytes_put_varint(light->patch, *len, (uint32_t)ms);
    return true;
}

static void report_colour(struct tn_front *front, const struct tn_light *light)
{
    const struct tn_word *word = &light->colour;
    const struct tn_vocab_word *colour = tn_vocab_colours;
    struct tn_suggest suggest;
    const char *what;

    tn_suggest_init(&suggest, word->text);
    tn_check_suggest(&suggest, &front->names, TN_SORT_LIGHT);
    for (; colour->word; colour++) {
        tn_suggest_post(&suggest, colour->word);
    }
    what = tn_check_mean(front, &suggest);
    if (tn_table_get(&front->names, TN_SORT_LIGHT, word->text)) {
        tn_problem_error(
            &front->problems, word->pos, "write its name alone: glow NAME",
            "`%s` is a light that is complete already", word->text);
        return;
    }
    tn_problem_error(&front->problems, word->pos,
                     what ? what
                          : "colours are black white warm red orange yellow "
                            "green cyan blue purple pink",
                     "there is no light or colour called `%s`", word->text);
}

void tn_patch_light(struct tn_front *front, struct tn_light *light)
{
    const struct tn_vocab_word *colour =
        light->colour.text ? tn_vocab_get(tn_vocab_colours, light->colour.text)
                           : NULL;
    int64_t level =
        light->level_micro < 0 ? 100 : count_of(light->level_micro, 10000);
    uint32_t len = 3;

    if (!light->colour.text) {
        if (!light->is_broken) {
            tn_problem_error(&front->problems, light->name.pos,
                             "such as { breathe blue }", "`%s` has no colour",
                             light->name.text);
        }
        return;
    }
    if (!colour) {
        report_colour(front, light);
        return;
    }
    if (level > 100) {
        tn_problem_error(&front->problems, light->colour.pos,
                         "100% is the brightest",
                         "levels go from 0%% to 100%%");
        return;
    }
    light->patch[0] = light->mode;
    light->patch[1] = colour->number;
    light->patch[2] = (uint8_t)level;
    if (!put_rate(front, light, &len) || !put_dim(front, light, &len)) {
        return;
    }
    if (tn_glow_check(light->patch, (uint8_t)len, NULL)) {
        tn_problem_error(&front->problems, light->colour.pos,
                         "this is a mistake in the compiler; please report it",
                         "the lights refuse this");
        return;
    }
    light->label = label_of(front, light);
    light->patch_len = (uint8_t)len;
}
