/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_parse.h"

#include <stdlib.h>
#include <string.h>

#include <lang/text.h>
#include <lang/vocab.h>

/* What a brick itself feels; words between programs are null here. */
static const char *const EVENTS[] = {
#define EVENT_WORD(name, number, word, subject, arg, dim, meaning)             \
    (number) < TN_EVENT_ACTION ? word : NULL,
    TN_EVENTS(EVENT_WORD)
#undef EVENT_WORD
};

static const char *const COLOURS[] = {
#define COLOUR_WORD(name, number, word, r, g, b) word,
    TN_COLOURS(COLOUR_WORD)
#undef COLOUR_WORD
};

/* Lasting words that a brick as a whole is. */
static const char *const LASTING[] = {
    "still", "moving", "upside_down", "docked", "loud",
    "quiet", "dark",   "bright",      "alone",  "joined"};

/* How it stands to another. */
static const char *const RELATIONS[] = {
#define RELATION_WORD(name, number, word, meaning) word,
    TN_RELATIONS(RELATION_WORD)
#undef RELATION_WORD
};

static bool is_in(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i] && strcmp(words[i], word) == 0) {
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

/* Messages, among other shared names. */
static const struct tn_lang_names *
get_names(const struct tn_lang_program *program)
{
    return &program->names;
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

static bool parse_message(struct tn_scene_reader *reader,
                          struct tn_scene_expect *expect)
{
    struct tn_suggest suggest;

    if (!take_what(reader, expect, "which message?")) {
        return false;
    }
    tn_suggest_init(&suggest, expect->what);
    return find_name(reader, expect, &suggest, get_names) ||
           fail_name(reader, expect, "message", &suggest);
}

static bool parse_sends(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    expect->wish = TN_SCENE_SENDS;
    if (!parse_message(reader, expect)) {
        return false;
    }
    if (tn_scene_accept(reader, "in vain")) {
        expect->wish = TN_SCENE_VAIN;
    }
    return true;
}

/* Another brick than the one that is asked. */
static bool take_other(struct tn_scene_reader *reader,
                       struct tn_scene_expect *expect)
{
    const struct tn_scene_token *token = tn_scene_peek(reader);

    if (!tn_scene_take_brick(reader, &expect->other)) {
        return false;
    }
    if (expect->other == expect->brick) {
        return tn_scene_fail(
            reader, token, tn_scene_format("this must be another brick"), NULL);
    }
    return true;
}

/* `hears MESSAGE [from NAME]`; `from` and a number begin a window. */
static bool parse_hears(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    expect->wish = TN_SCENE_TOLD;
    if (!parse_message(reader, expect)) {
        return false;
    }

    bool named = reader->at + 1 < reader->token_count &&
                 reader->tokens[reader->at + 1].kind == TN_SCENE_WORD;

    return !named || !tn_scene_accept(reader, "from") ||
           take_other(reader, expect);
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

/* `knows the distance to NAME within D at T`, `knows where NAME is within D at
 * T`. */
static bool parse_knows(struct tn_scene_reader *reader,
                        struct tn_scene_expect *expect)
{
    static const char HOW[] = "knows the distance to NAME within 5 mm at 2 s, "
                              "or knows where NAME is within 5 mm at 2 s";
    bool where = tn_scene_accept(reader, "where");
    const struct tn_scene_token *bound;

    expect->wish = where ? TN_SCENE_KNOWS_WHERE : TN_SCENE_KNOWS_FAR;
    if ((!where && !tn_scene_require(reader, "the distance to", HOW)) ||
        !take_other(reader, expect) ||
        (where && !tn_scene_require(reader, "is", HOW)) ||
        !tn_scene_require(reader, "within", HOW)) {
        return false;
    }
    bound = tn_scene_peek(reader);
    if (!tn_scene_take_length(reader, &expect->bound_m)) {
        return false;
    }
    if (expect->bound_m < 0.0) {
        return tn_scene_fail(reader, bound,
                             tn_scene_format("nothing is within less than 0"),
                             NULL);
    }
    return take_moment(reader, expect);
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
    if (IS_IN(expect->what, RELATIONS)) {
        return take_other(reader, expect) && take_moment(reader, expect);
    }
    if (!IS_IN(expect->what, LASTING)) {
        return tn_scene_fail(
            reader, &reader->tokens[reader->at - 1],
            tn_scene_format("a brick is never %s", expect->what),
            tn_scene_format("silent, heard, asleep, awake, still, moving, "
                            "upside_down, docked, loud, quiet, dark, bright, "
                            "alone or joined; near, far, touching, facing or "
                            "faced_by NAME; PROG on NAME is STATE"));
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

/* What may happen so and so often. False: none of it; else `good` tells. */
static bool parse_happening(struct tn_scene_reader *reader,
                            struct tn_scene_expect *expect, bool *good)
{
    static const struct {
        const char *word;
        bool (*parse)(struct tn_scene_reader *, struct tn_scene_expect *);
        bool own; /* of the brick, not of a program */
    } VERBS[] = {
        {"plays", parse_plays, false}, {"play", parse_plays, false},
        {"glows", parse_glows, false}, {"sends", parse_sends, false},
        {"hears", parse_hears, false}, {"feels", parse_feels, true},
        {"sees", parse_sees, true},
    };

    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++) {
        if (!(VERBS[i].own && expect->who) &&
            tn_scene_accept(reader, VERBS[i].word)) {
            *good = VERBS[i].parse(reader, expect);
            return true;
        }
    }
    if (!expect->who && tn_scene_accept(reader, "refuses a tag")) {
        expect->wish = TN_SCENE_REFUSES;
        *good = true;
        return true;
    }
    return false;
}

static bool parse_wish(struct tn_scene_reader *reader,
                       struct tn_scene_expect *expect)
{
    bool never = tn_scene_accept(reader, "never");
    const struct tn_scene_token *token = tn_scene_peek(reader);
    bool good = false;

    if (parse_happening(reader, expect, &good)) {
        return good && parse_tail(reader, expect, never);
    }
    if (!never && tn_scene_accept(reader, "is")) {
        return parse_is(reader, expect);
    }
    if (!never && !expect->who && tn_scene_accept(reader, "knows")) {
        return parse_knows(reader, expect);
    }
    return tn_scene_fail(
        reader, token, tn_scene_format("what is expected?"),
        tn_scene_format(expect->who
                            ? "plays, glows, sends, hears or is STATE at T"
                            : "plays, glows, sends, hears, feels, sees, "
                              "refuses a tag, knows ... or is ..."));
}

bool tn_scene_parse_expect(struct tn_scene_reader *reader)
{
    struct tn_scene *scene = reader->scene;
    struct tn_scene_expect expect = {.to_us = TN_SCENE_FOREVER,
                                     .other = SIZE_MAX};
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
