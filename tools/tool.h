/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TOOLS_TOOL_H
#define TENON_TOOLS_TOOL_H

/* What the subcommands of `tenon` share. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <lang/lang.h>

enum tn_tool_exit {
    TN_TOOL_OK = 0,
    TN_TOOL_FAILED = 1, /* an expectation or a replay */
    TN_TOOL_BAD = 2,    /* bad input or usage */
    TN_TOOL_BROKEN = 3  /* our own mistake, or the machine's */
};

/* Subcommands: argv[0] is the subcommand's name. */
int tn_tool_run(int argc, char **argv);
int tn_tool_replay(int argc, char **argv);
int tn_tool_test(int argc, char **argv);
int tn_tool_check(int argc, char **argv);
int tn_tool_build(int argc, char **argv);
int tn_tool_fmt(int argc, char **argv);
int tn_tool_explain(int argc, char **argv);
int tn_tool_size(int argc, char **argv);
int tn_tool_new(int argc, char **argv);

/* Says to stderr what is wrong with the command line; TN_TOOL_BAD. */
int tn_tool_misuse(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says to stderr what could not be done; returns `code`. */
int tn_tool_fail(enum tn_tool_exit code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints a command's help and ends the process. */
_Noreturn void tn_tool_print_help(const char *help);

/*
 * The options of a command that has `--help`, one word `--FLAG`, which goes to
 * `given`, and then takes files from argv[optind] on. TN_TOOL_OK, or
 * TN_TOOL_BAD when it has said what is wrong; `question` is asked if there is
 * no file.
 */
int tn_tool_take_flag(int argc, char **argv, const char *flag, bool *given,
                      const char *help, const char *question);

/* The end of it all: `code`, or TN_TOOL_BROKEN if what was printed did not
 * arrive. */
int tn_tool_finish(int code);

/* `memory`, unless it is null: then it says so and ends the process. */
void *tn_tool_need(void *memory);

/* Prints problems to stderr; how many there were. */
void tn_tool_print_problems(const struct tn_lang_problem *problems,
                            size_t count);

/* "tile", "figure" or "brick". */
const char *tn_tool_get_kind(const struct tn_lang_program *program);

/* Whether colours and cursor movements are welcome on a stream. */
bool tn_tool_is_rich(FILE *stream);

/* The seed that an option names; TN_TOOL_BAD if it is none. */
int tn_tool_take_seed(const char *command, const char *text, uint64_t *seed);

/* A whole number from an option; false if it is none. */
bool tn_tool_get_number(const char *text, uint64_t most, uint64_t *number);

/* A whole file in memory (freed by the caller); null and `why` (words that live
 * until errno changes) if it cannot be read or is longer than `most`. */
uint8_t *tn_tool_read_file(const char *path, size_t most, size_t *len,
                           const char **why);

#endif
