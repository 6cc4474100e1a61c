/* SPDX-License-Identifier: Apache-2.0 */
/* src/tag: what a data area holds; docs/spec/tag.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/prng.h>
#include <tenon/tag.h>

#define IDENTITY 0x1122334455667788u
#define AREA_CAP 2048u

/* Finds and decodes; `at` counts from the area's start. */
static enum tn_err decode_area(const uint8_t *area, uint16_t len,
                               struct tn_tag_content *content, uint16_t *at)
{
    uint16_t ndef_at = 0;
    uint16_t ndef_len = 0;
    enum tn_err err = tn_tag_find_ndef(area, len, &ndef_at, &ndef_len, at);

    if (!err) {
        err = tn_tag_decode_ndef(area + ndef_at, ndef_len, content, at);
        *at = (uint16_t)(*at + ndef_at);
    }
    return err;
}

static void every_image_comes_back_with_the_stated_overhead(void **state)
{
    static uint8_t image[TN_IMAGE_CAP];
    static uint8_t area[AREA_CAP];
    struct tn_tag_content content;
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 1, 1);
    for (uint16_t i = 0; i < sizeof image; i++) {
        image[i] = (uint8_t)tn_prng_get(&prng);
    }
    for (uint16_t size = 0; size <= TN_IMAGE_CAP; size++) {
        uint16_t overhead = size <= 235 ? 22 : size <= 246 ? 24 : 27;
        uint16_t len = 0;
        uint16_t at = 0;

        assert_int_equal(tn_tag_encode(IDENTITY, image, size, area,
                                       (uint16_t)(size + overhead), &len),
                         TN_OK);
        assert_int_equal(len, size + overhead);
        assert_int_equal(decode_area(area, len, &content, &at), TN_OK);
        assert_true(content.identity == IDENTITY);
        assert_int_equal(content.image_len, size);
        assert_memory_equal(content.image, image, size);
    }
}

static void the_record_has_the_specified_bytes(void **state)
{
    static const uint8_t expected[] = {0x03, 0x16, 0xD4, 0x07, 0x0C, 't',  'e',
                                       'n',  'o',  'n',  ':',  't',  0x01, 0x88,
                                       0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
                                       0xAA, 0xBB, 0xCC, 0xFE};
    static const uint8_t image[] = {0xAA, 0xBB, 0xCC};
    uint8_t area[sizeof expected];
    uint16_t len = 0;

    (void)state;
    assert_int_equal(tn_tag_encode(IDENTITY, image, 3, area, sizeof area, &len),
                     TN_OK);
    assert_int_equal(len, sizeof expected);
    assert_memory_equal(area, expected, sizeof expected);
}

static void too_small_an_area_is_left_alone_and_told_the_need(void **state)
{
    static const uint8_t image[40] = {1, 2, 3};
    uint8_t area[62 + 1];
    uint8_t before[sizeof area];

    (void)state;
    memset(area, 0x5A, sizeof area);
    memcpy(before, area, sizeof area);
    for (uint16_t cap = 0; cap < 62; cap++) {
        uint16_t len = 0;

        assert_int_equal(tn_tag_encode(1, image, 40, area, cap, &len),
                         TN_ERR_FULL);
        assert_int_equal(len, 62);
        assert_memory_equal(area, before, sizeof area);
    }
    uint16_t len = 0;

    assert_int_equal(tn_tag_encode(1, image, 40, area, 62, &len), TN_OK);
    assert_int_equal(area[62], 0x5A);
    assert_int_equal(tn_tag_encode(1, image, TN_IMAGE_CAP + 1, area, 62, &len),
                     TN_ERR_ARG);
}

static void other_tlvs_before_the_message_are_skipped(void **state)
{
    static const uint8_t before[] = {
        0x00, 0x00, 0x01, 0x03, 0xA0, 0x0C, 0x34, /* lock control */
        0x02, 0x03, 0x01, 0x02, 0x03,             /* memory control */
        0xFD, 0x02, 0x03, 0x03,                   /* proprietary */
        0xFD, 0xFF, 0x00, 0x02, 0xFE, 0x03,       /* with a long length */
        0x77, 0x01, 0x03};                        /* unknown */
    uint8_t area[sizeof before + 32];
    struct tn_tag_content content;
    uint16_t len = 0;
    uint16_t at = 0;

    (void)state;
    memcpy(area, before, sizeof before);
    assert_int_equal(
        tn_tag_encode(IDENTITY, before, 5, area + sizeof before, 32, &len),
        TN_OK);
    len = (uint16_t)(len + sizeof before);
    assert_int_equal(decode_area(area, len, &content, &at), TN_OK);
    assert_int_equal(content.image_len, 5);
}

