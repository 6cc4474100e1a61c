/* SPDX-License-Identifier: Apache-2.0 */
/* src/base: bytes, hashes, generator, arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/maths.h>
#include <tenon/prng.h>

static void hashes_match_published_check_values(void **state)
{
    (void)state;
    /* CRC-16/IBM-3740: the catalogue of parametrised CRC algorithms. */
    assert_int_equal(tn_hash_crc16((const uint8_t *)"123456789", 9), 0x29B1);
    /* FNV-1a: the test suite of its authors. */
    assert_int_equal(tn_hash_fnv32(TN_FNV32_START, "foobar", 6), 0xbf9cf968u);
    assert_true(tn_hash_fnv64(TN_FNV64_START, "foobar", 6) ==
                0x85944171f73967e8u);
    assert_int_equal(tn_hash_fnv32(TN_FNV32_START, "", 0), 0x811c9dc5u);
}

static void prng_matches_the_reference_demo(void **state)
{
    /* pcg32-demo of the PCG authors: seed 42, stream 54. */
    static const uint32_t expected[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330,
                                        0x83d2f293, 0xbfa4784b, 0xcbed606e};
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 42, 54);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(tn_prng_get(&prng), expected[i]);
    }
}

static void prng_below_stays_below_and_reaches_all(void **state)
{
    struct tn_prng prng;
    unsigned seen = 0;

    (void)state;
    tn_prng_init(&prng, 1, 1);
    for (int i = 0; i < 1000; i++) {
        uint32_t v = tn_prng_below(&prng, 6);

        assert_true(v < 6);
        seen |= 1u << v;
    }
    assert_int_equal(seen, 0x3F);
}

static void varints_come_back(void **state)
{
    static const uint32_t values[] = {0,        1,          127,       128,
                                      16383,    16384,      2097151,   2097152,
                                      1u << 28, 0xFFFFFFFE, 0xFFFFFFFF};
    uint8_t data[8];

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint32_t len = tn_bytes_put_varint(data, 0, values[i]);
        struct tn_bytes b = tn_bytes_of(data, (uint16_t)len);

        assert_int_equal(tn_bytes_get_varint(&b), values[i]);
        assert_int_equal(b.err, TN_OK);
        assert_int_equal(b.at, len);
    }
}

static void numbers_come_back_over_their_whole_range(void **state)
{
    static const int32_t values[] = {0,
                                     TN_Q16_ONE,
                                     -TN_Q16_ONE,
                                     6 * TN_Q16_ONE,
                                     32767 * TN_Q16_ONE,
                                     -32767 * TN_Q16_ONE,
                                     1,
                                     -1,
                                     TN_Q16_MAX,
                                     TN_Q16_MIN,
                                     13107};
    uint8_t data[8];

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint32_t len = tn_bytes_put_number(data, 0, values[i]);
        struct tn_bytes b = tn_bytes_of(data, (uint16_t)len);

        assert_true(len <= 5);
        assert_int_equal(tn_bytes_get_number(&b), values[i]);
        assert_int_equal(b.err, TN_OK);
    }
    /* Small whole numbers are what programs hold most: one byte. */
    assert_int_equal(tn_bytes_put_number(data, 0, 6 * TN_Q16_ONE), 1);
}

static void reads_beyond_the_end_stick_and_say_where(void **state)
{
    static const uint8_t data[] = {1, 2, 3};
    struct tn_bytes b = tn_bytes_of(data, sizeof data);

    (void)state;
    assert_int_equal(tn_bytes_get_u16(&b), 0x0201);
    assert_int_equal(tn_bytes_get_u32(&b), 0);
    assert_int_equal(b.err, TN_ERR_END);
    assert_int_equal(b.at, 2);
    assert_int_equal(tn_bytes_get_u8(&b), 0);
    assert_null(tn_bytes_get_block(&b, 1));
}

