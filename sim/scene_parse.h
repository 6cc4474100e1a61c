/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_SCENE_PARSE_H
#define TENON_SIM_SCENE_PARSE_H

/* Private to the scene reader: its statements. False: a problem was noted. */

#include "scene_text.h"

/* `at T NAME ...`, after `at`. */
bool tn_scene_parse_action(struct tn_scene_reader *reader);

/* `expect ...`, after `expect`. */
bool tn_scene_parse_expect(struct tn_scene_reader *reader);

/* A brick's name that was declared. */
bool tn_scene_take_brick(struct tn_scene_reader *reader, size_t *brick);

/* `X, Y`: two lengths. */
bool tn_scene_take_point(struct tn_scene_reader *reader, double *x_m,
                         double *y_m);

/* A program's name; null and a problem if none is known. */
const struct tn_lang_program *
tn_scene_take_program(struct tn_scene_reader *reader);

/* Where the line stands, from `token` on. */
struct tn_scene_place tn_scene_place(const struct tn_scene_reader *reader,
                                     const struct tn_scene_token *token);

/* A token's text as a string of its own. */
char *tn_scene_copy_token(const struct tn_scene_token *token);

/* Looks at the whole: order in time, the end, which tag is where when. */
void tn_scene_check(struct tn_scene *scene, bool has_end);

#endif
