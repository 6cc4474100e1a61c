/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_VOCABULARY_H
#define TENON_VOCABULARY_H

/*
 * Every event, signal, effect, role and colour that the toy knows, each once.
 * The rooms, the play machine, the compiler, the simulator and the reference
 * page read these lists; a new word is one line here. Numbers stand in program
 * images and recordings: never change or reuse one.
 */

/* Dimensions of values; a program's arithmetic is checked against them. */
#define TN_DIMENSIONS(X)                                                       \
    X(COUNT, 0, "count")                                                       \
    X(RATIO, 1, "ratio")                                                       \
    X(TIME, 2, "time")                                                         \
    X(LENGTH, 3, "length")                                                     \
    X(ANGLE, 4, "angle")                                                       \
    X(FREQUENCY, 5, "frequency")                                               \
    X(LOGIC, 6, "yes or no")                                                   \
    X(TAG, 7, "identity of a tag")

/*
 * Events: X(NAME, number, word, subject, arg, dimension, meaning).
 * subject: SELF concerns this program's own tag; TAG is followed by a kind or
 * name of another tag on this brick; NAME is followed by a message or action;
 * COLOUR is followed by a colour's name, and args[0] is its number; NONE stands
 * alone. arg and dimension: what args[0] is called in a program
 * and what it measures ("" where there is none).
 * 0x01-0x0F tags, 0x10-0x1F motion, 0x20-0x2F ears and eyes, 0x50-0x5F power,
 * 0x60-0x6F words between programs. Neighbours are relations and measures
 * (below), not events.
 */
#define TN_EVENTS(X)                                                           \
    X(PLACED, 0x01, "placed", SELF, "", COUNT,                                 \
      "this program's tag has come to the brick")                              \
    X(REMOVED, 0x02, "removed", SELF, "", COUNT,                               \
      "this program's tag is gone for good; the program ends after this")      \
    X(RETURNED, 0x03, "returned", SELF, "", COUNT,                             \
      "this program's tag came back within the grace time")                    \
    X(PLACED_OTHER, 0x04, "placed", TAG, "", COUNT,                            \
      "another tag of that kind or name has come")                             \
    X(REMOVED_OTHER, 0x05, "removed", TAG, "", COUNT,                          \
      "another tag of that kind or name is gone")                              \
    X(LIFTED, 0x10, "lifted", NONE, "", COUNT, "picked up from rest")          \
    X(PUT_DOWN, 0x11, "put_down", NONE, "", COUNT,                             \
      "set on something that does not move")                                   \
    X(SHAKEN, 0x12, "shaken", NONE, "strength", RATIO,                         \
      "moved to and fro, fast")                                                \
    X(SWUNG, 0x13, "swung", NONE, "strength", RATIO,                           \
      "moved once in a wide, strong sweep")                                    \
    X(TAPPED, 0x14, "tapped", NONE, "strength", RATIO,                         \
      "struck once by a finger or on a table")                                 \
    X(CLAP, 0x20, "clap", NONE, "strength", RATIO, "hands were clapped once")  \
    X(SEES, 0x28, "sees", COLOUR, "", COUNT,                                   \
      "a thing of that colour has come before the window")                     \
    X(ACTION, 0x60, "action", NAME, "", COUNT,                                 \
      "another program asks this one to do something")                         \
    X(MESSAGE, 0x61, "message", NAME, "", COUNT,                               \
      "a message that a program sent")                                         \
    X(UNHEARD, 0x62, "unheard", NAME, "", COUNT,                               \
      "this program's message has not reached all it was meant for")

enum tn_event_number {
#define TN_EVENT_ENUM(name, number, word, subject, arg, dim, meaning)          \
    TN_EVENT_##name = number,
    TN_EVENTS(TN_EVENT_ENUM)
#undef TN_EVENT_ENUM
};

/*
 * Signals: X(NAME, number, word, dimension, meaning). Live values; those of
 * dimension LOGIC are lasting words (`when still for 1 s`).
 */
