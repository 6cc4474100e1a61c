/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>

#include "tool.h"
#include <ports/crypto/sodium.h>
#include <tenon/recording.h>

static const char HELP[] =
    "Usage: tenon replay RECORDING...\n"
    "\n"
    "Plays recordings again (made by tenon run --record): the same input must\n"
    "give the same output, bit for bit, on every machine. Prints one line a\n"
    "recording: its length and digest, or the first step that differs.\n"
    "\n"
    "Example:\n"
    "  tenon run --fast --record /tmp/flight.tnr \\\n"
    "      sets/starfighter/first-flight.scene\n"
    "  tenon replay /tmp/flight.tnr\n"
    "\n"
    "Exit codes: 0 the same; 1 it differs; 2 not a whole recording.\n";

#define RECORDING_MAX (512u * 1024u * 1024u)

static int replay(const char *path, struct tn_brick *brick)
{
    const char *why = NULL;
    size_t len;
    uint8_t *data = tn_tool_read_file(path, RECORDING_MAX, &len, &why);
    struct tn_recording_reader reader;
    uint64_t digest = 0;

    if (!data) {
        return tn_tool_fail(TN_TOOL_BAD, "%s: %s", path, why);
    }

    enum tn_err err = tn_recording_replay(&reader, data, (uint32_t)len,
                                          tn_crypto_sodium(), brick, &digest);

    free(data);
    if (err == TN_ERR_LENGTH && reader.at == len) {
        return tn_tool_fail(TN_TOOL_BAD,
                            "%s: byte %" PRIu32 ": it is cut short here", path,
                            reader.at);
    }
    if (err == TN_ERR_DIGEST) {
        printf("%s: differs from the recording at step %" PRIu32 ", %.3f s\n",
               path, reader.step, (double)reader.time_us * 1e-6);
        return TN_TOOL_FAILED;
    }
    if (err) {
        return tn_tool_fail(TN_TOOL_BAD, "%s: byte %" PRIu32 ": %s", path,
                            reader.at, tn_err_text(err));
    }
    printf("%s: the same, %" PRIu32 " steps, %.3f s, digest %016" PRIx64 "\n",
           path, reader.step,
           (double)(reader.step > 0 ? reader.time_us + TN_FRAME_US : 0) * 1e-6,
           digest);
    return TN_TOOL_OK;
}

int tn_tool_replay(int argc, char **argv)
{
    static const struct option LONG[] = {{"help", no_argument, NULL, 'h'},
                                         {NULL, 0, NULL, 0}};
    int worst = TN_TOOL_OK;
    int option;

    while ((option = getopt_long(argc, argv, "h", LONG, NULL)) != -1) {
        if (option != 'h') {
            return tn_tool_misuse("replay", "that option is not known");
        }
        tn_tool_print_help(HELP);
    }
    if (optind == argc) {
        return tn_tool_misuse("replay", "which recording?");
    }

    struct tn_brick *brick = malloc(sizeof *brick);

    if (!brick) {
        return tn_tool_fail(TN_TOOL_BROKEN, "memory is short");
    }
    for (int i = optind; i < argc; i++) {
        int code = replay(argv[i], brick);

        worst = code > worst ? code : worst;
    }
    free(brick);
    return worst;
}
