#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Can each guard fail? In a scratch copy each rule is broken once, and its guard
# must say so in the expected words. selftest.sh [GUARD...]: only those, and of
# the last ones: warnings fuzz conformance.
. "$(dirname "$0")/common.sh"
root=$PWD
scratch=$root/build/selftest
only=" $* "
checked=0

rm -rf "$scratch/now"
mkdir -p "$scratch/now"
all_files | tar cf - -T - | tar xf - -C "$scratch/now"
# Builds are kept from run to run, beside the copy.
mkdir -p "$scratch/build"
ln -s "$scratch/build" "$scratch/now/build"
ln -sfn "$root/build/libsodium" "$scratch/build/libsodium"
cd "$scratch/now" || exit 1

# plant WORDS FILE COMMAND...: what is planted in FILE makes the command fail
# with these words, and FILE is as it was again. The text to plant comes from
# standard input.
plant() {
    local words=$1 file=$2 out status=0
    shift 2
    mkdir -p "$(dirname "$file")"
    cat >>"$file"
    out=$("$@" 2>&1) || status=$?
    if [ -e "$root/$file" ]; then
        cp "$root/$file" "$file"
    else
        rm "$file"
    fi
    checked=$((checked + 1))
    if [ "$status" = 0 ]; then
        fail "$1 did not see: $words"
    elif ! grep -q -- "$words" <<<"$out"; then
        fail "$1 failed, but not because of: $words"
        tail -n 20 <<<"$out"
    fi
}

# Whether the rules of this name are asked for.
wanted() {
    [ "$only" = "  " ] || [[ $only == *" $1 "* ]]
}

# expect GUARD WORDS FILE [ARGUMENT...]: the same for a guard.
expect() {
    local guard=$1 words=$2 file=$3
    shift 3
    if wanted "$guard"; then
        plant "$words" "$file" "scripts/guards/$guard.guard" "$@"
    else
        cat >/dev/null
    fi
}

# A function of N statements, and one with more parameters than it may have.
long_function() {
    echo 'void tn_planted(void)'
    echo '{'
    for _ in $(seq "$1"); do echo '    ;'; done
    echo '}'
}

expect layers "motion may see" src/motion/motion.c <<<'#include <tenon/voice.h>'
expect layers "another room" src/motion/motion.c <<<'#include "../tag/parts.h"'
expect layers "not for the brick" src/base/hash.c <<<'#include <stdio.h>'
expect layers "recordings are a port" src/brick/brick.c \
    <<<'#include <tenon/recording.h>'
expect layers "lang may not see" lang/lex.c <<<'#include "sim/world.h"'
expect layers "ports may not see" ports/recording/decode.c \
    <<<'#include "lang/lang.h"'

expect shape "61 lines" src/base/planted.c < <(long_function 58)
expect shape "801 lines" src/base/planted.c < <(yes '' | head -n 800; echo 'x')
expect shape "more than 6 parameters" src/base/planted.c <<'END'
void tn_planted(int a, int b, int c, int d, int e, int f, int (*g)(int, int))
{
}
END
expect shape "nested deeper" src/base/planted.c <<'END'
void tn_planted(int a)
{
    if (a) { while (a) { for (;;) { do { if (a) { a--; } } while (a); } } }
}
END
expect shape "functions have" src/base/planted.c < <(
    for _ in $(seq 200); do long_function 50; done)

expect licence "no SPDX" src/base/planted.c <<<'int tn_planted(void);'
expect words "one machine" docs/planted.md <<<"see /wo""rk/main"
expect format "clang-formatted" src/base/planted.c <<<'int  tn_planted ( void );'

