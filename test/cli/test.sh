# SPDX-License-Identifier: Apache-2.0
# A line a scene; an expectation that fails is told with what happened instead.
# The sets that are shipped keep their promises.
try 0 test sets
says out "ok      sets/duel/hit.scene"
says out "ok      sets/starfighter/both.scene"
try 0 test test/scenes
says out "ok      test/scenes/grace.scene"
says out "scenes are as expected"
cat >"$TMP/wrong.scene" <<'END'
brick one on the table
at 1 s one is lifted
expect one feels lifted within 800 ms after 1 s
expect one never feels lifted
end at 3 s
END
try 1 test "$TMP/wrong.scene"
says out "FAILED  $TMP/wrong.scene"
says out "wrong.scene:4: expect one never feels lifted"
says out "not so: it happened at 1."
lacks out "wrong.scene:3"
try 1 run --fast "$TMP/wrong.scene"
says out "1 of 2 expectations hold"
try 1 test --timeout 1 test/scenes/grace.scene
says out "--timeout"
mkdir "$TMP/empty"
try 2 test "$TMP/empty"
try 2 test "$TMP/missing.scene"
says err "No such file"

# What expects nothing has tested nothing.
printf 'brick one on the table\nend at 1 s\n' >"$TMP/nothing.scene"
try 1 test "$TMP/nothing.scene"
says out "FAILED  $TMP/nothing.scene"
says out "it has no expectations"
try 0 run --fast "$TMP/nothing.scene"
