/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <accel_csv.h>

#include "mic.h"
#include "tagware.h"

/* No motion is played across a hole in its recording that is longer. */
#define HOLE_US INT64_C(10000000)

/* The name in a token as a path from where we are. */
static char *get_path(const struct tn_scene_reader *reader,
                      const struct tn_scene_token *token)
{
    const char *folder = token->text[0] == '/' ? "" : reader->folder;

    return tn_scene_format("%s%.*s", folder, (int)token->len, token->text);
}

/* A file name must stand there, and we must be allowed to look. */
static bool check_name(struct tn_scene_reader *reader,
                       const struct tn_scene_token *token)
{
    if (token->kind != TN_SCENE_STRING || token->len == 0) {
        return tn_scene_fail(
            reader, token, tn_scene_format("a file name is missing here"),
            tn_scene_format("write it in quotes, \"like.this\""));
    }
    if (memchr(token->text, '\0', token->len) || reader->alone) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("this file cannot be opened here"),
                             NULL);
    }
    return true;
}

static char *copy(const char *text)
{
    return tn_scene_copy(text, strlen(text));
}

/* A play file's problems become the scene's. */
static void take_problems(struct tn_scene *scene, const struct tn_lang_set *set)
{
    for (size_t i = 0; i < set->problem_count; i++) {
        scene->problems = tn_scene_grow(scene->problems, &scene->problem_count,
                                        sizeof *scene->problems);

        struct tn_lang_problem *to = &scene->problems[scene->problem_count - 1];

        *to = set->problems[i];
        to->file = copy(to->file ? to->file : "");
        to->source = copy(to->source ? to->source : "");
        to->why = copy(to->why ? to->why : "");
        to->what = copy(to->what ? to->what : "");
    }
    scene->error_count += set->error_count;
}

static bool take_programs(struct tn_scene_reader *reader,
                          const struct tn_scene_token *token,
                          const struct tn_lang_set *set)
{
    struct tn_scene *scene = reader->scene;

    for (size_t i = 0; i < set->program_count; i++) {
        const struct tn_lang_program *program = &set->programs[i];

        for (size_t j = 0; j < scene->program_count; j++) {
            if (strcmp(scene->programs[j]->name, program->name) == 0) {
                return tn_scene_fail(
                    reader, token,
                    tn_scene_format("it declares %s, which another file "
                                    "declares too",
                                    program->name),
                    tn_scene_format("use one of the two"));
            }
        }
        scene->programs =
            tn_scene_grow((void *)scene->programs, &scene->program_count,
                          sizeof *scene->programs);
        scene->programs[scene->program_count - 1] = program;
    }
    return true;
}

bool tn_scene_use(struct tn_scene_reader *reader,
                  const struct tn_scene_token *token)
{
    struct tn_scene *scene = reader->scene;

    if (!check_name(reader, token)) {
        reader->broken_sets = true;
        return false;
    }

    char *path = get_path(reader, token);
    struct tn_lang_set *set = tn_lang_compile_file(path);

    free(path);
    scene->sets =
        tn_scene_grow(scene->sets, &scene->set_count, sizeof *scene->sets);
    scene->sets[scene->set_count - 1] = set;
    take_problems(scene, set);
    if (set->error_count > 0) {
        reader->broken_sets = true;
        return tn_scene_fail(
            reader, token, tn_scene_format("this play file has errors"),
            tn_scene_format("correct them first; they are listed too"));
    }
    if (set->program_count == 0) {
        return tn_scene_fail(
            reader, token,
            tn_scene_format("this play file has no tile or figure"), NULL);
    }
    return take_programs(reader, token, set);
}

static bool find_file(const struct tn_scene *scene, const char *path,
                      bool motion, size_t *item)
{
    for (size_t i = 0; i < scene->file_count; i++) {
        const struct tn_scene_file *file = &scene->files[i];

        if (motion == (file->points != NULL) && strcmp(file->path, path) == 0) {
            *item = i;
            return true;
        }
    }
    return false;
}

static struct tn_scene_file *add_file(struct tn_scene *scene, char *path,
                                      size_t *item)
{
    scene->files =
        tn_scene_grow(scene->files, &scene->file_count, sizeof *scene->files);
    *item = scene->file_count - 1;
    scene->files[*item].path = path;
    return &scene->files[*item];
}