static void overlong_varints_are_refused(void **state)
{
    static const uint8_t six[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x01};
    static const uint8_t wide[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x1F};
    struct tn_bytes b = tn_bytes_of(six, sizeof six);

    (void)state;
    assert_int_equal(tn_bytes_get_varint(&b), 0);
    assert_int_equal(b.err, TN_ERR_VALUE);
    b = tn_bytes_of(wide, sizeof wide);
    assert_int_equal(tn_bytes_get_varint(&b), 0);
    assert_int_equal(b.err, TN_ERR_VALUE);
    assert_int_equal(b.at, 0);
}

static void arithmetic_saturates_and_keeps_unknown(void **state)
{
    (void)state;
    assert_int_equal(tn_q16_add(TN_Q16_MAX, 1), TN_Q16_MAX);
    assert_int_equal(tn_q16_sub(TN_Q16_MIN, 1), TN_Q16_MIN);
    assert_int_equal(tn_q16_mul(200 * TN_Q16_ONE, 200 * TN_Q16_ONE),
                     TN_Q16_MAX);
    assert_int_equal(tn_q16_mul(-3 * TN_Q16_ONE, TN_Q16_ONE / 2),
                     -3 * TN_Q16_ONE / 2);
    assert_int_equal(tn_q16_div(TN_Q16_ONE, 0), 0);
    assert_int_equal(tn_q16_div(TN_Q16_ONE, 4 * TN_Q16_ONE), TN_Q16_ONE / 4);
    assert_int_equal(tn_q16_add(TN_UNKNOWN, 1), TN_UNKNOWN);
    assert_int_equal(tn_q16_div(1, TN_UNKNOWN), TN_UNKNOWN);
}

static void square_roots_are_floors(void **state)
{
    (void)state;
    assert_int_equal(tn_isqrt(0), 0);
    assert_int_equal(tn_isqrt(99), 9);
    assert_int_equal(tn_isqrt(100), 10);
    assert_int_equal(tn_isqrt(UINT32_MAX), 65535);
}

static void functions_keep_their_stated_errors(void **state)
{
    const double pi = 3.14159265358979323846;

    (void)state;
    for (int i = -4000; i <= 4000; i++) {
        double v = i / 1000.0;

        assert_true(fabs(tn_sin_turns((float)v) - sin(2 * pi * v)) < 2e-6);
    }
    for (int i = 1; i <= 490; i++) {
        double f = i / 1000.0;

        assert_true(fabs(tn_tan_pi((float)f) / tan(pi * f) - 1) < 1e-4);
    }
    for (int i = -240; i <= 240; i++) {
        double v = i / 10.0;

        assert_true(fabs(tn_exp2((float)v) / exp2(v) - 1) < 2e-6);
    }
}

static void angles_are_right_in_every_quadrant(void **state)
{
    const double pi = 3.14159265358979323846;

    (void)state;
    for (int deg = -179; deg <= 180; deg++) {
        double at = deg * pi / 180;
        int32_t x = (int32_t)lround(20000 * cos(at));
        int32_t y = (int32_t)lround(20000 * sin(at));

        assert_true(fabs(tn_atan2_deg(y, x) / 65536.0 - deg) < 0.1);
    }
    assert_int_equal(tn_atan2_deg(0, 0), 0);
}

static void every_error_has_its_own_words(void **state)
{
    (void)state;
    for (int a = -21; a <= 0; a++) {
        assert_string_not_equal(tn_err_text((enum tn_err)a), "unknown error");
        for (int b = -21; b < a; b++) {
            assert_string_not_equal(tn_err_text((enum tn_err)a),
                                    tn_err_text((enum tn_err)b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_match_published_check_values),
        cmocka_unit_test(prng_matches_the_reference_demo),
        cmocka_unit_test(prng_below_stays_below_and_reaches_all),
        cmocka_unit_test(varints_come_back),
        cmocka_unit_test(numbers_come_back_over_their_whole_range),
        cmocka_unit_test(reads_beyond_the_end_stick_and_say_where),
        cmocka_unit_test(overlong_varints_are_refused),
        cmocka_unit_test(arithmetic_saturates_and_keeps_unknown),
        cmocka_unit_test(square_roots_are_floors),
        cmocka_unit_test(functions_keep_their_stated_errors),
        cmocka_unit_test(angles_are_right_in_every_quadrant),
        cmocka_unit_test(every_error_has_its_own_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
