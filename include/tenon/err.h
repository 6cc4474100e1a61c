/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_ERR_H
#define TENON_ERR_H

/*
 * Every error that the brick can report, with the words for it. Functions that
 * can fail return enum tn_err: TN_OK or a negative value; results leave through
 * the last pointers. Pure; may be called from anywhere.
 */

#define TN_ERRORS(X)                                                           \
    X(OK, 0, "no error")                                                       \
    X(ERR_ARG, -1, "an argument is outside its range")                         \
    X(ERR_TIME, -2, "time runs backwards")                                     \
    X(ERR_FULL, -3, "no room left")                                            \
    X(ERR_END, -4, "the data ends too early")                                  \
    X(ERR_MAGIC, -5, "this is not what it should be (wrong first bytes)")      \
    X(ERR_VERSION, -6, "made for another version")                             \
    X(ERR_FEATURE, -7, "needs a feature that this brick lacks")                \
    X(ERR_LENGTH, -8, "a length does not fit")                                 \
    X(ERR_CHECKSUM, -9, "the checksum does not match")                         \
    X(ERR_INDEX, -10, "an index points outside its table")                     \
    X(ERR_OPCODE, -11, "unknown instruction")                                  \
    X(ERR_OPERAND, -12, "an instruction's operand is outside its range")       \
    X(ERR_JUMP, -13, "a jump goes backwards or out of its code")               \
    X(ERR_WORK, -14, "a reaction could take too long")                         \
    X(ERR_TRIGGER, -15, "unknown trigger")                                     \
    X(ERR_PATCH, -16, "a sound or light is malformed")                         \
    X(ERR_CONTENT, -17, "a tag without a Tenon record")                        \
    X(ERR_MEMORY, -18, "a tag whose memory layout is not understood")          \
    X(ERR_IO, -19, "the reader gave up")                                       \
    X(ERR_DIGEST, -20, "the replay differs from the recording")                \
    X(ERR_VALUE, -21, "a value is outside its range")

enum tn_err {
#define TN_ERR_ENUM(name, number, text) TN_##name = number,
    TN_ERRORS(TN_ERR_ENUM)
#undef TN_ERR_ENUM
};

/* The words for `err`, English, without a full stop; never null. */
const char *tn_err_text(enum tn_err err);

#endif
