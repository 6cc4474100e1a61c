/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_SCENE_FILES_H
#define TENON_SIM_SCENE_FILES_H

/*
 * Private to the scene reader: the files that a scene names. Each is loaded
 * once. What is wrong becomes a problem at the token that named it; then the
 * result is false.
 */

#include "scene_text.h"

/* A play file: its programs are known from here on. */
bool tn_scene_use(struct tn_scene_reader *reader,
                  const struct tn_scene_token *token);

/* An accelerometer recording, or a sound for the microphone. */
bool tn_scene_open_record(struct tn_scene_reader *reader,
                          const struct tn_scene_token *token, size_t *item);
bool tn_scene_open_sound(struct tn_scene_reader *reader,
                         const struct tn_scene_token *token, size_t *item);

/* Whether the span of a recording that an action plays has no hole. */
bool tn_scene_check_record(struct tn_scene_reader *reader,
                           const struct tn_scene_token *token,
                           const struct tn_scene_action *action);

/* The tag that holds a program, on a chip; the same one each time. Chip
 * TN_SIM_CHIP_COUNT: the tag used last, or the smallest chip that it fits. */
bool tn_scene_open_program(struct tn_scene_reader *reader,
                           const struct tn_scene_token *token,
                           const struct tn_lang_program *program,
                           enum tn_sim_chip chip, size_t *item);

/* The tag with a dump's memory. */
bool tn_scene_open_dump(struct tn_scene_reader *reader,
                        const struct tn_scene_token *token,
                        enum tn_sim_chip chip, size_t *item);

#endif
