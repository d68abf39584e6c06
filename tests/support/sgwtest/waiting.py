"""Waiting for a state: polled with a deadline, never slept for."""

import time


def wait_until(condition, deadline=10.0, what="the condition", interval=0.02):
    """Calls `condition` until it returns something true and returns that; AssertionError after `deadline` seconds.

    An exception of the condition counts as "not yet"; the last one is shown when time is out.
    """
    end = time.monotonic() + deadline
    last_error = None
    while True:
        try:
            value = condition()
            last_error = None
            if value:
                return value
        except Exception as error:  # noqa: BLE001 - shown below
            last_error = error
        if time.monotonic() >= end:
            detail = f": {type(last_error).__name__}: {last_error}" if last_error else ""
            raise AssertionError(f"waited {deadline:g} s in vain for {what}{detail}")
        time.sleep(interval)