#define TN_SIGNALS(X)                                                          \
    X(SPEED, 0, "speed", RATIO,                                                \
      "how briskly it is moved, smoothed; 100 % is a child's fast flight")     \
    X(ENERGY, 1, "energy", RATIO,                                              \
      "how much it is shaken about right now; 100 % is 1 g of motion")         \
    X(PITCH, 2, "pitch", ANGLE, "nose up, -90 to 90 degrees")                  \
    X(ROLL, 3, "roll", ANGLE, "right side down, -180 to 180 degrees")          \
    X(STRENGTH, 4, "strength", RATIO,                                          \
      "of the last gesture; 100 % is as strong as a child can")                \
    X(STILL, 5, "still", LOGIC, "not moved")                                   \
    X(MOVING, 6, "moving", LOGIC, "being moved")                               \
    X(UPSIDE_DOWN, 7, "upside_down", LOGIC, "studs towards the floor")         \
    X(BATTERY, 8, "battery", RATIO, "charge of the cell")                      \
    X(DOCKED, 9, "docked", LOGIC, "on its charger")                            \
    X(ELAPSED, 10, "elapsed", TIME, "since the present state was entered")     \
    X(LOUDNESS, 11, "loudness", RATIO,                                         \
      "of what is heard; 100 % is as loud as it gets near a child")            \
    X(LOUD, 12, "loud", LOGIC, "it is loud around")                            \
    X(QUIET, 13, "quiet", LOGIC, "hardly a sound for a while")                 \
    X(BRIGHTNESS, 14, "brightness", RATIO,                                     \
      "of the light around; 0 % is night, 100 % full daylight")                \
    X(DARK, 15, "dark", LOGIC, "hardly any light around")                      \
    X(BRIGHT, 16, "bright", LOGIC, "daylight, or close to a lamp")             \
    X(ALONE, 17, "alone", LOGIC, "no other brick of the family is in touch")   \
    X(JOINED, 18, "joined", LOGIC, "in touch with bricks of the family")

enum tn_signal_number {
#define TN_SIGNAL_ENUM(name, number, word, dim, meaning)                       \
    TN_SIGNAL_##name = number,
    TN_SIGNALS(TN_SIGNAL_ENUM)
#undef TN_SIGNAL_ENUM
    TN_SIGNAL_COUNT
};

/* Effects: X(NAME, number, word, meaning). */
#define TN_EFFECTS(X)                                                          \
    X(PLAY, 1, "plays", "starts a sound")                                      \
    X(STOP, 2, "stops", "ends a sound of this program")                        \
    X(STOP_ALL, 3, "stops all", "ends all sounds of this program")             \
    X(HOLD, 4, "plays", "keeps a sound going and sets its live parameters")    \
    X(RELEASE, 5, "lets go", "ends what a `while` block held")                 \
    X(GLOW, 6, "glows", "sets this program's light")                           \
    X(DARK, 7, "goes dark", "takes this program's light away")                 \
    X(ASK, 8, "asks", "asks other programs on this brick for an action")       \
    X(SEND, 9, "sends", "sends a message")                                     \
    X(HUM, 20, "plays", "plays a tune again and again")                        \
    X(FADE, 21, "fades", "lets a sound of this program fade")                  \
    X(VOLUME, 22, "sets its volume", "makes this program quieter")             \
    X(METER, 23, "shows", "changes how much of this program's light is lit")

enum tn_effect_number {
#define TN_EFFECT_ENUM(name, number, word, meaning) TN_EFFECT_##name = number,
    TN_EFFECTS(TN_EFFECT_ENUM)
#undef TN_EFFECT_ENUM
};

/*
 * Relations to other bricks: X(NAME, number, word, meaning). Lasting words that
 * a kind or name follows, or `brick` for whatever brick: `near vehicle`. Never
 * so while it is unknown.
 */
#define TN_RELATIONS(X)                                                        \
    X(NEAR, 0, "near", "closer than 30 cm, until farther than 45 cm")          \
    X(FAR, 1, "far", "farther than 45 cm, until closer than 30 cm")            \
    X(TOUCHING, 2, "touching", "side by side, at most 3 mm apart")             \
    X(FACING, 3, "facing", "it is ahead, within 20 degrees")                   \
    X(FACED_BY, 4, "faced_by", "this brick is ahead of it")

enum tn_relation_number {
#define TN_RELATION_ENUM(name, number, word, meaning)                          \
    TN_RELATION_##name = number,
    TN_RELATIONS(TN_RELATION_ENUM)
#undef TN_RELATION_ENUM
    TN_RELATION_COUNT
};

