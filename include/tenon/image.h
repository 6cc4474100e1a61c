/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_IMAGE_H
#define TENON_IMAGE_H

/*
 * The program image: what a tile or figure carries, byte by byte. Specified in
 * docs/spec/program-image.md; the compiler writes it, src/play verifies and
 * runs it. This header is the numbers that both must share.
 */

#define TN_IMAGE_MAGIC 0x54u /* 'T' */
#define TN_IMAGE_VERSION 1u
#define TN_IMAGE_HEADER_LEN 16u

/* Offsets of the header's fields; multi-byte fields are little-endian. */
#define TN_IMAGE_AT_MAGIC 0u
#define TN_IMAGE_AT_VERSION 1u
#define TN_IMAGE_AT_KIND 2u       /* enum tn_image_kind */
#define TN_IMAGE_AT_FEATURES 3u   /* bits that the brick must know: below */
#define TN_IMAGE_AT_LENGTH 4u     /* u16: of the whole image */
#define TN_IMAGE_AT_CHECKSUM 6u   /* u16: CRC-16/IBM-3740 of bytes 8 .. end */
#define TN_IMAGE_AT_NAMES 8u      /* count, <= TN_NAME_CAP */
#define TN_IMAGE_AT_KINDS 9u      /* the first so many names are own kinds */
#define TN_IMAGE_AT_STATES 10u    /* count, 1 .. TN_STATE_CAP */
#define TN_IMAGE_AT_START 11u     /* state entered first */
#define TN_IMAGE_AT_NUMBERS 12u   /* count, <= TN_NUMBER_CAP */
#define TN_IMAGE_AT_SOUNDS 13u    /* count, <= TN_SOUND_CAP */
#define TN_IMAGE_AT_LIGHTS 14u    /* count, <= TN_LIGHT_CAP */
#define TN_IMAGE_AT_REACTIONS 15u /* count, <= TN_REACTION_CAP */

enum tn_image_kind {
    TN_IMAGE_TILE = 1,
    TN_IMAGE_FIGURE = 2,
    TN_IMAGE_BRICK = 3 /* the bare brick's own, on no tag */
};

/* Features: what a brick of version 1 without them could not play. */
#define TN_FEATURE_VALUES                                                      \
    0x01u                      /* dice, `repeat`, moods, shown numbers, lists */
#define TN_FEATURE_TIMES 0x02u /* tunes and sequences */
#define TN_FEATURES (TN_FEATURE_VALUES | TN_FEATURE_TIMES) /* known here */

#define TN_NUMBER_KEEP 0x01u /* flag of a number: survives removal */
#define TN_NUMBER_MOOD 0x02u /* a ratio that falls to 0; these come first */
#define TN_NUMBER_SHOW 0x04u /* others may look at it by a name */
#define TN_NUMBER_LIST 0x08u /* so many places; these come last */
#define TN_NAME_ANY 0xFFu    /* operand w of REL and MEASURE: any brick */
#define TN_REG_NONE 0xFFu    /* operand q */

/* After the header, in this order:
 *   names      u32 FNV-1a each
 *   states     parent u8 (0xFF none; a parent has none), name index u8 each
 *   numbers    flags u8, start value (compact number), [MOOD: milliseconds that
 *              it falls, varint], [SHOW: name index u8] each; or, with LIST,
 *              flags u8, places u8
 *   sounds     length u8, patch bytes each (<tenon/patch.h>)
 *   lights     length u8, patch bytes each
 *   reactions  state u8 (TN_STATE_ALWAYS: every state), trigger u8, trigger's
 *              arguments, [guard length u8], body length varint, guard, body
 * and nothing more. */

#define TN_STATE_ALWAYS 0xFFu
#define TN_STATE_NONE 0xFFu

/* The trigger byte: an event's number or one of these; TN_TRIGGER_GUARD is
 * added where a guard (code that leaves its answer in r0) follows. */
#define TN_TRIGGER_GUARD 0x80u

/* X(NAME, number, arguments, meaning). Arguments: "" none, "t" milliseconds
 * as a varint. Events with subject TAG or NAME have one name index instead. */
#define TN_TRIGGERS(X)                                                         \
    X(ENTER, 0x70, "", "the state is entered")                                 \
    X(LEAVE, 0x71, "", "the state is left")                                    \
    X(WHILE, 0x72, "", "every step while in the state and the guard holds")    \
    X(COND, 0x73, "", "the guard has become true")                             \
    X(COND_FOR, 0x74, "t", "the guard has been true for so long")              \
    X(AFTER, 0x75, "t", "so long after the state was entered")                 \
    X(EVERY, 0x76, "t", "again and again, so far apart")

enum tn_trigger {
#define TN_TRIGGER_ENUM(name, number, args, meaning) TN_TRIGGER_##name = number,
    TN_TRIGGERS(TN_TRIGGER_ENUM)
#undef TN_TRIGGER_ENUM
};

