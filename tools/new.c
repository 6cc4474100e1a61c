/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"
#include "tool.h"

static const char HELP[] =
    "Usage: tenon new NAME\n"
    "\n"
    "Makes a folder NAME with a small set to begin with: NAME.play (a tile, a\n"
    "figure and a sound), NAME.scene (hands that try it out, and what must\n"
    "come of it) and README.md. The last part of NAME names the set: letters,\n"
    "digits and _. What is there already is never touched.\n"
    "\n"
    "Examples:\n"
    "  tenon new frogs\n"
    "  tenon test frogs\n"
    "  tenon run frogs/frogs.scene\n"
    "\n"
    "Exit codes: 0 good; 2 the name cannot be that of a set, or something has\n"
    "it already; 3 a file cannot be written.\n";

#define TEXT_CAP 4096u
#define PATH_CAP 1024u

/* In all of these, @ stands for the set's name. */
static const char PLAY[] =
    "# Read it aloud: it says what happens `when` something happens, and\n"
    "# `while` something is so. Change a sound or a word, and try again.\n"
    "set @ \"My set @\"\n"
    "\n"
    "sound hop { sine 300 Hz rising to 900 Hz over 120 ms; fade 40 ms }\n"
    "\n"
    "# A tile: the brick becomes a frog.\n"
    "tile frog {\n"
    "  kind creature\n"
    "  number hops = 0\n"
    "\n"
    "  start sitting\n"
    "\n"
    "  state sitting {\n"
    "    enter       { glow breathe green }\n"
    "    when lifted -> flying\n"
    "    when tapped { play hop }\n"
    "  }\n"
    "\n"
    "  state flying {\n"
    "    enter         { play hop; glow yellow; hops += 1 }\n"
    "    when put_down -> sitting\n"
    "  }\n"
    "\n"
    "  always {\n"
    "    # Whoever sits on it is asked to join in.\n"
    "    when hops >= 2 { hops = 0; ask pilot to cheer }\n"
    "  }\n"
    "}\n"
    "\n"
    "# A figure: it knows no frog by name, any creature will do.\n"
    "figure rider {\n"
    "  when creature is flying { glow pink }\n"
    "  action cheer            { play hop; glow flash white }\n"
    "}\n";

static const char SCENE[] =
    "# What hands do with a brick, and what must come of it.\n"
    "scene \"the frog hops\"\n"
    "use \"@.play\"\n"
    "\n"
    "brick one on the table\n"
    "\n"
    "at 0.5 s  one gets tile frog\n"
    "at 1 s    one gets figure rider\n"
    "expect frog on one is sitting at 1.9 s\n"
    "\n"
    "at 2 s    one is lifted\n"
    "expect frog on one plays hop within 500 ms after 2 s\n"
    "\n"
    "at 4 s    one is put down\n"
    "expect frog on one is sitting at 5.9 s\n"
    "end at 6 s\n";

static const char README[] =
    "# @\n"
    "\n"
    "A tile (`frog`) and a figure (`rider`) to begin with.\n"
    "\n"
    "- `tenon test .` says whether what `@.scene` expects comes true.\n"
    "- `tenon run @.scene` plays it live.\n"
    "- `tenon check @.play` finds mistakes, `tenon fmt @.play` tidies up.\n"
    "- `tenon explain @.play` shows what each program does, and in which "
    "order.\n"
    "- `tenon size @.play` says which tags the programs fit,\n"
    "  `tenon build @.play` makes what goes onto them.\n";

static const struct {
    const char *ending; /* null: a name of its own */
    const char *text;
} FILES[] = {{".play", PLAY}, {".scene", SCENE}, {NULL, README}};
#define FILE_COUNT (sizeof FILES / sizeof FILES[0])

static const char *get_base(const char *folder)
{
    const char *slash = strrchr(folder, '/');

    return slash ? slash + 1 : folder;
}

