/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/image.h>

#include "text.h"
#include "vocab.h"

struct tn_file *tn_parse_file_of(struct tn_front *front, const char *path,
                                 const char *text, size_t len)
{
    struct tn_file *file = tn_arena_get(&front->arena, sizeof(*file));

    file->path = tn_arena_copy(&front->arena, path, strlen(path));
    file->order = front->file_count++;
    if (len > TN_PARSE_LEN_CAP) {
        tn_problem_error(&front->problems, (struct tn_pos){.file = file},
                         "take it apart and join the parts with `use`",
                         "this file is larger than 4 MB");
        len = 0;
    }
    file->text = tn_arena_copy(&front->arena, text, len);
    file->len = (uint32_t)len;
    return file;
}

static struct tn_file *fail_load(struct tn_front *front, const char *path,
                                 struct tn_pos pos)
{
    const char *why = errno ? strerror(errno) : "it is not a file";

    if (!pos.file) {
        pos.file = tn_parse_file_of(front, path, "", 0);
    }
    tn_problem_error(&front->problems, pos, NULL, "cannot read %s: %s", path,
                     why);
    return NULL;
}

struct tn_file *tn_parse_load(struct tn_front *front, const char *path,
                              struct tn_pos pos)
{
    size_t cap = TN_PARSE_LEN_CAP + 1, len = 0, got;
    struct tn_file *file = NULL;
    FILE *from;
    char *text;

    errno = 0;
    from = fopen(path, "rb");
    if (!from) {
        return fail_load(front, path, pos);
    }
    text = malloc(cap);
    while (text && len < cap &&
           (got = fread(text + len, 1, cap - len, from)) > 0) {
        len += got;
    }
    if (!text || ferror(from)) {
        fail_load(front, path, pos);
    } else {
        file = tn_parse_file_of(front, path, text, len);
    }
    free(text);
    fclose(from);
    return file;
}

/* `path` as seen from the directory of `from`, without `.` and `x/..`. */
static char *join(struct tn_front *front, const char *from, const char *path)
{
    const char *slash = strrchr(from, '/');
    char *whole =
        tn_arena_print(&front->arena, "%.*s%s",
                       slash ? (int)(slash - from + 1) : 0, from, path);
    char *out = tn_arena_get(&front->arena, strlen(whole) + 1);
    size_t len = 0;

    for (const char *part = whole; *part;) {
        size_t part_len = strcspn(part, "/");
        bool is_last = part[part_len] == '\0';
        size_t up = len > 1 ? len - 1 : 0;

        while (up > 0 && out[up - 1] != '/') {
            up--;
        }
        if (part_len == 2 && memcmp(part, "..", 2) == 0 && len > 1 &&
            strncmp(out + up, "../", 3) != 0) {
            len = up;
        } else if (part_len != 1 || part[0] != '.') {
            memcpy(out + len, part, part_len + !is_last);
            len += part_len + !is_last;
        }
        part += part_len + !is_last;
    }
    out[len] = '\0';
    return out;
}

static bool is_usable(struct tn_parser *p, const char *path,
                      struct tn_file *known)
{
    size_t len = strlen(path);

    if (len < 6 || strcmp(path + len - 5, ".play") != 0 || path[0] == '/') {
        tn_parse_fail(p, "such as use \"common.play\"",
                      "`use` takes a file that ends in .play, named from here");
    } else if (known && known->busy) {
        tn_parse_fail(p, "remove one of them",
                      "this file uses itself, straight or through others");
    } else if (p->front->file_count >= TN_PARSE_FILE_CAP) {
        tn_parse_fail(p, "join some", "a set has at most 64 files");
    } else if (p->front->use_depth >= TN_PARSE_USE_CAP) {
        tn_parse_fail(p, "use it from the first file",
                      "`use` goes through more than 16 files");
    }
    return !p->is_failed;
}

static void parse_use(struct tn_parser *p)
{
    struct tn_front *front = p->front;
    struct tn_file *file;
    char *path;

    tn_parse_step(p);
    if (!tn_parse_is(p, TN_TOKEN_STRING)) {
        tn_parse_fail(p, "such as use \"common.play\"",
                      "`use` needs the name of a file in quotes, not %s",
                      tn_parse_describe(p));
        return;
    }
    if (strcmp(p->now.text, "common") == 0) {
        tn_parse_step(p); /* it is there in any case */
        return;
    }
    path = join(front, p->lex.file->path, p->now.text);
    file = tn_table_get(&front->names, TN_SORT_FILE, path);
    if (!is_usable(p, p->now.text, file)) {
        return;
    }
    if (!file) {
        file = tn_parse_load(front, path, p->now.pos);
        if (file) {
            front->use_depth++;
            tn_parse_file(front, file);
            front->use_depth--;
        }
    }
    tn_parse_step(p);
}

