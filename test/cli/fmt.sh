# SPDX-License-Identifier: Apache-2.0
# One form: written once, stable after, of one meaning; what is wrong is left.
cat >"$TMP/a.play" <<'END'
set a "A"   # the set
tile t{
   when lifted{glow red};when tapped
     -> b

# last
  state b{ }
}
END
cat >"$TMP/want.play" <<'END'
set a "A"  # the set
tile t {
  when lifted { glow red }
  when tapped -> b

  # last
  state b { }
}
END
cp "$TMP/a.play" "$TMP/b.play"
try 1 fmt --check "$TMP/a.play" "$TMP/want.play"
says out "a.play"
lacks out "want.play"
same "$TMP/a.play" "$TMP/b.play"
try 0 fmt "$TMP/a.play" "$TMP/want.play"
says out "a.play"
lacks out "want.play"
same "$TMP/a.play" "$TMP/want.play"
try 0 fmt --check "$TMP/a.play"
lacks out a

# From the standard input to the standard output.
"$TENON" fmt - <"$TMP/b.play" >"$TMP/out" 2>"$TMP/err" || fail "fmt -"
same "$TMP/out" "$TMP/want.play"
"$TENON" fmt --check - <"$TMP/b.play" >"$TMP/out" && fail "fmt --check -"

# The sets mean the same in their form.
for play in sets/*/*.play test/scenes/*.play; do
    cp "$play" "$TMP/set.play"
    try 0 fmt "$TMP/set.play"
    grep -q '^\(tile\|figure\|brick\) ' "$play" || continue # only parts
    try 0 build -o "$TMP/before" "$play"
    try 0 build -o "$TMP/after" "$TMP/set.play"
    for image in "$TMP"/before/*.tni; do
        same "$image" "$TMP/after/${image##*/}"
    done
    rm -r "$TMP/before" "$TMP/after"
done

# A file with a mistake is told of and left alone, and so are links.
echo 'tile t { when   swong { } }' >"$TMP/bad.play"
cp "$TMP/bad.play" "$TMP/bad.copy"
try 2 fmt "$TMP/bad.play" "$TMP/a.play"
says err "bad.play:1:17: error"
says err "did you mean swung"
same "$TMP/bad.play" "$TMP/bad.copy"
try 2 fmt "$TMP/missing.play"
says err "missing.play: No such file"
try 2 fmt "$TMP"
ln -s b.play "$TMP/link.play"
try 3 fmt "$TMP/link.play"
says err "this is a link"
