/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene_files.h"
#include <lang/text.h>

#define SCENE_FILE_MAX (1024u * 1024u)
#define BRICK_CAP 1000u

char *tn_scene_copy_token(const struct tn_scene_token *token)
{
    return tn_scene_copy(token->text, token->len);
}

struct tn_scene_place tn_scene_place(const struct tn_scene_reader *reader,
                                     const struct tn_scene_token *token)
{
    return (struct tn_scene_place){
        .source = tn_scene_copy(reader->source, strlen(reader->source)),
        .line = reader->line,
        .column = token->column,
        .width = token->width,
    };
}

bool tn_scene_take_brick(struct tn_scene_reader *reader, size_t *brick)
{
    const struct tn_scene *scene = reader->scene;
    const struct tn_scene_token *token = tn_scene_take(reader);
    struct tn_suggest suggest;

    if (token->kind != TN_SCENE_WORD) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("a brick's name is missing here"),
                             tn_scene_format("name one that was declared"));
    }

    char *name = tn_scene_copy_token(token);

    tn_suggest_init(&suggest, name);
    for (size_t i = 0; i < scene->brick_count; i++) {
        if (strcmp(scene->bricks[i], name) == 0) {
            free(name);
            *brick = i;
            return true;
        }
        tn_suggest_post(&suggest, scene->bricks[i]);
    }

    char *why = tn_scene_format("there is no brick %s", name);
    char *what = suggest.best
                     ? tn_scene_format("did you mean %s?", suggest.best)
                     : tn_scene_format("declare it first: "
                                       "brick %s on the table",
                                       name);

    free(name);
    return tn_scene_fail(reader, token, why, what);
}

const struct tn_lang_program *
tn_scene_take_program(struct tn_scene_reader *reader)
{
    const struct tn_scene *scene = reader->scene;
    const struct tn_scene_token *token = tn_scene_take(reader);
    struct tn_suggest suggest;
    char *name = tn_scene_copy_token(token);

    if (token->kind != TN_SCENE_WORD || reader->broken_sets) {
        free(name);
        if (token->kind != TN_SCENE_WORD) {
            tn_scene_fail(reader, token,
                          tn_scene_format("a tile's or figure's name is "
                                          "missing here"),
                          NULL);
        }
        reader->failed = true; /* the play file's own problems say it */
        return NULL;
    }
    tn_suggest_init(&suggest, name);
    for (size_t i = 0; i < scene->program_count; i++) {
        if (strcmp(scene->programs[i]->name, name) == 0) {
            free(name);
            return scene->programs[i];
        }
        tn_suggest_post(&suggest, scene->programs[i]->name);
    }
    tn_scene_fail(reader, token,
                  tn_scene_format("no play file declares %s", name),
                  tn_scene_mean(suggest.best, "name its file with use"));
    free(name);
    return NULL;
}

static bool parse_title(struct tn_scene_reader *reader)
{
    const struct tn_scene_token *token = tn_scene_take(reader);

    if (token->kind != TN_SCENE_STRING) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("a title in quotes is missing"),
                             tn_scene_format("scene \"what it shows\""));
    }
    free(reader->scene->title);
    reader->scene->title = tn_scene_copy_token(token);
    return tn_scene_finish(reader);
}

static bool parse_use(struct tn_scene_reader *reader)
{
    return tn_scene_use(reader, tn_scene_take(reader)) &&
           tn_scene_finish(reader);
}

static bool parse_seed(struct tn_scene_reader *reader)
{
    const struct tn_scene_token *token = tn_scene_take(reader);

    if (token->kind != TN_SCENE_NUMBER || token->number > TN_SCENE_SEED_MAX ||
        memchr(token->text, '.', token->len)) {
        return tn_scene_fail(
            reader, token,
            tn_scene_format("a seed is a whole number up to %lu",
                            (unsigned long)TN_SCENE_SEED_MAX),
            NULL);
    }
    reader->scene->seed = (uint64_t)token->number;
    return tn_scene_finish(reader);
}

bool tn_scene_take_point(struct tn_scene_reader *reader, double *x_m,
                         double *y_m)
{
    return tn_scene_take_length(reader, x_m) &&
           tn_scene_require(reader, ",", "write for instance 60 cm, 0 cm") &&
           tn_scene_take_length(reader, y_m);
}

/* `of family NAME`: the number of that name. */
static bool take_family(struct tn_scene_reader *reader, uint32_t *family)
{
    struct tn_scene *scene = reader->scene;
    const struct tn_scene_token *token = tn_scene_take(reader);

    if (token->kind != TN_SCENE_WORD) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("which family is it of?"),
                             tn_scene_format("of family guests"));
    }

    char *name = tn_scene_copy_token(token);

    for (size_t i = 0; i < scene->family_count; i++) {
        if (strcmp(scene->families[i], name) == 0) {
            free(name);
            *family = (uint32_t)i + 1;
            return true;
        }
    }
    scene->families =
        tn_scene_grow(scene->families, &scene->family_count, sizeof(char *));
    scene->families[scene->family_count - 1] = name;
    *family = (uint32_t)scene->family_count;
    return true;
}

