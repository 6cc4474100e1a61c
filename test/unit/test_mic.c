/* SPDX-License-Identifier: Apache-2.0 */
/* sim/mic: audio files, whole, cut off and out of the ordinary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sim/mic.h>

static char path[] = "test-mic.XXXXXX";

/* A tone of `frames` at `rate_hz`. */
static void write_sound(int format, int rate_hz, int frames)
{
    SF_INFO info = {.samplerate = rate_hz, .channels = 1, .format = format};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    short *samples = calloc((size_t)frames + 1, sizeof *samples);

    assert_non_null(file);
    assert_non_null(samples);
    for (int i = 0; i < frames; i++) {
        samples[i] = (short)(i % 40 < 20 ? 5000 : -5000);
    }
    assert_int_equal(sf_write_short(file, samples, frames), frames);
    free(samples);
    assert_int_equal(sf_close(file), 0);
}

static long get_len(void)
{
    FILE *file = fopen(path, "rb");
    long len;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    len = ftell(file);
    fclose(file);
    return len;
}

static const char *load(size_t *count)
{
    int16_t *samples;
    const char *why = tn_mic_load(path, &samples, count);

    assert_true(why ? samples == NULL : samples != NULL);
    free(samples);
    return why;
}

static void is_refused(const char *words)
{
    size_t count;
    const char *why = load(&count);

    assert_non_null(why);
    assert_non_null(strstr(why, words));
}

static void a_whole_file_is_heard(void **state)
{
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                  SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                                  SF_FORMAT_OGG | SF_FORMAT_VORBIS};
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        write_sound(formats[i], 16000, 16000);
        assert_null(load(&count));
        assert_in_range(count, 15990, 16010);
    }
}

static void a_file_that_is_cut_is_refused(void **state)
{
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                  SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                                  SF_FORMAT_OGG | SF_FORMAT_VORBIS};

    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        write_sound(formats[i], 44100, 100000);

        long len = get_len();

        for (long left = len - 100; left > len / 2; left -= len / 8) {
            assert_int_equal(truncate(path, left), 0);
            is_refused("cut off");
        }
    }
}

static void empty_and_endless_files_are_told_apart(void **state)
{
    (void)state;
    write_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 0);
    is_refused("it is empty");
    write_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 4000, 601 * 4000);
    is_refused("longer than ten minutes");
}

static int make_path(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_is_heard),
        cmocka_unit_test(a_file_that_is_cut_is_refused),
        cmocka_unit_test(empty_and_endless_files_are_told_apart),
    };

    return cmocka_run_group_tests(tests, make_path, remove_path);
}