static void take_rows(struct tn_scene_file *file,
                      const struct tn_accel_csv *csv)
{
    file->count = csv->row_count;
    file->points = tn_scene_need(malloc(csv->row_count * sizeof *file->points));
    for (size_t i = 0; i < csv->row_count; i++) {
        const struct tn_accel_row *row = &csv->rows[i];

        file->points[i] = (struct tn_body_point){
            .at_us = (int64_t)row->t_us,
            .x_mg = (float)row->x_ug * 1e-3f,
            .y_mg = (float)row->y_ug * 1e-3f,
            .z_mg = (float)row->z_ug * 1e-3f,
        };
    }
}

bool tn_scene_open_record(struct tn_scene_reader *reader,
                          const struct tn_scene_token *token, size_t *item)
{
    if (!check_name(reader, token)) {
        return false;
    }

    char *path = get_path(reader, token);
    struct tn_accel_csv csv;

    if (find_file(reader->scene, path, true, item)) {
        free(path);
        return true;
    }
    if (!tn_accel_csv_load(path, NULL, &csv)) {
        free(path);
        return tn_scene_fail(
            reader, token,
            tn_scene_format("this motion cannot be read: %s", csv.error), NULL);
    }
    if (csv.row_count < 2) {
        tn_accel_csv_free(&csv);
        free(path);
        return tn_scene_fail(
            reader, token, tn_scene_format("a motion needs two rows at least"),
            NULL);
    }
    if (csv.dropped_count + csv.gap_count > 0) {
        tn_scene_warn(
            reader, token,
            tn_scene_format("this motion has faults; taken: %s", csv.assumed),
            NULL);
    }
    take_rows(add_file(reader->scene, path, item), &csv);
    tn_accel_csv_free(&csv);
    return true;
}

bool tn_scene_check_record(struct tn_scene_reader *reader,
                           const struct tn_scene_token *token,
                           const struct tn_scene_action *action)
{
    const struct tn_scene_file *file = &reader->scene->files[action->item];

    for (size_t i = 1; i < file->count; i++) {
        int64_t a_us = file->points[i - 1].at_us;
        int64_t b_us = file->points[i].at_us;

        if (b_us - a_us > HOLE_US && a_us < (int64_t)action->to_us &&
            b_us > (int64_t)action->from_us) {
            return tn_scene_fail(
                reader, token,
                tn_scene_format("this motion has a hole from %.3f to %.3f s",
                                (double)a_us * 1e-6, (double)b_us * 1e-6),
                tn_scene_format("choose a span before or after it, for "
                                "instance: from 0 s to %.3f s",
                                (double)a_us * 1e-6));
        }
    }
    return true;
}

bool tn_scene_open_sound(struct tn_scene_reader *reader,
                         const struct tn_scene_token *token, size_t *item)
{
    if (!check_name(reader, token)) {
        return false;
    }

    char *path = get_path(reader, token);

    if (find_file(reader->scene, path, false, item)) {
        free(path);
        return true;
    }

    int16_t *samples;
    size_t count;
    const char *why = tn_mic_load(path, &samples, &count);

    if (why) {
        char *text = tn_scene_format("%s cannot be heard: %s", path, why);

        free(path);
        return tn_scene_fail(reader, token, text, NULL);
    }

    struct tn_scene_file *file = add_file(reader->scene, path, item);

    file->samples = samples;
    file->count = count;
    return true;
}

static struct tn_scene_tag *add_tag(struct tn_scene *scene, const char *label,
                                    size_t len, size_t *item)
{
    struct tn_scene_tag *tag = tn_scene_need(calloc(1, sizeof *tag));

    scene->tags =
        tn_scene_grow(scene->tags, &scene->tag_count, sizeof *scene->tags);
    *item = scene->tag_count - 1;
    scene->tags[*item] = tag;
    tag->label = tn_scene_copy(label, len);
    tag->on = SIZE_MAX;
    return tag;
}

static bool find_tag(const struct tn_scene *scene, const char *label,
                     size_t len, enum tn_sim_chip chip, size_t *item)
{
    for (size_t i = 0; i < scene->tag_count; i++) {
        const struct tn_scene_tag *tag = scene->tags[i];

        if (tag->tag.chip == chip && strlen(tag->label) == len &&
            memcmp(tag->label, label, len) == 0) {
            *item = i;
            return true;
        }
    }
    return false;
}

static bool fail_size(struct tn_scene_reader *reader,
                      const struct tn_scene_token *token,
                      const struct tn_lang_program *program,
                      enum tn_sim_chip chip)
{
    unsigned need = tn_tagware_get_need(program);
    enum tn_sim_chip fit = tn_tagware_get_smallest(program);
    char *what =
        fit < TN_SIM_CHIP_COUNT
            ? tn_scene_format("it fits %s", tn_sim_chip_get_info(fit)->name)
            : tn_scene_format("make it smaller; see tenon build");

