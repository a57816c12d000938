"""Brings events of the log to the queues of their consumers."""

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from lib.core.data.db import Db
from lib.core.http.deadline import time_left
from lib.events import repository
from lib.events.models import Consumer, Event

BATCH_EVENTS: Final = 5000
# With less time left than this, no batch is looked at.
MIN_SECONDS: Final = 0.5
# The database answers with 1,000 rows at most, and an event may have a list of 50 texts.
EVENTS_OF_A_CALL: Final = 20


async def queue_events(db: Db, consumer: Consumer, *, seconds: float = math.inf) -> int:
    """Adds a job for each new event of the consumer's types, for at most so many seconds and as long as the request has
    time. Returns how many events of the log it looked at. ``db`` is the service's.
    """
    until = time.monotonic() + min(seconds, time_left())
    looked_at = BATCH_EVENTS
    total = 0
    while looked_at == BATCH_EVENTS and time.monotonic() < until - MIN_SECONDS:
        looked_at = await repository.queue_events(db, consumer=consumer.name, types=consumer.types, batch=BATCH_EVENTS)
        total += looked_at
    return total


async def values_of(db: Db, events: Sequence[Event], *names: str) -> dict[UUID, dict[str, list[str]]]:
    """Returns texts of the data of events by their id and name: a text alone, or those of a list. Others are missing.

    For what cannot be read any more as it was, such as the former status of a content.
    """
    values: defaultdict[UUID, dict[str, list[str]]] = defaultdict(dict)
    for start in range(0, len(events), EVENTS_OF_A_CALL):
        ids = [event.id for event in events[start : start + EVENTS_OF_A_CALL]]
        for row in await repository.fetch_values(db, ids=ids, names=names):
            values[UUID(row["event_id"])].setdefault(row["name"], []).append(row["value"])
    return values
