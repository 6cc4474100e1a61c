/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_parts.h"

#include <tenon/bytes.h>
#include <tenon/patch.h>

/* Tunes in the words that they are written in. */

static void push_pitch(struct tn_builder *out, uint32_t pitch)
{
    static const char *const names[] = {"c",  "cs", "d",  "ds", "e",  "f",
                                        "fs", "g",  "gs", "a",  "as", "b"};

    tn_builder_print(out, "%s%u", names[pitch % 12],
                     (unsigned)(pitch / 12) - 1);
}

/* A length as dots, `/N` and `*N`; a quarter is nothing. */
static void push_length(struct tn_builder *out, uint32_t ticks)
{
    if (ticks % 42 == 0 && ticks % 24 != 0) {
        tn_builder_push_text(out, "..");
        ticks = ticks / 7 * 4;
    } else if (ticks % 36 == 0 && ticks % 24 != 0) {
        tn_builder_push_text(out, ".");
        ticks = ticks / 3 * 2;
    }
    if (ticks % TN_TUNE_TICKS == 0) {
        if (ticks > TN_TUNE_TICKS) {
            tn_builder_print(out, "*%u", (unsigned)(ticks / TN_TUNE_TICKS));
        }
    } else if (TN_TUNE_TICKS % ticks == 0) {
        tn_builder_print(out, "/%u", (unsigned)(TN_TUNE_TICKS / ticks));
    } else if (ticks % 3 == 0 && TN_TUNE_TICKS % (ticks / 3 * 2) == 0) {
        tn_builder_print(out, "./%u",
                         (unsigned)(TN_TUNE_TICKS / (ticks / 3 * 2)));
    } else {
        tn_builder_print(out, "*%u/24", (unsigned)ticks);
    }
}

static uint32_t get_ticks(struct tn_bytes *b, uint32_t length)
{
    static const uint8_t lengths[] = {
#define LENGTH(number, ticks) [number] = ticks,
        TN_TUNE_LENGTHS(LENGTH)
#undef LENGTH
    };
    uint32_t ticks;

    if (length < TN_TUNE_LENGTH_OTHER) {
        return lengths[length];
    }
    ticks = tn_bytes_get_varint(b);
    if (ticks == 0) {
        b->err = TN_ERR_PATCH;
        return 1;
    }
    return ticks;
}

/* One note, its chord before it. Returns its pitch, from which the next goes
 * on. */
static uint32_t push_note(struct tn_builder *out, struct tn_bytes *b,
                          uint32_t last)
{
    uint32_t chord[TN_TUNE_CHORD_CAP];
    uint32_t count = 0, head, what, pitch;

    for (head = tn_bytes_get_u8(b); head == TN_TUNE_CHORD && !b->err;
         head = tn_bytes_get_u8(b)) {
        pitch = tn_bytes_get_u8(b);
        if (count < TN_TUNE_CHORD_CAP) {
            chord[count++] = pitch;
        }
    }
    what = head & 31u;
    pitch =
        what == TN_TUNE_LEAP ? tn_bytes_get_u8(b) : last + what - TN_TUNE_STEP;
    if (what == TN_TUNE_REST) {
        tn_builder_push_text(out, " r");
        pitch = last;
    } else if (what == TN_TUNE_CHORD || pitch < TN_TUNE_PITCH_MIN ||
               pitch > TN_TUNE_PITCH_MAX) {
        b->err = TN_ERR_PATCH;
    } else {
        tn_builder_push_text(out, " ");
        push_pitch(out, pitch);
    }
    for (uint32_t i = 0; i < count; i++) {
        tn_builder_push_text(out, "+");
        push_pitch(out, chord[i]);
    }
    push_length(out, get_ticks(b, head >> 5));
    return pitch;
}

void tn_explain_push_tune(struct tn_builder *out, struct tn_bytes *b,
                          bool has_swing)
{
    uint32_t last = TN_TUNE_PITCH_START;

    tn_builder_print(out, "tempo %u;", (unsigned)tn_bytes_get_varint(b));
    if (has_swing) {
        tn_builder_print(out, " swing %u%%;", tn_bytes_get_u8(b));
    }
    while (!b->err && b->at < b->len) {
        last = push_note(out, b, last);
    }
}
