/* SPDX-License-Identifier: Apache-2.0 */
/* ports/linux: a store in a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <ports/linux/flash_file.h>

#define PATH "test_flash_file.tmp"

static struct tn_store store;
static struct tn_store_in in;
static struct tn_store_out out;

static int ask(const struct tn_flash_file *file, enum tn_store_op op,
               uint8_t value)
{
    struct tn_store_request request;

    memset(&request, 0, sizeof request);
    request.op = (uint8_t)op;
    request.id = 77;
    if (op == TN_STORE_COMMIT) {
        request.len = 100;
        memset(request.data, value, request.len);
    }
    assert_int_equal(tn_store_post(&store, &request), TN_OK);
    for (int i = 0; i < 10000; i++) {
        tn_store_step(&store, &in, &out);
        tn_flash_file_run(file, &out, &in);
        if (out.result.op) {
            return out.result.status;
        }
    }
    return -1;
}

static void start(struct tn_flash_file *file)
{
    assert_int_equal(tn_flash_file_open(file, PATH, 4), TN_OK);
    assert_int_equal(tn_store_init(&store, 4), TN_OK);
    memset(&in, 0, sizeof in);
}

static void a_value_is_there_when_the_file_is_opened_again(void **state)
{
    struct tn_flash_file file;

    (void)state;
    (void)remove(PATH);
    for (uint8_t i = 0; i < 100; i++) {
        start(&file);
        if (i > 0) {
            assert_int_equal(ask(&file, TN_STORE_GET, 0), TN_STORE_OK);
            assert_int_equal(out.result.len, 100);
            assert_int_equal(out.data[99], i - 1);
        }
        assert_int_equal(ask(&file, TN_STORE_COMMIT, i), TN_STORE_OK);
        tn_flash_file_close(&file);
    }
    (void)remove(PATH);
}

static void a_file_of_another_length_is_refused(void **state)
{
    struct tn_flash_file file;

    (void)state;
    (void)remove(PATH);
    start(&file);
    tn_flash_file_close(&file);
    assert_int_equal(tn_flash_file_open(&file, PATH, 5), TN_ERR_LENGTH);
    assert_int_equal(tn_flash_file_open(&file, PATH, 1), TN_ERR_ARG);
    assert_int_equal(tn_flash_file_open(&file, "no/such/place", 4), TN_ERR_IO);
    (void)remove(PATH);
}

static void jobs_keep_flash_rules(void **state)
{
    struct tn_flash_file file;

    (void)state;
    (void)remove(PATH);
    start(&file);
    memset(&out, 0, sizeof out);
    out.job.op = TN_STORE_PROGRAM;
    out.job.at = 4096 * 4 - 2;
    out.job.len = 2;
    out.job.id = 9;
    out.data[0] = 0x0F;
    out.data[1] = 0xF0;
    tn_flash_file_run(&file, &out, &in);
    assert_int_equal(in.answer, TN_STORE_DONE);
    assert_int_equal(in.id, 9);
    out.data[0] = 0xF3; /* a program only clears */
    tn_flash_file_run(&file, &out, &in);
    out.job.op = TN_STORE_READ;
    tn_flash_file_run(&file, &out, &in);
    assert_int_equal(in.data[0], 0x03);
    assert_int_equal(in.len, 2);
    out.job.len = 3;
    tn_flash_file_run(&file, &out, &in);
    assert_int_equal(in.answer, TN_STORE_FAILED);
    out.job.op = TN_STORE_NO_JOB;
    tn_flash_file_run(&file, &out, &in);
    assert_int_equal(in.answer, TN_STORE_NO_ANSWER);
    tn_flash_file_close(&file);
    (void)remove(PATH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_there_when_the_file_is_opened_again),
        cmocka_unit_test(a_file_of_another_length_is_refused),
        cmocka_unit_test(jobs_keep_flash_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