expect symbols "writable globals" src/base/hash.c <<'END'
int tn_planted(void);
int tn_planted(void) { static int count; return count++; }
END
expect symbols "malloc" src/base/hash.c <<'END'
#include <stdlib.h>
void *tn_planted(size_t n);
void *tn_planted(size_t n) { return malloc(n); }
END
expect symbols "__aeabi_dmul" src/base/hash.c <<'END'
double tn_planted(double a);
double tn_planted(double a) { return a * a; }
END
expect symbols "sinf" src/base/hash.c <<'END'
#include <math.h>
float tn_planted(float a);
float tn_planted(float a) { return sinf(a); }
END
expect stack "more than 512 bytes" src/base/hash.c <<'END'
int tn_planted(int at);
int tn_planted(int at)
{
    volatile char large[600] = {0};
    return large[at];
}
END
expect size "code: " src/base/hash.c <<'END'
extern const char tn_planted[98304];
const char tn_planted[98304] = {1};
END
if wanted size; then
    sed -i '/_Static_assert(sizeof(struct tn_brick)/d' src/brick/brick.c
    sed -i '/^struct tn_brick {/a\    uint64_t planted[4096];' \
        include/tenon/brick.h
    expect size "tn_brick: " include/tenon/brick.h </dev/null
    cp "$root/src/brick/brick.c" src/brick/brick.c
fi
if wanted steps; then
    sed -i 's/^    brick->started = 1;/    for (volatile int i = 0; i < 40000; i++) {}\n&/' \
        src/brick/brick.c
    expect steps "instructions in one step" src/brick/brick.c </dev/null
fi

if wanted rooms; then
    sed -i 's/^enum tn_err tn_place_push(/static void tn_planted(void)\n{\n    for (volatile int i = 0; i < 4000; i++) {}\n}\n\n&/; s/^    \*news_count = 0;/    tn_planted();\n&/' \
        src/place/place.c
    expect rooms "a slice of placing" src/place/place.c </dev/null
fi

expect analyzer "analyzer-null-dereference" src/base/hash.c <<'END'
int tn_planted(int a);
int tn_planted(int a)
{
    int *at = a > 7 ? &a : NULL;
    return *at;
}
END
expect cppcheck "arrayIndexOutOfBounds" src/base/hash.c <<'END'
int tn_planted(void);
int tn_planted(void)
{
    static const int two[2] = {1, 2};
    return two[2];
}
END
expect tidy "core.DivideZero" src/base/prng.c src/base/prng.c <<'END'
int tn_planted(int a);
int tn_planted(int a)
{
    int zero = 0;
    return a / zero;
}
END
expect doxygen "tn_nosuch" include/tenon/hash.h <<'END'
/* See @ref tn_nosuch. */
void tn_planted(void);
END
# Compilers, sanitizers, fuzzers and the three machines are guards too.
build_one() { # PRESET TARGET
    cmake --preset "$1" && cmake --build "build/$1" --target "$2"
}

fuzz_sound() {
    build_one sanitize fuzz_sound && build/sanitize/fuzz/fuzz_sound \
        -max_total_time=20 -artifact_prefix=build/ fuzz/corpus/sound
}

if wanted warnings; then
    plant "unused variable" src/base/hash.c build_one cortexm tenon \
        <<<'void tn_planted(void); void tn_planted(void) { int unused; }'
    plant "unused variable" src/base/hash.c build_one sanitize tenon_base \
        <<<'void tn_planted(void); void tn_planted(void) { int unused; }'
fi
if wanted fuzz; then
    sed -i 's/if (len > (uint32_t)(b->len - b->at)) {/if (len > (uint32_t)(b->len - b->at) + 1u) {/' \
        src/base/bytes.c
    plant "AddressSanitizer" src/base/bytes.c fuzz_sound </dev/null
fi
if wanted conformance; then
    sed -i 's/^#define VOICE_GAIN .*/#define VOICE_GAIN 0.41f/' \
        src/voice/render.c
    plant "cortexm: .*exit 1" src/voice/render.c \
        sh test/conformance/run.sh cortexm \
        "$root/build/host/test/conformance/replay" "$scratch/build/cross"
fi
[ "$failed" = 0 ] && echo "# $checked violations planted, each was found"
exit "$failed"
