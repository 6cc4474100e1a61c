/* SPDX-License-Identifier: Apache-2.0 */
/* Images as tables: code becomes the words that it was made from. */
#include "lang_kit.h"

#include <stdlib.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/image.h>
#include <tenon/prng.h>
#include <tenon/tag.h>
#include <tenon/vocabulary.h>

#include "explain.h"

static char *table_of(const struct tn_lang_program *program,
                      const struct tn_lang_set *names)
{
    struct tn_explain explain = {.image = program->image,
                                 .len = (uint16_t)program->image_len,
                                 .set = names};
    struct tn_builder text = {0};

    assert_int_equal(tn_explain_print(&explain, &text, NULL), TN_OK);
    return text.data;
}

static void assert_has(const char *table, const char *line)
{
    if (!strstr(table, line)) {
        fail_msg("no `%s` in:\n%s", line, table);
    }
}

static void reactions_come_back_as_they_were_written(void **state)
{
    static const char *const lines[] = {
        "when shaken if hull > 2 and not aboard pilot { hull -= 1 }",
        "when tapped { if strength > 50% { play bang } else { stop all } }",
        "when lifted { if still { glow off }; hull = 4 } -> b",
        "when speed > 30% for 2 s -> b",
        "when (pilot is flying or moving and dark) { send hit }",
        "when (hull - 2) * 3 <= hull + 1 { glow flash red }",
        "when sees blue if hull = 1 { hull *= 2 }",
        "when placed pilot { ask pilot to cheer }",
        "every 250 ms if elapsed > 1.5 s { hull = -hull }",
        "while if pitch < -30 deg { play purr with a = speed / 2 }",
        "action cheer -> b",
    };
    struct tn_builder source = {0};
    struct tn_lang_set *set;
    char *table;

    (void)state;
    tn_builder_push_text(&source,
                         "sound bang { noise 20% }\nmessage hit\n"
                         "sound purr { saw 50 Hz .. 90 Hz by a; hold }\n"
                         "tile t {\nnumber hull = 3\nstate a {\n");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        tn_builder_print(&source, "%s\n", lines[i]);
    }
    tn_builder_push_text(&source, "}\nstate b { }\n}\n");
    set = compile_good(source.data);
    table = table_of(&set->programs[0], set);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char head[200];
        const char *brace = strpbrk(lines[i], "{");
        const char *arrow = strstr(lines[i], "-> ");
        const char *effect = brace ? brace : arrow;

        snprintf(head, sizeof(head), "%.*s", (int)(effect - lines[i]),
                 lines[i]);
        assert_has(table, head);
        assert_has(table, effect);
    }
    free(table);
    tn_builder_reset(&source);
    tn_lang_free(set);
}

static void states_come_innermost_first_and_always_last(void **state)
{
    struct tn_lang_set *set = compile_good(
        "tile t {\nkind seat\n"
        "always { when tapped { glow red } }\n"
        "state out { when lifted { glow blue }\n"
        "state in { when put_down { glow green } } }\nstart in\n}\n");
    char *table = table_of(&set->programs[0], set);

    (void)state;
    assert_has(table, "tile t, ");
    assert_has(table, "answers to seat, t\n");
    assert_has(table, "state out\n    10  when lifted { glow blue }\n"
                      "        then those of always\n");
    assert_has(table, "state in, inside out (the start)\n"
                      "    10  when put_down { glow green }\n"
                      "        then those of out, then those of always\n"
                      "always\n    10  when tapped { glow red }\n");
    free(table);
    tn_lang_free(set);
}

static void names_are_hashes_until_they_are_known(void **state)
{
    struct tn_lang_set *set = compile_good(
        "sound bang { noise 20%; hold }\n"
        "tile zorp {\nkind vehicle\nnumber q = 3\n"
        "when tapped { q += 1; play bang; ask pilot to blorp }\n}\n");
    struct tn_lang_set *other = compile_good("tile z { action blorp { } }\n");
    char *bare = table_of(&set->programs[0], NULL);
    char *helped = table_of(&set->programs[0], other);
    char blorp[16];

    (void)state;
    snprintf(blorp, sizeof(blorp), "?%08x",
             (unsigned)tn_hash_fnv32(TN_FNV32_START, "blorp", 5));
    assert_has(bare, "tile (name not known)");
    assert_has(bare, "answers to vehicle, ?");
    assert_has(bare, "number number_1 = 3\n");
    assert_has(bare, "sound sound_1, 4 bytes: noise 20%; hold\n");
    assert_has(bare, blorp);
    assert_has(helped, "ask pilot to blorp");
    assert_null(strstr(helped, blorp));
    free(bare);
    free(helped);
    tn_lang_free(other);
    tn_lang_free(set);
}