struct area_case {
    uint8_t area[12];
    uint8_t len;
    enum tn_err err;
    uint8_t at;
};

static void wrong_areas_are_refused_with_the_place(void **state)
{
    static const struct area_case cases[] = {
        {{0}, 0, TN_ERR_CONTENT, 0},
        {{0}, 5, TN_ERR_CONTENT, 5},                   /* blank */
        {{0xFE}, 3, TN_ERR_CONTENT, 0},                /* nothing but the end */
        {{0, 0, 0xFE, 3, 1, 0}, 6, TN_ERR_CONTENT, 2}, /* behind the end */
        {{0x03}, 1, TN_ERR_END, 0},
        {{0, 0x03, 0xFF}, 3, TN_ERR_END, 1},
        {{0, 0x03, 0xFF, 0x01}, 4, TN_ERR_END, 1},
        {{0x03, 0x04, 1, 2, 3}, 5, TN_ERR_LENGTH, 0},
        {{0x01, 0x04, 1, 2, 3}, 5, TN_ERR_LENGTH, 0},
        {{0x03, 0xFF, 0xFF, 0xFF, 1}, 5, TN_ERR_LENGTH, 0},
        {{0xFD, 0x01, 0, 0x03, 0xFF, 0x00, 0x05}, 8, TN_ERR_LENGTH, 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t ndef_at = 99;
        uint16_t ndef_len = 99;
        uint16_t at = 99;

        assert_int_equal(tn_tag_find_ndef(cases[i].area, cases[i].len, &ndef_at,
                                          &ndef_len, &at),
                         cases[i].err);
        assert_int_equal(at, cases[i].at);
        assert_int_equal(ndef_at, 99);
        assert_int_equal(tn_tag_find_ndef(cases[i].area, cases[i].len, &ndef_at,
                                          &ndef_len, NULL),
                         cases[i].err);
    }
}

static void no_part_of_an_area_passes_for_the_whole(void **state)
{
    static uint8_t image[300];
    static uint8_t area[AREA_CAP];
    struct tn_tag_content content;
    uint16_t len = 0;

    (void)state;
    assert_int_equal(
        tn_tag_encode(IDENTITY, image, sizeof image, area, AREA_CAP, &len),
        TN_OK);
    for (uint16_t part = 0; part + 1 < len; part++) {
        uint8_t *copy = malloc(part + 1u); /* bounds by the sanitizer */
        uint16_t at = 0;

        memcpy(copy, area, part);
        assert_int_not_equal(decode_area(copy, part, &content, &at), TN_OK);
        if (part > 4) { /* the message alone, cut short */
            assert_int_equal(tn_tag_decode_ndef(copy + 4, (uint16_t)(part - 4),
                                                &content, &at),
                             TN_ERR_END);
        }
        free(copy);
    }
}

/* A Tenon record (identity 7, an image of one byte) with the given flags. */
static size_t put_record(uint8_t *message, size_t at, uint8_t flags)
{
    static const uint8_t record[] = {0x14, 0x07, 0x0A, 'T', 'e', 'N', 'o',
                                     'n',  ':',  't',  1,   7,   0,   0,
                                     0,    0,    0,    0,   0,   0xEE};

    memcpy(message + at, record, sizeof record);
    message[at] = (uint8_t)(message[at] | flags);
    return at + sizeof record;
}

struct ndef_case {
    uint8_t message[32];
    uint8_t len;
    enum tn_err err;
    uint8_t at;
};

#define TENON_TYPE 't', 'e', 'n', 'o', 'n', ':', 't'

static void wrong_messages_are_refused_with_the_place(void **state)
{
    static const struct ndef_case cases[] = {
        {{0}, 0, TN_ERR_CONTENT, 0},
        {{0xD0, 0, 0}, 3, TN_ERR_CONTENT, 3},
        {{0xD0, 0, 0, 0}, 4, TN_ERR_LENGTH, 3}, /* bytes after the last */
        {{0x50, 0, 0}, 3, TN_ERR_MAGIC, 0},     /* does not begin */
        {{0x90, 0, 0, 0xD0, 0, 0}, 6, TN_ERR_VALUE, 3}, /* begins twice */
        {{0x90, 0, 0}, 3, TN_ERR_END, 3},               /* does not end */
        {{0xD1, 1, 2, 'T', 0}, 5, TN_ERR_END, 0},
        {{0xC1, 1, 0x7F, 0xFF, 0xFF, 0xFF, 'T'}, 7, TN_ERR_END, 0},
        {{0xD9, 1, 0, 200, 'T'}, 5, TN_ERR_END, 0},
        {{0xF1, 1, 0, 'T'}, 4, TN_ERR_FEATURE, 0}, /* a chunk */
        {{0xD6, 0, 0}, 3, TN_ERR_FEATURE, 0},      /* the middle of one */
        {{0xD1, 0, 0}, 3, TN_ERR_VALUE, 0},        /* a type without name */
        {{0xD5, 1, 0, 'T'}, 4, TN_ERR_VALUE, 0},   /* unknown with name */
        {{0xD0, 0, 1, 9}, 4, TN_ERR_VALUE, 0},     /* empty with payload */
        {{0xD7, 0, 1, 9}, 4, TN_ERR_CONTENT, 4},   /* reserved: unknown */
        {{0xD4, 7, 0, TENON_TYPE}, 10, TN_ERR_LENGTH, 10},
        {{0xD4, 7, 8, TENON_TYPE, 1, 2, 3, 4, 5, 6, 7, 8},
         18,
         TN_ERR_LENGTH,
         10},
        {{0xD4, 7, 9, TENON_TYPE, 2, 2, 3, 4, 5, 6, 7, 8, 9},
         19,
         TN_ERR_VERSION,
         10},
        {{0xD2, 7, 9, TENON_TYPE, 1, 2, 3, 4, 5, 6, 7, 8, 9},
         19,
         TN_ERR_CONTENT,
         19}, /* the same type name, but a MIME one */
    };
    struct tn_tag_content content;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t at = 99;

        assert_int_equal(
            tn_tag_decode_ndef(cases[i].message, cases[i].len, &content, &at),
            cases[i].err);
        assert_int_equal(at, cases[i].at);
        assert_int_equal(
            tn_tag_decode_ndef(cases[i].message, cases[i].len, &content, NULL),
            cases[i].err);
    }
}

