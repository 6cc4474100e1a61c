/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_SCENE_TEXT_H
#define TENON_SIM_SCENE_TEXT_H

/*
 * Private to the scene reader: lines of words, and problems with them. Memory
 * helpers end the process when there is none.
 */

#include "scene.h"

#define TN_SCENE_TOKEN_CAP 40u

enum tn_scene_token_kind {
    TN_SCENE_END,
    TN_SCENE_WORD,
    TN_SCENE_STRING, /* text without its quotes */
    TN_SCENE_NUMBER,
    TN_SCENE_MARK /* % , - */
};

struct tn_scene_token {
    enum tn_scene_token_kind kind;
    const char *text; /* in the line */
    size_t len;
    double number;
    unsigned column; /* from 1, characters */
    unsigned width;
};

/* The reader of one file, at one line. */
struct tn_scene_reader {
    struct tn_scene *scene;
    const char *folder; /* of the scene file, with its slash, or "" */
    bool alone;         /* open no files */
    bool broken_sets;   /* a play file had errors: names cannot be judged */
    bool has_end;
    bool failed;  /* this line has had its problem */
    char *source; /* the line */
    unsigned line;
    size_t at; /* the next token */
    size_t token_count;
    struct tn_scene_token tokens[TN_SCENE_TOKEN_CAP];
};

void *tn_scene_need(void *memory);
/* `items` grown by one element of `size`, zeroed; returns the new array. */
void *tn_scene_grow(void *items, size_t *count, size_t size);
char *tn_scene_copy(const char *text, size_t len);
char *tn_scene_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Splits reader->source; a problem if it cannot. */
bool tn_scene_split(struct tn_scene_reader *reader);

/* The next token, without taking it; at the end of the line one of kind END. */
const struct tn_scene_token *tn_scene_peek(const struct tn_scene_reader *r);
const struct tn_scene_token *tn_scene_take(struct tn_scene_reader *reader);

/* Whether the next token is this word; takes it if so. `words` may be several,
 * apart by blanks: all or none. */
bool tn_scene_accept(struct tn_scene_reader *reader, const char *words);

/* As accept, but it must be there; else the problem says what was expected. */
bool tn_scene_require(struct tn_scene_reader *reader, const char *words,
                      const char *what);

/* A duration or moment: number and unit, in microseconds. */
bool tn_scene_take_time(struct tn_scene_reader *reader, uint64_t *time_us);

/* A length, in metres, and an angle, in degrees; both may be negative. */
bool tn_scene_take_length(struct tn_scene_reader *reader, double *m);
bool tn_scene_take_angle(struct tn_scene_reader *reader, double *deg);

/* Nothing more may stand on the line. */
bool tn_scene_finish(struct tn_scene_reader *reader);

/* Notes one problem at a token; `what` may be null. Both texts are taken over
 * and freed. Further ones on the same line are left out. Returns false. */
bool tn_scene_fail(struct tn_scene_reader *reader,
                   const struct tn_scene_token *token, char *why, char *what);

/* The same for what need not be mended: a warning. */
void tn_scene_warn(struct tn_scene_reader *reader,
                   const struct tn_scene_token *token, char *why, char *what);

/* The same as tn_scene_fail at a statement that was read before. */
void tn_scene_fail_place(struct tn_scene *scene,
                         const struct tn_scene_place *place, char *why,
                         char *what);

/* "did you mean X?" for a guess, else a copy of `otherwise`. */
char *tn_scene_mean(const char *guess, const char *otherwise);

#endif
