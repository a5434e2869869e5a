/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * attr - compiler attributes and small macros used everywhere.
 *
 * Threads: none. Memory: none.
 */
#include <stddef.h>

#define st_must_check	      __attribute__((warn_unused_result))
#define st_printf(fmt, first) __attribute__((format(printf, fmt, first)))
#define st_noreturn	      __attribute__((noreturn))
#define st_always_inline      __attribute__((always_inline))
#define st_noinline	      __attribute__((noinline))
#define st_unused	      __attribute__((unused))
#define st_cleanup(fn)	      __attribute__((cleanup(fn)))
#define st_likely(x)	      __builtin_expect(!!(x), 1)
#define st_unlikely(x)	      __builtin_expect(!!(x), 0)
#define st_array_len(a)	      (sizeof(a) / sizeof((a)[0]))
#define st_container_of(ptr, type, member)                                     \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* An invariant of ours: checked in release builds too. Never for what comes
 * from the network. */
#define st_assert(cond)                                                        \
	do {                                                                   \
		if (st_unlikely(!(cond)))                                      \
			st_assert_fail(#cond, __FILE__, __LINE__);             \
	} while (0)

st_noreturn void st_assert_fail(const char *cond, const char *file, int line);
