"""Hands events to consumers, in batches under a lease."""

import math
import time
from typing import Final
from uuid import uuid4

from lib.core.data.db import Db
from lib.core.http.deadline import time_left
from lib.events import repository
from lib.events.models import Consumer

BATCH_EVENTS: Final = 500
# With less time left than this, no batch is claimed: its lease would keep it from the next run.
MIN_SECONDS: Final = 0.5


async def drain(db: Db, consumer: Consumer, *, seconds: float = math.inf) -> int:
    """Hands events to a consumer until there are none left, for at most so many seconds and as long as the request has
    time. Returns how many events it handed over.

    ``db`` is the service's. Raises what the consumer raises; its batch comes again when the lease of 60 seconds ends.
    """
    worker = uuid4().hex
    until = time.monotonic() + min(seconds, time_left())
    taken = 0
    await repository.register(db, consumer=consumer.name)
    while time.monotonic() < until - MIN_SECONDS:
        batch = await repository.claim(db, consumer=consumer.name, worker=worker, batch=BATCH_EVENTS)
        if batch is None:
            break
        await consumer.handle(batch.events)
        await repository.acknowledge(db, batch_id=batch.id, worker=worker)
        taken += len(batch.events)
    return taken
