# SPDX-License-Identifier: Apache-2.0
# Help teaches, misuse is told and ends with 2.
try 0 --help
says out "tenon run sets/starfighter/first-flight.scene"
says out "Exit codes"
try 0 --version
says out "tenon 0."
for command in run test check build replay; do
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
says err "whole number, not red"
try 2 run a.scene b.scene
try 2 test --timeout 0 sets
