"""The time that a request has, so that its waits fit the function's ``maxDuration`` however many there are.

The platform ends a function at its maximum, with an answer of its own (504, FUNCTION_INVOCATION_TIMEOUT) and in the
middle of whatever it did. So each wait for something outside ends at the latest when the request's time does: waits in
a row take less and less. The shell (lib/core/http/middleware.py) ends a request that still waits then without such a
limit, for example for a lock.
"""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from lib.core.telemetry.context import current_context

# Of a function's maximum, in seconds: from the end of the waits until the shell gives up itself (answers that tell
# nobody who has an account are held until the next half second), then for what is to be done after the answer, then
# for starting up and for the way of the answer.
GRACE_SECONDS: Final = 0.6
AFTERWARDS_SECONDS: Final = 0.75
RESERVE_SECONDS: Final = 0.5
# For what must be undone or recorded also where the request's time is over. Less than GRACE_SECONDS.
OWN_SECONDS: Final = 0.5


def waiting_seconds(max_seconds: float) -> float:
    """How long a request may wait in all, in a function that may run for ``max_seconds``."""
    return max_seconds - RESERVE_SECONDS - AFTERWARDS_SECONDS - GRACE_SECONDS


def time_left() -> float:
    """Seconds until the request's time is over, at least 0; infinite outside of requests."""
    return max(current_context().ends_at - time.monotonic(), 0.0)


def within(seconds: float) -> asyncio.Timeout:
    """Like asyncio.timeout, but never beyond the request's time."""
    return asyncio.timeout(min(seconds, time_left()))


@contextmanager
def at_least(seconds: float) -> Generator[None]:
    """Gives the waits inside at least so many seconds, whatever is left of the request's time."""
    context = current_context()
    former = context.ends_at
    context.ends_at = max(former, time.monotonic() + seconds)
    try:
        yield
    finally:
        context.ends_at = former


@contextmanager
def at_most(seconds: float) -> Generator[None]:
    """Ends the waits inside after so many seconds, even if the request has more time left."""
    context = current_context()
    former = context.ends_at
    context.ends_at = min(former, time.monotonic() + seconds)
    try:
        yield
    finally:
        context.ends_at = former