    if (chip < TN_SIM_CHIP_COUNT) {
        const struct tn_sim_chip_info *info = tn_sim_chip_get_info(chip);

        return tn_scene_fail(reader, token,
                             tn_scene_format("%s needs %u bytes, %s holds %u",
                                             program->name, need, info->name,
                                             (unsigned)info->area_len),
                             what);
    }
    return tn_scene_fail(reader, token,
                         tn_scene_format("%s needs %u bytes, more than any tag",
                                         program->name, need),
                         what);
}

/* The tag that this program was last given on. */
static bool find_latest(const struct tn_scene *scene,
                        const struct tn_lang_program *program, size_t *item)
{
    for (size_t i = scene->tag_count; i-- > 0;) {
        if (scene->tags[i]->program == program) {
            *item = i;
            return true;
        }
    }
    return false;
}

bool tn_scene_open_program(struct tn_scene_reader *reader,
                           const struct tn_scene_token *token,
                           const struct tn_lang_program *program,
                           enum tn_sim_chip chip, size_t *item)
{
    struct tn_scene *scene = reader->scene;
    const char *name = program->name;
    struct tn_sim_tag tag;

    if (chip == TN_SIM_CHIP_COUNT && find_latest(scene, program, item)) {
        return true;
    }

    enum tn_sim_chip on =
        chip < TN_SIM_CHIP_COUNT ? chip : tn_tagware_get_smallest(program);

    if (on == TN_SIM_CHIP_COUNT ||
        tn_tagware_encode(program, on, program->identity, &tag) != TN_OK) {
        return fail_size(reader, token, program, chip);
    }
    if (!find_tag(scene, name, strlen(name), on, item)) {
        struct tn_scene_tag *added = add_tag(scene, name, strlen(name), item);

        added->program = program;
        added->tag = tag;
    }
    return true;
}

/* At most one byte more than the largest tag is read. */
static const char *read_dump(const char *path, uint8_t *dump, size_t *len)
{
    FILE *file = fopen(path, "rb");

    if (!file) {
        return strerror(errno);
    }
    *len = fread(dump, 1, TN_SIM_MEMORY_CAP + 1, file);

    bool failed = ferror(file) != 0;

    fclose(file);
    return failed ? "it cannot be read" : NULL;
}

/* The UID's check bytes: 3 is of the three bytes before it and 0x88, 8 of the
 * four before it. */
static bool fail_check_byte(struct tn_scene_reader *reader,
                            const struct tn_scene_token *token,
                            const uint8_t *dump, const uint8_t *right)
{
    unsigned at = dump[3] != right[3] ? 3 : 8;

    return tn_scene_fail(
        reader, token,
        tn_scene_format("byte %u of this dump is 0x%02X; the UID before it "
                        "makes it 0x%02X",
                        at, (unsigned)dump[at], (unsigned)right[at]),
        tn_scene_format("read the tag again; no such tag can be found"));
}

static bool fail_length(struct tn_scene_reader *reader,
                        const struct tn_scene_token *token, size_t len,
                        enum tn_sim_chip chip)
{
    const struct tn_sim_chip_info *info = tn_sim_chip_get_info(chip);
    bool more = len > TN_SIM_MEMORY_CAP;

    return tn_scene_fail(
        reader, token,
        tn_scene_format("this dump has %s%zu bytes, the whole memory of an %s "
                        "has %u",
                        more ? "more than " : "", more ? len - 1 : len,
                        info->name, (unsigned)info->memory_len),
        tn_scene_format("name the chip that the dump is of"));
}

bool tn_scene_open_dump(struct tn_scene_reader *reader,
                        const struct tn_scene_token *token,
                        enum tn_sim_chip chip, size_t *item)
{
    uint8_t dump[TN_SIM_MEMORY_CAP + 1] = {0};
    size_t len = 0;

    if (!check_name(reader, token)) {
        return false;
    }
    if (find_tag(reader->scene, token->text, token->len, chip, item)) {
        return true;
    }

    char *path = get_path(reader, token);
    const char *why = read_dump(path, dump, &len);

    if (why) {
        char *text = tn_scene_format("%s: %s", path, why);

        free(path);
        return tn_scene_fail(reader, token, text, NULL);
    }
    free(path);

    struct tn_scene_tag *tag =
        add_tag(reader->scene, token->text, token->len, item);

    switch (tn_sim_tag_load(&tag->tag, chip, dump, (uint32_t)len)) {
    case TN_OK:
        return true;
    case TN_ERR_CHECKSUM:
        return fail_check_byte(reader, token, dump, tag->tag.memory);
    default:
        return fail_length(reader, token, len, chip);
    }
}
