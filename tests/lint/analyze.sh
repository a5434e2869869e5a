#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: analyze.sh SRCDIR COMPILER-FLAG... - GCC's static analyzer over the
# product's sources; any finding is an error. A line "PASS: x" or "FAIL: x"
# sums up.
set -u
srcdir=$1
shift
gcc --version >/dev/null || exit 1
if find "$srcdir/common" "$srcdir/dnsd" "$srcdir/controller" \
	"$srcdir/daemon" -name '*.c' -print0 |
	xargs -0 -P "$(nproc)" -n 1 gcc "$@" -O1 -fanalyzer -Werror -S \
		-o /dev/null; then
	echo "PASS: static analysis"
else
	echo "FAIL: static analysis"
	exit 1
fi
