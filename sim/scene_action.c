/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_parse.h"

#include <stdlib.h>
#include <string.h>

#include "scene_files.h"
#include "tagware.h"
#include <lang/text.h>

#define SHOWN_US 1000000u /* a card is held so long */

/* `on CHIP`; leaves `chip` if it is not there. */
static bool parse_chip(struct tn_scene_reader *reader, enum tn_sim_chip *chip)
{
    if (!tn_scene_accept(reader, "on")) {
        return true;
    }

    const struct tn_scene_token *token = tn_scene_take(reader);

    *chip = token->kind == TN_SCENE_WORD
                ? tn_tagware_find_chip(token->text, token->len)
                : TN_SIM_CHIP_COUNT;
    if (*chip == TN_SIM_CHIP_COUNT) {
        return tn_scene_fail(
            reader, token,
            tn_scene_format("no chip %.*s is known", (int)token->len,
                            token->text),
            tn_scene_format("NTAG213, NTAG215, NTAG216 or SLIX2"));
    }
    return true;
}

static bool parse_dump(struct tn_scene_reader *reader,
                       struct tn_scene_action *action)
{
    const struct tn_scene_token *token = tn_scene_take(reader);
    enum tn_sim_chip chip = TN_SIM_CHIP_COUNT;

    if (!parse_chip(reader, &chip)) {
        return false;
    }
    if (chip == TN_SIM_CHIP_COUNT) {
        return tn_scene_fail(reader, tn_scene_peek(reader),
                             tn_scene_format("which chip is the dump of?"),
                             tn_scene_format("add for instance: on NTAG216"));
    }
    return tn_scene_open_dump(reader, token, chip, &action->item);
}

static bool parse_gets(struct tn_scene_reader *reader,
                       struct tn_scene_action *action)
{
    enum tn_sim_chip chip = TN_SIM_CHIP_COUNT;

    if (tn_scene_accept(reader, "power")) {
        action->verb = TN_SCENE_POWER_BACK;
        return true;
    }
    action->verb = TN_SCENE_GETS;
    if (tn_scene_accept(reader, "tag")) {
        return parse_dump(reader, action);
    }

    bool tile = tn_scene_accept(reader, "tile");

    if (!tile && !tn_scene_accept(reader, "figure")) {
        return tn_scene_fail(
            reader, tn_scene_peek(reader), tn_scene_format("what does it get?"),
            tn_scene_format("tile NAME, figure NAME, tag \"FILE\" on CHIP or "
                            "power"));
    }

    const struct tn_scene_token *token = tn_scene_peek(reader);
    const struct tn_lang_program *program = tn_scene_take_program(reader);

    if (!program) {
        return false;
    }
    if (program->kind != (tile ? TN_IMAGE_TILE : TN_IMAGE_FIGURE)) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("%s is %s", program->name,
                                             program->kind == TN_IMAGE_BRICK
                                                 ? "on no tag"
                                             : tile ? "a figure"
                                                    : "a tile"),
                             NULL);
    }
    return parse_chip(reader, &chip) &&
           tn_scene_open_program(reader, token, program, chip, &action->item);
}

/* Which tag goes is settled when all is known: tn_scene_check. */
static bool parse_loses(struct tn_scene_reader *reader,
                        struct tn_scene_action *action)
{
    if (tn_scene_accept(reader, "power")) {
        action->verb = TN_SCENE_POWER_LOST;
        return true;
    }
    if (tn_scene_accept(reader, "every tag")) {
        action->verb = TN_SCENE_LOSES_ALL;
        return true;
    }
    action->verb = TN_SCENE_LOSES;
    (void)(tn_scene_accept(reader, "tile") ||
           tn_scene_accept(reader, "figure") || tn_scene_accept(reader, "tag"));

    const struct tn_scene_token *token = tn_scene_peek(reader);

    if (token->kind == TN_SCENE_STRING) {
        (void)tn_scene_take(reader);
    } else if (token->kind != TN_SCENE_WORD) {
        return tn_scene_fail(
            reader, token, tn_scene_format("what does it lose?"),
            tn_scene_format("NAME, tag \"FILE\", every tag or power"));
    } else if (!tn_scene_take_program(reader)) {
        return false;
    }
    action->label = tn_scene_copy_token(token);
    return true;
}

/* `[for T]`. */
static bool take_lasts(struct tn_scene_reader *reader,
                       struct tn_scene_action *action)
{
    return !tn_scene_accept(reader, "for") ||
           tn_scene_take_time(reader, &action->lasts_us);
}

