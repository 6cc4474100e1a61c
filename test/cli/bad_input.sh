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
    head -c 51 "$TMP/c.tnr"
    tail -c +52 "$TMP/b.tnr"
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

# A tag's check bytes, a sound that is cut off.
try 0 build -o "$TMP" test/scenes/small.play
for byte in 3 8; do
    {
        head -c $byte "$TMP/mouse.NTAG216.bin"
        printf '\252'
        tail -c +$((byte + 2)) "$TMP/mouse.NTAG216.bin"
    } >"$TMP/check.bin"
    printf 'brick one on the table\nat 1 s one gets tag "check.bin" on NTAG216\n' \
        >"$TMP/check.scene"
    try 2 check "$TMP/check.scene"
    says err "byte $byte of this dump is 0xAA"
done
try 0 run --fast --quiet --wav "$TMP/whole.wav" test/scenes/grace.scene
head -c 20000 "$TMP/whole.wav" >"$TMP/zero"
try 2 check "$TMP/wav.scene"
says err "it is cut off"

# A recording that is cut between two steps, or has its header only.
for left in 51 $((size - 8)); do
    head -c $left "$TMP/a.tnr" >"$TMP/cut.tnr"
    try 2 replay "$TMP/cut.tnr"
    says err "cut.tnr: byte $left: it is cut short here"
done

# Motions: a clock that jumps back is told; a long hole is refused unless the
# scene cuts it off.
rows() # FROM TO: rows every 10 ms
{
    awk -v from="$1" -v to="$2" \
        'BEGIN { for (t = from; t < to; t += 10) print t ",0,0,1000" }'
}
{
    echo t_ms,x_mg,y_mg,z_mg
    rows 0 1000
    rows 900 3000
} >"$TMP/jump.csv"
printf 'brick one on the table\nat 1 s one moves as recorded in "jump.csv"\n' \
    >"$TMP/jump.scene"
try 0 check "$TMP/jump.scene"
says err "jump.scene:2:33: warning: this motion has faults"
says err "10 rows dropped"
try 0 run --fast "$TMP/jump.scene"
says err "10 rows dropped"
{
    echo t_ms,x_mg,y_mg,z_mg
    rows 0 2000
    rows 3600000 3602000
} >"$TMP/hole.csv"
printf 'brick one on the table\nat 1 s one moves as recorded in "hole.csv"\n' \
    >"$TMP/hole.scene"
try 2 check "$TMP/hole.scene"
says err "hole.scene:2:33: error: this motion has a hole from 1.990 to 3600.000 s"
echo 'at 1 s one moves as recorded in "hole.csv" from 0 s to 1.9 s' |
    sed '1i brick one on the table' >"$TMP/hole.scene"
try 0 check "$TMP/hole.scene"
says err "1 gaps"

# What a file holds does not reach the terminal as it is.
printf 'brick one on the table\nscene "\033]0;x\007\302\233\342\200\256"\n' \
    >"$TMP/escape.scene"
cp "$TMP/escape.scene" "$TMP/escape.play"
for file in escape.scene escape.play; do
    try 2 check "$TMP/$file"
    lacks err "$(printf '\033')"
    lacks err "$(printf '\007')"
    lacks err "$(printf '\302\233')"
    lacks err "$(printf '\342\200\256')"
    try 2 check --json "$TMP/$file"
    lacks out "$(printf '\033')"
    lacks out "$(printf '\302\233')"
    lacks out "$(printf '\342\200\256')"
    says out '"line":2'
done

# Nothing is no set, and shared parts are nothing to build or to play.
: >"$TMP/empty.play"
try 2 check "$TMP/empty.play"
says err "empty.play: error: this file declares nothing"
try 2 build -o "$TMP/none" "$TMP/empty.play"
printf 'set x "X"\n' >"$TMP/empty.play"
try 2 check "$TMP/empty.play"
printf 'set x "X"\nsound s { sine 440 Hz; decay 200 ms to 0%% }\n' >"$TMP/common.play"
try 0 check "$TMP/common.play"
says out "parts for others to use"
try 2 build -o "$TMP/none" "$TMP/common.play"
says err "no tile or figure to build"
none "$TMP/none"
printf 'use "common.play"\nbrick one on the table\n' >"$TMP/parts.scene"
try 2 check "$TMP/parts.scene"
says err "this play file has no tile or figure"
