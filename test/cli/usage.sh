# SPDX-License-Identifier: Apache-2.0
# Help teaches, misuse is told and ends with 2.
try 0 --help
says out "tenon run sets/starfighter/first-flight.scene"
says out "Exit codes"
says out "  help "
says out "  --version "
try 0 --version
says out "tenon 0."
for command in new run test check fmt explain size build replay; do
    try 0 "$command" --help
    says out "Usage: tenon $command"
    says out "Example"
    cp "$TMP/out" "$TMP/help"
    try 0 help "$command"
    same "$TMP/out" "$TMP/help"
    try 2 "$command"
    says err "tenon $command --help"
    try 2 "$command" --nonsense
done
try 2
says err "Usage: tenon COMMAND"
try 2 fly
says err "there is no command fly"
try 2 run --seed red x.scene
says err "whole number up to 4294967295, not red"
try 2 run a.scene b.scene
try 2 test --timeout 0 sets
try 2 test --seed 4294967296 sets
says err "whole number up to 4294967295"
try 2 help nonsense
try 0 help

# ./dev takes only what it knows, before it does anything.
for words in "setup bogus" "setup play bogus" "test --al" "bench x" "lint x"; do
    ./dev $words >"$TMP/out" 2>"$TMP/err" </dev/null
    code=$?
    last="./dev $words"
    [ $code = 1 ] || fail "$last: exit code $code, not 1"
    says err "./dev: "
done
