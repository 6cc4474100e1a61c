/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

#include <tenon/vocabulary.h>

/* Statements that order things in time. */

static struct tn_stmt *stmt_of(struct tn_parser *p, enum tn_stmt_kind kind)
{
    struct tn_stmt *stmt = tn_arena_get(&p->front->arena, sizeof(*stmt));

    stmt->kind = kind;
    stmt->pos = p->now.pos;
    stmt->times = 1;
    return stmt;
}

/* `after TIME { }`, `after TIME -> STATE`, or both. */
struct tn_stmt *tn_parse_after(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_LATER);
    struct tn_stmt **end = &stmt->then;
    bool has_block;

    tn_parse_step(p);
    stmt->time_pos = p->now.pos;
    stmt->time_micro = tn_parse_quantity(p, TN_DIM_TIME);
    has_block = !p->is_failed && tn_parse_is(p, TN_TOKEN_OPEN);
    if (has_block) {
        stmt->then = tn_parse_block(p);
        while (*end) {
            end = &(*end)->next;
        }
    }
    if (!p->is_failed && tn_parse_is(p, TN_TOKEN_ARROW)) {
        struct tn_stmt *go = tn_parse_go(p);

        *end = p->is_failed ? NULL : go;
    } else if (!has_block) {
        tn_parse_fail(p, "say what happens then: `{ ... }` or `-> STATE`",
                      "`{` or `->` is needed here, not %s",
                      tn_parse_describe(p));
    }
    return stmt;
}

/* `times N`. */
static void parse_times(struct tn_parser *p, struct tn_stmt *stmt)
{
    int64_t count = p->now.value.micro / 1000000;

    if (p->is_failed) {
        return;
    }
    stmt->time_pos = p->now.pos;
    if (!tn_parse_is(p, TN_TOKEN_NUMBER) ||
        p->now.value.dimension != TN_DIM_COUNT || count < 1 || count > 16 ||
        p->now.value.micro % 1000000) {
        tn_parse_fail(p, "such as `times 3`",
                      "a whole number from 1 to 16 is needed here, not %s",
                      tn_parse_describe(p));
        return;
    }
    stmt->times = (uint8_t)count;
    tn_parse_step(p);
}

/* `SOUND [with ...] [times N] [then SOUND ...]`; the first word is taken. */
static void parse_part(struct tn_parser *p, struct tn_stmt *stmt,
                       const char *of)
{
    stmt->name = tn_parse_name(p, of);
    if (!p->is_failed && tn_parse_take_word(p, "with")) {
        stmt->args = tn_parse_args(p, "a parameter of the sound");
    }
    if (!p->is_failed && tn_parse_take_word(p, "times")) {
        parse_times(p, stmt);
    }
    if (!p->is_failed && tn_parse_is_word(p, "then") && tn_parse_push(p)) {
        tn_parse_step(p);
        stmt->then = stmt_of(p, TN_STMT_PLAY);
        if (tn_parse_is_word(p, "play") || tn_parse_is_word(p, "hum")) {
            tn_parse_fail(p, "write `play A then B`",
                          "only the name of what comes next stands behind "
                          "`then`");
        }
        parse_part(p, stmt->then, "a sound or tune");
        tn_parse_pop(p);
    }
}

struct tn_stmt *tn_parse_play(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_PLAY);

    tn_parse_step(p);
    parse_part(p, stmt, "a sound");
    if (!p->is_failed && tn_parse_is_word(p, "again")) {
        tn_parse_fail(p, "write `hum TUNE again`, or `play SOUND times 3`",
                      "only what is hummed goes on and on");
    }
    return stmt;
}

struct tn_stmt *tn_parse_hum(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_PLAY);

    stmt->is_hum = true;
    tn_parse_step(p);
    parse_part(p, stmt, "a tune");
    if (!p->is_failed && tn_parse_is_word(p, "again")) {
        stmt->again_pos = p->now.pos;
        stmt->is_again = true;
        tn_parse_step(p);
    }
    return stmt;
}

struct tn_stmt *tn_parse_fade(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_FADE);

    tn_parse_step(p);
    stmt->name = tn_parse_name(p, "a sound or tune");
    if (!p->is_failed && !tn_parse_take_word(p, "over")) {
        tn_parse_fail(p, "write `fade SOUND over 2 s`",
                      "`over` is needed here, not %s", tn_parse_describe(p));
    }
    stmt->time_pos = p->now.pos;
    if (!p->is_failed) {
        stmt->time_micro = tn_parse_quantity(p, TN_DIM_TIME);
    }
    return stmt;
}

struct tn_stmt *tn_parse_volume(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_VOLUME);

    tn_parse_step(p);
    stmt->value = tn_parse_expr(p);
    return stmt;
}

/* `meter N of M` behind a light. */
void tn_parse_meter(struct tn_parser *p, struct tn_stmt *stmt)
{
    if (p->is_failed || !tn_parse_take_word(p, "meter")) {
        return;
    }
    stmt->value = tn_parse_expr(p);
    if (!p->is_failed && !tn_parse_take_word(p, "of")) {
        tn_parse_fail(p, "write `glow green meter 3 of 8`",
                      "`of` is needed here, not %s", tn_parse_describe(p));
    }
    if (!p->is_failed) {
        stmt->second = tn_parse_expr(p);
    }
}

/* `dim to LEVEL over TIME` behind a light. */
void tn_parse_dim(struct tn_parser *p, struct tn_light *light)
{
    light->end_micro = -1;
    if (p->is_failed || !tn_parse_take_word(p, "dim")) {
        return;
    }
    if (!tn_parse_take_word(p, "to")) {
        tn_parse_fail(p, "write `dim to 5% over 10 min`",
                      "`to` is needed here, not %s", tn_parse_describe(p));
        return;
    }
    light->end_pos = p->now.pos;
    light->end_micro = tn_parse_quantity(p, TN_DIM_RATIO);
    if (!p->is_failed && !tn_parse_take_word(p, "over")) {
        tn_parse_fail(p, "write how long it takes, such as `over 10 min`",
                      "`over` is needed here, not %s", tn_parse_describe(p));
    }
    if (!p->is_failed) {
        light->over_pos = p->now.pos;
        light->over_micro = tn_parse_quantity(p, TN_DIM_TIME);
    }
}
