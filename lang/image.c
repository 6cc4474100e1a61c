/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/image.h>
#include <tenon/play.h>

/* The names in the order of the table: own kinds, the program's own name, the
 * states; what code needs comes after. */
static void collect_names(struct tn_unit *unit)
{
    const struct tn_word *own = &unit->ast->name;

    for (struct tn_kind *k = unit->ast->kinds; k; k = k->next) {
        tn_code_name(unit, k->name.text, k->name.pos);
    }
    if (unit->ast->kind != TN_IMAGE_BRICK) {
        tn_code_name(unit, own->text, own->pos);
    }
    unit->kind_count = unit->shared_count;
    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        tn_code_name(unit, s->name.text, s->name.pos);
    }
    for (struct tn_number *n = unit->ast->numbers; n; n = n->next) {
        if (n->is_shown) {
            tn_code_name(unit, n->name.text, n->name.pos);
        }
    }
}

static void put_names(struct tn_unit *unit, struct tn_code *image)
{
    for (uint32_t i = 0; i < unit->shared_count; i++) {
        const char *name = unit->shared[i];
        uint8_t data[4];

        tn_bytes_put_u32(data, 0,
                         tn_hash_fnv32(TN_FNV32_START, name, strlen(name)));
        tn_code_append(unit, image, data, 4);
    }
}

static void put_states(struct tn_unit *unit, struct tn_code *image)
{
    const struct tn_word *own = &unit->ast->name;

    if (!unit->ast->states) {
        /* a program without states is in one, called like itself */
        tn_code_push(unit, image, TN_STATE_NONE);
        tn_code_push(unit, image, tn_code_name(unit, own->text, own->pos));
    }
    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        tn_code_push(unit, image, s->parent ? s->parent->index : TN_STATE_NONE);
        tn_code_push(unit, image,
                     tn_code_name(unit, s->name.text, s->name.pos));
    }
}

static void put_numbers(struct tn_unit *unit, struct tn_code *image)
{
    for (struct tn_number *n = unit->ast->numbers; n; n = n->next) {
        uint32_t flags = (n->is_kept ? TN_NUMBER_KEEP : 0) |
                         (n->is_mood ? TN_NUMBER_MOOD : 0) |
                         (n->is_shown ? TN_NUMBER_SHOW : 0) |
                         (n->places ? TN_NUMBER_LIST : 0);

        tn_code_push(unit, image, flags);
        if (n->places) {
            tn_code_push(unit, image, n->places);
            continue;
        }
        tn_code_number(unit, image, tn_check_q16(n->value.micro));
        if (n->is_mood) {
            tn_code_varint(unit, image,
                           (uint32_t)((n->fall_micro + 500) / 1000));
        }
        if (n->is_shown) {
            tn_code_push(unit, image,
                         tn_code_name(unit, n->name.text, n->name.pos));
        }
    }
}

static uint32_t start_of(const struct tn_unit *unit)
{
    const char *start = unit->ast->start.text;
    const struct tn_state *state =
        start ? tn_table_get(&unit->names, TN_SORT_STATE, start) : NULL;

    return state ? state->index : 0;
}

static void put_header(struct tn_unit *unit, struct tn_code *image)
{
    uint8_t header[TN_IMAGE_HEADER_LEN] = {0};

    header[TN_IMAGE_AT_MAGIC] = TN_IMAGE_MAGIC;
    header[TN_IMAGE_AT_VERSION] = TN_IMAGE_VERSION;
    header[TN_IMAGE_AT_KIND] = unit->ast->kind;
    header[TN_IMAGE_AT_FEATURES] = (uint8_t)unit->features;
    header[TN_IMAGE_AT_FEATURES] = (uint8_t)unit->features;
    header[TN_IMAGE_AT_NAMES] = (uint8_t)unit->shared_count;
    header[TN_IMAGE_AT_KINDS] = (uint8_t)unit->kind_count;
    header[TN_IMAGE_AT_STATES] =
        (uint8_t)(unit->ast->states ? unit->state_count : 1);
    header[TN_IMAGE_AT_START] = (uint8_t)start_of(unit);
    header[TN_IMAGE_AT_NUMBERS] = (uint8_t)unit->number_count;
    header[TN_IMAGE_AT_SOUNDS] = (uint8_t)unit->sounds.count;
    header[TN_IMAGE_AT_LIGHTS] = (uint8_t)unit->lights.count;
    header[TN_IMAGE_AT_REACTIONS] = (uint8_t)unit->reaction_count;
    tn_code_append(unit, image, header, sizeof(header));
}

/* Length and checksum are known at the end. */
static void finish(struct tn_code *image)
{
    tn_bytes_put_u16(image->data, TN_IMAGE_AT_LENGTH, (uint16_t)image->len);
    tn_bytes_put_u16(image->data, TN_IMAGE_AT_CHECKSUM,
                     tn_hash_crc16(image->data + TN_IMAGE_AT_NAMES,
                                   image->len - TN_IMAGE_AT_NAMES));
}