/* An image with one reaction to a tap, whose body is `code`. */
static uint16_t image_of(const uint8_t *code, uint8_t len, uint8_t *image)
{
    uint32_t at = TN_IMAGE_HEADER_LEN;

    memset(image, 0, TN_IMAGE_HEADER_LEN);
    image[TN_IMAGE_AT_MAGIC] = TN_IMAGE_MAGIC;
    image[TN_IMAGE_AT_VERSION] = TN_IMAGE_VERSION;
    image[TN_IMAGE_AT_KIND] = TN_IMAGE_TILE;
    image[TN_IMAGE_AT_NAMES] = 1;
    image[TN_IMAGE_AT_STATES] = 1;
    image[TN_IMAGE_AT_NUMBERS] = 2;
    image[TN_IMAGE_AT_REACTIONS] = 1;
    at = tn_bytes_put_u32(image, at, 0x12345678u);
    image[at++] = 0xFF;
    image[at++] = 0;
    image[at++] = 0;
    at = tn_bytes_put_number(image, at, 5 * TN_Q16_ONE);
    image[at++] = TN_NUMBER_KEEP;
    at = tn_bytes_put_number(image, at, TN_Q16_ONE / 2);
    image[at++] = 0;
    image[at++] = TN_EVENT_TAPPED;
    image[at++] = len;
    memcpy(image + at, code, len);
    at += len;
    (void)tn_bytes_put_u16(image, TN_IMAGE_AT_LENGTH, (uint16_t)at);
    (void)tn_bytes_put_u16(
        image, TN_IMAGE_AT_CHECKSUM,
        tn_hash_crc16(image + TN_IMAGE_AT_NAMES, at - TN_IMAGE_AT_NAMES));
    return (uint16_t)at;
}

static char *table_of_code(const uint8_t *code, uint8_t len)
{
    uint8_t image[TN_IMAGE_CAP];
    struct tn_explain explain = {.image = image};
    struct tn_builder text = {0};

    explain.len = image_of(code, len, image);
    assert_int_equal(tn_explain_print(&explain, &text, NULL), TN_OK);
    return text.data;
}

static void words_never_say_what_code_does_not_do(void **state)
{
    /* r0 holds the first number as it was before it was changed. */
    static const uint8_t stale[] = {TN_OP_LDN, 0, 0, TN_OP_LDV, 1, 4,
                                    TN_OP_STN, 1, 0, TN_OP_STN, 0, 1};
    /* What r0 holds depends on the way. */
    static const uint8_t ways[] = {TN_OP_LDS, 1, 5, TN_OP_JZ,  1, 3,
                                   TN_OP_LDV, 0, 4, TN_OP_STN, 0, 1};
    /* Jumps that cross. */
    static const uint8_t crossed[] = {
        TN_OP_LDS, 0, 5, TN_OP_JZ,   0,          4,
        TN_OP_JZ,  0, 2, TN_OP_DARK, TN_OP_DARK, TN_OP_DARK};
    char *table = table_of_code(stale, sizeof(stale));

    (void)state;
    assert_has(table, "code:; LDN r0 number_1; LDV r1 1; STN r1 number_1; "
                      "STN r0 number_2 }");
    assert_has(table, "keep number number_2 = 0.5\n");
    free(table);
    table = table_of_code(ways, sizeof(ways));
    assert_has(table, "code:; LDS r1 still; JZ r1 +3;");
    free(table);
    table = table_of_code(crossed, sizeof(crossed));
    assert_has(table, "code:; LDS r0 still; JZ r0 +4; JZ r0 +2; DARK");
    free(table);
}

static void an_image_is_found_on_a_tag(void **state)
{
    struct tn_lang_set *set = compile_good("tile t { when tapped { } }\n");
    const struct tn_lang_program *t = &set->programs[0];
    uint8_t memory[1024] = {0};
    struct tn_explain found = {0};
    uint16_t len = 0;
    size_t at = 0;

    (void)state;
    memory[0] = 0x04;
    memory[12] = 0xE1;
    memory[13] = 0x10;
    memory[14] = 0x6D;
    assert_int_equal(tn_tag_encode(0x1122, t->image, (uint16_t)t->image_len,
                                   memory + 16, 872, &len),
                     TN_OK);
    assert_int_equal(tn_explain_find(memory, 924, &found, &at), TN_OK);
    assert_int_equal(found.identity, 0x1122);
    assert_int_equal(found.len, t->image_len);
    assert_memory_equal(found.image, t->image, t->image_len);
    /* Type 5, and the data area alone. */
    memmove(memory + 4, memory + 16, 900);
    memory[0] = 0xE1;
    memory[1] = 0x40;
    memory[2] = 0x27;
    assert_int_equal(tn_explain_find(memory, 316, &found, &at), TN_OK);
    assert_int_equal(tn_explain_find(memory + 4, len, &found, &at), TN_OK);
    assert_memory_equal(found.image, t->image, t->image_len);
    assert_int_equal(tn_explain_find(t->image, t->image_len, &found, &at),
                     TN_OK);
    assert_ptr_equal(found.image, t->image);
    /* An empty tag, and nothing at all. */
    memset(memory + 4, 0, 1000);
    assert_true(tn_explain_find(memory, 316, &found, &at) != TN_OK);
    assert_true(tn_explain_find(memory, 0, &found, &at) != TN_OK);
    tn_lang_free(set);
}

