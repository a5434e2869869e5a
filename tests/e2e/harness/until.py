# SPDX-License-Identifier: Apache-2.0
"""Waiting for something to become true, with a limit."""
import time


def until(check, what, seconds=15.0, every=0.02):
    """Calls check() until it gives something true, and returns that.

    Fails with `what` and what check() gave last. An AssertionError inside
    check() counts as not yet."""
    limit = time.monotonic() + seconds
    last = None
    while True:
        try:
            last = check()
            if last:
                return last
        except AssertionError as e:
            last = e
        if time.monotonic() > limit:
            raise AssertionError(
                f"not within {seconds} s: {what}; last: {last!r}")
        time.sleep(every)


def stays(check, what, seconds=1.0, every=0.02):
    """check() must give something true all the while."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        assert check(), what
        time.sleep(every)
