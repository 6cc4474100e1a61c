/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

#include <tenon/patch.h>
#include <tenon/vocabulary.h>

/* Notes, and the tunes that are made of them. */

#define NOTE_HELP "notes are a to g, s or b for sharp and flat, and an octave"

bool tn_parse_pitch(const char *text, uint8_t *pitch)
{
    static const uint8_t steps[] = {9, 11, 0, 2, 4, 5, 7}; /* a to g */
    int32_t value;
    size_t at = 1;

    if (text[0] < 'a' || text[0] > 'g') {
        return false;
    }
    value = steps[text[0] - 'a'];
    if (text[1] == 's' || text[1] == 'b') {
        value += text[1] == 's' ? 1 : -1;
        at = 2;
    }
    if (text[at] < '0' || text[at] > '9' || text[at + 1]) {
        return false;
    }
    value += 12 * (text[at] - '0' + 1);
    if (value < (int32_t)TN_TUNE_PITCH_MIN ||
        value > (int32_t)TN_TUNE_PITCH_MAX) {
        return false;
    }
    *pitch = (uint8_t)value;
    return true;
}

/* Millionths of a hertz; octaves are halves of the highest. */
static int64_t hertz_of(uint8_t pitch)
{
    static const int64_t octave[] = {
        4186009045, 4434922096, 4698636287, 4978031740, 5274040911, 5587651703,
        5919910763, 6271926976, 6644875161, 7040000000, 7458620184, 7902132820};
    uint32_t halves = TN_TUNE_PITCH_MAX / 12u - pitch / 12u;

    return (octave[pitch % 12u] + (1ll << halves) / 2) >> halves;
}

/* Looks like a note, whether it is one or not: `h4`, `c9`. */
static bool is_like_note(const char *text)
{
    size_t len = strlen(text);

    return len >= 2 && len <= 4 && text[len - 1] >= '0' && text[len - 1] <= '9';
}

void tn_parse_note_literal(struct tn_parser *p)
{
    uint8_t pitch = 0;

    if (p->now.kind != TN_TOKEN_NAME || p->next.kind != TN_TOKEN_NAME ||
        strcmp(p->now.text, "note") != 0) {
        return;
    }
    if (!tn_parse_pitch(p->next.text, &pitch)) {
        if (!is_like_note(p->next.text)) {
            return;
        }
        if (!p->lex.is_quiet) {
            tn_problem_error(&p->front->problems, p->next.pos,
                             NOTE_HELP " from 0 to 8: c4 fs4 bb3",
                             "`%s` is not a note", p->next.text);
        }
    }
    p->now.kind = TN_TOKEN_NUMBER;
    p->now.pos.len = p->next.pos.at + p->next.pos.len - p->now.pos.at;
    p->now.value.micro = hertz_of(pitch);
    p->now.value.dimension = TN_DIM_FREQUENCY;
    p->next = tn_lex_get(&p->lex);
}

static bool is_attached(const struct tn_parser *p)
{
    return p->now.pos.at == p->last.at + p->last.len;
}

/* One pitch of a note. */
static void parse_pitch(struct tn_parser *p, struct tn_note *note)
{
    uint8_t pitch = 0;

    if (p->is_failed) {
        return;
    }
    if (!tn_parse_is(p, TN_TOKEN_NAME) ||
        !tn_parse_pitch(p->now.text, &pitch)) {
        tn_parse_fail(p, NOTE_HELP ": c4 fs4 bb3; r rests", "%s is not a note",
                      tn_parse_describe(p));
    } else if (note->count == TN_TUNE_CHORD_CAP) {
        tn_parse_fail(p, "leave one out", "a chord has at most 4 notes");
    } else {
        note->pitches[note->count++] = pitch;
        tn_parse_step(p);
    }
}

/* The number behind `*` or `/`. */
static uint32_t parse_factor(struct tn_parser *p)
{
    int64_t value = p->now.value.micro / 1000000;

    if (!tn_parse_is(p, TN_TOKEN_NUMBER) ||
        p->now.value.dimension != TN_DIM_COUNT ||
        p->now.value.micro % 1000000 || value < 1 || value > 64) {
        tn_parse_fail(p, "such as c4*2 or c4/2",
                      "a whole number from 1 to 64 is needed here, not %s",
                      tn_parse_describe(p));
        return 1;
    }
    tn_parse_step(p);
    return (uint32_t)value;
}

