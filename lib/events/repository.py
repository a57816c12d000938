"""The outbox of the database: positions of consumers, and batches of events under a lease."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.core.data.db import Db, call, fetch_rows, run
from lib.events.models import Event


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that are leased to one worker."""

    id: str
    events: Sequence[Event]


async def register(db: Db, *, consumer: str) -> None:
    """Makes a consumer known to the database. A new one begins with the oldest event."""
    await run(call(db, "register_consumer", {"name": consumer}))


async def claim(db: Db, *, consumer: str, worker: str, batch: int) -> Batch | None:
    """Leases the next batch to this worker for 60 seconds. Returns None when there are no new events."""
    arguments = {"consumer": consumer, "worker": worker, "batch": batch}
    rows = await fetch_rows(call(db, "claim_events", arguments))
    return Batch(rows[0]["batch_id"], [Event.model_validate(row) for row in rows]) if rows else None


async def acknowledge(db: Db, *, batch_id: str, worker: str) -> None:
    """Removes a batch that the worker has finished."""
    await run(call(db, "acknowledge_events", {"batch_id": batch_id, "worker": worker}))
