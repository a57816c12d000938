import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from lib.core.data.db import Db
from lib.core.http.deadline import time_left
from lib.events import repository
from lib.events.models import Event

BATCH_EVENTS: Final = 500


@dataclass(frozen=True, slots=True)
class Consumer:
    """``handle`` takes a batch of events and may see one again: when it raises, or is killed, the batch comes back."""

    name: str
    handle: Callable[[list[Event]], Awaitable[None]]


async def drain(db: Db, consumer: Consumer, *, seconds: float) -> int:
    """Hands events to the consumer until there are none left or the time is up; how many it took."""
    worker = uuid4().hex
    until = time.monotonic() + min(seconds, time_left())
    taken = 0
    await repository.register(db, consumer=consumer.name)
    while time.monotonic() < until:
        rows = await repository.claim(db, consumer=consumer.name, worker=worker, batch=BATCH_EVENTS)
        if not rows:
            break
        await consumer.handle([Event.model_validate(row) for row in rows])
        await repository.acknowledge(db, batch_id=rows[0]["batch_id"], worker=worker)
        taken += len(rows)
    return taken