/*
 * Instructions: X(NAME, number, operands, cost, meaning). Eight registers of
 * Q16.16, all 0 when a piece of code begins. Operands, in order, a byte each
 * unless said:
 *   r register   R two registers (high nibble first, low nibble second)
 *   v compact number (<= 5 bytes)   n number   g signal   a event argument 0-2
 *   j offset: bytes to skip from the next instruction (forward only)
 *   s state   w name   o role   S sound   L light   q register or TN_REG_NONE
 *   e relation   m measure
 *   t target, and 16 times a second target that is taken if the first has to
 *     know a place that is unknown (0: none)
 *   d mood   l list, counted from the first   k what it remembers, 0-15
 *   i name, or TN_NAME_ANY for the tag's identity   c rounds, 2-64
 *   B alternatives: count (2-15), then for each where it begins: bytes to skip
 *     from the next instruction
 *   T milliseconds as a varint, 1 .. 32,768,000   h count, 1 .. TN_AGAIN_CAP
 *   P parameters: count (<= TN_PARAM_CAP), then for each a byte: high nibble
 *     the parameter's place in the sound, low nibble a register
 * Logic values are 0 and 1 (Q16.16). A comparison with TN_UNKNOWN gives 0.
 * cost: work units that the verifier and the machine count for it.
 */
#define TN_OPCODES(X)                                                          \
    X(LDV, 0x01, "rv", 3, "r = constant")                                      \
    X(LDN, 0x02, "rn", 2, "r = own number")                                    \
    X(STN, 0x03, "rn", 2, "own number = r")                                    \
    X(LDS, 0x04, "rg", 4, "r = signal")                                        \
    X(LDA, 0x05, "ra", 2, "r = argument of the event; TN_UNKNOWN if none")     \
    X(MOV, 0x06, "R", 2, "first = second")                                     \
    X(NEG, 0x07, "r", 2, "r = -r")                                             \
    X(NOT, 0x08, "r", 1, "r = 1 if r is 0, else 0")                            \
    X(ANY, 0x0A, "R", 8, "first = a whole number of first to second")          \
    X(CHANCE, 0x0B, "r", 6, "r = 1 as often as r says, else 0")                \
    X(MOOD, 0x0C, "rd", 24, "r = own mood, as far as it has fallen")           \
    X(ADD, 0x10, "R", 2, "first = first + second, saturating")                 \
    X(SUB, 0x11, "R", 2, "first = first - second")                             \
    X(MUL, 0x12, "R", 3, "first = first * second")                             \
    X(DIV, 0x13, "R", 4, "first = first / second; 0 if second is 0")           \
    X(LT, 0x18, "R", 2, "first = first < second")                              \
    X(LE, 0x19, "R", 2, "first = first <= second")                             \
    X(EQ, 0x1A, "R", 2, "first = first equals second")                         \
    X(NE, 0x1B, "R", 2, "first = first differs from second")                   \
    X(AND, 0x1C, "R", 2, "first = both are not 0")                             \
    X(OR, 0x1D, "R", 2, "first = either is not 0")                             \
    X(JMP, 0x20, "j", 1, "skip")                                               \
    X(JZ, 0x21, "rj", 1, "skip if r is 0 or TN_UNKNOWN")                       \
    X(GO, 0x22, "s", 2, "ask for a change of state; the first one counts")     \
    X(REPEAT, 0x23, "cj", 3, "the code up to the goal, c times")               \
    X(ONCE, 0x24, "kj", 3, "skip if it has come here before")                  \
    X(PICK, 0x25, "kB", 8, "go to an alternative, not the last one")           \
    X(IS, 0x28, "rww", 11, "r = a program of kind or name w is in state w")    \
    X(HERE, 0x29, "rw", 5, "r = another tag of kind or name w is here")        \
    X(REL, 0x2A, "rew", 10, "r = a brick with kind or name w stands so")       \
    X(MEASURE, 0x2B, "rmw", 32, "r = of the nearest brick with w, or unknown") \
    X(PEEK, 0x2C, "rwi", 44, "r = shown number i of kind w, or unknown")       \
    X(HAS, 0x2D, "rl", 8, "r = the list holds r")                              \
    X(COUNT, 0x2E, "rl", 3, "r = how many the list holds")                     \
    X(ITEM, 0x2F, "rl", 4, "r = number r of the list, from 1; 0 outside")      \
    X(PLAY, 0x30, "SP", 5, "start a sound")                                    \
    X(HOLD, 0x31, "SP", 5, "keep a sound going; only in `while` blocks")       \
    X(STOP, 0x32, "S", 4, "end a sound")                                       \
    X(STOPALL, 0x33, "", 4, "end all sounds of this program")                  \
    X(FADE, 0x34, "ST", 6, "let a sound fade over so long")                    \
    X(HUM, 0x35, "SP", 11, "a tune again and again, until the state is left")  \
    X(VOLUME, 0x36, "r", 5, "how loud this program is, 0 to 1")                \
    X(GLOW, 0x38, "L", 4, "set this program's light")                          \
    X(DARK, 0x39, "", 4, "take this program's light away")                     \
    X(METER, 0x3A, "LR", 10, "a light as a bar: first of second")              \
    X(ASK, 0x40, "ow", 26, "ask a role's programs for action w, next step")    \
    X(SEND, 0x41, "w", 12, "message w to all others, next step")               \
    X(SENDTO, 0x42, "twqP", 14,                                                \
      "message w with up to two numbers to a target no farther than q")        \
    X(LATER, 0x50, "Tj", 8, "skip; the code skipped runs so much later")       \
    X(AGAIN, 0x51, "hTj", 8, "the same, so many times, so far apart")          \
    X(PUSH, 0x43, "lr", 4, "the list takes r too, if it has room")             \
    X(CLEAR, 0x44, "l", 6, "the list holds nothing")

enum tn_opcode {
#define TN_OPCODE_ENUM(name, number, operands, cost, meaning)                  \
    TN_OP_##name = number,
    TN_OPCODES(TN_OPCODE_ENUM)
#undef TN_OPCODE_ENUM
};

#endif