/* What follows a brick's name. */
static bool parse_place(struct tn_scene_reader *reader,
                        struct tn_world_place *place)
{
    if (tn_scene_accept(reader, "at")) {
        if (!tn_scene_take_point(reader, &place->spot.x_m, &place->spot.y_m) ||
            (tn_scene_accept(reader, "facing") &&
             !tn_scene_take_angle(reader, &place->spot.facing_deg))) {
            return false;
        }
    } else if (tn_scene_accept(reader, "on the table")) {
        place->spot.y_m = TN_WORLD_ROW_M * (double)reader->scene->brick_count;
    } else {
        return tn_scene_fail(
            reader, tn_scene_peek(reader),
            tn_scene_format("where does it begin?"),
            tn_scene_format("on the table, or at 0 cm, 40 cm facing 90 deg"));
    }
    if (tn_scene_accept(reader, "of family") &&
        !take_family(reader, &place->family)) {
        return false;
    }
    place->mute = tn_scene_accept(reader, "without radio");
    return tn_scene_finish(reader);
}

static bool parse_brick(struct tn_scene_reader *reader)
{
    struct tn_scene *scene = reader->scene;
    const struct tn_scene_token *token = tn_scene_take(reader);
    struct tn_world_place place = {.family = 0};

    if (token->kind != TN_SCENE_WORD) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("a name is missing here"),
                             tn_scene_format("brick one on the table"));
    }
    if (!parse_place(reader, &place)) {
        return false;
    }

    char *name = tn_scene_copy_token(token);

    for (size_t i = 0; i < scene->brick_count; i++) {
        if (strcmp(scene->bricks[i], name) == 0) {
            char *why = tn_scene_format("there is a brick %s already", name);

            free(name);
            return tn_scene_fail(reader, token, why, NULL);
        }
    }
    if (scene->brick_count == BRICK_CAP) {
        free(name);
        return tn_scene_fail(
            reader, token,
            tn_scene_format("a scene holds at most %u bricks", BRICK_CAP),
            NULL);
    }
    scene->bricks =
        tn_scene_grow(scene->bricks, &scene->brick_count, sizeof(char *));
    scene->bricks[scene->brick_count - 1] = name;
    scene->places = tn_scene_grow(scene->places, &scene->place_count,
                                  sizeof *scene->places);
    scene->places[scene->place_count - 1] = place;
    return true;
}

static bool parse_end(struct tn_scene_reader *reader)
{
    const struct tn_scene_token *time;

    if (!tn_scene_require(reader, "at", "end at 20 s")) {
        return false;
    }
    time = tn_scene_peek(reader);
    if (!tn_scene_take_time(reader, &reader->scene->end_us)) {
        return false;
    }
    if (reader->scene->end_us == 0) {
        return tn_scene_fail(reader, time,
                             tn_scene_format("a scene without time has nothing "
                                             "to show"),
                             NULL);
    }
    reader->has_end = true;
    return tn_scene_finish(reader);
}

static const struct {
    const char *word;
    bool (*parse)(struct tn_scene_reader *reader);
} STATEMENTS[] = {
    {"scene", parse_title},
    {"use", parse_use},
    {"seed", parse_seed},
    {"brick", parse_brick},
    {"at", tn_scene_parse_action},
    {"expect", tn_scene_parse_expect},
    {"end", parse_end},
};
#define STATEMENT_COUNT (sizeof STATEMENTS / sizeof STATEMENTS[0])

static void parse_line(struct tn_scene_reader *reader)
{
    const struct tn_scene_token *token;
    struct tn_suggest suggest;

    if (!tn_scene_split(reader) || reader->token_count == 0) {
        return;
    }
    token = tn_scene_peek(reader);

    char *word = tn_scene_copy_token(token);

    tn_suggest_init(&suggest, word);
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        if (tn_scene_accept(reader, STATEMENTS[i].word)) {
            (void)STATEMENTS[i].parse(reader);
            free(word);
            return;
        }
        tn_suggest_post(&suggest, STATEMENTS[i].word);
    }
    tn_scene_fail(reader, token,
                  tn_scene_format("no statement begins with %s", word),
                  tn_scene_mean(suggest.best, "scene, use, seed, brick, at, "
                                              "expect or end"));
    free(word);
}

/* The first character of the line that is no text; false if there is none. */
static bool find_odd(const char *line, size_t len, struct tn_scene_token *token)
{
    unsigned column = 1;

    for (size_t at = 0; at < len; column++) {
        uint32_t character;
        size_t bytes = tn_text_get(line + at, len - at, &character);

        if (!tn_text_is_plain(character)) {
            *token = (struct tn_scene_token){
                .text = line + at, .column = column, .width = 1};
            token->number = character;
            return true;
        }
        at += bytes;
    }
    return false;
}

