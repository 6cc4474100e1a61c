#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a brick costs on a Cortex-M4F, against the budgets: code, memory, stack,
# instructions. Exit code 1 if one is exceeded.
. "$(dirname "$0")/guards/common.sh"
for guard in size stack steps rooms; do
    echo "$guard"
    scripts/guards/$guard.guard || failed=1
done
exit "$failed"