/* Declares a name of the set; says so if it is there already. */
static void declare(struct tn_parser *p, enum tn_sort sort,
                    struct tn_word *word, void *value)
{
    struct tn_front *front = p->front;
    /* what is declared begins with its name */
    struct tn_word *known = tn_table_get(&front->names, sort, word->text);

    if (!known) {
        tn_table_push(&front->names, sort, word->text, value);
        return;
    }
    bool is_here = known->pos.file == word->pos.file;

    tn_problem_error(&front->problems, word->pos, "choose another name",
                     "`%s` is already there, in line %u%s%s", word->text,
                     known->pos.line, is_here ? "" : " of ",
                     is_here ? "" : known->pos.file->path);
}

static void parse_set(struct tn_parser *p)
{
    struct tn_set_ast *ast = &p->front->ast;
    bool is_first = p->lex.file->order == 0;
    struct tn_word name;
    const char *title = "";

    if (is_first && ast->name.text) {
        tn_parse_fail(p, "remove one of them", "a file declares one set");
        return;
    }
    tn_parse_step(p);
    name = tn_parse_new_name(p, "a set");
    if (!p->is_failed && tn_parse_is(p, TN_TOKEN_STRING)) {
        title = p->now.text;
        tn_parse_step(p);
    }
    if (is_first && name.text) {
        ast->name = name;
        ast->title = title;
    }
}

static void parse_sound(struct tn_parser *p)
{
    struct tn_sound *sound = tn_arena_get(&p->front->arena, sizeof(*sound));
    uint32_t errors;

    tn_parse_step(p);
    sound->name = tn_parse_new_name(p, "a sound");
    if (!p->is_failed) {
        declare(p, TN_SORT_SOUND, &sound->name, sound);
        errors = p->front->problems.errors;
        tn_parse_sound(p, sound);
        sound->is_broken = p->front->problems.errors > errors;
    }
}

static void parse_tune(struct tn_parser *p)
{
    struct tn_sound *tune = tn_arena_get(&p->front->arena, sizeof(*tune));
    uint32_t errors;

    tn_parse_step(p);
    tune->is_tune = true;
    tune->name = tn_parse_new_name(p, "a tune");
    if (!p->is_failed) {
        declare(p, TN_SORT_SOUND, &tune->name, tune);
        errors = p->front->problems.errors;
        tn_parse_tune(p, tune);
        tune->is_broken = p->front->problems.errors > errors;
    }
}

static void parse_light(struct tn_parser *p)
{
    struct tn_light *light = tn_parse_light_init(p);
    uint32_t errors = p->front->problems.errors;
    struct tn_pos open;

    tn_parse_step(p);
    light->name = tn_parse_new_name(p, "a light");
    if (p->is_failed) {
        return;
    }
    declare(p, TN_SORT_LIGHT, &light->name, light);
    if (!tn_parse_open(p, &open)) {
        return;
    }
    while (tn_parse_more(p, open)) {
        if (light->colour.text) {
            tn_parse_fail(p, "remove it", "a light has one line");
        } else {
            tn_parse_light(p, light);
        }
        tn_parse_end(p);
    }
    light->is_broken = p->front->problems.errors > errors;
}

/* A number of a message; `= VALUE` says what it is if nobody says so. */
static void parse_cargo(struct tn_parser *p, struct tn_message *message)
{
    struct tn_cargo *cargo = &message->cargo[message->cargo_count];
    struct tn_word name;

    if (message->cargo_count == TN_CARGO_CAP) {
        tn_parse_fail(p, "remove some", "a message has at most two numbers");
        return;
    }
    name = tn_parse_new_name(p, "a number of the message");
    if (p->is_failed) {
        return;
    }
    for (uint8_t i = 0; i < message->cargo_count; i++) {
        if (strcmp(message->cargo[i].name.text, name.text) == 0) {
            tn_problem_error(&p->front->problems, name.pos,
                             "choose another name", "`%s` is already there",
                             name.text);
        }
    }
    cargo->name = name;
    if (tn_parse_take(p, TN_TOKEN_SET)) {
        cargo->value = tn_parse_start(p);
        cargo->has_value = true;
    }
    message->cargo_count++;
}

static void parse_message(struct tn_parser *p)
{
    struct tn_message *message =
        tn_arena_get(&p->front->arena, sizeof(*message));

    tn_parse_step(p);
    message->name = tn_parse_new_name(p, "a message");
    if (!p->is_failed) {
        declare(p, TN_SORT_MESSAGE, &message->name, message);
    }
    if (!p->is_failed && tn_parse_take_word(p, "with")) {
        do {
            parse_cargo(p, message);
        } while (!p->is_failed && tn_parse_take(p, TN_TOKEN_COMMA));
    }
}

