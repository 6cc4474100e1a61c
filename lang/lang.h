/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_H
#define TENON_LANG_H

/*
 * The play language: source text to verified program images. Host only: it
 * allocates; what it returns is freed with tn_lang_free. It does no output;
 * problems come back as a list. Language: docs/spec/play-language.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <tenon/image.h>

enum tn_lang_severity {
    TN_LANG_ERROR,
    TN_LANG_WARNING
};

/* One problem: where, why, and what to do about it. The texts may hold any
 * bytes of the source but 0. */
struct tn_lang_problem {
    enum tn_lang_severity severity;
    char *file;
    char *source;    /* the source line, without its end; "" if there is none */
    char *why;       /* one sentence */
    char *what;      /* what to do, or "" */
    unsigned line;   /* from 1; 0: the file as a whole */
    unsigned column; /* from 1, in characters */
    unsigned width;  /* characters to underline, >= 1 */
};

/* Names by index, as they stand in the image's tables; for people only. */
struct tn_lang_names {
    char **list;
    size_t count;
};

struct tn_lang_program {
    char *name;
    enum tn_image_kind kind;
    uint64_t identity; /* FNV-1a (64 bits) of "set:program", for simulation */
    uint8_t *image;
    size_t image_len;
    struct tn_lang_names states;
    struct tn_lang_names numbers;
    struct tn_lang_names sounds;
    struct tn_lang_names lights; /* `flash red 2/s` where it has no name */
    struct tn_lang_names names;  /* kinds, messages, actions, shared states */
};

struct tn_lang_set {
    char *name;  /* "" if the text declares no set */
    char *title; /* "" if it has none */
    struct tn_lang_program *programs;
    size_t program_count;
    struct tn_lang_problem *problems;
    size_t problem_count;
    size_t error_count; /* of the problems; no programs if > 0 */
};

/* Compiles a file and what it uses. Never null: a file that cannot be read is
 * a problem too. Out of memory ends the process with a message. */
struct tn_lang_set *tn_lang_compile_file(const char *path);

/* The same for text in memory; `path` names it in problems and is where `use`
 * looks from. `len` bytes, any bytes. */
struct tn_lang_set *tn_lang_compile_text(const char *path, const char *text,
                                         size_t len);

/* The program of that name, or null. */
const struct tn_lang_program *tn_lang_find(const struct tn_lang_set *set,
                                           const char *name);

void tn_lang_free(struct tn_lang_set *set);

/* Prints a problem as people read it: place, line, caret, why, what to do.
 * Whatever bytes it holds, no control character reaches a terminal. */
void tn_lang_print_problem(const struct tn_lang_problem *problem, FILE *to,
                           bool colour);

/* Prints a JSON text; characters that a terminal might act on become \u
 * escapes. */
void tn_lang_print_json(const char *text, FILE *to);

#endif