static bool parse_turns(struct tn_scene_reader *reader,
                        struct tn_scene_action *action)
{
    action->verb = TN_SCENE_TURNS;
    return tn_scene_require(reader, "to", "turns to 90 deg") &&
           tn_scene_take_angle(reader, &action->facing_deg) &&
           take_lasts(reader, action);
}

static bool parse_faces(struct tn_scene_reader *reader,
                        struct tn_scene_action *action)
{
    const struct tn_scene_token *token = tn_scene_peek(reader);

    action->verb = TN_SCENE_FACES;
    if (!tn_scene_take_brick(reader, &action->other)) {
        return false;
    }
    if (action->other == action->brick) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("no brick faces itself"), NULL);
    }
    return take_lasts(reader, action);
}

static bool parse_moves(struct tn_scene_reader *reader,
                        struct tn_scene_action *action)
{
    const struct tn_scene_token *token;

    if (tn_scene_accept(reader, "to")) {
        action->verb = TN_SCENE_SLIDES;
        return tn_scene_take_point(reader, &action->x_m, &action->y_m) &&
               take_lasts(reader, action);
    }
    action->verb = TN_SCENE_REPLAYS;
    if (!tn_scene_require(reader, "as recorded in",
                          "moves to 60 cm, 0 cm, or "
                          "moves as recorded in \"FILE.csv\"")) {
        return false;
    }
    token = tn_scene_take(reader);
    if (!tn_scene_open_record(reader, token, &action->item)) {
        return false;
    }

    const struct tn_scene_file *file = &reader->scene->files[action->item];
    uint64_t whole = (uint64_t)file->points[file->count - 1].at_us;

    action->to_us = whole;
    if (!tn_scene_accept(reader, "from")) {
        return tn_scene_check_record(reader, token, action);
    }

    const struct tn_scene_token *span = tn_scene_peek(reader);

    if (!tn_scene_take_time(reader, &action->from_us) ||
        !tn_scene_require(reader, "to", "from 1 s to 2 s") ||
        !tn_scene_take_time(reader, &action->to_us)) {
        return false;
    }
    if (action->from_us >= action->to_us || action->to_us > whole) {
        return tn_scene_fail(
            reader, span,
            tn_scene_format("the recording goes from 0 to %.3f s",
                            (double)whole * 1e-6),
            tn_scene_format("choose a span inside it"));
    }
    return tn_scene_check_record(reader, token, action);
}

/* `shown a red card [for T]`. */
static bool parse_shown(struct tn_scene_reader *reader,
                        struct tn_scene_action *action)
{
    const struct tn_scene_token *token;
    struct tn_suggest suggest;
    char *word;

    action->verb = TN_SCENE_SHOWN;
    action->lasts_us = SHOWN_US;
    if (!tn_scene_accept(reader, "an") &&
        !tn_scene_require(reader, "a", "is shown a red card")) {
        return false;
    }
    token = tn_scene_peek(reader);
    word = tn_scene_copy_token(token);
    tn_suggest_init(&suggest, word);
    for (int i = TN_LIGHT_RED; i <= TN_LIGHT_BLACK; i++) {
        const char *colour = tn_light_thing_text((enum tn_light_thing)i);

        if (tn_scene_accept(reader, colour)) {
            free(word);
            action->card = (enum tn_light_thing)i;
            return tn_scene_require(reader, "card", "is shown a red card") &&
                   (!tn_scene_accept(reader, "for") ||
                    tn_scene_take_time(reader, &action->lasts_us));
        }
        tn_suggest_post(&suggest, colour);
    }
    tn_scene_fail(reader, token, tn_scene_format("there is no %s card", word),
                  tn_scene_mean(suggest.best,
                                "red, green, blue, yellow, orange, white, "
                                "grey or black"));
    free(word);
    return false;
}

/* `in a dark room`. */
static bool parse_room(struct tn_scene_reader *reader,
                       struct tn_scene_action *action)
{
    const struct tn_scene_token *token;

    action->verb = TN_SCENE_ROOM;
    if (!tn_scene_require(reader, "a", "is in a dark room")) {
        return false;
    }
    token = tn_scene_peek(reader);
    for (int i = 0; i < TN_WINDOW_ROOM_COUNT; i++) {
        if (tn_scene_accept(reader,
                            tn_window_get_word((enum tn_window_room)i))) {
            action->room = (enum tn_window_room)i;
            return tn_scene_require(reader, "room", "is in a dark room");
        }
    }
    return tn_scene_fail(reader, token, tn_scene_format("what room is it in?"),
                         tn_scene_format("a dark, dim, lit or bright room"));
}

static bool parse_is(struct tn_scene_reader *reader,
                     struct tn_scene_action *action)
{
    if (tn_scene_accept(reader, "shown")) {
        return parse_shown(reader, action);
    }
    if (tn_scene_accept(reader, "in")) {
        return parse_room(reader, action);
    }

