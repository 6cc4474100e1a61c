/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/patch.h>
#include <tenon/vocabulary.h>
#include <tenon/voice.h>

/* Statements that order things in time. */

#define STEP_MICRO 4000 /* a brick's step */
#define STEP_MS 4u
#define LATER_MAX_MS 32767000u

uint32_t tn_check_len_ms(const struct tn_stmt *stmt)
{
    uint32_t ms =
        tn_voice_get_len_ms(stmt->sound->patch, stmt->sound->patch_len);

    return ms < STEP_MS ? STEP_MS : ms;
}

/* What is left is left with all that waits in it. */
static bool check_place(struct tn_unit *unit, struct tn_pos pos,
                        const char *word)
{
    if (unit->place != TN_PLACE_LEAVE) {
        return true;
    }
    tn_problem_error(&unit->front->problems, pos,
                     "put it into `enter` of the next state",
                     "the state is left, and `%s` with it", word);
    return false;
}

/* `then` and `times` need an end to wait for. */
static bool check_end(struct tn_unit *unit, const struct tn_stmt *stmt)
{
    struct tn_problems *problems = &unit->front->problems;
    const char *word = stmt->times > 1 ? "times" : "then";
    uint32_t ms = tn_check_len_ms(stmt);

    if (!check_place(unit, stmt->name.pos, word)) {
        return false;
    }
    if (ms == UINT32_MAX || stmt->is_again) {
        tn_problem_error(problems, stmt->name.pos,
                         stmt->is_again ? "remove `again`"
                                        : "remove `hold` from it, or use "
                                          "`after TIME { ... }`",
                         "`%s` does not end by itself, so nothing can follow "
                         "it",
                         stmt->name.text);
        return false;
    }
    if (ms > LATER_MAX_MS / stmt->times) {
        tn_problem_error(problems, stmt->name.pos, "make it shorter",
                         "this would take longer than 9 hours");
        return false;
    }
    return true;
}

static bool check_hum(struct tn_unit *unit, const struct tn_stmt *stmt)
{
    if (stmt->is_hum && !stmt->sound->is_tune) {
        tn_problem_error(&unit->front->problems, stmt->name.pos,
                         "write `play`, or make a `tune` of it",
                         "`%s` is a sound; only tunes can be hummed",
                         stmt->name.text);
        return false;
    }
    return !stmt->is_again || check_place(unit, stmt->again_pos, "again");
}

void tn_check_play_more(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_problems *problems = &unit->front->problems;
    bool is_more = stmt->then || stmt->times > 1;

    if (unit->place == TN_PLACE_WHILE && (is_more || stmt->is_again)) {
        tn_problem_error(problems, stmt->pos,
                         "name one sound or tune; it goes on as long as this "
                         "holds",
                         "`then`, `times` and `again` have no place in "
                         "`while`");
        stmt->is_good = false;
        return;
    }
    if (stmt->is_good) {
        stmt->is_good = check_hum(unit, stmt);
    }
    if (stmt->is_good && is_more) {
        stmt->is_good = check_end(unit, stmt);
    }
    tn_check_block(unit, stmt->then);
}

void tn_check_later(struct tn_unit *unit, struct tn_stmt *stmt)
{
    bool is_good = check_place(unit, stmt->pos, "after");

    if (stmt->time_micro < STEP_MICRO) {
        tn_problem_error(&unit->front->problems, stmt->time_pos,
                         "choose a longer time",
                         "a brick looks every 4 ms; this is shorter");
        is_good = false;
    }
    tn_check_block(unit, stmt->then);
    stmt->is_good = is_good;
}

void tn_check_fade(struct tn_unit *unit, struct tn_stmt *stmt)
{
    stmt->sound = tn_check_sound(unit->front, &stmt->name);
    if (stmt->time_micro > TN_SOUND_MAX_MS * 1000ll ||
        stmt->time_micro < 1000) {
        tn_problem_error(&unit->front->problems, stmt->time_pos,
                         "choose another", "fades take 1 ms to 60 s");
        return;
    }
    stmt->is_good = stmt->sound && stmt->sound->patch_len;
}

void tn_check_volume(struct tn_unit *unit, struct tn_stmt *stmt)
{
    tn_check_expr(unit, stmt->value, TN_DIM_RATIO);
    if (stmt->value->kind == TN_EXPR_LITERAL &&
        (stmt->value->q16 > TN_Q16_ONE || stmt->value->q16 < 0)) {
        tn_problem_error(&unit->front->problems, stmt->value->pos,
                         "100% is the family's own volume",
                         "a program can only be quieter: 0%% to 100%%");
        return;
    }
    stmt->is_good = stmt->value->kind != TN_EXPR_BAD;
}

bool tn_check_meter(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_expr *lit = stmt->value, *full = stmt->second;

    tn_check_any(unit, lit);
    if (lit->kind == TN_EXPR_BAD) {
        tn_check_any(unit, full);
        return false;
    }
    if (lit->dimension == TN_DIM_LOGIC) {
        tn_problem_error(&unit->front->problems, lit->pos,
                         "name a number, such as `meter hull of 6`",
                         "this is yes or no; it has no size");
        return false;
    }
    tn_check_expr(unit, full, lit->dimension);
    return full->kind != TN_EXPR_BAD;
}
