# SPDX-License-Identifier: Apache-2.0
# docs/howto/write-a-set.md, followed to the letter: its blocks are right.

# block KIND N: the N-th block of that kind
block()
{
    awk -v kind="$1" -v want="$2" '
        $0 == "```" kind { n++; on = n == want; next }
        $0 == "```" { on = 0 }
        on' docs/howto/write-a-set.md
}

block play 1 >"$TMP/mine.play"
block scene 1 >"$TMP/mine.scene"
try 0 check "$TMP/mine.play"
try 0 test "$TMP/mine.scene"
says out "2 expectations"

# The figure joins in, in the same file.
block play 2 >>"$TMP/mine.play"
try 0 check "$TMP/mine.play"
says out "rider"
