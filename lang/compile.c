/* SPDX-License-Identifier: Apache-2.0 */
#include "lang.h"

#include <string.h>

#include <tenon/hash.h>

#include "unit.h"

/* What the caller gets: the set, and the memory that everything in it is in. */
struct result {
    struct tn_lang_set set;
    struct tn_arena keep;
};

static uint64_t identity_of(struct tn_front *front, const char *set,
                            const char *program)
{
    char *text = tn_arena_print(&front->arena, "%s:%s", set, program);

    return tn_hash_fnv64(TN_FNV64_START, text, strlen(text));
}

/* A sound that nothing plays; a file without programs is for others to use. */
static void warn_unused(struct tn_front *front)
{
    for (uint32_t i = 0; front->ast.programs && i < front->names.count; i++) {
        const struct tn_entry *entry = &front->names.entries[i];
        const struct tn_sound *sound = entry->value;

        if (entry->sort == TN_SORT_SOUND && !sound->is_used &&
            sound->name.pos.file->order == 0) {
            tn_problem_warn(&front->problems, sound->name.pos,
                            "play it, or remove it",
                            "nothing plays the sound `%s`", entry->name);
        }
    }
}

/* Whether anything has a name, files aside. */
static bool is_declared(const struct tn_table *names)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->entries[i].sort != TN_SORT_FILE) {
            return true;
        }
    }
    return false;
}

/* Shared parts alone are good: others use them. Nothing at all is a mistake. */
static void check_content(struct tn_front *front, const struct tn_file *file)
{
    if (file && !front->problems.errors && !front->ast.programs &&
        !is_declared(&front->names)) {
        tn_problem_error(&front->problems, (struct tn_pos){.file = file},
                         "write a `tile` or a `figure`",
                         "this file declares nothing");
    }
}

static void check_all(struct tn_front *front, struct tn_unit *units)
{
    tn_check_names(front);
    for (struct tn_program_ast *p = front->ast.programs;
         p && !tn_problem_is_full(&front->problems); p = p->next) {
        units->front = front;
        units->ast = p;
        tn_check_program(units);
        units++;
    }
    warn_unused(front);
}

static void write_all(struct result *result, struct tn_front *front,
                      struct tn_unit *units, size_t count)
{
    struct tn_lang_set *set = &result->set;

    set->programs =
        tn_arena_get(&result->keep, (count + 1) * sizeof(*set->programs));
    for (size_t i = 0; i < count && front->problems.errors == 0; i++) {
        struct tn_lang_program *program = &set->programs[i];

        tn_image_write(&units[i], &result->keep, program);
        program->identity =
            identity_of(front, set->name, units[i].ast->name.text);
        set->program_count++;
    }
    if (front->problems.errors) {
        set->program_count = 0;
    }
}

static void compile(struct result *result, struct tn_front *front)
{
    struct tn_lang_set *set = &result->set;
    const struct tn_set_ast *ast = &front->ast;
    const char *name = ast->name.text ? ast->name.text : "";
    const char *title = ast->title ? ast->title : "";
    struct tn_unit *units;
    size_t count = 0;

    for (struct tn_program_ast *p = ast->programs; p; p = p->next) {
        count++;
    }
    set->name = tn_arena_copy(&result->keep, name, strlen(name));
    set->title = tn_arena_copy(&result->keep, title, strlen(title));
    units = tn_arena_get(&front->arena, (count + 1) * sizeof(*units));
    check_all(front, units);
    write_all(result, front, units, count);
}

static struct tn_lang_set *run(const char *path, const char *text, size_t len)
{
    struct tn_arena first = {0};
    struct result *result;
    struct tn_front front = {0};
    struct tn_file *file;

    result = tn_arena_get(&first, sizeof(*result));
    result->keep = first;
    front.problems.arena = &result->keep;
    front.ast.programs_end = &front.ast.programs;
    tn_table_init(&front.names, &front.arena);
    file = text ? tn_parse_file_of(&front, path, text, len)
                : tn_parse_load(&front, path, (struct tn_pos){0});
    if (file) {
        tn_parse_file(&front, file);
    }
    tn_common_load(&front);
    check_content(&front, file);
    compile(result, &front);
    tn_problem_encode(&front.problems, &result->set);
    tn_arena_reset(&front.arena);
    return &result->set;
}

struct tn_lang_set *tn_lang_compile_file(const char *path)
{
    return run(path, NULL, 0);
}

struct tn_lang_set *tn_lang_compile_text(const char *path, const char *text,
                                         size_t len)
{
    return run(path, text ? text : "", len);
}

const struct tn_lang_program *tn_lang_find(const struct tn_lang_set *set,
                                           const char *name)
{
    for (size_t i = 0; i < set->program_count; i++) {
        if (strcmp(set->programs[i].name, name) == 0) {
            return &set->programs[i];
        }
    }
    return NULL;
}

void tn_lang_free(struct tn_lang_set *set)
{
    if (set) {
        struct tn_arena keep = ((struct result *)(void *)set)->keep;

        tn_arena_reset(&keep);
    }
}