/* Measures of the nearest brick of a kind: X(NAME, number, word, preposition,
 * dimension, meaning): `distance to vehicle`. Unknown if there is none. */
#define TN_MEASURES(X)                                                         \
    X(DISTANCE, 0, "distance", "to", LENGTH, "from centre to centre")          \
    X(BEARING, 1, "bearing", "of", ANGLE, "to the left of ahead")

enum tn_measure_number {
#define TN_MEASURE_ENUM(name, number, word, preposition, dim, meaning)         \
    TN_MEASURE_##name = number,
    TN_MEASURES(TN_MEASURE_ENUM)
#undef TN_MEASURE_ENUM
    TN_MEASURE_COUNT
};

/* Targets of `send`: X(NAME, number, word, meaning). All but HERE, and the
 * programs of ALL on this brick, concern other bricks. */
#define TN_TARGETS(X)                                                          \
    X(ALL, 1, "all", "every other program, here and on other bricks")          \
    X(OTHERS, 2, "others", "all other bricks")                                 \
    X(HERE, 3, "here", "the other programs on this brick")                     \
    X(NEAREST, 4, "nearest", "the brick whose distance is the least")          \
    X(AIMED, 5, "aimed", "the nearest of those ahead, within 20 degrees")      \
    X(NEAR, 6, "near", "all that are near")                                    \
    X(FACING, 7, "facing", "all that are ahead")                               \
    X(TOUCHING, 8, "touching", "all that touch")                               \
    X(SENDER, 9, "sender", "whoever sent what this reaction answers")

enum tn_target_number {
#define TN_TARGET_ENUM(name, number, word, meaning) TN_TARGET_##name = number,
    TN_TARGETS(TN_TARGET_ENUM)
#undef TN_TARGET_ENUM
    TN_TARGET_COUNT
};

/* Roles: X(NAME, number, word, meaning): whom `ask` and `aboard` can mean. */
#define TN_ROLES(X)                                                            \
    X(ANYONE, 0, "anyone", "every other program on this brick")                \
    X(PILOT, 1, "pilot", "figures aboard")                                     \
    X(VEHICLE, 2, "vehicle", "tiles that are placed")                          \
    X(BRICK, 3, "brick", "the bare brick's program")

enum tn_role_number {
#define TN_ROLE_ENUM(name, number, word, meaning) TN_ROLE_##name = number,
    TN_ROLES(TN_ROLE_ENUM)
#undef TN_ROLE_ENUM
};

/* Colours of lights: X(NAME, number, word, red, green, blue), 0-255 linear. */
#define TN_COLOURS(X)                                                          \
    X(BLACK, 0, "black", 0, 0, 0)                                              \
    X(WHITE, 1, "white", 255, 255, 255)                                        \
    X(WARM, 2, "warm", 255, 150, 60)                                           \
    X(RED, 3, "red", 255, 0, 0)                                                \
    X(ORANGE, 4, "orange", 255, 80, 0)                                         \
    X(YELLOW, 5, "yellow", 255, 190, 0)                                        \
    X(GREEN, 6, "green", 0, 255, 0)                                            \
    X(CYAN, 7, "cyan", 0, 220, 220)                                            \
    X(BLUE, 8, "blue", 0, 0, 255)                                              \
    X(PURPLE, 9, "purple", 130, 0, 255)                                        \
    X(PINK, 10, "pink", 255, 60, 130)

enum tn_colour_number {
#define TN_COLOUR_ENUM(name, number, word, red, green, blue)                   \
    TN_COLOUR_##name = number,
    TN_COLOURS(TN_COLOUR_ENUM)
#undef TN_COLOUR_ENUM
    TN_COLOUR_COUNT
};

/* Those that a brick can tell apart when it sees them: X(NAME). */
#define TN_SEEN_COLOURS(X) X(RED) X(GREEN) X(BLUE)

enum tn_dimension {
#define TN_DIMENSION_ENUM(name, number, word) TN_DIM_##name = number,
    TN_DIMENSIONS(TN_DIMENSION_ENUM)
#undef TN_DIMENSION_ENUM
};

#endif
