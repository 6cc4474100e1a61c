# SPDX-License-Identifier: Apache-2.0
# Images and tag memories are written whole; a scene can use such a memory.
try 0 build -o "$TMP/tags" test/scenes/small.play
says out "mouse"
says out "NTAG213 (144)"
[ "$(wc -c <"$TMP/tags/mouse.NTAG216.bin")" -eq 924 ] ||
    fail "an NTAG216's memory has 924 bytes"
[ "$(head -c 1 "$TMP/tags/bell.tni")" = T ] || fail "bell.tni is no image"
same "$TMP/tags/mouse.SLIX2.bin" test/scenes/mouse.SLIX2.bin
cp test/scenes/small.play "$TMP"
cat >"$TMP/tag.scene" <<'END'
use "small.play"
brick one on the table
at 1 s one gets tag "tags/bell.NTAG216.bin" on NTAG216
expect bell on one is waiting at 2 s
END
try 0 test "$TMP/tag.scene"

try 0 check test/scenes/small.play sets/starfighter/first-flight.scene
says out "small.play: good: 3 programs"
printf 'set x "X"\ntile t { start a state b { } }\n' >"$TMP/bad.play"
try 2 check "$TMP/bad.play"
says err "bad.play:2:"
try 2 check --json "$TMP/bad.play"
says out '"line":2'
says out '"severity":"error"'
try 2 build -o "$TMP/none" "$TMP/bad.play"
none "$TMP/none"
