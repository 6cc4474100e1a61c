# SPDX-License-Identifier: Apache-2.0
# The same program from source, image and tag; anything else is refused.
try 0 explain sets/starfighter/starfighter.play
says out "tile starfighter, identity "
says out "when lifted       { play takeoff } -> flying"
says out "when hull <= 0 -> wrecked"
says out "figure moss"
play=test/scenes/small.play
try 0 build -o "$TMP" $play
try 0 explain $play
sed -n '/^tile bell/,/^$/p' "$TMP/out" | sed '/^$/d' >"$TMP/source"
[ -s "$TMP/source" ] || fail "no table of bell"
for chip in NTAG216 SLIX2; do
    try 0 explain --names $play "$TMP/bell.$chip.bin"
    same "$TMP/out" "$TMP/source"
done
try 0 explain --names $play "$TMP/bell.tni"
says out "tile bell, "
lacks out "identity"
try 0 explain "$TMP/bell.tni"
says out "(name not known)"
says out "?"

try 2 explain "$TMP/missing.tni"
says err "missing.tni: No such file"
head -c 40 "$TMP/bell.tni" >"$TMP/cut.tni"
try 2 explain "$TMP/cut.tni"
says err "cut.tni: byte 4: a brick refuses it: a length does not fit"
head -c 100 /dev/zero >"$TMP/zero.bin"
try 2 explain "$TMP/zero.bin"
says err "neither a program image nor a tag's memory"
: >"$TMP/empty.bin"
try 2 explain "$TMP/empty.bin"
head -c 70000 /dev/zero >"$TMP/long.bin"
try 2 explain "$TMP/long.bin"
says err "it is too long"
echo 'tile t { when swong { } }' >"$TMP/bad.play"
try 2 explain "$TMP/bad.play"
says err "bad.play:1:15: error"
try 2 explain --names "$TMP/bad.play" "$TMP/bell.tni"
try 2 explain --names
# One byte changed on the tag: told with its place.
{
    head -c 60 "$TMP/bell.NTAG216.bin"
    printf '\377\377'
    tail -c +63 "$TMP/bell.NTAG216.bin"
} >"$TMP/worn.bin"
try 2 explain "$TMP/worn.bin"
says err "worn.bin: byte "
