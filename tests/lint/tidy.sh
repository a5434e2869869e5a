#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: tidy.sh SRCDIR COMPILER-FLAG... - clang-tidy over the product's
# sources, with the checks of .clang-tidy; any finding is an error.
set -u
srcdir=$1
shift
command -v clang-tidy >/dev/null || {
	echo "lint needs clang-tidy" >&2
	exit 1
}
find "$srcdir/common" "$srcdir/dnsd" "$srcdir/controller" "$srcdir/daemon" \
	-name '*.c' -print0 |
	xargs -0 -P "$(nproc)" -I FILE clang-tidy --quiet \
		--config-file="$srcdir/.clang-tidy" FILE -- "$@" 2>/dev/null