    const struct tn_scene_token *token = tn_scene_peek(reader);
    struct tn_suggest suggest;
    char *word = tn_scene_copy_token(token);

    action->verb = TN_SCENE_MOVES;
    tn_suggest_init(&suggest, word);
    for (int i = 0; i < TN_BODY_MOTION_COUNT; i++) {
        const char *words = tn_body_get_words((enum tn_body_motion)i);

        if (tn_scene_accept(reader, words)) {
            free(word);
            action->motion = (enum tn_body_motion)i;
            return !tn_scene_accept(reader, "for") ||
                   tn_scene_take_time(reader, &action->lasts_us);
        }
        tn_suggest_post(&suggest, words);
    }
    tn_scene_fail(
        reader, token, tn_scene_format("no hand can do this: is %s", word),
        tn_scene_mean(suggest.best, "lifted, put down, shaken, swung, tapped, "
                                    "turned over, flown, laid still, shown a "
                                    "red card or in a dark room"));
    free(word);
    return false;
}

static bool parse_hears(struct tn_scene_reader *reader,
                        struct tn_scene_action *action)
{
    action->verb = TN_SCENE_HEARS;
    return tn_scene_open_sound(reader, tn_scene_take(reader), &action->item);
}

static bool parse_docks(struct tn_scene_reader *reader,
                        struct tn_scene_action *action)
{
    (void)reader;
    action->verb = TN_SCENE_DOCKS;
    return true;
}

static bool parse_undocks(struct tn_scene_reader *reader,
                          struct tn_scene_action *action)
{
    (void)reader;
    action->verb = TN_SCENE_UNDOCKS;
    return true;
}

static bool parse_has(struct tn_scene_reader *reader,
                      struct tn_scene_action *action)
{
    action->verb = TN_SCENE_BATTERY;
    if (!tn_scene_require(reader, "battery", "has battery 20%")) {
        return false;
    }

    const struct tn_scene_token *token = tn_scene_take(reader);

    if (token->kind != TN_SCENE_NUMBER || token->number > 100.0 ||
        !tn_scene_accept(reader, "%")) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("a charge is 0%% to 100%%"), NULL);
    }
    action->battery_pc = (uint16_t)token->number;
    return true;
}

static const struct {
    const char *word;
    bool (*parse)(struct tn_scene_reader *, struct tn_scene_action *);
} VERBS[] = {
    {"gets", parse_gets},   {"loses", parse_loses},     {"moves", parse_moves},
    {"is", parse_is},       {"hears", parse_hears},     {"docks", parse_docks},
    {"has", parse_has},     {"undocks", parse_undocks}, {"turns", parse_turns},
    {"faces", parse_faces},
};
#define VERB_COUNT (sizeof VERBS / sizeof VERBS[0])

static bool parse_verb(struct tn_scene_reader *reader,
                       struct tn_scene_action *action)
{
    const struct tn_scene_token *token = tn_scene_peek(reader);
    struct tn_suggest suggest;
    char *word = tn_scene_copy_token(token);

    tn_suggest_init(&suggest, word);
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (tn_scene_accept(reader, VERBS[i].word)) {
            free(word);
            return VERBS[i].parse(reader, action);
        }
        tn_suggest_post(&suggest, VERBS[i].word);
    }
    tn_scene_fail(reader, token, tn_scene_format("what happens to the brick?"),
                  tn_scene_mean(suggest.best,
                                "gets, loses, moves, turns, faces, is, hears, "
                                "docks, undocks or has battery"));
    free(word);
    return false;
}

bool tn_scene_parse_action(struct tn_scene_reader *reader)
{
    struct tn_scene *scene = reader->scene;
    struct tn_scene_action action = {.order = scene->action_count};

    if (!tn_scene_take_time(reader, &action.at_us) ||
        !tn_scene_take_brick(reader, &action.brick)) {
        return false;
    }

    const struct tn_scene_token *verb = tn_scene_peek(reader);

    if (!parse_verb(reader, &action) || !tn_scene_finish(reader)) {
        free(action.label);
        return false;
    }

    const char *last = tn_scene_peek(reader)->text;
    size_t len = (size_t)(last - verb->text);

    while (len > 0 &&
           (verb->text[len - 1] == ' ' || verb->text[len - 1] == '\t')) {
        len--;
    }
    action.words = tn_scene_copy(verb->text, len);
    action.place = tn_scene_place(reader, verb);
    scene->actions = tn_scene_grow(scene->actions, &scene->action_count,
                                   sizeof *scene->actions);
    scene->actions[scene->action_count - 1] = action;
    return true;
}
