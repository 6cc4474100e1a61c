/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim/scene.h>

int tn_tool_misuse(const char *command, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fprintf(stderr, "tenon %s: ", command);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nTry `tenon %s --help`.\n", command);
    va_end(args);
    return TN_TOOL_BAD;
}

int tn_tool_fail(enum tn_tool_exit code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("tenon: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return (int)code;
}

int tn_tool_finish(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return code;
    }
    return tn_tool_fail(TN_TOOL_BROKEN, "the output did not arrive%s%s",
                        errno ? ": " : "", errno ? strerror(errno) : "");
}

_Noreturn void tn_tool_print_help(const char *help)
{
    (void)fputs(help, stdout);
    exit(tn_tool_finish(TN_TOOL_OK));
}

int tn_tool_take_flag(int argc, char **argv, const char *flag, bool *given,
                      const char *help, const char *question)
{
    const struct option long_options[] = {{"help", no_argument, NULL, 'h'},
                                          {flag, no_argument, NULL, 'f'},
                                          {NULL, 0, NULL, 0}};
    int option;

    *given = false;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (option == 'f') {
            *given = true;
        } else if (option == 'h') {
            tn_tool_print_help(help);
        } else {
            return tn_tool_misuse(argv[0], "that option is not known");
        }
    }
    return optind == argc ? tn_tool_misuse(argv[0], "%s", question)
                          : TN_TOOL_OK;
}

void *tn_tool_need(void *memory)
{
    if (!memory) {
        fputs("tenon: out of memory\n", stderr);
        exit(TN_TOOL_BROKEN);
    }
    return memory;
}

void tn_tool_print_problems(const struct tn_lang_problem *problems,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tn_lang_print_problem(&problems[i], stderr, tn_tool_is_rich(stderr));
    }
}

const char *tn_tool_get_kind(const struct tn_lang_program *program)
{
    switch (program->kind) {
    case TN_IMAGE_TILE:
        return "tile";
    case TN_IMAGE_FIGURE:
        return "figure";
    default:
        return "brick";
    }
}

bool tn_tool_is_rich(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return isatty(fileno(stream)) && !(no_color && no_color[0] != '\0') &&
           term && strcmp(term, "dumb") != 0;
}

bool tn_tool_get_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *number <= most;
}

int tn_tool_take_seed(const char *command, const char *text, uint64_t *seed)
{
    if (tn_tool_get_number(text, TN_SCENE_SEED_MAX, seed)) {
        return TN_TOOL_OK;
    }
    return tn_tool_misuse(command,
                          "--seed wants a whole number up to %lu, not %s",
                          (unsigned long)TN_SCENE_SEED_MAX, text);
}

static uint8_t *read_all(FILE *file, size_t most, size_t *len, const char **why)
{
    size_t cap = 65536;
    uint8_t *data = malloc(cap);

    *len = 0;
    while (data) {
        *len += fread(data + *len, 1, cap - *len, file);
        if (*len < cap) {
            break;
        }
        if (cap > most) {
            free(data);
            *why = "it is too long";
            return NULL;
        }
        cap *= 2;

        uint8_t *more = realloc(data, cap);

        if (!more) {
            free(data);
        }
        data = more;
    }
    if (!data || ferror(file)) {
        *why = data ? strerror(errno) : "memory is short";
        free(data);
        return NULL;
    }
    return data;
}

uint8_t *tn_tool_read_file(const char *path, size_t most, size_t *len,
                           const char **why)
{
    FILE *file = fopen(path, "rb");
    struct stat info;

    if (!file) {
        *why = strerror(errno);
        return NULL;
    }
    if (fstat(fileno(file), &info) == 0 && S_ISDIR(info.st_mode)) {
        fclose(file);
        *why = "it is a folder";
        return NULL;
    }

    uint8_t *data = read_all(file, most, len, why);

    fclose(file);
    if (data && *len > most) {
        free(data);
        *why = "it is too long";
        return NULL;
    }
    return data;
}