/* What takes the most work, and how to make it less. */
static const char *get_work_advice(const struct tn_image_info *info,
                                   uint16_t *work)
{
    const char *advice = "shorten what an event, a timer or `later` does";

    *work = info->work_event;
    if (info->work_begin > *work) {
        *work = info->work_begin;
        advice = "shorten what `when placed` and `enter` do";
    }
    if (info->work_end > *work) {
        *work = info->work_end;
        advice = "shorten what `when removed` and `leave` do";
    }
    if (info->work_change > *work) {
        *work = info->work_change;
        advice = "shorten what `enter` and `leave` do";
    }
    if (info->work_look > *work) {
        *work = info->work_look;
        advice = "shorten conditions and what they do in a state";
    }
    if (info->work_while > *work) {
        *work = info->work_while;
        advice = "shorten `while` blocks";
    }
    return advice;
}

static void verify(struct tn_unit *unit, const struct tn_code *image)
{
    struct tn_problems *problems = &unit->front->problems;
    const struct tn_word *own = &unit->ast->name;
    struct tn_image_info info;
    enum tn_err err;

    if (image->full || image->len > TN_IMAGE_CAP) {
        const char *len = image->full
                              ? "more than 65536"
                              : tn_arena_print(&unit->front->arena, "%u",
                                               (unsigned)image->len);

        tn_problem_error(problems, own->pos,
                         tn_arena_print(&unit->front->arena,
                                        "its sounds take %u bytes, its "
                                        "reactions %u: remove or simplify some",
                                        (unsigned)unit->sounds.code.len,
                                        (unsigned)unit->reactions.len),
                         "`%s` needs %s bytes; a brick takes %u", own->text,
                         len, TN_IMAGE_CAP);
        return;
    }
    err = tn_play_verify(image->data, (uint16_t)image->len, &info);
    if (err == TN_ERR_WORK) {
        uint16_t work;
        const char *advice = get_work_advice(&info, &work);

        tn_problem_error(
            problems, own->pos, advice,
            "`%s` could take %u units of work at once; a program has %u",
            own->text, work, TN_PROGRAM_WORK_CAP);
    } else if (err) {
        tn_problem_error(problems, own->pos,
                         "this is a mistake in the compiler; please report it",
                         "a brick refuses `%s` at byte %u: %s", own->text,
                         info.err_at, tn_err_text(err));
    }
}

static struct tn_lang_names names_of(struct tn_arena *keep,
                                     const char *const *list, size_t count)
{
    struct tn_lang_names names = {
        tn_arena_get(keep, (count + 1) * sizeof(char *)), count};

    for (size_t i = 0; i < count; i++) {
        names.list[i] = tn_arena_copy(keep, list[i], strlen(list[i]));
    }
    return names;
}

/* The names for people. */
static void keep_names(struct tn_unit *unit, struct tn_arena *keep,
                       struct tn_lang_program *program)
{
    const char
        *list[TN_STATE_CAP > TN_NUMBER_CAP ? TN_STATE_CAP : TN_NUMBER_CAP];
    size_t count = 0;

    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        list[count++] = s->name.text;
    }
    if (count == 0) {
        list[count++] = unit->ast->name.text;
    }
    program->states = names_of(keep, list, count);
    count = 0;
    for (struct tn_number *n = unit->ast->numbers; n; n = n->next) {
        list[count++] = n->name.text;
    }
    program->numbers = names_of(keep, list, count);
    program->sounds = names_of(keep, unit->sounds.labels, unit->sounds.count);
    program->lights = names_of(keep, unit->lights.labels, unit->lights.count);
    program->names = names_of(keep, unit->shared, unit->shared_count);
}

void tn_image_write(struct tn_unit *unit, struct tn_arena *keep,
                    struct tn_lang_program *program)
{
    struct tn_problems *problems = &unit->front->problems;
    const char *own = unit->ast->name.text;
    struct tn_code states = {0}, image = {0};

    collect_names(unit);
    put_states(unit, &states);
    tn_react_emit(unit);
    put_header(unit, &image);
    put_names(unit, &image);
    tn_code_append(unit, &image, states.data, states.len);
    put_numbers(unit, &image);
    tn_code_append(unit, &image, unit->sounds.code.data, unit->sounds.code.len);
    tn_code_append(unit, &image, unit->lights.code.data, unit->lights.code.len);
    tn_code_append(unit, &image, unit->reactions.data, unit->reactions.len);
    image.full = image.full || unit->reactions.full;
    if (problems->errors == 0) {
        if (!image.full) {
            finish(&image);
        }
        verify(unit, &image);
    }
    if (problems->errors) {
        return;
    }
    program->name = tn_arena_copy(keep, own, strlen(own));
    program->kind = (enum tn_image_kind)unit->ast->kind;
    program->image = tn_arena_get(keep, image.len);
    program->image_len = image.len;
    memcpy(program->image, image.data, image.len);
    keep_names(unit, keep, program);
}
