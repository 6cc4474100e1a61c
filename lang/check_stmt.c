/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/patch.h>
#include <tenon/vocabulary.h>

struct tn_sound *tn_check_sound(struct tn_front *front,
                                const struct tn_word *name)
{
    struct tn_sound *sound = tn_common_get(front, TN_SORT_SOUND, name->text);
    struct tn_suggest suggest;
    const char *what;

    if (sound) {
        sound->is_used = true;
        if (!sound->patch_len && !sound->is_tune) {
            tn_patch_sound(front, sound); /* its turn has not come */
        }
        return sound;
    }
    tn_suggest_init(&suggest, name->text);
    tn_check_suggest(&suggest, &front->names, TN_SORT_SOUND);
    tn_check_suggest(&suggest, &front->common, TN_SORT_SOUND);
    what = tn_check_mean(front, &suggest);
    tn_problem_error(&front->problems, name->pos,
                     what ? what : "declare it: sound NAME { ... }",
                     "there is no sound or tune called `%s`", name->text);
    return NULL;
}

static bool is_param(const struct tn_sound *sound, struct tn_arg *arg)
{
    for (uint8_t i = 0; i < sound->param_count; i++) {
        if (strcmp(sound->params[i], arg->name.text) == 0) {
            arg->index = i;
            return true;
        }
    }
    return false;
}

static void report_param(struct tn_unit *unit, const struct tn_sound *sound,
                         const struct tn_arg *arg)
{
    struct tn_front *front = unit->front;
    struct tn_suggest suggest;
    const char *what;

    tn_suggest_init(&suggest, arg->name.text);
    for (uint8_t i = 0; i < sound->param_count; i++) {
        tn_suggest_post(&suggest, sound->params[i]);
    }
    what = tn_check_mean(front, &suggest);
    if (!what && sound->param_count) {
        what = tn_arena_print(&front->arena, "its first parameter is %s",
                              sound->params[0]);
    }
    tn_problem_error(&front->problems, arg->name.pos,
                     what ? what : "give the sound a range: A .. B by NAME",
                     "the sound `%s` has no parameter `%s`", sound->name.text,
                     arg->name.text);
}

static void check_play(struct tn_unit *unit, struct tn_stmt *stmt)
{
    uint32_t seen = 0;
    bool is_known = true;

    stmt->sound = tn_check_sound(unit->front, &stmt->name);
    if (stmt->sound && stmt->sound->patch_len && !stmt->sound->is_tune &&
        unit->place == TN_PLACE_WHILE) {
        bool holds = false;

        for (const struct tn_element *e = stmt->sound->elements; e;
             e = e->next) {
            holds = holds || e->type == TN_SOUND_HOLD;
        }
        if (!holds) {
            tn_problem_warn(&unit->front->problems, stmt->name.pos,
                            "add `hold` to the sound",
                            "`%s` ends by itself, even in `while`",
                            stmt->name.text);
        }
    }
    for (struct tn_arg *arg = stmt->args; arg; arg = arg->next) {
        tn_check_expr(unit, arg->value, TN_DIM_RATIO);
        if (!stmt->sound || !stmt->sound->patch_len) {
            continue;
        }
        if (!is_param(stmt->sound, arg)) {
            report_param(unit, stmt->sound, arg);
            is_known = false;
        } else if (seen >> arg->index & 1u) {
            tn_problem_error(&unit->front->problems, arg->name.pos,
                             "remove one of them", "`%s` is given twice",
                             arg->name.text);
            is_known = false;
        } else {
            seen |= 1u << arg->index;
        }
    }
    stmt->is_good = stmt->sound && stmt->sound->patch_len && is_known;
    tn_check_play_more(unit, stmt);
}

static void check_glow(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_light *light = stmt->light;
    struct tn_light *known =
        tn_common_get(unit->front, TN_SORT_LIGHT, light->colour.text);

    if (known && !light->has_mode && light->rate_micro < 0 &&
        light->level_micro < 0 && light->end_micro < 0) {
        stmt->light = known;
    } else if (!light->patch_len) {
        tn_patch_light(unit->front, light);
    }
    stmt->is_good = stmt->light->patch_len > 0;
    if (stmt->value) {
        stmt->is_good = tn_check_meter(unit, stmt) && stmt->is_good;
    }
}

static void check_assign(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_front *front = unit->front;
    const struct tn_number *number =
        tn_table_get(&unit->names, TN_SORT_NUMBER, stmt->name.text);
    struct tn_suggest suggest;
    const char *what;

    if (!number) {
        tn_suggest_init(&suggest, stmt->name.text);
        tn_check_suggest(&suggest, &unit->names, TN_SORT_NUMBER);
        what = tn_check_mean(front, &suggest);
        what = what ? what : "declare it: number NAME = VALUE";
        if (tn_vocab_get(tn_vocab_signals, stmt->name.text)) {
            what = "it comes from the brick's senses and cannot be set";
        }
        tn_problem_error(&front->problems, stmt->name.pos, what,
                         "there is no number called `%s`", stmt->name.text);
        return;
    }
    if (number->places) {
        tn_problem_error(&front->problems, stmt->name.pos,
                         "change it with `add VALUE to LIST` and `clear LIST`",
                         "`%s` is a list", stmt->name.text);
        return;
    }
    stmt->index = number->index;
    if (stmt->sign != TN_TOKEN_MUL && stmt->sign != TN_TOKEN_DIV) {
        tn_check_expr(unit, stmt->value, number->value.dimension);
    } else {
        tn_check_any(unit, stmt->value);
        if (stmt->value->kind != TN_EXPR_BAD &&
            stmt->value->dimension != TN_DIM_COUNT &&
            stmt->value->dimension != TN_DIM_RATIO) {
            tn_problem_error(&front->problems, stmt->value->pos, NULL,
                             "this is %s; a count or a ratio is needed, such "
                             "as 2 or 50%%",
                             tn_vocab_dimension(stmt->value->dimension));
            return;
        }
    }
    if (stmt->sign == TN_TOKEN_DIV && stmt->value->kind == TN_EXPR_LITERAL &&
        stmt->value->q16 == 0) {
        tn_problem_warn(&front->problems, stmt->value->pos,
                        "divide by something else",
                        "dividing by zero gives zero");
    }
    stmt->is_good = stmt->value->kind != TN_EXPR_BAD;
}

