#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: each.sh PROGRAM... - runs each; a line "PASS: x" or "FAIL: x" for
# each on standard output.
failed=0
for program in "$@"; do
	if "./$program"; then
		echo "PASS: $program"
	else
		echo "FAIL: $program"
		failed=1
	fi
done
exit $failed
