/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/image.h>
#include <tenon/vocabulary.h>

/* Moods come first, lists last. */
static int rank_of(const struct tn_number *number)
{
    return number->is_mood ? 0 : number->places ? 2 : 1;
}

/* In the order of the image, each sort in the order written. */
static void sort_numbers(struct tn_program_ast *ast)
{
    struct tn_number *ranks[3] = {NULL, NULL, NULL};
    struct tn_number **ends[3] = {&ranks[0], &ranks[1], &ranks[2]};

    for (struct tn_number *n = ast->numbers; n;) {
        struct tn_number *next = n->next;

        n->next = NULL;
        *ends[rank_of(n)] = n;
        ends[rank_of(n)] = &n->next;
        n = next;
    }
    *ends[1] = ranks[2];
    *ends[0] = ranks[1];
    ast->numbers = ranks[0];
}

static void check_number(struct tn_unit *unit, struct tn_number *n)
{
    struct tn_problems *problems = &unit->front->problems;

    if (n->is_shown && strcmp(n->name.text, "id") == 0) {
        tn_problem_error(problems, n->name.pos, "choose another name",
                         "`id` is what tells a tag apart, of every tile and "
                         "figure");
    }
    if (n->is_mood && n->fall_micro < 1000) {
        tn_problem_error(problems, n->value_pos, "choose a longer time",
                         "a mood falls over at least 1 ms");
    }
    if (n->is_mood && unit->mood_count++ == TN_MOOD_CAP) {
        tn_problem_error(problems, n->name.pos, "remove some",
                         "a program has at most %u moods", TN_MOOD_CAP);
    }
    if (n->places && unit->list_count == TN_LIST_CAP) {
        tn_problem_error(problems, n->name.pos, "remove some",
                         "a program has at most %u lists", TN_LIST_CAP);
    }
    if (n->is_mood || n->places || n->is_shown) {
        unit->features |= TN_FEATURE_VALUES;
    }
}

void tn_check_numbers(struct tn_unit *unit)
{
    uint32_t cells = 0, index = 0;

    sort_numbers(unit->ast);
    for (struct tn_number *n = unit->ast->numbers; n; n = n->next) {
        uint32_t before = cells;

        check_number(unit, n);
        n->index = (uint8_t)(n->places ? unit->list_count++ : index++);
        cells += n->places ? n->places : 1;
        if (before <= TN_CELL_CAP && cells > TN_CELL_CAP) {
            tn_problem_error(&unit->front->problems, n->name.pos,
                             "make a list shorter",
                             "the numbers and the places of the lists of a "
                             "program are at most %u",
                             TN_CELL_CAP);
        }
    }
}

static struct tn_number *find_number(struct tn_number *numbers,
                                     const char *name)
{
    while (numbers && strcmp(numbers->name.text, name) != 0) {
        numbers = numbers->next;
    }
    return numbers;
}

/* A new start value for a number of the copy. */
static void apply(struct tn_front *front, struct tn_program_ast *copy,
                  const struct tn_number *change)
{
    struct tn_number *number = find_number(copy->numbers, change->name.text);
    struct tn_suggest suggest;

    if (!number) {
        tn_suggest_init(&suggest, change->name.text);
        for (struct tn_number *n = copy->numbers; n; n = n->next) {
            tn_suggest_post(&suggest, n->name.text);
        }
        tn_problem_error(
            &front->problems, change->name.pos, tn_check_mean(front, &suggest),
            "`%s` has no number `%s`", copy->like.text, change->name.text);
    } else if (number->is_mood || number->places) {
        tn_problem_error(&front->problems, change->name.pos, "remove it",
                         "a %s has no value to start with",
                         number->is_mood ? "mood" : "list");
    } else if (number->value.dimension != change->value.dimension) {
        tn_problem_error(&front->problems, change->value_pos, NULL,
                         "this is %s; %s is needed, such as %s",
                         tn_vocab_dimension(change->value.dimension),
                         tn_vocab_dimension(number->value.dimension),
                         tn_vocab_example(number->value.dimension));
    } else {
        number->value = change->value;
    }
}

/* States and reactions are shared; numbers are not, since they may differ. */
static void copy_program(struct tn_front *front, struct tn_program_ast *copy,
                         const struct tn_program_ast *from)
{
    struct tn_number **end = &copy->numbers;

    copy->kinds = from->kinds;
    copy->start = from->start;
    copy->states = from->states;
    copy->always = from->always;
    for (const struct tn_number *n = from->numbers; n; n = n->next) {
        *end = tn_arena_get(&front->arena, sizeof(**end));
        **end = *n;
        (*end)->next = NULL;
        end = &(*end)->next;
    }
    for (struct tn_number *c = copy->changes; c; c = c->next) {
        if (find_number(copy->changes, c->name.text) != c) {
            tn_problem_error(&front->problems, c->name.pos,
                             "remove one of them", "`%s` is given twice",
                             c->name.text);
        } else {
            apply(front, copy, c);
        }
    }
}

static void check_like(struct tn_front *front, struct tn_program_ast *copy)
{
    const char *name = copy->like.text;
    const struct tn_program_ast *from =
        tn_table_get(&front->names, TN_SORT_PROGRAM, name);
    struct tn_suggest suggest;
    const char *what;

    if (!from || from == copy) {
        tn_suggest_init(&suggest, name);
        for (const struct tn_program_ast *p = front->ast.programs; p;
             p = p->next) {
            if (p != copy && p->kind == copy->kind) {
                tn_suggest_post(&suggest, p->name.text);
            }
        }
        what = tn_check_mean(front, &suggest);
        tn_problem_error(&front->problems, copy->like.pos, what,
                         from ? "nothing is like itself: `%s`"
                              : "there is no tile or figure called `%s`",
                         name);
    } else if (from->kind != copy->kind) {
        tn_problem_error(&front->problems, copy->like.pos, NULL,
                         "a tile is like a tile, a figure like a figure");
    } else if (from->like.text) {
        tn_problem_error(
            &front->problems, copy->like.pos,
            tn_arena_print(&front->arena, "write like %s", from->like.text),
            "`%s` is like another itself", name);
    } else {
        copy_program(front, copy, from);
    }
}

void tn_check_likes(struct tn_front *front)
{
    for (struct tn_program_ast *p = front->ast.programs; p; p = p->next) {
        if (p->like.text) {
            check_like(front, p);
        }
    }
}

/* Shown by two programs under one name, a number measures one thing. */
void tn_check_shown(struct tn_front *front, struct tn_program_ast *program)
{
    for (struct tn_number *n = program->numbers; n; n = n->next) {
        const struct tn_number *known =
            n->is_shown
                ? tn_table_get(&front->names, TN_SORT_SHOWN, n->name.text)
                : NULL;

        if (known && known->value.dimension != n->value.dimension) {
            tn_problem_error(
                &front->problems, n->name.pos, "choose another name",
                "`%s` is shown as %s in line %u; here it is %s", n->name.text,
                tn_vocab_dimension(known->value.dimension),
                known->name.pos.line, tn_vocab_dimension(n->value.dimension));
        }
    }
}
