# SPDX-License-Identifier: Apache-2.0
# The parts of a program add up to what it needs on a tag.
play=sets/starfighter/starfighter.play
try 0 size $play
says out "tile starfighter: image "
says out "reactions"
says out "NTAG213"
says out "too small by"
says out "% full"
says out "##"
try 0 build -o "$TMP/tags" $play
try 0 size --json $play
[ "$(wc -l <"$TMP/out")" = 3 ] || fail "a line a program"
while read -r line; do
    name=$(echo "$line" | sed 's/.*"program":"\([a-z]*\)".*/\1/')
    need=$(echo "$line" | sed 's/.*"need":\([0-9]*\).*/\1/')
    image=$(echo "$line" | sed 's/.*"image":\([0-9]*\).*/\1/')
    parts=$(echo "$line" | sed 's/.*"parts":{\([^}]*\)}.*/\1/' |
        sed 's/"[^"]*"://g; s/,/+/g')
    [ $(($parts)) = "$need" ] || fail "$name: parts $parts, need $need"
    [ "$image" = "$(wc -c <"$TMP/tags/$name.tni")" ] || fail "$name: image"
done <"$TMP/out"
try 2 size "$TMP/missing.play"
echo 'message hit' >"$TMP/parts.play"
try 2 size "$TMP/parts.play"
says err "no tile or figure to size"
try 2 size
