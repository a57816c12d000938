"""The outbox of the database: positions of consumers in the log, and parts of the data of events."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from lib.core.data.db import Db, Row, call, fetch_rows, run
from lib.core.http.client import PATIENT_SECONDS


async def queue_events(db: Db, *, consumer: str, types: Iterable[str], batch: int, is_ordered: bool) -> int:
    """Queues the next events of the consumer's types. Returns how many events of the log were looked at."""
    arguments = {"consumer": consumer, "types": sorted(types), "batch": batch, "is_ordered": is_ordered}
    return (await run(call(db, "queue_events", arguments), seconds=PATIENT_SECONDS)).data


async def has_events_to_come(db: Db, *, consumer: str, types: Iterable[str]) -> bool:
    """Tells whether committed events of the consumer's types wait for the end of an older transaction."""
    return (await run(call(db, "has_events_to_come", {"consumer": consumer, "types": sorted(types)}))).data


async def fetch_values(db: Db, *, ids: Sequence[UUID], names: Sequence[str]) -> list[Row]:
    """Returns {event_id, name, value} for each text of the data of these events under these names."""
    arguments = {"ids": [str(event_id) for event_id in ids], "names": list(names)}
    return await fetch_rows(call(db, "event_values", arguments))