static void too_large_an_image_is_refused(void **state)
{
    static uint8_t message[2000];
    static const uint8_t head[] = {0xC4, 7, 0, 0, 0, 0, TENON_TYPE, 1};
    struct tn_tag_content content;

    (void)state;
    memcpy(message, head, sizeof head);
    for (uint32_t size = TN_IMAGE_CAP - 1; size < TN_IMAGE_CAP + 2; size++) {
        uint16_t at = 0;

        message[4] = (uint8_t)((size + 9) >> 8);
        message[5] = (uint8_t)(size + 9);
        assert_int_equal(tn_tag_decode_ndef(message, (uint16_t)(13 + 9 + size),
                                            &content, &at),
                         size > TN_IMAGE_CAP ? TN_ERR_LENGTH : TN_OK);
    }
}

static void the_first_tenon_record_among_others_counts(void **state)
{
    uint8_t message[128] = {0x91, 1, 2, 'U', 3, 'x'};
    struct tn_tag_content content;
    uint16_t at = 0;
    size_t len = put_record(message, 6, 0);

    (void)state;
    len = put_record(message, len, 0x40);
    message[len - 1] = 0xDD;
    assert_int_equal(tn_tag_decode_ndef(message, (uint16_t)len, &content, &at),
                     TN_OK);
    assert_true(content.identity == 7);
    assert_int_equal(content.image_len, 1);
    assert_int_equal(content.image[0], 0xEE);
    assert_ptr_equal(content.image, message + content.image_at);
    assert_int_equal(content.image_at, 6 + 19);
}

/* A file of data/tags/; tests run in the repository's root. Caller frees. */
static uint8_t *load(const char *name, size_t *len)
{
    char path[256];

    snprintf(path, sizeof path, "data/tags/%s", name);

    FILE *file = fopen(path, "rb");

    assert_non_null(file);

    uint8_t *data = calloc(1, 65536);

    *len = fread(data, 1, 65535, file);
    fclose(file);
    return data;
}

struct vector {
    char table[64];
    char expected[512];
    uint8_t data[600];
    size_t len;
    bool is_message;
};

static void get_text(const char *line, const char *key, char *text, size_t cap)
{
    const char *from = strstr(line, key);

    assert_non_null(from);
    from += strlen(key);

    size_t len = strcspn(from, "\"");

    len = len < cap ? len : cap - 1;
    memcpy(text, from, len);
    text[len] = '\0';
}

