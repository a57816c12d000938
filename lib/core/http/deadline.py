"""Keeps the deadline of a request, so that all its waits together fit the function's ``maxDuration``.

The platform ends a function at its maximum, in the middle of its work, with a response of its own (504,
FUNCTION_INVOCATION_TIMEOUT). So each wait for an outside service ends at the latest at the request's deadline: later
waits have less time. The middleware (lib/core/http/middleware.py) ends a request that still waits then, for example for
a lock.
"""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from lib.core.telemetry.context import current_context

# Seconds at the end of a function's maximum. GRACE: from the end of the waits until the middleware gives up (responses
# that hide whether an account exists are delayed to the next half second). AFTERWARDS: for work after the response.
# RESERVE: for starting up and for sending the response.
GRACE_SECONDS: Final = 0.6
AFTERWARDS_SECONDS: Final = 0.75
RESERVE_SECONDS: Final = 0.5
# Seconds to undo or record something after the request's deadline. Less than GRACE_SECONDS.
OWN_SECONDS: Final = 0.5


def waiting_seconds(max_seconds: float) -> float:
    """Returns the seconds that a request may wait in all, in a function that may run for ``max_seconds``."""
    return max_seconds - RESERVE_SECONDS - AFTERWARDS_SECONDS - GRACE_SECONDS


def time_left() -> float:
    """Returns the seconds until the request's deadline, at least 0; infinite outside of requests."""
    return max(current_context().ends_at - time.monotonic(), 0.0)


def within(seconds: float) -> asyncio.Timeout:
    """Returns an ``asyncio.timeout`` that ends at the latest at the request's deadline."""
    return asyncio.timeout(min(seconds, time_left()))


@contextmanager
def at_least(seconds: float) -> Generator[None]:
    """Gives the waits inside at least this many seconds, also after the request's deadline."""
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