static void parse_program(struct tn_parser *p)
{
    struct tn_program_ast *program =
        tn_arena_get(&p->front->arena, sizeof(*program));
    bool is_tile = tn_parse_is_word(p, "tile");

    if (++p->front->program_count > TN_PARSE_PROGRAM_CAP) {
        tn_parse_fail(p, "make two sets of it",
                      "a set has at most 256 tiles and figures");
    }
    program->kind = is_tile ? TN_IMAGE_TILE : TN_IMAGE_FIGURE;
    tn_parse_step(p);
    program->name = tn_parse_new_name(p, is_tile ? "a tile" : "a figure");
    if (!p->is_failed) {
        declare(p, TN_SORT_PROGRAM, &program->name, program);
        *p->front->ast.programs_end = program;
        p->front->ast.programs_end = &program->next;
        if (tn_parse_take_word(p, "like")) {
            tn_parse_like(p, program);
        } else {
            tn_parse_program(p, program);
        }
    }
}

/* `brick { }`: what the bare brick does; there is one in a set. */
static void parse_brick(struct tn_parser *p)
{
    struct tn_program_ast *program =
        tn_arena_get(&p->front->arena, sizeof(*program));

    program->kind = TN_IMAGE_BRICK;
    program->name = (struct tn_word){p->now.text, p->now.pos};
    tn_parse_step(p);
    if (tn_parse_is(p, TN_TOKEN_NAME)) {
        tn_parse_fail(p, "write `brick { ... }`",
                      "the bare brick has no name of its own");
        return;
    }
    declare(p, TN_SORT_PROGRAM, &program->name, program);
    *p->front->ast.programs_end = program;
    p->front->ast.programs_end = &program->next;
    tn_parse_program(p, program);
    for (const struct tn_number *n = program->numbers; n; n = n->next) {
        if (n->is_kept) {
            tn_problem_error(&p->front->problems, n->name.pos, "remove `keep`",
                             "the bare brick cannot keep numbers yet");
        }
    }
}

static void parse_declaration(struct tn_parser *p)
{
    static const char *const words[] = {"set",    "use",     "sound",
                                        "light",  "message", "tile",
                                        "figure", "tune",    "brick"};
    struct tn_suggest suggest;

    if (tn_parse_is_word(p, "set")) {
        parse_set(p);
    } else if (tn_parse_is_word(p, "use")) {
        parse_use(p);
    } else if (tn_parse_is_word(p, "sound")) {
        parse_sound(p);
    } else if (tn_parse_is_word(p, "tune")) {
        parse_tune(p);
    } else if (tn_parse_is_word(p, "light")) {
        parse_light(p);
    } else if (tn_parse_is_word(p, "message")) {
        parse_message(p);
    } else if (tn_parse_is_word(p, "tile") || tn_parse_is_word(p, "figure")) {
        parse_program(p);
    } else if (tn_parse_is_word(p, "brick")) {
        parse_brick(p);
    } else {
        tn_suggest_init(&suggest,
                        tn_parse_is(p, TN_TOKEN_NAME) ? p->now.text : "");
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
            tn_suggest_post(&suggest, words[i]);
        }
        tn_parse_fail(p,
                      suggest.best
                          ? tn_arena_print(&p->front->arena, "did you mean %s?",
                                           suggest.best)
                          : "begin with set, use, sound, tune, light, "
                            "message, tile, figure or brick",
                      "%s does not begin a declaration", tn_parse_describe(p));
    }
}

void tn_parse_file(struct tn_front *front, struct tn_file *file)
{
    struct tn_parser p = {.front = front};

    file->busy = true;
    tn_table_push(&front->names, TN_SORT_FILE, file->path, file);
    tn_lex_init(&p.lex, file, &front->arena, &front->problems);
    tn_parse_step(&p);
    tn_parse_step(&p);
    p.last = (struct tn_pos){0};
    while (!tn_parse_is(&p, TN_TOKEN_EOF)) {
        p.is_failed = false;
        p.is_unwinding = false;
        if (tn_parse_take(&p, TN_TOKEN_LINE)) {
            continue;
        }
        if (tn_parse_is(&p, TN_TOKEN_CLOSE)) {
            tn_parse_fail(&p, "remove it", "this `}` closes nothing");
            p.is_failed = false;
            tn_parse_step(&p);
            continue;
        }
        parse_declaration(&p);
        tn_parse_end(&p);
    }
    file->busy = false;
}
