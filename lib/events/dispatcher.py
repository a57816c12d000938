"""Brings events of the log to the queues of their consumers."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from lib.core.data.db import Db
from lib.events import repository
from lib.events.models import Consumer, Event

BATCH_EVENTS: Final = 5000
# The database answers with 1,000 rows at most, and an event may have a list of 50 texts.
EVENTS_OF_A_CALL: Final = 20


async def queue_events(db: Db, consumer: Consumer) -> int:
    """Adds a job for each of the next 5,000 events that is of the consumer's types. Returns how many it looked at:
    fewer at the end of the log. ``db`` is the service's.
    """
    return await repository.queue_events(
        db, consumer=consumer.name, types=consumer.types, batch=BATCH_EVENTS, is_ordered=consumer.is_ordered
    )


async def has_events_to_come(db: Db, consumer: Consumer) -> bool:
    """Tells, after ``queue_events`` found none, whether there are some that wait for the end of an older transaction.

    ``db`` is the service's.
    """
    return await repository.has_events_to_come(db, consumer=consumer.name, types=consumer.types)


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