/* Dots, `*N` and `/N`, right behind the note. */
static void parse_length(struct tn_parser *p, struct tn_note *note)
{
    uint32_t ticks = TN_TUNE_TICKS, parts = 1;

    while (!p->is_failed && is_attached(p)) {
        if (tn_parse_take(p, TN_TOKEN_DOT)) {
            ticks *= 3;
            parts *= 2;
        } else if (tn_parse_take(p, TN_TOKEN_RANGE)) {
            ticks *= 7;
            parts *= 4;
        } else if (tn_parse_take(p, TN_TOKEN_STAR)) {
            ticks *= parse_factor(p);
        } else if (tn_parse_take(p, TN_TOKEN_SLASH)) {
            parts *= parse_factor(p);
        } else {
            break;
        }
        if (ticks > 65535 || parts > 4096) {
            ticks = 0;
            break;
        }
    }
    if (!p->is_failed &&
        (ticks == 0 || ticks % parts || ticks / parts > TN_TUNE_TICKS_MAX)) {
        tn_problem_error(&p->front->problems, note->pos,
                         "lengths are whole 24ths of a quarter, up to 64 "
                         "quarters: c4/2 c4/3 c4. c4*4",
                         "this note cannot be so long");
        return;
    }
    note->ticks = ticks / parts;
}

static struct tn_note *parse_note(struct tn_parser *p)
{
    struct tn_note *note = tn_arena_get(&p->front->arena, sizeof(*note));

    note->pos = p->now.pos;
    if (!tn_parse_take_word(p, "r")) {
        parse_pitch(p, note);
        while (!p->is_failed && is_attached(p) &&
               tn_parse_take(p, TN_TOKEN_PLUS)) {
            parse_pitch(p, note);
        }
    }
    parse_length(p, note);
    if (!p->is_failed && is_attached(p) && tn_parse_take(p, TN_TOKEN_MINUS)) {
        note->is_tied = true;
    }
    return note;
}

/* A whole number, or per cent, between two others; once. */
static void parse_setting(struct tn_parser *p, const char *word,
                          uint16_t *value, uint32_t min, uint32_t max)
{
    bool is_ratio = strcmp(word, "swing") == 0;
    int64_t count = p->now.value.micro / (is_ratio ? 10000 : 1000000);

    if (*value) {
        tn_parse_fail(p, "remove one of them", "`%s` is given twice", word);
    } else if (!tn_parse_is(p, TN_TOKEN_NUMBER) ||
               p->now.value.dimension !=
                   (is_ratio ? TN_DIM_RATIO : TN_DIM_COUNT) ||
               count < (int64_t)min || count > (int64_t)max) {
        tn_parse_fail(p,
                      is_ratio ? "such as `swing 60%`" : "such as `tempo 132`",
                      "`%s` goes from %u%s to %u%s; this is %s", word,
                      (unsigned)min, is_ratio ? "%" : "", (unsigned)max,
                      is_ratio ? "%" : "", tn_parse_describe(p));
    } else {
        *value = (uint16_t)count;
        tn_parse_step(p);
    }
}

static void parse_item(struct tn_parser *p, struct tn_sound *tune,
                       struct tn_note ***end)
{
    struct tn_note *note;

    if (tn_parse_take_word(p, "tempo")) {
        parse_setting(p, "tempo", &tune->tempo, TN_TUNE_MIN_PER_MIN,
                      TN_TUNE_MAX_PER_MIN);
    } else if (tn_parse_take_word(p, "swing")) {
        parse_setting(p, "swing", &tune->swing, TN_TUNE_MIN_SWING,
                      TN_TUNE_MAX_SWING);
    } else if (tn_parse_take_word(p, "with")) {
        if (tune->instrument.text) {
            tn_parse_fail(p, "remove one of them", "`with` is given twice");
        }
        tune->instrument = tn_parse_name(p, "a sound");
    } else {
        note = parse_note(p);
        **end = note;
        *end = &note->next;
    }
}

/* Notes follow each other without anything between. */
void tn_parse_tune(struct tn_parser *p, struct tn_sound *tune)
{
    struct tn_note **end = &tune->notes;
    struct tn_pos open;

    if (!tn_parse_open(p, &open)) {
        return;
    }
    while (tn_parse_more(p, open)) {
        parse_item(p, tune, &end);
        if (p->is_failed) {
            tn_parse_end(p);
        }
    }
}
