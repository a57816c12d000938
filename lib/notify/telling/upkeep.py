"""Scheduled work on notifications, batch by batch while the run has time, for however many people."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from lib.core.data.db import Db
from lib.core.http.deadline import time_left
from lib.notify.telling import repository

SECONDS: Final = 20.0
# With less time left than this, no batch is begun.
MIN_SECONDS: Final = 3.0


async def _repeat(batch: Callable[[Db], Awaitable[int]], db: Db, *, size: int) -> int:
    until = time.monotonic() + SECONDS
    total = done = await batch(db)
    while done >= size and time_left() > MIN_SECONDS and time.monotonic() < until:
        done = await batch(db)
        total += done
    return total


async def queue_digests(db: Db) -> int:
    """Queues all digests that are due. Returns for how many people."""
    return await _repeat(repository.queue_digests, db, size=repository.DIGESTS)


async def remove_old_notifications(db: Db) -> int:
    """Removes all that is old. Returns about how many rows."""
    return await _repeat(repository.remove_old_notifications, db, size=repository.REMOVED)
