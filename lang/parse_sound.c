/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

#include <tenon/patch.h>
#include <tenon/vocabulary.h>

#include "text.h"
#include "vocab.h"

/* A; or A .. B by P; or A falling to B over T. */
static void parse_value(struct tn_parser *p, struct tn_element *e,
                        uint8_t dimension)
{
    e->a_micro = tn_parse_quantity(p, dimension);
    if (p->is_failed) {
        return;
    }
    if (tn_parse_take(p, TN_TOKEN_RANGE)) {
        e->mode = TN_PATCH_LIVE;
        e->b_micro = tn_parse_quantity(p, dimension);
        if (!p->is_failed && !tn_parse_take_word(p, "by")) {
            tn_parse_fail(p, "write `by` and a name, such as `by force`",
                          "a range needs something that moves it");
        }
        e->param = tn_parse_name(p, "a parameter");
        return;
    }
    e->is_rising = tn_parse_is_word(p, "rising");
    if (e->is_rising || tn_parse_is_word(p, "falling")) {
        tn_parse_step(p);
        e->mode = TN_PATCH_SWEEP;
        if (!tn_parse_take_word(p, "to")) {
            tn_parse_fail(p, "write where it goes, such as `to 200 Hz`",
                          "`to` is needed here, not %s", tn_parse_describe(p));
            return;
        }
        e->b_micro = tn_parse_quantity(p, dimension);
        if (!p->is_failed && !tn_parse_is_word(p, "over")) {
            tn_parse_fail(p, "write how long it takes, such as `over 200 ms`",
                          "`over` is needed here, not %s",
                          tn_parse_describe(p));
            return;
        }
        if (!p->is_failed) {
            tn_parse_step(p);
            e->over_micro = tn_parse_quantity(p, TN_DIM_TIME);
        }
    }
}

static void parse_decay(struct tn_parser *p, struct tn_element *e)
{
    e->a_micro = tn_parse_quantity(p, TN_DIM_TIME);
    if (p->is_failed) {
        return;
    }
    if (!tn_parse_take_word(p, "to")) {
        tn_parse_fail(p, "write `decay 200 ms to 40%`",
                      "`decay` needs the level that it goes down to");
        return;
    }
    e->level_micro = tn_parse_quantity(p, TN_DIM_RATIO);
}

static void parse_element_value(struct tn_parser *p, struct tn_element *e)
{
    switch (e->type) {
    case TN_SOUND_SINE:
    case TN_SOUND_TRIANGLE:
    case TN_SOUND_SAW:
    case TN_SOUND_SQUARE:
        parse_value(p, e, TN_DIM_FREQUENCY);
        if (!p->is_failed && tn_parse_is(p, TN_TOKEN_NUMBER)) {
            e->level_micro = tn_parse_quantity(p, TN_DIM_RATIO);
        }
        break;
    case TN_SOUND_LOWPASS:
    case TN_SOUND_HIGHPASS:
    case TN_SOUND_BANDPASS:
        parse_value(p, e, TN_DIM_FREQUENCY);
        break;
    case TN_SOUND_NOISE:
    case TN_SOUND_LEVEL:
        parse_value(p, e, TN_DIM_RATIO);
        break;
    case TN_SOUND_DECAY:
        parse_decay(p, e);
        break;
    case TN_SOUND_HOLD:
        break;
    default:
        e->a_micro = tn_parse_quantity(p, TN_DIM_TIME);
    }
}

static struct tn_element *parse_element(struct tn_parser *p)
{
    struct tn_element *e = tn_arena_get(&p->front->arena, sizeof(*e));
    const struct tn_vocab_word *word =
        tn_parse_is(p, TN_TOKEN_NAME)
            ? tn_vocab_get(tn_vocab_elements, p->now.text)
            : NULL;
    struct tn_suggest suggest;

    e->pos = p->now.pos;
    e->level_micro = -1;
    if (!word) {
        tn_suggest_init(&suggest, p->now.text ? p->now.text : "");
        for (word = tn_vocab_elements; word->word; word++) {
            tn_suggest_post(&suggest, word->word);
        }
        tn_parse_fail(p,
                      suggest.best
                          ? tn_arena_print(&p->front->arena, "did you mean %s?",
                                           suggest.best)
                          : "parts are sine triangle saw square "
                            "noise, lowpass highpass bandpass, attack "
                            "decay fade last hold level",
                      "%s is not a part of a sound", tn_parse_describe(p));
        return e;
    }
    e->type = word->number;
    e->word = word->word;
    tn_parse_step(p);
    parse_element_value(p, e);
    e->pos.len = p->last.line == e->pos.line
                     ? p->last.at + p->last.len - e->pos.at
                     : e->pos.len;
    return e;
}

void tn_parse_sound(struct tn_parser *p, struct tn_sound *sound)
{
    struct tn_element **end = &sound->elements;
    struct tn_pos open;

    if (!tn_parse_open(p, &open)) {
        return;
    }
    while (tn_parse_more(p, open)) {
        struct tn_element *e = parse_element(p);

        if (!p->is_failed) {
            *end = e;
            end = &e->next;
            if (tn_parse_take(p, TN_TOKEN_COMMA)) {
                continue;
            }
        }
        tn_parse_end(p);
    }
}

struct tn_light *tn_parse_light_init(struct tn_parser *p)
{
    struct tn_light *light = tn_arena_get(&p->front->arena, sizeof(*light));

    light->rate_micro = -1;
    light->level_micro = -1;
    light->end_micro = -1;
    return light;
}

void tn_parse_light(struct tn_parser *p, struct tn_light *light)
{
    const struct tn_vocab_word *mode =
        tn_parse_is(p, TN_TOKEN_NAME)
            ? tn_vocab_get(tn_vocab_modes, p->now.text)
            : NULL;

    if (mode) {
        light->has_mode = true;
        light->mode = mode->number;
        tn_parse_step(p);
    }
    light->colour = tn_parse_name(p, mode ? "a colour" : "a light or colour");
    light->end_micro = -1;
    while (!p->is_failed && tn_parse_is(p, TN_TOKEN_NUMBER)) {
        bool is_rate = p->now.value.dimension == TN_DIM_FREQUENCY;
        int64_t *micro = is_rate ? &light->rate_micro : &light->level_micro;

        if (*micro >= 0) {
            tn_parse_fail(p, "remove one of them", "this is given twice");
            return;
        }
        if (!is_rate && p->now.value.dimension != TN_DIM_RATIO) {
            tn_parse_fail(p, NULL,
                          "this is %s; a rate such as 2/s or a level such as "
                          "20%% may stand here",
                          tn_vocab_dimension(p->now.value.dimension));
            return;
        }
        if (is_rate) {
            light->rate_pos = p->now.pos;
        }
        *micro = p->now.value.micro;
        tn_parse_step(p);
    }
    tn_parse_dim(p, light);
}
