#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cli.sh SCRIPT TENON FOLDER: runs SCRIPT, which calls:
#   try CODE ARGUMENT...   runs tenon; its exit code must be CODE. Output goes to
#                          $TMP/out and $TMP/err
#   says FILE TEXT         TEXT must stand in $TMP/FILE; `lacks` the contrary
#   same A B               two files must be equal
#   none FILE...           these must not exist
# Every failure is told; the script goes on.
script=$1
TENON=$2
TMP=$3
failed=0
rm -rf "$TMP"
mkdir -p "$TMP" || exit 3

fail()
{
    echo "FAILED: $*"
    failed=1
}

try()
{
    want=$1
    shift
    last="tenon $*"
    "$TENON" "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
    code=$?
    if [ "$code" != "$want" ]; then
        fail "$last: exit code $code, not $want"
        cat "$TMP/out" "$TMP/err"
    fi
}

says()
{
    grep -qF -- "$2" "$TMP/$1" && return
    fail "$last: $1 lacks: $2"
    cat "$TMP/$1"
}

lacks()
{
    grep -qF -- "$2" "$TMP/$1" && fail "$last: $1 has: $2"
}

same()
{
    cmp "$1" "$2" || fail "$last: $1 and $2 differ"
}

none()
{
    for file in "$@"; do
        [ -e "$file" ] && fail "$last: $file is there"
    done
}

. "$script"
exit $failed