static void any_accepted_image_has_a_table(void **state)
{
    uint8_t image[TN_IMAGE_CAP];
    unsigned tables = 0;
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 3, 1);
    for (int round = 0; round < 200000; round++) {
        uint8_t code[16];
        struct tn_explain explain = {.image = image};
        struct tn_builder text = {0};
        uint8_t len = (uint8_t)tn_prng_below(&prng, sizeof(code));
        uint16_t at;
        enum tn_err err;

        for (uint8_t i = 0; i < len; i++) {
            code[i] = (uint8_t)tn_prng_below(&prng, 0x44);
        }
        explain.len = image_of(code, len, image);
        err = tn_explain_print(&explain, &text, &at);
        assert_true(err ? text.len == 0 : text.len > 100);
        tables += !err;
        tn_builder_reset(&text);
    }
    assert_true(tables > 1000);
}

/* The same, whatever blanks and line ends stand between. */
static void assert_has_words(const char *table, const char *line)
{
    struct tn_builder plain = {0};

    for (const char *c = table; *c; c++) {
        bool is_blank = *c == ' ' || *c == '\n';

        if (!is_blank || (plain.len && plain.data[plain.len - 1] != ' ')) {
            tn_builder_push(&plain, is_blank ? " " : c, 1);
        }
    }
    if (!strstr(plain.data, line)) {
        fail_msg("no `%s` in:\n%s", line, table);
    }
    tn_builder_reset(&plain);
}

static void dice_lists_and_moods_come_back_as_they_were_written(void **state)
{
    static const char *const lines[] = {
        "mood cheer decays over 20 s",
        "show keep number pair = 3",
        "list seen of 8",
        "when shaken { pick { pair = 1 | pair = 2; glow red | pair += 4 } }",
        "when tapped { 20% chance { pair = any 1..6 } else { glow off } }",
        "when lifted { once { glow red }; repeat 3 { pair += 1 }; glow off }",
        "when swung if not seen has card.id { add card.id to seen }",
        "when put_down { clear seen; pair = count of seen + pair }",
        "when count of seen = 8 { cheer += 30% }",
        "when cheer < 20% for 2 s { pair = card.pair }",
        "when clap if any 1..pair = 2 { repeat 4 { repeat 2 { glow red } } }",
    };
    struct tn_builder source = {0};
    struct tn_lang_set *set;
    char *table;

    (void)state;
    tn_builder_push_text(&source, "tile t {\n");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        tn_builder_print(&source, "%s\n", lines[i]);
    }
    tn_builder_push_text(&source, "}\n");
    set = compile_good(source.data);
    table = table_of(&set->programs[0], set);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_has_words(table, lines[i]);
    }
    free(table);
    tn_builder_reset(&source);
    tn_lang_free(set);
}

/* One draw that is used twice is not two draws: it is told as code. */
static void a_draw_is_not_told_twice(void **state)
{
    struct tn_lang_set *set =
        compile_good("tile t { number n = 0; when tapped { n = any 1..6 } }");
    struct tn_lang_program *p = &set->programs[0];
    uint8_t image[200];
    struct tn_lang_program changed = *p;
    char *table;

    (void)state;
    /* STN r0 n becomes ADD r0 r0: the same draw twice, then one more byte */
    memcpy(image, p->image, p->image_len);
    assert_int_equal(image[p->image_len - 3], TN_OP_STN);
    image[p->image_len - 3] = TN_OP_ADD;
    image[p->image_len - 2] = 0x00;
    image[p->image_len - 1] = TN_OP_DARK;
    tn_bytes_put_u16(image, TN_IMAGE_AT_CHECKSUM,
                     tn_hash_crc16(image + TN_IMAGE_AT_NAMES,
                                   p->image_len - TN_IMAGE_AT_NAMES));
    changed.image = image;
    table = table_of(&changed, NULL);
    assert_has(table, "ANY r0 r1; ADD r0 r0");
    free(table);
    tn_lang_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dice_lists_and_moods_come_back_as_they_were_written),
        cmocka_unit_test(a_draw_is_not_told_twice),
        cmocka_unit_test(reactions_come_back_as_they_were_written),
        cmocka_unit_test(states_come_innermost_first_and_always_last),
        cmocka_unit_test(names_are_hashes_until_they_are_known),
        cmocka_unit_test(words_never_say_what_code_does_not_do),
        cmocka_unit_test(an_image_is_found_on_a_tag),
        cmocka_unit_test(any_accepted_image_has_a_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
