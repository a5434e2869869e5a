/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rcu - the only include of userspace RCU, in its QSBR flavour.
 *
 * A reader thread registers once (rcu_register_thread), is online while it
 * may hold a pointer, and goes offline (rcu_thread_offline) before it blocks.
 * The loop thread, the only writer, need not be registered.
 *
 * Threads: see above. Memory: call_rcu frees after a grace period.
 */
#include <urcu-qsbr.h>
