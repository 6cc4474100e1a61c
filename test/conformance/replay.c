/* SPDX-License-Identifier: Apache-2.0 */
/* Replays a recording on this computer: replay FILE; or tries the cipher:
 * replay --crypto. Prints and exits as ports/cortexm/main.c and replay.mjs do.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <ports/crypto/sodium.h>
#include <tenon/recording.h>

int main(int argc, char **argv)
{
    static uint8_t data[16u << 20];
    static struct tn_brick brick;
    struct tn_recording_reader reader;
    uint64_t digest;

    if (argc == 2 && strcmp(argv[1], "--crypto") == 0) {
        (void)printf("%016" PRIx64 " crypto\n", tn_crypto_sodium_probe());
        return 0;
    }

    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

    if (!file) {
        (void)fprintf(stderr, "usage: replay FILE|--crypto\n");
        return 2;
    }

    size_t len = fread(data, 1, sizeof data, file);

    (void)fclose(file);

    enum tn_err err = tn_recording_replay(&reader, data, (uint32_t)len,
                                          tn_crypto_sodium(), &brick, &digest);

    if (err) {
        (void)printf("%s: offset %" PRIu32 "\nstep %" PRIu32 "\n",
                     tn_err_text(err), reader.at, reader.step);
        return err == TN_ERR_DIGEST ? 1 : 2;
    }
    (void)printf("%016" PRIx64 " steps %" PRIu32 "\n", digest, reader.step);
    return 0;
}
