/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_parse.h"

#include <stdlib.h>
#include <string.h>

#include <lang/text.h>
#include <lang/vocab.h>

static const char *const EVENTS[] = {
#define EVENT_WORD(name, number, word, subject, arg, dim, meaning) word,
    TN_EVENTS(EVENT_WORD)
#undef EVENT_WORD
};

static const char *const COLOURS[] = {
#define COLOUR_WORD(name, number, word, r, g, b) word,
    TN_COLOURS(COLOUR_WORD)
#undef COLOUR_WORD
};

/* Lasting words that a brick as a whole is. */
static const char *const LASTING[] = {"still",  "moving", "upside_down",
                                      "docked", "loud",   "quiet",
                                      "dark",   "bright"};

static bool is_in(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}
#define IS_IN(word, words) is_in(word, words, sizeof(words) / sizeof *(words))

static void suggest_all(struct tn_suggest *suggest, const char *const *words,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i]) {
            tn_suggest_post(suggest, words[i]);
        }
    }
}

/* `expect` goes on with NAME, or PROG on NAME. */
static bool parse_subject(struct tn_scene_reader *reader,
                          struct tn_scene_expect *expect)
{
    const struct tn_lang_program *program;
    bool two = reader->at + 1 < reader->token_count &&
               reader->tokens[reader->at + 1].len == 2 &&
               memcmp(reader->tokens[reader->at + 1].text, "on", 2) == 0;

    if (two) {
        program = tn_scene_take_program(reader);
        if (!program) {
            return false;
        }
        expect->who = tn_scene_copy(program->name, strlen(program->name));
        (void)tn_scene_accept(reader, "on");
    }
    return tn_scene_take_brick(reader, &expect->brick);
}

/* The names that `pick` gives, over the programs that are meant. */
static bool
find_name(const struct tn_scene_reader *reader,
          const struct tn_scene_expect *expect, struct tn_suggest *suggest,
          const struct tn_lang_names *(*pick)(const struct tn_lang_program *))
{
    const struct tn_scene *scene = reader->scene;

    for (size_t i = 0; i < scene->program_count; i++) {
        const struct tn_lang_names *names = pick(scene->programs[i]);

        if (expect->who && strcmp(expect->who, scene->programs[i]->name) != 0) {
            continue;
        }
        if (is_in(expect->what, (const char *const *)names->list,
                  names->count)) {
            return true;
        }
        suggest_all(suggest, (const char *const *)names->list, names->count);
    }
    return reader->broken_sets;
}

static const struct tn_lang_names *
get_sounds(const struct tn_lang_program *program)
{
    return &program->sounds;
}

static const struct tn_lang_names *
get_lights(const struct tn_lang_program *program)
{
    return &program->lights;
}

static const struct tn_lang_names *
get_states(const struct tn_lang_program *program)
{
    return &program->states;
}

/* A name after a verb, kept in expect->what. */
static bool take_what(struct tn_scene_reader *reader,
                      struct tn_scene_expect *expect, const char *missing)
{
    const struct tn_scene_token *token = tn_scene_take(reader);

    if (token->kind != TN_SCENE_WORD && token->kind != TN_SCENE_STRING) {
        return tn_scene_fail(reader, token, tn_scene_format("%s", missing),
                             NULL);
    }
    expect->what = tn_scene_copy_token(token);
    return true;
}

static bool fail_name(struct tn_scene_reader *reader,
                      const struct tn_scene_expect *expect, const char *kind,
                      const struct tn_suggest *suggest)
{
    char *why = expect->who
                    ? tn_scene_format("%s has no %s %s", expect->who, kind,
                                      expect->what)
                    : tn_scene_format("no program of this scene has a %s %s",
                                      kind, expect->what);

    return tn_scene_fail(
        reader, &reader->tokens[reader->at - 1], why,
        tn_scene_mean(suggest->best, "see tenon check for its names"));
}

static bool parse_plays(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    struct tn_suggest suggest;

    expect->wish = TN_SCENE_PLAYS;
    if (!take_what(reader, expect, "which sound?")) {
        return false;
    }
    tn_suggest_init(&suggest, expect->what);
    return find_name(reader, expect, &suggest, get_sounds) ||
           fail_name(reader, expect, "sound", &suggest);
}

static bool parse_glows(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    struct tn_suggest suggest;

    expect->wish = TN_SCENE_GLOWS;
    if (!take_what(reader, expect, "which light or colour?")) {
        return false;
    }
    tn_suggest_init(&suggest, expect->what);
    if (!expect->who && IS_IN(expect->what, COLOURS)) {
        expect->wish = TN_SCENE_SHOWS;
        return true;
    }
    if (find_name(reader, expect, &suggest, get_lights)) {
        return true;
    }
    suggest_all(&suggest, COLOURS, sizeof COLOURS / sizeof *COLOURS);
    return fail_name(reader, expect, "light", &suggest);
}

