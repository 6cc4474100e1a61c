/* SPDX-License-Identifier: Apache-2.0 */
#include "problem.h"

#include <stdarg.h>
#include <string.h>

#include "text.h"

#define SOURCE_CAP 400u /* a longer line is not shown */
#define WHY_CAP 400u

static bool is_known(const struct tn_problems *problems, struct tn_pos pos,
                     const char *why)
{
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct tn_found *found = &problems->found[i];

        if (found->pos.file == pos.file && found->pos.at == pos.at &&
            strcmp(found->why, why) == 0) {
            return true;
        }
    }
    return false;
}

static void post(struct tn_problems *problems, struct tn_found found)
{
    uint32_t *count = found.severity == TN_LANG_ERROR ? &problems->errors
                                                      : &problems->warnings;

    if (*count >= TN_PROBLEM_CAP || is_known(problems, found.pos, found.why)) {
        return;
    }
    found.why = tn_arena_copy(problems->arena, found.why, strlen(found.why));
    found.what = found.what ? tn_arena_copy(problems->arena, found.what,
                                            strlen(found.what))
                            : "";
    problems->found[problems->count++] = found;
    (*count)++;
}

void tn_problem_error(struct tn_problems *problems, struct tn_pos pos,
                      const char *what, const char *why, ...)
{
    char text[WHY_CAP];
    va_list args;

    va_start(args, why);
    vsnprintf(text, sizeof(text), why, args);
    va_end(args);
    post(problems, (struct tn_found){pos, text, what, TN_LANG_ERROR});
}

void tn_problem_warn(struct tn_problems *problems, struct tn_pos pos,
                     const char *what, const char *why, ...)
{
    char text[WHY_CAP];
    va_list args;

    va_start(args, why);
    vsnprintf(text, sizeof(text), why, args);
    va_end(args);
    post(problems, (struct tn_found){pos, text, what, TN_LANG_WARNING});
}

bool tn_problem_is_full(const struct tn_problems *problems)
{
    return problems->errors >= TN_PROBLEM_CAP;
}

static unsigned count_chars(const char *text, size_t len)
{
    unsigned count = 0;

    for (size_t at = 0; at < len; count++) {
        uint32_t character;

        at += tn_text_get(text + at, len - at, &character);
    }
    return count;
}

/* A line may hold zeros, which a string cannot; the same characters. */
static char *clean(struct tn_arena *arena, const char *text, size_t len)
{
    char *out = tn_arena_copy(arena, text, len);

    for (size_t at = 0; at < len; at++) {
        out[at] = out[at] ? out[at] : '?';
    }
    return out;
}

static void encode_place(struct tn_arena *arena, const struct tn_pos *pos,
                         struct tn_lang_problem *problem)
{
    const struct tn_file *file = pos->file;
    size_t from = pos->at, to = pos->at, end;

    problem->source = "";
    problem->width = 1;
    if (!pos->line) {
        return;
    }
    while (from > 0 && file->text[from - 1] != '\n') {
        from--;
    }
    while (to < file->len && file->text[to] != '\n') {
        to++;
    }
    end = pos->at + pos->len < to ? pos->at + pos->len : to;
    problem->line = pos->line;
    problem->column = 1 + count_chars(file->text + from, pos->at - from);
    if (end > pos->at) {
        problem->width = count_chars(file->text + pos->at, end - pos->at);
    }
    if (to > from && file->text[to - 1] == '\r') {
        to--;
    }
    if (to - from <= SOURCE_CAP) {
        problem->source = clean(arena, file->text + from, to - from);
    }
}

static bool is_before(const struct tn_found *a, const struct tn_found *b)
{
    if (a->pos.file != b->pos.file) {
        return a->pos.file->order < b->pos.file->order;
    }
    return a->pos.at < b->pos.at;
}