static void get_vector(const char *line, struct vector *v)
{
    char hex[1201];
    char file[32];

    get_text(line, "\"file\": \"", file, sizeof file);
    get_text(line, "\"table\": \"", v->table, sizeof v->table);
    get_text(line, "\"hex\": \"", hex, sizeof hex);
    get_text(line, "\"expected\": \"", v->expected, sizeof v->expected);
    v->is_message = strcmp(file, "test_message") == 0;
    v->len = strlen(hex) / 2;
    for (size_t i = 0; i < v->len; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        v->data[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

/* What our decoder must say where another one has said `v->expected`. */
static enum tn_err get_expected(const struct vector *v)
{
    static const struct {
        const char *words;
        enum tn_err err;
    } rules[] = {
        {"unchanged", TN_ERR_FEATURE}, /* chunks: valid, but not for us */
        {"Record()", TN_ERR_CONTENT},
        {"MB flag not set", TN_ERR_MAGIC},
        {"MB flag set in middle", TN_ERR_VALUE},
        {"ME flag not set", TN_ERR_FEATURE}, /* of middles of chunks */
        {"CF flag", TN_ERR_FEATURE},
        {"buffer underflow", TN_ERR_END},
        {"must be", TN_ERR_VALUE},
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strstr(v->expected, rules[i].words)) {
            return rules[i].err;
        }
    }
    fail_msg("%s", v->expected);
    return TN_OK;
}

static void check_message(struct vector *v)
{
    struct tn_tag_content content;

    if (strcmp(v->table, "test_message_set_3") == 0) {
        v->data[0] |= 0xC0; /* single records: make a message of each */
    }
    assert_int_equal(
        tn_tag_decode_ndef(v->data, (uint16_t)v->len, &content, NULL),
        get_expected(v));
}

/* A foreign record with this payload, then ours, which must be found. */
static void check_payload(const struct vector *v)
{
    uint8_t message[700] = {0x82, 3, 0, 0, 0, 0, 'a', '/', 'b'};
    struct tn_tag_content content;

    message[4] = (uint8_t)(v->len >> 8);
    message[5] = (uint8_t)v->len;
    memcpy(message + 9, v->data, v->len);

    size_t len = put_record(message, 9 + v->len, 0x40);

    assert_int_equal(tn_tag_decode_ndef(message, (uint16_t)len, &content, NULL),
                     TN_OK);
    assert_true(content.identity == 7);
}

static void agrees_with_another_decoder_on_its_vectors(void **state)
{
    size_t len = 0;
    char *lines = (char *)load("ndeflib/ndef_vectors.jsonl", &len);
    size_t messages = 0;
    size_t payloads = 0;

    (void)state;
    for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n")) {
        struct vector v;

        get_vector(line, &v);
        if (v.is_message) {
            check_message(&v);
            messages++;
        } else {
            check_payload(&v);
            payloads++;
        }
    }
    assert_int_equal(messages, 19);
    assert_int_equal(payloads, 161);
    free(lines);
}

static void foreign_handover_messages_are_no_tenon_tags(void **state)
{
    static const char *const names[] = {
        "ndef_skjolber/bluetooth_handover_request.bin",
        "ndef_skjolber/bluetooth_handover_select.bin"};
    struct tn_tag_content content;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        uint8_t message[1024];
        size_t len = 0;
        uint8_t *data = load(names[i], &len);

        assert_in_range(len, 100, 200);
        assert_int_equal(
            tn_tag_decode_ndef(data, (uint16_t)len, &content, NULL),
            TN_ERR_CONTENT);

        size_t at = put_record(message, 0, 0x80);

        data[0] &= 0x7F; /* no longer the first record */
        memcpy(message + at, data, len);
        assert_int_equal(
            tn_tag_decode_ndef(message, (uint16_t)(at + len), &content, NULL),
            TN_OK);
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_image_comes_back_with_the_stated_overhead),
        cmocka_unit_test(the_record_has_the_specified_bytes),
        cmocka_unit_test(too_small_an_area_is_left_alone_and_told_the_need),
        cmocka_unit_test(other_tlvs_before_the_message_are_skipped),
        cmocka_unit_test(wrong_areas_are_refused_with_the_place),
        cmocka_unit_test(no_part_of_an_area_passes_for_the_whole),
        cmocka_unit_test(wrong_messages_are_refused_with_the_place),
        cmocka_unit_test(too_large_an_image_is_refused),
        cmocka_unit_test(the_first_tenon_record_among_others_counts),
        cmocka_unit_test(agrees_with_another_decoder_on_its_vectors),
        cmocka_unit_test(foreign_handover_messages_are_no_tenon_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