static bool parse_feels(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    struct tn_suggest suggest;

    expect->wish = TN_SCENE_FEELS;
    if (!take_what(reader, expect, "which event?")) {
        return false;
    }
    if (strcmp(expect->what, "sees") == 0) {
        return tn_scene_fail(reader, &reader->tokens[reader->at - 1],
                             tn_scene_format("which colour does it see?"),
                             tn_scene_format("write: sees red"));
    }
    if (IS_IN(expect->what, EVENTS)) {
        return true;
    }
    tn_suggest_init(&suggest, expect->what);
    suggest_all(&suggest, EVENTS, sizeof EVENTS / sizeof *EVENTS);
    return tn_scene_fail(
        reader, &reader->tokens[reader->at - 1],
        tn_scene_format("the vocabulary has no event %s", expect->what),
        tn_scene_mean(suggest.best, "lifted, put_down, shaken, swung, tapped, "
                                    "clap, placed, removed or returned"));
}

static bool parse_sees(struct tn_scene_reader *reader,
                       struct tn_scene_expect *expect)
{
    struct tn_suggest suggest;

    expect->wish = TN_SCENE_SEES;
    if (!take_what(reader, expect, "which colour?")) {
        return false;
    }
    tn_suggest_init(&suggest, expect->what);
    for (const struct tn_vocab_word *c = tn_vocab_colours; c->word; c++) {
        if (tn_vocab_is_seen(c->number)) {
            if (strcmp(expect->what, c->word) == 0) {
                return true;
            }
            tn_suggest_post(&suggest, c->word);
        }
    }
    return tn_scene_fail(reader, &reader->tokens[reader->at - 1],
                         tn_scene_format("no brick can see %s", expect->what),
                         tn_scene_mean(suggest.best, "red, green or blue"));
}

static bool take_span(struct tn_scene_reader *reader,
                      struct tn_scene_expect *expect)
{
    const struct tn_scene_token *token = tn_scene_peek(reader);

    if (!tn_scene_require(reader, "from", "from 1 s to 2 s") ||
        !tn_scene_take_time(reader, &expect->from_us) ||
        !tn_scene_require(reader, "to", "from 1 s to 2 s") ||
        !tn_scene_take_time(reader, &expect->to_us)) {
        return false;
    }
    if (expect->from_us >= expect->to_us) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("this span is empty"), NULL);
    }
    return true;
}

static bool take_moment(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    if (!tn_scene_require(reader, "at", "say when: at 2 s") ||
        !tn_scene_take_time(reader, &expect->from_us)) {
        return false;
    }
    expect->to_us = expect->from_us;
    return true;
}

/* `PROG on NAME is STATE at T`. */
static bool parse_state(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    struct tn_suggest suggest;

    expect->wish = TN_SCENE_STATE;
    if (!take_what(reader, expect, "which state?")) {
        return false;
    }
    tn_suggest_init(&suggest, expect->what);
    if (strcmp(expect->what, "gone") != 0 &&
        !find_name(reader, expect, &suggest, get_states)) {
        return fail_name(reader, expect, "state", &suggest);
    }
    return take_moment(reader, expect);
}

static bool parse_is(struct tn_scene_reader *reader,
                     struct tn_scene_expect *expect)
{
    if (expect->who) {
        return parse_state(reader, expect);
    }
    if (tn_scene_accept(reader, "silent")) {
        expect->wish = TN_SCENE_SILENT;
        return take_span(reader, expect);
    }
    if (tn_scene_accept(reader, "heard")) {
        expect->wish = TN_SCENE_HEARD;
        return take_span(reader, expect);
    }
    if (tn_scene_accept(reader, "asleep")) {
        expect->wish = TN_SCENE_ASLEEP;
        return take_moment(reader, expect);
    }
    if (tn_scene_accept(reader, "awake")) {
        expect->wish = TN_SCENE_AWAKE;
        return take_moment(reader, expect);
    }
    expect->wish = TN_SCENE_LASTING;
    if (!take_what(reader, expect, "what is it?")) {
        return false;
    }
    if (!IS_IN(expect->what, LASTING)) {
        return tn_scene_fail(
            reader, &reader->tokens[reader->at - 1],
            tn_scene_format("a brick is never %s", expect->what),
            tn_scene_format("silent, heard, asleep, awake, still, moving, "
                            "upside_down, docked, loud, quiet, dark or bright; "
                            "PROG on NAME is STATE"));
    }
    return take_moment(reader, expect);
}

static bool take_count(struct tn_scene_reader *reader, uint32_t *count)
{
    const struct tn_scene_token *token = tn_scene_take(reader);

    if (token->kind != TN_SCENE_NUMBER || token->number > 1e6 ||
        memchr(token->text, '.', token->len)) {
        return tn_scene_fail(reader, token, tn_scene_format("how many times?"),
                             tn_scene_format("at least 2 times"));
    }
    *count = (uint32_t)token->number;
    return tn_scene_accept(reader, "times") ||
           tn_scene_accept(reader, "time") ||
           tn_scene_require(reader, "times", "at least 2 times");
}

