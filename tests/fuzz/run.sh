#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: run.sh SECONDS PROGRAM... - fuzzes each program for that long, one
# for each processor at a time. New inputs, logs and what broke a target stay
# in fuzz-work/. A line "PASS: x" or "FAIL: x" each. FUZZ_SEED: where chance
# begins, for runs that are to be alike; without it each run differs.
# With 0 SECONDS the corpora are replayed, and no more.
set -u
: "${srcdir:=.}"

if [ "${1-}" = --one ]; then
	seconds=$2 program=$3
	parser=${program##*/fuzz_}
	# Anybody's octets get twice the time; what is read on this machine, by
	# the lab or from a file of the administrator's, a sixth.
	case $parser in
	query | tcp)
		seconds=$((seconds * 2))
		;;
	fast | kubeconfig | obj | split | tsig | xfr) ;;
	*)
		seconds=$(((seconds + 5) / 6))
		;;
	esac
	limit=-max_total_time=$seconds
	[ "$seconds" -gt 0 ] || limit=-runs=0
	log=fuzz-work/$parser.log
	mkdir -p "fuzz-work/$parser"
	if "./$program" "$limit" -timeout=10 \
		-seed="${FUZZ_SEED:-0}" \
		-rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="fuzz-work/$parser-" "fuzz-work/$parser" \
		"$srcdir/tests/fuzz/corpus/$parser" >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "PASS: $program (${runs:-?} inputs)"
	else
		tail -n 40 "$log"
		echo "FAIL: $program"
		exit 1
	fi
	exit 0
fi

seconds=$1
shift
for program in "$@"; do
	if ! "./$program" -help=1 2>&1 | grep -q max_total_time; then
		echo "$program has no fuzzer: configure --with-fuzzer" >&2
		exit 1
	fi
done
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh "$0" --one "$seconds"