/* The text with the set's name in it, for the caller to free. */
static char *make_text(const char *text, const char *name)
{
    char *made = tn_tool_need(malloc(TEXT_CAP + 32 * PATH_CAP));
    size_t len = 0;

    for (; *text; text++) {
        if (*text == '@') {
            memcpy(made + len, name, strlen(name));
            len += strlen(name);
        } else {
            made[len++] = *text;
        }
    }
    made[len] = '\0';
    return made;
}

/* The compiler knows which names a set may have. */
static int check_name(const char *name)
{
    char *text = make_text(PLAY, name);
    struct tn_lang_set *set =
        tn_lang_compile_text("new.play", text, strlen(text));
    bool good = set->error_count == 0 && strcmp(set->name, name) == 0;

    tn_lang_free(set);
    free(text);
    if (good) {
        return TN_TOOL_OK;
    }
    return tn_tool_fail(TN_TOOL_BAD,
                        "%s: no set can be called so: a name has letters, "
                        "digits and _, begins with a letter, and is no word of "
                        "the language",
                        name[0] ? name : "an empty name");
}

static void make_path(char *path, const char *folder, size_t file)
{
    if (FILES[file].ending) {
        (void)snprintf(path, PATH_CAP, "%s/%s%s", folder, get_base(folder),
                       FILES[file].ending);
    } else {
        (void)snprintf(path, PATH_CAP, "%s/README.md", folder);
    }
}

static int write_file(const char *folder, size_t file)
{
    char path[PATH_CAP];
    struct tn_outfile out;
    char *text = make_text(FILES[file].text, get_base(folder));
    bool good;

    make_path(path, folder, file);
    good = tn_outfile_init(&out, path);
    if (good) {
        tn_outfile_write(&out, text, strlen(text));
        good = tn_outfile_finish(&out);
    }
    free(text);
    return good ? TN_TOOL_OK
                : tn_tool_fail(TN_TOOL_BROKEN, "%s: %s", path,
                               tn_outfile_get_why(&out));
}

static int make(const char *folder)
{
    char path[PATH_CAP];
    int code = TN_TOOL_OK;

    if (mkdir(folder, 0777) != 0) {
        return tn_tool_fail(errno == EEXIST ? TN_TOOL_BAD : TN_TOOL_BROKEN,
                            "%s: %s", folder,
                            errno == EEXIST ? "it is there already; choose "
                                              "another name"
                                            : strerror(errno));
    }
    for (size_t i = 0; !code && i < FILE_COUNT; i++) {
        code = write_file(folder, i);
    }
    if (code) {
        for (size_t i = 0; i < FILE_COUNT; i++) {
            make_path(path, folder, i);
            (void)unlink(path);
        }
        (void)rmdir(folder);
        return code;
    }
    printf("%s: a tile, a figure, a sound and a scene. Try:\n"
           "  tenon test %s\n"
           "  tenon run %s/%s.scene\n",
           folder, folder, folder, get_base(folder));
    return TN_TOOL_OK;
}

int tn_tool_new(int argc, char **argv)
{
    static const struct option LONG[] = {{"help", no_argument, NULL, 'h'},
                                         {NULL, 0, NULL, 0}};
    int option, code;
    char *folder;
    size_t len;

    while ((option = getopt_long(argc, argv, "h", LONG, NULL)) != -1) {
        if (option == 'h') {
            tn_tool_print_help(HELP);
        }
        return tn_tool_misuse("new", "that option is not known");
    }
    if (optind + 1 != argc) {
        return tn_tool_misuse("new", optind == argc
                                         ? "what shall the set be called?"
                                         : "one set at a time");
    }
    folder = argv[optind];
    len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/') {
        folder[--len] = '\0';
    }
    if (2 * len + 16 > PATH_CAP) {
        return tn_tool_fail(TN_TOOL_BAD, "this name is too long");
    }
    code = check_name(get_base(folder));
    return code ? code : make(folder);
}
