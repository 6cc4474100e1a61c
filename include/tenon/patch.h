/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PATCH_H
#define TENON_PATCH_H

/*
 * Sound and light patches: a few bytes each, inside a program image. Specified
 * in docs/spec/patches.md; the compiler writes them, src/voice and src/glow
 * read them. This header is the numbers that all must share.
 *
 * A sound patch is a list of elements up to its end. An element is one byte,
 * type * 8 + mode, then its values, as varints:
 *   mode 0             A          constant
 *   mode 1             A, B, T    goes from A to B over T ms from the start
 *   mode 2             A, B, p    live: A at parameter p = 0, B at p = 1 (100
 * %)
 *   + 4                a level (per cent, 0-100) follows
 * Frequencies count quarter hertz (1 .. 32000), times milliseconds
 * (0 .. 60000), levels per cent (0 .. 100); p is 0 .. TN_PARAM_CAP - 1 and a
 * sound's parameters are numbered without gaps in order of appearance.
 */

#define TN_SOUND_TYPES(X)                                                      \
    X(SINE, 1, "sine", "oscillator; A frequency")                              \
    X(TRIANGLE, 2, "triangle", "oscillator; A frequency")                      \
    X(SAW, 3, "saw", "oscillator; A frequency")                                \
    X(SQUARE, 4, "square", "oscillator; A frequency")                          \
    X(NOISE, 5, "noise", "white noise; A its level")                           \
    X(LOWPASS, 8, "lowpass", "filter; A cut-off frequency")                    \
    X(HIGHPASS, 9, "highpass", "filter; A cut-off frequency")                  \
    X(BANDPASS, 10, "bandpass", "filter; A centre frequency")                  \
    X(ATTACK, 16, "attack", "A time to full level (2 ms if not given)")        \
    X(DECAY, 17, "decay", "A time; its level is what is sustained")            \
    X(FADE, 18, "fade", "A time to silence after the end (30 ms)")             \
    X(LAST, 19, "last", "A time from start to end, if not held")               \
    X(HOLD, 20, "hold", "no value: lasts until it is let go")                  \
    X(LEVEL, 21, "level", "A loudness of the whole")

enum tn_sound_type {
#define TN_SOUND_TYPE_ENUM(name, number, word, meaning)                        \
    TN_SOUND_##name = number,
    TN_SOUND_TYPES(TN_SOUND_TYPE_ENUM)
#undef TN_SOUND_TYPE_ENUM
};

/*
 * A tune is a patch that ends with an element of this type (mode 0): A is the
 * tempo in quarters a minute, its level, if there is one, the swing in per
 * cent, and notes follow up to the end. What stands before it is the sound that
 * plays them, shifted so that its first oscillator begins at the note; if there
 * is nothing, the voice has one of its own. A note is a byte, 32 times its
 * length (enum tn_tune_length) and what it is (below), then a pitch and a
 * length where these say so. Pitches are semitones; 69 is a4, 440 Hz.
 */
#define TN_SOUND_TUNE 24u
#define TN_TUNE_MIN_PER_MIN 20u
#define TN_TUNE_MAX_PER_MIN 400u
#define TN_TUNE_MIN_SWING 50u /* even eighths */
#define TN_TUNE_MAX_SWING 75u
#define TN_TUNE_TICKS 24u       /* a quarter */
#define TN_TUNE_TICKS_MAX 1536u /* of one note */
#define TN_TUNE_PITCH_MIN 12u   /* c0 */
#define TN_TUNE_PITCH_MAX 119u  /* b8 */
#define TN_TUNE_PITCH_START 67u /* that the first note is counted from */
#define TN_TUNE_CHORD_CAP 4u    /* notes at once */

/* The length: so many ticks, or a varint of them that comes last. */
#define TN_TUNE_LENGTHS(X)                                                     \
    X(0, 6) X(1, 12) X(2, 18) X(3, 24) X(4, 36) X(5, 48) X(6, 96)
#define TN_TUNE_LENGTH_OTHER 7u

/* What it is: 0 .. 28: the last note's pitch - 14 + so much; or one of these.
 * CHORD: a note, its pitch in the next byte, that begins and ends with what
 * follows (its length is 0, and it is not the last note); LEAP: a note with its
 * pitch in the next byte. */
#define TN_TUNE_STEP 14u
#define TN_TUNE_REST 29u
#define TN_TUNE_CHORD 30u
#define TN_TUNE_LEAP 31u

#define TN_PATCH_CONST 0u
#define TN_PATCH_SWEEP 1u
#define TN_PATCH_LIVE 2u
#define TN_PATCH_LEVEL 4u /* added: a level follows */

#define TN_SOUND_LEN_CAP 120u /* bytes of one sound */
#define TN_SOUND_OSC_CAP 3u   /* oscillators a sound */
#define TN_SOUND_MAX_QHZ 32000u
#define TN_SOUND_MAX_MS 60000u

/*
 * A light patch is mode u8, colour u8 (enum tn_colour_number), level u8 (per
 * cent) and, for breathe and flash, the rate as a varint: times a minute
 * (1 .. 6000). With TN_LIGHT_DIM added to the mode, a level to end at (u8) and
 * the time until then (varint, milliseconds) come last, and the rate is there.
 */
#define TN_LIGHT_MODES(X)                                                      \
    X(STEADY, 0, "steady", "stays on")                                         \
    X(BREATHE, 1, "breathe", "swells and fades; 15 a minute if not given")     \
    X(FLASH, 2, "flash", "on and off; 120 a minute if not given")

enum tn_light_mode {
#define TN_LIGHT_MODE_ENUM(name, number, word, meaning)                        \
    TN_LIGHT_##name = number,
    TN_LIGHT_MODES(TN_LIGHT_MODE_ENUM)
#undef TN_LIGHT_MODE_ENUM
};

#define TN_LIGHT_DIM 0x10u
#define TN_LIGHT_MAX_DIM_MS 32768000u
#define TN_LIGHT_LEN_CAP 10u
#define TN_LIGHT_MAX_PER_MIN 6000u

#endif
