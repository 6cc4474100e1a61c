/* SPDX-License-Identifier: Apache-2.0 */
/* tenon: try play sets out without a brick. One file a subcommand. */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "tool.h"
#include "version.h"

static int run_help(int argc, char **argv);

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} COMMANDS[] = {
    {"new", tn_tool_new, "makes a small set to begin with"},
    {"run", tn_tool_run, "plays a scene: what it does, sounds and shows"},
    {"test", tn_tool_test, "checks what scenes expect, one line each"},
    {"check", tn_tool_check, "finds the mistakes in a play file or scene"},
    {"fmt", tn_tool_fmt, "writes play files in the one form that all share"},
    {"explain", tn_tool_explain, "shows what programs do, from source or tag"},
    {"size", tn_tool_size, "says what takes how many bytes, and on which tags"},
    {"build", tn_tool_build, "makes program images and tag memories"},
    {"replay", tn_tool_replay, "plays a recording again and compares"},
    {"help", run_help, "tells more about a command: tenon help run"},
};
#define COMMAND_COUNT (sizeof COMMANDS / sizeof COMMANDS[0])

static void print_help(FILE *to)
{
    fputs("tenon - try smart-play sets out without a brick\n"
          "\n"
          "Usage: tenon COMMAND ... (tenon COMMAND --help tells more)\n"
          "\n",
          to);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(to, "  %-8s %s\n", COMMANDS[i].name, COMMANDS[i].help);
    }
    fputs("  --version  which version of tenon this is\n"
          "\n"
          "A play file (*.play) says what tiles and figures do. A scene\n"
          "(*.scene) says what hands do with bricks, and what must come of\n"
          "it.\n"
          "\n"
          "Examples:\n"
          "  tenon run sets/starfighter/first-flight.scene\n"
          "  tenon test sets test/scenes\n"
          "  tenon check sets/starfighter/starfighter.play\n"
          "\n"
          "Exit codes: 0 good; 1 an expectation or a replay failed; 2 bad\n"
          "input or usage; 3 a failure of tenon or of the machine.\n",
          to);
}

static int run_command(int argc, char **argv)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[0], COMMANDS[i].name) == 0) {
            return COMMANDS[i].run(argc, argv);
        }
    }
    fprintf(stderr, "tenon: there is no command %s\n", argv[0]);
    print_help(stderr);
    return TN_TOOL_BAD;
}

/* tenon help [COMMAND] */
static int run_help(int argc, char **argv)
{
    char help[] = "--help";

    if (argc > 1 && strcmp(argv[1], argv[0]) != 0) {
        char *args[] = {argv[1], help, NULL};

        return run_command(2, args);
    }
    print_help(stdout);
    return TN_TOOL_OK;
}

static int run(int argc, char **argv)
{
    char help[] = "help";

    if (argc < 2) {
        print_help(stderr);
        return TN_TOOL_BAD;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("tenon " TENON_VERSION);
        return TN_TOOL_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return run_help(1, (char *[]){help, NULL});
    }
    return run_command(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    /* Only which characters a terminal can show; numbers keep their point. */
    (void)setlocale(LC_CTYPE, "");
    /* A file that grows beyond what is allowed is an error, not an end. */
    (void)signal(SIGXFSZ, SIG_IGN);
    return tn_tool_finish(run(argc, argv));
}