/* `within D after T`, `before T`, `after T`, `from A to B`. */
static bool parse_window(struct tn_scene_reader *reader,
                         struct tn_scene_expect *expect, bool *found)
{
    uint64_t span;

    *found = true;
    if (tn_scene_accept(reader, "within")) {
        if (!tn_scene_take_time(reader, &span) ||
            !tn_scene_require(reader, "after", "within 200 ms after 2 s") ||
            !tn_scene_take_time(reader, &expect->from_us)) {
            return false;
        }
        expect->to_us = expect->from_us + span;
        return true;
    }
    if (tn_scene_accept(reader, "before")) {
        return tn_scene_take_time(reader, &expect->to_us);
    }
    if (tn_scene_accept(reader, "after")) {
        return tn_scene_take_time(reader, &expect->from_us);
    }

    const struct tn_scene_token *next = tn_scene_peek(reader);

    *found = next->kind == TN_SCENE_WORD && next->len == 4 &&
             memcmp(next->text, "from", 4) == 0;
    return !*found || take_span(reader, expect);
}

static bool parse_often(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect, bool *found)
{
    *found = true;
    if (tn_scene_accept(reader, "at least")) {
        return take_count(reader, &expect->least);
    }
    if (tn_scene_accept(reader, "at most")) {
        expect->least = 0;
        return take_count(reader, &expect->most);
    }
    if (tn_scene_accept(reader, "exactly")) {
        if (!take_count(reader, &expect->least)) {
            return false;
        }
        expect->most = expect->least;
        return true;
    }
    if (tn_scene_accept(reader, "once")) {
        expect->least = 1;
        expect->most = 1;
        return true;
    }
    *found = false;
    return true;
}

static bool parse_tail(struct tn_scene_reader *reader,
                       struct tn_scene_expect *expect, bool never)
{
    const struct tn_scene_token *token;
    bool window = false;
    bool often = false;

    expect->least = 1;
    expect->most = UINT32_MAX;
    if (!parse_window(reader, expect, &window)) {
        return false;
    }
    token = tn_scene_peek(reader);
    if (!parse_often(reader, expect, &often)) {
        return false;
    }
    if (!window && often && !parse_window(reader, expect, &window)) {
        return false;
    }
    if (never && often) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("never is no time at all"), NULL);
    }
    if (never) {
        expect->least = 0;
        expect->most = 0;
    }
    return true;
}

static bool parse_wish(struct tn_scene_reader *reader,
                       struct tn_scene_expect *expect)
{
    bool never = tn_scene_accept(reader, "never");
    const struct tn_scene_token *token = tn_scene_peek(reader);
    bool good;

    if (tn_scene_accept(reader, "plays") || tn_scene_accept(reader, "play")) {
        good = parse_plays(reader, expect);
    } else if (tn_scene_accept(reader, "glows")) {
        good = parse_glows(reader, expect);
    } else if (!expect->who && tn_scene_accept(reader, "feels")) {
        good = parse_feels(reader, expect);
    } else if (!expect->who && tn_scene_accept(reader, "sees")) {
        good = parse_sees(reader, expect);
    } else if (!expect->who && tn_scene_accept(reader, "refuses a tag")) {
        expect->wish = TN_SCENE_REFUSES;
        good = true;
    } else if (!never && tn_scene_accept(reader, "is")) {
        return parse_is(reader, expect);
    } else {
        return tn_scene_fail(
            reader, token, tn_scene_format("what is expected?"),
            tn_scene_format(expect->who
                                ? "plays, glows or is STATE at T"
                                : "plays, glows, feels, sees, refuses a tag "
                                  "or is ..."));
    }
    return good && parse_tail(reader, expect, never);
}

bool tn_scene_parse_expect(struct tn_scene_reader *reader)
{
    struct tn_scene *scene = reader->scene;
    struct tn_scene_expect expect = {.to_us = TN_SCENE_FOREVER};
    const struct tn_scene_token *token = tn_scene_peek(reader);

    if (!parse_subject(reader, &expect) || !parse_wish(reader, &expect) ||
        !tn_scene_finish(reader)) {
        free(expect.who);
        free(expect.what);
        return false;
    }
    expect.place = tn_scene_place(reader, token);

    const struct tn_scene_token *last =
        &reader->tokens[reader->token_count - 1];

    expect.place.width = last->column + last->width - token->column;
    scene->expects = tn_scene_grow(scene->expects, &scene->expect_count,
                                   sizeof *scene->expects);
    scene->expects[scene->expect_count - 1] = expect;
    return true;
}