static void sort(struct tn_problems *problems)
{
    for (uint32_t i = 1; i < problems->count; i++) {
        struct tn_found found = problems->found[i];
        uint32_t at = i;

        while (at > 0 && is_before(&found, &problems->found[at - 1])) {
            problems->found[at] = problems->found[at - 1];
            at--;
        }
        problems->found[at] = found;
    }
}

void tn_problem_encode(struct tn_problems *problems, struct tn_lang_set *set)
{
    struct tn_arena *arena = problems->arena;

    sort(problems);
    set->problems =
        tn_arena_get(arena, problems->count * sizeof(*set->problems));
    set->error_count = problems->errors;
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct tn_found *found = &problems->found[i];
        struct tn_lang_problem *problem = &set->problems[set->problem_count];
        const char *path = found->pos.file->path;

        if (problems->errors && found->severity == TN_LANG_WARNING) {
            continue;
        }
        problem->severity = found->severity;
        problem->file = tn_arena_copy(arena, path, strlen(path));
        problem->why = tn_arena_copy(arena, found->why, strlen(found->why));
        problem->what = tn_arena_copy(arena, found->what, strlen(found->what));
        encode_place(arena, &found->pos, problem);
        set->problem_count++;
    }
}

static void print_caret(const struct tn_lang_problem *problem, FILE *to)
{
    const char *text = problem->source;
    size_t len = strlen(text), at = 0;

    fputs("    ", to);
    for (unsigned i = 1; i < problem->column; i++) {
        uint32_t character = ' ';

        if (at < len) {
            at += tn_text_get(text + at, len - at, &character);
        }
        fputc(character == '\t' ? '\t' : ' ', to);
    }
    fputc('^', to);
    for (unsigned i = 1; i < problem->width; i++) {
        fputc('~', to);
    }
}

/* Without what could confuse a terminal; as many characters as there are. */
static void print_text(const char *text, FILE *to)
{
    size_t len = strlen(text);

    for (size_t at = 0; at < len;) {
        uint32_t character;
        size_t bytes = tn_text_get(text + at, len - at, &character);

        if (tn_text_is_plain(character)) {
            (void)fwrite(text + at, 1, bytes, to);
        } else {
            fputc('?', to);
        }
        at += bytes;
    }
}

void tn_lang_print_problem(const struct tn_lang_problem *problem, FILE *to,
                           bool colour)
{
    bool is_error = problem->severity == TN_LANG_ERROR;
    const char *bold = colour ? "\033[1m" : "";
    const char *tint = !colour ? "" : is_error ? "\033[1;31m" : "\033[1;35m";
    const char *plain = colour ? "\033[0m" : "";

    fputs(bold, to);
    print_text(problem->file, to);
    fputc(':', to);
    if (problem->line) {
        fprintf(to, "%u:%u:", problem->line, problem->column);
    }
    fprintf(to, "%s %s%s:%s ", plain, tint, is_error ? "error" : "warning",
            plain);
    print_text(problem->why, to);
    fputc('\n', to);
    if (problem->source[0]) {
        fputs("    ", to);
        print_text(problem->source, to);
        fprintf(to, "\n%s", tint);
        print_caret(problem, to);
        fprintf(to, "%s\n", plain);
    }
    if (problem->what[0]) {
        fputs("    ", to);
        print_text(problem->what, to);
        fputc('\n', to);
    }
}

void tn_lang_print_json(const char *text, FILE *to)
{
    size_t len = strlen(text);

    /* Outside of its strings JSON has no such characters. */
    for (size_t at = 0; at < len;) {
        uint32_t character;
        size_t bytes = tn_text_get(text + at, len - at, &character);

        if (tn_text_is_plain(character)) {
            (void)fwrite(text + at, 1, bytes, to);
        } else {
            fprintf(to, "\\u%04x",
                    character == TN_TEXT_INVALID ? 0xFFFDu
                                                 : (unsigned)character);
        }
        at += bytes;
    }
}
