# SPDX-License-Identifier: Apache-2.0
# A new set runs, is in form, and takes the place of nothing.
try 0 new "$TMP/ponds"
says out "tenon test $TMP/ponds"
try 0 test "$TMP/ponds"
says out "3 expectations"
try 0 check "$TMP/ponds/ponds.play" "$TMP/ponds/ponds.scene"
lacks err warning
try 0 fmt --check "$TMP/ponds/ponds.play"
try 0 size "$TMP/ponds/ponds.play"
grep -q '^# ponds' "$TMP/ponds/README.md" || fail "README.md names the set"
grep -q '@' "$TMP"/ponds/* && fail "a @ is left"

try 2 new "$TMP/ponds"
says err "ponds: it is there already"
try 2 new "$TMP/ponds/"
: >"$TMP/file"
try 2 new "$TMP/file"
try 0 test "$TMP/ponds"
for name in 1st my-set tile 'a b' '' /; do
    try 2 new "$name"
    says err "no set can be called so"
done
none my-set 1st tile
try 3 new "$TMP/no/where"
says err "No such file"
try 2 new
try 2 new a b
none a b
