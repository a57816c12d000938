"""Time for what must be undone or recorded also where the request's time is over: see lib/core/http/deadline.py."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from lib.core.telemetry.context import current_context

# Less than the GRACE_SECONDS of lib/core/http/deadline.py, after which the request is ended.
OWN_SECONDS: Final = 0.5


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
