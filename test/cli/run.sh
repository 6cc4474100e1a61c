# SPDX-License-Identifier: Apache-2.0
# A run leaves whole files, tells what happened, and can be replayed; the same
# seed gives the same bytes.
scene=sets/starfighter/first-flight.scene
try 0 run --fast --wav "$TMP/a.wav" --trace "$TMP/a.jsonl" \
    --record "$TMP/a.tnr" $scene
says out "starfighter: landed -> flying"
says out "starfighter plays engine"
says out "What happened in"
says out "expectations hold"
says out "$TMP/a.wav"
says out "$TMP/a.jsonl"
lacks out "$(printf '\033')"
says a.jsonl '"kind":"plays","who":"starfighter","what":"engine"'
says a.jsonl '"kind":"end"'
[ "$(head -c 4 "$TMP/a.wav")" = RIFF ] || fail "a.wav is no WAV"
try 0 run --fast --wav "$TMP/b.wav" --trace "$TMP/b.jsonl" \
    --record "$TMP/b.tnr" $scene
same "$TMP/a.wav" "$TMP/b.wav"
same "$TMP/a.jsonl" "$TMP/b.jsonl"
same "$TMP/a.tnr" "$TMP/b.tnr"
try 0 run --fast --quiet --seed 2 --record "$TMP/c.tnr" $scene
[ -s "$TMP/out" ] && fail "--quiet is not"
cmp -s "$TMP/a.tnr" "$TMP/c.tnr" && fail "another seed gives the same bytes"

try 0 replay "$TMP/a.tnr" "$TMP/c.tnr"
says out "a.tnr: the same"

# Several bricks: a recording each, one WAV.
try 0 run --fast --record "$TMP/d.tnr" test/scenes/two-bricks.scene
none "$TMP/d.tnr"
try 0 replay "$TMP/d-left.tnr" "$TMP/d-right.tnr"

# What goes on between bricks is told by their names; each one's recording can
# be replayed by itself. A power cut ends a recording.
try 0 run --fast --trace "$TMP/t.jsonl" --record "$TMP/t.tnr" \
    test/scenes/talk.scene
says out "is in touch with there"
says out "is far from away"
says out "caller sends ping to nearest"
says out "echo hears ping from here"
says out "caller sent ping in vain"
says out "loses touch with there"
says t.jsonl '"kind":"hears","who":"echo","what":"ping","other":"here"'
says t.jsonl '"kind":"begins","what":"far","other":"away"'
says t.jsonl '"kind":"sends","who":"caller","what":"ping","to":"nearest"'
try 0 replay "$TMP"/t-*.tnr
says out "t-here.tnr: the same, 3000 steps"
says out "t-there.tnr: the same, 2000 steps"

# In real time: a second is a second.
printf 'brick one on the table\nend at 1 s\n' >"$TMP/second.scene"
before=$(date +%s%N)
try 0 run --mute "$TMP/second.scene"
took=$((($(date +%s%N) - before) / 1000000))
[ $took -ge 980 ] || fail "a second took $took ms"

# Where nothing can be written, nothing is half there.
try 3 run --fast --wav "$TMP/no/a.wav" $scene
says err "No such file or directory"
try 3 run --fast --wav "$TMP/e.wav" --trace "$TMP/no/e.jsonl" $scene
none "$TMP"/e.wav*

# Two files are not one, however they are written; a name must be there, and
# belong to a file.
try 2 run --fast --wav "$TMP/f" --record "$TMP/../run/f" $scene
says err "two files cannot be one"
try 2 run --fast --trace "$TMP/f" --wav "$TMP/f" $scene
try 2 run --fast --wav "$TMP/f-left" --record "$TMP/f" \
    test/scenes/two-bricks.scene
try 2 run --fast --wav '' $scene
says err "--wav wants a file's name"
none "$TMP"/f*
try 3 run --fast --trace /dev/null $scene
says err "/dev/null: this is no ordinary file"
ln -s f "$TMP/link"
try 3 run --fast --trace "$TMP/link" $scene
says err "this is a link"

# A full disk is named, whichever file meets it, and nothing is left.
limited() # BLOCKS ARGUMENT...: like try 3, no file longer than 512 BLOCKS
{
    blocks=$1
    shift
    last="tenon $*"
    (ulimit -f "$blocks" && exec "$TENON" "$@") >"$TMP/out" 2>"$TMP/err"
    code=$?
    [ $code = 3 ] || fail "$last: exit code $code, not 3"
    says err "File too large"
    none "$TMP"/g*
}
limited 8 run --fast --quiet --trace "$TMP/g.jsonl" $scene
limited 8 run --fast --quiet --record "$TMP/g.tnr" $scene
limited 8 run --fast --quiet --wav "$TMP/g.wav" $scene

# What is printed must arrive.
for command in "run --fast $scene" "--help" "run --help" "--version"; do
    "$TENON" $command >/dev/full 2>"$TMP/err"
    code=$?
    last="tenon $command >/dev/full"
    [ $code = 3 ] || fail "$last: exit code $code, not 3"
    says err "No space left on device"
done
