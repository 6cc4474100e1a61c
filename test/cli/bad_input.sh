# SPDX-License-Identifier: Apache-2.0
# Whatever file is wrong, tenon says which and where, and ends with 2.
try 2 run "$TMP/missing.scene"
says err "missing.scene: error: this scene cannot be read"
try 2 run "$TMP"
try 2 replay "$TMP/missing.tnr"
says err "No such file"
try 2 replay "$TMP"
try 2 check "$TMP/missing.play"
try 2 build "$TMP/missing.play"

head -c 3000 /dev/zero >"$TMP/zero"
try 2 run "$TMP/zero"
says err "a byte 0 is no text"
try 2 check "$TMP/zero"
try 2 replay "$TMP/zero"
says err "zero: byte 0: "

# A recording that is cut, or has a wrong byte.
try 0 run --fast --quiet --record "$TMP/a.tnr" test/scenes/grace.scene
size=$(wc -c <"$TMP/a.tnr")
head -c $((size - 5)) "$TMP/a.tnr" >"$TMP/cut.tnr"
try 2 replay "$TMP/cut.tnr"
says err "cut.tnr: byte "
{
    head -c 4 "$TMP/a.tnr"
    printf '\377'
    tail -c +6 "$TMP/a.tnr"
} >"$TMP/version.tnr"
try 2 replay "$TMP/version.tnr"
says err "version.tnr: byte 4: made for another version"

{
    head -c $((size - 1)) "$TMP/a.tnr"
    tail -c 1 "$TMP/a.tnr" | tr '\000-\377' '\001-\377\000'
} >"$TMP/garbled.tnr"
try 2 replay "$TMP/garbled.tnr"
says err "the checksum does not match"

# Another brick's seed with this one's input: its noise differs.
flight=sets/starfighter/first-flight.scene
try 0 run --fast --quiet --record "$TMP/b.tnr" $flight
try 0 run --fast --quiet --seed 2 --record "$TMP/c.tnr" $flight
{
    head -c 16 "$TMP/c.tnr"
    tail -c +17 "$TMP/b.tnr"
} >"$TMP/other.tnr"
try 1 replay "$TMP/other.tnr"
says out "differs from the recording at step"

# Files that a scene names.
printf 'time,x\n1,2\n' >"$TMP/bad.csv"
printf 'brick one on the table\nat 1 s one moves as recorded in "bad.csv"\n' \
    >"$TMP/csv.scene"
try 2 run --fast "$TMP/csv.scene"
says err "csv.scene:2:"
says err "bad.csv:1:"
printf 'brick one on the table\nat 1 s one hears "zero"\n' >"$TMP/wav.scene"
try 2 run --fast "$TMP/wav.scene"
says err "wav.scene:2:"
printf 'brick one on the table\nat 1 s one gets tag "zero" on NTAG216\n' \
    >"$TMP/tag.scene"
try 2 test "$TMP/tag.scene"
says err "tag.scene:2:"
says err "NTAG216"