static void fail_odd(struct tn_scene_reader *reader,
                     const struct tn_scene_token *token)
{
    char *what = tn_scene_format("a scene is a plain text file (UTF-8)");

    reader->failed = false;
    if (token->number < 0x80) {
        tn_scene_fail(
            reader, token,
            tn_scene_format("a byte %u is no text", (unsigned)token->number),
            what);
    } else {
        tn_scene_fail(reader, token,
                      tn_scene_format("this character is no text"), what);
    }
}

static void parse_text(struct tn_scene_reader *reader, const char *text,
                       size_t len)
{
    size_t at = 0;

    while (at < len) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) - at : len - at;
        size_t cut = n > 0 && text[at + n - 1] == '\r' ? n - 1 : n;

        struct tn_scene_token odd;

        reader->line++;
        reader->source = tn_scene_copy(text + at, cut);
        if (find_odd(reader->source, cut, &odd)) {
            fail_odd(reader, &odd);
        } else {
            parse_line(reader);
        }
        free(reader->source);
        at += n + 1;
    }
}

static struct tn_scene *make_scene(const char *path)
{
    struct tn_scene *scene = tn_scene_need(calloc(1, sizeof *scene));

    scene->path = tn_scene_copy(path, strlen(path));
    scene->title = tn_scene_copy("", 0);
    scene->seed = 1;
    return scene;
}

static void fail_whole(struct tn_scene *scene, char *why, char *what)
{
    char none[] = "";
    struct tn_scene_place place = {.source = none};

    tn_scene_fail_place(scene, &place, why, what);
}

struct tn_scene *tn_scene_load_text(const char *path, const char *text,
                                    size_t len, bool alone)
{
    struct tn_scene *scene = make_scene(path);
    struct tn_scene_reader *reader = tn_scene_need(calloc(1, sizeof *reader));
    const char *slash = strrchr(path, '/');
    char *folder = tn_scene_copy(path, slash ? (size_t)(slash - path) + 1 : 0);

    reader->scene = scene;
    reader->folder = folder;
    reader->alone = alone;
    parse_text(reader, text, len);
    if (scene->brick_count == 0 && scene->error_count == 0) {
        fail_whole(scene, tn_scene_format("the scene has no brick"),
                   tn_scene_format("begin with: brick one on the table"));
    }
    tn_scene_check(scene, reader->has_end);
    free(folder);
    free(reader);
    return scene;
}

struct tn_scene *tn_scene_load(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = tn_scene_need(malloc(SCENE_FILE_MAX + 1));
    size_t len = file ? fread(text, 1, SCENE_FILE_MAX + 1, file) : 0;
    struct tn_scene *scene;

    if (!file || ferror(file)) {
        const char *why = strerror(errno);

        scene = make_scene(path);
        fail_whole(scene, tn_scene_format("this scene cannot be read: %s", why),
                   NULL);
    } else if (len > SCENE_FILE_MAX) {
        scene = make_scene(path);
        fail_whole(scene, tn_scene_format("a scene has at most 1 MB"), NULL);
    } else {
        scene = tn_scene_load_text(path, text, len, false);
    }
    if (file) {
        fclose(file);
    }
    free(text);
    return scene;
}

static void free_place(struct tn_scene_place *place)
{
    free(place->source);
}

static void free_script(struct tn_scene *scene)
{
    for (size_t i = 0; i < scene->action_count; i++) {
        free_place(&scene->actions[i].place);
        free(scene->actions[i].label);
        free(scene->actions[i].words);
    }
    for (size_t i = 0; i < scene->expect_count; i++) {
        free_place(&scene->expects[i].place);
        free(scene->expects[i].who);
        free(scene->expects[i].what);
        free(scene->expects[i].instead);
    }
    for (size_t i = 0; i < scene->problem_count; i++) {
        free(scene->problems[i].file);
        free(scene->problems[i].source);
        free(scene->problems[i].why);
        free(scene->problems[i].what);
    }
    free(scene->actions);
    free(scene->expects);
    free(scene->problems);
}

void tn_scene_free(struct tn_scene *scene)
{
    free_script(scene);
    for (size_t i = 0; i < scene->tag_count; i++) {
        free(scene->tags[i]->label);
        free(scene->tags[i]);
    }
    for (size_t i = 0; i < scene->file_count; i++) {
        free(scene->files[i].path);
        free(scene->files[i].points);
        free(scene->files[i].samples);
    }
    for (size_t i = 0; i < scene->set_count; i++) {
        tn_lang_free(scene->sets[i]);
    }
    for (size_t i = 0; i < scene->brick_count; i++) {
        free(scene->bricks[i]);
    }
    for (size_t i = 0; i < scene->family_count; i++) {
        free(scene->families[i]);
    }
    free(scene->places);
    free(scene->families);
    free(scene->tags);
    free(scene->files);
    free(scene->sets);
    free((void *)scene->programs);
    free(scene->bricks);
    free(scene->title);
    free(scene->path);
    free(scene);
}