static void check_ask(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_front *front = unit->front;
    const struct tn_vocab_word *role =
        tn_vocab_get(tn_vocab_roles, stmt->role.text);
    struct tn_suggest suggest;
    const char *what;

    if (!role) {
        tn_suggest_init(&suggest, stmt->role.text);
        for (role = tn_vocab_roles; role->word; role++) {
            tn_suggest_post(&suggest, role->word);
        }
        what = tn_check_mean(front, &suggest);
        tn_problem_error(&front->problems, stmt->role.pos,
                         what ? what
                              : "roles are anyone, pilot, vehicle and brick",
                         "there is no role called `%s`", stmt->role.text);
        return;
    }
    stmt->index = role->number;
    stmt->is_good = true;
    if (!tn_table_get(&front->names, TN_SORT_ACTION, stmt->name.text)) {
        tn_suggest_init(&suggest, stmt->name.text);
        tn_check_suggest(&suggest, &front->names, TN_SORT_ACTION);
        if (suggest.best) {
            tn_problem_warn(&front->problems, stmt->name.pos,
                            tn_check_mean(front, &suggest),
                            "nobody in this set has an action `%s`",
                            stmt->name.text);
        }
    }
}

static void check_go(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_front *front = unit->front;
    struct tn_state *state =
        tn_table_get(&unit->names, TN_SORT_STATE, stmt->name.text);
    struct tn_suggest suggest;
    const char *what;

    if (unit->place == TN_PLACE_LEAVE) {
        tn_problem_error(&front->problems, stmt->pos,
                         "put it where the state is left",
                         "`leave` is on its way to a state already");
        return;
    }
    if (!state) {
        tn_suggest_init(&suggest, stmt->name.text);
        tn_check_suggest(&suggest, &unit->names, TN_SORT_STATE);
        what = tn_check_mean(front, &suggest);
        tn_problem_error(&front->problems, stmt->name.pos,
                         what ? what : "declare it: state NAME { ... }",
                         "`%s` has no state `%s`", unit->ast->name.text,
                         stmt->name.text);
        return;
    }
    state->is_reached = true;
    stmt->index = state->index;
    stmt->is_good = true;
}

static void check_stmt(struct tn_unit *unit, struct tn_stmt *stmt)
{
    switch (stmt->kind) {
    case TN_STMT_PLAY:
        check_play(unit, stmt);
        break;
    case TN_STMT_STOP:
        stmt->sound = tn_check_sound(unit->front, &stmt->name);
        stmt->is_good = stmt->sound && stmt->sound->patch_len;
        break;
    case TN_STMT_GLOW:
        check_glow(unit, stmt);
        break;
    case TN_STMT_ASSIGN:
        check_assign(unit, stmt);
        break;
    case TN_STMT_ASK:
        check_ask(unit, stmt);
        break;
    case TN_STMT_SEND:
        tn_check_send(unit, stmt);
        break;
    case TN_STMT_IF:
        tn_check_expr(unit, stmt->value, TN_DIM_LOGIC);
        tn_check_block(unit, stmt->then);
        tn_check_block(unit, stmt->otherwise);
        stmt->is_good = stmt->value->kind != TN_EXPR_BAD;
        break;
    case TN_STMT_GO:
        check_go(unit, stmt);
        break;
    case TN_STMT_CHANCE:
    case TN_STMT_PICK:
    case TN_STMT_LIST:
    case TN_STMT_REPEAT:
    case TN_STMT_ONCE:
    case TN_STMT_ADD:
    case TN_STMT_CLEAR:
        tn_check_value_stmt(unit, stmt);
        break;
    case TN_STMT_LATER:
        tn_check_later(unit, stmt);
        break;
    case TN_STMT_FADE:
        tn_check_fade(unit, stmt);
        break;
    case TN_STMT_VOLUME:
        tn_check_volume(unit, stmt);
        break;
    case TN_STMT_STOP_ALL:
    case TN_STMT_GLOW_OFF:
        stmt->is_good = true;
        break;
    }
}

void tn_check_block(struct tn_unit *unit, struct tn_stmt *stmt)
{
    for (; stmt && !tn_problem_is_full(&unit->front->problems);
         stmt = stmt->next) {
        if (unit->place == TN_PLACE_WHILE && stmt->kind != TN_STMT_PLAY &&
            stmt->kind != TN_STMT_GLOW) {
            tn_problem_error(&unit->front->problems, stmt->pos,
                             stmt->kind == TN_STMT_IF
                                 ? "write `while if CONDITION { ... }`"
                                 : "use `when`, `enter` or `every` for it",
                             "in `while` only play and glow may stand");
            continue;
        }
        check_stmt(unit, stmt);
    }
}
